#include "tests/bench/solver/visible.h"

#define PUBLISHED_SEED 13502460

enum family { DISPATCH, ASSIGNMENT, TRANSPORT, NETGEN, GOTO };

struct item {
  const char *group, *name;
  enum family family;
  enum make_variant variant; // of dispatch
  int32_t n, m;              // m: degree of assignment and transport
  int32_t cost_max;
};

static const struct item items[] = {
    {"dispatch 2k", "disp_std_2k", DISPATCH, MAKE_STD, 2000, 0, 0},
    {"dispatch 20k", "disp_std_20k", DISPATCH, MAKE_STD, 20000, 0, 0},
    {"dispatch 20k", "disp_tie_20k", DISPATCH, MAKE_TIE, 20000, 0, 0},
    {"dispatch 20k", "disp_scarce_20k", DISPATCH, MAKE_SCARCE, 20000, 0, 0},
    {"dispatch 20k", "disp_lex_20k", DISPATCH, MAKE_LEX, 20000, 0, 0},
    {"dispatch big", "disp_std_100k", DISPATCH, MAKE_STD, 100000, 0, 0},
    {"dispatch big", "disp_tie_100k", DISPATCH, MAKE_TIE, 100000, 0, 0},
    {"dispatch big", "disp_scarce_100k", DISPATCH, MAKE_SCARCE, 100000, 0, 0},
    {"dispatch big", "disp_lex_100k", DISPATCH, MAKE_LEX, 100000, 0, 0},
    {"dispatch big", "disp_std_200k", DISPATCH, MAKE_STD, 200000, 0, 0},
    {"assignment", "asg_20k", ASSIGNMENT, MAKE_STD, 20000, 45, 10000},
    {"assignment", "asgc100_20k", ASSIGNMENT, MAKE_STD, 20000, 45, 100},
    {"assignment", "asg_100k", ASSIGNMENT, MAKE_STD, 100000, 45, 10000},
    {"transport", "tr_dense1k", TRANSPORT, MAKE_STD, 1000, 1000, 10000},
    {"transport", "tr_sparse20k", TRANSPORT, MAKE_STD, 20000, 30, 10000},
    {"netgen", "netgen_8_12", NETGEN, MAKE_STD, 1 << 12, 8 << 12, 10000},
    {"netgen", "netgen_8_14", NETGEN, MAKE_STD, 1 << 14, 8 << 14, 10000},
    {"netgen", "netgen_8_16", NETGEN, MAKE_STD, 1 << 16, 8 << 16, 10000},
    {"netgen", "netgen_sr_12", NETGEN, MAKE_STD, 1 << 12, 64 << 12, 10000},
    {"netgen", "netgen_sr_14", NETGEN, MAKE_STD, 1 << 14, 128 << 14, 10000},
    {"goto", "goto_8_12", GOTO, MAKE_STD, 1 << 12, 8 << 12, 1000},
    {"goto", "goto_8_13", GOTO, MAKE_STD, 1 << 13, 8 << 13, 1000},
    {"goto", "goto_sr_12", GOTO, MAKE_STD, 1 << 12, 64 << 12, 1000},
    {"goto", "goto_8_15", GOTO, MAKE_STD, 1 << 15, 8 << 15, 1000},
};

int visible_count(void)
{
  return (int)(sizeof items / sizeof items[0]);
}

const char *visible_group(int i)
{
  return items[i].group;
}

bool visible_is_big(int i)
{
  return items[i].n > 20000 || (items[i].family == NETGEN && items[i].n > 1 << 14);
}

static struct instance *netgen(const struct item *item)
{
  int32_t root = 1;
  while ((root + 1) * (root + 1) <= item->n)
    root++;
  struct make_netgen shape = {.n = item->n,
                              .m = item->m,
                              .sources = root,
                              .sinks = root,
                              .cost_max = item->cost_max,
                              .capacity_max = 1000,
                              .supply = INT64_C(1000) * root,
                              .seed = PUBLISHED_SEED};
  return make_netgen(item->name, &shape);
}

struct instance *visible_make(int i)
{
  const struct item *item = &items[i];
  struct make_transport transport = {.sources = item->n,
                                     .sinks = item->n,
                                     .degree = item->m,
                                     .cost_max = item->cost_max,
                                     .amount_max = 100,
                                     .seed = 7};
  struct make_goto torus = {
      .n = item->n, .m = item->m, .capacity_max = 10000, .cost_max = item->cost_max, .seed = PUBLISHED_SEED};
  bool tight = item->cost_max == 100; // as many persons as posts
  switch (item->family) {
  case DISPATCH:
    return make_dispatch(item->name, item->n, 1, item->variant);
  case ASSIGNMENT:
    return make_assignment(item->name, item->n, tight ? item->n : item->n / 4 * 5, item->m, item->cost_max,
                           7);
  case TRANSPORT:
    return make_transport(item->name, &transport);
  case NETGEN:
    return netgen(item);
  default:
    return make_goto(item->name, &torus);
  }
}
