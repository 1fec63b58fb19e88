#include "tests/bench/solver/families.h"
#include <stdio.h>

enum family {
  QUOTAS,
  GAINS,
  IMPOSSIBLE,
  SMALL_MIXED,
  SMALL_UNITS,
  SINKS,
  SINKS_TIED,
  MONTHS,
  PLANAR,
  CIRCULATION
};

static const char *const names[] = {"quotas", "gains",      "impossible", "small",  "smallunits",
                                    "sinks",  "sinks_tied", "months",     "planar", "circulation"};

int families_count(void)
{
  return (int)(sizeof names / sizeof names[0]);
}

const char *families_name(int family)
{
  return names[family];
}

struct instance *families_make(int family, int32_t size, uint64_t seed)
{
  char name[64];
  snprintf(name, sizeof name, "%s_%d_%d", names[family], (int)size, (int)seed);
  switch ((enum family)family) {
  case QUOTAS:
    return make_quota_tree(name, size, seed, MAKE_POSSIBLE);
  case GAINS:
    return make_quota_tree(name, size, seed, MAKE_NEGATIVE);
  case IMPOSSIBLE:
    return make_quota_tree(name, size, seed, MAKE_IMPOSSIBLE);
  case SMALL_MIXED:
    return make_components(name, size * 2, seed, false);
  case SMALL_UNITS:
    return make_components(name, size * 2, seed, true);
  case SINKS:
    return make_sinks(name, size, 12, 1000, seed);
  case SINKS_TIED:
    return make_sinks(name, size, 12, 4, seed);
  case MONTHS:
    return make_months(name, size, seed);
  case PLANAR:
    return make_planar(name, size, seed);
  default:
    return make_circulation(name, size, seed);
  }
}
