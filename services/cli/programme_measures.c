// The measures of a programme: who moves, meets, gives or delivers, how long, how many.
#include "services/cli/lang.h"
#include "services/cli/programme_sheet.h"
#include <inttypes.h>
#include <string.h>

static void print_parties(const struct sheet *sheet, const char *about, const char *key, char *const *words,
                          size_t n)
{
  if (n)
    sheet_about(sheet, 4, about, sheet_parties(sheet, words, n, SHEET_AND),
                sheet_text(sheet, "%s: %s", key, sheet_dialect_words(sheet, words, n)));
}

static void print_words(const struct sheet *sheet, const char *about, const char *key, char *const *words,
                        size_t n, enum sheet_join how)
{
  if (n)
    sheet_about(sheet, 4, about, sheet_words(sheet, words, n, how),
                sheet_text(sheet, "%s: %s", key, sheet_dialect_words(sheet, words, n)));
}

static void print_flag(bool given, const char *text, const char *dialect)
{
  if (given) sheet_line(4, text, dialect);
}

// ---- assignment

static const char *term_text(const struct sheet *sheet, const Prg__Term *term)
{
  const char *unit = sheet_enum(sheet, &prg__calendar_word__descriptor, (int)term->unit);
  if (term->unit == PRG__CALENDAR_WORD__CALENDAR_WORD_FREE) return _("as agreed");
  if (!term->min && !term->max) return sheet_text(sheet, _("in units of: %s"), unit);
  if (!term->max) return sheet_text(sheet, _("at least %u × %s"), term->min, unit);
  if (!term->min) return sheet_text(sheet, _("at most %u × %s"), term->max, unit);
  if (term->min == term->max) return sheet_text(sheet, _("exactly %u × %s"), term->min, unit);
  return sheet_text(sheet, _("%u to %u × %s"), term->min, term->max, unit);
}

static void print_term(const struct sheet *sheet, const Prg__Term *term)
{
  if (!term) return;
  const char *dialect = sheet_text(
      sheet, "unit: %s", sheet_dialect_enum(sheet, &prg__calendar_word__descriptor, (int)term->unit, true));
  if (term->min) dialect = sheet_text(sheet, "%s, min: %u", dialect, term->min);
  if (term->max) dialect = sheet_text(sheet, "%s, max: %u", dialect, term->max);
  sheet_about(sheet, 4, _("Length"), term_text(sheet, term), dialect);
}

static const char *quota_text(const struct sheet *sheet, const Prg__Quota *quota)
{
  if (quota->form == PRG__QUOTA_FORM__QUOTA_SHARE)
    return sheet_text(sheet, _("at least %u %% of those eligible"), quota->min_percent);
  if (quota->form != PRG__QUOTA_FORM__QUOTA_FIXED) {
    const char *form = sheet_enum(sheet, &prg__quota_form__descriptor, (int)quota->form);
    return quota->first ? sheet_text(sheet, _("%s; first period: %u"), form, quota->first) : form;
  }
  if (!quota->max) return sheet_text(sheet, _("at least %u"), quota->min);
  if (!quota->min) return sheet_text(sheet, _("at most %u"), quota->max);
  return sheet_text(sheet, _("%u to %u"), quota->min, quota->max);
}

static void print_quota(const struct sheet *sheet, const Prg__Quota *quota)
{
  const ProtobufCEnumDescriptor *scopes = &prg__quota_scope__descriptor;
  if (!quota) return;
  const char *dialect =
      sheet_text(sheet, "form: %s, per: %s",
                 sheet_dialect_enum(sheet, &prg__quota_form__descriptor, (int)quota->form, true),
                 sheet_dialect_enums(sheet, scopes, quota->per, quota->n_per, true));
  const struct {
    const char *key;
    uint32_t value;
  } numbers[] = {
      {"first", quota->first}, {"min", quota->min}, {"max", quota->max}, {"min_percent", quota->min_percent}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (numbers[i].value)
      dialect = sheet_text(sheet, "%s, %s: %u", dialect, numbers[i].key, numbers[i].value);
  sheet_about(sheet, 4, _("Quota"),
              sheet_text(sheet, _("%s, per %s"), quota_text(sheet, quota),
                         sheet_enums(sheet, scopes, quota->per, quota->n_per, SHEET_AND)),
              dialect);
}

static void print_match(const struct sheet *sheet, const Prg__MatchRules *match)
{
  const ProtobufCEnumDescriptor *terms = &prg__match_term__descriptor;
  if (!match) return;
  if (match->n_order)
    sheet_about(sheet, 4, _("Matched by, most important first"),
                sheet_enums(sheet, terms, match->order, match->n_order, SHEET_CHAIN),
                sheet_text(sheet, "order: %s",
                           sheet_dialect_enums(sheet, terms, match->order, match->n_order, true)));
  const struct {
    const char *format, *key;
    uint32_t value;
  } limits[] = {
      {_("at most %u from one home unit"), "home_max", match->home_max},
      {_("at least %u places filled in each host county"), "county_min", match->county_min},
      {_("at least %u %% key teachers"), "key_percent", match->key_percent},
  };
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
    if (limits[i].value)
      sheet_about(sheet, 4, _("Matching"), sheet_text(sheet, limits[i].format, limits[i].value),
                  sheet_text(sheet, "%s: %u", limits[i].key, limits[i].value));
}

static void print_calendar_word(const struct sheet *sheet, const char *about, const char *key,
                                Prg__CalendarWord word)
{
  if (word)
    sheet_about(sheet, 4, about, sheet_every(sheet, &word, 1),
                sheet_text(sheet, "%s: %s", key,
                           sheet_dialect_enum(sheet, &prg__calendar_word__descriptor, (int)word, true)));
}

static void print_assignment(const struct sheet *sheet, const Prg__Measure *measure)
{
  const ProtobufCEnumDescriptor *ends = &prg__end_reason__descriptor;
  if (!measure->n_from) sheet_about(sheet, 4, _("From the side of"), _("anybody eligible may apply"), "");
  sheet_rules(sheet, 4, _("Person"), measure->who, measure->n_who);
  sheet_rules(sheet, 4, _("Host"), measure->host, measure->n_host);
  sheet_rules(sheet, 4, _("Preferred"), measure->prefer, measure->n_prefer);
  print_term(sheet, measure->term);
  print_match(sheet, measure->match);
  print_flag(measure->part_time, _("Part-time: days per week"), "part_time: true");
  print_calendar_word(sheet, _("Personal agreement, renewed"), "personal_agreement",
                      measure->personal_agreement);
  if (measure->allowance_per_year_fen)
    sheet_about(sheet, 4, _("Allowance"),
                sheet_text(sheet, _("%" PRIu64 ".%02u yuan a year"), measure->allowance_per_year_fen / 100,
                           (unsigned)(measure->allowance_per_year_fen % 100)),
                sheet_text(sheet, "per_year_fen: %" PRIu64, measure->allowance_per_year_fen));
  if (measure->n_early_end)
    sheet_about(
        sheet, 4, _("May end early for"),
        sheet_enums(sheet, ends, measure->early_end, measure->n_early_end, SHEET_OR),
        sheet_text(sheet, "early_end: %s",
                   sheet_dialect_enums(sheet, ends, measure->early_end, measure->n_early_end, false)));
  print_words(sheet, _("Outcome recorded"), "outcome", measure->outcome, measure->n_outcome, SHEET_AND);
}

// ---- activity, contribution, duty

static void print_activity(const struct sheet *sheet, const Prg__Measure *measure)
{
  print_parties(sheet, _("Organised by"), "organiser", measure->organiser, measure->n_organiser);
  print_flag(measure->alternate, _("They take turns"), "turn: alternate");
  print_words(sheet, _("Held"), "delivery", measure->delivery, measure->n_delivery, SHEET_OR);
  sheet_rules(sheet, 4, _("Audience"), measure->audience, measure->n_audience);
  for (size_t i = 0; i < measure->n_categories; i++)
    sheet_about(sheet, 4, _("Counted as"), sheet_title(measure->categories[i]->title),
                sheet_text(sheet, "id: %s", measure->categories[i]->id));
  print_flag(measure->minors, _("Pupils take part: counts only, no names"), "minors: true");
}

static void print_contribution(const struct sheet *sheet, const Prg__Measure *measure)
{
  const ProtobufCEnumDescriptor *kinds = &prg__contribution_kind__descriptor;
  sheet_about(
      sheet, 4, _("What"), sheet_enum(sheet, kinds, (int)measure->contribution),
      sheet_text(sheet, "kind: %s", sheet_dialect_enum(sheet, kinds, (int)measure->contribution, false)));
  print_flag(measure->earmark, _("What it is for must be stated"), "earmark: true");
}

static void print_duty(const struct sheet *sheet, const Prg__Measure *measure)
{
  print_parties(sheet, _("Owed by"), "by", measure->by, measure->n_by);
  for (size_t i = 0; i < measure->n_deliver; i++) {
    const Prg__Deliverable *one = measure->deliver[i];
    const char *what = sheet_word(one->what), *dialect = sheet_text(sheet, "what: %s", one->what);
    if (*one->mode) {
      what = sheet_text(sheet, _("%s of the mode %s"), what, sheet_modes(sheet, &one->mode, 1, SHEET_AND));
      dialect = sheet_text(sheet, "%s, mode: %s", dialect, one->mode);
    }
    sheet_about(sheet, 4, _("To deliver"), what, dialect);
  }
}

static void print_measure(const struct sheet *sheet, const Prg__Measure *measure)
{
  const ProtobufCEnumDescriptor *forms = &prg__form__descriptor, *levels = &prg__obligation__descriptor;
  sheet_item(sheet, measure->title, &measure->base, SHEET_PARENT(sheet, measures));
  sheet_line(4,
             sheet_text(sheet, _("%s; %s"), sheet_enum(sheet, forms, (int)measure->form),
                        sheet_enum(sheet, levels, (int)measure->level)),
             sheet_text(sheet, "form: %s, level: %s",
                        sheet_dialect_enum(sheet, forms, (int)measure->form, true),
                        sheet_dialect_enum(sheet, levels, (int)measure->level, true)));
  if (measure->n_modes)
    sheet_about(sheet, 4, _("Only in"), sheet_modes(sheet, measure->modes, measure->n_modes, SHEET_AND),
                sheet_text(sheet, "modes: %s", sheet_dialect_words(sheet, measure->modes, measure->n_modes)));
  print_parties(sheet, _("From the side of"), "from", measure->from, measure->n_from);
  print_parties(sheet, _("To the side of"), "to", measure->to, measure->n_to);
  print_flag(measure->both_ways, _("Also the other way round"), "both_ways: true");
  if (measure->form == PRG__FORM__FORM_ASSIGNMENT) print_assignment(sheet, measure);
  if (measure->form == PRG__FORM__FORM_ACTIVITY) print_activity(sheet, measure);
  if (measure->form == PRG__FORM__FORM_CONTRIBUTION) print_contribution(sheet, measure);
  if (measure->form == PRG__FORM__FORM_DUTY) print_duty(sheet, measure);
  if (measure->n_every)
    sheet_about(sheet, 4, _("How often"), sheet_every(sheet, measure->every, measure->n_every),
                sheet_text(sheet, "every: %s",
                           sheet_dialect_enums(sheet, &prg__calendar_word__descriptor, measure->every,
                                               measure->n_every, true)));
  print_quota(sheet, measure->quota);
  print_words(sheet, _("To be recorded"), "record", measure->record, measure->n_record, SHEET_AND);
}

void programme_print_measures(const struct sheet *sheet)
{
  sheet_heading(_("Measures"));
  for (size_t i = 0; i < sheet->programme->n_measures; i++)
    print_measure(sheet, sheet->programme->measures[i]);
}
