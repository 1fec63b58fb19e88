#include "services/cli/template.h"
#include "common/domain/decision.h"
#include "common/domain/programme_check.h"
#include "common/domain/programme_inherit.h"
#include "services/cli/lang.h"
#include "services/cli/subjects.h"
#include "services/cli/template_build.h"
#include <stdio.h>
#include <string.h>

struct checking {
  const struct dialect_node *root;
  struct faults *faults;
  const Prg__Programme *programme; // whose file it is
};

static bool is_item(const struct dialect_node *node, const char *id)
{
  return node->key && strcmp(node->key, "id") == 0 && node->kind == DIALECT_SCALAR &&
         strcmp(node->text, id) == 0;
}

// Where "modes.FUSION.members" stands in a file with extends: in the item the file writes out, else in the
// override; what is inherited and not named at all is the matter of `extends`.
static const struct dialect_node *place_of_heir(const struct dialect_node *root, const char *path)
{
  char section[32], id[64], probe[200];
  const struct dialect_node *extends = dialect_key(root, "extends"), *node = dialect_path(root, path);
  if (node == root) node = extends; // the section is inherited
  if (sscanf(path, "%31[a-z_].%63[A-Za-z0-9_]", section, id) != 2 || strcmp(section, "override") == 0)
    return node;
  const struct dialect_node *list = dialect_key(root, section);
  if (list && list->kind == DIALECT_MAPPING) return node; // owner, calendar, approvals
  snprintf(probe, sizeof probe, "%s.%s.id", section, id);
  if (is_item(dialect_path(root, probe), id)) return node;
  snprintf(probe, sizeof probe, "override.%s.%s.id", section, id);
  if (!is_item(dialect_path(root, probe), id)) return list ? extends : node;
  snprintf(probe, sizeof probe, "override.%s", path);
  return dialect_path(root, probe);
}

// The text of a fault, without its place: PR-02 as registryd words it.
static const char *fault_text(const struct checking *checking, const struct programme_fault *fault)
{
  struct arena *arena = checking->faults->arena;
  if (fault->reason == REASON_PR_02) {
    const Bus__Status *status = status_reject(arena, REASON_PR_02, "path", fault->path, "division",
                                              programme_owner_text(checking->programme), "allowed_zh",
                                              fault->detail_zh, "allowed_en", fault->detail_en, NULL);
    return status ? lang_pick(status->message_zh, status->message_en) : "";
  }
  const char *text =
      arena_printf(arena, "%s: %s", fault->path, lang_pick(fault->detail_zh, fault->detail_en));
  return text ? text : "";
}

static void take_fault(void *context, const struct programme_fault *fault)
{
  const struct checking *checking = context;
  const struct dialect_node *node = checking->programme->extends ? place_of_heir(checking->root, fault->path)
                                                                 : dialect_path(checking->root, fault->path);
  faults_add(checking->faults, node->line, node->column, "%s", fault_text(checking, fault));
  if (fault->near[0]) faults_fix(checking->faults, _("did you mean %s?"), fault->near);
}

// What the compiled form cannot show: `of` belongs to shares, and only to them (§7).
static void check_quotas_of(const struct checking *checking, const struct dialect_node *measures)
{
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

static void check_quota_of(const struct checking *checking)
{
  const struct dialect_node *override = dialect_key(checking->root, "override");
  check_quotas_of(checking, dialect_key(checking->root, "measures"));
  if (override) check_quotas_of(checking, dialect_key(override, "measures"));
}

// `turn: fixed` is the default and leaves no trace in the compiled form (§7): who takes turns are several.
static void check_turns(const struct checking *checking)
{
  const struct dialect_node *measures = dialect_key(checking->root, "measures");
  for (const struct dialect_node *measure = measures ? measures->first : NULL; measure;
       measure = measure->next) {
    const struct dialect_node *turn = dialect_key(measure, "turn"),
                              *organiser = dialect_key(measure, "organiser");
    if (!turn || strcmp(turn->text, "fixed") != 0 ||
        (organiser && organiser->first && organiser->first->next))
      continue;
    faults_add(checking->faults, turn->line, turn->column, _("measures.%s.turn: needs two organisers"),
               dialect_key(measure, "id")->text);
  }
}

void template_check_subjects(const struct dialect_node *node, struct faults *faults)
{
  bool subjects = node->key && strcmp(node->key, "subject_in") == 0;
  for (const struct dialect_node *inner = node->first; inner; inner = inner->next) {
    if (inner->kind != DIALECT_SCALAR) {
      template_check_subjects(inner, faults);
    } else if (subjects && strspn(inner->text, "0123456789") == strlen(inner->text) &&
               !subjects_known(
                   inner->text)) { // what is no code at all is told by the checks of the compiled form
      faults_add(faults, inner->line, inner->column, _("subject_in: no subject has the code %s"),
                 inner->text);
    }
  }
}

Prg__Programme *template_compile(const char *data, size_t length, struct faults *faults,
                                 const struct dialect_node **ret_root)
{
  size_t before = faults->total;
  const struct dialect_node *root = NULL;
  struct template_programme *bound = schema_load(&template_schema, data, length, faults, &root);
  if (ret_root) *ret_root = root;
  if (!bound) return NULL;
  Prg__Programme *programme = template_build(bound, root, faults->arena);
  schema_free(&template_schema, bound);
  if (!programme) {
    faults_add(faults, 1, 1, _("the file is too large"));
    return NULL;
  }
  struct checking checking = {.root = root, .faults = faults, .programme = programme};
  check_quota_of(&checking);
  check_turns(&checking);
  if (programme->extends) {
    programme_check_own(programme, take_fault, &checking);
  } else {
    programme_check(programme, take_fault, &checking);
  }
  return faults->total == before ? programme : NULL;
}

Prg__Programme *template_resolve(const Prg__Programme *parent, const Prg__Programme *child,
                                 const struct dialect_node *root, struct faults *faults)
{
  struct checking checking = {.root = root, .faults = faults, .programme = child};
  Prg__Programme *resolved = NULL;
  if (programme_inherit(parent, child, faults->arena, take_fault, &checking, &resolved) < 0)
    faults_add(faults, 1, 1, _("the file is too large"));
  return resolved;
}
