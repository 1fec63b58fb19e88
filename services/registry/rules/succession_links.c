// Decisions on links (IN-08): that there is one for each, and what each does to the record.
#include "services/registry/rules/institution.h"
#include "services/registry/rules/reg.h"
#include "services/registry/rules/succession_part.h"
#include <errno.h>
#include <string.h>

enum { NAMED_MAX = 10 };
#define ACTION(name) REG__LINK_ACTION__ACTION_##name
#define LINK(name)   REG__LINK_KIND__LINK_##name

// ---- the decisions themselves

static bool ours(Reg__LinkKind kind)
{
  return kind != LINK(POSTING) && kind != LINK(ACTIVITY);
}

static int bad(struct reg_succession *s, const char *zh, const char *en)
{
  return reg_field(s->out, "decisions", zh, en);
}

static int check_decision(struct reg_succession *s, const Reg__LinkDecision *decision)
{
  bool whole = decision->kind == LINK(PERSONS);
  if (!decision->kind || !decision->action)
    return bad(s, "须写明种类和处理方式", "must name a kind and an action");
  if (decision->action == ACTION(SUCCESSOR) && !s->successor)
    return bad(s, "没有承接单位：请写明承接单位或改用其他处理",
               "no successor is named: name one or decide otherwise");
  if (decision->action == ACTION(KEEP) && s->ceases && ours(decision->kind))
    return bad(s, "单位不再存在，不能保留原状", "cannot stay as it is with a unit that ceases");
  if (decision->action == ACTION(END) && (whole || decision->kind == LINK(INSTITUTION)))
    return bad(s, "人员和所属单位不能终止，请由承接单位接收或离开",
               "staff and units do not end: a successor takes them, or they leave");
  if (whole && decision->id[0])
    return bad(s, "人员整体处理，不逐人写", "staff is decided as a whole, without an id");
  return reg_check_text(s->out, "decisions.reason", decision->reason, true, REG_TEXT_MAX);
}

static const Reg__LinkDecision *decision_on(const struct reg_succession *s, Reg__LinkKind kind,
                                            const char *id)
{
  const Reg__LinkDecision *whole = NULL;
  for (size_t i = 0; i < s->n_decisions; i++) {
    if (s->decisions[i]->kind != kind) continue;
    if (id[0] && strcmp(s->decisions[i]->id, id) == 0) return s->decisions[i];
    if (!s->decisions[i]->id[0]) whole = s->decisions[i];
  }
  return whole;
}

static bool is_link(const struct reg_links *links, size_t n, const Reg__LinkDecision *decision)
{
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < links[i].n; k++)
      if (links[i].list[k].kind == decision->kind && strcmp(links[i].list[k].id, decision->id) == 0)
        return true;
  return false;
}

static int check_decisions(struct reg_succession *s, const struct reg_links *links, size_t n)
{
  int r = reg_check_count(s->out, "decisions", s->n_decisions, 1024);
  for (size_t i = 0; r == 0 && i < s->n_decisions; i++) {
    const Reg__LinkDecision *decision = s->decisions[i];
    r = check_decision(s, decision);
    if (r == 0 && decision->id[0] && ours(decision->kind) && !is_link(links, n, decision))
      r = bad(s, arena_printf(s->out->arena, "%s 不是该单位的现有关联", decision->id),
              arena_printf(s->out->arena, "%s is no live link of it", decision->id));
  }
  return r;
}

// A unit that goes itself in the same decision is no link of the others.
static bool goes_too(const Reg__Institution *const *leaving, size_t n, const struct reg_link *link)
{
  for (size_t i = 0; i < n && link->kind == LINK(INSTITUTION); i++)
    if (strcmp(leaving[i]->id, link->id) == 0) return true;
  return false;
}

static int undecided(struct reg_succession *s, const Reg__Institution *const *leaving,
                     const struct reg_links *links, size_t n)
{
  struct arena *arena = s->out->arena;
  const char *list = "";
  size_t missing = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; list && k < links[i].n; k++) {
      const struct reg_link *link = &links[i].list[k];
      if (goes_too(leaving, n, link) || decision_on(s, link->kind, link->id)) continue;
      if (missing++ >= NAMED_MAX) continue;
      list = arena_printf(arena, "%s%s%s%s%s", list, list[0] ? "; " : "", link->title, link->id[0] ? " " : "",
                          link->id);
    }
  if (!list) return -ENOMEM;
  if (missing > NAMED_MAX) list = arena_printf(arena, "%s …", list);
  if (missing == 0) return 0;
  return decision_reject(s->out, REASON_IN_08, "n", decision_number(s->out, (int64_t)missing), "list", list,
                         NULL);
}

// ---- partnerships

static const char *why(const struct reg_succession *s, const Reg__LinkDecision *decision)
{
  return decision->reason[0] ? decision->reason : s->reason;
}

static bool has_member(const Reg__Partnership *partnership, const char *party)
{
  for (size_t i = 0; i < partnership->n_members; i++)
    if (strcmp(partnership->members[i]->party, party) == 0) return true;
  return false;
}

static Reg__Member *as_successor(struct reg_succession *s, const Reg__Member *member, const char *since)
{
  Reg__Member *next = REG_COPY(s->out, Reg__Member, member);
  if (!next) return NULL;
  next->party = s->successor->id;
  next->from = (char *)since;
  return next;
}

// The successor takes each place of the unit, unless it is a member already.
static int replace_member(struct reg_succession *s, Reg__Partnership *next, const char *unit, bool take_over)
{
  Reg__Member **list = ARENA_ARRAY(s->out->arena, Reg__Member *, next->n_members + 1);
  size_t n = 0;
  if (!list) return -ENOMEM;
  take_over = take_over && !has_member(next, s->successor->id);
  for (size_t i = 0; i < next->n_members; i++) {
    bool leaves = strcmp(next->members[i]->party, unit) == 0;
    if (leaves && !take_over) continue;
    list[n] = leaves ? as_successor(s, next->members[i], next->since) : next->members[i];
    if (!list[n++]) return -ENOMEM;
  }
  next->members = list;
  next->n_members = n;
  return 0;
}

static int decide_partnership(struct reg_succession *s, const Reg__Institution *unit,
                              const struct reg_link *link, const Reg__LinkDecision *decision)
{
  struct reg_change *change = NULL;
  int r = reg_succession_change(s, link->record, &change);
  if (r != 0 || change->ends) return r;
  Reg__Partnership *next = (Reg__Partnership *)change->next;
  change->reason = why(s, decision);
  if (decision->action != ACTION(END))
    return replace_member(s, next, unit->id, decision->action == ACTION(SUCCESSOR));
  change->ends = true;
  next->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_DISSOLVED;
  next->end_reason = (char *)change->reason;
  return 0;
}

// ---- agreements

struct parties {
  Reg__AgreementParty **list;
  size_t n;
};

static const Reg__AgreementParty *party_of(const struct parties *parties, const char *unit)
{
  for (size_t i = 0; i < parties->n; i++)
    if (strcmp(parties->list[i]->institution, unit) == 0) return parties->list[i];
  return NULL;
}

static int both_roles(struct reg_succession *s, const char *a, const char *b)
{
  return decision_reject(s->out, REASON_AG_03, "party", s->successor->name, "a", a, "b", b, NULL);
}

static int replace_party(struct reg_succession *s, struct parties *parties, const char *unit, bool take_over)
{
  Reg__AgreementParty **list = ARENA_ARRAY(s->out->arena, Reg__AgreementParty *, parties->n + 1);
  const Reg__AgreementParty *own = take_over ? party_of(parties, s->successor->id) : NULL;
  size_t n = 0;
  if (!list) return -ENOMEM;
  for (size_t i = 0; i < parties->n; i++) {
    Reg__AgreementParty *party = parties->list[i];
    if (strcmp(party->institution, unit) == 0) {
      if (own && strcmp(own->role, party->role) != 0) return both_roles(s, own->role, party->role);
      if (!take_over || own) continue;
      party->institution = s->successor->id; // the signature binds the successor
    }
    list[n++] = party;
  }
  *parties = (struct parties){list, n};
  return 0;
}

// A party may leave only where the role has enough without it (AG-01): an agreement cannot be flagged.
static int check_roles(struct reg_succession *s, const Reg__Agreement *agreement,
                       const struct parties *parties)
{
  const Prg__Programme *programme = NULL;
  const Prg__Mode *mode = NULL;
  int r = reg_find_programme(s->dir, agreement->programme, agreement->programme_version, s->out, &programme);
  if (r == 0) r = reg_find_mode(programme, agreement->mode, s->out, &mode);
  for (size_t i = 0; r == 0 && i < mode->n_members; i++) {
    const Prg__MemberRule *rule = mode->members[i];
    size_t n = 0;
    for (size_t p = 0; p < parties->n; p++)
      n += strcmp(parties->list[p]->role, rule->role) == 0;
    if (n >= rule->min) continue;
    return decision_reject(
        s->out, REASON_AG_01, "role", rule->role, "min", decision_number(s->out, rule->min), "max",
        rule->max ? decision_number(s->out, rule->max) : "∞", "n", decision_number(s->out, (int64_t)n), NULL);
  }
  return r;
}

static int change_parties(struct reg_succession *s, Reg__Agreement *next, const char *unit, bool take_over)
{
  struct parties parties = {next->parties, next->n_parties};
  int r = replace_party(s, &parties, unit, take_over);
  if (r == 0) r = check_roles(s, next, &parties);
  if (r != 0) return r;
  next->parties = parties.list;
  next->n_parties = parties.n;
  Reg__AgreementAmendment *amendment = next->amendment;
  if (!amendment) return 0;
  parties = (struct parties){amendment->parties, amendment->n_parties};
  r = replace_party(s, &parties, unit, take_over);
  amendment->parties = parties.list;
  amendment->n_parties = parties.n;
  return r;
}

static int decide_agreement(struct reg_succession *s, const Reg__Institution *unit,
                            const struct reg_link *link, const Reg__LinkDecision *decision)
{
  struct reg_change *change = NULL;
  int r = reg_succession_change(s, link->record, &change);
  if (r != 0 || change->ends) return r;
  Reg__Agreement *next = (Reg__Agreement *)change->next;
  change->reason = why(s, decision);
  if (decision->action != ACTION(END))
    return change_parties(s, next, unit->id, decision->action == ACTION(SUCCESSOR));
  change->ends = true;
  next->status = REG__AGREEMENT_STATUS__AGREEMENT_TERMINATED;
  next->end_reason = (char *)change->reason;
  return 0;
}

// ---- units bound to it, staff

static void rebind(char **field, const char *unit, const char *to)
{
  if (strcmp(*field, unit) == 0) *field = (char *)to;
}

// A campus cannot stay with what is no main school any more.
static int check_kept(struct reg_succession *s, const Reg__Institution *unit, const struct reg_link *link)
{
  if (strcmp(link->role, "CAMPUS") != 0) return 0;
  return decision_reject(s->out, REASON_IN_07, "target", unit->name, "wanted_zh", "主校", "wanted_en",
                         "main school", NULL);
}

// A campus is one of a main school: it cannot just leave. (A teaching point can: it may belong to nobody.)
static int check_leaving(struct reg_succession *s, const Reg__Institution *unit, const struct reg_link *link)
{
  const Reg__Institution *bound = (const Reg__Institution *)link->record;
  if (bound->status != REG__INSTITUTION_STATUS__INSTITUTION_CAMPUS || strcmp(bound->campus_of, unit->id) != 0)
    return 0;
  return bad(
      s,
      arena_printf(s->out->arena, "%s是校区，不能没有主校：请由承接单位接收，或先改为教学点、合并或撤销",
                   bound->name),
      arena_printf(s->out->arena,
                   "%s is a campus and cannot be without a main school: let the successor take it, or first "
                   "make it a teaching point, merge or close it",
                   bound->name));
}

static int decide_unit(struct reg_succession *s, const Reg__Institution *unit, const struct reg_link *link,
                       const Reg__LinkDecision *decision)
{
  struct reg_change *change = NULL;
  int r = reg_succession_change(s, link->record, &change);
  if (r != 0) return r;
  Reg__Institution *next = (Reg__Institution *)change->next;
  const char *to = decision->action == ACTION(SUCCESSOR) ? s->successor->id : "";
  change->reason = why(s, decision);
  rebind(&next->managing_bureau, unit->id, to);
  rebind(&next->operator_, unit->id, to);
  rebind(&next->campus_of, unit->id, to);
  return reg_institution_check(s->dir, s->ctx, next, s->out);
}

static int decide_staff(struct reg_succession *s, const struct reg_links *links,
                        const Reg__LinkDecision *decision)
{
  int r = 0;
  for (size_t i = 0; r == 0 && i < links->n_staff; i++) {
    struct reg_change *change = NULL;
    r = reg_succession_change(s, &links->staff[i]->base, &change);
    if (r != 0) break;
    Reg__Person *next = (Reg__Person *)change->next;
    if (decision->action == ACTION(SUCCESSOR))
      next->home = s->successor->id;
    else
      next->status = REG__PERSON_STATUS__PERSON_LEFT;
  }
  return r;
}

// ---- all of them

static int decide_link(struct reg_succession *s, const Reg__Institution *unit, const struct reg_links *links,
                       const struct reg_link *link)
{
  const Reg__LinkDecision *decision = decision_on(s, link->kind, link->id);
  bool keep = decision->action == ACTION(KEEP);
  if (link->kind == LINK(INSTITUTION)) {
    int r = decision->action == ACTION(LEAVE) ? check_leaving(s, unit, link) : 0;
    if (r != 0) return r;
    return keep ? check_kept(s, unit, link) : decide_unit(s, unit, link, decision);
  }
  if (keep) return 0;
  if (link->kind == LINK(PARTNERSHIP)) return decide_partnership(s, unit, link, decision);
  if (link->kind == LINK(AGREEMENT)) return decide_agreement(s, unit, link, decision);
  return decide_staff(s, links, decision);
}

int reg_succession_decide(struct reg_succession *s, const Reg__Institution *const *leaving, size_t n)
{
  struct reg_links *links = ARENA_ARRAY(s->out->arena, struct reg_links, n + 1);
  int r = links ? 0 : -ENOMEM;
  for (size_t i = 0; r == 0 && i < n; i++)
    r = reg_links_of(s->dir, leaving[i], s->out, &links[i]);
  if (r == 0) r = check_decisions(s, links, n);
  if (r == 0) r = undecided(s, leaving, links, n);
  for (size_t i = 0; r == 0 && i < n; i++)
    for (size_t k = 0; r == 0 && k < links[i].n; k++)
      if (!goes_too(leaving, n, &links[i].list[k]))
        r = decide_link(s, leaving[i], &links[i], &links[i].list[k]);
  return r;
}
