// The tables behind domain/directory.h: registryd's records, or another daemon's projection of its feed.
#pragma once
#include "common/domain/directory.h"
#include "common/store/table.h"

struct directory;
int directory_open(struct store *store,
                   struct directory **ret); // declares its tables; before the first transaction
struct directory *directory_close(struct directory *directory);

// A view for one call: rows live in the arena.
struct dir_view *directory_view(struct directory *directory, struct store_txn *txn, struct arena *arena);

// Stores the record an event of registryd carries (`type` without area and version, e.g. "AgreementSigned").
// This is registryd's apply and every projection's. 0; -ENOTSUP for an unknown event type (a newer registryd:
// skip and count).
int directory_apply(struct directory *directory, struct store_txn *txn, const char *event,
                    const ProtobufCMessage *message);

// One step of a listing, as of the view's day: what query.limit rows of the present and of the past hold.
// Fewer rows than the limit, or none, do not mean the end: go on behind `last` while `more`.
struct directory_page {
  ProtobufCMessage **rows; // in the order of their keys
  size_t n;
  const char *last; // the id or code up to which this step looked
  bool more;
};
int directory_select(const struct dir_view *view, const char *table, const struct table_query *query,
                     struct directory_page *ret);
// The states of a record before the present one, oldest first, at most `limit`, behind the one that began on
// `after` ("" = from the first). Types without valid time have none.
int directory_states(const struct dir_view *view, const char *table, const char *id, const char *after,
                     size_t limit, struct table_rows *ret);

// For queries and digests. "institution" ..., and "institution.history" ... for the states before.
const struct table *directory_table(const struct directory *directory, const char *name);
// Calls visit for each table of the directory.
void directory_tables(const struct directory *directory, void (*visit)(void *, const struct table *),
                      void *context);
