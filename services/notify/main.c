// jiedui-notifyd: notices, deliveries, receipts, contacts.
#include "services/notify/daemon.h"

int main(int argc, char **argv)
{
  static const struct svc_service service = {
      .area = "notify",
      .title = "notices, deliveries, receipts, contacts",
      .commands = &ntf__commands__descriptor,
      .queries = &ntf__queries__descriptor,
      .events = &ntf__events__descriptor,
      .command_table = ntf_api_commands,
      .query_table = ntf_query_table,
      .event_table = ntf_api_events,
      .follow_table = ntf_api_follows,
      .open = ntf_daemon_open,
      .ready = ntf_daemon_ready,
      .close = ntf_daemon_close,
      .tables = ntf_daemon_tables,
      .committed = ntf_daemon_committed,
  };
  return svc_main(&service, argc, argv);
}
