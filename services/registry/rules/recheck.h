// After a change: each live partnership that it touches is checked in a view that assumes the change
// (dir_assume), and what no longer holds is flagged in the same decision: PartnershipBroken with the codes
// and IssueRaised for its owner, PartnershipMended when all holds again. Nothing is dissolved and nothing
// repaired.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"
#include "services/registry/rules/id_set.h"

struct reg_recheck {
  const struct dir_view *dir; // assumes the changes so far; in turn it assumes what is flagged
  const struct rule_context *ctx;
  struct decision *out;
  const char *on;     // the day the change takes effect; the flags hold from it
  struct id_set seen; // partnerships and parties done: each is checked once, however many ways lead to it
};
// All changes of the decision are assumed before the first of these.
// The live partnerships that a party (institution or partnership) belongs to, directly or through one that is
// itself a member.
int reg_recheck_party(struct reg_recheck *recheck, const char *id);
// One partnership and those that contain it.
int reg_recheck_partnership(struct reg_recheck *recheck, const Reg__Partnership *partnership);
// Those that rest on an agreement.
int reg_recheck_agreement(struct reg_recheck *recheck, const Reg__Agreement *agreement);
void reg_recheck_end(struct reg_recheck *recheck); // after any outcome

// For the change of a single institution: assumes it, and checks where it belongs.
int reg_recheck_institution(const struct dir_view *dir, const struct rule_context *ctx,
                            const Reg__Institution *changed, struct decision *out);
