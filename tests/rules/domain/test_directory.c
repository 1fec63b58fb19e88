// The directory over its tables: every road to a record, lists, due days, and events applied.
#include "proto/registry_service.pb-c.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <errno.h>
#include <stdio.h>
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

// ---- as of a day

// A partnership of two schools since September 2016; from March 2017 the second one is another.
static Reg__Partnership *changed_pair(struct world *w)
{
  Reg__Agreement *agreement = world_agreement(w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  Reg__Partnership *other = world_partnership(w, programme_a(w->arena), "MUTUAL_AID", agreement,
                                              "SUPPORTER=3115020201|RECIPIENT=3115082301");
  Reg__Partnership *pair = (Reg__Partnership *)arena_clone(w->arena, &other->base);
  assert_non_null(pair);
  Reg__PartnershipEstablished event = REG__PARTNERSHIP_ESTABLISHED__INIT;
  event.partnership = pair;
  pair->id = (char *)world_new_id(w);
  pair->members[0]->party = (char *)world_id(w, "2115020301");
  pair->members[1]->party = (char *)world_id(w, "2115080201");
  pair->since = (char *)"2016-09-01";
  assert_ok(directory_apply(w->directory, w->txn, "PartnershipEstablished", &event.base));
  pair->members[1]->party = (char *)world_id(w, "2115080202");
  pair->since = (char *)"2017-03-01";
  assert_ok(directory_apply(w->directory, w->txn, "PartnershipEstablished", &event.base));
  return pair;
}

static size_t partnerships_on(struct world *w, const char *day, const char *code)
{
  const Reg__Partnership *const *list = NULL;
  size_t n = 99;
  const struct dir_view *view = dir_view_as_of(w->dir, day);
  assert_non_null(view);
  assert_ok(dir_partnerships_of(view, world_id(w, code), &list, &n));
  return n;
}

static void a_list_of_a_day_has_what_held_then(void **state)
{
  struct world *w = *state;
  static const struct {
    const char *day, *code;
    size_t n;
  } cases[] = {
      {"2016-08-31", "2115020301", 0}, {"2016-09-01", "2115020301", 1}, {"2017-02-28", "2115020301", 1},
      {"2017-03-01", "2115020301", 1}, {"", "2115020301", 1},           {"2016-08-31", "2115080201", 0},
      {"2017-02-28", "2115080201", 1}, {"2017-03-01", "2115080201", 0}, {"", "2115080201", 0},
      {"2017-02-28", "2115080202", 0}, {"2017-03-01", "2115080202", 1}, {"", "2115080202", 1},
  };
  changed_pair(w);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(partnerships_on(w, cases[i].day, cases[i].code), cases[i].n);
}

static void a_record_of_a_day_is_the_state_that_held_then(void **state)
{
  struct world *w = *state;
  const Reg__Partnership *pair = changed_pair(w), *found = NULL;
  assert_ok(dir_partnership(dir_view_as_of(w->dir, "2016-08-31"), pair->id, &found));
  assert_null(found);
  assert_ok(dir_partnership(dir_view_as_of(w->dir, "2017-02-28"), pair->id, &found));
  assert_string_equal(found->since, "2016-09-01");
  assert_ok(dir_partnership(w->dir, pair->id, &found));
  assert_string_equal(found->since, "2017-03-01");
}

static void expect_name(struct world *w, const char *day, const char *name)
{
  const Reg__Institution *found = NULL;
  assert_ok(dir_institution_by_code(dir_view_as_of(w->dir, day), "2115080201", &found));
  assert_non_null(found);
  assert_string_equal(found->name, name);
}

static void states_of_one_day_replace_each_other_and_late_news_find_their_place(void **state)
{
  struct world *w = *state;
  Reg__Institution *school = world_institution(w, "2115080201");
  const char *first = school->name;
  struct table_rows states;
  world_amend(w, school, "2018-09-01", "2018");
  world_amend(w, school, "2018-09-01", "2018, corrected");
  world_amend(w, school, "2020-09-01", "2020");
  world_amend(w, school, "2019-09-01", "2019, told late");
  expect_name(w, "2018-08-31", first);
  expect_name(w, "2018-09-01", "2018, corrected");
  expect_name(w, "2019-12-31", "2019, told late");
  expect_name(w, "2020-09-01", "2020");
  expect_name(w, "", "2020");
  assert_ok(directory_states(w->dir, "institution", school->id, "", 10, &states));
  assert_int_equal(states.n, 3);
  assert_ok(directory_states(w->dir, "institution", school->id, "2018-09-01", 10, &states));
  assert_int_equal(states.n, 1);
  assert_code(directory_states(w->dir, "pupil", school->id, "", 10, &states), -EINVAL);
}

static void bureaus_of_a_day(void **state)
{
  struct world *w = *state;
  Reg__Institution *bureau = world_institution(w, "LH-EDU");
  bureau->status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
  world_amend(w, bureau, "2020-01-01", "closed");
  const Reg__Institution *const *list = NULL;
  const Reg__Institution *found = NULL;
  size_t n = 99;
  static const char *const scopes[] = {"0", "15", "1508"};
  for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
    size_t before = 0;
    assert_ok(dir_bureaus_under(dir_view_as_of(w->dir, "2019-12-31"), scopes[i],
                                TYP__DIVISION_LEVEL__LEVEL_COUNTY, &list, &before));
    assert_ok(dir_bureaus_under(dir_view_as_of(w->dir, "2020-01-01"), scopes[i],
                                TYP__DIVISION_LEVEL__LEVEL_COUNTY, &list, &n));
    assert_int_equal(n, before - 1);
  }
  assert_ok(dir_bureau_of(dir_view_as_of(w->dir, "2019-12-31"), "150802", &found));
  assert_non_null(found);
  assert_ok(dir_bureau_of(w->dir, "150802", &found));
  assert_null(found);
}

static void erasure_forgets_the_states_before(void **state)
{
  struct world *w = *state;
  Reg__Person *person = world_person(w, "T01");
  Reg__PersonAmended amended = REG__PERSON_AMENDED__INIT;
  Reg__PersonErased erased = REG__PERSON_ERASED__INIT;
  struct table_rows states;
  amended.person = erased.person = person;
  person->since = (char *)"2020-01-01";
  assert_ok(directory_apply(w->directory, w->txn, "PersonAmended", &amended.base));
  assert_ok(directory_states(w->dir, "person", person->id, "", 10, &states));
  assert_int_equal(states.n, 1);
  person->status = REG__PERSON_STATUS__PERSON_ERASED;
  person->since = (char *)"2021-01-01";
  assert_ok(directory_apply(w->directory, w->txn, "PersonErased", &erased.base));
  assert_ok(directory_states(w->dir, "person", person->id, "", 10, &states));
  assert_int_equal(states.n, 0);
}

// More rows than one step looks at, present and past in turns.
static void a_long_list_of_a_day_is_complete(void **state)
{
  struct world *w = *state;
  enum { SCHOOLS = 60 };
  char code[16];
  for (int i = 0; i < SCHOOLS; i++) {
    snprintf(code, sizeof code, "21420000%02d", i);
    Reg__Institution *school = world_add_institution(
        w, &(struct world_unit){code, code, "SCHOOL", "421182", NULL, "TOWNSHIP", "PRIMARY", NULL});
    school->division = (char *)(i % 3 == 0 ? "421181" : "421182");
    if (i % 2 == 0) world_amend(w, school, "2020-01-01", "later");
  }
  struct key prefix;
  key_init(&prefix);
  key_text(&prefix, "421182");
  for (size_t limit = 1; limit < 80; limit += 13) {
    struct table_query query = {"by_division", &prefix, NULL, limit};
    struct directory_page page = {.more = true};
    size_t n = 0;
    while (page.more) {
      assert_ok(directory_select(dir_view_as_of(w->dir, "2019-12-31"), "institution", &query, &page));
      for (size_t i = 1; i < page.n; i++)
        assert_true(
            strcmp(((Reg__Institution *)page.rows[i - 1])->id, ((Reg__Institution *)page.rows[i])->id) < 0);
      n += page.n;
      query.after = page.last;
    }
    assert_int_equal(n, SCHOOLS); // all were there in 2019
  }
  struct table_query query = {"by_division", &prefix, NULL, 100};
  struct directory_page page;
  assert_ok(directory_select(dir_view_as_of(w->dir, "2020-01-01"), "institution", &query, &page));
  assert_int_equal(page.n, SCHOOLS - SCHOOLS / 6); // those of both 2 and 3 have moved
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
  assert_true(n >= 6 + 5); // the records, and the histories of those with valid time
  assert_non_null(directory_table(w->directory, "partnership"));
  assert_non_null(directory_table(w->directory, "partnership.history"));
  assert_non_null(directory_table(w->directory, "issue"));
  assert_null(directory_table(w->directory, "programme.history")); // versions are its history
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
      TEST(a_list_of_a_day_has_what_held_then),
      TEST(a_record_of_a_day_is_the_state_that_held_then),
      TEST(states_of_one_day_replace_each_other_and_late_news_find_their_place),
      TEST(bureaus_of_a_day),
      TEST(erasure_forgets_the_states_before),
      TEST(a_long_list_of_a_day_is_complete),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
