#include "services/dispatch/solver/check.h"
#include "common/base/check.h"
#include "common/base/cleanup.h"

static int64_t lowest(const struct df_problem *problem, int32_t arc)
{
  if (problem->lower32) return problem->lower32[arc];
  return problem->lower ? problem->lower[arc] : 0;
}

static int64_t highest(const struct df_problem *problem, int32_t arc)
{
  return problem->upper32 ? problem->upper32[arc] : problem->upper[arc];
}

static struct df_finding found(enum df_verdict verdict, int level, int64_t index)
{
  return (struct df_finding){.verdict = verdict, .level = level, .index = index};
}

struct df_finding df_check_feasible(const struct df_problem *problem, const int64_t *flow)
{
  _cleanup_free_ __int128 *rest = calloc((size_t)problem->n + 1, sizeof *rest);
  CHECK(rest);
  for (int32_t v = 0; v < problem->n; v++)
    rest[v] = problem->supply[v];
  for (int32_t arc = 0; arc < problem->m; arc++) {
    bool open = highest(problem, arc) >= DF_INFINITE;
    if (flow[arc] < lowest(problem, arc) || (!open && flow[arc] > highest(problem, arc)))
      return found(DF_UNSOUND_BOUND, 0, arc);
    rest[problem->tail[arc]] -= flow[arc];
    rest[problem->head[arc]] += flow[arc];
  }
  for (int32_t v = 0; v < problem->n; v++)
    if (rest[v] != 0) return found(DF_UNSOUND_BALANCE, 0, v);
  return found(DF_SOUND, 0, -1);
}

static __int128 reduced(const struct df_problem *problem, const struct df_claim *claim, int level,
                        int32_t arc)
{
  const int64_t *potential = claim->potential[level];
  return (__int128)problem->cost[level][arc] + potential[problem->tail[arc]] - potential[problem->head[arc]];
}

// Complementary slackness; *ret_dual gets the arc's part of the dual value.
static bool slack_holds(const struct df_problem *problem, int32_t arc, __int128 rc, int64_t flow,
                        __int128 *ret_dual)
{
  *ret_dual = 0;
  if (rc == 0) return true;
  if (rc < 0 && highest(problem, arc) >= DF_INFINITE) return false;
  int64_t bound = rc > 0 ? lowest(problem, arc) : highest(problem, arc);
  *ret_dual = rc * bound;
  return flow == bound;
}

static struct df_finding check_level(const struct df_problem *problem, const struct df_claim *claim,
                                     int level, uint8_t *fixed)
{
  __int128 primal = 0, dual = 0;
  for (int32_t v = 0; v < problem->n; v++)
    dual -= (__int128)claim->potential[level][v] * problem->supply[v];
  for (int32_t arc = 0; arc < problem->m; arc++) {
    __int128 rc = reduced(problem, claim, level, arc), part = rc * claim->flow[arc];
    if (!fixed[arc] && !slack_holds(problem, arc, rc, claim->flow[arc], &part))
      return found(DF_UNSOUND_SLACK, level, arc);
    primal += (__int128)problem->cost[level][arc] * claim->flow[arc];
    dual += part;
    if (rc != 0) fixed[arc] = 1;
  }
  return primal == dual ? found(DF_SOUND, level, -1) : found(DF_UNSOUND_DUAL, level, -1);
}

struct df_finding df_check_optimal(const struct df_problem *problem, const struct df_claim *claim)
{
  struct df_finding finding = df_check_feasible(problem, claim->flow);
  _cleanup_free_ uint8_t *fixed = calloc((size_t)problem->m + 1, 1);
  CHECK(fixed);
  for (int level = 0; level < problem->levels && finding.verdict == DF_SOUND; level++)
    finding = check_level(problem, claim, level, fixed);
  return finding;
}

struct df_finding df_check_cut(const struct df_problem *problem, const uint8_t *marks)
{
  __int128 wanted = 0, most = 0;
  for (int32_t v = 0; v < problem->n; v++)
    if (marks[v]) wanted -= problem->supply[v];
  for (int32_t arc = 0; arc < problem->m; arc++) {
    bool from = marks[problem->tail[arc]], to = marks[problem->head[arc]];
    if (from == to) continue;
    if (from) {
      wanted += lowest(problem, arc);
      continue;
    }
    if (highest(problem, arc) >= DF_INFINITE) return found(DF_UNSOUND_CUT, 0, arc);
    most += highest(problem, arc);
  }
  return wanted > most ? found(DF_SOUND, 0, -1) : found(DF_UNSOUND_CUT, 0, -1);
}
