// The fuzz target under ctest: some thousand inputs from a fixed seed, or the files given.
#include "tests/fuzz/solver/target.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define INPUTS 20000
#define LENGTH 700

static uint64_t draw(uint64_t *state)
{
  uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

// Bytes below 0xf5 make small numbers; how often the odd ones come differs from input to input.
static void fill(uint64_t *random, uint8_t *data, size_t length)
{
  uint64_t odd = draw(random) % 5;
  for (size_t i = 0; i < length; i++) {
    uint8_t byte = (uint8_t)draw(random);
    data[i] = byte >= 0xf5 && draw(random) % 8 >= odd ? byte / 2 : byte;
  }
}

static int run_file(const char *path)
{
  static uint8_t data[1 << 16];
  FILE *file = fopen(path, "rb");
  if (!file) {
    perror(path);
    return 1;
  }
  size_t length = fread(data, 1, sizeof data, file);
  fclose(file);
  return LLVMFuzzerTestOneInput(data, length);
}

int main(int argc, char **argv)
{
  int failed = 0;
  for (int i = 1; i < argc; i++)
    failed += run_file(argv[i]);
  if (argc > 1) return failed > 0;
  static uint8_t data[LENGTH];
  uint64_t random = 1508;
  for (int i = 0; i < INPUTS; i++) {
    size_t length = (size_t)(draw(&random) % LENGTH);
    fill(&random, data, length);
    LLVMFuzzerTestOneInput(data, length);
  }
  bool all = true; // inputs that never get somewhere test nothing
  for (int code = 1; code < 8; code++) {
    printf("answer %d: %u times\n", code, fuzz_solver_answers[code]);
    all = all && fuzz_solver_answers[code] >= 20;
  }
  printf("edits mended with pivots: %u times\n", fuzz_solver_mended);
  return all && fuzz_solver_mended >= 500 ? 0 : 1;
}
