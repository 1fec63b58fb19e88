// Reasons and decisions: the catalogue is whole, refusals say the same in both languages, memory ends
// politely.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/domain/decision.h"
#include "proto/dispatch.pb-c.h"
#include <errno.h>
#include <stdbool.h>
#include <string.h>

static int with_arena(void **state)
{
  struct arena *arena = NULL;
  assert_int_equal(arena_new(256 << 10, &arena), 0);
  *state = arena;
  return 0;
}

static int without_arena(void **state)
{
  arena_free(*state);
  return 0;
}

static struct decision *new_decision(struct arena *arena)
{
  struct decision *decision = ARENA_NEW(arena, struct decision);
  decision->arena = arena;
  return decision;
}

// ---- the catalogue

static void every_reason_is_complete(void **state)
{
  (void)state;
  for (int i = REASON_NONE + 1; i < REASONS; i++) {
    const struct reason_text *text = reason_text(i);
    assert_true(text->word[0] && text->zh[0] && text->en[0] && text->fix_zh[0] && text->fix_en[0]);
    assert_int_not_equal(text->code, BUS__CODE__CODE_OK);
    assert_int_not_equal(text->code, BUS__CODE__CODE_UNSPECIFIED);
  }
}

static void words_are_unique(void **state)
{
  (void)state;
  for (int i = REASON_NONE + 1; i < REASONS; i++)
    assert_int_equal(reason_of_word(reason_text(i)->word), i);
  assert_int_equal(reason_of_word("AS-99"), REASON_NONE);
  assert_int_equal(reason_of_word(""), REASON_NONE);
}

// Whether every {name} of one text stands in the other.
static bool names_within(const char *inner, const char *outer)
{
  for (const char *open = strchr(inner, '{'); open; open = strchr(open + 1, '{')) {
    const char *close = strchr(open, '}');
    char name[40] = "";
    if (!close || (size_t)(close - open) + 2 > sizeof name) return false;
    memcpy(name, open, (size_t)(close - open) + 1);
    if (!strstr(outer, name)) return false;
  }
  return true;
}

static void both_languages_name_the_same_parameters(void **state)
{
  (void)state;
  for (int i = REASON_NONE + 1; i < REASONS; i++) {
    const struct reason_text *text = reason_text(i);
    if (!names_within(text->zh, text->en) || !names_within(text->en, text->zh))
      fail_msg("%s: {names} differ between the languages", text->word);
  }
}

static void an_unknown_number_is_an_internal_error(void **state)
{
  (void)state;
  assert_string_equal(reason_text((enum reason)REASONS)->word, "INTERNAL");
  assert_string_equal(reason_text((enum reason) - 7)->word, "INTERNAL");
}

// ---- filling texts

static void filling(void **state)
{
  static const struct {
    const char *pattern, *want;
  } cases[] = {
      {"", ""},
      {"plain", "plain"},
      {"{a}", "1"},
      {"x{a}y{b}z", "x1ytwoz"},
      {"{a}{a}", "11"},
      {"{unknown} {a}", "{unknown} 1"},
      {"{a", "{a"},
      {"a}", "a}"},
      {"{}", "{}"},
      {"{{a}}", "{1}"},
      {"在{b}之前", "在two之前"},
      {"{ab}", "{ab}"},
  };
  struct decision *params = new_decision(*state);
  decision_reject(params, REASON_FIELD, "a", "1", "b", "two", NULL);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    assert_string_equal(reason_fill(*state, cases[i].pattern, params), cases[i].want);
  assert_string_equal(reason_fill(*state, "{a}", NULL), "{a}");
}

static void a_value_may_differ_by_language(void **state)
{
  struct decision *out = new_decision(*state);
  assert_int_equal(decision_reject(out, REASON_AS_01, "person", "R01", "why_zh", "不是退休教师", "why_en",
                                   "not retired", NULL),
                   REASON_AS_01);
  const Bus__Status *status = status_of_reason(*state, REASON_AS_01, out);
  assert_string_equal(status->message_zh, "R01 不符合条件：不是退休教师");
  assert_string_equal(status->message_en, "R01 is not eligible: not retired");
  assert_int_equal(status->n_params, 3);
}

static void a_plain_value_serves_both_languages(void **state)
{
  const Bus__Status *status =
      status_reject(*state, REASON_AS_06, "scope", "principal_post/x/2016", "max", "10", NULL);
  assert_string_equal(status->reason, "AS-06");
  assert_int_equal(status->code, BUS__CODE__CODE_REFUSED);
  assert_string_equal(status->message_zh, "名额已满：principal_post/x/2016 共 10 名");
  assert_string_equal(status->message_en, "Quota of 10 in principal_post/x/2016 is used up");
  assert_true(status->fix_zh[0] && status->fix_en[0]);
}

static void a_longer_name_is_not_taken_for_a_shorter_one(void **state)
{
  const Bus__Status *status =
      status_reject(*state, REASON_NOT_FOUND, "what_else", "x", "what", "plan", "ref", "1", NULL);
  assert_string_equal(status->message_en, "No such plan: 1");
}

static void success_has_no_reason(void **state)
{
  const Bus__Status *status = status_of_reason(*state, REASON_NONE, NULL);
  assert_int_equal(status->code, BUS__CODE__CODE_OK);
  assert_string_equal(status->reason, "");
  assert_string_equal(status->message_en, "");
}

// ---- decisions

static void events_keep_their_order(void **state)
{
  struct decision *out = new_decision(*state);
  Dsp__PlanDrafted first = DSP__PLAN_DRAFTED__INIT;
  Dsp__PlanSubmitted second = DSP__PLAN_SUBMITTED__INIT;
  struct event_head head = {.subject = "p", .division = "1508", .rev = 1};
  head.units[head.n_units++] = "u";
  assert_int_equal(decision_emit(out, &head, &first.base), 0);
  head.rev = 2;
  assert_int_equal(decision_emit(out, &head, &second.base), 0);
  assert_int_equal(out->n_events, 2);
  assert_ptr_equal(out->first->data, &first.base);
  assert_int_equal(out->first->head.rev, 1);
  assert_string_equal(out->first->head.units[0], "u");
  assert_ptr_equal(out->first->next->data, &second.base);
  assert_ptr_equal(out->last, out->first->next);
  assert_null(out->last->next);
}

static void values_are_copied(void **state)
{
  struct decision *out = new_decision(*state);
  char text[8] = "before";
  decision_reject(out, REASON_FIELD, "field", text, "detail", NULL, NULL);
  memcpy(text, "after", 6);
  assert_string_equal(out->params[0].value, "before");
  assert_string_equal(out->params[1].value, "");
  assert_int_equal(out->n_params, 2);
  decision_reject(out, REASON_AS_13, "field", "x", NULL); // a second refusal replaces the first
  assert_int_equal(out->n_params, 1);
  assert_int_equal(out->reason, REASON_AS_13);
}

static void parameters_are_bounded(void **state)
{
  struct decision *out = new_decision(*state);
  decision_reject(out, REASON_FIELD, "1", "a", "2", "a", "3", "a", "4", "a", "5", "a", "6", "a", "7", "a",
                  "8", "a", "9", "a", "10", "a", NULL);
  assert_int_equal(out->n_params, DECISION_PARAMS);
}

static void numbers_are_decimal(void **state)
{
  struct decision *out = new_decision(*state);
  assert_string_equal(decision_number(out, 0), "0");
  assert_string_equal(decision_number(out, -15), "-15");
  assert_string_equal(decision_number(out, INT64_MAX), "9223372036854775807");
}

// Past the cap a refusal keeps its code, a status is not made, an event is refused: nothing crashes.
static void a_full_arena_is_no_crash(void **state)
{
  (void)state;
  struct arena *small = NULL;
  assert_int_equal(arena_new(4096, &small), 0);
  struct decision out = {.arena = small};
  while (arena_alloc(small, 64))
    ;
  assert_int_equal(decision_reject(&out, REASON_AS_13, "field", "a long value that no longer fits", NULL),
                   REASON_AS_13);
  assert_int_equal(out.n_params, 1);
  assert_string_equal(out.params[0].value, "?");
  assert_string_equal(decision_number(&out, 12345), "?");
  assert_null(status_of_reason(small, REASON_AS_13, &out));
  Dsp__PlanClosed event = DSP__PLAN_CLOSED__INIT;
  assert_int_equal(decision_emit(&out, &(struct event_head){.subject = "x"}, &event.base), -ENOMEM);
  assert_int_equal(out.n_events, 0);
  arena_free(small);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_reason_is_complete),
      cmocka_unit_test(words_are_unique),
      cmocka_unit_test(both_languages_name_the_same_parameters),
      cmocka_unit_test(an_unknown_number_is_an_internal_error),
      cmocka_unit_test_setup_teardown(filling, with_arena, without_arena),
      cmocka_unit_test_setup_teardown(a_value_may_differ_by_language, with_arena, without_arena),
      cmocka_unit_test_setup_teardown(a_plain_value_serves_both_languages, with_arena, without_arena),
      cmocka_unit_test_setup_teardown(a_longer_name_is_not_taken_for_a_shorter_one, with_arena,
                                      without_arena),
      cmocka_unit_test_setup_teardown(success_has_no_reason, with_arena, without_arena),
      cmocka_unit_test_setup_teardown(events_keep_their_order, with_arena, without_arena),
      cmocka_unit_test_setup_teardown(values_are_copied, with_arena, without_arena),
      cmocka_unit_test_setup_teardown(parameters_are_bounded, with_arena, without_arena),
      cmocka_unit_test_setup_teardown(numbers_are_decimal, with_arena, without_arena),
      cmocka_unit_test(a_full_arena_is_no_crash),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
