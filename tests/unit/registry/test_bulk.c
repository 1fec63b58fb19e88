// Lists of rows in one command: each decided with those before it, told of by its place, and nothing kept of
// what was refused.
#include "services/registry/bulk.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <string.h>

#define T(text) ((char *)(text))

// ---- in place of the frame

struct svc {
  struct directory *directory;
  struct vault *vault;
  size_t events;
};
struct directory *svc_directory(struct svc *svc)
{
  return svc->directory;
}
uint64_t svc_seq(const struct svc *svc)
{
  (void)svc;
  return 7;
}
const struct conf *svc_conf(const struct svc *svc)
{
  static const struct conf conf;
  (void)svc;
  return &conf;
}
struct vault *svc_vault(struct svc *svc)
{
  return svc->vault;
}
int svc_apply(struct svc_call *call, const struct decision *part)
{
  int r = 0;
  for (const struct decided_event *event = part->first; event && r == 0;
       event = event->next, call->svc->events++)
    r = directory_apply(call->svc->directory, call->txn, event->data->descriptor->short_name, event->data);
  return r;
}

static struct world *w;
static struct svc svc;
static struct svc_call call;
static struct decision *out;

static int setup(void **state)
{
  (void)state;
  w = world_new();
  svc = (struct svc){.directory = w->directory};
  call = (struct svc_call){&svc, NULL, w->txn, w->arena, w->dir, world_context(w, "registrar", "2016-08-17")};
  out = world_decision(w);
  return 0;
}

static int teardown(void **state)
{
  (void)state;
  svc.vault = vault_close(svc.vault);
  w = world_free(w);
  return 0;
}

static Reg__RegisterInstitution *unit(const char *code, const char *kind, const char *managing)
{
  Reg__RegisterInstitution *row = ARENA_NEW(w->arena, Reg__RegisterInstitution);
  Reg__Institution *institution = ARENA_NEW(w->arena, Reg__Institution);
  reg__register_institution__init(row);
  reg__institution__init(institution);
  institution->code = T(code);
  institution->name = T(code);
  institution->kind = strcmp(kind, "BUREAU") == 0   ? TYP__INSTITUTION_KIND__KIND_BUREAU
                      : strcmp(kind, "OFFICE") == 0 ? TYP__INSTITUTION_KIND__KIND_RESEARCH_OFFICE
                                                    : TYP__INSTITUTION_KIND__KIND_SCHOOL;
  institution->division = T("150802");
  row->institution = institution;
  row->managing_bureau_code = T(managing);
  return row;
}

static const Reg__ImportReply *reply(void)
{
  assert_non_null(out->reply);
  assert_ptr_equal(out->reply->descriptor, &reg__import_reply__descriptor);
  return (const Reg__ImportReply *)out->reply;
}

static const Reg__Institution *stored(const char *code)
{
  const Reg__Institution *found = NULL;
  assert_ok(dir_institution_by_code(w->dir, code, &found));
  return found;
}

static void rows_see_those_before_them(void **state)
{
  (void)state;
  Reg__ImportInstitutions cmd = REG__IMPORT_INSTITUTIONS__INIT;
  Reg__RegisterInstitution *rows[] = {
      unit("X-EDU", "BUREAU", "LH-EDU"), unit("2115089901", "SCHOOL", "X-EDU"),
      unit("2115089901", "SCHOOL", "X-EDU"), unit("2115089902", "SCHOOL", "Y-EDU"),
      unit("Y-EDU", "BUREAU", "X-EDU")};
  cmd.rows = rows;
  cmd.n_rows = 5;
  assert_accepted(out, reg_bulk_institutions(&call, &cmd, out));
  assert_int_equal(reply()->made, 3);
  assert_int_equal(reply()->same, 1);
  assert_int_equal(reply()->refused, 1);
  assert_int_equal(reply()->n_rows, 1); // only what has something to say
  const Reg__RowResult *told = reply()->rows[0];
  assert_int_equal(told->row, 3);
  assert_int_equal(told->outcome, REG__ROW_OUTCOME__ROW_REFUSED);
  assert_string_equal(told->reason, "NOT-FOUND");
  assert_non_null(strstr(told->message_en, "Y-EDU"));
  assert_non_null(strstr(told->message_zh, "Y-EDU"));
  assert_true(told->fix_en[0] && told->fix_zh[0]);
  assert_int_equal(svc.events, 3);
  assert_string_equal(stored("2115089901")->managing_bureau, stored("X-EDU")->id);
  assert_null(stored("2115089902"));
}

static void what_changed_and_what_is_warned_of(void **state)
{
  (void)state;
  Reg__ImportInstitutions cmd = REG__IMPORT_INSTITUTIONS__INIT;
  Reg__RegisterInstitution *rows[] = {unit("2115080201", "SCHOOL", "LH-EDU"),
                                      unit("1115089903", "SCHOOL", "LH-EDU")};
  cmd.rows = rows;
  cmd.n_rows = 2;
  assert_accepted(out, reg_bulk_institutions(&call, &cmd, out));
  assert_int_equal(reply()->changed, 1);
  assert_int_equal(reply()->made, 1);
  assert_int_equal(reply()->n_rows, 1); // a kindergarten's class of code for a school: IN-02
  assert_int_equal(reply()->rows[0]->row, 1);
  assert_int_equal(reply()->rows[0]->outcome, REG__ROW_OUTCOME__ROW_MADE);
  assert_non_null(strstr(reply()->rows[0]->warnings[0], "IN-02"));
  assert_string_equal(reply()->rows[0]->id, stored("1115089903")->id);
}

static void all_or_nothing(void **state)
{
  (void)state;
  Reg__ImportInstitutions cmd = REG__IMPORT_INSTITUTIONS__INIT;
  Reg__RegisterInstitution *rows[] = {unit("2115089901", "SCHOOL", "LH-EDU"), unit("12", "SCHOOL", "LH-EDU")};
  cmd.rows = rows;
  cmd.n_rows = 2;
  cmd.all_or_nothing = true;
  assert_refused(out, reg_bulk_institutions(&call, &cmd, out), "ROW", "row", "1", "rule", "IN-01", NULL);
}

static void bounds_of_a_list(void **state)
{
  (void)state;
  Reg__ImportInstitutions cmd = REG__IMPORT_INSTITUTIONS__INIT;
  Reg__RegisterInstitution *rows[513];
  for (size_t i = 0; i < 513; i++)
    rows[i] = unit("12", "SCHOOL", "LH-EDU");
  cmd.rows = rows;
  assert_refused(out, reg_bulk_institutions(&call, &cmd, out), "FIELD", "field", "rows", NULL);
  cmd.n_rows = 513;
  assert_refused(out, reg_bulk_institutions(&call, &cmd, out), "FIELD", "field", "rows", NULL);
  for (size_t i = 0; i < 512; i++)
    rows[i]->institution->code = arena_printf(w->arena, "%s-%zu", "a code that is far too long for one", i);
  cmd.n_rows = 512;
  assert_accepted(out, reg_bulk_institutions(&call, &cmd, out)); // 512 refusals still fit
  assert_int_equal(reply()->refused, 512);
  char *big = arena_alloc(w->arena, 600);
  memset(big, 'x', 599);
  for (size_t i = 0; i < 512; i++)
    rows[i]->managing_bureau_code = big; // the refusals name it
  assert_refused(out, reg_bulk_institutions(&call, &cmd, out), "SIZE", "what", "reply", NULL);
}

static Reg__RegisterPerson *person(const char *staff_no, const char *name, const char *id_number,
                                   const char *home)
{
  Reg__RegisterPerson *row = ARENA_NEW(w->arena, Reg__RegisterPerson);
  reg__register_person__init(row);
  row->person = ARENA_NEW(w->arena, Reg__Person);
  reg__person__init(row->person);
  row->secret = ARENA_NEW(w->arena, Reg__PersonSecret);
  reg__person_secret__init(row->secret);
  row->person->staff_no = T(staff_no);
  row->person->category = TYP__PERSON_CATEGORY__CATEGORY_TEACHER;
  row->secret->name = T(name);
  row->secret->id_number = T(id_number);
  row->home_code = T(home);
  return row;
}

static const Reg__Person *stored_person(const char *staff_no)
{
  const Reg__Person *found = NULL;
  assert_ok(dir_person_by_staff_no(w->dir, staff_no, &found));
  return found;
}

// Of these only the accepted ones have a key afterwards, and who comes twice in one list is found.
static void persons(void **state)
{
  (void)state;
  Reg__ImportPersons cmd = REG__IMPORT_PERSONS__INIT;
  Reg__RegisterPerson *rows[] = {person("N1", "𠮷某", "11010519491231002X", "2115080201"),
                                 person("N2", "某", "11010519491231002X", "2115080201"),
                                 person("N3", "某", "11010519491231002Y", "2115080201"),
                                 person("N4", "某", "", "NOWHERE"), person("N5", "某", "", "2115080202")};
  assert_ok(vault_open(test_path(test_dir(), "vault"), true, &svc.vault));
  cmd.rows = rows;
  cmd.n_rows = 5;
  assert_accepted(out, reg_bulk_persons(&call, &cmd, out));
  assert_int_equal(reply()->made, 2);
  assert_int_equal(reply()->refused, 3);
  static const char *const reasons[] = {"PE-02", "PE-01", "NOT-FOUND"};
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(reply()->rows[i]->row, i + 1);
    assert_string_equal(reply()->rows[i]->reason, reasons[i]);
    assert_null(strstr(reply()->rows[i]->message_en, "1101051949"));
  }
  assert_ok(vault_has_key(svc.vault, stored_person("N1")->id));
  assert_ok(vault_has_key(svc.vault, stored_person("N5")->id));
  assert_null(stored_person("N2"));
  assert_null(stored_person("N4"));
  // again, in one list: the same
  out = world_decision(w);
  assert_accepted(out, reg_bulk_persons(&call, &cmd, out));
  assert_int_equal(reply()->same, 2);
  assert_int_equal(svc.events, 2);
}

static Reg__ChangeInstitution *change(int what, const char *code, const char *into, const char *name)
{
  Reg__ChangeInstitution *row = ARENA_NEW(w->arena, Reg__ChangeInstitution);
  reg__change_institution__init(row);
  row->change = (Reg__InstitutionChange)what;
  row->code = T(code);
  row->into_code = T(into);
  row->name = T(name);
  row->reason = T("布局调整");
  row->staff = REG__LINK_ACTION__ACTION_SUCCESSOR;
  return row;
}

// In the order of the list: what a row makes is there for the next, and a bad one stops nothing.
static void changes_in_order(void **state)
{
  (void)state;
  Reg__ChangeInstitutions cmd = REG__CHANGE_INSTITUTIONS__INIT;
  Reg__ChangeInstitution *rows[] = {
      change(REG__INSTITUTION_CHANGE__CHANGE_RENAME, "2115080202", "", "新小学"),
      change(REG__INSTITUTION_CHANGE__CHANGE_MERGE, "2115080202", "2115080201", ""),
      change(REG__INSTITUTION_CHANGE__CHANGE_MERGE, "2115080202", "2115080201", ""), // it is no more
      change(REG__INSTITUTION_CHANGE__CHANGE_RENAME, "2115080201", "", "合并小学"),
      change(REG__INSTITUTION_CHANGE__CHANGE_CLOSE, "0000000000", "", "")};
  cmd.rows = rows;
  cmd.n_rows = 5;
  assert_accepted(out, reg_bulk_changes(&call, &cmd, out));
  assert_int_equal(reply()->changed, 3);
  assert_int_equal(reply()->refused, 2);
  assert_int_equal(reply()->n_rows, 2);
  assert_int_equal(reply()->rows[0]->row, 2);
  assert_string_equal(reply()->rows[0]->reason, "STATE");
  assert_int_equal(reply()->rows[1]->row, 4);
  assert_string_equal(reply()->rows[1]->reason, "NOT-FOUND");
  assert_true(reply()->rows[1]->fix_zh[0] && reply()->rows[1]->message_en[0]);
  assert_int_equal(stored("2115080202")->status, REG__INSTITUTION_STATUS__INSTITUTION_MERGED);
  assert_string_equal(stored("2115080202")->name, "新小学");
  assert_string_equal(stored("2115080201")->name, "合并小学");
  assert_int_equal(stored("2115080201")->n_former_names, 1);
  assert_int_equal(svc.events, 4); // a merger tells of both, as by itself
}

static void changes_all_or_nothing(void **state)
{
  (void)state;
  Reg__ChangeInstitutions cmd = REG__CHANGE_INSTITUTIONS__INIT;
  Reg__ChangeInstitution *rows[2001] = {
      change(REG__INSTITUTION_CHANGE__CHANGE_RENAME, "2115080202", "", "新小学"),
      change(REG__INSTITUTION_CHANGE__CHANGE_CLOSE, "0000000000", "", "")};
  cmd.rows = rows;
  assert_refused(out, reg_bulk_changes(&call, &cmd, out), "FIELD", "field", "rows", NULL);
  cmd.n_rows = 2;
  cmd.all_or_nothing = true;
  assert_refused(out, reg_bulk_changes(&call, &cmd, out), "ROW", "row", "1", "rule", "NOT-FOUND", NULL);
  for (size_t i = 0; i < 2001; i++)
    rows[i] = rows[0];
  cmd.n_rows = 2001;
  assert_refused(out, reg_bulk_changes(&call, &cmd, out), "FIELD", "field", "rows", NULL);
}

// A thousand of them need no more memory than the widest one.
static void changes_forget_what_they_built(void **state)
{
  (void)state;
  Reg__ChangeInstitutions cmd = REG__CHANGE_INSTITUTIONS__INIT;
  Reg__ChangeInstitution *rows[1000];
  for (size_t i = 0; i < 1000; i++)
    rows[i] = change(REG__INSTITUTION_CHANGE__CHANGE_RENAME, "2115080201", "", i % 2 ? "甲小学" : "乙小学");
  cmd.rows = rows;
  cmd.n_rows = 1000;
  size_t before = arena_used(w->arena);
  assert_accepted(out, reg_bulk_changes(&call, &cmd, out));
  assert_int_equal(reply()->changed, 1000);
  assert_true(arena_used(w->arena) - before < 256 * 1024);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(rows_see_those_before_them, setup, teardown),
      cmocka_unit_test_setup_teardown(what_changed_and_what_is_warned_of, setup, teardown),
      cmocka_unit_test_setup_teardown(all_or_nothing, setup, teardown),
      cmocka_unit_test_setup_teardown(bounds_of_a_list, setup, teardown),
      cmocka_unit_test_setup_teardown(persons, setup, teardown),
      cmocka_unit_test_setup_teardown(changes_in_order, setup, teardown),
      cmocka_unit_test_setup_teardown(changes_all_or_nothing, setup, teardown),
      cmocka_unit_test_setup_teardown(changes_forget_what_they_built, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
