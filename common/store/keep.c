#include "common/store/keep.h"
#include "common/store/store_private.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROW_VERSION 1
#define HASH_SIZE   32
#define HEAD_SIZE   (1 + HASH_SIZE + 8) // version, hash, time; the answer follows
#define TRIM_MOST   500

struct keep {
  unsigned idem, idem_time, cursor, value;
};

int keep_open(struct store *store, struct keep **ret)
{
  struct keep *keep = calloc(1, sizeof *keep);
  if (!keep) return -ENOMEM;
  int r = store_own(store, keep, free, NULL);
  if (r == 0) r = store_table(store, "idem", &keep->idem);
  if (r == 0) r = store_table(store, "idem_time", &keep->idem_time);
  if (r == 0) r = store_table(store, "cursor", &keep->cursor);
  if (r == 0) r = store_table(store, "value", &keep->value);
  if (r == 0) *ret = keep;
  return r;
}

// principal NUL key, and nothing after it: keys made of UUIDv7 keep each principal's rows in time order.
static void row_key(const struct idem_key *command, struct key *key)
{
  key_init(key);
  key_text(key, command->principal);
  key_bytes(key, command->key, strlen(command->key));
}

static void time_key(uint64_t time_us, const void *idem, size_t length, struct key *key)
{
  key_init(key);
  key_u64(key, time_us);
  key_bytes(key, idem, length);
}

struct answer {
  const uint8_t *hash;
  uint64_t time_us;
  const uint8_t *bytes;
  size_t length;
};

static bool read_answer(const void *value, size_t length, struct answer *ret)
{
  const uint8_t *bytes = value;
  size_t offset = 1 + HASH_SIZE;
  if (length < HEAD_SIZE || bytes[0] != ROW_VERSION) return false;
  if (!key_read_u64(bytes, length, &offset, &ret->time_us)) return false;
  ret->hash = bytes + 1;
  ret->bytes = bytes + HEAD_SIZE;
  ret->length = length - HEAD_SIZE;
  return true;
}

int idem_get(struct store_txn *txn, struct keep *keep, const struct idem_key *command, struct arena *arena,
             struct idem_answer *ret)
{
  struct key key;
  struct answer answer;
  const void *value = NULL, *copy = NULL;
  size_t length = 0;
  row_key(command, &key);
  if (key.overflow) return -ENAMETOOLONG;
  int r = store_get(txn, keep->idem, &key, &value, &length);
  if (r < 0) return r;
  if (!value) {
    *ret = (struct idem_answer){.state = IDEM_NEW};
    return 0;
  }
  if (!read_answer(value, length, &answer)) return store_fail(txn, -EBADMSG);
  if (memcmp(answer.hash, command->hash, HASH_SIZE) != 0) {
    *ret = (struct idem_answer){.state = IDEM_OTHER};
    return 0;
  }
  if (!(copy = arena_memdup(arena, answer.bytes, answer.length))) return -ENOBUFS;
  *ret = (struct idem_answer){IDEM_SAME, copy, answer.length};
  return 0;
}

int idem_find(struct store_txn *txn, struct keep *keep, const struct idem_key *command, struct arena *arena,
              struct idem_answer *ret, uint64_t *ret_time_us)
{
  struct key key;
  struct answer answer;
  const void *value = NULL;
  size_t length = 0;
  row_key(command, &key);
  int r = store_get(txn, keep->idem, &key, &value, &length);
  *ret = (struct idem_answer){.state = IDEM_NEW};
  if (r < 0 || !value) return r;
  if (!read_answer(value, length, &answer)) return store_fail(txn, -EBADMSG);
  const void *copy = arena_memdup(arena, answer.bytes, answer.length);
  if (!copy) return -ENOBUFS;
  *ret = (struct idem_answer){IDEM_SAME, copy, answer.length};
  *ret_time_us = answer.time_us;
  return 0;
}

// Takes the row's entry out of the time order. The row may be missing.
static int forget_time(struct store_txn *txn, struct keep *keep, const struct key *key)
{
  const void *value = NULL;
  size_t length = 0;
  struct answer answer;
  struct key by_time;
  int r = store_get(txn, keep->idem, key, &value, &length);
  if (r < 0 || !value) return r;
  if (!read_answer(value, length, &answer)) return store_fail(txn, -EBADMSG);
  time_key(answer.time_us, key->bytes, key->length, &by_time);
  return store_del(txn, keep->idem_time, &by_time);
}

int idem_put(struct store_txn *txn, struct keep *keep, const struct idem_key *command, uint64_t time_us,
             const void *answer, size_t length)
{
  struct key key, by_time, time;
  uint8_t *row = NULL;
  row_key(command, &key);
  int r = forget_time(txn, keep, &key);
  if (r < 0) return r;
  time_key(time_us, key.bytes, key.length, &by_time);
  if (by_time.overflow) key.overflow = true; // neither row without the other
  if ((r = store_reserve(txn, keep->idem, &key, HEAD_SIZE + length, false, (void **)&row)) < 0) return r;
  key_init(&time);
  key_u64(&time, time_us);
  row[0] = ROW_VERSION;
  memcpy(row + 1, command->hash, HASH_SIZE);
  memcpy(row + 1 + HASH_SIZE, time.bytes, time.length);
  if (length) memcpy(row + HEAD_SIZE, answer, length);
  return store_put(txn, keep->idem_time, &by_time, "", 0);
}

int idem_trim(struct store_txn *txn, struct keep *keep, uint64_t before_us, unsigned *ret_trimmed)
{
  unsigned trimmed = 0;
  for (; trimmed < TRIM_MOST; trimmed++) {
    MDB_val oldest, ignored;
    int r = store_edge(txn, keep->idem_time, false, &oldest, &ignored);
    if (r < 0) return r;
    uint64_t time_us = 0;
    size_t offset = 0;
    if (!oldest.mv_data) break;
    if (!key_read_u64(oldest.mv_data, oldest.mv_size, &offset, &time_us)) return store_fail(txn, -EBADMSG);
    if (time_us >= before_us) break;
    struct key by_time, key;
    key_init(&by_time);
    key_init(&key);
    key_bytes(&by_time, oldest.mv_data, oldest.mv_size);
    key_bytes(&key, by_time.bytes + offset, by_time.length - offset);
    if ((r = store_del(txn, keep->idem, &key)) < 0) return r;
    if ((r = store_del(txn, keep->idem_time, &by_time)) < 0) return r;
  }
  *ret_trimmed = trimmed;
  return 0;
}

// Fixed rows of n numbers, big-endian as everywhere in the store.
static int get_numbers(struct store_txn *txn, unsigned table, const char *name, uint64_t *ret, unsigned n)
{
  const void *value = NULL;
  size_t length = 0, offset = 0;
  struct key key;
  key_init(&key);
  key_text(&key, name);
  int r = store_get(txn, table, &key, &value, &length);
  if (r < 0) return r;
  if (value && length != n * sizeof *ret) return store_fail(txn, -EBADMSG);
  for (unsigned i = 0; i < n; i++)
    if (!value || !key_read_u64(value, length, &offset, &ret[i])) ret[i] = 0;
  return 0;
}

static int put_numbers(struct store_txn *txn, unsigned table, const char *name, const uint64_t *numbers,
                       unsigned n)
{
  struct key key, value;
  key_init(&key);
  key_init(&value);
  key_text(&key, name);
  for (unsigned i = 0; i < n; i++)
    key_u64(&value, numbers[i]);
  return store_put(txn, table, &key, value.bytes, value.length);
}

int cursor_get(struct store_txn *txn, struct keep *keep, const char *name, uint64_t *ret_epoch,
               uint64_t *ret_seq)
{
  uint64_t numbers[2];
  int r = get_numbers(txn, keep->cursor, name, numbers, 2);
  if (r < 0) return r;
  *ret_epoch = numbers[0];
  *ret_seq = numbers[1];
  return 0;
}

int cursor_put(struct store_txn *txn, struct keep *keep, const char *name, uint64_t epoch, uint64_t seq)
{
  const uint64_t numbers[2] = {epoch, seq};
  return put_numbers(txn, keep->cursor, name, numbers, 2);
}

int value_get(struct store_txn *txn, struct keep *keep, const char *name, uint64_t *ret)
{
  uint64_t number = 0;
  int r = get_numbers(txn, keep->value, name, &number, 1);
  if (r == 0) *ret = number;
  return r;
}

int value_put(struct store_txn *txn, struct keep *keep, const char *name, uint64_t value)
{
  return put_numbers(txn, keep->value, name, &value, 1);
}
