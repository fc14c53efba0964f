/* Where events go. A secret is taken once and never shown again. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pair.h"
#include "vh/date.h"
#include "vh/limits.h"
#include "vh/lots.h"
#include "vh/sync_http.h"
#include "vh/sync_pin.h"
#include "vh/sync_profile.h"
#include "vh/sync_wire.h"
#include "vh/utf8.h"

#define OPT_PROFILE { "profile", "FILE", "it speaks another format: share/vhotel/profiles" }
#define OPT_SECRET_FILE \
	{ "secret-file", "FILE", "its first line is the token, or USER:PASS; kept sealed" }

static const struct opt add_opts[] = {
	{ "url", "URL", "https://HOST/upstream/events; plain http only on this machine" },
	{ "secret", "WHSEC", "whsec_…, agreed with it; made and shown this once if not given" },
	{ "empty-accepted", NULL, "an empty 200 of this upstream means that all was accepted" },
	OPT_PROFILE,
	OPT_SECRET_FILE,
	{ 0 },
};
static const struct opt amend_opts[] = {
	{ "url", "URL", "the new address" },
	{ "secret", "WHSEC", "the new secret; \"NEW OLD\" signs with both" },
	OPT_PROFILE,
	OPT_SECRET_FILE,
	{ 0 },
};

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

/* How it is spoken to: a profile, and what proves who we are. */
struct manner {
	const char *url, *secret, *profile; /* profile NULL: our own kind */
	enum profile_auth auth;
	bool made; /* the secret is new */
};

static enum vh_rc read_profile(struct cli *c, struct manner *m)
{
	struct profile *p = NULL;
	const char *path = cli_opt(c, "profile");
	if (!path)
		return VH_OK;
	enum vh_rc rc = profile_load(c->cx.a, path, &m->profile, &c->cx.err);
	if (rc == VH_OK)
		rc = profile_parse(c->cx.a, m->profile, &p, &c->cx.err);
	if (rc != VH_OK)
		return rc;
	m->auth = p->auth;
	if (p->out && !m->url)
		m->url = arena_printf(c->cx.a, "folder:%s", p->out);
	profile_done(p);
	return VH_OK;
}

/* Of --secret-file or --secret; NULL: neither is given. */
static enum vh_rc read_secret(struct cli *c, struct manner *m)
{
	const char *file = cli_opt(c, "secret-file");
	if (file && m->secret)
		return cli_usage(c, "--secret-file and --secret are two ways to say one thing");
	return file ? pair_secret_file(c, file, &m->secret) : VH_OK;
}

/* Is it what the upstream is shown? Else every run would end at it. */
static enum vh_rc judge_secret(struct cli *c, const struct manner *m)
{
	switch (m->auth) {
	case AUTH_WEBHOOK:
		return pair_secret(c, m->secret);
	case AUTH_BASIC:
		if (strchr(m->secret, ':'))
			return VH_OK;
		return ctx_fail(&c->cx, VH_INVALID, "secret", "secret-file",
		                "USER:PASS is wanted with this profile");
	default:
		return VH_OK;
	}
}

static bool wants_token(const struct manner *m)
{
	return m->auth == AUTH_BEARER || m->auth == AUTH_BASIC;
}

static enum vh_rc first_secret(struct cli *c, struct manner *m)
{
	enum vh_rc rc = read_secret(c, m);
	if (rc != VH_OK)
		return rc;
	if (wants_token(m) && !cli_opt(c, "secret-file"))
		return cli_usage(c, "--secret-file is needed with this profile");
	if (m->auth == AUTH_NONE)
		m->secret = "-";
	m->made = m->secret == NULL;
	if (m->made && !(m->secret = webhook_secret_new(c->cx.a)))
		return ctx_nomem(&c->cx);
	return judge_secret(c, m);
}

struct known {
	const char *name;
	enum profile_auth auth;
};

static enum vh_rc known_step(struct ctx *cx, void *arg)
{
	struct known *k = arg;
	struct upstream u;
	struct profile *p = NULL;
	const char *text = NULL;
	enum vh_rc rc = upstream_get(cx, k->name, &u);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "upstream", "name", "there is no upstream %s", k->name);
	if (rc == VH_OK)
		rc = profile_get(cx, u.id, &text);
	if (rc == VH_NOTFOUND)
		return VH_OK; /* of our kind */
	if (rc == VH_OK)
		rc = profile_parse(cx->a, text, &p, &cx->err);
	if (rc == VH_OK && p)
		k->auth = p->auth;
	profile_done(p);
	return rc;
}

/* A new secret is judged by the profile that will hold; a new profile needs one of its own kind. */
static enum vh_rc next_secret(struct cli *c, struct manner *m)
{
	struct known k = { .name = cli_arg(c, 0), .auth = AUTH_WEBHOOK };
	enum vh_rc rc = db_read(&c->cx, known_step, &k);
	if (rc == VH_OK)
		rc = read_secret(c, m);
	if (rc != VH_OK)
		return rc;
	if (!m->profile)
		m->auth = k.auth;
	if (wants_token(m) && m->secret && !cli_opt(c, "secret-file"))
		return cli_usage(c, "--secret-file is needed with this profile");
	if (m->secret)
		return judge_secret(c, m);
	if (m->auth != k.auth && m->auth != AUTH_NONE)
		return cli_usage(c, "this profile is shown another kind of secret: "
		                    "--secret-file is needed");
	return VH_OK;
}

static enum vh_rc add_upstream(struct cli *c, const char *name, const struct manner *m)
{
	bool empty = cli_opt(c, "empty-accepted") != NULL;
	if (!m->profile)
		return outbox_upstream_add(&c->cx, name, m->url, m->secret, empty);
	return lots_upstream_add(&c->cx, name, m->url, m->secret, empty, m->profile);
}

static enum vh_rc cmd_add(struct cli *c)
{
	const char *name = cli_arg(c, 0);
	struct manner m = { .url = cli_opt(c, "url"), .secret = cli_opt(c, "secret") };
	const char *url = m.url;
	enum vh_rc rc = cli_opt(c, "profile") ? VH_OK : cli_opt_need(c, "url", &url);
	if (rc == VH_OK)
		rc = pair_name(c, name);
	if (rc == VH_OK && url)
		rc = wire_url_check(url, &c->cx.err);
	if (rc == VH_OK)
		rc = read_profile(c, &m);
	if (rc == VH_OK && !m.url)
		return cli_usage(c, "--url is needed");
	if (rc == VH_OK)
		rc = first_secret(c, &m);
	if (rc == VH_OK)
		rc = add_upstream(c, name, &m);
	if (rc != VH_OK)
		return rc;
	view_str(&c->view, c->view.root, "name", name);
	view_str(&c->view, c->view.root, "url", m.url);
	view_str(&c->view, c->view.root, "state", "open");
	cli_say(c, "%s will be told at %s", name, m.url);
	if (m.made) {
		view_str(&c->view, c->view.root, "secret", m.secret);
		cli_say(c, "its secret, shown this once: %s", m.secret);
	}
	return m.profile ? VH_OK : pin_if_it_answers(c, name);
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
	struct manner m = { .url = cli_opt(c, "url"), .secret = cli_opt(c, "secret") };
	const char *url = m.url;
	enum vh_rc rc = VH_OK;
	if (!m.url && !m.secret && !cli_opt(c, "secret-file") && !cli_opt(c, "profile"))
		return cli_usage(c, "--url, --secret, --secret-file or --profile is needed");
	if (url)
		rc = wire_url_check(url, &c->cx.err);
	if (rc == VH_OK)
		rc = read_profile(c, &m);
	if (rc == VH_OK)
		rc = next_secret(c, &m);
	if (rc == VH_OK && m.profile)
		rc = lots_profile_set(&c->cx, cli_arg(c, 0), m.profile);
	const struct upstream_change to = { .url = m.url, .secret = m.secret };
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
