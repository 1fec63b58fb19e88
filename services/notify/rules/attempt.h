// Attempts over an outside channel: the intent is committed before anything leaves, the outcome after. A
// process that dies in between leaves SENDING; it is then told "unknown" and sent again under the same id: at
// least once.
#pragma once
#include "services/notify/rules/record.h"

#define NTF_ATTEMPTS_KEPT 20
#define NTF_DETAIL_MAX    200 // bytes of an attempt's detail

int ntf_attempt_decide_begin(struct ntf_view *view, const Ntf__BeginAttempt *command,
                             const struct rule_context *ctx, struct decision *out);
// outcome: delivered, try_later, never, unknown. try_later and unknown wait as retry.h says (unknown not at
// all) until the schedule is used up; a dead delivery opens a task. 410 Gone makes the contact unverified:
// nothing more goes there.
int ntf_attempt_decide_end(struct ntf_view *view, const Ntf__EndAttempt *command,
                           const struct rule_context *ctx, struct decision *out);
// The operator's: try again now, with the whole schedule; or give up.
int ntf_attempt_decide_retry(struct ntf_view *view, const Ntf__RetryDelivery *command,
                             const struct rule_context *ctx, struct decision *out);
int ntf_attempt_decide_drop(struct ntf_view *view, const Ntf__DropDelivery *command,
                            const struct rule_context *ctx, struct decision *out);
