// The state moves of notifyd's records; ../LIFECYCLES.md is generated from these tables.
#pragma once
#include "common/domain/lifecycle.h"
#include "proto/notify.pb-c.h"

extern const struct lifecycle ntf_lifecycle_notice;
extern const struct lifecycle ntf_lifecycle_delivery;
extern const struct lifecycle ntf_lifecycle_task;

// Whether this mailbox delivery still owes the receipt or signature its notice asked for.
bool ntf_lifecycle_owes(const Ntf__Delivery *delivery);
// Whether somebody should still look at it: it owes an answer, or tells of an original that is still
// unanswered.
bool ntf_lifecycle_open(const Ntf__Delivery *delivery);
