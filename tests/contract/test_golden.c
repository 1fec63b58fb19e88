// The golden vectors from C: what we build packs to exactly those bytes, and those bytes are split, admitted
// and packed again unchanged. The same files are checked from Python by golden.py, which shares nothing with
// this.
#include "common/base/pb.h"
#include "common/bus/bus_frames.h"
#include "proto/ops.pb-c.h"
#include "tests/lib/testlib.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIME  1471392000123456u
#define UUID  "0156960a-5b80-7000-8123-456789abcdef"
#define TRACE "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

static uint8_t id16[16] = {0x01, 0x56, 0x96, 0x0a, 0x5b, 0x80, 0x70, 0,
                           0x81, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
#define BYTES(text) ((ProtobufCBinaryData){sizeof(text) - 1, (uint8_t *)(text)})

// ---- frames A

static const ProtobufCMessage *header(void)
{
  static Bus__Header m = BUS__HEADER__INIT;
  m.msg_id = (ProtobufCBinaryData){16, id16};
  m.type = "ops.v1.SetLogLevel";
  m.time_us = TIME;
  m.idem_key = "import-7/line-3";
  m.correlation_id = "case-1";
  m.causation_id = UUID;
  m.source = "portal/2.1";
  m.on_behalf_of = "officer";
  m.expect_rev = 12;
  m.expires_us = 1471392040123456u;
  m.traceparent = TRACE;
  m.dry_run = 1;
  return &m.base;
}

static const ProtobufCMessage *header_least(void)
{
  static Bus__Header m = BUS__HEADER__INIT;
  m.msg_id = (ProtobufCBinaryData){16, id16};
  m.type = "ops.v1.Drain";
  return &m.base;
}

static const ProtobufCMessage *header_query(void)
{
  static Bus__Header m = BUS__HEADER__INIT;
  m.msg_id = (ProtobufCBinaryData){16, id16};
  m.type = "ops.v1.VerifyJournal";
  m.time_us = TIME;
  return &m.base;
}

// ---- frames B

static const ProtobufCMessage *set_log_level(void)
{
  static Ops__SetLogLevel m = OPS__SET_LOG_LEVEL__INIT;
  m.level = "debug";
  return &m.base;
}

static const ProtobufCMessage *drain(void)
{
  static Ops__Drain m = OPS__DRAIN__INIT;
  return &m.base;
}

static const ProtobufCMessage *verify_journal(void)
{
  static Ops__VerifyJournal m = OPS__VERIFY_JOURNAL__INIT;
  m.from = 1;
  m.to = UINT64_MAX;
  return &m.base;
}

static const ProtobufCMessage *status_ok(void)
{
  static Bus__Status m = BUS__STATUS__INIT;
  m.code = BUS__CODE__CODE_OK;
  m.replayed = 1;
  m.seq = 4711;
  m.result_type = "jiedui.ops.v1.ClockAnswer";
  m.result = BYTES("\x08\xc0\xc4\x07");
  return &m.base;
}

static const ProtobufCMessage *status_refused(void)
{
  static Bus__Status m = BUS__STATUS__INIT;
  static Bus__Param mode = BUS__PARAM__INIT, n = BUS__PARAM__INIT;
  static Bus__Param *params[] = {&mode, &n};
  mode.name = "mode";
  mode.value = "1:1";
  n.name = "n";
  n.value = "3";
  m.code = BUS__CODE__CODE_REFUSED;
  m.reason = "PN-01";
  m.params = params;
  m.n_params = 2;
  m.message_zh = "1:1 中 受援方 需 1–1 个，现有 3 个";
  m.message_en = "1:1 needs 1-1 recipients, has 3";
  m.fix_zh = "调整成员";
  m.fix_en = "Change the members";
  return &m.base;
}

static const ProtobufCMessage *status_patience(void)
{
  static Bus__Status m = BUS__STATUS__INIT;
  m.code = BUS__CODE__CODE_EXHAUSTED;
  m.reason = "BUSY";
  m.retry_after_ms = 1500;
  return &m.base;
}

static const ProtobufCMessage *status_dry_run(void)
{
  static Bus__Status m = BUS__STATUS__INIT;
  static Bus__Event event = BUS__EVENT__INIT, *events[] = {&event};
  event.type = "registry.v1.AgreementDrafted";
  event.subject = "a-1";
  event.rev = 1;
  m.code = BUS__CODE__CODE_OK;
  m.events = events;
  m.n_events = 1;
  return &m.base;
}

static const ProtobufCMessage *status_unreadable(void)
{
  static Bus__Status m = BUS__STATUS__INIT;
  m.code = BUS__CODE__CODE_INVALID;
  m.reason = "FRAMES";
  return &m.base;
}

static const ProtobufCMessage *fetch(void)
{
  static Bus__Fetch m = BUS__FETCH__INIT;
  static char *types[] = {"registry.v1.AgreementEffective", "registry.v1.PersonAmended"},
              *subjects[] = {"a-1"};
  m.epoch = 7;
  m.after = 41;
  m.max_events = 256;
  m.max_bytes = 131072;
  m.wait_ms = 20000;
  m.types = types;
  m.n_types = 2;
  m.subjects = subjects;
  m.n_subjects = 1;
  m.consumer = "portal";
  return &m.base;
}

static const ProtobufCMessage *fetch_least(void)
{
  static Bus__Fetch m = BUS__FETCH__INIT;
  return &m.base;
}

static Bus__Event *one_event(void)
{
  static Bus__Event event = BUS__EVENT__INIT;
  static Bus__Position position = BUS__POSITION__INIT, *basis[] = {&position};
  static char *units[] = {"u-1", "u-2"};
  position.area = "registry";
  position.epoch = 7;
  position.seq = 41;
  event.seq = 42;
  event.id = UUID;
  event.type = "registry.v1.DivisionsImported";
  event.time_us = TIME;
  event.actor = "nmg";
  event.on_behalf_of = "officer";
  event.subject = "150200";
  event.division = "1502";
  event.units = units;
  event.n_units = 2;
  event.rev = 3;
  event.data = BYTES("\x0a\x10\x0a\x06"
                     "150200\x12\x06包头");
  event.causation_id = "c-1";
  event.traceparent = TRACE;
  event.basis = basis;
  event.n_basis = 1;
  return &event;
}

static const ProtobufCMessage *batch(void)
{
  static Bus__Batch m = BUS__BATCH__INIT;
  static Bus__Status ok = BUS__STATUS__INIT;
  static Bus__Event *events[1];
  ok.code = BUS__CODE__CODE_OK;
  events[0] = one_event();
  m.status = &ok;
  m.epoch = 7;
  m.events = events;
  m.n_events = 1;
  m.next_after = 44;
  m.head = 99;
  m.first = 1;
  return &m.base;
}

static const ProtobufCMessage *batch_trimmed(void)
{
  static Bus__Batch m = BUS__BATCH__INIT;
  static Bus__Status status = BUS__STATUS__INIT;
  status.code = BUS__CODE__CODE_CONFLICT;
  status.reason = "TRIMMED";
  m.status = &status;
  m.epoch = 7;
  m.head = 99;
  m.first = 50;
  return &m.base;
}

static const ProtobufCMessage *ack(void)
{
  static Bus__Ack m = BUS__ACK__INIT;
  m.consumer = "portal";
  m.epoch = 7;
  m.seq = 44;
  return &m.base;
}

static const ProtobufCMessage *snap_request(void)
{
  static Bus__SnapRequest m = BUS__SNAP_REQUEST__INIT;
  m.cursor = BYTES("\x02"
                   "abc");
  m.max_bytes = 65536;
  return &m.base;
}

static const ProtobufCMessage *snap_page(void)
{
  static Bus__SnapPage m = BUS__SNAP_PAGE__INIT;
  static Bus__Status ok = BUS__STATUS__INIT;
  static Bus__SnapRow division = BUS__SNAP_ROW__INIT, person = BUS__SNAP_ROW__INIT,
                      *rows[] = {&division, &person};
  ok.code = BUS__CODE__CODE_OK;
  division.table = "division";
  division.row = BYTES("\x0a\x06"
                       "150200");
  person.table = "person";
  m.status = &ok;
  m.epoch = 7;
  m.seq = 99;
  m.rows = rows;
  m.n_rows = 2;
  m.cursor = BYTES("\x02"
                   "abd");
  m.last = 1;
  return &m.base;
}

static const ProtobufCMessage *pong(void)
{
  static Bus__Pong m = BUS__PONG__INIT;
  static char *caps[] = {"dry-run", "snapshot"};
  m.area = "registry";
  m.version = "0.1.0";
  m.epoch = 7;
  m.head = 99;
  m.time_us = TIME;
  m.ready = 1;
  m.principal = "portal";
  m.caps = caps;
  m.n_caps = 2;
  return &m.base;
}

// ---- the vectors

typedef const ProtobufCMessage *build(void);
static const struct vector {
  const char *name;
  enum bus_kind kind;
  build *a; // NULL = a correlation
  const char *correlation;
  size_t correlation_length;
  build *b; // NULL = empty
} vectors[] = {
    {"command", BUS_COMMAND, header, NULL, 0, set_log_level},
    {"command-least", BUS_COMMAND, header_least, NULL, 0, drain},
    {"query", BUS_QUERY, header_query, NULL, 0, verify_journal},
    {"reply-ok", BUS_REPLY, NULL, (char *)id16, 16, status_ok},
    {"reply-refused", BUS_REPLY, NULL, (char *)id16, 16, status_refused},
    {"reply-patience", BUS_REPLY, NULL, (char *)id16, 16, status_patience},
    {"reply-dry-run", BUS_REPLY, NULL, (char *)id16, 16, status_dry_run},
    {"reply-unreadable", BUS_REPLY, NULL, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16, status_unreadable},
    {"fetch", BUS_FETCH, NULL, (char *)id16, 16, fetch},
    {"fetch-least", BUS_FETCH, NULL, "\x01", 1, fetch_least},
    {"batch", BUS_BATCH, NULL, (char *)id16, 16, batch},
    {"batch-trimmed", BUS_BATCH, NULL, (char *)id16, 16, batch_trimmed},
    {"ack", BUS_ACK, NULL, (char *)id16, 16, ack},
    {"snapshot-request", BUS_SNAPSHOT, NULL, (char *)id16, 16, snap_request},
    {"snapshot-page", BUS_SNAPSHOT, NULL, (char *)id16, 16, snap_page},
    {"ping", BUS_PING, NULL, (char *)id16, 16, NULL},
    {"pong", BUS_PING, NULL, (char *)id16, 16, pong},
};
#define VECTORS (sizeof(vectors) / sizeof(vectors[0]))

struct frame {
  uint8_t bytes[2048];
  size_t length;
};

static struct frame unhex(const char *text)
{
  struct frame frame = {.length = strcmp(text, "-") == 0 ? 0 : strlen(text) / 2};
  assert_true(frame.length <= sizeof(frame.bytes));
  for (size_t i = 0; i < frame.length; i++) {
    unsigned byte;
    assert_int_equal(sscanf(text + 2 * i, "%2x", &byte), 1);
    frame.bytes[i] = (uint8_t)byte;
  }
  return frame;
}

static void read_vector(const char *name, char kind[5], struct frame *a, struct frame *b)
{
  char path[128], texts[2][4100];
  snprintf(path, sizeof(path), "tests/contract/golden/%s.hex", name);
  char *text = test_read_file(test_source(path), NULL);
  if (sscanf(text, "%4s %4099s %4099s", kind, texts[0], texts[1]) != 3) fail_msg("%s", path);
  free(text);
  *a = unhex(texts[0]);
  *b = unhex(texts[1]);
}

static void assert_frame(const char *name, const struct frame *frame, const void *bytes, size_t length)
{
  if (frame->length == length && (length == 0 || memcmp(frame->bytes, bytes, length) == 0)) return;
  for (size_t i = 0; i < length; i++)
    print_error("%02x", ((const uint8_t *)bytes)[i]);
  fail_msg(" is what %s packs to", name);
}

static void check_message(const char *name, build *build, const struct frame *frame, struct arena *arena)
{
  struct pb_fault fault = {0};
  uint8_t *bytes = NULL;
  const ProtobufCMessage *message = build();
  size_t length = pb_pack(arena, message, &bytes);
  assert_frame(name, frame, bytes, length);
  ProtobufCMessage *back = pb_admit(message->descriptor, frame->bytes, frame->length, arena, &fault);
  if (!back) fail_msg("%s: %s %s", name, fault.path, fault.what);
  length = pb_pack(arena, back, &bytes);
  assert_frame(name, frame, bytes, length);
}

static void test_vectors(void **state)
{
  (void)state;
  struct arena *arena = NULL;
  assert_ok(arena_new(0, &arena));
  for (size_t i = 0; i < VECTORS; i++) {
    const struct vector *v = &vectors[i];
    char kind[5] = "";
    struct frame a, b;
    arena_reset(arena);
    read_vector(v->name, kind, &a, &b);
    assert_string_equal(kind, bus_kind_words[v->kind]);
    if (v->a)
      check_message(v->name, v->a, &a, arena);
    else
      assert_frame(v->name, &a, v->correlation, v->correlation_length);
    if (v->b)
      check_message(v->name, v->b, &b, arena);
    else
      assert_int_equal(b.length, 0);
  }
  arena_free(arena);
}

// What a client sends is taken by a server as it is; what only servers send is refused from a client.
static void test_split(void **state)
{
  (void)state;
  for (size_t i = 0; i < VECTORS; i++) {
    char kind[5] = "";
    struct frame parts[4] = {{.bytes = "\0abcd", .length = 5}, {.length = 4}};
    read_vector(vectors[i].name, kind, &parts[2], &parts[3]);
    memcpy(parts[1].bytes, kind, 4);
    zmq_msg_t frames[4];
    for (int k = 0; k < 4; k++) {
      zmq_msg_init_size(&frames[k], parts[k].length);
      memcpy(zmq_msg_data(&frames[k]), parts[k].bytes, parts[k].length);
    }
    struct bus_message message = {0};
    enum bus_fault fault = bus_frames_split(frames, 4, &message);
    bool of_server = vectors[i].kind == BUS_REPLY || vectors[i].kind == BUS_BATCH;
    assert_int_equal(fault, of_server ? BUS_KIND : BUS_FINE);
    assert_int_equal(message.kind, vectors[i].kind);
    bus_message_clear(&message);
    for (int k = 0; k < 4; k++)
      zmq_msg_close(&frames[k]);
  }
}

// Every file is checked here; a new vector needs its builder.
static void test_none_forgotten(void **state)
{
  (void)state;
  size_t files = 0;
  DIR *golden = opendir(test_source("tests/contract/golden"));
  assert_non_null(golden);
  for (struct dirent *entry; (entry = readdir(golden));)
    if (strstr(entry->d_name, ".hex")) files++;
  closedir(golden);
  assert_int_equal(files, VECTORS);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_vectors),
      cmocka_unit_test(test_split),
      cmocka_unit_test(test_none_forgotten),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
