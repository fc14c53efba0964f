/*
 * What happens to a stay after it was filed: one table of verbs. Each verb says in which states it
 * may be used, what right it needs and what it does; loading, authority, versions, leases and the
 * event are the same for all.
 */
#include "vh/stays.h"

#include <string.h>

#include "remark_data.h"
#include "stay_data.h"
#include "vh/access.h"
#include "vh/date.h"
#include "vh/employer.h"
#include "vh/id.h"
#include "vh/limits.h"

struct run {
	int64_t hotel, id;
	const struct stay_change *in;
	const char *reason, *day_text; /* checked before the transaction */
	const char *event;             /* the verb's, unless it says another */
	int32_t day;
	struct stay_at at;
	struct stay s;
	struct person p;
	enum stay_state was;
	int64_t supersedes;
	int64_t told; /* amend: of whom the refusal says that he is registered elsewhere; or 0 */
	bool urgent;
	unsigned changed; /* amend: by remark_changes */
	struct stay_done done;
};
typedef enum vh_rc verb_fn(struct ctx *cx, struct run *r);

#define IN(state) (1u << (state))
#define CURRENT (IN(STAY_PENDING) | IN(STAY_VERIFIED) | IN(STAY_AWAY))

static enum vh_rc end_on(struct ctx *cx, struct run *r, struct stay *s, int32_t day)
{
	char text[DAY_TEXT];
	day_format(day, text);
	s->ended = arena_dup(cx->a, text);
	if (!s->ended)
		return ctx_nomem(cx);
	enum vh_rc rc = deadline_of(cx, &r->at.hotel, r->p.foreigner, "out", day, &s->out_due,
	                            &r->urgent);
	if (rc != VH_OK)
		return rc;
	s->out_late = s->out_due && cx->now > s->out_due;
	s->state = STAY_ENDED;
	s->away_until = NULL;
	return VH_OK;
}

/* A last day: today unless said, not before the move-in and not to come. */
static enum vh_rc last_day(struct ctx *cx, struct run *r, const char *field)
{
	int32_t today = day_of(cx->now, r->at.hotel.zone_min), since;
	if (r->day == DAY_NONE)
		r->day = today;
	if (day_parse(r->s.since, &since) != VH_OK || r->day < since)
		return ctx_fail(cx, VH_INVALID, "date", field,
		                "the move-out lies before the move-in (%s)", r->s.since);
	if (r->day > today)
		return ctx_fail(
			cx, VH_INVALID, "date", field,
			"this day is still to come: file it on the day, or set the end");
	return VH_OK;
}

static bool on_one_day(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

static enum vh_rc do_out(struct ctx *cx, struct run *r)
{
	enum vh_rc rc = last_day(cx, r, "out");
	r->s.ended_about = r->in->about;
	return rc == VH_OK ? end_on(cx, r, &r->s, r->day) : rc;
}

static enum vh_rc do_extend(struct ctx *cx, struct run *r)
{
	if (r->day != DAY_NONE && strcmp(r->day_text, r->s.since) < 0)
		return ctx_fail(cx, VH_INVALID, "date", "until",
		                "the end lies before the move-in (%s)", r->s.since);
	if (r->day != DAY_NONE && r->day < day_of(cx->now, r->at.hotel.zone_min))
		return ctx_fail(cx, VH_INVALID, "date", "until",
		                "that day is past: who has left, moves out");
	const char *until = r->day == DAY_NONE ? NULL : r->day_text;
	if (on_one_day(until, r->s.until) || (!until && !r->s.until))
		return ctx_fail(cx, VH_CONFLICT, "nothing_changed", "until",
		                "this is the end that it has already");
	r->s.until = until;
	return VH_OK;
}

static enum vh_rc do_away(struct ctx *cx, struct run *r)
{
	if (r->day == DAY_NONE)
		return ctx_fail(cx, VH_INVALID, "date", "until", "until when is missing");
	if (r->day < day_of(cx->now, r->at.hotel.zone_min))
		return ctx_fail(cx, VH_INVALID, "date", "until", "that day is past");
	if (r->day > day_of(cx->now, r->at.hotel.zone_min) + LIM_AWAY_DAYS)
		return ctx_fail(cx, VH_INVALID, "date", "until",
		                "who stays away for over %d days moves out", LIM_AWAY_DAYS);
	if (r->s.state == STAY_AWAY && on_one_day(r->day_text, r->s.away_until))
		return ctx_fail(cx, VH_CONFLICT, "nothing_changed", "until",
		                "this is the day that it has already");
	r->s.away_until = r->day_text;
	r->s.state = STAY_AWAY;
	return VH_OK;
}

static enum vh_rc do_back(struct ctx *cx, struct run *r)
{
	(void)cx;
	r->s.away_until = NULL;
	r->s.state = r->s.verified_at ? STAY_VERIFIED : STAY_PENDING;
	return VH_OK;
}

/* End the person's current stay elsewhere, with an event of its own, because this one is the true
 * one. */
static enum vh_rc end_other(struct ctx *cx, struct run *r)
{
	struct stay other;
	struct stay_at at;
	int32_t day, since, today = day_of(cx->now, r->at.hotel.zone_min);
	enum vh_rc rc = stay_current_of(cx, r->hotel, r->s.person, &other);
	if (rc != VH_OK)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	rc = stay_place(cx, r->hotel, other.room, &at);
	if (rc == VH_OK &&
	    (day_parse(r->s.since, &day) != VH_OK || day_parse(other.since, &since) != VH_OK))
		rc = ctx_fail(cx, VH_IO, "stay", "since", "a stored day is not a day");
	if (rc == VH_OK) {
		day = day < today ? day : today;
		rc = end_on(cx, r, &other, day < since ? since : day);
	}
	if (rc == VH_OK)
		rc = stay_update(cx, &other);
	other.version++;
	if (rc == VH_OK)
		rc = stay_lease_done(cx, &other);
	return rc == VH_OK ? stay_event(cx, &at, &other, &r->p, "checked-out", "moved", r->urgent,
	                                0)
	                   : rc;
}

/* Look again: his other stay ends, and somebody may have left the full room meanwhile. */
static enum vh_rc settle_contest(struct ctx *cx, struct run *r)
{
	bool full = false;
	enum vh_rc rc = end_other(cx, r);
	if (rc == VH_OK)
		rc = stay_room_full(cx, &r->at.room, &full);
	if (rc == VH_OK && full && !r->in->anyway)
		return stay_full(cx, &r->at.room);
	return rc == VH_OK ? stay_lease(cx, &r->s) : rc;
}

static enum vh_rc do_verify(struct ctx *cx, struct run *r)
{
	enum vh_rc rc = r->s.state == STAY_CONTESTED ? settle_contest(cx, r) : VH_OK;
	r->s.state = STAY_VERIFIED;
	r->s.verified_by = cx->who->account;
	r->s.verified_at = cx->now;
	return rc;
}

static enum vh_rc do_reject(struct ctx *cx, struct run *r)
{
	(void)cx;
	r->s.state = STAY_REJECTED;
	return VH_OK;
}

static enum vh_rc do_void(struct ctx *cx, struct run *r)
{
	(void)cx;
	r->s.state = STAY_VOID;
	return VH_OK;
}

static enum vh_rc room_for(struct ctx *cx, const struct run *r, const struct stay_at *to,
                           bool *ret_full)
{
	enum vh_rc rc = stay_room_open(cx, &to->room);
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_FILE, &to->hotel, to->house.id, 0);
	if (rc == VH_OK)
		rc = stay_not_waiting(cx, r->hotel, r->s.person, to->room.id);
	if (rc == VH_OK)
		rc = stay_room_full(cx, &to->room, ret_full);
	if (rc == VH_OK && *ret_full && !r->in->anyway)
		return stay_full(cx, &to->room);
	return rc == VH_OK && *ret_full ? stay_may_contest(cx, &to->room) : rc;
}

/* The stay that follows in another room: filed now, by whoever moves him. */
static enum vh_rc next_stay(struct ctx *cx, struct run *r, const struct stay_at *to,
                            struct stay *ret)
{
	const struct stay *was = &r->s;
	char text[DAY_TEXT];
	day_format(r->day, text);
	*ret = (struct stay){ .hotel = was->hotel, .id = id_new(), .room = to->room.id,
	                      .person = was->person, .until = was->until, .lessee = was->lessee,
	                      .relation = was->relation, .employer = was->employer,
	                      .notice = to->hotel.notice_version, .filed_by = cx->who->account,
	                      .filed_at = cx->now, .version = 1 };
	ret->since = arena_dup(cx->a, text);
	if (!ret->since)
		return ctx_nomem(cx);
	if (ret->until && strcmp(ret->until, ret->since) < 0)
		ret->until = NULL;
	enum vh_rc rc = deadline_of(cx, &to->hotel, r->p.foreigner, "in", r->day, &ret->due,
	                            &r->urgent);
	ret->late = ret->due && cx->now > ret->due;
	return rc;
}

static enum vh_rc leave_old(struct ctx *cx, struct run *r)
{
	enum vh_rc rc = end_on(cx, r, &r->s, r->day);
	if (rc == VH_OK)
		rc = stay_update(cx, &r->s);
	r->s.version++;
	if (rc == VH_OK)
		rc = stay_lease_done(cx, &r->s);
	return rc == VH_OK ? stay_event(cx, &r->at, &r->s, &r->p, "checked-out", "moved",
	                                r->urgent, 0)
	                   : rc;
}

/*
 * A stay is one room from a day to a day: moving ends it and begins the next, in one transaction,
 * both told. Into a full room (anyway) the next one is contested and the old one stays until
 * verify.
 */
static enum vh_rc do_move(struct ctx *cx, struct run *r)
{
	struct stay_at to;
	struct stay new;
	bool full = false;
	enum vh_rc rc = stay_place(cx, r->hotel, r->in->room, &to);
	if (rc == VH_OK && to.room.id == r->s.room)
		return ctx_fail(cx, VH_CONFLICT, "same_room", "room",
		                "this person lives in this room already");
	if (rc == VH_OK)
		rc = room_for(cx, r, &to, &full);
	if (rc == VH_OK)
		rc = last_day(cx, r, "since");
	if (rc == VH_OK)
		rc = next_stay(cx, r, &to, &new);
	if (rc == VH_OK && !full)
		rc = leave_old(cx, r);
	if (rc != VH_OK)
		return rc;
	new.contest = full ? "room_full" : NULL;
	stay_first_state(cx, &new);
	if (!full)
		rc = stay_lease(cx, &new);
	if (rc == VH_OK)
		rc = stay_insert(cx, &new);
	if (rc == VH_OK && full)
		rc = stay_task(cx, &new, "room_over");
	r->event = full ? "checked-in" : r->event;
	r->at = to;
	r->s = new;
	return rc;
}

static const char *or_old(const char *new, const char *old)
{
	return new ? new : old;
}

/* What is not amended stays as it is; the whole person is checked again, as if he were filed
 * now. */
static enum vh_rc amended(struct ctx *cx, const struct run *r, struct person *p)
{
	const struct stay_change *c = r->in;
	struct person_in f;
	int32_t today = day_of(cx->now, r->at.hotel.zone_min);
	enum vh_rc rc = person_take(cx, or_old(c->name, p->name), or_old(c->doc_type, p->doc_type),
	                            or_old(c->doc_no, p->doc_no), or_old(c->phone, p->phone),
	                            or_old(c->home, p->home), today, &f);
	if (rc == VH_OK && f.doc.kind == DOC_NONE && !p->guardian)
		return ctx_fail(cx, VH_INVALID, "guardian", "doc_type",
		                "somebody without a document needs a guardian");
	if (rc != VH_OK)
		return rc;
	p->name = f.name;
	p->doc_type = doc_kind_name(f.doc.kind);
	p->doc_no = *f.doc.no ? arena_dup(cx->a, f.doc.no) : NULL;
	p->phone = f.phone;
	p->home = f.home;
	p->foreigner = f.doc.foreigner;
	p->sex = f.doc.sex ? f.doc.sex : p->sex;
	return arena_failed(cx->a) ? ctx_nomem(cx) : VH_OK;
}

static bool same_text(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

static bool same_document(const struct person *a, const struct person *b)
{
	return !strcmp(a->doc_type, b->doc_type) && same_text(a->doc_no, b->doc_no);
}

static bool same_identity(const struct person *a, const struct person *b)
{
	return !strcmp(a->name, b->name) && same_document(a, b);
}

/* The same mistake before or after a move, by the same hand, and looked at by nobody. */
static bool goes_on(const struct stay *a, const struct stay *b)
{
	return a->filed_by == b->filed_by && !a->verified_at &&
	       (on_one_day(a->ended, b->since) || on_one_day(b->ended, a->since));
}

static bool is_another(const struct stay *s, const struct stay *of)
{
	return s->id != of->id && s->state != STAY_VOID && s->state != STAY_REJECTED &&
	       !goes_on(s, of);
}

/*
 * Who somebody is stands in one row for all his stays. When a stay was filed under a number that
 * belongs to somebody else, an amendment must not make a stranger of him: his other stays, his
 * account and what he reads about himself would be the stranger's. The stay is then taken back and
 * filed anew. A name is corrected by who may verify; a number only where the row is this stay's.
 */
static enum vh_rc not_shared(struct ctx *cx, struct run *r, const struct person *was)
{
	bool verifies = role_reach(cx->who->role, ACT_VERIFY) != REACH_NO;
	bool shared = false;
	struct stay *list = NULL;
	struct grant *bound = NULL;
	if (same_identity(was, &r->p) || (verifies && same_document(was, &r->p)))
		return VH_OK;
	enum vh_rc rc = stay_list_person(cx, r->hotel, r->s.person, &list);
	for (const struct stay *s = list; s; s = s->next)
		shared = shared || is_another(s, &r->s);
	if (rc == VH_OK && !verifies)
		rc = grant_of_person(cx, r->hotel, r->s.person, &bound);
	r->told = rc == VH_OK && shared ? r->s.person : 0;
	if (rc == VH_OK && (shared || bound))
		return ctx_fail(cx, VH_CONFLICT, "person_shared", "doc_no",
		                "this person has other registrations: take this one back and file "
		                "it under the right number");
	return rc;
}

/* Who he is, and since when, was verified; changed by somebody who may not verify, it has to be
 * looked at again. */
static void unverify(const struct ctx *cx, struct stay *s)
{
	if (role_reach(cx->who->role, ACT_VERIFY) != REACH_NO)
		return;
	s->verified_by = s->verified_at = 0;
	if (s->state == STAY_VERIFIED)
		s->state = STAY_PENDING;
}

static bool names_person(const struct stay_change *c)
{
	return c->name || c->doc_type || c->doc_no || c->phone || c->home;
}

/* Whom an account hangs on says himself, or the desk does, where he is reached. */
static enum vh_rc not_his_phone(struct ctx *cx, const struct run *r, const struct person *was)
{
	struct grant *bound = NULL;
	if (role_reach(cx->who->role, ACT_VERIFY) != REACH_NO || same_text(was->phone, r->p.phone))
		return VH_OK;
	enum vh_rc rc = grant_of_person(cx, r->hotel, r->s.person, &bound);
	if (rc == VH_OK && bound)
		return ctx_fail(cx, VH_CONFLICT, "person_bound", "phone",
		                "this person has an account: the desk amends the telephone");
	return rc;
}

/* Who lives elsewhere by a filing that counts is not rewritten by one that does not. */
static enum vh_rc not_elsewhere(struct ctx *cx, const struct run *r)
{
	struct stay other;
	enum vh_rc rc = stay_current_of(cx, r->hotel, r->s.person, &other);
	if (rc == VH_NOTFOUND)
		return VH_OK;
	return rc == VH_OK && other.id != r->s.id
	               ? actor_may(cx, ACT_VERIFY, &r->at.hotel, r->at.house.id, r->s.person)
	               : rc;
}

static enum vh_rc amend_person(struct ctx *cx, struct run *r)
{
	struct hotel_keys k;
	struct person had;
	if (!names_person(r->in))
		return VH_OK;
	const struct person was = r->p;
	enum vh_rc rc = not_elsewhere(cx, r);
	if (rc == VH_OK)
		rc = amended(cx, r, &r->p);
	if (rc == VH_OK)
		rc = not_shared(cx, r, &was);
	if (rc == VH_OK)
		rc = not_his_phone(cx, r, &was);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, r->hotel, &k);
	if (rc != VH_OK)
		return rc;
	if (!same_identity(&was, &r->p))
		unverify(cx, &r->s);
	rc = person_seal(cx, &k, &r->p);
	wipe(&k, sizeof k);
	if (rc == VH_OK && r->p.doc_idx.p) {
		rc = person_by_doc(cx, r->hotel, r->p.doc_idx, &had);
		r->told = rc == VH_OK && had.id != r->p.id ? had.id : 0;
		if (r->told)
			return ctx_fail(cx, VH_CONFLICT, "doc_taken", "doc_no",
			                "somebody else is registered under this number");
		rc = rc == VH_NOTFOUND ? VH_OK : rc;
	}
	if (rc == VH_OK)
		rc = person_update(cx, &r->p);
	r->p.version++;
	return rc;
}

static enum vh_rc amend_since(struct ctx *cx, struct run *r)
{
	char text[DAY_TEXT];
	int32_t since;
	enum vh_rc rc = day_take(cx, "since", r->in->since, false, &since);
	if (rc != VH_OK || since == DAY_NONE)
		return rc;
	day_format(since, text);
	if (since > day_of(cx->now, r->at.hotel.zone_min) + FUTURE_DAYS ||
	    (r->s.until && strcmp(r->s.until, text) < 0) ||
	    (r->s.ended && strcmp(r->s.ended, text) < 0))
		return ctx_fail(cx, VH_INVALID, "date", "since",
		                "this move-in does not fit the stay's end");
	r->s.since = arena_dup(cx->a, text);
	return r->s.since ? VH_OK : ctx_nomem(cx);
}

/* When the filing was due follows from the day and from who he is, seen from when it was filed. */
static enum vh_rc amend_due(struct ctx *cx, struct run *r)
{
	int32_t since;
	int64_t now = cx->now;
	/* What a ledger brought is not judged (stay_in.c), nor when it is amended. */
	bool judged = r->s.late || !r->s.due || r->s.filed_at <= r->s.due;
	if (day_parse(r->s.since, &since) != VH_OK)
		return ctx_fail(cx, VH_IO, "stay", "since", "a stored day is not a day");
	cx->now = r->s.filed_at;
	enum vh_rc rc = deadline_of(cx, &r->at.hotel, r->p.foreigner, "in", since, &r->s.due,
	                            &r->urgent);
	cx->now = now;
	/* A landlord's other day does not make his late filing one in time. */
	if (!r->s.late || role_reach(cx->who->role, ACT_VERIFY) != REACH_NO)
		r->s.late = judged && r->s.due && r->s.filed_at > r->s.due;
	return rc;
}

static enum vh_rc amend_words(struct ctx *cx, struct run *r)
{
	enum vh_rc rc = VH_OK;
	/* He may live at another landlord's by now. */
	if (r->s.state == STAY_ENDED)
		rc = actor_may(cx, ACT_VERIFY, &r->at.hotel, r->at.house.id, r->s.person);
	/* The days first: a day that fits nothing must not ask whether a number is known. */
	if (rc == VH_OK)
		rc = amend_since(cx, r);
	return rc == VH_OK ? amend_person(cx, r) : rc;
}

static enum vh_rc do_amend(struct ctx *cx, struct run *r)
{
	const struct stay had = r->s;
	const struct person was = r->p;
	enum vh_rc rc = amend_words(cx, r);
	if (rc == VH_OK && strcmp(had.since, r->s.since) != 0)
		unverify(cx, &r->s);
	if (rc == VH_OK && (strcmp(had.since, r->s.since) != 0 || was.foreigner != r->p.foreigner))
		rc = amend_due(cx, r);
	if (rc == VH_OK && r->in->employer)
		rc = employer_take(cx, r->hotel, r->in->employer, &r->s.employer);
	if (rc != VH_OK)
		return rc;
	r->changed = remark_changes(&was, &r->p, &had, &r->s);
	if (!r->changed && !r->in->remark)
		return ctx_fail(cx, VH_CONFLICT, "nothing_changed", "name",
		                "all of this is registered so already");
	/* Which answer goes up is the desk's to say. */
	return r->in->remark ? actor_may(cx, ACT_VERIFY, &r->at.hotel, r->at.house.id, r->s.person)
	                     : VH_OK;
}

static const struct verb {
	const char *name, *event;
	enum act act;
	unsigned from; /* states */
	bool needs_reason;
	bool tenant; /* of his own stay; the rest is the landlord's and the desk's */
	verb_fn *fn;
} verbs[SV__MAX] = {
	[SV_OUT] = { "out", "checked-out", ACT_FILE, CURRENT | IN(STAY_CONTESTED), false, true,
	             do_out },
	[SV_EXTEND] = { "extend", "extended", ACT_FILE, CURRENT, false, true, do_extend },
	[SV_MOVE] = { "move", "moved", ACT_FILE, CURRENT, false, false, do_move },
	[SV_AWAY] = { "away", "away", ACT_FILE, CURRENT, false, true, do_away },
	[SV_BACK] = { "back", "back", ACT_FILE, IN(STAY_AWAY), false, true, do_back },
	[SV_VERIFY] = { "verify", "verified", ACT_VERIFY, IN(STAY_PENDING) | IN(STAY_CONTESTED),
	                false, false, do_verify },
	[SV_REJECT] = { "reject", "rejected", ACT_VERIFY, IN(STAY_PENDING) | IN(STAY_CONTESTED),
	                true, false, do_reject },
	[SV_VOID] = { "void", "voided", ACT_VERIFY,
	              CURRENT | IN(STAY_CONTESTED) | IN(STAY_ENDED) | IN(STAY_REJECTED), true,
	              false, do_void },
	[SV_AMEND] = { "amend", "amended", ACT_FILE, CURRENT | IN(STAY_CONTESTED) | IN(STAY_ENDED),
	               false, false, do_amend },
};

const char *stay_verb_name(enum stay_verb v)
{
	return verbs[v].name;
}

enum stay_verb stay_verb_of(const char *name)
{
	for (int v = 0; name && v < SV__MAX; v++) {
		if (!strcmp(name, verbs[v].name))
			return (enum stay_verb)v;
	}
	return SV__MAX;
}

enum act stay_verb_act(enum stay_verb v)
{
	return verbs[v].act;
}

bool stay_verb_tenant(enum stay_verb v)
{
	return verbs[v].tenant;
}

bool stay_verb_fits(enum stay_verb v, enum stay_state s)
{
	return IN(s) & verbs[v].from;
}

/* A tenant acts about himself, everybody else about the house. */
static enum vh_rc load(struct ctx *cx, struct run *r, const struct verb *v)
{
	struct hotel_keys k;
	enum vh_rc rc = stay_get(cx, r->hotel, r->id, &r->s);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "stay", "there is no such stay here");
	if (rc == VH_OK)
		rc = stay_place(cx, r->hotel, r->s.room, &r->at);
	if (rc == VH_OK)
		rc = actor_may(cx, v->act, &r->at.hotel, r->at.house.id, r->s.person);
	if (rc == VH_OK && cx->who->role == ROLE_TENANT && !v->tenant)
		return ctx_fail(cx, VH_DENIED, "role", "", "ask the landlord or the desk for this");
	if (rc != VH_OK)
		return rc;
	if (!stay_verb_fits(r->in->verb, r->s.state))
		return ctx_fail(cx, VH_CONFLICT, "stay_state", "stay",
		                "a stay that is %s cannot be: %s", stay_state_name(r->s.state),
		                v->name);
	/* Each change is an event for ever, and read again by whoever opens the stay. */
	if (r->in->verb != SV_OUT && r->s.version >= LIM_STAY_CHANGES &&
	    role_reach(cx->who->role, ACT_VERIFY) == REACH_NO)
		return ctx_fail(cx, VH_LIMIT, "stay_changes", "stay",
		                "this stay was changed %d times: ask the desk", LIM_STAY_CHANGES);
	rc = person_get(cx, r->hotel, r->s.person, &r->p);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, r->hotel, &k);
	if (rc != VH_OK)
		return rc;
	rc = person_open(cx, &k, &r->p);
	wipe(&k, sizeof k);
	return rc;
}

/* An amendment takes the place of what the upstream refused, so that later events of the person can
 * go. */
static enum vh_rc supersede(struct ctx *cx, struct run *r)
{
	struct event *list = NULL;
	const char *subject = arena_printf(cx->a, "stays/%lld", (long long)r->s.id);
	if (!subject)
		return ctx_nomem(cx);
	enum vh_rc rc = event_of_subject(cx, r->hotel, subject, &list);
	for (struct event *e = list; rc == VH_OK && e; e = e->next) {
		struct delivery *sent = NULL;
		rc = delivery_of_event(cx, r->hotel, e->id, &sent);
		for (struct delivery *d = sent; rc == VH_OK && d; d = d->next) {
			if (strcmp(d->state, "rejected") != 0)
				continue;
			r->supersedes = e->id;
			d->state = "superseded";
			rc = delivery_update(cx, d);
		}
	}
	return rc;
}

static enum vh_rc told(struct ctx *cx, struct run *r)
{
	bool amend = r->in->verb == SV_AMEND;
	enum vh_rc rc = amend ? supersede(cx, r) : VH_OK;
	if (rc == VH_OK)
		rc = stay_event(cx, &r->at, &r->s, &r->p, r->event, r->reason, r->urgent,
		                r->supersedes);
	return rc == VH_OK && amend ? remark_amended(cx, &r->s, r->changed, r->in->remark) : rc;
}

static enum vh_rc step(struct ctx *cx, void *arg)
{
	struct run *r = arg;
	const struct verb *v = &verbs[r->in->verb];
	enum vh_rc rc = load(cx, r, v);
	if (rc != VH_OK)
		return rc;
	r->was = r->s.state;
	r->told = 0;
	r->event = v->event;
	r->supersedes = 0;
	r->urgent = false;
	rc = v->fn(cx, r);
	if (rc != VH_OK)
		return rc;
	r->s.reason = r->reason ? r->reason : r->s.reason;
	if (r->s.state != STAY_CONTESTED)
		r->s.contest = NULL;
	if (r->in->verb != SV_MOVE) { /* which has written both of its stays */
		rc = stay_update(cx, &r->s);
		if (rc == VH_CONFLICT && !cx->err.n)
			return ctx_fail(cx, rc, "changed", "stay",
			                "somebody changed this stay just now: look again");
		r->s.version++;
	}
	if (rc == VH_OK && !stay_is_current(r->s.state))
		rc = stay_lease_done(cx, &r->s);
	if (rc == VH_OK && r->was == STAY_CONTESTED)
		rc = task_close_stay(cx, r->hotel, r->s.id, cx->now);
	if (rc == VH_OK)
		rc = told(cx, r);
	r->done = (struct stay_done){ r->s.id, r->s.person, r->s.state, r->s.due, r->s.late, 0 };
	return rc;
}

static enum vh_rc again_step(struct ctx *cx, void *arg)
{
	struct run *r = arg;
	return stay_done_again(cx, r->hotel, &r->done);
}

static enum vh_rc check(struct ctx *cx, const struct stay_change *c, struct run *r)
{
	static const char *const day_field[SV__MAX] = { [SV_OUT] = "out", [SV_MOVE] = "since" };
	const struct verb *v = &verbs[c->verb];
	const char *field = day_field[c->verb] ? day_field[c->verb] : "until";
	char text[DAY_TEXT];
	enum vh_rc rc = text_take(cx, "reason", c->reason, LIM_TEXT, v->needs_reason, &r->reason);
	if (rc == VH_OK)
		rc = day_take(cx, field, c->day, false, &r->day);
	if (rc != VH_OK || r->day == DAY_NONE)
		return rc;
	day_format(r->day, text);
	r->day_text = arena_dup(cx->a, text);
	return r->day_text ? VH_OK : ctx_nomem(cx);
}

enum vh_rc stay_change(struct ctx *cx, int64_t hotel, int64_t stay, const struct stay_change *c,
                       struct stay_done *ret)
{
	struct run *r = arena_alloc(cx->a, sizeof *r);
	if (!r)
		return ctx_nomem(cx);
	*r = (struct run){ .hotel = hotel, .id = stay, .in = c };
	enum vh_rc rc = check(cx, c, r);
	if (rc == VH_OK)
		rc = core_answer(cx, step, again_step, r, &r->done.id);
	if (rc == VH_OK)
		*ret = r->done;
	return access_told(cx, hotel, r->told, "already_in", rc);
}
