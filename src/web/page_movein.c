/*
 * Moving in, one question a page. What was answered rests sealed in a cookie of the landlord's own
 * phone, bound to his account and the room: no row, no personal datum in an address, and the back
 * button leads to pages that can be asked for again. A login that ends in between loses nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "vh/date.h"
#include "vh/docno.h"
#include "vh/id.h"
#include "vh/own.h"
#include "view.h"

enum { KEPT_S = 2 * 3600 };
struct f_movein {
	const char *doc_type, *doc_no, *last_x, *guardian, *name, *phone, *until, *open, *since;
};
static const struct input movein_in[] = {
	{ .name = "doc_type", .at = offsetof(struct f_movein, doc_type), .check = input_word,
	  .words = DOC_TYPES "|none" },
	INPUT(struct f_movein, doc_no, input_text, 0, 64),
	INPUT(struct f_movein, last_x, input_bool, 0, 0),
	INPUT(struct f_movein, guardian, input_id, 0, 0),
	INPUT(struct f_movein, name, input_name, 0, LIM_NAME),
	INPUT(struct f_movein, phone, input_code, 0, LIM_PHONE),
	INPUT(struct f_movein, until, input_day, 0, 0),
	INPUT(struct f_movein, open, input_bool, 0, 0),
	INPUT(struct f_movein, since, input_day, 0, 0),
};
const struct form form_movein = FORM(struct f_movein, movein_in);

struct f_file {
	const char *print, *anyway;
};
static const struct input file_in[] = {
	INPUT(struct f_file, print, input_raw, INPUT_REQUIRED, 64),
	INPUT(struct f_file, anyway, input_bool, 0, 0),
};
const struct form form_movein_file = FORM(struct f_file, file_in);

/* The questions in their order; since is asked only by whoever changes it. */
enum step { ASK_KIND, ASK_NUMBER, ASK_GUARDIAN, ASK_NAME, ASK_PHONE, ASK_UNTIL, ASK_SINCE, CHECK };
static const char *const steps[] = { "kind",  "number", "guardian", "name",
	                             "phone", "until",  "since",    "check" };

/* What has been answered. An answer may be empty (no telephone), so each has a bit. */
struct answers {
	int64_t room, guardian, filed;
	unsigned said;
	bool known; /* name and telephone are what he filed before */
	const char *doc_type, *doc_no, *name, *phone, *home, *since, *until;
	const char *sealed; /* the cookie's text, or "" */
};

#define BIT(step) (1u << (step))

static bool infant(const struct answers *s)
{
	return s->doc_type && !strcmp(s->doc_type, "none");
}

/* Is this one asked, of such a person? */
static bool is_asked(const struct answers *s, enum step at)
{
	if (at == ASK_NUMBER)
		return !infant(s);
	if (at == ASK_GUARDIAN)
		return infant(s);
	return at != ASK_SINCE;
}

static enum step next_of(const struct answers *s)
{
	for (int i = ASK_KIND; i < CHECK; i++)
		if (is_asked(s, (enum step)i) && !(s->said & BIT(i)))
			return (enum step)i;
	return CHECK;
}

/* ---- the cookie ---- */

static const char *cookie_name(const struct call *c)
{
	return c->q->secure ? "__Host-m" : "m";
}

static struct place place_of(const struct call *c)
{
	return (struct place){ "cookie", "movein", c->hotel.id, c->s.account };
}

static const char *text_of(struct call *c, const cJSON *o, const char *key)
{
	const char *s = json_str(o, key);
	return s ? arena_dup(c->cx.a, s) : NULL;
}

static int64_t id_of(const cJSON *o, const char *key)
{
	const char *s = json_str(o, key);
	int64_t id = 0;
	return s && id_parse(s, &id) == VH_OK ? id : 0;
}

static void take(struct call *c, const cJSON *o, struct answers *s)
{
	s->room = id_of(o, "room");
	s->guardian = id_of(o, "guardian");
	s->filed = id_of(o, "filed");
	s->said = (unsigned)cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(o, "said"));
	s->known = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(o, "known"));
	s->doc_type = text_of(c, o, "doc_type");
	s->doc_no = text_of(c, o, "doc_no");
	s->name = text_of(c, o, "name");
	s->phone = text_of(c, o, "phone");
	s->home = text_of(c, o, "home");
	s->since = text_of(c, o, "since");
	s->until = text_of(c, o, "until");
}

static void begin(struct call *c, int64_t room, struct answers *s)
{
	char day[DAY_TEXT];
	today_of(&c->cx, &c->hotel, day);
	*s = (struct answers){ .room = room, .since = arena_dup(c->cx.a, day), .sealed = "" };
}

/* The answers about this room that this account gave within two hours; else a new beginning. */
static void kept(struct call *c, int64_t room, struct answers *s)
{
	struct blob sealed;
	struct key k;
	struct place at = place_of(c);
	struct err ignored = { .n = 0 };
	char *text = NULL;
	cJSON *o = NULL;
	const char *cookie = cookie_get(c->q, cookie_name(c));
	begin(c, room, s);
	if (!cookie || base64_decode(c->cx.a, cookie, &sealed) != VH_OK)
		return;
	keys_node(c->cx.keys, "movein", &k);
	enum vh_rc rc = open_text(c->cx.a, &k, &at, sealed, &text);
	wipe(&k, sizeof k);
	if (rc != VH_OK || !text || json_parse(text, strlen(text), &o, &ignored) != VH_OK)
		return;
	double t = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(o, "at"));
	if (id_of(o, "room") == room && (double)c->cx.now - t < KEPT_S * 1000.0) {
		take(c, o, s);
		s->sealed = cookie;
	}
	cJSON_Delete(o);
}

static void add_id(struct call *c, struct view *v, const char *key, int64_t id)
{
	if (id)
		view_str(v, v->root, key, id_text(c, id));
}

static enum vh_rc keep(struct call *c, struct answers *s)
{
	struct view v;
	struct key k;
	struct place at = place_of(c);
	struct blob sealed = { NULL, 0 };
	if (!view_init(&v))
		return ctx_nomem(&c->cx);
	add_id(c, &v, "room", s->room);
	add_id(c, &v, "guardian", s->guardian);
	add_id(c, &v, "filed", s->filed);
	view_num(&v, v.root, "said", s->said);
	view_num(&v, v.root, "at", (double)c->cx.now);
	view_bool(&v, v.root, "known", s->known);
	view_str(&v, v.root, "doc_type", s->doc_type);
	view_str(&v, v.root, "doc_no", s->doc_no);
	view_str(&v, v.root, "name", s->name);
	view_str(&v, v.root, "phone", s->phone);
	view_str(&v, v.root, "home", s->home);
	view_str(&v, v.root, "since", s->since);
	view_str(&v, v.root, "until", s->until);
	char *text = v.failed ? NULL : cJSON_PrintUnformatted(v.root);
	view_done(&v);
	keys_node(c->cx.keys, "movein", &k);
	enum vh_rc rc = text ? seal_text(c->cx.a, &k, &at, text, &sealed) : VH_NOMEM;
	wipe(&k, sizeof k);
	if (text)
		wipe(text, strlen(text));
	cJSON_free(text);
	const char *out = rc == VH_OK ? base64_encode(c->cx.a, sealed.p, sealed.n) : NULL;
	if (!out)
		return ctx_nomem(&c->cx);
	s->sealed = out;
	cookie_set(c->r, cookie_name(c), out, c->q->secure, KEPT_S);
	return VH_OK;
}

/* Of what is filed: the check page says it, so that no other answers are filed than it showed. */
static const char *print_of(struct call *c, const struct answers *s)
{
	unsigned char out[MAC_BYTES];
	char hex[33];
	mac(NULL, s->sealed, strlen(s->sealed), out);
	hex_encode(out, 16, hex);
	const char *p = arena_dup(c->cx.a, hex);
	return p ? p : "";
}

/* ---- the pages ---- */

static const char *base_url(struct call *c, const struct answers *s)
{
	const char *p = arena_printf(c->cx.a, "%s/rooms/%s/movein", hotel_path(c),
	                             id_text(c, s->room));
	return p ? p : "";
}

static const char *step_url(struct call *c, const struct answers *s, enum step at)
{
	const char *p = arena_printf(c->cx.a, "%s?at=%s", base_url(c, s), steps[at]);
	return p ? p : "";
}

static void chips_kind(struct call *c)
{
	static const char *const kinds[] = { "id_card",   "hmt_resident", "hm_permit", "tw_permit",
		                             "passport",  "foreign_pr",   "none" };
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		put_chip(c, "doc_type", kinds[i], word(c, "doc_type_", kinds[i]), NULL);
}

static void chips_until(struct call *c, const struct answers *s)
{
	static const struct {
		int months;
		const char *label;
	} step[] = { { 6, "until_half" }, { 12, "until_year" } };
	char text[DAY_TEXT];
	int32_t from, to;
	for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
		if (day_parse(s->since, &from) != VH_OK ||
		    day_add_months(from, step[i].months, &to) != VH_OK)
			continue;
		day_format(to, text);
		put_chip(c, "until", arena_dup(c->cx.a, text), word(c, "", step[i].label),
		         arena_printf(c->cx.a, "%s %s", word(c, "", "until_day"), text));
	}
	put_chip(c, "open", "1", word(c, "", "ask_open"), NULL);
}

/* Who looks after the child: one of those who live in this room. */
static enum vh_rc chips_guardian(struct call *c, const struct answers *s)
{
	struct room_look l;
	enum vh_rc rc = look_room(&c->cx, &c->hotel, s->room, &l);
	for (const struct stay_view *v = l.stays; rc == VH_OK && v; v = v->next)
		if (strcmp(v->person.doc_type ? v->person.doc_type : "", "none") != 0)
			put_chip(c, "guardian", id_text(c, v->person.id), v->person.name,
			         v->person.doc_no);
	return rc;
}

static enum vh_rc put_chips(struct call *c, const struct answers *s, enum step at)
{
	put_arr(c, c->view.root, "chips");
	if (at == ASK_KIND)
		chips_kind(c);
	if (at == ASK_UNTIL)
		chips_until(c, s);
	return at == ASK_GUARDIAN ? chips_guardian(c, s) : VH_OK;
}

/* The fields of one question: neighbours in the table. */
static const struct fields {
	const char *first;
	unsigned n;
} fields[] = {
	[ASK_NUMBER] = { "doc_no", 2 }, [ASK_NAME] = { "name", 1 },   [ASK_PHONE] = { "phone", 1 },
	[ASK_UNTIL] = { "until", 1 },   [ASK_SINCE] = { "since", 1 }, [CHECK] = { NULL, 0 },
};

static bool is_card(const struct answers *s)
{
	return s->doc_type && (!strcmp(s->doc_type, "id_card") ||
	                       !strcmp(s->doc_type, "hmt_resident"));
}

static void replace(cJSON *field, const char *key, cJSON *with)
{
	cJSON_ReplaceItemInObjectCaseSensitive(field, key, with);
}

/* What is asked must be answered, but for the telephone; the page says why, so the field need not.
 * A telephone's number pad has no X: that is a box to tick. Other documents have letters. */
static void tidy(struct call *c, const struct answers *s, enum step at)
{
	cJSON *form = cJSON_GetObjectItemCaseSensitive(c->view.root, "form");
	cJSON *list = cJSON_GetObjectItemCaseSensitive(form, "fields"), *field;
	if (!list)
		return;
	field = cJSON_GetArrayItem(list, 0);
	replace(field, "hint", cJSON_CreateNull());
	if (at != ASK_PHONE)
		replace(field, "optional", cJSON_CreateFalse());
	if (at != ASK_NUMBER)
		return;
	if (is_card(s)) {
		replace(field, "inputmode", cJSON_CreateString("numeric"));
		replace(cJSON_GetArrayItem(list, 1), "optional", cJSON_CreateFalse());
	} else {
		cJSON_DeleteItemFromArray(list, 1);
	}
}

static void put_question(struct call *c, const struct answers *s, enum step at)
{
	bool typed = is_refused(c, &form_movein);
	const struct f_movein now = { .doc_no = s->doc_no, .name = s->name, .phone = s->phone,
		                      .until = s->until, .since = s->since };
	const struct form_how how = { .title = "movein", .action = step_url(c, s, at),
		                      .at = typed ? c->form : &now };
	if (!fields[at].n) {
		view_null(&c->view, c->view.root, "form");
		return;
	}
	for (unsigned i = 0; i < form_movein.n; i++) {
		if (strcmp(movein_in[i].name, fields[at].first) != 0)
			continue;
		const struct form part = { &movein_in[i], fields[at].n, form_movein.size };
		put_form(c, c->view.root, "form", &part, &how);
	}
	tidy(c, s, at);
}

static void put_answer(struct call *c, cJSON *list, const struct answers *s, enum step at,
                       const char *label, const char *value)
{
	cJSON *o = put_obj(c, list, NULL);
	put(c, o, "label", label);
	put(c, o, "value", value && *value ? value : word(c, "", "none"));
	put_url(c, o, "change_url", true, "%s", step_url(c, s, at));
}

/* A wrong tap among the grown-ups of a room is seen nowhere else before it is filed. */
static enum vh_rc put_guardian(struct call *c, cJSON *list, const struct answers *s)
{
	struct room_look l;
	const char *name = NULL;
	enum vh_rc rc = look_room(&c->cx, &c->hotel, s->room, &l);
	for (const struct stay_view *v = l.stays; rc == VH_OK && v; v = v->next)
		name = v->person.id == s->guardian ? v->person.name : name;
	if (rc == VH_OK)
		put_answer(c, list, s, ASK_GUARDIAN, word(c, "", "guardian"), name);
	return rc;
}

static enum vh_rc put_answers(struct call *c, const struct answers *s)
{
	cJSON *list = put_arr(c, c->view.root, "answers");
	enum vh_rc rc = VH_OK;
	put_answer(c, list, s, ASK_KIND, word(c, "f_", "doc_type"),
	           word(c, "doc_type_", s->doc_type));
	if (!infant(s))
		put_answer(c, list, s, ASK_NUMBER, word(c, "f_", "doc_no"), s->doc_no);
	else
		rc = put_guardian(c, list, s);
	put_answer(c, list, s, ASK_NAME, word(c, "f_", "name"), s->name);
	put_answer(c, list, s, ASK_PHONE, word(c, "f_", "phone"), s->phone);
	put_answer(c, list, s, ASK_SINCE, word(c, "", "since"), s->since);
	put_answer(c, list, s, ASK_UNTIL, word(c, "", "until"),
	           s->until ? s->until : word(c, "", "until_open"));
	return rc;
}

static enum vh_rc put_check(struct call *c, const struct answers *s)
{
	const struct form_how how = { .title = "movein_file",
		                      .action = arena_printf(c->cx.a, "%s/file",
		                                             base_url(c, s)) };
	enum vh_rc rc = put_answers(c, s);
	put_form(c, c->view.root, "file", &form_movein_file, &how);
	put_text(c, c->view.root, "print", print_of(c, s));
	put_privacy(c, &c->hotel);
	return rc;
}

static void put_progress(struct call *c, const struct answers *s, enum step at)
{
	int64_t n = 0, of = 0;
	for (int i = ASK_KIND; i < CHECK; i++) {
		of += is_asked(s, (enum step)i);
		n += is_asked(s, (enum step)i) && i <= (int)at;
	}
	if (at >= ASK_SINCE)
		view_null(&c->view, c->view.root, "n");
	else
		put_num(c, c->view.root, "n", n);
	put_num(c, c->view.root, "of", of);
}

/* The question before this one, or the room. */
static void put_back(struct call *c, const struct answers *s, enum step at)
{
	int i = (int)at - 1;
	while (i >= 0 && !is_asked(s, (enum step)i))
		i--;
	if (i >= 0 && at != ASK_SINCE)
		put_url(c, c->view.root, "back_url", true, "%s", step_url(c, s, (enum step)i));
	else if (at == ASK_SINCE)
		put_url(c, c->view.root, "back_url", true, "%s", step_url(c, s, CHECK));
	else
		put_url(c, c->view.root, "back_url", may(c, ACT_RACK), "%s/rooms/%s",
		        hotel_path(c), id_text(c, s->room));
}

static enum vh_rc put_step(struct call *c, const struct answers *s, enum step at,
                           const struct room *room, const struct house *house)
{
	cJSON *root = c->view.root;
	put_hotel(c, &c->hotel);
	put_room(c, root, room, house);
	put(c, root, "step", steps[at]);
	const char *hint = arena_printf(c->cx.a, "ask_%s_hint", steps[at]);
	put_text(c, root, "hint", hint && has_word(c, "", hint) ? word(c, "", hint) : NULL);
	view_bool(&c->view, root, "known", s->known && at == CHECK);
	put_flag(c, root, "at_number", at == ASK_NUMBER && is_card(s));
	put_flag(c, root, "at_guardian", at == ASK_GUARDIAN);
	put_flag(c, root, "at_check", at == CHECK);
	put_text(c, root, "chips_id",
	         at == ASK_KIND ? "doc_type" : at == ASK_GUARDIAN ? "guardian" : "chips");
	put_url(c, root, "chips_url", true, "%s", step_url(c, s, at));
	put_url(c, root, "restart_url", at != ASK_KIND, "%s?new=1", base_url(c, s));
	put_idem(c, root);
	put_progress(c, s, at);
	put_back(c, s, at);
	c->heading = word(c, "ask_", steps[at]);
	enum vh_rc rc = put_chips(c, s, at);
	put_question(c, s, at);
	if (at == CHECK)
		return rc == VH_OK ? put_check(c, s) : rc;
	put_arr(c, root, "answers");
	view_null(&c->view, root, "file");
	view_null(&c->view, root, "print");
	view_null(&c->view, root, "privacy");
	return rc;
}

static enum step step_of(const char *name)
{
	for (int i = 0; name && i <= CHECK; i++)
		if (!strcmp(name, steps[i]))
			return (enum step)i;
	return CHECK;
}

/* Which page is asked for: none beyond the first question that is open. */
static enum step where(struct call *c, const struct answers *s)
{
	const char *name = req_query(c->q, "at");
	enum step open = next_of(s), at = step_of(name);
	if (!name || at == CHECK || (!is_asked(s, at) && at != ASK_SINCE))
		return open;
	return at > open ? open : at;
}

/* One more of the family: the same room, the same days. */
static enum vh_rc with(struct call *c, const char *text, struct answers *s)
{
	struct stay_look l;
	int64_t id;
	if (id_parse(text, &id) != VH_OK)
		return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "stay",
		                "there is no such stay here");
	enum vh_rc rc = look_stay(&c->cx, &c->hotel, id, &l);
	if (rc != VH_OK)
		return rc;
	s->since = l.stay.stay.since;
	s->until = l.stay.stay.until;
	s->said = BIT(ASK_UNTIL);
	return VH_OK;
}

enum vh_rc get_movein(struct call *c)
{
	struct answers s;
	struct room room;
	struct house house;
	const char *other = req_query(c->q, "with");
	enum vh_rc rc = room_of_path(c, ACT_FILE, &room, &house);
	if (rc != VH_OK)
		return rc;
	kept(c, room.id, &s);
	bool new = other || req_query(c->q, "new") || s.filed;
	if (new)
		begin(c, room.id, &s);
	if (other)
		rc = with(c, other, &s);
	if (rc == VH_OK && new)
		rc = keep(c, &s);
	if (rc == VH_OK && new && c->html) {
		c->go = step_url(c, &s, ASK_KIND);
		return VH_OK;
	}
	return rc == VH_OK ? put_step(c, &s, where(c, &s), &room, &house) : rc;
}

/* ---- the answers ---- */

static enum vh_rc missing(struct call *c, const char *field)
{
	return ctx_fail(&c->cx, VH_INVALID, "required", field, "%s is missing", field);
}

static void forget_known(struct answers *s)
{
	s->known = false;
	s->name = s->phone = s->home = NULL;
	s->said &= ~(BIT(ASK_NAME) | BIT(ASK_PHONE));
}

static enum vh_rc take_kind(struct call *c, struct answers *s, const struct f_movein *f)
{
	if (!f->doc_type)
		return missing(c, "doc_type");
	if (!s->doc_type || strcmp(f->doc_type, s->doc_type) != 0) {
		s->doc_no = NULL;
		s->guardian = 0;
		s->said &= ~(BIT(ASK_NUMBER) | BIT(ASK_GUARDIAN));
		if (s->known) /* what was recalled is the other's */
			forget_known(s);
	}
	s->doc_type = f->doc_type;
	return VH_OK;
}

/* Known before, and by himself: his name and telephone need not be asked. */
static enum vh_rc recall(struct call *c, struct answers *s)
{
	struct person_view p;
	enum vh_rc rc = look_known(&c->cx, &c->hotel, s->doc_type, s->doc_no, &p);
	if (rc != VH_OK || (!p.id && !s->known))
		return rc;
	s->known = p.id != 0;
	s->name = p.name;
	s->phone = p.phone;
	s->home = p.home;
	s->said &= ~(BIT(ASK_NAME) | BIT(ASK_PHONE));
	if (p.id)
		s->said |= BIT(ASK_NAME) | (p.phone ? BIT(ASK_PHONE) : 0);
	return VH_OK;
}

static enum vh_rc take_number(struct call *c, struct answers *s, const struct f_movein *f)
{
	const char *no = f->doc_no, *kind = s->doc_type;
	if (!no)
		return missing(c, "doc_no");
	size_t n = strlen(no);
	if (f->last_x && n && no[n - 1] != 'x' && no[n - 1] != 'X')
		no = arena_printf(c->cx.a, "%sX", no);
	enum vh_rc rc = doc_take(&c->cx, &c->hotel, kind, no, &s->doc_no);
	return rc == VH_OK ? recall(c, s) : rc;
}

static enum vh_rc take_guardian(struct call *c, struct answers *s, const struct f_movein *f)
{
	return f->guardian ? id_parse(f->guardian, &s->guardian) : missing(c, "guardian");
}

static enum vh_rc take_name(struct call *c, struct answers *s, const struct f_movein *f)
{
	if (!f->name)
		return missing(c, "name");
	s->name = f->name;
	return VH_OK;
}

static enum vh_rc take_phone(struct call *c, struct answers *s, const struct f_movein *f)
{
	return phone_take(&c->cx, "phone", f->phone, &s->phone);
}

static enum vh_rc take_until(struct call *c, struct answers *s, const struct f_movein *f)
{
	if (!f->until && !f->open)
		return missing(c, "until");
	if (f->until && !f->open && strcmp(f->until, s->since) < 0)
		return ctx_fail(&c->cx, VH_INVALID, "until", "until",
		                "the end lies before the move-in");
	s->until = f->open ? NULL : f->until;
	return VH_OK;
}

static enum vh_rc take_since(struct call *c, struct answers *s, const struct f_movein *f)
{
	if (!f->since)
		return missing(c, "since");
	if (s->until && strcmp(s->until, f->since) < 0)
		return ctx_fail(&c->cx, VH_INVALID, "until", "since",
		                "the end lies before the move-in");
	s->since = f->since;
	return VH_OK;
}

typedef enum vh_rc answer_fn(struct call *c, struct answers *s, const struct f_movein *f);
static answer_fn *const answer[] = {
	[ASK_KIND] = take_kind,   [ASK_NUMBER] = take_number, [ASK_GUARDIAN] = take_guardian,
	[ASK_NAME] = take_name,   [ASK_PHONE] = take_phone,   [ASK_UNTIL] = take_until,
	[ASK_SINCE] = take_since,
};

enum vh_rc post_movein(struct call *c)
{
	struct answers s;
	struct room room;
	struct house house;
	enum vh_rc rc = room_of_path(c, ACT_FILE, &room, &house);
	if (rc != VH_OK)
		return rc;
	kept(c, room.id, &s);
	enum step at = where(c, &s);
	if (at < CHECK)
		rc = answer[at](c, &s, c->form);
	if (rc != VH_OK)
		return rc;
	s.said |= BIT(at);
	rc = keep(c, &s);
	put(c, c->view.root, "step", steps[next_of(&s)]);
	c->go = step_url(c, &s, next_of(&s));
	return rc;
}

enum vh_rc again_movein(struct call *c)
{
	struct answers s;
	struct room room;
	struct house house;
	enum vh_rc rc = room_of_path(c, ACT_FILE, &room, &house);
	if (rc != VH_OK)
		return rc;
	kept(c, room.id, &s);
	/* A refused filing comes back to the check page, a refused answer to its question. */
	return put_step(c, &s, c->route->form == &form_movein_file ? next_of(&s) : where(c, &s),
	                &room, &house);
}

enum vh_rc post_movein_file(struct call *c)
{
	const struct f_file *f = c->form;
	struct answers s;
	struct room room;
	struct house house;
	struct stay_done d;
	enum vh_rc rc = room_of_path(c, ACT_FILE, &room, &house);
	if (rc != VH_OK)
		return rc;
	kept(c, room.id, &s);
	if (s.filed) { /* the back button, and filed again */
		c->go = arena_printf(c->cx.a, "%s/stays/%s/done", hotel_path(c),
		                     id_text(c, s.filed));
		return c->go ? VH_OK : ctx_nomem(&c->cx);
	}
	if (next_of(&s) != CHECK || strcmp(f->print, print_of(c, &s)) != 0)
		return ctx_fail(&c->cx, VH_CONFLICT, "movein_changed", "",
		                "the answers have changed meanwhile: look at them again");
	const struct stay_new n = { .hotel = c->hotel.id, .room = room.id, .name = s.name,
		                    .doc_type = s.doc_type, .doc_no = s.doc_no, .phone = s.phone,
		                    .home = s.home, .since = s.since, .until = s.until,
		                    .guardian = s.guardian, .anyway = f->anyway };
	rc = stay_in(&c->cx, &n, &d);
	if (rc != VH_OK)
		return rc;
	begin(c, room.id, &s);
	s.filed = d.id;
	put_stay_done(c, &d);
	put_warnings(c, d.warn);
	c->go = arena_printf(c->cx.a, "%s/stays/%s/done?w=%u", hotel_path(c), id_text(c, d.id),
	                     d.warn);
	return c->go ? keep(c, &s) : ctx_nomem(&c->cx);
}
