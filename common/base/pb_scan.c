#include "common/base/pb_scan.h"
#include <stdio.h>
#include <string.h>

enum wire { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

struct reader {
  const uint8_t *at, *end;
};

// One field of the wire: its tag, and for WIRE_BYTES what it holds.
struct piece {
  uint32_t tag;
  enum wire wire;
  const uint8_t *bytes;
  size_t length;
};

struct scan {
  struct pb_fault *fault;
  unsigned unknown; // over the whole message, not per level
};

bool pb_fault_set(struct pb_fault *fault, const char *what)
{
  fault->path[0] = '\0';
  fault->what = what;
  return false;
}

void pb_fault_prepend(struct pb_fault *fault, const char *name, long index)
{
  char tail[sizeof fault->path], number[32] = "";
  memcpy(tail, fault->path, sizeof tail);
  if (index >= 0) snprintf(number, sizeof number, "[%ld]", index);
  int n = snprintf(fault->path, sizeof fault->path, "%s%s%s%s", name, number, tail[0] ? "." : "", tail);
  (void)n; // a path that does not fit is cut at its inner end
}

static bool read_varint(struct reader *reader, uint64_t *ret)
{
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (reader->at == reader->end) return false;
    uint8_t byte = *reader->at++;
    value |= (uint64_t)(byte & 0x7f) << (shift < 64 ? shift : 63);
    if (!(byte & 0x80)) {
      *ret = value;
      return true;
    }
  }
  return false;
}

static bool skip(struct reader *reader, size_t length)
{
  if (length > (size_t)(reader->end - reader->at)) return false;
  reader->at += length;
  return true;
}

// False when the bytes are no protobuf. Groups (wire types 3 and 4) are refused as protobuf-c does.
static bool read_piece(struct reader *reader, struct piece *ret)
{
  uint64_t head = 0, value = 0;
  if (!read_varint(reader, &head) || head >> 32 || head >> 3 == 0) return false;
  *ret = (struct piece){.tag = (uint32_t)(head >> 3), .wire = (enum wire)(head & 7)};
  switch (ret->wire) {
  case WIRE_VARINT:
    return read_varint(reader, &value);
  case WIRE_64:
    return skip(reader, 8);
  case WIRE_32:
    return skip(reader, 4);
  case WIRE_BYTES:
    if (!read_varint(reader, &value) || value > (size_t)(reader->end - reader->at)) return false;
    ret->bytes = reader->at;
    ret->length = (size_t)value;
    return skip(reader, ret->length);
  default:
    return false;
  }
}

// Which element of a repeated field the piece that ends at `stop` is: counted only once a fault was found.
static long element_of(const uint8_t *data, size_t length, const ProtobufCFieldDescriptor *field,
                       const uint8_t *stop)
{
  if (field->label != PROTOBUF_C_LABEL_REPEATED) return -1;
  struct reader reader = {data, data + length};
  struct piece piece;
  long index = -1;
  while (reader.at < stop && read_piece(&reader, &piece))
    if (piece.tag == field->id) index++;
  return index;
}

static bool scan_level(struct scan *scan, const ProtobufCMessageDescriptor *descriptor, const uint8_t *data,
                       size_t length, unsigned depth);

static bool scan_piece(struct scan *scan, const ProtobufCFieldDescriptor *field, const struct piece *piece,
                       unsigned depth)
{
  if (piece->wire != WIRE_BYTES) return true;
  if (field->type == PROTOBUF_C_TYPE_STRING && memchr(piece->bytes, '\0', piece->length))
    return pb_fault_set(scan->fault, "nul");
  if (field->type == PROTOBUF_C_TYPE_MESSAGE)
    return scan_level(scan, field->descriptor, piece->bytes, piece->length, depth + 1);
  return true;
}

static bool scan_level(struct scan *scan, const ProtobufCMessageDescriptor *descriptor, const uint8_t *data,
                       size_t length, unsigned depth)
{
  if (depth > PB_MAX_DEPTH) return pb_fault_set(scan->fault, "too_deep");
  struct reader reader = {data, data + length};
  struct piece piece;
  while (reader.at < reader.end) {
    if (!read_piece(&reader, &piece)) return pb_fault_set(scan->fault, "decode");
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(descriptor, piece.tag);
    if (!field) {
      if (++scan->unknown > PB_MAX_UNKNOWN) return pb_fault_set(scan->fault, "unknown_fields");
    } else if (!scan_piece(scan, field, &piece, depth)) {
      pb_fault_prepend(scan->fault, field->name, element_of(data, length, field, reader.at));
      return false;
    }
  }
  return true;
}

bool pb_scan(const ProtobufCMessageDescriptor *descriptor, const void *data, size_t length,
             struct pb_fault *fault)
{
  struct scan scan = {.fault = fault};
  return length == 0 || scan_level(&scan, descriptor, data, length, 1);
}
