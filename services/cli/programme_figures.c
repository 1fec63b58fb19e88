// What a programme counts, reaches, reviews, reports, and whom it tells.
#include "proto/dispatch.pb-c.h"
#include "proto/registry.pb-c.h"
#include "services/cli/lang.h"
#include "services/cli/programme_sheet.h"
#include "services/cli/words.h"
#include <inttypes.h>
#include <string.h>

static const char *every_dialect(const struct sheet *sheet, const Prg__CalendarWord *every, size_t n)
{
  return sheet_text(sheet, "every: %s",
                    sheet_dialect_enums(sheet, &prg__calendar_word__descriptor, every, n, true));
}

static void print_list(const struct sheet *sheet, const char *about, const char *key, const char *text,
                       char *const *words, size_t n)
{
  if (n)
    sheet_about(sheet, 4, about, text,
                sheet_text(sheet, "%s: %s", key, sheet_dialect_words(sheet, words, n)));
}

static void print_parties(const struct sheet *sheet, const char *about, const char *key, char *const *words,
                          size_t n)
{
  print_list(sheet, about, key, sheet_parties(sheet, words, n, SHEET_AND), words, n);
}

static void print_every(const struct sheet *sheet, const Prg__CalendarWord *every, size_t n)
{
  if (n) sheet_about(sheet, 4, _("How often"), sheet_every(sheet, every, n), every_dialect(sheet, every, n));
}

// ---- indicators

static const ProtobufCEnumDescriptor *states_of(const char *what)
{
  if (strcmp(what, "agreements") == 0) return &reg__agreement_status__descriptor;
  if (strcmp(what, "partnerships") == 0) return &reg__partnership_status__descriptor;
  if (strcmp(what, "assignments") == 0) return &dsp__assignment_status__descriptor;
  return NULL;
}

static const char *status_text(const struct sheet *sheet, const Prg__Counted *counted)
{
  const ProtobufCEnumDescriptor *states = states_of(counted->what);
  const char **texts = ARENA_ARRAY(sheet->arena, const char *, counted->n_status + 1);
  for (size_t i = 0; texts && i < counted->n_status; i++) {
    int value = states ? words_value(states, counted->status[i]) : -1;
    texts[i] = value > 0 ? sheet_enum(sheet, states, value) : sheet_word(counted->status[i]);
  }
  return texts ? sheet_join(sheet, texts, counted->n_status, SHEET_OR) : "";
}

static void also(const struct sheet *sheet, const char **text, const char **dialect, const char *what,
                 const char *key, const char *word)
{
  *text = sheet_text(sheet, _("%s; %s"), *text, what);
  *dialect = sheet_text(sheet, "%s, %s: %s", *dialect, key, word);
}

static void print_counted(const struct sheet *sheet, const char *about, const char *key,
                          const Prg__Counted *counted)
{
  const ProtobufCEnumDescriptor *honours = &typ__honour__descriptor;
  if (!counted) return;
  const char *text = sheet_word(counted->what), *dialect = sheet_text(sheet, "what: %s", counted->what);
  if (*counted->measure)
    also(sheet, &text, &dialect, sheet_measure(sheet, counted->measure), "measure", counted->measure);
  if (*counted->mode)
    also(sheet, &text, &dialect, sheet_modes(sheet, &counted->mode, 1, SHEET_AND), "mode", counted->mode);
  if (counted->n_status)
    also(sheet, &text, &dialect, status_text(sheet, counted), "status",
         sheet_dialect_words(sheet, counted->status, counted->n_status));
  if (*counted->designation)
    also(sheet, &text, &dialect, sheet_word(counted->designation), "designation", counted->designation);
  if (counted->n_honour)
    also(sheet, &text, &dialect, sheet_enums(sheet, honours, counted->honour, counted->n_honour, SHEET_OR),
         "honour", sheet_dialect_enums(sheet, honours, counted->honour, counted->n_honour, false));
  if (*counted->outcome)
    also(sheet, &text, &dialect, sheet_word(counted->outcome), "outcome", counted->outcome);
  sheet_about(sheet, 4, about, text, sheet_text(sheet, "%s: {%s}", key, dialect));
}

static void print_coverage(const struct sheet *sheet, const Prg__Indicator *indicator)
{
  bool division = strcmp(indicator->unit, "division") == 0;
  sheet_rules(sheet, 4, division ? _("Divisions counted") : _("Units counted"), indicator->universe,
              indicator->n_universe);
  print_list(sheet, division ? _("Covered when a unit of it is") : _("Covered when it is"), "roles",
             sheet_parties(sheet, indicator->roles, indicator->n_roles, SHEET_OR), indicator->roles,
             indicator->n_roles);
  if (*indicator->mode)
    sheet_about(sheet, 4, _("Only in"), sheet_modes(sheet, &indicator->mode, 1, SHEET_AND),
                sheet_text(sheet, "mode: %s", indicator->mode));
}

static void print_indicator(const struct sheet *sheet, const Prg__Indicator *indicator)
{
  const ProtobufCEnumDescriptor *forms = &prg__indicator_form__descriptor;
  sheet_item(sheet, indicator->title, &indicator->base, SHEET_PARENT(sheet, indicators));
  sheet_line(4, sheet_enum(sheet, forms, (int)indicator->form),
             sheet_text(sheet, "form: %s", sheet_dialect_enum(sheet, forms, (int)indicator->form, true)));
  if (indicator->form == PRG__INDICATOR_FORM__INDICATOR_COVERAGE) print_coverage(sheet, indicator);
  bool ratio = indicator->den != NULL;
  print_counted(sheet, ratio ? _("Numerator") : _("Counted"), "num", indicator->num);
  print_counted(sheet, _("Denominator"), "den", indicator->den);
  if (*indicator->measure)
    sheet_about(sheet, 4, _("Of"), sheet_measure(sheet, indicator->measure),
                sheet_text(sheet, "measure: %s", indicator->measure));
  if (*indicator->field)
    sheet_about(sheet, 4, _("Sum of"), sheet_word(indicator->field),
                sheet_text(sheet, "field: %s", indicator->field));
  if (*indicator->value_type)
    sheet_about(sheet, 4, _("Value"), sheet_word(indicator->value_type),
                sheet_text(sheet, "value_type: %s", indicator->value_type));
  if (indicator->evidence) sheet_line(4, _("Evidence must be attached"), "evidence: true");
  print_list(sheet, _("A figure for each"), "group_by",
             sheet_words(sheet, indicator->group_by, indicator->n_group_by, SHEET_AND), indicator->group_by,
             indicator->n_group_by);
}

void programme_print_indicators(const struct sheet *sheet)
{
  if (sheet->programme->n_indicators) sheet_heading(_("Indicators"));
  for (size_t i = 0; i < sheet->programme->n_indicators; i++)
    print_indicator(sheet, sheet->programme->indicators[i]);
}

// ---- targets

static const char *indicator_title(const struct sheet *sheet, const char *id)
{
  for (size_t i = 0; i < sheet->programme->n_indicators; i++)
    if (strcmp(sheet->programme->indicators[i]->id, id) == 0)
      return sheet_title(sheet->programme->indicators[i]->title);
  return id;
}

static const char *target_text(const struct sheet *sheet, const Prg__Target *target)
{
  const char *percent = strcmp(target->unit, "percent") == 0 ? " %" : "";
  if (target->op == PRG__TARGET_OP__TARGET_GE)
    return sheet_text(sheet, _("at least %" PRIu64 "%s"), target->value, percent);
  if (target->op == PRG__TARGET_OP__TARGET_BETWEEN)
    return sheet_text(sheet, _("%" PRIu64 " to %" PRIu64 "%s"), target->min, target->max, percent);
  return _("a value is stated");
}

static const char *target_dialect(const struct sheet *sheet, const Prg__Target *target)
{
  const char *text =
      sheet_text(sheet, "indicator: %s, op: %s", target->indicator,
                 sheet_dialect_enum(sheet, &prg__target_op__descriptor, (int)target->op, true));
  if (target->op == PRG__TARGET_OP__TARGET_GE)
    text = sheet_text(sheet, "%s, value: %" PRIu64, text, target->value);
  if (target->op == PRG__TARGET_OP__TARGET_BETWEEN)
    text =
        sheet_text(sheet, "%s, range: {min: %" PRIu64 ", max: %" PRIu64 "}", text, target->min, target->max);
  if (*target->unit) text = sheet_text(sheet, "%s, unit: %s", text, target->unit);
  return text;
}

static void print_target(const struct sheet *sheet, const Prg__Target *target)
{
  const ProtobufCEnumDescriptor *levels = &typ__division_level__descriptor;
  sheet_about(sheet, 2, indicator_title(sheet, target->indicator), target_text(sheet, target),
              target_dialect(sheet, target));
  if (target->each)
    sheet_about(sheet, 4, _("In each division of level"), sheet_enum(sheet, levels, (int)target->each),
                sheet_text(sheet, "each: %s", sheet_dialect_enum(sheet, levels, (int)target->each, false)));
  if (*target->deadline)
    sheet_about(sheet, 4, _("Deadline"), target->deadline,
                sheet_text(sheet, "deadline: \"%s\"", target->deadline));
  print_every(sheet, target->every, target->n_every);
  if (target->source) sheet_about(sheet, 4, _("Source"), sheet_title(target->source), "");
}

// The heading of a list without ids says whose it is.
static void print_heading(const struct sheet *sheet, const char *heading, const char *from)
{
  sheet_heading(*from ? sheet_text(sheet, _("%s (%s)"), heading, from) : heading);
}

#define LIST_ORIGIN(sheet, member)                                                                           \
  sheet_list_origin((sheet), (const ProtobufCMessage *const *)(sheet)->programme->member,                    \
                    (sheet)->programme->n_##member, SHEET_PARENT((sheet), member))

void programme_print_targets(const struct sheet *sheet)
{
  if (!sheet->programme->n_targets) return;
  print_heading(sheet, _("Targets"), LIST_ORIGIN(sheet, targets));
  for (size_t i = 0; i < sheet->programme->n_targets; i++)
    print_target(sheet, sheet->programme->targets[i]);
}

// ---- reviews

static void print_review_subject(const struct sheet *sheet, const Prg__Review *review)
{
  const ProtobufCEnumDescriptor *levels = &typ__division_level__descriptor;
  const char *what = sheet_word(review->subject),
             *dialect = sheet_text(sheet, "subject: %s", review->subject);
  if (review->each) {
    what = sheet_text(sheet, _("each division of %s level"), sheet_enum(sheet, levels, (int)review->each));
    dialect = sheet_text(sheet, "%s, each: %s", dialect,
                         sheet_dialect_enum(sheet, levels, (int)review->each, false));
  }
  sheet_about(sheet, 4, _("Of"), what, dialect);
  print_list(sheet, _("Designated"), "designation_in",
             sheet_words(sheet, review->designation_in, review->n_designation_in, SHEET_OR),
             review->designation_in, review->n_designation_in);
}

static void print_award(const struct sheet *sheet, const Prg__Review *review)
{
  if (!*review->award_kind) return;
  const char *text = sheet_word(review->award_kind),
             *dialect = sheet_text(sheet, "kind: %s", review->award_kind);
  if (*review->award_designation) {
    text = sheet_text(sheet, _("%s, and the designation: %s"), text, sheet_word(review->award_designation));
    dialect = sheet_text(sheet, "%s, designation: %s", dialect, review->award_designation);
  }
  sheet_about(sheet, 4, _("Award when passed"), text, sheet_text(sheet, "award: {%s}", dialect));
}

static void print_review(const struct sheet *sheet, const Prg__Review *review)
{
  sheet_item(sheet, review->title, &review->base, SHEET_PARENT(sheet, reviews));
  print_review_subject(sheet, review);
  print_every(sheet, review->every, review->n_every);
  print_list(sheet, _("Steps"), "steps", sheet_words(sheet, review->steps, review->n_steps, SHEET_CHAIN),
             review->steps, review->n_steps);
  if (review->publicity_working_days)
    sheet_about(sheet, 4, _("Public notice"),
                sheet_text(sheet, _("%u working days"), review->publicity_working_days),
                sheet_text(sheet, "publicity_working_days: %u", review->publicity_working_days));
  print_list(sheet, _("Results"), "outcomes",
             sheet_words(sheet, review->outcomes, review->n_outcomes, SHEET_OR), review->outcomes,
             review->n_outcomes);
  print_award(sheet, review);
  print_parties(sheet, _("Result goes to"), "to", review->to, review->n_to);
}

void programme_print_reviews(const struct sheet *sheet)
{
  if (sheet->programme->n_reviews) sheet_heading(_("Reviews"));
  for (size_t i = 0; i < sheet->programme->n_reviews; i++)
    print_review(sheet, sheet->programme->reviews[i]);
}

// ---- reports

static void print_report(const struct sheet *sheet, const Prg__Report *report)
{
  sheet_item(sheet, report->title, &report->base, SHEET_PARENT(sheet, reports));
  print_every(sheet, report->every, report->n_every);
  print_parties(sheet, _("Written by"), "by", report->by, report->n_by);
  print_parties(sheet, _("Goes to"), "to", report->to, report->n_to);
  if (report->due_days)
    sheet_about(sheet, 4, _("Due"), sheet_text(sheet, _("%u days after the period"), report->due_days),
                sheet_text(sheet, "due_days: %u", report->due_days));
  const char **sections = ARENA_ARRAY(sheet->arena, const char *, report->n_sections + 1);
  for (size_t i = 0; sections && i < report->n_sections; i++)
    sections[i] = sheet_title(report->sections[i]);
  if (sections && report->n_sections)
    sheet_about(sheet, 4, _("Sections"), sheet_join(sheet, sections, report->n_sections, SHEET_AND), "");
  if (report->mask_names)
    sheet_line(4, _("With a public version without names"), "public_version: mask_names");
}

void programme_print_reports(const struct sheet *sheet)
{
  if (sheet->programme->n_reports) sheet_heading(_("Reports"));
  for (size_t i = 0; i < sheet->programme->n_reports; i++)
    print_report(sheet, sheet->programme->reports[i]);
}

// ---- notices

static void print_ack(const struct sheet *sheet, const Prg__NoticeRule *notice)
{
  const ProtobufCEnumDescriptor *acks = &prg__ack_kind__descriptor;
  const char *text = sheet_enum(sheet, acks, (int)notice->ack);
  const char *dialect = sheet_text(sheet, "ack: %s", sheet_dialect_enum(sheet, acks, (int)notice->ack, true));
  if (notice->ack == PRG__ACK_KIND__ACK_NONE) return;
  if (notice->within_working_days) {
    text = sheet_text(sheet, _("%s within %u working days"), text, notice->within_working_days);
    dialect = sheet_text(sheet, "%s, within_working_days: %u", dialect, notice->within_working_days);
  }
  sheet_about(sheet, 4, _("Wanted"), text, dialect);
}

static void print_notice(const struct sheet *sheet, const Prg__NoticeRule *notice)
{
  const ProtobufCEnumDescriptor *channels = &prg__channel_kind__descriptor,
                                *digests = &prg__digest__descriptor;
  sheet_about(sheet, 2, _("Occasion"), sheet_word(notice->event),
              sheet_text(sheet, "event: %s", notice->event));
  print_parties(sheet, _("Told"), "to", notice->to, notice->n_to);
  print_ack(sheet, notice);
  print_parties(sheet, notice->ack == PRG__ACK_KIND__ACK_NONE ? _("Also told") : _("If it stays open, told"),
                "escalate", notice->escalate, notice->n_escalate);
  if (notice->n_channels)
    sheet_about(sheet, 4, _("By way of"),
                sheet_enums(sheet, channels, notice->channels, notice->n_channels, SHEET_OR),
                sheet_text(sheet, "channels: %s",
                           sheet_dialect_enums(sheet, channels, notice->channels, notice->n_channels, true)));
  if (notice->digest)
    sheet_about(
        sheet, 4, _("Collected into"), sheet_enum(sheet, digests, (int)notice->digest),
        sheet_text(sheet, "digest: %s", sheet_dialect_enum(sheet, digests, (int)notice->digest, true)));
}

void programme_print_notices(const struct sheet *sheet)
{
  if (!sheet->programme->n_notices) return;
  print_heading(sheet, _("Notices"), LIST_ORIGIN(sheet, notices));
  for (size_t i = 0; i < sheet->programme->n_notices; i++)
    print_notice(sheet, sheet->programme->notices[i]);
}
