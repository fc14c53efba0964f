#include "vh/place.h"

#include "place_data.h"
#include "vh/docno.h"
#include "vh/id.h"
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
