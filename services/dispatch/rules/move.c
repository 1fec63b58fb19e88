#include "services/dispatch/rules/move.h"
#include "common/domain/authority.h"
#include "services/dispatch/rules/lifecycle.h"
#include "services/dispatch/rules/sides.h"
#include <errno.h>

int dsp_move_next(const struct dsp_call *call, const Dsp__Assignment *before, const char *verb,
                  struct dsp_move *ret)
{
  struct dsp_move move = {.before = before};
  int to, r = lifecycle_move(&dsp_lifecycle_assignment, before->status, verb, call->out, &to);
  if (r != 0) return r;
  move.event = lifecycle_find(&dsp_lifecycle_assignment, before->status, verb)->event;
  move.next = (Dsp__Assignment *)arena_clone(call->out->arena, &before->base);
  if (!move.next) return -ENOMEM;
  move.next->status = to;
  move.next->rev++;
  if (move.next->orphan && !dsp_lifecycle_live(move.next->status)) move.next->orphan->open = false;
  *ret = move;
  return 0;
}

int dsp_move_begin(const struct dsp_call *call, const char *id, const char *verb, struct dsp_move *ret)
{
  const Dsp__Assignment *before;
  int r = dsp_gate_assignment(call, id, &before);
  if (r == 0) r = dsp_move_next(call, before, verb, ret);
  if (r != 0) return r;
  struct dsp_names names = {before->programme, before->agreement, before->measure, before->programme_version};
  return dsp_gate_case(call, &names, false, &ret->case_);
}

int dsp_move_finish(const struct dsp_call *call, const struct dsp_move *move, const char *reason)
{
  int r = dsp_emit_assignment(call, move->next, move->event, reason);
  return r != 0 ? r : dsp_emit_reply_assignment(call, move->next);
}

static int add_sender(const struct dsp_call *call, const struct dsp_case *case_,
                      const Dsp__Assignment *assignment, struct dsp_actors *actors)
{
  const Reg__Institution *home = NULL, *bureau;
  const Reg__Partnership *partnership = NULL;
  const char *sender;
  int r = dir_institution(call->dir, assignment->home, &home);
  if (r < 0 || !home) return r;
  if (dsp_gate_is_text(assignment->partnership))
    if ((r = dir_partnership(call->dir, assignment->partnership, &partnership)) < 0) return r;
  r = dsp_sides_sender(call, case_, partnership, home, &sender);
  if (r == 0) r = dsp_sides_bureau(call, sender, home, &bureau);
  if (r == 0) dsp_gate_add(actors, bureau->id);
  return r;
}

static int add_owner(const struct dsp_call *call, const Dsp__Assignment *assignment,
                     struct dsp_actors *actors)
{
  const Dsp__NeedsPlan *plan = NULL;
  int r = dsp_gate_is_text(assignment->plan) ? dsp_view_plan(call->view, assignment->plan, &plan) : 0;
  if (r == 0 && plan) dsp_gate_add(actors, plan->owner);
  return r;
}

int dsp_move_acts(const struct dsp_call *call, const struct dsp_case *case_,
                  const Dsp__Assignment *assignment, unsigned sides)
{
  struct dsp_actors actors = {.n = 0};
  int r = 0;
  if (sides & DSP_SENDER) r = add_sender(call, case_, assignment, &actors);
  if (sides & DSP_HOME) dsp_gate_add(&actors, assignment->home);
  if (sides & DSP_HOST) dsp_gate_add(&actors, assignment->host);
  if (r == 0 && (sides & DSP_OWNER)) r = add_owner(call, assignment, &actors);
  for (size_t i = 0; (sides & DSP_PARTIES) && case_->agreement && i < case_->agreement->n_parties; i++)
    dsp_gate_add(&actors, case_->agreement->parties[i]->institution);
  return r < 0 ? r : dsp_gate_acts(call, &actors, case_->programme->id);
}

int dsp_move_acts_person(const struct dsp_call *call, const Dsp__Assignment *assignment)
{
  const Reg__Person *person;
  bool acts = false;
  int r = dir_person(call->dir, assignment->person, &person);
  if (r == 0 && person) r = actor_acts_for_person(call->dir, &call->ctx->actor, person, &acts);
  if (r < 0 || acts) return r;
  return decision_reject(call->out, REASON_WRONG_ACTOR, "who", dsp_gate_label(call, assignment->person),
                         "actor", call->ctx->actor.name, NULL);
}
