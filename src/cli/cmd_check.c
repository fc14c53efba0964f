/* Is the registry whole? */
#include "vh/check.h"

#include "cli_impl.h"
#include "vh/limits.h"

static void list(struct cli *c, const char *key, const char *mark, const struct finding *f)
{
	cJSON *a = view_arr(&c->view, c->view.root, key);
	for (; f; f = f->next) {
		cJSON *o = view_obj(&c->view, a, NULL);
		view_str(&c->view, o, "code", f->code);
		view_str(&c->view, o, "detail", f->text);
		view_str(&c->view, o, "hotel", f->hotel);
		cli_say(c, "%s %s: %s%s%s", mark, f->code, f->text, f->hotel ? ", hotel " : "",
		        f->hotel ? f->hotel : "");
	}
}

static void counts(struct cli *c, const struct check_report *r)
{
	const struct {
		const char *key;
		int64_t n;
	} row[] = {
		{ "hotels", r->hotels },     { "houses", r->sum.houses }, { "rooms", r->sum.rooms },
		{ "plates", r->sum.plates }, { "people", r->sum.people }, { "stays", r->sum.stays },
		{ "events", r->sum.events }, { "access", r->sum.access }, { "opened", r->opened },
	};
	cJSON *o = view_obj(&c->view, c->view.root, "counts");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		view_num(&c->view, o, row[i].key, (double)row[i].n);
		cli_say(c, "%-8s %lld", row[i].key, (long long)row[i].n);
	}
}

static enum vh_rc run_check(struct cli *c)
{
	struct check_report r;
	enum vh_rc rc = registry_check(&c->cx, cli_opt(c, "deep") != NULL, &r);
	if (rc != VH_OK)
		return rc;
	view_bool(&c->view, c->view.root, "ok", !r.broken);
	view_str(&c->view, c->view.root, "engine", r.engine);
	cli_say(c, "%s", r.engine);
	counts(c, &r);
	list(c, "broken", "BROKEN", r.broken);
	list(c, "notices", "notice", r.notices);
	cli_say(c, "%s", r.broken ? "something is broken" : "all is whole");
	c->exit = r.broken ? 1 : 0;
	return VH_OK;
}

static const struct opt check_opts[] = {
	{ "deep", NULL, "open every sealed field, not a sample" },
	{ 0 },
};

const struct command cmd_check[] = {
	{ "check", "", "is the registry whole? Changes nothing", check_opts, 0, 0, CLI_DB,
	  run_check, LIM_ARENA_IMPORT },
	{ 0 },
};
