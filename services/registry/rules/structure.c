#include "services/registry/rules/structure.h"
#include "common/base/date.h"
#include "common/domain/party.h"
#include "common/domain/predicate.h"
#include "services/registry/rules/institution.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

enum { DEPTH_MAX = REG_NEST_MAX, CODES_MAX = 16 };

struct check {
  const struct reg_structure *s;
  struct predicate_env env;
  struct decision *out;
  bool collect; // go on after a fault
  char **codes; // of the faults, when collecting; room for CODES_MAX
  size_t n;
};

const Reg__Waiver *reg_waiver_on(const Reg__Partnership *partnership, const char *rule, const char *day)
{
  for (size_t i = 0; i < partnership->n_waivers; i++) {
    const Reg__Waiver *waiver = partnership->waivers[i];
    if (strcmp(waiver->rule, rule) == 0 && period_contains(waiver->from, waiver->until, day)) return waiver;
  }
  return NULL;
}

static void forget_refusal(struct decision *out)
{
  out->reason = REASON_NONE;
  out->n_params = 0;
}

static bool let_pass(const struct check *check, const char *word)
{
  if (reg_waiver_on(check->s->partnership, word, check->s->on)) return true;
  for (size_t i = 0; !check->collect && i < check->s->n_tolerated; i++)
    if (strcmp(check->s->tolerated[i], word) == 0) return true;
  return false;
}

// What to do with the outcome of one check: give it up, or note the code and go on. A waived rule holds.
static int fault(struct check *check, int reason)
{
  if (reason <= 0) return reason;
  const char *word = reason_text((enum reason)reason)->word;
  if (let_pass(check, word)) {
    forget_refusal(check->out);
    return 0;
  }
  if (!check->collect) return reason;
  for (size_t i = 0; i < check->n; i++)
    if (strcmp(check->codes[i], word) == 0) return 0;
  if (check->n < CODES_MAX) check->codes[check->n++] = (char *)word;
  return 0;
}

// ---- who the members are

struct party {
  const Reg__Institution *institution; // one of the two
  const Reg__Partnership *partnership;
};

static int find_party(struct check *check, const Reg__Member *member, struct party *ret)
{
  *ret = (struct party){0};
  if (member->party_kind == REG__PARTY_KIND__PARTY_PARTNERSHIP)
    return dir_partnership(check->s->dir, member->party, &ret->partnership);
  return dir_institution(check->s->dir, member->party, &ret->institution);
}

static const char *party_name(const struct party *party, const Reg__Member *member)
{
  if (party->institution) return party->institution->name;
  return party->partnership && party->partnership->name[0] ? party->partnership->name : member->party;
}

static int not_live(struct check *check, const char *target, const char *zh, const char *en)
{
  return decision_reject(check->out, REASON_IN_07, "target", target, "wanted_zh", zh, "wanted_en", en, NULL);
}

static int check_live(struct check *check, const Reg__Member *member)
{
  struct party party;
  int r = find_party(check, member, &party);
  if (r < 0) return r;
  if (party.institution)
    return reg_institution_live(party.institution)
               ? 0
               : not_live(check, party.institution->name, "单位", "institution");
  if (!party.partnership) return reg_not_found(check->out, "成员", "member", member->party);
  return party_live(party.partnership)
             ? 0
             : not_live(check, party_name(&party, member), "结对关系", "partnership");
}

static int check_members_live(struct check *check)
{
  int r = 0;
  for (size_t i = 0; r == 0 && i < check->s->partnership->n_members; i++)
    r = fault(check, check_live(check, check->s->partnership->members[i]));
  return r;
}

static int check_once(struct check *check)
{
  const Reg__Partnership *p = check->s->partnership;
  for (size_t i = 0; i < p->n_members; i++)
    for (size_t j = 0; j < i; j++) {
      struct party party;
      if (strcmp(p->members[i]->party, p->members[j]->party) != 0) continue;
      int r = find_party(check, p->members[i], &party);
      if (r < 0) return r;
      return fault(check,
                   decision_reject(check->out, REASON_AG_03, "party", party_name(&party, p->members[i]), "a",
                                   p->members[j]->role, "b", p->members[i]->role, NULL));
    }
  return 0;
}

// ---- the agreement it rests on (PN-10, PN-12, AG-05)

static int needs_agreement(struct check *check)
{
  const Typ__Text *title = check->s->mode->title;
  return decision_reject(check->out, REASON_PN_12, "mode_zh", title ? title->zh : check->s->mode->id,
                         "mode_en", title ? title->en : check->s->mode->id, NULL);
}

static bool is_signatory(const Reg__Agreement *agreement, const Reg__Member *member)
{
  for (size_t i = 0; i < agreement->n_parties; i++)
    if (strcmp(agreement->parties[i]->institution, member->party) == 0 &&
        strcmp(agreement->parties[i]->role, member->role) == 0)
      return true;
  return false;
}

// Whoever runs a unit signs for it: an affiliated school acts under its university (document row E6).
static int is_signed_for(struct check *check, const Reg__Member *member, bool *ret)
{
  const Reg__Agreement *agreement = check->s->agreement;
  struct party party;
  *ret = is_signatory(agreement, member);
  int r = *ret ? 0 : find_party(check, member, &party);
  if (r < 0 || *ret || !party.institution || !party.institution->operator_[0]) return r;
  for (size_t i = 0; i < agreement->n_parties; i++)
    *ret = *ret || strcmp(agreement->parties[i]->institution, party.institution->operator_) == 0;
  return 0;
}

// The members of a mode that is signed are the agreement's parties.
static int members_signed(struct check *check, bool *ret)
{
  *ret = strcmp(check->s->agreement->mode, check->s->mode->id) == 0;
  int r = 0;
  for (size_t i = 0; r == 0 && *ret && i < check->s->partnership->n_members; i++)
    r = is_signed_for(check, check->s->partnership->members[i], ret);
  return r;
}

static int missing_signatures(struct check *check)
{
  const Prg__Mode *mode = NULL;
  int r = reg_find_mode(check->s->programme, check->s->agreement->mode, check->out, &mode);
  if (r != 0) return r;
  const char *roles = reg_unsigned_roles(check->out->arena, mode, check->s->agreement);
  return roles ? decision_reject(check->out, REASON_AG_05, "roles", roles, NULL) : -ENOMEM;
}

static int check_inside_agreement(struct check *check)
{
  const Typ__Period *outer = check->s->agreement->valid, *inner = check->s->partnership->valid;
  if (!outer || !inner) return 0;
  bool early = outer->from[0] && date_compare(inner->from, outer->from) < 0;
  bool late = outer->to[0] && date_compare(inner->to, outer->to) > 0; // an open end is later than any
  if (!early && !late) return 0;
  return decision_reject(check->out, REASON_PN_10, "from", outer->from, "to", outer->to[0] ? outer->to : "∞",
                         NULL);
}

static int agreement_fault(struct check *check)
{
  const Reg__Agreement *agreement = check->s->agreement;
  const bool is_signed = check->s->mode->signed_;
  if (!agreement) return is_signed ? needs_agreement(check) : 0;
  if (strcmp(agreement->programme, check->s->programme->id) != 0) return needs_agreement(check);
  if (agreement->status == REG__AGREEMENT_STATUS__AGREEMENT_APPROVED) return missing_signatures(check);
  if (agreement->status != REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE) return needs_agreement(check);
  bool signed_by_all = true;
  int r = is_signed ? members_signed(check, &signed_by_all) : 0;
  return r < 0 || signed_by_all ? r : needs_agreement(check);
}

static int check_agreement(struct check *check)
{
  int r = fault(check, agreement_fault(check));
  if (r == 0 && check->s->agreement) r = fault(check, check_inside_agreement(check));
  return r;
}

// ---- counts (PN-01, PN-04)

static int two_cores(struct check *check, const char *role)
{
  const Reg__Partnership *p = check->s->partnership;
  const char *names[2] = {"", ""};
  size_t n = 0;
  for (size_t i = 0; i < p->n_members && n < 2; i++) {
    struct party party;
    if (strcmp(p->members[i]->role, role) != 0) continue;
    int r = find_party(check, p->members[i], &party);
    if (r < 0) return r;
    names[n++] = party_name(&party, p->members[i]);
  }
  return decision_reject(check->out, REASON_PN_04, "a", names[0], "b", names[1], NULL);
}

static int check_count(struct check *check, const Prg__MemberRule *rule)
{
  const Reg__Partnership *p = check->s->partnership;
  size_t n = 0;
  for (size_t i = 0; i < p->n_members; i++)
    n += strcmp(p->members[i]->role, rule->role) == 0;
  if (n >= rule->min && (rule->max == 0 || n <= rule->max)) return 0;
  if (n > rule->max && rule->max == 1 && strcmp(rule->role, "CORE") == 0) return two_cores(check, rule->role);
  const Typ__Text *title = check->s->mode->title;
  return decision_reject(check->out, REASON_PN_01, "mode_zh", title ? title->zh : p->mode, "mode_en",
                         title ? title->en : p->mode, "role", rule->role, "min",
                         decision_number(check->out, rule->min), "max",
                         rule->max ? decision_number(check->out, rule->max) : "∞", "n",
                         decision_number(check->out, (int64_t)n), NULL);
}

static int check_counts(struct check *check)
{
  int r = 0;
  for (size_t i = 0; r == 0 && i < check->s->mode->n_members; i++)
    r = fault(check, check_count(check, check->s->mode->members[i]));
  return r;
}

// ---- who may take a role (AG-02, PN-08)

static int refuse_answer(struct check *check, const struct predicate_answer *answer, const char *party,
                         const char *role)
{
  if (answer->code == REASON_PN_08)
    return decision_reject(check->out, REASON_PN_08, answer->params[0], answer->params[1], answer->params[2],
                           answer->params[3], "role", role, NULL);
  return decision_reject(check->out, REASON_AG_02, "party", party, "role", role, "why_zh", answer->zh,
                         "why_en", answer->en, NULL);
}

static int check_conditions(struct check *check, Prg__Predicate *const *list, size_t n,
                            const Reg__Member *member, const struct party *party)
{
  for (size_t i = 0; i < n; i++) {
    struct predicate_answer answer;
    int r = party->institution
                ? predicate_party(&check->env, list[i], party->institution, &answer)
                : predicate_partnership_party(&check->env, list[i], party->partnership, &answer);
    if (r < 0) return r;
    if (answer.holds) continue;
    r = fault(check, refuse_answer(check, &answer, party_name(party, member), member->role));
    if (r != 0) return r;
  }
  return 0;
}

// A role that does not ask for a partnership is for institutions.
static bool for_partnerships(const Prg__RoleDef *role)
{
  for (size_t i = 0; role && i < role->n_who; i++)
    if (role->who[i]->kind == PRG__PREDICATE_KIND__PREDICATE_PARTY_IS && role->who[i]->n_words == 1)
      return strcmp(role->who[i]->words[0], "PARTNERSHIP") == 0;
  return false;
}

static const Prg__MemberRule *rule_of(const Prg__Mode *mode, const char *role)
{
  for (size_t i = 0; i < mode->n_members; i++)
    if (strcmp(mode->members[i]->role, role) == 0) return mode->members[i];
  return NULL;
}

static int check_role(struct check *check, const Reg__Member *member)
{
  const Prg__RoleDef *role = programme_role(check->s->programme, member->role);
  const Prg__MemberRule *rule = rule_of(check->s->mode, member->role);
  struct party party;
  int r = find_party(check, member, &party);
  if (r < 0 || (!party.institution && !party.partnership)) return r; // told by check_live
  if (!role || !rule)
    return fault(check, reg_field(check->out, "members.role",
                                  arena_printf(check->out->arena, "本模式没有角色 %s", member->role),
                                  arena_printf(check->out->arena, "the mode has no role %s", member->role)));
  if (party.partnership && !for_partnerships(role))
    return fault(check,
                 decision_reject(check->out, REASON_AG_02, "party", member->party, "role", member->role,
                                 "why_zh", "须为单位", "why_en", "an institution is required", NULL));
  r = check_conditions(check, role->who, role->n_who, member, &party);
  return r != 0 ? r : check_conditions(check, rule->who, rule->n_who, member, &party);
}

static int check_roles(struct check *check)
{
  int r = 0;
  for (size_t i = 0; r == 0 && i < check->s->partnership->n_members; i++)
    r = check_role(check, check->s->partnership->members[i]);
  return r;
}

// ---- the mode's rules (PN-02, PN-03, PN-05, PN-06, PN-07)

static int check_rules(struct check *check)
{
  const Prg__Mode *mode = check->s->mode;
  for (size_t i = 0; i < mode->n_rules; i++) {
    struct predicate_answer answer;
    int r = predicate_structure(&check->env, mode->rules[i], check->s->partnership, &answer);
    if (r < 0) return r;
    if (answer.holds) continue;
    const char *const *p = answer.params; // the list ends with NULL, and so does the call
    r = fault(check, decision_reject(check->out, answer.code, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7],
                                     p[8], p[9], p[10], p[11], NULL));
    if (r != 0) return r;
  }
  return 0;
}

// ---- nesting (PN-09)

// How many levels of partnerships stand in this one, itself counted; more than DEPTH_MAX ends the search.
static int depth_of(struct check *check, const Reg__Partnership *p, int above, int *ret)
{
  int deepest = 0;
  for (size_t i = 0; i < p->n_members && above + deepest <= DEPTH_MAX; i++) {
    const Reg__Partnership *inner = NULL;
    int below = 0;
    if (p->members[i]->party_kind != REG__PARTY_KIND__PARTY_PARTNERSHIP) continue;
    int r = dir_partnership(check->s->dir, p->members[i]->party, &inner);
    if (r < 0) return r;
    bool itself = inner && strcmp(inner->id, check->s->partnership->id) == 0;
    if (itself)
      below = DEPTH_MAX;
    else if (inner)
      r = depth_of(check, inner, above + 1, &below);
    if (r < 0) return r;
    if (below > deepest) deepest = below;
  }
  *ret = deepest + 1;
  return 0;
}

static int check_nesting(struct check *check)
{
  int depth = 0;
  int r = depth_of(check, check->s->partnership, 1, &depth);
  if (r < 0 || depth <= DEPTH_MAX) return r;
  return fault(check,
               decision_reject(check->out, REASON_PN_09, "partnership", check->s->partnership->id, NULL));
}

// ---- all of them

static void begin(struct check *check, const struct reg_structure *s, struct decision *out)
{
  const Reg__Agreement *agreement = s->agreement;
  *check = (struct check){.s = s, .out = out};
  check->env = (struct predicate_env){
      .dir = s->dir,
      .arena = out->arena,
      .programme = s->programme,
      .on = s->on,
      .parties = agreement ? (const Reg__AgreementParty *const *)agreement->parties : NULL,
      .n_parties = agreement ? agreement->n_parties : 0,
      .members = (const Reg__Member *const *)s->partnership->members,
      .n_members = s->partnership->n_members,
  };
}

static int run(struct check *check)
{
  static int (*const checks[])(struct check *) = {check_members_live, check_once,  check_counts, check_roles,
                                                  check_agreement,    check_rules, check_nesting};
  int r = 0;
  for (size_t i = 0; r == 0 && i < sizeof checks / sizeof *checks; i++)
    r = checks[i](check);
  return r;
}

int reg_structure_of(const struct dir_view *dir, const Reg__Partnership *partnership, const char *on,
                     struct decision *out, struct reg_structure *ret)
{
  *ret = (struct reg_structure){.dir = dir, .partnership = partnership, .on = on};
  int r =
      reg_find_programme(dir, partnership->programme, partnership->programme_version, out, &ret->programme);
  if (r == 0) r = reg_find_mode(ret->programme, partnership->mode, out, &ret->mode);
  if (r == 0 && partnership->agreement[0])
    r = reg_find_agreement(dir, partnership->agreement, out, &ret->agreement);
  return r;
}

int reg_structure_merged(const struct reg_structure *structure, struct arena *arena, bool *ret)
{
  Reg__Partnership now = *structure->partnership;
  struct reg_structure as_is = *structure;
  struct decision scratch = {.arena = arena};
  Prg__Predicate one = PRG__PREDICATE__INIT;
  struct predicate_answer answer;
  struct check check;
  now.merger_due = (char *)protobuf_c_empty_string;
  as_is.partnership = &now;
  one.kind = PRG__PREDICATE_KIND__PREDICATE_SINGLE_LEGAL_PERSON;
  begin(&check, &as_is, &scratch);
  int r = predicate_structure(&check.env, &one, &now, &answer);
  *ret = r == 0 && answer.holds;
  return r;
}

int reg_structure_nests(const struct reg_structure *structure, struct decision *out)
{
  struct check check;
  begin(&check, structure, out);
  return check_nesting(&check);
}

int reg_structure_check(const struct reg_structure *structure, struct decision *out)
{
  struct check check;
  begin(&check, structure, out);
  return run(&check);
}

int reg_structure_faults(const struct reg_structure *structure, struct arena *arena, char ***ret,
                         size_t *ret_n)
{
  struct decision scratch = {.arena = arena};
  struct check check;
  begin(&check, structure, &scratch);
  check.collect = true;
  check.codes = ARENA_ARRAY(arena, char *, CODES_MAX);
  if (!check.codes) return -ENOMEM;
  int r = run(&check);
  if (r != 0) return r < 0 ? r : -EINVAL;
  *ret = check.codes;
  *ret_n = check.n;
  return 0;
}
