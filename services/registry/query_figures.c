// Figures of indicators and the records behind them. A call looks at a bounded number of rows: figures of a
// level come by whole divisions, the figure of one division in parts that add up.
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "common/domain/division.h"
#include "services/registry/figures_memo.h"
#include "services/registry/query_parts.h"
#include "services/registry/rules/figures.h"
#include "services/registry/rules/reg.h"
#include "services/registry/state.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FIGURES_DEFAULT = 200, FIGURES_MAX = 500, SCAN_MAX = 5000 };

struct question {
  struct svc_call *call;
  struct decision *out;
  const Prg__Programme *programme;
  const Prg__Indicator *indicator;
  char division[DIVISION_SIZE];
  const char *day;
  const struct dir_view *then;
  const struct figures *figures; // the memo's; NULL for what is entered by hand
  size_t limit;
};

static size_t limit_of(uint32_t asked)
{
  return asked == 0 ? FIGURES_DEFAULT : asked > FIGURES_MAX ? FIGURES_MAX : asked;
}

static int take_division(struct question *question, const char *division)
{
  const Prg__Owner *owner = question->programme->owner;
  const char *owned = owner && owner->division[0] ? owner->division : "0";
  const char *asked = division[0] ? division : owned;
  if (!division_valid(asked))
    return reg_field(question->out, "division", "不是行政区划代码", "is no division code");
  division_short(asked, question->division);
  const struct actor *actor = &question->call->ctx->actor;
  if (actor_has_role(actor, ROLE_BIT(SERVICE))) return 0;
  return require_scope(question->call->ctx, question->division, question->programme->id,
                       question->indicator->id, question->out);
}

static int ask(struct question *question, const char *programme, uint32_t version, const char *indicator,
               const char *division, const char *as_of)
{
  const struct svc_call *call = question->call;
  int r = reg_find_programme(call->dir, programme, version, question->out, &question->programme);
  if (r != 0) return r;
  question->indicator = figures_indicator(question->programme, indicator);
  if (!question->indicator) return reg_not_found(question->out, "指标", "indicator", indicator);
  r = take_division(question, division);
  question->day = as_of[0] ? as_of : call->ctx->today;
  // Nothing can have begun after today, so the present rows are those of today: no past is looked through.
  const char *then = date_compare(question->day, call->ctx->today) < 0 ? question->day : "";
  if (r == 0) r = reg_query_as_of(call, as_of, question->out, &question->then);
  if (r == 0 && !then[0]) question->then = call->dir;
  return r;
}

static bool by_hand(const struct question *question)
{
  return question->indicator->form == PRG__INDICATOR_FORM__INDICATOR_MANUAL;
}

static int open_figures(struct question *question)
{
  const struct figures_question what = {question->programme, question->indicator, question->day,
                                        svc_seq(question->call->svc)};
  struct figures_memo *memo = reg_state_figures(question->call->state);
  return by_hand(question) ? 0 : figures_memo_open(memo, question->then, &what, &question->figures);
}

// ---- figures

static Reg__Figure *new_figure(struct question *question, const char *division)
{
  Reg__Figure *figure = REG_NEW(question->out, Reg__Figure, reg__figure__init);
  if (figure) figure->division = arena_strdup(question->out->arena, division);
  return figure && figure->division ? figure : NULL;
}

static int fill_by_hand(struct question *question, Reg__Figure *figure)
{
  const Reg__IndicatorValue *const *list = NULL, *newest = NULL;
  size_t n = 0;
  int r = dir_indicator_values_of(question->call->dir, question->programme->id, question->indicator->id,
                                  figure->division, &list, &n);
  for (size_t i = 0; r == 0 && i < n; i++)
    if (date_compare(list[i]->as_of, question->day) <= 0 &&
        (!newest || date_compare(list[i]->as_of, newest->as_of) >= 0))
      newest = list[i];
  figure->not_applicable = newest == NULL;
  if (newest) figure->value = newest->value;
  return r;
}

static void fill(const struct question *question, const struct figure_count *count, Reg__Figure *figure)
{
  figure->numerator = count->numerator;
  figure->denominator = count->denominator;
  figure->not_applicable = figures_not_applicable(question->indicator, count);
}

static int figure_of(struct question *question, const char *division, Reg__Figure **ret, size_t *scanned)
{
  struct figure_count count = {0};
  Reg__Figure *figure = new_figure(question, division);
  if (!figure) return -ENOMEM;
  *ret = figure;
  if (by_hand(question)) return fill_by_hand(question, figure);
  int r = figures_of(question->figures, question->then, division, &count, NULL, NULL);
  fill(question, &count, figure);
  *scanned += count.looked_at;
  return r;
}

// One figure for the division, or the next part of it.
static int answer_one(struct question *question, const char *after, Reg__Figures *reply)
{
  struct figure_count count = {0};
  char next[64] = "";
  const struct figure_part part = {after, SCAN_MAX, NULL, NULL};
  Reg__Figure *figure = new_figure(question, question->division);
  if (!figure) return -ENOMEM;
  int r = by_hand(question)
              ? fill_by_hand(question, figure)
              : figures_part(question->figures, question->then, question->division, &part, &count, next);
  if (!by_hand(question)) fill(question, &count, figure);
  reply->figures[0] = figure;
  reply->n_figures = 1;
  reply->next = arena_strdup(question->out->arena, next);
  return r < 0 || reply->next ? r : -ENOMEM;
}

static int answer_level(struct question *question, const Reg__GetFigures *query, Reg__Figures *reply)
{
  const Reg__Division **list = NULL;
  size_t n = 0, scanned = 0, i = 0;
  const struct dir_range range = {question->division, query->level, question->day, query->after,
                                  question->limit};
  int r = dir_divisions_under(question->then, &range, &list, &n);
  for (; r == 0 && i < n && scanned < SCAN_MAX; i++)
    r = figure_of(question, list[i]->code, &reply->figures[i], &scanned);
  reply->n_figures = i;
  if (i && (i < n || n == question->limit)) reply->next = list[i - 1]->code;
  return r;
}

int reg_query_figures(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__GetFigures *query = (const Reg__GetFigures *)message;
  struct question question = {.call = call, .out = out, .limit = limit_of(query->limit)};
  int r = ask(&question, query->programme, query->programme_version, query->indicator, query->division,
              query->as_of);
  if (r != 0) return r;
  Reg__Figures *reply = REG_NEW(out, Reg__Figures, reg__figures__init);
  if (!reply) return -ENOMEM;
  reply->figures = ARENA_ARRAY(out->arena, Reg__Figure *, question.limit);
  reply->as_of = arena_strdup(out->arena, question.day);
  reply->universe_seq = svc_seq(call->svc);
  reply->owner_daemon = (char *)figures_owner(question.indicator);
  if (!reply->figures || !reply->as_of) return -ENOMEM;
  out->reply = &reply->base;
  if (strcmp(reply->owner_daemon, "registry") != 0) return 0; // never a wrong zero
  if (query->level && query->level < division_level(question.division))
    return reg_field(out, "level", "高于所选区划", "is above the division");
  r = open_figures(&question);
  if (r < 0) return r;
  bool one = !query->level || query->level == division_level(question.division);
  return one ? answer_one(&question, query->after, reply) : answer_level(&question, query, reply);
}

// ---- records

struct collecting {
  struct question *question;
  Reg__FigureRecords *reply;
  bool missing; // only those not covered
};

static int collect(void *context, const struct figure_record *record)
{
  struct collecting *collecting = context;
  struct arena *arena = collecting->question->out->arena;
  if (collecting->missing && record->counted) return 0;
  Reg__FigureRecord *row = REG_NEW(collecting->question->out, Reg__FigureRecord, reg__figure_record__init);
  if (!row) return -ENOMEM;
  row->id = arena_strdup(arena, record->id);
  row->code = arena_strdup(arena, record->code);
  row->name = arena_strdup(arena, record->name);
  row->division = arena_strdup(arena, record->division);
  row->by = arena_strdup(arena, record->by);
  row->counted = record->counted;
  if (!row->id || !row->code || !row->name || !row->division || !row->by) return -ENOMEM;
  collecting->reply->records[collecting->reply->n_records++] = row;
  return collecting->reply->n_records == collecting->question->limit;
}

static int no_records(const struct question *question, bool missing)
{
  if (by_hand(question))
    return reg_field(question->out, "indicator", "手工填报，依据见 jiedui indicator values",
                     "is entered by hand: jiedui indicator values shows the evidence");
  if (strcmp(figures_owner(question->indicator), "registry") != 0)
    return reg_field(question->out, "indicator", "其记录由 dispatchd 保存",
                     "counts records that dispatchd keeps");
  if (missing && question->indicator->form != PRG__INDICATOR_FORM__INDICATOR_COVERAGE)
    return reg_field(question->out, "missing", "只有覆盖率才有未覆盖的对象",
                     "only a coverage has units missing");
  return 0;
}

int reg_query_figure_records(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__GetFigureRecords *query = (const Reg__GetFigureRecords *)message;
  struct question question = {.call = call, .out = out, .limit = limit_of(query->limit)};
  int r = ask(&question, query->programme, query->programme_version, query->indicator, query->division,
              query->as_of);
  if (r == 0) r = no_records(&question, query->missing);
  if (r == 0) r = open_figures(&question);
  if (r != 0) return r;
  Reg__FigureRecords *reply = REG_NEW(out, Reg__FigureRecords, reg__figure_records__init);
  if (!reply) return -ENOMEM;
  reply->records = ARENA_ARRAY(out->arena, Reg__FigureRecord *, question.limit);
  reply->as_of = arena_strdup(out->arena, question.day);
  if (!reply->records || !reply->as_of) return -ENOMEM;
  struct collecting collecting = {&question, reply, query->missing};
  struct figure_count count;
  char next[64];
  const struct figure_part part = {query->after, SCAN_MAX, collect, &collecting};
  r = figures_part(question.figures, question.then, question.division, &part, &count, next);
  reply->next = arena_strdup(out->arena, next);
  if (r == 0 && !reply->next) r = -ENOMEM;
  out->reply = &reply->base;
  return r;
}
