/*
 * A chunk of ledger rows against the registry, inside one step. A dry run takes the same decisions
 * from the same reads and leaves out the writing, so that both say the same.
 */
#include "ledger_job.h"

#include <string.h>

#include "place_data.h"
#include "vh/limits.h"
#include "vh/store_employer.h"
#include "vh/store_people.h"
#include "vh/utf8.h"

static void add(struct notes *to, const char *code, const char *detail)
{
	if (to->n < ENTRY_NOTES)
		to->note[to->n++] = (struct ledger_note){ code, detail };
}

static void refuse(struct entry *e, const char *code, const char *detail)
{
	e->outcome = OUT_REFUSED;
	e->refused = (struct ledger_note){ code, detail };
}

/* Failures that are about the machine end the import; the others are about this row. */
static bool is_rule(enum vh_rc rc)
{
	return rc == VH_INVALID || rc == VH_CONFLICT || rc == VH_NOTFOUND;
}

/*
 * A rule said no to this row: keep its code and words as the row's, and go on. Where inner writes
 * have no savepoint of their own, the step fails and is run again with them.
 */
static enum vh_rc refused_by(struct ctx *cx, struct entry *e, enum vh_rc rc)
{
	if (!is_rule(rc) || !cx->err.n || cx->together)
		return rc;
	refuse(e, arena_dup(cx->a, err_code(&cx->err)), arena_dup(cx->a, err_text(&cx->err)));
	err_clear(&cx->err);
	return arena_failed(cx->a) ? ctx_nomem(cx) : VH_OK;
}

/* Houses and rooms */

/* Is this landlord among those of the house? */
static enum vh_rc has_landlord(struct ctx *cx, const struct job *j, int64_t house,
                               const char *name, bool *ret)
{
	struct hotel_keys k;
	struct landlord *list = NULL;
	enum vh_rc rc = landlord_of_house(cx, j->hotel.id, house, &list);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, j->hotel.id, &k);
	*ret = false;
	for (struct landlord *l = list; rc == VH_OK && l && !*ret; l = l->next) {
		rc = landlord_open(cx, &k, l);
		*ret = rc == VH_OK && l->name && !strcmp(l->name, name);
	}
	wipe(&k, sizeof k);
	return rc;
}

static enum vh_rc old_house(struct ctx *cx, const struct job *j, struct entry *e, int64_t house)
{
	struct house_new n = { .landlord = e->row.landlord, .phone = e->row.landlord_phone };
	bool known = true;
	enum vh_rc rc = VH_OK;
	if (n.landlord)
		rc = has_landlord(cx, j, house, n.landlord, &known);
	if (rc != VH_OK || known)
		return rc;
	add(&e->changed, "landlord", "the house has another landlord");
	return j->how->dry_run ? VH_OK : house_amend(cx, j->hotel.id, house, &n);
}

static enum vh_rc take_house(struct ctx *cx, struct job *j, struct entry *e)
{
	int64_t *id = &j->houses.id[e->row.house];
	struct house had;
	char *key = place_key(cx->a, e->row.address);
	if (!key)
		return ctx_nomem(cx);
	if (*id)
		return VH_OK;
	enum vh_rc rc = house_by_address(cx, j->hotel.id, key, &had);
	if (rc == VH_OK) {
		*id = had.id;
		return old_house(cx, j, e, had.id);
	}
	if (rc != VH_NOTFOUND)
		return rc;
	struct house_new n = { .address = e->row.address, .landlord = e->row.landlord,
		               .phone = e->row.landlord_phone };
	if (j->how->dry_run) {
		*id = ID_WOULD_BE;
		rc = VH_OK;
	} else {
		rc = house_add(cx, j->hotel.id, &n, id);
	}
	e->new_house = rc == VH_OK;
	return rc;
}

static enum vh_rc old_room(struct ctx *cx, const struct job *j, struct entry *e,
                           const struct room *had)
{
	struct room_new n = { 0 };
	if (e->row.area_m2 > 0 && e->row.area_m2 != had->area_m2) {
		n.area_m2 = e->row.area_m2;
		add(&e->changed, "area", "the room has another area");
	}
	if (e->row.capacity && e->row.capacity != had->capacity) {
		n.capacity = e->row.capacity;
		add(&e->changed, "capacity", "the room has another capacity");
	}
	if (j->how->dry_run || (!(n.area_m2 > 0) && !n.capacity))
		return VH_OK;
	return room_amend(cx, j->hotel.id, had->id, &n);
}

/* *ret is the room as it stands; id ID_WOULD_BE and open where a dry run would make it. */
static enum vh_rc take_room(struct ctx *cx, struct job *j, struct entry *e, struct room *ret)
{
	int64_t *id = &j->rooms.id[e->row.room], house = j->houses.id[e->row.house];
	struct room_new n = { .no = e->row.room_no, .area_m2 = e->row.area_m2,
		              .capacity = e->row.capacity };
	char *key = place_key(cx->a, e->row.room_no);
	enum vh_rc rc;
	if (!key)
		return ctx_nomem(cx);
	if (*id > 0)
		return room_get(cx, j->hotel.id, *id, ret);
	rc = house > 0 ? room_by_no(cx, j->hotel.id, house, key, ret) : VH_NOTFOUND;
	if (rc == VH_OK) {
		*id = ret->id;
		return old_room(cx, j, e, ret);
	}
	if (rc != VH_NOTFOUND)
		return rc;
	bool met = *id != 0; /* by a dry run */
	*ret = (struct room){ .id = ID_WOULD_BE, .letting = "open",
		              .capacity = n.capacity ? n.capacity : ROOM_CAPACITY };
	if (!j->how->dry_run)
		rc = room_add(cx, j->hotel.id, house, &n, &ret->id);
	else
		rc = VH_OK;
	*id = rc == VH_OK ? ret->id : 0;
	e->new_room = rc == VH_OK && !met;
	return rc;
}

/* Tenants */

/* The chunk's rows before this one: has one of them this person? And how many live in the room? */
static uint32_t look_back(const struct job *j, struct entry *e)
{
	uint32_t heads = (uint32_t)j->heads.id[e->row.room];
	for (const struct entry *b = j->e; b < e; b++) {
		if (b->outcome != OUT_NEW && b->outcome != OUT_SAME && b->outcome != OUT_ENDED)
			continue;
		bool same_room = b->row.room == e->row.room;
		heads += same_room && b->outcome == OUT_NEW;
		if (b->row.kind != e->row.kind || strcmp(b->row.doc_no, e->row.doc_no))
			continue;
		if (same_room)
			refuse(e, "duplicate", "an earlier row has this person in this room");
		else
			refuse(e, "already_in", "an earlier row has this person in another room");
	}
	return heads;
}

/* By name or alias, since clerks write either. */
static enum vh_rc works_there(struct ctx *cx, const struct stay *s, const char *name, bool *ret)
{
	struct employer e;
	char *key = utf8_fold(cx->a, name);
	if (!key)
		return ctx_nomem(cx);
	enum vh_rc rc = employer_by_key(cx, s->hotel, key, &e);
	*ret = rc == VH_OK && e.id == s->employer;
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static bool differs(const char *ledger, const char *registered)
{
	return ledger && (!registered || strcmp(ledger, registered));
}

/* What the ledger knows better about somebody who lives where it says. */
static enum vh_rc compare(struct ctx *cx, struct entry *e, const struct stay *s,
                          const struct person *p, struct stay_change *amend, bool *ret_until)
{
	const struct ledger_row *r = &e->row;
	bool works = true;
	enum vh_rc rc = r->employer ? works_there(cx, s, r->employer, &works) : VH_OK;
	if (rc != VH_OK)
		return rc;
	*ret_until = differs(r->until, s->until);
	*amend = (struct stay_change){ .verb = SV_AMEND };
	const char *until = *ret_until ? r->until : s->until;
	if (differs(r->name, p->name)) {
		amend->name = r->name;
		add(&e->changed, "name", "the name is another one");
	}
	if (differs(r->phone, p->phone)) {
		amend->phone = r->phone;
		add(&e->changed, "phone", "the phone number is another one");
	}
	if (differs(r->home, p->home)) {
		amend->home = r->home;
		add(&e->changed, "home", "the home address is another one");
	}
	if (!works) {
		amend->employer = r->employer;
		add(&e->changed, "employer", "the employer is another one");
	}
	if (differs(r->since, s->since) && (!until || strcmp(r->since, until) <= 0)) {
		amend->since = r->since;
		add(&e->changed, "since", "the move-in is another day");
	}
	if (*ret_until)
		add(&e->changed, "until", "the end is another day");
	return VH_OK;
}

/* The end and the move-in change in the order in which neither crosses the other. */
static enum vh_rc amend(struct ctx *cx, const struct stay *s, const struct ledger_row *r,
                        const struct stay_change *what, bool until)
{
	struct stay_change end = { .verb = SV_EXTEND, .day = r->until };
	struct stay_done done;
	bool any = what->name || what->phone || what->home || what->employer || what->since;
	bool end_first = until && strcmp(r->until, s->since) >= 0;
	enum vh_rc rc = VH_OK;
	if (end_first)
		rc = stay_change(cx, s->hotel, s->id, &end, &done);
	if (rc == VH_OK && any)
		rc = stay_change(cx, s->hotel, s->id, what, &done);
	if (rc == VH_OK && until && !end_first)
		rc = stay_change(cx, s->hotel, s->id, &end, &done);
	return rc;
}

static enum vh_rc registered_here(struct ctx *cx, const struct job *j, struct entry *e,
                                  const struct stay *s, const struct person *p)
{
	struct stay_change what;
	bool until;
	unsigned before = e->changed.n;
	e->outcome = OUT_SAME;
	enum vh_rc rc = compare(cx, e, s, p, &what, &until);
	e->amended = e->changed.n > before;
	if (rc != VH_OK || j->how->dry_run || !e->amended)
		return rc;
	return amend(cx, s, &e->row, &what, until);
}

/* Did he live in this room from this very day, and was moved out? Then the ledger is behind. */
static enum vh_rc moved_out(struct ctx *cx, struct entry *e, const struct room *room)
{
	struct stay *list = NULL;
	enum vh_rc rc = stay_list_person(cx, room->hotel, e->person, &list);
	for (const struct stay *s = list; rc == VH_OK && s; s = s->next) {
		if (s->room != room->id || s->state != STAY_ENDED || strcmp(s->since, e->row.since))
			continue;
		e->outcome = OUT_ENDED;
		add(&e->warned, "ended", "was moved out of this room since: not moved in again");
		break;
	}
	return rc;
}

/* Somebody whom the hotel knows: where is he, and under which name? */
static enum vh_rc known(struct ctx *cx, const struct job *j, struct entry *e, struct person *p,
                        const struct room *room)
{
	struct hotel_keys k;
	struct stay had;
	e->person = p->id;
	enum vh_rc rc = hotel_keys_of(cx, j->hotel.id, &k);
	if (rc == VH_OK)
		rc = person_open(cx, &k, p);
	wipe(&k, sizeof k);
	if (rc == VH_OK)
		rc = stay_current_of(cx, j->hotel.id, p->id, &had);
	if (rc == VH_OK && had.room == room->id)
		return registered_here(cx, j, e, &had, p);
	if (rc == VH_OK) {
		refuse(e, "already_in", "registered in another room: move him there, or out");
		return VH_OK;
	}
	if (rc != VH_NOTFOUND)
		return rc;
	if (strcmp(p->name, e->row.name))
		add(&e->warned, "name", "registered here before under another name");
	return room->id > 0 ? moved_out(cx, e, room) : VH_OK;
}

static enum vh_rc find_person(struct ctx *cx, const struct job *j, struct entry *e,
                              struct person *ret)
{
	struct blob idx;
	if (j->fresh || !e->row.doc_no)
		return VH_NOTFOUND;
	enum vh_rc rc = index_doc(cx, j->hotel.id, doc_kind_name(e->row.kind), e->row.doc_no, &idx);
	return rc == VH_OK ? person_by_doc(cx, j->hotel.id, idx, ret) : rc;
}

static enum vh_rc move_in(struct ctx *cx, const struct job *j, struct entry *e,
                          const struct room *room, uint32_t heads)
{
	struct stay_done done;
	int64_t n = 0;
	if (strcmp(room->letting, "open")) {
		refuse(e, "room_shut", "this room may not be let now");
		return VH_OK;
	}
	enum vh_rc rc = VH_OK;
	if (room->id > 0)
		rc = stay_count_room(cx, j->hotel.id, room->id, &n);
	if (rc != VH_OK)
		return rc;
	if (n + (j->how->dry_run ? heads : 0) >= room->capacity)
		add(&e->warned, "room_full", "more people than the room holds");
	e->outcome = OUT_NEW;
	e->new_person = !e->person;
	if (j->how->dry_run)
		return VH_OK;
	e->in.room = room->id;
	rc = stay_commit(cx, e->ready, &done);
	if (rc == VH_OK)
		e->person = done.person;
	return refused_by(cx, e, rc);
}

static enum vh_rc take_tenant(struct ctx *cx, struct job *j, struct entry *e,
                              const struct room *room)
{
	struct person p;
	enum vh_rc rc = find_person(cx, j, e, &p);
	if (rc != VH_OK && rc != VH_NOTFOUND)
		return rc;
	if (!e->ready) { /* refused already; but he still is in the ledger */
		e->person = rc == VH_OK ? p.id : 0;
		refuse(e, e->row.refused.code, e->row.refused.detail);
		return VH_OK;
	}
	uint32_t heads = look_back(j, e);
	if (e->refused.code)
		return VH_OK;
	if (rc == VH_OK) {
		rc = known(cx, j, e, &p, room);
		if (rc != VH_OK || e->refused.code || e->outcome != OUT_NEW)
			return rc;
	}
	return move_in(cx, j, e, room, heads);
}

/* Rows */

static void forget(struct job *j, struct entry *e)
{
	if (e->row.address && !e->house_before)
		j->houses.id[e->row.house] = 0;
	if (e->row.room_no && !e->room_before)
		j->rooms.id[e->row.room] = 0;
	e->outcome = OUT_NEW;
	e->refused = (struct ledger_note){ 0 };
	e->warned.n = e->changed.n = 0;
	e->new_house = e->new_room = e->new_person = e->amended = false;
	e->person = 0;
}

static enum vh_rc take_row(struct ctx *cx, struct job *j, struct entry *e)
{
	struct room room;
	enum vh_rc rc = VH_OK;
	if (e->row.address)
		rc = take_house(cx, j, e);
	if (rc == VH_OK && e->row.room_no)
		rc = take_room(cx, j, e, &room);
	rc = refused_by(cx, e, rc);
	if (rc != VH_OK || e->refused.code)
		return rc;
	if (!e->row.address || !e->row.room_no) {
		refuse(e, e->row.refused.code, e->row.refused.detail);
		return VH_OK;
	}
	if (e->row.vacant) {
		e->outcome = OUT_VACANT;
		return VH_OK;
	}
	return take_tenant(cx, j, e, &room);
}

enum vh_rc ledger_apply(struct ctx *cx, void *arg)
{
	struct job *j = arg;
	enum vh_rc rc = VH_OK;
	for (unsigned i = 0; i < j->n; i++)
		forget(j, &j->e[i]);
	for (unsigned i = 0; rc == VH_OK && i < j->n; i++)
		rc = take_row(cx, j, &j->e[i]);
	return rc;
}
