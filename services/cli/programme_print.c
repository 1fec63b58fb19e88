// The head of a programme, its roles, approvals and modes.
#include "services/cli/lang.h"
#include "services/cli/programme_sheet.h"
#include <stdio.h>

// "from 2015 to 2020", as the file says it
static const char *period(const struct sheet *sheet, const Typ__Period *valid)
{
  if (!valid || (!valid->from[0] && !valid->to[0])) return "";
  if (!valid->to[0]) return sheet_text(sheet, _("from %s"), valid->from);
  return sheet_text(sheet, _("from %s to %s"), valid->from, valid->to);
}

static void print_owner(const struct sheet *sheet)
{
  const Prg__Owner *owner = sheet->programme->owner;
  const ProtobufCEnumDescriptor *levels = &typ__division_level__descriptor;
  if (!owner) return;
  if (owner->level)
    sheet_about(sheet, 2, _("Jurisdiction"),
                sheet_text(sheet, _("every authority of %s level runs its own"),
                           sheet_enum(sheet, levels, (int)owner->level)),
                sheet_text(sheet, "level: %s", sheet_dialect_enum(sheet, levels, (int)owner->level, false)));
  else
    sheet_about(sheet, 2, _("Jurisdiction"), *sheet->owner ? sheet->owner : owner->division,
                sheet_text(sheet, "division: \"%s\"", owner->division));
}

static void print_state(const struct sheet *sheet)
{
  const Prg__Programme *programme = sheet->programme;
  if (!programme->status) return; // a file that is not published
  const char *state = sheet_enum(sheet, &prg__programme_status__descriptor, (int)programme->status);
  bool retired = *programme->retired_on;
  const char *day = retired ? programme->retired_on : programme->since;
  if (*day) state = sheet_text(sheet, _("%s, since %s"), state, day);
  if (retired && *programme->since)
    state = sheet_text(sheet, _("%s; published on %s"), state, programme->since);
  sheet_about(sheet, 2, _("State"), state, "");
}

static void print_extends(const struct sheet *sheet)
{
  const Prg__Extends *extends = sheet->programme->extends;
  const ProtobufCEnumDescriptor *relations = &prg__relation__descriptor;
  if (!extends) return;
  const char *parent = sheet->parent ? sheet_title(sheet->parent->title) : "";
  const char *from = *parent ? sheet_text(sheet, "%s (%s@%u)", parent, extends->id, extends->version)
                             : sheet_text(sheet, "%s@%u", extends->id, extends->version);
  sheet_about(
      sheet, 2, _("Extends"),
      sheet_text(sheet, _("%s; %s"), from, sheet_enum(sheet, relations, (int)extends->relation)),
      sheet_text(sheet, "relation: %s", sheet_dialect_enum(sheet, relations, (int)extends->relation, true)));
  if (!sheet->parent)
    sheet_line(2, _("What of it is inherited cannot be told: the parent is not at hand."), "");
}

static const char *overridable_id(const struct sheet *sheet, const Prg__Overridable *open)
{
  if (open->section == PRG__SECTION__SECTION_MODES) return sheet_modes(sheet, &open->id, 1, SHEET_AND);
  if (open->section == PRG__SECTION__SECTION_MEASURES) return sheet_measure(sheet, open->id);
  return sheet_party(sheet, open->id);
}

static void print_overridable(const struct sheet *sheet)
{
  const ProtobufCEnumDescriptor *sections = &prg__section__descriptor;
  for (size_t i = 0; i < sheet->programme->n_overridable; i++) {
    const Prg__Overridable *open = sheet->programme->overridable[i];
    const char *text = sheet_enum(sheet, sections, (int)open->section);
    const char *dialect =
        sheet_text(sheet, "section: %s", sheet_dialect_enum(sheet, sections, (int)open->section, true));
    if (*open->id) {
      text = sheet_text(sheet, "%s, %s", text, overridable_id(sheet, open));
      dialect = sheet_text(sheet, "%s, id: %s", dialect, open->id);
    }
    if (*open->key) {
      text = sheet_text(sheet, "%s, %s", text, sheet_word(open->key));
      dialect = sheet_text(sheet, "%s, key: %s", dialect, open->key);
    }
    sheet_about(sheet, 2, _("Subordinates may set"), text, dialect);
  }
}

static void print_head(const struct sheet *sheet)
{
  const Prg__Programme *programme = sheet->programme;
  sheet_line(0, sheet_title(programme->title), "");
  sheet_about(sheet, 2, _("Programme"),
              sheet_text(sheet, _("%s, version %u"), programme->id, programme->version), "");
  print_state(sheet);
  print_owner(sheet);
  if (programme->n_executed_by)
    sheet_about(sheet, 2, _("Carried out by"),
                sheet_parties(sheet, programme->executed_by, programme->n_executed_by, SHEET_AND),
                sheet_text(sheet, "executed_by: %s",
                           sheet_dialect_words(sheet, programme->executed_by, programme->n_executed_by)));
  print_extends(sheet);
  print_overridable(sheet);
}

static void print_basis(const struct sheet *sheet)
{
  const ProtobufCEnumDescriptor *kinds = &prg__basis_kind__descriptor;
  if (sheet->programme->n_basis) sheet_heading(_("Basis documents"));
  for (size_t i = 0; i < sheet->programme->n_basis; i++) {
    const Prg__Basis *basis = sheet->programme->basis[i];
    const char *valid = period(sheet, basis->valid);
    const char *kind = sheet_enum(sheet, kinds, (int)basis->kind);
    sheet_line(
        2,
        sheet_text(sheet, *valid ? _("%s (%s, %s)") : _("%s (%s%s)"), sheet_title(basis->title), kind, valid),
        sheet_text(sheet, "kind: %s", sheet_dialect_enum(sheet, kinds, (int)basis->kind, false)));
    sheet_rules(sheet, 4, _("its parties"), basis->between, basis->n_between);
  }
}

static void print_season(const struct sheet *sheet, const char *about, const char *key, const char *from,
                         const char *to)
{
  if (*from)
    sheet_about(sheet, 2, about, sheet_text(sheet, _("from %s to before %s"), from, to),
                sheet_text(sheet, "%s: {from: \"%s\", to: \"%s\"}", key, from, to));
}

static void print_calendar(const struct sheet *sheet)
{
  const Prg__Calendar *calendar = sheet->programme->calendar;
  if (!calendar) return;
  sheet_heading(_("Calendar"));
  if (*calendar->autumn_start)
    sheet_about(sheet, 2, _("Autumn semester begins"), calendar->autumn_start,
                sheet_text(sheet, "autumn_start: \"%s\"", calendar->autumn_start));
  if (*calendar->spring_start)
    sheet_about(sheet, 2, _("Spring semester begins"), calendar->spring_start,
                sheet_text(sheet, "spring_start: \"%s\"", calendar->spring_start));
  print_season(sheet, _("Summer"), "summer", calendar->summer_from, calendar->summer_to);
  print_season(sheet, _("Winter"), "winter", calendar->winter_from, calendar->winter_to);
}

static void print_roles(const struct sheet *sheet)
{
  sheet_heading(_("Roles"));
  for (size_t i = 0; i < sheet->programme->n_roles; i++) {
    const Prg__RoleDef *role = sheet->programme->roles[i];
    sheet_item(sheet, role->title, &role->base, SHEET_PARENT(sheet, roles));
    sheet_rules(sheet, 4, "", role->who, role->n_who);
  }
}

static void print_chain(const struct sheet *sheet, const char *about, const char *key, char *const *chain,
                        size_t n)
{
  if (n)
    sheet_about(sheet, 2, about, sheet_parties(sheet, chain, n, SHEET_CHAIN),
                sheet_text(sheet, "%s: %s", key, sheet_dialect_words(sheet, chain, n)));
}

static void print_approvals(const struct sheet *sheet)
{
  const Prg__Approvals *approvals = sheet->programme->approvals;
  sheet_heading(_("Approvals"));
  if (!approvals) {
    sheet_line(2, _("none beyond the act itself"), "");
    return;
  }
  print_chain(sheet, _("Agreements"), "agreement", approvals->agreement, approvals->n_agreement);
  print_chain(sheet, _("Partnerships"), "partnership", approvals->partnership, approvals->n_partnership);
  print_chain(sheet, _("Needs plans (the last fixes the figures)"), "plan", approvals->plan,
              approvals->n_plan);
  print_chain(sheet, _("Postings"), "assignment", approvals->assignment, approvals->n_assignment);
}

// ---- modes

static const char *range(const struct sheet *sheet, uint32_t min, uint32_t max)
{
  if (!max) return sheet_text(sheet, _("%u or more"), min);
  return min == max ? sheet_text(sheet, "%u", min) : sheet_text(sheet, _("%u to %u"), min, max);
}

static void print_member(const struct sheet *sheet, const Prg__MemberRule *member)
{
  const char *dialect = sheet_text(sheet, "role: %s, min: %u", member->role, member->min);
  if (member->max) dialect = sheet_text(sheet, "%s, max: %u", dialect, member->max);
  sheet_about(sheet, 4, _("Members"),
              sheet_text(sheet, _("%s, %s"), sheet_party(sheet, member->role),
                         range(sheet, member->min, member->max)),
              dialect);
  sheet_rules(sheet, 6, "", member->who, member->n_who);
}

static void print_variants(const struct sheet *sheet, const Prg__Mode *mode)
{
  for (size_t i = 0; i < mode->n_variants; i++)
    sheet_about(sheet, 4, _("Variant"), sheet_title(mode->variants[i]->title),
                sheet_text(sheet, "id: %s", mode->variants[i]->id));
}

static void print_points(const struct sheet *sheet, const Prg__Mode *mode)
{
  const char **points = ARENA_ARRAY(sheet->arena, const char *, mode->n_points + 1);
  for (size_t i = 0; points && i < mode->n_points; i++)
    points[i] = sheet_title(mode->points[i]);
  if (points && mode->n_points)
    sheet_about(sheet, 4, _("Points"), sheet_join(sheet, points, mode->n_points, SHEET_AND), "");
}

static void print_mode(const struct sheet *sheet, const Prg__Mode *mode)
{
  const ProtobufCEnumDescriptor *evaluations = &prg__evaluation__descriptor;
  sheet_item(sheet, mode->title, &mode->base, SHEET_PARENT(sheet, modes));
  if (mode->signed_) sheet_line(4, _("All members sign an agreement as its parties"), "signed: true");
  for (size_t i = 0; i < mode->n_members; i++)
    print_member(sheet, mode->members[i]);
  sheet_rules(sheet, 4, _("Rule"), mode->rules, mode->n_rules);
  if (mode->evaluation)
    sheet_about(sheet, 4, _("Evaluation"), sheet_enum(sheet, evaluations, (int)mode->evaluation),
                sheet_text(sheet, "evaluation: %s",
                           sheet_dialect_enum(sheet, evaluations, (int)mode->evaluation, false)));
  if (mode->merge_legal_person)
    sheet_line(4, _("When it is established a merger into one legal person is proposed"),
               "on_establish: MERGE_LEGAL_PERSON");
  print_variants(sheet, mode);
  print_points(sheet, mode);
}

void programme_print_modes(const struct sheet *sheet)
{
  sheet_heading(_("Modes"));
  for (size_t i = 0; i < sheet->programme->n_modes; i++)
    print_mode(sheet, sheet->programme->modes[i]);
}

void programme_print(const struct sheet *sheet)
{
  print_head(sheet);
  print_basis(sheet);
  print_calendar(sheet);
  print_roles(sheet);
  print_approvals(sheet);
  programme_print_modes(sheet);
  programme_print_measures(sheet);
  programme_print_indicators(sheet);
  programme_print_targets(sheet);
  programme_print_reviews(sheet);
  programme_print_reports(sheet);
  programme_print_notices(sheet);
}
