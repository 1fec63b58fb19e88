// What registryd decided about the institutions, partnerships and agreements that postings rest on, carried
// out here: moved to the successor, ended, or put on the list of those about which people have to decide. A
// posting never ends unless somebody decided it.
//
//   decision \ event         merged, closed           campus, teaching point   partnership or agreement gone
//   SUCCESSOR                to the successor*        to the main school*      goes on
//   END                      ended                    ended                    ended
//   KEEP                     list: there is no host   goes on                  goes on
//   LEAVE                    list                     list                     list
//   none                     list                     goes on                  list
//   * list, with the obstacle, where the successor cannot host
//
// Ended: cancelled before the order, recalled on the way, ended early after the arrival. A broken partnership
// carries no decisions. Restored institutions and mended partnerships take what they put on the list off
// again.
#pragma once
#include "services/dispatch/rules/gate.h"

struct dsp_registry_event {
  const char *id;   // UUIDv7: acted on once, however often it is delivered
  const char *name; // "InstitutionMerged"
  const ProtobufCMessage *message;
};
// 0, also for events that concern no posting, or negative.
int dsp_orphan_decide(const struct dir_view *dir, const struct dsp_view *view,
                      const struct dsp_registry_event *event, const struct rule_context *ctx,
                      struct decision *out);

// What people decide about one on the list: it goes to another host of the measure, or goes on as it is.
int dsp_orphan_move(const struct dir_view *dir, const struct dsp_view *view, const Dsp__MoveAssignment *cmd,
                    const struct rule_context *ctx, struct decision *out);
int dsp_orphan_keep(const struct dir_view *dir, const struct dsp_view *view, const Dsp__KeepAssignment *cmd,
                    const struct rule_context *ctx, struct decision *out);
