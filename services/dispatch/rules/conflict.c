#include "services/dispatch/rules/conflict.h"
#include "services/dispatch/rules/lifecycle.h"
#include <errno.h>
#include <string.h>

static const char *end_of(const Dsp__Assignment *assignment)
{
  if (dsp_gate_is_text(assignment->ended_on)) return assignment->ended_on;
  return assignment->period ? assignment->period->to : "";
}

static bool stands_in(const Dsp__Assignment *assignment, const struct dsp_booking *booking)
{
  if (!dsp_lifecycle_occupies(assignment->status) || !assignment->period) return false;
  if (strcmp(assignment->id, booking->except ? booking->except : "") == 0) return false;
  // Ended on its first day or before: it took no day.
  if (dsp_gate_is_text(assignment->ended_on) &&
      date_compare(assignment->ended_on, assignment->period->from) <= 0)
    return false;
  return period_overlaps(assignment->period->from, end_of(assignment), booking->from, booking->to);
}

static uint64_t load_on(const struct dsp_assignments *all, const struct dsp_booking *booking, const char *day,
                        const Dsp__Assignment **ret_first)
{
  uint64_t load = booking->load_percent;
  *ret_first = NULL;
  for (size_t i = 0; i < all->n; i++) {
    const Dsp__Assignment *other = all->list[i];
    if (!stands_in(other, booking) || !period_contains(other->period->from, end_of(other), day)) continue;
    load += other->load_percent;
    if (!*ret_first) *ret_first = other;
  }
  return load;
}

// The load of a day only grows where a posting begins: so the first day and the begins inside are all there
// is to try.
int dsp_conflict_find(const struct dsp_call *call, const struct dsp_booking *booking,
                      const Dsp__Assignment **ret)
{
  struct dsp_assignments all;
  const Dsp__Assignment *worst = NULL, *other;
  const char *worst_day = NULL;
  int r = dsp_view_assignments(call->view, DSP_OF_PERSON, booking->person, &all);
  if (r < 0) return r;
  if (load_on(&all, booking, booking->from, &other) > 100) {
    *ret = other;
    return 0;
  }
  for (size_t i = 0; i < all.n; i++) {
    if (!stands_in(all.list[i], booking)) continue;
    const char *day = all.list[i]->period->from;
    if (date_compare(day, booking->from) <= 0 || (worst_day && date_compare(day, worst_day) >= 0)) continue;
    if (load_on(&all, booking, day, &other) <= 100) continue;
    worst = other;
    worst_day = day;
  }
  *ret = worst;
  return 0;
}

int dsp_conflict_check(const struct dsp_call *call, const struct dsp_booking *booking)
{
  const Dsp__Assignment *other;
  int r = dsp_conflict_find(call, booking, &other);
  if (r < 0 || !other) return r;
  const char *to = end_of(other);
  return decision_reject(call->out, REASON_AS_04, "assignment", other->id, "host",
                         dsp_gate_label(call, other->host), "from", other->period->from, "to_zh",
                         to[0] ? to : "长期", "to_en", to[0] ? to : "an open end", NULL);
}
