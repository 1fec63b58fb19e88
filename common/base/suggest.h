// "Did you mean": the nearest of a list of words by edit distance (adjacent swaps count one).
#pragma once

struct suggest {
  const char *wanted;
  const char *best;
  unsigned distance;
};
struct suggest suggest_start(const char *wanted);
void suggest_offer(struct suggest *suggest, const char *word); // borrowed
// The nearest offered word that is near enough to be a slip (a third of the length, at least one); else NULL.
const char *suggest_best(const struct suggest *suggest);
