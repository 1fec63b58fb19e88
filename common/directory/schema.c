#include "common/directory/schema.h"
#include "common/base/check.h"
#include "common/base/date.h"
#include "common/domain/directory.h"
#include "common/domain/division.h"
#include "proto/programme.pb-c.h"
#include "proto/registry.pb-c.h"
#include "proto/supervision.pb-c.h"
#include <string.h>

#define ROW(type, message) const type *row = (const type *)(message)

// Most records are found by their first field: the id, or a division by its code. Ids rise with time.
static void id_key(const ProtobufCMessage *message, struct key *key)
{
  const ProtobufCFieldDescriptor *field = &message->descriptor->fields[0];
  CHECK(field->type == PROTOBUF_C_TYPE_STRING);
  key_init(key);
  key_text(key, *(char *const *)((const uint8_t *)message + field->offset));
}

// One index entry of a text; nothing for an empty one.
static size_t one_text(const char *text, struct key keys[])
{
  if (!text[0]) return 0;
  key_init(&keys[0]);
  key_text(&keys[0], text);
  return 1;
}

// One entry for the division and each one above it (the nation left out: that is the whole table), so that
// the units of a subtree stand together in the order of their ids. `first` precedes the division when it is
// not 0.
static size_t subtree_keys(uint8_t first, const char *division, struct key keys[])
{
  size_t n = 0;
  for (int level = TYP__DIVISION_LEVEL__LEVEL_PROVINCE; level <= TYP__DIVISION_LEVEL__LEVEL_TOWNSHIP;
       level++) {
    char code[DIVISION_SIZE];
    if (!division_at_level(division, level, code)) break;
    key_init(&keys[n]);
    if (first) key_u8(&keys[n], first);
    key_text(&keys[n], code);
    n++;
  }
  return n;
}

// ---- divisions

static size_t division_by_name(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Division, message);
  return one_text(row->name, keys);
}

// ---- code tables

static void code_key(const ProtobufCMessage *message, struct key *key)
{
  ROW(Reg__CodeEntry, message);
  key_init(key);
  key_text(key, row->table);
  key_text(key, row->code);
}

// ---- institutions

static size_t institution_by_code(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Institution, message);
  return one_text(row->code, keys);
}
static size_t institution_by_division(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Institution, message);
  return subtree_keys(0, row->division, keys);
}
static size_t institution_by_kind(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Institution, message);
  return subtree_keys((uint8_t)row->kind, row->division, keys);
}
// The seat: kind and exactly this division, to find the bureau of a county among hundreds of schools.
static size_t institution_by_seat(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Institution, message);
  char code[DIVISION_SIZE];
  division_short(row->division, code);
  key_init(&keys[0]);
  key_u8(&keys[0], (uint8_t)row->kind);
  key_text(&keys[0], code);
  return 1;
}

// Every code it ever held: a void one still has its holder (IN-03).
static size_t institution_by_held(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Institution, message);
  size_t n = 0;
  if (row->n_codes == 0) return one_text(row->code, keys);
  for (size_t i = 0; i < row->n_codes && n < TABLE_MAX_KEYS; i++)
    n += one_text(row->codes[i]->code, &keys[n]);
  return n;
}
// What it is bound to: first how, then whom.
static size_t bound_to(enum dir_bond bond, const char *id, struct key keys[])
{
  if (!id[0]) return 0;
  key_init(&keys[0]);
  key_u8(&keys[0], (uint8_t)bond);
  key_text(&keys[0], id);
  return 1;
}
static size_t institution_by_bond(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Institution, message);
  size_t n = bound_to(DIR_MANAGED, row->managing_bureau, keys);
  n += bound_to(DIR_OPERATED, row->operator_, &keys[n]);
  return n + bound_to(DIR_CAMPUS, row->campus_of, &keys[n]);
}

// What figures look at: without names, codes and whom it belongs to, and small, as it stands once for each
// division above. The walk takes the id from the key.
static size_t institution_cover(const ProtobufCMessage *message, uint8_t ret[TABLE_COVER_MAX])
{
  ROW(Reg__Institution, message);
  Reg__Institution cover = REG__INSTITUTION__INIT;
  cover.kind = row->kind;
  cover.division = row->division;
  cover.place = row->place;
  cover.stages = row->stages;
  cover.n_stages = row->n_stages;
  cover.tags = row->tags;
  cover.n_tags = row->n_tags;
  cover.status = row->status;
  cover.since = row->since;
  size_t length = protobuf_c_message_get_packed_size(&cover.base);
  return length <= TABLE_COVER_MAX ? protobuf_c_message_pack(&cover.base, ret) : 0;
}

// ---- persons

static size_t person_by_staff_no(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Person, message);
  return one_text(row->staff_no, keys);
}
static size_t person_by_hash(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Person, message);
  if (row->id_hash.len != 32) return 0;
  key_init(&keys[0]);
  key_bytes(&keys[0], row->id_hash.data, row->id_hash.len);
  return 1;
}
static size_t person_by_home(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Person, message);
  return one_text(row->home, keys);
}
// The erased ones only: their keys must be gone from the vault, also after a crash in between.
static size_t person_erased(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Person, message);
  if (row->status != REG__PERSON_STATUS__PERSON_ERASED) return 0;
  key_init(&keys[0]);
  key_u8(&keys[0], 1);
  return 1;
}

// ---- programmes

static void programme_key(const ProtobufCMessage *message, struct key *key)
{
  ROW(Prg__Programme, message);
  key_init(key);
  key_text(key, row->id);
  key_u32(key, row->version);
}

// ---- agreements

static size_t agreement_by_party(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Agreement, message);
  size_t n = 0;
  for (size_t i = 0; i < row->n_parties && n < TABLE_MAX_KEYS; i++)
    n += one_text(row->parties[i]->institution, &keys[n]);
  return n;
}
static size_t agreement_by_programme(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Agreement, message);
  return one_text(row->programme, keys);
}
static size_t agreement_by_doc_no(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Agreement, message);
  return one_text(row->doc_no, keys);
}

const char *schema_due_day(const ProtobufCMessage *message, enum schema_due due)
{
  ROW(Reg__Agreement, message);
  const Reg__AgreementAmendment *next = row->amendment;
  bool running = row->status == REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE ||
                 row->status == REG__AGREEMENT_STATUS__AGREEMENT_SUSPENDED;
  switch (due) {
  case SCHEMA_DUE_EFFECTIVE:
    return row->valid && row->status == REG__AGREEMENT_STATUS__AGREEMENT_SIGNED_PENDING ? row->valid->from
                                                                                        : "";
  case SCHEMA_DUE_AMENDED:
    return running && next && next->valid && next->status == REG__AGREEMENT_STATUS__AGREEMENT_SIGNED_PENDING
               ? next->valid->from
               : "";
  case SCHEMA_DUE_EXPIRED:
    return row->valid && running ? row->valid->to : "";
  }
  return "";
}
// Days before 1970 come first.
static void key_day(struct key *key, const char *day)
{
  key_u32(key, (uint32_t)date_days(day) ^ UINT32_C(0x80000000));
}
static size_t agreement_by_clock(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  size_t n = 0;
  for (int due = SCHEMA_DUE_EFFECTIVE; due <= SCHEMA_DUE_EXPIRED; due++) {
    const char *day = schema_due_day(message, (enum schema_due)due);
    if (!day[0]) continue;
    key_init(&keys[n]);
    key_u8(&keys[n], (uint8_t)due);
    key_day(&keys[n++], day);
  }
  return n;
}
static size_t agreement_by_parent(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Agreement, message);
  return one_text(row->parent, keys);
}

// ---- partnerships

static size_t partnership_by_party(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Partnership, message);
  size_t n = 0;
  for (size_t i = 0; i < row->n_members && n < TABLE_MAX_KEYS; i++)
    n += one_text(row->members[i]->party, &keys[n]);
  return n;
}
static size_t partnership_by_agreement(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Partnership, message);
  return one_text(row->agreement, keys);
}
static size_t partnership_by_programme(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Partnership, message);
  return one_text(row->programme, keys);
}

static const char *sooner(const char *a, const char *b)
{
  return date_compare(b, a) < 0 ? b : a; // "" is later than any day
}

// A merger that was missed is no longer waited for: the flag says so, or the waiver of the rule until it
// ends.
static bool merger_settled(const Reg__Partnership *row)
{
  for (size_t i = 0; i < row->n_broken; i++)
    if (strcmp(row->broken[i], "PN-05") == 0) return true;
  for (size_t i = 0; i < row->n_waivers; i++)
    if (strcmp(row->waivers[i]->rule, "PN-05") == 0) return true;
  return false;
}

const char *schema_partnership_due(const ProtobufCMessage *message)
{
  ROW(Reg__Partnership, message);
  const char *day = "", *end = row->valid ? row->valid->to : "";
  if (row->status != REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED &&
      row->status != REG__PARTNERSHIP_STATUS__PARTNERSHIP_PAUSED)
    return "";
  for (size_t i = 0; i < row->n_waivers; i++)
    day = sooner(day, row->waivers[i]->until);
  for (size_t i = 0; i < row->n_members; i++) // one that stays to the end leaves with the partnership
    if (date_compare(row->members[i]->to, end) < 0) day = sooner(day, row->members[i]->to);
  return merger_settled(row) ? day : sooner(day, row->merger_due);
}
static size_t partnership_by_due(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  const char *day = schema_partnership_due(message);
  if (!day[0]) return 0;
  key_init(&keys[0]);
  key_u8(&keys[0], 1);
  key_day(&keys[0], day);
  return 1;
}
// The broken ones only, among thousands that hold.
static size_t partnership_broken(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Partnership, message);
  if (row->n_broken == 0) return 0;
  key_init(&keys[0]);
  key_u8(&keys[0], 1);
  return 1;
}

// ---- who looked at whose personal data

static size_t person_access_by_person(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__PersonAccess, message);
  return one_text(row->person, keys);
}
static size_t person_access_by_principal(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__PersonAccess, message);
  return one_text(row->by, keys);
}

// ---- governance bodies, issues

// Of the programme, agreement or partnership it leads: exactly one is given.
static size_t body_by_subject(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__GovernanceBody, message);
  size_t n = one_text(row->programme, keys);
  n += one_text(row->agreement, &keys[n]);
  return n + one_text(row->partnership, &keys[n]);
}

static size_t issue_by_partnership(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Issue, message);
  return one_text(row->partnership, keys);
}
static size_t issue_by_programme(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__Issue, message);
  return one_text(row->programme, keys);
}

// ---- reviews, values of indicators, targets

static size_t review_by_subject(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__ReviewRecord, message);
  return one_text(row->partnership[0] ? row->partnership : row->subject_division, keys);
}
static size_t review_by_programme(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__ReviewRecord, message);
  return one_text(row->programme, keys);
}

static size_t indicator_value_by_programme(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__IndicatorValue, message);
  return one_text(row->programme, keys);
}
static size_t indicator_value_by_scope(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__IndicatorValue, message);
  key_init(&keys[0]);
  key_text(&keys[0], row->programme);
  key_text(&keys[0], row->indicator);
  key_text(&keys[0], row->scope);
  return 1;
}

static size_t target_by_programme(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__TargetState, message);
  return one_text(row->programme, keys);
}

const struct table_def schema_tables[SCHEMA_TABLES] = {
    [SCHEMA_DIVISION] = {.name = "division",
                         .row = &reg__division__descriptor,
                         .key = id_key,
                         .indexes = {{"by_name", division_by_name}}},
    [SCHEMA_INSTITUTION] = {.name = "institution",
                            .row = &reg__institution__descriptor,
                            .key = id_key,
                            .indexes = {{"by_code", institution_by_code},
                                        {"by_division", institution_by_division},
                                        {"by_kind", institution_by_kind},
                                        {"by_seat", institution_by_seat},
                                        {"by_held", institution_by_held},
                                        {"by_bond", institution_by_bond}},
                            .covered = "by_division",
                            .cover = institution_cover},
    [SCHEMA_PERSON] = {.name = "person",
                       .row = &reg__person__descriptor,
                       .key = id_key,
                       .indexes = {{"by_staff_no", person_by_staff_no},
                                   {"by_hash", person_by_hash},
                                   {"by_home", person_by_home},
                                   {"erased", person_erased}}},
    [SCHEMA_PROGRAMME] = {.name = "programme", .row = &prg__programme__descriptor, .key = programme_key},
    [SCHEMA_AGREEMENT] = {.name = "agreement",
                          .row = &reg__agreement__descriptor,
                          .key = id_key,
                          .indexes = {{"by_party", agreement_by_party},
                                      {"by_programme", agreement_by_programme},
                                      {"by_doc_no", agreement_by_doc_no},
                                      {"by_clock",
                                       agreement_by_clock}, // what the clock moves: see enum schema_due
                                      {"by_parent", agreement_by_parent}}},
    [SCHEMA_PARTNERSHIP] = {.name = "partnership",
                            .row = &reg__partnership__descriptor,
                            .key = id_key,
                            .indexes = {{"by_party", partnership_by_party},
                                        {"by_agreement", partnership_by_agreement},
                                        {"by_programme", partnership_by_programme},
                                        {"by_due", partnership_by_due},
                                        {"broken", partnership_broken}}},
    [SCHEMA_CODE] = {.name = "code", .row = &reg__code_entry__descriptor, .key = code_key},
    [SCHEMA_PERSON_ACCESS] = {.name = "person_access",
                              .row = &reg__person_access__descriptor,
                              .key = id_key,
                              .indexes = {{"by_person", person_access_by_person},
                                          {"by_principal", person_access_by_principal}}},
    [SCHEMA_BODY] = {.name = "body",
                     .row = &reg__governance_body__descriptor,
                     .key = id_key,
                     .indexes = {{"by_subject", body_by_subject}}},
    [SCHEMA_ISSUE] = {.name = "issue",
                      .row = &reg__issue__descriptor,
                      .key = id_key,
                      .indexes = {{"by_partnership", issue_by_partnership},
                                  {"by_programme", issue_by_programme}}},
    [SCHEMA_REVIEW] = {.name = "review",
                       .row = &reg__review_record__descriptor,
                       .key = id_key,
                       .indexes = {{"by_subject", review_by_subject}, {"by_programme", review_by_programme}}},
    [SCHEMA_INDICATOR_VALUE] = {.name = "indicator_value",
                                .row = &reg__indicator_value__descriptor,
                                .key = id_key,
                                .indexes = {{"by_programme", indicator_value_by_programme},
                                            {"by_scope", indicator_value_by_scope}}},
    [SCHEMA_TARGET] = {.name = "target",
                       .row = &reg__target_state__descriptor,
                       .key = id_key,
                       .indexes = {{"by_programme", target_by_programme}}},
};
