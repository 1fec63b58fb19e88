// What the schema cannot say: ranges, files, combinations. Internal to conf.
#pragma once
#include "common/conf/conf.h"
#include "common/conf/conf_yaml.h"

// Fills in what was left out and makes paths absolute (against the folder of the file). 0 or -ENOMEM.
int conf_fill(struct conf *conf, const struct conf_yaml *yaml);
// After conf_fill. area NULL = any. 0; -EINVAL with the error; -ENOMEM.
int conf_check(const struct conf *conf, const char *area, const struct conf_yaml *yaml, char **ret_error);
