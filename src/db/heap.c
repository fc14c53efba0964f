/*
 * Memory for an engine that has no ceiling of its own without counting under one lock: SQLite's
 * statistics take a mutex for every piece, which sixteen threads spent an eighth of a scan on.
 * Here threads share counters alone, and rarely. Each piece carries its size before it.
 */
#include "internal.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

enum { HEAP_MAX = 256 << 20, PORTION = 256 << 10, SHARDS = 16, HEAD = 16 };

/* Bytes taken less bytes given back; a thread keeps to one of them, so that few meet. */
static struct {
	_Alignas(64) _Atomic int64_t n;
} used[SHARDS];

static int64_t *head(void *p)
{
	return (int64_t *)(void *)((char *)p - HEAD);
}

static int64_t all(void)
{
	int64_t sum = 0;
	for (int i = 0; i < SHARDS; i++)
		sum += atomic_load_explicit(&used[i].n, memory_order_relaxed);
	return sum;
}

/* Room for so many bytes more? Then they count. Looks at the sum once in a portion. */
static bool grant(int64_t n)
{
	static atomic_uint threads;
	static _Thread_local unsigned mine;
	if (!mine)
		mine = 1 + atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed) % SHARDS;
	_Atomic int64_t *at = &used[mine - 1].n;
	int64_t was = atomic_fetch_add_explicit(at, n, memory_order_relaxed);
	if (n <= 0 || was / PORTION == (was + n) / PORTION || all() <= HEAP_MAX)
		return true;
	atomic_fetch_sub_explicit(at, n, memory_order_relaxed);
	return false;
}

static void *filled(int64_t *at, int n)
{
	*at = n;
	return (char *)at + HEAD;
}

void *heap_take(int n)
{
	if (!grant(n))
		return NULL;
	int64_t *at = malloc((size_t)n + HEAD);
	if (!at)
		(void)grant(-n);
	return at ? filled(at, n) : NULL;
}

void heap_give(void *p)
{
	if (!p)
		return;
	(void)grant(-*head(p));
	free(head(p));
}

void *heap_more(void *p, int n)
{
	int64_t more = n - *head(p);
	if (!grant(more))
		return NULL;
	int64_t *at = realloc(head(p), (size_t)n + HEAD);
	if (!at)
		(void)grant(-more);
	return at ? filled(at, n) : NULL;
}

int heap_size(void *p)
{
	return p ? (int)*head(p) : 0;
}

int heap_round(int n)
{
	return (n + 7) & ~7;
}

int heap_on(void *unused)
{
	(void)unused;
	return 0;
}

void heap_off(void *unused)
{
	(void)unused;
}
