#include "services/notify/rules/lifecycle.h"

#define N(word)    NTF__NOTICE_STATUS__NOTICE_##word
#define D(word)    NTF__DELIVERY_STATUS__DELIVERY_##word
#define T(word)    NTF__TASK_STATUS__TASK_##word
#define BIT(state) STATE_BIT(state)

static const struct lifecycle_move notice_moves[] = {
    {BIT(N(OPEN)), "close", N(CLOSED), "the last addressee that owed an answer", "NoticeClosed"},
};
const struct lifecycle ntf_lifecycle_notice = {
    .record = "Notice",
    .states = &ntf__notice_status__descriptor,
    .initial = N(OPEN),
    .moves = notice_moves,
    .n = sizeof notice_moves / sizeof *notice_moves,
};

static const struct lifecycle_move delivery_moves[] = {
    {BIT(D(QUEUED)), "deposit", D(DELIVERED), "notifyd (mailbox)", "NoticeRaised, DeliveryEscalated"},
    {BIT(D(QUEUED)) | BIT(D(RETRY_WAIT)), "begin", D(SENDING), "channel engine", "DeliveryAttempted"},
    {BIT(D(SENDING)), "deliver", D(DELIVERED), "channel engine", "DeliveryDelivered"},
    {BIT(D(SENDING)), "fail", D(RETRY_WAIT), "channel engine", "DeliveryFailed"},
    {BIT(D(SENDING)), "die", D(DEAD), "channel engine", "DeliveryDead"},
    {BIT(D(RETRY_WAIT)) | BIT(D(DEAD)), "retry", D(QUEUED), "operator", "DeliveryRequeued"},
    {BIT(D(QUEUED)) | BIT(D(RETRY_WAIT)), "drop", D(DEAD), "operator", "DeliveryDead"},
    {BIT(D(DELIVERED)), "read", D(READ), "addressee", "DeliveryRead"},
    {BIT(D(DELIVERED)) | BIT(D(READ)), "sign", D(SIGNED), "addressee", "DeliverySigned"},
    {BIT(D(DELIVERED)) | BIT(D(READ)), "refuse", D(REFUSED), "addressee", "DeliveryRefused"},
};
const struct lifecycle ntf_lifecycle_delivery = {
    .record = "Delivery",
    .states = &ntf__delivery_status__descriptor,
    .initial = D(QUEUED),
    .moves = delivery_moves,
    .n = sizeof delivery_moves / sizeof *delivery_moves,
};

static const struct lifecycle_move task_moves[] = {
    {BIT(T(OPEN)), "close", T(DONE), "operator", "TaskClosed"},
};
const struct lifecycle ntf_lifecycle_task = {
    .record = "OperatorTask",
    .states = &ntf__task_status__descriptor,
    .initial = T(OPEN),
    .moves = task_moves,
    .n = sizeof task_moves / sizeof *task_moves,
};

bool ntf_lifecycle_owes(const Ntf__Delivery *delivery)
{
  if (delivery->ack == PRG__ACK_KIND__ACK_RECEIPT) return delivery->status == D(DELIVERED);
  if (delivery->ack == PRG__ACK_KIND__ACK_SIGN)
    return delivery->status == D(DELIVERED) || delivery->status == D(READ);
  return false;
}

bool ntf_lifecycle_open(const Ntf__Delivery *delivery)
{
  if (ntf_lifecycle_owes(delivery)) return true;
  return delivery->escalation_of[0] && delivery->channel == PRG__CHANNEL_KIND__CHANNEL_BUS &&
         !delivery->settled_us && (delivery->status == D(DELIVERED) || delivery->status == D(READ));
}
