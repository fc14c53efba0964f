/*
 * What happens to a stay, a question a page: the likely answers as buttons, the rest below. The
 * POST of the same path takes the answer; when it is refused, the page comes back.
 */
#include <stdlib.h>
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/own.h"
#include "vh/rack.h"
#include "vh/remark.h"
#include "view.h"

struct f_gone {
	const char *words, *out, *about;
};
static const struct input gone_in[] = {
	INPUT(struct f_gone, words, input_text, INPUT_REQUIRED, LIM_TEXT),
	INPUT(struct f_gone, out, input_day, 0, 0),
	INPUT(struct f_gone, about, input_bool, 0, 0),
};
const struct form form_gone = FORM(struct f_gone, gone_in);

struct f_wrong {
	const char *words;
};
static const struct input wrong_in[] = {
	INPUT(struct f_wrong, words, input_text, INPUT_REQUIRED, LIM_TEXT),
};
const struct form form_wrong = FORM(struct f_wrong, wrong_in);

struct f_remark {
	const char *field, *believed, *words;
};
static const struct input remark_in[] = {
	INPUT_WORD(struct f_remark, field, INPUT_REQUIRED,
	           "name|doc_no|phone|home|since|employer|other"),
	INPUT(struct f_remark, believed, input_text, 0, LIM_TEXT),
	INPUT(struct f_remark, words, input_lines, 0, LIM_TEXT),
};
const struct form form_remark = FORM(struct f_remark, remark_in);

/* One page: its words are q_TITLE (the question) and those of the form TITLE. */
struct asked {
	struct call *c;
	const struct stay_look *l;
	const char *title;
};

static const char *day_text(struct call *c, int32_t day)
{
	char text[DAY_TEXT];
	day_format(day, text);
	const char *s = arena_dup(c->cx.a, text);
	return s ? s : "";
}

static int32_t today(const struct call *c)
{
	return day_of(c->cx.now, c->hotel.zone_min);
}

static void chips_out(const struct asked *a)
{
	struct call *c = a->c;
	int32_t since, day = today(c);
	if (day_parse(a->l->stay.stay.since, &since) != VH_OK)
		return;
	if (since <= day)
		put_chip(c, "out", day_text(c, day), word(c, "", "out_today"), day_text(c, day));
	if (since < day)
		put_chip(c, "out", day_text(c, day - 1), word(c, "", "out_yesterday"),
		         day_text(c, day - 1));
}

/* From the old end, so that no day is lost; from today where none was said. */
static void chips_extend(const struct asked *a)
{
	static const struct {
		int months;
		const char *label;
	} step[] = { { 3, "extend_3" }, { 6, "extend_6" }, { 12, "extend_12" } };
	struct call *c = a->c;
	const struct stay *s = &a->l->stay.stay;
	int32_t from, to;
	if (!s->until || day_parse(s->until, &from) != VH_OK)
		from = today(c);
	for (size_t i = 0; i < sizeof step / sizeof *step; i++)
		if (day_add_months(from, step[i].months, &to) == VH_OK)
			put_chip(c, "until", day_text(c, to), word(c, "", step[i].label),
			         arena_printf(c->cx.a, "%s %s", word(c, "", "until_day"),
			                      day_text(c, to)));
	if (s->until)
		put_chip(c, "until", "", word(c, "", "ask_open"), NULL);
}

static bool has_place(const struct rack_room *r)
{
	return !strcmp(r->room.letting, "open") && r->registered < r->room.capacity;
}

/* Rooms of the same house that have a place free; nobody's data are read for it. */
static void chips_move(const struct asked *a, const struct rack *rack)
{
	enum { MOST = 12 };
	struct call *c = a->c;
	int n = 0;
	const struct rack_house *h = rack->houses;
	while (h && h->house.id != a->l->at.house.id)
		h = h->next;
	for (const struct rack_room *r = h ? h->rooms : NULL; r && n < MOST; r = r->next) {
		if (r->room.id == a->l->at.room.id || !has_place(r))
			continue;
		put_chip(c, "room", id_text(c, r->room.id), r->room.no,
		         arena_printf(c->cx.a, "%lld/%lld", (long long)r->registered,
		                      (long long)r->room.capacity));
		n++;
	}
}

/* How a room elsewhere is written, shown by one that he may choose: a landlord's own. */
static const char *move_hint(const struct asked *a, const struct rack *rack)
{
	struct call *c = a->c;
	const char *here = word(c, "", "move_here");
	for (const struct rack_house *h = rack->houses; h; h = h->next)
		for (const struct rack_room *r = h->rooms; r; r = r->next)
			if (h->house.id != a->l->at.house.id && has_place(r))
				return arena_printf(c->cx.a, "%s%s %s/%s", here,
				                    word(c, "", "move_elsewhere"),
				                    h->house.address, r->room.no);
	return here;
}

/* The part of a form that one question needs: fields are neighbours in it. */
static struct form part_of(const struct form *f, const char *first, unsigned n)
{
	for (unsigned i = 0; i < f->n; i++)
		if (!strcmp(f->field[i].name, first))
			return (struct form){ &f->field[i], n, f->size };
	return *f;
}

static void put_head(struct call *c, const struct stay_look *l, const char *title)
{
	cJSON *root = c->view.root, *o;
	put_hotel(c, &l->at.hotel);
	put_room(c, root, &l->at.room, &l->at.house);
	o = put_obj(c, root, "stay");
	put_stay(c, o, &l->stay);
	put_url(c, root, "back_url", true, "%s/stays/%s", hotel_path(c),
	        id_text(c, l->stay.stay.id));
	c->heading = word(c, "q_", title);
}

static enum vh_rc open_page(struct call *c, const char *title, struct stay_look *l)
{
	int64_t id;
	enum vh_rc rc = param_id(c, "stay", &id);
	if (rc == VH_OK)
		rc = look_stay(&c->cx, &c->hotel, id, l);
	if (rc == VH_OK)
		put_head(c, l, title);
	put_arr(c, c->view.root, "chips");
	return rc;
}

/* Which one field of an amendment it is about, and which remark it answers, stay with the form. */
static const char *path_of(const struct call *c, const char *title, const struct form *f)
{
	const char *one = req_query(c->q, "f"), *remark = req_query(c->q, "remark");
	if (strcmp(title, "amend") != 0 || !f)
		return c->q->path;
	one = one && f != &form_amend ? one : "";
	if (!*one && !remark)
		return c->q->path;
	return arena_printf(c->cx.a, "%s?f=%s%s%s", c->q->path, one, remark ? "&remark=" : "",
	                    remark ? remark : "");
}

static void close_page(struct call *c, const char *title, const struct form *f, const void *at,
                       bool folded)
{
	cJSON *root = c->view.root;
	const char *path = path_of(c, title, f);
	const struct form_how how = { .title = title, .at = at, .action = path };
	const char *hint = arena_printf(c->cx.a, "q_%s_hint", title);
	put_text(c, root, "hint", hint && has_word(c, "", hint) ? word(c, "", hint) : NULL);
	put_url(c, root, "chips_url", true, "%s", path);
	put_idem(c, root);
	put_flag(c, root, "folded", folded);
	put_flag(c, root, "unfolded", c->why != NULL);
	if (!cJSON_GetObjectItemCaseSensitive(root, "links"))
		put_arr(c, root, "links");
	if (!cJSON_GetObjectItemCaseSensitive(root, "suggest"))
		view_null(&c->view, root, "suggest");
	if (f)
		put_form(c, root, "form", f, &how);
	else
		view_null(&c->view, root, "form");
}

enum vh_rc get_out(struct call *c)
{
	struct stay_look l;
	struct asked a = { c, &l, "out" };
	enum vh_rc rc = open_page(c, a.title, &l);
	if (rc != VH_OK)
		return rc;
	chips_out(&a);
	close_page(c, a.title, &form_out, c->form, true);
	return VH_OK;
}

enum vh_rc get_extend(struct call *c)
{
	struct stay_look l;
	struct asked a = { c, &l, "extend" };
	enum vh_rc rc = open_page(c, a.title, &l);
	if (rc != VH_OK)
		return rc;
	chips_extend(&a);
	close_page(c, a.title, &form_extend, c->form, true);
	return VH_OK;
}

static void hint_at_room(struct call *c, const char *text)
{
	cJSON *form = cJSON_GetObjectItemCaseSensitive(c->view.root, "form"), *field;
	cJSON_ArrayForEach(field, cJSON_GetObjectItemCaseSensitive(form, "fields"))
		if (!strcmp(json_str(field, "name"), "room"))
			cJSON_ReplaceItemInObjectCaseSensitive(field, "hint",
			                                       cJSON_CreateString(text));
}

enum vh_rc get_move(struct call *c)
{
	struct stay_look l;
	struct rack rack = { 0 };
	struct asked a = { c, &l, "move" };
	enum vh_rc rc = open_page(c, a.title, &l);
	if (rc == VH_OK && may(c, ACT_RACK))
		rc = look_rack(&c->cx, &c->hotel, &rack);
	if (rc != VH_OK)
		return rc;
	chips_move(&a, &rack);
	close_page(c, a.title, &form_move, c->form, false);
	const char *hint = move_hint(&a, &rack);
	if (!hint)
		return ctx_nomem(&c->cx);
	hint_at_room(c, hint);
	return VH_OK;
}

/* What stands there now, as far as the reader may see it whole. */
static struct f_change now_of(const struct call *c, const struct stay_view *v)
{
	bool whole = v->mine || field_shown(c->s.who.role, FIELD_NAME, false) == SHOW_FULL;
	const struct person_view *p = &v->person;
	if (!whole)
		return (struct f_change){ .doc_type = p->doc_type, .since = v->stay.since,
			                  .employer = v->employer };
	return (struct f_change){ .name = p->name, .doc_type = p->doc_type, .doc_no = p->doc_no,
		                  .phone = p->phone, .home = p->home, .since = v->stay.since,
		                  .employer = v->employer };
}

static const char *const amendable[] = { "name", "doc_no", "phone", "home", "since", "employer" };
enum { AMENDABLE = sizeof amendable / sizeof *amendable };

static void put_link(struct call *c, cJSON *list, const char *label, const char *value,
                     const char *url)
{
	cJSON *o = put_obj(c, list, NULL);
	put(c, o, "label", label);
	put(c, o, "value", value);
	put_url(c, o, "link_url", true, "%s", url);
}

/* What may be wrong, each as it stands now, and last of all everything. */
static void put_links(struct call *c, const struct stay_look *l)
{
	cJSON *list = put_arr(c, c->view.root, "links");
	const struct person_view *p = &l->stay.person;
	const char *remark = req_query(c->q, "remark");
	const char *const now[AMENDABLE] = { p->name, p->doc_no, p->phone,
		                             p->home, l->stay.stay.since, l->stay.employer };
	const char *base = arena_printf(c->cx.a, "%s/stays/%s", hotel_path(c),
	                                id_text(c, l->stay.stay.id));
	for (size_t i = 0; i < AMENDABLE; i++) {
		const char *label = word_in(c, "f_", "amend", amendable[i]);
		put_link(c, list, label ? label : amendable[i], now[i],
		         arena_printf(c->cx.a, "%s/amend?f=%s%s%s", base, amendable[i],
		                      remark ? "&remark=" : "", remark ? remark : ""));
	}
	put_link(c, list, word(c, "", "wrong_person"), NULL,
	         arena_printf(c->cx.a, "%s/wrong", base));
}

/* The one field is what he came for. */
static void must_answer(struct call *c)
{
	cJSON *form = cJSON_GetObjectItemCaseSensitive(c->view.root, "form"), *field;
	cJSON_ArrayForEach(field, cJSON_GetObjectItemCaseSensitive(form, "fields"))
		cJSON_ReplaceItemInObjectCaseSensitive(field, "optional", cJSON_CreateFalse());
}

/* What a node above believes, beside the field; one press takes it over. */
static enum vh_rc put_suggest(struct call *c, int64_t stay, const char *f)
{
	struct remark_look l;
	const char *text = req_query(c->q, "remark");
	int64_t id;
	if (!text)
		return VH_OK;
	enum vh_rc rc = id_parse(text, &id) == VH_OK ? look_remark(&c->cx, &c->hotel, id, &l)
	                                             : VH_NOTFOUND;
	if (rc == VH_NOTFOUND || (rc == VH_OK && l.row.stay != stay))
		return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "remark",
		                "nothing such was asked about this stay");
	if (rc != VH_OK)
		return rc;
	cJSON *o = put_obj(c, c->view.root, "suggest");
	put(c, o, "field", l.row.field);
	put_word(c, o, "field_text", "remark_field_", l.row.field);
	put(c, o, "ours", l.ours);
	put(c, o, "believed", l.believed);
	put(c, o, "words", l.words);
	put(c, o, "upstream", l.upstream);
	put_url(c, o, "list_url", true, "%s/queue/remarks", hotel_path(c));
	if (l.believed && f && !strcmp(f, l.row.field))
		put_chip(c, f, l.believed,
		         arena_printf(c->cx.a, "%s %s", word(c, "", "remark_take"), l.believed),
		         NULL);
	return VH_OK;
}

enum vh_rc get_amend(struct call *c)
{
	struct stay_look l;
	const char *f = req_query(c->q, "f");
	enum vh_rc rc = open_page(c, "amend", &l);
	bool one = false;
	if (rc == VH_OK)
		rc = put_suggest(c, l.stay.stay.id, f);
	if (rc != VH_OK)
		return rc;
	for (size_t i = 0; f && i < AMENDABLE; i++)
		one = one || !strcmp(f, amendable[i]);
	if (!one) {
		put_links(c, &l);
		close_page(c, "amend", c->why ? &form_amend : NULL, c->form, false);
		return VH_OK;
	}
	const struct f_change now = now_of(c, &l.stay);
	bool doc = !strcmp(f, "doc_no");
	const struct form part = part_of(&form_amend, doc ? "doc_type" : f, doc ? 2 : 1);
	close_page(c, "amend", &part, c->form ? c->form : &now, false);
	must_answer(c);
	return VH_OK;
}

enum vh_rc get_wrong(struct call *c)
{
	struct stay_look l;
	enum vh_rc rc = open_page(c, "wrong", &l);
	if (rc == VH_OK)
		close_page(c, "wrong", &form_wrong, c->form, false);
	return rc;
}

/* Nobody here changes what another registry keeps: it is asked to. */
enum vh_rc get_remark(struct call *c)
{
	struct stay_look l;
	enum vh_rc rc = open_page(c, "remark", &l);
	if (rc == VH_OK)
		close_page(c, "remark", &form_remark, c->form, false);
	return rc;
}

enum vh_rc post_remark(struct call *c)
{
	const struct f_remark *f = c->form;
	struct remark_new n = { .hotel = c->hotel.id, .field = f->field, .believed = f->believed,
		                .words = f->words };
	int64_t id = 0;
	enum vh_rc rc = param_id(c, "stay", &n.stay);
	if (rc == VH_OK)
		rc = remark_ask(&c->cx, &n, &id);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", id);
	c->go = arena_printf(c->cx.a, "%s/stays/%s?ok=remark_asked", hotel_path(c),
	                     id_text(c, n.stay));
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

static enum vh_rc told(struct call *c, const struct tell *t, const char *back)
{
	int64_t task;
	enum vh_rc rc = tell_desk(&c->cx, t, &task);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", task);
	c->go = arena_printf(c->cx.a, "%s?ok=told", back);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc post_wrong(struct call *c)
{
	const struct f_wrong *f = c->form;
	struct tell t = { .hotel = c->hotel.id, .words = f->words };
	enum vh_rc rc = param_id(c, "stay", &t.stay);
	if (rc != VH_OK)
		return rc;
	return told(c, &t, arena_printf(c->cx.a, "%s/stays/%s", hotel_path(c),
	                                id_text(c, t.stay)));
}

/* Somebody who is not on the list; those who are have buttons of their own. */
enum vh_rc get_gone(struct call *c)
{
	struct room room;
	struct house house;
	cJSON *root = c->view.root;
	enum vh_rc rc = room_of_path(c, ACT_FILE, &room, &house);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	put_room(c, root, &room, &house);
	view_null(&c->view, root, "stay");
	put_arr(c, root, "chips");
	put_url(c, root, "back_url", may(c, ACT_RACK), "%s/rooms/%s", hotel_path(c),
	        id_text(c, room.id));
	c->heading = word(c, "q_", "gone");
	close_page(c, "gone", &form_gone, c->form, false);
	return VH_OK;
}

enum vh_rc post_gone(struct call *c)
{
	const struct f_gone *f = c->form;
	struct tell t = { .hotel = c->hotel.id, .words = f->words, .day = f->out,
		          .about = f->about };
	enum vh_rc rc = param_id(c, "room", &t.room);
	if (rc != VH_OK)
		return rc;
	return told(c, &t, arena_printf(c->cx.a, "%s/rooms/%s", hotel_path(c),
	                                id_text(c, t.room)));
}
