#include "services/cli/subjects.h"
#include "services/cli/lang.h"
#include <ctype.h>
#include <string.h>

static const struct {
  const char *code, *zh, *en;
} subjects[] = {
#define SUBJECT(code, zh, en) {code, zh, en},
#include "services/cli/subjects.def"
#undef SUBJECT
};
#define N_SUBJECTS (sizeof subjects / sizeof *subjects)

const char *subjects_code(const char *text)
{
  const char *found = NULL;
  bool code = isdigit((unsigned char)text[0]) && isdigit((unsigned char)text[1]) && !text[2];
  for (size_t i = 0; i < N_SUBJECTS; i++)
    if (strcmp(subjects[i].zh, text) == 0) found = subjects[i].code;
  return found ? found : code ? text : NULL;
}

bool subjects_known(const char *code)
{
  for (size_t i = 0; i < N_SUBJECTS; i++)
    if (strcmp(subjects[i].code, code) == 0) return true;
  return false;
}

const char *subjects_name(const char *code)
{
  for (size_t i = 0; i < N_SUBJECTS; i++)
    if (strcmp(subjects[i].code, code) == 0) return lang_pick(subjects[i].zh, subjects[i].en);
  return code;
}
