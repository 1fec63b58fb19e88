#include "tests/bench/solver/instance.h"
#include "common/base/cleanup.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC INT64_C(0x3142464d434d4c)

static void cleanup_file(FILE **file)
{
  if (*file) fclose(*file);
}
#define _cleanup_file_ _cleanup_(cleanup_file)

static void *must(void *memory)
{
  if (memory) return memory;
  fputs("bench: out of memory\n", stderr);
  exit(1);
}

static int32_t room_of(int32_t m)
{
  int32_t room = 64;
  while (room < m)
    room = room > INT32_MAX / 2 ? INT32_MAX : room * 2;
  return room;
}

static void make_room(struct instance *instance, int32_t room)
{
  size_t count = (size_t)room;
  instance->tail = must(realloc(instance->tail, count * sizeof *instance->tail));
  instance->head = must(realloc(instance->head, count * sizeof *instance->head));
  instance->lower = must(realloc(instance->lower, count * sizeof *instance->lower));
  instance->upper = must(realloc(instance->upper, count * sizeof *instance->upper));
  instance->cost = must(realloc(instance->cost, count * sizeof *instance->cost));
  instance->room = room;
}

struct instance *instance_new(const char *name, int32_t n, int32_t arc_room)
{
  struct instance *instance = must(calloc(1, sizeof *instance));
  snprintf(instance->name, sizeof instance->name, "%s", name);
  instance->n = n;
  instance->supply = must(calloc((size_t)n + 1, sizeof *instance->supply));
  make_room(instance, room_of(arc_room));
  return instance;
}

int32_t instance_arc(struct instance *instance, int32_t tail, int32_t head, int32_t upper, int64_t cost)
{
  int32_t arc = instance->m++;
  if (arc >= instance->room) make_room(instance, room_of(arc + 1));
  instance->tail[arc] = tail;
  instance->head[arc] = head;
  instance->lower[arc] = 0;
  instance->upper[arc] = upper;
  instance->cost[arc] = cost;
  return arc;
}

struct instance *instance_free(struct instance *instance)
{
  if (!instance) return NULL;
  free(instance->supply);
  free(instance->tail);
  free(instance->head);
  free(instance->lower);
  free(instance->upper);
  free(instance->cost);
  free(instance->hint);
  free(instance);
  return NULL;
}

static bool take(FILE *file, void *to, size_t size, int64_t count)
{
  return fread(to, size, (size_t)count, file) == (size_t)count;
}

static void read_hint(struct instance *instance, const char *path)
{
  char name[4096];
  snprintf(name, sizeof name, "%s.hint", path);
  _cleanup_file_ FILE *file = fopen(name, "rb");
  if (!file) return;
  instance->hint = must(malloc((size_t)instance->n * sizeof *instance->hint + 1));
  if (take(file, instance->hint, sizeof *instance->hint, instance->n)) return;
  fprintf(stderr, "%s: shorter than %" PRId32 " numbers; hint left out\n", name, instance->n);
  free(instance->hint);
  instance->hint = NULL;
}

struct instance *instance_read(const char *path)
{
  _cleanup_file_ FILE *file = fopen(path, "rb");
  int64_t head[3] = {0};
  if (!file || !take(file, head, sizeof *head, 3) || head[0] != MAGIC || head[1] < 0 || head[1] > INT32_MAX ||
      head[2] < 0 || head[2] > INT32_MAX) {
    fprintf(stderr, "%s: cannot be read, or is no instance file\n", path);
    return NULL;
  }
  const char *slash = strrchr(path, '/');
  struct instance *instance = instance_new(slash ? slash + 1 : path, (int32_t)head[1], (int32_t)head[2]);
  int64_t m = instance->m = (int32_t)head[2];
  bool ok = take(file, instance->supply, sizeof *instance->supply, instance->n);
  ok = ok && take(file, instance->tail, sizeof *instance->tail, m);
  ok = ok && take(file, instance->head, sizeof *instance->head, m);
  ok = ok && take(file, instance->lower, sizeof *instance->lower, m);
  ok = ok && take(file, instance->upper, sizeof *instance->upper, m);
  ok = ok && take(file, instance->cost, sizeof *instance->cost, m);
  if (!ok) {
    fprintf(stderr, "%s: ends too early\n", path);
    return instance_free(instance);
  }
  read_hint(instance, path);
  return instance;
}

static bool give(FILE *file, const void *from, size_t size, int64_t count)
{
  return fwrite(from, size, (size_t)count, file) == (size_t)count;
}

bool instance_write(const struct instance *instance, const char *path)
{
  _cleanup_file_ FILE *file = fopen(path, "wb");
  if (!file) return false;
  int64_t head[3] = {MAGIC, instance->n, instance->m}, m = instance->m;
  bool ok = give(file, head, sizeof *head, 3) &&
            give(file, instance->supply, sizeof *instance->supply, instance->n);
  ok = ok && give(file, instance->tail, sizeof *instance->tail, m);
  ok = ok && give(file, instance->head, sizeof *instance->head, m);
  ok = ok && give(file, instance->lower, sizeof *instance->lower, m);
  ok = ok && give(file, instance->upper, sizeof *instance->upper, m);
  ok = ok && give(file, instance->cost, sizeof *instance->cost, m);
  if (!ok || !instance->hint) return ok;
  char name[4096];
  snprintf(name, sizeof name, "%s.hint", path);
  _cleanup_file_ FILE *hint = fopen(name, "wb");
  return hint && give(hint, instance->hint, sizeof *instance->hint, instance->n);
}

int64_t instance_random(uint64_t *state, int64_t low, int64_t high)
{
  uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return low + (int64_t)((z ^ (z >> 31)) % (uint64_t)(high - low + 1));
}
