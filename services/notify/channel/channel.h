// The seam between notifyd and other systems. An adapter takes a job and answers later with one of three
// results; what a result means for the delivery (retry schedule, dead letters) is decided by the rules, never
// by the adapter. Invariants: submit() copies and never blocks; every job submitted gives exactly one result
// unless the channel is freed before (its outcome is then unknown, and the delivery is sent again under the
// same id); one thread owns the channel from outside; what happens inside is the adapter's own.
#pragma once
#include "common/base/uuid7.h"
#include "proto/programme.pb-c.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHANNEL_DETAIL 200

enum channel_outcome {
  CHANNEL_DELIVERED, // the other system has it
  CHANNEL_TRY_LATER, // it did not take it now
  CHANNEL_NEVER,     // trying again is of no use
};
struct channel_job {
  const char *id; // of the delivery: the same over all attempts, so that the receiver can tell repeats
  uint32_t attempt;
  const char *lane; // endpoint: jobs of one lane wait for each other, never for those of another
  const char *address;
  const char *secret; // name of the signing secret
  const char *body;   // text
};
struct channel_result {
  char id[UUID_TEXT];
  uint32_t attempt;
  enum channel_outcome outcome;
  uint32_t code;          // HTTP status, 0 = none
  uint32_t retry_after_s; // asked for by the other system, 0 = not
  char detail[CHANNEL_DETAIL];
};

struct channel {
  Prg__ChannelKind kind;
  // zmq socket that becomes readable when results wait.
  void *(*socket)(struct channel *channel);
  // 0, -EAGAIN (too many under way) or -ENOMEM.
  int (*submit)(struct channel *channel, const struct channel_job *job);
  // Next result without waiting; false if there is none.
  bool (*result)(struct channel *channel, struct channel_result *ret);
  // Stops the adapter; jobs under way are abandoned. Returns NULL.
  struct channel *(*free)(struct channel *channel);
};
static inline struct channel *channel_free(struct channel *channel)
{
  return channel ? channel->free(channel) : NULL;
}
