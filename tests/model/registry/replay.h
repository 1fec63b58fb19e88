// The events of a random run, kept as a journal keeps them, and applied again to an empty world.
#pragma once
#include "tests/lib/world.h"

struct replay_event {
  const ProtobufCMessageDescriptor *type;
  uint8_t *bytes;
  size_t length;
};
struct replay {
  struct replay_event *events;
  size_t n;
};
void replay_keep(struct replay *replay, const struct decision *decision);
// Applies all of it to a new world that `prepare` has filled with what came from no event; fails the test
// unless every table is the same as in the live one.
void replay_compare(const struct replay *replay, struct world *live, void (*prepare)(struct world *world));
void replay_free(struct replay *replay);
