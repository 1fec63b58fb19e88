#include "common/domain/decision.h"
#include <errno.h>
#include <inttypes.h>
#include <string.h>

int decision_emit(struct decision *decision, const struct event_head *head, const ProtobufCMessage *event)
{
  struct decided_event *next = ARENA_NEW(decision->arena, struct decided_event);
  if (!next || arena_exhausted(decision->arena)) return -ENOMEM;
  next->head = *head;
  next->data = event;
  if (decision->last)
    decision->last->next = next;
  else
    decision->first = next;
  decision->last = next;
  decision->n_events++;
  return 0;
}

// A parameter that no longer fits the arena becomes "?": the code of the refusal matters more than its text.
static const char *keep(struct arena *arena, const char *text)
{
  const char *copy = arena_strdup(arena, text ? text : "");
  return copy ? copy : "?";
}

static void take_params(struct decision *decision, va_list list)
{
  const char *name;
  decision->n_params = 0;
  while ((name = va_arg(list, const char *)) && decision->n_params < DECISION_PARAMS) {
    const char *value = va_arg(list, const char *);
    decision->params[decision->n_params].name = keep(decision->arena, name);
    decision->params[decision->n_params].value = keep(decision->arena, value);
    decision->n_params++;
  }
}

int decision_reject(struct decision *decision, enum reason reason, ...)
{
  va_list list;
  va_start(list, reason);
  take_params(decision, list);
  va_end(list);
  decision->reason = reason;
  return reason;
}

const char *decision_number(struct decision *decision, int64_t number)
{
  const char *text = arena_printf(decision->arena, "%" PRId64, number);
  return text ? text : "?";
}

// The value for {name}: that of name_zh or name_en in a text of that language, else that of name.
static const char *param_value(const struct decision *params, const char *name, size_t length,
                               const char *suffix)
{
  const char *plain = NULL;
  for (size_t i = 0; params && i < params->n_params; i++) {
    if (strncmp(params->params[i].name, name, length) != 0) continue;
    const char *rest = params->params[i].name + length;
    if (suffix[0] && strcmp(rest, suffix) == 0) return params->params[i].value;
    if (rest[0] == '\0') plain = params->params[i].value;
  }
  return plain;
}

// One walk for both passes: measures when out is NULL, else writes. Returns the length without the NUL.
static size_t fill(char *out, const char *pattern, const struct decision *params, const char *suffix)
{
  size_t n = 0;
  while (*pattern) {
    const char *close = *pattern == '{' ? strchr(pattern, '}') : NULL;
    const char *value =
        close ? param_value(params, pattern + 1, (size_t)(close - pattern) - 1, suffix) : NULL;
    size_t length = value ? strlen(value) : 1;
    if (out) memcpy(out + n, value ? value : pattern, length);
    n += length;
    pattern = value ? close + 1 : pattern + 1;
  }
  return n;
}

static char *fill_in(struct arena *arena, const char *pattern, const struct decision *params,
                     const char *suffix)
{
  char *out = arena_alloc(arena, fill(NULL, pattern, params, suffix) + 1);
  if (out) fill(out, pattern, params, suffix);
  return out;
}

char *reason_fill(struct arena *arena, const char *pattern, const struct decision *params)
{
  return fill_in(arena, pattern, params, "");
}

static void status_params(Bus__Status *status, struct arena *arena, const struct decision *params)
{
  status->params = ARENA_ARRAY(arena, Bus__Param *, params->n_params);
  if (!status->params) return;
  for (size_t i = 0; i < params->n_params; i++) {
    Bus__Param *param = ARENA_NEW(arena, Bus__Param);
    if (!param) return;
    bus__param__init(param);
    param->name = (char *)params->params[i].name;
    param->value = (char *)params->params[i].value;
    status->params[status->n_params++] = param;
  }
}

Bus__Status *status_of_reason(struct arena *arena, enum reason reason, const struct decision *params)
{
  Bus__Status *status = ARENA_NEW(arena, Bus__Status);
  if (!status) return NULL;
  bus__status__init(status);
  const struct reason_text *text = reason_text(reason);
  status->code = text->code;
  if (reason == REASON_NONE) return status;
  char *zh = fill_in(arena, text->zh, params, "_zh"), *en = fill_in(arena, text->en, params, "_en");
  char *fix_zh = fill_in(arena, text->fix_zh, params, "_zh"),
       *fix_en = fill_in(arena, text->fix_en, params, "_en");
  if (!zh || !en || !fix_zh || !fix_en) return NULL;
  status->reason = (char *)text->word;
  status->message_zh = zh;
  status->message_en = en;
  status->fix_zh = fix_zh;
  status->fix_en = fix_en;
  if (params) status_params(status, arena, params);
  return status;
}

Bus__Status *status_reject(struct arena *arena, enum reason reason, ...)
{
  struct decision params = {.arena = arena};
  va_list list;
  va_start(list, reason);
  take_params(&params, list);
  va_end(list);
  return status_of_reason(arena, reason, &params);
}
