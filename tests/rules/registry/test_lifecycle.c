// The lifecycle tables: each row is sound, every state can be reached, and the committed page is what they
// print (JIEDUI_WRITE_DOCS=1 writes it).
#include "common/base/cleanup.h"
#include "proto/registry.pb-c.h"
#include "proto/registry_service.pb-c.h"
#include "services/registry/rules/lifecycle.h"
#include "tests/lib/testlib.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct lifecycle *const all[] = {&reg_institution_lifecycle, &reg_agreement_lifecycle,
                                              &reg_amendment_lifecycle,   &reg_partnership_lifecycle,
                                              &reg_issue_lifecycle,       &reg_review_lifecycle};
enum { ALL = sizeof all / sizeof *all };

// States of an agreement that its amendment never has.
static bool foreign(const struct lifecycle *lifecycle, int state)
{
  return lifecycle == &reg_amendment_lifecycle && (state == REG__AGREEMENT_STATUS__AGREEMENT_SUSPENDED ||
                                                   state == REG__AGREEMENT_STATUS__AGREEMENT_EXPIRED);
}

static void every_move_raises_events_of_the_catalogue(void **state)
{
  (void)state;
  for (size_t i = 0; i < ALL; i++)
    for (size_t m = 0; m < all[i]->n; m++) {
      const struct lifecycle_move *move = &all[i]->moves[m];
      char events[120], *rest = events;
      snprintf(events, sizeof events, "%s", move->event);
      for (char *event = strtok_r(events, ", ", &rest); event; event = strtok_r(NULL, ", ", &rest))
        assert_non_null(protobuf_c_service_descriptor_get_method_by_name(&reg__events__descriptor, event));
      assert_non_null(protobuf_c_enum_descriptor_get_value(all[i]->states, move->to));
      assert_true(move->who[0] && move->from);
    }
}

static void a_verb_means_one_thing_in_a_state(void **state)
{
  (void)state;
  for (size_t i = 0; i < ALL; i++)
    for (size_t m = 0; m < all[i]->n; m++)
      for (size_t k = 0; k < m; k++)
        assert_false(strcmp(all[i]->moves[k].verb, all[i]->moves[m].verb) == 0 &&
                     (all[i]->moves[k].from & all[i]->moves[m].from));
}

static void every_state_can_be_reached(void **state)
{
  (void)state;
  for (size_t i = 0; i < ALL; i++) {
    uint32_t reached = STATE_BIT(all[i]->initial), before = 0;
    while (reached != before) {
      before = reached;
      for (size_t m = 0; m < all[i]->n; m++)
        if (all[i]->moves[m].from & reached) reached |= STATE_BIT(all[i]->moves[m].to);
    }
    for (unsigned v = 0; v < all[i]->states->n_values; v++) {
      int value = all[i]->states->values[v].value;
      if (value && !foreign(all[i], value)) assert_true(reached & STATE_BIT(value));
    }
  }
}

static char *printed(void)
{
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  assert_non_null(out);
  fprintf(out,
          "# Lifecycles of registryd's records\n\nPrinted from `rules/lifecycle.c` by the test of that table "
          "with JIEDUI_WRITE_DOCS=1; do not edit.\n");
  for (size_t i = 0; i < ALL; i++) {
    _cleanup_free_ char *one = lifecycle_markdown(all[i]);
    assert_non_null(one);
    fprintf(out, "\n%s", one);
  }
  assert_int_equal(fclose(out), 0);
  return text;
}

static void the_page_is_current(void **state)
{
  (void)state;
  const char *path = test_source("services/registry/LIFECYCLES.md");
  _cleanup_free_ char *text = printed();
  if (getenv("JIEDUI_WRITE_DOCS")) test_write_file(path, text, strlen(text));
  size_t length = 0;
  _cleanup_free_ char *page = test_read_file(path, &length);
  assert_string_equal(page, text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_move_raises_events_of_the_catalogue),
      cmocka_unit_test(a_verb_means_one_thing_in_a_state),
      cmocka_unit_test(every_state_can_be_reached),
      cmocka_unit_test(the_page_is_current),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
