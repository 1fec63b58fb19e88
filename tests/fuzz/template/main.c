// Runs a fuzz target over its corpus and over mutations of it. The seed is printed; JIEDUI_SEED repeats a
// run. Shared by the targets whose input is a text file: CORPUS names the folder, SUFFIX the files in it,
// TOKENS words that matter.
#include "tests/fuzz/template/text.h"
#include "tests/lib/testlib.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

#define INPUTS 512
#define ROOM   (256 * 1024)

static struct input {
  uint8_t *data;
  size_t length;
} inputs[INPUTS];
static size_t n_inputs;

static bool ends_with(const char *name, const char *suffix)
{
  size_t n = strlen(name), m = strlen(suffix);
  return n >= m && strcmp(name + n - m, suffix) == 0;
}

static void load_folder(const char *path)
{
  DIR *folder = opendir(path);
  assert_non_null(folder);
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (!ends_with(entry->d_name, fuzz_text.suffix)) continue;
    assert_true(n_inputs < INPUTS);
    struct input *input = &inputs[n_inputs++];
    input->data = test_read_file(test_path(path, entry->d_name), &input->length);
  }
  closedir(folder);
}

static int load(void **state)
{
  (void)state;
  for (size_t i = 0; fuzz_text.folders[i]; i++)
    load_folder(test_source(fuzz_text.folders[i]));
  assert_true(n_inputs >= 10);
  return 0;
}

static int unload(void **state)
{
  (void)state;
  for (size_t i = 0; i < n_inputs; i++)
    free(inputs[i].data);
  return 0;
}

static void test_corpus(void **state)
{
  (void)state;
  for (size_t i = 0; i < n_inputs; i++)
    assert_int_equal(LLVMFuzzerTestOneInput(inputs[i].data, inputs[i].length), 0);
}

// Every beginning of a file: a copy that broke off.
static void test_prefixes(void **state)
{
  (void)state;
  const struct input *input = &inputs[0];
  for (size_t i = 1; i < n_inputs; i++)
    if (inputs[i].length < input->length) input = &inputs[i];
  for (size_t length = 0; length <= input->length; length++) {
    uint8_t *exact = malloc(length + 1);
    memcpy(exact, input->data, length);
    LLVMFuzzerTestOneInput(exact, length);
    free(exact);
  }
}

static size_t insert(uint8_t *data, size_t length, size_t at, const void *text, size_t size)
{
  if (length + size > ROOM) return length;
  memmove(data + at + size, data + at, length - at);
  memcpy(data + at, text, size);
  return length + size;
}

static const char *some_token(uint64_t *seed)
{
  uint32_t n = 0;
  while (fuzz_text.tokens[n])
    n++;
  return fuzz_text.tokens[test_random_below(seed, n)];
}

static size_t mutate(uint8_t *data, size_t length, uint64_t *seed)
{
  for (uint32_t n = 1 + test_random_below(seed, 4); n > 0; n--) {
    size_t at = length ? test_random_below(seed, (uint32_t)length) : 0;
    size_t some = 1 + test_random_below(seed, 24);
    const char *token = some_token(seed);
    const struct input *other = &inputs[test_random_below(seed, (uint32_t)n_inputs)];
    size_t from = other->length ? test_random_below(seed, (uint32_t)other->length) : 0;
    switch (test_random_below(seed, 6)) {
    case 0:
      if (length) data[at] ^= (uint8_t)(1u << test_random_below(seed, 8));
      break;
    case 1:
      length = insert(data, length, at, token, strlen(token));
      break;
    case 2: // leave some out
      if (at + some > length) break;
      memmove(data + at, data + at + some, length - at - some);
      length -= some;
      break;
    case 3: // say some twice
      if (at + some <= length) length = insert(data, length, at, data + at, some);
      break;
    case 4: // some of another
      if (from + some <= other->length) length = insert(data, length, at, other->data + from, some);
      break;
    default:
      length = at;
    }
  }
  return length;
}

static void test_mutations(void **state)
{
  (void)state;
  uint64_t seed = test_seed();
  uint8_t *data = malloc(ROOM);
  for (int i = 0; i < fuzz_text.mutations; i++) {
    const struct input *input = &inputs[test_random_below(&seed, (uint32_t)n_inputs)];
    size_t length = input->length < ROOM ? input->length : ROOM;
    memcpy(data, input->data, length);
    length = mutate(data, length, &seed);
    uint8_t *exact = malloc(length + 1); // so that a read past the end is seen
    memcpy(exact, data, length);
    LLVMFuzzerTestOneInput(exact, length);
    free(exact);
  }
  free(data);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpus), cmocka_unit_test(test_prefixes),
                                     cmocka_unit_test(test_mutations)};
  return cmocka_run_group_tests(tests, load, unload);
}
