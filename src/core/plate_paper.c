#include "vh/plate_paper.h"

#include <stdio.h>
#include <string.h>

#include "vh/limits.h"

#define HOTEL_WORD "虚拟旅馆"

enum { BATCH = 300 };

enum vh_rc paper_failed(struct ctx *cx, enum vh_rc rc)
{
	if (cx->err.n)
		return rc;
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "font", "",
		                "no Chinese font is installed (Debian: fonts-noto-cjk)");
	if (rc == VH_NOMEM)
		return ctx_nomem(cx);
	if (rc == VH_LIMIT)
		return ctx_fail(cx, rc, "paper", "", "this is too much for one sheet: print less");
	return ctx_fail(cx, rc, "write", "out", "the sheet could not be written");
}

/* 101 -> 101室; what is a word already stays. */
static char *room_words(struct ctx *cx, const char *no)
{
	size_t n = strlen(no);
	bool digit = n && no[n - 1] >= '0' && no[n - 1] <= '9';

	return arena_printf(cx->a, digit ? "%s室" : "%s", no);
}

enum vh_rc plate_draw(struct ctx *cx, struct paper *paper, const struct plate_show *s)
{
	char typed[PLATE_GROUPED_TEXT], host[PLATE_BASE_TEXT];
	const char *from = strstr(s->url, "//") + 2;
	struct qr q;
	struct plate_face f = { .serial = s->serial, .qr = &q, .code = typed, .host = host };
	bool named = strstr(s->hotel.name, HOTEL_WORD) != NULL;
	struct plate_ref ref;
	enum vh_rc rc = plate_code_parse(s->code, &ref);

	if (rc == VH_OK && qr_encode(s->url, &q) != VH_OK)
		return ctx_fail(cx, VH_INVALID, "public_url", "public-url",
		                "%s does not fit a code", s->url);
	if (rc != VH_OK)
		return rc;
	plate_code_group(&ref, typed);
	snprintf(host, sizeof(host), "%.*s", (int)strcspn(from, "/"), from);
	f.hotel = arena_printf(cx->a, "%s%s", s->hotel.name, named ? "" : HOTEL_WORD);
	if (s->hotel.desk_phone)
		f.phone = arena_printf(cx->a, "服务台 %s", s->hotel.desk_phone);
	if (s->room.id)
		f.room = room_words(cx, s->room.no);
	else if (s->house.id)
		f.room = arena_printf(cx->a, "第%lld栋", (long long)s->house.no);
	if (s->house.id)
		f.address = s->house.address;
	if (arena_failed(cx->a))
		return ctx_nomem(cx);
	rc = paper_add(paper, &f);
	return rc == VH_OK ? rc : paper_failed(cx, rc);
}

static enum vh_rc draw(struct ctx *cx, const struct plate_pick *from, struct paper *paper,
                       paper_told *told, void *arg)
{
	struct ctx own = *cx;
	struct plate_pick pick = *from;
	int64_t done = 0;
	enum vh_rc rc = VH_OK;
	own.a = arena_new(LIM_ARENA);
	if (!own.a)
		return ctx_nomem(cx);
	pick.most = pick.most ? pick.most : BATCH;
	do {
		struct plate_item *list = NULL;
		arena_reset(own.a);
		rc = plate_batch(&own, &pick, &list, &pick.after);
		for (; rc == VH_OK && list; list = list->next, done++)
			rc = plate_draw(&own, paper, &list->s);
		if (told)
			told(arg, done);
	} while (rc == VH_OK && pick.after);
	cx->err = own.err;
	arena_free(own.a);
	if (rc == VH_OK && !done)
		return ctx_fail(cx, VH_NOTFOUND, "no_plates", "", "there is no plate to print");
	return rc;
}

/* What the first plate is decides the form of all. */
static enum vh_rc form_of(struct ctx *cx, const struct plate_pick *pick, enum paper_kind *ret)
{
	struct plate_item *one = NULL;
	int64_t last;
	*ret = pick->kind == PLATES_HOUSES ? PAPER_HOUSE : PAPER_ROOM;
	if (!pick->only)
		return VH_OK;
	enum vh_rc rc = plate_batch(cx, pick, &one, &last);
	if (rc == VH_OK && one && one->s.house.id && !one->s.room.id)
		*ret = PAPER_HOUSE;
	return rc;
}

enum vh_rc plates_sheet(struct ctx *cx, const struct plate_pick *pick, struct buf *out,
                        paper_told *told, void *arg, struct paper_stats *ret_stats)
{
	struct paper *paper = NULL;
	struct paper_stats stats;
	enum paper_kind kind;
	enum vh_rc rc = form_of(cx, pick, &kind);
	if (rc != VH_OK)
		return rc;
	rc = paper_begin_buf(out, kind, &paper);
	if (rc == VH_OK)
		rc = draw(cx, pick, paper, told, arg);
	if (rc != VH_OK) {
		paper_drop(paper);
		return paper_failed(cx, rc);
	}
	rc = paper_end(paper, &stats);
	if (rc != VH_OK)
		return paper_failed(cx, rc);
	if (ret_stats)
		*ret_stats = stats;
	return VH_OK;
}
