#include "testdb_pet.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>

static const char schema_1[] =
	"CREATE TABLE pet (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, note TEXT,"
	" pic BLOB, kg REAL CHECK (kg > 0)) STRICT;"
	"CREATE TABLE toy (id INTEGER NOT NULL PRIMARY KEY,"
	" pet INTEGER NOT NULL REFERENCES pet (id) DEFERRABLE INITIALLY DEFERRED) STRICT;";
static const char schema_1_pg[] =
	"CREATE TABLE pet (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, note TEXT,"
	" pic BYTEA, kg DOUBLE PRECISION CHECK (kg > 0));"
	"CREATE TABLE toy (id BIGINT NOT NULL PRIMARY KEY,"
	" pet BIGINT NOT NULL REFERENCES pet (id) DEFERRABLE INITIALLY DEFERRED);";
const struct embedded pet_schema[] = {
	{ "db/schema/0001_pet.pg.sql", (const unsigned char *)schema_1_pg, sizeof schema_1_pg - 1 },
	{ "db/schema/0001_pet.sqlite.sql", (const unsigned char *)schema_1, sizeof schema_1 - 1 },
	{ .path = NULL },
};

const struct sql pet_sql[PET__MAX] = {
	[PET_ADD] = { "pet.add", "itTBR", "",
	              "INSERT INTO pet (id, name, note, pic, kg) VALUES ($1, $2, $3, $4, $5)" },
	[PET_GET] = { "pet.get", "i", "itTBR",
	              "SELECT id, name, note, pic, kg FROM pet WHERE id = $1" },
	[PET_COUNT] = { "pet.count", "", "i", "SELECT count(*) FROM pet" },
	[PET_NAMES] = { "pet.names", "", "t", "SELECT name FROM pet ORDER BY id" },
	[PET_TOY] = { "toy.add", "ii", "", "INSERT INTO toy (id, pet) VALUES ($1, $2)" },
	[PET_OR_ROLLBACK] = { "pet.or_rollback", "it", "",
	                      "INSERT OR ROLLBACK INTO pet (id, name) VALUES ($1, $2)" },
	[PET_RETURNING] = { "pet.returning", "it", "i",
	                    "INSERT INTO pet (id, name) VALUES ($1, $2) RETURNING id" },
	[PET_FOREVER] = { "pet.forever", "", "i",
	                  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
	                  " SELECT count(*) FROM n" },
};

enum vh_rc pet_add(struct ctx *cx, void *arg)
{
	const struct pet *p = arg;
	struct stmt *st = db_stmt(cx, &pet_sql[PET_ADD]);
	bind_i64(st, p->id);
	bind_text(st, p->name);
	bind_text(st, p->note);
	bind_blob(st, p->pic);
	bind_real(st, p->kg > 0 || p->kg < 0 ? p->kg : 1);
	return db_run(cx, st, NULL);
}

enum vh_rc pet_get(struct ctx *cx, void *arg)
{
	struct pet *p = arg;
	struct stmt *st = db_stmt(cx, &pet_sql[PET_GET]);
	bind_i64(st, p->id);
	enum vh_rc rc = db_one(cx, st);
	if (rc != VH_OK)
		return rc;
	p->id = col_i64(st);
	p->name = col_text(cx, st);
	p->note = col_text(cx, st);
	p->pic = col_blob(cx, st);
	p->kg = col_real(st);
	db_end(st);
	return VH_OK;
}

enum vh_rc pet_count(struct ctx *cx, void *arg)
{
	struct stmt *st = db_stmt(cx, &pet_sql[PET_COUNT]);
	enum vh_rc rc = db_one(cx, st);
	if (rc == VH_OK)
		*(int64_t *)arg = col_i64(st);
	db_end(st);
	return rc;
}

int64_t pets(struct ctx *cx)
{
	int64_t n = -1;
	assert_int_equal(db_read(cx, pet_count, &n), VH_OK);
	return n;
}

int pet_setup(void **state)
{
	struct testdb *t = calloc(1, sizeof *t);
	assert_non_null(t);
	testdb_open(t, pet_schema);
	*state = t;
	return 0;
}

int pet_teardown(void **state)
{
	return testdb_teardown(state);
}
