#include "common/bus/bus_frames.h"

static zframe_t *copy_frame(zmq_msg_t *frame)
{
  return zframe_new(zmq_msg_data(frame), zmq_msg_size(frame));
}

static enum bus_fault check_sizes(const struct bus_message *message)
{
  bool header = message->kind == BUS_COMMAND || message->kind == BUS_QUERY;
  size_t a = zframe_size(message->a);
  if (a == 0) return BUS_FRAMES;
  if (a > (header ? BUS_HEADER_MAX : BUS_CORRELATION_MAX)) return BUS_SIZE;
  return zframe_size(message->b) > BUS_BODY_MAX ? BUS_SIZE : BUS_FINE;
}

enum bus_fault bus_frames_split(zmq_msg_t *frames, int n, struct bus_message *message)
{
  enum { TAIL = 3 };
  bool whole = n >= 1 + TAIL && n <= BUS_ADDRESS_MAX + TAIL;
  int address = whole ? n - TAIL : 1;
  message->kind = BUS_KINDS;
  message->address = zmsg_new();
  for (int i = 0; i < address; i++)
    zmsg_addmem(message->address, zmq_msg_data(&frames[i]), zmq_msg_size(&frames[i]));
  if (!whole) return BUS_FRAMES;
  message->a = copy_frame(&frames[address + 1]);
  message->b = copy_frame(&frames[address + 2]);
  int kind = bus_kind_of(zmq_msg_data(&frames[address]), zmq_msg_size(&frames[address]));
  if (kind < 0) return BUS_KIND;
  message->kind = (enum bus_kind)kind;
  if (kind == BUS_REPLY || kind == BUS_BATCH) return BUS_KIND; // only ever sent by a server
  return check_sizes(message);
}
