#include "vh/id.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#include "vh/buf.h"
#include "vh/date.h"

#define ID_EPOCH INT64_C(1704067200000) /* 2024-01-01T00:00:00Z */
enum { SLOT_BITS = 10, COUNT_BITS = 12, COUNT_MASK = (1 << COUNT_BITS) - 1 };

static atomic_uint process_slot;
static _Atomic int64_t last; /* milliseconds << COUNT_BITS | counter of the newest id */

void id_slot_set(unsigned slot)
{
	assert(slot < 1u << SLOT_BITS);
	atomic_store(&process_slot, slot);
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

/*
 * The next (millisecond, counter) is the clock's or the last one's successor, whichever is later,
 * so ids ascend even when the clock is set back. A carry into a millisecond that the clock has not
 * reached costs a nap of one, taken for one value of `last` only: ids can therefore run ahead of
 * the clock, but never faster than it.
 */
static int64_t next_tick(void)
{
	int64_t napped_at = -1;
	for (;;) {
		int64_t seen = atomic_load(&last), next = seen + 1;
		int64_t clock = now_ms() - ID_EPOCH;
		if (clock > 0 && clock << COUNT_BITS > next)
			next = clock << COUNT_BITS;
		bool carry = next == seen + 1 && (next & COUNT_MASK) == 0;
		if (carry && napped_at != seen) {
			nap();
			napped_at = seen;
		} else if (atomic_compare_exchange_strong(&last, &seen, next)) {
			return next;
		}
	}
}

int64_t id_new(void)
{
	int64_t tick = next_tick();
	return (tick >> COUNT_BITS) << (SLOT_BITS + COUNT_BITS) |
	       (int64_t)atomic_load(&process_slot) << COUNT_BITS | (tick & COUNT_MASK);
}

int64_t id_at(int64_t instant)
{
	return instant > ID_EPOCH ? (instant - ID_EPOCH) << (SLOT_BITS + COUNT_BITS) : 0;
}

int64_t id_instant(int64_t id)
{
	return (id >> (SLOT_BITS + COUNT_BITS)) + ID_EPOCH;
}

void id_format(int64_t id, char out[ID_TEXT])
{
	out[i64_text(id > 0 ? id : 0, out)] = '\0';
}

enum vh_rc id_parse(const char *s, int64_t *ret_id)
{
	int64_t v = 0;
	if (*s < '1' || *s > '9')
		return VH_INVALID;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *s - '0', &v))
			return VH_INVALID;
	}
	if (*s)
		return VH_INVALID;
	*ret_id = v;
	return VH_OK;
}
