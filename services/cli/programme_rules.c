// Predicates as sentences, one for each of the dialect's (§4).
#include "services/cli/lang.h"
#include "services/cli/programme_sheet.h"
#include "services/cli/subjects.h"
#include <string.h>

// What the argument of a predicate says, in both forms.
struct argument {
  const char *people, *dialect;
};

static struct argument of_enums(const struct sheet *sheet, const ProtobufCEnumDescriptor *descriptor,
                                const void *values, size_t n)
{
  return (struct argument){sheet_enums(sheet, descriptor, values, n, SHEET_OR),
                           sheet_dialect_enums(sheet, descriptor, values, n, false)};
}

static struct argument of_words(const struct sheet *sheet, const char *people,
                                const Prg__Predicate *predicate)
{
  return (struct argument){people, sheet_dialect_words(sheet, predicate->words, predicate->n_words)};
}

static struct argument of_number(const struct sheet *sheet, const Prg__Predicate *predicate)
{
  const char *number = sheet_text(sheet, "%u", predicate->number);
  return (struct argument){number, number};
}

static struct argument of_subjects(const struct sheet *sheet, const Prg__Predicate *predicate)
{
  const char **names = ARENA_ARRAY(sheet->arena, const char *, predicate->n_words + 1);
  const char *codes = "";
  for (size_t i = 0; names && i < predicate->n_words; i++) {
    names[i] = subjects_name(predicate->words[i]);
    codes = sheet_text(sheet, "%s%s\"%s\"", codes, i ? ", " : "", predicate->words[i]);
  }
  return (struct argument){names ? sheet_join(sheet, names, predicate->n_words, SHEET_OR) : "",
                           sheet_text(sheet, "[%s]", codes)};
}

// {level: COUNTY, roles: [A, B]}; whom it is about stands in the sentence.
static struct argument of_place(const struct sheet *sheet, const Prg__Predicate *predicate)
{
  const ProtobufCEnumDescriptor *levels = &typ__division_level__descriptor;
  int level = predicate->n_levels ? (int)predicate->levels[0] : 0;
  const char *first = predicate->n_levels
                          ? sheet_text(sheet, "level: %s", sheet_dialect_enum(sheet, levels, level, false))
                          : sheet_text(sheet, "km: %u", predicate->number);
  const char *roles =
      predicate->n_words
          ? sheet_text(sheet, ", roles: %s", sheet_dialect_words(sheet, predicate->words, predicate->n_words))
          : "";
  return (struct argument){predicate->n_levels ? sheet_enum(sheet, levels, level)
                                               : sheet_text(sheet, "%u", predicate->number),
                           sheet_text(sheet, "{%s%s}", first, roles)};
}

static struct argument argument_of(const struct sheet *sheet, const Prg__Predicate *predicate)
{
  char *const *words = predicate->words;
  size_t n = predicate->n_words;
  switch (predicate->kind) {
  case PRG__PREDICATE_KIND__PREDICATE_KIND_IN:
    return of_enums(sheet, &typ__institution_kind__descriptor, predicate->kinds, predicate->n_kinds);
  case PRG__PREDICATE_KIND__PREDICATE_DIVISION_LEVEL:
    return of_enums(sheet, &typ__division_level__descriptor, predicate->levels, predicate->n_levels);
  case PRG__PREDICATE_KIND__PREDICATE_STAGE_IN:
    return of_enums(sheet, &typ__stage__descriptor, predicate->stages, predicate->n_stages);
  case PRG__PREDICATE_KIND__PREDICATE_URBAN_RURAL_IN:
    return of_enums(sheet, &typ__place__descriptor, predicate->places, predicate->n_places);
  case PRG__PREDICATE_KIND__PREDICATE_CATEGORY_IN:
    return of_enums(sheet, &typ__person_category__descriptor, predicate->categories, predicate->n_categories);
  case PRG__PREDICATE_KIND__PREDICATE_POST_IN:
    return of_enums(sheet, &typ__post__descriptor, predicate->posts, predicate->n_posts);
  case PRG__PREDICATE_KIND__PREDICATE_TITLE_MIN: {
    const ProtobufCEnumDescriptor *titles = &typ__title__descriptor;
    return (struct argument){sheet_enum(sheet, titles, (int)predicate->title),
                             sheet_dialect_enum(sheet, titles, (int)predicate->title, false)};
  }
  case PRG__PREDICATE_KIND__PREDICATE_UNDER:
  case PRG__PREDICATE_KIND__PREDICATE_OPERATED_BY:
    return of_words(sheet, sheet_parties(sheet, words, n, SHEET_OR), predicate);
  case PRG__PREDICATE_KIND__PREDICATE_EXCLUSIVE:
    return of_words(sheet, sheet_parties(sheet, words, n, SHEET_AND), predicate);
  case PRG__PREDICATE_KIND__PREDICATE_DIVISION_TAG:
  case PRG__PREDICATE_KIND__PREDICATE_TAG_HAS:
    return of_words(sheet, sheet_words(sheet, words, n, SHEET_AND), predicate);
  case PRG__PREDICATE_KIND__PREDICATE_MODE_IN:
    return of_words(sheet, sheet_modes(sheet, words, n, SHEET_OR), predicate);
  case PRG__PREDICATE_KIND__PREDICATE_PARTY_IS:
    return (struct argument){n && strcmp(words[0], "PARTNERSHIP") == 0 ? _("itself a partnership")
                                                                       : _("a unit"),
                             n ? words[0] : ""};
  case PRG__PREDICATE_KIND__PREDICATE_SUBJECT_IN:
    return of_subjects(sheet, predicate);
  case PRG__PREDICATE_KIND__PREDICATE_SAME_DIVISION:
  case PRG__PREDICATE_KIND__PREDICATE_WITHIN_KM:
    return of_place(sheet, predicate);
  case PRG__PREDICATE_KIND__PREDICATE_AGE_MAX:
  case PRG__PREDICATE_KIND__PREDICATE_MIN_YEARS_HERE:
    return of_number(sheet, predicate);
  default:
    return (struct argument){"", "true"};
  }
}

// Sentences with the argument in the place of %s.
static const struct {
  Prg__PredicateKind kind;
  const char *sentence;
} sentences[] = {
    {PRG__PREDICATE_KIND__PREDICATE_KIND_IN, N_("its kind is %s")},
    {PRG__PREDICATE_KIND__PREDICATE_DIVISION_LEVEL, N_("its division is one of %s level")},
    {PRG__PREDICATE_KIND__PREDICATE_UNDER, N_("it is managed, directly or further up, by: %s")},
    {PRG__PREDICATE_KIND__PREDICATE_OPERATED_BY, N_("it is run by: %s")},
    {PRG__PREDICATE_KIND__PREDICATE_DIVISION_TAG, N_("its division or county is marked: %s")},
    {PRG__PREDICATE_KIND__PREDICATE_TAG_HAS, N_("it is marked: %s")},
    {PRG__PREDICATE_KIND__PREDICATE_STAGE_IN, N_("stage taught: %s")},
    {PRG__PREDICATE_KIND__PREDICATE_URBAN_RURAL_IN, N_("it lies in: %s")},
    {PRG__PREDICATE_KIND__PREDICATE_PARTY_IS, N_("it is %s")},
    {PRG__PREDICATE_KIND__PREDICATE_MODE_IN, N_("it is a partnership of the mode: %s")},
    {PRG__PREDICATE_KIND__PREDICATE_EXCLUSIVE,
     N_("in this role in one live partnership of the programme only: %s")},
    {PRG__PREDICATE_KIND__PREDICATE_CATEGORY_IN, N_("category: %s")},
    {PRG__PREDICATE_KIND__PREDICATE_POST_IN, N_("holds the post: %s")},
    {PRG__PREDICATE_KIND__PREDICATE_SUBJECT_IN, N_("teaches: %s")},
    {PRG__PREDICATE_KIND__PREDICATE_TITLE_MIN, N_("professional title %s or higher")},
    {PRG__PREDICATE_KIND__PREDICATE_AGE_MAX, N_("at most %s years old on the first day")},
    {PRG__PREDICATE_KIND__PREDICATE_MIN_YEARS_HERE, N_("at least %s years at the home unit")},
};

static const struct {
  Prg__PredicateKind kind;
  const char *sentence;
} plain[] = {
    {PRG__PREDICATE_KIND__PREDICATE_SAME_STAGE, N_("any two members share a stage")},
    {PRG__PREDICATE_KIND__PREDICATE_SINGLE_LEGAL_PERSON,
     N_("all members are one legal person, or will be by the agreed day")},
    {PRG__PREDICATE_KIND__PREDICATE_AFFILIATION_UNCHANGED,
     N_("no posting moves anybody's personnel relation")},
    {PRG__PREDICATE_KIND__PREDICATE_ONE_APPLICATION_PER_YEAR,
     N_("no other application in this programme in the year")},
    {PRG__PREDICATE_KIND__PREDICATE_SAME_SUBJECT, N_("teaches the subject of the lesson")},
    {PRG__PREDICATE_KIND__PREDICATE_SAME_PAIR_AS_LAST_YEAR, N_("home and host of last year stay together")},
};

// Those that hold between members, of all of them or of some roles.
static const char *between_members(const struct sheet *sheet, const Prg__Predicate *predicate)
{
  const char *argument = argument_of(sheet, predicate).people;
  bool division = predicate->kind == PRG__PREDICATE_KIND__PREDICATE_SAME_DIVISION;
  const char *who = sheet_parties(sheet, predicate->words, predicate->n_words, SHEET_AND);
  if (!predicate->n_words)
    return sheet_text(sheet,
                      division ? _("all members lie in one division of %s level")
                               : _("any two members lie at most %s km apart"),
                      argument);
  return sheet_text(sheet,
                    division ? _("%s: they lie in one division of %s level")
                             : _("%s: any two lie at most %s km apart"),
                    who, argument);
}

const char *sheet_rule(const struct sheet *sheet, const Prg__Predicate *predicate)
{
  for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
    if (sentences[i].kind == predicate->kind)
      return sheet_text(sheet, _(sentences[i].sentence), argument_of(sheet, predicate).people);
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
    if (plain[i].kind == predicate->kind) return _(plain[i].sentence);
  if (predicate->kind == PRG__PREDICATE_KIND__PREDICATE_SAME_DIVISION ||
      predicate->kind == PRG__PREDICATE_KIND__PREDICATE_WITHIN_KM)
    return between_members(sheet, predicate);
  return _("a rule newer than this tool");
}

const char *sheet_rule_dialect(const struct sheet *sheet, const Prg__Predicate *predicate)
{
  return sheet_text(sheet, "%s: %s",
                    sheet_dialect_enum(sheet, &prg__predicate_kind__descriptor, (int)predicate->kind, true),
                    argument_of(sheet, predicate).dialect);
}

void sheet_rules(const struct sheet *sheet, unsigned indent, const char *about,
                 Prg__Predicate *const *predicates, size_t n)
{
  for (size_t i = 0; i < n; i++)
    sheet_about(sheet, indent, about, sheet_rule(sheet, predicates[i]),
                sheet_rule_dialect(sheet, predicates[i]));
}
