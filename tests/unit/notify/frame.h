// Stands in for common/svc in tests of notifyd's handlers and outbox: commands the daemon submits to itself
// are decided by the real handlers on a real store, committed, and answered, one batch at a time.
#pragma once
#include "common/svc/svc.h"
#include "services/notify/daemon.h"
#include "tests/rules/notify/desk.h"

struct frame {
  struct desk *desk;
  struct ntf_daemon daemon;
  struct svc *svc;
  int64_t tick_at_us; // asked for, 0 = not
  size_t commands;    // decided so far
  const char *refuse; // commands of this method are answered EXHAUSTED and change nothing
};
struct frame *frame_new(void);
struct frame *frame_free(struct frame *frame);

// A call as the frame makes it, for an actor; `message` is a command, query or upstream event.
struct svc_call frame_call(struct frame *frame, const char *actor);
// Decides a command by its handler and applies it without committing; the result as the handler gave it.
int frame_command(struct frame *frame, const char *actor, const char *method, const ProtobufCMessage *message,
                  struct decision *out);
// Asks a query by its handler.
int frame_query(struct frame *frame, const char *actor, const char *method, const ProtobufCMessage *message,
                struct decision *out);
// Takes an upstream event as the follower does: projection, reaction, apply.
struct decision *frame_event(struct frame *frame, const char *area, const char *id, const char *name,
                             const ProtobufCMessage *message);

// The outbox over a channel of its own (webhooks, tiny pauses), allowed to post to 127.0.0.1 only.
void frame_open_outbox(struct frame *frame);
// What the daemon's loop does in one turn: submitted commands, commit, answers, outbox. True if there was
// anything.
bool frame_turn(struct frame *frame);
// Turns, waiting for the channel where there is nothing to do, until done() holds; fails the test after 20
// seconds.
void frame_until(struct frame *frame, bool (*done)(struct frame *frame, void *context), void *context);
