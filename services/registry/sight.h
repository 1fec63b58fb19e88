// Who may see what of the registry.
#pragma once
#include "common/svc/svc.h"

// SERVICE sees all. Else: the scope covers the division, or the actor acts for the institution.
int reg_sight_institution(const struct svc_call *call, const Reg__Institution *institution, bool *ret);
int reg_sight_person(const struct svc_call *call, const Reg__Person *person, bool *ret);
int reg_sight_agreement(const struct svc_call *call, const Reg__Agreement *agreement, bool *ret);
int reg_sight_body(const struct svc_call *call, const Reg__GovernanceBody *body, bool *ret);
int reg_sight_issue(const struct svc_call *call, const Reg__Issue *issue, bool *ret);
int reg_sight_partnership(const struct svc_call *call, const Reg__Partnership *partnership, bool *ret);
// Whether the name is shown in full: the person's own, their home's, or a registrar whose scope covers the
// home.
int reg_sight_name(const struct svc_call *call, const Reg__Person *person, bool *ret);
// "王*": the first character stays.
char *reg_sight_mask(struct arena *arena, const char *name);
