// Asking registryd for the figures of an indicator, page by page.
#pragma once
#include "proto/supervision.pb-c.h"
#include "services/cli/cli.h"
#include "services/cli/progress.h"
#include "services/cli/request.h"

struct figures {
  struct cli *cli;
  Reg__GetFigures *request;
  Reg__Figures all; // every page together
  size_t room;
  struct request_list divisions; // for their names
};
// Both: CLI_OK, or the exit code with the error printed.
int indicator_ask_pages(struct figures *figures, struct progress *progress);
// The division as a whole comes in parts that add up; into all.total.
int indicator_ask_total(struct figures *figures);

// The figure as of the end of each year up to the day asked about, whose own is in all.total:
// indicator_years.c.
int indicator_by_year(struct figures *figures, bool school_year);
