#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

// After a change of an institution: each live partnership it belongs to, directly or through a partnership
// that is itself a member, is checked as if the change were stored. PartnershipBroken with the codes that no
// longer hold, PartnershipMended when all hold again. Nothing is dissolved.
int reg_recheck_institution(const struct dir_view *dir, const struct rule_context *ctx,
                            const Reg__Institution *changed, struct decision *out);
// The same for the partnerships that contain one that is about to be dissolved.
int reg_recheck_without(const struct dir_view *dir, const struct rule_context *ctx,
                        const Reg__Partnership *gone, struct decision *out);
