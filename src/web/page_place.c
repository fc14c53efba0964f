/* What villages do to houses and rooms: each POST is one core function and a way back. */
#include <stdlib.h>
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "vh/place.h"
#include "view.h"

/* The page of the thing whose action failed: the path without its verb. */
static const char *back_of(struct call *c)
{
	const char *p = c->q->path, *slash = strrchr(p, '/');
	if (c->hotel.id && !strcmp(slash, "/houses"))
		return arena_printf(c->cx.a, "/h/%s/rack", c->hotel.area);
	return arena_dupn(c->cx.a, p, (size_t)(slash - p));
}

enum vh_rc again_action(struct call *c)
{
	const struct form_how how = { .title = c->route->title,
		                      .action = c->q->path,
		                      .at = c->form,
		                      .danger = c->route->form == &form_retire ||
		                                c->route->form == &form_reject };
	put_form(c, c->view.root, "form", c->route->form, &how);
	const char *back = back_of(c);
	put_url(c, c->view.root, "back_url", back != NULL, "%s", back ? back : "");
	c->heading = word(c, "a_", c->route->title);
	return VH_OK;
}

static double number(const char *s)
{
	return s ? strtod(s, NULL) : 0;
}

static int64_t whole(const char *s)
{
	return s ? strtoll(s, NULL, 10) : 0;
}

static struct room_new room_of(const struct f_room *f)
{
	return (struct room_new){ f->no, number(f->area_m2), whole(f->capacity) };
}

static struct house_new house_of(const struct f_house *f)
{
	return (struct house_new){ f->address, f->grid,        f->landlord,
		                   f->phone,   number(f->lat), number(f->lng) };
}

/* Made or changed: programs get the id, browsers go to the page of it. */
static enum vh_rc done(struct call *c, int status, const char *kind, int64_t id)
{
	const char *url = arena_printf(c->cx.a, "%s/%s/%s", hotel_path(c), kind, id_text(c, id));
	if (!url)
		return ctx_nomem(&c->cx);
	view_id(&c->view, c->view.root, "id", id);
	c->status = status;
	if (status == 201 && !c->html)
		resp_header(c->r, "Location", url);
	c->go = arena_printf(c->cx.a, "%s?ok=saved", url);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc post_house(struct call *c)
{
	const struct house_new n = house_of(c->form);
	int64_t id;
	enum vh_rc rc = house_add(&c->cx, c->hotel.id, &n, &id);
	return rc == VH_OK ? done(c, 201, "houses", id) : rc;
}

enum vh_rc post_house_amend(struct call *c)
{
	const struct house_new n = house_of(c->form);
	int64_t id;
	enum vh_rc rc = param_id(c, "house", &id);
	if (rc == VH_OK)
		rc = house_amend(&c->cx, c->hotel.id, id, &n);
	return rc == VH_OK ? done(c, 200, "houses", id) : rc;
}

enum vh_rc post_house_retire(struct call *c)
{
	const struct f_reason *f = c->form;
	int64_t id;
	enum vh_rc rc = param_id(c, "house", &id);
	if (rc == VH_OK)
		rc = house_retire(&c->cx, c->hotel.id, id, f->reason);
	if (rc == VH_OK)
		rc = done(c, 200, "houses", id);
	/* A retired house is on no page. */
	c->go = arena_printf(c->cx.a, "%s/rack?ok=saved", hotel_path(c));
	return rc;
}

enum vh_rc post_room(struct call *c)
{
	const struct room_new n = room_of(c->form);
	int64_t house, id;
	enum vh_rc rc = param_id(c, "house", &house);
	if (rc == VH_OK)
		rc = room_add(&c->cx, c->hotel.id, house, &n, &id);
	return rc == VH_OK ? done(c, 201, "rooms", id) : rc;
}

enum vh_rc post_room_amend(struct call *c)
{
	const struct room_new n = room_of(c->form);
	int64_t id;
	enum vh_rc rc = param_id(c, "room", &id);
	if (rc == VH_OK)
		rc = room_amend(&c->cx, c->hotel.id, id, &n);
	return rc == VH_OK ? done(c, 200, "rooms", id) : rc;
}

enum vh_rc post_letting(struct call *c)
{
	const struct f_letting *f = c->form;
	int64_t id;
	enum vh_rc rc = param_id(c, "room", &id);
	if (rc == VH_OK)
		rc = room_letting(&c->cx, c->hotel.id, id, f->letting, f->reason);
	return rc == VH_OK ? done(c, 200, "rooms", id) : rc;
}

enum vh_rc post_split(struct call *c)
{
	const struct room_new n = room_of(c->form);
	int64_t id, made;
	enum vh_rc rc = param_id(c, "room", &id);
	if (rc == VH_OK)
		rc = room_split(&c->cx, c->hotel.id, id, &n, &made);
	return rc == VH_OK ? done(c, 201, "rooms", made) : rc;
}

enum vh_rc post_room_retire(struct call *c)
{
	const struct f_reason *f = c->form;
	int64_t id;
	enum vh_rc rc = param_id(c, "room", &id);
	if (rc == VH_OK)
		rc = room_retire(&c->cx, c->hotel.id, id, f->reason);
	return rc == VH_OK ? done(c, 200, "rooms", id) : rc;
}
