// Verbs of supervision: figures of indicators, targets, reviews, and the past of a record.
#include "services/cli/history.h"
#include "services/cli/indicator.h"
#include "services/cli/lang.h"
#include "services/cli/verb.h"

#define PROGRAMME                                                                                            \
  {                                                                                                          \
    "PROGRAMME", "programme", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the programme")                      \
  }
#define INDICATOR                                                                                            \
  {                                                                                                          \
    "INDICATOR", "indicator", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the indicator")                      \
  }

static const struct verb_input indicator_show[] = {
    PROGRAMME,
    INDICATOR,
    VERB_PROGRAMME_VERSION,
    VERB_IN_DIVISION,
    {"--by", NULL, VERB_TEXT, 0, "WORD",
     N_("a figure for each PROVINCE, PREFECTURE, COUNTY or TOWNSHIP, or as of the end of each YEAR or "
        "SCHOOL_YEAR")},
    {"--since", NULL, VERB_TEXT, 0, "YEAR", N_("with --by YEAR: the first one (default: five years)")},
    VERB_AS_OF,
    VERB_END};
static const struct verb_input indicator_records[] = {
    PROGRAMME,
    INDICATOR,
    VERB_PROGRAMME_VERSION,
    VERB_IN_DIVISION,
    {"--missing", "missing", VERB_FLAG, 0, NULL, N_("only the units that are not covered")},
    VERB_AS_OF,
    VERB_END};
static const struct verb_input indicator_record[] = {
    PROGRAMME,
    INDICATOR,
    VERB_PROGRAMME_VERSION,
    {"--value", "value", VERB_TEXT, VERB_REQUIRED, "VALUE", N_("a number, a percentage or a text")},
    {"--scope", "scope", VERB_TEXT, 0, "CODE", N_("division it is about (default: the whole programme)")},
    {"--evidence", "evidence", VERB_TEXT, VERB_REPEATED, "NO",
     N_("document number or digest of the evidence")},
    VERB_AS_OF,
    VERB_END};
static const struct verb_input indicator_snapshot[] = {
    PROGRAMME,
    {"INDICATOR", "indicator", VERB_TEXT, 0, NULL,
     N_("id of the indicator (default: all that can be computed)")},
    VERB_PROGRAMME_VERSION,
    {"--scope", "scope", VERB_TEXT, 0, "CODE", N_("division it is about (default: the whole programme)")},
    VERB_AS_OF,
    VERB_END};
static const struct verb_input indicator_values[] = {
    VERB_OF_PROGRAMME,
    {"--indicator", "indicator", VERB_TEXT, 0, "ID", N_("only those of this indicator")},
    {"--scope", "scope", VERB_TEXT, 0, "CODE", N_("only those of this division")},
    {"--from", "from", VERB_TEXT, 0, "DATE", N_("first day")},
    {"--to", "to", VERB_TEXT, 0, "DATE", N_("first day no longer in it (default: open)")},
    VERB_AS_OF,
    VERB_END};

static const struct verb_input target_list[] = {
    VERB_OF_PROGRAMME,
    {"--status", "status", VERB_TEXT, 0, "STATUS", N_("PENDING, AT_RISK, MET or MISSED")},
    VERB_IN_DIVISION,
    VERB_AS_OF,
    VERB_END};

static const struct verb_input review_open[] = {
    PROGRAMME,
    {"REVIEW", "review", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the review in the programme")},
    VERB_PROGRAMME_VERSION,
    {"--partnership", "partnership", VERB_TEXT, 0, "ID", N_("what is reviewed: a partnership")},
    {"--division", "division", VERB_TEXT, 0, "CODE", N_("what is reviewed: a division")},
    {"--period", "period", VERB_TEXT, 0, "YEAR", N_("year or school year, as 2023 or 2023-2024")},
    VERB_END};
static const struct verb_input review_step[] = {
    {"ID", "id", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the review")},
    {"--outcome", "outcome", VERB_TEXT, VERB_REQUIRED, "WORD",
     N_("an outcome of the template, as PASS or FAIL")},
    {"--score", "score_x10", VERB_TEXT, 0, "N", N_("tenths of a point, 905 = 90.5")},
    {"--note", "note", VERB_TEXT, 0, "TEXT", N_("what to remark")},
    VERB_END};
static const struct verb_input review_confirm[] = {
    {"ID", "id", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the review")},
    {"--outcome", "outcome", VERB_TEXT, 0, "WORD", N_("the result (default: that of the last step)")},
    {"--note", "note", VERB_TEXT, 0, "TEXT", N_("what to remark")},
    VERB_END};
static const struct verb_input review_award[] = {
    {"ID", "id", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the review")},
    {"--amount-fen", "amount_fen", VERB_TEXT, 0, "FEN", N_("amount of the award, in fen")},
    {"--doc-no", "doc_no", VERB_TEXT, 0, "NO", N_("document number")},
    {"--refuse", "refuse", VERB_FLAG, 0, NULL, N_("grant none, with a reason")},
    {"--reason", "reason", VERB_TEXT, 0, "TEXT", N_("why")},
    VERB_END};
static const struct verb_input review_withdraw[] = {
    {"ID", "id", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the review")}, VERB_REASON, VERB_END};
static const struct verb_input review_list[] = {
    VERB_OF_PROGRAMME,
    {"--review", "review", VERB_TEXT, 0, "ID", N_("only those of this kind")},
    {"--partnership", "partnership", VERB_TEXT, 0, "ID", N_("only those of this partnership")},
    {"--status", "status", VERB_TEXT, 0, "STATUS", N_("OPEN, PUBLICITY, CONFIRMED, AWARDED ...")},
    VERB_AS_OF,
    VERB_END};
static const struct verb_input review_show[] = {
    {"ID", "ref", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the review")}, VERB_AS_OF, VERB_END};

static const struct verb_input history[] = {
    {"KIND", NULL, VERB_TEXT, VERB_REQUIRED, NULL,
     N_("division, institution, person, agreement, partnership or review")},
    {"REF", NULL, VERB_TEXT, VERB_REQUIRED, NULL, N_("id, code, staff number or document number")},
    VERB_END};

const struct verb verb_figures_table[] = {
    {"indicator", "show", N_("Show the figure of an indicator, also by division and of a past day"),
     "registry.GetFigures", indicator_show_run, indicator_show, NULL, NULL},
    {"indicator", "records", N_("List the units or records behind a figure"), "registry.GetFigureRecords",
     NULL, indicator_records, "code name division counted by", NULL},
    {"indicator", "record", N_("Enter the value of a judged indicator"), "registry.RecordIndicator", NULL,
     indicator_record, NULL, NULL},
    {"indicator", "snapshot", N_("Keep the figures of a day for good"), "registry.TakeSnapshot", NULL,
     indicator_snapshot, NULL, NULL},
    {"indicator", "values", N_("List values entered and snapshots kept"), "registry.ListIndicatorValues",
     NULL, indicator_values, "programme indicator scope as_of numerator denominator value universe_seq",
     NULL},

    {"target", "list", N_("List how targets stand"), "registry.ListTargets", NULL, target_list,
     "programme indicator division due status numerator denominator as_of", NULL},

    {"review", "open", N_("Open a review"), "registry.OpenReview", NULL, review_open, NULL,
     "jiedui review step {id} --outcome PASS"},
    {"review", "step", N_("Take the step that is due"), "registry.RecordReviewStep", NULL, review_step, NULL,
     "jiedui review show {id}"},
    {"review", "confirm", N_("Confirm the result, after the public notice"), "registry.ConfirmReview", NULL,
     review_confirm, NULL, "jiedui review show {id}"},
    {"review", "award", N_("Grant the award of a review that passed, or refuse it"), "registry.GrantAward",
     NULL, review_award, NULL, NULL},
    {"review", "withdraw", N_("Withdraw a review"), "registry.WithdrawReview", NULL, review_withdraw, NULL,
     NULL},
    {"review", "list", N_("List reviews"), "registry.ListReviews", NULL, review_list,
     "id review partnership subject_division period next status outcome", NULL},
    {"review", "show", N_("Show a review with its steps"), "registry.GetReview", NULL, review_show, NULL,
     NULL},

    {"history", NULL, N_("Show what a record was, state after state, and what changed"),
     "registry.ListHistory", history_run, history, NULL, NULL},
    {0},
};
