// What the clock does to one agreement: its first day, the first day of its amendment, its last day.
#include "common/base/date.h"
#include "services/registry/rules/agreement_work.h"

static bool come(const struct agreement_work *work, const char *day)
{
  return day[0] && date_compare(day, work->ctx->today) <= 0;
}

static int begin(struct agreement_work *work, uint32_t *moved)
{
  bool pending = work->record->status == REG__AGREEMENT_STATUS__AGREEMENT_SIGNED_PENDING;
  if (!pending || !come(work, work->record->valid->from)) return 0;
  int r = agreement_move(work, "take effect");
  if (r == 0) r = agreement_since(work, work->record->valid->from);
  (*moved)++;
  if (r == 0) r = agreement_emit(work, &reg__agreement_effective__descriptor, NULL);
  return r == 0 ? agreement_recheck(work, work->record->since) : r;
}

// Everybody has signed, so it takes effect whatever it breaks: that is flagged (AG-06 was asked at the last
// signature).
static int amend(struct agreement_work *work, uint32_t *moved)
{
  const Reg__AgreementAmendment *next = work->record->amendment;
  if (!next || next->status != REG__AGREEMENT_STATUS__AGREEMENT_SIGNED_PENDING ||
      !come(work, next->valid->from))
    return 0;
  (*moved)++;
  return agreement_amend_now(work, next->valid->from);
}

static int end(struct agreement_work *work, uint32_t *moved)
{
  bool running = work->record->status == REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE ||
                 work->record->status == REG__AGREEMENT_STATUS__AGREEMENT_SUSPENDED;
  if (!running || !come(work, work->record->valid->to)) return 0;
  int r = agreement_drop_amendment(work, "协议期满 / the agreement has expired");
  if (r == 0) r = agreement_move(work, "expire");
  if (r == 0) r = agreement_since(work, work->record->valid->to);
  (*moved)++;
  if (r == 0) r = agreement_emit(work, &reg__agreement_expired__descriptor, NULL);
  return r == 0 ? agreement_recheck(work, work->record->since) : r;
}

int agreement_day(struct agreement_work *work, const char *id, uint32_t *moved)
{
  static int (*const moves[])(struct agreement_work *, uint32_t *) = {begin, amend, end};
  const uint32_t before = *moved;
  int r = agreement_load(work, id);
  if (r != 0 || !work->record->valid) return r;
  for (size_t i = 0; r == 0 && *moved == before && i < sizeof moves / sizeof *moves; i++)
    r = moves[i](work, moved);
  return r;
}
