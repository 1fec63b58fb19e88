// The bytes of a CSV file as UTF-8 text.
#pragma once
#include "services/cli/csv.h"

struct csv_text {
  const char *bytes; // UTF-8; in the arena, or a part of what was decoded
  size_t length;
  const char *encoding; // what it was: "UTF-8" or "GB18030"
};
// wanted: auto, utf-8 or gb18030. False with *fault filled.
bool csv_text_decode(const char *data, size_t length, const char *wanted, struct arena *arena,
                     struct csv_text *ret, struct csv_fault *fault);
