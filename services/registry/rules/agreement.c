// An agreement from its submission to its end.
#include "services/registry/rules/agreement.h"
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "services/registry/rules/lifecycle.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

enum { TICK_MAX = 200 };

struct work {
  const struct dir_view *dir;
  const struct rule_context *ctx;
  struct decision *out;
  const Prg__Programme *programme;
  const Prg__Mode *mode;
  Reg__Agreement *record; // what is to be stored
};

// ---- loading and moving

static int load(struct work *work, const char *id)
{
  const Reg__Agreement *stored = NULL;
  int r = reg_find_agreement(work->dir, id, work->out, &stored);
  if (r == 0)
    r = reg_find_programme(work->dir, stored->programme, stored->programme_version, work->out,
                           &work->programme);
  if (r == 0) r = reg_find_mode(work->programme, stored->mode, work->out, &work->mode);
  if (r != 0) return r;
  work->record = REG_COPY(work->out, Reg__Agreement, stored);
  return work->record ? 0 : -ENOMEM;
}

// Each side of an agreement may act on it: whoever covers a party's division or acts for the party.
static int check_side(struct work *work)
{
  const struct actor *actor = &work->ctx->actor;
  for (size_t i = 0; i < work->record->n_parties; i++) {
    const Reg__Institution *party = NULL;
    bool acts = false;
    int r = reg_find_institution(work->dir, work->record->parties[i]->institution, work->out, &party);
    if (r == 0) acts = actor_covers(actor, party->division, work->programme->id);
    if (r == 0 && !acts) r = actor_acts_for_unit(work->dir, actor, party, &acts);
    if (r != 0 || acts) return r;
  }
  return require_scope(work->ctx, work->record->division, work->programme->id, work->record->title,
                       work->out);
}

static int move(struct work *work, const char *verb)
{
  int to = 0;
  int r = lifecycle_move(&reg_agreement_lifecycle, (int)work->record->status, verb, work->out, &to);
  if (r == 0) work->record->status = (Reg__AgreementStatus)to;
  return r;
}

static int load_and_move(struct work *work, const char *id, const char *verb)
{
  int r = load(work, id);
  if (r == 0) r = check_side(work);
  if (r == 0) r = reg_expect_rev(work->ctx, work->record->rev, work->out);
  return r == 0 ? move(work, verb) : r;
}

static int emit(struct work *work, const ProtobufCMessageDescriptor *event, ProtobufCMessage **ret)
{
  struct event_head head;
  work->record->rev++;
  reg_agreement_head(work->record, &head);
  return reg_emit(work->out, event, &work->record->base, &head, ret);
}

int reg_agreement_reply(const Reg__Agreement *agreement, struct decision *out)
{
  Reg__AgreementReply *answer = REG_NEW(out, Reg__AgreementReply, reg__agreement_reply__init);
  if (!answer) return -ENOMEM;
  answer->id = agreement->id;
  answer->status = agreement->status;
  answer->rev = agreement->rev;
  out->reply = &answer->base;
  return 0;
}

static int emit_and_reply(struct work *work, const ProtobufCMessageDescriptor *event)
{
  int r = emit(work, event, NULL);
  return r == 0 ? reg_agreement_reply(work->record, work->out) : r;
}

// ---- the chain of approval

static struct reg_chain chain_of(const struct work *work, const struct party_subject *subject)
{
  const Prg__Approvals *approvals = work->programme->approvals;
  return (struct reg_chain){subject, approvals ? approvals->agreement : NULL,
                            approvals ? approvals->n_agreement : 0, work->record->approvals,
                            work->record->n_approvals};
}

int reg_agreement_submit(const struct dir_view *dir, const Reg__SubmitAgreement *cmd,
                         const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  int r = load_and_move(&work, cmd->id, "submit");
  if (r == 0) r = emit(&work, &reg__agreement_submitted__descriptor, NULL);
  if (r == 0 && chain_of(&work, NULL).n == 0) {
    r = move(&work, "approve");
    if (r == 0) r = emit(&work, &reg__agreement_approved__descriptor, NULL);
  }
  return r == 0 ? reg_agreement_reply(work.record, out) : r;
}

// Loads, and finds the step that is due. Refused as AS-09 when it is another's turn.
static int load_step(struct work *work, const char *id, const char *verb, struct reg_step *ret)
{
  int to = 0;
  int r = load(work, id);
  if (r == 0) r = reg_expect_rev(work->ctx, work->record->rev, work->out);
  if (r == 0) r = lifecycle_move(&reg_agreement_lifecycle, (int)work->record->status, verb, work->out, &to);
  if (r != 0) return r;
  struct party_subject subject = {.programme = work->programme, .agreement = work->record};
  struct reg_chain chain = chain_of(work, &subject);
  return reg_next_step(work->dir, work->ctx, &chain, work->out, ret);
}

int reg_agreement_approve(const struct dir_view *dir, const Reg__ApproveAgreement *cmd,
                          const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  struct reg_step step;
  ProtobufCMessage *event = NULL;
  int r = load_step(&work, cmd->id, "approve", &step);
  if (r == 0)
    r = reg_append_approval(out, &work.record->approvals, &work.record->n_approvals,
                            reg_approval(out, ctx, &step));
  if (r != 0) return r;
  if (!step.last) {
    r = emit(&work, &reg__agreement_step_approved__descriptor, &event);
    if (r == 0) ((Reg__AgreementStepApproved *)event)->party = (char *)step.word;
  } else {
    r = move(&work, "approve");
    if (r == 0) r = emit(&work, &reg__agreement_approved__descriptor, NULL);
  }
  return r == 0 ? reg_agreement_reply(work.record, out) : r;
}

int reg_agreement_return(const struct dir_view *dir, const Reg__ReturnAgreement *cmd,
                         const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  struct reg_step step;
  ProtobufCMessage *event = NULL;
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = load_step(&work, cmd->id, "return", &step);
  if (r == 0) r = move(&work, "return");
  if (r != 0) return r;
  work.record->n_approvals = 0; // a new submission begins the chain anew
  r = emit(&work, &reg__agreement_returned__descriptor, &event);
  if (r == 0) ((Reg__AgreementReturned *)event)->reason = cmd->reason;
  return r == 0 ? reg_agreement_reply(work.record, out) : r;
}

// ---- signatures

static int check_signing_day(struct work *work, const Reg__SignAgreement *cmd)
{
  if (!cmd->signed_on[0]) return 0;
  if (!date_is_day(cmd->signed_on))
    return reg_field(work->out, "signed_on", "应为 YYYY-MM-DD", "must be YYYY-MM-DD");
  if (date_compare(cmd->signed_on, work->ctx->today) > 0)
    return reg_field(work->out, "signed_on", "不能晚于今天", "must not lie in the future");
  return 0;
}

// The unsigned party in the role that the actor acts for; AS-09 naming who must sign.
static int find_signatory(struct work *work, const char *role, Reg__AgreementParty **ret)
{
  const char *names = "";
  bool known = false;
  for (size_t i = 0; i < work->record->n_parties; i++) {
    Reg__AgreementParty *party = work->record->parties[i];
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

// After the last required signature: effective today, or waiting for the first day.
static int conclude(struct work *work)
{
  const char *missing = reg_unsigned_roles(work->out->arena, work->mode, work->record);
  if (!missing) return -ENOMEM;
  bool begun = date_compare(work->record->valid->from, work->ctx->today) <= 0;
  if (!missing[0] && !begun) {
    int r = move(work, "await its first day");
    if (r != 0) return r;
  }
  ProtobufCMessage *event = NULL;
  int r = emit(work, &reg__agreement_signed__descriptor, &event);
  if (r == 0 && !missing[0] && begun) {
    r = move(work, "take effect");
    if (r == 0) r = emit(work, &reg__agreement_effective__descriptor, NULL);
  }
  return r;
}

int reg_agreement_sign(const struct dir_view *dir, const Reg__SignAgreement *cmd,
                       const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  Reg__AgreementParty *party = NULL;
  int to = 0;
  int r = load(&work, cmd->id);
  if (r == 0) r = reg_expect_rev(ctx, work.record->rev, out);
  if (r == 0) r = lifecycle_move(&reg_agreement_lifecycle, (int)work.record->status, "sign", out, &to);
  if (r == 0) r = check_signing_day(&work, cmd);
  if (r == 0) r = find_signatory(&work, cmd->role, &party);
  if (r != 0) return r;
  party->signed_on = (char *)(cmd->signed_on[0] ? cmd->signed_on : ctx->today);
  party->signatory = (char *)ctx->actor.name;
  r = conclude(&work);
  return r == 0 ? reg_agreement_reply(work.record, out) : r;
}

// ---- suspending, resuming, ending

int reg_agreement_suspend(const struct dir_view *dir, const Reg__SuspendAgreement *cmd,
                          const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = load_and_move(&work, cmd->id, "suspend");
  if (r != 0) return r;
  work.record->end_reason = cmd->reason;
  return emit_and_reply(&work, &reg__agreement_suspended__descriptor);
}

int reg_agreement_resume(const struct dir_view *dir, const Reg__ResumeAgreement *cmd,
                         const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  int r = load_and_move(&work, cmd->id, "resume");
  if (r != 0) return r;
  work.record->end_reason = (char *)protobuf_c_empty_string;
  return emit_and_reply(&work, &reg__agreement_resumed__descriptor);
}

int reg_agreement_terminate(const struct dir_view *dir, const Reg__TerminateAgreement *cmd,
                            const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = load_and_move(&work, cmd->id, "terminate");
  if (r != 0) return r;
  work.record->end_reason = cmd->reason;
  return emit_and_reply(&work, &reg__agreement_terminated__descriptor);
}

// ---- the clock

static int due(const struct dir_view *dir, const struct rule_context *ctx, const Reg__Agreement *stored,
               struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  bool pending = stored->status == REG__AGREEMENT_STATUS__AGREEMENT_SIGNED_PENDING;
  work.record = REG_COPY(out, Reg__Agreement, stored);
  if (!work.record) return -ENOMEM;
  int r = move(&work, pending ? "take effect" : "expire");
  if (r != 0) return r;
  return emit(&work, pending ? &reg__agreement_effective__descriptor : &reg__agreement_expired__descriptor,
              NULL);
}

int reg_agreement_tick(const struct dir_view *dir, const Reg__Tick *cmd, const struct rule_context *ctx,
                       struct decision *out)
{
  (void)cmd; // the business day is the context's
  const Reg__Agreement *const *list = NULL;
  size_t n = 0;
  Reg__TickReply *answer = REG_NEW(out, Reg__TickReply, reg__tick_reply__init);
  if (!answer) return -ENOMEM;
  int r = dir_agreements_due(dir, ctx->today, &list, &n);
  for (size_t i = 0; r == 0 && i < n && i < TICK_MAX; i++) {
    r = due(dir, ctx, list[i], out);
    answer->moved++;
  }
  out->reply = &answer->base;
  return r;
}
