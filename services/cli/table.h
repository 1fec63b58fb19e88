// Tables for a terminal: columns as wide as their widest cell, where a Chinese character takes two places.
#pragma once
#include "common/base/arena.h"
#include <stdbool.h>
#include <stdio.h>

struct table_out;
// The table and its cells live in the arena. Titles are borrowed.
struct table_out *table_new(struct arena *arena, const char *const *titles, size_t n_columns);
// One row of n_columns cells; they are copied with control characters replaced. False when the arena is full.
bool table_row(struct table_out *table, const char *const *cells);
// Numbers are set flush right.
void table_align_right(struct table_out *table, size_t column);
void table_print(const struct table_out *table, unsigned indent, FILE *out);
size_t table_rows(const struct table_out *table);
// Places a text takes on a terminal.
size_t table_width(const char *text);
