// Inside of a directory and of a view on it. Used inside this folder only.
#pragma once
#include "common/directory/schema.h"

struct directory {
  struct table *tables[SCHEMA_TABLES];
};
struct dir_view {
  struct directory *directory;
  struct store_txn *txn;
  struct arena *arena;
};
