// What the verbs send and say, over a bus that answers by a script: exit codes, dry runs, keys, references by
// code, lists to their last page, mailboxes, matches, plans, feeds, the clock, the summary.
#include "proto/dispatch.pb-c.h"
#include "proto/notify.pb-c.h"
#include "proto/ops.pb-c.h"
#include "proto/registry.pb-c.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include "tests/unit/cli/cliworld.h"
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define ID(n)    "01a20233-0000-7000-8000-00000000000" n
#define SCHOOL   ID("1")
#define BUREAU   ID("2")
#define PERSON   ID("3")
#define PLAN     ID("5")
#define RUN      ID("6")
#define POSTING  ID("7")
#define DELIVERY ID("8")
#define PAIR     ID("9")

static const char *out, *err;

static int setup(void **state)
{
  (void)state;
  cli = clilib_new();
  fakebus_configure(cli);
  return 0;
}

static int teardown(void **state)
{
  (void)state;
  clilib_free(cli);
  cliworld_done();
  return 0;
}

// Runs one command line; fills out and err.
static int run(const char *line)
{
  const char *config = cli->config_file;
  cli->json = cli->quiet = cli->dry_run = cli->help = false;
  cli->key = NULL;
  cli->rev = 0;
  clilib_catch();
  int code = clilib_parse(cli, line);
  if (!code) code = cli->verb->run ? cli->verb->run(cli) : request_run(cli);
  out = clilib_caught(&err);
  cli->config_file = config;
  return code;
}

// ---- tests ----

#define SIGN "jiedui agreement sign " AGREEMENT " --role PARTY_A --on 2016-08-17"

static void test_write(void **state)
{
  (void)state;
  cliworld_reset();
  assert_int_equal(run(SIGN), CLI_OK);
  assert_string_equal(out, "agreement sign: done\n"
                           "  Id                  " AGREEMENT "\n"
                           "  Status              EFFECTIVE\n"
                           "  Revision            5\n"
                           "next: jiedui agreement show " AGREEMENT "\n");
  assert_string_equal(err, "");
  assert_string_equal(((Reg__SignAgreement *)cliworld_command)->signed_on, "2016-08-17");
  assert_int_equal(run(SIGN " -q"), CLI_OK);
  assert_string_equal(out, AGREEMENT "\n");
  assert_int_equal(run(SIGN " --json"), CLI_OK);
  assert_non_null(strstr(out, "\"status\": \"AGREEMENT_EFFECTIVE\""));
  assert_int_equal(run(SIGN " --key twice --rev 4"), CLI_OK);
  assert_string_equal(cliworld_key, "twice");
  assert_int_equal(cliworld_call.expect_rev, 4);
  assert_int_equal(strncmp(out, "agreement sign: done before under this key\n", 43), 0);
}

static void test_dry_run(void **state)
{
  (void)state;
  cliworld_reset();
  assert_int_equal(run(SIGN " --dry-run"), CLI_OK);
  assert_true(cliworld_call.dry_run);
  assert_string_equal(out, "dry run: nothing was changed; 1 events would follow\n"
                           "  registry.v1.AgreementSigned " AGREEMENT "\n");
  assert_int_equal(run(SIGN " --dry-run --json"), CLI_OK);
  assert_non_null(strstr(out, "\"type\": \"registry.v1.AgreementSigned\""));
}

static void test_exit_codes(void **state)
{
  (void)state;
  static const struct {
    Bus__Code code;
    int exit;
  } cases[] = {{BUS__CODE__CODE_REFUSED, CLI_REFUSED},         {BUS__CODE__CODE_INVALID, CLI_USAGE},
               {BUS__CODE__CODE_UNIMPLEMENTED, CLI_USAGE},     {BUS__CODE__CODE_DENIED, CLI_DENIED},
               {BUS__CODE__CODE_NOT_FOUND, CLI_NOT_FOUND},     {BUS__CODE__CODE_CONFLICT, CLI_CONFLICT},
               {BUS__CODE__CODE_EXPIRED, CLI_TIMEOUT},         {BUS__CODE__CODE_EXHAUSTED, CLI_UNREACHABLE},
               {BUS__CODE__CODE_UNAVAILABLE, CLI_UNREACHABLE}, {BUS__CODE__CODE_INTERNAL, CLI_UNREACHABLE}};
  cliworld_reset();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    cliworld_sign = cases[i].code;
    assert_int_equal(run(SIGN), cases[i].exit);
    assert_string_equal(out, "");
    assert_string_equal(err, "jiedui: AG-05: Missing signature: PARTY_B\n  -> mend it\n");
  }
  assert_int_equal(run(SIGN " --json"), CLI_UNREACHABLE);
  assert_non_null(strstr(out, "\"reason\": \"AG-05\""));
}

// Silence: the socket listens but never speaks.
static void test_silence(void **state)
{
  (void)state;
  cliworld_reset();
  cliworld_sign = CLIWORLD_SILENT;
  assert_int_equal(run(SIGN), CLI_TIMEOUT);
  assert_non_null(
      strstr(err, "registry did not answer in time\n  -> a command may have been done all the same"));
}

static void test_references(void **state)
{
  (void)state;
  cliworld_reset();
  assert_int_equal(run("jiedui agreement sign '包教协〔2016〕1号' --role PARTY_A --on 2016-08-17"), CLI_OK);
  assert_string_equal(((Reg__SignAgreement *)cliworld_command)->id, AGREEMENT);
  assert_int_equal(fakebus_calls_of("registry.v1.ListAgreements"), 2);
  assert_int_equal(run("jiedui agreement sign 无此文号 --role PARTY_A --on 2016-08-17"), CLI_NOT_FOUND);
  assert_string_equal(err, "jiedui: no agreement has the id or document number 无此文号\n"
                           "  -> jiedui agreement list shows them\n");
  assert_int_equal(run("jiedui agreement list --party NOBODY"), CLI_NOT_FOUND);
  assert_non_null(strstr(err, "NOT-FOUND: No such institution"));
}

static void test_list(void **state)
{
  (void)state;
  cliworld_reset();
  assert_int_equal(run("jiedui agreement list"), CLI_OK);
  assert_non_null(strstr(out, "Id "));
  assert_non_null(strstr(out, ID("a") "  其他               另一份"));
  assert_non_null(strstr(out, AGREEMENT "  包教协〔2016〕1号  框架协议"));
  assert_int_equal(run("jiedui agreement list --json"), CLI_OK);
  json_t *json = json_loads(out, 0, NULL);
  assert_int_equal(json_array_size(json_object_get(json, "agreements")), 2);
  json_decref(json);
  assert_int_equal(run("jiedui agreement list -q"), CLI_OK);
  assert_string_equal(out, ID("a") "\n" AGREEMENT "\n");
  assert_int_equal(run("jiedui agreement list --status EFECTIVE"), CLI_USAGE);
  assert_string_equal(
      err, "jiedui: --status: EFECTIVE is no word of AgreementStatus\n  -> did you mean EFFECTIVE?\n");
}

static void test_draft(void **state)
{
  (void)state;
  cliworld_reset();
  assert_int_equal(
      run("jiedui agreement draft --programme P --mode FRAMEWORK --title 框架协议 --party PARTY_A=BUR-1 "
          "--party PARTY_B=3415020001 --from 2016-08-17 --basis '内政办发98号;实施办法;2015;2020' --basis "
          "';标题'"),
      CLI_OK);
  const Reg__DraftAgreement *command = (const void *)cliworld_command;
  assert_int_equal(command->n_parties, 2);
  assert_string_equal(command->parties[0]->role, "PARTY_A");
  assert_string_equal(command->parties[0]->institution, BUREAU);
  assert_string_equal(command->parties[1]->institution, SCHOOL);
  assert_string_equal(command->valid->from, "2016-08-17");
  assert_int_equal(command->n_basis, 2);
  assert_string_equal(command->basis[0]->title, "实施办法");
  assert_string_equal(command->basis[0]->valid->to, "2020");
  assert_string_equal(command->basis[1]->doc_no, "");
  assert_int_equal(run("jiedui agreement draft --programme P --mode M --title T --party PARTY_A --from 2016"),
                   CLI_USAGE);
  assert_string_equal(err, "jiedui: --party PARTY_A: ROLE=REF is expected\n");
  assert_int_equal(run("jiedui agreement draft --programme P --mode M --title T --party A=BUR-1 --from 2016 "
                       "--basis a;b;c;d;e"),
                   CLI_USAGE);
  assert_non_null(strstr(err, "NO;TITLE;FROM;TO is expected"));
}

static void test_partnership(void **state)
{
  (void)state;
  cliworld_reset();
  assert_int_equal(run("jiedui partnership propose --programme P --mode M --member ZONE=partnership:" PAIR
                       " --member RECIPIENT=3415020001"),
                   CLI_OK);
  const Reg__ProposePartnership *command = (const void *)cliworld_command;
  assert_int_equal(command->members[0]->party_kind, REG__PARTY_KIND__PARTY_PARTNERSHIP);
  assert_string_equal(command->members[0]->party, PAIR);
  assert_int_equal(command->members[1]->party_kind, REG__PARTY_KIND__PARTY_INSTITUTION);
  assert_string_equal(command->members[1]->party, SCHOOL);
}

static const char *csv(const char *text)
{
  const char *path = test_path(test_dir(), "rows.csv");
  test_write_file(path, text, strlen(text));
  return path;
}

static int run_file(const char *format, const char *text)
{
  char line[1024];
  snprintf(line, sizeof line, format, csv(text));
  return run(line);
}

static void test_partnership_import(void **state)
{
  (void)state;
  cliworld_reset();
  assert_int_equal(
      run_file("jiedui partnership import %s --agreement " AGREEMENT,
               "mode,supporter,recipients,from,to\nMUTUAL_AID,3415020001,BUR-1|3415020001,2016-08-18,\n"
               "MUTUAL_AID,NONE,BUR-1,,\n"),
      CLI_PARTIAL);
  const Reg__ProposePartnership *command = (const void *)cliworld_command;
  assert_string_equal(command->programme, "nmg-framework");
  assert_string_equal(command->agreement, AGREEMENT);
  assert_int_equal(command->n_members, 3);
  assert_string_equal(command->members[0]->role, "SUPPORTER");
  assert_string_equal(command->members[2]->role, "RECIPIENT");
  assert_non_null(strstr(err, "row 3: CSV: supporter: no unit has the code NONE"));
}

static void test_plan(void **state)
{
  (void)state;
  cliworld_reset();
  assert_int_equal(
      run_file("jiedui plan draft %s --agreement " AGREEMENT " --measure M --year 2016-2017 --owner BUR-1",
               "institution,stage,subject,requested,priority\n3415020001,高中,物理,2,1\nBUR-1,,,1,\n"),
      CLI_OK);
  const Dsp__DraftPlan *command = (const void *)cliworld_command;
  assert_string_equal(command->programme, "nmg-framework");
  assert_string_equal(command->owner, BUREAU);
  assert_int_equal(command->n_lines, 2);
  assert_int_equal(command->lines[0]->no, 1);
  assert_string_equal(command->lines[0]->institution, SCHOOL);
  assert_string_equal(command->lines[0]->subject, "16");
  assert_int_equal(command->lines[0]->stage, TYP__STAGE__STAGE_SENIOR);
  assert_int_equal(command->lines[1]->no, 2);
  assert_int_equal(run_file("jiedui plan draft %s --agreement " AGREEMENT
                            " --measure M --year 2016-2017 --owner BUR-1",
                            "institution,requested\nNONE,2\n"),
                   CLI_USAGE);
  assert_non_null(strstr(err, "rows.csv: row 2: no unit has the code NONE\n"));
  assert_int_equal(run_file("jiedui plan verify " PLAN " %s", "no,approved,reason\n1,1,一名即可\n2,1,\n"),
                   CLI_OK);
  const Dsp__VerifyPlan *decisions = (const void *)cliworld_command;
  assert_int_equal(decisions->n_decisions, 2);
  assert_string_equal(decisions->decisions[0]->reason, "一名即可");
  assert_int_equal(run("jiedui plan verify " PLAN), CLI_OK);
  assert_int_equal(((const Dsp__VerifyPlan *)cliworld_command)->n_decisions, 0);
  assert_int_equal(run_file("jiedui plan verify " PLAN " %s", "no,approved\n1,many\n"), CLI_USAGE);
  assert_non_null(strstr(err, "row 2: approved: many is not a number"));
  assert_int_equal(run_file("jiedui plan amend " PLAN " %s", "institution,requested\n3415020001,3\n"),
                   CLI_OK);
  assert_int_equal(((const Dsp__AmendPlan *)cliworld_command)->lines[0]->requested, 3);
}

static void test_candidates(void **state)
{
  (void)state;
  cliworld_reset();
  assert_int_equal(run("jiedui candidate nominate --agreement " AGREEMENT
                       " --measure M --period 2016-2017 --person BT-R01 --by BUR-1 --wish 3415020001"),
                   CLI_OK);
  const Dsp__Nominate *command = (const void *)cliworld_command;
  assert_string_equal(command->person, PERSON);
  assert_string_equal(command->nominated_by, BUREAU);
  assert_string_equal(command->wishes[0], SCHOOL);
  assert_string_equal(command->programme, "nmg-framework");
  assert_int_equal(run_file("jiedui candidate import %s --agreement " AGREEMENT
                            " --measure M --period 2016 --by BUR-1",
                            "人员,志愿\nBT-R01,3415020001\nNOBODY,\nBT-R01,NOWHERE\n"),
                   CLI_PARTIAL);
  command = (const void *)cliworld_command;
  assert_string_equal(command->period, "2016");
  assert_string_equal(command->wishes[0], SCHOOL);
  assert_non_null(strstr(err, "row 3: CSV: nobody has the staff number NOBODY"));
  assert_non_null(strstr(err, "row 4: CSV: wishes: no unit has one of the codes NOWHERE"));
}

static void test_postings(void **state)
{
  (void)state;
  cliworld_reset();
  assert_int_equal(run("jiedui assignment propose --agreement " AGREEMENT
                       " --measure M --person BT-R01 --host 3415020001 --from 2016-09-01 --plan " PLAN
                       " --line 3"),
                   CLI_OK);
  const Dsp__ProposeAssignment *command = (const void *)cliworld_command;
  assert_int_equal(command->plan_line, 3);
  assert_string_equal(command->period->from, "2016-09-01");
  assert_non_null(strstr(out, "AS-11"));
  assert_non_null(strstr(out, "The agreement ends before"));
  assert_null(strstr(out, "协议先到期"));
  assert_int_equal(
      run_file("jiedui assignment import %s --agreement " AGREEMENT " --measure M",
               "person,host,from,to\nBT-R01,3415020001,2016-10-10,2016-11-10\nBT-R01,NONE,2016-10-10,\n"),
      CLI_PARTIAL);
  command = (const void *)cliworld_command;
  assert_string_equal(command->period->to, "2016-11-10");
  assert_non_null(strstr(err, "row 3: CSV: no unit has the code NONE"));
}

static void test_match(void **state)
{
  (void)state;
  cliworld_reset();
  assert_int_equal(run("jiedui match run " PLAN " --from 2016-09-01"), CLI_OK);
  assert_string_equal(out, "match " RUN ": PROPOSED\n"
                           "  filled 1 of 2 with 4 candidates; optimal\n"
                           "  1. unfilled places (weighted by class) = 1\n"
                           "Line  Person       Home unit     Host          Why\n"
                           "1     BT-R01 林**  包头市教育局  鹿原高级中学  same subject\n"
                           "needs that stay open:\n"
                           "  line 2, 鹿原高级中学: 1 missing\n"
                           "    - nobody teaches it\n"
                           "next: jiedui match adopt " RUN "\n");
}

static void test_match_show(void **state)
{
  (void)state;
  cliworld_reset();
  assert_int_equal(run("jiedui match show " RUN), CLI_OK);
  assert_non_null(strstr(out, "needs that stay open:\n"));
  assert_non_null(strstr(out, "  line 2, 鹿原高级中学: 1 missing\n    - nobody teaches it\n"));
  assert_null(strstr(out, "next:")); // it is adopted
  assert_int_equal(run("jiedui match show " RUN " --json"), CLI_OK);
  assert_non_null(strstr(out, "\"optimal\": true"));
}

static void test_mailbox(void **state)
{
  (void)state;
  cliworld_reset();
  assert_int_equal(run("jiedui mailbox read " DELIVERY), CLI_OK);
  assert_string_equal(out, "Needs plan approved\n\n16 were approved\n\n"
                           "to 包头市教育局; SIGN; raised 2016-08-18 08:00; due 2016-08-23 08:00\n");
  assert_int_equal(fakebus_calls_of("notify.v1.ReadDelivery"), 1);
  cliworld_delivery = NTF__DELIVERY_STATUS__DELIVERY_SIGNED; // reading again changes nothing
  assert_int_equal(run("jiedui mailbox read " DELIVERY), CLI_OK);
  assert_int_equal(fakebus_calls_of("notify.v1.ReadDelivery"), 1);
  assert_int_equal(run("jiedui unsigned"), CLI_OK);
  assert_non_null(strstr(out, "Needs plan approved  SIGN    2016-08-23 08:00  2016-08-24 08:00"));
  assert_int_equal(run("jiedui contact set BT-R01 --webhook http://127.0.0.1/x --secret s"), CLI_OK);
  const Ntf__Contact *contact = ((const Ntf__SetContact *)cliworld_command)->contact;
  assert_int_equal(contact->party_kind, NTF__ADDRESSEE_KIND__ADDRESSEE_PERSON);
  assert_string_equal(contact->party, PERSON);
  assert_int_equal(run("jiedui contact set BUR-1 --webhook http://127.0.0.1/x --secret s"), CLI_OK);
  contact = ((const Ntf__SetContact *)cliworld_command)->contact;
  assert_int_equal(contact->party_kind, NTF__ADDRESSEE_KIND__ADDRESSEE_INSTITUTION);
  assert_int_equal(contact->channel, PRG__CHANNEL_KIND__CHANNEL_WEBHOOK);
  assert_int_equal(run("jiedui contact set NOBODY --webhook http://127.0.0.1/x --secret s"), CLI_NOT_FOUND);
}

static void test_ops(void **state)
{
  (void)state;
  cliworld_reset();
  fakebus_pong.version = "1.0";
  fakebus_pong.ready = true;
  fakebus_pong.head = 42;
  fakebus_pong.principal = "clerk";
  assert_int_equal(run("jiedui ping notify"), CLI_OK);
  assert_string_equal(out, "notify 1.0: ready, head 42, , you are clerk\n");
  fakebus_pong.ready = false;
  assert_int_equal(run("jiedui ping"), CLI_UNREACHABLE);
  assert_non_null(strstr(out, "dispatch 1.0: not ready"));
  assert_int_equal(run("jiedui ping --json"), CLI_UNREACHABLE);
  json_t *json = json_loads(out, 0, NULL); // the answers of all are one document
  assert_int_equal(json_array_size(json), 3);
  json_decref(json);
  assert_int_equal(run("jiedui clock --json set 2016-09-01"), CLI_OK);
  json = json_loads(out, 0, NULL);
  assert_int_equal(json_array_size(json), 3);
  json_decref(json);
  assert_int_equal(run("jiedui status --json notify"), CLI_OK);
  json = json_loads(out, 0, NULL);
  assert_true(json_is_object(json));
  json_decref(json);
  assert_int_equal(run("jiedui ping gateway"), CLI_USAGE);
  assert_int_equal(run("jiedui status dispatch"), CLI_OK);
  assert_non_null(strstr(out, "dispatch 1.0  not ready\n"));
  assert_non_null(strstr(out, "business time 2016-08-18 08:00 (simulated)"));
  assert_non_null(strstr(out, ": TOO LITTLE, creations are refused"));
  assert_non_null(strstr(out, "  follows registry: at 40 of 42, NOT CONNECTED, parked event e1\n"));
  assert_int_equal(run("jiedui clock set 2016-09-01"), CLI_OK);
  assert_string_equal(out, "registry 2016-09-01 08:00\ndispatch 2016-09-01 08:00\nnotify 2016-09-01 08:00\n");
  assert_int_equal(run("jiedui clock notify set 2016-09-01T09:30 -q"), CLI_OK);
  assert_string_equal(out, "");
  assert_int_equal(((Ops__SetClock *)cliworld_command)->time_us, 1472693400000000);
  assert_int_equal(run("jiedui clock set tomorrow"), CLI_USAGE);
  assert_int_equal(run("jiedui clock back 2016-09-01"), CLI_USAGE);
  assert_int_equal(run("jiedui verify registry --from 7"), CLI_OK);
  assert_string_equal(out, "registry: 42 rows verified, head hash ab\n");
  cliworld_damaged = true;
  assert_int_equal(run("jiedui verify registry --from 7"), CLI_REFUSED);
  assert_non_null(strstr(err, "the journal is damaged at position 9"));
  assert_int_equal(run("jiedui drain dispatch"), CLI_OK);
  assert_string_equal(cliworld_type, "ops.v1.Drain");
}

static void test_call(void **state)
{
  (void)state;
  cliworld_reset();
  assert_int_equal(run("jiedui call registry.GetInstitution '{\"ref\": \"BUR-1\"}'"), CLI_OK);
  assert_string_equal(out, "{\n  \"id\": \"" BUREAU "\",\n  \"name\": \"包头市教育局\"\n}\n");
  char line[512];
  snprintf(line, sizeof line, "jiedui call registry.GetInstitution @%s", csv("{\"ref\": \"3415020001\"}"));
  assert_int_equal(run(line), CLI_OK);
  assert_int_equal(run("jiedui call registry.GetInstituton"), CLI_USAGE);
  assert_string_equal(
      err, "jiedui: there is no method registry.GetInstituton\n  -> did you mean registry.GetInstitution?\n");
  assert_int_equal(run("jiedui call registry.GetInstitution '{\"reff\": 1}'"), CLI_USAGE);
  assert_string_equal(err, "jiedui: reff: GetByRef has no such field\n  -> did you mean ref?\n");
  assert_int_equal(run("jiedui call registry.GetInstitution '{\"ref\": 1,}'"), CLI_USAGE);
  assert_non_null(strstr(err, "this is not JSON: line 1, column "));
  assert_int_equal(run("jiedui call registry.GetInstitution '{\"ref\":\"a\",\"ref\":\"b\"}'"), CLI_USAGE);
  assert_int_equal(run("jiedui call ops.Status"), CLI_USAGE);
  assert_non_null(strstr(err, "say which one"));
  assert_int_equal(run("jiedui call ops.Status --to notify"), CLI_OK);
  assert_int_equal(run("jiedui call"), CLI_USAGE);
  assert_int_equal(run("jiedui call --list"), CLI_OK);
  assert_non_null(strstr(out, "registry.DraftAgreement  command  DraftAgreement -> AgreementReply\n"));
  assert_non_null(strstr(out, "ops.Status  query  StatusQuery -> DaemonStatus\n"));
}

static void test_feed(void **state)
{
  (void)state;
  Bus__Status fine = BUS__STATUS__INIT;
  Bus__Event known = BUS__EVENT__INIT, strange = BUS__EVENT__INIT, *events[] = {&known, &strange};
  Reg__AgreementSigned data = REG__AGREEMENT_SIGNED__INIT;
  uint8_t bytes[64];
  cliworld_reset();
  data.role = "PARTY_A";
  known.seq = 8;
  known.type = "registry.v1.AgreementSigned";
  known.data.len = reg__agreement_signed__pack(&data, bytes);
  known.data.data = bytes;
  strange.seq = 9;
  strange.type = "registry.v1.Unheard";
  strange.data = known.data;
  fine.code = BUS__CODE__CODE_OK;
  fakebus_batch = (Bus__Batch)BUS__BATCH__INIT;
  fakebus_batch.status = &fine;
  fakebus_batch.events = events;
  fakebus_batch.n_events = 2;
  fakebus_batch.next_after = fakebus_batch.head = 9;
  assert_int_equal(run("jiedui feed registry --after 7 --type AgreementSigned --type registry.v1.X"), CLI_OK);
  assert_string_equal(
      out, "{\"seq\":\"8\",\"type\":\"registry.v1.AgreementSigned\",\"data\":{\"role\":\"PARTY_A\"}}\n"
           "{\"seq\":\"9\",\"type\":\"registry.v1.Unheard\",\"data\":\"EgdQQVJUWV9B\"}\n");
  assert_int_equal(fakebus_last_fetch.after, 7);
  assert_int_equal(fakebus_last_fetch.n_types, 2);
  assert_int_equal(run("jiedui feed registry --max 1 --follow"), CLI_OK);
  assert_null(strchr(strchr(out, '\n') + 1, '\n'));
  fakebus_refuse(&fine, BUS__CODE__CODE_CONFLICT, "TRIMMED", "trimmed");
  assert_int_equal(run("jiedui feed registry"), CLI_CONFLICT);
  assert_int_equal(run("jiedui feed registry --after x"), CLI_USAGE);
}

static void test_summary(void **state)
{
  (void)state;
  cliworld_reset();
  fakebus_pong.time_us = 1472083200000000; // 2016-08-25
  assert_int_equal(run("jiedui summary --agreement " AGREEMENT " --year 2016-2017"), CLI_OK);
  static const char *const parts[] = {
      "框架协议  2016-2017\nStatus: EFFECTIVE\n  PARTY_A  包头市教育局  signed 2016-08-17\n",
      "== Who supports whom (1) ==\nMutual aid\n",
      "  鹿原高级中学  包头市教育局         ESTABLISHED\n",
      "Teaching in support: requested 4, approved 3, filled 1/3 (APPROVED)\n",
      "1     鹿原高级中学  JUNIOR  Physics          2         1       1  one is there already\n",
      "2     鹿原高级中学  JUNIOR  Music            2         2       0  nobody teaches it; BT-R01 林** "
      "DECLINED: ill\n",
      "Teaching in support:  DECLINED 1  COMPLETED 1\n",
      "2016-09-01 – 2017-09-01  COMPLETED  excellent\n",
      "Teaching in support  2016       7         5       10\n",
      "Teaching in support  2017       0         5       10\n",
      "2 raised, 2 settled; 1 receipts still open, 1 of them overdue, 1 escalated\n  PlanApproved: "
      "1\noverdue:\n",
      "包头市教育局  Needs plan approved  SIGN    2016-08-23 08:00  2016-08-24 08:00\n"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (!strstr(out, parts[i])) fail_msg("%s\nis not in\n%s", parts[i], out);
  assert_int_equal(run("jiedui summary --json --agreement " AGREEMENT " --year 2016-2017"), CLI_OK);
  json_t *json = json_loads(out, 0, NULL);
  assert_non_null(json);
  assert_int_equal(json_array_size(json_object_get(json, "runs")), 1);
  assert_int_equal(json_array_size(json_object_get(json, "quotas")), 2);
  json_decref(json);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_write),
                                     cmocka_unit_test(test_dry_run),
                                     cmocka_unit_test(test_exit_codes),
                                     cmocka_unit_test(test_silence),
                                     cmocka_unit_test(test_references),
                                     cmocka_unit_test(test_list),
                                     cmocka_unit_test(test_draft),
                                     cmocka_unit_test(test_partnership),
                                     cmocka_unit_test(test_partnership_import),
                                     cmocka_unit_test(test_plan),
                                     cmocka_unit_test(test_candidates),
                                     cmocka_unit_test(test_postings),
                                     cmocka_unit_test(test_match),
                                     cmocka_unit_test(test_match_show),
                                     cmocka_unit_test(test_mailbox),
                                     cmocka_unit_test(test_ops),
                                     cmocka_unit_test(test_call),
                                     cmocka_unit_test(test_feed),
                                     cmocka_unit_test(test_summary)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
