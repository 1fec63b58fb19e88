#include "common/domain/lifecycle.h"
#include "common/base/cleanup.h"
#include "common/base/pb.h"
#include <stdio.h>
#include <string.h>

const struct lifecycle_move *lifecycle_find(const struct lifecycle *lifecycle, int state, const char *verb)
{
  for (size_t i = 0; i < lifecycle->n; i++)
    if ((lifecycle->moves[i].from & STATE_BIT(state)) && strcmp(lifecycle->moves[i].verb, verb) == 0)
      return &lifecycle->moves[i];
  return NULL;
}

static int state_after(const struct lifecycle_move *move, int state)
{
  return move->to == LIFECYCLE_SAME ? state : move->to;
}

static const char *state_word(const struct lifecycle *lifecycle, int state)
{
  const char *word = pb_enum_word(lifecycle->states, state);
  return word ? word : "?";
}

// "accept, decline": what may happen in this state; "-" at an end state. What leaves the state as it is
// depends on more than the state and is no hint.
static const char *allowed_verbs(const struct lifecycle *lifecycle, int state, struct arena *arena)
{
  const char *list = NULL;
  for (size_t i = 0; i < lifecycle->n; i++) {
    const struct lifecycle_move *move = &lifecycle->moves[i];
    if (!(move->from & STATE_BIT(state)) || move->to == LIFECYCLE_SAME) continue;
    list = list ? arena_printf(arena, "%s, %s", list, move->verb) : move->verb;
    if (!list) return "?";
  }
  return list ? list : "-";
}

int lifecycle_move(const struct lifecycle *lifecycle, int state, const char *verb, struct decision *out,
                   int *ret_to)
{
  const struct lifecycle_move *move = lifecycle_find(lifecycle, state, verb);
  if (!move)
    return decision_reject(out, REASON_STATE, "record", lifecycle->record, "state",
                           state_word(lifecycle, state), "verb", verb, "allowed",
                           allowed_verbs(lifecycle, state, out->arena), NULL);
  *ret_to = state_after(move, state);
  return 0;
}

static void print_diagram(FILE *out, const struct lifecycle *lifecycle)
{
  fprintf(out, "## %s\n\n```mermaid\nstateDiagram-v2\n", lifecycle->record);
  fprintf(out, "  [*] --> %s\n", state_word(lifecycle, lifecycle->initial));
  for (size_t i = 0; i < lifecycle->n; i++)
    for (unsigned v = 0; v < lifecycle->states->n_values; v++) {
      const struct lifecycle_move *move = &lifecycle->moves[i];
      int state = lifecycle->states->values[v].value;
      if (!(move->from & STATE_BIT(state))) continue;
      fprintf(out, "  %s --> %s : %s\n", state_word(lifecycle, state),
              state_word(lifecycle, state_after(move, state)), move->verb);
    }
  fprintf(out, "```\n\n");
}

static void print_from(FILE *out, const struct lifecycle *lifecycle, uint32_t from)
{
  const char *separator = "";
  for (unsigned v = 0; v < lifecycle->states->n_values; v++) {
    int state = lifecycle->states->values[v].value;
    if (!(from & STATE_BIT(state))) continue;
    fprintf(out, "%s%s", separator, state_word(lifecycle, state));
    separator = ", ";
  }
}

char *lifecycle_markdown(const struct lifecycle *lifecycle)
{
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  if (!out) return NULL;
  print_diagram(out, lifecycle);
  fprintf(out, "| From | Verb | To | Who | Event |\n|---|---|---|---|---|\n");
  for (size_t i = 0; i < lifecycle->n; i++) {
    const struct lifecycle_move *move = &lifecycle->moves[i];
    fprintf(out, "| ");
    print_from(out, lifecycle, move->from);
    const char *to = move->to == LIFECYCLE_SAME ? "the same" : state_word(lifecycle, move->to);
    fprintf(out, " | %s | %s | %s | %s |\n", move->verb, to, move->who, move->event);
  }
  bool failed = ferror(out) != 0;
  if (fclose(out) != 0 || failed) {
    free(text);
    return NULL;
  }
  return text;
}
