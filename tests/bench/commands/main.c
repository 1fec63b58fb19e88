// bench_commands jiedui|etcd|redis division|institution ENDPOINT CLIENTS[/CONNECTIONS] SECONDS FIRST [CERT
// SERVER_KEY] Prints: writes per second, p50 and p99 in microseconds, writes refused.
#include "tests/bench/commands/load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
  static const struct {
    const char *name;
    int (*run)(const struct load *, struct samples *);
  } servers[] = {{"jiedui", load_jiedui}, {"etcd", load_etcd}, {"redis", load_redis}};
  struct samples samples = {0};
  if (argc < 7 || (strcmp(argv[1], "jiedui") == 0 && argc < 9)) {
    fprintf(stderr,
            "usage: %s jiedui|etcd|redis division|institution ENDPOINT CLIENTS[/CONNECTIONS] SECONDS FIRST "
            "[CERT SERVER_KEY]\n",
            argv[0]);
    return 2;
  }
  struct load load = {
      .kind = strcmp(argv[2], "division") == 0 ? LOAD_DIVISION : LOAD_INSTITUTION,
      .endpoint = argv[3],
      .clients = (unsigned)strtoul(argv[4], NULL, 10),
      .seconds = (unsigned)strtoul(argv[5], NULL, 10),
      .first = strtoull(argv[6], NULL, 10),
      .cert = argc > 7 ? argv[7] : NULL,
      .server_key = argc > 8 ? argv[8] : NULL,
  };
  const char *slash = strchr(argv[4], '/');
  load.connections = slash ? (unsigned)strtoul(slash + 1, NULL, 10) : load.clients;
  if (load.clients == 0 || load.clients > 512 || load.connections == 0 || load.connections > load.clients ||
      load.seconds == 0) {
    fprintf(stderr, "1..512 clients, at most one connection each, at least one second\n");
    return 2;
  }
  for (size_t i = 0; i < sizeof servers / sizeof servers[0]; i++) {
    if (strcmp(argv[1], servers[i].name) != 0) continue;
    if (servers[i].run(&load, &samples) < 0) return 1;
    samples_print(&samples);
    free(samples.us);
    return 0;
  }
  fprintf(stderr, "unknown server %s\n", argv[1]);
  return 2;
}
