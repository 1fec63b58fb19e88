// `programme show`: the nine programmes that ship as people read them, in both languages, against golden
// texts (JIEDUI_GOLDEN=write renews them; read the difference before you commit it); words for every value an
// enum of the dialect has; what is inherited; what a newer daemon says.
#include "common/base/pb.h"
#include "proto/types.pb-c.h"
#include "services/cli/lang.h"
#include "services/cli/programme_sheet.h"
#include "services/cli/template.h"
#include "tests/unit/cli/clilib.h"
#include <stdlib.h>
#include <string.h>

static Prg__Programme *load(const char *name, const struct dialect_node **ret_root, struct faults *faults)
{
  size_t length;
  char path[80];
  snprintf(path, sizeof path, "deploy/programmes/%s.yaml", name);
  char *text = test_read_file(test_source(path), &length);
  faults_init(faults, path, cli->arena);
  Prg__Programme *programme = template_compile(text, length, faults, ret_root);
  free(text);
  assert_non_null(programme);
  return programme;
}

// As registryd would publish it.
static struct sheet sheet_of(const char *name, const char *parent, const char *owner)
{
  struct faults *faults = ARENA_NEW(cli->arena, struct faults);
  const struct dialect_node *root = NULL;
  struct sheet sheet = {.arena = cli->arena, .owner = owner};
  Prg__Programme *whole = load(name, &root, faults);
  if (parent) {
    struct faults *none = ARENA_NEW(cli->arena, struct faults);
    Prg__Programme *above = load(parent, NULL, none);
    whole = template_resolve(above, whole, root, faults);
    assert_non_null(whole);
    sheet.parent = above;
  }
  whole->status = PRG__PROGRAMME_STATUS__PROGRAMME_PUBLISHED;
  whole->since = arena_strdup(cli->arena, "2022-10-21");
  sheet.programme = whole;
  return sheet;
}

static const char *printed(const struct sheet *sheet)
{
  clilib_catch();
  programme_print(sheet);
  return arena_strdup(cli->arena, clilib_caught(NULL));
}

static void compare(const char *name, const char *lang, const char *text)
{
  char path[120];
  snprintf(path, sizeof path, "tests/unit/cli/programmes/%s.%s.txt", name, lang);
  const char *mode = getenv("JIEDUI_GOLDEN");
  if (mode && strcmp(mode, "write") == 0) {
    FILE *file = fopen(test_source(path), "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
  }
  size_t length;
  char *golden = test_read_file(test_source(path), &length);
  char *wanted = arena_strndup(cli->arena, golden, length);
  free(golden);
  size_t at = 0, line = 1;
  for (; wanted[at] && wanted[at] == text[at]; at++)
    line += wanted[at] == '\n';
  if (wanted[at] != text[at]) fail_msg("%s:%zu differs", path, line);
}

static void test_golden(void **state)
{
  (void)state;
  static const struct {
    const char *name, *parent, *owner_zh, *owner_en;
  } cases[] = {
      {"a_framework", NULL, "内蒙古自治区 150000", "内蒙古自治区 150000"},
      {"b_jiaolianti", NULL, "湖北省 420000", "湖北省 420000"},
      {"c_twin", NULL, "", ""},
      {"d_daxuequ", NULL, "白城市 220800", "白城市 220800"},
      {"e_custody", NULL, "全国", "the nation"},
      {"f_silver", NULL, "全国", "the nation"},
      {"g_rotation", NULL, "", ""},
      {"h_zhejiang", "b_jiaolianti", "浙江省 330000", "浙江省 330000"},
      {"i_group", NULL, "全国", "the nation"},
  };
  for (int zh = 0; zh < 2; zh++) {
    lang_start(zh ? "zh" : "en");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
      struct sheet sheet =
          sheet_of(cases[i].name, cases[i].parent, zh ? cases[i].owner_zh : cases[i].owner_en);
      const char *text = printed(&sheet);
      assert_null(strstr(text, "newer than this tool"));
      assert_null(strstr(text, "高于本工具"));
      compare(cases[i].name, zh ? "zh" : "en", text);
    }
  }
  lang_start("en");
}

// No value of an enum that a programme can hold is shown as a number or, in Chinese, as an English word.
static void check_enum(const struct sheet *sheet, const ProtobufCEnumDescriptor *descriptor)
{
  for (unsigned i = 0; i < descriptor->n_values; i++) {
    const ProtobufCEnumValue *value = &descriptor->values[i];
    if (value->value == 0) continue;
    const char *text = sheet_enum(sheet, descriptor, value->value);
    assert_true(*text);
    if (lang_zh() && !((unsigned char)*text & 0x80)) fail_msg("%s is \"%s\"", value->name, text);
    if (strpbrk(text, "_0123456789")) fail_msg("%s is \"%s\"", value->name, text);
  }
}

static void check_enums(const struct sheet *sheet, const ProtobufCMessageDescriptor *message, unsigned depth)
{
  assert_true(depth < 10);
  for (unsigned i = 0; i < message->n_fields; i++) {
    const ProtobufCFieldDescriptor *field = &message->fields[i];
    // kinds of predicates are whole sentences; overrides are gone from what is published
    if (field->type == PROTOBUF_C_TYPE_ENUM && field->descriptor != &prg__predicate_kind__descriptor)
      check_enum(sheet, field->descriptor);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE && field->descriptor != &prg__override__descriptor)
      check_enums(sheet, field->descriptor, depth + 1);
  }
}

static void test_every_word(void **state)
{
  (void)state;
  const Prg__Programme empty = PRG__PROGRAMME__INIT;
  const struct sheet sheet = {.arena = cli->arena, .programme = &empty, .owner = ""};
  for (int zh = 0; zh < 2; zh++) {
    lang_start(zh ? "zh" : "en");
    check_enums(&sheet, &prg__programme__descriptor, 0);
    for (unsigned i = 0; i < prg__predicate_kind__descriptor.n_values; i++) {
      Prg__Predicate predicate = PRG__PREDICATE__INIT;
      predicate.kind = (Prg__PredicateKind)prg__predicate_kind__descriptor.values[i].value;
      const char *text = sheet_rule(&sheet, &predicate);
      bool newer = strcmp(text, _("a rule newer than this tool")) == 0;
      if (newer != (predicate.kind == 0)) fail_msg("%s", prg__predicate_kind__descriptor.values[i].name);
    }
  }
  lang_start("en");
}

// Whose the items are; without the parent nothing is claimed.
static void test_inherited(void **state)
{
  (void)state;
  struct sheet sheet = sheet_of("h_zhejiang", "b_jiaolianti", "");
  const char *text = printed(&sheet);
  assert_non_null(strstr(text, "Core school  CORE  (inherited from hb-jiaolianti@1)\n"));
  assert_non_null(strstr(text, "Integration  FUSION  (changed from hb-jiaolianti@1)\n"));
  assert_non_null(strstr(text, "\nTargets (its own)\n"));
  assert_non_null(strstr(text, "\nNotices (inherited from hb-jiaolianti@1)\n"));
  sheet.parent = NULL;
  text = printed(&sheet);
  assert_null(strstr(text, "inherited from"));
  assert_non_null(strstr(text, "cannot be told"));
}

// A daemon may be newer than the tool: words it does not know are called so, and no text moves the cursor.
static void test_newer(void **state)
{
  (void)state;
  struct sheet sheet = sheet_of("a_framework", NULL, "");
  Prg__Programme *programme = (Prg__Programme *)arena_clone(cli->arena, &sheet.programme->base);
  programme->measures[0]->form = (Prg__Form)99;
  programme->roles[0]->title->en = arena_strdup(cli->arena, "evil\x1b[2J\nnext");
  programme->notices[0]->event = arena_strdup(cli->arena, "SomethingNew");
  sheet.programme = programme;
  const char *text = printed(&sheet);
  assert_non_null(strstr(text, "    a word newer than this tool; required"));
  assert_non_null(strstr(text, "  evil [2J next  PARTY_A\n"));
  assert_non_null(strstr(text, "Occasion: SomethingNew"));
  assert_null(strstr(text, "99"));
}

static void test_retired(void **state)
{
  (void)state;
  struct sheet sheet = sheet_of("i_group", NULL, "");
  Prg__Programme *programme = (Prg__Programme *)arena_clone(cli->arena, &sheet.programme->base);
  programme->status = PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED;
  programme->retired_on = arena_strdup(cli->arena, "2024-01-31");
  sheet.programme = programme;
  assert_non_null(strstr(printed(&sheet), "  State: retired, since 2024-01-31; published on 2022-10-21\n"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_golden, clilib_setup, clilib_teardown),
      cmocka_unit_test_setup_teardown(test_every_word, clilib_setup, clilib_teardown),
      cmocka_unit_test_setup_teardown(test_inherited, clilib_setup, clilib_teardown),
      cmocka_unit_test_setup_teardown(test_newer, clilib_setup, clilib_teardown),
      cmocka_unit_test_setup_teardown(test_retired, clilib_setup, clilib_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
