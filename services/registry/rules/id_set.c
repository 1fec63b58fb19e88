#include "services/registry/rules/id_set.h"
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct id_set_slot {
  char id[ID_SET_TEXT]; // zero behind its end
  uint32_t number;
  uint32_t hash; // most strangers are told apart by it
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

static struct id_set_slot *slot_of(const struct id_set *set, const char padded[ID_SET_TEXT], uint64_t h)
{
  size_t at = h & (set->n_slots - 1);
  for (;; at = (at + 1) & (set->n_slots - 1)) {
    struct id_set_slot *slot = &set->slots[at];
    if (!slot->id[0] || (slot->hash == (uint32_t)(h >> 32) && memcmp(slot->id, padded, ID_SET_TEXT) == 0))
      return slot;
  }
}

static int grow(struct id_set *set)
{
  struct id_set bigger = {.n = set->n, .n_slots = set->n_slots ? set->n_slots * 2 : 256};
  bigger.slots = calloc(bigger.n_slots, sizeof *bigger.slots);
  if (!bigger.slots) return -ENOMEM;
  for (size_t i = 0; i < set->n_slots; i++)
    if (set->slots[i].id[0]) *slot_of(&bigger, set->slots[i].id, hash(set->slots[i].id)) = set->slots[i];
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
  uint64_t h = hash(padded);
  struct id_set_slot *slot = slot_of(set, padded, h);
  if (slot->id[0]) return 0;
  memcpy(slot->id, padded, ID_SET_TEXT);
  slot->number = number;
  slot->hash = (uint32_t)(h >> 32);
  set->n++;
  return 0;
}

_Bool id_set_has(const struct id_set *set, const char *id, uint32_t *ret)
{
  char padded[ID_SET_TEXT];
  if (!set->n || !id[0] || !pad(id, padded)) return 0;
  const struct id_set_slot *slot = slot_of(set, padded, hash(padded));
  if (!slot->id[0]) return 0;
  if (ret) *ret = slot->number;
  return 1;
}

void id_set_free(struct id_set *set)
{
  free(set->slots);
  *set = (struct id_set){0};
}
