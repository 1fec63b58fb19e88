// A made-up province as a matching problem: counties with posts, cities that send, homes with caps, county
// guarantees. The same for the same size and seed.
#pragma once
#include "services/dispatch/model/model.h"

struct province {
  struct mdl_problem problem;
  struct mdl_person *people;
  struct mdl_post *posts;
  struct mdl_pair *pairs;
  struct mdl_quota *quotas;
  char (*ids)[16];
  int32_t *members, *kinds; // pairs of quotas; what a person or post is good for
};
// About 1.2 people and 40 pairs a post.
bool province_make(int32_t posts, uint64_t seed, struct province *ret);
void province_free(struct province *province);
