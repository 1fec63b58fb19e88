#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

// By code: new, unchanged (no event), or amended. IN-01 .. IN-07, SE-01; a code keeps its kind (IN-03).
int reg_institution_register(const struct dir_view *dir, const Reg__RegisterInstitution *cmd,
                             const struct rule_context *ctx, struct decision *out);
// The whole new content; id, code, kind and status stay. Live partnerships that it breaks or mends are
// flagged in the same decision.
int reg_institution_amend(const struct dir_view *dir, const Reg__AmendInstitution *cmd,
                          const struct rule_context *ctx, struct decision *out);
bool reg_institution_live(const Reg__Institution *institution); // not merged, not closed
