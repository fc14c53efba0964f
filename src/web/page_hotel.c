/* What the desk and the administrator set up: a page of doors, the terms, the letters. */
#include <stdlib.h>
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "vh/clearance.h"
#include "vh/db.h"
#include "vh/limits.h"
#include "vh/place.h"
#include "vh/store_people.h"
#include "vh/terms.h"
#include "vh/utf8.h"
#include "view.h"

struct f_settings {
	const char *name, *desk_phone, *entrusted_by, *retention_months;
};
struct f_privacy {
	const char *notice;
};
struct f_rule {
	const char *who, *act, *length, *unit;
};
struct f_choice {
	const char *choice, *value;
};
#define F INPUT
static const struct input settings_in[] = {
	F(struct f_settings, name, input_name, INPUT_REQUIRED, LIM_NAME),
	F(struct f_settings, desk_phone, input_text, 0, LIM_PHONE),
	F(struct f_settings, entrusted_by, input_text, 0, LIM_TEXT),
	F(struct f_settings, retention_months, input_int, 0, 1200),
};
const struct form form_settings = FORM(struct f_settings, settings_in);
static const struct input privacy_in[] = {
	F(struct f_privacy, notice, input_lines, 0, LIM_FIELD / 4),
};
const struct form form_privacy = FORM(struct f_privacy, privacy_in);
static const struct input rule_in[] = {
	INPUT_WORD(struct f_rule, who, INPUT_REQUIRED, "resident|foreigner"),
	INPUT_WORD(struct f_rule, act, INPUT_REQUIRED, "in|out"),
	F(struct f_rule, length, input_int, INPUT_REQUIRED, 366),
	INPUT_WORD(struct f_rule, unit, INPUT_REQUIRED, "workday|day|hour"),
};
const struct form form_rule = FORM(struct f_rule, rule_in);
static const struct input choice_in[] = {
	INPUT_WORD(struct f_choice, choice, INPUT_REQUIRED, "clearance|origin"),
	INPUT_WORD(struct f_choice, value, INPUT_REQUIRED, "off|required|on"),
};
const struct form form_choice = FORM(struct f_choice, choice_in);
#undef F

/* ---- the doors ---- */

enum vh_rc get_setup(struct call *c)
{
	static const struct {
		const char *name, *path;
		enum act act;
	} doors[] = {
		{ "ledger", "ledger", ACT_LEDGER },  { "slips", "slips", ACT_STAFF },
		{ "plates", "plates", ACT_PLATE },   { "sync", "sync", ACT_PLACE },
		{ "settings", "settings", ACT_PLACE },
	};
	put_hotel(c, &c->hotel);
	cJSON *list = put_arr(c, c->view.root, "doors");
	for (size_t i = 0; i < sizeof doors / sizeof *doors; i++) {
		if (!may(c, doors[i].act))
			continue;
		cJSON *o = put_obj(c, list, NULL);
		put(c, o, "name", doors[i].name);
		put_word(c, o, "title_text", "setup_", doors[i].name);
		put_word(c, o, "hint_text", "setup_hint_", doors[i].name);
		put_url(c, o, "door_url", true, "%s/%s", hotel_path(c), doors[i].path);
	}
	cJSON *o = put_obj(c, list, NULL);
	put(c, o, "name", "staff");
	put_word(c, o, "title_text", "setup_", "staff");
	put_word(c, o, "hint_text", "setup_hint_", "staff");
	put_url(c, o, "door_url", true, "%s", "/staff");
	put_url(c, c->view.root, "rack_url", may(c, ACT_RACK), "%s/rack", hotel_path(c));
	return VH_OK;
}

/* ---- terms ---- */

static const char *number_text(struct call *c, int64_t n)
{
	return n ? arena_printf(c->cx.a, "%lld", (long long)n) : NULL;
}

static const char *rule_words(struct call *c, const struct deadline *d)
{
	if (!d->length)
		return word(c, "", "rule_none");
	return count_text(c, d->length, d->unit);
}

static struct form_how how_of(struct call *c, const char *title, const char *path,
                              const struct form *f, const void *now)
{
	return (struct form_how){
		.title = title,
		.prefix = title,
		.at = is_refused(c, f) ? c->form : now,
		.open = is_refused(c, f),
		.action = arena_printf(c->cx.a, "%s/settings%s", hotel_path(c), path),
	};
}

static void put_rules(struct call *c, const struct deadline *rules)
{
	cJSON *list = put_arr(c, c->view.root, "rules");
	for (int i = 0; i < DEADLINES; i++) {
		const struct deadline *d = &rules[i];
		cJSON *o = put_obj(c, list, NULL);
		put(c, o, "who", d->who);
		put_word(c, o, "who_text", "who_", d->who);
		put(c, o, "act", d->act);
		put_word(c, o, "act_text", "act_", d->act);
		put_num(c, o, "length", d->length);
		put(c, o, "unit", d->unit);
		put_text(c, o, "rule_text", rule_words(c, d));
		/* That it holds since ever says nothing. */
		bool ever = !d->length || !strncmp(d->from_day, "1900", 4);
		put(c, o, "from", ever ? NULL : d->from_day);
	}
}

static void put_choices(struct call *c, const char *clearance, const char *origin)
{
	const struct {
		const char *name, *now, *to;
	} all[] = { { "clearance", clearance, strcmp(clearance, "off") ? "off" : "required" },
		    { "origin", origin, strcmp(origin, "off") ? "off" : "on" } };
	cJSON *list = put_arr(c, c->view.root, "choices");
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		bool on = strcmp(all[i].now, "off") != 0;
		cJSON *o = put_obj(c, list, NULL);
		put(c, o, "choice", all[i].name);
		put(c, o, "value", all[i].now);
		view_bool(&c->view, o, "on", on);
		put_word(c, o, "choice_text", "choice_", all[i].name);
		put_word(c, o, "hint_text", "choice_hint_", all[i].name);
		put_text(c, o, "to", all[i].to);
		put_idem(c, o);
		put_url(c, o, "choose_url", true, "%s/settings/choice", hotel_path(c));
	}
}

static void put_terms(struct call *c, const struct hotel *h)
{
	cJSON *o = put_obj(c, c->view.root, "terms");
	put(c, o, "name", h->name);
	put(c, o, "desk_phone", h->desk_phone);
	put(c, o, "entrusted_by", h->entrusted_by);
	put_num(c, o, "retention_months", h->retention_months);
	put_num(c, o, "notice_version", h->notice_version);
	put(c, o, "notice", h->notice);
}

static void put_settings_actions(struct call *c, const struct hotel *h)
{
	cJSON *list = put_arr(c, c->view.root, "actions");
	const struct f_settings now = { h->name, h->desk_phone, h->entrusted_by,
		                        number_text(c, h->retention_months) };
	const struct f_privacy text = { h->notice };
	struct form_how how = how_of(c, "settings", "", &form_settings, &now);
	put_form(c, list, NULL, &form_settings, &how);
	how = how_of(c, "privacy", "/notice", &form_privacy, &text);
	how.hint = "privacy_hint";
	put_form(c, list, NULL, &form_privacy, &how);
	how = how_of(c, "rule", "/deadline", &form_rule, NULL);
	how.hint = "rule_hint";
	put_form(c, list, NULL, &form_rule, &how);
}

struct choices {
	int64_t hotel;
	const char *clearance, *origin;
};

static enum vh_rc choices_step(struct ctx *cx, void *arg)
{
	struct choices *g = arg;
	enum vh_rc rc = hotel_choice(cx, g->hotel, "clearance", &g->clearance);
	return rc == VH_OK ? hotel_choice(cx, g->hotel, "origin", &g->origin) : rc;
}

enum vh_rc get_settings(struct call *c)
{
	struct deadline rules[DEADLINES];
	struct choices g = { .hotel = c->hotel.id };
	enum vh_rc rc = deadlines_of(&c->cx, &c->hotel, rules);
	if (rc == VH_OK)
		rc = db_read(&c->cx, choices_step, &g);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	put_terms(c, &c->hotel);
	put_rules(c, rules);
	put_choices(c, g.clearance, g.origin);
	put_url(c, c->view.root, "back_url", true, "%s/setup", hotel_path(c));
	if (c->html)
		put_settings_actions(c, &c->hotel);
	return VH_OK;
}

static enum vh_rc saved(struct call *c, enum vh_rc rc)
{
	if (rc == VH_OK)
		c->go = arena_printf(c->cx.a, "%s/settings?ok=saved", hotel_path(c));
	return rc == VH_OK && !c->go ? ctx_nomem(&c->cx) : rc;
}

/* What the page leaves empty is taken away; a program that does not name it leaves it. */
static const char *emptied(const struct call *c, const char *value)
{
	return value ? value : c->html ? "" : NULL;
}

enum vh_rc post_settings(struct call *c)
{
	const struct f_settings *f = c->form;
	const struct hotel_change to = {
		.name = f->name,
		.desk_phone = emptied(c, f->desk_phone),
		.entrusted_by = emptied(c, f->entrusted_by),
		.retention_months = f->retention_months ? strtoll(f->retention_months, NULL, 10)
		                    : c->html           ? 0
		                                        : -1,
	};
	return saved(c, hotel_amend(&c->cx, c->hotel.id, &to));
}

enum vh_rc post_privacy(struct call *c)
{
	const struct f_privacy *f = c->form;
	const struct hotel_change to = { .notice = f->notice ? f->notice : "",
		                         .retention_months = -1 };
	return saved(c, hotel_amend(&c->cx, c->hotel.id, &to));
}

enum vh_rc post_rule(struct call *c)
{
	const struct f_rule *f = c->form;
	const struct deadline to = { .who = f->who, .act = f->act, .unit = f->unit,
		                     .length = strtoll(f->length, NULL, 10) };
	return saved(c, deadline_set(&c->cx, c->hotel.id, &to));
}

enum vh_rc post_choice(struct call *c)
{
	const struct f_choice *f = c->form;
	return saved(c, hotel_choose(&c->cx, c->hotel.id, f->choice, f->value));
}

/* ---- the letter of responsibility ---- */

struct letter {
	const struct hotel *h;
	int64_t id;
	struct house house;
	struct landlord *lords;
	int64_t rooms;
};

static enum vh_rc letter_step(struct ctx *cx, void *arg)
{
	struct letter *l = arg;
	struct hotel_keys k;
	struct room *rooms = NULL;
	enum vh_rc rc = actor_may(cx, ACT_PLACE, l->h, l->id, 0);
	if (rc == VH_OK)
		rc = house_get(cx, l->h->id, l->id, &l->house);
	if (rc == VH_NOTFOUND && !cx->err.n)
		return ctx_fail(cx, rc, "not_found", "house", "there is no such house here");
	if (rc == VH_OK)
		rc = room_list_house(cx, l->h->id, l->id, &rooms);
	if (rc == VH_OK)
		rc = landlord_of_house(cx, l->h->id, l->id, &l->lords);
	if (rc == VH_OK)
		rc = hotel_keys_of(cx, l->h->id, &k);
	for (struct landlord *o = l->lords; rc == VH_OK && o; o = o->next)
		rc = landlord_open(cx, &k, o);
	wipe(&k, sizeof k);
	l->rooms = 0;
	for (; rooms; rooms = rooms->next)
		l->rooms += strcmp(rooms->letting, "closed") != 0;
	return rc;
}

enum vh_rc get_letter(struct call *c)
{
	struct letter l = { .h = &c->hotel };
	struct deadline rules[DEADLINES];
	char today[DAY_TEXT];
	enum vh_rc rc = param_id(c, "house", &l.id);
	if (rc == VH_OK)
		rc = db_read(&c->cx, letter_step, &l);
	if (rc == VH_OK)
		rc = deadlines_of(&c->cx, &c->hotel, rules);
	if (rc != VH_OK)
		return rc;
	cJSON *o = put_obj(c, c->view.root, "house"), *list;
	put_hotel(c, &c->hotel);
	view_id(&c->view, o, "id", l.house.id);
	put_num(c, o, "no", l.house.no);
	put(c, o, "address", l.house.address);
	put_num(c, o, "rooms", l.rooms);
	list = put_arr(c, c->view.root, "landlords");
	for (const struct landlord *p = l.lords; p; p = p->next) {
		cJSON *one = put_obj(c, list, NULL);
		put(c, one, "name", p->name);
		put(c, one, "phone", p->phone);
		put(c, one, "role", p->role);
		put_word(c, one, "role_text", "landlord_", p->role);
	}
	put_rules(c, rules);
	today_of(&c->cx, &c->hotel, today);
	put(c, c->view.root, "today", arena_dup(c->cx.a, today));
	put(c, c->view.root, "entrusted_by", c->hotel.entrusted_by);
	put_url(c, c->view.root, "back_url", true, "%s/houses/%s", hotel_path(c),
	        id_text(c, l.house.id));
	return VH_OK;
}
