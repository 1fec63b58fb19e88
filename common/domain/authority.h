// Who may do what: scope = division subtree x programme x role; acting for units through the managing chain.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

bool actor_has_role(const struct actor *actor, uint32_t roles); // any of the bits
bool actor_covers(const struct actor *actor, const char *division, const char *programme);
// acts_for: the institution itself ("unit:CODE"), any it manages directly or down the chain
// ("units-under:CODE").
int actor_acts_for_unit(const struct dir_view *dir, const struct actor *actor,
                        const Reg__Institution *institution, bool *ret);
// "person:STAFF_NO", or "persons-of:CODE" for those whose home is that unit or managed by it.
int actor_acts_for_person(const struct dir_view *dir, const struct actor *actor, const Reg__Person *person,
                          bool *ret);
// The person proper: "person:STAFF_NO". Who acts for the persons of a unit (a portal) is not them.
bool actor_is_person(const struct actor *actor, const Reg__Person *person);
// Rejections ready to return: SE-01 with who may instead, AS-09 / PL-03 where a step belongs to a party.
int require_scope(const struct rule_context *ctx, const char *division, const char *programme,
                  const char *object, struct decision *out);
int require_unit(const struct dir_view *dir, const struct rule_context *ctx,
                 const Reg__Institution *institution,
                 struct decision *out); // AS-09 unless the actor acts for it
