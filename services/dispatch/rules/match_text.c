#include "services/dispatch/rules/match_text.h"
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

static const struct dsp_match_words texts[] = {
#define X(id, zh, en) {zh, en},
#include "services/dispatch/rules/match_texts.def"
#undef X
};

const char *const dsp_match_level_names[MDL_TERMS] = {
    [MDL_GUARANTEE] = "guarantee",
    [MDL_UNFILLED] = "unfilled",
    [MDL_CHANGES] = "changes",
    [MDL_PAIR] = "pairs_not_kept",
    [MDL_CONTINUITY] = "persons_not_kept",
    [MDL_GAP] = "stage_gap",
    [MDL_DISTANCE] = "distance",
    [MDL_HARDSHIP] = "hardship",
    [MDL_WISH] = "wish_rank",
    [MDL_BURDEN] = "burden",
    [MDL_TIE] = "tie",
};

struct dsp_match_words dsp_match_fill(const struct dsp_call *call, enum dsp_match_text text, ...)
{
  struct decision zh = {.arena = call->out->arena}, en = {.arena = call->out->arena};
  const char *name;
  va_list list;
  va_start(list, text);
  while ((name = va_arg(list, const char *)) && zh.n_params < DECISION_PARAMS) {
    zh.params[zh.n_params].name = en.params[en.n_params].name = name;
    zh.params[zh.n_params++].value = va_arg(list, const char *);
    en.params[en.n_params++].value = va_arg(list, const char *);
  }
  va_end(list);
  for (size_t i = 0; i < zh.n_params; i++)
    if (!zh.params[i].value || !en.params[i].value) return (struct dsp_match_words){NULL, NULL};
  return (struct dsp_match_words){reason_fill(call->out->arena, texts[text].zh, &zh),
                                  reason_fill(call->out->arena, texts[text].en, &en)};
}

struct dsp_match_words dsp_match_join(const struct dsp_call *call, struct dsp_match_words list,
                                      struct dsp_match_words piece)
{
  if (!list.zh || !list.en) return piece;
  if (!piece.zh || !piece.en) return piece;
  return (struct dsp_match_words){arena_printf(call->out->arena, "%s，%s", list.zh, piece.zh),
                                  arena_printf(call->out->arena, "%s, %s", list.en, piece.en)};
}

int dsp_match_add(const struct dsp_call *call, struct dsp_findings *findings, const char *code, bool ok,
                  struct dsp_match_words words)
{
  struct dsp_finding finding = {.ok = ok, .zh = words.zh, .en = words.en};
  if (!words.zh || !words.en) return -ENOMEM;
  int r = dsp_emit_finding(call->out->arena, findings, &finding);
  if (r == 0) findings->list[findings->n - 1]->code = (char *)code;
  return r;
}

Dsp__Finding *dsp_match_finding(const struct dsp_call *call, const char *code, struct dsp_match_words words)
{
  struct dsp_findings findings = {0};
  return dsp_match_add(call, &findings, code, false, words) == 0 ? findings.list[0] : NULL;
}

const char *dsp_match_number(const struct dsp_call *call, int64_t number)
{
  return arena_printf(call->out->arena, "%" PRId64, number);
}

struct dsp_match_words dsp_match_term(enum mdl_term term)
{
  return texts[DSP_MATCH_TERM_GUARANTEE + (int)term];
}

struct dsp_match_words dsp_match_change(const struct dsp_call *call, const enum mdl_term *order, int n_order,
                                        const int64_t value[MDL_TERMS])
{
  struct dsp_match_words all = {NULL, NULL};
  for (int i = 0; i < n_order; i++) {
    struct dsp_match_words term = dsp_match_term(order[i]);
    if (value[order[i]] == 0) continue;
    all = dsp_match_join(
        call, all,
        (struct dsp_match_words){arena_printf(call->out->arena, "%s %+" PRId64, term.zh, value[order[i]]),
                                 arena_printf(call->out->arena, "%s %+" PRId64, term.en, value[order[i]])});
    if (!all.zh || !all.en) return all;
  }
  return all.zh ? all : texts[DSP_MATCH_CHANGE_NONE];
}
