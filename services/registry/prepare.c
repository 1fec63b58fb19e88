#include "services/registry/prepare.h"
#include "common/base/pb.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

// Exactly our fields: what else a client sent is not kept.
static size_t pack_secret(struct arena *arena, const Reg__PersonSecret *given, uint8_t **ret)
{
  Reg__PersonSecret secret = REG__PERSON_SECRET__INIT;
  secret.name = given->name;
  secret.id_number = given->id_number;
  secret.phone = given->phone;
  secret.mail = given->mail;
  return pb_pack(arena, &secret.base, ret);
}

// What is stored of the person, packed; nothing when there is none or it cannot be read any more.
static int open_stored(struct vault *vault, const Reg__Person *stored, struct arena *arena,
                       ProtobufCBinaryData *ret)
{
  *ret = (ProtobufCBinaryData){0};
  if (!stored || stored->sealed.len == 0) return 0;
  int r = vault_open_sealed(vault, stored->id, stored->sealed, arena, ret);
  return r == -ENOKEY || r == -EBADMSG ? 0 : r; // unreadable: the new text replaces it
}

static char *given_or(char *given, char *stored)
{
  return given[0] ? given : stored;
}

// A list that lacks a column says nothing of it: lists are exported without identity numbers and contacts,
// and come back so.
static int keep_what_is_not_said(const Reg__PersonSecret *given, ProtobufCBinaryData plain,
                                 struct arena *arena, Reg__PersonSecret *ret)
{
  *ret = *given;
  if (!plain.data) return 0;
  const Reg__PersonSecret *stored = reg__person_secret__unpack(arena_allocator(arena), plain.len, plain.data);
  if (!stored) return arena_exhausted(arena) ? -ENOMEM : 0;
  ret->name = given_or(given->name, stored->name);
  ret->id_number = given_or(given->id_number, stored->id_number);
  ret->phone = given_or(given->phone, stored->phone);
  ret->mail = given_or(given->mail, stored->mail);
  return 0;
}

// The fields a secret has, by their names in the contract.
static char **field_of(Reg__PersonSecret *secret, Reg__SecretField field)
{
  switch (field) {
  case REG__SECRET_FIELD__SECRET_FIELD_NAME:
    return &secret->name;
  case REG__SECRET_FIELD__SECRET_FIELD_ID_NUMBER:
    return &secret->id_number;
  case REG__SECRET_FIELD__SECRET_FIELD_PHONE:
    return &secret->phone;
  case REG__SECRET_FIELD__SECRET_FIELD_MAIL:
    return &secret->mail;
  default:
    return NULL;
  }
}
enum { SECRET_FIELDS = 4 };

// What of the stored secret says something else now; all that is said where nothing is stored.
static int tell_changes(ProtobufCBinaryData before, const Reg__PersonSecret *secret, struct arena *arena,
                        struct reg_person_sealed *sealed)
{
  Reg__PersonSecret nothing = REG__PERSON_SECRET__INIT, now = *secret, *stored = &nothing;
  if (before.data) stored = reg__person_secret__unpack(arena_allocator(arena), before.len, before.data);
  if (!stored) return arena_exhausted(arena) ? -ENOMEM : 0;
  for (int field = 1; field <= SECRET_FIELDS; field++)
    if (strcmp(*field_of(stored, (Reg__SecretField)field), *field_of(&now, (Reg__SecretField)field)) != 0)
      sealed->changed[sealed->n_changed++] = (Reg__SecretField)field;
  return 0;
}

static int new_id(const struct rule_context *ctx, struct arena *arena, const char **ret)
{
  char *id = arena_alloc(arena, UUID_TEXT);
  if (!id) return -ENOMEM;
  id_source_next(ctx->ids, id);
  *ret = id;
  return 0;
}

// Sealing draws a nonce, so blobs always differ: whether anything changed shows in the opened text only.
static int seal(struct vault *vault, bool is_new, const Reg__PersonSecret *secret, ProtobufCBinaryData before,
                struct arena *arena, struct reg_person_sealed *sealed)
{
  ProtobufCBinaryData plain = {0}, blob = {0};
  int r = 0;
  plain.len = pack_secret(arena, secret, &plain.data);
  if (!plain.data) return -ENOMEM;
  sealed->same = before.data && before.len == plain.len && memcmp(before.data, plain.data, plain.len) == 0;
  if (!sealed->same) r = tell_changes(before, secret, arena, sealed);
  if (r == 0 && !sealed->same)
    r = (is_new ? vault_seal_new : vault_seal)(vault, sealed->id, plain, arena, &blob);
  if (r == 0 && secret->id_number[0]) {
    sealed->has_hash = true;
    r = vault_hash(vault, secret->id_number, sealed->id_hash);
  }
  sealed->sealed = blob.data;
  sealed->sealed_length = blob.len;
  return r;
}

static int prepare_new(struct vault *vault, const struct rule_context *ctx, const Reg__PersonSecret *given,
                       struct decision *out, struct reg_person_sealed *sealed)
{
  int r = reg_person_check_secret(given, ctx->today, out);
  if (r == 0) r = new_id(ctx, out->arena, &sealed->id);
  return r == 0 ? seal(vault, true, given, (ProtobufCBinaryData){0}, out->arena, sealed) : r;
}

static int prepare_known(struct vault *vault, const struct rule_context *ctx, const Reg__Person *stored,
                         const Reg__PersonSecret *given, struct decision *out,
                         struct reg_person_sealed *sealed)
{
  ProtobufCBinaryData before;
  Reg__PersonSecret secret;
  sealed->id = stored->id;
  if (stored->status == REG__PERSON_STATUS__PERSON_ERASED) return 0; // never a new key; the rule refuses
  if (!given) return reg_person_check_secret(given, ctx->today, out);
  int r = open_stored(vault, stored, out->arena, &before);
  if (r == 0) r = keep_what_is_not_said(given, before, out->arena, &secret);
  if (r == 0) r = reg_person_check_secret(&secret, ctx->today, out);
  return r == 0 ? seal(vault, false, &secret, before, out->arena, sealed) : r;
}

int reg_prepare_person(const struct dir_view *dir, struct vault *vault, const struct rule_context *ctx,
                       const Reg__RegisterPerson *cmd, struct decision *out,
                       const struct reg_person_sealed **ret)
{
  *ret = NULL;
  if (!cmd->person) return 0; // the rule tells it
  const Reg__Person *stored = NULL;
  struct reg_person_sealed *sealed = ARENA_NEW(out->arena, struct reg_person_sealed);
  if (!sealed || !vault) return sealed ? -EIO : -ENOMEM;
  int r = dir_person_by_staff_no(dir, cmd->person->staff_no, &stored);
  if (r == 0)
    r = stored ? prepare_known(vault, ctx, stored, cmd->secret, out, sealed)
               : prepare_new(vault, ctx, cmd->secret, out, sealed);
  if (r == 0) *ret = sealed;
  return r;
}

// Of the stored secret only the named fields change.
static int amended_secret(const Reg__AmendPerson *cmd, ProtobufCBinaryData before, struct decision *out,
                          Reg__PersonSecret *ret)
{
  Reg__PersonSecret *stored = NULL, *given = cmd->secret;
  *ret = *given;
  if (cmd->n_secret_fields == 0) return 0;
  if (before.data) stored = reg__person_secret__unpack(arena_allocator(out->arena), before.len, before.data);
  if (!stored && arena_exhausted(out->arena)) return -ENOMEM;
  if (!stored)
    return reg_field(out, "secret_fields", "原有个人信息已无法读取：请一并给出姓名等全部内容",
                     "what is stored cannot be read any more: give all of it, the name too");
  for (size_t i = 0; i < cmd->n_secret_fields; i++)
    if (!field_of(given, cmd->secret_fields[i]))
      return reg_field(out, "secret_fields", "须写明字段", "must name fields");
    else
      *field_of(stored, cmd->secret_fields[i]) = *field_of(given, cmd->secret_fields[i]);
  *ret = *stored;
  return 0;
}

int reg_prepare_amended_person(const struct dir_view *dir, struct vault *vault,
                               const struct rule_context *ctx, const Reg__AmendPerson *cmd,
                               struct decision *out, const struct reg_person_sealed **ret)
{
  const Reg__Person *stored = NULL;
  ProtobufCBinaryData before;
  Reg__PersonSecret secret;
  struct reg_person_sealed *sealed = ARENA_NEW(out->arena, struct reg_person_sealed);
  *ret = sealed;
  if (!sealed || !vault) return sealed ? -EIO : -ENOMEM;
  if (!cmd->secret && cmd->n_secret_fields)
    return reg_field(out, "secret", "须给出 secret_fields 所列的内容", "must hold what secret_fields names");
  int r = cmd->secret && !cmd->n_secret_fields ? reg_person_check_secret(cmd->secret, ctx->today, out) : 0;
  if (r == 0) r = dir_person(dir, cmd->id, &stored);
  if (r != 0 || !stored) return r; // the rule tells that there is none
  sealed->id = stored->id;
  sealed->same = !cmd->secret;
  if (!cmd->secret || stored->status == REG__PERSON_STATUS__PERSON_ERASED) return 0;
  r = open_stored(vault, stored, out->arena, &before);
  if (r == 0) r = amended_secret(cmd, before, out, &secret);
  if (r == 0) r = reg_person_check_secret(&secret, ctx->today, out);
  return r == 0 ? seal(vault, false, &secret, before, out->arena, sealed) : r;
}

int reg_prepare_open(struct vault *vault, const Reg__Person *person, struct arena *arena,
                     Reg__PersonSecret **ret)
{
  ProtobufCBinaryData plain = {0};
  *ret = NULL;
  if (!vault) return -EIO;
  if (person->sealed.len == 0) return 0;
  int r = vault_open_sealed(vault, person->id, person->sealed, arena, &plain);
  if (r == -ENOKEY || r == -EBADMSG) return 0;
  if (r < 0) return r;
  *ret = reg__person_secret__unpack(arena_allocator(arena), plain.len, plain.data);
  return *ret ? 0 : -ENOMEM;
}
