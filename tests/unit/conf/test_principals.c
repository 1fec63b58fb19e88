// The principals file: who is who, and every way to get it wrong.
#include "common/conf/conf.h"
#include "proto/types.pb-c.h"
#include "tests/unit/conf/conflib.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_A "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define KEY_B "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
#define KEY_C "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"

static struct principals *load(const char *text)
{
  struct principals *principals = NULL;
  char *error = NULL;
  if (principals_load(conflib_file(test_dir(), "p.yaml", text, 0644), &principals, &error) < 0)
    fail_msg("refused: %s", error ? error : "");
  return principals;
}

static void test_load(void **state)
{
  (void)state;
  struct principals *principals =
      load("principals:\n"
           "- name: clerk\n"
           "  key: \"" KEY_A "\"\n"
           "  roles: [BUREAU, UNIT]\n"
           "  scope: [{division: \"1502\", programme: a@1}, {division: \"0\"}]\n"
           "  acts_for: [\"unit:9115020001\", \"persons-of:9115020001\"]\n"
           "- {name: gate, key: \"" KEY_B "\", roles: [SERVICE], on_behalf_of: true}\n"
           "- {name: 教育厅, key: \"" KEY_C "\", roles: [AUTHORITY]}\n");
  assert_int_equal(principals->n, 3);
  const struct principal *clerk = principals_by_key(principals, KEY_A);
  assert_non_null(clerk);
  assert_string_equal(clerk->name, "clerk");
  assert_int_equal(clerk->roles, 1u << TYP__ROLE__ROLE_BUREAU | 1u << TYP__ROLE__ROLE_UNIT);
  assert_false(clerk->on_behalf_of);
  assert_int_equal(clerk->n_scopes, 2);
  assert_string_equal(clerk->scopes[0].division, "1502");
  assert_string_equal(clerk->scopes[0].programme, "a@1");
  assert_string_equal(clerk->scopes[1].programme, "*");
  assert_int_equal(clerk->n_acts_for, 2);
  assert_string_equal(clerk->acts_for[1], "persons-of:9115020001");
  assert_true(principals_by_name(principals, "gate")->on_behalf_of);
  assert_ptr_equal(principals_by_name(principals, "教育厅"), principals_by_key(principals, KEY_C));
  assert_null(principals_by_name(principals, "nobody"));
  assert_null(principals_by_key(principals, ""));
  assert_null(principals_by_key(principals, "too long to be a key of forty characters, surely"));
  principals_free(principals);
}

static void test_empty(void **state)
{
  (void)state;
  struct principals *principals = load("principals: []\n");
  assert_int_equal(principals->n, 0);
  assert_null(principals_by_key(principals, KEY_A));
  principals_free(principals);
  assert_null(principals_free(NULL));
}

// Two keys of one principal, with equal rights, while the key is being changed.
static void test_rotation(void **state)
{
  (void)state;
  struct principals *principals = load(
      "principals:\n"
      "- {name: a, key: \"" KEY_A "\", roles: [UNIT], scope: [{division: \"15\"}], acts_for: [\"unit:1\"]}\n"
      "- {name: a, key: \"" KEY_B
      "\", roles: [UNIT], scope: [{division: \"15\", programme: \"*\"}], acts_for: "
      "[\"unit:1\"]}\n");
  assert_string_equal(principals_by_key(principals, KEY_A)->name, "a");
  assert_string_equal(principals_by_key(principals, KEY_B)->name, "a");
  principals_free(principals);
}

// Every role of the vocabulary can be written in the file.
static void test_all_roles(void **state)
{
  (void)state;
  const ProtobufCEnumDescriptor *roles = &typ__role__descriptor;
  for (unsigned i = 0; i < roles->n_values; i++) {
    if (roles->values[i].value == 0) continue;
    char text[256];
    snprintf(text, sizeof(text), "principals: [{name: a, key: \"%s\", roles: [%s]}]\n", KEY_A,
             roles->values[i].name + strlen("ROLE_"));
    struct principals *principals = load(text);
    assert_int_equal(principals->list[0].roles, 1u << roles->values[i].value);
    principals_free(principals);
  }
}

#define A "- {name: a, key: \"" KEY_A "\", roles: [UNIT]}\n"

static void test_refusals(void **state)
{
  (void)state;
  static const struct {
    const char *list, *wanted; // the list stands below line 1
  } cases[] = {
      {A "- {name: b, key: \"" KEY_A "\", roles: [UNIT]}\n",
       "p.yaml:3:18: 'b' has the key of 'a'. Every entry needs a key of its own"},
      {A A, "p.yaml:3:18: 'a' has the key of 'a'. Every entry needs a key of its own"},
      {A "- {name: a, key: \"" KEY_B "\", roles: [BUREAU]}\n",
       "p.yaml:3:10: 'a' is listed again with other rights. During a change of keys both entries have the "
       "same rights"},
      {A "- {name: a, key: \"" KEY_B "\", roles: [UNIT], on_behalf_of: true}\n",
       "p.yaml:3:10: 'a' is listed again with other rights"},
      {A "- {name: a, key: \"" KEY_B "\", roles: [UNIT], scope: [{division: \"15\"}]}\n",
       "p.yaml:3:10: 'a' is listed again with other rights"},
      {A "- {name: a, key: \"" KEY_B "\", roles: [UNIT], acts_for: [\"unit:1\"]}\n",
       "p.yaml:3:10: 'a' is listed again with other rights"},
      {"- {name: b, key: \"short\", roles: [UNIT]}\n",
       "p.yaml:2:18: key has 5 bytes, 40 to 40 are possible. Correct it"},
      {"- {name: b, key: \"" KEY_A "x\", roles: [UNIT]}\n", "p.yaml:2:18: key has 41 bytes"},
      {"- {name: b, key: \"~q:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7\", roles: [UNIT]}\n",
       "p.yaml:2:18: key of 'b' is not a Z85 public key. Copy the 40 characters `jiedui keygen` printed"},
      {"- {name: b, key: \"########################################\", roles: [UNIT]}\n", // 5 of them pass
                                                                                          // 2^32
       "p.yaml:2:18: key of 'b' is not a Z85 public key"},
      {"- {name: b, key: \"" KEY_A "\", roles: [BUREAUX]}\n",
       "p.yaml:2:70: roles 'BUREAUX'. Did you mean 'BUREAU'?"},
      {"- {name: b, key: \"" KEY_A "\", roles: [bureau]}\n",
       "p.yaml:2:70: roles 'bureau'. Possible here: OPERATOR, REGISTRAR, AUTHORITY, BUREAU, UNIT, PERSON, "
       "SERVICE, "
       "READER"},
      {"- {name: b, key: \"" KEY_A "\", roles: [UNSPECIFIED]}\n",
       "p.yaml:2:70: roles 'UNSPECIFIED'. Possible here"},
      {"- {name: b, key: \"" KEY_A "\", roles: []}\n", "p.yaml:2:69: 'b' has no role. Give it one at least"},
      {"- {name: b, key: \"" KEY_A "\", roles: UNIT}\n", "p.yaml:2:69: roles must be a list"},
      {"- {name: b, key: \"" KEY_A "\"}\n", "p.yaml:2:3: key 'roles' is missing in principals. Add it"},
      {"- {name: b, key: \"" KEY_A "\", role: [UNIT]}\n",
       "p.yaml:2:62: unknown key 'role'. Did you mean 'roles'?"},
      {"- {name: \"\", key: \"" KEY_A "\", roles: [UNIT]}\n", "p.yaml:2:10: name is empty. Give it a value"},
      {"- {name: self, key: \"" KEY_A "\", roles: [UNIT]}\n", "p.yaml:2:10: name 'self' cannot be used"},
      {"- {name: \"a b\", key: \"" KEY_A "\", roles: [UNIT]}\n", "p.yaml:2:10: name 'a b' cannot be used"},
      {"- {name: a/b, key: \"" KEY_A "\", roles: [UNIT]}\n", "p.yaml:2:10: name 'a/b' cannot be used"},
      {"- {name: b, key: \"" KEY_A "\", roles: [UNIT], scope: [{division: \"15x\"}]}\n",
       "p.yaml:2:96: division '15x' is no code. Write its digits, or \"0\" for the nation"},
      {"- {name: b, key: \"" KEY_A "\", roles: [UNIT], scope: [{programme: \"x\"}]}\n",
       "p.yaml:2:85: key 'division' is missing in scope. Add it"},
      {"- {name: b, key: \"" KEY_A "\", roles: [UNIT], acts_for: [\"school:1\"]}\n",
       "p.yaml:2:88: acts_for 'school:1' names nobody. Write unit:CODE"},
      {"- {name: b, key: \"" KEY_A "\", roles: [UNIT], acts_for: [\"unit:\"]}\n",
       "p.yaml:2:88: acts_for 'unit:' names nobody"},
      {"- {name: b, key: \"" KEY_A "\", roles: [UNIT], on_behalf_of: yes}\n",
       "p.yaml:2:91: on_behalf_of must be true or false, not 'yes'"},
  };
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    char text[1024];
    const char *directory = test_dir();
    struct principals *principals = NULL;
    char *error = NULL;
    snprintf(text, sizeof(text), "principals:\n%s", cases[i].list);
    int r = principals_load(conflib_file(directory, "p.yaml", text, 0644), &principals, &error);
    assert_null(principals);
    if (r != -EINVAL ||
        strncmp(conflib_local(error, directory), cases[i].wanted, strlen(cases[i].wanted)) != 0)
      fail_msg("%sgave %d: %s\nwanted %s", cases[i].list, r, error, cases[i].wanted);
    free(error);
  }
}

// A province: thousands of entries load, and each is found.
static void test_many(void **state)
{
  (void)state;
  enum { MANY = 5000 };
  char *text = NULL;
  size_t length = 0;
  FILE *stream = open_memstream(&text, &length);
  fprintf(stream, "principals:\n");
  for (int i = 0; i < MANY; i++)
    fprintf(stream, "- {name: p%d, key: \"00000000000000000000000000000000000%05d\", roles: [UNIT]}\n", i, i);
  fclose(stream);
  struct principals *principals = load(text);
  free(text);
  assert_int_equal(principals->n, MANY);
  for (int i = 0; i < MANY; i += 7) {
    char key[64], name[16];
    snprintf(key, sizeof(key), "00000000000000000000000000000000000%05d", i);
    snprintf(name, sizeof(name), "p%d", i);
    assert_string_equal(principals_by_key(principals, key)->name, name);
  }
  principals_free(principals);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_load),      cmocka_unit_test(test_empty),    cmocka_unit_test(test_rotation),
      cmocka_unit_test(test_all_roles), cmocka_unit_test(test_refusals), cmocka_unit_test(test_many),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
