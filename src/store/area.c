#include "vh/store_place.h"

#include "rows.h"

enum { Q_PUT, Q_GET, Q__MAX };
static const struct sql q[Q__MAX] = {
	[Q_PUT] = { "area.put", "ttTt", "",
	            "INSERT INTO area (code, name, parent, kind) VALUES ($1, $2, $3, $4)"
	            " ON CONFLICT (code) DO UPDATE SET name = excluded.name,"
	            " parent = excluded.parent, kind = excluded.kind", NULL },
	[Q_GET] = { "area.get", "t", "ttTt",
	            "SELECT code, name, parent, kind FROM area WHERE code = $1", NULL },
};
const struct sql_table area_sql = { q, Q__MAX };

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct area *a = p;
	a->code = col_text(cx, st);
	a->name = col_text(cx, st);
	a->parent = col_text(cx, st);
	a->kind = col_text(cx, st);
}

enum vh_rc area_put(struct ctx *cx, const struct area *a)
{
	struct stmt *st = db_stmt(cx, &q[Q_PUT]);
	bind_text(st, a->code);
	bind_text(st, a->name);
	bind_text(st, a->parent);
	bind_text(st, a->kind);
	return db_run(cx, st, NULL);
}

enum vh_rc area_get(struct ctx *cx, const char *code, struct area *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_GET]);
	bind_text(st, code);
	return row_one(cx, st, fill, ret, sizeof *ret);
}
