// The lifecycles of registryd's records as tables; the diagrams in README.md come from them.
#pragma once
#include "common/domain/lifecycle.h"

extern const struct lifecycle reg_review_lifecycle;
extern const struct lifecycle reg_agreement_lifecycle;
extern const struct lifecycle
    reg_amendment_lifecycle; // of the next version, while the present one is in force
extern const struct lifecycle reg_partnership_lifecycle;
extern const struct lifecycle reg_institution_lifecycle;
extern const struct lifecycle reg_issue_lifecycle;
