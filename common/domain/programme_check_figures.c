// Indicators and targets (dialect §8, §9).
#include "common/base/date.h"
#include "common/domain/predicate.h"
#include "common/domain/programme_check_part.h"
#include <string.h>

static const Prg__Indicator *indicator_of(const Prg__Programme *p, const char *id)
{
  for (size_t i = 0; i < p->n_indicators && i < PROGRAMME_ITEMS; i++)
    if (strcmp(p->indicators[i]->id, id) == 0) return p->indicators[i];
  return NULL;
}

// The measure a figure counts; NULL with a fault when it is not there.
static const Prg__Measure *counted_measure(struct programme_checker *check, const char *key, const char *id)
{
  const Prg__Measure *measure = programme_measure(check->programme, id);
  if (measure || check->own) return measure;
  programme_check_near(check, id, "measures");
  programme_check_fault(check, key, "未定义的措施：{}", "unknown measure: {}", id);
  return NULL;
}

static bool listed(char *const *list, size_t n, const char *word)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(list[i], word) == 0) return true;
  return false;
}

// ---- num and den

static const char *const countable[] = {"agreements",    "partnerships", "assignments", "activities",
                                        "contributions", "duties",       "eligible",    NULL};
static const char *const agreement_states[] = {"DRAFT",          "SUBMITTED",  "APPROVED",
                                               "SIGNED_PENDING", "EFFECTIVE",  "SUSPENDED",
                                               "EXPIRED",        "TERMINATED", NULL};
static const char *const partnership_states[] = {"PROPOSED", "ESTABLISHED", "REJECTED",
                                                 "PAUSED",   "DISSOLVED",   NULL};
static const char *const assignment_states[] = {"PROPOSED",    "ACCEPTED",  "DECLINED",  "APPROVED",
                                                "DISPATCHED",  "ARRIVED",   "SUSPENDED", "COMPLETED",
                                                "ENDED_EARLY", "CANCELLED", "NO_SHOW",   NULL};
static const char *const activity_states[] = {"PLANNED",  "ANNOUNCED", "HELD",    "REPORTED",
                                              "VERIFIED", "CANCELLED", "OVERDUE", NULL};
static const char *const contribution_states[] = {"RECORDED", "VOIDED", NULL};
static const char *const duty_states[] = {"DELIVERED", "OVERDUE", NULL};
static const char *const no_states[] = {NULL}; // of persons

static const char *const *states_of(const char *what)
{
  if (strcmp(what, "agreements") == 0) return agreement_states;
  if (strcmp(what, "partnerships") == 0) return partnership_states;
  if (strcmp(what, "assignments") == 0) return assignment_states;
  if (strcmp(what, "activities") == 0) return activity_states;
  if (strcmp(what, "contributions") == 0) return contribution_states;
  return strcmp(what, "duties") == 0 ? duty_states : no_states;
}

// Which form of measure the records that are counted come from; those of agreements and partnerships from
// none.
static bool counts_form(const char *what, Prg__Form form)
{
  if (strcmp(what, "assignments") == 0 || strcmp(what, "eligible") == 0)
    return form == PRG__FORM__FORM_ASSIGNMENT;
  if (strcmp(what, "activities") == 0) return form == PRG__FORM__FORM_ACTIVITY;
  if (strcmp(what, "contributions") == 0) return form == PRG__FORM__FORM_CONTRIBUTION;
  return strcmp(what, "duties") == 0 && form == PRG__FORM__FORM_DUTY;
}

// What only some records have.
static void counted_keys(struct programme_checker *check, const Prg__Counted *c, const Prg__Measure *measure)
{
  bool assignments = strcmp(c->what, "assignments") == 0, eligible = strcmp(c->what, "eligible") == 0;
  if (measure && !counts_form(c->what, measure->form))
    programme_check_fault(check, "measure", "{} 不由此措施产生", "{} do not come from this measure", c->what);
  if (eligible) programme_check_absent(check, "status", c->n_status > 0, c->what);
  if (strcmp(c->what, "partnerships") != 0)
    programme_check_absent(check, "designation", c->designation[0] != 0, c->what);
  if (!assignments && !eligible) programme_check_absent(check, "honour", c->n_honour > 0, c->what);
  if (!assignments) programme_check_absent(check, "outcome", c->outcome[0] != 0, c->what);
}

static void counted(struct programme_checker *check, const char *key, const Prg__Counted *c)
{
  static const char *const designations[] = {"PILOT", "MODEL", NULL};
  size_t mark = programme_check_enter(check, key);
  bool known = programme_check_word(check, "what", c->what, countable);
  if (strcmp(c->what, "eligible") == 0) programme_check_needed(check, "measure", c->measure[0] != 0);
  const Prg__Measure *measure = c->measure[0] ? counted_measure(check, "measure", c->measure) : NULL;
  if (c->mode[0]) programme_check_mode_known(check, "mode", c->mode);
  if (known && strcmp(c->what, "eligible") != 0)
    programme_check_words(check, "status", c->status, c->n_status, states_of(c->what));
  if (c->designation[0]) programme_check_word(check, "designation", c->designation, designations);
  if (known) counted_keys(check, c, measure);
  bool inherited = check->own && c->measure[0] && !measure;
  if (strcmp(c->what, "assignments") == 0 && c->outcome[0] && !inherited &&
      (!measure || !listed(measure->outcome, measure->n_outcome, c->outcome)))
    programme_check_fault(check, "outcome", "措施未列出此结果：{}",
                          "the measure does not list the outcome {}", c->outcome);
  programme_check_leave(check, mark);
}

// ---- indicators

static void coverage(struct programme_checker *check, const Prg__Indicator *i)
{
  static const char *const units[] = {"institution", "division", NULL};
  programme_check_needed(check, "universe", i->n_universe > 0);
  programme_check_predicates(check, "universe", i->universe, i->n_universe, ABOUT_PARTY);
  programme_check_needed(check, "roles", i->n_roles > 0);
  for (size_t r = 0; r < i->n_roles && r < PROGRAMME_ITEMS; r++)
    programme_check_role_known(check, "roles", i->roles[r]);
  if (i->unit[0]) programme_check_word(check, "unit", i->unit, units);
  if (i->mode[0]) programme_check_mode_known(check, "mode", i->mode);
}

// The sum over the categories serves as the headcount (dialect: record fields).
static bool recorded(const Prg__Measure *measure, const char *field)
{
  return listed(measure->record, measure->n_record, field) ||
         (strcmp(field, "headcount") == 0 &&
          listed(measure->record, measure->n_record, "headcount_by_category"));
}

static void sum(struct programme_checker *check, const Prg__Indicator *i)
{
  static const char *const numbers[] = {"headcount", "audience_count", "pupil_count", "ceremony",
                                        "classes",   "hours",          "amount"};
  const Prg__Measure *measure = counted_measure(check, "measure", i->measure);
  if (programme_check_needed(check, "field", i->field[0] != 0) && measure && !recorded(measure, i->field))
    programme_check_fault(check, "field", "措施不记录 {}", "the measure does not record {}", i->field);
  if (i->field[0] && !listed((char *const *)numbers, sizeof numbers / sizeof *numbers, i->field))
    programme_check_fault(check, "field", "{} 不是可以相加的数", "{} is no number that can be added up",
                          i->field);
}

// Only persons who are posted fill places.
static void fill_of(struct programme_checker *check, const Prg__Indicator *i)
{
  const Prg__Measure *measure = counted_measure(check, "measure", i->measure);
  if (measure && measure->form != PRG__FORM__FORM_ASSIGNMENT)
    programme_check_fault(check, "measure", "须为 assignment 类措施：{}", "must be of form assignment: {}",
                          i->measure);
}

static void form_of(struct programme_checker *check, const Prg__Indicator *i)
{
  static const char *const types[] = {"number", "percent", "text", NULL};
  switch (i->form) {
  case PRG__INDICATOR_FORM__INDICATOR_COVERAGE:
    coverage(check, i);
    break;
  case PRG__INDICATOR_FORM__INDICATOR_COUNT:
    programme_check_needed(check, "num", i->num != NULL);
    break;
  case PRG__INDICATOR_FORM__INDICATOR_SUM:
    sum(check, i);
    break;
  case PRG__INDICATOR_FORM__INDICATOR_RATIO:
    programme_check_needed(check, "num", i->num != NULL);
    programme_check_needed(check, "den", i->den != NULL);
    break;
  case PRG__INDICATOR_FORM__INDICATOR_FILL:
    fill_of(check, i);
    break;
  case PRG__INDICATOR_FORM__INDICATOR_MANUAL:
    if (i->value_type[0]) programme_check_word(check, "value_type", i->value_type, types);
    break;
  default:
    programme_check_needed(check, "form", false);
  }
}

static void keys_of_form(struct programme_checker *check, const Prg__Indicator *i)
{
  const unsigned coverage_bit = 1u << PRG__INDICATOR_FORM__INDICATOR_COVERAGE;
  const unsigned count_bit = 1u << PRG__INDICATOR_FORM__INDICATOR_COUNT;
  const unsigned sum_bit = 1u << PRG__INDICATOR_FORM__INDICATOR_SUM;
  const unsigned ratio_bit = 1u << PRG__INDICATOR_FORM__INDICATOR_RATIO;
  const unsigned fill_bit = 1u << PRG__INDICATOR_FORM__INDICATOR_FILL;
  const unsigned manual_bit = 1u << PRG__INDICATOR_FORM__INDICATOR_MANUAL;
  const struct {
    const char *key;
    bool there;
    unsigned forms;
  } keys[] = {
      {"universe", i->n_universe > 0, coverage_bit},
      {"roles", i->n_roles > 0, coverage_bit},
      {"unit", i->unit[0] != 0, coverage_bit},
      {"mode", i->mode[0] != 0, coverage_bit},
      {"num", i->num != NULL, count_bit | ratio_bit},
      {"den", i->den != NULL, ratio_bit},
      {"measure", i->measure[0] != 0, sum_bit | fill_bit},
      {"field", i->field[0] != 0, sum_bit},
      {"value_type", i->value_type[0] != 0, manual_bit},
      {"evidence", i->evidence, manual_bit},
  };
  for (size_t k = 0; i->form && k < sizeof keys / sizeof *keys; k++)
    if (!(keys[k].forms & (1u << i->form))) programme_check_absent(check, keys[k].key, keys[k].there, "form");
}

static void indicator(struct programme_checker *check, const Prg__Indicator *i)
{
  static const char *const groups[] = {"division", "province", "year", "school_year",
                                       "category", "subject",  NULL};
  programme_check_lower(check, i->id);
  programme_check_title(check, "title", i->title);
  programme_check_words(check, "group_by", i->group_by, i->n_group_by, groups);
  form_of(check, i);
  keys_of_form(check, i);
  if (i->num) counted(check, "num", i->num);
  if (i->den) counted(check, "den", i->den);
}

static void indicators(struct programme_checker *check)
{
  const Prg__Programme *p = check->programme;
  if (!programme_check_items(check, "indicators", p->n_indicators)) return;
  size_t mark = programme_check_enter(check, "indicators");
  for (size_t i = 0; i < p->n_indicators; i++) {
    size_t item = programme_check_enter_item(check, p->indicators[i]->id, i);
    indicator(check, p->indicators[i]);
    programme_check_unique(check, p->indicators, i);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}

// ---- targets

static void bounds(struct programme_checker *check, const Prg__Target *t)
{
  static const char *const units[] = {"count", "percent", NULL};
  bool ge = t->op == PRG__TARGET_OP__TARGET_GE, between = t->op == PRG__TARGET_OP__TARGET_BETWEEN;
  programme_check_needed(check, "op", t->op != 0);
  if (!ge) programme_check_absent(check, "value", t->value > 0, "op");
  if (ge) programme_check_needed(check, "value", t->value > 0);
  if (!between) programme_check_absent(check, "range", t->min || t->max, "op");
  if (between && (t->max == 0 || t->max < t->min))
    programme_check_fault(check, "range", "max 须不小于 min", "max must not be below min", NULL);
  if (ge || between) programme_check_word(check, "unit", t->unit, units);
  if (t->op == PRG__TARGET_OP__TARGET_STATED) programme_check_absent(check, "unit", t->unit[0] != 0, "op");
}

// A percentage is one of a quotient, and at most all of it.
static void percent(struct programme_checker *check, const Prg__Target *t, const Prg__Indicator *of)
{
  if (strcmp(t->unit, "percent") != 0) return;
  if (t->value > 100)
    programme_check_fault(check, "value", "百分比不超过 100", "a percentage is at most 100", NULL);
  if (t->min > 100 || t->max > 100)
    programme_check_fault(check, "range", "百分比不超过 100", "a percentage is at most 100", NULL);
  if (of &&
      (of->form == PRG__INDICATOR_FORM__INDICATOR_COUNT || of->form == PRG__INDICATOR_FORM__INDICATOR_SUM))
    programme_check_fault(check, "unit", "指标 {} 不是商，没有百分比",
                          "the indicator {} is no quotient, so has no percentage", t->indicator);
}

static void targets(struct programme_checker *check)
{
  const Prg__Programme *p = check->programme;
  if (!programme_check_items(check, "targets", p->n_targets)) return;
  size_t mark = programme_check_enter(check, "targets");
  for (size_t i = 0; i < p->n_targets; i++) {
    const Prg__Target *t = p->targets[i];
    size_t item = programme_check_enter_item(check, NULL, i);
    const Prg__Indicator *of = indicator_of(p, t->indicator);
    if (!check->own && !of) {
      programme_check_near(check, t->indicator, "indicators");
      programme_check_fault(check, "indicator", "未定义的指标：{}", "unknown indicator: {}", t->indicator);
    }
    bounds(check, t);
    percent(check, t, of);
    programme_check_inside_owner(check, "each", t->each);
    programme_check_every(check, t->every, t->n_every, false);
    if (t->deadline[0]) programme_check_date(check, "deadline", t->deadline);
    if (t->source) programme_check_title(check, "source", t->source);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}

void programme_check_figures(struct programme_checker *check)
{
  indicators(check);
  targets(check);
}
