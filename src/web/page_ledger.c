/*
 * A clerk's ledger by upload. It runs on the request's own thread, in the importer's short steps;
 * one at a time, since each may take LIM_ARENA_IMPORT.
 */
#include <stdatomic.h>
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "vh/ledger_import.h"
#include "vh/limits.h"
#include "view.h"

static atomic_flag busy = ATOMIC_FLAG_INIT;

enum vh_rc get_import(struct call *c)
{
	const char *base = hotel_path(c);
	const struct form_how how = { .title = "import",
		                      .at = c->form,
		                      .action = arena_printf(c->cx.a, "%s/ledger", base) };
	put_hotel(c, &c->hotel);
	put_url(c, c->view.root, "rack_url", true, "%s/rack", base);
	put_form(c, c->view.root, "form", &form_ledger, &how);
	return VH_OK;
}

static int64_t length(const struct ledger_item *l)
{
	int64_t n = 0;
	for (; l; l = l->next)
		n++;
	return n;
}

/* The page names who is gone by his filing: his name would be a disclosure. */
static void put_gone(struct call *c, const struct ledger_gone *list)
{
	int64_t n = 0;
	cJSON_DeleteItemFromObjectCaseSensitive(c->view.root, "gone");
	cJSON *a = put_arr(c, c->view.root, "gone");
	for (const struct ledger_gone *g = list; g; g = g->next, n++) {
		cJSON *o = put_obj(c, a, NULL);
		put(c, o, "name", id_text(c, g->stay));
		put(c, o, "address", g->address);
		put(c, o, "room_no", g->room_no);
		put_url(c, o, "stay_url", true, "%s/stays/%s", hotel_path(c), id_text(c, g->stay));
	}
	put_num(c, c->view.root, "gone_n", n);
}

/* A page says in its own language what the importer says of a row in English. */
static void put_own_words(struct call *c, const char *key)
{
	cJSON *it, *list = cJSON_GetObjectItemCaseSensitive(c->view.root, key);
	cJSON_ArrayForEach(it, list) {
		const char *code = json_str(it, "code"), *own = NULL;
		if (code && has_word(c, "row_", code))
			own = word(c, "row_", code);
		else if (code && has_word(c, "code_", code))
			own = word(c, "code_", code);
		if (!own)
			continue;
		cJSON_DeleteItemFromObjectCaseSensitive(it, "detail");
		put(c, it, "detail", own);
	}
}

static void put_result(struct call *c, const struct ledger_result *r, bool dry)
{
	cJSON *root = c->view.root;
	ledger_result_view(&c->view, root, r);
	view_bool(&c->view, root, "dry_run", dry);
	if (!c->html)
		return;
	put_hotel(c, &c->hotel);
	put_own_words(c, "refused");
	put_own_words(c, "warnings");
	put_num(c, root, "refused_n", length(r->refused));
	put_num(c, root, "warnings_n", length(r->warnings));
	put_gone(c, r->gone);
	put_url(c, root, "rack_url", true, "%s/rack", hotel_path(c));
	put_url(c, root, "again_url", true, "%s/ledger", hotel_path(c));
	c->page_name = "import_result";
}

/* In an arena of its own: a ledger's lists are far larger than a request's. */
static enum vh_rc import(struct call *c, const struct http_file *file, bool dry)
{
	struct arena *mine = c->cx.a, *big = arena_new(LIM_ARENA_IMPORT);
	const struct ledger_how how = { .dry_run = dry };
	struct ledger_result r = { 0 };
	struct sheet *s = NULL;
	if (!big)
		return ctx_nomem(&c->cx);
	enum vh_rc rc = sheet_open(file->p, file->n, &s, &c->cx.err);
	if (rc == VH_OK) {
		c->cx.a = big;
		rc = ledger_import(&c->cx, c->hotel.area, s, &how, &r);
		c->cx.a = mine;
	}
	if (rc == VH_OK)
		put_result(c, &r, dry);
	sheet_close(s);
	arena_free(big);
	return rc;
}

enum vh_rc post_import(struct call *c)
{
	const struct f_ledger *f = c->form;
	if (atomic_flag_test_and_set(&busy))
		return ctx_fail(&c->cx, VH_BUSY, "busy", "", "another ledger is being taken in");
	enum vh_rc rc = import(c, &c->body.file, f->dry_run);
	atomic_flag_clear(&busy);
	return rc;
}
