#include "tests/unit/cli/clilib.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/place.h"
#include "services/cli/session.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct cli *clilib_new(void)
{
  struct cli *cli = calloc(1, sizeof *cli);
  assert_non_null(cli);
  assert_true(sodium_init() >= 0);
  lang_start("en");
  assert_ok(arena_new(256u << 20, &cli->arena));
  return cli;
}

void clilib_free(struct cli *cli)
{
  place_close(cli);
  names_close(cli);
  session_close(cli);
  arena_free(cli->arena);
  free(cli);
}

struct cli *cli;

int clilib_setup(void **state)
{
  (void)state;
  cli = clilib_new();
  return 0;
}

int clilib_teardown(void **state)
{
  (void)state;
  clilib_free(cli);
  return 0;
}

const char *clilib_noun;

int clilib_parse(struct cli *cli, const char *line)
{
  char *rest = arena_strdup(cli->arena, line), **argv = arena_alloc(cli->arena, 64 * sizeof *argv);
  int argc = 0;
  clilib_noun = NULL;
  while (*rest) {
    assert_true(argc < 63);
    char end = *rest == '\'' ? '\'' : ' ';
    if (end == '\'') rest++;
    argv[argc++] = rest;
    rest += strcspn(rest, (char[]){end, '\0'});
    if (*rest) *rest++ = '\0';
    while (*rest == ' ')
      rest++;
  }
  return args_parse(cli, argc, argv, &clilib_noun);
}

static FILE *real_out, *real_err;
static char *out_text, *err_text;
static size_t out_length, err_length;

void clilib_catch(void)
{
  assert_null(real_out);
  free(out_text);
  free(err_text);
  fflush(stdout);
  fflush(stderr);
  real_out = stdout;
  real_err = stderr;
  stdout = open_memstream(&out_text, &out_length);
  stderr = open_memstream(&err_text, &err_length);
  assert_non_null(stdout);
  assert_non_null(stderr);
}

const char *clilib_caught(const char **ret_errors)
{
  assert_non_null(real_out);
  fclose(stdout);
  fclose(stderr);
  stdout = real_out;
  stderr = real_err;
  real_out = real_err = NULL;
  if (ret_errors) *ret_errors = err_text;
  return out_text;
}
