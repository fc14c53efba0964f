/* Signed questions of the nodes below: what we have of a hotel. */
#include "said.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

#include "vh/date.h"
#include "vh/down.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "vh/sync_batch.h"
#include "vh/sync_receive.h"
#include "vh/tally.h"

static enum vh_rc tell_mark(const struct said *s, struct view *v)
{
	struct received_mark m;
	enum vh_rc rc = receive_mark(s->cx, &s->from, s->area, &m);
	if (rc != VH_OK)
		return rc;
	cJSON *o = view_obj(v, v->root, "mark");
	view_id(v, o, "epoch", m.epoch);
	view_id(v, o, "sequence", m.seq);
	view_num(v, o, "events", (double)m.events);
	return VH_OK;
}

static enum vh_rc tell_ids(const struct said *s, const cJSON *ids, struct view *v)
{
	const cJSON *at;
	cJSON *list = view_arr(v, v->root, "events");
	if (cJSON_GetArraySize(ids) > LIM_SYNC_BATCH)
		return ctx_fail(s->cx, VH_LIMIT, "batch_size", "ids", "at most %d ids",
		                LIM_SYNC_BATCH);
	cJSON_ArrayForEach(at, ids) {
		struct received row;
		int64_t id = 0;
		enum vh_rc rc = VH_NOTFOUND;
		if (cJSON_IsString(at) && id_parse(at->valuestring, &id) == VH_OK)
			rc = receive_find(s->cx, &s->from, s->area, id, &row);
		if (rc != VH_OK && rc != VH_NOTFOUND)
			return rc;
		err_clear(&s->cx->err);
		cJSON *o = view_obj(v, list, NULL);
		view_id(v, o, "id", id);
		view_str(v, o, "status", rc == VH_OK ? "accepted" : "unknown");
		if (rc == VH_OK) {
			char when[INSTANT_TEXT];
			instant_format(row.at, when);
			view_str(v, o, "at", when);
		}
	}
	return VH_OK;
}

static void put_rows(struct view *v, const char *key, const struct tally_row *row, size_t n,
                     int64_t in)
{
	cJSON *list = view_arr(v, v->root, key);
	for (size_t i = 0; i < n; i++) {
		char sum[TALLY_TEXT];
		if (in && row[i].in != in)
			continue;
		cJSON *o = view_obj(v, list, NULL);
		hex_encode(row[i].sum, TALLY_BYTES, sum);
		view_id(v, o, "id", row[i].id);
		view_str(v, o, "sum", sum);
	}
}

static atomic_int summing;

bool sums_begin(void)
{
	if (atomic_fetch_add(&summing, 1) < LIM_SUMS)
		return true;
	sums_end();
	return false;
}

void sums_end(void)
{
	atomic_fetch_sub(&summing, 1);
}

static enum vh_rc sums_of(const struct said *s, int64_t hotel, int64_t room, struct tally *ret)
{
	struct key k;
	if (!sums_begin())
		return ctx_fail(s->cx, VH_BUSY, "busy", "", "other hotels are being summed up");
	tally_key(s->secret, strcspn(s->secret, " "), &k);
	enum vh_rc rc = tally_hotel(s->cx, hotel, &k, room, ret);
	wipe(&k, sizeof k);
	sums_end();
	return rc;
}

/* The sums of all houses, of the rooms of one, or of the stays of one room (vh/tally.h). */
static enum vh_rc tell_sums(const struct said *s, const char *house, const char *room,
                            struct view *v)
{
	struct tally t = { 0 };
	int64_t in_house = 0, in_room = 0, hotel = 0;
	enum vh_rc rc = VH_OK;
	if ((house && id_parse(house, &in_house) != VH_OK) ||
	    (room && id_parse(room, &in_room) != VH_OK))
		rc = ctx_fail(s->cx, VH_INVALID, "batch", house ? "rooms" : "stays", "not an id");
	if (rc == VH_OK)
		rc = receive_hotel(s->cx, &s->from, s->area, &hotel);
	if (rc == VH_OK && hotel)
		rc = sums_of(s, hotel, in_room, &t);
	if (rc != VH_OK)
		return rc;
	if (room)
		put_rows(v, "stays", t.stay, t.stays, 0);
	else if (house)
		put_rows(v, "rooms", t.room, t.rooms, in_house);
	else
		put_rows(v, "houses", t.house, t.houses, 0);
	return VH_OK;
}

/* --- what he told us and has lost --- */

static enum vh_rc after_of(struct ctx *cx, const cJSON *o, int64_t *ret_epoch, int64_t *ret_seq)
{
	*ret_epoch = json_i64(o, "epoch", -1);
	*ret_seq = json_i64(o, "sequence", -1);
	if (*ret_epoch >= 0 && *ret_seq >= 0)
		return VH_OK;
	return ctx_fail(cx, VH_INVALID, "batch", "events_after", "epoch and sequence, as text");
}

static enum vh_rc put_event(struct ctx *cx, const char *source, const struct received_event *in,
                            struct buf *out)
{
	struct arena *a = cx->a;
	const struct cloud_event ev = {
		.id = arena_printf(a, "%" PRId64, in->id),
		.source = source,
		.subject = in->subject,
		.type = in->type,
		.key = arena_printf(a, "%" PRId64, in->part),
		.sequence = arena_printf(a, "%" PRId64, in->seq),
		.epoch = arena_printf(a, "%" PRId64, in->epoch),
		.time = in->time,
		.data = in->data,
	};
	if (arena_failed(a))
		return ctx_nomem(cx);
	batch_add(out, &ev);
	return VH_OK;
}

/* As the batch that it was; an empty one says that there is no more. */
static enum vh_rc tell_events(const struct said *s, const cJSON *after, int64_t most,
                              struct http_resp *r)
{
	struct ctx *cx = s->cx;
	struct received_event *list = NULL;
	int64_t epoch = 0, seq = 0;
	size_t n = 0;
	enum vh_rc rc = after_of(cx, after, &epoch, &seq);
	most = most > 0 && most < LIM_SYNC_BATCH ? most : LIM_SYNC_BATCH;
	if (rc == VH_OK)
		rc = receive_told(cx, &s->from, s->area, epoch, seq, most, &list, &n);
	const char *source = arena_printf(cx->a, "/hotels/%s", s->area);
	if (rc == VH_OK && !source)
		rc = ctx_nomem(cx);
	if (rc != VH_OK)
		return rc;
	batch_open(&r->body);
	for (size_t i = 0; rc == VH_OK && i < n && r->body.n < LIM_SYNC_BODY; i++)
		rc = put_event(cx, source, &list[i], &r->body);
	batch_close(&r->body);
	r->status = 200;
	r->type = BATCH_TYPE;
	LOG(LOG_INFO, "told_back", KV("request", s->q->id), KV("source", s->from.name),
	    KV("area", s->area), KN("events", n));
	return rc;
}

/* --- what comes down --- */

static void view_when(struct view *v, cJSON *o, int64_t at)
{
	char when[INSTANT_TEXT];
	instant_format(at, when);
	view_str(v, o, "at", when);
}

static enum vh_rc put_tasks(const struct said *s, int64_t after, struct view *v)
{
	struct down_task *list = NULL;
	size_t n = 0;
	enum vh_rc rc = down_tasks(s->cx, &s->from, s->area, after, &list, &n);
	cJSON *to = view_arr(v, v->root, "tasks");
	for (size_t i = 0; rc == VH_OK && i < n; i++) {
		cJSON *o = view_obj(v, to, NULL);
		view_id(v, o, "id", list[i].id);
		view_str(v, o, "kind", "elsewhere");
		view_id(v, o, "stay", list[i].stay);
		view_bool(v, o, "open", list[i].open);
		view_when(v, o, list[i].at);
	}
	return rc;
}

static enum vh_rc put_remarks(const struct said *s, int64_t after, struct view *v)
{
	struct down_remark *list = NULL;
	size_t n = 0;
	enum vh_rc rc = down_remarks(s->cx, &s->from, s->area, after, &list, &n);
	cJSON *to = view_arr(v, v->root, "remarks");
	for (size_t i = 0; rc == VH_OK && i < n; i++) {
		cJSON *o = view_obj(v, to, NULL);
		view_id(v, o, "id", list[i].id);
		view_id(v, o, "origin", list[i].origin);
		view_id(v, o, "stay", list[i].stay);
		view_str(v, o, "field", list[i].field);
		view_str(v, o, "believed", list[i].believed);
		view_str(v, o, "words", list[i].words);
		view_bool(v, o, "open", list[i].open);
		view_when(v, o, list[i].at);
	}
	return rc;
}

static enum vh_rc put_looks(const struct said *s, int64_t after, struct view *v)
{
	struct access_row *list = NULL;
	enum vh_rc rc = down_looks(s->cx, &s->from, s->area, after, &list);
	cJSON *to = view_arr(v, v->root, "looks");
	for (; rc == VH_OK && list; list = list->next) {
		cJSON *o = view_obj(v, to, NULL);
		view_id(v, o, "id", list->id);
		view_id(v, o, "origin", list->node ? list->origin : list->id);
		view_str(v, o, "node", list->node);
		view_when(v, o, list->at);
		view_str(v, o, "role", list->role);
		view_id(v, o, "person", list->subject);
		view_str(v, o, "fields", list->fields);
		view_str(v, o, "reason", list->reason);
		view_str(v, o, "request", list->request);
	}
	return rc;
}

static enum vh_rc comes_down(const struct said *s, const cJSON *asked, struct view *v)
{
	static const struct {
		const char *after;
		enum vh_rc (*put)(const struct said *s, int64_t after, struct view *v);
	} parts[] = { { "tasks_after", put_tasks },
		      { "looks_after", put_looks },
		      { "remarks_after", put_remarks } };
	enum vh_rc rc = VH_OK;
	for (size_t i = 0; rc == VH_OK && i < sizeof parts / sizeof *parts; i++) {
		int64_t after = json_i64(asked, parts[i].after, -1);
		if (after >= 0)
			rc = parts[i].put(s, after, v);
	}
	return rc;
}

/* What was asked for, in one question or several. */
static enum vh_rc answers(const struct said *s, const cJSON *asked, struct view *v)
{
	const cJSON *ids = cJSON_GetObjectItemCaseSensitive(asked, "ids");
	const char *house = json_str(asked, "rooms"), *room = json_str(asked, "stays");
	enum vh_rc rc = VH_OK;
	if (json_is_true(asked, "mark"))
		rc = tell_mark(s, v);
	if (rc == VH_OK && cJSON_IsArray(ids))
		rc = tell_ids(s, ids, v);
	if (rc == VH_OK && (house || room || json_is_true(asked, "houses")))
		rc = tell_sums(s, house, room, v);
	if (rc == VH_OK)
		rc = comes_down(s, asked, v);
	return rc == VH_OK && v->failed ? ctx_nomem(s->cx) : rc;
}

static enum vh_rc tell(struct said *s, struct http_resp *r)
{
	cJSON *asked = NULL;
	struct view v = { 0 };
	enum vh_rc rc = said_by(s);
	if (rc == VH_OK)
		rc = json_parse(s->q->body ? s->q->body : "", s->q->body_n, &asked, &s->cx->err);
	const cJSON *after = cJSON_GetObjectItemCaseSensitive(asked, "events_after");
	if (rc == VH_OK && after) {
		rc = tell_events(s, after, json_i64(asked, "most", 0), r);
		cJSON_Delete(asked);
		return rc;
	}
	if (rc == VH_OK && !view_init(&v))
		rc = ctx_nomem(s->cx);
	if (rc == VH_OK)
		rc = answers(s, asked, &v);
	if (rc == VH_OK)
		resp_json(r, 200, v.root);
	cJSON_Delete(asked);
	view_done(&v);
	return rc;
}

void sync_answer(struct ctx *cx, const struct http_req *q, struct http_resp *r)
{
	struct said s = { .cx = cx, .q = q, .area = "-" };
	if (tell(&s, r) != VH_OK) {
		resp_reset(r);
		said_refuse(&s, r);
	}
	wipe(&s.keys, sizeof s.keys);
}
