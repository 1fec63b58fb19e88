#include "services/dispatch/rules/steps.h"
#include "common/domain/authority.h"
#include "common/domain/party.h"
#include <errno.h>
#include <string.h>

static int behind(const struct dsp_call *call, const struct dsp_case *case_, const struct dsp_chain_at *at,
                  struct party_ref **ret, size_t *ret_n)
{
  struct party_subject subject = {.programme = case_->programme,
                                  .agreement = at->agreement,
                                  .partnership = at->partnership,
                                  .place = at->place,
                                  .home = at->home,
                                  .host = at->host};
  return party_resolve(call->dir, &subject, at->words[at->done], call->out->arena, ret, ret_n);
}

static const char *names(const struct dsp_call *call, const char *word, const struct party_ref *refs,
                         size_t n)
{
  const char *text = NULL;
  for (size_t i = 0; i < n && i < 4; i++) {
    const char *label = dsp_gate_label(call, refs[i].id);
    text = text ? arena_printf(call->out->arena, "%s / %s", text, label) : label;
    if (!text) return word;
  }
  return text ? text : word;
}

int dsp_steps_next(const struct dsp_call *call, const struct dsp_case *case_, const struct dsp_chain_at *at,
                   struct dsp_step *ret)
{
  struct party_ref *refs;
  size_t n;
  int r = behind(call, case_, at, &refs, &n);
  if (r < 0) return r;
  const char *word = at->words[at->done];
  for (size_t i = 0; i < n; i++) {
    const Reg__Institution *institution = NULL;
    bool acts = false;
    if (refs[i].is_person) continue;
    if ((r = dir_institution(call->dir, refs[i].id, &institution)) < 0) return r;
    if (institution && (r = actor_acts_for_unit(call->dir, &call->ctx->actor, institution, &acts)) < 0)
      return r;
    if (!acts) continue;
    if (!dsp_gate_in_scope(call, institution, case_->programme->id))
      return require_scope(call->ctx, institution->division, case_->programme->id, institution->name,
                           call->out);
    *ret = (struct dsp_step){word, institution->id};
    return 0;
  }
  return decision_reject(call->out, REASON_PL_03, "who", names(call, word, refs, n), "actor",
                         call->ctx->actor.name, "word", word, NULL);
}

int dsp_steps_record(const struct dsp_call *call, const struct dsp_step *step, const char *reason,
                     Typ__ApprovalStep ***list, size_t *n)
{
  Typ__ApprovalStep **longer = ARENA_ARRAY(call->out->arena, Typ__ApprovalStep *, *n + 1);
  Typ__ApprovalStep *taken = ARENA_NEW(call->out->arena, Typ__ApprovalStep);
  char *by = arena_strdup(call->out->arena, call->ctx->actor.name);
  char *why = arena_strdup(call->out->arena, reason ? reason : "");
  if (!longer || !taken || !by || !why) return -ENOMEM;
  if (*n) memcpy(longer, *list, *n * sizeof *longer);
  typ__approval_step__init(taken);
  taken->party = (char *)step->word;
  taken->institution = (char *)step->institution;
  taken->by = by;
  taken->time_us = (uint64_t)call->ctx->now_us;
  taken->reason = why;
  longer[(*n)++] = taken;
  *list = longer;
  return 0;
}
