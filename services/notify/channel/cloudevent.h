// The body of a webhook: a CloudEvents 1.0 event in JSON (structured mode).
#pragma once
#include "proto/notify.pb-c.h"

#define CLOUDEVENT_TYPE "application/cloudevents+json; charset=utf-8"

// The event about one delivery; its id is the delivery's, the same over all attempts. It carries the texts in
// both languages, their parameters, and which mailbox delivery to sign. malloced; NULL when out of memory.
char *cloudevent_of(const Ntf__Notice *notice, const Ntf__Delivery *delivery, const char *addressee_code);
