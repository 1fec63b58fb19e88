// From upstream events to notices: who is told, once, with which texts, and what happens when nobody is
// there.
#include "services/notify/rules/raise.h"
#include "services/notify/rules/text.h"
#include "tests/rules/notify/desk.h"
#include <stdio.h>
#include <string.h>

#define ACK(word)    PRG__ACK_KIND__ACK_##word
#define BUS          PRG__CHANNEL_KIND__CHANNEL_BUS
#define WEBHOOK      PRG__CHANNEL_KIND__CHANNEL_WEBHOOK
#define STATUS(word) NTF__DELIVERY_STATUS__DELIVERY_##word

static int setup(void **state)
{
  *state = desk_new();
  return 0;
}
static int teardown(void **state)
{
  desk_free(*state);
  return 0;
}

static void plan_approved_reaches_both_bureaus(void **state)
{
  struct desk *desk = *state;
  struct decision *out = desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 20, 16)->base);
  assert_string_equal(world_events(desk->world, out), "NoticeRaised");
  assert_string_equal(desk_told(desk), "BT-EDU/PARTY_A BY-EDU/PARTY_B");
  const Ntf__Notice *notice = desk_notice(desk);
  assert_int_equal(notice->owed, 2);
  assert_int_equal(notice->ack, ACK(SIGN));
  assert_string_equal(notice->area, "dispatch");
  assert_string_equal(notice->source_event, "e1");
  assert_int_equal(notice->source_seq, 7);
  const Ntf__Delivery *mail = desk_mail(desk, "BT-EDU");
  assert_int_equal(mail->status, STATUS(DELIVERED));
  assert_int_equal(mail->ack, ACK(SIGN));
  assert_int_equal(mail->due_us, notice->due_us);
  assert_string_equal(mail->division, "1502");
}

static void the_approved_figure_is_told(void **state)
{
  struct desk *desk = *state;
  desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 20, 16)->base);
  const Ntf__Notice *notice = desk_notice(desk);
  assert_string_equal(notice->title_zh, "需求计划核定：优秀退休教师支教 2016-2017");
  assert_string_equal(notice->body_zh,
                      "巴彦淖尔市教育局 的 2016-2017 学年“优秀退休教师支教”需求计划已核定：申报 20 "
                      "名，核定 16 名。请于 2016-09-08 前签收。");
  assert_non_null(strstr(notice->body_en, "20 requested, 16 approved. Please sign by 2016-09-08."));
}

static void assignment_reaches_person_home_and_host(void **state)
{
  struct desk *desk = *state;
  desk_raise(desk, "e1", "AssignmentApproved",
             &desk_assignment(desk, "R01", "3115020201", "2115080201")->base);
  assert_string_equal(desk_told(desk), "R01/PERSON 3115020201/HOME 2115080201/HOST");
  assert_int_equal(desk_mail(desk, "R01")->addressee_kind, NTF__ADDRESSEE_KIND__ADDRESSEE_PERSON);
  assert_string_equal(desk_mail(desk, "R01")->division, "150202"); // of the home unit
  const Ntf__Notice *notice = desk_notice(desk);
  assert_non_null(strstr(notice->body_zh, "包头市东河第一初级中学 的 R01 到 临河区狼山镇中心小学"));
  assert_non_null(strstr(notice->body_zh, "请于 2016-09-07 前回执。"));
}

static void one_party_under_two_words_gets_one(void **state)
{
  struct desk *desk = *state;
  desk_raise(desk, "e1", "AssignmentApproved",
             &desk_assignment(desk, "P01", "2115080203", "2115080203")->base);
  assert_string_equal(desk_told(desk), "P01/PERSON 2115080203/HOME");
  assert_int_equal(desk_notice(desk)->owed, 2);
}

static void an_event_is_raised_once(void **state)
{
  struct desk *desk = *state;
  Dsp__NeedsPlan *plan = desk_plan(desk, 20, 16);
  desk_raise(desk, "e1", "PlanApproved", &plan->base);
  assert_int_equal(desk_raise(desk, "e1", "PlanApproved", &plan->base)->n_events, 0);
  assert_int_equal(desk_raise(desk, "e2", "PlanApproved", &plan->base)->n_events, 1); // another approval
}

static void each_rule_of_an_event_raises_its_own(void **state)
{
  struct desk *desk = *state;
  Prg__NoticeRule *rules[] = {desk_rule(desk, "PlanApproved", "PARTY_A", ACK(SIGN), 3, ""),
                              desk_rule(desk, "PlanClosed", "PARTY_A", ACK(NONE), 0, ""),
                              desk_rule(desk, "PlanApproved", "PARTY_A|PROVINCE", ACK(NONE), 0, "")};
  desk_rules(desk, 3, rules);
  Dsp__NeedsPlan *plan = desk_plan(desk, 1, 1);
  assert_string_equal(world_events(desk->world, desk_raise(desk, "e1", "PlanApproved", &plan->base)),
                      "NoticeRaised,NoticeRaised");
  assert_int_equal(desk_notice(desk)->rule, 2);
  assert_string_equal(desk_told(desk), "BT-EDU/PARTY_A NM-EDU/PROVINCE");
  assert_int_equal(desk_raise(desk, "e1", "PlanApproved", &plan->base)->n_events, 0);
}

static void events_without_a_rule_raise_nothing(void **state)
{
  struct desk *desk = *state;
  assert_int_equal(desk_raise(desk, "e1", "PlanSubmitted", &desk_plan(desk, 1, 1)->base)->n_events, 0);
  Dsp__Candidate candidate = DSP__CANDIDATE__INIT;
  candidate.programme = desk->programme->id;
  assert_int_equal(desk_raise(desk, "e2", "CandidateNominated", &candidate.base)->n_events, 0);
}

static void without_acknowledgement_all_are_told_at_once(void **state)
{
  struct desk *desk = *state;
  Prg__NoticeRule *rules[] = {desk_rule(desk, "PlanApproved", "PARTY_A", ACK(NONE), 0, "PROVINCE")};
  desk_rules(desk, 1, rules);
  desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 1, 1)->base);
  assert_string_equal(desk_told(desk), "BT-EDU/PARTY_A NM-EDU/PROVINCE");
  const Ntf__Notice *notice = desk_notice(desk);
  assert_int_equal(notice->status, NTF__NOTICE_STATUS__NOTICE_CLOSED);
  assert_int_equal(notice->due_us, 0);
  assert_null(strstr(notice->body_zh, "请于"));
}

static void without_a_term_nothing_is_ever_late(void **state)
{
  struct desk *desk = *state;
  Prg__NoticeRule *rules[] = {desk_rule(desk, "PlanApproved", "PARTY_A", ACK(SIGN), 0, "PROVINCE")};
  desk_rules(desk, 1, rules);
  desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 1, 1)->base);
  assert_int_equal(desk_notice(desk)->owed, 1);
  assert_int_equal(desk_mail(desk, "BT-EDU")->due_us, 0);
  desk_at(desk, "2020-01-01");
  assert_int_equal(desk_do_tick(desk)->n_events, 0);
}

// NO-01
static const Ntf__OperatorTask *only_task(struct desk *desk)
{
  struct table_rows tasks = desk_tasks(desk, NTF__TASK_STATUS__TASK_OPEN);
  assert_int_equal(tasks.n, 1);
  return (const Ntf__OperatorTask *)tasks.rows[0];
}

static void a_word_without_party_opens_a_task(void **state)
{
  struct desk *desk = *state;
  Prg__NoticeRule *rules[] = {desk_rule(desk, "PlanApproved", "PARTY_A|ORGANISER", ACK(SIGN), 3, "")};
  desk_rules(desk, 1, rules);
  struct decision *out = desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 1, 1)->base);
  assert_string_equal(world_events(desk->world, out), "NoticeRaised,TaskOpened");
  const Ntf__OperatorTask *task = only_task(desk);
  assert_string_equal(task->word, "ORGANISER");
  assert_string_equal(task->reason, "NO-01");
  assert_string_equal(task->notice, desk_notice(desk)->id);
  assert_string_equal(task->text_en, "No address for ORGANISER: task opened");
  assert_int_equal(desk_notice(desk)->owed, 1);
}

static void a_notice_to_nobody_is_closed_and_a_task(void **state)
{
  struct desk *desk = *state;
  Prg__NoticeRule *rules[] = {desk_rule(desk, "PlanApproved", "PERSON", ACK(SIGN), 3, "")};
  desk_rules(desk, 1, rules);
  struct decision *out = desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 1, 1)->base);
  assert_string_equal(world_events(desk->world, out), "NoticeRaised,TaskOpened");
  assert_int_equal(desk_notice(desk)->status, NTF__NOTICE_STATUS__NOTICE_CLOSED);
  assert_string_equal(only_task(desk)->word, "PERSON");
}

static void the_gone_are_nobody(void **state)
{
  struct desk *desk = *state;
  Reg__Institution *host = world_institution(desk->world, "2115080201");
  host->status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
  world_put(desk->world, &host->base);
  Reg__Person *person = world_person(desk->world, "R01");
  person->status = REG__PERSON_STATUS__PERSON_ERASED;
  world_put(desk->world, &person->base);
  struct decision *out = desk_raise(desk, "e1", "AssignmentApproved",
                                    &desk_assignment(desk, "R01", "3115020201", "2115080201")->base);
  assert_string_equal(desk_told(desk), "3115020201/HOME");
  assert_int_equal(desk_count(out, "TaskOpened"), 2);
}

static void an_unknown_programme_becomes_a_task(void **state)
{
  struct desk *desk = *state;
  Dsp__NeedsPlan *plan = desk_plan(desk, 1, 1);
  plan->programme = "never-published";
  struct decision *out = desk_raise(desk, "e1", "PlanApproved", &plan->base);
  assert_string_equal(world_events(desk->world, out), "TaskOpened");
  assert_string_equal(only_task(desk)->reason, "NOT-FOUND");
  assert_non_null(strstr(only_task(desk)->text_en, "never-published"));
}

// Channels
static void verified_contacts_get_a_copy(void **state)
{
  struct desk *desk = *state;
  desk_contact(desk, "BT-EDU", false, "http://127.0.0.1:1/hook");
  desk_contact(desk, "BY-EDU", false, ""); // ended
  desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 1, 1)->base);
  const Ntf__Delivery *copy = desk_to(desk, "BT-EDU", WEBHOOK);
  assert_non_null(copy);
  assert_int_equal(copy->status, STATUS(QUEUED));
  assert_int_equal(copy->next_try_us, (uint64_t)desk->now_us);
  assert_int_equal(copy->ack, ACK(NONE)); // the mailbox delivery owes the signature
  assert_string_equal(copy->mailbox, desk_mail(desk, "BT-EDU")->id);
  assert_string_equal(copy->lane, "http://127.0.0.1:1");
  assert_null(desk_to(desk, "BY-EDU", WEBHOOK));
  assert_int_equal(desk_notice(desk)->owed, 2);
}

static void persons_have_contacts_too(void **state)
{
  struct desk *desk = *state;
  desk_contact(desk, "R01", true, "http://127.0.0.1:1/hook");
  desk_raise(desk, "e1", "AssignmentApproved",
             &desk_assignment(desk, "R01", "3115020201", "2115080201")->base);
  assert_non_null(desk_to(desk, "R01", WEBHOOK));
}

static void a_rule_may_name_its_channels(void **state)
{
  static const struct {
    Prg__ChannelKind channel;
    bool copied;
  } cases[] = {{BUS, false}, {WEBHOOK, true}, {PRG__CHANNEL_KIND__CHANNEL_SMS, false}};
  struct desk *desk = *state;
  char id[8];
  desk_contact(desk, "BT-EDU", false, "http://127.0.0.1:1/hook");
  for (size_t i = 0; i < 3; i++) {
    Prg__ChannelKind channels[] = {cases[i].channel};
    Prg__NoticeRule *rules[] = {desk_rule(desk, "PlanApproved", "PARTY_A", ACK(SIGN), 3, "")};
    rules[0]->channels = channels;
    rules[0]->n_channels = 1;
    desk_rules(desk, 1, rules);
    snprintf(id, sizeof id, "e%zu", i);
    desk_raise(desk, id, "PlanApproved", &desk_plan(desk, 1, 1)->base);
    assert_true(cases[i].copied == (desk_to(desk, "BT-EDU", WEBHOOK) != NULL));
    desk_mail(desk, "BT-EDU"); // the mailbox always
  }
}

// Other subjects
static void agreements_partnerships_and_programmes_are_told_of(void **state)
{
  struct desk *desk = *state;
  Prg__NoticeRule *rules[] = {
      desk_rule(desk, "AgreementEffective", "PARTY_A|PARTY_B|OWNER", ACK(RECEIPT), 3, ""),
      desk_rule(desk, "PartnershipEstablished", "SUPPORTER|RECIPIENT|COUNTY_BUREAU", ACK(RECEIPT), 3, ""),
      desk_rule(desk, "ProgrammePublished", "EVERY_COUNTY_BUREAU", ACK(SIGN), 5, "OWNER")};
  desk_rules(desk, 3, rules);
  desk_raise(desk, "e1", "AgreementEffective", &desk->agreement->base);
  assert_string_equal(desk_told(desk), "BT-EDU/PARTY_A BY-EDU/PARTY_B NM-EDU/OWNER");
  Reg__Partnership *pair = world_partnership(desk->world, desk->programme, "MUTUAL_AID", desk->agreement,
                                             "SUPPORTER=2115020301|RECIPIENT=2115080201");
  desk_raise(desk, "e2", "PartnershipEstablished", &pair->base);
  assert_string_equal(desk_told(desk), "2115020301/SUPPORTER 2115080201/RECIPIENT LH-EDU/COUNTY_BUREAU");
  assert_non_null(
      strstr(desk_notice(desk)->body_zh, "昆都仑区第一小学、临河区狼山镇中心小学 自 2016-09-01 起建立"));
  Prg__Programme *programme = (Prg__Programme *)desk->programme;
  desk_raise(desk, "e3", "ProgrammePublished", &programme->base);
  assert_string_equal(desk_told(desk), "KD-EDU/EVERY_COUNTY_BUREAU LH-EDU/EVERY_COUNTY_BUREAU");
}

static Reg__Issue *issue_of(struct desk *desk, const char *partnership)
{
  Reg__Issue *issue = ARENA_NEW(desk->arena, Reg__Issue);
  reg__issue__init(issue);
  issue->id = (char *)world_new_id(desk->world);
  issue->programme = desk->programme->id;
  issue->partnership = (char *)partnership;
  issue->title = "缺物理教师";
  issue->owner = (char *)world_id(desk->world, "2115020301");
  issue->due = "2016-10-01";
  issue->division = "150802100";
  return issue;
}

static Reg__ReviewRecord *review_of(struct desk *desk)
{
  Reg__ReviewRecord *review = ARENA_NEW(desk->arena, Reg__ReviewRecord);
  reg__review_record__init(review);
  review->id = "review-1";
  review->programme = desk->programme->id;
  review->programme_version = desk->programme->version;
  review->review = "acceptance";
  review->subject_division = "150800";
  review->division = "1508";
  review->publicity_from = "2016-09-01";
  review->publicity_to = "2016-09-08";
  review->outcome = "PASS";
  review->award = ARENA_NEW(desk->arena, Reg__Award);
  reg__award__init(review->award);
  review->award->amount_fen = 50000000;
  return review;
}

static Reg__TargetState *target_of(struct desk *desk)
{
  Reg__TargetState *target = ARENA_NEW(desk->arena, Reg__TargetState);
  reg__target_state__init(target);
  target->id = "target-1";
  target->programme = desk->programme->id;
  target->programme_version = desk->programme->version;
  target->indicator = "principals_sent";
  target->division = "1508";
  target->due = "2016-12-31";
  target->numerator = 3;
  target->denominator = 5;
  return target;
}

// E15: the supporter and the owner of the programme are told; without a partnership the place and the owner.
static void issues_are_told_of(void **state)
{
  struct desk *desk = *state;
  Prg__NoticeRule *rules[] = {
      desk_rule(desk, "IssueRaised", "SUPPORTER|OWNER|COUNTY_BUREAU", ACK(SIGN), 5, "OWNER")};
  desk_rules(desk, 1, rules);
  Reg__Partnership *pair = world_partnership(desk->world, desk->programme, "MUTUAL_AID", desk->agreement,
                                             "SUPPORTER=2115020301|RECIPIENT=2115080201");
  desk_raise(desk, "e1", "IssueRaised", &issue_of(desk, pair->id)->base);
  assert_string_equal(desk_told(desk), "2115020301/SUPPORTER NM-EDU/OWNER LH-EDU/COUNTY_BUREAU");
  assert_non_null(strstr(desk_notice(desk)->body_zh, "缺物理教师，请 昆都仑区第一小学 于 2016-10-01 前答复"));
  desk_raise(desk, "e2", "IssueRaised", &issue_of(desk, "")->base);
  assert_string_equal(desk_told(desk), "NM-EDU/OWNER LH-EDU/COUNTY_BUREAU");
  assert_int_equal(desk_notice(desk)->programme_version, desk->programme->version);
}

// Every text of the catalogue is filled completely for a record of its kind.
static ProtobufCMessage *sample(struct desk *desk, const char *event)
{
  if (strncmp(event, "Plan", 4) == 0) return &desk_plan(desk, 20, 16)->base;
  if (strncmp(event, "Assignment", 10) == 0)
    return &desk_assignment(desk, "R01", "3115020201", "2115080201")->base;
  if (strncmp(event, "Partnership", 11) == 0 || strncmp(event, "Waiver", 6) == 0 ||
      strncmp(event, "Merger", 6) == 0)
    return &world_partnership(desk->world, desk->programme, "MUTUAL_AID", desk->agreement,
                              "SUPPORTER=2115020301|RECIPIENT=2115080201")
                ->base;
  if (strncmp(event, "Issue", 5) == 0) return &issue_of(desk, "")->base;
  if (strncmp(event, "Review", 6) == 0 || strncmp(event, "Award", 5) == 0) return &review_of(desk)->base;
  if (strncmp(event, "Target", 6) == 0) return &target_of(desk)->base;
  if (strncmp(event, "Agreement", 9) == 0) return &desk->agreement->base;
  return (ProtobufCMessage *)&desk->programme->base;
}

// What breaks, changes or is waived in a partnership is told to its members, and says which rules.
static void changes_of_a_partnership_reach_its_members(void **state)
{
  struct desk *desk = *state;
  static const char *const events[] = {
      "PartnershipBroken", "PartnershipMembersChanged", "PartnershipModeChanged", "PartnershipDesignated",
      "PartnershipPaused", "PartnershipResumed",        "MergerProposed",         "WaiverGranted",
      "WaiverEnded"};
  char pn_02[] = "PN-02", pn_08[] = "PN-08", *codes[] = {pn_02, pn_08};
  for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
    Prg__NoticeRule *rules[] = {desk_rule(desk, events[i], "SUPPORTER|RECIPIENT", ACK(NONE), 0, "")};
    desk_rules(desk, 1, rules);
    Reg__Partnership *pair = (Reg__Partnership *)sample(desk, events[i]);
    pair->broken = codes;
    pair->n_broken = 2;
    desk_raise(desk, events[i], events[i], &pair->base);
    assert_string_equal(desk_told(desk), "2115020301/SUPPORTER 2115080201/RECIPIENT");
    assert_true(i > 0 || strstr(desk_notice(desk)->body_en, "(PN-02, PN-08)"));
  }
}

static void an_amended_agreement_reaches_its_parties(void **state)
{
  struct desk *desk = *state;
  static const char *const events[] = {"AgreementAmended", "AgreementAmendmentDrafted",
                                       "AgreementAmendmentDropped"};
  for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
    Prg__NoticeRule *rules[] = {desk_rule(desk, events[i], "PARTY_A|PARTY_B", ACK(NONE), 0, "")};
    desk_rules(desk, 1, rules);
    desk_raise(desk, events[i], events[i], sample(desk, events[i]));
    assert_string_equal(desk_told(desk), "BT-EDU/PARTY_A BY-EDU/PARTY_B");
  }
}

static void texts_are_complete(void **state)
{
  struct desk *desk = *state;
  for (const struct ntf_text *text = ntf_texts; text->event; text++) {
    bool generic = strcmp(text->event, "*") == 0;
    const char *event = generic ? "AgreementDrafted" : text->event;
    Prg__NoticeRule *rules[] = {desk_rule(desk, event, "OWNER", ACK(RECEIPT), 3, "")};
    desk_rules(desk, 1, rules);
    desk_raise(desk, event, event, sample(desk, event));
    const Ntf__Notice *notice = desk_notice(desk);
    const char *const texts[] = {notice->title_zh, notice->title_en, notice->body_zh, notice->body_en};
    for (size_t i = 0; i < 4; i++)
      if (!texts[i][0] || strchr(texts[i], '{') || strchr(texts[i], '}'))
        fail_msg("%s: \"%s\" is not complete", event, texts[i]);
    assert_true(!generic || strstr(notice->title_en, "AgreementDrafted"));
  }
}

// NO-03
static void personal_numbers_never_leave(void **state)
{
  struct desk *desk = *state;
  Prg__NoticeRule *rules[] = {desk_rule(desk, "AgreementEffective", "PARTY_A", ACK(NONE), 0, "")};
  desk_rules(desk, 1, rules);
  desk->agreement->title = "联系人 13812345678，证件 11010519491231002X";
  desk_raise(desk, "e1", "AgreementEffective", &desk->agreement->base);
  const Ntf__Notice *notice = desk_notice(desk);
  assert_string_equal(notice->title_zh, "协议生效：联系人 138****5678，证件 ******************");
  for (size_t i = 0; i < notice->n_params; i++)
    assert_null(strstr(notice->params[i]->value, "11010519491231002"));
}

static void reasons_about_persons_are_left_out(void **state)
{
  struct desk *desk = *state;
  Prg__NoticeRule *rules[] = {desk_rule(desk, "AssignmentEndedEarly", "HOME", ACK(NONE), 0, "")};
  desk_rules(desk, 1, rules);
  desk_raise(desk, "e1", "AssignmentEndedEarly",
             &desk_assignment(desk, "R01", "3115020201", "2115080201")->base);
  const Ntf__Notice *notice = desk_notice(desk);
  for (size_t i = 0; i < notice->n_params; i++)
    assert_string_not_equal(notice->params[i]->name, "reason");
}

// A notice to very many is one notice in several events.
static void many_addressees_are_split(void **state)
{
  struct desk *desk = *state;
  char code[16];
  for (int i = 0; i < 300; i++) {
    snprintf(code, sizeof code, "CB-%03d", i);
    char division[8];
    snprintf(division, sizeof division, "15%02d%02d", 30 + i / 90, 1 + i % 90);
    world_add_division(desk->world, division, division);
    struct world_unit unit = {code, code, "BUREAU", division, "NM-EDU", NULL, NULL, NULL};
    world_add_institution(desk->world, &unit);
    desk_contact(desk, code, false, "http://127.0.0.1:1/hook");
  }
  Prg__NoticeRule *rules[] = {desk_rule(desk, "ProgrammePublished", "EVERY_COUNTY_BUREAU", ACK(SIGN), 5, "")};
  desk_rules(desk, 1, rules);
  struct decision *out =
      desk_raise(desk, "e1", "ProgrammePublished", (ProtobufCMessage *)&desk->programme->base);
  assert_string_equal(world_events(desk->world, out), "NoticeRaised,NoticeRaised,NoticeRaised");
  assert_int_equal(desk_notice(desk)->owed, 302);
  assert_int_equal(desk_deliveries(desk, desk_notice(desk)->id).n, 602);
  size_t units = 0;
  for (const struct decided_event *event = out->first; event; event = event->next)
    units += event->head.n_units; // everybody may see the event that concerns them
  assert_int_equal(units, 302);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(plan_approved_reaches_both_bureaus),
      TEST(the_approved_figure_is_told),
      TEST(assignment_reaches_person_home_and_host),
      TEST(one_party_under_two_words_gets_one),
      TEST(an_event_is_raised_once),
      TEST(each_rule_of_an_event_raises_its_own),
      TEST(events_without_a_rule_raise_nothing),
      TEST(without_acknowledgement_all_are_told_at_once),
      TEST(without_a_term_nothing_is_ever_late),
      TEST(a_word_without_party_opens_a_task),
      TEST(a_notice_to_nobody_is_closed_and_a_task),
      TEST(the_gone_are_nobody),
      TEST(an_unknown_programme_becomes_a_task),
      TEST(verified_contacts_get_a_copy),
      TEST(persons_have_contacts_too),
      TEST(a_rule_may_name_its_channels),
      TEST(agreements_partnerships_and_programmes_are_told_of),
      TEST(issues_are_told_of),
      TEST(changes_of_a_partnership_reach_its_members),
      TEST(an_amended_agreement_reaches_its_parties),
      TEST(texts_are_complete),
      TEST(personal_numbers_never_leave),
      TEST(reasons_about_persons_are_left_out),
      TEST(many_addressees_are_split),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
