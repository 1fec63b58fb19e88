// A table of hashes and row numbers: twelve bytes a row, so that a file of a nation fits. Where hashes are
// equal the rows themselves are looked at.
#include "services/cli/import.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct slot {
  uint32_t hash_high, hash_low;
  uint32_t row; // of the file, from 1; 0 = free
};
struct import_keys {
  struct import_run *run;
  const struct column *column;
  struct arena *arena; // of the row that is looked at
  struct slot *slots;
  size_t mask;
};

const struct column *import_keys_column(const struct import_run *run)
{
  for (const struct column *column = run->kind->columns; column->name; column++)
    if (column->flags & COLUMN_KEY) return column;
  return NULL;
}

struct import_keys *import_keys_new(struct import_run *run)
{
  struct import_keys *keys = calloc(1, sizeof *keys);
  if (!keys) return NULL;
  size_t room = 16;
  while (room < run->file.n_rows * 2)
    room *= 2;
  keys->run = run;
  keys->column = import_keys_column(run);
  keys->mask = room - 1;
  keys->slots = calloc(room, sizeof *keys->slots);
  if (!keys->slots || arena_new(0, &keys->arena) < 0) return import_keys_free(keys);
  return keys;
}

struct import_keys *import_keys_free(struct import_keys *keys)
{
  if (!keys) return NULL;
  arena_free(keys->arena);
  free(keys->slots);
  free(keys);
  return NULL;
}

static const char *cell_of(struct import_keys *keys, size_t i, const char *column)
{
  const struct csv_row *row = csv_file_row(&keys->run->file, i, keys->arena);
  return row ? columns_cell(&keys->run->import.columns, row, column) : "";
}

// The slot of this key, or the free one where it belongs.
static struct slot *find(struct import_keys *keys, const char *key, struct slot *ret)
{
  static const uint8_t seed[crypto_shorthash_KEYBYTES] = "jiedui-import-ke";
  uint8_t hash[crypto_shorthash_BYTES];
  crypto_shorthash(hash, (const uint8_t *)key, strlen(key), seed);
  memcpy(&ret->hash_high, hash, 4);
  memcpy(&ret->hash_low, hash + 4, 4);
  for (size_t at = ret->hash_low & keys->mask;; at = (at + 1) & keys->mask) {
    struct slot *slot = &keys->slots[at];
    if (!slot->row) return slot;
    if (slot->hash_high == ret->hash_high && slot->hash_low == ret->hash_low &&
        strcmp(cell_of(keys, slot->row - 1, keys->column->name), key) == 0)
      return slot;
  }
}

unsigned import_keys_take(struct import_keys *keys, size_t i, const char **ret_key)
{
  arena_reset(keys->arena);
  if (!keys->column) return 0;
  const char *key = *ret_key = cell_of(keys, i, keys->column->name);
  if (!*key) return 0;
  struct slot wanted, *slot = find(keys, key, &wanted);
  if (slot->row) return keys->run->file.places[slot->row - 1].row;
  wanted.row = (uint32_t)i + 1;
  *slot = wanted;
  return 0;
}

bool import_keys_refers(struct import_keys *keys, size_t i)
{
  const struct import_run *run = keys->run;
  if (!keys->column) return false;
  for (const struct column *column = run->kind->columns; column->name; column++) {
    if (!(column->flags & COLUMN_REFERENCE)) continue;
    arena_reset(keys->arena);
    const char *cell = cell_of(keys, i, column->name);
    struct slot ignored;
    if (*cell && find(keys, cell, &ignored)->row) return true;
  }
  return false;
}
