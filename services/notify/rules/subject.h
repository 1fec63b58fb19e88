// What a notice is about: the record an upstream event carries, and the parties its words can mean.
#pragma once
#include "common/domain/party.h"
#include "services/notify/rules/view.h"

struct ntf_subject {
  const char *id;        // of the record; NULL = the event is about no record that notices know
  const char *division;  // its place
  const char *programme; // id
  uint32_t version;
  const Dsp__NeedsPlan *plan; // at most one of these two, besides party.agreement, party.partnership
  const Dsp__Assignment *assignment;
  const Reg__Issue *issue;    // besides party.partnership, where it is about one
  struct party_subject party; // party.programme NULL = the programme is not known here
};

// From an event of registryd or dispatchd. Everything lives in the message or the arena behind the views.
int ntf_subject_of_event(const struct dir_view *dir, const ProtobufCMessage *event, struct ntf_subject *ret);
// From a notice that was raised earlier, for its escalation: the record as it stands now. When the record is
// not known any more its place is the notice's and only words that need no record resolve.
int ntf_subject_of_notice(const struct dir_view *dir, struct ntf_view *view, const Ntf__Notice *notice,
                          struct ntf_subject *ret);
