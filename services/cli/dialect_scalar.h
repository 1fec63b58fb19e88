// One scalar against the dialect: which plain words and numbers may stand, and what YAML would make of the
// others.
#pragma once
#include "services/cli/dialect.h"
#include <yaml.h>

struct dialect_scalar {
  const char *text;
  size_t length;
  yaml_scalar_style_t style;
  bool key;
  enum dialect_level level;
};
// NULL if it may stand; otherwise what is wrong, a format with %s for the text, and perhaps how to mend it.
const char *dialect_scalar_check(const struct dialect_scalar *scalar, const char **ret_fix);
