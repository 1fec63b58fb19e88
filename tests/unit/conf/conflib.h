// Files for tests of the configuration.
#pragma once
#include "tests/lib/testlib.h"

// Writes text to name in the directory, with this mode; gives its path.
const char *conflib_file(const char *directory, const char *name, const char *text, unsigned mode);
// A configuration of registryd that is right, with `more` behind it; its key and principals files lie beside
// it.
const char *conflib_daemon(const char *directory, const char *more);
// The error without the directory in front of the file's name: "c.yaml:3:1: ..."; fails unless it starts so.
const char *conflib_local(const char *error, const char *directory);
