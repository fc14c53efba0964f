/*
 * A private PostgreSQL server for a test: in a folder of its own, on a Unix socket only, as an unprivileged user.
 */
#ifndef TESTPG_H
#define TESTPG_H

#include <stdbool.h>

struct testpg {
	char dir[64], bin[200], uri[256];
};

/* False, with the reason on stderr: there is no PostgreSQL here; the test is to skip(). */
bool testpg_start(struct testpg *pg);
void testpg_stop(struct testpg *pg);
/* A fresh empty database; its uri goes to ret_uri (of 300). */
void testpg_database(const struct testpg *pg, const char *name, char *ret_uri);

#endif
