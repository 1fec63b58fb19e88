// The inside of the partnership rules. Used by partnership*.c and tick.c only.
#pragma once
#include "services/registry/rules/recheck.h"
#include "services/registry/rules/reg.h"

struct partnership_work {
  const struct dir_view *dir; // assumes what was emitted
  const struct rule_context *ctx;
  struct decision *out;
  const Prg__Programme *programme;
  const Prg__Mode *mode;
  const Reg__Agreement *agreement; // or NULL
  Reg__Partnership *record;        // what is to be stored
};

// ---- loading, acting, storing (partnership_work.c)

int partnership_load_basis(struct partnership_work *work, const char *programme, uint32_t version,
                           const char *mode, const char *agreement);
int partnership_load(struct partnership_work *work, const char *id);
// Moves it; the record at the revision expected.
int partnership_move(struct partnership_work *work, const char *verb);
// Whoever covers or acts for a member or a party of its agreement. SE-01 else.
int partnership_check_side(struct partnership_work *work);
struct party_subject partnership_subject(const struct partnership_work *work);
// Who may change what was approved: the institution that approves last; without a chain, each side.
int partnership_check_decider(struct partnership_work *work);
// The structure as the record is now. `tolerated`: codes that were broken before and need not be mended by
// this change.
int partnership_check_structure(struct partnership_work *work, char *const *tolerated, size_t n);
// The state holds from this day, unless the state before began later.
int partnership_since(struct partnership_work *work, const char *date);
// One revision more, the event, and from now on the record counts as stored.
int partnership_emit(struct partnership_work *work, const ProtobufCMessageDescriptor *event,
                     ProtobufCMessage **ret);
// Flags of the record itself, of what contains it, and of the others its parties belong to.
int partnership_recheck(struct partnership_work *work, const char *on, Reg__Member *const *touched, size_t n);
int partnership_reply(struct partnership_work *work);

// ---- what a command fills (partnership_fill.c)

int partnership_check_variant(struct partnership_work *work, const char *variant);
// What a member is follows from its id; its time from the partnership's, where the command is silent.
int partnership_fill_member(struct partnership_work *work, Reg__Member *member, const char *from);
int partnership_place(struct partnership_work *work);
int partnership_check_merger_day(struct partnership_work *work);
// Where the mode makes its members one legal person and they are not yet: MergerProposed (row B9).
int partnership_propose_merger(struct partnership_work *work);

// ---- the clock (partnership_day.c)

int partnership_day(struct partnership_work *work, const char *id);
