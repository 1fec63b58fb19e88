// Runs the fuzz target over the corpus, over a filled sample of every type, and over mutations of both. The
// seed is printed; JIEDUI_SEED repeats a run.
#include "common/base/pb.h"
#include "tests/fuzz/frames/types.h"
#include "tests/lib/testlib.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

#define MUTATIONS 100000

struct inputs {
  struct input {
    uint8_t *data;
    size_t length;
  } list[4096];
  size_t n;
};
static struct inputs inputs;

static void add(const void *data, size_t length)
{
  assert_true(inputs.n < sizeof(inputs.list) / sizeof(inputs.list[0]));
  uint8_t *copy = malloc(length + 1);
  memcpy(copy, data, length);
  inputs.list[inputs.n++] = (struct input){copy, length};
}

static int load(void **state)
{
  (void)state;
  DIR *corpus = opendir(CORPUS);
  assert_non_null(corpus);
  for (struct dirent *entry; (entry = readdir(corpus));) {
    size_t length = 0;
    if (entry->d_name[0] == '.') continue;
    void *data = test_read_file(test_path(CORPUS, entry->d_name), &length);
    add(data, length);
    free(data);
  }
  closedir(corpus);
  assert_true(inputs.n >= 20);
  return 0;
}

static int unload(void **state)
{
  (void)state;
  for (size_t i = 0; i < inputs.n; i++)
    free(inputs.list[i].data);
  return 0;
}

static void test_corpus(void **state)
{
  (void)state;
  for (size_t i = 0; i < inputs.n; i++)
    assert_int_equal(LLVMFuzzerTestOneInput(inputs.list[i].data, inputs.list[i].length), 0);
}

// A message with every field filled is admitted whatever its type; and joins the inputs.
static void test_samples(void **state)
{
  (void)state;
  struct arena *arena = NULL;
  assert_ok(arena_new(1 << 20, &arena));
  for (size_t i = 0; i < types_count(); i++) {
    struct pb_fault fault = {0};
    uint8_t *bytes = NULL, input[3] = {1, (uint8_t)(i >> 8), (uint8_t)i};
    arena_reset(arena);
    ProtobufCMessage *sample = types_sample(types_at(i), arena);
    assert_non_null(sample);
    size_t length = pb_pack(arena, sample, &bytes);
    if (!pb_admit(types_at(i), bytes, length, arena, &fault))
      fail_msg("%s: %s %s", types_at(i)->name, fault.path, fault.what);
    uint8_t *whole = malloc(length + 3);
    memcpy(whole, input, 3);
    if (length) memcpy(whole + 3, bytes, length);
    add(whole, length + 3);
    free(whole);
    assert_int_equal(LLVMFuzzerTestOneInput(inputs.list[inputs.n - 1].data, length + 3), 0);
  }
  arena_free(arena);
}

// No type contains itself: decoding could otherwise nest as deep as a peer likes (bus-and-store P2).
static bool reaches(const ProtobufCMessageDescriptor *from, const ProtobufCMessageDescriptor *to, int depth)
{
  if (depth > 40) return true;
  for (unsigned i = 0; i < from->n_fields; i++) {
    if (from->fields[i].type != PROTOBUF_C_TYPE_MESSAGE) continue;
    const ProtobufCMessageDescriptor *inner = from->fields[i].descriptor;
    if (inner == to || reaches(inner, to, depth + 1)) return true;
  }
  return false;
}

static void test_no_recursion(void **state)
{
  (void)state;
  for (size_t i = 0; i < types_count(); i++)
    if (reaches(types_at(i), types_at(i), 0)) fail_msg("%s contains itself", types_at(i)->name);
}

// Changes bytes, cuts, repeats, inserts and splices, a few times over.
static size_t mutate(uint8_t *data, size_t length, size_t room, uint64_t *seed)
{
  for (uint32_t n = 1 + test_random_below(seed, 4); n > 0; n--) {
    size_t at = length ? test_random_below(seed, (uint32_t)length) : 0;
    size_t some = 1 + test_random_below(seed, 16);
    switch (test_random_below(seed, 6)) {
    case 0: // a bit
      if (length) data[at] ^= (uint8_t)(1u << test_random_below(seed, 8));
      break;
    case 1: // a byte that matters in the wire form
      if (length) data[at] = (uint8_t) "\x00\x7f\x80\xff\x08\x0a\x12\x03"[test_random_below(seed, 8)];
      break;
    case 2: // cut
      length = length ? 1 + test_random_below(seed, (uint32_t)length) : 0;
      break;
    case 3: // insert
      if (length + some > room) break;
      memmove(data + at + some, data + at, length - at);
      for (size_t i = 0; i < some; i++)
        data[at + i] = (uint8_t)test_random(seed);
      length += some;
      break;
    case 4: // say it again
      if (at + some > length || length + some > room) break;
      memmove(data + at + some, data + at, length - at);
      length += some;
      break;
    default: { // with the end of another
      const struct input *other = &inputs.list[test_random_below(seed, (uint32_t)inputs.n)];
      size_t from = other->length ? test_random_below(seed, (uint32_t)other->length) : 0;
      size_t tail = other->length - from;
      if (at + tail > room) break;
      memcpy(data + at, other->data + from, tail);
      length = at + tail;
    }
    }
  }
  return length;
}

static void test_mutations(void **state)
{
  (void)state;
  enum { ROOM = 512 * 1024 };
  uint64_t seed = test_seed();
  uint8_t *data = malloc(ROOM);
  for (int i = 0; i < MUTATIONS; i++) {
    const struct input *input = &inputs.list[test_random_below(&seed, (uint32_t)inputs.n)];
    memcpy(data, input->data, input->length);
    size_t length = mutate(data, input->length, ROOM, &seed);
    uint8_t *exact = malloc(length + 1); // so that a read past the end is seen
    memcpy(exact, data, length);
    LLVMFuzzerTestOneInput(exact, length);
    free(exact);
  }
  free(data);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_corpus),
      cmocka_unit_test(test_samples),
      cmocka_unit_test(test_no_recursion),
      cmocka_unit_test(test_mutations),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
