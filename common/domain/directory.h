// What every daemon can look up about the world: divisions, institutions, persons, programmes, agreements,
// partnerships. registryd reads its own records, the others their projection of registryd's feed; the rules
// cannot tell. Declared here, implemented over LMDB in common/directory (a link-time seam). Lookups: 0 and
// *ret = NULL if there is none; negative on failure. Rows live in the call's arena and must not be changed
// (clone with arena_clone to make the next version).
#pragma once
#include "proto/programme.pb-c.h"
#include "proto/registry.pb-c.h"
#include "proto/supervision.pb-c.h"
#include <stdbool.h>
#include <stddef.h>

struct dir_view;

// The same world with one record more: it counts as stored, in place of the one with its key. So a decision
// judges its later steps by what its earlier ones make of the world; views stand over views. The record must
// live as long as the view and not change. Listings show it at their end. NULL past the arena's cap.
const struct dir_view *dir_assume(const struct dir_view *dir, const ProtobufCMessage *record);

// The same view as of a day "YYYY-MM-DD" ("" = now): every lookup and list below then gives each record in
// the state it had on that day, and leaves out what did not exist yet. Lives in the view's arena; NULL past
// its cap.
struct dir_view *dir_view_as_of(const struct dir_view *dir, const char *day);
const char *dir_day(const struct dir_view *dir); // "" = now

int dir_division(const struct dir_view *dir, const char *code, const Reg__Division **ret);
// All states of divisions that bear or bore exactly this name, whatever the view's day: the present ones
// first.
int dir_divisions_named(const struct dir_view *dir, const char *name, const Reg__Division *const **ret,
                        size_t *n);
// Present ones whose name begins so.
int dir_divisions_like(const struct dir_view *dir, const char *start, const Reg__Division *const **ret,
                       size_t *n);
// An entry of a code table, and all of a table in the order of their codes: none = the table is not loaded.
int dir_code(const struct dir_view *dir, const char *table, const char *code, const Reg__CodeEntry **ret);
int dir_codes(const struct dir_view *dir, const char *table, const Reg__CodeEntry *const **ret, size_t *n);
int dir_institution(const struct dir_view *dir, const char *id, const Reg__Institution **ret);
int dir_institution_by_code(const struct dir_view *dir, const char *code, const Reg__Institution **ret);
// Whoever holds the code or ever held it: a void code is never given to another (IN-03).
int dir_institution_by_held_code(const struct dir_view *dir, const char *code, const Reg__Institution **ret);
int dir_person(const struct dir_view *dir, const char *id, const Reg__Person **ret);
int dir_person_by_staff_no(const struct dir_view *dir, const char *staff_no, const Reg__Person **ret);
int dir_person_by_hash(const struct dir_view *dir, const uint8_t hash[32], const Reg__Person **ret);
int dir_programme(const struct dir_view *dir, const char *id, uint32_t version,
                  const Prg__Programme **ret); // 0 = newest that is not retired
// The highest version ever published, retired or not; 0 if there is none.
int dir_programme_highest(const struct dir_view *dir, const char *id, uint32_t *ret);
// How many records rest on a version; counted among the first 1000 of the programme, more = there are others.
struct dir_programme_use {
  size_t agreements, partnerships;
  bool more;
};
int dir_programme_use(const struct dir_view *dir, const char *id, uint32_t version,
                      struct dir_programme_use *ret);
int dir_agreement(const struct dir_view *dir, const char *id, const Reg__Agreement **ret);
int dir_partnership(const struct dir_view *dir, const char *id, const Reg__Partnership **ret);
int dir_body(const struct dir_view *dir, const char *id, const Reg__GovernanceBody **ret);
int dir_issue(const struct dir_view *dir, const char *id, const Reg__Issue **ret);

// Lists, at most 1000 entries; *ret is an array in the arena.
int dir_partnerships_of(const struct dir_view *dir, const char *party, const Reg__Partnership *const **ret,
                        size_t *n);
int dir_partnerships_under(const struct dir_view *dir, const char *agreement,
                           const Reg__Partnership *const **ret, size_t *n);
int dir_agreements_of(const struct dir_view *dir, const char *party, const Reg__Agreement *const **ret,
                      size_t *n);
// Units bound to an institution: managed or run by it, or a campus of it.
enum dir_bond { DIR_MANAGED = 1, DIR_OPERATED = 2, DIR_CAMPUS = 3 };
int dir_institutions_bound(const struct dir_view *dir, enum dir_bond bond, const char *id,
                           const Reg__Institution *const **ret, size_t *n);
int dir_persons_of(const struct dir_view *dir, const char *home, const Reg__Person *const **ret, size_t *n);
int dir_issues_of(const struct dir_view *dir, const char *partnership, const Reg__Issue *const **ret,
                  size_t *n);
// The education bureau (kind BUREAU, active) whose division is exactly this one; NULL if there is none.
int dir_bureau_of(const struct dir_view *dir, const char *division, const Reg__Institution **ret);
int dir_bureaus_under(const struct dir_view *dir, const char *division, Typ__DivisionLevel level,
                      const Reg__Institution *const **ret, size_t *n);
int dir_agreements_below(const struct dir_view *dir, const char *parent, const Reg__Agreement *const **ret,
                         size_t *n); // of which it is the parent
// Agreements the clock moves: SIGNED_PENDING with valid.from <= day, an amendment SIGNED_PENDING with its
// valid.from <= day, EFFECTIVE or SUSPENDED with valid.to <= day. One may stand there twice.
int dir_agreements_due(const struct dir_view *dir, const char *day, const Reg__Agreement *const **ret,
                       size_t *n);
// Live partnerships on which a waiver, a member's time or the term of a merger ends on the day or before.
int dir_partnerships_due(const struct dir_view *dir, const char *day, const Reg__Partnership *const **ret,
                         size_t *n);

// ---- reviews, values of indicators, targets

int dir_review(const struct dir_view *dir, const char *id, const Reg__ReviewRecord **ret);
int dir_reviews_of(const struct dir_view *dir, const char *subject, const Reg__ReviewRecord *const **ret,
                   size_t *n); // a partnership or a division
int dir_indicator_values_of(const struct dir_view *dir, const char *programme, const char *indicator,
                            const char *scope, const Reg__IndicatorValue *const **ret, size_t *n);
int dir_target_state(const struct dir_view *dir, const char *id, const Reg__TargetState **ret);

// ---- walks: every row, without keeping them. The row lives until visit returns; nonzero ends the walk and
// is given back. Behind the row whose id is `after`, in the order of ids ("" = from the first).

typedef int dir_visit(void *context, const ProtobufCMessage *row);
// Without codes held, former names, place on earth and successors.
int dir_walk_institutions(const struct dir_view *dir, const char *division, const char *after,
                          dir_visit *visit, void *context);
// Only id, kind, division, place, stages, tags, status and since are sure to be there: several times as fast.
int dir_walk_outlines(const struct dir_view *dir, const char *division, const char *after, dir_visit *visit,
                      void *context);
// Without agreement, approvals, waivers and broken rules.
int dir_walk_partnerships(const struct dir_view *dir, const char *programme, const char *after,
                          dir_visit *visit, void *context);
int dir_walk_agreements(const struct dir_view *dir, const char *programme, const char *after,
                        dir_visit *visit, void *context);
// All versions of all programmes, by id and version.
int dir_programmes(const struct dir_view *dir, const Prg__Programme *const **ret, size_t *n);

// The divisions of a level in a subtree that are in force on a day, in the order of their codes.
struct dir_range {
  const char *under; // "0" = the nation
  Typ__DivisionLevel level;
  const char *day;   // "" = whenever
  const char *after; // code; "" = from the first
  size_t limit;
};
int dir_divisions_under(const struct dir_view *dir, const struct dir_range *range, const Reg__Division ***ret,
                        size_t *n);
