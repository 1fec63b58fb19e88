// Texts of notices in both languages, from the catalogue texts.def; {name} is filled from parameters. A
// parameter that differs by language stands twice, as "name.zh" and "name.en". Persons appear by staff number
// only (NO-03): values that come from free text are masked by privacy.h before they get here.
#pragma once
#include "services/notify/rules/subject.h"

#define NTF_PARAMS 20

struct ntf_text {
  const char *event; // "*" = of every event without a text of its own
  const char *title_zh, *title_en, *body_zh, *body_en;
};
struct ntf_params {
  Bus__Param *list[NTF_PARAMS]; // in the arena
  size_t n;
};

// Never NULL.
const struct ntf_text *ntf_text_of(const char *event);
extern const struct ntf_text ntf_texts[]; // ended by event NULL

// What the texts about this subject may name. event is the upstream message (a reason for returning stands
// there).
int ntf_text_params(const struct dir_view *dir, const struct ntf_subject *subject, const char *event_name,
                    const ProtobufCMessage *event, struct arena *arena, struct ntf_params *ret);
int ntf_text_param(struct ntf_params *params, struct arena *arena, const char *name, const char *value);
// Fills a pattern in a language ("zh" or "en"); names without a value stay as they are. NULL past the cap.
char *ntf_text_fill(struct arena *arena, const char *pattern, const char *language, Bus__Param *const *params,
                    size_t n_params);
// Sets the four texts of a notice, and what is asked of the addressee, from its params and due date.
int ntf_text_write(struct arena *arena, const struct ntf_text *text, Ntf__Notice *notice);
