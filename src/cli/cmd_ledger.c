/* A clerk's ledger, taken in and written out. */
#include <stdio.h>
#include <string.h>

#include "cli_impl.h"
#include "vh/ledger_import.h"
#include "vh/limits.h"

enum { SHOWN = 40 }; /* lines of a list that a person is shown; --json has them all */

static const struct opt import_opts[] = {
	OPT_HOTEL,
	{ "dry-run", NULL, "change nothing, say what would be done" },
	{ 0 },
};

static void on_progress(void *arg, uint32_t done, uint32_t rows)
{
	cli_progress(arg, "rows", done, rows);
}

static size_t list(struct cli *c, const char *what, const struct ledger_item *i)
{
	size_t n = 0;
	for (; i; i = i->next, n++)
		if (n < SHOWN)
			cli_say(c, "%s: row %u (line %u): %s: %s", what, i->row, i->line, i->code,
			        i->detail);
	if (n > SHOWN)
		cli_say(c, "%s: and %zu more; --json lists them all", what, n - SHOWN);
	return n;
}

static void say_gone(struct cli *c, const struct ledger_gone *g)
{
	size_t n = 0;
	for (; g; g = g->next, n++)
		if (n < SHOWN)
			cli_say(c, "maybe_moved: %s %s: stay %lld is no longer in the ledger",
			        g->address, g->room_no, (long long)g->stay);
	if (n > SHOWN)
		cli_say(c, "maybe_moved: and %zu more; --json lists them all", n - SHOWN);
}

static void say(struct cli *c, const struct ledger_result *r, bool dry)
{
	size_t refused = list(c, "refused", r->refused);
	list(c, "warning", r->warnings);
	list(c, "changed", r->changed);
	say_gone(c, r->gone);
	cli_say(c, "%s%lld rows: %lld houses, %lld rooms, %lld stays of %lld people are new,"
	        " %lld unchanged, %zu refused", dry ? "dry run, nothing written: " : "",
	        (long long)r->rows, (long long)r->houses, (long long)r->rooms, (long long)r->stays,
	        (long long)r->people, (long long)r->unchanged, refused);
	if (refused && !dry)
		cli_say(c, "correct the refused rows in the ledger and feed it again");
}

static enum vh_rc cmd_import(struct cli *c)
{
	struct ledger_how how = { .dry_run = cli_opt(c, "dry-run") != NULL, .progress = on_progress,
		                  .arg = c };
	struct ledger_result r;
	struct sheet *s;
	struct hotel h;
	enum vh_rc rc = cli_hotel(c, &h);
	if (rc == VH_OK)
		rc = sheet_open_file(cli_arg(c, 0), &s, &c->cx.err);
	if (rc != VH_OK)
		return rc;
	rc = ledger_import(&c->cx, h.area, s, &how, &r);
	cli_progress(c, "", 0, 0);
	sheet_close(s);
	if (rc != VH_OK)
		return rc;
	if (c->json)
		ledger_result_view(&c->view, c->view.root, &r);
	say(c, &r, how.dry_run);
	c->partly = r.refused != NULL;
	return VH_OK;
}

static const struct opt export_opts[] = {
	OPT_HOTEL,
	{ "reason", "TEXT", "why everybody's data are written out; stands in the access log" },
	{ 0 },
};

static enum vh_rc cmd_export(struct cli *c)
{
	const char *file = cli_arg(c, 0), *dot = strrchr(file, '.'), *reason;
	enum sheet_kind kind = SHEET_CSV;
	struct hotel h;
	int64_t rows;
	if (dot && !strcmp(dot, ".xlsx"))
		kind = SHEET_XLSX;
	else if (!dot || strcmp(dot, ".csv"))
		return cli_usage(c, "FILE ends in .csv or .xlsx");
	enum vh_rc rc = cli_opt_need(c, "reason", &reason);
	if (rc == VH_OK)
		rc = cli_hotel(c, &h);
	if (rc == VH_OK)
		rc = ledger_export(&c->cx, h.area, file, kind, reason, &rows);
	if (rc != VH_OK)
		return rc;
	view_str(&c->view, c->view.root, "file", file);
	view_num(&c->view, c->view.root, "rows", (double)rows);
	cli_say(c, "%lld rows in %s, readable by you alone", (long long)rows, file);
	return VH_OK;
}

const struct command cmd_ledger[] = {
	{ .name = "ledger import", .args = "FILE", .opts = import_opts, .least = 1, .most = 1,
	  .help = "take in a clerk's CSV or XLSX, as it is; exit 3 when rows were refused",
	  .needs = CLI_WRITE, .run = cmd_import, .arena = LIM_ARENA_IMPORT },
	{ .name = "ledger export", .args = "FILE", .opts = export_opts, .least = 1, .most = 1,
	  .help = "write rooms and tenants as CSV or XLSX, as FILE ends",
	  .needs = CLI_WRITE | CLI_AS, .run = cmd_export, .arena = LIM_ARENA_IMPORT },
	{ 0 },
};
