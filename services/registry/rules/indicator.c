#include "services/registry/rules/indicator.h"
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "common/domain/division.h"
#include "services/registry/rules/figures.h"
#include "services/registry/rules/reg.h"
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_MAX = 2000, EVIDENCE_MAX = 16, SNAPSHOT_ROWS = 200000 };

struct work {
  const struct dir_view *dir;
  const struct rule_context *ctx;
  struct decision *out;
  const Prg__Programme *programme;
  char scope[DIVISION_SIZE];
  const char *as_of;
};

// The programme, the division the value is about (the owner's where none is named), the day, and the right to
// it.
static int load(struct work *work, const char *programme, uint32_t version, const char *scope,
                const char *as_of)
{
  int r = reg_find_programme(work->dir, programme, version, work->out, &work->programme);
  if (r != 0) return r;
  const Prg__Owner *owner = work->programme->owner;
  const char *owned = owner && owner->division[0] ? owner->division : "0", *of = scope[0] ? scope : owned;
  if (!division_valid(of)) return reg_field(work->out, "scope", "不是行政区划代码", "is no division code");
  division_short(of, work->scope);
  if (!division_covers(owned, work->scope))
    return reg_field(work->out, "scope", "不在项目所属区域内", "lies outside the programme's area");
  if (as_of[0] && !date_is_day(as_of))
    return reg_field(work->out, "as_of", "须写到日（YYYY-MM-DD）", "must name the day (YYYY-MM-DD)");
  if (as_of[0] && date_compare(as_of, work->ctx->today) > 0)
    return reg_field(work->out, "as_of", "不能晚于今天", "lies in the future");
  work->as_of = as_of[0] ? as_of : work->ctx->today;
  return require_scope(work->ctx, work->scope, work->programme->id, work->programme->id, work->out);
}

static int find_indicator(struct work *work, const char *id, const Prg__Indicator **ret)
{
  *ret = figures_indicator(work->programme, id);
  return *ret ? 0 : reg_not_found(work->out, "指标", "indicator", id);
}

static Reg__IndicatorValue *new_value(struct work *work, const Prg__Indicator *indicator)
{
  Reg__IndicatorValue *value = REG_NEW(work->out, Reg__IndicatorValue, reg__indicator_value__init);
  char *id = arena_alloc(work->out->arena, UUID_TEXT);
  if (!value || !id) return NULL;
  id_source_next(work->ctx->ids, id);
  value->id = id;
  value->programme = work->programme->id;
  value->programme_version = work->programme->version;
  value->indicator = indicator->id;
  value->scope = arena_strdup(work->out->arena, work->scope);
  value->as_of = (char *)work->as_of;
  value->by = (char *)work->ctx->actor.name;
  value->rev = 1;
  value->since = (char *)work->as_of;
  return value->scope ? value : NULL;
}

static int emit(struct work *work, const ProtobufCMessageDescriptor *event, const Reg__IndicatorValue *value)
{
  struct event_head head = {.subject = value->id, .division = value->scope, .rev = value->rev};
  return reg_emit(work->out, event, &value->base, &head, NULL);
}

static int reply(struct work *work, Reg__IndicatorValue **values, size_t n)
{
  Reg__IndicatorReply *answer = REG_NEW(work->out, Reg__IndicatorReply, reg__indicator_reply__init);
  if (!answer) return -ENOMEM;
  answer->values = values;
  answer->n_values = n;
  work->out->reply = &answer->base;
  return 0;
}

// ---- by hand

// Digits, with at most one point and two decimals: "98", "98.25".
static bool decimal(const char *text)
{
  size_t whole = 0, behind = 0;
  for (; isdigit((unsigned char)*text); text++)
    whole++;
  if (*text == '.')
    for (text++; isdigit((unsigned char)*text); text++)
      behind++;
  return !*text && whole >= 1 && whole <= 12 && behind <= 2;
}

static int check_value(struct work *work, const Prg__Indicator *indicator, const char *value)
{
  struct decision *out = work->out;
  if (strcmp(indicator->value_type, "text") == 0)
    return reg_check_text(out, "value", value, false, VALUE_MAX);
  if (!decimal(value))
    return reg_field(out, "value", "须为数字，最多两位小数", "must be a number with at most two decimals");
  if (strcmp(indicator->value_type, "percent") == 0 && strtod(value, NULL) > 100)
    return reg_field(out, "value", "百分比不超过 100", "a percentage is at most 100");
  return 0;
}

static int check_evidence(struct work *work, const Prg__Indicator *indicator, const Reg__RecordIndicator *cmd)
{
  if (indicator->evidence && cmd->n_evidence == 0)
    return decision_reject(work->out, REASON_ID_01, "indicator", indicator->id, NULL);
  int r = reg_check_count(work->out, "evidence", cmd->n_evidence, EVIDENCE_MAX);
  for (size_t i = 0; r == 0 && i < cmd->n_evidence; i++)
    r = reg_check_text(work->out, "evidence", cmd->evidence[i], false, REG_TEXT_MAX);
  return r;
}

int reg_indicator_record(const struct dir_view *dir, const Reg__RecordIndicator *cmd,
                         const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  const Prg__Indicator *indicator = NULL;
  int r = load(&work, cmd->programme, cmd->programme_version, cmd->scope, cmd->as_of);
  if (r == 0) r = find_indicator(&work, cmd->indicator, &indicator);
  if (r == 0 && indicator->form != PRG__INDICATOR_FORM__INDICATOR_MANUAL)
    r = reg_field(out, "indicator", "由系统计算，不能手工填报", "is computed and cannot be entered by hand");
  if (r == 0) r = check_value(&work, indicator, cmd->value);
  if (r == 0) r = check_evidence(&work, indicator, cmd);
  if (r == 0) r = reg_check_text(out, "group", cmd->group, true, REG_TEXT_MAX);
  if (r != 0) return r;
  Reg__IndicatorValue **values = ARENA_ARRAY(out->arena, Reg__IndicatorValue *, 1);
  Reg__IndicatorValue *value = new_value(&work, indicator);
  if (!value || !values) return -ENOMEM;
  value->manual = true;
  value->group = cmd->group;
  value->value = cmd->value;
  value->evidence = cmd->evidence;
  value->n_evidence = cmd->n_evidence;
  values[0] = value;
  r = emit(&work, &reg__indicator_recorded__descriptor, value);
  return r == 0 ? reply(&work, values, 1) : r;
}

// ---- snapshots

// A fingerprint of the units counted, whatever their order: no proof against forgery, the journal's chain is
// that.
struct fingerprint {
  uint64_t a, b;
  size_t n;
};

static uint64_t mix(uint64_t x)
{
  x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
  return x ^ (x >> 31);
}

static int add_unit(void *context, const struct figure_record *record)
{
  struct fingerprint *print = context;
  uint64_t h = UINT64_C(0xcbf29ce484222325);
  for (const char *c = record->id; *c; c++)
    h = (h ^ (uint8_t)*c) * UINT64_C(0x100000001b3);
  print->a += mix(h);
  print->b += mix(h ^ UINT64_C(0x9e3779b97f4a7c15));
  print->n++;
  return 0;
}

static int compute(struct work *work, const Prg__Indicator *indicator, const struct dir_view *then,
                   Reg__IndicatorValue *value)
{
  struct figures *figures = NULL;
  struct figure_count count;
  struct fingerprint print = {0};
  char next[64];
  const struct figure_part part = {"", SNAPSHOT_ROWS, add_unit, &print};
  int r = figures_open(then, work->programme, indicator, work->as_of, &figures);
  if (r == 0) r = figures_part(figures, then, work->scope, &part, &count, next);
  figures_close(figures);
  if (r < 0) return r;
  if (next[0])
    return reg_field(work->out, "scope", "范围过大，请按省分别留存快照",
                     "is too wide for one snapshot: take one for each province");
  value->numerator = count.numerator;
  value->denominator = count.denominator;
  value->not_applicable = figures_not_applicable(indicator, &count);
  value->universe_seq = *(const uint64_t *)work->ctx->prepared;
  value->universe = arena_printf(work->out->arena, "%016" PRIx64 "%016" PRIx64, print.a, print.b);
  return value->universe ? 0 : -ENOMEM;
}

static bool computed_here(const Prg__Indicator *indicator)
{
  return indicator->form != PRG__INDICATOR_FORM__INDICATOR_MANUAL &&
         strcmp(figures_owner(indicator), "registry") == 0;
}

static int not_computed(struct work *work, const Prg__Indicator *indicator)
{
  if (indicator->form == PRG__INDICATOR_FORM__INDICATOR_MANUAL)
    return reg_field(work->out, "indicator", "手工指标请用 jiedui indicator record 填报",
                     "is entered by hand: jiedui indicator record");
  return reg_field(work->out, "indicator", "其记录由 dispatchd 保存，此处无法计算",
                   "counts records that dispatchd keeps: it cannot be computed here");
}

int reg_indicator_snapshot(const struct dir_view *dir, const Reg__TakeSnapshot *cmd,
                           const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  const Prg__Indicator *only = NULL;
  int r = load(&work, cmd->programme, cmd->programme_version, cmd->scope, cmd->as_of);
  if (r == 0 && cmd->indicator[0]) r = find_indicator(&work, cmd->indicator, &only);
  if (r == 0 && only && !computed_here(only)) r = not_computed(&work, only);
  if (r != 0) return r;
  const struct dir_view *then = dir_view_as_of(dir, work.as_of);
  Reg__IndicatorValue **values =
      ARENA_ARRAY(out->arena, Reg__IndicatorValue *, work.programme->n_indicators + 1);
  size_t n = 0;
  if (!then || !values) return -ENOMEM;
  for (size_t i = 0; r == 0 && i < work.programme->n_indicators; i++) {
    const Prg__Indicator *indicator = work.programme->indicators[i];
    if ((only && indicator != only) || !computed_here(indicator)) continue;
    Reg__IndicatorValue *value = new_value(&work, indicator);
    if (!value) return -ENOMEM;
    r = compute(&work, indicator, then, value);
    if (r == 0) r = emit(&work, &reg__snapshot_taken__descriptor, value);
    values[n++] = value;
  }
  return r == 0 ? reply(&work, values, n) : r;
}
