// Spreadsheets run a cell that begins with = + - or @ as a formula, whoever wrote it. What this tool writes
// for them marks such a text with a leading ', as they do themselves, and takes the mark off again when it
// reads. Numbers stay as they are. Unguarding a guarded text gives it back, whatever it was.
#pragma once
#include "common/base/arena.h"

// The text, or a guarded copy in the arena; NULL past its cap.
const char *csv_guard_add(struct arena *arena, const char *text);
const char *csv_guard_strip(const char *text); // a part of it
