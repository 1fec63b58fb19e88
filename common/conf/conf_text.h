// Words of error texts: "did you mean". Internal to conf and to those who read YAML with conf_yaml.
#pragma once
#include <stddef.h>

// Edit distance (insert, delete, change, swap of neighbours) of two words, up to 40 characters of each.
unsigned conf_text_distance(const char *a, const char *b);
// The nearest of n words if it is near enough to be meant, else NULL. word_at gives the i-th.
const char *conf_text_nearest(const char *word, const char *(*word_at)(const void *list, size_t i),
                              const void *list, size_t n);
