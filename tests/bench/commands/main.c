// bench_commands jiedui|etcd|redis ENDPOINT CLIENTS SECONDS FIRST [CERT SERVER_KEY]
// Prints: writes per second, p50 and p99 in microseconds, writes refused.
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
  if (argc < 6 || (strcmp(argv[1], "jiedui") == 0 && argc < 8)) {
    fprintf(stderr, "usage: %s jiedui|etcd|redis ENDPOINT CLIENTS SECONDS FIRST [CERT SERVER_KEY]\n",
            argv[0]);
    return 2;
  }
  struct load load = {
      .endpoint = argv[2],
      .clients = (unsigned)strtoul(argv[3], NULL, 10),
      .seconds = (unsigned)strtoul(argv[4], NULL, 10),
      .first = strtoull(argv[5], NULL, 10),
      .cert = argc > 6 ? argv[6] : NULL,
      .server_key = argc > 7 ? argv[7] : NULL,
  };
  if (load.clients == 0 || load.clients > 512 || load.seconds == 0) {
    fprintf(stderr, "1..512 clients, at least one second\n");
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
