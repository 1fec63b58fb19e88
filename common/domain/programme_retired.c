// PR-04, as registryd says it of agreements and partnerships and dispatchd of plans. In a file of its own:
// who checks programmes without a directory needs no directory for it.
#include "common/domain/predicate.h"

int programme_retired_refuse(const struct dir_view *dir, const char *id, uint32_t version,
                             const char *const what[2], struct decision *out)
{
  const Prg__Programme *newest = NULL;
  int r = dir_programme(dir, id, 0, &newest);
  if (r < 0) return r;
  const char *use = newest ? arena_printf(out->arena, "%s@%u", id, (unsigned)newest->version) : "-";
  return decision_reject(out, REASON_PR_04, "programme", id, "version", decision_number(out, version),
                         "what_zh", what[0], "what_en", what[1], "newest", use, NULL);
}
