// Each predicate true and false, with the invariant that refuses and what it says in both languages.
#include "common/domain/predicate.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <errno.h>
#include <string.h>

struct fixture {
  struct world *w;
  Prg__Programme *programme;
  Reg__Agreement *agreement;
  struct predicate_env env;
};

static int setup(void **state)
{
  static struct fixture f;
  f.w = world_new();
  f.programme = programme_a(f.w->arena);
  f.agreement = world_agreement(f.w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  f.env = (struct predicate_env){.dir = f.w->dir,
                                 .arena = f.w->arena,
                                 .programme = f.programme,
                                 .on = "2016-09-01",
                                 .parties = (const Reg__AgreementParty *const *)f.agreement->parties,
                                 .n_parties = f.agreement->n_parties};
  *state = &f;
  return 0;
}
static int teardown(void **state)
{
  world_free(((struct fixture *)*state)->w);
  return 0;
}

static Prg__Predicate *one(struct fixture *f, const char *text)
{
  size_t n = 0;
  Prg__Predicate **list = programme_predicates(f->w->arena, text, &n);
  assert_int_equal(n, 1);
  return list[0];
}

static void check_answer(const struct predicate_answer *answer, bool holds, const char *code, const char *zh,
                         const char *en, const char *what)
{
  if (answer->holds != holds || strcmp(reason_text(answer->code)->word, code) != 0 ||
      !strstr(answer->zh, zh) || !strstr(answer->en, en))
    fail_msg("%s: %d %s %s | %s", what, answer->holds, reason_text(answer->code)->word, answer->zh,
             answer->en);
}

// ---- about a party

static void about_institutions(void **state)
{
  struct fixture *f = *state;
  Reg__Division *county = world_add_division(f->w, "150802", "临河区");
  county->tags = programme_words(f->w->arena, "weak_county|border", &county->n_tags);
  world_put(f->w, &county->base);
  static const struct {
    const char *predicate, *code;
    bool holds;
    const char *reason, *zh, *en;
  } cases[] = {
      {"KIND_IN=BUREAU", "BT-EDU", true, "AG-02", "类别为教育局", "kind is BUREAU"},
      {"KIND_IN=SCHOOL|BUREAU", "BT-EDU", true, "AG-02", "", ""},
      {"KIND_IN=SCHOOL|KINDERGARTEN", "BT-GOV", false, "AG-02", "类别为政府，须为学校、幼儿园",
       "kind is GOVERNMENT, required: SCHOOL, KINDERGARTEN"},
      {"DIVISION_LEVEL=PREFECTURE", "BT-EDU", true, "AG-02", "地市", "PREFECTURE"},
      {"DIVISION_LEVEL=PREFECTURE", "LH-EDU", false, "AG-02", "县，须为地市", "COUNTY, required: PREFECTURE"},
      {"DIVISION_LEVEL=COUNTY|TOWNSHIP", "2115080201", true, "AG-02", "乡镇", "TOWNSHIP"},
      {"UNDER=PARTY_B", "LH-EDU", true, "AG-02", "由巴彦淖尔市教育局主管", "managed by"},
      {"UNDER=PARTY_B", "2115080201", true, "AG-02", "", ""}, // through its county's bureau
      {"UNDER=PARTY_A|PARTY_B", "2115080201", true, "AG-02", "", ""},
      {"UNDER=PARTY_A", "2115080201", false, "AG-02", "不归 PARTY_A 主管", "not under PARTY_A"},
      {"UNDER=PARTY_A", "BT-EDU", false, "AG-02", "", "not under"}, // not under itself
      {"UNDER=SUPPORTER", "2115080201", false, "AG-02", "没有担任 SUPPORTER 的单位",
       "nobody is SUPPORTER here"},
      {"OPERATED_BY=PARTY_A", "2115080201", false, "AG-02", "不是 PARTY_A 举办", "not run by PARTY_A"},
      {"OPERATED_BY=EXECUTOR", "2115080201", false, "AG-02", "没有担任", "nobody is EXECUTOR"},
      {"DIVISION_TAG=weak_county", "LH-EDU", true, "AG-02", "临河区有标签 weak_county",
       "has the tag weak_county"},
      {"DIVISION_TAG=weak_county", "2115080201", true, "AG-02", "", ""}, // its county's
      {"DIVISION_TAG=weak_county|border", "2115080201", true, "AG-02", "", ""},
      {"DIVISION_TAG=weak_county|island", "LH-EDU", false, "AG-02", "没有标签 island",
       "lacks the tag island"},
      {"DIVISION_TAG=weak_county", "BY-EDU", false, "AG-02", "巴彦淖尔市没有标签",
       "lacks"}, // not those below
      {"TAG_HAS=quality", "3415020401", true, "PN-08", "有标签 quality", "has the tag quality"},
      {"TAG_HAS=quality|model_high", "3415020401", true, "PN-08", "", ""},
      {"TAG_HAS=quality|model_high", "2115020301", false, "PN-08", "没有标签 model_high",
       "lacks the tag model_high"},
      {"TAG_HAS=quality", "2115020302", false, "PN-08", "没有标签 quality", "lacks the tag quality"},
      {"STAGE_IN=PRIMARY|JUNIOR", "2115080201", true, "AG-02", "学段为小学", "stage is PRIMARY"},
      {"STAGE_IN=SENIOR", "2115080201", false, "AG-02", "学段为小学，须为高中", "required: SENIOR"},
      {"STAGE_IN=SENIOR", "BT-EDU", false, "AG-02", "学段为未登记", "stage is not recorded"},
      {"URBAN_RURAL_IN=TOWNSHIP|VILLAGE", "2115080201", true, "AG-02", "乡镇", "TOWNSHIP"},
      {"URBAN_RURAL_IN=TOWNSHIP|VILLAGE|PASTORAL", "3115082301", true, "AG-02", "牧区",
       "PASTORAL"}, // by its tag
      {"URBAN_RURAL_IN=TOWNSHIP|VILLAGE", "3115082301", false, "AG-02", "县城、牧区，须为乡镇、村",
       "COUNTY_SEAT, PASTORAL"},
      {"URBAN_RURAL_IN=CITY", "BT-EDU", false, "AG-02", "未登记", "not recorded"},
      {"PARTY_IS=INSTITUTION", "BT-EDU", true, "AG-02", "是单位", "is an institution"},
      {"PARTY_IS=PARTNERSHIP", "BT-EDU", false, "AG-02", "须为结对关系", "a partnership is required"},
      {"MODE_IN=ZONE", "BT-EDU", false, "AG-02", "须为结对关系", "a partnership is required"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct predicate_answer answer;
    assert_ok(predicate_party(&f->env, one(f, cases[i].predicate), world_institution(f->w, cases[i].code),
                              &answer));
    check_answer(&answer, cases[i].holds, cases[i].reason, cases[i].zh, cases[i].en, cases[i].predicate);
  }
}

static void run_by_the_party_in_a_role(void **state)
{
  struct fixture *f = *state;
  struct predicate_answer answer;
  Reg__Institution *school = world_institution(f->w, "2115080201");
  school->operator_ = (char *)world_id(f->w, "BT-EDU");
  assert_ok(predicate_party(&f->env, one(f, "OPERATED_BY=PARTY_A"), school, &answer));
  check_answer(&answer, true, "AG-02", "由 PARTY_A 举办", "run by PARTY_A", "operated_by");
  assert_ok(predicate_party(&f->env, one(f, "OPERATED_BY=PARTY_B"), school, &answer));
  check_answer(&answer, false, "AG-02", "不是", "not run", "operated_by");
}

// The role may be held by a member of the partnership at hand instead of a party of its agreement.
static void roles_of_members_count_too(void **state)
{
  struct fixture *f = *state;
  struct predicate_answer answer;
  Reg__Member core = REG__MEMBER__INIT;
  const Reg__Member *members[] = {&core};
  core.party = (char *)world_id(f->w, "LH-EDU");
  core.role = (char *)"LEADER";
  f->env.members = members;
  f->env.n_members = 1;
  assert_ok(predicate_party(&f->env, one(f, "UNDER=LEADER"), world_institution(f->w, "2115080201"), &answer));
  assert_true(answer.holds);
  assert_ok(predicate_party(&f->env, one(f, "UNDER=LEADER"), world_institution(f->w, "3115082301"), &answer));
  assert_false(answer.holds);
}

static void an_institution_is_taken_as_it_is_about_to_be(void **state)
{
  struct fixture *f = *state;
  struct predicate_answer answer;
  Reg__Institution *bureau = world_institution(f->w, "LH-EDU");
  bureau->managing_bureau = (char *)world_id(f->w, "BT-EDU"); // not stored
  f->env.dir = dir_assume(f->w->dir, &bureau->base);
  assert_ok(
      predicate_party(&f->env, one(f, "UNDER=PARTY_A"), world_institution(f->w, "2115080201"), &answer));
  assert_true(answer.holds);
}

static void a_missing_tag_fills_the_text_of_its_code(void **state)
{
  struct fixture *f = *state;
  struct predicate_answer answer;
  assert_ok(predicate_party(&f->env, one(f, "TAG_HAS=quality|model_high"),
                            world_institution(f->w, "2115020302"), &answer));
  assert_string_equal(answer.params[0], "member");
  assert_string_equal(answer.params[1], "昆都仑区第二小学");
  assert_string_equal(answer.params[2], "tags");
  assert_string_equal(answer.params[3], "quality, model_high");
  assert_null(answer.params[4]);
}

static void about_partnerships_as_parties(void **state)
{
  struct fixture *f = *state;
  Reg__Partnership *zone =
      world_partnership(f->w, f->programme, "ZONE", NULL, "CORE=2115020301|ZONE_SCHOOL=2115080201");
  static const struct {
    const char *predicate;
    bool holds;
    const char *en;
  } cases[] = {
      {"PARTY_IS=PARTNERSHIP", true, "is a partnership"},
      {"PARTY_IS=INSTITUTION", false, "an institution is required"},
      {"MODE_IN=ZONE|GROUP", true, "mode is ZONE"},
      {"MODE_IN=GROUP", false, "mode is ZONE, required: GROUP"},
      {"DIVISION_LEVEL=TOWNSHIP", true, "TOWNSHIP"},
      {"DIVISION_TAG=weak_county", false, "lacks the tag"},
      {"KIND_IN=SCHOOL", false, "an institution is required"},
      {"TAG_HAS=quality", false, "an institution is required"},
      {"UNDER=PARTY_A", false, "an institution is required"},
      {"OPERATED_BY=PARTY_A", false, "an institution is required"},
      {"STAGE_IN=PRIMARY", false, "an institution is required"},
      {"URBAN_RURAL_IN=CITY", false, "an institution is required"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct predicate_answer answer;
    assert_ok(predicate_partnership_party(&f->env, one(f, cases[i].predicate), zone, &answer));
    check_answer(&answer, cases[i].holds, "AG-02", "", cases[i].en, cases[i].predicate);
  }
}

// ---- about a person

static void about_persons(void **state)
{
  struct fixture *f = *state;
  Reg__Person *p =
      world_person(f->w, "R01"); // born 1955-03, here since 2001-08, title SENIOR, subject 13, JUNIOR
  int post = TYP__POST__POST_CLASS_TEACHER;
  p->posts = (void *)&post;
  p->n_posts = 1;
  static const struct {
    const char *predicate;
    bool holds;
    const char *reason, *zh, *en;
  } cases[] = {
      {"CATEGORY_IN=RETIRED_TEACHER", true, "AS-01", "人员类别为退休教师", "category is RETIRED_TEACHER"},
      {"CATEGORY_IN=TEACHER|CADRE", false, "AS-01", "退休教师，须为教师、干部", "required: TEACHER, CADRE"},
      {"POST_IN=CLASS_TEACHER|PRINCIPAL", true, "AS-01", "班主任", "CLASS_TEACHER"},
      {"POST_IN=PRINCIPAL", false, "AS-01", "职务为班主任，须为校长", "required: PRINCIPAL"},
      {"STAGE_IN=JUNIOR", true, "AS-08", "初中", "JUNIOR"},
      {"STAGE_IN=PRIMARY", false, "AS-08", "初中，须为小学", "required: PRIMARY"},
      {"SUBJECT_IN=13|14", true, "AS-01", "任教学科为13", "subject is 13"},
      {"SUBJECT_IN=16", false, "AS-01", "13，须为16", "13, required: 16"},
      {"TITLE_MIN=INTERMEDIATE", true, "AS-01", "高级教师", "SENIOR"},
      {"TITLE_MIN=SENIOR", true, "AS-01", "", ""},
      {"TITLE_MIN=FULL_SENIOR", false, "AS-01", "须为正高级教师及以上", "required: FULL_SENIOR or higher"},
      {"AGE_MAX=61", true, "AS-01", "61 岁", "aged 61"}, // 61 and a half on 2016-09-01
      {"AGE_MAX=60", false, "AS-01", "61 岁，上限 60 岁", "at most 60"},
      {"MIN_YEARS_HERE=15", true, "AS-01", "在本单位 15 年", "15 years"},
      {"MIN_YEARS_HERE=16", false, "AS-01", "至少须 16 年", "at least 16"},
      {"ONE_APPLICATION_PER_YEAR", true, "AS-14", "报名环节", "when nominated"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct predicate_answer answer;
    assert_ok(predicate_person(&f->env, one(f, cases[i].predicate), p, &answer));
    check_answer(&answer, cases[i].holds, cases[i].reason, cases[i].zh, cases[i].en, cases[i].predicate);
  }
}

static void what_is_not_recorded_never_holds(void **state)
{
  struct fixture *f = *state;
  Reg__Person empty = REG__PERSON__INIT;
  static const char *const predicates[] = {"CATEGORY_IN=TEACHER", "POST_IN=TEACHER", "STAGE_IN=PRIMARY",
                                           "SUBJECT_IN=13",       "TITLE_MIN=ENTRY", "AGE_MAX=100",
                                           "MIN_YEARS_HERE=1"};
  for (size_t i = 0; i < sizeof predicates / sizeof *predicates; i++) {
    struct predicate_answer answer;
    assert_ok(predicate_person(&f->env, one(f, predicates[i]), &empty, &answer));
    if (answer.holds || !strstr(answer.zh, "未登记") || !strstr(answer.en, "not recorded"))
      fail_msg("%s: %s | %s", predicates[i], answer.zh, answer.en);
  }
}

// ---- about a structure

static void about_structures(void **state)
{
  struct fixture *f = *state;
  static const struct {
    const char *predicate, *members;
    bool holds;
    const char *reason, *en;
  } cases[] = {
      {"SAME_DIVISION=COUNTY", "CORE=2115080203|MEMBER=2115080201|MEMBER=2115080202", true, "PN-02",
       "one division"},
      {"SAME_DIVISION=COUNTY", "CORE=2115080203|MEMBER=3115082301", false, "PN-02",
       "临河区, 乌拉特前旗蒙古族中学 in 乌拉特前旗"},
      {"SAME_DIVISION=PREFECTURE", "CORE=2115080203|MEMBER=3115082301", true, "PN-02", ""},
      {"SAME_DIVISION=PREFECTURE", "CORE=2115080203|MEMBER=2115020301", false, "PN-02", "巴彦淖尔市"},
      {"SAME_DIVISION=COUNTY:MEMBER", "CORE=2115020301|MEMBER=2115080201|MEMBER=2115080202", true, "PN-02",
       ""},
      {"SAME_DIVISION=COUNTY:CORE|MEMBER", "CORE=2115020301|MEMBER=2115080201", false, "PN-02", ""},
      {"SAME_DIVISION=COUNTY", "CORE=BY-EDU|MEMBER=2115080201", false, "PN-02",
       ""}, // a prefecture is in no county
      {"SAME_STAGE", "SUPPORTER=2115020301|RECIPIENT=2115080201", true, "PN-07", "share a stage"},
      {"SAME_STAGE", "SUPPORTER=2115020301|RECIPIENT=3115082301", false, "PN-07", "share no stage"},
      {"SAME_STAGE", "SUPPORTER=2115020301|RECIPIENT=2115080201|RECIPIENT=3415080201", false, "PN-07", ""},
      {"SAME_STAGE", "SUPPORTER=BT-EDU|RECIPIENT=BY-EDU", false, "PN-07", ""}, // bureaus teach nobody
      {"SINGLE_LEGAL_PERSON", "CORE=2115080203|MEMBER=2115080201", false, "PN-05",
       "a legal person of its own"},
      {"AFFILIATION_UNCHANGED", "CORE=2115080203|MEMBER=2115080201", true, "PN-06", "staff relations"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct predicate_answer answer;
    Reg__Partnership *p = world_partnership(f->w, f->programme, "X", NULL, cases[i].members);
    assert_ok(predicate_structure(&f->env, one(f, cases[i].predicate), p, &answer));
    check_answer(&answer, cases[i].holds, cases[i].reason, "", cases[i].en, cases[i].predicate);
  }
}

static void place_at(struct world *w, const char *code, int32_t latitude_e6, int32_t longitude_e6)
{
  Reg__Institution *school = world_institution(w, code);
  Reg__Geo geo = REG__GEO__INIT;
  geo.latitude_e6 = latitude_e6;
  geo.longitude_e6 = longitude_e6;
  school->geo = &geo;
  world_put(w, &school->base);
}

// One degree of longitude on the 40th parallel is 85.2 km.
static void near_is_asked_only_where_both_places_are_known(void **state)
{
  struct fixture *f = *state;
  struct predicate_answer answer;
  const char *members = "CORE=2115080203|MEMBER=2115080201|MEMBER=2115080202";
  Reg__Partnership *p = world_partnership(f->w, f->programme, "X", NULL, members);
  place_at(f->w, "2115080203", 40000000, 107000000);
  assert_ok(predicate_structure(&f->env, one(f, "WITHIN_KM=5"), p, &answer));
  check_answer(&answer, true, "PN-13", "2 个单位无坐标", "2 without coordinates", "one place known");
  place_at(f->w, "2115080201", 40000000, 108000000);
  static const struct {
    const char *predicate;
    bool holds;
  } cases[] = {{"WITHIN_KM=85", false},
               {"WITHIN_KM=86", true},
               {"WITHIN_KM=85:MEMBER", true},
               {"WITHIN_KM=85:CORE|MEMBER", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_ok(predicate_structure(&f->env, one(f, cases[i].predicate), p, &answer));
    if (answer.holds != cases[i].holds) fail_msg("%s: %s", cases[i].predicate, answer.en);
  }
  assert_string_equal(answer.params[1], "临河区实验小学");
  assert_string_equal(answer.params[5], "85.2");
  assert_string_equal(answer.params[7], "85");
}

static void a_merger_that_is_scheduled_counts_until_its_day(void **state)
{
  struct fixture *f = *state;
  struct predicate_answer answer;
  Reg__Partnership *p =
      world_partnership(f->w, f->programme, "FUSION", NULL, "CORE=2115080203|MEMBER=2115080201");
  p->merger_due = (char *)"2016-12-31";
  f->env.on = "2016-12-30";
  assert_ok(predicate_structure(&f->env, one(f, "SINGLE_LEGAL_PERSON"), p, &answer));
  check_answer(&answer, true, "PN-05", "2016-12-31", "to be done by 2016-12-31", "before");
  f->env.on = "2016-12-31";
  assert_ok(predicate_structure(&f->env, one(f, "SINGLE_LEGAL_PERSON"), p, &answer));
  assert_false(answer.holds);
}

static void two_stages_in_one_school_are_a_set(void **state)
{
  struct fixture *f = *state;
  struct predicate_answer answer;
  world_add_institution(f->w, &(struct world_unit){"3115080299", "九年一贯制学校", "SCHOOL", "150802",
                                                   "LH-EDU", "CITY", "PRIMARY|JUNIOR", NULL});
  Reg__Partnership *p =
      world_partnership(f->w, f->programme, "X", NULL, "SUPPORTER=3115080299|RECIPIENT=2115080201");
  assert_ok(predicate_structure(&f->env, one(f, "SAME_STAGE"), p, &answer));
  assert_true(answer.holds);
  p = world_partnership(f->w, f->programme, "X", NULL, "A=3115080299|B=2115080201|C=3115082301");
  assert_ok(predicate_structure(&f->env, one(f, "SAME_STAGE"), p, &answer));
  assert_false(answer.holds); // any two: the primary and the junior school do not meet
}

static void campuses_of_one_school_are_one_legal_person(void **state)
{
  struct fixture *f = *state;
  struct predicate_answer answer;
  Reg__Institution *campus = world_institution(f->w, "2115080201");
  campus->campus_of = (char *)world_id(f->w, "2115080203");
  campus->legal_person = false;
  world_put(f->w, &campus->base);
  Reg__Partnership *p =
      world_partnership(f->w, f->programme, "FUSION", NULL, "CORE=2115080203|MEMBER=2115080201");
  assert_ok(predicate_structure(&f->env, one(f, "SINGLE_LEGAL_PERSON"), p, &answer));
  assert_true(answer.holds);
  campus->legal_person = true; // named a campus, but still registered for itself
  world_put(f->w, &campus->base);
  assert_ok(predicate_structure(&f->env, one(f, "SINGLE_LEGAL_PERSON"), p, &answer));
  assert_false(answer.holds);
  assert_string_equal(answer.params[1], "FUSION");
  assert_string_equal(answer.params[3], "临河区狼山镇中心小学");
}

static void a_partnership_as_member_counts_with_its_own_members(void **state)
{
  struct fixture *f = *state;
  struct predicate_answer answer;
  Reg__Partnership *zone =
      world_partnership(f->w, f->programme, "ZONE", NULL, "CORE=2115080203|ZONE_SCHOOL=3415080201");
  const char *members = arena_printf(f->w->arena, "ZONE=%s|RECIPIENT=2115080201", zone->id);
  Reg__Partnership *support = world_partnership(f->w, f->programme, "SUPPORT", NULL, members);
  assert_ok(predicate_structure(&f->env, one(f, "SAME_DIVISION=COUNTY"), support, &answer));
  assert_true(answer.holds);
  assert_ok(predicate_structure(&f->env, one(f, "SAME_STAGE"), support, &answer));
  assert_true(answer.holds); // primary and senior together in the zone, primary in the recipient
  zone->members[1]->party = (char *)world_id(f->w, "2115020301");
  world_put(f->w, &zone->base);
  assert_ok(predicate_structure(&f->env, one(f, "SAME_DIVISION=COUNTY"), support, &answer));
  assert_false(answer.holds);
}

static void exclusive_looks_at_live_partnerships_of_the_programme(void **state)
{
  struct fixture *f = *state;
  struct predicate_answer answer;
  Reg__Partnership *other = world_partnership(f->w, f->programme, "KG_ONE_TO_ONE", NULL,
                                              "SUPPORTER=1115020301|RECIPIENT=1115080201");
  Reg__Partnership *p = world_partnership(f->w, f->programme, "KG_ONE_TO_ONE", NULL,
                                          "SUPPORTER=1115020302|RECIPIENT=1115080201");
  const Prg__Predicate *exclusive = one(f, "EXCLUSIVE=SUPPORTER|RECIPIENT");
  assert_ok(predicate_structure(&f->env, exclusive, p, &answer));
  assert_false(answer.holds);
  assert_string_equal(answer.params[1], "临河区第一幼儿园");
  assert_string_equal(answer.params[3], other->id);
  assert_string_equal(answer.params[5], "RECIPIENT");

  struct {
    const char *what;
    Reg__PartnershipStatus status;
    const char *programme, *mode, *role, *from, *to;
    bool holds;
  } cases[] = {
      {"paused is live", REG__PARTNERSHIP_STATUS__PARTNERSHIP_PAUSED, NULL, NULL, NULL, NULL, NULL, false},
      {"another mode", REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED, NULL, "MUTUAL_AID", NULL, NULL, NULL,
       false},
      {"proposed", REG__PARTNERSHIP_STATUS__PARTNERSHIP_PROPOSED, NULL, NULL, NULL, NULL, NULL, true},
      {"dissolved", REG__PARTNERSHIP_STATUS__PARTNERSHIP_DISSOLVED, NULL, NULL, NULL, NULL, NULL, true},
      {"another programme", REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED, "silver-age", NULL, NULL, NULL,
       NULL, true},
      {"another role", REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED, NULL, NULL, "SUPPORTER", NULL, NULL,
       true},
      {"over by then", REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED, NULL, NULL, NULL, "2015-09-01",
       "2016-09-01", true},
      {"one day too long", REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED, NULL, NULL, NULL, "2015-09-01",
       "2016-09-02", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Reg__Partnership changed = *other;
    Reg__Member recipient = *other->members[1], *members[] = {other->members[0], &recipient};
    Typ__Period valid = *other->valid;
    changed.members = members;
    changed.valid = &valid;
    changed.status = cases[i].status;
    if (cases[i].programme) changed.programme = (char *)cases[i].programme;
    if (cases[i].mode) changed.mode = (char *)cases[i].mode;
    if (cases[i].role) recipient.role = (char *)cases[i].role;
    if (cases[i].from) valid.from = (char *)cases[i].from;
    if (cases[i].to) valid.to = (char *)cases[i].to;
    world_put(f->w, &changed.base);
    assert_ok(predicate_structure(&f->env, exclusive, p, &answer));
    if (answer.holds != cases[i].holds) fail_msg("%s", cases[i].what);
  }
  world_put(f->w, &other->base);
  assert_ok(predicate_structure(&f->env, exclusive, other, &answer)); // p holds it too: each sees the other
  assert_false(answer.holds);
  assert_ok(predicate_structure(&f->env, one(f, "EXCLUSIVE=SUPPORTER"), p, &answer));
  assert_true(answer.holds); // only the roles that are named
}

// ---- subjects

static void a_predicate_about_something_else_is_a_fault(void **state)
{
  struct fixture *f = *state;
  struct predicate_answer answer;
  const Reg__Institution *institution = world_institution(f->w, "BT-EDU");
  Reg__Partnership *p = world_partnership(f->w, f->programme, "X", NULL, "A=2115080201");
  assert_code(predicate_party(&f->env, one(f, "CATEGORY_IN=TEACHER"), institution, &answer), -EINVAL);
  assert_code(predicate_party(&f->env, one(f, "SAME_STAGE"), institution, &answer), -EINVAL);
  assert_code(predicate_partnership_party(&f->env, one(f, "AGE_MAX=3"), p, &answer), -EINVAL);
  assert_code(predicate_person(&f->env, one(f, "KIND_IN=SCHOOL"), world_person(f->w, "R01"), &answer),
              -EINVAL);
  assert_code(predicate_person(&f->env, one(f, "SAME_PAIR_AS_LAST_YEAR"), world_person(f->w, "R01"), &answer),
              -EINVAL);
  assert_code(predicate_structure(&f->env, one(f, "KIND_IN=SCHOOL"), p, &answer), -EINVAL);
}

static void lookups_in_a_programme(void **state)
{
  struct fixture *f = *state;
  assert_string_equal(programme_role(f->programme, "PARTY_A")->id, "PARTY_A");
  assert_null(programme_role(f->programme, "PARTY"));
  assert_true(programme_mode(f->programme, "FRAMEWORK")->signed_);
  assert_null(programme_mode(f->programme, ""));
  assert_int_equal(programme_measure(f->programme, "retired_teaching")->quota->first, 16);
  assert_null(programme_measure(f->programme, "nothing"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(about_institutions),
      TEST(run_by_the_party_in_a_role),
      TEST(roles_of_members_count_too),
      TEST(an_institution_is_taken_as_it_is_about_to_be),
      TEST(a_missing_tag_fills_the_text_of_its_code),
      TEST(about_partnerships_as_parties),
      TEST(about_persons),
      TEST(what_is_not_recorded_never_holds),
      TEST(about_structures),
      TEST(near_is_asked_only_where_both_places_are_known),
      TEST(a_merger_that_is_scheduled_counts_until_its_day),
      TEST(two_stages_in_one_school_are_a_set),
      TEST(campuses_of_one_school_are_one_legal_person),
      TEST(a_partnership_as_member_counts_with_its_own_members),
      TEST(exclusive_looks_at_live_partnerships_of_the_programme),
      TEST(a_predicate_about_something_else_is_a_fault),
      TEST(lookups_in_a_programme),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
