#include "vh/store_people.h"

#include "rows.h"

#define COLS "l.hotel, l.id, l.name, l.name_idx, l.phone, l.phone_idx, l.created, l.version"
#define SIG "iibiBBii"

enum {
	Q_INSERT,
	Q_BY_PHONE,
	Q_BY_NAME,
	Q_LIST,
	Q_OF_HOUSE,
	Q_LINK,
	Q_UNLINK,
	Q_HAS_PHONE,
	Q_HOUSES,
	Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "landlord.insert", SIG, "",
	               "INSERT INTO landlord (hotel, id, name, name_idx, phone, phone_idx, created,"
	               " version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", NULL },
	[Q_BY_PHONE] = { "landlord.by_phone", "ib", SIG,
	                 "SELECT " COLS " FROM landlord l WHERE l.hotel = $1 AND l.phone_idx = $2"
	                 " ORDER BY l.id", NULL },
	[Q_BY_NAME] = { "landlord.by_name", "ii", SIG,
	                "SELECT " COLS " FROM landlord l WHERE l.hotel = $1 AND l.name_idx = $2"
	                " ORDER BY l.id", NULL },
	[Q_LIST] = { "landlord.list", "i", SIG,
	             "SELECT " COLS " FROM landlord l WHERE l.hotel = $1 ORDER BY l.id", NULL },
	[Q_OF_HOUSE] = { "landlord.of_house", "ii", SIG "t",
	                 "SELECT " COLS ", h.role FROM house_landlord h JOIN landlord l"
	                 " ON l.hotel = h.hotel AND l.id = h.landlord"
	                 " WHERE h.hotel = $1 AND h.house = $2"
	                 " ORDER BY CASE h.role WHEN 'helper' THEN 1 ELSE 0 END, l.id", NULL },
	[Q_LINK] = { "house_landlord.put", "iiit", "",
	             "INSERT INTO house_landlord (hotel, house, landlord, role)"
	             " VALUES ($1, $2, $3, $4) ON CONFLICT (hotel, house, landlord)"
	             " DO UPDATE SET role = excluded.role", NULL },
	[Q_UNLINK] = { "house_landlord.drop", "iii", "",
	               "DELETE FROM house_landlord WHERE hotel = $1 AND house = $2"
	               " AND landlord = $3", NULL },
	[Q_HAS_PHONE] = { "house_landlord.has_phone", "iib", "i",
	                  "SELECT count(*) FROM house_landlord h JOIN landlord l"
	                  " ON l.hotel = h.hotel AND l.id = h.landlord"
	                  " WHERE h.hotel = $1 AND h.house = $2 AND l.phone_idx = $3", NULL },
	[Q_HOUSES] = { "house_landlord.houses", "ib", "ii",
	               "SELECT DISTINCT h.hotel, h.house FROM landlord l JOIN house_landlord h"
	               " ON h.hotel = l.hotel AND h.landlord = l.id"
	               " WHERE l.hotel = $1 AND l.phone_idx = $2 ORDER BY h.hotel, h.house", NULL },
};
const struct sql_table landlord_sql = { q, Q__MAX };

static struct place at(const struct landlord *l, const char *column)
{
	return (struct place){ "landlord", column, l->hotel, l->id };
}

enum vh_rc landlord_seal(struct ctx *cx, const struct hotel_keys *k, struct landlord *l)
{
	struct place name = at(l, "name"), phone = at(l, "phone");
	enum vh_rc rc = seal_text(cx->a, &k->data, &name, l->name, &l->name_sealed);
	if (rc == VH_OK)
		rc = seal_text(cx->a, &k->data, &phone, l->phone, &l->phone_sealed);
	if (rc == VH_NOMEM)
		return ctx_nomem(cx);
	if (rc == VH_OK)
		rc = index_name(cx, l->hotel, l->name, &l->name_idx);
	if (rc == VH_OK)
		rc = index_phone(cx, l->hotel, l->phone, &l->phone_idx);
	return rc;
}

enum vh_rc landlord_open(struct ctx *cx, const struct hotel_keys *k, struct landlord *l)
{
	struct place name = at(l, "name"), phone = at(l, "phone");
	char *n = NULL, *p = NULL;
	enum vh_rc rc = open_text(cx->a, &k->data, &name, l->name_sealed, &n);
	if (rc == VH_OK)
		rc = open_text(cx->a, &k->data, &phone, l->phone_sealed, &p);
	if (rc == VH_OK && !n)
		rc = VH_IO; /* nobody is without a name: it was taken out */
	if (rc != VH_OK)
		return ctx_fail(cx, rc, "seal", "landlord", "a sealed field does not open");
	l->name = n;
	l->phone = p;
	return VH_OK;
}

static void fill(struct ctx *cx, struct stmt *st, void *p)
{
	struct landlord *l = p;
	l->hotel = col_i64(st);
	l->id = col_i64(st);
	l->name_sealed = col_blob(cx, st);
	l->name_idx = col_i64(st);
	l->phone_sealed = col_blob(cx, st);
	l->phone_idx = col_blob(cx, st);
	l->created = col_i64(st);
	l->version = col_i64(st);
}

static void fill_role(struct ctx *cx, struct stmt *st, void *p)
{
	fill(cx, st, p);
	((struct landlord *)p)->role = col_text(cx, st);
}

enum vh_rc landlord_insert(struct ctx *cx, const struct landlord *l)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], l->hotel, l->id);
	bind_blob(st, l->name_sealed);
	bind_i64(st, l->name_idx);
	bind_blob(st, l->phone_sealed);
	bind_blob(st, l->phone_idx);
	bind_i64(st, l->created);
	bind_i64(st, l->version);
	return db_run(cx, st, NULL);
}

static enum vh_rc list(struct ctx *cx, struct stmt *st, row_fill *how, struct landlord **ret)
{
	return row_list(cx, st, how, sizeof **ret, offsetof(struct landlord, next), ret);
}

enum vh_rc landlord_by_phone(struct ctx *cx, int64_t hotel, struct blob phone_idx,
                             struct landlord **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_BY_PHONE]);
	bind_i64(st, hotel);
	bind_blob(st, phone_idx);
	return list(cx, st, fill, ret);
}

enum vh_rc landlord_by_name(struct ctx *cx, int64_t hotel, int64_t name_idx, struct landlord **ret)
{
	return list(cx, stmt_two(cx, &q[Q_BY_NAME], hotel, name_idx), fill, ret);
}

enum vh_rc landlord_list(struct ctx *cx, int64_t hotel, struct landlord **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_LIST]);
	bind_i64(st, hotel);
	return list(cx, st, fill, ret);
}

enum vh_rc landlord_of_house(struct ctx *cx, int64_t hotel, int64_t house, struct landlord **ret)
{
	return list(cx, stmt_two(cx, &q[Q_OF_HOUSE], hotel, house), fill_role, ret);
}

enum vh_rc house_landlord_put(struct ctx *cx, int64_t hotel, int64_t house, int64_t landlord,
                              const char *role)
{
	struct stmt *st = stmt_two(cx, &q[Q_LINK], hotel, house);
	bind_i64(st, landlord);
	bind_text(st, role);
	return db_run(cx, st, NULL);
}

enum vh_rc house_landlord_drop(struct ctx *cx, int64_t hotel, int64_t house, int64_t landlord)
{
	struct stmt *st = stmt_two(cx, &q[Q_UNLINK], hotel, house);
	bind_i64(st, landlord);
	return db_run(cx, st, NULL);
}

enum vh_rc house_has_phone(struct ctx *cx, int64_t hotel, int64_t house, struct blob phone_idx,
                           bool *ret)
{
	int64_t n = 0;
	struct stmt *st = stmt_two(cx, &q[Q_HAS_PHONE], hotel, house);
	bind_blob(st, phone_idx);
	enum vh_rc rc = row_i64(cx, st, &n);
	if (rc == VH_OK)
		*ret = n > 0;
	return rc;
}

static void ref_fill(struct ctx *cx, struct stmt *st, void *p)
{
	(void)cx;
	struct house_ref *r = p;
	r->hotel = col_i64(st);
	r->house = col_i64(st);
}

enum vh_rc houses_of_phone(struct ctx *cx, int64_t hotel, struct blob phone_idx,
                           struct house_ref **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_HOUSES]);
	bind_i64(st, hotel);
	bind_blob(st, phone_idx);
	return row_list(cx, st, ref_fill, sizeof **ret, offsetof(struct house_ref, next), ret);
}
