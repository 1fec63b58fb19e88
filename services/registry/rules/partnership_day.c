// What the clock does to one partnership: waivers that end, members whose time is over, a merger that should
// be done.
#include "common/base/date.h"
#include "services/registry/rules/partnership_work.h"
#include <errno.h>

static bool come(const struct partnership_work *work, const char *day)
{
  return day[0] && date_compare(day, work->ctx->today) <= 0;
}

static int end_waivers(struct partnership_work *work)
{
  Reg__Partnership *record = work->record;
  Reg__Waiver **ended = ARENA_ARRAY(work->out->arena, Reg__Waiver *, record->n_waivers + 1);
  ProtobufCMessage *event = NULL;
  const char *day = "";
  size_t kept = 0, n = 0;
  if (!ended) return -ENOMEM;
  for (size_t i = 0; i < record->n_waivers; i++) {
    Reg__Waiver *waiver = record->waivers[i];
    if (come(work, waiver->until)) {
      ended[n++] = waiver;
      day = waiver->until;
    } else {
      record->waivers[kept++] = waiver;
    }
  }
  if (n == 0) return 0;
  record->n_waivers = kept;
  int r = partnership_since(work, day);
  if (r == 0) r = partnership_emit(work, &reg__waiver_ended__descriptor, &event);
  if (r != 0) return r;
  ((Reg__WaiverEnded *)event)->waivers = ended;
  ((Reg__WaiverEnded *)event)->n_waivers = n;
  return 0;
}

// A member that was to stay as long as the partnership itself goes on being its member.
static bool over(const struct partnership_work *work, const Reg__Member *member)
{
  const Typ__Period *valid = work->record->valid;
  bool of_its_own = !valid || date_compare(member->to, valid->to) < 0;
  return of_its_own && come(work, member->to);
}

static int end_members(struct partnership_work *work, Reg__Member ***ret_removed, size_t *ret_n)
{
  Reg__Partnership *record = work->record;
  Reg__Member **removed = ARENA_ARRAY(work->out->arena, Reg__Member *, record->n_members + 1);
  ProtobufCMessage *event = NULL;
  const char *day = "";
  size_t kept = 0, n = 0;
  if (!removed) return -ENOMEM;
  for (size_t i = 0; i < record->n_members; i++) {
    Reg__Member *member = record->members[i];
    if (over(work, member)) {
      removed[n++] = member;
      day = member->to;
    } else {
      record->members[kept++] = member;
    }
  }
  *ret_removed = removed;
  *ret_n = n;
  if (n == 0) return 0;
  record->n_members = kept;
  int r = partnership_since(work, day);
  if (r == 0) r = partnership_emit(work, &reg__partnership_members_changed__descriptor, &event);
  if (r != 0) return r;
  Reg__PartnershipMembersChanged *said = (Reg__PartnershipMembersChanged *)event;
  said->removed = removed;
  said->n_removed = n;
  said->reason = (char *)"期满 / the time agreed is over";
  return 0;
}

int partnership_day(struct partnership_work *work, const char *id)
{
  Reg__Member **removed = NULL;
  size_t n = 0;
  int r = partnership_load(work, id);
  if (r != 0 || !party_live(work->record)) return r;
  const char *merger = come(work, work->record->merger_due) ? work->record->merger_due : work->ctx->today;
  r = end_waivers(work);
  if (r == 0) r = end_members(work, &removed, &n);
  return r == 0 ? partnership_recheck(work, merger, removed, n) : r;
}
