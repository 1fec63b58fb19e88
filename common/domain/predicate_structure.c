// Predicates about a partnership as a whole: the structure its mode demands.
#include "common/base/date.h"
#include "common/domain/division.h"
#include "common/domain/party.h"
#include "common/domain/predicate_words.h"
#include <errno.h>
#include <math.h>
#include <string.h>

enum { UNITS_MAX = 1024, NEST_MAX = 3 };

struct unit {
  const Reg__Institution *institution;
  size_t member; // which member of the partnership it stands for
};
struct units {
  struct unit *list;
  size_t n;
};

// ---- the institutions behind the members; a partnership stands for its own members

static int add_unit(const struct predicate_env *env, const char *id, size_t member, struct units *units)
{
  const Reg__Institution *institution = NULL;
  int r = dir_institution(env->dir, id, &institution);
  if (r == 0 && institution && units->n < UNITS_MAX)
    units->list[units->n++] = (struct unit){institution, member};
  return r;
}

static int add_inner(const struct predicate_env *env, const char *id, size_t member, int depth,
                     struct units *units)
{
  const Reg__Partnership *inner = NULL;
  int r = dir_partnership(env->dir, id, &inner);
  if (r < 0 || !inner || depth > NEST_MAX) return r;
  for (size_t i = 0; r == 0 && i < inner->n_members; i++) {
    const Reg__Member *m = inner->members[i];
    if (m->party_kind == REG__PARTY_KIND__PARTY_PARTNERSHIP)
      r = add_inner(env, m->party, member, depth + 1, units);
    else
      r = add_unit(env, m->party, member, units);
  }
  return r;
}

// Those in the roles; no roles = all.
static int find_units(const struct predicate_env *env, const Reg__Partnership *partnership,
                      char *const *roles, size_t n_roles, struct units *ret)
{
  *ret = (struct units){ARENA_ARRAY(env->arena, struct unit, UNITS_MAX), 0};
  if (!ret->list) return -ENOMEM;
  int r = 0;
  for (size_t i = 0; r == 0 && i < partnership->n_members; i++) {
    const Reg__Member *m = partnership->members[i];
    if (n_roles && !predicate_has_text(roles, n_roles, m->role)) continue;
    if (m->party_kind == REG__PARTY_KIND__PARTY_PARTNERSHIP)
      r = add_inner(env, m->party, i, 2, ret);
    else
      r = add_unit(env, m->party, i, ret);
  }
  return r;
}

static void set_params(struct predicate_answer *answer, const char *const *params, size_t n)
{
  memcpy(answer->params, params, n * sizeof *params);
}
#define SET_PARAMS(answer, ...)                                                                              \
  do {                                                                                                       \
    const char *params_[] = {__VA_ARGS__};                                                                   \
    _Static_assert(sizeof params_ / sizeof *params_ < PREDICATE_PARAMS, "too many parameters");              \
    set_params((answer), params_, sizeof params_ / sizeof *params_);                                         \
  } while (0)

// ---- same_division (PN-02)

static void division_in_level(const Reg__Institution *institution, Typ__DivisionLevel level,
                              char out[DIVISION_SIZE])
{
  if (!division_at_level(institution->division, level, out)) division_short(institution->division, out);
}

static int division_name(const struct predicate_env *env, const char *code, const char **ret)
{
  const Reg__Division *division = NULL;
  int r = dir_division(env->dir, code, &division);
  if (r < 0) return r;
  *ret = division && division->name[0] ? division->name : arena_strdup(env->arena, code);
  return *ret ? 0 : -ENOMEM;
}

static int divisions_differ(const struct predicate_env *env, Typ__DivisionLevel level, const struct unit *a,
                            const struct unit *b, struct predicate_answer *ret)
{
  char code_a[DIVISION_SIZE], code_b[DIVISION_SIZE];
  const char *name_a = "", *name_b = "";
  division_in_level(a->institution, level, code_a);
  division_in_level(b->institution, level, code_b);
  int r = division_name(env, code_a, &name_a);
  if (r == 0) r = division_name(env, code_b, &name_b);
  if (r < 0) return r;
  const char *one = a->institution->name, *other = b->institution->name;
  int value = (int)level;
  const char *level_en = predicate_list_en(env->arena, &typ__division_level__descriptor, &value, 1);
  r = predicate_say(false, REASON_PN_02,
                    arena_printf(env->arena, "%s在%s，%s在%s", one, name_a, other, name_b),
                    arena_printf(env->arena, "%s is in %s, %s in %s", one, name_a, other, name_b), ret);
  if (r < 0 || !level_en) return -ENOMEM;
  SET_PARAMS(ret, "a", one, "da", name_a, "b", other, "db", name_b, "level_zh",
             predicate_word_zh(&typ__division_level__descriptor, value), "level_en", level_en);
  return 0;
}

static int same_division(const struct predicate_env *env, const Prg__Predicate *p,
                         const Reg__Partnership *partnership, struct predicate_answer *ret)
{
  struct units units;
  int r = find_units(env, partnership, p->words, p->n_words, &units);
  if (r < 0) return r;
  Typ__DivisionLevel level = p->n_levels ? p->levels[0] : TYP__DIVISION_LEVEL__LEVEL_COUNTY;
  for (size_t i = 1; i < units.n; i++) {
    char first[DIVISION_SIZE], here[DIVISION_SIZE];
    division_in_level(units.list[0].institution, level, first);
    division_in_level(units.list[i].institution, level, here);
    if (strcmp(first, here) != 0) return divisions_differ(env, level, &units.list[0], &units.list[i], ret);
  }
  return predicate_say(true, REASON_PN_02, "成员同属一地", "all members lie in one division", ret);
}

// ---- same_stage (PN-07)

// Bits of the stages of one member: of a partnership, all that its own members teach.
static uint32_t stages_of_member(const struct units *units, size_t member)
{
  uint32_t bits = 0;
  for (size_t i = 0; i < units->n; i++) {
    const Reg__Institution *institution = units->list[i].institution;
    if (units->list[i].member != member) continue;
    for (size_t s = 0; s < institution->n_stages; s++)
      bits |= 1u << institution->stages[s];
  }
  return bits;
}

static const char *name_of_member(const struct units *units, size_t member)
{
  for (size_t i = 0; i < units->n; i++)
    if (units->list[i].member == member) return units->list[i].institution->name;
  return "?";
}

static int same_stage(const struct predicate_env *env, const Reg__Partnership *partnership,
                      struct predicate_answer *ret)
{
  struct units units;
  int r = find_units(env, partnership, NULL, 0, &units);
  if (r < 0) return r;
  for (size_t i = 0; i < partnership->n_members; i++) {
    uint32_t mine = stages_of_member(&units, i);
    for (size_t j = i + 1; j < partnership->n_members; j++) {
      if (mine & stages_of_member(&units, j)) continue;
      const char *a = name_of_member(&units, i), *b = name_of_member(&units, j);
      r = predicate_say(false, REASON_PN_07, arena_printf(env->arena, "%s与%s没有共同学段", a, b),
                        arena_printf(env->arena, "%s and %s share no stage", a, b), ret);
      if (r == 0) SET_PARAMS(ret, "a", a, "b", b);
      return r;
    }
  }
  return predicate_say(true, REASON_PN_07, "成员学段相同", "all members share a stage", ret);
}

// ---- exclusive (PN-03)

static bool periods_meet(const Reg__Partnership *a, const Reg__Partnership *b)
{
  if (!a->valid || !b->valid || !a->valid->from[0] || !b->valid->from[0]) return true;
  return period_overlaps(a->valid->from, a->valid->to, b->valid->from, b->valid->to);
}

// The other live partnership of the programme, any version and mode, in which the member has the same role.
static int other_holding(const struct predicate_env *env, const Reg__Partnership *partnership,
                         const Reg__Member *member, const Reg__Partnership **ret)
{
  const Reg__Partnership *const *list = NULL;
  size_t n = 0;
  int r = dir_partnerships_of(env->dir, member->party, &list, &n);
  if (r < 0) return r;
  *ret = NULL;
  for (size_t i = 0; i < n && !*ret; i++) {
    const Reg__Partnership *other = list[i];
    if (strcmp(other->id, partnership->id) == 0 || strcmp(other->programme, partnership->programme) != 0)
      continue;
    if (!party_live(other) || !periods_meet(other, partnership)) continue;
    for (size_t m = 0; m < other->n_members; m++)
      if (strcmp(other->members[m]->party, member->party) == 0 &&
          strcmp(other->members[m]->role, member->role) == 0)
        *ret = other;
  }
  return 0;
}

static int exclusive(const struct predicate_env *env, const Prg__Predicate *p,
                     const Reg__Partnership *partnership, struct predicate_answer *ret)
{
  for (size_t i = 0; i < partnership->n_members; i++) {
    const Reg__Member *member = partnership->members[i];
    const Reg__Partnership *other = NULL;
    const Reg__Institution *institution = NULL;
    if (!predicate_has_text(p->words, p->n_words, member->role)) continue;
    int r = other_holding(env, partnership, member, &other);
    if (r == 0 && other) r = dir_institution(env->dir, member->party, &institution);
    if (r < 0) return r;
    if (!other) continue;
    const char *name = institution ? institution->name : member->party;
    r = predicate_say(false, REASON_PN_03,
                      arena_printf(env->arena, "%s已在 %s 中任 %s", name, other->id, member->role),
                      arena_printf(env->arena, "%s already is %s in %s", name, member->role, other->id), ret);
    if (r == 0) SET_PARAMS(ret, "member", name, "partnership", other->id, "role", member->role);
    return r;
  }
  return predicate_say(true, REASON_PN_03, "成员未在其他关系中任同一角色",
                       "no member holds its role elsewhere", ret);
}

// ---- single_legal_person (PN-05), affiliation_unchanged (PN-06)

static const char *legal_root(const Reg__Institution *institution)
{
  return institution->campus_of[0] ? institution->campus_of : institution->id;
}

// A merger whose day has not come counts for done (row B9: establishment sets it in motion).
static bool merger_awaited(const struct predicate_env *env, const Reg__Partnership *partnership)
{
  return partnership->merger_due[0] && date_compare(env->on, partnership->merger_due) < 0;
}

static int single_legal_person(const struct predicate_env *env, const Reg__Partnership *partnership,
                               struct predicate_answer *ret)
{
  struct units units;
  if (merger_awaited(env, partnership))
    return predicate_say(
        true, REASON_PN_05, arena_printf(env->arena, "法人合并定于 %s 前完成", partnership->merger_due),
        arena_printf(env->arena, "the merger is scheduled, to be done by %s", partnership->merger_due), ret);
  int r = find_units(env, partnership, NULL, 0, &units);
  if (r < 0) return r;
  for (size_t i = 0; i < units.n; i++) {
    const Reg__Institution *institution = units.list[i].institution;
    const char *root = legal_root(units.list[0].institution);
    bool is_root = strcmp(institution->id, root) == 0;
    if (strcmp(legal_root(institution), root) == 0 && (is_root || !institution->legal_person)) continue;
    r = predicate_say(false, REASON_PN_05, arena_printf(env->arena, "%s仍为独立法人", institution->name),
                      arena_printf(env->arena, "%s is a legal person of its own", institution->name), ret);
    if (r == 0) SET_PARAMS(ret, "mode", partnership->mode, "member", institution->name);
    return r;
  }
  return predicate_say(true, REASON_PN_05, "成员为同一法人", "all members are one legal person", ret);
}

// ---- within_km (PN-13)

// Metres on a sphere; good to half a per cent, more than "near" asks for.
static double metres_between(const Reg__Geo *a, const Reg__Geo *b)
{
  const double to_radians = 3.14159265358979323846 / 180e6, radius = 6371008.8;
  double lat_a = a->latitude_e6 * to_radians, lat_b = b->latitude_e6 * to_radians;
  double north = sin((lat_b - lat_a) / 2);
  double east = sin((b->longitude_e6 - a->longitude_e6) * to_radians / 2);
  double h = north * north + cos(lat_a) * cos(lat_b) * east * east;
  return 2 * radius * asin(sqrt(h < 1 ? h : 1));
}

static int too_far(const struct predicate_env *env, const Prg__Predicate *p, const struct unit *a,
                   const struct unit *b, struct predicate_answer *ret)
{
  const char *one = a->institution->name, *other = b->institution->name;
  const char *km =
      arena_printf(env->arena, "%.1f", metres_between(a->institution->geo, b->institution->geo) / 1000);
  const char *max = arena_printf(env->arena, "%u", p->number);
  if (!km || !max) return -ENOMEM;
  int r = predicate_say(false, REASON_PN_13, arena_printf(env->arena, "%s与%s相距 %s 公里", one, other, km),
                        arena_printf(env->arena, "%s and %s are %s km apart", one, other, km), ret);
  if (r == 0) SET_PARAMS(ret, "a", one, "b", other, "km", km, "max", max);
  return r;
}

// Only where both places are known: a school without coordinates is told of in the sentence, never refused
// (row B4).
static int within_km(const struct predicate_env *env, const Prg__Predicate *p,
                     const Reg__Partnership *partnership, struct predicate_answer *ret)
{
  struct units units;
  size_t unknown = 0;
  int r = find_units(env, partnership, p->words, p->n_words, &units);
  for (size_t i = 0; r == 0 && i < units.n; i++) {
    if (!units.list[i].institution->geo) unknown++;
    for (size_t j = 0; j < i && units.list[i].institution->geo; j++) {
      const struct unit *a = &units.list[j], *b = &units.list[i];
      if (!a->institution->geo || a->member == b->member) continue;
      if (metres_between(a->institution->geo, b->institution->geo) > p->number * 1000.0)
        return too_far(env, p, a, b, ret);
    }
  }
  if (r < 0) return r;
  const char *zh = "成员相距在规定之内", *en = "the members lie near each other";
  if (unknown)
    return predicate_say(
        true, REASON_PN_13, arena_printf(env->arena, "%s（%zu 个单位无坐标，未核对）", zh, unknown),
        arena_printf(env->arena, "%s (%zu without coordinates, not checked)", en, unknown), ret);
  return predicate_say(true, REASON_PN_13, zh, en, ret);
}

int predicate_structure(const struct predicate_env *env, const Prg__Predicate *predicate,
                        const Reg__Partnership *partnership, struct predicate_answer *ret)
{
  switch (predicate->kind) {
  case PRG__PREDICATE_KIND__PREDICATE_SAME_DIVISION:
    return same_division(env, predicate, partnership, ret);
  case PRG__PREDICATE_KIND__PREDICATE_SAME_STAGE:
    return same_stage(env, partnership, ret);
  case PRG__PREDICATE_KIND__PREDICATE_EXCLUSIVE:
    return exclusive(env, predicate, partnership, ret);
  case PRG__PREDICATE_KIND__PREDICATE_SINGLE_LEGAL_PERSON:
    return single_legal_person(env, partnership, ret);
  case PRG__PREDICATE_KIND__PREDICATE_AFFILIATION_UNCHANGED:
    // A demand on the postings under the partnership, not on its members: dispatchd holds them to it.
    return predicate_say(true, REASON_PN_06, "不变动人事关系（由派遣环节核对）",
                         "leaves staff relations untouched, checked with each posting", ret);
  case PRG__PREDICATE_KIND__PREDICATE_WITHIN_KM:
    return within_km(env, predicate, partnership, ret);
  default:
    return -EINVAL;
  }
}
