// Random changes of partnerships against a naive model: who may be member, what breaks when schools move,
// waivers that come and go. The model recomputes every flag after every command, so a recheck that is
// forgotten is found. The seed is printed; JIEDUI_SEED repeats a run.
#include "services/registry/rules/institution.h"
#include "services/registry/rules/partnership.h"
#include "services/registry/rules/tick.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include "tests/model/registry/drive.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define T(text)   ((char *)(text))
#define PN(state) REG__PARTNERSHIP_STATUS__PARTNERSHIP_##state

enum { STEPS = 3000, SCHOOLS = 12, MOST = 40, ROOM = 8, CODES = 8 };
enum mode { COBUILD, COLLAB, MODES }; // COBUILD is exclusive
static const char *const modes[] = {"COBUILD", "COLLAB"};
enum role { CORE, MEMBER };
static const char *const roles[] = {"CORE", "MEMBER"};
static const char *const waivable[] = {"PN-01", "PN-02", "PN-03", "PN-04", "AG-02"};

// ---- the naive model

struct school {
  bool town, elsewhere; // else of the country, and of the county at hand
};
struct member {
  int school;
  enum role role;
};
struct relation {
  char id[UUID_TEXT];
  enum mode mode;
  Reg__PartnershipStatus status;
  struct member members[ROOM];
  int n;
  int until[5]; // day on which the waiver of that rule ends; 0 = none
  const char *broken[CODES];
  int n_broken;
};
struct run {
  struct drive d;
  struct school schools[SCHOOLS];
  struct relation relations[MOST];
  int n;
  size_t flagged;
};

static bool live(const struct relation *r)
{
  return r->status == PN(ESTABLISHED) || r->status == PN(PAUSED);
}

struct codes {
  const char *list[CODES];
  int n;
};

static void note(const struct run *run, const struct relation *r, struct codes *codes, const char *code)
{
  for (int i = 0; i < 5; i++)
    if (strcmp(waivable[i], code) == 0 && r->until[i] > run->d.day) return;
  for (int i = 0; i < codes->n; i++)
    if (strcmp(codes->list[i], code) == 0) return;
  codes->list[codes->n++] = code;
}

static bool holds_elsewhere(const struct run *run, const struct relation *r, int school)
{
  for (int i = 0; i < run->n; i++) {
    const struct relation *other = &run->relations[i];
    if (strcmp(other->id, r->id) == 0 || !live(other)) continue;
    for (int m = 0; m < other->n; m++)
      if (other->members[m].school == school && other->members[m].role == MEMBER) return true;
  }
  return false;
}

// In the order in which the rules are asked.
static struct codes faults(const struct run *run, const struct relation *r)
{
  struct codes codes = {.n = 0};
  int cores = 0, members = 0;
  for (int i = 0; i < r->n; i++) {
    cores += r->members[i].role == CORE;
    members += r->members[i].role == MEMBER;
    for (int j = 0; j < i; j++)
      if (r->members[i].school == r->members[j].school) note(run, r, &codes, "AG-03");
  }
  if (cores != 1) note(run, r, &codes, cores > 1 ? "PN-04" : "PN-01");
  if (members < 1 || members > 3) note(run, r, &codes, "PN-01");
  for (int i = 0; i < r->n; i++)
    if (run->schools[r->members[i].school].town != (r->members[i].role == CORE))
      note(run, r, &codes, "AG-02");
  for (int i = 1; i < r->n; i++)
    if (run->schools[r->members[i].school].elsewhere != run->schools[r->members[0].school].elsewhere)
      note(run, r, &codes, "PN-02");
  for (int i = 0; i < r->n; i++)
    if (r->mode == COBUILD && r->members[i].role == MEMBER && holds_elsewhere(run, r, r->members[i].school))
      note(run, r, &codes, "PN-03");
  return codes;
}

static void flag_all(struct run *run)
{
  for (int i = 0; i < run->n; i++) {
    struct relation *r = &run->relations[i];
    if (!live(r)) continue;
    struct codes codes = faults(run, r);
    bool same = codes.n == r->n_broken;
    for (int c = 0; same && c < codes.n; c++)
      same = strcmp(codes.list[c], r->broken[c]) == 0;
    run->flagged += !same;
    memcpy(r->broken, codes.list, sizeof codes.list);
    r->n_broken = codes.n;
  }
}

// ---- running a command of the real thing

static Reg__Member **written(struct run *run, const struct member *members, int n)
{
  Reg__Member **list = ARENA_ARRAY(run->d.scratch, Reg__Member *, (size_t)n + 1);
  for (int i = 0; i < n; i++) {
    list[i] = ARENA_NEW(run->d.scratch, Reg__Member);
    reg__member__init(list[i]);
    list[i]->role = T(roles[members[i].role]);
    list[i]->party = T(world_id(run->d.w, drive_code(&run->d, members[i].school)));
  }
  return list;
}

static struct member any_member(struct run *run)
{
  int school = (int)drive_below(&run->d, SCHOOLS);
  bool fitting = drive_below(&run->d, 100) < 90;
  return (struct member){school, run->schools[school].town == fitting ? CORE : MEMBER};
}

static void propose(struct run *run)
{
  if (run->n == MOST) return;
  struct relation next = {.mode = drive_below(&run->d, MODES), .status = PN(ESTABLISHED)};
  int n = 2 + (int)drive_below(&run->d, 3);
  for (next.n = 0; next.n < n; next.n++)
    next.members[next.n] = any_member(run);
  Reg__ProposePartnership cmd = REG__PROPOSE_PARTNERSHIP__INIT;
  cmd.programme = T("consortia");
  cmd.mode = T(modes[next.mode]);
  cmd.members = written(run, next.members, next.n);
  cmd.n_members = (size_t)next.n;
  struct codes codes = faults(run, &next);
  struct decision *out = world_decision(run->d.w);
  drive_settle(&run->d, "ProposePartnership", out,
               reg_partnership_propose(run->d.w->dir, &cmd, drive_context(&run->d), out),
               codes.n ? codes.list[0] : "");
  if (codes.n) return;
  snprintf(next.id, sizeof next.id, "%s", ((const Reg__PartnershipReply *)out->reply)->id);
  run->relations[run->n++] = next;
}

static const char *first_new(const struct relation *before, const struct codes *codes, bool tolerant)
{
  for (int i = 0; i < codes->n; i++) {
    bool known = false;
    for (int b = 0; tolerant && b < before->n_broken; b++)
      known = known || strcmp(before->broken[b], codes->list[i]) == 0;
    if (!known) return codes->list[i];
  }
  return "";
}

static void change_members(struct run *run, struct relation *r)
{
  struct relation next = *r;
  bool add = drive_below(&run->d, 2), leave = !add || drive_below(&run->d, 3) == 0;
  struct member joins = any_member(run), leaves = r->members[drive_below(&run->d, (uint32_t)r->n)];
  if (leave) {
    next.n = 0;
    for (int i = 0; i < r->n; i++)
      if (r->members[i].school != leaves.school || r->members[i].role != leaves.role)
        next.members[next.n++] = r->members[i];
  }
  if (add && next.n == ROOM) return;
  if (add) next.members[next.n++] = joins;
  Reg__ChangeMembers cmd = REG__CHANGE_MEMBERS__INIT;
  cmd.id = r->id;
  cmd.reason = T("r");
  cmd.add = written(run, &joins, 1);
  cmd.n_add = add;
  cmd.remove = written(run, &leaves, 1);
  cmd.n_remove = leave;
  struct codes codes = faults(run, &next);
  const char *wanted = !live(r) ? "STATE" : next.n == 0 ? "FIELD" : first_new(r, &codes, !add);
  struct decision *out = world_decision(run->d.w);
  drive_settle(&run->d, "ChangeMembers", out,
               reg_partnership_change_members(run->d.w->dir, &cmd, drive_context(&run->d), out), wanted);
  if (!wanted[0]) *r = next;
}

static void change_mode(struct run *run, struct relation *r)
{
  struct relation next = *r;
  next.mode = r->mode == COBUILD ? COLLAB : COBUILD;
  Reg__ChangeMode cmd = REG__CHANGE_MODE__INIT;
  cmd.id = r->id;
  cmd.mode = T(modes[next.mode]);
  cmd.reason = T("r");
  struct codes codes = faults(run, &next);
  const char *wanted = !live(r) ? "STATE" : first_new(r, &codes, false);
  struct decision *out = world_decision(run->d.w);
  drive_settle(&run->d, "ChangeMode", out,
               reg_partnership_change_mode(run->d.w->dir, &cmd, drive_context(&run->d), out), wanted);
  if (!wanted[0]) *r = next;
}

static void waive(struct run *run, struct relation *r)
{
  uint32_t rule = drive_below(&run->d, 5);
  int until = run->d.day + 1 + (int)drive_below(&run->d, 20);
  char day[DATE_SIZE];
  date_from_days(until, day);
  Reg__GrantWaiver cmd = REG__GRANT_WAIVER__INIT;
  cmd.id = r->id;
  cmd.rule = T(waivable[rule]);
  cmd.reason = T("r");
  cmd.until = day;
  struct decision *out = world_decision(run->d.w);
  const char *wanted = live(r) ? "" : "STATE";
  drive_settle(&run->d, "GrantWaiver", out,
               reg_partnership_waive(run->d.w->dir, &cmd, drive_context(&run->d), out), wanted);
  if (!wanted[0]) r->until[rule] = until;
}

static void turn(struct run *run, struct relation *r)
{
  struct decision *out = world_decision(run->d.w);
  Reg__PausePartnership pause = REG__PAUSE_PARTNERSHIP__INIT;
  Reg__ResumePartnership resume = REG__RESUME_PARTNERSHIP__INIT;
  Reg__DissolvePartnership dissolve = REG__DISSOLVE_PARTNERSHIP__INIT;
  pause.id = resume.id = dissolve.id = r->id;
  pause.reason = dissolve.reason = T("r");
  uint32_t verb = drive_below(&run->d, 10);
  if (verb < 4) {
    const char *wanted = r->status == PN(ESTABLISHED) ? "" : "STATE";
    drive_settle(&run->d, "PausePartnership", out,
                 reg_partnership_pause(run->d.w->dir, &pause, drive_context(&run->d), out), wanted);
    if (!wanted[0]) r->status = PN(PAUSED);
  } else if (verb < 8) {
    const char *wanted = r->status == PN(PAUSED) ? "" : "STATE";
    drive_settle(&run->d, "ResumePartnership", out,
                 reg_partnership_resume(run->d.w->dir, &resume, drive_context(&run->d), out), wanted);
    if (!wanted[0]) r->status = PN(ESTABLISHED);
  } else {
    const char *wanted = live(r) ? "" : "STATE";
    drive_settle(&run->d, "DissolvePartnership", out,
                 reg_partnership_dissolve(run->d.w->dir, &dissolve, drive_context(&run->d), out), wanted);
    if (!wanted[0]) r->status = PN(DISSOLVED);
  }
}

static void move_school(struct run *run)
{
  int i = (int)drive_below(&run->d, SCHOOLS);
  struct school *school = &run->schools[i];
  if (drive_below(&run->d, 2))
    school->town = !school->town;
  else
    school->elsewhere = !school->elsewhere;
  Reg__Institution *unit = world_institution(run->d.w, drive_code(&run->d, i));
  Reg__AmendInstitution cmd = REG__AMEND_INSTITUTION__INIT;
  unit->place = school->town ? TYP__PLACE__PLACE_CITY : TYP__PLACE__PLACE_TOWNSHIP;
  unit->division = T(school->elsewhere ? "150823" : "150802");
  cmd.id = unit->id;
  cmd.institution = unit;
  struct decision *out = world_decision(run->d.w);
  drive_settle(&run->d, "AmendInstitution", out,
               reg_institution_amend(run->d.w->dir, &cmd, drive_context(&run->d), out), "");
}

static void tick(struct run *run)
{
  Reg__Tick cmd = REG__TICK__INIT;
  drive_to(&run->d, run->d.day + 1 + (int)drive_below(&run->d, 3));
  for (int i = 0; i < run->n; i++)
    for (int rule = 0; rule < 5; rule++)
      if (live(&run->relations[i]) && run->relations[i].until[rule] <= run->d.day)
        run->relations[i].until[rule] = 0;
  struct decision *out = world_decision(run->d.w);
  drive_settle(&run->d, "Tick", out, reg_tick(run->d.w->dir, &cmd, drive_context(&run->d), out), "");
}

// ---- the records are as the model says

static void compare(struct run *run, const char *what)
{
  for (int i = 0; i < run->n; i++) {
    const struct relation *r = &run->relations[i];
    const Reg__Partnership *stored = world_partnership_of(run->d.w, r->id);
    size_t waivers = 0;
    for (int rule = 0; rule < 5; rule++)
      waivers += r->until[rule] > 0;
    assert_int_equal(stored->status, r->status);
    assert_string_equal(stored->mode, modes[r->mode]);
    assert_int_equal(stored->n_members, r->n);
    if (!live(r)) continue;
    assert_int_equal(stored->n_waivers, waivers);
    bool same = stored->n_broken == (size_t)r->n_broken;
    for (int b = 0; same && b < r->n_broken; b++)
      same = strcmp(stored->broken[b], r->broken[b]) == 0;
    if (!same)
      fail_msg("after %s: %s is flagged with %zu codes (%s), the model says %d (%s)", what, r->id,
               stored->n_broken, stored->n_broken ? stored->broken[0] : "-", r->n_broken,
               r->n_broken ? r->broken[0] : "-");
    assert_int_equal(stored->broken_since[0] != 0, stored->n_broken > 0);
  }
}

static void step(struct run *run)
{
  arena_reset(run->d.scratch);
  run->d.w->arena = run->d.scratch;
  run->d.w->dir = directory_view(run->d.w->directory, run->d.w->txn, run->d.scratch);
  uint32_t what = drive_below(&run->d, 100);
  struct relation *r = run->n ? &run->relations[drive_below(&run->d, (uint32_t)run->n)] : NULL;
  const char *name = what < 15 ? "a proposal" : what < 30 ? "a move" : what < 35 ? "a tick" : "a change";
  if (what < 15 || !r)
    propose(run);
  else if (what < 30)
    move_school(run);
  else if (what < 35)
    tick(run);
  else if (what < 65)
    change_members(run, r);
  else if (what < 75)
    change_mode(run, r);
  else if (what < 85)
    waive(run, r);
  else
    turn(run, r);
  flag_all(run);
  compare(run, name);
}

static bool is_town(int school)
{
  return school % 3 == 0;
}

static void prepare(struct world *w)
{
  drive_consortia(w);
  for (int i = 0; i < SCHOOLS; i++) {
    const char *code = arena_printf(w->arena, "21150899%02d", i),
               *name = arena_printf(w->arena, "第%d小学", i);
    world_add_institution(w, &(struct world_unit){code, name, "SCHOOL", "150802", "LH-EDU",
                                                  is_town(i) ? "CITY" : "TOWNSHIP", "PRIMARY", NULL});
  }
}

static void random_changes_agree_with_the_model(void **state)
{
  (void)state;
  struct run *run = calloc(1, sizeof *run);
  assert_non_null(run);
  drive_start(&run->d, prepare);
  for (int i = 0; i < SCHOOLS; i++)
    run->schools[i].town = is_town(i);
  for (int i = 0; i < STEPS; i++)
    step(run);
  print_message("%zu accepted, %zu refused, %d partnerships, %zu flagged, up to %s\n", run->d.accepted,
                run->d.refused, run->n, run->flagged, run->d.today);
  assert_true(run->d.accepted > STEPS / 10 && run->d.refused > STEPS / 10 && run->flagged > 20);
  drive_end(&run->d, prepare);
  free(run);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_changes_agree_with_the_model),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
