#include "services/notify/rules/task.h"
#include "services/notify/rules/lifecycle.h"

#include <errno.h>

static int emit(struct decision *out, const Ntf__OperatorTask *task, const char *division,
                const ProtobufCMessage *event)
{
  struct event_head head = {.subject = task->id, .division = division, .rev = task->rev};
  return decision_emit(out, &head, event);
}

int ntf_task_open(const struct ntf_task *about, const struct rule_context *ctx, struct decision *out)
{
  struct decision params = {.arena = out->arena};
  (void)decision_reject(&params, about->reason, about->name1, about->value1, about->name2, about->value2,
                        NULL);
  Bus__Status *status = status_of_reason(out->arena, about->reason, &params);
  Ntf__TaskOpened *event = ARENA_NEW(out->arena, Ntf__TaskOpened);
  Ntf__OperatorTask *task = ARENA_NEW(out->arena, Ntf__OperatorTask);
  char *id = ntf_record_id(ctx, out->arena);
  if (!status || !event || !task || !id) return -ENOMEM;
  ntf__operator_task__init(task);
  task->id = id;
  task->notice = (char *)about->notice;
  task->delivery = (char *)about->delivery;
  task->word = (char *)about->word;
  task->reason = status->reason;
  task->text_zh = status->message_zh;
  task->text_en = status->message_en;
  task->status = NTF__TASK_STATUS__TASK_OPEN;
  task->rev = 1;
  ntf__task_opened__init(event);
  event->task = task;
  return emit(out, task, about->division, &event->base);
}

static int reply(struct decision *out, const Ntf__OperatorTask *task)
{
  Ntf__TaskReply *answer = ARENA_NEW(out->arena, Ntf__TaskReply);
  if (!answer) return -ENOMEM;
  ntf__task_reply__init(answer);
  answer->id = task->id;
  answer->status = task->status;
  answer->rev = task->rev;
  out->reply = &answer->base;
  return 0;
}

int ntf_task_decide_close(struct ntf_view *view, const Ntf__CloseTask *command,
                          const struct rule_context *ctx, struct decision *out)
{
  const Ntf__OperatorTask *task = NULL;
  int r = ntf_view_task(view, command->id, &task), to = 0;
  if (r < 0) return r;
  if (!task) return decision_reject(out, REASON_NOT_FOUND, "what", "task", "ref", command->id, NULL);
  if (ctx->expect_rev && ctx->expect_rev != task->rev)
    return decision_reject(out, REASON_REV, "rev", decision_number(out, (int64_t)task->rev), "expected",
                           decision_number(out, (int64_t)ctx->expect_rev), NULL);
  r = ntf_record_check_note("note", command->note, false, out);
  if (r == 0) r = lifecycle_move(&ntf_lifecycle_task, (int)task->status, "close", out, &to);
  if (r != 0) return r;
  Ntf__OperatorTask *next = (Ntf__OperatorTask *)arena_clone(out->arena, &task->base);
  Ntf__TaskClosed *event = ARENA_NEW(out->arena, Ntf__TaskClosed);
  if (!next || !event) return -ENOMEM;
  next->status = (Ntf__TaskStatus)to;
  next->rev++;
  ntf__task_closed__init(event);
  event->task = next;
  event->note = command->note;
  r = emit(out, next, "", &event->base);
  return r < 0 ? r : reply(out, next);
}
