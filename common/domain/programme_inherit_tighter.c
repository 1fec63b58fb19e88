// PR-02: what a subordinate jurisdiction changes is open by the parent's overridable, or tighter. The result
// is compared with the parent key by key, whether the change came as an override or as a whole item.
#include "common/domain/programme_inherit_part.h"
#include <string.h>

bool programme_inherit_open(const Prg__Programme *parent, Prg__Section section, const char *id,
                            const char *key)
{
  for (size_t i = 0; i < parent->n_overridable; i++) {
    const Prg__Overridable *open = parent->overridable[i];
    if (open->section != section) continue;
    if (!open->id[0]) return true;
    if (strcmp(open->id, id) == 0 && (!open->key[0] || strcmp(open->key, key) == 0)) return true;
  }
  return false;
}

static void compare_field(struct programme_inheriting *in, const struct programme_section *section,
                          const ProtobufCMessage *parent, const ProtobufCMessage *child,
                          const ProtobufCFieldDescriptor *field)
{
  if (programme_inherit_same(field, parent, child)) return;
  struct programme_change change = {
      .field = field, .parent = parent, .child = child, .key = programme_key_of(section->item, field)};
  if (section->item == &prg__measure__descriptor) change.form = ((const Prg__Measure *)parent)->form;
  if (programme_inherit_open(in->parent, section->section, programme_item_id(parent), change.key.name))
    return;
  if (programme_inherit_way(in, &change)) return;
  programme_inherit_loosened(in, change.key.name, change.zh ? change.zh : "不得改动",
                             change.en ? change.en : "no change");
}

static void compare_section(struct programme_inheriting *in, const struct programme_section *section)
{
  size_t n = 0, mark = programme_check_enter(&in->check, section->name);
  ProtobufCMessage *const *items = programme_items(in->parent, section->name, &n);
  for (size_t i = 0; i < n; i++) {
    const ProtobufCMessage *child = programme_item(in->result, section->name, programme_item_id(items[i]));
    if (child == items[i]) continue; // inherited as it is
    size_t item = programme_check_enter_item(&in->check, programme_item_id(items[i]), i);
    for (unsigned f = 1; f < section->item->n_fields; f++)
      compare_field(in, section, items[i], child, &section->item->fields[f]);
    programme_check_leave(&in->check, item);
  }
  programme_check_leave(&in->check, mark);
}

void programme_inherit_tighter(struct programme_inheriting *in)
{
  for (size_t i = 0; i < programme_n_sections; i++)
    compare_section(in, &programme_sections[i]);
  programme_inherit_lists(in);
}
