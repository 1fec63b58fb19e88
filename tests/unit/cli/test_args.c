// The command line: global options, nouns and verbs, inputs, suggestions, help.
#include "common/base/suggest.h"
#include "services/cli/help.h"
#include "services/cli/lang.h"
#include "tests/unit/cli/clilib.h"
#include <string.h>

static void clear(void)
{
  struct arena *arena = cli->arena;
  *cli = (struct cli){.arena = arena};
}

static int parse(const char *line, const char **ret_err)
{
  clear();
  clilib_catch();
  int code = clilib_parse(cli, line);
  clilib_caught(ret_err);
  return code;
}

static void test_globals(void **state)
{
  (void)state;
  const char *err;
  assert_int_equal(
      parse("jiedui --config c.yaml --as clerk --json -q --dry-run --key K --rev 7 --lang en --timeout 900 "
            "plan submit ID",
            &err),
      CLI_OK);
  assert_string_equal(cli->config_file, "c.yaml");
  assert_string_equal(cli->as, "clerk");
  assert_true(cli->json && cli->quiet && cli->dry_run);
  assert_string_equal(cli->key, "K");
  assert_int_equal(cli->rev, 7);
  assert_int_equal(cli->timeout_ms, 900);
  assert_string_equal(cli->verb->method, "dispatch.SubmitPlan");
  assert_string_equal(args_get(cli->args, "ID"), "ID");
  // the same behind the verb, between its own words
  assert_int_equal(parse("jiedui plan submit --json ID -q --as=clerk", &err), CLI_OK);
  assert_true(cli->json && cli->quiet);
  assert_string_equal(cli->as, "clerk");
}

static void test_inputs(void **state)
{
  (void)state;
  const char *err;
  assert_int_equal(
      parse("jiedui agreement draft --programme P --mode M --title 'two words' --party A=1 --from 2016-08-17 "
            "--party B=2",
            &err),
      CLI_OK);
  assert_string_equal(args_get(cli->args, "--title"), "two words");
  assert_null(args_get(cli->args, "--to"));
  size_t at = 0;
  assert_string_equal(args_next(cli->args, "--party", &at), "A=1");
  assert_string_equal(args_next(cli->args, "--party", &at), "B=2");
  assert_null(args_next(cli->args, "--party", &at));
  assert_int_equal(parse("jiedui assignment accept X --as-person", &err), CLI_OK);
  assert_string_equal(args_get(cli->args, "--as-person"), "");
  assert_int_equal(parse("jiedui call registry.GetInstitution -", &err), CLI_OK); // a lone - is a word
  assert_string_equal(args_get(cli->args, "JSON"), "-");
  assert_int_equal(parse("jiedui contact set -- -x --webhook u", &err), CLI_USAGE); // after -- all are words
}

static void test_refused(void **state)
{
  (void)state;
  static const struct {
    const char *line, *err;
  } cases[] = {
      {"jiedui frob", "jiedui: unknown command frob\n  -> jiedui --help lists the commands\n"},
      {"jiedui agrement list", "jiedui: unknown command agrement\n  -> did you mean jiedui agreement?\n  -> "
                               "jiedui --help lists the commands\n"},
      {"jiedui agreement lsit",
       "jiedui: agreement has no verb lsit\n  -> did you mean jiedui agreement list?\n"
       "  -> jiedui agreement --help lists its verbs\n"},
      {"jiedui agreement", "jiedui: agreement needs a verb\n  -> jiedui agreement --help lists its verbs\n"},
      {"jiedui plan submit",
       "jiedui: ID is missing: id of the record\n  -> jiedui plan submit --help shows an overview\n"},
      {"jiedui plan submit A B",
       "jiedui: one word too many: B\n  -> jiedui plan submit --help shows what it takes\n"},
      {"jiedui plan return A --reson x", "jiedui: unknown option --reson\n  -> did you mean --reason?\n"},
      {"jiedui plan return A --reason", "jiedui: --reason needs a value\n"},
      {"jiedui plan return A --reason x --reason y", "jiedui: --reason is given twice\n"},
      {"jiedui plan submit A --json=yes", "jiedui: --json=yes takes no value\n"},
      {"jiedui quota show --agreement A --measure M --period 2016 --as-of 2016-09-01",
       "jiedui: quota show has no --as-of: a quota counts what is approved now: --period chooses the year\n"},
      {"jiedui assignment export --out F --as-of=2016-09-01",
       "jiedui: assignment export has no --as-of: a posting carries the day of each step: --on DATE lists "
       "those "
       "whose period covers a day\n"},
      {"jiedui plan submit A -z", "jiedui: unknown option -z\n"},
      {"jiedui --rev x plan submit A", "jiedui: --rev x: not a number\n"},
      {"jiedui --timeout 0 status", "jiedui: --timeout 0: 1 to 3600000 milliseconds\n"},
      {"jiedui --lang fr status", "jiedui: --lang fr: zh or en\n"},
      {"jiedui --jsn status", "jiedui: unknown option --jsn\n  -> did you mean --json?\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *err;
    if (parse(cases[i].line, &err) != CLI_USAGE) fail_msg("%s is taken", cases[i].line);
    assert_string_equal(err, cases[i].err);
  }
}

static const char *help_of(const char *line)
{
  clear();
  clilib_catch();
  int code = clilib_parse(cli, line);
  help_print(cli, clilib_noun);
  const char *out = clilib_caught(NULL);
  assert_int_equal(code, CLI_OK);
  assert_true(cli->help);
  return arena_strdup(cli->arena, out);
}

static void test_help(void **state)
{
  (void)state;
  static const char *const all[] = {"jiedui --help", "jiedui -h", "jiedui", "jiedui help"};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    const char *text = help_of(all[i]);
    assert_non_null(strstr(text, "Examples:"));
    assert_non_null(strstr(text, "  partnership import"));
    assert_non_null(strstr(text, "Exit codes: 0 ok, 1 refused by a rule"));
  }
  const char *noun = help_of("jiedui agreement --help");
  assert_non_null(strstr(noun, "jiedui agreement sign REF --role ROLE --on DATE\n      Sign for a role\n"));
  const char *verb = help_of("jiedui agreement sign --help");
  assert_non_null(strstr(verb, "Sign for a role\n\n  jiedui agreement sign REF --role ROLE --on DATE\n"));
  assert_non_null(strstr(verb, "  --role ROLE                       the role that signs\n"));
  assert_non_null(strstr(help_of("jiedui help agreement draft"), "--party ROLE=REF..."));
  lang_start("zh");
  assert_non_null(
      strstr(help_of("jiedui help agreement sign"), "  --role ROLE                       签字的角色\n"));
  lang_start("en");
}

static void test_version(void **state)
{
  (void)state;
  const char *err;
  assert_int_equal(parse("jiedui --version", &err), CLI_OK);
  assert_true(cli->version);
  assert_null(cli->verb);
}

static void test_suggest(void **state)
{
  (void)state;
  static const struct {
    const char *wanted, *words[4], *best;
  } cases[] = {{"memebrs", {"members", "title"}, "members"},
               {"SCHOL", {"SPECIAL", "SCHOOL"}, "SCHOOL"},
               {"school", {"SPECIAL", "SCHOOL"}, "SCHOOL"},
               {"xyz", {"members", "title"}, NULL},
               {"lsit", {"list", "sign"}, "list"}, // a swap is one slip
               {"a", {"b"}, "b"},
               {"a", {"bcd"}, NULL},
               {"", {"x"}, "x"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct suggest suggest = suggest_start(cases[i].wanted);
    for (size_t w = 0; w < 4 && cases[i].words[w]; w++)
      suggest_offer(&suggest, cases[i].words[w]);
    const char *best = suggest_best(&suggest);
    if (cases[i].best ? !best || strcmp(best, cases[i].best) != 0 : best != NULL)
      fail_msg("%s: %s", cases[i].wanted, best ? best : "(none)");
  }
  char longest[200];
  memset(longest, 'x', sizeof longest - 1);
  longest[sizeof longest - 1] = '\0';
  struct suggest suggest = suggest_start(longest);
  suggest_offer(&suggest, "x");
  assert_null(suggest_best(&suggest));
}

// An option of a verb that is called like a global one would never reach it.
static void test_no_option_is_hidden(void **state)
{
  (void)state;
  size_t n = 0;
  const struct verb *verb;
  for (size_t v = 0; (verb = verb_at(v)); v++)
    for (const struct verb_input *input = verb->inputs; input && input->name; input++, n++)
      for (const struct args_global *global = args_globals; global->name; global++)
        if (strcmp(global->name, input->name) == 0)
          fail_msg("%s %s: %s is a global option", verb->noun, verb->verb, input->name);
  assert_true(n > 100);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_globals),
                                     cmocka_unit_test(test_inputs),
                                     cmocka_unit_test(test_refused),
                                     cmocka_unit_test(test_help),
                                     cmocka_unit_test(test_version),
                                     cmocka_unit_test(test_suggest),
                                     cmocka_unit_test(test_no_option_is_hidden)};
  return cmocka_run_group_tests(tests, clilib_setup, clilib_teardown);
}
