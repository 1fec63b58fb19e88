// How many of those who count there are in a division.
#include "common/domain/predicate.h"
#include "services/registry/rules/figures_inside.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

// What is asked of the place and not of who is in it.
static bool about_division(const Prg__Predicate *predicate)
{
  return predicate->kind == PRG__PREDICATE_KIND__PREDICATE_DIVISION_TAG ||
         predicate->kind == PRG__PREDICATE_KIND__PREDICATE_DIVISION_LEVEL;
}

int figures_fits(const struct figures *figures, const struct dir_view *dir,
                 const Reg__Institution *institution, enum figures_unit about, bool *ret)
{
  const Prg__Indicator *indicator = figures->indicator;
  struct predicate_env env = {.dir = dir, .arena = figures->scratch, .on = figures->day, .quiet = true};
  *ret = about == FIGURES_OF_DIVISIONS || institution->status == REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE;
  for (size_t i = 0; *ret && i < indicator->n_universe; i++) {
    struct predicate_answer answer;
    bool place = about_division(indicator->universe[i]);
    if (about != FIGURES_OF_BOTH && place != (about == FIGURES_OF_DIVISIONS)) continue;
    int r = predicate_party(&env, indicator->universe[i], institution, &answer);
    if (r < 0) return r;
    *ret = answer.holds;
  }
  return 0;
}

struct walking {
  const struct figures *figures;
  const struct dir_view *dir;
  struct figure_count *count;
  figures_visit *visit;
  void *context;
  size_t limit; // 0 = all
  char *next;
  char last[64];
};

static int show(struct walking *walking, const struct figure_record *record)
{
  return walking->visit ? walking->visit(walking->context, record) : 0;
}

// Whether the limit is reached before this one: then the next part begins behind the one before it.
static bool full(struct walking *walking, const char *id)
{
  if (walking->limit && walking->count->looked_at == walking->limit) {
    snprintf(walking->next, sizeof walking->last, "%s", walking->last);
    return true;
  }
  size_t length = strnlen(id, sizeof walking->last - 1);
  memcpy(walking->last, id, length); // not printed: this is done for every unit of a nation
  walking->last[length] = '\0';
  walking->count->looked_at++;
  return false;
}

// ---- coverage of institutions

static int look_at_institution(void *context, const ProtobufCMessage *row)
{
  struct walking *walking = context;
  const struct figures *figures = walking->figures;
  const Reg__Institution *institution = (const Reg__Institution *)row;
  bool fits = false;
  uint32_t by = 0;
  if (full(walking, institution->id)) return 1;
  arena_reset(figures->scratch);
  int r = figures_fits(figures, walking->dir, institution, FIGURES_OF_BOTH, &fits);
  if (r < 0 || !fits) return r;
  bool covered = id_set_has(&figures->covered, institution->id, &by);
  walking->count->denominator++;
  walking->count->numerator += covered;
  return show(walking,
              &(const struct figure_record){institution->id, institution->code, institution->name,
                                            institution->division, covered, covered ? figures->by[by] : ""});
}

// Named one by one: a predicate that comes later must not take what an outline leaves out for empty.
static bool outline_tells(const Prg__Predicate *predicate)
{
  switch (predicate->kind) {
  case PRG__PREDICATE_KIND__PREDICATE_KIND_IN:
  case PRG__PREDICATE_KIND__PREDICATE_DIVISION_LEVEL:
  case PRG__PREDICATE_KIND__PREDICATE_DIVISION_TAG:
  case PRG__PREDICATE_KIND__PREDICATE_TAG_HAS:
  case PRG__PREDICATE_KIND__PREDICATE_STAGE_IN:
  case PRG__PREDICATE_KIND__PREDICATE_URBAN_RURAL_IN:
  case PRG__PREDICATE_KIND__PREDICATE_PARTY_IS: // these two look at nothing of it
  case PRG__PREDICATE_KIND__PREDICATE_MODE_IN:
    return true;
  default:
    return false;
  }
}

// Whether the universe asks only for what an outline tells.
static bool outlines_tell(const Prg__Indicator *indicator)
{
  for (size_t i = 0; i < indicator->n_universe; i++)
    if (!outline_tells(indicator->universe[i])) return false;
  return true;
}

// Who shows records needs their names; who counts does not.
static int walk_institutions(struct walking *walking, const char *division, const char *after)
{
  bool outlines = !walking->visit && outlines_tell(walking->figures->indicator);
  return outlines ? dir_walk_outlines(walking->dir, division, after, look_at_institution, walking)
                  : dir_walk_institutions(walking->dir, division, after, look_at_institution, walking);
}

// ---- coverage of divisions

enum { DIVISIONS_STEP = 200 };

static int look_at_division(struct walking *walking, const Reg__Division *division)
{
  const struct figures *figures = walking->figures;
  Reg__Institution place = REG__INSTITUTION__INIT; // whatever stands there
  bool fits = false;
  uint32_t by = 0;
  place.division = division->code;
  if (full(walking, division->code)) return 1;
  int r = figures_fits(figures, walking->dir, &place, FIGURES_OF_DIVISIONS, &fits);
  if (r < 0 || !fits) return r;
  bool covered = id_set_has(&figures->covered, division->code, &by);
  walking->count->denominator++;
  walking->count->numerator += covered;
  return show(walking,
              &(const struct figure_record){division->code, division->code, division->name, division->code,
                                            covered, covered ? figures->by[by] : ""});
}

static int walk_divisions(struct walking *walking, const char *division, const char *after)
{
  const struct figures *figures = walking->figures;
  const Reg__Division *only = NULL;
  if (division_level(division) > TYP__DIVISION_LEVEL__LEVEL_COUNTY) return 0; // no county lies in a township
  if (division_level(division) == TYP__DIVISION_LEVEL__LEVEL_COUNTY) {
    int r = after[0] ? 0 : dir_division(walking->dir, division, &only);
    return r == 0 && only ? look_at_division(walking, only) : r;
  }
  char from[DIVISION_SIZE];
  snprintf(from, sizeof from, "%s", after);
  for (;;) {
    const Reg__Division **list = NULL;
    size_t n = 0;
    struct dir_range range = {division, TYP__DIVISION_LEVEL__LEVEL_COUNTY, figures->day, from,
                              DIVISIONS_STEP};
    int r = dir_divisions_under(walking->dir, &range, &list, &n);
    for (size_t i = 0; r == 0 && i < n; i++)
      r = look_at_division(walking, list[i]);
    if (r != 0 || n < DIVISIONS_STEP) return r;
    snprintf(from, sizeof from, "%s", list[n - 1]->code);
  }
}

// ---- counts

// The first entry whose division is not before this text.
static size_t first_of(const struct figures_list *list, const char *text)
{
  size_t low = 0, high = list->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(list->entries[middle].division, text) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void range_of(const struct figures_list *list, const char *division, size_t *from, size_t *to)
{
  char code[DIVISION_SIZE], behind[DIVISION_SIZE + 1];
  division_short(division, code);
  bool nation = division_level(code) <= TYP__DIVISION_LEVEL__LEVEL_NATION;
  snprintf(behind, sizeof behind, "%s\x7f", code);
  *from = nation ? 0 : first_of(list, code);
  *to = nation ? list->n : first_of(list, behind);
}

static int show_entry(struct walking *walking, const struct figures_list *list,
                      const struct figures_entry *entry)
{
  const Reg__Agreement *agreement = NULL;
  const Reg__Partnership *partnership = NULL;
  int r = list->agreements ? dir_agreement(walking->dir, entry->id, &agreement)
                           : dir_partnership(walking->dir, entry->id, &partnership);
  if (r < 0) return r;
  const char *code = agreement ? agreement->doc_no : "";
  const char *name = agreement ? agreement->title : partnership ? partnership->name : "";
  return show(walking, &(const struct figure_record){entry->id, code, name, entry->division, true, ""});
}

// The records counted in the numerator; `after` is the id of one of them.
static int walk_counted(struct walking *walking, const char *division, const char *after)
{
  const struct figures *figures = walking->figures;
  size_t from, to, den_from, den_to;
  range_of(&figures->num, division, &from, &to);
  range_of(&figures->den, division, &den_from, &den_to);
  walking->count->numerator = (int64_t)(to - from);
  walking->count->denominator = (int64_t)(den_to - den_from);
  if (!walking->visit) return 0;
  bool begun = !after[0];
  int r = 0;
  for (size_t i = from; r == 0 && i < to; i++) {
    const struct figures_entry *entry = &figures->num.entries[i];
    if (begun && full(walking, entry->id)) return 1;
    if (begun) r = show_entry(walking, &figures->num, entry);
    begun = begun || strcmp(entry->id, after) == 0;
  }
  return r;
}

// ---- the ways in

int figures_part(const struct figures *figures, const struct dir_view *dir, const char *division,
                 const struct figure_part *part, struct figure_count *ret, char ret_next[64])
{
  *ret = (struct figure_count){0};
  ret_next[0] = '\0';
  char code[DIVISION_SIZE];
  division_short(division, code);
  struct walking walking = {.figures = figures,
                            .dir = dir,
                            .count = ret,
                            .visit = part->visit,
                            .context = part->context,
                            .limit = part->limit,
                            .next = ret_next};
  int r = figures->indicator->form != PRG__INDICATOR_FORM__INDICATOR_COVERAGE
              ? walk_counted(&walking, code, part->after)
          : figures->of_divisions ? walk_divisions(&walking, code, part->after)
                                  : walk_institutions(&walking, code, part->after);
  if (r > 0 && !ret_next[0]) snprintf(ret_next, 64, "%s", walking.last); // the visitor ended it
  return r < 0 ? r : 0;
}

int figures_of(const struct figures *figures, const struct dir_view *dir, const char *division,
               struct figure_count *ret, figures_visit *visit, void *context)
{
  char next[64];
  const struct figure_part all = {"", 0, visit, context};
  return figures_part(figures, dir, division, &all, ret, next);
}
