#include "receive_apply.h"

#include <string.h>

#include "down.h"
#include "erase_data.h"
#include "place_data.h"
#include "remark_data.h"
#include "vh/date.h"
#include "vh/docno.h"
#include "vh/employer.h"
#include "vh/id.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/store_people.h"
#include "vh/store_stay.h"

/*
 * What the sender holds unique (one open house at an address, one current stay of a person …) holds
 * here as well. When a late event brings two that cannot both be true, the older change gives way
 * for the time being (retired, closed, ended): the event that really did so is still to come.
 */

struct applying {
	const struct hotel *h;
	const struct hotel_keys *k;
	const struct received_event *ev;
	const cJSON *data;
	int64_t house, room, person, employer; /* ids as they are read */
};

/* --- members of the data ---------------------------------------------------------------------- */

static enum vh_rc bad(struct ctx *cx, const char *member)
{
	return ctx_fail(cx, VH_INVALID, "data", member, "%s is missing or not what it must be",
	                member);
}

static enum vh_rc take_id(struct ctx *cx, const cJSON *o, const char *member, int64_t *ret)
{
	const char *s = json_str(o, "id");
	return s && id_parse(s, ret) == VH_OK ? VH_OK : bad(cx, member);
}

/* NULL where it is not told. */
static enum vh_rc take_text(struct ctx *cx, const cJSON *o, const char *member, size_t max,
                            bool required, const char **ret)
{
	return text_take(cx, member, json_str(o, member), max, required, ret);
}

static enum vh_rc take_day(struct ctx *cx, const cJSON *o, const char *member, bool required,
                           const char **ret)
{
	const char *s = json_str(o, member);
	int32_t day;
	*ret = NULL;
	if (!s)
		return required ? bad(cx, member) : VH_OK;
	if (day_parse(s, &day) != VH_OK)
		return bad(cx, member);
	*ret = arena_dup(cx->a, s);
	return *ret ? VH_OK : ctx_nomem(cx);
}

static enum vh_rc take_instant(struct ctx *cx, const cJSON *o, const char *member, int64_t *ret)
{
	const char *s = json_str(o, member);
	*ret = 0;
	return !s || instant_parse(s, ret) == VH_OK ? VH_OK : bad(cx, member);
}

/* One of a NULL-ended list, as a literal. */
static enum vh_rc take_word(struct ctx *cx, const cJSON *o, const char *member,
                            const char *const *words, const char **ret)
{
	const char *s = json_str(o, member);
	for (; s && *words; words++) {
		if (!strcmp(s, *words)) {
			*ret = *words;
			return VH_OK;
		}
	}
	return bad(cx, member);
}

/* --- which change is newer -------------------------------------------------------------------- */

static bool after(int64_t epoch, int64_t seq, int64_t epoch2, int64_t seq2)
{
	return epoch > epoch2 || (epoch == epoch2 && seq > seq2);
}

/* Does this event's change of the thing count? Then it is noted as the newest. */
static enum vh_rc counts(struct ctx *cx, const struct applying *a, const char *kind, int64_t id,
                         bool *ret)
{
	int64_t epoch, seq;
	enum vh_rc rc = change_get(cx, a->h->id, kind, id, &epoch, &seq);
	*ret = rc == VH_NOTFOUND ||
	       (rc == VH_OK && after(a->ev->epoch, a->ev->seq, epoch, seq));
	if (rc == VH_NOTFOUND)
		rc = VH_OK;
	if (rc == VH_OK && *ret)
		rc = change_put(cx, a->h->id, kind, id, a->ev->epoch, a->ev->seq);
	return rc;
}

/* Of two that cannot both stand: is the other's change the older one? */
static enum vh_rc gives_way(struct ctx *cx, const struct applying *a, const char *kind,
                            int64_t other, bool *ret)
{
	int64_t epoch, seq;
	enum vh_rc rc = change_get(cx, a->h->id, kind, other, &epoch, &seq);
	*ret = rc == VH_NOTFOUND ||
	       (rc == VH_OK && after(a->ev->epoch, a->ev->seq, epoch, seq));
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

/* --- places ----------------------------------------------------------------------------------- */

static enum vh_rc apply_hotel(struct ctx *cx, struct applying *a)
{
	const cJSON *o = cJSON_GetObjectItemCaseSensitive(a->data, "hotel");
	const char *code = json_str(o, "code");
	struct hotel h = *a->h;
	bool newer;
	if (!code || strcmp(code, h.area) != 0)
		return bad(cx, "hotel");
	if (!json_str(o, "name"))
		return VH_OK; /* this event is not about how it is called */
	enum vh_rc rc = take_text(cx, o, "name", LIM_NAME, true, &h.name);
	if (rc == VH_OK)
		rc = counts(cx, a, "hotel", h.id, &newer);
	return rc == VH_OK && newer ? hotel_update(cx, &h) : rc;
}

static enum vh_rc read_house(struct ctx *cx, struct applying *a, const cJSON *o, struct house *h)
{
	static const char *const states[] = { "open", "retired", NULL };
	*h = (struct house){ .hotel = a->h->id, .no = json_i64(o, "no", 0),
	                     .created = a->ev->time, .version = 1 };
	enum vh_rc rc = take_id(cx, o, "house", &h->id);
	if (rc == VH_OK && h->no <= 0)
		return bad(cx, "house");
	if (rc == VH_OK)
		rc = take_text(cx, o, "address", LIM_TEXT, true, &h->address);
	if (rc == VH_OK)
		rc = take_text(cx, o, "grid", LIM_NAME, false, &h->grid);
	if (rc == VH_OK)
		rc = take_word(cx, o, "state", states, &h->state);
	if (rc != VH_OK)
		return rc;
	h->address_key = place_key(cx->a, h->address);
	return h->address_key ? VH_OK : ctx_nomem(cx);
}

static enum vh_rc house_room_for(struct ctx *cx, const struct applying *a, struct house *h)
{
	struct house other;
	bool older;
	if (strcmp(h->state, "open") != 0)
		return VH_OK;
	enum vh_rc rc = house_by_address(cx, h->hotel, h->address_key, &other);
	if (rc == VH_NOTFOUND || (rc == VH_OK && other.id == h->id))
		return VH_OK;
	if (rc == VH_OK)
		rc = gives_way(cx, a, "house", other.id, &older);
	if (rc != VH_OK)
		return rc;
	if (!older) {
		h->state = "retired";
		return VH_OK;
	}
	other.state = "retired";
	return house_update(cx, &other);
}

static enum vh_rc apply_house(struct ctx *cx, struct applying *a)
{
	const cJSON *o = cJSON_GetObjectItemCaseSensitive(a->data, "house");
	struct house h, had;
	bool newer;
	if (!o)
		return VH_OK;
	enum vh_rc rc = read_house(cx, a, o, &h);
	a->house = h.id;
	if (rc == VH_OK)
		rc = counts(cx, a, "house", h.id, &newer);
	if (rc != VH_OK || !newer)
		return rc;
	rc = house_room_for(cx, a, &h);
	if (rc != VH_OK)
		return rc;
	rc = house_get(cx, h.hotel, h.id, &had);
	if (rc == VH_NOTFOUND)
		rc = house_insert(cx, &h);
	else if (rc == VH_OK) {
		h.lat = had.lat;
		h.lng = had.lng;
		h.created = had.created;
		h.version = had.version;
		rc = house_update(cx, &h);
	}
	if (rc == VH_CONFLICT)
		return ctx_fail(cx, VH_CONFLICT, "house_no", "house",
		                "another house has the number %lld", (long long)h.no);
	return rc;
}

static enum vh_rc read_room(struct ctx *cx, struct applying *a, const cJSON *o, struct room *r)
{
	static const char *const lettings[] = { "open", "suspended", "barred", "closed", NULL };
	const cJSON *area = cJSON_GetObjectItemCaseSensitive(o, "area_m2");
	*r = (struct room){ .hotel = a->h->id, .house = a->house,
	                    .capacity = json_i64(o, "capacity", 0),
	                    .area_m2 = cJSON_IsNumber(area) ? area->valuedouble : 0,
	                    .created = a->ev->time, .version = 1 };
	enum vh_rc rc = take_id(cx, o, "room", &r->id);
	if (rc == VH_OK && (!a->house || r->capacity < 1 || r->capacity > LIM_CAPACITY ||
	                    !(r->area_m2 >= 0 && r->area_m2 <= LIM_ROOM_M2)))
		return bad(cx, "room");
	if (rc == VH_OK)
		rc = take_text(cx, o, "no", LIM_NAME, true, &r->no);
	if (rc == VH_OK)
		rc = take_word(cx, o, "letting", lettings, &r->letting);
	if (rc != VH_OK)
		return rc;
	r->no_key = place_key(cx->a, r->no);
	return r->no_key ? VH_OK : ctx_nomem(cx);
}

static enum vh_rc room_room_for(struct ctx *cx, const struct applying *a, struct room *r)
{
	struct room other;
	bool older;
	if (!strcmp(r->letting, "closed"))
		return VH_OK;
	enum vh_rc rc = room_by_no(cx, r->hotel, r->house, r->no_key, &other);
	if (rc == VH_NOTFOUND || (rc == VH_OK && other.id == r->id))
		return VH_OK;
	if (rc == VH_OK)
		rc = gives_way(cx, a, "room", other.id, &older);
	if (rc != VH_OK)
		return rc;
	if (!older) {
		r->letting = "closed";
		return VH_OK;
	}
	other.letting = "closed";
	return room_update(cx, &other);
}

static enum vh_rc apply_room(struct ctx *cx, struct applying *a)
{
	const cJSON *o = cJSON_GetObjectItemCaseSensitive(a->data, "room");
	struct room r, had;
	bool newer;
	if (!o)
		return VH_OK;
	enum vh_rc rc = read_room(cx, a, o, &r);
	a->room = r.id;
	if (rc == VH_OK)
		rc = counts(cx, a, "room", r.id, &newer);
	if (rc != VH_OK || !newer)
		return rc;
	rc = room_room_for(cx, a, &r);
	if (rc != VH_OK)
		return rc;
	rc = room_get(cx, r.hotel, r.id, &had);
	if (rc == VH_NOTFOUND)
		return room_insert(cx, &r);
	r.created = had.created;
	r.version = had.version;
	return rc == VH_OK ? room_update(cx, &r) : rc;
}

/* --- people ----------------------------------------------------------------------------------- */

/* The sender has judged the number; here it only tells whether a foreigner bears it. */
static enum vh_rc read_doc(struct ctx *cx, const cJSON *o, enum doc_kind kind, struct person *p)
{
	struct docno d;
	enum vh_rc rc = take_text(cx, o, "doc_no", LIM_DOC_NO, false, &p->doc_no);
	if (rc != VH_OK)
		return rc;
	p->doc_type = doc_kind_name(kind);
	rc = docno_parse(cx->a, kind, p->doc_no ? p->doc_no : "", day_of(cx->now, ZONE_CHINA), &d,
	                 &cx->err);
	if (rc == VH_OK)
		p->foreigner = d.foreigner;
	err_clear(&cx->err);
	return rc == VH_NOMEM ? ctx_nomem(cx) : VH_OK;
}

static enum vh_rc read_person(struct ctx *cx, struct applying *a, const cJSON *o, struct person *p)
{
	enum doc_kind kind;
	const char *doc = json_str(o, "doc_type"), *guardian = json_str(o, "guardian");
	*p = (struct person){ .hotel = a->h->id, .sex = json_i64(o, "sex", 0),
	                      .created = a->ev->time, .version = 1 };
	enum vh_rc rc = take_id(cx, o, "person", &p->id);
	if (rc == VH_OK && (!doc || !doc_kind_of(doc, &kind) || p->sex < 0 || p->sex > 9))
		return bad(cx, "person");
	if (rc == VH_OK && guardian && id_parse(guardian, &p->guardian) != VH_OK)
		return bad(cx, "guardian");
	if (rc == VH_OK)
		rc = take_text(cx, o, "name", LIM_NAME, true, &p->name);
	if (rc == VH_OK)
		rc = take_text(cx, o, "phone", LIM_PHONE + 1, false, &p->phone);
	if (rc == VH_OK)
		rc = take_text(cx, o, "home", LIM_TEXT, false, &p->home);
	return rc == VH_OK ? read_doc(cx, o, kind, p) : rc;
}

/* A document stands with one person: with the one whose change is newer. */
static enum vh_rc person_room_for(struct ctx *cx, const struct applying *a, struct person *p)
{
	struct person other;
	bool older;
	if (!p->doc_idx.p)
		return VH_OK;
	enum vh_rc rc = person_by_doc(cx, p->hotel, p->doc_idx, &other);
	if (rc == VH_NOTFOUND || (rc == VH_OK && other.id == p->id))
		return VH_OK;
	if (rc == VH_OK)
		rc = gives_way(cx, a, "person", other.id, &older);
	if (rc != VH_OK)
		return rc;
	if (!older) {
		p->doc_idx = (struct blob){ 0 };
		return VH_OK;
	}
	other.doc_idx = (struct blob){ 0 };
	enum vh_rc dropped = known_drop(cx, other.hotel, other.id);
	return dropped == VH_OK ? person_update(cx, &other) : dropped;
}

/* Erased where he was registered: here nothing of him stays either. */
static enum vh_rc erase(struct ctx *cx, const struct applying *a, int64_t id)
{
	struct person p;
	struct stay *stays = NULL;
	int64_t events = 0;
	bool newer;
	enum vh_rc rc = counts(cx, a, "person", id, &newer);
	if (rc == VH_OK && newer)
		rc = person_get(cx, a->h->id, id, &p);
	if (rc != VH_OK || !newer)
		return rc == VH_NOTFOUND ? VH_OK : rc;
	rc = known_drop(cx, a->h->id, id);
	if (rc == VH_OK)
		rc = stay_list_person(cx, a->h->id, id, &stays);
	for (struct stay *s = stays; rc == VH_OK && s; s = s->next)
		rc = stay_forget(cx, &a->k->data, s, &events);
	return rc == VH_OK ? person_forget(cx, &a->k->data, &p) : rc;
}

static enum vh_rc apply_person(struct ctx *cx, struct applying *a)
{
	const cJSON *o = cJSON_GetObjectItemCaseSensitive(a->data, "person");
	struct person p, had;
	bool newer;
	if (!o)
		return VH_OK;
	enum vh_rc rc = take_id(cx, o, "person", &a->person);
	if (rc == VH_OK && json_is_true(o, "erased"))
		return erase(cx, a, a->person);
	if (rc == VH_OK)
		rc = read_person(cx, a, o, &p);
	if (rc == VH_OK)
		rc = counts(cx, a, "person", p.id, &newer);
	if (rc != VH_OK || !newer)
		return rc;
	rc = person_seal(cx, a->k, &p);
	if (rc == VH_OK)
		rc = person_room_for(cx, a, &p);
	if (rc == VH_OK && a->h->source)
		rc = known_note(cx, &p);
	if (rc != VH_OK)
		return rc;
	rc = person_get(cx, p.hotel, p.id, &had);
	if (rc == VH_NOTFOUND)
		return person_insert(cx, &p);
	p.created = had.created;
	p.version = had.version;
	return rc == VH_OK ? person_update(cx, &p) : rc;
}

static enum vh_rc apply_employer(struct ctx *cx, struct applying *a)
{
	const cJSON *o = cJSON_GetObjectItemCaseSensitive(a->data, "employer");
	const char *name = json_str(o, "name");
	return name ? employer_take(cx, a->h->id, name, &a->employer) : VH_OK;
}

/* --- stays ------------------------------------------------------------------------------------ */

static enum vh_rc read_filing(struct ctx *cx, const cJSON *o, struct stay *s)
{
	s->notice = json_i64(o, "notice", 0);
	s->late = json_is_true(o, "late");
	s->out_late = json_is_true(o, "out_late");
	enum vh_rc rc = take_instant(cx, o, "at", &s->filed_at);
	if (rc == VH_OK)
		rc = take_instant(cx, o, "due", &s->due);
	return rc == VH_OK ? take_instant(cx, o, "out_due", &s->out_due) : rc;
}

static enum vh_rc read_stay(struct ctx *cx, struct applying *a, const cJSON *o, struct stay *s)
{
	const char *state = json_str(o, "state");
	*s = (struct stay){ .hotel = a->h->id, .room = a->room, .person = a->person,
	                    .state = STAY__MAX, .employer = a->employer, .version = 1,
	                    .lessee = json_is_true(o, "lessee"),
	                    .ended_about = json_is_true(o, "ended_about") };
	for (int i = 0; state && i < STAY__MAX; i++)
		if (!strcmp(state, stay_state_name((enum stay_state)i)))
			s->state = (enum stay_state)i;
	enum vh_rc rc = take_id(cx, o, "stay", &s->id);
	if (rc == VH_OK && (s->state == STAY__MAX || !a->room || !a->person))
		return bad(cx, "stay");
	if (rc == VH_OK)
		rc = take_day(cx, o, "since", true, &s->since);
	if (rc == VH_OK)
		rc = take_day(cx, o, "until", false, &s->until);
	if (rc == VH_OK)
		rc = take_day(cx, o, "ended", false, &s->ended);
	if (rc == VH_OK)
		rc = take_day(cx, o, "away_until", false, &s->away_until);
	if (rc == VH_OK)
		rc = take_text(cx, o, "relation", LIM_NAME, false, &s->relation);
	if (rc == VH_OK)
		rc = read_filing(cx, cJSON_GetObjectItemCaseSensitive(a->data, "filing"), s);
	return rc;
}

static enum vh_rc stay_room_for(struct ctx *cx, const struct applying *a, struct stay *s)
{
	struct stay other;
	bool older;
	if (!stay_is_current(s->state))
		return VH_OK;
	enum vh_rc rc = stay_current_of(cx, s->hotel, s->person, &other);
	if (rc == VH_NOTFOUND || (rc == VH_OK && other.id == s->id))
		return VH_OK;
	if (rc == VH_OK)
		rc = gives_way(cx, a, "stay", other.id, &older);
	if (rc != VH_OK)
		return rc;
	if (!older) {
		s->state = STAY_ENDED;
		return VH_OK;
	}
	other.state = STAY_ENDED;
	return stay_update(cx, &other);
}

/* What only its own registry knows of a stay, where that is told again what it once said. */
static void keep_own(const struct stay *had, struct stay *s)
{
	bool verified = s->state == STAY_VERIFIED || s->state == STAY_AWAY;
	s->lease = had->room == s->room ? had->lease : 0;
	s->filed_by = had->filed_by;
	s->contest = s->state == STAY_CONTESTED ? had->contest : NULL;
	s->verified_by = verified ? had->verified_by : 0;
	s->verified_at = verified ? had->verified_at : 0;
	s->version = had->version;
}

static enum vh_rc apply_stay(struct ctx *cx, struct applying *a)
{
	const cJSON *o = cJSON_GetObjectItemCaseSensitive(a->data, "stay");
	struct stay s, had;
	struct person who;
	bool newer;
	if (!o)
		return VH_OK;
	enum vh_rc rc = read_stay(cx, a, o, &s);
	if (rc == VH_OK) {
		/* Erased before this came: whose stay it was is nobody's to know. */
		rc = person_get(cx, s.hotel, s.person, &who);
		if (rc == VH_NOTFOUND)
			return VH_OK;
	}
	if (rc == VH_OK)
		rc = counts(cx, a, "stay", s.id, &newer);
	if (rc != VH_OK || !newer)
		return rc;
	rc = stay_room_for(cx, a, &s);
	if (rc != VH_OK)
		return rc;
	rc = stay_get(cx, s.hotel, s.id, &had);
	if (rc == VH_NOTFOUND) {
		rc = stay_insert(cx, &s);
	} else if (rc == VH_OK) {
		keep_own(&had, &s);
		rc = stay_update(cx, &s);
	}
	return rc == VH_OK && a->h->source ? elsewhere_note(cx, &s) : rc;
}

static enum vh_rc apply_remark(struct ctx *cx, struct applying *a)
{
	return remark_answered(cx, a->h, a->k, a->data, a->ev->time);
}

/* From the outside inwards: each needs what stands around it. */
static enum vh_rc (*const parts[])(struct ctx *cx, struct applying *a) = {
	apply_hotel, apply_house, apply_room, apply_person, apply_employer, apply_stay,
	apply_remark,
};

enum vh_rc receive_apply(struct ctx *cx, const struct hotel *h, const struct hotel_keys *k,
                         const struct received_event *ev)
{
	struct applying a = { .h = h, .k = k, .ev = ev };
	cJSON *data = NULL;
	enum vh_rc rc = json_parse(ev->data, strlen(ev->data), &data, &cx->err);
	a.data = data;
	/* Its owner erased it between sending and now: nothing is left to be shown. */
	bool erased = rc == VH_OK && json_is_true(data, "erased");
	for (size_t i = 0; rc == VH_OK && !erased && i < sizeof parts / sizeof *parts; i++)
		rc = parts[i](cx, &a);
	cJSON_Delete(data);
	return rc;
}
