#include "services/notify/rules/address.h"
#include "services/notify/rules/lifecycle.h"

#include <errno.h>
#include <string.h>

// ---- words to addressees

// The division an addressee belongs to; *ret NULL when nobody is there to be told.
static int division_of(const struct dir_view *dir, const struct party_ref *ref, const char **ret)
{
  const char *unit = ref->id;
  if (ref->is_person) {
    const Reg__Person *person = NULL;
    int r = dir_person(dir, ref->id, &person);
    if (r < 0) return r;
    if (!person || person->status == REG__PERSON_STATUS__PERSON_ERASED) return 0;
    unit = person->home;
  }
  const Reg__Institution *institution = NULL;
  int r = unit[0] ? dir_institution(dir, unit, &institution) : 0;
  if (r < 0) return r;
  if (ref->is_person)
    *ret = institution ? institution->division : "";
  else if (institution && institution->status != REG__INSTITUTION_STATUS__INSTITUTION_CLOSED &&
           institution->status != REG__INSTITUTION_STATUS__INSTITUTION_MERGED)
    *ret = institution->division;
  return 0;
}

static bool listed(const struct ntf_addressees *all, const char *id)
{
  for (size_t i = 0; i < all->n; i++)
    if (strcmp(all->list[i].id, id) == 0) return true;
  return false;
}

// Adds who a word means; *ret_n counts those that can be told, whether or not another word had led to them.
static int take_refs(const struct dir_view *dir, const struct party_ref *refs, size_t n,
                     struct ntf_addressees *all, size_t *ret_n)
{
  size_t reached = 0;
  for (size_t i = 0; i < n; i++) {
    const char *division = NULL;
    int r = division_of(dir, &refs[i], &division);
    if (r < 0) return r;
    if (!division) continue;
    reached++;
    if (!listed(all, refs[i].id))
      all->list[all->n++] = (struct ntf_addressee){refs[i].is_person, refs[i].id, refs[i].word, division};
  }
  *ret_n = reached;
  return 0;
}

static int grow(struct arena *arena, struct ntf_addressees *all, size_t more)
{
  struct ntf_addressee *list = ARENA_ARRAY(arena, struct ntf_addressee, all->n + more);
  if (!list) return -ENOMEM;
  if (all->n) memcpy(list, all->list, all->n * sizeof *list);
  all->list = list;
  return 0;
}

int ntf_address_resolve(const struct dir_view *dir, const struct ntf_subject *subject, char *const *words,
                        size_t n_words, struct arena *arena, struct ntf_addressees *ret)
{
  struct ntf_addressees all = *ret;
  all.nobody = ARENA_ARRAY(arena, const char *, ret->n_nobody + n_words + 1);
  if (!all.nobody) return -ENOMEM;
  if (ret->n_nobody) memcpy(all.nobody, ret->nobody, ret->n_nobody * sizeof *all.nobody);
  for (size_t i = 0; i < n_words; i++) {
    struct party_ref *refs = NULL;
    size_t n = 0, reached = 0;
    int r = party_resolve(dir, &subject->party, words[i], arena, &refs, &n);
    if (r == 0) r = grow(arena, &all, n);
    if (r == 0) r = take_refs(dir, refs, n, &all, &reached);
    if (r < 0) return r;
    if (!reached) all.nobody[all.n_nobody++] = words[i];
  }
  *ret = all;
  return 0;
}

// ---- addressees to deliveries

static const Prg__ChannelKind outside[] = {PRG__CHANNEL_KIND__CHANNEL_WEBHOOK};
enum { OUTSIDE = sizeof outside / sizeof *outside };

static bool allowed(const Prg__NoticeRule *rule, Prg__ChannelKind channel)
{
  for (size_t i = 0; i < rule->n_channels; i++)
    if (rule->channels[i] == channel) return true;
  return rule->n_channels == 0;
}

static Ntf__Delivery *new_delivery(const struct ntf_addressee *to, const char *notice,
                                   Prg__ChannelKind channel, const struct rule_context *ctx,
                                   struct arena *arena)
{
  Ntf__Delivery *delivery = ARENA_NEW(arena, Ntf__Delivery);
  char *id = ntf_record_id(ctx, arena);
  if (!delivery || !id) return NULL;
  ntf__delivery__init(delivery);
  delivery->id = id;
  delivery->notice = (char *)notice;
  delivery->addressee_kind =
      to->is_person ? NTF__ADDRESSEE_KIND__ADDRESSEE_PERSON : NTF__ADDRESSEE_KIND__ADDRESSEE_INSTITUTION;
  delivery->addressee = (char *)to->id;
  delivery->word = (char *)to->word;
  delivery->division = (char *)to->division;
  delivery->channel = channel;
  delivery->status = NTF__DELIVERY_STATUS__DELIVERY_QUEUED;
  delivery->ack = PRG__ACK_KIND__ACK_NONE;
  delivery->rev = 1;
  return delivery;
}

static Ntf__Delivery *to_mailbox(const struct ntf_addressee *to, const Ntf__Delivery *like,
                                 const struct rule_context *ctx, struct arena *arena)
{
  Ntf__Delivery *delivery = new_delivery(to, like->notice, PRG__CHANNEL_KIND__CHANNEL_BUS, ctx, arena);
  if (!delivery) return NULL;
  delivery->status =
      (Ntf__DeliveryStatus)lifecycle_find(&ntf_lifecycle_delivery, (int)delivery->status, "deposit")->to;
  delivery->due_us = like->due_us;
  delivery->ack = like->ack;
  delivery->escalation_of = like->escalation_of;
  return delivery;
}

// The copy for a contact of the mailbox's addressee; *ret stays as it is where there is none.
static int to_contact(struct ntf_view *view, const Ntf__Delivery *mailbox, Prg__ChannelKind channel,
                      const struct rule_context *ctx, struct arena *arena, Ntf__Delivery **ret)
{
  const Ntf__Contact *contact = NULL;
  int r = ntf_view_contact(view, mailbox->addressee, channel, &contact);
  if (r < 0 || !contact || !contact->verified || !contact->address[0]) return r;
  struct ntf_addressee to = {.is_person = mailbox->addressee_kind == NTF__ADDRESSEE_KIND__ADDRESSEE_PERSON,
                             .id = mailbox->addressee,
                             .word = mailbox->word,
                             .division = mailbox->division};
  Ntf__Delivery *delivery = new_delivery(&to, mailbox->notice, channel, ctx, arena);
  if (!delivery) return -ENOMEM;
  delivery->mailbox = mailbox->id;
  delivery->escalation_of = mailbox->escalation_of;
  delivery->lane = contact->lane;
  delivery->next_try_us = (uint64_t)ctx->now_us;
  *ret = delivery;
  return 0;
}

int ntf_address_deliver(struct ntf_view *view, const struct ntf_mailing *mailing,
                        const struct rule_context *ctx, struct decision *out, struct ntf_deliveries *ret)
{
  const struct ntf_addressees *to = mailing->to;
  struct ntf_deliveries all = {ARENA_ARRAY(out->arena, Ntf__Delivery *, to->n * (1 + OUTSIDE) + 1), 0};
  if (!all.list) return -ENOMEM;
  for (size_t i = 0; i < to->n; i++) {
    Ntf__Delivery *mailbox = to_mailbox(&to->list[i], mailing->like, ctx, out->arena);
    if (!mailbox) return -ENOMEM;
    all.list[all.n++] = mailbox;
    for (size_t k = 0; k < OUTSIDE; k++) {
      Ntf__Delivery *copy = NULL;
      bool may = allowed(mailing->rule, outside[k]);
      int r = may ? to_contact(view, mailbox, outside[k], ctx, out->arena, &copy) : 0;
      if (r < 0) return r;
      if (copy) all.list[all.n++] = copy;
    }
  }
  *ret = all;
  return 0;
}
