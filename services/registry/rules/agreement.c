// An agreement, or the amendment of one that is on its way, from its submission to its signatures; and its
// end.
#include "services/registry/rules/agreement.h"
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "services/registry/rules/agreement_work.h"
#include <errno.h>
#include <string.h>

// ---- the chain of approval

static struct reg_chain chain_of(const struct agreement_work *work, const struct agreement_paper *paper,
                                 const struct party_subject *subject)
{
  const Prg__Approvals *approvals = work->programme->approvals;
  return (struct reg_chain){subject, approvals ? approvals->agreement : NULL,
                            approvals ? approvals->n_agreement : 0, *paper->approvals, *paper->n_approvals};
}

// Before it is in force an agreement that is written down after its time stands on its first day; an
// amendment on its way leaves the present state where it is.
static int since_step(struct agreement_work *work, const struct agreement_paper *paper)
{
  const char *today = work->ctx->today;
  if (paper->amendment) return 0;
  const char *first = work->record->valid ? work->record->valid->from : today;
  return agreement_since(work, date_compare(first, today) < 0 ? first : today);
}

static int approved(struct agreement_work *work, const struct agreement_paper *paper)
{
  int r = agreement_paper_move(work, paper, "approve");
  return r == 0 ? agreement_emit(work, &reg__agreement_approved__descriptor, NULL) : r;
}

int reg_agreement_submit(const struct dir_view *dir, const Reg__SubmitAgreement *cmd,
                         const struct rule_context *ctx, struct decision *out)
{
  struct agreement_work work = {.dir = dir, .ctx = ctx, .out = out};
  int r = agreement_load_for_side(&work, cmd->id);
  if (r != 0) return r;
  struct agreement_paper paper = agreement_paper_of(work.record);
  r = agreement_paper_move(&work, &paper, "submit");
  if (r == 0) r = since_step(&work, &paper);
  if (r == 0) r = agreement_emit(&work, &reg__agreement_submitted__descriptor, NULL);
  if (r == 0 && chain_of(&work, &paper, NULL).n == 0) r = approved(&work, &paper);
  return r == 0 ? agreement_reply(&work) : r;
}

// Finds the step that is due. Refused as AS-09 when it is another's turn.
static int find_step(struct agreement_work *work, struct agreement_paper *paper, const char *verb,
                     struct reg_step *ret)
{
  Reg__AgreementStatus before = *paper->status;
  int r = agreement_paper_move(work, paper, verb); // may it be moved at all?
  *paper->status = before;
  const Reg__Agreement *as_signed = paper->amendment ? agreement_as_amended(work) : work->record;
  if (!as_signed) return -ENOMEM;
  struct party_subject subject = {.programme = work->programme, .agreement = as_signed};
  struct reg_chain chain = chain_of(work, paper, &subject);
  return r == 0 ? reg_next_step(work->dir, work->ctx, &chain, work->out, ret) : r;
}

static int load_step(struct agreement_work *work, const char *id, const char *verb,
                     struct agreement_paper *ret_paper, struct reg_step *ret)
{
  int r = agreement_load(work, id);
  if (r == 0) r = reg_expect_rev(work->ctx, work->record->rev, work->out);
  if (r != 0) return r;
  *ret_paper = agreement_paper_of(work->record);
  return find_step(work, ret_paper, verb, ret);
}

int reg_agreement_approve(const struct dir_view *dir, const Reg__ApproveAgreement *cmd,
                          const struct rule_context *ctx, struct decision *out)
{
  struct agreement_work work = {.dir = dir, .ctx = ctx, .out = out};
  struct agreement_paper paper;
  struct reg_step step;
  ProtobufCMessage *event = NULL;
  int r = load_step(&work, cmd->id, "approve", &paper, &step);
  if (r == 0) r = reg_append_approval(out, paper.approvals, paper.n_approvals, reg_approval(out, ctx, &step));
  if (r == 0) r = since_step(&work, &paper);
  if (r != 0) return r;
  if (step.last) {
    r = approved(&work, &paper);
  } else {
    r = agreement_emit(&work, &reg__agreement_step_approved__descriptor, &event);
    if (r == 0) ((Reg__AgreementStepApproved *)event)->party = (char *)step.word;
  }
  return r == 0 ? agreement_reply(&work) : r;
}

int reg_agreement_return(const struct dir_view *dir, const Reg__ReturnAgreement *cmd,
                         const struct rule_context *ctx, struct decision *out)
{
  struct agreement_work work = {.dir = dir, .ctx = ctx, .out = out};
  struct agreement_paper paper;
  struct reg_step step;
  ProtobufCMessage *event = NULL;
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = load_step(&work, cmd->id, "return", &paper, &step);
  if (r == 0) r = agreement_paper_move(&work, &paper, "return");
  if (r != 0) return r;
  *paper.n_approvals = 0; // a new submission begins the chain anew
  r = since_step(&work, &paper);
  if (r == 0) r = agreement_emit(&work, &reg__agreement_returned__descriptor, &event);
  if (r == 0) ((Reg__AgreementReturned *)event)->reason = cmd->reason;
  return r == 0 ? agreement_reply(&work) : r;
}

// ---- signatures

static int check_signing_day(struct agreement_work *work, const Reg__SignAgreement *cmd)
{
  if (!cmd->signed_on[0]) return 0;
  if (!date_is_day(cmd->signed_on))
    return reg_field(work->out, "signed_on", "应为 YYYY-MM-DD", "must be YYYY-MM-DD");
  if (date_compare(cmd->signed_on, work->ctx->today) > 0)
    return reg_field(work->out, "signed_on", "不能晚于今天", "must not lie in the future");
  return 0;
}

// The unsigned party in the role that the actor acts for; AS-09 naming who must sign.
static int find_signatory(struct agreement_work *work, const struct agreement_paper *paper, const char *role,
                          Reg__AgreementParty **ret)
{
  const char *names = "";
  bool known = false;
  for (size_t i = 0; i < paper->n_parties; i++) {
    Reg__AgreementParty *party = paper->parties[i];
    const Reg__Institution *institution = NULL;
    bool acts = false;
    if (role[0] && strcmp(party->role, role) != 0) continue;
    known = true;
    if (party->signed_on[0]) continue;
    int r = reg_find_institution(work->dir, party->institution, work->out, &institution);
    if (r == 0) r = actor_acts_for_unit(work->dir, &work->ctx->actor, institution, &acts);
    if (r != 0) return r;
    if (acts) {
      *ret = party;
      return 0;
    }
    names = arena_printf(work->out->arena, "%s%s%s", names, names[0] ? " / " : "", institution->name);
    if (!names) return -ENOMEM;
  }
  if (!known)
    return reg_field(work->out, "role", "协议中没有此角色", "nobody has this role in the agreement");
  if (!names[0]) return reg_field(work->out, "role", "已签字", "has signed already");
  return decision_reject(work->out, REASON_WRONG_ACTOR, "who", names, "actor", work->ctx->actor.name, NULL);
}

static const char *last_signature(const struct agreement_paper *paper)
{
  const char *last = "";
  for (size_t i = 0; i < paper->n_parties; i++) {
    const char *day = paper->parties[i]->signed_on;
    if (day[0] && (!last[0] || date_compare(day, last) > 0)) last = day;
  }
  return last;
}

static int take_effect(struct agreement_work *work, const struct agreement_paper *paper, const char *on)
{
  if (paper->amendment) return agreement_amend_now(work, on);
  int r = agreement_move(work, "take effect");
  if (r == 0) r = agreement_since(work, on);
  if (r == 0) r = agreement_emit(work, &reg__agreement_effective__descriptor, NULL);
  return r == 0 ? agreement_recheck(work, on) : r;
}

// After a signature. The last required one brings it into effect, or lets it await its first day.
static int conclude(struct agreement_work *work, const struct agreement_paper *paper)
{
  const Reg__Agreement *as_signed = paper->amendment ? agreement_as_amended(work) : work->record;
  const char *missing = as_signed ? reg_unsigned_roles(work->out->arena, work->mode, as_signed) : NULL;
  if (!missing) return -ENOMEM;
  const char *last = last_signature(paper);
  const char *first = paper->amendment ? work->record->amendment->valid->from : work->record->valid->from;
  if (!first[0]) first = last; // an amendment without a day of its own
  bool complete = !missing[0], begun = date_compare(first, work->ctx->today) <= 0;
  int r = complete && paper->amendment ? agreement_check_amendment(work) : 0;
  if (r == 0 && complete && !begun) r = agreement_paper_move(work, paper, "await its first day");
  if (r == 0 && !paper->amendment) r = agreement_since(work, last);
  if (r == 0) r = agreement_emit(work, &reg__agreement_signed__descriptor, NULL);
  if (r != 0 || !complete || !begun) return r;
  return take_effect(work, paper, date_compare(last, first) > 0 ? last : first);
}

static int name_role(struct decision *out, const char *role)
{
  for (struct decided_event *event = out->first; event; event = event->next)
    if (event->data->descriptor == &reg__agreement_signed__descriptor)
      ((Reg__AgreementSigned *)event->data)->role = (char *)role;
  return 0;
}

int reg_agreement_sign(const struct dir_view *dir, const Reg__SignAgreement *cmd,
                       const struct rule_context *ctx, struct decision *out)
{
  struct agreement_work work = {.dir = dir, .ctx = ctx, .out = out};
  Reg__AgreementParty *party = NULL;
  int r = agreement_load(&work, cmd->id);
  if (r == 0) r = reg_expect_rev(ctx, work.record->rev, out);
  if (r != 0) return r;
  struct agreement_paper paper = agreement_paper_of(work.record);
  r = agreement_paper_move(&work, &paper, "sign");
  if (r == 0) r = check_signing_day(&work, cmd);
  if (r == 0) r = find_signatory(&work, &paper, cmd->role, &party);
  if (r != 0) return r;
  party->signed_on = (char *)(cmd->signed_on[0] ? cmd->signed_on : ctx->today);
  party->signatory = (char *)ctx->actor.name;
  r = conclude(&work, &paper);
  if (r == 0) r = name_role(out, party->role);
  return r == 0 ? agreement_reply(&work) : r;
}

// ---- suspending, resuming, ending

struct ending {
  const char *verb, *reason, *on;
  const ProtobufCMessageDescriptor *event;
};

// The move of an agreement in force, with what it does to the partnerships that rest on it.
static int turn(struct agreement_work *work, const struct ending *ending)
{
  char *day = NULL;
  int r = agreement_move(work, ending->verb);
  if (r == 0) r = reg_effective_day(work->ctx, work->out, "on", ending->on, work->record->since, &day);
  if (r == 0 && strcmp(ending->verb, "terminate") == 0) r = agreement_drop_amendment(work, ending->reason);
  if (r != 0) return r;
  work->record->end_reason = (char *)ending->reason;
  r = agreement_since(work, day);
  if (r == 0) r = agreement_emit(work, ending->event, NULL);
  if (r == 0) r = agreement_recheck(work, day);
  return r == 0 ? agreement_reply(work) : r;
}

int reg_agreement_suspend(const struct dir_view *dir, const Reg__SuspendAgreement *cmd,
                          const struct rule_context *ctx, struct decision *out)
{
  struct agreement_work work = {.dir = dir, .ctx = ctx, .out = out};
  struct ending ending = {"suspend", cmd->reason, cmd->on, &reg__agreement_suspended__descriptor};
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = agreement_load_for_side(&work, cmd->id);
  return r == 0 ? turn(&work, &ending) : r;
}

int reg_agreement_resume(const struct dir_view *dir, const Reg__ResumeAgreement *cmd,
                         const struct rule_context *ctx, struct decision *out)
{
  struct agreement_work work = {.dir = dir, .ctx = ctx, .out = out};
  struct ending ending = {"resume", protobuf_c_empty_string, cmd->on, &reg__agreement_resumed__descriptor};
  int r = agreement_load_for_side(&work, cmd->id);
  return r == 0 ? turn(&work, &ending) : r;
}

int reg_agreement_terminate(const struct dir_view *dir, const Reg__TerminateAgreement *cmd,
                            const struct rule_context *ctx, struct decision *out)
{
  struct agreement_work work = {.dir = dir, .ctx = ctx, .out = out};
  struct ending ending = {"terminate", cmd->reason, cmd->on, &reg__agreement_terminated__descriptor};
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = agreement_load_for_side(&work, cmd->id);
  if (r == 0) r = agreement_warn_children(&work);
  return r == 0 ? turn(&work, &ending) : r;
}
