// CURVE key pairs: NAME.key (secret, mode 0600) and NAME.pub, both as zcert files.
#pragma once
#include "services/cli/cli.h"
#include <czmq.h>

int keygen_run(struct cli *cli); // jiedui keygen --out DIR NAME...
// The own key pair of the principal in use (--as, or the configuration's). NULL with the error printed.
zcert_t *keygen_own(struct cli *cli);
// The Z85 public key in a public or secret key file; in the arena, NULL with the error printed.
const char *keygen_public(struct cli *cli, const char *file);
