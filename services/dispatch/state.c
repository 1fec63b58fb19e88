#include "services/dispatch/state.h"
#include "services/dispatch/rules/lifecycle.h"
#include "services/dispatch/rules/posting.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SCRATCH_BYTES = 4 << 20, DUE_MAX = 256 };

struct dsp_state {
  struct table *tables[DSP_TABLES];
  struct arena *scratch; // for the row before, in apply
  bool due_changed;
};
struct dsp_view {
  const struct dsp_state *state;
  struct store_txn *txn;
  struct arena *arena;
};

// ---- keys

static void text_key(struct key *key, const char *text)
{
  key_init(key);
  key_text(key, text);
}

static void plan_key(const ProtobufCMessage *row, struct key *key)
{
  text_key(key, ((const Dsp__NeedsPlan *)row)->id);
}
static void candidate_key(const ProtobufCMessage *row, struct key *key)
{
  text_key(key, ((const Dsp__Candidate *)row)->id);
}
static void run_key(const ProtobufCMessage *row, struct key *key)
{
  text_key(key, ((const Dsp__MatchRun *)row)->id);
}
static void assignment_key(const ProtobufCMessage *row, struct key *key)
{
  text_key(key, ((const Dsp__Assignment *)row)->id);
}
static void quota_key(const ProtobufCMessage *row, struct key *key)
{
  text_key(key, ((const Dsp__QuotaState *)row)->key);
}

static void live_key(struct key *key, const struct dsp_plan_key *plan)
{
  text_key(key, plan->programme);
  key_text(key, plan->owner);
  key_text(key, plan->school_year);
  key_text(key, plan->measure);
}

static size_t plan_live(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  const Dsp__NeedsPlan *plan = (const Dsp__NeedsPlan *)row;
  if (plan->status == DSP__PLAN_STATUS__PLAN_CLOSED) return 0;
  live_key(&keys[0], &(struct dsp_plan_key){plan->programme, plan->owner, plan->school_year, plan->measure});
  return 1;
}
static size_t plan_agreement(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  text_key(&keys[0], ((const Dsp__NeedsPlan *)row)->agreement);
  return 1;
}

static void pool_key(struct key *key, const struct dsp_pool_key *pool)
{
  text_key(key, pool->agreement);
  key_text(key, pool->measure);
  key_text(key, pool->period);
}

// Three entries, so that a listing may name the agreement, the measure too, or all: "" stands for any.
static size_t candidate_pool(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  const Dsp__Candidate *candidate = (const Dsp__Candidate *)row;
  pool_key(&keys[0], &(struct dsp_pool_key){candidate->agreement, candidate->measure, candidate->period});
  pool_key(&keys[1], &(struct dsp_pool_key){candidate->agreement, candidate->measure, ""});
  pool_key(&keys[2], &(struct dsp_pool_key){candidate->agreement, "", ""});
  return 3;
}
static size_t candidate_person(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  text_key(&keys[0], ((const Dsp__Candidate *)row)->person);
  return 1;
}
static size_t run_plan(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  text_key(&keys[0], ((const Dsp__MatchRun *)row)->plan);
  return 1;
}

static size_t assignment_person(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  text_key(&keys[0], ((const Dsp__Assignment *)row)->person);
  return 1;
}
static size_t assignment_host(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  text_key(&keys[0], ((const Dsp__Assignment *)row)->host);
  return 1;
}
static size_t assignment_home(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  text_key(&keys[0], ((const Dsp__Assignment *)row)->home);
  return 1;
}
static size_t assignment_plan(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  const Dsp__Assignment *assignment = (const Dsp__Assignment *)row;
  if (!assignment->plan[0]) return 0;
  text_key(&keys[0], assignment->plan);
  return 1;
}
static size_t assignment_measure(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  const Dsp__Assignment *assignment = (const Dsp__Assignment *)row;
  text_key(&keys[0], assignment->agreement);
  key_text(&keys[0], assignment->measure);
  text_key(&keys[1], assignment->agreement);
  key_text(&keys[1], "");
  return 2;
}
// What a live posting rests on: host, home, partnership, agreement. Ids are unique, so they share an index.
static size_t assignment_basis(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  const Dsp__Assignment *assignment = (const Dsp__Assignment *)row;
  const char *const basis[] = {assignment->host, assignment->home, assignment->partnership,
                               assignment->agreement};
  size_t n = 0;
  for (size_t i = 0; dsp_lifecycle_live(assignment->status) && i < sizeof basis / sizeof basis[0]; i++)
    if (basis[i][0]) text_key(&keys[n++], basis[i]);
  return n;
}
static size_t assignment_orphaned(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  const Dsp__Assignment *assignment = (const Dsp__Assignment *)row;
  if (!assignment->orphan || !assignment->orphan->open) return 0;
  text_key(&keys[0], "open");
  return 1;
}
static bool awaited(const Dsp__Assignment *assignment)
{
  return assignment->status == DSP__ASSIGNMENT_STATUS__ASSIGNMENT_DISPATCHED;
}

static size_t assignment_due(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  const Dsp__Assignment *assignment = (const Dsp__Assignment *)row;
  if (!awaited(assignment)) return 0;
  text_key(&keys[0], assignment->arrival_due);
  return 1;
}

static const struct table_def definitions[DSP_TABLES] = {
    [DSP_PLANS] = {.name = "plan",
                   .row = &dsp__needs_plan__descriptor,
                   .key = plan_key,
                   .indexes = {{"by_live", plan_live}, {"by_agreement", plan_agreement}}},
    [DSP_CANDIDATES] = {.name = "candidate",
                        .row = &dsp__candidate__descriptor,
                        .key = candidate_key,
                        .indexes = {{"by_pool", candidate_pool}, {"by_person", candidate_person}}},
    [DSP_RUNS] = {.name = "match_run",
                  .row = &dsp__match_run__descriptor,
                  .key = run_key,
                  .indexes = {{"by_plan", run_plan}}},
    [DSP_ASSIGNMENTS] = {.name = "assignment",
                         .row = &dsp__assignment__descriptor,
                         .key = assignment_key,
                         .indexes = {{"by_person", assignment_person},
                                     {"by_host", assignment_host},
                                     {"by_home", assignment_home},
                                     {"by_plan", assignment_plan},
                                     {"by_measure", assignment_measure},
                                     {"by_due", assignment_due},
                                     {"by_basis", assignment_basis},
                                     {"by_orphaned", assignment_orphaned}}},
    [DSP_QUOTAS] = {.name = "quota", .row = &dsp__quota_state__descriptor, .key = quota_key},
};

// ---- opening

int dsp_state_open(struct store *store, struct dsp_state **ret)
{
  struct dsp_state *state = calloc(1, sizeof *state);
  if (!state) return -ENOMEM;
  int r = arena_new(SCRATCH_BYTES, &state->scratch);
  for (int i = 0; r == 0 && i < DSP_TABLES; i++)
    r = table_open(store, &definitions[i], &state->tables[i]);
  if (r < 0) {
    dsp_state_close(state);
    return r;
  }
  state->due_changed = true;
  *ret = state;
  return 0;
}

struct dsp_state *dsp_state_close(struct dsp_state *state)
{
  if (!state) return NULL;
  arena_free(state->scratch);
  free(state);
  return NULL;
}

const struct table *dsp_state_table(const struct dsp_state *state, enum dsp_table table)
{
  return state->tables[table];
}

void dsp_state_tables(struct dsp_state *state, void (*visit)(void *, const struct table *), void *context)
{
  for (int i = 0; i < DSP_TABLES; i++)
    visit(context, state->tables[i]);
}

// ---- apply

static int count(struct dsp_state *state, struct store_txn *txn, const char *text, int step)
{
  Dsp__QuotaState fresh = DSP__QUOTA_STATE__INIT, *row;
  ProtobufCMessage *found;
  struct key key;
  text_key(&key, text);
  int r = table_get(txn, state->tables[DSP_QUOTAS], &key, state->scratch, &found);
  if (r < 0) return r;
  row = found ? (Dsp__QuotaState *)found : &fresh;
  row->key = (char *)text;
  row->used = (uint32_t)((int64_t)row->used + step);
  return table_put(txn, state->tables[DSP_QUOTAS], &row->base);
}

static int count_all(struct dsp_state *state, struct store_txn *txn, const Dsp__Assignment *assignment,
                     int step)
{
  int r = 0;
  for (size_t i = 0; r == 0 && i < assignment->n_quota_keys; i++)
    r = count(state, txn, assignment->quota_keys[i], step);
  return r;
}

// The counters follow the step into and out of the states that count; the keys of an assignment never change.
static int apply_assignment(struct dsp_state *state, struct store_txn *txn, const Dsp__Assignment *assignment)
{
  ProtobufCMessage *found;
  struct key key;
  arena_reset(state->scratch);
  text_key(&key, assignment->id);
  int r = table_get(txn, state->tables[DSP_ASSIGNMENTS], &key, state->scratch, &found);
  if (r < 0) return r;
  const Dsp__Assignment *before = (const Dsp__Assignment *)found;
  bool counted = before && dsp_lifecycle_counts(before->status);
  bool counts = dsp_lifecycle_counts(assignment->status);
  if (counts != counted) r = count_all(state, txn, assignment, counts ? 1 : -1);
  if (awaited(assignment) || (before && awaited(before))) state->due_changed = true;
  return r < 0 ? r : table_put(txn, state->tables[DSP_ASSIGNMENTS], &assignment->base);
}

// Field 1 of every event is the record after the change.
int dsp_state_apply(struct dsp_state *state, struct store_txn *txn, const ProtobufCMessage *event)
{
  const ProtobufCFieldDescriptor *field = &event->descriptor->fields[0];
  const ProtobufCMessage *record = *(ProtobufCMessage *const *)((const char *)event + field->offset);
  if (!record) return -EBADMSG;
  for (int i = 0; i < DSP_QUOTAS; i++) {
    if (definitions[i].row != record->descriptor) continue;
    if (i == DSP_ASSIGNMENTS) return apply_assignment(state, txn, (const Dsp__Assignment *)record);
    return table_put(txn, state->tables[i], record);
  }
  return -EBADMSG;
}

// ---- the view

const struct dsp_view *dsp_state_view(const struct dsp_state *state, struct store_txn *txn,
                                      struct arena *arena)
{
  struct dsp_view *view = ARENA_NEW(arena, struct dsp_view);
  if (view) *view = (struct dsp_view){state, txn, arena};
  return view;
}

static int get(const struct dsp_view *view, enum dsp_table table, const char *id, ProtobufCMessage **ret)
{
  struct key key;
  text_key(&key, id);
  *ret = NULL;
  if (key.overflow) return 0; // no id is that long
  return table_get(view->txn, view->state->tables[table], &key, view->arena, ret);
}

#define GET(view, table, id, ret)                                                                            \
  ProtobufCMessage *found;                                                                                   \
  int r = get(view, table, id, &found);                                                                      \
  if (r == 0) *(ret) = (const void *)found;                                                                  \
  return r

int dsp_view_plan(const struct dsp_view *view, const char *id, const Dsp__NeedsPlan **ret)
{
  GET(view, DSP_PLANS, id, ret);
}
int dsp_view_candidate(const struct dsp_view *view, const char *id, const Dsp__Candidate **ret)
{
  GET(view, DSP_CANDIDATES, id, ret);
}
int dsp_view_run(const struct dsp_view *view, const char *id, const Dsp__MatchRun **ret)
{
  GET(view, DSP_RUNS, id, ret);
}
int dsp_view_assignment(const struct dsp_view *view, const char *id, const Dsp__Assignment **ret)
{
  GET(view, DSP_ASSIGNMENTS, id, ret);
}

// Complete or -E2BIG.
static int list(const struct dsp_view *view, enum dsp_table table, const char *index,
                const struct key *prefix, struct table_rows *ret)
{
  struct table_rows rows = {0};
  if (!prefix->overflow) {
    int r = table_list(view->txn, view->state->tables[table], index, prefix, NULL, DSP_VIEW_MAX, view->arena,
                       &rows);
    if (r < 0) return r;
  }
  if (rows.more) return -E2BIG;
  *ret = rows;
  return 0;
}

int dsp_view_live_plan(const struct dsp_view *view, const struct dsp_plan_key *plan,
                       const Dsp__NeedsPlan **ret)
{
  struct table_rows rows;
  struct key key;
  live_key(&key, plan);
  int r = list(view, DSP_PLANS, "by_live", &key, &rows);
  if (r == 0) *ret = rows.n ? (const Dsp__NeedsPlan *)rows.rows[0] : NULL;
  return r;
}

static int list_candidates(const struct dsp_view *view, const char *index, const struct key *prefix,
                           struct dsp_candidates *ret)
{
  struct table_rows rows;
  int r = list(view, DSP_CANDIDATES, index, prefix, &rows);
  if (r == 0) *ret = (struct dsp_candidates){(const Dsp__Candidate *const *)rows.rows, rows.n};
  return r;
}

int dsp_view_pool(const struct dsp_view *view, const struct dsp_pool_key *pool, struct dsp_candidates *ret)
{
  struct key key;
  pool_key(&key, pool);
  return list_candidates(view, "by_pool", &key, ret);
}

int dsp_view_candidates_of(const struct dsp_view *view, const char *person, struct dsp_candidates *ret)
{
  struct key key;
  text_key(&key, person);
  return list_candidates(view, "by_person", &key, ret);
}

int dsp_view_assignments(const struct dsp_view *view, enum dsp_assigned of, const char *id,
                         struct dsp_assignments *ret)
{
  static const char *const indexes[] = {
      [DSP_OF_PERSON] = "by_person", [DSP_OF_HOST] = "by_host", [DSP_OF_PLAN] = "by_plan"};
  struct table_rows rows;
  struct key key;
  text_key(&key, id);
  int r = list(view, DSP_ASSIGNMENTS, indexes[of], &key, &rows);
  if (r == 0) *ret = (struct dsp_assignments){(const Dsp__Assignment *const *)rows.rows, rows.n};
  return r;
}

int dsp_view_resting(const struct dsp_view *view, const char *id, struct dsp_assignments *ret)
{
  struct table_rows rows;
  struct key key;
  text_key(&key, id);
  int r = list(view, DSP_ASSIGNMENTS, "by_basis", &key, &rows);
  if (r == 0) *ret = (struct dsp_assignments){(const Dsp__Assignment *const *)rows.rows, rows.n};
  return r;
}

static int list_due(struct store_txn *txn, const struct dsp_state *state, size_t limit, struct arena *arena,
                    struct table_rows *ret)
{
  struct key all;
  key_init(&all);
  return table_list(txn, state->tables[DSP_ASSIGNMENTS], "by_due", &all, NULL, limit, arena, ret);
}

int dsp_view_due(const struct dsp_view *view, const char *before, struct dsp_assignments *ret)
{
  struct table_rows rows;
  size_t n = 0;
  int r = list_due(view->txn, view->state, DUE_MAX, view->arena, &rows);
  if (r < 0) return r;
  while (n < rows.n && date_compare(((const Dsp__Assignment *)rows.rows[n])->arrival_due, before) < 0)
    n++;
  *ret = (struct dsp_assignments){(const Dsp__Assignment *const *)rows.rows, n};
  return 0;
}

int dsp_view_quota(const struct dsp_view *view, const char *key, uint32_t *ret_used)
{
  ProtobufCMessage *found;
  int r = get(view, DSP_QUOTAS, key, &found);
  if (r == 0) *ret_used = found ? ((const Dsp__QuotaState *)found)->used : 0;
  return r;
}

// ---- the clock

int dsp_state_next_due(struct dsp_state *state, struct store_txn *txn, int64_t *ret_us)
{
  struct table_rows rows;
  arena_reset(state->scratch);
  int r = list_due(txn, state, 1, state->scratch, &rows);
  if (r == 0)
    *ret_us = rows.n ? dsp_posting_no_show_us(((const Dsp__Assignment *)rows.rows[0])->arrival_due) : 0;
  return r;
}

bool dsp_state_due_changed(struct dsp_state *state)
{
  bool changed = state->due_changed;
  state->due_changed = false;
  return changed;
}
