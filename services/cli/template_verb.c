// jiedui programme check and publish: files, their parents, and what is told about them.
#include "proto/registry.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/file.h"
#include "services/cli/lang.h"
#include "services/cli/pbjson.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include "services/cli/template.h"
#include <string.h>

struct compiled {
  const char *file;
  Prg__Programme *programme; // as written
  const struct dialect_node *root;
  struct faults *faults;
  bool resolving; // its own parent is being looked for
};

// One file. CLI_OK, or the exit code with the faults printed. offline: nobody else has a table of subjects.
static int compile_file(struct cli *cli, const char *file, bool offline, struct compiled *ret)
{
  size_t length = 0;
  int error = 0;
  struct faults *faults = ARENA_NEW(cli->arena, struct faults);
  char *data = file_read(file, DIALECT_MAX_BYTES, cli->arena, &length, &error);
  if (!data || !faults) return say_error(CLI_USAGE, "%s: %s", file, strerror(-error));
  faults_init(faults, file, cli->arena);
  *ret = (struct compiled){.file = file, .faults = faults};
  ret->programme = template_compile(data, length, faults, &ret->root);
  if (ret->root && offline) template_check_subjects(ret->root, faults);
  if (ret->programme && !faults->total) return CLI_OK;
  faults_print(faults, stderr);
  return CLI_USAGE;
}

// A fault at `extends`; the words are registryd's.
static void no_parent(const struct compiled *heir, const char *why)
{
  const Prg__Extends *extends = heir->programme->extends;
  const struct dialect_node *node = dialect_path(heir->root, "extends");
  faults_add(heir->faults, node->line, node->column, "extends: %s@%u %s", extends->id, extends->version, why);
}

// ---- parents that are files

struct parents {
  struct compiled *list;
  size_t n;
};

static struct compiled *parent_of(const struct parents *parents, const Prg__Extends *extends)
{
  for (size_t i = 0; i < parents->n; i++) {
    const Prg__Programme *programme = parents->list[i].programme;
    if (strcmp(programme->id, extends->id) == 0 && programme->version == extends->version)
      return &parents->list[i];
  }
  return NULL;
}

// The programme a file stands for, its parents' parents resolved first. CLI_OK, or the exit code with faults
// added to its file; a fault of a parent's own is printed at the parent.
static int resolve(const struct parents *parents, struct compiled *heir, const Prg__Programme **ret)
{
  const Prg__Programme *whole = NULL;
  *ret = heir->programme;
  if (!heir->programme->extends) return CLI_OK;
  struct compiled *parent = parent_of(parents, heir->programme->extends);
  if (!parent) {
    no_parent(heir, _("is none of the files given as --parent"));
    return CLI_USAGE;
  }
  if (parent->resolving) {
    no_parent(heir, _("extends this file in turn"));
    return CLI_USAGE;
  }
  heir->resolving = true;
  int failed = resolve(parents, parent, &whole);
  heir->resolving = false;
  if (failed) {
    faults_print(parent->faults, stderr);
    no_parent(heir, _("is faulty itself"));
    return failed;
  }
  *ret = template_resolve(whole, heir->programme, heir->root, heir->faults);
  return *ret ? CLI_OK : CLI_REFUSED; // PR-02, as registryd would
}

static int load_parents(struct cli *cli, struct parents *ret)
{
  const char *file;
  size_t at = 0, n = 0;
  while (args_next(cli->args, "--parent", &at))
    n++;
  *ret = (struct parents){.list = ARENA_ARRAY(cli->arena, struct compiled, n + 1)};
  for (at = 0; ret->list && (file = args_next(cli->args, "--parent", &at));) {
    int failed = compile_file(cli, file, true, &ret->list[ret->n]);
    if (failed) return failed;
    ret->n++;
  }
  return CLI_OK;
}

// ---- check

static void told(struct cli *cli, const char *file, const Prg__Programme *programme, bool whole)
{
  if (cli->json) {
    pbjson_print(stdout, &programme->base);
    return;
  }
  if (cli->quiet) return;
  printf(_("%s: %s version %u is in order: %zu roles, %zu modes, %zu measures, %zu notices\n"), file,
         programme->id, programme->version, programme->n_roles, programme->n_modes, programme->n_measures,
         programme->n_notices);
  if (programme->extends && whole)
    printf(_("  with what it inherits from %s version %u\n"), programme->extends->id,
           programme->extends->version);
  if (programme->extends && !whole)
    printf(_("  it extends %s version %u: what it inherits was not checked (--parent FILE checks it too)\n"),
           programme->extends->id, programme->extends->version);
}

static int check_one(struct cli *cli, const char *file, const struct parents *parents)
{
  struct compiled compiled;
  int failed = compile_file(cli, file, true, &compiled);
  if (failed) return failed;
  bool whole = !compiled.programme->extends || parents->n > 0;
  const Prg__Programme *programme = compiled.programme;
  if (whole) failed = resolve(parents, &compiled, &programme);
  if (failed) {
    faults_print(compiled.faults, stderr);
  } else {
    told(cli, file, programme, whole);
  }
  return failed;
}

int template_check_run(struct cli *cli)
{
  const char *file;
  struct parents parents;
  int code = load_parents(cli, &parents);
  if (code != CLI_OK) return code;
  for (size_t at = 0; (file = args_next(cli->args, "FILE", &at));) {
    int failed = check_one(cli, file, &parents);
    if (failed) code = failed;
  }
  return code;
}

// ---- publish

// Against the parent that registryd has, so that every fault is told at its place before anything is sent;
// registryd resolves the file again for itself.
static int check_heir(struct cli *cli, struct compiled *heir)
{
  Reg__GetProgramme query = REG__GET_PROGRAMME__INIT;
  const Bus__Status *status = NULL;
  const ProtobufCMessage *reply;
  query.id = heir->programme->extends->id;
  query.version = heir->programme->extends->version;
  int failed = session_try(cli, "registry.GetProgramme", &query.base, &status, &reply);
  const Prg__Programme *parent = failed ? NULL : (const Prg__Programme *)reply;
  if (failed == CLI_NOT_FOUND) {
    no_parent(heir, _("is not published"));
  } else if (failed) {
    return status && status->code != BUS__CODE__CODE_OK ? say_status(cli, status) : failed;
  } else if (parent->status == PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED) {
    no_parent(heir, _("is retired"));
  } else if (template_resolve(parent, heir->programme, heir->root, heir->faults)) {
    return CLI_OK;
  }
  faults_print(heir->faults, stderr);
  return CLI_REFUSED;
}

// Whether registryd judges codes of subjects itself.
static bool has_subjects(struct cli *cli)
{
  Reg__ListCodes query = REG__LIST_CODES__INIT;
  Reg__PageRequest page = REG__PAGE_REQUEST__INIT;
  const Bus__Status *status;
  const ProtobufCMessage *reply = NULL;
  query.table = (char *)"ZXXKC";
  query.page = &page;
  page.limit = 1;
  int failed = session_try(cli, "registry.ListCodes", &query.base, &status, &reply);
  return !failed && reply && ((const Reg__Codes *)reply)->n_codes > 0;
}

int template_publish_run(struct cli *cli)
{
  struct compiled compiled;
  int failed = compile_file(cli, args_get(cli->args, "FILE"), !has_subjects(cli), &compiled);
  if (!failed && compiled.programme->extends) failed = check_heir(cli, &compiled);
  if (failed) return failed;
  Reg__PublishProgramme command = REG__PUBLISH_PROGRAMME__INIT;
  command.programme = compiled.programme;
  return request_send(cli, "registry.PublishProgramme", &command.base);
}
