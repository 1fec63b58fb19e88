// Programme files: the nine that ship, a corpus of broken ones with the place of every fault, and what is
// compiled.
#include "common/base/pb.h"
#include "services/cli/dialect.h"
#include "services/cli/lang.h"
#include "services/cli/template.h"
#include "tests/unit/cli/clilib.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static Prg__Programme *compile(const char *name, const char *text, size_t length, const char **ret_faults)
{
  struct faults *faults = ARENA_NEW(cli->arena, struct faults);
  faults_init(faults, name, cli->arena);
  const struct dialect_node *root = NULL;
  Prg__Programme *programme = template_compile(text, length, faults, &root);
  size_t before = faults->total;
  if (root) template_check_subjects(root, faults); // as `programme check` does
  if (faults->total > before) programme = NULL;
  clilib_catch();
  faults_print(faults, stdout);
  *ret_faults = arena_strdup(cli->arena, clilib_caught(NULL));
  assert_int_equal(programme == NULL, faults->total > 0);
  return programme;
}

static Prg__Programme *load(const char *path)
{
  size_t length;
  const char *faults;
  char *text = test_read_file(test_source(path), &length);
  Prg__Programme *programme = compile(path, text, length, &faults);
  free(text);
  if (!programme) fail_msg("%s", faults);
  return programme;
}

static void test_shipped(void **state)
{
  (void)state;
  static const struct {
    const char *file, *id;
    uint32_t version;
    size_t roles, modes, measures, indicators, targets, reports, notices;
  } cases[] = {
      {"a_framework", "nmg-framework", 1, 4, 3, 6, 2, 1, 1, 9},
      {"b_jiaolianti", "hb-jiaolianti", 1, 2, 3, 4, 2, 1, 1, 2},
      {"c_twin", "county-twin", 1, 4, 3, 12, 6, 0, 1, 2},
      {"d_daxuequ", "jl-daxuequ", 1, 4, 3, 15, 3, 2, 1, 2},
      {"e_custody", "moe-custody", 1, 4, 1, 14, 2, 2, 1, 2},
      {"f_silver", "silver-age", 2025, 2, 1, 1, 1, 1, 0, 0},
      {"g_rotation", "rotation", 1, 1, 1, 1, 2, 2, 0, 0},
      {"h_zhejiang", "zj-xiaogongti", 1, 0, 0, 0, 0, 1, 0, 0},
      {"i_group", "zutuan", 1, 2, 1, 1, 1, 1, 0, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char path[80];
    snprintf(path, sizeof path, "deploy/programmes/%s.yaml", cases[i].file);
    const Prg__Programme *p = load(path);
    assert_string_equal(p->id, cases[i].id);
    assert_int_equal(p->version, cases[i].version);
    assert_int_equal(p->n_roles, cases[i].roles);
    assert_int_equal(p->n_modes, cases[i].modes);
    assert_int_equal(p->n_measures, cases[i].measures);
    assert_int_equal(p->n_indicators, cases[i].indicators);
    assert_int_equal(p->n_targets, cases[i].targets);
    assert_int_equal(p->n_reports, cases[i].reports);
    assert_int_equal(p->n_notices, cases[i].notices);
    // what is compiled is admitted by whoever receives it
    uint8_t *bytes;
    struct pb_fault fault;
    size_t length = pb_pack(cli->arena, &p->base, &bytes);
    assert_non_null(pb_admit(&prg__programme__descriptor, bytes, length, cli->arena, &fault));
  }
}

static const Prg__Measure *measure(const Prg__Programme *programme, const char *id)
{
  for (size_t i = 0; i < programme->n_measures; i++)
    if (strcmp(programme->measures[i]->id, id) == 0) return programme->measures[i];
  fail_msg("no measure %s", id);
  return NULL;
}

// The framework agreement down to its fields.
static void test_framework(void **state)
{
  (void)state;
  const Prg__Programme *p = load("deploy/programmes/a_framework.yaml");
  assert_string_equal(p->owner->division, "150000");
  assert_int_equal(p->n_basis, 2);
  assert_string_equal(p->basis[0]->valid->to, "2020");
  assert_int_equal(p->basis[1]->kind, PRG__BASIS_KIND__BASIS_PARENT_AGREEMENT);
  assert_int_equal(p->basis[1]->between[0]->kinds[0], TYP__INSTITUTION_KIND__KIND_GOVERNMENT);
  assert_int_equal(p->roles[2]->n_who, 2);
  assert_int_equal(p->roles[2]->who[1]->kind, PRG__PREDICATE_KIND__PREDICATE_UNDER);
  assert_string_equal(p->roles[2]->who[1]->words[0], "PARTY_A");
  assert_int_equal(p->approvals->n_plan, 2);
  assert_string_equal(p->approvals->plan[1], "PROVINCE");
  assert_true(p->modes[0]->signed_);
  assert_false(p->modes[1]->signed_);
  assert_int_equal(p->modes[1]->members[1]->max, 0);
  assert_string_equal(p->modes[2]->members[1]->who[1]->words[0], "model_kg_region");
  assert_int_equal(p->modes[2]->rules[0]->kind, PRG__PREDICATE_KIND__PREDICATE_EXCLUSIVE);
  assert_int_equal(p->modes[2]->rules[0]->n_words, 2);
  const Prg__Measure *teaching = measure(p, "retired_teaching");
  assert_int_equal(teaching->form, PRG__FORM__FORM_ASSIGNMENT);
  assert_int_equal(teaching->level, PRG__OBLIGATION__OBLIGATION_MUST);
  assert_int_equal(teaching->host[0]->places[2], TYP__PLACE__PLACE_PASTORAL);
  assert_int_equal(teaching->term->unit, PRG__CALENDAR_WORD__CALENDAR_WORD_SCHOOL_YEAR);
  assert_int_equal(teaching->quota->form, PRG__QUOTA_FORM__QUOTA_PLAN);
  assert_int_equal(teaching->quota->first, 16);
  assert_int_equal(teaching->prefer[0]->kind, PRG__PREDICATE_KIND__PREDICATE_SAME_PAIR_AS_LAST_YEAR);
  const Prg__Measure *posting = measure(p, "principal_post");
  assert_int_equal(posting->quota->min, 5);
  assert_int_equal(posting->quota->max, 10);
  assert_true(measure(p, "open_resources")->both_ways);
  assert_int_equal(measure(p, "open_resources")->contribution, PRG__CONTRIBUTION_KIND__CONTRIBUTION_ACCESS);
  assert_string_equal(measure(p, "special_ed")->deliver[0]->what, "document");
  assert_int_equal(p->targets[0]->min, 5);
  assert_int_equal(p->targets[0]->max, 10);
  assert_string_equal(p->notices[4]->event, "AssignmentOrdered");
  assert_int_equal(p->notices[4]->ack, PRG__ACK_KIND__ACK_SIGN);
  assert_int_equal(p->notices[4]->within_working_days, 2);
  assert_string_equal(p->notices[4]->escalate[0], "PARTY_B");
}

// What the file nests and the message does not.
static void test_nested(void **state)
{
  (void)state;
  const Prg__MatchRules *match =
      measure(load("deploy/programmes/a_framework.yaml"), "retired_teaching")->match;
  assert_int_equal(match->n_order, 7);
  assert_int_equal(match->order[1], PRG__MATCH_TERM__MATCH_TERM_UNFILLED);
  assert_int_equal(match->order[6], PRG__MATCH_TERM__MATCH_TERM_WISHES);
  const Prg__Programme *b = load("deploy/programmes/b_jiaolianti.yaml");
  assert_string_equal(b->calendar->autumn_start, "09-01");
  assert_true(b->modes[0]->merge_legal_person);
  assert_int_equal(b->modes[0]->rules[0]->levels[0], TYP__DIVISION_LEVEL__LEVEL_COUNTY);
  assert_int_equal(b->modes[0]->n_points, 5);
  assert_string_equal(b->modes[1]->variants[1]->id, "GROUP");
  assert_string_equal(b->reviews[0]->award_kind, "SPECIAL_FUND");
  assert_string_equal(b->reviews[0]->award_designation, "MODEL");
  const Prg__Programme *c = load("deploy/programmes/c_twin.yaml");
  assert_true(measure(c, "principal_forum")->alternate);
  assert_false(measure(c, "principal_course")->alternate);
  assert_true(c->reports[0]->mask_names);
  assert_int_equal(measure(c, "outside_training")->n_categories, 6);
  assert_int_equal(c->owner->level, TYP__DIVISION_LEVEL__LEVEL_PREFECTURE);
  const Prg__Programme *e = load("deploy/programmes/e_custody.yaml");
  assert_int_equal(e->modes[0]->rules[0]->n_words, 2);
  const Prg__Programme *f = load("deploy/programmes/f_silver.yaml");
  assert_int_equal(f->measures[0]->allowance_per_year_fen, 2000000);
  assert_int_equal(f->measures[0]->who[1]->number, 65);
  assert_int_equal(f->measures[0]->who[2]->title, TYP__TITLE__TITLE_INTERMEDIATE);
  const Prg__Programme *g = load("deploy/programmes/g_rotation.yaml");
  assert_int_equal(g->indicators[1]->num->n_honour, 1);
  assert_int_equal(g->indicators[1]->num->honour[0], TYP__HONOUR__HONOUR_KEY_TEACHER);
  assert_int_equal(g->measures[0]->quota->min_percent, 10);
  const Prg__Programme *h = load("deploy/programmes/h_zhejiang.yaml");
  assert_string_equal(h->extends->id, "hb-jiaolianti");
  assert_int_equal(h->extends->relation, PRG__RELATION__RELATION_BORROWED);
}

// Each of the 25 predicates, by the key that names it, with its argument where it belongs.
static void test_predicates(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    Prg__PredicateKind kind;
    size_t kinds, levels, stages, places, categories, posts, words;
    uint32_t number, title;
  } cases[] = {
#define P(word) PRG__PREDICATE_KIND__PREDICATE_##word
      {.text = "{kind_in: [SCHOOL, SPECIAL]}", .kind = P(KIND_IN), .kinds = 2},
      {.text = "{division_level: [COUNTY]}", .kind = P(DIVISION_LEVEL), .levels = 1},
      {.text = "{under: [GIVER]}", .kind = P(UNDER), .words = 1},
      {.text = "{operated_by: [GIVER]}", .kind = P(OPERATED_BY), .words = 1},
      {.text = "{division_tag: [\"weak_county\"]}", .kind = P(DIVISION_TAG), .words = 1},
      {.text = "{tag_has: [quality, weak]}", .kind = P(TAG_HAS), .words = 2},
      {.text = "{stage_in: [PRIMARY]}", .kind = P(STAGE_IN), .stages = 1},
      {.text = "{urban_rural_in: [CITY, PASTORAL]}", .kind = P(URBAN_RURAL_IN), .places = 2},
      {.text = "{party_is: PARTNERSHIP}", .kind = P(PARTY_IS), .words = 1},
      {.text = "{mode_in: [PAIR]}", .kind = P(MODE_IN), .words = 1},
      {.text = "{same_division: {level: COUNTY}}", .kind = P(SAME_DIVISION), .levels = 1},
      {.text = "{same_division: {level: COUNTY, roles: [GIVER, TAKER]}}",
       .kind = P(SAME_DIVISION),
       .levels = 1,
       .words = 2},
      {.text = "{same_stage: true}", .kind = P(SAME_STAGE)},
      {.text = "{exclusive: [GIVER]}", .kind = P(EXCLUSIVE), .words = 1},
      {.text = "{single_legal_person: true}", .kind = P(SINGLE_LEGAL_PERSON)},
      {.text = "{affiliation_unchanged: true}", .kind = P(AFFILIATION_UNCHANGED)},
      {.text = "{within_km: {km: 15}}", .kind = P(WITHIN_KM), .number = 15},
      {.text = "{within_km: {km: 8, roles: [GIVER, TAKER]}}", .kind = P(WITHIN_KM), .number = 8, .words = 2},
      {.text = "{category_in: [TEACHER]}", .kind = P(CATEGORY_IN), .categories = 1},
      {.text = "{post_in: [PRINCIPAL, CADRE]}", .kind = P(POST_IN), .posts = 2},
      {.text = "{subject_in: [\"22\"]}", .kind = P(SUBJECT_IN), .words = 1},
      {.text = "{title_min: SENIOR}", .kind = P(TITLE_MIN), .title = TYP__TITLE__TITLE_SENIOR},
      {.text = "{age_max: 65}", .kind = P(AGE_MAX), .number = 65},
      {.text = "{min_years_here: 6}", .kind = P(MIN_YEARS_HERE), .number = 6},
      {.text = "{one_application_per_year: true}", .kind = P(ONE_APPLICATION_PER_YEAR)},
      {.text = "{same_subject: true}", .kind = P(SAME_SUBJECT)},
      {.text = "{same_pair_as_last_year: true}", .kind = P(SAME_PAIR_AS_LAST_YEAR)},
  };
  bool seen[32] = {false};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[1024];
    const char *faults;
    // as an override of a file that extends another: nothing else need be there
    bool structure = (cases[i].kind >= P(SAME_DIVISION) && cases[i].kind <= P(AFFILIATION_UNCHANGED)) ||
                     cases[i].kind == P(WITHIN_KM);
    const char *where = cases[i].kind == P(SAME_PAIR_AS_LAST_YEAR) ? "prefer"
                        : cases[i].kind == P(SAME_SUBJECT)         ? "audience"
                        : structure                                ? "rules"
                        : cases[i].kind < P(SAME_DIVISION)         ? "host"
                                                                   : "who";
    int length = snprintf(
        text, sizeof text,
        "dialect: 1\nid: x\nversion: 1\ntitle: {zh: \"样\", en: \"x\"}\nowner: {division: \"150000\"}\n"
        "extends: {id: parent, version: 1, relation: borrowed}\n"
        "override:\n  %s:\n    - {id: %s, %s: [%s]}\n",
        structure ? "modes" : "measures", structure ? "M" : "m", where, cases[i].text);
    const Prg__Programme *p = compile("x", text, (size_t)length, &faults);
    if (!p) fail_msg("%s: %s", cases[i].text, faults);
    const Prg__Override *o = p->override;
    assert_string_equal(structure ? o->modes[0]->keys[0] : o->measures[0]->keys[0], where);
    const Prg__Predicate *who = structure                        ? o->modes[0]->mode->rules[0]
                                : strcmp(where, "host") == 0     ? o->measures[0]->measure->host[0]
                                : strcmp(where, "audience") == 0 ? o->measures[0]->measure->audience[0]
                                : strcmp(where, "prefer") == 0   ? o->measures[0]->measure->prefer[0]
                                                                 : o->measures[0]->measure->who[0];
    assert_int_equal(who->kind, cases[i].kind);
    assert_int_equal(who->n_kinds, cases[i].kinds);
    assert_int_equal(who->n_levels, cases[i].levels);
    assert_int_equal(who->n_stages, cases[i].stages);
    assert_int_equal(who->n_places, cases[i].places);
    assert_int_equal(who->n_categories, cases[i].categories);
    assert_int_equal(who->n_posts, cases[i].posts);
    assert_int_equal(who->n_words, cases[i].words);
    assert_int_equal(who->number, cases[i].number);
    assert_int_equal(who->title, cases[i].title);
    seen[who->kind] = true;
  }
#undef P
  for (unsigned v = 1; v < prg__predicate_kind__descriptor.n_values; v++)
    if (!seen[prg__predicate_kind__descriptor.values[v].value])
      fail_msg("%s is not tried", prg__predicate_kind__descriptor.values[v].name);
}

// ---- the corpus ----

// Every expected line is the beginning of the printed one, line by line.
static void compare(const char *name, char *expected, const char *printed)
{
  char *text = arena_strdup(cli->arena, printed), *wanted, *got;
  while ((wanted = strsep(&expected, "\n"))) {
    got = strsep(&text, "\n");
    if (!*wanted && (!got || !*got)) continue;
    if (!got || strncmp(wanted, got, strlen(wanted)) != 0 || (!*wanted && *got))
      fail_msg("%s:\nexpected %s\nprinted  %s\nall of it:\n%s", name, wanted, got ? got : "(nothing)",
               printed);
  }
  if (text && *text) fail_msg("%s: more was printed:\n%s", name, printed);
}

static void check_broken(const char *name)
{
  char path[256], stem[128];
  size_t length;
  const char *faults;
  snprintf(path, sizeof path, "tests/fixtures/programmes/broken/%s", name);
  char *text = test_read_file(test_source(path), &length);
  if (compile(name, text, length, &faults)) fail_msg("%s is taken", name);
  snprintf(stem, sizeof stem, "%.*s", (int)(strlen(name) - 5), name);
  snprintf(path, sizeof path, "tests/fixtures/programmes/broken/%s.expect", stem);
  char *expected = test_read_file(test_source(path), NULL);
  compare(name, expected, faults);
  free(expected);
  free(text);
}

static void test_broken(void **state)
{
  (void)state;
  size_t n = 0;
  load("tests/fixtures/programmes/sample.yaml");
  DIR *folder = opendir(test_source("tests/fixtures/programmes/broken"));
  assert_non_null(folder);
  for (struct dirent *entry; (entry = readdir(folder));) {
    size_t length = strlen(entry->d_name);
    if (length < 6 || strcmp(entry->d_name + length - 5, ".yaml") != 0) continue;
    check_broken(entry->d_name);
    n++;
  }
  closedir(folder);
  assert_true(n >= 134);
}

// Faults are counted without bound but kept within one, in the order of the file.
static void test_many_faults(void **state)
{
  (void)state;
  char text[4096] = "dialect: 1\n";
  const char *faults;
  for (int i = 0; i < 100; i++)
    snprintf(text + strlen(text), sizeof text - strlen(text), "strange_%d: 1\n", i);
  assert_null(compile("many.yaml", text, strlen(text), &faults));
  assert_non_null(strstr(faults, "many.yaml:2:1: unknown key strange_0\n"));
  assert_non_null(strstr(faults, "and 54 more\n"));
}

static void test_chinese(void **state)
{
  (void)state;
  const char *faults;
  lang_start("zh");
  assert_null(compile("坏.yaml", "dialect: 010\n", 13, &faults));
  assert_string_equal(faults,
                      "坏.yaml:1:1: 缺少键 id\n坏.yaml:1:1: 缺少键 version\n坏.yaml:1:1: 缺少键 title\n"
                      "坏.yaml:1:1: 缺少键 owner\n坏.yaml:1:10: 010 以零开头，会被读作八进制\n"
                      "  -> 去掉零；若是代码请加双引号\n");
  lang_start("en");
}

// Paths as the shared checks write them lead to the place in the file.
static void test_paths(void **state)
{
  (void)state;
  static const struct {
    const char *path;
    unsigned line, column;
  } cases[] = {{"", 2, 1},
               {"version", 4, 10},
               {"roles.TAKER", 12, 5},
               {"roles.TAKER.who[1].urban_rural_in", 14, 49},
               {"modes.PAIR.members[1].role", 21, 16},
               {"modes[0].members[1].role", 21, 16},
               {"notices[0].to", 35, 41},
               {"modes.PAIR.evaluation", 17, 5}, // not in the file: the item
               {"modes.NONE.members", 17, 3},    // no such item: the list
               {"measures.teach.to[7]", 30, 9},
               {"nowhere.at.all", 2, 1}};
  size_t length;
  struct faults *faults = ARENA_NEW(cli->arena, struct faults);
  char *text = test_read_file(test_source("tests/fixtures/programmes/sample.yaml"), &length);
  faults_init(faults, "sample.yaml", cli->arena);
  const struct dialect_node *root = dialect_read(text, length, DIALECT_PROGRAMME, faults);
  assert_non_null(root);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const struct dialect_node *node = dialect_path(root, cases[i].path);
    if (node->line != cases[i].line || node->column != cases[i].column)
      fail_msg("%s: %u:%u", cases[i].path, node->line, node->column);
  }
  free(text);
}

static void test_check_verb(void **state)
{
  (void)state;
  char line[512];
  const char *err, *out;
  snprintf(line, sizeof line, "jiedui programme check %s %s",
           test_source("tests/fixtures/programmes/sample.yaml"),
           test_source("tests/fixtures/programmes/broken/octal.yaml"));
  assert_int_equal(clilib_parse(cli, line), CLI_OK);
  clilib_catch();
  assert_int_equal(cli->verb->run(cli), CLI_USAGE);
  out = clilib_caught(&err);
  assert_non_null(
      strstr(out, "sample.yaml: sample version 1 is in order: 2 roles, 1 modes, 1 measures, 1 notices\n"));
  assert_non_null(strstr(err, "octal.yaml:3:10: 010 starts with a zero"));
  assert_int_equal(clilib_parse(cli, "jiedui programme check /nowhere.yaml"), CLI_OK);
  clilib_catch();
  assert_int_equal(cli->verb->run(cli), CLI_USAGE);
  clilib_caught(&err);
  assert_string_equal(err, "jiedui: /nowhere.yaml: No such file or directory\n");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shipped),    cmocka_unit_test(test_framework), cmocka_unit_test(test_nested),
      cmocka_unit_test(test_predicates), cmocka_unit_test(test_broken),    cmocka_unit_test(test_many_faults),
      cmocka_unit_test(test_chinese),    cmocka_unit_test(test_paths),     cmocka_unit_test(test_check_verb)};
  return cmocka_run_group_tests(tests, clilib_setup, clilib_teardown);
}
