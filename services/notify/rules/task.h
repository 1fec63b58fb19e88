// Tasks for the operators: what software cannot settle, so that nothing stays silently undelivered (NO-01).
#pragma once
#include "services/notify/rules/record.h"

struct ntf_task {
  const char *notice, *delivery; // ids, "" = none
  const char *word;              // party word concerned, "" = none
  const char *division;          // who may see the event
  enum reason reason;            // its text, filled with the two parameters, is the text of the task
  const char *name1, *value1, *name2, *value2; // names NULL = none
};
// Emits TaskOpened. 0 or negative.
int ntf_task_open(const struct ntf_task *task, const struct rule_context *ctx, struct decision *out);

int ntf_task_decide_close(struct ntf_view *view, const Ntf__CloseTask *command,
                          const struct rule_context *ctx, struct decision *out);
