#include "tests/model/dispatch/model.h"
#include <stddef.h>

static bool never_was(enum model_state state)
{
  return state == DECLINED || state == CANCELLED || state == NO_SHOW;
}

static bool counted(enum model_state state)
{
  return state != PROPOSED && state != ACCEPTED && !never_was(state);
}

static int end_of(const struct model_posting *posting)
{
  return posting->ended >= 0 ? posting->ended : posting->to;
}

static int load_on(const struct model *model, int person, int day, const struct model_posting *except)
{
  int load = 0;
  for (int i = 0; i < model->n; i++) {
    const struct model_posting *other = &model->list[i];
    if (other != except && other->person == person && !never_was(other->state) && other->from <= day &&
        day < end_of(other))
      load += other->load;
  }
  return load;
}

static bool clashes(const struct model *model, const struct model_posting *posting,
                    const struct model_posting *except)
{
  for (int day = posting->from; day < posting->to; day++)
    if (load_on(model, posting->person, day, except) + posting->load > 100) return true;
  return false;
}

const char *model_propose(const struct model *model, const struct model_posting *posting)
{
  if (posting->from < model->today) return "AS-10";
  return clashes(model, posting, NULL) ? "AS-04" : NULL;
}

int model_used_year(const struct model *model, int year)
{
  int used = 0;
  for (int i = 0; i < model->n; i++)
    used += model->list[i].line == 0 && model->list[i].year == year && counted(model->list[i].state);
  return used;
}

int model_used_line(const struct model *model, int line)
{
  int used = 0;
  for (int i = 0; i < model->n; i++)
    used += model->list[i].line != 0 && (line == 0 || model->list[i].line == line) &&
            counted(model->list[i].state);
  return used;
}

static const char *approve(struct model *model, struct model_posting *posting)
{
  if (posting->state != ACCEPTED) return "STATE";
  if (posting->from < model->today) return "AS-10";
  if (clashes(model, posting, posting)) return "AS-04";
  if (posting->line == 0 && model_used_year(model, posting->year) >= model->quota) return "AS-06";
  if (posting->line != 0 && model_used_line(model, posting->line) >= model->line_max[posting->line])
    return "AS-06";
  posting->state = APPROVED;
  return NULL;
}

static const char *arrive(struct model *model, struct model_posting *posting)
{
  if (posting->state != DISPATCHED) return "STATE";
  if (model->today < posting->from - 7 || model->today >= posting->to) return "AS-10";
  posting->state = ARRIVED;
  posting->arrived = model->today;
  return NULL;
}

static const char *end(struct model *model, struct model_posting *posting, enum model_state state)
{
  posting->ended = model->today < posting->to ? model->today : posting->to;
  posting->state = state;
  return NULL;
}

static const char *accept(struct model_posting *posting, bool person)
{
  if (posting->state != PROPOSED) return "STATE";
  if (person)
    posting->person_said = true;
  else
    posting->home_said = true;
  if (posting->person_said && posting->home_said) posting->state = ACCEPTED;
  return NULL;
}

static const char *move(struct model_posting *posting, bool allowed, enum model_state to)
{
  if (!allowed) return "STATE";
  posting->state = to;
  return NULL;
}

const char *model_step(struct model *model, struct model_posting *posting, enum model_verb verb)
{
  enum model_state state = posting->state;
  bool there = state == ARRIVED || state == SUSPENDED;
  switch (verb) {
  case ACCEPT_PERSON:
    return accept(posting, true);
  case ACCEPT_HOME:
    return accept(posting, false);
  case DECLINE:
    return move(posting, state == PROPOSED || state == ACCEPTED, DECLINED);
  case APPROVE:
    return approve(model, posting);
  case CANCEL:
    return move(posting, state == PROPOSED || state == ACCEPTED || state == APPROVED, CANCELLED);
  case ORDER:
    if (state == APPROVED) posting->due = posting->from;
    return move(posting, state == APPROVED, DISPATCHED);
  case ARRIVE:
    return arrive(model, posting);
  case SUSPEND:
    return move(posting, state == ARRIVED, SUSPENDED);
  case RESUME:
    return move(posting, state == SUSPENDED, ARRIVED);
  case RECALL:
    return there || state == DISPATCHED ? end(model, posting, ENDED) : "STATE";
  case END_EARLY:
    return there ? end(model, posting, ENDED) : "STATE";
  default:
    return state == ARRIVED ? end(model, posting, COMPLETED) : "STATE";
  }
}

int model_tick(struct model *model, int today)
{
  int moved = 0;
  model->today = today;
  for (int i = 0; i < model->n; i++) {
    struct model_posting *posting = &model->list[i];
    if (posting->state != DISPATCHED || today - posting->due <= 7) continue;
    posting->state = NO_SHOW;
    moved++;
  }
  return moved;
}
