// What a command about a partnership fills in: variant, members and their time, place, the merger to come.
#include "common/base/date.h"
#include "services/registry/rules/partnership_work.h"
#include "services/registry/rules/structure.h"
#include <errno.h>
#include <string.h>

int partnership_check_variant(struct partnership_work *work, const char *variant)
{
  for (size_t i = 0; i < work->mode->n_variants; i++)
    if (strcmp(work->mode->variants[i]->id, variant) == 0) return 0;
  if (!variant[0] && work->mode->n_variants == 0) return 0;
  return reg_field(work->out, "variant", variant[0] ? "本模式没有此子类" : "须写明子类",
                   variant[0] ? "the mode has no such variant" : "must name one of the mode's variants");
}

int partnership_fill_member(struct partnership_work *work, Reg__Member *member, const char *from)
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
  if (!member->from[0]) member->from = (char *)from;
  if (!member->to[0]) member->to = valid->to;
  bool inside = date_compare(member->from, valid->from) >= 0 && date_compare(member->to, valid->to) <= 0 &&
                date_compare(member->from, member->to) < 0;
  return inside ? 0
                : reg_field(work->out, "members", "成员期限须在关系期限之内",
                            "a member's time must lie inside the partnership's");
}

int partnership_place(struct partnership_work *work)
{
  struct party_subject subject = {.programme = work->programme, .partnership = work->record};
  const char *place = "";
  int r = party_place(work->dir, &subject, work->out->arena, &place);
  work->record->division = (char *)place;
  return r;
}

// ---- the merger

int partnership_check_merger_day(struct partnership_work *work)
{
  const char *due = work->record->merger_due;
  if (!due[0]) return 0;
  if (!work->mode->merge_legal_person)
    return reg_field(work->out, "merger_due", "此模式不合并法人", "this mode does not merge legal persons");
  if (!date_is_day(due)) return reg_field(work->out, "merger_due", "应为 YYYY-MM-DD", "must be YYYY-MM-DD");
  if (date_compare(due, work->record->valid->from) <= 0)
    return reg_field(work->out, "merger_due", "须晚于关系起日",
                     "must come after the partnership's first day");
  return 0;
}

// The core school goes on; where a mode has no CORE, the member in its first role.
static const Reg__Member *leading(const struct partnership_work *work)
{
  const Reg__Partnership *record = work->record;
  const char *roles[] = {"CORE", work->mode->n_members ? work->mode->members[0]->role : ""};
  for (size_t r = 0; r < 2; r++)
    for (size_t i = 0; i < record->n_members; i++)
      if (strcmp(record->members[i]->role, roles[r]) == 0 &&
          record->members[i]->party_kind == REG__PARTY_KIND__PARTY_INSTITUTION)
        return record->members[i];
  return NULL;
}

static int name_merging(struct partnership_work *work, Reg__MergerProposed *event, const Reg__Member *core)
{
  const Reg__Partnership *record = work->record;
  event->ids = ARENA_ARRAY(work->out->arena, char *, record->n_members + 1);
  if (!event->ids) return -ENOMEM;
  event->into = core->party;
  event->due = record->merger_due;
  for (size_t i = 0; i < record->n_members; i++)
    if (record->members[i]->party_kind == REG__PARTY_KIND__PARTY_INSTITUTION &&
        strcmp(record->members[i]->party, core->party) != 0)
      event->ids[event->n_ids++] = record->members[i]->party;
  return 0;
}

int partnership_propose_merger(struct partnership_work *work)
{
  struct reg_structure structure = {.dir = work->dir,
                                    .programme = work->programme,
                                    .mode = work->mode,
                                    .agreement = work->agreement,
                                    .partnership = work->record,
                                    .on = work->ctx->today};
  const Reg__Member *core = leading(work);
  ProtobufCMessage *event = NULL;
  bool merged = false;
  if (!work->mode->merge_legal_person || !work->record->merger_due[0] || !core) return 0;
  int r = reg_structure_merged(&structure, work->out->arena, &merged);
  if (r != 0 || merged) return r;
  r = partnership_emit(work, &reg__merger_proposed__descriptor, &event);
  return r == 0 ? name_merging(work, (Reg__MergerProposed *)event, core) : r;
}
