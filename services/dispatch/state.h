// dispatchd's tables: plan, candidate, match_run, assignment, and quota - the counters that approvals are
// checked against. apply is the only code that changes them; it is deterministic, so that a rebuild gives
// equal tables.
#pragma once
#include "common/base/arena.h"
#include "common/store/table.h"
#include "services/dispatch/rules/view.h"

struct dsp_state;
int dsp_state_open(struct store *store,
                   struct dsp_state **ret); // declares the tables; before the first transaction
struct dsp_state *dsp_state_close(struct dsp_state *state);

enum dsp_table { DSP_PLANS, DSP_CANDIDATES, DSP_RUNS, DSP_ASSIGNMENTS, DSP_QUOTAS, DSP_TABLES };
const struct table *dsp_state_table(const struct dsp_state *state, enum dsp_table table);
void dsp_state_tables(struct dsp_state *state, void (*visit)(void *, const struct table *), void *context);

// Stores the record that an event carries.
int dsp_state_apply(struct dsp_state *state, struct store_txn *txn, const ProtobufCMessage *event);

// A view for one call: rows live in the arena. NULL past the arena.
const struct dsp_view *dsp_state_view(const struct dsp_state *state, struct store_txn *txn,
                                      struct arena *arena);

// The earliest moment at which the clock moves a posting; 0 = none. `changed` (or NULL) tells whether apply
// touched an order since the last call.
int dsp_state_next_due(struct dsp_state *state, struct store_txn *txn, int64_t *ret_us);
bool dsp_state_due_changed(struct dsp_state *state); // and forgets it
