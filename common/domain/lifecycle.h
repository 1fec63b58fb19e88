// A lifecycle as a table: allowed next states, the verb, who moves, the event. Diagrams in the docs come from
// it.
#pragma once
#include "common/domain/decision.h"

struct lifecycle_move {
  uint32_t from;     // bit per state value
  const char *verb;  // "approve"
  int to;            // state value; LIFECYCLE_SAME = it stays where it is
  const char *who;   // for the docs and refusals: "third party", "host"
  const char *event; // "PlanApproved"
};
struct lifecycle {
  const char *record; // "Assignment"
  const ProtobufCEnumDescriptor *states;
  int initial;
  const struct lifecycle_move *moves;
  size_t n;
};
#define STATE_BIT(value) (1u << (value))
#define LIFECYCLE_SAME   (-1)

const struct lifecycle_move *lifecycle_find(const struct lifecycle *lifecycle, int state, const char *verb);
// 0 and *ret_to, or the STATE rejection with the state and the verbs possible from it.
int lifecycle_move(const struct lifecycle *lifecycle, int state, const char *verb, struct decision *out,
                   int *ret_to);
// Markdown: a Mermaid state diagram and a table. malloced.
char *lifecycle_markdown(const struct lifecycle *lifecycle);
