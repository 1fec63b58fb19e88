// The clock: mailbox deliveries that owe an answer and are past due are escalated, once.
#pragma once
#include "services/notify/rules/address.h"

// Deliveries one Tick looks at; more wait for the next, which is asked for at once.
#define NTF_TICK_MAX       64
#define NTF_ESCALATION_MAX 128 // addressees of one escalation

// The original stays open; the parties the rule escalates to get deliveries of their own that owe nothing.
// Words that lead to nobody, or to nobody but the one who is late, open a task. The moment is that of the
// context, never that of the command: a Tick from outside cannot make anything late. TickReply.moved = how
// many were escalated.
int ntf_escalate_decide_tick(const struct dir_view *dir, struct ntf_view *view, const Ntf__Tick *command,
                             const struct rule_context *ctx, struct decision *out);
