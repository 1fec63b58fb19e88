#include "services/registry/state.h"
#include "common/base/arena.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SHRED_STEP = 256 };

struct reg_state {
  struct directory *directory;
  bool must_shred;
  struct reg_sweep sweep;
  struct figures_memo *figures;
};

int reg_state_open(struct directory *directory, struct reg_state **ret)
{
  struct reg_state *state = calloc(1, sizeof *state);
  if (!state) return -ENOMEM;
  state->directory = directory;
  state->must_shred = true;
  int r = figures_memo_new(&state->figures);
  if (r < 0) {
    free(state);
    return r;
  }
  *ret = state;
  return 0;
}

void reg_state_close(void *opaque)
{
  struct reg_state *state = opaque;
  figures_memo_free(state->figures);
  free(state);
}

struct reg_sweep *reg_state_sweep(void *opaque)
{
  return &((struct reg_state *)opaque)->sweep;
}

struct figures_memo *reg_state_figures(void *opaque)
{
  return ((struct reg_state *)opaque)->figures;
}

int reg_state_apply(void *opaque, struct store_txn *txn, const ProtobufCMessage *event)
{
  struct reg_state *state = opaque;
  if (event->descriptor == &reg__person_erased__descriptor) state->must_shred = true;
  return directory_apply(state->directory, txn, event->descriptor->short_name, event);
}

void reg_state_tables(void *opaque, void (*visit)(void *, const struct table *), void *context)
{
  struct reg_state *state = opaque;
  directory_tables(state->directory, visit, context);
}

bool reg_state_must_shred(const struct reg_state *state)
{
  return state->must_shred;
}

static int shred_one(struct vault *vault, const char *person, bool *any)
{
  int r = vault_has_key(vault, person);
  if (r == -ENOKEY) return 0; // shredded before
  if (r == 0) r = vault_erase(vault, person);
  if (r == 0) *any = true;
  return r;
}

static int shred_all(struct reg_state *state, struct store_txn *txn, struct vault *vault, struct arena *arena,
                     bool *any)
{
  const struct table *persons = directory_table(state->directory, "person");
  const char *after = NULL;
  struct table_rows rows = {.more = true};
  struct key erased;
  key_init(&erased);
  key_u8(&erased, 1);
  while (rows.more) {
    int r = table_list(txn, persons, "erased", &erased, after, SHRED_STEP, arena, &rows);
    for (size_t i = 0; r == 0 && i < rows.n; i++) {
      after = ((const Reg__Person *)rows.rows[i])->id;
      r = shred_one(vault, after, any);
    }
    if (r < 0) return r;
  }
  return 0;
}

int reg_state_shred(struct reg_state *state, struct store_txn *txn, struct vault *vault)
{
  struct arena *arena = NULL;
  bool any = false;
  int r = arena_new(64 << 20, &arena);
  if (r < 0) return r;
  r = shred_all(state, txn, vault, arena, &any);
  arena_free(arena);
  if (r == 0 && any) r = vault_sync(vault);
  if (r == 0) state->must_shred = false;
  return r;
}
