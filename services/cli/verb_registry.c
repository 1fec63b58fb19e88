// Verbs of registryd's records: divisions, institutions, persons, programmes.
#include "services/cli/import.h"
#include "services/cli/import_registry.h"
#include "services/cli/lang.h"
#include "services/cli/programme_show.h"
#include "services/cli/template.h"
#include "services/cli/verb.h"

static const struct verb_input import_inputs[] = {IMPORT_INPUTS, VERB_END};
static const struct verb_input division_list[] = {
    {"--under", "under", VERB_TEXT, 0, "CODE", N_("only those in this division")},
    {"--level", "level", VERB_TEXT, 0, "LEVEL", N_("PROVINCE, PREFECTURE, COUNTY or TOWNSHIP")},
    {"--name", "name", VERB_TEXT, 0, "TEXT", N_("only those whose name contains this")},
    {"--with-past", "with_past", VERB_FLAG, 0, NULL, N_("codes that are no longer in force too")},
    VERB_AS_OF,
    VERB_END};
static const struct verb_input division_show[] = {
    {"CODE", "ref", VERB_TEXT, VERB_REQUIRED, NULL, N_("division code")}, VERB_AS_OF, VERB_END};

static const struct verb_input institution_list[] = {
    VERB_IN_DIVISION,
    {"--kind", "kind", VERB_TEXT, 0, "KIND", N_("SCHOOL, KINDERGARTEN, BUREAU ...")},
    {"--tag", "tag", VERB_TEXT, 0, "TAG", N_("only those with this tag")},
    {"--stage", "stage", VERB_TEXT, 0, "STAGE", N_("PRESCHOOL, PRIMARY, JUNIOR, SENIOR or HIGHER")},
    {"--name", "name", VERB_TEXT, 0, "TEXT", N_("only those whose name contains this")},
    {"--status", "status", VERB_TEXT, 0, "STATUS", N_("ACTIVE, MERGED, CAMPUS, TEACHING_POINT or CLOSED")},
    {"--managed-by", "managing_bureau", VERB_UNIT, 0, "REF", N_("only those this bureau manages")},
    VERB_AS_OF,
    VERB_END};
static const struct verb_input unit_show[] = {
    {"REF", "ref", VERB_TEXT, VERB_REQUIRED, NULL, N_("id or code of the institution")},
    VERB_AS_OF,
    VERB_END};

static const struct verb_input person_list[] = {
    {"--home", "home", VERB_UNIT, 0, "REF", N_("only those of this unit")},
    {"--category", "category", VERB_TEXT, 0, "CATEGORY", N_("RETIRED_TEACHER, PRINCIPAL, TEACHER ...")},
    VERB_AS_OF,
    VERB_END};
static const struct verb_input person_show[] = {
    {"REF", "ref", VERB_TEXT, VERB_REQUIRED, NULL, N_("id or staff number of the person")},
    VERB_AS_OF,
    VERB_END};
static const struct verb_input person_erase[] = {
    VERB_REF(VERB_PERSON, N_("id or staff number of the person")), VERB_REASON, VERB_END};

static const struct verb_input programme_files[] = {
    {"FILE", NULL, VERB_TEXT, VERB_REQUIRED | VERB_REPEATED, NULL, N_("programme file")},
    {"--parent", NULL, VERB_TEXT, VERB_REPEATED, "FILE",
     N_("a file that it extends, to check what it inherits")},
    VERB_END};
static const struct verb_input programme_retire[] = {
    {"ID", "id", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the programme")},
    {"--programme-version", "version", VERB_TEXT, VERB_REQUIRED, "N", N_("the version to retire")},
    VERB_REASON,
    VERB_END};
static const struct verb_input programme_file[] = {
    {"FILE", NULL, VERB_TEXT, VERB_REQUIRED, NULL, N_("programme file")}, VERB_END};
static const struct verb_input programme_show[] = {
    {"ID", "id", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the programme")},
    {"--programme-version", "version", VERB_TEXT, 0, "N", N_("its version (default: the newest)")},
    VERB_AS_OF,
    VERB_END};
static const struct verb_input programme_list[] = {VERB_AS_OF, VERB_END};

const struct verb verb_registry_table[] = {
    {"division", "import", N_("Register administrative divisions from a CSV file"), NULL,
     import_registry_divisions, import_inputs, NULL, NULL},
    {"division", "list", N_("List divisions"), "registry.ListDivisions", NULL, division_list,
     "code name level parent valid.to", NULL},
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
    {"programme", "list", N_("List programmes"), "registry.ListProgrammes", NULL, programme_list,
     "id version title status", NULL},
    {"programme", "show", N_("Show a programme"), "registry.GetProgramme", programme_show_run, programme_show,
     NULL, NULL},
    {0},
};
