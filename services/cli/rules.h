// What the code of a rule is about, in a few words: for lists of what no longer holds.
#pragma once
#include "services/cli/cli.h"

// "PN-02 one division" in the user's language; the code alone where it is not known. In the arena.
const char *rules_words(struct cli *cli, const char *code);
