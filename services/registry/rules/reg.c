#include "services/registry/rules/reg.h"
#include "common/base/check.h"
#include "common/base/date.h"
#include "common/base/pb.h"
#include "common/domain/predicate.h"
#include <errno.h>
#include <string.h>

// ---- refusals

int reg_field(struct decision *out, const char *field, const char *detail_zh, const char *detail_en)
{
  return decision_reject(out, REASON_FIELD, "field", field, "detail_zh", detail_zh, "detail_en", detail_en,
                         NULL);
}

int reg_not_found(struct decision *out, const char *what_zh, const char *what_en, const char *ref)
{
  return decision_reject(out, REASON_NOT_FOUND, "what_zh", what_zh, "what_en", what_en, "ref", ref, NULL);
}

int reg_expect_rev(const struct rule_context *ctx, uint64_t rev, struct decision *out)
{
  if (ctx->expect_rev == 0 || ctx->expect_rev == rev) return 0;
  return decision_reject(out, REASON_REV, "rev", decision_number(out, (int64_t)rev), "expected",
                         decision_number(out, (int64_t)ctx->expect_rev), NULL);
}

int reg_check_text(struct decision *out, const char *field, const char *text, bool optional, size_t max)
{
  size_t length = strlen(text);
  if (length == 0 && !optional) return reg_field(out, field, "必填", "is required");
  if (length > max)
    return reg_field(out, field, arena_printf(out->arena, "最长 %zu 字节", max),
                     arena_printf(out->arena, "has at most %zu bytes", max));
  for (const char *c = text; *c; c++)
    if ((unsigned char)*c < 0x20 || *c == 0x7f)
      return reg_field(out, field, "含控制字符", "contains a control character");
  return 0;
}

int reg_check_count(struct decision *out, const char *field, size_t n, size_t max)
{
  if (n <= max) return 0;
  return reg_field(out, field, arena_printf(out->arena, "最多 %zu 项", max),
                   arena_printf(out->arena, "has at most %zu items", max));
}

int reg_check_date(struct decision *out, const char *field, const char *date, bool optional)
{
  if (!date[0] && !optional) return reg_field(out, field, "必填", "is required");
  if (!date[0] || date_valid(date)) return 0;
  return reg_field(out, field, "应为 YYYY、YYYY-MM 或 YYYY-MM-DD", "must be YYYY, YYYY-MM or YYYY-MM-DD");
}

int reg_effective_day(const struct rule_context *ctx, struct decision *out, const char *field,
                      const char *given, const char *old_since, char **ret)
{
  const char *day = given;
  int r = reg_check_date(out, field, given, true);
  if (r != 0) return r;
  if (!given[0])
    day = old_since[0] && date_compare(old_since, ctx->today) > 0 ? old_since : ctx->today;
  else if (strlen(given) != DATE_SIZE - 1)
    return reg_field(out, field, "须写到日（YYYY-MM-DD）", "must name the day (YYYY-MM-DD)");
  else if (date_compare(given, ctx->today) > 0)
    return reg_field(out, field, "不能晚于今天：到期再办", "lies in the future: record it when it happens");
  if (old_since[0] && date_compare(day, old_since) < 0)
    return reg_field(out, field, arena_printf(out->arena, "早于现状的起始日 %s", old_since),
                     arena_printf(out->arena, "is before %s, when the present state began", old_since));
  *ret = arena_strdup(out->arena, day);
  return *ret ? 0 : -ENOMEM;
}

char *reg_first_day(struct decision *out, const char *date)
{
  char day[DATE_SIZE];
  date_from_days(date_days(date), day);
  return arena_strdup(out->arena, day);
}

// ---- lookups

int reg_find_institution(const struct dir_view *dir, const char *id, struct decision *out,
                         const Reg__Institution **ret)
{
  int r = dir_institution(dir, id, ret);
  if (r < 0 || *ret) return r;
  return reg_not_found(out, "单位", "institution", id);
}

int reg_find_agreement(const struct dir_view *dir, const char *id, struct decision *out,
                       const Reg__Agreement **ret)
{
  int r = dir_agreement(dir, id, ret);
  if (r < 0 || *ret) return r;
  return reg_not_found(out, "协议", "agreement", id);
}

int reg_find_partnership(const struct dir_view *dir, const char *id, struct decision *out,
                         const Reg__Partnership **ret)
{
  int r = dir_partnership(dir, id, ret);
  if (r < 0 || *ret) return r;
  return reg_not_found(out, "结对关系", "partnership", id);
}

int reg_find_programme(const struct dir_view *dir, const char *id, uint32_t version, struct decision *out,
                       const Prg__Programme **ret)
{
  int r = dir_programme(dir, id, version, ret);
  if (r < 0 || *ret) return r;
  return reg_not_found(out, "项目", "programme",
                       version ? arena_printf(out->arena, "%s@%u", id, (unsigned)version) : id);
}

int reg_find_live_programme(const struct dir_view *dir, const char *id, uint32_t version,
                            const char *const what[2], struct decision *out, const Prg__Programme **ret)
{
  int r = reg_find_programme(dir, id, version, out, ret);
  if (r != 0 || (*ret)->status != PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED) return r;
  return programme_retired_refuse(dir, id, version, what, out);
}

int reg_find_mode(const Prg__Programme *programme, const char *id, struct decision *out,
                  const Prg__Mode **ret)
{
  for (size_t i = 0; i < programme->n_modes; i++)
    if (strcmp(programme->modes[i]->id, id) == 0) {
      *ret = programme->modes[i];
      return 0;
    }
  return reg_not_found(out, "模式", "mode", id);
}

// ---- records and events

int reg_same_content(struct arena *arena, const ProtobufCMessage *a, const ProtobufCMessage *b, bool *ret)
{
  uint8_t *bytes_a = NULL, *bytes_b = NULL;
  size_t length_a = pb_pack(arena, a, &bytes_a), length_b = pb_pack(arena, b, &bytes_b);
  if (arena_exhausted(arena)) return -ENOMEM;
  *ret = length_a == length_b && (length_a == 0 || memcmp(bytes_a, bytes_b, length_a) == 0);
  return 0;
}

int reg_emit(struct decision *out, const ProtobufCMessageDescriptor *type, const ProtobufCMessage *record,
             const struct event_head *head, ProtobufCMessage **ret)
{
  const ProtobufCFieldDescriptor *field = &type->fields[0];
  CHECK(field->descriptor == record->descriptor && field->label != PROTOBUF_C_LABEL_REPEATED);
  ProtobufCMessage *event = arena_alloc(out->arena, type->sizeof_message);
  ProtobufCMessage *copy = arena_clone(out->arena, record);
  if (!event || !copy) return -ENOMEM;
  protobuf_c_message_init(type, event);
  *(ProtobufCMessage **)((uint8_t *)event + field->offset) = copy;
  if (ret) *ret = event;
  return decision_emit(out, head, event);
}

void reg_unit(struct event_head *head, const char *id)
{
  if (!id[0] || head->n_units == EVENT_UNITS) return;
  for (size_t i = 0; i < head->n_units; i++)
    if (strcmp(head->units[i], id) == 0) return;
  head->units[head->n_units++] = id;
}

void reg_agreement_head(const Reg__Agreement *agreement, struct event_head *ret)
{
  *ret =
      (struct event_head){.subject = agreement->id, .division = agreement->division, .rev = agreement->rev};
  for (size_t i = 0; i < agreement->n_parties; i++)
    reg_unit(ret, agreement->parties[i]->institution);
  for (size_t i = 0; agreement->amendment && i < agreement->amendment->n_parties; i++)
    reg_unit(ret, agreement->amendment->parties[i]->institution);
}

int reg_agreement_reply(const Reg__Agreement *agreement, struct decision *out)
{
  Reg__AgreementReply *answer = REG_NEW(out, Reg__AgreementReply, reg__agreement_reply__init);
  if (!answer) return -ENOMEM;
  answer->id = agreement->id;
  answer->status = agreement->status;
  answer->rev = agreement->rev;
  answer->version = agreement->version;
  if (agreement->amendment) answer->amendment = agreement->amendment->status;
  answer->warnings = (char **)out->warnings;
  answer->n_warnings = out->n_warnings;
  out->reply = &answer->base;
  return 0;
}

void reg_partnership_head(const Reg__Partnership *partnership, const Reg__Agreement *agreement,
                          struct event_head *ret)
{
  *ret = (struct event_head){
      .subject = partnership->id, .division = partnership->division, .rev = partnership->rev};
  for (size_t i = 0; i < partnership->n_members; i++)
    reg_unit(ret, partnership->members[i]->party);
  for (size_t i = 0; agreement && i < agreement->n_parties; i++)
    reg_unit(ret, agreement->parties[i]->institution);
}

static bool required(const Prg__Mode *mode, const char *role)
{
  for (size_t i = 0; i < mode->n_members; i++)
    if (strcmp(mode->members[i]->role, role) == 0) return mode->members[i]->min > 0;
  return false;
}

const char *reg_unsigned_roles(struct arena *arena, const Prg__Mode *mode, const Reg__Agreement *agreement)
{
  const char *roles = "";
  for (size_t i = 0; i < agreement->n_parties && roles; i++) {
    const Reg__AgreementParty *party = agreement->parties[i];
    if (party->signed_on[0] || !required(mode, party->role)) continue;
    roles = arena_printf(arena, "%s%s%s", roles, roles[0] ? ", " : "", party->role);
  }
  return roles;
}
