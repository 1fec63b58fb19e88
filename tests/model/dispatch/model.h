// A naive model of postings: a list, days counted one by one, quotas counted anew each time. It shares no
// code with the rules; it says what each command must answer.
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum model_state {
  PROPOSED,
  ACCEPTED,
  DECLINED,
  APPROVED,
  DISPATCHED,
  ARRIVED,
  SUSPENDED,
  COMPLETED,
  ENDED,
  CANCELLED,
  NO_SHOW
};
enum model_verb {
  ACCEPT_PERSON,
  ACCEPT_HOME,
  DECLINE,
  APPROVE,
  CANCEL,
  ORDER,
  ARRIVE,
  SUSPEND,
  RESUME,
  RECALL,
  END_EARLY,
  COMPLETE,
  VERBS
};

#define MODEL_MAX  400
#define MODEL_DAYS 1500 // days from the first one
struct model_posting {
  char id[40];
  int person, load;
  int from, to;            // days; `to` is not included
  int due, arrived, ended; // days; -1 = not yet
  enum model_state state;
  bool person_said, home_said;
  int year; // of the first day
  int line; // of the plan, 0 = a principal's posting
};
struct model {
  struct model_posting list[MODEL_MAX];
  int n;
  int today;
  int quota;       // principals a year
  int line_max[4]; // approved figures, by line
};

// What a proposal must answer: NULL = accepted, else the code.
const char *model_propose(const struct model *model, const struct model_posting *posting);
// What a step must answer. Applies it when accepted.
const char *model_step(struct model *model, struct model_posting *posting, enum model_verb verb);
int model_tick(struct model *model, int today); // how many become no-shows
int model_used_year(const struct model *model, int year);
int model_used_line(const struct model *model, int line); // 0 = all lines
