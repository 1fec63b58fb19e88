// Writes the golden store of this version; see golden.h.
#include "tests/lib/testlib.h"
#include "tests/unit/store/golden.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
  struct golden golden;
  char chain[65], digest[65];
  uint64_t bytes = 0;
  if (argc != 2) {
    fprintf(stderr, "usage: make_golden_store DIRECTORY (empty or missing)\n");
    return 2;
  }
  golden_open(NULL, &golden);
  golden_fill(&golden);
  golden_expect(&golden);
  golden_hashes(&golden, chain, digest);
  int r = store_backup(golden.store, argv[1], &bytes);
  store_close(golden.store);
  if (r < 0) {
    fprintf(stderr, "%s: %s\n", argv[1], strerror(-r));
    return 1;
  }
  printf("%llu bytes\nchain of the last event %s\ndigest of the table     %s\n", (unsigned long long)bytes,
         chain, digest);
  return 0;
}
