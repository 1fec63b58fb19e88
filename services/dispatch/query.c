#include "services/dispatch/query.h"
#include "common/domain/authority.h"
#include "common/domain/predicate.h"
#include "services/dispatch/rules/match_run.h"
#include "services/dispatch/rules/quota.h"
#include "services/dispatch/state.h"
#include <errno.h>
#include <string.h>

enum { PAGE_DEFAULT = 100, PAGE_MAX = 500, SCAN_STEP = 200, SCAN_MAX = 10000 };

#define READERS                                                                                              \
  (ROLE_BIT(REGISTRAR) | ROLE_BIT(AUTHORITY) | ROLE_BIT(BUREAU) | ROLE_BIT(UNIT) | ROLE_BIT(PERSON) |        \
   ROLE_BIT(SERVICE) | ROLE_BIT(READER))

// ---- who may see what

struct seen { // what a record shows to whom
  const char *division, *programme;
  const char *units[3]; // institutions; NULL = none
  const char *person;
};

static int sees_unit(const struct svc_call *call, const char *id, const char *programme, bool *ret)
{
  const Reg__Institution *institution = NULL;
  int r = id && id[0] ? dir_institution(call->dir, id, &institution) : 0;
  if (r < 0 || !institution) return r;
  if (actor_covers(&call->ctx->actor, institution->division, programme)) {
    *ret = true;
    return 0;
  }
  bool acts = false;
  r = actor_acts_for_unit(call->dir, &call->ctx->actor, institution, &acts);
  if (acts) *ret = true;
  return r;
}

static int sees(const struct svc_call *call, const struct seen *seen, bool *ret)
{
  const struct actor *actor = &call->ctx->actor;
  const Reg__Person *person = NULL;
  bool found =
      actor_has_role(actor, ROLE_BIT(SERVICE)) || actor_covers(actor, seen->division, seen->programme);
  int r = 0;
  for (size_t i = 0; r == 0 && !found && i < sizeof seen->units / sizeof seen->units[0]; i++)
    r = sees_unit(call, seen->units[i], seen->programme, &found);
  if (r == 0 && !found && seen->person) r = dir_person(call->dir, seen->person, &person);
  if (r == 0 && person) r = actor_acts_for_person(call->dir, actor, person, &found);
  *ret = found;
  return r;
}

static int plan_seen(const struct svc_call *call, const ProtobufCMessage *row, struct seen *ret)
{
  const Dsp__NeedsPlan *plan = (const Dsp__NeedsPlan *)row;
  (void)call;
  *ret = (struct seen){plan->division, plan->programme, {plan->owner}, NULL};
  return 0;
}

static int candidate_seen(const struct svc_call *call, const ProtobufCMessage *row, struct seen *ret)
{
  const Dsp__Candidate *candidate = (const Dsp__Candidate *)row;
  (void)call;
  *ret = (struct seen){candidate->division,
                       candidate->programme,
                       {candidate->home, candidate->nominated_by},
                       candidate->person};
  return 0;
}

static int run_seen(const struct svc_call *call, const ProtobufCMessage *row, struct seen *ret)
{
  const Dsp__MatchRun *run = (const Dsp__MatchRun *)row;
  const struct dsp_view *view = dsp_state_view(call->state, call->txn, call->arena);
  const Dsp__NeedsPlan *plan = NULL;
  int r = view ? dsp_view_plan(view, run->plan, &plan) : -ENOMEM;
  *ret = (struct seen){.division = run->division, .programme = ""};
  if (r == 0 && plan) plan_seen(call, &plan->base, ret);
  return r;
}

static int assignment_seen(const struct svc_call *call, const ProtobufCMessage *row, struct seen *ret)
{
  const Dsp__Assignment *assignment = (const Dsp__Assignment *)row;
  (void)call;
  *ret = (struct seen){
      assignment->division, assignment->programme, {assignment->home, assignment->host}, assignment->person};
  return 0;
}

typedef int seen_of(const struct svc_call *call, const ProtobufCMessage *row, struct seen *ret);
static seen_of *const seen_of_table[] = {[DSP_PLANS] = plan_seen,
                                         [DSP_CANDIDATES] = candidate_seen,
                                         [DSP_RUNS] = run_seen,
                                         [DSP_ASSIGNMENTS] = assignment_seen};

// ---- one record

static int get(struct svc_call *call, enum dsp_table table, const ProtobufCMessage *query,
               struct decision *out)
{
  static const char *const what_zh[] = {"需求计划", "人选", "匹配方案", "派遣"};
  static const char *const what_en[] = {"plan", "candidate", "match run", "assignment"};
  const char *id = ((const Dsp__GetById *)query)->id;
  ProtobufCMessage *row = NULL;
  struct seen seen;
  struct key key;
  bool visible;
  key_init(&key);
  key_text(&key, id);
  int r =
      key.overflow ? 0 : table_get(call->txn, dsp_state_table(call->state, table), &key, call->arena, &row);
  if (r < 0) return r;
  if (!row)
    return decision_reject(out, REASON_NOT_FOUND, "what_zh", what_zh[table], "what_en", what_en[table], "ref",
                           id, NULL);
  if ((r = seen_of_table[table](call, row, &seen)) < 0 || (r = sees(call, &seen, &visible)) < 0) return r;
  if (!visible) return require_scope(call->ctx, seen.division, seen.programme, id, out);
  out->reply = row;
  return 0;
}

static int get_plan(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  return get(call, DSP_PLANS, query, out);
}
static int get_candidate(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  return get(call, DSP_CANDIDATES, query, out);
}
static int get_run(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  return get(call, DSP_RUNS, query, out);
}
static int get_assignment(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  return get(call, DSP_ASSIGNMENTS, query, out);
}

// ---- lists

struct listing {
  enum dsp_table table;
  const char *index; // NULL = in the order of ids
  struct key prefix;
  const Dsp__PageRequest *page;
  bool (*wanted)(const ProtobufCMessage *query, const ProtobufCMessage *row);
  const ProtobufCMessage *query;
};
struct listed {
  ProtobufCMessage **rows;
  size_t n;
  const char *next; // "" = that was all
};

static const char *id_of(const ProtobufCMessage *row) // field 1 of every record
{
  return *(const char *const *)((const char *)row + row->descriptor->fields[0].offset);
}

static int take(const struct svc_call *call, const struct listing *listing, ProtobufCMessage *row,
                size_t limit, struct listed *listed)
{
  struct seen seen;
  bool visible = false;
  if (listed->n == limit || !listing->wanted(listing->query, row)) return 0;
  int r = seen_of_table[listing->table](call, row, &seen);
  if (r == 0) r = sees(call, &seen, &visible);
  if (r == 0 && visible) listed->rows[listed->n++] = row;
  return r;
}

// Goes through the rows in steps until the page is full. A page may be short when much was looked through in
// vain: `next` then says where to go on.
static int list(const struct svc_call *call, const struct listing *listing, struct listed *ret)
{
  const Dsp__PageRequest *page = listing->page;
  size_t limit = page && page->limit ? page->limit : PAGE_DEFAULT, scanned = 0;
  const char *after = page ? page->after : "";
  if (limit > PAGE_MAX) limit = PAGE_MAX;
  struct listed listed = {.rows = ARENA_ARRAY(call->arena, ProtobufCMessage *, limit), .next = ""};
  if (!listed.rows) return -ENOMEM;
  if (listing->prefix.overflow) scanned = SCAN_MAX; // nothing has a key that long
  while (scanned < SCAN_MAX) {
    struct table_rows rows;
    int r = table_list(call->txn, dsp_state_table(call->state, listing->table), listing->index,
                       &listing->prefix, after, SCAN_STEP, call->arena, &rows);
    size_t i = 0;
    for (; r == 0 && i < rows.n && listed.n < limit; i++) {
      r = take(call, listing, rows.rows[i], limit, &listed);
      after = id_of(rows.rows[i]);
    }
    if (r < 0) return r;
    scanned += i;
    bool more = rows.more || i < rows.n;
    listed.next = more ? after : "";
    if (!more || listed.n == limit) break;
  }
  *ret = listed;
  return 0;
}

static struct key key_of(const char *text)
{
  struct key key;
  key_init(&key);
  if (text && text[0]) key_text(&key, text);
  return key;
}

static bool same_or_any(const char *wanted, const char *value)
{
  return !wanted[0] || strcmp(wanted, value) == 0;
}

// Institutions and persons may be named by code or staff number; what names nobody stays, and finds nothing.
static int resolve_unit(const struct svc_call *call, char **ref)
{
  const Reg__Institution *institution = NULL;
  int r = (*ref)[0] ? dir_institution(call->dir, *ref, &institution) : 0;
  if (r == 0 && (*ref)[0] && !institution) r = dir_institution_by_code(call->dir, *ref, &institution);
  if (r == 0 && institution) *ref = institution->id;
  return r;
}

static int resolve_person(const struct svc_call *call, char **ref)
{
  const Reg__Person *person = NULL;
  int r = (*ref)[0] ? dir_person(call->dir, *ref, &person) : 0;
  if (r == 0 && (*ref)[0] && !person) r = dir_person_by_staff_no(call->dir, *ref, &person);
  if (r == 0 && person) *ref = person->id;
  return r;
}

#define LIST_REPLY(type, prefix, field)                                                                      \
  type *reply = ARENA_NEW(call->arena, type);                                                                \
  if (!reply) return -ENOMEM;                                                                                \
  prefix##__init(reply);                                                                                     \
  reply->field = (void *)listed.rows;                                                                        \
  reply->n_##field = listed.n;                                                                               \
  reply->next = (char *)listed.next;                                                                         \
  out->reply = &reply->base;                                                                                 \
  return 0

static bool wanted_plan(const ProtobufCMessage *query, const ProtobufCMessage *row)
{
  const Dsp__ListPlans *q = (const Dsp__ListPlans *)query;
  const Dsp__NeedsPlan *plan = (const Dsp__NeedsPlan *)row;
  return same_or_any(q->programme, plan->programme) && same_or_any(q->agreement, plan->agreement) &&
         same_or_any(q->school_year, plan->school_year) &&
         (q->status == DSP__PLAN_STATUS__PLAN_UNSPECIFIED || q->status == plan->status);
}

static int list_plans(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  const Dsp__ListPlans *q = (const Dsp__ListPlans *)query;
  struct listing listing = {.table = DSP_PLANS,
                            .index = q->agreement[0] ? "by_agreement" : NULL,
                            .prefix = key_of(q->agreement),
                            .page = q->page,
                            .wanted = wanted_plan,
                            .query = query};
  struct listed listed;
  int r = list(call, &listing, &listed);
  if (r < 0) return r;
  LIST_REPLY(Dsp__Plans, dsp__plans, plans);
}

static bool wanted_candidate(const ProtobufCMessage *query, const ProtobufCMessage *row)
{
  const Dsp__ListCandidates *q = (const Dsp__ListCandidates *)query;
  const Dsp__Candidate *candidate = (const Dsp__Candidate *)row;
  return same_or_any(q->agreement, candidate->agreement) && same_or_any(q->measure, candidate->measure) &&
         same_or_any(q->period, candidate->period) &&
         (q->status == DSP__CANDIDATE_STATUS__CANDIDATE_UNSPECIFIED || q->status == candidate->status);
}

static int list_candidates(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  const Dsp__ListCandidates *q = (const Dsp__ListCandidates *)query;
  struct listing listing = {
      .table = DSP_CANDIDATES, .page = q->page, .wanted = wanted_candidate, .query = query};
  key_init(&listing.prefix);
  if (q->agreement[0]) {
    listing.index = "by_pool";
    key_text(&listing.prefix, q->agreement);
    key_text(&listing.prefix, q->measure);
    key_text(&listing.prefix, q->measure[0] ? q->period : "");
  }
  struct listed listed;
  int r = list(call, &listing, &listed);
  if (r < 0) return r;
  LIST_REPLY(Dsp__Candidates, dsp__candidates, candidates);
}

static bool wanted_run(const ProtobufCMessage *query, const ProtobufCMessage *row)
{
  return same_or_any(((const Dsp__ListMatchRuns *)query)->plan, ((const Dsp__MatchRun *)row)->plan);
}

static int list_runs(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  const Dsp__ListMatchRuns *q = (const Dsp__ListMatchRuns *)query;
  struct listing listing = {.table = DSP_RUNS,
                            .index = q->plan[0] ? "by_plan" : NULL,
                            .prefix = key_of(q->plan),
                            .page = q->page,
                            .wanted = wanted_run,
                            .query = query};
  struct listed listed;
  int r = list(call, &listing, &listed);
  if (r < 0) return r;
  LIST_REPLY(Dsp__MatchRuns, dsp__match_runs, runs);
}

static bool wanted_assignment(const ProtobufCMessage *query, const ProtobufCMessage *row)
{
  const Dsp__ListAssignments *q = (const Dsp__ListAssignments *)query;
  const Dsp__Assignment *assignment = (const Dsp__Assignment *)row;
  if (q->orphaned && (!assignment->orphan || !assignment->orphan->open)) return false;
  const char *end = assignment->ended_on[0] ? assignment->ended_on
                    : assignment->period    ? assignment->period->to
                                            : "";
  if (q->on_date[0] && (!assignment->period || !period_contains(assignment->period->from, end, q->on_date)))
    return false;
  return same_or_any(q->agreement, assignment->agreement) && same_or_any(q->measure, assignment->measure) &&
         same_or_any(q->host, assignment->host) && same_or_any(q->home, assignment->home) &&
         same_or_any(q->person, assignment->person) && same_or_any(q->plan, assignment->plan) &&
         (q->status == DSP__ASSIGNMENT_STATUS__ASSIGNMENT_UNSPECIFIED || q->status == assignment->status);
}

// The narrowest index the query allows.
static void choose_index(const Dsp__ListAssignments *q, struct listing *listing)
{
  const struct {
    const char *value, *index;
  } choices[] = {{q->person, "by_person"}, {q->plan, "by_plan"}, {q->host, "by_host"}, {q->home, "by_home"}};
  key_init(&listing->prefix);
  for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
    if (!choices[i].value[0]) continue;
    listing->index = choices[i].index;
    key_text(&listing->prefix, choices[i].value);
    return;
  }
  if (q->orphaned) {
    listing->index = "by_orphaned";
    key_text(&listing->prefix, "open");
    return;
  }
  if (!q->agreement[0]) return;
  listing->index = "by_measure";
  key_text(&listing->prefix, q->agreement);
  key_text(&listing->prefix, q->measure);
}

static int list_assignments(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  Dsp__ListAssignments q = *(const Dsp__ListAssignments *)query;
  struct listing listing = {
      .table = DSP_ASSIGNMENTS, .page = q.page, .wanted = wanted_assignment, .query = &q.base};
  struct listed listed;
  if (q.on_date[0] && !date_is_day(q.on_date))
    return decision_reject(out, REASON_FIELD, "field", "on_date", "detail_zh", "应为完整日期", "detail_en",
                           "needs a full date", NULL);
  int r = resolve_unit(call, &q.host);
  if (r == 0) r = resolve_unit(call, &q.home);
  if (r == 0) r = resolve_person(call, &q.person);
  if (r < 0) return r;
  choose_index(&q, &listing);
  if ((r = list(call, &listing, &listed)) < 0) return r;
  LIST_REPLY(Dsp__Assignments, dsp__assignments, assignments);
}

// ---- quota

static int quota_plan(const struct dsp_call *call, const struct dsp_case *case_, const Dsp__QuotaQuery *q,
                      const char *period, const Dsp__NeedsPlan **ret)
{
  *ret = NULL;
  for (size_t i = 0; case_->agreement && !*ret && i < case_->agreement->n_parties; i++) {
    struct dsp_plan_key key = {case_->programme->id, case_->agreement->parties[i]->institution, period,
                               q->measure};
    const Dsp__NeedsPlan *plan;
    int r = dsp_view_live_plan(call->view, &key, &plan);
    if (r < 0) return r;
    if (plan && strcmp(plan->agreement, case_->agreement->id) == 0) *ret = plan;
  }
  return 0;
}

static int quota_state(const struct dsp_call *call, const struct dsp_case *case_, const Dsp__QuotaQuery *q,
                       const char *period, Dsp__QuotaState *state)
{
  const Prg__Quota *quota = case_->measure->quota;
  const Dsp__NeedsPlan *plan = NULL;
  int r = 0;
  if (!quota) return 0;
  state->min = quota->min;
  if (quota->form == PRG__QUOTA_FORM__QUOTA_FIXED) {
    struct dsp_quota_of of = {.agreement = q->agreement, .partnership = "", .division = ""};
    state->key = (char *)dsp_quota_fixed_key(call, case_, &of, period);
    if (!state->key) return -ENOMEM;
  } else if (quota->form == PRG__QUOTA_FORM__QUOTA_PLAN) {
    r = quota_plan(call, case_, q, period, &plan);
    if (r == 0 && plan) state->key = arena_printf(call->out->arena, "plan/%s", plan->id);
  }
  if (r < 0 || !state->key || !state->key[0]) return r;
  state->limited = dsp_quota_limit(case_, plan, state->key, &state->max);
  return dsp_view_quota(call->view, state->key, &state->used);
}

static int quota(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  const Dsp__QuotaQuery *q = (const Dsp__QuotaQuery *)query;
  const struct dsp_view *view = dsp_state_view(call->state, call->txn, call->arena);
  struct dsp_call rules = DSP_CALL(call->dir, view, call->ctx, out);
  struct dsp_names names = {.agreement = q->agreement, .measure = q->measure};
  Dsp__QuotaState *state = ARENA_NEW(call->arena, Dsp__QuotaState);
  struct dsp_case case_;
  char today[10];
  bool visible;
  if (!view || !state) return -ENOMEM;
  int r = dsp_gate_case(&rules, &names, false, &case_);
  if (r != 0) return r;
  struct seen seen = {.division = case_.agreement->division, .programme = case_.programme->id};
  for (size_t i = 0; i < case_.agreement->n_parties && i < 3; i++)
    seen.units[i] = case_.agreement->parties[i]->institution;
  if ((r = sees(call, &seen, &visible)) < 0) return r;
  if (!visible) return require_scope(call->ctx, seen.division, seen.programme, q->agreement, out);
  dsp__quota_state__init(state);
  dsp_quota_period(&case_, call->ctx->today, today);
  r = quota_state(&rules, &case_, q, q->period[0] ? q->period : today, state);
  if (r == 0) out->reply = &state->base;
  return r;
}

static int explain_match(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  const struct dsp_view *view = dsp_state_view(call->state, call->txn, call->arena);
  struct dsp_call rules = DSP_CALL(call->dir, view, call->ctx, out);
  Dsp__GetById id = DSP__GET_BY_ID__INIT;
  Dsp__MatchExplanation *answer;
  id.id = ((const Dsp__ExplainMatch *)query)->run;
  if (!view) return -ENOMEM;
  int r = get(call, DSP_RUNS, &id.base, out); // there, and visible
  if (r == 0) r = dsp_match_run_explain(&rules, (const Dsp__ExplainMatch *)query, &answer);
  out->reply = r == 0 ? &answer->base : NULL;
  return r;
}

const struct svc_query dsp_query_table[] = {{"GetPlan", READERS, get_plan},
                                            {"ListPlans", READERS, list_plans},
                                            {"GetCandidate", READERS, get_candidate},
                                            {"ListCandidates", READERS, list_candidates},
                                            {"GetMatchRun", READERS, get_run},
                                            {"ListMatchRuns", READERS, list_runs},
                                            {"GetAssignment", READERS, get_assignment},
                                            {"ListAssignments", READERS, list_assignments},
                                            {"ExplainMatch", READERS, explain_match},
                                            {"Quota", READERS, quota},
                                            {0}};
