// Making the next version of a record, and emitting what happened to it. Helpers of the decide functions.
#pragma once
#include "common/domain/decision.h"
#include "services/notify/rules/view.h"

#define NTF_NOTE_MAX 500 // bytes of a note or reason somebody typed

// A new id in the arena, or NULL.
char *ntf_record_id(const struct rule_context *ctx, struct arena *arena);
// Copies with rev + 1, to be changed; NULL past the cap of the arena.
Ntf__Notice *ntf_record_notice(struct arena *arena, const Ntf__Notice *notice);
Ntf__Delivery *ntf_record_delivery(struct arena *arena, const Ntf__Delivery *delivery);

// Emits an event about one delivery: head from the delivery. 0 or negative.
int ntf_record_emit(struct decision *out, const Ntf__Delivery *delivery, const ProtobufCMessage *event);

// NOT-FOUND unless there is such a delivery; REV if the caller expected another revision of it.
int ntf_record_find(struct ntf_view *view, const char *id, const struct rule_context *ctx,
                    struct decision *out, const Ntf__Delivery **ret);
// Refuses a note that is too long, missing though required, or carries personal data (NO-03).
int ntf_record_check_note(const char *field, const char *note, bool required, struct decision *out);
// The reply of commands about a delivery. 0 or -ENOMEM.
int ntf_record_reply(struct decision *out, const Ntf__Delivery *delivery);
