// Lookups inside a programme (declared in predicate.h, where their users are).
#include "common/domain/predicate.h"
#include <string.h>

const Prg__RoleDef *programme_role(const Prg__Programme *programme, const char *id)
{
  for (size_t i = 0; i < programme->n_roles; i++)
    if (strcmp(programme->roles[i]->id, id) == 0) return programme->roles[i];
  return NULL;
}

const Prg__Mode *programme_mode(const Prg__Programme *programme, const char *id)
{
  for (size_t i = 0; i < programme->n_modes; i++)
    if (strcmp(programme->modes[i]->id, id) == 0) return programme->modes[i];
  return NULL;
}

const Prg__Measure *programme_measure(const Prg__Programme *programme, const char *id)
{
  for (size_t i = 0; i < programme->n_measures; i++)
    if (strcmp(programme->measures[i]->id, id) == 0) return programme->measures[i];
  return NULL;
}
