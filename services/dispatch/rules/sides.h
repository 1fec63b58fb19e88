// Who sends and who hosts under a measure: `from` and `to` name roles and party words; which institutions
// stand behind them follows from the agreement and from the live partnership that holds the host (PL-02,
// AS-02, AS-03).
#pragma once
#include "common/domain/party.h"
#include "services/dispatch/rules/gate.h"

struct dsp_seat {                      // one way in which an institution can host
  const Reg__Partnership *partnership; // NULL: it is a party to the agreement itself
  bool open;                           // the measure has no `from`: anybody may be sent
  const struct party_ref *senders;     // whom the `from` words stand for here
  size_t n_senders;
};
struct dsp_seats {
  struct dsp_seat *list;
  size_t n;
};
#define DSP_SEATS_MAX 32
// All seats of a host on a day; only those of `partnership` when that is not "". n = 0 is a possible answer.
int dsp_sides_seats(const struct dsp_call *call, const struct dsp_case *case_, const Reg__Institution *host,
                    const char *partnership, const char *day, struct dsp_seats *ret);

// An institution and those that manage it, upwards.
#define DSP_CHAIN_MAX 8
struct dsp_chain {
  const char *ids[DSP_CHAIN_MAX];
  size_t n;
};
int dsp_sides_chain(const struct dsp_call *call, const Reg__Institution *home, struct dsp_chain *ret);

// The seat for which this home may send; a partnership that has the home as a member goes first. NULL if
// none. *ret_sender = the institution behind the `from` word, NULL where the seat is open.
const struct dsp_seat *dsp_sides_pick(const struct dsp_seats *seats, const struct dsp_chain *chain,
                                      const char **ret_sender);

// The institution behind a `from` word that sends for this home in a partnership (NULL: under the agreement
// alone), live or not; NULL if there is none.
int dsp_sides_sender(const struct dsp_call *call, const struct dsp_case *case_,
                     const Reg__Partnership *partnership, const Reg__Institution *home, const char **ret);

// The bureau on the sending side: the sender itself, or the bureau managing it when the sender is a school.
int dsp_sides_bureau(const struct dsp_call *call, const char *sender, const Reg__Institution *home,
                     const Reg__Institution **ret);

// Whether a home may send under the measure at all, whoever will be the host (for nominations).
int dsp_sides_may_send(const struct dsp_call *call, const struct dsp_case *case_,
                       const Reg__Institution *home, const char *day, bool *ret);
