#include "tests/fuzz/template/text.h"

static const char *const folders[] = {"tests/fuzz/csv/corpus", "deploy/regions/nmg", NULL};
static const char *const tokens[] = {",",
                                     "\"",
                                     "\n",
                                     "\r\n",
                                     "\r",
                                     "\t",
                                     "|",
                                     ";",
                                     "；",
                                     "\xef\xbb\xbf",
                                     "\xff\xfe",
                                     "\x84\x31\xa4\x37",
                                     "code",
                                     "名称",
                                     "SCHOOL",
                                     "小学",
                                     "row,code,message,",
                                     NULL};
const struct fuzz_text fuzz_text = {folders, ".csv", tokens, 40000};
