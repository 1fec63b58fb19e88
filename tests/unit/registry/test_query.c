// What may be read of the registry, by whom, page by page. The frame (common/svc) is replaced by two
// functions.
#include "proto/registry_service.pb-c.h"
#include "services/registry/page.h"
#include "services/registry/query.h"
#include "services/registry/sight.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <stdio.h>
#include <string.h>

#define T(text) ((char *)(text))

// ---- in place of the frame

struct svc {
  struct directory *directory;
  struct vault *vault;
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

struct fixture {
  struct world *w;
  struct svc svc;
  Reg__Agreement *agreement;
  Reg__Partnership *pair;
};

static int setup(void **state)
{
  static struct fixture f;
  f.w = world_new();
  f.svc.directory = f.w->directory;
  assert_ok(vault_open(test_path(test_dir(), "vault"), true, &f.svc.vault));
  f.agreement = world_agreement(f.w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  f.pair = world_partnership(f.w, programme_a(f.w->arena), "MUTUAL_AID", f.agreement,
                             "SUPPORTER=2115020301|RECIPIENT=2115080201");
  *state = &f;
  return 0;
}
static int teardown(void **state)
{
  struct fixture *f = *state;
  vault_close(f->svc.vault);
  world_free(f->w);
  return 0;
}

static const struct svc_query *find(const char *name)
{
  for (const struct svc_query *query = reg_query_table; query->name; query++)
    if (strcmp(query->name, name) == 0) return query;
  fail_msg("no query %s", name);
  return NULL;
}

static int ask(struct fixture *f, const char *actor, const char *name, const void *query,
               struct decision **ret)
{
  const struct rule_context *ctx = world_context(f->w, actor, "2016-08-19");
  struct svc_call call = {&f->svc, NULL, f->w->txn, f->w->arena, f->w->dir, ctx};
  *ret = world_decision(f->w);
  return find(name)->answer(&call, query, *ret);
}
static int get(struct fixture *f, const char *actor, const char *name, const char *ref, struct decision **ret)
{
  Reg__GetByRef query = REG__GET_BY_REF__INIT;
  query.ref = T(ref);
  return ask(f, actor, name, &query, ret);
}

static void every_query_of_the_catalogue_is_bound(void **state)
{
  (void)state;
  size_t n = 0;
  for (const struct svc_query *query = reg_query_table; query->name; query++, n++) {
    assert_non_null(protobuf_c_service_descriptor_get_method_by_name(&reg__queries__descriptor, query->name));
    assert_false(query->roles & ROLE_BIT(OPERATOR)); // runs the daemons, sees no records
    assert_true(query->roles & ROLE_BIT(READER));
  }
  assert_int_equal(n, reg__queries__descriptor.n_methods);
}

// ---- reference data is public

static void single_reference_data(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_accepted(out, get(f, "stranger", "GetDivision", "150800", &out));
  assert_string_equal(((const Reg__Division *)out->reply)->name, "巴彦淖尔市");
  assert_refused(out, get(f, "stranger", "GetDivision", "1599", &out), "NOT-FOUND", "what_en", "division",
                 "ref", "1599", NULL);
  assert_accepted(out, get(f, "stranger", "GetInstitution", "2115080201", &out)); // a partner can be named
  const char *id = ((const Reg__Institution *)out->reply)->id;
  assert_accepted(out, get(f, "school", "GetInstitution", id, &out));
  assert_refused(out, get(f, "region", "GetInstitution", "x", &out), "NOT-FOUND", "what_en", "institution",
                 NULL);
  Reg__GetProgramme query = REG__GET_PROGRAMME__INIT;
  query.id = T("nmg-framework");
  assert_accepted(out, ask(f, "stranger", "GetProgramme", &query, &out));
  assert_int_equal(((const Prg__Programme *)out->reply)->n_measures, 6);
  query.version = 3;
  assert_refused(out, ask(f, "stranger", "GetProgramme", &query, &out), "NOT-FOUND", "ref", "nmg-framework@3",
                 NULL);
}

static void programmes_newest_heads(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__ListProgrammes query = REG__LIST_PROGRAMMES__INIT;
  Prg__Programme *other = programme_a(f->w->arena);
  other->version = 12;
  world_put(f->w, &other->base);
  other->id = T("silver-age");
  other->version = 1;
  world_put(f->w, &other->base);
  assert_accepted(out, ask(f, "stranger", "ListProgrammes", &query, &out));
  const Reg__Programmes *list = (const Reg__Programmes *)out->reply;
  assert_int_equal(list->n_programmes, 2);
  assert_string_equal(list->programmes[0]->id, "nmg-framework");
  assert_int_equal(list->programmes[0]->version, 12);
  assert_string_equal(list->programmes[0]->title->zh, "友好合作框架协议");
  assert_int_equal(list->programmes[0]->n_measures, 0); // heads only
  assert_string_equal(list->programmes[1]->id, "silver-age");
}

// ---- divisions

static const Reg__Divisions *divisions(struct fixture *f, const char *under, int level, const char *after,
                                       uint32_t limit)
{
  struct decision *out;
  Reg__ListDivisions query = REG__LIST_DIVISIONS__INIT;
  Reg__PageRequest page = REG__PAGE_REQUEST__INIT;
  query.under = T(under);
  query.level = (Typ__DivisionLevel)level;
  page.after = T(after);
  page.limit = limit;
  query.page = &page;
  assert_accepted(out, ask(f, "reader", "ListDivisions", &query, &out));
  return (const Reg__Divisions *)out->reply;
}

static void divisions_of_a_subtree(void **state)
{
  struct fixture *f = *state;
  const Reg__Divisions *list = divisions(f, "150800", 0, "", 0);
  assert_int_equal(list->n_divisions, 8);
  assert_string_equal(list->divisions[0]->code, "1508"); // itself first
  assert_string_equal(list->divisions[7]->code, "150825");
  assert_string_equal(list->next, "");
  assert_int_equal(divisions(f, "1508", TYP__DIVISION_LEVEL__LEVEL_COUNTY, "", 0)->n_divisions, 4);
  assert_int_equal(divisions(f, "0", TYP__DIVISION_LEVEL__LEVEL_PROVINCE, "", 0)->n_divisions, 2);
  assert_int_equal(divisions(f, "", 0, "", 0)->n_divisions, 19);
  assert_int_equal(divisions(f, "99", 0, "", 0)->n_divisions, 0);
}

// Page by page gives the same as all at once, whatever the size of the page.
static void divisions_page_by_page(void **state)
{
  struct fixture *f = *state;
  for (uint32_t limit = 1; limit <= 9; limit++) {
    const Reg__Divisions *all = divisions(f, "1508", 0, "", 0);
    const char *after = "";
    size_t seen = 0;
    do {
      const Reg__Divisions *page = divisions(f, "1508", 0, after, limit);
      assert_true(page->n_divisions <= limit);
      for (size_t i = 0; i < page->n_divisions; i++)
        assert_string_equal(page->divisions[i]->code, all->divisions[seen++]->code);
      after = page->next;
    } while (after[0]);
    assert_int_equal(seen, all->n_divisions);
  }
}

static size_t n_divisions(struct fixture *f, Reg__ListDivisions query)
{
  struct decision *out;
  assert_accepted(out, ask(f, "reader", "ListDivisions", &query, &out));
  return ((const Reg__Divisions *)out->reply)->n_divisions;
}

// A code that ended is listed of days on which it was in force, and with the past.
static void divisions_by_name_and_of_the_past(void **state)
{
  struct fixture *f = *state;
  Reg__ListDivisions all = REG__LIST_DIVISIONS__INIT, query;
  Typ__Period valid = TYP__PERIOD__INIT;
  Reg__Division *ended = world_add_division(f->w, "150899", "老河口县");
  valid.from = T("1990");
  valid.to = T("2016-08-01");
  ended->valid = &valid;
  ended->since = T("1990-01-01");
  world_put(f->w, &ended->base);
  all.under = T("1508");
  assert_int_equal(n_divisions(f, all), 8); // today is 2016-08-19
  query = all, query.with_past = true;
  assert_int_equal(n_divisions(f, query), 9);
  query = all, query.name = T("老河口");
  assert_int_equal(n_divisions(f, query), 0);
  query.with_past = true;
  assert_int_equal(n_divisions(f, query), 1);
  query.with_past = false, query.as_of = T("2016-07-31");
  assert_int_equal(n_divisions(f, query), 1);
  query.as_of = T("1989-12-31");
  query.with_past = true; // what had not begun is no past
  assert_int_equal(n_divisions(f, query), 0);
  query = all, query.name = T("市");
  assert_true(n_divisions(f, query) > 0 && n_divisions(f, query) < 8);
  query.name = T("市%"); // text, no pattern
  assert_int_equal(n_divisions(f, query), 0);
}

// ---- institutions

static const Reg__Institutions *institutions(struct fixture *f, const char *actor,
                                             Reg__ListInstitutions *query)
{
  struct decision *out;
  assert_accepted(out, ask(f, actor, "ListInstitutions", query, &out));
  return (const Reg__Institutions *)out->reply;
}

static void institutions_by_scope(void **state)
{
  struct fixture *f = *state;
  static const struct {
    const char *actor;
    size_t n;
  } cases[] = {{"self", 22}, {"region", 22}, {"registrar", 22}, {"baotou", 10}, {"bayannur", 11},
               {"linhe", 8}, {"reader", 11}, {"school", 1},     {"stranger", 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Reg__ListInstitutions query = REG__LIST_INSTITUTIONS__INIT;
    size_t n = institutions(f, cases[i].actor, &query)->n_institutions;
    if (n != cases[i].n) fail_msg("%s sees %zu, expected %zu", cases[i].actor, n, cases[i].n);
  }
}

static void institutions_sifted(void **state)
{
  struct fixture *f = *state;
  static const struct {
    const char *division;
    const char *kind;
    const char *tag, *stage, *name;
    size_t n;
  } cases[] = {
      {"1508", "", "", "", "", 11},
      {"150000", "", "", "", "", 22},
      {"150802", "", "", "", "", 8},
      {"1508", "KINDERGARTEN", "", "", "", 3},
      {"", "BUREAU", "", "", "", 5},
      {"0", "BUREAU", "", "", "", 5},
      {"1502", "SCHOOL", "quality", "", "", 3},
      {"", "", "quality", "SENIOR", "", 1},
      {"1508", "", "", "PRIMARY", "", 3},
      {"", "", "", "", "实验", 1},
      {"1508", "SCHOOL", "quality", "", "", 0},
      {"9999", "", "", "", "", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Reg__ListInstitutions query = REG__LIST_INSTITUTIONS__INIT;
    query.division = T(cases[i].division);
    if (strcmp(cases[i].kind, "KINDERGARTEN") == 0) query.kind = TYP__INSTITUTION_KIND__KIND_KINDERGARTEN;
    if (strcmp(cases[i].kind, "BUREAU") == 0) query.kind = TYP__INSTITUTION_KIND__KIND_BUREAU;
    if (strcmp(cases[i].kind, "SCHOOL") == 0) query.kind = TYP__INSTITUTION_KIND__KIND_SCHOOL;
    if (strcmp(cases[i].stage, "SENIOR") == 0) query.stage = TYP__STAGE__STAGE_SENIOR;
    if (strcmp(cases[i].stage, "PRIMARY") == 0) query.stage = TYP__STAGE__STAGE_PRIMARY;
    query.tag = T(cases[i].tag);
    query.name = T(cases[i].name);
    size_t n = institutions(f, "region", &query)->n_institutions;
    if (n != cases[i].n) fail_msg("case %zu: %zu, expected %zu", i, n, cases[i].n);
  }
}

static void institutions_by_status_and_bureau(void **state)
{
  struct fixture *f = *state;
  Reg__Institution *closed = world_institution(f->w, "2115080201");
  const Reg__Institution *bureau = world_institution(f->w, "LH-EDU");
  Reg__ListInstitutions query = REG__LIST_INSTITUTIONS__INIT, all = query;
  query.managing_bureau = bureau->id;
  size_t managed = institutions(f, "region", &query)->n_institutions;
  assert_true(managed > 1);
  for (size_t i = 0; i < managed; i++)
    assert_string_equal(institutions(f, "region", &query)->institutions[i]->managing_bureau, bureau->id);
  query.division = T("1508"); // through another index
  assert_int_equal(institutions(f, "region", &query)->n_institutions, managed);
  query.division = T("1502");
  assert_int_equal(institutions(f, "region", &query)->n_institutions, 0);
  closed->status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
  world_put(f->w, &closed->base);
  query = all, query.status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
  const Reg__Institutions *list = institutions(f, "region", &query);
  assert_int_equal(list->n_institutions, 1);
  assert_string_equal(list->institutions[0]->code, "2115080201");
  query.status = REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE;
  assert_int_equal(institutions(f, "region", &query)->n_institutions, 21);
  assert_int_equal(institutions(f, "region", &all)->n_institutions, 22); // whatever it is
}

static void institutions_page_by_page(void **state)
{
  struct fixture *f = *state;
  for (uint32_t limit = 1; limit <= 12; limit++) {
    Reg__ListInstitutions query = REG__LIST_INSTITUTIONS__INIT;
    Reg__PageRequest page = REG__PAGE_REQUEST__INIT;
    const char *last = "";
    size_t seen = 0;
    query.division = T("1508");
    query.page = &page;
    page.limit = limit;
    do {
      const Reg__Institutions *list = institutions(f, "region", &query);
      for (size_t i = 0; i < list->n_institutions; i++, seen++) {
        assert_true(strcmp(last, list->institutions[i]->id) < 0); // each once, in the order of ids
        last = list->institutions[i]->id;
      }
      page.after = list->next;
    } while (page.after[0]);
    assert_int_equal(seen, 11);
  }
}

// A page ends by its bytes too: the reply must fit a message.
static void a_page_fits_a_message(void **state)
{
  struct fixture *f = *state;
  Reg__ListInstitutions query = REG__LIST_INSTITUTIONS__INIT;
  Reg__PageRequest page = REG__PAGE_REQUEST__INIT;
  char code[16], *name = arena_alloc(f->w->arena, 3001);
  memset(name, 'n', 3000);
  for (int i = 0; i < 120; i++) {
    snprintf(code, sizeof code, "2142%06d", i);
    world_add_institution(f->w, &(struct world_unit){code, name, "SCHOOL", "421182", NULL, NULL, NULL, NULL});
  }
  query.division = T("42");
  query.page = &page;
  page.limit = 500;
  size_t seen = 0, pages = 0;
  do {
    const Reg__Institutions *list = institutions(f, "stranger", &query);
    assert_true(protobuf_c_message_get_packed_size(&list->base) <= 220 * 1024);
    seen += list->n_institutions;
    page.after = list->next;
    pages++;
  } while (page.after[0]);
  assert_int_equal(seen, 120);
  assert_true(pages >= 2);
}

// ---- persons

static void seal(struct fixture *f, const char *staff_no, const char *name)
{
  Reg__PersonSecret secret = REG__PERSON_SECRET__INIT;
  Reg__Person *person = world_person(f->w, staff_no);
  uint8_t plain[200];
  secret.name = T(name);
  ProtobufCBinaryData bytes = {reg__person_secret__pack(&secret, plain), plain};
  assert_ok(vault_seal(f->svc.vault, person->id, bytes, f->w->arena, &person->sealed));
  static uint8_t hash[32];
  person->id_hash = (ProtobufCBinaryData){32, hash};
  world_put(f->w, &person->base);
}

static int get_person(struct fixture *f, const char *actor, const char *ref, struct decision **ret)
{
  Reg__GetPerson query = REG__GET_PERSON__INIT;
  query.ref = T(ref);
  return ask(f, actor, "GetPerson", &query, ret);
}

static void names_are_masked(void **state)
{
  struct fixture *f = *state;
  static const struct {
    const char *actor, *name; // NULL = SE-01
  } cases[] = {
      {"bayannur", "欧阳建国"}, // acts for the home's persons
      {"linhe", "欧阳建国"},    // acts for the home
      {"registrar", "欧阳建国"}, {"region", "欧*"}, {"reader", "欧*"},  {"self", "欧*"},
      {"baotou", NULL},          {"school", NULL},  {"stranger", NULL},
  };
  seal(f, "P01", "欧阳建国");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out;
    int r = get_person(f, cases[i].actor, "P01", &out);
    if (!cases[i].name) {
      assert_refused(out, r, "SE-01", "object", "P01", "division", "150802", NULL);
      continue;
    }
    assert_accepted(out, r);
    const Reg__PersonView *view = (const Reg__PersonView *)out->reply;
    if (strcmp(view->name, cases[i].name) != 0) fail_msg("%s sees %s", cases[i].actor, view->name);
    assert_int_equal(view->masked, strchr(cases[i].name, '*') != NULL);
    assert_int_equal(view->person->sealed.len, 0); // neither the blob nor the hash leaves
    assert_int_equal(view->person->id_hash.len, 0);
  }
  struct decision *out;
  assert_refused(out, get_person(f, "region", "X", &out), "NOT-FOUND", "what_en", "person", NULL);
  assert_accepted(out, get_person(f, "region", world_id(f->w, "P01"), &out)); // by id too
}

static void a_person_sees_themself(void **state)
{
  struct fixture *f = *state;
  const char *acts_for = "person:P01";
  struct rule_context *ctx = world_context(f->w, "reader", "2016-08-19");
  struct svc_call call = {&f->svc, NULL, f->w->txn, f->w->arena, f->w->dir, ctx};
  Reg__GetPerson query = REG__GET_PERSON__INIT;
  struct decision *out = world_decision(f->w);
  ctx->actor = (struct actor){.name = "p", .roles = ROLE_BIT(PERSON), .acts_for = &acts_for, .n_acts_for = 1};
  seal(f, "P01", "王建国");
  query.ref = T("P01");
  assert_accepted(out, find("GetPerson")->answer(&call, &query.base, out));
  assert_string_equal(((const Reg__PersonView *)out->reply)->name, "王建国");
  query.ref = T("P02");
  out = world_decision(f->w);
  assert_refused(out, find("GetPerson")->answer(&call, &query.base, out), "SE-01", "object", "P02", NULL);
}

static void masks(void **state)
{
  struct fixture *f = *state;
  assert_string_equal(reg_sight_mask(f->w->arena, "王建国"), "王*");
  assert_string_equal(reg_sight_mask(f->w->arena, "王"), "王*");
  assert_string_equal(reg_sight_mask(f->w->arena, "Ann"), "A*");
  assert_string_equal(reg_sight_mask(f->w->arena, "𠮷野"), "𠮷*"); // four bytes
  assert_string_equal(reg_sight_mask(f->w->arena, ""), "*");
}

static void an_erased_name_is_absent(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  seal(f, "P01", "王建国");
  assert_ok(vault_sync(f->svc.vault));
  assert_ok(vault_erase(f->svc.vault, world_id(f->w, "P01")));
  assert_ok(vault_sync(f->svc.vault));
  assert_accepted(out, get_person(f, "linhe", "P01", &out));
  assert_string_equal(((const Reg__PersonView *)out->reply)->name, "");
}

static size_t persons(struct fixture *f, const char *actor, const char *home, int category)
{
  struct decision *out;
  Reg__ListPersons query = REG__LIST_PERSONS__INIT;
  query.home = T(home);
  query.category = (Typ__PersonCategory)category;
  assert_accepted(out, ask(f, actor, "ListPersons", &query, &out));
  const Reg__Persons *list = (const Reg__Persons *)out->reply;
  for (size_t i = 0; i < list->n_persons; i++)
    assert_int_equal(list->persons[i]->person->sealed.len, 0);
  return list->n_persons;
}

static void persons_by_scope_and_home(void **state)
{
  struct fixture *f = *state;
  seal(f, "P03", "王建国");
  assert_int_equal(persons(f, "region", "", 0), 20);
  assert_int_equal(persons(f, "baotou", "", 0), 7);
  assert_int_equal(persons(f, "bayannur", "", 0), 13);
  assert_int_equal(persons(f, "stranger", "", 0), 0);
  assert_int_equal(persons(f, "region", "2115080203", 0), 12);
  assert_int_equal(persons(f, "region", world_id(f->w, "3115020201"), 0), 6);
  assert_int_equal(persons(f, "baotou", "2115080203", 0), 0);
  assert_int_equal(persons(f, "region", "", TYP__PERSON_CATEGORY__CATEGORY_RETIRED_TEACHER), 6);
  assert_int_equal(persons(f, "region", "2115080203", TYP__PERSON_CATEGORY__CATEGORY_RETIRED_TEACHER), 0);
  struct decision *out;
  Reg__ListPersons query = REG__LIST_PERSONS__INIT;
  query.home = T("X");
  assert_refused(out, ask(f, "region", "ListPersons", &query, &out), "NOT-FOUND", "ref", "X", NULL);
}

// ---- agreements and partnerships

static void one_agreement(void **state)
{
  struct fixture *f = *state;
  static const struct {
    const char *actor;
    bool sees;
  } cases[] = {{"baotou", true}, {"bayannur", true}, {"region", true},  {"self", true},
               {"reader", true}, {"linhe", false},   {"school", false}, {"stranger", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out;
    int r = get(f, cases[i].actor, "GetAgreement", "BT-BY-2016-1", &out);
    if (cases[i].sees)
      assert_accepted(out, r);
    else
      assert_refused(out, r, "SE-01", "object", "BT-BY-2016-1", "division", "1502", NULL);
  }
  struct decision *out;
  assert_accepted(out, get(f, "baotou", "GetAgreement", f->agreement->id, &out));
  assert_refused(out, get(f, "baotou", "GetAgreement", "包教协〔2016〕9号", &out), "NOT-FOUND", "what_en",
                 "agreement", NULL);
  assert_refused(out, get(f, "baotou", "GetAgreement", "", &out), "NOT-FOUND", "what_en", "agreement", NULL);
}

static void two_agreements_of_one_number(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *first = f->agreement->id,
             *second = world_agreement(f->w, REG__AGREEMENT_STATUS__AGREEMENT_DRAFT)->id;
  assert_refused(out, get(f, "baotou", "GetAgreement", "BT-BY-2016-1", &out), "FIELD", "field", "ref", NULL);
  assert_non_null(strstr(world_param(out, "detail_en"), first));
  assert_non_null(strstr(world_param(out, "detail_en"), second));
}

static size_t agreements(struct fixture *f, const char *actor, const char *programme, const char *party,
                         int status)
{
  struct decision *out;
  Reg__ListAgreements query = REG__LIST_AGREEMENTS__INIT;
  query.programme = T(programme);
  query.party = T(party);
  query.status = (Reg__AgreementStatus)status;
  assert_accepted(out, ask(f, actor, "ListAgreements", &query, &out));
  return ((const Reg__Agreements *)out->reply)->n_agreements;
}

static void agreements_sifted(void **state)
{
  struct fixture *f = *state;
  world_agreement(f->w, REG__AGREEMENT_STATUS__AGREEMENT_DRAFT);
  const char *bt = world_id(f->w, "BT-EDU"), *lh = world_id(f->w, "LH-EDU");
  assert_int_equal(agreements(f, "region", "", "", 0), 2);
  assert_int_equal(agreements(f, "stranger", "", "", 0), 0);
  assert_int_equal(agreements(f, "bayannur", "nmg-framework", "", 0), 2);
  assert_int_equal(agreements(f, "bayannur", "nmg", "", 0), 0);
  assert_int_equal(agreements(f, "bayannur", "", bt, 0), 2);
  assert_int_equal(agreements(f, "bayannur", "silver-age", bt, 0), 0);
  assert_int_equal(agreements(f, "bayannur", "", lh, 0), 0);
  assert_int_equal(agreements(f, "bayannur", "", bt, REG__AGREEMENT_STATUS__AGREEMENT_DRAFT), 1);
}

// "Which agreements end within 90 days?" asks about those in force.
static void agreements_that_end_soon(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__Agreement *soon = world_agreement(f->w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  Reg__Agreement *ended = world_agreement(f->w, REG__AGREEMENT_STATUS__AGREEMENT_EXPIRED);
  Reg__Agreement *child = world_agreement(f->w, REG__AGREEMENT_STATUS__AGREEMENT_SUSPENDED);
  soon->valid->to = T("2016-11-17"); // the 90th day after 2016-08-19
  ended->valid->to = T("2016-08-16");
  child->valid->to = T("2017-08-31");
  child->parent = soon->id;
  child->division = T("1508");
  world_put(f->w, &soon->base);
  world_put(f->w, &ended->base);
  world_put(f->w, &child->base);
  static const struct {
    uint32_t within;
    const char *before;
    bool parent;
    const char *division;
    size_t n;
  } cases[] = {{90, "", false, "", 1},
               {89, "", false, "", 0},
               {400, "", false, "", 2},
               {0, "2016-11-17", false, "", 0},
               {0, "2016-11-18", false, "", 1},
               {400, "2017", false, "", 1},
               {0, "", true, "", 1},
               {0, "", false, "150800", 1},
               {400, "", false, "1502", 1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Reg__ListAgreements query = REG__LIST_AGREEMENTS__INIT;
    query.ends_within = cases[i].within;
    query.ends_before = T(cases[i].before);
    query.division = T(cases[i].division);
    if (cases[i].parent) query.parent = soon->id;
    assert_accepted(out, ask(f, "region", "ListAgreements", &query, &out));
    assert_int_equal(((const Reg__Agreements *)out->reply)->n_agreements, cases[i].n);
  }
}

static void one_partnership(void **state)
{
  struct fixture *f = *state;
  static const struct {
    const char *actor;
    bool sees;
  } cases[] = {{"baotou", true}, {"bayannur", true}, {"linhe", true},  {"school", true}, // a member itself
               {"region", true}, {"self", true},     {"reader", true}, {"stranger", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out;
    int r = get(f, cases[i].actor, "GetPartnership", f->pair->id, &out);
    if (cases[i].sees)
      assert_accepted(out, r);
    else
      assert_refused(out, r, "SE-01", "division", "150802100", NULL);
  }
  struct decision *out;
  assert_refused(out, get(f, "region", "GetPartnership", "gone", &out), "NOT-FOUND", "what_en", "partnership",
                 NULL);
}

// The parties of the agreement see its partnerships, also where no member is theirs.
static void parties_see_what_rests_on_their_agreement(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *acts_for = "unit:BT-EDU";
  struct rule_context *ctx = world_context(f->w, "reader", "2016-08-19");
  struct svc_call call = {&f->svc, NULL, f->w->txn, f->w->arena, f->w->dir, ctx};
  Reg__GetByRef query = REG__GET_BY_REF__INIT;
  ctx->actor = (struct actor){.name = "c", .roles = ROLE_BIT(UNIT), .acts_for = &acts_for, .n_acts_for = 1};
  query.ref = f->pair->id;
  out = world_decision(f->w);
  assert_accepted(out, find("GetPartnership")->answer(&call, &query.base, out));
  f->pair->agreement = T("");
  world_put(f->w, &f->pair->base);
  out = world_decision(f->w);
  assert_refused(out, find("GetPartnership")->answer(&call, &query.base, out), "SE-01", NULL);
}

static size_t partnerships(struct fixture *f, const char *actor, Reg__ListPartnerships query)
{
  struct decision *out;
  assert_accepted(out, ask(f, actor, "ListPartnerships", &query, &out));
  return ((const Reg__Partnerships *)out->reply)->n_partnerships;
}

static void partnerships_sifted(void **state)
{
  struct fixture *f = *state;
  Reg__ListPartnerships all = REG__LIST_PARTNERSHIPS__INIT, query;
  Prg__Programme *a = programme_a(f->w->arena);
  Reg__Partnership *kg =
      world_partnership(f->w, a, "KG_ONE_TO_ONE", NULL, "SUPPORTER=1115020301|RECIPIENT=1115080201");
  kg->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_DISSOLVED;
  world_put(f->w, &kg->base);
  assert_int_equal(partnerships(f, "region", all), 2);
  assert_int_equal(partnerships(f, "school", all), 1);
  assert_int_equal(partnerships(f, "stranger", all), 0);
  query = all, query.mode = T("MUTUAL_AID");
  assert_int_equal(partnerships(f, "region", query), 1);
  query = all, query.status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_DISSOLVED;
  assert_int_equal(partnerships(f, "region", query), 1);
  query = all, query.agreement = f->agreement->id;
  assert_int_equal(partnerships(f, "region", query), 1);
  query = all, query.party = T(world_id(f->w, "1115080201"));
  assert_int_equal(partnerships(f, "region", query), 1);
  query.agreement = f->agreement->id;
  assert_int_equal(partnerships(f, "region", query), 0);
  query = all, query.programme = T("nmg-framework");
  assert_int_equal(partnerships(f, "region", query), 2);
  query.programme = T("silver-age");
  assert_int_equal(partnerships(f, "region", query), 0);
}

static void broken_and_designated_partnerships(void **state)
{
  struct fixture *f = *state;
  Reg__ListPartnerships all = REG__LIST_PARTNERSHIPS__INIT, query;
  char *codes[] = {T("PN-02")};
  Reg__Partnership *broken = world_partnership_of(f->w, f->pair->id);
  query = all, query.broken = true;
  assert_int_equal(partnerships(f, "region", query), 0);
  broken->broken = codes;
  broken->n_broken = 1;
  broken->broken_since = T("2016-09-20");
  broken->designation = REG__DESIGNATION__DESIGNATION_PILOT;
  world_put(f->w, &broken->base);
  assert_int_equal(partnerships(f, "region", query), 1);
  query.programme = T("nmg-framework");
  assert_int_equal(partnerships(f, "region", query), 1);
  query = all, query.broken_since = T("2016-09-20");
  assert_int_equal(partnerships(f, "region", query), 1);
  query.broken_since = T("2016-09-21");
  assert_int_equal(partnerships(f, "region", query), 0);
  query = all, query.designation = REG__DESIGNATION__DESIGNATION_PILOT;
  assert_int_equal(partnerships(f, "region", query), 1);
  query.designation = REG__DESIGNATION__DESIGNATION_MODEL;
  assert_int_equal(partnerships(f, "region", query), 0);
  query = all, query.division = T("1508");
  assert_int_equal(partnerships(f, "region", query), 1);
  query.division = T("1502");
  assert_int_equal(partnerships(f, "region", query), 0);
}

// ---- as of a past day

static void apply(struct fixture *f, const char *event, const void *message)
{
  assert_ok(directory_apply(f->w->directory, f->w->txn, event, message));
}

// How many rows the list has on a day; every page of theirs has its rows in the first field.
static size_t listed(struct fixture *f, const char *name, const void *query)
{
  struct decision *out;
  assert_accepted(out, ask(f, "region", name, query, &out));
  return *(const size_t *)((const uint8_t *)out->reply + out->reply->descriptor->fields[0].quantifier_offset);
}

static void programmes_of_a_past_day(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__ListProgrammes list = REG__LIST_PROGRAMMES__INIT;
  Reg__GetProgramme get_one = REG__GET_PROGRAMME__INIT;
  Prg__Programme *first = programme_a(f->w->arena), *second = programme_a(f->w->arena);
  first->since = T("2016-01-10");
  first->status = PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED;
  first->retired_on = T("2016-06-01");
  first->rev = 2;
  second->version = first->version + 1;
  second->since = T("2016-05-01");
  second->status = PRG__PROGRAMME_STATUS__PROGRAMME_PUBLISHED;
  world_put(f->w, &first->base);
  world_put(f->w, &second->base);
  get_one.id = T("nmg-framework");
  static const struct {
    const char *day;
    uint32_t asked, found; // 0 = not found
    bool retired;
  } cases[] = {
      {"2016-01-09", 0, 0, false}, {"2016-01-10", 0, 1, false}, {"2016-04-30", 0, 1, false},
      {"2016-05-01", 0, 2, false}, {"2016-05-31", 1, 1, false}, {"2016-06-01", 1, 1, true},
      {"2016-04-30", 2, 0, false}, {"", 0, 2, false},           {"", 1, 1, true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    get_one.version = cases[i].asked;
    get_one.as_of = T(cases[i].day);
    int r = ask(f, "stranger", "GetProgramme", &get_one, &out);
    if (!cases[i].found) {
      assert_refused(out, r, "NOT-FOUND", "what_en", "programme", NULL);
      continue;
    }
    assert_accepted(out, r);
    const Prg__Programme *then = (const Prg__Programme *)out->reply;
    assert_int_equal(then->version, cases[i].found);
    assert_int_equal(then->status == PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED, cases[i].retired);
    assert_int_equal(then->retired_on[0] != '\0', cases[i].retired);
    assert_int_equal(then->rev, cases[i].found == 1 && !cases[i].retired ? 1 : then->rev);
  }
  list.as_of = T("2016-01-09");
  assert_int_equal(listed(f, "ListProgrammes", &list), 0);
  list.as_of = T("2016-04-30");
  assert_int_equal(listed(f, "ListProgrammes", &list), 1);
  list.as_of = T("2016");
  assert_refused(out, ask(f, "region", "ListProgrammes", &list, &out), "FIELD", "field", "as_of", NULL);
}

// Bodies, issues, reviews, values and targets, each in two states.
static void supervision_of_a_past_day(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__GovernanceBody body = REG__GOVERNANCE_BODY__INIT;
  Reg__Issue issue = REG__ISSUE__INIT;
  Reg__ReviewRecord review = REG__REVIEW_RECORD__INIT;
  Reg__IndicatorValue value = REG__INDICATOR_VALUE__INIT;
  Reg__TargetState target = REG__TARGET_STATE__INIT;
  Reg__BodyFormed formed = REG__BODY_FORMED__INIT;
  Reg__IssueRaised raised = REG__ISSUE_RAISED__INIT;
  Reg__ReviewOpened opened = REG__REVIEW_OPENED__INIT;
  Reg__IndicatorRecorded recorded = REG__INDICATOR_RECORDED__INIT;
  Reg__TargetJudged judged = REG__TARGET_JUDGED__INIT;
  body.id = issue.id = review.id = value.id = target.id = T("r1");
  body.programme = issue.programme = review.programme = value.programme = target.programme =
      T("nmg-framework");
  body.division = issue.division = review.division = value.scope = target.division = T("1508");
  formed.body = &body, raised.issue = &issue, opened.review = &review, recorded.value = &value,
  judged.state = &target;
  for (int later = 0; later < 2; later++) {
    body.since = issue.since = review.since = value.since = target.since = value.as_of =
        T(later ? "2016-08-10" : "2016-03-01");
    issue.status = later ? REG__ISSUE_STATUS__ISSUE_CLOSED : REG__ISSUE_STATUS__ISSUE_OPEN;
    review.status = later ? REG__REVIEW_STATUS__REVIEW_CONFIRMED : REG__REVIEW_STATUS__REVIEW_OPEN;
    target.status = later ? REG__TARGET_STATUS__TARGET_STATUS_MET : REG__TARGET_STATUS__TARGET_STATUS_PENDING;
    value.numerator = later ? 90 : 40;
    apply(f, "BodyFormed", &formed);
    apply(f, "IssueRaised", &raised);
    apply(f, "ReviewOpened", &opened);
    apply(f, "IndicatorRecorded", &recorded);
    apply(f, "TargetJudged", &judged);
  }
  static const struct {
    const char *day;
    size_t all;
    bool later;
  } cases[] = {{"2016-02-29", 0, false},
               {"2016-03-01", 1, false},
               {"2016-08-09", 1, false},
               {"2016-08-10", 1, true},
               {"", 1, true}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Reg__ListBodies bodies = REG__LIST_BODIES__INIT;
    Reg__ListIssues issues = REG__LIST_ISSUES__INIT;
    Reg__ListReviews reviews = REG__LIST_REVIEWS__INIT;
    Reg__ListIndicatorValues values = REG__LIST_INDICATOR_VALUES__INIT;
    Reg__ListTargets targets = REG__LIST_TARGETS__INIT;
    bodies.as_of = issues.as_of = reviews.as_of = values.as_of = targets.as_of = T(cases[i].day);
    assert_int_equal(listed(f, "ListBodies", &bodies), cases[i].all);
    assert_int_equal(listed(f, "ListIssues", &issues), cases[i].all);
    issues.status = REG__ISSUE_STATUS__ISSUE_CLOSED;
    issues.programme = T("nmg-framework"); // also by an index
    assert_int_equal(listed(f, "ListIssues", &issues), cases[i].all && cases[i].later);
    assert_int_equal(listed(f, "ListReviews", &reviews), cases[i].all);
    reviews.status = REG__REVIEW_STATUS__REVIEW_CONFIRMED;
    assert_int_equal(listed(f, "ListReviews", &reviews), cases[i].all && cases[i].later);
    assert_int_equal(listed(f, "ListTargets", &targets), cases[i].all);
    targets.status = REG__TARGET_STATUS__TARGET_STATUS_MET;
    assert_int_equal(listed(f, "ListTargets", &targets), cases[i].all && cases[i].later);
    assert_accepted(out, ask(f, "region", "ListIndicatorValues", &values, &out));
    const Reg__IndicatorValues *list = (const Reg__IndicatorValues *)out->reply;
    assert_int_equal(list->n_values, cases[i].all);
    if (list->n_values) assert_int_equal(list->values[0]->numerator, cases[i].later ? 90 : 40);
    targets.as_of = issues.as_of = T("yesterday");
    assert_refused(out, ask(f, "region", "ListTargets", &targets, &out), "FIELD", "field", "as_of", NULL);
    assert_refused(out, ask(f, "region", "ListIssues", &issues, &out), "FIELD", "field", "as_of", NULL);
  }
}

// What a school was bound by on a day, and what of it had ended since.
static void links_of_a_past_day(void **state)
{
  struct fixture *f = *state;
  Reg__ListLinks query = REG__LIST_LINKS__INIT;
  Reg__PartnershipEstablished told = REG__PARTNERSHIP_ESTABLISHED__INIT;
  told.partnership = world_partnership_of(f->w, f->pair->id);
  told.partnership->since = T("2016-08-15");
  told.partnership->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_DISSOLVED;
  query.institution = T("2115080201");
  size_t before = listed(f, "ListLinks", &query);
  apply(f, "PartnershipEstablished", &told);
  assert_int_equal(listed(f, "ListLinks", &query), before - 1);
  query.as_of = T("2016-08-14");
  assert_int_equal(listed(f, "ListLinks", &query), before);
}

// "Ends within 30 days" of a past day counts from that day.
static void agreements_that_ended_soon_then(void **state)
{
  struct fixture *f = *state;
  Reg__ListAgreements query = REG__LIST_AGREEMENTS__INIT;
  Reg__Agreement *soon = world_agreement(f->w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  soon->since = T("2016-01-01");
  soon->valid->to = T("2016-11-17");
  world_put(f->w, &soon->base);
  query.ends_within = 30;
  assert_int_equal(listed(f, "ListAgreements", &query), 0);
  query.as_of = T("2016-10-20");
  assert_int_equal(listed(f, "ListAgreements", &query), 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(every_query_of_the_catalogue_is_bound),
      TEST(single_reference_data),
      TEST(programmes_newest_heads),
      TEST(divisions_of_a_subtree),
      TEST(divisions_page_by_page),
      TEST(divisions_by_name_and_of_the_past),
      TEST(institutions_by_scope),
      TEST(institutions_sifted),
      TEST(institutions_by_status_and_bureau),
      TEST(institutions_page_by_page),
      TEST(a_page_fits_a_message),
      TEST(names_are_masked),
      TEST(a_person_sees_themself),
      TEST(masks),
      TEST(an_erased_name_is_absent),
      TEST(persons_by_scope_and_home),
      TEST(one_agreement),
      TEST(two_agreements_of_one_number),
      TEST(agreements_sifted),
      TEST(agreements_that_end_soon),
      TEST(broken_and_designated_partnerships),
      TEST(one_partnership),
      TEST(parties_see_what_rests_on_their_agreement),
      TEST(partnerships_sifted),
      TEST(programmes_of_a_past_day),
      TEST(supervision_of_a_past_day),
      TEST(links_of_a_past_day),
      TEST(agreements_that_ended_soon_then),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
