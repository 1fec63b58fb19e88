#include "common/bus/bus.h"
#include "common/base/check.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

const char *const bus_kind_words[BUS_KINDS] = {"JD1C", "JD1Q", "JD1R", "JD1F",
                                               "JD1B", "JD1A", "JD1S", "JD1P"};

int bus_kind_of(const void *bytes, size_t length)
{
  if (length != BUS_KIND_SIZE) return -1;
  for (int kind = 0; kind < BUS_KINDS; kind++)
    if (memcmp(bus_kind_words[kind], bytes, BUS_KIND_SIZE) == 0) return kind;
  return -1;
}

static void *context;

// czmq reads these when its context is made; limits and keys must not depend on the environment.
static void make_context(void)
{
  static const char *const variables[] = {"ZSYS_IO_THREADS", "ZSYS_MAX_SOCKETS", "ZSYS_MAX_MSGSZ",
                                          "ZSYS_LINGER",     "ZSYS_SNDHWM",      "ZSYS_RCVHWM",
                                          "ZSYS_PIPEHWM",    "ZSYS_IPV6",        "ZSYS_LOGSYSTEM",
                                          "ZSYS_LOGSENDER",  "ZSYS_AUTO_USE_FD"};
  for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
    unsetenv(variables[i]);
  setenv("ZSYS_SIGHANDLER", "false", 1);
  context = zsys_init();
  CHECK(context);
}

void *bus_context(void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_context);
  return context;
}
