#include "services/cli/agreement.h"
#include "proto/registry.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/fill.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include <errno.h>
#include <string.h>

static size_t count(const struct cli *cli, const char *name)
{
  size_t n = 0;
  for (size_t at = 0; args_next(cli->args, name, &at);)
    n++;
  return n;
}

// "ROLE=REF" in two.
static int split_role(struct cli *cli, const char *input, const char *text, char **ret_role,
                      const char **ret_ref)
{
  const char *equals = strchr(text, '=');
  if (!equals || equals == text || !equals[1])
    return say_error(CLI_USAGE, _("%s %s: ROLE=REF is expected"), input, text);
  *ret_role = arena_strndup(cli->arena, text, (size_t)(equals - text));
  *ret_ref = equals + 1;
  return *ret_role ? CLI_OK : say_failure(-ENOMEM, input);
}

static int add_party(struct cli *cli, Reg__DraftAgreement *command, const char *text)
{
  Reg__AgreementParty *party = (Reg__AgreementParty *)fill_new(cli->arena, &reg__agreement_party__descriptor);
  const char *ref, *id;
  if (!party) return say_failure(-ENOMEM, "--party");
  int failed = split_role(cli, "--party", text, &party->role, &ref);
  if (!failed) failed = names_unit_id(cli, ref, &id);
  if (failed) return failed;
  party->institution = (char *)id;
  command->parties[command->n_parties++] = party;
  return CLI_OK;
}

// "NO;TITLE;FROM;TO": parts may be empty or left out at the end.
static int add_basis(struct cli *cli, Reg__DraftAgreement *command, const char *text)
{
  Reg__BasisDocument *basis = (Reg__BasisDocument *)fill_new(cli->arena, &reg__basis_document__descriptor);
  char *rest = arena_strdup(cli->arena, text);
  static const char *const fields[] = {"doc_no", "title", "valid.from", "valid.to"};
  struct fill_fault fault;
  if (!basis || !rest) return say_failure(-ENOMEM, "--basis");
  for (size_t i = 0; i < sizeof fields / sizeof *fields && rest; i++) {
    const char *part = strsep(&rest, ";");
    if (*part && !fill_field(cli->arena, &basis->base, fields[i], part, &fault))
      return say_error(CLI_USAGE, "--basis: %s", fault.text);
  }
  if (rest) return say_error(CLI_USAGE, _("--basis %s: NO;TITLE;FROM;TO is expected"), text);
  command->basis[command->n_basis++] = basis;
  return CLI_OK;
}

int agreement_draft_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = request_build(cli, NULL, &message);
  if (failed) return failed;
  Reg__DraftAgreement *command = (Reg__DraftAgreement *)message;
  command->parties = ARENA_ARRAY(cli->arena, Reg__AgreementParty *, count(cli, "--party") + 1);
  command->basis = ARENA_ARRAY(cli->arena, Reg__BasisDocument *, count(cli, "--basis") + 1);
  if (!command->parties || !command->basis) return say_failure(-ENOMEM, "agreement");
  const char *text;
  for (size_t at = 0; !failed && (text = args_next(cli->args, "--party", &at));)
    failed = add_party(cli, command, text);
  for (size_t at = 0; !failed && (text = args_next(cli->args, "--basis", &at));)
    failed = add_basis(cli, command, text);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}

static int add_member(struct cli *cli, Reg__ProposePartnership *command, const char *text)
{
  static const char lead[] = "partnership:";
  Reg__Member *member = (Reg__Member *)fill_new(cli->arena, &reg__member__descriptor);
  const char *ref, *id;
  if (!member) return say_failure(-ENOMEM, "--member");
  int failed = split_role(cli, "--member", text, &member->role, &ref);
  if (failed) return failed;
  bool partnership = strncmp(ref, lead, sizeof lead - 1) == 0;
  if (partnership) {
    id = ref + sizeof lead - 1;
  } else if ((failed = names_unit_id(cli, ref, &id))) {
    return failed;
  }
  member->party = (char *)id;
  member->party_kind = partnership ? REG__PARTY_KIND__PARTY_PARTNERSHIP : REG__PARTY_KIND__PARTY_INSTITUTION;
  command->members[command->n_members++] = member;
  return CLI_OK;
}

int agreement_partnership_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = request_build(cli, NULL, &message);
  if (failed) return failed;
  Reg__ProposePartnership *command = (Reg__ProposePartnership *)message;
  command->members = ARENA_ARRAY(cli->arena, Reg__Member *, count(cli, "--member") + 1);
  if (!command->members) return say_failure(-ENOMEM, "partnership");
  const char *text;
  for (size_t at = 0; !failed && (text = args_next(cli->args, "--member", &at));)
    failed = add_member(cli, command, text);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}
