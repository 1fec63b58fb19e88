// Invariants of the programme itself (not of its input): they stay on in release builds, because a daemon
// that runs on with a broken invariant writes the damage into its journal. Never for input or memory.
#pragma once

// Prints file, line and text to standard error and aborts.
_Noreturn void check_failed(const char *file, int line, const char *text);

#define CHECK(condition)                                                                                     \
  do {                                                                                                       \
    if (__builtin_expect(!(condition), 0)) check_failed(__FILE__, __LINE__, #condition);                     \
  } while (0)
