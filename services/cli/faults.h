// What is wrong in a file, each with line and column, printed in the order of the file:
//   a_framework.yaml:42:9: modes.MUTUAL_AID: unknown key memebrs
//     -> did you mean members?
// At most FAULTS_MAX are kept; the rest is counted.
#pragma once
#include "common/base/arena.h"
#include <stdio.h>

#define FAULTS_MAX 50

struct fault {
  unsigned line, column;
  const char *text, *fix; // fix NULL = none; both live in the arena
};
struct faults {
  const char *file;
  struct arena *arena;
  struct fault list[FAULTS_MAX];
  size_t n;     // kept
  size_t total; // found
};
void faults_init(struct faults *faults, const char *file, struct arena *arena);
void faults_add(struct faults *faults, unsigned line, unsigned column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// Adds how to mend it to the fault added last.
void faults_fix(struct faults *faults, const char *format, ...) __attribute__((format(printf, 2, 3)));
void faults_print(struct faults *faults, FILE *out); // sorts
