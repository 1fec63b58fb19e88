// Random commands against registryd's rules on a real directory, and against a naive model in plain arrays:
// the same verdict for each command, the same records after it. Then every event is applied to a second
// directory: equal tables. The seed is printed; JIEDUI_SEED repeats a run.
#include "common/base/pb.h"
#include "services/registry/rules/agreement.h"
#include "services/registry/rules/institution.h"
#include "services/registry/rules/partnership.h"
#include "services/registry/rules/person.h"
#include "services/registry/rules/tick.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include "tests/model/registry/drive.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define T(text)   ((char *)(text))
#define AG(state) REG__AGREEMENT_STATUS__AGREEMENT_##state
#define PN(state) REG__PARTNERSHIP_STATUS__PARTNERSHIP_##state

enum { STEPS = 4000, SCHOOLS = 10, PEOPLE = 8, AGREEMENTS = 60, PAIRS = 150 }; // 2016-08-17

// ---- the naive model

struct school {
  bool there, kindergarten, quality, baotou;
  int name;
  uint64_t rev;
};
struct person {
  bool there, erased;
  int home, title, secret; // secret 0 = no identity number
  uint64_t rev;
};
struct agreement {
  Reg__AgreementStatus status;
  int step;
  bool signed_by[2];
  char from[DATE_SIZE], to[DATE_SIZE];
  uint64_t rev;
  char id[UUID_TEXT];
};
struct pair {
  int agreement, supporter, recipient;
  Reg__PartnershipStatus status;
  char from[DATE_SIZE], to[DATE_SIZE];
  const char *broken[3];
  size_t n_broken;
  uint64_t rev;
  char id[UUID_TEXT];
};
enum who { BAOTOU, BAYANNUR, STRANGER, WHO };
static const char *const names_of_who[] = {"baotou", "bayannur", "stranger"};

struct run {
  struct drive d;
  struct school schools[SCHOOLS];
  struct person people[PEOPLE];
  struct agreement agreements[AGREEMENTS];
  struct pair pairs[PAIRS];
  int n_agreements, n_pairs;
  size_t flagged;
};

// ---- running a command of the real thing

static struct rule_context *context(struct run *run, const char *actor)
{
  struct rule_context *ctx = world_context(run->d.w, actor, run->d.today);
  return ctx;
}

static void settle(struct run *run, const char *what, const struct decision *out, int got, enum reason wanted)
{
  drive_settle(&run->d, what, out, got, drive_word(wanted));
}

// ---- institutions

static bool holds_now(struct run *run, const struct pair *pair, const char **codes, size_t *n);

// Flags a live pair as it is now; what is flagged already is no change.
static void flag_pair(struct run *run, struct pair *pair)
{
  const char *codes[3] = {NULL, NULL, NULL};
  size_t n = 0;
  if (pair->status != PN(ESTABLISHED)) return;
  holds_now(run, pair, codes, &n);
  if (run->agreements[pair->agreement].status != AG(EFFECTIVE)) codes[n++] = "PN-12";
  bool same = n == pair->n_broken;
  for (size_t i = 0; same && i < n; i++)
    same = strcmp(codes[i], pair->broken[i]) == 0;
  if (same) return;
  memcpy(pair->broken, codes, sizeof codes);
  pair->n_broken = n;
  pair->rev++;
  run->flagged++;
}

static void flag_pairs_under(struct run *run, int agreement)
{
  for (int p = 0; p < run->n_pairs; p++)
    if (run->pairs[p].agreement == agreement) flag_pair(run, &run->pairs[p]);
}

static void change_school(struct run *run, int i, struct school next)
{
  struct school *school = &run->schools[i];
  next.there = true;
  next.rev = school->there ? school->rev + 1 : 1;
  *school = next;
  for (int p = 0; p < run->n_pairs; p++)
    if (run->pairs[p].supporter == i || run->pairs[p].recipient == i) flag_pair(run, &run->pairs[p]);
}

static void register_school(struct run *run)
{
  int i = (int)drive_below(&run->d, SCHOOLS);
  struct school next = {.kindergarten = drive_chance(&run->d, 5),
                        .quality = drive_chance(&run->d, 60),
                        .baotou = i < SCHOOLS / 2 ? drive_chance(&run->d, 90) : drive_chance(&run->d, 10),
                        .name = (int)drive_below(&run->d, 3)};
  struct school *old = &run->schools[i];
  if (old->there && drive_chance(&run->d, 30)) next = *old; // the same row again
  static const char *const names[] = {"甲小学", "乙小学", "丙小学"};
  Typ__Stage primary = TYP__STAGE__STAGE_PRIMARY;
  Reg__Institution school = REG__INSTITUTION__INIT;
  Reg__RegisterInstitution cmd = REG__REGISTER_INSTITUTION__INIT;
  char *quality = T("quality");
  school.kind =
      next.kindergarten ? TYP__INSTITUTION_KIND__KIND_KINDERGARTEN : TYP__INSTITUTION_KIND__KIND_SCHOOL;
  school.name = T(names[next.name]);
  school.code = T(drive_code(&run->d, i));
  school.division = T(next.baotou ? "150203" : "150802");
  school.stages = &primary;
  school.n_stages = 1;
  school.tags = &quality;
  school.n_tags = next.quality;
  cmd.institution = &school;
  cmd.managing_bureau_code = T(next.baotou ? "KD-EDU" : "LH-EDU");
  const char *actor = drive_chance(&run->d, 5) ? "stranger" : "registrar";
  enum reason wanted = REASON_NONE;
  if (old->there && old->kindergarten != next.kindergarten)
    wanted = REASON_IN_03;
  else if (actor[0] == 's')
    wanted = REASON_SCOPE;
  bool same =
      old->there && old->quality == next.quality && old->baotou == next.baotou && old->name == next.name;
  struct decision *out = world_decision(run->d.w);
  settle(run, "RegisterInstitution", out,
         reg_institution_register(run->d.w->dir, &cmd, context(run, actor), out), wanted);
  if (wanted) return;
  assert_int_equal(((const Reg__InstitutionReply *)out->reply)->unchanged, same);
  if (!same) change_school(run, i, next);
}

// ---- persons

static void register_person(struct run *run)
{
  int i = (int)drive_below(&run->d, PEOPLE), home = (int)drive_below(&run->d, SCHOOLS);
  struct person *old = &run->people[i];
  struct person next = {.there = true,
                        .home = home,
                        .title = 1 + (int)drive_below(&run->d, 3),
                        .secret = (int)drive_below(&run->d, 6)};
  if (old->there && !old->erased && drive_chance(&run->d, 30)) next = *old;
  if (!run->schools[next.home].there) return;
  Reg__Person person = REG__PERSON__INIT;
  Reg__RegisterPerson cmd = REG__REGISTER_PERSON__INIT;
  char *staff_no = T(arena_printf(run->d.scratch, "M%02d", i));
  person.staff_no = staff_no;
  person.category = TYP__PERSON_CATEGORY__CATEGORY_TEACHER;
  person.title = (Typ__Title)next.title;
  cmd.person = &person;
  cmd.home_code = T(drive_code(&run->d, next.home));
  struct reg_person_sealed sealed = {.has_hash = next.secret > 0,
                                     .same = old->there && old->secret == next.secret};
  uint8_t blob[8];
  memset(blob, next.secret, sizeof blob); // in place of the vault's
  memset(sealed.id_hash, next.secret, sizeof sealed.id_hash);
  sealed.sealed = blob;
  sealed.sealed_length = sizeof blob;
  sealed.id = old->there ? world_id(run->d.w, staff_no)
                         : arena_printf(run->d.scratch, "01580000-0000-7000-8000-%012d", i);
  struct rule_context *ctx = context(run, "registrar");
  ctx->prepared = &sealed;
  enum reason wanted = old->erased ? REASON_STATE : REASON_NONE;
  for (int p = 0; !wanted && p < PEOPLE; p++)
    if (p != i && run->people[p].there && !run->people[p].erased && next.secret &&
        run->people[p].secret == next.secret)
      wanted = REASON_PE_02;
  struct decision *out = world_decision(run->d.w);
  settle(run, "RegisterPerson", out, reg_person_register(run->d.w->dir, &cmd, ctx, out), wanted);
  if (wanted) return;
  bool same = old->there && old->home == next.home && old->title == next.title && old->secret == next.secret;
  assert_int_equal(((const Reg__PersonReply *)out->reply)->unchanged, same);
  if (same) return;
  next.rev = old->there ? old->rev + 1 : 1;
  *old = next;
}

static void erase_person(struct run *run)
{
  int i = (int)drive_below(&run->d, PEOPLE);
  struct person *person = &run->people[i];
  if (!person->there || !drive_chance(&run->d, 20)) return;
  Reg__ErasePerson cmd = REG__ERASE_PERSON__INIT;
  cmd.id = T(world_id(run->d.w, arena_printf(run->d.scratch, "M%02d", i)));
  cmd.reason = T("r");
  struct decision *out = world_decision(run->d.w);
  enum reason wanted = person->erased ? REASON_STATE : REASON_NONE;
  settle(run, "ErasePerson", out, reg_person_erase(run->d.w->dir, &cmd, context(run, "registrar"), out),
         wanted);
  if (wanted) return;
  person->erased = true;
  person->secret = 0;
  person->rev++;
}

// ---- agreements

static void day_after(struct run *run, int days, char out[DATE_SIZE])
{
  date_from_days(run->d.day + days, out);
}

static void draft(struct run *run)
{
  if (run->n_agreements == AGREEMENTS) return;
  struct agreement *next = &run->agreements[run->n_agreements];
  enum who who = drive_below(&run->d, WHO);
  Reg__AgreementParty a = REG__AGREEMENT_PARTY__INIT, b = REG__AGREEMENT_PARTY__INIT, *both[] = {&a, &b};
  Typ__Period valid = TYP__PERIOD__INIT;
  Reg__DraftAgreement cmd = REG__DRAFT_AGREEMENT__INIT;
  memset(next, 0, sizeof *next);
  day_after(run, (int)drive_below(&run->d, 60) - 20, next->from);
  if (drive_chance(&run->d, 50)) day_after(run, (int)drive_below(&run->d, 400) - 10, next->to);
  a.institution = T(world_id(run->d.w, "BT-EDU"));
  b.institution = T(world_id(run->d.w, "BY-EDU"));
  a.role = T("PARTY_A");
  b.role = T("PARTY_B");
  valid.from = next->from;
  valid.to = next->to;
  cmd.programme = T("model");
  cmd.mode = T("FRAMEWORK");
  cmd.title = T("协议");
  cmd.parties = both;
  cmd.n_parties = 2;
  cmd.valid = &valid;
  enum reason wanted = REASON_NONE;
  if (who == STRANGER)
    wanted = REASON_SCOPE;
  else if (next->to[0] && date_compare(next->from, next->to) >= 0)
    wanted = REASON_AG_04;
  struct decision *out = world_decision(run->d.w);
  settle(run, "DraftAgreement", out,
         reg_agreement_draft(run->d.w->dir, &cmd, context(run, names_of_who[who]), out), wanted);
  if (wanted) return;
  snprintf(next->id, sizeof next->id, "%s", ((const Reg__AgreementReply *)out->reply)->id);
  next->status = AG(DRAFT);
  next->rev = 1;
  run->n_agreements++;
}

// The verdict on a step, and what it makes of the model's agreement.
static enum reason step_of(struct run *run, struct agreement *a, const char *verb, enum who who)
{
  bool begun = date_compare(a->from, run->d.today) <= 0;
  if (strcmp(verb, "submit") == 0) {
    if (who == STRANGER) return REASON_SCOPE;
    if (a->status != AG(DRAFT)) return REASON_STATE;
    a->status = AG(SUBMITTED);
  } else if (strcmp(verb, "approve") == 0 || strcmp(verb, "return") == 0) {
    if (a->status != AG(SUBMITTED)) return REASON_STATE;
    if (who != (a->step == 0 ? BAOTOU : BAYANNUR)) return REASON_WRONG_ACTOR;
    if (verb[0] == 'r') {
      a->step = 0;
      a->status = AG(DRAFT);
    } else if (++a->step == 2)
      a->status = AG(APPROVED);
  } else if (strcmp(verb, "sign") == 0) {
    if (a->status != AG(APPROVED)) return REASON_STATE;
    if (who == STRANGER || a->signed_by[who]) return REASON_WRONG_ACTOR;
    a->signed_by[who] = true;
    if (a->signed_by[0] && a->signed_by[1]) {
      a->status = begun ? AG(EFFECTIVE) : AG(SIGNED_PENDING);
      a->rev += begun; // signed, and effective
    }
  } else {
    if (who == STRANGER) return REASON_SCOPE;
    if (strcmp(verb, "suspend") == 0) {
      if (a->status != AG(EFFECTIVE)) return REASON_STATE;
      a->status = AG(SUSPENDED);
    } else if (strcmp(verb, "resume") == 0) {
      if (a->status != AG(SUSPENDED)) return REASON_STATE;
      a->status = AG(EFFECTIVE);
    } else {
      if (a->status == AG(SUBMITTED) || a->status == AG(EXPIRED) || a->status == AG(TERMINATED))
        return REASON_STATE;
      a->status = AG(TERMINATED);
    }
  }
  a->rev++;
  return REASON_NONE;
}

static int decide_step(struct run *run, const char *verb, const char *id, const char *actor,
                       struct decision *out)
{
  struct rule_context *ctx = context(run, actor);
  const struct dir_view *dir = run->d.w->dir;
  Reg__SubmitAgreement submit = REG__SUBMIT_AGREEMENT__INIT;
  Reg__ApproveAgreement approve = REG__APPROVE_AGREEMENT__INIT;
  Reg__ReturnAgreement give_back = REG__RETURN_AGREEMENT__INIT;
  Reg__SignAgreement sign = REG__SIGN_AGREEMENT__INIT;
  Reg__SuspendAgreement suspend = REG__SUSPEND_AGREEMENT__INIT;
  Reg__ResumeAgreement resume = REG__RESUME_AGREEMENT__INIT;
  Reg__TerminateAgreement terminate = REG__TERMINATE_AGREEMENT__INIT;
  submit.id = approve.id = give_back.id = sign.id = suspend.id = resume.id = terminate.id = T(id);
  give_back.reason = suspend.reason = terminate.reason = T("r");
  if (strcmp(verb, "submit") == 0) return reg_agreement_submit(dir, &submit, ctx, out);
  if (strcmp(verb, "approve") == 0) return reg_agreement_approve(dir, &approve, ctx, out);
  if (strcmp(verb, "return") == 0) return reg_agreement_return(dir, &give_back, ctx, out);
  if (strcmp(verb, "sign") == 0) return reg_agreement_sign(dir, &sign, ctx, out);
  if (strcmp(verb, "suspend") == 0) return reg_agreement_suspend(dir, &suspend, ctx, out);
  if (strcmp(verb, "resume") == 0) return reg_agreement_resume(dir, &resume, ctx, out);
  return reg_agreement_terminate(dir, &terminate, ctx, out);
}

// The later ones more often: the early ones have ended.
static int any_agreement(struct run *run)
{
  uint32_t n = (uint32_t)run->n_agreements, recent = n > 5 && drive_chance(&run->d, 80) ? 5 : n;
  return (int)(n - 1 - drive_below(&run->d, recent));
}

// Mostly one that is in effect, so that the structure comes to be asked.
static int agreement_for_pair(struct run *run)
{
  int first = any_agreement(run);
  for (int i = 0; drive_chance(&run->d, 97) && i < run->n_agreements; i++) {
    int candidate = (first + i) % run->n_agreements;
    if (run->agreements[candidate].status == AG(EFFECTIVE)) return candidate;
  }
  return first;
}

static void step_agreement(struct run *run)
{
  // weighted towards the way to EFFECTIVE, so that partnerships have something to rest on
  static const char *const verbs[] = {"submit",  "submit", "approve", "approve",  "approve",
                                      "sign",    "sign",   "sign",    "sign",     "return",
                                      "suspend", "resume", "resume",  "terminate"};
  if (run->n_agreements == 0) return;
  struct agreement *a = &run->agreements[any_agreement(run)];
  const char *verb = verbs[drive_below(&run->d, sizeof verbs / sizeof *verbs)];
  if (verb[0] == 't' && !drive_chance(&run->d, 10)) return;
  enum who who = drive_chance(&run->d, 60) ? (a->step || a->signed_by[BAOTOU] ? BAYANNUR : BAOTOU)
                                           : drive_below(&run->d, WHO);
  enum reason wanted = step_of(run, a, verb, who);
  struct decision *out = world_decision(run->d.w);
  settle(run, verb, out, decide_step(run, verb, a->id, names_of_who[who], out), wanted);
  if (!wanted) flag_pairs_under(run, (int)(a - run->agreements));
}

static void tick(struct run *run)
{
  Reg__Tick cmd = REG__TICK__INIT;
  drive_to(&run->d, run->d.day + (int)drive_below(&run->d, 3));
  uint32_t moved = 0;
  for (int i = 0; i < run->n_agreements; i++) {
    struct agreement *a = &run->agreements[i];
    bool begins = a->status == AG(SIGNED_PENDING) && date_compare(a->from, run->d.today) <= 0;
    bool ends = (a->status == AG(EFFECTIVE) || a->status == AG(SUSPENDED)) && a->to[0] &&
                date_compare(a->to, run->d.today) <= 0;
    if (!begins && !ends) continue;
    a->status = begins ? AG(EFFECTIVE) : AG(EXPIRED);
    a->rev++;
    moved++;
    flag_pairs_under(run, i);
  }
  struct decision *out = world_decision(run->d.w);
  settle(run, "Tick", out, reg_tick(run->d.w->dir, &cmd, context(run, "self"), out), REASON_NONE);
  assert_int_equal(((const Reg__TickReply *)out->reply)->moved, moved);
}

// ---- partnerships

static void note(const char **codes, size_t *n, const char *code)
{
  for (size_t i = 0; i < *n; i++)
    if (codes[i] == code) return;
  codes[(*n)++] = code;
}

// Which rules of the mode do not hold for its two schools, in the order the rules are asked.
static bool holds_now(struct run *run, const struct pair *pair, const char **codes, size_t *n)
{
  static const char *const party = "AG-02", *const tag = "PN-08";
  const struct school *s = &run->schools[pair->supporter], *r = &run->schools[pair->recipient];
  if (s->kindergarten || !s->baotou) note(codes, n, party);
  if (!s->quality) note(codes, n, tag);
  if (r->kindergarten || r->baotou) note(codes, n, party);
  return *n == 0;
}

static enum reason agreement_verdict(const struct agreement *a)
{
  if (a->status == AG(APPROVED)) return REASON_AG_05;
  return a->status == AG(EFFECTIVE) ? REASON_NONE : REASON_PN_12;
}

static enum reason structure_verdict(struct run *run, const struct pair *pair)
{
  const char *codes[2] = {NULL, NULL};
  size_t n = 0;
  if (pair->supporter == pair->recipient) return REASON_AG_03;
  if (!holds_now(run, pair, codes, &n)) return reason_of_word(codes[0]);
  enum reason rests = agreement_verdict(&run->agreements[pair->agreement]);
  if (rests) return rests;
  for (int i = 0; i < run->n_pairs; i++) {
    const struct pair *other = &run->pairs[i];
    if (other == pair || other->status != PN(ESTABLISHED) || other->recipient != pair->recipient) continue;
    if (period_overlaps(other->from, other->to, pair->from, pair->to)) return REASON_PN_03;
  }
  return REASON_NONE;
}

static void propose(struct run *run)
{
  if (run->n_pairs == PAIRS || run->n_agreements == 0) return;
  struct pair *next = &run->pairs[run->n_pairs];
  memset(next, 0, sizeof *next);
  next->agreement = agreement_for_pair(run);
  bool sides = drive_chance(&run->d, 80); // mostly a plausible pair
  next->supporter = (int)drive_below(&run->d, sides ? SCHOOLS / 2 : SCHOOLS);
  next->recipient =
      sides ? SCHOOLS / 2 + (int)drive_below(&run->d, SCHOOLS / 2) : (int)drive_below(&run->d, SCHOOLS);
  const struct agreement *a = &run->agreements[next->agreement];
  if (!run->schools[next->supporter].there || !run->schools[next->recipient].there) return;
  enum who who = drive_below(&run->d, WHO);
  memmove(next->from, date_compare(a->from, run->d.today) > 0 ? a->from : run->d.today, DATE_SIZE);
  memmove(next->to, a->to, DATE_SIZE);
  Reg__Member s = REG__MEMBER__INIT, r = REG__MEMBER__INIT, *both[] = {&s, &r};
  Reg__ProposePartnership cmd = REG__PROPOSE_PARTNERSHIP__INIT;
  s.role = T("SUPPORTER");
  s.party = T(world_id(run->d.w, drive_code(&run->d, next->supporter)));
  r.role = T("RECIPIENT");
  r.party = T(world_id(run->d.w, drive_code(&run->d, next->recipient)));
  cmd.programme = T("model");
  cmd.mode = T("PAIR");
  cmd.agreement = T(a->id);
  cmd.members = both;
  cmd.n_members = 2;
  enum reason wanted = REASON_NONE;
  if (date_compare(next->from, next->to) >= 0)
    wanted = REASON_FIELD;
  else if (who == STRANGER)
    wanted = REASON_SCOPE;
  else
    wanted = structure_verdict(run, next);
  struct decision *out = world_decision(run->d.w);
  settle(run, "ProposePartnership", out,
         reg_partnership_propose(run->d.w->dir, &cmd, context(run, names_of_who[who]), out), wanted);
  if (wanted) return;
  snprintf(next->id, sizeof next->id, "%s", ((const Reg__PartnershipReply *)out->reply)->id);
  next->status = PN(PROPOSED);
  next->rev = 1;
  run->n_pairs++;
}

static void step_pair(struct run *run)
{
  if (run->n_pairs == 0) return;
  struct pair *pair = &run->pairs[drive_below(&run->d, (uint32_t)run->n_pairs)];
  enum who who = drive_chance(&run->d, 60) ? BAYANNUR : drive_below(&run->d, WHO);
  const struct rule_context *ctx = context(run, names_of_who[who]);
  struct decision *out = world_decision(run->d.w);
  enum reason wanted = REASON_NONE;
  uint32_t verb = drive_below(&run->d, 12);
  if (verb < 10) {
    Reg__ApprovePartnership cmd = REG__APPROVE_PARTNERSHIP__INIT;
    cmd.id = pair->id;
    if (pair->status != PN(PROPOSED))
      wanted = REASON_STATE;
    else if (who != BAYANNUR)
      wanted = REASON_WRONG_ACTOR;
    else
      wanted = structure_verdict(run, pair);
    settle(run, "ApprovePartnership", out, reg_partnership_approve(run->d.w->dir, &cmd, ctx, out), wanted);
    if (!wanted) pair->status = PN(ESTABLISHED);
  } else if (verb == 10) {
    Reg__RejectPartnership cmd = REG__REJECT_PARTNERSHIP__INIT;
    cmd.id = pair->id;
    cmd.reason = T("r");
    if (pair->status != PN(PROPOSED))
      wanted = REASON_STATE;
    else if (who != BAYANNUR)
      wanted = REASON_WRONG_ACTOR;
    settle(run, "RejectPartnership", out, reg_partnership_reject(run->d.w->dir, &cmd, ctx, out), wanted);
    if (!wanted) pair->status = PN(REJECTED);
  } else {
    Reg__DissolvePartnership cmd = REG__DISSOLVE_PARTNERSHIP__INIT;
    cmd.id = pair->id;
    cmd.reason = T("r");
    if (who == STRANGER)
      wanted = REASON_SCOPE;
    else if (pair->status != PN(ESTABLISHED))
      wanted = REASON_STATE;
    settle(run, "DissolvePartnership", out, reg_partnership_dissolve(run->d.w->dir, &cmd, ctx, out), wanted);
    if (!wanted) pair->status = PN(DISSOLVED);
  }
  if (!wanted) pair->rev++;
}

// ---- the records are as the model says

static void compare_schools(struct run *run)
{
  for (int i = 0; i < SCHOOLS; i++) {
    const struct school *school = &run->schools[i];
    const Reg__Institution *stored = NULL;
    assert_ok(dir_institution_by_code(run->d.w->dir, drive_code(&run->d, i), &stored));
    assert_int_equal(stored != NULL, school->there);
    if (!stored) continue;
    assert_int_equal(stored->rev, school->rev);
    assert_int_equal(stored->n_tags, school->quality);
    assert_string_equal(stored->division, school->baotou ? "150203" : "150802");
  }
}

static void compare_people(struct run *run)
{
  for (int i = 0; i < PEOPLE; i++) {
    const struct person *person = &run->people[i];
    const Reg__Person *stored = NULL;
    assert_ok(dir_person_by_staff_no(run->d.w->dir, arena_printf(run->d.scratch, "M%02d", i), &stored));
    assert_int_equal(stored != NULL, person->there);
    if (!stored) continue;
    assert_int_equal(stored->rev, person->rev);
    assert_int_equal(stored->status == REG__PERSON_STATUS__PERSON_ERASED, person->erased);
    assert_int_equal(stored->id_hash.len, person->secret ? 32 : 0);
    assert_int_equal(stored->sealed.len, person->erased ? 0 : 8);
    assert_int_equal(stored->title, person->title);
  }
}

static void compare_relations(struct run *run)
{
  for (int i = 0; i < run->n_agreements; i++) {
    const struct agreement *agreement = &run->agreements[i];
    const Reg__Agreement *stored = world_agreement_of(run->d.w, agreement->id);
    assert_int_equal(stored->status, agreement->status);
    assert_int_equal(stored->rev, agreement->rev);
    assert_int_equal(stored->n_approvals, agreement->step);
    for (int p = 0; p < 2; p++)
      assert_int_equal(stored->parties[p]->signed_on[0] != 0, agreement->signed_by[p]);
  }
  for (int i = 0; i < run->n_pairs; i++) {
    const struct pair *pair = &run->pairs[i];
    const Reg__Partnership *stored = world_partnership_of(run->d.w, pair->id);
    assert_int_equal(stored->status, pair->status);
    assert_int_equal(stored->rev, pair->rev);
    assert_string_equal(stored->valid->from, pair->from);
    assert_string_equal(stored->valid->to, pair->to);
    assert_int_equal(stored->n_broken, pair->n_broken);
    for (size_t b = 0; b < pair->n_broken; b++)
      assert_string_equal(stored->broken[b], pair->broken[b]);
  }
}

static void compare(struct run *run)
{
  drive_begin(&run->d);
  compare_schools(run);
  compare_people(run);
  compare_relations(run);
}

static void add_programme(struct world *w)
{
  Prg__Programme *p = programme_a(w->arena);
  p->id = T("model");
  p->n_roles = p->n_modes = 0;
  programme_add_role(w->arena, p, "PARTY_A", "KIND_IN=BUREAU");
  programme_add_role(w->arena, p, "PARTY_B", "KIND_IN=BUREAU");
  programme_add_role(w->arena, p, "SUPPORTER", "KIND_IN=SCHOOL;UNDER=PARTY_A");
  programme_add_role(w->arena, p, "RECIPIENT", "KIND_IN=SCHOOL;UNDER=PARTY_B");
  programme_add_mode(w->arena, p, "FRAMEWORK", "PARTY_A 1 1/PARTY_B 1 1", "")->signed_ = true;
  programme_add_mode(w->arena, p, "PAIR", "SUPPORTER 1 1: TAG_HAS=quality/RECIPIENT 1 1",
                     "EXCLUSIVE=RECIPIENT;SAME_STAGE");
  p->approvals->partnership = programme_words(w->arena, "PARTY_B", &p->approvals->n_partnership);
  world_put(w, &p->base);
}

static void step(struct run *run)
{
  drive_begin(&run->d);
  uint32_t what = drive_below(&run->d, 100);
  if (what < 16)
    register_school(run);
  else if (what < 26)
    register_person(run);
  else if (what < 29)
    erase_person(run);
  else if (what < 33)
    draft(run);
  else if (what < 57)
    step_agreement(run);
  else if (what < 60)
    tick(run);
  else if (what < 80)
    propose(run);
  else
    step_pair(run);
}

static void random_commands_agree_with_the_model(void **state)
{
  (void)state;
  struct run *run = calloc(1, sizeof *run);
  assert_non_null(run);
  drive_start(&run->d, add_programme);
  for (int i = 0; i < STEPS; i++) {
    step(run);
    if (i % 50 == 49) compare(run);
  }
  compare(run);
  print_message("%zu accepted, %zu refused, %zu events, %d agreements, %d pairs, %zu flagged, up to %s\n",
                run->d.accepted, run->d.refused, run->d.journal.n, run->n_agreements, run->n_pairs,
                run->flagged, run->d.today);
  assert_true(run->d.accepted > STEPS / 10 && run->d.refused > STEPS / 10); // both sides are exercised
  drive_end(&run->d, add_programme);
  free(run);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_commands_agree_with_the_model),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
