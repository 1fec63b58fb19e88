#include "services/cli/template_build.h"
#include "services/cli/fill.h"
#include <string.h>

static ProtobufCMessage *build(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                               const void *bound);

// ---- predicates: the key that was given becomes kind and argument ----

static char **copy_texts(struct arena *arena, char *const *from, size_t n)
{
  char **texts = ARENA_ARRAY(arena, char *, n ? n : 1);
  for (size_t i = 0; texts && i < n; i++)
    if (!(texts[i] = arena_strdup(arena, from[i]))) return NULL;
  return texts;
}

#define PREDICATE(word) PRG__PREDICATE_KIND__PREDICATE_##word

// Lists of words. False if none of them was given.
static bool words_predicate(struct arena *arena, const struct template_predicate *from, Prg__Predicate *to)
{
  const struct {
    Prg__PredicateKind kind;
    char *const *words;
    size_t n;
  } lists[] = {
      {PREDICATE(UNDER), from->under, from->n_under},
      {PREDICATE(OPERATED_BY), from->operated_by, from->n_operated_by},
      {PREDICATE(DIVISION_TAG), from->division_tag, from->n_division_tag},
      {PREDICATE(TAG_HAS), from->tag_has, from->n_tag_has},
      {PREDICATE(PARTY_IS), &from->party_is, from->party_is != NULL},
      {PREDICATE(MODE_IN), from->mode_in, from->n_mode_in},
      {PREDICATE(EXCLUSIVE), from->exclusive, from->n_exclusive},
      {PREDICATE(SUBJECT_IN), from->subject_in, from->n_subject_in},
  };
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    if (!lists[i].n) continue;
    to->kind = lists[i].kind;
    to->n_words = lists[i].n;
    to->words = copy_texts(arena, lists[i].words, lists[i].n);
    return true;
  }
  return false;
}

// Flags and numbers.
static bool plain_predicate(const struct template_predicate *from, Prg__Predicate *to)
{
  const struct {
    Prg__PredicateKind kind;
    uint32_t given;
    bool number;
  } plain[] = {
      {PREDICATE(SAME_STAGE), (uint32_t)from->same_stage, false},
      {PREDICATE(SINGLE_LEGAL_PERSON), (uint32_t)from->single_legal_person, false},
      {PREDICATE(AFFILIATION_UNCHANGED), (uint32_t)from->affiliation_unchanged, false},
      {PREDICATE(ONE_APPLICATION_PER_YEAR), (uint32_t)from->one_application_per_year, false},
      {PREDICATE(SAME_SUBJECT), (uint32_t)from->same_subject, false},
      {PREDICATE(SAME_PAIR_AS_LAST_YEAR), (uint32_t)from->same_pair_as_last_year, false},
      {PREDICATE(AGE_MAX), from->age_max, true},
      {PREDICATE(MIN_YEARS_HERE), from->min_years_here, true},
  };
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
    if (!plain[i].given) continue;
    to->kind = plain[i].kind;
    if (plain[i].number) to->number = plain[i].given;
    return true;
  }
  return false;
}

// Enums all have the size of an int, so their lists are copied alike.
static bool enums_predicate(struct arena *arena, const struct template_predicate *from, Prg__Predicate *to)
{
  const struct {
    Prg__PredicateKind kind;
    const void *from;
    size_t n;
    void *to;
    size_t *to_n;
  } lists[] = {
      {PREDICATE(KIND_IN), from->kind_in, from->n_kind_in, &to->kinds, &to->n_kinds},
      {PREDICATE(DIVISION_LEVEL), from->division_level, from->n_division_level, &to->levels, &to->n_levels},
      {PREDICATE(STAGE_IN), from->stage_in, from->n_stage_in, &to->stages, &to->n_stages},
      {PREDICATE(URBAN_RURAL_IN), from->urban_rural_in, from->n_urban_rural_in, &to->places, &to->n_places},
      {PREDICATE(CATEGORY_IN), from->category_in, from->n_category_in, &to->categories, &to->n_categories},
      {PREDICATE(POST_IN), from->post_in, from->n_post_in, &to->posts, &to->n_posts},
  };
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    if (!lists[i].n) continue;
    to->kind = lists[i].kind;
    *lists[i].to_n = lists[i].n;
    *(void **)lists[i].to = arena_memdup(arena, lists[i].from, lists[i].n * sizeof(int));
    return true;
  }
  return false;
}

static ProtobufCMessage *build_predicate(struct arena *arena, const void *bound)
{
  const struct template_predicate *from = bound;
  Prg__Predicate *to = (Prg__Predicate *)fill_new(arena, &prg__predicate__descriptor);
  if (!to) return NULL;
  if (enums_predicate(arena, from, to) || words_predicate(arena, from, to) || plain_predicate(from, to))
    return &to->base;
  if (from->title_min) {
    to->kind = PREDICATE(TITLE_MIN);
    to->title = from->title_min;
  } else if (from->same_division) {
    const struct template_same_division *same = from->same_division;
    to->kind = PREDICATE(SAME_DIVISION);
    to->levels = arena_memdup(arena, &same->level, sizeof same->level);
    to->n_levels = 1;
    to->words = copy_texts(arena, same->roles, same->n_roles);
    to->n_words = same->n_roles;
  } else if (from->within_km) {
    const struct template_within_km *near = from->within_km;
    to->kind = PREDICATE(WITHIN_KM);
    to->number = near->km;
    to->words = copy_texts(arena, near->roles, near->n_roles);
    to->n_words = near->n_roles;
  }
  return &to->base; // without a kind (age_max: 0): the check refuses it
}

// ---- what the file nests and the message does not ----

static char *text_of(struct arena *arena, const char *text)
{
  return text ? arena_strdup(arena, text) : (char *)protobuf_c_empty_string;
}

static void finish_calendar(struct arena *arena, ProtobufCMessage *message, const void *bound)
{
  Prg__Calendar *to = (Prg__Calendar *)message;
  const struct template_calendar *from = bound;
  if (from->summer) {
    to->summer_from = text_of(arena, from->summer->from);
    to->summer_to = text_of(arena, from->summer->to);
  }
  if (from->winter) {
    to->winter_from = text_of(arena, from->winter->from);
    to->winter_to = text_of(arena, from->winter->to);
  }
}

static void finish_measure(struct arena *arena, ProtobufCMessage *message, const void *bound)
{
  const struct template_measure *from = bound;
  (void)arena;
  if (from->allowance) ((Prg__Measure *)message)->allowance_per_year_fen = from->allowance->per_year_fen;
}

static void finish_counted(struct arena *arena, ProtobufCMessage *message, const void *bound)
{
  const struct template_counted *from = bound;
  Prg__Counted *to = (Prg__Counted *)message;
  if (!from->honour) return;
  to->honour = arena_memdup(arena, &from->honour, sizeof from->honour);
  to->n_honour = to->honour ? 1 : 0;
}

static void finish_target(struct arena *arena, ProtobufCMessage *message, const void *bound)
{
  const struct template_target *from = bound;
  Prg__Target *to = (Prg__Target *)message;
  (void)arena;
  if (!from->range) return;
  to->min = from->range->min;
  to->max = from->range->max;
}

static void finish_review(struct arena *arena, ProtobufCMessage *message, const void *bound)
{
  const struct template_review *from = bound;
  Prg__Review *to = (Prg__Review *)message;
  if (!from->award) return;
  to->award_kind = text_of(arena, from->award->kind);
  to->award_designation = text_of(arena, from->award->designation);
}

static void finish(struct arena *arena, ProtobufCMessage *message, const void *bound)
{
  static const struct {
    const ProtobufCMessageDescriptor *descriptor;
    void (*finish)(struct arena *arena, ProtobufCMessage *message, const void *bound);
  } rows[] = {
      {&prg__calendar__descriptor, finish_calendar}, {&prg__measure__descriptor, finish_measure},
      {&prg__counted__descriptor, finish_counted},   {&prg__target__descriptor, finish_target},
      {&prg__review__descriptor, finish_review},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (rows[i].descriptor == message->descriptor) rows[i].finish(arena, message, bound);
}

// ---- everything else field by field ----

static bool build_value(struct arena *arena, const ProtobufCFieldDescriptor *field, const void *from,
                        void *to)
{
  if (field->type == PROTOBUF_C_TYPE_STRING) {
    const char *text = *(char *const *)from;
    if (text) *(char **)to = arena_strdup(arena, text);
    return *(char **)to != NULL;
  }
  if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
    const void *inner = *(void *const *)from;
    if (inner) *(ProtobufCMessage **)to = build(arena, field->descriptor, inner);
    return !inner || *(ProtobufCMessage **)to;
  }
  memcpy(to, from, field->type == PROTOBUF_C_TYPE_UINT64 ? 8 : 4); // enums, flags, 32-bit numbers
  return true;
}

static size_t value_size(const ProtobufCFieldDescriptor *field)
{
  return field->type == PROTOBUF_C_TYPE_ENUM ? sizeof(int) : sizeof(void *);
}

static bool build_list(struct arena *arena, const ProtobufCFieldDescriptor *field, const uint8_t *from,
                       uint8_t *to)
{
  size_t n = *(const size_t *)(from + field->quantifier_offset), size = value_size(field);
  const uint8_t *values = *(uint8_t *const *)(from + field->offset);
  uint8_t *copies = arena_alloc_array(arena, n ? n : 1, size);
  for (size_t i = 0; copies && i < n; i++)
    if (!build_value(arena, field, values + i * size, copies + i * size)) return false;
  *(size_t *)(to + field->quantifier_offset) = n;
  *(void **)(to + field->offset) = copies;
  return copies != NULL;
}

static ProtobufCMessage *build(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                               const void *bound)
{
  if (descriptor == &prg__predicate__descriptor) return build_predicate(arena, bound);
  ProtobufCMessage *message = fill_new(arena, descriptor);
  if (!message) return NULL;
  for (unsigned i = 0; i < descriptor->n_fields; i++) {
    const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
    const uint8_t *from = bound;
    uint8_t *to = (uint8_t *)message;
    bool built = field->label == PROTOBUF_C_LABEL_REPEATED
                     ? build_list(arena, field, from, to)
                     : build_value(arena, field, from + field->offset, to + field->offset);
    if (!built) return NULL;
  }
  finish(arena, message, bound);
  return message;
}

// ---- override: the item as it was bound, and the keys that the file gives

static bool keys_given(struct arena *arena, const struct dialect_node *item, char ***ret, size_t *ret_n)
{
  size_t n = 0;
  for (const struct dialect_node *key = item->first; key; key = key->next)
    n++;
  *ret = ARENA_ARRAY(arena, char *, n + 1);
  *ret_n = 0;
  for (const struct dialect_node *key = *ret ? item->first : NULL; key; key = key->next)
    if (strcmp(key->key, "id") != 0) (*ret)[(*ret_n)++] = (char *)key->key;
  return *ret != NULL;
}

static const struct dialect_node *first_override(const struct dialect_node *root, const char *section)
{
  const struct dialect_node *override = dialect_key(root, "override");
  const struct dialect_node *items = override ? dialect_key(override, section) : NULL;
  return items ? items->first : NULL;
}

static bool override_modes(struct arena *arena, const struct template_override *from,
                           const struct dialect_node *root, Prg__Override *to)
{
  const struct dialect_node *item = first_override(root, "modes");
  to->modes = ARENA_ARRAY(arena, Prg__ModeOverride *, from->n_modes + 1);
  for (size_t i = 0; to->modes && item && i < from->n_modes; i++, item = item->next) {
    Prg__ModeOverride *one = (Prg__ModeOverride *)fill_new(arena, &prg__mode_override__descriptor);
    if (!one || !keys_given(arena, item, &one->keys, &one->n_keys)) return false;
    one->mode = (Prg__Mode *)build(arena, &prg__mode__descriptor, from->modes[i]);
    to->modes[to->n_modes++] = one;
    if (!one->mode) return false;
  }
  return to->modes != NULL;
}

static bool override_measures(struct arena *arena, const struct template_override *from,
                              const struct dialect_node *root, Prg__Override *to)
{
  const struct dialect_node *item = first_override(root, "measures");
  to->measures = ARENA_ARRAY(arena, Prg__MeasureOverride *, from->n_measures + 1);
  for (size_t i = 0; to->measures && item && i < from->n_measures; i++, item = item->next) {
    Prg__MeasureOverride *one = (Prg__MeasureOverride *)fill_new(arena, &prg__measure_override__descriptor);
    if (!one || !keys_given(arena, item, &one->keys, &one->n_keys)) return false;
    one->measure = (Prg__Measure *)build(arena, &prg__measure__descriptor, from->measures[i]);
    to->measures[to->n_measures++] = one;
    if (!one->measure) return false;
  }
  return to->measures != NULL;
}

Prg__Programme *template_build(const struct template_programme *bound, const struct dialect_node *root,
                               struct arena *arena)
{
  Prg__Programme *programme = (Prg__Programme *)build(arena, &prg__programme__descriptor, bound);
  if (!programme || !bound->override) return programme;
  programme->override = (Prg__Override *)fill_new(arena, &prg__override__descriptor);
  return programme->override && override_modes(arena, bound->override, root, programme->override) &&
                 override_measures(arena, bound->override, root, programme->override)
             ? programme
             : NULL;
}
