// What a rule is given and what it gives back.
//   int decide_xxx(const struct dir_view *dir, const struct <x>_view *view, const <Cmd> *cmd,
//                  const struct rule_context *ctx, struct decision *out);
// Returns 0 (events and reply in out), a positive enum reason (rejection, parameters in out) or a negative
// system error of a view. Rules have no clock, socket, store handle or randomness: everything
// non-deterministic is in the context.
#pragma once
#include "common/base/arena.h"
#include "common/base/date.h"
#include "common/base/uuid7.h"
#include "common/domain/reason.h"
#include "proto/types.pb-c.h"

struct actor_scope {
  const char *division;  // subtree: prefix of division codes; "0" = the nation
  const char *programme; // id or "*"
};
struct actor { // who acts; from the key, never from the message
  const char *name;
  uint32_t roles; // bit per Typ__Role
  const struct actor_scope *scopes;
  size_t n_scopes;
  const char *const *acts_for; // "unit:CODE", "units-under:CODE", "person:STAFF_NO", "persons-of:CODE"
  size_t n_acts_for;
  const char *on_behalf_of; // "" = nobody
};
#define ROLE_BIT(role) (1u << TYP__ROLE__ROLE_##role)

struct rule_context {
  int64_t now_us;        // business clock
  char today[DATE_SIZE]; // its UTC+8 day
  struct actor actor;
  struct id_source *ids; // ids for new records
  uint64_t expect_rev;   // 0 = none
  const void *prepared;  // what api.c prepared outside the rules (sealed personal data)
};

#define EVENT_UNITS 144 // all members of a partnership and the parties of its agreement
struct event_head {
  const char *subject;            // id of the record
  const char *division;           // who may see it
  const char *units[EVENT_UNITS]; // ids of institutions and persons concerned
  size_t n_units;
  uint64_t rev;
};
struct decided_event {
  struct event_head head;
  const ProtobufCMessage *data;
  struct decided_event *next;
};
#define DECISION_PARAMS 8
struct decision {
  struct arena *arena; // everything below lives here
  struct decided_event *first, *last;
  size_t n_events;
  const ProtobufCMessage *reply; // NULL = an empty result
  enum reason reason;
  struct {
    const char *name, *value;
  } params[DECISION_PARAMS];
  size_t n_params;
  const char *warnings[8];
  size_t n_warnings;
};

// The message must live in the arena (or longer) and not change afterwards. 0 or -ENOMEM.
int decision_emit(struct decision *decision, const struct event_head *head, const ProtobufCMessage *event);
// `return decision_reject(out, REASON_PN_01, "mode", mode, "n", text, NULL);` copies the values. Returns the
// reason. A value that differs by language is given twice, as name_zh and name_en: {why} then takes why_zh in
// the Chinese text.
int decision_reject(struct decision *decision, enum reason reason, ...) __attribute__((sentinel));
// The decimal text of a number, in the arena: for parameters.
const char *decision_number(struct decision *decision, int64_t number);

// The rejection or success as Status with both languages filled in; lives in the arena.
Bus__Status *status_of_reason(struct arena *arena, enum reason reason, const struct decision *params);
Bus__Status *status_reject(struct arena *arena, enum reason reason, ...) __attribute__((sentinel));
// "{a} 在 {b}" with parameters filled; unknown names stay as they are.
char *reason_fill(struct arena *arena, const char *pattern, const struct decision *params);
