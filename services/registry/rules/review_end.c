// How a review ends: confirmed, awarded or not, or withdrawn.
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "services/registry/rules/issue.h"
#include "services/registry/rules/review.h"
#include "services/registry/rules/review_work.h"
#include <errno.h>
#include <string.h>

// The authority whose step came last answers for the whole.
static const char *last_authority(const struct review_work *work)
{
  char *const *steps = NULL;
  for (size_t n = review_steps(work, &steps); n-- > 0;)
    if (strcmp(steps[n], "PUBLICITY") != 0) return steps[n];
  return "OWNER";
}

// What is to be answered: the note of who confirmed, else the last one of the steps.
static const char *remark(const Reg__ReviewRecord *record, const char *note)
{
  for (size_t n = record->n_steps; n-- > 0 && !note[0];)
    note = record->steps[n]->note;
  return note;
}

int reg_review_confirm(const struct dir_view *dir, const Reg__ConfirmReview *cmd,
                       const struct rule_context *ctx, struct decision *out)
{
  struct review_work work = {.dir = dir, .ctx = ctx, .out = out};
  const Reg__Institution *institution = NULL;
  int r = reg_check_text(out, "note", cmd->note, true, REG_TEXT_MAX);
  if (r == 0) r = review_load(&work, cmd->id, "confirm");
  if (r != 0) return r;
  Reg__ReviewRecord *record = work.record;
  if (record->next[0]) return decision_reject(out, REASON_RV_04, "id", cmd->id, "step", record->next, NULL);
  if (record->publicity_to[0] && date_compare(ctx->today, record->publicity_to) < 0)
    return decision_reject(out, REASON_RV_05, "id", cmd->id, "until", record->publicity_to, NULL);
  const char *outcome = cmd->outcome;
  if (!outcome[0] && record->n_steps) outcome = record->steps[record->n_steps - 1]->outcome;
  r = review_actor(&work, last_authority(&work), &institution);
  if (r == 0) r = review_check_outcome(&work, outcome);
  if (r != 0) return r;
  record->outcome = (char *)outcome;
  r = review_emit(&work, &reg__review_confirmed__descriptor, NULL);
  const struct reg_issue_cause cause = {record, institution->id, remark(record, cmd->note)};
  if (r == 0 && strcmp(outcome, "ISSUE_RAISED") == 0)
    r = reg_issue_of_review(dir, ctx, &cause, out, &work.issue);
  return r == 0 ? review_reply(&work) : r;
}

// ---- awards

static int designate(struct review_work *work)
{
  Reg__Partnership *partnership = REG_COPY(work->out, Reg__Partnership, work->partnership);
  struct event_head head;
  ProtobufCMessage *event = NULL;
  if (!partnership) return -ENOMEM;
  bool model = strcmp(work->review->award_designation, "MODEL") == 0;
  Reg__Designation designation =
      model ? REG__DESIGNATION__DESIGNATION_MODEL : REG__DESIGNATION__DESIGNATION_PILOT;
  if (partnership->designation == designation) return 0;
  partnership->designation = designation;
  partnership->rev++;
  int r = reg_effective_day(work->ctx, work->out, "on", "", partnership->since, &partnership->since);
  if (r != 0) return r;
  reg_partnership_head(partnership, work->agreement, &head);
  r = reg_emit(work->out, &reg__partnership_designated__descriptor, &partnership->base, &head, &event);
  if (r == 0)
    ((Reg__PartnershipDesignated *)event)->reason =
        arena_printf(work->out->arena, "%s %s", work->review->id, work->record->id);
  return r;
}

static int grant(struct review_work *work, const Reg__GrantAward *cmd)
{
  Reg__Award *award = REG_NEW(work->out, Reg__Award, reg__award__init);
  if (!award) return -ENOMEM;
  if (cmd->amount_fen == 0)
    return reg_field(work->out, "amount_fen", "须写明奖励金额（分）",
                     "state the amount of the award, in fen");
  award->kind = work->review->award_kind;
  award->amount_fen = cmd->amount_fen;
  award->designation = work->review->award_designation;
  award->doc_no = cmd->doc_no;
  award->on = (char *)work->ctx->today;
  work->record->award = award;
  int r = review_emit(work, &reg__award_granted__descriptor, NULL);
  return r == 0 && work->partnership && award->designation[0] ? designate(work) : r;
}

static int refuse(struct review_work *work, const Reg__GrantAward *cmd)
{
  ProtobufCMessage *event = NULL;
  int r = reg_check_text(work->out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = review_emit(work, &reg__award_refused__descriptor, &event);
  if (r == 0) ((Reg__AwardRefused *)event)->reason = cmd->reason;
  return r;
}

int reg_review_award(const struct dir_view *dir, const Reg__GrantAward *cmd, const struct rule_context *ctx,
                     struct decision *out)
{
  struct review_work work = {.dir = dir, .ctx = ctx, .out = out};
  const Reg__Institution *institution = NULL;
  int r = reg_check_text(out, "doc_no", cmd->doc_no, true, REG_TEXT_MAX);
  if (r == 0) r = review_load(&work, cmd->id, cmd->refuse ? "refuse award" : "award");
  if (r != 0) return r;
  if (!work.review->award_kind[0] || strcmp(work.record->outcome, "PASS") != 0)
    return decision_reject(out, REASON_RV_06, "id", cmd->id, "outcome", work.record->outcome, NULL);
  r = review_actor(&work, "OWNER", &institution);
  if (r == 0) r = cmd->refuse ? refuse(&work, cmd) : grant(&work, cmd);
  return r == 0 ? review_reply(&work) : r;
}

int reg_review_withdraw(const struct dir_view *dir, const Reg__WithdrawReview *cmd,
                        const struct rule_context *ctx, struct decision *out)
{
  struct review_work work = {.dir = dir, .ctx = ctx, .out = out};
  ProtobufCMessage *event = NULL;
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = review_load(&work, cmd->id, "withdraw");
  if (r == 0) r = require_scope(ctx, work.record->division, work.programme->id, work.record->review, out);
  if (r == 0) r = review_emit(&work, &reg__review_withdrawn__descriptor, &event);
  if (r != 0) return r;
  ((Reg__ReviewWithdrawn *)event)->reason = cmd->reason;
  return review_reply(&work);
}
