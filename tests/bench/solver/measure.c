#include "tests/bench/solver/measure.h"
#include "services/dispatch/solver/check.h"
#include <stdlib.h>
#include <time.h>

bool measure_processor_time;

double measure_now(void)
{
  struct timespec time;
  clock_gettime(measure_processor_time ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

struct df_problem measure_problem(const struct instance *net)
{
  return (struct df_problem){.n = net->n,
                             .m = net->m,
                             .supply = net->supply,
                             .tail = net->tail,
                             .head = net->head,
                             .lower32 = net->lower,
                             .upper32 = net->upper,
                             .levels = 1,
                             .cost = (const int64_t *const *)&net->cost};
}

struct df *measure_load(const struct df_problem *problem, const int32_t *hint)
{
  struct df *df = df_new(NULL);
  if (!df || df_load(df, problem) != DF_OK || (hint && !df_hint(df, hint))) return df_free(df);
  return df;
}

bool measure_is_sound(const struct df_problem *problem, const struct df *df, enum df_code code)
{
  size_t n = (size_t)problem->n;
  int64_t *flow = calloc((size_t)problem->m + 1, sizeof *flow),
          *potential = calloc(n * MEASURE_LEVELS + 1, sizeof *potential);
  const int64_t *potentials[MEASURE_LEVELS];
  uint8_t *marks = calloc(n + 1, 1);
  struct df_finding finding = {.verdict = DF_UNSOUND_CUT};
  bool room = flow && potential && marks;
  for (int32_t arc = 0; room && arc < problem->m; arc++)
    flow[arc] = df_flow(df, arc);
  for (int level = 0; room && level < MEASURE_LEVELS; level++) {
    int64_t *at = potential + n * (size_t)level;
    potentials[level] = at;
    for (int32_t v = 0; v < problem->n; v++)
      at[v] = df_potential(df, level, v);
  }
  if (room && code == DF_OPTIMAL)
    finding = df_check_optimal(problem, &(struct df_claim){.flow = flow, .potential = potentials});
  if (room && code == DF_INFEASIBLE) {
    df_cut(df, marks);
    finding = df_check_cut(problem, marks);
  }
  free(flow);
  free(potential);
  free(marks);
  return finding.verdict == DF_SOUND || (code != DF_OPTIMAL && code != DF_INFEASIBLE);
}
