/* Who may send to this registry. A secret is taken once and never shown again. */
#include "pair.h"
#include "vh/date.h"
#include "vh/receive.h"
#include "vh/sync_wire.h"

static const struct opt add_opts[] = {
	{ "scope", "AREA", "the division above every hotel it may speak for" },
	{ "secret", "WHSEC", "whsec_…, agreed with it; made and shown this once if not given" },
	{ 0 },
};
static const struct opt amend_opts[] = {
	{ "secret", "WHSEC", "the new secret; \"NEW OLD\" takes both" },
	{ 0 },
};

static enum vh_rc cmd_add(struct cli *c)
{
	const char *name = cli_arg(c, 0), *scope = NULL, *secret = cli_opt(c, "secret");
	bool made = secret == NULL;
	enum vh_rc rc = cli_opt_need(c, "scope", &scope);
	if (rc == VH_OK)
		rc = pair_name(c, name);
	if (rc == VH_OK && made && !(secret = webhook_secret_new(c->cx.a)))
		rc = ctx_nomem(&c->cx);
	if (rc == VH_OK)
		rc = pair_secret(c, secret);
	if (rc == VH_OK)
		rc = source_add(&c->cx, name, scope, secret);
	if (rc != VH_OK)
		return rc;
	view_str(&c->view, c->view.root, "name", name);
	view_str(&c->view, c->view.root, "scope", scope);
	view_str(&c->view, c->view.root, "state", "open");
	cli_say(c, "%s may speak for the hotels below %s", name, scope);
	if (made) {
		view_str(&c->view, c->view.root, "secret", secret);
		cli_say(c, "its secret, shown this once: %s", secret);
	}
	return VH_OK;
}

static enum vh_rc change(struct cli *c, const char *secret, const char *state, const char *did)
{
	const char *name = cli_arg(c, 0);
	enum vh_rc rc = source_change(&c->cx, name, secret, state);
	if (rc != VH_OK)
		return rc;
	view_str(&c->view, c->view.root, "name", name);
	cli_say(c, "%s %s", name, did);
	return VH_OK;
}

static enum vh_rc cmd_amend(struct cli *c)
{
	const char *secret = NULL;
	enum vh_rc rc = cli_opt_need(c, "secret", &secret);
	if (rc == VH_OK)
		rc = pair_secret(c, secret);
	return rc == VH_OK ? change(c, secret, NULL, "is amended") : rc;
}

static enum vh_rc cmd_pause(struct cli *c)
{
	return change(c, NULL, "paused", "is paused; what it sends is refused");
}

static enum vh_rc cmd_resume(struct cli *c)
{
	return change(c, NULL, "open", "is open again");
}

struct all {
	struct source *list;
};

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	return source_list(cx, &((struct all *)arg)->list);
}

static enum vh_rc cmd_list(struct cli *c)
{
	struct all all = { NULL };
	enum vh_rc rc = db_read(&c->cx, list_step, &all);
	if (rc != VH_OK)
		return rc;
	cJSON *to = cli_list(c);
	for (const struct source *s = all.list; s; s = s->next) {
		char at[INSTANT_TEXT];
		cJSON *o = view_obj(&c->view, to, NULL);
		instant_format(s->created, at);
		view_str(&c->view, o, "name", s->name);
		view_str(&c->view, o, "scope", s->scope);
		view_str(&c->view, o, "state", s->state);
		view_str(&c->view, o, "created", at);
		cli_say(c, "%-16s %-6s %s", s->name, s->state, s->scope);
	}
	if (!all.list)
		cli_say(c, "no source: vhotel source add NAME --scope AREA");
	return VH_OK;
}

const struct command cmd_source[] = {
	{
		.name = "source add", .args = "NAME", .opts = add_opts, .least = 1, .most = 1,
		.help = "let another registry send what changes there",
		.needs = CLI_WRITE, .run = cmd_add,
	},
	{
		.name = "source amend", .args = "NAME", .opts = amend_opts, .least = 1, .most = 1,
		.help = "another secret for a source", .needs = CLI_WRITE, .run = cmd_amend,
	},
	{
		.name = "source pause", .args = "NAME", .least = 1, .most = 1,
		.help = "take nothing from it until it is resumed",
		.needs = CLI_WRITE, .run = cmd_pause,
	},
	{
		.name = "source resume", .args = "NAME", .least = 1, .most = 1,
		.help = "take from it again", .needs = CLI_WRITE, .run = cmd_resume,
	},
	{
		.name = "source list", .args = "", .help = "the sources and their states",
		.needs = CLI_DB, .run = cmd_list,
	},
	{ 0 },
};
