#include "vh/place.h"

#include <string.h>

#include "place_data.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/store_people.h"
#include "vh/store_stay.h"

struct change {
	int64_t hotel, house;
	const struct house_new *in;
	const char *address, *address_key, *grid, *name, *phone, *reason;
	int64_t made;
};

static enum vh_rc take(struct ctx *cx, const struct house_new *n, bool adding, struct change *s)
{
	enum vh_rc rc = text_take(cx, "address", n->address, LIM_TEXT, adding, &s->address);
	if (rc == VH_OK)
		rc = text_take(cx, "grid", n->grid, LIM_NAME, false, &s->grid);
	if (rc == VH_OK)
		rc = text_take(cx, "landlord", n->landlord, LIM_NAME, false, &s->name);
	if (rc == VH_OK)
		rc = phone_take(cx, "phone", n->phone, &s->phone);
	if (rc != VH_OK)
		return rc;
	if (n->lat < -90 || n->lat > 90 || n->lng < -180 || n->lng > 180)
		return ctx_fail(cx, VH_INVALID, "place", "lat",
		                "latitude or longitude is out of range");
	if (s->address && !(s->address_key = place_key(cx->a, s->address)))
		return ctx_nomem(cx);
	if (s->address && !*s->address_key)
		return ctx_fail(cx, VH_INVALID, "address", "address",
		                "the address has no letter or digit");
	return VH_OK;
}

/* By phone; without one, by the same name. */
static enum vh_rc landlord_find(struct ctx *cx, const struct hotel_keys *k,
                                const struct landlord *want, int64_t *ret_id)
{
	struct landlord *list = NULL;
	enum vh_rc rc = want->phone ? landlord_by_phone(cx, want->hotel, want->phone_idx, &list)
	                            : landlord_by_name(cx, want->hotel, want->name_idx, &list);
	if (rc != VH_OK)
		return rc;
	for (struct landlord *l = list; l; l = l->next) {
		rc = landlord_open(cx, k, l);
		if (rc != VH_OK)
			return rc;
		if (!strcmp(l->name, want->name)) {
			*ret_id = l->id;
			return VH_OK;
		}
	}
	return VH_NOTFOUND;
}

static enum vh_rc landlord_link(struct ctx *cx, struct change *s, int64_t house)
{
	if (!s->name)
		return VH_OK;
	struct hotel_keys k;
	struct landlord l = { .hotel = s->hotel, .id = id_new(), .name = s->name, .phone = s->phone,
	                      .created = cx->now, .version = 1 };
	enum vh_rc rc = hotel_keys_of(cx, s->hotel, &k);
	if (rc == VH_OK)
		rc = landlord_seal(cx, &k, &l);
	if (rc == VH_OK) {
		rc = landlord_find(cx, &k, &l, &l.id);
		if (rc == VH_NOTFOUND)
			rc = landlord_insert(cx, &l);
	}
	wipe(&k, sizeof k);
	return rc == VH_OK ? house_landlord_put(cx, s->hotel, house, l.id, "lessor") : rc;
}

static enum vh_rc add_step(struct ctx *cx, void *arg)
{
	struct change *s = arg;
	struct hotel h;
	struct house had, new = { .hotel = s->hotel, .id = id_new(), .address = s->address,
	                          .address_key = s->address_key, .grid = s->grid, .lat = s->in->lat,
	                          .lng = s->in->lng, .state = "open", .created = cx->now,
	                          .version = 1 };
	enum vh_rc rc = place_may(cx, ACT_PLACE, s->hotel, 0, &h);
	if (rc != VH_OK)
		return rc;
	rc = house_by_address(cx, s->hotel, s->address_key, &had);
	if (rc == VH_OK) {
		s->made = had.id;
		return ctx_fail(cx, VH_CONFLICT, "house_there", "address",
		                "house %lld has this address", (long long)had.no);
	}
	if (rc != VH_NOTFOUND)
		return rc;
	rc = head_next_house(cx, s->hotel, &new.no);
	if (rc == VH_OK)
		rc = house_insert(cx, &new);
	if (rc == VH_OK)
		rc = landlord_link(cx, s, new.id);
	if (rc == VH_OK)
		rc = plate_make(cx, s->hotel, 0, new.id, NULL);
	if (rc == VH_OK)
		rc = house_event(cx, &h, &new, "house.added", NULL);
	if (rc == VH_OK)
		s->made = new.id;
	return rc;
}

enum vh_rc house_add(struct ctx *cx, int64_t hotel, const struct house_new *n, int64_t *ret_house)
{
	struct change s = { .hotel = hotel, .in = n };
	enum vh_rc rc = take(cx, n, true, &s);
	if (rc == VH_OK)
		rc = core_write(cx, add_step, &s, &s.made);
	if (rc == VH_OK || rc == VH_CONFLICT)
		*ret_house = s.made;
	return rc;
}

static enum vh_rc amend_step(struct ctx *cx, void *arg)
{
	struct change *s = arg;
	struct hotel h;
	struct house was, had;
	enum vh_rc rc = place_house(cx, ACT_PLACE, s->hotel, s->house, &h, &was);
	if (rc != VH_OK)
		return rc;
	if (s->address) {
		rc = house_by_address(cx, s->hotel, s->address_key, &had);
		if (rc == VH_OK && had.id != was.id)
			return ctx_fail(cx, VH_CONFLICT, "house_there", "address",
			                "house %lld has this address", (long long)had.no);
		if (rc != VH_OK && rc != VH_NOTFOUND)
			return rc;
		was.address = s->address;
		was.address_key = s->address_key;
	}
	if (s->grid)
		was.grid = s->grid;
	if (s->in->lat != 0 || s->in->lng != 0) {
		was.lat = s->in->lat;
		was.lng = s->in->lng;
	}
	rc = house_update(cx, &was);
	if (rc == VH_OK)
		rc = landlord_link(cx, s, was.id);
	return rc == VH_OK ? house_event(cx, &h, &was, "house.amended", NULL) : rc;
}

enum vh_rc house_amend(struct ctx *cx, int64_t hotel, int64_t house, const struct house_new *n)
{
	struct change s = { .hotel = hotel, .house = house, .in = n, .made = house };
	enum vh_rc rc = take(cx, n, false, &s);
	return rc == VH_OK ? core_write(cx, amend_step, &s, &s.made) : rc;
}

static enum vh_rc retire_step(struct ctx *cx, void *arg)
{
	struct change *s = arg;
	struct hotel h;
	struct house was;
	struct room *rooms = NULL;
	struct plate p;
	enum vh_rc rc = place_house(cx, ACT_PLACE, s->hotel, s->house, &h, &was);
	if (rc == VH_OK)
		rc = room_list_house(cx, s->hotel, was.id, &rooms);
	for (struct room *r = rooms; rc == VH_OK && r; r = r->next)
		rc = room_close(cx, r);
	if (rc != VH_OK)
		return rc;
	rc = plate_of_house(cx, s->hotel, was.id, &p);
	if (rc == VH_OK)
		rc = plate_end(cx, &p, 0);
	if (rc != VH_OK && rc != VH_NOTFOUND)
		return rc;
	was.state = "retired";
	rc = house_update(cx, &was);
	return rc == VH_OK ? house_event(cx, &h, &was, "house.retired", s->reason) : rc;
}

enum vh_rc house_retire(struct ctx *cx, int64_t hotel, int64_t house, const char *reason)
{
	struct change s = { .hotel = hotel, .house = house, .made = house };
	enum vh_rc rc = text_take(cx, "reason", reason, LIM_TEXT, true, &s.reason);
	return rc == VH_OK ? core_write(cx, retire_step, &s, &s.made) : rc;
}
