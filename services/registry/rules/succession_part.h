// A succession being decided: the records it changes, each once, whatever brings it in. Used by the
// succession files only.
#pragma once
#include "services/registry/rules/links.h"

struct reg_succession;
struct reg_change {
  const ProtobufCMessage *before; // as stored
  ProtobufCMessage *next;         // the copy that is changed; rev moved on once
  // Of an institution that the command is about: its event. NULL = the event follows from the record.
  int (*emit)(struct reg_succession *succession, const struct reg_change *change);
  bool ends; // the link as a whole: dissolved, terminated
  const char *reason;
};
struct reg_succession {
  const struct dir_view *dir;
  const struct rule_context *ctx;
  struct decision *out;
  const char *on;     // the day given, may be empty
  const char *reason; // of the command
  Reg__LinkDecision *const *decisions;
  size_t n_decisions;
  const Reg__Institution *successor; // where ACTION_SUCCESSOR leads; NULL = nowhere
  bool ceases;                       // the units are no more afterwards, so nothing can stay with them
  struct reg_change *changes;
  size_t n_changes, capacity;
};

// The change of a record: one that is there already, or a new one with its copy. The day is `on`, or that of
// the present state where this began later. 0, a refusal or negative.
int reg_succession_change(struct reg_succession *succession, const ProtobufCMessage *record,
                          struct reg_change **ret);
// Every live link of these units is decided (IN-08), and carried out on copies of the records.
int reg_succession_decide(struct reg_succession *succession, const Reg__Institution *const *leaving,
                          size_t n);
// The events of all changes in the order they came, and the partnerships that are broken or mended by them.
int reg_succession_emit(struct reg_succession *succession);
// One line for each partnership that the decision breaks: "PN-01: 手拉手". *ret in the arena.
int reg_succession_warnings(const struct reg_succession *succession, char ***ret, size_t *ret_n);
