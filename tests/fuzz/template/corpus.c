#include "tests/fuzz/template/text.h"

static const char *const folders[] = {"deploy/programmes", "tests/fixtures/programmes",
                                      "tests/fixtures/programmes/broken", NULL};
static const char *const tokens[] = {
    "[",   "]",   "{",     "}",    ": ",    "- ",     ", ", "\n  ", "\"", "&a ",          "*a",     "| ", "~",
    "yes", "010", "id: X", "true", "---\n", "!!int ", "\t", "#",    "\r", "\xef\xbb\xbf", "min: 0", NULL};
const struct fuzz_text fuzz_text = {folders, ".yaml", tokens, 40000};
