#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include "services/cli/summary.h"
#include <errno.h>
#include <string.h>

static int load_agreement(struct summary *summary, const char *ref)
{
  struct cli *cli = summary->cli;
  const ProtobufCMessage *reply;
  const Bus__Status *status;
  const char *id;
  Reg__GetByRef query = REG__GET_BY_REF__INIT;
  int failed = names_agreement_id(cli, ref, &id);
  if (failed) return failed;
  query.ref = (char *)id;
  query.as_of = (char *)summary->as_of;
  failed = session_ask(cli, "registry.GetAgreement", &query.base, &reply);
  if (failed) return failed;
  summary->agreement = (const void *)reply;
  Reg__GetProgramme programme = REG__GET_PROGRAMME__INIT;
  programme.id = summary->agreement->programme;
  programme.version = summary->agreement->programme_version;
  programme.as_of = (char *)summary->as_of;
  if (session_try(cli, "registry.GetProgramme", &programme.base, &status, &reply) == CLI_OK)
    summary->programme = (const void *)reply;
  return CLI_OK;
}

static int load_plans(struct summary *summary)
{
  struct cli *cli = summary->cli;
  Dsp__ListPlans query = DSP__LIST_PLANS__INIT;
  query.agreement = summary->agreement->id;
  query.school_year = (char *)summary->year;
  int failed = request_pages(cli, "dispatch.ListPlans", &query.base, &summary->plans);
  if (failed) return failed;
  summary->runs = ARENA_ARRAY(cli->arena, struct request_list, summary->plans.n + 1);
  if (!summary->runs) return say_failure(-ENOMEM, "summary");
  for (size_t i = 0; i < summary->plans.n && !failed; i++) {
    Dsp__ListMatchRuns runs = DSP__LIST_MATCH_RUNS__INIT;
    runs.plan = ((const Dsp__NeedsPlan *)summary->plans.items[i])->id;
    failed = request_pages(cli, "dispatch.ListMatchRuns", &runs.base, &summary->runs[i]);
  }
  return failed;
}

static int load_pairs(struct summary *summary)
{
  Reg__ListPartnerships query = REG__LIST_PARTNERSHIPS__INIT;
  query.agreement = summary->agreement->id;
  query.as_of = (char *)summary->as_of;
  return request_pages(summary->cli, "registry.ListPartnerships", &query.base, &summary->partnerships);
}

static int load_lists(struct summary *summary)
{
  struct cli *cli = summary->cli;
  Dsp__ListAssignments assignments = DSP__LIST_ASSIGNMENTS__INIT;
  Ntf__ListUnsigned unsigned_ = NTF__LIST_UNSIGNED__INIT;
  Ntf__ListNotices notices = NTF__LIST_NOTICES__INIT;
  assignments.agreement = summary->agreement->id;
  int failed = request_pages(cli, "dispatch.ListAssignments", &assignments.base, &summary->assignments);
  if (!failed) failed = request_pages(cli, "notify.ListUnsigned", &unsigned_.base, &summary->unsigned_);
  if (!failed) failed = request_pages(cli, "notify.ListNotices", &notices.base, &summary->notices);
  return failed;
}

static bool counts_by_year(const Prg__Quota *quota)
{
  for (size_t i = 0; i < quota->n_per; i++)
    if (quota->per[i] == PRG__QUOTA_SCOPE__QUOTA_SCOPE_YEAR) return true;
  return false;
}

static int load_quota(struct summary *summary, const Prg__Measure *measure, const char *period)
{
  Dsp__QuotaQuery query = DSP__QUOTA_QUERY__INIT;
  const ProtobufCMessage *reply;
  query.agreement = summary->agreement->id;
  query.measure = measure->id;
  query.period = (char *)period;
  int failed = session_ask(summary->cli, "dispatch.Quota", &query.base, &reply);
  if (!failed)
    summary->quotas[summary->n_quotas++] =
        (struct summary_quota){.measure = measure, .period = period, .state = (const void *)reply};
  return failed;
}

// A school year touches two calendar years; both are shown where the quota counts by year.
static int load_quotas(struct summary *summary)
{
  const Prg__Programme *programme = summary->programme;
  int failed = CLI_OK;
  for (size_t i = 0; programme && i < programme->n_measures && !failed; i++) {
    const Prg__Measure *measure = programme->measures[i];
    if (!measure->quota || measure->form != PRG__FORM__FORM_ASSIGNMENT ||
        summary->n_quotas + 2 > SUMMARY_QUOTAS)
      continue;
    const char *dash = strchr(summary->year, '-');
    if (!counts_by_year(measure->quota) || !dash) {
      failed = load_quota(summary, measure, summary->year);
      continue;
    }
    const char *first = arena_strndup(summary->cli->arena, summary->year, (size_t)(dash - summary->year));
    failed = first ? load_quota(summary, measure, first) : say_failure(-ENOMEM, "summary");
    if (!failed) failed = load_quota(summary, measure, dash + 1);
  }
  return failed;
}

static void load_time(struct summary *summary)
{
  int exit_code;
  Bus__Pong *pong = NULL;
  struct bus_client *client = session_client(summary->cli, "notify", &exit_code);
  if (client && bus_client_ping(client, summary->cli->arena, &pong) == 0) summary->now_us = pong->time_us;
}

int summary_load(struct summary *summary, const char *agreement)
{
  int failed = load_agreement(summary, agreement);
  if (!failed) failed = load_pairs(summary);
  if (failed || *summary->as_of) return failed; // the other daemons keep present states only
  failed = load_plans(summary);
  if (!failed) failed = load_lists(summary);
  if (!failed) failed = load_quotas(summary);
  if (!failed) load_time(summary);
  return failed;
}
