#include "services/cli/template_schema.h"
#include "services/cli/template_words.h"
#include <stddef.h>

#define ID_MAX   60
#define TEXT_MAX 500
#define LIST_MAX 200
#define NEEDED   CYAML_FLAG_DEFAULT
#define MAY      CYAML_FLAG_OPTIONAL

// One row each: a text, a word of a list, a number, lists of these, a mapping, a list of mappings.
#define TEXT(key, need, type, member)                                                                        \
  CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | (need), type, member, 1, TEXT_MAX)
#define WORD(key, need, type, member, words)                                                                 \
  CYAML_FIELD_ENUM(key, CYAML_FLAG_STRICT | (need), type, member, words, TEMPLATE_WORDS(words))
#define FLAG(key, type, member)         WORD(key, MAY, type, member, template_true)
#define NUMBER(key, need, type, member) CYAML_FIELD_UINT(key, (need), type, member)
#define LIST(key, need, type, member, count, entry)                                                          \
  CYAML_FIELD_SEQUENCE_COUNT(key, CYAML_FLAG_POINTER | (need), type, member, count, entry, 1, LIST_MAX)
#define TEXTS(key, need, type, member)        LIST(key, need, type, member, n_##member, &text_value)
#define ITEMS(key, need, type, member, value) LIST(key, need, type, member, n_##member, value)
#define MAPPING(key, need, type, member, fields)                                                             \
  CYAML_FIELD_MAPPING_PTR(key, CYAML_FLAG_POINTER | (need), type, member, fields)
// A pointer to a message that is bound to a larger structure of ours: the size is that one's.
#define MAPPING_AS(key_, need, type, member, bound, fields)                                                  \
  {                                                                                                          \
    .key = key_, .data_offset = offsetof(type, member), .value = {                                           \
      CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER | (need), bound, fields)                                        \
    }                                                                                                        \
  }
#define ITEM(type, fields)                                                                                   \
  {                                                                                                          \
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, type, fields)                                                    \
  }
#define WORD_VALUE(words)                                                                                    \
  {                                                                                                          \
    CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int, words, TEMPLATE_WORDS(words))                                   \
  }
// The count of a member of the message inside a structure of ours.
#define INNER_TEXTS(key, need, type, member)                                                                 \
  LIST(key, need, type, message.member, message.n_##member, &text_value)
#define INNER_ITEMS(key, need, type, member, value)                                                          \
  LIST(key, need, type, message.member, message.n_##member, value)

static const cyaml_schema_value_t text_value = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, ID_MAX)};
static const cyaml_schema_value_t kind_value = WORD_VALUE(template_kinds);
static const cyaml_schema_value_t level_value = WORD_VALUE(template_levels);
static const cyaml_schema_value_t stage_value = WORD_VALUE(template_stages);
static const cyaml_schema_value_t place_value = WORD_VALUE(template_places);
static const cyaml_schema_value_t category_value = WORD_VALUE(template_categories);
static const cyaml_schema_value_t post_value = WORD_VALUE(template_posts);
static const cyaml_schema_value_t period_value = WORD_VALUE(template_periods);
static const cyaml_schema_value_t scope_value = WORD_VALUE(template_quota_scopes);
static const cyaml_schema_value_t end_value = WORD_VALUE(template_end_reasons);
static const cyaml_schema_value_t match_term_value = WORD_VALUE(template_match_terms);
static const cyaml_schema_value_t channel_value = WORD_VALUE(template_channels);

static const cyaml_schema_field_t bilingual_fields[] = {TEXT("zh", NEEDED, Typ__Text, zh),
                                                        TEXT("en", NEEDED, Typ__Text, en), CYAML_FIELD_END};
static const cyaml_schema_value_t bilingual_value = ITEM(Typ__Text, bilingual_fields);
#define TITLE(type)       MAPPING("title", NEEDED, type, title, bilingual_fields)
#define INNER_TITLE(type) MAPPING("title", NEEDED, type, message.title, bilingual_fields)

static const cyaml_schema_field_t period_fields[] = {TEXT("from", NEEDED, Typ__Period, from),
                                                     TEXT("to", MAY, Typ__Period, to), CYAML_FIELD_END};

// ---- predicates (§4) ----

#define PREDICATE struct template_predicate
static const cyaml_schema_field_t same_division_fields[] = {
    WORD("level", NEEDED, struct template_same_division, level, template_levels),
    TEXTS("roles", MAY, struct template_same_division, roles), CYAML_FIELD_END};
static const cyaml_schema_field_t within_km_fields[] = {NUMBER("km", NEEDED, struct template_within_km, km),
                                                        TEXTS("roles", MAY, struct template_within_km, roles),
                                                        CYAML_FIELD_END};
static const cyaml_schema_field_t predicate_fields[] = {
    ITEMS("kind_in", MAY, PREDICATE, kind_in, &kind_value),
    ITEMS("division_level", MAY, PREDICATE, division_level, &level_value),
    TEXTS("under", MAY, PREDICATE, under),
    TEXTS("operated_by", MAY, PREDICATE, operated_by),
    TEXTS("division_tag", MAY, PREDICATE, division_tag),
    TEXTS("tag_has", MAY, PREDICATE, tag_has),
    ITEMS("stage_in", MAY, PREDICATE, stage_in, &stage_value),
    ITEMS("urban_rural_in", MAY, PREDICATE, urban_rural_in, &place_value),
    TEXT("party_is", MAY, PREDICATE, party_is),
    TEXTS("mode_in", MAY, PREDICATE, mode_in),
    MAPPING("same_division", MAY, PREDICATE, same_division, same_division_fields),
    FLAG("same_stage", PREDICATE, same_stage),
    TEXTS("exclusive", MAY, PREDICATE, exclusive),
    FLAG("single_legal_person", PREDICATE, single_legal_person),
    FLAG("affiliation_unchanged", PREDICATE, affiliation_unchanged),
    MAPPING("within_km", MAY, PREDICATE, within_km, within_km_fields),
    ITEMS("category_in", MAY, PREDICATE, category_in, &category_value),
    ITEMS("post_in", MAY, PREDICATE, post_in, &post_value),
    TEXTS("subject_in", MAY, PREDICATE, subject_in),
    WORD("title_min", MAY, PREDICATE, title_min, template_titles),
    NUMBER("age_max", MAY, PREDICATE, age_max),
    NUMBER("min_years_here", MAY, PREDICATE, min_years_here),
    FLAG("one_application_per_year", PREDICATE, one_application_per_year),
    FLAG("same_subject", PREDICATE, same_subject),
    FLAG("same_pair_as_last_year", PREDICATE, same_pair_as_last_year),
    CYAML_FIELD_END};
static const cyaml_schema_value_t predicate_value = ITEM(PREDICATE, predicate_fields);
#define PREDICATES(key, need, type, member) ITEMS(key, need, type, member, &predicate_value)

// ---- head (§2) ----

static const cyaml_schema_field_t owner_fields[] = {TEXT("division", MAY, Prg__Owner, division),
                                                    WORD("level", MAY, Prg__Owner, level, template_levels),
                                                    CYAML_FIELD_END};
static const cyaml_schema_field_t extends_fields[] = {
    TEXT("id", NEEDED, Prg__Extends, id), NUMBER("version", NEEDED, Prg__Extends, version),
    WORD("relation", NEEDED, Prg__Extends, relation, template_relations), CYAML_FIELD_END};
static const cyaml_schema_field_t basis_fields[] = {
    TITLE(Prg__Basis), WORD("kind", NEEDED, Prg__Basis, kind, template_basis_kinds),
    MAPPING("valid", MAY, Prg__Basis, valid, period_fields), PREDICATES("between", MAY, Prg__Basis, between),
    CYAML_FIELD_END};
static const cyaml_schema_value_t basis_value = ITEM(Prg__Basis, basis_fields);
static const cyaml_schema_field_t overridable_fields[] = {
    WORD("section", NEEDED, Prg__Overridable, section, template_sections),
    TEXT("id", MAY, Prg__Overridable, id), TEXT("key", MAY, Prg__Overridable, key), CYAML_FIELD_END};
static const cyaml_schema_value_t overridable_value = ITEM(Prg__Overridable, overridable_fields);

static const cyaml_schema_field_t season_fields[] = {TEXT("from", NEEDED, struct template_season, from),
                                                     TEXT("to", NEEDED, struct template_season, to),
                                                     CYAML_FIELD_END};
static const cyaml_schema_field_t calendar_fields[] = {
    TEXT("autumn_start", MAY, struct template_calendar, message.autumn_start),
    TEXT("spring_start", MAY, struct template_calendar, message.spring_start),
    MAPPING("summer", MAY, struct template_calendar, summer, season_fields),
    MAPPING("winter", MAY, struct template_calendar, winter, season_fields), CYAML_FIELD_END};

// ---- roles, approvals, modes (§3, §5, §6) ----

static const cyaml_schema_field_t role_fields[] = {TEXT("id", NEEDED, Prg__RoleDef, id), TITLE(Prg__RoleDef),
                                                   PREDICATES("who", NEEDED, Prg__RoleDef, who),
                                                   CYAML_FIELD_END};
static const cyaml_schema_value_t role_value = ITEM(Prg__RoleDef, role_fields);
static const cyaml_schema_field_t approvals_fields[] = {
    TEXTS("agreement", MAY, Prg__Approvals, agreement),
    TEXTS("partnership", MAY, Prg__Approvals, partnership), TEXTS("plan", MAY, Prg__Approvals, plan),
    TEXTS("assignment", MAY, Prg__Approvals, assignment), CYAML_FIELD_END};
static const cyaml_schema_field_t member_fields[] = {
    TEXT("role", NEEDED, Prg__MemberRule, role), NUMBER("min", NEEDED, Prg__MemberRule, min),
    NUMBER("max", MAY, Prg__MemberRule, max), PREDICATES("who", MAY, Prg__MemberRule, who), CYAML_FIELD_END};
static const cyaml_schema_value_t member_value = ITEM(Prg__MemberRule, member_fields);
static const cyaml_schema_field_t variant_fields[] = {TEXT("id", NEEDED, Prg__Variant, id),
                                                      TITLE(Prg__Variant), CYAML_FIELD_END};
static const cyaml_schema_value_t variant_value = ITEM(Prg__Variant, variant_fields);
// Whole items need what §5 and §7 mark; an override gives an id and the keys it replaces.
#define MODE_FIELDS(need)                                                                                    \
  TEXT("id", NEEDED, Prg__Mode, id), MAPPING("title", need, Prg__Mode, title, bilingual_fields),             \
      FLAG("signed", Prg__Mode, signed_), ITEMS("members", need, Prg__Mode, members, &member_value),         \
      PREDICATES("rules", MAY, Prg__Mode, rules),                                                            \
      WORD("evaluation", MAY, Prg__Mode, evaluation, template_evaluations),                                  \
      WORD("on_establish", MAY, Prg__Mode, merge_legal_person, template_on_establish),                       \
      ITEMS("variants", MAY, Prg__Mode, variants, &variant_value),                                           \
      ITEMS("points", MAY, Prg__Mode, points, &bilingual_value), CYAML_FIELD_END
static const cyaml_schema_field_t mode_fields[] = {MODE_FIELDS(NEEDED)};
static const cyaml_schema_value_t mode_value = ITEM(Prg__Mode, mode_fields);
static const cyaml_schema_field_t mode_override_fields[] = {MODE_FIELDS(MAY)};
static const cyaml_schema_value_t mode_override_value = ITEM(Prg__Mode, mode_override_fields);

// ---- measures (§7) ----

static const cyaml_schema_field_t term_fields[] = {WORD("unit", NEEDED, Prg__Term, unit, template_term_units),
                                                   NUMBER("min", MAY, Prg__Term, min),
                                                   NUMBER("max", MAY, Prg__Term, max), CYAML_FIELD_END};
#define QUOTA struct template_quota
static const cyaml_schema_field_t quota_fields[] = {
    WORD("form", NEEDED, QUOTA, message.form, template_quota_forms),
    INNER_ITEMS("per", NEEDED, QUOTA, per, &scope_value),
    NUMBER("first", MAY, QUOTA, message.first),
    NUMBER("min", MAY, QUOTA, message.min),
    NUMBER("max", MAY, QUOTA, message.max),
    WORD("of", MAY, QUOTA, of, template_quota_of),
    NUMBER("min_percent", MAY, QUOTA, message.min_percent),
    CYAML_FIELD_END};
static const cyaml_schema_field_t match_fields[] = {
    ITEMS("order", MAY, Prg__MatchRules, order, &match_term_value),
    NUMBER("home_max", MAY, Prg__MatchRules, home_max),
    NUMBER("county_min", MAY, Prg__MatchRules, county_min),
    NUMBER("key_percent", MAY, Prg__MatchRules, key_percent), CYAML_FIELD_END};
static const cyaml_schema_field_t allowance_fields[] = {
    NUMBER("per_year_fen", NEEDED, struct template_allowance, per_year_fen), CYAML_FIELD_END};
static const cyaml_schema_field_t deliver_fields[] = {
    TEXT("what", NEEDED, Prg__Deliverable, what), TEXT("mode", MAY, Prg__Deliverable, mode), CYAML_FIELD_END};
static const cyaml_schema_value_t deliver_value = ITEM(Prg__Deliverable, deliver_fields);
#define MEASURE struct template_measure
#define MEASURE_FIELDS(need)                                                                                 \
  TEXT("id", NEEDED, MEASURE, message.id), MAPPING("title", need, MEASURE, message.title, bilingual_fields), \
      WORD("form", need, MEASURE, message.form, template_forms),                                             \
      WORD("level", need, MEASURE, message.level, template_obligations),                                     \
      INNER_TEXTS("modes", MAY, MEASURE, modes), INNER_TEXTS("from", MAY, MEASURE, from),                    \
      INNER_TEXTS("to", MAY, MEASURE, to), FLAG("both_ways", MEASURE, message.both_ways),                    \
      INNER_ITEMS("who", MAY, MEASURE, who, &predicate_value),                                               \
      INNER_ITEMS("host", MAY, MEASURE, host, &predicate_value),                                             \
      INNER_ITEMS("prefer", MAY, MEASURE, prefer, &predicate_value),                                         \
      MAPPING("term", MAY, MEASURE, message.term, term_fields),                                              \
      MAPPING_AS("quota", MAY, MEASURE, message.quota, QUOTA, quota_fields),                                 \
      MAPPING("match", MAY, MEASURE, message.match, match_fields),                                           \
      FLAG("part_time", MEASURE, message.part_time),                                                         \
      WORD("personal_agreement", MAY, MEASURE, message.personal_agreement, template_personal),               \
      MAPPING("allowance", MAY, MEASURE, allowance, allowance_fields),                                       \
      INNER_ITEMS("early_end", MAY, MEASURE, early_end, &end_value),                                         \
      INNER_TEXTS("outcome", MAY, MEASURE, outcome), INNER_TEXTS("organiser", MAY, MEASURE, organiser),      \
      WORD("turn", MAY, MEASURE, message.alternate, template_turns),                                         \
      INNER_ITEMS("every", MAY, MEASURE, every, &period_value),                                              \
      INNER_TEXTS("delivery", MAY, MEASURE, delivery),                                                       \
      INNER_ITEMS("audience", MAY, MEASURE, audience, &predicate_value),                                     \
      INNER_ITEMS("categories", MAY, MEASURE, categories, &variant_value),                                   \
      FLAG("minors", MEASURE, message.minors), INNER_TEXTS("record", MAY, MEASURE, record),                  \
      WORD("kind", MAY, MEASURE, message.contribution, template_contributions),                              \
      FLAG("earmark", MEASURE, message.earmark), INNER_TEXTS("by", MAY, MEASURE, by),                        \
      INNER_ITEMS("deliver", MAY, MEASURE, deliver, &deliver_value), CYAML_FIELD_END
static const cyaml_schema_field_t measure_fields[] = {MEASURE_FIELDS(NEEDED)};
static const cyaml_schema_value_t measure_value = ITEM(MEASURE, measure_fields);
static const cyaml_schema_field_t measure_override_fields[] = {MEASURE_FIELDS(MAY)};
static const cyaml_schema_value_t measure_override_value = ITEM(MEASURE, measure_override_fields);

// ---- indicators, targets (§8, §9) ----

#define COUNTED struct template_counted
static const cyaml_schema_field_t counted_fields[] = {TEXT("what", NEEDED, COUNTED, message.what),
                                                      TEXT("measure", MAY, COUNTED, message.measure),
                                                      TEXT("mode", MAY, COUNTED, message.mode),
                                                      INNER_TEXTS("status", MAY, COUNTED, status),
                                                      TEXT("designation", MAY, COUNTED, message.designation),
                                                      WORD("honour", MAY, COUNTED, honour, template_honours),
                                                      TEXT("outcome", MAY, COUNTED, message.outcome),
                                                      CYAML_FIELD_END};
static const cyaml_schema_field_t indicator_fields[] = {
    TEXT("id", NEEDED, Prg__Indicator, id),
    TITLE(Prg__Indicator),
    WORD("form", NEEDED, Prg__Indicator, form, template_indicator_forms),
    TEXTS("group_by", MAY, Prg__Indicator, group_by),
    PREDICATES("universe", MAY, Prg__Indicator, universe),
    TEXTS("roles", MAY, Prg__Indicator, roles),
    TEXT("unit", MAY, Prg__Indicator, unit),
    TEXT("mode", MAY, Prg__Indicator, mode),
    MAPPING_AS("num", MAY, Prg__Indicator, num, COUNTED, counted_fields),
    MAPPING_AS("den", MAY, Prg__Indicator, den, COUNTED, counted_fields),
    TEXT("measure", MAY, Prg__Indicator, measure),
    TEXT("field", MAY, Prg__Indicator, field),
    TEXT("value_type", MAY, Prg__Indicator, value_type),
    FLAG("evidence", Prg__Indicator, evidence),
    CYAML_FIELD_END};
static const cyaml_schema_value_t indicator_value = ITEM(Prg__Indicator, indicator_fields);

#define TARGET struct template_target
static const cyaml_schema_field_t range_fields[] = {NUMBER("min", NEEDED, struct template_range, min),
                                                    NUMBER("max", NEEDED, struct template_range, max),
                                                    CYAML_FIELD_END};
static const cyaml_schema_field_t target_fields[] = {
    TEXT("indicator", NEEDED, TARGET, message.indicator),
    WORD("op", NEEDED, TARGET, message.op, template_target_ops),
    NUMBER("value", MAY, TARGET, message.value),
    MAPPING("range", MAY, TARGET, range, range_fields),
    TEXT("unit", MAY, TARGET, message.unit),
    WORD("each", MAY, TARGET, message.each, template_levels),
    TEXT("deadline", MAY, TARGET, message.deadline),
    INNER_ITEMS("every", MAY, TARGET, every, &period_value),
    MAPPING("source", MAY, TARGET, message.source, bilingual_fields),
    CYAML_FIELD_END};
static const cyaml_schema_value_t target_value = ITEM(TARGET, target_fields);

// ---- reviews, reports, notices (§10, §11) ----

#define REVIEW struct template_review
static const cyaml_schema_field_t award_fields[] = {
    TEXT("kind", NEEDED, struct template_award, kind),
    TEXT("designation", MAY, struct template_award, designation), CYAML_FIELD_END};
static const cyaml_schema_field_t review_fields[] = {
    TEXT("id", NEEDED, REVIEW, message.id),
    INNER_TITLE(REVIEW),
    TEXT("subject", NEEDED, REVIEW, message.subject),
    WORD("each", MAY, REVIEW, message.each, template_levels),
    INNER_TEXTS("designation_in", MAY, REVIEW, designation_in),
    INNER_ITEMS("every", MAY, REVIEW, every, &period_value),
    INNER_TEXTS("steps", MAY, REVIEW, steps),
    NUMBER("publicity_working_days", MAY, REVIEW, message.publicity_working_days),
    INNER_TEXTS("outcomes", MAY, REVIEW, outcomes),
    MAPPING("award", MAY, REVIEW, award, award_fields),
    INNER_TEXTS("to", MAY, REVIEW, to),
    CYAML_FIELD_END};
static const cyaml_schema_value_t review_value = ITEM(REVIEW, review_fields);
static const cyaml_schema_field_t report_fields[] = {
    TEXT("id", NEEDED, Prg__Report, id),
    TITLE(Prg__Report),
    ITEMS("every", NEEDED, Prg__Report, every, &period_value),
    TEXTS("by", NEEDED, Prg__Report, by),
    TEXTS("to", NEEDED, Prg__Report, to),
    NUMBER("due_days", MAY, Prg__Report, due_days),
    ITEMS("sections", MAY, Prg__Report, sections, &bilingual_value),
    WORD("public_version", MAY, Prg__Report, mask_names, template_public_versions),
    CYAML_FIELD_END};
static const cyaml_schema_value_t report_value = ITEM(Prg__Report, report_fields);
static const cyaml_schema_field_t notice_fields[] = {
    TEXT("event", NEEDED, Prg__NoticeRule, event),
    TEXTS("to", NEEDED, Prg__NoticeRule, to),
    WORD("ack", NEEDED, Prg__NoticeRule, ack, template_acks),
    NUMBER("within_working_days", MAY, Prg__NoticeRule, within_working_days),
    TEXTS("escalate", MAY, Prg__NoticeRule, escalate),
    ITEMS("channels", MAY, Prg__NoticeRule, channels, &channel_value),
    WORD("digest", MAY, Prg__NoticeRule, digest, template_digests),
    CYAML_FIELD_END};
static const cyaml_schema_value_t notice_value = ITEM(Prg__NoticeRule, notice_fields);

// ---- the file ----

static const cyaml_schema_field_t override_fields[] = {
    ITEMS("modes", MAY, struct template_override, modes, &mode_override_value),
    ITEMS("measures", MAY, struct template_override, measures, &measure_override_value), CYAML_FIELD_END};
#define FILE_ struct template_programme
static const cyaml_schema_field_t programme_fields[] = {
    NUMBER("dialect", NEEDED, FILE_, message.dialect),
    TEXT("id", NEEDED, FILE_, message.id),
    NUMBER("version", NEEDED, FILE_, message.version),
    INNER_TITLE(FILE_),
    MAPPING("owner", NEEDED, FILE_, message.owner, owner_fields),
    MAPPING("extends", MAY, FILE_, message.extends, extends_fields),
    INNER_ITEMS("basis", MAY, FILE_, basis, &basis_value),
    INNER_TEXTS("executed_by", MAY, FILE_, executed_by),
    INNER_ITEMS("overridable", MAY, FILE_, overridable, &overridable_value),
    MAPPING("override", MAY, FILE_, override, override_fields),
    MAPPING_AS("calendar", MAY, FILE_, message.calendar, struct template_calendar, calendar_fields),
    INNER_ITEMS("roles", MAY, FILE_, roles, &role_value),
    MAPPING("approvals", MAY, FILE_, message.approvals, approvals_fields),
    INNER_ITEMS("modes", MAY, FILE_, modes, &mode_value),
    INNER_ITEMS("measures", MAY, FILE_, measures, &measure_value),
    INNER_ITEMS("indicators", MAY, FILE_, indicators, &indicator_value),
    INNER_ITEMS("targets", MAY, FILE_, targets, &target_value),
    INNER_ITEMS("reviews", MAY, FILE_, reviews, &review_value),
    INNER_ITEMS("reports", MAY, FILE_, reports, &report_value),
    INNER_ITEMS("notices", MAY, FILE_, notices, &notice_value),
    CYAML_FIELD_END};
static const cyaml_schema_value_t programme_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, FILE_, programme_fields)};

static const cyaml_schema_field_t *const choices[] = {predicate_fields, owner_fields, NULL};
const struct schema template_schema = {
    .top = &programme_value, .choices = choices, .zero = "min", .level = DIALECT_PROGRAMME};
