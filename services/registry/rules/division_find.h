// A division from the names people write, step by step: exact; without the prefecture; through history. A
// name that fits several is a question, never a guess (a real list of 28,610 schools: 6 % of its rows do not
// join by name, two thirds of them are mended by the second and third step).
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

// Names of levels may be empty: counties directly under a province have no prefecture (or the brackets of the
// statistics, 省直辖县级行政区划 and 市辖区), some cities have no counties. The county may also be empty
// where such lists leave it so, and the prefecture's name stands for it. as_of "" = today. The reply is a
// DivisionMatch; no refusals but of dates and lengths.
int reg_division_find(const struct dir_view *dir, const Reg__FindDivision *query,
                      const struct rule_context *ctx, struct decision *out);
