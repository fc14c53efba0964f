/*
 * The import as a job: rows are read in chunks, checked and sealed here, and given to the writer
 * in steps of about LIM_GROUP_MS (ledger_apply.c), with a pause between, so that a server on the
 * same database stays quick. What a chunk counts is taken over only after its step is durable.
 */
#include "vh/ledger_import.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ledger_job.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"

enum { CHUNK_FIRST = 32, CHUNK_MOST = 256, CHUNK_BYTES = 3 << 20, PAUSE_NS = 1000000 };

/* What grows with the ledger, in the arena of the whole import. */
struct growing {
	struct ledger_item **refused, **warned, **changed;
	struct ledger_gone **gone;
	struct ledger_added **added;
	unsigned added_n;
	int64_t *person; /* everybody the ledger names */
	size_t people, people_size;
	const char *word[64]; /* details are few: each is kept once */
	unsigned words;
};

static const char *keep(struct ctx *cx, struct growing *g, const char *s)
{
	for (unsigned i = 0; i < g->words; i++)
		if (!strcmp(g->word[i], s))
			return g->word[i];
	char *own = arena_dup(cx->a, s);
	if (own && g->words < sizeof g->word / sizeof *g->word)
		g->word[g->words++] = own;
	return own;
}

static enum vh_rc item(struct ctx *cx, struct growing *g, struct ledger_item ***end,
                       const struct ledger_row *r, const struct ledger_note *n)
{
	struct ledger_item *i = arena_alloc(cx->a, sizeof *i);
	const char *code = keep(cx, g, n->code), *detail = keep(cx, g, n->detail);
	if (!i || !code || !detail)
		return ctx_nomem(cx);
	*i = (struct ledger_item){
		.row = r->row, .line = r->raw.line, .code = code, .detail = detail
	};
	**end = i;
	*end = &i->next;
	return VH_OK;
}

static enum vh_rc items(struct ctx *cx, struct growing *g, struct ledger_item ***end,
                        const struct ledger_row *r, const struct ledger_note *note,
                        unsigned n)
{
	enum vh_rc rc = VH_OK;
	for (unsigned i = 0; rc == VH_OK && i < n; i++)
		rc = item(cx, g, end, r, &note[i]);
	return rc;
}

static enum vh_rc ids_room(struct ctx *cx, struct ids *t, uint32_t n)
{
	if (n < t->size)
		return VH_OK;
	uint32_t size = t->size ? t->size : 1024;
	while (size <= n)
		size *= 2;
	int64_t *id = arena_array(cx->a, size, sizeof *id);
	if (!id)
		return ctx_nomem(cx);
	if (t->size)
		memcpy(id, t->id, t->size * sizeof *id);
	*t = (struct ids){ id, size };
	return VH_OK;
}

static enum vh_rc person_named(struct ctx *cx, struct growing *g, int64_t id)
{
	if (g->people == g->people_size) {
		size_t size = g->people_size ? g->people_size * 2 : 1024;
		int64_t *p = arena_array(cx->a, size, sizeof *p);
		if (!p)
			return ctx_nomem(cx);
		if (g->people)
			memcpy(p, g->person, g->people * sizeof *p);
		g->person = p;
		g->people_size = size;
	}
	g->person[g->people++] = id;
	return VH_OK;
}

/* Preparing a chunk */

static enum vh_rc prepare_tenant(struct ctx *cx, struct job *j, struct entry *e)
{
	const struct ledger_row *r = &e->row;
	static const char *const sex[] = { NULL, "m", "f" };
	e->in = (struct stay_new){
		.hotel = j->hotel.id, .name = r->name, .doc_type = doc_kind_name(r->kind),
		.doc_no = r->doc_no, .phone = r->phone, .since = r->since, .until = r->until,
		.home = r->home, .employer = r->employer, .sex = sex[r->sex], .ledger = true,
	};
	enum vh_rc rc = stay_prepare(cx, &j->hotel, &e->in, &e->ready);
	if (rc != VH_INVALID)
		return rc;
	/* What the ledger's own reading let through and the registry does not. */
	e->row.refused = (struct ledger_note){ arena_dup(cx->a, err_code(&cx->err)),
		                               arena_dup(cx->a, err_text(&cx->err)) };
	e->ready = NULL;
	err_clear(&cx->err);
	return arena_failed(cx->a) ? ctx_nomem(cx) : VH_OK;
}

/* One row with everything that can be done about it without the database; cx->a is the chunk's. */
static enum vh_rc prepare(struct ctx *whole, struct ctx *cx, struct job *j, struct entry *e)
{
	*e = (struct entry){ 0 };
	enum vh_rc rc = ledger_next(whole, j->ledger, cx->a, &e->row);
	if (rc == VH_OK)
		rc = ledger_judge(whole, j->ledger, &e->row);
	if (rc == VH_OK)
		rc = ids_room(whole, &j->houses, e->row.house);
	if (rc == VH_OK)
		rc = ids_room(whole, &j->rooms, e->row.room);
	if (rc == VH_OK)
		rc = ids_room(whole, &j->heads, e->row.room);
	if (rc != VH_OK)
		return rc;
	e->house_before = j->houses.id[e->row.house] != 0;
	e->room_before = j->rooms.id[e->row.room] != 0;
	if (!e->row.refused.code && !e->row.vacant)
		rc = prepare_tenant(cx, j, e);
	return rc;
}

/* After the step */

static enum vh_rc add_new(struct ctx *cx, struct growing *g, const struct entry *e)
{
	bool stay = !e->refused.code && e->outcome == OUT_NEW;
	if (g->added_n == LEDGER_ADDED || !(e->new_house || e->new_room || stay))
		return VH_OK;
	struct ledger_added *one = arena_alloc(cx->a, sizeof *one);
	if (!one)
		return ctx_nomem(cx);
	*one = (struct ledger_added){ .row = e->row.row,
		                      .line = e->row.raw.line,
		                      .address = arena_dup(cx->a, e->row.address),
		                      .room_no = arena_dup(cx->a, e->row.room_no),
		                      .house = e->new_house,
		                      .room = e->new_room,
		                      .person = stay && e->new_person,
		                      .stay = stay };
	*g->added = one;
	g->added = &one->next;
	g->added_n++;
	return arena_failed(cx->a) ? ctx_nomem(cx) : VH_OK;
}

static enum vh_rc settle(struct ctx *cx, struct job *j, struct growing *g, struct entry *e,
                         struct ledger_result *ret)
{
	const struct ledger_row *r = &e->row;
	enum vh_rc rc = VH_OK;
	ret->rows++;
	ret->houses += e->new_house;
	ret->rooms += e->new_room;
	rc = add_new(cx, g, e);
	if (rc == VH_OK && e->refused.code)
		rc = item(cx, g, &g->refused, r, &e->refused);
	else if (rc == VH_OK)
		rc = items(cx, g, &g->warned, r, r->warning, r->warnings);
	if (rc == VH_OK && !e->refused.code)
		rc = items(cx, g, &g->warned, r, e->warned.note, e->warned.n);
	if (rc == VH_OK)
		rc = items(cx, g, &g->changed, r, e->changed.note, e->changed.n);
	if (rc == VH_OK && e->person && !j->fresh)
		rc = person_named(cx, g, e->person);
	if (rc != VH_OK || e->refused.code || e->outcome == OUT_VACANT)
		return rc;
	ret->stays += e->outcome == OUT_NEW;
	ret->people += e->new_person;
	ret->unchanged += e->outcome != OUT_NEW && !e->amended;
	j->heads.id[r->room] += e->outcome == OUT_NEW;
	return ledger_accept(cx, j->ledger, r);
}

static double milliseconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* As many rows as fit the time of one group, learnt from the last chunk. */
static unsigned next_size(unsigned n, double ms)
{
	double want = ms > 0 ? n * LIM_GROUP_MS / ms : CHUNK_MOST;
	return want < 1 ? 1 : want > CHUNK_MOST ? CHUNK_MOST : (unsigned)want;
}

static enum vh_rc run_step(struct ctx *cx, struct job *j, unsigned *size)
{
	double start = milliseconds();
	if (j->how->dry_run)
		return db_read(cx, ledger_apply, j);
	/* Savepoints for every stay cost more than the stays: only when a rule refused one. */
	cx->together = true;
	enum vh_rc rc = db_write(cx, ledger_apply, j);
	cx->together = false;
	if (rc == VH_INVALID || rc == VH_CONFLICT || rc == VH_NOTFOUND) {
		err_clear(&cx->err);
		rc = db_write(cx, ledger_apply, j);
	}
	if (rc != VH_OK)
		return rc;
	*size = next_size(j->n, milliseconds() - start);
	nanosleep(&(struct timespec){ 0, PAUSE_NS }, NULL);
	return VH_OK;
}

/* Read and prepare up to `most` rows. VH_NOTFOUND: none are left. */
static enum vh_rc fill(struct ctx *whole, struct ctx *cx, struct job *j, unsigned most)
{
	enum vh_rc rc = VH_OK;
	for (j->n = 0; rc == VH_OK && j->n < most; j->n += rc == VH_OK)
		rc = prepare(whole, cx, j, &j->e[j->n]);
	return rc == VH_NOTFOUND && j->n ? VH_OK : rc;
}

/* A step says that nothing was written, and means itself: the steps before it were. */
static enum vh_rc say_how_far(struct ctx *cx, const struct job *j, const struct ledger_result *r,
                              enum vh_rc rc)
{
	if (r->rows && !j->how->dry_run && cx->err.n)
		return ctx_fail(cx, rc, "partly", "file",
		                "%lld rows were taken in before: feed the same ledger again",
		                (long long)r->rows);
	return rc;
}

static enum vh_rc rows(struct ctx *cx, struct job *j, struct growing *g,
                       struct ledger_result *ret)
{
	struct ctx step = *cx;
	unsigned size = CHUNK_FIRST;
	enum vh_rc rc;
	step.a = arena_new(LIM_ARENA);
	/* A reset keeps the first block: one that holds a chunk saves the system's time. */
	if (step.a && arena_alloc(step.a, CHUNK_BYTES))
		arena_reset(step.a);
	j->e = arena_array(cx->a, CHUNK_MOST, sizeof *j->e);
	if (!step.a || !j->e) {
		arena_free(step.a);
		return ctx_nomem(cx);
	}
	bool end = false; /* of the ledger; what a step does not find is no end */
	while (!end) {
		rc = fill(cx, &step, j, size);
		end = rc == VH_NOTFOUND;
		if (rc != VH_OK)
			break;
		rc = run_step(&step, j, &size);
		for (unsigned i = 0; rc == VH_OK && i < j->n; i++)
			rc = settle(cx, j, g, &j->e[i], ret);
		if (rc != VH_OK)
			break;
		if (j->how->progress)
			j->how->progress(j->how->arg, j->e[j->n - 1].row.row,
			                 ledger_rows(j->ledger));
		arena_reset(step.a);
	}
	if (!end && step.err.n && !cx->err.n)
		cx->err = step.err;
	arena_free(step.a);
	return end ? VH_OK : say_how_far(cx, j, ret, rc);
}

/* Who is registered and not in the ledger */

static int by_id(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

struct missing {
	const struct job *j;
	struct growing *g;
	struct ctx *whole;
};

static enum vh_rc gone(struct missing *m, const struct stay *s, const char *address,
                       const char *room_no)
{
	struct arena *a = m->whole->a;
	struct ledger_gone *one = arena_alloc(a, sizeof *one);
	if (!one)
		return ctx_nomem(m->whole);
	*one = (struct ledger_gone){ .stay = s->id, .address = arena_dup(a, address),
		                     .room_no = arena_dup(a, room_no) };
	*m->g->gone = one;
	m->g->gone = &one->next;
	return arena_failed(a) ? ctx_nomem(m->whole) : VH_OK;
}

static bool is_named(const struct growing *g, int64_t person)
{
	return g->people && bsearch(&person, g->person, g->people, sizeof person, by_id);
}

static enum vh_rc missing_in_house(struct ctx *cx, struct missing *m, const struct house *h)
{
	struct room *list = NULL;
	enum vh_rc rc = room_list_house(cx, h->hotel, h->id, &list);
	for (const struct room *r = list; rc == VH_OK && r; r = r->next) {
		struct stay *stays = NULL;
		rc = stay_list_room(cx, h->hotel, r->id, &stays);
		for (const struct stay *s = stays; rc == VH_OK && s; s = s->next) {
			if (stay_is_current(s->state) && !is_named(m->g, s->person))
				rc = gone(m, s, h->address, r->no);
		}
	}
	return rc;
}

static enum vh_rc missing_step(struct ctx *cx, void *arg)
{
	struct missing *m = arg;
	struct house *list = NULL;
	struct ctx house = *cx;
	enum vh_rc rc = house_list(cx, m->j->hotel.id, &list);
	house.a = arena_new(LIM_ARENA);
	if (!house.a)
		return ctx_nomem(cx);
	for (const struct house *h = list; rc == VH_OK && h; h = h->next) {
		rc = missing_in_house(&house, m, h);
		arena_reset(house.a);
	}
	if (rc != VH_OK && house.err.n)
		cx->err = house.err;
	arena_free(house.a);
	return rc;
}

static enum vh_rc list_gone(struct ctx *cx, struct job *j, struct growing *g)
{
	struct missing m = { j, g, cx };
	struct ctx own = *cx;
	if (j->fresh)
		return VH_OK;
	if (g->people)
		qsort(g->person, g->people, sizeof *g->person, by_id);
	own.a = arena_new(LIM_ARENA_IMPORT);
	if (!own.a)
		return ctx_nomem(cx);
	enum vh_rc rc = db_read_long(&own, missing_step, &m);
	if (rc != VH_OK && own.err.n)
		cx->err = own.err;
	arena_free(own.a);
	return rc;
}

/* Beginning */

struct begin {
	const char *area;
	struct job *j;
};

static enum vh_rc begin_step(struct ctx *cx, void *arg)
{
	struct begin *b = arg;
	struct hotel_keys k;
	struct house *houses = NULL;
	enum vh_rc rc = hotel_find(cx, b->area, &b->j->hotel);
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_LEDGER, &b->j->hotel, 0, 0);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, b->j->hotel.id, &k); /* into the cache */
	wipe(&k, sizeof k);
	if (rc == VH_OK)
		rc = house_list(cx, b->j->hotel.id, &houses);
	b->j->fresh = !houses;
	return rc;
}

enum vh_rc ledger_import(struct ctx *cx, const char *area, struct sheet *s,
                         const struct ledger_how *how, struct ledger_result *ret)
{
	struct job j = { .how = how };
	struct begin b = { area, &j };
	struct ledger_result r = { 0 };
	struct growing g = { .refused = &r.refused, .warned = &r.warnings, .changed = &r.changed,
		             .gone = &r.gone, .added = &r.added };
	enum vh_rc rc = db_read(cx, begin_step, &b);
	if (rc == VH_OK)
		rc = ledger_open(cx, s, day_of(cx->now, j.hotel.zone_min), &j.ledger);
	if (rc == VH_OK)
		rc = rows(cx, &j, &g, &r);
	if (rc == VH_OK)
		rc = list_gone(cx, &j, &g);
	if (rc == VH_OK)
		*ret = r;
	return rc;
}

static void list_view(struct view *v, cJSON *in, const char *key, const struct ledger_item *i)
{
	cJSON *list = view_arr(v, in, key);
	for (; i; i = i->next) {
		cJSON *o = view_obj(v, list, NULL);
		view_num(v, o, "row", i->row);
		view_num(v, o, "line", i->line);
		view_str(v, o, "code", i->code);
		view_str(v, o, "detail", i->detail);
	}
}

void ledger_result_view(struct view *v, cJSON *in, const struct ledger_result *r)
{
	view_num(v, in, "rows", (double)r->rows);
	view_num(v, in, "houses", (double)r->houses);
	view_num(v, in, "rooms", (double)r->rooms);
	view_num(v, in, "stays", (double)r->stays);
	view_num(v, in, "people", (double)r->people);
	view_num(v, in, "unchanged", (double)r->unchanged);
	list_view(v, in, "warnings", r->warnings);
	list_view(v, in, "refused", r->refused);
	list_view(v, in, "changed", r->changed);
	cJSON *list = view_arr(v, in, "gone");
	for (const struct ledger_gone *g = r->gone; g; g = g->next) {
		cJSON *o = view_obj(v, list, NULL);
		view_str(v, o, "code", "maybe_moved");
		view_id(v, o, "stay", g->stay);
		view_str(v, o, "address", g->address);
		view_str(v, o, "room", g->room_no);
	}
}
