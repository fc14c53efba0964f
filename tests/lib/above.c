#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "above.h"
#include "vh/store_log.h"

enum { EVENTS = 200 };

void above_district(struct village *d)
{
	static const char divisions[] = "code,name,parent,kind\n"
					"310116000000,金山区,,county\n" TOWN ",山阳镇,310116000000,town\n" DONGXIN
					",东新村村委会," TOWN ",village\n" XIXIN ",西新村村委会," TOWN ",village\n";
	int64_t rows;
	village_bare(d);
	assert_int_equal(areas_load(d->cx, divisions, sizeof divisions - 1, &rows), VH_OK);
	assert_int_equal(source_add(d->cx, "town", TOWN, PAIR_SECRET), VH_OK);
}

int pair_setup(void **state)
{
	struct pair *p = calloc(1, sizeof *p);
	const char *secret;
	assert_non_null(p);
	p->a = arena_new(64u << 20);
	village_open(&p->v);
	above_district(&p->d);
	assert_int_equal(source_of(p->d.cx, DONGXIN, &p->from, &secret), VH_OK);
	*state = p;
	return 0;
}

int pair_teardown(void **state)
{
	struct pair *p = *state;
	village_close(&p->v);
	village_close(&p->d);
	arena_free(p->a);
	free(p);
	return 0;
}

struct collect {
	int64_t hotel;
	struct event *list;
};

static enum vh_rc collect_step(struct ctx *cx, void *arg)
{
	struct collect *c = arg;
	return event_after(cx, c->hotel, 0, 0, EVENTS, &c->list);
}

size_t above_tell(struct village *v, int64_t hotel, struct village *d, const struct source *from, const char *area)
{
	struct collect c = { hotel, NULL };
	struct received_event list[EVENTS];
	size_t n = 0;
	assert_int_equal(db_read(v->cx, collect_step, &c), VH_OK);
	for (const struct event *e = c.list; e; e = e->next) {
		char *data = NULL;
		assert_int_equal(journal_data(v->cx, e, &data), VH_OK);
		if (strstr(data, "\"erased\":true") == data + 1) /* emptied after it was told: not told again */
			continue;
		list[n++] = (struct received_event){ .type = e->type, .subject = e->subject, .data = data,
			                             .id = e->id, .part = e->part, .epoch = e->epoch,
			                             .seq = e->seq, .time = e->at };
	}
	assert_int_equal(receive_events(d->cx, from, area, list, n), VH_OK);
	for (size_t i = 0; i < n; i++)
		assert_int_not_equal(list[i].state, RECEIVE_REJECTED);
	return n;
}

void pair_tell(struct pair *p, int64_t hotel, const char *area)
{
	above_tell(&p->v, hotel, &p->d, &p->from, area);
}

void pair_later(struct pair *p)
{
	p->d.cx->now = now_ms() + 60000;
}

void pair_out(struct pair *p, int64_t stay)
{
	struct stay_change c = { .verb = SV_OUT };
	struct stay_done done;
	assert_int_equal(stay_change(p->v.cx, p->v.hotel, stay, &c, &done), VH_OK);
}
