// Modes: members, their bounds, structural rules and variants.
#include "common/domain/predicate.h"
#include "common/domain/programme_check_part.h"
#include <string.h>

static void member(struct programme_checker *check, const Prg__Mode *mode, size_t i)
{
  const Prg__MemberRule *m = mode->members[i];
  size_t item = programme_check_enter_item(check, NULL, i);
  programme_check_role_known(check, "role", m->role);
  for (size_t j = 0; j < i; j++)
    if (strcmp(mode->members[j]->role, m->role) == 0)
      programme_check_fault(check, "role", "角色重复：{}", "role stands twice: {}", m->role);
  if (m->max > 0 && m->max < m->min)
    programme_check_fault(check, "max", "max 须不小于 min", "max must not be below min", NULL);
  programme_check_predicates(check, "who", m->who, m->n_who, ABOUT_PARTY);
  programme_check_leave(check, item);
}

static void members(struct programme_checker *check, const Prg__Mode *mode)
{
  programme_check_needed(check, "members", mode->n_members > 0);
  if (!programme_check_items(check, "members", mode->n_members)) return;
  size_t mark = programme_check_enter(check, "members");
  bool any = false;
  for (size_t i = 0; i < mode->n_members; i++) {
    member(check, mode, i);
    any = any || mode->members[i]->min > 0;
  }
  if (mode->n_members && !any)
    programme_check_fault(check, NULL, "至少有一个角色的 min 大于 0", "at least one role needs a min above 0",
                          NULL);
  programme_check_leave(check, mark);
}

static void variants(struct programme_checker *check, const Prg__Mode *mode)
{
  if (!programme_check_items(check, "variants", mode->n_variants)) return;
  size_t mark = programme_check_enter(check, "variants");
  for (size_t i = 0; i < mode->n_variants; i++) {
    size_t item = programme_check_enter_item(check, mode->variants[i]->id, i);
    programme_check_upper(check, mode->variants[i]->id);
    programme_check_title(check, "title", mode->variants[i]->title);
    programme_check_unique(check, mode->variants, i);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}

// What both a whole mode and an override may say.
static void contents(struct programme_checker *check, const Prg__Mode *mode)
{
  check->mode = mode->n_members ? mode : NULL; // an override of rules alone leaves the members to the parent
  programme_check_predicates(check, "rules", mode->rules, mode->n_rules, ABOUT_STRUCTURE);
  check->mode = NULL;
  variants(check, mode);
  for (size_t i = 0; i < mode->n_points && i < PROGRAMME_ITEMS; i++)
    programme_check_title(check, "points", mode->points[i]);
}

static void mode_item(struct programme_checker *check, const Prg__Mode *mode)
{
  programme_check_upper(check, mode->id);
  programme_check_title(check, "title", mode->title);
  members(check, mode);
  contents(check, mode);
}

void programme_check_mode_keys(struct programme_checker *check, const Prg__ModeOverride *override)
{
  const Prg__Mode *mode = override->mode;
  programme_check_upper(check, mode->id);
  if (mode->title) programme_check_title(check, "title", mode->title);
  if (mode->n_members) members(check, mode);
  contents(check, mode);
}

void programme_check_modes(struct programme_checker *check)
{
  const Prg__Programme *p = check->programme;
  if (!check->own) programme_check_needed(check, "modes", p->n_modes > 0);
  if (!programme_check_items(check, "modes", p->n_modes)) return;
  size_t mark = programme_check_enter(check, "modes");
  for (size_t i = 0; i < p->n_modes; i++) {
    size_t item = programme_check_enter_item(check, p->modes[i]->id, i);
    mode_item(check, p->modes[i]);
    programme_check_unique(check, p->modes, i);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}
