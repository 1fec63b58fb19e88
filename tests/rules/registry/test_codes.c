// Codes with their own proof: school codes, GB 32100, GB 11643.
#include "proto/types.pb-c.h"
#include "services/registry/rules/codes.h"
#include "tests/lib/testlib.h"
#include <string.h>

static void school_codes(void **state)
{
  (void)state;
  static const struct {
    const char *code;
    bool valid;
  } cases[] = {
      {"2115020301", true},  {"4142010488", true}, {"1144000001", true},   {"1166000001", true}, // the Corps
      {"2182000001", true},  {"2115020", false},   {"21150203011", false}, {"2116020301", false},
      {"211502030a", false}, {"", false},          {"2100020301", false},  {"21 5020301", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (reg_codes_school(cases[i].code) != cases[i].valid) fail_msg("%s", cases[i].code);
}

static void classes(void **state)
{
  (void)state;
  assert_true(reg_codes_class_fits("1115000001", TYP__INSTITUTION_KIND__KIND_KINDERGARTEN));
  assert_false(reg_codes_class_fits("2115000001", TYP__INSTITUTION_KIND__KIND_KINDERGARTEN));
  assert_true(reg_codes_class_fits("3115000001", TYP__INSTITUTION_KIND__KIND_SCHOOL));
  assert_true(reg_codes_class_fits("5115000001", TYP__INSTITUTION_KIND__KIND_SPECIAL));
  assert_true(reg_codes_class_fits("4142010488", TYP__INSTITUTION_KIND__KIND_UNIVERSITY));
  assert_false(
      reg_codes_class_fits("3642010488", TYP__INSTITUTION_KIND__KIND_UNIVERSITY)); // six real ones: a warning
  assert_false(reg_codes_class_fits("4242010488",
                                    TYP__INSTITUTION_KIND__KIND_UNIVERSITY)); // seven real ones: a warning
  assert_true(reg_codes_class_fits("BT-EDU", TYP__INSTITUTION_KIND__KIND_BUREAU));
}

static void social_credit_codes(void **state)
{
  (void)state;
  static const char *const real[] = {"12100000400000624D", "12100000400002259P", "12100000707137123P"};
  char expected = 0;
  for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
    assert_true(reg_codes_credit(real[i], &expected));
    assert_int_equal(expected, real[i][17]);
  }
  assert_false(reg_codes_credit("12100000400000624E", &expected));
  assert_int_equal(expected, 'D');
  static const char *const malformed[] = {"",
                                          "12100000400000624",
                                          "12100000400000624DD",
                                          "12100000400000624I",
                                          "1210000040000062OD",
                                          "12100000400000624d"};
  for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
    assert_false(reg_codes_credit(malformed[i], &expected));
    assert_int_equal(expected, 0);
  }
}

// Every single error and every swap of neighbours that changes the text is caught.
static void social_credit_codes_catch_slips(void **state)
{
  (void)state;
  static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  char expected = 0;
  for (size_t at = 0; at < 18; at++)
    for (const char *c = alphabet; *c; c++) {
      char code[] = "12100000400000624D";
      if (code[at] == *c) continue;
      code[at] = *c;
      assert_false(reg_codes_credit(code, &expected));
    }
  for (size_t at = 0; at + 1 < 18; at++) {
    char code[] = "12100000400000624D", first = code[at];
    code[at] = code[at + 1];
    code[at + 1] = first;
    assert_int_equal(reg_codes_credit(code, &expected), strcmp(code, "12100000400000624D") == 0);
  }
}

static void identity_numbers(void **state)
{
  (void)state;
  static const struct {
    const char *number;
    bool valid;
  } cases[] = {
      {"11010519491231002X", true}, // the standard's own samples
      {"440524188001010014", true},
      // in
      {"110105194912310021", false},
      {"11010519491231002x", false},
      {"1101051949123100", false},
      {"", false},
      {"11010519491331002X", false},
      {"A1010519491231002X", false},
      {"110105194912310020", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (reg_codes_identity(cases[i].number) != cases[i].valid) fail_msg("case %zu", i);
}

static void organisation_codes_inside(void **state)
{
  (void)state;
  static const char *const real[] = {"12100000400000624D", "12100000400002259P", "12100000707137123P"};
  char expected = 0;
  for (size_t i = 0; i < sizeof real / sizeof *real; i++)
    assert_true(reg_codes_organisation(real[i], &expected));
  assert_false(reg_codes_organisation("121000004000006255", &expected));
  assert_int_equal(expected, '4');
  assert_false(reg_codes_organisation("1210", &expected));
  assert_int_equal(expected, 0); // nothing to check
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(school_codes),        cmocka_unit_test(classes),
      cmocka_unit_test(social_credit_codes), cmocka_unit_test(social_credit_codes_catch_slips),
      cmocka_unit_test(identity_numbers),    cmocka_unit_test(organisation_codes_inside),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
