// Verbs of the succession of institutions, of governance bodies and of issues.
#include "services/cli/body.h"
#include "services/cli/lang.h"
#include "services/cli/verb.h"

#define END                                                                                                  \
  {                                                                                                          \
    NULL, NULL, VERB_TEXT, 0, NULL, NULL                                                                     \
  }
#define ON                                                                                                   \
  {                                                                                                          \
    "--on", "on", VERB_TEXT, 0, "DATE", N_("the day it takes effect (default: today)")                       \
  }
#define ID                                                                                                   \
  {                                                                                                          \
    "ID", "id", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the record")                                       \
  }

static const struct verb_input body_form[] = {
    {"--title", "title", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("its name")},
    {"--programme", "programme", VERB_TEXT, 0, "ID", N_("the programme it leads")},
    {"--agreement", "agreement", VERB_AGREEMENT, 0, "REF", N_("or the agreement it leads")},
    {"--partnership", "partnership", VERB_TEXT, 0, "ID", N_("or the partnership it leads")},
    {"--head", NULL, VERB_TEXT, VERB_REQUIRED, "REF=POST", N_("its head, by unit and post")},
    {"--member", NULL, VERB_TEXT, VERB_REPEATED, "REF=POST", N_("a member, by unit and post")},
    ON,
    END};
static const struct verb_input body_amend[] = {
    ID,
    {"--title", "title", VERB_TEXT, 0, "TEXT", N_("its name")},
    {"--head", NULL, VERB_TEXT, 0, "REF=POST", N_("its head, by unit and post")},
    {"--member", NULL, VERB_TEXT, VERB_REPEATED, "REF=POST", N_("a member, by unit and post")},
    {"--dissolve", "dissolve", VERB_FLAG, 0, NULL, N_("it ends")},
    ON,
    END};
static const struct verb_input body_list[] = {
    {"--programme", "programme", VERB_TEXT, 0, "ID", N_("only those of this programme")},
    {"--agreement", "agreement", VERB_AGREEMENT, 0, "REF", N_("only those under this agreement")},
    {"--partnership", "partnership", VERB_TEXT, 0, "ID", N_("only those of this partnership")},
    END};

static const struct verb_input issue_raise[] = {
    {"--by", "raised_by", VERB_UNIT, VERB_REQUIRED, "REF", N_("the unit that raises it")},
    {"--title", "title", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("in a few words")},
    {"--text", "text", VERB_TEXT, 0, "TEXT", N_("the whole matter")},
    {"--partnership", "partnership", VERB_TEXT, 0, "ID", N_("the partnership it is about")},
    {"--programme", "programme", VERB_TEXT, 0, "ID", N_("or the programme as a whole")},
    {"--owner", "owner", VERB_UNIT, 0, "REF",
     N_("who must answer (default: the supporter, else the owner of the programme)")},
    {"--due", "due", VERB_TEXT, 0, "DATE", N_("until when (default: 30 days)")},
    END};
static const struct verb_input issue_answer[] = {
    ID, {"--text", "text", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("the answer")}, END};
static const struct verb_input issue_close[] = {
    ID, {"--reason", "reason", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("why")}, END};
static const struct verb_input issue_list[] = {
    {"--programme", "programme", VERB_TEXT, 0, "ID", N_("only those of this programme")},
    {"--partnership", "partnership", VERB_TEXT, 0, "ID", N_("only those of this partnership")},
    {"--status", "status", VERB_TEXT, 0, "STATUS", N_("OPEN, ANSWERED or CLOSED")},
    {"--due-before", "due_before", VERB_TEXT, 0, "DATE", N_("only those due before this day")},
    END};

const struct verb verb_institution_table[] = {
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
