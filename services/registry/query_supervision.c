// Reviews, stored values of indicators, and how targets stand.
#include "common/domain/authority.h"
#include "common/domain/division.h"
#include "services/registry/page.h"
#include "services/registry/query_parts.h"
#include "services/registry/rules/reg.h"
#include "services/registry/sight.h"
#include <errno.h>
#include <string.h>

static bool sees(const struct svc_call *call, const char *division, const char *programme)
{
  const struct actor *actor = &call->ctx->actor;
  return actor_has_role(actor, ROLE_BIT(SERVICE)) || actor_covers(actor, division, programme);
}

// All of one programme, or all there are.
struct listing {
  struct reg_page page;
  Reg__PageRequest request;
  struct key prefix;
};

static void list_of_programme(struct listing *listing, const char *programme)
{
  key_init(&listing->prefix);
  key_text(&listing->prefix, programme);
  if (!programme[0] || listing->prefix.overflow) return;
  listing->page.index = "by_programme";
  listing->page.prefix = &listing->prefix;
}

static void list_page(struct listing *listing, const char *after, uint32_t limit)
{
  reg__page_request__init(&listing->request);
  listing->request.after = (char *)after;
  listing->request.limit = limit;
  listing->page.request = &listing->request;
}

// ---- reviews: by scope, or for the members of the partnership

static int sees_review(const struct svc_call *call, const Reg__ReviewRecord *review, bool *ret)
{
  const Reg__Partnership *partnership = NULL;
  *ret = sees(call, review->division, review->programme);
  if (*ret || !review->partnership[0]) return 0;
  int r = dir_partnership(call->dir, review->partnership, &partnership);
  return r == 0 && partnership ? reg_sight_partnership(call, partnership, ret) : r;
}

int reg_query_review(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__GetByRef *query = (const Reg__GetByRef *)message;
  const struct dir_view *then = NULL;
  const Reg__ReviewRecord *review = NULL;
  bool seen = false;
  int r = reg_query_as_of(call, query->as_of, out, &then);
  if (r == 0) r = dir_review(then, query->ref, &review);
  if (r == 0 && !review) return reg_not_found(out, "评审", "review", query->ref);
  if (r == 0) r = sees_review(call, review, &seen);
  if (r == 0 && !seen) return require_scope(call->ctx, review->division, review->programme, query->ref, out);
  if (r == 0) out->reply = &review->base;
  return r;
}

static int sift_review(const struct reg_page *page, const ProtobufCMessage *row, enum reg_sift *ret)
{
  const Reg__ListReviews *query = page->filter;
  const Reg__ReviewRecord *review = (const Reg__ReviewRecord *)row;
  bool seen = false;
  bool wanted = (!query->programme[0] || strcmp(review->programme, query->programme) == 0) &&
                (!query->review[0] || strcmp(review->review, query->review) == 0) &&
                (!query->partnership[0] || strcmp(review->partnership, query->partnership) == 0) &&
                (!query->status || review->status == query->status);
  int r = wanted ? sees_review(page->call, review, &seen) : 0;
  *ret = seen ? REG_TAKE : REG_SKIP;
  return r;
}

int reg_query_reviews(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__ListReviews *query = (const Reg__ListReviews *)message;
  struct listing listing = {.page = {.call = call, .table = "review", .sift = sift_review, .filter = query}};
  list_page(&listing, query->after, query->limit);
  list_of_programme(&listing, query->programme);
  if (query->partnership[0]) {
    key_init(&listing.prefix);
    key_text(&listing.prefix, query->partnership);
    listing.page.index = listing.prefix.overflow ? NULL : "by_subject";
    listing.page.prefix = listing.prefix.overflow ? NULL : &listing.prefix;
  }
  int r = reg_query_as_of(call, query->as_of, out, &listing.page.dir);
  return r == 0 ? reg_page_reply(&listing.page, &reg__reviews__descriptor, out) : r;
}

// ---- values

static int sift_value(const struct reg_page *page, const ProtobufCMessage *row, enum reg_sift *ret)
{
  const Reg__ListIndicatorValues *query = page->filter;
  const Reg__IndicatorValue *value = (const Reg__IndicatorValue *)row;
  bool wanted = (!query->programme[0] || strcmp(value->programme, query->programme) == 0) &&
                (!query->indicator[0] || strcmp(value->indicator, query->indicator) == 0) &&
                (!query->scope[0] || strcmp(value->scope, query->scope) == 0) &&
                (!query->from[0] || strcmp(value->as_of, query->from) >= 0) &&
                (!query->to[0] || strcmp(value->as_of, query->to) < 0);
  *ret = wanted && sees(page->call, value->scope, value->programme) ? REG_TAKE : REG_SKIP;
  return 0;
}

int reg_query_values(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__ListIndicatorValues *query = (const Reg__ListIndicatorValues *)message;
  struct listing listing = {
      .page = {.call = call, .table = "indicator_value", .sift = sift_value, .filter = query}};
  list_page(&listing, query->after, query->limit);
  list_of_programme(&listing, query->programme);
  int r = reg_query_as_of(call, query->as_of, out, &listing.page.dir);
  return r == 0 ? reg_page_reply(&listing.page, &reg__indicator_values__descriptor, out) : r;
}

// ---- targets

static int sift_target(const struct reg_page *page, const ProtobufCMessage *row, enum reg_sift *ret)
{
  const Reg__ListTargets *query = page->filter;
  const Reg__TargetState *state = (const Reg__TargetState *)row;
  bool wanted = (!query->programme[0] || strcmp(state->programme, query->programme) == 0) &&
                (!query->status || state->status == query->status) &&
                (!query->division[0] || division_covers(query->division, state->division));
  *ret = wanted && sees(page->call, state->division, state->programme) ? REG_TAKE : REG_SKIP;
  return 0;
}

int reg_query_targets(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__ListTargets *query = (const Reg__ListTargets *)message;
  struct listing listing = {.page = {.call = call, .table = "target", .sift = sift_target, .filter = query}};
  list_page(&listing, query->after, query->limit);
  list_of_programme(&listing, query->programme);
  int r = reg_query_as_of(call, query->as_of, out, &listing.page.dir);
  return r == 0 ? reg_page_reply(&listing.page, &reg__targets__descriptor, out) : r;
}
