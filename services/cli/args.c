#include "services/cli/args.h"
#include "common/base/suggest.h"
#include "services/cli/lang.h"
#include "services/cli/past.h"
#include "services/cli/say.h"
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum {
  GLOBAL_CONFIG = 256,
  GLOBAL_AS,
  GLOBAL_KEY,
  GLOBAL_REV,
  GLOBAL_LANG,
  GLOBAL_TIMEOUT,
  GLOBAL_JSON,
  GLOBAL_DRY_RUN
};
enum { OWN = 512 }; // + index of the input

const struct args_global args_globals[] = {
    {"--config", 0, "FILE", N_("client configuration (default: $JIEDUI_CONFIG)")},
    {"--as", 0, "NAME", N_("act as this principal: its key is keys_dir/NAME.key")},
    {"--json", 0, NULL, N_("print the reply as JSON")},
    {"--quiet", 'q', NULL, N_("print only the id of what was made")},
    {"--dry-run", 0, NULL, N_("let the daemon decide and report, change nothing")},
    {"--key", 0, "KEY", N_("idempotency key: the same key never does the same thing twice")},
    {"--rev", 0, "N", N_("only if the record still has this revision")},
    {"--lang", 0, "zh|en", N_("language of messages (default: from the environment)")},
    {"--timeout", 0, "MS", N_("how long to wait for an answer, in milliseconds")},
    {"--help", 'h', NULL, N_("this help")},
    {"--version", 'V', NULL, N_("the version")},
    {0},
};
static const int global_codes[] = {GLOBAL_CONFIG,  GLOBAL_AS,  GLOBAL_JSON, 'q',
                                   GLOBAL_DRY_RUN, GLOBAL_KEY, GLOBAL_REV,  GLOBAL_LANG,
                                   GLOBAL_TIMEOUT, 'h',        'V'};
#define N_GLOBALS (sizeof global_codes / sizeof *global_codes)

const char *args_next(const struct args *args, const char *name, size_t *at)
{
  while (*at < args->n) {
    const struct args_value *value = &args->values[(*at)++];
    if (strcmp(value->input->name, name) == 0) return value->value;
  }
  return NULL;
}

const char *args_get(const struct args *args, const char *name)
{
  size_t at = 0;
  return args_next(args, name, &at);
}

static bool number(const char *text, uint64_t max, uint64_t *ret)
{
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (errno || *text < '0' || *text > '9' || *end || value > max) return false;
  *ret = value;
  return true;
}

static int take_global(struct cli *cli, int code, const char *value)
{
  uint64_t n = 0;
  switch (code) {
  case GLOBAL_CONFIG:
    cli->config_file = value;
    break;
  case GLOBAL_AS:
    cli->as = value;
    break;
  case GLOBAL_KEY:
    cli->key = value;
    break;
  case GLOBAL_JSON:
    cli->json = true;
    break;
  case GLOBAL_DRY_RUN:
    cli->dry_run = true;
    break;
  case 'q':
    cli->quiet = true;
    break;
  case 'h':
    cli->help = true;
    break;
  case 'V':
    cli->version = true;
    break;
  case GLOBAL_LANG:
    if (!lang_known(value)) return say_error(CLI_USAGE, _("--lang %s: zh or en"), value);
    cli->lang = value;
    lang_start(value);
    break;
  case GLOBAL_REV:
    if (!number(value, UINT64_MAX, &cli->rev))
      return say_error(CLI_USAGE, _("--rev %s: not a number"), value);
    break;
  case GLOBAL_TIMEOUT:
    if (!number(value, 3600000, &n) || n == 0)
      return say_error(CLI_USAGE, _("--timeout %s: 1 to 3600000 milliseconds"), value);
    cli->timeout_ms = (unsigned)n;
    break;
  }
  return CLI_OK;
}

static bool is_option(const struct verb_input *input)
{
  return input->name[0] == '-';
}

static const struct option *long_options(struct arena *arena, const struct verb *verb)
{
  size_t n = 0;
  while (verb && verb->inputs && verb->inputs[n].name)
    n++;
  struct option *list = ARENA_ARRAY(arena, struct option, N_GLOBALS + n + 1), *at = list;
  if (!list) return NULL;
  for (size_t i = 0; i < N_GLOBALS; i++)
    *at++ = (struct option){args_globals[i].name + 2, args_globals[i].value ? required_argument : no_argument,
                            NULL, global_codes[i]};
  for (size_t i = 0; i < n; i++) {
    const struct verb_input *input = &verb->inputs[i];
    if (is_option(input))
      *at++ = (struct option){input->name + 2, input->kind == VERB_FLAG ? no_argument : required_argument,
                              NULL, OWN + (int)i};
  }
  return list;
}

// What getopt_long refused: its argument is the one before optind.
static int refuse_option(const struct verb *verb, const struct option *options, int code, char **argv)
{
  const char *word = argv[optind > 1 ? optind - 1 : 1];
  const char *no_past = verb && strncmp(word, "--as-of", strlen("--as-of")) == 0 ? past_refusal(verb) : NULL;
  if (no_past)
    return say_error(CLI_USAGE, _("%s %s has no --as-of: %s"), verb->noun, verb->verb ? verb->verb : "",
                     no_past);
  if (code == ':') return say_error(CLI_USAGE, _("%s needs a value"), word);
  if (word[0] != '-' || word[1] != '-') return say_error(CLI_USAGE, _("unknown option -%c"), optopt);
  if (optopt) return say_error(CLI_USAGE, _("%s takes no value"), word);
  struct suggest suggest = suggest_start(word + 2);
  for (const struct option *option = options; option->name; option++)
    suggest_offer(&suggest, option->name);
  say_error(0, _("unknown option %s"), word);
  const char *near = suggest_best(&suggest);
  if (near) say_fix(_("did you mean --%s?"), near);
  return CLI_USAGE;
}

static int add_value(struct args *args, const struct verb_input *input, const char *value)
{
  if (!(input->flags & VERB_REPEATED) && args_get(args, input->name))
    return say_error(CLI_USAGE, _("%s is given twice"), input->name);
  args->values[args->n++] = (struct args_value){input, value ? value : ""};
  return CLI_OK;
}

static int add_operand(struct cli *cli, struct args *args, const char *value)
{
  for (const struct verb_input *input = cli->verb->inputs; input && input->name; input++) {
    if (is_option(input)) continue;
    if ((input->flags & VERB_REPEATED) || !args_get(args, input->name)) return add_value(args, input, value);
  }
  say_error(0, _("one word too many: %s"), value);
  say_fix(_("jiedui %s %s --help shows what it takes"), cli->verb->noun,
          cli->verb->verb ? cli->verb->verb : "");
  return CLI_USAGE;
}

static int check_required(const struct cli *cli, const struct args *args)
{
  for (const struct verb_input *input = cli->verb->inputs; input && input->name; input++) {
    if (!(input->flags & VERB_REQUIRED) || args_get(args, input->name)) continue;
    say_error(0, _("%s is missing: %s"), input->name, _(input->help));
    say_fix(_("jiedui %s %s --help shows an overview"), cli->verb->noun,
            cli->verb->verb ? cli->verb->verb : "");
    return CLI_USAGE;
  }
  return CLI_OK;
}

// The options before the noun; getopt permutes nothing here, so that the verb's own options are left for
// later.
static int parse_globals(struct cli *cli, int argc, char **argv)
{
  const struct option *options = long_options(cli->arena, NULL);
  if (!options) return CLI_UNREACHABLE;
  optind = 0;
  opterr = 0;
  for (int code; (code = getopt_long(argc, argv, "+:qhV", options, NULL)) != -1;) {
    if (code == '?' || code == ':') return refuse_option(NULL, options, code, argv);
    int taken = take_global(cli, code, optarg);
    if (taken) return taken;
  }
  return CLI_OK;
}

static int parse_verb(struct cli *cli, struct args *args, int argc, char **argv)
{
  const struct option *options = long_options(cli->arena, cli->verb);
  if (!options) return CLI_UNREACHABLE;
  optind = 0;
  for (int code; (code = getopt_long(argc, argv, ":qhV", options, NULL)) != -1;) {
    if (code == '?' || code == ':') return refuse_option(cli->verb, options, code, argv);
    int taken = code >= OWN ? add_value(args, &cli->verb->inputs[code - OWN], optarg)
                            : take_global(cli, code, optarg);
    if (taken) return taken;
  }
  for (int i = optind; i < argc; i++) {
    int taken = add_operand(cli, args, argv[i]);
    if (taken) return taken;
  }
  return CLI_OK;
}

static int unknown_noun(const char *noun)
{
  const char *near = verb_suggest(noun, NULL);
  say_error(0, _("unknown command %s"), noun);
  if (near) say_fix(_("did you mean jiedui %s?"), near);
  say_fix("%s", _("jiedui --help lists the commands"));
  return CLI_USAGE;
}

static int unknown_verb(const char *noun, const char *word)
{
  const char *near = word ? verb_suggest(noun, word) : NULL;
  if (word) {
    say_error(0, _("%s has no verb %s"), noun, word);
  } else {
    say_error(0, _("%s needs a verb"), noun);
  }
  if (near) say_fix(_("did you mean jiedui %s %s?"), noun, near);
  say_fix(_("jiedui %s --help lists its verbs"), noun);
  return CLI_USAGE;
}

// The words name no verb: help was asked for, or something is wrong.
static int without_verb(struct cli *cli, const char *const words[], size_t n)
{
  bool asked = n > 1 && (strcmp(words[1], "--help") == 0 || strcmp(words[1], "-h") == 0);
  if (n > 0 && !verb_noun_known(words[0])) return unknown_noun(words[0]);
  if (n > 0 && !asked && !cli->help && !cli->version) return unknown_verb(words[0], n > 1 ? words[1] : NULL);
  cli->help |= !cli->version;
  return CLI_OK;
}

int args_parse(struct cli *cli, int argc, char **argv, const char **ret_noun)
{
  int failed = parse_globals(cli, argc, argv);
  if (failed) return failed;
  const char *const *words = (const char *const *)argv + optind;
  size_t n = (size_t)(argc - optind), taken = 0;
  if (n > 0 && strcmp(words[0], "help") == 0) {
    cli->help = true;
    words++;
    n--;
  }
  *ret_noun = n > 0 ? words[0] : NULL;
  cli->verb = verb_find(words, n, &taken);
  if (!cli->verb) return without_verb(cli, words, n);
  struct args *args = ARENA_NEW(cli->arena, struct args);
  if (args) args->values = ARENA_ARRAY(cli->arena, struct args_value, (size_t)argc + 1);
  if (!args || !args->values) return say_failure(-ENOMEM, "jiedui");
  cli->args = args;
  // getopt skips the first word as the program's name: that is the last word of the noun and verb
  size_t skipped = (size_t)argc - n + taken - 1;
  failed = parse_verb(cli, args, argc - (int)skipped, argv + skipped);
  return failed || cli->help || cli->version ? failed : check_required(cli, args);
}
