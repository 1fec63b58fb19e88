#include "services/registry/sight.h"
#include "common/domain/authority.h"
#include <string.h>

static const struct actor *actor_of(const struct svc_call *call)
{
  return &call->ctx->actor;
}

static bool sees_all(const struct svc_call *call)
{
  return actor_has_role(actor_of(call), ROLE_BIT(SERVICE));
}

static int covers_or_acts(const struct svc_call *call, const Reg__Institution *institution,
                          const char *programme, bool *ret)
{
  *ret = actor_covers(actor_of(call), institution->division, programme);
  return *ret ? 0 : actor_acts_for_unit(call->dir, actor_of(call), institution, ret);
}

// The same for an institution or partnership named by its id; what is not there shows nothing.
static int covers_party(const struct svc_call *call, const char *id, const char *programme, bool *ret)
{
  const Reg__Institution *institution = NULL;
  const Reg__Partnership *partnership = NULL;
  *ret = false;
  int r = dir_institution(call->dir, id, &institution);
  if (r == 0 && institution) return covers_or_acts(call, institution, programme, ret);
  if (r == 0) r = dir_partnership(call->dir, id, &partnership);
  if (r == 0 && partnership) *ret = actor_covers(actor_of(call), partnership->division, programme);
  return r;
}

int reg_sight_institution(const struct svc_call *call, const Reg__Institution *institution, bool *ret)
{
  *ret = sees_all(call);
  return *ret ? 0 : covers_or_acts(call, institution, NULL, ret);
}

int reg_sight_person(const struct svc_call *call, const Reg__Person *person, bool *ret)
{
  *ret = sees_all(call);
  if (*ret) return 0;
  int r = actor_acts_for_person(call->dir, actor_of(call), person, ret);
  if (r < 0 || *ret) return r;
  if (person->home[0]) return covers_party(call, person->home, NULL, ret);
  *ret = actor_covers(actor_of(call), "0", NULL);
  return 0;
}

static int covers_agreement(const struct svc_call *call, const Reg__Agreement *agreement, bool *ret)
{
  *ret = actor_covers(actor_of(call), agreement->division, agreement->programme);
  int r = 0;
  for (size_t i = 0; r == 0 && !*ret && i < agreement->n_parties; i++)
    r = covers_party(call, agreement->parties[i]->institution, agreement->programme, ret);
  const Reg__AgreementAmendment *next = agreement->amendment; // who is to become a party has it to sign
  for (size_t i = 0; next && r == 0 && !*ret && i < next->n_parties; i++)
    r = covers_party(call, next->parties[i]->institution, agreement->programme, ret);
  return r;
}

int reg_sight_agreement(const struct svc_call *call, const Reg__Agreement *agreement, bool *ret)
{
  *ret = sees_all(call);
  return *ret ? 0 : covers_agreement(call, agreement, ret);
}

int reg_sight_partnership(const struct svc_call *call, const Reg__Partnership *partnership, bool *ret)
{
  const Reg__Agreement *agreement = NULL;
  *ret = sees_all(call) || actor_covers(actor_of(call), partnership->division, partnership->programme);
  int r = 0;
  for (size_t i = 0; r == 0 && !*ret && i < partnership->n_members; i++)
    r = covers_party(call, partnership->members[i]->party, partnership->programme, ret);
  if (r < 0 || *ret || !partnership->agreement[0]) return r;
  r = dir_agreement(call->dir, partnership->agreement, &agreement);
  return r == 0 && agreement ? covers_agreement(call, agreement, ret) : r;
}

// By the division of what it leads, or acting for a member.
int reg_sight_body(const struct svc_call *call, const Reg__GovernanceBody *body, bool *ret)
{
  *ret = sees_all(call) || actor_covers(actor_of(call), body->division, NULL);
  int r = 0;
  for (size_t i = 0; r == 0 && !*ret && i < body->n_members; i++)
    r = covers_party(call, body->members[i]->institution, NULL, ret);
  return r;
}

// By its division, acting for who raised or owns it, or as one who sees the partnership it is about.
int reg_sight_issue(const struct svc_call *call, const Reg__Issue *issue, bool *ret)
{
  const Reg__Partnership *partnership = NULL;
  *ret = sees_all(call) || actor_covers(actor_of(call), issue->division, issue->programme);
  int r = *ret ? 0 : covers_party(call, issue->owner, issue->programme, ret);
  if (r == 0 && !*ret) r = covers_party(call, issue->raised_by, issue->programme, ret);
  if (r < 0 || *ret || !issue->partnership[0]) return r;
  r = dir_partnership(call->dir, issue->partnership, &partnership);
  return r == 0 && partnership ? reg_sight_partnership(call, partnership, ret) : r;
}

// ---- names

int reg_sight_name(const struct svc_call *call, const Reg__Person *person, bool *ret)
{
  const Reg__Institution *home = NULL;
  int r = actor_acts_for_person(call->dir, actor_of(call), person, ret);
  if (r == 0 && !*ret && person->home[0]) r = dir_institution(call->dir, person->home, &home);
  if (r == 0 && home) r = actor_acts_for_unit(call->dir, actor_of(call), home, ret);
  if (r == 0 && !*ret && actor_has_role(actor_of(call), ROLE_BIT(REGISTRAR)))
    *ret = actor_covers(actor_of(call), home ? home->division : "0", NULL);
  return r;
}

char *reg_sight_mask(struct arena *arena, const char *name)
{
  size_t first = name[0] ? 1 : 0;
  while (((unsigned char)name[first] & 0xc0) == 0x80) // the rest of a UTF-8 character
    first++;
  return arena_printf(arena, "%.*s*", (int)first, name);
}
