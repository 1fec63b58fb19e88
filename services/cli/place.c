#include "services/cli/place.h"
#include "proto/registry.pb-c.h"
#include "services/cli/lang.h"
#include "services/cli/session.h"
#include <czmq.h>
#include <string.h>

// What was asked in this run, by "province\tprefecture\tcounty"; answers live in the arena of the tool.
static zhashx_t *asked;

void place_close(struct cli *cli)
{
  (void)cli;
  zhashx_destroy(&asked);
}

static const Reg__DivisionMatch *ask(struct cli *cli, const char *province, const char *prefecture,
                                     const char *county)
{
  Reg__FindDivision query = REG__FIND_DIVISION__INIT;
  const Bus__Status *status;
  const ProtobufCMessage *reply = NULL;
  query.province = (char *)province;
  query.prefecture = (char *)prefecture;
  query.county = (char *)county;
  if (session_try(cli, "registry.FindDivision", &query.base, &status, &reply) != CLI_OK) return NULL;
  return (const Reg__DivisionMatch *)reply;
}

static const Reg__DivisionMatch *look_up(struct cli *cli, const char *province, const char *prefecture,
                                         const char *county)
{
  char *key = zsys_sprintf("%s\t%s\t%s", province, prefecture, county);
  if (!asked) asked = zhashx_new();
  if (!asked || !key) {
    zstr_free(&key);
    return NULL;
  }
  const Reg__DivisionMatch *match = zhashx_lookup(asked, key);
  if (!match && (match = ask(cli, province, prefecture, county)))
    (void)zhashx_insert(asked, key, (void *)match);
  zstr_free(&key);
  return match;
}

static const char *candidates(struct arena *arena, const Reg__DivisionMatch *match)
{
  const char *text = "";
  for (size_t i = 0; i < match->n_candidates && text; i++)
    text = arena_printf(arena, "%s%s%s %s", text, i ? ", " : "", match->candidates[i]->code,
                        match->candidates[i]->name);
  return text ? text : "";
}

const char *place_code(struct cli *cli, const char *province, const char *prefecture, const char *county,
                       struct columns_fault *fault)
{
  const Reg__DivisionMatch *match = look_up(cli, province, prefecture, county);
  if (match && match->division) return match->division->code;
  const char *near = match ? candidates(cli->arena, match) : "";
  bool several = match && match->step == REG__DIVISION_STEP__STEP_SEVERAL;
  fault->code = "IN-05";
  fault->text =
      arena_printf(cli->arena, several ? _("%s %s %s fits several divisions") : _("%s %s %s is no division"),
                   province, prefecture, county);
  fault->fix = !*near ? _("write the code of the division in the column division")
                      : arena_printf(cli->arena, _("write its code in the column division: %s"), near);
  return NULL;
}
