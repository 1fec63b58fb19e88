// Capturing and rendering of one record: escapes, cutting, masks, journal fields.
#include "common/obs/log_record.h"
#include "tests/lib/testlib.h"
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct log_identity identity = {"registry", "4711"};

// The record as a JSON object, as a strict parser reads it.
static json_t *render(enum log_event event, const struct log_field *fields)
{
  struct log_record record;
  char out[LOG_JSON_MAX + 1];
  json_error_t error;
  log_record_capture(&record, 1471392000123456, event, fields);
  size_t length = log_record_json(&record, &identity, out, LOG_JSON_MAX);
  assert_true(length >= 2 && length <= LOG_JSON_MAX);
  assert_int_equal(out[length - 1], '\n');
  assert_ptr_equal(memchr(out, '\n', length), out + length - 1); // one line
  json_t *object = json_loadb(out, length, JSON_REJECT_DUPLICATES, &error);
  if (!object) fail_msg("not JSON: %s in %.*s", error.text, (int)length, out);
  return object;
}

static const char *text_of(const json_t *object, const char *name)
{
  return json_string_value(json_object_get(object, name));
}

static void test_fixed_keys(void **state)
{
  (void)state;
  json_t *object =
      render(LOG_commit_failed, (struct log_field[]){F_TEXT("object", "x"), F_NUMBER("seq", -7), {0}});
  assert_string_equal(text_of(object, "ts"), "2016-08-17T00:00:00.123456Z");
  assert_string_equal(text_of(object, "level"), "error");
  assert_string_equal(text_of(object, "event"), "commit_failed");
  assert_string_equal(text_of(object, "msg"), "a commit failed, the daemon stops");
  assert_int_equal(strlen(text_of(object, "msgid")), 32);
  assert_string_equal(text_of(object, "svc"), "registry");
  assert_string_equal(text_of(object, "inst"), "4711");
  assert_string_equal(text_of(object, "ver"), JIEDUI_VERSION);
  assert_string_equal(text_of(object, "object"), "x");
  assert_int_equal(json_integer_value(json_object_get(object, "seq")), -7);
  assert_null(json_object_get(object, "cut"));
  json_decref(object);
}

static void test_escapes(void **state)
{
  (void)state;
  static const struct {
    const char *text, *wanted;
  } cases[] = {{"plain", "plain"},
               {"", ""},
               {"\"quoted\" \\ back", "\"quoted\" \\ back"},
               {"line\nfeed\ttab\r\x01\x1f\x7f", "line\nfeed\ttab\r\x01\x1f\x7f"},
               {"结对帮扶", "结对帮扶"},
               {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
               {"bad\xff"
                "end",
                "bad\xef\xbf\xbd"
                "end"},
               {"\xc3(", "\xef\xbf\xbd("},                               // cut sequence
               {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},                 // overlong
               {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, // surrogate
               {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
               {"end\xe7\xbb", "end\xef\xbf\xbd\xef\xbf\xbd"}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    json_t *object = render(LOG_started, (struct log_field[]){F_TEXT("object", cases[i].text), {0}});
    assert_string_equal(text_of(object, "object"), cases[i].wanted);
    json_decref(object);
  }
}

// Whatever bytes and however many: one line of JSON.
static void test_random_bytes(void **state)
{
  (void)state;
  uint64_t seed = test_seed();
  for (int round = 0; round < 2000; round++) {
    char name[2][40], text[1500];
    for (int n = 0; n < 2; n++) {
      snprintf(name[n], sizeof(name[n]), "%c%d", 'a' + n, round);
      name[n][0] = (char)(1 + test_random_below(&seed, 255));
    }
    size_t length = test_random_below(&seed, sizeof(text));
    for (size_t i = 0; i < length; i++)
      text[i] = (char)(1 + test_random_below(&seed, 255));
    text[length ? length - 1 : 0] = 0;
    struct log_field fields[] = {F_TEXT(name[0], text), F_NUMBER(name[1], (int64_t)test_random(&seed)), {0}};
    if (strcmp(name[0], name[1]) == 0) continue;
    struct log_record record;
    char out[LOG_JSON_MAX];
    log_record_capture(&record, 0, LOG_ready, fields);
    size_t used = log_record_json(&record, &identity, out, sizeof(out));
    json_t *object = json_loadb(out, used, 0, NULL);
    if (!object) fail_msg("round %d is not JSON: %.*s", round, (int)used, out);
    json_decref(object);
  }
}

static void test_long_values_are_cut_at_a_character(void **state)
{
  (void)state;
  char text[3001] = "";
  for (int i = 0; i < 1000; i++)
    memcpy(text + 3 * i, "结", 4);
  json_t *object =
      render(LOG_started, (struct log_field[]){F_TEXT("object", text), F_TEXT("after", "lost"), {0}});
  const char *kept = text_of(object, "object");
  assert_true(json_is_true(json_object_get(object, "cut")));
  assert_true(strlen(kept) > 900 && strlen(kept) % 3 == 0);
  assert_int_equal(strncmp(kept, text, strlen(kept)), 0);
  assert_null(json_object_get(object, "after"));
  json_decref(object);
}

static void test_too_many_fields(void **state)
{
  (void)state;
  struct log_field fields[LOG_RECORD_FIELDS + 3] = {{0}};
  char names[LOG_RECORD_FIELDS + 2][8];
  for (int i = 0; i < LOG_RECORD_FIELDS + 2; i++) {
    snprintf(names[i], sizeof(names[i]), "f%d", i);
    fields[i] = F_NUMBER(names[i], i);
  }
  json_t *object = render(LOG_started, fields);
  assert_non_null(json_object_get(object, names[LOG_RECORD_FIELDS - 1]));
  assert_null(json_object_get(object, names[LOG_RECORD_FIELDS]));
  assert_true(json_is_true(json_object_get(object, "cut")));
  json_decref(object);
}

static void test_masks(void **state)
{
  (void)state;
  static const struct {
    const char *text, *wanted;
  } cases[] = {{"150202198001011234", "******************"},
               {"id 15020219800101123X.", "id ******************."},
               {"15020219800101123x", "******************"},
               {"tel 13812341234", "tel 138****1234"},
               {"13812341234,15912345678", "138****1234,159****5678"},
               {"150202198013011234", "150202198013011234"},   // no thirteenth month
               {"1502021980010112345", "1502021980010112345"}, // 19 digits
               {"138123412345", "138123412345"},               // 12 digits
               {"1471392000123456", "1471392000123456"},       // microseconds
               {"0190a5b1-7c2e-7000-8000-013812341234", "0190a5b1-7c2e-7000-8000-013812341234"},
               {"9115020001", "9115020001"},
               {"a13812341234", "a13812341234"},
               {"身份证150202198001011234号", "身份证******************号"}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    json_t *object = render(LOG_started, (struct log_field[]){F_TEXT("object", cases[i].text), {0}});
    assert_string_equal(text_of(object, "object"), cases[i].wanted);
    json_decref(object);
  }
}

static void test_mask_phone(void **state)
{
  (void)state;
  static const struct {
    const char *phone, *wanted;
  } cases[] = {{"13812341234", "138****1234"},
               {"+8613812341234", "+86138****1234"},
               {"0472-1234567", "0472****4567"},
               {"12345", "****"},
               {"", ""},
               {NULL, ""}};
  char out[LOG_MASK_SIZE];
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    log_mask_phone(cases[i].phone, out);
    assert_string_equal(out, cases[i].wanted);
  }
}

static const char *journal_value(const struct iovec *fields, int n, const char *name, size_t *ret_length)
{
  for (int i = 0; i < n; i++) {
    const char *field = fields[i].iov_base;
    if (fields[i].iov_len > strlen(name) && memcmp(field, name, strlen(name)) == 0 &&
        field[strlen(name)] == '=') {
      *ret_length = fields[i].iov_len - strlen(name) - 1;
      return field + strlen(name) + 1;
    }
  }
  return NULL;
}

#define assert_journal(name, wanted)                                                                         \
  do {                                                                                                       \
    size_t length_ = 0;                                                                                      \
    const char *value_ = journal_value(fields, n, (name), &length_);                                         \
    assert_non_null(value_);                                                                                 \
    assert_int_equal(length_, strlen(wanted));                                                               \
    assert_memory_equal(value_, (wanted), length_);                                                          \
  } while (0)

static void test_journal_fields(void **state)
{
  (void)state;
  struct log_record record;
  struct log_journal_space space;
  struct iovec fields[LOG_JOURNAL_FIELDS];
  log_record_capture(&record, 0, LOG_space_closed,
                     (struct log_field[]){F_TEXT("object", "two\nlines"),
                                          F_NUMBER("dur_us", 12),
                                          F_TEXT("_odd name", NULL),
                                          F_NUMBER("9", 1),
                                          {0}});
  int n = log_record_journal(&record, &identity, &space, fields);
  assert_journal("PRIORITY", "4");
  assert_journal("EVENT", "space_closed");
  assert_journal("MESSAGE", "space is short: creations are refused");
  assert_journal("MESSAGE_ID", log_record_msgid(LOG_space_closed));
  assert_journal("SVC", "registry");
  assert_journal("SYSLOG_IDENTIFIER", "registry");
  assert_journal("OBJECT", "two\nlines");
  assert_journal("DUR_US", "12");
  assert_journal("F_ODD_NAME", ""); // names must not start with an underscore
  assert_journal("F9", "1");
}

static void test_journal_fields_fit_at_the_limits(void **state)
{
  (void)state;
  struct log_record record;
  struct log_journal_space space;
  struct iovec fields[LOG_JOURNAL_FIELDS];
  struct log_field many[LOG_RECORD_FIELDS + 1] = {{0}};
  for (int i = 0; i < LOG_RECORD_FIELDS; i++)
    many[i] = F_NUMBER("9", INT64_MIN);
  log_record_capture(&record, 0, LOG_space_closed, many);
  int n = log_record_journal(&record, &identity, &space, fields);
  assert_true(n <= LOG_JOURNAL_FIELDS);
  assert_journal("F9", "-9223372036854775808");
  assert_int_equal(fields[n - 1].iov_len, strlen("F9=-9223372036854775808"));
}

// log.def itself: what warns has an id of its own, and advice in both languages with a title.
static const struct {
  const char *id;
  enum log_level level;
  const char *msgid, *text, *en, *zh;
} events[] = {
#define LOG(id, level, msgid, text, en, zh) {#id, LOG_LEVEL_##level, msgid, text, en, zh},
#include "common/obs/log.def"
#undef LOG
};

static void test_definitions(void **state)
{
  (void)state;
  for (size_t i = 0; i < LOG_EVENTS; i++) {
    if (!*events[i].text) fail_msg("%s has no text", events[i].id);
    if (events[i].level > LOG_LEVEL_WARNING) continue;
    if (strlen(events[i].msgid) != 32 || strspn(events[i].msgid, "0123456789abcdef") != 32)
      fail_msg("%s: '%s' is no MESSAGE_ID", events[i].id, events[i].msgid);
    if (!*events[i].en || !strstr(events[i].zh, "。")) fail_msg("%s lacks advice or its title", events[i].id);
    for (size_t k = 0; k < i; k++)
      if (strcmp(events[i].msgid, events[k].msgid) == 0)
        fail_msg("%s has the id of %s", events[i].id, events[k].id);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_fixed_keys),
      cmocka_unit_test(test_escapes),
      cmocka_unit_test(test_random_bytes),
      cmocka_unit_test(test_long_values_are_cut_at_a_character),
      cmocka_unit_test(test_too_many_fields),
      cmocka_unit_test(test_masks),
      cmocka_unit_test(test_mask_phone),
      cmocka_unit_test(test_journal_fields),
      cmocka_unit_test(test_journal_fields_fit_at_the_limits),
      cmocka_unit_test(test_definitions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
