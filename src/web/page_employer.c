/* Where people work: the list that filings offer, kept by the desk. */
#include "vh/employer.h"

#include <string.h>

#include "forms.h"
#include "pages.h"
#include "queue.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "view.h"

struct f_employer {
	const char *employer, *uscc, *alias, *into;
};
static const struct input add_in[] = {
	INPUT(struct f_employer, employer, input_text, INPUT_REQUIRED, LIM_TEXT),
	INPUT(struct f_employer, uscc, input_code, 0, 32),
};
static const struct input amend_in[] = {
	INPUT(struct f_employer, employer, input_text, 0, LIM_TEXT),
	INPUT(struct f_employer, uscc, input_code, 0, 32),
};
static const struct input alias_in[] = {
	INPUT(struct f_employer, alias, input_text, INPUT_REQUIRED, LIM_TEXT),
};
static const struct input merge_in[] = {
	INPUT(struct f_employer, into, input_text, INPUT_REQUIRED, LIM_TEXT),
};
const struct form form_employer = FORM(struct f_employer, add_in);
const struct form form_employer_amend = FORM(struct f_employer, amend_in);
const struct form form_alias = FORM(struct f_employer, alias_in);
const struct form form_merge = FORM(struct f_employer, merge_in);

static void put_employer(struct call *c, cJSON *o, const struct employer_look *l)
{
	view_id(&c->view, o, "id", l->row.id);
	put(c, o, "name", l->row.name);
	put(c, o, "uscc", l->row.uscc);
	view_bool(&c->view, o, "odd", l->odd);
	put_num(c, o, "people", l->people);
	cJSON *list = put_arr(c, o, "aliases");
	for (const struct employer_alias *a = l->aliases; a; a = a->next)
		view_str(&c->view, list, NULL, a->key);
	put_url(c, o, "employer_url", true, "%s/employers/%s", hotel_path(c),
	        id_text(c, l->row.id));
}

enum vh_rc get_employers(struct call *c)
{
	struct employer_look *list = NULL;
	const char *key = list_key(c);
	int64_t after = 0, n = 0;
	if (key && id_parse(key, &after) != VH_OK)
		return ctx_fail(&c->cx, VH_INVALID, "after", "after", "not an id");
	enum vh_rc rc = look_employers(&c->cx, &c->hotel, after, QUEUE_ROWS, &list);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	cJSON *rows = put_arr(c, c->view.root, "rows");
	for (const struct employer_look *l = list; l; l = l->next, n++) {
		put_employer(c, put_obj(c, rows, NULL), l);
		after = l->row.id;
	}
	list_more(c, "employers", n == QUEUE_ROWS ? id_text(c, after) : NULL);
	put_url(c, c->view.root, "queue_url", may(c, ACT_VERIFY), "%s/queue", hotel_path(c));
	if (!c->html)
		return VH_OK;
	const struct form_how how = { .title = "employer_add",
		                      .prefix = "add",
		                      .action = arena_printf(c->cx.a, "%s/employers",
		                                             hotel_path(c)) };
	put_form(c, put_arr(c, c->view.root, "actions"), NULL, &form_employer, &how);
	return VH_OK;
}

static void put_actions(struct call *c, const struct employer_look *l)
{
	cJSON *list = put_arr(c, c->view.root, "actions");
	const char *base = arena_printf(c->cx.a, "%s/employers/%s", hotel_path(c),
	                                id_text(c, l->row.id));
	const struct f_employer now = { .employer = l->row.name, .uscc = l->row.uscc };
	const struct {
		const char *title, *verb;
		const struct form *form;
		bool danger;
	} all[] = {
		{ "employer_amend", "amend", &form_employer_amend, false },
		{ "employer_alias", "aliases", &form_alias, false },
		{ "employer_merge", "merge", &form_merge, true },
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const struct form_how how = {
			.title = all[i].title,
			.prefix = all[i].title,
			.at = i == 0 ? &now : NULL,
			.danger = all[i].danger,
			.action = arena_printf(c->cx.a, "%s/%s", base ? base : "", all[i].verb),
		};
		put_form(c, list, NULL, all[i].form, &how);
	}
}

enum vh_rc get_employer(struct call *c)
{
	struct employer_look l;
	int64_t id;
	enum vh_rc rc = param_id(c, "employer", &id);
	if (rc == VH_OK)
		rc = look_employer(&c->cx, &c->hotel, id, &l);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	put_employer(c, put_obj(c, c->view.root, "employer"), &l);
	put_url(c, c->view.root, "list_url", true, "%s/employers", hotel_path(c));
	if (c->html)
		put_actions(c, &l);
	return VH_OK;
}

static enum vh_rc done(struct call *c, int64_t id, const char *notice)
{
	view_id(&c->view, c->view.root, "id", id);
	c->go = arena_printf(c->cx.a, "%s/employers/%s?ok=%s", hotel_path(c), id_text(c, id),
	                     notice);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc post_employer(struct call *c)
{
	const struct f_employer *f = c->form;
	int64_t id;
	enum vh_rc rc = employer_add(&c->cx, c->hotel.id, f->employer, f->uscc, &id);
	c->status = 201;
	return rc == VH_OK ? done(c, id, "saved") : rc;
}

enum vh_rc post_employer_amend(struct call *c)
{
	const struct f_employer *f = c->form;
	int64_t id;
	enum vh_rc rc = param_id(c, "employer", &id);
	if (rc == VH_OK)
		rc = employer_amend(&c->cx, c->hotel.id, id, f->employer, f->uscc);
	return rc == VH_OK ? done(c, id, "saved") : rc;
}

enum vh_rc post_alias(struct call *c)
{
	const struct f_employer *f = c->form;
	int64_t id;
	enum vh_rc rc = param_id(c, "employer", &id);
	if (rc == VH_OK)
		rc = employer_alias_add(&c->cx, c->hotel.id, id, f->alias);
	return rc == VH_OK ? done(c, id, "saved") : rc;
}

enum vh_rc post_merge(struct call *c)
{
	const struct f_employer *f = c->form;
	int64_t id, into;
	enum vh_rc rc = param_id(c, "employer", &id);
	if (rc == VH_OK)
		rc = employer_find(&c->cx, &c->hotel, f->into, &into);
	if (rc == VH_OK)
		rc = employer_merge(&c->cx, c->hotel.id, id, into);
	return rc == VH_OK ? done(c, into, "merged") : rc;
}
