#include "view.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "forms.h"
#include "vh/date.h"
#include "vh/id.h"

enum { KEY = 96 };

static const char *find_word(const struct call *c, const char *prefix, const char *name)
{
	char key[KEY];
	snprintf(key, sizeof key, "%s%s", prefix, name ? name : "");
	return json_str(c->t, key);
}

const char *word(const struct call *c, const char *prefix, const char *name)
{
	const char *s = find_word(c, prefix, name);
	return s ? s : name ? name : "";
}

const char *count_text(struct call *c, int64_t n, const char *unit)
{
	const char *s = arena_printf(c->cx.a, "%lld %s", (long long)n,
	                             word(c, n == 1 ? "one_" : "unit_", unit));
	return s ? s : "";
}

bool has_word(const struct call *c, const char *prefix, const char *name)
{
	return find_word(c, prefix, name) != NULL;
}

const char *word_in(const struct call *c, const char *prefix, const char *form, const char *name)
{
	char own[KEY];
	snprintf(own, sizeof own, "%s_%s", form ? form : "", name);
	const char *s = find_word(c, prefix, own);
	return s ? s : find_word(c, prefix, name);
}

const char *reason_text(const struct call *c, const char *reason)
{
	return reason && has_word(c, "why_", reason) ? word(c, "why_", reason) : reason;
}

const char *masked_text(const struct call *c, bool masked)
{
	return masked ? word(c, "", may(c, ACT_UNMASK) ? "masked_unmask" : "masked_hint") : NULL;
}

void put(struct call *c, cJSON *o, const char *key, const char *value)
{
	view_str(&c->view, o, key, value);
}

void put_num(struct call *c, cJSON *o, const char *key, int64_t n)
{
	view_num(&c->view, o, key, (double)n);
}

void put_word(struct call *c, cJSON *o, const char *key, const char *prefix, const char *name)
{
	if (c->html)
		view_str(&c->view, o, key, name ? word(c, prefix, name) : NULL);
}

void put_text(struct call *c, cJSON *o, const char *key, const char *value)
{
	if (c->html)
		view_str(&c->view, o, key, value);
}

void put_count(struct call *c, cJSON *o, const char *key, int64_t n, const char *unit)
{
	if (c->html)
		view_str(&c->view, o, key, count_text(c, n, unit));
}

void put_flag(struct call *c, cJSON *o, const char *key, bool on)
{
	if (c->html)
		view_bool(&c->view, o, key, on);
}

void put_url(struct call *c, cJSON *o, const char *key, bool on, const char *fmt, ...)
{
	char text[256];
	va_list ap;
	if (!c->html)
		return;
	va_start(ap, fmt);
	int n = on ? vsnprintf(text, sizeof text, fmt, ap) : 0;
	va_end(ap);
	if (n < 0 || n >= (int)sizeof text)
		c->view.failed = true;
	else
		view_str(&c->view, o, key, on ? text : NULL);
}

cJSON *put_obj(struct call *c, cJSON *o, const char *key)
{
	return view_obj(&c->view, o, key);
}

cJSON *put_arr(struct call *c, cJSON *o, const char *key)
{
	return view_arr(&c->view, o, key);
}

void put_idem(struct call *c, cJSON *o)
{
	char idem[23];
	random_token(idem, sizeof idem - 1);
	put_text(c, o, "idem", idem);
}

const char *id_text(struct call *c, int64_t id)
{
	char *s = arena_alloc(c->cx.a, ID_TEXT);
	if (!s) {
		c->view.failed = true;
		return "";
	}
	id_format(id, s);
	return s;
}

const char *at_text(struct call *c, int64_t instant, const struct hotel *h)
{
	char day[DAY_TEXT];
	if (!instant)
		return NULL;
	int32_t d = day_of(instant, h->zone_min);
	int64_t minute = (instant - day_start(d, h->zone_min)) / 60000;
	day_format(d, day);
	return arena_printf(c->cx.a, "%s %02d:%02d", day, (int)(minute / 60), (int)(minute % 60));
}

const char *hotel_path(struct call *c)
{
	const char *s = arena_printf(c->cx.a, "/h/%s", c->hotel.area);
	return s ? s : "";
}

void put_hotel(struct call *c, const struct hotel *h)
{
	cJSON *o = put_obj(c, c->view.root, "hotel");
	put(c, o, "code", h->area);
	put(c, o, "name", h->name);
	put(c, o, "phone", h->desk_phone);
}

void put_room(struct call *c, cJSON *o, const struct room *r, const struct house *h)
{
	cJSON *room = put_obj(c, o, "room");
	view_id(&c->view, room, "id", r->id);
	put(c, room, "no", r->no);
	put(c, room, "letting", r->letting);
	put_word(c, room, "letting_text", "letting_", r->letting);
	if (r->area_m2 > 0)
		view_num(&c->view, room, "area_m2", r->area_m2);
	else
		view_null(&c->view, room, "area_m2");
	put_num(c, room, "capacity", r->capacity);
	put_count(c, room, "capacity_text", r->capacity, "people");
	cJSON *house = put_obj(c, room, "house");
	view_id(&c->view, house, "id", h->id);
	put_num(c, house, "no", h->no);
	put(c, house, "address", h->address);
}

bool is_masked(const struct call *c, const struct stay_view *v)
{
	return v && !v->mine && field_shown(c->s.who.role, FIELD_NAME, false) != SHOW_FULL;
}

const char *offer_title(enum stay_verb v, const struct stay *s)
{
	return v == SV_AWAY && s->state == STAY_AWAY ? "away_longer" : stay_verb_name(v);
}

void put_stay(struct call *c, cJSON *o, const struct stay_view *v)
{
	const struct stay *s = &v->stay;
	const char *state = stay_state_name(s->state);
	view_id(&c->view, o, "id", s->id);
	put(c, o, "name", v->person.name);
	put(c, o, "doc_type", v->person.doc_type);
	put_word(c, o, "doc_type_text", "doc_type_", v->person.doc_type);
	put(c, o, "doc_no", v->person.doc_no);
	put(c, o, "since", s->since);
	put(c, o, "until", s->until);
	put(c, o, "state", state);
	put_word(c, o, "state_text", "state_", state);
	view_bool(&c->view, o, "lessee", s->lessee);
	view_bool(&c->view, o, "late", s->late);
}

void put_stays(struct call *c, const struct stay_view *list)
{
	cJSON *a = put_arr(c, c->view.root, "stays");
	bool masked = false;
	for (const struct stay_view *v = list; v; v = v->next) {
		cJSON *o = put_obj(c, a, NULL);
		put_stay(c, o, v);
		put_url(c, o, "stay_url", may(c, ACT_ROOM), "%s/stays/%s", hotel_path(c),
		        id_text(c, v->stay.id));
		masked = masked || is_masked(c, v);
	}
	put_text(c, c->view.root, "masked_text", masked_text(c, masked));
}

const char *const tiles[] = { "vacant", "occupied", "full",   "over", "pending", "overdue",
	                      "due",    "suspended", "barred", NULL };
const char *const marks[] = { "hazard", "sleep", "skip", NULL };

bool has_mark(const struct rack_room *r, size_t mark)
{
	return (mark == 0 ? r->hazards : mark == 1 ? r->sleep : r->skip) > 0;
}

const char *tile_of(const struct rack_room *r)
{
	if (strcmp(r->room.letting, "open") != 0)
		return r->room.letting;
	if (r->registered > r->room.capacity)
		return "over";
	if (r->overdue) /* before what waits: fresh from a ledger everybody does */
		return "overdue";
	if (r->pending || r->contested)
		return "pending";
	if (r->due)
		return "due";
	if (!r->registered)
		return "vacant";
	return r->registered == r->room.capacity ? "full" : "occupied";
}

static void put_flags(struct call *c, cJSON *o, const struct rack_room *r)
{
	const struct {
		const char *name;
		bool on;
	} flag[] = {
		{ "vacant", r->registered == 0 },
		{ "full", r->registered == r->room.capacity },
		{ "over", r->registered > r->room.capacity },
		{ "pending", r->pending > 0 },
		{ "contested", r->contested > 0 },
		{ "overdue", r->overdue > 0 },
		{ "due", r->due > 0 },
		{ "hazard", r->hazards > 0 },
		{ "sleep", r->sleep > 0 },
		{ "skip", r->skip > 0 },
		{ "late", r->late > 0 },
		{ "away", r->away > 0 },
	};
	cJSON *a = put_arr(c, o, "flags");
	for (size_t i = 0; i < sizeof flag / sizeof *flag; i++)
		if (flag[i].on)
			view_str(&c->view, a, NULL, flag[i].name);
}

static void put_tile_plate(struct call *c, cJSON *o, const struct rack_room *r, bool codes)
{
	char serial[SERIAL_TEXT], code[PLATE_CODE_TEXT];
	if (!r->plate.id) {
		view_null(&c->view, o, "plate");
		return;
	}
	cJSON *p = put_obj(c, o, "plate");
	serial_format((uint32_t)r->plate.id, serial);
	put(c, p, "serial", serial);
	if (codes && plate_text(&c->cx, r->room.hotel, r->plate.id, code) == VH_OK)
		put(c, p, "code", code);
}

/* Its letter: t[PREFIX_NAME_letter]. */
const char *letter_of(const struct call *c, const char *prefix, const char *name)
{
	char key[KEY / 2];
	snprintf(key, sizeof key, "%s_letter", name);
	const char *s = find_word(c, prefix, key);
	return s ? s : "";
}

void put_tile_face(struct call *c, cJSON *o, const struct rack_room *r)
{
	const char *tile = tile_of(r), *text = word(c, "tile_", tile), *letters = "";
	for (size_t i = 0; marks[i] && text && letters; i++) {
		if (!has_mark(r, i))
			continue;
		text = arena_printf(c->cx.a, "%s%s%s", text, word(c, "", "list_comma"),
		                    word(c, "mark_", marks[i]));
		letters = arena_printf(c->cx.a, "%s%s", letters,
		                       letter_of(c, "mark_", marks[i]));
	}
	put(c, o, "tile", tile);
	put(c, o, "tile_text", text);
	put(c, o, "tile_letter", letter_of(c, "tile_", tile));
	put(c, o, "marks", letters && *letters ? letters : NULL);
}

void put_tile(struct call *c, cJSON *o, const struct rack_room *r, bool codes, bool link)
{
	view_id(&c->view, o, "id", r->room.id);
	put(c, o, "no", r->room.no);
	put(c, o, "letting", r->room.letting);
	put_num(c, o, "capacity", r->room.capacity);
	put_num(c, o, "registered", r->registered);
	put_flags(c, o, r);
	put_tile_plate(c, o, r, codes);
	if (!c->html)
		return;
	put_tile_face(c, o, r);
	put_url(c, o, "room_url", link, "%s/rooms/%s", hotel_path(c), id_text(c, r->room.id));
}

/* ---- forms ---- */

const char *field_error(const struct call *c, const char *field)
{
	for (unsigned i = 0; c->why && i < c->why->n; i++) {
		const struct err_item *it = &c->why->item[i];
		if (strcmp(it->field, field) == 0)
			return has_word(c, "code_", it->code) ? word(c, "code_", it->code)
			                                      : it->text;
	}
	return NULL;
}

void put_option(struct call *c, cJSON *list, const char *value, const char *label,
                const char *now)
{
	cJSON *o = put_obj(c, list, NULL);
	put(c, o, "value", value);
	put(c, o, "label", label);
	view_bool(&c->view, o, "selected", now && !strcmp(now, value));
}

bool is_refused(const struct call *c, const struct form *f)
{
	return c->why && c->route->form == f;
}

void put_chip(struct call *c, const char *name, const char *value, const char *label,
              const char *hint)
{
	cJSON *o = put_obj(c, cJSON_GetObjectItemCaseSensitive(c->view.root, "chips"), NULL);
	put(c, o, "name", name);
	put(c, o, "value", value);
	put(c, o, "label", label);
	put(c, o, "hint", hint);
}

static void put_options(struct call *c, cJSON *o, const struct input *f, const struct face *face,
                        const char *now)
{
	cJSON *list = put_arr(c, o, "options");
	if (face->kind == FACE_SELECT && !(f->flags & INPUT_REQUIRED) && !now)
		put_option(c, list, "", "—", "");
	for (const char *w = f->words; w && *w;) {
		size_t n = strcspn(w, "|");
		const char *one = arena_dupn(c->cx.a, w, n);
		if (one)
			put_option(c, list, one, word(c, face->prefix ? face->prefix : "", one),
			           now);
		w += n + (w[n] == '|');
	}
}

static void put_kind(struct call *c, cJSON *o, const struct face *face, bool card)
{
	enum face_kind kind = card ? FACE_CARD : face->kind;
	static const struct {
		const char *key;
		enum face_kind kind;
	} is[] = {
		{ "is_input", FACE_INPUT }, { "is_select", FACE_SELECT },
		{ "is_check", FACE_CHECK }, { "is_area", FACE_AREA },
		{ "is_file", FACE_FILE },   { "is_hidden", FACE_HIDDEN },
		{ "is_card", FACE_CARD },
	};
	for (size_t i = 0; i < sizeof is / sizeof *is; i++)
		view_bool(&c->view, o, is[i].key, is[i].kind == kind);
}

/* An infant has no document, and a card brings the name along; but that is no reason to tell
 * everyone that they may be left out. */
static bool is_optional(const struct input *f, const struct form_how *how)
{
	bool asked = !strncmp(f->name, "doc_", 4) || !strcmp(f->name, "name");
	return !(f->flags & INPUT_REQUIRED) && !(asked && !strcmp(how->title, "stay_in"));
}

/* Numbers have a largest value instead. */
/* Where blanks are dropped there is room for them: a browser would cut the number's end. */
static void put_max(struct call *c, cJSON *o, const struct input *f)
{
	int64_t most = f->check == input_code ? 2 * (int64_t)f->max : (int64_t)f->max;
	if (f->max && f->check != input_int && f->check != input_real)
		put_num(c, o, "max", most);
	else
		view_null(&c->view, o, "max");
}

static void put_field(struct call *c, cJSON *list, const struct form *form, const struct input *f,
                      const struct form_how *how)
{
	const struct face *face = face_of(f->name);
	const char *value = how->at && !(f->flags & (INPUT_SECRET | INPUT_FILE))
	                            ? form_get(form, how->at, f->name)
	                            : NULL;
	cJSON *o = put_obj(c, list, NULL);
	put(c, o, "name", f->name);
	put(c, o, "id",
	    how->prefix ? arena_printf(c->cx.a, "%s-%s", how->prefix, f->name) : f->name);
	const char *label = word_in(c, "f_", how->title, f->name);
	put(c, o, "label", label ? label : f->name);
	put(c, o, "hint", word_in(c, "h_", how->title, f->name));
	put(c, o, "value", value ? value : "");
	put(c, o, "error", field_error(c, f->name));
	/* A form of a few fields needs no headings. */
	put(c, o, "group", face->group && form->n > 4 ? word(c, "", face->group) : NULL);
	view_bool(&c->view, o, "optional", is_optional(f, how));
	put_kind(c, o, face, how->card && !strcmp(f->name, "doc_no"));
	view_bool(&c->view, o, "focus", !c->why && how->focus && !strcmp(f->name, how->focus));
	put(c, o, "type", face->type);
	put(c, o, "inputmode", face->inputmode);
	put(c, o, "autocomplete", face->autocomplete);
	put(c, o, "list", how->offers && !strcmp(f->name, "employer") ? "employers" : NULL);
	put_max(c, o, f);
	view_bool(&c->view, o, "checked", value && !strcmp(value, "1"));
	put_options(c, o, f, face, value);
	put(c, o, "accept", face->kind == FACE_FILE ? face->type : "");
	/* On a phone straight to the camera. */
	view_bool(&c->view, o, "capture", !strncmp(face->type, "image/", 6));
}

bool goes_anyway(const char *code)
{
	return !strcmp(code, "already_in") || !strcmp(code, "room_full");
}

static void put_anyway(struct call *c, cJSON *o)
{
	const char *code = c->why ? err_code(c->why) : "";
	if (!goes_anyway(code)) {
		view_null(&c->view, o, "anyway");
		return;
	}
	cJSON *a = put_obj(c, o, "anyway");
	put(c, a, "text", word(c, "", arena_printf(c->cx.a, "%s_text", code)));
	put(c, a, "button", word(c, "", arena_printf(c->cx.a, "%s_button", code)));
}

static bool is_shown(const struct form *form, const struct input *f, const struct form_how *how)
{
	enum face_kind kind = face_of(f->name)->kind;
	const char *value = how->at ? form_get(form, how->at, f->name) : NULL;
	if (how->skip && !strcmp(how->skip, f->name))
		return false;
	return kind != FACE_API && (kind != FACE_HIDDEN || (value && *value));
}

void put_form(struct call *c, cJSON *in, const char *key, const struct form *f,
              const struct form_how *how)
{
	char idem[23];
	if (!c->html)
		return;
	cJSON *o = put_obj(c, in, key);
	bool file = false, plain = !how->hint; /* what needs a word said first is folded */
	random_token(idem, sizeof idem - 1);
	put(c, o, "action_url", how->action);
	put(c, o, "submit", word(c, "do_", how->title));
	put(c, o, "title", word(c, "a_", how->title));
	put(c, o, "idem", idem);
	put(c, o, "hint", how->hint ? word(c, "", how->hint) : NULL);
	view_bool(&c->view, o, "danger", how->danger);
	view_bool(&c->view, o, "open", how->open);
	put(c, o, "key", how->key);
	cJSON *list = put_arr(c, o, "fields");
	for (unsigned i = 0; i < f->n; i++) {
		file = file || (f->field[i].flags & INPUT_FILE);
		if (!is_shown(f, &f->field[i], how))
			continue;
		put_field(c, list, f, &f->field[i], how);
		plain = plain && face_of(f->field[i].name)->kind == FACE_HIDDEN;
	}
	view_bool(&c->view, o, "plain", plain);
	view_bool(&c->view, o, "multipart", file);
	put_anyway(c, o);
}
