#include "services/cli/dialect_scalar.h"
#include "services/cli/lang.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool one_of(const char *text, const char *const words[])
{
  for (size_t i = 0; words[i]; i++)
    if (strcasecmp(text, words[i]) == 0) return true;
  return false;
}

static bool trap_boolean(const char *text, bool key)
{
  static const char *const words[] = {"on", "off", "yes", "no", "y", "n", "true", "false", NULL};
  return one_of(text, words) && (key || strcmp(text, "true") != 0);
}

static bool word_char(char c)
{
  return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static bool all(const char *text, bool (*fits)(char))
{
  while (*text && fits(*text))
    text++;
  return !*text;
}

static bool digit(char c)
{
  return c >= '0' && c <= '9';
}

static const char *check_number(const char *text, const char **ret_fix)
{
  if (!all(text, digit)) {
    *ret_fix = _("numbers are plain decimal integers; texts, codes and dates stand in double quotes");
    return _("%s is not a number of the dialect");
  }
  if (text[0] == '0' && text[1]) {
    *ret_fix = _("leave out the zero, or quote it if it is a code");
    return _("%s starts with a zero and would be read as octal");
  }
  if (strlen(text) > 18) return _("%s is too large");
  return NULL;
}

// A plain scalar of a programme file: a word or a number.
static const char *check_plain(const char *text, const char **ret_fix)
{
  if (strchr("+-.0123456789", text[0])) return check_number(text, ret_fix);
  if (isalpha((unsigned char)text[0]) && all(text, word_char)) return NULL;
  *ret_fix = _("free text stands in double quotes");
  return _("%s is neither a word nor a number");
}

static bool has_control(const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) return true;
  return false;
}

const char *dialect_scalar_check(const struct dialect_scalar *scalar, const char **ret_fix)
{
  const char *text = scalar->text;
  static const char *const nulls[] = {"~", "null", NULL};
  *ret_fix = NULL;
  if (scalar->style == YAML_LITERAL_SCALAR_STYLE || scalar->style == YAML_FOLDED_SCALAR_STYLE) {
    *ret_fix = _("write the text in double quotes");
    return _("block texts (| and >) are not allowed");
  }
  if (has_control(text, scalar->length)) return _("the text contains control characters");
  if (scalar->style != YAML_PLAIN_SCALAR_STYLE) {
    if (scalar->level == DIALECT_PLAIN) return NULL;
    if (scalar->key) return _("key %s stands without quotes");
    return scalar->style == YAML_DOUBLE_QUOTED_SCALAR_STYLE ? NULL : _("texts stand in double quotes");
  }
  if (!*text || one_of(text, nulls)) {
    *ret_fix = _("leave the key out: that is the only way to say \"not given\"");
    return *text ? _("%s is not a value") : _("the value is missing");
  }
  if (scalar->key && strcmp(text, "<<") == 0) return _("merge keys (<<) are not allowed");
  bool config_flag = scalar->level == DIALECT_PLAIN && !scalar->key && strcmp(text, "false") == 0;
  if (trap_boolean(text, scalar->key) && !config_flag) {
    *ret_fix = _("a flag is true or left out; quote the word if it is a text");
    return _("%s would be read as a boolean");
  }
  return scalar->level == DIALECT_PROGRAMME ? check_plain(text, ret_fix) : NULL;
}
