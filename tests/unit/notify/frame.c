#include "tests/unit/notify/frame.h"
#include "common/conf/conf.h"
#include "services/notify/channel/webhook.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zmq.h>

struct submitted {
  char method[32];
  uint8_t *bytes;
  size_t length;
  void (*done)(struct svc *, void *, const Bus__Status *, void *);
  void *context;
  struct submitted *next;
};
struct svc {
  struct frame *frame;
  struct conf conf;
  struct conf_webhook_secret secret;
  struct submitted *first, **last;
};

static void *need(void *pointer)
{
  assert_non_null(pointer);
  return pointer;
}

// ---- the functions of common/svc that handlers and the outbox call

int svc_submit(struct svc *svc, const char *method, const ProtobufCMessage *message,
               void (*done)(struct svc *, void *, const Bus__Status *, void *), void *context)
{
  struct submitted *one = need(calloc(1, sizeof *one));
  snprintf(one->method, sizeof one->method, "%s", method);
  one->length = protobuf_c_message_get_packed_size(message);
  one->bytes = need(malloc(one->length + 1));
  protobuf_c_message_pack(message, one->bytes);
  one->done = done;
  one->context = context;
  *svc->last = one;
  svc->last = &one->next;
  return 0;
}

void svc_tick_at(struct svc *svc, int64_t time_us)
{
  struct frame *frame = svc->frame;
  if (!frame->tick_at_us || time_us < frame->tick_at_us) frame->tick_at_us = time_us;
}

int64_t svc_now_us(const struct svc *svc)
{
  return svc->frame->desk->now_us;
}

const struct conf *svc_conf(const struct svc *svc)
{
  return &svc->conf;
}

struct directory *svc_directory(struct svc *svc)
{
  return svc->frame->desk->directory;
}

// ---- life

struct frame *frame_new(void)
{
  struct frame *frame = need(calloc(1, sizeof *frame));
  frame->desk = desk_new();
  frame->daemon.state = frame->desk->state;
  frame->svc = need(calloc(1, sizeof *frame->svc));
  frame->svc->frame = frame;
  frame->svc->last = &frame->svc->first;
  frame->svc->secret = (struct conf_webhook_secret){.name = "test", .file = ""};
  frame->svc->conf =
      (struct conf){.webhook_allow = "127.0.0.1", .secrets = &frame->svc->secret, .n_secrets = 1};
  desk_publish(frame->desk);
  return frame;
}

static void forget_submitted(struct svc *svc)
{
  while (svc->first) {
    struct submitted *one = svc->first;
    svc->first = one->next;
    free(one->bytes);
    free(one);
  }
  svc->last = &svc->first;
}

struct frame *frame_free(struct frame *frame)
{
  if (!frame) return NULL;
  frame->daemon.outbox = outbox_close(frame->daemon.outbox);
  forget_submitted(frame->svc);
  free(frame->svc);
  desk_free(frame->desk);
  free(frame);
  return NULL;
}

static struct channel *open_channel(void)
{
  static const char text[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";
  const char *file = test_path(test_dir(), "test.secret");
  test_write_file(file, text, strlen(text));
  assert_int_equal(chmod(file, 0600), 0);
  struct webhook_secret secret = {"test", file};
  struct webhook_options options = {.secrets = &secret, .n_secrets = 1};
  struct channel *channel = NULL;
  char *why = NULL;
  assert_ok(webhook_open(&options, &channel, &why));
  return channel;
}

static struct channel *channel_of_frame; // the outbox owns it; the test waits for its socket

void frame_open_outbox(struct frame *frame)
{
  frame->daemon.outbox = outbox_close(frame->daemon.outbox);
  forget_submitted(frame->svc); // as a process that ended would
  channel_of_frame = open_channel();
  struct outbox_options options = {.svc = frame->svc,
                                   .store = frame->desk->store,
                                   .directory = frame->desk->directory,
                                   .state = frame->desk->state,
                                   .channel = channel_of_frame,
                                   .allow = frame->svc->conf.webhook_allow,
                                   .pause_us = 1};
  assert_ok(outbox_open(&options, &frame->daemon.outbox));
  assert_ok(outbox_resume(frame->daemon.outbox));
}

// ---- handlers

struct svc_call frame_call(struct frame *frame, const char *actor)
{
  struct desk *desk = frame->desk;
  return (struct svc_call){.svc = frame->svc,
                           .state = &frame->daemon,
                           .txn = desk->txn,
                           .arena = desk->arena,
                           .dir = need(directory_view(desk->directory, desk->txn, desk->arena)),
                           .ctx = desk_context(desk, actor)};
}

static const struct svc_command *command_of(const char *method)
{
  for (const struct svc_command *command = ntf_api_commands; command->name; command++)
    if (strcmp(command->name, method) == 0) return command;
  fail_msg("no command is called %s", method);
  return NULL;
}

int frame_command(struct frame *frame, const char *actor, const char *method, const ProtobufCMessage *message,
                  struct decision *out)
{
  struct svc_call call = frame_call(frame, actor);
  struct rule_context *ctx = (struct rule_context *)call.ctx;
  const struct svc_command *command = command_of(method);
  int r = command->prepare ? command->prepare(&call, (ProtobufCMessage *)message, &ctx->prepared, out) : 0;
  if (r == 0) r = command->decide(&call, message, out);
  if (r == 0) desk_apply(frame->desk, out);
  return r;
}

int frame_query(struct frame *frame, const char *actor, const char *method, const ProtobufCMessage *message,
                struct decision *out)
{
  struct svc_call call = frame_call(frame, actor);
  for (const struct svc_query *query = ntf_query_table; query->name; query++)
    if (strcmp(query->name, method) == 0) return query->answer(&call, message, out);
  fail_msg("no query is called %s", method);
  return -1;
}

struct decision *frame_event(struct frame *frame, const char *area, const char *id, const char *name,
                             const ProtobufCMessage *message)
{
  struct svc_call call = frame_call(frame, "self");
  struct decision *out = world_decision(frame->desk->world);
  Bus__Event head = BUS__EVENT__INIT;
  head.id = (char *)id;
  head.seq = 9;
  for (const struct svc_follow *follow = ntf_api_follows; follow->area; follow++) {
    if (strcmp(follow->area, area) != 0) continue;
    assert_ok(follow->project(&call, name, message));
    assert_accepted(out, follow->react(&call, &head, name, message, out));
    desk_apply(frame->desk, out);
    return out;
  }
  fail_msg("%s is not followed", area);
  return NULL;
}

// ---- the loop

static const ProtobufCMessageDescriptor *input_of(const char *method)
{
  const ProtobufCServiceDescriptor *service = &ntf__commands__descriptor;
  for (unsigned i = 0; i < service->n_methods; i++)
    if (strcmp(service->methods[i].name, method) == 0) return service->methods[i].input;
  fail_msg("no rpc is called %s", method);
  return NULL;
}

static Bus__Status *decide_one(struct frame *frame, const struct submitted *one)
{
  struct arena *arena = frame->desk->arena;
  struct decision *out = world_decision(frame->desk->world);
  frame->commands++;
  if (frame->refuse && strcmp(frame->refuse, one->method) == 0)
    return need(status_reject(arena, REASON_SPACE, NULL));
  ProtobufCMessage *message =
      need(protobuf_c_message_unpack(input_of(one->method), arena_allocator(arena), one->length, one->bytes));
  int r = frame_command(frame, "self", one->method, message, out);
  assert_true(r >= 0);
  Bus__Status *status = need(status_of_reason(arena, (enum reason)r, out));
  if (r == 0 && out->reply) {
    status->result.len = protobuf_c_message_get_packed_size(out->reply);
    status->result.data = need(arena_alloc(arena, status->result.len + 1));
    protobuf_c_message_pack(out->reply, status->result.data);
  }
  return status;
}

bool frame_turn(struct frame *frame)
{
  struct submitted *list = frame->svc->first;
  frame->svc->first = NULL;
  frame->svc->last = &frame->svc->first;
  bool any = list != NULL;
  size_t n = 0;
  Bus__Status *statuses[1024];
  for (struct submitted *one = list; one; one = one->next) {
    assert_true(n < 1024);
    statuses[n++] = decide_one(frame, one);
  }
  desk_commit(frame->desk);
  for (size_t i = 0; list; i++) {
    struct submitted *one = list;
    one->done(frame->svc, &frame->daemon, statuses[i], one->context);
    list = one->next;
    free(one->bytes);
    free(one);
  }
  outbox_turn(frame->daemon.outbox);
  return any || frame->svc->first;
}

void frame_until(struct frame *frame, bool (*done)(struct frame *frame, void *context), void *context)
{
  int64_t until = 20000;
  while (!done(frame, context)) {
    if (frame_turn(frame)) continue;
    zmq_pollitem_t item = {.socket = channel_of_frame->socket(channel_of_frame), .events = ZMQ_POLLIN};
    if (zmq_poll(&item, 1, 20) == 0) until -= 20;
    outbox_results(frame->daemon.outbox);
    if (until < 0) fail_msg("what the test waits for did not happen");
  }
}
