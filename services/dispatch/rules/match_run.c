#include "services/dispatch/rules/match_run.h"
#include "common/base/cleanup.h"
#include "common/base/pb.h"
#include "common/domain/calendar.h"
#include "services/dispatch/rules/emit.h"
#include "services/dispatch/rules/lifecycle.h"
#include "services/dispatch/rules/match_explain.h"
#include "services/dispatch/rules/proposal.h"
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define METHOD        "min-cost flow by primal network simplex, levels lexicographic (df)"
#define RUN_BYTES_MAX (200 * 1024) // of a packed run: it must fit an event

static int plan_acts(const struct dsp_call *call, const struct dsp_case *case_, const Dsp__NeedsPlan *plan)
{
  struct dsp_actors actors = {.n = 0};
  dsp_gate_add(&actors, plan->owner);
  for (size_t i = 0; case_->agreement && i < case_->agreement->n_parties; i++)
    dsp_gate_add(&actors, case_->agreement->parties[i]->institution);
  return dsp_gate_acts(call, &actors, plan->programme);
}

static int plan_case(const struct dsp_call *call, const Dsp__NeedsPlan *plan, bool running,
                     struct dsp_case *ret)
{
  struct dsp_names names = {plan->programme, plan->agreement, plan->measure, plan->programme_version};
  return dsp_gate_case(call, &names, running, ret);
}

// Without dates: from the opening of the plan's school year, or today if that is over; as long as the term
// says, to the end of the school year where the term is free.
static int plan_period(const struct dsp_call *call, const struct dsp_case *case_, const Dsp__NeedsPlan *plan,
                       const Typ__Period *asked, Typ__Period **ret)
{
  char from[DATE_SIZE], to[DATE_SIZE];
  const char *begin = asked ? asked->from : "", *end = asked ? asked->to : "";
  const Prg__Term *term = case_->measure->term;
  if (!dsp_gate_period(case_->programme, plan->school_year, from, to)) return -EINVAL;
  if (!dsp_gate_is_text(begin)) begin = date_compare(from, call->ctx->today) < 0 ? call->ctx->today : from;
  bool free_term = !term || term->unit == PRG__CALENDAR_WORD__CALENDAR_WORD_FREE;
  if (!dsp_gate_is_text(end) && free_term) end = to;
  return dsp_proposal_period(call, case_, begin, end, ret);
}

// ---- the record of a run

static int add_line(const struct dsp_call *call, const struct dsp_match_pool *pool,
                    const struct dsp_match_pair *pair, Dsp__MatchRun *run)
{
  const struct dsp_match_person *person = &pool->people[pair->candidate];
  Dsp__MatchLine *line = ARENA_NEW(call->out->arena, Dsp__MatchLine);
  struct dsp_findings reasons = {0};
  if (!line) return -ENOMEM;
  dsp__match_line__init(line);
  line->plan_line = pool->places[pair->line].line->no;
  line->candidate = person->candidate->id;
  line->person = person->person->id;
  line->home = person->home->id;
  line->host = pool->places[pair->line].host->id;
  line->n_cost = DSP_LEVEL_TIE + 1; // "unfilled" first, the tie-break left out: it says nothing
  line->cost = ARENA_ARRAY(call->out->arena, int64_t, line->n_cost);
  if (!line->cost) return -ENOMEM;
  memcpy(line->cost + 1, pair->cost, DSP_LEVEL_TIE * sizeof *line->cost);
  int r = dsp_match_explain_pair(call, pool, pair, &reasons);
  line->reasons = reasons.list;
  line->n_reasons = reasons.n;
  run->lines[run->n_lines++] = line;
  return r;
}

struct chosen { // the pairs of the solution
  const struct dsp_match_pair **list;
  size_t n;
};

static int choose(const struct dsp_call *call, const struct dsp_match_pool *pool, const bool *taken,
                  struct chosen *ret)
{
  struct chosen chosen = {
      .list = ARENA_ARRAY(call->out->arena, const struct dsp_match_pair *, pool->n_people + 1)};
  if (!chosen.list) return -ENOMEM;
  for (size_t i = 0; i < pool->n_pairs; i++)
    if (taken[i]) chosen.list[chosen.n++] = &pool->pairs[i];
  *ret = chosen;
  return 0;
}

static int add_lines(const struct dsp_call *call, const struct dsp_match_pool *pool,
                     const struct chosen *chosen, Dsp__MatchRun *run)
{
  run->lines = ARENA_ARRAY(call->out->arena, Dsp__MatchLine *, chosen->n + 1);
  if (!run->lines) return -ENOMEM;
  for (size_t l = 0; l < pool->n_places; l++) // in the order of the plan
    for (size_t i = 0; i < chosen->n; i++) {
      if ((size_t)chosen->list[i]->line != l) continue;
      int r = add_line(call, pool, chosen->list[i], run);
      if (r < 0) return r;
    }
  return 0;
}

static int add_unmet_line(const struct dsp_call *call, const struct dsp_match_pool *pool, const bool *taken,
                          size_t place, Dsp__MatchRun *run)
{
  Dsp__UnmetLine *unmet = ARENA_NEW(call->out->arena, Dsp__UnmetLine);
  struct dsp_findings reasons = {0};
  if (!unmet) return -ENOMEM;
  dsp__unmet_line__init(unmet);
  unmet->plan_line = pool->places[place].line->no;
  unmet->host = pool->places[place].host->id;
  int r = dsp_match_explain_unmet(call, pool, taken, place, &reasons);
  unmet->reasons = reasons.list;
  unmet->n_reasons = reasons.n;
  run->unmet[run->n_unmet++] = unmet;
  return r;
}

static int add_unmet(const struct dsp_call *call, const struct dsp_match_pool *pool, const bool *taken,
                     const struct chosen *chosen, Dsp__MatchRun *run)
{
  run->unmet = ARENA_ARRAY(call->out->arena, Dsp__UnmetLine *, pool->n_places + 1);
  if (!run->unmet) return -ENOMEM;
  for (size_t l = 0; l < pool->n_places; l++) {
    int32_t missing = pool->places[l].need;
    for (size_t i = 0; i < chosen->n; i++)
      if ((size_t)chosen->list[i]->line == l) missing--;
    if (missing == 0) continue;
    int r = add_unmet_line(call, pool, taken, l, run);
    if (r < 0) return r;
    run->unmet[run->n_unmet - 1]->missing = (uint32_t)missing;
  }
  return 0;
}

static int add_levels(const struct dsp_call *call, const struct dsp_match_solution *solution,
                      Dsp__MatchRun *run)
{
  run->levels = ARENA_ARRAY(call->out->arena, Dsp__LevelValue *, DSP_LEVEL_TIE + 1);
  if (!run->levels) return -ENOMEM;
  for (size_t i = 0; i < DSP_LEVEL_TIE + 1; i++) {
    Dsp__LevelValue *level = ARENA_NEW(call->out->arena, Dsp__LevelValue);
    if (!level) return -ENOMEM;
    dsp__level_value__init(level);
    level->level = (char *)(i == 0 ? "unfilled" : dsp_match_pool_levels[i - 1]);
    level->value = i == 0 ? solution->unfilled : solution->value[i - 1];
    run->levels[run->n_levels++] = level;
  }
  return 0;
}

static int new_run(const struct dsp_call *call, const struct dsp_match_pool *pool, Dsp__MatchRun **ret)
{
  Dsp__MatchRun *run = ARENA_NEW(call->out->arena, Dsp__MatchRun);
  char id[UUID_TEXT];
  if (!run) return -ENOMEM;
  dsp__match_run__init(run);
  id_source_next(call->ctx->ids, id);
  run->id = arena_strdup(call->out->arena, id);
  if (!run->id) return -ENOMEM;
  run->plan = pool->plan->id;
  run->plan_rev = pool->plan->rev;
  run->measure = pool->plan->measure;
  run->period = (Typ__Period *)pool->period;
  run->candidates = (uint32_t)pool->n_people;
  for (size_t l = 0; l < pool->n_places; l++)
    run->needed += (uint32_t)pool->places[l].need;
  run->method = METHOD;
  run->status = DSP__MATCH_STATUS__MATCH_PROPOSED;
  run->division = pool->plan->division;
  run->rev = 1;
  *ret = run;
  return dsp_match_pool_digest(call, pool->plan, &run->pool);
}

// A run of a province must still fit an event: then the reasons of the filled lines, which speak for
// themselves, go.
static void shorten(Dsp__MatchRun *run)
{
  if (dsp__match_run__get_packed_size(run) <= RUN_BYTES_MAX) return;
  for (size_t i = 0; i < run->n_lines; i++)
    run->lines[i]->n_reasons = 0;
}

// ---- solving

static void solution_done(struct dsp_match_solution *solution)
{
  free(solution->taken);
}

static bool more_urgent(uint32_t a, uint32_t b) // 1 is first, 0 (none stated) last
{
  return a != 0 && (b == 0 || a < b);
}

// The weight of a line: one more than the number of classes below its own. Any rising figures would do: an
// exchange argument on the people that can be had shows that the same places stay empty.
static int64_t weight_of(const struct dsp_match_pool *pool, size_t place)
{
  int64_t weight = 1;
  uint32_t own = pool->places[place].line->priority;
  for (size_t l = 0; l < pool->n_places; l++) {
    uint32_t other = pool->places[l].line->priority;
    bool counted = !more_urgent(own, other);
    for (size_t k = 0; !counted && k < l; k++)
      counted = pool->places[k].line->priority == other;
    if (!counted) weight++;
  }
  return weight;
}

static int solve(const struct dsp_call *call, const struct dsp_match_pool *pool,
                 struct dsp_match_solution *ret)
{
  int32_t *need = ARENA_ARRAY(call->out->arena, int32_t, pool->n_places + 1);
  int64_t *weight = ARENA_ARRAY(call->out->arena, int64_t, pool->n_places + 1);
  if (!need || !weight) return -ENOMEM;
  for (size_t l = 0; l < pool->n_places; l++) {
    need[l] = pool->places[l].need;
    weight[l] = weight_of(pool, l);
  }
  struct dsp_match_problem problem = {.candidates = (int32_t)pool->n_people,
                                      .lines = (int32_t)pool->n_places,
                                      .need = need,
                                      .weight = weight,
                                      .pairs = pool->pairs,
                                      .n_pairs = pool->n_pairs,
                                      .levels = DSP_MATCH_LEVELS};
  return dsp_match_solve(&problem, ret);
}

static int describe(const struct dsp_call *call, const struct dsp_match_pool *pool,
                    const struct dsp_match_solution *solution, Dsp__MatchRun **ret)
{
  Dsp__MatchRun *run;
  struct chosen chosen;
  int r = new_run(call, pool, &run);
  if (r == 0) r = choose(call, pool, solution->taken, &chosen);
  if (r == 0) r = add_lines(call, pool, &chosen, run);
  if (r == 0) r = add_unmet(call, pool, solution->taken, &chosen, run);
  if (r == 0) r = add_levels(call, solution, run);
  if (r != 0) return r;
  run->filled = (uint32_t)run->n_lines;
  run->optimal = solution->optimal;
  shorten(run);
  *ret = run;
  return 0;
}

static int check_approved(const struct dsp_call *call, const Dsp__NeedsPlan *plan)
{
  if (plan->status == DSP__PLAN_STATUS__PLAN_APPROVED) return 0;
  return decision_reject(call->out, REASON_AS_12, "plan", plan->id, "status",
                         pb_enum_word(&dsp__plan_status__descriptor, plan->status), NULL);
}

int dsp_match_run(const struct dir_view *dir, const struct dsp_view *view, const Dsp__RunMatch *cmd,
                  const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  _cleanup_(solution_done) struct dsp_match_solution solution = {0};
  struct dsp_match_pool pool;
  const Dsp__NeedsPlan *plan;
  struct dsp_case case_;
  Typ__Period *period;
  Dsp__MatchRun *run;
  int r = dsp_gate_plan(&call, cmd->plan, &plan);
  if (r == 0) r = plan_case(&call, plan, true, &case_);
  if (r == 0) r = plan_acts(&call, &case_, plan);
  if (r == 0) r = check_approved(&call, plan);
  if (r == 0) r = plan_period(&call, &case_, plan, cmd->period, &period);
  if (r == 0) r = dsp_match_pool_gather(&call, &case_, plan, period, &pool);
  if (r == 0) r = solve(&call, &pool, &solution);
  if (r == 0) r = describe(&call, &pool, &solution, &run);
  if (r == 0) r = dsp_emit_run(&call, run, "MatchCompleted");
  return r != 0 ? r : dsp_emit_reply_run(&call, run);
}

// ---- adopting

static int begin(const struct dsp_call *call, const char *id, const char *verb, Dsp__MatchRun **ret,
                 const Dsp__NeedsPlan **ret_plan)
{
  const Dsp__MatchRun *run;
  int to, r = dsp_gate_run(call, id, &run);
  if (r != 0) return r;
  if ((r = dsp_view_plan(call->view, run->plan, ret_plan)) < 0) return r;
  if (!*ret_plan) return -EBADMSG; // plans are never deleted
  if ((r = lifecycle_move(&dsp_lifecycle_run, run->status, verb, call->out, &to)) != 0) return r;
  Dsp__MatchRun *next = (Dsp__MatchRun *)arena_clone(call->out->arena, &run->base);
  if (!next) return -ENOMEM;
  next->status = to;
  next->rev++;
  *ret = next;
  return 0;
}

// The plan must not have changed since the run, nor the people and places it was made from (DA-02).
static int check_fresh(const struct dsp_call *call, const Dsp__MatchRun *run, const Dsp__NeedsPlan *plan)
{
  uint64_t pool;
  int r = dsp_match_pool_digest(call, plan, &pool);
  if (r != 0) return r;
  if (plan->rev == run->plan_rev && pool == run->pool) return 0;
  struct arena *arena = call->out->arena;
  const char *format = "%" PRIu64 "/%04x"; // revision of the plan, end of the pool's digest
  return decision_reject(call->out, REASON_REV, "rev",
                         arena_printf(arena, format, plan->rev, (unsigned)(pool & 0xffff)), "expected",
                         arena_printf(arena, format, run->plan_rev, (unsigned)(run->pool & 0xffff)), NULL);
}

static int propose_all(const struct dsp_call *call, const struct dsp_case *case_, const Dsp__MatchRun *run,
                       const Typ__Period *period, Dsp__AdoptReply *reply)
{
  reply->assignments = ARENA_ARRAY(call->out->arena, char *, run->n_lines + 1);
  if (!reply->assignments) return -ENOMEM;
  for (size_t i = 0; i < run->n_lines; i++) {
    const Dsp__MatchLine *line = run->lines[i];
    struct dsp_proposal proposal = {.person = line->person,
                                    .host = line->host,
                                    .plan = run->plan,
                                    .plan_line = line->plan_line,
                                    .match_run = run->id,
                                    .from = period->from,
                                    .to = period->to};
    Dsp__Assignment *assignment;
    int r = dsp_proposal_make(call, case_, &proposal, &assignment);
    if (r == 0) r = dsp_emit_assignment(call, assignment, "AssignmentProposed", NULL);
    if (r != 0) return r;
    reply->assignments[reply->n_assignments++] = assignment->id;
  }
  return 0;
}

int dsp_match_run_adopt(const struct dir_view *dir, const struct dsp_view *view, const Dsp__AdoptMatch *cmd,
                        const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  const Dsp__NeedsPlan *plan;
  struct dsp_case case_;
  Dsp__MatchRun *run;
  Typ__Period *period;
  int r = begin(&call, cmd->id, "adopt", &run, &plan);
  if (r == 0) r = plan_case(&call, plan, true, &case_);
  if (r == 0) r = plan_acts(&call, &case_, plan);
  if (r == 0) r = check_approved(&call, plan);
  if (r == 0) r = check_fresh(&call, run, plan);
  bool given = cmd->period && dsp_gate_is_text(cmd->period->from);
  if (r == 0) r = plan_period(&call, &case_, plan, given ? cmd->period : run->period, &period);
  if (r != 0) return r;
  Dsp__AdoptReply *reply = ARENA_NEW(out->arena, Dsp__AdoptReply);
  if (!reply) return -ENOMEM;
  dsp__adopt_reply__init(reply);
  r = propose_all(&call, &case_, run, period, reply);
  if (r == 0) r = dsp_emit_run(&call, run, "MatchAdopted");
  reply->rev = run->rev;
  if (r == 0) out->reply = &reply->base;
  return r;
}

int dsp_match_run_discard(const struct dir_view *dir, const struct dsp_view *view,
                          const Dsp__DiscardMatch *cmd, const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  const Dsp__NeedsPlan *plan;
  struct dsp_case case_;
  Dsp__MatchRun *run;
  int r = begin(&call, cmd->id, "discard", &run, &plan);
  if (r == 0) r = plan_case(&call, plan, false, &case_);
  if (r == 0) r = plan_acts(&call, &case_, plan);
  if (r == 0) r = dsp_emit_run(&call, run, "MatchDiscarded");
  return r != 0 ? r : dsp_emit_reply_run(&call, run);
}
