// Personal keys in an LMDB environment of their own: person id -> 32-byte key. Personal data is sealed with
// it (libsodium secretbox) before it enters an event; erasing the key makes every copy in the append-only
// journal unreadable (PIPL erasure). Not part of a store's backup on purpose: its own backup has its own
// retention.
#pragma once
#include "common/base/arena.h"
#include <stddef.h>
#include <stdint.h>

struct vault;
int vault_open(const char *directory, bool no_sync, struct vault **ret);
struct vault *vault_close(struct vault *vault);

// New keys are held in memory until vault_sync makes them durable in one commit: call it before the batch's
// commit. A key without a record is harmless; a record without a key would be lost data.
// Results lie in the arena. vault_seal makes the key if there is none.
int vault_seal(struct vault *vault, const char *person, ProtobufCBinaryData plain, struct arena *arena,
               ProtobufCBinaryData *ret);
// The same for an id that was drawn just now: it can have no key yet, which saves looking for one.
int vault_seal_new(struct vault *vault, const char *person, ProtobufCBinaryData plain, struct arena *arena,
                   ProtobufCBinaryData *ret);
// -ENOKEY erased (or never there), -EBADMSG damaged or of another person. A NUL follows the plain bytes.
int vault_open_sealed(struct vault *vault, const char *person, ProtobufCBinaryData sealed,
                      struct arena *arena, ProtobufCBinaryData *ret);
// 0 when the person has a key, -ENOKEY when not (never had, or erased).
int vault_has_key(struct vault *vault, const char *person);
// What is made or erased after a mark can be taken back while it is not synced: for decisions that are rolled
// back. A key that was made for nobody would lie there for ever.
uint64_t vault_mark(struct vault *vault);
void vault_undo(struct vault *vault, uint64_t mark);
// Takes effect at vault_sync, which then also rewrites the file: no free page keeps the key.
int vault_erase(struct vault *vault, const char *person);
int vault_sync(struct vault *vault);
// As store_backup. Keep these copies apart from the store's and for a shorter time: an erased key lives on in
// them.
int vault_backup(struct vault *vault, const char *directory, uint64_t *ret_bytes);
// Keyed hash (BLAKE2b, key of its own in the vault) of an identity number, for uniqueness (PE-02).
int vault_hash(struct vault *vault, const char *id_number, uint8_t ret[32]);
