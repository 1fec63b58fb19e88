// Names and ids of units, persons and agreements: what people write becomes an id, what is stored as an id
// gets its name. Answers are kept for the run of the tool.
#pragma once
#include "services/cli/cli.h"

// The id of what the user named: institutions by id or code, persons by id or staff number, agreements by id
// or document number. CLI_OK with *ret_id, or the exit code with the refusal printed.
int names_unit_id(struct cli *cli, const char *ref, const char **ret_id);
int names_person_id(struct cli *cli, const char *ref, const char **ret_id);
// The id of a unit or person, NULL if there is none: without printing, for rows of a file.
const char *names_unit_known(struct cli *cli, const char *ref);
const char *names_person_known(struct cli *cli, const char *ref);
int names_agreement_id(struct cli *cli, const char *ref, const char **ret_id);

// The code of the institution with this id; the id itself where it is not known.
const char *names_unit_code(struct cli *cli, const char *id);
// What to show for an id; the id itself where nothing is known (or may be seen).
const char *names_unit(struct cli *cli, const char *id);
const char *names_person(struct cli *cli, const char *id);
const char *names_party(struct cli *cli, const char *id); // institution, person or partnership
void names_close(struct cli *cli);
