// Verbs of registryd's records: divisions, institutions, persons, programmes, agreements, partnerships.
#include "services/cli/agreement.h"
#include "services/cli/import.h"
#include "services/cli/import_registry.h"
#include "services/cli/lang.h"
#include "services/cli/template.h"
#include "services/cli/verb.h"

#define END                                                                                                  \
  {                                                                                                          \
    NULL, NULL, VERB_TEXT, 0, NULL, NULL                                                                     \
  }
#define AS_OF                                                                                                \
  {                                                                                                          \
    "--as-of", "as_of", VERB_TEXT, 0, "DATE", N_("as it was on this day (default: today)")                   \
  }
#define REF_INPUT(kind, help)                                                                                \
  {                                                                                                          \
    "REF", "id", kind, VERB_REQUIRED, NULL, help                                                             \
  }

static const struct verb_input import_inputs[] = {IMPORT_INPUTS, END};
static const struct verb_input division_list[] = {
    {"--under", "under", VERB_TEXT, 0, "CODE", N_("only those in this division")},
    {"--level", "level", VERB_TEXT, 0, "LEVEL", N_("PROVINCE, PREFECTURE, COUNTY or TOWNSHIP")},
    AS_OF,
    END};
static const struct verb_input division_show[] = {
    {"CODE", "ref", VERB_TEXT, VERB_REQUIRED, NULL, N_("division code")}, AS_OF, END};

static const struct verb_input institution_list[] = {
    {"--division", "division", VERB_TEXT, 0, "CODE", N_("only those in this division")},
    {"--kind", "kind", VERB_TEXT, 0, "KIND", N_("SCHOOL, KINDERGARTEN, BUREAU ...")},
    {"--tag", "tag", VERB_TEXT, 0, "TAG", N_("only those with this tag")},
    {"--stage", "stage", VERB_TEXT, 0, "STAGE", N_("PRESCHOOL, PRIMARY, JUNIOR, SENIOR or HIGHER")},
    {"--name", "name", VERB_TEXT, 0, "TEXT", N_("only those whose name contains this")},
    AS_OF,
    END};
static const struct verb_input unit_show[] = {
    {"REF", "ref", VERB_TEXT, VERB_REQUIRED, NULL, N_("id or code of the institution")}, AS_OF, END};

static const struct verb_input person_list[] = {
    {"--home", "home", VERB_UNIT, 0, "REF", N_("only those of this unit")},
    {"--category", "category", VERB_TEXT, 0, "CATEGORY", N_("RETIRED_TEACHER, PRINCIPAL, TEACHER ...")},
    AS_OF,
    END};
static const struct verb_input person_show[] = {
    {"REF", "ref", VERB_TEXT, VERB_REQUIRED, NULL, N_("id or staff number of the person")}, AS_OF, END};
static const struct verb_input person_erase[] = {
    REF_INPUT(VERB_PERSON, N_("id or staff number of the person")),
    {"--reason", "reason", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("why")},
    END};

static const struct verb_input programme_files[] = {
    {"FILE", NULL, VERB_TEXT, VERB_REQUIRED | VERB_REPEATED, NULL, N_("programme file")},
    {"--parent", NULL, VERB_TEXT, VERB_REPEATED, "FILE",
     N_("a file that it extends, to check what it inherits")},
    END};
static const struct verb_input programme_retire[] = {
    {"ID", "id", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the programme")},
    {"--version", "version", VERB_TEXT, VERB_REQUIRED, "N", N_("the version to retire")},
    {"--reason", "reason", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("why")},
    END};
static const struct verb_input programme_file[] = {
    {"FILE", NULL, VERB_TEXT, VERB_REQUIRED, NULL, N_("programme file")}, END};
static const struct verb_input programme_show[] = {
    {"ID", "id", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the programme")},
    {"--version", "version", VERB_TEXT, 0, "N", N_("its version (default: the newest)")},
    END};

static const struct verb_input agreement_draft[] = {
    {"--programme", "programme", VERB_TEXT, VERB_REQUIRED, "ID", N_("id of the programme")},
    {"--programme-version", "programme_version", VERB_TEXT, 0, "N", N_("its version (default: the newest)")},
    {"--mode", "mode", VERB_TEXT, VERB_REQUIRED, "MODE", N_("a mode that rests on a signed agreement")},
    {"--title", "title", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("title of the agreement")},
    {"--doc-no", "doc_no", VERB_TEXT, 0, "NO", N_("document number")},
    {"--party", NULL, VERB_TEXT, VERB_REQUIRED | VERB_REPEATED, "ROLE=REF", N_("a party in its role")},
    {"--from", "valid.from", VERB_TEXT, VERB_REQUIRED, "DATE", N_("first day")},
    {"--to", "valid.to", VERB_TEXT, 0, "DATE", N_("first day no longer in it (default: open)")},
    {"--basis", NULL, VERB_TEXT, VERB_REPEATED, "NO;TITLE;FROM;TO", N_("a document it rests on")},
    {"--parent", "parent", VERB_AGREEMENT, 0, "REF", N_("the higher agreement")},
    END};
static const struct verb_input agreement_ref[] = {
    REF_INPUT(VERB_AGREEMENT, N_("id or document number of the agreement")), END};
static const struct verb_input agreement_reason[] = {
    REF_INPUT(VERB_AGREEMENT, N_("id or document number of the agreement")),
    {"--reason", "reason", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("why")},
    END};
static const struct verb_input agreement_sign[] = {
    REF_INPUT(VERB_AGREEMENT, N_("id or document number of the agreement")),
    {"--role", "role", VERB_TEXT, VERB_REQUIRED, "ROLE", N_("the role that signs")},
    {"--on", "signed_on", VERB_TEXT, VERB_REQUIRED, "DATE", N_("day of the signature")},
    END};
static const struct verb_input agreement_list[] = {
    {"--programme", "programme", VERB_TEXT, 0, "ID", N_("only those of this programme")},
    {"--party", "party", VERB_UNIT, 0, "REF", N_("only those with this party")},
    {"--status", "status", VERB_TEXT, 0, "STATUS", N_("DRAFT, SUBMITTED, APPROVED, EFFECTIVE ...")},
    AS_OF,
    END};
static const struct verb_input agreement_show[] = {
    {"REF", "ref", VERB_AGREEMENT, VERB_REQUIRED, NULL, N_("id or document number of the agreement")},
    AS_OF,
    END};

static const struct verb_input partnership_propose[] = {
    {"--programme", "programme", VERB_TEXT, VERB_REQUIRED, "ID", N_("id of the programme")},
    {"--programme-version", "programme_version", VERB_TEXT, 0, "N", N_("its version (default: the newest)")},
    {"--mode", "mode", VERB_TEXT, VERB_REQUIRED, "MODE", N_("a mode of the programme")},
    {"--variant", "variant", VERB_TEXT, 0, "ID", N_("a variant of the mode")},
    {"--agreement", "agreement", VERB_AGREEMENT, 0, "REF", N_("the agreement it rests on")},
    {"--member", NULL, VERB_TEXT, VERB_REQUIRED | VERB_REPEATED, "ROLE=REF",
     N_("a member in its role; partnership:ID for a partnership as member")},
    {"--from", "valid.from", VERB_TEXT, 0, "DATE", N_("first day")},
    {"--to", "valid.to", VERB_TEXT, 0, "DATE", N_("first day no longer in it (default: open)")},
    END};
static const struct verb_input partnership_import[] = {
    IMPORT_INPUTS,
    {"--agreement", NULL, VERB_TEXT, VERB_REQUIRED, "REF", N_("the agreement they rest on")},
    END};
static const struct verb_input id_only[] = {
    {"ID", "id", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the record")}, END};
static const struct verb_input id_reason[] = {
    {"ID", "id", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the record")},
    {"--reason", "reason", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("why")},
    END};
static const struct verb_input partnership_list[] = {
    {"--programme", "programme", VERB_TEXT, 0, "ID", N_("only those of this programme")},
    {"--agreement", "agreement", VERB_AGREEMENT, 0, "REF", N_("only those under this agreement")},
    {"--mode", "mode", VERB_TEXT, 0, "MODE", N_("only those of this mode")},
    {"--party", "party", VERB_UNIT, 0, "REF", N_("only those with this member")},
    {"--status", "status", VERB_TEXT, 0, "STATUS", N_("PROPOSED, ESTABLISHED, DISSOLVED ...")},
    AS_OF,
    END};
static const struct verb_input partnership_show[] = {
    {"ID", "ref", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the partnership")}, AS_OF, END};

const struct verb verb_registry_table[] = {
    {"division", "import", N_("Register administrative divisions from a CSV file"), NULL,
     import_registry_divisions, import_inputs, NULL, NULL},
    {"division", "list", N_("List divisions"), "registry.ListDivisions", NULL, division_list,
     "code name level parent", NULL},
    {"division", "show", N_("Show a division"), "registry.GetDivision", NULL, division_show, NULL, NULL},

    {"institution", "import", N_("Register institutions from a CSV file"), NULL, import_registry_institutions,
     import_inputs, NULL, NULL},
    {"institution", "list", N_("List institutions"), "registry.ListInstitutions", NULL, institution_list,
     "code name kind division place stages tags status", NULL},
    {"institution", "show", N_("Show an institution"), "registry.GetInstitution", NULL, unit_show, NULL,
     NULL},

    {"person", "import", N_("Register persons from a CSV file"), NULL, import_registry_persons, import_inputs,
     NULL, NULL},
    {"person", "list", N_("List persons"), "registry.ListPersons", NULL, person_list,
     "person.staff_no name person.category person.posts person.home person.stages person.subjects "
     "person.title",
     NULL},
    {"person", "show", N_("Show a person"), "registry.GetPerson", NULL, person_show, NULL, NULL},
    {"person", "erase", N_("Erase a person's data for good"), "registry.ErasePerson", NULL, person_erase,
     NULL, NULL},

    {"programme", "check", N_("Check programme files; needs no daemon"), NULL, template_check_run,
     programme_files, NULL, NULL},
    {"programme", "publish", N_("Check a programme file and publish it"), NULL, template_publish_run,
     programme_file, NULL, "jiedui programme show {id}"},
    {"programme", "retire", N_("Retire a version: nothing new may rest on it"), "registry.RetireProgramme",
     NULL, programme_retire, NULL, NULL},
    {"programme", "list", N_("List programmes"), "registry.ListProgrammes", NULL, NULL,
     "id version title status", NULL},
    {"programme", "show", N_("Show a programme"), "registry.GetProgramme", NULL, programme_show, NULL, NULL},

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
    {"agreement", "suspend", N_("Suspend an agreement"), "registry.SuspendAgreement", NULL, agreement_reason,
     NULL, "jiedui agreement resume {id}"},
    {"agreement", "resume", N_("Resume a suspended agreement"), "registry.ResumeAgreement", NULL,
     agreement_ref, NULL, NULL},
    {"agreement", "terminate", N_("Terminate an agreement"), "registry.TerminateAgreement", NULL,
     agreement_reason, NULL, NULL},
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
    {"partnership", "dissolve", N_("Dissolve a partnership"), "registry.DissolvePartnership", NULL, id_reason,
     NULL, NULL},
    {"partnership", "list", N_("List partnerships"), "registry.ListPartnerships", NULL, partnership_list,
     "id mode members.party valid status", NULL},
    {"partnership", "show", N_("Show a partnership"), "registry.GetPartnership", NULL, partnership_show, NULL,
     NULL},
    {0},
};
