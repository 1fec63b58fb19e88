// Changes of a partnership that lives: who its members are, and under which mode.
#include "common/base/date.h"
#include "services/registry/rules/partnership.h"
#include "services/registry/rules/partnership_work.h"
#include "services/registry/rules/structure.h"
#include <errno.h>
#include <string.h>

// ---- members

struct change {
  struct partnership_work *work;
  const char *day;
  Reg__Member **added, **removed; // with their time
  size_t n_added, n_removed;
};

static bool means(const Reg__Member *member, const Reg__Member *named)
{
  return strcmp(member->party, named->party) == 0 &&
         (!named->role[0] || strcmp(member->role, named->role) == 0);
}

// A member who leaves is in the record no longer: the states before have it, and the event until when.
static int take_out(struct change *change, const Reg__Member *named)
{
  Reg__Partnership *record = change->work->record;
  size_t kept = 0, before = change->n_removed;
  for (size_t i = 0; i < record->n_members; i++) {
    Reg__Member *member = record->members[i];
    if (!means(member, named)) {
      record->members[kept++] = member;
      continue;
    }
    Reg__Member *gone = REG_COPY(change->work->out, Reg__Member, member);
    if (!gone) return -ENOMEM;
    gone->to = (char *)change->day;
    change->removed[change->n_removed++] = gone;
  }
  record->n_members = kept;
  return change->n_removed > before ? 0 : reg_not_found(change->work->out, "成员", "member", named->party);
}

static int put_in(struct change *change, const Reg__Member *given)
{
  struct partnership_work *work = change->work;
  Reg__Partnership *record = work->record;
  Reg__Member *member = REG_COPY(work->out, Reg__Member, given);
  if (!member) return -ENOMEM;
  const char *first = record->valid->from;
  const char *from = date_compare(change->day, first) > 0 ? change->day : first;
  int r = partnership_fill_member(work, member, from);
  if (r != 0) return r;
  record->members[record->n_members++] = member;
  change->added[change->n_added++] = member;
  return 0;
}

static int prepare(struct change *change, const Reg__ChangeMembers *cmd)
{
  struct partnership_work *work = change->work;
  Reg__Partnership *record = work->record;
  size_t room = record->n_members + cmd->n_add;
  int r = reg_check_count(work->out, "members", room > REG_MEMBERS_MAX ? room - cmd->n_remove : room,
                          REG_MEMBERS_MAX);
  if (r != 0) return r;
  Reg__Member **longer = ARENA_ARRAY(work->out->arena, Reg__Member *, room + 1);
  change->added = ARENA_ARRAY(work->out->arena, Reg__Member *, cmd->n_add + 1);
  change->removed = ARENA_ARRAY(work->out->arena, Reg__Member *, record->n_members + 1);
  if (!longer || !change->added || !change->removed) return -ENOMEM;
  memcpy(longer, record->members, record->n_members * sizeof *longer);
  record->members = longer;
  return 0;
}

static int apply_members(struct change *change, const Reg__ChangeMembers *cmd)
{
  int r = prepare(change, cmd);
  for (size_t i = 0; r == 0 && i < cmd->n_remove; i++)
    r = take_out(change, cmd->remove[i]);
  for (size_t i = 0; r == 0 && i < cmd->n_add; i++)
    r = put_in(change, cmd->add[i]);
  if (r == 0 && change->work->record->n_members == 0)
    r = reg_field(change->work->out, "remove", "不能没有成员：请解除关系",
                  "would leave nobody: dissolve it instead");
  return r; // its place stays where it was established
}

static int check_command(struct partnership_work *work, const Reg__ChangeMembers *cmd)
{
  if (cmd->n_add == 0 && cmd->n_remove == 0)
    return reg_field(work->out, "add", "须写明增加或退出的成员",
                     "names nobody who joins, and remove nobody who leaves");
  return reg_check_text(work->out, "reason", cmd->reason, cmd->n_remove == 0, REG_TEXT_MAX);
}

// Where those who come and go belong besides: a place taken or free there, too (PN-03).
static int recheck_touched(struct change *change)
{
  size_t n = change->n_added + change->n_removed;
  Reg__Member **touched = ARENA_ARRAY(change->work->out->arena, Reg__Member *, n + 1);
  if (!touched) return -ENOMEM;
  for (size_t i = 0; i < n; i++)
    touched[i] = i < change->n_added ? change->added[i] : change->removed[i - change->n_added];
  return partnership_recheck(change->work, change->day, touched, n);
}

static int emit_members(struct change *change, const char *reason)
{
  struct partnership_work *work = change->work;
  ProtobufCMessage *event = NULL;
  int r = partnership_since(work, change->day);
  if (r == 0) r = partnership_emit(work, &reg__partnership_members_changed__descriptor, &event);
  if (r != 0) return r;
  Reg__PartnershipMembersChanged *said = (Reg__PartnershipMembersChanged *)event;
  said->added = change->added;
  said->n_added = change->n_added;
  said->removed = change->removed;
  said->n_removed = change->n_removed;
  said->reason = (char *)reason;
  return recheck_touched(change);
}

int reg_partnership_change_members(const struct dir_view *dir, const Reg__ChangeMembers *cmd,
                                   const struct rule_context *ctx, struct decision *out)
{
  struct partnership_work work = {.dir = dir, .ctx = ctx, .out = out};
  struct change change = {.work = &work};
  char *day = NULL;
  int r = partnership_load(&work, cmd->id);
  if (r == 0) r = partnership_check_decider(&work);
  if (r == 0) r = partnership_move(&work, "change members");
  if (r == 0) r = check_command(&work, cmd);
  if (r == 0) r = reg_effective_day(ctx, out, "on", cmd->on, work.record->since, &day);
  if (r != 0) return r;
  change.day = day;
  r = apply_members(&change, cmd);
  // Who only leaves need not mend what was broken before; who joins meets every rule.
  if (r == 0)
    r = partnership_check_structure(&work, work.record->broken, cmd->n_add ? 0 : work.record->n_broken);
  if (r == 0) r = emit_members(&change, cmd->reason);
  return r == 0 ? partnership_reply(&work) : r;
}

// ---- mode

// Roles by party: under another mode the same schools may have other ones.
static int assign_roles(struct partnership_work *work, const Reg__ChangeMode *cmd)
{
  int r = reg_check_count(work->out, "roles", cmd->n_roles, REG_MEMBERS_MAX);
  for (size_t i = 0; r == 0 && i < cmd->n_roles; i++) {
    bool found = false;
    for (size_t m = 0; m < work->record->n_members; m++) {
      if (strcmp(work->record->members[m]->party, cmd->roles[i]->party) != 0) continue;
      work->record->members[m]->role = cmd->roles[i]->role;
      found = true;
    }
    if (!found) r = reg_not_found(work->out, "成员", "member", cmd->roles[i]->party);
  }
  return r;
}

static int apply_mode(struct partnership_work *work, const Reg__ChangeMode *cmd)
{
  Reg__Partnership *record = work->record;
  bool same =
      strcmp(record->mode, cmd->mode) == 0 && strcmp(record->variant, cmd->variant) == 0 && cmd->n_roles == 0;
  int r = reg_find_mode(work->programme, cmd->mode, work->out, &work->mode);
  if (r == 0 && same) r = reg_field(work->out, "mode", "已是此模式", "is the mode it has already");
  if (r == 0) r = partnership_check_variant(work, cmd->variant);
  if (r != 0) return r;
  record->mode = work->mode->id;
  record->variant = cmd->variant;
  record->merger_due = cmd->merger_due;
  r = partnership_check_merger_day(work);
  return r == 0 ? assign_roles(work, cmd) : r;
}

int reg_partnership_change_mode(const struct dir_view *dir, const Reg__ChangeMode *cmd,
                                const struct rule_context *ctx, struct decision *out)
{
  struct partnership_work work = {.dir = dir, .ctx = ctx, .out = out};
  ProtobufCMessage *event = NULL;
  char *day = NULL;
  int r = partnership_load(&work, cmd->id);
  if (r == 0) r = partnership_check_decider(&work);
  if (r == 0) r = partnership_move(&work, "change mode");
  if (r == 0) r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = reg_effective_day(ctx, out, "on", cmd->on, work.record->since, &day);
  if (r != 0) return r;
  const char *former = work.record->mode;
  r = apply_mode(&work, cmd);
  if (r == 0) r = partnership_check_structure(&work, NULL, 0);
  if (r == 0) r = partnership_since(&work, day);
  if (r == 0) r = partnership_emit(&work, &reg__partnership_mode_changed__descriptor, &event);
  if (r != 0) return r;
  ((Reg__PartnershipModeChanged *)event)->former = (char *)former;
  ((Reg__PartnershipModeChanged *)event)->reason = cmd->reason;
  r = partnership_propose_merger(&work);
  if (r == 0) r = partnership_recheck(&work, day, work.record->members, work.record->n_members);
  return r == 0 ? partnership_reply(&work) : r;
}
