// Verbs of agreements and partnerships.
#include "services/cli/agreement.h"
#include "services/cli/import.h"
#include "services/cli/import_registry.h"
#include "services/cli/lang.h"
#include "services/cli/verb.h"

#define ON_INPUT                                                                                             \
  {                                                                                                          \
    "--on", "on", VERB_TEXT, 0, "DATE", N_("day from which it holds (default: today)")                       \
  }
#define MERGER_INPUT                                                                                         \
  {                                                                                                          \
    "--merger-due", "merger_due", VERB_TEXT, 0, "DATE", N_("day by which its members are one legal person")  \
  }

static const struct verb_input agreement_draft[] = {
    {"--programme", "programme", VERB_TEXT, VERB_REQUIRED, "ID", N_("id of the programme")},
    VERB_PROGRAMME_VERSION,
    {"--mode", "mode", VERB_TEXT, VERB_REQUIRED, "MODE", N_("a mode that rests on a signed agreement")},
    {"--title", "title", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("title of the agreement")},
    {"--doc-no", "doc_no", VERB_TEXT, 0, "NO", N_("document number")},
    {"--party", NULL, VERB_TEXT, VERB_REQUIRED | VERB_REPEATED, "ROLE=REF", N_("a party in its role")},
    {"--from", "valid.from", VERB_TEXT, VERB_REQUIRED, "DATE", N_("first day")},
    {"--to", "valid.to", VERB_TEXT, 0, "DATE", N_("first day no longer in it (default: open)")},
    {"--basis", NULL, VERB_TEXT, VERB_REPEATED, "NO;TITLE;FROM;TO", N_("a document it rests on")},
    {"--parent", "parent", VERB_AGREEMENT, 0, "REF", N_("the higher agreement")},
    {"--clause", NULL, VERB_TEXT, VERB_REPEATED, "MEASURE;TERMS;MIN;MAX",
     N_("what is agreed about a measure")},
    VERB_END};
static const struct verb_input agreement_amend[] = {
    VERB_REF(VERB_AGREEMENT, N_("id or document number of the agreement")),
    {"--title", "title", VERB_TEXT, 0, "TEXT", N_("title of the agreement")},
    {"--doc-no", "doc_no", VERB_TEXT, 0, "NO", N_("document number")},
    {"--party", NULL, VERB_TEXT, VERB_REPEATED, "ROLE=REF", N_("all parties from then on (default: as now)")},
    {"--from", "valid.from", VERB_TEXT, 0, "DATE",
     N_("first day of the new version (default: the last signature)")},
    {"--to", "valid.to", VERB_TEXT, 0, "DATE", N_("first day no longer in it (default: as now)")},
    {"--basis", NULL, VERB_TEXT, VERB_REPEATED, "NO;TITLE;FROM;TO", N_("a document it rests on")},
    {"--clause", NULL, VERB_TEXT, VERB_REPEATED, "MEASURE;TERMS;MIN;MAX",
     N_("what is agreed about a measure")},
    {"--accept-broken", "accept_broken", VERB_FLAG, 0, NULL,
     N_("although partnerships break: they are flagged")},
    VERB_END};
static const struct verb_input agreement_ref[] = {
    VERB_REF(VERB_AGREEMENT, N_("id or document number of the agreement")), VERB_END};
static const struct verb_input agreement_reason[] = {
    VERB_REF(VERB_AGREEMENT, N_("id or document number of the agreement")), VERB_REASON, VERB_END};
static const struct verb_input agreement_turn[] = {
    VERB_REF(VERB_AGREEMENT, N_("id or document number of the agreement")), VERB_REASON, ON_INPUT, VERB_END};
static const struct verb_input agreement_resume[] = {
    VERB_REF(VERB_AGREEMENT, N_("id or document number of the agreement")), ON_INPUT, VERB_END};
static const struct verb_input agreement_sign[] = {
    VERB_REF(VERB_AGREEMENT, N_("id or document number of the agreement")),
    {"--role", "role", VERB_TEXT, VERB_REQUIRED, "ROLE", N_("the role that signs")},
    {"--on", "signed_on", VERB_TEXT, VERB_REQUIRED, "DATE", N_("day of the signature")},
    VERB_END};
static const struct verb_input agreement_list[] = {
    VERB_OF_PROGRAMME,
    {"--party", "party", VERB_UNIT, 0, "REF", N_("only those with this party")},
    {"--status", "status", VERB_TEXT, 0, "STATUS", N_("DRAFT, SUBMITTED, APPROVED, EFFECTIVE ...")},
    {"--parent", "parent", VERB_AGREEMENT, 0, "REF", N_("only those under this agreement")},
    VERB_IN_DIVISION,
    {"--ends-within", "ends_within", VERB_TEXT, 0, "DAYS",
     N_("only those in force that end in so many days")},
    {"--ends-before", "ends_before", VERB_TEXT, 0, "DATE",
     N_("only those in force that end before this day")},
    VERB_AS_OF,
    VERB_END};
static const struct verb_input agreement_show[] = {
    {"REF", "ref", VERB_AGREEMENT, VERB_REQUIRED, NULL, N_("id or document number of the agreement")},
    VERB_AS_OF,
    VERB_END};

static const struct verb_input partnership_propose[] = {
    {"--programme", "programme", VERB_TEXT, VERB_REQUIRED, "ID", N_("id of the programme")},
    VERB_PROGRAMME_VERSION,
    {"--mode", "mode", VERB_TEXT, VERB_REQUIRED, "MODE", N_("a mode of the programme")},
    {"--variant", "variant", VERB_TEXT, 0, "ID", N_("a variant of the mode")},
    {"--agreement", "agreement", VERB_AGREEMENT, 0, "REF", N_("the agreement it rests on")},
    {"--member", NULL, VERB_TEXT, VERB_REQUIRED | VERB_REPEATED, "ROLE=REF",
     N_("a member in its role; partnership:ID for a partnership as member")},
    {"--from", "valid.from", VERB_TEXT, 0, "DATE", N_("first day")},
    {"--to", "valid.to", VERB_TEXT, 0, "DATE", N_("first day no longer in it (default: open)")},
    {"--name", "name", VERB_TEXT, 0, "TEXT", N_("what people call it")},
    MERGER_INPUT,
    VERB_END};
static const struct verb_input partnership_import[] = {
    IMPORT_INPUTS,
    {"--agreement", NULL, VERB_TEXT, VERB_REQUIRED, "REF", N_("the agreement they rest on")},
    VERB_END};
static const struct verb_input id_only[] = {VERB_ID, VERB_END};
static const struct verb_input id_reason[] = {VERB_ID, VERB_REASON, VERB_END};
static const struct verb_input partnership_dissolve[] = {
    VERB_ID,
    VERB_REASON,
    ON_INPUT,
    {"--posting", NULL, VERB_TEXT, VERB_REPEATED, "ID=DECISION",
     N_("what becomes of a live posting: KEEP, END or SUCCESSOR; all=DECISION for the others")},
    VERB_END};
static const struct verb_input partnership_members[] = {
    VERB_ID,
    {"--add", NULL, VERB_TEXT, VERB_REPEATED, "ROLE=REF",
     N_("a member in its role; partnership:ID for a partnership as member")},
    {"--remove", NULL, VERB_TEXT, VERB_REPEATED, "REF", N_("a member who leaves, or ROLE=REF")},
    {"--reason", "reason", VERB_TEXT, 0, "TEXT", N_("why; required when somebody leaves")},
    ON_INPUT,
    VERB_END};
static const struct verb_input partnership_mode[] = {
    VERB_ID,
    {"--to", "mode", VERB_TEXT, VERB_REQUIRED, "MODE", N_("a mode of the programme")},
    {"--variant", "variant", VERB_TEXT, 0, "ID", N_("a variant of the mode")},
    {"--role", NULL, VERB_TEXT, VERB_REPEATED, "ROLE=REF", N_("the role a member has from then on")},
    MERGER_INPUT,
    VERB_REASON,
    ON_INPUT,
    VERB_END};
static const struct verb_input partnership_designate[] = {
    VERB_ID,
    {"--to", "designation", VERB_TEXT, VERB_REQUIRED, "WORD", N_("PILOT, MODEL or NONE")},
    {"--reason", "reason", VERB_TEXT, 0, "TEXT", N_("why")},
    ON_INPUT,
    VERB_END};
static const struct verb_input partnership_pause[] = {VERB_ID, VERB_REASON, ON_INPUT, VERB_END};
static const struct verb_input partnership_resume[] = {VERB_ID, ON_INPUT, VERB_END};
static const struct verb_input partnership_waive[] = {
    VERB_ID,
    {"--rule", "rule", VERB_TEXT, VERB_REQUIRED, "CODE",
     N_("the rule that is not to count: PN-01, PN-02 ...")},
    {"--until", "until", VERB_TEXT, VERB_REQUIRED, "DATE", N_("first day on which it counts again")},
    {"--from", "from", VERB_TEXT, 0, "DATE", N_("first day of the waiver (default: today)")},
    VERB_REASON,
    VERB_END};
static const struct verb_input partnership_list[] = {
    VERB_OF_PROGRAMME,
    {"--agreement", "agreement", VERB_AGREEMENT, 0, "REF", N_("only those under this agreement")},
    {"--mode", "mode", VERB_TEXT, 0, "MODE", N_("only those of this mode")},
    {"--party", "party", VERB_UNIT, 0, "REF", N_("only those with this member")},
    {"--status", "status", VERB_TEXT, 0, "STATUS", N_("PROPOSED, ESTABLISHED, DISSOLVED ...")},
    VERB_IN_DIVISION,
    {"--designation", "designation", VERB_TEXT, 0, "WORD", N_("PILOT, MODEL or NONE")},
    {"--broken", "broken", VERB_FLAG, 0, NULL, N_("only those whose structure no longer holds")},
    {"--since", "broken_since", VERB_TEXT, 0, "DATE", N_("only those broken since this day or later")},
    VERB_AS_OF,
    VERB_END};
static const struct verb_input partnership_show[] = {
    {"ID", "ref", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the partnership")}, VERB_AS_OF, VERB_END};

const struct verb verb_relations_table[] = {
    {"agreement", "draft", N_("Draft an agreement"), "registry.DraftAgreement", agreement_draft_run,
     agreement_draft, NULL, "jiedui agreement submit {id}"},
    {"agreement", "submit", N_("Submit a draft for approval"), "registry.SubmitAgreement", NULL,
     agreement_ref, NULL, "jiedui agreement approve {id}"},
    {"agreement", "approve", N_("Approve, as the next party of the chain"), "registry.ApproveAgreement", NULL,
     agreement_ref, NULL, "jiedui agreement show {id}"},
    {"agreement", "return", N_("Return an agreement to the drafting side"), "registry.ReturnAgreement", NULL,
     agreement_reason, NULL, NULL},
    {"agreement", "sign", N_("Sign for a role"), "registry.SignAgreement", NULL, agreement_sign, NULL,
     "jiedui agreement show {id}"},
    {"agreement", "amend", N_("Draft the next version of an agreement in force"), "registry.AmendAgreement",
     agreement_amend_run, agreement_amend, NULL, "jiedui agreement submit {id}"},
    {"agreement", "drop-amendment", N_("Drop the amendment on its way"), "registry.DropAmendment", NULL,
     agreement_reason, NULL, NULL},
    {"agreement", "suspend", N_("Suspend an agreement"), "registry.SuspendAgreement", NULL, agreement_turn,
     NULL, "jiedui agreement resume {id}"},
    {"agreement", "resume", N_("Resume a suspended agreement"), "registry.ResumeAgreement", NULL,
     agreement_resume, NULL, NULL},
    {"agreement", "terminate", N_("Terminate an agreement"), "registry.TerminateAgreement", NULL,
     agreement_turn, NULL, NULL},
    {"agreement", "list", N_("List agreements"), "registry.ListAgreements", NULL, agreement_list,
     "id doc_no title mode valid status", NULL},
    {"agreement", "show", N_("Show an agreement"), "registry.GetAgreement", NULL, agreement_show, NULL, NULL},

    {"partnership", "propose", N_("Propose a partnership"), "registry.ProposePartnership",
     agreement_partnership_run, partnership_propose, NULL, "jiedui partnership show {id}"},
    {"partnership", "import", N_("Propose the pairs of a CSV file"), NULL, import_registry_partnerships,
     partnership_import, NULL, NULL},
    {"partnership", "approve", N_("Approve a proposed partnership"), "registry.ApprovePartnership", NULL,
     id_only, NULL, NULL},
    {"partnership", "reject", N_("Reject a proposed partnership"), "registry.RejectPartnership", NULL,
     id_reason, NULL, NULL},
    {"partnership", "members", N_("Change who its members are"), "registry.ChangeMembers",
     agreement_members_run, partnership_members, NULL, "jiedui partnership show {id}"},
    {"partnership", "mode", N_("Change its mode"), "registry.ChangeMode", agreement_mode_run,
     partnership_mode, NULL, "jiedui partnership show {id}"},
    {"partnership", "designate", N_("Designate it as pilot or model"), "registry.DesignatePartnership", NULL,
     partnership_designate, NULL, NULL},
    {"partnership", "pause", N_("Pause a partnership"), "registry.PausePartnership", NULL, partnership_pause,
     NULL, "jiedui partnership resume {id}"},
    {"partnership", "resume", N_("Resume a paused partnership"), "registry.ResumePartnership", NULL,
     partnership_resume, NULL, NULL},
    {"partnership", "waive", N_("Let a rule not count for a while"), "registry.GrantWaiver", NULL,
     partnership_waive, NULL, NULL},
    {"partnership", "dissolve", N_("Dissolve a partnership"), "registry.DissolvePartnership",
     agreement_dissolve_run, partnership_dissolve, NULL, NULL},
    {"partnership", "list", N_("List partnerships"), "registry.ListPartnerships", NULL, partnership_list,
     "id name mode members.party valid status broken", NULL},
    {"partnership", "show", N_("Show a partnership"), "registry.GetPartnership", NULL, partnership_show, NULL,
     NULL},
    {0},
};
