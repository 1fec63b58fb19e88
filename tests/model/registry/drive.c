#include "tests/model/registry/drive.h"
#include "common/base/date.h"
#include "tests/lib/testlib.h"
#include <string.h>

enum { FIRST_DAY = 17030 };

void drive_start(struct drive *drive, void (*prepare)(struct world *world))
{
  drive->w = world_new();
  drive->own = drive->w->arena;
  drive->random = test_seed();
  drive_to(drive, FIRST_DAY);
  assert_ok(arena_new(64 << 20, &drive->scratch));
  prepare(drive->w);
}

void drive_end(struct drive *drive, void (*prepare)(struct world *world))
{
  replay_compare(&drive->journal, drive->w, prepare);
  replay_free(&drive->journal);
  drive->scratch = arena_free(drive->scratch);
  drive->w->arena = drive->own;
  drive->w = world_free(drive->w);
}

uint32_t drive_below(struct drive *drive, uint32_t bound)
{
  return test_random_below(&drive->random, bound);
}

bool drive_chance(struct drive *drive, uint32_t percent)
{
  return drive_below(drive, 100) < percent;
}

void drive_to(struct drive *drive, int day)
{
  drive->day = day;
  date_from_days(day, drive->today);
}

void drive_begin(struct drive *drive)
{
  arena_reset(drive->scratch);
  drive->w->arena = drive->scratch;
  drive->w->dir = directory_view(drive->w->directory, drive->w->txn, drive->scratch);
}

const char *drive_word(enum reason reason)
{
  return reason ? reason_text(reason)->word : "";
}

void drive_settle(struct drive *drive, const char *what, const struct decision *out, int got,
                  const char *wanted)
{
  const char *said = got < 0 ? strerror(-got) : drive_word((enum reason)got);
  if (strcmp(said, wanted) != 0)
    fail_msg("%s on %s: \"%s\", the model says \"%s\"", what, drive->today, said, wanted);
  if (got) {
    assert_int_equal(out->n_events, 0);
    drive->refused++;
    return;
  }
  world_apply(drive->w, out);
  replay_keep(&drive->journal, out);
  drive->accepted++;
}

struct rule_context *drive_context(struct drive *drive)
{
  return world_context(drive->w, "bayannur+registrar+region", drive->today);
}

const char *drive_code(struct drive *drive, int school)
{
  return arena_printf(drive->scratch, "21150899%02d", school);
}

void drive_consortia(struct world *w)
{
  Prg__Programme *p = programme_a(w->arena);
  p->id = (char *)"consortia";
  p->n_roles = p->n_modes = p->n_measures = 0;
  p->approvals->n_partnership = 0;
  programme_add_role(w->arena, p, "CORE", "URBAN_RURAL_IN=CITY");
  programme_add_role(w->arena, p, "MEMBER", "URBAN_RURAL_IN=TOWNSHIP");
  programme_add_mode(w->arena, p, "COBUILD", "CORE 1 1/MEMBER 1 3", "SAME_DIVISION=COUNTY;EXCLUSIVE=MEMBER");
  programme_add_mode(w->arena, p, "COLLAB", "CORE 1 1/MEMBER 1 3", "SAME_DIVISION=COUNTY");
  world_put(w, &p->base);
}
