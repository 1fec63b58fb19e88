// What the commands about partnerships share: loading, acting, storing.
#include "services/registry/rules/partnership_work.h"
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "services/registry/rules/lifecycle.h"
#include "services/registry/rules/structure.h"
#include <errno.h>
#include <string.h>

// ---- loading

int partnership_load_basis(struct partnership_work *work, const char *programme, uint32_t version,
                           const char *mode, const char *agreement)
{
  int r = reg_find_programme(work->dir, programme, version, work->out, &work->programme);
  if (r == 0) r = reg_find_mode(work->programme, mode, work->out, &work->mode);
  if (r == 0 && agreement[0]) r = reg_find_agreement(work->dir, agreement, work->out, &work->agreement);
  return r;
}

int partnership_load(struct partnership_work *work, const char *id)
{
  const Reg__Partnership *stored = NULL;
  int r = reg_find_partnership(work->dir, id, work->out, &stored);
  if (r != 0) return r;
  work->record = REG_COPY(work->out, Reg__Partnership, stored);
  if (!work->record) return -ENOMEM;
  return partnership_load_basis(work, stored->programme, stored->programme_version, stored->mode,
                                stored->agreement);
}

int partnership_move(struct partnership_work *work, const char *verb)
{
  int to = 0;
  int r = lifecycle_move(&reg_partnership_lifecycle, (int)work->record->status, verb, work->out, &to);
  if (r == 0) r = reg_expect_rev(work->ctx, work->record->rev, work->out);
  if (r == 0) work->record->status = (Reg__PartnershipStatus)to;
  return r;
}

// ---- who may act

static int covers_party(struct partnership_work *work, const char *id, bool *ret)
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

int partnership_check_side(struct partnership_work *work)
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

// Its place is where it was established: a member that moves away does not take the bureau in charge along.
struct party_subject partnership_subject(const struct partnership_work *work)
{
  return (struct party_subject){.programme = work->programme,
                                .agreement = work->agreement,
                                .partnership = work->record,
                                .place = work->record->division};
}

int partnership_check_decider(struct partnership_work *work)
{
  const Prg__Approvals *approvals = work->programme->approvals;
  if (!approvals || !approvals->n_partnership) return partnership_check_side(work);
  struct party_subject subject = partnership_subject(work);
  struct reg_charge last = {(const char *const *)&approvals->partnership[approvals->n_partnership - 1], 1, 0};
  return reg_require_party(work->dir, work->ctx, &subject, &last, work->out);
}

// ---- structure

static int check_outer(struct partnership_work *work, const struct dir_view *view, const char *id, int level)
{
  const Reg__Partnership *const *list = NULL;
  size_t n = 0;
  int r = dir_partnerships_of(view, id, &list, &n);
  for (size_t i = 0; r == 0 && level <= REG_NEST_MAX && i < n; i++) {
    struct reg_structure outer;
    if (!party_live(list[i])) continue;
    r = reg_structure_of(view, list[i], work->ctx->today, work->out, &outer);
    if (r == 0) r = reg_structure_nests(&outer, work->out);
    if (r == 0) r = check_outer(work, view, list[i]->id, level + 1);
  }
  return r;
}

// A zone that changes must fit into what contains it, too (PN-09).
static int check_containers(struct partnership_work *work)
{
  const Reg__Partnership *as_it_is = REG_COPY(work->out, Reg__Partnership, work->record);
  const struct dir_view *view = as_it_is ? dir_assume(work->dir, &as_it_is->base) : NULL;
  return view ? check_outer(work, view, work->record->id, 1) : -ENOMEM;
}

int partnership_check_structure(struct partnership_work *work, char *const *tolerated, size_t n)
{
  struct reg_structure structure = {.dir = work->dir,
                                    .programme = work->programme,
                                    .mode = work->mode,
                                    .agreement = work->agreement,
                                    .partnership = work->record,
                                    .on = work->ctx->today,
                                    .tolerated = tolerated,
                                    .n_tolerated = n};
  if (date_compare(work->record->valid->from, structure.on) > 0) structure.on = work->record->valid->from;
  int r = reg_structure_check(&structure, work->out);
  return r == 0 ? check_containers(work) : r;
}

// ---- storing

int partnership_since(struct partnership_work *work, const char *date)
{
  const char *old = work->record->since;
  if (!date[0] || (old[0] && date_compare(date, old) <= 0)) return 0;
  work->record->since = reg_first_day(work->out, date);
  return work->record->since ? 0 : -ENOMEM;
}

int partnership_emit(struct partnership_work *work, const ProtobufCMessageDescriptor *event,
                     ProtobufCMessage **ret)
{
  struct event_head head;
  work->record->rev++;
  reg_partnership_head(work->record, work->agreement, &head);
  const Reg__Partnership *kept = REG_COPY(work->out, Reg__Partnership, work->record);
  if (kept) work->dir = dir_assume(work->dir, &kept->base);
  if (!kept || !work->dir) return -ENOMEM;
  return reg_emit(work->out, event, &work->record->base, &head, ret);
}

int partnership_recheck(struct partnership_work *work, const char *on, Reg__Member *const *touched, size_t n)
{
  struct reg_recheck recheck = {.dir = work->dir, .ctx = work->ctx, .out = work->out, .on = on};
  const Reg__Partnership *stored = NULL;
  int r = reg_recheck_partnership(&recheck, work->record);
  for (size_t i = 0; r == 0 && i < n; i++)
    r = reg_recheck_party(&recheck, touched[i]->party);
  reg_recheck_end(&recheck);
  work->dir = recheck.dir;
  if (r == 0) r = dir_partnership(work->dir, work->record->id, &stored);
  if (r != 0) return r;
  work->record = REG_COPY(work->out, Reg__Partnership, stored); // with its flags
  return work->record ? 0 : -ENOMEM;
}

int partnership_reply(struct partnership_work *work)
{
  Reg__PartnershipReply *answer = REG_NEW(work->out, Reg__PartnershipReply, reg__partnership_reply__init);
  if (!answer) return -ENOMEM;
  answer->id = work->record->id;
  answer->status = work->record->status;
  answer->rev = work->record->rev;
  answer->broken = work->record->broken;
  answer->n_broken = work->record->n_broken;
  work->out->reply = &answer->base;
  return 0;
}
