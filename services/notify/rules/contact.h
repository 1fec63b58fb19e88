// Addresses of parties on outside channels.
#pragma once
#include "common/domain/directory.h"
#include "services/notify/rules/record.h"

#define NTF_ADDRESS_MAX 500 // bytes

// What api.c found out about the address outside the rules (the same parser that will connect to it).
struct ntf_contact_check {
  const char *why;   // why it cannot be used; NULL = it can
  const char *lane;  // scheme, host and port, normalised
  bool secret_known; // the named signing secret is configured
};
// ctx->prepared is a struct ntf_contact_check. An address set by an operator, a registrar or an authority is
// verified; one that a unit sets for itself waits until one of them sets it again. An empty address ends the
// contact.
int ntf_contact_decide_set(const struct dir_view *dir, struct ntf_view *view, const Ntf__SetContact *command,
                           const struct rule_context *ctx, struct decision *out);
