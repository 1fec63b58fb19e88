// Candidates and postings, one at a time or from CSV files: commands that name the programme of an agreement.
#pragma once
#include "services/cli/cli.h"

int nominate_person_run(struct cli *cli);
int nominate_posting_run(struct cli *cli);
int nominate_candidates_run(struct cli *cli); // CSV: person,wishes
int nominate_postings_run(struct cli *cli);   // CSV: person,host,from,to,plan,line
// The programme of an agreement (by id). CLI_OK or an exit code with the refusal printed.
int nominate_programme(struct cli *cli, const char *agreement, char **ret);
