// The inside of the agreement rules: the record at work, and the paper of it that a step is about. Used by
// agreement*.c only.
#pragma once
#include "services/registry/rules/recheck.h"
#include "services/registry/rules/reg.h"

struct agreement_work {
  const struct dir_view *dir; // assumes what was emitted
  const struct rule_context *ctx;
  struct decision *out;
  const Prg__Programme *programme;
  const Prg__Mode *mode;
  Reg__Agreement *record; // what is to be stored
};

// ---- loading, acting, storing (agreement_work.c)

int agreement_load(struct agreement_work *work, const char *id);
// Each side of an agreement may act on it: whoever covers a party's division or acts for the party. SE-01
// else.
int agreement_check_side(struct agreement_work *work);
// Loads for a side of it, at the revision expected.
int agreement_load_for_side(struct agreement_work *work, const char *id);
int agreement_move(struct agreement_work *work, const char *verb);
// One revision more, the event, and from now on the record counts as stored.
int agreement_emit(struct agreement_work *work, const ProtobufCMessageDescriptor *event,
                   ProtobufCMessage **ret);
// The present state holds from the first day of this date, unless the state before began later.
int agreement_since(struct agreement_work *work, const char *day);
int agreement_reply(struct agreement_work *work);
// Flags the partnerships that rest on the record as it is now.
int agreement_recheck(struct agreement_work *work, const char *on);
// A sentence for whoever gave the command, in both languages; what passes the bound is left out.
int agreement_warn(struct decision *out, const char *zh, const char *en);

// ---- the paper a step is about: the amendment on its way if there is one, the agreement itself else

struct agreement_paper {
  bool amendment;
  Reg__AgreementStatus *status;
  Reg__AgreementParty *const *parties;
  size_t n_parties;
  Typ__ApprovalStep ***approvals;
  size_t *n_approvals;
};
struct agreement_paper agreement_paper_of(Reg__Agreement *record);
int agreement_paper_move(struct agreement_work *work, const struct agreement_paper *paper, const char *verb);

// ---- content (agreement_check.c)

// Texts, basis documents, clauses, period (AG-04), parties (AG-01 .. AG-03, IN-07) of the record as it is or
// would be, on the first day of that content.
int agreement_check(struct agreement_work *work, const Reg__Agreement *agreement, const char *on);
// The parties of a command as those of a paper: nobody has signed.
int agreement_take_parties(struct agreement_work *work, Reg__AgreementParty *const *given, size_t n,
                           Reg__AgreementParty ***ret, size_t *ret_n);

// ---- amendments (agreement_amend.c)

// The record as the amendment on its way would make it. NULL past the arena's cap.
Reg__Agreement *agreement_as_amended(struct agreement_work *work);
// Before it can no longer be stopped: AG-06 listing what would break, AG-04 for agreements under this one.
int agreement_check_amendment(struct agreement_work *work);
// Agreements that stay in force under one that ends are told of.
int agreement_warn_children(struct agreement_work *work);
// The amendment takes the place of the present version.
int agreement_amend_now(struct agreement_work *work, const char *on);
// An amendment that can no longer take effect is dropped, in so many words. Nothing to do without one.
int agreement_drop_amendment(struct agreement_work *work, const char *reason);

// ---- the clock (agreement_day.c)

// At most one move of the agreement, if today owes it one; counted in *moved.
int agreement_day(struct agreement_work *work, const char *id, uint32_t *moved);
