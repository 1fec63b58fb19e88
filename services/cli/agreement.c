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

// The lists of a draft and of an amendment.
struct lists {
  Reg__AgreementParty **parties;
  Reg__BasisDocument **basis;
  Reg__Clause **clauses;
  size_t n_parties, n_basis, n_clauses;
};

static int add_party(struct cli *cli, struct lists *lists, const char *text)
{
  Reg__AgreementParty *party = (Reg__AgreementParty *)fill_new(cli->arena, &reg__agreement_party__descriptor);
  const char *ref, *id;
  if (!party) return say_failure(-ENOMEM, "--party");
  int failed = split_role(cli, "--party", text, &party->role, &ref);
  if (!failed) failed = names_unit_id(cli, ref, &id);
  if (failed) return failed;
  party->institution = (char *)id;
  lists->parties[lists->n_parties++] = party;
  return CLI_OK;
}

// "A;B;C" of an option into the fields of a message: parts may be empty or left out at the end.
struct parts {
  const char *input, *form;
  const char *fields[4];
};

static int fill_parts(struct cli *cli, const struct parts *parts, const char *text, ProtobufCMessage *message)
{
  char *rest = arena_strdup(cli->arena, text);
  struct fill_fault fault;
  if (!message || !rest) return say_failure(-ENOMEM, parts->input);
  for (size_t i = 0; i < 4 && rest; i++) {
    const char *part = strsep(&rest, ";");
    if (*part && !fill_field(cli->arena, message, parts->fields[i], part, &fault))
      return say_error(CLI_USAGE, "%s: %s", parts->input, fault.text);
  }
  return rest ? say_error(CLI_USAGE, _("%s %s: %s is expected"), parts->input, text, parts->form) : CLI_OK;
}

static int add_basis(struct cli *cli, struct lists *lists, const char *text)
{
  static const struct parts parts = {
      "--basis", "NO;TITLE;FROM;TO", {"doc_no", "title", "valid.from", "valid.to"}};
  ProtobufCMessage *basis = fill_new(cli->arena, &reg__basis_document__descriptor);
  int failed = fill_parts(cli, &parts, text, basis);
  if (!failed) lists->basis[lists->n_basis++] = (Reg__BasisDocument *)basis;
  return failed;
}

static int add_clause(struct cli *cli, struct lists *lists, const char *text)
{
  static const struct parts parts = {"--clause", "MEASURE;TERMS;MIN;MAX", {"measure", "terms", "min", "max"}};
  ProtobufCMessage *clause = fill_new(cli->arena, &reg__clause__descriptor);
  int failed = fill_parts(cli, &parts, text, clause);
  if (!failed) lists->clauses[lists->n_clauses++] = (Reg__Clause *)clause;
  return failed;
}

static int read_lists(struct cli *cli, struct lists *lists)
{
  static const struct {
    const char *input;
    int (*add)(struct cli *, struct lists *, const char *);
  } inputs[] = {{"--party", add_party}, {"--basis", add_basis}, {"--clause", add_clause}};
  *lists =
      (struct lists){.parties = ARENA_ARRAY(cli->arena, Reg__AgreementParty *, count(cli, "--party") + 1),
                     .basis = ARENA_ARRAY(cli->arena, Reg__BasisDocument *, count(cli, "--basis") + 1),
                     .clauses = ARENA_ARRAY(cli->arena, Reg__Clause *, count(cli, "--clause") + 1)};
  if (!lists->parties || !lists->basis || !lists->clauses) return say_failure(-ENOMEM, "agreement");
  int failed = CLI_OK;
  const char *text;
  for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
    for (size_t at = 0; !failed && (text = args_next(cli->args, inputs[i].input, &at));)
      failed = inputs[i].add(cli, lists, text);
  return failed;
}

// Puts the lists in the fields of either command; they are called the same in both.
#define TAKE_LISTS(command, lists)                                                                           \
  do {                                                                                                       \
    (command)->parties = (lists).parties;                                                                    \
    (command)->n_parties = (lists).n_parties;                                                                \
    (command)->basis = (lists).basis;                                                                        \
    (command)->n_basis = (lists).n_basis;                                                                    \
    (command)->clauses = (lists).clauses;                                                                    \
    (command)->n_clauses = (lists).n_clauses;                                                                \
  } while (0)

int agreement_draft_run(struct cli *cli)
{
  ProtobufCMessage *message;
  struct lists lists;
  int failed = request_build(cli, NULL, &message);
  if (!failed) failed = read_lists(cli, &lists);
  if (failed) return failed;
  TAKE_LISTS((Reg__DraftAgreement *)message, lists);
  return request_send(cli, cli->verb->method, message);
}

int agreement_amend_run(struct cli *cli)
{
  ProtobufCMessage *message;
  struct lists lists;
  int failed = request_build(cli, NULL, &message);
  if (!failed) failed = read_lists(cli, &lists);
  if (failed) return failed;
  TAKE_LISTS((Reg__AmendAgreement *)message, lists);
  return request_send(cli, cli->verb->method, message);
}

// ---- members

struct member_list {
  Reg__Member **members;
  size_t n;
};

// "ROLE=REF", or "REF" alone where the role does not matter; "partnership:ID" names a partnership.
static int add_member(struct cli *cli, const char *input, const char *text, bool role_needed,
                      struct member_list *list)
{
  static const char lead[] = "partnership:";
  Reg__Member *member = (Reg__Member *)fill_new(cli->arena, &reg__member__descriptor);
  const char *ref = text, *id;
  if (!member) return say_failure(-ENOMEM, input);
  int failed = role_needed || strchr(text, '=') ? split_role(cli, input, text, &member->role, &ref) : CLI_OK;
  if (failed) return failed;
  bool partnership = strncmp(ref, lead, sizeof lead - 1) == 0;
  if (partnership) {
    id = ref + sizeof lead - 1;
  } else if ((failed = names_unit_id(cli, ref, &id))) {
    return failed;
  }
  member->party = (char *)id;
  member->party_kind = partnership ? REG__PARTY_KIND__PARTY_PARTNERSHIP : REG__PARTY_KIND__PARTY_INSTITUTION;
  list->members[list->n++] = member;
  return CLI_OK;
}

static int read_members(struct cli *cli, const char *input, bool role_needed, Reg__Member ***ret,
                        size_t *ret_n)
{
  struct member_list list = {.members = ARENA_ARRAY(cli->arena, Reg__Member *, count(cli, input) + 1)};
  const char *text;
  int failed = list.members ? CLI_OK : say_failure(-ENOMEM, input);
  for (size_t at = 0; !failed && (text = args_next(cli->args, input, &at));)
    failed = add_member(cli, input, text, role_needed, &list);
  *ret = list.members;
  *ret_n = list.n;
  return failed;
}

int agreement_partnership_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = request_build(cli, NULL, &message);
  if (failed) return failed;
  Reg__ProposePartnership *command = (Reg__ProposePartnership *)message;
  failed = read_members(cli, "--member", true, &command->members, &command->n_members);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}

int agreement_members_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = request_build(cli, NULL, &message);
  if (failed) return failed;
  Reg__ChangeMembers *command = (Reg__ChangeMembers *)message;
  failed = read_members(cli, "--add", true, &command->add, &command->n_add);
  if (!failed) failed = read_members(cli, "--remove", false, &command->remove, &command->n_remove);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}

int agreement_mode_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = request_build(cli, NULL, &message);
  if (failed) return failed;
  Reg__ChangeMode *command = (Reg__ChangeMode *)message;
  failed = read_members(cli, "--role", true, &command->roles, &command->n_roles);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}

// ---- decisions on live postings

// "ID=KEEP"; "all=END" for those that are not named.
static int add_posting(struct cli *cli, const char *text, Reg__DissolvePartnership *command)
{
  Reg__LinkDecision *decision = (Reg__LinkDecision *)fill_new(cli->arena, &reg__link_decision__descriptor);
  const char *equals = strchr(text, '=');
  struct fill_fault fault;
  if (!decision) return say_failure(-ENOMEM, "--posting");
  if (!equals || equals == text)
    return say_error(CLI_USAGE, _("%s %s: %s is expected"), "--posting", text, "ID=DECISION");
  if (!fill_field(cli->arena, &decision->base, "action", equals + 1, &fault))
    return say_error(CLI_USAGE, "--posting: %s", fault.text);
  const char *id = arena_strndup(cli->arena, text, (size_t)(equals - text));
  if (!id) return say_failure(-ENOMEM, "--posting");
  decision->kind = REG__LINK_KIND__LINK_POSTING;
  decision->id = (char *)(strcmp(id, "all") == 0 ? "" : id);
  command->decisions[command->n_decisions++] = decision;
  return CLI_OK;
}

int agreement_dissolve_run(struct cli *cli)
{
  ProtobufCMessage *message;
  const char *text;
  int failed = request_build(cli, NULL, &message);
  if (failed) return failed;
  Reg__DissolvePartnership *command = (Reg__DissolvePartnership *)message;
  command->decisions = ARENA_ARRAY(cli->arena, Reg__LinkDecision *, count(cli, "--posting") + 1);
  if (!command->decisions) return say_failure(-ENOMEM, "--posting");
  for (size_t at = 0; !failed && (text = args_next(cli->args, "--posting", &at));)
    failed = add_posting(cli, text, command);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}
