// One fuzz input; the name is libFuzzer's.
#pragma once
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
extern unsigned fuzz_solver_answers[16]; // how often each df_code came out
extern unsigned fuzz_solver_mended; // re-solves that edits alone were put right in, by at least one pivot
