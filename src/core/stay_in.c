#include "vh/stays.h"

#include <string.h>

#include "stay_data.h"
#include "vh/access.h"
#include "vh/date.h"
#include "vh/employer.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/utf8.h"

struct stay_ready {
	const struct stay_new *in;
	struct person person; /* sealed and in clear, with an id of its own if he is new */
	struct person_in fields;
	const char *since, *until, *relation;
	const char *asked; /* why_… of the event; NULL: by the filer himself */
	int32_t since_day;
	bool known; /* his row was there before */
	int64_t told; /* of whom the answer says that he is registered in another room; or 0 */
	struct stay_done done;
};

static enum vh_rc take_days(struct ctx *cx, const struct hotel *h, struct stay_ready *r)
{
	char text[DAY_TEXT];
	int32_t until, today = day_of(cx->now, h->zone_min);
	enum vh_rc rc = day_take(cx, "since", r->in->since, true, &r->since_day);
	if (rc == VH_OK)
		rc = day_take(cx, "until", r->in->until, false, &until);
	if (rc != VH_OK)
		return rc;
	if (r->since_day > today + FUTURE_DAYS)
		return ctx_fail(cx, VH_INVALID, "date", "since",
		                "a move-in can be filed at most %d days ahead", FUTURE_DAYS);
	if (until != DAY_NONE && until < r->since_day)
		return ctx_fail(cx, VH_INVALID, "until", "until",
		                "the end lies before the move-in");
	day_format(r->since_day, text);
	r->since = arena_dup(cx->a, text);
	if (until != DAY_NONE) {
		day_format(until, text);
		r->until = arena_dup(cx->a, text);
	}
	return arena_failed(cx->a) ? ctx_nomem(cx) : VH_OK;
}

static enum vh_rc take_person(struct ctx *cx, const struct hotel *h, struct stay_ready *r)
{
	const struct stay_new *n = r->in;
	struct person *p = &r->person;
	int stated = sex_stated(n->sex);
	enum vh_rc rc = person_take(cx, n->name, n->doc_type, n->doc_no, n->phone, n->home,
	                            day_of(cx->now, h->zone_min), &r->fields);
	if (rc != VH_OK)
		return rc;
	docno_compare_sex(&r->fields.doc, stated);
	if (r->fields.doc.warn & DOC_WARN_SEX)
		r->fields.warn |= WARN_SEX;
	if (r->fields.doc.kind == DOC_NONE && !n->guardian)
		return ctx_fail(cx, VH_INVALID, "guardian", "guardian",
		                "somebody without a document needs a guardian who is registered");
	*p = (struct person){ .hotel = h->id,
		              .id = id_new(),
		              .name = r->fields.name,
		              .doc_type = doc_kind_name(r->fields.doc.kind),
		              .phone = r->fields.phone,
		              .doc_no = *r->fields.doc.no ? r->fields.doc.no : NULL,
		              .home = r->fields.home,
		              .foreigner = r->fields.doc.foreigner,
		              .sex = r->fields.doc.sex ? r->fields.doc.sex : stated,
		              /* Only infant_find() looks whether there is such a person. */
		              .guardian = r->fields.doc.kind == DOC_NONE ? n->guardian : 0,
		              .created = cx->now,
		              .version = 1 };
	return VH_OK;
}

/* For a landlord without a telephone of his own: the way he asked is the reason of the event. */
static enum vh_rc take_asked(struct ctx *cx, struct stay_ready *r)
{
	static const char *const ways[][2] = { { "visit", "proxy_visit" },
		                               { "phone", "proxy_phone" },
		                               { "paper", "proxy_paper" } };
	const char *asked = r->in->asked;
	if (!asked || !*asked)
		return VH_OK;
	if (cx->who && role_reach(cx->who->role, ACT_PLACE) != REACH_SCOPE)
		return ctx_fail(cx, VH_DENIED, "asked", "asked", "only the desk files for others");
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (!strcmp(asked, ways[i][0]))
			r->asked = ways[i][1];
	if (!r->asked)
		return ctx_fail(cx, VH_INVALID, "asked", "asked", "visit, phone or paper");
	return VH_OK;
}

enum vh_rc stay_prepare(struct ctx *cx, const struct hotel *h, const struct stay_new *n,
                        struct stay_ready **ret)
{
	struct hotel_keys k;
	struct stay_ready *r = arena_alloc(cx->a, sizeof *r);
	if (!r)
		return ctx_nomem(cx);
	r->in = n;
	enum vh_rc rc = take_person(cx, h, r);
	if (rc == VH_OK)
		rc = take_days(cx, h, r);
	if (rc == VH_OK)
		rc = text_take(cx, "relation", n->relation, LIM_NAME, false, &r->relation);
	if (rc == VH_OK)
		rc = take_asked(cx, r);
	if (rc == VH_OK && !hotel_keys_get(cx->keys, h->id, &k)) {
		rc = hotel_keys_unwrap(cx->keys, h->id, h->keys, &k);
		if (rc == VH_OK)
			rc = hotel_keys_put(cx->keys, h->id, &k);
		rc = seal_words(cx, rc);
	}
	if (rc != VH_OK)
		return rc;
	rc = person_seal(cx, &k, &r->person);
	wipe(&k, sizeof k);
	if (rc == VH_OK)
		*ret = r;
	return rc;
}

/* A person already known: his name is not ours to change here. */
static enum vh_rc person_known(struct ctx *cx, struct stay_ready *r, struct person *was)
{
	struct hotel_keys k;
	enum vh_rc rc = hotel_keys_of(cx, was->hotel, &k);
	if (rc == VH_OK)
		rc = person_open(cx, &k, was);
	wipe(&k, sizeof k);
	if (rc != VH_OK)
		return rc;
	r->known = true;
	if (strcmp(was->name, r->person.name) != 0)
		r->done.warn |= WARN_NAME_DIFFERS;
	return VH_OK;
}

/*
 * Are phone and home brought up to date? Not by a filing that is in dispute, nor by whoever types a
 * number at a door: who has somebody's telephone counts as himself elsewhere. Nor by a landlord
 * under another name, who may have typed another's number, or of somebody who has an account.
 */
static enum vh_rc may_refresh(struct ctx *cx, const struct stay_ready *r, const struct person *was,
                              const struct stay *s, bool *ret)
{
	struct grant *bound = NULL;
	*ret = r->known && !s->contest && cx->who->role != ROLE_DOOR;
	if (!*ret || role_reach(cx->who->role, ACT_VERIFY) != REACH_NO)
		return VH_OK;
	enum vh_rc rc = grant_of_person(cx, was->hotel, was->id, &bound);
	*ret = !bound && !(r->done.warn & WARN_NAME_DIFFERS);
	return rc;
}

static enum vh_rc person_refresh(struct ctx *cx, const struct stay_ready *r, struct person *was)
{
	struct hotel_keys k;
	const struct person *new = &r->person;
	bool phone = new->phone && (!was->phone || strcmp(was->phone, new->phone) != 0);
	bool home = new->home && (!was->home || strcmp(was->home, new->home) != 0);
	if (!phone && !home)
		return VH_OK;
	if (phone)
		was->phone = new->phone;
	if (home)
		was->home = new->home;
	enum vh_rc rc = hotel_keys_of(cx, was->hotel, &k);
	if (rc == VH_OK)
		rc = person_seal(cx, &k, was);
	wipe(&k, sizeof k);
	if (rc == VH_OK)
		rc = person_update(cx, was);
	was->version++;
	return rc;
}

/* Somebody without papers is known by name and guardian. */
static enum vh_rc infant_find(struct ctx *cx, const struct person *new, struct person *ret)
{
	struct hotel_keys k;
	struct person guardian, *list = NULL;
	enum vh_rc rc = person_get(cx, new->hotel, new->guardian, &guardian);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, VH_INVALID, "guardian", "guardian",
		                "this guardian is not registered");
	if (rc == VH_OK)
		rc = person_by_name(cx, new->hotel, new->name_idx, &list);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, new->hotel, &k);
	for (struct person *p = list; rc == VH_OK && p; p = p->next) {
		if (p->guardian != new->guardian)
			continue;
		rc = person_open(cx, &k, p);
		if (rc == VH_OK && !strcmp(p->name, new->name)) {
			*ret = *p;
			return VH_OK;
		}
	}
	return rc == VH_OK ? VH_NOTFOUND : rc;
}

/* The person's row: the one with this document, or a new one. */
static enum vh_rc person_row(struct ctx *cx, struct stay_ready *r, struct person *ret)
{
	const struct person *new = &r->person;
	enum vh_rc rc = new->doc_idx.p ? person_by_doc(cx, new->hotel, new->doc_idx, ret)
	                               : infant_find(cx, new, ret);
	if (rc == VH_OK)
		return person_known(cx, r, ret);
	if (rc != VH_NOTFOUND || cx->err.n)
		return rc;
	*ret = *new;
	return person_insert(cx, ret);
}

/* Where is he registered already? In this room is refused. */
static enum vh_rc contest_person(struct ctx *cx, const struct stay_ready *r, const struct stay *s,
                                 bool *ret_elsewhere)
{
	struct stay had;
	enum vh_rc rc = stay_current_of(cx, s->hotel, s->person, &had);
	*ret_elsewhere = rc == VH_OK;
	if (rc == VH_OK && had.room == s->room)
		return ctx_fail(cx, VH_CONFLICT, r->in->ledger ? "duplicate" : stay_here(cx),
		                "doc_no", "this person is registered in this room already");
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static enum vh_rc contest_room(struct ctx *cx, struct stay_ready *r, const struct stay_at *at,
                               struct stay *s)
{
	bool full = false;
	enum vh_rc rc = stay_room_full(cx, &at->room, &full);
	if (rc != VH_OK || !full)
		return rc;
	if (r->in->ledger) {
		r->done.warn |= WARN_ROOM_FULL;
		return VH_OK;
	}
	if (!r->in->anyway)
		return stay_full(cx, &at->room);
	s->contest = "room_full";
	return VH_OK;
}

/*
 * Decided inside the transaction: is there room, is he registered already? A full room says so of
 * any number, known elsewhere or not; who files for it may know who lives in it, and at its door
 * not even that is told.
 */
static enum vh_rc contest(struct ctx *cx, struct stay_ready *r, const struct stay_at *at,
                          struct stay *s)
{
	bool elsewhere = false, door = cx->who->role == ROLE_DOOR;
	enum vh_rc rc = door ? contest_room(cx, r, at, s) : VH_OK;
	if (rc == VH_OK)
		rc = contest_person(cx, r, s, &elsewhere);
	if (rc == VH_OK && !door)
		rc = contest_room(cx, r, at, s);
	r->told = rc == VH_OK && elsewhere ? s->person : 0;
	if (rc == VH_OK && elsewhere && !r->in->anyway)
		return ctx_fail(cx, VH_CONFLICT, "already_in", "doc_no",
		                "this person is registered in another room of this hotel");
	if (rc == VH_OK && elsewhere)
		s->contest = "already_in";
	if (rc != VH_OK || !r->known || r->in->ledger)
		return rc;
	return stay_not_waiting(cx, s->hotel, s->person, s->room);
}

static enum vh_rc due(struct ctx *cx, struct stay_ready *r, const struct stay_at *at,
                      const struct person *p, struct stay *s, bool *urgent)
{
	enum vh_rc rc = deadline_of(cx, &at->hotel, p->foreigner, "in", r->since_day, &s->due,
	                            urgent);
	if (rc != VH_OK)
		return rc;
	/* Paper held a ledger's row before us, since a day that it does not say: not judged. */
	s->late = !r->in->ledger && s->due && cx->now > s->due;
	if (!s->due)
		r->done.warn |= WARN_DUE_UNKNOWN;
	return VH_OK;
}

static enum vh_rc file(struct ctx *cx, struct stay_ready *r, const struct stay_at *at,
                       struct person *p, struct stay *s)
{
	bool urgent = false, refresh = false;
	enum vh_rc rc = contest(cx, r, at, s);
	if (rc == VH_OK && s->contest)
		rc = stay_may_contest(cx, &at->room);
	if (rc == VH_OK)
		rc = may_refresh(cx, r, p, s, &refresh);
	if (rc == VH_OK && refresh)
		rc = person_refresh(cx, r, p);
	if (rc == VH_OK)
		rc = due(cx, r, at, p, s, &urgent);
	if (rc == VH_OK)
		rc = employer_take(cx, s->hotel, r->in->employer, &s->employer);
	if (rc == VH_OK && !s->contest)
		rc = stay_lease(cx, s);
	if (rc != VH_OK)
		return rc;
	stay_first_state(cx, s);
	rc = stay_insert(cx, s);
	if (rc == VH_OK && s->contest)
		rc = stay_task(cx, s,
		               !strcmp(s->contest, "already_in") ? "move_conflict" : "room_over");
	return rc == VH_OK ? stay_event(cx, at, s, p, "checked-in", r->asked, urgent, 0) : rc;
}

static enum vh_rc commit_step(struct ctx *cx, void *arg)
{
	struct stay_ready *r = arg;
	struct stay_at at;
	struct person p;
	r->done = (struct stay_done){ .warn = r->fields.warn };
	r->known = false;
	enum vh_rc rc = stay_place(cx, r->in->hotel, r->in->room, &at);
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_FILE, &at.hotel, at.house.id, 0);
	if (rc == VH_OK)
		rc = stay_room_open(cx, &at.room);
	if (rc == VH_OK)
		rc = person_row(cx, r, &p);
	if (rc != VH_OK)
		return rc;
	struct stay s = { .hotel = at.hotel.id, .id = id_new(), .room = at.room.id, .person = p.id,
	                  .since = r->since, .until = r->until, .lessee = r->in->lessee,
	                  .relation = r->relation, .notice = at.hotel.notice_version,
	                  .filed_by = cx->who->account, .filed_at = cx->now, .version = 1 };
	rc = file(cx, r, &at, &p, &s);
	if (rc != VH_OK)
		return rc;
	r->done.id = s.id;
	r->done.person = p.id;
	r->done.state = s.state;
	r->done.due = s.due;
	r->done.late = s.late;
	return VH_OK;
}

enum vh_rc stay_done_again(struct ctx *cx, int64_t hotel, struct stay_done *d)
{
	struct stay s;
	enum vh_rc rc = stay_get(cx, hotel, d->id, &s);
	if (rc == VH_OK)
		*d = (struct stay_done){ s.id, s.person, s.state, s.due, s.late, 0 };
	return rc;
}

static enum vh_rc again_step(struct ctx *cx, void *arg)
{
	struct stay_ready *r = arg;
	return stay_done_again(cx, r->in->hotel, &r->done);
}

enum vh_rc stay_commit(struct ctx *cx, struct stay_ready *r, struct stay_done *ret)
{
	enum vh_rc rc = core_answer(cx, commit_step, again_step, r, &r->done.id);
	if (rc == VH_OK)
		*ret = r->done;
	return access_told(cx, r->in->hotel, r->told, "already_in", rc);
}

struct begin {
	int64_t id;
	struct hotel h;
};

static enum vh_rc begin_step(struct ctx *cx, void *arg)
{
	struct begin *b = arg;
	enum vh_rc rc = hotel_get(cx, b->id, &b->h);
	return rc == VH_NOTFOUND ? ctx_fail(cx, rc, "not_found", "hotel", "there is no such hotel")
	                         : rc;
}

enum vh_rc stay_in(struct ctx *cx, const struct stay_new *n, struct stay_done *ret)
{
	struct begin b = { .id = n->hotel };
	struct stay_ready *r;
	enum vh_rc rc = db_read(cx, begin_step, &b);
	if (rc == VH_OK)
		rc = stay_prepare(cx, &b.h, n, &r);
	return rc == VH_OK ? stay_commit(cx, r, ret) : rc;
}
