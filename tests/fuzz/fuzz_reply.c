/* What an upstream may answer: the first byte picks a status and a conf, the rest is the body. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vh/json.h"
#include "vh/limits.h"
#include "vh/sync_batch.h"
#include "vh/sync_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Nothing but a readable 2xx says yes or no, and what is kept of a stranger's words is short. */
static void settle(struct arena *a, int status, const char *body, size_t n, bool empty_accepts)
{
	struct reply_item item[3] = { { .id = "1" }, { .id = "2" }, { .id = "3" } };
	reply_read(a, status, body, n, empty_accepts, item, 3);
	for (int i = 0; i < 3; i++) {
		if (reply_kind(status) != REPLY_ITEMS)
			assert(item[i].state == REPLY_UNKNOWN);
		assert(!item[i].code || strlen(item[i].code) <= 4 * LIM_TEXT);
		assert(!item[i].detail || strlen(item[i].detail) <= 4 * LIM_TEXT);
		assert(!item[i].receipt || strlen(item[i].receipt) <= LIM_FIELD);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const int status[] = { 200, 201, 202, 204, 207, 302, 401, 404, 409, 429, 500, 503 };
	if (!n)
		return 0;
	struct arena *a = arena_new(LIM_ARENA);
	assert(a);
	json_hooks();
	const char *body = (const char *)data + 1;
	settle(a, status[data[0] % 12], body, n - 1, data[0] & 0x80);

	/* The same bytes as a header value and as a batch that came in. */
	char *text = arena_dupn(a, body, n - 1);
	assert(text);
	int64_t pause = retry_after_ms(text, INT64_C(1795219200000));
	assert(pause >= -1 && pause <= RETRY_AFTER_CAP_MS);
	struct cloud_event *ev = NULL;
	size_t events = 0;
	struct err e = { .n = 0 };
	if (batch_parse(a, body, n - 1, &ev, &events, &e) == VH_OK)
		for (size_t i = 0; i < events; i++)
			assert(ev[i].id && ev[i].id[0] && ev[i].source && ev[i].type);
	arena_free(a);
	return 0;
}
