#include "services/registry/rules/person_access.h"
#include "common/domain/authority.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

#define KEEPERS (ROLE_BIT(REGISTRAR) | ROLE_BIT(AUTHORITY))

static int check_fields(const Reg__UnmaskPerson *cmd, struct decision *out)
{
  if (cmd->n_fields == 0) return reg_field(out, "fields", "至少一项", "names at least one field");
  int r = reg_check_count(out, "fields", cmd->n_fields, 3);
  for (size_t i = 0; r == 0 && i < cmd->n_fields; i++)
    if (cmd->fields[i] == REG__PERSON_FIELD__PERSON_FIELD_UNSPECIFIED)
      r = reg_field(out, "fields", "须为姓名、证件号或联系方式", "are NAME, ID_NUMBER or CONTACTS");
  return r == 0 ? reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX) : r;
}

// A scope for some programmes only does not open personal data: needs of a programme are met without.
static int keeper(const struct dir_view *dir, const Reg__Person *person, const struct rule_context *ctx,
                  struct decision *out, const char **ret_division)
{
  const Reg__Institution *home = NULL;
  int r = person->home[0] ? dir_institution(dir, person->home, &home) : 0;
  if (r < 0) return r;
  *ret_division = home ? home->division : "0";
  if (actor_is_person(&ctx->actor, person)) return 0;
  if (actor_has_role(&ctx->actor, KEEPERS) && actor_covers(&ctx->actor, *ret_division, "*")) return 0;
  return decision_reject(out, REASON_SCOPE, "actor", ctx->actor.name, "object", person->staff_no, "division",
                         *ret_division, "who_zh", "管辖该单位的登记员或主管部门（不限项目）", "who_en",
                         "a registrar or authority of the home's division, for all programmes", NULL);
}

int reg_person_access_readable(const struct dir_view *dir, const Reg__Person *person,
                               const struct rule_context *ctx, struct decision *out)
{
  const char *division = NULL;
  return keeper(dir, person, ctx, out, &division);
}

static Reg__PersonAccess *access_of(const Reg__UnmaskPerson *cmd, const Reg__Person *person,
                                    const struct rule_context *ctx, struct decision *out)
{
  Reg__PersonAccess *access = REG_NEW(out, Reg__PersonAccess, reg__person_access__init);
  char *id = arena_alloc(out->arena, UUID_TEXT);
  if (!access || !id) return NULL;
  id_source_next(ctx->ids, id);
  access->id = id;
  access->person = person->id;
  access->fields = cmd->fields;
  access->n_fields = cmd->n_fields;
  access->reason = cmd->reason;
  access->by = (char *)ctx->actor.name;
  access->at_us = (uint64_t)ctx->now_us;
  access->until_us = access->at_us + (uint64_t)REG_GRANT_MINUTES * 60 * 1000000;
  access->rev = 1;
  return access;
}

int reg_person_unmask(const struct dir_view *dir, const Reg__UnmaskPerson *cmd,
                      const struct rule_context *ctx, struct decision *out)
{
  const Reg__Person *person = NULL;
  const char *division = NULL;
  int r = check_fields(cmd, out);
  if (r == 0) r = dir_person(dir, cmd->id, &person);
  if (r == 0 && !person) r = reg_not_found(out, "人员", "person", cmd->id);
  if (r == 0) r = keeper(dir, person, ctx, out, &division);
  if (r == 0 && person->status == REG__PERSON_STATUS__PERSON_ERASED)
    r = decision_reject(out, REASON_STATE, "record", "Person", "state", "ERASED", "verb", "unmask", "allowed",
                        "-", NULL);
  if (r != 0) return r;
  Reg__PersonAccess *access = access_of(cmd, person, ctx, out);
  Reg__UnmaskPersonReply *reply = REG_NEW(out, Reg__UnmaskPersonReply, reg__unmask_person_reply__init);
  if (!access || !reply) return -ENOMEM;
  access->division = (char *)division;
  reply->grant = access->id;
  reply->until_us = access->until_us;
  out->reply = &reply->base;
  struct event_head head = {.subject = access->id, .division = division, .rev = access->rev};
  reg_unit(&head, person->id);
  return reg_emit(out, &reg__person_unmasked__descriptor, &access->base, &head, NULL);
}

// ---- using a grant

static int refuse(struct decision *out, const char *grant, const char *why_zh, const char *why_en)
{
  return decision_reject(out, REASON_GRANT, "grant", grant, "why_zh", why_zh, "why_en", why_en, NULL);
}

int reg_grant_check(const Reg__PersonAccess *access, const char *grant, const Reg__Person *person,
                    const struct rule_context *ctx, struct decision *out)
{
  if (!access) return refuse(out, grant, "没有这项许可", "there is no such grant");
  if (strcmp(access->by, ctx->actor.name) != 0)
    return refuse(out, grant, "是给别人的", "it was given to somebody else");
  if (strcmp(access->person, person->id) != 0)
    return refuse(out, grant, "是查看另一人的", "it is about another person");
  if ((uint64_t)ctx->now_us >= access->until_us) return refuse(out, grant, "已过期", "it has run out");
  return 0;
}

bool reg_grant_opens(const Reg__PersonAccess *access, Reg__PersonField field)
{
  for (size_t i = 0; i < access->n_fields; i++)
    if (access->fields[i] == field) return true;
  return false;
}
