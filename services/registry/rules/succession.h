// Succession of institutions: merged, made a campus or a teaching point, closed, restored, renamed, recoded.
// Every live link needs a decision (IN-08), which is carried out in the same decision; partnerships that no
// longer hold are flagged. Who acts must cover all institutions concerned (SE-01). Codes stay in the record:
// a void one is never given to another (IN-03) and comes back when its holder is restored.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

int reg_succession_merge(const struct dir_view *dir, const Reg__MergeInstitutions *cmd,
                         const struct rule_context *ctx, struct decision *out);
int reg_succession_convert(const struct dir_view *dir, const Reg__ConvertInstitution *cmd,
                           const struct rule_context *ctx, struct decision *out);
int reg_succession_close(const struct dir_view *dir, const Reg__CloseInstitution *cmd,
                         const struct rule_context *ctx, struct decision *out);
int reg_succession_restore(const struct dir_view *dir, const Reg__RestoreInstitution *cmd,
                           const struct rule_context *ctx, struct decision *out);
// The same name or code again is no change.
int reg_succession_rename(const struct dir_view *dir, const Reg__RenameInstitution *cmd,
                          const struct rule_context *ctx, struct decision *out);
int reg_succession_recode(const struct dir_view *dir, const Reg__RecodeInstitution *cmd,
                          const struct rule_context *ctx, struct decision *out);
// One change as a row of a list has it: units by code, a decision for each kind of link. Becomes one of the
// above.
int reg_succession_row(const struct dir_view *dir, const Reg__ChangeInstitution *cmd,
                       const struct rule_context *ctx, struct decision *out);
