#include "services/registry/rules/links.h"
#include "common/domain/party.h"
#include "common/domain/predicate.h"
#include "services/registry/rules/institution.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

struct search {
  const struct dir_view *dir;
  const Reg__Institution *of;
  struct decision *out;
  struct reg_links *links;
  size_t capacity;
};

bool reg_links_agreement_live(const Reg__Agreement *agreement)
{
  return agreement->status != REG__AGREEMENT_STATUS__AGREEMENT_EXPIRED &&
         agreement->status != REG__AGREEMENT_STATUS__AGREEMENT_TERMINATED;
}

static int add(struct search *search, const struct reg_link *link)
{
  struct reg_links *links = search->links;
  if (links->n == search->capacity) {
    size_t capacity = search->capacity ? 2 * search->capacity : 16;
    struct reg_link *grown = ARENA_ARRAY(search->out->arena, struct reg_link, capacity);
    if (!grown) return -ENOMEM;
    if (links->n) memcpy(grown, links->list, links->n * sizeof *grown);
    links->list = grown;
    search->capacity = capacity;
  }
  if (!link->title) return -ENOMEM;
  links->list[links->n++] = *link;
  return 0;
}

static int too_many(struct search *search, size_t n, const char *zh, const char *en)
{
  if (n <= REG_LINKS_MAX) return 0;
  return reg_field(
      search->out, "id",
      arena_printf(search->out->arena, "%s的%s超过 %d 个：请先分批调整", search->of->name, zh, REG_LINKS_MAX),
      arena_printf(search->out->arena, "has more than %d %s: move some of them first", REG_LINKS_MAX, en));
}

// ---- each kind

static const char *partnership_title(struct search *search, const Reg__Partnership *partnership)
{
  const Prg__Programme *programme = NULL;
  int r = dir_programme(search->dir, partnership->programme, partnership->programme_version, &programme);
  const Prg__Mode *mode = r == 0 && programme ? programme_mode(programme, partnership->mode) : NULL;
  if (partnership->name[0]) return partnership->name;
  return arena_printf(search->out->arena, "%s %.13s",
                      mode && mode->title ? mode->title->zh : partnership->mode, partnership->id);
}

static int add_partnerships(struct search *search)
{
  const Reg__Partnership *const *list = NULL;
  size_t n = 0;
  int r = dir_partnerships_of(search->dir, search->of->id, &list, &n);
  if (r == 0) r = too_many(search, n, "结对关系", "partnerships");
  for (size_t i = 0; r == 0 && i < n; i++) {
    const char *role = "";
    if (!party_live(list[i])) continue;
    for (size_t m = 0; m < list[i]->n_members; m++)
      if (strcmp(list[i]->members[m]->party, search->of->id) == 0) role = list[i]->members[m]->role;
    r = add(search, &(struct reg_link){REG__LINK_KIND__LINK_PARTNERSHIP, list[i]->id, role,
                                       partnership_title(search, list[i]), 1, &list[i]->base});
  }
  return r;
}

static int add_agreements(struct search *search)
{
  const Reg__Agreement *const *list = NULL;
  size_t n = 0;
  int r = dir_agreements_of(search->dir, search->of->id, &list, &n);
  if (r == 0) r = too_many(search, n, "协议", "agreements");
  for (size_t i = 0; r == 0 && i < n; i++) {
    const char *role = "";
    if (!reg_links_agreement_live(list[i])) continue;
    for (size_t p = 0; p < list[i]->n_parties; p++)
      if (strcmp(list[i]->parties[p]->institution, search->of->id) == 0) role = list[i]->parties[p]->role;
    r = add(search, &(struct reg_link){REG__LINK_KIND__LINK_AGREEMENT, list[i]->id, role, list[i]->title, 1,
                                       &list[i]->base});
  }
  return r;
}

// A unit that is bound in two ways is one link.
static bool listed(const struct search *search, const char *id)
{
  for (size_t i = 0; i < search->links->n; i++)
    if (strcmp(search->links->list[i].id, id) == 0) return true;
  return false;
}

static int add_units(struct search *search)
{
  static const struct {
    enum dir_bond bond;
    const char *word;
  } bonds[] = {{DIR_CAMPUS, "CAMPUS"}, {DIR_OPERATED, "OPERATED"}, {DIR_MANAGED, "MANAGED"}};
  int r = 0;
  for (size_t b = 0; r == 0 && b < sizeof bonds / sizeof *bonds; b++) {
    const Reg__Institution *const *list = NULL;
    size_t n = 0;
    r = dir_institutions_bound(search->dir, bonds[b].bond, search->of->id, &list, &n);
    if (r == 0) r = too_many(search, n, "所属单位", "units");
    for (size_t i = 0; r == 0 && i < n; i++)
      if (reg_institution_live(list[i]) && !listed(search, list[i]->id))
        r = add(search, &(struct reg_link){REG__LINK_KIND__LINK_INSTITUTION, list[i]->id, bonds[b].word,
                                           list[i]->name, 1, &list[i]->base});
  }
  return r;
}

static int add_staff(struct search *search)
{
  struct reg_links *links = search->links;
  const Reg__Person *const *list = NULL;
  size_t n = 0;
  int r = dir_persons_of(search->dir, search->of->id, &list, &n);
  if (r == 0) r = too_many(search, n, "人员", "persons");
  if (r != 0) return r;
  const Reg__Person **active = ARENA_ARRAY(search->out->arena, const Reg__Person *, n + 1);
  if (!active) return -ENOMEM;
  for (size_t i = 0; i < n; i++)
    if (list[i]->status == REG__PERSON_STATUS__PERSON_ACTIVE || list[i]->status == 0)
      active[links->n_staff++] = list[i];
  links->staff = active;
  if (links->n_staff == 0) return 0;
  return add(search, &(struct reg_link){REG__LINK_KIND__LINK_PERSONS, "", "",
                                        arena_printf(search->out->arena, "%s：%zu 人 / %zu staff",
                                                     search->of->name, links->n_staff, links->n_staff),
                                        links->n_staff, NULL});
}

int reg_links_of(const struct dir_view *dir, const Reg__Institution *institution, struct decision *out,
                 struct reg_links *ret)
{
  struct search search = {.dir = dir, .of = institution, .out = out, .links = ret};
  *ret = (struct reg_links){0};
  int r = add_partnerships(&search);
  if (r == 0) r = add_agreements(&search);
  if (r == 0) r = add_units(&search);
  return r == 0 ? add_staff(&search) : r;
}
