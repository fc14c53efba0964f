#include "vh/employer.h"

#include <string.h>

#include "place_data.h"
#include "vh/docno.h"
#include "vh/id.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/store_people.h"
#include "vh/utf8.h"

static enum vh_rc make(struct ctx *cx, int64_t hotel, const char *name, const char *key,
                       const char *uscc, int64_t *ret_id)
{
	struct employer e = { .hotel = hotel, .id = id_new(), .name = name, .name_key = key,
	                      .uscc = uscc, .created = cx->now };
	enum vh_rc rc = employer_insert(cx, &e);
	if (rc == VH_OK)
		*ret_id = e.id;
	return rc;
}

/* The folded name, NULL for an empty one. */
static enum vh_rc key_of(struct ctx *cx, const char *in, const char **ret_name,
                         const char **ret_key)
{
	enum vh_rc rc = text_take(cx, "employer", in, LIM_TEXT, false, ret_name);
	*ret_key = NULL;
	if (rc != VH_OK || !*ret_name)
		return rc;
	*ret_key = utf8_fold(cx->a, *ret_name);
	return *ret_key ? VH_OK : ctx_nomem(cx);
}

enum vh_rc employer_take(struct ctx *cx, int64_t hotel, const char *name, int64_t *ret_id)
{
	const char *clean, *key;
	struct employer e;
	*ret_id = 0;
	enum vh_rc rc = key_of(cx, name, &clean, &key);
	if (rc != VH_OK || !key || !*key)
		return rc;
	rc = employer_by_key(cx, hotel, key, &e);
	if (rc == VH_OK)
		*ret_id = e.id;
	return rc == VH_NOTFOUND ? make(cx, hotel, clean, key, NULL, ret_id) : rc;
}

struct add {
	int64_t hotel, made;
	const char *name, *key, *uscc;
	int64_t employer; /* alias_step: of whom */
};

static enum vh_rc add_step(struct ctx *cx, void *arg)
{
	struct add *s = arg;
	struct hotel h;
	struct employer had;
	enum vh_rc rc = place_may(cx, ACT_PLACE, s->hotel, 0, &h);
	if (rc != VH_OK)
		return rc;
	rc = employer_by_key(cx, s->hotel, s->key, &had);
	if (rc == VH_OK)
		return ctx_fail(cx, VH_CONFLICT, "employer_there", "employer", "%s is in the list",
		                had.name);
	return rc == VH_NOTFOUND ? make(cx, s->hotel, s->name, s->key, s->uscc, &s->made) : rc;
}

enum vh_rc employer_add(struct ctx *cx, int64_t hotel, const char *name, const char *uscc,
                        int64_t *ret_id)
{
	struct add s = { .hotel = hotel };
	char no[USCC_CHARS + 1];
	enum vh_rc rc = key_of(cx, name, &s.name, &s.key);
	if (rc == VH_OK && (!s.key || !*s.key))
		return ctx_fail(cx, VH_INVALID, "employer", "employer",
		                "the employer's name is missing");
	if (rc == VH_OK && uscc && *uscc) {
		unsigned warn; /* early codes fail their check character and are lawful */
		rc = uscc_parse(cx->a, uscc, no, &warn, &cx->err);
		s.uscc = no;
	}
	if (rc == VH_OK)
		rc = core_write(cx, add_step, &s, &s.made);
	if (rc == VH_OK)
		*ret_id = s.made;
	return rc;
}

static enum vh_rc alias_step(struct ctx *cx, void *arg)
{
	struct add *s = arg;
	struct hotel h;
	struct employer e;
	enum vh_rc rc = place_may(cx, ACT_PLACE, s->hotel, 0, &h);
	if (rc == VH_OK)
		rc = employer_get(cx, s->hotel, s->employer, &e);
	if (rc == VH_NOTFOUND && !cx->err.n)
		return ctx_fail(cx, rc, "not_found", "employer", "there is no such employer");
	return rc == VH_OK ? employer_alias_put(cx, s->hotel, s->key, s->employer) : rc;
}

enum vh_rc employer_alias_add(struct ctx *cx, int64_t hotel, int64_t employer, const char *alias)
{
	struct add s = { .hotel = hotel, .employer = employer, .made = employer };
	enum vh_rc rc = key_of(cx, alias, &s.name, &s.key);
	if (rc == VH_OK && (!s.key || !*s.key))
		return ctx_fail(cx, VH_INVALID, "alias", "alias", "the alias is missing");
	return rc == VH_OK ? core_write(cx, alias_step, &s, &s.made) : rc;
}

struct amend {
	int64_t hotel, id;
	const char *name, *key;
	const char *uscc; /* NULL: as it is; "": none */
};

static enum vh_rc found(struct ctx *cx, int64_t hotel, int64_t id, struct employer *ret)
{
	enum vh_rc rc = employer_get(cx, hotel, id, ret);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "employer", "there is no such employer");
	return rc;
}

static enum vh_rc amend_step(struct ctx *cx, void *arg)
{
	const struct amend *s = arg;
	struct hotel h;
	struct employer e, had;
	enum vh_rc rc = place_may(cx, ACT_PLACE, s->hotel, 0, &h);
	if (rc == VH_OK)
		rc = found(cx, s->hotel, s->id, &e);
	if (rc != VH_OK)
		return rc;
	if (s->key) {
		rc = employer_by_key(cx, s->hotel, s->key, &had);
		if (rc == VH_OK && had.id != e.id)
			return ctx_fail(cx, VH_CONFLICT, "employer_there", "employer",
			                "%s is in the list", had.name);
		if (rc != VH_OK && rc != VH_NOTFOUND)
			return rc;
		e.name = s->name;
		e.name_key = s->key;
	}
	if (s->uscc)
		e.uscc = *s->uscc ? s->uscc : NULL;
	return employer_update(cx, &e);
}

enum vh_rc employer_amend(struct ctx *cx, int64_t hotel, int64_t employer, const char *name,
                          const char *uscc)
{
	struct amend s = { .hotel = hotel, .id = employer, .uscc = uscc };
	char no[USCC_CHARS + 1];
	enum vh_rc rc = key_of(cx, name, &s.name, &s.key);
	if (rc == VH_OK && uscc && *uscc) {
		unsigned warn;
		rc = uscc_parse(cx->a, uscc, no, &warn, &cx->err);
		s.uscc = no;
	}
	return rc == VH_OK ? core_write(cx, amend_step, &s, &s.id) : rc;
}

struct merge {
	int64_t hotel, from, into;
};

static enum vh_rc merged_event(struct ctx *cx, const struct hotel *h, const struct employer *from,
                               const struct employer *into)
{
	struct buf b;
	buf_init(&b, LIM_PAYLOAD);
	buf_puts(&b, "{\"hotel\":{\"code\":");
	json_quote(&b, h->area);
	buf_printf(&b, "},\"employer\":{\"id\":\"%lld\",\"name\":", (long long)into->id);
	json_quote(&b, into->name);
	buf_printf(&b, "},\"merged\":{\"id\":\"%lld\",\"name\":", (long long)from->id);
	json_quote(&b, from->name);
	buf_puts(&b, "}}");
	struct deed d = { .hotel = h->id, .type = "employer.merged", .subject = "employers",
	                  .id = into->id, .part = into->id, .data = buf_str(&b) };
	enum vh_rc rc = buf_ok(&b) ? journal_add(cx, &d, NULL) : ctx_nomem(cx);
	buf_done(&b);
	return rc;
}

static enum vh_rc merge_step(struct ctx *cx, void *arg)
{
	const struct merge *s = arg;
	struct hotel h;
	struct employer from, into;
	enum vh_rc rc = place_may(cx, ACT_PLACE, s->hotel, 0, &h);
	if (rc == VH_OK)
		rc = found(cx, s->hotel, s->from, &from);
	if (rc == VH_OK)
		rc = found(cx, s->hotel, s->into, &into);
	if (rc == VH_OK && from.id == into.id)
		return ctx_fail(cx, VH_CONFLICT, "employer_same", "into",
		                "this is the employer itself");
	if (rc == VH_OK)
		rc = employer_absorb(cx, s->hotel, from.id, into.id);
	if (rc == VH_OK)
		rc = employer_alias_put(cx, s->hotel, from.name_key, into.id);
	if (rc == VH_OK && !into.uscc && from.uscc) {
		into.uscc = from.uscc;
		rc = employer_update(cx, &into);
	}
	return rc == VH_OK ? merged_event(cx, &h, &from, &into) : rc;
}

enum vh_rc employer_merge(struct ctx *cx, int64_t hotel, int64_t from, int64_t into)
{
	struct merge s = { hotel, from, into };
	return core_write(cx, merge_step, &s, &s.into);
}

struct looking {
	const struct hotel *h;
	int64_t after, n;
	struct employer_look *list;
	struct employer *names;
};

static enum vh_rc look_one(struct ctx *cx, const struct employer *e, struct employer_look *l)
{
	struct err ignored = { .n = 0 };
	char no[USCC_CHARS + 1];
	unsigned warn = 0;
	l->row = *e;
	l->row.next = NULL;
	if (e->uscc && uscc_parse(cx->a, e->uscc, no, &warn, &ignored) == VH_OK)
		l->odd = warn != 0;
	enum vh_rc rc = employer_alias_list(cx, e->hotel, e->id, &l->aliases);
	return rc == VH_OK ? employer_count(cx, e->hotel, e->id, &l->people) : rc;
}

static enum vh_rc look_step(struct ctx *cx, void *arg)
{
	struct looking *g = arg;
	struct employer *rows = NULL;
	struct employer_look **tail = &g->list;
	g->list = NULL;
	enum vh_rc rc = actor_may(cx, ACT_PLACE, g->h, 0, 0);
	if (rc == VH_OK)
		rc = employer_page(cx, g->h->id, g->after, g->n, &rows);
	for (const struct employer *e = rows; rc == VH_OK && e; e = e->next) {
		struct employer_look *l = arena_alloc(cx->a, sizeof *l);
		if (!l)
			return ctx_nomem(cx);
		rc = look_one(cx, e, l);
		*tail = l;
		tail = &l->next;
	}
	return rc;
}

enum vh_rc look_employers(struct ctx *cx, const struct hotel *h, int64_t after, int64_t n,
                          struct employer_look **ret)
{
	struct looking g = { .h = h, .after = after, .n = n };
	enum vh_rc rc = db_read(cx, look_step, &g);
	if (rc == VH_OK)
		*ret = g.list;
	return rc;
}

static enum vh_rc one_step(struct ctx *cx, void *arg)
{
	struct looking *g = arg;
	struct employer e;
	enum vh_rc rc = actor_may(cx, ACT_PLACE, g->h, 0, 0);
	if (rc == VH_OK)
		rc = found(cx, g->h->id, g->after, &e);
	return rc == VH_OK ? look_one(cx, &e, g->list) : rc;
}

enum vh_rc look_employer(struct ctx *cx, const struct hotel *h, int64_t employer,
                         struct employer_look *ret)
{
	struct employer_look one = { 0 };
	struct looking g = { .h = h, .after = employer, .list = &one };
	enum vh_rc rc = db_read(cx, one_step, &g);
	if (rc == VH_OK)
		*ret = one;
	return rc;
}

static enum vh_rc names_step(struct ctx *cx, void *arg)
{
	struct looking *g = arg;
	enum vh_rc rc = actor_may(cx, ACT_FILE, g->h, 0, 0);
	return rc == VH_OK ? employer_page(cx, g->h->id, 0, LIM_EMPLOYERS, &g->names) : rc;
}

enum vh_rc employer_names(struct ctx *cx, const struct hotel *h, struct employer **ret)
{
	struct looking g = { .h = h };
	enum vh_rc rc = db_read(cx, names_step, &g);
	if (rc == VH_OK)
		*ret = g.names;
	return rc;
}

struct finding {
	const struct hotel *h;
	const char *key;
	int64_t id;
};

static enum vh_rc find_step(struct ctx *cx, void *arg)
{
	struct finding *g = arg;
	struct employer e;
	enum vh_rc rc = actor_may(cx, ACT_PLACE, g->h, 0, 0);
	if (rc != VH_OK)
		return rc;
	rc = g->id ? employer_get(cx, g->h->id, g->id, &e)
	           : employer_by_key(cx, g->h->id, g->key ? g->key : "", &e);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "employer_unknown", "into",
		                "there is no employer of this name");
	g->id = rc == VH_OK ? e.id : 0;
	return rc;
}

enum vh_rc employer_find(struct ctx *cx, const struct hotel *h, const char *text, int64_t *ret)
{
	enum { ID_DIGITS = 15 }; /* no name is so long a number */
	struct finding g = { .h = h };
	const char *clean;
	enum vh_rc rc = key_of(cx, text, &clean, &g.key);
	if (rc != VH_OK)
		return rc;
	if (!g.key || (strlen(g.key) >= ID_DIGITS && id_parse(g.key, &g.id) != VH_OK))
		g.id = 0;
	rc = db_read(cx, find_step, &g);
	if (rc == VH_OK)
		*ret = g.id;
	return rc;
}
