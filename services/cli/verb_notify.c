// Verbs of notifyd's records: mailboxes, notices, contacts, deliveries, operator tasks.
#include "services/cli/lang.h"
#include "services/cli/mailbox.h"
#include "services/cli/verb.h"

static const struct verb_input id_only[] = {VERB_ID, VERB_END};
static const struct verb_input mailbox_list[] = {
    {"REF", "addressee", VERB_TEXT, VERB_REQUIRED, NULL,
     N_("unit by id or code, person by id or staff number")},
    {"--unsigned", "unsigned_only", VERB_FLAG, 0, NULL, N_("only what still wants an acknowledgement")},
    VERB_END};
static const struct verb_input mailbox_sign[] = {
    {"ID", "id", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the delivery")},
    {"--note", "note", VERB_TEXT, 0, "TEXT", N_("a note with the signature")},
    VERB_END};
static const struct verb_input mailbox_refuse[] = {
    {"ID", "id", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the delivery")}, VERB_REASON, VERB_END};
static const struct verb_input notice_list[] = {
    {"--event", "event", VERB_TEXT, 0, "EVENT", N_("only notices of this event, e.g. PlanApproved")},
    {"--subject", "subject", VERB_TEXT, 0, "ID", N_("only notices about this record")},
    {"--status", "status", VERB_TEXT, 0, "STATUS", N_("OPEN or CLOSED")},
    VERB_END};
static const struct verb_input unsigned_list[] = {
    {"--overdue", "overdue_only", VERB_FLAG, 0, NULL, N_("only what is past its deadline")},
    VERB_IN_DIVISION,
    VERB_END};
static const struct verb_input contact_set[] = {
    {"REF", NULL, VERB_TEXT, VERB_REQUIRED, NULL, N_("unit by id or code, person by id or staff number")},
    {"--webhook", "contact.address", VERB_TEXT, VERB_REQUIRED, "URL", N_("where to post the notices")},
    {"--secret", "contact.secret", VERB_TEXT, VERB_REQUIRED, "NAME",
     N_("name of the signing secret in notifyd's configuration")},
    VERB_END};
static const struct verb_input contact_list[] = {
    {"--party", NULL, VERB_TEXT, 0, "REF", N_("only those of this unit or person")}, VERB_END};
static const struct verb_input task_list[] = {
    {"--status", "status", VERB_TEXT, 0, "STATUS", N_("OPEN or DONE")}, VERB_END};
static const struct verb_input task_close[] = {
    VERB_ID, {"--note", "note", VERB_TEXT, 0, "TEXT", N_("what was done")}, VERB_END};
static const struct verb_input delivery_drop[] = {VERB_ID, VERB_REASON, VERB_END};

const struct verb verb_notify_table[] = {
    {"mailbox", "list", N_("List what lies in a mailbox"), "notify.Mailbox", NULL, mailbox_list,
     "delivery.id notice.title_* notice.event notice.ack delivery.status delivery.due_us "
     "delivery.escalated_us",
     NULL},
    {"mailbox", "read", N_("Read a notice; it counts as read then"), "notify.ReadDelivery", mailbox_read_run,
     id_only, NULL, "jiedui mailbox sign {id}"},
    {"mailbox", "sign", N_("Sign for a notice, or acknowledge it"), "notify.SignDelivery", NULL, mailbox_sign,
     NULL, NULL},
    {"mailbox", "refuse", N_("Refuse a notice with a reason"), "notify.RefuseDelivery", NULL, mailbox_refuse,
     NULL, NULL},

    {"notice", "list", N_("List notices"), "notify.ListNotices", NULL, notice_list,
     "id raised_us event title_* ack owed due_us status", NULL},
    {"notice", "show", N_("Show a notice and its deliveries"), "notify.GetNotice", NULL, id_only, NULL, NULL},
    {"unsigned", NULL, N_("List what still wants an acknowledgement"), "notify.ListUnsigned", NULL,
     unsigned_list,
     "delivery.id delivery.addressee notice.title_* notice.ack delivery.due_us delivery.escalated_us", NULL},

    {"contact", "set", N_("Set where notices are posted to"), "notify.SetContact", mailbox_contact_run,
     contact_set, NULL, NULL},
    {"contact", "list", N_("List contacts"), "notify.ListContacts", mailbox_contacts_run, contact_list,
     "party channel address secret verified", NULL},
    {"delivery", "show", N_("Show a delivery with its attempts"), "notify.GetDelivery", NULL, id_only, NULL,
     NULL},
    {"delivery", "retry", N_("Try a delivery again"), "notify.RetryDelivery", NULL, id_only, NULL, NULL},
    {"delivery", "drop", N_("Give a delivery up"), "notify.DropDelivery", NULL, delivery_drop, NULL, NULL},
    {"task", "list", N_("List operator tasks: notices that reached nobody"), "notify.ListTasks", NULL,
     task_list, "id reason word text_* status", NULL},
    {"task", "close", N_("Close an operator task"), "notify.CloseTask", NULL, task_close, NULL, NULL},
    {0},
};
