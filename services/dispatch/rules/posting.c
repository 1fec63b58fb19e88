#include "services/dispatch/rules/posting.h"
#include "common/base/pb.h"
#include "services/dispatch/rules/candidate.h"
#include "services/dispatch/rules/lifecycle.h"
#include "services/dispatch/rules/move.h"
#include "services/dispatch/rules/quota.h"
#include <errno.h>
#include <string.h>

// ---- dates

static int bad_day(const struct dsp_call *call, const char *field)
{
  return dsp_gate_field(call, field, "应为完整日期，如 2016-09-01", "needs a full date such as 2016-09-01");
}

// AS-10 with both days in it: "{what} {day} ... {limit}".
static int bad_order(const struct dsp_call *call, const char *format_zh, const char *format_en,
                     const char *day, const char *limit)
{
  struct decision words = {.arena = call->out->arena};
  words.params[0].name = "day";
  words.params[0].value = day;
  words.params[1].name = "limit";
  words.params[1].value = limit;
  words.n_params = 2;
  return dsp_gate_dates(call, reason_fill(call->out->arena, format_zh, &words),
                        reason_fill(call->out->arena, format_en, &words));
}

static const char *earliest_arrival(const struct dsp_call *call, const Dsp__Assignment *assignment)
{
  char day[DATE_SIZE];
  date_add_days(assignment->period->from, -DSP_POSTING_EARLY_DAYS, day);
  return arena_strdup(call->out->arena, day);
}

static bool after_end(const Dsp__Assignment *assignment, const char *day)
{
  return dsp_gate_is_text(assignment->period->to) && date_compare(day, assignment->period->to) >= 0;
}

// A day of arrival, promised or reported: not more than a week before the start, and before the end.
static int check_arrival(const struct dsp_call *call, const Dsp__Assignment *assignment, const char *day)
{
  const char *earliest = earliest_arrival(call, assignment);
  if (!earliest) return -ENOMEM;
  if (date_compare(day, earliest) < 0)
    return bad_order(call, "报到日 {day} 早于派遣开始前七天（{limit}）",
                     "arrival {day} is more than 7 days before the posting starts ({limit} at the earliest)",
                     day, earliest);
  if (after_end(assignment, day))
    return bad_order(call, "报到日 {day} 不早于派遣结束 {limit}",
                     "arrival {day} is not before the posting ends, {limit}", day, assignment->period->to);
  return 0;
}

static int check_not_future(const struct dsp_call *call, const char *day)
{
  if (date_compare(day, call->ctx->today) <= 0) return 0;
  return bad_order(call, "{day} 还没有到（今天 {limit}）", "{day} is still to come (today is {limit})", day,
                   call->ctx->today);
}

// The day a posting ended: given or today, capped by the agreed end; not before the arrival.
static int end_day(const struct dsp_call *call, const Dsp__Assignment *assignment, const char *given,
                   const char **ret)
{
  const char *to = assignment->period->to;
  const char *day = dsp_gate_is_text(given) ? given : call->ctx->today;
  if (dsp_gate_is_text(given) && !date_is_day(given)) return bad_day(call, "ended_on");
  if (!dsp_gate_is_text(given) && after_end(assignment, day)) day = to;
  int r = check_not_future(call, day);
  if (r != 0) return r;
  if (dsp_gate_is_text(to) && date_compare(day, to) > 0)
    return bad_order(call, "结束日 {day} 晚于派遣期限 {limit}",
                     "the end {day} is after the agreed end {limit}", day, to);
  if (dsp_gate_is_text(assignment->arrived_on) && date_compare(day, assignment->arrived_on) < 0)
    return bad_order(call, "结束日 {day} 早于报到日 {limit}", "the end {day} is before the arrival {limit}",
                     day, assignment->arrived_on);
  *ret = arena_strdup(call->out->arena, day);
  return *ret ? 0 : -ENOMEM;
}

// ---- steps

int dsp_posting_order(const struct dir_view *dir, const struct dsp_view *view, const Dsp__IssueOrder *cmd,
                      const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_move move;
  char period[10];
  int r = dsp_move_begin(&call, cmd->id, "order", &move);
  if (r == 0) r = dsp_move_acts(&call, &move.case_, move.next, DSP_SENDER);
  if (r != 0) return r;
  if ((r = dsp_gate_text(&call, "order_no", cmd->order_no)) != 0) return r;
  const char *due = dsp_gate_is_text(cmd->arrival_due) ? cmd->arrival_due : move.next->period->from;
  if (!date_is_day(due)) return bad_day(&call, "arrival_due");
  if ((r = check_arrival(&call, move.next, due)) != 0) return r;
  move.next->order_no = cmd->order_no;
  move.next->arrival_due = (char *)due;
  if ((r = dsp_move_finish(&call, &move, NULL)) != 0) return r;
  dsp_quota_period(&move.case_, move.next->period->from, period);
  return dsp_candidate_post(&call, move.next, period);
}

int dsp_posting_arrive(const struct dir_view *dir, const struct dsp_view *view,
                       const Dsp__ConfirmArrival *cmd, const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_move move;
  int r = dsp_move_begin(&call, cmd->id, "arrive", &move);
  if (r == 0) r = dsp_move_acts(&call, &move.case_, move.next, DSP_HOST);
  if (r != 0) return r;
  const char *day = dsp_gate_is_text(cmd->arrived_on) ? cmd->arrived_on : ctx->today;
  if (!date_is_day(day)) return bad_day(&call, "arrived_on");
  r = check_not_future(&call, day);
  if (r == 0) r = check_arrival(&call, move.next, day);
  if (r != 0) return r;
  move.next->arrived_on = arena_strdup(out->arena, day);
  return move.next->arrived_on ? dsp_move_finish(&call, &move, NULL) : -ENOMEM;
}

int dsp_posting_suspend(const struct dir_view *dir, const struct dsp_view *view,
                        const Dsp__SuspendAssignment *cmd, const struct rule_context *ctx,
                        struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_move move;
  int r = dsp_move_begin(&call, cmd->id, "suspend", &move);
  if (r == 0) r = dsp_move_acts(&call, &move.case_, move.next, DSP_HOST | DSP_HOME);
  if (r != 0) return r;
  if ((r = dsp_gate_text(&call, "reason", cmd->reason)) != 0) return r;
  return dsp_move_finish(&call, &move, cmd->reason);
}

int dsp_posting_resume(const struct dir_view *dir, const struct dsp_view *view,
                       const Dsp__ResumeAssignment *cmd, const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_move move;
  int r = dsp_move_begin(&call, cmd->id, "resume", &move);
  if (r == 0) r = dsp_move_acts(&call, &move.case_, move.next, DSP_HOST | DSP_HOME);
  return r != 0 ? r : dsp_move_finish(&call, &move, NULL);
}

struct ending {
  const char *verb, *ended_on, *reason;
  unsigned sides;
};

static int end_early(const struct dsp_call *call, const char *id, const struct ending *ending,
                     struct dsp_move *ret)
{
  struct dsp_move move;
  const char *day;
  int r = dsp_move_begin(call, id, ending->verb, &move);
  if (r == 0) r = dsp_move_acts(call, &move.case_, move.next, ending->sides);
  if (r != 0) return r;
  if ((r = dsp_gate_text(call, "reason", ending->reason)) != 0) return r;
  if ((r = end_day(call, move.next, ending->ended_on, &day)) != 0) return r;
  move.next->ended_on = (char *)day;
  move.next->end_reason = (char *)ending->reason;
  *ret = move;
  return 0;
}

int dsp_posting_recall(const struct dir_view *dir, const struct dsp_view *view,
                       const Dsp__RecallAssignment *cmd, const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct ending ending = {"recall", cmd->ended_on, cmd->reason, DSP_HOME | DSP_SENDER};
  struct dsp_move move;
  int r = end_early(&call, cmd->id, &ending, &move);
  return r != 0 ? r : dsp_move_finish(&call, &move, cmd->reason);
}

// The reasons a measure accepts for an early end; none listed = all four.
static int check_end_reason(const struct dsp_call *call, const Prg__Measure *measure, const char *word)
{
  int value = pb_enum_value(&prg__end_reason__descriptor, word);
  bool listed = measure->n_early_end == 0;
  for (size_t i = 0; i < measure->n_early_end; i++)
    if ((int)measure->early_end[i] == value) listed = true;
  if (value > 0 && listed) return 0;
  return dsp_gate_field(
      call, "reason", "须为 HEALTH、NON_PERFORMANCE、MISCONDUCT、HOST_CLOSED 中措施允许的一种",
      "must be one of HEALTH, NON_PERFORMANCE, MISCONDUCT, HOST_CLOSED that the measure accepts");
}

int dsp_posting_end_early(const struct dir_view *dir, const struct dsp_view *view,
                          const Dsp__EndAssignmentEarly *cmd, const struct rule_context *ctx,
                          struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct ending ending = {"end-early", cmd->ended_on, cmd->reason, DSP_EITHER};
  struct dsp_move move;
  int r = end_early(&call, cmd->id, &ending, &move);
  if (r == 0) r = check_end_reason(&call, move.case_.measure, cmd->reason);
  return r != 0 ? r : dsp_move_finish(&call, &move, cmd->reason);
}

int dsp_posting_complete(const struct dir_view *dir, const struct dsp_view *view,
                         const Dsp__CompleteAssignment *cmd, const struct rule_context *ctx,
                         struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_move move;
  const char *day;
  int r = dsp_move_begin(&call, cmd->id, "complete", &move);
  if (r == 0) r = dsp_move_acts(&call, &move.case_, move.next, DSP_HOST);
  if (r != 0) return r;
  if ((r = dsp_gate_text(&call, "evaluation", cmd->evaluation)) != 0) return r;
  if ((r = end_day(&call, move.next, cmd->ended_on, &day)) != 0) return r;
  move.next->ended_on = (char *)day;
  move.next->evaluation = cmd->evaluation;
  return dsp_move_finish(&call, &move, NULL);
}

int dsp_posting_outcome(const struct dir_view *dir, const struct dsp_view *view,
                        const Dsp__RecordOutcome *cmd, const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_move move;
  int r = dsp_move_begin(&call, cmd->id, "record-outcome", &move);
  if (r == 0) r = dsp_move_acts(&call, &move.case_, move.next, DSP_HOME | DSP_SENDER);
  if (r != 0) return r;
  const Prg__Measure *measure = move.case_.measure;
  for (size_t i = 0; i < measure->n_outcome; i++) {
    if (strcmp(measure->outcome[i], cmd->outcome) != 0) continue;
    move.next->outcome = cmd->outcome;
    return dsp_move_finish(&call, &move, NULL);
  }
  return dsp_gate_field(&call, "outcome", "不是本措施列出的结果", "is not an outcome the measure lists");
}

// ---- the clock

int64_t dsp_posting_no_show_us(const char *arrival_due)
{
  char day[DATE_SIZE];
  date_add_days(arrival_due, DSP_POSTING_GRACE_DAYS + 1, day);
  return date_start_us(day);
}

int dsp_posting_tick(const struct dir_view *dir, const struct dsp_view *view, const Dsp__Tick *cmd,
                     const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_assignments due;
  char before[DATE_SIZE];
  (void)cmd; // the business time of the decision is in the context
  date_add_days(ctx->today, -DSP_POSTING_GRACE_DAYS, before);
  int r = dsp_view_due(view, before, &due);
  for (size_t i = 0; r == 0 && i < due.n; i++) {
    struct dsp_move move;
    r = dsp_move_begin(&call, due.list[i]->id, "no-show", &move);
    if (r == 0) r = dsp_emit_assignment(&call, move.next, move.event, NULL);
  }
  if (r != 0) return r;
  Dsp__TickReply *reply = ARENA_NEW(out->arena, Dsp__TickReply);
  if (!reply) return -ENOMEM;
  dsp__tick_reply__init(reply);
  reply->moved = (uint32_t)due.n;
  out->reply = &reply->base;
  return 0;
}
