// The lookups of common/domain/directory.h for reviews, values of indicators and targets, and the walks that
// figures are made of.
#include "common/base/cleanup.h"
#include "common/base/date.h"
#include "common/directory/directory.h"
#include "common/directory/view.h"
#include "common/domain/division.h"
#include <errno.h>
#include <string.h>

// A step's rows fit into the fast memory nearest to the processor.
enum { STEP = 64, STEP_BYTES = 8 << 20 };

int dir_review(const struct dir_view *view, const char *id, const Reg__ReviewRecord **ret)
{
  return view_get_by_id(view, SCHEMA_REVIEW, id, (ProtobufCMessage **)ret);
}

int dir_target_state(const struct dir_view *view, const char *id, const Reg__TargetState **ret)
{
  return view_get_by_id(view, SCHEMA_TARGET, id, (ProtobufCMessage **)ret);
}

int dir_reviews_of(const struct dir_view *view, const char *subject, const Reg__ReviewRecord *const **ret,
                   size_t *n)
{
  struct table_rows rows;
  int r = view_list_by_text(view, SCHEMA_REVIEW, "by_subject", subject, &rows);
  if (r < 0) return r;
  *ret = (const Reg__ReviewRecord *const *)rows.rows;
  *n = rows.n;
  return 0;
}

int dir_indicator_values_of(const struct dir_view *view, const char *programme, const char *indicator,
                            const char *scope, const Reg__IndicatorValue *const **ret, size_t *n)
{
  struct table_rows rows;
  struct key key;
  key_init(&key);
  key_text(&key, programme);
  key_text(&key, indicator);
  key_text(&key, scope);
  int r = view_list(view, SCHEMA_INDICATOR_VALUE, "by_scope", &key, &rows);
  if (r < 0) return r;
  *ret = (const Reg__IndicatorValue *const *)rows.rows;
  *n = rows.n;
  return 0;
}

// ---- walks: an arena of their own, emptied after each step, so that a nation never stands in memory

DEFINE_CLEANUP(struct arena, arena_free);

struct walk {
  struct dir_view view;
  struct table_way way;
  enum schema_table table;
  struct table_query query;
  dir_visit *visit;
  void *context;
  char after[128];
};

static int visit_rows(const struct walk *walk, const struct directory_page *page)
{
  int r = 0;
  for (size_t i = 0; r == 0 && i < page->n; i++)
    r = walk->visit(walk->context, page->rows[i]);
  return r;
}

static int walk_all(const struct dir_view *view, struct walk *walk, const char *after)
{
  _cleanup_(arena_freep) struct arena *arena = NULL;
  struct directory_page page = {.more = true};
  int r = arena_new(STEP_BYTES, &arena);
  walk->view = *view;
  walk->view.way = walk->way;
  walk->view.arena = arena;
  walk->query.limit = STEP;
  walk->query.after = after;
  while (r == 0 && page.more) {
    r = directory_page_of(&walk->view, walk->table, &walk->query, &page);
    if (r == 0) r = visit_rows(walk, &page);
    if (r != 0 || !page.more) break;
    if (strlen(page.last) >= sizeof walk->after) return -EBADMSG;
    memcpy(walk->after, page.last, strlen(page.last) + 1);
    walk->query.after = walk->after;
    arena_reset(arena);
  }
  return r;
}

static int walk_institutions(const struct dir_view *view, const char *division, const char *after,
                             struct walk *walk)
{
  char code[DIVISION_SIZE];
  struct key prefix;
  walk->table = SCHEMA_INSTITUTION;
  walk->way.read = skim_institution;
  division_short(division, code);
  if (division_level(code) > TYP__DIVISION_LEVEL__LEVEL_NATION) {
    key_init(&prefix);
    key_text(&prefix, code);
    walk->query.index = "by_division";
    walk->query.prefix = &prefix;
  }
  return walk_all(view, walk, after);
}

int dir_walk_institutions(const struct dir_view *view, const char *division, const char *after,
                          dir_visit *visit, void *context)
{
  struct walk walk = {.visit = visit, .context = context};
  return walk_institutions(view, division, after, &walk);
}

int dir_walk_outlines(const struct dir_view *view, const char *division, const char *after, dir_visit *visit,
                      void *context)
{
  struct walk walk = {.way.covered = true, .visit = visit, .context = context};
  return walk_institutions(view, division, after, &walk);
}

static int walk_programme(const struct dir_view *view, enum schema_table table, const char *programme,
                          struct walk *walk, const char *after)
{
  struct key prefix;
  key_init(&prefix);
  key_text(&prefix, programme);
  if (prefix.overflow) return 0;
  walk->table = table;
  walk->query.index = "by_programme";
  walk->query.prefix = &prefix;
  return walk_all(view, walk, after);
}

int dir_walk_partnerships(const struct dir_view *view, const char *programme, const char *after,
                          dir_visit *visit, void *context)
{
  struct walk walk = {.way.read = skim_partnership, .visit = visit, .context = context};
  return walk_programme(view, SCHEMA_PARTNERSHIP, programme, &walk, after);
}

int dir_walk_agreements(const struct dir_view *view, const char *programme, const char *after,
                        dir_visit *visit, void *context)
{
  struct walk walk = {.visit = visit, .context = context};
  return walk_programme(view, SCHEMA_AGREEMENT, programme, &walk, after);
}

static bool in_force(const Reg__Division *division, const char *day)
{
  const Typ__Period *valid = division->valid;
  if (!day[0] || !valid) return true;
  bool begun = !valid->from[0] || date_compare(valid->from, day) <= 0;
  return begun && (!valid->to[0] || date_compare(valid->to, day) > 0);
}

// What comes right before a code: its last digit one lower, and then a character above all digits.
static void before(const char *code, char out[DIVISION_SIZE + 1])
{
  size_t length = strlen(code);
  memcpy(out, code, length + 1);
  out[length - 1]--;
  out[length] = '\x7f';
  out[length + 1] = '\0';
}

// Codes are in order, so a subtree stands together: it begins right before its root and ends behind its last
// code.
int dir_divisions_under(const struct dir_view *view, const struct dir_range *range,
                        const Reg__Division ***ret, size_t *n)
{
  char begin[DIVISION_SIZE + 1] = "", code[DIVISION_SIZE];
  struct table_query query = {.after = range->after, .limit = STEP};
  struct directory_page page = {.more = true};
  const Reg__Division **list = ARENA_ARRAY(view->arena, const Reg__Division *, range->limit);
  if (!list) return -ENOMEM;
  division_short(range->under, code);
  bool nation = division_level(code) <= TYP__DIVISION_LEVEL__LEVEL_NATION;
  *ret = list;
  *n = 0;
  if (!range->after[0] && !nation) {
    before(code, begin);
    query.after = begin;
  }
  while (page.more && *n < range->limit) {
    int r = directory_page_of(view, SCHEMA_DIVISION, &query, &page);
    if (r < 0) return r;
    for (size_t i = 0; i < page.n && *n < range->limit; i++) {
      const Reg__Division *division = (const Reg__Division *)page.rows[i];
      if (!nation && !division_covers(code, division->code)) return 0;
      if (division->level == range->level && in_force(division, range->day)) list[(*n)++] = division;
    }
    query.after = page.last;
  }
  return 0;
}
