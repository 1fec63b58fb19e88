// What becomes of postings when the registry says that a host, a home, a partnership or an agreement has
// gone: each decision in each state, once; what people decide about those on the list.
#include "services/dispatch/rules/assignment.h"
#include "services/dispatch/rules/orphan.h"
#include "services/dispatch/rules/posting.h"
#include "tests/rules/dispatch/desk.h"
#include <stdio.h>
#include <string.h>

#define STATE(word)  DSP__ASSIGNMENT_STATUS__ASSIGNMENT_##word
#define CAUSE(word)  DSP__ORPHAN_CAUSE__ORPHAN_##word
#define ACTION(word) REG__LINK_ACTION__ACTION_##word
#define ID(code)     desk_id(desk, (code))
#define DAY          "2016-10-20"
#define HOST         "2115020301" // of principals: quality, as its successor
#define SUCCESSOR    "3115020201"

// ---- events of registryd, as they come

// Later than all ids of the desk, and each later than the one before.
static char *event_id(struct desk *desk, unsigned n)
{
  return arena_printf(desk->world->arena, "ffffffff-ff00-7000-8000-%012u", n);
}

static struct outcome take_event(struct desk *desk, const char *id, const char *name,
                                 const ProtobufCMessage *message)
{
  const struct dsp_registry_event event = {id, name, message};
  struct outcome outcome = {.out = world_decision(desk->world)};
  outcome.r = dsp_orphan_decide(desk->world->dir, desk->view, &event, desk_context(desk, "self", DAY, 0),
                                outcome.out);
  return desk_take(desk, outcome);
}

static Reg__LinkDecision **decided(struct desk *desk, Reg__LinkAction action, const char *posting,
                                   size_t *ret_n)
{
  Reg__LinkDecision **list = ARENA_ARRAY(desk->world->arena, Reg__LinkDecision *, 1);
  list[0] = ARENA_NEW(desk->world->arena, Reg__LinkDecision);
  reg__link_decision__init(list[0]);
  list[0]->kind = REG__LINK_KIND__LINK_POSTING;
  list[0]->action = action;
  list[0]->id = (char *)posting;
  list[0]->reason = action == ACTION(END) ? "人员另行安排" : "";
  *ret_n = action ? 1 : 0;
  return list;
}

// The projection has taken the event before the rules see it.
static Reg__Institution *gone(struct desk *desk, const char *code, Reg__InstitutionStatus status)
{
  Reg__Institution *unit = world_institution(desk->world, code);
  unit->status = status;
  unit->since = DAY;
  world_put(desk->world, &unit->base);
  return unit;
}

static struct outcome merged(struct desk *desk, const char *id, const char *code, const char *into,
                             Reg__LinkAction action)
{
  Reg__InstitutionMerged event = REG__INSTITUTION_MERGED__INIT;
  event.institution = gone(desk, code, REG__INSTITUTION_STATUS__INSTITUTION_MERGED);
  event.into = ID(into);
  event.reason = "布局调整";
  event.decisions = decided(desk, action, "", &event.n_decisions);
  return take_event(desk, id, "InstitutionMerged", &event.base);
}

static struct outcome closed(struct desk *desk, const char *id, const char *code, const char *successor,
                             Reg__LinkAction action)
{
  Reg__InstitutionClosed event = REG__INSTITUTION_CLOSED__INIT;
  event.institution = gone(desk, code, REG__INSTITUTION_STATUS__INSTITUTION_CLOSED);
  event.institution->successors = ARENA_ARRAY(desk->world->arena, char *, 1);
  event.institution->n_successors = successor ? 1 : 0;
  event.institution->successors[0] = successor ? ID(successor) : "";
  event.reason = "生源不足";
  event.decisions = decided(desk, action, "", &event.n_decisions);
  return take_event(desk, id, "InstitutionClosed", &event.base);
}

static struct outcome converted(struct desk *desk, const char *id, const char *code, const char *of,
                                Reg__LinkAction action)
{
  Reg__InstitutionConverted event = REG__INSTITUTION_CONVERTED__INIT;
  event.institution = gone(desk, code, REG__INSTITUTION_STATUS__INSTITUTION_CAMPUS);
  event.institution->campus_of = ID(of);
  event.reason = "融合办学";
  event.decisions = decided(desk, action, "", &event.n_decisions);
  return take_event(desk, id, "InstitutionConverted", &event.base);
}

// ---- postings

static const char *posted(struct desk *desk, Dsp__AssignmentStatus state)
{
  const struct desk_posting posting = {.person = "P01", .host = HOST};
  if (state == STATE(PROPOSED)) return desk_proposed(desk, &posting);
  if (state != STATE(SUSPENDED)) return desk_posting_in(desk, &posting, state);
  Dsp__SuspendAssignment cmd = DSP__SUSPEND_ASSIGNMENT__INIT;
  cmd.id = (char *)desk_posting_in(desk, &posting, STATE(ARRIVED));
  cmd.reason = "病假";
  ok(DO(desk, "bayannur", "2016-10-12", dsp_posting_suspend, &cmd));
  return cmd.id;
}

static const Dsp__AssignmentStatus live[] = {STATE(PROPOSED),   STATE(ACCEPTED), STATE(APPROVED),
                                             STATE(DISPATCHED), STATE(ARRIVED),  STATE(SUSPENDED)};
#define LIVE (sizeof live / sizeof *live)

enum happening { MERGED, CLOSED, CONVERTED, DISSOLVED, HAPPENINGS };
enum result { LISTED, MOVED, ENDED, NOTHING };

static struct outcome happen(struct desk *desk, const char *id, enum happening happening,
                             Reg__LinkAction action)
{
  if (happening == MERGED) return merged(desk, id, HOST, SUCCESSOR, action);
  if (happening == CLOSED) return closed(desk, id, HOST, SUCCESSOR, action);
  if (happening == CONVERTED) return converted(desk, id, HOST, SUCCESSOR, action);
  Reg__PartnershipDissolved event = REG__PARTNERSHIP_DISSOLVED__INIT;
  event.partnership = world_partnership_of(desk->world, desk->primary->id);
  event.partnership->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_DISSOLVED;
  event.partnership->since = DAY;
  event.partnership->end_reason = "期满";
  event.decisions = decided(desk, action, "", &event.n_decisions);
  world_put(desk->world, &event.partnership->base);
  return take_event(desk, id, "PartnershipDissolved", &event.base);
}

static const char *ending(Dsp__AssignmentStatus state)
{
  if (state == STATE(DISPATCHED)) return "AssignmentRecalled";
  return state == STATE(ARRIVED) || state == STATE(SUSPENDED) ? "AssignmentEndedEarly"
                                                              : "AssignmentCancelled";
}

static void check(struct desk *desk, const char *id, Dsp__AssignmentStatus state, enum result result,
                  enum happening happening, struct outcome outcome)
{
  static const Dsp__OrphanCause causes[] = {CAUSE(HOST_GONE), CAUSE(HOST_GONE), CAUSE(HOST_CONVERTED),
                                            CAUSE(PARTNERSHIP_DISSOLVED)};
  const char *const events[] = {"AssignmentOrphaned", "AssignmentMoved", ending(state), ""};
  const Dsp__Assignment *now = desk_get(desk, id);
  assert_string_equal(world_events(desk->world, outcome.out), events[result]);
  if (result == NOTHING) assert_null(now->orphan);
  if (result == NOTHING) return;
  assert_int_equal(now->orphan->cause, causes[happening]);
  assert_int_equal(now->orphan->open, result == LISTED);
  assert_string_equal(now->orphan->since, DAY);
  assert_true(now->orphan->reason[0]);
  if (result != ENDED) assert_int_equal(now->status, state); // nobody's posting ends by itself
  if (result == ENDED)
    assert_int_equal(now->status, state <= STATE(APPROVED) ? STATE(CANCELLED) : STATE(ENDED_EARLY));
  if (result == ENDED && state > STATE(APPROVED)) assert_string_equal(now->ended_on, DAY);
  assert_string_equal(now->host, ID(result == MOVED ? SUCCESSOR : HOST));
  assert_int_equal(now->n_former_hosts, result == MOVED);
  if (result == MOVED) assert_string_equal(now->former_hosts[0], ID(HOST));
}

static void each_decision_in_each_state(void **state)
{
  static const struct {
    enum happening happening;
    Reg__LinkAction action;
    enum result result;
  } rows[] = {
      {MERGED, ACTION(UNSPECIFIED), LISTED},
      {MERGED, ACTION(SUCCESSOR), MOVED},
      {MERGED, ACTION(LEAVE), LISTED},
      {MERGED, ACTION(END), ENDED},
      {MERGED, ACTION(KEEP), LISTED},
      {CLOSED, ACTION(UNSPECIFIED), LISTED},
      {CLOSED, ACTION(SUCCESSOR), MOVED},
      {CLOSED, ACTION(LEAVE), LISTED},
      {CLOSED, ACTION(END), ENDED},
      {CLOSED, ACTION(KEEP), LISTED},
      {CONVERTED, ACTION(UNSPECIFIED), NOTHING},
      {CONVERTED, ACTION(SUCCESSOR), MOVED},
      {CONVERTED, ACTION(LEAVE), LISTED},
      {CONVERTED, ACTION(END), ENDED},
      {CONVERTED, ACTION(KEEP), NOTHING},
  };
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    for (size_t s = 0; s < LIVE; s++) {
      struct desk *desk = desk_new();
      const char *id = posted(desk, live[s]);
      struct outcome outcome = happen(desk, event_id(desk, 1), rows[i].happening, rows[i].action);
      assert_accepted(outcome.out, outcome.r);
      check(desk, id, live[s], rows[i].result, rows[i].happening, outcome);
      outcome = happen(desk, event_id(desk, 1), rows[i].happening, rows[i].action); // delivered once more
      assert_accepted(outcome.out, outcome.r);
      assert_string_equal(world_events(desk->world, outcome.out), "");
      desk_free(desk);
    }
}

static void states_that_are_over_are_left_alone(void **state)
{
  struct desk *desk = *state;
  const char *done = posted(desk, STATE(COMPLETED));
  const struct desk_posting second = {.person = "P02", .host = HOST};
  Dsp__DeclineAssignment cmd = DSP__DECLINE_ASSIGNMENT__INIT;
  cmd.id = (char *)desk_proposed(desk, &second);
  cmd.reason = "家事";
  ok(DO(desk, "bayannur", "2016-08-21", dsp_assignment_decline, &cmd));
  struct outcome outcome = merged(desk, event_id(desk, 1), HOST, SUCCESSOR, ACTION(END));
  assert_string_equal(world_events(desk->world, outcome.out), "");
  assert_int_equal(desk_get(desk, done)->status, STATE(COMPLETED));
  assert_int_equal(desk_get(desk, cmd.id)->status, STATE(DECLINED));
}

// ---- under a partnership

static const char *taught(struct desk *desk, Dsp__AssignmentStatus state) // under desk->primary
{
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1");
  const struct desk_posting posting = {.person = "R11", .host = "2115080201", .plan = plan};
  return desk_posting_in(desk, &posting, state);
}

static void a_dissolved_partnership(void **state)
{
  static const struct {
    Reg__LinkAction action;
    const char *event;
  } rows[] = {{ACTION(UNSPECIFIED), "AssignmentOrphaned"},
              {ACTION(LEAVE), "AssignmentOrphaned"},
              {ACTION(END), "AssignmentEndedEarly"},
              {ACTION(KEEP), ""},
              {ACTION(SUCCESSOR), ""}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct desk *desk = desk_new();
    const char *id = taught(desk, STATE(ARRIVED));
    assert_string_equal(desk_get(desk, id)->partnership, desk->primary->id);
    struct outcome outcome = happen(desk, event_id(desk, 1), DISSOLVED, rows[i].action);
    assert_accepted(outcome.out, outcome.r);
    assert_string_equal(world_events(desk->world, outcome.out), rows[i].event);
    const Dsp__Orphan *orphan = desk_get(desk, id)->orphan;
    if (rows[i].event[0]) assert_int_equal(orphan->cause, CAUSE(PARTNERSHIP_DISSOLVED));
    if (rows[i].event[0]) assert_string_equal(orphan->subject, desk->primary->id);
    desk_free(desk);
  }
}

static struct outcome broken(struct desk *desk, const char *id, bool mended)
{
  Reg__PartnershipBroken event = REG__PARTNERSHIP_BROKEN__INIT;
  Reg__PartnershipMended back = REG__PARTNERSHIP_MENDED__INIT;
  event.partnership = back.partnership = world_partnership_of(desk->world, desk->primary->id);
  event.partnership->broken = (char *[]){"PN-01", "PN-08"};
  event.partnership->n_broken = 2;
  event.partnership->broken_since = "2016-10-15";
  return take_event(desk, id, mended ? "PartnershipMended" : "PartnershipBroken",
                    mended ? &back.base : &event.base);
}

static void a_broken_partnership_that_is_mended(void **state)
{
  struct desk *desk = *state;
  const char *id = taught(desk, STATE(DISPATCHED));
  struct outcome outcome = broken(desk, event_id(desk, 1), false);
  assert_string_equal(world_events(desk->world, outcome.out), "AssignmentOrphaned");
  const Dsp__Orphan *orphan = desk_get(desk, id)->orphan;
  assert_int_equal(orphan->cause, CAUSE(PARTNERSHIP_BROKEN));
  assert_string_equal(orphan->reason, "PN-01, PN-08");
  assert_string_equal(orphan->since, "2016-10-15");
  outcome = broken(desk, event_id(desk, 2), true);
  assert_string_equal(world_events(desk->world, outcome.out), "AssignmentKept");
  assert_false(desk_get(desk, id)->orphan->open);
  outcome = broken(desk, event_id(desk, 1), false); // the feed from its start
  assert_string_equal(world_events(desk->world, outcome.out), "");
  outcome = broken(desk, event_id(desk, 3), false); // and truly again
  assert_string_equal(world_events(desk->world, outcome.out), "AssignmentOrphaned");
}

static void an_agreement_that_ends(void **state)
{
  static const char *const names[] = {"AgreementTerminated", "AgreementExpired"};
  (void)state;
  for (size_t i = 0; i < 2; i++) {
    struct desk *desk = desk_new();
    const char *first = posted(desk, STATE(ARRIVED)), *second = taught(desk, STATE(APPROVED));
    Reg__AgreementTerminated event = REG__AGREEMENT_TERMINATED__INIT;
    event.agreement = world_agreement_of(desk->world, desk->agreement->id);
    event.agreement->end_reason = "双方同意";
    event.agreement->since = DAY;
    struct outcome outcome = take_event(desk, event_id(desk, 1), names[i], &event.base);
    assert_string_equal(world_events(desk->world, outcome.out), "AssignmentOrphaned,AssignmentOrphaned");
    assert_int_equal(desk_get(desk, first)->orphan->cause, CAUSE(AGREEMENT_ENDED));
    assert_int_equal(desk_get(desk, second)->orphan->cause, CAUSE(AGREEMENT_ENDED));
    desk_free(desk);
  }
}

// ---- the home, single postings, obstacles, restored

static void the_home_goes(void **state)
{
  struct desk *desk = *state;
  const char *id = posted(desk, STATE(ARRIVED));
  struct outcome outcome = merged(desk, event_id(desk, 1), "2115080203", "2115080201", ACTION(UNSPECIFIED));
  assert_string_equal(world_events(desk->world, outcome.out), "AssignmentOrphaned");
  assert_int_equal(desk_get(desk, id)->orphan->cause, CAUSE(HOME_GONE));
  outcome =
      merged(desk, event_id(desk, 2), "2115080203", "2115080201", ACTION(SUCCESSOR)); // decided after all
  assert_string_equal(world_events(desk->world, outcome.out), "AssignmentMoved");
  assert_string_equal(desk_get(desk, id)->home, ID("2115080201"));
  assert_string_equal(desk_get(desk, id)->host, ID(HOST));
  assert_int_equal(desk_get(desk, id)->n_former_hosts, 0);
}

static void one_posting_by_its_id(void **state)
{
  struct desk *desk = *state;
  const struct desk_posting second = {.person = "P02", .host = HOST};
  const char *first = posted(desk, STATE(ARRIVED)), *other = desk_posting_in(desk, &second, STATE(ARRIVED));
  Reg__InstitutionMerged event = REG__INSTITUTION_MERGED__INIT;
  event.institution = gone(desk, HOST, REG__INSTITUTION_STATUS__INSTITUTION_MERGED);
  event.into = ID(SUCCESSOR);
  event.reason = "布局调整";
  size_t n;
  Reg__LinkDecision *list[] = {*decided(desk, ACTION(SUCCESSOR), "", &n),
                               *decided(desk, ACTION(END), other, &n)};
  event.decisions = list;
  event.n_decisions = 2;
  struct outcome outcome = take_event(desk, event_id(desk, 1), "InstitutionMerged", &event.base);
  assert_accepted(outcome.out, outcome.r);
  assert_string_equal(desk_get(desk, first)->host, ID(SUCCESSOR));
  assert_int_equal(desk_get(desk, first)->status, STATE(ARRIVED));
  assert_int_equal(desk_get(desk, other)->status, STATE(ENDED_EARLY));
  assert_string_equal(desk_get(desk, other)->end_reason, "HOST_CLOSED");
  assert_string_equal(
      ((const Dsp__AssignmentEndedEarly *)world_event(outcome.out, "AssignmentEndedEarly")->data)->reason,
      "人员另行安排");
}

static void a_successor_that_cannot_host(void **state)
{
  static const struct {
    const char *successor, *code; // 2115020302 has no tag of quality
  } rows[] = {{"2115020302", "AS-02"}, {"2115080203", "AS-03"}, {NULL, "AS-02"}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct desk *desk = desk_new();
    const char *id = posted(desk, STATE(ARRIVED));
    struct outcome outcome = closed(desk, event_id(desk, 1), HOST, rows[i].successor, ACTION(SUCCESSOR));
    assert_string_equal(world_events(desk->world, outcome.out), "AssignmentOrphaned");
    const Dsp__Assignment *now = desk_get(desk, id);
    assert_string_equal(now->host, ID(HOST));
    assert_non_null(now->orphan->obstacle);
    if (strcmp(now->orphan->obstacle->code, rows[i].code) != 0)
      fail_msg("%zu: %s %s", i, now->orphan->obstacle->code, now->orphan->obstacle->en);
    assert_true(now->orphan->obstacle->zh[0] && now->orphan->obstacle->en[0]);
    desk_free(desk);
  }
}

static void a_unit_that_is_restored(void **state)
{
  struct desk *desk = *state;
  const char *id = posted(desk, STATE(ARRIVED));
  closed(desk, event_id(desk, 1), HOST, NULL, ACTION(UNSPECIFIED));
  Reg__InstitutionRestored event = REG__INSTITUTION_RESTORED__INIT;
  event.institution = gone(desk, HOST, REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE);
  event.reason = "恢复办学";
  struct outcome outcome = take_event(desk, event_id(desk, 2), "InstitutionRestored", &event.base);
  assert_string_equal(world_events(desk->world, outcome.out), "AssignmentKept");
  assert_false(desk_get(desk, id)->orphan->open);
  outcome = take_event(desk, event_id(desk, 2), "InstitutionRestored", &event.base);
  assert_string_equal(world_events(desk->world, outcome.out), "");
}

// That the host has gone is worth a second notice; what followed from it is not.
static void one_cause_after_the_other(void **state)
{
  struct desk *desk = *state;
  const char *id = taught(desk, STATE(ARRIVED));
  broken(desk, event_id(desk, 1), false);
  struct outcome outcome = closed(desk, event_id(desk, 2), "2115080201", NULL, ACTION(LEAVE));
  assert_string_equal(world_events(desk->world, outcome.out), "AssignmentOrphaned");
  assert_int_equal(desk_get(desk, id)->orphan->cause, CAUSE(HOST_GONE));
  outcome = happen(desk, event_id(desk, 3), DISSOLVED, ACTION(UNSPECIFIED));
  assert_string_equal(world_events(desk->world, outcome.out), "");
}

// A feed read anew brings what had happened before the posting was proposed.
static void what_is_older_than_the_posting(void **state)
{
  struct desk *desk = *state;
  posted(desk, STATE(ARRIVED));
  struct outcome outcome = merged(desk, "00000000-0001-7000-8000-000000000000", HOST, SUCCESSOR, ACTION(END));
  assert_string_equal(world_events(desk->world, outcome.out), "");
}

static void other_events_and_other_units(void **state)
{
  struct desk *desk = *state;
  const char *id = posted(desk, STATE(ARRIVED));
  struct outcome outcome = merged(desk, event_id(desk, 1), "2115020302", SUCCESSOR, ACTION(END));
  assert_string_equal(world_events(desk->world, outcome.out), "");
  Reg__InstitutionRenamed renamed = REG__INSTITUTION_RENAMED__INIT;
  renamed.institution = world_institution(desk->world, HOST);
  outcome = take_event(desk, event_id(desk, 2), "InstitutionRenamed", &renamed.base);
  assert_string_equal(world_events(desk->world, outcome.out), "");
  assert_int_equal(desk_get(desk, id)->rev, desk_get(desk, id)->rev);
  assert_null(desk_get(desk, id)->orphan);
}

// ---- people decide

static struct outcome move_to(struct desk *desk, const char *who, const char *id, const char *host)
{
  Dsp__MoveAssignment cmd = DSP__MOVE_ASSIGNMENT__INIT;
  cmd.id = (char *)id;
  cmd.host = ID(host);
  cmd.reason = "原校已撤并";
  return DO(desk, who, DAY, dsp_orphan_move, &cmd);
}

static struct outcome keep(struct desk *desk, const char *who, const char *id, const char *reason)
{
  Dsp__KeepAssignment cmd = DSP__KEEP_ASSIGNMENT__INIT;
  cmd.id = (char *)id;
  cmd.reason = (char *)reason;
  return DO(desk, who, DAY, dsp_orphan_keep, &cmd);
}

static void people_move_it(void **state)
{
  struct desk *desk = *state;
  const char *id = taught(desk, STATE(ARRIVED));
  refused(move_to(desk, "baotou", id, "2115080202"), "FIELD", "field", "id"); // nothing has happened
  closed(desk, event_id(desk, 1), "2115080201", NULL, ACTION(LEAVE));
  refused(move_to(desk, "stranger", id, "2115080202"), "AS-09");
  refused(move_to(desk, "baotou", id, "2115080201"), "FIELD", "field", "host");
  refused(move_to(desk, "baotou", id, "2115080203"), "AS-02"); // in no partnership
  struct outcome outcome = move_to(desk, "baotou", id, "2115080202");
  assert_accepted(outcome.out, outcome.r);
  assert_string_equal(world_events(desk->world, outcome.out), "AssignmentMoved");
  const Dsp__Assignment *now = desk_get(desk, id);
  assert_string_equal(now->host, ID("2115080202"));
  assert_string_equal(now->former_hosts[0], ID("2115080201"));
  assert_string_equal(now->partnership, desk->primary->id);
  assert_false(now->orphan->open);
  assert_int_equal(desk_used(desk, now->quota_keys[0]), 1); // counted as before
  outcome = closed(desk, event_id(desk, 1), "2115080201", NULL, ACTION(LEAVE));
  assert_string_equal(world_events(desk->world, outcome.out), "");
  refused(move_to(desk, "baotou", id, "2115080201"), "FIELD", "field", "id");
}

// The plan's line is for the former host; approval must not stumble over that.
static void a_moved_one_can_be_approved(void **state)
{
  struct desk *desk = *state;
  const char *id = taught(desk, STATE(ACCEPTED));
  closed(desk, event_id(desk, 1), "2115080201", "2115080202", ACTION(SUCCESSOR));
  assert_string_equal(desk_get(desk, id)->host, ID("2115080202"));
  ok(desk_approve(desk, "baotou+bayannur", "2016-08-22", id));
}

static void people_let_it_go_on_or_end_it(void **state)
{
  struct desk *desk = *state;
  const char *id = taught(desk, STATE(ARRIVED));
  refused(keep(desk, "baotou", id, "协商一致"), "FIELD", "field", "id");
  broken(desk, event_id(desk, 1), false);
  refused(keep(desk, "baotou", id, ""), "AS-13", "field", "reason");
  struct outcome outcome = keep(desk, "bayannur", id, "协商一致");
  assert_accepted(outcome.out, outcome.r);
  assert_string_equal(world_events(desk->world, outcome.out), "AssignmentKept");
  closed(desk, event_id(desk, 2), "2115080201", NULL, ACTION(UNSPECIFIED));
  refused(keep(desk, "baotou", id, "协商一致"), "AS-02"); // there is no host
  Dsp__EndAssignmentEarly cmd = DSP__END_ASSIGNMENT_EARLY__INIT;
  cmd.id = (char *)id;
  cmd.ended_on = DAY;
  cmd.reason = "HOST_CLOSED";
  ok(DO(desk, "baotou", DAY, dsp_posting_end_early, &cmd));
  assert_false(desk_get(desk, id)->orphan->open); // off the list
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_decision_in_each_state),
      TEST(states_that_are_over_are_left_alone),
      cmocka_unit_test(a_dissolved_partnership),
      TEST(a_broken_partnership_that_is_mended),
      cmocka_unit_test(an_agreement_that_ends),
      TEST(the_home_goes),
      TEST(one_posting_by_its_id),
      cmocka_unit_test(a_successor_that_cannot_host),
      TEST(a_unit_that_is_restored),
      TEST(one_cause_after_the_other),
      TEST(what_is_older_than_the_posting),
      TEST(other_events_and_other_units),
      TEST(people_move_it),
      TEST(a_moved_one_can_be_approved),
      TEST(people_let_it_go_on_or_end_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
