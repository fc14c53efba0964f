#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>

#include "vh/crypto.h"
#include "vh/http_util.h"

enum { SETS = 512, WAYS = 8, LOCKS = 16, MILLI = 1000 };

struct bucket {
	uint64_t who;   /* 0: free */
	int64_t at;     /* when `tokens` was true */
	int64_t tokens; /* thousandths */
};

struct rate {
	int64_t per_minute;
	struct key secret; /* nobody outside can choose which addresses share a set */
	pthread_mutex_t lock[LOCKS];
	struct bucket set[SETS][WAYS];
};

struct rate *rate_new(struct arena *a, unsigned per_minute)
{
	struct rate *r = arena_alloc(a, sizeof *r);
	if (!r)
		return NULL;
	r->per_minute = per_minute;
	random_bytes(&r->secret, sizeof r->secret);
	for (int i = 0; i < LOCKS; i++)
		pthread_mutex_init(&r->lock[i], NULL);
	return r;
}

static uint64_t name_of(const struct rate *r, const char *addr)
{
	unsigned char out[MAC_BYTES];
	struct in6_addr six;
	uint64_t v;
	/* A household or phone owns a whole /64. */
	if (inet_pton(AF_INET6, addr, &six) == 1)
		mac(&r->secret, &six, 8, out);
	else
		mac(&r->secret, addr, strlen(addr), out);
	memcpy(&v, out, sizeof v);
	return v ? v : 1;
}

static void refill(const struct rate *r, struct bucket *b, int64_t now)
{
	int64_t full = r->per_minute * MILLI;
	int64_t gone = now - b->at;
	if (gone < 0)
		gone = 0;
	if (!b->who || gone > 60 * MILLI)
		b->tokens = full;
	else
		b->tokens += gone * r->per_minute / 60;
	if (b->tokens > full)
		b->tokens = full;
	b->at = now;
}

/* The bucket of `who`: its own, a free one, or the fullest of its set. */
static struct bucket *find(struct rate *r, uint64_t who, int64_t now)
{
	struct bucket *set = r->set[who % SETS], *best = NULL;
	for (int i = 0; i < WAYS; i++) {
		refill(r, &set[i], now);
		if (set[i].who == who)
			return &set[i];
		if (!best || set[i].tokens > best->tokens)
			best = &set[i];
	}
	*best = (struct bucket){ .who = who, .at = now, .tokens = r->per_minute * MILLI };
	return best;
}

static bool ask(struct rate *r, const char *addr, int64_t now, int64_t take)
{
	uint64_t who = name_of(r, addr);
	pthread_mutex_t *lock = &r->lock[who % SETS % LOCKS];
	pthread_mutex_lock(lock);
	struct bucket *b = find(r, who, now);
	bool ok = b->tokens >= MILLI;
	if (ok)
		b->tokens -= take;
	pthread_mutex_unlock(lock);
	return ok;
}

bool rate_ok(struct rate *r, const char *addr, int64_t now)
{
	return ask(r, addr, now, 0);
}

bool rate_take(struct rate *r, const char *addr, int64_t now)
{
	return ask(r, addr, now, MILLI);
}
