// Lifecycle tables: moves, refusals that say what is possible, the page printed from a table.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/cleanup.h"
#include "common/domain/lifecycle.h"
#include "proto/dispatch.pb-c.h"
#include <string.h>

#define OPEN      DSP__CANDIDATE_STATUS__CANDIDATE_OPEN
#define WITHDRAWN DSP__CANDIDATE_STATUS__CANDIDATE_WITHDRAWN
#define POSTED    DSP__CANDIDATE_STATUS__CANDIDATE_POSTED

static const struct lifecycle_move moves[] = {
    {STATE_BIT(OPEN), "withdraw", WITHDRAWN, "unit", "Withdrawn"},
    {STATE_BIT(OPEN) | STATE_BIT(WITHDRAWN), "post", POSTED, "bureau", "Posted"},
    {STATE_BIT(OPEN) | STATE_BIT(POSTED), "note", LIFECYCLE_SAME, "anybody", "Noted"}, // no hint in refusals
};
static const struct lifecycle table = {.record = "Candidate",
                                       .states = &dsp__candidate_status__descriptor,
                                       .initial = OPEN,
                                       .moves = moves,
                                       .n = 3};

static void moves_follow_the_table(void **state)
{
  struct arena *arena = NULL;
  int to = -1;
  (void)state;
  assert_int_equal(arena_new(0, &arena), 0);
  struct decision out = {.arena = arena};
  assert_int_equal(lifecycle_move(&table, OPEN, "withdraw", &out, &to), 0);
  assert_int_equal(to, WITHDRAWN);
  assert_int_equal(lifecycle_move(&table, WITHDRAWN, "post", &out, &to), 0);
  assert_int_equal(to, POSTED);
  assert_int_equal(lifecycle_move(&table, POSTED, "note", &out, &to), 0);
  assert_int_equal(to, POSTED);
  assert_int_equal(lifecycle_move(&table, OPEN, "note", &out, &to), 0);
  assert_int_equal(to, OPEN);
  assert_ptr_equal(lifecycle_find(&table, OPEN, "post"), &moves[1]);
  assert_null(lifecycle_find(&table, POSTED, "post"));
  assert_null(lifecycle_find(&table, OPEN, "pos"));
  arena_free(arena);
}

static void a_refusal_names_what_is_possible(void **state)
{
  static const struct {
    int from;
    const char *verb, *want;
  } cases[] = {
      {WITHDRAWN, "withdraw", "Candidate is WITHDRAWN and cannot withdraw; possible: post"},
      {OPEN, "fly", "Candidate is OPEN and cannot fly; possible: withdraw, post"},
      {POSTED, "post", "Candidate is POSTED and cannot post; possible: -"},
      {17, "post", "Candidate is ? and cannot post; possible: -"},
  };
  struct arena *arena = NULL;
  (void)state;
  assert_int_equal(arena_new(0, &arena), 0);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct decision out = {.arena = arena};
    int to = -1;
    assert_int_equal(lifecycle_move(&table, cases[i].from, cases[i].verb, &out, &to), REASON_STATE);
    assert_int_equal(to, -1);
    assert_string_equal(status_of_reason(arena, REASON_STATE, &out)->message_en, cases[i].want);
  }
  arena_free(arena);
}

static void the_page_shows_every_move(void **state)
{
  _cleanup_free_ char *text = lifecycle_markdown(&table);
  (void)state;
  assert_non_null(text);
  assert_non_null(strstr(text, "## Candidate\n\n```mermaid\nstateDiagram-v2\n  [*] --> OPEN\n"));
  assert_non_null(strstr(text, "  OPEN --> WITHDRAWN : withdraw\n"));
  assert_non_null(strstr(text, "  OPEN --> POSTED : post\n"));
  assert_non_null(strstr(text, "  WITHDRAWN --> POSTED : post\n"));
  assert_non_null(strstr(text, "  POSTED --> POSTED : note\n"));
  assert_null(strstr(text, "POSTED --> OPEN"));
  assert_null(strstr(text, "POSTED --> WITHDRAWN"));
  assert_non_null(strstr(text, "| OPEN, POSTED | note | the same | anybody | Noted |\n"));
  assert_non_null(strstr(text, "| OPEN, WITHDRAWN | post | POSTED | bureau | Posted |\n"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(moves_follow_the_table),
                                     cmocka_unit_test(a_refusal_names_what_is_possible),
                                     cmocka_unit_test(the_page_shows_every_move)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
