// bench_model [REPEATS [POSTS...]]
//   What the model layer costs over the kernel: rules into a network (mdl_new), solving with the answer read
//   back (mdl_solve), and beside it the kernel alone on the very network the model made; then reasons for the
//   first hundred posts left short, as a run records them. Each size in a process of its own, the least of
//   the repeats counts; memory is what the process grew by while the model stood, the problem itself aside.
//   Both answers must be worth the same on every level, or the exit status is 1.
#include "services/dispatch/model/explain.h"
#include "services/dispatch/model/mdl.h"
#include "tests/bench/model/province.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EXPLAINED 100 // posts, as dispatchd's EXPLAINED_MAX

struct times { // ms
  double network, solve, kernel, explain;
};

static double now_ms(void) // of the processor: nothing here waits, and others may use the machine too
{
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double status_kib(const char *field)
{
  char line[200];
  double kib = 0;
  FILE *in = fopen("/proc/self/status", "r");
  while (in && fgets(line, sizeof line, in))
    if (strncmp(line, field, strlen(field)) == 0) kib = strtod(line + strlen(field), NULL);
  if (in) fclose(in);
  return kib;
}

// The kernel on the model's network. False if its answer is worth something else.
static bool solve_alone(const struct mdl *model, double *ret_ms)
{
  struct df_problem problem = mdl_net_problem(&model->net);
  double start = now_ms();
  struct df *df = df_new(NULL);
  bool same = df && df_load(df, &problem) == DF_OK && df_solve(df, NULL, NULL) == DF_OPTIMAL;
  *ret_ms = now_ms() - start;
  for (int level = 0; same && level < problem.levels; level++) {
    int64_t high[2];
    uint64_t low[2];
    df_objective(df, level, &high[0], &low[0]);
    df_objective(model->df, level, &high[1], &low[1]);
    same = high[0] == high[1] && low[0] == low[1];
  }
  df_free(df);
  return same;
}

static bool explain(const struct mdl *model, int32_t *ret_told)
{
  struct mdl_chain chain;
  struct mdl_cut cut;
  *ret_told = 0;
  for (int32_t v = 0; v < model->problem->n_posts && *ret_told < EXPLAINED; v++) {
    if (mdl_filled(model, v) == model->problem->posts[v].need) continue;
    if (!mdl_cut(model, v, &cut)) return false;
    free(cut.posts);
    free(cut.quotas);
    mdl_chain(model, v, &chain);
    ++*ret_told;
  }
  return true;
}

static void keep_least(double *least, double value)
{
  if (*least == 0 || value < *least) *least = value;
}

static int measure(int32_t posts, int repeats)
{
  struct province province;
  struct times best = {0};
  double grown = 0;
  if (!province_make(posts, 42, &province)) return 1;
  const struct mdl_problem *problem = &province.problem;
  for (int i = 0; i < repeats; i++) {
    struct mdl_result result;
    struct mdl_fault fault;
    int32_t told;
    double before = status_kib("VmRSS:"), start = now_ms(), alone;
    struct mdl *model = mdl_new(problem, &fault);
    double built = now_ms();
    if (!model || mdl_solve(model, NULL, &result, &fault) != MDL_OK || !result.optimal) return 1;
    double solved = now_ms();
    if (i == 0) grown = status_kib("VmHWM:") - before; // later ones find the room that this one left
    bool good = explain(model, &told);
    double explained = now_ms();
    if (!good || !solve_alone(model, &alone)) return 1;
    keep_least(&best.network, built - start);
    keep_least(&best.solve, solved - built);
    keep_least(&best.explain, explained - solved);
    keep_least(&best.kernel, alone);
    if (i == repeats - 1) {
      double whole = best.network + best.solve;
      printf("%7d %8d %8d %7d %9.1f %9.1f %9.1f %9.1f %8.2f %9.0f %6d/%-6d %6.1f\n", posts, problem->n_pairs,
             model->net.m, model->net.levels, best.network, best.solve, whole, best.kernel,
             whole / best.kernel, grown * 1024 / model->net.m, result.filled, problem->n_people,
             told ? best.explain / told : 0);
    }
    mdl_free(model);
  }
  province_free(&province);
  return 0;
}

int main(int argc, char **argv)
{
  static const char *usual[] = {"2000", "20000"};
  int repeats = argc > 1 ? atoi(argv[1]) : 5, failed = 0, n = argc > 2 ? argc - 2 : 2;
  char **sizes = argc > 2 ? argv + 2 : (char **)usual;
  if (repeats < 1) {
    fprintf(stderr, "bench_model [REPEATS [POSTS...]]\n");
    return 2;
  }
  printf("model: a province, homes with caps and even shares, county guarantees; ms of processor time, least "
         "of %d\n",
         repeats);
  printf("%7s %8s %8s %7s %9s %9s %9s %9s %8s %9s %13s %6s\n", "posts", "pairs", "arcs", "levels", "network",
         "solve", "both", "kernel", "ratio", "bytes/arc", "filled/people", "why");
  fflush(stdout);
  for (int i = 0; i < n; i++) {
    pid_t child = fork();
    int status = 1;
    if (child == 0) {
      int code = measure(atoi(sizes[i]), repeats);
      fflush(stdout);
      _exit(code);
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) failed = 1;
  }
  if (failed) fprintf(stderr, "bench_model: not optimal, or the kernel alone came to another answer\n");
  return failed;
}
