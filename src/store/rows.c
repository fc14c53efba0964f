#include "rows.h"

#include <string.h>

struct stmt *stmt_two(struct ctx *cx, const struct sql *q, int64_t a, int64_t b)
{
	struct stmt *st = db_stmt(cx, q);
	bind_i64(st, a);
	bind_i64(st, b);
	return st;
}

enum vh_rc row_one(struct ctx *cx, struct stmt *st, row_fill *fill, void *ret, size_t size)
{
	enum vh_rc rc = db_one(cx, st);
	if (rc != VH_OK)
		return rc;
	memset(ret, 0, size);
	fill(cx, st, ret);
	db_end(st);
	return arena_failed(cx->a) ? ctx_nomem(cx) : VH_OK;
}

enum vh_rc row_list(struct ctx *cx, struct stmt *st, row_fill *fill, size_t size, size_t next,
                    void *ret_head)
{
	char *head = NULL, *last = NULL;
	enum vh_rc rc;
	while ((rc = db_row(cx, st)) == VH_OK) {
		char *row = arena_alloc(cx->a, size);
		if (row)
			fill(cx, st, row);
		if (!row || arena_failed(cx->a)) {
			db_end(st);
			return ctx_nomem(cx);
		}
		if (last)
			memcpy(last + next, &row, sizeof row);
		else
			head = row;
		last = row;
	}
	if (rc != VH_NOTFOUND)
		return rc;
	memcpy(ret_head, &head, sizeof head);
	return VH_OK;
}

enum vh_rc row_i64(struct ctx *cx, struct stmt *st, int64_t *ret)
{
	enum vh_rc rc = db_one(cx, st);
	if (rc != VH_OK)
		return rc;
	*ret = col_i64(st);
	db_end(st);
	return VH_OK;
}

enum vh_rc row_change(struct ctx *cx, struct stmt *st)
{
	int64_t changed = 0;
	enum vh_rc rc = db_run(cx, st, &changed);
	return rc == VH_OK && changed != 1 ? VH_CONFLICT : rc;
}

void bind_ref(struct stmt *st, int64_t id)
{
	if (id)
		bind_i64(st, id);
	else
		bind_i64_null(st);
}
