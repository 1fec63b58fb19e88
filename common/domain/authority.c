#include "common/domain/authority.h"
#include "common/domain/division.h"
#include <string.h>

enum { CHAIN_MAX = 16 }; // managing chains are 3 or 4 long; a loop ends here

bool actor_has_role(const struct actor *actor, uint32_t roles)
{
  return (actor->roles & roles) != 0;
}

bool actor_covers(const struct actor *actor, const char *division, const char *programme)
{
  for (size_t i = 0; i < actor->n_scopes; i++) {
    const struct actor_scope *scope = &actor->scopes[i];
    bool all = strcmp(scope->programme, "*") == 0 || !programme || !programme[0];
    if (!all && strcmp(scope->programme, programme) != 0) continue;
    if (division_covers(scope->division, division)) return true;
  }
  return false;
}

// Whether acts_for has the entry "<word>:<value>".
static bool listed(const struct actor *actor, const char *word, const char *value)
{
  size_t length = strlen(word);
  for (size_t i = 0; i < actor->n_acts_for; i++) {
    const char *entry = actor->acts_for[i];
    if (strncmp(entry, word, length) == 0 && entry[length] == ':' && strcmp(entry + length + 1, value) == 0)
      return true;
  }
  return false;
}

static bool lists_any(const struct actor *actor, const char *word)
{
  size_t length = strlen(word);
  for (size_t i = 0; i < actor->n_acts_for; i++)
    if (strncmp(actor->acts_for[i], word, length) == 0 && actor->acts_for[i][length] == ':') return true;
  return false;
}

// Whether the institution or, `above` only, one that manages it is listed under the word.
static int chain_listed(const struct dir_view *dir, const struct actor *actor, const char *word,
                        const Reg__Institution *institution, bool *ret)
{
  *ret = false;
  for (int i = 0; i < CHAIN_MAX && institution; i++) {
    if (listed(actor, word, institution->code)) {
      *ret = true;
      return 0;
    }
    if (!institution->managing_bureau[0]) return 0;
    int r = dir_institution(dir, institution->managing_bureau, &institution);
    if (r < 0) return r;
  }
  return 0;
}

int actor_acts_for_unit(const struct dir_view *dir, const struct actor *actor,
                        const Reg__Institution *institution, bool *ret)
{
  *ret = listed(actor, "unit", institution->code);
  if (*ret || !institution->managing_bureau[0] || !lists_any(actor, "units-under")) return 0;
  const Reg__Institution *manager = NULL;
  int r = dir_institution(dir, institution->managing_bureau, &manager);
  return r < 0 ? r : chain_listed(dir, actor, "units-under", manager, ret);
}

int actor_acts_for_person(const struct dir_view *dir, const struct actor *actor, const Reg__Person *person,
                          bool *ret)
{
  *ret = listed(actor, "person", person->staff_no);
  if (*ret || !person->home[0] || !lists_any(actor, "persons-of")) return 0;
  const Reg__Institution *home = NULL;
  int r = dir_institution(dir, person->home, &home);
  return r < 0 ? r : chain_listed(dir, actor, "persons-of", home, ret);
}

bool actor_is_person(const struct actor *actor, const Reg__Person *person)
{
  return listed(actor, "person", person->staff_no);
}

int require_scope(const struct rule_context *ctx, const char *division, const char *programme,
                  const char *object, struct decision *out)
{
  if (actor_covers(&ctx->actor, division, programme)) return 0;
  char code[DIVISION_SIZE];
  division_short(division, code);
  return decision_reject(out, REASON_SCOPE, "actor", ctx->actor.name, "object", object, "division", code,
                         "who_zh", arena_printf(out->arena, "管辖 %s 的部门", code), "who_en",
                         arena_printf(out->arena, "somebody whose scope covers %s", code), NULL);
}

int require_unit(const struct dir_view *dir, const struct rule_context *ctx,
                 const Reg__Institution *institution, struct decision *out)
{
  bool acts = false;
  int r = actor_acts_for_unit(dir, &ctx->actor, institution, &acts);
  if (r < 0 || acts) return r;
  return decision_reject(out, REASON_WRONG_ACTOR, "who", institution->name, "actor", ctx->actor.name, NULL);
}
