// What an institution is bound by, as far as registryd knows: live partnerships and agreements, units bound
// to it, its staff. A merger or an end needs a decision on each (IN-08). Postings and activities are
// dispatchd's.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

enum { REG_LINKS_MAX = 999 }; // of one kind: what a rule may look at in one decision

struct reg_link {
  Reg__LinkKind kind;
  const char *id;                 // of the partnership, agreement or unit; "" = the staff as a whole
  const char *role;               // its role there, or how the unit is bound: MANAGED, OPERATED, CAMPUS
  const char *title;              // for people
  size_t count;                   // of the staff; 1 else
  const ProtobufCMessage *record; // NULL for the staff
};
struct reg_links {
  struct reg_link *list; // in the arena
  size_t n;
  const Reg__Person *const *staff; // the active ones
  size_t n_staff;
};
// FIELD when there are more of one kind than a decision can carry: they have to be moved before.
int reg_links_of(const struct dir_view *dir, const Reg__Institution *institution, struct decision *out,
                 struct reg_links *ret);
// Whether an agreement still binds its parties, or is on its way to.
bool reg_links_agreement_live(const Reg__Agreement *agreement);
