#include "services/dispatch/solver/notes.h"

static bool note(struct df *df, int32_t what, int64_t value)
{
  struct df_notes *notes = &df->notes;
  if (notes->count == notes->room) {
    int32_t room = notes->room * 2 + 32;
    notes->lost = notes->room >= DF_NOTES_MOST ||
                  !df_mem_resize(&df->mem, &notes->list, (size_t)room, sizeof *notes->list);
    if (notes->lost) return false;
    notes->room = room;
  }
  notes->list[notes->count++] = (struct df_note){.what = what, .value = value};
  return true;
}

static bool takes_notes(const struct df *df)
{
  return df->optimal && !df->notes.lost;
}

static void note_arc(struct df *df, int32_t arc, int64_t flow)
{
  if (takes_notes(df) && !(df->store.state[arc] & DF_NOTED) && note(df, arc, flow))
    df->store.state[arc] |= DF_NOTED;
}

void df_note_arc(struct df *df, int32_t arc)
{
  if (takes_notes(df)) note_arc(df, arc, df_flow(df, arc));
}

void df_note_new_arc(struct df *df, int32_t arc)
{
  note_arc(df, arc, 0);
}

void df_note_supply(struct df *df, int32_t node, int64_t change)
{
  if (takes_notes(df) && change != 0) (void)note(df, ~node, change);
}

void df_forget_notes(struct df *df)
{
  for (int32_t i = 0; i < df->notes.count; i++) {
    int32_t what = df->notes.list[i].what;
    if (what >= 0 && what < df->store.m) df->store.state[what] &= (uint8_t)~DF_NOTED;
  }
  df->notes.count = 0;
  df->notes.lost = false;
}
