#include "dispute_data.h"

#include <string.h>

#include "look_data.h"
#include "stay_data.h"
#include "task_data.h"
#include "vh/access.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/json.h"
#include "vh/limits.h"

static const char *const kinds[] = { "still_here", "wrong", "not_me" };

static bool still_here(const struct dispute *d)
{
	return !strcmp(d->kind, kinds[0]);
}

struct filing {
	const struct dispute_new *in;
	const char *words;
	struct stay_at at;
	struct stay s;
	struct person p;
	struct dispute d;
	int64_t told; /* of whom the refusal says that he is registered elsewhere; or 0 */
};

/* He himself; or somebody who may verify, on his behalf. That he was moved out by mistake, the
 * landlord too, who tapped it. */
static enum vh_rc may_file(struct ctx *cx, const struct filing *f)
{
	enum role r = cx->who ? cx->who->role : ROLE_NONE;
	enum act act = role_reach(r, ACT_ME) == REACH_OWN ? ACT_ME : ACT_VERIFY;
	if (r == ROLE_LANDLORD && !strcmp(f->in->kind, kinds[0]))
		act = ACT_FILE;
	return actor_may(cx, act, &f->at.hotel, f->at.house.id, f->s.person);
}

static enum vh_rc load(struct ctx *cx, struct filing *f)
{
	struct dispute had;
	enum vh_rc rc = stay_get(cx, f->in->hotel, f->in->stay, &f->s);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "stay", "there is no such stay here");
	if (rc == VH_OK)
		rc = stay_place(cx, f->in->hotel, f->s.room, &f->at);
	if (rc == VH_OK)
		rc = may_file(cx, f);
	if (rc == VH_OK)
		rc = person_get(cx, f->in->hotel, f->s.person, &f->p);
	if (rc != VH_OK)
		return rc;
	rc = dispute_of_stay(cx, f->in->hotel, f->s.id, &had);
	if (rc == VH_OK)
		return ctx_fail(cx, VH_CONFLICT, "dispute_open", "stay",
		                "this is in dispute already");
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

bool stay_reopens(const struct stay *s, int32_t today)
{
	int32_t ended;
	return s->state == STAY_ENDED && s->ended && day_parse(s->ended, &ended) == VH_OK &&
	       today - ended <= LIM_REOPEN_DAYS;
}

static enum vh_rc may_reopen(struct ctx *cx, struct filing *f)
{
	struct stay other;
	if (f->s.state != STAY_ENDED)
		return ctx_fail(cx, VH_CONFLICT, "stay_state", "stay",
		                "a stay that is %s was not moved out",
		                stay_state_name(f->s.state));
	if (!stay_reopens(&f->s, day_of(cx->now, f->at.hotel.zone_min)))
		return ctx_fail(cx, VH_CONFLICT, "stay_state", "stay",
		                "that is over %d days ago: see the desk", LIM_REOPEN_DAYS);
	if (!strcmp(f->at.room.letting, "closed"))
		return ctx_fail(cx, VH_CONFLICT, "room_shut", "room", "room %s was closed",
		                f->at.room.no);
	enum vh_rc rc = stay_current_of(cx, f->s.hotel, f->s.person, &other);
	f->told = rc == VH_OK ? f->s.person : 0;
	if (rc == VH_OK)
		return ctx_fail(cx, VH_CONFLICT, "already_in", "stay",
		                "this person is registered in another room of this hotel");
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

/* The lease he had goes on; if he had none, he gets one. */
static enum vh_rc lease_again(struct ctx *cx, struct stay *s)
{
	struct lease l;
	enum vh_rc rc = s->lease ? lease_get(cx, s->hotel, s->lease, &l) : VH_NOTFOUND;
	if (rc == VH_NOTFOUND)
		return stay_lease(cx, s);
	if (rc != VH_OK || !strcmp(l.state, "open"))
		return rc;
	l.state = "open";
	l.until = s->until;
	return lease_update(cx, &l);
}

/* The same stay goes on as if it had not been ended: no day is lost. Whether it is true is for an
 * officer to see, so nobody has verified it now. */
static enum vh_rc reopen(struct ctx *cx, struct filing *f)
{
	bool full = false;
	struct stay *s = &f->s;
	enum vh_rc rc = may_reopen(cx, f);
	if (rc == VH_OK)
		rc = stay_room_full(cx, &f->at.room, &full);
	if (rc != VH_OK)
		return rc;
	f->d.was_ended = s->ended;
	s->ended = NULL;
	s->ended_about = false;
	s->out_due = 0;
	s->out_late = false;
	s->verified_by = s->verified_at = 0;
	s->state = full ? STAY_CONTESTED : STAY_PENDING;
	s->contest = full ? "room_full" : NULL;
	if (!full)
		rc = lease_again(cx, s);
	if (rc == VH_OK)
		rc = stay_update(cx, s);
	s->version++;
	return rc;
}

static enum vh_rc event(struct ctx *cx, const struct hotel *h, const struct dispute *d,
                        const char *type)
{
	struct buf b;
	buf_init(&b, LIM_PAYLOAD);
	buf_puts(&b, "{\"hotel\":{\"code\":");
	json_quote(&b, h->area);
	buf_printf(&b, "},\"dispute\":{\"id\":\"%lld\",\"stay\":\"%lld\"", (long long)d->id,
	           (long long)d->stay);
	buf_printf(&b, ",\"kind\":\"%s\",\"state\":\"%s\"}}", d->kind, d->state);
	struct deed deed = { .hotel = h->id, .type = type, .subject = "disputes", .id = d->id,
	                     .part = d->person, .data = buf_str(&b) };
	enum vh_rc rc = buf_ok(&b) ? journal_add(cx, &deed, NULL) : ctx_nomem(cx);
	buf_done(&b);
	return rc;
}

static enum vh_rc write_down(struct ctx *cx, struct filing *f)
{
	struct hotel_keys k;
	struct place at = { "dispute", "words", f->d.hotel, f->d.id };
	bool urgent;
	struct task t = { .hotel = f->d.hotel, .kind = f->d.kind, .stay = f->s.id,
	                  .room = f->s.room };
	enum vh_rc rc = hotel_keys_of(cx, f->d.hotel, &k);
	if (rc == VH_OK)
		rc = seal_text(cx->a, &k.data, &at, f->words, &f->d.words);
	wipe(&k, sizeof k);
	rc = seal_words(cx, rc);
	if (rc == VH_OK)
		rc = dispute_insert(cx, &f->d);
	if (rc == VH_OK)
		rc = deadline_of(cx, &f->at.hotel, f->p.foreigner, "in",
		                 day_of(cx->now, f->at.hotel.zone_min), &t.due, &urgent);
	if (rc == VH_OK)
		rc = task_begin(cx, &t, false);
	return rc == VH_OK ? event(cx, &f->at.hotel, &f->d, "dispute.opened") : rc;
}

static enum vh_rc file_step(struct ctx *cx, void *arg)
{
	struct filing *f = arg;
	enum vh_rc rc = load(cx, f);
	if (rc != VH_OK)
		return rc;
	f->d = (struct dispute){ .hotel = f->s.hotel, .id = id_new(), .stay = f->s.id,
	                         .person = f->s.person, .kind = f->in->kind, .state = "open",
	                         .by = cx->who->account, .at = cx->now };
	bool again = still_here(&f->d);
	if (again)
		rc = reopen(cx, f);
	if (rc == VH_OK)
		rc = write_down(cx, f);
	return rc == VH_OK && again ? stay_event(cx, &f->at, &f->s, &f->p, "reopened", "still_here",
	                                         false, 0)
	                            : rc;
}

enum vh_rc dispute_file(struct ctx *cx, const struct dispute_new *n, int64_t *ret_id)
{
	struct filing *f = arena_alloc(cx->a, sizeof *f);
	bool known = false;
	if (!f)
		return ctx_nomem(cx);
	*f = (struct filing){ .in = n };
	for (size_t i = 0; n->kind && i < sizeof kinds / sizeof *kinds; i++)
		known = known || !strcmp(n->kind, kinds[i]);
	if (!known)
		return ctx_fail(cx, VH_INVALID, "kind", "kind",
		                "the kind is still_here, wrong or not_me");
	enum vh_rc rc = text_take(cx, "words", n->words, LIM_TEXT, strcmp(n->kind, kinds[0]) != 0,
	                          &f->words);
	if (rc == VH_OK)
		rc = core_write(cx, file_step, f, &f->d.id);
	if (rc == VH_OK)
		*ret_id = f->d.id;
	return access_told(cx, n->hotel, f->told, "asked_back", rc);
}

/* Closed with its task and event. */
static enum vh_rc settle(struct ctx *cx, struct dispute *d, bool upheld, const char *reason,
                         int64_t room)
{
	struct hotel h;
	struct task *tasks = NULL;
	d->state = upheld ? "upheld" : "refused";
	d->settled_by = cx->who ? cx->who->account : 0;
	d->settled_at = cx->now;
	d->reason = reason;
	enum vh_rc rc = dispute_close(cx, d);
	if (rc == VH_OK)
		rc = task_list_room(cx, d->hotel, room, &tasks);
	for (struct task *t = tasks; rc == VH_OK && t; t = t->next) {
		if (t->stay == d->stay && !strcmp(t->kind, d->kind))
			rc = task_end(cx, t, d->state);
	}
	if (rc == VH_OK)
		rc = hotel_get(cx, d->hotel, &h);
	return rc == VH_OK ? event(cx, &h, d, "dispute.settled") : rc;
}

enum vh_rc dispute_follow(struct ctx *cx, const struct stay *s)
{
	struct dispute d;
	bool over = !stay_is_current(s->state) && s->state != STAY_CONTESTED;
	if (s->state != STAY_VERIFIED && !over)
		return VH_OK;
	enum vh_rc rc = dispute_of_stay(cx, s->hotel, s->id, &d);
	if (rc == VH_NOTFOUND || (rc == VH_OK && !still_here(&d)))
		return VH_OK;
	return rc == VH_OK ? settle(cx, &d, !over, NULL, s->room) : rc;
}

struct settling {
	int64_t hotel, id;
	bool upheld;
	const char *reason;
};

/* What the decision makes of the stay that was reopened. */
static enum vh_rc decide(struct ctx *cx, const struct settling *g, const struct dispute *d,
                         const struct stay *s)
{
	struct stay_change c = { .verb = g->upheld ? SV_VERIFY : SV_OUT, .reason = g->reason };
	struct stay_done done;
	bool waits = s->state == STAY_PENDING || s->state == STAY_CONTESTED;
	if (!still_here(d) || (g->upheld && !waits) ||
	    (!g->upheld && !waits && !stay_is_current(s->state)))
		return VH_OK;
	if (!g->upheld)
		c.day = d->was_ended;
	c.anyway = true;
	return stay_change(cx, s->hotel, s->id, &c, &done);
}

static enum vh_rc settle_step(struct ctx *cx, void *arg)
{
	const struct settling *g = arg;
	struct dispute d;
	struct stay s;
	struct stay_at at;
	enum vh_rc rc = dispute_get(cx, g->hotel, g->id, &d);
	if (rc == VH_OK)
		rc = stay_get(cx, g->hotel, d.stay, &s);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "dispute", "there is no such dispute here");
	if (rc == VH_OK)
		rc = stay_place(cx, g->hotel, s.room, &at);
	if (rc == VH_OK)
		rc = actor_may(cx, ACT_VERIFY, &at.hotel, at.house.id, s.person);
	if (rc == VH_OK && strcmp(d.state, "open") != 0)
		return ctx_fail(cx, VH_CONFLICT, "dispute_settled", "dispute",
		                "this dispute was %s", d.state);
	if (rc == VH_OK)
		rc = settle(cx, &d, g->upheld, g->reason, s.room);
	return rc == VH_OK ? decide(cx, g, &d, &s) : rc;
}

enum vh_rc dispute_settle(struct ctx *cx, int64_t hotel, int64_t dispute, bool upheld,
                          const char *reason)
{
	struct settling g = { .hotel = hotel, .id = dispute, .upheld = upheld };
	enum vh_rc rc = text_take(cx, "reason", reason, LIM_TEXT, !upheld, &g.reason);
	return rc == VH_OK ? core_write(cx, settle_step, &g, &g.id) : rc;
}

struct listing {
	const struct hotel *h;
	int64_t after, n;
	struct dispute_look *list;
	struct person *people; /* of the list, in its order */
};

static enum vh_rc add(struct ctx *cx, const struct dispute *d, struct dispute_look ***tail)
{
	struct dispute_look *l = arena_alloc(cx->a, sizeof *l);
	if (!l)
		return ctx_nomem(cx);
	l->row = *d;
	l->row.next = NULL;
	enum vh_rc rc = stay_get(cx, d->hotel, d->stay, &l->stay);
	if (rc == VH_OK)
		rc = room_get(cx, d->hotel, l->stay.room, &l->room);
	if (rc == VH_OK)
		rc = house_get(cx, d->hotel, l->room.house, &l->house);
	**tail = l;
	*tail = &l->next;
	return rc;
}

/* Who he is stays sealed until his access row is written. */
static enum vh_rc people(struct ctx *cx, struct listing *g)
{
	struct person **tail = &g->people;
	enum vh_rc rc = VH_OK;
	*tail = NULL;
	for (const struct dispute_look *l = g->list; rc == VH_OK && l; l = l->next) {
		struct person *p = arena_alloc(cx->a, sizeof *p);
		if (!p)
			return ctx_nomem(cx);
		rc = person_get(cx, l->row.hotel, l->row.person, p);
		*tail = p;
		tail = &p->next;
	}
	*tail = NULL;
	return rc;
}

static enum vh_rc open_step(struct ctx *cx, void *arg)
{
	struct listing *g = arg;
	struct dispute *rows = NULL;
	struct dispute_look **tail = &g->list;
	g->list = NULL;
	enum vh_rc rc = actor_may(cx, ACT_VERIFY, g->h, 0, 0);
	if (rc == VH_OK)
		rc = dispute_page_open(cx, g->h->id, g->after, g->n, &rows);
	for (const struct dispute *d = rows; rc == VH_OK && d; d = d->next)
		rc = add(cx, d, &tail);
	return rc == VH_OK ? people(cx, g) : rc;
}

static enum vh_rc mine_step(struct ctx *cx, void *arg)
{
	struct listing *g = arg;
	struct dispute_look **tail = &g->list;
	enum vh_rc rc = VH_OK;
	g->list = NULL;
	if (!cx->who || cx->who->role != ROLE_TENANT)
		return actor_may(cx, ACT_ME, g->h, 0, 0);
	for (const struct grant *t = cx->who->grants; rc == VH_OK && t; t = t->next) {
		struct dispute *rows = NULL;
		if (t->hotel != g->h->id || !t->person)
			continue;
		rc = dispute_of_person(cx, t->hotel, t->person, &rows);
		for (const struct dispute *d = rows; rc == VH_OK && d; d = d->next)
			rc = add(cx, d, &tail);
	}
	return rc;
}

/* The words come out last; the sealed ones do not travel. */
static enum vh_rc words(struct ctx *cx, const struct hotel *h, struct dispute_look *list)
{
	struct hotel_keys k;
	enum vh_rc rc = hotel_keys_of(cx, h->id, &k);
	for (struct dispute_look *l = list; rc == VH_OK && l; l = l->next) {
		struct place at = { "dispute", "words", h->id, l->row.id };
		char *text = NULL;
		rc = open_text(cx->a, &k.data, &at, l->row.words, &text);
		l->words = text;
		l->row.words = (struct blob){ 0 };
	}
	wipe(&k, sizeof k);
	return seal_words(cx, rc);
}

static enum vh_rc note(struct ctx *cx, const struct hotel *h, const struct dispute_look *list)
{
	size_t n = 0;
	const char *shown = fields_shown(cx, false, false);
	const char *fields = shown ? arena_printf(cx->a, "dispute,%s", shown) : NULL;
	for (const struct dispute_look *l = list; l; l = l->next)
		n++;
	int64_t *person = arena_array(cx->a, n + 1, sizeof *person);
	if (!person || !fields)
		return ctx_nomem(cx);
	n = 0;
	for (const struct dispute_look *l = list; l; l = l->next)
		person[n++] = l->row.person;
	return access_note(cx, h->id, person, n, fields, "disputes");
}

static enum vh_rc names(struct ctx *cx, const struct hotel *h, struct listing *g)
{
	struct hotel_keys k;
	struct person *p = g->people;
	enum vh_rc rc = hotel_keys_of(cx, h->id, &k);
	for (struct dispute_look *l = g->list; rc == VH_OK && l && p; l = l->next, p = p->next)
		rc = person_show(cx, &k, p, false, false, &l->who);
	wipe(&k, sizeof k);
	return rc;
}

enum vh_rc look_disputes(struct ctx *cx, const struct hotel *h, int64_t after, int64_t n,
                         struct dispute_look **ret)
{
	struct listing g = { .h = h, .after = after, .n = n };
	enum vh_rc rc = db_read(cx, open_step, &g);
	if (rc == VH_OK)
		rc = note(cx, h, g.list);
	if (rc == VH_OK)
		rc = names(cx, h, &g);
	if (rc == VH_OK)
		rc = words(cx, h, g.list);
	if (rc == VH_OK)
		*ret = g.list;
	return rc;
}

enum vh_rc look_my_disputes(struct ctx *cx, const struct hotel *h, struct dispute_look **ret)
{
	struct listing g = { .h = h };
	enum vh_rc rc = db_read(cx, mine_step, &g);
	if (rc == VH_OK)
		rc = words(cx, h, g.list);
	if (rc == VH_OK)
		*ret = g.list;
	return rc;
}
