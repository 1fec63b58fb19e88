#pragma once
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
extern unsigned fuzz_model_codes[16]; // how often each enum mdl_code was the answer
extern unsigned fuzz_model_optimal, fuzz_model_limited;
