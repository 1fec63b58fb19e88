#include "services/cli/say.h"
#include "services/cli/lang.h"
#include "services/cli/pbjson.h"
#include <stdarg.h>
#include <string.h>

int say_error(int code, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  fputs("jiedui: ", stderr);
  vfprintf(stderr, format, list);
  fputc('\n', stderr);
  va_end(list);
  return code;
}

void say_fix(const char *format, ...)
{
  va_list list;
  va_start(list, format);
  fputs("  -> ", stderr);
  vfprintf(stderr, format, list);
  fputc('\n', stderr);
  va_end(list);
}

int say_failure(int error, const char *what)
{
  return say_error(CLI_UNREACHABLE, "%s: %s", what, strerror(error < 0 ? -error : error));
}

int say_exit(Bus__Code code)
{
  switch (code) {
  case BUS__CODE__CODE_OK:
    return CLI_OK;
  case BUS__CODE__CODE_REFUSED:
    return CLI_REFUSED;
  case BUS__CODE__CODE_INVALID:
  case BUS__CODE__CODE_UNIMPLEMENTED:
    return CLI_USAGE;
  case BUS__CODE__CODE_DENIED:
    return CLI_DENIED;
  case BUS__CODE__CODE_NOT_FOUND:
    return CLI_NOT_FOUND;
  case BUS__CODE__CODE_CONFLICT:
    return CLI_CONFLICT;
  case BUS__CODE__CODE_EXPIRED:
    return CLI_TIMEOUT;
  default:
    return CLI_UNREACHABLE;
  }
}

int say_status(const struct cli *cli, const Bus__Status *status)
{
  if (cli->json) pbjson_print(stdout, &status->base);
  const char *message = lang_pick(status->message_zh, status->message_en);
  const char *fix = lang_pick(status->fix_zh, status->fix_en);
  const char *reason = *status->reason ? status->reason : "?";
  say_error(0, "%s: %s", say_clean(cli->arena, reason), say_clean(cli->arena, message));
  if (*fix) say_fix("%s", say_clean(cli->arena, fix));
  return say_exit(status->code);
}

const char *say_clean(struct arena *arena, const char *text)
{
  char *copy = arena_strdup(arena, text);
  if (!copy) return "";
  for (unsigned char *p = (unsigned char *)copy; *p; p++) {
    bool c1 = p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f; // U+0080 to U+009F
    if (c1) *p++ = ' ';
    if (c1 || *p < 0x20 || *p == 0x7f) *p = ' ';
  }
  return copy;
}
