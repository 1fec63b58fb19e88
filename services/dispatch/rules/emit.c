#include "services/dispatch/rules/emit.h"
#include "common/base/check.h"
#include <errno.h>
#include <string.h>

// Builds the event message by its descriptor: field 1 is the record, field 2 (where there is one) a text.
static ProtobufCMessage *wrap(struct arena *arena, const char *event, const ProtobufCMessage *record,
                              const char *text)
{
  const ProtobufCMethodDescriptor *method =
      protobuf_c_service_descriptor_get_method_by_name(&dsp__events__descriptor, event);
  CHECK(method && method->input->n_fields >= 1);
  const ProtobufCMessageDescriptor *type = method->input;
  CHECK(type->fields[0].descriptor == record->descriptor);
  ProtobufCMessage *message = arena_alloc(arena, type->sizeof_message);
  if (!message) return NULL;
  protobuf_c_message_init(type, message);
  *(const ProtobufCMessage **)((char *)message + type->fields[0].offset) = record;
  if (text && type->n_fields > 1) {
    char *copy = arena_strdup(arena, text);
    if (!copy) return NULL;
    *(char **)((char *)message + type->fields[1].offset) = copy;
  }
  return message;
}

static int emit(const struct dsp_call *call, const char *event, const struct event_head *head,
                const ProtobufCMessage *record, const char *text)
{
  const ProtobufCMessage *message = wrap(call->out->arena, event, record, text);
  return message ? decision_emit(call->out, head, message) : -ENOMEM;
}

static void add_unit(struct event_head *head, const char *id)
{
  if (!dsp_gate_is_text(id) || head->n_units == EVENT_UNITS) return;
  for (size_t i = 0; i < head->n_units; i++)
    if (strcmp(head->units[i], id) == 0) return;
  head->units[head->n_units++] = id;
}

static int add_parties(const struct dsp_call *call, struct event_head *head, const char *agreement)
{
  const Reg__Agreement *found = NULL;
  int r = dsp_gate_is_text(agreement) ? dir_agreement(call->dir, agreement, &found) : 0;
  for (size_t i = 0; r == 0 && found && i < found->n_parties; i++)
    add_unit(head, found->parties[i]->institution);
  return r;
}

static int add_bureau(const struct dsp_call *call, struct event_head *head, const char *unit)
{
  const Reg__Institution *institution = NULL;
  int r = dsp_gate_is_text(unit) ? dir_institution(call->dir, unit, &institution) : 0;
  if (r == 0 && institution) add_unit(head, institution->managing_bureau);
  return r;
}

int dsp_emit_plan(const struct dsp_call *call, const Dsp__NeedsPlan *plan, const char *event,
                  const char *text)
{
  struct event_head head = {.subject = plan->id, .division = plan->division, .rev = plan->rev};
  add_unit(&head, plan->owner);
  int r = add_parties(call, &head, plan->agreement);
  if (r < 0) return r;
  for (size_t i = 0; i < plan->n_lines; i++)
    add_unit(&head, plan->lines[i]->institution);
  return emit(call, event, &head, &plan->base, text);
}

int dsp_emit_candidate(const struct dsp_call *call, const Dsp__Candidate *candidate, const char *event,
                       const char *text)
{
  struct event_head head = {.subject = candidate->id, .division = candidate->division, .rev = candidate->rev};
  add_unit(&head, candidate->person);
  add_unit(&head, candidate->home);
  add_unit(&head, candidate->nominated_by);
  int r = add_parties(call, &head, candidate->agreement);
  return r < 0 ? r : emit(call, event, &head, &candidate->base, text);
}

int dsp_emit_run(const struct dsp_call *call, const Dsp__MatchRun *run, const char *event)
{
  struct event_head head = {.subject = run->id, .division = run->division, .rev = run->rev};
  const Dsp__NeedsPlan *plan;
  int r = dsp_view_plan(call->view, run->plan, &plan);
  if (r < 0) return r;
  if (plan) {
    add_unit(&head, plan->owner);
    if ((r = add_parties(call, &head, plan->agreement)) < 0) return r;
  }
  return emit(call, event, &head, &run->base, NULL);
}

int dsp_emit_assignment(const struct dsp_call *call, const Dsp__Assignment *assignment, const char *event,
                        const char *text)
{
  struct event_head head = {
      .subject = assignment->id, .division = assignment->division, .rev = assignment->rev};
  add_unit(&head, assignment->person);
  add_unit(&head, assignment->home);
  add_unit(&head, assignment->host);
  int r = add_bureau(call, &head, assignment->home);
  if (r == 0) r = add_bureau(call, &head, assignment->host);
  if (r == 0) r = add_parties(call, &head, assignment->agreement);
  return r < 0 ? r : emit(call, event, &head, &assignment->base, text);
}

#define REPLY(call, type, prefix)                                                                            \
  type *reply = ARENA_NEW((call)->out->arena, type);                                                         \
  if (!reply) return -ENOMEM;                                                                                \
  prefix##__init(reply);                                                                                     \
  (call)->out->reply = &reply->base

int dsp_emit_reply_plan(const struct dsp_call *call, const Dsp__NeedsPlan *plan)
{
  REPLY(call, Dsp__PlanReply, dsp__plan_reply);
  reply->id = plan->id;
  reply->status = plan->status;
  reply->rev = plan->rev;
  reply->requested = plan->requested;
  reply->approved = plan->approved;
  return 0;
}

int dsp_emit_reply_candidate(const struct dsp_call *call, const Dsp__Candidate *candidate)
{
  REPLY(call, Dsp__CandidateReply, dsp__candidate_reply);
  reply->id = candidate->id;
  reply->eligible = candidate->eligible;
  reply->findings = candidate->findings;
  reply->n_findings = candidate->n_findings;
  reply->rev = candidate->rev;
  return 0;
}

int dsp_emit_reply_run(const struct dsp_call *call, const Dsp__MatchRun *run)
{
  REPLY(call, Dsp__MatchReply, dsp__match_reply);
  reply->run = (Dsp__MatchRun *)run;
  return 0;
}

int dsp_emit_reply_assignment(const struct dsp_call *call, const Dsp__Assignment *assignment)
{
  REPLY(call, Dsp__AssignmentReply, dsp__assignment_reply);
  reply->id = assignment->id;
  reply->status = assignment->status;
  reply->rev = assignment->rev;
  reply->findings = assignment->findings;
  reply->n_findings = assignment->n_findings;
  return 0;
}

static int grow(struct arena *arena, struct dsp_findings *findings)
{
  if (findings->n < findings->capacity) return 0;
  size_t capacity = findings->capacity ? 2 * findings->capacity : 4;
  Dsp__Finding **list = ARENA_ARRAY(arena, Dsp__Finding *, capacity);
  if (!list) return -ENOMEM;
  if (findings->n) memcpy(list, findings->list, findings->n * sizeof *list);
  findings->list = list;
  findings->capacity = capacity;
  return 0;
}

int dsp_emit_finding(struct arena *arena, struct dsp_findings *findings, const struct dsp_finding *finding)
{
  Dsp__Finding *copy = ARENA_NEW(arena, Dsp__Finding);
  if (!copy || grow(arena, findings) < 0) return -ENOMEM;
  dsp__finding__init(copy);
  copy->code = (char *)reason_text(finding->code)->word;
  copy->ok = finding->ok;
  copy->zh = arena_strdup(arena, finding->zh ? finding->zh : "");
  copy->en = arena_strdup(arena, finding->en ? finding->en : "");
  if (!copy->zh || !copy->en) return -ENOMEM;
  findings->list[findings->n++] = copy;
  return 0;
}
