// Programmes: one version, or the newest of each.
#include "common/base/date.h"
#include "services/registry/query_parts.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

// Versions never change, so their past is told by two days: of publication and of retirement. NULL = not
// published yet; *ret may be the row itself.
static int programme_on(struct svc_call *call, const Prg__Programme *stored, const char *day,
                        const Prg__Programme **ret)
{
  *ret = stored;
  if (!day[0]) return 0;
  if (stored->since[0] && date_compare(stored->since, day) > 0) *ret = NULL;
  if (!*ret || !stored->retired_on[0] || date_compare(stored->retired_on, day) <= 0) return 0;
  Prg__Programme *then = (Prg__Programme *)arena_clone(call->arena, &stored->base);
  if (!then) return -ENOMEM;
  then->status = PRG__PROGRAMME_STATUS__PROGRAMME_PUBLISHED;
  then->retired_on = (char *)"";
  then->rev = stored->rev - 1;
  *ret = then;
  return 0;
}

struct versions {
  struct svc_call *call;
  const char *day;
  const Prg__Programme *newest; // that was not retired
};

static int take_version(void *context, const ProtobufCMessage *row)
{
  struct versions *versions = context;
  const Prg__Programme *then = NULL;
  int r = programme_on(versions->call, (const Prg__Programme *)row, versions->day, &then);
  if (r < 0 || !then || then->status == PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED) return r;
  versions->newest = (const Prg__Programme *)arena_clone(versions->call->arena, &then->base);
  return versions->newest ? 0 : -ENOMEM;
}

static int newest_on(struct svc_call *call, const char *id, const char *day, const Prg__Programme **ret)
{
  struct versions versions = {.call = call, .day = day};
  struct key prefix;
  key_init(&prefix);
  key_text(&prefix, id);
  if (prefix.overflow || !id[0]) return 0;
  const struct table *table = directory_table(svc_directory(call->svc), "programme");
  int r = table_walk(call->txn, table, NULL, &prefix, take_version, &versions);
  *ret = versions.newest;
  return r;
}

int reg_query_programme(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__GetProgramme *query = (const Reg__GetProgramme *)message;
  const struct dir_view *then = NULL; // only the day is asked of it
  const Prg__Programme *programme = NULL;
  int r = reg_query_as_of(call, query->as_of, out, &then);
  if (r == 0 && query->as_of[0] && query->version == 0)
    r = newest_on(call, query->id, query->as_of, &programme);
  else if (r == 0)
    r = reg_find_programme(call->dir, query->id, query->version, out, &programme);
  if (r == 0 && programme) r = programme_on(call, programme, query->as_of, &programme);
  if (r == 0 && !programme) r = reg_not_found(out, "项目", "programme", query->id);
  if (r == 0) out->reply = &programme->base;
  return r;
}

struct heads {
  struct svc_call *call;
  const char *day;
  Reg__Programmes *reply;
  size_t capacity;
};

// Rows come by id and rising version: a later version takes the place of the one before.
static int take_head(void *context, const ProtobufCMessage *row)
{
  struct heads *heads = context;
  const Prg__Programme *stored = NULL;
  Reg__Programmes *reply = heads->reply;
  int r = programme_on(heads->call, (const Prg__Programme *)row, heads->day, &stored);
  if (r < 0 || !stored) return r;
  Prg__Programme head = PRG__PROGRAMME__INIT;
  head.id = stored->id;
  head.version = stored->version;
  head.dialect = stored->dialect;
  head.title = stored->title;
  head.owner = stored->owner;
  head.extends = stored->extends;
  head.status = stored->status;
  head.rev = stored->rev;
  head.since = stored->since;
  head.retired_on = stored->retired_on;
  Prg__Programme *copy = (Prg__Programme *)arena_clone(heads->call->arena, &head.base);
  if (!copy) return -ENOMEM;
  bool newer = reply->n_programmes && strcmp(reply->programmes[reply->n_programmes - 1]->id, stored->id) == 0;
  if (newer) reply->n_programmes--;
  if (reply->n_programmes == heads->capacity) return 1; // enough: stop here
  reply->programmes[reply->n_programmes++] = copy;
  return 0;
}

int reg_query_programmes(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  const char *day = ((const Reg__ListProgrammes *)query)->as_of;
  const struct dir_view *then = NULL; // only the day is asked of it
  struct heads heads = {.call = call, .day = day, .capacity = 500};
  int r = reg_query_as_of(call, day, out, &then);
  if (r != 0) return r;
  heads.reply = REG_NEW(out, Reg__Programmes, reg__programmes__init);
  if (!heads.reply) return -ENOMEM;
  heads.reply->programmes = ARENA_ARRAY(call->arena, Prg__Programme *, heads.capacity);
  if (!heads.reply->programmes) return -ENOMEM;
  const struct table *table = directory_table(svc_directory(call->svc), "programme");
  r = table_walk(call->txn, table, NULL, NULL, take_head, &heads);
  out->reply = &heads.reply->base;
  return r < 0 ? r : 0;
}
