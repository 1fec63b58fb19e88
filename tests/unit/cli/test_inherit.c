// Inheritance (dialect §13, PR-02): heirs of one parent, each accepted or refused with place and text. The
// same code resolves in registryd.
#include "services/cli/dialect.h"
#include "services/cli/lang.h"
#include "services/cli/template.h"
#include "tests/unit/cli/clilib.h"
#include <stdlib.h>
#include <string.h>

static const Prg__Programme *parent;

static Prg__Programme *compile(const char *text, struct faults *faults, const struct dialect_node **ret_root)
{
  faults_init(faults, "heir.yaml", cli->arena);
  return template_compile(text, strlen(text), faults, ret_root);
}

static int setup(void **state)
{
  (void)state;
  struct faults *faults;
  const struct dialect_node *root;
  cli = clilib_new();
  faults = ARENA_NEW(cli->arena, struct faults);
  char *text = test_read_file(test_source("tests/fixtures/programmes/parent.yaml"), NULL);
  parent = compile(text, faults, &root);
  free(text);
  if (!parent) faults_print(faults, stderr);
  return parent ? 0 : -1;
}

static int teardown(void **state)
{
  (void)state;
  clilib_free(cli);
  return 0;
}

// The first ten lines of every heir; its own text starts at line 8.
static const char *heir_text(const char *owner, const char *relation, const char *body)
{
  return arena_printf(cli->arena,
                      "dialect: 1\nid: heir\nversion: 1\ntitle: {zh: \"下级\", en: \"Heir\"}\nowner: {%s}\n"
                      "extends: {id: parent, version: 2, relation: %s}\n\n%s",
                      owner, relation, body);
}

static Prg__Programme *resolve(const char *owner, const char *relation, const char *body,
                               const char **ret_faults)
{
  struct faults *faults = ARENA_NEW(cli->arena, struct faults);
  const struct dialect_node *root = NULL;
  Prg__Programme *child = compile(heir_text(owner, relation, body), faults, &root), *resolved = NULL;
  if (child) resolved = template_resolve(parent, child, root, faults);
  clilib_catch();
  faults_print(faults, stdout);
  *ret_faults = arena_strdup(cli->arena, clilib_caught(NULL));
  assert_int_equal(resolved == NULL, faults->total > 0);
  return resolved;
}

#define MODE(keys)    "override:\n  modes:\n    - {id: CLOSE, " keys "}\n"
#define MEASURE(keys) "override:\n  measures:\n    - {" keys "}\n"
#define CORE_MEMBERS  "members: [{role: CORE, min: 1, max: 1, who: [{tag_has: [quality]}]}, "
#define LOOSE         " may not be loosened by 421000: parent allows "

// All that differ are told before the test fails.
static size_t different;
static void differ(const char *what, const char *body, const char *expected, const char *said)
{
  different++;
  print_error("%s:\n%s\nexpected:\n%ssaid:\n%s\n", what, body, expected, said);
}

// What a subordinate jurisdiction may do (faults NULL), and what it may not.
static const struct subordinate {
  const char *body, *faults;
} subordinates[] = {
    {"approvals:\n  agreement: [COUNTY_BUREAU]\n", NULL},
    // members
    {MODE(CORE_MEMBERS "{role: MEMBER, min: 2, max: 3}]"), NULL},
    {MODE(CORE_MEMBERS "{role: MEMBER, min: 1, max: 1, who: [{tag_has: [weak]}]}]"), NULL},
    {MODE(CORE_MEMBERS "{role: MEMBER, min: 1, max: 4}]"),
     "heir.yaml:10:28: modes.CLOSE.members" LOOSE "MEMBER 1–3\n"},
    {MODE(CORE_MEMBERS "{role: MEMBER, min: 0, max: 3}]"),
     "heir.yaml:10:28: modes.CLOSE.members" LOOSE "MEMBER 1–3\n"},
    {MODE(CORE_MEMBERS "{role: MEMBER, min: 1}]"),
     "heir.yaml:10:28: modes.CLOSE.members" LOOSE "MEMBER 1–3\n"},
    {MODE("members: [{role: CORE, min: 1, max: 1}, {role: MEMBER, min: 1, max: 3}]"),
     "heir.yaml:10:28: modes.CLOSE.members" LOOSE "CORE tag_has: quality or stricter\n"},
    {MODE("members: [{role: MEMBER, min: 1, max: 3}]"),
     "heir.yaml:10:28: modes.CLOSE.members" LOOSE "CORE 1\n"},
    {"roles:\n  - {id: EXTRA, title: {zh: \"另\", en: \"Extra\"}, who: [{kind_in: [SCHOOL]}]}\n" MODE(
         CORE_MEMBERS "{role: MEMBER, min: 1, max: 3}, {role: EXTRA, min: 0}]"),
     "heir.yaml:12:28: modes.CLOSE.members" LOOSE "no EXTRA\n"},
    // what overridable leaves open
    {"override:\n  modes:\n    - {id: OPEN, members: [{role: CORE, min: 1, max: 1}, {role: MEMBER, min: 1, "
     "max: 9}]}\n",
     NULL},
    {"override:\n  modes:\n    - {id: OPEN, title: {zh: \"改\", en: \"Changed\"}}\n",
     "heir.yaml:10:25: modes.OPEN.title" LOOSE "no change\n"},
    {MEASURE("id: open_talks, level: may, every: [year], record: [result]"), NULL},
    {"reports:\n  - {id: annual, title: {zh: \"年报\", en: \"Annual report\"}, every: [year], by: "
     "[PROVINCE], to: [PROVINCE]}\n",
     NULL},
    // rules and other keys of modes
    {MODE("rules: [{same_division: {level: COUNTY}}, {exclusive: [CORE, MEMBER]}, {same_stage: true}]"),
     NULL},
    {MODE("rules: [{same_division: {level: PROVINCE}}, {exclusive: [MEMBER]}]"),
     "heir.yaml:10:26: modes.CLOSE.rules" LOOSE "same_division: PREFECTURE or stricter\n"},
    {MODE("rules: [{same_division: {level: PREFECTURE, roles: [CORE]}}, {exclusive: [MEMBER]}]"),
     "heir.yaml:10:26: modes.CLOSE.rules" LOOSE "same_division: PREFECTURE or stricter\n"},
    {MODE("rules: [{same_division: {level: PREFECTURE}}]"),
     "heir.yaml:10:26: modes.CLOSE.rules" LOOSE "exclusive: MEMBER or stricter\n"},
    {"override:\n  modes:\n    - {id: OPEN, rules: [{within_km: {km: 15}}]}\n", NULL},
    {"override:\n  modes:\n    - {id: OPEN, rules: [{within_km: {km: 25, roles: [MEMBER]}}]}\n",
     "heir.yaml:10:25: modes.OPEN.rules" LOOSE "within_km: 20 MEMBER or stricter\n"},
    {MODE("signed: true, on_establish: MERGE_LEGAL_PERSON"), NULL},
    {MODE("evaluation: BUNDLED"), "heir.yaml:10:31: modes.CLOSE.evaluation" LOOSE "UNIFIED\n"},
    {"override:\n  modes:\n    - {id: OPEN, evaluation: BUNDLED}\n", NULL},
    {MODE("variants: [{id: GROUP, title: {zh: \"集团\", en: \"Group\"}}, {id: OTHER, title: {zh: \"它\", en: "
          "\"Other\"}}]"),
     NULL},
    {MODE("variants: [{id: GROUP, title: {zh: \"公司\", en: \"Firm\"}}]"),
     "heir.yaml:10:29: modes.CLOSE.variants" LOOSE "GROUP, TRUST\n"},
    {MODE("points: [{zh: \"共研\", en: \"joint research\"}, {zh: \"共享\", en: \"shared\"}]"), NULL},
    {MODE("points: [{zh: \"共享\", en: \"shared\"}]"),
     "heir.yaml:10:27: modes.CLOSE.points" LOOSE "joint research and more\n"},
    // measures: level, sides, demands
    {MEASURE("id: posting, level: must"), NULL},
    {MEASURE("id: posting, level: may"), "heir.yaml:10:28: measures.posting.level" LOOSE "should or must\n"},
    {MEASURE("id: research, level: should"), "heir.yaml:10:29: measures.research.level" LOOSE "must\n"},
    {MEASURE("id: posting, from: [CORE]"), NULL},
    {MEASURE("id: posting, to: [MEMBER, CORE]"), "heir.yaml:10:25: measures.posting.to" LOOSE "MEMBER\n"},
    {MEASURE("id: share, from: [CORE]"), NULL},
    {MEASURE("id: money, from: [OWNER]"), "heir.yaml:10:25: measures.money.from" LOOSE "CORE\n"},
    {MEASURE("id: money, both_ways: true"), NULL},
    {MEASURE("id: share, both_ways: true"), "heir.yaml:10:30: measures.share.both_ways" LOOSE "no change\n"},
    {MEASURE("id: posting, who: [{category_in: [TEACHER]}, {title_min: SENIOR}, {age_max: 55}, "
             "{min_years_here: 6}]"),
     NULL},
    {MEASURE("id: posting, who: [{category_in: [TEACHER, CADRE]}, {title_min: SENIOR}, {age_max: 55}, "
             "{min_years_here: 6}]"),
     "heir.yaml:10:26: measures.posting.who" LOOSE "category_in: TEACHER, PRINCIPAL or stricter\n"},
    {MEASURE("id: posting, who: [{category_in: [TEACHER]}, {title_min: ENTRY}, {age_max: 55}, "
             "{min_years_here: 6}]"),
     "heir.yaml:10:26: measures.posting.who" LOOSE "title_min: INTERMEDIATE or stricter\n"},
    {MEASURE("id: posting, who: [{category_in: [TEACHER]}, {title_min: SENIOR}, {age_max: 65}, "
             "{min_years_here: 6}]"),
     "heir.yaml:10:26: measures.posting.who" LOOSE "age_max: 60 or stricter\n"},
    {MEASURE("id: posting, who: [{category_in: [TEACHER]}, {title_min: SENIOR}, {age_max: 55}, "
             "{min_years_here: 1}]"),
     "heir.yaml:10:26: measures.posting.who" LOOSE "min_years_here: 3 or stricter\n"},
    {MEASURE("id: posting, host: [{tag_has: [weak]}]"), NULL},
    {MEASURE("id: posting, prefer: [{same_pair_as_last_year: true}]"), NULL},
    // term, quota and the rest
    {MEASURE("id: posting, term: {unit: month, min: 3, max: 4}"), NULL},
    {MEASURE("id: posting, term: {unit: month, min: 1, max: 6}"),
     "heir.yaml:10:27: measures.posting.term" LOOSE "MONTH 2–6\n"},
    {MEASURE("id: posting, term: {unit: week, min: 2, max: 6}"),
     "heir.yaml:10:27: measures.posting.term" LOOSE "MONTH 2–6\n"},
    {MEASURE("id: share, term: {unit: school_year, min: 2}"), NULL},
    {MEASURE("id: posting, quota: {form: fixed, per: [year, agreement], min: 6, max: 8}"), NULL},
    {MEASURE("id: posting, quota: {form: fixed, per: [year, agreement], min: 5, max: 11}"),
     "heir.yaml:10:28: measures.posting.quota" LOOSE "FIXED 5–10\n"},
    {MEASURE("id: posting, quota: {form: fixed, per: [year, programme], min: 5, max: 10}"),
     "heir.yaml:10:28: measures.posting.quota" LOOSE "FIXED 5–10\n"},
    {MEASURE("id: share, quota: {form: share, per: [school_year, division], of: eligible, min_percent: 15}"),
     NULL},
    {MEASURE("id: share, quota: {form: share, per: [school_year, division], of: eligible, min_percent: 5}"),
     "heir.yaml:10:26: measures.share.quota" LOOSE "SHARE ≥ 10 %\n"},
    {MEASURE("id: posting, personal_agreement: semester"),
     "heir.yaml:10:41: measures.posting.personal_agreement" LOOSE "YEAR\n"},
    {MEASURE("id: share, personal_agreement: school_year"), NULL},
    {MEASURE("id: posting, allowance: {per_year_fen: 1200000}"), NULL},
    {MEASURE("id: posting, allowance: {per_year_fen: 900000}"),
     "heir.yaml:10:32: measures.posting.allowance" LOOSE "at least 1000000\n"},
    {MEASURE("id: posting, early_end: [HEALTH]"), NULL},
    {MEASURE("id: posting, early_end: [HEALTH, HOST_CLOSED]"),
     "heir.yaml:10:32: measures.posting.early_end" LOOSE "HEALTH, MISCONDUCT\n"},
    {MEASURE("id: research, every: [week], delivery: [ONSITE], record: [headcount, hours, result]"), NULL},
    {MEASURE("id: open_talks, delivery: [ONSITE, ONLINE]"), NULL}, // open
    {"measures:\n  - id: plan_paper\n    title: {zh: \"方案\", en: \"Plan paper\"}\n    form: duty\n    "
     "level: must\n"
     "    by: [CORE]\n    deliver: [{what: governance_body}]\n",
     "heir.yaml:14:14: measures.plan_paper.deliver" LOOSE "document and more\n"},
    {MEASURE("id: research, every: [semester]"),
     "heir.yaml:10:29: measures.research.every" LOOSE "MONTH or more often\n"},
    {MEASURE("id: research, record: [hours]"),
     "heir.yaml:10:30: measures.research.record" LOOSE "headcount, hours and more\n"},
    {MEASURE("id: research, organiser: [CORE, MEMBER], turn: alternate"),
     "heir.yaml:10:33: measures.research.organiser" LOOSE "no change\n"},
    {MEASURE("id: plan_paper, by: [CORE, MEMBER], deliver: [{what: document}, {what: governance_body}]"),
     NULL},
    {MEASURE("id: plan_paper, by: [MEMBER]"),
     "heir.yaml:10:28: measures.plan_paper.by" LOOSE "CORE and more\n"},
    // whole items instead of an override
    {"measures:\n  - id: money\n    title: {zh: \"经费\", en: \"Money\"}\n    form: contribution\n    level: "
     "must\n"
     "    kind: CASH\n    earmark: true\n    from: [CORE]\n    to: [MEMBER]\n    record: [amount, purpose]\n",
     NULL},
    {"measures:\n  - id: money\n    title: {zh: \"经费\", en: \"Money\"}\n    form: contribution\n    level: "
     "may\n"
     "    kind: GOODS\n    from: [CORE]\n    to: [MEMBER]\n    record: [amount]\n",
     "heir.yaml:9:5: measures.money.earmark" LOOSE "true\nheir.yaml:13:11: measures.money.kind" LOOSE
     "no change\n"},
    {"roles:\n  - id: CORE\n    title: {zh: \"核心校\", en: \"Core school\"}\n"
     "    who: [{kind_in: [SCHOOL]}, {urban_rural_in: [CITY]}, {tag_has: [quality]}]\n",
     NULL},
    {"roles:\n  - id: CORE\n    title: {zh: \"核心校\", en: \"Core school\"}\n    who: [{kind_in: "
     "[SCHOOL]}]\n",
     "heir.yaml:11:10: roles.CORE.who" LOOSE "urban_rural_in: CITY, COUNTY_SEAT or stricter\n"},
    {"indicators:\n  - {id: hours, title: {zh: \"课时\", en: \"Hours\"}, form: sum, measure: open_talks, "
     "field: headcount}\n",
     "heir.yaml:9:69: indicators.hours.measure" LOOSE "no change\n"
     "heir.yaml:9:88: indicators.hours.field" LOOSE "no change\n"},
    {"reviews:\n  - id: yearly\n    title: {zh: \"年度考核\", en: \"Yearly review\"}\n    subject: "
     "partnership\n"
     "    every: [semester]\n    steps: [SELF, COUNTY, PREFECTURE, PROVINCE, PUBLICITY]\n"
     "    publicity_working_days: 10\n",
     NULL},
    {"reviews:\n  - id: yearly\n    title: {zh: \"年度考核\", en: \"Yearly review\"}\n    subject: "
     "partnership\n"
     "    designation_in: [MODEL]\n    every: [year]\n    steps: [SELF, PROVINCE]\n",
     "heir.yaml:9:5: reviews.yearly.publicity_working_days" LOOSE "at least 7\n"
     "heir.yaml:12:21: reviews.yearly.designation_in" LOOSE "PILOT and more\n"
     "heir.yaml:14:12: reviews.yearly.steps" LOOSE
     "SELF, COUNTY, PROVINCE, PUBLICITY in this order, and more\n"},
    // new items are always allowed
    {"modes:\n  - {id: NEW, title: {zh: \"新\", en: \"New\"}, members: [{role: MEMBER, min: 2}]}\n"
     "measures:\n  - {id: new, title: {zh: \"新\", en: \"New\"}, form: duty, level: may, by: [MEMBER], "
     "deliver: [{what: document}]}\n",
     NULL},
    // approvals, calendar
    {"approvals:\n  plan: [COUNTY_BUREAU, OWNER, PREFECTURE_BUREAU]\n", NULL},
    {"approvals:\n  plan: [PREFECTURE_BUREAU, COUNTY_BUREAU]\n",
     "heir.yaml:9:9: approvals.plan" LOOSE "COUNTY_BUREAU, PREFECTURE_BUREAU in this order, and more\n"},
    {"approvals:\n  plan: [COUNTY_BUREAU]\n",
     "heir.yaml:9:9: approvals.plan" LOOSE "COUNTY_BUREAU, PREFECTURE_BUREAU in this order, and more\n"},
    {"calendar:\n  autumn_start: \"09-01\"\n  spring_start: \"02-20\"\n", NULL},
    {"calendar:\n  autumn_start: \"08-25\"\n", "heir.yaml:9:17: calendar.autumn_start" LOOSE "09-01\n"},
    {"calendar:\n  winter: {from: \"12-01\", to: \"02-15\"}\n",
     "heir.yaml:9:31: calendar.winter.to" LOOSE "03-01\n"},
    // targets and notices
    {"targets:\n  - {indicator: coverage, op: ge, value: 90, unit: percent, each: COUNTY, deadline: "
     "\"2025-06-30\"}\n"
     "  - {indicator: hours, op: between, range: {min: 120, max: 180}, unit: count, every: [semester]}\n"
     "  - {indicator: hours, op: stated}\n",
     NULL},
    {"targets:\n  - {indicator: coverage, op: ge, value: 80, unit: percent, deadline: \"2026-12-31\"}\n",
     "heir.yaml:9:3: targets" LOOSE "coverage ≥ 80 percent, 2025-12-31 or more\n"
     "heir.yaml:9:3: targets" LOOSE "hours 100–200 count or more\n"},
    {"notices:\n  - {event: PartnershipEstablished, to: [MEMBER, CORE, OWNER], ack: sign, "
     "within_working_days: 3, "
     "escalate: [COUNTY_BUREAU, OWNER]}\n",
     NULL},
    {"notices:\n  - {event: PartnershipEstablished, to: [MEMBER, CORE], ack: receipt, within_working_days: "
     "6, "
     "escalate: [COUNTY_BUREAU]}\n",
     "heir.yaml:9:3: notices" LOOSE "PartnershipEstablished → CORE, MEMBER, RECEIPT 5 or stricter\n"},
    // overridable: only what is open to the heir itself, and what is its own
    {"overridable:\n  - {section: modes, id: OPEN, key: members}\n  - {section: basis}\n  - {section: modes, "
     "id: NEW}\n"
     "modes:\n  - {id: NEW, title: {zh: \"新\", en: \"New\"}, members: [{role: MEMBER, min: 2}]}\n",
     NULL},
    {"overridable:\n  - {section: reports}\n  - {section: modes, id: OPEN}\n",
     "heir.yaml:10:5: overridable[1]" LOOSE "only what it leaves open itself\n"},
};

static void test_subordinates(void **state)
{
  (void)state;
  size_t refused = 0;
  for (size_t i = 0; i < sizeof subordinates / sizeof *subordinates; i++) {
    const struct subordinate *one = &subordinates[i];
    const char *faults;
    resolve("division: \"421000\"", "subordinate", one->body, &faults);
    if (strcmp(faults, one->faults ? one->faults : "") != 0)
      differ("subordinate", one->body, one->faults ? one->faults : "(accepted)\n", faults);
    refused += one->faults != NULL;
  }
  assert_true(refused >= 30);
  assert_int_equal(different, 0);
}

// Whoever borrows the text may change what a subordinate may not, as long as the result is a programme.
static void test_borrowers(void **state)
{
  (void)state;
  const char *faults;
  for (size_t i = 0; i < sizeof subordinates / sizeof *subordinates; i++)
    if (!resolve("division: \"330000\"", "borrowed", subordinates[i].body, &faults))
      fail_msg("%s\n%s", subordinates[i].body, faults);
}

// What does not fit together, whoever the heir is.
static void test_misfits(void **state)
{
  (void)state;
  static const struct {
    const char *body, *faults;
  } cases[] = {
      {"override:\n  modes:\n    - {id: CLOSED, signed: true}\n",
       "heir.yaml:10:7: override.modes.CLOSED: the parent has no CLOSED\n  -> did you mean CLOSE?\n"},
      {"override:\n  measures:\n    - {id: research, field: true}\n",
       "heir.yaml:10:22: override.measures.research: unknown key field\n"},
      // the result is checked again: places in the file where it has them, `extends` where it has not
      {MEASURE("id: research, term: {unit: free}"),
       "heir.yaml:10:28: measures.research.term: does not belong to activity\n"},
      {MODE("rules: [{exclusive: [OWNER]}]"), "heir.yaml:10:27: modes.CLOSE.rules[0]: unknown role: OWNER\n"},
      {MEASURE("id: research, record: [headcount]"),
       "heir.yaml:6:10: indicators.hours.field: the measure does not record hours\n"},
      {"roles:\n  - {id: MEMBER, title: {zh: \"区\", en: \"Zone\"}, who: [{party_is: PARTNERSHIP}, {mode_in: "
       "[CLOSER]}]}\n",
       "heir.yaml:9:79: roles.MEMBER.who[1]: unknown mode: CLOSER\n  -> did you mean CLOSE?\n"},
      {"targets:\n  - {indicator: cover, op: stated}\n",
       "heir.yaml:9:17: targets[0].indicator: unknown indicator: cover\n"},
      {"notices:\n  - {event: PlanApproved, to: [MEMBRE], ack: none}\n",
       "heir.yaml:9:31: notices[0].to: unknown role or party word: MEMBRE\n  -> did you mean MEMBER?\n"},
      {"overridable:\n  - {section: measures, id: reserch}\n",
       "heir.yaml:9:29: overridable[0].id: the section has no reserch\n  -> did you mean research?\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *faults;
    resolve("division: \"330000\"", "borrowed", cases[i].body, &faults);
    if (strncmp(faults, cases[i].faults, strlen(cases[i].faults)) != 0)
      differ("borrowed", cases[i].body, cases[i].faults, faults);
  }
  assert_int_equal(different, 0);
}

// Who may be subordinate, and who borrows.
static void test_relations(void **state)
{
  (void)state;
  static const struct {
    const char *owner;
    bool subordinate, borrowed;
  } cases[] = {
      {"division: \"420000\"", true, true}, // the owner itself: its own text
      {"division: \"420100\"", true, false}, {"division: \"420102\"", true, false},
      {"division: \"330000\"", false, true}, {"division: \"000000\"", false, true},
      {"level: COUNTY", false, true}, // of any province
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *faults, *end;
    assert_int_equal(resolve(cases[i].owner, "subordinate", "", &faults) != NULL, cases[i].subordinate);
    end = "lies outside 420000, the owner of the parent: borrowed is meant\n";
    if (!cases[i].subordinate)
      assert_string_equal(faults + strlen("heir.yaml:6:45: extends.relation: "), end);
    assert_int_equal(resolve(cases[i].owner, "borrowed", "", &faults) != NULL, cases[i].borrowed);
    end = "lies inside 420000, the owner of the parent: subordinate is needed\n";
    if (!cases[i].borrowed) assert_string_equal(faults + strlen("heir.yaml:6:45: extends.relation: "), end);
  }
}

// Rule by rule of §13, what the heir stands for.
static void test_merge(void **state)
{
  (void)state;
  const char *faults;
  const Prg__Programme *p =
      resolve("division: \"330000\"", "borrowed",
              "override:\n  modes:\n    - {id: CLOSE, rules: [{same_stage: true}], on_establish: "
              "MERGE_LEGAL_PERSON}\n"
              "  measures:\n    - {id: research, turn: alternate, organiser: [CORE, MEMBER]}\n"
              "calendar: {autumn_start: \"08-25\"}\n"
              "roles:\n  - {id: MEMBER, title: {zh: \"员\", en: \"Other\"}, who: [{kind_in: [VOCATIONAL]}]}\n"
              "  - {id: NEW, title: {zh: \"新\", en: \"New\"}, who: [{kind_in: [SCHOOL]}]}\n"
              "approvals: {plan: [OWNER]}\n"
              "targets:\n  - {indicator: hours, op: stated}\n",
              &faults);
  if (!p) fail_msg("%s", faults);
  // 1: never inherited
  assert_string_equal(p->id, "heir");
  assert_int_equal(p->version, 1);
  assert_string_equal(p->title->en, "Heir");
  assert_string_equal(p->owner->division, "330000");
  assert_int_equal(p->n_basis, 0);
  assert_int_equal(p->n_executed_by, 0);
  assert_string_equal(p->extends->id, "parent"); // kept for the record
  assert_null(p->override);
  // 2: merged by id, new ones behind
  assert_int_equal(p->n_roles, 3);
  assert_string_equal(p->roles[0]->id, "CORE");
  assert_string_equal(p->roles[1]->title->en, "Other");
  assert_string_equal(p->roles[2]->id, "NEW");
  assert_int_equal(p->n_measures, 6);
  // 3: lists without ids
  assert_int_equal(p->n_targets, 1);
  assert_int_equal(p->targets[0]->op, PRG__TARGET_OP__TARGET_STATED);
  assert_int_equal(p->n_notices, 1);
  // 4: key by key
  assert_string_equal(p->approvals->plan[0], "OWNER");
  assert_int_equal(p->approvals->n_plan, 1);
  assert_string_equal(p->approvals->partnership[0], "COUNTY_BUREAU");
  assert_string_equal(p->calendar->autumn_start, "08-25");
  assert_string_equal(p->calendar->spring_start, "02-20");
  // 5: single keys
  assert_int_equal(p->modes[0]->n_rules, 1);
  assert_int_equal(p->modes[0]->rules[0]->kind, PRG__PREDICATE_KIND__PREDICATE_SAME_STAGE);
  assert_true(p->modes[0]->merge_legal_person);
  assert_int_equal(p->modes[0]->n_members, 2);
  assert_int_equal(p->modes[0]->evaluation, PRG__EVALUATION__EVALUATION_UNIFIED);
  assert_true(p->measures[2]->alternate);
  assert_int_equal(p->measures[2]->n_organiser, 2);
  assert_int_equal(p->measures[2]->every[0], PRG__CALENDAR_WORD__CALENDAR_WORD_MONTH);
  // what the parent leaves open stays open; the parent itself is as it was
  assert_int_equal(p->n_overridable, 3);
  assert_int_equal(parent->modes[0]->n_rules, 2);
  assert_false(parent->measures[2]->alternate);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_subordinates), cmocka_unit_test(test_borrowers), cmocka_unit_test(test_misfits),
      cmocka_unit_test(test_relations),    cmocka_unit_test(test_merge),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
