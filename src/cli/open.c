/* What a command needs before it runs: settings, key, database, id slot, account. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_impl.h"
#include "vh/core.h"
#include "vh/date.h"
#include "vh/id.h"

#define DEFAULT_DB "vhotel.db"

enum { SLOTS = 1024, SLOT_MS = 3600 * 1000 };

/* Every key of the configuration file: whichever command reads it finds a typing error. */
static const char *const known[] = {
	"database.db",    "database.key_file",    "serve.listen",        "serve.public_url",
	"serve.tls_cert", "serve.tls_key",        "serve.trusted_proxy", "serve.threads",
	"backup.dir",     "serve.metrics_token",  "backup.keep_days",    "map.tiles",
	"map.datum",      "map.max_zoom",         "map.credit",          "serve.lock_minutes",
	NULL,
};

static const char *pick(const struct cli *c, const char *name, const char *env, const char *key)
{
	const char *v = cli_opt(c, name);
	if (!v)
		v = getenv(env);
	return v && *v ? v : conf_str(c->conf, "database", key, NULL);
}

/* The folder of the database keeps vhotel.key. */
static const char *beside(struct cli *c, const char *db)
{
	if (!strncmp(db, "sqlite:", 7))
		db += 7;
	const char *slash = strrchr(db, '/');
	int n = slash ? (int)(slash - db) + 1 : 0;
	return arena_printf(c->cx.a, "%.*svhotel.key", n, db);
}

enum vh_rc cli_settings(struct cli *c)
{
	const char *file = NULL;
	if (c->cmd->needs && !(file = cli_opt(c, "conf")))
		file = getenv("VHOTEL_CONF");
	enum vh_rc rc = conf_load(file && *file ? file : NULL, &c->conf, &c->cx.err);
	if (rc != VH_OK || !c->cmd->needs)
		return rc;
	rc = conf_check(c->conf, known, &c->cx.err);
	if (rc != VH_OK)
		return rc;
	c->db = pick(c, "db", "VHOTEL_DB", "db");
	c->key_file = pick(c, "key-file", "VHOTEL_KEY_FILE", "key_file");
	if (!c->db)
		c->db = DEFAULT_DB;
	if (!c->key_file && !strncmp(c->db, "postgres", 8))
		return cli_usage(c, "--key-file is needed with this database");
	if (!c->key_file)
		c->key_file = beside(c, c->db);
	return c->key_file ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc cli_open_keys(struct cli *c)
{
	return keys_load(c->key_file, &c->cx.keys, &c->cx.err);
}

/* The key must be the one that the registry was made with. */
static enum vh_rc match_key(struct ctx *cx, void *arg)
{
	(void)arg;
	unsigned char print[MAC_BYTES];
	char hex[2 * MAC_BYTES + 1];
	const char *there;
	keys_fingerprint(cx->keys, print);
	hex_encode(print, sizeof print, hex);
	enum vh_rc rc = setting_get(cx, CLI_SET_KEY, &there);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, VH_CONFLICT, "not_ready", "db",
		                "this database was not finished by vhotel init");
	if (rc != VH_OK)
		return rc;
	if (strlen(there) != strlen(hex) || !same_bytes(there, hex, strlen(hex)))
		return ctx_fail(cx, VH_DENIED, "wrong_key", "key_file",
		                "the key file is not the one of this registry; "
		                "nothing was touched");
	return hotel_keys_warm(cx);
}

enum vh_rc cli_open_db(struct cli *c)
{
	enum vh_rc rc = db_open(c->db, DB_OPEN, &c->cx.db, &c->cx.err);
	if (rc == VH_NOTFOUND && !c->cx.err.n)
		return ctx_fail(&c->cx, rc, "db_missing", "db", "there is no registry at %s",
		                c->db);
	return rc == VH_OK ? db_read(&c->cx, match_key, NULL) : rc;
}

/* The first free slot from a random one on: one that nobody holds, or whose hour is over. */
static enum vh_rc take_slot(struct ctx *cx, void *arg)
{
	struct cli_priv *p = arg;
	unsigned from = p->slot;
	for (unsigned i = 0; i < SLOTS; i++) {
		char name[16];
		unsigned slot = (from + i) % SLOTS;
		snprintf(name, sizeof name, "slot/%u", slot);
		enum vh_rc rc = lease_take(cx, name, p->holder, cx->now + SLOT_MS);
		if (rc == VH_OK)
			p->slot = slot;
		if (rc != VH_BUSY || cx->err.n)
			return rc;
	}
	return ctx_fail(cx, VH_BUSY, "slots", "", "all %d process slots are taken", SLOTS);
}

enum vh_rc cli_open_slot(struct cli *c)
{
	struct cli_priv *p = c->priv;
	random_token(p->holder, sizeof p->holder - 1);
	p->slot = random_below(SLOTS);
	enum vh_rc rc = db_write(&c->cx, take_slot, p);
	if (rc != VH_OK) {
		p->holder[0] = '\0';
		return rc;
	}
	id_slot_set(p->slot);
	return VH_OK;
}

enum vh_rc cli_slot_renew(struct cli *c)
{
	/* Only the holder's own slot: one that was lost meanwhile may be somebody else's now. */
	struct cli_priv p = *c->priv;
	c->cx.now = now_ms();
	enum vh_rc rc = db_write(&c->cx, take_slot, &p);
	if (rc == VH_OK && p.slot != c->priv->slot) {
		c->priv->slot = p.slot;
		id_slot_set(p.slot);
	}
	return rc;
}

static enum vh_rc drop_slot(struct ctx *cx, void *arg)
{
	const struct cli_priv *p = arg;
	char name[16];
	snprintf(name, sizeof name, "slot/%u", p->slot);
	return lease_drop(cx, name, p->holder);
}

static enum vh_rc load_as(struct ctx *cx, void *arg)
{
	struct cli *c = arg;
	const char *login = cli_opt(c, "as");
	struct account a;
	enum vh_rc rc = account_by_login(cx, login, &a);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "as", "there is no account %s", login);
	if (rc == VH_OK && (a.disabled || a.locked))
		return ctx_fail(cx, VH_DENIED, "account", "as", "%s is disabled or locked", login);
	return rc == VH_OK ? actor_load(cx, &a, &c->priv->as) : rc;
}

enum vh_rc cli_open(struct cli *c)
{
	unsigned needs = c->cmd->needs;
	enum vh_rc rc = cli_settings(c);
	c->cx.who = &actor_operator;
	if (rc == VH_OK && needs & CLI_DB)
		rc = cli_open_keys(c);
	if (rc == VH_OK && needs & CLI_DB)
		rc = cli_open_db(c);
	if (rc == VH_OK && needs & CLI_IDS)
		rc = cli_open_slot(c);
	if (rc == VH_OK && needs & CLI_AS && cli_opt(c, "as")) {
		rc = db_read(&c->cx, load_as, c);
		c->cx.who = &c->priv->as;
	}
	return rc;
}

void cli_close(struct cli *c)
{
	/* A slot that cannot be given back is free again when its hour is over. */
	if (c->cx.db && c->priv->holder[0] && db_write(&c->cx, drop_slot, c->priv) != VH_OK)
		err_clear(&c->cx.err);
	if (c->cx.db)
		db_close(c->cx.db);
	if (c->cx.keys)
		keys_free(c->cx.keys);
	c->cx.db = NULL;
	c->cx.keys = NULL;
}

struct pick_hotel {
	const char *code;
	struct hotel hotel;
};

static enum vh_rc only_hotel(struct ctx *cx, void *arg)
{
	struct pick_hotel *p = arg;
	struct hotel *all;
	if (p->code)
		return hotel_find(cx, p->code, &p->hotel);
	enum vh_rc rc = hotel_list(cx, &all);
	if (rc != VH_OK)
		return rc;
	if (!all)
		return ctx_fail(cx, VH_NOTFOUND, "not_found", "hotel",
		                "no hotel is open: vhotel hotel add");
	if (all->next)
		return ctx_fail(cx, VH_INVALID, "usage", "hotel",
		                "there are several hotels: say which with --hotel CODE");
	p->hotel = *all;
	return VH_OK;
}

enum vh_rc cli_hotel(struct cli *c, struct hotel *ret)
{
	struct pick_hotel p = { .code = cli_opt(c, "hotel") };
	enum vh_rc rc = db_read(&c->cx, only_hotel, &p);
	if (rc == VH_OK)
		*ret = p.hotel;
	return rc;
}
