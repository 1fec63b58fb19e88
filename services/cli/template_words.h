// The words of the dialect (deploy/programmes/README.md) and the values they stand for. Included by
// template_schema.c only; a table has its size in its type.
#pragma once
#include "proto/programme.pb-c.h"
#include <cyaml/cyaml.h>

#define TEMPLATE_WORDS(words) (uint32_t)(sizeof(words) / sizeof *(words))

static const cyaml_strval_t template_true[] = {
    {"true", 1},
};
static const cyaml_strval_t template_levels[] = {
    {"NATION", TYP__DIVISION_LEVEL__LEVEL_NATION},         {"PROVINCE", TYP__DIVISION_LEVEL__LEVEL_PROVINCE},
    {"PREFECTURE", TYP__DIVISION_LEVEL__LEVEL_PREFECTURE}, {"COUNTY", TYP__DIVISION_LEVEL__LEVEL_COUNTY},
    {"TOWNSHIP", TYP__DIVISION_LEVEL__LEVEL_TOWNSHIP},
};
static const cyaml_strval_t template_kinds[] = {
    {"GOVERNMENT", TYP__INSTITUTION_KIND__KIND_GOVERNMENT},
    {"BUREAU", TYP__INSTITUTION_KIND__KIND_BUREAU},
    {"SCHOOL", TYP__INSTITUTION_KIND__KIND_SCHOOL},
    {"KINDERGARTEN", TYP__INSTITUTION_KIND__KIND_KINDERGARTEN},
    {"VOCATIONAL", TYP__INSTITUTION_KIND__KIND_VOCATIONAL},
    {"SPECIAL", TYP__INSTITUTION_KIND__KIND_SPECIAL},
    {"UNIVERSITY", TYP__INSTITUTION_KIND__KIND_UNIVERSITY},
    {"RESEARCH_OFFICE", TYP__INSTITUTION_KIND__KIND_RESEARCH_OFFICE},
    {"AGENCY", TYP__INSTITUTION_KIND__KIND_AGENCY},
    {"PARTY_ORG", TYP__INSTITUTION_KIND__KIND_PARTY_ORG},
};
static const cyaml_strval_t template_stages[] = {
    {"PRESCHOOL", TYP__STAGE__STAGE_PRESCHOOL}, {"PRIMARY", TYP__STAGE__STAGE_PRIMARY},
    {"JUNIOR", TYP__STAGE__STAGE_JUNIOR},       {"SENIOR", TYP__STAGE__STAGE_SENIOR},
    {"HIGHER", TYP__STAGE__STAGE_HIGHER},
};
static const cyaml_strval_t template_places[] = {
    {"CITY", TYP__PLACE__PLACE_CITY},         {"COUNTY_SEAT", TYP__PLACE__PLACE_COUNTY_SEAT},
    {"TOWNSHIP", TYP__PLACE__PLACE_TOWNSHIP}, {"VILLAGE", TYP__PLACE__PLACE_VILLAGE},
    {"PASTORAL", TYP__PLACE__PLACE_PASTORAL},
};
static const cyaml_strval_t template_categories[] = {
    {"TEACHER", TYP__PERSON_CATEGORY__CATEGORY_TEACHER},
    {"PRINCIPAL", TYP__PERSON_CATEGORY__CATEGORY_PRINCIPAL},
    {"CADRE", TYP__PERSON_CATEGORY__CATEGORY_CADRE},
    {"RETIRED_TEACHER", TYP__PERSON_CATEGORY__CATEGORY_RETIRED_TEACHER},
    {"STUDENT_VOLUNTEER", TYP__PERSON_CATEGORY__CATEGORY_STUDENT_VOLUNTEER},
    {"RESEARCHER", TYP__PERSON_CATEGORY__CATEGORY_RESEARCHER},
};
static const cyaml_strval_t template_posts[] = {
    {"TEACHER", TYP__POST__POST_TEACHER},
    {"CLASS_TEACHER", TYP__POST__POST_CLASS_TEACHER},
    {"PRINCIPAL", TYP__POST__POST_PRINCIPAL},
    {"VICE_PRINCIPAL", TYP__POST__POST_VICE_PRINCIPAL},
    {"CADRE", TYP__POST__POST_CADRE},
    {"KG_DIRECTOR", TYP__POST__POST_KG_DIRECTOR},
    {"KG_TEACHING_DIRECTOR", TYP__POST__POST_KG_TEACHING_DIRECTOR},
};
static const cyaml_strval_t template_titles[] = {
    {"ENTRY", TYP__TITLE__TITLE_ENTRY},
    {"ASSISTANT", TYP__TITLE__TITLE_ASSISTANT},
    {"INTERMEDIATE", TYP__TITLE__TITLE_INTERMEDIATE},
    {"SENIOR", TYP__TITLE__TITLE_SENIOR},
    {"FULL_SENIOR", TYP__TITLE__TITLE_FULL_SENIOR},
};
static const cyaml_strval_t template_honours[] = {
    {"KEY_TEACHER", TYP__HONOUR__HONOUR_KEY_TEACHER},
    {"SUBJECT_LEADER", TYP__HONOUR__HONOUR_SUBJECT_LEADER},
    {"SPECIAL_GRADE", TYP__HONOUR__HONOUR_SPECIAL_GRADE},
};
static const cyaml_strval_t template_relations[] = {
    {"subordinate", PRG__RELATION__RELATION_SUBORDINATE},
    {"borrowed", PRG__RELATION__RELATION_BORROWED},
};
static const cyaml_strval_t template_basis_kinds[] = {
    {"POLICY", PRG__BASIS_KIND__BASIS_POLICY},
    {"PLAN", PRG__BASIS_KIND__BASIS_PLAN},
    {"NOTICE", PRG__BASIS_KIND__BASIS_NOTICE},
    {"PARENT_AGREEMENT", PRG__BASIS_KIND__BASIS_PARENT_AGREEMENT},
};
static const cyaml_strval_t template_sections[] = {
    {"basis", PRG__SECTION__SECTION_BASIS},         {"executed_by", PRG__SECTION__SECTION_EXECUTED_BY},
    {"calendar", PRG__SECTION__SECTION_CALENDAR},   {"roles", PRG__SECTION__SECTION_ROLES},
    {"approvals", PRG__SECTION__SECTION_APPROVALS}, {"modes", PRG__SECTION__SECTION_MODES},
    {"measures", PRG__SECTION__SECTION_MEASURES},   {"indicators", PRG__SECTION__SECTION_INDICATORS},
    {"targets", PRG__SECTION__SECTION_TARGETS},     {"reviews", PRG__SECTION__SECTION_REVIEWS},
    {"reports", PRG__SECTION__SECTION_REPORTS},     {"notices", PRG__SECTION__SECTION_NOTICES},
};
static const cyaml_strval_t template_evaluations[] = {
    {"UNIFIED", PRG__EVALUATION__EVALUATION_UNIFIED},
    {"BUNDLED", PRG__EVALUATION__EVALUATION_BUNDLED},
    {"PER_PROJECT", PRG__EVALUATION__EVALUATION_PER_PROJECT},
};
static const cyaml_strval_t template_on_establish[] = {
    {"MERGE_LEGAL_PERSON", 1},
};
static const cyaml_strval_t template_forms[] = {
    {"assignment", PRG__FORM__FORM_ASSIGNMENT},
    {"activity", PRG__FORM__FORM_ACTIVITY},
    {"contribution", PRG__FORM__FORM_CONTRIBUTION},
    {"duty", PRG__FORM__FORM_DUTY},
};
static const cyaml_strval_t template_obligations[] = {
    {"must", PRG__OBLIGATION__OBLIGATION_MUST},
    {"should", PRG__OBLIGATION__OBLIGATION_SHOULD},
    {"may", PRG__OBLIGATION__OBLIGATION_MAY},
};
static const cyaml_strval_t template_term_units[] = {
    {"free", PRG__CALENDAR_WORD__CALENDAR_WORD_FREE},
    {"day", PRG__CALENDAR_WORD__CALENDAR_WORD_DAY},
    {"week", PRG__CALENDAR_WORD__CALENDAR_WORD_WEEK},
    {"month", PRG__CALENDAR_WORD__CALENDAR_WORD_MONTH},
    {"semester", PRG__CALENDAR_WORD__CALENDAR_WORD_SEMESTER},
    {"school_year", PRG__CALENDAR_WORD__CALENDAR_WORD_SCHOOL_YEAR},
};
static const cyaml_strval_t template_periods[] = {
    {"week", PRG__CALENDAR_WORD__CALENDAR_WORD_WEEK},
    {"month", PRG__CALENDAR_WORD__CALENDAR_WORD_MONTH},
    {"year", PRG__CALENDAR_WORD__CALENDAR_WORD_YEAR},
    {"semester", PRG__CALENDAR_WORD__CALENDAR_WORD_SEMESTER},
    {"school_year", PRG__CALENDAR_WORD__CALENDAR_WORD_SCHOOL_YEAR},
    {"summer", PRG__CALENDAR_WORD__CALENDAR_WORD_SUMMER},
    {"winter", PRG__CALENDAR_WORD__CALENDAR_WORD_WINTER},
};
static const cyaml_strval_t template_personal[] = {
    {"semester", PRG__CALENDAR_WORD__CALENDAR_WORD_SEMESTER},
    {"school_year", PRG__CALENDAR_WORD__CALENDAR_WORD_SCHOOL_YEAR},
    {"year", PRG__CALENDAR_WORD__CALENDAR_WORD_YEAR},
};
static const cyaml_strval_t template_quota_forms[] = {
    {"plan", PRG__QUOTA_FORM__QUOTA_PLAN},
    {"fixed", PRG__QUOTA_FORM__QUOTA_FIXED},
    {"share", PRG__QUOTA_FORM__QUOTA_SHARE},
};
static const cyaml_strval_t template_quota_scopes[] = {
    {"school_year", PRG__QUOTA_SCOPE__QUOTA_SCOPE_SCHOOL_YEAR},
    {"year", PRG__QUOTA_SCOPE__QUOTA_SCOPE_YEAR},
    {"programme", PRG__QUOTA_SCOPE__QUOTA_SCOPE_PROGRAMME},
    {"division", PRG__QUOTA_SCOPE__QUOTA_SCOPE_DIVISION},
    {"agreement", PRG__QUOTA_SCOPE__QUOTA_SCOPE_AGREEMENT},
    {"partnership", PRG__QUOTA_SCOPE__QUOTA_SCOPE_PARTNERSHIP},
};
static const cyaml_strval_t template_quota_of[] = {
    {"eligible", 1},
};
static const cyaml_strval_t template_match_terms[] = {
    {"guarantee", PRG__MATCH_TERM__MATCH_TERM_GUARANTEE}, {"unfilled", PRG__MATCH_TERM__MATCH_TERM_UNFILLED},
    {"changes", PRG__MATCH_TERM__MATCH_TERM_CHANGES},     {"pairs", PRG__MATCH_TERM__MATCH_TERM_PAIRS},
    {"persons", PRG__MATCH_TERM__MATCH_TERM_PERSONS},     {"gap", PRG__MATCH_TERM__MATCH_TERM_GAP},
    {"wishes", PRG__MATCH_TERM__MATCH_TERM_WISHES},       {"burden", PRG__MATCH_TERM__MATCH_TERM_BURDEN},
};
static const cyaml_strval_t template_end_reasons[] = {
    {"HEALTH", PRG__END_REASON__END_REASON_HEALTH},
    {"NON_PERFORMANCE", PRG__END_REASON__END_REASON_NON_PERFORMANCE},
    {"MISCONDUCT", PRG__END_REASON__END_REASON_MISCONDUCT},
    {"HOST_CLOSED", PRG__END_REASON__END_REASON_HOST_CLOSED},
};
static const cyaml_strval_t template_turns[] = {
    {"fixed", 0},
    {"alternate", 1},
};
static const cyaml_strval_t template_contributions[] = {
    {"CASH", PRG__CONTRIBUTION_KIND__CONTRIBUTION_CASH},
    {"PURCHASE", PRG__CONTRIBUTION_KIND__CONTRIBUTION_PURCHASE},
    {"GOODS", PRG__CONTRIBUTION_KIND__CONTRIBUTION_GOODS},
    {"ACCESS", PRG__CONTRIBUTION_KIND__CONTRIBUTION_ACCESS},
    {"PERMIT", PRG__CONTRIBUTION_KIND__CONTRIBUTION_PERMIT},
    {"FACILITY", PRG__CONTRIBUTION_KIND__CONTRIBUTION_FACILITY},
    {"FUND", PRG__CONTRIBUTION_KIND__CONTRIBUTION_FUND},
};
static const cyaml_strval_t template_indicator_forms[] = {
    {"coverage", PRG__INDICATOR_FORM__INDICATOR_COVERAGE}, {"count", PRG__INDICATOR_FORM__INDICATOR_COUNT},
    {"sum", PRG__INDICATOR_FORM__INDICATOR_SUM},           {"ratio", PRG__INDICATOR_FORM__INDICATOR_RATIO},
    {"fill", PRG__INDICATOR_FORM__INDICATOR_FILL},         {"manual", PRG__INDICATOR_FORM__INDICATOR_MANUAL},
};
static const cyaml_strval_t template_target_ops[] = {
    {"ge", PRG__TARGET_OP__TARGET_GE},
    {"between", PRG__TARGET_OP__TARGET_BETWEEN},
    {"stated", PRG__TARGET_OP__TARGET_STATED},
};
static const cyaml_strval_t template_public_versions[] = {
    {"none", 0},
    {"mask_names", 1},
};
static const cyaml_strval_t template_acks[] = {
    {"none", PRG__ACK_KIND__ACK_NONE},
    {"receipt", PRG__ACK_KIND__ACK_RECEIPT},
    {"sign", PRG__ACK_KIND__ACK_SIGN},
};
static const cyaml_strval_t template_channels[] = {
    {"bus", PRG__CHANNEL_KIND__CHANNEL_BUS},
    {"mail", PRG__CHANNEL_KIND__CHANNEL_MAIL},
    {"webhook", PRG__CHANNEL_KIND__CHANNEL_WEBHOOK},
    {"sms", PRG__CHANNEL_KIND__CHANNEL_SMS},
};
static const cyaml_strval_t template_digests[] = {
    {"none", 0},
    {"day", PRG__DIGEST__DIGEST_DAY},
    {"week", PRG__DIGEST__DIGEST_WEEK},
};
