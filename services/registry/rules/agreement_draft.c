// Drafting an agreement: who may be party to it, and for how long.
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "common/domain/predicate.h"
#include "services/registry/rules/agreement.h"
#include "services/registry/rules/institution.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

struct work {
  const struct dir_view *dir;
  const struct rule_context *ctx;
  struct decision *out;
  const Prg__Programme *programme;
  const Prg__Mode *mode;
  Reg__Agreement *record;
  const Reg__Institution *parties[REG_PARTIES_MAX]; // in the order of the record's
};

// ---- filling

static int fill_parties(struct work *work, const Reg__DraftAgreement *cmd)
{
  Reg__Agreement *record = work->record;
  int r = reg_check_count(work->out, "parties", cmd->n_parties, REG_PARTIES_MAX);
  if (r != 0) return r;
  record->parties = ARENA_ARRAY(work->out->arena, Reg__AgreementParty *, cmd->n_parties + 1);
  if (!record->parties) return -ENOMEM;
  for (size_t i = 0; r == 0 && i < cmd->n_parties; i++) {
    Reg__AgreementParty *party = REG_NEW(work->out, Reg__AgreementParty, reg__agreement_party__init);
    if (!party) return -ENOMEM;
    party->institution = cmd->parties[i]->institution;
    party->role = cmd->parties[i]->role;
    record->parties[record->n_parties++] = party;
    r = reg_find_institution(work->dir, party->institution, work->out, &work->parties[i]);
  }
  return r;
}

static int check_basis(struct work *work, const Reg__DraftAgreement *cmd)
{
  int r = reg_check_count(work->out, "basis", cmd->n_basis, REG_LIST_MAX);
  for (size_t i = 0; r == 0 && i < cmd->n_basis; i++) {
    const Reg__BasisDocument *document = cmd->basis[i];
    r = reg_check_text(work->out, "basis.title", document->title, false, REG_TEXT_MAX);
    if (r == 0) r = reg_check_text(work->out, "basis.doc_no", document->doc_no, true, 80);
    if (r == 0) r = reg_check_text(work->out, "basis.digest", document->digest, true, 160);
    if (r == 0 && document->valid)
      r = reg_check_date(work->out, "basis.valid.from", document->valid->from, true);
    if (r == 0 && document->valid) r = reg_check_date(work->out, "basis.valid.to", document->valid->to, true);
  }
  return r;
}

static int fill(struct work *work, const Reg__DraftAgreement *cmd)
{
  Reg__Agreement *record = REG_NEW(work->out, Reg__Agreement, reg__agreement__init);
  char *id = arena_alloc(work->out->arena, UUID_TEXT);
  if (!record || !id) return -ENOMEM;
  work->record = record;
  id_source_next(work->ctx->ids, id);
  record->id = id;
  record->programme = work->programme->id;
  record->programme_version = work->programme->version;
  record->mode = work->mode->id;
  record->title = cmd->title;
  record->doc_no = cmd->doc_no;
  record->parent = cmd->parent;
  record->basis = cmd->basis;
  record->n_basis = cmd->n_basis;
  record->valid = cmd->valid;
  record->version = 1;
  record->status = REG__AGREEMENT_STATUS__AGREEMENT_DRAFT;
  record->rev = 1;
  int r = reg_check_text(work->out, "title", cmd->title, false, REG_TEXT_MAX);
  if (r == 0) r = reg_check_text(work->out, "doc_no", cmd->doc_no, true, 80);
  if (r == 0) r = check_basis(work, cmd);
  return r == 0 ? fill_parties(work, cmd) : r;
}

// ---- the drafting side

static int find_side(struct work *work)
{
  const struct actor *actor = &work->ctx->actor;
  for (size_t i = 0; i < work->record->n_parties; i++) {
    bool acts = actor_covers(actor, work->parties[i]->division, work->programme->id);
    int r = acts ? 0 : actor_acts_for_unit(work->dir, actor, work->parties[i], &acts);
    if (r < 0) return r;
    if (!acts) continue;
    work->record->division = work->parties[i]->division;
    return 0;
  }
  const char *division = work->record->n_parties ? work->parties[0]->division : "0";
  return require_scope(work->ctx, division, work->programme->id, work->record->title, work->out);
}

// ---- period (AG-04)

static int period_fault(struct work *work, const char *zh, const char *en)
{
  return decision_reject(work->out, REASON_AG_04, "detail_zh", zh, "detail_en", en, NULL);
}

static int check_parent(struct work *work)
{
  const Reg__Agreement *parent = NULL;
  const Typ__Period *inner = work->record->valid;
  if (!work->record->parent[0]) return 0;
  int r = reg_find_agreement(work->dir, work->record->parent, work->out, &parent);
  if (r != 0 || !parent->valid) return r;
  const Typ__Period *outer = parent->valid;
  if (outer->from[0] && date_compare(inner->from, outer->from) < 0)
    return period_fault(
        work, arena_printf(work->out->arena, "早于上级协议的起日 %s", outer->from),
        arena_printf(work->out->arena, "begins before the parent agreement, %s", outer->from));
  if (outer->to[0] && date_compare(inner->to, outer->to) > 0)
    return period_fault(work, arena_printf(work->out->arena, "晚于上级协议的止日 %s", outer->to),
                        arena_printf(work->out->arena, "ends after the parent agreement, %s", outer->to));
  return 0;
}

static int check_period(struct work *work)
{
  const Typ__Period *valid = work->record->valid;
  if (!valid || !valid->from[0]) return period_fault(work, "缺起日", "the first day is missing");
  if (!date_valid(valid->from) || (valid->to[0] && !date_valid(valid->to)))
    return period_fault(work, "日期应为 YYYY、YYYY-MM 或 YYYY-MM-DD",
                        "dates are YYYY, YYYY-MM or YYYY-MM-DD");
  if (date_compare(valid->from, valid->to) >= 0)
    return period_fault(work, "止日须晚于起日", "it must end after it begins");
  return check_parent(work);
}

// ---- parties (AG-01, AG-02, AG-03)

static int check_count(struct work *work, const Prg__MemberRule *rule)
{
  size_t n = 0;
  for (size_t i = 0; i < work->record->n_parties; i++)
    n += strcmp(work->record->parties[i]->role, rule->role) == 0;
  if (n >= rule->min && (rule->max == 0 || n <= rule->max)) return 0;
  return decision_reject(work->out, REASON_AG_01, "role", rule->role, "min",
                         decision_number(work->out, rule->min), "max",
                         rule->max ? decision_number(work->out, rule->max) : "∞", "n",
                         decision_number(work->out, (int64_t)n), NULL);
}

static int check_once(struct work *work)
{
  Reg__AgreementParty *const *parties = work->record->parties;
  for (size_t i = 0; i < work->record->n_parties; i++)
    for (size_t j = 0; j < i; j++)
      if (strcmp(parties[i]->institution, parties[j]->institution) == 0)
        return decision_reject(work->out, REASON_AG_03, "party", work->parties[i]->name, "a",
                               parties[j]->role, "b", parties[i]->role, NULL);
  return 0;
}

static int check_conditions(struct work *work, size_t i, Prg__Predicate *const *list, size_t n)
{
  const Reg__Agreement *record = work->record;
  struct predicate_env env = {.dir = work->dir,
                              .arena = work->out->arena,
                              .programme = work->programme,
                              .on = record->valid->from,
                              .parties = (const Reg__AgreementParty *const *)record->parties,
                              .n_parties = record->n_parties};
  for (size_t p = 0; p < n; p++) {
    struct predicate_answer answer;
    int r = predicate_party(&env, list[p], work->parties[i], &answer);
    if (r < 0) return r;
    if (!answer.holds)
      return decision_reject(work->out, REASON_AG_02, "party", work->parties[i]->name, "role",
                             record->parties[i]->role, "why_zh", answer.zh, "why_en", answer.en, NULL);
  }
  return 0;
}

static int check_party(struct work *work, size_t i)
{
  const char *role_id = work->record->parties[i]->role;
  const Prg__RoleDef *role = programme_role(work->programme, role_id);
  const Prg__MemberRule *rule = NULL;
  for (size_t m = 0; m < work->mode->n_members; m++)
    if (strcmp(work->mode->members[m]->role, role_id) == 0) rule = work->mode->members[m];
  if (!role || !rule)
    return reg_field(work->out, "parties.role", arena_printf(work->out->arena, "本模式没有角色 %s", role_id),
                     arena_printf(work->out->arena, "the mode has no role %s", role_id));
  if (!reg_institution_live(work->parties[i]))
    return decision_reject(work->out, REASON_IN_07, "target", work->parties[i]->name, "wanted_zh", "单位",
                           "wanted_en", "institution", NULL);
  int r = check_conditions(work, i, role->who, role->n_who);
  return r == 0 ? check_conditions(work, i, rule->who, rule->n_who) : r;
}

static int check_parties(struct work *work)
{
  int r = check_once(work);
  for (size_t i = 0; r == 0 && i < work->record->n_parties; i++)
    r = check_party(work, i);
  for (size_t i = 0; r == 0 && i < work->mode->n_members; i++)
    r = check_count(work, work->mode->members[i]);
  return r;
}

static int load(struct work *work, const Reg__DraftAgreement *cmd)
{
  int r = reg_find_programme(work->dir, cmd->programme, cmd->programme_version, work->out, &work->programme);
  if (r == 0) r = reg_find_mode(work->programme, cmd->mode, work->out, &work->mode);
  if (r == 0 && !work->mode->signed_)
    r = reg_field(work->out, "mode", "此模式不以协议为依据", "this mode is not one that is signed");
  return r;
}

int reg_agreement_draft(const struct dir_view *dir, const Reg__DraftAgreement *cmd,
                        const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  struct event_head head;
  int r = load(&work, cmd);
  if (r == 0) r = fill(&work, cmd);
  if (r == 0) r = find_side(&work);
  if (r == 0) r = check_period(&work);
  if (r == 0) r = check_parties(&work);
  if (r != 0) return r;
  reg_agreement_head(work.record, &head);
  r = reg_emit(out, &reg__agreement_drafted__descriptor, &work.record->base, &head, NULL);
  return r == 0 ? reg_agreement_reply(work.record, out) : r;
}
