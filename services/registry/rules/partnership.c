#include "services/registry/rules/partnership.h"
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "services/registry/rules/lifecycle.h"
#include "services/registry/rules/recheck.h"
#include "services/registry/rules/reg.h"
#include "services/registry/rules/structure.h"
#include <errno.h>
#include <string.h>

struct work {
  const struct dir_view *dir;
  const struct rule_context *ctx;
  struct decision *out;
  const Prg__Programme *programme;
  const Prg__Mode *mode;
  const Reg__Agreement *agreement; // or NULL
  Reg__Partnership *record;        // what is to be stored
};

// ---- what the record rests on

static int load_basis(struct work *work, const char *programme, uint32_t version, const char *mode,
                      const char *agreement)
{
  int r = reg_find_programme(work->dir, programme, version, work->out, &work->programme);
  if (r == 0) r = reg_find_mode(work->programme, mode, work->out, &work->mode);
  if (r == 0 && agreement[0]) r = reg_find_agreement(work->dir, agreement, work->out, &work->agreement);
  return r;
}

static int load(struct work *work, const char *id)
{
  const Reg__Partnership *stored = NULL;
  int r = reg_find_partnership(work->dir, id, work->out, &stored);
  if (r != 0) return r;
  work->record = REG_COPY(work->out, Reg__Partnership, stored);
  if (!work->record) return -ENOMEM;
  return load_basis(work, stored->programme, stored->programme_version, stored->mode, stored->agreement);
}

// ---- who may act: whoever covers or acts for a side of it

static int covers_party(struct work *work, const char *id, bool *ret)
{
  const Reg__Institution *institution = NULL;
  const Reg__Partnership *partnership = NULL;
  *ret = false;
  int r = dir_institution(work->dir, id, &institution);
  if (r == 0 && !institution) r = dir_partnership(work->dir, id, &partnership);
  if (r < 0 || (!institution && !partnership)) return r;
  const char *division = institution ? institution->division : partnership->division;
  *ret = actor_covers(&work->ctx->actor, division, work->programme->id);
  return *ret || !institution ? 0 : actor_acts_for_unit(work->dir, &work->ctx->actor, institution, ret);
}

static int check_side(struct work *work)
{
  const Reg__Partnership *record = work->record;
  bool covered = false;
  int r = 0;
  for (size_t i = 0; r == 0 && !covered && i < record->n_members; i++)
    r = covers_party(work, record->members[i]->party, &covered);
  for (size_t i = 0; r == 0 && !covered && work->agreement && i < work->agreement->n_parties; i++)
    r = covers_party(work, work->agreement->parties[i]->institution, &covered);
  if (r < 0 || covered) return r;
  return require_scope(work->ctx, record->division, work->programme->id, work->mode->id, work->out);
}

// ---- structure

static int check_structure(struct work *work)
{
  struct reg_structure structure = {.dir = work->dir,
                                    .programme = work->programme,
                                    .mode = work->mode,
                                    .agreement = work->agreement,
                                    .partnership = work->record,
                                    .on = work->ctx->today};
  if (date_compare(work->record->valid->from, structure.on) > 0) structure.on = work->record->valid->from;
  return reg_structure_check(&structure, work->out);
}

// ---- events and replies

static int emit(struct work *work, const ProtobufCMessageDescriptor *event, ProtobufCMessage **ret)
{
  struct event_head head;
  reg_partnership_head(work->record, work->agreement, &head);
  return reg_emit(work->out, event, &work->record->base, &head, ret);
}

static int reply(struct work *work)
{
  Reg__PartnershipReply *answer = REG_NEW(work->out, Reg__PartnershipReply, reg__partnership_reply__init);
  if (!answer) return -ENOMEM;
  answer->id = work->record->id;
  answer->status = work->record->status;
  answer->rev = work->record->rev;
  work->out->reply = &answer->base;
  return 0;
}

static int establish(struct work *work)
{
  work->record->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED;
  work->record->rev++;
  return emit(work, &reg__partnership_established__descriptor, NULL);
}

// ---- propose

static int check_variant(struct work *work, const char *variant)
{
  for (size_t i = 0; i < work->mode->n_variants; i++)
    if (strcmp(work->mode->variants[i]->id, variant) == 0) return 0;
  if (!variant[0] && work->mode->n_variants == 0) return 0;
  return reg_field(work->out, "variant", variant[0] ? "本模式没有此子类" : "须写明子类",
                   variant[0] ? "the mode has no such variant" : "must name one of the mode's variants");
}

static int fill_period(struct work *work, const Typ__Period *given)
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

// What a party is follows from its id; its time from the partnership's.
static int fill_member(struct work *work, Reg__Member *member)
{
  const Reg__Institution *institution = NULL;
  const Typ__Period *valid = work->record->valid;
  int r = dir_institution(work->dir, member->party, &institution);
  if (r < 0) return r;
  const Reg__Partnership *partnership = NULL;
  if (!institution) r = dir_partnership(work->dir, member->party, &partnership);
  if (r < 0) return r;
  if (!institution && !partnership) return reg_not_found(work->out, "成员", "member", member->party);
  member->party_kind = institution ? REG__PARTY_KIND__PARTY_INSTITUTION : REG__PARTY_KIND__PARTY_PARTNERSHIP;
  r = reg_check_date(work->out, "members.from", member->from, true);
  if (r == 0) r = reg_check_date(work->out, "members.to", member->to, true);
  if (r != 0) return r;
  if (!member->from[0]) member->from = valid->from;
  if (!member->to[0]) member->to = valid->to;
  bool inside = date_compare(member->from, valid->from) >= 0 && date_compare(member->to, valid->to) <= 0 &&
                date_compare(member->from, member->to) < 0;
  return inside ? 0
                : reg_field(work->out, "members", "成员期限须在关系期限之内",
                            "a member's time must lie inside the partnership's");
}

static int fill_members(struct work *work, const Reg__ProposePartnership *cmd)
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
    r = fill_member(work, record->members[i]);
  }
  record->n_members = cmd->n_members;
  return r;
}

static int fill(struct work *work, const Reg__ProposePartnership *cmd)
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
  record->agreement = cmd->agreement;
  record->designation = REG__DESIGNATION__DESIGNATION_NONE;
  record->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_PROPOSED;
  record->rev = 1;
  int r = check_variant(work, cmd->variant);
  if (r == 0) r = fill_period(work, cmd->valid);
  if (r == 0) r = fill_members(work, cmd);
  struct party_subject subject = {.programme = work->programme, .partnership = record};
  const char *place = "";
  if (r == 0) r = party_place(work->dir, &subject, work->out->arena, &place);
  record->division = (char *)place;
  return r;
}

static bool chain_is_empty(const struct work *work)
{
  return !work->programme->approvals || work->programme->approvals->n_partnership == 0;
}

int reg_partnership_propose(const struct dir_view *dir, const Reg__ProposePartnership *cmd,
                            const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  int r = load_basis(&work, cmd->programme, cmd->programme_version, cmd->mode, cmd->agreement);
  if (r == 0) r = fill(&work, cmd);
  if (r == 0) r = check_side(&work);
  if (r == 0) r = check_structure(&work);
  if (r == 0) r = emit(&work, &reg__partnership_proposed__descriptor, NULL);
  if (r == 0 && chain_is_empty(&work)) r = establish(&work);
  return r == 0 ? reply(&work) : r;
}

// ---- approve, reject

// Loads, and finds the step that is due; the actor must be the one behind it.
static int load_step(struct work *work, const char *id, const char *verb, struct reg_step *ret)
{
  int to = 0;
  int r = load(work, id);
  if (r == 0) r = lifecycle_move(&reg_partnership_lifecycle, (int)work->record->status, verb, work->out, &to);
  if (r == 0) r = reg_expect_rev(work->ctx, work->record->rev, work->out);
  if (r != 0) return r;
  struct party_subject subject = {
      .programme = work->programme, .agreement = work->agreement, .partnership = work->record};
  const Prg__Approvals *approvals = work->programme->approvals;
  struct reg_chain chain = {&subject, approvals ? approvals->partnership : NULL,
                            approvals ? approvals->n_partnership : 0, work->record->approvals,
                            work->record->n_approvals};
  return reg_next_step(work->dir, work->ctx, &chain, work->out, ret);
}

static int emit_step(struct work *work, const struct reg_step *step)
{
  ProtobufCMessage *event = NULL;
  work->record->rev++;
  int r = emit(work, &reg__partnership_step_approved__descriptor, &event);
  if (r == 0) ((Reg__PartnershipStepApproved *)event)->party = (char *)step->word;
  return r;
}

int reg_partnership_approve(const struct dir_view *dir, const Reg__ApprovePartnership *cmd,
                            const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  struct reg_step step;
  int r = load_step(&work, cmd->id, "approve", &step);
  if (r == 0)
    r = reg_append_approval(out, &work.record->approvals, &work.record->n_approvals,
                            reg_approval(out, ctx, &step));
  if (r == 0 && !step.last) r = emit_step(&work, &step);
  if (r == 0 && step.last) {
    r = check_structure(&work);
    if (r == 0) r = establish(&work);
  }
  return r == 0 ? reply(&work) : r;
}

int reg_partnership_reject(const struct dir_view *dir, const Reg__RejectPartnership *cmd,
                           const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  struct reg_step step;
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = load_step(&work, cmd->id, "reject", &step);
  if (r != 0) return r;
  work.record->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_REJECTED;
  work.record->end_reason = cmd->reason;
  work.record->rev++;
  r = emit(&work, &reg__partnership_rejected__descriptor, NULL);
  return r == 0 ? reply(&work) : r;
}

// ---- dissolve

int reg_partnership_dissolve(const struct dir_view *dir, const Reg__DissolvePartnership *cmd,
                             const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  int to = 0;
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = load(&work, cmd->id);
  if (r == 0) r = check_side(&work);
  if (r == 0) r = reg_expect_rev(ctx, work.record->rev, out);
  if (r == 0) r = lifecycle_move(&reg_partnership_lifecycle, (int)work.record->status, "dissolve", out, &to);
  if (r != 0) return r;
  work.record->status = (Reg__PartnershipStatus)to;
  work.record->end_reason = cmd->reason;
  work.record->rev++;
  r = emit(&work, &reg__partnership_dissolved__descriptor, NULL);
  struct reg_recheck recheck = {
      .dir = dir_assume(dir, &work.record->base), .ctx = ctx, .out = out, .on = ctx->today};
  if (r == 0) r = recheck.dir ? reg_recheck_partnership(&recheck, work.record) : -ENOMEM;
  return r == 0 ? reply(&work) : r;
}
