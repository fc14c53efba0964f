/* Hotels, and the houses and rooms of one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_impl.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/place.h"
#include "vh/store_stay.h"
#include "vh/utf8.h"

static void view_hotel(struct cli *c, cJSON *o, const struct hotel *h)
{
	view_num(&c->view, o, "id", (double)h->id);
	view_str(&c->view, o, "code", h->area);
	view_str(&c->view, o, "name", h->name);
	view_str(&c->view, o, "desk_phone", h->desk_phone);
	view_str(&c->view, o, "entrusted_by", h->entrusted_by);
	if (h->retention_months)
		view_num(&c->view, o, "retention_months", (double)h->retention_months);
	else
		view_null(&c->view, o, "retention_months");
}

/* What is missing is asked for on a terminal; elsewhere it stays unset and a warning says so. */
static enum vh_rc want(struct cli *c, const char *opt, const char *question, const char **ret)
{
	*ret = cli_opt(c, opt);
	if (*ret)
		return VH_OK;
	enum vh_rc rc = c->ask ? cli_ask(c, question, false, ret) : VH_OK;
	if (rc == VH_OK && !*ret)
		cli_warn(c, "unset", "--%s is not set", opt);
	return rc;
}

static enum vh_rc want_retention(struct cli *c, int64_t *ret)
{
	enum vh_rc rc = cli_opt_i64(c, "retention", 1, 1200, 0, ret);
	if (rc != VH_OK || *ret)
		return rc;
	const char *text = NULL;
	rc = want(c, "retention", "months that data are kept after a stay has ended", &text);
	if (rc != VH_OK || !text)
		return rc;
	char *end;
	*ret = strtoll(text, &end, 10);
	if (*end || *ret < 1 || *ret > 1200)
		return ctx_fail(&c->cx, VH_INVALID, "retention", "retention",
		                "a number of months from 1 to 1200 is expected");
	return VH_OK;
}

static enum vh_rc get_by_id(struct ctx *cx, void *arg)
{
	struct hotel *h = arg;
	return hotel_get(cx, h->id, h);
}

static enum vh_rc run_hotel_add(struct cli *c)
{
	struct hotel_new n = { .name = cli_opt(c, "name") };
	struct hotel h = { 0 };
	enum vh_rc rc = VH_OK;
	n.area = cli_opt(c, "area");
	if (!n.area && c->ask)
		rc = cli_ask(c, "area code of the village, twelve digits", false, &n.area);
	if (rc == VH_OK && !n.area)
		rc = cli_opt_need(c, "area", &n.area);
	if (rc == VH_OK)
		rc = want(c, "entrusted-by", "who entrusted the village, and by which paper",
		          &n.entrusted_by);
	if (rc == VH_OK)
		rc = want_retention(c, &n.retention_months);
	if (rc == VH_OK)
		rc = want(c, "desk-phone", "telephone of the desk, for the plates", &n.desk_phone);
	if (rc == VH_OK)
		rc = hotel_add(&c->cx, &n, &h.id);
	if (rc == VH_OK)
		rc = db_read(&c->cx, get_by_id, &h);
	if (rc != VH_OK)
		return rc;
	view_hotel(c, c->view.root, &h);
	cli_say(c, "%s %s is open", h.area, h.name);
	return VH_OK;
}

static enum vh_rc read_hotels(struct ctx *cx, void *arg)
{
	return hotel_list(cx, arg);
}

static enum vh_rc run_hotel_list(struct cli *c)
{
	struct hotel *list = NULL;
	enum vh_rc rc = db_read(&c->cx, read_hotels, &list);
	if (rc != VH_OK)
		return rc;
	cJSON *a = cli_list(c);
	for (const struct hotel *h = list; h; h = h->next) {
		view_hotel(c, view_obj(&c->view, a, NULL), h);
		cli_say(c, "%s %s", h->area, h->name);
	}
	return VH_OK;
}

struct hotel_sum {
	struct hotel h;
	struct hotel_head head;
	int64_t houses, rooms, people;
};

static enum vh_rc read_sum(struct ctx *cx, void *arg)
{
	struct hotel_sum *s = arg;
	struct house *house = NULL;
	struct room *room = NULL;
	struct stay *stay = NULL;
	s->houses = s->rooms = s->people = 0;
	enum vh_rc rc = head_get(cx, s->h.id, &s->head);
	if (rc == VH_OK)
		rc = house_list(cx, s->h.id, &house);
	if (rc == VH_OK)
		rc = room_list(cx, s->h.id, &room);
	if (rc == VH_OK)
		rc = stay_list_hotel(cx, s->h.id, &stay);
	if (rc != VH_OK)
		return rc;
	for (; house; house = house->next)
		s->houses++;
	for (; room; room = room->next)
		s->rooms++;
	for (; stay; stay = stay->next)
		s->people += stay_is_current(stay->state);
	return VH_OK;
}

static enum vh_rc run_hotel_show(struct cli *c)
{
	struct hotel_sum s = { 0 };
	enum vh_rc rc = cli_hotel(c, &s.h);
	if (rc == VH_OK)
		rc = db_read(&c->cx, read_sum, &s);
	if (rc != VH_OK)
		return rc;
	cJSON *o = c->view.root;
	view_hotel(c, o, &s.h);
	view_num(&c->view, o, "houses", (double)s.houses);
	view_num(&c->view, o, "rooms", (double)s.rooms);
	view_num(&c->view, o, "registered", (double)s.people);
	view_num(&c->view, o, "epoch", (double)s.head.epoch);
	view_num(&c->view, o, "sequence", (double)s.head.seq);
	view_num(&c->view, o, "notice_version", (double)s.h.notice_version);
	cli_say(c, "%s %s\ndesk         %s\nentrusted by %s", s.h.area, s.h.name,
	        s.h.desk_phone ? s.h.desk_phone : "not set",
	        s.h.entrusted_by ? s.h.entrusted_by : "not set");
	if (s.h.retention_months)
		cli_say(c, "kept for     %lld months", (long long)s.h.retention_months);
	else
		cli_say(c, "kept for     not set");
	cli_say(c, "%lld houses, %lld rooms, %lld people registered, %lld events",
	        (long long)s.houses, (long long)s.rooms, (long long)s.people,
	        (long long)s.head.seq);
	return VH_OK;
}

struct pick_house {
	int64_t hotel;
	const char *text;
	struct house house;
};

static enum vh_rc find_house(struct ctx *cx, void *arg)
{
	struct pick_house *p = arg;
	struct house *list = NULL;
	enum vh_rc rc = house_list(cx, p->hotel, &list);
	if (rc != VH_OK)
		return rc;
	for (const struct house *h = list; h; h = h->next) {
		char id[ID_TEXT], no[ID_TEXT];
		id_format(h->id, id);
		id_format(h->no, no);
		if (!strcmp(p->text, id) || !strcmp(p->text, no) || !strcmp(p->text, h->address)) {
			p->house = *h;
			return VH_OK;
		}
	}
	return ctx_fail(cx, VH_NOTFOUND, "not_found", "house", "there is no house %s", p->text);
}

enum vh_rc cli_house(struct cli *c, int64_t hotel, const char *text, struct house *ret)
{
	struct pick_house p = { .hotel = hotel, .text = text };
	enum vh_rc rc = db_read(&c->cx, find_house, &p);
	if (rc == VH_OK)
		*ret = p.house;
	return rc;
}

static enum vh_rc pick_house(struct cli *c, struct hotel *h, struct house *ret)
{
	const char *text;
	enum vh_rc rc = cli_opt_need(c, "house", &text);
	if (rc == VH_OK)
		rc = cli_hotel(c, h);
	return rc == VH_OK ? cli_house(c, h->id, text, ret) : rc;
}

static enum vh_rc house_of(struct ctx *cx, void *arg)
{
	struct house *h = arg;
	return house_get(cx, h->hotel, h->id, h);
}

static enum vh_rc run_house_add(struct cli *c)
{
	struct house_new n = { .grid = cli_opt(c, "grid"),
		               .landlord = cli_opt(c, "landlord"),
		               .phone = cli_opt(c, "phone") };
	struct hotel h;
	struct house made = { 0 };
	enum vh_rc rc = cli_opt_need(c, "address", &n.address);
	if (rc == VH_OK)
		rc = cli_hotel(c, &h);
	if (rc == VH_OK)
		rc = house_add(&c->cx, h.id, &n, &made.id);
	made.hotel = rc == VH_OK ? h.id : 0;
	if (rc == VH_OK)
		rc = db_read(&c->cx, house_of, &made);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", made.id);
	view_num(&c->view, c->view.root, "no", (double)made.no);
	view_str(&c->view, c->view.root, "address", made.address);
	cli_say(c, "house %lld %s", (long long)made.no, made.address);
	return VH_OK;
}

struct list_houses {
	int64_t hotel;
	struct house *houses;
	struct room *rooms;
};

static enum vh_rc read_houses(struct ctx *cx, void *arg)
{
	struct list_houses *l = arg;
	enum vh_rc rc = house_list(cx, l->hotel, &l->houses);
	return rc == VH_OK ? room_list(cx, l->hotel, &l->rooms) : rc;
}

static void view_room(struct cli *c, cJSON *in, const struct room *r)
{
	cJSON *o = view_obj(&c->view, in, NULL);
	view_id(&c->view, o, "id", r->id);
	view_str(&c->view, o, "no", r->no);
	view_num(&c->view, o, "capacity", (double)r->capacity);
	view_str(&c->view, o, "letting", r->letting);
	cli_say(c, "      %-10s for %lld, %s", r->no, (long long)r->capacity, r->letting);
}

static enum vh_rc run_house_list(struct cli *c)
{
	struct hotel h;
	struct list_houses l = { 0 };
	enum vh_rc rc = cli_hotel(c, &h);
	l.hotel = rc == VH_OK ? h.id : 0;
	if (rc == VH_OK)
		rc = db_read(&c->cx, read_houses, &l);
	if (rc != VH_OK)
		return rc;
	cJSON *a = cli_list(c);
	for (const struct house *p = l.houses; p; p = p->next) {
		cJSON *o = view_obj(&c->view, a, NULL);
		view_id(&c->view, o, "id", p->id);
		view_num(&c->view, o, "no", (double)p->no);
		view_str(&c->view, o, "address", p->address);
		view_str(&c->view, o, "grid", p->grid);
		cli_say(c, "%5lld %s", (long long)p->no, p->address);
		cJSON *rooms = view_arr(&c->view, o, "rooms");
		for (const struct room *r = l.rooms; r; r = r->next)
			if (r->house == p->id)
				view_room(c, rooms, r);
	}
	return VH_OK;
}

static enum vh_rc run_room_add(struct cli *c)
{
	struct room_new n = { 0 };
	struct hotel h;
	struct house house;
	int64_t room = 0, dm2 = 0;
	enum vh_rc rc = cli_opt_need(c, "no", &n.no);
	if (rc == VH_OK)
		rc = cli_opt_i64(c, "capacity", 1, LIM_CAPACITY, 0, &n.capacity);
	if (rc == VH_OK)
		rc = cli_opt_i64(c, "area-m2", 1, 10000, 0, &dm2);
	if (rc == VH_OK)
		rc = pick_house(c, &h, &house);
	n.area_m2 = (double)dm2;
	if (rc == VH_OK)
		rc = room_add(&c->cx, h.id, house.id, &n, &room);
	if (rc != VH_OK)
		return rc;
	n.no = utf8_clean(c->cx.a, n.no); /* as it is kept */
	if (!n.no)
		return ctx_nomem(&c->cx);
	view_id(&c->view, c->view.root, "id", room);
	view_str(&c->view, c->view.root, "no", n.no);
	view_id(&c->view, c->view.root, "house", house.id);
	cli_say(c, "room %s of house %lld: %lld", n.no, (long long)house.no, (long long)room);
	return VH_OK;
}

static const struct opt hotel_add_opts[] = {
	{ "area", "CODE", "area code of the village" },
	{ "name", "TEXT", "the hotel's name (the area's)" },
	{ "desk-phone", "PHONE", "stands on the plates" },
	{ "entrusted-by", "TEXT", "who entrusted the village, and by which paper" },
	{ "retention", "MONTHS", "how long data are kept after a stay has ended" },
	{ 0 },
};
static const struct opt hotel_opts[] = { OPT_HOTEL, { 0 } };
static const struct opt house_add_opts[] = {
	OPT_HOTEL,
	{ "address", "TEXT", "the house's address" },
	{ "grid", "TEXT", "its grid" },
	{ "landlord", "NAME", "who lets it" },
	{ "phone", "PHONE", "the landlord's" },
	{ 0 },
};
static const struct opt room_add_opts[] = {
	OPT_HOTEL,
	{ "house", "HOUSE", "id, number in the hotel, or address" },
	{ "no", "NO", "the room's number" },
	{ "capacity", "N", "people it may hold (2)" },
	{ "area-m2", "N", "its size" },
	{ 0 },
};

const struct command cmd_hotel[] = {
	{ "hotel add", "", "open a hotel", hotel_add_opts, 0, 0, CLI_WRITE, run_hotel_add, 0 },
	{ "hotel list", "", "the hotels of this registry", NULL, 0, 0, CLI_DB, run_hotel_list, 0 },
	{ "hotel show", "", "one hotel and its counts", hotel_opts, 0, 0, CLI_DB, run_hotel_show,
	  LIM_ARENA_IMPORT },
	{ "house add", "", "add a house", house_add_opts, 0, 0, CLI_WRITE, run_house_add, 0 },
	{ "house list", "", "houses and their rooms, nobody's data", hotel_opts, 0, 0, CLI_DB,
	  run_house_list, LIM_ARENA_IMPORT },
	{ "room add", "", "add a room to a house", room_add_opts, 0, 0, CLI_WRITE, run_room_add,
	  0 },
	{ 0 },
};
