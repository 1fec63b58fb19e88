// Issues: difficulties a party raises about a programme or a partnership (document row E15), and those the
// registry raises itself about a partnership whose structure broke. People answer and close them; nothing
// closes by itself.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

enum { REG_ISSUE_DAYS = 30 }; // to answer, where nobody named a day

int reg_issue_raise(const struct dir_view *dir, const Reg__RaiseIssue *cmd, const struct rule_context *ctx,
                    struct decision *out);
// By the owner.
int reg_issue_answer(const struct dir_view *dir, const Reg__AnswerIssue *cmd, const struct rule_context *ctx,
                     struct decision *out);
// By who raised it, or an office above the place; one the registry raised, by its owner too.
int reg_issue_close(const struct dir_view *dir, const Reg__CloseIssue *cmd, const struct rule_context *ctx,
                    struct decision *out);

// One more event in a decision that broke the partnership (record after the flag): an issue for its owner,
// unless an open one of the registry's names all these rules already.
int reg_issue_of_broken(const struct dir_view *dir, const struct rule_context *ctx,
                        const Reg__Partnership *partnership, struct decision *out);

// One more event in the decision that confirmed a review with the outcome ISSUE_RAISED (document row E15): an
// issue raised by who confirmed it, and answered as any other.
struct reg_issue_cause {
  const Reg__ReviewRecord *review;
  const char *raised_by; // institution
  const char *text;      // what was remarked, may be empty
};
int reg_issue_of_review(const struct dir_view *dir, const struct rule_context *ctx,
                        const struct reg_issue_cause *cause, struct decision *out, const char **ret_id);
