// The check of a compiled programme (PR-01): programme A is clean, and each planted fault is told with its
// path.
#include "common/domain/programme_check.h"
#include "tests/lib/programme_a.h"
#include "tests/lib/testlib.h"
#include <stdio.h>
#include <string.h>

// ---- mutations: each plants one fault in a fresh programme A

#define MUTATION(name)                                                                                       \
  static void name(struct arena *a __attribute__((unused)), Prg__Programme *p __attribute__((unused)))

#define TEXT(value) ((char *)(value))

#define SET_WORDS(owner, field, list)                                                                        \
  do {                                                                                                       \
    __typeof__(owner) owner_ = (owner);                                                                      \
    owner_->field = programme_words(a, (list), &owner_->n_##field);                                          \
  } while (0)
#define SET_PREDICATES(owner, field, list)                                                                   \
  do {                                                                                                       \
    __typeof__(owner) owner_ = (owner);                                                                      \
    owner_->field = programme_predicates(a, (list), &owner_->n_##field);                                     \
  } while (0)

static Prg__Measure *measure(Prg__Programme *p, const char *id)
{
  for (size_t i = 0; i < p->n_measures; i++)
    if (strcmp(p->measures[i]->id, id) == 0) return p->measures[i];
  fail_msg("no measure %s", id);
  return NULL;
}

// head
MUTATION(dialect_two)
{
  p->dialect = 2;
}
MUTATION(id_upper)
{
  p->id = TEXT("NMG");
}
MUTATION(id_empty)
{
  p->id = TEXT("");
}
MUTATION(version_zero)
{
  p->version = 0;
}
MUTATION(title_without_english)
{
  p->title->en = TEXT("");
}
MUTATION(title_absent)
{
  p->title = NULL;
}
MUTATION(owner_absent)
{
  p->owner = NULL;
}
MUTATION(owner_both)
{
  p->owner->level = TYP__DIVISION_LEVEL__LEVEL_COUNTY;
}
MUTATION(owner_short)
{
  p->owner->division = TEXT("15");
}
MUTATION(owner_letters)
{
  p->owner->division = TEXT("15000x");
}
MUTATION(executed_by_unknown)
{
  SET_WORDS(p, executed_by, "OWNER|MINISTER");
}
MUTATION(executed_by_twice)
{
  SET_WORDS(p, executed_by, "OWNER|OWNER");
}
MUTATION(extends_something)
{
  p->extends = ARENA_NEW(a, Prg__Extends);
  prg__extends__init(p->extends);
}
// basis
MUTATION(basis_without_kind)
{
  p->basis[0]->kind = 0;
}
MUTATION(basis_backwards)
{
  p->basis[0]->valid->to = TEXT("2014");
}
MUTATION(basis_no_date)
{
  p->basis[0]->valid->from = TEXT("2015-13");
}
MUTATION(parent_without_between)
{
  p->basis[1]->n_between = 0;
}
MUTATION(between_without_parent)
{
  p->basis[1]->kind = PRG__BASIS_KIND__BASIS_PLAN;
}
MUTATION(between_about_persons)
{
  SET_PREDICATES(p->basis[1], between, "CATEGORY_IN=TEACHER");
}
// calendar
MUTATION(calendar_day)
{
  p->calendar = ARENA_NEW(a, Prg__Calendar);
  prg__calendar__init(p->calendar);
  p->calendar->autumn_start = TEXT("09-31");
}
MUTATION(calendar_half)
{
  p->calendar = ARENA_NEW(a, Prg__Calendar);
  prg__calendar__init(p->calendar);
  p->calendar->summer_from = TEXT("07-01");
}
// roles
MUTATION(no_roles)
{
  p->n_roles = 0;
}
MUTATION(role_id_lower)
{
  p->roles[0]->id = TEXT("party_a");
}
MUTATION(role_id_twice)
{
  p->roles[1]->id = TEXT("PARTY_A");
}
MUTATION(role_is_party_word)
{
  programme_add_role(a, p, "PROVINCE", "KIND_IN=BUREAU");
}
MUTATION(role_under_itself)
{
  programme_add_role(a, p, "SELF", "UNDER=SELF");
}
MUTATION(role_without_who)
{
  p->roles[0]->n_who = 0;
}
MUTATION(role_under_unknown)
{
  SET_PREDICATES(p->roles[2], who, "UNDER=PARTY_C");
}
MUTATION(role_with_structure)
{
  SET_PREDICATES(p->roles[2], who, "SAME_STAGE");
}
MUTATION(role_argument_missing)
{
  p->roles[0]->who[0]->n_kinds = 0;
}
MUTATION(role_argument_foreign)
{
  SET_WORDS(p->roles[0]->who[0], words, "quality");
}
MUTATION(role_argument_unspecified)
{
  p->roles[0]->who[0]->kinds[0] = 0;
}
MUTATION(role_party_is_word)
{
  SET_PREDICATES(p->roles[0], who, "PARTY_IS=SCHOOL");
}
MUTATION(role_party_is_two)
{
  SET_PREDICATES(p->roles[0], who, "PARTY_IS=INSTITUTION|PARTNERSHIP");
}
MUTATION(role_mode_unknown)
{
  programme_add_role(a, p, "ZONE", "PARTY_IS=PARTNERSHIP;MODE_IN=ZONE");
}
MUTATION(role_mode_of_institution)
{
  programme_add_role(a, p, "ZONE", "MODE_IN=FRAMEWORK");
}
MUTATION(role_partnership_with_kind)
{
  programme_add_role(a, p, "ZONE", "PARTY_IS=PARTNERSHIP;KIND_IN=SCHOOL");
}
MUTATION(predicate_unknown)
{
  p->roles[0]->who[0]->kind = 0;
}
// approvals
MUTATION(approval_unknown)
{
  SET_WORDS(p->approvals, plan, "PARTY_B|PARTY_C");
}
MUTATION(approval_by_host)
{
  SET_WORDS(p->approvals, assignment, "HOST");
}
// modes
MUTATION(no_modes)
{
  p->n_modes = 0;
}
MUTATION(mode_id)
{
  p->modes[1]->id = TEXT("Mutual");
}
MUTATION(mode_twice)
{
  p->modes[2]->id = TEXT("MUTUAL_AID");
}
MUTATION(mode_without_members)
{
  p->modes[0]->n_members = 0;
}
MUTATION(member_role_unknown)
{
  p->modes[1]->members[0]->role = TEXT("HELPER");
}
MUTATION(member_role_twice)
{
  p->modes[1]->members[1]->role = TEXT("SUPPORTER");
}
MUTATION(member_max_below_min)
{
  p->modes[0]->members[0]->min = 2;
}
MUTATION(members_all_optional)
{
  p->modes[1]->members[0]->min = p->modes[1]->members[1]->min = 0;
}
MUTATION(member_who_person)
{
  SET_PREDICATES(p->modes[1]->members[0], who, "AGE_MAX=60");
}
MUTATION(exclusive_of_stranger)
{
  SET_PREDICATES(p->modes[2], rules, "EXCLUSIVE=PARTY_A");
}
MUTATION(same_division_two_levels)
{
  SET_PREDICATES(p->modes[2], rules, "SAME_DIVISION=COUNTY|PREFECTURE");
}
MUTATION(rules_about_party)
{
  SET_PREDICATES(p->modes[2], rules, "KIND_IN=SCHOOL");
}
MUTATION(variant_title)
{
  Prg__Variant *variant = ARENA_NEW(a, Prg__Variant), **list = ARENA_NEW(a, Prg__Variant *);
  prg__variant__init(variant);
  variant->id = TEXT("GROUP");
  list[0] = variant;
  p->modes[0]->variants = list;
  p->modes[0]->n_variants = 1;
}
// measures
MUTATION(no_measures)
{
  p->n_measures = 0;
}
MUTATION(measure_id_upper)
{
  measure(p, "kg_shadow")->id = TEXT("KG_SHADOW");
}
MUTATION(measure_twice)
{
  measure(p, "kg_shadow")->id = TEXT("special_ed");
}
MUTATION(measure_without_form)
{
  measure(p, "kg_shadow")->form = 0;
}
MUTATION(measure_without_level)
{
  measure(p, "kg_shadow")->level = 0;
}
MUTATION(measure_mode_unknown)
{
  SET_WORDS(measure(p, "kg_shadow"), modes, "KG");
}
MUTATION(measure_to_unknown)
{
  SET_WORDS(measure(p, "kg_shadow"), to, "SCHOOLS");
}
MUTATION(assignment_without_to)
{
  measure(p, "kg_shadow")->n_to = 0;
}
MUTATION(assignment_without_who)
{
  measure(p, "kg_shadow")->n_who = 0;
}
MUTATION(assignment_without_term)
{
  measure(p, "kg_shadow")->term = NULL;
}
MUTATION(assignment_with_record)
{
  SET_WORDS(measure(p, "kg_shadow"), record, "headcount");
}
MUTATION(assignment_host_person)
{
  SET_PREDICATES(measure(p, "principal_post"), host, "POST_IN=PRINCIPAL");
}
MUTATION(assignment_prefer_other)
{
  SET_PREDICATES(measure(p, "retired_teaching"), prefer, "AGE_MAX=60");
}
MUTATION(assignment_who_audience)
{
  SET_PREDICATES(measure(p, "retired_teaching"), who, "SAME_SUBJECT");
}
MUTATION(assignment_subject)
{
  SET_PREDICATES(measure(p, "retired_teaching"), who, "SUBJECT_IN=maths");
}
MUTATION(assignment_outcome)
{
  SET_WORDS(measure(p, "kg_shadow"), outcome, "FAMOUS");
}
MUTATION(term_free_with_min)
{
  measure(p, "kg_shadow")->term->min = 1;
}
MUTATION(term_without_length)
{
  measure(p, "principal_post")->term->min = measure(p, "principal_post")->term->max = 0;
}
MUTATION(term_backwards)
{
  measure(p, "principal_post")->term->min = 2;
}
MUTATION(term_of_summer)
{
  measure(p, "principal_post")->term->unit = PRG__CALENDAR_WORD__CALENDAR_WORD_SUMMER;
}
static Prg__MatchRules *match_rules(struct arena *a, Prg__Programme *p, size_t n, const Prg__MatchTerm *order)
{
  Prg__MatchRules *rules = ARENA_NEW(a, Prg__MatchRules);
  prg__match_rules__init(rules);
  rules->order = arena_memdup(a, order, n * sizeof *order);
  rules->n_order = n;
  return measure(p, "retired_teaching")->match = rules;
}
#define ORDER(...)                                                                                           \
  match_rules(a, p, sizeof((Prg__MatchTerm[]){__VA_ARGS__}) / sizeof(Prg__MatchTerm),                        \
              (Prg__MatchTerm[]){__VA_ARGS__})
#define TERM(word) PRG__MATCH_TERM__MATCH_TERM_##word
MUTATION(match_without_filling)
{
  ORDER(TERM(GUARANTEE), TERM(CHANGES));
}
MUTATION(match_wishes_first)
{
  ORDER(TERM(WISHES), TERM(UNFILLED));
}
MUTATION(match_twice)
{
  ORDER(TERM(UNFILLED), TERM(GAP), TERM(GAP));
}
MUTATION(match_percent)
{
  ORDER(TERM(UNFILLED))->key_percent = 101;
}
MUTATION(match_key_and_home)
{
  Prg__MatchRules *rules = ORDER(TERM(UNFILLED));
  rules->key_percent = 20;
  rules->home_max = 2;
}
MUTATION(match_key_and_burden)
{
  ORDER(TERM(UNFILLED), TERM(BURDEN))->key_percent = 20;
}
MUTATION(match_of_duty)
{
  measure(p, "special_ed")->match = ORDER(TERM(UNFILLED));
  measure(p, "retired_teaching")->match = NULL;
}
MUTATION(quota_without_period)
{
  measure(p, "principal_post")->quota->n_per = 1;
}
MUTATION(quota_two_periods)
{
  measure(p, "principal_post")->quota->per[0] = PRG__QUOTA_SCOPE__QUOTA_SCOPE_SCHOOL_YEAR;
}
MUTATION(quota_plan_by_year)
{
  measure(p, "retired_teaching")->quota->per[1] = PRG__QUOTA_SCOPE__QUOTA_SCOPE_YEAR;
}
MUTATION(quota_fixed_backwards)
{
  measure(p, "principal_post")->quota->min = 11;
}
MUTATION(quota_fixed_with_first)
{
  measure(p, "principal_post")->quota->first = 3;
}
MUTATION(quota_plan_with_max)
{
  measure(p, "retired_teaching")->quota->max = 3;
}
MUTATION(quota_share_over)
{
  Prg__Quota *quota = measure(p, "principal_post")->quota;
  quota->form = PRG__QUOTA_FORM__QUOTA_SHARE;
  quota->min = quota->max = 0;
  quota->min_percent = 101;
}
MUTATION(activity_without_side)
{
  measure(p, "teacher_visit")->n_from = 0;
}
MUTATION(activity_without_record)
{
  measure(p, "teacher_visit")->n_record = 0;
}
MUTATION(activity_record_unknown)
{
  SET_WORDS(measure(p, "teacher_visit"), record, "weather");
}
MUTATION(activity_turn_alone)
{
  measure(p, "teacher_visit")->alternate = true;
}
MUTATION(activity_pupils_unmarked)
{
  SET_WORDS(measure(p, "teacher_visit"), record, "pupil_count");
}
MUTATION(activity_minors_by_name)
{
  measure(p, "teacher_visit")->minors = true;
  SET_WORDS(measure(p, "teacher_visit"), record, "named_list");
}
MUTATION(activity_with_term)
{
  measure(p, "teacher_visit")->term = measure(p, "principal_post")->term;
}
MUTATION(activity_delivery)
{
  SET_WORDS(measure(p, "teacher_visit"), delivery, "BY_POST");
}
MUTATION(activity_every_day)
{
  Prg__CalendarWord *every = ARENA_NEW(a, Prg__CalendarWord);
  every[0] = PRG__CALENDAR_WORD__CALENDAR_WORD_DAY;
  measure(p, "teacher_visit")->every = every;
  measure(p, "teacher_visit")->n_every = 1;
}
MUTATION(contribution_without_kind)
{
  measure(p, "open_resources")->contribution = 0;
}
MUTATION(contribution_with_who)
{
  SET_PREDICATES(measure(p, "open_resources"), who, "CATEGORY_IN=TEACHER");
}
MUTATION(duty_without_by)
{
  measure(p, "special_ed")->n_by = 0;
}
MUTATION(duty_with_to)
{
  SET_WORDS(measure(p, "special_ed"), to, "PARTY_B");
}
MUTATION(duty_what)
{
  measure(p, "special_ed")->deliver[0]->what = TEXT("cake");
}
MUTATION(duty_partnership_without_mode)
{
  measure(p, "special_ed")->deliver[0]->what = TEXT("partnership");
}
MUTATION(duty_document_with_mode)
{
  measure(p, "special_ed")->deliver[0]->mode = TEXT("FRAMEWORK");
}
// indicators and targets
MUTATION(indicator_id)
{
  p->indicators[0]->id = TEXT("Fill");
}
MUTATION(indicator_twice)
{
  p->indicators[1]->id = TEXT("retired_fill");
}
MUTATION(indicator_measure)
{
  p->indicators[0]->measure = TEXT("nothing");
}
MUTATION(indicator_without_form)
{
  p->indicators[0]->form = 0;
}
MUTATION(indicator_without_num)
{
  p->indicators[1]->num = NULL;
}
MUTATION(indicator_num_what)
{
  p->indicators[1]->num->what = TEXT("people");
}
MUTATION(indicator_num_status)
{
  SET_WORDS(p->indicators[1]->num, status, "LAUGHED_AT");
}
MUTATION(indicator_num_mode)
{
  p->indicators[1]->num->mode = TEXT("TEAM");
}
MUTATION(indicator_num_outcome)
{
  p->indicators[1]->num->outcome = TEXT("PROMOTED_TO");
}
MUTATION(indicator_eligible_of_nothing)
{
  p->indicators[1]->num->what = TEXT("eligible");
  p->indicators[1]->num->measure = TEXT("");
}
MUTATION(indicator_group)
{
  SET_WORDS(p->indicators[1], group_by, "colour");
}
MUTATION(indicator_fill_with_field)
{
  p->indicators[0]->field = TEXT("hours");
}
MUTATION(indicator_sum_of_unrecorded)
{
  p->indicators[0]->form = PRG__INDICATOR_FORM__INDICATOR_SUM;
  p->indicators[0]->measure = TEXT("teacher_visit");
  p->indicators[0]->field = TEXT("hours");
}
MUTATION(indicator_ratio_without_den)
{
  p->indicators[1]->form = PRG__INDICATOR_FORM__INDICATOR_RATIO;
}
MUTATION(indicator_coverage_bare)
{
  p->indicators[0]->form = PRG__INDICATOR_FORM__INDICATOR_COVERAGE;
  p->indicators[0]->measure = TEXT("");
  SET_WORDS(p->indicators[0], roles, "RECIPIENT");
}
MUTATION(target_indicator)
{
  p->targets[0]->indicator = TEXT("nothing");
}
MUTATION(target_backwards)
{
  p->targets[0]->min = 11;
}
MUTATION(target_unit)
{
  p->targets[0]->unit = TEXT("heads");
}
MUTATION(target_with_value)
{
  p->targets[0]->value = 5;
}
MUTATION(target_deadline)
{
  p->targets[0]->deadline = TEXT("soon");
}
MUTATION(target_stated_with_unit)
{
  p->targets[0]->op = PRG__TARGET_OP__TARGET_STATED;
  p->targets[0]->min = p->targets[0]->max = 0;
}
// reviews, reports, notices
static Prg__Review *add_review(struct arena *a, Prg__Programme *p)
{
  Prg__Review *review = ARENA_NEW(a, Prg__Review), **list = ARENA_NEW(a, Prg__Review *);
  prg__review__init(review);
  review->id = TEXT("acceptance");
  review->title = programme_text(a, "考核验收", "Acceptance review");
  review->subject = TEXT("partnership");
  review->steps = programme_words(a, "SELF|COUNTY|PUBLICITY", &review->n_steps);
  list[0] = review;
  p->reviews = list;
  p->n_reviews = 1;
  return review;
}
MUTATION(review_subject)
{
  add_review(a, p)->subject = TEXT("school");
}
MUTATION(review_division_without_each)
{
  add_review(a, p)->subject = TEXT("division");
}
MUTATION(review_each_of_partnership)
{
  add_review(a, p)->each = TYP__DIVISION_LEVEL__LEVEL_COUNTY;
}
MUTATION(review_step)
{
  SET_WORDS(add_review(a, p), steps, "SELF|NATION");
}
MUTATION(review_nobody)
{
  add_review(a, p)->n_steps = 0;
}
MUTATION(review_award)
{
  add_review(a, p)->award_designation = TEXT("MODEL");
}
MUTATION(report_without_every)
{
  p->reports[0]->n_every = 0;
}
MUTATION(report_by_nobody)
{
  p->reports[0]->n_by = 0;
}
MUTATION(report_to_unknown)
{
  SET_WORDS(p->reports[0], to, "KING");
}
MUTATION(report_title)
{
  p->reports[0]->title->zh = TEXT("");
}
MUTATION(notice_event)
{
  p->notices[0]->event = TEXT("PlanApprovd");
}
MUTATION(notice_to_nobody)
{
  p->notices[0]->n_to = 0;
}
MUTATION(notice_to_unknown)
{
  SET_WORDS(p->notices[1], to, "PERSON|COUSIN");
}
MUTATION(notice_without_ack)
{
  p->notices[0]->ack = 0;
}
MUTATION(notice_sign_without_time)
{
  p->notices[0]->within_working_days = 0;
}
MUTATION(notice_none_with_time)
{
  p->notices[0]->ack = PRG__ACK_KIND__ACK_NONE;
}
MUTATION(overridable_unknown)
{
  Prg__Overridable *o = ARENA_NEW(a, Prg__Overridable), **list = ARENA_NEW(a, Prg__Overridable *);
  prg__overridable__init(o);
  o->section = PRG__SECTION__SECTION_MODES;
  o->id = TEXT("FUSION");
  list[0] = o;
  p->overridable = list;
  p->n_overridable = 1;
}

struct mutation {
  void (*plant)(struct arena *, Prg__Programme *);
  const char *path, *en;
};
static const struct mutation mutations[] = {
    {dialect_two, "dialect", "only dialect 1"},
    {id_upper, "id", "lower case"},
    {id_empty, "id", "lower case"},
    {version_zero, "version", "missing"},
    {title_without_english, "title", "Chinese and English"},
    {title_absent, "title", "Chinese and English"},
    {owner_absent, "owner", "exactly one"},
    {owner_both, "owner", "exactly one"},
    {owner_short, "owner.division", "six digits: 15"},
    {owner_letters, "owner.division", "six digits"},
    {executed_by_unknown, "executed_by", "MINISTER"},
    {executed_by_twice, "executed_by", "stands twice: OWNER"},
    {extends_something, "extends.id", "missing"},
    {basis_without_kind, "basis[0].kind", "missing"},
    {basis_backwards, "basis[0].valid", "end after it begins"},
    {basis_no_date, "basis[0].valid.from", "no date: 2015-13"},
    {parent_without_between, "basis[1].between", "missing"},
    {between_without_parent, "basis[1].between", "does not belong"},
    {between_about_persons, "basis[1].between[0]", "category_in may not stand here"},
    {calendar_day, "calendar.autumn_start", "MM-DD: 09-31"},
    {calendar_half, "calendar.summer", "both ends"},
    {no_roles, "roles", "missing"},
    {role_id_lower, "roles.party_a.id", "UPPER_SNAKE"},
    {role_id_twice, "roles[1].id", "stands twice"},
    {role_is_party_word, "roles.PROVINCE.id", "party word already"},
    {role_under_itself, "roles.SELF.who", "SELF cannot stand above itself"},
    {role_without_who, "roles.PARTY_A.who", "missing"},
    {role_under_unknown, "roles.SUPPORTER.who[0]", "unknown role: PARTY_C"},
    {role_with_structure, "roles.SUPPORTER.who[0]", "same_stage may not stand here"},
    {role_argument_missing, "roles.PARTY_A.who[0]", "kind_in lacks its argument"},
    {role_argument_foreign, "roles.PARTY_A.who[0]", "not its own"},
    {role_argument_unspecified, "roles.PARTY_A.who[0]", "unspecified"},
    {role_party_is_word, "roles.PARTY_A.who[0]", "SCHOOL"},
    {role_party_is_two, "roles.PARTY_A.who[0]", "one value"},
    {role_mode_unknown, "roles.ZONE.who[1]", "unknown mode: ZONE"},
    {role_mode_of_institution, "roles.ZONE.who", "mode_in goes with"},
    {role_partnership_with_kind, "roles.ZONE.who", "no properties of an institution"},
    {predicate_unknown, "roles.PARTY_A.who[0]", "unknown predicate"},
    {approval_unknown, "approvals.plan", "PARTY_C"},
    {approval_by_host, "approvals.assignment", "notices only"},
    {no_modes, "modes", "missing"},
    {mode_id, "modes.Mutual.id", "UPPER_SNAKE"},
    {mode_twice, "modes[2].id", "stands twice"},
    {mode_without_members, "modes.FRAMEWORK.members", "missing"},
    {member_role_unknown, "modes.MUTUAL_AID.members[0].role", "unknown role: HELPER"},
    {member_role_twice, "modes.MUTUAL_AID.members[1].role", "stands twice: SUPPORTER"},
    {member_max_below_min, "modes.FRAMEWORK.members[0].max", "below min"},
    {members_all_optional, "modes.MUTUAL_AID.members", "min above 0"},
    {member_who_person, "modes.MUTUAL_AID.members[0].who[0]", "age_max may not stand here"},
    {exclusive_of_stranger, "modes.KG_ONE_TO_ONE.rules[0]", "PARTY_A is no member role"},
    {same_division_two_levels, "modes.KG_ONE_TO_ONE.rules[0]", "one value"},
    {rules_about_party, "modes.KG_ONE_TO_ONE.rules[0]", "may not stand here"},
    {variant_title, "modes.FRAMEWORK.variants.GROUP.title", "Chinese and English"},
    {no_measures, "measures", "missing"},
    {measure_id_upper, "measures.KG_SHADOW.id", "lower_snake"},
    {measure_twice, "measures[4].id", "stands twice"},
    {measure_without_form, "measures.kg_shadow.form", "missing"},
    {measure_without_level, "measures.kg_shadow.level", "missing"},
    {measure_mode_unknown, "measures.kg_shadow.modes", "unknown mode: KG"},
    {measure_to_unknown, "measures.kg_shadow.to", "SCHOOLS"},
    {assignment_without_to, "measures.kg_shadow.to", "missing"},
    {assignment_without_who, "measures.kg_shadow.who", "missing"},
    {assignment_without_term, "measures.kg_shadow.term", "missing"},
    {assignment_with_record, "measures.kg_shadow.record", "does not belong to assignment"},
    {assignment_host_person, "measures.principal_post.host[0]", "post_in may not stand here"},
    {assignment_prefer_other, "measures.retired_teaching.prefer[0]", "age_max may not stand here"},
    {assignment_who_audience, "measures.retired_teaching.who[0]", "same_subject may not stand here"},
    {assignment_subject, "measures.retired_teaching.who[0]", "no subject code: maths"},
    {assignment_outcome, "measures.kg_shadow.outcome", "FAMOUS"},
    {term_free_with_min, "measures.kg_shadow.term", "neither min nor max"},
    {term_without_length, "measures.principal_post.term", "min or max"},
    {term_backwards, "measures.principal_post.term.max", "below min"},
    {term_of_summer, "measures.principal_post.term.unit", "unit must be"},
    {match_without_filling, "measures.retired_teaching.match.order", "needs unfilled"},
    {match_wishes_first, "measures.retired_teaching.match.order", "only guarantee and changes"},
    {match_twice, "measures.retired_teaching.match.order", "stands twice"},
    {match_percent, "measures.retired_teaching.match.key_percent", "0 to 100"},
    {match_key_and_home, "measures.retired_teaching.match.key_percent", "one of them only"},
    {match_key_and_burden, "measures.retired_teaching.match.key_percent", "one of them only"},
    {match_of_duty, "measures.special_ed.match", "does not belong"},
    {quota_without_period, "measures.principal_post.quota.per", "exactly one of school_year and year"},
    {quota_two_periods, "measures.principal_post.quota.per", "exactly one of school_year and year"},
    {quota_plan_by_year, "measures.retired_teaching.quota.per", "plan needs school_year"},
    {quota_fixed_backwards, "measures.principal_post.quota.max", "below min"},
    {quota_fixed_with_first, "measures.principal_post.quota.first", "does not belong"},
    {quota_plan_with_max, "measures.retired_teaching.quota.min", "does not belong"},
    {quota_share_over, "measures.principal_post.quota.min_percent", "1 to 100"},
    {activity_without_side, "measures.teacher_visit.organiser", "organiser or from"},
    {activity_without_record, "measures.teacher_visit.record", "missing"},
    {activity_record_unknown, "measures.teacher_visit.record", "weather"},
    {activity_turn_alone, "measures.teacher_visit.turn", "two organisers"},
    {activity_pupils_unmarked, "measures.teacher_visit.minors", "minors: true"},
    {activity_minors_by_name, "measures.teacher_visit.record", "never listed by name"},
    {activity_with_term, "measures.teacher_visit.term", "does not belong to activity"},
    {activity_delivery, "measures.teacher_visit.delivery", "BY_POST"},
    {activity_every_day, "measures.teacher_visit.every", "no recurrence"},
    {contribution_without_kind, "measures.open_resources.kind", "missing"},
    {contribution_with_who, "measures.open_resources.who", "does not belong to contribution"},
    {duty_without_by, "measures.special_ed.by", "missing"},
    {duty_with_to, "measures.special_ed.to", "does not belong to duty"},
    {duty_what, "measures.special_ed.deliver[0].what", "cake"},
    {duty_partnership_without_mode, "measures.special_ed.deliver[0].mode", "missing"},
    {duty_document_with_mode, "measures.special_ed.deliver[0].mode", "does not belong"},
    {indicator_id, "indicators.Fill.id", "lower_snake"},
    {indicator_twice, "indicators[1].id", "stands twice"},
    {indicator_measure, "indicators.retired_fill.measure", "unknown measure: nothing"},
    {indicator_without_form, "indicators.retired_fill.form", "missing"},
    {indicator_without_num, "indicators.principals_sent.num", "missing"},
    {indicator_num_what, "indicators.principals_sent.num.what", "people"},
    {indicator_num_status, "indicators.principals_sent.num.status", "LAUGHED_AT"},
    {indicator_num_mode, "indicators.principals_sent.num.mode", "unknown mode: TEAM"},
    {indicator_num_outcome, "indicators.principals_sent.num.outcome", "PROMOTED_TO"},
    {indicator_eligible_of_nothing, "indicators.principals_sent.num.measure", "missing"},
    {indicator_group, "indicators.principals_sent.group_by", "colour"},
    {indicator_fill_with_field, "indicators.retired_fill.field", "does not belong"},
    {indicator_sum_of_unrecorded, "indicators.retired_fill.field", "does not record hours"},
    {indicator_ratio_without_den, "indicators.principals_sent.den", "missing"},
    {indicator_coverage_bare, "indicators.retired_fill.universe", "missing"},
    {target_indicator, "targets[0].indicator", "unknown indicator: nothing"},
    {target_backwards, "targets[0].range", "below min"},
    {target_unit, "targets[0].unit", "heads"},
    {target_with_value, "targets[0].value", "does not belong"},
    {target_deadline, "targets[0].deadline", "no date: soon"},
    {target_stated_with_unit, "targets[0].unit", "does not belong"},
    {review_subject, "reviews.acceptance.subject", "school"},
    {review_division_without_each, "reviews.acceptance.each", "missing"},
    {review_each_of_partnership, "reviews.acceptance.each", "does not belong"},
    {review_step, "reviews.acceptance.steps", "NATION"},
    {review_nobody, "reviews.acceptance.steps", "steps or to"},
    {review_award, "reviews.acceptance.award.kind", "missing"},
    {report_without_every, "reports.annual.every", "missing"},
    {report_by_nobody, "reports.annual.by", "missing"},
    {report_to_unknown, "reports.annual.to", "KING"},
    {report_title, "reports.annual.title", "Chinese and English"},
    {notice_event, "notices[0].event", "PlanApprovd"},
    {notice_to_nobody, "notices[0].to", "missing"},
    {notice_to_unknown, "notices[1].to", "COUSIN"},
    {notice_without_ack, "notices[0].ack", "missing"},
    {notice_sign_without_time, "notices[0].within_working_days", "missing"},
    {notice_none_with_time, "notices[0].within_working_days", "does not belong"},
    {overridable_unknown, "overridable[0].id", "has no FUSION"},
};

struct found {
  const char *path, *en;
  bool there;
  size_t n;
  char all[4000];
};

static void collect(void *context, const struct programme_fault *fault)
{
  struct found *found = context;
  size_t length = strlen(found->all);
  if (strcmp(fault->path, found->path) == 0 && strstr(fault->detail_en, found->en)) found->there = true;
  assert_true(fault->detail_zh[0] && fault->detail_en[0]);
  assert_null(strstr(fault->detail_zh, "{}"));
  assert_null(strstr(fault->detail_en, "{}"));
  snprintf(found->all + length, sizeof found->all - length, "%s: %s\n", fault->path, fault->detail_en);
  found->n++;
}

static void programme_a_is_clean(void **state)
{
  (void)state;
  struct arena *arena = NULL;
  struct found found = {.path = "", .en = ""};
  assert_ok(arena_new(0, &arena));
  assert_int_equal(programme_check(programme_a(arena), collect, &found), 0);
  assert_string_equal(found.all, "");
  arena_free(arena);
}

static void each_fault_is_told_with_its_path(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof mutations / sizeof *mutations; i++) {
    const struct mutation *mutation = &mutations[i];
    struct arena *arena = NULL;
    struct found found = {.path = mutation->path, .en = mutation->en};
    assert_ok(arena_new(0, &arena));
    Prg__Programme *programme = programme_a(arena);
    mutation->plant(arena, programme);
    size_t n = programme_check(programme, collect, &found);
    if (!found.there)
      fail_msg("mutation %zu: %s \"%s\" not told; told:\n%s", i, mutation->path, mutation->en, found.all);
    assert_int_equal(n, found.n);
    assert_int_equal(n, programme_check(programme, NULL, NULL)); // counting alone
    arena_free(arena);
  }
}

// A mutation that is mended again leaves nothing behind: the check keeps no state.
static void the_check_has_no_memory(void **state)
{
  (void)state;
  struct arena *arena = NULL;
  assert_ok(arena_new(0, &arena));
  Prg__Programme *programme = programme_a(arena);
  programme->version = 0;
  assert_int_equal(programme_check(programme, NULL, NULL), 1);
  programme->version = 1;
  assert_int_equal(programme_check(programme, NULL, NULL), 0);
  arena_free(arena);
}

static void an_empty_programme_is_no_crash(void **state)
{
  (void)state;
  Prg__Programme empty = PRG__PROGRAMME__INIT;
  struct found found = {.path = "modes", .en = "missing"};
  assert_true(programme_check(&empty, collect, &found) >= 6);
  assert_true(found.there);
}

static void lists_beyond_all_measure_are_cut_short(void **state)
{
  (void)state;
  struct arena *arena = NULL;
  assert_ok(arena_new(64 << 20, &arena));
  Prg__Programme *programme = programme_a(arena);
  struct found found = {.path = "roles", .en = "more than 200"};
  for (int i = 0; i < 300; i++)
    programme_add_role(arena, programme, "ANY", "KIND_IN=SCHOOL");
  programme_check(programme, collect, &found);
  assert_true(found.there);
  assert_true(found.n < 20); // not one for each of them
  arena_free(arena);
}

static void long_names_do_not_overrun(void **state)
{
  (void)state;
  struct arena *arena = NULL;
  assert_ok(arena_new(0, &arena));
  Prg__Programme *programme = programme_a(arena);
  char *name = arena_alloc(arena, 5000);
  for (int i = 0; i + 3 < 5000; i += 3)
    memcpy(name + i, "长", 3);
  programme->roles[0]->id = name;
  programme->modes[0]->members[0]->role = name;
  struct found found = {.path = "", .en = ""};
  assert_true(programme_check(programme, collect, &found) > 2);
  arena_free(arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(programme_a_is_clean),
      cmocka_unit_test(each_fault_is_told_with_its_path),
      cmocka_unit_test(the_check_has_no_memory),
      cmocka_unit_test(an_empty_programme_is_no_crash),
      cmocka_unit_test(lists_beyond_all_measure_are_cut_short),
      cmocka_unit_test(long_names_do_not_overrun),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
