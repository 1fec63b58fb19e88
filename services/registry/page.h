// One page of a listing: rows of a table in the order of their ids, sifted, and bounded in number, bytes and
// work.
#pragma once
#include "common/svc/svc.h"

enum reg_sift { REG_SKIP, REG_TAKE, REG_STOP }; // STOP: neither this row nor any behind it

struct reg_page {
  const struct svc_call *call;
  const struct dir_view *dir;      // of the day asked for; NULL = the call's, as it is now
  const char *table, *index;       // index NULL = the primary key
  const struct key *prefix;        // fixes all fields of the index; NULL = all
  const Reg__PageRequest *request; // NULL = first page
  const char *begin;               // behind which the first page begins; NULL = at the start
  // 0 and *ret, or negative.
  int (*sift)(const struct reg_page *page, const ProtobufCMessage *row, enum reg_sift *ret);
  const void *filter; // for sift
};
struct reg_rows {
  ProtobufCMessage **rows;
  size_t n;
  char *next; // behind which the next page begins; "" = this was the last
};
int reg_page_read(const struct reg_page *page, struct reg_rows *ret);
// The page as out->reply: a message of the shape { repeated row = 1; string next = 2 }.
int reg_page_reply(const struct reg_page *page, const ProtobufCMessageDescriptor *reply,
                   struct decision *out);
