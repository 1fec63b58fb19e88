#include "services/registry/rules/id_set.h"
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct id_set_entry {
  char id[ID_SET_TEXT]; // zero behind its end
  uint32_t number;
};
// Small, so that the slots of hundreds of thousands of ids stay near the processor.
struct id_set_slot {
  uint32_t hash;  // most strangers are told apart by it
  uint32_t entry; // its place, counted from 1; 0 = free
};

// FNV-1a's way, but eight characters at a time.
static uint64_t hash(const char id[ID_SET_TEXT])
{
  uint64_t h = UINT64_C(0xcbf29ce484222325);
  for (size_t i = 0; i < ID_SET_TEXT; i += sizeof h) {
    uint64_t word;
    memcpy(&word, id + i, sizeof word);
    h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    h ^= h >> 32;
  }
  // Ids made in a row differ in few places: without this they stand in long runs.
  h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
  return h ^ (h >> 31);
}

// False if it is too long.
static bool pad(const char *id, char padded[ID_SET_TEXT])
{
  size_t length = strnlen(id, ID_SET_TEXT);
  if (length == ID_SET_TEXT) return false;
  memset(padded, 0, ID_SET_TEXT);
  memcpy(padded, id, length);
  return true;
}

static size_t first_slot(const struct id_set *set, uint32_t h)
{
  return (h ^ (size_t)(h >> 16) * 0x9e3779b1u) & (set->n_slots - 1);
}

static struct id_set_slot *slot_of(const struct id_set *set, const char padded[ID_SET_TEXT], uint32_t h)
{
  for (size_t at = first_slot(set, h);; at = (at + 1) & (set->n_slots - 1)) {
    struct id_set_slot *slot = &set->slots[at];
    if (!slot->entry ||
        (slot->hash == h && memcmp(set->entries[slot->entry - 1].id, padded, ID_SET_TEXT) == 0))
      return slot;
  }
}

static void place(struct id_set *set, struct id_set_slot slot)
{
  size_t at = first_slot(set, slot.hash);
  while (set->slots[at].entry)
    at = (at + 1) & (set->n_slots - 1);
  set->slots[at] = slot;
}

// There are half as many entries as slots.
static int grow(struct id_set *set)
{
  struct id_set bigger = {.n = set->n, .n_slots = set->n_slots ? set->n_slots * 2 : 256};
  if (bigger.n_slots > UINT32_MAX) return -ENOMEM;
  bigger.slots = calloc(bigger.n_slots, sizeof *bigger.slots);
  bigger.entries =
      bigger.slots ? reallocarray(set->entries, bigger.n_slots / 2, sizeof *bigger.entries) : NULL;
  if (!bigger.entries) {
    free(bigger.slots);
    return -ENOMEM;
  }
  for (size_t i = 0; i < set->n_slots; i++)
    if (set->slots[i].entry) place(&bigger, set->slots[i]);
  free(set->slots);
  *set = bigger;
  return 0;
}

int id_set_add(struct id_set *set, const char *id, uint32_t number)
{
  char padded[ID_SET_TEXT];
  if (!id[0]) return 0;
  if (!pad(id, padded)) return -EMSGSIZE;
  if (set->n * 2 >= set->n_slots) {
    int r = grow(set);
    if (r < 0) return r;
  }
  uint32_t h = (uint32_t)hash(padded);
  struct id_set_slot *slot = slot_of(set, padded, h);
  if (slot->entry) return 0;
  memcpy(set->entries[set->n].id, padded, ID_SET_TEXT);
  set->entries[set->n].number = number;
  *slot = (struct id_set_slot){h, (uint32_t)++set->n};
  return 0;
}

_Bool id_set_has(const struct id_set *set, const char *id, uint32_t *ret)
{
  char padded[ID_SET_TEXT];
  if (!set->n || !id[0] || !pad(id, padded)) return 0;
  const struct id_set_slot *slot = slot_of(set, padded, (uint32_t)hash(padded));
  if (!slot->entry) return 0;
  if (ret) *ret = set->entries[slot->entry - 1].number;
  return 1;
}

void id_set_free(struct id_set *set)
{
  free(set->slots);
  free(set->entries);
  *set = (struct id_set){0};
}
