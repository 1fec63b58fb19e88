// What an agreement says: who is party to it, for how long, resting on what, about which measures.
#include "common/base/date.h"
#include "common/domain/predicate.h"
#include "services/registry/rules/agreement_work.h"
#include "services/registry/rules/institution.h"
#include <errno.h>
#include <string.h>

enum { TERMS_MAX = 2000 };

struct content {
  const struct agreement_work *work;
  struct decision *out;
  const Reg__Agreement *agreement;
  const char *on;
  const Reg__Institution *parties[REG_PARTIES_MAX]; // in the order of the agreement's
};

int agreement_take_parties(struct agreement_work *work, Reg__AgreementParty *const *given, size_t n,
                           Reg__AgreementParty ***ret, size_t *ret_n)
{
  int r = reg_check_count(work->out, "parties", n, REG_PARTIES_MAX);
  if (r != 0) return r;
  Reg__AgreementParty **parties = ARENA_ARRAY(work->out->arena, Reg__AgreementParty *, n + 1);
  if (!parties) return -ENOMEM;
  for (size_t i = 0; i < n; i++) {
    Reg__AgreementParty *party = REG_NEW(work->out, Reg__AgreementParty, reg__agreement_party__init);
    if (!party) return -ENOMEM;
    party->institution = given[i]->institution;
    party->role = given[i]->role;
    parties[i] = party;
  }
  *ret = parties;
  *ret_n = n;
  return 0;
}

// ---- texts, basis documents, clauses

// A document that is not in force on the first day carries nothing; one that ends earlier than the agreement
// is told of (rows A2, A5: a plan of 2015-2020 under an agreement without an end).
static int check_document_period(struct content *c, const Reg__BasisDocument *document)
{
  const Typ__Period *valid = document->valid;
  if (!valid || (!valid->from[0] && !valid->to[0])) return 0;
  if (valid->from[0] && date_compare(valid->from, valid->to) >= 0)
    return reg_field(c->out, "basis.valid", "止日须晚于起日", "must end after it begins");
  bool early = valid->from[0] && date_compare(c->on, valid->from) < 0;
  bool late = valid->to[0] && date_compare(c->on, valid->to) >= 0;
  if (early || late)
    return reg_field(c->out, "basis.valid",
                     arena_printf(c->out->arena, "《%s》在 %s 无效", document->title, c->on),
                     arena_printf(c->out->arena, "%s is not in force on %s", document->title, c->on));
  if (!valid->to[0] || date_compare(valid->to, c->agreement->valid->to) >= 0) return 0;
  return agreement_warn(
      c->out, arena_printf(c->out->arena, "依据《%s》于 %s 到期，早于协议", document->title, valid->to),
      arena_printf(c->out->arena, "the basis %s ends on %s, before the agreement", document->title,
                   valid->to));
}

static int check_basis(struct content *c)
{
  int r = reg_check_count(c->out, "basis", c->agreement->n_basis, REG_LIST_MAX);
  for (size_t i = 0; r == 0 && i < c->agreement->n_basis; i++) {
    const Reg__BasisDocument *document = c->agreement->basis[i];
    r = reg_check_text(c->out, "basis.title", document->title, false, REG_TEXT_MAX);
    if (r == 0) r = reg_check_text(c->out, "basis.doc_no", document->doc_no, true, 80);
    if (r == 0) r = reg_check_text(c->out, "basis.digest", document->digest, true, 160);
    if (r == 0 && document->valid)
      r = reg_check_date(c->out, "basis.valid.from", document->valid->from, true);
    if (r == 0 && document->valid) r = reg_check_date(c->out, "basis.valid.to", document->valid->to, true);
    if (r == 0) r = check_document_period(c, document);
  }
  return r;
}

static int check_clause(struct content *c, size_t i)
{
  const Reg__Clause *clause = c->agreement->clauses[i];
  if (!programme_measure(c->work->programme, clause->measure))
    return reg_field(c->out, "clauses.measure",
                     arena_printf(c->out->arena, "项目没有措施 %s", clause->measure),
                     arena_printf(c->out->arena, "the programme has no measure %s", clause->measure));
  for (size_t j = 0; j < i; j++)
    if (strcmp(c->agreement->clauses[j]->measure, clause->measure) == 0)
      return reg_field(c->out, "clauses.measure",
                       arena_printf(c->out->arena, "措施 %s 重复", clause->measure),
                       arena_printf(c->out->arena, "the measure %s stands twice", clause->measure));
  if (clause->max && clause->max < clause->min)
    return reg_field(c->out, "clauses.max", "须不小于 min", "must not be below min");
  bool figures = clause->min || clause->max;
  return reg_check_text(c->out, "clauses.terms", clause->terms, figures, TERMS_MAX);
}

static int check_texts(struct content *c)
{
  int r = reg_check_text(c->out, "title", c->agreement->title, false, REG_TEXT_MAX);
  if (r == 0) r = reg_check_text(c->out, "doc_no", c->agreement->doc_no, true, 80);
  if (r == 0) r = reg_check_count(c->out, "clauses", c->agreement->n_clauses, REG_LIST_MAX);
  for (size_t i = 0; r == 0 && i < c->agreement->n_clauses; i++)
    r = check_clause(c, i);
  return r;
}

// ---- the higher agreement

// Its parties are those the programme speaks of (basis PARENT_AGREEMENT, `between`); any of several such
// bases will do.
static int check_between(struct content *c, const Prg__Basis *basis, const Reg__Agreement *parent)
{
  struct predicate_env env = {.dir = c->work->dir,
                              .arena = c->out->arena,
                              .programme = c->work->programme,
                              .on = c->on,
                              .parties = (const Reg__AgreementParty *const *)parent->parties,
                              .n_parties = parent->n_parties};
  for (size_t i = 0; i < parent->n_parties; i++) {
    const Reg__Institution *party = NULL;
    int r = reg_find_institution(c->work->dir, parent->parties[i]->institution, c->out, &party);
    for (size_t p = 0; r == 0 && p < basis->n_between; p++) {
      struct predicate_answer answer;
      r = predicate_party(&env, basis->between[p], party, &answer);
      if (r == 0 && !answer.holds)
        r = decision_reject(c->out, REASON_AG_02, "party", party->name, "role_zh", "上级协议当事方",
                            "role_en", "a party of the parent agreement", "why_zh", answer.zh, "why_en",
                            answer.en, NULL);
    }
    if (r != 0) return r;
  }
  return 0;
}

static int check_parent_parties(struct content *c, const Reg__Agreement *parent)
{
  int r = 0;
  for (size_t i = 0; i < c->work->programme->n_basis; i++) {
    const Prg__Basis *basis = c->work->programme->basis[i];
    if (basis->kind != PRG__BASIS_KIND__BASIS_PARENT_AGREEMENT) continue;
    r = check_between(c, basis, parent);
    if (r == 0) c->out->reason = REASON_NONE, c->out->n_params = 0; // of a basis tried before
    if (r <= 0) return r;
  }
  return r;
}

static int period_fault(struct content *c, const char *zh, const char *en)
{
  return decision_reject(c->out, REASON_AG_04, "detail_zh", zh, "detail_en", en, NULL);
}

// Awaiting its first day is live enough: the papers of both are often signed on one day.
static bool binds(const Reg__Agreement *agreement)
{
  return agreement->status == REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE ||
         agreement->status == REG__AGREEMENT_STATUS__AGREEMENT_SIGNED_PENDING;
}

// A parent is named once, when the child is drafted, and never changes: so there are no cycles.
static int check_parent(struct content *c)
{
  const Reg__Agreement *parent = NULL;
  const Typ__Period *inner = c->agreement->valid;
  if (!c->agreement->parent[0]) return 0;
  int r = reg_find_agreement(c->work->dir, c->agreement->parent, c->out, &parent);
  if (r != 0) return r;
  if (!binds(parent))
    return period_fault(
        c, arena_printf(c->out->arena, "上级协议“%s”未生效", parent->title),
        arena_printf(c->out->arena, "the parent agreement \"%s\" is not in effect", parent->title));
  const Typ__Period *outer = parent->valid;
  if (outer && outer->from[0] && date_compare(inner->from, outer->from) < 0)
    return period_fault(c, arena_printf(c->out->arena, "早于上级协议的起日 %s", outer->from),
                        arena_printf(c->out->arena, "begins before the parent agreement, %s", outer->from));
  if (outer && outer->to[0] && date_compare(inner->to, outer->to) > 0)
    return period_fault(c, arena_printf(c->out->arena, "晚于上级协议的止日 %s", outer->to),
                        arena_printf(c->out->arena, "ends after the parent agreement, %s", outer->to));
  return check_parent_parties(c, parent);
}

static int check_period(struct content *c)
{
  const Typ__Period *valid = c->agreement->valid;
  if (!valid || !valid->from[0]) return period_fault(c, "缺起日", "the first day is missing");
  if (!date_valid(valid->from) || (valid->to[0] && !date_valid(valid->to)))
    return period_fault(c, "日期应为 YYYY、YYYY-MM 或 YYYY-MM-DD", "dates are YYYY, YYYY-MM or YYYY-MM-DD");
  if (date_compare(valid->from, valid->to) >= 0)
    return period_fault(c, "止日须晚于起日", "it must end after it begins");
  return 0;
}

// ---- parties (AG-01, AG-02, AG-03)

static int check_count(struct content *c, const Prg__MemberRule *rule)
{
  size_t n = 0;
  for (size_t i = 0; i < c->agreement->n_parties; i++)
    n += strcmp(c->agreement->parties[i]->role, rule->role) == 0;
  if (n >= rule->min && (rule->max == 0 || n <= rule->max)) return 0;
  return decision_reject(c->out, REASON_AG_01, "role", rule->role, "min", decision_number(c->out, rule->min),
                         "max", rule->max ? decision_number(c->out, rule->max) : "∞", "n",
                         decision_number(c->out, (int64_t)n), NULL);
}

static int check_once(struct content *c)
{
  Reg__AgreementParty *const *parties = c->agreement->parties;
  for (size_t i = 0; i < c->agreement->n_parties; i++)
    for (size_t j = 0; j < i; j++)
      if (strcmp(parties[i]->institution, parties[j]->institution) == 0)
        return decision_reject(c->out, REASON_AG_03, "party", c->parties[i]->name, "a", parties[j]->role, "b",
                               parties[i]->role, NULL);
  return 0;
}

static int check_conditions(struct content *c, size_t i, Prg__Predicate *const *list, size_t n)
{
  struct predicate_env env = {.dir = c->work->dir,
                              .arena = c->out->arena,
                              .programme = c->work->programme,
                              .on = c->on,
                              .parties = (const Reg__AgreementParty *const *)c->agreement->parties,
                              .n_parties = c->agreement->n_parties};
  for (size_t p = 0; p < n; p++) {
    struct predicate_answer answer;
    int r = predicate_party(&env, list[p], c->parties[i], &answer);
    if (r < 0) return r;
    if (!answer.holds)
      return decision_reject(c->out, REASON_AG_02, "party", c->parties[i]->name, "role",
                             c->agreement->parties[i]->role, "why_zh", answer.zh, "why_en", answer.en, NULL);
  }
  return 0;
}

static int check_party(struct content *c, size_t i)
{
  const char *role_id = c->agreement->parties[i]->role;
  const Prg__RoleDef *role = programme_role(c->work->programme, role_id);
  const Prg__MemberRule *rule = NULL;
  for (size_t m = 0; m < c->work->mode->n_members; m++)
    if (strcmp(c->work->mode->members[m]->role, role_id) == 0) rule = c->work->mode->members[m];
  if (!role || !rule)
    return reg_field(c->out, "parties.role", arena_printf(c->out->arena, "本模式没有角色 %s", role_id),
                     arena_printf(c->out->arena, "the mode has no role %s", role_id));
  if (!reg_institution_live(c->parties[i]))
    return decision_reject(c->out, REASON_IN_07, "target", c->parties[i]->name, "wanted_zh", "单位",
                           "wanted_en", "institution", NULL);
  int r = check_conditions(c, i, role->who, role->n_who);
  return r == 0 ? check_conditions(c, i, rule->who, rule->n_who) : r;
}

static int check_parties(struct content *c)
{
  int r = reg_check_count(c->out, "parties", c->agreement->n_parties, REG_PARTIES_MAX);
  for (size_t i = 0; r == 0 && i < c->agreement->n_parties; i++)
    r = reg_find_institution(c->work->dir, c->agreement->parties[i]->institution, c->out, &c->parties[i]);
  if (r == 0) r = check_once(c);
  for (size_t i = 0; r == 0 && i < c->agreement->n_parties; i++)
    r = check_party(c, i);
  for (size_t i = 0; r == 0 && i < c->work->mode->n_members; i++)
    r = check_count(c, c->work->mode->members[i]);
  return r;
}

int agreement_check(struct agreement_work *work, const Reg__Agreement *agreement, const char *on)
{
  struct content content = {.work = work, .out = work->out, .agreement = agreement, .on = on};
  static int (*const checks[])(struct content *) = {check_texts, check_period, check_basis, check_parent,
                                                    check_parties};
  int r = 0;
  for (size_t i = 0; r == 0 && i < sizeof checks / sizeof *checks; i++)
    r = checks[i](&content);
  return r;
}
