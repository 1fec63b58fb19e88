#include "services/cli/lang.h"
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool chinese;

static const char *of_environment(void)
{
  static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *value = getenv(names[i]);
    if (value && *value) return value;
  }
  return "en";
}

// <folder of the program>/../share/locale
static void bind_catalogue(void)
{
  char path[PATH_MAX], locale[PATH_MAX + 32];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0) return;
  path[length] = '\0';
  char *slash = strrchr(path, '/');
  if (!slash) return;
  *slash = '\0';
  snprintf(locale, sizeof locale, "%s/../share/locale", path);
  bindtextdomain("jiedui", locale);
  bind_textdomain_codeset("jiedui", "UTF-8");
  textdomain("jiedui");
}

void lang_start(const char *wanted)
{
  const char *word = wanted ? wanted : of_environment();
  chinese = strncmp(word, "zh", 2) == 0;
  // C.UTF-8 is always there, and LANGUAGE chooses the catalogue under every locale but plain C.
  setenv("LANGUAGE", chinese ? "zh_CN" : "en", 1);
  setlocale(LC_ALL, "C.UTF-8");
  bind_catalogue();
}

bool lang_known(const char *word)
{
  return strcmp(word, "zh") == 0 || strcmp(word, "en") == 0;
}

bool lang_zh(void)
{
  return chinese;
}

const char *lang_pick(const char *zh, const char *en)
{
  const char *wanted = chinese ? zh : en, *other = chinese ? en : zh;
  if (wanted && *wanted) return wanted;
  return other ? other : "";
}
