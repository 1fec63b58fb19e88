#include "services/cli/names.h"
#include "common/base/uuid7.h"
#include "proto/registry.pb-c.h"
#include "services/cli/lang.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include <czmq.h>
#include <stdlib.h>

struct names {
  struct arena *arena; // what is kept outlives the page it was asked for
  zhashx_t *known;     // "unit:ID" -> text in the arena
  zhashx_t *codes;     // ID of a unit -> its code in the arena
  zhashx_t *resolved;  // "unit:REF" -> id in the arena
  bool silent;         // the registry cannot be asked: show ids
};

static struct names *names_get(struct cli *cli)
{
  if (cli->names) return cli->names;
  struct names *names = calloc(1, sizeof *names);
  if (!names || arena_new((size_t)256 << 20, &names->arena) < 0) {
    free(names);
    return NULL;
  }
  names->codes = zhashx_new();
  names->known = zhashx_new();
  names->resolved = zhashx_new();
  return cli->names = names;
}

void names_close(struct cli *cli)
{
  if (!cli->names) return;
  zhashx_destroy(&cli->names->known);
  zhashx_destroy(&cli->names->codes);
  arena_free(cli->names->arena);
  zhashx_destroy(&cli->names->resolved);
  free(cli->names);
  cli->names = NULL;
}

static const char *keep(struct cli *cli, zhashx_t *table, const char *key, const char *value)
{
  const char *kept = arena_strdup(cli->names->arena, value);
  if (kept) zhashx_insert(table, key, (void *)kept);
  return kept ? kept : "";
}

// Asks the registry without a word when it fails: a table with ids is better than none.
static const ProtobufCMessage *look_up(struct cli *cli, const char *method, const ProtobufCMessage *query)
{
  struct names *names = cli->names;
  const Bus__Status *status = NULL;
  const ProtobufCMessage *reply = NULL;
  if (names->silent) return NULL;
  int failed = session_try(cli, method, query, &status, &reply);
  if (failed == CLI_UNREACHABLE || failed == CLI_TIMEOUT) names->silent = true;
  return failed ? NULL : reply;
}

static const char *ask_unit(struct cli *cli, const char *id)
{
  Reg__GetByRef query = REG__GET_BY_REF__INIT;
  query.ref = (char *)id;
  const Reg__Institution *found = (const void *)look_up(cli, "registry.GetInstitution", &query.base);
  return found ? found->name : NULL;
}

static const char *ask_person(struct cli *cli, const char *id)
{
  Reg__GetPerson query = REG__GET_PERSON__INIT;
  query.ref = (char *)id;
  const Reg__PersonView *found = (const void *)look_up(cli, "registry.GetPerson", &query.base);
  return found && found->person ? arena_printf(cli->arena, "%s %s", found->person->staff_no, found->name)
                                : NULL;
}

static const char *ask_partnership(struct cli *cli, const char *id)
{
  Reg__GetByRef query = REG__GET_BY_REF__INIT;
  query.ref = (char *)id;
  const Reg__Partnership *found = (const void *)look_up(cli, "registry.GetPartnership", &query.base);
  return found ? arena_printf(cli->arena, "%s %.8s", found->mode, found->id) : NULL;
}

typedef const char *ask_fn(struct cli *cli, const char *id);

static const char *name_by(struct cli *cli, const char *id, ask_fn *const asks[])
{
  struct names *names = names_get(cli);
  if (!names || !uuid_valid(id)) return id;
  const char *known = zhashx_lookup(names->known, id), *name = NULL;
  if (known) return known;
  for (size_t i = 0; asks[i] && !name; i++)
    name = asks[i](cli, id);
  return keep(cli, names->known, id, name ? name : id);
}

const char *names_unit(struct cli *cli, const char *id)
{
  static ask_fn *const asks[] = {ask_unit, NULL};
  return name_by(cli, id, asks);
}

const char *names_unit_code(struct cli *cli, const char *id)
{
  struct names *names = names_get(cli);
  const char *known = names && uuid_valid(id) ? zhashx_lookup(names->codes, id) : id;
  if (known || !names) return known ? known : id;
  Reg__GetByRef query = REG__GET_BY_REF__INIT;
  query.ref = (char *)id;
  const Reg__Institution *found = (const void *)look_up(cli, "registry.GetInstitution", &query.base);
  return keep(cli, names->codes, id, found ? found->code : id);
}

const char *names_person(struct cli *cli, const char *id)
{
  static ask_fn *const asks[] = {ask_person, NULL};
  return name_by(cli, id, asks);
}

const char *names_party(struct cli *cli, const char *id)
{
  static ask_fn *const asks[] = {ask_unit, ask_person, ask_partnership, NULL};
  return name_by(cli, id, asks);
}

// ---- what the user wrote -> id ----

static const char *resolved(struct cli *cli, const char *kind, const char *ref, const char **ret_key)
{
  struct names *names = names_get(cli);
  *ret_key = arena_printf(cli->arena, "%s:%s", kind, ref);
  return names && *ret_key ? zhashx_lookup(names->resolved, *ret_key) : NULL;
}

const char *names_unit_known(struct cli *cli, const char *ref)
{
  const char *key, *known = resolved(cli, "unit", ref, &key);
  if (known || uuid_valid(ref)) return known ? known : ref;
  Reg__GetByRef query = REG__GET_BY_REF__INIT;
  query.ref = (char *)ref;
  const Reg__Institution *found = (const void *)look_up(cli, "registry.GetInstitution", &query.base);
  return found ? keep(cli, cli->names->resolved, key, found->id) : NULL;
}

const char *names_person_known(struct cli *cli, const char *ref)
{
  const char *key, *known = resolved(cli, "person", ref, &key);
  if (known || uuid_valid(ref)) return known ? known : ref;
  Reg__GetPerson query = REG__GET_PERSON__INIT;
  query.ref = (char *)ref;
  const Reg__PersonView *found = (const void *)look_up(cli, "registry.GetPerson", &query.base);
  return found && found->person ? keep(cli, cli->names->resolved, key, found->person->id) : NULL;
}

int names_unit_id(struct cli *cli, const char *ref, const char **ret_id)
{
  const char *key, *known = resolved(cli, "unit", ref, &key);
  const ProtobufCMessage *reply;
  if (uuid_valid(ref)) known = ref;
  if (!known) {
    Reg__GetByRef query = REG__GET_BY_REF__INIT;
    query.ref = (char *)ref;
    int failed = session_ask(cli, "registry.GetInstitution", &query.base, &reply);
    if (failed) return failed;
    known = keep(cli, cli->names->resolved, key, ((const Reg__Institution *)reply)->id);
  }
  *ret_id = known;
  return CLI_OK;
}

int names_person_id(struct cli *cli, const char *ref, const char **ret_id)
{
  const char *key, *known = resolved(cli, "person", ref, &key);
  const ProtobufCMessage *reply;
  if (uuid_valid(ref)) known = ref;
  if (!known) {
    Reg__GetPerson query = REG__GET_PERSON__INIT;
    query.ref = (char *)ref;
    int failed = session_ask(cli, "registry.GetPerson", &query.base, &reply);
    if (failed) return failed;
    const Reg__PersonView *view = (const void *)reply;
    known = keep(cli, cli->names->resolved, key, view->person ? view->person->id : "");
  }
  *ret_id = known;
  return CLI_OK;
}

// The id of the agreement with this document number among one page; "" if it is not there.
static const char *with_doc_no(const Reg__Agreements *page, const char *doc_no)
{
  for (size_t i = 0; i < page->n_agreements; i++)
    if (strcmp(page->agreements[i]->doc_no, doc_no) == 0) return page->agreements[i]->id;
  return "";
}

int names_agreement_id(struct cli *cli, const char *ref, const char **ret_id)
{
  const char *key, *known = resolved(cli, "agreement", ref, &key);
  if (uuid_valid(ref)) known = ref;
  Reg__PageRequest page = REG__PAGE_REQUEST__INIT;
  Reg__ListAgreements query = REG__LIST_AGREEMENTS__INIT;
  query.page = &page;
  page.limit = 200;
  for (bool more = true; !known && more;) {
    const ProtobufCMessage *reply;
    int failed = session_ask(cli, "registry.ListAgreements", &query.base, &reply);
    if (failed) return failed;
    const Reg__Agreements *list = (const void *)reply;
    const char *id = with_doc_no(list, ref);
    if (*id) known = keep(cli, cli->names->resolved, key, id);
    more = *list->next;
    page.after = list->next;
  }
  if (!known) {
    say_error(0, _("no agreement has the id or document number %s"), ref);
    say_fix(_("jiedui agreement list shows them"));
    return CLI_NOT_FOUND;
  }
  *ret_id = known;
  return CLI_OK;
}
