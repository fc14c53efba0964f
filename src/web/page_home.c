/* The first page. */
#include <string.h>

#include "forms.h"
#include "home.h"
#include "pages.h"
#include "queue.h"
#include "vh/db.h"
#include "vh/utf8.h"
#include "view.h"

enum { HOTELS_SHOWN = 30 };

struct scope {
	struct hotel *hotels;
};

static enum vh_rc scope_step(struct ctx *cx, void *arg)
{
	struct scope *s = arg;
	return hotel_list(cx, &s->hotels);
}

enum vh_rc home_hotels(struct call *c, cJSON *section, home_hotel_fn *fn)
{
	struct scope s = { 0 };
	struct hotel last = { 0 };
	int n = 0;
	enum vh_rc rc = db_read(&c->cx, scope_step, &s);
	for (struct hotel *h = s.hotels; rc == VH_OK && h && n < HOTELS_SHOWN; h = h->next) {
		int before = n;
		if (!actor_covers(&c->s.who, h))
			continue;
		c->hotel = *h;
		rc = fn(c, section, &n);
		if (n > before)
			last = *h;
	}
	c->hotel = n == 1 ? last : (struct hotel){ 0 };
	put_flag(c, section, "empty", n == 0);
	put_url(c, section, "all_url", may(c, ACT_SEARCH) && n > 1, "%s", "/people/search");
	return rc;
}

static enum vh_rc hotel_card(struct call *c, cJSON *section, int *n)
{
	const char *area = c->hotel.area;
	struct rack rack = { 0 };
	int64_t waiting;
	enum vh_rc rc = may(c, ACT_RACK) ? look_rack(&c->cx, &c->hotel, &rack) : VH_OK;
	if (rc == VH_OK)
		rc = queue_waiting(c, &waiting);
	if (rc != VH_OK)
		return rc;
	cJSON *o = put_obj(c, cJSON_GetObjectItemCaseSensitive(section, "hotels"), NULL);
	put(c, o, "code", area);
	put(c, o, "name", c->hotel.name);
	put(c, o, "phone", c->hotel.desk_phone);
	put_num(c, o, "houses", rack.totals.houses);
	put_num(c, o, "rooms", rack.totals.rooms);
	put_num(c, o, "registered", rack.totals.people);
	put_url(c, o, "rack_url", may(c, ACT_RACK), "/h/%s/rack", area);
	put_num(c, o, "waiting", waiting);
	put_url(c, o, "queue_url", may(c, ACT_VERIFY), "/h/%s/queue", area);
	put_url(c, o, "review_url", may(c, ACT_AUDIT), "/h/%s/reviews", area);
	put_url(c, o, "erasures_url", may(c, ACT_AUDIT), "/h/%s/access/erasures", area);
	put_url(c, o, "search_url", may(c, ACT_SEARCH), "/h/%s/people/search", area);
	put_url(c, o, "setup_url", may(c, ACT_STAFF), "/h/%s/setup", area);
	put_url(c, o, "access_url", may(c, ACT_AUDIT), "/h/%s/access", area);
	(*n)++;
	return VH_OK;
}

/* Who works here sees his hotels, each with its figures and the doors that his role opens. */
static enum vh_rc home_staff(struct call *c, cJSON *section)
{
	put_arr(c, section, "hotels");
	return home_hotels(c, section, hotel_card);
}

/* A tenant has nothing else here. */
static enum vh_rc home_tenant(struct call *c, cJSON *section)
{
	put_url(c, section, "me_url", true, "%s", "/me");
	c->go = "/me";
	return VH_OK;
}

/*
 * The first page by role: `section` is a member of the view and the condition of the partial
 * _home_SECTION; several roles may share one.
 */
static const struct home {
	enum role role;
	const char *section;
	home_fn *fn;
} homes[] = {
	/* clang-format off */
	{ ROLE_LANDLORD, "landlord", home_landlord },
	{ ROLE_TENANT,   "tenant",   home_tenant },
	{ ROLE_POLICE,   "officer",  home_officer },
	{ ROLE_GRID,     "officer",  home_officer },
	{ ROLE_CLERK,    "desk",     home_staff },
	{ ROLE_HEAD,     "head",     home_head },
	{ ROLE_ADMIN,    "admin",    home_staff },
	{ ROLE_AUDITOR,  "auditor",  home_staff },
	{ ROLE_EMPLOYER, "employer", home_staff },
	/* clang-format on */
};

static const struct home *home_of(const struct call *c)
{
	for (size_t i = 0; c->logged_in && i < sizeof homes / sizeof *homes; i++)
		if (homes[i].role == c->s.who.role)
			return &homes[i];
	return NULL;
}

enum vh_rc get_home(struct call *c)
{
	cJSON *root = c->view.root;
	const struct home *own = home_of(c);
	put_flag(c, root, "stranger", !c->logged_in);
	put_url(c, root, "login_url", !c->logged_in, "%s", "/login");
	put_url(c, root, "receipt_url", !c->logged_in, "/receipt");
	enum vh_rc rc = own ? own->fn(c, put_obj(c, root, own->section)) : VH_OK;
	for (size_t i = 0; c->html && i < sizeof homes / sizeof *homes; i++)
		if (!cJSON_GetObjectItemCaseSensitive(root, homes[i].section))
			view_null(&c->view, root, homes[i].section);
	return rc;
}
