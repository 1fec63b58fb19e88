#include "services/registry/query.h"
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "common/domain/division.h"
#include "services/registry/access.h"
#include "services/registry/page.h"
#include "services/registry/prepare.h"
#include "services/registry/query_issue.h"
#include "services/registry/query_parts.h"
#include "services/registry/query_reference.h"
#include "services/registry/rules/reg.h"
#include "services/registry/sight.h"
#include <errno.h>
#include <string.h>

#define READERS                                                                                              \
  (ROLE_BIT(REGISTRAR) | ROLE_BIT(AUTHORITY) | ROLE_BIT(BUREAU) | ROLE_BIT(UNIT) | ROLE_BIT(PERSON) |        \
   ROLE_BIT(SERVICE) | ROLE_BIT(READER))

int reg_query_as_of(const struct svc_call *call, const char *as_of, struct decision *out,
                    const struct dir_view **ret)
{
  *ret = call->dir;
  if (!as_of[0]) return 0;
  if (!date_is_day(as_of))
    return reg_field(out, "as_of", "须写到日（YYYY-MM-DD）", "must name the day (YYYY-MM-DD)");
  *ret = dir_view_as_of(call->dir, as_of);
  return *ret ? 0 : -ENOMEM;
}

// ---- divisions

// A code that had ended by the day is none.
static bool in_force_on(const Reg__Division *division, const char *day)
{
  const Typ__Period *valid = division->valid;
  return !day[0] || !valid || !valid->to[0] || date_compare(valid->to, day) > 0;
}

static int get_division(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  const char *ref = ((const Reg__GetByRef *)query)->ref, *as_of = ((const Reg__GetByRef *)query)->as_of;
  const struct dir_view *then = NULL;
  const Reg__Division *division = NULL;
  int r = reg_query_as_of(call, as_of, out, &then);
  if (r == 0) r = dir_division(then, ref, &division);
  if (division && !in_force_on(division, as_of)) division = NULL;
  if (r == 0 && !division) r = reg_not_found(out, "区划", "division", ref);
  if (r == 0) out->reply = &division->base;
  return r;
}

static bool division_wanted(const struct reg_page *page, const Reg__Division *division)
{
  const Reg__ListDivisions *query = page->filter;
  const char *day = query->as_of[0] ? query->as_of : page->call->ctx->today;
  return (!query->level || division->level == query->level) &&
         (!query->name[0] || strstr(division->name, query->name)) &&
         (query->with_past || in_force_on(division, day));
}

// Codes are in order, so a subtree stands together: the listing begins at its root and ends behind its last
// code.
static int sift_division(const struct reg_page *page, const ProtobufCMessage *message, enum reg_sift *ret)
{
  const Reg__ListDivisions *query = page->filter;
  const Reg__Division *division = (const Reg__Division *)message;
  if (!division_covers(query->under, division->code))
    *ret = REG_STOP;
  else
    *ret = division_wanted(page, division) ? REG_TAKE : REG_SKIP;
  return 0;
}

// What comes right before a code: its last digit one lower, and then a character above all digits.
static const char *before_code(struct arena *arena, const char *code)
{
  char *text = arena_printf(arena, "%s\x7f", code);
  if (text) text[strlen(code) - 1]--;
  return text;
}

static int list_divisions(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__ListDivisions *query = (const Reg__ListDivisions *)message;
  struct reg_page page = {
      .call = call, .table = "division", .request = query->page, .sift = sift_division, .filter = query};
  char under[DIVISION_SIZE];
  division_short(query->under, under);
  if (division_level(under) > TYP__DIVISION_LEVEL__LEVEL_NATION) {
    page.begin = before_code(call->arena, under);
    if (!page.begin) return -ENOMEM;
  }
  int r = reg_query_as_of(call, query->as_of, out, &page.dir);
  return r == 0 ? reg_page_reply(&page, &reg__divisions__descriptor, out) : r;
}

// ---- institutions

static int get_institution(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  const char *ref = ((const Reg__GetByRef *)query)->ref;
  const struct dir_view *then = NULL;
  const Reg__Institution *institution = NULL;
  int r = reg_query_as_of(call, ((const Reg__GetByRef *)query)->as_of, out, &then);
  if (r == 0) r = dir_institution(then, ref, &institution);
  if (r == 0 && !institution) r = dir_institution_by_code(then, ref, &institution);
  if (r == 0 && !institution) r = reg_not_found(out, "单位", "institution", ref);
  if (r == 0) out->reply = &institution->base;
  return r;
}

static bool has_tag(const Reg__Institution *institution, const char *tag)
{
  for (size_t i = 0; i < institution->n_tags; i++)
    if (strcmp(institution->tags[i], tag) == 0) return true;
  return false;
}

static bool has_stage(const Reg__Institution *institution, Typ__Stage stage)
{
  for (size_t i = 0; i < institution->n_stages; i++)
    if (institution->stages[i] == stage) return true;
  return false;
}

static int sift_institution(const struct reg_page *page, const ProtobufCMessage *message, enum reg_sift *ret)
{
  const Reg__ListInstitutions *query = page->filter;
  const Reg__Institution *institution = (const Reg__Institution *)message;
  bool wanted =
      (!query->kind || institution->kind == query->kind) &&
      (!query->division[0] || division_covers(query->division, institution->division)) &&
      (!query->status || institution->status == query->status) &&
      (!query->managing_bureau[0] || strcmp(query->managing_bureau, institution->managing_bureau) == 0) &&
      (!query->tag[0] || has_tag(institution, query->tag)) &&
      (!query->stage || has_stage(institution, query->stage)) &&
      (!query->name[0] || strstr(institution->name, query->name));
  bool seen = false;
  int r = wanted ? reg_sight_institution(page->call, institution, &seen) : 0;
  *ret = seen ? REG_TAKE : REG_SKIP;
  return r;
}

static int list_institutions(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__ListInstitutions *query = (const Reg__ListInstitutions *)message;
  struct reg_page page = {.call = call,
                          .table = "institution",
                          .request = query->page,
                          .sift = sift_institution,
                          .filter = query};
  char division[DIVISION_SIZE];
  struct key prefix;
  division_short(query->division, division);
  if (division_level(division) > TYP__DIVISION_LEVEL__LEVEL_NATION) {
    key_init(&prefix);
    if (query->kind) key_u8(&prefix, (uint8_t)query->kind);
    key_text(&prefix, division);
    page.index = query->kind ? "by_kind" : "by_division";
    page.prefix = &prefix;
  } else if (query->managing_bureau[0]) {
    key_init(&prefix);
    key_u8(&prefix, DIR_MANAGED);
    key_text(&prefix, query->managing_bureau);
    page.index = "by_bond";
    page.prefix = &prefix;
  }
  int r = reg_query_as_of(call, query->as_of, out, &page.dir);
  return r == 0 ? reg_page_reply(&page, &reg__institutions__descriptor, out) : r;
}

// ---- persons

static int view_of(struct svc_call *call, const Reg__Person *person, struct decision *out,
                   Reg__PersonView **ret)
{
  Reg__PersonView *view = REG_NEW(out, Reg__PersonView, reg__person_view__init);
  Reg__Person *shown = (Reg__Person *)arena_clone(call->arena, &person->base);
  Reg__PersonSecret *secret = NULL;
  bool whole = false;
  if (!view || !shown) return -ENOMEM;
  const Reg__Person *now = NULL;
  int r = reg_prepare_open(svc_vault(call->svc), person, call->arena, &secret);
  if (r == 0) r = dir_person(call->dir, person->id, &now);
  if (r == 0 && now) r = reg_sight_name(call, now, &whole);
  if (r < 0) return r;
  shown->sealed = (ProtobufCBinaryData){0, NULL};
  shown->id_hash = (ProtobufCBinaryData){0, NULL};
  view->person = shown;
  view->masked = !whole;
  if (secret) view->name = whole ? secret->name : reg_sight_mask(call->arena, secret->name);
  *ret = view;
  return view->name ? 0 : -ENOMEM;
}

static int outside(struct svc_call *call, const Reg__Person *person, struct decision *out)
{
  const Reg__Institution *home = NULL;
  int r = person->home[0] ? dir_institution(call->dir, person->home, &home) : 0;
  return r < 0 ? r : require_scope(call->ctx, home ? home->division : "0", NULL, person->staff_no, out);
}

static int get_person(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  const Reg__GetPerson *asked = (const Reg__GetPerson *)query;
  const char *ref = asked->ref, *grant = asked->grant, *as_of = asked->as_of;
  const struct dir_view *then = NULL;
  const Reg__Person *person = NULL;
  Reg__PersonView *view = NULL;
  bool seen = false;
  int r = dir_person(call->dir, ref, &person);
  if (r == 0 && !person) r = dir_person_by_staff_no(call->dir, ref, &person);
  if (r == 0 && !person) return reg_not_found(out, "人员", "person", ref);
  if (r == 0) r = reg_sight_person(call, person, &seen);
  if (r == 0 && !seen) return outside(call, person, out);
  // Who may see a person is judged by what it is now, also where its past is shown.
  if (r == 0) r = reg_query_as_of(call, as_of, out, &then);
  if (r == 0 && as_of[0]) r = dir_person(then, person->id, &person);
  if (r == 0 && !person) return reg_not_found(out, "人员", "person", ref);
  if (r == 0) r = view_of(call, person, out, &view);
  if (r == 0 && grant[0]) r = reg_access_show(call, person, grant, out, view);
  if (r == 0) out->reply = &view->base;
  return r;
}

// The person as it is now, which decides who may see its past.
static int now_of(const struct svc_call *call, const Reg__Person *person, bool past, const Reg__Person **ret)
{
  *ret = person;
  return past ? dir_person(call->dir, person->id, ret) : 0;
}

static int sift_person(const struct reg_page *page, const ProtobufCMessage *message, enum reg_sift *ret)
{
  const Reg__ListPersons *query = page->filter;
  const Reg__Person *person = (const Reg__Person *)message, *now = NULL;
  bool seen = false, wanted = !query->category || person->category == query->category;
  int r = wanted ? now_of(page->call, person, query->as_of[0] != '\0', &now) : 0;
  if (r == 0 && now) r = reg_sight_person(page->call, now, &seen);
  *ret = seen ? REG_TAKE : REG_SKIP;
  return r;
}

static int list_persons(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__ListPersons *query = (const Reg__ListPersons *)message;
  struct reg_page page = {
      .call = call, .table = "person", .request = query->page, .sift = sift_person, .filter = query};
  const Reg__Institution *home = NULL;
  struct key prefix;
  struct reg_rows rows;
  int r = 0;
  if (query->home[0]) {
    r = dir_institution(call->dir, query->home, &home);
    if (r == 0 && !home) r = dir_institution_by_code(call->dir, query->home, &home);
    if (r == 0 && !home) return reg_not_found(out, "单位", "institution", query->home);
    if (r < 0) return r;
    key_init(&prefix);
    key_text(&prefix, home->id);
    page.index = "by_home";
    page.prefix = &prefix;
  }
  r = reg_query_as_of(call, query->as_of, out, &page.dir);
  if (r != 0) return r;
  Reg__Persons *reply = REG_NEW(out, Reg__Persons, reg__persons__init);
  r = reply ? reg_page_read(&page, &rows) : -ENOMEM;
  if (r < 0) return r;
  reply->persons = ARENA_ARRAY(call->arena, Reg__PersonView *, rows.n + 1);
  if (!reply->persons) return -ENOMEM;
  for (size_t i = 0; r == 0 && i < rows.n; i++)
    r = view_of(call, (const Reg__Person *)rows.rows[i], out, &reply->persons[i]);
  reply->n_persons = rows.n;
  reply->next = rows.next;
  out->reply = &reply->base;
  return r;
}

// ---- agreements

// A document number is people's way to name an agreement; two with one number must be told apart by id.
static int agreement_by_number(struct svc_call *call, const char *number, struct decision *out,
                               const Reg__Agreement **ret)
{
  struct key prefix;
  struct table_rows rows = {0};
  key_init(&prefix);
  key_text(&prefix, number);
  const struct table *table = directory_table(svc_directory(call->svc), "agreement");
  int r = prefix.overflow || !number[0]
              ? 0
              : table_list(call->txn, table, "by_doc_no", &prefix, NULL, 2, call->arena, &rows);
  if (r < 0) return r;
  if (rows.n == 0) return reg_not_found(out, "协议", "agreement", number);
  const Reg__Agreement *first = (const Reg__Agreement *)rows.rows[0];
  if (rows.n == 1) {
    *ret = first;
    return 0;
  }
  const char *second = ((const Reg__Agreement *)rows.rows[1])->id;
  return reg_field(
      out, "ref",
      arena_printf(call->arena, "文号 %s 对应多个协议：%s、%s，请用编号", number, first->id, second),
      arena_printf(call->arena, "document number %s is held by %s and %s: name one by its id", number,
                   first->id, second));
}

static int get_agreement(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  const char *ref = ((const Reg__GetByRef *)query)->ref, *as_of = ((const Reg__GetByRef *)query)->as_of;
  const struct dir_view *then = NULL;
  const Reg__Agreement *agreement = NULL;
  bool seen = false;
  int r = reg_query_as_of(call, as_of, out, &then);
  if (r == 0) r = dir_agreement(then, ref, &agreement);
  if (r == 0 && !agreement) r = agreement_by_number(call, ref, out, &agreement);
  if (r == 0 && as_of[0])
    r = dir_agreement(then, agreement->id, &agreement); // it may have had another number
  if (r == 0 && !agreement) return reg_not_found(out, "协议", "agreement", ref);
  if (r == 0) r = reg_sight_agreement(call, agreement, &seen);
  if (r == 0 && !seen) return require_scope(call->ctx, agreement->division, agreement->programme, ref, out);
  if (r == 0) out->reply = &agreement->base;
  return r;
}

static bool has_party(const Reg__Agreement *agreement, const char *party)
{
  for (size_t i = 0; i < agreement->n_parties; i++)
    if (strcmp(agreement->parties[i]->institution, party) == 0) return true;
  return false;
}

static bool in_force(const Reg__Agreement *agreement)
{
  return agreement->status == REG__AGREEMENT_STATUS__AGREEMENT_SIGNED_PENDING ||
         agreement->status == REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE ||
         agreement->status == REG__AGREEMENT_STATUS__AGREEMENT_SUSPENDED;
}

// Of those in force, since the others have ended or have not begun: which end before a day, or within so many
// days from the day asked about.
static bool ends_in_time(const struct svc_call *call, const Reg__ListAgreements *query,
                         const Reg__Agreement *agreement)
{
  char bound[DATE_SIZE];
  if (!query->ends_before[0] && !query->ends_within) return true;
  if (!in_force(agreement) || !agreement->valid || !agreement->valid->to[0]) return false;
  bool before = !query->ends_before[0] || date_compare(agreement->valid->to, query->ends_before) < 0;
  date_add_days(query->as_of[0] ? query->as_of : call->ctx->today,
                (int)(query->ends_within < 36500 ? query->ends_within : 36500), bound);
  return before && (!query->ends_within || date_compare(agreement->valid->to, bound) <= 0);
}

static int sift_agreement(const struct reg_page *page, const ProtobufCMessage *message, enum reg_sift *ret)
{
  const Reg__ListAgreements *query = page->filter;
  const Reg__Agreement *agreement = (const Reg__Agreement *)message;
  bool wanted = (!query->programme[0] || strcmp(agreement->programme, query->programme) == 0) &&
                (!query->status || agreement->status == query->status) &&
                (!query->parent[0] || strcmp(agreement->parent, query->parent) == 0) &&
                (!query->division[0] || division_covers(query->division, agreement->division)) &&
                ends_in_time(page->call, query, agreement) &&
                (!query->party[0] || has_party(agreement, query->party));
  bool seen = false;
  int r = wanted ? reg_sight_agreement(page->call, agreement, &seen) : 0;
  *ret = seen ? REG_TAKE : REG_SKIP;
  return r;
}

static int list_agreements(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__ListAgreements *query = (const Reg__ListAgreements *)message;
  struct reg_page page = {
      .call = call, .table = "agreement", .request = query->page, .sift = sift_agreement, .filter = query};
  const char *text = query->party[0] ? query->party : query->parent[0] ? query->parent : query->programme;
  struct key prefix;
  key_init(&prefix);
  key_text(&prefix, text);
  if (text[0] && !prefix.overflow) {
    page.index = query->party[0] ? "by_party" : query->parent[0] ? "by_parent" : "by_programme";
    page.prefix = &prefix;
  }
  int r = reg_query_as_of(call, query->as_of, out, &page.dir);
  return r == 0 ? reg_page_reply(&page, &reg__agreements__descriptor, out) : r;
}

// ---- partnerships

static int get_partnership(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  const char *ref = ((const Reg__GetByRef *)query)->ref;
  const struct dir_view *then = NULL;
  const Reg__Partnership *partnership = NULL;
  bool seen = false;
  int r = reg_query_as_of(call, ((const Reg__GetByRef *)query)->as_of, out, &then);
  if (r == 0) r = reg_find_partnership(then, ref, out, &partnership);
  if (r == 0) r = reg_sight_partnership(call, partnership, &seen);
  if (r == 0 && !seen)
    return require_scope(call->ctx, partnership->division, partnership->programme, ref, out);
  if (r == 0) out->reply = &partnership->base;
  return r;
}

// As of a day only those who were members on it.
static bool has_member(const Reg__Partnership *partnership, const char *party, const char *day)
{
  for (size_t i = 0; i < partnership->n_members; i++)
    if (strcmp(partnership->members[i]->party, party) == 0 &&
        (!day[0] || period_contains(partnership->members[i]->from, partnership->members[i]->to, day)))
      return true;
  return false;
}

static bool is_broken(const Reg__ListPartnerships *query, const Reg__Partnership *partnership)
{
  if (!query->broken && !query->broken_since[0]) return true;
  if (partnership->n_broken == 0) return false;
  return !query->broken_since[0] || date_compare(partnership->broken_since, query->broken_since) >= 0;
}

static int sift_partnership(const struct reg_page *page, const ProtobufCMessage *message, enum reg_sift *ret)
{
  const Reg__ListPartnerships *query = page->filter;
  const Reg__Partnership *partnership = (const Reg__Partnership *)message;
  bool wanted = (!query->programme[0] || strcmp(partnership->programme, query->programme) == 0) &&
                (!query->mode[0] || strcmp(partnership->mode, query->mode) == 0) &&
                (!query->status || partnership->status == query->status) &&
                (!query->designation || partnership->designation == query->designation) &&
                (!query->division[0] || division_covers(query->division, partnership->division)) &&
                is_broken(query, partnership) &&
                (!query->agreement[0] || strcmp(partnership->agreement, query->agreement) == 0) &&
                (!query->party[0] || has_member(partnership, query->party, query->as_of));
  bool seen = false;
  int r = wanted ? reg_sight_partnership(page->call, partnership, &seen) : 0;
  *ret = seen ? REG_TAKE : REG_SKIP;
  return r;
}

static int list_partnerships(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__ListPartnerships *query = (const Reg__ListPartnerships *)message;
  struct reg_page page = {.call = call,
                          .table = "partnership",
                          .request = query->page,
                          .sift = sift_partnership,
                          .filter = query};
  const char *text = query->party[0]       ? query->party
                     : query->agreement[0] ? query->agreement
                                           : query->programme;
  struct key prefix;
  key_init(&prefix);
  key_text(&prefix, text);
  if (text[0] && !prefix.overflow) {
    page.index = query->party[0] ? "by_party" : query->agreement[0] ? "by_agreement" : "by_programme";
    page.prefix = &prefix;
  } else if (query->broken || query->broken_since[0]) {
    key_init(&prefix);
    key_u8(&prefix, 1);
    page.index = "broken";
    page.prefix = &prefix;
  }
  int r = reg_query_as_of(call, query->as_of, out, &page.dir);
  return r == 0 ? reg_page_reply(&page, &reg__partnerships__descriptor, out) : r;
}

#define QUERY(name_, answer_)                                                                                \
  {                                                                                                          \
    .name = (name_), .roles = READERS, .answer = (answer_)                                                   \
  }
const struct svc_query reg_query_table[] = {QUERY("GetDivision", get_division),
                                            QUERY("ListDivisions", list_divisions),
                                            QUERY("FindDivision", reg_query_find_division),
                                            QUERY("ListCodes", reg_query_list_codes),
                                            QUERY("GetInstitution", get_institution),
                                            QUERY("ListInstitutions", list_institutions),
                                            QUERY("GetPerson", get_person),
                                            QUERY("ListPersons", list_persons),
                                            QUERY("ListPersonAccess", reg_access_list),
                                            QUERY("GetProgramme", reg_query_programme),
                                            QUERY("ListProgrammes", reg_query_programmes),
                                            QUERY("GetAgreement", get_agreement),
                                            QUERY("ListAgreements", list_agreements),
                                            QUERY("GetPartnership", get_partnership),
                                            QUERY("ListPartnerships", list_partnerships),
                                            QUERY("ListLinks", reg_query_list_links),
                                            QUERY("ListBodies", reg_query_list_bodies),
                                            QUERY("ListIssues", reg_query_list_issues),
                                            QUERY("ListHistory", reg_query_history),
                                            QUERY("GetReview", reg_query_review),
                                            QUERY("ListReviews", reg_query_reviews),
                                            QUERY("GetFigures", reg_query_figures),
                                            QUERY("GetFigureRecords", reg_query_figure_records),
                                            QUERY("ListIndicatorValues", reg_query_values),
                                            QUERY("ListTargets", reg_query_targets),
                                            {0}};
