// E1, E2, and what else the solved model can be asked.
#include "services/dispatch/rules/match_explain.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SAME(text)  (text), (text)
#define LINES_TOLD  12
#define ENVIES_TOLD 20

static const char *person_at(const struct dsp_call *call, const struct dsp_match *match, int32_t person)
{
  return dsp_gate_label(call, match->pool->people[person].candidate->person);
}

static uint32_t line_at(const struct dsp_match *match, int32_t post)
{
  return match->pool->places[post].line->no;
}

static uint32_t line_of(const struct dsp_match *match, int32_t pair)
{
  return pair < 0 ? 0 : line_at(match, match->pool->pairs[pair].post);
}

static const char *number_of(const struct dsp_call *call, const struct dsp_match *match, int32_t pair)
{
  return dsp_match_number(call, line_of(match, pair));
}

static const char *host_at(const struct dsp_call *call, const struct dsp_match *match, int32_t post)
{
  return dsp_gate_label(call, match->pool->places[post].host->id);
}

static struct dsp_match_words change(const struct dsp_call *call, const struct dsp_match *match,
                                     const int64_t value[MDL_TERMS])
{
  return dsp_match_change(call, match->order, match->n_order, value);
}

// ---- E1

static const char *line_numbers(const struct dsp_call *call, const struct dsp_match *match,
                                const uint8_t *marks, size_t except)
{
  const char *text = "";
  size_t told = 0;
  for (size_t l = 0; text && l < match->pool->n_places; l++) {
    if (!marks[l] || l == except) continue;
    if (told++ == LINES_TOLD) return arena_printf(call->out->arena, "%s …", text);
    text =
        arena_printf(call->out->arena, "%s%s%u", text, told > 1 ? ", " : "", match->pool->places[l].line->no);
  }
  return text;
}

int dsp_match_explain_figure(const struct dsp_call *call, const struct dsp_match *match, int32_t quota,
                             struct dsp_findings *ret)
{
  struct dsp_match_words name = match->rules[quota].words, gain = {"", ""};
  const char *max = dsp_match_number(call, match->quotas[quota].cap),
             *used = dsp_match_number(call, mdl_used(match->model, quota));
  int64_t worth[MDL_TERMS];
  bool some = mdl_worth(match->model, quota, worth);
  if (some) gain = change(call, match, worth);
  return dsp_match_add(call, ret, "E1", false,
                       dsp_match_fill(call, some ? DSP_MATCH_E1_FIGURE_WORTH : DSP_MATCH_E1_FIGURE, "figure",
                                      name.zh, name.en, "max", SAME(max), "used", SAME(used), "change",
                                      gain.zh, gain.en, NULL));
}

static int say_figures(const struct dsp_call *call, const struct dsp_match *match, const struct mdl_cut *cut,
                       struct dsp_findings *ret)
{
  int r = 0;
  for (int32_t q = 0; r == 0 && q < match->problem.n_quotas; q++)
    if (cut->quotas[q]) r = dsp_match_explain_figure(call, match, q, ret);
  return r;
}

// More people than places taken, and no figure between: some of them go with a team.
static bool is_settled(const struct mdl_cut *cut)
{
  return !cut->open && cut->n_quotas == 0 && cut->people > cut->filled;
}

static struct dsp_match_words say_cut(const struct dsp_call *call, const struct dsp_match *match,
                                      const struct mdl_cut *cut, size_t place)
{
  const char *places = dsp_match_number(call, cut->places), *people = dsp_match_number(call, cut->people),
             *filled = dsp_match_number(call, cut->filled),
             *missing = dsp_match_number(call, cut->places - cut->filled),
             *lines = line_numbers(call, match, cut->posts, place);
  if (cut->people == 0) return dsp_match_fill(call, DSP_MATCH_E1_NOBODY, NULL);
  if (cut->open) return dsp_match_fill(call, DSP_MATCH_E1_OUTRANKED, NULL);
  if (cut->n_quotas > 0)
    return dsp_match_fill(call, cut->n_posts > 1 ? DSP_MATCH_E1_SHORT : DSP_MATCH_E1_SHORT_ALONE, "lines",
                          SAME(lines), "places", SAME(places), "filled", SAME(filled), "missing",
                          SAME(missing), NULL);
  if (is_settled(cut))
    return dsp_match_fill(call, DSP_MATCH_E1_SETTLED, "people", SAME(people), "places", SAME(places),
                          "filled", SAME(filled), NULL);
  return dsp_match_fill(call, cut->n_posts > 1 ? DSP_MATCH_E1_SHARED : DSP_MATCH_E1_ALONE, "lines",
                        SAME(lines), "places", SAME(places), "people", SAME(people), NULL);
}

// Teams among the people who could go there: the network has them settled, so a cut does not show them.
// Those placed elsewhere are told where they are what keeps the line empty (settled).
static int say_teams(const struct dsp_call *call, const struct dsp_match *match, size_t place, bool settled,
                     struct dsp_findings *ret)
{
  const struct dsp_match_pool *pool = match->pool;
  const char *teams = NULL;
  for (int32_t t = 0; t < match->problem.n_teams; t++) {
    const struct mdl_team *team = &match->problem.teams[t];
    bool there = false;
    for (size_t i = 0; i < pool->n_pairs && !there; i++)
      for (int32_t k = 0; k < team->n_members && !there && (size_t)pool->pairs[i].post == place; k++)
        there = pool->pairs[i].person == team->members[k] &&
                (mdl_given(match->model, team->members[k]) < 0 || settled);
    if (there) teams = teams ? arena_printf(call->out->arena, "%s, %s", teams, team->id) : team->id;
  }
  if (!teams) return 0;
  return dsp_match_add(call, ret, "E1", false,
                       dsp_match_fill(call, DSP_MATCH_E1_TEAM, "teams", SAME(teams), NULL));
}

static int explain_competition(const struct dsp_call *call, const struct dsp_match *match, size_t place,
                               struct dsp_findings *ret)
{
  struct mdl_cut cut;
  if (!mdl_cut(match->model, (int32_t)place, &cut)) return -ENOMEM;
  int r = say_figures(call, match, &cut, ret);
  if (r == 0) r = dsp_match_add(call, ret, "E1", false, say_cut(call, match, &cut, place));
  if (r == 0) r = say_teams(call, match, place, is_settled(&cut), ret);
  free(cut.posts);
  free(cut.quotas);
  return r;
}

// ---- E2

static struct dsp_match_words say_moves(const struct dsp_call *call, const struct dsp_match *match,
                                        const struct mdl_chain *chain)
{
  struct dsp_match_words all = {NULL, NULL};
  int32_t listed = chain->n_moves < MDL_MOVES ? chain->n_moves : MDL_MOVES;
  for (int32_t i = 0; i < listed; i++) {
    const struct mdl_move *move = &chain->moves[i];
    enum dsp_match_text text = move->from < 0 ? DSP_MATCH_MOVE_IN
                               : move->to < 0 ? DSP_MATCH_MOVE_OUT
                                              : DSP_MATCH_MOVE;
    all = dsp_match_join(call, all,
                         dsp_match_fill(call, text, "person", SAME(person_at(call, match, move->person)),
                                        "from", SAME(number_of(call, match, move->from)), "to",
                                        SAME(number_of(call, match, move->to)), NULL));
  }
  if (chain->n_moves > listed)
    all = dsp_match_join(call, all,
                         dsp_match_fill(call, DSP_MATCH_MOVES_MORE, "n",
                                        SAME(dsp_match_number(call, chain->n_moves - listed)), NULL));
  for (int32_t i = 0; i < chain->n_emptied && i < MDL_MOVES; i++)
    all = dsp_match_join(call, all,
                         dsp_match_fill(call, DSP_MATCH_EMPTIED, "line",
                                        SAME(dsp_match_number(call, line_at(match, chain->emptied[i]))),
                                        "host", SAME(host_at(call, match, chain->emptied[i])), NULL));
  return all;
}

static int explain_way(const struct dsp_call *call, const struct dsp_match *match, size_t place,
                       struct dsp_findings *ret)
{
  struct mdl_chain chain;
  if (!match->result.optimal)
    return dsp_match_add(call, ret, "E2", false, dsp_match_fill(call, DSP_MATCH_E2_UNKNOWN, NULL));
  if (!mdl_chain(match->model, (int32_t)place, &chain))
    return dsp_match_add(
        call, ret, "E2", false,
        dsp_match_fill(call, match->problem.n_teams ? DSP_MATCH_E2_NONE_TEAMS : DSP_MATCH_E2_NONE, NULL));
  struct dsp_match_words moves = say_moves(call, match, &chain), cost = change(call, match, chain.value);
  return dsp_match_add(
      call, ret, "E2", false,
      dsp_match_fill(call, DSP_MATCH_E2_WAY, "moves", moves.zh, moves.en, "change", cost.zh, cost.en, NULL));
}

int dsp_match_explain_unmet(const struct dsp_call *call, const struct dsp_match *match, size_t place,
                            struct dsp_findings *ret)
{
  const struct dsp_match_place *at = &match->pool->places[place];
  bool host_bars = at->seats.n == 0 || !at->verdict.ok; // everybody: nothing to say about people then
  int r = dsp_match_explain_host(call, at, ret);
  if (r == 0 && !host_bars) r = explain_competition(call, match, place, ret);
  if (r == 0 && !host_bars) r = dsp_match_explain_relaxed(call, match->pool, at, ret);
  return r == 0 ? explain_way(call, match, place, ret) : r;
}

// ---- changes as figures

int dsp_match_explain_change(const struct dsp_call *call, const struct dsp_match *match,
                             const int64_t value[MDL_TERMS], Dsp__LevelValue ***ret, size_t *ret_n)
{
  Dsp__LevelValue **list = ARENA_ARRAY(call->out->arena, Dsp__LevelValue *, (size_t)match->n_order + 1);
  size_t n = 0;
  if (!list) return -ENOMEM;
  for (int i = 0; i < match->n_order; i++) {
    if (!dsp_match_tells(match, match->order[i])) continue;
    Dsp__LevelValue *level = ARENA_NEW(call->out->arena, Dsp__LevelValue);
    if (!level) return -ENOMEM;
    dsp__level_value__init(level);
    level->level = (char *)dsp_match_level_names[match->order[i]];
    level->value = value[match->order[i]];
    list[n++] = level;
  }
  *ret = list;
  *ret_n = n;
  return 0;
}

static int new_quota(const struct dsp_call *call, const struct dsp_match *match, int32_t q,
                     Dsp__MatchQuota **ret)
{
  Dsp__MatchQuota *quota = ARENA_NEW(call->out->arena, Dsp__MatchQuota);
  int64_t worth[MDL_TERMS];
  if (!quota) return -ENOMEM;
  dsp__match_quota__init(quota);
  quota->key = (char *)match->rules[q].key;
  quota->zh = (char *)match->rules[q].words.zh;
  quota->en = (char *)match->rules[q].words.en;
  quota->min = (uint32_t)match->quotas[q].floor;
  quota->limited = match->quotas[q].cap != MDL_NO_CAP;
  quota->max = quota->limited ? (uint32_t)match->quotas[q].cap : 0;
  quota->used = (uint32_t)mdl_used(match->model, q);
  *ret = quota;
  if (!mdl_worth(match->model, q, worth)) return 0;
  return dsp_match_explain_change(call, match, worth, &quota->worth, &quota->n_worth);
}

int dsp_match_explain_quotas(const struct dsp_call *call, const struct dsp_match *match, Dsp__MatchRun *run)
{
  run->quotas = ARENA_ARRAY(call->out->arena, Dsp__MatchQuota *, (size_t)match->problem.n_quotas + 1);
  if (!run->quotas) return -ENOMEM;
  for (int32_t q = 0; q < match->problem.n_quotas; q++) {
    if (match->quotas[q].cap == MDL_NO_CAP && match->quotas[q].floor == 0) continue;
    int r = new_quota(call, match, q, &run->quotas[run->n_quotas]);
    if (r < 0) return r;
    run->n_quotas++;
  }
  return 0;
}

// ---- claims

static struct dsp_match_words say_envy(const struct dsp_call *call, const struct dsp_match *match,
                                       const struct mdl_envy *envy)
{
  const struct mdl_pair *wanted = &match->pool->pairs[envy->pair];
  struct dsp_match_words because = dsp_match_fill(call, DSP_MATCH_BECAUSE_NO_WAY, NULL);
  if (envy->because != MDL_TERMS) {
    struct dsp_match_words cost = change(call, match, envy->value);
    because = dsp_match_fill(call, DSP_MATCH_BECAUSE_CHANGE, "change", cost.zh, cost.en, NULL);
  }
  const char *holder = "-";
  if (envy->holder >= 0) holder = person_at(call, match, match->pool->pairs[envy->holder].person);
  return dsp_match_fill(call, envy->holder < 0 ? DSP_MATCH_ENVY_FREE : DSP_MATCH_ENVY_HELD, "person",
                        SAME(person_at(call, match, wanted->person)), "line",
                        SAME(number_of(call, match, envy->pair)), "host",
                        SAME(host_at(call, match, wanted->post)), "holder", SAME(holder), "because",
                        because.zh, because.en, NULL);
}

static int new_envy(const struct dsp_call *call, const struct dsp_match *match, const struct mdl_envy *envy,
                    Dsp__MatchEnvy **ret)
{
  const struct mdl_pair *wanted = &match->pool->pairs[envy->pair];
  Dsp__MatchEnvy *record = ARENA_NEW(call->out->arena, Dsp__MatchEnvy);
  if (!record) return -ENOMEM;
  dsp__match_envy__init(record);
  record->candidate = match->pool->people[wanted->person].candidate->id;
  record->plan_line = line_of(match, envy->pair);
  record->own_line = line_of(match, mdl_given(match->model, wanted->person));
  if (envy->holder >= 0)
    record->holder = match->pool->people[match->pool->pairs[envy->holder].person].candidate->id;
  record->reason = dsp_match_finding(call, "", say_envy(call, match, envy));
  *ret = record;
  if (!record->reason) return -ENOMEM;
  if (envy->because == MDL_TERMS) return 0;
  return dsp_match_explain_change(call, match, envy->value, &record->change, &record->n_change);
}

int dsp_match_explain_envies(const struct dsp_call *call, const struct dsp_match *match, Dsp__MatchRun *run)
{
  struct mdl_envy envies[ENVIES_TOLD];
  int32_t n = mdl_envies(match->model, ENVIES_TOLD, envies);
  run->envies_total = (uint32_t)n;
  run->envies = ARENA_ARRAY(call->out->arena, Dsp__MatchEnvy *, ENVIES_TOLD);
  if (!run->envies) return -ENOMEM;
  for (int32_t i = 0; i < n && i < ENVIES_TOLD; i++) {
    int r = new_envy(call, match, &envies[i], &run->envies[run->n_envies]);
    if (r < 0) return r;
    run->n_envies++;
  }
  return 0;
}
