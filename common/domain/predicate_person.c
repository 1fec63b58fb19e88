// Predicates about a person.
#include "common/base/date.h"
#include "common/domain/predicate_words.h"
#include <errno.h>
#include <string.h>

#define VALUES(list) (const int *)(list) // protobuf-c enums are ints in memory

static int category_in(const struct predicate_env *env, const Prg__Predicate *p, const Reg__Person *person,
                       struct predicate_answer *ret)
{
  const ProtobufCEnumDescriptor *words = &typ__person_category__descriptor;
  int category = (int)person->category;
  struct predicate_compared what = {
      "人员类别",
      "category",
      predicate_word_zh(words, category),
      predicate_list_en(env->arena, words, &category, 1),
      predicate_list_zh(env->arena, words, VALUES(p->categories), p->n_categories),
      predicate_list_en(env->arena, words, VALUES(p->categories), p->n_categories)};
  return predicate_compare(env->arena, predicate_has_value(VALUES(p->categories), p->n_categories, category),
                           REASON_AS_01, &what, ret);
}

static int post_in(const struct predicate_env *env, const Prg__Predicate *p, const Reg__Person *person,
                   struct predicate_answer *ret)
{
  const ProtobufCEnumDescriptor *words = &typ__post__descriptor;
  bool holds = false;
  for (size_t i = 0; i < person->n_posts; i++)
    holds = holds || predicate_has_value(VALUES(p->posts), p->n_posts, (int)person->posts[i]);
  struct predicate_compared what = {
      "职务",
      "post",
      predicate_list_zh(env->arena, words, VALUES(person->posts), person->n_posts),
      predicate_list_en(env->arena, words, VALUES(person->posts), person->n_posts),
      predicate_list_zh(env->arena, words, VALUES(p->posts), p->n_posts),
      predicate_list_en(env->arena, words, VALUES(p->posts), p->n_posts)};
  return predicate_compare(env->arena, holds, REASON_AS_01, &what, ret);
}

static int stage_in(const struct predicate_env *env, const Prg__Predicate *p, const Reg__Person *person,
                    struct predicate_answer *ret)
{
  const ProtobufCEnumDescriptor *words = &typ__stage__descriptor;
  bool holds = false;
  for (size_t i = 0; i < person->n_stages; i++)
    holds = holds || predicate_has_value(VALUES(p->stages), p->n_stages, (int)person->stages[i]);
  struct predicate_compared what = {
      "任教学段",
      "stage",
      predicate_list_zh(env->arena, words, VALUES(person->stages), person->n_stages),
      predicate_list_en(env->arena, words, VALUES(person->stages), person->n_stages),
      predicate_list_zh(env->arena, words, VALUES(p->stages), p->n_stages),
      predicate_list_en(env->arena, words, VALUES(p->stages), p->n_stages)};
  return predicate_compare(env->arena, holds, REASON_AS_08, &what, ret);
}

static int subject_in(const struct predicate_env *env, const Prg__Predicate *p, const Reg__Person *person,
                      struct predicate_answer *ret)
{
  bool holds = false;
  for (size_t i = 0; i < person->n_subjects; i++)
    holds = holds || predicate_has_text(p->words, p->n_words, person->subjects[i]);
  const char *have = predicate_list_text(env->arena, person->subjects, person->n_subjects, ", ");
  const char *want = predicate_list_text(env->arena, p->words, p->n_words, ", ");
  struct predicate_compared what = {"任教学科", "subject", have, have, want, want};
  return predicate_compare(env->arena, holds, REASON_AS_01, &what, ret);
}

static int title_min(const struct predicate_env *env, const Prg__Predicate *p, const Reg__Person *person,
                     struct predicate_answer *ret)
{
  const ProtobufCEnumDescriptor *words = &typ__title__descriptor;
  int have = (int)person->title, want = (int)p->title;
  const char *want_en = predicate_list_en(env->arena, words, &want, 1);
  struct predicate_compared what = {"职称",
                                    "title",
                                    predicate_word_zh(words, have),
                                    predicate_list_en(env->arena, words, &have, 1),
                                    arena_printf(env->arena, "%s及以上", predicate_word_zh(words, want)),
                                    want_en ? arena_printf(env->arena, "%s or higher", want_en) : NULL};
  return predicate_compare(env->arena, person->title >= p->title, REASON_AS_01, &what, ret);
}

static int age_max(const struct predicate_env *env, const Prg__Predicate *p, const Reg__Person *person,
                   struct predicate_answer *ret)
{
  if (!date_valid(person->birth))
    return predicate_say(false, REASON_AS_01, "出生年月未登记", "birth is not recorded", ret);
  int age = years_between(person->birth, env->on);
  bool holds = age <= (int)p->number;
  if (holds)
    return predicate_say(true, REASON_AS_01, arena_printf(env->arena, "%s 时 %d 岁", env->on, age),
                         arena_printf(env->arena, "aged %d on %s", age, env->on), ret);
  return predicate_say(
      false, REASON_AS_01,
      arena_printf(env->arena, "%s 时 %d 岁，上限 %u 岁", env->on, age, (unsigned)p->number),
      arena_printf(env->arena, "aged %d on %s, at most %u allowed", age, env->on, (unsigned)p->number), ret);
}

static int min_years_here(const struct predicate_env *env, const Prg__Predicate *p, const Reg__Person *person,
                          struct predicate_answer *ret)
{
  if (!date_valid(person->here_since))
    return predicate_say(false, REASON_AS_01, "到本单位时间未登记",
                         "start at the home institution is not recorded", ret);
  int years = years_between(person->here_since, env->on);
  bool holds = years >= (int)p->number;
  if (holds)
    return predicate_say(true, REASON_AS_01, arena_printf(env->arena, "在本单位 %d 年", years),
                         arena_printf(env->arena, "%d years at the home institution", years), ret);
  return predicate_say(false, REASON_AS_01,
                       arena_printf(env->arena, "在本单位 %d 年，至少须 %u 年", years, (unsigned)p->number),
                       arena_printf(env->arena, "%d years at the home institution, at least %u needed", years,
                                    (unsigned)p->number),
                       ret);
}

int predicate_person(const struct predicate_env *env, const Prg__Predicate *predicate,
                     const Reg__Person *person, struct predicate_answer *ret)
{
  switch (predicate->kind) {
  case PRG__PREDICATE_KIND__PREDICATE_CATEGORY_IN:
    return category_in(env, predicate, person, ret);
  case PRG__PREDICATE_KIND__PREDICATE_POST_IN:
    return post_in(env, predicate, person, ret);
  case PRG__PREDICATE_KIND__PREDICATE_STAGE_IN:
    return stage_in(env, predicate, person, ret);
  case PRG__PREDICATE_KIND__PREDICATE_SUBJECT_IN:
    return subject_in(env, predicate, person, ret);
  case PRG__PREDICATE_KIND__PREDICATE_TITLE_MIN:
    return title_min(env, predicate, person, ret);
  case PRG__PREDICATE_KIND__PREDICATE_AGE_MAX:
    return age_max(env, predicate, person, ret);
  case PRG__PREDICATE_KIND__PREDICATE_MIN_YEARS_HERE:
    return min_years_here(env, predicate, person, ret);
  case PRG__PREDICATE_KIND__PREDICATE_ONE_APPLICATION_PER_YEAR:
    // Candidates are dispatchd's: it refuses the second one (AS-14). The person alone cannot break it.
    return predicate_say(true, REASON_AS_14, "每年只报一次名，由报名环节核对",
                         "one application a year, checked when nominated", ret);
  default:
    return -EINVAL;
  }
}
