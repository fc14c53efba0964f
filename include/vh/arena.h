/*
 * A step's memory: one request, command or delivery allocates here and everything dies together.
 *
 * Pieces are zeroed and aligned for any type. An arena has a cap; beyond it, or without memory, a
 * call returns NULL and the arena remembers (arena_failed). Not thread-safe: one step, one arena.
 */
#ifndef VH_ARENA_H
#define VH_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "vh/err.h"

struct arena;

struct arena *arena_new(size_t cap); /* NULL: no memory */
void arena_free(struct arena *a);
/* Forget all pieces but keep the first block, for the next step of the same thread. */
void arena_reset(struct arena *a);

MUST void *arena_alloc(struct arena *a, size_t n);
MUST void *arena_array(struct arena *a, size_t n, size_t size); /* refuses overflow */
MUST char *arena_dup(struct arena *a, const char *s);           /* NULL for NULL */
MUST char *arena_dupn(struct arena *a, const void *p, size_t n); /* adds a NUL */
MUST char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);
bool arena_failed(const struct arena *a);
size_t arena_used(const struct arena *a);

/*
 * Test hook: let n more requests of this thread pass, then fail. `forever`: fail all later ones
 * too. n < 0 switches it off. Returns how many requests were seen since the last call.
 */
long arena_fail_after(long n, bool forever);
/* Shared by everything in base that allocates (buf, cJSON hooks): true when this request must
 * fail. */
bool alloc_should_fail(void);
/* For a step that runs on another thread while its caller waits: the caller's fault state, used
 * there until NULL. */
struct alloc_fault;
struct alloc_fault *alloc_fault_here(void);
void alloc_fault_use(struct alloc_fault *f);

#endif
