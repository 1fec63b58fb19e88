// jiedui: the command-line tool. One table of verbs; see verb.h.
#include "services/cli/args.h"
#include "services/cli/help.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/place.h"
#include "services/cli/request.h"
#include "services/cli/session.h"
#include <sodium.h>
#include <stdio.h>

#define ARENA_CAP ((size_t)2 << 30) // an import of a nation fits; nothing is taken before it is needed

static int run(struct cli *cli, int argc, char **argv)
{
  const char *noun = NULL;
  int failed = args_parse(cli, argc, argv, &noun);
  if (failed) return failed;
  if (cli->version) {
    puts("jiedui " JIEDUI_VERSION);
    return CLI_OK;
  }
  if (cli->help || !cli->verb) {
    help_print(cli, noun);
    return CLI_OK;
  }
  return cli->verb->run ? cli->verb->run(cli) : request_run(cli);
}

int main(int argc, char **argv)
{
  struct cli cli = {0};
  lang_start(NULL);
  if (sodium_init() < 0 || arena_new(ARENA_CAP, &cli.arena) != 0) return CLI_UNREACHABLE;
  int code = run(&cli, argc, argv);
  place_close(&cli);
  names_close(&cli);
  session_close(&cli);
  arena_free(cli.arena);
  // what was printed must have arrived: a full disk or a closed pipe is no success
  if (fflush(stdout) != 0 && code == CLI_OK) code = CLI_UNREACHABLE;
  return code;
}
