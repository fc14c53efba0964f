/*
 * Schema files are numbered from 1 without gaps; the database says how many it has. Up only: an
 * older program must not touch rows whose rules it does not know.
 */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct embedded *files = embedded_files;

void migrate_files(const struct embedded *f)
{
	files = f ? f : embedded_files;
}

/* The number of a schema file for this engine, or 0. */
static int number(const char *path, const char *suffix)
{
	static const char dir[] = "db/schema/";
	size_t n = strlen(path), s = strlen(suffix);
	if (strncmp(path, dir, sizeof dir - 1) != 0 || n < s || strcmp(path + n - s, suffix) != 0)
		return 0;
	return (int)strtol(path + sizeof dir - 1, NULL, 10);
}

static const struct embedded *find(int want, const char *suffix)
{
	for (const struct embedded *f = files; f->path; f++) {
		if (number(f->path, suffix) == want)
			return f;
	}
	return NULL;
}

static int newest(const char *suffix)
{
	int n = 0;
	while (find(n + 1, suffix))
		n++;
	return n;
}

static enum vh_rc have_version(struct dbc *c, int last, int *ret, struct err *e)
{
	enum vh_rc rc = c->db->drv->version(c, ret, e);
	if (rc == VH_OK && *ret > last)
		return err_set(e, VH_CONFLICT, "db_newer", "",
		               "the database has schema %d, but this program knows only %d: "
		               "use a newer program", *ret, last);
	if (rc == VH_OK && *ret < 0)
		return err_set(e, VH_IO, "db_corrupt", "",
		               "the database is damaged: it says that it has schema %d", *ret);
	return rc;
}

/* One file in one transaction; the version is read inside it, so that two processes cannot both
 * apply it. */
static enum vh_rc next(struct dbc *c, const char *suffix, int last, bool *ret_done, struct err *e)
{
	const struct driver *drv = c->db->drv;
	const struct embedded *f = NULL;
	int have = 0;
	enum vh_rc rc = drv->control(c, C_BEGIN_WRITE, e);
	if (rc != VH_OK)
		return rc;
	rc = have_version(c, last, &have, e);
	bool done = rc == VH_OK && have == last;
	if (rc == VH_OK && !done) {
		f = find(have + 1, suffix);
		rc = drv->script(c, f->path, (const char *)f->data, e);
	}
	if (rc == VH_OK && !done)
		rc = drv->set_version(c, have + 1, e);
	if (rc == VH_OK && !done)
		rc = drv->control(c, C_COMMIT, e);
	if (drv->in_transaction(c)) {
		struct err ignored = { .n = 0 };
		if (drv->control(c, C_ROLLBACK, &ignored) != VH_OK && rc == VH_OK)
			rc = err_set(e, VH_IO, "db", "", "%s", err_text(&ignored));
	}
	if (rc == VH_OK)
		*ret_done = done;
	return rc;
}

enum vh_rc migrate_up(struct dbc *c, const char *suffix, struct err *e)
{
	int last = newest(suffix);
	enum vh_rc rc = VH_OK;
	for (bool done = false; rc == VH_OK && !done;)
		rc = next(c, suffix, last, &done, e);
	return rc;
}
