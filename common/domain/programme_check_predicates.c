// Predicates: each stands where dialect §4 allows it and has exactly the argument of its kind.
#include "common/domain/predicate.h"
#include "common/domain/programme_check_part.h"
#include <string.h>

enum argument {
  ARG_NONE = 0,
  ARG_KINDS = 1,
  ARG_LEVELS = 2,
  ARG_STAGES = 4,
  ARG_PLACES = 8,
  ARG_CATEGORIES = 16,
  ARG_POSTS = 32,
  ARG_TITLE = 64,
  ARG_NUMBER = 128,
  ARG_WORDS = 256,
};
enum words { WORDS_FREE, WORDS_ROLES, WORDS_MODES, WORDS_PARTY, WORDS_SUBJECTS };

#define ABOUT_PEOPLE (ABOUT_PERSON | ABOUT_AUDIENCE)
static const struct rule {
  const char *word;
  unsigned about;
  unsigned needs, may; // arguments
  enum words words;
} rules[] = {
#define RULE(id) [PRG__PREDICATE_KIND__PREDICATE_##id]
    RULE(KIND_IN) = {"kind_in", ABOUT_PARTY, ARG_KINDS, 0, WORDS_FREE},
    RULE(DIVISION_LEVEL) = {"division_level", ABOUT_PARTY, ARG_LEVELS, 0, WORDS_FREE},
    RULE(UNDER) = {"under", ABOUT_PARTY, ARG_WORDS, 0, WORDS_ROLES},
    RULE(OPERATED_BY) = {"operated_by", ABOUT_PARTY, ARG_WORDS, 0, WORDS_ROLES},
    RULE(DIVISION_TAG) = {"division_tag", ABOUT_PARTY, ARG_WORDS, 0, WORDS_FREE},
    RULE(TAG_HAS) = {"tag_has", ABOUT_PARTY, ARG_WORDS, 0, WORDS_FREE},
    RULE(STAGE_IN) = {"stage_in", ABOUT_PARTY | ABOUT_PEOPLE, ARG_STAGES, 0, WORDS_FREE},
    RULE(URBAN_RURAL_IN) = {"urban_rural_in", ABOUT_PARTY, ARG_PLACES, 0, WORDS_FREE},
    RULE(PARTY_IS) = {"party_is", ABOUT_PARTY, ARG_WORDS, 0, WORDS_PARTY},
    RULE(MODE_IN) = {"mode_in", ABOUT_PARTY, ARG_WORDS, 0, WORDS_MODES},
    RULE(SAME_DIVISION) = {"same_division", ABOUT_STRUCTURE, ARG_LEVELS, ARG_WORDS, WORDS_ROLES},
    RULE(SAME_STAGE) = {"same_stage", ABOUT_STRUCTURE, ARG_NONE, 0, WORDS_FREE},
    RULE(EXCLUSIVE) = {"exclusive", ABOUT_STRUCTURE, ARG_WORDS, 0, WORDS_ROLES},
    RULE(SINGLE_LEGAL_PERSON) = {"single_legal_person", ABOUT_STRUCTURE, ARG_NONE, 0, WORDS_FREE},
    RULE(AFFILIATION_UNCHANGED) = {"affiliation_unchanged", ABOUT_STRUCTURE, ARG_NONE, 0, WORDS_FREE},
    RULE(WITHIN_KM) = {"within_km", ABOUT_STRUCTURE, ARG_NUMBER, ARG_WORDS, WORDS_ROLES},
    RULE(CATEGORY_IN) = {"category_in", ABOUT_PEOPLE, ARG_CATEGORIES, 0, WORDS_FREE},
    RULE(POST_IN) = {"post_in", ABOUT_PEOPLE, ARG_POSTS, 0, WORDS_FREE},
    RULE(SUBJECT_IN) = {"subject_in", ABOUT_PEOPLE, ARG_WORDS, 0, WORDS_SUBJECTS},
    RULE(TITLE_MIN) = {"title_min", ABOUT_PEOPLE, ARG_TITLE, 0, WORDS_FREE},
    RULE(AGE_MAX) = {"age_max", ABOUT_PEOPLE, ARG_NUMBER, 0, WORDS_FREE},
    RULE(MIN_YEARS_HERE) = {"min_years_here", ABOUT_PEOPLE, ARG_NUMBER, 0, WORDS_FREE},
    RULE(ONE_APPLICATION_PER_YEAR) = {"one_application_per_year", ABOUT_PEOPLE, ARG_NONE, 0, WORDS_FREE},
    RULE(SAME_SUBJECT) = {"same_subject", ABOUT_AUDIENCE, ARG_NONE, 0, WORDS_FREE},
    RULE(SAME_PAIR_AS_LAST_YEAR) = {"same_pair_as_last_year", ABOUT_PREFERENCE, ARG_NONE, 0, WORDS_FREE},
#undef RULE
};

static unsigned arguments(const Prg__Predicate *p)
{
  return (p->n_kinds ? ARG_KINDS : 0u) | (p->n_levels ? ARG_LEVELS : 0u) | (p->n_stages ? ARG_STAGES : 0u) |
         (p->n_places ? ARG_PLACES : 0u) | (p->n_categories ? ARG_CATEGORIES : 0u) |
         (p->n_posts ? ARG_POSTS : 0u) | (p->title ? ARG_TITLE : 0u) | (p->number ? ARG_NUMBER : 0u) |
         (p->n_words ? ARG_WORDS : 0u);
}

static bool unspecified_in(const void *values, size_t n)
{
  const int *list = values; // protobuf-c enums are ints in memory
  for (size_t i = 0; i < n; i++)
    if (list[i] == 0) return true;
  return false;
}

static bool has_unspecified(const Prg__Predicate *p)
{
  return unspecified_in(p->kinds, p->n_kinds) || unspecified_in(p->levels, p->n_levels) ||
         unspecified_in(p->stages, p->n_stages) || unspecified_in(p->places, p->n_places) ||
         unspecified_in(p->categories, p->n_categories) || unspecified_in(p->posts, p->n_posts);
}

static bool member_of(const Prg__Mode *mode, const char *role)
{
  for (size_t i = 0; i < mode->n_members; i++)
    if (strcmp(mode->members[i]->role, role) == 0) return true;
  return false;
}

static void role_word(struct programme_checker *check, const char *word)
{
  programme_check_role_known(check, NULL, word);
  if (check->mode && programme_role(check->programme, word) && !member_of(check->mode, word))
    programme_check_fault(check, NULL, "{} 不是本模式的成员角色", "{} is no member role of this mode", word);
}

static bool digits(const char *text)
{
  size_t length = strlen(text);
  return length > 0 && length <= 8 && strspn(text, "0123456789") == length;
}

static void word(struct programme_checker *check, enum words kind, const char *text)
{
  static const char *const parties[] = {"INSTITUTION", "PARTNERSHIP", NULL};
  switch (kind) {
  case WORDS_ROLES:
    role_word(check, text);
    break;
  case WORDS_MODES:
    programme_check_mode_known(check, NULL, text);
    break;
  case WORDS_PARTY:
    programme_check_word(check, NULL, text, parties);
    break;
  case WORDS_SUBJECTS:
    if (!digits(text)) programme_check_fault(check, NULL, "不是学科代码：{}", "is no subject code: {}", text);
    break;
  case WORDS_FREE:
    if (!text[0]) programme_check_fault(check, NULL, "标签为空", "an empty tag", NULL);
    break;
  }
}

static void one(struct programme_checker *check, const Prg__Predicate *p, unsigned about)
{
  if (p->kind <= 0 || (size_t)p->kind >= sizeof rules / sizeof *rules) {
    programme_check_fault(check, NULL, "未知的条件", "unknown predicate", NULL);
    return;
  }
  const struct rule *rule = &rules[p->kind];
  if (!(rule->about & about))
    programme_check_fault(check, NULL, "{} 不能用在此处", "{} may not stand here", rule->word);
  unsigned given = arguments(p);
  if (rule->needs & ~given)
    programme_check_fault(check, NULL, "{} 缺参数", "{} lacks its argument", rule->word);
  if (given & ~(rule->needs | rule->may))
    programme_check_fault(check, NULL, "{} 的参数不对", "{} has an argument that is not its own", rule->word);
  if (has_unspecified(p))
    programme_check_fault(check, NULL, "{} 的取值不明", "{} has an unspecified value", rule->word);
  bool single = p->kind == PRG__PREDICATE_KIND__PREDICATE_PARTY_IS;
  if ((single && p->n_words > 1) ||
      (p->kind == PRG__PREDICATE_KIND__PREDICATE_SAME_DIVISION && p->n_levels > 1))
    programme_check_fault(check, NULL, "{} 只取一个值", "{} takes one value", rule->word);
  for (size_t i = 0; (rule->needs | rule->may) & ARG_WORDS && i < p->n_words; i++)
    word(check, rule->words, p->words[i]);
}

void programme_check_predicates(struct programme_checker *check, const char *key, Prg__Predicate *const *list,
                                size_t n, unsigned about)
{
  if (!programme_check_items(check, key, n)) return;
  size_t mark = programme_check_enter(check, key);
  for (size_t i = 0; i < n; i++) {
    size_t item = programme_check_enter_item(check, NULL, i);
    one(check, list[i], about);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}
