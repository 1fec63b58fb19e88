// Bytes become a network, edits, damaged bases and limits; whatever the solver answers must be sound by the
// second opinion, and a warm answer must agree with a cold one.
#include "tests/fuzz/solver/target.h"
#include "common/base/check.h"
#include "services/dispatch/solver/check.h"
#include "services/dispatch/solver/solver.h"
#include <stdlib.h>
#include <string.h>

unsigned fuzz_solver_answers[16], fuzz_solver_mended;

#define NODES  12
#define ARCS   48
#define LEVELS 3

struct reader {
  const uint8_t *at, *end;
};

struct world {
  int32_t n, m;
  int levels;
  int64_t supply[NODES], lower[ARCS], upper[ARCS], cost[LEVELS][ARCS];
  int32_t tail[ARCS], head[ARCS];
};

static uint8_t next(struct reader *reader)
{
  return reader->at < reader->end ? *reader->at++ : 0;
}

// Mostly small numbers, now and then the ends of what fits and what does not.
static int64_t number(struct reader *reader)
{
  static const int64_t odd[] = {INT64_MAX,        INT64_MIN,        DF_INFINITE,        DF_INFINITE - 1,
                                -DF_INFINITE,     INT32_MAX,        INT32_MIN,          INT64_C(1) << 32,
                                INT64_C(1) << 52, INT64_C(1) << 58, -(INT64_C(1) << 58)};
  uint8_t byte = next(reader);
  if (byte >= 0xf5) return odd[byte - 0xf5];
  return (int64_t)byte % 16 - 3;
}

static int32_t read_node(struct reader *reader, const struct world *world)
{
  uint8_t byte = next(reader);
  return byte >= 254 || world->n == 0 ? (int32_t)byte - 255 : byte % world->n;
}

static void read_arc(struct reader *reader, struct world *world, int32_t arc)
{
  world->tail[arc] = read_node(reader, world);
  world->head[arc] = read_node(reader, world);
  world->lower[arc] = next(reader) < 200 ? 0 : number(reader);
  int64_t upper = number(reader);
  world->upper[arc] = upper < world->lower[arc] && next(reader) < 253 ? world->lower[arc] / 2 + 9 : upper;
  for (int level = 0; level < LEVELS; level++)
    world->cost[level][arc] = number(reader);
}

static void read_world(struct reader *reader, struct world *world)
{
  world->n = next(reader) % (NODES - 2);
  world->m = next(reader) % (ARCS - 8);
  world->levels = next(reader) % (LEVELS + 1);
  int64_t sum = 0;
  for (int32_t v = 0; v < world->n; v++) {
    world->supply[v] = number(reader);
    bool last = v + 1 == world->n && next(reader) < 240;
    if (last) world->supply[v] = sum > -1000 && sum < 1000 ? -sum : 0;
    if (world->supply[v] > -1000 && world->supply[v] < 1000) sum += world->supply[v];
  }
  for (int32_t arc = 0; arc < world->m; arc++)
    read_arc(reader, world, arc);
}

static struct df_problem problem_of(const struct world *world, const int64_t *costs[LEVELS])
{
  for (int level = 0; level < LEVELS; level++)
    costs[level] = world->cost[level];
  return (struct df_problem){.n = world->n,
                             .m = world->m,
                             .supply = world->supply,
                             .tail = world->tail,
                             .head = world->head,
                             .lower = world->lower,
                             .upper = world->upper,
                             .levels = world->levels,
                             .cost = costs};
}

static void check_answer(const struct world *world, const struct df *df, enum df_code code)
{
  const int64_t *costs[LEVELS], *potentials[LEVELS];
  int64_t flow[ARCS] = {0}, potential[LEVELS][NODES] = {{0}};
  uint8_t marks[NODES] = {0};
  struct df_problem problem = problem_of(world, costs);
  for (int32_t arc = 0; arc < world->m; arc++)
    flow[arc] = df_flow(df, arc);
  for (int level = 0; level < LEVELS; level++) {
    potentials[level] = potential[level];
    for (int32_t v = 0; v < world->n; v++)
      potential[level][v] = df_potential(df, level, v);
  }
  struct df_claim claim = {.flow = flow, .potential = potentials};
  if (code == DF_OPTIMAL) CHECK(df_check_optimal(&problem, &claim).verdict == DF_SOUND);
  if (code == DF_FEASIBLE_GAP) CHECK(df_check_feasible(&problem, flow).verdict == DF_SOUND);
  df_cut(df, marks);
  if (code == DF_INFEASIBLE) CHECK(df_check_cut(&problem, marks).verdict == DF_SOUND);
}

static void check_explanations(const struct world *world, struct df *df)
{
  struct df_alternative found[3];
  int64_t values[DF_MAX_LEVELS];
  int32_t steps[4];
  uint8_t marks[NODES];
  for (int32_t arc = -1; arc <= world->m; arc += 5) {
    (void)df_marginal(df, arc, values);
    (void)df_chain(df, arc, steps, 4, values);
  }
  for (int32_t v = -1; v < world->n; v += 3) {
    (void)df_alternatives(df, v, v & 1 ? DF_INTO : DF_OUT_OF, 3, found);
    df_residual_cut(df, v, marks);
  }
}

static void add(struct reader *reader, struct world *world, struct df *df)
{
  if (next(reader) & 1) {
    if (world->n >= NODES) return;
    int64_t supply = number(reader);
    if (df_add_nodes(df, 1, &supply) == DF_OK) world->supply[world->n++] = supply;
    return;
  }
  if (world->m >= ARCS) return;
  int32_t arc = world->m;
  read_arc(reader, world, arc);
  const int64_t *costs[LEVELS];
  for (int level = 0; level < LEVELS; level++)
    costs[level] = &world->cost[level][arc];
  if (df_add_arcs(df, 1,
                  &(struct df_arcs){&world->tail[arc], &world->head[arc], &world->lower[arc],
                                    &world->upper[arc], costs}) == DF_OK)
    world->m++;
}

// From one node to another, now and then without the other.
static void move_supply(struct reader *reader, struct world *world, struct df *df, int64_t amount)
{
  int32_t from = read_node(reader, world), to = read_node(reader, world);
  if (amount < -1000 || amount > 1000 || from < 0 || to < 0) {
    if (df_set_supply(df, from, amount) == DF_OK) world->supply[from] = amount;
    return;
  }
  if (llabs(world->supply[from]) > 1000 || llabs(world->supply[to]) > 1000) return;
  if (df_set_supply(df, from, world->supply[from] - amount) == DF_OK) world->supply[from] -= amount;
  if (df_set_supply(df, to, world->supply[to] + amount) == DF_OK) world->supply[to] += amount;
}

static void edit(struct reader *reader, struct world *world, struct df *df)
{
  uint8_t what = next(reader);
  int32_t index = next(reader) % ARCS - 1;
  int64_t a = number(reader), b = number(reader);
  int level = what / 8 % (LEVELS + 1);
  if (what % 4 == 0 && df_set_cost(df, level, index, a) == DF_OK) world->cost[level][index] = a;
  if (what % 4 == 1 && df_set_bounds(df, index, a, b) == DF_OK) {
    world->lower[index] = a;
    world->upper[index] = b;
  }
  if (what % 4 == 2) move_supply(reader, world, df, a);
  if (what % 4 == 3) add(reader, world, df);
}

static void carry_basis(struct reader *reader, struct df *df)
{
  uint8_t bytes[1024];
  size_t length = df_basis_export(df, bytes, sizeof bytes);
  if (length == 0 || length > sizeof bytes) return;
  uint8_t harm = next(reader);
  if (harm < 128) bytes[harm % length] ^= next(reader);
  enum df_code code = df_basis_import(df, bytes, length);
  CHECK(code == DF_OK || code == DF_BAD_INPUT);
}

static void compare_with_cold(const struct world *world, const struct df *warm, enum df_code code)
{
  const int64_t *costs[LEVELS];
  struct df_problem problem = problem_of(world, costs);
  struct df *cold = df_new(NULL);
  CHECK(cold);
  CHECK(df_load(cold, &problem) == DF_OK);
  CHECK(df_solve(cold, NULL, NULL) == code);
  for (int level = 0; code == DF_OPTIMAL && level < world->levels; level++) {
    int64_t high[2];
    uint64_t low[2];
    df_objective(warm, level, &high[0], &low[0]);
    df_objective(cold, level, &high[1], &low[1]);
    CHECK(high[0] == high[1] && low[0] == low[1]);
  }
  df_free(cold);
}

static void play(struct reader *reader, struct world *world, struct df *df)
{
  for (int turn = 0; turn < 4; turn++) {
    uint8_t limit = next(reader);
    struct df_options options = {.pivot_limit = limit & 1 ? limit % 32 : 0};
    struct df_stats stats = {0};
    enum df_code code = df_solve(df, &options, &stats);
    fuzz_solver_answers[code]++;
    fuzz_solver_mended += stats.mended && stats.pivots > 0;
    check_answer(world, df, code);
    check_explanations(world, df);
    bool final = code == DF_OPTIMAL || code == DF_INFEASIBLE;
    if (final) compare_with_cold(world, df, code);
    for (int i = next(reader) % 6; i > 0; i--)
      edit(reader, world, df);
    if (next(reader) & 1) carry_basis(reader, df);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct reader reader = {.at = data, .end = data + size};
  struct world world = {0};
  const int64_t *costs[LEVELS];
  read_world(&reader, &world);
  struct df *df = df_new(NULL);
  CHECK(df);
  struct df_problem problem = problem_of(&world, costs);
  if (df_load(df, &problem) == DF_OK) play(&reader, &world, df);
  df_free(df);
  return 0;
}
