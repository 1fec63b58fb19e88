// What review*.c share: a review with what it is about.
#pragma once
#include "services/registry/rules/lifecycle.h"
#include "services/registry/rules/reg.h"

struct review_work {
  const struct dir_view *dir;
  const struct rule_context *ctx;
  struct decision *out;
  const Prg__Programme *programme;
  const Prg__Review *review;           // of the template
  const Reg__Partnership *partnership; // the subject, or NULL
  const Reg__Agreement *agreement;     // it rests on, or NULL
  Reg__ReviewRecord *record;           // what is to be stored
  const char *issue;                   // that it opened, or NULL
};

int review_find(struct review_work *work, const char *review); // of the programme
int review_load(struct review_work *work, const char *id,
                const char *verb); // the stored one, moved by the verb
// The words of the steps in order: those of the template, else whoever receives the result.
size_t review_steps(const struct review_work *work, char *const **ret);
// The institution behind a step, if the actor acts for it; AS-09 naming who must, else.
int review_actor(struct review_work *work, const char *step, const Reg__Institution **ret);
// Whether the template knows this outcome; FIELD with those it knows, else.
int review_check_outcome(struct review_work *work, const char *outcome);
int review_emit(struct review_work *work, const ProtobufCMessageDescriptor *event, ProtobufCMessage **ret);
int review_reply(struct review_work *work);
