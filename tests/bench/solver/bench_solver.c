// Measures the solver against LEMON from the same arrays. Each measurement runs in a process of its own, the
// rivals in turn, the least of k counts. `bench_solver FILE...` runs instance files, without files the
// visible set is made and run.
//   -k N   repetitions (5; less for what takes long)      -s      only up to 20,000 posts
//   -o     ours only                                      -w      warm re-solves after 1 to 1000 changes
//   -f     other families instead of the visible set              instead
//   -l     with -w: on three levels of costs              -x      with -w: changes of all kinds, not
//   withdrawals alone -c     processor time instead of elapsed time, where others use the machine too -n N
//   size of those (20000)                          -S N    seeds of those (2)
// Every answer of ours is given to the second opinion, outside the time; the exit status is 1 if it objects
// or if costs differ.
#include "services/dispatch/solver/check.h"
#include "services/dispatch/solver/solver.h"
#include "tests/bench/solver/families.h"
#include "tests/bench/solver/visible.h"
#ifdef HAVE_RIVAL
#include "tests/bench/solver/rival.h"
#endif
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct options {
  int repeat, size, seeds;
  bool small, ours_only, warm, ladder, mixed, families;
};

static int failures;

struct measure {
  int code;     // df_code, or 1/0 of a rival
  bool unsound; // the second opinion objects
  double seconds;
  int64_t cost;
  uint64_t pivots, priced;
  double megabytes;
};

enum runner { OURS, OURS_HINT, LEMON_SIMPLEX, LEMON_SCALING, LEMON_INT, RUNNERS };

static bool processor_time; // -c

static double now(void)
{
  struct timespec time;
  clock_gettime(processor_time ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct df_problem problem_of(const struct instance *net)
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

static struct df *load(const struct df_problem *problem, const int32_t *hint)
{
  struct df *df = df_new(NULL);
  if (!df || df_load(df, problem) != DF_OK || (hint && !df_hint(df, hint))) return df_free(df);
  return df;
}

#define LEVELS 3

static bool is_sound(const struct df_problem *problem, const struct df *df, enum df_code code)
{
  size_t n = (size_t)problem->n;
  int64_t *flow = calloc((size_t)problem->m + 1, sizeof *flow),
          *potential = calloc(n * LEVELS + 1, sizeof *potential);
  const int64_t *potentials[LEVELS];
  uint8_t *marks = calloc(n + 1, 1);
  struct df_finding finding = {.verdict = DF_UNSOUND_CUT};
  bool room = flow && potential && marks;
  for (int32_t arc = 0; room && arc < problem->m; arc++)
    flow[arc] = df_flow(df, arc);
  for (int level = 0; room && level < LEVELS; level++) {
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

static double megabytes_used(void)
{
  struct rusage usage = {0};
  getrusage(RUSAGE_SELF, &usage);
  return (double)usage.ru_maxrss / 1024;
}

static struct measure run_ours(const struct instance *net, const int32_t *hint)
{
  struct measure measure = {0};
  struct df_stats stats = {0};
  double start = now();
  struct df_problem problem = problem_of(net);
  struct df *df = load(&problem, hint);
  if (!df) return measure;
  measure.code = df_solve(df, NULL, &stats);
  for (int32_t arc = 0; arc < net->m; arc++)
    measure.cost += net->cost[arc] * df_flow(df, arc);
  measure.seconds = now() - start;
  measure.pivots = stats.pivots;
  measure.priced = stats.arcs_priced;
  measure.megabytes = megabytes_used();
  measure.unsound = !is_sound(&problem, df, (enum df_code)measure.code);
  df_free(df);
  return measure;
}

static struct measure run(const struct instance *net, enum runner runner)
{
  if (runner == OURS) return run_ours(net, NULL);
  if (runner == OURS_HINT) return run_ours(net, net->hint);
#ifdef HAVE_RIVAL
  enum rival rival = runner == LEMON_SIMPLEX   ? RIVAL_SIMPLEX
                     : runner == LEMON_SCALING ? RIVAL_SCALING
                                               : RIVAL_SIMPLEX_INT;
  struct rival_result result = rival_solve(net, rival, now);
  return (struct measure){
      .code = result.optimal, .seconds = result.seconds, .cost = result.cost, .megabytes = megabytes_used()};
#else
  return (struct measure){0};
#endif
}

// In a child, so that memory is counted apart and a crash of a rival is only a line.
static struct measure measure_once(const struct instance *net, enum runner runner)
{
  struct measure measure = {0};
  int ends[2];
  fflush(stdout);
  if (pipe(ends) != 0) return measure;
  pid_t child = fork();
  if (child == 0) {
    measure = run(net, runner);
    _exit(write(ends[1], &measure, sizeof measure) == sizeof measure ? 0 : 1);
  }
  close(ends[1]);
  bool ok = child > 0 && read(ends[0], &measure, sizeof measure) == sizeof measure;
  close(ends[0]);
  if (child > 0) waitpid(child, NULL, 0);
  if (!ok) measure.code = -1;
  return measure;
}

static bool applies(const struct instance *net, enum runner runner, const struct options *options)
{
  if (runner == OURS) return true;
  if (runner == OURS_HINT) return net->hint != NULL;
#ifndef HAVE_RIVAL
  return false;
#endif
  if (options->ours_only) return false;
  if (runner != LEMON_INT) return true;
  int64_t most = 0;
  for (int32_t arc = 0; arc < net->m; arc++)
    most = llabs(net->cost[arc]) > most ? llabs(net->cost[arc]) : most;
  return most < INT32_MAX / 2 / ((int64_t)net->n + 1);
}

static void measure_all(const struct instance *net, const struct options *options,
                        struct measure best[RUNNERS])
{
  for (int turn = 0; turn < options->repeat; turn++)
    for (enum runner runner = OURS; runner < RUNNERS; runner++) {
      if (!applies(net, runner, options)) continue;
      if (turn > 0 && best[runner].seconds > 20) continue; // what takes that long is not repeated
      struct measure measure = measure_once(net, runner);
      if (turn == 0 || measure.seconds < best[runner].seconds) best[runner] = measure;
    }
}

static const char *status(const struct measure *measure)
{
  static const char *const names[] = {"ok",       "optimal", "gap",       "infeasible", "unbounded",
                                      "overflow", "bad",     "cancelled", "memory"};
  return measure->code >= 0 && measure->code < 9 ? names[measure->code] : "crash";
}

static void print_seconds(const struct measure *measure)
{
  if (measure->code < 0)
    printf(" %9s", "crash");
  else if (measure->seconds > 0)
    printf(" %9.3f", measure->seconds);
  else
    printf(" %9s", "-");
}

// The rival's best time over ours; 0 if there is none.
static double ratio(const struct measure *ours, const struct measure best[RUNNERS], bool simplex_only)
{
  double rival = 0;
  for (enum runner runner = LEMON_SIMPLEX; runner <= (simplex_only ? LEMON_SIMPLEX : LEMON_SCALING);
       runner++) {
    double seconds = best[runner].code == 1 ? best[runner].seconds : 0;
    if (seconds > 0 && (rival <= 0 || seconds < rival)) rival = seconds;
  }
  return ours->seconds > 0 ? rival / ours->seconds : 0;
}

static void print_head(void)
{
  printf("%-18s %-10s %20s %9s %9s %9s %9s %7s | %9s %9s %9s %7s %20s | %6s %6s %6s %6s\n", "instance",
         "status", "cost", "ours s", "hint s", "pivots", "priced M", "peak MB", "ns s", "cs s", "ns int s",
         "ns MB", "their cost", "ratio", "hinted", "to ns", "memory");
}

static void print_line(const struct instance *net, const struct measure best[RUNNERS])
{
  const struct measure *ours = &best[OURS], *simplex = &best[LEMON_SIMPLEX];
  printf("%-18s %-10s %20" PRId64, net->name, status(ours), ours->cost);
  print_seconds(ours);
  print_seconds(&best[OURS_HINT]);
  printf(" %9" PRIu64 " %9.1f %7.0f |", ours->pivots, (double)ours->priced / 1e6, ours->megabytes);
  print_seconds(simplex);
  print_seconds(&best[LEMON_SCALING]);
  print_seconds(&best[LEMON_INT]);
  printf(" %7.0f %20" PRId64 " |", simplex->megabytes, simplex->cost);
  double memory = simplex->megabytes > 0 ? ours->megabytes / simplex->megabytes : 0;
  bool differs = simplex->seconds > 0 && (simplex->code == 1) != (ours->code == DF_OPTIMAL);
  differs |= simplex->code == 1 && simplex->cost != ours->cost;
  bool unsound = ours->unsound || best[OURS_HINT].unsound;
  printf(" %6.2f %6.2f %6.2f %6.2f%s%s\n", ratio(ours, best, false), ratio(&best[OURS_HINT], best, false),
         ratio(ours, best, true), memory, differs ? " ANSWERS DIFFER" : "", unsound ? " UNSOUND" : "");
  failures += differs || unsound;
  fflush(stdout);
}

// A unit arc that carries something: to be closed by a withdrawal. -1: none is found from a random one on.
static int32_t draw_used(const struct df *df, const struct instance *net, uint64_t *random)
{
  int32_t start = (int32_t)instance_random(random, 0, net->m - 1);
  for (int32_t i = 0; i < net->m; i++) {
    int32_t arc = (int32_t)(((int64_t)start + i) % net->m);
    if (net->upper[arc] == 1 && net->lower[arc] == 0 && df_flow(df, arc) == 1) return arc;
  }
  return -1;
}

// With -l three levels of costs: the great part of each cost, what is left of it, a hash of the arc.
static struct df_problem ladder_of(const struct instance *net, const int64_t **cost)
{
  struct df_problem problem = problem_of(net);
  int64_t most = 0, *level[LEVELS];
  for (int i = 0; i < LEVELS; i++)
    cost[i] = level[i] = calloc((size_t)net->m + 1, sizeof(int64_t));
  for (int32_t arc = 0; arc < net->m; arc++)
    most = llabs(net->cost[arc]) > most ? llabs(net->cost[arc]) : most;
  int64_t step = (int64_t)sqrt((double)most) + 1;
  for (int32_t arc = 0; arc < net->m; arc++) {
    uint64_t hash = (uint64_t)arc + 1;
    level[0][arc] = net->cost[arc] / step;
    level[1][arc] = net->cost[arc] % step;
    level[2][arc] = instance_random(&hash, 0, INT64_C(1) << 30);
  }
  problem.levels = LEVELS;
  problem.cost = cost;
  return problem;
}

enum edit { CLOSE, OPEN, WIDEN, NARROW, MOVE, PRICE, EDITS };

// Re-solves after some changes.
struct warm {
  struct df *df;
  struct instance *net;
  struct df_problem *problem;
  uint64_t random;
  bool mixed;
  int turns;
  double editing, *spent; // of this turn; by turn
  uint64_t pivots, priced;
  bool unsound;
};

static int32_t draw_arc(struct warm *warm)
{
  return (int32_t)instance_random(&warm->random, 0, warm->net->m - 1);
}

// From a random arc on, the first whose upper bound is in [low, high]; -1: none.
static int32_t draw_bound(struct warm *warm, int32_t low, int32_t high)
{
  int32_t start = draw_arc(warm);
  for (int32_t i = 0; i < warm->net->m; i++) {
    int32_t arc = (int32_t)(((int64_t)start + i) % warm->net->m), upper = warm->net->upper[arc];
    if (warm->net->lower[arc] == 0 && upper >= low && upper <= high) return arc;
  }
  return -1;
}

static void set_upper(struct warm *warm, int32_t arc, int32_t upper)
{
  if (arc < 0) return;
  warm->net->upper[arc] = upper;
  double start = now();
  (void)df_set_bounds(warm->df, arc, 0, upper);
  warm->editing += now() - start;
}

// Half of the arcs are ones that carry something; up or down by up to a tenth.
static void change_cost(struct warm *warm)
{
  int32_t used = draw_used(warm->df, warm->net, &warm->random), arc = draw_arc(warm);
  int level = (int)instance_random(&warm->random, 0, warm->problem->levels - 1);
  if (used >= 0 && instance_random(&warm->random, 0, 1)) arc = used;
  int64_t *cost = (int64_t *)(uintptr_t)warm->problem->cost[level];
  cost[arc] += cost[arc] / 100 * instance_random(&warm->random, -10, 10);
  cost[arc] += instance_random(&warm->random, -3, 3);
  double start = now();
  (void)df_set_cost(warm->df, level, arc, cost[arc]);
  warm->editing += now() - start;
}

// One unit more or less from the first source to the first sink.
static void change_supply(struct warm *warm)
{
  struct instance *net = warm->net;
  int64_t by = instance_random(&warm->random, 0, 1) ? 1 : -1;
  int32_t from = 0, to = 0;
  while (from < net->n && net->supply[from] <= 0)
    from++;
  while (to < net->n && net->supply[to] >= 0)
    to++;
  if (from == net->n || to == net->n) return;
  net->supply[from] += by;
  net->supply[to] -= by;
  double start = now();
  (void)df_set_supply(warm->df, from, net->supply[from]);
  (void)df_set_supply(warm->df, to, net->supply[to]);
  warm->editing += now() - start;
}

static void edit_once(struct warm *warm)
{
  int32_t arc = -1;
  switch (warm->mixed ? (enum edit)instance_random(&warm->random, 0, EDITS - 1) : CLOSE) {
  case CLOSE:
    set_upper(warm, draw_used(warm->df, warm->net, &warm->random), 0);
    break;
  case OPEN:
    set_upper(warm, draw_bound(warm, 0, 0), 1);
    break;
  case WIDEN:
    arc = draw_bound(warm, 2, INT32_MAX - 1);
    set_upper(warm, arc, arc < 0 ? 0 : warm->net->upper[arc] + 1);
    break;
  case NARROW:
    arc = draw_bound(warm, 2, INT32_MAX);
    set_upper(warm, arc, arc < 0 ? 0 : warm->net->upper[arc] - 1);
    break;
  case MOVE:
    change_supply(warm);
    break;
  default:
    change_cost(warm);
  }
}

static int by_size(const void *a, const void *b)
{
  double left = *(const double *)a, right = *(const double *)b;
  return left < right ? -1 : left > right;
}

static void warm_solves(struct warm *warm, int changes)
{
  warm->pivots = warm->priced = 0;
  warm->unsound = false;
  for (int turn = 0; turn < warm->turns; turn++) {
    struct df_stats stats = {0};
    warm->editing = 0;
    for (int done = 0; done < changes; done++)
      edit_once(warm);
    double start = now();
    enum df_code code = df_solve(warm->df, NULL, &stats);
    warm->spent[turn] = warm->editing + now() - start;
    warm->pivots += stats.pivots;
    warm->priced += stats.arcs_priced;
    warm->unsound |= !is_sound(warm->problem, warm->df, code);
  }
}

static void print_warm(const struct warm *warm, int changes, double cold, double lemon)
{
  int turns = warm->turns;
  double first = warm->spent[0];
  qsort(warm->spent, (size_t)turns, sizeof *warm->spent, by_size);
  double middle = warm->spent[turns / 2], most = warm->spent[turns - 1];
  printf("%-18s changes %4d warm ms median %8.3f (first %8.3f most %8.3f) pivots %8.1f priced %8.4f M | cold "
         "%7.3f s ns %7.3f s | %7.4f %% most %7.4f %%%s\n",
         warm->net->name, changes, middle * 1e3, first * 1e3, most * 1e3, (double)warm->pivots / turns,
         (double)warm->priced / 1e6 / turns, cold, lemon, lemon > 0 ? middle / lemon * 100 : 0,
         lemon > 0 ? most / lemon * 100 : 0, warm->unsound ? " UNSOUND" : "");
  fflush(stdout);
}

// The first line's first solve also makes what later ones use.
static void run_warm(struct instance *net, const struct options *options)
{
  const int64_t *ladder[LEVELS] = {NULL};
  struct df_problem problem = options->ladder ? ladder_of(net, ladder) : problem_of(net);
  struct measure lemon = {0};
  if (applies(net, LEMON_SIMPLEX, options)) lemon = measure_once(net, LEMON_SIMPLEX);
  struct df *df = load(&problem, net->hint);
  double start = now();
  enum df_code code = df ? df_solve(df, NULL, NULL) : DF_NO_MEMORY;
  double cold = now() - start;
  if (code != DF_OPTIMAL) printf("%-18s no optimum to start from\n", net->name);
  struct warm warm = {.df = df, .net = net, .problem = &problem, .random = 6, .mixed = options->mixed};
  for (int changes = 1; changes <= 1000 && code == DF_OPTIMAL; changes *= 10) {
    warm.turns = changes > 10 ? options->repeat : options->repeat * 5;
    warm.spent = calloc((size_t)warm.turns, sizeof *warm.spent);
    warm_solves(&warm, changes);
    print_warm(&warm, changes, cold, lemon.seconds);
    failures += warm.unsound;
    free(warm.spent);
  }
  df_free(df);
  for (int level = 0; level < LEVELS; level++)
    free((void *)(uintptr_t)ladder[level]);
}

struct tally {
  const char *group;
  double ratio, hinted, to_simplex;
  int count, hints;
};

static void count(struct tally *tally, const struct measure best[RUNNERS])
{
  double plain = ratio(&best[OURS], best, false), hinted = ratio(&best[OURS_HINT], best, false);
  if (plain <= 0) return;
  tally->ratio += log(plain);
  tally->to_simplex += log(ratio(&best[OURS], best, true));
  tally->count++;
  if (hinted <= 0) return;
  tally->hinted += log(hinted);
  tally->hints++;
}

static void print_tally(const struct tally *tally)
{
  if (tally->count == 0) return;
  printf("geometric mean %-12s ratio %.2f", tally->group, exp(tally->ratio / tally->count));
  if (tally->hints) printf(", with hints %.2f", exp(tally->hinted / tally->hints));
  printf(", to NetworkSimplex %.2f (%d instances)\n", exp(tally->to_simplex / tally->count), tally->count);
}

static void run_one(struct instance *net, const struct options *options, struct tally *tally)
{
  struct measure best[RUNNERS] = {0};
  if (options->warm) {
    run_warm(net, options);
    return;
  }
  measure_all(net, options, best);
  print_line(net, best);
  count(tally, best);
}

static int run_visible(const struct options *options)
{
  struct tally tally = {0};
  for (int i = 0; i < visible_count(); i++) {
    const char *group = visible_group(i);
    if (options->small && visible_is_big(i)) continue;
    if (tally.group && strcmp(tally.group, group) != 0) {
      print_tally(&tally);
      tally = (struct tally){0};
    }
    tally.group = group;
    struct instance *net = visible_make(i);
    run_one(net, options, &tally);
    instance_free(net);
  }
  print_tally(&tally);
  return 0;
}

static int run_families(const struct options *options)
{
  for (int family = 0; family < families_count(); family++) {
    struct tally tally = {.group = families_name(family)};
    for (int seed = 1; seed <= options->seeds; seed++) {
      struct instance *net = families_make(family, options->size, (uint64_t)seed);
      run_one(net, options, &tally);
      instance_free(net);
    }
    print_tally(&tally);
  }
  return 0;
}

static int run_files(char **paths, int files, const struct options *options)
{
  struct tally tally = {.group = "files"};
  int failed = 0;
  for (int i = 0; i < files; i++) {
    struct instance *net = instance_read(paths[i]);
    failed += !net;
    if (net) run_one(net, options, &tally);
    instance_free(net);
  }
  print_tally(&tally);
  return failed > 0;
}

int main(int argc, char **argv)
{
  struct options options = {.repeat = 5, .size = 20000, .seeds = 2};
  for (int letter; (letter = getopt(argc, argv, "k:n:S:sowlxfc")) != -1;) {
    if (letter == '?') {
      fputs("usage: bench_solver [-k N] [-s] [-o] [-w [-l] [-x]] [-c] [-f [-n SIZE] [-S SEEDS]] [FILE...]\n",
            stderr);
      return 2;
    }
    int number = optarg && atoi(optarg) > 0 ? atoi(optarg) : 1;
    if (letter == 'k') options.repeat = number;
    if (letter == 'n') options.size = number;
    if (letter == 'S') options.seeds = number;
    options.families |= letter == 'f';
    options.ladder |= letter == 'l';
    options.mixed |= letter == 'x';
    processor_time |= letter == 'c';
    options.small |= letter == 's';
    options.ours_only |= letter == 'o';
    options.warm |= letter == 'w';
  }
  if (!options.warm) print_head();
  int failed = optind < argc      ? run_files(argv + optind, argc - optind, &options)
               : options.families ? run_families(&options)
                                  : run_visible(&options);
  return failed || failures > 0;
}
