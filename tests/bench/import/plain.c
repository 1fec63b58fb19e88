// The peer of an import: LMDB alone, told to hold what registryd holds. Takes the rows and index entries of
// some tables from a store of registryd and puts them into a new environment with the same flags, in the
// order in which they came, 512 rows a commit, each batch sorted; with a journal each row's journal row is
// appended before it. Prints how many rows a second were loaded; reading and sorting out are not counted.
//   bench_plain STORE NEW TABLE [journal]
#include <errno.h>
#include <lmdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH 512

struct put {
  MDB_val key, value;
  unsigned dbi; // 0 rows, 1 entries
};
struct row {
  struct put *puts; // the row itself first
  size_t n, room;
};
struct load {
  struct row *rows;
  size_t n, room;
};

static void check(int rc, const char *what)
{
  if (rc == 0) return;
  fprintf(stderr, "%s: %s\n", what, mdb_strerror(rc));
  exit(1);
}

static void *must(void *pointer)
{
  if (!pointer) check(ENOMEM, "memory");
  return pointer;
}

static void add_put(struct row *row, MDB_val key, MDB_val value, unsigned dbi)
{
  if (row->n == row->room) {
    row->room = row->room ? row->room * 2 : 4;
    row->puts = must(realloc(row->puts, row->room * sizeof *row->puts));
  }
  row->puts[row->n++] = (struct put){key, value, dbi}; // points into the map of the store, which stays open
}

static int compare(const MDB_val *a, const MDB_val *b)
{
  size_t both = a->mv_size < b->mv_size ? a->mv_size : b->mv_size;
  int order = memcmp(a->mv_data, b->mv_data, both);
  return order ? order : (a->mv_size > b->mv_size) - (a->mv_size < b->mv_size);
}

static struct row *find_row(const struct load *load, const MDB_val *key)
{
  size_t low = 0, high = load->n;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int order = compare(&load->rows[middle].puts[0].key, key);
    if (order == 0) return &load->rows[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

static MDB_cursor *open_cursor(MDB_txn *txn, const char *table)
{
  MDB_dbi dbi;
  MDB_cursor *cursor;
  check(mdb_dbi_open(txn, table, 0, &dbi), table);
  check(mdb_cursor_open(txn, dbi, &cursor), table);
  return cursor;
}

// Ids are time-ordered, so rows in key order are rows as they came.
static void read_rows(struct load *load, MDB_txn *txn, const char *table)
{
  MDB_cursor *cursor = open_cursor(txn, table);
  MDB_val key, value;
  while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
    if (load->n == load->room) {
      load->room = load->room ? load->room * 2 : 1024;
      load->rows = must(realloc(load->rows, load->room * sizeof *load->rows));
    }
    load->rows[load->n] = (struct row){0};
    add_put(&load->rows[load->n++], key, value, 0);
  }
  mdb_cursor_close(cursor);
}

// An entry's value is the length of the primary key at the end of its key.
static void read_entries(struct load *load, MDB_txn *txn, const char *table)
{
  char name[128];
  snprintf(name, sizeof name, "%s.index", table);
  MDB_cursor *cursor = open_cursor(txn, name);
  MDB_val key, value;
  while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
    uint16_t primary;
    memcpy(&primary, value.mv_data, sizeof primary);
    MDB_val of = {primary, (uint8_t *)key.mv_data + key.mv_size - primary};
    struct row *row = find_row(load, &of);
    if (!row) check(EINVAL, "an entry without its row");
    add_put(row, key, value, 1);
  }
  mdb_cursor_close(cursor);
}

static int by_place(const void *a, const void *b)
{
  const struct put *x = a, *y = b;
  return x->dbi != y->dbi ? (x->dbi > y->dbi) - (x->dbi < y->dbi) : compare(&x->key, &y->key);
}

static void put_batch(MDB_env *env, const MDB_dbi dbis[2], const struct row *rows, size_t n)
{
  static struct put puts[BATCH * 64];
  size_t all = 0;
  MDB_txn *txn;
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < rows[i].n && all < sizeof puts / sizeof *puts; k++)
      puts[all++] = rows[i].puts[k];
  qsort(puts, all, sizeof *puts, by_place);
  check(mdb_txn_begin(env, NULL, 0, &txn), "begin");
  for (size_t i = 0; i < all; i++)
    check(mdb_put(txn, dbis[puts[i].dbi], &puts[i].key, &puts[i].value, 0), "put");
  check(mdb_txn_commit(txn), "commit");
}

// With a journal: rows one after the other, as events are applied; the journal is appended to in step.
static void put_with_journal(MDB_env *env, const MDB_dbi dbis[3], const struct row *rows, size_t n,
                             MDB_cursor *journal)
{
  MDB_txn *txn;
  check(mdb_txn_begin(env, NULL, 0, &txn), "begin");
  for (size_t i = 0; i < n; i++) {
    MDB_val key, value;
    if (mdb_cursor_get(journal, &key, &value, MDB_NEXT) == 0)
      check(mdb_put(txn, dbis[2], &key, &value, MDB_APPEND), "append");
    for (size_t k = 0; k < rows[i].n; k++)
      check(mdb_put(txn, dbis[rows[i].puts[k].dbi], &rows[i].puts[k].key, &rows[i].puts[k].value, 0), "put");
  }
  check(mdb_txn_commit(txn), "commit");
}

static MDB_env *open_env(const char *directory, unsigned flags)
{
  MDB_env *env;
  check(mdb_env_create(&env), "create");
  check(mdb_env_set_maxdbs(env, 64), "create");
  check(mdb_env_set_mapsize(env, (size_t)64 << 30), "create");
  check(mdb_env_open(env, directory, flags | MDB_NORDAHEAD | MDB_NOTLS, 0600), directory);
  return env;
}

static double now(void)
{
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
  if (argc < 4) {
    fprintf(stderr, "usage: bench_plain STORE NEW TABLE [journal]\n");
    return 2;
  }
  struct load load = {0};
  MDB_txn *txn, *opening;
  MDB_dbi dbis[3];
  MDB_env *from = open_env(argv[1], MDB_RDONLY), *to = open_env(argv[2], 0);
  check(mdb_txn_begin(from, NULL, MDB_RDONLY, &txn), "read");
  read_rows(&load, txn, argv[3]);
  read_entries(&load, txn, argv[3]);
  MDB_cursor *journal = argc > 4 ? open_cursor(txn, "journal") : NULL;
  check(mdb_txn_begin(to, NULL, 0, &opening), "begin");
  check(mdb_dbi_open(opening, "rows", MDB_CREATE, &dbis[0]), "rows");
  check(mdb_dbi_open(opening, "entries", MDB_CREATE, &dbis[1]), "entries");
  check(mdb_dbi_open(opening, "journal", MDB_CREATE, &dbis[2]), "journal");
  check(mdb_txn_commit(opening), "commit");
  double began = now();
  for (size_t i = 0; i < load.n; i += BATCH) {
    size_t n = load.n - i < BATCH ? load.n - i : BATCH;
    if (journal)
      put_with_journal(to, dbis, load.rows + i, n, journal);
    else
      put_batch(to, dbis, load.rows + i, n);
  }
  double took = now() - began;
  printf("%zu %.1f %.0f\n", load.n, took, (double)load.n / took);
  return 0;
}
