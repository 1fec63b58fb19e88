#include "services/dispatch/rules/match_pool.h"
#include "services/dispatch/rules/candidate.h"
#include "services/dispatch/rules/conflict.h"
#include "services/dispatch/rules/lifecycle.h"
#include <errno.h>
#include <string.h>

// FNV-1a: a digest that is the same on every machine.
static uint64_t mix(uint64_t hash, const void *data, size_t length)
{
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ ((const uint8_t *)data)[i]) * UINT64_C(0x100000001b3);
  return hash;
}
#define HASH_START UINT64_C(0xcbf29ce484222325)

static uint64_t mix_u64(uint64_t hash, uint64_t number)
{
  for (int i = 0; i < 8; i++)
    hash = mix(hash, &(uint8_t){(uint8_t)(number >> (8 * i))}, 1);
  return hash;
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
  return mix(hash, text, strlen(text) + 1);
}

// More than the arrays or the memory of one decision hold: refused, for a part of a pool would give a wrong
// answer.
int dsp_match_pool_too_many(const struct dsp_call *call)
{
  return decision_reject(call->out, REASON_SIZE, "what_zh", "匹配的可行组合", "what_en", "the match", "size",
                         "-", "max", decision_number(call->out, DSP_MATCH_PAIRS_MAX), NULL);
}

static struct dsp_pool_key pool_key(const Dsp__NeedsPlan *plan)
{
  return (struct dsp_pool_key){plan->agreement, plan->measure, plan->school_year};
}

int dsp_match_pool_digest(const struct dsp_call *call, const Dsp__NeedsPlan *plan, uint64_t *ret)
{
  struct dsp_pool_key key = pool_key(plan);
  struct dsp_candidates candidates;
  struct dsp_assignments assignments;
  uint64_t hash = HASH_START;
  int r = dsp_view_pool(call->view, &key, &candidates);
  if (r == 0) r = dsp_view_assignments(call->view, DSP_OF_PLAN, plan->id, &assignments);
  if (r < 0) return r == -E2BIG ? dsp_match_pool_too_many(call) : r;
  for (size_t i = 0; i < candidates.n; i++)
    hash = mix_u64(mix_text(hash, candidates.list[i]->id), candidates.list[i]->rev);
  for (size_t i = 0; i < assignments.n; i++)
    if (dsp_lifecycle_occupies(assignments.list[i]->status)) hash = mix_text(hash, assignments.list[i]->id);
  *ret = hash;
  return 0;
}

// ---- places

static int32_t places_left(const Dsp__PlanLine *line, const struct dsp_assignments *assignments)
{
  int32_t left = (int32_t)line->approved;
  for (size_t i = 0; i < assignments->n; i++)
    if (assignments->list[i]->plan_line == line->no && dsp_lifecycle_occupies(assignments->list[i]->status))
      left--;
  return left > 0 ? left : 0;
}

static int gather_place(const struct dsp_call *call, struct dsp_match_pool *pool,
                        struct dsp_match_place *place)
{
  const char *from = pool->period->from;
  int r = dsp_gate_institution(call, place->line->institution, &place->host);
  if (r == 0) r = dsp_sides_seats(call, &pool->case_, place->host, "", from, &place->seats);
  if (r == 0) r = dsp_eligible_host(call, &pool->case_, place->host, from, &place->verdict);
  if (r == 0) r = dsp_view_assignments(call->view, DSP_OF_HOST, place->host->id, &place->past);
  return r;
}

static int gather_places(const struct dsp_call *call, struct dsp_match_pool *pool)
{
  const Dsp__NeedsPlan *plan = pool->plan;
  struct dsp_assignments assignments;
  pool->places = ARENA_ARRAY(call->out->arena, struct dsp_match_place, plan->n_lines + 1);
  if (!pool->places) return -ENOMEM;
  int r = dsp_view_assignments(call->view, DSP_OF_PLAN, plan->id, &assignments);
  for (size_t i = 0; r == 0 && i < plan->n_lines; i++) {
    struct dsp_match_place *place = &pool->places[pool->n_places];
    place->line = plan->lines[i];
    place->need = places_left(place->line, &assignments);
    if (place->need == 0) continue;
    pool->n_places++;
    r = gather_place(call, pool, place);
  }
  return r;
}

// ---- people

// A candidate already posted under this plan is not asked again, whatever the load.
static int find_busy(const struct dsp_call *call, const struct dsp_match_pool *pool,
                     struct dsp_match_person *person)
{
  struct dsp_booking booking = {.person = person->candidate->person,
                                .from = pool->period->from,
                                .to = pool->period->to,
                                .load_percent = 100};
  struct dsp_assignments own;
  int r = dsp_conflict_find(call, &booking, &person->busy);
  if (r < 0 || person->busy) return r;
  r = dsp_view_assignments(call->view, DSP_OF_PERSON, person->candidate->person, &own);
  for (size_t i = 0; r == 0 && i < own.n; i++)
    if (strcmp(own.list[i]->plan, pool->plan->id) == 0 && dsp_lifecycle_occupies(own.list[i]->status))
      person->busy = own.list[i];
  return r;
}

static int gather_person(const struct dsp_call *call, const struct dsp_match_pool *pool,
                         struct dsp_match_person *person)
{
  const Dsp__Candidate *candidate = person->candidate;
  int r = dsp_gate_person(call, candidate->person, &person->person);
  if (r == 0) r = dsp_gate_institution(call, person->person->home, &person->home);
  if (r == 0) r = dsp_sides_chain(call, person->home, &person->chain);
  if (r != 0) return r;
  struct dsp_applicant applicant = {.person = person->person,
                                    .on = pool->period->from,
                                    .period = candidate->period,
                                    .candidate = candidate->id};
  r = dsp_eligible_person(call, &pool->case_, &applicant, &person->verdict);
  if (r == 0) r = find_busy(call, pool, person);
  person->eligible = person->verdict.ok && !person->busy;
  return r;
}

static int gather_people(const struct dsp_call *call, struct dsp_match_pool *pool)
{
  struct dsp_pool_key key = pool_key(pool->plan);
  struct dsp_candidates candidates;
  int r = dsp_view_pool(call->view, &key, &candidates);
  if (r < 0) return r == -E2BIG ? dsp_match_pool_too_many(call) : r;
  pool->people = ARENA_ARRAY(call->out->arena, struct dsp_match_person, candidates.n + 1);
  if (!pool->people) return -ENOMEM;
  for (size_t i = 0; r == 0 && i < candidates.n; i++) {
    if (candidates.list[i]->status != DSP__CANDIDATE_STATUS__CANDIDATE_OPEN) continue;
    struct dsp_match_person *person = &pool->people[pool->n_people];
    person->candidate = candidates.list[i];
    // Somebody erased or whose home has gone since the nomination is left out, not a reason to fail the run.
    r = gather_person(call, pool, person);
    if (r == 0) pool->n_people++;
    if (r == REASON_NOT_FOUND) {
      dsp_gate_forget(call);
      r = 0;
    }
  }
  return r;
}

// ---- pairs

size_t dsp_match_pool_bars(const struct dsp_match_pool *pool, const struct dsp_match_person *person,
                           const struct dsp_match_place *place, size_t *ret_last)
{
  const bool bars[DSP_BARS] = {
      [DSP_BAR_LEFT] = person->person->status != REG__PERSON_STATUS__PERSON_ACTIVE,
      [DSP_BAR_BUSY] = person->busy != NULL,
      [DSP_BAR_SIDE] = !dsp_sides_pick(&place->seats, &person->chain, NULL),
      [DSP_BAR_STAGE] = !dsp_eligible_stage(place->line, person->person),
      [DSP_BAR_SUBJECT] = !dsp_eligible_subject(place->line, person->person),
      [DSP_BAR_SAME] = strcmp(person->home->id, place->host->id) == 0,
  };
  size_t n = 0, who = pool->case_.measure->n_who;
  for (size_t i = 0; i < DSP_BARS; i++)
    if (bars[i]) {
      *ret_last = i;
      n++;
    }
  // The findings of `who` stand last; before them at most that the person has left.
  const struct dsp_findings *findings = &person->verdict.findings;
  for (size_t i = 0; i < who && who <= findings->n; i++)
    if (!findings->list[findings->n - who + i]->ok) {
      *ret_last = DSP_BARS + i;
      n++;
    }
  return n;
}

static bool last_year(const struct dsp_match_pool *pool, const Dsp__Assignment *past)
{
  return dsp_lifecycle_counts(past->status) && strcmp(past->measure, pool->plan->measure) == 0 &&
         strcmp(past->programme, pool->plan->programme) == 0 &&
         period_contains(pool->before, pool->period->from, past->period->from);
}

bool dsp_match_pool_was_pair(const struct dsp_match_pool *pool, const struct dsp_match_place *place,
                             const char *home)
{
  for (size_t i = 0; i < place->past.n; i++)
    if (strcmp(place->past.list[i]->home, home) == 0 && last_year(pool, place->past.list[i])) return true;
  return false;
}

int dsp_match_pool_wish(const Dsp__Candidate *candidate, const char *host)
{
  for (size_t i = 0; i < candidate->n_wishes; i++)
    if (strcmp(candidate->wishes[i], host) == 0) return (int)i;
  return -1;
}

static void price(const struct dsp_match_pool *pool, const struct dsp_match_person *person,
                  const struct dsp_match_place *place, struct mdl_pair *pair)
{
  const Dsp__Candidate *candidate = person->candidate;
  int wish = dsp_match_pool_wish(candidate, place->host->id);
  if (pool->keep_pairs) {
    MDL_COST(pair, MDL_PAIR) = !dsp_match_pool_was_pair(pool, place, person->home->id);
    MDL_COST(pair, MDL_CONTINUITY) = strcmp(candidate->last_host, place->host->id) != 0;
  }
  MDL_COST(pair, MDL_GAP) = dsp_eligible_gap(place->line, person->person);
  MDL_COST(pair, MDL_WISH) = wish >= 0 ? wish : (int32_t)candidate->n_wishes;
}

// The same conditions as in dsp_match_pool_bars, the cheap ones first: this is asked for every pair there
// could be.
static bool may_be(const struct dsp_match_pool *pool, size_t p, size_t l)
{
  const struct dsp_match_person *person = &pool->people[p];
  const struct dsp_match_place *place = &pool->places[l];
  return person->eligible && place->verdict.ok && dsp_eligible_stage(place->line, person->person) &&
         dsp_eligible_subject(place->line, person->person) &&
         strcmp(person->home->id, place->host->id) != 0 &&
         dsp_sides_pick(&place->seats, &person->chain, NULL);
}

static size_t count_pairs(const struct dsp_match_pool *pool)
{
  size_t n = 0;
  for (size_t p = 0; p < pool->n_people; p++)
    for (size_t l = 0; l < pool->n_places; l++)
      n += may_be(pool, p, l);
  return n;
}

static int gather_pairs(const struct dsp_call *call, struct dsp_match_pool *pool)
{
  size_t n = count_pairs(pool);
  if (n > DSP_MATCH_PAIRS_MAX) return dsp_match_pool_too_many(call);
  pool->pairs = ARENA_ARRAY(call->out->arena, struct mdl_pair, n + 1);
  if (!pool->pairs) return n > 1000 ? dsp_match_pool_too_many(call) : -ENOMEM;
  for (size_t p = 0; p < pool->n_people; p++)
    for (size_t l = 0; l < pool->n_places; l++) {
      if (!may_be(pool, p, l)) continue;
      struct mdl_pair *pair = &pool->pairs[pool->n_pairs++];
      *pair = (struct mdl_pair){.person = (int32_t)p, .post = (int32_t)l};
      price(pool, &pool->people[p], &pool->places[l], pair);
    }
  return 0;
}

static bool prefers_pairs(const Prg__Measure *measure)
{
  for (size_t i = 0; i < measure->n_prefer; i++)
    if (measure->prefer[i]->kind == PRG__PREDICATE_KIND__PREDICATE_SAME_PAIR_AS_LAST_YEAR) return true;
  return false;
}

// In a first year there is nothing to keep, and nothing to count as lost.
static bool has_history(const struct dsp_match_pool *pool)
{
  for (size_t p = 0; p < pool->n_people; p++)
    if (dsp_gate_is_text(pool->people[p].candidate->last_host)) return true;
  for (size_t l = 0; l < pool->n_places; l++)
    for (size_t i = 0; i < pool->places[l].past.n; i++)
      if (last_year(pool, pool->places[l].past.list[i])) return true;
  return false;
}

int dsp_match_pool_gather(const struct dsp_call *call, const struct dsp_case *case_,
                          const Dsp__NeedsPlan *plan, const Typ__Period *period, struct dsp_match_pool *ret)
{
  struct dsp_match_pool pool = {.case_ = *case_, .plan = plan, .period = period};
  date_add_months(period->from, -12, pool.before);
  int r = gather_places(call, &pool);
  if (r == 0) r = gather_people(call, &pool);
  pool.keep_pairs = prefers_pairs(case_->measure) && has_history(&pool);
  if (r == 0) r = gather_pairs(call, &pool);
  if (r == 0) *ret = pool;
  return r;
}
