// Measures: the keys of each form (dialect §7).
#include "common/domain/predicate.h"
#include "common/domain/programme_check_part.h"
#include <string.h>

static const char *const record_fields[] = {"headcount",   "headcount_by_category",
                                            "named_list",  "audience_count",
                                            "pupil_count", "subject",
                                            "leader_rank", "opening_attended_by_heads",
                                            "ceremony",    "classes",
                                            "hours",       "edition",
                                            "batch",       "place",
                                            "purpose",     "result",
                                            "amount",      NULL};

static bool has(char *const *list, size_t n, const char *word)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(list[i], word) == 0) return true;
  return false;
}

// ---- keys that belong to one form only

enum form_bit { ASSIGNMENT = 1, ACTIVITY = 2, CONTRIBUTION = 4, DUTY = 8 };

static void keys_of_form(struct programme_checker *check, const Prg__Measure *m, unsigned form,
                         const char *word)
{
  const struct {
    const char *key;
    bool there;
    unsigned forms;
  } keys[] = {
      {"from", m->n_from > 0, ASSIGNMENT | ACTIVITY | CONTRIBUTION},
      {"to", m->n_to > 0, ASSIGNMENT | ACTIVITY | CONTRIBUTION},
      {"both_ways", m->both_ways, ASSIGNMENT | ACTIVITY | CONTRIBUTION},
      {"who", m->n_who > 0, ASSIGNMENT},
      {"host", m->n_host > 0, ASSIGNMENT},
      {"prefer", m->n_prefer > 0, ASSIGNMENT},
      {"term", m->term != NULL, ASSIGNMENT},
      {"quota", m->quota != NULL, ASSIGNMENT | ACTIVITY},
      {"match", m->match != NULL, ASSIGNMENT},
      {"part_time", m->part_time, ASSIGNMENT},
      {"personal_agreement", m->personal_agreement != 0, ASSIGNMENT},
      {"allowance", m->allowance_per_year_fen > 0, ASSIGNMENT},
      {"early_end", m->n_early_end > 0, ASSIGNMENT},
      {"outcome", m->n_outcome > 0, ASSIGNMENT},
      {"organiser", m->n_organiser > 0, ACTIVITY},
      {"turn", m->alternate, ACTIVITY},
      {"every", m->n_every > 0, ACTIVITY | CONTRIBUTION | DUTY},
      {"delivery", m->n_delivery > 0, ACTIVITY},
      {"audience", m->n_audience > 0, ACTIVITY},
      {"categories", m->n_categories > 0, ACTIVITY},
      {"minors", m->minors, ACTIVITY},
      {"record", m->n_record > 0, ACTIVITY | CONTRIBUTION},
      {"kind", m->contribution != 0, CONTRIBUTION},
      {"earmark", m->earmark, CONTRIBUTION},
      {"by", m->n_by > 0, DUTY},
      {"deliver", m->n_deliver > 0, DUTY},
  };
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (!(keys[i].forms & form)) programme_check_absent(check, keys[i].key, keys[i].there, word);
}

// ---- term and quota

static void term(struct programme_checker *check, const Prg__Term *t)
{
  bool free_term = t->unit == PRG__CALENDAR_WORD__CALENDAR_WORD_FREE;
  bool unit = free_term || (t->unit >= PRG__CALENDAR_WORD__CALENDAR_WORD_DAY &&
                            t->unit <= PRG__CALENDAR_WORD__CALENDAR_WORD_SCHOOL_YEAR &&
                            t->unit != PRG__CALENDAR_WORD__CALENDAR_WORD_YEAR);
  if (!unit)
    programme_check_fault(check, "term.unit", "单位应为 free、day、week、month、semester 或 school_year",
                          "unit must be free, day, week, month, semester or school_year", NULL);
  if (free_term && (t->min || t->max))
    programme_check_fault(check, "term", "free 没有 min 和 max", "free has neither min nor max", NULL);
  if (!free_term && !t->min && !t->max)
    programme_check_fault(check, "term", "须有 min 或 max", "needs min or max", NULL);
  if (t->max && t->max < t->min)
    programme_check_fault(check, "term.max", "max 须不小于 min", "max must not be below min", NULL);
}

static size_t scopes_of(const Prg__Quota *q, Prg__QuotaScope scope)
{
  size_t n = 0;
  for (size_t i = 0; i < q->n_per; i++)
    n += q->per[i] == scope;
  return n;
}

static void quota_per(struct programme_checker *check, const Prg__Quota *q)
{
  size_t school_years = scopes_of(q, PRG__QUOTA_SCOPE__QUOTA_SCOPE_SCHOOL_YEAR);
  if (school_years + scopes_of(q, PRG__QUOTA_SCOPE__QUOTA_SCOPE_YEAR) != 1)
    programme_check_fault(check, "quota.per", "须恰有 school_year 或 year 之一",
                          "needs exactly one of school_year and year", NULL);
  if (q->form == PRG__QUOTA_FORM__QUOTA_PLAN && school_years == 0)
    programme_check_fault(check, "quota.per", "plan 须按 school_year", "plan needs school_year", NULL);
  for (size_t i = 0; i < q->n_per; i++)
    if (q->per[i] == 0 || scopes_of(q, q->per[i]) > 1)
      programme_check_fault(check, "quota.per", "范围重复或不明", "a scope is unspecified or stands twice",
                            NULL);
}

static void quota(struct programme_checker *check, const Prg__Quota *q)
{
  bool plan = q->form == PRG__QUOTA_FORM__QUOTA_PLAN, fixed = q->form == PRG__QUOTA_FORM__QUOTA_FIXED;
  bool share = q->form == PRG__QUOTA_FORM__QUOTA_SHARE;
  if (!programme_check_items(check, "quota.per", q->n_per)) return;
  programme_check_needed(check, "quota.form", plan || fixed || share);
  quota_per(check, q);
  if (!plan) programme_check_absent(check, "quota.first", q->first > 0, "quota form");
  if (!fixed) programme_check_absent(check, "quota.min", q->min || q->max, "quota form");
  if (!share) programme_check_absent(check, "quota.min_percent", q->min_percent > 0, "quota form");
  if (fixed && !q->min && !q->max)
    programme_check_fault(check, "quota", "须有 min 或 max", "needs min or max", NULL);
  if (fixed && q->max && q->max < q->min)
    programme_check_fault(check, "quota.max", "max 须不小于 min", "max must not be below min", NULL);
  if (share && (q->min_percent == 0 || q->min_percent > 100))
    programme_check_fault(check, "quota.min_percent", "应为 1 至 100", "must be 1 to 100", NULL);
}

// ---- matching

static size_t term_at(const Prg__MatchRules *m, Prg__MatchTerm term, size_t end)
{
  size_t at = 0;
  while (at < end && m->order[at] != term)
    at++;
  return at;
}

// Who asks for the best pairs before asking for filled places would be best served by nobody.
static void match_order(struct programme_checker *check, const Prg__MatchRules *m)
{
  size_t filled = term_at(m, PRG__MATCH_TERM__MATCH_TERM_UNFILLED, m->n_order);
  if (m->n_order && filled == m->n_order)
    programme_check_fault(check, "match.order", "须有 unfilled", "needs unfilled", NULL);
  for (size_t i = 0; i < m->n_order; i++) {
    if (m->order[i] == 0 || term_at(m, m->order[i], i) < i)
      programme_check_fault(check, "match.order", "有重复或不明的一级",
                            "a level stands twice or is not known", NULL);
    if (m->order[i] > PRG__MATCH_TERM__MATCH_TERM_CHANGES && i < filled && filled < m->n_order)
      programme_check_fault(check, "match.order", "unfilled 之前只可有 guarantee 和 changes",
                            "only guarantee and changes may stand before unfilled", NULL);
  }
}

static void match(struct programme_checker *check, const Prg__MatchRules *m)
{
  if (!programme_check_items(check, "match.order", m->n_order)) return;
  match_order(check, m);
  if (m->key_percent > 100)
    programme_check_fault(check, "match.key_percent", "应为 0 至 100", "must be 0 to 100", NULL);
  bool by_home = m->home_max || term_at(m, PRG__MATCH_TERM__MATCH_TERM_BURDEN, m->n_order) < m->n_order;
  if (m->key_percent && by_home)
    programme_check_fault(check, "match.key_percent", "骨干教师与派出单位相互交叉，不能同时设限",
                          "key teachers cross the home institutions of home_max and burden: one of them only",
                          NULL);
}

// ---- the four forms

static const char *const outcomes[] = {"PROMOTED_TO", NULL};
static const char *const deliveries[] = {"ONSITE", "ONLINE", NULL};

static void assignment(struct programme_checker *check, const Prg__Measure *m)
{
  keys_of_form(check, m, ASSIGNMENT, "assignment");
  programme_check_needed(check, "to", m->n_to > 0);
  programme_check_needed(check, "who", m->n_who > 0);
  programme_check_predicates(check, "who", m->who, m->n_who, ABOUT_PERSON);
  programme_check_predicates(check, "host", m->host, m->n_host, ABOUT_PARTY);
  programme_check_predicates(check, "prefer", m->prefer, m->n_prefer, ABOUT_PREFERENCE);
  if (programme_check_needed(check, "term", m->term != NULL)) term(check, m->term);
  if (m->quota) quota(check, m->quota);
  if (m->match) match(check, m->match);
  programme_check_words(check, "outcome", m->outcome, m->n_outcome, outcomes);
  bool renewal = !m->personal_agreement ||
                 m->personal_agreement == PRG__CALENDAR_WORD__CALENDAR_WORD_SEMESTER ||
                 m->personal_agreement == PRG__CALENDAR_WORD__CALENDAR_WORD_SCHOOL_YEAR ||
                 m->personal_agreement == PRG__CALENDAR_WORD__CALENDAR_WORD_YEAR;
  if (!renewal)
    programme_check_fault(check, "personal_agreement", "应为 semester、school_year 或 year",
                          "must be semester, school_year or year", NULL);
  if (!programme_check_items(check, "early_end", m->n_early_end)) return;
  for (size_t i = 0; i < m->n_early_end; i++) {
    programme_check_needed(check, "early_end", m->early_end[i] != 0);
    for (size_t j = 0; j < i; j++)
      if (m->early_end[i] == m->early_end[j])
        programme_check_fault(check, "early_end", "理由重复", "a reason stands twice", NULL);
  }
}

static void recorded(struct programme_checker *check, const Prg__Measure *m)
{
  bool pupils = has(m->record, m->n_record, "pupil_count");
  programme_check_words(check, "record", m->record, m->n_record, record_fields);
  if (pupils && !m->minors)
    programme_check_fault(check, "minors", "记录 pupil_count 须标明 minors", "pupil_count needs minors: true",
                          NULL);
  if (m->minors && has(m->record, m->n_record, "named_list"))
    programme_check_fault(check, "record", "未成年人不列名单", "minors are never listed by name", NULL);
}

static void categories(struct programme_checker *check, const Prg__Measure *m)
{
  if (!programme_check_items(check, "categories", m->n_categories)) return;
  size_t mark = programme_check_enter(check, "categories");
  for (size_t i = 0; i < m->n_categories; i++) {
    size_t item = programme_check_enter_item(check, m->categories[i]->id, i);
    programme_check_upper(check, m->categories[i]->id);
    programme_check_title(check, "title", m->categories[i]->title);
    programme_check_unique(check, m->categories, i);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}

static void activity(struct programme_checker *check, const Prg__Measure *m)
{
  keys_of_form(check, m, ACTIVITY, "activity");
  if (!m->n_organiser && !m->n_from)
    programme_check_fault(check, "organiser", "须有 organiser 或 from", "needs organiser or from", NULL);
  if (m->alternate && m->n_organiser < 2)
    programme_check_fault(check, "turn", "轮流须有两个以上 organiser", "alternate needs two organisers",
                          NULL);
  programme_check_every(check, m->every, m->n_every, false);
  programme_check_words(check, "delivery", m->delivery, m->n_delivery, deliveries);
  programme_check_predicates(check, "audience", m->audience, m->n_audience, ABOUT_AUDIENCE);
  categories(check, m);
  if (m->quota) quota(check, m->quota);
  if (m->quota && m->quota->form == PRG__QUOTA_FORM__QUOTA_SHARE) // of those who meet `who`
    programme_check_fault(check, "quota.form", "activity 没有 share", "share does not belong to activity",
                          NULL);
  programme_check_needed(check, "record", m->n_record > 0);
  recorded(check, m);
}

static void contribution(struct programme_checker *check, const Prg__Measure *m)
{
  keys_of_form(check, m, CONTRIBUTION, "contribution");
  programme_check_needed(check, "kind", m->contribution != 0);
  programme_check_needed(check, "from", m->n_from > 0);
  programme_check_needed(check, "to", m->n_to > 0);
  programme_check_every(check, m->every, m->n_every, false);
  programme_check_words(check, "record", m->record, m->n_record, record_fields);
  if (has(m->record, m->n_record, "pupil_count")) // counts of minors need minors, which is an activity's
    programme_check_fault(check, "record", "pupil_count 只能由 activity 记录",
                          "pupil_count is recorded by activities with minors: true only", NULL);
}

static void deliverables(struct programme_checker *check, const Prg__Measure *m)
{
  static const char *const kinds[] = {"document", "governance_body", "partnership", NULL};
  if (!programme_check_items(check, "deliver", m->n_deliver)) return;
  size_t mark = programme_check_enter(check, "deliver");
  for (size_t i = 0; i < m->n_deliver; i++) {
    const Prg__Deliverable *d = m->deliver[i];
    size_t item = programme_check_enter_item(check, NULL, i);
    programme_check_word(check, "what", d->what, kinds);
    bool partnership = strcmp(d->what, "partnership") == 0;
    if (partnership && programme_check_needed(check, "mode", d->mode[0] != 0))
      programme_check_mode_known(check, "mode", d->mode);
    if (!partnership) programme_check_absent(check, "mode", d->mode[0] != 0, d->what);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}

static void duty(struct programme_checker *check, const Prg__Measure *m)
{
  keys_of_form(check, m, DUTY, "duty");
  programme_check_needed(check, "by", m->n_by > 0);
  programme_check_needed(check, "deliver", m->n_deliver > 0);
  programme_check_every(check, m->every, m->n_every, false);
  deliverables(check, m);
}

static void parties(struct programme_checker *check, const Prg__Measure *m)
{
  programme_check_modes_known(check, "modes", m->modes, m->n_modes);
  programme_check_parties(check, "from", m->from, m->n_from, PLACE_ANYWHERE);
  programme_check_parties(check, "to", m->to, m->n_to, PLACE_ANYWHERE);
  programme_check_parties(check, "organiser", m->organiser, m->n_organiser, PLACE_ANYWHERE);
  programme_check_parties(check, "by", m->by, m->n_by, PLACE_ANYWHERE);
}

static void measure(struct programme_checker *check, const Prg__Measure *m)
{
  programme_check_lower(check, m->id);
  programme_check_title(check, "title", m->title);
  programme_check_needed(check, "level", m->level != 0);
  parties(check, m);
  switch (m->form) {
  case PRG__FORM__FORM_ASSIGNMENT:
    assignment(check, m);
    break;
  case PRG__FORM__FORM_ACTIVITY:
    activity(check, m);
    break;
  case PRG__FORM__FORM_CONTRIBUTION:
    contribution(check, m);
    break;
  case PRG__FORM__FORM_DUTY:
    duty(check, m);
    break;
  default:
    programme_check_needed(check, "form", false);
  }
}

// The form is the parent's, so that only what every form says alike is judged here; programme_check judges
// the whole once it is known.
void programme_check_measure_keys(struct programme_checker *check, const Prg__MeasureOverride *override)
{
  const Prg__Measure *m = override->measure;
  programme_check_lower(check, m->id);
  if (m->form) programme_check_fault(check, "form", "措施的形式不可更改", "cannot be changed", NULL);
  if (m->title) programme_check_title(check, "title", m->title);
  parties(check, m);
  programme_check_predicates(check, "who", m->who, m->n_who, ABOUT_PERSON);
  programme_check_predicates(check, "host", m->host, m->n_host, ABOUT_PARTY);
  programme_check_predicates(check, "prefer", m->prefer, m->n_prefer, ABOUT_PREFERENCE);
  programme_check_predicates(check, "audience", m->audience, m->n_audience, ABOUT_AUDIENCE);
  if (m->term) term(check, m->term);
  if (m->quota) quota(check, m->quota);
  programme_check_every(check, m->every, m->n_every, false);
  programme_check_words(check, "record", m->record, m->n_record, record_fields);
  programme_check_words(check, "outcome", m->outcome, m->n_outcome, outcomes);
  programme_check_words(check, "delivery", m->delivery, m->n_delivery, deliveries);
  categories(check, m);
  deliverables(check, m);
}

void programme_check_measures(struct programme_checker *check)
{
  const Prg__Programme *p = check->programme;
  if (!check->own) programme_check_needed(check, "measures", p->n_measures > 0);
  if (!programme_check_items(check, "measures", p->n_measures)) return;
  size_t mark = programme_check_enter(check, "measures");
  for (size_t i = 0; i < p->n_measures; i++) {
    size_t item = programme_check_enter_item(check, p->measures[i]->id, i);
    measure(check, p->measures[i]);
    programme_check_unique(check, p->measures, i);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}
