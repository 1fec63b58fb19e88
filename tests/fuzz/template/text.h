// What the driver for text files (main.c) needs to know of a target; each target's corpus.c defines it.
#pragma once
#include <stddef.h>

struct fuzz_text {
  const char *const *folders; // of the source tree, ended by NULL
  const char *suffix;         // of the files in them
  const char *const *tokens;  // words that matter to the format, ended by NULL
  int mutations;
};
extern const struct fuzz_text fuzz_text;
