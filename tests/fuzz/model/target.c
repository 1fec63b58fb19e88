// Bytes become a matching with every kind of rule, now and then with numbers that are wrong. What is refused
// names a part that is there; what is answered keeps every rule, and optima stand the second opinion.
#include "tests/fuzz/model/target.h"
#include "common/base/check.h"
#include "services/dispatch/model/explain.h"
#include "services/dispatch/model/mdl.h"
#include "services/dispatch/solver/check.h"
#include <stdlib.h>
#include <string.h>

unsigned fuzz_model_codes[16], fuzz_model_optimal, fuzz_model_limited;

enum { PEOPLE = 7, POSTS = 5, PAIRS = 24, QUOTAS = 5, TEAMS = 3 };

struct reader {
  const uint8_t *at, *end;
  bool odd;
};
struct world {
  struct mdl_person people[PEOPLE];
  struct mdl_post posts[POSTS];
  struct mdl_pair pairs[PAIRS];
  struct mdl_quota quotas[QUOTAS];
  struct mdl_team teams[TEAMS];
  int32_t members[QUOTAS][PAIRS], team_members[TEAMS][3];
  enum mdl_term order[MDL_TERMS];
  struct mdl_problem problem;
};

static const char *const ids[] = {"a", "b", "c", "d", "e", "f", "g", "", NULL};

static uint8_t next(struct reader *reader)
{
  return reader->at < reader->end ? *reader->at++ : 0;
}

static int32_t number(struct reader *reader, int32_t limit)
{
  static const int32_t odd[] = {-1, INT32_MAX, INT32_MIN, MDL_FIGURE_MAX, MDL_FIGURE_MAX + 1};
  uint8_t byte = next(reader);
  return reader->odd && byte > 250 ? odd[byte - 251] : byte % limit;
}

static const char *id(struct reader *reader, int32_t index)
{
  uint8_t byte = next(reader);
  return reader->odd && byte > 250 ? ids[byte % 9] : ids[index];
}

static void read_quota(struct reader *reader, struct world *world, int32_t q)
{
  struct mdl_quota *quota = &world->quotas[q];
  unsigned people = next(reader), posts = next(reader);
  *quota = (struct mdl_quota){.id = id(reader, q),
                              .side = (enum mdl_side)number(reader, 3),
                              .cap = MDL_NO_CAP,
                              .floor = number(reader, 2),
                              .spread = next(reader) & 1,
                              .pairs = world->members[q]};
  if (next(reader) & 1)
    people = 0xff; // whole people or whole posts fit most often
  else
    posts = 0xff;
  if (next(reader) % 4) quota->cap = number(reader, 5);
  for (int32_t i = 0; i < world->problem.n_pairs; i++)
    if (people >> (world->pairs[i].person & 7) & 1 && posts >> (world->pairs[i].post & 7) & 1)
      world->members[q][quota->n_pairs++] = reader->odd && next(reader) > 252 ? number(reader, PAIRS) : i;
}

static void read_rules(struct reader *reader, struct world *world)
{
  struct mdl_problem *problem = &world->problem;
  problem->n_quotas = next(reader) % (QUOTAS + 1);
  problem->n_teams = next(reader) % 2 ? next(reader) % (TEAMS + 1) : 0;
  for (int32_t q = 0; q < QUOTAS; q++)
    read_quota(reader, world, q);
  for (int32_t t = 0; t < TEAMS; t++) {
    world->teams[t] = (struct mdl_team){.id = id(reader, t),
                                        .together = (enum mdl_together)(next(reader) & 1),
                                        .members = world->team_members[t],
                                        .n_members = 1 + next(reader) % 3};
    for (int k = 0; k < 3; k++)
      world->team_members[t][k] = next(reader) % 8 ? (2 * t + k) % PEOPLE : number(reader, PEOPLE);
  }
  if (next(reader) % 4) return;
  problem->order = world->order;
  problem->n_order = next(reader) % MDL_TIE;
  for (int i = 0; i < MDL_TIE; i++)
    world->order[i] = reader->odd ? (enum mdl_term)(next(reader) % (MDL_TERMS + 1)) : (enum mdl_term)i;
}

static void read_world(struct reader *reader, struct world *world)
{
  reader->odd = next(reader) & 1;
  struct mdl_problem *problem = &world->problem;
  *problem = (struct mdl_problem){.people = world->people,
                                  .posts = world->posts,
                                  .pairs = world->pairs,
                                  .quotas = world->quotas,
                                  .teams = world->teams,
                                  .n_people = 1 + next(reader) % PEOPLE,
                                  .n_posts = 1 + next(reader) % POSTS};
  for (int32_t p = 0; p < PEOPLE; p++)
    world->people[p].id = id(reader, p);
  for (int32_t v = 0; v < POSTS; v++)
    world->posts[v] = (struct mdl_post){id(reader, v), number(reader, 3), 1 + next(reader) % 3, v / 2, v % 2};
  for (int32_t p = 0; p < problem->n_people; p++)
    for (int32_t v = 0; v < problem->n_posts && problem->n_pairs < PAIRS; v++) {
      if (next(reader) % 3 == 0) continue;
      struct mdl_pair *pair = &world->pairs[problem->n_pairs++];
      *pair = (struct mdl_pair){.person = p, .post = v, .keep = number(reader, 2)};
      if (reader->odd && next(reader) > 250) pair->post = number(reader, POSTS);
      if (next(reader) > 248) pair->hold = MDL_PINNED;
      for (int term = 0; term < MDL_PAIR_TERMS; term++)
        pair->cost[term] = number(reader, 3);
    }
  read_rules(reader, world);
}

static void check_fault(const struct mdl_problem *problem, const struct mdl_fault *fault)
{
  const int32_t counts[] = {problem->n_people, problem->n_posts, problem->n_pairs,
                            problem->n_quotas, problem->n_teams, problem->n_order};
  CHECK(fault->code != MDL_OK && fault->code != MDL_NO_MEMORY);
  CHECK(fault->index == -1 || (fault->index >= 0 && fault->index < counts[fault->kind]));
  if (fault->code == MDL_CROSSING)
    for (int i = 0; i < 3; i++)
      CHECK(fault->witness[i] >= 0 && fault->witness[i] < problem->n_pairs);
}

static void check_rules(const struct world *world, const struct mdl *model)
{
  const struct mdl_problem *problem = &world->problem;
  int32_t of_person[PEOPLE] = {0};
  for (int32_t i = 0; i < problem->n_pairs; i++) {
    CHECK(mdl_taken(model, i) || world->pairs[i].hold == MDL_FREE);
    of_person[world->pairs[i].person] += mdl_taken(model, i);
  }
  for (int32_t p = 0; p < problem->n_people; p++)
    CHECK(of_person[p] <= 1);
  for (int32_t v = 0; v < problem->n_posts; v++)
    CHECK(mdl_filled(model, v) <= world->posts[v].need);
  for (int32_t q = 0; q < problem->n_quotas; q++)
    CHECK(mdl_used(model, q) <= world->quotas[q].cap);
  for (int32_t t = 0; t < problem->n_teams; t++) {
    const struct mdl_team *team = &world->teams[t];
    int32_t placed = 0, place = -1;
    for (int32_t k = 0; k < team->n_members; k++) {
      int32_t pair = mdl_given(model, team->members[k]);
      if (pair < 0) continue;
      int32_t at = mdl_place_of(model, team, world->pairs[pair].post);
      CHECK(placed == 0 || at == place);
      place = at;
      placed++;
    }
    CHECK(placed == 0 || placed == team->n_members);
  }
}

static void check_optimum(const struct mdl *model)
{
  struct df_problem problem = mdl_net_problem(&model->net);
  int64_t flow[256], values[MDL_TERMS][64];
  const int64_t *potential[MDL_TERMS];
  CHECK(problem.m <= 256 && problem.n <= 64);
  for (int32_t arc = 0; arc < problem.m; arc++)
    flow[arc] = df_flow(model->df, arc);
  for (int level = 0; level < problem.levels; level++) {
    potential[level] = values[level];
    for (int32_t v = 0; v < problem.n; v++)
      values[level][v] = df_potential(model->df, level, v);
  }
  CHECK(df_check_optimal(&problem, &(struct df_claim){flow, potential}).verdict == DF_SOUND);
}

static void ask(const struct world *world, const struct mdl *model)
{
  struct mdl_alternative list[3];
  struct mdl_envy envies[3];
  struct mdl_chain chain;
  int64_t worth[MDL_TERMS];
  for (int32_t v = 0; v < world->problem.n_posts; v++) {
    struct mdl_cut cut;
    CHECK(mdl_cut(model, v, &cut));
    CHECK(cut.filled <= cut.places);
    free(cut.posts);
    free(cut.quotas);
    (void)mdl_chain(model, v, &chain);
    (void)mdl_post_alternatives(model, v, 3, list);
  }
  for (int32_t p = 0; p < world->problem.n_people; p++)
    (void)mdl_person_alternatives(model, p, 3, list);
  for (int32_t q = 0; q < world->problem.n_quotas; q++)
    (void)mdl_worth(model, q, worth);
  (void)mdl_envies(model, 3, envies);
}

static void play(struct reader *reader, const struct world *world, struct mdl *model)
{
  struct mdl_result result;
  struct mdl_fault fault;
  uint8_t limit = next(reader);
  struct mdl_options options = {.pivot_limit = limit & 1 ? 1 + limit / 8 : 0,
                                .node_limit = limit & 2 ? 3 : 0};
  enum mdl_code code = mdl_solve(model, &options, &result, &fault);
  fuzz_model_codes[code]++;
  if (code != MDL_OK) return;
  check_rules(world, model);
  fuzz_model_optimal += result.optimal;
  fuzz_model_limited += !result.optimal;
  CHECK(result.gap >= 0 && (!result.optimal || result.gap == 0));
  if (result.optimal) check_optimum(model);
  ask(world, model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct reader reader = {.at = data, .end = data + size};
  struct world world = {0};
  struct mdl_fault fault;
  read_world(&reader, &world);
  struct mdl *model = mdl_new(&world.problem, &fault);
  if (model) {
    play(&reader, &world, model);
  } else {
    fuzz_model_codes[fault.code]++;
    check_fault(&world.problem, &fault);
  }
  mdl_free(model);
  return 0;
}
