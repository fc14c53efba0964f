/*
 * A tiny schema with its statements and steps, for tests of the database itself.
 */
#ifndef TESTDB_PET_H
#define TESTDB_PET_H

#include "testdb.h"

enum {
	PET_ADD, PET_GET, PET_COUNT, PET_NAMES, PET_TOY, PET_OR_ROLLBACK, PET_RETURNING, PET_FOREVER,
	PET__MAX
};
extern const struct embedded pet_schema[];
extern const struct sql pet_sql[PET__MAX];

struct pet {
	int64_t id;
	const char *name, *note;
	struct blob pic;
	double kg;
};

/* Steps: arg is a struct pet, or an int64_t for pet_count. */
enum vh_rc pet_add(struct ctx *cx, void *arg);
enum vh_rc pet_get(struct ctx *cx, void *arg); /* by id */
enum vh_rc pet_count(struct ctx *cx, void *arg);
int64_t pets(struct ctx *cx); /* counted in a read step */

int pet_setup(void **state); /* *state is a struct testdb with this schema */
int pet_teardown(void **state);

#endif
