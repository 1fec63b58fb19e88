// svc_main(): options, then the components in one ordered list: started in order, stopped in reverse,
// whatever failed.
#include "common/svc/internal.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

enum { EXIT_CONFIG = 78 }; // sysexits EX_CONFIG: the unit does not restart on it

struct component {
  const char *name;
  int (*start)(struct svc *svc);
  void (*stop)(struct svc *svc);
  bool bus; // not needed by --rebuild
};

// ---- components

static int start_signals(struct svc *svc)
{
  sigset_t mask;
  sigemptyset(&mask);
  const int wanted[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGPIPE};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
    sigaddset(&mask, wanted[i]);
  int r = pthread_sigmask(SIG_BLOCK, &mask, NULL); // before the first thread exists
  if (r != 0) return -r;
  svc->signal_fd = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
  return svc->signal_fd < 0 ? -errno : 0;
}

static void stop_signals(struct svc *svc)
{
  cleanup_close(&svc->signal_fd);
}

static int start_log(struct svc *svc)
{
  const char *word = svc->conf->log_level ? svc->conf->log_level : "info";
  int level = log_level_of_word(word);
  int r = log_start(svc->service->area, level < 0 ? LOG_LEVEL_INFO : (enum log_level)level);
  if (r == 0) log_event(LOG_started, F_TEXT("object", svc->conf->file));
  return r;
}

static void stop_log(struct svc *svc)
{
  (void)svc;
  log_event(LOG_stopped);
  log_stop();
}

static int start_store(struct svc *svc)
{
  const struct conf *conf = svc->conf;
  const char *why = NULL;
  char *path = NULL;
  if (asprintf(&path, "%s/store", conf->state_dir) < 0) return -ENOMEM;
  (void)mkdir(conf->state_dir, 0700);
  struct store_options options = {.directory = path,
                                  .area = svc->service->area,
                                  .map_size = (size_t)conf->map_size_mib << 20,
                                  .chain = conf->chain,
                                  .floor_bytes = conf->floor_mib << 20,
                                  .floor_percent = conf->floor_percent};
  int r = store_open(&options, &svc->store, &why);
  if (r < 0) log_event(LOG_config_refused, F_TEXT("object", path), F_TEXT("error", why ? why : strerror(-r)));
  free(path);
  return r;
}

uint64_t svc_seq(const struct svc *svc)
{
  return journal_head(svc->journal);
}

static void stop_store(struct svc *svc)
{
  svc->store = store_close(svc->store);
}

static int start_tables(struct svc *svc)
{
  int r = journal_open(svc->store, &svc->journal);
  if (r == 0) r = keep_open(svc->store, &svc->keep);
  if (r == 0) r = audit_open(svc);
  if (r == 0) r = directory_open(svc->store, &svc->directory);
  if (r == 0) r = svc->service->open(svc, svc->store, &svc->state);
  return r;
}

static void stop_tables(struct svc *svc)
{
  if (svc->state && svc->service->close) svc->service->close(svc->state);
  svc->state = NULL;
  svc->directory = directory_close(svc->directory);
  svc->vault = vault_close(svc->vault);
}

static int start_memory(struct svc *svc)
{
  svc->deferred_tail = &svc->deferred;
  svc->submitted_tail = &svc->submitted;
  svc->creations = true;
  int r = arena_new(SVC_WORK_BYTES, &svc->work);
  if (r == 0) r = arena_new(SVC_DECODE_BYTES, &svc->decode);
  if (r == 0) r = arena_new((size_t)SVC_WORK_BYTES * 4, &svc->batch.arena);
  svc->fetched = malloc(SVC_FETCHED_BYTES);
  return svc->fetched ? r : -ENOMEM;
}

static void stop_memory(struct svc *svc)
{
  svc->work = arena_free(svc->work);
  svc->decode = arena_free(svc->decode);
  svc->batch.arena = arena_free(svc->batch.arena);
  free(svc->batch.pending);
  free(svc->fetched);
  free(svc->audit);
  while (svc->submitted) {
    struct submitted *one = svc->submitted;
    svc->submitted = one->next;
    free(one->bytes);
    free(one);
  }
}

static int start_bindings(struct svc *svc)
{
  const struct svc_service *service = svc->service;
  int r = bind_commands(service->commands, service->command_table, &svc->commands);
  if (r == 0) r = bind_queries(service->queries, service->query_table, &svc->queries);
  if (r == 0) r = bind_events(service->events, service->event_table, &svc->events);
  if (r == 0) r = bind_commands(&ops__commands__descriptor, ops_command_table, &svc->ops_commands);
  if (r == 0) r = bind_queries(&ops__queries__descriptor, ops_query_table, &svc->ops_queries);
  return r;
}

static void stop_bindings(struct svc *svc)
{
  bind_free(&svc->commands);
  bind_free(&svc->queries);
  bind_free(&svc->events);
  bind_free(&svc->ops_commands);
  bind_free(&svc->ops_queries);
}

static int check_rebuilt(struct svc *svc)
{
  struct store_txn *txn = NULL;
  uint64_t rebuilding = 0;
  int r = store_begin(svc->store, false, &txn);
  if (r == 0) r = value_get(txn, svc->keep, "rebuilding", &rebuilding);
  if (txn) store_abort(&txn);
  if (r == 0 && rebuilding) {
    log_event(LOG_config_refused, F_TEXT("error", "a rebuild was interrupted: run --rebuild again"));
    return -EINVAL;
  }
  return r;
}

static int start_clock(struct svc *svc)
{
  int r = check_rebuilt(svc);
  return r < 0 ? r : times_start(svc);
}

static int start_keys(struct svc *svc)
{
  char *error = NULL;
  svc->cert = zcert_load(svc->conf->key_file);
  if (!svc->cert) {
    log_event(LOG_config_refused, F_TEXT("object", svc->conf->key_file),
              F_TEXT("error", "key_file cannot be read"));
    return -EINVAL;
  }
  int r = zap_start(&svc->zap);
  if (r == 0) r = who_load(svc, true, &error);
  if (r < 0) log_event(LOG_config_refused, F_TEXT("error", error ? error : strerror(-r)));
  free(error);
  return r;
}

static void stop_keys(struct svc *svc)
{
  svc->zap = zap_stop(svc->zap);
  svc->principals = principals_free(svc->principals);
  zcert_destroy(&svc->cert);
}

static int start_server(struct svc *svc)
{
  const char *why = NULL;
  struct bus_server_options options = {.endpoints = svc->conf->endpoint, .cert = svc->cert};
  int r = bus_server_open(&options, &svc->server, &why);
  if (r < 0)
    log_event(LOG_config_refused, F_TEXT("object", svc->conf->endpoint),
              F_TEXT("error", why ? why : strerror(-r)));
  return r;
}

static void stop_server(struct svc *svc)
{
  feed_clear(svc);
  svc->server = bus_server_close(svc->server);
}

static int start_service(struct svc *svc)
{
  times_check_space(svc);
  int r = svc->service->ready ? svc->service->ready(svc, svc->state) : 0;
  if (r < 0) return r;
  svc->ready = true;
  log_event(LOG_ready, F_TEXT("endpoint", bus_server_endpoint(svc->server)),
            F_NUMBER("seq", journal_head(svc->journal)));
  (void)sd_notify(0, "READY=1\nSTATUS=ready 就绪");
  return 0;
}

static void stop_service(struct svc *svc)
{
  svc->ready = false;
  log_event(LOG_stopping, F_NUMBER("seq", journal_head(svc->journal)));
  (void)sd_notify(0, "STOPPING=1");
}

static const struct component components[] = {
    {"signals", start_signals, stop_signals, false},
    {"log", start_log, stop_log, false},
    {"memory", start_memory, stop_memory, false},
    {"bindings", start_bindings, stop_bindings, false},
    {"store", start_store, stop_store, false},
    {"tables", start_tables, stop_tables, false},
    {"clock", start_clock, NULL, true},
    {"keys", start_keys, stop_keys, true},
    {"server", start_server, stop_server, true},
    {"follow", follow_start, follow_stop, true},
    {"service", start_service, stop_service, true},
};
enum { COMPONENTS = sizeof components / sizeof *components };

static int run_components(struct svc *svc, bool rebuild)
{
  int r = 0;
  size_t started = 0;
  while (r == 0 && started < COMPONENTS) {
    const struct component *component = &components[started];
    if (!(rebuild && component->bus)) r = component->start(svc);
    if (r < 0) {
      fprintf(stderr, "jiedui-%sd: %s: %s\n", svc->service->area, component->name, strerror(-r));
      if (component->stop && !(rebuild && component->bus))
        component->stop(svc); // stops take half-started parts
      break;
    }
    started++;
  }
  if (r == 0) r = rebuild ? rebuild_run(svc) : loop_run(svc);
  while (started-- > 0)
    if (components[started].stop && !(rebuild && components[started].bus)) components[started].stop(svc);
  return r;
}

// ---- options

static void usage(const struct svc_service *service, FILE *to)
{
  fprintf(to,
          "jiedui-%sd %s: %s\n\n"
          "  --config FILE   the configuration (required)\n"
          "  --check         check the configuration and the principals, then exit\n"
          "  --print         print the configuration in force, then exit\n"
          "  --rebuild       rebuild the tables from the journal, compare, exit\n"
          "  --version, --help\n",
          service->area, JIEDUI_VERSION, service->title);
}

static int check_only(struct svc *svc)
{
  char *error = NULL;
  struct principals *principals = NULL;
  int r = principals_load(svc->conf->principals_file, &principals, &error);
  if (r < 0) fprintf(stderr, "%s\n", error ? error : strerror(-r));
  free(error);
  principals_free(principals);
  zcert_t *cert = zcert_load(svc->conf->key_file);
  if (!cert) {
    fprintf(stderr, "%s: key_file cannot be read. Make one with: jiedui keygen\n", svc->conf->key_file);
    r = -EINVAL;
  }
  zcert_destroy(&cert);
  return r < 0 ? EXIT_CONFIG : 0;
}

enum action { RUN, CHECK_CONFIG, PRINT_CONFIG, REBUILD, DONE, WRONG };

static enum action read_options(const struct svc_service *service, int argc, char **argv,
                                const char **ret_config)
{
  static const struct option options[] = {
      {"config", required_argument, NULL, 'c'},
      {"check", no_argument, NULL, 't'},
      {"print", no_argument, NULL, 'p'},
      {"rebuild", no_argument, NULL, 'r'},
      {"version", no_argument, NULL, 'v'},
      {"help", no_argument, NULL, 'h'},
      {0},
  };
  enum action action = RUN;
  for (int c; (c = getopt_long(argc, argv, "c:tprvh", options, NULL)) != -1;)
    switch (c) {
    case 'c':
      *ret_config = optarg;
      break;
    case 't':
      action = CHECK_CONFIG;
      break;
    case 'p':
      action = PRINT_CONFIG;
      break;
    case 'r':
      action = REBUILD;
      break;
    case 'v':
      printf("jiedui-%sd %s\n", service->area, JIEDUI_VERSION);
      return DONE;
    case 'h':
      usage(service, stdout);
      return DONE;
    default:
      return WRONG;
    }
  return *ret_config && optind == argc ? action : WRONG;
}

static int print_config(const struct svc *svc)
{
  char *text = conf_print(svc->conf);
  if (!text) return 1;
  fputs(text, stdout);
  free(text);
  return 0;
}

int svc_main(const struct svc_service *service, int argc, char **argv)
{
  const char *file = NULL;
  char *error = NULL;
  enum action action = read_options(service, argc, argv, &file);
  if (action == DONE) return 0;
  if (action == WRONG) {
    usage(service, stderr);
    return 2;
  }
  setenv("ZSYS_SIGHANDLER", "false", 1); // czmq must not install handlers: signals come through the loop
  struct svc svc = {.service = service, .signal_fd = -1};
  if (conf_load(file, service->area, &svc.conf, &error) < 0) {
    fprintf(stderr, "%s\n", error ? error : "out of memory");
    free(error);
    return EXIT_CONFIG;
  }
  int r = 0;
  if (action == CHECK_CONFIG)
    r = check_only(&svc);
  else if (action == PRINT_CONFIG)
    r = print_config(&svc);
  else
    r = run_components(&svc, action == REBUILD);
  conf_free(svc.conf);
  return r < 0 ? (r == -EINVAL ? EXIT_CONFIG : 1) : r;
}

// ---- for handlers

const struct conf *svc_conf(const struct svc *svc)
{
  return svc->conf;
}
struct directory *svc_directory(struct svc *svc)
{
  return svc->directory;
}
struct store *svc_store(struct svc *svc)
{
  return svc->store;
}

struct vault *svc_vault(struct svc *svc)
{
  if (svc->vault) return svc->vault;
  char *path = NULL;
  if (asprintf(&path, "%s/vault", svc->conf->state_dir) < 0) return NULL;
  int r = vault_open(path, false, &svc->vault);
  if (r < 0) log_event(LOG_config_refused, F_TEXT("object", path), F_TEXT("error", strerror(-r)));
  free(path);
  return svc->vault;
}
