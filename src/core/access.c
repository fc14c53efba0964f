/*
 * The log of disclosures. A row is written and committed before any sealed field of that person is
 * opened.
 *
 * Chain: each row carries a digest of itself. A sealer gives the rows that no seal holds yet the
 * next seal number and writes H(n) = BLAKE2b(H(n-1) | count | digests in id order). Both are keyed
 * by the node, so that who has the database alone can neither forge a row nor mend the chain.
 * Chaining by batch keeps a scan at one insert; erasing a row's words later leaves its digest, and
 * so the chain, whole.
 */
#include "vh/access.h"

#include <string.h>

#include "vh/id.h"
#include "vh/limits.h"

enum { SEAL_ROWS = 1000 }; /* of one seal at most, so that a long backlog fits a step */

static void put_i64(unsigned char out[8], int64_t v)
{
	for (int i = 0; i < 8; i++)
		out[i] = (unsigned char)((uint64_t)v >> (8 * i));
}

static struct blob text(const char *s)
{
	return (struct blob){ (const unsigned char *)(s ? s : ""), s ? strlen(s) : 0 };
}

static void digest(const struct key *k, const struct access_row *r, unsigned char out[MAC_BYTES])
{
	unsigned char n[5][8];
	put_i64(n[0], r->hotel);
	put_i64(n[1], r->id);
	put_i64(n[2], r->at);
	put_i64(n[3], r->account);
	put_i64(n[4], r->subject);
	struct blob part[] = { { n[0], 8 },       { n[1], 8 },     { n[2], 8 },
		               { n[3], 8 },       { n[4], 8 },     text(r->role),
		               text(r->fields),   text(r->reason), text(r->request) };
	mac_parts(k, part, sizeof part / sizeof *part, out);
}

struct note {
	int64_t hotel;
	const int64_t *person;
	size_t n;
	const char *fields, *reason;
};

static enum vh_rc note_step(struct ctx *cx, void *arg)
{
	const struct note *t = arg;
	struct key k;
	enum vh_rc rc = VH_OK;
	keys_node(cx->keys, "access", &k);
	for (size_t i = 0; rc == VH_OK && i < t->n; i++) {
		unsigned char d[MAC_BYTES];
		struct access_row r = { .hotel = t->hotel,
			                .id = id_new(),
			                .at = cx->now,
			                .account = cx->who->account,
			                .role = role_name(cx->who->role),
			                .subject = t->person[i],
			                .fields = t->fields,
			                .reason = t->reason,
			                .request = cx->request,
			                .digest = { d, sizeof d } };
		digest(&k, &r, d);
		rc = access_insert(cx, &r);
	}
	wipe(&k, sizeof k);
	return rc;
}

enum vh_rc access_note(struct ctx *cx, int64_t hotel, const int64_t *person, size_t n,
                       const char *fields, const char *reason)
{
	struct note t = { hotel, person, n, fields, reason };
	if (!n)
		return VH_OK;
	/* Inside a write it needs no savepoint: nothing is shown when a row fails. */
	return db_writing(cx) ? note_step(cx, &t) : db_write(cx, note_step, &t);
}

enum vh_rc access_told(struct ctx *cx, int64_t hotel, int64_t person, const char *reason,
                       enum vh_rc why)
{
	const struct err kept = cx->err;
	if (!person || cx->who->role != ROLE_LANDLORD)
		return why;
	err_clear(&cx->err);
	enum vh_rc rc = access_note(cx, hotel, &person, 1, "here", reason);
	if (rc == VH_OK)
		cx->err = kept;
	return rc == VH_OK ? why : rc;
}

static enum vh_rc chain(struct ctx *cx, const struct access_row *rows, struct blob before,
                        int64_t *ret_n, unsigned char out[MAC_BYTES])
{
	int64_t n = 0;
	for (const struct access_row *r = rows; r; r = r->next)
		n++;
	struct blob *part = arena_array(cx->a, (size_t)n + 2, sizeof *part);
	unsigned char count[8];
	if (!part)
		return ctx_nomem(cx);
	put_i64(count, n);
	*ret_n = n;
	part[0] = before;
	part[1] = (struct blob){ count, sizeof count };
	size_t i = 2;
	for (const struct access_row *r = rows; r; r = r->next)
		part[i++] = r->digest;
	struct key k;
	keys_node(cx->keys, "access", &k);
	mac_parts(&k, part, i, out);
	wipe(&k, sizeof k);
	return VH_OK;
}

struct sealing {
	int64_t hotel;
	bool done;
};

static enum vh_rc seal_step(struct ctx *cx, void *arg)
{
	struct sealing *g = arg;
	int64_t hotel = g->hotel, n = 0;
	struct hotel_head head;
	struct access_row *rows = NULL;
	unsigned char hash[MAC_BYTES];
	enum vh_rc rc = head_get(cx, hotel, &head);
	if (rc == VH_OK)
		rc = access_seal_take(cx, hotel, head.seal + 1, SEAL_ROWS, &n);
	g->done = n < SEAL_ROWS;
	if (rc != VH_OK || n == 0)
		return rc;
	rc = access_of_seal(cx, hotel, head.seal + 1, &rows);
	if (rc == VH_OK)
		rc = chain(cx, rows, head.seal_hash, &n, hash);
	if (rc != VH_OK)
		return rc;
	struct access_seal s = { .hotel = hotel, .id = head.seal + 1, .rows = n, .at = cx->now,
	                         .hash = { hash, sizeof hash } };
	rc = access_seal_insert(cx, &s);
	return rc == VH_OK ? head_seal(cx, hotel, s.id, s.hash) : rc;
}

enum vh_rc access_seal_now(struct ctx *cx, int64_t hotel)
{
	struct sealing g = { .hotel = hotel };
	struct ctx step = *cx;
	step.a = arena_new(LIM_ARENA);
	if (!step.a)
		return ctx_nomem(cx);
	enum vh_rc rc = VH_OK;
	while (rc == VH_OK && !g.done) {
		arena_reset(step.a);
		rc = db_write(&step, seal_step, &g);
	}
	arena_free(step.a);
	cx->err = step.err;
	return rc;
}

static enum vh_rc broken(struct ctx *cx, int64_t seal, const char *how)
{
	return ctx_fail(cx, VH_CONFLICT, "access_chain", "access", "seal %lld: %s", (long long)seal,
	                how);
}

static bool row_whole(const struct key *k, const struct access_row *r)
{
	unsigned char d[MAC_BYTES];
	digest(k, r, d);
	return r->digest.n == sizeof d && same_bytes(r->digest.p, d, sizeof d);
}

static enum vh_rc verify_seal(struct ctx *cx, const struct access_seal *s, struct blob before)
{
	struct access_row *rows = NULL;
	unsigned char hash[MAC_BYTES];
	struct key k;
	bool whole = true;
	int64_t n;
	enum vh_rc rc = access_of_seal(cx, s->hotel, s->id, &rows);
	if (rc == VH_OK)
		rc = chain(cx, rows, before, &n, hash);
	if (rc != VH_OK)
		return rc;
	keys_node(cx->keys, "access", &k);
	for (struct access_row *r = rows; whole && r; r = r->next)
		whole = row_whole(&k, r);
	wipe(&k, sizeof k);
	if (!whole)
		return broken(cx, s->id, "a row was changed or forged");
	if (n != s->rows)
		return broken(cx, s->id, "rows are missing or were added");
	if (s->hash.n != sizeof hash || !same_bytes(s->hash.p, hash, sizeof hash))
		return broken(cx, s->id, "the hash does not follow from the one before");
	return VH_OK;
}

struct walk {
	int64_t hotel, from, to; /* seals [from, to) of one short read */
	unsigned char before[MAC_BYTES];
	bool end;
};

static enum vh_rc verify_step(struct ctx *cx, void *arg)
{
	struct walk *w = arg;
	struct hotel_head head;
	struct access_seal s;
	enum vh_rc rc = head_get(cx, w->hotel, &head);
	for (int64_t i = w->from; rc == VH_OK && i < w->to && i <= head.seal; i++) {
		rc = access_seal_get(cx, w->hotel, i, &s);
		if (rc == VH_NOTFOUND)
			return broken(cx, i, "the seal is missing");
		if (rc == VH_OK)
			rc = verify_seal(cx, &s, (struct blob){ w->before, MAC_BYTES });
		if (rc == VH_OK)
			memcpy(w->before, s.hash.p, MAC_BYTES);
	}
	if (rc != VH_OK || w->to <= head.seal)
		return rc;
	w->end = true;
	if (head.seal_hash.n != MAC_BYTES || !same_bytes(head.seal_hash.p, w->before, MAC_BYTES))
		return broken(cx, head.seal, "the newest seal is not the one on record");
	return VH_OK;
}

enum vh_rc access_verify(struct ctx *cx, int64_t hotel)
{
	enum { STRIDE = 64 };
	struct walk w = { .hotel = hotel, .from = 1, .to = 1 + STRIDE };
	struct ctx step = *cx;
	step.a = arena_new(LIM_ARENA_IMPORT);
	if (!step.a)
		return ctx_nomem(cx);
	enum vh_rc rc = VH_OK;
	for (; rc == VH_OK && !w.end; w.from = w.to, w.to += STRIDE) {
		arena_reset(step.a);
		rc = db_read_long(&step, verify_step, &w);
	}
	arena_free(step.a);
	cx->err = step.err;
	return rc;
}

struct list {
	const struct hotel *h;
	int64_t before, n;
	struct access_row **ret;
};

static enum vh_rc list_step(struct ctx *cx, void *arg)
{
	struct list *l = arg;
	enum vh_rc rc = actor_may(cx, ACT_AUDIT, l->h, 0, 0);
	return rc == VH_OK ? access_list(cx, l->h->id, l->before, l->n, l->ret) : rc;
}

enum vh_rc look_access(struct ctx *cx, const struct hotel *h, int64_t before, int64_t n,
                       struct access_row **ret)
{
	struct list l = { h, before > 0 ? before : INT64_MAX, n < 1 || n > 1000 ? 1000 : n, ret };
	return db_read(cx, list_step, &l);
}
