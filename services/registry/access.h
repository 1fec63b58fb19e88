// Personal data in answers: what a grant opens, and who looked at it (SE-02).
#pragma once
#include "common/svc/svc.h"

// Fills the fields of the view that the grant opens; SE-02 when it does not open this person's to the actor.
int reg_access_show(const struct svc_call *call, const Reg__Person *person, const char *grant,
                    struct decision *out, Reg__PersonView *view);
int reg_access_list(struct svc_call *call, const ProtobufCMessage *query,
                    struct decision *out); // ListPersonAccess
