// Codes that carry their own proof: school codes, social credit codes (GB 32100), identity numbers (GB
// 11643).
#pragma once
#include <stdbool.h>

bool reg_codes_school(const char *code); // ten digits, positions 3-4 a province (IN-01)
// Whether the class (first two digits) is usual for a kind of institution, as int of Typ__InstitutionKind
// (IN-02).
bool reg_codes_class_fits(const char *code, int kind);
// 18 characters of the alphabet without I O S V Z. *ret_expected is the check character that would be right,
// 0 where the code is malformed altogether.
bool reg_codes_credit(const char *code, char *ret_expected);
// The organisation code (GB 11714) inside a social credit code passes its own check. Older units were given
// codes that do not, so this is worth a warning only.
bool reg_codes_organisation(const char *credit, char *ret_expected);
bool reg_codes_identity(const char *number); // 17 digits and a check character; the birth date exists
