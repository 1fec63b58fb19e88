// What the C tests share: cmocka with its prerequisites, temporary directories that vanish, stores in them,
// assertions that say which call failed and why, seeds that are printed.
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/store/store.h"

// A new directory, removed with all it holds when this process exits. On tmpfs when /dev/shm is there, unless
// JIEDUI_TEST_DIR names another place. The path is valid until exit.
const char *test_dir(void);
// "<directory>/<name>", valid until exit.
const char *test_path(const char *directory, const char *name);
// A file of the source tree, e.g. test_source("tests/fixtures/store-v1").
const char *test_source(const char *path);

// Whole files. A failure fails the test. test_read_file: malloced, with a NUL behind it.
void *test_read_file(const char *path, size_t *ret_length);
void test_write_file(const char *path, const void *data, size_t length);
void test_copy_file(const char *from, const char *to);

// A store without syncs, with a small map. directory NULL = a new one. Failure fails the test.
struct store *test_store(const char *directory, const char *area);

// The number to draw random tests from: JIEDUI_SEED or a fresh one. Printed, so that a failure can be
// repeated.
uint64_t test_seed(void);
// Next number of a seeded sequence (splitmix64), and one below a bound.
uint64_t test_random(uint64_t *state);
uint32_t test_random_below(uint64_t *state, uint32_t bound);

// Waits until fd can be read or its writer has gone; false after the deadline.
bool test_wait_readable(int fd, int timeout_ms);
// Waits for a child that this test started; its wait status.
int test_wait_child(int pid);

// assert_ok(store_put(...)): 0 or more is fine, a negative code is shown as text with the expression.
#define assert_ok(expression)         test_assert_ok((expression), #expression, __FILE__, __LINE__)
#define assert_code(expression, code) test_assert_code((expression), (code), #expression, __FILE__, __LINE__)
void test_assert_ok(long result, const char *text, const char *file, int line);
void test_assert_code(long result, long code, const char *text, const char *file, int line);
