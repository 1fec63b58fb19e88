#include "services/registry/query_issue.h"
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "services/registry/page.h"
#include "services/registry/query_parts.h"
#include "services/registry/rules/links.h"
#include "services/registry/rules/reg.h"
#include "services/registry/sight.h"
#include <errno.h>
#include <string.h>

// These queries carry their page flat.
static Reg__PageRequest flat_page(char *after, uint32_t limit)
{
  Reg__PageRequest page = REG__PAGE_REQUEST__INIT;
  page.after = after;
  page.limit = limit;
  return page;
}

static void by_text(struct reg_page *page, const char *index, const char *text, struct key *prefix)
{
  key_init(prefix);
  key_text(prefix, text);
  if (!text[0] || prefix->overflow) return;
  page->index = index;
  page->prefix = prefix;
}

static int sift_body(const struct reg_page *page, const ProtobufCMessage *message, enum reg_sift *ret)
{
  const Reg__ListBodies *query = page->filter;
  const Reg__GovernanceBody *body = (const Reg__GovernanceBody *)message;
  bool wanted = (!query->programme[0] || strcmp(body->programme, query->programme) == 0) &&
                (!query->agreement[0] || strcmp(body->agreement, query->agreement) == 0) &&
                (!query->partnership[0] || strcmp(body->partnership, query->partnership) == 0);
  bool seen = false;
  int r = wanted ? reg_sight_body(page->call, body, &seen) : 0;
  *ret = seen ? REG_TAKE : REG_SKIP;
  return r;
}

int reg_query_list_bodies(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__ListBodies *query = (const Reg__ListBodies *)message;
  Reg__PageRequest request = flat_page(query->after, query->limit);
  struct reg_page page = {
      .call = call, .table = "body", .request = &request, .sift = sift_body, .filter = query};
  const char *subject = query->partnership[0] ? query->partnership
                        : query->agreement[0] ? query->agreement
                                              : query->programme;
  struct key prefix;
  by_text(&page, "by_subject", subject, &prefix);
  int r = reg_query_as_of(call, query->as_of, out, &page.dir);
  return r == 0 ? reg_page_reply(&page, &reg__bodies__descriptor, out) : r;
}

static int sift_issue(const struct reg_page *page, const ProtobufCMessage *message, enum reg_sift *ret)
{
  const Reg__ListIssues *query = page->filter;
  const Reg__Issue *issue = (const Reg__Issue *)message;
  bool wanted = (!query->programme[0] || strcmp(issue->programme, query->programme) == 0) &&
                (!query->partnership[0] || strcmp(issue->partnership, query->partnership) == 0) &&
                (!query->status || issue->status == query->status) &&
                (!query->due_before[0] || date_compare(issue->due, query->due_before) < 0);
  bool seen = false;
  int r = wanted ? reg_sight_issue(page->call, issue, &seen) : 0;
  *ret = seen ? REG_TAKE : REG_SKIP;
  return r;
}

int reg_query_list_issues(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__ListIssues *query = (const Reg__ListIssues *)message;
  Reg__PageRequest request = flat_page(query->after, query->limit);
  struct reg_page page = {
      .call = call, .table = "issue", .request = &request, .sift = sift_issue, .filter = query};
  struct key prefix;
  if (query->partnership[0])
    by_text(&page, "by_partnership", query->partnership, &prefix);
  else
    by_text(&page, "by_programme", query->programme, &prefix);
  int r = reg_query_as_of(call, query->as_of, out, &page.dir);
  return r == 0 ? reg_page_reply(&page, &reg__issues__descriptor, out) : r;
}

// ---- links

static int reply_links(const struct reg_links *links, struct decision *out)
{
  Reg__Links *reply = REG_NEW(out, Reg__Links, reg__links__init);
  if (!reply) return -ENOMEM;
  reply->links = ARENA_ARRAY(out->arena, Reg__Link *, links->n + 1);
  if (!reply->links) return -ENOMEM;
  for (size_t i = 0; i < links->n; i++) {
    Reg__Link *link = REG_NEW(out, Reg__Link, reg__link__init);
    if (!link) return -ENOMEM;
    link->kind = links->list[i].kind;
    link->id = (char *)links->list[i].id;
    link->role = (char *)links->list[i].role;
    link->title = (char *)links->list[i].title;
    link->count = (uint32_t)links->list[i].count;
    reply->links[reply->n_links++] = link;
  }
  out->reply = &reply->base;
  return 0;
}

int reg_query_list_links(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const char *ref = ((const Reg__ListLinks *)message)->institution;
  const struct dir_view *then = NULL;
  const Reg__Institution *institution = NULL;
  struct reg_links links;
  bool seen = false;
  int r = reg_query_as_of(call, ((const Reg__ListLinks *)message)->as_of, out, &then);
  if (r == 0) r = dir_institution(then, ref, &institution);
  if (r == 0 && !institution) r = dir_institution_by_code(then, ref, &institution);
  if (r == 0 && !institution) return reg_not_found(out, "单位", "institution", ref);
  if (r == 0) r = reg_sight_institution(call, institution, &seen);
  if (r == 0 && !seen) return require_scope(call->ctx, institution->division, NULL, institution->name, out);
  if (r == 0) r = reg_links_of(then, institution, out, &links);
  return r == 0 ? reply_links(&links, out) : r;
}
