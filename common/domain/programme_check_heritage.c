// What a programme takes over and what it leaves to those below: extends, override, overridable (dialect
// §13).
#include "common/base/suggest.h"
#include "common/domain/programme_check_part.h"
#include <string.h>

static void extends(struct programme_checker *check, const Prg__Extends *e)
{
  const Prg__Programme *p = check->programme;
  size_t mark = programme_check_enter(check, "extends");
  programme_check_needed(check, "id", e->id[0] != 0);
  programme_check_needed(check, "version", e->version > 0);
  programme_check_needed(check, "relation", e->relation != 0);
  if (strcmp(e->id, p->id) == 0 && e->version >= p->version)
    programme_check_fault(check, "version", "须早于本版", "must be earlier than the version itself", NULL);
  programme_check_leave(check, mark);
}

static const char *id_of(const ProtobufCMessage *item)
{
  return item ? programme_item_id(item) : "";
}

// The frame of one item: it is there, changes something, stands once and not as a whole item too. False where
// its values cannot be looked at.
static bool override_item(struct programme_checker *check, const char *section, const ProtobufCMessage *item,
                          size_t n_keys, size_t number)
{
  size_t mark = programme_check_enter_item(check, id_of(item), number);
  if (item && n_keys == 0)
    programme_check_fault(check, NULL, "没有写明改什么", "changes nothing: name the keys to replace", NULL);
  if (item && programme_item(check->programme, section, id_of(item)))
    programme_check_fault(check, NULL, "{} 已整项写出", "{} stands as a whole item already", id_of(item));
  if (!item) programme_check_fault(check, NULL, "缺少内容", "is empty", NULL);
  programme_check_leave(check, mark);
  return item != NULL;
}

static void twice(struct programme_checker *check, const char *id, size_t number)
{
  size_t mark = programme_check_enter_item(check, NULL, number);
  programme_check_fault(check, "id", "编号重复：{}", "id stands twice: {}", id);
  programme_check_leave(check, mark);
}

static void override_modes(struct programme_checker *check, const Prg__Override *o)
{
  if (!programme_check_items(check, "modes", o->n_modes)) return;
  size_t mark = programme_check_enter(check, "modes");
  for (size_t i = 0; i < o->n_modes; i++) {
    const Prg__Mode *mode = o->modes[i]->mode;
    if (!override_item(check, "modes", mode ? &mode->base : NULL, o->modes[i]->n_keys, i)) continue;
    for (size_t j = 0; j < i; j++)
      if (o->modes[j]->mode && strcmp(o->modes[j]->mode->id, mode->id) == 0) twice(check, mode->id, i);
    size_t item = programme_check_enter_item(check, mode->id, i);
    programme_check_mode_keys(check, o->modes[i]);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}

static void override_measures(struct programme_checker *check, const Prg__Override *o)
{
  if (!programme_check_items(check, "measures", o->n_measures)) return;
  size_t mark = programme_check_enter(check, "measures");
  for (size_t i = 0; i < o->n_measures; i++) {
    const Prg__Measure *measure = o->measures[i]->measure;
    if (!override_item(check, "measures", measure ? &measure->base : NULL, o->measures[i]->n_keys, i))
      continue;
    for (size_t j = 0; j < i; j++)
      if (o->measures[j]->measure && strcmp(o->measures[j]->measure->id, measure->id) == 0)
        twice(check, measure->id, i);
    size_t item = programme_check_enter_item(check, measure->id, i);
    programme_check_measure_keys(check, o->measures[i]);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}

static void override(struct programme_checker *check, const Prg__Override *o)
{
  if (!o->n_modes && !o->n_measures) return;
  if (!check->programme->extends || !check->own) {
    programme_check_fault(check, "override", "override 须与 extends 同用", "override needs extends", NULL);
    return;
  }
  size_t mark = programme_check_enter(check, "override");
  override_modes(check, o);
  override_measures(check, o);
  programme_check_leave(check, mark);
}

// ---- overridable

static void overridable_key(struct programme_checker *check, const struct programme_section *section,
                            const char *key)
{
  if (programme_key_known(section->item, key)) return;
  struct suggest suggest = suggest_start(key);
  for (unsigned i = 1; i < section->item->n_fields; i++)
    suggest_offer(&suggest, programme_key_of(section->item, &section->item->fields[i]).name);
  check->near = suggest_best(&suggest);
  programme_check_fault(check, "key", "该部分的条目没有 {}", "the section's items have no key {}", key);
}

static void overridable_item(struct programme_checker *check, const Prg__Overridable *o)
{
  const struct programme_section *section = programme_section_of(o->section);
  programme_check_needed(check, "section", o->section != 0);
  if (o->key[0] && !o->id[0]) programme_check_needed(check, "id", false);
  if (o->section && o->id[0] && !section)
    programme_check_fault(check, "id", "该部分的条目没有编号，只能整体开放",
                          "the section has no ids: it is open as a whole or not", NULL);
  if (!section || !o->id[0]) return;
  if (o->key[0]) overridable_key(check, section, o->key);
  if (check->own || programme_item(check->programme, section->name, o->id)) return;
  programme_check_near(check, o->id, section->name);
  programme_check_fault(check, "id", "该部分没有 {}", "the section has no {}", o->id);
}

static void overridable(struct programme_checker *check)
{
  const Prg__Programme *p = check->programme;
  if (!programme_check_items(check, "overridable", p->n_overridable)) return;
  size_t mark = programme_check_enter(check, "overridable");
  for (size_t i = 0; i < p->n_overridable; i++) {
    const Prg__Overridable *o = p->overridable[i];
    size_t item = programme_check_enter_item(check, NULL, i);
    overridable_item(check, o);
    for (size_t j = 0; j < i; j++)
      if (o->section == p->overridable[j]->section && strcmp(o->id, p->overridable[j]->id) == 0 &&
          strcmp(o->key, p->overridable[j]->key) == 0)
        programme_check_fault(check, NULL, "重复", "stands twice", NULL);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}

void programme_check_heritage(struct programme_checker *check)
{
  const Prg__Programme *p = check->programme;
  if (p->extends) extends(check, p->extends);
  if (p->override) override(check, p->override);
  overridable(check);
}
