// Party words: who stands behind OWNER, PROVINCE, a role or HOST, for each kind of subject.
#include "common/domain/party.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <stdio.h>

struct fixture {
  struct world *w;
  Prg__Programme *programme;
  Reg__Agreement *agreement;
  Reg__Partnership *pair;
};

static int setup(void **state)
{
  static struct fixture f;
  f.w = world_new();
  f.programme = programme_a(f.w->arena);
  f.agreement = world_agreement(f.w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  f.pair = world_partnership(f.w, f.programme, "MUTUAL_AID", f.agreement,
                             "SUPPORTER=2115020301|RECIPIENT=2115080201|RECIPIENT=2115080202");
  *state = &f;
  return 0;
}
static int teardown(void **state)
{
  world_free(((struct fixture *)*state)->w);
  return 0;
}

// The codes behind a word, in the order found: "BT-EDU,BY-EDU"; staff numbers for persons.
static const char *behind(struct fixture *f, const struct party_subject *subject, const char *word)
{
  struct party_ref *refs = NULL;
  size_t n = 0;
  const char *list = "";
  assert_ok(party_resolve(f->w->dir, subject, word, f->w->arena, &refs, &n));
  for (size_t i = 0; i < n; i++) {
    const Reg__Institution *institution = NULL;
    const Reg__Person *person = NULL;
    assert_string_equal(refs[i].word, word);
    if (refs[i].is_person)
      assert_ok(dir_person(f->w->dir, refs[i].id, &person));
    else
      assert_ok(dir_institution(f->w->dir, refs[i].id, &institution));
    list = arena_printf(f->w->arena, "%s%s%s", list, i ? "," : "",
                        person        ? person->staff_no
                        : institution ? institution->code
                                      : "?");
  }
  return list;
}

static void words_of_an_agreement(void **state)
{
  struct fixture *f = *state;
  struct party_subject subject = {.programme = f->programme, .agreement = f->agreement};
  static const struct {
    const char *word, *who;
  } cases[] = {
      {"PARTY_A", "BT-EDU"},
      {"PARTY_B", "BY-EDU"},
      {"OWNER", "NM-EDU"},
      {"PROVINCE", "NM-EDU"},
      {"PREFECTURE_BUREAU", "BY-EDU"}, // the recipient's side is the place
      {"COUNTY_BUREAU", ""},           // a prefecture lies in no county
      {"EVERY_COUNTY_BUREAU", "KD-EDU,LH-EDU"},
      {"SUPPORTER", "2115020301"}, // schools hold it in the partnerships under the agreement
      {"RECIPIENT", "2115080201,2115080202"},
      {"PERSON", ""},
      {"HOST", ""},
      {"ORGANISER", ""},
      {"PARTICIPANT_UNITS", ""},
      {"NOBODY", ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(behind(f, &subject, cases[i].word), cases[i].who);
}

static void words_of_a_partnership(void **state)
{
  struct fixture *f = *state;
  struct party_subject subject = {
      .programme = f->programme, .agreement = f->agreement, .partnership = f->pair};
  assert_string_equal(behind(f, &subject, "SUPPORTER"), "2115020301");
  assert_string_equal(behind(f, &subject, "RECIPIENT"), "2115080201,2115080202");
  assert_string_equal(behind(f, &subject, "PARTY_A"), "BT-EDU"); // of its agreement
  assert_string_equal(behind(f, &subject, "COUNTY_BUREAU"), "LH-EDU");
  assert_string_equal(behind(f, &subject, "PREFECTURE_BUREAU"), "BY-EDU");
}

static void words_of_an_assignment(void **state)
{
  struct fixture *f = *state;
  struct party_subject subject = {.programme = f->programme,
                                  .agreement = f->agreement,
                                  .person = world_id(f->w, "R01"),
                                  .home = world_id(f->w, "3115020201"),
                                  .host = world_id(f->w, "2115080201")};
  assert_string_equal(behind(f, &subject, "PERSON"), "R01");
  assert_string_equal(behind(f, &subject, "HOME"), "3115020201");
  assert_string_equal(behind(f, &subject, "HOST"), "2115080201");
  assert_string_equal(behind(f, &subject, "COUNTY_BUREAU"), "LH-EDU"); // the host's
  subject.place = "150203";
  assert_string_equal(behind(f, &subject, "COUNTY_BUREAU"), "KD-EDU"); // the place that is stated wins
}

static void only_live_partnerships_count_under_an_agreement(void **state)
{
  struct fixture *f = *state;
  struct party_subject subject = {.programme = f->programme, .agreement = f->agreement};
  f->pair->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_DISSOLVED;
  world_put(f->w, &f->pair->base);
  assert_string_equal(behind(f, &subject, "RECIPIENT"), "");
  f->pair->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_PAUSED;
  world_put(f->w, &f->pair->base);
  assert_string_equal(behind(f, &subject, "RECIPIENT"), "2115080201,2115080202");
}

// A role held by a partnership stands for all its members; loops end.
static void partnerships_stand_for_their_members(void **state)
{
  struct fixture *f = *state;
  Reg__Partnership *zone =
      world_partnership(f->w, f->programme, "ZONE", NULL, "CORE=2115020301|ZONE_SCHOOL=2115020302");
  const char *members = arena_printf(f->w->arena, "ZONE=%s|RECIPIENT=2115080201", zone->id);
  Reg__Partnership *support = world_partnership(f->w, f->programme, "SUPPORT", NULL, members);
  struct party_subject subject = {.programme = f->programme, .partnership = support};
  assert_string_equal(behind(f, &subject, "ZONE"), "2115020301,2115020302");
  zone->members[0]->party = support->id; // each contains the other: not made by our rules, must not hang
  zone->members[0]->party_kind = REG__PARTY_KIND__PARTY_PARTNERSHIP;
  world_put(f->w, &zone->base);
  assert_string_equal(behind(f, &subject, "ZONE"), "2115080201,2115020302");
}

static void owner_of_a_level_is_the_one_above_the_place(void **state)
{
  struct fixture *f = *state;
  f->programme->owner->division = (char *)"";
  f->programme->owner->level = TYP__DIVISION_LEVEL__LEVEL_COUNTY;
  struct party_subject subject = {.programme = f->programme, .place = "150802100"};
  assert_string_equal(behind(f, &subject, "OWNER"), "LH-EDU");
  assert_string_equal(behind(f, &subject, "EVERY_COUNTY_BUREAU"), "LH-EDU");
  f->programme->owner->level = TYP__DIVISION_LEVEL__LEVEL_PREFECTURE;
  assert_string_equal(behind(f, &subject, "OWNER"), "BY-EDU");
}

static void the_place_of_a_subject(void **state)
{
  struct fixture *f = *state;
  static const struct {
    const char *mode, *members, *place;
  } cases[] = {
      {"MUTUAL_AID", "RECIPIENT=2115080201|SUPPORTER=2115020301", "150802100"}, // by the name of the role
      {"FRAMEWORK", "PARTY_B=BY-EDU|PARTY_A=BT-EDU", "1508"}, // else the later role of the mode
      {"FRAMEWORK", "PARTY_A=BY-EDU|PARTY_B=BT-EDU", "1502"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct party_subject subject = {.programme = f->programme};
    const char *place = NULL;
    subject.partnership = world_partnership(f->w, f->programme, cases[i].mode, NULL, cases[i].members);
    assert_ok(party_place(f->w->dir, &subject, f->w->arena, &place));
    assert_string_equal(place, cases[i].place);
  }
  struct party_subject nothing = {.programme = f->programme};
  const char *place = NULL;
  assert_ok(party_place(f->w->dir, &nothing, f->w->arena, &place));
  assert_string_equal(place, "150000"); // the owner's
  struct party_subject unknown = {.host = "gone"};
  assert_ok(party_place(f->w->dir, &unknown, f->w->arena, &place));
  assert_string_equal(place, "");
}

static void known_words(void **state)
{
  struct fixture *f = *state;
  static const char *const known[] = {"OWNER", "PARTICIPANT_UNITS", "PARTY_A", "RECIPIENT"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    assert_true(party_word_known(f->programme, known[i]));
  assert_false(party_word_known(f->programme, "PARTY_C"));
  assert_false(party_word_known(f->programme, ""));
  assert_false(party_word_known(NULL, "PARTY_A"));
  assert_true(party_word_fixed("HOST"));
  assert_false(party_word_fixed("PARTY_A"));
}

static void many_parties_are_cut_at_the_bound(void **state)
{
  struct fixture *f = *state;
  Reg__Partnership *pool = f->pair;
  char code[16];
  pool->n_members = 0;
  pool->members = ARENA_ARRAY(f->w->arena, Reg__Member *, PARTY_REFS + 10);
  for (size_t i = 0; i < PARTY_REFS + 10; i++) {
    Reg__Member *member = ARENA_NEW(f->w->arena, Reg__Member);
    reg__member__init(member);
    snprintf(code, sizeof code, "m%zu", i);
    member->party = arena_strdup(f->w->arena, code);
    member->role = (char *)"RECIPIENT";
    pool->members[pool->n_members++] = member;
  }
  struct party_subject subject = {.programme = f->programme, .partnership = pool};
  struct party_ref *refs = NULL;
  size_t n = 0;
  assert_ok(party_resolve(f->w->dir, &subject, "RECIPIENT", f->w->arena, &refs, &n));
  assert_int_equal(n, PARTY_REFS);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(words_of_an_agreement),
      TEST(words_of_a_partnership),
      TEST(words_of_an_assignment),
      TEST(only_live_partnerships_count_under_an_agreement),
      TEST(partnerships_stand_for_their_members),
      TEST(owner_of_a_level_is_the_one_above_the_place),
      TEST(the_place_of_a_subject),
      TEST(known_words),
      TEST(many_parties_are_cut_at_the_bound),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
