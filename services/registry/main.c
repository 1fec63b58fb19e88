// jiedui-registryd: divisions, institutions, persons, programmes, agreements, partnerships.
#include "common/obs/log.h"
#include "proto/registry_service.pb-c.h"
#include "services/registry/api.h"
#include "services/registry/query.h"
#include "services/registry/state.h"
#include <errno.h>
#include <string.h>

static int open_state(struct svc *svc, struct store *store, void **ret_state)
{
  (void)store; // the directory is open already: it is this daemon's state
  return reg_state_open(svc_directory(svc), (struct reg_state **)ret_state);
}

// After the commit of an erasure; what fails stays due and is tried after the next commit.
static void shred(struct svc *svc, void *state)
{
  struct store_txn *txn = NULL;
  if (!reg_state_must_shred(state)) return;
  int r = store_begin(svc_store(svc), false, &txn);
  if (r == 0) {
    struct vault *vault = svc_vault(svc);
    r = vault ? reg_state_shred(state, txn, vault) : -EIO;
    store_abort(&txn);
  }
  if (r < 0)
    log_event(LOG_method_failed, F_TEXT("object", "registry.v1.ErasePerson"), F_TEXT("error", strerror(-r)));
}

static int ready(struct svc *svc, void *state)
{
  shred(svc, state);
  return 0;
}

static const struct svc_service service = {.area = "registry",
                                           .personal = true,
                                           .title =
                                               "institutions, persons, programmes, agreements, partnerships",
                                           .commands = &reg__commands__descriptor,
                                           .queries = &reg__queries__descriptor,
                                           .events = &reg__events__descriptor,
                                           .command_table = reg_api_commands,
                                           .query_table = reg_query_table,
                                           .event_table = reg_api_events,
                                           .open = open_state,
                                           .ready = ready,
                                           .close = reg_state_close,
                                           .tables = reg_state_tables,
                                           .committed = shred};

int main(int argc, char **argv)
{
  return svc_main(&service, argc, argv);
}
