// The frame of the check: paths, faults and what all sections have in common; the head, roles and approvals.
#include "common/base/date.h"
#include "common/base/suggest.h"
#include "common/domain/division.h"
#include "common/domain/party.h"
#include "common/domain/predicate.h"
#include "common/domain/programme_check_part.h"
#include <stdio.h>
#include <string.h>

// ---- paths

size_t programme_check_enter(struct programme_checker *check, const char *name)
{
  size_t mark = strlen(check->path);
  snprintf(check->path + mark, sizeof check->path - mark, "%s%.60s", mark ? "." : "", name);
  return mark;
}

size_t programme_check_enter_item(struct programme_checker *check, const char *id, size_t number)
{
  size_t mark = strlen(check->path);
  if (id && id[0])
    snprintf(check->path + mark, sizeof check->path - mark, ".%.60s", id);
  else
    snprintf(check->path + mark, sizeof check->path - mark, "[%zu]", number);
  return mark;
}

void programme_check_leave(struct programme_checker *check, size_t mark)
{
  check->path[mark] = '\0';
}

// Copies a text with {} replaced; what does not fit is cut at a character's border.
static void fill(char *out, size_t size, const char *pattern, const char *what)
{
  const char *hole = strstr(pattern, "{}");
  int before = hole ? (int)(hole - pattern) : (int)strlen(pattern);
  int written = snprintf(out, size, "%.*s%.80s%s", before, pattern, hole ? what : "", hole ? hole + 2 : "");
  if (written < (int)size) return;
  size_t end = size - 1;
  while (end > 0 && ((unsigned char)out[end - 1] & 0xc0) == 0x80)
    end--;
  if (end > 0 && (unsigned char)out[end - 1] >= 0xc0) end--;
  out[end] = '\0';
}

void programme_check_fault(struct programme_checker *check, const char *key, const char *zh, const char *en,
                           const char *what)
{
  struct programme_fault fault;
  size_t mark = key ? programme_check_enter(check, key) : strlen(check->path);
  snprintf(fault.path, sizeof fault.path, "%s", check->path);
  programme_check_leave(check, mark);
  fill(fault.detail_zh, sizeof fault.detail_zh, zh, what ? what : "");
  fill(fault.detail_en, sizeof fault.detail_en, en, what ? what : "");
  fault.reason = check->reason ? check->reason : REASON_PR_01;
  snprintf(fault.near, sizeof fault.near, "%s", check->near ? check->near : "");
  check->near = NULL;
  check->faults++;
  if (check->fn) check->fn(check->context, &fault);
}

void programme_check_near(struct programme_checker *check, const char *word, const char *section)
{
  size_t n = 0;
  ProtobufCMessage *const *items = programme_items(check->programme, section, &n);
  struct suggest suggest = suggest_start(word);
  for (size_t i = 0; i < n && i < PROGRAMME_ITEMS; i++)
    suggest_offer(&suggest, programme_item_id(items[i]));
  check->near = suggest_best(&suggest);
}

void programme_check_near_word(struct programme_checker *check, const char *word,
                               const char *const *vocabulary)
{
  struct suggest suggest = suggest_start(word);
  for (; *vocabulary; vocabulary++)
    suggest_offer(&suggest, *vocabulary);
  check->near = suggest_best(&suggest);
}

// ---- what all sections check

bool programme_check_needed(struct programme_checker *check, const char *key, bool there)
{
  if (!there) programme_check_fault(check, key, "缺少 {}", "{} is missing", key);
  return there;
}

bool programme_check_absent(struct programme_checker *check, const char *key, bool there, const char *form)
{
  if (there) programme_check_fault(check, key, "{} 没有此项", "does not belong to {}", form);
  return !there;
}

bool programme_check_title(struct programme_checker *check, const char *key, const Typ__Text *title)
{
  bool fine = title && title->zh[0] && title->en[0];
  if (!fine) programme_check_fault(check, key, "须有中文和英文", "needs Chinese and English", NULL);
  return fine;
}

bool programme_check_date(struct programme_checker *check, const char *key, const char *date)
{
  bool fine = date_valid(date);
  if (!fine)
    programme_check_fault(check, key, "不是日期：{}（应为 YYYY、YYYY-MM 或 YYYY-MM-DD）",
                          "is no date: {} (YYYY, YYYY-MM or YYYY-MM-DD)", date);
  return fine;
}

bool programme_check_items(struct programme_checker *check, const char *key, size_t n)
{
  bool fine = n <= PROGRAMME_ITEMS;
  if (!fine) programme_check_fault(check, key, "多于 200 项", "has more than 200 items", NULL);
  return fine;
}

static bool snake(const char *id, char first, char last)
{
  size_t length = strlen(id);
  if (length == 0 || length > 60 || id[0] < first || id[0] > last) return false;
  for (const char *c = id; *c; c++)
    if (!(*c >= first && *c <= last) && !(*c >= '0' && *c <= '9') && *c != '_') return false;
  return true;
}

bool programme_check_upper(struct programme_checker *check, const char *id)
{
  bool fine = snake(id, 'A', 'Z');
  if (!fine)
    programme_check_fault(check, "id", "编号须为大写字母、数字和下划线：{}", "must be UPPER_SNAKE: {}", id);
  return fine;
}

bool programme_check_lower(struct programme_checker *check, const char *id)
{
  bool fine = snake(id, 'a', 'z');
  if (!fine)
    programme_check_fault(check, "id", "编号须为小写字母、数字和下划线：{}", "must be lower_snake: {}", id);
  return fine;
}

static const char *id_of(const ProtobufCMessage *item)
{
  return *(char *const *)((const uint8_t *)item + item->descriptor->fields[0].offset);
}

// The path names the item by number: by id it would lead to the first of the two.
static void twice(struct programme_checker *check, const char *id, size_t number)
{
  char kept[sizeof check->path];
  char *step = strrchr(check->path, '.');
  snprintf(kept, sizeof kept, "%s", check->path);
  if (id[0] && step) {
    *step = '\0';
    programme_check_enter_item(check, NULL, number);
  }
  programme_check_fault(check, "id", "编号重复：{}", "id stands twice: {}", id);
  snprintf(check->path, sizeof check->path, "%s", kept);
}

void programme_check_unique(struct programme_checker *check, const void *items, size_t i)
{
  ProtobufCMessage *const *list = items;
  const char *id = id_of(list[i]);
  for (size_t j = 0; j < i; j++)
    if (strcmp(id_of(list[j]), id) == 0) {
      twice(check, id, i);
      return;
    }
}

bool programme_check_word(struct programme_checker *check, const char *key, const char *word,
                          const char *const *vocabulary)
{
  for (const char *const *known = vocabulary; *known; known++)
    if (strcmp(*known, word) == 0) return true;
  programme_check_near_word(check, word, vocabulary);
  programme_check_fault(check, key, "不是词表中的词：{}", "is not a word of the dialect: {}", word);
  return false;
}

void programme_check_words(struct programme_checker *check, const char *key, char *const *words, size_t n,
                           const char *const *vocabulary)
{
  if (!programme_check_items(check, key, n)) return;
  for (size_t i = 0; i < n; i++) {
    programme_check_word(check, key, words[i], vocabulary);
    for (size_t j = 0; j < i; j++)
      if (strcmp(words[i], words[j]) == 0)
        programme_check_fault(check, key, "重复：{}", "stands twice: {}", words[i]);
  }
}

bool programme_check_inside_owner(struct programme_checker *check, const char *key, Typ__DivisionLevel level)
{
  const Prg__Owner *o = check->programme->owner;
  char code[DIVISION_SIZE];
  if (!level || !o || (!o->level && !division_valid(o->division))) return true;
  division_short(o->division, code);
  bool inside =
      level >= (o->level ? o->level : division_level(code)); // its own: an heir of the level that is counted
  if (!inside)
    programme_check_fault(check, key, "不得高于发布单位的级别", "must not be a level above the owner", NULL);
  return inside;
}

static bool of_assignment(const char *word)
{
  static const char *const words[] = {"PERSON", "HOME", "HOST", "ORGANISER", "PARTICIPANT_UNITS"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(words[i], word) == 0) return true;
  return false;
}

// A role that is not defined here, or a party word with a slip in it.
static void unknown_party(struct programme_checker *check, const char *key, const char *word)
{
  static const char *const fixed[] = {
#define PARTY_WORD(word, add) #word,
#include "common/domain/party_words.def"
#undef PARTY_WORD
      NULL};
  if (check->own) return;
  programme_check_near(check, word, "roles");
  if (!check->near) programme_check_near_word(check, word, fixed);
  programme_check_fault(check, key, "未定义的角色或主体：{}", "unknown role or party word: {}", word);
}

void programme_check_parties(struct programme_checker *check, const char *key, char *const *words, size_t n,
                             enum programme_place place)
{
  if (!programme_check_items(check, key, n)) return;
  for (size_t i = 0; i < n; i++) {
    if (!party_word_known(check->programme, words[i]))
      unknown_party(check, key, words[i]);
    else if (place != PLACE_NOTICE && of_assignment(words[i]))
      programme_check_fault(check, key, "{} 只能用于通知", "{} may stand in notices only", words[i]);
    for (size_t j = 0; j < i; j++)
      if (strcmp(words[i], words[j]) == 0)
        programme_check_fault(check, key, "重复：{}", "stands twice: {}", words[i]);
  }
}

void programme_check_modes_known(struct programme_checker *check, const char *key, char *const *modes,
                                 size_t n)
{
  if (!programme_check_items(check, key, n)) return;
  for (size_t i = 0; i < n; i++)
    programme_check_mode_known(check, key, modes[i]);
}

void programme_check_mode_known(struct programme_checker *check, const char *key, const char *mode)
{
  if (check->own || programme_mode(check->programme, mode)) return;
  programme_check_near(check, mode, "modes");
  programme_check_fault(check, key, "未定义的模式：{}", "unknown mode: {}", mode);
}

void programme_check_role_known(struct programme_checker *check, const char *key, const char *role)
{
  if (check->own || programme_role(check->programme, role)) return;
  programme_check_near(check, role, "roles");
  programme_check_fault(check, key, "未定义的角色：{}", "unknown role: {}", role);
}

void programme_check_every(struct programme_checker *check, const Prg__CalendarWord *every, size_t n,
                           bool needed)
{
  if (needed) programme_check_needed(check, "every", n > 0);
  if (!programme_check_items(check, "every", n)) return;
  for (size_t i = 0; i < n; i++) {
    if (every[i] < PRG__CALENDAR_WORD__CALENDAR_WORD_WEEK)
      programme_check_fault(check, "every", "free 和 day 不能作为周期", "free and day are no recurrence",
                            NULL);
    for (size_t j = 0; j < i; j++)
      if (every[i] == every[j])
        programme_check_fault(check, "every", "周期重复", "a period stands twice", NULL);
  }
}

// ---- the head

static bool id_well_formed(const char *id)
{
  size_t length = strlen(id);
  return length > 0 && length <= 60 && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static void owner(struct programme_checker *check)
{
  const Prg__Owner *o = check->programme->owner;
  bool division = o && o->division[0], level = o && o->level;
  if (division == level)
    programme_check_fault(check, "owner", "须写明 division 或 level 之一",
                          "needs exactly one of division and level", NULL);
  if (division && (strlen(o->division) != 6 || !division_valid(o->division)))
    programme_check_fault(check, "owner.division", "应为六位区划代码：{}", "must be a code of six digits: {}",
                          o->division);
}

static void head(struct programme_checker *check)
{
  const Prg__Programme *p = check->programme;
  if (p->dialect != 1) programme_check_fault(check, "dialect", "只认方言 1", "only dialect 1 is known", NULL);
  if (!id_well_formed(p->id))
    programme_check_fault(check, "id", "须为小写字母、数字和连字符：{}",
                          "must be lower case, digits and hyphens: {}", p->id);
  programme_check_needed(check, "version", p->version > 0);
  programme_check_title(check, "title", p->title);
  owner(check);
  programme_check_parties(check, "executed_by", p->executed_by, p->n_executed_by, PLACE_ANYWHERE);
}

static void basis(struct programme_checker *check)
{
  const Prg__Programme *p = check->programme;
  size_t mark = programme_check_enter(check, "basis");
  for (size_t i = 0; i < p->n_basis; i++) {
    const Prg__Basis *b = p->basis[i];
    size_t item = programme_check_enter_item(check, NULL, i);
    bool parent = b->kind == PRG__BASIS_KIND__BASIS_PARENT_AGREEMENT;
    programme_check_title(check, "title", b->title);
    programme_check_needed(check, "kind", b->kind != 0);
    if (parent) programme_check_needed(check, "between", b->n_between > 0);
    if (!parent) programme_check_absent(check, "between", b->n_between > 0, "kind");
    programme_check_predicates(check, "between", b->between, b->n_between, ABOUT_PARTY);
    if (b->valid && programme_check_date(check, "valid.from", b->valid->from) && b->valid->to[0] &&
        programme_check_date(check, "valid.to", b->valid->to) &&
        date_compare(b->valid->from, b->valid->to) >= 0)
      programme_check_fault(check, "valid", "止日须晚于起日", "must end after it begins", NULL);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}

// "MM-DD" of any year; 02-29 too, since a leap year has it.
static bool day_of_year(const char *text)
{
  char date[16];
  return strlen(text) == 5 && snprintf(date, sizeof date, "2000-%s", text) == 10 && date_is_day(date);
}

static void calendar(struct programme_checker *check)
{
  const Prg__Calendar *c = check->programme->calendar;
  if (!c) return;
  const struct {
    const char *key, *day;
  } days[] = {{"autumn_start", c->autumn_start}, {"spring_start", c->spring_start},
              {"summer.from", c->summer_from},   {"summer.to", c->summer_to},
              {"winter.from", c->winter_from},   {"winter.to", c->winter_to}};
  size_t mark = programme_check_enter(check, "calendar");
  for (size_t i = 0; i < sizeof days / sizeof *days; i++)
    if (days[i].day[0] && !day_of_year(days[i].day))
      programme_check_fault(check, days[i].key, "应为 MM-DD：{}", "must be MM-DD: {}", days[i].day);
  if (!c->summer_from[0] != !c->summer_to[0])
    programme_check_fault(check, "summer", "须写明起止", "needs both ends", NULL);
  if (!c->winter_from[0] != !c->winter_to[0])
    programme_check_fault(check, "winter", "须写明起止", "needs both ends", NULL);
  programme_check_leave(check, mark);
}

// ---- roles, approvals, overridable

// A role of partnerships can be asked only what a partnership can answer.
static void role_of_partnerships(struct programme_checker *check, const Prg__RoleDef *role)
{
  bool partnerships = false, of_mode = false;
  for (size_t i = 0; i < role->n_who; i++) {
    const Prg__Predicate *p = role->who[i];
    if (p->kind == PRG__PREDICATE_KIND__PREDICATE_MODE_IN) of_mode = true;
    if (p->kind == PRG__PREDICATE_KIND__PREDICATE_PARTY_IS && p->n_words == 1)
      partnerships = strcmp(p->words[0], "PARTNERSHIP") == 0;
  }
  if (of_mode && !partnerships)
    programme_check_fault(check, "who", "mode_in 须与 party_is: PARTNERSHIP 同用",
                          "mode_in goes with party_is: PARTNERSHIP", NULL);
  for (size_t i = 0; partnerships && i < role->n_who; i++) {
    Prg__PredicateKind kind = role->who[i]->kind;
    if (kind != PRG__PREDICATE_KIND__PREDICATE_PARTY_IS && kind != PRG__PREDICATE_KIND__PREDICATE_MODE_IN &&
        kind != PRG__PREDICATE_KIND__PREDICATE_DIVISION_LEVEL &&
        kind != PRG__PREDICATE_KIND__PREDICATE_DIVISION_TAG)
      programme_check_fault(check, "who", "结对关系没有单位的属性",
                            "a partnership has no properties of an institution", NULL);
  }
}

static void not_itself(struct programme_checker *check, const Prg__RoleDef *role)
{
  for (size_t i = 0; i < role->n_who && i < PROGRAMME_ITEMS; i++) {
    Prg__PredicateKind kind = role->who[i]->kind;
    if (kind != PRG__PREDICATE_KIND__PREDICATE_UNDER && kind != PRG__PREDICATE_KIND__PREDICATE_OPERATED_BY)
      continue;
    for (size_t w = 0; w < role->who[i]->n_words; w++)
      if (strcmp(role->who[i]->words[w], role->id) == 0)
        programme_check_fault(check, "who", "{} 不能以自己为上级", "{} cannot stand above itself", role->id);
  }
}

static void roles(struct programme_checker *check)
{
  const Prg__Programme *p = check->programme;
  if (!check->own) programme_check_needed(check, "roles", p->n_roles > 0);
  if (!programme_check_items(check, "roles", p->n_roles)) return;
  size_t mark = programme_check_enter(check, "roles");
  for (size_t i = 0; i < p->n_roles; i++) {
    const Prg__RoleDef *role = p->roles[i];
    size_t item = programme_check_enter_item(check, role->id, i);
    programme_check_upper(check, role->id);
    programme_check_title(check, "title", role->title);
    if (party_word_fixed(role->id))
      programme_check_fault(check, "id", "{} 是固定主体词", "{} is a party word already", role->id);
    programme_check_unique(check, p->roles, i);
    programme_check_needed(check, "who", role->n_who > 0);
    programme_check_predicates(check, "who", role->who, role->n_who, ABOUT_PARTY);
    role_of_partnerships(check, role);
    not_itself(check, role);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}

static void approvals(struct programme_checker *check)
{
  const Prg__Approvals *a = check->programme->approvals;
  if (!a) return;
  size_t mark = programme_check_enter(check, "approvals");
  programme_check_parties(check, "agreement", a->agreement, a->n_agreement, PLACE_ANYWHERE);
  programme_check_parties(check, "partnership", a->partnership, a->n_partnership, PLACE_ANYWHERE);
  programme_check_parties(check, "plan", a->plan, a->n_plan, PLACE_ANYWHERE);
  programme_check_parties(check, "assignment", a->assignment, a->n_assignment, PLACE_ANYWHERE);
  programme_check_leave(check, mark);
}

static size_t check_all(struct programme_checker *check)
{
  head(check);
  basis(check);
  calendar(check);
  roles(check);
  approvals(check);
  programme_check_modes(check);
  programme_check_measures(check);
  programme_check_figures(check);
  programme_check_papers(check);
  programme_check_heritage(check);
  return check->faults;
}

size_t programme_check(const Prg__Programme *programme, programme_fault_fn *fn, void *context)
{
  struct programme_checker check = {.programme = programme, .fn = fn, .context = context};
  return check_all(&check);
}

size_t programme_check_own(const Prg__Programme *programme, programme_fault_fn *fn, void *context)
{
  struct programme_checker check = {.programme = programme, .fn = fn, .context = context, .own = true};
  return check_all(&check);
}
