/*
 * After a festival: many stays, one change. Each is a transaction of its own with its event, and a
 * key of its own made from the request's, so that a send that broke off goes on where it stopped.
 */
#include <string.h>

#include "forms.h"
#include "frame.h"
#include "pages.h"
#include "queue.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/look.h"
#include "view.h"

struct f_bulk {
	const char *verb, *out, *stay;
};
static const struct input bulk_in[] = {
	INPUT_WORD(struct f_bulk, verb, INPUT_REQUIRED, "back|out"),
	INPUT(struct f_bulk, out, input_day, 0, 0),
	INPUT(struct f_bulk, stay, input_id, INPUT_REQUIRED | INPUT_MANY, 0),
};
const struct form form_bulk = FORM(struct f_bulk, bulk_in);

enum { OWN_BYTES = 8 };

/* The key of one stay in this send. */
static enum vh_rc own_key(struct call *c, int64_t stay, struct idem *ret)
{
	unsigned char digest[MAC_BYTES];
	char hex[2 * OWN_BYTES + 1];
	mac(NULL, c->idem.key, strlen(c->idem.key), digest);
	hex_encode(digest, OWN_BYTES, hex);
	*ret = c->idem;
	ret->key = arena_printf(c->cx.a, "bulk.%s.%s", hex, id_text(c, stay));
	return ret->key ? VH_OK : ctx_nomem(&c->cx);
}

/* Whom a refusal is about: his name as the reader may see it, after the access row. */
static void put_whom(struct call *c, cJSON *o, int64_t stay)
{
	struct stay_look l;
	struct err kept = c->cx.err;
	bool known = look_stay(&c->cx, &c->hotel, stay, &l) == VH_OK;
	c->cx.err = kept;
	put(c, o, "name", known ? l.stay.person.name : NULL);
	put(c, o, "address", known ? l.at.house.address : NULL);
	put(c, o, "room_no", known ? l.at.room.no : NULL);
	put_url(c, o, "stay_url", known, "%s/stays/%s", hotel_path(c), id_text(c, stay));
}

static void put_refused(struct call *c, cJSON *list, int64_t stay)
{
	const char *code = err_code(&c->cx.err);
	cJSON *o = put_obj(c, list, NULL);
	view_id(&c->view, o, "id", stay);
	put(c, o, "code", code);
	put(c, o, "reason", error_words(c, code, err_text(&c->cx.err)));
	err_clear(&c->cx.err);
	put_whom(c, o, stay);
}

/* Refused by a rule: the others go on. Anything else ends the send. */
static bool is_refusal(enum vh_rc rc)
{
	return rc == VH_CONFLICT || rc == VH_NOTFOUND || rc == VH_DENIED || rc == VH_INVALID;
}

static enum vh_rc one(struct call *c, const struct stay_change *change, int64_t id)
{
	struct idem own;
	struct stay_done d;
	enum vh_rc rc = VH_OK;
	c->cx.idem = NULL;
	if (c->idem.key) {
		rc = own_key(c, id, &own);
		c->cx.idem = &own;
	}
	if (rc == VH_OK)
		rc = stay_change(&c->cx, c->hotel.id, id, change, &d);
	c->cx.idem = NULL;
	return rc;
}

static enum vh_rc all(struct call *c, const struct stay_change *change, cJSON *refused,
                      int64_t *ret_done, int64_t *ret_refused)
{
	const struct f_bulk *f = c->form;
	for (const char *p = f->stay; p && *p;) {
		size_t n = strcspn(p, "\n");
		const char *text = arena_dupn(c->cx.a, p, n);
		int64_t id = 0;
		enum vh_rc rc = text ? id_parse(text, &id) : ctx_nomem(&c->cx);
		if (rc == VH_OK)
			rc = one(c, change, id);
		if (rc != VH_OK && !is_refusal(rc))
			return rc;
		*(rc == VH_OK ? ret_done : ret_refused) += 1;
		if (rc != VH_OK)
			put_refused(c, refused, id);
		p += n + (p[n] == '\n');
	}
	return VH_OK;
}

enum vh_rc post_bulk(struct call *c)
{
	const struct f_bulk *f = c->form;
	bool out = !strcmp(f->verb, "out");
	const struct stay_change change = { .verb = out ? SV_OUT : SV_BACK,
		                            .day = out ? f->out : NULL };
	int64_t n = 1, done = 0, refused = 0;
	for (const char *p = f->stay; *p; p++)
		n += *p == '\n';
	if (n > LIM_BULK)
		return ctx_fail(&c->cx, VH_LIMIT, "bulk_many", "stay",
		                "at most %d stays at once", LIM_BULK);
	cJSON *list = put_arr(c, c->view.root, "refused");
	enum vh_rc rc = all(c, &change, list, &done, &refused);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &c->hotel);
	put(c, c->view.root, "verb", f->verb);
	put_word(c, c->view.root, "verb_text", "bulk_", f->verb);
	put_num(c, c->view.root, "asked", n);
	put_num(c, c->view.root, "done", done);
	put_num(c, c->view.root, "refused_n", refused);
	put_url(c, c->view.root, "back_url", true, "%s/queue/away", hotel_path(c));
	c->page_name = "bulk_result";
	return VH_OK;
}
