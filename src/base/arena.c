#include "vh/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16 << 10, ALIGN = 16, SMALL = 160 };

struct block {
	struct block *next;
	size_t size, used;
	_Alignas(ALIGN) unsigned char data[];
};

struct arena {
	struct block *first, *last;
	size_t cap, total;
	bool failed;
};

struct alloc_fault {
	long left, seen;
	bool on, forever;
};

/* Per thread, so that a fault test never disturbs another thread's step. */
static _Thread_local struct alloc_fault own;
static _Thread_local struct alloc_fault *borrowed;

struct alloc_fault *alloc_fault_here(void)
{
	return borrowed ? borrowed : &own;
}

void alloc_fault_use(struct alloc_fault *f)
{
	borrowed = f;
}

long arena_fail_after(long n, bool forever)
{
	struct alloc_fault *f = alloc_fault_here();
	long seen = f->seen;
	*f = (struct alloc_fault){ .on = n >= 0, .left = n, .forever = forever };
	return seen;
}

bool alloc_should_fail(void)
{
	struct alloc_fault *f = alloc_fault_here();
	f->seen++;
	if (!f->on)
		return false;
	if (f->left > 0) {
		f->left--;
		return false;
	}
	if (!f->forever)
		f->on = false;
	return true;
}

static struct block *block_new(size_t size)
{
	struct block *b = malloc(sizeof *b + size);
	if (b)
		*b = (struct block){ .size = size };
	return b;
}

struct arena *arena_new(size_t cap)
{
	struct arena *a = alloc_should_fail() ? NULL : calloc(1, sizeof *a);
	if (a)
		a->cap = cap;
	return a;
}

static void blocks_free(struct block *b)
{
	while (b) {
		struct block *next = b->next;
		free(b);
		b = next;
	}
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	blocks_free(a->first);
	free(a);
}

void arena_reset(struct arena *a)
{
	a->failed = false;
	a->total = 0;
	a->last = a->first;
	if (!a->first)
		return;
	blocks_free(a->first->next);
	a->first->next = NULL;
	a->first->used = 0;
	a->total = a->first->size;
}

static bool grow(struct arena *a, size_t n)
{
	size_t left = a->cap - a->total, size = n > BLOCK ? n : BLOCK;
	if (n > left)
		return false;
	if (size > left)
		size = left;
	struct block *b = block_new(size);
	if (!b)
		return false;
	if (a->last)
		a->last->next = b;
	else
		a->first = b;
	a->last = b;
	a->total += size;
	return true;
}

void *arena_alloc(struct arena *a, size_t n)
{
	if (n > SIZE_MAX - ALIGN || alloc_should_fail())
		goto out;
	n = n ? (n + ALIGN - 1) & ~(size_t)(ALIGN - 1) : ALIGN;
	if (!a->last || n > a->last->size - a->last->used) {
		if (!grow(a, n))
			goto out;
	}
	void *p = a->last->data + a->last->used;
	a->last->used += n;
	return memset(p, 0, n);
out:
	a->failed = true;
	return NULL;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size) {
		a->failed = true;
		return NULL;
	}
	return arena_alloc(a, n * size);
}

char *arena_dupn(struct arena *a, const void *p, size_t n)
{
	char *s = arena_alloc(a, n < SIZE_MAX ? n + 1 : n);
	if (s && n)
		memcpy(s, p, n);
	return s;
}

char *arena_dup(struct arena *a, const char *s)
{
	return s ? arena_dupn(a, s, strlen(s)) : NULL;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	/* Most texts are short: formatted once, not measured first. */
	char small[SMALL];
	int n = vsnprintf(small, sizeof small, fmt, ap);
	char *s = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
	if (s && n < SMALL)
		memcpy(s, small, (size_t)n);
	else if (s)
		vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return s;
}

bool arena_failed(const struct arena *a)
{
	return a->failed;
}

size_t arena_used(const struct arena *a)
{
	size_t n = 0;
	for (const struct block *b = a->first; b; b = b->next)
		n += b->used;
	return n;
}
