// Goldberg's "grid on torus", from its published description; same random numbers, so published optima
// reproduce.
#include "tests/bench/solver/make.h"
#include <math.h>
#include <stdlib.h>

struct grid {
  struct instance *net;
  int64_t n, m, capacity_max, cost_max, seed;
  int64_t x, y, dx, dy; // extent; arcs per node in each direction
  int64_t extra_nodes, extra_arcs, supply;
  double falloff;
};

static int64_t multiply(int64_t p, int64_t q)
{
  int64_t p1 = p / 10000, p0 = p % 10000, q1 = q / 10000, q0 = q % 10000;
  return (((p0 * q1 + p1 * q0) % 10000) * 10000 + p0 * q0) % 100000000;
}

static int64_t draw(struct grid *grid, int64_t low, int64_t high)
{
  grid->seed = (multiply(grid->seed, 13415821) + 1) % 100000000;
  return low + (int64_t)((double)grid->seed * (double)(high - low) / 1e8);
}

static int64_t draw_capacity(struct grid *grid, int64_t distance)
{
  return (int64_t)ceil((double)draw(grid, 1, grid->capacity_max) / pow(grid->falloff, (double)distance - 1));
}

static int64_t arcs_left(const struct grid *grid)
{
  int64_t left = grid->m - grid->x * grid->y * (grid->dx + grid->dy) -
                 grid->y * ((grid->dx * (grid->dx + 1)) / 2) + 2 * grid->dx - (grid->x * grid->y - 1);
  return grid->extra_nodes > 0 ? left - (grid->extra_nodes + 1) : left;
}

static void choose_extent(struct grid *grid)
{
  int64_t y = 1;
  while ((y + 1) * (y + 1) * (y + 1) <= grid->n)
    y++;
  int64_t x = y * y;
  while (x * (y + 1) <= grid->n)
    y++;
  while ((x + 1) * y <= grid->n)
    x++;
  grid->x = x;
  grid->y = y;
  grid->extra_nodes = grid->n - x * y;
  grid->dy = 1;
  do {
    grid->dy++;
    grid->dx = grid->dy * grid->dy;
  } while (arcs_left(grid) >= 0);
  grid->dy--;
  grid->dx = grid->dy * grid->dy;
  do
    grid->dy++;
  while (arcs_left(grid) >= 0);
  grid->dy--;
  if (grid->dy >= y) grid->dy = y - 1;
  do
    grid->dx++;
  while (arcs_left(grid) >= 0);
  grid->dx--;
  if (grid->dx >= x) grid->dx = x - 1;
  grid->extra_arcs = arcs_left(grid);
}

static int32_t id(const struct grid *grid, int64_t x, int64_t y)
{
  return (int32_t)(y * grid->x + x);
}

struct draft {
  int64_t cost, capacity;
};

// Costs and capacities of all grid arcs, drawn before any arc is laid because the supply depends on them.
static struct draft *draw_drafts(struct grid *grid)
{
  int64_t degree = grid->dx + grid->dy;
  int32_t sink = id(grid, grid->x - 1, grid->y - 1);
  struct draft *draft = calloc((size_t)(grid->x * grid->y * degree), sizeof *draft), *next = draft;
  for (int64_t y = 0; y < grid->y; y++)
    for (int64_t x = 0; x < grid->x; x++) {
      for (int64_t i = 1; i <= grid->dx; i++, next++) {
        int64_t z = (x + i) % grid->x;
        next->capacity = draw_capacity(grid, i);
        next->cost = draw(grid, 0, grid->cost_max);
        if (x >= z && id(grid, x, y) != sink) grid->supply += next->capacity;
        if (id(grid, z, y) == sink) grid->supply += next->capacity;
      }
      for (int64_t i = 1; i <= grid->dy; i++, next++) {
        next->capacity = draw(grid, 1, grid->capacity_max);
        next->cost = draw(grid, 0, 8);
      }
    }
  return draft;
}

static void lay(struct grid *grid, int32_t tail, int32_t head, const struct draft *draft)
{
  instance_arc(grid->net, tail, head, (int32_t)draft->capacity, draft->cost);
}

static void lay_grid(struct grid *grid, const struct draft *draft)
{
  int32_t source = 0, sink = id(grid, grid->x - 1, grid->y - 1);
  for (int64_t y = 0; y < grid->y; y++)
    for (int64_t x = 0; x < grid->x; x++) {
      int32_t here = id(grid, x, y);
      for (int64_t i = 1; i <= grid->dx; i++, draft++) {
        int64_t z = (x + i) % grid->x;
        if (z > x) {
          lay(grid, here, id(grid, z, y), draft);
          continue;
        }
        if (here != sink) lay(grid, here, sink, draft);
        if (id(grid, z, y) != source) lay(grid, source, id(grid, z, y), draft);
      }
      for (int64_t i = 1; i <= grid->dy; i++, draft++)
        lay(grid, here, id(grid, x, (y + i) % grid->y), draft);
    }
}

static void lay_extra(struct grid *grid, int64_t unit)
{
  int64_t inner = grid->x * grid->y;
  if (grid->extra_nodes > 0) {
    struct draft draft = {.cost = grid->cost_max / 2, .capacity = unit};
    lay(grid, 0, (int32_t)inner, &draft);
    lay(grid, (int32_t)grid->n - 1, (int32_t)inner - 1, &draft);
    for (int64_t i = 1; i < grid->extra_nodes; i++)
      lay(grid, (int32_t)(inner + i - 1), (int32_t)(inner + i), &draft);
  }
  for (int64_t i = 0; i < grid->extra_arcs; i++) {
    bool outside = grid->extra_nodes > 0, forward = true;
    int64_t a = outside ? draw(grid, 2, inner - 1) : draw(grid, 1, inner - 1), b = 0;
    if (outside) b = draw(grid, inner + 1, grid->n);
    if (outside) forward = draw(grid, 0, 1);
    while (!outside && (b == 0 || b == a))
      b = draw(grid, 1, inner - 1);
    struct draft draft = {.cost = draw(grid, 0, 8)};
    draft.capacity = draw_capacity(grid, grid->dx);
    lay(grid, (int32_t)(forward ? a : b) - 1, (int32_t)(forward ? b : a) - 1, &draft);
  }
}

// A dear way that can carry everything.
static void lay_way(struct grid *grid)
{
  struct draft draft = {.cost = grid->cost_max / grid->y, .capacity = grid->supply};
  for (int64_t x = 0; x < grid->x; x++) {
    for (int64_t y = 0; y < grid->y - 1; y++)
      lay(grid, id(grid, x, y), id(grid, x, y + 1), &draft);
    if (x < grid->x - 1) lay(grid, id(grid, x, grid->y - 1), id(grid, x + 1, 0), &draft);
  }
}

struct instance *make_goto(const char *name, const struct make_goto *shape)
{
  struct grid grid = {.n = shape->n,
                      .m = shape->m,
                      .capacity_max = shape->capacity_max,
                      .cost_max = shape->cost_max,
                      .seed = shape->seed};
  grid.net = instance_new(name, (int32_t)shape->n, (int32_t)shape->m);
  choose_extent(&grid);
  int64_t unit = (int64_t)ceil(sqrt((double)shape->capacity_max)),
          most = grid.dx > grid.dy ? grid.dx : grid.dy;
  grid.falloff = pow((double)shape->capacity_max, 1.0 / (double)(most + 2));
  grid.supply = unit;
  struct draft *draft = draw_drafts(&grid);
  lay_grid(&grid, draft);
  lay_extra(&grid, unit);
  lay_way(&grid);
  free(draft);
  grid.net->supply[0] = grid.supply;
  grid.net->supply[id(&grid, grid.x - 1, grid.y - 1)] = -grid.supply;
  return grid.net;
}
