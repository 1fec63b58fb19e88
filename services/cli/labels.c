#include "services/cli/labels.h"
#include "services/cli/lang.h"
#include <string.h>

static const struct {
  const char *field, *text;
  enum label_what what;
} rows[] = {
#define LABEL(field, text, what) {field, text, LABEL_##what},
#include "services/cli/labels.def"
#undef LABEL
};

struct label labels_of(const char *field)
{
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(rows[i].field, field) == 0) return (struct label){_(rows[i].text), rows[i].what};
  return (struct label){field, LABEL_TEXT};
}
