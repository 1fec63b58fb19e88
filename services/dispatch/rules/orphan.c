#include "services/dispatch/rules/orphan.h"
#include "common/base/uuid7.h"
#include "proto/registry_service.pb-c.h"
#include "services/dispatch/rules/eligible.h"
#include "services/dispatch/rules/lifecycle.h"
#include "services/dispatch/rules/move.h"
#include "services/dispatch/rules/proposal.h"
#include <errno.h>
#include <string.h>

#define CAUSE(word)  DSP__ORPHAN_CAUSE__ORPHAN_##word
#define ACTION(word) REG__LINK_ACTION__ACTION_##word

struct cause {
  Dsp__OrphanCause at_host, at_home; // the same where the subject is no institution
  const char *subject, *successor, *since, *reason;
  Reg__LinkDecision *const *decisions;
  size_t n_decisions;
  bool unit; // an institution: postings may go to its successor
  bool gone; // not there any more; a campus still is
};
struct work {
  struct dsp_call call;
  const struct dsp_registry_event *event;
  struct cause cause;
};

// ---- what was decided

static const Reg__LinkDecision *decision_on(const struct cause *cause, const char *posting)
{
  const Reg__LinkDecision *all = NULL;
  for (size_t i = 0; i < cause->n_decisions; i++) {
    const Reg__LinkDecision *one = cause->decisions[i];
    if (one->kind != REG__LINK_KIND__LINK_POSTING) continue;
    if (strcmp(one->id, posting) == 0) return one;
    if (!one->id[0]) all = one;
  }
  return all;
}

static const char *reason_of(const struct cause *cause, const Reg__LinkDecision *decision)
{
  return decision && dsp_gate_is_text(decision->reason) ? decision->reason : cause->reason;
}

// ---- once

// A feed may be read anew from its start. What a posting went through is not done to it again, and what had
// happened before it was proposed is none of its business; the grace is for clocks of two daemons.
#define GRACE_MS 60000
static bool is_past(const struct work *work, const Dsp__Assignment *assignment)
{
  uint64_t event_ms, posting_ms;
  const Dsp__Orphan *orphan = assignment->orphan;
  if (orphan && strcmp(work->event->id, orphan->event) <= 0) return true;
  return uuid7_ms(work->event->id, &event_ms) && uuid7_ms(assignment->id, &posting_ms) &&
         event_ms + GRACE_MS < posting_ms;
}

// ---- the next version of a record

static int describe(const struct work *work, Dsp__Assignment *next, const Dsp__Finding *obstacle, bool open)
{
  const struct cause *cause = &work->cause;
  Dsp__Orphan *orphan = ARENA_NEW(work->call.out->arena, Dsp__Orphan);
  if (!orphan) return -ENOMEM;
  dsp__orphan__init(orphan);
  bool hosts = strcmp(next->host, cause->subject) == 0;
  orphan->cause = hosts ? cause->at_host : cause->at_home;
  orphan->subject = (char *)cause->subject;
  orphan->successor = (char *)cause->successor;
  orphan->since = (char *)cause->since;
  orphan->reason = (char *)cause->reason;
  orphan->event = (char *)work->event->id;
  orphan->obstacle = (Dsp__Finding *)obstacle;
  orphan->open = open;
  next->orphan = orphan;
  return 0;
}

static int put_on_list(const struct work *work, const Dsp__Assignment *assignment,
                       const Dsp__Finding *obstacle)
{
  struct dsp_move move;
  const Dsp__Orphan *known = assignment->orphan;
  // It stands there already; that its host or home has gone says more than what followed from it.
  if (known && known->open && (!work->cause.unit || known->cause <= CAUSE(HOME_CONVERTED))) return 0;
  int r = dsp_move_next(&work->call, assignment, "orphan", &move);
  if (r == 0) r = describe(work, move.next, obstacle, true);
  return r == 0 ? dsp_emit_assignment(&work->call, move.next, move.event, NULL) : r;
}

// ---- ended

static const char *end_day(const struct work *work, const Dsp__Assignment *assignment)
{
  const char *day = work->cause.since, *today = work->call.ctx->today, *to = assignment->period->to;
  if (!date_is_day(day) || date_compare(day, today) > 0) day = today;
  if (dsp_gate_is_text(assignment->arrived_on) && date_compare(day, assignment->arrived_on) < 0)
    day = assignment->arrived_on;
  return dsp_gate_is_text(to) && date_compare(day, to) > 0 ? to : day;
}

static int end(const struct work *work, const Dsp__Assignment *assignment, const char *reason)
{
  bool on_the_way = assignment->status == DSP__ASSIGNMENT_STATUS__ASSIGNMENT_DISPATCHED;
  bool there = assignment->status == DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ARRIVED ||
               assignment->status == DSP__ASSIGNMENT_STATUS__ASSIGNMENT_SUSPENDED;
  const char *verb = there ? "end-early" : on_the_way ? "recall" : "cancel";
  struct dsp_move move;
  int r = dsp_move_next(&work->call, assignment, verb, &move);
  if (r == 0) r = describe(work, move.next, NULL, false);
  if (r != 0) return r;
  if (there || on_the_way) {
    move.next->ended_on = arena_strdup(work->call.out->arena, end_day(work, assignment));
    move.next->end_reason =
        there && move.next->orphan->cause == CAUSE(HOST_GONE) ? "HOST_CLOSED" : (char *)reason;
    if (!move.next->ended_on) return -ENOMEM;
  }
  return dsp_emit_assignment(&work->call, move.next, move.event, reason);
}

// ---- moved

static int obstacle(const struct work *work, enum reason code, const char *zh, const char *en,
                    const Dsp__Finding **ret)
{
  struct dsp_findings findings = {0};
  struct dsp_finding finding = {code, false, zh, en};
  int r = dsp_emit_finding(work->call.out->arena, &findings, &finding);
  if (r == 0) *ret = findings.list[0];
  return r;
}

// The measure's conditions on a host, at the successor.
static int check_conditions(const struct work *work, const Dsp__Assignment *assignment,
                            const Reg__Institution *successor, const Dsp__Finding **ret)
{
  struct dsp_names names = {assignment->programme, assignment->agreement, assignment->measure,
                            assignment->programme_version};
  struct dsp_verdict verdict;
  struct dsp_case case_;
  int r = dsp_gate_case(&work->call, &names, false, &case_);
  if (r > 0) dsp_gate_forget(&work->call); // of a programme not known here: nothing to check against
  if (r != 0) return r < 0 ? r : 0;
  r = dsp_eligible_host(&work->call, &case_, successor, work->call.ctx->today, &verdict);
  for (size_t i = 0; r == 0 && !verdict.ok && !*ret && i < verdict.findings.n; i++)
    if (!verdict.findings.list[i]->ok) *ret = verdict.findings.list[i];
  return r;
}

static int find_obstacle(const struct work *work, const Dsp__Assignment *assignment, bool hosts,
                         const Dsp__Finding **ret)
{
  const Reg__Institution *successor = NULL;
  const char *id = work->cause.successor, *other = hosts ? assignment->home : assignment->host;
  int r = dsp_gate_is_text(id) ? dir_institution(work->call.dir, id, &successor) : 0;
  if (r < 0) return r;
  if (!successor || !dsp_eligible_in_use(successor))
    return obstacle(work, REASON_AS_02, "没有在用的承接单位", "there is no successor in use", ret);
  if (strcmp(id, other) == 0)
    return obstacle(work, REASON_AS_03, "承接后派出与接收是同一单位",
                    "home and host would be the same institution", ret);
  return hosts ? check_conditions(work, assignment, successor, ret) : 0;
}

static int former_host(const struct dsp_call *call, Dsp__Assignment *next)
{
  char **list = ARENA_ARRAY(call->out->arena, char *, next->n_former_hosts + 1);
  if (!list) return -ENOMEM;
  if (next->n_former_hosts) memcpy(list, next->former_hosts, next->n_former_hosts * sizeof *list);
  list[next->n_former_hosts++] = next->host;
  next->former_hosts = list;
  return 0;
}

// The record at another host. Its quota keys stay: it was approved under them.
static int place(const struct dsp_call *call, Dsp__Assignment *next, const char *host)
{
  const Reg__Institution *institution = NULL;
  int r = former_host(call, next);
  if (r == 0) r = dir_institution(call->dir, host, &institution);
  if (r < 0 || !institution) return r < 0 ? r : -EBADMSG;
  next->host = institution->id;
  next->division = institution->division;
  return 0;
}

static int move_on(const struct work *work, const Dsp__Assignment *assignment, const char *reason)
{
  bool hosts = strcmp(assignment->host, work->cause.subject) == 0;
  const Dsp__Finding *found = NULL;
  struct dsp_move move;
  int r = find_obstacle(work, assignment, hosts, &found);
  if (r < 0) return r;
  if (found) return put_on_list(work, assignment, found);
  r = dsp_move_next(&work->call, assignment, "move", &move);
  if (r == 0) r = describe(work, move.next, NULL, false);
  if (r == 0 && hosts) r = place(&work->call, move.next, work->cause.successor);
  if (r == 0 && !hosts) move.next->home = (char *)work->cause.successor;
  return r == 0 ? dsp_emit_assignment(&work->call, move.next, move.event, reason) : r;
}

// ---- one posting, all postings

static int act(const struct work *work, const Dsp__Assignment *assignment)
{
  const struct cause *cause = &work->cause;
  const Reg__LinkDecision *decision = decision_on(cause, assignment->id);
  if (is_past(work, assignment)) return 0;
  switch (decision ? decision->action : ACTION(UNSPECIFIED)) {
  case ACTION(END):
    return end(work, assignment, reason_of(cause, decision));
  case ACTION(SUCCESSOR):
    return cause->unit ? move_on(work, assignment, reason_of(cause, decision)) : 0;
  case ACTION(KEEP):
    return cause->unit && cause->gone ? put_on_list(work, assignment, NULL) : 0;
  case ACTION(LEAVE):
    return put_on_list(work, assignment, NULL);
  default:
    return cause->gone ? put_on_list(work, assignment, NULL) : 0;
  }
}

static int act_on_all(const struct work *work)
{
  struct dsp_assignments resting;
  int r = dsp_view_resting(work->call.view, work->cause.subject, &resting);
  for (size_t i = 0; r == 0 && i < resting.n; i++)
    r = act(work, resting.list[i]);
  return r;
}

// ---- back again

static int take_off(const struct work *work, const char *reason)
{
  struct dsp_assignments resting;
  int r = dsp_view_resting(work->call.view, work->cause.subject, &resting);
  for (size_t i = 0; r == 0 && i < resting.n; i++) {
    const Dsp__Orphan *orphan = resting.list[i]->orphan;
    struct dsp_move move;
    if (!orphan || !orphan->open || strcmp(orphan->subject, work->cause.subject) != 0) continue;
    if (is_past(work, resting.list[i])) continue;
    r = dsp_move_next(&work->call, resting.list[i], "keep", &move);
    if (r != 0) break;
    move.next->orphan->open = false;
    move.next->orphan->event = (char *)work->event->id;
    r = dsp_emit_assignment(&work->call, move.next, move.event, reason);
  }
  return r;
}

// ---- the events

static int institution_merged(struct work *work)
{
  const Reg__InstitutionMerged *event = (const Reg__InstitutionMerged *)work->event->message;
  const Reg__Institution *unit = event->institution;
  work->cause =
      (struct cause){CAUSE(HOST_GONE), CAUSE(HOME_GONE), unit->id,           event->into, unit->since,
                     event->reason,    event->decisions, event->n_decisions, true,        true};
  return act_on_all(work);
}

static int institution_closed(struct work *work)
{
  const Reg__InstitutionClosed *event = (const Reg__InstitutionClosed *)work->event->message;
  const Reg__Institution *unit = event->institution;
  const char *successor = unit->n_successors ? unit->successors[0] : "";
  work->cause = (struct cause){CAUSE(HOST_GONE), CAUSE(HOME_GONE), unit->id,           successor, unit->since,
                               event->reason,    event->decisions, event->n_decisions, true,      true};
  return act_on_all(work);
}

static int institution_converted(struct work *work)
{
  const Reg__InstitutionConverted *event = (const Reg__InstitutionConverted *)work->event->message;
  const Reg__Institution *unit = event->institution;
  work->cause = (struct cause){CAUSE(HOST_CONVERTED),
                               CAUSE(HOME_CONVERTED),
                               unit->id,
                               unit->campus_of,
                               unit->since,
                               event->reason,
                               event->decisions,
                               event->n_decisions,
                               true,
                               false};
  return act_on_all(work);
}

static int institution_restored(struct work *work)
{
  const Reg__InstitutionRestored *event = (const Reg__InstitutionRestored *)work->event->message;
  work->cause.subject = event->institution->id;
  return take_off(work, event->reason);
}

static int partnership_dissolved(struct work *work)
{
  const Reg__PartnershipDissolved *event = (const Reg__PartnershipDissolved *)work->event->message;
  const Reg__Partnership *record = event->partnership;
  work->cause = (struct cause){CAUSE(PARTNERSHIP_DISSOLVED),
                               CAUSE(PARTNERSHIP_DISSOLVED),
                               record->id,
                               "",
                               record->since,
                               record->end_reason,
                               event->decisions,
                               event->n_decisions,
                               false,
                               true};
  return act_on_all(work);
}

static int partnership_broken(struct work *work)
{
  const Reg__Partnership *record = ((const Reg__PartnershipBroken *)work->event->message)->partnership;
  const char *rules = "";
  for (size_t i = 0; rules && i < record->n_broken; i++)
    rules = arena_printf(work->call.out->arena, "%s%s%s", rules, i ? ", " : "", record->broken[i]);
  if (!rules) return -ENOMEM;
  const char *since = dsp_gate_is_text(record->broken_since) ? record->broken_since : record->since;
  work->cause = (struct cause){CAUSE(PARTNERSHIP_BROKEN),
                               CAUSE(PARTNERSHIP_BROKEN),
                               record->id,
                               "",
                               since,
                               rules,
                               NULL,
                               0,
                               false,
                               true};
  return act_on_all(work);
}

static int partnership_mended(struct work *work)
{
  work->cause.subject = ((const Reg__PartnershipMended *)work->event->message)->partnership->id;
  return take_off(work, "结对关系重新符合规则 / the partnership holds again");
}

static int agreement_ended(struct work *work) // terminated or expired: both carry the agreement alone
{
  const Reg__Agreement *record = ((const Reg__AgreementTerminated *)work->event->message)->agreement;
  work->cause = (struct cause){CAUSE(AGREEMENT_ENDED),
                               CAUSE(AGREEMENT_ENDED),
                               record->id,
                               "",
                               record->since,
                               record->end_reason,
                               NULL,
                               0,
                               false,
                               true};
  return act_on_all(work);
}

int dsp_orphan_decide(const struct dir_view *dir, const struct dsp_view *view,
                      const struct dsp_registry_event *event, const struct rule_context *ctx,
                      struct decision *out)
{
  static const struct {
    const char *event;
    int (*decide)(struct work *work);
  } table[] = {{"InstitutionMerged", institution_merged},
               {"InstitutionClosed", institution_closed},
               {"InstitutionConverted", institution_converted},
               {"InstitutionRestored", institution_restored},
               {"PartnershipDissolved", partnership_dissolved},
               {"PartnershipBroken", partnership_broken},
               {"PartnershipMended", partnership_mended},
               {"AgreementTerminated", agreement_ended},
               {"AgreementExpired", agreement_ended}};
  struct work work = {.call = DSP_CALL(dir, view, ctx, out), .event = event};
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
    if (strcmp(table[i].event, event->name) == 0) return table[i].decide(&work);
  return 0;
}

// ---- by people

static int begin_settling(const struct dsp_call *call, const char *id, const char *verb, const char *reason,
                          struct dsp_move *ret)
{
  int r = dsp_move_begin(call, id, verb, ret);
  if (r == 0) r = dsp_move_acts(call, &ret->case_, ret->next, DSP_SENDER | DSP_PARTIES | DSP_OWNER);
  if (r == 0) r = dsp_gate_text(call, "reason", reason);
  if (r != 0) return r;
  if (!ret->before->orphan || !ret->before->orphan->open)
    return dsp_gate_field(call, "id", "不在待处理的派遣之列",
                          "is no orphaned posting: there is nothing to decide");
  ret->next->orphan->open = false;
  return 0;
}

int dsp_orphan_move(const struct dir_view *dir, const struct dsp_view *view, const Dsp__MoveAssignment *cmd,
                    const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  const Reg__Institution *host;
  struct dsp_move move;
  int r = begin_settling(&call, cmd->id, "move", cmd->reason, &move);
  if (r == 0) r = dsp_gate_institution(&call, cmd->host, &host);
  if (r != 0) return r;
  if (strcmp(host->id, move.next->host) == 0)
    return dsp_gate_field(&call, "host", "就是现在的接收单位", "is the host it has now");
  r = place(&call, move.next, host->id);
  if (r == 0) r = dsp_proposal_check_host(&call, &move.case_, move.next);
  return r == 0 ? dsp_move_finish(&call, &move, cmd->reason) : r;
}

int dsp_orphan_keep(const struct dir_view *dir, const struct dsp_view *view, const Dsp__KeepAssignment *cmd,
                    const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_move move;
  int r = begin_settling(&call, cmd->id, "keep", cmd->reason, &move);
  if (r != 0) return r;
  const Reg__Institution *host;
  if ((r = dsp_gate_institution(&call, move.next->host, &host)) != 0) return r;
  if (!dsp_eligible_in_use(host)) // there is nobody to work with
    return decision_reject(out, REASON_AS_02, "host", dsp_gate_label(&call, host->id), "why_zh", "已撤并",
                           "why_en", "is closed or merged", NULL);
  return dsp_move_finish(&call, &move, cmd->reason);
}
