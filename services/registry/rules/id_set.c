#include "services/registry/rules/id_set.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct id_set_slot {
  char id[ID_SET_TEXT];
  uint32_t number;
};

static uint64_t hash(const char *id)
{
  uint64_t h = UINT64_C(0xcbf29ce484222325); // FNV-1a
  for (; *id; id++)
    h = (h ^ (uint8_t)*id) * UINT64_C(0x100000001b3);
  // Ids made in a row differ in few places: without this they stand in long runs.
  h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
  return h ^ (h >> 31);
}

static struct id_set_slot *slot_of(const struct id_set *set, const char *id)
{
  size_t at = hash(id) & (set->n_slots - 1);
  while (set->slots[at].id[0] && strcmp(set->slots[at].id, id) != 0)
    at = (at + 1) & (set->n_slots - 1);
  return &set->slots[at];
}

static int grow(struct id_set *set)
{
  struct id_set bigger = {.n = set->n, .n_slots = set->n_slots ? set->n_slots * 2 : 256};
  bigger.slots = calloc(bigger.n_slots, sizeof *bigger.slots);
  if (!bigger.slots) return -ENOMEM;
  for (size_t i = 0; i < set->n_slots; i++)
    if (set->slots[i].id[0]) *slot_of(&bigger, set->slots[i].id) = set->slots[i];
  free(set->slots);
  *set = bigger;
  return 0;
}

int id_set_add(struct id_set *set, const char *id, uint32_t number)
{
  size_t length = strlen(id);
  if (length == 0) return 0;
  if (length >= ID_SET_TEXT) return -EMSGSIZE;
  if (set->n * 2 >= set->n_slots) {
    int r = grow(set);
    if (r < 0) return r;
  }
  struct id_set_slot *slot = slot_of(set, id);
  if (slot->id[0]) return 0;
  memcpy(slot->id, id, length + 1);
  slot->number = number;
  set->n++;
  return 0;
}

_Bool id_set_has(const struct id_set *set, const char *id, uint32_t *ret)
{
  if (!set->n || !id[0] || strlen(id) >= ID_SET_TEXT) return 0;
  const struct id_set_slot *slot = slot_of(set, id);
  if (!slot->id[0]) return 0;
  if (ret) *ret = slot->number;
  return 1;
}

void id_set_free(struct id_set *set)
{
  free(set->slots);
  *set = (struct id_set){0};
}
