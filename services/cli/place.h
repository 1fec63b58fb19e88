// Where a row of a file lies, given by names of province, prefecture and county instead of a code: registryd
// is asked once for each combination, and answers exactly, without the prefecture, through the history of
// divisions, or not at all. A name that fits several is a question to whoever imports, never a guess.
#pragma once
#include "services/cli/import.h"

// The code of the division; NULL with *fault filled (code IN-05, and the candidates as the fix).
const char *place_code(struct cli *cli, const char *province, const char *prefecture, const char *county,
                       struct columns_fault *fault);
void place_close(struct cli *cli); // forgets what was asked
