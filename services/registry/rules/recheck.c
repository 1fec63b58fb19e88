#include "services/registry/rules/recheck.h"
#include "services/registry/rules/reg.h"
#include "services/registry/rules/structure.h"
#include <errno.h>
#include <string.h>

enum { NEST_MAX = 3 };

struct recheck {
  const struct dir_view *dir;
  const struct rule_context *ctx;
  struct decision *out;
  const Reg__Institution *changed; // or NULL
  const char *gone;                // or NULL
  const char *seen[REG_MEMBERS_MAX * 8];
  size_t n_seen;
};

static bool first_time(struct recheck *recheck, const char *id)
{
  for (size_t i = 0; i < recheck->n_seen; i++)
    if (strcmp(recheck->seen[i], id) == 0) return false;
  if (recheck->n_seen < sizeof recheck->seen / sizeof *recheck->seen) recheck->seen[recheck->n_seen++] = id;
  return true;
}

static bool same_codes(char *const *a, size_t n_a, char *const *b, size_t n_b)
{
  if (n_a != n_b) return false;
  for (size_t i = 0; i < n_a; i++)
    if (strcmp(a[i], b[i]) != 0) return false;
  return true;
}

static int flag(struct recheck *recheck, const Reg__Partnership *partnership, const Reg__Agreement *agreement,
                char **codes, size_t n)
{
  Reg__Partnership next = *partnership; // the event copies it
  if (same_codes(partnership->broken, partnership->n_broken, codes, n)) return 0;
  next.broken = codes;
  next.n_broken = n;
  next.rev++;
  struct event_head head;
  reg_partnership_head(&next, agreement, &head);
  return reg_emit(recheck->out,
                  n ? &reg__partnership_broken__descriptor : &reg__partnership_mended__descriptor, &next.base,
                  &head, NULL);
}

static int check(struct recheck *recheck, const Reg__Partnership *partnership)
{
  struct reg_structure structure = {.dir = recheck->dir,
                                    .partnership = partnership,
                                    .on = recheck->ctx->today,
                                    .as_if = recheck->changed,
                                    .gone = recheck->gone};
  char **codes = NULL;
  size_t n = 0;
  int r = reg_find_programme(recheck->dir, partnership->programme, partnership->programme_version,
                             recheck->out, &structure.programme);
  if (r == 0) r = reg_find_mode(structure.programme, partnership->mode, recheck->out, &structure.mode);
  if (r == 0 && partnership->agreement[0])
    r = dir_agreement(recheck->dir, partnership->agreement, &structure.agreement);
  if (r == 0) r = reg_structure_faults(&structure, recheck->out->arena, &codes, &n);
  return r != 0 ? r : flag(recheck, partnership, structure.agreement, codes, n);
}

// The live partnerships a party belongs to, and those that contain these.
static int walk(struct recheck *recheck, const char *party, int depth)
{
  const Reg__Partnership *const *list = NULL;
  size_t n = 0;
  int r = dir_partnerships_of(recheck->dir, party, &list, &n);
  for (size_t i = 0; r == 0 && i < n; i++) {
    if (!party_live(list[i]) || !first_time(recheck, list[i]->id)) continue;
    r = check(recheck, list[i]);
    if (r == 0 && depth < NEST_MAX) r = walk(recheck, list[i]->id, depth + 1);
  }
  return r;
}

int reg_recheck_institution(const struct dir_view *dir, const struct rule_context *ctx,
                            const Reg__Institution *changed, struct decision *out)
{
  struct recheck recheck = {.dir = dir, .ctx = ctx, .out = out, .changed = changed};
  return walk(&recheck, changed->id, 1);
}

int reg_recheck_without(const struct dir_view *dir, const struct rule_context *ctx,
                        const Reg__Partnership *gone, struct decision *out)
{
  struct recheck recheck = {.dir = dir, .ctx = ctx, .out = out, .gone = gone->id};
  return walk(&recheck, gone->id, 1);
}
