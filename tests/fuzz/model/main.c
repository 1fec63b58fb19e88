// The fuzz target under ctest: some thousand inputs from a fixed seed. Every kind of refusal must be reached.
#include "services/dispatch/model/model.h"
#include "tests/fuzz/model/target.h"
#include <stdbool.h>
#include <stdio.h>

#define INPUTS 20000
#define LENGTH 400

int main(void)
{
  static uint8_t data[LENGTH];
  uint64_t state = 1508;
  for (int i = 0; i < INPUTS; i++) {
    for (size_t k = 0; k < LENGTH; k++) {
      state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
      data[k] = (uint8_t)(state >> 56);
    }
    data[0] = (uint8_t)(i % 8 ? 0 : data[0]); // most of them without odd numbers
    LLVMFuzzerTestOneInput(data, (size_t)(state >> 32) % LENGTH + 1);
  }
  bool all = fuzz_model_optimal > 1000 && fuzz_model_limited > 100;
  printf("optimal %u, limited %u\n", fuzz_model_optimal, fuzz_model_limited);
  for (int code = MDL_ID; code <= MDL_HELD; code++) {
    printf("code %d: %u times\n", code, fuzz_model_codes[code]);
    all = all && fuzz_model_codes[code] > 0;
  }
  return all ? 0 : 1;
}
