#include "services/notify/channel/cloudevent.h"
#include "common/base/cleanup.h"
#include "common/base/pb.h"

#include <jansson.h>
#include <stdio.h>
#include <time.h>

#define TIME_TEXT 32

static json_t *object_free(json_t *object)
{
  json_decref(object);
  return NULL;
}
DEFINE_CLEANUP(json_t, object_free);

// RFC 3339 in UTC, with seconds. "" for 0.
static const char *time_text(uint64_t time_us, char out[TIME_TEXT])
{
  time_t seconds = (time_t)(time_us / 1000000);
  struct tm parts;
  out[0] = '\0';
  if (time_us && gmtime_r(&seconds, &parts)) strftime(out, TIME_TEXT, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return out;
}

static json_t *both(const char *zh, const char *en)
{
  return json_pack("{s:s, s:s}", "zh", zh, "en", en);
}

static json_t *params_of(const Ntf__Notice *notice)
{
  json_t *object = json_object();
  for (size_t i = 0; object && i < notice->n_params; i++)
    if (json_object_set_new(object, notice->params[i]->name, json_string(notice->params[i]->value)) < 0) {
      json_decref(object);
      return NULL;
    }
  return object;
}

static json_t *data_of(const Ntf__Notice *notice, const Ntf__Delivery *delivery, const char *addressee_code)
{
  char raised[TIME_TEXT], due[TIME_TEXT];
  const char *kind = pb_enum_word(&ntf__addressee_kind__descriptor, (int)delivery->addressee_kind);
  const char *ack = pb_enum_word(&prg__ack_kind__descriptor, (int)notice->ack);
  return json_pack("{s:s, s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:s, s:s}", //
                   "notice", notice->id,                                                                   //
                   "event", notice->event,                                                                 //
                   "record", notice->subject,                                                              //
                   "programme", notice->programme,                                                         //
                   "programme_version", (int)notice->programme_version,                                    //
                   "title", both(notice->title_zh, notice->title_en),                                      //
                   "body", both(notice->body_zh, notice->body_en),                                         //
                   "params", params_of(notice),                                                            //
                   "raised", time_text(notice->raised_us, raised),                                         //
                   "due", time_text(notice->due_us, due),                                                  //
                   "ack", ack ? ack : "NONE",                                                              //
                   "addressee", "kind", kind ? kind : "", "id", delivery->addressee, "code",
                   addressee_code,            //
                   "sign", delivery->mailbox, //
                   "escalation_of", delivery->escalation_of);
}

char *cloudevent_of(const Ntf__Notice *notice, const Ntf__Delivery *delivery, const char *addressee_code)
{
  char raised[TIME_TEXT];
  _cleanup_(object_freep) json_t *event = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}",   //
                                                    "specversion", "1.0",                         //
                                                    "id", delivery->id,                           //
                                                    "source", "/jiedui/notify",                   //
                                                    "type", "notify.v1.Notice",                   //
                                                    "subject", notice->id,                        //
                                                    "time", time_text(notice->raised_us, raised), //
                                                    "datacontenttype", "application/json",        //
                                                    "data", data_of(notice, delivery, addressee_code));
  return event ? json_dumps(event, JSON_COMPACT) : NULL;
}
