// The ring of refusals: what is told of a command, what is never written down, how many rows stay and which
// go. The frame around it is as little as it needs; audit.c is built here with a ring of ten.
#include "common/base/clock.h"
#include "common/svc/internal.h"
#include "tests/lib/testlib.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RING = 10 };

static struct svc svc;
static const char *directory; // of the test at hand

static void open_store(void)
{
  svc = (struct svc){.store = test_store(directory, "toy"), .creations = true};
  assert_ok(keep_open(svc.store, &svc.keep));
  assert_ok(arena_new(1 << 20, &svc.work));
  assert_ok(arena_new(1 << 20, &svc.decode));
  assert_ok(audit_open(&svc));
  assert_ok(store_begin(svc.store, true, &svc.batch.txn));
}

static void close_store(void)
{
  if (svc.batch.txn) assert_ok(store_commit(&svc.batch.txn));
  free(svc.audit);
  svc.work = arena_free(svc.work);
  svc.decode = arena_free(svc.decode);
  svc.store = store_close(svc.store);
}

static int setup(void **state)
{
  (void)state;
  directory = test_path(test_dir(), "audit");
  open_store();
  return 0;
}

static int teardown(void **state)
{
  (void)state;
  close_store();
  return 0;
}

// ---- one refusal, one question

static void refuse(const char *principal, const char *key, enum reason reason, const char *name,
                   const char *value)
{
  const struct audit_command command = {principal, key, "registry.DraftAgreement", ""};
  struct decision params = {.arena = svc.work};
  decision_reject(&params, reason, name, value, NULL);
  const Bus__Status *status = status_of_reason(svc.work, reason, &params);
  assert_non_null(status);
  audit_refused(&svc, &command, status);
}

static int ask_as(const char *actor, uint32_t roles, const char *principal, const char *key,
                  const Ops__CommandTrace **ret)
{
  struct rule_context ctx = {.actor = {.name = actor, .roles = roles}};
  Ops__CommandQuery query = OPS__COMMAND_QUERY__INIT;
  struct svc_call call = {.svc = &svc, .txn = svc.batch.txn, .arena = svc.work, .ctx = &ctx};
  struct decision out = {.arena = svc.work};
  query.principal = (char *)principal;
  query.key = (char *)key;
  int r = audit_query(&call, &query.base, &out);
  if (ret) *ret = r == 0 ? (const Ops__CommandTrace *)out.reply : NULL;
  return r;
}

static const Ops__CommandTrace *told(const char *principal, const char *key)
{
  const Ops__CommandTrace *trace = NULL;
  assert_ok(ask_as(principal, ROLE_BIT(BUREAU), "", key, &trace));
  return trace;
}

static bool known(const char *principal, const char *key)
{
  int r = ask_as(principal, ROLE_BIT(BUREAU), "", key, NULL);
  assert_true(r == 0 || r == REASON_NOT_FOUND);
  return r == 0;
}

static const char *numbered(int i)
{
  return arena_printf(svc.work, "key-%d", i);
}

// ---- what is told

static void what_became_of_it(void **state)
{
  (void)state;
  refuse("baotou", "k1", REASON_AG_05, "roles", "PARTY_B");
  const Ops__CommandTrace *trace = told("baotou", "k1");
  assert_int_equal(trace->outcome, OPS__COMMAND_OUTCOME__OUTCOME_REFUSED);
  assert_string_equal(trace->principal, "baotou");
  assert_string_equal(trace->method, "registry.DraftAgreement");
  assert_string_equal(trace->reason, "AG-05");
  assert_non_null(strstr(trace->message_en, "PARTY_B"));
  assert_non_null(strstr(trace->message_zh, "PARTY_B"));
  assert_true(*trace->fix_en && *trace->fix_zh);
  assert_int_equal(trace->accepted_us, 0);
  assert_true(trace->refused_us <= (uint64_t)clock_real_us() && trace->refused_us > 0);
  assert_false(known("baotou", "k2"));
  assert_false(known("bayannur", "k1")); // a key is its sender's
}

// Parameters that may quote what was sent, and any long number, stand as an ellipsis.
static void nothing_of_a_person(void **state)
{
  (void)state;
  static const struct {
    enum reason reason;
    const char *name, *value;
    bool shown;
  } cases[] = {
      {REASON_FIELD, "field", "person.birth", true},
      {REASON_FIELD, "detail_en", "王建国 was born", false},
      {REASON_NOT_FOUND, "ref", "BT-R09", false},
      {REASON_FIELD, "field", "11010519491231002X", false}, // a harmless name, a number in it
      {REASON_FIELD, "field", "call 13912345678 now", false},
      {REASON_FIELD, "field", "1234567890", true}, // ten digits are a school's code
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    refuse("baotou", numbered((int)i), cases[i].reason, cases[i].name, cases[i].value);
    const Ops__CommandTrace *trace = told("baotou", numbered((int)i));
    bool shown = strstr(trace->message_en, cases[i].value) || strstr(trace->message_zh, cases[i].value);
    assert_int_equal(shown, cases[i].shown);
    if (!cases[i].shown) assert_non_null(strstr(trace->message_en, "…"));
  }
}

static void who_may_ask(void **state)
{
  (void)state;
  const Ops__CommandTrace *trace = NULL;
  refuse("baotou", "k1", REASON_AG_05, "roles", "PARTY_B");
  assert_int_equal(ask_as("bayannur", ROLE_BIT(BUREAU), "baotou", "k1", NULL), REASON_WRONG_ACTOR);
  assert_ok(ask_as("op", ROLE_BIT(OPERATOR), "baotou", "k1", &trace));
  assert_string_equal(trace->reason, "AG-05");
  assert_int_equal(ask_as("baotou", ROLE_BIT(BUREAU), "", "", NULL), REASON_IDEM_KEY);
  assert_int_equal(ask_as("baotou", ROLE_BIT(BUREAU), "", arena_printf(svc.work, "%065d", 1), NULL),
                   REASON_IDEM_KEY);
}

// ---- the ring

static void the_oldest_go(void **state)
{
  (void)state;
  for (int i = 0; i < 3 * RING; i++)
    refuse("baotou", numbered(i), REASON_AG_05, "roles", "PARTY_B");
  for (int i = 0; i < 3 * RING; i++)
    assert_int_equal(known("baotou", numbered(i)), i >= 2 * RING);
}

// Refused again under the same key: the last refusal is told, and it stays when the row of the first goes.
static void refused_again(void **state)
{
  (void)state;
  refuse("baotou", "again", REASON_AG_05, "roles", "PARTY_A");
  for (int i = 0; i < RING - 1; i++)
    refuse("baotou", numbered(i), REASON_AG_05, "roles", "PARTY_B");
  refuse("baotou", "again", REASON_PN_01, "mode", "FUSION"); // pushes out its own first row
  assert_string_equal(told("baotou", "again")->reason, "PN-01");
  for (int i = 0; i < RING - 1; i++)
    refuse("bayannur", numbered(i), REASON_AG_05, "roles", "PARTY_B");
  assert_string_equal(told("baotou", "again")->reason, "PN-01");
  refuse("bayannur", "one more", REASON_AG_05, "roles", "PARTY_B");
  assert_false(known("baotou", "again"));
}

static void it_outlives_a_restart(void **state)
{
  (void)state;
  for (int i = 0; i < RING; i++)
    refuse("baotou", numbered(i), REASON_AG_05, "roles", "PARTY_B");
  close_store();
  open_store();
  assert_true(known("baotou", numbered(0)));
  refuse("baotou", "after", REASON_AG_05, "roles", "PARTY_B"); // goes on where it was
  assert_true(known("baotou", "after"));
  assert_false(known("baotou", numbered(0)));
  assert_true(known("baotou", numbered(1)));
}

static void by_age(void **state)
{
  (void)state;
  for (int i = 0; i < 5; i++)
    refuse("baotou", numbered(i), REASON_AG_05, "roles", "PARTY_B");
  uint64_t now = (uint64_t)clock_real_us();
  assert_ok(audit_trim(&svc, svc.batch.txn, now - 60000000));
  assert_true(known("baotou", numbered(0)));
  assert_ok(audit_trim(&svc, svc.batch.txn, now + 60000000));
  for (int i = 0; i < 5; i++)
    assert_false(known("baotou", numbered(i)));
}

// ---- what is left out

static double unwritten;
static void find_unwritten(void *context, const char *name, const char *labels, double value)
{
  (void)context, (void)labels;
  if (strcmp(name, "jiedui_refusals_unwritten_total") == 0) unwritten = value;
}

// A flood is answered and counted, and written down at a bounded rate.
static void a_flood(void **state)
{
  (void)state;
  enum { FLOOD = 5000 };
  int64_t began = clock_monotonic_us() / 1000000;
  unwritten = 0;
  metric_each(find_unwritten, NULL);
  double before = unwritten;
  for (int i = 0; i < FLOOD; i++) {
    arena_reset(svc.work);
    refuse("baotou", numbered(i), REASON_AG_05, "roles", "PARTY_B");
  }
  double seconds = (double)(clock_monotonic_us() / 1000000 - began + 1);
  metric_each(find_unwritten, NULL);
  assert_true(unwritten - before >= FLOOD - 100 * seconds);
  assert_true(unwritten - before <= FLOOD - 100);
}

static void nothing_while_space_is_short(void **state)
{
  (void)state;
  svc.creations = false;
  refuse("baotou", "short", REASON_AG_05, "roles", "PARTY_B");
  svc.creations = true;
  svc.batch.failed = true;
  refuse("baotou", "failed", REASON_AG_05, "roles", "PARTY_B");
  svc.batch.failed = false;
  assert_false(known("baotou", "short"));
  assert_false(known("baotou", "failed"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(what_became_of_it),
      TEST(nothing_of_a_person),
      TEST(who_may_ask),
      TEST(the_oldest_go),
      TEST(refused_again),
      TEST(it_outlives_a_restart),
      TEST(by_age),
      TEST(nothing_while_space_is_short),
      TEST(a_flood),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
