// What a command needs before the rules decide, because it cannot be pure: sealing personal data.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"
#include "common/store/vault.h"
#include "services/registry/rules/person.h"

// Checks the secret (PE-01), seals it for the person with this staff number or a new id, and compares it with
// what is stored. Of a known person an empty field of the secret keeps what is stored. *ret is for
// ctx->prepared; NULL when the command names no person at all.
int reg_prepare_person(const struct dir_view *dir, struct vault *vault, const struct rule_context *ctx,
                       const Reg__RegisterPerson *cmd, struct decision *out,
                       const struct reg_person_sealed **ret);
// The same for AmendPerson: the stored person is named by its id, without a secret the stored one stays, and
// a given secret is the whole new one, or those fields of it that the command names: an empty one clears what
// is stored.
int reg_prepare_amended_person(const struct dir_view *dir, struct vault *vault,
                               const struct rule_context *ctx, const Reg__AmendPerson *cmd,
                               struct decision *out, const struct reg_person_sealed **ret);
// The secret of a stored person; NULL when there is none or its key is gone.
int reg_prepare_open(struct vault *vault, const Reg__Person *person, struct arena *arena,
                     Reg__PersonSecret **ret);
