// The lookups of common/domain/directory.h over the tables.
#include "common/base/date.h"
#include "common/directory/directory.h"
#include "common/directory/view.h"
#include "common/domain/division.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LIST_MAX = 1000 }; // what a rule may look at in one list

static int get(const struct dir_view *view, enum schema_table table, const struct key *key,
               ProtobufCMessage **ret)
{
  const ProtobufCMessage *assumed = key->overflow ? NULL : view_assumed(view, table, key);
  *ret = (ProtobufCMessage *)assumed;
  if (key->overflow || assumed) return 0; // no key that was stored is so long
  return history_get(view, table, key, ret);
}

int view_get_by_id(const struct dir_view *view, enum schema_table table, const char *id,
                   ProtobufCMessage **ret)
{
  struct key key;
  key_init(&key);
  key_text(&key, id);
  return get(view, table, &key, ret);
}

static int append(const struct dir_view *view, struct table_rows *rows, const struct directory_page *page)
{
  size_t n = rows->n + page->n < LIST_MAX ? page->n : LIST_MAX - rows->n;
  if (rows->n == 0) {
    rows->rows = page->rows;
  } else {
    ProtobufCMessage **all = ARENA_ARRAY(view->arena, ProtobufCMessage *, rows->n + n + 1);
    if (!all) return -ENOMEM;
    memcpy(all, rows->rows, rows->n * sizeof *all);
    if (n) memcpy(all + rows->n, page->rows, n * sizeof *all);
    rows->rows = all;
  }
  rows->n += n;
  return 0;
}

// At most `limit` of them matter; as of a past day a step may bring fewer than there are.
static int list_up_to(const struct dir_view *view, enum schema_table table, const struct table_query *query,
                      struct table_rows *ret)
{
  struct table_query step = *query;
  struct directory_page page = {.more = true};
  *ret = (struct table_rows){0};
  if (query->prefix && query->prefix->overflow) return 0;
  while (page.more && ret->n < query->limit) {
    int r = directory_page_of(view, table, &step, &page);
    if (r == 0) r = append(view, ret, &page);
    if (r < 0) return r;
    step.after = page.last;
  }
  return 0;
}

int view_list(const struct dir_view *view, enum schema_table table, const char *index,
              const struct key *prefix, struct table_rows *ret)
{
  int r = list_up_to(view, table, &(const struct table_query){index, prefix, NULL, LIST_MAX}, ret);
  return r < 0 ? r : view_assume_rows(view, table, index, prefix, ret);
}

int view_list_by_text(const struct dir_view *view, enum schema_table table, const char *index,
                      const char *text, struct table_rows *ret)
{
  struct key key;
  key_init(&key);
  key_text(&key, text);
  return view_list(view, table, index, &key, ret);
}

// The first row under an index key.
static int first(const struct dir_view *view, enum schema_table table, const char *index,
                 const struct key *key, ProtobufCMessage **ret)
{
  struct table_rows rows = {0};
  *ret = NULL;
  const size_t limit = view->assumed ? LIST_MAX : 1;
  int r = list_up_to(view, table, &(const struct table_query){index, key, NULL, limit}, &rows);
  if (r == 0 && !key->overflow) r = view_assume_rows(view, table, index, key, &rows);
  if (r == 0 && rows.n > 0) *ret = rows.rows[0];
  return r;
}

static int first_by_text(const struct dir_view *view, enum schema_table table, const char *index,
                         const char *text, ProtobufCMessage **ret)
{
  struct key key;
  key_init(&key);
  key_text(&key, text);
  return first(view, table, index, &key, ret);
}

int dir_division(const struct dir_view *view, const char *code, const Reg__Division **ret)
{
  char text[DIVISION_SIZE];
  *ret = NULL;
  if (!division_valid(code)) return 0;
  division_short(code, text);
  return view_get_by_id(view, SCHEMA_DIVISION, text, (ProtobufCMessage **)ret);
}

int dir_institution(const struct dir_view *view, const char *id, const Reg__Institution **ret)
{
  return view_get_by_id(view, SCHEMA_INSTITUTION, id, (ProtobufCMessage **)ret);
}

int dir_institution_by_code(const struct dir_view *view, const char *code, const Reg__Institution **ret)
{
  return first_by_text(view, SCHEMA_INSTITUTION, "by_code", code, (ProtobufCMessage **)ret);
}

int dir_institution_by_held_code(const struct dir_view *view, const char *code, const Reg__Institution **ret)
{
  return first_by_text(view, SCHEMA_INSTITUTION, "by_held", code, (ProtobufCMessage **)ret);
}

int dir_person(const struct dir_view *view, const char *id, const Reg__Person **ret)
{
  return view_get_by_id(view, SCHEMA_PERSON, id, (ProtobufCMessage **)ret);
}

int dir_person_by_staff_no(const struct dir_view *view, const char *staff_no, const Reg__Person **ret)
{
  return first_by_text(view, SCHEMA_PERSON, "by_staff_no", staff_no, (ProtobufCMessage **)ret);
}

int dir_person_by_hash(const struct dir_view *view, const uint8_t hash[32], const Reg__Person **ret)
{
  struct key key;
  key_init(&key);
  key_bytes(&key, hash, 32);
  return first(view, SCHEMA_PERSON, "by_hash", &key, (ProtobufCMessage **)ret);
}

static int newest_programme(const struct dir_view *view, const char *id, const Prg__Programme **ret)
{
  struct table_rows rows;
  int r = view_list_by_text(view, SCHEMA_PROGRAMME, NULL, id, &rows);
  if (r < 0) return r;
  *ret = NULL;
  for (size_t i = rows.n; i-- > 0 && !*ret;) {
    const Prg__Programme *programme = (const Prg__Programme *)rows.rows[i];
    if (programme->status != PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED) *ret = programme;
  }
  return 0;
}

int dir_programme(const struct dir_view *view, const char *id, uint32_t version, const Prg__Programme **ret)
{
  if (version == 0) return newest_programme(view, id, ret);
  struct key key;
  key_init(&key);
  key_text(&key, id);
  key_u32(&key, version);
  return get(view, SCHEMA_PROGRAMME, &key, (ProtobufCMessage **)ret);
}

int dir_programme_highest(const struct dir_view *view, const char *id, uint32_t *ret)
{
  struct table_rows rows;
  int r = view_list_by_text(view, SCHEMA_PROGRAMME, NULL, id, &rows);
  if (r < 0) return r;
  *ret = rows.n ? ((const Prg__Programme *)rows.rows[rows.n - 1])->version : 0;
  return 0;
}

int dir_programme_use(const struct dir_view *view, const char *id, uint32_t version,
                      struct dir_programme_use *ret)
{
  struct table_rows agreements, partnerships;
  int r = view_list_by_text(view, SCHEMA_AGREEMENT, "by_programme", id, &agreements);
  if (r == 0) r = view_list_by_text(view, SCHEMA_PARTNERSHIP, "by_programme", id, &partnerships);
  if (r < 0) return r;
  *ret = (struct dir_programme_use){.more = agreements.more || partnerships.more};
  for (size_t i = 0; i < agreements.n; i++)
    ret->agreements += ((const Reg__Agreement *)agreements.rows[i])->programme_version == version;
  for (size_t i = 0; i < partnerships.n; i++)
    ret->partnerships += ((const Reg__Partnership *)partnerships.rows[i])->programme_version == version;
  return 0;
}

int dir_agreement(const struct dir_view *view, const char *id, const Reg__Agreement **ret)
{
  return view_get_by_id(view, SCHEMA_AGREEMENT, id, (ProtobufCMessage **)ret);
}

int dir_partnership(const struct dir_view *view, const char *id, const Reg__Partnership **ret)
{
  return view_get_by_id(view, SCHEMA_PARTNERSHIP, id, (ProtobufCMessage **)ret);
}

int dir_programmes(const struct dir_view *view, const Prg__Programme *const **ret, size_t *n)
{
  struct table_rows rows;
  const struct table *table = view->directory->tables[SCHEMA_PROGRAMME];
  int r = table_list(view->txn, table, NULL, NULL, NULL, LIST_MAX, view->arena, &rows);
  if (r < 0) return r;
  *ret = (const Prg__Programme *const *)rows.rows;
  *n = rows.n;
  return 0;
}

int dir_body(const struct dir_view *view, const char *id, const Reg__GovernanceBody **ret)
{
  return view_get_by_id(view, SCHEMA_BODY, id, (ProtobufCMessage **)ret);
}

int dir_issue(const struct dir_view *view, const char *id, const Reg__Issue **ret)
{
  return view_get_by_id(view, SCHEMA_ISSUE, id, (ProtobufCMessage **)ret);
}

// ---- lists

static int partnerships(const struct dir_view *view, const char *index, const char *text,
                        const Reg__Partnership *const **ret, size_t *n)
{
  struct table_rows rows;
  int r = view_list_by_text(view, SCHEMA_PARTNERSHIP, index, text, &rows);
  if (r < 0) return r;
  *ret = (const Reg__Partnership *const *)rows.rows;
  *n = rows.n;
  return 0;
}

int dir_partnerships_of(const struct dir_view *view, const char *party, const Reg__Partnership *const **ret,
                        size_t *n)
{
  return partnerships(view, "by_party", party, ret, n);
}

int dir_partnerships_under(const struct dir_view *view, const char *agreement,
                           const Reg__Partnership *const **ret, size_t *n)
{
  return partnerships(view, "by_agreement", agreement, ret, n);
}

int dir_agreements_of(const struct dir_view *view, const char *party, const Reg__Agreement *const **ret,
                      size_t *n)
{
  struct table_rows rows;
  int r = view_list_by_text(view, SCHEMA_AGREEMENT, "by_party", party, &rows);
  if (r < 0) return r;
  *ret = (const Reg__Agreement *const *)rows.rows;
  *n = rows.n;
  return 0;
}

int dir_agreements_below(const struct dir_view *view, const char *parent, const Reg__Agreement *const **ret,
                         size_t *n)
{
  struct table_rows rows;
  int r = view_list_by_text(view, SCHEMA_AGREEMENT, "by_parent", parent, &rows);
  if (r < 0) return r;
  *ret = (const Reg__Agreement *const *)rows.rows;
  *n = rows.n;
  return 0;
}

int dir_persons_of(const struct dir_view *view, const char *home, const Reg__Person *const **ret, size_t *n)
{
  struct table_rows rows;
  int r = view_list_by_text(view, SCHEMA_PERSON, "by_home", home, &rows);
  if (r < 0) return r;
  *ret = (const Reg__Person *const *)rows.rows;
  *n = rows.n;
  return 0;
}

int dir_institutions_bound(const struct dir_view *view, enum dir_bond bond, const char *id,
                           const Reg__Institution *const **ret, size_t *n)
{
  struct key key;
  struct table_rows rows;
  key_init(&key);
  key_u8(&key, (uint8_t)bond);
  key_text(&key, id);
  int r = view_list(view, SCHEMA_INSTITUTION, "by_bond", &key, &rows);
  if (r < 0) return r;
  *ret = (const Reg__Institution *const *)rows.rows;
  *n = rows.n;
  return 0;
}

int dir_issues_of(const struct dir_view *view, const char *partnership, const Reg__Issue *const **ret,
                  size_t *n)
{
  struct table_rows rows;
  int r = view_list_by_text(view, SCHEMA_ISSUE, "by_partnership", partnership, &rows);
  if (r < 0) return r;
  *ret = (const Reg__Issue *const *)rows.rows;
  *n = rows.n;
  return 0;
}

// The agreements that wait for one kind of transition and whose day has come.
static int due_of_kind(const struct dir_view *view, enum schema_due due, const char *day,
                       struct table_rows *ret)
{
  struct key prefix;
  key_init(&prefix);
  key_u8(&prefix, (uint8_t)due);
  const struct dir_view *now = dir_view_as_of(view, ""); // the clock moves what is, not what was
  int r = now ? view_list(now, SCHEMA_AGREEMENT, "by_clock", &prefix, ret) : -ENOMEM;
  if (r < 0) return r;
  size_t n = 0; // rows come by day: the first one that is not due ends the list
  while (n < ret->n && date_compare(schema_due_day(ret->rows[n], due), day) <= 0)
    n++;
  ret->n = n;
  return 0;
}

int dir_agreements_due(const struct dir_view *view, const char *day, const Reg__Agreement *const **ret,
                       size_t *n)
{
  struct table_rows kinds[SCHEMA_DUE_EXPIRED + 1] = {{0}};
  size_t total = 0, count = 0;
  for (int due = SCHEMA_DUE_EFFECTIVE; due <= SCHEMA_DUE_EXPIRED; due++) {
    int r = due_of_kind(view, (enum schema_due)due, day, &kinds[due]);
    if (r < 0) return r;
    total += kinds[due].n;
  }
  const Reg__Agreement **all = ARENA_ARRAY(view->arena, const Reg__Agreement *, total + 1);
  if (!all) return -ENOMEM;
  for (int due = SCHEMA_DUE_EFFECTIVE; due <= SCHEMA_DUE_EXPIRED; due++)
    for (size_t i = 0; i < kinds[due].n; i++)
      all[count++] = (const Reg__Agreement *)kinds[due].rows[i];
  *ret = all;
  *n = count < LIST_MAX ? count : LIST_MAX;
  return 0;
}

int dir_partnerships_due(const struct dir_view *view, const char *day, const Reg__Partnership *const **ret,
                         size_t *n)
{
  struct key prefix;
  struct table_rows rows;
  key_init(&prefix);
  key_u8(&prefix, 1);
  const struct dir_view *now = dir_view_as_of(view, "");
  int r = now ? view_list(now, SCHEMA_PARTNERSHIP, "by_due", &prefix, &rows) : -ENOMEM;
  if (r < 0) return r;
  *n = 0;
  while (*n < rows.n && date_compare(schema_partnership_due(rows.rows[*n]), day) <= 0)
    (*n)++;
  *ret = (const Reg__Partnership *const *)rows.rows;
  return 0;
}

// ---- bureaus

static bool active_bureau(const Reg__Institution *institution)
{
  return institution->kind == TYP__INSTITUTION_KIND__KIND_BUREAU &&
         institution->status == REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE;
}

int dir_bureau_of(const struct dir_view *view, const char *division, const Reg__Institution **ret)
{
  char code[DIVISION_SIZE];
  struct key key;
  struct table_rows rows;
  division_short(division, code);
  key_init(&key);
  key_u8(&key, TYP__INSTITUTION_KIND__KIND_BUREAU);
  key_text(&key, code);
  int r = view_list(view, SCHEMA_INSTITUTION, "by_seat", &key, &rows);
  if (r < 0) return r;
  *ret = NULL;
  for (size_t i = 0; i < rows.n && !*ret; i++)
    if (active_bureau((const Reg__Institution *)rows.rows[i])) *ret = (const Reg__Institution *)rows.rows[i];
  return 0;
}

// Of the whole nation as of a day: a listing of the past needs an index whose fields are all fixed, and the
// nation has no entries of its own.
static int bureaus_of_provinces(const struct dir_view *view, Typ__DivisionLevel level,
                                const Reg__Institution *const **ret, size_t *n)
{
  const Reg__Institution **all = ARENA_ARRAY(view->arena, const Reg__Institution *, LIST_MAX);
  *n = 0;
  *ret = all;
  if (!all) return -ENOMEM;
  for (int province = 11; province < 100; province++) {
    const Reg__Institution *const *some = NULL;
    size_t found = 0;
    char code[DIVISION_SIZE];
    snprintf(code, sizeof code, "%d", province);
    int r = dir_bureaus_under(view, code, level, &some, &found);
    if (r < 0) return r;
    for (size_t i = 0; i < found && *n < LIST_MAX; i++)
      all[(*n)++] = some[i];
  }
  return 0;
}

int dir_bureaus_under(const struct dir_view *view, const char *division, Typ__DivisionLevel level,
                      const Reg__Institution *const **ret, size_t *n)
{
  char code[DIVISION_SIZE];
  struct key key;
  struct table_rows rows;
  division_short(division, code);
  bool nation = division_level(code) == TYP__DIVISION_LEVEL__LEVEL_NATION;
  if (nation && view->as_of[0] && level > TYP__DIVISION_LEVEL__LEVEL_NATION)
    return bureaus_of_provinces(view, level, ret, n);
  key_init(&key);
  key_u8(&key, TYP__INSTITUTION_KIND__KIND_BUREAU);
  if (!nation) key_text(&key, code); // the nation has no entries of its own: there every bureau counts
  int r = view_list(view, SCHEMA_INSTITUTION, nation ? "by_seat" : "by_kind", &key, &rows);
  if (r < 0) return r;
  size_t count = 0;
  for (size_t i = 0; i < rows.n; i++) {
    const Reg__Institution *bureau = (const Reg__Institution *)rows.rows[i];
    if (active_bureau(bureau) && division_level(bureau->division) == level) rows.rows[count++] = rows.rows[i];
  }
  *ret = (const Reg__Institution *const *)rows.rows;
  *n = count;
  return 0;
}
