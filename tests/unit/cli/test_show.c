// Tables and records: widths of Chinese text, columns by path, both languages, nothing that moves a
// terminal's cursor.
#include "proto/notify.pb-c.h"
#include "proto/registry.pb-c.h"
#include "services/cli/labels.h"
#include "services/cli/lang.h"
#include "services/cli/say.h"
#include "services/cli/show.h"
#include "services/cli/table.h"
#include "tests/unit/cli/clilib.h"
#include <string.h>

static void test_width(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    size_t width;
  } cases[] = {{"", 0},        {"abc", 3},      {"校", 2}, {"a校b", 4}, {"𰻝", 2},    {"é", 1},
               {"e\u0301", 1}, {"ｆｕｌｌ", 8}, {"“”", 2}, {"\xff", 1}, {"（样例）", 8}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (table_width(cases[i].text) != cases[i].width)
      fail_msg("%s: %zu", cases[i].text, table_width(cases[i].text));
}

static void test_table(void **state)
{
  (void)state;
  static const char *const titles[] = {"Name", "学段", "N"};
  struct table_out *table = table_new(cli->arena, titles, 3);
  const char *rows[][3] = {{"包头市昆河小学", "小学", "2"}, {"x", "", "10"}, {"y", "初中", ""}};
  table_align_right(table, 2);
  for (size_t i = 0; i < 3; i++)
    assert_true(table_row(table, rows[i]));
  assert_int_equal(table_rows(table), 3);
  clilib_catch();
  table_print(table, 2, stdout);
  assert_string_equal(clilib_caught(NULL), "  Name            学段   N\n"
                                           "  包头市昆河小学  小学   2\n"
                                           "  x                     10\n"
                                           "  y               初中\n");
}

// A name from elsewhere cannot clear the screen or forge a line.
static void test_control(void **state)
{
  (void)state;
  static const char *const titles[] = {"A"};
  const char *cell[] = {"evil\x1b[2J\nnext\xc2\x9b"
                        "31m"};
  struct table_out *table = table_new(cli->arena, titles, 1);
  table_row(table, cell);
  clilib_catch();
  table_print(table, 0, stdout);
  assert_string_equal(clilib_caught(NULL), "A\nevil [2J next  31m\n");
  assert_string_equal(say_clean(cli->arena, "校\t\x7f"), "校  ");
}

static Reg__Institution *institution(void)
{
  static Reg__Institution record;
  static char *tags[] = {"quality", "model_high"};
  static Typ__Stage stages[] = {TYP__STAGE__STAGE_JUNIOR, TYP__STAGE__STAGE_SENIOR};
  reg__institution__init(&record);
  record.code = "3415020001";
  record.name = "鹿原高级中学";
  record.kind = TYP__INSTITUTION_KIND__KIND_SCHOOL;
  record.managing_bureau = "not-an-id";
  record.tags = tags;
  record.n_tags = 2;
  record.stages = stages;
  record.n_stages = 2;
  record.legal_person = true;
  record.rev = 3;
  return &record;
}

static Ntf__MailItem *mail(void)
{
  static Ntf__MailItem item;
  static Ntf__Notice notice;
  static Ntf__Delivery delivery;
  ntf__mail_item__init(&item);
  ntf__notice__init(&notice);
  ntf__delivery__init(&delivery);
  notice.title_zh = "核定";
  notice.title_en = "Approved";
  delivery.due_us = 1471910400000000; // 2016-08-23 00:00 UTC
  item.notice = &notice;
  item.delivery = &delivery;
  return &item;
}

static void test_cells(void **state)
{
  (void)state;
  const ProtobufCMessage *school = &institution()->base, *item = &mail()->base;
  static const struct {
    bool mail;
    const char *path, *en, *zh;
  } cases[] = {
      {false, "code", "3415020001", "3415020001"},
      {false, "kind", "SCHOOL", "学校"},
      {false, "stages", "JUNIOR, SENIOR", "初中, 高中"},
      {false, "tags", "quality, model_high", "quality, model_high"},
      {false, "legal_person", "yes", "是"},
      {false, "rev", "3", "3"},
      {false, "managing_bureau", "not-an-id", "not-an-id"},
      {false, "uscc", "", ""},
      {false, "nothing", "", ""},
      {true, "notice.title_*", "Approved", "核定"},
      {true, "delivery.due_us", "2016-08-23 08:00", "2016-08-23 08:00"},
      {true, "delivery.escalated_us", "", ""},
      {true, "notice", "…", "…"},
      {true, "notice.none.deeper", "", ""},
  };
  for (int zh = 0; zh < 2; zh++) {
    lang_start(zh ? "zh" : "en");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
      const char *cell = show_cell(cli, cases[i].mail ? item : school, cases[i].path);
      assert_string_equal(cell, zh ? cases[i].zh : cases[i].en);
    }
  }
  lang_start("en");
}

static void test_record(void **state)
{
  (void)state;
  clilib_catch();
  show_record(cli, &institution()->base, 0);
  assert_string_equal(clilib_caught(NULL), "Kind                SCHOOL\n"
                                           "Name                鹿原高级中学\n"
                                           "Code                3415020001\n"
                                           "Stages              JUNIOR, SENIOR\n"
                                           "Legal person        yes\n"
                                           "Managing bureau     not-an-id\n"
                                           "Tags                quality, model_high\n"
                                           "Revision            3\n");
}

// Lists of messages stand as tables under the record; fields nobody fills are left out; one language of a
// pair.
static void test_nested_record(void **state)
{
  (void)state;
  Reg__Agreement agreement = REG__AGREEMENT__INIT;
  Reg__AgreementParty a = REG__AGREEMENT_PARTY__INIT, b = REG__AGREEMENT_PARTY__INIT;
  Reg__AgreementParty *parties[] = {&a, &b};
  Typ__Period valid = TYP__PERIOD__INIT;
  a.role = "PARTY_A";
  a.institution = "x";
  b.role = "PARTY_B";
  b.institution = "y";
  b.signed_on = "2016-08-17";
  valid.from = "2016-08-17";
  agreement.title = "框架协议";
  agreement.parties = parties;
  agreement.n_parties = 2;
  agreement.valid = &valid;
  agreement.status = REG__AGREEMENT_STATUS__AGREEMENT_APPROVED;
  lang_start("zh");
  clilib_catch();
  show_record(cli, &agreement.base, 0);
  assert_string_equal(clilib_caught(NULL), "标题                框架协议\n"
                                           "当事方\n"
                                           "  单位  角色     签字日期\n"
                                           "  x     PARTY_A\n"
                                           "  y     PARTY_B  2016-08-17\n"
                                           "有效期              2016-08-17 –\n"
                                           "状态                已批准\n");
  lang_start("en");
}

static void test_list(void **state)
{
  (void)state;
  const ProtobufCMessage *rows[] = {&institution()->base, &institution()->base};
  clilib_catch();
  show_table(cli, rows, 2, "code name rev", 0);
  assert_string_equal(clilib_caught(NULL), "Code        Name          Revision\n"
                                           "3415020001  鹿原高级中学         3\n"
                                           "3415020001  鹿原高级中学         3\n");
  assert_true(show_is_list(&reg__institutions__descriptor));
  assert_false(show_is_list(&reg__institution__descriptor));
}

static void test_labels(void **state)
{
  (void)state;
  assert_string_equal(labels_of("staff_no").text, "Staff no.");
  assert_int_equal(labels_of("home").what, LABEL_UNIT);
  assert_int_equal(labels_of("sealed").what, LABEL_HIDDEN);
  assert_string_equal(labels_of("unheard_of").text, "unheard_of");
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_width),   cmocka_unit_test(test_table),
                                     cmocka_unit_test(test_control), cmocka_unit_test(test_cells),
                                     cmocka_unit_test(test_record),  cmocka_unit_test(test_nested_record),
                                     cmocka_unit_test(test_list),    cmocka_unit_test(test_labels)};
  return cmocka_run_group_tests(tests, clilib_setup, clilib_teardown);
}
