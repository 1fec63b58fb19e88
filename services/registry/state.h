// registryd's state is the directory; this adds what happens in the vault once an erasure is durable.
#pragma once
#include "common/directory/directory.h"
#include "common/store/vault.h"
#include "services/registry/figures_memo.h"
#include "services/registry/rules/target.h"

// The functions that take `void *state` are handed to the frame as they are: state is a struct reg_state.
struct reg_state;
int reg_state_open(struct directory *directory, struct reg_state **ret); // the directory stays its opener's
void reg_state_close(void *state);

// Stores the record the event carries.
int reg_state_apply(void *state, struct store_txn *txn, const ProtobufCMessage *event);
// Where the judging of targets stands, and what the figures asked last were made of.
struct reg_sweep *reg_state_sweep(void *state);
struct figures_memo *reg_state_figures(void *state);
void reg_state_tables(void *state, void (*visit)(void *, const struct table *), void *context);

// Whether a person was erased since the last reg_state_shred (also true at start: a crash may have come
// between the commit and the shredding).
bool reg_state_must_shred(const struct reg_state *state);
// Destroys the vault's keys of all erased persons that are still there. The transaction shows what is
// committed.
int reg_state_shred(struct reg_state *state, struct store_txn *txn, struct vault *vault);
