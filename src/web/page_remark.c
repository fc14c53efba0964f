/*
 * Corrections that a node above asks for: the list of those that wait, at the desk that decides and
 * at the one that asked; and what was asked about a stay, beside it.
 */
#include "vh/remark.h"

#include <string.h>

#include "forms.h"
#include "pages.h"
#include "queue.h"
#include "vh/id.h"
#include "view.h"

static void put_said(struct call *c, cJSON *o, const struct remark_look *l)
{
	const struct remark *r = &l->row;
	view_id(&c->view, o, "id", r->id);
	put(c, o, "field", r->field);
	put_word(c, o, "field_text", "remark_field_", r->field);
	put(c, o, "believed", l->believed);
	put(c, o, "words", l->words);
	put(c, o, "upstream", l->upstream);
	put_text(c, o, "at_text", at_text(c, r->at, &c->hotel));
}

static void put_decline(struct call *c, cJSON *o, int64_t id)
{
	cJSON *list = put_arr(c, o, "actions");
	const struct form_how how = {
		.title = "decline",
		.prefix = arena_printf(c->cx.a, "decline-%s", id_text(c, id)),
		.action = arena_printf(c->cx.a, "%s/remarks/%s/decline", hotel_path(c),
		                       id_text(c, id)),
	};
	if (!c->hotel.source)
		put_form(c, list, NULL, &form_refuse, &how);
}

static void put_row(struct call *c, cJSON *list, const struct remark_look *l)
{
	cJSON *o = put_obj(c, list, NULL);
	const struct remark *r = &l->row;
	const char *stay = id_text(c, r->stay), *id = id_text(c, r->id);
	bool known = l->stay.stay.id != 0, ours = !c->hotel.source;
	put_said(c, o, l);
	view_id(&c->view, o, "stay", r->stay);
	put(c, o, "name", l->stay.person.name);
	put(c, o, "ours", l->ours);
	put(c, o, "address", known ? l->house.address : NULL);
	put(c, o, "room_no", known ? l->room.no : NULL);
	put_url(c, o, "stay_url", known && may(c, ACT_ROOM), "%s/stays/%s", hotel_path(c), stay);
	put_url(c, o, "amend_url", ours && known && may(c, ACT_FILE),
	        "%s/stays/%s/amend?f=%s&remark=%s", hotel_path(c), stay,
	        strcmp(r->field, "other") ? r->field : "", id);
	put_text(c, o, "ours_label", word(c, "", ours ? "remark_ours" : "remark_below"));
	put_text(c, o, "theirs_label", word(c, "", ours ? "remark_theirs" : "remark_asked"));
	if (c->html)
		put_decline(c, o, r->id);
}

enum vh_rc get_remarks(struct call *c)
{
	struct remark_look *list = NULL;
	const char *key = list_key(c), *what = c->hotel.source ? "asked" : "remarks";
	int64_t after = 0, n = 0;
	if (key && id_parse(key, &after) != VH_OK)
		return ctx_fail(&c->cx, VH_INVALID, "after", "after", "not an id");
	enum vh_rc rc = look_remarks(&c->cx, &c->hotel, after, &list);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	cJSON *rows = put_arr(c, c->view.root, "rows");
	for (const struct remark_look *l = list; l; l = l->next, n++) {
		put_row(c, rows, l);
		after = l->row.id;
	}
	c->heading = word(c, "queue_", what);
	put_text(c, c->view.root, "hint_text", word(c, "queue_hint_", what));
	list_more(c, "queue/remarks", n == REMARK_PAGE ? id_text(c, after) : NULL);
	put_url(c, c->view.root, "queue_url", true, "%s/queue", hotel_path(c));
	return VH_OK;
}

enum vh_rc post_decline(struct call *c)
{
	const struct f_decide *f = c->form;
	int64_t id;
	enum vh_rc rc = param_id(c, "remark", &id);
	if (rc == VH_OK)
		rc = remark_decline(&c->cx, c->hotel.id, id, f->reason);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", id);
	c->go = go_back(c, f->next, "declined",
	                arena_printf(c->cx.a, "%s/queue/remarks", hotel_path(c)));
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc stay_remarks(struct call *c, const struct stay *s)
{
	struct remark_look *list = NULL;
	cJSON *root = c->view.root, *rows;
	enum vh_rc rc = look_stay_remarks(&c->cx, &c->hotel, s->id, &list);
	if (rc != VH_OK)
		return rc;
	put_flag(c, root, "has_remarks", list != NULL);
	rows = put_arr(c, root, "remarks");
	for (; list; list = list->next) {
		const struct remark *r = &list->row;
		cJSON *o = put_obj(c, rows, NULL);
		bool open = !strcmp(r->state, "open");
		put_said(c, o, list);
		put(c, o, "state", r->state);
		put_word(c, o, "state_text", "remark_state_", r->state);
		put_flag(c, o, "open", open);
		put(c, o, "answer", list->answer);
		put_text(c, o, "settled_text", at_text(c, r->settled_at, &c->hotel));
		put_url(c, o, "list_url", open && !c->hotel.source, "%s/queue/remarks",
		        hotel_path(c));
	}
	put_url(c, root, "remark_url",
	        c->hotel.source && may(c, ACT_VERIFY) &&
	                (stay_is_current(s->state) || s->state == STAY_CONTESTED),
	        "%s/stays/%s/remark", hotel_path(c), id_text(c, s->id));
	return VH_OK;
}
