#include "vh/sync_twin.h"

#include <inttypes.h>
#include <string.h>

#include "vh/crypto.h"
#include "vh/json.h"

#define BOOK_ARENA (1u << 30)
#define DISORDERED_SHOWN 20
#define SLOTS_FIRST 1024

/* Open addressing over digests: 16 bytes of BLAKE2b stand for the text they were made of. */
struct slot {
	unsigned char key[16];
	int64_t value;
	bool used;
};
struct map {
	struct slot *slot;
	size_t size, n; /* size: a power of two */
};

struct source {
	const char *name;
	int64_t events, first, last;
	struct source *next;
};
struct disorder {
	const char *source, *key;
	int64_t times;
	struct disorder *next;
};

struct book {
	struct arena *a;
	struct map ids;  /* source, id */
	struct map keys; /* source, partition key -> highest sequence taken */
	struct source *sources;
	struct disorder *disorder;
	unsigned disorders;
	struct book_sums sums;
};

struct book *book_new(void)
{
	struct arena *a = arena_new(BOOK_ARENA);
	struct book *b = a ? arena_alloc(a, sizeof(*b)) : NULL;
	if (b)
		b->a = a;
	else
		arena_free(a);
	return b;
}

void book_free(struct book *b)
{
	if (b)
		arena_free(b->a);
}

static struct slot *slot_of(struct map *m, const unsigned char key[16])
{
	size_t at = 0;
	memcpy(&at, key, sizeof(at));
	for (at &= m->size - 1; m->slot[at].used; at = (at + 1) & (m->size - 1))
		if (memcmp(m->slot[at].key, key, 16) == 0)
			break;
	return &m->slot[at];
}

/*
 * Kept at most half full. Outgrown tables stay in the arena: together they are no larger than the
 * last one.
 */
static enum vh_rc map_grow(struct arena *a, struct map *m)
{
	if (m->size && m->n < m->size / 2)
		return VH_OK;
	struct map big = { .size = m->size ? m->size * 2 : SLOTS_FIRST, .n = m->n };
	big.slot = arena_array(a, big.size, sizeof(*big.slot));
	if (!big.slot)
		return VH_NOMEM;
	for (size_t i = 0; i < m->size; i++)
		if (m->slot[i].used)
			*slot_of(&big, m->slot[i].key) = m->slot[i];
	*m = big;
	return VH_OK;
}

/* The slot for a pair of texts, made with value 0 where it is new. */
static enum vh_rc map_put(struct arena *a, struct map *m, const char *x, const char *y,
                          bool *ret_new, struct slot **ret)
{
	if (map_grow(a, m) != VH_OK)
		return VH_NOMEM;
	const struct blob part[] = {
		{ (const unsigned char *)x, strlen(x) },
		{ (const unsigned char *)y, strlen(y) },
	};
	unsigned char sum[MAC_BYTES];
	mac_parts(NULL, part, 2, sum);
	struct slot *s = slot_of(m, sum);
	*ret_new = !s->used;
	if (!s->used) {
		memcpy(s->key, sum, sizeof(s->key));
		s->used = true;
		m->n++;
	}
	*ret = s;
	return VH_OK;
}

static struct source *source_of(struct book *b, const char *name)
{
	for (struct source *s = b->sources; s; s = s->next)
		if (strcmp(s->name, name) == 0)
			return s;
	struct source *s = arena_alloc(b->a, sizeof(*s));
	char *copy = arena_dup(b->a, name);
	if (!s || !copy)
		return NULL;
	*s = (struct source){ .name = copy, .next = b->sources };
	b->sources = s;
	return s;
}

static void note_disorder(struct book *b, const char *source, const char *key)
{
	b->sums.disorder++;
	for (struct disorder *d = b->disorder; d; d = d->next) {
		if (strcmp(d->source, source) == 0 && strcmp(d->key, key) == 0) {
			d->times++;
			return;
		}
	}
	struct disorder *d = b->disorders < DISORDERED_SHOWN ? arena_alloc(b->a, sizeof(*d)) : NULL;
	char *copy = d ? arena_dup(b->a, key) : NULL;
	if (!copy)
		return; /* counted all the same */
	*d = (struct disorder){ .source = source, .key = copy, .times = 1, .next = b->disorder };
	b->disorder = d;
	b->disorders++;
}

static int64_t number(const char *s)
{
	int64_t v = 0;
	for (int n = 0; s && *s >= '0' && *s <= '9' && n < 18; s++, n++)
		v = v * 10 + (*s - '0');
	return v;
}

enum vh_rc book_take(struct book *b, const struct cloud_event *ev, enum reply_state *ret)
{
	struct source *source = source_of(b, ev->source);
	struct slot *last = NULL, *id = NULL;
	bool new_key = false, new_id = false;
	const char *key = ev->key ? ev->key : "";
	if (!source || map_put(b->a, &b->keys, ev->source, key, &new_key, &last) != VH_OK ||
	    map_put(b->a, &b->ids, ev->source, ev->id, &new_id, &id) != VH_OK)
		return VH_NOMEM;
	if (!new_id) {
		b->sums.duplicates++;
		*ret = REPLY_DUPLICATE;
		return VH_OK;
	}
	int64_t seq = number(ev->sequence);
	if (seq <= last->value)
		note_disorder(b, source->name, key);
	else
		last->value = seq;
	if (!source->events || seq < source->first)
		source->first = seq;
	if (seq > source->last)
		source->last = seq;
	source->events++;
	b->sums.accepted++;
	*ret = REPLY_ACCEPTED;
	return VH_OK;
}

void book_sums(const struct book *b, struct book_sums *ret)
{
	*ret = b->sums;
	for (const struct source *s = b->sources; s; s = s->next)
		ret->gaps += s->last - s->first + 1 - s->events;
}

void book_print(const struct book *b, struct buf *out)
{
	buf_puts(out, "\"sources\":[");
	for (const struct source *s = b->sources; s; s = s->next) {
		buf_puts(out, "{\"source\":");
		json_quote(out, s->name);
		buf_printf(out, ",\"events\":%" PRId64 ",\"first\":%" PRId64, s->events, s->first);
		buf_printf(out, ",\"last\":%" PRId64 "}%s", s->last, s->next ? "," : "");
	}
	buf_puts(out, "],\"disordered\":[");
	for (const struct disorder *d = b->disorder; d; d = d->next) {
		buf_puts(out, "{\"source\":");
		json_quote(out, d->source);
		buf_puts(out, ",\"key\":");
		json_quote(out, d->key);
		buf_printf(out, ",\"times\":%" PRId64 "}%s", d->times, d->next ? "," : "");
	}
	buf_puts(out, "]");
}
