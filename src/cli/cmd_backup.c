/* Backups and the way back. */
#include "vh/keeping.h"

#include <string.h>

#include "cli_impl.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/limits.h"

static enum vh_rc folder(struct cli *c, const char **ret)
{
	*ret = conf_str(c->conf, "backup", "dir", NULL);
	return *ret ? VH_OK : backup_dir(&c->cx, c->db, ret);
}

static void view_counts(struct cli *c, const struct check_report *r)
{
	cJSON *o = view_obj(&c->view, c->view.root, "counts");
	view_num(&c->view, o, "hotels", (double)r->hotels);
	view_num(&c->view, o, "houses", (double)r->sum.houses);
	view_num(&c->view, o, "rooms", (double)r->sum.rooms);
	view_num(&c->view, o, "people", (double)r->sum.people);
	view_num(&c->view, o, "stays", (double)r->sum.stays);
	view_num(&c->view, o, "events", (double)r->sum.events);
}

static enum vh_rc run_backup(struct cli *c)
{
	struct check_report r;
	const char *to = cli_opt(c, "out"), *dir;
	enum vh_rc rc = VH_OK;
	if (!to) {
		rc = folder(c, &dir);
		if (rc == VH_OK)
			rc = backup_name(&c->cx, dir, &to);
	}
	if (rc == VH_OK)
		rc = backup_make(&c->cx, to, &r);
	if (rc != VH_OK)
		return rc;
	view_str(&c->view, c->view.root, "file", to);
	view_counts(c, &r);
	cli_say(c, "%s", to);
	cli_say(c, "opened again and checked: %lld rooms, %lld stays, %lld events",
	        (long long)r.sum.rooms, (long long)r.sum.stays, (long long)r.sum.events);
	return VH_OK;
}

static enum vh_rc run_list(struct cli *c)
{
	struct backup *list = NULL;
	const char *dir;
	enum vh_rc rc = folder(c, &dir);
	if (rc == VH_OK)
		rc = backup_list(&c->cx, dir, &list);
	if (rc != VH_OK)
		return rc;
	cJSON *a = cli_list(c);
	for (const struct backup *b = list; b; b = b->next) {
		char at[INSTANT_TEXT];
		cJSON *o = view_obj(&c->view, a, NULL);
		instant_format(b->at, at);
		view_str(&c->view, o, "file", b->path);
		view_str(&c->view, o, "at", at);
		view_num(&c->view, o, "bytes", (double)b->bytes);
		cli_say(c, "%s %10lld %s", at, (long long)b->bytes, b->path);
	}
	return VH_OK;
}

static enum vh_rc run_restore(struct cli *c)
{
	struct restored r;
	const char *to = cli_opt(c, "to");
	if (!to)
		to = c->db;
	if (!strncmp(to, "postgres", 8))
		return cli_usage(c, "a backup is restored to a file");
	enum vh_rc rc = cli_open_keys(c);
	if (rc != VH_OK)
		return rc;
	/* Nobody else makes ids in the database that is being made. */
	id_slot_set(random_below(1024));
	rc = backup_restore(&c->cx, cli_arg(c, 0), to, cli_opt(c, "force") != NULL, &r);
	if (rc != VH_OK)
		return rc;
	view_str(&c->view, c->view.root, "db", to);
	view_str(&c->view, c->view.root, "aside", r.aside);
	view_counts(c, &r.report);
	cli_say(c, "restored %s: %lld rooms, %lld stays, %lld events", to,
	        (long long)r.report.sum.rooms, (long long)r.report.sum.stays,
	        (long long)r.report.sum.events);
	if (r.aside)
		cli_say(c, "what was there is now %s", r.aside);
	cli_say(c,
	        "\nEvery hotel begins a new epoch and all sessions have ended. Now:\n"
	        "1. vhotel check\n"
	        "2. vhotel user list: what was revoked after the backup is good again; revoke it\n"
	        "3. vhotel sync recover: what the platform was told since the backup comes back\n"
	        "4. look through the papers of the days since the backup and file the rest anew\n"
	        "5. start the service");
	return VH_OK;
}

static const struct opt backup_opts[] = {
	{ "out", "FILE", "where to (backup.dir of the configuration, or backup/ beside the db)" },
	{ 0 },
};
static const struct opt restore_opts[] = {
	{ "to", "PATH", "where to (the database of --db)" },
	{ "force", NULL, "move a database that is there aside; stop its service first" },
	{ 0 },
};

const struct command cmd_backup[] = {
	{ "backup", "", "a sealed copy, opened again and checked", backup_opts, 0, 0, CLI_DB,
	  run_backup, LIM_ARENA_IMPORT },
	{ "backup list", "", "the backups there are, newest first", NULL, 0, 0, CLI_CONF, run_list,
	  0 },
	{ "restore", "FILE", "put a backup in place of the database", restore_opts, 1, 1, CLI_CONF,
	  run_restore, LIM_ARENA_IMPORT },
	{ 0 },
};
