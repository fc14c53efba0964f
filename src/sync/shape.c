#include "shape.h"

#include <stdio.h>
#include <string.h>

#include "vh/date.h"
#include "vh/limits.h"
#include "vh/xml.h"

#define TYPE_HEAD "cn.vhotel."

/* --- the view --------------------------------------------------------------------------------- */

/* stay.checked-in of cn.vhotel.stay.checked-in.v1 */
static const char *short_type(struct arena *a, const char *type)
{
	size_t head = strlen(TYPE_HEAD);
	const char *from = strncmp(type, TYPE_HEAD, head) ? type : type + head;
	const char *end = strrchr(from, '.');
	return arena_dupn(a, from, end && end[1] == 'v' ? (size_t)(end - from) : strlen(from));
}

static const char *code_for(const struct profile_code *c, const char *value)
{
	if (!value || !*value)
		return c->none;
	for (const struct profile_pair *p = c->pair; p; p = p->next)
		if (!strcmp(p->from, value))
			return p->to;
	return NULL;
}

static void put_two(struct buf *b, int n)
{
	buf_printf(b, "%02d", n);
}

static void put_date(struct buf *b, const char *form, int64_t at, int zone_min)
{
	int y, m, d;
	int64_t local = at + zone_min * MINUTE_MS;
	int32_t day = day_of(at, zone_min);
	int s = (int)((local - (int64_t)day * DAY_MS) / 1000);
	day_split(day, &y, &m, &d);
	for (; *form; form++) {
		if (*form != '%') {
			buf_putc(b, *form);
			continue;
		}
		switch (*++form) {
		case 'Y':
			buf_printf(b, "%04d", y);
			break;
		case 'm':
			put_two(b, m);
			break;
		case 'd':
			put_two(b, d);
			break;
		case 'H':
			put_two(b, s / 3600);
			break;
		case 'M':
			put_two(b, s / 60 % 60);
			break;
		default:
			put_two(b, s % 60);
		}
	}
}

/* A day is its midnight in the hotel's zone. NULL: neither day nor instant. */
static const char *date_for(const struct shape_place *at, const struct profile_date *d,
                            const char *value)
{
	int32_t day;
	int64_t when;
	struct buf b;
	if (!value || !*value)
		return d->none;
	if (day_parse(value, &day) == VH_OK)
		when = day_start(day, at->zone_min);
	else if (instant_parse(value, &when) != VH_OK)
		return NULL;
	buf_init(&b, LIM_FIELD);
	put_date(&b, d->form, when, at->zone_min);
	const char *text = buf_ok(&b) ? arena_dup(at->a, buf_str(&b)) : NULL;
	buf_done(&b);
	return text;
}

/* The words that an event lacks; the first one is told. */
static void lack(struct arena *a, const char **why, const char *what, const char *name)
{
	if (!*why)
		*why = arena_printf(a, "%s: %s", name, what);
}

static void put_words(struct view *v, const struct profile *p, const struct shape_place *at,
                      cJSON *o, const char **why)
{
	cJSON *codes = view_obj(v, o, "code"), *dates = view_obj(v, o, "date");
	for (const struct profile_code *c = p->codes; c; c = c->next) {
		const char *value = shape_text(at->a, o, c->of), *code = code_for(c, value);
		if (!code)
			lack(at->a, why, value ? "no code for this value" : "no value", c->name);
		view_str(v, codes, c->name, code);
	}
	for (const struct profile_date *d = p->dates; d; d = d->next) {
		const char *day = date_for(at, d, shape_text(at->a, o, d->of));
		if (!day)
			lack(at->a, why, "no day", d->name);
		view_str(v, dates, d->name, day);
	}
	const char *need = p->need;
	while (need && *(need += strspn(need, " "))) {
		size_t n = strcspn(need, " ");
		const char *pointer = arena_dupn(at->a, need, n);
		const char *value = pointer ? shape_text(at->a, o, pointer) : NULL;
		if (!value || !*value)
			lack(at->a, why, "missing", pointer ? pointer : "");
		need += n;
	}
}

static void put_event(struct view *v, const struct shape_place *at, cJSON *o,
                      const struct cloud_event *ev)
{
	char when[INSTANT_TEXT];
	instant_format(ev->time, when);
	cJSON_DeleteItemFromObjectCaseSensitive(o, "event");
	cJSON_DeleteItemFromObjectCaseSensitive(o, "code");
	cJSON_DeleteItemFromObjectCaseSensitive(o, "date");
	cJSON *e = view_obj(v, o, "event");
	const struct shape_word member[] = {
		{ "id", ev->id },           { "type", ev->type },
		{ "name", short_type(at->a, ev->type) },
		{ "subject", ev->subject }, { "source", ev->source },
		{ "area", at->area },       { "key", ev->key },
		{ "sequence", ev->sequence }, { "epoch", ev->epoch },
		{ "at", when },
	};
	for (size_t i = 0; i < sizeof member / sizeof *member; i++)
		view_str(v, e, member[i].name, member[i].value);
}

/* An event's members as an item of the list `in`. */
static enum vh_rc put_view(struct view *v, const struct profile *p, const struct shape_place *at,
                           cJSON *in, const struct cloud_event *ev, const char **why,
                           struct err *e)
{
	cJSON *o = NULL;
	enum vh_rc rc = json_parse(ev->data, strlen(ev->data), &o, e);
	if (rc != VH_OK)
		return rc;
	if (!in || !cJSON_IsObject(o) || !cJSON_AddItemToArray(in, o)) {
		cJSON_Delete(o);
		return err_set(e, VH_INVALID, "payload", "", "the event is not an object");
	}
	put_event(v, at, o, ev);
	put_words(v, p, at, o, why);
	return v->failed || arena_failed(at->a)
	               ? err_set(e, VH_NOMEM, "no_memory", "", "not enough memory")
	               : VH_OK;
}

/* --- the body --------------------------------------------------------------------------------- */

enum vh_rc shape_tree(const struct profile *p, const char *body, size_t n, cJSON **ret,
                      struct err *e)
{
	return p->form == FORM_XML ? xml_parse(body, n, ret, e) : json_parse(body, n, ret, e);
}

static enum vh_rc read_again(const struct profile *p, const struct buf *b, struct err *e)
{
	cJSON *tree = NULL;
	struct err why = { .n = 0 };
	enum vh_rc rc = shape_tree(p, buf_str(b), b->n, &tree, &why);
	cJSON_Delete(tree);
	if (rc == VH_OK || rc == VH_NOMEM)
		return rc;
	return err_set(e, VH_INVALID, "payload", "", "what the template makes cannot be read: %s",
	               err_text(&why));
}

static void number_items(struct view *v, cJSON *list)
{
	double n = 0;
	for (cJSON *o = list->child; o; o = o->next) {
		cJSON *e = cJSON_GetObjectItemCaseSensitive(o, "event");
		view_num(v, e, "order", ++n);
		view_bool(v, e, "first", o == list->child);
		view_bool(v, e, "last", !o->next);
	}
}

static enum vh_rc render(const struct profile *p, const cJSON *root, const cJSON *list,
                         struct buf *out, struct err *e)
{
	const struct mustache_opts o = {
		.escape = p->form == FORM_XML ? escape_xml : escape_json, .strict = true,
	};
	enum vh_rc rc = VH_OK;
	if (p->envelope == ENVELOPE_WHOLE)
		return mustache_render(p->body, root, &o, out, e);
	if (p->envelope == ENVELOPE_ARRAY)
		buf_putc(out, '[');
	for (const cJSON *one = list->child; rc == VH_OK && one; one = one->next) {
		rc = mustache_render(p->body, one, &o, out, e);
		if (one->next)
			buf_putc(out, ',');
	}
	if (p->envelope == ENVELOPE_ARRAY)
		buf_putc(out, ']');
	return rc;
}

static enum vh_rc make(const struct profile *p, const struct shape_place *at,
                       const struct cloud_event *ev, size_t n, struct buf *out, const char **why,
                       struct err *e)
{
	struct view v;
	if (!view_init(&v))
		return err_set(e, VH_NOMEM, "no_memory", "", "not enough memory");
	cJSON *list = view_arr(&v, v.root, "events");
	enum vh_rc rc = VH_OK;
	view_str(&v, v.root, "area", at->area);
	view_num(&v, v.root, "count", (double)n);
	for (size_t i = 0; rc == VH_OK && i < n; i++)
		rc = put_view(&v, p, at, list, &ev[i], why, e);
	if (rc == VH_OK && !*why) {
		number_items(&v, list);
		rc = v.failed ? VH_NOMEM : render(p, v.root, list, out, e);
		if (rc == VH_OK && !buf_ok(out))
			rc = err_set(e, out->rc, "payload", "", "the payload is too long");
		if (rc == VH_OK)
			rc = read_again(p, out, e);
	}
	view_done(&v);
	return rc;
}

enum vh_rc shape_body(const struct profile *p, const struct shape_place *at,
                      const struct cloud_event *ev, size_t n, struct buf *out, struct err *e)
{
	const char *why = NULL;
	enum vh_rc rc = make(p, at, ev, n, out, &why, e);
	return rc == VH_OK && why ? err_set(e, VH_INVALID, "payload", "", "%s", why) : rc;
}

enum vh_rc shape_fit(const struct profile *p, const struct shape_place *at,
                     const struct cloud_event *ev, enum shape_fit *ret, const char **ret_why,
                     struct err *e)
{
	struct buf b;
	struct err of = { .n = 0 };
	const char *name = short_type(at->a, ev->type), *why = NULL;
	enum vh_rc rc = VH_OK;
	*ret = SHAPE_FITS;
	*ret_why = NULL;
	if (p->types && !profile_word(p->types, name)) {
		*ret = SHAPE_SKIPPED;
		*ret_why = arena_printf(at->a, "%s is not reported there", name);
		return VH_OK;
	}
	if (p->envelope == ENVELOPE_CLOUD)
		return VH_OK;
	buf_init(&b, LIM_SYNC_BODY);
	rc = make(p, at, ev, 1, &b, &why, &of);
	buf_done(&b);
	if (rc == VH_NOMEM)
		return err_set(e, rc, "no_memory", "", "not enough memory");
	if (rc == VH_OK && !why)
		return VH_OK;
	*ret = SHAPE_INCOMPLETE;
	*ret_why = why ? why : arena_dup(at->a, err_text(&of));
	return VH_OK;
}

enum vh_rc shape_words(const struct template *t, escape_fn *escape, const struct shape_word *words,
                       struct buf *out, struct err *e)
{
	struct view v;
	const struct mustache_opts o = { .escape = escape, .strict = true };
	if (!view_init(&v))
		return err_set(e, VH_NOMEM, "no_memory", "", "not enough memory");
	for (; words->name; words++)
		view_str(&v, v.root, words->name, words->value);
	enum vh_rc rc = v.failed ? VH_NOMEM : mustache_render(t, v.root, &o, out, e);
	view_done(&v);
	return rc == VH_OK && !buf_ok(out) ? out->rc : rc;
}
