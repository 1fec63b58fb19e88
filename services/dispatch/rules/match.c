#include "services/dispatch/rules/match.h"
#include "services/dispatch/rules/match_explain.h"
#include <errno.h>
#include <string.h>

#define PIVOTS_MIN  1000000 // per solve, and
#define PIVOTS_PAIR 200     // for each pair: a limit by work, so that every machine gives the same answer
#define NODES_MAX   2000    // of the search over teams

// ---- the order of the levels

bool dsp_match_has(const struct dsp_match *match, enum mdl_term term)
{
  for (int i = 0; i < match->n_order; i++)
    if (match->order[i] == term) return true;
  return false;
}

bool dsp_match_tells(const struct dsp_match *match, enum mdl_term term)
{
  bool found = term != MDL_GUARANTEE && term != MDL_CHANGES;
  for (int32_t q = 0; !found && term == MDL_GUARANTEE && q < match->problem.n_quotas; q++)
    found = match->quotas[q].floor > 0;
  for (int32_t i = 0; !found && term == MDL_CHANGES && i < match->problem.n_pairs; i++)
    found = match->pool->pairs[i].keep > 0;
  return found;
}

static void set_order(const Prg__MatchRules *rules, struct dsp_match *match)
{
  static const enum mdl_term terms[] = {
      [PRG__MATCH_TERM__MATCH_TERM_GUARANTEE] = MDL_GUARANTEE,
      [PRG__MATCH_TERM__MATCH_TERM_UNFILLED] = MDL_UNFILLED,
      [PRG__MATCH_TERM__MATCH_TERM_CHANGES] = MDL_CHANGES,
      [PRG__MATCH_TERM__MATCH_TERM_PAIRS] = MDL_PAIR,
      [PRG__MATCH_TERM__MATCH_TERM_PERSONS] = MDL_CONTINUITY,
      [PRG__MATCH_TERM__MATCH_TERM_GAP] = MDL_GAP,
      [PRG__MATCH_TERM__MATCH_TERM_WISHES] = MDL_WISH,
      [PRG__MATCH_TERM__MATCH_TERM_BURDEN] = MDL_BURDEN,
  };
  static const enum mdl_term usual[] = {MDL_GUARANTEE,  MDL_UNFILLED, MDL_CHANGES, MDL_PAIR,
                                        MDL_CONTINUITY, MDL_GAP,      MDL_WISH};
  for (size_t i = 0; rules && i < rules->n_order && match->n_order < MDL_TIE; i++)
    if (rules->order[i] > 0 && rules->order[i] < sizeof terms / sizeof *terms)
      match->order[match->n_order++] = terms[rules->order[i]];
  if (match->n_order > 0) return;
  memcpy(match->order, usual, sizeof usual);
  match->n_order = sizeof usual / sizeof *usual;
}

// ---- people, posts, teams

static bool more_urgent(uint32_t a, uint32_t b) // 1 is first, 0 (none stated) last
{
  return a != 0 && (b == 0 || a < b);
}

// One more than the number of classes below its own.
static int32_t weight_of(const struct dsp_match_pool *pool, size_t place)
{
  int32_t weight = 1;
  uint32_t own = pool->places[place].line->priority;
  for (size_t l = 0; l < pool->n_places; l++) {
    uint32_t other = pool->places[l].line->priority;
    bool counted = !more_urgent(own, other);
    for (size_t k = 0; !counted && k < l; k++)
      counted = pool->places[k].line->priority == other;
    if (!counted) weight++;
  }
  return weight;
}

static int32_t site_of(const struct dsp_match_pool *pool, size_t place)
{
  size_t l = 0;
  while (strcmp(pool->places[l].host->id, pool->places[place].host->id) != 0)
    l++;
  return (int32_t)l;
}

static int fill(const struct dsp_call *call, struct dsp_match *match)
{
  const struct dsp_match_pool *pool = match->pool;
  struct arena *arena = call->out->arena;
  struct mdl_person *people = ARENA_ARRAY(arena, struct mdl_person, pool->n_people + 1);
  struct mdl_post *posts = ARENA_ARRAY(arena, struct mdl_post, pool->n_places + 1);
  if (!people || !posts) return -ENOMEM;
  for (size_t p = 0; p < pool->n_people; p++)
    people[p].id = pool->people[p].candidate->person;
  for (size_t l = 0; l < pool->n_places; l++) {
    const struct dsp_match_place *place = &pool->places[l];
    posts[l] = (struct mdl_post){arena_printf(arena, "%s/%06u", pool->plan->id, place->line->no), place->need,
                                 weight_of(pool, l), site_of(pool, l), 0};
    if (!posts[l].id) return -ENOMEM;
  }
  match->problem = (struct mdl_problem){.people = people,
                                        .posts = posts,
                                        .pairs = pool->pairs,
                                        .n_people = (int32_t)pool->n_people,
                                        .n_posts = (int32_t)pool->n_places,
                                        .n_pairs = (int32_t)pool->n_pairs,
                                        .order = match->order,
                                        .n_order = match->n_order};
  return 0;
}

static struct mdl_team *team_named(struct mdl_team *teams, int32_t n, const char *id)
{
  for (int32_t i = 0; i < n; i++)
    if (strcmp(teams[i].id, id) == 0) return &teams[i];
  return NULL;
}

static int find_teams(const struct dsp_call *call, struct dsp_match *match)
{
  const struct dsp_match_pool *pool = match->pool;
  struct mdl_team *teams = ARENA_ARRAY(call->out->arena, struct mdl_team, pool->n_people + 1);
  int32_t n = 0;
  if (!teams) return -ENOMEM;
  for (size_t p = 0; p < pool->n_people; p++) {
    const char *word = pool->people[p].candidate->team;
    if (!dsp_gate_is_text(word) || team_named(teams, n, word)) continue;
    int32_t *members, size = 0;
    for (size_t k = p; k < pool->n_people; k++)
      size += strcmp(pool->people[k].candidate->team, word) == 0;
    if (!(members = ARENA_ARRAY(call->out->arena, int32_t, (size_t)size))) return -ENOMEM;
    teams[n] = (struct mdl_team){.id = word, .together = MDL_SAME_SITE, .members = members};
    for (size_t k = p; k < pool->n_people; k++)
      if (strcmp(pool->people[k].candidate->team, word) == 0) members[teams[n].n_members++] = (int32_t)k;
    n++;
  }
  match->problem.teams = teams;
  match->problem.n_teams = n;
  return 0;
}

// ---- what the command asks for

static int refuse(const struct dsp_call *call, const char *field, struct dsp_match_words words)
{
  return words.zh && words.en ? dsp_gate_field(call, field, words.zh, words.en) : -ENOMEM;
}

#define SAME(text) (text), (text)

size_t dsp_match_find(const struct dsp_match_pool *pool, const char *id)
{
  size_t p = 0;
  while (p < pool->n_people && strcmp(pool->people[p].candidate->id, id) != 0 &&
         strcmp(pool->people[p].candidate->person, id) != 0)
    p++;
  return p;
}

static int pin(const struct dsp_call *call, struct dsp_match_pool *pool, const Dsp__MatchPin *asked)
{
  const char *line = dsp_match_number(call, asked->plan_line);
  size_t p = dsp_match_find(pool, asked->candidate), l = 0;
  while (l < pool->n_places && pool->places[l].line->no != asked->plan_line)
    l++;
  if (p == pool->n_people)
    return refuse(call, "pins",
                  dsp_match_fill(call, DSP_MATCH_REFUSE_PIN_CANDIDATE, "candidate",
                                 SAME(dsp_gate_label(call, asked->candidate)), NULL));
  if (l == pool->n_places)
    return refuse(call, "pins", dsp_match_fill(call, DSP_MATCH_REFUSE_PIN_LINE, "line", SAME(line), NULL));
  const char *person = dsp_gate_label(call, pool->people[p].candidate->person);
  struct mdl_pair *found = NULL;
  for (size_t i = 0; i < pool->n_pairs; i++) {
    struct mdl_pair *pair = &pool->pairs[i];
    if ((size_t)pair->person != p) continue;
    if (pair->hold != MDL_FREE)
      return refuse(call, "pins",
                    dsp_match_fill(call, DSP_MATCH_REFUSE_PIN_TWICE, "person", SAME(person), NULL));
    if ((size_t)pair->post == l) found = pair;
  }
  if (found) {
    found->hold = MDL_PINNED;
    return 0;
  }
  struct dsp_match_words condition;
  struct mdl_pair barred = {.person = (int32_t)p, .post = (int32_t)l};
  const char *code = dsp_match_explain_bar(call, pool, &barred, &condition);
  return refuse(call, "pins",
                dsp_match_fill(call, DSP_MATCH_REFUSE_PIN_BAR, "person", SAME(person), "line", SAME(line),
                               "condition", condition.zh, condition.en, "code", SAME(code), NULL));
}

static void keep_to(struct dsp_match_pool *pool, const Dsp__MatchRun *run)
{
  for (size_t i = 0; i < pool->n_pairs; i++) {
    struct mdl_pair *pair = &pool->pairs[i];
    for (size_t k = 0; k < run->n_lines; k++)
      if (run->lines[k]->plan_line == pool->places[pair->post].line->no &&
          strcmp(run->lines[k]->candidate, pool->people[pair->person].candidate->id) == 0)
        pair->keep = 1;
  }
}

static int ask(const struct dsp_call *call, struct dsp_match_pool *pool, const struct dsp_match_asked *asked)
{
  int r = 0;
  if (asked->keep && strcmp(asked->keep->plan, pool->plan->id) != 0)
    return refuse(call, "keep", dsp_match_fill(call, DSP_MATCH_REFUSE_KEEP, NULL));
  if (asked->keep) keep_to(pool, asked->keep);
  for (size_t i = 0; r == 0 && i < asked->n_pins; i++)
    r = pin(call, pool, asked->pins[i]);
  return r;
}

// ---- refusals of the model

static struct dsp_match_words name_of(const struct dsp_call *call, const struct dsp_match *match,
                                      enum mdl_kind kind, int32_t index)
{
  const struct dsp_match_pool *pool = match->pool;
  if (kind == MDL_QUOTAS) return match->rules[index].words;
  if (kind == MDL_POSTS)
    return dsp_match_fill(call, DSP_MATCH_LIMIT_LINE, "line",
                          SAME(dsp_match_number(call, pool->places[index].line->no)), NULL);
  const char *label = dsp_gate_label(call, pool->people[index].candidate->person);
  return (struct dsp_match_words){label, label};
}

static int refuse_crossing(const struct dsp_call *call, const struct dsp_match *match,
                           const struct mdl_fault *fault)
{
  struct dsp_match_words one = name_of(call, match, fault->kind, fault->index),
                         other = name_of(call, match, fault->other_kind, fault->other);
  const struct mdl_pair *pair = &match->pool->pairs[fault->witness[0]];
  const char *person = dsp_gate_label(call, match->pool->people[pair->person].candidate->person);
  const char *both = arena_printf(call->out->arena, "%s / %s", person,
                                  dsp_gate_label(call, match->pool->places[pair->post].host->id));
  return refuse(call, "match",
                dsp_match_fill(call, DSP_MATCH_REFUSE_CROSSING, "one", one.zh, one.en, "other", other.zh,
                               other.en, "both", SAME(both), NULL));
}

static int refuse_fault(const struct dsp_call *call, const struct dsp_match *match,
                        const struct mdl_fault *fault)
{
  const struct mdl_team *team =
      fault->kind == MDL_TEAMS && fault->index >= 0 ? &match->problem.teams[fault->index] : NULL;
  struct dsp_match_words limit;
  switch (fault->code) {
  case MDL_NO_MEMORY:
  case MDL_SIZE:
    return dsp_match_pool_too_many(call);
  case MDL_CROSSING:
    return refuse_crossing(call, match, fault);
  case MDL_TOO_LARGE:
    return refuse(call, "team",
                  dsp_match_fill(call, DSP_MATCH_REFUSE_TEAM, "team", SAME(team->id), "n",
                                 SAME(dsp_match_number(call, team->n_members)), NULL));
  case MDL_HELD:
  case MDL_STOPPED:
    if (team)
      return refuse(call, "pins",
                    dsp_match_fill(call, DSP_MATCH_REFUSE_PIN_TEAM, "team", SAME(team->id), NULL));
    limit = name_of(call, match, fault->other_kind, fault->other);
    return refuse(call, "pins",
                  dsp_match_fill(call, DSP_MATCH_REFUSE_PIN_LIMIT, "limit", limit.zh, limit.en, NULL));
  default:
    return -EINVAL; // the programme's checks and the pool's make sure of the rest
  }
}

// ---- solving

void dsp_match_done(struct dsp_match *match)
{
  match->model = mdl_free(match->model);
}

int dsp_match_solve(const struct dsp_call *call, struct dsp_match_pool *pool,
                    const struct dsp_match_asked *asked, struct dsp_match *ret)
{
  struct dsp_match match = {.pool = pool};
  struct mdl_fault fault = {.code = MDL_OK};
  set_order(pool->case_.measure->match, &match);
  int r = ask(call, pool, asked);
  if (r == 0) r = fill(call, &match);
  if (r == 0) r = find_teams(call, &match);
  if (r == 0) r = dsp_match_rules(call, &match);
  if (r != 0) return r;
  struct mdl_options options = {.pivot_limit = PIVOTS_MIN + PIVOTS_PAIR * (uint64_t)pool->n_pairs,
                                .node_limit = NODES_MAX};
  *ret = match;
  ret->model = mdl_new(&ret->problem, &fault);
  if (!ret->model || mdl_solve(ret->model, &options, &ret->result, &fault) != MDL_OK) {
    r = refuse_fault(call, ret, &fault);
    dsp_match_done(ret);
  }
  return r;
}
