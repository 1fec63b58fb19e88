// What the ledgers that can be imported again look like as files. The imports are in import_registry.c; a
// round trip is tested.
#include "services/cli/export.h"
#include <string.h>

static const struct export_column divisions[] = {
    {"code", "代码", "code", EXPORT_TEXT},   {"name", "名称", "name", EXPORT_TEXT},
    {"level", "级别", "level", EXPORT_TEXT}, {"parent", "上级", "parent", EXPORT_TEXT},
    {"tags", "标签", "tags", EXPORT_TEXT},   {0},
};
static const struct export_column institutions[] = {
    {"code", "代码", "code", EXPORT_TEXT},
    {"name", "名称", "name", EXPORT_TEXT},
    {"kind", "类别", "kind", EXPORT_TEXT},
    {"division", "区划", "division", EXPORT_TEXT},
    {"place", "驻地", "place", EXPORT_TEXT},
    {"stages", "学段", "stages", EXPORT_TEXT},
    {"run_type", "办学类型", "run_type", EXPORT_TEXT},
    {"urban_rural", "城乡分类", "urban_rural", EXPORT_TEXT},
    {"uscc", "统一社会信用代码", "uscc", EXPORT_TEXT},
    {"legal_person", "法人", "legal_person", EXPORT_TEXT},
    {"managing_bureau", "主管单位", "managing_bureau", EXPORT_UNIT},
    {"operator", "举办高校", "operator", EXPORT_UNIT},
    {"campus_of", "校区所属", "campus_of", EXPORT_UNIT},
    {"tags", "标签", "tags", EXPORT_TEXT},
    {"status", "状态", "status", EXPORT_TEXT},
    {0},
};
static const struct export_column persons[] = {
    {"staff_no", "工号", "person.staff_no", EXPORT_TEXT},
    {"name", "姓名", "name", EXPORT_NAME},
    {"sex", "性别", "person.sex", EXPORT_TEXT},
    {"birth", "出生年月", "person.birth", EXPORT_TEXT},
    {"category", "人员类别", "person.category", EXPORT_TEXT},
    {"posts", "职务", "person.posts", EXPORT_TEXT},
    {"home", "所在单位", "person.home", EXPORT_UNIT},
    {"stages", "学段", "person.stages", EXPORT_TEXT},
    {"subjects", "学科", "person.subjects", EXPORT_TEXT},
    {"title", "职称", "person.title", EXPORT_TEXT},
    {"honours", "荣誉", "person.honours", EXPORT_TEXT},
    {"here_since", "入校时间", "person.here_since", EXPORT_TEXT},
    {"status", "状态", "person.status", EXPORT_TEXT},
    {0},
};
static const struct export_column partnerships[] = {
    {"mode", "模式", "mode", EXPORT_TEXT},
    {"supporter", "支援方", "SUPPORTER", EXPORT_MEMBERS},
    {"recipients", "受援方", "RECIPIENT", EXPORT_MEMBERS},
    {"from", "起始", "valid.from", EXPORT_TEXT},
    {"to", "截止", "valid.to", EXPORT_TEXT},
    {"id", "编号", "id", EXPORT_TEXT},
    {"status", "状态", "status", EXPORT_TEXT},
    {0},
};

const struct export_column *export_columns_of(const char *noun)
{
  static const struct {
    const char *noun;
    const struct export_column *columns;
  } all[] = {{"division", divisions},
             {"institution", institutions},
             {"person", persons},
             {"partnership", partnerships}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (strcmp(all[i].noun, noun) == 0) return all[i].columns;
  return NULL;
}
