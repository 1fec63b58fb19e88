#include "services/cli/csv_text.h"
#include "services/cli/lang.h"
#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <utf8proc.h>

static bool refuse(struct csv_fault *fault, unsigned row, const char *text, const char *fix)
{
  *fault = (struct csv_fault){row, text, fix};
  return false;
}

// The line a byte stands on, for messages.
static unsigned line_of(const char *data, size_t at)
{
  unsigned line = 1;
  for (size_t i = 0; i < at; i++)
    line += data[i] == '\n';
  return line;
}

// Offset of the first byte that is not UTF-8; length if there is none.
static size_t utf8_prefix(const char *data, size_t length)
{
  size_t at = 0;
  while (at < length) {
    utf8proc_int32_t point;
    utf8proc_ssize_t n =
        utf8proc_iterate((const utf8proc_uint8_t *)data + at, (utf8proc_ssize_t)(length - at), &point);
    if (n <= 0) break;
    at += (size_t)n;
  }
  return at;
}

static bool decode_gb18030(const char *data, size_t length, struct arena *arena, struct csv_text *ret,
                           struct csv_fault *fault)
{
  iconv_t converter = iconv_open("UTF-8", "GB18030");
  size_t room = length * 2 + 16; // a double byte becomes three
  char *out = arena_alloc(arena, room), *to = out, *from = (char *)data;
  size_t left = length, free_room = room;
  if (converter == (iconv_t)-1 || !out) {
    if (converter != (iconv_t)-1) iconv_close(converter);
    return refuse(fault, 0, out ? _("this system cannot read GB18030") : _("the file is too large"), NULL);
  }
  size_t converted = iconv(converter, &from, &left, &to, &free_room);
  iconv_close(converter);
  if (converted == (size_t)-1)
    return refuse(fault, line_of(data, length - left), _("the text is neither UTF-8 nor GB18030"),
                  _("save the sheet as \"CSV UTF-8\""));
  *ret = (struct csv_text){.bytes = out, .length = room - free_room, .encoding = "GB18030"};
  return true;
}

static bool has_utf16_mark(const char *data, size_t length)
{
  return length >= 2 && (memcmp(data, "\xff\xfe", 2) == 0 || memcmp(data, "\xfe\xff", 2) == 0);
}

bool csv_text_decode(const char *data, size_t length, const char *wanted, struct arena *arena,
                     struct csv_text *ret, struct csv_fault *fault)
{
  if (has_utf16_mark(data, length))
    return refuse(fault, 0, _("the file is UTF-16"), _("save the sheet as \"CSV UTF-8\""));
  bool mark = length >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0;
  size_t skip = mark ? 3 : 0, good = utf8_prefix(data + skip, length - skip);
  bool utf8 = good == length - skip;
  if (!mark && strcmp(wanted, "utf-8") != 0 && (!utf8 || strcmp(wanted, "auto") != 0))
    return decode_gb18030(data, length, arena, ret, fault);
  if (!utf8)
    return refuse(fault, line_of(data, skip + good), _("the text is not UTF-8"), _("try --encoding gb18030"));
  *ret = (struct csv_text){.bytes = data + skip, .length = length - skip, .encoding = "UTF-8"};
  return true;
}
