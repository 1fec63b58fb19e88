#include "services/notify/rules/text.h"
#include "common/base/date.h"
#include "common/domain/predicate.h"
#include "services/notify/rules/privacy.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define NAMES_MAX 6 // members named before "..."

#define ASK(ack, zh, en)
const struct ntf_text ntf_texts[] = {
#define TEXT(event, title_zh, title_en, body_zh, body_en) {event, title_zh, title_en, body_zh, body_en},
#include "services/notify/rules/texts.def"
#undef TEXT
    {0},
};
#undef ASK

#define TEXT(event, title_zh, title_en, body_zh, body_en)
static const struct {
  Prg__AckKind ack;
  const char *zh, *en;
} asks[] = {
#define ASK(ack, zh, en) {PRG__ACK_KIND__ACK_##ack, zh, en},
#include "services/notify/rules/texts.def"
#undef ASK
};
#undef TEXT

const struct ntf_text *ntf_text_of(const char *event)
{
  const struct ntf_text *text = ntf_texts;
  while (strcmp(text->event, "*") != 0 && strcmp(text->event, event) != 0)
    text++;
  return text;
}

// ---- parameters

int ntf_text_param(struct ntf_params *params, struct arena *arena, const char *name, const char *value)
{
  if (params->n == NTF_PARAMS) return -E2BIG;
  Bus__Param *param = ARENA_NEW(arena, Bus__Param);
  if (!param || !value) return -ENOMEM;
  bus__param__init(param);
  param->name = (char *)name;
  param->value = (char *)value;
  params->list[params->n++] = param;
  return 0;
}

// Collects parameters until something fails; the error is looked at once, at the end.
struct collector {
  const struct dir_view *dir;
  struct arena *arena;
  struct ntf_params params;
  int error;
};

static void put(struct collector *c, const char *name, const char *value)
{
  if (c->error == 0) c->error = ntf_text_param(&c->params, c->arena, name, value);
}

// Text that somebody typed.
static void put_typed(struct collector *c, const char *name, const char *value)
{
  put(c, name, ntf_privacy_mask(c->arena, value));
}

static void put_number(struct collector *c, const char *name, uint32_t number)
{
  put(c, name, arena_printf(c->arena, "%u", number));
}

static void put_both(struct collector *c, const char *name_zh, const char *name_en, const Typ__Text *text,
                     const char *otherwise)
{
  put_typed(c, name_zh, text && text->zh[0] ? text->zh : otherwise);
  put_typed(c, name_en, text && text->en[0] ? text->en : otherwise);
}

static void put_period(struct collector *c, const Typ__Period *period)
{
  static const Typ__Text open_end = {.zh = "另行通知", .en = "further notice"};
  put(c, "from", period ? period->from : "");
  if (period && period->to[0])
    put(c, "to", period->to);
  else
    put_both(c, "to.zh", "to.en", &open_end, "");
}

static const char *institution_name(struct collector *c, const char *id)
{
  const Reg__Institution *institution = NULL;
  int r = id[0] ? dir_institution(c->dir, id, &institution) : 0;
  if (r < 0) c->error = r;
  return institution ? institution->name : id;
}

static void put_institution(struct collector *c, const char *name, const char *id)
{
  put_typed(c, name, institution_name(c, id));
}

// The staff number, never the name.
static void put_person(struct collector *c, const char *name, const char *id)
{
  const Reg__Person *person = NULL;
  int r = id[0] ? dir_person(c->dir, id, &person) : 0;
  if (r < 0) c->error = r;
  put(c, name, person ? person->staff_no : id);
}

static void put_measure(struct collector *c, const Prg__Programme *programme, const char *id)
{
  const Prg__Measure *measure = programme ? programme_measure(programme, id) : NULL;
  put_both(c, "measure.zh", "measure.en", measure ? measure->title : NULL, id);
}

static void put_members(struct collector *c, const Reg__Partnership *partnership)
{
  const char *list = NULL;
  for (size_t i = 0; i < partnership->n_members && i < NAMES_MAX; i++) {
    const char *name = institution_name(c, partnership->members[i]->party);
    list = list ? arena_printf(c->arena, "%s、%s", list, name) : name;
    if (!list) c->error = -ENOMEM;
  }
  if (list && partnership->n_members > NAMES_MAX) list = arena_printf(c->arena, "%s…", list);
  put_typed(c, "members", list ? list : "");
}

// The codes of the rules that no longer hold: "PN-02, PN-08".
static void put_broken(struct collector *c, const Reg__Partnership *partnership)
{
  const char *list = "";
  for (size_t i = 0; i < partnership->n_broken && list; i++)
    list = arena_printf(c->arena, "%s%s%s", list, i ? ", " : "", partnership->broken[i]);
  put(c, "broken", list);
}

// The reason of a return concerns a document of bureaus. Other reasons may tell of a person's health or
// conduct (NO-03) and are left out.
static const char *return_reason(const ProtobufCMessage *event)
{
  if (event->descriptor == &reg__agreement_returned__descriptor)
    return ((const Reg__AgreementReturned *)event)->reason;
  if (event->descriptor == &dsp__plan_returned__descriptor) return ((const Dsp__PlanReturned *)event)->reason;
  return NULL;
}

static void put_agreement(struct collector *c, const Reg__Agreement *agreement)
{
  put_typed(c, "agreement", agreement->title);
  put_typed(c, "doc_no", agreement->doc_no);
}

static void put_plan(struct collector *c, const Prg__Programme *programme, const Dsp__NeedsPlan *plan)
{
  put_measure(c, programme, plan->measure);
  put(c, "year", plan->school_year);
  put_institution(c, "owner", plan->owner);
  put_number(c, "requested", plan->requested);
  put_number(c, "approved", plan->approved);
}

static void put_assignment(struct collector *c, const Prg__Programme *programme,
                           const Dsp__Assignment *assignment)
{
  put_measure(c, programme, assignment->measure);
  put_person(c, "person", assignment->person);
  put_institution(c, "home", assignment->home);
  put_institution(c, "host", assignment->host);
  put_period(c, assignment->period);
  put_typed(c, "order_no", assignment->order_no);
  put(c, "arrival_due", assignment->arrival_due);
  put(c, "arrived_on", assignment->arrived_on);
  put(c, "ended_on", assignment->ended_on);
}

static void put_partnership(struct collector *c, const Prg__Programme *programme,
                            const Reg__Partnership *partnership)
{
  const Prg__Mode *mode = programme ? programme_mode(programme, partnership->mode) : NULL;
  put_both(c, "mode.zh", "mode.en", mode ? mode->title : NULL, partnership->mode);
  put_members(c, partnership);
  put_broken(c, partnership);
  put_period(c, partnership->valid);
}

static void put_issue(struct collector *c, const Reg__Issue *issue)
{
  put_typed(c, "issue", issue->title);
  put_institution(c, "issue_owner", issue->owner);
  put(c, "issue_due", issue->due);
}

static void put_review(struct collector *c, const Prg__Programme *programme, const Reg__ReviewRecord *review)
{
  const Typ__Text *title = NULL;
  for (size_t i = 0; programme && i < programme->n_reviews; i++)
    if (strcmp(programme->reviews[i]->id, review->review) == 0) title = programme->reviews[i]->title;
  put_both(c, "review.zh", "review.en", title, review->review);
  put(c, "until", review->publicity_to);
  put(c, "outcome", review->outcome);
  if (review->award) put(c, "amount_fen", arena_printf(c->arena, "%" PRIu64, review->award->amount_fen));
}

static void put_target(struct collector *c, const Prg__Programme *programme, const Reg__TargetState *target)
{
  const Typ__Text *title = NULL;
  for (size_t i = 0; programme && i < programme->n_indicators; i++)
    if (strcmp(programme->indicators[i]->id, target->indicator) == 0) title = programme->indicators[i]->title;
  put_both(c, "indicator.zh", "indicator.en", title, target->indicator);
  put(c, "due_on", target->due);
  put(c, "numerator", arena_printf(c->arena, "%" PRId64, target->numerator));
  put(c, "denominator", arena_printf(c->arena, "%" PRId64, target->denominator));
}

// Of records that no subject holds: only the event itself carries them.
static void put_supervision(struct collector *c, const Prg__Programme *programme,
                            const ProtobufCMessage *event)
{
  const ProtobufCMessageDescriptor *type = event->descriptor;
  if (!type->n_fields || type->fields[0].label == PROTOBUF_C_LABEL_REPEATED) return;
  const void *record = *(const void *const *)((const char *)event + type->fields[0].offset);
  if (type->fields[0].descriptor == &reg__review_record__descriptor) put_review(c, programme, record);
  if (type->fields[0].descriptor == &reg__target_state__descriptor) put_target(c, programme, record);
}

int ntf_text_params(const struct dir_view *dir, const struct ntf_subject *subject, const char *event_name,
                    const ProtobufCMessage *event, struct arena *arena, struct ntf_params *ret)
{
  struct collector c = {.dir = dir, .arena = arena};
  const Prg__Programme *programme = subject->party.programme;
  put(&c, "event", event_name);
  put_both(&c, "programme.zh", "programme.en", programme ? programme->title : NULL, subject->programme);
  put_number(&c, "version", subject->version);
  if (subject->party.agreement) put_agreement(&c, subject->party.agreement);
  if (subject->assignment)
    put_assignment(&c, programme, subject->assignment);
  else if (subject->plan)
    put_plan(&c, programme, subject->plan);
  else if (subject->party.partnership)
    put_partnership(&c, programme, subject->party.partnership);
  else if (subject->party.agreement)
    put_period(&c, subject->party.agreement->valid);
  if (subject->issue) put_issue(&c, subject->issue);
  put_supervision(&c, programme, event);
  const char *reason = return_reason(event);
  if (reason) put_typed(&c, "reason", reason);
  if (c.error == 0) *ret = c.params;
  return c.error;
}

// ---- filling

static const char *value_of(const char *name, size_t length, const char *language, Bus__Param *const *params,
                            size_t n_params)
{
  for (size_t i = 0; i < n_params; i++) {
    const char *have = params[i]->name;
    if (strncmp(have, name, length) != 0) continue;
    if (!have[length] || (have[length] == '.' && strcmp(have + length + 1, language) == 0))
      return params[i]->value;
  }
  return NULL;
}

char *ntf_text_fill(struct arena *arena, const char *pattern, const char *language, Bus__Param *const *params,
                    size_t n_params)
{
  char *text = arena_strdup(arena, "");
  while (text && *pattern) {
    const char *open = strchr(pattern, '{');
    const char *close = open ? strchr(open, '}') : NULL;
    if (!close) return arena_printf(arena, "%s%s", text, pattern);
    const char *value = value_of(open + 1, (size_t)(close - open) - 1, language, params, n_params);
    text = value ? arena_printf(arena, "%s%.*s%s", text, (int)(open - pattern), pattern, value)
                 : arena_printf(arena, "%s%.*s", text, (int)(close + 1 - pattern), pattern);
    pattern = close + 1;
  }
  return text;
}

static char *write_body(struct arena *arena, const char *body, const Ntf__Notice *notice,
                        const char *language)
{
  const char *ask = "";
  for (size_t i = 0; notice->due_us && i < sizeof asks / sizeof *asks; i++)
    if (asks[i].ack == notice->ack) ask = language[0] == 'z' ? asks[i].zh : asks[i].en;
  const char *space = ask[0] && language[0] == 'e' ? " " : "";
  const char *pattern = arena_printf(arena, "%s%s%s", body, space, ask);
  return pattern ? ntf_text_fill(arena, pattern, language, notice->params, notice->n_params) : NULL;
}

int ntf_text_write(struct arena *arena, const struct ntf_text *text, Ntf__Notice *notice)
{
  notice->title_zh = ntf_text_fill(arena, text->title_zh, "zh", notice->params, notice->n_params);
  notice->title_en = ntf_text_fill(arena, text->title_en, "en", notice->params, notice->n_params);
  notice->body_zh = write_body(arena, text->body_zh, notice, "zh");
  notice->body_en = write_body(arena, text->body_en, notice, "en");
  return notice->title_zh && notice->title_en && notice->body_zh && notice->body_en ? 0 : -ENOMEM;
}
