// The tables of verbs against the catalogue: every method exists, every input has its field, every column
// too; and every command and query of the daemons has a verb or a reason to have none.
#include "services/cli/catalogue.h"
#include "services/cli/labels.h"
#include "services/cli/past.h"
#include "services/cli/pbjson.h"
#include "services/cli/show.h"
#include "tests/unit/cli/fakebus.h"
#include <stdlib.h>
#include <string.h>

static const ProtobufCFieldDescriptor *field_at(const ProtobufCMessageDescriptor *type, const char *path)
{
  char name[64];
  size_t length = strcspn(path, ".");
  assert_true(length < sizeof name);
  memcpy(name, path, length);
  name[length] = '\0';
  if (length && name[length - 1] == '*') memcpy(name + length - 1, "zh", 3);
  const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(type, name);
  if (!field || !path[length]) return field;
  return field->type == PROTOBUF_C_TYPE_MESSAGE ? field_at(field->descriptor, path + length + 1) : NULL;
}

static void check_inputs(const struct verb *verb, const struct catalogue_method *method)
{
  for (const struct verb_input *input = verb->inputs; input && input->name; input++) {
    assert_non_null(input->help);
    assert_true(input->name[0] != '-' || strncmp(input->name, "--", 2) == 0);
    assert_true(input->kind == VERB_FLAG || input->name[0] != '-' || input->value);
    if (!input->field) continue;
    const ProtobufCFieldDescriptor *field = field_at(method->request, input->field);
    if (!field)
      fail_msg("%s %s: %s has no field %s", verb->noun, verb->verb, method->request->name, input->field);
    if (input->kind == VERB_FLAG) assert_int_equal(field->type, PROTOBUF_C_TYPE_BOOL);
    if (input->flags & VERB_REPEATED) assert_int_equal(field->label, PROTOBUF_C_LABEL_REPEATED);
  }
}

static void check_columns(const struct verb *verb, const struct catalogue_method *method)
{
  if (!verb->show) return;
  assert_true(show_is_list(method->reply));
  char *text = strdup(verb->show), *rest = text, *path;
  while ((path = strsep(&rest, " "))) {
    const char *dot = strrchr(path, '.');
    const ProtobufCFieldDescriptor *field = field_at(method->reply->fields[0].descriptor, path);
    if (!field) fail_msg("%s %s: no column %s", verb->noun, verb->verb, path);
    if (strchr(path, '*')) continue;
    if (strcmp(labels_of(field->name).text, dot ? dot + 1 : path) == 0)
      fail_msg("%s %s: column %s has no label", verb->noun, verb->verb, path);
  }
  free(text);
}

static void test_tables(void **state)
{
  (void)state;
  const struct verb *verb;
  for (size_t i = 0; (verb = verb_at(i)); i++) {
    struct catalogue_method method;
    assert_non_null(verb->help);
    assert_true(verb->method || verb->run);
    if (!verb->method) continue;
    if (!catalogue_find(verb->method, &method))
      fail_msg("%s %s: no method %s", verb->noun, verb->verb, verb->method);
    check_inputs(verb, &method);
    check_columns(verb, &method);
    for (size_t j = 0; j < i; j++) { // no row twice
      const struct verb *other = verb_at(j);
      bool same = strcmp(other->noun, verb->noun) == 0 &&
                  strcmp(other->verb ? other->verb : "", verb->verb ? verb->verb : "") == 0;
      if (same) fail_msg("%s %s stands twice", verb->noun, verb->verb);
    }
  }
}

// ---- a past day

// Asks and changes nothing: by its method, or the ones that ask several daemons.
static bool reads(const struct verb *verb)
{
  static const char *const of_several[] = {"summary", "ping", "status"};
  struct catalogue_method method;
  for (size_t i = 0; i < sizeof of_several / sizeof *of_several; i++)
    if (strcmp(verb->noun, of_several[i]) == 0) return true;
  bool opens = verb->verb && strcmp(verb->verb, "read") == 0; // reading a notice is recorded
  return verb->method && ((catalogue_find(verb->method, &method) && method.query) || opens);
}

static bool has_as_of(const struct verb *verb)
{
  for (const struct verb_input *input = verb->inputs; input && input->name; input++)
    if (strcmp(input->name, "--as-of") == 0)
      return !input->field || strcmp(input->field, "as_of") == 0; // what it fills: test_tables
  return false;
}

// Every verb that reads can be asked about a past day, or says why not; no reason is left over.
static void test_as_of(void **state)
{
  (void)state;
  static const struct {
    const char *noun, *verb, *reason;
  } rows[] = {
#define NO_PAST(noun, verb, reason) {noun, verb, reason},
#define N_(text)                    text
#include "services/cli/past.def"
#undef N_
#undef NO_PAST
  };
  const struct verb *verb;
  size_t n_read = 0;
  for (size_t i = 0; (verb = verb_at(i)); i++) {
    const char *word = verb->verb ? verb->verb : "", *reason = past_refusal(verb);
    if (reason && !reads(verb)) fail_msg("%s %s reads nothing: its reason is left over", verb->noun, word);
    if (!reads(verb)) continue;
    n_read++;
    if (has_as_of(verb) == (reason != NULL))
      fail_msg("%s %s: %s", verb->noun, word, reason ? "has --as-of and a reason against it" : "no --as-of");
  }
  assert_true(n_read > 40);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *const words[] = {rows[i].noun, rows[i].verb};
    size_t taken;
    verb = verb_find(words, rows[i].verb ? 2 : 1, &taken);
    if (!verb || taken != (rows[i].verb ? 2 : 1)) fail_msg("no verb %s", rows[i].noun);
    assert_true(strlen(rows[i].reason) > 10);
  }
}

// The queries themselves: a question of registryd without as_of is one of these.
static void test_queries_as_of(void **state)
{
  (void)state;
  static const char *const without[] = {"ListCodes", "ListPersonAccess", "ListHistory"};
  struct catalogue_method method;
  for (size_t i = 0; catalogue_at(i, &method); i++) {
    bool exempt = false;
    if (!method.query || strcmp(method.area, "registry") != 0) continue;
    for (size_t k = 0; k < sizeof without / sizeof *without; k++)
      exempt |= strcmp(without[k], method.name) == 0;
    if ((field_at(method.request, "as_of") != NULL) == exempt) fail_msg("registry.%s", method.name);
  }
}

// What a verb's own function calls besides its method, and what only daemons send to themselves.
static const char *const elsewhere[] = {
    "registry.ImportDivisions",
    "registry.ImportCodes",
    "registry.RegisterInstitution",
    "registry.RegisterPerson",
    "registry.PublishProgramme",
    "registry.Tick",
    "dispatch.Tick",
    "notify.Tick",
    "notify.BeginAttempt",
    "notify.EndAttempt",
    "ops.Status",
    "ops.SetClock",
    "registry.ImportInstitutions",
    "registry.ImportPersons",
    "registry.ChangeInstitution", // one row of a list
    "registry.AmendInstitution",  // the whole content: by call
};

static bool has_verb(const char *name)
{
  const struct verb *verb;
  for (size_t i = 0; (verb = verb_at(i)); i++)
    if (verb->method && strcmp(verb->method, name) == 0) return true;
  for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
    if (strcmp(elsewhere[i], name) == 0) return true;
  return false;
}

static void test_coverage(void **state)
{
  (void)state;
  struct catalogue_method method;
  for (size_t i = 0; catalogue_at(i, &method); i++) {
    char name[80];
    snprintf(name, sizeof name, "%s.%s", method.area, method.name);
    if (!has_verb(name)) fail_msg("%s has no verb", name);
  }
}

static void test_catalogue(void **state)
{
  (void)state;
  struct catalogue_method method;
  struct arena *arena = NULL;
  assert_ok(arena_new(0, &arena));
  assert_true(catalogue_find("registry.DraftAgreement", &method));
  assert_false(method.query);
  assert_string_equal(catalogue_type(&method, arena), "registry.v1.DraftAgreement");
  assert_true(catalogue_find("registry.v1.GetInstitution", &method));
  assert_true(method.query);
  assert_true(catalogue_find("ops.Status", &method));
  assert_string_equal(catalogue_type(&method, arena), "ops.v1.Status");
  assert_false(catalogue_find("DraftAgreement", &method));
  assert_false(catalogue_find("registry.", &method));
  assert_false(catalogue_find("registryX.DraftAgreement", &method));
  assert_string_equal(catalogue_suggest("registry.DraftAgrement", arena), "registry.DraftAgreement");
  assert_string_equal(catalogue_event("dispatch.v1.PlanApproved")->short_name, "PlanApproved");
  assert_null(catalogue_event("dispatch.v1.PlanFounded"));
  assert_null(catalogue_event("ops.v1.Status"));
  assert_true(catalogue_area_known("notify"));
  assert_false(catalogue_area_known("ops"));
  arena_free(arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_tables), cmocka_unit_test(test_coverage),
                                     cmocka_unit_test(test_catalogue), cmocka_unit_test(test_as_of),
                                     cmocka_unit_test(test_queries_as_of)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
