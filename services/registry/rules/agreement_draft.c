// Drafting an agreement.
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "services/registry/rules/agreement.h"
#include "services/registry/rules/agreement_work.h"
#include <errno.h>

static int fill(struct agreement_work *work, const Reg__DraftAgreement *cmd)
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
  record->clauses = cmd->clauses;
  record->n_clauses = cmd->n_clauses;
  record->valid = cmd->valid;
  record->version = 1;
  record->status = REG__AGREEMENT_STATUS__AGREEMENT_DRAFT;
  return agreement_take_parties(work, cmd->parties, cmd->n_parties, &record->parties, &record->n_parties);
}

// The drafting side: the first party that the actor covers or acts for.
static int find_side(struct agreement_work *work)
{
  const struct actor *actor = &work->ctx->actor;
  const char *first = "0";
  for (size_t i = 0; i < work->record->n_parties; i++) {
    const Reg__Institution *party = NULL;
    int r = reg_find_institution(work->dir, work->record->parties[i]->institution, work->out, &party);
    if (r != 0) return r;
    bool acts = actor_covers(actor, party->division, work->programme->id);
    r = acts ? 0 : actor_acts_for_unit(work->dir, actor, party, &acts);
    if (r < 0) return r;
    if (i == 0) first = party->division;
    if (!acts) continue;
    work->record->division = party->division;
    return 0;
  }
  return require_scope(work->ctx, first, work->programme->id, work->record->title, work->out);
}

static int load(struct agreement_work *work, const Reg__DraftAgreement *cmd)
{
  static const char *const what[] = {"协议", "agreements"};
  int r = reg_find_live_programme(work->dir, cmd->programme, cmd->programme_version, what, work->out,
                                  &work->programme);
  if (r == 0) r = reg_find_mode(work->programme, cmd->mode, work->out, &work->mode);
  if (r == 0 && !work->mode->signed_)
    r = reg_field(work->out, "mode", "此模式不以协议为依据", "this mode is not one that is signed");
  return r;
}

// Of an agreement that is written down after its time, the states before it took effect stand on its first
// day.
static int set_since(struct agreement_work *work)
{
  const char *first = work->record->valid->from, *today = work->ctx->today;
  return agreement_since(work, date_compare(first, today) < 0 ? first : today);
}

int reg_agreement_draft(const struct dir_view *dir, const Reg__DraftAgreement *cmd,
                        const struct rule_context *ctx, struct decision *out)
{
  struct agreement_work work = {.dir = dir, .ctx = ctx, .out = out};
  int r = load(&work, cmd);
  if (r == 0) r = fill(&work, cmd);
  if (r == 0) r = find_side(&work);
  if (r == 0) r = agreement_check(&work, work.record, cmd->valid ? cmd->valid->from : "");
  if (r == 0) r = set_since(&work);
  if (r == 0) r = agreement_emit(&work, &reg__agreement_drafted__descriptor, NULL);
  return r == 0 ? agreement_reply(&work) : r;
}
