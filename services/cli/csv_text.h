// The bytes of a CSV file as UTF-8 text.
#pragma once
#include "services/cli/csv.h"

// *ret_text lives in the arena or is a part of data; *ret_encoding says what it was. False with *fault
// filled.
bool csv_text_decode(const char *data, size_t length, const char *wanted, struct arena *arena,
                     const char **ret_text, size_t *ret_length, const char **ret_encoding,
                     struct csv_fault *fault);
