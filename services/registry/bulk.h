// Lists of rows in one command: each is decided by the rule of the single command and stored before the next
// one is decided, so that a row may name the rows before it. One savepoint, one idempotency row and one
// answer for all of them: that is what makes an import of a province fast.
#pragma once
#include "common/svc/svc.h"

// 0 with an ImportReply, whatever became of the rows; a reason when the list as a whole is refused (ROW with
// all_or_nothing, SIZE when there is more to say than an answer holds: send fewer rows). Either way the
// caller rolls back what was stored unless it is 0.
int reg_bulk_institutions(struct svc_call *call, const Reg__ImportInstitutions *command,
                          struct decision *out);
int reg_bulk_persons(struct svc_call *call, const Reg__ImportPersons *command, struct decision *out);
int reg_bulk_changes(struct svc_call *call, const Reg__ChangeInstitutions *command, struct decision *out);
