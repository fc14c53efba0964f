#include "place_data.h"

#include <string.h>

#include "vh/json.h"
#include "vh/limits.h"
#include "vh/store_stay.h"
#include "vh/utf8.h"

char *place_key(struct arena *a, const char *text)
{
	char *key = utf8_clean(a, text), *to = key;
	for (const char *p = key; p && *p; p++)
		if (*p != ' ')
			*to++ = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
	if (to)
		*to = '\0';
	return key;
}

bool house_has_no(struct arena *a, const struct house *h, const char *text)
{
	const char *key = place_key(a, text);
	const char *no = arena_printf(a, "%lld", (long long)h->no);
	return key && no && !strcmp(no, key);
}

bool house_named(struct arena *a, const struct house *h, const char *text)
{
	const char *key = place_key(a, text);
	return house_has_no(a, h, text) || (key && *key && strstr(h->address_key, key));
}

enum vh_rc place_may(struct ctx *cx, enum act a, int64_t hotel, int64_t house, struct hotel *ret)
{
	enum vh_rc rc = hotel_get(cx, hotel, ret);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "hotel", "there is no such hotel");
	return rc == VH_OK ? actor_may(cx, a, ret, house, 0) : rc;
}

enum vh_rc place_house(struct ctx *cx, enum act a, int64_t hotel, int64_t house,
                       struct hotel *ret_hotel, struct house *ret)
{
	enum vh_rc rc = place_may(cx, a, hotel, house, ret_hotel);
	if (rc == VH_OK)
		rc = house_get(cx, hotel, house, ret);
	if (rc == VH_NOTFOUND && !cx->err.n)
		return ctx_fail(cx, rc, "not_found", "house", "there is no such house here");
	if (rc == VH_OK && strcmp(ret->state, "open") != 0)
		return ctx_fail(cx, VH_CONFLICT, "house_retired", "house",
		                "this house was retired");
	return rc;
}

enum vh_rc place_room(struct ctx *cx, enum act a, int64_t hotel, int64_t room,
                      struct hotel *ret_hotel, struct house *ret_house, struct room *ret)
{
	enum vh_rc rc = hotel_get(cx, hotel, ret_hotel);
	if (rc == VH_OK)
		rc = room_get(cx, hotel, room, ret);
	if (rc == VH_OK)
		rc = house_get(cx, hotel, ret->house, ret_house);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "room", "there is no such room here");
	return rc == VH_OK ? actor_may(cx, a, ret_hotel, ret->house, 0) : rc;
}

void data_place(struct buf *b, const struct hotel *h, const struct house *e, const struct room *r)
{
	buf_puts(b, "\"hotel\":{\"code\":");
	json_quote(b, h->area);
	buf_puts(b, ",\"name\":");
	json_quote(b, h->name);
	buf_printf(b, "},\"house\":{\"id\":\"%lld\",\"no\":%lld,\"address\":", (long long)e->id,
	           (long long)e->no);
	json_quote(b, e->address);
	buf_puts(b, ",\"grid\":");
	json_quote(b, e->grid ? e->grid : "");
	buf_puts(b, ",\"state\":");
	json_quote(b, e->state);
	buf_puts(b, "}");
	if (!r)
		return;
	buf_printf(b, ",\"room\":{\"id\":\"%lld\",\"no\":", (long long)r->id);
	json_quote(b, r->no);
	buf_puts(b, ",\"letting\":");
	json_quote(b, r->letting);
	buf_printf(b, ",\"capacity\":%lld,\"area_m2\":", (long long)r->capacity);
	if (r->area_m2 > 0)
		buf_printf(b, "%.6g}", r->area_m2);
	else
		buf_puts(b, "null}");
}

static enum vh_rc place_event(struct ctx *cx, const struct hotel *h, const struct house *e,
                              const struct room *r, const char *type, const char *reason)
{
	struct buf b;
	buf_init(&b, LIM_PAYLOAD);
	buf_putc(&b, '{');
	data_place(&b, h, e, r);
	buf_putc(&b, '}');
	struct deed d = { .hotel = h->id, .type = type, .subject = r ? "rooms" : "houses",
	                  .id = r ? r->id : e->id, .part = r ? r->id : e->id, .reason = reason,
	                  .data = buf_str(&b) };
	enum vh_rc rc = buf_ok(&b) ? journal_add(cx, &d, NULL) : ctx_nomem(cx);
	buf_done(&b);
	return rc;
}

enum vh_rc house_event(struct ctx *cx, const struct hotel *h, const struct house *e,
                       const char *type, const char *reason)
{
	return place_event(cx, h, e, NULL, type, reason);
}

enum vh_rc room_event(struct ctx *cx, const struct hotel *h, const struct house *e,
                      const struct room *r, const char *type, const char *reason)
{
	return place_event(cx, h, e, r, type, reason);
}

enum vh_rc room_close(struct ctx *cx, struct room *r)
{
	struct stay *in = NULL;
	struct plate p;
	enum vh_rc rc = stay_list_room(cx, r->hotel, r->id, &in);
	if (rc == VH_OK && in)
		return ctx_fail(cx, VH_CONFLICT, "room_occupied", "room",
		                "room %s still has people registered: move them out first", r->no);
	if (rc == VH_OK)
		rc = plate_of_room(cx, r->hotel, r->id, &p);
	if (rc == VH_OK)
		rc = plate_end(cx, &p, 0);
	if (rc != VH_OK && rc != VH_NOTFOUND)
		return rc;
	r->letting = "closed";
	return room_update(cx, r);
}
