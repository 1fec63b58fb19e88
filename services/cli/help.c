#include "services/cli/help.h"
#include "services/cli/args.h"
#include "services/cli/lang.h"
#include "services/cli/table.h"
#include <stdio.h>
#include <string.h>

// One line: the left part padded to a column by its width on a terminal.
static void line(const char *left, const char *right)
{
  size_t width = table_width(left);
  printf("  %s%*s%s\n", left, width < 34 ? (int)(34 - width) : 1, "", right);
}

static void print_globals(void)
{
  printf("\n%s\n", _("Global options:"));
  for (const struct args_global *global = args_globals; global->name; global++) {
    char left[64], letter[8] = "";
    if (global->letter) snprintf(letter, sizeof letter, "-%c, ", global->letter);
    snprintf(left, sizeof left, "%s%s%s%s", letter, global->name, global->value ? " " : "",
             global->value ? global->value : "");
    line(left, _(global->help));
  }
}

static void usage_of(const struct verb *verb)
{
  printf("jiedui %s%s%s", verb->noun, verb->verb ? " " : "", verb->verb ? verb->verb : "");
  for (const struct verb_input *input = verb->inputs; input && input->name; input++) {
    bool required = input->flags & VERB_REQUIRED, option = input->name[0] == '-';
    printf(required ? " %s" : " [%s", input->name);
    if (option && input->value) printf(" %s", input->value);
    printf("%s%s", required ? "" : "]", input->flags & VERB_REPEATED ? "..." : "");
  }
  putchar('\n');
}

static void print_verb(const struct verb *verb)
{
  printf("%s\n\n  ", _(verb->help));
  usage_of(verb);
  if (verb->inputs && verb->inputs->name) putchar('\n');
  for (const struct verb_input *input = verb->inputs; input && input->name; input++) {
    char left[80];
    snprintf(left, sizeof left, "%s%s%s", input->name, input->value ? " " : "",
             input->value ? input->value : "");
    line(left, _(input->help));
  }
  print_globals();
}

static void print_noun(const char *noun)
{
  const struct verb *verb;
  for (size_t i = 0; (verb = verb_at(i)); i++) {
    if (strcmp(verb->noun, noun) != 0) continue;
    printf("  ");
    usage_of(verb);
    printf("      %s\n", _(verb->help));
  }
  printf("\n");
  printf(_("jiedui %s VERB --help explains one of them.\n"), noun);
}

static void print_overview(void)
{
  printf("%s\n\n%s\n", _("jiedui: paired-support programmes of education departments"), _("Examples:"));
  puts("  jiedui status");
  puts("  jiedui institution import institutions.csv --errors rejects.csv");
  puts("  jiedui plan show ID");
  puts("  jiedui call registry.GetInstitution '{\"ref\": \"2115000001\"}'");
  printf("\n%s\n", _("Commands:"));
  const struct verb *verb;
  const char *last = "";
  for (size_t i = 0; (verb = verb_at(i)); i++) {
    char left[64];
    snprintf(left, sizeof left, "%s %s", verb->noun, verb->verb ? verb->verb : "");
    if (strcmp(last, verb->noun) != 0 && i > 0) putchar('\n');
    last = verb->noun;
    line(left, _(verb->help));
  }
  print_globals();
  printf("\n%s\n",
         _("Exit codes: 0 ok, 1 refused by a rule, 2 usage, 3 unreachable, 4 not authorised, 5 conflict, "
           "6 not found, 7 time-out, 8 partial."));
}

void help_print(const struct cli *cli, const char *noun)
{
  if (cli->verb) {
    print_verb(cli->verb);
  } else if (noun) {
    print_noun(noun);
  } else {
    print_overview();
  }
}
