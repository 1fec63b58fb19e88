// Programme A (the framework agreement between two prefecture bureaus) as a compiled message, and the small
// builders it is made of, for tests that need other programmes. Everything lives in the arena; memory failure
// fails the test.
#pragma once
#include "common/base/arena.h"
#include "proto/programme.pb-c.h"

Prg__Programme *programme_a(struct arena *arena);

// "A|B" as a list of texts; "" = none.
char **programme_words(struct arena *arena, const char *list, size_t *ret_n);
Typ__Text *programme_text(struct arena *arena, const char *zh, const char *en);
// A predicate by its word ("KIND_IN") and its arguments as words of their vocabulary ("SCHOOL|KINDERGARTEN");
// numbers and titles as text. same_division: "COUNTY" or "COUNTY:CORE|MEMBER".
Prg__Predicate *programme_predicate(struct arena *arena, const char *kind, const char *argument);
// "KIND_IN=BUREAU;DIVISION_LEVEL=PREFECTURE"; predicates without argument stand alone. "" = none.
Prg__Predicate **programme_predicates(struct arena *arena, const char *list, size_t *ret_n);

Prg__RoleDef *programme_add_role(struct arena *arena, Prg__Programme *programme, const char *id,
                                 const char *who);
// members: "CORE 1 1/MEMBER 1 2: TAG_HAS=quality"; a max of 0 is unbounded.
Prg__Mode *programme_add_mode(struct arena *arena, Prg__Programme *programme, const char *id,
                              const char *members, const char *rules);
Prg__Measure *programme_add_measure(struct arena *arena, Prg__Programme *programme, const char *id,
                                    Prg__Form form);
