// What the rules may read of notifyd's own records. Declared here, implemented over LMDB in ../state.c (a
// link-time seam: the rules see no handle). Lookups: 0 and *ret = NULL if there is none; negative on failure.
// Rows live in the arena of the call and must not be changed: arena_clone() makes the next version.
#pragma once
#include "proto/dispatch.pb-c.h"
#include "proto/notify.pb-c.h"
#include <stddef.h>

struct ntf_view;

int ntf_view_notice(struct ntf_view *view, const char *id, const Ntf__Notice **ret);
// The notice a rule of a programme raised for this event of that area, for raising exactly once.
int ntf_view_raised(struct ntf_view *view, const char *area, const char *source_event, uint32_t rule,
                    const Ntf__Notice **ret);
int ntf_view_delivery(struct ntf_view *view, const char *id, const Ntf__Delivery **ret);
// What was sent to others because this delivery was not answered in time; *ret is an array in the arena.
int ntf_view_escalations(struct ntf_view *view, const Ntf__Delivery *original, Ntf__Delivery *const **ret,
                         size_t *ret_n);
// Deliveries that owe an answer, are past due at this moment and were not escalated yet; earliest due first.
int ntf_view_overdue(struct ntf_view *view, int64_t now_us, size_t limit, Ntf__Delivery *const **ret,
                     size_t *ret_n);
int ntf_view_contact(struct ntf_view *view, const char *party, Prg__ChannelKind channel,
                     const Ntf__Contact **ret);
int ntf_view_task(struct ntf_view *view, const char *id, const Ntf__OperatorTask **ret);
// The projection of dispatchd's records that party words need.
int ntf_view_plan(struct ntf_view *view, const char *id, const Dsp__NeedsPlan **ret);
int ntf_view_assignment(struct ntf_view *view, const char *id, const Dsp__Assignment **ret);
