#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

// PR-01 for the first fault of the template (with its path, and how many more there are), IN-05 for its
// owner's division, PR-03 when the version is published with other content or is older than the newest one.
// The same content again is no change. Inheritance (PR-02) is refused as PR-01 in this version.
int reg_programme_publish(const struct dir_view *dir, const Reg__PublishProgramme *cmd,
                          const struct rule_context *ctx, struct decision *out);
