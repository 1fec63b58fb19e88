#include "services/notify/rules/contact.h"
#include "common/domain/authority.h"
#include "services/notify/rules/receipt.h"

#include <errno.h>
#include <string.h>

static int check_fields(const Ntf__Contact *contact, struct decision *out)
{
  const char *field = NULL, *detail = NULL;
  if (contact->party_kind == NTF__ADDRESSEE_KIND__ADDRESSEE_UNSPECIFIED)
    field = "contact.party_kind", detail = "is missing";
  else if (contact->channel != PRG__CHANNEL_KIND__CHANNEL_WEBHOOK)
    field = "contact.channel", detail = "only WEBHOOK takes an address; the mailbox needs none";
  else if (strlen(contact->address) > NTF_ADDRESS_MAX)
    field = "contact.address", detail = "has more than 500 bytes";
  return field ? decision_reject(out, REASON_FIELD, "field", field, "detail", detail, NULL) : 0;
}

static int check_address(const Ntf__Contact *contact, const struct rule_context *ctx, struct decision *out)
{
  const struct ntf_contact_check *check = ctx->prepared;
  const char *why = check->why;
  if (!contact->address[0]) return 0;
  if (!why && !check->secret_known) why = "its signing secret is not configured";
  return why ? decision_reject(out, REASON_NO_04, "address", contact->address, "why", why, NULL) : 0;
}

// The division of the party; *ret NULL if there is no such party.
static int party_division(const struct dir_view *dir, const Ntf__Contact *contact, const char **ret)
{
  const char *unit = contact->party;
  if (contact->party_kind == NTF__ADDRESSEE_KIND__ADDRESSEE_PERSON) {
    const Reg__Person *person = NULL;
    int r = dir_person(dir, contact->party, &person);
    if (r < 0 || !person) return r;
    unit = person->home;
  }
  const Reg__Institution *institution = NULL;
  int r = dir_institution(dir, unit, &institution);
  if (r < 0) return r;
  if (institution)
    *ret = institution->division;
  else if (unit != contact->party)
    *ret = ""; // a person without a home
  return 0;
}

// *ret_trusted: whose word verifies an address.
static int check_actor(const struct dir_view *dir, const Ntf__Contact *contact, const char *division,
                       const struct rule_context *ctx, struct decision *out, bool *ret_trusted)
{
  const struct actor *actor = &ctx->actor;
  bool acts = false;
  const char *name = NULL;
  int r = ntf_receipt_acts_for(dir, actor, contact->party_kind, contact->party, &acts, &name);
  if (r < 0) return r;
  bool keeper = actor_has_role(actor, ROLE_BIT(OPERATOR) | ROLE_BIT(REGISTRAR) | ROLE_BIT(AUTHORITY));
  bool covers = keeper && (actor_has_role(actor, ROLE_BIT(OPERATOR)) || actor_covers(actor, division, "*"));
  if (!acts && !covers) {
    r = require_scope(ctx, division, "*", name, out);
    return r != 0 ? r : decision_reject(out, REASON_WRONG_ACTOR, "who", name, "actor", actor->name, NULL);
  }
  *ret_trusted = covers;
  return 0;
}

static int emit(const Ntf__Contact *contact, const char *division, struct decision *out)
{
  Ntf__ContactSet *event = ARENA_NEW(out->arena, Ntf__ContactSet);
  Ntf__ContactReply *reply = ARENA_NEW(out->arena, Ntf__ContactReply);
  if (!event || !reply) return -ENOMEM;
  ntf__contact_set__init(event);
  event->contact = (Ntf__Contact *)contact;
  ntf__contact_reply__init(reply);
  reply->rev = contact->rev;
  out->reply = &reply->base;
  struct event_head head = {.subject = contact->party,
                            .division = division,
                            .units = {contact->party},
                            .n_units = 1,
                            .rev = contact->rev};
  return decision_emit(out, &head, &event->base);
}

static bool same_address(const Ntf__Contact *a, const Ntf__Contact *b)
{
  return a && strcmp(a->address, b->address) == 0 && strcmp(a->secret, b->secret) == 0;
}

int ntf_contact_decide_set(const struct dir_view *dir, struct ntf_view *view, const Ntf__SetContact *command,
                           const struct rule_context *ctx, struct decision *out)
{
  const Ntf__Contact *wanted = command->contact, *before = NULL;
  const char *division = NULL;
  bool trusted = false;
  if (!wanted) return decision_reject(out, REASON_FIELD, "field", "contact", "detail", "is missing", NULL);
  int r = check_fields(wanted, out);
  if (r == 0) r = party_division(dir, wanted, &division);
  if (r == 0 && !division)
    r = decision_reject(out, REASON_NOT_FOUND, "what", "party", "ref", wanted->party, NULL);
  if (r == 0) r = check_actor(dir, wanted, division, ctx, out, &trusted);
  if (r == 0) r = check_address(wanted, ctx, out);
  if (r == 0) r = ntf_view_contact(view, wanted->party, wanted->channel, &before);
  if (r != 0) return r;
  uint64_t rev = before ? before->rev : 0;
  if (ctx->expect_rev && ctx->expect_rev != rev)
    return decision_reject(out, REASON_REV, "rev", decision_number(out, (int64_t)rev), "expected",
                           decision_number(out, (int64_t)ctx->expect_rev), NULL);
  Ntf__Contact *next = (Ntf__Contact *)arena_clone(out->arena, &wanted->base);
  if (!next) return -ENOMEM;
  const struct ntf_contact_check *check = ctx->prepared;
  next->verified =
      next->address[0] && (trusted || (before && before->verified && same_address(before, wanted)));
  next->lane = next->address[0] ? (char *)check->lane : next->lane;
  next->rev = rev + 1;
  return emit(next, division, out);
}
