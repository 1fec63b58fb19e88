#include "services/dispatch/rules/quota.h"
#include "common/domain/calendar.h"
#include "common/domain/division.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLAN_PREFIX "plan/"

const Dsp__PlanLine *dsp_quota_line(const Dsp__NeedsPlan *plan, uint32_t no)
{
  for (size_t i = 0; i < plan->n_lines; i++)
    if (plan->lines[i]->no == no) return plan->lines[i];
  return NULL;
}

void dsp_quota_period(const struct dsp_case *case_, const char *day, char out[10])
{
  quota_period(case_->programme->calendar, case_->measure->quota, day, out);
}

static const char *scope_value(const struct dsp_case *case_, const struct dsp_quota_of *of,
                               Prg__QuotaScope scope)
{
  switch (scope) {
  case PRG__QUOTA_SCOPE__QUOTA_SCOPE_PROGRAMME:
    return case_->programme->id;
  case PRG__QUOTA_SCOPE__QUOTA_SCOPE_AGREEMENT:
    return of->agreement;
  case PRG__QUOTA_SCOPE__QUOTA_SCOPE_PARTNERSHIP:
    return of->partnership;
  case PRG__QUOTA_SCOPE__QUOTA_SCOPE_DIVISION:
    return of->division;
  default:
    return NULL; // the period, which stands last
  }
}

const char *dsp_quota_fixed_key(const struct dsp_call *call, const struct dsp_case *case_,
                                const struct dsp_quota_of *of, const char *period)
{
  const Prg__Quota *quota = case_->measure->quota;
  const char *key = case_->measure->id;
  bool scoped = false;
  for (size_t i = 0; key && i < quota->n_per; i++) {
    const char *value = scope_value(case_, of, quota->per[i]);
    if (!value) continue;
    scoped = true;
    key = arena_printf(call->out->arena, "%s/%s", key, value);
  }
  // Without a scope the whole programme shares the figure; ids of measures repeat between programmes.
  if (key && !scoped) key = arena_printf(call->out->arena, "%s/%s", key, case_->programme->id);
  return key ? arena_printf(call->out->arena, "%s/%s", key, period) : NULL;
}

int dsp_quota_keys(const struct dsp_call *call, const struct dsp_case *case_, const struct dsp_quota_of *of,
                   char *ret[DSP_QUOTA_KEYS], size_t *ret_n)
{
  char *keys[DSP_QUOTA_KEYS];
  size_t n = 0;
  if (dsp_gate_is_text(of->plan)) {
    keys[n++] = arena_printf(call->out->arena, PLAN_PREFIX "%s", of->plan);
    keys[n++] = arena_printf(call->out->arena, PLAN_PREFIX "%s/%u", of->plan, of->plan_line);
  }
  const Prg__Quota *quota = case_->measure->quota;
  if (quota && quota->form == PRG__QUOTA_FORM__QUOTA_FIXED) {
    char period[10];
    dsp_quota_period(case_, of->day, period);
    keys[n++] = (char *)dsp_quota_fixed_key(call, case_, of, period);
  }
  for (size_t i = 0; i < n; i++) {
    if (!keys[i]) return -ENOMEM;
    ret[i] = keys[i];
  }
  *ret_n = n;
  return 0;
}

bool dsp_quota_limit(const struct dsp_case *case_, const Dsp__NeedsPlan *plan, const char *key, uint32_t *ret)
{
  if (strncmp(key, PLAN_PREFIX, strlen(PLAN_PREFIX)) != 0) {
    const Prg__Quota *quota = case_->measure->quota;
    if (!quota || quota->form != PRG__QUOTA_FORM__QUOTA_FIXED || quota->max == 0) return false;
    *ret = quota->max;
    return true;
  }
  if (!plan) return false;
  const char *number = strchr(key + strlen(PLAN_PREFIX), '/');
  const Dsp__PlanLine *line = number ? dsp_quota_line(plan, (uint32_t)strtoul(number + 1, NULL, 10)) : NULL;
  *ret = number ? (line ? line->approved : 0) : plan->approved;
  return true;
}

// Words for the refusal: what the figure belongs to.
static int reject_full(const struct dsp_call *call, const struct dsp_case *case_, const char *key,
                       uint32_t limit)
{
  const Typ__Text *title = case_->measure->title;
  const char *zh = title ? title->zh : case_->measure->id, *en = title ? title->en : case_->measure->id;
  return decision_reject(call->out, REASON_AS_06, "scope_zh",
                         arena_printf(call->out->arena, "%s（%s）", zh, key), "scope_en",
                         arena_printf(call->out->arena, "%s (%s)", en, key), "max",
                         decision_number(call->out, limit), "key", key, NULL);
}

int dsp_quota_check(const struct dsp_call *call, const struct dsp_case *case_,
                    const Dsp__Assignment *assignment, const Dsp__NeedsPlan *plan)
{
  for (size_t i = 0; i < assignment->n_quota_keys; i++) {
    uint32_t limit, used;
    if (!dsp_quota_limit(case_, plan, assignment->quota_keys[i], &limit)) continue;
    int r = dsp_view_quota(call->view, assignment->quota_keys[i], &used);
    if (r < 0) return r;
    if (used >= limit) return reject_full(call, case_, assignment->quota_keys[i], limit);
  }
  return 0;
}
