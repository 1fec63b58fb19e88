// The readable end of a year: who supports whom, what was planned and filled, who was posted, what is still
// unsigned.
#pragma once
#include "proto/dispatch.pb-c.h"
#include "proto/notify.pb-c.h"
#include "proto/registry.pb-c.h"
#include "services/cli/cli.h"
#include "services/cli/request.h"

int summary_run(struct cli *cli);

// ---- between summary*.c ----

#define SUMMARY_QUOTAS 16
struct summary_quota {
  const Prg__Measure *measure;
  const char *period; // "2016-2017" or "2016"
  const Dsp__QuotaState *state;
};
struct summary {
  struct cli *cli;
  const char *year;  // "2016-2017"
  const char *as_of; // "" = today, with what only the present knows
  const Reg__Agreement *agreement;
  const Prg__Programme *programme; // NULL if it may not be seen
  struct request_list partnerships, plans, assignments, unsigned_, notices;
  struct request_list *runs; // match runs of each plan
  struct summary_quota quotas[SUMMARY_QUOTAS];
  size_t n_quotas;
  uint64_t now_us; // business time of notifyd
};
// Everything the summary speaks of. CLI_OK or an exit code.
int summary_load(struct summary *summary, const char *agreement);
void summary_print_pairs(const struct summary *summary);
void summary_plan_print(const struct summary *summary);
void summary_posting_print(const struct summary *summary);
void summary_posting_quotas(const struct summary *summary);
void summary_posting_notices(const struct summary *summary);
// A measure or mode of the programme by its title; its id where that is not known.
const char *summary_measure(const struct summary *summary, const char *id);
const char *summary_mode(const struct summary *summary, const char *id);
// Whether a posting in this state fills its need: it was approved and not given up.
bool summary_fills(Dsp__AssignmentStatus status);
