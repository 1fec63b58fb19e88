// ImportDivisions and IN-05.
#include "services/registry/rules/division.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
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

struct row {
  const char *code, *name;
  int level;
  const char *parent, *from, *to;
};

static Reg__ImportDivisions *command(struct world *w, const struct row *rows, size_t n)
{
  Reg__ImportDivisions *cmd = ARENA_NEW(w->arena, Reg__ImportDivisions);
  reg__import_divisions__init(cmd);
  cmd->divisions = ARENA_ARRAY(w->arena, Reg__Division *, n + 1);
  for (size_t i = 0; i < n; i++) {
    Reg__Division *division = ARENA_NEW(w->arena, Reg__Division);
    reg__division__init(division);
    division->code = (char *)rows[i].code;
    division->name = (char *)rows[i].name;
    division->level = (Typ__DivisionLevel)rows[i].level;
    if (rows[i].parent) division->parent = (char *)rows[i].parent;
    if (rows[i].from || rows[i].to) {
      division->valid = ARENA_NEW(w->arena, Typ__Period);
      typ__period__init(division->valid);
      if (rows[i].from) division->valid->from = (char *)rows[i].from;
      if (rows[i].to) division->valid->to = (char *)rows[i].to;
    }
    cmd->divisions[cmd->n_divisions++] = division;
  }
  return cmd;
}

static int import(struct world *w, const char *actor, const struct row *rows, size_t n, struct decision **ret)
{
  *ret = world_decision(w);
  return reg_division_import(w->dir, command(w, rows, n), world_context(w, actor, "2016-08-17"), *ret);
}
#define IMPORT(w, actor, out, ...)                                                                           \
  import((w), (actor), (const struct row[]){__VA_ARGS__},                                                    \
         sizeof((const struct row[]){__VA_ARGS__}) / sizeof(struct row), (out))

static const Reg__ImportDivisionsReply *reply_of(const struct decision *out)
{
  return (const Reg__ImportDivisionsReply *)out->reply;
}

static void adds_changes_and_leaves_alone(void **state)
{
  struct world *w = *state;
  struct decision *out;
  int r = IMPORT(w, "registrar", &out, {.code = "150822", .name = "磴口县"},
                 {.code = "150822100", .name = "巴彦高勒镇"}, {.code = "150802", .name = "临河区"},
                 {.code = "150821", .name = "五原新县"});
  assert_accepted(out, r);
  assert_int_equal(reply_of(out)->added, 2);
  assert_int_equal(reply_of(out)->changed, 1);
  assert_int_equal(reply_of(out)->same, 1);
  assert_string_equal(world_events(w, out), "DivisionsImported");
  const struct decided_event *event = world_event(out, "DivisionsImported");
  assert_string_equal(event->head.division, "1508"); // where all of them lie
  const Reg__DivisionsImported *imported = (const Reg__DivisionsImported *)event->data;
  assert_int_equal(imported->n_divisions, 3); // what did not change is left out
  world_apply(w, out);
  const Reg__Division *found = NULL;
  assert_ok(dir_division(w->dir, "150822100", &found));
  assert_int_equal(found->level, TYP__DIVISION_LEVEL__LEVEL_TOWNSHIP); // from the code
  assert_string_equal(found->parent, "150822");
  assert_int_equal(found->rev, 1);
  assert_ok(dir_division(w->dir, "150821", &found));
  assert_string_equal(found->name, "五原新县");
  assert_int_equal(found->rev, 2);
}

static void the_same_file_again_is_no_event(void **state)
{
  struct world *w = *state;
  struct decision *out;
  assert_accepted(out, IMPORT(w, "registrar", &out, {.code = "1508", .name = "巴彦淖尔市"},
                              {.code = "150802", .name = "临河区"}));
  assert_int_equal(out->n_events, 0);
  assert_int_equal(reply_of(out)->same, 2);
}

static void six_digit_forms_are_stored_short(void **state)
{
  struct world *w = *state;
  struct decision *out;
  assert_accepted(out,
                  IMPORT(w, "registrar", &out, {.code = "150900", .name = "乌兰察布市", .parent = "150000"},
                         {.code = "150902", .name = "集宁区"}));
  world_apply(w, out);
  const Reg__Division *found = NULL;
  assert_ok(dir_division(w->dir, "1509", &found));
  assert_string_equal(found->code, "1509");
  assert_string_equal(found->parent, "15");
  assert_int_equal(found->level, TYP__DIVISION_LEVEL__LEVEL_PREFECTURE);
}

static void bad_rows(void **state)
{
  struct world *w = *state;
  static const struct {
    struct row row;
    const char *actor, *code, *param, *value;
  } cases[] = {
      {{.code = "15080", .name = "x"}, "registrar", "FIELD", "field", "divisions[0].code"},
      {{.code = "1508xx", .name = "x"}, "registrar", "FIELD", "field", "divisions[0].code"},
      {{.code = "150899", .name = ""}, "registrar", "FIELD", "field", "divisions.name"},
      {{.code = "150899", .name = "x", .level = TYP__DIVISION_LEVEL__LEVEL_PROVINCE},
       "registrar",
       "FIELD",
       "field",
       "divisions[0].level"},
      {{.code = "150899", .name = "x", .parent = "1502"},
       "registrar",
       "FIELD",
       "field",
       "divisions[0].parent"},
      {{.code = "150899", .name = "x", .from = "soon"},
       "registrar",
       "FIELD",
       "field",
       "divisions[0].valid.from"},
      {{.code = "150899", .name = "x", .from = "2020-01-01", .to = "2019"},
       "registrar",
       "FIELD",
       "field",
       "divisions[0].valid"},
      {{.code = "150899100", .name = "x"},
       "registrar",
       "IN-05",
       "division",
       "150899"}, // its county is unknown
      {{.code = "150899", .name = "x"}, "stranger", "SE-01", "division", "150899"},
      {{.code = "0", .name = "nation"}, "registrar", "SE-01", "division", "0"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out;
    int r = import(w, cases[i].actor, &cases[i].row, 1, &out);
    assert_refused(out, r, cases[i].code, cases[i].param, cases[i].value, NULL);
    assert_int_equal(out->n_events, 0);
  }
}

static void one_bad_row_refuses_all(void **state)
{
  struct world *w = *state;
  struct decision *out;
  int r = IMPORT(w, "registrar", &out, {.code = "150822", .name = "磴口县"},
                 {.code = "15", .name = "内蒙古自治区"}, {.code = "999", .name = "x"});
  assert_refused(out, r, "FIELD", "field", "divisions[2].code", NULL);
  r = IMPORT(w, "registrar", &out, {.code = "150822", .name = "磴口县"}, {.code = "150822", .name = "磴口"});
  assert_refused(out, r, "FIELD", "field", "divisions[1].code", NULL);
  r = import(w, "registrar", NULL, 0, &out);
  assert_refused(out, r, "FIELD", "field", "divisions", NULL);
}

static void a_thousand_rows_are_the_limit(void **state)
{
  struct world *w = *state;
  struct decision *out;
  static struct row rows[1001];
  static char codes[1001][12];
  for (int i = 0; i < 1001; i++) {
    snprintf(codes[i], sizeof codes[i], "150802%03d", i % 1000);
    rows[i] = (struct row){.code = codes[i], .name = "镇"};
  }
  assert_refused(out, import(w, "registrar", rows, 1001, &out), "FIELD", "field", "divisions", "detail_en",
                 "*", NULL);
  assert_accepted(out, import(w, "registrar", rows, 1000, &out));
}

static void a_division_is_in_force_between_its_days(void **state)
{
  struct world *w = *state;
  Reg__Division *gone = world_add_division(w, "150299", "旧区");
  gone->valid = ARENA_NEW(w->arena, Typ__Period);
  typ__period__init(gone->valid);
  gone->valid->from = (char *)"2000-01-01";
  gone->valid->to = (char *)"2010-07-01";
  gone->successors = programme_words(w->arena, "150202|150203", &gone->n_successors);
  world_put(w, &gone->base);
  static const struct {
    const char *code, *day, *refused; // the successors named
  } cases[] = {
      {"150299", "2010-06-30", NULL},
      {"150299", "2010-07-01", "150202, 150203"},
      {"150299", "1999-12-31", "150202, 150203"},
      {"150202", "2016-08-17", NULL},
      {"150200", "2016-08-17", NULL},
      {"150298", "2016-08-17", "-"},
      {"x", "2016-08-17", "-"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out = world_decision(w);
    int r = reg_division_in_force(w->dir, cases[i].code, cases[i].day, out);
    if (cases[i].refused)
      assert_refused(out, r, "IN-05", "division", cases[i].code, "successors", cases[i].refused, NULL);
    else
      assert_accepted(out, r);
  }
}

// ---- lives of a code

static const Reg__Division *on_day(struct world *w, const char *code, const char *day)
{
  const Reg__Division *found = NULL;
  const struct dir_view *then = dir_view_as_of(w->dir, day);
  assert_non_null(then);
  assert_ok(dir_division(then, code, &found));
  return found;
}

static void lives_come_in_any_order(void **state)
{
  struct world *w = *state;
  static const struct row first = {"150299", "石拐矿区", 0, NULL, "1981", "1999"},
                          second = {"150299", "石拐区", 0, NULL, "1999", NULL};
  for (int backwards = 0; backwards < 2; backwards++) {
    struct decision *out;
    const struct row *rows[] = {backwards ? &second : &first, backwards ? &first : &second};
    for (int i = 0; i < 2; i++) {
      assert_accepted(out, import(w, "registrar", rows[i], 1, &out));
      assert_int_equal(reply_of(out)->added, backwards ? 0 : 1); // the second time all is known
      assert_int_equal(reply_of(out)->same, backwards ? 1 : 0);
      world_apply(w, out);
    }
    assert_string_equal(on_day(w, "150299", "1998-12-31")->name, "石拐矿区");
    assert_string_equal(on_day(w, "150299", "1999-01-01")->name, "石拐区");
    assert_null(on_day(w, "150299", "1980-12-31"));
  }
  struct decision *out;
  assert_accepted(out, IMPORT(w, "registrar", &out, {.code = "150299", .name = "石拐区"}));
  assert_int_equal(reply_of(out)->same, 1); // a list without dates leaves the dates alone
  int r = IMPORT(w, "registrar", &out, {.code = "150299", .name = "旧称", .from = "1985", .to = "1990"});
  assert_accepted(out, r); // told late, inside the first life: the state between
  r = IMPORT(w, "registrar", &out, {.code = "150299", .name = "早称", .from = "1970", .to = "2005"});
  assert_refused(out, r, "FIELD", "field", "divisions[0].valid", NULL);
  r = IMPORT(w, "registrar", &out, {.code = "150299", .name = "将来区", .from = "2030"});
  assert_refused(out, r, "FIELD", "field", "divisions[0].since", NULL);
}

static void an_ended_code_needs_a_day_to_live_again(void **state)
{
  struct world *w = *state;
  struct decision *out;
  assert_accepted(
      out, IMPORT(w, "registrar", &out, {.code = "150298", .name = "旧区", .from = "1981", .to = "1990"}));
  world_apply(w, out);
  assert_refused(out, IMPORT(w, "registrar", &out, {.code = "150298", .name = "旧区"}), "FIELD", "field",
                 "divisions[0].code", NULL);
  assert_accepted(out, IMPORT(w, "registrar", &out, {.code = "150298", .name = "旧区", .from = "1994"}));
}

static void a_county_may_lie_right_under_its_province(void **state)
{
  struct world *w = *state;
  struct decision *out;
  assert_accepted(out, IMPORT(w, "registrar", &out, {.code = "159001", .name = "直辖县"})); // no 1590
  const Reg__DivisionsImported *event = (const void *)world_event(out, "DivisionsImported")->data;
  assert_string_equal(event->divisions[0]->parent, "15");
  world_apply(w, out);
  assert_accepted(out, IMPORT(w, "registrar", &out, {.code = "1590", .name = "自治区直辖县级行政区划"}));
  world_apply(w, out);
  assert_accepted(out, IMPORT(w, "registrar", &out, {.code = "159001", .name = "直辖县", .parent = "1590"}));
  event = (const void *)world_event(out, "DivisionsImported")->data;
  assert_string_equal(event->divisions[0]->parent, "1590"); // now that it is there
  int r = IMPORT(w, "registrar", &out, {.code = "159002100", .name = "某镇"});
  assert_refused(out, r, "IN-05", "division", "159002", NULL); // a township needs its county
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(adds_changes_and_leaves_alone),
      TEST(the_same_file_again_is_no_event),
      TEST(six_digit_forms_are_stored_short),
      TEST(bad_rows),
      TEST(one_bad_row_refuses_all),
      TEST(a_thousand_rows_are_the_limit),
      TEST(a_division_is_in_force_between_its_days),
      TEST(lives_come_in_any_order),
      TEST(an_ended_code_needs_a_day_to_live_again),
      TEST(a_county_may_lie_right_under_its_province),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
