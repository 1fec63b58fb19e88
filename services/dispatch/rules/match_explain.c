#include "services/dispatch/rules/match_explain.h"
#include "common/base/pb.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CODE_E0 "E0"
#define CODE_E1 "E1"

// A finding whose code is no invariant: E0 and E1 name the kind of explanation, "" a preference met.
static int say(const struct dsp_call *call, struct dsp_findings *findings, const char *code, bool ok,
               const char *zh, const char *en)
{
  struct dsp_finding finding = {.ok = ok, .zh = zh, .en = en};
  if (!zh || !en) return -ENOMEM;
  int r = dsp_emit_finding(call->out->arena, findings, &finding);
  if (r == 0) findings->list[findings->n - 1]->code = (char *)code;
  return r;
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
                           const struct dsp_match_pair *pair, struct dsp_findings *ret)
{
  const struct dsp_match_person *person = &pool->people[pair->candidate];
  const struct dsp_match_place *place = &pool->places[pair->line];
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

static const char *const bars_zh[DSP_BARS] = {
    [DSP_BAR_LEFT] = "在职",      [DSP_BAR_BUSY] = "时间不冲突",  [DSP_BAR_SIDE] = "属派出方",
    [DSP_BAR_STAGE] = "学段相符", [DSP_BAR_SUBJECT] = "学科相符", [DSP_BAR_SAME] = "不是本单位的人"};
static const char *const bars_en[DSP_BARS] = {
    [DSP_BAR_LEFT] = "in service",          [DSP_BAR_BUSY] = "no other posting at the time",
    [DSP_BAR_SIDE] = "on the sending side", [DSP_BAR_STAGE] = "same stage",
    [DSP_BAR_SUBJECT] = "same subject",     [DSP_BAR_SAME] = "not of the host itself"};
static const enum reason bars_code[DSP_BARS] = {
    [DSP_BAR_LEFT] = REASON_AS_01,  [DSP_BAR_BUSY] = REASON_AS_04,    [DSP_BAR_SIDE] = REASON_AS_03,
    [DSP_BAR_STAGE] = REASON_AS_08, [DSP_BAR_SUBJECT] = REASON_AS_08, [DSP_BAR_SAME] = REASON_AS_03};

// The word of a predicate as the template writes it: "category_in".
static const char *predicate_word(const struct dsp_call *call, const Prg__Predicate *predicate)
{
  char *word =
      arena_strdup(call->out->arena, pb_enum_word(&prg__predicate_kind__descriptor, predicate->kind));
  for (char *c = word; c && *c; c++)
    *c = (char)tolower((unsigned char)*c);
  return word;
}

static int explain_bar(const struct dsp_call *call, const struct dsp_match_pool *pool, size_t bar, size_t n,
                       struct dsp_findings *ret)
{
  struct arena *arena = call->out->arena;
  const char *zh, *en;
  enum reason code = REASON_AS_01;
  if (bar < DSP_BARS) {
    zh = bars_zh[bar];
    en = bars_en[bar];
    code = bars_code[bar];
  } else {
    zh = en = predicate_word(call, pool->case_.measure->who[bar - DSP_BARS]);
  }
  if (!zh) return -ENOMEM;
  return say(call, ret, CODE_E0, false,
             arena_printf(arena, "只因条件“%s”（%s）落选的有 %zu 人", zh, reason_text(code)->word, n),
             arena_printf(arena, "%zu would come if only the condition \"%s\" (%s) were relaxed", n, en,
                          reason_text(code)->word));
}

static int explain_host(const struct dsp_call *call, const struct dsp_match_place *place,
                        struct dsp_findings *ret)
{
  if (place->seats.n == 0)
    return say(call, ret, CODE_E0, false, "接收单位已不在有效的结对关系中",
               "the host is in no live partnership any more");
  for (size_t i = 0; i < place->verdict.findings.n; i++) {
    const Dsp__Finding *finding = place->verdict.findings.list[i];
    int r = finding->ok ? 0 : say(call, ret, CODE_E0, false, finding->zh, finding->en);
    if (r < 0) return r;
  }
  return 0;
}

static int explain_relaxed(const struct dsp_call *call, const struct dsp_match_pool *pool,
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
    int r = explain_bar(call, pool, i, counts[i], ret);
    if (r < 0) return r;
  }
  if (some > 0) return 0;
  return say(call, ret, CODE_E0, false, "放宽任何单一条件都不增加人选",
             "relaxing any single condition adds nobody");
}

// ---- E1

struct cut { // lines that compete for the same people, found by walking pairs from the empty place
  bool *lines, *people;
  size_t n_lines, n_people;
  int64_t places;
};

// Adds what can be reached: a line's eligible people, and the lines that hold these people now. Until nothing
// is new.
static void close_cut(const struct dsp_match_pool *pool, const bool *taken, struct cut *cut)
{
  bool grown = true;
  while (grown) {
    grown = false;
    for (size_t i = 0; i < pool->n_pairs; i++) {
      const struct dsp_match_pair *pair = &pool->pairs[i];
      if (!cut->people[pair->candidate] && cut->lines[pair->line]) {
        cut->people[pair->candidate] = grown = true;
        cut->n_people++;
      }
      if (taken[i] && cut->people[pair->candidate] && !cut->lines[pair->line]) {
        cut->lines[pair->line] = grown = true;
        cut->n_lines++;
        cut->places += pool->places[pair->line].need;
      }
    }
  }
}

static const char *line_numbers(const struct dsp_call *call, const struct dsp_match_pool *pool,
                                const struct cut *cut, size_t except)
{
  const char *text = NULL;
  size_t told = 0;
  for (size_t l = 0; l < pool->n_places; l++) {
    if (!cut->lines[l] || l == except) continue;
    if (told++ == 12) return arena_printf(call->out->arena, "%s …", text);
    text = text ? arena_printf(call->out->arena, "%s, %u", text, pool->places[l].line->no)
                : arena_printf(call->out->arena, "%u", pool->places[l].line->no);
    if (!text) return NULL;
  }
  return text;
}

static int explain_competition(const struct dsp_call *call, const struct dsp_match_pool *pool,
                               const bool *taken, size_t place, struct dsp_findings *ret)
{
  struct arena *arena = call->out->arena;
  struct cut cut = {.lines = ARENA_ARRAY(arena, bool, pool->n_places),
                    .people = ARENA_ARRAY(arena, bool, pool->n_people + 1)};
  if (!cut.lines || !cut.people) return -ENOMEM;
  cut.lines[place] = true;
  cut.n_lines = 1;
  cut.places = pool->places[place].need;
  close_cut(pool, taken, &cut);
  if (cut.n_people == 0)
    return say(call, ret, CODE_E1, false, "没有符合全部条件的人选", "nobody meets all conditions");
  if (cut.n_lines == 1)
    return say(
        call, ret, CODE_E1, false,
        arena_printf(arena, "符合条件的只有 %zu 人，本行需 %lld 人", cut.n_people, (long long)cut.places),
        arena_printf(arena, "this line needs %lld, and only %zu can be had", (long long)cut.places,
                     cut.n_people));
  const char *lines = line_numbers(call, pool, &cut, place);
  if (!lines) return -ENOMEM;
  return say(
      call, ret, CODE_E1, false,
      arena_printf(arena, "符合条件的人都已用于第 %s 行：这些行连同本行共需 %lld 人，只有 %zu 人可选", lines,
                   (long long)cut.places, cut.n_people),
      arena_printf(
          arena,
          "all eligible people are used by lines %s: with this one they need %lld, and only %zu can be had",
          lines, (long long)cut.places, cut.n_people));
}

int dsp_match_explain_unmet(const struct dsp_call *call, const struct dsp_match_pool *pool, const bool *taken,
                            size_t place, struct dsp_findings *ret)
{
  int r = explain_host(call, &pool->places[place], ret);
  if (r == 0) r = explain_competition(call, pool, taken, place, ret);
  if (r == 0 && pool->places[place].verdict.ok) r = explain_relaxed(call, pool, &pool->places[place], ret);
  return r;
}
