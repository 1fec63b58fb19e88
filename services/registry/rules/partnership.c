// A partnership from its proposal to its end.
#include "services/registry/rules/partnership.h"
#include "common/base/date.h"
#include "services/registry/rules/partnership_work.h"
#include <errno.h>
#include <string.h>

// ---- propose

static int fill_period(struct partnership_work *work, const Typ__Period *given)
{
  Typ__Period *valid = REG_NEW(work->out, Typ__Period, typ__period__init);
  const Typ__Period *outer = work->agreement ? work->agreement->valid : NULL;
  if (!valid) return -ENOMEM;
  const char *begin = work->ctx->today;
  if (outer && outer->from[0] && date_compare(outer->from, begin) > 0) begin = outer->from;
  valid->from = (char *)(given && given->from[0] ? given->from : begin);
  valid->to = (char *)(given && given->to[0] ? given->to : outer ? outer->to : "");
  int r = reg_check_date(work->out, "valid.from", valid->from, false);
  if (r == 0) r = reg_check_date(work->out, "valid.to", valid->to, true);
  if (r == 0 && date_compare(valid->from, valid->to) >= 0)
    r = reg_field(work->out, "valid", "止日须晚于起日", "must end after it begins");
  work->record->valid = valid;
  return r;
}

static int fill_members(struct partnership_work *work, const Reg__ProposePartnership *cmd)
{
  Reg__Partnership *record = work->record;
  int r = reg_check_count(work->out, "members", cmd->n_members, REG_MEMBERS_MAX);
  if (r != 0) return r;
  if (cmd->n_members == 0) return reg_field(work->out, "members", "必填", "is required");
  record->members = ARENA_ARRAY(work->out->arena, Reg__Member *, cmd->n_members);
  if (!record->members) return -ENOMEM;
  for (size_t i = 0; r == 0 && i < cmd->n_members; i++) {
    record->members[i] = REG_COPY(work->out, Reg__Member, cmd->members[i]);
    if (!record->members[i]) return -ENOMEM;
    r = partnership_fill_member(work, record->members[i], record->valid->from);
  }
  record->n_members = cmd->n_members;
  return r;
}

static int fill(struct partnership_work *work, const Reg__ProposePartnership *cmd)
{
  Reg__Partnership *record = REG_NEW(work->out, Reg__Partnership, reg__partnership__init);
  char *id = arena_alloc(work->out->arena, UUID_TEXT);
  if (!record || !id) return -ENOMEM;
  work->record = record;
  id_source_next(work->ctx->ids, id);
  record->id = id;
  record->programme = work->programme->id;
  record->programme_version = work->programme->version;
  record->mode = work->mode->id;
  record->variant = cmd->variant;
  record->name = cmd->name;
  record->agreement = cmd->agreement;
  record->merger_due = cmd->merger_due;
  record->designation = REG__DESIGNATION__DESIGNATION_NONE;
  record->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_PROPOSED;
  int r = reg_check_text(work->out, "name", cmd->name, true, REG_TEXT_MAX);
  if (r == 0) r = partnership_check_variant(work, cmd->variant);
  if (r == 0) r = fill_period(work, cmd->valid);
  if (r == 0) r = fill_members(work, cmd);
  if (r == 0) r = partnership_check_merger_day(work);
  return r == 0 ? partnership_place(work) : r;
}

static bool chain_is_empty(const struct partnership_work *work)
{
  return !work->programme->approvals || work->programme->approvals->n_partnership == 0;
}

// It holds from its first day, whenever the last approval was given.
static int establish(struct partnership_work *work)
{
  work->record->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED;
  int r = partnership_since(work, work->record->valid->from);
  if (r == 0) r = partnership_emit(work, &reg__partnership_established__descriptor, NULL);
  if (r == 0) r = partnership_propose_merger(work);
  // A member that this takes away from an exclusive role elsewhere is flagged there (PN-03).
  return r == 0
             ? partnership_recheck(work, work->record->since, work->record->members, work->record->n_members)
             : r;
}

int reg_partnership_propose(const struct dir_view *dir, const Reg__ProposePartnership *cmd,
                            const struct rule_context *ctx, struct decision *out)
{
  struct partnership_work work = {.dir = dir, .ctx = ctx, .out = out};
  static const char *const what[] = {"结对关系", "partnerships"};
  int r = reg_find_live_programme(dir, cmd->programme, cmd->programme_version, what, out, &work.programme);
  if (r == 0)
    r = partnership_load_basis(&work, cmd->programme, cmd->programme_version, cmd->mode, cmd->agreement);
  if (r == 0) r = fill(&work, cmd);
  if (r == 0) r = partnership_check_side(&work);
  if (r == 0) r = partnership_check_structure(&work, NULL, 0);
  if (r != 0) return r;
  const char *first = work.record->valid->from;
  r = partnership_since(&work, date_compare(first, ctx->today) < 0 ? first : ctx->today);
  if (r == 0) r = partnership_emit(&work, &reg__partnership_proposed__descriptor, NULL);
  if (r == 0 && chain_is_empty(&work)) r = establish(&work);
  return r == 0 ? partnership_reply(&work) : r;
}

// ---- approve, reject

// Loads, and finds the step that is due; the actor must be the one behind it.
static int load_step(struct partnership_work *work, const char *id, const char *verb, struct reg_step *ret)
{
  int r = partnership_load(work, id);
  Reg__PartnershipStatus before = work->record ? work->record->status : 0;
  if (r == 0) r = partnership_move(work, verb);
  if (r != 0) return r;
  work->record->status = before; // more steps may follow
  struct party_subject subject = {
      .programme = work->programme, .agreement = work->agreement, .partnership = work->record};
  const Prg__Approvals *approvals = work->programme->approvals;
  struct reg_chain chain = {&subject, approvals ? approvals->partnership : NULL,
                            approvals ? approvals->n_partnership : 0, work->record->approvals,
                            work->record->n_approvals};
  return reg_next_step(work->dir, work->ctx, &chain, work->out, ret);
}

static int emit_step(struct partnership_work *work, const struct reg_step *step)
{
  ProtobufCMessage *event = NULL;
  int r = partnership_emit(work, &reg__partnership_step_approved__descriptor, &event);
  if (r == 0) ((Reg__PartnershipStepApproved *)event)->party = (char *)step->word;
  return r;
}

int reg_partnership_approve(const struct dir_view *dir, const Reg__ApprovePartnership *cmd,
                            const struct rule_context *ctx, struct decision *out)
{
  struct partnership_work work = {.dir = dir, .ctx = ctx, .out = out};
  struct reg_step step;
  int r = load_step(&work, cmd->id, "approve", &step);
  if (r == 0)
    r = reg_append_approval(out, &work.record->approvals, &work.record->n_approvals,
                            reg_approval(out, ctx, &step));
  if (r == 0 && !step.last) r = emit_step(&work, &step);
  if (r == 0 && step.last) {
    r = partnership_check_structure(&work, NULL, 0);
    if (r == 0) r = establish(&work);
  }
  return r == 0 ? partnership_reply(&work) : r;
}

int reg_partnership_reject(const struct dir_view *dir, const Reg__RejectPartnership *cmd,
                           const struct rule_context *ctx, struct decision *out)
{
  struct partnership_work work = {.dir = dir, .ctx = ctx, .out = out};
  struct reg_step step;
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = load_step(&work, cmd->id, "reject", &step);
  if (r != 0) return r;
  work.record->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_REJECTED;
  work.record->end_reason = cmd->reason;
  r = partnership_emit(&work, &reg__partnership_rejected__descriptor, NULL);
  return r == 0 ? partnership_reply(&work) : r;
}

// ---- dissolve

// What becomes of the links that dispatchd keeps; registryd cannot know them, it hands the decisions on
// (PN-11).
static int check_decisions(struct partnership_work *work, const Reg__DissolvePartnership *cmd)
{
  int r = reg_check_count(work->out, "decisions", cmd->n_decisions, 1000);
  for (size_t i = 0; r == 0 && i < cmd->n_decisions; i++) {
    const Reg__LinkDecision *one = cmd->decisions[i];
    bool kept_elsewhere =
        one->kind == REG__LINK_KIND__LINK_POSTING || one->kind == REG__LINK_KIND__LINK_ACTIVITY;
    if (!kept_elsewhere)
      r = reg_field(work->out, "decisions.kind", "解除关系时只就派遣和活动作决定",
                    "here decisions are about postings and activities");
    else if (one->action == REG__LINK_ACTION__ACTION_UNSPECIFIED)
      r = reg_field(work->out, "decisions.action", "必填", "is required");
    else
      r = reg_check_text(work->out, "decisions.reason", one->reason, true, REG_TEXT_MAX);
  }
  return r;
}

int reg_partnership_dissolve(const struct dir_view *dir, const Reg__DissolvePartnership *cmd,
                             const struct rule_context *ctx, struct decision *out)
{
  struct partnership_work work = {.dir = dir, .ctx = ctx, .out = out};
  ProtobufCMessage *event = NULL;
  char *day = NULL;
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = partnership_load(&work, cmd->id);
  if (r == 0) r = partnership_check_side(&work);
  if (r == 0) r = partnership_move(&work, "dissolve");
  if (r == 0) r = check_decisions(&work, cmd);
  if (r == 0) r = reg_effective_day(ctx, out, "on", cmd->on, work.record->since, &day);
  if (r != 0) return r;
  work.record->end_reason = cmd->reason;
  r = partnership_since(&work, day);
  if (r == 0) r = partnership_emit(&work, &reg__partnership_dissolved__descriptor, &event);
  if (r != 0) return r;
  ((Reg__PartnershipDissolved *)event)->decisions = cmd->decisions;
  ((Reg__PartnershipDissolved *)event)->n_decisions = cmd->n_decisions;
  r = partnership_recheck(&work, day, work.record->members, work.record->n_members);
  return r == 0 ? partnership_reply(&work) : r;
}
