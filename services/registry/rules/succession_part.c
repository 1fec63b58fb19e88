// What every succession does with the records it changes: copies, events, flags.
#include "services/registry/rules/succession_part.h"
#include "common/base/date.h"
#include "common/domain/party.h"
#include "services/registry/rules/recheck.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

enum { WARNINGS_MAX = 32 };

// Fields every record of a succession has.
#define TEXT_OF(record, name)                                                                                \
  ((char **)((uint8_t *)(record) +                                                                           \
             protobuf_c_message_descriptor_get_field_by_name((record)->descriptor, (name))->offset))

static uint64_t *rev_of(ProtobufCMessage *record)
{
  return (uint64_t *)((uint8_t *)record +
                      protobuf_c_message_descriptor_get_field_by_name(record->descriptor, "rev")->offset);
}

static struct reg_change *find(struct reg_succession *s, const ProtobufCMessage *record)
{
  for (size_t i = 0; i < s->n_changes; i++)
    if (s->changes[i].before->descriptor == record->descriptor &&
        strcmp(*TEXT_OF(s->changes[i].before, "id"), *TEXT_OF(record, "id")) == 0)
      return &s->changes[i];
  return NULL;
}

static int grow(struct reg_succession *s)
{
  if (s->n_changes < s->capacity) return 0;
  size_t capacity = s->capacity ? 2 * s->capacity : 32;
  struct reg_change *grown = ARENA_ARRAY(s->out->arena, struct reg_change, capacity);
  if (!grown) return -ENOMEM;
  if (s->n_changes) memcpy(grown, s->changes, s->n_changes * sizeof *grown);
  s->changes = grown;
  s->capacity = capacity;
  return 0;
}

static int set_day(struct reg_succession *s, ProtobufCMessage *next)
{
  char **since = TEXT_OF(next, "since");
  bool later = s->on[0] && (*since)[0] && date_compare(*since, s->on) > 0; // it began later: from then on
  return reg_effective_day(s->ctx, s->out, "on", later ? *since : s->on, *since, since);
}

int reg_succession_change(struct reg_succession *s, const ProtobufCMessage *record, struct reg_change **ret)
{
  *ret = find(s, record);
  if (*ret) return 0;
  ProtobufCMessage *next = arena_clone(s->out->arena, record);
  int r = next ? grow(s) : -ENOMEM;
  if (r == 0) r = set_day(s, next);
  if (r != 0) return r;
  ++*rev_of(next);
  s->changes[s->n_changes] = (struct reg_change){.before = record, .next = next, .reason = s->reason};
  *ret = &s->changes[s->n_changes++];
  return 0;
}

// ---- events

static int emit_institution(struct reg_succession *s, const struct reg_change *change)
{
  const Reg__Institution *next = (const Reg__Institution *)change->next;
  struct event_head head = {.subject = next->id, .division = next->division, .rev = next->rev};
  reg_unit(&head, next->id);
  return reg_emit(s->out, &reg__institution_amended__descriptor, &next->base, &head, NULL);
}

static int emit_person(struct reg_succession *s, const struct reg_change *change)
{
  const Reg__Person *next = (const Reg__Person *)change->next;
  const Reg__Institution *home = NULL;
  int r = next->home[0] ? dir_institution(s->dir, next->home, &home) : 0;
  if (r < 0) return r;
  struct event_head head = {.subject = next->id, .division = home ? home->division : "0", .rev = next->rev};
  reg_unit(&head, next->id);
  reg_unit(&head, next->home);
  reg_unit(&head, ((const Reg__Person *)change->before)->home);
  return reg_emit(s->out, &reg__person_amended__descriptor, &next->base, &head, NULL);
}

static int emit_agreement(struct reg_succession *s, const struct reg_change *change)
{
  const Reg__Agreement *before = (const Reg__Agreement *)change->before;
  const Reg__Agreement *next = (const Reg__Agreement *)change->next;
  ProtobufCMessage *event = NULL;
  struct event_head head;
  reg_agreement_head(next, &head);
  for (size_t i = 0; i < before->n_parties; i++)
    reg_unit(&head, before->parties[i]->institution);
  if (change->ends) return reg_emit(s->out, &reg__agreement_terminated__descriptor, &next->base, &head, NULL);
  int r = reg_emit(s->out, &reg__agreement_amended__descriptor, &next->base, &head, &event);
  if (r == 0) ((Reg__AgreementAmended *)event)->former_version = before->version;
  return r;
}

// Members of one list that the other does not have.
static int difference(struct arena *arena, const Reg__Partnership *of, const Reg__Partnership *without,
                      Reg__Member ***ret, size_t *ret_n)
{
  Reg__Member **list = ARENA_ARRAY(arena, Reg__Member *, of->n_members + 1);
  if (!list) return -ENOMEM;
  for (size_t i = 0; i < of->n_members; i++) {
    bool there = false;
    for (size_t k = 0; k < without->n_members && !there; k++)
      there = strcmp(of->members[i]->party, without->members[k]->party) == 0;
    if (!there) list[(*ret_n)++] = of->members[i];
  }
  *ret = list;
  return 0;
}

static int emit_members(struct reg_succession *s, const struct reg_change *change,
                        const struct event_head *head)
{
  const Reg__Partnership *before = (const Reg__Partnership *)change->before;
  const Reg__Partnership *next = (const Reg__Partnership *)change->next;
  ProtobufCMessage *message = NULL;
  int r = reg_emit(s->out, &reg__partnership_members_changed__descriptor, &next->base, head, &message);
  Reg__PartnershipMembersChanged *event = (Reg__PartnershipMembersChanged *)message;
  if (r == 0) r = difference(s->out->arena, next, before, &event->added, &event->n_added);
  if (r == 0) r = difference(s->out->arena, before, next, &event->removed, &event->n_removed);
  if (r == 0) event->reason = (char *)change->reason;
  return r;
}

static int emit_partnership(struct reg_succession *s, const struct reg_change *change)
{
  const Reg__Partnership *before = (const Reg__Partnership *)change->before;
  const Reg__Partnership *next = (const Reg__Partnership *)change->next;
  const Reg__Agreement *agreement = NULL;
  struct event_head head;
  int r = next->agreement[0] ? dir_agreement(s->dir, next->agreement, &agreement) : 0;
  if (r < 0) return r;
  reg_partnership_head(next, agreement, &head);
  for (size_t i = 0; i < before->n_members; i++)
    reg_unit(&head, before->members[i]->party); // those who leave are told too
  if (!change->ends) return emit_members(s, change, &head);
  ProtobufCMessage *event = NULL;
  r = reg_emit(s->out, &reg__partnership_dissolved__descriptor, &next->base, &head, &event);
  if (r != 0) return r;
  ((Reg__PartnershipDissolved *)event)->decisions = (Reg__LinkDecision **)s->decisions;
  ((Reg__PartnershipDissolved *)event)->n_decisions = s->n_decisions;
  return 0;
}

static int emit_one(struct reg_succession *s, const struct reg_change *change)
{
  const ProtobufCMessageDescriptor *type = change->next->descriptor;
  if (type == &reg__institution__descriptor)
    return change->emit ? change->emit(s, change) : emit_institution(s, change);
  if (type == &reg__person__descriptor) return emit_person(s, change);
  if (type == &reg__agreement__descriptor) return emit_agreement(s, change);
  return emit_partnership(s, change);
}

// ---- what no longer holds

// Staff is left out: no rule on the structure of a partnership asks for it.
static int assume_all(struct reg_succession *s, const struct dir_view **ret)
{
  const struct dir_view *dir = s->dir;
  for (size_t i = 0; dir && i < s->n_changes; i++)
    if (s->changes[i].next->descriptor != &reg__person__descriptor) dir = dir_assume(dir, s->changes[i].next);
  *ret = dir;
  return dir ? 0 : -ENOMEM;
}

// What else the members belong to: who comes may stand in its role twice now, who goes does no longer.
static int recheck_members(struct reg_recheck *recheck, const Reg__Partnership *of,
                           const Reg__Partnership *without)
{
  const Reg__Partnership nobody = REG__PARTNERSHIP__INIT;
  Reg__Member **list = NULL;
  size_t n = 0;
  int r = difference(recheck->out->arena, of, party_live(without) ? without : &nobody, &list, &n);
  for (size_t i = 0; r == 0 && i < n; i++)
    r = reg_recheck_party(recheck, list[i]->party);
  return r;
}

static int recheck_changed(struct reg_recheck *recheck, const struct reg_change *change)
{
  const Reg__Partnership *before = (const Reg__Partnership *)change->before;
  const Reg__Partnership *next = (const Reg__Partnership *)change->next;
  const Reg__Partnership *now = NULL; // may have been flagged meanwhile
  int r = dir_partnership(recheck->dir, next->id, &now);
  if (r == 0) r = reg_recheck_partnership(recheck, now);
  if (r == 0) r = recheck_members(recheck, before, next);
  return r == 0 && party_live(next) ? recheck_members(recheck, next, before) : r;
}

static int recheck_one(struct reg_recheck *recheck, const struct reg_change *change)
{
  const ProtobufCMessageDescriptor *type = change->next->descriptor;
  if (type == &reg__institution__descriptor)
    return reg_recheck_party(recheck, ((const Reg__Institution *)change->next)->id);
  if (type == &reg__agreement__descriptor)
    return reg_recheck_agreement(recheck, (const Reg__Agreement *)change->next);
  return type == &reg__partnership__descriptor ? recheck_changed(recheck, change) : 0;
}

int reg_succession_emit(struct reg_succession *s)
{
  struct reg_recheck recheck = {.ctx = s->ctx, .out = s->out, .on = s->on[0] ? s->on : s->ctx->today};
  int r = 0;
  for (size_t i = 0; r == 0 && i < s->n_changes; i++)
    r = emit_one(s, &s->changes[i]);
  if (r == 0) r = assume_all(s, &recheck.dir);
  for (size_t i = 0; r == 0 && i < s->n_changes; i++)
    r = recheck_one(&recheck, &s->changes[i]);
  reg_recheck_end(&recheck);
  return r;
}

int reg_succession_warnings(const struct reg_succession *s, char ***ret, size_t *ret_n)
{
  struct arena *arena = s->out->arena;
  char **list = ARENA_ARRAY(arena, char *, WARNINGS_MAX);
  size_t n = 0;
  if (!list) return -ENOMEM;
  for (const struct decided_event *event = s->out->first; event && n < WARNINGS_MAX; event = event->next) {
    if (event->data->descriptor != &reg__partnership_broken__descriptor) continue;
    const Reg__Partnership *broken = ((const Reg__PartnershipBroken *)event->data)->partnership;
    char *codes = arena_strdup(arena, "");
    for (size_t i = 0; codes && i < broken->n_broken; i++)
      codes = arena_printf(arena, "%s%s%s", codes, i ? ", " : "", broken->broken[i]);
    list[n] = codes ? arena_printf(arena, "%s: %s %s", codes, broken->mode, broken->id) : NULL;
    if (!list[n++]) return -ENOMEM;
  }
  *ret = list;
  *ret_n = n;
  return 0;
}
