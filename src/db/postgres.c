/*
 * PostgreSQL, so far: connects, brings the schema up, and prepares statements, so that every
 * statement of the house is known to work there with the same parameters and columns. Steps answer
 * `db_unsupported`.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "internal.h"

struct pconn {
	struct dbc c;
	PGconn *h;
};

struct pdb {
	struct db db;
	pthread_mutex_t m; /* one connection for all threads */
	struct pconn conn;
};

static struct pconn *of(const struct dbc *c)
{
	return (struct pconn *)c;
}

static enum vh_rc failed(PGconn *h, const char *who, struct err *e)
{
	const char *text = PQerrorMessage(h);
	return err_set(e, VH_IO, "db", "", "%s: %.*s", who, (int)strcspn(text, "\n"), text);
}

static void ignore(void *arg, const char *notice)
{
	(void)arg, (void)notice;
}

static enum vh_rc script(struct dbc *c, const char *name, const char *text, struct err *e)
{
	PGresult *r = PQexec(of(c)->h, text);
	ExecStatusType is = PQresultStatus(r);
	PQclear(r);
	if (is == PGRES_COMMAND_OK || is == PGRES_TUPLES_OK)
		return VH_OK;
	return failed(of(c)->h, name, e);
}

static enum vh_rc control(struct dbc *c, enum control what, struct err *e)
{
	static const char *const text[C__MAX] = {
		[C_BEGIN_READ] = "BEGIN READ ONLY", [C_BEGIN_WRITE] = "BEGIN",
		[C_COMMIT] = "COMMIT",              [C_ROLLBACK] = "ROLLBACK",
		[C_SAVE] = "SAVEPOINT step",        [C_RELEASE] = "RELEASE step",
		[C_UNDO] = "ROLLBACK TO step",
	};
	return script(c, text[what], text[what], e);
}

static bool in_transaction(const struct dbc *c)
{
	PGTransactionStatusType is = PQtransactionStatus(of(c)->h);
	return is == PQTRANS_INTRANS || is == PQTRANS_INERROR;
}

/* The lock makes a second process that migrates wait for the first. */
static enum vh_rc version(struct dbc *c, int *ret, struct err *e)
{
	enum vh_rc rc = script(c, "schema_version",
	                       "CREATE TABLE IF NOT EXISTS schema_version (version INT NOT NULL);"
	                       "LOCK TABLE schema_version IN EXCLUSIVE MODE", e);
	if (rc != VH_OK)
		return rc;
	PGresult *r = PQexec(of(c)->h, "SELECT coalesce(max(version), 0) FROM schema_version");
	if (PQresultStatus(r) == PGRES_TUPLES_OK)
		*ret = (int)strtol(PQgetvalue(r, 0, 0), NULL, 10);
	else
		rc = failed(of(c)->h, "schema_version", e);
	PQclear(r);
	return rc;
}

static enum vh_rc set_version(struct dbc *c, int v, struct err *e)
{
	char number[16];
	const char *value[] = { number };
	snprintf(number, sizeof number, "%d", v);
	static const char add[] = "INSERT INTO schema_version (version) VALUES ($1::int)";
	PGresult *r = PQexecParams(of(c)->h, add, 1, NULL, value, NULL, NULL, 0);
	ExecStatusType is = PQresultStatus(r);
	PQclear(r);
	return is == PGRES_COMMAND_OK ? VH_OK : failed(of(c)->h, "schema_version", e);
}

static void close_db(struct db *db)
{
	struct pdb *p = (struct pdb *)db;
	PQfinish(p->conn.h);
	pthread_mutex_destroy(&p->m);
	free(p);
}

/* Ours, or nobody's yet: tables without our version table belong to another program. */
static enum vh_rc identify(struct pconn *s, enum db_mode mode, struct err *e)
{
	static const char count[] =
		"SELECT count(*), count(*) FILTER (WHERE tablename = 'schema_version')"
		" FROM pg_tables WHERE schemaname = current_schema()";
	PGresult *r = PQexec(s->h, count);
	bool ok = PQresultStatus(r) == PGRES_TUPLES_OK;
	bool some = ok && strcmp(PQgetvalue(r, 0, 0), "0") != 0;
	bool ours = ok && strcmp(PQgetvalue(r, 0, 1), "0") != 0;
	PQclear(r);
	if (!ok)
		return failed(s->h, "pg_tables", e);
	if (some && !ours)
		return err_set(e, VH_CONFLICT, "db_foreign", "",
		               "the database holds tables of another program");
	if (!some && mode == DB_OPEN)
		return err_set(e, VH_NOTFOUND, "db_missing", "", "the database is empty");
	return VH_OK;
}

/* libpq would say what it cannot read, and a password may stand in it. */
static enum vh_rc check_uri(const char *uri, struct err *e)
{
	PQconninfoOption *parts = PQconninfoParse(uri, NULL);
	if (!parts)
		return err_set(e, VH_INVALID, "db_uri", "db",
		               "the address of the database cannot be read");
	PQconninfoFree(parts);
	return VH_OK;
}

static enum vh_rc open_db(const char *uri, enum db_mode mode, struct db **ret, struct err *e)
{
	enum vh_rc rc = check_uri(uri, e);
	if (rc != VH_OK)
		return rc;
	struct pdb *p = alloc_should_fail() ? NULL : calloc(1, sizeof *p);
	if (!p)
		return db_nomem(e);
	p->db.drv = &driver_postgres;
	p->conn.c.db = &p->db;
	pthread_mutex_init(&p->m, NULL);
	p->conn.h = PQconnectdb(uri);
	PQsetNoticeProcessor(p->conn.h, ignore, NULL);
	if (PQstatus(p->conn.h) != CONNECTION_OK)
		rc = failed(p->conn.h, "postgresql", e);
	if (rc == VH_OK)
		rc = identify(&p->conn, mode, e);
	if (rc == VH_OK)
		rc = migrate_up(&p->conn.c, ".pg.sql", e);
	if (rc != VH_OK) {
		close_db(&p->db);
		return rc;
	}
	int v = PQserverVersion(p->conn.h);
	snprintf(p->db.path, sizeof p->db.path, "postgresql:%s", PQdb(p->conn.h));
	snprintf(p->db.engine, sizeof p->db.engine, "postgresql %d.%d, prepares statements only",
	         v / 10000, v % 10000);
	*ret = &p->db;
	return VH_OK;
}

/* Type numbers of pg_type that a letter may stand for; sums of bigint come as numeric. */
static bool fits(char letter, Oid type)
{
	enum { BYTEA = 17, INT8 = 20, INT2 = 21, INT4 = 23, TEXT = 25, FLOAT8 = 701, VARCHAR = 1043,
	       NUMERIC = 1700 };
	switch (letter | 0x20) {
	case 'i':
		return type == INT8 || type == INT4 || type == INT2 || type == NUMERIC;
	case 't':
		return type == TEXT || type == VARCHAR;
	case 'b':
		return type == BYTEA;
	default:
		return type == FLOAT8;
	}
}

static enum vh_rc compare(const struct sql *q, const PGresult *r, struct err *e)
{
	const char *in = q->in ? q->in : "", *out = q->out ? q->out : "";
	int n_in = PQnparams(r), n_out = PQnfields(r);
	if ((size_t)n_in != strlen(in) || (size_t)n_out != strlen(out))
		return err_set(e, VH_IO, "db_rule", "",
		               "%s has %d parameters and %d columns, not '%s' and '%s'", q->name,
		               n_in, n_out, in, out);
	for (int i = 0; i < n_in; i++) {
		if (!fits(in[i], PQparamtype(r, i)))
			return err_set(e, VH_IO, "db_rule", "", "%s: $%d is '%c', but of type %u",
			               q->name, i + 1, in[i], PQparamtype(r, i));
	}
	for (int i = 0; i < n_out; i++) {
		if (!fits(out[i], PQftype(r, i)))
			return err_set(e, VH_IO, "db_rule", "",
			               "%s: column %d is '%c', but of type %u", q->name, i + 1,
			               out[i], PQftype(r, i));
	}
	return VH_OK;
}

static enum vh_rc prepare(PGconn *h, const struct sql *q, struct err *e)
{
	enum vh_rc rc = VH_OK;
	PGresult *r = PQprepare(h, "", q->pg ? q->pg : q->text, 0, NULL);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
	PQclear(r);
	if (!ok)
		return failed(h, q->name, e);
	r = PQdescribePrepared(h, "");
	rc = PQresultStatus(r) == PGRES_COMMAND_OK ? compare(q, r, e) : failed(h, q->name, e);
	PQclear(r);
	return rc;
}

static enum vh_rc prepare_all(struct ctx *cx, const struct sql *q, size_t n)
{
	struct pdb *p = (struct pdb *)cx->db;
	enum vh_rc rc = VH_OK;
	pthread_mutex_lock(&p->m);
	for (size_t i = 0; i < n && rc == VH_OK; i++)
		rc = prepare(p->conn.h, &q[i], &cx->err);
	pthread_mutex_unlock(&p->m);
	return rc;
}

static enum vh_rc unsupported(struct ctx *cx)
{
	return ctx_fail(cx, VH_IO, "db_unsupported", "",
	                "on PostgreSQL this program only proves its statements, so far");
}

static enum vh_rc read_step(struct ctx *cx, db_step *fn, void *arg, int64_t limit_ms)
{
	(void)fn, (void)arg, (void)limit_ms;
	return unsupported(cx);
}

static enum vh_rc write_step(struct ctx *cx, db_step *fn, void *arg)
{
	(void)fn, (void)arg;
	return unsupported(cx);
}

static enum vh_rc copy(struct ctx *cx, const char *path)
{
	(void)path;
	return unsupported(cx);
}

const struct driver driver_postgres = {
	.open = open_db,
	.close = close_db,
	.read = read_step,
	.write = write_step,
	.control = control,
	.in_transaction = in_transaction,
	.version = version,
	.set_version = set_version,
	.script = script,
	.prepare_all = prepare_all,
	.check = unsupported,
	.copy = copy,
};
