// The lifecycle tables: the committed page is what they print, and each row can be decided and stored.
#include "services/dispatch/rules/lifecycle.h"
#include "tests/lib/testlib.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct lifecycle *const all[] = {&dsp_lifecycle_plan, &dsp_lifecycle_candidate,
                                              &dsp_lifecycle_run, &dsp_lifecycle_assignment};

static void the_page_is_current(void **state)
{
  (void)state;
  size_t length = 0, read;
  char *page = test_read_file(test_source("services/dispatch/LIFECYCLES.md"), &length);
  char *printed = calloc(1, length + 2);
  FILE *out = popen(GEN_LIFECYCLES, "r");
  assert_non_null(out);
  assert_non_null(printed);
  read = fread(printed, 1, length + 1, out);
  assert_int_equal(pclose(out), 0);
  if (read != length || memcmp(page, printed, length) != 0)
    fail_msg("services/dispatch/LIFECYCLES.md is stale: gen_lifecycles > services/dispatch/LIFECYCLES.md");
  free(printed);
  free(page);
}

static void every_move_raises_an_event_of_the_catalogue(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    for (size_t m = 0; m < all[i]->n; m++) {
      const struct lifecycle_move *move = &all[i]->moves[m];
      assert_non_null(
          protobuf_c_service_descriptor_get_method_by_name(&dsp__events__descriptor, move->event));
      if (move->to != LIFECYCLE_SAME)
        assert_non_null(protobuf_c_enum_descriptor_get_value(all[i]->states, move->to));
      assert_true(move->who[0] && move->verb[0] && move->from);
      for (size_t k = 0; k < m; k++) // a verb means one thing in a state
        assert_false(strcmp(all[i]->moves[k].verb, move->verb) == 0 && (all[i]->moves[k].from & move->from));
    }
}

static void every_state_can_be_reached(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    uint32_t reached = STATE_BIT(all[i]->initial), before;
    do {
      before = reached;
      for (size_t m = 0; m < all[i]->n; m++)
        if ((all[i]->moves[m].from & reached) && all[i]->moves[m].to != LIFECYCLE_SAME)
          reached |= STATE_BIT(all[i]->moves[m].to);
    } while (reached != before);
    for (unsigned v = 0; v < all[i]->states->n_values; v++)
      if (all[i]->states->values[v].value != 0)
        assert_true(reached & STATE_BIT(all[i]->states->values[v].value));
  }
}

static void what_counts_occupies(void **state)
{
  (void)state;
  for (int s = 0; s <= DSP__ASSIGNMENT_STATUS__ASSIGNMENT_NO_SHOW; s++)
    assert_true(!dsp_lifecycle_counts((Dsp__AssignmentStatus)s) ||
                dsp_lifecycle_occupies((Dsp__AssignmentStatus)s));
  assert_false(dsp_lifecycle_counts(DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ACCEPTED));
  assert_true(dsp_lifecycle_counts(DSP__ASSIGNMENT_STATUS__ASSIGNMENT_APPROVED));
  assert_true(dsp_lifecycle_counts(DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ENDED_EARLY));
  assert_false(dsp_lifecycle_occupies(DSP__ASSIGNMENT_STATUS__ASSIGNMENT_NO_SHOW));
  assert_false(dsp_lifecycle_occupies(DSP__ASSIGNMENT_STATUS__ASSIGNMENT_UNSPECIFIED));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_page_is_current), cmocka_unit_test(every_move_raises_an_event_of_the_catalogue),
      cmocka_unit_test(every_state_can_be_reached), cmocka_unit_test(what_counts_occupies)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
