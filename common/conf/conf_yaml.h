// Strict YAML bound to structs by libcyaml, with positions. libcyaml 1.3.1 alone takes "maybe" for true,
// "3abc" for 3, a second document and an empty file; names no line for an unknown key. So the document is
// first held against the same schema: unknown, repeated and missing keys, wrong types, numbers and words out
// of range, aliases, text with NUL and several documents are refused with one text "file:line:column: what.
// how to fix". At most 1 MiB is read.
#pragma once
#include <cyaml/cyaml.h>
#include <stdbool.h>

struct conf_yaml; // a document with its positions, for checks of one's own after binding

// 0; -EINVAL with *ret_error (malloced); -ENOMEM. *ret_data is freed with conf_yaml_free_data.
int conf_yaml_load(const char *file, const cyaml_schema_value_t *schema, void **ret_data,
                   struct conf_yaml **ret, char **ret_error);
struct conf_yaml *conf_yaml_free(struct conf_yaml *yaml);
void *conf_yaml_free_data(const cyaml_schema_value_t *schema, void *data); // gives NULL
// malloced text that loads again, or NULL.
char *conf_yaml_save(const cyaml_schema_value_t *schema, const void *data);

// Paths: "peers[1].endpoint".
bool conf_yaml_has(const struct conf_yaml *yaml, const char *path);
// Makes the text at the position of path, or of the nearest thing above it that is there. Always -EINVAL or
// -ENOMEM.
int conf_yaml_error(const struct conf_yaml *yaml, const char *path, char **ret_error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
