// Designating, pausing, resuming; and waiving a rule for a while.
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "common/domain/division.h"
#include "services/registry/rules/partnership.h"
#include "services/registry/rules/partnership_work.h"
#include "services/registry/rules/structure.h"
#include <errno.h>
#include <string.h>

// ---- pilot and model (rows B21, B22)

static int check_steward(struct partnership_work *work)
{
  static const char *const words[] = {"OWNER", "PROVINCE"};
  struct party_subject subject = partnership_subject(work);
  struct reg_charge charge = {words, 2, ROLE_BIT(AUTHORITY)};
  return reg_require_party(work->dir, work->ctx, &subject, &charge, work->out);
}

static int check_designation(struct partnership_work *work, Reg__Designation designation)
{
  if (designation == REG__DESIGNATION__DESIGNATION_UNSPECIFIED)
    return reg_field(work->out, "designation", "应为 NONE、PILOT 或 MODEL", "is NONE, PILOT or MODEL");
  if (designation == work->record->designation)
    return reg_field(work->out, "designation", "已是如此", "is what it is already");
  return 0;
}

int reg_partnership_designate(const struct dir_view *dir, const Reg__DesignatePartnership *cmd,
                              const struct rule_context *ctx, struct decision *out)
{
  struct partnership_work work = {.dir = dir, .ctx = ctx, .out = out};
  ProtobufCMessage *event = NULL;
  char *day = NULL;
  int r = partnership_load(&work, cmd->id);
  if (r == 0) r = check_steward(&work);
  if (r == 0) r = partnership_move(&work, "designate");
  if (r == 0) r = check_designation(&work, cmd->designation);
  if (r == 0) r = reg_check_text(out, "reason", cmd->reason, true, REG_TEXT_MAX);
  if (r == 0) r = reg_effective_day(ctx, out, "on", cmd->on, work.record->since, &day);
  if (r != 0) return r;
  work.record->designation = cmd->designation;
  r = partnership_since(&work, day);
  if (r == 0) r = partnership_emit(&work, &reg__partnership_designated__descriptor, &event);
  if (r != 0) return r;
  ((Reg__PartnershipDesignated *)event)->reason = cmd->reason;
  return partnership_reply(&work);
}

// ---- pausing

int reg_partnership_pause(const struct dir_view *dir, const Reg__PausePartnership *cmd,
                          const struct rule_context *ctx, struct decision *out)
{
  struct partnership_work work = {.dir = dir, .ctx = ctx, .out = out};
  ProtobufCMessage *event = NULL;
  char *day = NULL;
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = partnership_load(&work, cmd->id);
  if (r == 0) r = partnership_check_side(&work);
  if (r == 0) r = partnership_move(&work, "pause");
  if (r == 0) r = reg_effective_day(ctx, out, "on", cmd->on, work.record->since, &day);
  if (r != 0) return r;
  work.record->end_reason = cmd->reason;
  r = partnership_since(&work, day);
  if (r == 0) r = partnership_emit(&work, &reg__partnership_paused__descriptor, &event);
  if (r != 0) return r;
  ((Reg__PartnershipPaused *)event)->reason = cmd->reason;
  return partnership_reply(&work);
}

// What broke meanwhile is flagged already; it resumes with its flags.
int reg_partnership_resume(const struct dir_view *dir, const Reg__ResumePartnership *cmd,
                           const struct rule_context *ctx, struct decision *out)
{
  struct partnership_work work = {.dir = dir, .ctx = ctx, .out = out};
  char *day = NULL;
  int r = partnership_load(&work, cmd->id);
  if (r == 0) r = partnership_check_side(&work);
  if (r == 0) r = partnership_move(&work, "resume");
  if (r == 0) r = reg_effective_day(ctx, out, "on", cmd->on, work.record->since, &day);
  if (r != 0) return r;
  work.record->end_reason = (char *)protobuf_c_empty_string;
  r = partnership_since(&work, day);
  if (r == 0) r = partnership_emit(&work, &reg__partnership_resumed__descriptor, NULL);
  return r == 0 ? partnership_reply(&work) : r;
}

// ---- waivers

// Rules about the fit of members. Not who signed, not the agreement's force, not nesting: those cannot be
// wished away.
static const char *const waivable[] = {"PN-01", "PN-02", "PN-03", "PN-04", "PN-05",
                                       "PN-07", "PN-08", "PN-13", "AG-02"};

static int check_rule(struct partnership_work *work, const char *rule)
{
  const char *list = "";
  for (size_t i = 0; i < sizeof waivable / sizeof *waivable; i++) {
    if (strcmp(waivable[i], rule) == 0) return 0;
    list = arena_printf(work->out->arena, "%s%s%s", list, i ? ", " : "", waivable[i]);
    if (!list) return -ENOMEM;
  }
  return reg_field(work->out, "rule", arena_printf(work->out->arena, "可豁免的规则：%s", list),
                   arena_printf(work->out->arena, "can be one of %s", list));
}

static int check_until(struct partnership_work *work, const char *until)
{
  if (!date_is_day(until))
    return reg_field(work->out, "until", "必填，YYYY-MM-DD", "is required, as YYYY-MM-DD");
  if (date_compare(until, work->ctx->today) <= 0)
    return reg_field(work->out, "until", "须晚于今天", "must lie in the future");
  return 0;
}

// The unit the authority acts for, if it acts for one that stands above the partnership.
static int find_authority(struct partnership_work *work, const char **ret)
{
  static const char lead[] = "unit:";
  const struct actor *actor = &work->ctx->actor;
  *ret = "";
  for (size_t i = 0; i < actor->n_acts_for; i++) {
    const Reg__Institution *unit = NULL;
    if (strncmp(actor->acts_for[i], lead, sizeof lead - 1) != 0) continue;
    int r = dir_institution_by_code(work->dir, actor->acts_for[i] + sizeof lead - 1, &unit);
    if (r < 0) return r;
    if (!unit || !division_covers(unit->division, work->record->division)) continue;
    *ret = unit->id;
    return 0;
  }
  return 0;
}

// A second waiver of a rule takes the place of the first: so it is prolonged.
static int put_waiver(struct partnership_work *work, Reg__Waiver *waiver)
{
  Reg__Partnership *record = work->record;
  Reg__Waiver **list = ARENA_ARRAY(work->out->arena, Reg__Waiver *, record->n_waivers + 1);
  size_t n = 0;
  if (!list) return -ENOMEM;
  for (size_t i = 0; i < record->n_waivers; i++)
    if (strcmp(record->waivers[i]->rule, waiver->rule) != 0) list[n++] = record->waivers[i];
  list[n++] = waiver;
  record->waivers = list;
  record->n_waivers = n;
  return 0;
}

static int fill_waiver(struct partnership_work *work, const Reg__GrantWaiver *cmd, char *day,
                       Reg__Waiver **ret)
{
  Reg__Waiver *waiver = REG_NEW(work->out, Reg__Waiver, reg__waiver__init);
  const char *authority = "";
  int r = waiver ? find_authority(work, &authority) : -ENOMEM;
  if (r != 0) return r;
  waiver->rule = cmd->rule;
  waiver->reason = cmd->reason;
  waiver->by = (char *)work->ctx->actor.name;
  waiver->institution = (char *)authority;
  waiver->from = day;
  waiver->until = cmd->until;
  *ret = waiver;
  return put_waiver(work, waiver);
}

int reg_partnership_waive(const struct dir_view *dir, const Reg__GrantWaiver *cmd,
                          const struct rule_context *ctx, struct decision *out)
{
  struct partnership_work work = {.dir = dir, .ctx = ctx, .out = out};
  ProtobufCMessage *event = NULL;
  Reg__Waiver *waiver = NULL;
  char *day = NULL;
  int r = partnership_load(&work, cmd->id);
  if (r == 0) r = require_scope(ctx, work.record->division, work.programme->id, work.mode->id, out);
  if (r == 0) r = partnership_move(&work, "waive");
  if (r == 0) r = check_rule(&work, cmd->rule);
  if (r == 0) r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = check_until(&work, cmd->until);
  if (r == 0) r = reg_effective_day(ctx, out, "from", cmd->from, work.record->since, &day);
  if (r == 0) r = fill_waiver(&work, cmd, day, &waiver);
  if (r == 0) r = partnership_since(&work, day);
  if (r == 0) r = partnership_emit(&work, &reg__waiver_granted__descriptor, &event);
  if (r != 0) return r;
  ((Reg__WaiverGranted *)event)->waiver = waiver;
  r = partnership_recheck(&work, day, NULL, 0);
  return r == 0 ? partnership_reply(&work) : r;
}
