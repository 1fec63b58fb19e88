// What a field is called for people, and what an id in it refers to.
#pragma once

enum label_what {
  LABEL_TEXT,
  LABEL_UNIT,
  LABEL_PERSON,
  LABEL_PARTY,
  LABEL_SUBJECT,
  LABEL_RULE,
  LABEL_HIDDEN
};
struct label {
  const char *text; // in the user's language
  enum label_what what;
};
// Unknown fields are called by their own name.
struct label labels_of(const char *field);
