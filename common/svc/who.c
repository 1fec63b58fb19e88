// Who speaks: the User-Id of a connection is its public key, looked up per message in the table in force. So
// a key that was taken out is refused on a live connection too, also when its principal still has another
// key.
#include "common/base/pb.h"
#include "common/domain/division.h"
#include "common/svc/internal.h"

#include <errno.h>
#include <string.h>

// A reload takes the log level of the file too; everything else in it needs a restart.
static int reload_level(struct svc *svc, char **ret_error)
{
  struct conf *fresh = NULL;
  int r = conf_load(svc->conf->file, svc->service->area, &fresh, ret_error);
  if (r < 0) return r;
  int level = fresh->log_level ? log_level_of_word(fresh->log_level) : LOG_LEVEL_INFO;
  if (level >= 0) log_set_level((enum log_level)level);
  conf_free(fresh);
  return 0;
}

int who_load(struct svc *svc, bool first, char **ret_error)
{
  struct principals *loaded = NULL;
  int r = first ? 0 : reload_level(svc, ret_error);
  if (r == 0) r = principals_load(svc->conf->principals_file, &loaded, ret_error);
  if (r < 0) return r;
  struct zap_entry *entries = calloc(loaded->n ? loaded->n : 1, sizeof *entries);
  if (!entries) {
    principals_free(loaded);
    return -ENOMEM;
  }
  for (size_t i = 0; i < loaded->n; i++) {
    memcpy(entries[i].key, loaded->list[i].key, sizeof entries[i].key);
    entries[i].name = loaded->list[i].key;
  }
  zap_set(svc->zap, entries, loaded->n);
  free(entries);
  principals_free(svc->principals);
  svc->principals = loaded;
  if (!first) log_event(LOG_reloaded, F_NUMBER("principals", loaded->n));
  return 0;
}

const struct principal *who_is(const struct svc *svc, const char *key)
{
  return key[0] ? principals_by_key(svc->principals, key) : NULL;
}

void who_actor(struct arena *arena, const struct principal *principal, struct actor *ret)
{
  struct actor_scope *scopes = ARENA_ARRAY(arena, struct actor_scope, principal->n_scopes);
  for (size_t i = 0; scopes && i < principal->n_scopes; i++)
    scopes[i] = (struct actor_scope){principal->scopes[i].division, principal->scopes[i].programme};
  *ret = (struct actor){.name = principal->name,
                        .roles = principal->roles,
                        .scopes = scopes,
                        .n_scopes = scopes ? principal->n_scopes : 0,
                        .acts_for = (const char *const *)principal->acts_for,
                        .n_acts_for = principal->n_acts_for,
                        .on_behalf_of = ""};
}

bool who_speaks(struct svc *svc, const struct principal *principal, const char *behalf, struct actor *ret)
{
  const uint32_t trusted = ROLE_BIT(OPERATOR) | ROLE_BIT(SERVICE); // never lent through a gateway
  if (!behalf[0]) {
    who_actor(svc->work, principal, ret);
    return true;
  }
  const struct principal *named = principals_by_name(svc->principals, behalf);
  if (!principal->on_behalf_of || !named || named->on_behalf_of || (named->roles & trusted)) return false;
  who_actor(svc->work, named, ret);
  ret->on_behalf_of = principal->name;
  return true;
}

void who_self(struct actor *ret)
{
  static const struct actor_scope everything = {"0", "*"};
  *ret = (struct actor){.name = "self",
                        .roles = ROLE_BIT(SERVICE) | ROLE_BIT(OPERATOR),
                        .scopes = &everything,
                        .n_scopes = 1,
                        .on_behalf_of = ""};
}

const char *who_roles(struct arena *arena, uint32_t roles)
{
  char *text = arena_strdup(arena, "");
  for (unsigned i = 1; i < 32 && text; i++) {
    const char *word = (roles & (1u << i)) ? pb_enum_word(&typ__role__descriptor, (int)i) : NULL;
    if (word) text = arena_printf(arena, "%s%s%s", text, text[0] ? ", " : "", word);
  }
  return text ? text : "";
}

static int acts_for_id(struct dir_view *dir, const struct actor *actor, const char *id, bool *ret)
{
  const Reg__Institution *institution = NULL;
  int r = dir_institution(dir, id, &institution);
  if (r < 0) return r;
  if (institution) return actor_acts_for_unit(dir, actor, institution, ret);
  const Reg__Person *person = NULL;
  r = dir_person(dir, id, &person);
  if (r < 0) return r;
  *ret = false;
  return person ? actor_acts_for_person(dir, actor, person, ret) : 0;
}

int who_sees(struct dir_view *dir, const struct actor *actor, const Bus__Event *event, bool *ret)
{
  *ret = true;
  if (actor->roles & ROLE_BIT(SERVICE)) return 0;
  for (size_t i = 0; i < actor->n_scopes; i++)
    if (event->division[0] && division_covers(actor->scopes[i].division, event->division)) return 0;
  for (size_t i = 0; actor->n_acts_for && i < event->n_units; i++) {
    int r = acts_for_id(dir, actor, event->units[i], ret);
    if (r < 0) return r;
    if (*ret) return 0;
  }
  *ret = false;
  return 0;
}
