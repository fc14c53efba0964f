#include "stay_data.h"

#include <string.h>

#include "task_data.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/store_employer.h"
#include "vh/utf8.h"

enum vh_rc person_take(struct ctx *cx, const char *name, const char *doc_type, const char *doc_no,
                       const char *phone, const char *home, int32_t today, struct person_in *ret)
{
	enum doc_kind kind;
	enum vh_rc rc = text_take(cx, "name", name, LIM_NAME, true, &ret->name);
	if (rc != VH_OK)
		return rc;
	if (!doc_type || !doc_kind_of(doc_type, &kind))
		return ctx_fail(cx, VH_INVALID, "doc_kind", "doc_type",
		                "this kind of document is not known");
	rc = docno_parse(cx->a, kind, doc_no ? doc_no : "", today, &ret->doc, &cx->err);
	if (rc == VH_OK)
		rc = phone_take(cx, "phone", phone, &ret->phone);
	if (rc == VH_OK)
		rc = text_take(cx, "home", home, LIM_TEXT, false, &ret->home);
	ret->warn = ret->doc.warn & DOC_WARN_AREA ? WARN_AREA : 0;
	return rc;
}

const char *stay_warn_code(enum stay_warn w)
{
	static const char *const codes[WARN__END] = {
		[WARN_AREA] = "doc_area",       [WARN_SEX] = "sex",
		[WARN_ROOM_FULL] = "room_full", [WARN_NAME_DIFFERS] = "name",
		[WARN_DUE_UNKNOWN] = "no_deadline",
	};
	return codes[w];
}

enum vh_rc stay_place(struct ctx *cx, int64_t hotel, int64_t room, struct stay_at *ret)
{
	enum vh_rc rc = hotel_get(cx, hotel, &ret->hotel);
	if (rc == VH_OK)
		rc = room_get(cx, hotel, room, &ret->room);
	if (rc == VH_OK)
		rc = house_get(cx, hotel, ret->room.house, &ret->house);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "room", "there is no such room here");
	return rc;
}

enum vh_rc stay_room_open(struct ctx *cx, const struct room *r)
{
	if (!strcmp(r->letting, "open"))
		return VH_OK;
	return ctx_fail(cx, VH_CONFLICT, "room_shut", "room", "room %s may not be let now (%s)",
	                r->no, r->letting);
}

enum vh_rc stay_room_full(struct ctx *cx, const struct room *r, bool *ret)
{
	int64_t n = 0;
	enum vh_rc rc = stay_count_room(cx, r->hotel, r->id, &n);
	if (rc == VH_OK)
		*ret = n >= r->capacity;
	return rc;
}

enum vh_rc stay_full(struct ctx *cx, const struct room *r)
{
	return ctx_fail(cx, VH_CONFLICT, "room_full", "room",
	                "room %s holds %lld people and is full", r->no, (long long)r->capacity);
}

enum vh_rc stay_may_contest(struct ctx *cx, const struct room *r)
{
	int64_t n = 0;
	if (role_reach(cx->who->role, ACT_VERIFY) != REACH_NO)
		return VH_OK;
	enum vh_rc rc = stay_count_contested(cx, r->hotel, r->id, &n);
	if (rc == VH_OK && n >= LIM_CONTESTED)
		return ctx_fail(cx, VH_LIMIT, "room_contested", "room",
		                "%d filings of room %s wait for an officer: call the desk",
		                LIM_CONTESTED, r->no);
	return rc;
}

/* At a door nobody is told in which room. */
const char *stay_here(const struct ctx *cx)
{
	return cx->who->role == ROLE_DOOR ? "already_in" : "in_this_room";
}

enum vh_rc stay_not_waiting(struct ctx *cx, int64_t hotel, int64_t person, int64_t room)
{
	struct stay *list = NULL;
	enum vh_rc rc = stay_list_person(cx, hotel, person, &list);
	for (const struct stay *s = list; rc == VH_OK && s; s = s->next) {
		if (s->room == room && s->state == STAY_CONTESTED)
			return ctx_fail(
				cx, VH_CONFLICT, stay_here(cx), "doc_no",
				"this person is filed for this room already: the desk decides");
	}
	return rc;
}

void stay_first_state(const struct ctx *cx, struct stay *s)
{
	bool officer = cx->who->role == ROLE_POLICE || cx->who->role == ROLE_GRID;
	s->state = s->contest ? STAY_CONTESTED : officer ? STAY_VERIFIED : STAY_PENDING;
	s->verified_by = s->state == STAY_VERIFIED ? cx->who->account : 0;
	s->verified_at = s->state == STAY_VERIFIED ? cx->now : 0;
}

enum vh_rc stay_lease(struct ctx *cx, struct stay *s)
{
	struct lease l;
	enum vh_rc rc = lease_of_room(cx, s->hotel, s->room, &l);
	if (rc == VH_OK && (!s->lessee || l.lessee == s->person)) {
		s->lease = l.id;
		return VH_OK;
	}
	if (rc != VH_OK && rc != VH_NOTFOUND)
		return rc;
	/* The first in an empty room is its lessee; another lessee beside him has a lease of his
	 * own. */
	if (rc == VH_NOTFOUND)
		s->lessee = true;
	l = (struct lease){ .hotel = s->hotel, .id = id_new(), .room = s->room, .lessee = s->person,
	                    .since = s->since, .until = s->until, .state = "open" };
	s->lease = l.id;
	return lease_insert(cx, &l);
}

enum vh_rc stay_lease_done(struct ctx *cx, const struct stay *s)
{
	struct stay *left = NULL;
	struct lease l;
	if (!s->lease)
		return VH_OK;
	enum vh_rc rc = stay_list_lease(cx, s->hotel, s->room, s->lease, &left);
	if (rc != VH_OK || left)
		return rc;
	rc = lease_get(cx, s->hotel, s->lease, &l);
	if (rc != VH_OK)
		return rc;
	l.state = "ended";
	l.until = s->ended ? s->ended : l.until;
	return lease_update(cx, &l);
}

static void member(struct buf *b, const char *key, const char *value)
{
	buf_printf(b, ",\"%s\":", key);
	if (value)
		json_quote(b, value);
	else
		buf_puts(b, "null");
}

static void instant(struct buf *b, const char *key, int64_t at)
{
	char text[INSTANT_TEXT];
	if (at)
		instant_format(at, text);
	member(b, key, at ? text : NULL);
}

static void data_stay(struct buf *b, const struct stay *s)
{
	buf_printf(b, ",\"stay\":{\"id\":\"%lld\",\"version\":%lld", (long long)s->id,
	           (long long)s->version);
	member(b, "state", stay_state_name(s->state));
	member(b, "since", s->since);
	member(b, "until", s->until);
	member(b, "ended", s->ended);
	if (s->ended_about)
		buf_puts(b, ",\"ended_about\":true");
	member(b, "away_until", s->away_until);
	member(b, "relation", s->relation);
	buf_printf(b, ",\"lessee\":%s}", s->lessee ? "true" : "false");
	buf_printf(b, ",\"filing\":{\"notice\":%lld,\"late\":%s,\"out_late\":%s",
	           (long long)s->notice, s->late ? "true" : "false",
	           s->out_late ? "true" : "false");
	instant(b, "at", s->filed_at);
	instant(b, "due", s->due);
	instant(b, "out_due", s->out_due);
	buf_puts(b, "}");
}

static void data_person(struct buf *b, const struct person *p)
{
	buf_printf(b, ",\"person\":{\"id\":\"%lld\",\"sex\":%lld", (long long)p->id,
	           (long long)p->sex);
	member(b, "name", p->name);
	member(b, "doc_type", p->doc_type);
	member(b, "doc_no", p->doc_no);
	member(b, "phone", p->phone);
	member(b, "home", p->home);
	if (p->guardian)
		buf_printf(b, ",\"guardian\":\"%lld\"", (long long)p->guardian);
	buf_puts(b, "}");
}

static enum vh_rc data_employer(struct ctx *cx, struct buf *b, const struct stay *s)
{
	struct employer e = { 0 };
	enum vh_rc rc = s->employer ? employer_get(cx, s->hotel, s->employer, &e) : VH_OK;
	if (rc != VH_OK)
		return rc;
	if (!s->employer) {
		buf_puts(b, ",\"employer\":null");
		return VH_OK;
	}
	buf_puts(b, ",\"employer\":{\"name\":");
	json_quote(b, e.name);
	member(b, "uscc", e.uscc);
	buf_puts(b, "}");
	return VH_OK;
}

static enum vh_rc data(struct ctx *cx, struct buf *b, const struct stay_at *at,
                       const struct stay *s, const struct person *p)
{
	buf_putc(b, '{');
	data_place(b, &at->hotel, &at->house, &at->room);
	data_stay(b, s);
	data_person(b, p);
	enum vh_rc rc = data_employer(cx, b, s);
	buf_putc(b, '}');
	return rc == VH_OK && !buf_ok(b) ? ctx_nomem(cx) : rc;
}

enum vh_rc stay_event(struct ctx *cx, const struct stay_at *at, const struct stay *s,
                      struct person *p, const char *type, const char *reason, bool urgent,
                      int64_t supersedes)
{
	struct buf b;
	struct hotel_keys k;
	enum vh_rc rc = VH_OK;
	if (!p->name) {
		rc = hotel_keys_of(cx, s->hotel, &k);
		if (rc == VH_OK)
			rc = person_open(cx, &k, p);
		wipe(&k, sizeof k);
	}
	const char *full = arena_printf(cx->a, "stay.%s", type);
	if (rc != VH_OK || !full)
		return rc != VH_OK ? rc : ctx_nomem(cx);
	buf_init(&b, LIM_PAYLOAD);
	rc = data(cx, &b, at, s, p);
	struct deed d = { .hotel = s->hotel, .type = full, .subject = "stays", .id = s->id,
	                  .part = s->person, .reason = reason, .urgent = urgent,
	                  .supersedes = supersedes, .data = buf_str(&b) };
	if (rc == VH_OK)
		rc = journal_add(cx, &d, NULL);
	buf_done(&b);
	return rc == VH_OK ? task_settle(cx, s) : rc;
}

enum vh_rc stay_task(struct ctx *cx, const struct stay *s, const char *kind)
{
	struct task t = { .hotel = s->hotel, .id = id_new(), .kind = kind, .state = "found",
	                  .stay = s->id, .room = s->room, .created = cx->now, .changed = cx->now,
	                  .by = cx->who->account };
	return task_insert(cx, &t);
}
