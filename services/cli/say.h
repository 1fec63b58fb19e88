// What the tool tells people: errors with their fix on standard error, results on standard output. Control
// characters in texts that came from elsewhere never reach the terminal.
#pragma once
#include "proto/envelope.pb-c.h"
#include "services/cli/cli.h"
#include <stdio.h>

// "jiedui: <text>" on standard error; returns code, so that `return say_error(...)` ends a verb.
int say_error(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
// A second line under it: how to mend it.
void say_fix(const char *format, ...) __attribute__((format(printf, 1, 2)));
// A negative errno as text, with what failed.
int say_failure(int error, const char *what);

// The exit code of an answer.
int say_exit(Bus__Code code);
// A refusal: code, reason word, message and fix in the user's language; with --json the whole status on
// standard output too. Returns the exit code.
int say_status(const struct cli *cli, const Bus__Status *status);
// Text with control characters replaced, for a line of a terminal. In the arena.
const char *say_clean(struct arena *arena, const char *text);
