#include "common/domain/predicate_words.h"
#include "common/base/pb.h"
#include <errno.h>
#include <string.h>

static const char *const kinds[] = {"",         "政府",     "教育局",       "学校",
                                    "幼儿园",   "职业学校", "特殊教育学校", "高校",
                                    "教研机构", "事业单位", "党组织"};
static const char *const levels[] = {"", "全国", "省", "地市", "县", "乡镇"};
static const char *const places[] = {"", "城区", "县城", "乡镇", "村", "牧区"};
static const char *const stages[] = {"", "学前", "小学", "初中", "高中", "高等教育"};
static const char *const categories[] = {"", "教师", "校长", "干部", "退休教师", "大学生志愿者", "教研员"};
static const char *const posts[] = {"", "教师", "班主任", "校长", "副校长", "干部", "园长", "业务园长"};
static const char *const titles[] = {"", "三级教师", "二级教师", "一级教师", "高级教师", "正高级教师"};

static const struct {
  const ProtobufCEnumDescriptor *descriptor;
  const char *const *words;
  size_t n;
} vocabularies[] = {
#define WORDS(list) list, sizeof list / sizeof *list
    {&typ__institution_kind__descriptor, WORDS(kinds)},
    {&typ__division_level__descriptor, WORDS(levels)},
    {&typ__place__descriptor, WORDS(places)},
    {&typ__stage__descriptor, WORDS(stages)},
    {&typ__person_category__descriptor, WORDS(categories)},
    {&typ__post__descriptor, WORDS(posts)},
    {&typ__title__descriptor, WORDS(titles)},
#undef WORDS
};

static const char *word_en(const ProtobufCEnumDescriptor *descriptor, int value)
{
  const char *word = value ? pb_enum_word(descriptor, value) : "";
  return word ? word : "?";
}

const char *predicate_word_zh(const ProtobufCEnumDescriptor *descriptor, int value)
{
  for (size_t i = 0; i < sizeof vocabularies / sizeof *vocabularies; i++)
    if (vocabularies[i].descriptor == descriptor && value >= 0 && (size_t)value < vocabularies[i].n)
      return vocabularies[i].words[value];
  return word_en(descriptor, value);
}

static const char *list_of(struct arena *arena, const ProtobufCEnumDescriptor *descriptor, const int *values,
                           size_t n, const char *(*word)(const ProtobufCEnumDescriptor *, int),
                           const char *separator)
{
  const char *text = "";
  for (size_t i = 0; i < n && text; i++)
    text = arena_printf(arena, "%s%s%s", text, i ? separator : "", word(descriptor, values[i]));
  return text;
}

const char *predicate_list_zh(struct arena *arena, const ProtobufCEnumDescriptor *descriptor,
                              const int *values, size_t n)
{
  return list_of(arena, descriptor, values, n, predicate_word_zh, "、");
}

const char *predicate_list_en(struct arena *arena, const ProtobufCEnumDescriptor *descriptor,
                              const int *values, size_t n)
{
  return list_of(arena, descriptor, values, n, word_en, ", ");
}

const char *predicate_list_text(struct arena *arena, char *const *words, size_t n, const char *separator)
{
  const char *text = "";
  for (size_t i = 0; i < n && text; i++)
    text = arena_printf(arena, "%s%s%s", text, i ? separator : "", words[i]);
  return text;
}

int predicate_say(bool holds, enum reason code, const char *zh, const char *en, struct predicate_answer *ret)
{
  if (!zh || !en) return -ENOMEM;
  *ret = (struct predicate_answer){.holds = holds, .code = code, .zh = zh, .en = en};
  return 0;
}

int predicate_nod(bool holds, enum reason code, struct predicate_answer *ret)
{
  ret->holds = holds;
  ret->code = code;
  ret->zh = ret->en = "";
  ret->params[0] = NULL;
  return 0;
}

int predicate_compare(struct arena *arena, bool holds, enum reason code,
                      const struct predicate_compared *what, struct predicate_answer *ret)
{
  if (!what->have_zh || !what->have_en || !what->want_zh || !what->want_en) return -ENOMEM;
  const char *have_zh = what->have_zh[0] ? what->have_zh : "未登记";
  const char *have_en = what->have_en[0] ? what->have_en : "not recorded";
  if (holds)
    return predicate_say(true, code, arena_printf(arena, "%s为%s", what->name_zh, have_zh),
                         arena_printf(arena, "%s is %s", what->name_en, have_en), ret);
  return predicate_say(
      false, code, arena_printf(arena, "%s为%s，须为%s", what->name_zh, have_zh, what->want_zh),
      arena_printf(arena, "%s is %s, required: %s", what->name_en, have_en, what->want_en), ret);
}

bool predicate_has_text(char *const *list, size_t n, const char *text)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(list[i], text) == 0) return true;
  return false;
}

bool predicate_has_value(const int *list, size_t n, int value)
{
  for (size_t i = 0; i < n; i++)
    if (list[i] == value) return true;
  return false;
}
