#include "told.h"

#include <inttypes.h>
#include <stdio.h>

#include "testdb.h"
#include "vh/core.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/store_log.h"
#include "vh/store_place.h"
#include "vh/sync_batch.h"

struct telling {
	FILE *to;
	const struct hotel *h;
	struct event *list;
};

static enum vh_rc hotels_step(struct ctx *cx, void *arg)
{
	return hotel_list(cx, arg);
}

static void put(struct ctx *cx, const struct telling *t, const struct event *e, const char *data)
{
	char id[ID_TEXT];
	struct buf b;
	id_format(e->id, id);
	const struct cloud_event ev = {
		.id = id, .type = e->type, .subject = e->subject, .time = e->at, .data = data,
		.source = arena_printf(cx->a, "/hotels/%s", t->h->area),
		.key = arena_printf(cx->a, "%" PRId64, e->part),
		.sequence = arena_printf(cx->a, "%" PRId64, e->seq), .epoch = arena_printf(cx->a, "%" PRId64, e->epoch),
	};
	buf_init(&b, LIM_BODY_BATCH);
	batch_open(&b);
	batch_add(&b, &ev);
	batch_close(&b);
	fprintf(t->to, "%s\n", buf_str(&b));
	buf_done(&b);
}

static enum vh_rc events_step(struct ctx *cx, void *arg)
{
	struct telling *t = arg;
	int64_t epoch = 0, seq = 0;
	enum vh_rc rc;
	do {
		t->list = NULL;
		rc = event_after(cx, t->h->id, epoch, seq, LIM_SYNC_BATCH, &t->list);
		for (const struct event *e = t->list; rc == VH_OK && e; e = e->next) {
			char *data = NULL;
			rc = journal_data(cx, e, &data);
			if (rc == VH_OK)
				put(cx, t, e, data);
			epoch = e->epoch;
			seq = e->seq;
		}
	} while (rc == VH_OK && t->list);
	return rc;
}

void village_told(const struct village *v, const char *path)
{
	struct ctx cx = { .a = arena_new(LIM_ARENA_IMPORT), .db = v->t.db, .now = v->cx->now, .keys = v->cx->keys };
	struct telling t = { .to = fopen(path, "ae") };
	struct hotel *h = NULL;
	/* A test may have spoilt its journal, or taken the database away: what can be read is told. */
	if (cx.a && t.to && cx.db && db_read(&cx, hotels_step, &h) != VH_OK)
		h = NULL;
	for (; h; h = h->next) {
		t.h = h;
		if (db_read(&cx, events_step, &t) != VH_OK)
			err_clear(&cx.err);
	}
	arena_free(cx.a);
	if (t.to)
		fclose(t.to);
}
