#include "services/dispatch/solver/work.h"

bool df_work_room(struct df_work *work, struct df_mem *mem, int32_t room)
{
  if (room <= work->room) return true;
  size_t count = (size_t)room + 8; // SIMD may read a vector past the end
  if (!df_mem_resize(mem, &work->tail, count, sizeof *work->tail)) return false;
  if (!df_mem_resize(mem, &work->head, count, sizeof *work->head)) return false;
  if (!df_mem_resize(mem, &work->cost, count, sizeof *work->cost)) return false;
  if (!df_mem_resize(mem, &work->id, count, sizeof *work->id)) return false;
  work->room = room;
  return true;
}

void df_work_free(struct df_work *work, struct df_mem *mem)
{
  work->tail = df_mem_put(mem, work->tail);
  work->head = df_mem_put(mem, work->head);
  work->cost = df_mem_put(mem, work->cost);
  work->id = df_mem_put(mem, work->id);
  work->count = work->room = 0;
}
