// Persons. What is personal is sealed before it comes here: the rules see a sealed blob and a keyed hash.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

// Made by api.c outside the rules, since it needs the vault (ctx->prepared of RegisterPerson and
// AmendPerson).
struct reg_person_sealed {
  const char *id; // of the person it was sealed for: the stored one, or a new id
  const uint8_t *sealed;
  size_t sealed_length;
  uint8_t id_hash[32];
  bool has_hash;               // an identity number was given
  bool same;                   // the stored person's opened secret says the same: the stored blob stays
  Reg__SecretField changed[4]; // what of it says something else
  size_t n_changed;
};

// By staff number: new, unchanged (no event), or amended. Without here_since the known day stays as long as
// the home does, so the same row again is unchanged on any later day. PE-02, PE-03, PE-04, IN-07 for the
// home, SE-01.
int reg_person_register(const struct dir_view *dir, const Reg__RegisterPerson *cmd,
                        const struct rule_context *ctx, struct decision *out);
// The whole new content by id; staff number and secret stay where they are left out. A change of home takes
// effect `on`, from then on the person is there (here_since) unless the command says since when.
int reg_person_amend(const struct dir_view *dir, const Reg__AmendPerson *cmd, const struct rule_context *ctx,
                     struct decision *out);
// The record keeps what statistics need and nothing personal; the key in the vault is destroyed after the
// commit.
int reg_person_erase(const struct dir_view *dir, const Reg__ErasePerson *cmd, const struct rule_context *ctx,
                     struct decision *out);
// The secret's own fields: PE-01 for the identity number (never echoed), PE-04 where it says that somebody is
// too young to be staff today, FIELD for the others. Called before sealing.
int reg_person_check_secret(const Reg__PersonSecret *secret, const char *today, struct decision *out);
