// From an upstream event to notices: the rules of the record's own programme version whose event this is.
#pragma once
#include "services/notify/rules/address.h"

// An event carries at most this many addressees: a notice to more is raised by several NoticeRaised of one
// notice, so that an event always fits a batch of the feed and names everybody who may see it.
#define NTF_ADDRESSEES_PER_EVENT 128

struct ntf_source {
  const char *area; // feed
  uint64_t seq;
  const char *id;    // of the event
  const char *event; // its name, "PlanApproved"
};
// Emits one NoticeRaised for each rule that has not raised one for this event yet, and a TaskOpened for each
// party word that leads to nobody (NO-01). An event no rule names gives nothing. 0 or negative; never
// rejects: a record whose programme is unknown here becomes a task.
int ntf_raise_decide(const struct dir_view *dir, struct ntf_view *view, const struct ntf_source *source,
                     const ProtobufCMessage *event, const struct rule_context *ctx, struct decision *out);
