/*
 * What a landlord may not do himself he tells the desk: a task, with his words sealed beside it.
 */
#include "vh/own.h"

#include "stay_data.h"
#include "task_data.h"
#include "vh/date.h"
#include "vh/limits.h"

struct telling {
	const struct tell *in;
	const char *words;
	int32_t day;
	struct stay_at at;
	struct stay s;
	struct task task;
};

static const char *kind_of(const struct tell *t)
{
	return t->stay ? "wrong_person" : "gone";
}

static enum vh_rc place_of(struct ctx *cx, struct telling *g)
{
	int64_t room = g->in->room;
	enum vh_rc rc = VH_OK;
	if (g->in->stay) {
		rc = stay_get(cx, g->in->hotel, g->in->stay, &g->s);
		if (rc == VH_NOTFOUND)
			return ctx_fail(cx, rc, "not_found", "stay",
			                "there is no such stay here");
		room = g->s.room;
	}
	if (rc == VH_OK)
		rc = stay_place(cx, g->in->hotel, room, &g->at);
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_FILE, &g->at.hotel, g->at.house.id, g->s.person);
	return rc == VH_OK ? hotel_is_ours(cx, &g->at.hotel) : rc;
}

/* Nothing new is said by saying it twice, nor of one room without end. */
static enum vh_rc not_open(struct ctx *cx, const struct telling *g)
{
	bool open = false;
	int64_t n = 0;
	enum vh_rc rc = VH_OK;
	if (g->in->stay)
		rc = task_open_of(cx, g->in->hotel, kind_of(g->in), g->in->stay, &open);
	else
		rc = task_count_open(cx, g->in->hotel, g->at.room.id, kind_of(g->in), &n);
	if (rc == VH_OK && open)
		return ctx_fail(cx, VH_CONFLICT, "told_open", "stay",
		                "the desk was told this already");
	if (rc == VH_OK && n >= LIM_TOLD)
		return ctx_fail(cx, VH_LIMIT, "told_many", "room",
		                "the desk was told %d times of this room: call it", LIM_TOLD);
	return rc;
}

static enum vh_rc day_of_leaving(struct ctx *cx, const struct telling *g, const char **ret)
{
	char text[DAY_TEXT];
	int32_t today = day_of(cx->now, g->at.hotel.zone_min);
	*ret = NULL;
	if (g->in->stay)
		return VH_OK;
	if (g->day != DAY_NONE && g->day > today)
		return ctx_fail(cx, VH_INVALID, "date", "out", "this day is still to come");
	day_format(g->day == DAY_NONE ? today : g->day, text);
	*ret = arena_dup(cx->a, text);
	return *ret ? VH_OK : ctx_nomem(cx);
}

static enum vh_rc write_down(struct ctx *cx, struct telling *g)
{
	struct hotel_keys k;
	struct told t = { .hotel = g->in->hotel, .task = g->task.id, .kind = kind_of(g->in),
	                  .about = !g->in->stay && g->in->about };
	struct place at = { "told", "words", t.hotel, t.task };
	enum vh_rc rc = day_of_leaving(cx, g, &t.day);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, t.hotel, &k);
	if (rc != VH_OK)
		return rc;
	rc = seal_words(cx, seal_text(cx->a, &k.data, &at, g->words, &t.words));
	wipe(&k, sizeof k);
	return rc == VH_OK ? told_insert(cx, &t) : rc;
}

static enum vh_rc step(struct ctx *cx, void *arg)
{
	struct telling *g = arg;
	g->s = (struct stay){ .id = 0 };
	enum vh_rc rc = place_of(cx, g);
	if (rc == VH_OK)
		rc = not_open(cx, g);
	if (rc != VH_OK)
		return rc;
	g->task = (struct task){ .hotel = g->in->hotel, .kind = kind_of(g->in),
	                         .stay = g->in->stay, .room = g->at.room.id };
	rc = task_begin(cx, &g->task, false);
	return rc == VH_OK ? write_down(cx, g) : rc;
}

enum vh_rc tell_desk(struct ctx *cx, const struct tell *t, int64_t *ret_task)
{
	struct telling *g = arena_alloc(cx->a, sizeof *g);
	if (!g)
		return ctx_nomem(cx);
	g->in = t;
	enum vh_rc rc = text_take(cx, "words", t->words, LIM_TEXT, true, &g->words);
	if (rc == VH_OK)
		rc = day_take(cx, "out", t->day, false, &g->day);
	if (rc == VH_OK)
		rc = core_write(cx, step, g, &g->task.id);
	if (rc == VH_OK)
		*ret_task = g->task.id;
	return rc;
}

struct asking {
	const struct hotel *h;
	int64_t task;
	struct told_look *ret;
};

static enum vh_rc look_step(struct ctx *cx, void *arg)
{
	struct asking *g = arg;
	struct hotel_keys k;
	struct place at = { "told", "words", g->h->id, g->task };
	char *words = NULL;
	enum vh_rc rc = told_get(cx, g->h->id, g->task, &g->ret->told);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "task", "nothing was told here");
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, g->h->id, &k);
	if (rc != VH_OK)
		return rc;
	rc = seal_words(cx, open_text(cx->a, &k.data, &at, g->ret->told.words, &words));
	wipe(&k, sizeof k);
	g->ret->words = words;
	return rc;
}

enum vh_rc look_told(struct ctx *cx, const struct hotel *h, int64_t task, struct told_look *ret)
{
	struct asking g = { h, task, ret };
	struct task_look may;
	enum vh_rc rc = look_task(cx, h, task, &may);
	return rc == VH_OK ? db_read(cx, look_step, &g) : rc;
}
