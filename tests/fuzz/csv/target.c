// The fuzz target: CSV files from their bytes to messages, in every encoding. It must not crash, hang or
// exceed the arena; cells are UTF-8, row numbers rise, and what columns make of a row is a message that is
// admitted.
#include "common/base/check.h"
#include "common/base/pb.h"
#include "proto/registry.pb-c.h"
#include "services/cli/columns.h"
#include "services/cli/fill.h"
#include <string.h>
#include <utf8proc.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

#define ARENA_BYTES (8 * 1024 * 1024)

static const struct column columns_list[] = {
    {"code", "代码", "institution.code", COLUMN_KEY},
    {"name", "名称", "institution.name", 0},
    {"kind", "类别", "institution.kind", 0},
    {"stages", "学段", "institution.stages", COLUMN_LIST},
    {"legal_person", "法人", "institution.legal_person", 0},
    {"managing_bureau", "主管单位", "managing_bureau_code", COLUMN_REFERENCE},
    {"tags", "标签", "institution.tags", COLUMN_LIST},
    {0},
};

static void check_text(const char *text)
{
  const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
  utf8proc_int32_t point;
  while (*p) {
    utf8proc_ssize_t n = utf8proc_iterate(p, -1, &point);
    CHECK(n > 0);
    p += n;
  }
}

static void check_rows(const struct csv_file *file, struct arena *arena)
{
  unsigned row = file->header.row;
  for (size_t i = 0; i < file->n_rows; i++) {
    const struct csv_row *at = csv_file_row(file, i, arena);
    if (!at) { // only for want of memory: it was taken apart before
      CHECK(arena_exhausted(arena));
      return;
    }
    CHECK(at->row > row && at->n >= 1 && at->n <= CSV_MAX_COLUMNS);
    row = at->row;
    for (size_t c = 0; c < at->n; c++)
      check_text(at->cells[c]);
  }
}

static void check_messages(const struct csv_file *file, struct arena *arena)
{
  struct columns columns;
  struct columns_fault fault;
  if (!columns_bind(&columns, columns_list, &file->header, true, arena, &fault)) return;
  for (size_t i = 0; i < file->n_rows; i++) {
    struct pb_fault why;
    uint8_t *bytes;
    const struct csv_row *row = csv_file_row(file, i, arena);
    ProtobufCMessage *message = fill_new(arena, &reg__register_institution__descriptor);
    if (!row || !message || !columns_fill(&columns, row, message, arena, &fault)) continue;
    size_t packed = pb_pack(arena, message, &bytes);
    if (!bytes || packed > 200 * 1024) continue;
    CHECK(pb_admit(message->descriptor, bytes, packed, arena, &why) || arena_exhausted(arena));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
  static const char *const encodings[] = {"auto", "utf-8", "gb18030"};
  for (size_t i = 0; i < 3; i++) {
    struct arena *arena = NULL;
    struct csv_file file;
    struct csv_fault fault;
    CHECK(arena_new(ARENA_BYTES, &arena) == 0);
    if (csv_file_parse((const char *)data, length, encodings[i], arena, &file, &fault)) {
      CHECK(file.header.n >= 1);
      check_rows(&file, arena);
      check_messages(&file, arena);
    } else {
      CHECK(fault.text);
    }
    arena_free(arena);
  }
  return 0;
}
