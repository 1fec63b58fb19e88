// What the commands about agreements share: loading, acting, storing.
#include "services/registry/rules/agreement_work.h"
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "services/registry/rules/lifecycle.h"
#include <errno.h>
#include <string.h>

int agreement_load(struct agreement_work *work, const char *id)
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

int agreement_check_side(struct agreement_work *work)
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

int agreement_load_for_side(struct agreement_work *work, const char *id)
{
  int r = agreement_load(work, id);
  if (r == 0) r = agreement_check_side(work);
  return r == 0 ? reg_expect_rev(work->ctx, work->record->rev, work->out) : r;
}

int agreement_move(struct agreement_work *work, const char *verb)
{
  int to = 0;
  int r = lifecycle_move(&reg_agreement_lifecycle, (int)work->record->status, verb, work->out, &to);
  if (r == 0) work->record->status = (Reg__AgreementStatus)to;
  return r;
}

int agreement_emit(struct agreement_work *work, const ProtobufCMessageDescriptor *event,
                   ProtobufCMessage **ret)
{
  struct event_head head;
  work->record->rev++;
  reg_agreement_head(work->record, &head);
  const Reg__Agreement *kept = REG_COPY(work->out, Reg__Agreement, work->record);
  if (kept) work->dir = dir_assume(work->dir, &kept->base);
  if (!kept || !work->dir) return -ENOMEM;
  return reg_emit(work->out, event, &work->record->base, &head, ret);
}

int agreement_since(struct agreement_work *work, const char *date)
{
  const char *old = work->record->since;
  if (!date[0] || (old[0] && date_compare(date, old) <= 0)) return 0;
  work->record->since = reg_first_day(work->out, date);
  return work->record->since ? 0 : -ENOMEM;
}

int agreement_reply(struct agreement_work *work)
{
  return reg_agreement_reply(work->record, work->out);
}

int agreement_recheck(struct agreement_work *work, const char *on)
{
  struct reg_recheck recheck = {.dir = work->dir, .ctx = work->ctx, .out = work->out, .on = on};
  int r = reg_recheck_agreement(&recheck, work->record);
  reg_recheck_end(&recheck);
  work->dir = recheck.dir;
  return r;
}

int agreement_warn(struct decision *out, const char *zh, const char *en)
{
  const size_t room = sizeof out->warnings / sizeof *out->warnings;
  if (!zh || !en) return -ENOMEM;
  const char *text = arena_printf(out->arena, "%s / %s", zh, en);
  if (text && out->n_warnings < room) out->warnings[out->n_warnings++] = text;
  return text ? 0 : -ENOMEM;
}

// ---- papers

struct agreement_paper agreement_paper_of(Reg__Agreement *record)
{
  Reg__AgreementAmendment *next = record->amendment;
  if (next)
    return (struct agreement_paper){
        true, &next->status, next->parties, next->n_parties, &next->approvals, &next->n_approvals};
  return (struct agreement_paper){
      false, &record->status, record->parties, record->n_parties, &record->approvals, &record->n_approvals};
}

int agreement_paper_move(struct agreement_work *work, const struct agreement_paper *paper, const char *verb)
{
  const struct lifecycle *lifecycle = paper->amendment ? &reg_amendment_lifecycle : &reg_agreement_lifecycle;
  int to = 0;
  int r = lifecycle_move(lifecycle, (int)*paper->status, verb, work->out, &to);
  if (r == 0) *paper->status = (Reg__AgreementStatus)to;
  return r;
}
