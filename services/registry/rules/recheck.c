#include "services/registry/rules/recheck.h"
#include "common/base/date.h"
#include "services/registry/rules/issue.h"
#include "services/registry/rules/reg.h"
#include "services/registry/rules/structure.h"
#include <errno.h>
#include <string.h>

// What is in the set was checked, and what contains it.
static int first_time(struct reg_recheck *recheck, const char *id, bool *ret)
{
  *ret = !id_set_has(&recheck->seen, id, NULL);
  return *ret ? id_set_add(&recheck->seen, id, 0) : 0;
}

static bool same_codes(char *const *a, size_t n_a, char *const *b, size_t n_b)
{
  if (n_a != n_b) return false;
  for (size_t i = 0; i < n_a; i++)
    if (strcmp(a[i], b[i]) != 0) return false;
  return true;
}

static const char *later(const char *a, const char *b)
{
  return a[0] && date_compare(a, b) > 0 ? a : b;
}

static int flag(struct reg_recheck *recheck, const Reg__Agreement *agreement, Reg__Partnership *next)
{
  struct event_head head;
  next->since = (char *)later(next->since, recheck->on);
  next->rev++;
  reg_partnership_head(next, agreement, &head);
  recheck->dir = dir_assume(recheck->dir, &next->base);
  if (!recheck->dir) return -ENOMEM;
  int r =
      reg_emit(recheck->out,
               next->n_broken ? &reg__partnership_broken__descriptor : &reg__partnership_mended__descriptor,
               &next->base, &head, NULL);
  return r == 0 && next->n_broken ? reg_issue_of_broken(recheck->dir, recheck->ctx, next, recheck->out) : r;
}

// A merger that was scheduled and is done leaves the record: nothing is awaited any more.
static int forget_done_merger(const struct reg_structure *structure, struct reg_recheck *recheck,
                              Reg__Partnership *next, bool *ret_done)
{
  *ret_done = false;
  if (!next->merger_due[0]) return 0;
  int r = reg_structure_merged(structure, recheck->out->arena, ret_done);
  if (r == 0 && *ret_done) next->merger_due = (char *)protobuf_c_empty_string;
  return r;
}

static int check(struct reg_recheck *recheck, const Reg__Partnership *partnership)
{
  struct reg_structure structure;
  char **codes = NULL;
  size_t n = 0;
  bool merged = false;
  Reg__Partnership *next = REG_COPY(recheck->out, Reg__Partnership, partnership);
  if (!next) return -ENOMEM;
  int r = reg_structure_of(recheck->dir, partnership, recheck->ctx->today, recheck->out, &structure);
  if (r == 0) r = reg_structure_faults(&structure, recheck->out->arena, &codes, &n);
  if (r == 0) r = forget_done_merger(&structure, recheck, next, &merged);
  bool same = same_codes(partnership->broken, partnership->n_broken, codes, n);
  if (r != 0 || (same && !merged)) return r;
  if (!n) next->broken_since = (char *)protobuf_c_empty_string;
  if (n && !partnership->n_broken) next->broken_since = (char *)later(next->since, recheck->on);
  next->broken = codes;
  next->n_broken = n;
  return flag(recheck, structure.agreement, next);
}

static int walk_up(struct reg_recheck *recheck, const char *party, int depth)
{
  const Reg__Partnership *const *list = NULL;
  size_t n = 0;
  int r = dir_partnerships_of(recheck->dir, party, &list, &n);
  for (size_t i = 0; r == 0 && i < n; i++) {
    bool first = false;
    if (party_live(list[i])) r = first_time(recheck, list[i]->id, &first);
    if (r == 0 && first) r = check(recheck, list[i]);
    if (r == 0 && first && depth < REG_NEST_MAX) r = walk_up(recheck, list[i]->id, depth + 1);
  }
  return r;
}

int reg_recheck_party(struct reg_recheck *recheck, const char *id)
{
  bool first = false;
  int r = first_time(recheck, id, &first);
  return r == 0 && first ? walk_up(recheck, id, 1) : r;
}

int reg_recheck_partnership(struct reg_recheck *recheck, const Reg__Partnership *partnership)
{
  bool first = false;
  int r = first_time(recheck, partnership->id, &first);
  if (r != 0 || !first) return r;
  if (party_live(partnership)) r = check(recheck, partnership);
  return r == 0 ? walk_up(recheck, partnership->id, 1) : r;
}

int reg_recheck_agreement(struct reg_recheck *recheck, const Reg__Agreement *agreement)
{
  const Reg__Partnership *const *list = NULL;
  size_t n = 0;
  int r = dir_partnerships_under(recheck->dir, agreement->id, &list, &n);
  for (size_t i = 0; r == 0 && i < n; i++)
    if (party_live(list[i])) r = check(recheck, list[i]);
  return r;
}

void reg_recheck_end(struct reg_recheck *recheck)
{
  id_set_free(&recheck->seen);
}

int reg_recheck_institution(const struct dir_view *dir, const struct rule_context *ctx,
                            const Reg__Institution *changed, struct decision *out)
{
  struct reg_recheck recheck = {.dir = dir_assume(dir, &changed->base),
                                .ctx = ctx,
                                .out = out,
                                .on = changed->since[0] ? changed->since : ctx->today};
  int r = recheck.dir ? reg_recheck_party(&recheck, changed->id) : -ENOMEM;
  reg_recheck_end(&recheck);
  return r;
}
