// A review from its opening to the end of the public notice.
#include "services/registry/rules/review.h"
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "common/domain/calendar.h"
#include "common/domain/division.h"
#include "common/domain/party.h"
#include "services/registry/rules/review_work.h"
#include <errno.h>
#include <string.h>

enum { SCORE_MAX_X10 = 1000, NOTICE_DAYS = 5 };

// ---- opening

static int unfit(struct review_work *work, const char *subject, const char *zh, const char *en)
{
  return decision_reject(work->out, REASON_RV_01, "subject", subject, "review", work->review->id, "why_zh",
                         zh, "why_en", en, NULL);
}

static const char *designation_word(const Reg__Partnership *partnership)
{
  Reg__Designation designation = partnership->designation;
  if (designation == REG__DESIGNATION__DESIGNATION_PILOT) return "PILOT";
  return designation == REG__DESIGNATION__DESIGNATION_MODEL ? "MODEL" : "NONE";
}

static bool designated_so(const Prg__Review *review, const Reg__Partnership *partnership)
{
  for (size_t i = 0; i < review->n_designation_in; i++)
    if (strcmp(review->designation_in[i], designation_word(partnership)) == 0) return true;
  return review->n_designation_in == 0;
}

static int take_partnership(struct review_work *work, const char *id)
{
  if (!id[0])
    return reg_field(work->out, "partnership", "此评审的对象是结对关系", "this review is of a partnership");
  int r = reg_find_partnership(work->dir, id, work->out, &work->partnership);
  if (r != 0) return r;
  const Reg__Partnership *partnership = work->partnership;
  if (strcmp(partnership->programme, work->programme->id) != 0)
    return unfit(work, id, "属于另一个项目", "it belongs to another programme");
  if (!party_live(partnership)) return unfit(work, id, "关系不在存续", "it is not established");
  if (!designated_so(work->review, partnership))
    return unfit(work, id, "未获此评审所要求的命名", "it is not designated as this review demands");
  if (partnership->agreement[0]) r = dir_agreement(work->dir, partnership->agreement, &work->agreement);
  work->record->partnership = partnership->id;
  work->record->division = partnership->division;
  return r;
}

static int take_division(struct review_work *work, const char *code)
{
  const Reg__Division *division = NULL;
  const Prg__Owner *owner = work->programme->owner;
  char shorter[DIVISION_SIZE];
  if (!division_valid(code))
    return reg_field(work->out, "division", "此评审的对象是行政区划", "this review is of a division");
  division_short(code, shorter);
  int r = dir_division(work->dir, shorter, &division);
  if (r == 0 && !division) r = reg_not_found(work->out, "区划", "division", code);
  if (r != 0) return r;
  if (work->review->each && division->level != work->review->each)
    return unfit(work, code, "区划级别不符", "its level is not the one reviewed");
  if (owner && owner->division[0] && !division_covers(owner->division, shorter))
    return unfit(work, code, "不在项目所属区域内", "it lies outside the programme's area");
  work->record->subject_division = division->code;
  work->record->division = division->code;
  return 0;
}

// "2023" or "2023-2024", as the recurrence has it; a review on request may have none.
static int take_period(struct review_work *work, const char *period)
{
  char from[DATE_SIZE], to[DATE_SIZE];
  bool year = strlen(period) == 4 && date_valid(period);
  bool school_year = school_year_period(work->programme->calendar, period, from, to);
  if (work->review->n_every ? !year && !school_year : period[0] && !year && !school_year)
    return reg_field(work->out, "period", "须为年度或学年，如 2023 或 2023-2024",
                     "must be a year or a school year, as 2023 or 2023-2024");
  work->record->period = (char *)period;
  return 0;
}

static bool under_way(const Reg__ReviewRecord *other)
{
  return other->status == REG__REVIEW_STATUS__REVIEW_OPEN ||
         other->status == REG__REVIEW_STATUS__REVIEW_PUBLICITY;
}

// One at a time, and one a period.
static int only_one(struct review_work *work)
{
  const Reg__ReviewRecord *const *list = NULL, *record = work->record;
  size_t n = 0;
  const char *subject = record->partnership[0] ? record->partnership : record->subject_division;
  int r = dir_reviews_of(work->dir, subject, &list, &n);
  for (size_t i = 0; r == 0 && i < n; i++) {
    const Reg__ReviewRecord *other = list[i];
    if (strcmp(other->programme, record->programme) != 0 || strcmp(other->review, record->review) != 0 ||
        other->status == REG__REVIEW_STATUS__REVIEW_WITHDRAWN)
      continue;
    bool same_period = record->period[0] && strcmp(other->period, record->period) == 0;
    if (under_way(other) || same_period)
      r = decision_reject(work->out, REASON_RV_02, "subject", subject, "review", record->review, "id",
                          other->id, NULL);
  }
  return r;
}

static int new_record(struct review_work *work)
{
  char *id = arena_alloc(work->out->arena, UUID_TEXT);
  Reg__ReviewRecord *record = REG_NEW(work->out, Reg__ReviewRecord, reg__review_record__init);
  if (!id || !record) return -ENOMEM;
  id_source_next(work->ctx->ids, id);
  record->id = id;
  record->programme = work->programme->id;
  record->programme_version = work->programme->version;
  record->review = work->review->id;
  record->status = REG__REVIEW_STATUS__REVIEW_OPEN;
  work->record = record;
  return 0;
}

int reg_review_open(const struct dir_view *dir, const Reg__OpenReview *cmd, const struct rule_context *ctx,
                    struct decision *out)
{
  struct review_work work = {.dir = dir, .ctx = ctx, .out = out};
  char *const *steps = NULL;
  int r = reg_find_programme(dir, cmd->programme, cmd->programme_version, out, &work.programme);
  if (r == 0) r = review_find(&work, cmd->review);
  if (r == 0) r = new_record(&work);
  if (r != 0) return r;
  bool of_division = strcmp(work.review->subject, "division") == 0;
  r = of_division ? take_division(&work, cmd->division) : take_partnership(&work, cmd->partnership);
  if (r == 0) r = take_period(&work, cmd->period);
  if (r == 0) r = require_scope(ctx, work.record->division, work.programme->id, work.record->review, out);
  if (r == 0) r = only_one(&work);
  if (r != 0) return r;
  review_steps(&work, &steps);
  work.record->next = steps[0];
  r = review_emit(&work, &reg__review_opened__descriptor, NULL);
  return r == 0 ? review_reply(&work) : r;
}

// ---- steps

static int append_step(struct review_work *work, const Reg__RecordReviewStep *cmd,
                       const Reg__Institution *institution)
{
  Reg__ReviewRecord *record = work->record;
  Reg__ReviewStep *step = REG_NEW(work->out, Reg__ReviewStep, reg__review_step__init);
  Reg__ReviewStep **longer = ARENA_ARRAY(work->out->arena, Reg__ReviewStep *, record->n_steps + 1);
  if (!step || !longer) return -ENOMEM;
  step->step = record->next;
  step->institution = institution->id;
  step->by = (char *)work->ctx->actor.name;
  step->at_us = (uint64_t)work->ctx->now_us;
  step->outcome = cmd->outcome;
  step->score_x10 = cmd->score_x10;
  step->note = cmd->note;
  if (record->n_steps) memcpy(longer, record->steps, record->n_steps * sizeof *longer);
  longer[record->n_steps++] = step;
  record->steps = longer;
  return 0;
}

// The step behind the one just taken; "" when all are.
static const char *step_behind(const struct review_work *work, const char *step)
{
  char *const *steps = NULL;
  size_t n = review_steps(work, &steps);
  for (size_t i = 0; i + 1 < n; i++)
    if (strcmp(steps[i], step) == 0) return steps[i + 1];
  return "";
}

// n whole working days, beginning with the day after the publication.
static int publish(struct review_work *work)
{
  Reg__ReviewRecord *record = work->record;
  uint32_t days = work->review->publicity_working_days;
  char last[DATE_SIZE];
  char *until = arena_alloc(work->out->arena, DATE_SIZE);
  if (!until) return -ENOMEM;
  date_of_time(working_days_after(work->ctx->now_us, days ? (int)days : NOTICE_DAYS), last);
  date_add_days(last, 1, until);
  record->status = REG__REVIEW_STATUS__REVIEW_PUBLICITY;
  record->publicity_from = (char *)work->ctx->today;
  record->publicity_to = until;
  return review_emit(work, &reg__review_published__descriptor, NULL);
}

int reg_review_step(const struct dir_view *dir, const Reg__RecordReviewStep *cmd,
                    const struct rule_context *ctx, struct decision *out)
{
  struct review_work work = {.dir = dir, .ctx = ctx, .out = out};
  const Reg__Institution *institution = NULL;
  ProtobufCMessage *event = NULL;
  int r = reg_check_text(out, "note", cmd->note, true, REG_TEXT_MAX);
  if (r == 0 && cmd->score_x10 > SCORE_MAX_X10)
    r = reg_field(out, "score_x10", "最高 1000（100 分）", "at most 1000 (100 points)");
  if (r == 0) r = review_load(&work, cmd->id, "step");
  if (r != 0) return r;
  const char *step = work.record->next, *until = work.record->publicity_to;
  if (until[0] && date_compare(ctx->today, until) < 0)
    return decision_reject(out, REASON_RV_05, "id", cmd->id, "until", until, NULL);
  if (!step[0]) return decision_reject(out, REASON_RV_03, "id", cmd->id, NULL);
  r = review_actor(&work, step, &institution);
  if (r == 0) r = review_check_outcome(&work, cmd->outcome);
  if (r == 0) r = append_step(&work, cmd, institution);
  if (r != 0) return r;
  const char *behind = step_behind(&work, step);
  bool notice = strcmp(behind, "PUBLICITY") == 0;
  work.record->next = (char *)(notice ? step_behind(&work, behind) : behind);
  r = review_emit(&work, &reg__review_step_recorded__descriptor, &event);
  if (r != 0) return r;
  ((Reg__ReviewStepRecorded *)event)->step = (char *)step;
  if (notice) r = publish(&work);
  return r == 0 ? review_reply(&work) : r;
}
