#include "services/notify/rules/subject.h"

#include <string.h>

static int take_programme(const struct dir_view *dir, struct ntf_subject *subject)
{
  return dir_programme(dir, subject->programme, subject->version, &subject->party.programme);
}

static int take_agreement(const struct dir_view *dir, const char *id, struct ntf_subject *subject)
{
  return id[0] ? dir_agreement(dir, id, &subject->party.agreement) : 0;
}

static int of_agreement(const struct dir_view *dir, const Reg__Agreement *agreement,
                        struct ntf_subject *subject)
{
  subject->id = agreement->id;
  subject->division = agreement->division;
  subject->programme = agreement->programme;
  subject->version = agreement->programme_version;
  subject->party.agreement = agreement;
  return take_programme(dir, subject);
}

static int of_partnership(const struct dir_view *dir, const Reg__Partnership *partnership,
                          struct ntf_subject *subject)
{
  subject->id = partnership->id;
  subject->division = partnership->division;
  subject->programme = partnership->programme;
  subject->version = partnership->programme_version;
  subject->party.partnership = partnership;
  int r = take_agreement(dir, partnership->agreement, subject);
  return r < 0 ? r : take_programme(dir, subject);
}

// An issue speaks of its partnership, or of the programme alone.
static int of_issue(const struct dir_view *dir, const Reg__Issue *issue, struct ntf_subject *subject)
{
  const Reg__Partnership *partnership = NULL;
  int r = issue->partnership[0] ? dir_partnership(dir, issue->partnership, &partnership) : 0;
  if (r == 0 && partnership) r = of_partnership(dir, partnership, subject);
  if (r < 0) return r;
  subject->id = issue->id;
  subject->issue = issue;
  subject->division = issue->division;
  if (partnership) return 0;
  subject->programme = issue->programme;
  subject->party.place = issue->division;
  r = take_programme(dir, subject); // the newest
  if (subject->party.programme) subject->version = subject->party.programme->version;
  return r;
}

static int of_plan(const struct dir_view *dir, const Dsp__NeedsPlan *plan, struct ntf_subject *subject)
{
  subject->id = plan->id;
  subject->division = plan->division;
  subject->programme = plan->programme;
  subject->version = plan->programme_version;
  subject->plan = plan;
  subject->party.place =
      plan->division; // of the plan's owner; the other records' places follow from their parties
  int r = take_agreement(dir, plan->agreement, subject);
  return r < 0 ? r : take_programme(dir, subject);
}

static int of_assignment(const struct dir_view *dir, const Dsp__Assignment *assignment,
                         struct ntf_subject *subject)
{
  subject->id = assignment->id;
  subject->division = assignment->division;
  subject->programme = assignment->programme;
  subject->version = assignment->programme_version;
  subject->assignment = assignment;
  subject->party.person = assignment->person;
  subject->party.home = assignment->home;
  subject->party.host = assignment->host;
  int r = take_agreement(dir, assignment->agreement, subject);
  if (r == 0 && assignment->partnership[0])
    r = dir_partnership(dir, assignment->partnership, &subject->party.partnership);
  return r < 0 ? r : take_programme(dir, subject);
}

static int of_review(const struct dir_view *dir, const Reg__ReviewRecord *review, struct ntf_subject *subject)
{
  int r = review->partnership[0] ? dir_partnership(dir, review->partnership, &subject->party.partnership) : 0;
  if (r == 0 && subject->party.partnership)
    r = take_agreement(dir, subject->party.partnership->agreement, subject);
  subject->id = review->id;
  subject->division = review->division;
  subject->programme = review->programme;
  subject->version = review->programme_version;
  if (!subject->party.partnership) subject->party.place = review->subject_division;
  return r < 0 ? r : take_programme(dir, subject);
}

static int of_target(const struct dir_view *dir, const Reg__TargetState *target, struct ntf_subject *subject)
{
  subject->id = target->id;
  subject->division = target->division;
  subject->programme = target->programme;
  subject->version = target->programme_version;
  subject->party.place = target->division;
  return take_programme(dir, subject);
}

// The programme of a message that carries one is the one it names, even before the projection has it.
static int of_programme(const Prg__Programme *programme, struct ntf_subject *subject)
{
  subject->id = programme->id;
  subject->division = programme->owner ? programme->owner->division : "";
  subject->programme = programme->id;
  subject->version = programme->version;
  subject->party.programme = programme;
  subject->party.place = subject->division;
  return 0;
}

// Every event of ours has its record as the first field.
static const ProtobufCMessage *first_record(const ProtobufCMessage *event)
{
  const ProtobufCMessageDescriptor *type = event->descriptor;
  if (!type->n_fields || type->fields[0].type != PROTOBUF_C_TYPE_MESSAGE ||
      type->fields[0].label == PROTOBUF_C_LABEL_REPEATED)
    return NULL;
  return *(ProtobufCMessage *const *)((const char *)event + type->fields[0].offset);
}

static int of_record(const struct dir_view *dir, const ProtobufCMessage *record, struct ntf_subject *ret)
{
  const ProtobufCMessageDescriptor *type = record->descriptor;
  if (type == &reg__agreement__descriptor) return of_agreement(dir, (const Reg__Agreement *)record, ret);
  if (type == &reg__partnership__descriptor)
    return of_partnership(dir, (const Reg__Partnership *)record, ret);
  if (type == &reg__issue__descriptor) return of_issue(dir, (const Reg__Issue *)record, ret);
  if (type == &reg__review_record__descriptor) return of_review(dir, (const Reg__ReviewRecord *)record, ret);
  if (type == &reg__target_state__descriptor) return of_target(dir, (const Reg__TargetState *)record, ret);
  if (type == &prg__programme__descriptor) return of_programme((const Prg__Programme *)record, ret);
  if (type == &dsp__needs_plan__descriptor) return of_plan(dir, (const Dsp__NeedsPlan *)record, ret);
  if (type == &dsp__assignment__descriptor) return of_assignment(dir, (const Dsp__Assignment *)record, ret);
  return 0;
}

int ntf_subject_of_event(const struct dir_view *dir, const ProtobufCMessage *event, struct ntf_subject *ret)
{
  struct ntf_subject subject = {0};
  const ProtobufCMessage *record = first_record(event);
  int r = record ? of_record(dir, record, &subject) : 0;
  if (r == 0) *ret = subject;
  return r;
}

static int of_dispatch(const struct dir_view *dir, struct ntf_view *view, const char *id,
                       struct ntf_subject *ret)
{
  const Dsp__Assignment *assignment = NULL;
  int r = ntf_view_assignment(view, id, &assignment);
  if (r < 0) return r;
  if (assignment) return of_assignment(dir, assignment, ret);
  const Dsp__NeedsPlan *plan = NULL;
  r = ntf_view_plan(view, id, &plan);
  return r == 0 && plan ? of_plan(dir, plan, ret) : r;
}

static int of_registry(const struct dir_view *dir, const char *id, struct ntf_subject *ret)
{
  const Reg__Agreement *agreement = NULL;
  int r = dir_agreement(dir, id, &agreement);
  if (r < 0) return r;
  if (agreement) return of_agreement(dir, agreement, ret);
  const Reg__Partnership *partnership = NULL;
  r = dir_partnership(dir, id, &partnership);
  if (r < 0) return r;
  if (partnership) return of_partnership(dir, partnership, ret);
  const Reg__Issue *issue = NULL;
  r = dir_issue(dir, id, &issue);
  if (r == 0 && issue) return of_issue(dir, issue, ret);
  const Reg__ReviewRecord *review = NULL;
  const Reg__TargetState *target = NULL;
  if (r == 0) r = dir_review(dir, id, &review);
  if (r == 0 && review) return of_review(dir, review, ret);
  if (r == 0) r = dir_target_state(dir, id, &target);
  return r == 0 && target ? of_target(dir, target, ret) : r;
}

int ntf_subject_of_notice(const struct dir_view *dir, struct ntf_view *view, const Ntf__Notice *notice,
                          struct ntf_subject *ret)
{
  struct ntf_subject subject = {0};
  int r = strcmp(notice->area, "dispatch") == 0 ? of_dispatch(dir, view, notice->subject, &subject)
                                                : of_registry(dir, notice->subject, &subject);
  if (r == 0 && !subject.id) {
    subject.id = notice->subject;
    subject.division = notice->division;
    subject.party.place = notice->division;
    subject.programme = notice->programme;
    subject.version = notice->programme_version;
    r = take_programme(dir, &subject);
  }
  if (r == 0) *ret = subject;
  return r;
}
