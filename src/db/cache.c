/*
 * The statements of one connection, found by the address of their struct sql: prepared once, when
 * first used. Open addressing, at most half full.
 */
#include "internal.h"

#include <stdlib.h>

static struct stmt **slot(struct stmt **at, unsigned size, const struct sql *q)
{
	uint64_t hash = (uint64_t)(uintptr_t)q * 0x9e3779b97f4a7c15u;
	unsigned i = (unsigned)(hash >> 32) & (size - 1);
	while (at[i] && at[i]->q != q)
		i = (i + 1) & (size - 1);
	return &at[i];
}

struct stmt *cache_find(const struct cache *k, const struct sql *q)
{
	return k->size ? *slot(k->at, k->size, q) : NULL;
}

enum vh_rc cache_reserve(struct cache *k, struct err *e)
{
	if (k->n * 2 < k->size)
		return VH_OK;
	unsigned size = k->size ? k->size * 2 : 64;
	struct stmt **bigger = alloc_should_fail() ? NULL : calloc(size, sizeof(struct stmt *));
	if (!bigger)
		return db_nomem(e);
	for (unsigned i = 0; i < k->size; i++) {
		if (k->at[i])
			*slot(bigger, size, k->at[i]->q) = k->at[i];
	}
	free(k->at);
	k->at = bigger;
	k->size = size;
	return VH_OK;
}

void cache_add(struct cache *k, struct stmt *st)
{
	*slot(k->at, k->size, st->q) = st;
	k->n++;
}

void cache_done(struct cache *k, const struct driver *drv)
{
	for (unsigned i = 0; i < k->size; i++) {
		if (k->at[i])
			drv->finish(k->at[i]);
	}
	free(k->at);
	*k = (struct cache){ .at = NULL };
}
