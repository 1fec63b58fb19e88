// Verbs of the succession of institutions, of governance bodies and of issues.
#include "services/cli/body.h"
#include "services/cli/import.h"
#include "services/cli/lang.h"
#include "services/cli/succession.h"
#include "services/cli/verb.h"

#define ON                                                                                                   \
  {                                                                                                          \
    "--on", "on", VERB_TEXT, 0, "DATE", N_("the day it takes effect (default: today)")                       \
  }

#define UNIT                                                                                                 \
  {                                                                                                          \
    "REF", "id", VERB_UNIT, VERB_REQUIRED, NULL, N_("id or code of the institution")                         \
  }
// What becomes of its links: for each kind, and for single ones.
#define LINKS                                                                                                \
  {"--partnerships", NULL, VERB_TEXT, 0, "ACTION", N_("its partnerships: SUCCESSOR, LEAVE, END or KEEP")},   \
      {"--agreements", NULL, VERB_TEXT, 0, "ACTION", N_("its agreements: SUCCESSOR, LEAVE, END or KEEP")},   \
      {"--units", NULL, VERB_TEXT, 0, "ACTION", N_("units bound to it: SUCCESSOR, LEAVE or KEEP")},          \
      {"--staff", NULL, VERB_TEXT, 0, "ACTION", N_("its staff: SUCCESSOR, LEAVE or KEEP")},                  \
      {"--postings", NULL,                                                                                   \
       VERB_TEXT,    0,                                                                                      \
       "ACTION",     N_("postings at or from it: SUCCESSOR, END or KEEP; without it people decide")},        \
      {"--partnership", NULL, VERB_TEXT, VERB_REPEATED, "ID=ACTION", N_("a single partnership")},            \
      {"--agreement", NULL, VERB_TEXT, VERB_REPEATED, "REF=ACTION", N_("a single agreement")},               \
      {"--unit", NULL, VERB_TEXT, VERB_REPEATED, "REF=ACTION", N_("a single unit")},                         \
  {                                                                                                          \
    "--posting", NULL, VERB_TEXT, VERB_REPEATED, "ID=ACTION", N_("a single posting")                         \
  }

static const struct verb_input institution_links[] = {
    {"REF", "institution", VERB_TEXT, VERB_REQUIRED, NULL, N_("id or code of the institution")},
    VERB_AS_OF,
    VERB_END};
static const struct verb_input institution_merge[] = {
    {"INTO", "into", VERB_UNIT, VERB_REQUIRED, NULL, N_("the institution that remains")},
    {"REF", "ids", VERB_UNIT, VERB_REQUIRED | VERB_REPEATED, NULL, N_("one that merges into it")},
    VERB_REASON,
    ON,
    {"--name", "new_name", VERB_TEXT, 0, "TEXT", N_("its new name")},
    LINKS,
    VERB_END};
static const struct verb_input institution_convert[] = {
    UNIT,
    {"--to", "to", VERB_TEXT, VERB_REQUIRED, "STATUS", N_("CAMPUS or TEACHING_POINT")},
    {"--of", "of", VERB_UNIT, 0, "REF", N_("the main school")},
    VERB_REASON,
    ON,
    LINKS,
    VERB_END};
static const struct verb_input institution_close[] = {UNIT,
                                                      VERB_REASON,
                                                      ON,
                                                      {"--successor", "successors", VERB_UNIT, VERB_REPEATED,
                                                       "REF",
                                                       N_("who succeeds it; SUCCESSOR leads to the first")},
                                                      LINKS,
                                                      VERB_END};
static const struct verb_input institution_restore[] = {UNIT, VERB_REASON, ON, VERB_END};
static const struct verb_input institution_rename[] = {
    UNIT,
    {"--name", "name", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("its new name")},
    {"--reason", "reason", VERB_TEXT, 0, "TEXT", N_("why")},
    ON,
    VERB_END};
static const struct verb_input institution_recode[] = {
    UNIT,
    {"--code", "code", VERB_TEXT, VERB_REQUIRED, "CODE", N_("its new code; the old one is void")},
    VERB_REASON,
    ON,
    VERB_END};
static const struct verb_input institution_succession[] = {IMPORT_INPUTS, VERB_END};

static const struct verb_input body_form[] = {
    {"--title", "title", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("its name")},
    {"--programme", "programme", VERB_TEXT, 0, "ID", N_("the programme it leads")},
    {"--agreement", "agreement", VERB_AGREEMENT, 0, "REF", N_("or the agreement it leads")},
    {"--partnership", "partnership", VERB_TEXT, 0, "ID", N_("or the partnership it leads")},
    {"--head", NULL, VERB_TEXT, VERB_REQUIRED, "REF=POST", N_("its head, by unit and post")},
    {"--member", NULL, VERB_TEXT, VERB_REPEATED, "REF=POST", N_("a member, by unit and post")},
    ON,
    VERB_END};
static const struct verb_input body_amend[] = {
    VERB_ID,
    {"--title", "title", VERB_TEXT, 0, "TEXT", N_("its name")},
    {"--head", NULL, VERB_TEXT, 0, "REF=POST", N_("its head, by unit and post")},
    {"--member", NULL, VERB_TEXT, VERB_REPEATED, "REF=POST", N_("a member, by unit and post")},
    {"--dissolve", "dissolve", VERB_FLAG, 0, NULL, N_("it ends")},
    ON,
    VERB_END};
static const struct verb_input body_list[] = {
    VERB_OF_PROGRAMME,
    {"--agreement", "agreement", VERB_AGREEMENT, 0, "REF", N_("only those under this agreement")},
    {"--partnership", "partnership", VERB_TEXT, 0, "ID", N_("only those of this partnership")},
    VERB_AS_OF,
    VERB_END};

static const struct verb_input issue_raise[] = {
    {"--by", "raised_by", VERB_UNIT, VERB_REQUIRED, "REF", N_("the unit that raises it")},
    {"--title", "title", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("in a few words")},
    {"--text", "text", VERB_TEXT, 0, "TEXT", N_("the whole matter")},
    {"--partnership", "partnership", VERB_TEXT, 0, "ID", N_("the partnership it is about")},
    {"--programme", "programme", VERB_TEXT, 0, "ID", N_("or the programme as a whole")},
    {"--owner", "owner", VERB_UNIT, 0, "REF",
     N_("who must answer (default: the supporter, else the owner of the programme)")},
    {"--due", "due", VERB_TEXT, 0, "DATE", N_("until when (default: 30 days)")},
    VERB_END};
static const struct verb_input issue_answer[] = {
    VERB_ID, {"--text", "text", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("the answer")}, VERB_END};
static const struct verb_input issue_close[] = {VERB_ID, VERB_REASON, VERB_END};
static const struct verb_input issue_list[] = {
    VERB_OF_PROGRAMME,
    {"--partnership", "partnership", VERB_TEXT, 0, "ID", N_("only those of this partnership")},
    {"--status", "status", VERB_TEXT, 0, "STATUS", N_("OPEN, ANSWERED or CLOSED")},
    {"--due-before", "due_before", VERB_TEXT, 0, "DATE", N_("only those due before this day")},
    VERB_AS_OF,
    VERB_END};

const struct verb verb_institution_table[] = {
    {"institution", "links", N_("Show what an institution is bound by"), "registry.ListLinks", NULL,
     institution_links, "kind title role count id", NULL},
    {"institution", "merge", N_("Merge institutions into one"), "registry.MergeInstitutions", succession_run,
     institution_merge, NULL, "jiedui institution show {id}"},
    {"institution", "convert", N_("Make a school a campus or a teaching point"),
     "registry.ConvertInstitution", succession_run, institution_convert, NULL,
     "jiedui institution show {id}"},
    {"institution", "close", N_("Close an institution"), "registry.CloseInstitution", succession_run,
     institution_close, NULL, "jiedui institution show {id}"},
    {"institution", "restore", N_("Restore a closed institution; its code comes back"),
     "registry.RestoreInstitution", NULL, institution_restore, NULL, NULL},
    {"institution", "rename", N_("Give an institution a new name"), "registry.RenameInstitution", NULL,
     institution_rename, NULL, NULL},
    {"institution", "recode", N_("Give an institution a new code"), "registry.RecodeInstitution", NULL,
     institution_recode, NULL, NULL},
    {"institution", "succession", N_("Apply the changes of a CSV file, one a row"),
     "registry.ChangeInstitutions", succession_import_run, institution_succession, NULL, NULL},

    {"body", "form", N_("Form a governance body"), "registry.FormBody", body_form_run, body_form, NULL, NULL},
    {"body", "amend", N_("Change a governance body, or dissolve it"), "registry.AmendBody", body_amend_run,
     body_amend, NULL, NULL},
    {"body", "list", N_("List governance bodies"), "registry.ListBodies", NULL, body_list,
     "id title members.institution members.post dissolved", NULL},

    {"issue", "raise", N_("Raise an issue"), "registry.RaiseIssue", NULL, issue_raise, NULL,
     "jiedui issue answer {id} --text TEXT"},
    {"issue", "answer", N_("Answer an issue, as its owner"), "registry.AnswerIssue", NULL, issue_answer, NULL,
     "jiedui issue close {id} --reason TEXT"},
    {"issue", "close", N_("Close an issue"), "registry.CloseIssue", NULL, issue_close, NULL, NULL},
    {"issue", "list", N_("List issues"), "registry.ListIssues", NULL, issue_list,
     "id title rules owner due status", NULL},
    {0},
};
