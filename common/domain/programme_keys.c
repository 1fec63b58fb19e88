#include "common/domain/programme_keys.h"
#include <string.h>

// Only what is not a fixed key with the field's own name stands here.
static const struct row {
  const ProtobufCMessageDescriptor *item;
  const char *field;
  struct programme_key key;
} rows[] = {
    {&prg__role_def__descriptor, "who", {"who", WAY_PREDICATES, 0}},

    {&prg__mode__descriptor, "signed", {"signed", WAY_GIVEN, 0}},
    {&prg__mode__descriptor, "members", {"members", WAY_MEMBERS, 0}},
    {&prg__mode__descriptor, "rules", {"rules", WAY_PREDICATES, 0}},
    {&prg__mode__descriptor, "evaluation", {"evaluation", WAY_GIVEN, 0}},
    {&prg__mode__descriptor, "merge_legal_person", {"on_establish", WAY_GIVEN, 0}},
    {&prg__mode__descriptor, "variants", {"variants", WAY_VARIANTS, 0}},
    {&prg__mode__descriptor, "points", {"points", WAY_WIDER, 0}},

    {&prg__measure__descriptor, "level", {"level", WAY_LEVEL, 0}},
    {&prg__measure__descriptor, "from", {"from", WAY_SIDE, 0}},
    {&prg__measure__descriptor, "to", {"to", WAY_SIDE, 0}},
    {&prg__measure__descriptor, "both_ways", {"both_ways", WAY_BOTH_WAYS, 0}},
    {&prg__measure__descriptor, "who", {"who", WAY_PREDICATES, 0}},
    {&prg__measure__descriptor, "host", {"host", WAY_PREDICATES, 0}},
    {&prg__measure__descriptor, "prefer", {"prefer", WAY_PREDICATES, 0}},
    {&prg__measure__descriptor, "term", {"term", WAY_TERM, 0}},
    {&prg__measure__descriptor, "quota", {"quota", WAY_QUOTA, 0}},
    {&prg__measure__descriptor, "match", {"match", WAY_GIVEN, 0}},
    {&prg__measure__descriptor, "personal_agreement", {"personal_agreement", WAY_GIVEN, 0}},
    {&prg__measure__descriptor, "allowance_per_year_fen", {"allowance", WAY_AT_LEAST, 0}},
    {&prg__measure__descriptor, "early_end", {"early_end", WAY_NARROWER, 0}},
    {&prg__measure__descriptor, "outcome", {"outcome", WAY_WIDER, 0}},
    {&prg__measure__descriptor, "alternate", {"turn", WAY_GIVEN, 0}},
    {&prg__measure__descriptor, "every", {"every", WAY_OFTEN, 0}},
    {&prg__measure__descriptor, "delivery", {"delivery", WAY_NARROWER, 1}}, // none = ONSITE
    {&prg__measure__descriptor, "audience", {"audience", WAY_PREDICATES, 0}},
    {&prg__measure__descriptor, "minors", {"minors", WAY_GIVEN, 0}},
    {&prg__measure__descriptor, "record", {"record", WAY_WIDER, 0}},
    {&prg__measure__descriptor, "contribution", {"kind", WAY_FIXED, 0}},
    {&prg__measure__descriptor, "earmark", {"earmark", WAY_GIVEN, 0}},
    {&prg__measure__descriptor, "by", {"by", WAY_WIDER, 0}},
    {&prg__measure__descriptor, "deliver", {"deliver", WAY_WIDER, 0}},

    {&prg__indicator__descriptor, "group_by", {"group_by", WAY_WIDER, 0}},
    {&prg__indicator__descriptor, "evidence", {"evidence", WAY_GIVEN, 0}},

    {&prg__review__descriptor, "designation_in", {"designation_in", WAY_ALL_OR, 0}},
    {&prg__review__descriptor, "every", {"every", WAY_OFTEN, 0}},
    {&prg__review__descriptor, "steps", {"steps", WAY_IN_ORDER, 0}},
    {&prg__review__descriptor, "publicity_working_days", {"publicity_working_days", WAY_AT_LEAST, 5}},
    {&prg__review__descriptor, "award_kind", {"award", WAY_FIXED, 0}},
    {&prg__review__descriptor, "award_designation", {"award", WAY_FIXED, 0}},
    {&prg__review__descriptor, "to", {"to", WAY_WIDER, 0}},

    {&prg__report__descriptor, "every", {"every", WAY_OFTEN, 0}},
    {&prg__report__descriptor, "by", {"by", WAY_WIDER, 0}},
    {&prg__report__descriptor, "to", {"to", WAY_WIDER, 0}},
    {&prg__report__descriptor, "due_days", {"due_days", WAY_AT_MOST, 30}},
    {&prg__report__descriptor, "sections", {"sections", WAY_WIDER, 0}},
    {&prg__report__descriptor, "mask_names", {"public_version", WAY_GIVEN, 0}},
};

struct programme_key programme_key_of(const ProtobufCMessageDescriptor *item,
                                      const ProtobufCFieldDescriptor *field)
{
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (rows[i].item == item && strcmp(rows[i].field, field->name) == 0) return rows[i].key;
  return (struct programme_key){.name = field->name, .way = WAY_FIXED};
}

bool programme_key_known(const ProtobufCMessageDescriptor *item, const char *key)
{
  for (unsigned i = 0; i < item->n_fields; i++)
    if (strcmp(programme_key_of(item, &item->fields[i]).name, key) == 0) return true;
  return false;
}

const struct programme_section programme_sections[] = {
    {"roles", PRG__SECTION__SECTION_ROLES, &prg__role_def__descriptor},
    {"modes", PRG__SECTION__SECTION_MODES, &prg__mode__descriptor},
    {"measures", PRG__SECTION__SECTION_MEASURES, &prg__measure__descriptor},
    {"indicators", PRG__SECTION__SECTION_INDICATORS, &prg__indicator__descriptor},
    {"reviews", PRG__SECTION__SECTION_REVIEWS, &prg__review__descriptor},
    {"reports", PRG__SECTION__SECTION_REPORTS, &prg__report__descriptor},
};
const size_t programme_n_sections = sizeof programme_sections / sizeof *programme_sections;

const struct programme_section *programme_section_of(Prg__Section section)
{
  for (size_t i = 0; i < programme_n_sections; i++)
    if (programme_sections[i].section == section) return &programme_sections[i];
  return NULL;
}

const char *programme_section_word(Prg__Section section)
{
  static const char *const words[] = {"",          "basis",   "executed_by", "calendar",   "roles",
                                      "approvals", "modes",   "measures",    "indicators", "targets",
                                      "reviews",   "reports", "notices"};
  return section > 0 && (size_t)section < sizeof words / sizeof *words ? words[section] : "";
}

ProtobufCMessage *const *programme_items(const Prg__Programme *programme, const char *section, size_t *ret_n)
{
  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field_by_name(&prg__programme__descriptor, section);
  const uint8_t *base = (const uint8_t *)programme;
  *ret_n = *(const size_t *)(base + field->quantifier_offset);
  return *(ProtobufCMessage *const *const *)(base + field->offset);
}

const char *programme_item_id(const ProtobufCMessage *item)
{
  return *(char *const *)((const uint8_t *)item + item->descriptor->fields[0].offset);
}

const ProtobufCMessage *programme_item(const Prg__Programme *programme, const char *section, const char *id)
{
  size_t n = 0;
  ProtobufCMessage *const *items = programme_items(programme, section, &n);
  for (size_t i = 0; i < n; i++)
    if (strcmp(programme_item_id(items[i]), id) == 0) return items[i];
  return NULL;
}
