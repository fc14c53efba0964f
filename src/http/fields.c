#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "vh/http_form.h"
#include "vh/limits.h"
#include "vh/utf8.h"

enum { TEXT = 's', NUMBER = 'n', BOOL = 'b', ITEM = 'a', OBJECT = 'o' };
enum { MAP_KEY = 40 };

static enum vh_rc no_memory(struct err *e)
{
	return err_set(e, VH_NOMEM, rc_name(VH_NOMEM), "", "no memory for the form");
}

static enum vh_rc from_parts(struct arena *a, const struct http_parts *in, struct http_body *out,
                             struct err *e)
{
	out->pairs.at = arena_array(a, HTTP_PARTS, sizeof *out->pairs.at);
	if (!out->pairs.at)
		return no_memory(e);
	for (unsigned i = 0; i < in->n; i++) {
		const struct http_part *part = &in->at[i];
		if (part->filename) {
			if (out->file.name)
				return err_set(e, VH_INVALID, "repeated", part->name,
				               "more than one file");
			out->file =
				(struct http_file){ part->name, part->filename, part->p, part->n };
			continue;
		}
		if (!utf8_valid(part->p, part->n))
			return err_set(e, VH_INVALID, "escape", part->name,
			               "not readable: bad text");
		char *value = arena_dupn(a, part->p, part->n);
		if (!value)
			return no_memory(e);
		out->pairs.at[out->pairs.n++] = (struct http_pair){ part->name, value };
	}
	return VH_OK;
}

struct json_reader {
	struct arena *a;
	struct http_body *out;
	char *kind;
	struct err *e;
};

static enum vh_rc scalar(struct json_reader *r, const char *name, const cJSON *v, bool in_array)
{
	const char *text = NULL;
	char kind = TEXT;
	if (r->out->pairs.n == LIM_FIELDS)
		return err_set(r->e, VH_LIMIT, "fields", "", "more than %d values", LIM_FIELDS);
	if (cJSON_IsNull(v) && !in_array)
		return VH_OK;
	if (cJSON_IsString(v)) {
		text = arena_dup(r->a, v->valuestring);
	} else if (cJSON_IsBool(v)) {
		kind = BOOL;
		text = cJSON_IsTrue(v) ? "1" : "0";
	} else if (cJSON_IsNumber(v)) {
		kind = NUMBER;
		bool whole = v->valuedouble == trunc(v->valuedouble) && fabs(v->valuedouble) < 9e15;
		text = arena_printf(r->a, whole ? "%.0f" : "%.15g", v->valuedouble);
	} else {
		return err_set(r->e, VH_INVALID, "type", name,
		               "a value of this kind does not fit here");
	}
	char *copy = arena_dup(r->a, name);
	if (!text || !copy)
		return no_memory(r->e);
	r->kind[r->out->pairs.n] = in_array ? ITEM : kind;
	r->out->pairs.at[r->out->pairs.n++] = (struct http_pair){ copy, text };
	return VH_OK;
}

/* The members of an object in the object are named as a form's: outer.inner. A pair of its own says
 * that it was one, however empty. */
static enum vh_rc from_inner(struct json_reader *r, const char *outer, const cJSON *o)
{
	const cJSON *v;
	char *copy = arena_dup(r->a, outer);
	if (!copy)
		return no_memory(r->e);
	if (r->out->pairs.n == LIM_FIELDS)
		return err_set(r->e, VH_LIMIT, "fields", "", "more than %d values", LIM_FIELDS);
	r->kind[r->out->pairs.n] = OBJECT;
	r->out->pairs.at[r->out->pairs.n++] = (struct http_pair){ copy, "" };
	cJSON_ArrayForEach(v, o)
	{
		const char *name = arena_printf(r->a, "%s.%s", outer, v->string);
		enum vh_rc rc = name ? scalar(r, name, v, false) : no_memory(r->e);
		if (rc != VH_OK)
			return rc;
	}
	return VH_OK;
}

static enum vh_rc from_object(struct json_reader *r, const cJSON *o)
{
	const cJSON *v, *item;
	if (!cJSON_IsObject(o))
		return err_set(r->e, VH_INVALID, "type", "", "the body is no JSON object");
	cJSON_ArrayForEach(v, o)
	{
		enum vh_rc rc = VH_OK;
		if (cJSON_IsArray(v)) {
			cJSON_ArrayForEach(item, v)
			{
				rc = scalar(r, v->string, item, true);
				if (rc != VH_OK)
					return rc;
			}
		} else if (cJSON_IsObject(v)) {
			rc = from_inner(r, v->string, v);
		} else {
			rc = scalar(r, v->string, v, false);
		}
		if (rc != VH_OK)
			return rc;
	}
	return VH_OK;
}

static enum vh_rc from_json(const struct http_req *q, struct http_body *out, struct err *e)
{
	cJSON *tree = NULL;
	enum vh_rc rc = json_parse(q->body, q->body_n, &tree, e);
	if (rc != VH_OK)
		return rc;
	out->pairs.at = arena_array(q->a, LIM_FIELDS, sizeof *out->pairs.at);
	struct json_reader r = { .a = q->a, .out = out, .e = e };
	r.kind = arena_alloc(q->a, LIM_FIELDS);
	out->kind = r.kind;
	rc = out->pairs.at && r.kind ? from_object(&r, tree) : no_memory(e);
	cJSON_Delete(tree);
	return rc;
}

enum vh_rc body_read(const struct http_req *q, struct http_body *ret, struct err *e)
{
	struct http_body out = { 0 };
	const char *type = req_type(q);
	enum vh_rc rc = VH_OK;
	if (q->body_n == 0)
		;
	else if (strcmp(type, "application/x-www-form-urlencoded") == 0) {
		rc = form_parse(q->a, q->body, q->body_n, &out.pairs, e);
	} else if (strcmp(type, "application/json") == 0) {
		rc = from_json(q, &out, e);
	} else if (strcmp(type, "multipart/form-data") == 0) {
		struct http_parts parts;
		rc = multipart_parse(q->a, req_header(q, "Content-Type"), q->body, q->body_n,
		                     &parts, e);
		if (rc == VH_OK)
			rc = from_parts(q->a, &parts, &out, e);
	} else {
		rc = err_set(e, VH_INVALID, "media_type", "", "send a form or application/json");
	}
	if (rc == VH_OK)
		*ret = out;
	return rc;
}

bool body_type_known(const struct http_req *q)
{
	const char *type = req_type(q);
	return strcmp(type, "application/x-www-form-urlencoded") == 0 ||
	       strcmp(type, "application/json") == 0 || strcmp(type, "multipart/form-data") == 0;
}

const char *body_get(const struct http_body *b, const char *name)
{
	for (unsigned i = 0; i < b->pairs.n; i++)
		if (strcmp(b->pairs.at[i].name, name) == 0)
			return b->pairs.at[i].value;
	return NULL;
}

/* A key of INPUT_MAP: what may stand in a line of KEY=VALUE. */
static bool is_key(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");
	return n > 0 && n <= MAP_KEY && !s[n];
}

static const struct input *declared(const struct form *form, const char *name)
{
	for (unsigned i = 0; i < form->n; i++) {
		const struct input *f = &form->field[i];
		size_t n = strlen(f->name);
		if (!(f->flags & INPUT_MAP) && strcmp(f->name, name) == 0)
			return f;
		if ((f->flags & INPUT_MAP) && strncmp(f->name, name, n) == 0 && name[n] == '.' &&
		    is_key(name + n + 1))
			return f;
	}
	return NULL;
}

static const char **slot(const struct input *f, void *out)
{
	return (const char **)(void *)((char *)out + f->at);
}

static bool is_map(const struct form *form, const char *name)
{
	for (unsigned i = 0; i < form->n; i++)
		if ((form->field[i].flags & INPUT_MAP) && !strcmp(form->field[i].name, name))
			return true;
	return false;
}

/*
 * Numbers and booleans of JSON fit fields that mean one; an array fits a field that may come
 * several times.
 */
static bool kind_fits(const struct input *f, char kind)
{
	switch (kind) {
	case NUMBER:
		return f->check == input_int || f->check == input_real || f->check == input_id ||
		       (f->flags & INPUT_NUMBER);
	case BOOL:
		return f->check == input_bool;
	case ITEM:
		return (f->flags & INPUT_MANY) != 0;
	case OBJECT:
		return false;
	default:
		return true;
	}
}

static enum vh_rc join(struct arena *a, const char **at, const char *key, const char *clean,
                       struct err *e)
{
	if (key)
		clean = arena_printf(a, "%s=%s", key, clean);
	*at = *at && clean ? arena_printf(a, "%s\n%s", *at, clean) : clean;
	return *at ? VH_OK : no_memory(e);
}

static enum vh_rc put(struct arena *a, const struct input *f, const struct http_pair *p, void *out,
                      struct err *e)
{
	const char **at = slot(f, out), *clean = NULL, *value = p->value;
	const char *key = f->flags & INPUT_MAP ? p->name + strlen(f->name) + 1 : NULL;
	if (strlen(value) > LIM_FIELD)
		return err_set(e, VH_INVALID, "too_long", f->name, "over %d bytes", LIM_FIELD);
	if (*at && (key ? map_get(a, *at, key) != NULL : !(f->flags & INPUT_MANY)))
		return err_set(e, VH_INVALID, "repeated", f->name, "comes more than once");
	enum vh_rc rc = *value ? f->check(f, a, value, &clean, e) : VH_OK;
	if (rc == VH_INVALID && !*at && !key)
		*at = value;
	return rc == VH_OK && clean ? join(a, at, key, clean, e) : rc;
}

static enum vh_rc take(struct arena *a, const struct form *form, const struct http_body *in,
                       unsigned i, void *out, struct err *e)
{
	const struct http_pair *p = &in->pairs.at[i];
	const struct input *f = declared(form, p->name);
	char kind = in->kind ? in->kind[i] : TEXT;
	if (p->name[0] == '_' || (kind == OBJECT && is_map(form, p->name)))
		return VH_OK;
	if (!f || (f->flags & INPUT_FILE))
		return err_set(e, VH_INVALID, "unknown_field", p->name,
		               "is not a field of this form");
	if (!kind_fits(f, kind))
		return err_set(e, VH_INVALID, "type", f->name,
		               "a value of another kind is expected");
	return put(a, f, p, out, e);
}

/* What is missing, and a file that nobody asked for. */
static enum vh_rc check_whole(const struct form *form, const struct http_body *in, void *out,
                              struct err *e)
{
	enum vh_rc rc = VH_OK;
	const struct input *file = in->file.name ? declared(form, in->file.name) : NULL;
	if (in->file.name && (!file || !(file->flags & INPUT_FILE)))
		rc = err_set(e, VH_INVALID, "unknown_field", in->file.name, "no file is expected");
	for (unsigned i = 0; i < form->n; i++) {
		const struct input *f = &form->field[i];
		bool given = (f->flags & INPUT_FILE) ? file == f : *slot(f, out) != NULL;
		if ((f->flags & INPUT_REQUIRED) && !given)
			rc = err_set(e, VH_INVALID, "required", f->name, "is needed");
	}
	return rc;
}

enum vh_rc form_check(struct arena *a, const struct form *form, const struct http_body *in,
                      void *out, struct err *e)
{
	enum vh_rc rc = VH_OK;
	memset(out, 0, form->size);
	for (unsigned i = 0; i < in->pairs.n; i++) {
		enum vh_rc one = take(a, form, in, i, out, e);
		if (one != VH_OK && one != VH_INVALID)
			return one;
		rc = rc == VH_OK ? one : rc;
	}
	enum vh_rc whole = check_whole(form, in, out, e);
	return rc == VH_OK ? whole : rc;
}

const char *form_get(const struct form *form, const void *in, const char *name)
{
	const struct input *f = declared(form, name);
	const char *v = NULL;
	if (f && !(f->flags & INPUT_FILE))
		memcpy(&v, (const char *)in + f->at, sizeof v);
	return v;
}

bool map_next(struct arena *a, const char **map, const char **ret_key, const char **ret_value)
{
	const char *p = *map, *eq = p ? strchr(p, '=') : NULL;
	if (!eq)
		return false;
	size_t n = strcspn(eq + 1, "\n");
	*ret_key = arena_dupn(a, p, (size_t)(eq - p));
	*ret_value = arena_dupn(a, eq + 1, n);
	*map = eq[n + 1] ? eq + n + 2 : NULL;
	return true;
}

const char *map_get(struct arena *a, const char *map, const char *key)
{
	const char *k, *v;
	while (map_next(a, &map, &k, &v))
		if (k && !strcmp(k, key))
			return v;
	return NULL;
}
