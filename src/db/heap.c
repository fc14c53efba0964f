/*
 * Memory for an engine that has no ceiling of its own without counting under one lock: SQLite's
 * statistics take a mutex for every piece, which sixteen threads spent an eighth of a scan on.
 * Here a thread counts by itself and settles now and then. Each piece carries its size before it.
 */
#include "internal.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

enum { HEAP_MAX = 256 << 20, PORTION = 64 << 10, HEAD = 16 };

static _Atomic int64_t used; /* but for less than a portion of each thread */
static _Thread_local struct {
	int64_t bytes; /* taken less given back, not yet in `used` */
	bool keyed;
} mine;
static pthread_key_t leaving;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int64_t *head(void *p)
{
	return (int64_t *)(void *)((char *)p - HEAD);
}

static int64_t settle(void)
{
	int64_t bytes = mine.bytes;
	mine.bytes = 0;
	return atomic_fetch_add_explicit(&used, bytes, memory_order_relaxed) + bytes;
}

static void settle_last(void *unused)
{
	(void)unused;
	settle();
}

static void make_key(void)
{
	(void)pthread_key_create(&leaving, settle_last);
}

/* Room for so many bytes more? Then they count. Less than nothing is given back. */
static bool grant(int64_t n)
{
	if (!mine.keyed) {
		pthread_once(&once, make_key);
		mine.keyed = pthread_setspecific(leaving, &mine) == 0;
	}
	mine.bytes += n;
	if (mine.bytes < PORTION && mine.bytes > -PORTION)
		return true;
	if (settle() <= HEAP_MAX || n <= 0)
		return true;
	mine.bytes -= n;
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
