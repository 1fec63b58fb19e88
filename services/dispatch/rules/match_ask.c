// Asking a solved match about one line or one person: how it stands and why, and what else could be.
#include "services/dispatch/rules/match_explain.h"
#include <errno.h>
#include <string.h>

#define SAME(text)       (text), (text)
#define ALTERNATIVES     5
#define ALTERNATIVES_MAX 50

static const char *person_at(const struct dsp_call *call, const struct dsp_match *match, int32_t person)
{
  return dsp_gate_label(call, match->pool->people[person].candidate->person);
}

static uint32_t line_of(const struct dsp_match *match, int32_t pair)
{
  return pair < 0 ? 0 : match->pool->places[match->pool->pairs[pair].post].line->no;
}

static const char *number(const struct dsp_call *call, uint32_t n)
{
  return dsp_match_number(call, n);
}

// "3" or "3, 7" with one more behind it.
static const char *listed(const struct dsp_call *call, const char *list, const char *more)
{
  return list && *list ? arena_printf(call->out->arena, "%s, %s", list, more) : more;
}

// ---- a line as it stands

static int tell_line(const struct dsp_call *call, const struct dsp_match *match, size_t place,
                     struct dsp_findings *ret)
{
  const struct dsp_match_place *at = &match->pool->places[place];
  int32_t filled = mdl_filled(match->model, (int32_t)place);
  const char *people = "";
  for (size_t p = 0; people && p < match->pool->n_people; p++) {
    int32_t pair = mdl_given(match->model, (int32_t)p);
    if (pair >= 0 && (size_t)match->pool->pairs[pair].post == place)
      people = listed(call, people, person_at(call, match, (int32_t)p));
  }
  enum dsp_match_text text = filled > 0 ? DSP_MATCH_LINE_NOW : DSP_MATCH_LINE_EMPTY;
  int r = dsp_match_add(call, ret, "", filled == at->need,
                        dsp_match_fill(call, text, "line", SAME(number(call, at->line->no)), "host",
                                       SAME(dsp_gate_label(call, at->host->id)), "places",
                                       SAME(dsp_match_number(call, at->need)), "filled",
                                       SAME(dsp_match_number(call, filled)), "people", SAME(people), NULL));
  return r == 0 && filled < at->need ? dsp_match_explain_unmet(call, match, place, ret) : r;
}

// ---- a person

static int tell_placed(const struct dsp_call *call, const struct dsp_match *match, int32_t pair,
                       struct dsp_findings *ret)
{
  const struct mdl_pair *at = &match->pool->pairs[pair];
  const char *host = dsp_gate_label(call, match->pool->places[at->post].host->id);
  int r = dsp_match_add(call, ret, "", true,
                        dsp_match_fill(call, DSP_MATCH_PERSON_AT, "person",
                                       SAME(person_at(call, match, at->person)), "line",
                                       SAME(number(call, line_of(match, pair))), "host", SAME(host), NULL));
  return r == 0 ? dsp_match_explain_pair(call, match->pool, at, ret) : r;
}

static bool holds_person(const struct dsp_match *match, int32_t quota, int32_t person)
{
  const struct mdl_quota *figure = &match->quotas[quota];
  for (size_t i = 0; i < figure->n_pairs; i++)
    if (match->pool->pairs[figure->pairs[i]].person == person) return true;
  return false;
}

// Lines that would take the person, and the figures that are used up on the way there.
static int tell_open_lines(const struct dsp_call *call, const struct dsp_match *match, int32_t person,
                           const char *lines, struct dsp_findings *ret)
{
  int r = dsp_match_add(call, ret, "", true,
                        dsp_match_fill(call, DSP_MATCH_PERSON_LINES, "lines", SAME(lines), NULL));
  for (int32_t q = 0; r == 0 && q < match->problem.n_quotas; q++)
    if (mdl_used(match->model, q) >= match->quotas[q].cap && holds_person(match, q, person))
      r = dsp_match_explain_figure(call, match, q, ret);
  return r;
}

static int tell_bars(const struct dsp_call *call, const struct dsp_match *match, int32_t person,
                     struct dsp_findings *ret)
{
  const struct dsp_match_pool *pool = match->pool;
  size_t n = DSP_BARS + pool->case_.measure->n_who, some = 0;
  const char **lines = ARENA_ARRAY(call->out->arena, const char *, n);
  if (!lines) return -ENOMEM;
  for (size_t l = 0; l < pool->n_places; l++) {
    size_t last = 0;
    if (!pool->places[l].verdict.ok) continue; // the host bars everybody
    if (dsp_match_pool_bars(pool, &pool->people[person], &pool->places[l], &last) != 1) continue;
    lines[last] = listed(call, lines[last], number(call, pool->places[l].line->no));
  }
  for (size_t i = 0; i < n; i++) {
    if (!lines[i]) continue;
    some++;
    int r = dsp_match_explain_barred(call, pool, i, lines[i], ret);
    if (r < 0) return r;
  }
  return some > 0 ? 0
                  : dsp_match_add(call, ret, "E0", false, dsp_match_fill(call, DSP_MATCH_E0_NO_LINE, NULL));
}

static int tell_person(const struct dsp_call *call, const struct dsp_match *match, int32_t person,
                       struct dsp_findings *ret)
{
  int32_t given = mdl_given(match->model, person);
  if (given >= 0) return tell_placed(call, match, given, ret);
  const char *name = person_at(call, match, person), *lines = NULL;
  int r = dsp_match_add(call, ret, "", false,
                        dsp_match_fill(call, DSP_MATCH_PERSON_NOWHERE, "person", SAME(name), NULL));
  for (size_t i = 0; i < match->pool->n_pairs; i++)
    if (match->pool->pairs[i].person == person)
      lines = listed(call, lines, number(call, line_of(match, (int32_t)i)));
  if (r < 0) return r;
  return lines ? tell_open_lines(call, match, person, lines, ret) : tell_bars(call, match, person, ret);
}

// ---- alternatives

static int new_alternative(const struct dsp_call *call, const struct dsp_match *match,
                           const struct mdl_alternative *from, Dsp__MatchAlternative **ret)
{
  const struct mdl_pair *pair = &match->pool->pairs[from->pair];
  const struct dsp_match_person *person = &match->pool->people[pair->person];
  Dsp__MatchAlternative *record = ARENA_NEW(call->out->arena, Dsp__MatchAlternative);
  if (!record) return -ENOMEM;
  dsp__match_alternative__init(record);
  record->candidate = person->candidate->id;
  record->person = person->person->id;
  record->home = person->home->id;
  record->plan_line = line_of(match, from->pair);
  record->host = match->pool->places[pair->post].host->id;
  record->own_line = line_of(match, mdl_given(match->model, pair->person));
  record->reason =
      dsp_match_finding(call, "", dsp_match_change(call, match->order, match->n_order, from->value));
  *ret = record;
  return record->reason
             ? dsp_match_explain_change(call, match, from->value, &record->change, &record->n_change)
             : -ENOMEM;
}

static int find_post(const struct dsp_call *call, const struct dsp_match *match, uint32_t no, int32_t *ret)
{
  for (size_t l = 0; l < match->pool->n_places; l++)
    if (match->pool->places[l].line->no == no) {
      *ret = (int32_t)l;
      return 0;
    }
  struct dsp_match_words words =
      dsp_match_fill(call, DSP_MATCH_REFUSE_PIN_LINE, "line", SAME(dsp_match_number(call, no)), NULL);
  return dsp_gate_field(call, "plan_line", words.zh, words.en);
}

static int find_person(const struct dsp_call *call, const struct dsp_match *match, const char *candidate,
                       int32_t *ret)
{
  size_t p = dsp_match_find(match->pool, candidate);
  *ret = (int32_t)p;
  if (p < match->pool->n_people) return 0;
  struct dsp_match_words words = dsp_match_fill(call, DSP_MATCH_REFUSE_PIN_CANDIDATE, "candidate",
                                                SAME(dsp_gate_label(call, candidate)), NULL);
  return dsp_gate_field(call, "candidate", words.zh, words.en);
}

int dsp_match_explain_alternatives(const struct dsp_call *call, const struct dsp_match *match,
                                   const Dsp__ExplainMatch *query, Dsp__MatchExplanation *ret)
{
  struct mdl_alternative list[ALTERNATIVES_MAX];
  struct dsp_findings reasons = {0};
  int32_t k = query->top ? (int32_t)query->top : ALTERNATIVES, n = 0, at = 0;
  if (query->top > ALTERNATIVES_MAX) return dsp_gate_field(call, "top", "至多 50", "is at most 50");
  bool by_line = query->plan_line != 0;
  if (by_line == dsp_gate_is_text(query->candidate))
    return dsp_gate_field(call, "plan_line", "行号与人选二选一", "or candidate: one of the two is needed");
  int r = by_line ? find_post(call, match, query->plan_line, &at)
                  : find_person(call, match, query->candidate, &at);
  if (r != 0) return r;
  n = by_line ? mdl_post_alternatives(match->model, at, k, list)
              : mdl_person_alternatives(match->model, at, k, list);
  r = by_line ? tell_line(call, match, (size_t)at, &reasons) : tell_person(call, match, at, &reasons);
  ret->reasons = reasons.list;
  ret->n_reasons = reasons.n;
  ret->alternatives = ARENA_ARRAY(call->out->arena, Dsp__MatchAlternative *, (size_t)n + 1);
  if (!ret->alternatives) return -ENOMEM;
  for (int32_t i = 0; r == 0 && i < n; i++) {
    r = new_alternative(call, match, &list[i], &ret->alternatives[ret->n_alternatives]);
    if (r == 0) ret->n_alternatives++;
  }
  return r;
}
