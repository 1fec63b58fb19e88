#include "common/store/vault.h"
#include "common/base/cleanup.h"
#include "common/base/rand.h"
#include "common/store/store_private.h"
#include <errno.h>
#include <search.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define MAP_SIZE       ((size_t)4 << 30) // a nation of 10 M people needs 1.5 GiB
#define KEY_SIZE       crypto_secretbox_KEYBYTES
#define SEALED_VERSION 1
#define SEALED_HEAD    (1 + crypto_secretbox_NONCEBYTES)
#define SEALED_MORE    (SEALED_HEAD + crypto_secretbox_MACBYTES)
#define COMPACT_FILE   "compact.mdb"

_Static_assert(KEY_SIZE == 32, "a row of the vault is one key");

// A change that is not durable yet.
struct pending {
  char *person;
  struct pending *before; // made before this one
  uint64_t number;
  bool erased;
  uint8_t key[KEY_SIZE];
};

struct vault {
  struct store *store;
  unsigned keys, secrets;
  char *directory;
  bool no_sync;
  void *pending; // of struct pending, a tree of search.h by person
  struct pending *latest;
  uint64_t numbers; // drawn so far
  bool erasing;     // one of them is an erasure
  uint8_t hash_key[KEY_SIZE];
};

DEFINE_CLEANUP(struct vault, vault_close);

static int compare_pending(const void *a, const void *b)
{
  return strcmp(((const struct pending *)a)->person, ((const struct pending *)b)->person);
}

static void free_pending(void *object)
{
  struct pending *pending = object;
  sodium_memzero(pending->key, sizeof pending->key);
  free(pending->person);
  free(pending);
}

static void forget_pending(struct vault *vault)
{
  tdestroy(vault->pending, free_pending);
  vault->pending = NULL;
  vault->latest = NULL;
  vault->erasing = false;
}

static void person_key(const char *person, struct key *key)
{
  key_init(key);
  key_text(key, person);
}

static int open_store(struct vault *vault)
{
  struct store_options options = {
      .directory = vault->directory, .area = "vault", .map_size = MAP_SIZE, .no_sync = vault->no_sync};
  int r = store_open(&options, &vault->store, NULL);
  if (r == 0) r = store_table(vault->store, "key", &vault->keys);
  if (r == 0) r = store_table(vault->store, "secret", &vault->secrets);
  return r;
}

// The key of vault_hash is made with the vault and never changed: hashes are compared over years.
static int load_hash_key(struct vault *vault)
{
  struct key name;
  struct store_txn *txn = NULL;
  const void *value = NULL;
  size_t length = 0;
  person_key("id_hash", &name);
  int r = store_begin(vault->store, true, &txn);
  if (r < 0) return r;
  store_get(txn, vault->secrets, &name, &value, &length);
  if (value && length == KEY_SIZE) {
    memcpy(vault->hash_key, value, KEY_SIZE);
    store_abort(&txn);
    return 0;
  }
  if (value) store_fail(txn, -EBADMSG);
  rand_bytes(vault->hash_key, KEY_SIZE);
  store_put(txn, vault->secrets, &name, vault->hash_key, KEY_SIZE);
  return store_commit(&txn);
}

int vault_open(const char *directory, bool no_sync, struct vault **ret)
{
  _cleanup_(vault_closep) struct vault *vault = calloc(1, sizeof *vault);
  if (!vault) return -ENOMEM;
  vault->no_sync = no_sync;
  if (!(vault->directory = strdup(directory))) return -ENOMEM;
  int r = open_store(vault);
  if (r == 0) r = load_hash_key(vault);
  if (r < 0) return r;
  *ret = TAKE(vault);
  return 0;
}

struct vault *vault_close(struct vault *vault)
{
  if (!vault) return NULL;
  forget_pending(vault);
  store_close(vault->store);
  sodium_memzero(vault->hash_key, sizeof vault->hash_key);
  free(vault->directory);
  free(vault);
  return NULL;
}

static struct pending *find_pending(struct vault *vault, const char *person)
{
  struct pending probe = {.person = (char *)person};
  struct pending **found = tfind(&probe, &vault->pending, compare_pending);
  return found ? *found : NULL;
}

// The pending change of a person, made if there is none; NULL without memory.
static struct pending *make_pending(struct vault *vault, const char *person)
{
  struct pending *pending = find_pending(vault, person);
  if (pending) return pending;
  if (!(pending = calloc(1, sizeof *pending))) return NULL;
  if (!(pending->person = strdup(person)) || !tsearch(pending, &vault->pending, compare_pending)) {
    free_pending(pending);
    return NULL;
  }
  pending->before = vault->latest;
  pending->number = ++vault->numbers;
  vault->latest = pending;
  return pending;
}

uint64_t vault_mark(struct vault *vault)
{
  return vault->numbers;
}

void vault_undo(struct vault *vault, uint64_t mark)
{
  while (vault->latest && vault->latest->number > mark) {
    struct pending *pending = vault->latest;
    vault->latest = pending->before;
    tdelete(pending, &vault->pending, compare_pending);
    free_pending(pending);
  }
}

// -ENOKEY if the person has none.
static int find_key(struct vault *vault, const char *person, uint8_t ret[KEY_SIZE])
{
  const struct pending *pending = find_pending(vault, person);
  if (pending) {
    if (pending->erased) return -ENOKEY;
    memcpy(ret, pending->key, KEY_SIZE);
    return 0;
  }
  if (!vault->store) return -EIO;
  struct key key;
  struct store_txn *txn = NULL;
  const void *value = NULL;
  size_t length = 0;
  person_key(person, &key);
  int r = store_begin(vault->store, false, &txn);
  if (r < 0) return r;
  if ((r = store_get(txn, vault->keys, &key, &value, &length)) == 0) {
    if (!value)
      r = -ENOKEY;
    else if (length != KEY_SIZE)
      r = -EBADMSG;
    else
      memcpy(ret, value, KEY_SIZE);
  }
  store_abort(&txn);
  return r;
}

static int make_key(struct vault *vault, const char *person, uint8_t ret[KEY_SIZE])
{
  struct key key;
  person_key(person, &key);
  if (key.overflow || key.length == 1) return -EINVAL;
  struct pending *pending = make_pending(vault, person);
  if (!pending) return -ENOMEM;
  pending->erased = false;
  rand_bytes(pending->key, KEY_SIZE);
  memcpy(ret, pending->key, KEY_SIZE);
  return 0;
}

static int seal(struct vault *vault, const char *person, bool is_new, ProtobufCBinaryData plain,
                struct arena *arena, ProtobufCBinaryData *ret)
{
  uint8_t key[KEY_SIZE];
  if (plain.len > SIZE_MAX - SEALED_MORE) return -EINVAL;
  uint8_t *sealed = arena_alloc(arena, plain.len + SEALED_MORE);
  if (!sealed) return -ENOBUFS;
  int r = is_new ? -ENOKEY : find_key(vault, person, key);
  if (r == -ENOKEY) r = make_key(vault, person, key);
  if (r < 0) return r;
  sealed[0] = SEALED_VERSION;
  rand_bytes(sealed + 1, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(sealed + SEALED_HEAD, plain.data, plain.len, sealed + 1, key);
  sodium_memzero(key, sizeof key);
  *ret = (ProtobufCBinaryData){plain.len + SEALED_MORE, sealed};
  return 0;
}

int vault_seal(struct vault *vault, const char *person, ProtobufCBinaryData plain, struct arena *arena,
               ProtobufCBinaryData *ret)
{
  return seal(vault, person, false, plain, arena, ret);
}

int vault_seal_new(struct vault *vault, const char *person, ProtobufCBinaryData plain, struct arena *arena,
                   ProtobufCBinaryData *ret)
{
  return seal(vault, person, true, plain, arena, ret);
}

int vault_open_sealed(struct vault *vault, const char *person, ProtobufCBinaryData sealed,
                      struct arena *arena, ProtobufCBinaryData *ret)
{
  uint8_t key[KEY_SIZE];
  if (sealed.len < SEALED_MORE || sealed.data[0] != SEALED_VERSION) return -EBADMSG;
  size_t length = sealed.len - SEALED_MORE;
  uint8_t *plain = arena_alloc(arena, length + 1); // zeroed: the caller may take it for text
  if (!plain) return -ENOBUFS;
  int r = find_key(vault, person, key);
  if (r < 0) return r;
  r = crypto_secretbox_open_easy(plain, sealed.data + SEALED_HEAD, sealed.len - SEALED_HEAD, sealed.data + 1,
                                 key);
  sodium_memzero(key, sizeof key);
  if (r != 0) return -EBADMSG;
  *ret = (ProtobufCBinaryData){length, plain};
  return 0;
}

int vault_has_key(struct vault *vault, const char *person)
{
  uint8_t key[KEY_SIZE];
  int r = find_key(vault, person, key);
  sodium_memzero(key, sizeof key);
  return r;
}

int vault_erase(struct vault *vault, const char *person)
{
  struct pending *pending = make_pending(vault, person);
  if (!pending) return -ENOMEM;
  sodium_memzero(pending->key, sizeof pending->key);
  pending->erased = true;
  vault->erasing = true;
  return 0;
}

struct writing {
  struct vault *vault;
  struct store_txn *txn;
};

static void write_pending(const void *node, VISIT order, void *context)
{
  struct writing *writing = context;
  const struct pending *pending = *(struct pending *const *)node;
  struct key key;
  if (order != postorder && order != leaf) return;
  person_key(pending->person, &key);
  if (pending->erased)
    store_del(writing->txn, writing->vault->keys, &key);
  else
    store_put(writing->txn, writing->vault->keys, &key, pending->key, KEY_SIZE);
}

// LMDB leaves a deleted row on a free page of its file until the page is used again. An erased key must be
// gone, so the file is replaced by a copy that has no free pages.
static int shred(struct vault *vault)
{
  _cleanup_close_ int fd = store_directory(vault->directory);
  if (fd < 0) return fd;
  unlinkat(fd, COMPACT_FILE, 0); // of a run that was killed here
  int r = store_copy(vault->store, fd, COMPACT_FILE);
  if (r < 0) return r;
  vault->store = store_close(vault->store);
  r = store_rename(fd, COMPACT_FILE, STORE_DATA_FILE);
  int opened = open_store(vault);
  return r < 0 ? r : opened;
}

int vault_sync(struct vault *vault)
{
  if (!vault->pending) return 0;
  if (!vault->store) return -EIO;
  struct writing writing = {.vault = vault};
  int r = store_begin(vault->store, true, &writing.txn);
  if (r < 0) return r;
  twalk_r(vault->pending, write_pending, &writing);
  if ((r = store_commit(&writing.txn)) < 0) return r;
  bool erasing = vault->erasing;
  forget_pending(vault);
  return erasing ? shred(vault) : 0;
}

int vault_backup(struct vault *vault, const char *directory, uint64_t *ret_bytes)
{
  return vault->store ? store_backup(vault->store, directory, ret_bytes) : -EIO;
}

int vault_hash(struct vault *vault, const char *id_number, uint8_t ret[32])
{
  int r =
      crypto_generichash(ret, 32, (const uint8_t *)id_number, strlen(id_number), vault->hash_key, KEY_SIZE);
  return r == 0 ? 0 : -EIO;
}
