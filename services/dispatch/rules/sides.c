#include "services/dispatch/rules/sides.h"
#include "common/base/cleanup.h"
#include <errno.h>
#include <string.h>

#define PARTNERSHIPS_MAX 64
#define NESTING_MAX      3 // PN-09

struct found { // partnerships an institution belongs to, directly or through a partnership that is a member
  const Reg__Partnership *list[PARTNERSHIPS_MAX];
  size_t n;
};

static bool live(const Reg__Partnership *partnership, const char *day)
{
  return partnership->status == REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED &&
         (!partnership->valid || period_contains(partnership->valid->from, partnership->valid->to, day));
}

static bool has_word(char *const *words, size_t n, const char *word)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(words[i], word) == 0) return true;
  return false;
}

static bool fits(const struct dsp_case *case_, const Reg__Partnership *partnership, const char *day)
{
  const Prg__Measure *measure = case_->measure;
  if (strcmp(partnership->programme, case_->programme->id) != 0 || !live(partnership, day)) return false;
  if (case_->agreement && strcmp(partnership->agreement, case_->agreement->id) != 0) return false;
  return measure->n_modes == 0 || has_word(measure->modes, measure->n_modes, partnership->mode);
}

static bool member_on(const Reg__Partnership *partnership, const char *party, const char *day)
{
  for (size_t i = 0; i < partnership->n_members; i++) {
    const Reg__Member *member = partnership->members[i];
    if (strcmp(member->party, party) == 0 && period_contains(member->from, member->to, day)) return true;
  }
  return false;
}

static void add(struct found *found, const Reg__Partnership *partnership)
{
  for (size_t i = 0; i < found->n; i++)
    if (strcmp(found->list[i]->id, partnership->id) == 0) return;
  if (found->n < PARTNERSHIPS_MAX) found->list[found->n++] = partnership;
}

static int add_all_of(const struct dsp_call *call, const char *party, const char *day, struct found *found)
{
  const Reg__Partnership *const *list;
  size_t n;
  int r = dir_partnerships_of(call->dir, party, &list, &n);
  for (size_t i = 0; r == 0 && i < n; i++)
    if (live(list[i], day) && member_on(list[i], party, day)) add(found, list[i]);
  return r;
}

// Breadth first: the partnerships of the party, then those that hold these as members.
static int gather(const struct dsp_call *call, const char *party, const char *day, struct found *ret)
{
  ret->n = 0;
  int r = add_all_of(call, party, day, ret);
  size_t begin = 0;
  for (int depth = 1; r == 0 && depth < NESTING_MAX; depth++) {
    size_t end = ret->n;
    for (; r == 0 && begin < end; begin++)
      r = add_all_of(call, ret->list[begin]->id, day, ret);
  }
  return r;
}

struct words {
  char **list;
  size_t n;
};

static struct party_subject subject_of(const struct dsp_case *case_, const Reg__Partnership *partnership,
                                       const Reg__Institution *host)
{
  return (struct party_subject){.programme = case_->programme,
                                .agreement = case_->agreement,
                                .partnership = partnership,
                                .place = host->division,
                                .host = host->id};
}

DEFINE_CLEANUP(struct arena, arena_free);

// All institutions the words stand for, one list. The resolver's working memory is given back at once: a
// match asks this for every host of a plan.
static int resolve_all(const struct dsp_call *call, const struct party_subject *subject, struct words words,
                       struct party_ref **ret, size_t *ret_n)
{
  _cleanup_(arena_freep) struct arena *scratch = NULL;
  struct party_ref *all = NULL;
  size_t total = 0;
  int r = arena_new(0, &scratch);
  if (r < 0) return r;
  for (size_t w = 0; w < words.n; w++) {
    struct party_ref *refs;
    size_t n;
    arena_reset(scratch);
    if ((r = party_resolve(call->dir, subject, words.list[w], scratch, &refs, &n)) < 0) return r;
    if (n == 0) continue;
    struct party_ref *joined = ARENA_ARRAY(call->out->arena, struct party_ref, total + n);
    if (!joined) return -ENOMEM;
    if (total) memcpy(joined, all, total * sizeof *joined);
    memcpy(joined + total, refs, n * sizeof *joined);
    all = joined;
    total += n;
  }
  *ret = all;
  *ret_n = total;
  return 0;
}

static bool among(const struct party_ref *refs, size_t n, const char *id)
{
  for (size_t i = 0; i < n; i++)
    if (!refs[i].is_person && strcmp(refs[i].id, id) == 0) return true;
  return false;
}

// Without a partnership only words that the agreement itself or the programme fills name a host: a role of
// schools is held in a partnership, and that one must be live.
static int own_words(const struct dsp_call *call, const struct dsp_case *case_, struct words words,
                     struct words *ret)
{
  struct words own = {.list = ARENA_ARRAY(call->out->arena, char *, words.n + 1)};
  if (!own.list) return -ENOMEM;
  for (size_t w = 0; w < words.n; w++) {
    bool ours = party_word_fixed(words.list[w]);
    for (size_t i = 0; !ours && i < case_->agreement->n_parties; i++)
      ours = strcmp(case_->agreement->parties[i]->role, words.list[w]) == 0;
    if (ours) own.list[own.n++] = words.list[w];
  }
  *ret = own;
  return 0;
}

// A seat for one direction, if the host is on the receiving side there.
static int try_seat(const struct dsp_call *call, const struct party_subject *subject, struct words from,
                    struct words to, struct dsp_seats *seats)
{
  struct party_ref *hosts, *senders = NULL;
  size_t n_hosts, n_senders = 0;
  if (seats->n == DSP_SEATS_MAX || to.n == 0) return 0;
  int r = resolve_all(call, subject, to, &hosts, &n_hosts);
  if (r < 0) return r;
  if (!among(hosts, n_hosts, subject->host)) return 0;
  if ((r = resolve_all(call, subject, from, &senders, &n_senders)) < 0) return r;
  seats->list[seats->n++] = (struct dsp_seat){
      .partnership = subject->partnership, .open = from.n == 0, .senders = senders, .n_senders = n_senders};
  return 0;
}

static int try_seats(const struct dsp_call *call, const struct dsp_case *case_,
                     const Reg__Partnership *partnership, const Reg__Institution *host,
                     struct dsp_seats *seats)
{
  const Prg__Measure *measure = case_->measure;
  struct party_subject subject = subject_of(case_, partnership, host);
  struct words from = {measure->from, measure->n_from}, to = {measure->to, measure->n_to};
  struct words hosts = to, opposite = from;
  int r = 0;
  if (!partnership) r = own_words(call, case_, to, &hosts);
  if (r == 0 && !partnership) r = own_words(call, case_, from, &opposite);
  if (r == 0) r = try_seat(call, &subject, from, hosts, seats);
  if (r == 0 && measure->both_ways) r = try_seat(call, &subject, to, opposite, seats);
  return r;
}

int dsp_sides_seats(const struct dsp_call *call, const struct dsp_case *case_, const Reg__Institution *host,
                    const char *partnership, const char *day, struct dsp_seats *ret)
{
  struct dsp_seats seats = {.list = ARENA_ARRAY(call->out->arena, struct dsp_seat, DSP_SEATS_MAX)};
  struct found found;
  if (!seats.list) return -ENOMEM;
  int r = gather(call, host->id, day, &found);
  for (size_t i = 0; r == 0 && i < found.n; i++) {
    if (dsp_gate_is_text(partnership) && strcmp(found.list[i]->id, partnership) != 0) continue;
    if (fits(case_, found.list[i], day)) r = try_seats(call, case_, found.list[i], host, &seats);
  }
  // A party to the agreement may host without a partnership, unless the measure asks for certain modes.
  if (r == 0 && seats.n == 0 && !dsp_gate_is_text(partnership) && case_->agreement &&
      case_->measure->n_modes == 0)
    r = try_seats(call, case_, NULL, host, &seats);
  if (r < 0) return r;
  *ret = seats;
  return 0;
}

int dsp_sides_chain(const struct dsp_call *call, const Reg__Institution *home, struct dsp_chain *ret)
{
  struct dsp_chain chain = {.n = 0};
  for (const Reg__Institution *at = home; at && chain.n < DSP_CHAIN_MAX;) {
    chain.ids[chain.n++] = at->id;
    const char *above = at->managing_bureau;
    at = NULL;
    int r = dsp_gate_is_text(above) ? dir_institution(call->dir, above, &at) : 0;
    if (r < 0) return r;
  }
  *ret = chain;
  return 0;
}

static const char *sender_in(const struct dsp_seat *seat, const struct dsp_chain *chain)
{
  for (size_t i = 0; i < chain->n; i++)
    if (among(seat->senders, seat->n_senders, chain->ids[i])) return chain->ids[i];
  return NULL;
}

static bool holds_home(const struct dsp_seat *seat, const struct dsp_chain *chain)
{
  for (size_t i = 0; seat->partnership && i < seat->partnership->n_members; i++)
    if (strcmp(seat->partnership->members[i]->party, chain->ids[0]) == 0) return true;
  return false;
}

const struct dsp_seat *dsp_sides_pick(const struct dsp_seats *seats, const struct dsp_chain *chain,
                                      const char **ret_sender)
{
  const struct dsp_seat *best = NULL;
  const char *best_sender = NULL;
  for (size_t i = 0; i < seats->n; i++) {
    const struct dsp_seat *seat = &seats->list[i];
    const char *sender = sender_in(seat, chain);
    if (!sender && !seat->open) continue;
    if (best && !(holds_home(seat, chain) && !holds_home(best, chain))) continue;
    best = seat;
    best_sender = sender;
  }
  if (best && ret_sender) *ret_sender = best_sender;
  return best;
}

static bool is_authority(const Reg__Institution *institution)
{
  return institution->kind == TYP__INSTITUTION_KIND__KIND_BUREAU ||
         institution->kind == TYP__INSTITUTION_KIND__KIND_GOVERNMENT;
}

int dsp_sides_bureau(const struct dsp_call *call, const char *sender, const Reg__Institution *home,
                     const Reg__Institution **ret)
{
  const Reg__Institution *found = NULL, *above = NULL;
  int r = sender ? dir_institution(call->dir, sender, &found) : 0;
  if (r < 0) return r;
  if (!found) found = home;
  if (!is_authority(found) && dsp_gate_is_text(found->managing_bureau))
    if ((r = dir_institution(call->dir, found->managing_bureau, &above)) < 0) return r;
  *ret = above ? above : found;
  return 0;
}

static int sends_in(const struct dsp_call *call, const struct dsp_case *case_,
                    const Reg__Partnership *partnership, const struct dsp_chain *chain,
                    const char **ret_sender)
{
  const Prg__Measure *measure = case_->measure;
  struct party_subject subject = {.programme = case_->programme,
                                  .agreement = case_->agreement,
                                  .partnership = partnership,
                                  .place = partnership ? partnership->division : NULL,
                                  .home = chain->ids[0]};
  struct words directions[2] = {{measure->from, measure->n_from}, {measure->to, measure->n_to}};
  *ret_sender = NULL;
  for (size_t d = 0; !*ret_sender && d < (measure->both_ways ? 2u : 1u); d++) {
    struct dsp_seat seat = {0};
    struct party_ref *refs;
    int r = resolve_all(call, &subject, directions[d], &refs, &seat.n_senders);
    if (r < 0) return r;
    seat.senders = refs;
    *ret_sender = sender_in(&seat, chain);
  }
  return 0;
}

int dsp_sides_sender(const struct dsp_call *call, const struct dsp_case *case_,
                     const Reg__Partnership *partnership, const Reg__Institution *home, const char **ret)
{
  struct dsp_chain chain;
  int r = dsp_sides_chain(call, home, &chain);
  return r < 0 ? r : sends_in(call, case_, partnership, &chain, ret);
}

int dsp_sides_may_send(const struct dsp_call *call, const struct dsp_case *case_,
                       const Reg__Institution *home, const char *day, bool *ret)
{
  struct dsp_chain chain;
  const char *sender = NULL;
  bool open = case_->measure->n_from == 0;
  int r = dsp_sides_chain(call, home, &chain);
  if (r == 0 && !open) r = sends_in(call, case_, NULL, &chain, &sender);
  for (size_t c = 0; r == 0 && !open && !sender && c < chain.n; c++) {
    struct found found;
    r = gather(call, chain.ids[c], day, &found);
    for (size_t i = 0; r == 0 && !sender && i < found.n; i++)
      if (fits(case_, found.list[i], day)) r = sends_in(call, case_, found.list[i], &chain, &sender);
  }
  if (r < 0) return r;
  *ret = open || sender;
  return 0;
}
