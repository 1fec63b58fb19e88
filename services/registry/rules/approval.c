// Chains of approval: the next step belongs to the institution its party word stands for.
#include "common/domain/authority.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

static bool approved_by(Typ__ApprovalStep *const *taken, size_t n, const char *word, const char *institution)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(taken[i]->party, word) == 0 && strcmp(taken[i]->institution, institution) == 0) return true;
  return false;
}

struct waiting {
  const Reg__Institution *list[REG_LIST_MAX];
  size_t n;
};

// The institutions behind a word that have not approved yet; NOT-FOUND when nobody stands behind it.
static int waiting_for(const struct dir_view *dir, const struct reg_chain *chain, const char *word,
                       struct decision *out, struct waiting *ret)
{
  struct party_ref *refs = NULL;
  size_t n = 0;
  ret->n = 0;
  int r = party_resolve(dir, chain->subject, word, out->arena, &refs, &n);
  if (r < 0) return r;
  if (n == 0) return reg_not_found(out, "审批单位", "approving unit", word);
  for (size_t i = 0; i < n && ret->n < REG_LIST_MAX; i++) {
    const Reg__Institution *institution = NULL;
    if (refs[i].is_person || approved_by(chain->taken, chain->n_taken, word, refs[i].id)) continue;
    r = reg_find_institution(dir, refs[i].id, out, &institution);
    if (r != 0) return r;
    ret->list[ret->n++] = institution;
  }
  return 0;
}

static int not_theirs(const struct rule_context *ctx, const struct waiting *waiting, struct decision *out)
{
  const char *names = "";
  for (size_t i = 0; i < waiting->n && i < 3 && names; i++)
    names = arena_printf(out->arena, "%s%s%s", names, i ? " / " : "", waiting->list[i]->name);
  return decision_reject(out, REASON_WRONG_ACTOR, "who", names, "actor", ctx->actor.name, NULL);
}

static int choose(const struct dir_view *dir, const struct rule_context *ctx, const struct waiting *waiting,
                  struct decision *out, struct reg_step *ret)
{
  for (size_t i = 0; i < waiting->n; i++) {
    bool acts = false;
    int r = actor_acts_for_unit(dir, &ctx->actor, waiting->list[i], &acts);
    if (r < 0) return r;
    if (!acts) continue;
    ret->institution = waiting->list[i];
    return 0;
  }
  return not_theirs(ctx, waiting, out);
}

int reg_next_step(const struct dir_view *dir, const struct rule_context *ctx, const struct reg_chain *chain,
                  struct decision *out, struct reg_step *ret)
{
  for (size_t i = 0; i < chain->n; i++) {
    struct waiting waiting;
    int r = waiting_for(dir, chain, chain->words[i], out, &waiting);
    if (r != 0) return r;
    if (waiting.n == 0) continue;
    ret->word = chain->words[i];
    ret->last = waiting.n == 1 && i + 1 == chain->n;
    return choose(dir, ctx, &waiting, out, ret);
  }
  return -EINVAL; // every step was taken, yet the record still waits: it was not written by these rules
}

Typ__ApprovalStep *reg_approval(struct decision *out, const struct rule_context *ctx,
                                const struct reg_step *step)
{
  Typ__ApprovalStep *taken = REG_NEW(out, Typ__ApprovalStep, typ__approval_step__init);
  if (!taken) return NULL;
  taken->party = (char *)step->word;
  taken->institution = step->institution->id;
  taken->by = (char *)ctx->actor.name;
  taken->time_us = (uint64_t)ctx->now_us;
  return taken;
}

int reg_append_approval(struct decision *out, Typ__ApprovalStep ***list, size_t *n, Typ__ApprovalStep *step)
{
  Typ__ApprovalStep **longer = ARENA_ARRAY(out->arena, Typ__ApprovalStep *, *n + 1);
  if (!longer || !step) return -ENOMEM;
  if (*n) memcpy(longer, *list, *n * sizeof *longer);
  longer[*n] = step;
  *list = longer;
  (*n)++;
  return 0;
}

static void add_once(struct waiting *all, const Reg__Institution *institution)
{
  for (size_t i = 0; i < all->n; i++)
    if (strcmp(all->list[i]->id, institution->id) == 0) return;
  if (all->n < REG_LIST_MAX) all->list[all->n++] = institution;
}

int reg_require_party(const struct dir_view *dir, const struct rule_context *ctx,
                      const struct party_subject *subject, const struct reg_charge *charge,
                      struct decision *out)
{
  const struct reg_chain nobody_yet = {.subject = subject};
  struct waiting all = {.n = 0};
  for (size_t w = 0; w < charge->n; w++) {
    struct waiting some;
    int r = waiting_for(dir, &nobody_yet, charge->words[w], out, &some);
    if (r < 0) return r;
    for (size_t i = 0; r == 0 && i < some.n; i++) {
      bool acts = actor_has_role(&ctx->actor, charge->roles) &&
                  actor_covers(&ctx->actor, some.list[i]->division, subject->programme->id);
      if (!acts) r = actor_acts_for_unit(dir, &ctx->actor, some.list[i], &acts);
      if (r < 0) return r;
      if (acts) {
        out->reason = REASON_NONE; // of a word that nobody stands behind
        out->n_params = 0;
        return 0;
      }
      add_once(&all, some.list[i]);
    }
  }
  return all.n ? not_theirs(ctx, &all, out)
               : reg_not_found(out, "主管单位", "unit in charge", charge->words[0]);
}
