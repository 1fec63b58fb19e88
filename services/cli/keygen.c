#include "services/cli/keygen.h"
#include "services/cli/args.h"
#include "services/cli/config.h"
#include "services/cli/file.h"
#include "services/cli/lang.h"
#include "services/cli/say.h"
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

// Names become file names and principals: nothing that leaves the folder or needs quoting.
static bool name_usable(const char *name)
{
  if (!isalnum((unsigned char)name[0])) return false;
  for (const char *p = name; *p; p++)
    if (!isalnum((unsigned char)*p) && !strchr("._-", *p)) return false;
  return strlen(name) <= 100;
}

static int make_pair(struct cli *cli, const char *dir, const char *name)
{
  const char *secret = arena_printf(cli->arena, "%s/%s.key", dir, name);
  const char *public = arena_printf(cli->arena, "%s/%s.pub", dir, name);
  if (!secret || !public) return say_failure(-ENOMEM, name);
  if (!name_usable(name)) {
    say_error(0, _("%s cannot be the name of a key"), name);
    say_fix(_("use letters, digits, point, hyphen and underscore"));
    return CLI_USAGE;
  }
  if (access(secret, F_OK) == 0) {
    say_error(0, _("%s exists already"), secret);
    say_fix(_("a key is never overwritten: move it away first"));
    return CLI_CONFLICT;
  }
  zcert_t *cert = zcert_new();
  if (!cert) return say_failure(-ENOMEM, name);
  zcert_set_meta(cert, "name", "%s", name);
  mode_t mask = umask(077);
  int failed = zcert_save_secret(cert, secret);
  umask(022);
  failed |= zcert_save_public(cert, public);
  umask(mask);
  if (!failed) printf(cli->quiet ? "%.0s%s\n" : "%s %s\n", name, zcert_public_txt(cert));
  zcert_destroy(&cert);
  return failed ? say_failure(-errno, secret) : CLI_OK;
}

int keygen_run(struct cli *cli)
{
  const char *dir = args_get(cli->args, "--out"), *name;
  if (mkdir(dir, 0700) != 0 && errno != EEXIST) return say_failure(-errno, dir);
  zsys_init();
  zsys_handler_set(NULL);
  for (size_t at = 0; (name = args_next(cli->args, "NAME", &at));) {
    int failed = make_pair(cli, dir, name);
    if (failed) return failed;
  }
  return CLI_OK;
}

// A secret that others may read is no secret: the same rule as ssh.
static int check_mode(const char *file)
{
  struct stat status;
  if (stat(file, &status) != 0) return say_failure(-errno, file);
  if ((status.st_mode & 077) == 0) return CLI_OK;
  say_error(0, _("%s can be read by others"), file);
  say_fix("chmod 600 %s", file);
  return CLI_DENIED;
}

zcert_t *keygen_own(struct cli *cli)
{
  const struct config *config = config_get(cli);
  if (!config) return NULL;
  const char *name = cli->as ? cli->as : config->principal;
  if (!name) {
    say_error(0, _("who acts? no principal is named"));
    say_fix(_("use --as NAME, or set principal: in the configuration"));
    return NULL;
  }
  const char *file = arena_printf(cli->arena, "%s/%s.key", config->keys_dir, name);
  if (!file || check_mode(file)) {
    if (file) say_fix(_("jiedui keygen --out %s %s makes a key"), config->keys_dir, name);
    return NULL;
  }
  zcert_t *cert = zcert_load(file);
  if (!cert) say_error(0, _("%s is no key file"), file);
  return cert;
}

const char *keygen_public(struct cli *cli, const char *file)
{
  zcert_t *cert = zcert_load(file);
  if (!cert) {
    say_error(0, _("%s: no public key can be read from it"), file);
    say_fix(_("server_key names the .pub file of the daemon"));
    return NULL;
  }
  const char *key = arena_strdup(cli->arena, zcert_public_txt(cert));
  zcert_destroy(&cert);
  return key;
}
