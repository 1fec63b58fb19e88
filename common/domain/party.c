#include "common/domain/party.h"
#include "common/domain/division.h"
#include "common/domain/predicate.h"
#include <errno.h>
#include <string.h>

enum { NEST_MAX = 3 }; // partnerships inside partnerships (PN-09)

struct search {
  const struct dir_view *dir;
  const struct party_subject *subject;
  const char *word;
  struct arena *arena;
  struct party_ref *refs; // room for PARTY_REFS
  size_t n;
};

// Each party once; what passes the bound is left out.
static void add(struct search *search, const char *id, bool is_person)
{
  if (!id || !id[0] || search->n == PARTY_REFS) return;
  for (size_t i = 0; i < search->n; i++)
    if (strcmp(search->refs[i].id, id) == 0) return;
  search->refs[search->n++] = (struct party_ref){is_person, id, search->word};
}

// ---- the place of the subject

static int place_of_party(const struct dir_view *dir, const char *id, const char **ret)
{
  const Reg__Institution *institution = NULL;
  const Reg__Partnership *partnership = NULL;
  int r = dir_institution(dir, id, &institution);
  if (r == 0 && !institution) r = dir_partnership(dir, id, &partnership);
  if (r < 0) return r;
  *ret = institution ? institution->division : partnership ? partnership->division : "";
  return 0;
}

// How near a role is to the recipient's end: roles named so first, then the later one in the mode's list.
static size_t recipient_rank(const Prg__Programme *programme, const char *mode_id, const char *role)
{
  if (strncmp(role, "RECIPIENT", strlen("RECIPIENT")) == 0) return SIZE_MAX;
  const Prg__Mode *mode = programme ? programme_mode(programme, mode_id) : NULL;
  for (size_t i = 0; mode && i < mode->n_members; i++)
    if (strcmp(mode->members[i]->role, role) == 0) return i + 1;
  return 0;
}

static const char *recipient_of_partnership(const Prg__Programme *programme,
                                            const Reg__Partnership *partnership)
{
  const char *best = "";
  size_t best_rank = 0;
  for (size_t i = 0; i < partnership->n_members; i++) {
    size_t rank = recipient_rank(programme, partnership->mode, partnership->members[i]->role);
    if (best[0] && rank <= best_rank) continue;
    best = partnership->members[i]->party;
    best_rank = rank;
  }
  return best;
}

static const char *recipient_of_agreement(const Prg__Programme *programme, const Reg__Agreement *agreement)
{
  const char *best = "";
  size_t best_rank = 0;
  for (size_t i = 0; i < agreement->n_parties; i++) {
    size_t rank = recipient_rank(programme, agreement->mode, agreement->parties[i]->role);
    if (best[0] && rank <= best_rank) continue;
    best = agreement->parties[i]->institution;
    best_rank = rank;
  }
  return best;
}

static const char *owner_division(const Prg__Programme *programme)
{
  return programme && programme->owner ? programme->owner->division : "";
}

int party_place(const struct dir_view *dir, const struct party_subject *subject, struct arena *arena,
                const char **ret)
{
  const char *place = subject->place && subject->place[0] ? subject->place : "";
  const char *party = "";
  if (!place[0] && subject->host) party = subject->host;
  if (!place[0] && !party[0] && subject->partnership)
    party = recipient_of_partnership(subject->programme, subject->partnership);
  if (!place[0] && !party[0] && subject->agreement)
    party = recipient_of_agreement(subject->programme, subject->agreement);
  if (party[0]) {
    int r = place_of_party(dir, party, &place);
    if (r < 0) return r;
  }
  if (!place[0]) place = owner_division(subject->programme);
  *ret = arena_strdup(arena, place);
  return *ret ? 0 : -ENOMEM;
}

// ---- the fixed words

static int add_bureau(struct search *search, const char *division)
{
  const Reg__Institution *bureau = NULL;
  int r = dir_bureau_of(search->dir, division, &bureau);
  if (r == 0 && bureau) add(search, bureau->id, false);
  return r;
}

// The bureau of the given level above the subject's place.
static int add_bureau_above(struct search *search, Typ__DivisionLevel level)
{
  const char *place = "";
  char code[DIVISION_SIZE];
  int r = party_place(search->dir, search->subject, search->arena, &place);
  if (r < 0 || !division_at_level(place, level, code)) return r;
  return add_bureau(search, code);
}

static int add_owner(struct search *search)
{
  const Prg__Programme *programme = search->subject->programme;
  if (!programme || !programme->owner) return 0;
  if (programme->owner->division[0]) return add_bureau(search, programme->owner->division);
  return add_bureau_above(search,
                          programme->owner->level); // each authority of that level runs its own instance
}

static int add_every_county_bureau(struct search *search)
{
  const char *division = owner_division(search->subject->programme);
  const Reg__Institution *const *bureaus = NULL;
  size_t n = 0;
  if (!division[0]) {
    const char *place = "";
    char code[DIVISION_SIZE];
    const Prg__Programme *programme = search->subject->programme;
    int r = party_place(search->dir, search->subject, search->arena, &place);
    if (r < 0 || !programme || !programme->owner) return r;
    if (!division_at_level(place, programme->owner->level, code)) return 0;
    division = arena_strdup(search->arena, code);
    if (!division) return -ENOMEM;
  }
  int r = dir_bureaus_under(search->dir, division, TYP__DIVISION_LEVEL__LEVEL_COUNTY, &bureaus, &n);
  for (size_t i = 0; r == 0 && i < n; i++)
    add(search, bureaus[i]->id, false);
  return r;
}

// Nobody of the subject's: words of an activity, which this version does not keep.
static int add_nobody(struct search *search)
{
  (void)search;
  return 0;
}
static int add_province(struct search *search)
{
  return add_bureau_above(search, TYP__DIVISION_LEVEL__LEVEL_PROVINCE);
}
static int add_prefecture(struct search *search)
{
  return add_bureau_above(search, TYP__DIVISION_LEVEL__LEVEL_PREFECTURE);
}
static int add_county(struct search *search)
{
  return add_bureau_above(search, TYP__DIVISION_LEVEL__LEVEL_COUNTY);
}
static int add_person(struct search *search)
{
  add(search, search->subject->person, true);
  return 0;
}
static int add_home(struct search *search)
{
  add(search, search->subject->home, false);
  return 0;
}
static int add_host(struct search *search)
{
  add(search, search->subject->host, false);
  return 0;
}

static const struct {
  const char *word;
  int (*add)(struct search *);
} words[] = {
#define PARTY_WORD(word, add) {#word, add},
#include "common/domain/party_words.def"
#undef PARTY_WORD
};
enum { WORDS = sizeof words / sizeof *words };

// ---- roles

// A role held by a partnership stands for all its members.
static int add_members(struct search *search, const Reg__Partnership *partnership, const char *role,
                       int depth)
{
  for (size_t i = 0; i < partnership->n_members; i++) {
    const Reg__Member *member = partnership->members[i];
    if (role && strcmp(member->role, role) != 0) continue;
    if (member->party_kind != REG__PARTY_KIND__PARTY_PARTNERSHIP) {
      add(search, member->party, false);
      continue;
    }
    const Reg__Partnership *inner = NULL;
    int r = depth < NEST_MAX ? dir_partnership(search->dir, member->party, &inner) : 0;
    if (r == 0 && inner) r = add_members(search, inner, NULL, depth + 1);
    if (r < 0) return r;
  }
  return 0;
}

bool party_live(const Reg__Partnership *partnership)
{
  return partnership->status == REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED ||
         partnership->status == REG__PARTNERSHIP_STATUS__PARTNERSHIP_PAUSED;
}

static int add_members_under(struct search *search, const Reg__Agreement *agreement)
{
  const Reg__Partnership *const *list = NULL;
  size_t n = 0;
  int r = dir_partnerships_under(search->dir, agreement->id, &list, &n);
  for (size_t i = 0; r == 0 && i < n; i++)
    if (party_live(list[i])) r = add_members(search, list[i], search->word, 1);
  return r;
}

static int add_role(struct search *search)
{
  const Reg__Agreement *agreement = search->subject->agreement;
  const Reg__Partnership *partnership = search->subject->partnership;
  int r = partnership ? add_members(search, partnership, search->word, 1) : 0;
  for (size_t i = 0; agreement && i < agreement->n_parties; i++)
    if (strcmp(agreement->parties[i]->role, search->word) == 0)
      add(search, agreement->parties[i]->institution, false);
  // Under an agreement alone, a role of its schools means all that hold it in its partnerships.
  if (r == 0 && search->n == 0 && agreement && !partnership) r = add_members_under(search, agreement);
  return r;
}

int party_resolve(const struct dir_view *dir, const struct party_subject *subject, const char *word,
                  struct arena *arena, struct party_ref **ret, size_t *n)
{
  struct search search = {.dir = dir, .subject = subject, .word = word, .arena = arena};
  search.refs = ARENA_ARRAY(arena, struct party_ref, PARTY_REFS);
  if (!search.refs) return -ENOMEM;
  int (*find)(struct search *) = add_role;
  for (size_t i = 0; i < WORDS; i++)
    if (strcmp(words[i].word, word) == 0) find = words[i].add;
  int r = find(&search);
  if (r < 0) return r;
  *ret = search.refs;
  *n = search.n;
  return 0;
}
