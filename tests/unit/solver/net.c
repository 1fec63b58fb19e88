#include "tests/unit/solver/net.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

int64_t net_between(struct net_random *random, int64_t low, int64_t high)
{
  uint64_t z = (random->state += UINT64_C(0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  z ^= z >> 31;
  return low + (int64_t)(z % (uint64_t)(high - low + 1));
}

int32_t net_arc(struct net *net, int32_t tail, int32_t head, int64_t upper, int64_t cost)
{
  int32_t arc = net->m++;
  assert_true(arc < NET_ARCS);
  net->tail[arc] = tail;
  net->head[arc] = head;
  net->lower[arc] = 0;
  net->upper[arc] = upper;
  for (int level = 0; level < NET_LEVELS; level++)
    net->cost[level][arc] = 0;
  net->cost[0][arc] = cost;
  return arc;
}

static void clear(struct net *net, int32_t n, int levels)
{
  memset(net->supply, 0, sizeof net->supply);
  net->n = n;
  net->m = 0;
  net->levels = levels;
}

void net_make(struct net *net, const struct net_shape *shape, struct net_random *random)
{
  clear(net, shape->n, shape->levels);
  for (int32_t i = 0; i < shape->m; i++) {
    int32_t tail = (int32_t)net_between(random, 0, shape->n - 1),
            head = (int32_t)net_between(random, 0, shape->n - 1);
    int64_t low = net_between(random, 0, shape->lower), span = net_between(random, 0, shape->span);
    int32_t arc = net_arc(net, tail, head, low + span, 0);
    net->lower[arc] = low;
    for (int level = 0; level < shape->levels; level++)
      net->cost[level][arc] = net_between(random, shape->cost_low, shape->cost_high);
    if (!shape->feasible) continue;
    int64_t flow = net_between(random, low, low + span);
    net->supply[tail] += flow;
    net->supply[head] -= flow;
  }
  for (int unit = 0; unit < shape->units && !shape->feasible; unit++) {
    net->supply[net_between(random, 0, shape->n - 1)]++;
    net->supply[net_between(random, 0, shape->n - 1)]--;
  }
}

static void dispatch_arc(struct net *net, const int32_t ends[2], int64_t upper, const int64_t costs[2],
                         int64_t hash)
{
  int32_t arc = net_arc(net, ends[0], ends[1], upper, costs[0]);
  net->cost[1][arc] = costs[1];
  net->cost[2][arc] = hash;
}

void net_make_dispatch(struct net *net, int32_t posts, struct net_random *random, int32_t *group)
{
  int32_t persons = posts * 6 / 5, schools = posts / 10, counties = posts / 20;
  int32_t school0 = 2, person0 = school0 + schools, post0 = person0 + persons, county0 = post0 + posts;
  clear(net, county0 + counties, 3);
  group[0] = group[1] = -1;
  for (int32_t v = 2; v < net->n; v++)
    group[v] = v % 2;
  for (int32_t i = 0; i < schools; i++)
    dispatch_arc(net, (int32_t[]){0, school0 + i}, 9, (int64_t[]){0, 0}, 0);
  for (int32_t i = 0; i < persons; i++)
    dispatch_arc(net, (int32_t[]){school0 + i % schools, person0 + i}, 1, (int64_t[]){0, 0}, 0);
  for (int32_t post = 0; post < posts; post++) {
    for (int i = 0; i < 45; i++) {
      int32_t person = (int32_t)net_between(random, 0, persons - 1);
      bool far = (person0 + person) % 2 != (post0 + post) % 2;
      if (far && net_between(random, 0, 9)) continue;
      int64_t distance = net_between(random, 1, 60) + far * 40;
      dispatch_arc(net, (int32_t[]){person0 + person, post0 + post}, 1, (int64_t[]){0, distance},
                   net_between(random, 0, INT64_C(1) << 32));
    }
    dispatch_arc(net, (int32_t[]){post0 + post, county0 + post % counties}, 1, (int64_t[]){0, 0}, 0);
  }
  for (int32_t i = 0; i < counties; i++)
    dispatch_arc(net, (int32_t[]){county0 + i, 1}, 18, (int64_t[]){0, 0}, 0);
  dispatch_arc(net, (int32_t[]){0, 1}, posts, (int64_t[]){1, 0}, 0);
  net->supply[0] = posts;
  net->supply[1] = -posts;
}

struct df_problem net_problem(struct net *net)
{
  for (int level = 0; level < NET_LEVELS; level++)
    net->costs[level] = net->cost[level];
  return (struct df_problem){.n = net->n,
                             .m = net->m,
                             .supply = net->supply,
                             .tail = net->tail,
                             .head = net->head,
                             .lower = net->lower,
                             .upper = net->upper,
                             .levels = net->levels,
                             .cost = net->costs};
}

static void verify_optimal(struct net *net, const struct df *df)
{
  static int64_t flow[NET_ARCS], potential[NET_LEVELS][NET_NODES];
  const int64_t *potentials[NET_LEVELS];
  struct df_problem problem = net_problem(net);
  for (int32_t arc = 0; arc < net->m; arc++)
    flow[arc] = df_flow(df, arc);
  for (int level = 0; level < net->levels; level++) {
    potentials[level] = potential[level];
    for (int32_t v = 0; v < net->n; v++)
      potential[level][v] = df_potential(df, level, v);
  }
  struct df_finding finding =
      df_check_optimal(&problem, &(struct df_claim){.flow = flow, .potential = potentials});
  if (finding.verdict != DF_SOUND)
    print_error("verdict %d level %d index %lld\n", finding.verdict, finding.level, (long long)finding.index);
  assert_int_equal(finding.verdict, DF_SOUND);
}

static void verify_cut(struct net *net, const struct df *df)
{
  static uint8_t marks[NET_NODES];
  struct df_problem problem = net_problem(net);
  df_cut(df, marks);
  assert_int_equal(df_check_cut(&problem, marks).verdict, DF_SOUND);
}

static void verify_feasible(struct net *net, const struct df *df)
{
  static int64_t flow[NET_ARCS];
  struct df_problem problem = net_problem(net);
  for (int32_t arc = 0; arc < net->m; arc++)
    flow[arc] = df_flow(df, arc);
  assert_int_equal(df_check_feasible(&problem, flow).verdict, DF_SOUND);
}

void net_verify(struct net *net, struct df *df, enum df_code code)
{
  if (code == DF_OPTIMAL) verify_optimal(net, df);
  if (code == DF_INFEASIBLE) verify_cut(net, df);
  if (code == DF_FEASIBLE_GAP) verify_feasible(net, df);
}

enum df_code net_solve(struct net *net, struct df *df)
{
  struct df_problem problem = net_problem(net);
  enum df_code code = df_load(df, &problem);
  assert_int_equal(code, DF_OK);
  code = df_solve(df, NULL, NULL);
  net_verify(net, df, code);
  return code;
}

int64_t net_value(const struct df *df, int level)
{
  int64_t high = 0;
  uint64_t low = 0;
  df_objective(df, level, &high, &low);
  assert_int_equal(high, (int64_t)low < 0 ? -1 : 0);
  return (int64_t)low;
}

struct trial {
  const struct net *net;
  int64_t rest[NET_NODES], value[NET_LEVELS], *best;
  bool found;
};

static bool better(const struct trial *trial)
{
  if (!trial->found) return true;
  for (int level = 0; level < trial->net->levels; level++)
    if (trial->value[level] != trial->best[level]) return trial->value[level] < trial->best[level];
  return false;
}

static void try_arc(struct trial *trial, int32_t arc)
{
  const struct net *net = trial->net;
  if (arc == net->m) {
    for (int32_t v = 0; v < net->n; v++)
      if (trial->rest[v] != 0) return;
    if (better(trial)) memcpy(trial->best, trial->value, (size_t)net->levels * sizeof *trial->best);
    trial->found = true;
    return;
  }
  for (int64_t flow = net->lower[arc]; flow <= net->upper[arc]; flow++) {
    trial->rest[net->tail[arc]] -= flow;
    trial->rest[net->head[arc]] += flow;
    for (int level = 0; level < net->levels; level++)
      trial->value[level] += flow * net->cost[level][arc];
    try_arc(trial, arc + 1);
    for (int level = 0; level < net->levels; level++)
      trial->value[level] -= flow * net->cost[level][arc];
    trial->rest[net->tail[arc]] += flow;
    trial->rest[net->head[arc]] -= flow;
  }
}

bool net_exhaust(const struct net *net, int64_t *best)
{
  struct trial trial = {.net = net, .best = best};
  memcpy(trial.rest, net->supply, (size_t)net->n * sizeof *trial.rest);
  try_arc(&trial, 0);
  return trial.found;
}
