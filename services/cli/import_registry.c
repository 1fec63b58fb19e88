#include "services/cli/import_registry.h"
#include "common/base/check.h"
#include "common/domain/division.h"
#include "proto/registry.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/import.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/place.h"
#include "services/cli/session.h"
#include "services/cli/subjects.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// ---- divisions ----

// Also the public lists of divisions, which name the parent in a column of its level, and the list of
// divisions since 1981 with their successors.
static const struct column division_columns[] = {
    {"code", "代码 区划代码", "code", COLUMN_REQUIRED | COLUMN_KEY},
    {"name", "名称 区划名称", "name", COLUMN_REQUIRED},
    {"level", "级别", "level", 0},
    {"parent", "上级 上级代码", "parent", COLUMN_REFERENCE},
    {"provinceCode", NULL, NULL, 0},
    {"cityCode", NULL, NULL, 0},
    {"areaCode", NULL, NULL, 0},
    {"tags", "标签", "tags", COLUMN_LIST},
    {"from", "启用时间", "valid.from", 0},
    {"to", "变更/弃用时间 停用时间", "valid.to", 0},
    {"status", "状态", NULL, 0},
    {"successors", "新代码 后继", NULL, 0},
    {"province", "一级行政区", NULL, 0},
    {"prefecture", "二级行政区", NULL, 0},
    {0},
};

struct successor_list {
  struct import *import;
  Reg__Division *division;
  struct columns_fault *fault;
};

static bool refuse_successor(struct successor_list *list, const char *value)
{
  list->fault->text = arena_printf(list->import->arena, _("successors: %s is not a division code"), value);
  list->fault->fix = _("codes separated by ; and for a part that moved the year in brackets: 130102[2001]");
  return false;
}

static bool add_part(struct successor_list *list, char *code, const char *year)
{
  struct arena *arena = list->import->arena;
  Reg__Division *division = list->division;
  Reg__DivisionPart *part = ARENA_NEW(arena, Reg__DivisionPart);
  Reg__DivisionPart **grown = ARENA_ARRAY(arena, Reg__DivisionPart *, division->n_parts + 1);
  if (!part || !grown) return false;
  reg__division_part__init(part);
  part->to = code;
  part->year = arena_strndup(arena, year, strcspn(year, "]"));
  if (division->n_parts) memcpy(grown, division->parts, division->n_parts * sizeof *grown);
  grown[division->n_parts++] = part;
  division->parts = grown;
  return part->year != NULL;
}

// "130111", or "130102[2001]": a part of it went there that year.
static bool add_successor(void *context, const char *value)
{
  struct successor_list *list = context;
  struct arena *arena = list->import->arena;
  Reg__Division *division = list->division;
  char code[DIVISION_SIZE], *given = arena_strndup(arena, value, strcspn(value, "["));
  if (!given || !division_valid(given)) return refuse_successor(list, value);
  division_short(given, code);
  char *kept = arena_strdup(arena, code);
  if (!kept) return false;
  if (value[strlen(given)]) return add_part(list, kept, value + strlen(given) + 1);
  char **grown = ARENA_ARRAY(arena, char *, division->n_successors + 1);
  if (!grown) return false;
  if (division->n_successors) memcpy(grown, division->successors, division->n_successors * sizeof *grown);
  grown[division->n_successors++] = kept;
  division->successors = grown;
  return true;
}

// The word of the list must agree with its dates: 在用 has no end, 变更 and 弃用 have one.
static bool check_status(struct import *import, const struct csv_row *row, struct columns_fault *fault)
{
  const char *status = columns_cell(&import->columns, row, "status");
  bool ended = *columns_cell(&import->columns, row, "to") != '\0', in_use = strcmp(status, "在用") == 0;
  if (!*status || (in_use && !ended)) return true;
  if (ended && (strcmp(status, "变更") == 0 || strcmp(status, "弃用") == 0)) return true;
  fault->text = arena_printf(import->arena, _("status %s does not agree with the dates"), status);
  fault->fix = _("在用 has no end, 变更 and 弃用 have one");
  return false;
}

// What is not given follows from the code: one level up is two digits less, three below the counties.
static bool set_parent(struct arena *arena, Reg__Division *division)
{
  char code[DIVISION_SIZE];
  size_t length = strlen(division->code), up = length == 9 ? 6 : length > 2 ? length - 2 : 0;
  const char *given = *division->parent ? division->parent : arena_strndup(arena, division->code, up);
  if (!given) return false;
  division_short(*given || length < 2 ? given : "0", code); // a province lies in the nation
  division->parent = arena_strdup(arena, code);
  return division->parent != NULL;
}

static bool derive_division(struct import *import, const struct csv_row *row, ProtobufCMessage *message,
                            struct columns_fault *fault)
{
  Reg__Division *division = (Reg__Division *)message;
  struct arena *arena = import->arena;
  char code[DIVISION_SIZE];
  if (!division_valid(division->code)) {
    fault->text = arena_printf(arena, _("code %s is not a division code"), division->code);
    fault->fix = _("2, 4, 6 or 9 digits");
    return false;
  }
  division_short(division->code, code);
  division->code = arena_strdup(arena, code);
  division->level = division_level(code); // of the code: 东莞 and its like stand in lists of counties too
  struct successor_list list = {.import = import, .division = division, .fault = fault};
  return division->code && set_parent(arena, division) && check_status(import, row, fault) &&
         columns_each(columns_cell(&import->columns, row, "successors"), arena, add_successor, &list);
}

static ProtobufCMessage *wrap_divisions(struct arena *arena, ProtobufCMessage **rows, size_t n)
{
  Reg__ImportDivisions *command = ARENA_NEW(arena, Reg__ImportDivisions);
  if (!command) return NULL;
  reg__import_divisions__init(command);
  command->divisions = (Reg__Division **)rows;
  command->n_divisions = n;
  return &command->base;
}

// Parents before children, and the lives of a code in the order of time.
static unsigned division_rank(const ProtobufCMessage *message)
{
  const Reg__Division *division = (const Reg__Division *)message;
  unsigned year = division->valid ? (unsigned)strtoul(division->valid->from, NULL, 10) : 0;
  return (unsigned)division->level * 10000 + year;
}

int import_registry_divisions(struct cli *cli)
{
  static const struct import_kind kind = {.method = "registry.ImportDivisions",
                                          .columns = division_columns,
                                          .row = derive_division,
                                          .row_type = &reg__division__descriptor,
                                          .batch = 500,
                                          .wrap = wrap_divisions,
                                          .rank = division_rank,
                                          .apart = "from"};
  return import_run(cli, &kind);
}

// ---- code tables ----

static const struct column code_columns[] = {
    {"table", "表 代码表", "table", COLUMN_REQUIRED}, {"code", "代码", "code", COLUMN_REQUIRED},
    {"name", "名称", "name", COLUMN_REQUIRED},        {"note", "说明 备注", "note", 0},
    {"applies_to", "适用 适用范围", "applies_to", 0}, {0},
};

static ProtobufCMessage *wrap_codes(struct arena *arena, ProtobufCMessage **rows, size_t n)
{
  Reg__ImportCodes *command = ARENA_NEW(arena, Reg__ImportCodes);
  if (!command) return NULL;
  reg__import_codes__init(command);
  command->codes = (Reg__CodeEntry **)rows;
  command->n_codes = n;
  return &command->base;
}

int import_registry_codes(struct cli *cli)
{
  static const struct import_kind kind = {.method = "registry.ImportCodes",
                                          .columns = code_columns,
                                          .row_type = &reg__code_entry__descriptor,
                                          .batch = 500,
                                          .wrap = wrap_codes};
  return import_run(cli, &kind);
}

// ---- institutions ----

static const struct column institution_columns[] = {
    {"code", "代码 标识码 学校标识码 单位代码", "institution.code", COLUMN_REQUIRED | COLUMN_KEY},
    {"name", "名称 单位名称 学校名称", "institution.name", COLUMN_REQUIRED},
    {"kind", "类别 单位类别", "institution.kind", 0},
    {"division", "区划 区划代码 行政区划", "institution.division", 0},
    {"province", "省 省份 一级行政区", NULL, 0}, // instead of the code: names
    {"prefecture", "市 地市 地级市 二级行政区 address 所在地", NULL, 0},
    {"county", "县 区县 县区 三级行政区", NULL, 0},
    {"place", "驻地 驻地类型 城乡", "institution.place", 0},
    {"stages", "学段", "institution.stages", COLUMN_LIST},
    {"run_type", "办学类型", "institution.run_type", 0},
    {"urban_rural", "城乡分类 城乡分类代码", "institution.urban_rural", 0},
    {"uscc", "统一社会信用代码", "institution.uscc", 0},
    {"legal_person", "法人 独立法人", "institution.legal_person", 0},
    {"managing_bureau", "主管单位 主管教育局 主管单位代码", "managing_bureau_code", COLUMN_REFERENCE},
    {"operator", "举办高校 举办单位代码", "operator_code", COLUMN_REFERENCE},
    {"campus_of", "校区所属 本部代码", "campus_of_code", COLUMN_REFERENCE},
    {"tags", "标签", "institution.tags", COLUMN_LIST},
    {"department", "主管部门", NULL, 0}, // of the public list of universities
    {"level", "办学层次", NULL, 0},
    {"remarks", "备注", NULL, 0},
    {"status", "状态", "institution.status", 0}, // of a new one: active, a campus or a teaching point
    {0},
};

static bool add_tag(struct arena *arena, Reg__Institution *institution, const char *tag)
{
  char **grown = ARENA_ARRAY(arena, char *, institution->n_tags + 1);
  if (!grown) return false;
  if (institution->n_tags) memcpy(grown, institution->tags, institution->n_tags * sizeof *grown);
  grown[institution->n_tags++] = (char *)tag;
  institution->tags = grown;
  return true;
}

// The public list of institutions of higher education says by level, remarks and department what others say
// by kind and tags.
static bool higher_education(struct import *import, const struct csv_row *row, Reg__Institution *institution)
{
  static const struct {
    const char *column, *cell, *tag;
  } tags[] = {{"level", "本科", "undergraduate"},
              {"level", "专科", "junior_college"},
              {"remarks", "民办", "private"},
              {"department", "教育部", "ministry_university"}};
  bool listed = *columns_cell(&import->columns, row, "level") != '\0';
  for (size_t i = 0; listed && i < sizeof tags / sizeof *tags; i++)
    if (strcmp(columns_cell(&import->columns, row, tags[i].column), tags[i].cell) == 0 &&
        !add_tag(import->arena, institution, tags[i].tag))
      return false;
  if (!listed) return true;
  if (!institution->kind) institution->kind = TYP__INSTITUTION_KIND__KIND_UNIVERSITY;
  if (institution->kind == TYP__INSTITUTION_KIND__KIND_UNIVERSITY) institution->legal_person = true;
  return true;
}

// Spreadsheets break long names into lines.
static void join_lines(char *text)
{
  char *to = text;
  for (; *text; text++)
    if (*text != '\n' && *text != '\r') *to++ = *text;
  *to = '\0';
}

static const char *place_cell(struct import *import, const struct csv_row *row, const char *column)
{
  char *text = arena_strdup(import->arena, columns_cell(&import->columns, row, column));
  if (text) join_lines(text);
  return text;
}

static bool set_division(struct import *import, const struct csv_row *row, Reg__Institution *institution,
                         struct columns_fault *fault)
{
  const char *province = place_cell(import, row, "province"),
             *prefecture = place_cell(import, row, "prefecture"), *county = place_cell(import, row, "county");
  if (institution->division[0]) return true;
  if (!prefecture || !county) return false;
  bool school_code = strlen(institution->code) == 10 && strspn(institution->code, "0123456789") == 10;
  if (province && !*province && school_code) // positions 3-4 of a school's code are its province
    province = arena_strndup(import->arena, institution->code + 2, 2);
  if (!province || (!*province && !*prefecture && !*county)) {
    fault->text = _("neither a division nor the names of one");
    fault->fix = _("fill in the column division, or province, prefecture and county");
    return false;
  }
  institution->division = (char *)place_code(import->cli, province, prefecture, county, fault);
  bool derived =
      !*columns_cell(&import->columns, row, "province"); // some units lie outside the province of their code
  if (!institution->division && derived && (*prefecture || *county))
    institution->division = (char *)place_code(import->cli, "", prefecture, county, fault);
  return institution->division != NULL;
}

static bool institution_row(struct import *import, const struct csv_row *row, ProtobufCMessage *message,
                            struct columns_fault *fault)
{
  Reg__Institution *institution = ((Reg__RegisterInstitution *)message)->institution;
  join_lines(institution->name);
  return higher_education(import, row, institution) && set_division(import, row, institution, fault);
}

static ProtobufCMessage *wrap_institutions(struct arena *arena, ProtobufCMessage **rows, size_t n)
{
  Reg__ImportInstitutions *command = ARENA_NEW(arena, Reg__ImportInstitutions);
  if (!command) return NULL;
  reg__import_institutions__init(command);
  command->rows = (Reg__RegisterInstitution **)rows;
  command->n_rows = n;
  return &command->base;
}

int import_registry_institutions(struct cli *cli)
{
  static const struct import_kind kind = {.method = "registry.ImportInstitutions",
                                          .columns = institution_columns,
                                          .row = institution_row,
                                          .row_type = &reg__register_institution__descriptor,
                                          .batch = 512,
                                          .wrap = wrap_institutions};
  return import_run(cli, &kind);
}

// ---- persons ----

static const struct column person_columns[] = {
    {"staff_no", "工号 人员编号", "person.staff_no", COLUMN_REQUIRED | COLUMN_KEY},
    {"name", "姓名", "secret.name", COLUMN_REQUIRED},
    {"id_number", "身份证号 身份证件号 身份证件号码", "secret.id_number", 0},
    {"sex", "性别", "person.sex", 0},
    {"birth", "出生年月", "person.birth", 0},
    {"category", "人员类别 类别", NULL, COLUMN_REQUIRED},
    {"posts", "职务", "person.posts", COLUMN_LIST},
    {"home", "所在单位 单位代码 所在单位代码", "home_code", 0},
    {"stages", "学段", "person.stages", COLUMN_LIST},
    {"subjects", "学科 任教学科", NULL, COLUMN_LIST},
    {"title", "职称", "person.title", 0},
    {"honours", "荣誉", "person.honours", COLUMN_LIST},
    {"here_since", "入校时间 到校年月", "person.here_since", 0},
    {"phone", "电话", "secret.phone", 0},
    {"mail", "邮箱 电子邮箱", "secret.mail", 0},
    {"status", "状态", NULL, 0}, // of an export
    {0},
};

struct subject_list {
  struct import *import;
  Reg__Person *person;
  struct columns_fault *fault;
};

static bool add_subject(void *context, const char *value)
{
  struct subject_list *list = context;
  struct arena *arena = list->import->arena;
  const char *code = subjects_code(value);
  if (!code) {
    list->fault->text = arena_printf(arena, _("subjects: %s is no subject of table ZXXKC"), value);
    list->fault->fix = _("use its two-digit code, for example 16 for physics");
    return false;
  }
  Reg__Person *person = list->person;
  char **grown = ARENA_ARRAY(arena, char *, person->n_subjects + 1);
  if (!grown) return false;
  if (person->n_subjects) memcpy(grown, person->subjects, person->n_subjects * sizeof *grown);
  grown[person->n_subjects++] = (char *)code;
  person->subjects = grown;
  return true;
}

// What a list of pupils would say: they are counted, never kept by name (PE-04).
static bool names_pupils(const char *word)
{
  static const char *const words[] = {"pupil",  "pupils", "student", "students", "学生",   "小学生", "中学生",
                                      "初中生", "高中生", "幼儿",    "儿童",     "在校生", "学员",   NULL};
  for (size_t i = 0; words[i]; i++)
    if (strcasecmp(words[i], word) == 0) return true;
  return false;
}

static bool person_category(struct import *import, const struct csv_row *row, Reg__RegisterPerson *command,
                            struct columns_fault *fault)
{
  const char *cell = columns_cell(&import->columns, row, "category");
  if (names_pupils(cell)) {
    *fault = (struct columns_fault){_("pupils are recorded as counts only"), _("leave the row out"), "PE-04"};
    return false;
  }
  return columns_fill_cell("category", cell, &command->base, "person.category", import->arena, fault);
}

static bool person_row(struct import *import, const struct csv_row *row, ProtobufCMessage *message,
                       struct columns_fault *fault)
{
  Reg__RegisterPerson *command = (Reg__RegisterPerson *)message;
  if (!person_category(import, row, command, fault)) return false;
  struct subject_list list = {.import = import, .person = command->person, .fault = fault};
  return columns_each(columns_cell(&import->columns, row, "subjects"), import->arena, add_subject, &list);
}

static ProtobufCMessage *wrap_persons(struct arena *arena, ProtobufCMessage **rows, size_t n)
{
  Reg__ImportPersons *command = ARENA_NEW(arena, Reg__ImportPersons);
  if (!command) return NULL;
  reg__import_persons__init(command);
  command->rows = (Reg__RegisterPerson **)rows;
  command->n_rows = n;
  return &command->base;
}

int import_registry_persons(struct cli *cli)
{
  static const struct import_kind kind = {.method = "registry.ImportPersons",
                                          .columns = person_columns,
                                          .row = person_row,
                                          .row_type = &reg__register_person__descriptor,
                                          .batch = 512,
                                          .wrap = wrap_persons};
  return import_run(cli, &kind);
}

// ---- partnerships of an agreement ----

static const struct column partnership_columns[] = {
    {"mode", "模式 结对模式", "mode", COLUMN_REQUIRED},
    {"supporter", "支援方 支援学校", NULL, COLUMN_REQUIRED},
    {"recipients", "受援方 受援学校", NULL, COLUMN_REQUIRED | COLUMN_LIST},
    {"from", "起始 起始日期", "valid.from", 0},
    {"to", "截止 截止日期", "valid.to", 0},
    {"id", "编号", NULL, 0}, // these two of an export: a row proposes a new one
    {"status", "状态", NULL, 0},
    {0},
};

static int partnership_start(struct import *import)
{
  const char *id;
  int failed = names_agreement_id(import->cli, args_get(import->cli->args, "--agreement"), &id);
  if (failed) return failed;
  Reg__GetByRef query = REG__GET_BY_REF__INIT;
  query.ref = (char *)id;
  const ProtobufCMessage *reply;
  failed = session_ask(import->cli, "registry.GetAgreement", &query.base, &reply);
  import->context = (void *)reply;
  return failed;
}

struct member_list {
  struct import *import;
  Reg__ProposePartnership *command;
  const char *role;
  const Reg__Agreement *agreement;
};

static bool add_member(void *context, const char *code)
{
  struct member_list *list = context;
  struct cli *cli = list->import->cli;
  struct arena *arena = list->import->arena;
  Reg__ProposePartnership *command = list->command;
  const char *id = names_unit_known(cli, code);
  Reg__Member *member = ARENA_NEW(arena, Reg__Member);
  Reg__Member **grown = ARENA_ARRAY(arena, Reg__Member *, command->n_members + 1);
  if (!id || !member || !grown) return false;
  reg__member__init(member);
  member->party = (char *)id;
  member->party_kind = REG__PARTY_KIND__PARTY_INSTITUTION;
  member->role = (char *)list->role;
  if (command->n_members) memcpy(grown, command->members, command->n_members * sizeof(*grown));
  grown[command->n_members++] = member;
  command->members = grown;
  return true;
}

static bool partnership_row(struct import *import, const struct csv_row *row, ProtobufCMessage *message,
                            struct columns_fault *fault)
{
  Reg__ProposePartnership *command = (Reg__ProposePartnership *)message;
  const Reg__Agreement *agreement = import->context;
  command->programme = agreement->programme;
  command->programme_version = agreement->programme_version;
  command->agreement = agreement->id;
  static const char *const columns[][2] = {{"supporter", "SUPPORTER"}, {"recipients", "RECIPIENT"}};
  for (size_t i = 0; i < 2; i++) {
    struct member_list list = {
        .import = import, .command = command, .role = columns[i][1], .agreement = agreement};
    const char *cell = columns_cell(&import->columns, row, columns[i][0]);
    if (columns_each(cell, import->arena, add_member, &list)) continue;
    fault->text = arena_printf(import->arena, _("%s: no unit has the code %s"), columns[i][0], cell);
    fault->fix = _("jiedui institution list shows the codes");
    return false;
  }
  return true;
}

int import_registry_partnerships(struct cli *cli)
{
  static const struct import_kind kind = {.method = "registry.ProposePartnership",
                                          .columns = partnership_columns,
                                          .start = partnership_start,
                                          .row = partnership_row};
  return import_run(cli, &kind);
}
