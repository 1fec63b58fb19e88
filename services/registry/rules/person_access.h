// Reading personal data is itself recorded (SE-02): whoever needs a name, an identity number or the contacts
// of somebody says why, and gets a grant that opens these fields to this principal for a short while.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

enum { REG_GRANT_MINUTES = 10 }; // of business time

// REGISTRAR or AUTHORITY whose scope covers the home for all programmes, or the person itself; SE-01
// otherwise. The grant is the id of the record: it is of use to this principal only, so it need not be
// secret.
int reg_person_unmask(const struct dir_view *dir, const Reg__UnmaskPerson *cmd,
                      const struct rule_context *ctx, struct decision *out);
// Whether the grant opens the person's data to the actor now; SE-02 saying why not, else. access NULL = there
// is none of that id.
int reg_grant_check(const Reg__PersonAccess *access, const char *grant, const Reg__Person *person,
                    const struct rule_context *ctx, struct decision *out);
bool reg_grant_opens(const Reg__PersonAccess *access, Reg__PersonField field);
// Whether the actor may learn who looked at the person's data: the same as who may open it.
int reg_person_access_readable(const struct dir_view *dir, const Reg__Person *person,
                               const struct rule_context *ctx, struct decision *out);
