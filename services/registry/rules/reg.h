// What the rules of registryd share: refusals of single fields, revisions, events, chains of approval.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"
#include "common/domain/party.h"

enum { REG_TEXT_MAX = 200, REG_LIST_MAX = 64, REG_MEMBERS_MAX = 128, REG_PARTIES_MAX = 16, REG_NEST_MAX = 3 };

// ---- refusals; each returns the reason, or 0 when all is well

int reg_field(struct decision *out, const char *field, const char *detail_zh, const char *detail_en);
int reg_not_found(struct decision *out, const char *what_zh, const char *what_en, const char *ref);
int reg_expect_rev(const struct rule_context *ctx, uint64_t rev, struct decision *out); // DA-02
// Text of 1 (or 0 when optional) to max bytes, without control characters.
int reg_check_text(struct decision *out, const char *field, const char *text, bool optional, size_t max);
int reg_check_count(struct decision *out, const char *field, size_t n, size_t max);
int reg_check_date(struct decision *out, const char *field, const char *date, bool optional);
// The day a change takes effect, for the record's `since`: the day given, or today (or the day of the state
// before, where that begins later). Refused: no exact date, a day to come, a day before the state it follows.
int reg_effective_day(const struct rule_context *ctx, struct decision *out, const char *field,
                      const char *given, const char *old_since, char **ret);

char *reg_first_day(struct decision *out,
                    const char *date); // "2016-08" -> "2016-08-01"; NULL past the arena's cap

// ---- looking up what a command names; NOT-FOUND otherwise

int reg_find_institution(const struct dir_view *dir, const char *id, struct decision *out,
                         const Reg__Institution **ret);
int reg_find_agreement(const struct dir_view *dir, const char *id, struct decision *out,
                       const Reg__Agreement **ret);
int reg_find_partnership(const struct dir_view *dir, const char *id, struct decision *out,
                         const Reg__Partnership **ret);
int reg_find_programme(const struct dir_view *dir, const char *id, uint32_t version, struct decision *out,
                       const Prg__Programme **ret);
// The same for something new that is to rest on it: PR-04 if the version is retired. `what` that is, zh and
// en.
int reg_find_live_programme(const struct dir_view *dir, const char *id, uint32_t version,
                            const char *const what[2], struct decision *out, const Prg__Programme **ret);
int reg_find_mode(const Prg__Programme *programme, const char *mode, struct decision *out,
                  const Prg__Mode **ret);

// ---- records and events

// A copy to change; NULL past the arena's cap.
#define REG_COPY(out, type, record) ((type *)arena_clone((out)->arena, &(record)->base))
// Whether two records of one type say the same.
int reg_same_content(struct arena *arena, const ProtobufCMessage *a, const ProtobufCMessage *b, bool *ret);
// Emits an event whose first field is the record (copied) ; the message comes back for its other fields.
int reg_emit(struct decision *out, const ProtobufCMessageDescriptor *event, const ProtobufCMessage *record,
             const struct event_head *head, ProtobufCMessage **ret);
#define REG_NEW(out, type, init)                                                                             \
  ({                                                                                                         \
    type *new_ = ARENA_NEW((out)->arena, type);                                                              \
    if (new_) init(new_);                                                                                    \
    new_;                                                                                                    \
  })
void reg_unit(struct event_head *head,
              const char *id); // one more concerned; empty and repeated ids are left out
// Subject, division, revision, and the members with the parties of the agreement as those concerned.
void reg_partnership_head(const Reg__Partnership *partnership, const Reg__Agreement *agreement,
                          struct event_head *ret);
void reg_agreement_head(const Reg__Agreement *agreement, struct event_head *ret);
int reg_agreement_reply(const Reg__Agreement *agreement, struct decision *out);
// Roles the mode requires whose parties have not all signed: "PARTY_A, PARTY_B". NULL past the arena's cap.
const char *reg_unsigned_roles(struct arena *arena, const Prg__Mode *mode, const Reg__Agreement *agreement);

// ---- chains of approval (approval.c)

struct reg_chain {
  const struct party_subject *subject;
  char *const *words; // of the template
  size_t n;
  Typ__ApprovalStep *const *taken; // of the record
  size_t n_taken;
};
struct reg_step {
  const char *word;                    // of the chain
  const Reg__Institution *institution; // behind the word: the actor acts for it
  bool last;                           // nothing follows
};
// The step that is due, if the actor may take it; AS-09 naming who must, else. A word that several stand
// behind is done when each of them has approved.
int reg_next_step(const struct dir_view *dir, const struct rule_context *ctx, const struct reg_chain *chain,
                  struct decision *out, struct reg_step *ret);
Typ__ApprovalStep *reg_approval(struct decision *out, const struct rule_context *ctx,
                                const struct reg_step *step);
int reg_append_approval(struct decision *out, Typ__ApprovalStep ***list, size_t *n, Typ__ApprovalStep *step);
// Party words of which one will do; with one of `roles` a scope that covers the institution behind it will
// do, too.
struct reg_charge {
  const char *const *words;
  size_t n;
  uint32_t roles; // bits; 0 = only acting for it counts
};
// AS-09 naming those behind the words, unless the actor is one of them.
int reg_require_party(const struct dir_view *dir, const struct rule_context *ctx,
                      const struct party_subject *subject, const struct reg_charge *charge,
                      struct decision *out);
