// Random successions against a naive model: schools merge, become campuses and teaching points, close, come
// back and get names, with decisions on their links that fit or do not. After every command each school,
// person, partnership and flag is where the model says, each broken partnership has its issue, and at the end
// the events rebuild the tables. The seed is printed; JIEDUI_SEED repeats a run.
#include "services/registry/rules/institution.h"
#include "services/registry/rules/partnership.h"
#include "services/registry/rules/person.h"
#include "services/registry/rules/succession.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include "tests/model/registry/drive.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define T(text)      ((char *)(text))
#define PN(state)    REG__PARTNERSHIP_STATUS__PARTNERSHIP_##state
#define I(state)     REG__INSTITUTION_STATUS__INSTITUTION_##state
#define LINK(kind)   REG__LINK_KIND__LINK_##kind
#define ACTION(name) REG__LINK_ACTION__ACTION_##name

enum { STEPS = 3000, SCHOOLS = 99, FIRST_SCHOOLS = 12, MOST = 120, ROOM = 8, CODES = 8, PEOPLE = 20 };
enum { NOBODY = -1 };
enum mode { COBUILD, COLLAB, MODES }; // COBUILD is exclusive
static const char *const modes[] = {"COBUILD", "COLLAB"};
enum role { CORE, MEMBER };
static const char *const roles[] = {"CORE", "MEMBER"};
static const char *const names[] = {"甲小学", "乙小学", "丙小学", "丁小学"};

// ---- the naive model

struct school {
  bool town, elsewhere; // else of the country, and of the county at hand
  Reg__InstitutionStatus status;
  int campus_of, successor; // NOBODY = none
  int name, n_former, n_codes;
  unsigned former; // bits of names
  uint64_t rev;
};
struct person {
  int home; // NOBODY = not registered
  bool left;
  uint64_t rev;
};
struct member {
  int school;
  enum role role;
};
struct relation {
  char id[UUID_TEXT];
  enum mode mode;
  bool dissolved;
  struct member members[ROOM];
  int n;
  const char *broken[CODES];
  int n_broken;
};
struct run {
  struct drive d;
  struct school schools[SCHOOLS];
  struct person people[PEOPLE];
  struct relation relations[MOST];
  int n_schools, n;
  size_t flagged, mended, carried;
};
// One succession: who leaves, who takes over, and what is decided for each kind of link (0 = nothing).
struct change {
  int leaving[2], n;
  int successor;
  bool ceases;
  Reg__LinkAction partnerships, units, staff;
};

static bool lives(const struct school *school)
{
  return school->status == I(ACTIVE) || school->status == I(CAMPUS) || school->status == I(TEACHING_POINT);
}
static int place_of(const struct relation *r, int school)
{
  for (int i = 0; i < r->n; i++)
    if (r->members[i].school == school) return i;
  return NOBODY;
}

struct codes {
  const char *list[CODES];
  int n;
};
static void note(struct codes *codes, const char *code)
{
  for (int i = 0; i < codes->n; i++)
    if (strcmp(codes->list[i], code) == 0) return;
  codes->list[codes->n++] = code;
}

static bool holds_elsewhere(const struct run *run, const struct relation *r, int school)
{
  for (int i = 0; i < run->n; i++) {
    const struct relation *other = &run->relations[i];
    int at = place_of(other, school);
    if (strcmp(other->id, r->id) != 0 && !other->dissolved && at != NOBODY &&
        other->members[at].role == MEMBER)
      return true;
  }
  return false;
}

// In the order in which the rules are asked.
static struct codes faults(const struct run *run, const struct relation *r)
{
  struct codes codes = {.n = 0};
  int cores = 0;
  for (int i = 0; i < r->n; i++) {
    if (!lives(&run->schools[r->members[i].school])) note(&codes, "IN-07");
    cores += r->members[i].role == CORE;
  }
  for (int i = 0; i < r->n; i++)
    if (place_of(r, r->members[i].school) != i) note(&codes, "AG-03");
  if (cores != 1) note(&codes, cores > 1 ? "PN-04" : "PN-01");
  if (r->n - cores < 1 || r->n - cores > 3) note(&codes, "PN-01");
  for (int i = 0; i < r->n; i++)
    if (run->schools[r->members[i].school].town != (r->members[i].role == CORE)) note(&codes, "AG-02");
  for (int i = 1; i < r->n; i++)
    if (run->schools[r->members[i].school].elsewhere != run->schools[r->members[0].school].elsewhere)
      note(&codes, "PN-02");
  for (int i = 0; i < r->n; i++)
    if (r->mode == COBUILD && r->members[i].role == MEMBER && holds_elsewhere(run, r, r->members[i].school))
      note(&codes, "PN-03");
  return codes;
}

static void flag_all(struct run *run)
{
  for (int i = 0; i < run->n; i++) {
    struct relation *r = &run->relations[i];
    if (r->dissolved) continue;
    struct codes codes = faults(run, r);
    bool same = codes.n == r->n_broken;
    for (int c = 0; same && c < codes.n; c++)
      same = strcmp(codes.list[c], r->broken[c]) == 0;
    if (!same && codes.n)
      run->flagged++;
    else if (!same)
      run->mended++;
    memcpy(r->broken, codes.list, sizeof codes.list);
    r->n_broken = codes.n;
  }
}

// ---- what the model says of the links

static bool goes_too(const struct change *c, int school)
{
  return school == c->leaving[0] || (c->n > 1 && school == c->leaving[1]);
}

static bool binds(const struct run *run, int unit, int main)
{
  return lives(&run->schools[unit]) && run->schools[unit].campus_of == main;
}

static bool undecided(const struct run *run, const struct change *c, int school)
{
  for (int i = 0; i < run->n && !c->partnerships; i++)
    if (!run->relations[i].dissolved && place_of(&run->relations[i], school) != NOBODY) return true;
  for (int i = 0; i < run->n_schools && !c->units; i++)
    if (binds(run, i, school) && !goes_too(c, i)) return true;
  for (int i = 0; i < PEOPLE && !c->staff; i++)
    if (run->people[i].home == school && !run->people[i].left) return true;
  return false;
}

static enum reason links_verdict(const struct run *run, const struct change *c)
{
  const Reg__LinkAction all[] = {c->partnerships, c->units, c->staff};
  for (int i = 0; i < 3; i++) {
    if (all[i] == ACTION(SUCCESSOR) && c->successor == NOBODY) return REASON_FIELD;
    if (all[i] == ACTION(KEEP) && c->ceases) return REASON_FIELD;
    if (all[i] == ACTION(END) && i > 0) return REASON_FIELD;
  }
  for (int i = 0; i < c->n; i++)
    if (undecided(run, c, c->leaving[i])) return REASON_IN_08;
  for (int i = 0; i < run->n_schools && c->units == ACTION(KEEP); i++)
    if (binds(run, i, c->leaving[0])) return REASON_IN_07; // a campus cannot stay with what is no main school
  for (int i = 0; i < run->n_schools && c->units == ACTION(LEAVE); i++)
    for (int k = 0; k < c->n; k++) // nor be without one
      if (binds(run, i, c->leaving[k]) && !goes_too(c, i) && run->schools[i].status == I(CAMPUS))
        return REASON_FIELD;
  return REASON_NONE;
}

static void carry_relation(struct run *run, struct relation *r, const struct change *c, int school)
{
  int at = place_of(r, school);
  if (r->dissolved || at == NOBODY || c->partnerships == ACTION(KEEP)) return;
  run->carried++;
  if (c->partnerships == ACTION(END)) {
    r->dissolved = true;
    return;
  }
  if (c->partnerships == ACTION(SUCCESSOR) && place_of(r, c->successor) == NOBODY) {
    r->members[at].school = c->successor;
    return;
  }
  memmove(&r->members[at], &r->members[at + 1], (size_t)(r->n - at - 1) * sizeof *r->members);
  r->n--;
}

static void carry_school(struct run *run, const struct change *c, int school)
{
  for (int i = 0; i < run->n; i++)
    carry_relation(run, &run->relations[i], c, school);
  for (int i = 0; i < run->n_schools; i++) {
    if (!binds(run, i, school) || goes_too(c, i) || c->units == ACTION(KEEP)) continue;
    run->schools[i].campus_of = c->units == ACTION(SUCCESSOR) ? c->successor : NOBODY;
    run->schools[i].rev++;
  }
  for (int i = 0; i < PEOPLE; i++) {
    struct person *person = &run->people[i];
    if (person->home != school || person->left || c->staff == ACTION(KEEP)) continue;
    person->rev++;
    if (c->staff == ACTION(SUCCESSOR))
      person->home = c->successor;
    else
      person->left = true;
  }
}

// ---- running a command of the real thing

static char *id_of(struct run *run, int school)
{
  return school == NOBODY ? T("") : T(world_id(run->d.w, drive_code(&run->d, school)));
}

static void settle(struct run *run, const char *what, const struct decision *out, int got, enum reason wanted)
{
  drive_settle(&run->d, what, out, got, drive_word(wanted));
}

static Reg__LinkDecision **written(struct run *run, const struct change *c, size_t *ret_n)
{
  const struct {
    Reg__LinkKind kind;
    Reg__LinkAction action;
  } all[] = {{LINK(PARTNERSHIP), c->partnerships}, {LINK(INSTITUTION), c->units}, {LINK(PERSONS), c->staff}};
  Reg__LinkDecision **list = ARENA_ARRAY(run->d.scratch, Reg__LinkDecision *, 3);
  *ret_n = 0;
  for (size_t i = 0; i < 3; i++) {
    if (!all[i].action) continue;
    Reg__LinkDecision *decision = list[(*ret_n)++] = ARENA_NEW(run->d.scratch, Reg__LinkDecision);
    reg__link_decision__init(decision);
    decision->kind = all[i].kind;
    decision->action = all[i].action;
  }
  return list;
}

// ---- schools and people come

static void open_school(struct run *run)
{
  if (run->n_schools == SCHOOLS) return;
  int i = run->n_schools++;
  struct school *school = &run->schools[i];
  *school = (struct school){.town = i % 3 == 0,
                            .elsewhere = i % 5 == 4,
                            .status = I(ACTIVE),
                            .campus_of = NOBODY,
                            .successor = NOBODY,
                            .name = (int)drive_below(&run->d, 4),
                            .rev = 1};
  Typ__Stage primary = TYP__STAGE__STAGE_PRIMARY;
  Reg__Institution record = REG__INSTITUTION__INIT;
  Reg__RegisterInstitution cmd = REG__REGISTER_INSTITUTION__INIT;
  record.kind = TYP__INSTITUTION_KIND__KIND_SCHOOL;
  record.name = T(names[school->name]);
  record.code = T(drive_code(&run->d, i));
  record.division = T(school->elsewhere ? "150823" : "150802");
  record.place = school->town ? TYP__PLACE__PLACE_CITY : TYP__PLACE__PLACE_TOWNSHIP;
  record.stages = &primary;
  record.n_stages = 1;
  record.legal_person = true;
  cmd.institution = &record;
  cmd.managing_bureau_code = T("LH-EDU");
  struct decision *out = world_decision(run->d.w);
  settle(run, "RegisterInstitution", out,
         reg_institution_register(run->d.w->dir, &cmd, drive_context(&run->d), out), REASON_NONE);
}

static void hire(struct run *run)
{
  int i = (int)drive_below(&run->d, PEOPLE), home = (int)drive_below(&run->d, (uint32_t)run->n_schools);
  if (run->people[i].home != NOBODY || !lives(&run->schools[home])) return;
  Reg__Person person = REG__PERSON__INIT;
  Reg__RegisterPerson cmd = REG__REGISTER_PERSON__INIT;
  struct reg_person_sealed sealed = {.id = arena_printf(run->d.scratch, "01580000-0000-7000-8000-%012d", i)};
  struct rule_context *ctx = drive_context(&run->d);
  ctx->prepared = &sealed;
  person.staff_no = T(arena_printf(run->d.scratch, "M%02d", i));
  person.category = TYP__PERSON_CATEGORY__CATEGORY_TEACHER;
  cmd.person = &person;
  cmd.home_code = T(drive_code(&run->d, home));
  struct decision *out = world_decision(run->d.w);
  settle(run, "RegisterPerson", out, reg_person_register(run->d.w->dir, &cmd, ctx, out), REASON_NONE);
  run->people[i] = (struct person){.home = home, .rev = 1};
}

// The later schools more often: the early ones have gone.
static int any_school(struct run *run)
{
  uint32_t n = (uint32_t)run->n_schools, recent = n > 12 && drive_chance(&run->d, 80) ? 12 : n;
  return (int)(n - 1 - drive_below(&run->d, recent));
}
// Mostly one that lives and is in town, or is not.
static int plausible_school(struct run *run, bool town)
{
  int school = any_school(run);
  for (int tries = 0; tries < 12 && (!lives(&run->schools[school]) || run->schools[school].town != town);
       tries++)
    school = any_school(run);
  return school;
}

static void propose(struct run *run)
{
  if (run->n == MOST) return;
  struct relation next = {.mode = drive_below(&run->d, MODES)};
  int n = 2 + (int)drive_below(&run->d, 3);
  Reg__Member **list = ARENA_ARRAY(run->d.scratch, Reg__Member *, (size_t)n);
  for (next.n = 0; next.n < n; next.n++) {
    int school = plausible_school(run, next.n == 0);
    enum role role = run->schools[school].town ? CORE : MEMBER;
    next.members[next.n] = (struct member){school, role};
    list[next.n] = ARENA_NEW(run->d.scratch, Reg__Member);
    reg__member__init(list[next.n]);
    list[next.n]->role = T(roles[role]);
    list[next.n]->party = id_of(run, school);
  }
  Reg__ProposePartnership cmd = REG__PROPOSE_PARTNERSHIP__INIT;
  cmd.programme = T("consortia");
  cmd.mode = T(modes[next.mode]);
  cmd.members = list;
  cmd.n_members = (size_t)n;
  struct codes codes = faults(run, &next);
  struct decision *out = world_decision(run->d.w);
  settle(run, "ProposePartnership", out,
         reg_partnership_propose(run->d.w->dir, &cmd, drive_context(&run->d), out),
         codes.n ? reason_of_word(codes.list[0]) : REASON_NONE);
  if (codes.n) return;
  snprintf(next.id, sizeof next.id, "%s", ((const Reg__PartnershipReply *)out->reply)->id);
  run->relations[run->n++] = next;
}

// ---- successions

static Reg__LinkAction any_action(struct run *run)
{
  static const Reg__LinkAction often[] = {ACTION(SUCCESSOR), ACTION(SUCCESSOR), ACTION(SUCCESSOR),
                                          ACTION(LEAVE),     ACTION(LEAVE),     ACTION(LEAVE),
                                          ACTION(END),       ACTION(KEEP),      0};
  return often[drive_below(&run->d, sizeof often / sizeof *often)];
}
static struct change any_change(struct run *run, bool ceases)
{
  struct change c = {.leaving = {any_school(run), NOBODY}, .n = 1, .ceases = ceases};
  c.successor = drive_chance(&run->d, 70) ? any_school(run) : NOBODY;
  c.partnerships = any_action(run);
  c.units = drive_chance(&run->d, 60) ? ACTION(LEAVE) : any_action(run);
  c.staff = drive_chance(&run->d, 60) ? ACTION(LEAVE) : any_action(run);
  return c;
}
static bool can_succeed(const struct run *run, int successor, int school)
{
  return run->schools[successor].status == I(ACTIVE) && successor != school;
}

static void end_school(struct run *run, int i, Reg__InstitutionStatus status, int successor)
{
  struct school *school = &run->schools[i];
  school->status = status;
  school->successor = successor;
  if (school->n_codes == 0) school->n_codes = 1;
  school->rev++;
}

static enum reason merge_verdict(struct run *run, const struct change *c)
{
  for (int i = 0; i < c->n; i++) {
    if (!can_succeed(run, c->successor, c->leaving[i])) return REASON_IN_07;
    if (!lives(&run->schools[c->leaving[i]])) return REASON_STATE;
  }
  return links_verdict(run, c);
}

static void merge(struct run *run)
{
  struct change c = any_change(run, true);
  if (c.successor == NOBODY) return;
  c.leaving[1] = any_school(run);
  c.n = drive_chance(&run->d, 30) && c.leaving[1] != c.leaving[0] ? 2 : 1;
  char *ids[2] = {id_of(run, c.leaving[0]), id_of(run, c.leaving[1])};
  Reg__MergeInstitutions cmd = REG__MERGE_INSTITUTIONS__INIT;
  cmd.into = id_of(run, c.successor);
  cmd.ids = ids;
  cmd.n_ids = (size_t)c.n;
  cmd.reason = T("r");
  cmd.decisions = written(run, &c, &cmd.n_decisions);
  enum reason wanted = merge_verdict(run, &c);
  struct decision *out = world_decision(run->d.w);
  settle(run, "MergeInstitutions", out,
         reg_succession_merge(run->d.w->dir, &cmd, drive_context(&run->d), out), wanted);
  if (wanted) return;
  for (int i = 0; i < c.n; i++)
    carry_school(run, &c, c.leaving[i]);
  for (int i = 0; i < c.n; i++)
    end_school(run, c.leaving[i], I(MERGED), c.successor);
  run->schools[c.successor].rev++;
}

static void convert(struct run *run)
{
  struct change c = any_change(run, false);
  bool campus = drive_chance(&run->d, 40);
  struct school *school = &run->schools[c.leaving[0]];
  Reg__ConvertInstitution cmd = REG__CONVERT_INSTITUTION__INIT;
  cmd.id = id_of(run, c.leaving[0]);
  cmd.to = campus ? I(CAMPUS) : I(TEACHING_POINT);
  cmd.of = id_of(run, c.successor);
  cmd.reason = T("r");
  cmd.decisions = written(run, &c, &cmd.n_decisions);
  enum reason wanted = REASON_NONE;
  if (!lives(school) || school->status == cmd.to)
    wanted = REASON_STATE;
  else if (c.successor == NOBODY)
    wanted = campus ? REASON_FIELD : REASON_NONE;
  else if (!can_succeed(run, c.successor, c.leaving[0]))
    wanted = REASON_IN_07;
  if (!wanted) wanted = links_verdict(run, &c);
  struct decision *out = world_decision(run->d.w);
  settle(run, "ConvertInstitution", out,
         reg_succession_convert(run->d.w->dir, &cmd, drive_context(&run->d), out), wanted);
  if (wanted) return;
  carry_school(run, &c, c.leaving[0]);
  school->status = cmd.to;
  school->campus_of = c.successor;
  school->rev++;
}

static void close_school(struct run *run)
{
  struct change c = any_change(run, true);
  char *successor = id_of(run, c.successor);
  Reg__CloseInstitution cmd = REG__CLOSE_INSTITUTION__INIT;
  cmd.id = id_of(run, c.leaving[0]);
  cmd.reason = T("r");
  cmd.successors = &successor;
  cmd.n_successors = c.successor != NOBODY;
  cmd.decisions = written(run, &c, &cmd.n_decisions);
  enum reason wanted = REASON_NONE;
  if (!lives(&run->schools[c.leaving[0]]))
    wanted = REASON_STATE;
  else if (c.successor != NOBODY && !can_succeed(run, c.successor, c.leaving[0]))
    wanted = REASON_IN_07;
  else
    wanted = links_verdict(run, &c);
  struct decision *out = world_decision(run->d.w);
  settle(run, "CloseInstitution", out, reg_succession_close(run->d.w->dir, &cmd, drive_context(&run->d), out),
         wanted);
  if (wanted) return;
  carry_school(run, &c, c.leaving[0]);
  end_school(run, c.leaving[0], I(CLOSED), c.successor);
}

static void restore(struct run *run)
{
  int i = (int)drive_below(&run->d, (uint32_t)run->n_schools);
  struct school *school = &run->schools[i];
  Reg__RestoreInstitution cmd = REG__RESTORE_INSTITUTION__INIT;
  cmd.id = id_of(run, i);
  cmd.reason = T("r");
  enum reason wanted = school->status == I(CLOSED) ? REASON_NONE : REASON_STATE;
  struct decision *out = world_decision(run->d.w);
  settle(run, "RestoreInstitution", out,
         reg_succession_restore(run->d.w->dir, &cmd, drive_context(&run->d), out), wanted);
  if (wanted) return;
  school->status = I(ACTIVE);
  school->campus_of = school->successor = NOBODY;
  school->n_codes++;
  school->rev++;
}

static void rename_school(struct run *run)
{
  int i = any_school(run), name = (int)drive_below(&run->d, 4);
  struct school *school = &run->schools[i];
  Reg__RenameInstitution cmd = REG__RENAME_INSTITUTION__INIT;
  cmd.id = id_of(run, i);
  cmd.name = T(names[name]);
  enum reason wanted = lives(school) ? REASON_NONE : REASON_STATE;
  struct decision *out = world_decision(run->d.w);
  settle(run, "RenameInstitution", out,
         reg_succession_rename(run->d.w->dir, &cmd, drive_context(&run->d), out), wanted);
  if (wanted) return;
  assert_int_equal(((const Reg__InstitutionReply *)out->reply)->unchanged, school->name == name);
  if (school->name == name) return;
  school->n_former += !(school->former >> school->name & 1);
  school->former |= 1u << school->name;
  school->name = name;
  school->rev++;
}

// ---- the records are as the model says

static void compare_schools(struct run *run)
{
  for (int i = 0; i < run->n_schools; i++) {
    const struct school *school = &run->schools[i];
    const Reg__Institution *stored = NULL;
    assert_ok(dir_institution(run->d.w->dir, id_of(run, i), &stored));
    assert_int_equal(stored->status, school->status);
    assert_int_equal(stored->rev, school->rev);
    assert_string_equal(stored->name, names[school->name]);
    assert_int_equal(stored->n_former_names, school->n_former);
    assert_int_equal(stored->n_codes, school->n_codes);
    assert_string_equal(stored->campus_of, id_of(run, school->campus_of));
    assert_int_equal(stored->n_successors, school->successor != NOBODY);
    if (stored->n_successors) assert_string_equal(stored->successors[0], id_of(run, school->successor));
    if (stored->n_codes) assert_int_equal(stored->codes[stored->n_codes - 1]->to[0] == 0, lives(school));
  }
}

static void compare_people(struct run *run)
{
  for (int i = 0; i < PEOPLE; i++) {
    const Reg__Person *stored = NULL;
    if (run->people[i].home == NOBODY) continue;
    assert_ok(dir_person_by_staff_no(run->d.w->dir, arena_printf(run->d.scratch, "M%02d", i), &stored));
    assert_string_equal(stored->home, id_of(run, run->people[i].home));
    assert_int_equal(stored->status == REG__PERSON_STATUS__PERSON_LEFT, run->people[i].left);
    assert_int_equal(stored->rev, run->people[i].rev);
  }
}

static void compare_relation(struct run *run, const struct relation *r, const char *what)
{
  const Reg__Partnership *stored = world_partnership_of(run->d.w, r->id);
  assert_int_equal(stored->status, r->dissolved ? PN(DISSOLVED) : PN(ESTABLISHED));
  assert_int_equal(stored->n_members, r->n);
  for (int m = 0; m < r->n; m++) {
    assert_string_equal(stored->members[m]->party, id_of(run, r->members[m].school));
    assert_string_equal(stored->members[m]->role, roles[r->members[m].role]);
  }
  if (r->dissolved) return;
  bool same = stored->n_broken == (size_t)r->n_broken;
  for (int b = 0; same && b < r->n_broken; b++)
    same = strcmp(stored->broken[b], r->broken[b]) == 0;
  if (!same)
    fail_msg("after %s: %s is flagged with %zu codes (%s), the model says %d (%s)", what, r->id,
             stored->n_broken, stored->n_broken ? stored->broken[0] : "-", r->n_broken,
             r->n_broken ? r->broken[0] : "-");
  assert_int_equal(stored->broken_since[0] != 0, stored->n_broken > 0);
  const Reg__Issue *const *issues = NULL;
  size_t n = 0;
  assert_ok(dir_issues_of(run->d.w->dir, r->id, &issues, &n));
  if (r->n_broken) assert_true(n > 0);
}

static void compare(struct run *run, const char *what)
{
  compare_schools(run);
  compare_people(run);
  for (int i = 0; i < run->n; i++)
    compare_relation(run, &run->relations[i], what);
}

static void step(struct run *run)
{
  static const struct {
    uint32_t weight;
    const char *what;
    void (*run)(struct run *run);
  } commands[] = {{3, "an opening", open_school}, {15, "a hiring", hire},
                  {30, "a proposal", propose},    {12, "a merger", merge},
                  {14, "a conversion", convert},  {10, "a closure", close_school},
                  {8, "a restoration", restore},  {8, "a new name", rename_school}};
  drive_begin(&run->d);
  if (drive_below(&run->d, 20) == 0) drive_to(&run->d, run->d.day + 1);
  uint32_t at = drive_below(&run->d, 100);
  size_t i = 0;
  for (; at >= commands[i].weight; i++)
    at -= commands[i].weight;
  commands[i].run(run);
  flag_all(run);
  drive_begin(&run->d);
  compare(run, commands[i].what);
}

static void random_successions_agree_with_the_model(void **state)
{
  (void)state;
  struct run *run = calloc(1, sizeof *run);
  assert_non_null(run);
  drive_start(&run->d, drive_consortia);
  for (int i = 0; i < PEOPLE; i++)
    run->people[i].home = NOBODY;
  drive_begin(&run->d);
  for (int i = 0; i < FIRST_SCHOOLS; i++)
    open_school(run);
  for (int i = 0; i < STEPS; i++)
    step(run);
  print_message(
      "%zu accepted, %zu refused, %zu events, %d schools, %d partnerships, %zu places decided, %zu flagged, "
      "%zu mended, up to %s\n",
      run->d.accepted, run->d.refused, run->d.journal.n, run->n_schools, run->n, run->carried, run->flagged,
      run->mended, run->d.today);
  assert_true(run->d.accepted > STEPS / 10 && run->d.refused > STEPS / 10 && run->carried > 20 &&
              run->flagged > 10);
  drive_end(&run->d, drive_consortia);
  free(run);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_successions_agree_with_the_model),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
