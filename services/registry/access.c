#include "services/registry/access.h"
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "services/registry/page.h"
#include "services/registry/prepare.h"
#include "services/registry/rules/person_access.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

static int find_access(const struct svc_call *call, const char *id, const Reg__PersonAccess **ret)
{
  struct key key;
  *ret = NULL;
  key_init(&key);
  key_text(&key, id);
  if (key.overflow) return 0;
  return table_get(call->txn, directory_table(svc_directory(call->svc), "person_access"), &key, call->arena,
                   (ProtobufCMessage **)ret);
}

int reg_access_show(const struct svc_call *call, const Reg__Person *person, const char *grant,
                    struct decision *out, Reg__PersonView *view)
{
  const Reg__PersonAccess *access = NULL;
  Reg__PersonSecret *secret = NULL;
  int r = find_access(call, grant, &access);
  if (r == 0) r = reg_grant_check(access, grant, person, call->ctx, out);
  if (r == 0) r = reg_prepare_open(svc_vault(call->svc), person, call->arena, &secret);
  if (r != 0 || !secret) return r; // no secret: erased meanwhile
  if (reg_grant_opens(access, REG__PERSON_FIELD__PERSON_FIELD_NAME)) {
    view->name = secret->name;
    view->masked = false;
  }
  if (reg_grant_opens(access, REG__PERSON_FIELD__PERSON_FIELD_ID_NUMBER)) view->id_number = secret->id_number;
  if (reg_grant_opens(access, REG__PERSON_FIELD__PERSON_FIELD_CONTACTS)) {
    view->phone = secret->phone;
    view->mail = secret->mail;
  }
  return 0;
}

// ---- who looked

struct wanted {
  const Reg__ListPersonAccess *query;
  bool all_of_person; // the reader was found entitled to all of this person's
  int64_t from_us, to_us;
};

// Without a person: what lies in the reader's scope. Only those get here who may open such data themselves.
static bool in_scope(const struct svc_call *call, const Reg__PersonAccess *access)
{
  const struct actor *actor = &call->ctx->actor;
  return actor_has_role(actor, ROLE_BIT(REGISTRAR) | ROLE_BIT(AUTHORITY)) &&
         actor_covers(actor, access->division, "*");
}

static int sift(const struct reg_page *page, const ProtobufCMessage *message, enum reg_sift *ret)
{
  const struct wanted *wanted = page->filter;
  const Reg__ListPersonAccess *query = wanted->query;
  const Reg__PersonAccess *access = (const Reg__PersonAccess *)message;
  bool take = (!query->by[0] || strcmp(access->by, query->by) == 0) &&
              (query->field == 0 || reg_grant_opens(access, query->field)) &&
              (int64_t)access->at_us >= wanted->from_us && (int64_t)access->at_us < wanted->to_us &&
              (wanted->all_of_person || in_scope(page->call, access));
  *ret = take ? REG_TAKE : REG_SKIP;
  return 0;
}

static int find_person(const struct svc_call *call, const char *ref, struct decision *out,
                       const Reg__Person **ret)
{
  int r = dir_person(call->dir, ref, ret);
  if (r == 0 && !*ret) r = dir_person_by_staff_no(call->dir, ref, ret);
  return r == 0 && !*ret ? reg_not_found(out, "人员", "person", ref) : r;
}

static int check_days(const Reg__ListPersonAccess *query, struct decision *out, struct wanted *wanted)
{
  int r = reg_check_date(out, "from", query->from, true);
  if (r == 0) r = reg_check_date(out, "to", query->to, true);
  wanted->from_us = query->from[0] ? date_start_us(query->from) : INT64_MIN;
  wanted->to_us = date_start_us(query->to);
  return r;
}

int reg_access_list(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__ListPersonAccess *query = (const Reg__ListPersonAccess *)message;
  struct wanted wanted = {.query = query};
  struct reg_page page = {
      .call = call, .table = "person_access", .request = query->page, .sift = sift, .filter = &wanted};
  const Reg__Person *person = NULL;
  struct key prefix;
  int r = check_days(query, out, &wanted);
  if (r == 0 && query->person[0]) r = find_person(call, query->person, out, &person);
  if (r == 0 && person) r = reg_person_access_readable(call->dir, person, call->ctx, out);
  if (r != 0) return r;
  wanted.all_of_person = person != NULL;
  key_init(&prefix);
  key_text(&prefix, person ? person->id : query->by);
  if ((person || query->by[0]) && !prefix.overflow) {
    page.index = person ? "by_person" : "by_principal";
    page.prefix = &prefix;
  }
  return reg_page_reply(&page, &reg__person_accesses__descriptor, out);
}
