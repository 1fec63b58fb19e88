#include "services/registry/rules/issue.h"
#include "common/domain/authority.h"
#include "common/domain/predicate.h"
#include "services/registry/rules/institution.h"
#include "services/registry/rules/lifecycle.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

enum { TITLE_MAX = 200, BODY_MAX = 2000, NEST_MAX = 3 };

struct work {
  const struct dir_view *dir;
  const struct rule_context *ctx;
  struct decision *out;
  const Prg__Programme *programme;
  const Reg__Partnership *partnership; // or NULL
  const Reg__Agreement *agreement;     // it rests on, or NULL
  Reg__Issue *record;
};

// ---- who must answer: the supporter's side, else the owner of the programme

// How near a role is to the supporter's end: 0 = nearest. Roles named so come first, then the order of the
// mode; a recipient never leads.
static size_t supporter_rank(const Prg__Mode *mode, const char *role)
{
  static const char recipient[] = "RECIPIENT", supporter[] = "SUPPORTER";
  if (strncmp(role, recipient, sizeof recipient - 1) == 0) return SIZE_MAX;
  if (strncmp(role, supporter, sizeof supporter - 1) == 0 || strcmp(role, "CORE") == 0) return 0;
  for (size_t i = 0; mode && i < mode->n_members; i++)
    if (strcmp(mode->members[i]->role, role) == 0) return i + 1;
  return SIZE_MAX - 1;
}

static const Reg__Member *leading_member(const struct work *work, const Reg__Partnership *partnership)
{
  const Prg__Mode *mode = work->programme ? programme_mode(work->programme, partnership->mode) : NULL;
  const Reg__Member *best = NULL;
  size_t best_rank = SIZE_MAX;
  for (size_t i = 0; i < partnership->n_members; i++) {
    size_t rank = supporter_rank(mode, partnership->members[i]->role);
    if (rank >= best_rank) continue;
    best = partnership->members[i];
    best_rank = rank;
  }
  return best;
}

// The live institution that leads a partnership, through partnerships that are members; NULL if there is
// none.
static int leading_unit(struct work *work, const Reg__Partnership *partnership, const Reg__Institution **ret)
{
  *ret = NULL;
  for (int depth = 0; partnership && depth < NEST_MAX; depth++) {
    const Reg__Member *member = leading_member(work, partnership);
    if (!member) return 0;
    int r = dir_institution(work->dir, member->party, ret);
    if (r < 0 || *ret) break;
    r = dir_partnership(work->dir, member->party, &partnership);
    if (r < 0) return r;
  }
  if (*ret && !reg_institution_live(*ret)) *ret = NULL;
  return 0;
}

static int programme_owner(struct work *work, const char **ret)
{
  struct party_subject subject = {
      .programme = work->programme, .agreement = work->agreement, .partnership = work->partnership};
  struct party_ref *refs = NULL;
  size_t n = 0;
  int r = party_resolve(work->dir, &subject, "OWNER", work->out->arena, &refs, &n);
  if (r == 0) *ret = n ? refs[0].id : "";
  return r;
}

static int default_owner(struct work *work, const char **ret)
{
  const Reg__Institution *unit = NULL;
  *ret = "";
  int r = work->partnership ? leading_unit(work, work->partnership, &unit) : 0;
  if (r < 0) return r;
  if (!unit || strcmp(unit->id, work->record->raised_by) == 0) return programme_owner(work, ret);
  *ret = unit->id;
  return 0;
}

// ---- records and events

static int emit(struct work *work, const ProtobufCMessageDescriptor *event, ProtobufCMessage **ret)
{
  struct event_head head = {0};
  const Reg__Issue *record = work->record;
  if (work->partnership) reg_partnership_head(work->partnership, work->agreement, &head);
  head.subject = record->id;
  head.division = record->division;
  head.rev = record->rev;
  reg_unit(&head, record->owner);
  reg_unit(&head, record->raised_by);
  return reg_emit(work->out, event, &record->base, &head, ret);
}

static int reply(struct work *work)
{
  Reg__IssueReply *answer = REG_NEW(work->out, Reg__IssueReply, reg__issue_reply__init);
  if (!answer) return -ENOMEM;
  answer->id = work->record->id;
  answer->status = work->record->status;
  answer->rev = work->record->rev;
  work->out->reply = &answer->base;
  return 0;
}

static int load_subject(struct work *work, const char *partnership, const char *programme)
{
  uint32_t version = 0;
  int r = partnership[0] ? reg_find_partnership(work->dir, partnership, work->out, &work->partnership) : 0;
  if (r != 0) return r;
  if (work->partnership) {
    programme = work->partnership->programme;
    version = work->partnership->programme_version;
    if (work->partnership->agreement[0])
      r = dir_agreement(work->dir, work->partnership->agreement, &work->agreement);
  }
  if (r == 0 && !programme[0])
    return reg_field(work->out, "programme", "项目或结对关系须写一个", "or a partnership must be named");
  return r == 0 ? reg_find_programme(work->dir, programme, version, work->out, &work->programme) : r;
}

static int fill_new(struct work *work)
{
  Reg__Issue *record = REG_NEW(work->out, Reg__Issue, reg__issue__init);
  char *id = arena_alloc(work->out->arena, UUID_TEXT), *due = arena_alloc(work->out->arena, DATE_SIZE);
  if (!record || !id || !due) return -ENOMEM;
  id_source_next(work->ctx->ids, id);
  date_from_days(date_days(work->ctx->today) + REG_ISSUE_DAYS, due);
  work->record = record;
  record->id = id;
  record->status = REG__ISSUE_STATUS__ISSUE_OPEN;
  record->due = due;
  record->since = (char *)work->ctx->today;
  record->rev = 1;
  record->programme = work->programme->id;
  if (!work->partnership) return 0;
  record->partnership = work->partnership->id;
  record->division = work->partnership->division;
  return 0;
}

// ---- raise

static int check_due(struct work *work, const char *due)
{
  if (!due[0]) return 0;
  int r = reg_check_date(work->out, "due", due, false);
  if (r == 0 && strlen(due) != DATE_SIZE - 1)
    r = reg_field(work->out, "due", "须写到日（YYYY-MM-DD）", "must name the day (YYYY-MM-DD)");
  if (r == 0 && date_compare(due, work->ctx->today) < 0)
    r = reg_field(work->out, "due", "不能早于今天", "lies in the past");
  if (r == 0) work->record->due = (char *)due;
  return r;
}

// A member, through partnerships that are members too.
static int is_member(struct work *work, const Reg__Partnership *partnership, const char *unit, int depth,
                     bool *ret)
{
  int r = 0;
  for (size_t i = 0; r == 0 && !*ret && i < partnership->n_members; i++) {
    const Reg__Partnership *inner = NULL;
    if (strcmp(partnership->members[i]->party, unit) == 0) *ret = true;
    if (partnership->members[i]->party_kind != REG__PARTY_KIND__PARTY_PARTNERSHIP || depth == NEST_MAX)
      continue;
    r = dir_partnership(work->dir, partnership->members[i]->party, &inner);
    if (r == 0 && inner) r = is_member(work, inner, unit, depth + 1, ret);
  }
  return r;
}

static int is_concerned(struct work *work, const char *unit, bool *ret)
{
  *ret = !work->partnership;
  for (size_t i = 0; work->agreement && i < work->agreement->n_parties; i++)
    if (strcmp(work->agreement->parties[i]->institution, unit) == 0) *ret = true;
  return *ret ? 0 : is_member(work, work->partnership, unit, 1, ret);
}

// Whoever acts for the unit raises it, or an office whose scope covers the unit; a unit that is no party to
// the partnership needs a scope that covers the partnership.
static int check_raiser(struct work *work, const Reg__Institution *raiser)
{
  bool acts = false, concerned = false;
  int r = actor_acts_for_unit(work->dir, &work->ctx->actor, raiser, &acts);
  if (r == 0 && !acts)
    r = require_scope(work->ctx, raiser->division, work->programme->id, raiser->name, work->out);
  if (r == 0) r = is_concerned(work, raiser->id, &concerned);
  if (r != 0 || concerned) return r;
  return require_scope(work->ctx, work->partnership->division, work->programme->id, work->partnership->id,
                       work->out);
}

static int set_owner(struct work *work, const char *given)
{
  const Reg__Institution *owner = NULL;
  const char *id = given;
  int r = given[0] ? 0 : default_owner(work, &id);
  if (r < 0) return r;
  if (!id[0]) return reg_field(work->out, "owner", "没有找到答复单位，请指定", "must be named: none follows");
  r = reg_find_institution(work->dir, id, work->out, &owner);
  if (r != 0) return r;
  if (!reg_institution_live(owner))
    return decision_reject(work->out, REASON_IN_07, "target", owner->name, "wanted_zh", "单位", "wanted_en",
                           "institution", NULL);
  work->record->owner = owner->id;
  return 0;
}

int reg_issue_raise(const struct dir_view *dir, const Reg__RaiseIssue *cmd, const struct rule_context *ctx,
                    struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  const Reg__Institution *raiser = NULL;
  int r = reg_check_text(out, "title", cmd->title, false, TITLE_MAX);
  if (r == 0) r = reg_check_text(out, "text", cmd->text, true, BODY_MAX);
  if (r == 0 && !cmd->raised_by[0]) r = reg_field(out, "raised_by", "必填", "is required");
  if (r == 0) r = reg_find_institution(dir, cmd->raised_by, out, &raiser);
  if (r == 0) r = load_subject(&work, cmd->partnership, cmd->programme);
  if (r == 0) r = check_raiser(&work, raiser);
  if (r == 0) r = fill_new(&work);
  if (r != 0) return r;
  work.record->title = cmd->title;
  work.record->text = cmd->text;
  work.record->raised_by = raiser->id;
  if (!work.partnership) work.record->division = raiser->division;
  r = check_due(&work, cmd->due);
  if (r == 0) r = set_owner(&work, cmd->owner);
  if (r == 0) r = emit(&work, &reg__issue_raised__descriptor, NULL);
  return r == 0 ? reply(&work) : r;
}

// ---- by the registry itself

static bool names_rule(const Reg__Issue *issue, const char *rule)
{
  for (size_t i = 0; i < issue->n_rules; i++)
    if (strcmp(issue->rules[i], rule) == 0) return true;
  return false;
}

static bool tells_all(const Reg__Issue *issue, const Reg__Partnership *partnership)
{
  if (issue->status == REG__ISSUE_STATUS__ISSUE_CLOSED || issue->raised_by[0]) return false;
  for (size_t i = 0; i < partnership->n_broken; i++)
    if (!names_rule(issue, partnership->broken[i])) return false;
  return true;
}

static int told_already(struct work *work, bool *ret)
{
  const Reg__Issue *const *list = NULL;
  size_t n = 0;
  int r = dir_issues_of(work->dir, work->partnership->id, &list, &n);
  *ret = false;
  for (size_t i = 0; r == 0 && !*ret && i < n; i++)
    *ret = tells_all(list[i], work->partnership);
  return r;
}

static char *list_rules(struct arena *arena, const Reg__Partnership *partnership)
{
  char *text = arena_strdup(arena, "");
  for (size_t i = 0; text && i < partnership->n_broken; i++)
    text = arena_printf(arena, "%s%s%s", text, i ? ", " : "", partnership->broken[i]);
  return text;
}

int reg_issue_of_broken(const struct dir_view *dir, const struct rule_context *ctx,
                        const Reg__Partnership *partnership, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  bool told = false;
  int r = load_subject(&work, partnership->id, "");
  work.partnership = partnership;
  if (r == 0) r = told_already(&work, &told);
  if (r != 0 || told) return r;
  r = fill_new(&work);
  const char *owner = "", *rules = list_rules(out->arena, partnership);
  if (r == 0) r = default_owner(&work, &owner);
  if (r < 0) return r;
  work.record->owner = (char *)owner;
  work.record->rules = partnership->broken;
  work.record->n_rules = partnership->n_broken;
  work.record->title =
      rules
          ? arena_printf(out->arena, "结构不再符合模式要求：%s / structure no longer holds: %s", rules, rules)
          : NULL;
  return work.record->title ? emit(&work, &reg__issue_raised__descriptor, NULL) : -ENOMEM;
}

// ---- by a review

static const Typ__Text *review_title(const Prg__Programme *programme, const char *review)
{
  for (size_t i = 0; i < programme->n_reviews; i++)
    if (strcmp(programme->reviews[i]->id, review) == 0) return programme->reviews[i]->title;
  return NULL;
}

int reg_issue_of_review(const struct dir_view *dir, const struct rule_context *ctx,
                        const struct reg_issue_cause *cause, struct decision *out, const char **ret_id)
{
  const Reg__ReviewRecord *review = cause->review;
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  const char *owner = "";
  int r = load_subject(&work, review->partnership, review->programme);
  if (r == 0) r = fill_new(&work);
  if (r != 0) return r;
  const Typ__Text *title = review_title(work.programme, review->review);
  work.record->division = review->division;
  work.record->raised_by = (char *)cause->raised_by;
  work.record->text = (char *)cause->text;
  work.record->title = arena_printf(out->arena, "%s %s 提出的问题 / raised by the review %s %s",
                                    title ? title->zh : review->review, review->period,
                                    title ? title->en : review->review, review->period);
  if (!work.record->title) return -ENOMEM;
  r = default_owner(&work, &owner);
  if (r < 0) return r;
  if (!owner[0]) owner = cause->raised_by; // nobody else answers for it
  work.record->owner = (char *)owner;
  *ret_id = work.record->id;
  return emit(&work, &reg__issue_raised__descriptor, NULL);
}

// ---- answer, close

static int load(struct work *work, const char *id, const char *verb)
{
  const Reg__Issue *stored = NULL;
  int to = 0;
  int r = dir_issue(work->dir, id, &stored);
  if (r == 0 && !stored) return reg_not_found(work->out, "问题", "issue", id);
  if (r == 0) r = load_subject(work, stored->partnership, stored->programme);
  if (r == 0) r = reg_expect_rev(work->ctx, stored->rev, work->out);
  if (r == 0) r = lifecycle_move(&reg_issue_lifecycle, (int)stored->status, verb, work->out, &to);
  if (r != 0) return r;
  work->record = REG_COPY(work->out, Reg__Issue, stored);
  if (!work->record) return -ENOMEM;
  work->record->status = (Reg__IssueStatus)to;
  work->record->rev++;
  return reg_effective_day(work->ctx, work->out, "on", "", stored->since, &work->record->since);
}

static int add_answer(struct work *work, const char *text, const Reg__Institution *by)
{
  Reg__Issue *record = work->record;
  Reg__IssueAnswer *answer = REG_NEW(work->out, Reg__IssueAnswer, reg__issue_answer__init);
  Reg__IssueAnswer **list = ARENA_ARRAY(work->out->arena, Reg__IssueAnswer *, record->n_answers + 1);
  if (!answer || !list) return -ENOMEM;
  answer->text = (char *)text;
  answer->by = (char *)work->ctx->actor.name;
  answer->institution = by->id;
  answer->at_us = (uint64_t)work->ctx->now_us;
  if (record->n_answers) memcpy(list, record->answers, record->n_answers * sizeof *list);
  list[record->n_answers++] = answer;
  record->answers = list;
  return 0;
}

int reg_issue_answer(const struct dir_view *dir, const Reg__AnswerIssue *cmd, const struct rule_context *ctx,
                     struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  const Reg__Institution *owner = NULL;
  int r = reg_check_text(out, "text", cmd->text, false, BODY_MAX);
  if (r == 0) r = load(&work, cmd->id, "answer");
  if (r == 0) r = reg_check_count(out, "answers", work.record->n_answers + 1, REG_LIST_MAX);
  if (r == 0) r = reg_find_institution(dir, work.record->owner, out, &owner);
  if (r == 0) r = require_unit(dir, ctx, owner, out);
  if (r == 0) r = add_answer(&work, cmd->text, owner);
  if (r == 0) r = emit(&work, &reg__issue_answered__descriptor, NULL);
  return r == 0 ? reply(&work) : r;
}

static int acts_for(struct work *work, const char *id, bool *ret)
{
  const Reg__Institution *unit = NULL;
  int r = id[0] ? dir_institution(work->dir, id, &unit) : 0;
  return r == 0 && unit ? actor_acts_for_unit(work->dir, &work->ctx->actor, unit, ret) : r;
}

static int check_closer(struct work *work)
{
  const Reg__Issue *record = work->record;
  bool acts = false;
  int r = acts_for(work, record->raised_by[0] ? record->raised_by : record->owner, &acts);
  if (r < 0 || acts) return r;
  return require_scope(work->ctx, record->division, work->programme->id, record->title, work->out);
}

int reg_issue_close(const struct dir_view *dir, const Reg__CloseIssue *cmd, const struct rule_context *ctx,
                    struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  ProtobufCMessage *event = NULL;
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = load(&work, cmd->id, "close");
  if (r == 0) r = check_closer(&work);
  if (r == 0) r = emit(&work, &reg__issue_closed__descriptor, &event);
  if (r != 0) return r;
  ((Reg__IssueClosed *)event)->reason = cmd->reason;
  return reply(&work);
}
