// Amendments: the next version of an agreement in force, with signatures and steps of its own (row A20,
// AG-06).
#include "common/base/date.h"
#include "services/registry/rules/agreement.h"
#include "services/registry/rules/agreement_work.h"
#include "services/registry/rules/lifecycle.h"
#include "services/registry/rules/structure.h"
#include <errno.h>
#include <string.h>

enum { LISTED = 5 }; // of what breaks; the rest is counted

// ---- the record as it would be

// `from` of an amendment is the first day of that version; the agreement itself begins when it always began.
Reg__Agreement *agreement_as_amended(struct agreement_work *work)
{
  const Reg__AgreementAmendment *next = work->record->amendment;
  Reg__Agreement *amended = ARENA_NEW(work->out->arena, Reg__Agreement);
  Typ__Period *valid = REG_NEW(work->out, Typ__Period, typ__period__init);
  if (!amended || !valid) return NULL;
  *amended = *work->record;
  if (work->record->valid) valid->from = work->record->valid->from;
  valid->to = next->valid->to;
  amended->valid = valid;
  amended->title = next->title;
  amended->doc_no = next->doc_no;
  amended->parties = next->parties;
  amended->n_parties = next->n_parties;
  amended->basis = next->basis;
  amended->n_basis = next->n_basis;
  amended->clauses = next->clauses;
  amended->n_clauses = next->n_clauses;
  amended->approvals = next->approvals;
  amended->n_approvals = next->n_approvals;
  amended->version = next->version;
  amended->amendment = NULL;
  return amended;
}

static const char *first_day(const struct agreement_work *work)
{
  const char *from = work->record->amendment->valid->from;
  return from[0] ? from : work->ctx->today;
}

// ---- what it would break

static bool had_code(const Reg__Partnership *partnership, const char *code)
{
  for (size_t i = 0; i < partnership->n_broken; i++)
    if (strcmp(partnership->broken[i], code) == 0) return true;
  return false;
}

// Whether a rule of it ceases to hold in the view; what was broken before is not the amendment's doing.
static int breaks(struct agreement_work *work, const struct dir_view *view,
                  const Reg__Partnership *partnership, bool *ret)
{
  struct reg_structure structure;
  char **codes = NULL;
  size_t n = 0;
  int r = reg_structure_of(view, partnership, first_day(work), work->out, &structure);
  if (r == 0) r = reg_structure_faults(&structure, work->out->arena, &codes, &n);
  *ret = false;
  for (size_t i = 0; r == 0 && i < n; i++)
    *ret = *ret || !had_code(partnership, codes[i]);
  return r;
}

struct listing {
  const char *text;
  size_t n;
};

static int list_one(struct agreement_work *work, const char *name, struct listing *listing)
{
  if (listing->n++ < LISTED)
    listing->text =
        arena_printf(work->out->arena, "%s%s%s", listing->text, listing->text[0] ? ", " : "", name);
  return listing->text ? 0 : -ENOMEM;
}

static int list_broken(struct agreement_work *work, struct listing *ret)
{
  const Reg__Agreement *amended = agreement_as_amended(work);
  const struct dir_view *view = amended ? dir_assume(work->dir, &amended->base) : NULL;
  const Reg__Partnership *const *list = NULL;
  size_t n = 0;
  if (!view) return -ENOMEM;
  int r = dir_partnerships_under(work->dir, work->record->id, &list, &n);
  for (size_t i = 0; r == 0 && i < n; i++) {
    bool broken = false;
    if (!party_live(list[i])) continue;
    r = breaks(work, view, list[i], &broken);
    if (r == 0 && broken) r = list_one(work, list[i]->name[0] ? list[i]->name : list[i]->id, ret);
  }
  return r;
}

static int check_broken(struct agreement_work *work)
{
  struct listing listing = {"", 0};
  int r = list_broken(work, &listing);
  if (r != 0 || listing.n == 0) return r;
  const char *list = arena_printf(work->out->arena, "%s%s", listing.text, listing.n > LISTED ? " …" : "");
  const char *count = decision_number(work->out, (int64_t)listing.n);
  if (!list || !count) return -ENOMEM;
  if (!work->record->amendment->accept_broken)
    return decision_reject(work->out, REASON_AG_06, "n", count, "list", list, NULL);
  return agreement_warn(
      work->out, arena_printf(work->out->arena, "%s 对关系将被标记为失效：%s", count, list),
      arena_printf(work->out->arena, "%s partnerships will be flagged as broken: %s", count, list));
}

// ---- agreements under this one

static bool in_force(const Reg__Agreement *agreement)
{
  return agreement->status == REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE ||
         agreement->status == REG__AGREEMENT_STATUS__AGREEMENT_SUSPENDED ||
         agreement->status == REG__AGREEMENT_STATUS__AGREEMENT_SIGNED_PENDING;
}

// A shorter period must still hold those under it (AG-04).
static int check_children(struct agreement_work *work)
{
  const Reg__Agreement *const *list = NULL;
  const char *to = work->record->amendment->valid->to;
  size_t n = 0;
  int r = to[0] ? dir_agreements_below(work->dir, work->record->id, &list, &n) : 0;
  for (size_t i = 0; r == 0 && i < n; i++) {
    if (!in_force(list[i]) || !list[i]->valid || date_compare(list[i]->valid->to, to) <= 0) continue;
    r = decision_reject(
        work->out, REASON_AG_04, "detail_zh",
        arena_printf(work->out->arena, "下级协议“%s”晚于 %s 才到期", list[i]->title, to), "detail_en",
        arena_printf(work->out->arena, "\"%s\" under it ends after %s", list[i]->title, to), NULL);
  }
  return r;
}

int agreement_warn_children(struct agreement_work *work)
{
  const Reg__Agreement *const *list = NULL;
  struct listing listing = {"", 0};
  size_t n = 0;
  int r = dir_agreements_below(work->dir, work->record->id, &list, &n);
  for (size_t i = 0; r == 0 && i < n; i++)
    if (in_force(list[i])) r = list_one(work, list[i]->title, &listing);
  if (r != 0 || listing.n == 0) return r;
  return agreement_warn(
      work->out, arena_printf(work->out->arena, "下级协议仍然有效：%s", listing.text),
      arena_printf(work->out->arena, "agreements under it stay in force: %s", listing.text));
}

int agreement_check_amendment(struct agreement_work *work)
{
  int r = check_children(work);
  return r == 0 ? check_broken(work) : r;
}

// ---- drafting one

static Reg__AgreementAmendment *blank(struct agreement_work *work)
{
  const Reg__Agreement *record = work->record;
  Reg__AgreementAmendment *next = REG_NEW(work->out, Reg__AgreementAmendment, reg__agreement_amendment__init);
  Typ__Period *valid = REG_NEW(work->out, Typ__Period, typ__period__init);
  if (!next || !valid) return NULL;
  if (record->valid) valid->to = record->valid->to;
  next->version = record->version + 1;
  next->status = REG__AGREEMENT_STATUS__AGREEMENT_DRAFT;
  next->title = record->title;
  next->doc_no = record->doc_no;
  next->basis = record->basis;
  next->n_basis = record->n_basis;
  next->clauses = record->clauses;
  next->n_clauses = record->n_clauses;
  next->valid = valid;
  if (agreement_take_parties(work, record->parties, record->n_parties, &next->parties, &next->n_parties) != 0)
    return NULL;
  return next;
}

// What is empty stays: as in the draft before, or as in the version in force.
static int fill(struct agreement_work *work, const Reg__AmendAgreement *cmd)
{
  if (!work->record->amendment) work->record->amendment = blank(work);
  Reg__AgreementAmendment *next = work->record->amendment;
  if (!next) return -ENOMEM;
  if (cmd->title[0]) next->title = cmd->title;
  if (cmd->doc_no[0]) next->doc_no = cmd->doc_no;
  if (cmd->n_basis) next->basis = cmd->basis, next->n_basis = cmd->n_basis;
  if (cmd->n_clauses) next->clauses = cmd->clauses, next->n_clauses = cmd->n_clauses;
  if (cmd->valid && cmd->valid->from[0]) next->valid->from = cmd->valid->from;
  if (cmd->valid && cmd->valid->to[0]) next->valid->to = cmd->valid->to;
  next->accept_broken = cmd->accept_broken;
  if (!cmd->n_parties) return 0;
  return agreement_take_parties(work, cmd->parties, cmd->n_parties, &next->parties, &next->n_parties);
}

static int says_nothing(struct agreement_work *work, const Reg__AmendAgreement *cmd)
{
  bool period = cmd->valid && (cmd->valid->from[0] || cmd->valid->to[0]);
  if (cmd->title[0] || cmd->doc_no[0] || cmd->n_parties || cmd->n_basis || cmd->n_clauses || period) return 0;
  if (work->record->amendment && work->record->amendment->accept_broken != cmd->accept_broken) return 0;
  return reg_field(work->out, "id", "修订没有改动任何内容", "the amendment changes nothing");
}

static int check_first_day(struct agreement_work *work)
{
  const Typ__Period *valid = work->record->amendment->valid;
  int r = reg_check_date(work->out, "valid.from", valid->from, true);
  if (r != 0 || !valid->from[0]) return r;
  bool early = work->record->valid && date_compare(valid->from, work->record->valid->from) < 0;
  bool late = valid->to[0] && date_compare(valid->from, valid->to) >= 0;
  if (!early && !late) return 0;
  return decision_reject(work->out, REASON_AG_04, "detail_zh", "修订的起日须在协议期限之内", "detail_en",
                         "the amendment's first day must lie inside the agreement's period", NULL);
}

static int check_content(struct agreement_work *work)
{
  int r = check_first_day(work);
  Reg__Agreement *amended = r == 0 ? agreement_as_amended(work) : NULL;
  if (r != 0) return r;
  r = amended ? agreement_check(work, amended, first_day(work)) : -ENOMEM;
  return r == 0 ? agreement_check_amendment(work) : r;
}

int reg_agreement_amend(const struct dir_view *dir, const Reg__AmendAgreement *cmd,
                        const struct rule_context *ctx, struct decision *out)
{
  struct agreement_work work = {.dir = dir, .ctx = ctx, .out = out};
  int r = agreement_load_for_side(&work, cmd->id);
  if (r == 0) r = agreement_move(&work, "amend");
  if (r != 0) return r;
  struct agreement_paper paper = agreement_paper_of(work.record);
  if (paper.amendment) r = agreement_paper_move(&work, &paper, "amend"); // only a draft is written over
  if (r == 0) r = says_nothing(&work, cmd);
  if (r == 0) r = fill(&work, cmd);
  if (r == 0) r = check_content(&work);
  if (r == 0) r = agreement_emit(&work, &reg__agreement_amendment_drafted__descriptor, NULL);
  return r == 0 ? agreement_reply(&work) : r;
}

// ---- dropping it, and taking effect

int agreement_drop_amendment(struct agreement_work *work, const char *reason)
{
  ProtobufCMessage *event = NULL;
  Reg__AgreementStatus status = work->record->status;
  const Reg__Agreement *before = NULL;
  if (!work->record->amendment) return 0;
  int r = dir_agreement(work->dir, work->record->id, &before);
  if (r == 0 && before)
    work->record->status = before->status; // the drop comes before what makes it necessary
  work->record->amendment = NULL;
  if (r == 0) r = agreement_emit(work, &reg__agreement_amendment_dropped__descriptor, &event);
  if (r == 0) ((Reg__AgreementAmendmentDropped *)event)->reason = (char *)reason;
  work->record->status = status;
  return r;
}

int reg_agreement_drop_amendment(const struct dir_view *dir, const Reg__DropAmendment *cmd,
                                 const struct rule_context *ctx, struct decision *out)
{
  struct agreement_work work = {.dir = dir, .ctx = ctx, .out = out};
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = agreement_load_for_side(&work, cmd->id);
  if (r != 0) return r;
  if (!work.record->amendment) return reg_field(out, "id", "没有进行中的修订", "has no amendment on its way");
  r = agreement_drop_amendment(&work, cmd->reason);
  return r == 0 ? agreement_reply(&work) : r;
}

int agreement_amend_now(struct agreement_work *work, const char *on)
{
  ProtobufCMessage *event = NULL;
  uint32_t former = work->record->version;
  Reg__Agreement *amended = agreement_as_amended(work);
  if (!amended) return -ENOMEM;
  work->record = amended;
  int r = agreement_since(work, on);
  if (r == 0) r = agreement_emit(work, &reg__agreement_amended__descriptor, &event);
  if (r != 0) return r;
  ((Reg__AgreementAmended *)event)->former_version = former;
  return agreement_recheck(work, on);
}
