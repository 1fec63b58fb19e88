// What an addressee does with a mailbox delivery. Only who acts for the addressee may (NO-02). Reading is the
// receipt 回执 that ack: receipt asks for; ack: sign 签收 needs a signature. The last answer closes the
// notice; an answer settles what the delivery was escalated to.
#pragma once
#include "common/domain/directory.h"
#include "services/notify/rules/record.h"

// Reading again, or reading what was answered, changes nothing and succeeds.
int ntf_receipt_decide_read(const struct dir_view *dir, struct ntf_view *view,
                            const Ntf__ReadDelivery *command, const struct rule_context *ctx,
                            struct decision *out);
int ntf_receipt_decide_sign(const struct dir_view *dir, struct ntf_view *view,
                            const Ntf__SignDelivery *command, const struct rule_context *ctx,
                            struct decision *out);
// A refusal 退回 needs a reason; it is an answer, so the delivery owes nothing any more, and a task tells the
// operators.
int ntf_receipt_decide_refuse(const struct dir_view *dir, struct ntf_view *view,
                              const Ntf__RefuseDelivery *command, const struct rule_context *ctx,
                              struct decision *out);
// Whether the actor acts for an addressee. *ret_name is how to call it: name of the unit, staff number of the
// person.
int ntf_receipt_acts_for(const struct dir_view *dir, const struct actor *actor, Ntf__AddresseeKind kind,
                         const char *id, bool *ret_acts, const char **ret_name);
