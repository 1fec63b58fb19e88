// PR-02 for the sections without ids: approvals and calendar key by key, targets and notices entry by entry,
// and what the child leaves to those below it.
#include "common/base/pb.h"
#include "common/domain/programme_inherit_part.h"
#include <inttypes.h>
#include <string.h>

#define OPEN(section) programme_inherit_open(in->parent, PRG__SECTION__SECTION_##section, "", "")

// ---- approvals: none may go, their order stays

static void chain(struct programme_inheriting *in, const char *key, char *const *parent, size_t n_parent,
                  char *const *child, size_t n_child)
{
  if (programme_inherit_in_order(parent, n_parent, child, n_child)) return;
  const char *zh = programme_inherit_words(in, parent, n_parent, "、");
  const char *en = programme_inherit_words(in, parent, n_parent, ", ");
  programme_inherit_loosened(in, key, programme_inherit_text(in, "%s 依次，可另加", zh),
                             programme_inherit_text(in, "%s in this order, and more", en));
}

static void approvals(struct programme_inheriting *in)
{
  const Prg__Approvals *parent = in->parent->approvals, *child = in->result->approvals;
  if (!parent || !child || OPEN(APPROVALS)) return;
  size_t mark = programme_check_enter(&in->check, "approvals");
#define CHAIN(key) chain(in, #key, parent->key, parent->n_##key, child->key, child->n_##key)
  CHAIN(agreement);
  CHAIN(partnership);
  CHAIN(plan);
  CHAIN(assignment);
#undef CHAIN
  programme_check_leave(&in->check, mark);
}

// ---- calendar: neither way of shifting it is tighter

static void day(struct programme_inheriting *in, const char *key, const char *parent, const char *child,
                const char *unset)
{
  if (!parent[0]) parent = unset;
  if (!child[0]) child = unset;
  if (strcmp(parent, child) != 0) programme_inherit_loosened(in, key, parent, parent);
}

static void calendar(struct programme_inheriting *in)
{
  Prg__Calendar none = PRG__CALENDAR__INIT;
  const Prg__Calendar *parent = in->parent->calendar ? in->parent->calendar : &none;
  const Prg__Calendar *child = in->result->calendar ? in->result->calendar : &none;
  if (OPEN(CALENDAR)) return;
  size_t mark = programme_check_enter(&in->check, "calendar");
  day(in, "autumn_start", parent->autumn_start, child->autumn_start, "09-01"); // defaults of dialect §12
  day(in, "spring_start", parent->spring_start, child->spring_start, "03-01");
  day(in, "summer.from", parent->summer_from, child->summer_from, "07-01");
  day(in, "summer.to", parent->summer_to, child->summer_to, "09-01");
  day(in, "winter.from", parent->winter_from, child->winter_from, "12-01");
  day(in, "winter.to", parent->winter_to, child->winter_to, "03-01");
  programme_check_leave(&in->check, mark);
}

// ---- targets: each of the parent's is still reached when one of the child's is

// A day of a shorter date is its first: "2022" is at the latest "2022-01-01" where it is compared as text.
static bool not_later(const char *parent, const char *child)
{
  return !parent[0] || (child[0] && strcmp(child, parent) <= 0);
}

static bool reached_by(const Prg__Target *parent, const Prg__Target *child)
{
  if (strcmp(parent->indicator, child->indicator) != 0 || parent->op != child->op ||
      strcmp(parent->unit, child->unit) != 0)
    return false;
  bool each = parent->each == 0 || child->each >= parent->each; // in every county is also in every prefecture
  bool range = child->min >= parent->min && (parent->max == 0 || child->max <= parent->max);
  return child->value >= parent->value && range && each && not_later(parent->deadline, child->deadline) &&
         programme_inherit_often(parent->every, parent->n_every, child->every, child->n_every);
}

static const char *target_text(struct programme_inheriting *in, const Prg__Target *t)
{
  const char *text = t->indicator;
  if (t->op == PRG__TARGET_OP__TARGET_GE)
    text = programme_inherit_text(in, "%s ≥ %" PRIu64 " %s", text, t->value, t->unit);
  if (t->op == PRG__TARGET_OP__TARGET_BETWEEN)
    text = programme_inherit_text(in, "%s %" PRIu64 "–%" PRIu64 " %s", text, t->min, t->max, t->unit);
  if (t->each)
    text =
        programme_inherit_text(in, "%s / %s", text, pb_enum_word(&typ__division_level__descriptor, t->each));
  return t->deadline[0] ? programme_inherit_text(in, "%s, %s", text, t->deadline) : text;
}

static void targets(struct programme_inheriting *in)
{
  const Prg__Programme *parent = in->parent, *child = in->result;
  if (parent->targets == child->targets || OPEN(TARGETS)) return;
  for (size_t i = 0; i < parent->n_targets; i++) {
    bool kept = false;
    for (size_t j = 0; j < child->n_targets; j++)
      kept = kept || reached_by(parent->targets[i], child->targets[j]);
    if (kept) continue;
    const char *text = target_text(in, parent->targets[i]);
    programme_inherit_loosened(in, "targets", programme_inherit_text(in, "%s 或更高", text),
                               programme_inherit_text(in, "%s or more", text));
  }
}

// ---- notices: whoever was told is still told, at least as firmly

static bool told_by(const Prg__NoticeRule *parent, const Prg__NoticeRule *child)
{
  bool firm = child->ack >= parent->ack; // none, receipt, sign
  bool soon = !parent->within_working_days ||
              (child->within_working_days && child->within_working_days <= parent->within_working_days);
  bool channels = child->n_channels == parent->n_channels &&
                  (!child->n_channels || memcmp(child->channels, parent->channels,
                                                child->n_channels * sizeof *child->channels) == 0);
  return strcmp(parent->event, child->event) == 0 && firm && soon && (channels || child->n_channels == 0) &&
         child->digest <= parent->digest &&
         programme_inherit_wider(parent->to, parent->n_to, child->to, child->n_to) &&
         programme_inherit_wider(parent->escalate, parent->n_escalate, child->escalate, child->n_escalate);
}

static void notices(struct programme_inheriting *in)
{
  const Prg__Programme *parent = in->parent, *child = in->result;
  if (parent->notices == child->notices || OPEN(NOTICES)) return;
  for (size_t i = 0; i < parent->n_notices; i++) {
    const Prg__NoticeRule *rule = parent->notices[i];
    bool kept = false;
    for (size_t j = 0; j < child->n_notices; j++)
      kept = kept || told_by(rule, child->notices[j]);
    if (kept) continue;
    const char *ack = pb_enum_word(&prg__ack_kind__descriptor, rule->ack);
    const char *text = programme_inherit_text(in, "%s → %s, %s %" PRIu32, rule->event,
                                              programme_inherit_words(in, rule->to, rule->n_to, ", "), ack,
                                              rule->within_working_days);
    programme_inherit_loosened(in, "notices", programme_inherit_text(in, "%s 或更严", text),
                               programme_inherit_text(in, "%s or stricter", text));
  }
}

// ---- overridable: nobody leaves open what is not his to leave open

static bool own_item(struct programme_inheriting *in, const Prg__Overridable *open)
{
  const struct programme_section *section = programme_section_of(open->section);
  return section && open->id[0] && !programme_item(in->parent, section->name, open->id);
}

// basis and executed_by are never inherited: each jurisdiction's own.
static bool never_inherited(Prg__Section section)
{
  return section == PRG__SECTION__SECTION_BASIS || section == PRG__SECTION__SECTION_EXECUTED_BY;
}

static void overridable(struct programme_inheriting *in)
{
  const Prg__Programme *child = in->result;
  if (in->parent->overridable == child->overridable) return;
  size_t mark = programme_check_enter(&in->check, "overridable");
  for (size_t i = 0; i < child->n_overridable; i++) {
    const Prg__Overridable *open = child->overridable[i];
    bool allowed = never_inherited(open->section) || own_item(in, open) ||
                   programme_inherit_open(in->parent, open->section, open->id, open->key);
    size_t item = programme_check_enter_item(&in->check, NULL, i);
    if (!allowed)
      programme_inherit_loosened(in, NULL, "只能开放上级已开放的", "only what it leaves open itself");
    programme_check_leave(&in->check, item);
  }
  programme_check_leave(&in->check, mark);
}

void programme_inherit_lists(struct programme_inheriting *in)
{
  approvals(in);
  calendar(in);
  targets(in);
  notices(in);
  overridable(in);
}
