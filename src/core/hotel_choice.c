#include "vh/clearance.h"

#include <string.h>

#include "place_data.h"
#include "vh/json.h"
#include "vh/limits.h"

/* The first word is what holds until somebody chooses. */
static const struct choice {
	const char *name, *word[3];
} choices[] = {
	{ "clearance", { "off", "required" } },
	{ "origin", { "off", "on" } }, /* figures by province of origin */
};

static const struct choice *find(const char *name)
{
	for (size_t i = 0; name && i < sizeof choices / sizeof *choices; i++) {
		if (!strcmp(name, choices[i].name))
			return &choices[i];
	}
	return NULL;
}

static const char *word_of(const struct choice *c, const char *value)
{
	for (int i = 0; c && value && c->word[i]; i++) {
		if (!strcmp(value, c->word[i]))
			return c->word[i];
	}
	return NULL;
}

static enum vh_rc unknown(struct ctx *cx)
{
	return ctx_fail(cx, VH_INVALID, "choice", "choice", "there is no such choice");
}

static const char *key_of(struct ctx *cx, int64_t hotel, const char *name)
{
	return arena_printf(cx->a, "hotel/%lld/%s", (long long)hotel, name);
}

enum vh_rc hotel_choice(struct ctx *cx, int64_t hotel, const char *name, const char **ret)
{
	const struct choice *c = find(name);
	const char *value = NULL, *key = key_of(cx, hotel, name);
	if (!c)
		return unknown(cx);
	enum vh_rc rc = key ? setting_get(cx, key, &value) : ctx_nomem(cx);
	if (rc != VH_OK && rc != VH_NOTFOUND)
		return rc;
	*ret = word_of(c, value);
	if (!*ret)
		*ret = c->word[0];
	return VH_OK;
}

struct choosing {
	int64_t hotel;
	const char *name, *value;
};

static enum vh_rc step(struct ctx *cx, void *arg)
{
	const struct choosing *g = arg;
	const char *key = key_of(cx, g->hotel, g->name);
	struct hotel h;
	struct buf b;
	enum vh_rc rc = place_may(cx, ACT_PLACE, g->hotel, 0, &h);
	if (rc == VH_OK)
		rc = key ? setting_put(cx, key, g->value) : ctx_nomem(cx);
	if (rc != VH_OK)
		return rc;
	buf_init(&b, LIM_PAYLOAD);
	buf_puts(&b, "{\"hotel\":{\"code\":");
	json_quote(&b, h.area);
	buf_printf(&b, "},\"choice\":{\"%s\":\"%s\"}}", g->name, g->value);
	struct deed d = { .hotel = h.id, .type = "hotel.chose", .subject = "hotels", .id = h.id,
	                  .part = h.id, .data = buf_str(&b) };
	rc = buf_ok(&b) ? journal_add(cx, &d, NULL) : ctx_nomem(cx);
	buf_done(&b);
	return rc;
}

enum vh_rc hotel_choose(struct ctx *cx, int64_t hotel, const char *name, const char *value)
{
	const struct choice *c = find(name);
	const char *word = word_of(c, value);
	struct choosing g = { hotel, c ? c->name : NULL, word };
	int64_t made = hotel;
	return word ? core_write(cx, step, &g, &made) : unknown(cx);
}
