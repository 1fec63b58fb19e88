// Predicates about a party: an institution, or a partnership that is itself a member.
#include "common/domain/division.h"
#include "common/domain/predicate_words.h"
#include <errno.h>
#include <string.h>

enum { CHAIN_MAX = 16 };

#define VALUES(list) (const int *)(list) // protobuf-c enums are ints in memory

// ---- comparisons of one word or a set of words with a list

static int kind_in(const struct predicate_env *env, const Prg__Predicate *p, const Reg__Institution *party,
                   struct predicate_answer *ret)
{
  const ProtobufCEnumDescriptor *words = &typ__institution_kind__descriptor;
  int kind = (int)party->kind;
  bool holds = predicate_has_value(VALUES(p->kinds), p->n_kinds, kind);
  if (env->quiet) return predicate_nod(holds, REASON_AG_02, ret);
  struct predicate_compared what = {"类别",
                                    "kind",
                                    predicate_word_zh(words, kind),
                                    predicate_list_en(env->arena, words, &kind, 1),
                                    predicate_list_zh(env->arena, words, VALUES(p->kinds), p->n_kinds),
                                    predicate_list_en(env->arena, words, VALUES(p->kinds), p->n_kinds)};
  return predicate_compare(env->arena, holds, REASON_AG_02, &what, ret);
}

static int level_in(const struct predicate_env *env, const Prg__Predicate *p, const char *division,
                    struct predicate_answer *ret)
{
  const ProtobufCEnumDescriptor *words = &typ__division_level__descriptor;
  int level = (int)division_level(division);
  bool holds = predicate_has_value(VALUES(p->levels), p->n_levels, level);
  if (env->quiet) return predicate_nod(holds, REASON_AG_02, ret);
  struct predicate_compared what = {"所在区划级别",
                                    "level of its division",
                                    predicate_word_zh(words, level),
                                    predicate_list_en(env->arena, words, &level, 1),
                                    predicate_list_zh(env->arena, words, VALUES(p->levels), p->n_levels),
                                    predicate_list_en(env->arena, words, VALUES(p->levels), p->n_levels)};
  return predicate_compare(env->arena, holds, REASON_AG_02, &what, ret);
}

static int stage_in(const struct predicate_env *env, const Prg__Predicate *p, const Reg__Institution *party,
                    struct predicate_answer *ret)
{
  const ProtobufCEnumDescriptor *words = &typ__stage__descriptor;
  bool holds = false;
  for (size_t i = 0; i < party->n_stages; i++)
    holds = holds || predicate_has_value(VALUES(p->stages), p->n_stages, (int)party->stages[i]);
  if (env->quiet) return predicate_nod(holds, REASON_AG_02, ret);
  struct predicate_compared what = {
      "学段",
      "stage",
      predicate_list_zh(env->arena, words, VALUES(party->stages), party->n_stages),
      predicate_list_en(env->arena, words, VALUES(party->stages), party->n_stages),
      predicate_list_zh(env->arena, words, VALUES(p->stages), p->n_stages),
      predicate_list_en(env->arena, words, VALUES(p->stages), p->n_stages)};
  return predicate_compare(env->arena, holds, REASON_AG_02, &what, ret);
}

// PASTORAL is no place of its own: the tag says it, beside any place.
static int urban_rural_in(const struct predicate_env *env, const Prg__Predicate *p,
                          const Reg__Institution *party, struct predicate_answer *ret)
{
  const ProtobufCEnumDescriptor *words = &typ__place__descriptor;
  char pastoral_tag[] = "pastoral";
  bool pastoral = predicate_has_text(party->tags, party->n_tags, pastoral_tag);
  bool by_tag = pastoral && predicate_has_value(VALUES(p->places), p->n_places, TYP__PLACE__PLACE_PASTORAL);
  bool by_place = predicate_has_value(VALUES(p->places), p->n_places, (int)party->place);
  if (env->quiet) return predicate_nod(by_tag || by_place, REASON_AG_02, ret);
  int have[2] = {(int)party->place, TYP__PLACE__PLACE_PASTORAL};
  size_t n = pastoral ? 2 : 1;
  const int *from = pastoral && !party->place ? have + 1 : have;
  if (from != have) n = 1;
  struct predicate_compared what = {"所在地",
                                    "place",
                                    predicate_list_zh(env->arena, words, from, n),
                                    predicate_list_en(env->arena, words, from, n),
                                    predicate_list_zh(env->arena, words, VALUES(p->places), p->n_places),
                                    predicate_list_en(env->arena, words, VALUES(p->places), p->n_places)};
  return predicate_compare(env->arena, by_tag || by_place, REASON_AG_02, &what, ret);
}

// ---- relations to the party in a role

static bool holds_role(const struct predicate_env *env, const Prg__Predicate *p, const char *party)
{
  for (size_t i = 0; i < env->n_parties; i++)
    if (strcmp(env->parties[i]->institution, party) == 0 &&
        predicate_has_text(p->words, p->n_words, env->parties[i]->role))
      return true;
  for (size_t i = 0; i < env->n_members; i++)
    if (strcmp(env->members[i]->party, party) == 0 &&
        predicate_has_text(p->words, p->n_words, env->members[i]->role))
      return true;
  return false;
}

static bool role_is_held(const struct predicate_env *env, const Prg__Predicate *p)
{
  for (size_t i = 0; i < env->n_parties; i++)
    if (predicate_has_text(p->words, p->n_words, env->parties[i]->role)) return true;
  for (size_t i = 0; i < env->n_members; i++)
    if (predicate_has_text(p->words, p->n_words, env->members[i]->role)) return true;
  return false;
}

static int nobody_holds(const struct predicate_env *env, const Prg__Predicate *p,
                        struct predicate_answer *ret)
{
  const char *roles = predicate_list_text(env->arena, p->words, p->n_words, ", ");
  if (!roles) return -ENOMEM;
  return predicate_say(false, REASON_AG_02,
                       arena_printf(env->arena, "此处没有担任 %s 的单位（是否缺协议？）", roles),
                       arena_printf(env->arena, "nobody is %s here (is the agreement missing?)", roles), ret);
}

static int under(const struct predicate_env *env, const Prg__Predicate *p, const Reg__Institution *party,
                 struct predicate_answer *ret)
{
  if (!role_is_held(env, p)) return nobody_holds(env, p, ret);
  const Reg__Institution *at = party;
  for (int i = 0; i < CHAIN_MAX && at->managing_bureau[0]; i++) {
    const Reg__Institution *manager = NULL;
    int r = dir_institution(env->dir, at->managing_bureau, &manager);
    if (r < 0) return r;
    if (!manager) break;
    if (holds_role(env, p, manager->id))
      return predicate_say(true, REASON_AG_02, arena_printf(env->arena, "由%s主管", manager->name),
                           arena_printf(env->arena, "managed by %s", manager->name), ret);
    at = manager;
  }
  const char *roles = predicate_list_text(env->arena, p->words, p->n_words, ", ");
  if (!roles) return -ENOMEM;
  return predicate_say(false, REASON_AG_02, arena_printf(env->arena, "不归 %s 主管", roles),
                       arena_printf(env->arena, "not under %s", roles), ret);
}

static int operated_by(const struct predicate_env *env, const Prg__Predicate *p,
                       const Reg__Institution *party, struct predicate_answer *ret)
{
  if (!role_is_held(env, p)) return nobody_holds(env, p, ret);
  const char *roles = predicate_list_text(env->arena, p->words, p->n_words, ", ");
  if (!roles) return -ENOMEM;
  bool holds = party->operator_[0] && holds_role(env, p, party->operator_);
  return predicate_say(holds, REASON_AG_02,
                       arena_printf(env->arena, holds ? "由 %s 举办" : "不是 %s 举办", roles),
                       arena_printf(env->arena, holds ? "run by %s" : "not run by %s", roles), ret);
}

// ---- tags

// Tags of the wanted list that none of the lists has; NULL past the arena's cap, "" when all are there.
static const char *missing_tags(struct arena *arena, const Prg__Predicate *p, char *const *tags,
                                size_t n_tags, const Reg__Division *division)
{
  const char *missing = "";
  for (size_t i = 0; i < p->n_words && missing; i++) {
    bool there = predicate_has_text(tags, n_tags, p->words[i]) ||
                 (division && predicate_has_text(division->tags, division->n_tags, p->words[i]));
    if (!there) missing = arena_printf(arena, "%s%s%s", missing, missing[0] ? ", " : "", p->words[i]);
  }
  return missing;
}

static int tag_has(const struct predicate_env *env, const Prg__Predicate *p, const Reg__Institution *party,
                   struct predicate_answer *ret)
{
  const char *missing = missing_tags(env->arena, p, party->tags, party->n_tags, NULL);
  if (missing && env->quiet) return predicate_nod(!missing[0], REASON_PN_08, ret);
  const char *wanted = predicate_list_text(env->arena, p->words, p->n_words, ", ");
  if (!missing || !wanted) return -ENOMEM;
  if (!missing[0])
    return predicate_say(true, REASON_PN_08, arena_printf(env->arena, "有标签 %s", wanted),
                         arena_printf(env->arena, "has the tag %s", wanted), ret);
  int r = predicate_say(false, REASON_PN_08, arena_printf(env->arena, "没有标签 %s", missing),
                        arena_printf(env->arena, "lacks the tag %s", missing), ret);
  const char *params[] = {"member", party->name, "tags", missing};
  if (r == 0) memcpy(ret->params, params, sizeof params);
  return r;
}

// The tags of the party's own division and of its county count together.
static int division_tag(const struct predicate_env *env, const Prg__Predicate *p, const char *division,
                        struct predicate_answer *ret)
{
  const Reg__Division *own = NULL, *county = NULL;
  char code[DIVISION_SIZE];
  int r = dir_division(env->dir, division, &own);
  if (r == 0 && division_at_level(division, TYP__DIVISION_LEVEL__LEVEL_COUNTY, code))
    r = dir_division(env->dir, code, &county);
  if (r < 0) return r;
  const char *missing = missing_tags(env->arena, p, own ? own->tags : NULL, own ? own->n_tags : 0, county);
  if (missing && env->quiet) return predicate_nod(!missing[0], REASON_AG_02, ret);
  const char *wanted = predicate_list_text(env->arena, p->words, p->n_words, ", ");
  if (!missing || !wanted) return -ENOMEM;
  const char *place = county ? county->name : own ? own->name : division;
  if (!missing[0])
    return predicate_say(true, REASON_AG_02, arena_printf(env->arena, "%s有标签 %s", place, wanted),
                         arena_printf(env->arena, "%s has the tag %s", place, wanted), ret);
  return predicate_say(false, REASON_AG_02, arena_printf(env->arena, "%s没有标签 %s", place, missing),
                       arena_printf(env->arena, "%s lacks the tag %s", place, missing), ret);
}

// ---- what the party is

static int party_is(const Prg__Predicate *p, const char *what, struct predicate_answer *ret)
{
  bool partnership = strcmp(what, "PARTNERSHIP") == 0;
  bool holds = predicate_has_text(p->words, p->n_words, what);
  if (partnership)
    return predicate_say(holds, REASON_AG_02, holds ? "是结对关系" : "是结对关系，须为单位",
                         holds ? "is a partnership" : "is a partnership, an institution is required", ret);
  return predicate_say(holds, REASON_AG_02, holds ? "是单位" : "是单位，须为结对关系",
                       holds ? "is an institution" : "is an institution, a partnership is required", ret);
}

static int mode_in(const struct predicate_env *env, const Prg__Predicate *p, const char *mode,
                   struct predicate_answer *ret)
{
  const char *wanted = predicate_list_text(env->arena, p->words, p->n_words, ", ");
  struct predicate_compared what = {"模式", "mode", mode, mode, wanted, wanted};
  return predicate_compare(env->arena, predicate_has_text(p->words, p->n_words, mode), REASON_AG_02, &what,
                           ret);
}

int predicate_party(const struct predicate_env *env, const Prg__Predicate *predicate,
                    const Reg__Institution *party, struct predicate_answer *ret)
{
  switch (predicate->kind) {
  case PRG__PREDICATE_KIND__PREDICATE_KIND_IN:
    return kind_in(env, predicate, party, ret);
  case PRG__PREDICATE_KIND__PREDICATE_DIVISION_LEVEL:
    return level_in(env, predicate, party->division, ret);
  case PRG__PREDICATE_KIND__PREDICATE_UNDER:
    return under(env, predicate, party, ret);
  case PRG__PREDICATE_KIND__PREDICATE_OPERATED_BY:
    return operated_by(env, predicate, party, ret);
  case PRG__PREDICATE_KIND__PREDICATE_DIVISION_TAG:
    return division_tag(env, predicate, party->division, ret);
  case PRG__PREDICATE_KIND__PREDICATE_TAG_HAS:
    return tag_has(env, predicate, party, ret);
  case PRG__PREDICATE_KIND__PREDICATE_STAGE_IN:
    return stage_in(env, predicate, party, ret);
  case PRG__PREDICATE_KIND__PREDICATE_URBAN_RURAL_IN:
    return urban_rural_in(env, predicate, party, ret);
  case PRG__PREDICATE_KIND__PREDICATE_PARTY_IS:
    return party_is(predicate, "INSTITUTION", ret);
  case PRG__PREDICATE_KIND__PREDICATE_MODE_IN:
    return predicate_say(false, REASON_AG_02, "是单位，须为结对关系",
                         "is an institution, a partnership is required", ret);
  default:
    return -EINVAL;
  }
}

// What is asked of an institution only is never true of a partnership; the template's check keeps such roles
// out.
int predicate_partnership_party(const struct predicate_env *env, const Prg__Predicate *predicate,
                                const Reg__Partnership *party, struct predicate_answer *ret)
{
  switch (predicate->kind) {
  case PRG__PREDICATE_KIND__PREDICATE_PARTY_IS:
    return party_is(predicate, "PARTNERSHIP", ret);
  case PRG__PREDICATE_KIND__PREDICATE_MODE_IN:
    return mode_in(env, predicate, party->mode, ret);
  case PRG__PREDICATE_KIND__PREDICATE_DIVISION_LEVEL:
    return level_in(env, predicate, party->division, ret);
  case PRG__PREDICATE_KIND__PREDICATE_DIVISION_TAG:
    return division_tag(env, predicate, party->division, ret);
  case PRG__PREDICATE_KIND__PREDICATE_KIND_IN:
  case PRG__PREDICATE_KIND__PREDICATE_UNDER:
  case PRG__PREDICATE_KIND__PREDICATE_OPERATED_BY:
  case PRG__PREDICATE_KIND__PREDICATE_TAG_HAS:
  case PRG__PREDICATE_KIND__PREDICATE_STAGE_IN:
  case PRG__PREDICATE_KIND__PREDICATE_URBAN_RURAL_IN:
    return predicate_say(false, REASON_AG_02, "是结对关系，须为单位",
                         "is a partnership, an institution is required", ret);
  default:
    return -EINVAL;
  }
}
