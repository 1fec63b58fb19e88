// Prints LIFECYCLES.md from the tables of rules/lifecycle.c; a test checks that the committed page is this
// output.
#include "common/base/cleanup.h"
#include "services/dispatch/rules/lifecycle.h"
#include <stdio.h>

int main(void)
{
  static const struct lifecycle *const all[] = {&dsp_lifecycle_plan, &dsp_lifecycle_candidate,
                                                &dsp_lifecycle_run, &dsp_lifecycle_assignment};
  printf("# Lifecycles of dispatchd's records\n\nPrinted by `gen_lifecycles` from `rules/lifecycle.c`; do "
         "not edit.\n");
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    _cleanup_free_ char *text = lifecycle_markdown(all[i]);
    if (!text) return 1;
    printf("\n%s", text);
  }
  return 0;
}
