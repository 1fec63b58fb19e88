// Candidates: people nominated for a measure and period, with the findings of every condition. One that does
// not meet them is kept too, marked so: the matcher's explanations need to know who would have come.
#pragma once
#include "services/dispatch/rules/eligible.h"

#define DSP_CANDIDATE_WISHES_MAX 20

int dsp_candidate_nominate(const struct dir_view *dir, const struct dsp_view *view, const Dsp__Nominate *cmd,
                           const struct rule_context *ctx, struct decision *out);
int dsp_candidate_withdraw(const struct dir_view *dir, const struct dsp_view *view,
                           const Dsp__WithdrawCandidate *cmd, const struct rule_context *ctx,
                           struct decision *out);

// The open candidacy of a person for a measure and period becomes POSTED; nothing happens if there is none.
int dsp_candidate_post(const struct dsp_call *call, const Dsp__Assignment *assignment, const char *period);
// Everything that makes a person eligible whoever the host will be: in service, `who`, on the sending side.
// For nomination and for the match.
int dsp_candidate_check(const struct dsp_call *call, const struct dsp_case *case_,
                        const struct dsp_applicant *applicant, struct dsp_verdict *ret);
