#include "services/registry/rules/division_find.h"
#include "common/base/date.h"
#include "common/domain/division.h"
#include "services/registry/rules/division.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

enum { CANDIDATES_MAX = 8, NEAR_BYTES = 6 }; // nearness: the first two Chinese characters agree

#define LEVEL(level) TYP__DIVISION_LEVEL__LEVEL_##level

struct search {
  const struct dir_view *dir; // as of the day
  const char *day;
  struct decision *out;
  char province[DIVISION_SIZE]; // code; "0" = not given
  const char *prefecture;       // name; "" = none that tells anything
  const char *county;           // name of what is searched for
  const Reg__Division *found[CANDIDATES_MAX];
  size_t n;
};

static bool take(struct search *s, const Reg__Division *division)
{
  for (size_t i = 0; i < s->n; i++)
    if (strcmp(s->found[i]->code, division->code) == 0) return true;
  if (s->n == CANDIDATES_MAX) return false;
  s->found[s->n++] = division;
  return true;
}

// ---- names of the levels above

// Words that stand where a prefecture is expected and name none.
static bool is_bracket(const char *name)
{
  static const char *const words[] = {"",
                                      "-",
                                      "无",
                                      "直辖",
                                      "直辖县",
                                      "市辖区",
                                      "县",
                                      "省直辖",
                                      "省直辖县",
                                      "自治区直辖",
                                      "省直辖县级行政区划",
                                      "省直辖县级行政单位",
                                      "自治区直辖县级行政区划",
                                      "自治区直辖县级行政单位"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(words[i], name) == 0) return true;
  return false;
}

// A province by its name or the short form of it (内蒙古); several or none leave *ret NULL with the near ones
// found.
static int find_province(struct search *s, const char *name, const Reg__Division **ret)
{
  *ret = NULL;
  for (int number = 11; number < 100; number++) {
    const Reg__Division *province = NULL;
    char code[DIVISION_SIZE] = {(char)('0' + number / 10), (char)('0' + number % 10)};
    int r = dir_division(s->dir, code, &province);
    if (r < 0) return r;
    if (!province) continue;
    if (strcmp(province->name, name) == 0 || strcmp(province->code, name) == 0) {
      *ret = province;
      s->n = 0;
      return 0;
    }
    size_t length = strlen(name);
    if (length >= NEAR_BYTES && strncmp(province->name, name, length) == 0) take(s, province);
  }
  if (s->n == 1) *ret = s->found[0];
  if (s->n == 1) s->n = 0;
  return 0;
}

// The name of the level above that is a real one; "" for brackets and for what lies right under a province.
static int prefecture_name(const struct search *s, const Reg__Division *division, const char **ret)
{
  char code[DIVISION_SIZE];
  const Reg__Division *above = NULL;
  *ret = "";
  if (division->level <= LEVEL(PREFECTURE) || !division_at_level(division->code, LEVEL(PREFECTURE), code))
    return 0;
  const struct dir_view *then = dir_view_as_of(s->dir, division->since[0] ? division->since : s->day);
  int r = then ? dir_division(then, code, &above) : -ENOMEM;
  if (r == 0 && above && !is_bracket(above->name)) *ret = above->name;
  return r;
}

// ---- the steps

static bool in_province(const struct search *s, const Reg__Division *division)
{
  return division_covers(s->province, division->code) && division->level >= LEVEL(PREFECTURE) &&
         division->level <= LEVEL(COUNTY);
}

struct named {
  const Reg__Division *const *rows;
  size_t n;
};

// A prefecture answers only where no county has the name: a city with counties is not a place of a school.
static bool beside_a_county(const struct search *s, const struct named *named, size_t at)
{
  if (named->rows[at]->level != LEVEL(PREFECTURE)) return false;
  for (size_t i = 0; i < named->n; i++)
    if (named->rows[i]->level == LEVEL(COUNTY) && in_province(s, named->rows[i]) &&
        reg_division_alive(named->rows[i], s->day))
      return true;
  return false;
}

// In force, with the prefecture that was named (where `exact`), or in any.
static int in_force(struct search *s, const struct named *named, bool exact)
{
  s->n = 0;
  for (size_t i = 0; i < named->n; i++) {
    const Reg__Division *division = named->rows[i];
    const char *above = "";
    if (!in_province(s, division) || !reg_division_alive(division, s->day) || beside_a_county(s, named, i))
      continue;
    int r = exact ? prefecture_name(s, division, &above) : 0;
    if (r < 0) return r;
    if (!exact || strcmp(above, s->prefecture) == 0) take(s, division);
  }
  return 0;
}

// What came after those that once had the name, in the prefecture of then that was named (where `exact`) or
// in any.
static int through_history(struct search *s, const struct named *named, bool exact)
{
  s->n = 0;
  for (size_t i = 0; i < named->n; i++) {
    const Reg__Division *const *next = NULL, *then = NULL;
    const char *above = "";
    size_t n = 0;
    if (!in_province(s, named->rows[i])) continue;
    int r = exact ? prefecture_name(s, named->rows[i], &above) : 0;
    if (r == 0 && exact && strcmp(above, s->prefecture) != 0) continue;
    // renamed under its code: the code's state of the day
    if (r == 0) r = dir_division(s->dir, named->rows[i]->code, &then);
    if (r == 0 && then && reg_division_alive(then, s->day) &&
        (named->rows[i]->n_successors == 0 || strcmp(named->rows[i]->successors[0], then->code) == 0))
      take(s, then);
    else if (r == 0)
      r = reg_division_successors(s->dir, named->rows[i], s->day, s->out->arena, &next, &n);
    if (r < 0) return r;
    for (size_t k = 0; k < n; k++)
      take(s, next[k]);
  }
  return 0;
}

// Those whose name begins alike, for the question.
static int nearest(struct search *s)
{
  const Reg__Division *const *rows = NULL;
  size_t n = 0, length = strnlen(s->county, NEAR_BYTES);
  s->n = 0;
  if (length < NEAR_BYTES) return 0;
  int r = dir_divisions_like(s->dir, arena_strndup(s->out->arena, s->county, length), &rows, &n);
  for (size_t i = 0; r == 0 && i < n; i++)
    if (in_province(s, rows[i]) && reg_division_alive(rows[i], s->day)) take(s, rows[i]);
  return r;
}

static int climb(struct search *s, Reg__DivisionStep *ret)
{
  struct named named = {0};
  int r = dir_divisions_named(s->dir, s->county, &named.rows, &named.n);
  if (r == 0) r = in_force(s, &named, true);
  if (r == 0 && s->n == 1) *ret = REG__DIVISION_STEP__STEP_EXACT;
  if (r < 0 || s->n > 0) return r;
  r = in_force(s, &named, false);
  if (r == 0 && s->n == 1) *ret = REG__DIVISION_STEP__STEP_WITHOUT_PREFECTURE;
  if (r < 0 || s->n > 0) return r;
  r = through_history(s, &named, true);
  if (r == 0 && s->n == 0) r = through_history(s, &named, false);
  if (r == 0 && s->n == 1) *ret = REG__DIVISION_STEP__STEP_HISTORY;
  return r;
}

// ---- the answer

static int answer(struct search *s, Reg__DivisionStep step)
{
  Reg__DivisionMatch *reply = REG_NEW(s->out, Reg__DivisionMatch, reg__division_match__init);
  if (!reply) return -ENOMEM;
  bool found = step >= REG__DIVISION_STEP__STEP_EXACT && step <= REG__DIVISION_STEP__STEP_HISTORY;
  reply->step = step;
  s->out->reply = &reply->base;
  if (found) {
    reply->division = (Reg__Division *)s->found[0];
    return 0;
  }
  reply->candidates = ARENA_ARRAY(s->out->arena, Reg__Division *, s->n + 1);
  if (!reply->candidates) return -ENOMEM;
  memcpy(reply->candidates, s->found, s->n * sizeof *reply->candidates);
  reply->n_candidates = s->n;
  return 0;
}

static int check(const Reg__FindDivision *query, struct decision *out)
{
  int r = reg_check_text(out, "province", query->province, true, REG_TEXT_MAX);
  if (r == 0) r = reg_check_text(out, "prefecture", query->prefecture, true, REG_TEXT_MAX);
  if (r == 0) r = reg_check_text(out, "county", query->county, true, REG_TEXT_MAX);
  if (r == 0) r = reg_check_date(out, "as_of", query->as_of, true);
  if (r == 0 && !query->province[0] && !query->county[0] && !query->prefecture[0])
    r = reg_field(out, "county", "省、市、县至少填一项", "needs a province, a prefecture or a county");
  return r;
}

int reg_division_find(const struct dir_view *dir, const Reg__FindDivision *query,
                      const struct rule_context *ctx, struct decision *out)
{
  struct search s = {.day = query->as_of[0] ? query->as_of : ctx->today, .out = out, .province = "0"};
  Reg__DivisionStep step = REG__DIVISION_STEP__STEP_UNSPECIFIED;
  const Reg__Division *province = NULL;
  int r = check(query, out);
  if (r != 0) return r;
  if (!(s.dir = dir_view_as_of(dir, s.day))) return -ENOMEM;
  s.prefecture = is_bracket(query->prefecture) || strcmp(query->prefecture, query->province) == 0
                     ? ""
                     : query->prefecture;
  s.county = query->county;
  if (!s.county[0] || strcmp(s.county, s.prefecture) == 0) { // 东莞, 仙桃: one name for both
    s.county = s.prefecture;
    s.prefecture = "";
  }
  if (query->province[0]) {
    r = find_province(&s, query->province, &province);
    if (r < 0) return r;
    if (!province) return answer(&s, s.n ? REG__DIVISION_STEP__STEP_SEVERAL : REG__DIVISION_STEP__STEP_NONE);
    memcpy(s.province, province->code, strlen(province->code) + 1);
    if (strcmp(s.county, province->name) == 0) s.county = ""; // 北京市 北京市
    if (!s.county[0]) {                                       // nothing more exact is known
      take(&s, province);
      return answer(&s, REG__DIVISION_STEP__STEP_EXACT);
    }
    if (strcmp(s.prefecture, province->name) == 0) s.prefecture = "";
  }
  if (!query->province[0] && !s.prefecture[0]) { // a province alone: 天津市
    r = find_province(&s, s.county, &province);
    if (r == 0 && province && strcmp(province->name, s.county) == 0) {
      take(&s, province);
      return answer(&s, REG__DIVISION_STEP__STEP_EXACT);
    }
    if (r < 0) return r;
  }
  r = climb(&s, &step);
  if (r == 0 && step == REG__DIVISION_STEP__STEP_UNSPECIFIED && s.n > 1)
    step = REG__DIVISION_STEP__STEP_SEVERAL;
  if (r == 0 && step == REG__DIVISION_STEP__STEP_UNSPECIFIED) {
    step = REG__DIVISION_STEP__STEP_NONE;
    r = nearest(&s);
  }
  return r < 0 ? r : answer(&s, step);
}
