// A process that is killed: it tells through a pipe what it has done, in records of a fixed size.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct child {
  int pid; // 0 = ended
  int fd;  // of the pipe, to read
};

// Runs work in a new process. It must report through child_say, never return to the test's own frames by an
// assertion (child_must ends it instead), and goes on until it is killed. Its exit status is 9 when it comes
// to an end.
typedef void child_work(const void *context, int fd);
struct child child_start(child_work *work, const void *context);
void child_say(int fd, const void *record, size_t size);
#define child_must(condition) child_check((condition), #condition, __FILE__, __LINE__)
void child_check(bool condition, const char *text, const char *file, int line);

// Next record; false once the child is gone and all that it had said was read. Fails the test after a minute.
bool child_hear(struct child *child, void *record, size_t size);
// SIGKILL, after a short random piece of work of our own so that it hits different places. Reaps the child;
// fails the test if it had ended by itself. What it said before stays readable.
void child_kill(struct child *child, uint64_t *random);
void child_close(struct child *child);
