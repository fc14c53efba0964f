#include "vh/xml.h"

#include <expat.h>
#include <limits.h>
#include <string.h>

#include "vh/limits.h"

enum { DEPTH = 2 * LIM_JSON_DEPTH };

struct scan {
	XML_Parser p;
	cJSON *open[DEPTH + 1]; /* from the object around the root to the element in hand */
	struct buf text[DEPTH + 1];
	unsigned depth, members;
	enum vh_rc rc;
	const char *code, *why;
};

static void stop(struct scan *s, enum vh_rc rc, const char *code, const char *why)
{
	if (s->rc != VH_OK)
		return;
	s->rc = rc;
	s->code = code;
	s->why = why;
	XML_StopParser(s->p, XML_FALSE);
}

static const char *local(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon ? colon + 1 : name;
}

/* A second member of one name makes an array of both. Takes the value. */
static bool add(cJSON *to, const char *name, cJSON *value)
{
	cJSON *had = cJSON_GetObjectItemCaseSensitive(to, name);
	if (value && had && cJSON_IsArray(had))
		return cJSON_AddItemToArray(had, value);
	if (value && had) {
		cJSON *list = cJSON_CreateArray();
		had = list ? cJSON_DetachItemViaPointer(to, had) : NULL;
		if (had && cJSON_AddItemToArray(list, had) && cJSON_AddItemToArray(list, value) &&
		    cJSON_AddItemToObject(to, name, list))
			return true;
		cJSON_Delete(list);
		return false;
	}
	if (value && cJSON_AddItemToObject(to, name, value))
		return true;
	cJSON_Delete(value);
	return false;
}

static void on_start(void *arg, const char *name, const char **attr)
{
	struct scan *s = arg;
	(void)name;
	if (s->rc != VH_OK)
		return;
	if (s->depth == DEPTH) {
		stop(s, VH_LIMIT, "xml_depth", "elements are nested too deep");
		return;
	}
	cJSON *o = cJSON_CreateObject();
	s->open[++s->depth] = o;
	buf_init(&s->text[s->depth], LIM_REPLY);
	bool ok = o != NULL;
	for (; ok && attr[0]; attr += 2) {
		char key[LIM_FIELDS + 2] = "@";
		if (!strncmp(attr[0], "xmlns", 5))
			continue;
		const char *short_name = local(attr[0]);
		size_t n = strlen(short_name);
		if (++s->members > LIM_JSON_MEMBERS || n > LIM_FIELDS) {
			stop(s, VH_LIMIT, "xml_members", "too many or too long attributes");
			return;
		}
		memcpy(key + 1, short_name, n + 1);
		ok = add(o, key, cJSON_CreateString(attr[1]));
	}
	if (ok && ++s->members > LIM_JSON_MEMBERS)
		stop(s, VH_LIMIT, "xml_members", "too many elements");
	else if (!ok)
		stop(s, VH_NOMEM, "no_memory", "not enough memory");
}

/* The text of an element without the blanks around it. */
static cJSON *text_of(struct buf *b)
{
	static const char blank[] = " \t\r\n";
	const char *p = buf_str(b), *from = p + strspn(p, blank);
	size_t n = strlen(from);
	while (n && strchr(blank, from[n - 1]))
		n--;
	if (b->p)
		b->p[(size_t)(from - p) + n] = '\0';
	return cJSON_CreateString(from);
}

static bool only_attributes(const cJSON *o)
{
	for (const cJSON *m = o->child; m; m = m->next)
		if (m->string[0] != '@')
			return false;
	return true;
}

static void on_end(void *arg, const char *name)
{
	struct scan *s = arg;
	if (s->rc != VH_OK)
		return;
	struct buf *text = &s->text[s->depth];
	cJSON *o = s->open[s->depth];
	if (!o->child) {
		cJSON_Delete(o);
		o = text_of(text);
	}
	bool whole = buf_ok(text);
	if (cJSON_IsObject(o) && only_attributes(o))
		whole = add(o, "#text", text_of(text)) && whole;
	buf_done(text);
	s->open[s->depth--] = NULL;
	if (!add(s->open[s->depth], local(name), o) || !whole)
		stop(s, VH_NOMEM, "no_memory", "not enough memory");
}

static void on_text(void *arg, const char *p, int n)
{
	struct scan *s = arg;
	if (s->rc == VH_OK && s->depth)
		buf_add(&s->text[s->depth], p, (size_t)n);
}

static void on_doctype(void *arg, const char *name, const char *system, const char *public,
                       int internal)
{
	(void)name, (void)system, (void)public, (void)internal;
	stop(arg, VH_INVALID, "xml_dtd", "a document type is not read");
}

enum vh_rc xml_parse(const char *p, size_t n, cJSON **ret, struct err *e)
{
	struct scan s = { .p = XML_ParserCreate(NULL) };
	s.open[0] = cJSON_CreateObject();
	if (!s.p || !s.open[0]) {
		s.rc = VH_NOMEM;
		s.code = "no_memory";
		s.why = "not enough memory";
		goto out;
	}
	XML_SetUserData(s.p, &s);
	XML_SetElementHandler(s.p, on_start, on_end);
	XML_SetCharacterDataHandler(s.p, on_text);
	XML_SetStartDoctypeDeclHandler(s.p, on_doctype);
	if (n > INT_MAX)
		stop(&s, VH_LIMIT, "xml_members", "too long");
	else if (XML_Parse(s.p, p, (int)n, XML_TRUE) != XML_STATUS_OK)
		stop(&s, VH_INVALID, "xml", XML_ErrorString(XML_GetErrorCode(s.p)));
out:
	for (; s.depth; s.depth--) {
		buf_done(&s.text[s.depth]);
		cJSON_Delete(s.open[s.depth]);
	}
	if (s.p)
		XML_ParserFree(s.p);
	if (s.rc == VH_OK) {
		*ret = s.open[0];
		return VH_OK;
	}
	cJSON_Delete(s.open[0]);
	return err_set(e, s.rc, s.code, "", "%s", s.why);
}
