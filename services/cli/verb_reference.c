// Verbs of reference data and of single persons: what is loaded once a year, looked up, opened, amended.
#include "services/cli/import.h"
#include "services/cli/import_registry.h"
#include "services/cli/lang.h"
#include "services/cli/person.h"
#include "services/cli/verb.h"

static const struct verb_input person_amend[] = {
    {"REF", "id", VERB_PERSON, VERB_REQUIRED, NULL, N_("id or staff number of the person")},
    {"--home", "home_code", VERB_TEXT, 0, "CODE", N_("code of the new home unit")},
    {"--on", "on", VERB_TEXT, 0, "DATE", N_("day from which it holds (default: today)")},
    {"--category", NULL, VERB_TEXT, 0, "CATEGORY", N_("RETIRED_TEACHER, PRINCIPAL, TEACHER ...")},
    {"--post", NULL, VERB_TEXT, VERB_REPEATED, "POST", N_("all posts now held; \"\" for none")},
    {"--stage", NULL, VERB_TEXT, VERB_REPEATED, "STAGE", N_("all stages taught now")},
    {"--subject", NULL, VERB_TEXT, VERB_REPEATED, "CODE", N_("all subjects taught now, codes of ZXXKC")},
    {"--title", NULL, VERB_TEXT, 0, "TITLE", N_("ENTRY, ASSISTANT, INTERMEDIATE, SENIOR or FULL_SENIOR")},
    {"--honour", NULL, VERB_TEXT, VERB_REPEATED, "HONOUR", N_("all honours held")},
    {"--here-since", NULL, VERB_TEXT, 0, "DATE", N_("since when at the home unit")},
    {"--status", NULL, VERB_TEXT, 0, "STATUS", N_("ACTIVE or LEFT")},
    {"--name", NULL, VERB_TEXT, 0, "NAME", N_("new name; it is stored sealed")},
    {"--id-number", NULL, VERB_TEXT, 0, "NUMBER",
     N_("new identity number, - to read it from standard input; \"\" for none")},
    {"--phone", NULL, VERB_TEXT, 0, "PHONE", N_("new telephone number; \"\" for none")},
    {"--mail", NULL, VERB_TEXT, 0, "MAIL", N_("new mail address; \"\" for none")},
    VERB_END};
static const struct verb_input person_unmask[] = {
    {"REF", "id", VERB_PERSON, VERB_REQUIRED, NULL, N_("id or staff number of the person")},
    {"--field", "fields", VERB_TEXT, VERB_REQUIRED | VERB_REPEATED, "FIELD",
     N_("NAME, ID_NUMBER or CONTACTS")},
    {"--reason", "reason", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("why; it is recorded with your name")},
    VERB_END};
static const struct verb_input person_access[] = {
    {"REF", "person", VERB_PERSON, 0, NULL, N_("id or staff number of the person")},
    {"--by", "by", VERB_TEXT, 0, "PRINCIPAL", N_("only what this principal looked at")},
    {"--field", "field", VERB_TEXT, 0, "FIELD", N_("NAME, ID_NUMBER or CONTACTS")},
    {"--since", "from", VERB_TEXT, 0, "DATE", N_("from this day on")},
    {"--to", "to", VERB_TEXT, 0, "DATE", N_("first day no longer in it (default: open)")},
    VERB_END};

static const struct verb_input import_inputs[] = {IMPORT_INPUTS, VERB_END};
static const struct verb_input division_find[] = {
    {"NAME", "county", VERB_TEXT, VERB_REQUIRED, NULL, N_("name of a county, or of a city without counties")},
    {"--province", "province", VERB_TEXT, 0, "NAME", N_("name or code of its province")},
    {"--prefecture", "prefecture", VERB_TEXT, 0, "NAME", N_("name of its prefecture")},
    VERB_AS_OF,
    VERB_END};
static const struct verb_input code_list[] = {
    {"TABLE", "table", VERB_TEXT, 0, NULL, N_("BXLX, ZXXKC, SZDCXLX ...; none: the tables that are loaded")},
    VERB_END};
static const struct verb_input code_show[] = {
    {"TABLE", "table", VERB_TEXT, VERB_REQUIRED, NULL, N_("name of the code table")},
    {"CODE", "code", VERB_TEXT, VERB_REQUIRED, NULL, N_("a code of it")},
    VERB_END};

const struct verb verb_reference_table[] = {
    {"division", "find", N_("Find a division by its name, present or past"), "registry.FindDivision", NULL,
     division_find, NULL, NULL},
    {"code", "import", N_("Load code tables from a CSV file"), NULL, import_registry_codes, import_inputs,
     NULL, NULL},
    {"code", "list", N_("List code tables, or the codes of one"), "registry.ListCodes", NULL, code_list,
     "table code name note applies_to", NULL},
    {"code", "show", N_("Show a code"), "registry.ListCodes", NULL, code_show,
     "table code name note applies_to", NULL},
    {"person", "amend", N_("Change what is known of a person; what is not named stays"),
     "registry.AmendPerson", person_amend_run, person_amend, NULL, NULL},
    {"person", "unmask", N_("Open masked personal data for ten minutes; it is recorded who looked and why"),
     "registry.UnmaskPerson", person_unmask_run, person_unmask, NULL, NULL},
    {"person", "access", N_("List who looked at personal data"), "registry.ListPersonAccess", NULL,
     person_access, "at_us by person fields reason", NULL},
    {0},
};
