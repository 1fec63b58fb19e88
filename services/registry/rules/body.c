#include "services/registry/rules/body.h"
#include "common/domain/authority.h"
#include "services/registry/rules/institution.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

struct work {
  const struct dir_view *dir;
  const struct rule_context *ctx;
  struct decision *out;
  Reg__GovernanceBody *record;
  const Reg__Partnership *partnership; // what it leads, where it is one
  const Reg__Agreement *agreement;
  const char *programme;
};

// ---- what it leads

static int load_partnership(struct work *work)
{
  int r = reg_find_partnership(work->dir, work->record->partnership, work->out, &work->partnership);
  if (r != 0) return r;
  work->programme = work->partnership->programme;
  work->record->division = work->partnership->division;
  return 0;
}

static int load_agreement(struct work *work)
{
  int r = reg_find_agreement(work->dir, work->record->agreement, work->out, &work->agreement);
  if (r != 0) return r;
  work->programme = work->agreement->programme;
  work->record->division = work->agreement->division;
  return 0;
}

static int load_programme(struct work *work)
{
  const Prg__Programme *programme = NULL;
  int r = reg_find_programme(work->dir, work->record->programme, 0, work->out, &programme);
  if (r != 0) return r;
  work->programme = programme->id;
  work->record->division = programme->owner ? programme->owner->division : "0";
  return 0;
}

static int load_subject(struct work *work)
{
  const Reg__GovernanceBody *record = work->record;
  int named = (record->programme[0] != 0) + (record->agreement[0] != 0) + (record->partnership[0] != 0);
  if (named != 1)
    return reg_field(work->out, "programme", "项目、协议、结对关系须写且只写一个",
                     "or an agreement or a partnership must be named, exactly one of them");
  if (record->partnership[0]) return load_partnership(work);
  return record->agreement[0] ? load_agreement(work) : load_programme(work);
}

// ---- its members

static int check_member(struct work *work, const Reg__BodyMember *member)
{
  const Reg__Institution *unit = NULL;
  int r = reg_check_text(work->out, "members.post", member->post, false, REG_TEXT_MAX);
  if (r == 0) r = reg_find_institution(work->dir, member->institution, work->out, &unit);
  if (r != 0 || reg_institution_live(unit)) return r;
  return decision_reject(work->out, REASON_IN_07, "target", unit->name, "wanted_zh", "单位", "wanted_en",
                         "institution", NULL);
}

static int set_members(struct work *work, Reg__BodyMember **list, size_t n)
{
  size_t heads = 0;
  int r = reg_check_count(work->out, "members", n, REG_LIST_MAX);
  for (size_t i = 0; r == 0 && i < n; i++) {
    heads += list[i]->head ? 1 : 0;
    r = check_member(work, list[i]);
  }
  if (r == 0 && heads != 1)
    r = reg_field(work->out, "members.head",
                  arena_printf(work->out->arena, "须恰有一名组长，现有 %zu 名", heads),
                  arena_printf(work->out->arena, "must be set for exactly one member, not for %zu", heads));
  work->record->members = list;
  work->record->n_members = n;
  return r;
}

// ---- event and reply

static int finish(struct work *work, const ProtobufCMessageDescriptor *event)
{
  struct event_head head = {0};
  Reg__GovernanceBody *record = work->record;
  if (work->partnership) reg_partnership_head(work->partnership, NULL, &head);
  if (work->agreement) reg_agreement_head(work->agreement, &head);
  head.subject = record->id;
  head.division = record->division;
  head.rev = record->rev;
  for (size_t i = 0; i < record->n_members; i++)
    reg_unit(&head, record->members[i]->institution);
  Reg__BodyReply *answer = REG_NEW(work->out, Reg__BodyReply, reg__body_reply__init);
  if (!answer) return -ENOMEM;
  answer->id = record->id;
  answer->rev = record->rev;
  work->out->reply = &answer->base;
  return reg_emit(work->out, event, &record->base, &head, NULL);
}

// ---- commands

int reg_body_form(const struct dir_view *dir, const Reg__FormBody *cmd, const struct rule_context *ctx,
                  struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  char *id = arena_alloc(out->arena, UUID_TEXT);
  work.record = REG_NEW(out, Reg__GovernanceBody, reg__governance_body__init);
  if (!id || !work.record) return -ENOMEM;
  work.record->title = cmd->title;
  work.record->programme = cmd->programme;
  work.record->agreement = cmd->agreement;
  work.record->partnership = cmd->partnership;
  work.record->rev = 1;
  int r = reg_check_text(out, "title", cmd->title, false, REG_TEXT_MAX);
  if (r == 0) r = load_subject(&work);
  if (r == 0) r = require_scope(ctx, work.record->division, work.programme, cmd->title, out);
  if (r == 0) r = set_members(&work, cmd->members, cmd->n_members);
  if (r == 0) r = reg_effective_day(ctx, out, "on", cmd->on, "", &work.record->since);
  if (r != 0) return r;
  id_source_next(ctx->ids, id);
  work.record->id = id;
  return finish(&work, &reg__body_formed__descriptor);
}

static int dissolved(struct work *work)
{
  return decision_reject(work->out, REASON_STATE, "record", work->record->title, "state_zh", "已撤销",
                         "state_en", "dissolved", "verb_zh", "变更", "verb_en", "be changed", "allowed", "-",
                         NULL);
}

int reg_body_amend(const struct dir_view *dir, const Reg__AmendBody *cmd, const struct rule_context *ctx,
                   struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  const Reg__GovernanceBody *stored = NULL;
  int r = dir_body(dir, cmd->id, &stored);
  if (r == 0 && !stored) return reg_not_found(out, "组织机构", "governance body", cmd->id);
  if (r < 0) return r;
  work.record = REG_COPY(out, Reg__GovernanceBody, stored);
  if (!work.record) return -ENOMEM;
  r = reg_expect_rev(ctx, stored->rev, out);
  if (r == 0) r = load_subject(&work);
  if (r == 0) r = require_scope(ctx, work.record->division, work.programme, stored->title, out);
  if (r == 0 && stored->dissolved) return dissolved(&work);
  if (r == 0) r = reg_check_text(out, "title", cmd->title, true, REG_TEXT_MAX);
  if (r == 0 && cmd->n_members) r = set_members(&work, cmd->members, cmd->n_members);
  if (r == 0) r = reg_effective_day(ctx, out, "on", cmd->on, stored->since, &work.record->since);
  if (r != 0) return r;
  if (cmd->title[0]) work.record->title = cmd->title;
  work.record->dissolved = cmd->dissolve;
  work.record->rev++;
  return finish(&work, &reg__body_amended__descriptor);
}
