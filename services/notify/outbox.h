// Moves deliveries that wait through the channel: intent committed (BeginAttempt), sent, outcome committed
// (EndAttempt). Everything durable stands in the store; what is kept here is who is under way at this moment.
// After a crash the store knows the intents without an outcome: they are ended as "unknown" and sent again
// under the same id, so a receiver may see a delivery twice but never misses it. At most OUTBOX_PER_LANE
// deliveries of one endpoint are under way, so that a slow one leaves room for the others.
#pragma once
#include "common/svc/svc.h"
#include "services/notify/channel/channel.h"
#include "services/notify/state.h"

#define OUTBOX_PER_LANE 8
#define OUTBOX_IN_ALL   256

struct outbox;
struct outbox_options {
  struct svc *svc;
  struct store *store;
  struct directory *directory;
  struct ntf_state *state;
  struct channel *channel; // taken over
  const char *allow;       // hosts that may be posted to; borrowed
  int64_t pause_us;        // how long to leave a store alone that refused a command; 0 = 5 s
};
int outbox_open(const struct outbox_options *options, struct outbox **ret);
struct outbox *outbox_close(struct outbox *outbox);

// Once, before the loop starts: takes up what the daemon was doing when it ended.
int outbox_resume(struct outbox *outbox);
// After each commit: begins what is due and has room.
void outbox_turn(struct outbox *outbox);
// When the channel's socket is readable: takes its results.
void outbox_results(struct outbox *outbox);
