#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

// PR-01 for the first fault of the template (with its path, and how many more there are), IN-05 for its
// owner's division, PR-03 when the version is published with other content or is older than the newest one.
// The same content again is no change. What a file with `extends` stands for is published, resolved: PR-01
// when its parent is not published or retired, PR-02 where a subordinate jurisdiction loosens it (dialect
// §13).
int reg_programme_publish(const struct dir_view *dir, const Reg__PublishProgramme *cmd,
                          const struct rule_context *ctx, struct decision *out);
// A retired version is the ground of nothing new (PR-04); what rests on it, and programmes that extend it, go
// on.
int reg_programme_retire(const struct dir_view *dir, const Reg__RetireProgramme *cmd,
                         const struct rule_context *ctx, struct decision *out);
