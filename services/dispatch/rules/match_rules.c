// The figures a match keeps to, as quotas over its pairs: each with a key, words, and what is left of it.
#include "common/domain/division.h"
#include "services/dispatch/rules/lifecycle.h"
#include "services/dispatch/rules/match.h"
#include "services/dispatch/rules/quota.h"
#include <errno.h>
#include <string.h>

#define SAME(text) (text), (text)

struct group { // a figure in the making
  struct dsp_match_rule rule;
  struct mdl_quota quota;
  int64_t n;
};
struct groups {
  struct group *list;
  int32_t n, capacity;
  int32_t *of_pair; // the group a pair counts against; -1 = none
};

static struct group *find(const struct groups *groups, const char *key)
{
  for (int32_t i = 0; i < groups->n; i++)
    if (strcmp(groups->list[i].rule.key, key) == 0) return &groups->list[i];
  return NULL;
}

// The list grows by doubling; what of_pair holds are indices.
static struct group *add(const struct dsp_call *call, struct groups *groups, const char *key)
{
  if (groups->n == groups->capacity) {
    int32_t capacity = groups->capacity ? 2 * groups->capacity : 16;
    struct group *list = ARENA_ARRAY(call->out->arena, struct group, (size_t)capacity);
    if (!list) return NULL;
    if (groups->n) memcpy(list, groups->list, (size_t)groups->n * sizeof *list);
    groups->list = list;
    groups->capacity = capacity;
  }
  struct group *group = &groups->list[groups->n++];
  *group = (struct group){.rule.key = key, .quota = {.id = key, .cap = MDL_NO_CAP, .side = MDL_EITHER}};
  return group;
}

// Appends the groups to the match's quotas, each with its pairs.
static int finish(const struct dsp_call *call, struct dsp_match *match, struct groups *groups)
{
  struct arena *arena = call->out->arena;
  int32_t before = match->problem.n_quotas, all = before + groups->n;
  struct mdl_quota *quotas = ARENA_ARRAY(arena, struct mdl_quota, (size_t)all + 1);
  struct dsp_match_rule *rules = ARENA_ARRAY(arena, struct dsp_match_rule, (size_t)all + 1);
  if (!quotas || !rules) return -ENOMEM;
  if (before) memcpy(quotas, match->quotas, (size_t)before * sizeof *quotas);
  if (before) memcpy(rules, match->rules, (size_t)before * sizeof *rules);
  for (int32_t i = 0; i < match->problem.n_pairs; i++)
    if (groups->of_pair[i] >= 0) groups->list[groups->of_pair[i]].n++;
  int32_t **members = ARENA_ARRAY(arena, int32_t *, (size_t)groups->n + 1);
  for (int32_t g = 0; members && g < groups->n; g++) {
    members[g] = ARENA_ARRAY(arena, int32_t, (size_t)groups->list[g].n + 1);
    if (!members[g] || !groups->list[g].rule.words.zh || !groups->list[g].rule.words.en) return -ENOMEM;
    quotas[before + g] = groups->list[g].quota;
    quotas[before + g].pairs = members[g];
    rules[before + g] = groups->list[g].rule;
  }
  if (!members) return -ENOMEM;
  for (int32_t i = 0; i < match->problem.n_pairs; i++) {
    int32_t g = groups->of_pair[i];
    if (g >= 0) members[g][quotas[before + g].n_pairs++] = i;
  }
  match->quotas = quotas;
  match->rules = rules;
  match->problem.quotas = quotas;
  match->problem.n_quotas = all;
  return 0;
}

static bool begin(const struct dsp_call *call, const struct dsp_match *match, struct groups *ret)
{
  *ret =
      (struct groups){.of_pair = ARENA_ARRAY(call->out->arena, int32_t, (size_t)match->problem.n_pairs + 1)};
  for (int32_t i = 0; ret->of_pair && i < match->problem.n_pairs; i++)
    ret->of_pair[i] = -1;
  return ret->of_pair != NULL;
}

static int32_t left(int64_t figure, int64_t used)
{
  return figure > used ? (int32_t)(figure - used) : 0;
}

// ---- a fixed quota of the measure, by its scopes

static int fixed_group(const struct dsp_call *call, const struct dsp_match *match,
                       const struct dsp_quota_of *of, struct groups *groups, int32_t *ret)
{
  const struct dsp_case *case_ = &match->pool->case_;
  const Prg__Quota *quota = case_->measure->quota;
  const Typ__Text *title = case_->measure->title;
  char period[10];
  uint32_t used;
  dsp_quota_period(case_, of->day, period);
  const char *key = dsp_quota_fixed_key(call, case_, of, period);
  struct group *group = key ? find(groups, key) : NULL;
  if (key && !group) {
    int r = dsp_view_quota(call->view, key, &used);
    if (r < 0) return r;
    if (!(group = add(call, groups, key))) return -ENOMEM;
    if (quota->max) group->quota.cap = left(quota->max, used);
    group->quota.floor = left(quota->min, used);
    group->rule.words =
        dsp_match_fill(call, DSP_MATCH_FIGURE_QUOTA, "title", title ? title->zh : case_->measure->id,
                       title ? title->en : case_->measure->id, NULL);
  }
  if (group) *ret = (int32_t)(group - groups->list);
  return group ? 0 : -ENOMEM;
}

static int add_fixed(const struct dsp_call *call, struct dsp_match *match)
{
  const struct dsp_match_pool *pool = match->pool;
  const Prg__Quota *quota = pool->case_.measure->quota;
  struct groups groups;
  int r = 0;
  if (!quota || quota->form != PRG__QUOTA_FORM__QUOTA_FIXED || pool->n_pairs == 0) return 0;
  if (!begin(call, match, &groups)) return -ENOMEM;
  for (size_t i = 0; r == 0 && i < pool->n_pairs; i++) {
    const struct dsp_match_place *place = &pool->places[pool->pairs[i].post];
    const struct dsp_seat *seat =
        dsp_sides_pick(&place->seats, &pool->people[pool->pairs[i].person].chain, NULL);
    struct dsp_quota_of of = {.plan = pool->plan->id,
                              .plan_line = place->line->no,
                              .day = pool->period->from,
                              .agreement = pool->plan->agreement,
                              .partnership = seat && seat->partnership ? seat->partnership->id : "",
                              .division = place->host->division};
    r = fixed_group(call, match, &of, &groups, &groups.of_pair[i]);
  }
  return r == 0 ? finish(call, match, &groups) : r;
}

// ---- home institutions

static int live(const struct dsp_call *call, const struct dsp_match *match, struct dsp_assignments *ret)
{
  return dsp_view_assignments(call->view, DSP_OF_PLAN, match->pool->plan->id, ret);
}

static int64_t sent_by(const struct dsp_assignments *all, const char *home)
{
  int64_t n = 0;
  for (size_t i = 0; i < all->n; i++)
    n += dsp_lifecycle_occupies(all->list[i]->status) && strcmp(all->list[i]->home, home) == 0;
  return n;
}

static int add_homes(const struct dsp_call *call, struct dsp_match *match)
{
  const struct dsp_match_pool *pool = match->pool;
  const Prg__MatchRules *rules = pool->case_.measure->match;
  bool spread = dsp_match_has(match, MDL_BURDEN);
  uint32_t max = rules ? rules->home_max : 0;
  struct dsp_assignments all;
  struct groups groups;
  if (!max && !spread) return 0;
  int r = live(call, match, &all);
  if (r < 0) return r;
  if (!begin(call, match, &groups)) return -ENOMEM;
  int32_t *of_person = ARENA_ARRAY(call->out->arena, int32_t, pool->n_people + 1);
  if (!of_person) return -ENOMEM;
  for (size_t p = 0; p < pool->n_people; p++) {
    const Reg__Institution *home = pool->people[p].home;
    const char *key = arena_printf(call->out->arena, "home/%s", home->id);
    struct group *group = key ? find(&groups, key) : NULL;
    if (key && !group && (group = add(call, &groups, key))) {
      group->quota.side = MDL_SENDING;
      group->quota.spread = spread;
      if (max) group->quota.cap = left(max, sent_by(&all, home->id));
      group->rule.words = dsp_match_fill(call, max ? DSP_MATCH_FIGURE_HOME : DSP_MATCH_FIGURE_BURDEN, "home",
                                         SAME(dsp_gate_label(call, home->id)), NULL);
    }
    if (!group) return -ENOMEM;
    of_person[p] = (int32_t)(group - groups.list);
  }
  for (size_t i = 0; i < pool->n_pairs; i++)
    groups.of_pair[i] = of_person[pool->pairs[i].person];
  return finish(call, match, &groups);
}

// ---- counties of the hosts

static const char *county_key(const struct dsp_call *call, const char *division)
{
  char county[DIVISION_SIZE];
  if (!division_at_level(division, TYP__DIVISION_LEVEL__LEVEL_COUNTY, county))
    division_short(division, county); // a host of the prefecture itself
  return arena_printf(call->out->arena, "county/%s", county);
}

// What people call it; the code where the division is not known.
static int county_name(const struct dsp_call *call, const char *code, const char **ret)
{
  const Reg__Division *division;
  int r = dir_division(call->dir, code, &division);
  if (r == 0) *ret = division && dsp_gate_is_text(division->name) ? division->name : code;
  return r;
}

static int32_t need_of(const struct dsp_match_pool *pool, uint32_t no)
{
  for (size_t l = 0; l < pool->n_places; l++)
    if (pool->places[l].line->no == no) return pool->places[l].need;
  return 0;
}

struct county {
  int64_t approved, filled;
};

static int add_counties(const struct dsp_call *call, struct dsp_match *match)
{
  const struct dsp_match_pool *pool = match->pool;
  const Prg__MatchRules *rules = pool->case_.measure->match;
  struct groups groups;
  if (!rules || !rules->county_min) return 0;
  struct county *counties = ARENA_ARRAY(call->out->arena, struct county, pool->plan->n_lines + 1);
  int32_t *of_place = ARENA_ARRAY(call->out->arena, int32_t, pool->n_places + 1);
  if (!begin(call, match, &groups) || !counties || !of_place) return -ENOMEM;
  for (size_t i = 0; i < pool->plan->n_lines; i++) {
    const Dsp__PlanLine *line = pool->plan->lines[i];
    const Reg__Institution *host;
    int r = dir_institution(call->dir, line->institution, &host);
    if (r < 0) return r;
    if (!host || line->approved == 0) continue;
    const char *key = county_key(call, host->division);
    struct group *group = key ? find(&groups, key) : NULL;
    if (key && !group) group = add(call, &groups, key);
    if (!group) return -ENOMEM;
    struct county *county = &counties[group - groups.list];
    county->approved += line->approved;
    county->filled += (int64_t)line->approved - need_of(pool, line->no);
    for (size_t l = 0; l < pool->n_places; l++)
      if (pool->places[l].line == line) of_place[l] = (int32_t)(group - groups.list);
  }
  for (int32_t g = 0; g < groups.n; g++) {
    int64_t wanted = rules->county_min < counties[g].approved ? rules->county_min : counties[g].approved;
    groups.list[g].quota.side = MDL_HOSTING;
    groups.list[g].quota.floor = left(wanted, counties[g].filled);
    const char *name = NULL;
    int r = county_name(call, strchr(groups.list[g].rule.key, '/') + 1, &name);
    if (r < 0) return r;
    groups.list[g].rule.words = dsp_match_fill(call, DSP_MATCH_FIGURE_COUNTY, "division", SAME(name), "n",
                                               SAME(dsp_match_number(call, wanted)), NULL);
  }
  for (size_t i = 0; i < pool->n_pairs; i++)
    groups.of_pair[i] = of_place[pool->pairs[i].post];
  return finish(call, match, &groups);
}

// ---- key teachers

static bool is_key(const Reg__Person *person)
{
  return person && person->n_honours > 0;
}

static int add_key_teachers(const struct dsp_call *call, struct dsp_match *match)
{
  const struct dsp_match_pool *pool = match->pool;
  const Prg__MatchRules *rules = pool->case_.measure->match;
  struct dsp_assignments all;
  struct groups groups;
  int64_t there = 0;
  if (!rules || !rules->key_percent) return 0;
  int r = live(call, match, &all);
  for (size_t i = 0; r == 0 && i < all.n; i++) {
    const Reg__Person *person;
    if (!dsp_lifecycle_occupies(all.list[i]->status)) continue;
    r = dir_person(call->dir, all.list[i]->person, &person);
    there += r == 0 && is_key(person);
  }
  if (r < 0) return r;
  if (!begin(call, match, &groups)) return -ENOMEM;
  struct group *group = add(call, &groups, "key_percent");
  if (!group) return -ENOMEM;
  group->quota.side = MDL_SENDING;
  group->quota.floor = left(((int64_t)pool->plan->approved * rules->key_percent + 99) / 100, there);
  group->rule.words =
      dsp_match_fill(call, DSP_MATCH_FIGURE_KEY, "n", SAME(dsp_match_number(call, rules->key_percent)), NULL);
  for (size_t i = 0; i < pool->n_pairs; i++)
    groups.of_pair[i] = is_key(pool->people[pool->pairs[i].person].person) ? 0 : -1;
  return finish(call, match, &groups);
}

int dsp_match_rules(const struct dsp_call *call, struct dsp_match *match)
{
  int r = add_fixed(call, match);
  if (r == 0) r = add_homes(call, match);
  if (r == 0) r = add_counties(call, match);
  return r == 0 ? add_key_teachers(call, match) : r;
}
