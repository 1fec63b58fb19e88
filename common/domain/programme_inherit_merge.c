// The merge of dialect §13: what is never inherited is the child's already, items are merged by id, lists
// without ids are replaced, approvals and calendar go key by key, an override replaces single keys.
#include "common/domain/programme_inherit_part.h"
#include <string.h>

static void *take(struct programme_inheriting *in, void *allocated)
{
  if (!allocated) in->exhausted = true;
  return allocated;
}

static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessageDescriptor *descriptor,
                                                const char *name)
{
  return protobuf_c_message_descriptor_get_field_by_name(descriptor, name);
}

static size_t value_size(const ProtobufCFieldDescriptor *field)
{
  switch (field->type) {
  case PROTOBUF_C_TYPE_ENUM:
  case PROTOBUF_C_TYPE_UINT32:
  case PROTOBUF_C_TYPE_BOOL:
    return 4;
  default:
    return 8; // texts, messages, 64-bit numbers
  }
}

static void copy_field(const ProtobufCFieldDescriptor *field, void *to, const void *from)
{
  bool list = field->label == PROTOBUF_C_LABEL_REPEATED;
  memcpy((uint8_t *)to + field->offset, (const uint8_t *)from + field->offset,
         list ? sizeof(void *) : value_size(field));
  if (list)
    memcpy((uint8_t *)to + field->quantifier_offset, (const uint8_t *)from + field->quantifier_offset,
           sizeof(size_t));
}

static bool given(const ProtobufCFieldDescriptor *field, const void *message)
{
  if (field->label == PROTOBUF_C_LABEL_REPEATED)
    return *(const size_t *)((const uint8_t *)message + field->quantifier_offset) > 0;
  const void *at = (const uint8_t *)message + field->offset;
  if (field->type == PROTOBUF_C_TYPE_STRING) return (*(char *const *)at)[0] != '\0';
  return *(void *const *)at != NULL; // only messages are left
}

// ---- items by id

// The parent's items, each replaced by the child's of the same id, and then the child's new ones.
static void merge_section(struct programme_inheriting *in, const char *section)
{
  size_t n_parent = 0, n_child = 0, n = 0;
  ProtobufCMessage *const *parents = programme_items(in->parent, section, &n_parent);
  ProtobufCMessage *const *children = programme_items(in->child, section, &n_child);
  ProtobufCMessage **merged = take(in, ARENA_ARRAY(in->arena, ProtobufCMessage *, n_parent + n_child + 1));
  if (!merged) return;
  for (size_t i = 0; i < n_parent; i++) {
    const ProtobufCMessage *own = programme_item(in->child, section, programme_item_id(parents[i]));
    merged[n++] = own ? (ProtobufCMessage *)own : parents[i];
  }
  for (size_t i = 0; i < n_child; i++)
    if (!programme_item(in->parent, section, programme_item_id(children[i]))) merged[n++] = children[i];
  const ProtobufCFieldDescriptor *field = field_of(&prg__programme__descriptor, section);
  *(size_t *)((uint8_t *)in->result + field->quantifier_offset) = n;
  *(ProtobufCMessage ***)((uint8_t *)in->result + field->offset) = merged;
}

// ---- lists without ids and mappings

static void merge_list(struct programme_inheriting *in, const char *section)
{
  const ProtobufCFieldDescriptor *field = field_of(&prg__programme__descriptor, section);
  if (!given(field, in->child)) copy_field(field, in->result, in->parent);
}

// Key by key: what the child gives, and the parent's for the rest.
static void merge_mapping(struct programme_inheriting *in, const char *section)
{
  const ProtobufCFieldDescriptor *field = field_of(&prg__programme__descriptor, section);
  const ProtobufCMessageDescriptor *inner = field->descriptor;
  const void *parent = *(void *const *)((const uint8_t *)in->parent + field->offset);
  const void *child = *(void *const *)((const uint8_t *)in->child + field->offset);
  void **result = (void **)((uint8_t *)in->result + field->offset);
  *result = (void *)(child ? child : parent);
  if (!parent || !child) return;
  void *merged = take(in, arena_memdup(in->arena, parent, inner->sizeof_message));
  if (!merged) return;
  for (unsigned i = 0; i < inner->n_fields; i++)
    if (given(&inner->fields[i], child)) copy_field(&inner->fields[i], merged, child);
  *result = merged;
}

// ---- override

static bool replace_key(const ProtobufCMessage *from, const char *key, ProtobufCMessage *to)
{
  const ProtobufCMessageDescriptor *descriptor = to->descriptor;
  bool found = false;
  for (unsigned i = 1; i < descriptor->n_fields; i++) // the first is the id
    if (strcmp(programme_key_of(descriptor, &descriptor->fields[i]).name, key) == 0) {
      copy_field(&descriptor->fields[i], to, from);
      found = true;
    }
  return found;
}

// Where the item stands in the result, to be replaced by a copy that is changed.
static ProtobufCMessage **place_of(struct programme_inheriting *in, const char *section, const char *id)
{
  size_t n = 0;
  ProtobufCMessage **items = (ProtobufCMessage **)programme_items(in->result, section, &n);
  for (size_t i = 0; i < n; i++)
    if (strcmp(programme_item_id(items[i]), id) == 0) return &items[i];
  return NULL;
}

static void override_item(struct programme_inheriting *in, const char *section, const ProtobufCMessage *from,
                          char *const *keys, size_t n_keys, size_t number)
{
  const char *id = programme_item_id(from);
  size_t mark = programme_check_enter_item(&in->check, id, number);
  if (!programme_item(in->parent, section, id)) {
    programme_check_near(&in->check, id, section);
    programme_check_fault(&in->check, NULL, "上级模板没有 {}", "the parent has no {}", id);
  } else {
    ProtobufCMessage **place = place_of(in, section, id);
    ProtobufCMessage *item = take(in, arena_memdup(in->arena, *place, (*place)->descriptor->sizeof_message));
    for (size_t i = 0; item && i < n_keys; i++)
      if (strcmp(keys[i], "form") == 0 || !replace_key(from, keys[i], item))
        programme_check_fault(&in->check, NULL, "{} 不可更改", "{} cannot be changed", keys[i]);
    if (item) *place = item;
  }
  programme_check_leave(&in->check, mark);
}

static void merge_override(struct programme_inheriting *in, const Prg__Override *override)
{
  size_t mark = programme_check_enter(&in->check, "override");
  size_t section = programme_check_enter(&in->check, "modes");
  for (size_t i = 0; i < override->n_modes; i++)
    override_item(in, "modes", &override->modes[i]->mode->base, override->modes[i]->keys,
                  override->modes[i]->n_keys, i);
  programme_check_leave(&in->check, section);
  section = programme_check_enter(&in->check, "measures");
  for (size_t i = 0; i < override->n_measures; i++)
    override_item(in, "measures", &override->measures[i]->measure->base, override->measures[i]->keys,
                  override->measures[i]->n_keys, i);
  programme_check_leave(&in->check, section);
  programme_check_leave(&in->check, mark);
}

void programme_inherit_merge(struct programme_inheriting *in)
{
  for (size_t i = 0; i < programme_n_sections; i++)
    merge_section(in, programme_sections[i].name);
  merge_list(in, "targets");
  merge_list(in, "notices");
  merge_list(in,
             "overridable"); // what the parent leaves open stays open, unless the child says what it leaves
  merge_mapping(in, "approvals");
  merge_mapping(in, "calendar");
  if (in->child->override && !in->exhausted) merge_override(in, in->child->override);
}
