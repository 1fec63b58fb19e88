// Scope-exit cleanup. `_cleanup_(fn)` calls fn(&variable) when the variable leaves its scope.
// Style: every owning local pointer is declared with one of these and initialised; destructors take NULL,
// accept half-built objects and return NULL, so that `x = foo_free(x)` cannot leave a dangling pointer.
#pragma once
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(fn) __attribute__((cleanup(fn)))

// Defines foo_freep(foo **) for use with _cleanup_ from a destructor `type *fn(type *)`.
#define DEFINE_CLEANUP(type, fn)                                                                             \
  static inline void fn##p(type **pointer)                                                                   \
  {                                                                                                          \
    if (*pointer) *pointer = fn(*pointer);                                                                   \
  }                                                                                                          \
  struct cleanup_swallow_semicolon_##fn

static inline void cleanup_free(void *pointer_to_pointer)
{
  void **pointer = pointer_to_pointer;
  free(*pointer);
  *pointer = NULL;
}
static inline void cleanup_close(int *fd)
{
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

#define _cleanup_free_  _cleanup_(cleanup_free)
#define _cleanup_close_ _cleanup_(cleanup_close)

// Moves ownership out of a variable: `return TAKE(x);`
#define TAKE(pointer)                                                                                        \
  ({                                                                                                         \
    __typeof__(pointer) taken_ = (pointer);                                                                  \
    (pointer) = NULL;                                                                                        \
    taken_;                                                                                                  \
  })
