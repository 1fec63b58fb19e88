// The language of what people read: zh or en. Messages are written in English in the source and looked up by
// gettext in the catalogue `jiedui`, found beside the program (../share/locale), so build tree and install
// prefix both work.
#pragma once
#include <libintl.h>
#include <stdbool.h>

#define _(text)  gettext(text)
#define N_(text) text // marks a text that is translated where it is printed

// wanted: "zh", "en", or NULL = LC_ALL, LC_MESSAGES, LANG in that order. May be called again.
void lang_start(const char *wanted);
bool lang_known(const char *word);
bool lang_zh(void);
// The text of the language in use; the other one where it is empty.
const char *lang_pick(const char *zh, const char *en);
