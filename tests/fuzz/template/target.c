// The fuzz target: programme files from their bytes to the compiled form. It must not crash, hang or exceed
// the arena; what is taken must pack and be admitted again; every fault has a place inside the file.
#include "common/base/check.h"
#include "common/base/pb.h"
#include "services/cli/template.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

#define ARENA_BYTES (8 * 1024 * 1024)

static unsigned lines_of(const uint8_t *data, size_t length)
{
  unsigned lines = 1;
  for (size_t i = 0; i < length; i++)
    lines += data[i] == '\n';
  return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
  struct arena *arena = NULL;
  struct faults faults;
  CHECK(arena_new(ARENA_BYTES, &arena) == 0);
  faults_init(&faults, "fuzz.yaml", arena);
  const Prg__Programme *programme = template_compile((const char *)data, length, &faults, NULL);
  CHECK((programme != NULL) == (faults.total == 0));
  if (programme) {
    struct pb_fault fault;
    uint8_t *bytes;
    size_t packed = pb_pack(arena, &programme->base, &bytes);
    CHECK(arena_exhausted(arena) || pb_admit(&prg__programme__descriptor, bytes, packed, arena, &fault) ||
          arena_exhausted(arena));
  }
  unsigned lines = lines_of(data, length);
  for (size_t i = 0; i < faults.n; i++) {
    CHECK(faults.list[i].line >= 1 && faults.list[i].line <= lines + 1);
    CHECK(faults.list[i].column >= 1 && faults.list[i].text);
  }
  arena_free(arena);
  return 0;
}
