// Inheritance of programmes (dialect §13, PR-02): what a file with `extends` stands for once its parent is
// known. Pure, so the command-line tool resolves with the same code as registryd.
//
// There are no circles: a parent is named by id and version, must have been published before, and a published
// version never changes, so that the order of publication is an order of the chain.
#pragma once
#include "common/base/arena.h"
#include "common/domain/programme_check.h"

// Merges the child into its parent (a resolved programme, the one that child->extends names) and judges the
// result. Every fault is told: PR-01 where the texts do not fit together, PR-02 where a subordinate
// jurisdiction loosens what the parent does not leave to it; then the checks of §15 on the result. *ret is
// the resolved programme without override, in the arena and sharing parts of both, or NULL if there were
// faults. 0, or -ENOMEM. The child has passed programme_check_own.
int programme_inherit(const Prg__Programme *parent, const Prg__Programme *child, struct arena *arena,
                      programme_fault_fn *fn, void *context, Prg__Programme **ret);

// Who owns a programme, for messages: "420000", or "PREFECTURE" where every authority of a level may run it.
const char *programme_owner_text(const Prg__Programme *programme);
