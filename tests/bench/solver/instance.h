// One network of the benchmark: in memory, made by make.h or read from a file.
// File: int64 magic, n, m; int64 supply[n]; int32 tail[m], head[m], lower[m], upper[m]; int64 cost[m]; all
// little-endian. A file of the same name plus ".hint" holds int32 group[n].
#pragma once
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct instance {
  char name[96];
  int32_t n, m, room; // room: arcs there is memory for
  int64_t *supply;
  int32_t *tail, *head, *lower, *upper;
  int64_t *cost;
  int32_t *hint; // NULL: none
};

// Both end the program with a message if memory is out.
struct instance *instance_new(const char *name, int32_t n, int32_t arc_room);
int32_t instance_arc(struct instance *instance, int32_t tail, int32_t head, int32_t upper, int64_t cost);
struct instance *instance_free(struct instance *instance);
// NULL with a message on standard error.
struct instance *instance_read(const char *path);
bool instance_write(const struct instance *instance, const char *path);

// splitmix64; both ends included.
int64_t instance_random(uint64_t *state, int64_t low, int64_t high);

#ifdef __cplusplus
}
#endif
