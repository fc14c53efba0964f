/* What the village says to a house or to everybody: put, listed, withdrawn. */
#include "vh/notice.h"

#include <stdlib.h>
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "queue.h"
#include "vh/db.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "view.h"

struct f_notice {
	const char *text, *house, *from, *until;
};
static const struct input notice_in[] = {
	INPUT(struct f_notice, text, input_lines, INPUT_REQUIRED, LIM_NOTICE),
	INPUT(struct f_notice, until, input_day, INPUT_REQUIRED, 0),
	INPUT(struct f_notice, from, input_day, 0, 0),
	INPUT(struct f_notice, house, input_text, 0, 20),
};
const struct form form_notice = FORM(struct f_notice, notice_in);

/* Houses by number, as people name them; ids are found in the same list. */
struct houses {
	int64_t hotel;
	struct house *list;
};

static enum vh_rc houses_step(struct ctx *cx, void *arg)
{
	struct houses *g = arg;
	return house_list(cx, g->hotel, &g->list);
}

static const struct house *house_of(const struct houses *g, int64_t id)
{
	const struct house *h = g->list;
	while (h && h->id != id)
		h = h->next;
	return h;
}

/* A typed house: its number, or its id. */
static enum vh_rc house_typed(struct call *c, const char *text, int64_t *ret)
{
	struct houses g = { .hotel = c->hotel.id };
	int64_t id = 0;
	*ret = 0;
	if (!text)
		return VH_OK;
	enum vh_rc rc = db_read(&c->cx, houses_step, &g);
	if (rc != VH_OK)
		return rc;
	bool long_one = strlen(text) >= 15 && id_parse(text, &id) == VH_OK;
	bool digits = strspn(text, "0123456789") == strlen(text);
	for (const struct house *h = g.list; h; h = h->next)
		if (long_one ? h->id == id : digits && h->no == strtoll(text, NULL, 10))
			*ret = h->id;
	return *ret ? VH_OK
	            : ctx_fail(&c->cx, VH_INVALID, "house_unknown", "house",
	                       "there is no such house here");
}

static void put_notice(struct call *c, cJSON *list, const struct notice *n, const struct houses *g,
                       const char *today)
{
	cJSON *o = put_obj(c, list, NULL);
	const struct house *h = n->house ? house_of(g, n->house) : NULL;
	view_id(&c->view, o, "id", n->id);
	put(c, o, "text", n->text);
	put(c, o, "from", n->from_day);
	put(c, o, "until", n->until_day);
	put(c, o, "address", h ? h->address : NULL);
	view_bool(&c->view, o, "to_come", strcmp(n->from_day, today) > 0);
	put_url(c, o, "withdraw_url", true, "%s/notices/%s/withdraw", hotel_path(c),
	        id_text(c, n->id));
	put_idem(c, o);
}

static enum vh_rc page(struct call *c, const struct f_notice *at)
{
	struct notice *list = NULL;
	struct houses g = { .hotel = c->hotel.id };
	char today[11];
	today_of(&c->cx, &c->hotel, today);
	enum vh_rc rc = look_all_notices(&c->cx, &c->hotel, &list);
	if (rc == VH_OK)
		rc = db_read(&c->cx, houses_step, &g);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	cJSON *rows = put_arr(c, c->view.root, "rows");
	for (const struct notice *n = list; n; n = n->next)
		put_notice(c, rows, n, &g, today);
	put_url(c, c->view.root, "queue_url", may(c, ACT_VERIFY), "%s/queue", hotel_path(c));
	const struct form_how how = {
		.title = "notice",
		.at = at,
		.action = arena_printf(c->cx.a, "%s/notices", hotel_path(c)),
	};
	put_form(c, c->view.root, "form", &form_notice, &how);
	return VH_OK;
}

enum vh_rc get_notices(struct call *c)
{
	const struct f_notice at = { .house = req_query(c->q, "house") };
	return page(c, &at);
}

enum vh_rc again_notices(struct call *c)
{
	return page(c, c->form);
}

enum vh_rc post_notice(struct call *c)
{
	const struct f_notice *f = c->form;
	struct notice_new n = { .hotel = c->hotel.id, .text = f->text, .from = f->from,
		                .until = f->until };
	int64_t id;
	enum vh_rc rc = house_typed(c, f->house, &n.house);
	if (rc == VH_OK)
		rc = notice_put(&c->cx, &n, &id);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", id);
	c->status = 201;
	c->go = arena_printf(c->cx.a, "%s/notices?ok=notice_put", hotel_path(c));
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc post_withdraw(struct call *c)
{
	int64_t id;
	enum vh_rc rc = param_id(c, "notice", &id);
	if (rc == VH_OK)
		rc = notice_withdraw(&c->cx, c->hotel.id, id);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", id);
	c->go = arena_printf(c->cx.a, "%s/notices?ok=notice_withdrawn", hotel_path(c));
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}
