// Every rpc of a service block has exactly one entry in the daemon's table, or the daemon does not start.
#include "tests/lib/testlib.h"

#include "common/svc/internal.h"

#include <errno.h>

static int decide_nothing(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  (void)call, (void)message, (void)out;
  return 0;
}

// A complete table for the ops block, to be damaged by the cases.
static size_t complete(struct svc_command table[16])
{
  size_t n = ops__commands__descriptor.n_methods;
  for (size_t i = 0; i < n; i++)
    table[i] = (struct svc_command){
        .name = ops__commands__descriptor.methods[i].name, .roles = 1u << i, .decide = decide_nothing};
  table[n] = (struct svc_command){0};
  return n;
}

static void binds_a_complete_table(void **state)
{
  (void)state;
  struct svc_command table[16];
  struct bindings bindings = {0};
  size_t n = complete(table);
  assert_ok(bind_commands(&ops__commands__descriptor, table, &bindings));
  assert_int_equal(bindings.n, n);
  const struct binding *drain = bind_find(&bindings, "Drain");
  assert_non_null(drain);
  assert_ptr_equal(drain->input, &ops__drain__descriptor);
  assert_int_equal(drain->roles, drain->command->roles);
  assert_ptr_equal(bind_find_input(&bindings, &ops__set_clock__descriptor), bind_find(&bindings, "SetClock"));
  assert_null(bind_find(&bindings, "Nonsense"));
  bind_free(&bindings);
}

static void refuses_a_rpc_without_handler(void **state)
{
  (void)state;
  struct svc_command table[16];
  struct bindings bindings = {0};
  size_t n = complete(table);
  table[n - 1] = (struct svc_command){0};
  assert_int_equal(bind_commands(&ops__commands__descriptor, table, &bindings), -EINVAL);
  bind_free(&bindings);
}

static void refuses_a_handler_without_rpc(void **state)
{
  (void)state;
  struct svc_command table[16];
  struct bindings bindings = {0};
  complete(table);
  table[0].name = "NotInTheProto";
  assert_int_equal(bind_commands(&ops__commands__descriptor, table, &bindings), -EINVAL);
  bind_free(&bindings);
}

static void refuses_a_handler_twice(void **state)
{
  (void)state;
  struct svc_command table[16];
  struct bindings bindings = {0};
  complete(table);
  table[1].name = table[0].name;
  assert_int_equal(bind_commands(&ops__commands__descriptor, table, &bindings), -EINVAL);
  bind_free(&bindings);
}

static void splits_types(void **state)
{
  (void)state;
  static const struct {
    const char *type, *area, *method;
  } cases[] = {
      {"registry.v1.DraftAgreement", "registry", "DraftAgreement"},
      {"registry.v2.DraftAgreement", "registry", NULL},
      {"registry.v1.", "registry", ""},
      {"registryx.v1.A", "registry", NULL},
      {"dispatch.v1.A", "registry", NULL},
      {"", "registry", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *method = bind_method(cases[i].type, cases[i].area);
    if (!cases[i].method)
      assert_null(method);
    else
      assert_string_equal(method, cases[i].method);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(binds_a_complete_table),
      cmocka_unit_test(refuses_a_rpc_without_handler),
      cmocka_unit_test(refuses_a_handler_without_rpc),
      cmocka_unit_test(refuses_a_handler_twice),
      cmocka_unit_test(splits_types),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
