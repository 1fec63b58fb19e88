// The visible set: what `bench_solver` makes and runs without files.
#pragma once
#include "tests/bench/solver/make.h"

int visible_count(void);
const char *visible_group(int i);
bool visible_is_big(int i);
struct instance *visible_make(int i); // freed by the caller
