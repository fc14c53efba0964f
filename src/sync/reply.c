#include "vh/sync_batch.h"

#include <stdlib.h>
#include <string.h>

#include "vh/json.h"
#include "vh/limits.h"
#include "vh/utf8.h"

enum reply_kind reply_kind(int status)
{
	if (status >= 200 && status < 300)
		return REPLY_ITEMS;
	switch (status) {
	case 401:
	case 403:
	case 410:
		return REPLY_STOP;
	case 408:
	case 409:
	case 425:
	case 429:
		return REPLY_RETRY;
	default:
		return status >= 400 && status < 500 ? REPLY_DEAD : REPLY_RETRY;
	}
}

static bool blank(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!p[i] || !strchr(" \t\r\n", p[i]))
			return false;
	return true;
}

static int by_id(const void *a, const void *b)
{
	const struct reply_item *const *x = a, *const *y = b;
	return strcmp((*x)->id, (*y)->id);
}

static enum reply_state state_of(const char *status)
{
	if (!status)
		return REPLY_UNKNOWN;
	if (strcmp(status, "accepted") == 0)
		return REPLY_ACCEPTED;
	if (strcmp(status, "duplicate") == 0)
		return REPLY_DUPLICATE;
	return strcmp(status, "rejected") == 0 ? REPLY_REJECTED : REPLY_UNKNOWN;
}

/* Free text of a stranger: cleaned and cut before it is kept or shown. */
static const char *words(struct arena *a, const char *s)
{
	char *clean = s ? utf8_clean(a, s) : NULL;
	if (!clean)
		return NULL;
	const char *end = clean;
	for (unsigned n = 0; n < LIM_TEXT && *end; n++)
		utf8_next(&end);
	clean[end - clean] = '\0';
	return clean;
}

/* accepted and duplicate say the same thing of an item: it is there. */
static bool agree(enum reply_state x, enum reply_state y)
{
	bool x_there = x == REPLY_ACCEPTED || x == REPLY_DUPLICATE;
	bool y_there = y == REPLY_ACCEPTED || y == REPLY_DUPLICATE;
	return (x_there && y_there) || (x == REPLY_REJECTED && y == REPLY_REJECTED);
}

/* An item told twice and in two ways, or in a way that we cannot read, is not told. */
enum { UNTOLD, TOLD, SPOILT };

/* One row of `results` onto the item it names. */
static void settle(struct arena *a, const cJSON *row, struct reply_item **sorted, size_t items,
                   const struct reply_item *first, unsigned char *told)
{
	const char *id = json_str(row, "id");
	struct reply_item key = { .id = id }, *want = &key;
	struct reply_item **hit =
		id ? bsearch(&want, sorted, items, sizeof(struct reply_item *), by_id) : NULL;
	if (!hit)
		return; /* nothing that we sent */
	struct reply_item *it = *hit;
	unsigned char *at = &told[it - first];
	enum reply_state says = state_of(json_str(row, "status"));
	if (*at != UNTOLD) {
		*at = agree(it->state, says) ? *at : SPOILT;
		return;
	}
	*at = says == REPLY_UNKNOWN ? SPOILT : TOLD;
	it->state = says;
	it->code = words(a, json_str(row, "code"));
	it->detail = words(a, json_str(row, "detail"));
	const char *receipt = json_str(row, "receipt");
	if (receipt && strlen(receipt) <= LIM_FIELD)
		it->receipt = arena_dup(a, receipt);
}

/* A body of `{"results":[…]}`, whatever else it is: items that it does not name stay unknown. */
static void read_results(struct arena *a, const char *body, size_t n, struct reply_item *item,
                         size_t items)
{
	struct reply_item **sorted = arena_array(a, items, sizeof(struct reply_item *));
	unsigned char *told = arena_array(a, items, 1);
	cJSON *root = NULL;
	struct err ignored = { .n = 0 };
	if (!sorted || !told || json_parse(body, n, &root, &ignored) != VH_OK)
		return;
	for (size_t i = 0; i < items; i++)
		sorted[i] = &item[i];
	qsort(sorted, items, sizeof(struct reply_item *), by_id);
	const cJSON *results = cJSON_GetObjectItemCaseSensitive(root, "results");
	if (cJSON_IsObject(root) && cJSON_IsArray(results))
		for (const cJSON *row = results->child; row; row = row->next)
			settle(a, row, sorted, items, item, told);
	for (size_t i = 0; i < items; i++)
		if (told[i] == SPOILT)
			item[i].state = REPLY_UNKNOWN;
	cJSON_Delete(root);
}

void reply_read(struct arena *a, int status, const char *body, size_t n, bool empty_accepts,
                struct reply_item *item, size_t items)
{
	bool empty = blank(body, n);
	bool done = status == 200 || status == 201 || status == 204; /* 202 is taken, not done */
	for (size_t i = 0; i < items; i++)
		item[i].state = empty && done && empty_accepts ? REPLY_ACCEPTED : REPLY_UNKNOWN;
	if (items && !empty && reply_kind(status) == REPLY_ITEMS)
		read_results(a, body, n, item, items);
}
