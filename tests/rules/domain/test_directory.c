// The directory over its tables: every road to a record, lists, due days, and events applied.
#include "proto/registry_service.pb-c.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <errno.h>
#include <string.h>

static int setup(void **state)
{
  *state = world_new();
  return 0;
}
static int teardown(void **state)
{
  world_free(*state);
  return 0;
}

static void finds_single_records(void **state)
{
  struct world *w = *state;
  const Reg__Division *division = NULL;
  assert_ok(dir_division(w->dir, "150000", &division)); // the six-digit form of a province
  assert_string_equal(division->name, "内蒙古自治区");
  assert_ok(dir_division(w->dir, "1599", &division));
  assert_null(division);
  const Reg__Institution *institution = NULL;
  assert_ok(dir_institution_by_code(w->dir, "BT-EDU", &institution));
  assert_string_equal(institution->name, "包头市教育局");
  const char *id = institution->id;
  assert_ok(dir_institution(w->dir, id, &institution));
  assert_string_equal(institution->code, "BT-EDU");
  assert_ok(dir_institution_by_code(w->dir, "nobody", &institution));
  assert_null(institution);
  const Reg__Person *person = NULL;
  assert_ok(dir_person_by_staff_no(w->dir, "R01", &person));
  assert_int_equal(person->category, TYP__PERSON_CATEGORY__CATEGORY_RETIRED_TEACHER);
  assert_ok(dir_person(w->dir, person->id, &person));
  assert_string_equal(person->staff_no, "R01");
}

// Codes are no prefixes of each other in an index: the text ends with NUL.
static void a_code_is_not_a_prefix(void **state)
{
  struct world *w = *state;
  const Reg__Institution *institution = NULL;
  assert_ok(dir_institution_by_code(w->dir, "211508020", &institution));
  assert_null(institution);
  const Reg__Institution *bureau = NULL;
  assert_ok(dir_bureau_of(w->dir, "1508", &bureau));
  assert_string_equal(bureau->code, "BY-EDU");
  assert_ok(dir_bureau_of(w->dir, "150800", &bureau));
  assert_string_equal(bureau->code, "BY-EDU");
  assert_ok(dir_bureau_of(w->dir, "150821", &bureau));
  assert_null(bureau); // five counties have none in this world
}

static void a_key_longer_than_the_store_allows_finds_nothing(void **state)
{
  struct world *w = *state;
  char code[700];
  memset(code, 'x', sizeof code - 1);
  code[sizeof code - 1] = '\0';
  const Reg__Institution *institution = (void *)state;
  assert_ok(dir_institution_by_code(w->dir, code, &institution));
  assert_null(institution);
  const Reg__Partnership *const *list = NULL;
  size_t n = 1;
  assert_ok(dir_partnerships_of(w->dir, code, &list, &n));
  assert_int_equal(n, 0);
}

static void finds_bureaus_of_a_level(void **state)
{
  struct world *w = *state;
  static const struct {
    const char *division;
    Typ__DivisionLevel level;
    size_t n;
  } cases[] = {
      {"0", TYP__DIVISION_LEVEL__LEVEL_PREFECTURE, 2},    {"15", TYP__DIVISION_LEVEL__LEVEL_PREFECTURE, 2},
      {"150000", TYP__DIVISION_LEVEL__LEVEL_COUNTY, 2},   {"1508", TYP__DIVISION_LEVEL__LEVEL_COUNTY, 1},
      {"1508", TYP__DIVISION_LEVEL__LEVEL_PREFECTURE, 1}, {"42", TYP__DIVISION_LEVEL__LEVEL_COUNTY, 0},
      {"000000", TYP__DIVISION_LEVEL__LEVEL_PROVINCE, 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const Reg__Institution *const *list = NULL;
    size_t n = 99;
    assert_ok(dir_bureaus_under(w->dir, cases[i].division, cases[i].level, &list, &n));
    assert_int_equal(n, cases[i].n);
  }
  Reg__Institution *closed = world_institution(w, "LH-EDU");
  closed->status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
  world_put(w, &closed->base);
  const Reg__Institution *const *list = NULL;
  size_t n = 99;
  assert_ok(dir_bureaus_under(w->dir, "1508", TYP__DIVISION_LEVEL__LEVEL_COUNTY, &list, &n));
  assert_int_equal(n, 0);
}

// What a decision has made of the world so far is seen on every road, and by nobody else.
static void a_view_over_the_world(void **state)
{
  struct world *w = *state;
  const Reg__Institution *school = NULL;
  const Reg__Partnership *const *list = NULL;
  size_t n = 0;
  Reg__Agreement *agreement = world_agreement(w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  const Prg__Programme *programme = NULL;
  assert_ok(dir_programme(w->dir, "nmg-framework", 0, &programme));
  Reg__Partnership *stored =
      world_partnership(w, programme, "MUTUAL_AID", agreement, "SUPPORTER=2115020301|RECIPIENT=2115080201");
  Reg__Partnership *other = world_partnership(w, programme, "MUTUAL_AID", agreement, "SUPPORTER=2115020301");
  Reg__Institution *recoded = world_institution(w, "2115080202");
  recoded->code = (char *)"2115080299";
  Reg__Partnership *moved = world_partnership_of(w, stored->id), *added = world_partnership_of(w, stored->id);
  moved->members[1]->party = recoded->id;
  added->id = (char *)world_new_id(w);
  const struct dir_view *over = dir_assume(w->dir, &recoded->base);
  over = dir_assume(dir_assume(over, &added->base), &moved->base);

  assert_ok(dir_institution_by_code(over, "2115080299", &school));
  assert_ptr_equal(school, recoded);
  assert_ok(dir_institution_by_code(over, "2115080202", &school));
  assert_null(school);
  assert_ok(dir_partnerships_of(over, recoded->id, &list, &n));
  assert_int_equal(n, 1);
  assert_ptr_equal(list[0], moved);
  assert_ok(dir_partnerships_of(over, world_id(w, "2115080201"), &list, &n));
  assert_int_equal(n, 1);
  assert_ptr_equal(list[0], added);
  assert_ok(dir_partnerships_under(over, agreement->id, &list, &n));
  assert_int_equal(n, 3);
  assert_string_equal(list[0]->id, other->id); // what is assumed stands at the end
  Reg__Partnership *again = world_partnership_of(w, stored->id);
  again->agreement = (char *)"";
  over = dir_assume(over, &again->base); // the latest counts
  assert_ok(dir_partnerships_under(over, agreement->id, &list, &n));
  assert_int_equal(n, 2);
  assert_ok(dir_partnerships_under(w->dir, agreement->id, &list, &n));
  assert_int_equal(n, 2);
  assert_ok(dir_institution_by_code(w->dir, "2115080299", &school));
  assert_null(school);
}

static void newest_programme_is_the_highest_not_retired(void **state)
{
  struct world *w = *state;
  const Prg__Programme *found = NULL;
  Prg__Programme *second = programme_a(w->arena), *third = programme_a(w->arena);
  second->version = 2;
  third->version = 300; // beyond one byte: versions are ordered as numbers
  world_put(w, &second->base);
  world_put(w, &third->base);
  assert_ok(dir_programme(w->dir, "nmg-framework", 0, &found));
  assert_int_equal(found->version, 300);
  third->status = PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED;
  world_put(w, &third->base);
  assert_ok(dir_programme(w->dir, "nmg-framework", 0, &found));
  assert_int_equal(found->version, 2);
  assert_ok(dir_programme(w->dir, "nmg-framework", 1, &found));
  assert_int_equal(found->version, 1);
  assert_ok(dir_programme(w->dir, "nmg", 0, &found));
  assert_null(found);
}

static void lists_relations(void **state)
{
  struct world *w = *state;
  Reg__Agreement *agreement = world_agreement(w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  const Prg__Programme *a = programme_a(w->arena);
  Reg__Partnership *pair =
      world_partnership(w, a, "MUTUAL_AID", agreement, "SUPPORTER=2115020301|RECIPIENT=2115080201");
  world_partnership(w, a, "MUTUAL_AID", agreement, "SUPPORTER=2115020301|RECIPIENT=2115080202");
  const Reg__Partnership *const *list = NULL;
  const Reg__Agreement *const *agreements = NULL;
  size_t n = 0;
  assert_ok(dir_partnerships_of(w->dir, world_id(w, "2115020301"), &list, &n));
  assert_int_equal(n, 2);
  assert_ok(dir_partnerships_of(w->dir, world_id(w, "2115080201"), &list, &n));
  assert_int_equal(n, 1);
  assert_string_equal(list[0]->id, pair->id);
  assert_ok(dir_partnerships_under(w->dir, agreement->id, &list, &n));
  assert_int_equal(n, 2);
  assert_ok(dir_agreements_of(w->dir, world_id(w, "BY-EDU"), &agreements, &n));
  assert_int_equal(n, 1);
  // A changed row leaves no trace in the indexes it has left.
  pair->agreement = (char *)protobuf_c_empty_string;
  pair->members[1]->party = (char *)world_id(w, "2115080203");
  world_put(w, &pair->base);
  assert_ok(dir_partnerships_of(w->dir, world_id(w, "2115080201"), &list, &n));
  assert_int_equal(n, 0);
  assert_ok(dir_partnerships_under(w->dir, agreement->id, &list, &n));
  assert_int_equal(n, 1);
}

static Reg__Agreement *agreement_from_to(struct world *w, Reg__AgreementStatus status, const char *from,
                                         const char *to)
{
  Reg__Agreement *agreement = world_agreement(w, status);
  agreement->valid->from = (char *)from;
  agreement->valid->to = (char *)to;
  world_put(w, &agreement->base);
  return agreement;
}

static void agreements_become_due(void **state)
{
  struct world *w = *state;
  const Reg__AgreementStatus pending = REG__AGREEMENT_STATUS__AGREEMENT_SIGNED_PENDING;
  const Reg__AgreementStatus effective = REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE;
  agreement_from_to(w, pending, "2016-09-01", "2020-09-01");
  agreement_from_to(w, pending, "2017", "");
  agreement_from_to(w, effective, "2015-01-01", "2016-12-31");
  agreement_from_to(w, effective, "2015-01-01", "");
  agreement_from_to(w, REG__AGREEMENT_STATUS__AGREEMENT_SUSPENDED, "2015-01-01", "2016-10-01");
  agreement_from_to(w, REG__AGREEMENT_STATUS__AGREEMENT_APPROVED, "2015-01-01", "2015-02-01");
  static const struct {
    const char *day;
    size_t n;
  } cases[] = {{"2016-08-31", 0}, {"2016-09-01", 1}, {"2016-09-30", 1}, {"2016-10-01", 2},
               {"2016-12-30", 2}, {"2016-12-31", 3}, {"2017-01-01", 4}, {"2099-01-01", 4}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const Reg__Agreement *const *list = NULL;
    size_t n = 99;
    assert_ok(dir_agreements_due(w->dir, cases[i].day, &list, &n));
    assert_int_equal(n, cases[i].n);
  }
}

// ---- applying events

static void every_event_of_the_catalogue_is_applied(void **state)
{
  struct world *w = *state;
  const ProtobufCServiceDescriptor *events = &reg__events__descriptor;
  assert_true(events->n_methods >= 24);
  for (unsigned i = 0; i < events->n_methods; i++) {
    const ProtobufCMessageDescriptor *type = events->methods[i].input;
    ProtobufCMessage *event = arena_alloc(w->arena, type->sizeof_message);
    protobuf_c_message_init(type, event);
    // An event without its record is damaged; a list may be empty.
    int wanted = type->fields[0].label == PROTOBUF_C_LABEL_REPEATED ? 0 : -EBADMSG;
    assert_code(directory_apply(w->directory, w->txn, events->methods[i].name, event), wanted);
  }
}

static void unknown_events_are_told_apart(void **state)
{
  struct world *w = *state;
  Reg__Nothing nothing = REG__NOTHING__INIT;
  assert_code(directory_apply(w->directory, w->txn, "AgreementFramed", &nothing.base), -ENOTSUP);
  assert_code(directory_apply(w->directory, w->txn, "Nothing", &nothing.base), -ENOTSUP);
  Reg__SignAgreement command = REG__SIGN_AGREEMENT__INIT; // first field is a text
  assert_code(directory_apply(w->directory, w->txn, "SignAgreement", &command.base), -ENOTSUP);
}

static void an_event_replaces_the_record(void **state)
{
  struct world *w = *state;
  Reg__Institution *school = world_institution(w, "2115080201");
  school->name = (char *)"狼山镇第一小学";
  school->code = (char *)"2115080299";
  school->rev = 2;
  Reg__InstitutionAmended amended = REG__INSTITUTION_AMENDED__INIT;
  amended.institution = school;
  assert_ok(directory_apply(w->directory, w->txn, "InstitutionAmended", &amended.base));
  const Reg__Institution *found = NULL;
  assert_ok(dir_institution_by_code(w->dir, "2115080299", &found));
  assert_string_equal(found->name, "狼山镇第一小学");
  assert_ok(dir_institution_by_code(w->dir, "2115080201", &found));
  assert_null(found);
}

static void list_event_stores_each(void **state)
{
  struct world *w = *state;
  Reg__Division a = REG__DIVISION__INIT, b = REG__DIVISION__INIT, *both[] = {&a, &b};
  a.code = (char *)"22";
  b.code = (char *)"2208";
  Reg__DivisionsImported imported = REG__DIVISIONS_IMPORTED__INIT;
  imported.divisions = both;
  imported.n_divisions = 2;
  assert_ok(directory_apply(w->directory, w->txn, "DivisionsImported", &imported.base));
  const Reg__Division *found = NULL;
  assert_ok(dir_division(w->dir, "220800", &found));
  assert_non_null(found);
}

static void count_table(void *context, const struct table *table)
{
  size_t *n = context;
  assert_non_null(table_definition(table)->name);
  (*n)++;
}

static void tables_are_visited_and_named(void **state)
{
  struct world *w = *state;
  size_t n = 0;
  directory_tables(w->directory, count_table, &n);
  assert_int_equal(n, 6);
  assert_non_null(directory_table(w->directory, "partnership"));
  assert_null(directory_table(w->directory, "pupil"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(finds_single_records),
      TEST(a_code_is_not_a_prefix),
      TEST(a_key_longer_than_the_store_allows_finds_nothing),
      TEST(finds_bureaus_of_a_level),
      TEST(a_view_over_the_world),
      TEST(newest_programme_is_the_highest_not_retired),
      TEST(lists_relations),
      TEST(agreements_become_due),
      TEST(every_event_of_the_catalogue_is_applied),
      TEST(unknown_events_are_told_apart),
      TEST(an_event_replaces_the_record),
      TEST(list_event_stores_each),
      TEST(tables_are_visited_and_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
