#include "tests/bench/commands/load.h"
#include "proto/registry.pb-c.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

uint64_t load_now_us(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void samples_add(struct samples *samples, uint64_t began_us)
{
  if (samples->n == samples->room) {
    samples->room = samples->room ? 2 * samples->room : 1 << 16;
    samples->us = realloc(samples->us, samples->room * sizeof *samples->us);
    if (!samples->us) abort();
  }
  samples->us[samples->n++] = (uint32_t)(load_now_us() - began_us);
}

static int compare(const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

void samples_print(const struct samples *samples)
{
  double seconds = (double)(samples->ended_us - samples->began_us) / 1e6;
  if (samples->n == 0) {
    printf("0 0 0 %" PRIu64 "\n", samples->refused);
    return;
  }
  qsort(samples->us, samples->n, sizeof *samples->us, compare);
  printf("%.0f %" PRIu32 " %" PRIu32 " %" PRIu64 "\n", (double)samples->n / seconds,
         samples->us[samples->n / 2], samples->us[samples->n - 1 - samples->n / 100], samples->refused);
}

static void make_division(uint64_t n, struct payload *ret)
{
  // Townships of the counties of Baotou and Bayannur, with numbers that no real one has.
  static const char *const counties[] = {"150202", "150203", "150204", "150205", "150206", "150207",
                                         "150221", "150222", "150223", "150271", "150802", "150821",
                                         "150822", "150823", "150824", "150825", "150826"};
  enum { COUNTIES = sizeof counties / sizeof *counties };
  char code[16], name[256];
  Reg__Division row = REG__DIVISION__INIT, *rows[] = {&row};
  Reg__ImportDivisions command = REG__IMPORT_DIVISIONS__INIT;

  snprintf(code, sizeof code, "%s%03u", counties[n % COUNTIES], (unsigned)(n / COUNTIES % 1000));
  snprintf(name, sizeof name,
           "第%09" PRIu64 "苏木（压力测试用，非真实区划；名称凑足与新建单位的命令同样的长度，"
           "以便与其他服务在同样的字节数上比较，不作他用）",
           n);
  row.code = code;
  row.name = name;
  command.divisions = rows;
  command.n_divisions = 1;
  snprintf(ret->key, sizeof ret->key, "division:%s", code);
  ret->method = "registry.v1.ImportDivisions";
  if (reg__import_divisions__get_packed_size(&command) > PAYLOAD_MAX) abort();
  ret->length = reg__import_divisions__pack(&command, ret->bytes);
}

static void make_institution(uint64_t n, struct payload *ret)
{
  char code[16], name[128];
  char division[] = "150821105", bureau[] = "BUR-150821", run_type[] = "211", tag[] = "pastoral";
  char *tags[] = {tag};
  Typ__Stage stages[] = {TYP__STAGE__STAGE_PRIMARY};
  Reg__Institution institution = REG__INSTITUTION__INIT;
  Reg__RegisterInstitution command = REG__REGISTER_INSTITUTION__INIT;

  // Class 21 or 22, province 15, six digits: a code per record.
  snprintf(code, sizeof code, "2%u15%06u", 1 + (unsigned)(n / 1000000 % 2), (unsigned)(n % 1000000));
  snprintf(name, sizeof name,
           "五原县胜丰镇第%09" PRIu64 "中心小学（压力测试用，非真实单位；名称凑足常见长度）", n);
  institution.kind = TYP__INSTITUTION_KIND__KIND_SCHOOL;
  institution.name = name;
  institution.code = code;
  institution.division = division;
  institution.place = TYP__PLACE__PLACE_TOWNSHIP;
  institution.run_type = run_type;
  institution.stages = stages;
  institution.n_stages = 1;
  institution.legal_person = 1;
  institution.tags = tags;
  institution.n_tags = 1;
  command.institution = &institution;
  command.managing_bureau_code = bureau;
  snprintf(ret->key, sizeof ret->key, "institution:%s", code);
  ret->method = "registry.v1.RegisterInstitution";
  if (reg__register_institution__get_packed_size(&command) > PAYLOAD_MAX) abort();
  ret->length = reg__register_institution__pack(&command, ret->bytes);
}

void payload_make(enum load_kind kind, uint64_t n, struct payload *ret)
{
  (kind == LOAD_DIVISION ? make_division : make_institution)(n, ret);
}
