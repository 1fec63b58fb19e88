// toyd AREA --config FILE: a daemon with almost no rules on the real frame.
// - registry: RegisterInstitution makes an institution, once for each code. The code "boom" breaks the
// handler,
//   "full" the disk, "vast" uses up the memory of a command, "many" makes three events of one. A Tick at a
//   time that ends in 7 us makes an institution with that time as its code, one that ends in 8 us has too
//   little memory left to pack it.
// - dispatch: follows registry: a plan for every institution, under the same id. With TOY_FAIL_RESET the
// first
//   commit that forgets the projection finds the disk full.
// - notify: follows registry and dispatch: a notice for every plan. It needs the institution, so it fails if
// a
//   plan were shown to it before what the plan rests on.
// GetInstitution and GetPlan look an institution up by its code. All other methods of the three areas refuse,
// so that the tables are complete.
#include "common/base/check.h"
#include "common/svc/svc.h"

#include "proto/dispatch.pb-c.h"
#include "proto/notify.pb-c.h"
#include "proto/registry_service.pb-c.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct toy {
  struct directory *directory;
  struct table *plans, *notices;
};

static void plan_key(const ProtobufCMessage *row, struct key *key)
{
  key_init(key);
  key_text(key, ((const Dsp__NeedsPlan *)row)->id);
}
static void notice_key(const ProtobufCMessage *row, struct key *key)
{
  key_init(key);
  key_text(key, ((const Ntf__Notice *)row)->id);
}
static const struct table_def plan_table = {
    .name = "toy_plan", .row = &dsp__needs_plan__descriptor, .key = plan_key};
static const struct table_def notice_table = {
    .name = "toy_notice", .row = &ntf__notice__descriptor, .key = notice_key};

static int open_toy(struct svc *svc, struct store *store, void **ret)
{
  struct toy *toy = calloc(1, sizeof *toy);
  if (!toy) return -ENOMEM;
  toy->directory = svc_directory(svc);
  int r = table_open(store, &plan_table, &toy->plans);
  if (r == 0) r = table_open(store, &notice_table, &toy->notices);
  *ret = toy;
  return r;
}
static void close_toy(void *state)
{
  free(state);
}
static void tables_of(void *state, void (*visit)(void *, const struct table *), void *context)
{
  struct toy *toy = state;
  visit(context, toy->plans);
  visit(context, toy->notices);
}
static void registry_tables(void *state, void (*visit)(void *, const struct table *), void *context)
{
  directory_tables(((struct toy *)state)->directory, visit, context);
}

static int refuse(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  (void)call, (void)message;
  return decision_reject(out, REASON_NOT_FOUND, "what", "toy", "ref", "-", NULL);
}

static int apply_nothing(void *state, struct store_txn *txn, const ProtobufCMessage *event)
{
  (void)state, (void)txn, (void)event;
  return 0;
}

// ---- registry

static void use_up(struct arena *arena, size_t leave)
{
  while (arena_used(arena) + leave < (64u << 20) && arena_alloc(arena, 32 << 10)) {
  }
}

static int emit_institution(struct svc_call *call, const Reg__Institution *institution, unsigned times,
                            struct decision *out)
{
  Reg__InstitutionRegistered *event = ARENA_NEW(call->arena, Reg__InstitutionRegistered);
  if (!event) return -ENOMEM;
  reg__institution_registered__init(event);
  event->institution = (Reg__Institution *)institution;
  struct event_head head = {.subject = institution->id, .division = institution->division, .rev = 1};
  int r = 0;
  while (r == 0 && times-- > 0)
    r = decision_emit(out, &head, &event->base);
  return r;
}

// What cannot be decided: 0 if it can.
static int trouble(struct svc_call *call, const char *code, struct decision *out)
{
  const Reg__Institution *holder = NULL;
  if (strcmp(code, "boom") == 0) return -EBADMSG;
  if (strcmp(code, "full") == 0) return -ENOSPC;
  if (strcmp(code, "vast") == 0) {
    use_up(call->arena, 0);
    return -ENOMEM;
  }
  int r = dir_institution_by_code(call->dir, code, &holder);
  if (r < 0) return r;
  return holder ? decision_reject(out, REASON_IN_03, "code", code, "holder", holder->id, NULL) : 0;
}

static int register_institution(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__Institution *given = ((const Reg__RegisterInstitution *)message)->institution;
  if (!given) return decision_reject(out, REASON_FIELD, "field", "institution", "detail", "missing", NULL);
  int r = trouble(call, given->code, out);
  if (r != 0) return r;
  Reg__Institution *institution = (Reg__Institution *)arena_clone(call->arena, &given->base);
  Reg__InstitutionReply *reply = ARENA_NEW(call->arena, Reg__InstitutionReply);
  char *id = arena_alloc(call->arena, UUID_TEXT);
  if (!institution || !reply || !id) return -ENOMEM;
  id_source_next(call->ctx->ids, id);
  institution->id = id;
  reg__institution_reply__init(reply);
  reply->id = id;
  out->reply = &reply->base;
  return emit_institution(call, institution, strcmp(given->code, "many") == 0 ? 3 : 1, out);
}

static int tick(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  uint64_t now = ((const Reg__Tick *)message)->now_us;
  bool brim = now % 1000000 == 8;
  if (!brim && now % 1000000 != 7) return 0;
  Reg__Institution *institution = ARENA_NEW(call->arena, Reg__Institution);
  char *id = arena_alloc(call->arena, UUID_TEXT), *name = arena_alloc(call->arena, 200000);
  if (!institution || !id || !name) return -ENOMEM;
  reg__institution__init(institution);
  id_source_next(call->ctx->ids, id);
  institution->id = id;
  institution->code = arena_printf(call->arena, "%" PRIu64, now);
  if (brim) institution->name = memset(name, 'x', 199999);
  int r = emit_institution(call, institution, 1, out);
  if (brim) use_up(call->arena, 128 << 10);
  return r;
}

// ---- queries

static int look_up(struct svc_call *call, const char *code, const ProtobufCMessage *found,
                   struct decision *out)
{
  const Reg__Institution *institution = NULL;
  if (strcmp(code, "vast") == 0) {
    use_up(call->arena, 0);
    return -ENOMEM;
  }
  int r = dir_institution_by_code(call->dir, code, &institution);
  if (r < 0) return r;
  if (!institution) return decision_reject(out, REASON_NOT_FOUND, "what", "toy", "ref", code, NULL);
  out->reply = found ? found : &institution->base;
  return 0;
}
static int get_institution(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  return look_up(call, ((const Reg__GetByRef *)query)->ref, NULL, out);
}
static int get_plan(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  static const Dsp__NeedsPlan plan = DSP__NEEDS_PLAN__INIT;
  return look_up(call, ((const Dsp__GetById *)query)->id, &plan.base, out);
}

static int apply_institution(void *state, struct store_txn *txn, const ProtobufCMessage *event)
{
  return directory_apply(((struct toy *)state)->directory, txn, "InstitutionRegistered", event);
}

// ---- dispatch and notify

static int project_registry(struct svc_call *call, const char *event, const ProtobufCMessage *message)
{
  return directory_apply(((struct toy *)call->state)->directory, call->txn, event, message);
}

static int plan_for(struct svc_call *call, const Bus__Event *head, const char *event,
                    const ProtobufCMessage *message, struct decision *out)
{
  (void)head;
  if (strcmp(event, "InstitutionRegistered") != 0) return 0;
  const Reg__Institution *institution = ((const Reg__InstitutionRegistered *)message)->institution;
  Dsp__PlanDrafted *drafted = ARENA_NEW(call->arena, Dsp__PlanDrafted);
  Dsp__NeedsPlan *plan = ARENA_NEW(call->arena, Dsp__NeedsPlan);
  if (!drafted || !plan) return -ENOMEM;
  dsp__plan_drafted__init(drafted);
  dsp__needs_plan__init(plan);
  plan->id = institution->id;
  drafted->plan = plan;
  struct event_head about = {.subject = plan->id, .rev = 1};
  return decision_emit(out, &about, &drafted->base);
}

static int apply_plan(void *state, struct store_txn *txn, const ProtobufCMessage *event)
{
  return table_put(txn, ((struct toy *)state)->plans, &((const Dsp__PlanDrafted *)event)->plan->base);
}

static int notice_for(struct svc_call *call, const Bus__Event *head, const char *event,
                      const ProtobufCMessage *message, struct decision *out)
{
  (void)head;
  if (strcmp(event, "PlanDrafted") != 0) return 0;
  const Dsp__NeedsPlan *plan = ((const Dsp__PlanDrafted *)message)->plan;
  const Reg__Institution *institution = NULL;
  int r = dir_institution(call->dir, plan->id, &institution);
  if (r < 0) return r;
  if (!institution) return -EPROTO; // shown too early
  Ntf__NoticeRaised *raised = ARENA_NEW(call->arena, Ntf__NoticeRaised);
  Ntf__Notice *notice = ARENA_NEW(call->arena, Ntf__Notice);
  if (!raised || !notice) return -ENOMEM;
  ntf__notice_raised__init(raised);
  ntf__notice__init(notice);
  notice->id = plan->id;
  notice->title_zh = institution->name;
  raised->notice = notice;
  struct event_head about = {.subject = notice->id, .rev = 1};
  return decision_emit(out, &about, &raised->base);
}

static int apply_notice(void *state, struct store_txn *txn, const ProtobufCMessage *event)
{
  return table_put(txn, ((struct toy *)state)->notices, &((const Ntf__NoticeRaised *)event)->notice->base);
}

static void clear_table(void *context, const struct table *table)
{
  (void)table_clear(context, table); // its error is the commit's
}

static int forget_registry(struct svc_call *call)
{
  if (getenv("TOY_FAIL_RESET")) store_fail_commit(svc_store(call->svc), 1, -ENOSPC);
  unsetenv("TOY_FAIL_RESET");
  directory_tables(((struct toy *)call->state)->directory, clear_table, call->txn);
  return 0;
}

static int forget_nothing(struct svc_call *call)
{
  (void)call;
  return 0;
}

static const struct svc_follow dispatch_follows[] = {
    {"registry", &reg__events__descriptor, project_registry, plan_for, forget_registry},
    {0},
};
static const struct svc_follow notify_follows[] = {
    {"dispatch", &dsp__events__descriptor, NULL, notice_for, forget_nothing},
    {"registry", &reg__events__descriptor, project_registry, NULL, NULL},
    {0},
};

// ---- tables filled from the descriptors

#define METHODS_MAX 128
static struct svc_command commands[METHODS_MAX];
static struct svc_query queries[METHODS_MAX];
static struct svc_event events[METHODS_MAX];

static void fill_tables(const struct svc_service *service)
{
  const uint32_t anybody = ~0u;
  // An empty row ends each table.
  CHECK(service->commands->n_methods < METHODS_MAX && service->queries->n_methods < METHODS_MAX &&
        service->events->n_methods < METHODS_MAX);
  for (unsigned i = 0; i < service->commands->n_methods; i++)
    commands[i] =
        (struct svc_command){service->commands->methods[i].name, anybody, SVC_CREATES, NULL, refuse};
  for (unsigned i = 0; i < service->queries->n_methods; i++)
    queries[i] = (struct svc_query){service->queries->methods[i].name, anybody, refuse};
  for (unsigned i = 0; i < service->events->n_methods; i++)
    events[i] = (struct svc_event){service->events->methods[i].name, apply_nothing};
  for (unsigned i = 0; i < METHODS_MAX && commands[i].name; i++)
    if (strcmp(commands[i].name, "RegisterInstitution") == 0) commands[i].decide = register_institution;
  for (unsigned i = 0; i < METHODS_MAX && commands[i].name; i++)
    if (service->commands == &reg__commands__descriptor && strcmp(commands[i].name, "Tick") == 0)
      commands[i].decide = tick;
  for (unsigned i = 0; i < METHODS_MAX && queries[i].name; i++) {
    if (strcmp(queries[i].name, "GetInstitution") == 0) queries[i].answer = get_institution;
    if (strcmp(queries[i].name, "GetPlan") == 0) queries[i].answer = get_plan;
  }
  for (unsigned i = 0; i < METHODS_MAX && events[i].name; i++) {
    if (strcmp(events[i].name, "InstitutionRegistered") == 0) events[i].apply = apply_institution;
    if (strcmp(events[i].name, "PlanDrafted") == 0) events[i].apply = apply_plan;
    if (strcmp(events[i].name, "NoticeRaised") == 0) events[i].apply = apply_notice;
  }
}

int main(int argc, char **argv)
{
  static struct svc_service toys[] = {
      {.area = "registry",
       .personal = true,
       .commands = &reg__commands__descriptor,
       .queries = &reg__queries__descriptor,
       .events = &reg__events__descriptor,
       .tables = registry_tables},
      {.area = "dispatch",
       .commands = &dsp__commands__descriptor,
       .queries = &dsp__queries__descriptor,
       .events = &dsp__events__descriptor,
       .follow_table = dispatch_follows,
       .tables = tables_of},
      {.area = "notify",
       .commands = &ntf__commands__descriptor,
       .queries = &ntf__queries__descriptor,
       .events = &ntf__events__descriptor,
       .follow_table = notify_follows,
       .tables = tables_of},
  };
  for (size_t i = 0; argc > 1 && i < sizeof toys / sizeof *toys; i++) {
    if (strcmp(argv[1], toys[i].area) != 0) continue;
    struct svc_service *toy = &toys[i];
    toy->title = "toy for tests of the frame";
    toy->open = open_toy;
    toy->close = close_toy;
    toy->command_table = commands;
    toy->query_table = queries;
    toy->event_table = events;
    fill_tables(toy);
    return svc_main(toy, argc - 1, argv + 1);
  }
  return 2;
}
