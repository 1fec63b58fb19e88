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

// For queries and digests.
const struct table *directory_table(const struct directory *directory, const char *name); // "institution" ...
// Calls visit for each table of the directory.
void directory_tables(const struct directory *directory, void (*visit)(void *, const struct table *),
                      void *context);
