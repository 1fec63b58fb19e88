// Structured log: one schema, written by a thread of its own through a bounded ring, so that the loop never
// blocks. Where standard error is the journal (JOURNAL_STREAM) records go there as native fields, otherwise
// as JSON lines. A full ring drops records and counts them. Info is for changes of state and summaries, not
// one line per event. Identity numbers are never logged; phones are masked 138****1234; names of persons are
// not logged at all.
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum log_level {
  LOG_LEVEL_ERROR = 3,
  LOG_LEVEL_WARNING = 4,
  LOG_LEVEL_NOTICE = 5,
  LOG_LEVEL_INFO = 6,
  LOG_LEVEL_DEBUG = 7
};

// Known events: id word, level, text with what it means and (from warning up) what to do. Declared in
// log.def.
enum log_event {
#define LOG(id, level, msgid, text, advice_en, advice_zh) LOG_##id,
#include "common/obs/log.def"
#undef LOG
  LOG_EVENTS
};

// Names with a fixed meaning: ts level msg event msgid trace_id svc inst ver code actor division object seq
// dur_us.
struct log_field {
  const char *name;
  const char *text; // or NULL and
  int64_t number;
};

// Starts the writer thread; 0 or negative. Signals are blocked in that thread. Records before log_start and
// after log_stop go nowhere and are not counted.
int log_start(const char *service, enum log_level level);
void log_stop(void); // drains and joins
void log_set_level(enum log_level level);
enum log_level log_get_level(void);
int log_level_of_word(const char *word); // "info" -> LOG_LEVEL_INFO, -1 unknown
const char *log_level_word(enum log_level level);
uint64_t log_dropped(void);

// A text field that may be NULL (shown as empty).
static inline const char *log_text(const char *text)
{
  return text ? text : "";
}

// log_event(LOG_started, F_TEXT("endpoint", e), F_NUMBER("seq", n))
#define F_TEXT(name_, text_)     ((struct log_field){.name = (name_), .text = log_text(text_)})
#define F_NUMBER(name_, number_) ((struct log_field){.name = (name_), .number = (int64_t)(number_)})
#define log_event(event, ...)    log_write((event), (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){0}})
void log_write(enum log_event event, const struct log_field *fields); // ended by a field without name

// "13812341234" -> "138****1234"; anything too short to mask so becomes "****". For values that are known to
// be phones.
#define LOG_MASK_SIZE 24
void log_mask_phone(const char *phone, char out[LOG_MASK_SIZE]);
// The net below the rule: overwrites what looks like an identity number (18 characters with a possible date
// of birth) or a mobile number standing alone. Every text field passes through it.
void log_mask_text(char *text);
