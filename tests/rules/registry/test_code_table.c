// Code tables: loading them, checking against them, stages of a run type.
#include "services/registry/rules/code_table.h"
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

static int import(struct world *w, const char *actor, const char *const rows[][3], size_t n,
                  struct decision **ret)
{
  Reg__ImportCodes cmd = REG__IMPORT_CODES__INIT;
  cmd.codes = ARENA_ARRAY(w->arena, Reg__CodeEntry *, n + 1);
  for (size_t i = 0; i < n; i++) {
    cmd.codes[i] = ARENA_NEW(w->arena, Reg__CodeEntry);
    reg__code_entry__init(cmd.codes[i]);
    cmd.codes[i]->table = (char *)rows[i][0];
    cmd.codes[i]->code = (char *)rows[i][1];
    cmd.codes[i]->name = (char *)rows[i][2];
  }
  cmd.n_codes = n;
  *ret = world_decision(w);
  return reg_code_import(w->dir, &cmd, world_context(w, actor, "2016-08-17"), *ret);
}
static const char *const subjects[][3] = {
    {"ZXXKC", "13", "语文"}, {"ZXXKC", "14", "数学"}, {"ZXXKC", "41", "英语"}};

static void loading(void **state)
{
  struct world *w = *state;
  struct decision *out;
  assert_accepted(out, import(w, "registrar", subjects, 3, &out));
  assert_string_equal(world_events(w, out), "CodesImported");
  assert_int_equal(((const Reg__ImportCodesReply *)out->reply)->added, 3);
  world_apply(w, out);
  static const char *const again[][3] = {{"ZXXKC", "13", "语文"}, {"ZXXKC", "14", "算术"}};
  assert_accepted(out, import(w, "registrar", again, 2, &out));
  assert_int_equal(((const Reg__ImportCodesReply *)out->reply)->same, 1);
  assert_int_equal(((const Reg__ImportCodesReply *)out->reply)->changed, 1);
  const Reg__CodesImported *event = (const void *)world_event(out, "CodesImported")->data;
  assert_int_equal(event->n_codes, 1);
  assert_int_equal(event->codes[0]->rev, 2);
}

static void loading_is_refused(void **state)
{
  struct world *w = *state;
  struct decision *out;
  static const char *const twice[][3] = {{"ZXXKC", "13", "语文"}, {"ZXXKC", "13", "汉语"}};
  static const char *const unnamed[][3] = {{"ZXXKC", "13", ""}}, *const odd[][3] = {{"A B", "13", "x"}};
  assert_refused(out, import(w, "registrar", twice, 2, &out), "FIELD", "field", "codes[1].code", NULL);
  assert_refused(out, import(w, "registrar", unnamed, 1, &out), "FIELD", "field", "codes[0].name", NULL);
  assert_refused(out, import(w, "registrar", odd, 1, &out), "FIELD", "field", "codes[0].table", NULL);
  assert_refused(out, import(w, "registrar", subjects, 0, &out), "FIELD", "field", "codes", NULL);
  // national tables are not for a bureau below the province
  assert_refused(out, import(w, "baotou", subjects, 3, &out), "SE-01", "who_en", "*", NULL);
}

static void checking(void **state)
{
  struct world *w = *state;
  struct decision *out = world_decision(w);
  const char *warning = NULL;
  assert_accepted(out, reg_code_check(w->dir, "ZXXKC", "13", out, &warning));
  assert_non_null(warning); // the table is not loaded
  assert_non_null(strstr(warning, "CODE-TABLE"));
  assert_accepted(out, import(w, "registrar", subjects, 3, &out));
  world_apply(w, out);
  out = world_decision(w);
  assert_accepted(out, reg_code_check(w->dir, "ZXXKC", "13", out, &warning));
  assert_null(warning);
  assert_accepted(out, reg_code_check(w->dir, "ZXXKC", "", out, &warning));
  assert_refused(out, reg_code_check(w->dir, "ZXXKC", "15", out, &warning), "CODE", "near",
                 "13 语文, 14 数学, 41 英语", NULL);
}

static void stages_of_run_types(void **state)
{
  (void)state;
  static const struct {
    const char *run_type;
    size_t n;
    Typ__Stage first;
  } cases[] = {{"211", 1, TYP__STAGE__STAGE_PRIMARY},
               {"218", 1, TYP__STAGE__STAGE_PRIMARY},
               {"311", 1, TYP__STAGE__STAGE_JUNIOR},
               {"312", 2, TYP__STAGE__STAGE_PRIMARY},
               {"341", 2, TYP__STAGE__STAGE_JUNIOR},
               {"342", 1, TYP__STAGE__STAGE_SENIOR},
               {"345", 3, TYP__STAGE__STAGE_PRIMARY},
               {"511", 0, 0},
               {"", 0, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Typ__Stage stages[REG_STAGES_MAX] = {0};
    assert_int_equal(reg_run_type_stages(cases[i].run_type, stages), cases[i].n);
    assert_int_equal(stages[0], cases[i].first);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {TEST(loading), TEST(loading_is_refused), TEST(checking),
                                     TEST(stages_of_run_types)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
