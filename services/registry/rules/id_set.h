// A set of ids, each with a number: open addressing, grown by doubling. Ids longer than ID_SET_TEXT - 1 are
// refused.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { ID_SET_TEXT = 40 };

struct id_set {
  struct id_set_slot *slots;    // n_slots of them, a power of two
  struct id_set_entry *entries; // n, in the order they came
  size_t n, n_slots;
};
// Keeps the number given first. 0, -ENOMEM or -EMSGSIZE.
int id_set_add(struct id_set *set, const char *id, uint32_t number);
// True with its number if the id is in it; ret may be NULL.
_Bool id_set_has(const struct id_set *set, const char *id, uint32_t *ret);
void id_set_free(struct id_set *set);
