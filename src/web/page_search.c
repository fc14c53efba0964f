/* Looking for people, never by a GET; and the log of who looked. */
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "vh/access.h"
#include "vh/card.h"
#include "vh/date.h"
#include "vh/db.h"
#include "vh/find.h"
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
	put_arr(c, c->view.root, "places");
	put_flag(c, c->view.root, "nothing", false);
	view_bool(&c->view, c->view.root, "more", false);
	return VH_OK;
}

enum { SEARCH_NOBODY = -1 };

/*
 * One box on the page: four signs are the tail of a number, eleven digits a phone, a long number a
 * document, other figures no person, all else a name.
 */
static int guess(const char *s)
{
	size_t n = strlen(s), digits = strspn(s, "0123456789");
	bool alnum = strspn(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == n;
	if (n == 4 && digits >= 3 && alnum)
		return SEARCH_TAIL;
	if (n == 11 && digits == 11 && s[0] == '1')
		return SEARCH_PHONE;
	if ((digits == n && n < 8) || strchr(s, '/'))
		return SEARCH_NOBODY;
	for (size_t i = digits = 0; i < n; i++)
		digits += s[i] >= '0' && s[i] <= '9';
	return alnum && digits >= 6 ? SEARCH_DOC : SEARCH_NAME;
}

/* What is looked for: by is how, or SEARCH_NOBODY; places: it came from the one box. */
struct query {
	int by;
	const char *text;
	bool places;
};

static enum vh_rc understand(struct call *c, struct query *q)
{
	struct card card;
	char *compact = utf8_compact(c->cx.a, q->text);
	if (!compact)
		return ctx_nomem(&c->cx);
	q->places = true;
	q->by = guess(compact);
	enum vh_rc rc = card_parse(c->cx.a, q->text, day_of(c->cx.now, ZONE_CHINA), &card);
	if (rc == VH_OK) {
		q->by = SEARCH_DOC;
		q->places = false;
		q->text = arena_dup(c->cx.a, card.doc.no);
	}
	if (rc == VH_NOMEM || !q->text)
		return ctx_nomem(&c->cx);
	return VH_OK;
}

static enum vh_rc what(struct call *c, struct query *ret)
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
		*ret = (struct query){ (int)given[i].by, given[i].text, false };
	}
	if (n != 1)
		return ctx_fail(&c->cx, VH_INVALID, n ? "query" : "required", "q",
		                "one of name, doc_no, last4 and phone is wanted");
	return ret->text == f->q ? understand(c, ret) : VH_OK;
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

static void put_place(struct call *c, cJSON *list, const struct place_found *f)
{
	cJSON *o = put_obj(c, list, NULL);
	const struct room *r = &f->room;
	const char *letting = r->id ? r->letting : NULL;
	put(c, o, "hotel", f->hotel.area);
	put(c, o, "hotel_name", f->hotel.name);
	view_id(&c->view, o, "house", f->house.id);
	put_num(c, o, "house_no", f->house.no);
	put(c, o, "address", f->house.address);
	view_id(&c->view, o, "room", r->id);
	put(c, o, "room_no", r->id ? r->no : NULL);
	put_num(c, o, "registered", f->registered);
	put_num(c, o, "capacity", r->capacity);
	put(c, o, "letting", letting);
	put_word(c, o, "letting_text", "letting_", letting);
	put_url(c, o, "place_url", true, "/h/%s/%s/%s", f->hotel.area, r->id ? "rooms" : "houses",
	        id_text(c, r->id ? r->id : f->house.id));
}

/* Who finds one alone wants to be there. */
static void go_there(struct call *c, const struct found *who, const struct place_found *where)
{
	const struct hotel *h = who ? &who->hotel : &where->hotel;
	int64_t id = who ? who->stay.stay.id : where->room.id ? where->room.id : where->house.id;
	if (!who || may(c, ACT_ROOM))
		c->go = arena_printf(c->cx.a, "/h/%s/%s/%s", h->area,
		                     who              ? "stays"
		                     : where->room.id ? "rooms"
		                                      : "houses",
		                     id_text(c, id));
}

static enum vh_rc look_for(struct call *c, const struct query *q, struct found **ret_who,
                           struct place_found **ret_where)
{
	const struct hotel *h = c->hotel.id ? &c->hotel : NULL;
	enum vh_rc rc = VH_OK;
	if (q->places && may(c, ACT_RACK))
		rc = find_places(&c->cx, h, q->text, ret_where);
	if (rc != VH_OK || q->by == SEARCH_NOBODY)
		return rc;
	rc = search_people(&c->cx, h, (enum search_by)q->by, q->text, ret_who);
	if ((rc == VH_DENIED || rc == VH_INVALID) && *ret_where) {
		err_clear(&c->cx.err); /* as a place it was understood */
		return VH_OK;
	}
	return rc;
}

enum vh_rc post_search(struct call *c)
{
	struct found *who = NULL;
	struct place_found *where = NULL;
	struct query q = { .by = SEARCH_NOBODY };
	int64_t n = 0, places = 0;
	enum vh_rc rc = what(c, &q);
	if (rc == VH_OK)
		rc = look_for(c, &q, &who, &where);
	if (rc != VH_OK)
		return rc;
	put_search_form(c);
	cJSON *rows = put_arr(c, c->view.root, "rows");
	for (const struct found *f = who; f; f = f->next, n++)
		put_row(c, rows, f);
	rows = put_arr(c, c->view.root, "places");
	for (const struct place_found *f = where; f; f = f->next, places++)
		put_place(c, rows, f);
	put_flag(c, c->view.root, "searched", true);
	put_flag(c, c->view.root, "nothing", n + places == 0);
	put_num(c, c->view.root, "count", n + places);
	view_bool(&c->view, c->view.root, "more", n >= LIM_FOUND || places >= LIM_FOUND);
	if (n + places == 1)
		go_there(c, who, where);
	return VH_OK;
}

/* Logins of the accounts in a list of access rows. */
struct logins {
	const struct access_row *rows;
	struct login {
		int64_t account;
		const char *login; /* NULL: a command, which has no account */
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
	*l = (struct login){ account, rc == VH_OK ? a.login : NULL, g->list };
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
