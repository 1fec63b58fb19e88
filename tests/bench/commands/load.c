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

size_t payload_write(uint64_t n, uint8_t bytes[PAYLOAD_MAX])
{
  char code[16], name[96];
  char division[] = "150821105", bureau[] = "BUR-150821", run_type[] = "211", empty[] = "",
       tag[] = "pastoral";
  char *tags[] = {tag};
  Typ__Stage stages[] = {TYP__STAGE__STAGE_PRIMARY};
  Reg__Institution institution = REG__INSTITUTION__INIT;
  Reg__RegisterInstitution command = REG__REGISTER_INSTITUTION__INIT;

  // Class 21 or 22, province 15, six digits: a code per record.
  snprintf(code, sizeof code, "2%u15%06u", 1 + (unsigned)(n / 1000000 % 2), (unsigned)(n % 1000000));
  snprintf(name, sizeof name, "五原县胜丰镇第%09" PRIu64 "中心小学（压力测试用，非真实单位）", n);
  institution.kind = TYP__INSTITUTION_KIND__KIND_SCHOOL;
  institution.name = name;
  institution.code = code;
  institution.uscc = empty;
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
  if (reg__register_institution__get_packed_size(&command) > PAYLOAD_MAX) abort();
  return reg__register_institution__pack(&command, bytes);
}
