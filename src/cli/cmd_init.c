/* Making a registry, and its key back from paper. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli_impl.h"
#include "vh/embed.h"
#include "vh/gzip.h"
#include "vh/limits.h"
#include "vh/place.h"

enum { LIM_AREAS = 64 << 20, SHEET_GROUPS = 7, GROUP_CHARS = 5 };

static enum vh_rc has_key(struct ctx *cx, void *arg)
{
	(void)arg;
	const char *print;
	return setting_get(cx, CLI_SET_KEY, &print);
}

/* VH_OK when nothing is there, or only what an interrupted init left. */
static enum vh_rc is_free(struct cli *c)
{
	enum vh_rc rc = db_open(c->db, DB_OPEN, &c->cx.db, &c->cx.err);
	if (rc == VH_NOTFOUND) {
		err_clear(&c->cx.err);
		return VH_OK;
	}
	if (rc != VH_OK)
		return rc;
	rc = db_read(&c->cx, has_key, NULL);
	db_close(c->cx.db);
	c->cx.db = NULL;
	if (rc == VH_OK)
		return ctx_fail(&c->cx, VH_CONFLICT, "exists", "db",
		                "there is a registry at %s; it is left alone", c->db);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

/* Hosts that nobody can own, and those of this machine alone. */
static bool is_placeholder(const char *base)
{
	static const char *const tails[] = { ".EXAMPLE",    ".INVALID",   ".TEST",
		                             ".LOCAL",      ".LAN",       "LOCALHOST",
		                             "EXAMPLE.COM", "EXAMPLE.CN", "EXAMPLE.ORG",
		                             "EXAMPLE.NET" };
	const char *host = strstr(base, "//");
	host = host ? host + 2 : base;
	size_t n = strcspn(host, ":/");
	if (!strncmp(host, "127.", 4))
		return true;
	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
		size_t len = strlen(tails[i]);
		if (n >= len && !strncmp(host + n - len, tails[i], len))
			return true;
	}
	return false;
}

static enum vh_rc check_url(struct cli *c, const char *url)
{
	char base[PLATE_BASE_TEXT];
	bool is_long = false;
	if (!url) {
		cli_warn(c, "public_url",
		         "no --public-url: plates cannot be printed in earnest yet");
		return VH_OK;
	}
	if (plate_base_parse(url, base, &is_long) != VH_OK)
		return ctx_fail(&c->cx, VH_INVALID, "public_url", "public-url",
		                "%s cannot stand on a plate: http or https and a host, no path",
		                url);
	if (is_placeholder(base))
		cli_warn(c, "public_url_placeholder",
		         "%s is a placeholder: it will stand on every plate", url);
	if (is_long)
		cli_warn(c, "public_url_long",
		         "the host is over %d characters: the codes get finer and harder to scan",
		         PLATE_HOST_FITS);
	return VH_OK;
}

static enum vh_rc load_keys(struct cli *c, bool *ret_made)
{
	enum vh_rc rc = cli_open_keys(c);
	if (rc != VH_NOTFOUND)
		return rc;
	err_clear(&c->cx.err);
	rc = keys_create(c->key_file, &c->cx.err);
	if (rc == VH_OK)
		rc = cli_open_keys(c);
	*ret_made = rc == VH_OK;
	return rc;
}

static enum vh_rc fill(struct ctx *cx, void *arg)
{
	struct cli_registry *in = arg;
	unsigned char print[MAC_BYTES];
	char hex[2 * MAC_BYTES + 1];
	/* Another one may have made it since we looked, with a key of its own. */
	enum vh_rc rc = has_key(cx, NULL);
	if (rc == VH_OK)
		return ctx_fail(cx, VH_CONFLICT, "exists", "db",
		                "somebody else has just made this registry; it is left alone");
	if (rc != VH_NOTFOUND)
		return rc;
	keys_fingerprint(cx->keys, print);
	hex_encode(print, sizeof print, hex);
	rc = setting_put(cx, CLI_SET_KEY, hex);
	if (rc == VH_OK && in->url)
		rc = setting_put(cx, "public_url", in->url);
	return rc == VH_OK ? areas_load(cx, in->csv, in->n, &in->areas) : rc;
}

static void print_sheet(struct cli *c, const char *text)
{
	cJSON *lines = view_arr(&c->view, c->view.root, "recovery");
	cli_say(c, "\nRecovery sheet: write it down, close it in an envelope, keep it in a safe.\n"
	           "It is shown this once. Without the key file and this sheet nobody can read\n"
	           "the registry or any backup of it.\n");
	for (size_t n = strlen(text), i = 0; i < n; i += SHEET_GROUPS * GROUP_CHARS) {
		size_t len =
			n - i < SHEET_GROUPS * GROUP_CHARS ? n - i : SHEET_GROUPS * GROUP_CHARS - 1;
		char *line = arena_dupn(c->cx.a, text + i, len);
		cli_say(c, "    %s", line ? line : "");
		cJSON *item = line ? cJSON_CreateString(line) : NULL;
		if (!item || !cJSON_AddItemToArray(lines, item)) {
			cJSON_Delete(item);
			c->view.failed = true;
		}
	}
	cli_say(c, "%s", "");
}

enum vh_rc cli_make_registry(struct cli *c, struct cli_registry *in)
{
	enum vh_rc rc = load_keys(c, &in->key_made);
	if (rc == VH_OK)
		rc = db_open(c->db, DB_CREATE, &c->cx.db, &c->cx.err);
	return rc == VH_OK ? db_write(&c->cx, fill, in) : rc;
}

const char *cli_areas_builtin(size_t *ret_n)
{
	const struct embedded *own = embedded_find("base/data/areas-tinglin.csv");
	*ret_n = own ? own->n : 0;
	return own ? (const char *)own->data : "";
}

static enum vh_rc make(struct cli *c, struct cli_registry *in)
{
	enum vh_rc rc = cli_make_registry(c, in);
	if (rc != VH_OK)
		return rc;
	char *sheet = keys_recovery_text(c->cx.a, c->cx.keys);
	if (!sheet)
		return ctx_nomem(&c->cx);
	cJSON *o = c->view.root;
	view_str(&c->view, o, "db", c->db);
	view_str(&c->view, o, "key_file", c->key_file);
	view_bool(&c->view, o, "key_made", in->key_made);
	view_num(&c->view, o, "areas", (double)in->areas);
	view_str(&c->view, o, "public_url", in->url);
	cli_say(c, "registry  %s", c->db);
	cli_say(c, "key file  %s%s", c->key_file, in->key_made ? "" : " (was there)");
	cli_say(c, "divisions %lld", (long long)in->areas);
	print_sheet(c, sheet);
	wipe(sheet, strlen(sheet));
	return VH_OK;
}

static enum vh_rc run_init(struct cli *c)
{
	struct cli_registry in = { .url = cli_opt_conf(c, "public-url", "serve", "public_url",
		                                       NULL) };
	const char *file = cli_opt(c, "areas");
	struct buf b;
	buf_init(&b, LIM_AREAS);
	enum vh_rc rc = is_free(c);
	if (rc == VH_OK && file) {
		rc = gunzip_file(file, &b, &c->cx.err);
		in.csv = buf_str(&b);
		in.n = b.n;
	} else if (rc == VH_OK) {
		in.csv = cli_areas_builtin(&in.n);
	}
	if (rc == VH_OK)
		rc = check_url(c, in.url);
	if (rc == VH_OK)
		rc = make(c, &in);
	buf_done(&b);
	return rc;
}

/* The sheet is typed, or piped in: 14 groups of four, in as many lines as it takes. */
static enum vh_rc run_recover(struct cli *c)
{
	const char *line, *text = "";
	do {
		enum vh_rc rc = cli_ask(c, *text ? "next line (empty: the end)" : "recovery sheet",
		                        true, &line);
		if (rc != VH_OK)
			return rc;
		if (line)
			text = arena_printf(c->cx.a, "%s %s", text, line);
		if (!text)
			return ctx_nomem(&c->cx);
	} while (line);
	enum vh_rc rc = keys_recover(text, c->key_file, &c->cx.err);
	if (rc != VH_OK)
		return rc;
	view_str(&c->view, c->view.root, "key_file", c->key_file);
	cli_say(c, "the key is in %s again", c->key_file);
	return VH_OK;
}

static const struct opt init_opts[] = {
	{ "areas", "FILE",
	  "divisions as .csv or .csv.gz: code,name,parent,kind (built in: one town)" },
	{ "public-url", "URL", "what stands on the plates, https://HOST" },
	{ 0 },
};

const struct command cmd_init[] = {
	{ "init", "", "make a registry, its key and its recovery sheet", init_opts, 0, 0, CLI_CONF,
	  run_init, LIM_ARENA_IMPORT },
	{ "key recover", "", "make the key file again from the recovery sheet", NULL, 0, 0,
	  CLI_CONF, run_recover, 0 },
	{ 0 },
};
