// bench_coverage AREAS.CSV SCOPE INSTITUTIONS PARTNERSHIPS [REPEATS]
//   Coverage per county as of a past day, over a made-up province or nation on real division codes: the
//   figures of the query handler over its store, beside one query of SQLite over the same tables with
//   indexes. Fails when they differ in any county. AREAS.CSV: county codes in the first column; SCOPE: "42",
//   or "0" for all of them.
#include "common/base/clock.h"
#include "common/directory/directory.h"
#include "common/domain/division.h"
#include "services/registry/rules/figures.h"
#include "tests/lib/programme_a.h"
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAY       "2022-12-31"
#define MEMBERS   4
#define PAGE      200
#define ROWS_MAX  5000 // as the query handler: whole counties until so many rows were looked at
#define COUNTIES  4000
#define PER_WRITE 20000

#define MUST(ok, what)                                                                                       \
  do {                                                                                                       \
    if (!(ok)) {                                                                                             \
      fprintf(stderr, "%s failed at line %d\n", what, __LINE__);                                             \
      exit(1);                                                                                               \
    }                                                                                                        \
  } while (0)

struct bench {
  const char *scope;
  size_t institutions, partnerships;
  char counties[COUNTIES][DIVISION_SIZE];
  size_t n_counties;
  struct store *store;
  struct directory *directory;
  struct arena *arena;
  sqlite3 *sql;
  Prg__Programme *programme;
  Prg__Indicator indicator;
  int64_t ours[COUNTIES][2], theirs[COUNTIES][2];
};

static uint64_t random_state = 42;
static uint32_t draw(uint32_t below)
{
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (uint32_t)(random_state >> 32) % below;
}

// ---- the world

static void read_counties(struct bench *bench, const char *file)
{
  char line[400];
  FILE *in = fopen(file, "r");
  MUST(in, file);
  while (fgets(line, sizeof line, in) && bench->n_counties < COUNTIES) {
    char code[DIVISION_SIZE] = "";
    if (sscanf(line, "%6[0-9]", code) != 1 || strlen(code) != 6) continue;
    if (division_level(code) != TYP__DIVISION_LEVEL__LEVEL_COUNTY) continue; // a city without counties
    if (division_covers(bench->scope, code)) memcpy(bench->counties[bench->n_counties++], code, sizeof code);
  }
  fclose(in);
  MUST(bench->n_counties, "reading counties");
}

static void sql_run(struct bench *bench, const char *text)
{
  char *error = NULL;
  if (sqlite3_exec(bench->sql, text, NULL, NULL, &error) != SQLITE_OK) fprintf(stderr, "%s\n", error);
  MUST(!error, text);
}

static void id_of(char out[37], char kind, size_t number)
{
  const uint64_t n = number & UINT64_C(0xffffffff);
  snprintf(out, 37, "0185%04x-%04x-7%c00-8000-%012" PRIx64, (unsigned)(n >> 16), (unsigned)(n & 0xffff), kind,
           n);
}

static void add_division(struct bench *bench, struct store_txn *txn, const char *code)
{
  Reg__Division division = REG__DIVISION__INIT, *list[] = {&division};
  Reg__DivisionsImported event = REG__DIVISIONS_IMPORTED__INIT;
  division.code = (char *)code;
  division.name = (char *)code;
  division.level = division_level(code);
  event.divisions = list;
  event.n_divisions = 1;
  MUST(directory_apply(bench->directory, txn, "DivisionsImported", &event.base) == 0, "division");
}

struct made { // an institution
  const char *county;
  int place, stage;
  bool moved; // it is a town school since 2023 and was a township school before
};

static void put_institution(struct bench *bench, struct store_txn *txn, sqlite3_stmt *insert, size_t number,
                            const struct made *made)
{
  char id[37], code[16], name[64];
  Reg__Institution school = REG__INSTITUTION__INIT;
  Reg__InstitutionRegistered event = REG__INSTITUTION_REGISTERED__INIT;
  Typ__Stage stages[] = {(Typ__Stage)made->stage};
  id_of(id, '0', number);
  snprintf(code, sizeof code, "21%.2s%06zu", made->county, number % 1000000);
  snprintf(name, sizeof name, "%s第%zu学校", made->county, number);
  school.id = id;
  school.code = code;
  school.name = name;
  school.kind = TYP__INSTITUTION_KIND__KIND_SCHOOL;
  school.division = (char *)made->county;
  school.place = (Typ__Place)made->place;
  school.stages = stages;
  school.n_stages = 1;
  school.status = REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE;
  school.since = (char *)"2010-09-01";
  event.institution = &school;
  MUST(directory_apply(bench->directory, txn, "InstitutionRegistered", &event.base) == 0, "institution");
  sqlite3_bind_text(insert, 1, id, -1, SQLITE_TRANSIENT);
  sqlite3_bind_text(insert, 2, made->county, -1, SQLITE_STATIC);
  sqlite3_bind_int(insert, 3, made->place);
  sqlite3_bind_int(insert, 4, made->stage);
  sqlite3_bind_text(insert, 5, "2010-09-01", -1, SQLITE_STATIC);
  sqlite3_bind_text(insert, 6, made->moved ? "2023-09-01" : "9999-12-31", -1, SQLITE_STATIC);
  MUST(sqlite3_step(insert) == SQLITE_DONE, "insert");
  sqlite3_reset(insert);
  if (!made->moved) return;
  school.place = TYP__PLACE__PLACE_CITY;
  school.since = (char *)"2023-09-01";
  MUST(directory_apply(bench->directory, txn, "InstitutionRegistered", &event.base) == 0, "institution");
  sqlite3_bind_int(insert, 3, TYP__PLACE__PLACE_CITY);
  sqlite3_bind_text(insert, 5, "2023-09-01", -1, SQLITE_STATIC);
  sqlite3_bind_text(insert, 6, "9999-12-31", -1, SQLITE_STATIC);
  MUST(sqlite3_step(insert) == SQLITE_DONE, "insert");
  sqlite3_reset(insert);
}

static void put_partnership(struct bench *bench, struct store_txn *txn, sqlite3_stmt *insert, size_t number)
{
  char id[37], members[MEMBERS][37];
  Reg__Partnership pair = REG__PARTNERSHIP__INIT;
  Reg__PartnershipEstablished event = REG__PARTNERSHIP_ESTABLISHED__INIT;
  Reg__Member member[MEMBERS], *list[MEMBERS];
  Typ__Period valid = TYP__PERIOD__INIT;
  const char *from = draw(10) ? "2019-09-01" : "2023-09-01"; // a tenth came after the day in question
  size_t first = draw((uint32_t)(bench->institutions - MEMBERS));
  id_of(id, '1', number);
  valid.from = (char *)from;
  pair.id = id;
  pair.programme = bench->programme->id;
  pair.programme_version = 1;
  pair.mode = (char *)"SUPPORT";
  pair.division = bench->counties[first * bench->n_counties / bench->institutions];
  pair.status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED;
  pair.valid = &valid;
  pair.since = (char *)from;
  for (size_t i = 0; i < MEMBERS; i++) {
    reg__member__init(&member[i]);
    id_of(members[i], '0', first + i);
    member[i].party = members[i];
    member[i].party_kind = REG__PARTY_KIND__PARTY_INSTITUTION;
    member[i].role = (char *)(i ? "RECIPIENT" : "SUPPORTER");
    member[i].from = (char *)from;
    list[i] = &member[i];
    sqlite3_bind_text(insert, 1, id, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(insert, 2, members[i], -1, SQLITE_TRANSIENT);
    sqlite3_bind_int(insert, 3, i != 0);
    sqlite3_bind_text(insert, 4, from, -1, SQLITE_STATIC);
    MUST(sqlite3_step(insert) == SQLITE_DONE, "insert");
    sqlite3_reset(insert);
  }
  pair.members = list;
  pair.n_members = MEMBERS;
  event.partnership = &pair;
  MUST(directory_apply(bench->directory, txn, "PartnershipEstablished", &event.base) == 0, "partnership");
}

static sqlite3_stmt *prepared(struct bench *bench, const char *text)
{
  sqlite3_stmt *statement = NULL;
  MUST(sqlite3_prepare_v2(bench->sql, text, -1, &statement, NULL) == SQLITE_OK, sqlite3_errmsg(bench->sql));
  return statement;
}

static void make_institutions(struct bench *bench)
{
  sqlite3_stmt *insert = prepared(bench, "INSERT INTO institution VALUES (?,?,?,?,?,?)");
  for (size_t at = 0; at < bench->institutions; at += PER_WRITE) {
    struct store_txn *txn = NULL;
    MUST(store_begin(bench->store, true, &txn) == 0, "begin");
    for (size_t i = at; at == 0 && i < bench->n_counties; i++)
      add_division(bench, txn, bench->counties[i]);
    for (size_t i = at; i < at + PER_WRITE && i < bench->institutions; i++) {
      struct made made = {.county = bench->counties[i * bench->n_counties / bench->institutions],
                          .place = 1 + (int)draw(4),
                          .stage = 1 + (int)draw(4),
                          .moved = draw(20) == 0};
      put_institution(bench, txn, insert, i, &made);
    }
    MUST(store_commit(&txn) == 0, "commit");
  }
  sqlite3_finalize(insert);
}

static void make_partnerships(struct bench *bench)
{
  sqlite3_stmt *insert = prepared(bench, "INSERT INTO member VALUES (?,?,?,?)");
  struct store_txn *txn = NULL;
  MUST(store_begin(bench->store, true, &txn) == 0, "begin");
  for (size_t i = 0; i < bench->partnerships; i++)
    put_partnership(bench, txn, insert, i);
  MUST(store_commit(&txn) == 0, "commit");
  sqlite3_finalize(insert);
}

static void make_world(struct bench *bench, const char *dir)
{
  char path[200];
  snprintf(path, sizeof path, "%s/store", dir);
  const struct store_options options = {
      .directory = path, .area = "registry", .map_size = (size_t)16 << 30, .floor_percent = 101};
  const char *why = NULL;
  MUST(store_open(&options, &bench->store, &why) == 0, "store");
  MUST(directory_open(bench->store, &bench->directory) == 0, "directory");
  snprintf(path, sizeof path, "%s/sqlite", dir);
  MUST(sqlite3_open(path, &bench->sql) == SQLITE_OK, "sqlite");
  sql_run(bench,
          "PRAGMA journal_mode=WAL; PRAGMA cache_size=-1000000; PRAGMA mmap_size=4000000000; BEGIN;"
          "CREATE TABLE institution(id TEXT, county TEXT, place INT, stage INT, since TEXT, until TEXT);"
          "CREATE TABLE member(partnership TEXT, institution TEXT, recipient INT, since TEXT);");
  make_institutions(bench);
  make_partnerships(bench);
  sql_run(bench, "CREATE INDEX by_county ON institution(county, place, stage, since, until, id);"
                 "CREATE INDEX by_institution ON member(institution, recipient, since); COMMIT; ANALYZE;");
}

// ---- the question

static int ours(struct bench *bench, struct store_txn *txn)
{
  struct figures *figures = NULL;
  arena_reset(bench->arena);
  const struct dir_view *view = directory_view(bench->directory, txn, bench->arena);
  const struct dir_view *then = view ? dir_view_as_of(view, DAY) : NULL;
  MUST(then, "view");
  MUST(figures_open(then, bench->programme, &bench->indicator, DAY, &figures) == 0, "figures");
  char after[DIVISION_SIZE] = "";
  size_t at = 0;
  for (;;) {
    const Reg__Division **list = NULL;
    size_t n = 0, rows = 0, i = 0;
    const struct dir_range range = {bench->scope, TYP__DIVISION_LEVEL__LEVEL_COUNTY, DAY, after, PAGE};
    MUST(dir_divisions_under(then, &range, &list, &n) == 0, "divisions");
    for (; i < n && rows < ROWS_MAX; i++, at++) {
      struct figure_count count;
      MUST(figures_of(figures, then, list[i]->code, &count, NULL, NULL) == 0, "figure");
      bench->ours[at][0] = count.numerator;
      bench->ours[at][1] = count.denominator;
      rows += count.looked_at;
    }
    if (i == n && n < PAGE) break;
    memcpy(after, list[i - 1]->code, strlen(list[i - 1]->code) + 1);
  }
  figures_close(figures);
  MUST(at == bench->n_counties, "all counties");
  return 0;
}

static void theirs(struct bench *bench, sqlite3_stmt *query)
{
  size_t at = 0;
  memset(bench->theirs, 0, sizeof bench->theirs);
  while (sqlite3_step(query) == SQLITE_ROW) {
    const char *county = (const char *)sqlite3_column_text(query, 0);
    while (at < bench->n_counties && strcmp(bench->counties[at], county) < 0)
      at++;
    MUST(at < bench->n_counties && strcmp(bench->counties[at], county) == 0, "county");
    bench->theirs[at][0] = sqlite3_column_int64(query, 1);
    bench->theirs[at][1] = sqlite3_column_int64(query, 2);
  }
  sqlite3_reset(query);
}

static const char question[] =
    "SELECT county, SUM(EXISTS (SELECT 1 FROM member WHERE member.institution = i.id AND recipient = 1"
    " AND member.since <= '" DAY "')), COUNT(*) FROM institution i WHERE place IN (3, 4) AND stage IN (2, 3)"
    " AND since <= '" DAY "' AND until > '" DAY "' GROUP BY county ORDER BY county";

static int by_code(const void *a, const void *b)
{
  return strcmp(a, b);
}

static void compare(const struct bench *bench)
{
  for (size_t i = 0; i < bench->n_counties; i++)
    if (memcmp(bench->ours[i], bench->theirs[i], sizeof bench->ours[i]) != 0) {
      fprintf(stderr, "%s: ours %" PRId64 "/%" PRId64 ", SQLite %" PRId64 "/%" PRId64 "\n",
              bench->counties[i], bench->ours[i][0], bench->ours[i][1], bench->theirs[i][0],
              bench->theirs[i][1]);
      exit(1);
    }
}

static void measure(struct bench *bench, int repeats)
{
  sqlite3_stmt *query = prepared(bench, question);
  int64_t best_ours = INT64_MAX, best_theirs = INT64_MAX;
  for (int i = 0; i < repeats; i++) {
    struct store_txn *txn = NULL;
    MUST(store_begin(bench->store, false, &txn) == 0, "begin");
    int64_t start = clock_monotonic_us();
    ours(bench, txn);
    int64_t middle = clock_monotonic_us();
    theirs(bench, query);
    int64_t end = clock_monotonic_us();
    store_abort(&txn);
    compare(bench);
    if (middle - start < best_ours) best_ours = middle - start;
    if (end - middle < best_theirs) best_theirs = end - middle;
  }
  sqlite3_finalize(query);
  printf("%zu institutions, %zu partnerships, %zu counties: jiedui %.1f ms, SQLite %.1f ms, ratio %.2f\n",
         bench->institutions, bench->partnerships, bench->n_counties, (double)best_ours / 1000,
         (double)best_theirs / 1000, (double)best_ours / (double)best_theirs);
}

static void make_programme(struct bench *bench)
{
  bench->programme = programme_a(bench->arena);
  Prg__Indicator *indicator = &bench->indicator;
  prg__indicator__init(indicator);
  indicator->id = (char *)"coverage";
  indicator->form = PRG__INDICATOR_FORM__INDICATOR_COVERAGE;
  indicator->universe = programme_predicates(
      bench->arena, "KIND_IN=SCHOOL;URBAN_RURAL_IN=TOWNSHIP|VILLAGE;STAGE_IN=PRIMARY|JUNIOR",
      &indicator->n_universe);
  indicator->roles = programme_words(bench->arena, "RECIPIENT", &indicator->n_roles);
}

int main(int argc, char **argv)
{
  static struct bench bench;
  struct arena *kept = NULL;
  char dir[] = "coverage.XXXXXX", command[64];
  if (argc < 5) {
    fprintf(stderr, "bench_coverage AREAS.CSV SCOPE INSTITUTIONS PARTNERSHIPS [REPEATS]\n");
    return 2;
  }
  bench.scope = argv[2];
  bench.institutions = strtoul(argv[3], NULL, 10);
  bench.partnerships = strtoul(argv[4], NULL, 10);
  MUST(bench.institutions > MEMBERS && mkdtemp(dir), "directory");
  MUST(arena_new(64 << 20, &bench.arena) == 0 && arena_new(64 << 20, &kept) == 0, "memory");
  struct arena *working = bench.arena;
  bench.arena = kept; // the programme stays while the working arena is emptied
  make_programme(&bench);
  bench.arena = working;
  read_counties(&bench, argv[1]);
  qsort(bench.counties, bench.n_counties, sizeof bench.counties[0], by_code);
  make_world(&bench, dir);
  measure(&bench, argc > 5 ? atoi(argv[5]) : 5);
  sqlite3_close(bench.sql);
  directory_close(bench.directory);
  store_close(bench.store);
  arena_free(bench.arena);
  arena_free(kept);
  snprintf(command, sizeof command, "rm -rf %s", dir);
  return system(command) == 0 ? 0 : 1;
}
