#include "services/registry/rules/codes.h"
#include "common/base/date.h"
#include "proto/types.pb-c.h"
#include <stdio.h>
#include <string.h>

static bool digits(const char *text, size_t n)
{
  return strspn(text, "0123456789") >= n;
}

// ---- school codes: AA class, BB province, six more; no check digit

bool reg_codes_school(const char *code)
{
  // GB/T 2260 provinces, and 66 for the Production and Construction Corps as the ministry's systems write it.
  static const char provinces[] =
      "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 "
      "63 64 65 66 71 81 82";
  char province[3] = {0};
  if (strlen(code) != 10 || !digits(code, 10)) return false;
  memcpy(province, code + 2, 2);
  return strstr(provinces, province) != NULL;
}

bool reg_codes_class_fits(const char *code, int kind)
{
  static const struct {
    int kind;
    const char *classes;
  } usual[] = {
      {TYP__INSTITUTION_KIND__KIND_KINDERGARTEN, "11"},
      {TYP__INSTITUTION_KIND__KIND_SCHOOL, "21 22 31 32 33 34 35 37"},
      {TYP__INSTITUTION_KIND__KIND_VOCATIONAL, "32 36"},
      {TYP__INSTITUTION_KIND__KIND_SPECIAL, "51"},
      {TYP__INSTITUTION_KIND__KIND_UNIVERSITY, "41"},
  };
  char class[3] = {0};
  memcpy(class, code, strnlen(code, 2));
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
    if (usual[i].kind == kind) return strstr(usual[i].classes, class) != NULL;
  return true; // the other kinds have codes of the department's own
}

// ---- GB 32100: weights 3^i mod 31 over 31 characters

bool reg_codes_credit(const char *code, char *ret_expected)
{
  static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  unsigned sum = 0, weight = 1;
  *ret_expected = '\0';
  if (strlen(code) != 18) return false;
  for (int i = 0; i < 18; i++) {
    const char *at = strchr(alphabet, code[i]);
    if (!at) return false;
    if (i < 17) sum += (unsigned)(at - alphabet) * weight;
    weight = weight * 3 % 31;
  }
  *ret_expected = alphabet[(31 - sum % 31) % 31];
  return code[17] == *ret_expected;
}

// ---- GB 11714 inside of it: characters 9-16 and their check at 17, weights 3 7 9 10 5 8 4 2 mod 11

bool reg_codes_organisation(const char *credit, char *ret_expected)
{
  static const int weights[8] = {3, 7, 9, 10, 5, 8, 4, 2};
  static const char checks[] = "0X987654321";
  int sum = 0;
  *ret_expected = '\0';
  if (strlen(credit) != 18) return false;
  for (int i = 0; i < 8; i++) {
    char c = credit[8 + i];
    if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z')) return false;
    sum += (c <= '9' ? c - '0' : c - 'A' + 10) * weights[i];
  }
  *ret_expected = checks[sum % 11];
  return credit[16] == *ret_expected;
}

// ---- GB 11643: ISO 7064 MOD 11-2

bool reg_codes_identity(const char *number)
{
  static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  static const char checks[] = "10X98765432";
  char birth[24];
  int sum = 0;
  if (strlen(number) != 18 || !digits(number, 17)) return false;
  for (int i = 0; i < 17; i++)
    sum += (number[i] - '0') * weights[i];
  snprintf(birth, sizeof birth, "2000-%.2s-%.2s", number + 10,
           number + 12); // of a leap year: the month and day exist
  return number[17] == checks[sum % 11] && date_is_day(birth);
}
