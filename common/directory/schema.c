#include "common/directory/schema.h"
#include "common/base/date.h"
#include "common/domain/directory.h"
#include "common/domain/division.h"
#include "proto/programme.pb-c.h"
#include "proto/registry.pb-c.h"
#include "proto/supervision.pb-c.h"

#define ROW(type, message) const type *row = (const type *)(message)

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

static void division_key(const ProtobufCMessage *message, struct key *key)
{
  ROW(Reg__Division, message);
  key_init(key);
  key_text(key, row->code);
}

// ---- institutions

static void institution_key(const ProtobufCMessage *message, struct key *key)
{
  ROW(Reg__Institution, message);
  key_init(key);
  key_text(key, row->id);
}
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

// ---- persons

static void person_key(const ProtobufCMessage *message, struct key *key)
{
  ROW(Reg__Person, message);
  key_init(key);
  key_text(key, row->id);
}
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

static void agreement_key(const ProtobufCMessage *message, struct key *key)
{
  ROW(Reg__Agreement, message);
  key_init(key);
  key_text(key, row->id);
}
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

bool schema_due_of(const ProtobufCMessage *message, enum schema_due *ret, const char **ret_day)
{
  ROW(Reg__Agreement, message);
  bool pending = row->status == REG__AGREEMENT_STATUS__AGREEMENT_SIGNED_PENDING;
  bool running = row->status == REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE ||
                 row->status == REG__AGREEMENT_STATUS__AGREEMENT_SUSPENDED;
  const char *day = !row->valid ? "" : pending ? row->valid->from : running ? row->valid->to : "";
  if (!day[0]) return false;
  *ret = pending ? SCHEMA_DUE_EFFECTIVE : SCHEMA_DUE_EXPIRED;
  *ret_day = day;
  return true;
}
static size_t agreement_by_due(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  enum schema_due due;
  const char *day;
  if (!schema_due_of(message, &due, &day)) return 0;
  key_init(&keys[0]);
  key_u8(&keys[0], (uint8_t)due);
  key_u32(&keys[0], (uint32_t)date_days(day) ^ UINT32_C(0x80000000)); // days before 1970 come first
  return 1;
}

// ---- partnerships

static void partnership_key(const ProtobufCMessage *message, struct key *key)
{
  ROW(Reg__Partnership, message);
  key_init(key);
  key_text(key, row->id);
}
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

// ---- who looked at whose personal data

static void person_access_key(const ProtobufCMessage *message, struct key *key)
{
  ROW(Reg__PersonAccess, message);
  key_init(key);
  key_text(key, row->id); // ids rise with time
}
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

static void body_key(const ProtobufCMessage *message, struct key *key)
{
  ROW(Reg__GovernanceBody, message);
  key_init(key);
  key_text(key, row->id);
}
// Of the programme, agreement or partnership it leads: exactly one is given.
static size_t body_by_subject(const ProtobufCMessage *message, struct key keys[TABLE_MAX_KEYS])
{
  ROW(Reg__GovernanceBody, message);
  size_t n = one_text(row->programme, keys);
  n += one_text(row->agreement, &keys[n]);
  return n + one_text(row->partnership, &keys[n]);
}

static void issue_key(const ProtobufCMessage *message, struct key *key)
{
  ROW(Reg__Issue, message);
  key_init(key);
  key_text(key, row->id);
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

const struct table_def schema_tables[SCHEMA_TABLES] = {
    [SCHEMA_DIVISION] = {"division", &reg__division__descriptor, division_key, {{0}}},
    [SCHEMA_INSTITUTION] = {"institution",
                            &reg__institution__descriptor,
                            institution_key,
                            {{"by_code", institution_by_code},
                             {"by_division", institution_by_division},
                             {"by_kind", institution_by_kind},
                             {"by_seat", institution_by_seat},
                             {"by_held", institution_by_held},
                             {"by_bond", institution_by_bond}}},
    [SCHEMA_PERSON] = {"person",
                       &reg__person__descriptor,
                       person_key,
                       {{"by_staff_no", person_by_staff_no},
                        {"by_hash", person_by_hash},
                        {"by_home", person_by_home},
                        {"erased", person_erased}}},
    [SCHEMA_PROGRAMME] = {"programme", &prg__programme__descriptor, programme_key, {{0}}},
    [SCHEMA_AGREEMENT] = {"agreement",
                          &reg__agreement__descriptor,
                          agreement_key,
                          {{"by_party", agreement_by_party},
                           {"by_programme", agreement_by_programme},
                           {"by_doc_no", agreement_by_doc_no},
                           {"by_due", agreement_by_due}}},
    [SCHEMA_PARTNERSHIP] = {"partnership",
                            &reg__partnership__descriptor,
                            partnership_key,
                            {{"by_party", partnership_by_party},
                             {"by_agreement", partnership_by_agreement},
                             {"by_programme", partnership_by_programme}}},
    [SCHEMA_PERSON_ACCESS] = {"person_access",
                              &reg__person_access__descriptor,
                              person_access_key,
                              {{"by_person", person_access_by_person},
                               {"by_principal", person_access_by_principal}}},
    [SCHEMA_BODY] = {"body", &reg__governance_body__descriptor, body_key, {{"by_subject", body_by_subject}}},
    [SCHEMA_ISSUE] = {"issue",
                      &reg__issue__descriptor,
                      issue_key,
                      {{"by_partnership", issue_by_partnership}, {"by_programme", issue_by_programme}}},
};
