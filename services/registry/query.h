// What may be read of the registry. Divisions, programmes and single institutions are public to every role
// that reads: they are reference data, and whoever proposes a partner must be able to name it. Lists of
// institutions, and persons, agreements and partnerships are shown by scope (SE-01): division and programme,
// or acting for a unit concerned.
#pragma once
#include "common/svc/svc.h"

extern const struct svc_query reg_query_table[]; // every rpc of `service Queries`
