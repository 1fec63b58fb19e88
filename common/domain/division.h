// Division codes: 2 (province), 4 (prefecture), 6 (county), 9 (township) digits; "0" the nation; six-digit
// forms ending in 00 (prefecture) or 0000 (province) are taken as the shorter ones. Pure text work.
#pragma once
#include "proto/types.pb-c.h"
#include <stdbool.h>

#define DIVISION_SIZE 10
bool division_valid(const char *code);                          // digits and length only
void division_short(const char *code, char out[DIVISION_SIZE]); // "150000" -> "15", "150200" -> "1502"
Typ__DivisionLevel division_level(const char *code);
bool division_covers(const char *scope, const char *code); // subtree; "0" and "" cover all
// The code of the given level above (or at) code; false if code is above that level.
bool division_at_level(const char *code, Typ__DivisionLevel level, char out[DIVISION_SIZE]);
