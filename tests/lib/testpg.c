#include "testpg.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <glob.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char user[] = "postgres"; /* Debian's, made for this */

/* Runs a program of PostgreSQL, which refuses to be root. */
static int run(const struct testpg *pg, const char *words)
{
	char line[900];
	snprintf(line, sizeof line, "cd '%s' && %s'%s'/%s >>'%s/log' 2>&1", pg->dir,
	         geteuid() == 0 ? "runuser -u postgres -- " : "", pg->bin, words, pg->dir);
	return system(line);
}

static bool find(struct testpg *pg)
{
	glob_t g = { .gl_pathc = 0 };
	bool found = glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &g) == 0 && g.gl_pathc > 0;
	if (found)
		snprintf(pg->bin, sizeof pg->bin, "%.*s",
		         (int)(strlen(g.gl_pathv[g.gl_pathc - 1]) - strlen("/initdb")),
		         g.gl_pathv[g.gl_pathc - 1]);
	globfree(&g);
	return found;
}

bool testpg_start(struct testpg *pg)
{
	const struct passwd *who = getpwnam(user);
	char words[300];
	*pg = (struct testpg){ .dir = "/tmp/vhotel-pg-XXXXXX" };
	if (!find(pg) || (geteuid() == 0 && !who)) {
		fputs("there is no PostgreSQL here: its statements stay unproved\n", stderr);
		return false;
	}
	assert_non_null(mkdtemp(pg->dir));
	if (geteuid() == 0)
		assert_int_equal(chown(pg->dir, who->pw_uid, who->pw_gid), 0);
	if (run(pg, "initdb -D data -U postgres -A trust -E UTF8 --locale=C --no-sync"))
		fail_msg("initdb fails, see %s/log", pg->dir);
	snprintf(words, sizeof words, "pg_ctl -D data -w -t 60 -l '%s/server.log' -o \"-c listen_addresses=''"
	         " -c unix_socket_directories='%s' -c fsync=off\" start", pg->dir, pg->dir);
	if (run(pg, words))
		fail_msg("pg_ctl start fails, see %s/log", pg->dir);
	return true;
}

void testpg_stop(struct testpg *pg)
{
	char line[200];
	(void)!run(pg, "pg_ctl -D data -w -m immediate stop");
	snprintf(line, sizeof line, "rm -rf '%s'", pg->dir);
	if (!strncmp(pg->dir, "/tmp/vhotel-pg-", 15))
		(void)!system(line);
}

void testpg_database(const struct testpg *pg, const char *name, char *ret_uri)
{
	char words[200];
	snprintf(words, sizeof words, "createdb -h '%s' -U postgres -T template0 %s", pg->dir, name);
	if (run(pg, words))
		fail_msg("createdb fails, see %s/log", pg->dir);
	snprintf(ret_uri, 300, "postgresql:///%s?host=%s&user=postgres", name, pg->dir);
}
