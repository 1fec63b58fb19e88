// School subjects by code and name.
#pragma once
#include <stdbool.h>

// The code of a code or Chinese name; unknown codes of two digits pass (the table is data of the registry).
// NULL if it is neither. A name that stands for two codes gives the one of primary and junior schools.
const char *subjects_code(const char *text);
// Whether the table has the code.
bool subjects_known(const char *code);
// The name in the user's language; the code itself if it is unknown, "" for "".
const char *subjects_name(const char *code);
