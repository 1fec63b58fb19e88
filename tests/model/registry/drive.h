// What drives a random run of registryd's rules beside a naive model: a world, an arena for the command at
// hand, numbers drawn from a printed seed, a day that goes on, and the journal of all that was accepted.
#pragma once
#include "tests/model/registry/replay.h"

struct drive {
  struct world *w;
  struct arena *own, *scratch; // the world's arena, and the one of the command at hand
  uint64_t random;
  int day;
  char today[DATE_SIZE];
  struct replay journal;
  size_t accepted, refused;
};
// A new world that `prepare` fills with what comes from no event. It begins on 2016-08-17.
void drive_start(struct drive *drive, void (*prepare)(struct world *world));
// Applies the journal to another such world: every table must be the same (replay.h). Gives all back.
void drive_end(struct drive *drive, void (*prepare)(struct world *world));

uint32_t drive_below(struct drive *drive, uint32_t bound);
bool drive_chance(struct drive *drive, uint32_t percent);
void drive_to(struct drive *drive, int day); // that day is today
// Before each command: what the one before built is forgotten.
void drive_begin(struct drive *drive);
// The verdicts agree - the word of a reason, "" = accepted -, and what was decided is applied and kept.
void drive_settle(struct drive *drive, const char *what, const struct decision *out, int got,
                  const char *wanted);
const char *drive_word(enum reason reason); // of a verdict
// Whoever may do anything in Bayannur.
struct rule_context *drive_context(struct drive *drive);

// ---- parts of their worlds

const char *drive_code(struct drive *drive, int school); // of the school with this number
// COBUILD, whose members are in no other, and COLLAB, under the programme "consortia".
void drive_consortia(struct world *world);
