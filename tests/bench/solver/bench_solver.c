// Measures the solver against LEMON from the same arrays. Each measurement runs in a process of its own, the
// rivals in turn, the least of k counts. `bench_solver FILE...` runs instance files, without files the
// visible set is made and run.
//   -k N   repetitions (5; less for what takes long)      -s      only up to 20,000 posts
//   -o     ours only                                      -w      warm re-solves after 1 to 1000 changes
//   -f     other families instead of the visible set              instead
//   -l     with -w: on three levels of costs              -x      with -w: changes of all kinds
//   -c     processor time instead of elapsed time, where others use the machine too
//   -n N   size of other families (20000)                 -S N    seeds of those (2)
// Every answer of ours is given to the second opinion, outside the time; the exit status is 1 if it objects
// or if costs differ.
#include "services/dispatch/solver/solver.h"
#include "tests/bench/solver/families.h"
#include "tests/bench/solver/measure.h"
#include "tests/bench/solver/visible.h"
#include "tests/bench/solver/warm.h"
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
  double start = measure_now();
  struct df_problem problem = measure_problem(net);
  struct df *df = measure_load(&problem, hint);
  if (!df) return measure;
  measure.code = df_solve(df, NULL, &stats);
  for (int32_t arc = 0; arc < net->m; arc++)
    measure.cost += net->cost[arc] * df_flow(df, arc);
  measure.seconds = measure_now() - start;
  measure.pivots = stats.pivots;
  measure.priced = stats.arcs_priced;
  measure.megabytes = megabytes_used();
  measure.unsound = !measure_is_sound(&problem, df, (enum df_code)measure.code);
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
  struct rival_result result = rival_solve(net, rival, measure_now);
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
    struct measure lemon = {0};
    if (applies(net, LEMON_SIMPLEX, options)) lemon = measure_once(net, LEMON_SIMPLEX);
    struct warm_options warm = {.ladder = options->ladder, .mixed = options->mixed, .turns = options->repeat};
    failures += !warm_measure(net, &warm, lemon.seconds);
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
    measure_processor_time |= letter == 'c';
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
