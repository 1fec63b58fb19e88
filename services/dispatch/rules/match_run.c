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

#define METHOD          "min-cost flow by primal network simplex, levels lexicographic (df)"
#define METHOD_TEAMS    METHOD ", teams by branching"
#define EXPLAINED_MAX   100      // empty lines with reasons in a run, at most ...
#define EXPLAINED_MIN   10       // ... and at least, however large the pool
#define EXPLAINED_PAIRS 10000000 // each looks through all pairs, while the daemon waits: about two seconds
#define RUN_BYTES_MAX   (200 * 1024) // of a packed run: it must fit an event

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

static int add_cost(const struct dsp_call *call, const struct dsp_match *match, const struct mdl_pair *pair,
                    Dsp__MatchLine *line)
{
  line->cost = ARENA_ARRAY(call->out->arena, int64_t, (size_t)match->n_order + 1);
  if (!line->cost) return -ENOMEM;
  for (int i = 0; i < match->n_order; i++) { // the tie-break is left out: it says nothing
    enum mdl_term term = match->order[i];
    bool own = term >= MDL_PAIR && term <= MDL_WISH;
    if (dsp_match_tells(match, term)) line->cost[line->n_cost++] = own ? MDL_COST(pair, term) : 0;
  }
  return 0;
}

static int add_line(const struct dsp_call *call, const struct dsp_match *match, const struct mdl_pair *pair,
                    Dsp__MatchRun *run)
{
  const struct dsp_match_pool *pool = match->pool;
  const struct dsp_match_person *person = &pool->people[pair->person];
  Dsp__MatchLine *line = ARENA_NEW(call->out->arena, Dsp__MatchLine);
  struct dsp_findings reasons = {0};
  if (!line) return -ENOMEM;
  dsp__match_line__init(line);
  line->plan_line = pool->places[pair->post].line->no;
  line->candidate = person->candidate->id;
  line->person = person->person->id;
  line->home = person->home->id;
  line->host = pool->places[pair->post].host->id;
  int r = add_cost(call, match, pair, line);
  if (r == 0) r = dsp_match_explain_pair(call, pool, pair, &reasons);
  line->reasons = reasons.list;
  line->n_reasons = reasons.n;
  run->lines[run->n_lines++] = line;
  return r;
}

static int add_lines(const struct dsp_call *call, const struct dsp_match *match, Dsp__MatchRun *run)
{
  const struct dsp_match_pool *pool = match->pool;
  run->lines = ARENA_ARRAY(call->out->arena, Dsp__MatchLine *, pool->n_people + 1);
  if (!run->lines) return -ENOMEM;
  for (size_t l = 0; l < pool->n_places; l++) // in the order of the plan
    for (size_t p = 0; p < pool->n_people; p++) {
      int32_t pair = mdl_given(match->model, (int32_t)p);
      if (pair < 0 || (size_t)pool->pairs[pair].post != l) continue;
      int r = add_line(call, match, &pool->pairs[pair], run);
      if (r < 0) return r;
    }
  return 0;
}

// What explains hundreds of lines takes long and helps nobody: the others can be asked for one by one.
static size_t explained_max(const struct dsp_match_pool *pool)
{
  size_t n = EXPLAINED_PAIRS / (pool->n_pairs + 1);
  return n > EXPLAINED_MAX ? EXPLAINED_MAX : n < EXPLAINED_MIN ? EXPLAINED_MIN : n;
}

static int add_unmet_line(const struct dsp_call *call, const struct dsp_match *match, size_t place,
                          Dsp__MatchRun *run)
{
  const struct dsp_match_place *at = &match->pool->places[place];
  Dsp__UnmetLine *unmet = ARENA_NEW(call->out->arena, Dsp__UnmetLine);
  struct dsp_findings reasons = {0};
  if (!unmet) return -ENOMEM;
  dsp__unmet_line__init(unmet);
  unmet->plan_line = at->line->no;
  unmet->host = at->host->id;
  unmet->missing = (uint32_t)(at->need - mdl_filled(match->model, (int32_t)place));
  int r =
      run->n_unmet < explained_max(match->pool) ? dsp_match_explain_unmet(call, match, place, &reasons) : 0;
  unmet->reasons = reasons.list;
  unmet->n_reasons = reasons.n;
  run->unmet[run->n_unmet++] = unmet;
  return r;
}

static int add_unmet(const struct dsp_call *call, const struct dsp_match *match, Dsp__MatchRun *run)
{
  int r = 0;
  run->unmet = ARENA_ARRAY(call->out->arena, Dsp__UnmetLine *, match->pool->n_places + 1);
  if (!run->unmet) return -ENOMEM;
  for (size_t l = 0; r == 0 && l < match->pool->n_places; l++)
    if (mdl_filled(match->model, (int32_t)l) < match->pool->places[l].need)
      r = add_unmet_line(call, match, l, run);
  return r;
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
// themselves, go; then the claims and what would fill the empty ones, both of which can be asked for.
static void shorten(Dsp__MatchRun *run)
{
  if (dsp__match_run__get_packed_size(run) <= RUN_BYTES_MAX) return;
  for (size_t i = 0; i < run->n_lines; i++)
    run->lines[i]->n_reasons = 0;
  if (dsp__match_run__get_packed_size(run) <= RUN_BYTES_MAX) return;
  run->n_envies = 0;
  for (size_t i = 0; i < run->n_unmet; i++)
    if (i >= EXPLAINED_MAX / 4) run->unmet[i]->n_reasons = 0;
}

static void state_gap(const struct dsp_match *match, Dsp__MatchRun *run)
{
  run->optimal = match->result.optimal;
  if (run->optimal) return;
  run->gap_level = (char *)dsp_match_level_names[match->result.gap_term];
  run->gap = match->result.gap == INT64_MAX ? -1 : match->result.gap;
}

static int describe(const struct dsp_call *call, const struct dsp_match *match,
                    const struct dsp_match_asked *asked, Dsp__MatchRun **ret)
{
  Dsp__MatchRun *run;
  int r = new_run(call, match->pool, &run);
  if (r == 0) r = add_lines(call, match, run);
  if (r == 0) r = add_unmet(call, match, run);
  if (r == 0) r = dsp_match_explain_change(call, match, match->result.value, &run->levels, &run->n_levels);
  if (r == 0) r = dsp_match_explain_quotas(call, match, run);
  if (r == 0) r = dsp_match_explain_envies(call, match, run);
  if (r != 0) return r;
  if (match->problem.n_teams > 0) run->method = METHOD_TEAMS;
  if (asked->keep) run->keep = asked->keep->id;
  run->pins = (Dsp__MatchPin **)asked->pins;
  run->n_pins = asked->n_pins;
  run->filled = (uint32_t)run->n_lines;
  state_gap(match, run);
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

static int asked_keep(const struct dsp_call *call, const char *id, const Dsp__MatchRun **ret)
{
  *ret = NULL;
  return dsp_gate_is_text(id) ? dsp_gate_run(call, id, ret) : 0;
}

int dsp_match_run(const struct dir_view *dir, const struct dsp_view *view, const Dsp__RunMatch *cmd,
                  const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  _cleanup_(dsp_match_done) struct dsp_match match = {0};
  struct dsp_match_asked asked = {.pins = cmd->pins, .n_pins = cmd->n_pins};
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
  if (r == 0) r = asked_keep(&call, cmd->keep, &asked.keep);
  if (r == 0) r = dsp_match_pool_gather(&call, &case_, plan, period, &pool);
  if (r == 0) r = dsp_match_solve(&call, &pool, &asked, &match);
  if (r == 0) r = describe(&call, &match, &asked, &run);
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

// The run is solved again, from the same pool and with the same pins: the answer is the same, so it can be
// asked about.
int dsp_match_run_explain(const struct dsp_call *call, const Dsp__ExplainMatch *query,
                          Dsp__MatchExplanation **ret)
{
  _cleanup_(dsp_match_done) struct dsp_match match = {0};
  Dsp__MatchExplanation *answer = ARENA_NEW(call->out->arena, Dsp__MatchExplanation);
  struct dsp_match_pool pool;
  const Dsp__MatchRun *run;
  const Dsp__NeedsPlan *plan;
  struct dsp_case case_;
  int r = dsp_view_run(call->view, query->run, &run);
  if (r < 0 || !answer || !run) return r < 0 ? r : answer ? -EBADMSG : -ENOMEM;
  if ((r = dsp_view_plan(call->view, run->plan, &plan)) < 0 || !plan) return r < 0 ? r : -EBADMSG;
  dsp__match_explanation__init(answer);
  answer->run = run->id;
  struct dsp_match_asked asked = {.pins = run->pins, .n_pins = run->n_pins};
  if ((r = asked_keep(call, run->keep, &asked.keep)) != 0) return r;
  r = plan_case(call, plan, false, &case_);
  if (r == 0) r = check_fresh(call, run, plan);
  if (r == 0) r = dsp_match_pool_gather(call, &case_, plan, run->period, &pool);
  if (r == 0) r = dsp_match_solve(call, &pool, &asked, &match);
  if (r == 0) r = dsp_match_explain_alternatives(call, &match, query, answer);
  *ret = answer;
  return r;
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
