/* Accounts: who may come in, as what, and how. */
#include <stdio.h>
#include <string.h>

#include "cli_impl.h"
#include "vh/accounts.h"
#include "vh/date.h"
#include "vh/id.h"

static enum vh_rc take_role(struct cli *c, enum role *ret)
{
	const char *name;
	enum vh_rc rc = cli_opt_need(c, "role", &name);
	if (rc != VH_OK)
		return rc;
	*ret = role_of(name);
	if (*ret != ROLE_NONE)
		return VH_OK;
	return ctx_fail(
		&c->cx, VH_INVALID, "role", "role",
		"%s is none of admin, clerk, head, police, grid, landlord, tenant, employer, "
		"auditor",
		name);
}

/* Every answer of this group names the account. */
static void about(struct cli *c)
{
	view_str(&c->view, c->view.root, "login", cli_arg(c, 0));
}

static enum vh_rc run_add(struct cli *c)
{
	struct account_new n = { .login = cli_arg(c, 0),
		                 .scope = cli_opt(c, "scope"),
		                 .phone = cli_opt(c, "phone"),
		                 .name = cli_opt(c, "name") };
	int64_t id;
	enum vh_rc rc = take_role(c, &n.role);
	if (rc == VH_OK)
		rc = account_add(&c->cx, &n, &id);
	if (rc != VH_OK)
		return rc;
	about(c);
	view_id(&c->view, c->view.root, "id", id);
	view_str(&c->view, c->view.root, "role", role_name(n.role));
	view_str(&c->view, c->view.root, "scope", n.scope ? n.scope : "");
	cli_say(c, "%s is %s of %s", n.login, role_name(n.role),
	        n.scope && *n.scope ? n.scope : "everything");
	return VH_OK;
}

static enum vh_rc run_grant(struct cli *c)
{
	enum role role;
	const char *scope = cli_opt(c, "scope");
	bool revoke = !strcmp(c->cmd->name, "user revoke");
	enum vh_rc rc = take_role(c, &role);
	if (rc == VH_OK)
		rc = revoke ? account_revoke(&c->cx, cli_arg(c, 0), role, scope) :
		              account_grant(&c->cx, cli_arg(c, 0), role, scope);
	if (rc != VH_OK)
		return rc;
	about(c);
	cli_say(c, "%s is %s %s", cli_arg(c, 0), revoke ? "no longer" : "now", role_name(role));
	return VH_OK;
}

static enum vh_rc run_token(struct cli *c)
{
	char token[SECRET_TEXT];
	int64_t days;
	enum vh_rc rc = cli_opt_i64(c, "days", 1, 3650, 90, &days);
	if (rc == VH_OK)
		rc = account_token(&c->cx, cli_arg(c, 0), (int)days, token);
	if (rc != VH_OK)
		return rc;
	about(c);
	view_str(&c->view, c->view.root, "token", token);
	view_num(&c->view, c->view.root, "days", (double)days);
	cli_say(c, "%s", token);
	wipe(token, sizeof token);
	return VH_OK;
}

static enum vh_rc read_url(struct ctx *cx, void *arg)
{
	const char **url = arg;
	*url = NULL;
	enum vh_rc rc = setting_get(cx, "public_url", url);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

static enum vh_rc run_invite(struct cli *c)
{
	char token[SECRET_TEXT];
	const char *url = NULL;
	int64_t hours;
	enum vh_rc rc = cli_opt_i64(c, "hours", 1, 24 * 30, 72, &hours);
	if (rc == VH_OK)
		rc = account_invite(&c->cx, cli_arg(c, 0), (int)hours, token);
	if (rc == VH_OK)
		rc = db_read(&c->cx, read_url, &url);
	if (rc != VH_OK)
		return rc;
	about(c);
	view_str(&c->view, c->view.root, "token", token);
	view_num(&c->view, c->view.root, "hours", (double)hours);
	const char *link = arena_printf(c->cx.a, "%s/enrol/%s", url ? url : "", token);
	view_str(&c->view, c->view.root, "url", link);
	cli_say(c, "%s", link ? link : token);
	wipe(token, sizeof token);
	return VH_OK;
}

/* Typed without echo, or one line of standard input: never an argument, which every process sees.
 */
static enum vh_rc run_password(struct cli *c)
{
	const char *text, *again;
	enum vh_rc rc = cli_ask(c, "password", true, &text);
	if (rc == VH_OK && c->ask) {
		rc = cli_ask(c, "once more", true, &again);
		if (rc == VH_OK && (!text || !again || strcmp(text, again)))
			rc = ctx_fail(&c->cx, VH_INVALID, "password", "password",
			              "the two are not the same");
	}
	if (rc == VH_OK)
		rc = account_password(&c->cx, cli_arg(c, 0), text ? text : "");
	if (rc != VH_OK)
		return rc;
	about(c);
	cli_say(c, "the password of %s is set", cli_arg(c, 0));
	return VH_OK;
}

static enum vh_rc run_totp(struct cli *c)
{
	const char *secret;
	enum vh_rc rc = account_totp(&c->cx, cli_arg(c, 0), &secret);
	if (rc != VH_OK)
		return rc;
	about(c);
	view_str(&c->view, c->view.root, "secret", secret);
	const char *uri = arena_printf(c->cx.a, "otpauth://totp/vhotel:%s?secret=%s&issuer=vhotel",
	                               cli_arg(c, 0), secret);
	view_str(&c->view, c->view.root, "uri", uri);
	cli_say(c, "%s\n%s", secret, uri ? uri : "");
	return VH_OK;
}

static enum vh_rc run_unlock(struct cli *c)
{
	enum vh_rc rc = account_unlock(&c->cx, cli_arg(c, 0));
	if (rc != VH_OK)
		return rc;
	about(c);
	cli_say(c, "%s is not locked", cli_arg(c, 0));
	return VH_OK;
}

static enum vh_rc run_disable(struct cli *c)
{
	bool back = cli_opt(c, "undo") != NULL;
	enum vh_rc rc = account_disable(&c->cx, cli_arg(c, 0), !back);
	if (rc != VH_OK)
		return rc;
	about(c);
	view_bool(&c->view, c->view.root, "disabled", !back);
	cli_say(c, "%s is %s", cli_arg(c, 0),
	        back ? "enabled" : "disabled; sessions and tokens ended");
	return VH_OK;
}

struct listed {
	struct account *accounts;
	struct grant **grants; /* of each, in order */
	size_t n;
};

static enum vh_rc read_accounts(struct ctx *cx, void *arg)
{
	struct listed *l = arg;
	enum vh_rc rc = account_list(cx, &l->accounts);
	if (rc != VH_OK)
		return rc;
	l->n = 0;
	for (const struct account *a = l->accounts; a; a = a->next)
		l->n++;
	l->grants = arena_array(cx->a, l->n + 1, sizeof *l->grants);
	if (!l->grants)
		return ctx_nomem(cx);
	size_t i = 0;
	for (const struct account *a = l->accounts; a && rc == VH_OK; a = a->next)
		rc = grant_list(cx, a->id, &l->grants[i++]);
	return rc;
}

static void show_account(struct cli *c, cJSON *in, const struct account *a, const struct grant *g)
{
	cJSON *o = view_obj(&c->view, in, NULL);
	view_id(&c->view, o, "id", a->id);
	view_str(&c->view, o, "login", a->login);
	view_str(&c->view, o, "role", a->role);
	view_bool(&c->view, o, "locked", a->locked);
	view_bool(&c->view, o, "disabled", a->disabled);
	view_bool(&c->view, o, "password", a->password != NULL);
	view_bool(&c->view, o, "totp", a->totp.p != NULL);
	view_bool(&c->view, o, "pin", a->pin != NULL);
	cJSON *grants = view_arr(&c->view, o, "grants");
	for (; g; g = g->next) {
		cJSON *one = view_obj(&c->view, grants, NULL);
		view_str(&c->view, one, "role", g->role);
		view_str(&c->view, one, "scope", g->scope);
		cli_say(c, "%-20s %-9s %s%s%s", a->login, g->role,
		        *g->scope ? g->scope : "everything", a->locked ? " locked" : "",
		        a->disabled ? " disabled" : "");
	}
}

static enum vh_rc run_list(struct cli *c)
{
	struct listed l = { 0 };
	enum vh_rc rc = db_read(&c->cx, read_accounts, &l);
	if (rc != VH_OK)
		return rc;
	cJSON *a = cli_list(c);
	size_t i = 0;
	for (const struct account *p = l.accounts; p; p = p->next)
		show_account(c, a, p, l.grants[i++]);
	return VH_OK;
}

static enum vh_rc run_bind(struct cli *c)
{
	struct hotel h;
	int64_t person;
	enum vh_rc rc = cli_hotel(c, &h);
	if (rc == VH_OK && id_parse(cli_arg(c, 1), &person) != VH_OK)
		return cli_usage(c, "%s is not the id of a person", cli_arg(c, 1));
	if (rc == VH_OK)
		rc = account_bind_person(&c->cx, cli_arg(c, 0), h.id, person);
	if (rc != VH_OK)
		return rc;
	about(c);
	cli_say(c, "%s is that person", cli_arg(c, 0));
	return VH_OK;
}

#define OPT_ROLE \
	{ "role", "ROLE", "admin clerk head police grid landlord tenant employer auditor" }, \
	{ \
		"scope", "AREA", "area code it holds for; everything for admin and auditor" \
	}

static const struct opt add_opts[] = {
	OPT_ROLE,
	{ "phone", "PHONE", "links landlords to their houses" },
	{ "name", "TEXT", "name, sealed" },
	{ 0 },
};
static const struct opt grant_opts[] = { OPT_ROLE, { 0 } };
static const struct opt token_opts[] = { { "days", "N", "how long it is good (90)" }, { 0 } };
static const struct opt invite_opts[] = { { "hours", "N", "how long it is good (72)" }, { 0 } };
static const struct opt disable_opts[] = { { "undo", NULL, "enable it again" }, { 0 } };
static const struct opt bind_opts[] = { OPT_HOTEL, { 0 } };

const struct command cmd_user[] = {
	{ "user add", "LOGIN", "make an account", add_opts, 1, 1, CLI_WRITE, run_add, 0 },
	{ "user grant", "LOGIN", "one more role in a scope", grant_opts, 1, 1, CLI_WRITE, run_grant,
	  0 },
	{ "user revoke", "LOGIN", "a role less", grant_opts, 1, 1, CLI_WRITE, run_grant, 0 },
	{ "user token", "LOGIN", "a bearer token for a program, printed once", token_opts, 1, 1,
	  CLI_WRITE, run_token, 0 },
	{ "user invite", "LOGIN", "a link that binds a phone, good once", invite_opts, 1, 1,
	  CLI_WRITE, run_invite, 0 },
	{ "user password", "LOGIN", "set it, from the terminal or standard input", NULL, 1, 1,
	  CLI_WRITE, run_password, 0 },
	{ "user totp", "LOGIN", "a new secret for the authenticator, shown once", NULL, 1, 1,
	  CLI_WRITE, run_totp, 0 },
	{ "user unlock", "LOGIN", "after ten wrong tries", NULL, 1, 1, CLI_WRITE, run_unlock, 0 },
	{ "user disable", "LOGIN", "end its sessions and tokens", disable_opts, 1, 1, CLI_WRITE,
	  run_disable, 0 },
	{ "user list", "", "accounts and what they may", NULL, 0, 0, CLI_DB, run_list, 0 },
	{ "user bind", "LOGIN PERSON", "say which person a tenant's account is", bind_opts, 2, 2,
	  CLI_WRITE, run_bind, 0 },
	{ 0 },
};
