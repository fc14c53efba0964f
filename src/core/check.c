#include "vh/check.h"

#include <string.h>

#include "vh/access.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/outbox.h"
#include "vh/store.h"
#include "vh/store_people.h"

enum { SAMPLE = 50, CHUNK = 200, FINDINGS_MAX = 1000 };

struct check {
	bool deep;
	struct check_report r;
	struct finding **broken, **notice; /* where the next one goes */
	int n;
	const struct hotel *at; /* NULL: the registry */
};

static enum vh_rc add(struct ctx *cx, struct check *k, struct finding ***list, const char *code,
                      const char *text)
{
	struct finding *f = arena_alloc(cx->a, sizeof *f);
	if (!f || !text)
		return ctx_nomem(cx);
	if (k->n++ >= FINDINGS_MAX)
		return ctx_fail(cx, VH_LIMIT, "too_many", "", "too much is broken to list");
	*f = (struct finding){ .code = code, .text = text, .hotel = k->at ? k->at->area : NULL };
	**list = f;
	*list = &f->next;
	return VH_OK;
}

/* What a part of the check said on failing becomes a finding; what is no statement about the data
 * (no memory, busy) ends the check. */
static enum vh_rc note(struct ctx *cx, struct check *k, enum vh_rc rc, const char *code)
{
	if (rc == VH_OK || rc == VH_NOMEM || rc == VH_BUSY || rc == VH_LIMIT)
		return rc;
	const char *text = cx->err.n ? err_text(&cx->err) : "it cannot be read";
	text = arena_dup(cx->a, text);
	err_clear(&cx->err);
	return add(cx, k, &k->broken, code, text);
}

/* What another registry told is no damage here, and may still be told otherwise. */
static enum vh_rc add_flaws(struct ctx *cx, struct check *k, struct finding ***list,
                            const struct flaw *f)
{
	bool told = k->at && k->at->source;
	enum vh_rc rc = VH_OK;
	for (; rc == VH_OK && f; f = f->next)
		rc = add(cx, k, told && f->told ? &k->notice : list, f->code,
		         arena_printf(cx->a, "%lld: %s; the first is %lld", (long long)f->n,
		                      f->words, (long long)f->example));
	return rc;
}

static enum vh_rc rows_step(struct ctx *cx, void *arg)
{
	struct check *k = arg;
	struct flaw *flaws = NULL, *odd = NULL;
	struct row_sums t;
	int64_t hotel = k->at ? k->at->id : 0;
	enum vh_rc rc = flaw_list(cx, hotel, &flaws);
	if (rc == VH_OK)
		rc = add_flaws(cx, k, &k->broken, flaws);
	if (rc != VH_OK || !hotel)
		return rc;
	rc = oddity_list(cx, hotel, &odd);
	if (rc == VH_OK)
		rc = add_flaws(cx, k, &k->notice, odd);
	if (rc == VH_OK)
		rc = tally_get(cx, hotel, &t);
	if (rc != VH_OK)
		return rc;
	k->r.sum.houses += t.houses;
	k->r.sum.rooms += t.rooms;
	k->r.sum.plates += t.plates;
	k->r.sum.people += t.people;
	k->r.sum.stays += t.stays;
	k->r.sum.events += t.events;
	k->r.sum.access += t.access;
	return VH_OK;
}

static enum vh_rc unset(struct ctx *cx, struct check *k)
{
	enum vh_rc rc = VH_OK;
	if (k->at->source)
		return VH_OK; /* its own registry knows */
	if (!k->at->entrusted_by)
		rc = add(cx, k, &k->notice, "entrusted_by",
		         "nobody is named who entrusted the hotel");
	if (rc == VH_OK && !k->at->retention_months)
		rc = add(cx, k, &k->notice, "retention", "it is not set how long data are kept");
	return rc;
}

/* A sealed field must open under its hotel's key, at its place, and its index must be its own. */
static enum vh_rc open_person(struct ctx *cx, struct check *k, const struct hotel_keys *keys,
                              struct person *p)
{
	struct blob idx;
	k->r.opened++;
	if (person_open(cx, keys, p) != VH_OK)
		return VH_IO;
	enum vh_rc rc = index_doc(cx, p->hotel, p->doc_type, p->doc_no, &idx);
	if (rc != VH_OK)
		return rc;
	/* Of two whom a source tells with one number, the older change has no index. */
	if (k->at->source && !p->doc_idx.n)
		return VH_OK;
	if (idx.n != p->doc_idx.n || (idx.n && !same_bytes(idx.p, p->doc_idx.p, idx.n)))
		return VH_CONFLICT;
	return VH_OK;
}

static enum vh_rc bad_row(struct ctx *cx, struct ctx *piece, struct check *k, enum vh_rc rc,
                          const char *table, int64_t id)
{
	err_clear(&piece->err);
	if (rc == VH_NOMEM)
		return ctx_nomem(cx);
	return add(cx, k, &k->broken, rc == VH_CONFLICT ? "index" : "sealed",
	           arena_printf(cx->a, "%s %lld %s", table, (long long)id,
	                        rc == VH_CONFLICT ? "has the index of another document" :
	                                            "does not open"));
}

/* piece: the same transaction with an arena that is emptied after each chunk. */
static enum vh_rc people_chunk(struct ctx *cx, struct ctx *piece, struct check *k,
                               const struct hotel_keys *keys, int64_t n, int64_t *after,
                               bool *ret_end)
{
	struct person *list = NULL;
	enum vh_rc rc = person_after(piece, k->at->id, *after, n, &list);
	*ret_end = !list;
	for (struct person *p = list; rc == VH_OK && p; p = p->next) {
		enum vh_rc one = open_person(piece, k, keys, p);
		*after = p->id;
		if (one != VH_OK)
			rc = bad_row(cx, piece, k, one, "person", p->id);
	}
	arena_reset(piece->a);
	return rc;
}

static enum vh_rc people(struct ctx *cx, struct ctx *piece, struct check *k,
                         const struct hotel_keys *keys)
{
	int64_t after = 0, first = 0, span;
	bool end = false;
	enum vh_rc rc = people_chunk(cx, piece, k, keys, k->deep ? CHUNK : SAMPLE, &after, &end);
	while (rc == VH_OK && k->deep && !end)
		rc = people_chunk(cx, piece, k, keys, CHUNK, &after, &end);
	/* Ids ascend with time: the sample goes on at moments up to now. */
	first = id_instant(after);
	span = cx->now - first;
	for (int i = 0; rc == VH_OK && !k->deep && !end && span > 0 && i < SAMPLE; i++) {
		after = id_at(first + random_below((uint32_t)(span > UINT32_MAX ? UINT32_MAX
		                                                                : span)));
		rc = people_chunk(cx, piece, k, keys, 1, &after, &end);
		end = false;
	}
	return rc;
}

static enum vh_rc events(struct ctx *cx, struct ctx *piece, struct check *k)
{
	struct hotel_head head;
	int64_t epoch = 0, seq = 0;
	enum vh_rc rc = head_get(piece, k->at->id, &head);
	if (rc == VH_OK && !k->deep) {
		epoch = head.epoch;
		seq = head.seq > CHUNK ? head.seq - CHUNK : 0;
	}
	for (bool more = true; rc == VH_OK && more;) {
		struct event *list = NULL;
		rc = event_after(piece, k->at->id, epoch, seq, CHUNK, &list);
		more = list != NULL;
		for (struct event *e = list; rc == VH_OK && e; e = e->next) {
			char *json;
			enum vh_rc one = journal_data(piece, e, &json);
			k->r.opened++;
			epoch = e->epoch;
			seq = e->seq;
			if (one != VH_OK)
				rc = bad_row(cx, piece, k, one, "event", e->id);
		}
		arena_reset(piece->a);
	}
	return rc;
}

static enum vh_rc landlords(struct ctx *cx, struct ctx *piece, struct check *k,
                            const struct hotel_keys *keys)
{
	struct landlord *list = NULL;
	enum vh_rc rc = landlord_list(piece, k->at->id, &list);
	int left = k->deep ? INT32_MAX : SAMPLE;
	for (struct landlord *l = list; rc == VH_OK && l && left--; l = l->next) {
		enum vh_rc one = landlord_open(piece, keys, l);
		k->r.opened++;
		if (one != VH_OK)
			rc = bad_row(cx, piece, k, one, "landlord", l->id);
	}
	arena_reset(piece->a);
	return rc;
}

static enum vh_rc sealed_step(struct ctx *cx, void *arg)
{
	struct check *k = arg;
	struct hotel_keys keys;
	struct ctx piece = *cx;
	enum vh_rc rc = hotel_keys_of(cx, k->at->id, &keys);
	if (rc != VH_OK)
		return rc;
	piece.a = arena_new(LIM_ARENA_IMPORT);
	if (!piece.a)
		rc = ctx_nomem(cx);
	if (rc == VH_OK)
		rc = people(cx, &piece, k, &keys);
	if (rc == VH_OK)
		rc = events(cx, &piece, k);
	if (rc == VH_OK)
		rc = landlords(cx, &piece, k, &keys);
	if (rc != VH_OK && !cx->err.n)
		cx->err = piece.err;
	arena_free(piece.a);
	wipe(&keys, sizeof keys);
	return rc;
}

/* Accounts and upstreams are sealed by the node's own keys. */
static enum vh_rc node_step(struct ctx *cx, void *arg)
{
	struct check *k = arg;
	struct account *accounts = NULL;
	struct upstream *ups = NULL;
	struct actor who;
	const char *secret;
	enum vh_rc rc = account_list(cx, &accounts);
	for (const struct account *a = accounts; rc == VH_OK && a; a = a->next) {
		enum vh_rc one = actor_load(cx, a, &who);
		k->r.opened++;
		if (one != VH_OK)
			rc = bad_row(cx, cx, k, one, "account", a->id);
	}
	if (rc == VH_OK)
		rc = upstream_list(cx, &ups);
	for (const struct upstream *u = ups; rc == VH_OK && u; u = u->next) {
		enum vh_rc one = outbox_secret(cx, u, &secret);
		k->r.opened++;
		if (one != VH_OK)
			rc = bad_row(cx, cx, k, one, "upstream", u->id);
	}
	return rc;
}

static enum vh_rc hotels_step(struct ctx *cx, void *arg)
{
	return hotel_list(cx, arg);
}

static enum vh_rc one_hotel(struct ctx *cx, struct check *k, const struct hotel *h)
{
	k->at = h;
	k->r.hotels++;
	enum vh_rc rc = unset(cx, k);
	if (rc == VH_OK)
		rc = note(cx, k, db_read_long(cx, rows_step, k), "rows");
	if (rc == VH_OK)
		rc = note(cx, k, access_verify(cx, h->id), "access_chain");
	if (rc == VH_OK)
		rc = note(cx, k, db_read_long(cx, sealed_step, k), "sealed");
	k->at = NULL;
	return rc;
}

enum vh_rc registry_check(struct ctx *cx, bool deep, struct check_report *ret)
{
	struct check k = { .deep = deep, .r.engine = db_engine(cx->db) };
	struct hotel *hotels = NULL;
	k.broken = &k.r.broken;
	k.notice = &k.r.notices;
	enum vh_rc rc = note(cx, &k, store_prepare_all(cx), "statement");
	if (rc == VH_OK)
		rc = note(cx, &k, db_check(cx), "engine");
	if (rc == VH_OK)
		rc = note(cx, &k, db_read(cx, hotels_step, &hotels), "rows");
	for (const struct hotel *h = hotels; rc == VH_OK && h; h = h->next)
		rc = one_hotel(cx, &k, h);
	if (rc == VH_OK)
		rc = note(cx, &k, db_read_long(cx, rows_step, &k), "rows");
	if (rc == VH_OK)
		rc = note(cx, &k, db_read_long(cx, node_step, &k), "sealed");
	if (rc == VH_OK)
		*ret = k.r;
	return rc;
}
