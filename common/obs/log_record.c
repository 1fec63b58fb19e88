#include "common/obs/log_record.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const struct {
  const char *name;
  enum log_level level;
  const char *msgid, *text;
} events[LOG_EVENTS] = {
#define LOG(id, level, msgid, text, advice_en, advice_zh) [LOG_##id] = {#id, LOG_LEVEL_##level, msgid, text},
#include "common/obs/log.def"
#undef LOG
};

enum log_level log_record_level(enum log_event event)
{
  return events[event].level;
}
const char *log_record_name(enum log_event event)
{
  return events[event].name;
}
const char *log_record_msgid(enum log_event event)
{
  return events[event].msgid;
}

// Shortens to at most max bytes without splitting a UTF-8 sequence.
static size_t cut_at_character(const char *text, size_t length, size_t max)
{
  if (length <= max) return length;
  while (max > 0 && ((unsigned char)text[max] & 0xC0) == 0x80)
    max--;
  return max;
}

static bool capture_text(struct log_record *record, const char *name, const char *text)
{
  size_t name_size = strlen(name) + 1, length = strlen(text);
  size_t room = sizeof(record->bytes) - record->used;
  if (room < name_size + 2) return false;
  size_t fits = cut_at_character(text, length, room - name_size - 2);
  char *p = record->bytes + record->used;
  *p++ = 'T';
  memcpy(p, name, name_size);
  p += name_size;
  memcpy(p, text, fits);
  p[fits] = 0;
  log_mask_text(p);
  record->used += (uint16_t)(name_size + fits + 2);
  return fits == length;
}

static bool capture_number(struct log_record *record, const char *name, int64_t number)
{
  size_t name_size = strlen(name) + 1;
  if (sizeof(record->bytes) - record->used < 1 + name_size + sizeof(number)) return false;
  char *p = record->bytes + record->used;
  *p++ = 'N';
  memcpy(p, name, name_size);
  memcpy(p + name_size, &number, sizeof(number));
  record->used += (uint16_t)(1 + name_size + sizeof(number));
  return true;
}

void log_record_capture(struct log_record *record, int64_t time_us, enum log_event event,
                        const struct log_field *fields)
{
  record->time_us = time_us;
  record->event = event;
  record->cut = false;
  record->used = 0;
  unsigned n = 0;
  for (const struct log_field *f = fields; f && f->name; f++) {
    bool whole = n++ < LOG_RECORD_FIELDS && (f->text ? capture_text(record, f->name, f->text)
                                                     : capture_number(record, f->name, f->number));
    if (!whole) record->cut = true;
    if (n > LOG_RECORD_FIELDS) break;
  }
}

// Walks the captured fields. text is NULL for a number.
struct walk {
  const struct log_record *record;
  size_t at;
  const char *name, *text;
  int64_t number;
};

static bool walk_next(struct walk *walk)
{
  if (walk->at >= walk->record->used) return false;
  const char *p = walk->record->bytes + walk->at;
  char kind = *p++;
  walk->name = p;
  p += strlen(p) + 1;
  if (kind == 'T') {
    walk->text = p;
    p += strlen(p) + 1;
  } else {
    walk->text = NULL;
    memcpy(&walk->number, p, sizeof(walk->number));
    p += sizeof(walk->number);
  }
  walk->at = (size_t)(p - walk->record->bytes);
  return true;
}

struct out {
  char *bytes;
  size_t size, used;
};

static void put(struct out *out, const void *bytes, size_t length)
{
  if (length > out->size - out->used) length = out->size - out->used;
  memcpy(out->bytes + out->used, bytes, length);
  out->used += length;
}

__attribute__((format(printf, 2, 3))) static void put_format(struct out *out, const char *format, ...)
{
  char text[128];
  va_list args;
  va_start(args, format);
  int n = vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  if (n > 0) put(out, text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

// Length of the well-formed UTF-8 sequence at p (RFC 3629: no surrogates, no overlong forms), 0 if there is
// none.
static size_t utf8_length(const unsigned char *p)
{
  if (p[0] < 0x80) return 1;
  if (p[0] < 0xC2 || p[0] > 0xF4) return 0;
  size_t length = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
  for (size_t i = 1; i < length; i++)
    if ((p[i] & 0xC0) != 0x80) return 0;
  if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F)) return 0;
  if ((p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F)) return 0;
  return length;
}

static void put_json_text(struct out *out, const char *text)
{
  put(out, "\"", 1);
  for (const unsigned char *p = (const unsigned char *)text; *p;) {
    size_t length = utf8_length(p);
    if (length == 0)
      put(out, "\\ufffd", 6);
    else if (*p == '"' || *p == '\\')
      put_format(out, "\\%c", *p);
    else if (*p == '\n')
      put(out, "\\n", 2);
    else if (*p < 0x20 || *p == 0x7F)
      put_format(out, "\\u%04x", *p);
    else
      put(out, p, length);
    p += length ? length : 1;
  }
  put(out, "\"", 1);
}

static void put_json_pair(struct out *out, const char *name, const char *text)
{
  put(out, ",", 1);
  put_json_text(out, name);
  put(out, ":", 1);
  put_json_text(out, text);
}

static void put_stamp(struct out *out, int64_t time_us)
{
  time_t seconds = time_us / 1000000;
  struct tm tm;
  gmtime_r(&seconds, &tm);
  put_format(out, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
             tm.tm_hour, tm.tm_min, tm.tm_sec, (int)(time_us % 1000000));
}

size_t log_record_json(const struct log_record *record, const struct log_identity *identity, char *out_bytes,
                       size_t size)
{
  struct out out = {out_bytes, size - 2, 0}; // the closing "}\n" always fits
  put(&out, "{\"ts\":\"", 7);
  put_stamp(&out, record->time_us);
  put(&out, "\"", 1);
  put_json_pair(&out, "level", log_level_word(events[record->event].level));
  put_json_pair(&out, "msg", events[record->event].text);
  put_json_pair(&out, "event", events[record->event].name);
  if (*events[record->event].msgid) put_json_pair(&out, "msgid", events[record->event].msgid);
  put_json_pair(&out, "svc", identity->service);
  put_json_pair(&out, "inst", identity->instance);
  put_json_pair(&out, "ver", JIEDUI_VERSION);
  struct walk walk = {.record = record};
  while (walk_next(&walk)) {
    if (walk.text) {
      put_json_pair(&out, walk.name, walk.text);
      continue;
    }
    put(&out, ",", 1);
    put_json_text(&out, walk.name);
    put_format(&out, ":%lld", (long long)walk.number);
  }
  if (record->cut) put(&out, ",\"cut\":true", 11);
  out.size = size;
  put(&out, "}\n", 2);
  return out.used;
}

// Journal field names are upper case, digits and underscore, not starting with an underscore or digit.
static void put_journal_name(struct out *out, const char *name)
{
  if (!isalpha((unsigned char)*name)) put(out, "F", 1);
  for (; *name; name++) {
    char c = (char)(isalnum((unsigned char)*name) ? toupper((unsigned char)*name) : '_');
    put(out, &c, 1);
  }
}

static void add_journal(struct out *out, struct iovec *field, const char *name, const char *text)
{
  size_t start = out->used;
  put_journal_name(out, name);
  put(out, "=", 1);
  put(out, text, strlen(text));
  *field = (struct iovec){out->bytes + start, out->used - start};
}

int log_record_journal(const struct log_record *record, const struct log_identity *identity,
                       struct log_journal_space *space, struct iovec fields[LOG_JOURNAL_FIELDS])
{
  struct out out = {space->bytes, sizeof(space->bytes), 0};
  char number[24];
  int n = 0;
  snprintf(number, sizeof(number), "%d", events[record->event].level);
  add_journal(&out, &fields[n++], "PRIORITY", number);
  add_journal(&out, &fields[n++], "MESSAGE", events[record->event].text);
  add_journal(&out, &fields[n++], "EVENT", events[record->event].name);
  if (*events[record->event].msgid)
    add_journal(&out, &fields[n++], "MESSAGE_ID", events[record->event].msgid);
  add_journal(&out, &fields[n++], "SVC", identity->service);
  add_journal(&out, &fields[n++], "INST", identity->instance);
  add_journal(&out, &fields[n++], "VER", JIEDUI_VERSION);
  add_journal(&out, &fields[n++], "SYSLOG_IDENTIFIER", identity->service);
  struct walk walk = {.record = record};
  while (n < LOG_JOURNAL_FIELDS - 1 && walk_next(&walk)) {
    if (!walk.text) snprintf(number, sizeof(number), "%lld", (long long)walk.number);
    add_journal(&out, &fields[n++], walk.name, walk.text ? walk.text : number);
  }
  if (record->cut) add_journal(&out, &fields[n++], "CUT", "1");
  return n;
}
