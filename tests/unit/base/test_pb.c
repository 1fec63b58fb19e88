#include "common/base/cleanup.h"
#include "common/base/pb.h"
#include "proto/envelope.pb-c.h"
#include "proto/types.pb-c.h"
#include "shape.pb-c.h"
#include "tests/lib/testlib.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DEFINE_CLEANUP(struct arena, arena_free);

#define NODE (&shape__node__descriptor)

static struct arena *arena;

static int set_up(void **state)
{
  (void)state;
  return arena_new(256 * 1024, &arena);
}

static int tear_down(void **state)
{
  (void)state;
  arena = arena_free(arena);
  return 0;
}

// Bytes as hexadecimal text, spaces ignored.
static uint8_t *from_hex(const char *hex, size_t *ret_length)
{
  uint8_t *bytes = arena_alloc(arena, strlen(hex));
  size_t n = 0;
  for (; *hex; hex++) {
    if (*hex == ' ') continue;
    unsigned value = 0;
    assert_int_equal(sscanf(hex, "%2x", &value), 1);
    bytes[n++] = (uint8_t)value;
    hex++;
  }
  *ret_length = n;
  return bytes;
}

static void refuses_with_path_and_word(void **state)
{
  (void)state;
  static const struct {
    const char *hex, *what, *path;
  } cases[] = {
      // UTF-8: Unicode table 3-7
      {"0a02 f080", "utf8", "text"},     // cut short
      {"0a02 c080", "utf8", "text"},     // overlong NUL
      {"0a03 e09f80", "utf8", "text"},   // overlong
      {"0a03 eda080", "utf8", "text"},   // surrogate D800
      {"0a04 f0808080", "utf8", "text"}, // overlong
      {"0a04 f4908080", "utf8", "text"}, // past U+10FFFF
      {"0a01 80", "utf8", "text"},       // lone continuation
      {"0a01 ff", "utf8", "text"},
      {"0a03 e28261", "utf8", "text"}, // letter instead of continuation
      {"0a03 610062", "nul", "text"},
      {"2201 61 2201 ff", "utf8", "texts[1]"},
      {"2201 61 2202 6100", "nul", "texts[1]"},
      // enums
      {"1003", "enum", "colour"},
      {"10ffffffffffffffffff01", "enum", "colour"}, // -1
      {"1a03 01 02 07", "enum", "colours[2]"},      // packed
      {"1801 1809", "enum", "colours[1]"},          // not packed
      {"4805", "enum", "tint"},
      {"6801 6802", "enum", "loose"},
      // nested
      {"2a02 1003", "enum", "child.colour"},
      {"3200 3200 3205 2a03 0a01ff", "utf8", "children[2].child.text"},
      {"3200 3204 2202 6100", "nul", "children[1].texts[0]"},
      {"4203 0a01ff", "utf8", "branch.text"},
      {"3a01 ff", "utf8", "word"},
      // not protobuf
      {"0a05 61", "decode", ""},
      {"2a03 0a0561", "decode", "child"},
      {"0b", "decode", ""}, // group
      {"00", "decode", ""}, // tag 0
      {"0f", "decode", ""}, // wire type 7
      {"10", "decode", ""}, // no value
      {"10 ffffffffffffffffffff01", "decode", ""},
      {"59 00", "decode", ""},
      {"65 00", "decode", ""},
      {"ff ff ff ff ff ff", "decode", ""},
      {"0a ffffffffffffffff7f", "decode", ""}, // a length of 2^63
      {"0d 00000000", "decode", ""},           // a text as fixed32
      {"4a01 61", "decode", ""},               // an enum as text
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct pb_fault fault = {.what = "none"};
    size_t length = 0;
    arena_reset(arena);
    const uint8_t *bytes = from_hex(cases[i].hex, &length);
    assert_null(pb_admit(NODE, bytes, length, arena, &fault));
    if (strcmp(fault.what, cases[i].what) != 0 || strcmp(fault.path, cases[i].path) != 0)
      fail_msg("%s: %s at \"%s\", expected %s at \"%s\"", cases[i].hex, fault.what, fault.path, cases[i].what,
               cases[i].path);
  }
}

static void admits(void **state)
{
  (void)state;
  static const char *cases[] = {
      "",
      "0a06 e7bb93e5afb9",     // 结对
      "0a04 f09f8c9e",         // outside the basic plane
      "0a04 f48fbfbf",         // U+10FFFF
      "0a06 ed9fbf ee8080",    // both sides of the surrogates
      "0a02 c280 0a03 e0a080", // shortest of two and three bytes
      "1002 1a02 0001",
      "68fdffffffffffffffff01", // -3 of Loose
      "3a02 6162 4802",         // the oneof's last member counts
      "520300ff00",             // bytes may hold anything
      "5900000000000000ff 65000000ff",
      "a00601", // an unknown field
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct pb_fault fault = {.what = "none"};
    size_t length = 0;
    arena_reset(arena);
    const uint8_t *bytes = from_hex(cases[i], &length);
    ProtobufCMessage *message = pb_admit(NODE, bytes, length, arena, &fault);
    if (!message) fail_msg("%s: %s at \"%s\"", cases[i], fault.what, fault.path);
    assert_true(pb_check(message, &fault));
  }
}

// Members of a oneof share their place: what is not the chosen one must not be read.
static void oneof_reads_only_its_member(void **state)
{
  (void)state;
  struct pb_fault fault;
  Shape__Node node = SHAPE__NODE__INIT;
  node.choice_case = SHAPE__NODE__CHOICE_TINT;
  node.tint = SHAPE__COLOUR__COLOUR_RED; // lies where `word` would be a pointer
  assert_true(pb_check(&node.base, &fault));
  node.tint = (Shape__Colour)55;
  assert_false(pb_check(&node.base, &fault));
  assert_string_equal(fault.path, "tint");
}

// depth levels of child, the innermost empty.
static uint8_t *nested(unsigned depth, size_t *ret_length)
{
  size_t room = (size_t)depth * 6 + 1, at = room;
  uint8_t *bytes = malloc(room);
  assert_non_null(bytes);
  for (unsigned i = 1; i < depth; i++) {
    size_t inner = room - at;
    uint8_t head[8];
    size_t n = 0;
    head[n++] = 0x2a;
    for (; inner >= 0x80; inner >>= 7)
      head[n++] = (uint8_t)(inner | 0x80);
    head[n++] = (uint8_t)inner;
    at -= n;
    memcpy(bytes + at, head, n);
  }
  memmove(bytes, bytes + at, room - at);
  *ret_length = room - at;
  return bytes;
}

static void depth_is_bounded(void **state)
{
  (void)state;
  static const struct {
    unsigned depth;
    bool admitted;
  } cases[] = {{1, true}, {32, true}, {33, false}, {1000, false}, {16000, false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct pb_fault fault = {.what = "none"};
    size_t length = 0;
    arena_reset(arena);
    _cleanup_free_ uint8_t *bytes = nested(cases[i].depth, &length);
    assert_int_equal(pb_admit(NODE, bytes, length, arena, &fault) != NULL, cases[i].admitted);
    if (cases[i].admitted) continue;
    assert_string_equal(fault.what, "too_deep");
    assert_memory_equal(fault.path, "child.child.", 12);
    assert_non_null(memchr(fault.path, '\0', sizeof fault.path));
  }
}

static void check_bounds_depth_of_built_messages(void **state)
{
  (void)state;
  Shape__Node nodes[34];
  struct pb_fault fault;
  for (int i = 0; i < 34; i++) {
    shape__node__init(&nodes[i]);
    if (i > 0) nodes[i - 1].child = &nodes[i];
  }
  nodes[31].child = NULL;
  assert_true(pb_check(&nodes[0].base, &fault));
  nodes[31].child = &nodes[32];
  assert_false(pb_check(&nodes[0].base, &fault));
  assert_string_equal(fault.what, "too_deep");
}

static void unknown_fields_are_capped_over_all_levels(void **state)
{
  (void)state;
  for (unsigned n = 16; n <= 17; n++) {
    struct pb_fault fault = {.what = "none"};
    uint8_t bytes[96];
    size_t length = 0;
    arena_reset(arena);
    for (unsigned i = 0; i < n; i++) {
      static const uint8_t in_child[] = {0x32, 3, 0xa0, 0x06, 0x01}; // each in a child of its own
      memcpy(bytes + length, in_child + (i < 8 ? 0 : 2), i < 8 ? 5 : 3);
      length += i < 8 ? 5 : 3;
    }
    ProtobufCMessage *message = pb_admit(NODE, bytes, length, arena, &fault);
    assert_int_equal(message != NULL, n == 16);
    if (!message) assert_string_equal(fault.what, "unknown_fields");
  }
}

// The amplifiers of the wire format: each must end at the arena's cap, never in the heap.
static void bombs_end_at_the_cap(void **state)
{
  (void)state;
  static const uint8_t empty_child[] = {0x32, 0x00};
  size_t length = 250 * 1024;
  _cleanup_free_ uint8_t *children = malloc(length), *merges = malloc(length);
  struct pb_fault fault = {.what = "none"};
  for (size_t i = 0; i < length; i += 2) {
    memcpy(children + i, empty_child, 2);
    merges[i] = 0x2a; // the same singular child again and again: merged each time
    merges[i + 1] = 0x00;
  }
  assert_null(pb_admit(NODE, children, length, arena, &fault));
  assert_string_equal(fault.what, "too_big");
  arena_reset(arena);
  assert_null(pb_admit(NODE, merges, length, arena, &fault));
  assert_string_equal(fault.what, "too_big");
  arena_reset(arena);
  _cleanup_free_ uint8_t *zeros = calloc(1, PB_MAX_LENGTH + 1);
  assert_null(pb_admit(NODE, zeros, PB_MAX_LENGTH + 1, arena, &fault));
  assert_string_equal(fault.what, "too_big");
}

// Any bytes: no crash, and whatever is admitted survives packing and is admitted again.
static void random_bytes_are_survived(void **state)
{
  (void)state;
  uint64_t random = test_seed();
  unsigned admitted = 0;
  for (int round = 0; round < 20000; round++) {
    uint8_t bytes[48], *packed = NULL;
    struct pb_fault fault;
    size_t length = test_random_below(&random, sizeof bytes);
    for (size_t i = 0; i < length; i++) {
      uint64_t r = test_random(&random);
      bytes[i] = r & 1 ? (uint8_t)(((r >> 8) % 14 << 3) | ((r >> 16) & 1) * 2) : (uint8_t)(r >> 24) % 6;
    }
    arena_reset(arena);
    ProtobufCMessage *message = pb_admit(NODE, bytes, length, arena, &fault);
    if (!message) continue;
    admitted++;
    size_t n = pb_pack(arena, message, &packed);
    if (!pb_admit(NODE, packed, n, arena, &fault))
      fail_msg("round %d: %s at %s", round, fault.what, fault.path);
  }
  assert_true(admitted > 100); // or the test would show nothing
}

static void packs_into_the_arena(void **state)
{
  (void)state;
  struct pb_fault fault;
  uint8_t *bytes = NULL;
  Bus__Status status = BUS__STATUS__INIT;
  assert_int_equal(pb_pack(arena, &status.base, &bytes), 0);
  assert_non_null(bytes); // an empty message, not a failure
  status.code = BUS__CODE__CODE_REFUSED;
  status.reason = "PN-01";
  size_t length = pb_pack(arena, &status.base, &bytes);
  const Bus__Status *again =
      (const Bus__Status *)pb_admit(&bus__status__descriptor, bytes, length, arena, &fault);
  assert_non_null(again);
  assert_string_equal(again->reason, "PN-01");
  _cleanup_(arena_freep) struct arena *small = NULL;
  assert_ok(arena_new(4, &small));
  bytes = (uint8_t *)1;
  assert_int_equal(pb_pack(small, &status.base, &bytes), 0);
  assert_null(bytes);
}

static void words_of_enums(void **state)
{
  (void)state;
  const ProtobufCEnumDescriptor *colour = &shape__colour__descriptor, *loose = &shape__loose__descriptor,
                                *kind = &typ__institution_kind__descriptor;
  static const struct {
    const char *word;
    int value;
  } cases[] = {{"RED", 1}, {"COLOUR_RED", 1},   {"DARK_RED", 2}, {"red", -1},
               {"", -1},   {"UNSPECIFIED", -1}, {"COLOUR_", -1}, {"COLOUR_UNSPECIFIED", -1}};
  assert_string_equal(pb_enum_word(colour, 1), "RED");
  assert_string_equal(pb_enum_word(colour, 2), "DARK_RED");
  assert_null(pb_enum_word(colour, 3));
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(pb_enum_value(colour, cases[i].word), cases[i].value);
  assert_string_equal(pb_enum_word(loose, 1), "NORTH"); // "NO" is common but no word
  assert_int_equal(pb_enum_value(loose, "NORTH"), 1);
  assert_string_equal(pb_enum_word(kind, TYP__INSTITUTION_KIND__KIND_RESEARCH_OFFICE), "RESEARCH_OFFICE");
  assert_int_equal(pb_enum_value(kind, "SCHOOL"), TYP__INSTITUTION_KIND__KIND_SCHOOL);
  char long_word[300];
  memset(long_word, 'A', sizeof long_word - 1);
  long_word[sizeof long_word - 1] = '\0';
  assert_int_equal(pb_enum_value(kind, long_word), -1);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(refuses_with_path_and_word),
      TEST(admits),
      TEST(oneof_reads_only_its_member),
      TEST(depth_is_bounded),
      TEST(check_bounds_depth_of_built_messages),
      TEST(unknown_fields_are_capped_over_all_levels),
      TEST(bombs_end_at_the_cap),
      TEST(random_bytes_are_survived),
      TEST(packs_into_the_arena),
      TEST(words_of_enums),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
