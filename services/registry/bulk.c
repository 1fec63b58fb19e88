#include "services/registry/bulk.h"
#include "services/registry/prepare.h"
#include "services/registry/rules/institution.h"
#include "services/registry/rules/person.h"
#include "services/registry/rules/reg.h"
#include "services/registry/rules/succession.h"
#include <errno.h>

// What the answer may hold: it is kept in the idempotency row too, and must fit a message.
enum { ROWS_MAX = 512, CHANGES_MAX = 2000, TOLD_MAX = 200 * 1024 };
// What one change may build: a unit with hundreds of links and all that is asked again of them.
#define CHANGE_BYTES ((size_t)32 << 20)

struct bulk {
  struct svc_call *call;
  struct decision *out;
  Reg__ImportReply *reply;
  bool all_or_nothing;
  size_t told; // bytes of the rows with something to say
};

// What one row came to: of the single command's reply, whose types differ.
struct made {
  const char *id;
  uint64_t rev;
  bool unchanged;
  char **warnings;
  size_t n_warnings;
};

static Reg__RowResult *tell(struct bulk *bulk, size_t row, Reg__RowOutcome outcome)
{
  Reg__RowResult *result = REG_NEW(bulk->out, Reg__RowResult, reg__row_result__init);
  if (!result) return NULL;
  result->row = (uint32_t)row;
  result->outcome = outcome;
  bulk->reply->rows[bulk->reply->n_rows++] = result;
  return result;
}

static int weigh(struct bulk *bulk, const Reg__RowResult *result)
{
  bulk->told += reg__row_result__get_packed_size(result) + 8;
  if (bulk->told <= TOLD_MAX) return 0;
  return decision_reject(bulk->out, REASON_SIZE, "what", "reply", "size",
                         decision_number(bulk->out, (int64_t)bulk->told), "max",
                         decision_number(bulk->out, TOLD_MAX), NULL);
}

static int row_refused(struct bulk *bulk, size_t row, enum reason reason, const struct decision *decided)
{
  const Bus__Status *status = status_of_reason(bulk->out->arena, reason, decided);
  if (!status) return -ENOMEM;
  if (bulk->all_or_nothing)
    return decision_reject(bulk->out, REASON_ROW, "row", decision_number(bulk->out, (int64_t)row), "rule",
                           status->reason, "detail_zh", status->message_zh, "detail_en", status->message_en,
                           NULL);
  Reg__RowResult *result = tell(bulk, row, REG__ROW_OUTCOME__ROW_REFUSED);
  if (!result) return -ENOMEM;
  result->reason = status->reason;
  result->message_zh = status->message_zh;
  result->message_en = status->message_en;
  result->fix_zh = status->fix_zh;
  result->fix_en = status->fix_en;
  bulk->reply->refused++;
  return weigh(bulk, result);
}

static int row_taken(struct bulk *bulk, size_t row, const struct made *made)
{
  Reg__ImportReply *reply = bulk->reply;
  Reg__RowOutcome outcome = made->unchanged  ? REG__ROW_OUTCOME__ROW_SAME
                            : made->rev == 1 ? REG__ROW_OUTCOME__ROW_MADE
                                             : REG__ROW_OUTCOME__ROW_CHANGED;
  reply->same += outcome == REG__ROW_OUTCOME__ROW_SAME;
  reply->made += outcome == REG__ROW_OUTCOME__ROW_MADE;
  reply->changed += outcome == REG__ROW_OUTCOME__ROW_CHANGED;
  if (!made->n_warnings) return 0;
  Reg__RowResult *result = tell(bulk, row, outcome);
  if (!result) return -ENOMEM;
  result->id = (char *)made->id;
  result->warnings = made->warnings;
  result->n_warnings = made->n_warnings;
  return weigh(bulk, result);
}

static int start(struct bulk *bulk, size_t n, size_t max)
{
  int r = reg_check_count(bulk->out, "rows", n, max);
  if (r != 0) return r;
  if (n == 0) return reg_field(bulk->out, "rows", "至少一行", "needs at least one row");
  bulk->reply = REG_NEW(bulk->out, Reg__ImportReply, reg__import_reply__init);
  if (!bulk->reply) return -ENOMEM;
  bulk->reply->rows = ARENA_ARRAY(bulk->out->arena, Reg__RowResult *, n);
  bulk->out->reply = &bulk->reply->base;
  return bulk->reply->rows ? 0 : -ENOMEM;
}

// ---- institutions

static int take_institution(struct bulk *bulk, size_t row, const Reg__RegisterInstitution *command)
{
  struct decision decided = {.arena = bulk->out->arena};
  int r = reg_institution_register(bulk->call->dir, command, bulk->call->ctx, &decided);
  if (r > 0) return row_refused(bulk, row, (enum reason)r, &decided);
  if (r == 0) r = svc_apply(bulk->call, &decided);
  if (r < 0) return r;
  const Reg__InstitutionReply *reply = (const Reg__InstitutionReply *)decided.reply;
  const struct made made = {reply->id, reply->rev, reply->unchanged, reply->warnings, reply->n_warnings};
  return row_taken(bulk, row, &made);
}

int reg_bulk_institutions(struct svc_call *call, const Reg__ImportInstitutions *command, struct decision *out)
{
  struct bulk bulk = {.call = call, .out = out, .all_or_nothing = command->all_or_nothing};
  int r = start(&bulk, command->n_rows, ROWS_MAX);
  for (size_t i = 0; r == 0 && i < command->n_rows; i++)
    r = take_institution(&bulk, i, command->rows[i]);
  return r;
}

// ---- persons

// The key made for a row that is refused after sealing would stay in the vault for nobody.
static int take_person(struct bulk *bulk, size_t row, const Reg__RegisterPerson *command)
{
  struct svc_call *call = bulk->call;
  struct decision decided = {.arena = bulk->out->arena};
  struct rule_context ctx = *call->ctx;
  struct vault *vault = svc_vault(call->svc);
  if (!vault) return -EIO;
  uint64_t mark = vault_mark(vault);
  int r = reg_prepare_person(call->dir, vault, &ctx, command, &decided,
                             (const struct reg_person_sealed **)&ctx.prepared);
  if (r == 0) r = reg_person_register(call->dir, command, &ctx, &decided);
  if (r > 0) {
    vault_undo(vault, mark);
    return row_refused(bulk, row, (enum reason)r, &decided);
  }
  if (r == 0) r = svc_apply(call, &decided);
  if (r < 0) return r;
  const Reg__PersonReply *reply = (const Reg__PersonReply *)decided.reply;
  const struct made made = {.id = reply->id, .rev = reply->rev, .unchanged = reply->unchanged};
  return row_taken(bulk, row, &made);
}

int reg_bulk_persons(struct svc_call *call, const Reg__ImportPersons *command, struct decision *out)
{
  struct bulk bulk = {.call = call, .out = out, .all_or_nothing = command->all_or_nothing};
  int r = start(&bulk, command->n_rows, ROWS_MAX);
  for (size_t i = 0; r == 0 && i < command->n_rows; i++)
    r = take_person(&bulk, i, command->rows[i]);
  return r;
}

// ---- changes of institutions. One looks at all that a unit is bound by, so what a row builds is forgotten
// behind it.

static char **copied(struct arena *arena, char *const *texts, size_t n)
{
  char **copies = ARENA_ARRAY(arena, char *, n + 1);
  for (size_t i = 0; copies && i < n; i++)
    if (!(copies[i] = arena_strdup(arena, texts[i]))) return NULL;
  return copies;
}

static int change_taken(struct bulk *bulk, size_t row, const Reg__InstitutionReply *reply)
{
  struct arena *arena = bulk->out->arena;
  const struct made made = {arena_strdup(arena, reply->id), reply->rev, reply->unchanged,
                            copied(arena, reply->warnings, reply->n_warnings), reply->n_warnings};
  return made.id && made.warnings ? row_taken(bulk, row, &made) : -ENOMEM;
}

static int take_change(struct bulk *bulk, struct arena *arena, size_t row,
                       const Reg__ChangeInstitution *command)
{
  struct svc_call *call = bulk->call;
  struct decision decided = {.arena = arena};
  const struct dir_view *dir = directory_view(svc_directory(call->svc), call->txn, arena);
  if (!dir) return -ENOMEM;
  int r = reg_succession_row(dir, command, call->ctx, &decided);
  if (r > 0) return row_refused(bulk, row, (enum reason)r, &decided);
  if (r == 0) r = svc_apply(call, &decided);
  return r < 0 ? r : change_taken(bulk, row, (const Reg__InstitutionReply *)decided.reply);
}

int reg_bulk_changes(struct svc_call *call, const Reg__ChangeInstitutions *command, struct decision *out)
{
  struct bulk bulk = {.call = call, .out = out, .all_or_nothing = command->all_or_nothing};
  struct arena *arena = NULL;
  int r = start(&bulk, command->n_rows, CHANGES_MAX);
  if (r == 0) r = arena_new(CHANGE_BYTES, &arena);
  for (size_t i = 0; r == 0 && i < command->n_rows; i++) {
    arena_reset(arena);
    r = take_change(&bulk, arena, i, command->rows[i]);
  }
  arena_free(arena);
  return r;
}
