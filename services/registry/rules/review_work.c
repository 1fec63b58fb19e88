#include "services/registry/rules/review_work.h"
#include "common/domain/division.h"
#include "common/domain/predicate.h"
#include <errno.h>
#include <string.h>

static char owner_word[] = "OWNER", pass_word[] = "PASS", fail_word[] = "FAIL";

int review_find(struct review_work *work, const char *review)
{
  for (size_t i = 0; i < work->programme->n_reviews; i++)
    if (strcmp(work->programme->reviews[i]->id, review) == 0) {
      work->review = work->programme->reviews[i];
      return 0;
    }
  return reg_not_found(work->out, "评审", "review", review);
}

static int find_subject(struct review_work *work, const char *partnership)
{
  int r = partnership[0] ? reg_find_partnership(work->dir, partnership, work->out, &work->partnership) : 0;
  if (r == 0 && work->partnership && work->partnership->agreement[0])
    r = dir_agreement(work->dir, work->partnership->agreement, &work->agreement);
  return r;
}

int review_load(struct review_work *work, const char *id, const char *verb)
{
  const Reg__ReviewRecord *stored = NULL;
  int to = 0;
  int r = dir_review(work->dir, id, &stored);
  if (r == 0 && !stored) return reg_not_found(work->out, "评审", "review", id);
  if (r == 0)
    r = reg_find_programme(work->dir, stored->programme, stored->programme_version, work->out,
                           &work->programme);
  if (r == 0) r = review_find(work, stored->review);
  if (r == 0) r = find_subject(work, stored->partnership);
  if (r == 0) r = reg_expect_rev(work->ctx, stored->rev, work->out);
  if (r == 0) r = lifecycle_move(&reg_review_lifecycle, (int)stored->status, verb, work->out, &to);
  if (r != 0) return r;
  work->record = REG_COPY(work->out, Reg__ReviewRecord, stored);
  if (!work->record) return -ENOMEM;
  work->record->status = (Reg__ReviewStatus)to;
  return 0;
}

size_t review_steps(const struct review_work *work, char *const **ret)
{
  static char *const owner[] = {owner_word};
  const Prg__Review *review = work->review;
  if (review->n_steps) {
    *ret = review->steps;
    return review->n_steps;
  }
  *ret = review->n_to ? review->to : owner;
  return review->n_to ? review->n_to : 1;
}

// SELF is the side that leads: the first role of the mode, the core school or the supporter. In a division it
// is the division's own bureau.
static const char *word_of(const struct review_work *work, const char *step)
{
  if (strcmp(step, "COUNTY") == 0) return "COUNTY_BUREAU";
  if (strcmp(step, "PREFECTURE") == 0) return "PREFECTURE_BUREAU";
  if (strcmp(step, "SELF") != 0) return step; // PROVINCE, OWNER, or a party word of `to`
  const Prg__Mode *mode = work->partnership ? programme_mode(work->programme, work->partnership->mode) : NULL;
  if (mode && mode->n_members) return mode->members[0]->role;
  switch (division_level(work->record->subject_division)) {
  case TYP__DIVISION_LEVEL__LEVEL_PROVINCE:
    return "PROVINCE";
  case TYP__DIVISION_LEVEL__LEVEL_PREFECTURE:
    return "PREFECTURE_BUREAU";
  default:
    return "COUNTY_BUREAU";
  }
}

int review_actor(struct review_work *work, const char *step, const Reg__Institution **ret)
{
  char *words[] = {(char *)word_of(work, step)};
  struct party_subject subject = {.programme = work->programme,
                                  .agreement = work->agreement,
                                  .partnership = work->partnership,
                                  .place = work->record->division};
  struct reg_chain chain = {.subject = &subject, .words = words, .n = 1};
  struct reg_step taken = {0};
  int r = reg_next_step(work->dir, work->ctx, &chain, work->out, &taken);
  *ret = taken.institution;
  return r;
}

int review_check_outcome(struct review_work *work, const char *outcome)
{
  static char *const usual[] = {pass_word, fail_word};
  char *const *list = work->review->n_outcomes ? work->review->outcomes : usual;
  size_t n = work->review->n_outcomes ? work->review->n_outcomes : 2;
  const char *known = "";
  for (size_t i = 0; i < n && known; i++) {
    if (strcmp(list[i], outcome) == 0) return 0;
    known = arena_printf(work->out->arena, "%s%s%s", known, i ? ", " : "", list[i]);
  }
  return reg_field(work->out, "outcome", arena_printf(work->out->arena, "须为其一：%s", known ? known : ""),
                   arena_printf(work->out->arena, "must be one of %s", known ? known : ""));
}

int review_emit(struct review_work *work, const ProtobufCMessageDescriptor *event, ProtobufCMessage **ret)
{
  struct event_head head = {0};
  Reg__ReviewRecord *record = work->record;
  int r = reg_effective_day(work->ctx, work->out, "on", "", record->since, &record->since);
  if (r != 0) return r;
  if (work->partnership) reg_partnership_head(work->partnership, work->agreement, &head);
  head.subject = record->id;
  head.division = record->division;
  head.rev = ++record->rev;
  return reg_emit(work->out, event, &record->base, &head, ret);
}

int review_reply(struct review_work *work)
{
  Reg__ReviewReply *reply = REG_NEW(work->out, Reg__ReviewReply, reg__review_reply__init);
  if (!reply) return -ENOMEM;
  reply->id = work->record->id;
  reply->status = work->record->status;
  reply->next = work->record->next;
  reply->rev = work->record->rev;
  if (work->issue) reply->issue = (char *)work->issue;
  work->out->reply = &reply->base;
  return 0;
}
