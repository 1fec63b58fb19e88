#include "tests/unit/cli/cliworld.h"
#include "proto/dispatch.pb-c.h"
#include "proto/ops.pb-c.h"
#include "proto/registry.pb-c.h"
#include <errno.h>
#include <string.h>

struct bus_call cliworld_call;
char cliworld_key[80], cliworld_type[80];
ProtobufCMessage *cliworld_command;
Bus__Code cliworld_sign;
Ntf__DeliveryStatus cliworld_delivery;
bool cliworld_damaged;
static struct arena *kept;

static void keep(const struct bus_call *call, const ProtobufCMessage *request)
{
  cliworld_call = *call;
  snprintf(cliworld_key, sizeof cliworld_key, "%s", call->idem_key ? call->idem_key : "");
  snprintf(cliworld_type, sizeof cliworld_type, "%s", call->type);
  arena_free(kept);
  kept = NULL;
  assert_ok(arena_new(1 << 20, &kept));
  cliworld_command = arena_clone(kept, request);
}

static int get_institution(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                           Bus__Status *status)
{
  const char *ref = ((const Reg__GetByRef *)request)->ref;
  Reg__Institution found = REG__INSTITUTION__INIT;
  (void)call;
  bool school = strcmp(ref, SCHOOL) == 0 || strcmp(ref, "3415020001") == 0;
  if (!school && strcmp(ref, BUREAU) != 0 && strcmp(ref, "BUR-1") != 0) {
    fakebus_refuse(status, BUS__CODE__CODE_NOT_FOUND, "NOT-FOUND", "No such institution");
    return 0;
  }
  found.id = school ? SCHOOL : BUREAU;
  found.name = school ? "鹿原高级中学" : "包头市教育局";
  fakebus_result(status, arena, &found.base);
  return 0;
}

static int get_person(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                      Bus__Status *status)
{
  const char *ref = ((const Reg__GetPerson *)request)->ref;
  Reg__PersonView view = REG__PERSON_VIEW__INIT;
  Reg__Person person = REG__PERSON__INIT;
  (void)call;
  if (strcmp(ref, PERSON) != 0 && strcmp(ref, "BT-R01") != 0) {
    fakebus_refuse(status, BUS__CODE__CODE_NOT_FOUND, "NOT-FOUND", "No such person");
    return 0;
  }
  person.id = PERSON;
  person.staff_no = "BT-R01";
  view.person = &person;
  view.name = "林**";
  fakebus_result(status, arena, &view.base);
  return 0;
}

// Two pages; the second holds the agreement.
static int list_agreements(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                           Bus__Status *status)
{
  const Reg__ListAgreements *query = (const void *)request;
  Reg__Agreements page = REG__AGREEMENTS__INIT;
  Reg__Agreement agreement = REG__AGREEMENT__INIT, *list[] = {&agreement};
  (void)call;
  bool second = query->page && strcmp(query->page->after, "next") == 0;
  agreement.id = second ? AGREEMENT : ID("a");
  agreement.doc_no = second ? "包教协〔2016〕1号" : "其他";
  agreement.title = second ? "框架协议" : "另一份";
  agreement.status = REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE;
  page.agreements = list;
  page.n_agreements = 1;
  page.next = second ? "" : "next";
  fakebus_result(status, arena, &page.base);
  return 0;
}

static int get_agreement(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                         Bus__Status *status)
{
  Reg__Agreement agreement = REG__AGREEMENT__INIT;
  Reg__AgreementParty a = REG__AGREEMENT_PARTY__INIT, *parties[] = {&a};
  (void)call;
  assert_string_equal(((const Reg__GetByRef *)request)->ref, AGREEMENT);
  agreement.id = AGREEMENT;
  agreement.programme = "nmg-framework";
  agreement.programme_version = 1;
  agreement.title = "框架协议";
  agreement.status = REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE;
  a.role = "PARTY_A";
  a.institution = BUREAU;
  a.signed_on = "2016-08-17";
  agreement.parties = parties;
  agreement.n_parties = 1;
  fakebus_result(status, arena, &agreement.base);
  return 0;
}

static int sign(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                Bus__Status *status)
{
  Reg__AgreementReply reply = REG__AGREEMENT_REPLY__INIT;
  keep(call, request);
  if (cliworld_sign == CLIWORLD_SILENT) return -ETIMEDOUT;
  if (cliworld_sign != BUS__CODE__CODE_OK) {
    fakebus_refuse(status, cliworld_sign, "AG-05", "Missing signature: PARTY_B");
    return 0;
  }
  reply.id = AGREEMENT;
  reply.status = REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE;
  reply.rev = 5;
  status->replayed = call->idem_key && strcmp(call->idem_key, "twice") == 0;
  if (call->dry_run) {
    Bus__Event event = BUS__EVENT__INIT, *events[] = {&event};
    event.type = "registry.v1.AgreementSigned";
    event.subject = AGREEMENT;
    status->events = events;
    status->n_events = 1;
    Bus__Status *copy = (Bus__Status *)arena_clone(arena, &status->base);
    *status = *copy;
    return 0;
  }
  fakebus_result(status, arena, &reply.base);
  return 0;
}

static int draft_agreement(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                           Bus__Status *status)
{
  Reg__AgreementReply reply = REG__AGREEMENT_REPLY__INIT;
  keep(call, request);
  reply.id = AGREEMENT;
  reply.status = REG__AGREEMENT_STATUS__AGREEMENT_DRAFT;
  fakebus_result(status, arena, &reply.base);
  return 0;
}

static int propose_partnership(const struct bus_call *call, const ProtobufCMessage *request,
                               struct arena *arena, Bus__Status *status)
{
  Reg__PartnershipReply reply = REG__PARTNERSHIP_REPLY__INIT;
  keep(call, request);
  reply.id = PAIR;
  fakebus_result(status, arena, &reply.base);
  return 0;
}

static int plan_reply(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                      Bus__Status *status)
{
  Dsp__PlanReply reply = DSP__PLAN_REPLY__INIT;
  keep(call, request);
  reply.id = PLAN;
  reply.status = DSP__PLAN_STATUS__PLAN_DRAFT;
  reply.requested = 3;
  fakebus_result(status, arena, &reply.base);
  return 0;
}

static int nominate(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                    Bus__Status *status)
{
  Dsp__CandidateReply reply = DSP__CANDIDATE_REPLY__INIT;
  keep(call, request);
  reply.id = PERSON;
  fakebus_result(status, arena, &reply.base);
  return 0;
}

static int propose_assignment(const struct bus_call *call, const ProtobufCMessage *request,
                              struct arena *arena, Bus__Status *status)
{
  Dsp__AssignmentReply reply = DSP__ASSIGNMENT_REPLY__INIT;
  Dsp__Finding finding = DSP__FINDING__INIT, *findings[] = {&finding};
  keep(call, request);
  finding.code = "AS-11";
  finding.en = "The agreement ends before";
  finding.zh = "协议先到期";
  reply.id = POSTING;
  reply.findings = findings;
  reply.n_findings = 1;
  fakebus_result(status, arena, &reply.base);
  return 0;
}

static void fill_run(Dsp__MatchRun *match)
{
  static Dsp__MatchLine line;
  static Dsp__UnmetLine unmet;
  static Dsp__Finding why, why_not;
  static Dsp__Finding *reasons[] = {&why}, *reasons_not[] = {&why_not};
  static Dsp__MatchLine *lines[] = {&line};
  static Dsp__UnmetLine *unmets[] = {&unmet};
  static Dsp__LevelValue level;
  static Dsp__LevelValue *levels[] = {&level};
  dsp__match_run__init(match);
  dsp__match_line__init(&line);
  dsp__unmet_line__init(&unmet);
  dsp__finding__init(&why);
  dsp__finding__init(&why_not);
  dsp__level_value__init(&level);
  why.en = "same subject";
  why.zh = "学科相符";
  why_not.en = "nobody teaches it";
  why_not.zh = "无人可教";
  line = (Dsp__MatchLine){.base = line.base,
                          .plan_line = 1,
                          .candidate = "",
                          .person = PERSON,
                          .home = BUREAU,
                          .host = SCHOOL,
                          .reasons = reasons,
                          .n_reasons = 1};
  unmet = (Dsp__UnmetLine){.base = unmet.base,
                           .plan_line = 2,
                           .host = SCHOOL,
                           .missing = 1,
                           .reasons = reasons_not,
                           .n_reasons = 1};
  level.level = "unfilled";
  level.value = 1;
  match->id = RUN;
  match->plan = PLAN;
  match->needed = 2;
  match->filled = 1;
  match->candidates = 4;
  match->lines = lines;
  match->n_lines = 1;
  match->unmet = unmets;
  match->n_unmet = 1;
  match->levels = levels;
  match->n_levels = 1;
  match->method = "flow";
  match->optimal = true;
  match->status = DSP__MATCH_STATUS__MATCH_ADOPTED;
}

static int get_match(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                     Bus__Status *status)
{
  Dsp__MatchRun match;
  (void)call;
  assert_string_equal(((const Dsp__GetById *)request)->id, RUN);
  fill_run(&match);
  fakebus_result(status, arena, &match.base);
  return 0;
}

static int run_match(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                     Bus__Status *status)
{
  Dsp__MatchReply reply = DSP__MATCH_REPLY__INIT;
  Dsp__MatchRun match;
  keep(call, request);
  fill_run(&match);
  match.status = DSP__MATCH_STATUS__MATCH_PROPOSED;
  reply.run = &match;
  fakebus_result(status, arena, &reply.base);
  return 0;
}

static void fill_item(Ntf__MailItem *item)
{
  static Ntf__Notice notice;
  static Ntf__Delivery delivery;
  ntf__mail_item__init(item);
  ntf__notice__init(&notice);
  ntf__delivery__init(&delivery);
  notice.event = "PlanApproved";
  notice.title_zh = "需求计划核定";
  notice.title_en = "Needs plan approved";
  notice.body_zh = "核定 16 名";
  notice.body_en = "16 were approved";
  notice.ack = PRG__ACK_KIND__ACK_SIGN;
  notice.raised_us = 1471478400000000;
  delivery.id = DELIVERY;
  delivery.addressee = BUREAU;
  delivery.due_us = 1471910400000000;
  delivery.escalated_us = 1471996800000000;
  delivery.status = cliworld_delivery;
  item->notice = &notice;
  item->delivery = &delivery;
}

static int get_delivery(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                        Bus__Status *status)
{
  Ntf__MailItem item;
  (void)call;
  (void)request;
  fill_item(&item);
  fakebus_result(status, arena, &item.base);
  return 0;
}

static int delivery_reply(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                          Bus__Status *status)
{
  Ntf__DeliveryReply reply = NTF__DELIVERY_REPLY__INIT;
  keep(call, request);
  reply.id = DELIVERY;
  fakebus_result(status, arena, &reply.base);
  return 0;
}

static int set_contact(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                       Bus__Status *status)
{
  Ntf__ContactReply reply = NTF__CONTACT_REPLY__INIT;
  keep(call, request);
  reply.rev = 1;
  fakebus_result(status, arena, &reply.base);
  return 0;
}

static int list_unsigned(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                         Bus__Status *status)
{
  Ntf__MailItem item, *items[] = {&item};
  Ntf__MailItems page = NTF__MAIL_ITEMS__INIT;
  (void)call;
  (void)request;
  fill_item(&item);
  page.items = items;
  page.n_items = 1;
  fakebus_result(status, arena, &page.base);
  return 0;
}

static int list_notices(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                        Bus__Status *status)
{
  Ntf__Notices page = NTF__NOTICES__INIT;
  Ntf__Notice notice = NTF__NOTICE__INIT, *notices[] = {&notice, &notice};
  (void)call;
  (void)request;
  notice.status = NTF__NOTICE_STATUS__NOTICE_CLOSED;
  page.notices = notices;
  page.n_notices = 2;
  fakebus_result(status, arena, &page.base);
  return 0;
}

static int list_plans(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                      Bus__Status *status)
{
  Dsp__Plans page = DSP__PLANS__INIT;
  Dsp__NeedsPlan plan = DSP__NEEDS_PLAN__INIT, *plans[] = {&plan};
  Dsp__PlanLine one = DSP__PLAN_LINE__INIT, two = DSP__PLAN_LINE__INIT, *lines[] = {&one, &two};
  (void)call;
  assert_string_equal(((const Dsp__ListPlans *)request)->school_year, "2016-2017");
  one.no = 1;
  one.institution = SCHOOL;
  one.subject = "16";
  one.stage = TYP__STAGE__STAGE_JUNIOR;
  one.requested = 2;
  one.approved = 1;
  one.reason = "one is there already";
  two = one;
  two.no = 2;
  two.approved = 2;
  two.subject = "24";
  plan.id = PLAN;
  plan.measure = "retired_teaching";
  plan.status = DSP__PLAN_STATUS__PLAN_APPROVED;
  plan.requested = 4;
  plan.approved = 3;
  plan.lines = lines;
  plan.n_lines = 2;
  page.plans = plans;
  page.n_plans = 1;
  fakebus_result(status, arena, &page.base);
  return 0;
}

static int list_runs(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                     Bus__Status *status)
{
  Dsp__MatchRuns page = DSP__MATCH_RUNS__INIT;
  Dsp__MatchRun match, *runs[] = {&match};
  (void)call;
  (void)request;
  fill_run(&match);
  page.runs = runs;
  page.n_runs = 1;
  fakebus_result(status, arena, &page.base);
  return 0;
}

static int list_assignments(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                            Bus__Status *status)
{
  Dsp__Assignments page = DSP__ASSIGNMENTS__INIT;
  Dsp__Assignment done = DSP__ASSIGNMENT__INIT, declined = DSP__ASSIGNMENT__INIT,
                  *list[] = {&done, &declined};
  Typ__Period period = TYP__PERIOD__INIT;
  (void)call;
  (void)request;
  period.from = "2016-09-01";
  period.to = "2017-09-01";
  done.id = POSTING;
  done.measure = "retired_teaching";
  done.person = PERSON;
  done.home = BUREAU;
  done.host = SCHOOL;
  done.plan = PLAN;
  done.plan_line = 1;
  done.period = &period;
  done.status = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_COMPLETED;
  done.evaluation = "excellent";
  declined = done;
  declined.plan_line = 2;
  declined.evaluation = (char *)protobuf_c_empty_string;
  declined.status = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_DECLINED;
  declined.end_reason = "ill";
  page.assignments = list;
  page.n_assignments = 2;
  fakebus_result(status, arena, &page.base);
  return 0;
}

static int list_partnerships(const struct bus_call *call, const ProtobufCMessage *request,
                             struct arena *arena, Bus__Status *status)
{
  Reg__Partnerships page = REG__PARTNERSHIPS__INIT;
  Reg__Partnership pair = REG__PARTNERSHIP__INIT, *list[] = {&pair};
  Reg__Member a = REG__MEMBER__INIT, b = REG__MEMBER__INIT, *members[] = {&a, &b};
  (void)call;
  (void)request;
  a.party = SCHOOL;
  a.role = "SUPPORTER";
  b.party = BUREAU;
  b.role = "RECIPIENT";
  pair.id = PAIR;
  pair.mode = "MUTUAL_AID";
  pair.members = members;
  pair.n_members = 2;
  pair.status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED;
  page.partnerships = list;
  page.n_partnerships = 1;
  fakebus_result(status, arena, &page.base);
  return 0;
}

static int get_programme(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                         Bus__Status *status)
{
  Prg__Programme programme = PRG__PROGRAMME__INIT;
  Prg__Measure measure = PRG__MEASURE__INIT, *measures[] = {&measure};
  Prg__Mode mode = PRG__MODE__INIT, *modes[] = {&mode};
  Prg__Quota quota = PRG__QUOTA__INIT;
  Prg__QuotaScope per[] = {PRG__QUOTA_SCOPE__QUOTA_SCOPE_YEAR};
  Typ__Text title = TYP__TEXT__INIT, pairs = TYP__TEXT__INIT;
  (void)call;
  (void)request;
  title.zh = "支教";
  title.en = "Teaching in support";
  pairs.zh = "校际互助";
  pairs.en = "Mutual aid";
  quota.per = per;
  quota.n_per = 1;
  measure.id = "retired_teaching";
  measure.title = &title;
  measure.form = PRG__FORM__FORM_ASSIGNMENT;
  measure.quota = &quota;
  mode.id = "MUTUAL_AID";
  mode.title = &pairs;
  programme.measures = measures;
  programme.n_measures = 1;
  programme.modes = modes;
  programme.n_modes = 1;
  fakebus_result(status, arena, &programme.base);
  return 0;
}

static int get_quota(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                     Bus__Status *status)
{
  Dsp__QuotaState quota = DSP__QUOTA_STATE__INIT;
  (void)call;
  quota.used = strcmp(((const Dsp__QuotaQuery *)request)->period, "2016") == 0 ? 7 : 0;
  quota.min = 5;
  quota.max = 10;
  quota.limited = true;
  fakebus_result(status, arena, &quota.base);
  return 0;
}

static int set_clock(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                     Bus__Status *status)
{
  Ops__ClockAnswer answer = OPS__CLOCK_ANSWER__INIT;
  keep(call, request);
  answer.time_us = ((const Ops__SetClock *)request)->time_us;
  fakebus_result(status, arena, &answer.base);
  return 0;
}

static int get_status(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                      Bus__Status *status)
{
  Ops__DaemonStatus daemon = OPS__DAEMON_STATUS__INIT;
  Ops__FollowStatus follow = OPS__FOLLOW_STATUS__INIT, *follows[] = {&follow};
  (void)call;
  (void)request;
  daemon.version = "1.0";
  daemon.head = 42;
  daemon.map_size = 4ull << 30;
  daemon.time_us = 1471478400000000;
  daemon.simulated_clock = true;
  follow.area = "registry";
  follow.seq = 40;
  follow.head = 42;
  follow.parked_event = "e1";
  daemon.follows = follows;
  daemon.n_follows = 1;
  fakebus_result(status, arena, &daemon.base);
  return 0;
}

static int verify(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                  Bus__Status *status)
{
  Ops__VerifyAnswer answer = OPS__VERIFY_ANSWER__INIT;
  (void)call;
  assert_int_equal(((const Ops__VerifyJournal *)request)->from, 7);
  answer.rows = 42;
  answer.ok = !cliworld_damaged;
  answer.bad_seq = cliworld_damaged ? 9 : 0;
  answer.head_hash = "ab";
  fakebus_result(status, arena, &answer.base);
  return 0;
}

static int drain(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                 Bus__Status *status)
{
  Ops__Empty empty = OPS__EMPTY__INIT;
  keep(call, request);
  fakebus_result(status, arena, &empty.base);
  return 0;
}

static const struct fakebus_method methods[] = {
    {"registry.v1.GetInstitution", &reg__get_by_ref__descriptor, get_institution},
    {"registry.v1.GetPerson", &reg__get_person__descriptor, get_person},
    {"registry.v1.ListAgreements", &reg__list_agreements__descriptor, list_agreements},
    {"registry.v1.GetAgreement", &reg__get_by_ref__descriptor, get_agreement},
    {"registry.v1.SignAgreement", &reg__sign_agreement__descriptor, sign},
    {"registry.v1.DraftAgreement", &reg__draft_agreement__descriptor, draft_agreement},
    {"registry.v1.ProposePartnership", &reg__propose_partnership__descriptor, propose_partnership},
    {"registry.v1.ListPartnerships", &reg__list_partnerships__descriptor, list_partnerships},
    {"registry.v1.GetProgramme", &reg__get_programme__descriptor, get_programme},
    {"dispatch.v1.DraftPlan", &dsp__draft_plan__descriptor, plan_reply},
    {"dispatch.v1.VerifyPlan", &dsp__verify_plan__descriptor, plan_reply},
    {"dispatch.v1.AmendPlan", &dsp__amend_plan__descriptor, plan_reply},
    {"dispatch.v1.Nominate", &dsp__nominate__descriptor, nominate},
    {"dispatch.v1.ProposeAssignment", &dsp__propose_assignment__descriptor, propose_assignment},
    {"dispatch.v1.GetMatchRun", &dsp__get_by_id__descriptor, get_match},
    {"dispatch.v1.RunMatch", &dsp__run_match__descriptor, run_match},
    {"dispatch.v1.ListPlans", &dsp__list_plans__descriptor, list_plans},
    {"dispatch.v1.ListMatchRuns", &dsp__list_match_runs__descriptor, list_runs},
    {"dispatch.v1.ListAssignments", &dsp__list_assignments__descriptor, list_assignments},
    {"dispatch.v1.Quota", &dsp__quota_query__descriptor, get_quota},
    {"notify.v1.GetDelivery", &ntf__get_by_id__descriptor, get_delivery},
    {"notify.v1.ReadDelivery", &ntf__read_delivery__descriptor, delivery_reply},
    {"notify.v1.SetContact", &ntf__set_contact__descriptor, set_contact},
    {"notify.v1.ListUnsigned", &ntf__list_unsigned__descriptor, list_unsigned},
    {"notify.v1.ListNotices", &ntf__list_notices__descriptor, list_notices},
    {"ops.v1.SetClock", &ops__set_clock__descriptor, set_clock},
    {"ops.v1.Status", &ops__status_query__descriptor, get_status},
    {"ops.v1.VerifyJournal", &ops__verify_journal__descriptor, verify},
    {"ops.v1.Drain", &ops__drain__descriptor, drain},
    {NULL, NULL, NULL}};

void cliworld_reset(void)
{
  fakebus_set(methods);
  cliworld_sign = BUS__CODE__CODE_OK;
  cliworld_delivery = NTF__DELIVERY_STATUS__DELIVERY_DELIVERED;
  cliworld_damaged = false;
}

void cliworld_done(void)
{
  kept = arena_free(kept);
  cliworld_command = NULL;
}
