// Who is told: party words to addressees, and one delivery for each of them and each channel.
#pragma once
#include "services/notify/rules/record.h"
#include "services/notify/rules/subject.h"

struct ntf_addressee {
  bool is_person;
  const char *id, *word, *division;
};
struct ntf_addressees { // in the arena
  struct ntf_addressee *list;
  size_t n;
  const char **nobody; // words that lead to nobody (NO-01)
  size_t n_nobody;
};

// Resolves words for a subject. Every party stands once, under the first word that led to it; a closed
// institution and an erased person are nobody. Adds to *ret, so that several lists of words can be taken one
// after the other.
int ntf_address_resolve(const struct dir_view *dir, const struct ntf_subject *subject, char *const *words,
                        size_t n_words, struct arena *arena, struct ntf_addressees *ret);

struct ntf_mailing {
  const struct ntf_addressees *to;
  const Prg__NoticeRule *rule; // says which channels are allowed
  const Ntf__Delivery *like;   // notice, due date, ack and escalation_of of the mailbox deliveries
};
struct ntf_deliveries { // in the arena
  Ntf__Delivery **list;
  size_t n;
};
// One mailbox delivery for each addressee (DELIVERED: it is durable there), followed by one for each verified
// contact on a channel the rule allows (QUEUED).
int ntf_address_deliver(struct ntf_view *view, const struct ntf_mailing *mailing,
                        const struct rule_context *ctx, struct decision *out, struct ntf_deliveries *ret);
