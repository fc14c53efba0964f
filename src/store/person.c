#include "vh/store_people.h"

#include <string.h>

#include "rows.h"
#include "vh/utf8.h"

#define COLS                                                                                       \
	"hotel, id, doc_type, doc, doc_idx, tail_idx, name, name_idx, phone, phone_idx, home, "    \
	"sex,"                                                                                     \
	" foreigner, guardian, created, version, phone_tail"
#define SIG "iitBBIbiBBBiiIiiI"

enum {
	Q_INSERT, Q_UPDATE, Q_GET, Q_BY_DOC, Q_BY_NAME, Q_BY_TAIL, Q_BY_PHONE, Q_BY_PHONE_TAIL,
	Q_NO_PHONE_TAIL, Q_AFTER, Q_COUNT_PAST, Q__MAX
};
static const struct sql q[Q__MAX] = {
	[Q_INSERT] = { "person.insert", SIG, "",
	               "INSERT INTO person (" COLS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
	               " $10, $11, $12, $13, $14, $15, $16, $17)",
	               NULL },
	[Q_UPDATE] = { "person.update", "tBBIbiBBBiiIIiii", "",
	               "UPDATE person SET doc_type = $1, doc = $2, doc_idx = $3, tail_idx = $4,"
	               " name = $5, name_idx = $6, phone = $7, phone_idx = $8, home = $9, sex = "
	               "$10,"
	               " foreigner = $11, guardian = $12, phone_tail = $13,"
	               " version = version + 1"
	               " WHERE hotel = $14 AND id = $15 AND version = $16",
	               NULL },
	[Q_GET] = { "person.get", "ii", SIG,
	            "SELECT " COLS " FROM person WHERE hotel = $1 AND id = $2", NULL },
	[Q_BY_DOC] = { "person.by_doc", "ib", SIG,
	               "SELECT " COLS " FROM person WHERE hotel = $1 AND doc_idx = $2", NULL },
	[Q_BY_NAME] = { "person.by_name", "ii", SIG,
	                "SELECT " COLS
	                " FROM person WHERE hotel = $1 AND name_idx = $2 ORDER BY id",
	                NULL },
	[Q_BY_TAIL] = { "person.by_tail", "ii", SIG,
	                "SELECT " COLS
	                " FROM person WHERE hotel = $1 AND tail_idx = $2 ORDER BY id",
	                NULL },
	[Q_BY_PHONE] = { "person.by_phone", "ib", SIG,
	                 "SELECT " COLS " FROM person WHERE hotel = $1 AND phone_idx = $2"
	                 " ORDER BY id",
	                 NULL },
	[Q_BY_PHONE_TAIL] = { "person.by_phone_tail", "ii", SIG,
	                      "SELECT " COLS " FROM person WHERE hotel = $1 AND phone_tail = $2"
	                      " ORDER BY id",
	                      NULL },
	[Q_NO_PHONE_TAIL] = { "person.no_phone_tail", "ii", SIG,
	                      "SELECT " COLS " FROM person WHERE hotel = $1"
	                      " AND phone IS NOT NULL AND phone_tail IS NULL"
	                      " ORDER BY id LIMIT $2",
	                      NULL },
	[Q_AFTER] = { "person.after", "iii", SIG,
	              "SELECT " COLS " FROM person WHERE hotel = $1 AND id > $2 ORDER BY id"
	              " LIMIT $3",
	              NULL },
	[Q_COUNT_PAST] = { "person.count_past", "it", "i",
	                   "SELECT count(*) FROM person p WHERE p.hotel = $1"
	                   " AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.hotel = p.hotel"
	                   " AND e.person = p.id) AND EXISTS (SELECT 1 FROM stay s"
	                   " WHERE s.hotel = p.hotel AND s.person = p.id)"
	                   " AND NOT EXISTS (SELECT 1 FROM stay s"
	                   " WHERE s.hotel = p.hotel AND s.person = p.id AND"
	                   " (s.state IN ('pending', 'verified', 'away', 'contested')"
	                   " OR coalesce(s.ended, s.since) >= $2))",
	                   NULL },
};
const struct sql_table person_sql = { q, Q__MAX };

enum vh_rc index_doc(struct ctx *cx, int64_t hotel, const char *type, const char *no,
                     struct blob *ret)
{
	*ret = (struct blob){ 0 };
	if (!no || !*no)
		return VH_OK;
	unsigned char *mac_of = arena_alloc(cx->a, MAC_BYTES);
	char *text = arena_printf(cx->a, "%s:%s", type, no);
	if (!mac_of || !text)
		return ctx_nomem(cx);
	blind_full(cx->keys, "doc", hotel, text, mac_of);
	*ret = (struct blob){ mac_of, MAC_BYTES };
	return VH_OK;
}

enum vh_rc index_phone(struct ctx *cx, int64_t hotel, const char *phone, struct blob *ret)
{
	*ret = (struct blob){ 0 };
	if (!phone || !*phone)
		return VH_OK;
	unsigned char *mac_of = arena_alloc(cx->a, MAC_BYTES);
	if (!mac_of)
		return ctx_nomem(cx);
	blind_full(cx->keys, "phone", hotel, phone, mac_of);
	*ret = (struct blob){ mac_of, MAC_BYTES };
	return VH_OK;
}

enum vh_rc index_name(struct ctx *cx, int64_t hotel, const char *name, int64_t *ret)
{
	char *key = utf8_fold(cx->a, name);
	if (!key)
		return ctx_nomem(cx);
	*ret = blind_short(cx->keys, "name", hotel, key, NAME_BITS);
	return VH_OK;
}

int64_t index_tail(struct ctx *cx, int64_t hotel, const char *last_four)
{
	return blind_short(cx->keys, "tail", hotel, last_four, TAIL_BITS);
}

int64_t index_phone_tail(struct ctx *cx, int64_t hotel, const char *last_four)
{
	return blind_short(cx->keys, "phone_tail", hotel, last_four, TAIL_BITS);
}

struct field {
	const char *column;
	size_t clear, sealed; /* offsets in struct person */
};
enum { NAME }; /* the field that everybody has */
static const struct field fields[] = {
	[NAME] = { "name", offsetof(struct person, name), offsetof(struct person, name_sealed) },
	{ "doc", offsetof(struct person, doc_no), offsetof(struct person, doc_sealed) },
	{ "phone", offsetof(struct person, phone), offsetof(struct person, phone_sealed) },
	{ "home", offsetof(struct person, home), offsetof(struct person, home_sealed) },
};

enum vh_rc person_seal(struct ctx *cx, const struct hotel_keys *k, struct person *p)
{
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		const char **clear = (const char **)(void *)((char *)p + fields[i].clear);
		struct blob *sealed = (struct blob *)(void *)((char *)p + fields[i].sealed);
		struct place at = { "person", fields[i].column, p->hotel, p->id };
		enum vh_rc rc = seal_text(cx->a, &k->data, &at, *clear, sealed);
		if (rc != VH_OK)
			return rc == VH_NOMEM ? ctx_nomem(cx) : rc;
	}
	size_t n = p->doc_no ? strlen(p->doc_no) : 0;
	p->tail_idx = n >= 4 ? index_tail(cx, p->hotel, p->doc_no + n - 4) : -1;
	n = p->phone ? strlen(p->phone) : 0;
	p->phone_tail = n >= 4 ? index_phone_tail(cx, p->hotel, p->phone + n - 4) : -1;
	enum vh_rc rc = index_doc(cx, p->hotel, p->doc_type, p->doc_no, &p->doc_idx);
	if (rc == VH_OK)
		rc = index_phone(cx, p->hotel, p->phone, &p->phone_idx);
	return rc == VH_OK ? index_name(cx, p->hotel, p->name, &p->name_idx) : rc;
}

enum vh_rc person_open(struct ctx *cx, const struct hotel_keys *k, struct person *p)
{
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		const char **clear = (const char **)(void *)((char *)p + fields[i].clear);
		struct blob *sealed = (struct blob *)(void *)((char *)p + fields[i].sealed);
		struct place at = { "person", fields[i].column, p->hotel, p->id };
		char *text = NULL;
		enum vh_rc rc = open_text(cx->a, &k->data, &at, *sealed, &text);
		if (rc == VH_NOMEM)
			return ctx_nomem(cx);
		if (rc == VH_OK && !text && i == NAME)
			rc = VH_IO; /* nobody is without a name: it was taken out */
		if (rc != VH_OK)
			return ctx_fail(cx, rc, "seal", fields[i].column,
			                "a sealed field does not open");
		*clear = text;
	}
	return VH_OK;
}

static void fill(struct ctx *cx, struct stmt *st, void *ret)
{
	struct person *p = ret;
	p->hotel = col_i64(st);
	p->id = col_i64(st);
	p->doc_type = col_text(cx, st);
	p->doc_sealed = col_blob(cx, st);
	p->doc_idx = col_blob(cx, st);
	p->tail_idx = p->doc_idx.p ? col_i64(st) : (col_i64(st), -1);
	p->name_sealed = col_blob(cx, st);
	p->name_idx = col_i64(st);
	p->phone_sealed = col_blob(cx, st);
	p->phone_idx = col_blob(cx, st);
	p->home_sealed = col_blob(cx, st);
	p->sex = col_i64(st);
	p->foreigner = col_i64(st) != 0;
	p->guardian = col_i64(st);
	p->created = col_i64(st);
	p->version = col_i64(st);
	p->phone_tail = p->phone_idx.p ? col_i64(st) : (col_i64(st), -1);
}

static void bind_index(struct stmt *st, int64_t value)
{
	if (value < 0)
		bind_i64_null(st);
	else
		bind_i64(st, value);
}

/* The columns that insert and update share, in this order. */
static void bind_fields(struct stmt *st, const struct person *p)
{
	bind_text(st, p->doc_type);
	bind_blob(st, p->doc_sealed);
	bind_blob(st, p->doc_idx);
	bind_index(st, p->tail_idx);
	bind_blob(st, p->name_sealed);
	bind_i64(st, p->name_idx);
	bind_blob(st, p->phone_sealed);
	bind_blob(st, p->phone_idx);
	bind_blob(st, p->home_sealed);
	bind_i64(st, p->sex);
	bind_i64(st, p->foreigner);
	bind_ref(st, p->guardian);
}

enum vh_rc person_insert(struct ctx *cx, const struct person *p)
{
	struct stmt *st = stmt_two(cx, &q[Q_INSERT], p->hotel, p->id);
	bind_fields(st, p);
	bind_i64(st, p->created);
	bind_i64(st, p->version);
	bind_index(st, p->phone_tail);
	return db_run(cx, st, NULL);
}

enum vh_rc person_update(struct ctx *cx, const struct person *p)
{
	struct stmt *st = db_stmt(cx, &q[Q_UPDATE]);
	bind_fields(st, p);
	bind_index(st, p->phone_tail);
	bind_i64(st, p->hotel);
	bind_i64(st, p->id);
	bind_i64(st, p->version);
	return row_change(cx, st);
}

enum vh_rc person_get(struct ctx *cx, int64_t hotel, int64_t id, struct person *ret)
{
	return row_one(cx, stmt_two(cx, &q[Q_GET], hotel, id), fill, ret, sizeof *ret);
}

enum vh_rc person_by_doc(struct ctx *cx, int64_t hotel, struct blob doc_idx, struct person *ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_BY_DOC]);
	bind_i64(st, hotel);
	bind_blob(st, doc_idx);
	return row_one(cx, st, fill, ret, sizeof *ret);
}

static enum vh_rc list(struct ctx *cx, struct stmt *st, struct person **ret)
{
	return row_list(cx, st, fill, sizeof **ret, offsetof(struct person, next), ret);
}

enum vh_rc person_after(struct ctx *cx, int64_t hotel, int64_t after, int64_t n,
                        struct person **ret)
{
	struct stmt *st = stmt_two(cx, &q[Q_AFTER], hotel, after);
	bind_i64(st, n);
	return list(cx, st, ret);
}

enum vh_rc person_count_past(struct ctx *cx, int64_t hotel, const char *day, int64_t *ret_n)
{
	struct stmt *st = db_stmt(cx, &q[Q_COUNT_PAST]);
	bind_i64(st, hotel);
	bind_text(st, day);
	return row_i64(cx, st, ret_n);
}

enum vh_rc person_by_name(struct ctx *cx, int64_t hotel, int64_t name_idx, struct person **ret)
{
	return list(cx, stmt_two(cx, &q[Q_BY_NAME], hotel, name_idx), ret);
}

enum vh_rc person_by_tail(struct ctx *cx, int64_t hotel, int64_t tail_idx, struct person **ret)
{
	return list(cx, stmt_two(cx, &q[Q_BY_TAIL], hotel, tail_idx), ret);
}

enum vh_rc person_by_phone_tail(struct ctx *cx, int64_t hotel, int64_t phone_tail,
                                struct person **ret)
{
	return list(cx, stmt_two(cx, &q[Q_BY_PHONE_TAIL], hotel, phone_tail), ret);
}

enum vh_rc person_no_phone_tail(struct ctx *cx, int64_t hotel, int64_t n, struct person **ret)
{
	return list(cx, stmt_two(cx, &q[Q_NO_PHONE_TAIL], hotel, n), ret);
}

enum vh_rc person_by_phone(struct ctx *cx, int64_t hotel, struct blob phone_idx,
                           struct person **ret)
{
	struct stmt *st = db_stmt(cx, &q[Q_BY_PHONE]);
	bind_i64(st, hotel);
	bind_blob(st, phone_idx);
	return list(cx, st, ret);
}
