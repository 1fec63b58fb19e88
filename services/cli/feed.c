#include "services/cli/feed.h"
#include "services/cli/args.h"
#include "services/cli/lang.h"
#include "services/cli/pbjson.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FOLLOW_WAIT_MS 5000
#define BATCH_ARENA    (8 * 1024 * 1024)

json_t *feed_event(const Bus__Event *event)
{
  json_t *json = pbjson_write(&event->base);
  const ProtobufCMessageDescriptor *descriptor = catalogue_event(event->type);
  if (!json || !descriptor) return json; // unknown types keep their bytes in base64
  ProtobufCMessage *data = protobuf_c_message_unpack(descriptor, NULL, event->data.len, event->data.data);
  if (!data) return json;
  json_object_set_new(json, "data", pbjson_write(data));
  protobuf_c_message_free_unpacked(data, NULL);
  return json;
}

struct feed {
  struct cli *cli;
  struct bus_client *client;
  const char *area;
  Bus__Fetch fetch;
  uint64_t left; // events still to print
  bool follow, silent;
};

static bool print_event(const Bus__Event *event)
{
  json_t *json = feed_event(event);
  if (json) json_dumpf(json, stdout, JSON_COMPACT);
  json_decref(json);
  return putchar('\n') != EOF;
}

// One batch; *ret_more false at the end.
static int turn(struct feed *feed, struct arena *arena, bool *ret_more)
{
  Bus__Batch *batch = NULL;
  int error = bus_client_fetch(feed->client, &feed->fetch, arena, &batch);
  *ret_more = feed->follow && error == -ETIMEDOUT;
  if (*ret_more) {
    if (!feed->silent) say_error(0, _("%s does not answer; trying on"), feed->area);
    feed->silent = true;
    return CLI_OK;
  }
  feed->silent = false;
  if (error) return session_silent(feed->cli, feed->area, error);
  if (batch->status && batch->status->code != BUS__CODE__CODE_OK) return say_status(feed->cli, batch->status);
  for (size_t i = 0; i < batch->n_events && feed->left > 0; i++, feed->left--)
    if (!print_event(batch->events[i])) return CLI_UNREACHABLE;
  if (fflush(stdout) != 0) return CLI_UNREACHABLE; // the reader is gone
  feed->fetch.after = batch->next_after;
  feed->fetch.epoch = batch->epoch;
  *ret_more = feed->left > 0 && (feed->follow || batch->next_after < batch->head);
  return CLI_OK;
}

// "PlanApproved" -> "dispatch.v1.PlanApproved"
static bool set_types(struct feed *feed)
{
  struct cli *cli = feed->cli;
  const char *type;
  feed->fetch.types = ARENA_ARRAY(cli->arena, char *, cli->args->n + 1);
  for (size_t at = 0; feed->fetch.types && (type = args_next(cli->args, "--type", &at));)
    feed->fetch.types[feed->fetch.n_types++] =
        strchr(type, '.') ? (char *)type : arena_printf(cli->arena, "%s.v1.%s", feed->area, type);
  return feed->fetch.types != NULL;
}

static int read_number(const struct cli *cli, const char *option, uint64_t otherwise, uint64_t *ret)
{
  const char *text = args_get(cli->args, option);
  char *end;
  *ret = otherwise;
  if (!text) return CLI_OK;
  errno = 0;
  *ret = strtoull(text, &end, 10);
  if (errno || *end || *text < '0' || *text > '9')
    return say_error(CLI_USAGE, _("%s %s: not a number"), option, text);
  return CLI_OK;
}

int feed_run(struct cli *cli)
{
  struct feed feed = {.cli = cli, .area = args_get(cli->args, "AREA"), .fetch = BUS__FETCH__INIT};
  struct arena *arena = NULL;
  int failed = read_number(cli, "--after", 0, &feed.fetch.after);
  if (!failed) failed = read_number(cli, "--max", UINT64_MAX, &feed.left);
  if (failed) return failed;
  feed.follow = args_get(cli->args, "--follow") != NULL;
  feed.fetch.wait_ms = feed.follow ? FOLLOW_WAIT_MS : 0;
  if (!set_types(&feed) || arena_new(BATCH_ARENA, &arena) != 0) return say_failure(-ENOMEM, "feed");
  feed.client = session_client(cli, feed.area, &failed);
  for (bool more = feed.client != NULL; more; arena_reset(arena))
    failed = turn(&feed, arena, &more);
  arena_free(arena);
  return failed;
}
