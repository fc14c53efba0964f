/* Where events go. A secret is taken once and never shown again. */
#include <inttypes.h>
#include <string.h>

#include "vh/cli.h"
#include "vh/date.h"
#include "vh/limits.h"
#include "vh/outbox.h"
#include "vh/sync_http.h"
#include "vh/sync_pin.h"
#include "vh/sync_wire.h"
#include "vh/utf8.h"

static const struct opt add_opts[] = {
	{ "url", "URL", "https://HOST/upstream/events; plain http only on this machine" },
	{ "secret", "WHSEC", "whsec_…, agreed with it; made and shown this once if not given" },
	{ "empty-accepted", NULL, "an empty 200 of this upstream means that all was accepted" },
	{ 0 },
};
static const struct opt amend_opts[] = {
	{ "url", "URL", "the new address" },
	{ "secret", "WHSEC", "the new secret; \"NEW OLD\" signs with both" },
	{ 0 },
};

static enum vh_rc check_name(struct cli *c, const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t n = strlen(name);
	if (!n || n > LIM_NAME || name[strspn(name, allowed)])
		return ctx_fail(&c->cx, VH_INVALID, "name", "name",
		                "a name is made of a-z, 0-9, dot, hyphen and underscore");
	return VH_OK;
}

static enum vh_rc check_secret(struct cli *c, const char *secret)
{
	struct webhook_keys keys;
	enum vh_rc rc = webhook_keys_parse(c->cx.a, secret, &keys);
	wipe(&keys, sizeof keys);
	if (rc == VH_INVALID)
		return ctx_fail(&c->cx, rc, "secret", "secret",
		                "whsec_ and the base64 of 24 to 64 bytes is wanted");
	return rc == VH_OK ? rc : ctx_nomem(&c->cx);
}

static enum vh_rc pin_keys(struct cli *c, const char *name)
{
	struct pin *pins = NULL;
	enum vh_rc rc = sync_pin(&c->cx, name, &pins);
	if (rc != VH_OK)
		return rc;
	cJSON *list = view_arr(&c->view, c->view.root, "pinned");
	for (; pins; pins = pins->next) {
		char *pub = base64_encode(c->cx.a, pins->pub.p, pins->pub.n);
		cJSON *o = view_obj(&c->view, list, NULL);
		view_str(&c->view, o, "key", pins->key);
		view_str(&c->view, o, "public", pub);
		cli_say(c, "receipts of %s are believed by key %s", name, pins->key);
	}
	return VH_OK;
}

static enum vh_rc cmd_pin(struct cli *c)
{
	return pin_keys(c, cli_arg(c, 0));
}

/* An upstream that is not of our kind has no keys, one that is down none yet: no reason to fail. */
static enum vh_rc pin_if_it_answers(struct cli *c, const char *name)
{
	enum vh_rc rc = pin_keys(c, name);
	if (rc != VH_IO)
		return rc;
	cli_say(c, "no key is pinned yet (%s): vhotel upstream pin %s", err_text(&c->cx.err), name);
	err_clear(&c->cx.err);
	return VH_OK;
}

static enum vh_rc cmd_add(struct cli *c)
{
	const char *name = cli_arg(c, 0), *url = NULL, *secret = cli_opt(c, "secret");
	bool made = secret == NULL;
	enum vh_rc rc = cli_opt_need(c, "url", &url);
	if (rc == VH_OK)
		rc = check_name(c, name);
	if (rc == VH_OK)
		rc = wire_url_check(url, &c->cx.err);
	if (rc == VH_OK && made && !(secret = webhook_secret_new(c->cx.a)))
		rc = ctx_nomem(&c->cx);
	if (rc == VH_OK)
		rc = check_secret(c, secret);
	if (rc == VH_OK)
		rc = outbox_upstream_add(&c->cx, name, url, secret,
		                         cli_opt(c, "empty-accepted") != NULL);
	if (rc != VH_OK)
		return rc;
	view_str(&c->view, c->view.root, "name", name);
	view_str(&c->view, c->view.root, "url", url);
	view_str(&c->view, c->view.root, "state", "open");
	cli_say(c, "%s will be told at %s", name, url);
	if (made) {
		view_str(&c->view, c->view.root, "secret", secret);
		cli_say(c, "its secret, shown this once: %s", secret);
	}
	return pin_if_it_answers(c, name);
}

static enum vh_rc change(struct cli *c, const struct upstream_change *to, const char *did)
{
	const char *name = cli_arg(c, 0);
	enum vh_rc rc = outbox_upstream_change(&c->cx, name, to);
	if (rc != VH_OK)
		return rc;
	view_str(&c->view, c->view.root, "name", name);
	cli_say(c, "%s %s", name, did);
	return VH_OK;
}

static enum vh_rc cmd_amend(struct cli *c)
{
	const struct upstream_change to = { .url = cli_opt(c, "url"),
		                            .secret = cli_opt(c, "secret") };
	enum vh_rc rc = VH_OK;
	if (!to.url && !to.secret)
		return cli_usage(c, "--url or --secret is needed");
	if (to.url)
		rc = wire_url_check(to.url, &c->cx.err);
	if (rc == VH_OK && to.secret)
		rc = check_secret(c, to.secret);
	return rc == VH_OK ? change(c, &to, "is amended") : rc;
}

static enum vh_rc cmd_pause(struct cli *c)
{
	return change(c, &(struct upstream_change){ .state = "paused" },
	              "is paused; what is for it waits");
}

static enum vh_rc cmd_resume(struct cli *c)
{
	return change(c, &(struct upstream_change){ .state = "open" }, "is open again");
}

struct all {
	struct upstream *list;
};

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	return upstream_list(cx, &((struct all *)arg)->list);
}

static enum vh_rc cmd_list(struct cli *c)
{
	struct all all = { NULL };
	enum vh_rc rc = db_read(&c->cx, list_step, &all);
	if (rc != VH_OK)
		return rc;
	cJSON *to = cli_list(c);
	for (const struct upstream *u = all.list; u; u = u->next) {
		char at[INSTANT_TEXT];
		cJSON *o = view_obj(&c->view, to, NULL);
		instant_format(u->created, at);
		view_str(&c->view, o, "name", u->name);
		view_str(&c->view, o, "url", u->url);
		view_str(&c->view, o, "state", u->state);
		view_bool(&c->view, o, "empty_accepted", u->empty_accepted);
		view_str(&c->view, o, "created", at);
		cli_say(c, "%-16s %-6s %s", u->name, u->state, u->url);
	}
	if (!all.list)
		cli_say(c, "no upstream: vhotel upstream add NAME --url URL");
	return VH_OK;
}

const struct command cmd_upstream[] = {
	{
		.name = "upstream add", .args = "NAME", .opts = add_opts, .least = 1, .most = 1,
		.help = "say where what changes is reported to",
		.needs = CLI_WRITE, .run = cmd_add,
	},
	{
		.name = "upstream amend", .args = "NAME", .opts = amend_opts, .least = 1, .most = 1,
		.help = "another address or secret for an upstream",
		.needs = CLI_WRITE, .run = cmd_amend,
	},
	{
		.name = "upstream pin", .args = "NAME", .least = 1, .most = 1,
		.help = "pin the keys of its receipts: the first, then what they hand over to",
		.needs = CLI_WRITE, .run = cmd_pin,
	},
	{
		.name = "upstream pause", .args = "NAME", .least = 1, .most = 1,
		.help = "send it nothing until it is resumed; nothing is lost",
		.needs = CLI_WRITE, .run = cmd_pause,
	},
	{
		.name = "upstream resume", .args = "NAME", .least = 1, .most = 1,
		.help = "send to it again", .needs = CLI_WRITE, .run = cmd_resume,
	},
	{
		.name = "upstream list", .args = "", .help = "the upstreams and their states",
		.needs = CLI_DB, .run = cmd_list,
	},
	{ 0 },
};
