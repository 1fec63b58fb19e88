// A small real world for tests of rules: the directory on an LMDB in a temporary place, filled with
// divisions, bureaus, schools, kindergartens, persons and programme A. Everything is put in one write
// transaction that is never committed, so what a test puts is seen at once. All pointers live until
// world_free. Failures of the helpers fail the test.
//
// Who is in it (codes; managed by the bureau in brackets):
//   NM-EDU region 15 · BT-EDU Baotou 1502 [NM-EDU] · KD-EDU Kundulun 150203 [BT-EDU] · BY-EDU Bayannur 1508
//   [NM-EDU] · LH-EDU Linhe 150802 [BY-EDU] · BT-GOV, BY-GOV city governments Baotou      2115020301 primary,
//   quality [KD-EDU] · 2115020302 primary, no tag [KD-EDU] ·
//               3115020201 junior, quality [BT-EDU] · 3415020401 senior, quality, model_high [BT-EDU] ·
//               1115020301, 1115020302 kindergartens, model_kg_region [KD-EDU] · 1115020303 plain [KD-EDU]
//   Bayannur    2115080201 primary, township [LH-EDU] · 2115080202 primary, village [LH-EDU] ·
//               2115080203 primary, city [LH-EDU] · 3115082301 junior, county seat, pastoral [BY-EDU] ·
//               3415080201 senior, city [BY-EDU] ·
//               1115080201, 1115080202 kindergartens, model_kg_region [LH-EDU] · 1115080203 plain [LH-EDU]
//   persons     R01..R06 retired teachers of 3115020201 · T01 teacher of 2115020301 ·
//               P01..P12 principals and vice principals of 2115080203 · K01 director of 1115080201
#pragma once
#include "common/directory/directory.h"
#include "common/domain/decision.h"
#include "tests/lib/programme_a.h"

struct world {
  struct store *store;
  struct directory *directory;
  struct store_txn *txn;
  struct arena *arena;
  struct dir_view *dir;
  struct id_source ids; // ids that decisions take
  uint32_t rows;        // ids that world_* took
};
struct world *world_new(void);
struct world *world_free(struct world *world);

// ---- records

// Puts any record of the directory in its table, as an event would. The row may be changed and put again.
void world_put(struct world *world, const ProtobufCMessage *row);
const char *world_new_id(struct world *world);
// The id of what a code, staff number or document number names; fails the test if there is nothing.
const char *world_id(struct world *world, const char *code);
// Copies that may be changed and put back.
Reg__Institution *world_institution(struct world *world, const char *code);
Reg__Person *world_person(struct world *world, const char *staff_no);
Reg__Agreement *world_agreement_of(struct world *world, const char *id);
Reg__Partnership *world_partnership_of(struct world *world, const char *id);

Reg__Division *world_add_division(struct world *world, const char *code, const char *name);
struct world_unit { // lists are separated by |
  const char *code, *name;
  const char *kind; // "SCHOOL"
  const char *division;
  const char *managing; // code
  const char *place;    // "TOWNSHIP"; NULL = none
  const char *stages;   // "PRIMARY|JUNIOR"; NULL = none
  const char *tags;     // NULL = none
};
Reg__Institution *world_add_institution(struct world *world, const struct world_unit *unit);
// Applies InstitutionAmended: this is its state from that day on.
void world_amend(struct world *world, Reg__Institution *institution, const char *since, const char *name);
// Category "RETIRED_TEACHER", posts "PRINCIPAL|CADRE" or NULL; born 1955-03 when retired, 1980-05 else.
Reg__Person *world_add_person(struct world *world, const char *staff_no, const char *category,
                              const char *posts, const char *home);

// The framework agreement of BT-EDU (PARTY_A) and BY-EDU (PARTY_B), document "BT-BY-2016-1", from 2016-08-17,
// open end.
Reg__Agreement *world_agreement(struct world *world, Reg__AgreementStatus status);
// An established partnership under an agreement (NULL = none), from 2016-09-01. members:
// "SUPPORTER=CODE|RECIPIENT=CODE"; a party that is no code is taken as the id of a partnership.
Reg__Partnership *world_partnership(struct world *world, const Prg__Programme *programme, const char *mode,
                                    const Reg__Agreement *agreement, const char *members);

// ---- who acts, and when

// "baotou", "bayannur", "linhe" (BUREAU with their units), "region" (AUTHORITY of 15), "registrar" (REGISTRAR
// of 15), "school" (UNIT 2115080201), "reader" (READER of 1508), "stranger" (BUREAU, REGISTRAR, AUTHORITY of
// 42), "self" (as the daemon's own commands). Several words: "baotou+bayannur" has the rights of both.
struct actor world_actor(struct world *world, const char *words);
// On a day at 08:00 UTC+8. In the arena.
struct rule_context *world_context(struct world *world, const char *actor, const char *day);

// ---- decisions

struct decision *world_decision(struct world *world);
// Applies the events of registryd in a decision to the directory.
void world_apply(struct world *world, const struct decision *decision);
// "AgreementSigned,AgreementEffective"; "" = none.
const char *world_events(struct world *world, const struct decision *decision);
const struct decided_event *world_event(const struct decision *decision,
                                        const char *name); // the last one; or fails

// assert_accepted(out, r): r is 0. assert_refused(out, r, "PN-01", "n", "3", NULL): r is that reason, the
// parameters named have these values ("*" = any), and both texts are complete: no {name} was left unfilled.
#define assert_accepted(decision, result) world_assert_accepted((decision), (result), __FILE__, __LINE__)
#define assert_refused(decision, result, ...)                                                                \
  world_assert_refused((decision), (result), __FILE__, __LINE__, __VA_ARGS__)
void world_assert_accepted(const struct decision *decision, int result, const char *file, int line);
void world_assert_refused(const struct decision *decision, int result, const char *file, int line,
                          const char *word, ...) __attribute__((sentinel));
const char *world_param(const struct decision *decision, const char *name); // NULL if absent
