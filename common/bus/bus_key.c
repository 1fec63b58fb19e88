#include "common/bus/bus.h"
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

// zcert tries "<file>_secret" first and keeps its path in 256 bytes.
#define PATH_LONGEST 240

static bool has_secret(zcert_t *cert)
{
  static const byte zero[32] = {0};
  return memcmp(zcert_secret_key(cert), zero, sizeof(zero)) != 0;
}

int bus_key_load(const char *file, bool secret, zcert_t **ret, const char **why)
{
  struct stat st;
  if (strlen(file) > PATH_LONGEST) {
    *why = "the path of a key file has at most 240 bytes";
    return -ENAMETOOLONG;
  }
  if (stat(file, &st) < 0) {
    *why = "the key file cannot be read; `jiedui keygen` makes one";
    return -errno;
  }
  if (secret && (st.st_mode & 077)) {
    *why = "a secret key must not be readable by others: chmod 600";
    return -EACCES;
  }
  zcert_t *cert = zcert_load(file);
  if (!cert || (secret && !has_secret(cert))) {
    zcert_destroy(&cert);
    *why = secret ? "not a key file with a secret key in zcert form" : "not a key file in zcert form";
    return -EBADMSG;
  }
  *ret = cert;
  return 0;
}
