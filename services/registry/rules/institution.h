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
bool reg_institution_has_school_code(
    const Reg__Institution *institution); // a kind with a ten-digit code (IN-01)

// For successions. Whether a record fits where it stands: its managing chain (IN-06), what it is a campus of
// or run by (IN-07); and a new code its kind (IN-01).
int reg_institution_check(const struct dir_view *dir, const struct rule_context *ctx,
                          Reg__Institution *record, struct decision *out);
int reg_institution_check_code(Reg__Institution *record, struct decision *out);
// A name that is given up is remembered.
int reg_institution_keep_name(struct decision *out, const Reg__Institution *old, Reg__Institution *record);
