/*
 * Memory for SQLite, with a ceiling and without a lock. Its own count takes a mutex for every
 * piece, which sixteen threads spent an eighth of a scan on; and Debian builds it without the
 * lookaside that would spare most pieces. Here a thread counts by itself, settles now and then, and
 * keeps a few small pieces and pages for its next statement. Each piece carries its size before it.
 */
#include "internal.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

enum {
	HEAP_MAX = 256 << 20,
	PORTION = 64 << 10, /* bytes that a thread counts before it settles */
	HEAD = 16,
	GRAIN = 64, /* sizes are multiples of it, HEAD included */
	SMALL = 16, /* grains of the largest small piece */
	PAGE_FROM = 4096, /* a page of the cache with its head has from ... */
	PAGE_TO = 4608,   /* ... to so many bytes; no multiple of GRAIN less HEAD */
	KEPT = 128 << 10, /* bytes that a thread keeps at most */
};

_Static_assert((PAGE_TO + HEAD) % GRAIN, "no other piece is rounded to it");

static _Atomic int64_t used; /* but for less than a portion of each thread */
static _Thread_local struct {
	int64_t bytes; /* taken less given back, not yet in `used` */
	int64_t kept;
	void *list[SMALL + 2]; /* by grains; the last one: pages */
	bool keyed;
} mine;
static pthread_key_t leaving;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int64_t *head(void *p)
{
	return (int64_t *)(void *)((char *)p - HEAD);
}

static void **next(void *p)
{
	return p;
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
	for (int i = 0; i < SMALL + 2; i++) {
		while (mine.list[i]) {
			void *p = mine.list[i];
			mine.list[i] = *next(p);
			mine.bytes -= *head(p);
			free(head(p));
		}
	}
	mine.kept = 0;
	settle();
	mine.keyed = false;
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

/* A piece is as large as every other of its list. */
static int64_t rounded(int64_t n)
{
	if (n >= PAGE_FROM && n <= PAGE_TO)
		return PAGE_TO;
	return (n + HEAD + GRAIN - 1) / GRAIN * GRAIN - HEAD;
}

/* The list that pieces of so many bytes, rounded, are kept in; -1: none. */
static int list_of(int64_t n)
{
	if (n <= SMALL * GRAIN - HEAD)
		return (int)((n + HEAD) / GRAIN);
	return n == PAGE_TO ? SMALL + 1 : -1;
}

void *heap_take(int want)
{
	int64_t n = rounded(want);
	int list = list_of(n);
	if (list >= 0 && mine.list[list]) {
		void *p = mine.list[list];
		mine.list[list] = *next(p);
		mine.kept -= n;
		return p;
	}
	if (!grant(n))
		return NULL;
	int64_t *at = malloc((size_t)n + HEAD);
	if (!at) {
		(void)grant(-n);
		return NULL;
	}
	*at = n;
	return (char *)at + HEAD;
}

void heap_give(void *p)
{
	if (!p)
		return;
	int64_t n = *head(p);
	int list = list_of(n);
	if (list >= 0 && mine.keyed && mine.kept + n <= KEPT) {
		*next(p) = mine.list[list];
		mine.list[list] = p;
		mine.kept += n;
		return;
	}
	(void)grant(-n);
	free(head(p));
}

void *heap_more(void *p, int want)
{
	int64_t n = rounded(want), was = *head(p);
	if (n <= was && n > was / 2)
		return p;
	if (!grant(n - was))
		return NULL;
	int64_t *at = realloc(head(p), (size_t)n + HEAD);
	if (!at) {
		(void)grant(was - n);
		return NULL;
	}
	*at = n;
	return (char *)at + HEAD;
}

int heap_size(void *p)
{
	return p ? (int)*head(p) : 0;
}

int heap_round(int n)
{
	return (int)rounded(n);
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
