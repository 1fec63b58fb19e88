// Which divisions are in force on a day, and what came after those that are not (IN-05).
#include "common/base/date.h"
#include "common/domain/division.h"
#include "services/registry/rules/division.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

enum { SUCCESSION_MAX = 32 }; // steps looked at: real chains are one to three long

bool reg_division_alive(const Reg__Division *division, const char *day)
{
  const Typ__Period *valid = division->valid;
  bool begun = !valid || !valid->from[0] || date_compare(valid->from, day) <= 0;
  bool ended = valid && valid->to[0] && date_compare(valid->to, day) <= 0;
  return begun && !ended;
}

struct succession {
  const struct dir_view *dir; // as of the day
  const char *day;
  struct arena *arena;
  const char *seen[SUCCESSION_MAX];
  size_t n_seen;
  const Reg__Division *found[SUCCESSION_MAX];
  size_t n;
};

static int follow(struct succession *s, const Reg__Division *ended)
{
  for (size_t i = 0; i < ended->n_successors; i++) {
    const Reg__Division *next = NULL;
    const char *code = ended->successors[i];
    bool seen = s->n_seen == SUCCESSION_MAX;
    for (size_t k = 0; k < s->n_seen && !seen; k++)
      seen = strcmp(s->seen[k], code) == 0;
    if (seen) continue;
    s->seen[s->n_seen++] = code;
    int r = dir_division(s->dir, code, &next);
    if (r == 0 && next && reg_division_alive(next, s->day)) s->found[s->n++] = next;
    if (r == 0 && next && !reg_division_alive(next, s->day)) r = follow(s, next);
    if (r < 0) return r;
  }
  return 0;
}

int reg_division_successors(const struct dir_view *dir, const Reg__Division *ended, const char *day,
                            struct arena *arena, const Reg__Division *const **ret, size_t *n)
{
  struct succession s = {.dir = dir_view_as_of(dir, day), .day = day, .arena = arena};
  int r = s.dir ? follow(&s, ended) : -ENOMEM;
  const Reg__Division **list = ARENA_ARRAY(arena, const Reg__Division *, s.n + 1);
  if (!list) return -ENOMEM;
  memcpy(list, s.found, s.n * sizeof *list);
  *ret = list;
  *n = s.n;
  return r;
}

// The state of that day, or the first one it had where it began later.
static int state_on(const struct dir_view *dir, const char *code, const char *day, const Reg__Division **ret)
{
  const struct dir_view *then = dir_view_as_of(dir, day);
  int r = then ? dir_division(then, code, ret) : -ENOMEM;
  return r == 0 && !*ret ? dir_division(dir, code, ret) : r;
}

static const char *list_of(struct arena *arena, const Reg__Division *const *list, size_t n, bool names)
{
  const char *text = "";
  for (size_t i = 0; i < n && text; i++)
    text = arena_printf(arena, "%s%s%s%s%s", text, i ? ", " : "", list[i]->code, names ? " " : "",
                        names ? list[i]->name : "");
  return text;
}

int reg_division_refuse(const struct dir_view *dir, const char *code, const char *day, struct decision *out)
{
  const Reg__Division *division = NULL;
  const Reg__Division *const *next = NULL;
  size_t n = 0;
  const char *zh = "没有登记", *en = "is not registered", *codes = "";
  int r = division_valid(code) ? state_on(dir, code, day, &division) : 0;
  if (r == 0 && division) r = reg_division_successors(dir, division, day, out->arena, &next, &n);
  if (r < 0) return r;
  if (n > 0) codes = list_of(out->arena, next, n, false);
  for (size_t i = 0; division && n == 0 && i < division->n_successors && codes;
       i++) // none of them registered
    codes = arena_printf(out->arena, "%s%s%s", codes, i ? ", " : "", division->successors[i]);
  const char *from = division && division->valid ? division->valid->from : "";
  if (from[0] && date_compare(from, day) > 0) {
    zh = arena_printf(out->arena, "%s 起才启用", from);
    en = arena_printf(out->arena, "begins in %s only", from);
  } else if (division) {
    const char *to = division->valid ? division->valid->to : "", *names = list_of(out->arena, next, n, true);
    if (!names || !codes) return -ENOMEM;
    bool some = names[0] || codes[0];
    zh = arena_printf(out->arena, "（%s）%s 年变更%s%s", division->name, to, some ? "为 " : "，没有后继",
                      names[0] ? names : codes);
    en = arena_printf(out->arena, "(%s) was replaced in %s%s%s", division->name, to,
                      some ? " by " : ", by none", names[0] ? names : codes);
  }
  return decision_reject(out, REASON_IN_05, "division", code, "successors", codes && codes[0] ? codes : "-",
                         "why_zh", zh, "why_en", en, NULL);
}

int reg_division_in_force(const struct dir_view *dir, const char *code, const char *day, struct decision *out)
{
  const Reg__Division *division = NULL;
  const struct dir_view *then = dir_view_as_of(dir, day);
  int r = then ? dir_division(then, code, &division) : -ENOMEM;
  if (r < 0) return r;
  return division && reg_division_alive(division, day) ? 0 : reg_division_refuse(dir, code, day, out);
}
