#include "tests/bench/solver/make.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SUBJECTS 12
#define STAGES   4
#define KINDS    (SUBJECTS * STAGES)

static const int subjects_had[SUBJECTS] = {22, 22, 14, 6, 6, 5, 5, 4, 4, 4, 4, 4};
static const int subjects_wanted[SUBJECTS] = {16, 16, 18, 7, 6, 5, 5, 6, 6, 6, 5, 4};

struct place {
  int region, x, y;
  int partner, hardship; // counties only: partner city
};

struct person {
  int school, subject, stage, will;
  int stamp, offers; // last post that listed the person; posts that did
};

// Persons by (place, kind), to draw candidates from.
struct bucket {
  int32_t *first, *person;
};

struct world {
  struct instance *net;
  enum make_variant variant;
  uint64_t random;
  int posts, regions, cities, counties, schools, persons;
  int32_t city0, school0, person0, post0, county0; // first node of each sort; 0 source, 1 sink
  int64_t fill, guarantee, base;                   // costs of levels
  struct place *city, *county;
  int *school_city, *post_county, *school_size;
  struct person *person;
  struct bucket by_city, by_region, by_kind;
};

static int draw(struct world *world, int low, int high)
{
  return (int)instance_random(&world->random, low, high);
}

static int draw_weighted(struct world *world, const int *weight)
{
  int total = 0, at = 0;
  for (int i = 0; i < SUBJECTS; i++)
    total += weight[i];
  int left = draw(world, 0, total - 1);
  while (at < SUBJECTS - 1 && left >= weight[at])
    left -= weight[at++];
  return at;
}

static int at_least(int value, int least)
{
  return value < least ? least : value;
}

static void size_world(struct world *world, int posts)
{
  world->posts = posts;
  world->regions = at_least(posts / 6000, 1);
  world->persons = (int)(posts * (world->variant == MAKE_SCARCE ? 0.75 : 1.25));
  world->counties = at_least(posts / 40, world->regions);
  world->cities = at_least((world->counties + 7) / 8, world->regions);
  world->schools = world->persons / 12 + 1;
  world->city0 = 2;
  world->school0 = world->city0 + world->cities;
  world->person0 = world->school0 + world->schools;
  world->post0 = world->person0 + world->persons;
  world->county0 = world->post0 + posts;
  bool lex = world->variant == MAKE_LEX, tie = world->variant == MAKE_TIE;
  world->guarantee = lex ? INT64_C(1000000000000) : tie ? 40000 : 4000000;
  world->fill = lex ? 100000000 : tie ? 2000 : 200000;
  world->base = world->guarantee + 4 * world->fill;
}

static void draw_places(struct world *world)
{
  world->city = calloc((size_t)world->cities, sizeof *world->city);
  world->county = calloc((size_t)world->counties, sizeof *world->county);
  for (int i = 0; i < world->cities; i++) {
    struct place *city = &world->city[i];
    city->region = i % world->regions;
    city->x = draw(world, 0, 999) + 600 * (city->region % 6);
    city->y = draw(world, 0, 999);
  }
  for (int i = 0; i < world->counties; i++) {
    struct place *county = &world->county[i];
    county->region = i % world->regions;
    county->x = draw(world, 0, 999) + 600 * (county->region % 6);
    county->y = draw(world, 0, 999) + 800;
    county->hardship = draw(world, 0, 4);
    int choice = (world->cities - county->region + world->regions - 1) / world->regions;
    county->partner = county->region + world->regions * draw(world, 0, choice - 1);
  }
}

static void draw_persons(struct world *world)
{
  world->school_city = calloc((size_t)world->schools, sizeof *world->school_city);
  world->school_size = calloc((size_t)world->schools, sizeof *world->school_size);
  world->person = calloc((size_t)world->persons, sizeof *world->person);
  for (int i = 0; i < world->schools; i++)
    world->school_city[i] = i < world->cities ? i : draw(world, 0, world->cities - 1);
  for (int i = 0; i < world->persons; i++) {
    struct person *person = &world->person[i];
    person->school = draw(world, 0, world->schools - 1);
    person->subject = draw_weighted(world, subjects_had);
    person->stage = draw(world, 0, STAGES - 1);
    person->will = draw(world, 0, 4);
    world->school_size[person->school]++;
  }
}

static int city_of(const struct world *world, int person)
{
  return world->school_city[world->person[person].school];
}

enum scope { BY_CITY, BY_REGION, BY_KIND };

static int32_t bucket_of(const struct world *world, int person, enum scope scope)
{
  int kind = world->person[person].subject * STAGES + world->person[person].stage,
      city = city_of(world, person);
  if (scope == BY_CITY) return city * KINDS + kind;
  return scope == BY_REGION ? world->city[city].region * KINDS + kind : kind;
}

static struct bucket fill_buckets(const struct world *world, int places, enum scope scope)
{
  size_t count = (size_t)places * KINDS;
  struct bucket bucket = {.first = calloc(count + 2, sizeof(int32_t)),
                          .person = calloc((size_t)world->persons + 1, sizeof(int32_t))};
  int32_t *next = bucket.first + 1;
  for (int i = 0; i < world->persons; i++)
    next[bucket_of(world, i, scope) + 1]++;
  for (size_t i = 0; i < count; i++)
    next[i + 1] += next[i];
  for (int i = 0; i < world->persons; i++)
    bucket.person[next[bucket_of(world, i, scope)]++] = i;
  return bucket;
}

static int draw_from(struct world *world, const struct bucket *bucket, int32_t at)
{
  int32_t size = bucket->first[at + 1] - bucket->first[at];
  return size > 0 ? bucket->person[bucket->first[at] + draw(world, 0, size - 1)] : -1;
}

// A candidate for the post: from the partner city, the region or anywhere; three tries at one not listed yet.
static int draw_candidate(struct world *world, const struct place *county, int subject, int stage, int post)
{
  int where = draw(world, 1, 100), kind = subject * STAGES + stage;
  if (draw(world, 1, 100) <= 6) kind = subject * STAGES + (stage + 1) % STAGES;
  for (int try = 0; try < 3; try++) {
    int person = -1;
    if (where <= 60 && try == 0)
      person = draw_from(world, &world->by_city, county->partner * KINDS + kind);
    else if (where <= 95 && try <= 1)
      person = draw_from(world, &world->by_region, county->region * KINDS + kind);
    else
      person = draw_from(world, &world->by_kind, kind);
    if (person >= 0 && world->person[person].stamp != post + 1) return person;
  }
  return -1;
}

static int64_t price(struct world *world, const struct place *county, int person, int kind)
{
  const struct person *who = &world->person[person];
  int city = city_of(world, person);
  int64_t dx = world->city[city].x - county->x, dy = world->city[city].y - county->y;
  int64_t distance = (int64_t)sqrt((double)(dx * dx + dy * dy)) / 10;
  bool other_kind = who->subject * STAGES + who->stage != kind, other_city = city != county->partner;
  if (world->variant == MAKE_TIE) return distance / 60 + other_kind * 2 + other_city;
  int64_t cost = distance + (other_kind ? 120 : 0) + (other_city ? 100 : 0);
  if (county->hardship > who->will) cost += 25 * (county->hardship - who->will);
  cost +=
      draw(world, 1, 100) <= 40 ? 200 : draw(world, 0, 199); // rank of the wish; 40 % did not name the post
  if (draw(world, 1, 100) > 2) cost += 150;                  // not there already
  return world->variant == MAKE_LEX ? cost * 1000 : cost;
}

static void draw_post(struct world *world, int post)
{
  int county = post < world->counties ? post : draw(world, 0, world->counties - 1);
  int subject = draw_weighted(world, subjects_wanted), stage = draw(world, 0, STAGES - 1),
      class = draw(world, 1, 10);
  class = class <= 2 ? 3 : class <= 6 ? 2 : 1;
  world->post_county[post] = county;
  int tries = draw(world, 30, 60);
  for (int i = 0; i < tries; i++) {
    int person = draw_candidate(world, &world->county[county], subject, stage, post);
    if (person < 0) continue;
    world->person[person].stamp = post + 1;
    world->person[person].offers++;
    int64_t cost = price(world, &world->county[county], person, subject * STAGES + stage);
    instance_arc(world->net, world->person0 + person, world->post0 + post, 1, cost);
  }
  instance_arc(world->net, world->post0 + post, world->county0 + county, 1,
               world->base - class * world->fill);
}

static void add_counties(struct world *world)
{
  int *posts = calloc((size_t)world->counties, sizeof *posts);
  for (int i = 0; i < world->posts; i++)
    posts[world->post_county[i]]++;
  for (int i = 0; i < world->counties; i++) {
    if (posts[i] == 0) continue;
    int sure = (posts[i] * 3 + 4) / 5;
    instance_arc(world->net, world->county0 + i, 1, sure, 0);
    if (posts[i] > sure) instance_arc(world->net, world->county0 + i, 1, posts[i] - sure, world->guarantee);
  }
  free(posts);
}

static void add_senders(struct world *world)
{
  bool scarce = world->variant == MAKE_SCARCE;
  int *city_size = calloc((size_t)world->cities, sizeof *city_size);
  for (int i = 0; i < world->persons; i++)
    if (world->person[i].offers)
      instance_arc(world->net, world->school0 + world->person[i].school, world->person0 + i, 1, 0);
  for (int i = 0; i < world->schools; i++) {
    if (world->school_size[i] == 0) continue;
    int quota = (world->school_size[i] * (scarce ? 7 : 9) + 9) / 10;
    instance_arc(world->net, world->city0 + world->school_city[i], world->school0 + i, quota, 0);
    city_size[world->school_city[i]] += quota;
  }
  int64_t flow = 0;
  for (int i = 0; i < world->cities; i++) {
    if (city_size[i] == 0) continue;
    int quota = (int)((int64_t)city_size[i] * (scarce ? 85 : 95) / 100) + 1;
    instance_arc(world->net, 0, world->city0 + i, quota, 0);
    flow += quota;
  }
  if (flow > world->posts) flow = world->posts;
  instance_arc(world->net, 0, 1, (int)flow, world->base + world->guarantee); // posts left unfilled
  world->net->supply[0] = flow;
  world->net->supply[1] = -flow;
  free(city_size);
}

static void add_hint(struct world *world)
{
  int32_t *hint = world->net->hint = calloc((size_t)world->net->n + 1, sizeof *hint);
  hint[0] = hint[1] = -1;
  for (int i = 0; i < world->cities; i++)
    hint[world->city0 + i] = world->city[i].region;
  for (int i = 0; i < world->schools; i++)
    hint[world->school0 + i] = world->city[world->school_city[i]].region;
  for (int i = 0; i < world->persons; i++)
    hint[world->person0 + i] = world->city[city_of(world, i)].region;
  for (int i = 0; i < world->posts; i++)
    hint[world->post0 + i] = world->county[world->post_county[i]].region;
  for (int i = 0; i < world->counties; i++)
    hint[world->county0 + i] = world->county[i].region;
}

static void forget(struct world *world)
{
  free(world->city);
  free(world->county);
  free(world->school_city);
  free(world->school_size);
  free(world->post_county);
  free(world->person);
  struct bucket *buckets[] = {&world->by_city, &world->by_region, &world->by_kind};
  for (int i = 0; i < 3; i++) {
    free(buckets[i]->first);
    free(buckets[i]->person);
  }
}

struct instance *make_dispatch(const char *name, int32_t posts, uint64_t seed, enum make_variant variant)
{
  struct world world = {.variant = variant, .random = seed * 7919 + 17};
  size_world(&world, posts);
  world.net = instance_new(name, world.county0 + world.counties, posts * 50);
  draw_places(&world);
  draw_persons(&world);
  world.by_city = fill_buckets(&world, world.cities, BY_CITY);
  world.by_region = fill_buckets(&world, world.regions, BY_REGION);
  world.by_kind = fill_buckets(&world, 1, BY_KIND);
  world.post_county = calloc((size_t)posts, sizeof *world.post_county);
  for (int post = 0; post < posts; post++)
    draw_post(&world, post);
  add_counties(&world);
  add_senders(&world);
  add_hint(&world);
  forget(&world);
  return world.net;
}
