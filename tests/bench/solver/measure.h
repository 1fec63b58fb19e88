// What measuring cold and warm solves share: the clock, the way from an instance to the solver, the second
// opinion.
#pragma once
#include "services/dispatch/solver/solver.h"
#include "tests/bench/solver/instance.h"

#define MEASURE_LEVELS 3 // of costs, at most

extern bool measure_processor_time; // instead of elapsed time
double measure_now(void);           // seconds
struct df_problem measure_problem(const struct instance *net);
// NULL: refused, or no memory. hint may be NULL.
struct df *measure_load(const struct df_problem *problem, const int32_t *hint);
// Whether the second opinion agrees with what the solver answered.
bool measure_is_sound(const struct df_problem *problem, const struct df *df, enum df_code code);
