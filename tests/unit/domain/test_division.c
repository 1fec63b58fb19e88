// Division codes: forms, levels, subtrees. Real codes, the odd ones included.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/domain/division.h"

#define NATION     TYP__DIVISION_LEVEL__LEVEL_NATION
#define PROVINCE   TYP__DIVISION_LEVEL__LEVEL_PROVINCE
#define PREFECTURE TYP__DIVISION_LEVEL__LEVEL_PREFECTURE
#define COUNTY     TYP__DIVISION_LEVEL__LEVEL_COUNTY
#define TOWNSHIP   TYP__DIVISION_LEVEL__LEVEL_TOWNSHIP
#define NONE       TYP__DIVISION_LEVEL__LEVEL_UNSPECIFIED

static const struct {
  const char *code, *brief;
  bool valid;
  Typ__DivisionLevel level;
} codes[] = {
    {"0", "0", true, NATION},
    {"000000", "0", true, NATION},
    {"15", "15", true, PROVINCE},
    {"150000", "15", true, PROVINCE},
    {"1502", "1502", true, PREFECTURE},
    {"150200", "1502", true, PREFECTURE},
    {"150203", "150203", true, COUNTY},
    {"429004", "429004", true, COUNTY},   // Xiantao: no prefecture above it
    {"441900", "4419", true, PREFECTURE}, // Dongguan has no counties
    {"150207105", "150207105", true, TOWNSHIP},
    {"", "", false, NONE},
    {"1", "1", false, NONE},
    {"150", "150", false, NONE},
    {"15020", "15020", false, NONE},
    {"1502031", "1502031", false, NONE},
    {"15020310", "15020310", false, NONE},
    {"1502071050", "150207105", false, NONE}, // cut, but not valid
    {"15a2", "15a2", false, NONE},
    {"15 2", "15 2", false, NONE},
    {"-1", "-1", false, NONE},
};

static void forms_and_levels(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
    char out[DIVISION_SIZE];
    division_short(codes[i].code, out);
    assert_string_equal(out, codes[i].brief);
    assert_int_equal(division_valid(codes[i].code), codes[i].valid);
    assert_int_equal(division_level(codes[i].code), codes[i].level);
  }
}

static void subtrees(void **state)
{
  static const struct {
    const char *scope, *code;
    bool covers;
  } cases[] = {
      {"0", "15", true},
      {"", "150203", true},
      {"000000", "0", true},
      {"15", "15", true},
      {"150000", "1508", true},
      {"15", "150802100", true},
      {"1508", "150802", true},
      {"150800", "150802", true},
      {"1508", "1502", false},
      {"1508", "15", false},
      {"150802", "1508", false},
      {"15", "0", false},
      {"150802100", "150802100", true},
      {"150802100", "150802", false},
      {"1508", "150200", false},
      {"4290", "429004", true},
      {"42", "150802", false},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    if (division_covers(cases[i].scope, cases[i].code) != cases[i].covers)
      fail_msg("%s over %s", cases[i].scope, cases[i].code);
}

static void upwards(void **state)
{
  static const struct {
    const char *code;
    Typ__DivisionLevel level;
    const char *want; // NULL = above that level
  } cases[] = {
      {"150207105", TOWNSHIP, "150207105"},
      {"150207105", COUNTY, "150207"},
      {"150207105", PREFECTURE, "1502"},
      {"150207105", PROVINCE, "15"},
      {"150207105", NATION, "0"},
      {"150200", PREFECTURE, "1502"},
      {"150200", COUNTY, NULL},
      {"15", PROVINCE, "15"},
      {"15", PREFECTURE, NULL},
      {"0", NATION, "0"},
      {"0", PROVINCE, NULL},
      {"429004", PREFECTURE, "4290"},
      {"", NATION, NULL},
      {"12345", PROVINCE, NULL},
      {"15", NONE, NULL},
      {"150207105", (Typ__DivisionLevel)9, NULL},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char out[DIVISION_SIZE] = "same";
    bool found = division_at_level(cases[i].code, cases[i].level, out);
    assert_int_equal(found, cases[i].want != NULL);
    assert_string_equal(out, cases[i].want ? cases[i].want : "same"); // untouched on failure
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(forms_and_levels), cmocka_unit_test(subtrees),
                                     cmocka_unit_test(upwards)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
