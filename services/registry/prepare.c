#include "services/registry/prepare.h"
#include "common/base/pb.h"
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

// Sealing draws a nonce, so blobs always differ: whether anything changed shows in the opened text only.
static int says_the_same(struct vault *vault, const Reg__Person *stored, ProtobufCBinaryData plain,
                         struct arena *arena, bool *ret)
{
  ProtobufCBinaryData old = {0};
  *ret = false;
  if (!stored || stored->sealed.len == 0) return 0;
  int r = vault_open_sealed(vault, stored->id, stored->sealed, arena, &old);
  if (r == -ENOKEY || r == -EBADMSG) return 0; // unreadable: the new text replaces it
  if (r < 0) return r;
  *ret = old.len == plain.len && memcmp(old.data, plain.data, old.len) == 0;
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

static int seal(struct vault *vault, const Reg__Person *stored, const Reg__PersonSecret *secret,
                struct arena *arena, struct reg_person_sealed *sealed)
{
  ProtobufCBinaryData plain = {0}, blob = {0};
  plain.len = pack_secret(arena, secret, &plain.data);
  if (!plain.data) return -ENOMEM;
  int r = says_the_same(vault, stored, plain, arena, &sealed->same);
  if (r == 0 && !sealed->same)
    r = (stored ? vault_seal : vault_seal_new)(vault, sealed->id, plain, arena, &blob);
  if (r == 0 && secret->id_number[0]) {
    sealed->has_hash = true;
    r = vault_hash(vault, secret->id_number, sealed->id_hash);
  }
  sealed->sealed = blob.data;
  sealed->sealed_length = blob.len;
  return r;
}

int reg_prepare_person(const struct dir_view *dir, struct vault *vault, const struct rule_context *ctx,
                       const Reg__RegisterPerson *cmd, struct decision *out,
                       const struct reg_person_sealed **ret)
{
  *ret = NULL;
  if (!cmd->person) return 0; // the rule tells it
  int r = reg_person_check_secret(cmd->secret, out);
  if (r != 0) return r;
  const Reg__Person *stored = NULL;
  struct reg_person_sealed *sealed = ARENA_NEW(out->arena, struct reg_person_sealed);
  if (!sealed || !vault) return sealed ? -EIO : -ENOMEM;
  r = dir_person_by_staff_no(dir, cmd->person->staff_no, &stored);
  if (r == 0 && stored) sealed->id = stored->id;
  if (r == 0 && !stored) r = new_id(ctx, out->arena, &sealed->id);
  bool erased = stored && stored->status == REG__PERSON_STATUS__PERSON_ERASED;
  if (r == 0 && !erased)
    r = seal(vault, stored, cmd->secret, out->arena, sealed); // never a new key for an erased one
  if (r == 0) *ret = sealed;
  return r;
}

int reg_prepare_amended_person(const struct dir_view *dir, struct vault *vault, const Reg__AmendPerson *cmd,
                               struct decision *out, const struct reg_person_sealed **ret)
{
  const Reg__Person *stored = NULL;
  struct reg_person_sealed *sealed = ARENA_NEW(out->arena, struct reg_person_sealed);
  *ret = sealed;
  if (!sealed || !vault) return sealed ? -EIO : -ENOMEM;
  int r = cmd->secret ? reg_person_check_secret(cmd->secret, out) : 0;
  if (r == 0) r = dir_person(dir, cmd->id, &stored);
  if (r != 0 || !stored) return r; // the rule tells that there is none
  sealed->id = stored->id;
  sealed->same = !cmd->secret;
  bool seals = cmd->secret && stored->status != REG__PERSON_STATUS__PERSON_ERASED;
  return seals ? seal(vault, stored, cmd->secret, out->arena, sealed) : 0;
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
