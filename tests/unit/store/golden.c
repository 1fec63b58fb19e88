#include "tests/unit/store/golden.h"
#include "proto/registry.pb-c.h"
#include "tests/lib/testlib.h"
#include <stdio.h>
#include <string.h>

static const uint8_t idem_hash[32] = {0x1d, 0xe3};

static void primary(const ProtobufCMessage *row, struct key *key)
{
  key_text(key, ((const Reg__Person *)row)->id);
}

static size_t by_staff_no(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  key_text(&keys[0], ((const Reg__Person *)row)->staff_no);
  return 1;
}

static size_t by_subject(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  const Reg__Person *person = (const Reg__Person *)row;
  for (size_t i = 0; i < person->n_subjects; i++)
    key_text(&keys[i], person->subjects[i]);
  return person->n_subjects;
}

static const struct table_def people = {
    .name = "person",
    .row = &reg__person__descriptor,
    .key = primary,
    .indexes = {{"by_staff_no", by_staff_no}, {"by_subject", by_subject}}};

void golden_open(const char *directory, struct golden *ret)
{
  ret->store = test_store(directory, "registry");
  assert_ok(journal_open(ret->store, &ret->journal));
  assert_ok(keep_open(ret->store, &ret->keep));
  assert_ok(table_open(ret->store, &people, &ret->table));
}

struct person_text {
  char id[40], staff_no[16], subject[8];
};

static void make_person(unsigned i, struct person_text *text, char *subjects[2], Reg__Person *ret)
{
  reg__person__init(ret);
  snprintf(text->id, sizeof text->id, "01568d2e-7000-7000-8000-0000000000%02u", i);
  snprintf(text->staff_no, sizeof text->staff_no, "NM%04u", 900 - i);
  snprintf(text->subject, sizeof text->subject, "%u", 10 + i % 3);
  subjects[0] = text->subject;
  subjects[1] = (char *)"99";
  ret->id = text->id;
  ret->staff_no = text->staff_no;
  ret->birth = (char *)"1960-03";
  ret->category = TYP__PERSON_CATEGORY__CATEGORY_RETIRED_TEACHER;
  ret->n_subjects = 2;
  ret->subjects = subjects;
  ret->rev = i + 1;
}

void golden_fill(struct golden *golden)
{
  struct store_txn *txn = NULL;
  for (unsigned i = 0; i < GOLDEN_EVENTS; i++) {
    char id[40], *subjects[2];
    struct person_text text;
    Reg__Person person;
    Bus__Event event = BUS__EVENT__INIT;
    snprintf(id, sizeof id, "01568d2e-8000-7000-8000-0000000000%02u", i);
    make_person(i, &text, subjects, &person);
    event.id = id;
    event.type = (char *)"registry.v1.PersonRegistered";
    event.time_us = 1472659200000000 + i;
    event.actor = (char *)"包头市教育局";
    event.subject = text.id;
    assert_ok(store_begin(golden->store, true, &txn));
    assert_ok(journal_append(txn, golden->journal, &event));
    assert_ok(table_put(txn, golden->table, &person.base));
    const struct idem_key command = {"baotou", id, idem_hash};
    assert_ok(idem_put(txn, golden->keep, &command, event.time_us, "answer", 6));
    assert_ok(cursor_put(txn, golden->keep, "dispatch", 4711, i));
    assert_ok(value_put(txn, golden->keep, "clock", event.time_us));
    assert_ok(store_commit(&txn));
  }
}

static int expect_event(void *context, uint64_t seq, const void *bytes, size_t length)
{
  uint64_t *next = context;
  Bus__Event *event = bus__event__unpack(NULL, length, bytes);
  assert_non_null(event);
  assert_true(seq == *next && event->seq == seq);
  assert_true(event->time_us == 1472659200000000 + seq - 1);
  assert_string_equal(event->actor, "包头市教育局");
  bus__event__free_unpacked(event, NULL);
  ++*next;
  return 0;
}

static void expect_people(struct golden *golden, struct store_txn *txn, struct arena *arena)
{
  struct table_rows rows;
  struct key key;
  assert_ok(table_list(txn, golden->table, "by_staff_no", NULL, NULL, 0, arena, &rows));
  assert_int_equal(rows.n, GOLDEN_EVENTS);
  for (unsigned i = 0; i < GOLDEN_EVENTS; i++) { // staff numbers fall as ids rise
    const Reg__Person *person = (const Reg__Person *)rows.rows[GOLDEN_EVENTS - 1 - i];
    struct person_text text;
    char *subjects[2];
    Reg__Person expected;
    make_person(i, &text, subjects, &expected);
    assert_string_equal(person->id, expected.id);
    assert_string_equal(person->staff_no, expected.staff_no);
    assert_true(person->rev == expected.rev);
  }
  key_init(&key);
  key_text(&key, "11");
  assert_ok(table_list(txn, golden->table, "by_subject", &key, NULL, 0, arena, &rows));
  assert_int_equal(rows.n, GOLDEN_EVENTS / 3);
}

static void expect_keep(struct golden *golden, struct store_txn *txn, struct arena *arena)
{
  uint64_t epoch = 0, seq = 0, value = 0;
  for (unsigned i = 0; i < GOLDEN_EVENTS; i++) {
    char id[40];
    const struct idem_key command = {"baotou", id, idem_hash};
    struct idem_answer answer = {0};
    snprintf(id, sizeof id, "01568d2e-8000-7000-8000-0000000000%02u", i);
    assert_ok(idem_get(txn, golden->keep, &command, arena, &answer));
    assert_int_equal(answer.state, IDEM_SAME);
    assert_int_equal(answer.length, 6);
    assert_memory_equal(answer.bytes, "answer", 6);
  }
  assert_ok(cursor_get(txn, golden->keep, "dispatch", &epoch, &seq));
  assert_true(epoch == 4711 && seq == GOLDEN_EVENTS - 1);
  assert_ok(value_get(txn, golden->keep, "clock", &value));
  assert_true(value == 1472659200000000 + GOLDEN_EVENTS - 1);
}

void golden_expect(struct golden *golden)
{
  struct arena *arena = NULL;
  struct store_txn *txn = NULL;
  uint64_t next = 1, rows = 0, bad = 0;
  assert_ok(arena_new(0, &arena));
  assert_true(journal_head(golden->journal) == GOLDEN_EVENTS && journal_first(golden->journal) == 1);
  assert_ok(store_begin(golden->store, false, &txn));
  assert_ok(journal_read(txn, golden->journal, 0, expect_event, &next));
  assert_true(next == GOLDEN_EVENTS + 1);
  assert_ok(journal_verify(txn, golden->journal, 0, UINT64_MAX, &rows, &bad));
  assert_true(rows == GOLDEN_EVENTS && bad == 0);
  expect_people(golden, txn, arena);
  expect_keep(golden, txn, arena);
  store_abort(&txn);
  arena_free(arena);
}

static void to_hex(const uint8_t bytes[32], char out[65])
{
  for (size_t i = 0; i < 32; i++)
    snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

void golden_hashes(struct golden *golden, char chain[65], char digest[65])
{
  struct store_txn *txn = NULL;
  uint8_t bytes[32];
  assert_ok(store_begin(golden->store, false, &txn));
  assert_ok(journal_chain(txn, golden->journal, journal_head(golden->journal), bytes));
  to_hex(bytes, chain);
  assert_ok(table_digest(txn, golden->table, bytes));
  to_hex(bytes, digest);
  store_abort(&txn);
}
