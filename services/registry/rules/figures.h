// Figures of an indicator as of a day: who counts, and how many of them there are in a division. Only from
// registryd's records: coverage, and counts and ratios of agreements and partnerships. Sums, fills and
// whatever counts postings, activities, contributions, duties or persons belong to dispatchd.
#pragma once
#include "common/base/arena.h"
#include "common/domain/directory.h"
#include <stdbool.h>
#include <stdint.h>

// Who keeps the records an indicator counts: "registry" or "dispatch".
const char *figures_owner(const Prg__Indicator *indicator);
// One of the programme's; NULL if it has none of this id.
const Prg__Indicator *figures_indicator(const Prg__Programme *programme, const char *id);

struct figure_count {
  int64_t numerator, denominator; // of a count: denominator stays 0 and means nothing
  size_t looked_at;               // rows
};
// "not applicable": nothing to divide by (ID-02).
bool figures_not_applicable(const Prg__Indicator *indicator, const struct figure_count *count);

// What was gathered once of the programme's partnerships and agreements; it serves every division of one day.
// The programme must outlive it.
struct figures;
// dir is the view of the day. 0, or negative; of an indicator that is dispatchd's -ENOTSUP.
int figures_open(const struct dir_view *dir, const Prg__Programme *programme, const Prg__Indicator *indicator,
                 const char *day, struct figures **ret);
struct figures *figures_close(struct figures *figures);

// A unit of the universe or a record counted, one after the other. Nonzero ends the walk.
struct figure_record {
  const char *id, *code, *name, *division;
  bool counted;
  const char *by; // the partnership that covers it; "" else
};
typedef int figures_visit(void *context, const struct figure_record *record);

// The whole division, one walk of its rows. visit may be NULL.
int figures_of(const struct figures *figures, const struct dir_view *dir, const char *division,
               struct figure_count *ret, figures_visit *visit, void *context);
// Part of a division: from behind `after` (an id or code as given before; "" = the start) over at most about
// `limit` rows. *ret_next is where to go on, "" at the end. Parts add up to the whole.
struct figure_part {
  const char *after;
  size_t limit;
  figures_visit *visit; // NULL = only count
  void *context;
};
int figures_part(const struct figures *figures, const struct dir_view *dir, const char *division,
                 const struct figure_part *part, struct figure_count *ret, char ret_next[64]);
