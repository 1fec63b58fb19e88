#include "tests/lib/programme_a.h"
#include "common/base/pb.h"
#include "tests/lib/testlib.h"
#include <stdlib.h>
#include <string.h>

static void *need(void *pointer)
{
  assert_non_null(pointer);
  return pointer;
}

#define NEW(arena, type, init)                                                                               \
  ({                                                                                                         \
    type *new_ = need(ARENA_NEW((arena), type));                                                             \
    init(new_);                                                                                              \
    new_;                                                                                                    \
  })

// A list one longer; the old one stays in the arena.
static void *grown(struct arena *arena, void *list, size_t n, void *item)
{
  void **longer = need(ARENA_ARRAY(arena, void *, n + 1));
  if (n) memcpy(longer, list, n * sizeof *longer);
  longer[n] = item;
  return longer;
}
#define ADD(arena, owner, field, item)                                                                       \
  ((owner)->field = grown((arena), (owner)->field, (owner)->n_##field, (item)), (owner)->n_##field++)

char **programme_words(struct arena *arena, const char *list, size_t *ret_n)
{
  char **words = NULL;
  size_t n = 0;
  while (*list) {
    size_t length = strcspn(list, "|");
    words = grown(arena, words, n++, need(arena_strndup(arena, list, length)));
    list += length + (list[length] == '|');
  }
  *ret_n = n;
  return words;
}

Typ__Text *programme_text(struct arena *arena, const char *zh, const char *en)
{
  Typ__Text *text = NEW(arena, Typ__Text, typ__text__init);
  text->zh = need(arena_strdup(arena, zh));
  text->en = need(arena_strdup(arena, en));
  return text;
}

static int *values(struct arena *arena, const ProtobufCEnumDescriptor *vocabulary, const char *list,
                   size_t *ret_n)
{
  char **words = programme_words(arena, list, ret_n);
  int *numbers = need(ARENA_ARRAY(arena, int, *ret_n + 1));
  for (size_t i = 0; i < *ret_n; i++) {
    numbers[i] = pb_enum_value(vocabulary, words[i]);
    if (numbers[i] < 0) fail_msg("unknown word %s", words[i]);
  }
  return numbers;
}
#define VALUES(predicate, field, vocabulary)                                                                 \
  (predicate)->field = (void *)values(arena, &(vocabulary), argument, &(predicate)->n_##field)

Prg__Predicate *programme_predicate(struct arena *arena, const char *kind, const char *argument)
{
  Prg__Predicate *p = NEW(arena, Prg__Predicate, prg__predicate__init);
  int value = pb_enum_value(&prg__predicate_kind__descriptor, kind);
  if (value < 0) fail_msg("unknown predicate %s", kind);
  p->kind = (Prg__PredicateKind)value;
  switch (p->kind) {
  case PRG__PREDICATE_KIND__PREDICATE_KIND_IN:
    VALUES(p, kinds, typ__institution_kind__descriptor);
    break;
  case PRG__PREDICATE_KIND__PREDICATE_DIVISION_LEVEL:
    VALUES(p, levels, typ__division_level__descriptor);
    break;
  case PRG__PREDICATE_KIND__PREDICATE_STAGE_IN:
    VALUES(p, stages, typ__stage__descriptor);
    break;
  case PRG__PREDICATE_KIND__PREDICATE_URBAN_RURAL_IN:
    VALUES(p, places, typ__place__descriptor);
    break;
  case PRG__PREDICATE_KIND__PREDICATE_CATEGORY_IN:
    VALUES(p, categories, typ__person_category__descriptor);
    break;
  case PRG__PREDICATE_KIND__PREDICATE_POST_IN:
    VALUES(p, posts, typ__post__descriptor);
    break;
  case PRG__PREDICATE_KIND__PREDICATE_TITLE_MIN:
    p->title = (Typ__Title)pb_enum_value(&typ__title__descriptor, argument);
    break;
  case PRG__PREDICATE_KIND__PREDICATE_AGE_MAX:
  case PRG__PREDICATE_KIND__PREDICATE_MIN_YEARS_HERE:
    p->number = (uint32_t)strtoul(argument, NULL, 10);
    break;
  case PRG__PREDICATE_KIND__PREDICATE_WITHIN_KM: {
    const char *colon = strchr(argument, ':');
    if (colon) p->words = programme_words(arena, colon + 1, &p->n_words);
    p->number = (uint32_t)strtoul(argument, NULL, 10);
    break;
  }
  case PRG__PREDICATE_KIND__PREDICATE_SAME_DIVISION: {
    const char *colon = strchr(argument, ':');
    if (colon) p->words = programme_words(arena, colon + 1, &p->n_words);
    argument = colon ? need(arena_strndup(arena, argument, (size_t)(colon - argument))) : argument;
    VALUES(p, levels, typ__division_level__descriptor);
    break;
  }
  default:
    p->words = programme_words(arena, argument, &p->n_words);
  }
  return p;
}

Prg__Predicate **programme_predicates(struct arena *arena, const char *list, size_t *ret_n)
{
  Prg__Predicate **predicates = NULL;
  size_t n = 0;
  while (*list) {
    size_t length = strcspn(list, ";");
    char *item = need(arena_strndup(arena, list, length));
    char *equals = strchr(item, '=');
    if (equals) *equals = '\0';
    predicates = grown(arena, predicates, n++, programme_predicate(arena, item, equals ? equals + 1 : ""));
    list += length + (list[length] == ';');
  }
  *ret_n = n;
  return predicates;
}

Prg__RoleDef *programme_add_role(struct arena *arena, Prg__Programme *programme, const char *id,
                                 const char *who)
{
  Prg__RoleDef *role = NEW(arena, Prg__RoleDef, prg__role_def__init);
  role->id = need(arena_strdup(arena, id));
  role->title = programme_text(arena, id, id);
  role->who = programme_predicates(arena, who, &role->n_who);
  ADD(arena, programme, roles, role);
  return role;
}

static Prg__MemberRule *member_rule(struct arena *arena, const char *text)
{
  Prg__MemberRule *rule = NEW(arena, Prg__MemberRule, prg__member_rule__init);
  size_t name = strcspn(text, " ");
  char *rest = NULL;
  rule->role = need(arena_strndup(arena, text, name));
  rule->min = (uint32_t)strtoul(text + name, &rest, 10);
  rule->max = (uint32_t)strtoul(rest, &rest, 10);
  rule->who = programme_predicates(arena, *rest == ':' ? rest + 1 + strspn(rest + 1, " ") : "", &rule->n_who);
  return rule;
}

Prg__Mode *programme_add_mode(struct arena *arena, Prg__Programme *programme, const char *id,
                              const char *members, const char *rules)
{
  Prg__Mode *mode = NEW(arena, Prg__Mode, prg__mode__init);
  mode->id = need(arena_strdup(arena, id));
  mode->title = programme_text(arena, id, id);
  while (*members) {
    size_t length = strcspn(members, "/");
    ADD(arena, mode, members, member_rule(arena, need(arena_strndup(arena, members, length))));
    members += length + (members[length] == '/');
  }
  mode->rules = programme_predicates(arena, rules, &mode->n_rules);
  ADD(arena, programme, modes, mode);
  return mode;
}

Prg__Measure *programme_add_measure(struct arena *arena, Prg__Programme *programme, const char *id,
                                    Prg__Form form)
{
  Prg__Measure *measure = NEW(arena, Prg__Measure, prg__measure__init);
  measure->id = need(arena_strdup(arena, id));
  measure->title = programme_text(arena, id, id);
  measure->form = form;
  measure->level = PRG__OBLIGATION__OBLIGATION_MUST;
  ADD(arena, programme, measures, measure);
  return measure;
}

// ---- programme A itself, section by section as in its file

static void head(struct arena *arena, Prg__Programme *p)
{
  p->id = need(arena_strdup(arena, "nmg-framework"));
  p->version = 1;
  p->dialect = 1;
  p->title = programme_text(arena, "友好合作框架协议", "Framework agreement between education bureaus");
  p->owner = NEW(arena, Prg__Owner, prg__owner__init);
  p->owner->division = need(arena_strdup(arena, "150000"));
  Prg__Basis *policy = NEW(arena, Prg__Basis, prg__basis__init);
  policy->title = programme_text(arena, "乡村教师支持计划（2015年—2020年）实施办法",
                                 "Implementation measures of the Rural Teacher Support Plan (2015-2020)");
  policy->kind = PRG__BASIS_KIND__BASIS_POLICY;
  policy->valid = NEW(arena, Typ__Period, typ__period__init);
  policy->valid->from = need(arena_strdup(arena, "2015"));
  policy->valid->to = need(arena_strdup(arena, "2020"));
  ADD(arena, p, basis, policy);
  Prg__Basis *parent = NEW(arena, Prg__Basis, prg__basis__init);
  parent->title =
      programme_text(arena, "盟市（高校）优秀退休教师对口支援乡村教育计划协议书",
                     "Agreement of leagues, cities and universities on excellent retired teachers");
  parent->kind = PRG__BASIS_KIND__BASIS_PARENT_AGREEMENT;
  parent->between =
      programme_predicates(arena, "KIND_IN=GOVERNMENT;DIVISION_LEVEL=PREFECTURE", &parent->n_between);
  ADD(arena, p, basis, parent);
  p->status = PRG__PROGRAMME_STATUS__PROGRAMME_PUBLISHED;
  p->rev = 1;
}

static void roles_and_modes(struct arena *arena, Prg__Programme *p)
{
  programme_add_role(arena, p, "PARTY_A", "KIND_IN=BUREAU;DIVISION_LEVEL=PREFECTURE");
  programme_add_role(arena, p, "PARTY_B", "KIND_IN=BUREAU;DIVISION_LEVEL=PREFECTURE");
  programme_add_role(arena, p, "SUPPORTER", "KIND_IN=SCHOOL|KINDERGARTEN|SPECIAL;UNDER=PARTY_A");
  programme_add_role(arena, p, "RECIPIENT", "KIND_IN=SCHOOL|KINDERGARTEN|SPECIAL;UNDER=PARTY_B");
  p->approvals = NEW(arena, Prg__Approvals, prg__approvals__init);
  p->approvals->agreement = programme_words(arena, "PARTY_A|PARTY_B", &p->approvals->n_agreement);
  p->approvals->plan = programme_words(arena, "PARTY_B|PROVINCE", &p->approvals->n_plan);
  Prg__Mode *framework = programme_add_mode(arena, p, "FRAMEWORK", "PARTY_A 1 1/PARTY_B 1 1", "");
  framework->signed_ = true;
  programme_add_mode(arena, p, "MUTUAL_AID", "SUPPORTER 1 1: TAG_HAS=quality/RECIPIENT 1 0", "SAME_STAGE");
  programme_add_mode(arena, p, "KG_ONE_TO_ONE",
                     "SUPPORTER 1 1: KIND_IN=KINDERGARTEN;TAG_HAS=model_kg_region/"
                     "RECIPIENT 1 1: KIND_IN=KINDERGARTEN;TAG_HAS=model_kg_region",
                     "EXCLUSIVE=SUPPORTER|RECIPIENT");
}

static Prg__Quota *quota(struct arena *arena, Prg__QuotaForm form, Prg__QuotaScope period)
{
  Prg__Quota *q = NEW(arena, Prg__Quota, prg__quota__init);
  q->form = form;
  q->per = need(ARENA_ARRAY(arena, Prg__QuotaScope, 2));
  q->per[0] = PRG__QUOTA_SCOPE__QUOTA_SCOPE_AGREEMENT;
  q->per[1] = period;
  q->n_per = 2;
  return q;
}

static Prg__Term *term(struct arena *arena, Prg__CalendarWord unit, uint32_t exactly)
{
  Prg__Term *t = NEW(arena, Prg__Term, prg__term__init);
  t->unit = unit;
  t->min = t->max = exactly;
  return t;
}

static void postings(struct arena *arena, Prg__Programme *p)
{
  Prg__Measure *m = programme_add_measure(arena, p, "retired_teaching", PRG__FORM__FORM_ASSIGNMENT);
  m->from = programme_words(arena, "PARTY_A", &m->n_from);
  m->to = programme_words(arena, "RECIPIENT", &m->n_to);
  m->who = programme_predicates(arena, "CATEGORY_IN=RETIRED_TEACHER", &m->n_who);
  m->host = programme_predicates(arena, "URBAN_RURAL_IN=TOWNSHIP|VILLAGE|PASTORAL", &m->n_host);
  m->term = term(arena, PRG__CALENDAR_WORD__CALENDAR_WORD_SCHOOL_YEAR, 1);
  m->quota = quota(arena, PRG__QUOTA_FORM__QUOTA_PLAN, PRG__QUOTA_SCOPE__QUOTA_SCOPE_SCHOOL_YEAR);
  m->quota->first = 16;
  m->prefer = programme_predicates(arena, "SAME_PAIR_AS_LAST_YEAR", &m->n_prefer);

  m = programme_add_measure(arena, p, "principal_post", PRG__FORM__FORM_ASSIGNMENT);
  m->from = programme_words(arena, "PARTY_B", &m->n_from);
  m->to = programme_words(arena, "SUPPORTER", &m->n_to);
  m->who = programme_predicates(arena, "POST_IN=PRINCIPAL|VICE_PRINCIPAL", &m->n_who);
  m->host = programme_predicates(arena, "TAG_HAS=quality", &m->n_host);
  m->term = term(arena, PRG__CALENDAR_WORD__CALENDAR_WORD_MONTH, 1);
  m->quota = quota(arena, PRG__QUOTA_FORM__QUOTA_FIXED, PRG__QUOTA_SCOPE__QUOTA_SCOPE_YEAR);
  m->quota->min = 5;
  m->quota->max = 10;

  m = programme_add_measure(arena, p, "kg_shadow", PRG__FORM__FORM_ASSIGNMENT);
  m->level = PRG__OBLIGATION__OBLIGATION_SHOULD;
  m->modes = programme_words(arena, "KG_ONE_TO_ONE", &m->n_modes);
  m->from = programme_words(arena, "RECIPIENT", &m->n_from);
  m->to = programme_words(arena, "SUPPORTER", &m->n_to);
  m->who = programme_predicates(arena, "POST_IN=KG_DIRECTOR|KG_TEACHING_DIRECTOR", &m->n_who);
  m->term = term(arena, PRG__CALENDAR_WORD__CALENDAR_WORD_FREE, 0);
}

static void other_measures(struct arena *arena, Prg__Programme *p)
{
  Prg__Measure *m = programme_add_measure(arena, p, "teacher_visit", PRG__FORM__FORM_ACTIVITY);
  m->from = programme_words(arena, "PARTY_A", &m->n_from);
  m->to = programme_words(arena, "PARTY_B", &m->n_to);
  m->record = programme_words(arena, "headcount_by_category", &m->n_record);

  m = programme_add_measure(arena, p, "special_ed", PRG__FORM__FORM_DUTY);
  m->level = PRG__OBLIGATION__OBLIGATION_MAY;
  m->by = programme_words(arena, "PARTY_A", &m->n_by);
  Prg__Deliverable *document = NEW(arena, Prg__Deliverable, prg__deliverable__init);
  document->what = need(arena_strdup(arena, "document"));
  ADD(arena, m, deliver, document);

  m = programme_add_measure(arena, p, "open_resources", PRG__FORM__FORM_CONTRIBUTION);
  m->contribution = PRG__CONTRIBUTION_KIND__CONTRIBUTION_ACCESS;
  m->from = programme_words(arena, "PARTY_A", &m->n_from);
  m->to = programme_words(arena, "PARTY_B", &m->n_to);
  m->both_ways = true;
}

static Prg__CalendarWord *one_word(struct arena *arena, Prg__CalendarWord word)
{
  Prg__CalendarWord *list = need(ARENA_ARRAY(arena, Prg__CalendarWord, 1));
  list[0] = word;
  return list;
}

static void figures(struct arena *arena, Prg__Programme *p)
{
  Prg__Indicator *fill = NEW(arena, Prg__Indicator, prg__indicator__init);
  fill->id = need(arena_strdup(arena, "retired_fill"));
  fill->title = programme_text(arena, "退休教师计划完成率", "Plan fulfilment, retired teachers");
  fill->form = PRG__INDICATOR_FORM__INDICATOR_FILL;
  fill->measure = need(arena_strdup(arena, "retired_teaching"));
  ADD(arena, p, indicators, fill);

  Prg__Indicator *sent = NEW(arena, Prg__Indicator, prg__indicator__init);
  sent->id = need(arena_strdup(arena, "principals_sent"));
  sent->title = programme_text(arena, "选派校长人数", "Principals sent");
  sent->form = PRG__INDICATOR_FORM__INDICATOR_COUNT;
  sent->num = NEW(arena, Prg__Counted, prg__counted__init);
  sent->num->what = need(arena_strdup(arena, "assignments"));
  sent->num->measure = need(arena_strdup(arena, "principal_post"));
  sent->group_by = programme_words(arena, "year", &sent->n_group_by);
  ADD(arena, p, indicators, sent);

  Prg__Target *target = NEW(arena, Prg__Target, prg__target__init);
  target->indicator = need(arena_strdup(arena, "principals_sent"));
  target->op = PRG__TARGET_OP__TARGET_BETWEEN;
  target->min = 5;
  target->max = 10;
  target->unit = need(arena_strdup(arena, "count"));
  target->every = one_word(arena, PRG__CALENDAR_WORD__CALENDAR_WORD_YEAR);
  target->n_every = 1;
  ADD(arena, p, targets, target);
}

static void papers(struct arena *arena, Prg__Programme *p)
{
  Prg__Report *report = NEW(arena, Prg__Report, prg__report__init);
  report->id = need(arena_strdup(arena, "annual"));
  report->title = programme_text(arena, "学年报告", "School-year report");
  report->every = one_word(arena, PRG__CALENDAR_WORD__CALENDAR_WORD_SCHOOL_YEAR);
  report->n_every = 1;
  report->by = programme_words(arena, "PARTY_A|PARTY_B", &report->n_by);
  report->to = programme_words(arena, "PROVINCE", &report->n_to);
  report->due_days = 30;
  ADD(arena, p, reports, report);

  Prg__NoticeRule *plan = NEW(arena, Prg__NoticeRule, prg__notice_rule__init);
  plan->event = need(arena_strdup(arena, "PlanApproved"));
  plan->to = programme_words(arena, "PARTY_A|PARTY_B", &plan->n_to);
  plan->ack = PRG__ACK_KIND__ACK_SIGN;
  plan->within_working_days = 3;
  plan->escalate = programme_words(arena, "PROVINCE", &plan->n_escalate);
  ADD(arena, p, notices, plan);

  Prg__NoticeRule *person = NEW(arena, Prg__NoticeRule, prg__notice_rule__init);
  person->event = need(arena_strdup(arena, "AssignmentApproved"));
  person->to = programme_words(arena, "PERSON|HOME|HOST", &person->n_to);
  person->ack = PRG__ACK_KIND__ACK_RECEIPT;
  person->within_working_days = 2;
  person->escalate = programme_words(arena, "PARTY_A", &person->n_escalate);
  ADD(arena, p, notices, person);
}

Prg__Programme *programme_a(struct arena *arena)
{
  Prg__Programme *p = NEW(arena, Prg__Programme, prg__programme__init);
  head(arena, p);
  roles_and_modes(arena, p);
  postings(arena, p);
  other_measures(arena, p);
  figures(arena, p);
  papers(arena, p);
  return p;
}
