#include "tests/lib/world.h"
#include "common/base/pb.h"
#include "common/domain/division.h"
#include "proto/registry_service.pb-c.h"
#include "tests/lib/testlib.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *need(void *pointer)
{
  assert_non_null(pointer);
  return pointer;
}

static char *copy(struct world *world, const char *text)
{
  return need(arena_strdup(world->arena, text));
}

#define NEW(world, type, init)                                                                               \
  ({                                                                                                         \
    type *new_ = need(ARENA_NEW((world)->arena, type));                                                      \
    init(new_);                                                                                              \
    new_;                                                                                                    \
  })

// ---- records

void world_put(struct world *world, const ProtobufCMessage *row)
{
  static const char *const names[] = {"division",  "institution", "person",
                                      "programme", "agreement",   "partnership"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const struct table *table = directory_table(world->directory, names[i]);
    if (table_definition(table)->row != row->descriptor) continue;
    assert_ok(table_put(world->txn, table, row));
    return;
  }
  fail_msg("%s is no record of the directory", row->descriptor->name);
}

const char *world_new_id(struct world *world)
{
  return need(arena_printf(world->arena, "01570000-0000-7000-8000-%012u", ++world->rows));
}

static ProtobufCMessage *find_in(struct world *world, const char *table, const char *index, const char *text)
{
  struct key prefix;
  struct table_rows rows = {0};
  key_init(&prefix);
  key_text(&prefix, text);
  assert_ok(table_list(world->txn, directory_table(world->directory, table), index, &prefix, NULL, 1,
                       world->arena, &rows));
  return rows.n ? rows.rows[0] : NULL;
}

const char *world_id(struct world *world, const char *code)
{
  ProtobufCMessage *row = find_in(world, "institution", "by_code", code);
  if (row) return ((Reg__Institution *)row)->id;
  row = find_in(world, "person", "by_staff_no", code);
  if (row) return ((Reg__Person *)row)->id;
  row = find_in(world, "agreement", "by_doc_no", code);
  if (!row) fail_msg("nothing in the world has the code %s", code);
  return ((Reg__Agreement *)row)->id;
}

Reg__Institution *world_institution(struct world *world, const char *code)
{
  return need(find_in(world, "institution", "by_code", code));
}
Reg__Person *world_person(struct world *world, const char *staff_no)
{
  return need(find_in(world, "person", "by_staff_no", staff_no));
}
Reg__Agreement *world_agreement_of(struct world *world, const char *id)
{
  return need(find_in(world, "agreement", NULL, id));
}
Reg__Partnership *world_partnership_of(struct world *world, const char *id)
{
  return need(find_in(world, "partnership", NULL, id));
}

Reg__Division *world_add_division(struct world *world, const char *code, const char *name)
{
  Reg__Division *division = NEW(world, Reg__Division, reg__division__init);
  char parent[DIVISION_SIZE] = "";
  for (int level = TYP__DIVISION_LEVEL__LEVEL_NATION; level < (int)division_level(code); level++)
    division_at_level(code, level, parent);
  division->code = copy(world, code);
  division->name = copy(world, name);
  division->level = division_level(code);
  division->parent = copy(world, parent);
  division->rev = 1;
  world_put(world, &division->base);
  return division;
}

static int value(const ProtobufCEnumDescriptor *vocabulary, const char *word)
{
  int found = word ? pb_enum_value(vocabulary, word) : 0;
  if (found < 0) fail_msg("unknown word %s", word);
  return found;
}

static void *values(struct world *world, const ProtobufCEnumDescriptor *vocabulary, const char *list,
                    size_t *ret_n)
{
  char **words = programme_words(world->arena, list ? list : "", ret_n);
  int *numbers = need(ARENA_ARRAY(world->arena, int, *ret_n + 1));
  for (size_t i = 0; i < *ret_n; i++)
    numbers[i] = value(vocabulary, words[i]);
  return numbers;
}

Reg__Institution *world_add_institution(struct world *world, const struct world_unit *unit)
{
  Reg__Institution *institution = NEW(world, Reg__Institution, reg__institution__init);
  institution->id = (char *)world_new_id(world);
  institution->kind = (Typ__InstitutionKind)value(&typ__institution_kind__descriptor, unit->kind);
  institution->name = copy(world, unit->name);
  institution->code = copy(world, unit->code);
  institution->division = copy(world, unit->division);
  institution->place = (Typ__Place)value(&typ__place__descriptor, unit->place);
  institution->stages = values(world, &typ__stage__descriptor, unit->stages, &institution->n_stages);
  institution->legal_person = true;
  if (unit->managing) institution->managing_bureau = (char *)world_id(world, unit->managing);
  institution->tags = programme_words(world->arena, unit->tags ? unit->tags : "", &institution->n_tags);
  institution->status = REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE;
  institution->rev = 1;
  world_put(world, &institution->base);
  return institution;
}

void world_amend(struct world *world, Reg__Institution *institution, const char *since, const char *name)
{
  Reg__InstitutionAmended event = REG__INSTITUTION_AMENDED__INIT;
  event.institution = institution;
  institution->since = (char *)since;
  institution->name = (char *)name;
  assert_ok(directory_apply(world->directory, world->txn, "InstitutionAmended", &event.base));
}

Reg__Person *world_add_person(struct world *world, const char *staff_no, const char *category,
                              const char *posts, const char *home)
{
  Reg__Person *person = NEW(world, Reg__Person, reg__person__init);
  person->id = (char *)world_new_id(world);
  person->staff_no = copy(world, staff_no);
  person->category = (Typ__PersonCategory)value(&typ__person_category__descriptor, category);
  bool retired = person->category == TYP__PERSON_CATEGORY__CATEGORY_RETIRED_TEACHER;
  person->birth = copy(world, retired ? "1955-03" : "1980-05");
  person->posts = values(world, &typ__post__descriptor, posts, &person->n_posts);
  const Reg__Institution *unit = world_institution(world, home);
  person->home = unit->id;
  person->stages = unit->stages;
  person->n_stages = unit->n_stages;
  person->subjects = programme_words(world->arena, "13", &person->n_subjects);
  person->title = TYP__TITLE__TITLE_SENIOR;
  person->here_since = copy(world, "2001-08");
  person->status = REG__PERSON_STATUS__PERSON_ACTIVE;
  person->rev = 1;
  world_put(world, &person->base);
  return person;
}

static Typ__Period *period(struct world *world, const char *from, const char *to)
{
  Typ__Period *new_period = NEW(world, Typ__Period, typ__period__init);
  new_period->from = copy(world, from);
  new_period->to = copy(world, to);
  return new_period;
}

static Reg__AgreementParty *party(struct world *world, const char *code, const char *role, bool signed_)
{
  Reg__AgreementParty *new_party = NEW(world, Reg__AgreementParty, reg__agreement_party__init);
  new_party->institution = (char *)world_id(world, code);
  new_party->role = copy(world, role);
  if (signed_) new_party->signed_on = copy(world, "2016-08-17");
  return new_party;
}

Reg__Agreement *world_agreement(struct world *world, Reg__AgreementStatus status)
{
  Reg__Agreement *agreement = NEW(world, Reg__Agreement, reg__agreement__init);
  bool signed_ = status >= REG__AGREEMENT_STATUS__AGREEMENT_SIGNED_PENDING;
  agreement->id = (char *)world_new_id(world);
  agreement->programme = copy(world, "nmg-framework");
  agreement->programme_version = 1;
  agreement->mode = copy(world, "FRAMEWORK");
  agreement->title = copy(world, "包头巴彦淖尔教育友好合作框架协议");
  agreement->doc_no = copy(world, "BT-BY-2016-1");
  agreement->parties = need(ARENA_ARRAY(world->arena, Reg__AgreementParty *, 2));
  agreement->parties[0] = party(world, "BT-EDU", "PARTY_A", signed_);
  agreement->parties[1] = party(world, "BY-EDU", "PARTY_B", signed_);
  agreement->n_parties = 2;
  agreement->valid = period(world, "2016-08-17", "");
  agreement->version = 1;
  agreement->status = status;
  agreement->division = copy(world, "1502");
  agreement->rev = 1;
  world_put(world, &agreement->base);
  return agreement;
}

static Reg__Member *member(struct world *world, char *text, const char *from)
{
  Reg__Member *new_member = NEW(world, Reg__Member, reg__member__init);
  char *equals = need(strchr(text, '='));
  *equals = '\0';
  new_member->role = text;
  new_member->party = (char *)(strlen(equals + 1) == 36 ? equals + 1 : world_id(world, equals + 1));
  new_member->party_kind =
      strlen(equals + 1) == 36 ? REG__PARTY_KIND__PARTY_PARTNERSHIP : REG__PARTY_KIND__PARTY_INSTITUTION;
  new_member->from = copy(world, from);
  return new_member;
}

Reg__Partnership *world_partnership(struct world *world, const Prg__Programme *programme, const char *mode,
                                    const Reg__Agreement *agreement, const char *members)
{
  Reg__Partnership *partnership = NEW(world, Reg__Partnership, reg__partnership__init);
  size_t n = 0;
  char **words = programme_words(world->arena, members, &n);
  partnership->id = (char *)world_new_id(world);
  partnership->programme = programme->id;
  partnership->programme_version = programme->version;
  partnership->mode = copy(world, mode);
  partnership->members = need(ARENA_ARRAY(world->arena, Reg__Member *, n + 1));
  for (size_t i = 0; i < n; i++)
    partnership->members[i] = member(world, words[i], "2016-09-01");
  partnership->n_members = n;
  if (agreement) partnership->agreement = agreement->id;
  const Reg__Institution *last = NULL;
  if (n) assert_ok(dir_institution(world->dir, partnership->members[n - 1]->party, &last));
  partnership->division = copy(world, last ? last->division : "15");
  partnership->designation = REG__DESIGNATION__DESIGNATION_NONE;
  partnership->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED;
  partnership->valid = period(world, "2016-09-01", "");
  partnership->rev = 1;
  world_put(world, &partnership->base);
  return partnership;
}

// ---- who is in it

static const char *const divisions[][2] = {
    {"0", "全国"},          {"15", "内蒙古自治区"},   {"1502", "包头市"},        {"150202", "东河区"},
    {"150203", "昆都仑区"}, {"150204", "青山区"},     {"150207", "九原区"},      {"150207105", "哈林格尔镇"},
    {"1508", "巴彦淖尔市"}, {"150802", "临河区"},     {"150802100", "狼山镇"},   {"150802102", "干召庙镇"},
    {"150821", "五原县"},   {"150823", "乌拉特前旗"}, {"150823100", "乌拉山镇"}, {"150825", "乌拉特后旗"},
    {"42", "湖北省"},       {"4211", "黄冈市"},       {"421182", "武穴市"},
};
static const struct world_unit units[] = {
    {"NM-EDU", "内蒙古自治区教育厅", "BUREAU", "15", NULL, NULL, NULL, NULL},
    {"BT-EDU", "包头市教育局", "BUREAU", "1502", "NM-EDU", NULL, NULL, NULL},
    {"KD-EDU", "昆都仑区教育局", "BUREAU", "150203", "BT-EDU", NULL, NULL, NULL},
    {"BY-EDU", "巴彦淖尔市教育局", "BUREAU", "1508", "NM-EDU", NULL, NULL, NULL},
    {"LH-EDU", "临河区教育局", "BUREAU", "150802", "BY-EDU", NULL, NULL, NULL},
    {"BT-GOV", "包头市人民政府", "GOVERNMENT", "1502", NULL, NULL, NULL, NULL},
    {"BY-GOV", "巴彦淖尔市人民政府", "GOVERNMENT", "1508", NULL, NULL, NULL, NULL},
    {"2115020301", "昆都仑区第一小学", "SCHOOL", "150203", "KD-EDU", "CITY", "PRIMARY", "quality"},
    {"2115020302", "昆都仑区第二小学", "SCHOOL", "150203", "KD-EDU", "CITY", "PRIMARY", NULL},
    {"3115020201", "包头市东河第一初级中学", "SCHOOL", "150202", "BT-EDU", "CITY", "JUNIOR", "quality"},
    {"3415020401", "包头市青山高级中学", "SCHOOL", "150204", "BT-EDU", "CITY", "SENIOR",
     "quality|model_high"},
    {"1115020301", "昆都仑区第一幼儿园", "KINDERGARTEN", "150203", "KD-EDU", "CITY", "PRESCHOOL",
     "model_kg_region"},
    {"1115020302", "昆都仑区第二幼儿园", "KINDERGARTEN", "150203", "KD-EDU", "CITY", "PRESCHOOL",
     "model_kg_region"},
    {"1115020303", "昆都仑区第三幼儿园", "KINDERGARTEN", "150203", "KD-EDU", "CITY", "PRESCHOOL", NULL},
    {"2115080201", "临河区狼山镇中心小学", "SCHOOL", "150802100", "LH-EDU", "TOWNSHIP", "PRIMARY", NULL},
    {"2115080202", "临河区干召庙村小学", "SCHOOL", "150802102", "LH-EDU", "VILLAGE", "PRIMARY", NULL},
    {"2115080203", "临河区实验小学", "SCHOOL", "150802", "LH-EDU", "CITY", "PRIMARY", NULL},
    {"3115082301", "乌拉特前旗蒙古族中学", "SCHOOL", "150823100", "BY-EDU", "COUNTY_SEAT", "JUNIOR",
     "pastoral"},
    {"3415080201", "巴彦淖尔市第一中学", "SCHOOL", "150802", "BY-EDU", "CITY", "SENIOR", NULL},
    {"1115080201", "临河区第一幼儿园", "KINDERGARTEN", "150802", "LH-EDU", "CITY", "PRESCHOOL",
     "model_kg_region"},
    {"1115080202", "临河区第二幼儿园", "KINDERGARTEN", "150802", "LH-EDU", "CITY", "PRESCHOOL",
     "model_kg_region"},
    {"1115080203", "临河区第三幼儿园", "KINDERGARTEN", "150802", "LH-EDU", "CITY", "PRESCHOOL", NULL},
};

static void fill(struct world *world)
{
  char number[8];
  for (size_t i = 0; i < sizeof divisions / sizeof *divisions; i++)
    world_add_division(world, divisions[i][0], divisions[i][1]);
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    world_add_institution(world, &units[i]);
  for (int i = 1; i <= 6; i++) {
    snprintf(number, sizeof number, "R%02d", i);
    world_add_person(world, number, "RETIRED_TEACHER", NULL, "3115020201");
  }
  for (int i = 1; i <= 12; i++) {
    snprintf(number, sizeof number, "P%02d", i);
    world_add_person(world, number, "PRINCIPAL", i % 2 ? "PRINCIPAL" : "VICE_PRINCIPAL", "2115080203");
  }
  world_add_person(world, "T01", "TEACHER", "TEACHER", "2115020301");
  world_add_person(world, "K01", "PRINCIPAL", "KG_DIRECTOR", "1115080201");
  world_put(world, &programme_a(world->arena)->base);
}

struct world *world_new(void)
{
  struct world *world = need(calloc(1, sizeof *world));
  assert_ok(arena_new(64 << 20, &world->arena));
  world->store = test_store(NULL, "registry");
  assert_ok(directory_open(world->store, &world->directory));
  assert_ok(store_begin(world->store, true, &world->txn));
  world->dir = need(directory_view(world->directory, world->txn, world->arena));
  world->ids.ms = 1471392000000; // 2016-08-17
  fill(world);
  return world;
}

struct world *world_free(struct world *world)
{
  if (!world) return NULL;
  if (world->txn) store_abort(&world->txn);
  directory_close(world->directory);
  store_close(world->store);
  arena_free(world->arena);
  free(world);
  return NULL;
}

// ---- who acts

static const struct {
  const char *word;
  uint32_t roles;
  const char *division; // NULL = no scope
  const char *acts_for;
} people[] = {
    {"baotou", ROLE_BIT(BUREAU), "1502", "unit:BT-EDU|units-under:BT-EDU|persons-of:BT-EDU"},
    {"bayannur", ROLE_BIT(BUREAU), "1508", "unit:BY-EDU|units-under:BY-EDU|persons-of:BY-EDU"},
    {"linhe", ROLE_BIT(BUREAU), "150802", "unit:LH-EDU|units-under:LH-EDU"},
    {"region", ROLE_BIT(AUTHORITY), "150000", "unit:NM-EDU"},
    {"registrar", ROLE_BIT(REGISTRAR), "15", ""},
    {"school", ROLE_BIT(UNIT), NULL, "unit:2115080201"},
    {"reader", ROLE_BIT(READER), "1508", ""},
    {"stranger", ROLE_BIT(BUREAU) | ROLE_BIT(REGISTRAR) | ROLE_BIT(AUTHORITY), "42", "unit:HG-EDU"},
    {"self", ROLE_BIT(SERVICE) | ROLE_BIT(OPERATOR), "0", ""},
};

static void merge_actor(struct world *world, struct actor *actor, const char *word)
{
  size_t i = 0, n = 0;
  while (i < sizeof people / sizeof *people && strcmp(people[i].word, word) != 0)
    i++;
  if (i == sizeof people / sizeof *people) fail_msg("nobody is called %s", word);
  actor->roles |= people[i].roles;
  if (people[i].division) {
    struct actor_scope *scopes = need(ARENA_ARRAY(world->arena, struct actor_scope, actor->n_scopes + 1));
    if (actor->n_scopes) memcpy(scopes, actor->scopes, actor->n_scopes * sizeof *scopes);
    scopes[actor->n_scopes++] = (struct actor_scope){people[i].division, "*"};
    actor->scopes = scopes;
  }
  char **words = programme_words(world->arena, people[i].acts_for, &n);
  const char **all = need(ARENA_ARRAY(world->arena, const char *, actor->n_acts_for + n + 1));
  if (actor->n_acts_for) memcpy(all, actor->acts_for, actor->n_acts_for * sizeof *all);
  for (size_t w = 0; w < n; w++)
    all[actor->n_acts_for++] = words[w];
  actor->acts_for = all;
}

struct actor world_actor(struct world *world, const char *words)
{
  struct actor actor = {.name = copy(world, words), .on_behalf_of = ""};
  while (*words) {
    size_t length = strcspn(words, "+");
    merge_actor(world, &actor, need(arena_strndup(world->arena, words, length)));
    words += length + (words[length] == '+');
  }
  return actor;
}

struct rule_context *world_context(struct world *world, const char *actor, const char *day)
{
  struct rule_context *ctx = need(ARENA_NEW(world->arena, struct rule_context));
  ctx->now_us = date_start_us(day) + INT64_C(8) * 3600 * 1000000;
  date_of_time(ctx->now_us, ctx->today);
  ctx->actor = world_actor(world, actor);
  ctx->ids = &world->ids;
  return ctx;
}

// ---- decisions

struct decision *world_decision(struct world *world)
{
  struct decision *decision = need(ARENA_NEW(world->arena, struct decision));
  decision->arena = world->arena;
  return decision;
}

void world_apply(struct world *world, const struct decision *decision)
{
  for (const struct decided_event *event = decision->first; event; event = event->next)
    assert_ok(
        directory_apply(world->directory, world->txn, event->data->descriptor->short_name, event->data));
}

const char *world_events(struct world *world, const struct decision *decision)
{
  const char *names = "";
  for (const struct decided_event *event = decision->first; event; event = event->next)
    names = need(arena_printf(world->arena, "%s%s%s", names, names[0] ? "," : "",
                              event->data->descriptor->short_name));
  return names;
}

const struct decided_event *world_event(const struct decision *decision, const char *name)
{
  const struct decided_event *found = NULL;
  for (const struct decided_event *event = decision->first; event; event = event->next)
    if (strcmp(event->data->descriptor->short_name, name) == 0) found = event;
  if (!found) fail_msg("no %s was decided", name);
  return found;
}

const char *world_param(const struct decision *decision, const char *name)
{
  for (size_t i = 0; i < decision->n_params; i++)
    if (strcmp(decision->params[i].name, name) == 0) return decision->params[i].value;
  return NULL;
}

static const Bus__Status *explain(const struct decision *decision, int result)
{
  return need(status_of_reason(decision->arena, (enum reason)result, decision));
}

void world_assert_accepted(const struct decision *decision, int result, const char *file, int line)
{
  if (result == 0) return;
  if (result < 0)
    print_error("system failure: %s\n", strerror(-result));
  else
    print_error("refused: %s %s\n", reason_text((enum reason)result)->word,
                explain(decision, result)->message_en);
  _fail(file, line);
}

static bool complete(const char *text)
{
  return !strchr(text, '{') && !strchr(text, '}') && text[0];
}

void world_assert_refused(const struct decision *decision, int result, const char *file, int line,
                          const char *word, ...)
{
  if (result <= 0) {
    print_error("%s, expected refusal %s\n", result == 0 ? "accepted" : strerror(-result), word);
    _fail(file, line);
    return;
  }
  const Bus__Status *status = explain(decision, result);
  bool fine = strcmp(status->reason, word) == 0;
  if (!complete(status->message_zh) || !complete(status->message_en)) {
    print_error("incomplete text: %s | %s\n", status->message_zh, status->message_en);
    fine = false;
  }
  va_list list;
  const char *name;
  va_start(list, word);
  while (fine && (name = va_arg(list, const char *))) {
    const char *wanted = va_arg(list, const char *), *given = world_param(decision, name);
    if (given && (strcmp(wanted, "*") == 0 || strcmp(given, wanted) == 0)) continue;
    print_error("parameter %s is %s, expected %s\n", name, given ? given : "absent", wanted);
    fine = false;
  }
  va_end(list);
  if (fine) return;
  print_error("refused with %s (%s), expected %s\n", status->reason, status->message_en, word);
  _fail(file, line);
}
