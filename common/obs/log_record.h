// One log record between the caller and the writer thread: captured by copying, rendered later. Internal to
// obs. Invariants: capturing never allocates; what does not fit is cut at a character and the record says so
// ("cut").
#pragma once
#include "common/obs/log.h"
#include <stddef.h>
#include <sys/uio.h>

#define LOG_RECORD_BYTES  1000
#define LOG_RECORD_FIELDS 24

struct log_record {
  int64_t time_us; // since 1970 UTC
  enum log_event event;
  bool cut;
  uint16_t used;
  char bytes[LOG_RECORD_BYTES]; // per field: 'T' or 'N', name NUL, text NUL or the 8 bytes of the number
};

struct log_identity { // what every record of this process carries
  char service[32];   // "registry"
  char instance[32];  // process id
};

enum log_level log_record_level(enum log_event event);
const char *log_record_name(enum log_event event);  // "started"
const char *log_record_msgid(enum log_event event); // 32 hex digits or ""

void log_record_capture(struct log_record *record, int64_t time_us, enum log_event event,
                        const struct log_field *fields);

// One JSON object and a newline; returns its length. size >= LOG_JSON_MAX holds every record.
#define LOG_JSON_MAX (6 * LOG_RECORD_BYTES + 1024)
size_t log_record_json(const struct log_record *record, const struct log_identity *identity, char *out,
                       size_t size);

// Fields for sd_journal_sendv; they point into *space. Returns how many.
#define LOG_JOURNAL_FIELDS (LOG_RECORD_FIELDS + 10)
struct log_journal_space {
  char bytes[LOG_RECORD_BYTES * 2 + 1024];
};
int log_record_journal(const struct log_record *record, const struct log_identity *identity,
                       struct log_journal_space *space, struct iovec fields[LOG_JOURNAL_FIELDS]);
