// The fuzz target: everything that bytes from a peer go through before a rule sees them.
// Input: a choice, then either the frames of a message ([length: 2 bytes big-endian] [bytes] ...), or a
// type's number (2 bytes) and a body of that type. It must not crash, hang or exceed the arena; and what is
// admitted must pack and be admitted again, unchanged.
#include "common/base/check.h"
#include "common/base/pb.h"
#include "common/bus/bus_frames.h"
#include "tests/fuzz/frames/types.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

#define ARENA_BYTES (256 * 1024)
#define FRAMES_MOST 12

static const ProtobufCMessageDescriptor *const type_of_kind[BUS_KINDS] = {
    [BUS_COMMAND] = &bus__header__descriptor,        [BUS_QUERY] = &bus__header__descriptor,
    [BUS_REPLY] = &bus__status__descriptor,          [BUS_FETCH] = &bus__fetch__descriptor,
    [BUS_BATCH] = &bus__batch__descriptor,           [BUS_ACK] = &bus__ack__descriptor,
    [BUS_SNAPSHOT] = &bus__snap_request__descriptor, [BUS_PING] = &bus__pong__descriptor};

static void check_again(const ProtobufCMessage *message, struct arena *second)
{
  struct pb_fault fault;
  uint8_t *bytes = NULL, *again = NULL;
  size_t length = pb_pack(second, message, &bytes);
  if (!bytes && arena_exhausted(second)) return;
  ProtobufCMessage *back = pb_admit(message->descriptor, bytes, length, second, &fault);
  CHECK(back || arena_exhausted(second));
  if (!back) return;
  CHECK(pb_check(back, &fault));
  size_t length_again = pb_pack(second, back, &again);
  CHECK(arena_exhausted(second) || (length_again == length && memcmp(bytes, again, length) == 0));
}

static void admit(const ProtobufCMessageDescriptor *type, const void *data, size_t length)
{
  struct arena *arena = NULL, *second = NULL;
  struct pb_fault fault = {0};
  CHECK(arena_new(ARENA_BYTES, &arena) == 0 && arena_new(4 * ARENA_BYTES, &second) == 0);
  ProtobufCMessage *message = pb_admit(type, data, length, arena, &fault);
  CHECK(arena_used(arena) <= ARENA_BYTES);
  if (message)
    check_again(message, second);
  else
    CHECK(fault.what && memchr(fault.path, 0, sizeof(fault.path)));
  arena_free(arena);
  arena_free(second);
}

static void admit_message(const struct bus_message *message)
{
  bool header = message->kind == BUS_COMMAND || message->kind == BUS_QUERY;
  const zframe_t *frame = header ? message->a : message->b;
  admit(type_of_kind[message->kind], zframe_data((zframe_t *)frame), zframe_size((zframe_t *)frame));
}

static void check_split(const struct bus_message *message, enum bus_fault fault, int n)
{
  CHECK(fault != BUS_NOTHING && fault != BUS_PRINCIPAL);
  CHECK(message->address && zmsg_size(message->address) >= 1 &&
        zmsg_size(message->address) <= BUS_ADDRESS_MAX);
  if (fault != BUS_FINE) return;
  CHECK(n >= 4 && n <= 7 && zmsg_size(message->address) == (size_t)n - 3);
  CHECK(message->kind < BUS_KINDS && zframe_size(message->a) >= 1 &&
        zframe_size(message->a) <= BUS_HEADER_MAX);
  CHECK(zframe_size(message->b) <= BUS_BODY_MAX);
}

static void split(const uint8_t *data, size_t length)
{
  zmq_msg_t frames[BUS_FRAMES_MAX];
  int n = 0;
  while (length >= 2 && n < FRAMES_MOST) {
    size_t size = (size_t)data[0] << 8 | data[1];
    if (size > length - 2) size = length - 2;
    if (n < BUS_FRAMES_MAX) {
      CHECK(zmq_msg_init_size(&frames[n], size) == 0);
      memcpy(zmq_msg_data(&frames[n]), data + 2, size);
    }
    n++;
    data += 2 + size;
    length -= 2 + size;
  }
  if (n == 0) return;
  struct bus_message message = {0};
  enum bus_fault fault = bus_frames_split(frames, n, &message);
  check_split(&message, fault, n);
  if (fault == BUS_FINE) admit_message(&message);
  for (int i = 0; i < n && i < BUS_FRAMES_MAX; i++)
    zmq_msg_close(&frames[i]);
  bus_message_clear(&message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
  if (length < 1) return 0;
  if (data[0] % 4 == 0)
    split(data + 1, length - 1);
  else if (length >= 3)
    admit(types_at((size_t)data[1] << 8 | data[2]), data + 3, length - 3);
  return 0;
}
