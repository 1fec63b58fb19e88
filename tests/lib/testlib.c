#include "tests/lib/testlib.h"
#include <errno.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAP_SIZE ((size_t)256 << 20)

// Texts handed out, kept until exit; directories among them are removed then.
struct kept {
  struct kept *next;
  bool directory;
  pid_t owner; // a forked child must not remove its parent's directory
  char text[];
};
static struct kept *all;

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *place)
{
  (void)info;
  (void)type;
  (void)place;
  return remove(path);
}

static void remove_all(void)
{
  while (all) {
    struct kept *kept = all;
    all = kept->next;
    if (kept->directory && kept->owner == getpid())
      nftw(kept->text, remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    free(kept);
  }
}

static char *keep_text(const char *first, const char *second, bool directory)
{
  size_t size = strlen(first) + strlen(second) + 2;
  struct kept *kept = malloc(sizeof *kept + size);
  if (!kept) fail_msg("out of memory");
  snprintf(kept->text, size, "%s/%s", first, second);
  kept->directory = directory;
  kept->owner = getpid();
  if (!all) atexit(remove_all);
  kept->next = all;
  all = kept;
  return kept->text;
}

const char *test_dir(void)
{
  const char *base = getenv("JIEDUI_TEST_DIR");
  if (!base) base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : getenv("TMPDIR");
  char *path = keep_text(base ? base : "/tmp", "jiedui-test-XXXXXX", true);
  if (!mkdtemp(path)) fail_msg("mkdtemp %s: %s", path, strerror(errno));
  return path;
}

const char *test_path(const char *directory, const char *name)
{
  return keep_text(directory, name, false);
}

const char *test_source(const char *path)
{
  const char *source = getenv("JIEDUI_SOURCE");
  return keep_text(source ? source : JIEDUI_SOURCE_DIR, path, false);
}

void *test_read_file(const char *path, size_t *ret_length)
{
  FILE *file = fopen(path, "rbe");
  struct stat info;
  if (!file || fstat(fileno(file), &info) < 0) fail_msg("%s: %s", path, strerror(errno));
  size_t length = (size_t)info.st_size;
  char *data = malloc(length + 1);
  if (!data || fread(data, 1, length, file) != length) fail_msg("%s: cannot be read", path);
  data[length] = '\0';
  fclose(file);
  if (ret_length) *ret_length = length;
  return data;
}

void test_write_file(const char *path, const void *data, size_t length)
{
  FILE *file = fopen(path, "wbe");
  if (!file || fwrite(data, 1, length, file) != length || fclose(file) != 0)
    fail_msg("%s: %s", path, strerror(errno));
}

void test_copy_file(const char *from, const char *to)
{
  size_t length = 0;
  void *data = test_read_file(from, &length);
  test_write_file(to, data, length);
  free(data);
}

struct store *test_store(const char *directory, const char *area)
{
  struct store *store = NULL;
  const char *why = "";
  struct store_options options = {
      .directory = directory ? directory : test_dir(), .area = area, .map_size = MAP_SIZE, .no_sync = true};
  int r = store_open(&options, &store, &why);
  if (r < 0) fail_msg("store %s: %s %s", options.directory, strerror(-r), why);
  return store;
}

uint64_t test_seed(void)
{
  const char *given = getenv("JIEDUI_SEED");
  uint64_t seed = 0;
  if (given)
    seed = strtoull(given, NULL, 0);
  else if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
    fail_msg("no randomness");
  print_message("seed: JIEDUI_SEED=%llu\n", (unsigned long long)seed);
  return seed;
}

uint64_t test_random(uint64_t *state)
{
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

uint32_t test_random_below(uint64_t *state, uint32_t bound)
{
  return (uint32_t)((test_random(state) >> 32) % bound);
}

bool test_wait_readable(int fd, int timeout_ms)
{
  struct pollfd item = {.fd = fd, .events = POLLIN};
  int r = 0;
  do {
    r = poll(&item, 1, timeout_ms);
  } while (r < 0 && errno == EINTR);
  return r == 1;
}

int test_wait_child(int pid)
{
  int status = 0;
  pid_t r = 0;
  do {
    r = waitpid(pid, &status, 0);
  } while (r < 0 && errno == EINTR);
  if (r != pid) fail_msg("waitpid: %s", strerror(errno));
  return status;
}

void test_assert_ok(long result, const char *text, const char *file, int line)
{
  if (result >= 0) return;
  print_error("%s: %ld (%s)\n", text, result, strerror((int)-result));
  _fail(file, line);
}

void test_assert_code(long result, long code, const char *text, const char *file, int line)
{
  if (result == code) return;
  print_error("%s: %ld (%s), expected %ld (%s)\n", text, result, strerror((int)labs(result)), code,
              strerror((int)labs(code)));
  _fail(file, line);
}
