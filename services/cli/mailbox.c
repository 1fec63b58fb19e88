#include "services/cli/mailbox.h"
#include "proto/notify.pb-c.h"
#include "proto/registry.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/fill.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/pbjson.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include "services/cli/show.h"
#include "services/cli/words.h"

static void print_letter(struct cli *cli, const Ntf__MailItem *item)
{
  const Ntf__Notice *notice = item->notice;
  const Ntf__Delivery *delivery = item->delivery;
  if (!notice || !delivery) return;
  printf("%s\n\n", say_clean(cli->arena, lang_pick(notice->title_zh, notice->title_en)));
  printf("%s\n\n", say_clean(cli->arena, lang_pick(notice->body_zh, notice->body_en)));
  printf(_("to %s; %s; raised %s"), names_party(cli, delivery->addressee),
         words_of(&prg__ack_kind__descriptor, (int)notice->ack), show_time(cli->arena, notice->raised_us));
  if (delivery->due_us) printf(_("; due %s"), show_time(cli->arena, delivery->due_us));
  putchar('\n');
}

int mailbox_read_run(struct cli *cli)
{
  struct catalogue_method method;
  ProtobufCMessage *message;
  const ProtobufCMessage *reply;
  int failed = request_build(cli, &method, &message);
  if (failed) return failed;
  Ntf__GetById query = NTF__GET_BY_ID__INIT;
  query.id = ((Ntf__ReadDelivery *)message)->id;
  failed = session_ask(cli, "notify.GetDelivery", &query.base, &reply);
  if (failed) return failed;
  if (cli->json) {
    pbjson_print(stdout, reply);
  } else if (!cli->quiet) {
    print_letter(cli, (const void *)reply);
  }
  const Ntf__Delivery *delivery = ((const Ntf__MailItem *)reply)->delivery;
  if (delivery && delivery->status >= NTF__DELIVERY_STATUS__DELIVERY_READ) return CLI_OK;
  struct session_call call = {.method = cli->verb->method, .request = message};
  return session_send(cli, &call, NULL, &reply);
}

// A unit by id or code, or else a person by id or staff number.
static int resolve_party(struct cli *cli, const char *ref, const char **ret_id, Ntf__AddresseeKind *ret_kind)
{
  const Bus__Status *status = NULL;
  const ProtobufCMessage *reply;
  Reg__GetByRef query = REG__GET_BY_REF__INIT;
  query.ref = (char *)ref;
  int failed = session_try(cli, "registry.GetInstitution", &query.base, &status, &reply);
  if (!failed) {
    *ret_id = ((const Reg__Institution *)reply)->id;
    *ret_kind = NTF__ADDRESSEE_KIND__ADDRESSEE_INSTITUTION;
    return CLI_OK;
  }
  if (failed != CLI_NOT_FOUND) return status ? say_status(cli, status) : failed;
  Reg__GetPerson person = REG__GET_PERSON__INIT;
  person.ref = (char *)ref;
  failed = session_ask(cli, "registry.GetPerson", &person.base, &reply);
  if (failed) return failed;
  const Reg__PersonView *view = (const void *)reply;
  *ret_id = view->person ? view->person->id : "";
  *ret_kind = NTF__ADDRESSEE_KIND__ADDRESSEE_PERSON;
  return CLI_OK;
}

int mailbox_contact_run(struct cli *cli)
{
  struct catalogue_method method;
  ProtobufCMessage *message;
  const char *id = "";
  int failed = request_build(cli, &method, &message);
  if (failed) return failed;
  Ntf__Contact *contact = ((Ntf__SetContact *)message)->contact;
  failed = resolve_party(cli, args_get(cli->args, "REF"), &id, &contact->party_kind);
  contact->party = (char *)id;
  contact->channel = PRG__CHANNEL_KIND__CHANNEL_WEBHOOK;
  return failed ? failed : request_send(cli, cli->verb->method, message);
}

int mailbox_contacts_run(struct cli *cli)
{
  struct catalogue_method method;
  ProtobufCMessage *message;
  const char *ref = args_get(cli->args, "--party"), *id = "";
  Ntf__AddresseeKind kind;
  int failed = request_build(cli, &method, &message);
  if (!failed && ref) failed = resolve_party(cli, ref, &id, &kind);
  if (failed) return failed;
  ((Ntf__ListContacts *)message)->party = (char *)id;
  return request_show(cli, &method, message);
}
