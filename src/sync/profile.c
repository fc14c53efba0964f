#include "vh/sync_profile.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "vh/limits.h"

/* What one parse shares; the first failure stays. */
struct read {
	struct arena *a;
	const cJSON *file;
	struct err *e;
	enum vh_rc rc;
};

static void fail(struct read *r, const char *section, const char *key, const char *why)
{
	if (r->rc == VH_OK)
		r->rc = err_set(r->e, VH_INVALID, "profile", key, "[%s] %s: %s", section, key, why);
}

static void *keep(struct read *r, void *p)
{
	if (!p && r->rc == VH_OK)
		r->rc = err_set(r->e, VH_NOMEM, "no_memory", "", "not enough memory");
	return p;
}

static const char *text(struct read *r, const char *section, const char *key)
{
	const cJSON *s = cJSON_GetObjectItemCaseSensitive(r->file, section);
	const char *v = json_str(s, key);
	return v && *v ? keep(r, arena_dup(r->a, v)) : NULL;
}

/* NULL: not said; said as nothing it is "". */
static const char *none_of(struct read *r, const char *section)
{
	const char *v = json_str(cJSON_GetObjectItemCaseSensitive(r->file, section), "none");
	return v ? keep(r, arena_dup(r->a, v)) : NULL;
}

/* One of the words, by its number; the first is the default. */
static unsigned choice(struct read *r, const char *key, const char *const *words)
{
	const char *v = text(r, "profile", key);
	for (unsigned i = 0; words[i]; i++)
		if (!v || !strcmp(v, words[i]))
			return i;
	fail(r, "profile", key, v);
	return 0;
}

static int64_t number(struct read *r, const char *section, const char *key, int64_t least,
                      int64_t most, int64_t otherwise)
{
	const char *v = text(r, section, key);
	char *end = NULL;
	if (!v)
		return otherwise;
	long long n = strtoll(v, &end, 10);
	if (*end || n < least || n > most)
		fail(r, section, key, "not a number in its range");
	return n;
}

static const char *pointer(struct read *r, const char *section, const char *key)
{
	const char *v = text(r, section, key);
	if (v && *v != '/')
		fail(r, section, key, "a pointer begins with /");
	return v;
}

static struct template *template(struct read *r, const char *src, const char *section,
                                 const char *key)
{
	struct template *t = NULL;
	struct err e = { .n = 0 };
	if (!src || r->rc != VH_OK)
		return NULL;
	if (mustache_parse(src, strlen(src), &t, &e) == VH_OK)
		return t;
	fail(r, section, key, err_text(&e));
	return NULL;
}

/* --- sections --------------------------------------------------------------------------------- */

static void read_codes(struct read *r, const cJSON *s, struct profile *p)
{
	struct profile_code *c = keep(r, arena_alloc(r->a, sizeof *c));
	if (!c)
		return;
	*c = (struct profile_code){ .name = keep(r, arena_dup(r->a, s->string + 5)),
		                    .of = pointer(r, s->string, "of"),
		                    .none = none_of(r, s->string), .next = p->codes };
	if (!c->of)
		fail(r, s->string, "of", "a pointer to what is coded is needed");
	for (const cJSON *v = s->child; v && r->rc == VH_OK; v = v->next) {
		struct profile_pair *pair = NULL;
		if (!strcmp(v->string, "of") || !strcmp(v->string, "none"))
			continue;
		pair = keep(r, arena_alloc(r->a, sizeof *pair));
		if (!pair)
			return;
		*pair = (struct profile_pair){ keep(r, arena_dup(r->a, v->string)),
			                       keep(r, arena_dup(r->a, v->valuestring)), c->pair };
		c->pair = pair;
	}
	p->codes = c;
}

static void read_date(struct read *r, const cJSON *s, struct profile *p)
{
	struct profile_date *d = keep(r, arena_alloc(r->a, sizeof *d));
	if (!d)
		return;
	*d = (struct profile_date){ .name = keep(r, arena_dup(r->a, s->string + 5)),
		                    .of = pointer(r, s->string, "of"),
		                    .form = text(r, s->string, "form"),
		                    .none = none_of(r, s->string), .next = p->dates };
	if (!d->of || !d->form)
		fail(r, s->string, "of", "a date has of and form");
	for (const char *f = d->form; f && (f = strchr(f, '%')); f += 2) {
		if (!f[1] || !strchr("YmdHMS", f[1])) {
			fail(r, s->string, "form", "it takes %Y %m %d %H %M %S");
			break;
		}
	}
	p->dates = d;
}

static void read_headers(struct read *r, const cJSON *s, struct profile *p)
{
	static const char token[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_";
	for (const cJSON *v = s->child; v && r->rc == VH_OK; v = v->next) {
		struct profile_header *h = keep(r, arena_alloc(r->a, sizeof *h));
		if (v->string[strspn(v->string, token)] || !strcasecmp(v->string, "content-type") ||
		    !strcasecmp(v->string, "authorization"))
			fail(r, "headers", v->string, "not a header that is free to be set");
		if (!h)
			return;
		*h = (struct profile_header){ .name = keep(r, arena_dup(r->a, v->string)),
			                      .value = template(r, v->valuestring, "headers",
			                                        v->string),
			                      .next = p->headers };
		p->headers = h;
	}
}

static void read_reading(struct read *r, const char *section, struct profile_reading *to)
{
	static const char *const pointers[] = { "word", "list", "id",     "status",
		                                "code", "detail", "receipt" };
	const char **const at[] = { &to->word, &to->list,   &to->id,     &to->status,
		                    &to->code, &to->detail, &to->receipt };
	for (size_t i = 0; i < sizeof at / sizeof *at; i++)
		*at[i] = pointer(r, section, pointers[i]);
	to->ok = text(r, section, "ok");
	to->refused = text(r, section, "refused");
	to->accepted = text(r, section, "accepted");
	to->duplicate = text(r, section, "duplicate");
	to->rejected = text(r, section, "rejected");
	const char *order = text(r, section, "order");
	to->order = order && !strcmp(order, "yes");
	if (to->word && !to->ok)
		fail(r, section, "ok", "a word of the whole needs the words that mean yes");
	to->by_status = to->accepted && !strcmp(to->accepted, "http");
	if (to->list && (!to->id || !to->status || !to->accepted))
		fail(r, section, "list", "rows need id, status and accepted");
}

static void read_lot(struct read *r, const cJSON *root, struct profile *p)
{
	const char *url = text(r, "lot", "url");
	p->lot = (struct profile_lot){
		.id = pointer(r, "lot", "id"),
		.url = template(r, url, "lot", "url"),
		.ask = template(r, json_str(root, "ask"), "lot", "ask"),
		.state = pointer(r, "lot", "state"),
		.pending = text(r, "lot", "pending"),
		.done = text(r, "lot", "done"),
		.forgotten = text(r, "lot", "forgotten"),
		.first_ms = number(r, "lot", "first", 0, 86400, 60) * 1000,
		.most_ms = number(r, "lot", "most", 0, 86400, 1800) * 1000,
		.give_up_ms = number(r, "lot", "give_up", 1, 30 * 86400, 3 * 86400) * 1000,
	};
	if (p->lot.id && !url)
		fail(r, "lot", "url", "where results are asked for is needed");
	if (p->lot.state && !p->lot.done)
		fail(r, "lot", "done", "the words that mean done are needed");
	read_reading(r, "result", &p->result);
	const struct profile_reading *how = &p->answer;
	bool told = how->word || how->list || how->status || how->by_status;
	if (p->envelope != ENVELOPE_CLOUD && !told && !p->in)
		fail(r, "answer", "list", "nothing says what was accepted; accepted = http if the "
		                          "status alone does");
	if ((p->lot.id || p->in) && p->envelope != ENVELOPE_CLOUD && !p->result.list)
		fail(r, "result", "list", "results are read item by item");
}

static void read_profile(struct read *r, const cJSON *root, struct profile *p)
{
	static const char *const forms[] = { "json", "xml", NULL };
	static const char *const envelopes[] = { "cloudevents", "each", "array", "whole", NULL };
	static const char *const auths[] = { "webhook", "bearer", "basic", "none", NULL };
	p->form = (enum profile_form)choice(r, "format", forms);
	p->envelope = (enum profile_envelope)choice(r, "envelope", envelopes);
	p->auth = (enum profile_auth)choice(r, "auth", auths);
	p->batch = (size_t)number(r, "profile", "batch", 1, LIM_SYNC_BATCH, LIM_SYNC_BATCH);
	p->type = text(r, "profile", "type");
	p->types = text(r, "profile", "events");
	p->need = text(r, "profile", "need");
	p->cert = text(r, "profile", "cert");
	p->cert_key = text(r, "profile", "key");
	p->ca = text(r, "profile", "ca");
	p->out = text(r, "profile", "out");
	p->in = text(r, "profile", "in");
	p->body = template(r, json_str(root, "template"), "profile", "template");
	if (p->envelope == ENVELOPE_EACH)
		p->batch = 1;
	if (p->envelope == ENVELOPE_ARRAY && p->form != FORM_JSON)
		fail(r, "profile", "envelope", "an array is JSON");
	if ((p->envelope == ENVELOPE_CLOUD) != !p->body)
		fail(r, "profile", "template", "every envelope but cloudevents has one");
	if (!p->cert != !p->cert_key)
		fail(r, "profile", "cert", "a certificate and its key go together");
	if (!p->out != !p->in)
		fail(r, "profile", "out", "a folder out has a folder in");
	if (!p->type && p->envelope != ENVELOPE_CLOUD)
		p->type = p->form == FORM_XML ? "application/xml" : "application/json";
}

/* A key that nobody reads is a typing error. */
static const struct {
	const char *section, *keys;
} known[] = {
	{ "profile", "format envelope template batch type events need auth cert key ca out "
	           "in" },
	{ "answer", "word ok refused list id order status accepted duplicate rejected code detail "
	            "receipt" },
	{ "result", "word ok refused list id order status accepted duplicate rejected code detail "
	            "receipt" },
	{ "lot", "id url ask state pending done forgotten first most give_up" },
	{ "headers", NULL },
};

static void read_section(struct read *r, const cJSON *s, struct profile *p)
{
	if (!strncmp(s->string, "code ", 5)) {
		read_codes(r, s, p);
		return;
	}
	if (!strncmp(s->string, "date ", 5)) {
		static const char keys[] = "of form none";
		for (const cJSON *v = s->child; v; v = v->next)
			if (!profile_word(keys, v->string))
				fail(r, s->string, v->string, "nobody reads this key");
		read_date(r, s, p);
		return;
	}
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (strcmp(known[i].section, s->string))
			continue;
		for (const cJSON *v = s->child; v && known[i].keys; v = v->next)
			if (!profile_word(known[i].keys, v->string))
				fail(r, s->string, v->string, "nobody reads this key");
		if (!known[i].keys)
			read_headers(r, s, p);
		return;
	}
	fail(r, s->string, "", "there is no such section");
}

enum vh_rc profile_parse(struct arena *a, const char *src, struct profile **ret, struct err *e)
{
	cJSON *root = NULL;
	struct read r = { .a = a, .e = e };
	struct profile *p = keep(&r, arena_alloc(a, sizeof *p));
	if (p)
		r.rc = json_parse(src, strlen(src), &root, e);
	if (r.rc != VH_OK)
		return r.rc;
	r.file = cJSON_GetObjectItemCaseSensitive(root, "file");
	if (!cJSON_IsObject(r.file))
		fail(&r, "profile", "", "not a profile");
	for (const cJSON *s = r.file ? r.file->child : NULL; s && r.rc == VH_OK; s = s->next)
		read_section(&r, s, p);
	if (r.rc == VH_OK)
		read_profile(&r, root, p);
	if (r.rc == VH_OK)
		read_reading(&r, "answer", &p->answer);
	if (r.rc == VH_OK)
		read_lot(&r, root, p);
	cJSON_Delete(root);
	if (r.rc == VH_OK)
		*ret = p;
	else
		profile_done(p);
	return r.rc;
}

void profile_done(struct profile *p)
{
	if (!p)
		return;
	for (struct profile_header *h = p->headers; h; h = h->next)
		mustache_free(h->value);
	mustache_free(p->body);
	mustache_free(p->lot.url);
	mustache_free(p->lot.ask);
}

bool profile_word(const char *list, const char *word)
{
	size_t n = word ? strlen(word) : 0;
	while (list && n && *list) {
		list += strspn(list, " ");
		size_t k = strcspn(list, " ");
		if ((k == n && !memcmp(list, word, n)) || (k == 1 && *list == '*'))
			return true;
		list += k;
	}
	return false;
}
