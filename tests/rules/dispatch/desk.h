// dispatchd's rules on real tables: the world of tests/lib plus the daemon's own state in a store beside it.
// What is decided is applied at once, as the daemon would; a refusal leaves no trace. Nothing is ever
// committed.
//
// Besides the world: the framework agreement, effective; mutual aid 2115020301 -> 2115080201, 2115080202
// (primary) and 3115020201 -> 3115082301 (junior, pastoral); kindergartens 1115020301 -> 1115080201; retired
// primary teachers R11 .. R16 of 2115020301.
#pragma once
#include "services/dispatch/rules/view.h"
#include "services/dispatch/state.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"

struct desk {
  struct world *world;
  struct store *store;
  struct store_txn *txn;
  struct dsp_state *state;
  const struct dsp_view *view;
  Reg__Agreement *agreement;
  Reg__Partnership *primary, *junior, *kindergarten;
  struct decision *all_events; // everything applied, in order: for rebuilding
};
struct desk *desk_new(void);
struct desk *desk_free(struct desk *desk);
int desk_setup(void **state); // for cmocka
int desk_teardown(void **state);

// One decision: `DO(desk, "bayannur", "2016-08-20", dsp_plan_draft, &cmd)`; what is accepted is applied.
struct outcome {
  int r;
  struct decision *out;
};
struct outcome desk_take(struct desk *desk, struct outcome outcome);
struct rule_context *desk_context(struct desk *desk, const char *who, const char *day, uint64_t rev);
#define DO_REV(at, who, day, rev, rule, cmd)                                                                 \
  ({                                                                                                         \
    struct desk *desk_ = (at);                                                                               \
    struct outcome outcome_ = {.out = world_decision(desk_->world)};                                         \
    outcome_.r =                                                                                             \
        rule(desk_->world->dir, desk_->view, (cmd), desk_context(desk_, (who), (day), (rev)), outcome_.out); \
    desk_take(desk_, outcome_);                                                                              \
  })
#define DO(at, who, day, rule, cmd) DO_REV(at, who, day, 0, rule, cmd) // 0 = whatever revision it is

#define ok(decided)                                                                                          \
  do {                                                                                                       \
    struct outcome ok_ = (decided);                                                                          \
    assert_accepted(ok_.out, ok_.r);                                                                         \
  } while (0)
#define refused(decided, ...)                                                                                \
  do {                                                                                                       \
    struct outcome refused_ = (decided);                                                                     \
    assert_refused(refused_.out, refused_.r, __VA_ARGS__, NULL);                                             \
  } while (0)

char *desk_id(struct desk *desk, const char *code); // of an institution or person, for commands

// Lines: "CODE STAGE SUBJECT REQUESTED PRIORITY|..."; "-" = none. Fills cmd; in the arena.
Dsp__PlanLine **desk_lines(struct desk *desk, const char *text, size_t *ret_n);
Dsp__DraftPlan *desk_draft(struct desk *desk,
                           const char *lines);               // of retired_teaching, 2016-2017, owner BY-EDU
const char *desk_plan(struct desk *desk, const char *lines); // drafted; its id
const char *desk_submitted(struct desk *desk, const char *lines);
const char *desk_approved(struct desk *desk, const char *lines); // as requested, by both steps

// Decisions are "NO FIGURE REASON|...", the reason may be left out.
struct outcome desk_verify(struct desk *desk, const char *who, const char *plan, const char *decisions);

Dsp__Nominate *desk_nominee(struct desk *desk, const char *staff_no,
                            const char *wishes); // codes separated by |
const char *desk_nominated(struct desk *desk, const char *staff_no, const char *wishes); // by baotou; its id

struct desk_posting {  // what is left out is as usual
  const char *measure; // retired_teaching when a plan is given, else principal_post
  const char *person, *host, *plan, *from, *to;
  uint32_t line, load;
};
Dsp__ProposeAssignment *desk_proposal(struct desk *desk, const struct desk_posting *posting);
const char *desk_proposed(struct desk *desk,
                          const struct desk_posting *posting); // by baotou+bayannur; its id
struct outcome desk_accept(struct desk *desk, const char *who, const char *id, bool person, bool home);
struct outcome desk_approve(struct desk *desk, const char *who, const char *day, const char *id);
// Brings an assignment to a state along the usual way: ACCEPTED, APPROVED, DISPATCHED, ARRIVED or COMPLETED.
const char *desk_posting_in(struct desk *desk, const struct desk_posting *posting,
                            Dsp__AssignmentStatus state);

const Dsp__NeedsPlan *desk_get_plan(struct desk *desk, const char *id);
const Dsp__Candidate *desk_get_candidate(struct desk *desk, const char *id);
const Dsp__MatchRun *desk_get_run(struct desk *desk, const char *id);
const Dsp__Assignment *desk_get(struct desk *desk, const char *id);
uint32_t desk_used(struct desk *desk, const char *key);
