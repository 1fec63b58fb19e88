#include "services/dispatch/rules/match_explain.h"
#include <errno.h>
#include <string.h>

#define CODE_E0 "E0"

// A finding whose code is no invariant: E0 names the kind of explanation, "" a preference met.
static int say(const struct dsp_call *call, struct dsp_findings *findings, const char *code, bool ok,
               const char *zh, const char *en)
{
  return dsp_match_add(call, findings, code, ok, (struct dsp_match_words){zh, en});
}

static int explain_keeping(const struct dsp_call *call, const struct dsp_match_pool *pool,
                           const struct dsp_match_person *person, const struct dsp_match_place *place,
                           struct dsp_findings *ret)
{
  if (!pool->keep_pairs) return 0;
  if (strcmp(person->candidate->last_host, place->host->id) == 0)
    return say(call, ret, "", true, "上一期就在同一单位", "was at this host in the period before");
  if (dsp_match_pool_was_pair(pool, place, person->home->id))
    return say(call, ret, "", true, "延续上一期的派出与接收单位",
               "keeps home and host of the period before together");
  return 0;
}

static bool partners(const struct dsp_match_person *person, const struct dsp_match_place *place)
{
  const struct dsp_seat *seat = dsp_sides_pick(&place->seats, &person->chain, NULL);
  for (size_t i = 0; seat && seat->partnership && i < seat->partnership->n_members; i++)
    if (strcmp(seat->partnership->members[i]->party, person->home->id) == 0) return true;
  return false;
}

static int explain_need(const struct dsp_call *call, const struct dsp_match_person *person,
                        const struct dsp_match_place *place, struct dsp_findings *ret)
{
  const Dsp__PlanLine *line = place->line;
  struct arena *arena = call->out->arena;
  if (line->stage != TYP__STAGE__STAGE_UNSPECIFIED) {
    int r = say(call, ret, reason_text(REASON_AS_08)->word, true,
                arena_printf(arena, "学段相符：%s", dsp_eligible_stage_zh(line->stage)),
                arena_printf(arena, "same stage: %s", dsp_eligible_stage_en(line->stage)));
    if (r < 0) return r;
  }
  if (!dsp_gate_is_text(line->subject)) return 0;
  bool first = person->person->n_subjects > 0 && strcmp(person->person->subjects[0], line->subject) == 0;
  return say(call, ret, reason_text(REASON_AS_08)->word, true,
             arena_printf(arena, "学科相符：%s%s", line->subject, first ? "（主教）" : "（兼教）"),
             arena_printf(arena, "same subject: %s%s", line->subject, first ? ", the person's first" : ""));
}

int dsp_match_explain_pair(const struct dsp_call *call, const struct dsp_match_pool *pool,
                           const struct mdl_pair *pair, struct dsp_findings *ret)
{
  const struct dsp_match_person *person = &pool->people[pair->person];
  const struct dsp_match_place *place = &pool->places[pair->post];
  int wish = dsp_match_pool_wish(person->candidate, place->host->id);
  int r = explain_keeping(call, pool, person, place, ret);
  if (r == 0 && partners(person, place))
    r = say(call, ret, "", true, "两单位为结对单位", "home and host are partners");
  if (r == 0) r = explain_need(call, person, place, ret);
  if (r == 0 && wish >= 0)
    r = say(call, ret, "", true, arena_printf(call->out->arena, "第 %d 志愿", wish + 1),
            arena_printf(call->out->arena, "wish no. %d", wish + 1));
  return r;
}

// ---- E0

static const enum reason bars_code[DSP_BARS] = {
    [DSP_BAR_LEFT] = REASON_AS_01,  [DSP_BAR_BUSY] = REASON_AS_04,    [DSP_BAR_SIDE] = REASON_AS_03,
    [DSP_BAR_STAGE] = REASON_AS_08, [DSP_BAR_SUBJECT] = REASON_AS_08, [DSP_BAR_SAME] = REASON_AS_03};

static enum dsp_match_text text_of(const struct dsp_match_pool *pool, size_t bar)
{
  static const enum dsp_match_text bars[DSP_BARS] = {
      [DSP_BAR_LEFT] = DSP_MATCH_COND_LEFT,       [DSP_BAR_BUSY] = DSP_MATCH_COND_BUSY,
      [DSP_BAR_SIDE] = DSP_MATCH_COND_SIDE,       [DSP_BAR_STAGE] = DSP_MATCH_COND_STAGE,
      [DSP_BAR_SUBJECT] = DSP_MATCH_COND_SUBJECT, [DSP_BAR_SAME] = DSP_MATCH_COND_SAME};
  if (bar < DSP_BARS) return bars[bar];
  switch (pool->case_.measure->who[bar - DSP_BARS]->kind) {
  case PRG__PREDICATE_KIND__PREDICATE_CATEGORY_IN:
    return DSP_MATCH_COND_CATEGORY;
  case PRG__PREDICATE_KIND__PREDICATE_POST_IN:
    return DSP_MATCH_COND_POST;
  case PRG__PREDICATE_KIND__PREDICATE_SUBJECT_IN:
    return DSP_MATCH_COND_SUBJECTS;
  case PRG__PREDICATE_KIND__PREDICATE_TITLE_MIN:
    return DSP_MATCH_COND_TITLE;
  case PRG__PREDICATE_KIND__PREDICATE_AGE_MAX:
    return DSP_MATCH_COND_AGE;
  case PRG__PREDICATE_KIND__PREDICATE_MIN_YEARS_HERE:
    return DSP_MATCH_COND_YEARS;
  case PRG__PREDICATE_KIND__PREDICATE_ONE_APPLICATION_PER_YEAR:
    return DSP_MATCH_COND_ONE;
  default:
    return DSP_MATCH_COND_OTHER;
  }
}

static const char *code_of(size_t bar)
{
  return reason_text(bar < DSP_BARS ? bars_code[bar] : REASON_AS_01)->word;
}

const char *dsp_match_explain_bar(const struct dsp_call *call, const struct dsp_match_pool *pool,
                                  const struct mdl_pair *pair, struct dsp_match_words *ret)
{
  const struct dsp_match_place *place = &pool->places[pair->post];
  size_t bar = 0;
  for (size_t i = 0; i < place->verdict.findings.n; i++) // the host's first: it bars everybody
    if (!place->verdict.findings.list[i]->ok) {
      const Dsp__Finding *finding = place->verdict.findings.list[i];
      *ret = (struct dsp_match_words){finding->zh, finding->en};
      return finding->code;
    }
  dsp_match_pool_bars(pool, &pool->people[pair->person], place, &bar);
  *ret = dsp_match_fill(call, text_of(pool, bar), NULL);
  return code_of(bar);
}

static int explain_bar(const struct dsp_call *call, const struct dsp_match_pool *pool, size_t bar,
                       enum dsp_match_text text, const char *n, struct dsp_findings *ret)
{
  struct dsp_match_words condition = dsp_match_fill(call, text_of(pool, bar), NULL);
  const char *code = code_of(bar);
  return dsp_match_add(call, ret, CODE_E0, false,
                       dsp_match_fill(call, text, "condition", condition.zh, condition.en, "code", code, code,
                                      "n", n, n, NULL));
}

int dsp_match_explain_barred(const struct dsp_call *call, const struct dsp_match_pool *pool, size_t bar,
                             const char *lines, struct dsp_findings *ret)
{
  return explain_bar(call, pool, bar, DSP_MATCH_E0_LINES, lines, ret);
}

int dsp_match_explain_host(const struct dsp_call *call, const struct dsp_match_place *place,
                           struct dsp_findings *ret)
{
  if (place->seats.n == 0)
    return dsp_match_add(call, ret, CODE_E0, false, dsp_match_fill(call, DSP_MATCH_E0_NO_SEAT, NULL));
  for (size_t i = 0; i < place->verdict.findings.n; i++) {
    const Dsp__Finding *finding = place->verdict.findings.list[i];
    int r = finding->ok ? 0 : say(call, ret, CODE_E0, false, finding->zh, finding->en);
    if (r < 0) return r;
  }
  return 0;
}

int dsp_match_explain_relaxed(const struct dsp_call *call, const struct dsp_match_pool *pool,
                              const struct dsp_match_place *place, struct dsp_findings *ret)
{
  size_t who = pool->case_.measure->n_who, *counts = ARENA_ARRAY(call->out->arena, size_t, DSP_BARS + who);
  size_t some = 0;
  if (!counts) return -ENOMEM;
  for (size_t p = 0; p < pool->n_people; p++) {
    size_t last = 0, bars = dsp_match_pool_bars(pool, &pool->people[p], place, &last);
    if (bars == 1) counts[last]++;
  }
  for (size_t i = 0; i < DSP_BARS + who; i++) {
    if (counts[i] == 0) continue;
    some++;
    int r = explain_bar(call, pool, i, DSP_MATCH_E0_BAR, dsp_match_number(call, (int64_t)counts[i]), ret);
    if (r < 0) return r;
  }
  if (some > 0) return 0;
  return dsp_match_add(call, ret, CODE_E0, false, dsp_match_fill(call, DSP_MATCH_E0_NONE, NULL));
}
