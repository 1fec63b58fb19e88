// Who counts: gathered once from the programme's partnerships and agreements.
#include "services/registry/rules/figures.h"
#include "common/base/date.h"
#include "common/base/pb.h"
#include "common/domain/division.h"
#include "services/registry/rules/figures_inside.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const Prg__Indicator *figures_indicator(const Prg__Programme *programme, const char *id)
{
  for (size_t i = 0; i < programme->n_indicators; i++)
    if (strcmp(programme->indicators[i]->id, id) == 0) return programme->indicators[i];
  return NULL;
}

static bool kept_here(const Prg__Counted *counted)
{
  return !counted || strcmp(counted->what, "agreements") == 0 || strcmp(counted->what, "partnerships") == 0;
}

const char *figures_owner(const Prg__Indicator *indicator)
{
  switch (indicator->form) {
  case PRG__INDICATOR_FORM__INDICATOR_SUM:
  case PRG__INDICATOR_FORM__INDICATOR_FILL:
    return "dispatch";
  default:
    return kept_here(indicator->num) && kept_here(indicator->den) ? "registry" : "dispatch";
  }
}

bool figures_not_applicable(const Prg__Indicator *indicator, const struct figure_count *count)
{
  return indicator->form != PRG__INDICATOR_FORM__INDICATOR_COUNT && count->denominator == 0;
}

static bool has_word(char *const *words, size_t n, const char *word)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(words[i], word) == 0) return true;
  return false;
}

// ---- coverage: the units that hold one of the roles

struct gathering {
  struct figures *figures;
  const struct dir_view *dir;
};

static bool in_force(const Reg__Partnership *partnership, const char *day)
{
  return partnership->status == REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED &&
         (!partnership->valid || period_contains(partnership->valid->from, partnership->valid->to, day));
}

// A division is covered by one institution in it.
static int cover_division(const struct gathering *gathering, const char *id, uint32_t by)
{
  struct figures *figures = gathering->figures;
  const Reg__Institution *institution = NULL;
  char county[DIVISION_SIZE];
  bool counts = false;
  int r = dir_institution(gathering->dir, id, &institution);
  if (r < 0 || !institution) return r;
  r = figures_fits(figures, gathering->dir, institution, FIGURES_OF_INSTITUTIONS, &counts);
  if (r < 0 || !counts ||
      !division_at_level(institution->division, TYP__DIVISION_LEVEL__LEVEL_COUNTY, county))
    return r;
  return id_set_add(&figures->covered, county, by);
}

static int cover(const struct gathering *gathering, const Reg__Member *member, uint32_t by, int depth);

// A role held by a partnership stands for all its members.
static int cover_members(const struct gathering *gathering, const char *id, uint32_t by, int depth)
{
  const Reg__Partnership *inner = NULL;
  int r = dir_partnership(gathering->dir, id, &inner);
  if (r < 0 || !inner || !in_force(inner, gathering->figures->day)) return r;
  for (size_t i = 0; r == 0 && i < inner->n_members; i++)
    r = cover(gathering, inner->members[i], by, depth);
  return r;
}

static int cover(const struct gathering *gathering, const Reg__Member *member, uint32_t by, int depth)
{
  struct figures *figures = gathering->figures;
  if (!period_contains(member->from, member->to, figures->day)) return 0;
  if (member->party_kind == REG__PARTY_KIND__PARTY_PARTNERSHIP)
    return depth < FIGURES_NEST_MAX ? cover_members(gathering, member->party, by, depth + 1) : 0;
  if (figures->of_divisions) return cover_division(gathering, member->party, by);
  return id_set_add(&figures->covered, member->party, by);
}

static int note_partnership(struct figures *figures, const char *id)
{
  if (figures->n_by == figures->room_by) {
    size_t room = figures->room_by ? figures->room_by * 2 : 64;
    char(*bigger)[ID_SET_TEXT] = reallocarray(figures->by, room, sizeof *bigger);
    if (!bigger) return -ENOMEM;
    figures->by = bigger;
    figures->room_by = room;
  }
  if (strlen(id) >= ID_SET_TEXT) return -EMSGSIZE;
  memcpy(figures->by[figures->n_by++], id, strlen(id) + 1);
  return 0;
}

static int gather_coverage(void *context, const ProtobufCMessage *row)
{
  const struct gathering *gathering = context;
  struct figures *figures = gathering->figures;
  const Reg__Partnership *partnership = (const Reg__Partnership *)row;
  const Prg__Indicator *indicator = figures->indicator;
  if (!in_force(partnership, figures->day)) return 0;
  if (indicator->mode[0] && strcmp(partnership->mode, indicator->mode) != 0) return 0;
  int r = note_partnership(figures, partnership->id);
  for (size_t i = 0; r == 0 && i < partnership->n_members; i++)
    if (has_word(indicator->roles, indicator->n_roles, partnership->members[i]->role))
      r = cover(gathering, partnership->members[i], (uint32_t)figures->n_by - 1, 1);
  return r;
}

// ---- counts: the records themselves

struct counting {
  const struct figures *figures;
  const Prg__Counted *what;
  struct figures_list *list;
};

static int take(struct figures_list *list, const char *id, const char *division)
{
  if (list->n == list->room) {
    size_t room = list->room ? list->room * 2 : 64;
    struct figures_entry *bigger = reallocarray(list->entries, room, sizeof *bigger);
    if (!bigger) return -ENOMEM;
    list->entries = bigger;
    list->room = room;
  }
  struct figures_entry *entry = &list->entries[list->n];
  if (strlen(id) >= sizeof entry->id) return -EMSGSIZE;
  memcpy(entry->id, id, strlen(id) + 1);
  division_short(division, entry->division);
  list->n++;
  return 0;
}

static bool wanted_status(const Prg__Counted *what, const ProtobufCEnumDescriptor *words, int status,
                          int usual)
{
  if (!what->n_status) return status == usual;
  const char *word = pb_enum_word(words, status);
  return word && has_word(what->status, what->n_status, word);
}

static bool wanted_designation(const Prg__Counted *what, Reg__Designation designation)
{
  const char *word = pb_enum_word(&reg__designation__descriptor, (int)designation);
  return !what->designation[0] || (word && strcmp(word, what->designation) == 0);
}

static int count_partnership(void *context, const ProtobufCMessage *row)
{
  const struct counting *counting = context;
  const Reg__Partnership *partnership = (const Reg__Partnership *)row;
  const Prg__Counted *what = counting->what;
  bool counts = wanted_status(what, &reg__partnership_status__descriptor, (int)partnership->status,
                              REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED) &&
                wanted_designation(what, partnership->designation) &&
                (!what->mode[0] || strcmp(what->mode, partnership->mode) == 0) &&
                (what->n_status || in_force(partnership, counting->figures->day));
  return counts ? take(counting->list, partnership->id, partnership->division) : 0;
}

static int count_agreement(void *context, const ProtobufCMessage *row)
{
  const struct counting *counting = context;
  const Reg__Agreement *agreement = (const Reg__Agreement *)row;
  const Prg__Counted *what = counting->what;
  bool counts = wanted_status(what, &reg__agreement_status__descriptor, (int)agreement->status,
                              REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE) &&
                (!what->mode[0] || strcmp(what->mode, agreement->mode) == 0);
  return counts ? take(counting->list, agreement->id, agreement->division) : 0;
}

static int by_division(const void *a, const void *b)
{
  const struct figures_entry *x = a, *y = b;
  int order = strcmp(x->division, y->division);
  return order ? order : strcmp(x->id, y->id);
}

static int gather_counted(const struct figures *figures, const struct dir_view *dir, const Prg__Counted *what,
                          struct figures_list *list)
{
  struct counting counting = {figures, what, list};
  if (!what) return 0;
  list->agreements = strcmp(what->what, "agreements") == 0;
  int r = list->agreements ? dir_walk_agreements(dir, figures->programme, "", count_agreement, &counting)
                           : dir_walk_partnerships(dir, figures->programme, "", count_partnership, &counting);
  if (r == 0 && list->n) qsort(list->entries, list->n, sizeof *list->entries, by_division);
  return r;
}

// ---- opening

static int gather(struct figures *figures, const struct dir_view *dir)
{
  const Prg__Indicator *indicator = figures->indicator;
  switch (indicator->form) {
  case PRG__INDICATOR_FORM__INDICATOR_COVERAGE: {
    struct gathering gathering = {figures, dir};
    return dir_walk_partnerships(dir, figures->programme, "", gather_coverage, &gathering);
  }
  case PRG__INDICATOR_FORM__INDICATOR_COUNT:
  case PRG__INDICATOR_FORM__INDICATOR_RATIO: {
    int r = gather_counted(figures, dir, indicator->num, &figures->num);
    return r < 0 ? r : gather_counted(figures, dir, indicator->den, &figures->den);
  }
  default:
    return -ENOTSUP;
  }
}

int figures_open(const struct dir_view *dir, const Prg__Programme *programme, const Prg__Indicator *indicator,
                 const char *day, struct figures **ret)
{
  if (strcmp(figures_owner(indicator), "registry") != 0) return -ENOTSUP;
  struct figures *figures = calloc(1, sizeof *figures);
  if (!figures) return -ENOMEM;
  figures->indicator = indicator;
  figures->programme = programme->id;
  figures->of_divisions = strcmp(indicator->unit, "division") == 0;
  memcpy(figures->day, day, strnlen(day, DATE_SIZE - 1));
  int r = arena_new(FIGURES_SCRATCH, &figures->scratch);
  if (r == 0) r = gather(figures, dir);
  if (r < 0) figures = figures_close(figures);
  *ret = figures;
  return r;
}

struct figures *figures_close(struct figures *figures)
{
  if (!figures) return NULL;
  id_set_free(&figures->covered);
  free(figures->by);
  free(figures->num.entries);
  free(figures->den.entries);
  arena_free(figures->scratch);
  free(figures);
  return NULL;
}
