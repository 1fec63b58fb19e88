// The frame of inheritance: the two jurisdictions, then the merge, then PR-02, then the checks of the result.
#include "common/base/pb.h"
#include "common/domain/division.h"
#include "common/domain/programme_inherit_part.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *programme_owner_text(const Prg__Programme *programme)
{
  const Prg__Owner *owner = programme->owner;
  if (!owner) return "";
  return owner->division[0] ? owner->division : pb_enum_word(&typ__division_level__descriptor, owner->level);
}

const char *programme_inherit_text(struct programme_inheriting *in, const char *format, ...)
{
  char text[512];
  va_list list;
  va_start(list, format);
  vsnprintf(text, sizeof text, format, list);
  va_end(list);
  const char *kept = arena_strdup(in->arena, text);
  if (!kept) in->exhausted = true;
  return kept ? kept : "";
}

void programme_inherit_loosened(struct programme_inheriting *in, const char *key, const char *allowed_zh,
                                const char *allowed_en)
{
  in->check.reason = REASON_PR_02;
  programme_check_fault(&in->check, key, allowed_zh, allowed_en, NULL);
  in->check.reason = REASON_PR_01;
}

// ---- the two jurisdictions

// Whether all that the owner stands for lies in the parent's owner. An owner by level is every authority of
// that level: it lies in the nation, or below an owner of a higher level.
static bool inside(const Prg__Owner *owner, const Prg__Owner *parent)
{
  char code[DIVISION_SIZE], scope[DIVISION_SIZE];
  if (parent->level) {
    Typ__DivisionLevel level = owner->level;
    if (!level) {
      division_short(owner->division, code);
      level = division_level(code);
    }
    return level >= parent->level;
  }
  division_short(parent->division, scope);
  if (strcmp(scope, "0") == 0) return true;
  if (owner->level) return false;
  division_short(owner->division, code);
  return division_covers(scope, code);
}

static void relation(struct programme_inheriting *in)
{
  const Prg__Owner *owner = in->child->owner, *parent = in->parent->owner;
  bool below = inside(owner, parent), same = below && inside(parent, owner);
  bool subordinate = in->child->extends->relation == PRG__RELATION__RELATION_SUBORDINATE;
  if (subordinate && !below)
    programme_check_fault(&in->check, "extends.relation", "不在上级模板所属地区 {} 之内，只能 borrowed",
                          "lies outside {}, the owner of the parent: borrowed is meant",
                          programme_owner_text(in->parent));
  if (!subordinate && below && !same) // or PR-02 could be walked around
    programme_check_fault(&in->check, "extends.relation", "在上级模板所属地区 {} 之内，须为 subordinate",
                          "lies inside {}, the owner of the parent: subordinate is needed",
                          programme_owner_text(in->parent));
}

// ---- all of it

int programme_inherit(const Prg__Programme *parent, const Prg__Programme *child, struct arena *arena,
                      programme_fault_fn *fn, void *context, Prg__Programme **ret)
{
  struct programme_inheriting in = {
      .check = {.programme = parent, .fn = fn, .context = context, .reason = REASON_PR_01},
      .parent = parent,
      .child = child,
      .arena = arena};
  *ret = NULL;
  in.result = arena_memdup(arena, child, sizeof *child);
  if (!in.result) return -ENOMEM;
  in.result->override = NULL;
  relation(&in);
  programme_inherit_merge(&in);
  if (in.check.faults == 0 && child->extends->relation == PRG__RELATION__RELATION_SUBORDINATE)
    programme_inherit_tighter(&in);
  if (in.exhausted) return -ENOMEM;
  size_t faults = in.check.faults;
  if (faults == 0) faults = programme_check(in.result, fn, context);
  if (faults == 0) *ret = in.result;
  return 0;
}
