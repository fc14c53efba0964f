/* Looking for people, never by a GET; and the log of who looked. */
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "vh/access.h"
#include "vh/db.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/utf8.h"
#include "view.h"

enum { ACCESS_PAGE = 200 };

static void put_search_form(struct call *c)
{
	struct form_how how = { .title = "search", .at = c->form };
	how.action = c->hotel.id ? arena_printf(c->cx.a, "%s/people/search", hotel_path(c))
	                         : "/people/search";
	put_form(c, c->view.root, "form", &form_search_page, &how);
	if (c->hotel.id)
		put_hotel(c, &c->hotel);
	else
		view_null(&c->view, c->view.root, "hotel");
}

enum vh_rc get_search(struct call *c)
{
	put_search_form(c);
	put_flag(c, c->view.root, "searched", false);
	put_num(c, c->view.root, "count", 0);
	put_arr(c, c->view.root, "rows");
	view_bool(&c->view, c->view.root, "more", false);
	return VH_OK;
}

/* One box on the page: four signs are the tail of a number, eleven digits a phone, a long number a
 * document, all else a name. */
static enum search_by guess(const char *s)
{
	size_t n = strlen(s), digits = 0, alnum = 0;
	for (const char *p = s; *p; p++) {
		bool d = *p >= '0' && *p <= '9';
		digits += d;
		alnum += d || ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z');
	}
	if (n == 4 && digits >= 3 && alnum == 4)
		return SEARCH_TAIL;
	if (n == 11 && digits == 11 && s[0] == '1')
		return SEARCH_PHONE;
	return alnum == n && digits >= 6 ? SEARCH_DOC : SEARCH_NAME;
}

static enum vh_rc what(struct call *c, enum search_by *ret_by, const char **ret_text)
{
	const struct f_search *f = c->form;
	const struct {
		const char *text;
		enum search_by by;
	} given[] = {
		{ f->name, SEARCH_NAME },  { f->doc_no, SEARCH_DOC },  { f->tail, SEARCH_TAIL },
		{ f->last4, SEARCH_TAIL }, { f->phone, SEARCH_PHONE }, { f->q, SEARCH_NAME },
	};
	unsigned n = 0;
	for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
		if (!given[i].text)
			continue;
		n++;
		*ret_by = given[i].by;
		*ret_text = given[i].text;
	}
	if (n != 1)
		return ctx_fail(&c->cx, VH_INVALID, n ? "query" : "required", "q",
		                "one of name, doc_no, last4 and phone is wanted");
	if (*ret_text == f->q) {
		char *compact = utf8_compact(c->cx.a, f->q);
		if (!compact)
			return ctx_nomem(&c->cx);
		*ret_by = guess(compact);
	}
	return VH_OK;
}

static void put_row(struct call *c, cJSON *list, const struct found *f)
{
	cJSON *o = put_obj(c, list, NULL);
	const char *state = stay_state_name(f->stay.stay.state);
	view_id(&c->view, o, "id", f->stay.stay.id);
	put(c, o, "name", f->stay.person.name);
	put(c, o, "doc_type", f->stay.person.doc_type);
	put_word(c, o, "doc_type_text", "doc_type_", f->stay.person.doc_type);
	put(c, o, "doc_no", f->stay.person.doc_no);
	put(c, o, "hotel", f->hotel.area);
	put(c, o, "hotel_name", f->hotel.name);
	put(c, o, "address", f->house.address);
	put(c, o, "room_no", f->room.no);
	view_id(&c->view, o, "room", f->room.id);
	put(c, o, "since", f->stay.stay.since);
	put(c, o, "until", f->stay.stay.until);
	put(c, o, "state", state);
	put_word(c, o, "state_text", "state_", state);
	put_url(c, o, "stay_url", may(c, ACT_ROOM), "/h/%s/stays/%s", f->hotel.area,
	        id_text(c, f->stay.stay.id));
}

enum vh_rc post_search(struct call *c)
{
	struct found *list = NULL;
	enum search_by by = SEARCH_NAME;
	const char *text = NULL;
	int64_t n = 0;
	enum vh_rc rc = what(c, &by, &text);
	if (rc == VH_OK)
		rc = search_people(&c->cx, c->hotel.id ? &c->hotel : NULL, by, text, &list);
	if (rc != VH_OK)
		return rc;
	put_search_form(c);
	cJSON *rows = put_arr(c, c->view.root, "rows");
	for (const struct found *f = list; f; f = f->next, n++)
		put_row(c, rows, f);
	put_flag(c, c->view.root, "searched", true);
	put_num(c, c->view.root, "count", n);
	view_bool(&c->view, c->view.root, "more", n >= LIM_FOUND);
	return VH_OK;
}

/* Logins of the accounts in a list of access rows. */
struct logins {
	const struct access_row *rows;
	struct login {
		int64_t account;
		const char *login;
		struct login *next;
	} * list;
};

static enum vh_rc login_add(struct ctx *cx, struct logins *g, int64_t account)
{
	struct account a;
	for (const struct login *l = g->list; l; l = l->next)
		if (l->account == account)
			return VH_OK;
	struct login *l = arena_alloc(cx->a, sizeof *l);
	if (!l)
		return ctx_nomem(cx);
	enum vh_rc rc = account ? account_get(cx, account, &a) : VH_NOTFOUND;
	*l = (struct login){ account, rc == VH_OK ? a.login : "operator", g->list };
	g->list = l;
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static enum vh_rc logins_step(struct ctx *cx, void *arg)
{
	struct logins *g = arg;
	g->list = NULL;
	for (const struct access_row *r = g->rows; r; r = r->next) {
		enum vh_rc rc = login_add(cx, g, r->account);
		if (rc != VH_OK)
			return rc;
	}
	return VH_OK;
}

static const char *login_of(const struct logins *g, int64_t account)
{
	for (const struct login *l = g->list; l; l = l->next)
		if (l->account == account)
			return l->login;
	return "";
}

/* The fields of a list that were masked (`name*`), or those that were not, in words. */
static const char *fields_of(struct call *c, const char *fields, bool masked)
{
	const char *out = "", *comma = word(c, "", "list_comma");
	for (const char *p = fields; p && *p && out;) {
		size_t n = strcspn(p, ","), m = n && p[n - 1] == '*' ? n - 1 : n;
		const char *name = arena_dupn(c->cx.a, p, m);
		if (name && m && (m < n) == masked)
			out = arena_printf(c->cx.a, "%s%s%s", out, *out ? comma : "",
			                   has_word(c, "fields_", name) ? word(c, "fields_", name)
			                                                : word(c, "f_", name));
		p += n + (p[n] == ',');
	}
	return out ? out : "";
}

const char *fields_words(struct call *c, const char *fields)
{
	const char *full = fields_of(c, fields, false), *part = fields_of(c, fields, true);
	if (!*part)
		return full;
	const char *comma = *full ? word(c, "", "list_comma") : "";
	const char *out = arena_printf(c->cx.a, "%s%s%s%s", full, comma, part,
	                               word(c, "", "fields_part"));
	return out ? out : "";
}

static void put_access_row(struct call *c, cJSON *list, const struct access_row *r,
                           const struct logins *g)
{
	char at[INSTANT_TEXT];
	cJSON *o = put_obj(c, list, NULL);
	instant_format(r->at, at);
	view_id(&c->view, o, "id", r->id);
	put(c, o, "at", at);
	put_text(c, o, "at_text", at_text(c, r->at, &c->hotel));
	put(c, o, "login", login_of(g, r->account));
	put(c, o, "role", r->role);
	put_word(c, o, "role_text", "role_", r->role);
	put(c, o, "subject", id_text(c, r->subject));
	put(c, o, "fields", r->fields);
	put_text(c, o, "fields_text", fields_words(c, r->fields));
	put(c, o, "reason", r->reason);
	put_text(c, o, "reason_text", reason_text(c, r->reason));
}

enum vh_rc get_access(struct call *c)
{
	struct logins g = { 0 };
	struct access_row *rows = NULL;
	const char *from = req_query(c->q, "before");
	int64_t before = 0, n = 0, last = 0;
	if (from && id_parse(from, &before) != VH_OK)
		return ctx_fail(&c->cx, VH_INVALID, "id", "before", "not an id");
	enum vh_rc rc = look_access(&c->cx, &c->hotel, before, ACCESS_PAGE, &rows);
	g.rows = rows;
	if (rc == VH_OK)
		rc = db_read(&c->cx, logins_step, &g);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	cJSON *list = put_arr(c, c->view.root, "rows");
	for (const struct access_row *r = rows; r; r = r->next, n++) {
		put_access_row(c, list, r, &g);
		last = r->id;
	}
	if (c->html)
		put_num(c, c->view.root, "rows_n", n);
	put_url(c, c->view.root, "older_url", n == ACCESS_PAGE, "%s/access?before=%s",
	        hotel_path(c), id_text(c, last));
	return VH_OK;
}
