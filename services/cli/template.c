#include "services/cli/template.h"
#include "common/domain/programme_check.h"
#include "proto/registry.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/file.h"
#include "services/cli/lang.h"
#include "services/cli/pbjson.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include "services/cli/template_build.h"
#include <errno.h>
#include <string.h>

struct checking {
  const struct dialect_node *root;
  struct faults *faults;
};

static void take_fault(void *context, const struct programme_fault *fault)
{
  const struct checking *checking = context;
  const struct dialect_node *node = dialect_path(checking->root, fault->path);
  faults_add(checking->faults, node->line, node->column, "%s: %s", fault->path,
             lang_pick(fault->detail_zh, fault->detail_en));
}

// What the compiled form cannot show: `of` belongs to shares, and only to them (§7).
static void check_quota_of(const struct checking *checking)
{
  const struct dialect_node *measures = dialect_key(checking->root, "measures");
  for (const struct dialect_node *measure = measures ? measures->first : NULL; measure;
       measure = measure->next) {
    const struct dialect_node *quota = dialect_key(measure, "quota");
    const struct dialect_node *form = quota ? dialect_key(quota, "form") : NULL;
    if (!form) continue;
    bool share = strcmp(form->text, "share") == 0, of = dialect_key(quota, "of") != NULL;
    if (share == of) continue;
    faults_add(checking->faults, quota->line, quota->column, "measures.%s.quota: %s",
               dialect_key(measure, "id")->text,
               share ? _("key of is missing") : _("key of belongs to the form share"));
  }
}

Prg__Programme *template_compile(const char *data, size_t length, struct faults *faults)
{
  size_t before = faults->total;
  const struct dialect_node *root = NULL;
  struct template_programme *bound = schema_load(&template_schema, data, length, faults, &root);
  if (!bound) return NULL;
  Prg__Programme *programme = template_build(bound, faults->arena);
  schema_free(&template_schema, bound);
  if (!programme) {
    faults_add(faults, 1, 1, _("the file is too large"));
    return NULL;
  }
  struct checking checking = {.root = root, .faults = faults};
  check_quota_of(&checking);
  if (!programme->extends) programme_check(programme, take_fault, &checking);
  return faults->total == before ? programme : NULL;
}

// One file, faults printed. NULL with *ret_exit set.
static Prg__Programme *compile_file(struct cli *cli, const char *file, int *ret_exit)
{
  size_t length = 0;
  int error = 0;
  struct faults *faults = ARENA_NEW(cli->arena, struct faults);
  char *data = file_read(file, DIALECT_MAX_BYTES, cli->arena, &length, &error);
  *ret_exit = CLI_USAGE;
  if (!data || !faults) {
    say_error(0, "%s: %s", file, strerror(-error));
    return NULL;
  }
  faults_init(faults, file, cli->arena);
  Prg__Programme *programme = template_compile(data, length, faults);
  if (!programme) faults_print(faults, stderr);
  return programme;
}

static void told(struct cli *cli, const char *file, const Prg__Programme *programme)
{
  if (cli->json) {
    pbjson_print(stdout, &programme->base);
    return;
  }
  if (cli->quiet) return;
  printf(_("%s: %s version %u is in order: %zu roles, %zu modes, %zu measures, %zu notices\n"), file,
         programme->id, programme->version, programme->n_roles, programme->n_modes, programme->n_measures,
         programme->n_notices);
  if (programme->extends)
    printf(_("  it extends %s version %u: what it inherits was not checked\n"), programme->extends->id,
           programme->extends->version);
}

int template_check_run(struct cli *cli)
{
  const char *file;
  int code = CLI_OK;
  for (size_t at = 0; (file = args_next(cli->args, "FILE", &at));) {
    int failed;
    const Prg__Programme *programme = compile_file(cli, file, &failed);
    if (programme) {
      told(cli, file, programme);
    } else {
      code = failed;
    }
  }
  return code;
}

int template_publish_run(struct cli *cli)
{
  int failed;
  Prg__Programme *programme = compile_file(cli, args_get(cli->args, "FILE"), &failed);
  if (!programme) return failed;
  Reg__PublishProgramme command = REG__PUBLISH_PROGRAMME__INIT;
  command.programme = programme;
  return request_send(cli, "registry.PublishProgramme", &command.base);
}
