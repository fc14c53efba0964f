/* The table of routes, and who may do and see what, as the binary has them. */
#include <stdio.h>

#include "vh/cli.h"
#include "vh/look.h"
#include "vh/web.h"

static const struct opt routes_opts[] = {
	{ "access", NULL, "who may do what, and what each role sees of a person" },
	{ 0 },
};

static const char *const reach_words[] = { "-", "own", "scope" };
static const char *const shown_words[] = { "-", "masked", "full" };

static void view_route(struct cli *c, cJSON *list, unsigned i)
{
	struct route_line l = web_route(i);
	cJSON *o = view_obj(&c->view, list, NULL), *fields;
	struct route_field field;
	view_str(&c->view, o, "method", l.method);
	view_str(&c->view, o, "path", l.path);
	view_str(&c->view, o, "page", l.page);
	view_str(&c->view, o, "access", l.access);
	view_bool(&c->view, o, "csrf", l.csrf);
	view_bool(&c->view, o, "idempotency_key", l.idem);
	fields = view_arr(&c->view, o, "fields");
	for (unsigned k = 0; web_route_field(i, k, &field); k++) {
		cJSON *f = view_obj(&c->view, fields, NULL);
		view_str(&c->view, f, "name", field.name);
		view_bool(&c->view, f, "required", field.required);
	}
}

static void list_routes(struct cli *c)
{
	cJSON *list = cli_list(c);
	for (unsigned i = 0; i < web_routes(); i++) {
		struct route_line l = web_route(i);
		struct route_field field;
		view_route(c, list, i);
		cli_say(c, "%-5s %-36s %-8s", l.method, l.path, l.access);
		for (unsigned k = 0; web_route_field(i, k, &field); k++)
			cli_say(c, "        %s%s", field.name, field.required ? " (required)" : "");
	}
}

static void list_acts(struct cli *c)
{
	cJSON *list = view_arr(&c->view, c->view.root, "acts");
	for (int r = ROLE_ADMIN; r < ROLE__MAX; r++) {
		cJSON *o = view_obj(&c->view, list, NULL);
		view_str(&c->view, o, "role", role_name((enum role)r));
		cli_say(c, "%s", role_name((enum role)r));
		for (int a = 0; a < ACT__MAX; a++) {
			const char *how = reach_words[role_reach((enum role)r, (enum act)a)];
			view_str(&c->view, o, act_name((enum act)a), how);
			if (how[0] != '-')
				cli_say(c, "  may %-8s %s", act_name((enum act)a), how);
		}
		for (int f = 0; f < FIELD__MAX; f++)
			cli_say(c, "  sees %-9s %-7s (own: %s)", field_name((enum field)f),
			        shown_words[field_shown((enum role)r, (enum field)f, false)],
			        shown_words[field_shown((enum role)r, (enum field)f, true)]);
	}
}

static void view_fields(struct cli *c)
{
	cJSON *list = view_arr(&c->view, c->view.root, "fields");
	for (int r = ROLE_ADMIN; r < ROLE__MAX; r++) {
		for (int f = 0; f < FIELD__MAX; f++) {
			cJSON *o = view_obj(&c->view, list, NULL);
			enum role role = (enum role)r;
			enum field field = (enum field)f;
			view_str(&c->view, o, "role", role_name(role));
			view_str(&c->view, o, "field", field_name(field));
			view_str(&c->view, o, "others",
			         shown_words[field_shown(role, field, false)]);
			view_str(&c->view, o, "own", shown_words[field_shown(role, field, true)]);
		}
	}
}

static enum vh_rc cmd_routes_run(struct cli *c)
{
	if (cli_opt(c, "access")) {
		list_acts(c);
		view_fields(c);
	} else {
		list_routes(c);
	}
	return VH_OK;
}

const struct command cmd_routes[] = {
	{
		.name = "routes",
		.args = "",
		.opts = routes_opts,
		.help = "every route with its rule and fields; --access: who may do and see what",
		.run = cmd_routes_run,
	},
	{ 0 },
};
