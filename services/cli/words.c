#include "services/cli/words.h"
#include "common/base/pb.h"
#include "services/cli/lang.h"
#include <ctype.h>
#include <string.h>

static const struct {
  const char *name, *zh;
} words[] = {
#define WORD(name, zh) {name, zh},
#include "services/cli/words.def"
#undef WORD
};
#define N_WORDS (sizeof words / sizeof *words)

const char *words_of(const ProtobufCEnumDescriptor *descriptor, int value)
{
  if (value == 0) return "";
  const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value(descriptor, value);
  if (!known) return NULL;
  for (size_t i = 0; lang_zh() && i < N_WORDS; i++)
    if (strcmp(words[i].name, known->name) == 0) return words[i].zh;
  return pb_enum_word(descriptor, value);
}

int words_value(const ProtobufCEnumDescriptor *descriptor, const char *word)
{
  char upper[64];
  size_t length = strlen(word);
  if (length >= sizeof upper) return -1;
  for (size_t i = 0; i <= length; i++)
    upper[i] = (char)toupper((unsigned char)word[i]);
  int value = pb_enum_value(descriptor, upper);
  for (size_t i = 0; value < 0 && i < N_WORDS; i++) {
    if (strcmp(words[i].zh, word) != 0) continue;
    const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value_by_name(descriptor, words[i].name);
    if (known) value = known->value;
  }
  return value;
}
