#include "vh/tally.h"

#include "stay_data.h"

struct stating {
	int64_t hotel, id;
	enum tally_kind kind;
};

static enum vh_rc restate_stay(struct ctx *cx, const struct stating *g)
{
	struct stay s;
	struct stay_at at;
	struct person p;
	enum vh_rc rc = stay_get(cx, g->hotel, g->id, &s);
	if (rc == VH_OK)
		rc = stay_place(cx, g->hotel, s.room, &at);
	if (rc == VH_OK)
		rc = person_get(cx, g->hotel, s.person, &p);
	if (rc == VH_OK)
		p.name = NULL; /* sealed: stay_event opens it */
	return rc == VH_OK ? stay_event(cx, &at, &s, &p, "restated", NULL, false, 0) : rc;
}

static enum vh_rc restate_place(struct ctx *cx, const struct stating *g, const struct hotel *h)
{
	struct house e;
	struct room r;
	bool room = g->kind == TALLY_ROOM;
	enum vh_rc rc = room ? room_get(cx, g->hotel, g->id, &r) : VH_OK;
	if (rc == VH_OK)
		rc = house_get(cx, g->hotel, room ? r.house : g->id, &e);
	if (rc != VH_OK)
		return rc;
	return room ? room_event(cx, h, &e, &r, "room.restated", NULL)
	            : house_event(cx, h, &e, "house.restated", NULL);
}

static enum vh_rc restate_step(struct ctx *cx, void *arg)
{
	const struct stating *g = arg;
	struct hotel h;
	enum vh_rc rc = place_may(cx, ACT_LEDGER, g->hotel, 0, &h);
	if (rc != VH_OK)
		return rc;
	rc = g->kind == TALLY_STAY ? restate_stay(cx, g) : restate_place(cx, g, &h);
	if (rc == VH_NOTFOUND && !cx->err.n)
		return ctx_fail(cx, rc, "not_found", "id", "there is nothing of this id here");
	return rc;
}

enum vh_rc restate(struct ctx *cx, int64_t hotel, enum tally_kind kind, int64_t id)
{
	struct stating g = { hotel, id, kind };
	return db_write(cx, restate_step, &g);
}
