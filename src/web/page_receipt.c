/*
 * Receipts of the next tier, for people: those of a stay, to be shown or printed, and a page that
 * says what one is worth, for whoever holds the paper.
 */
#include <string.h>

#include "forms.h"
#include "pages.h"
#include "queue.h"
#include "slip.h"
#include "vh/date.h"
#include "vh/limits.h"
#include "vh/proof.h"
#include "view.h"

enum { PICTURES = 24 }; /* of the first so many receipts; text stands for all */

/* What stands in a code between our address and the receipt. */
#define QUESTION "/receipt?r="

struct f_receipt {
	const char *receipt;
};
static const struct input receipt_in[] = {
	INPUT(struct f_receipt, receipt, input_lines, INPUT_REQUIRED, LIM_FIELD),
};
const struct form form_receipt = FORM(struct f_receipt, receipt_in);

/* ---- what one is worth ---- */

/* Pasted in lines, or with the address that a code holds before it. */
static const char *bare(struct call *c, const char *typed)
{
	const char *at = strstr(typed, QUESTION);
	char *s = arena_dup(c->cx.a, at ? at + sizeof QUESTION - 1 : typed), *to = s;
	for (const char *p = s; p && *p; p++)
		if (!strchr(" \t\r\n", *p))
			*to++ = *p;
	if (to)
		*to = '\0';
	return s;
}

static void put_answer(struct call *c, const struct proof_check *k)
{
	static const struct hotel somewhere = { .zone_min = ZONE_CHINA };
	cJSON *root = c->view.root;
	bool genuine = k && !strcmp(k->code, "genuine");
	char at[INSTANT_TEXT];
	instant_format(genuine ? k->r.at : 0, at);
	put(c, root, "code", k ? k->code : NULL);
	put_word(c, root, "code_text", "proof_", k ? k->code : NULL);
	put_word(c, root, "about_text", "proof_about_", k ? k->code : NULL);
	put_flag(c, root, "genuine", genuine);
	put(c, root, "upstream", genuine ? k->upstream : NULL);
	put(c, root, "key", k && *k->r.key ? k->r.key : NULL);
	view_bool(&c->view, root, "older", genuine && k->older);
	view_id(&c->view, root, "event", genuine ? k->r.event : 0);
	put(c, root, "hotel", genuine ? k->r.area : NULL);
	put(c, root, "at", genuine ? at : NULL);
	put_text(c, root, "at_text", genuine ? at_text(c, k->r.at, &somewhere) : NULL);
}

/* typed NULL: nothing is asked yet. */
static enum vh_rc answer(struct call *c, const char *typed)
{
	const struct f_receipt again = { typed };
	const struct form_how how = { .title = "receipt", .action = "/receipt", .at = &again };
	struct proof_check k;
	put_form(c, c->view.root, "form", &form_receipt, &how);
	if (!typed || c->why) {
		put_answer(c, NULL);
		return VH_OK;
	}
	const char *text = bare(c, typed);
	enum vh_rc rc = text ? proof_check(&c->cx, text, &k) : ctx_nomem(&c->cx);
	if (rc != VH_OK)
		return rc;
	if (strcmp(k.code, "genuine") != 0)
		call_guessed(c);
	put_answer(c, &k);
	return VH_OK;
}

enum vh_rc get_receipt(struct call *c)
{
	const struct f_receipt *f = c->form;
	const char *asked = f ? f->receipt : req_query(c->q, "r");
	return answer(c, asked && *asked ? asked : NULL);
}

enum vh_rc post_receipt(struct call *c)
{
	return answer(c, ((const struct f_receipt *)c->form)->receipt);
}

/* ---- those of a stay ---- */

static cJSON *put_receipt(struct call *c, cJSON *list, const struct proof *p, const struct hotel *h)
{
	char at[INSTANT_TEXT];
	const char *what = event_what(c, p->event->type);
	cJSON *o = put_obj(c, list, NULL);
	instant_format(p->at, at);
	put(c, o, "upstream", p->upstream);
	view_id(&c->view, o, "event", p->event->id);
	put(c, o, "what", what);
	put_word(c, o, "what_text", "event_", what);
	put(c, o, "at", p->at ? at : NULL);
	put_text(c, o, "at_text", at_text(c, p->at, h));
	put(c, o, "key", p->ours ? p->r.key : NULL);
	put(c, o, "receipt", p->text);
	return o;
}

static bool is_newest(const struct proof *p)
{
	for (const struct proof *later = p->next; later; later = later->next)
		if (!strcmp(later->upstream, p->upstream))
			return false;
	return true;
}

static void put_receipt_url(struct call *c, const struct stay_look *l)
{
	put_url(c, c->view.root, "receipt_url", l->proofs != NULL, "%s/stays/%s/receipt",
	        hotel_path(c), id_text(c, l->stay.stay.id));
}

void put_newest_receipts(struct call *c, const struct stay_look *l)
{
	cJSON *list = put_arr(c, c->view.root, "receipts");
	for (const struct proof *p = l->proofs; p; p = p->next)
		if (is_newest(p))
			put_receipt(c, list, p, &l->at.hotel);
	put_receipt_url(c, l);
}

/* As the address of the page above, where that is known; else, or too long, the receipt alone. */
static enum vh_rc put_code(struct call *c, cJSON *o, const struct proof *p, const char *base)
{
	const char *url = base ? arena_printf(c->cx.a, "%s" QUESTION "%s", base, p->text) : p->text;
	enum vh_rc rc = url ? put_picture(c, o, "picture_url", url) : ctx_nomem(&c->cx);
	if (rc != VH_INVALID)
		return rc;
	err_clear(&c->cx.err);
	return put_picture(c, o, "picture_url", p->text);
}

static void put_whose(struct call *c, const struct stay_look *l)
{
	const struct stay *s = &l->stay.stay;
	const char *state = stay_state_name(s->state);
	cJSON *o = put_obj(c, c->view.root, "stay");
	view_id(&c->view, o, "id", s->id);
	put(c, o, "name", l->stay.person.name);
	put(c, o, "since", s->since);
	put(c, o, "until", s->until);
	put(c, o, "ended", s->ended);
	view_bool(&c->view, o, "ended_about", s->ended_about);
	put(c, o, "state", state);
	put_word(c, o, "state_text", "state_", state);
	put(c, o, "address", l->at.house.address);
	put(c, o, "room_no", l->at.room.no);
}

enum vh_rc get_stay_receipt(struct call *c)
{
	struct stay_look l;
	int64_t id;
	const char *base = NULL;
	bool real = false;
	unsigned n = 0;
	cJSON *root = c->view.root;
	enum vh_rc rc = param_id(c, "stay", &id);
	if (rc == VH_OK)
		rc = look_stay(&c->cx, &c->hotel, id, &l);
	if (rc == VH_OK)
		rc = link_base(&c->cx, &base, &real);
	if (rc != VH_OK)
		return rc;
	put_hotel(c, &l.at.hotel);
	put_whose(c, &l);
	cJSON *list = put_arr(c, root, "receipts");
	for (const struct proof *p = l.proofs; rc == VH_OK && p; p = p->next) {
		cJSON *o = put_receipt(c, list, p, &l.at.hotel);
		if (c->html && p->ours && n++ < PICTURES)
			rc = put_code(c, o, p, real ? base : NULL);
		else
			put_text(c, o, "picture_url", NULL);
	}
	put_text(c, root, "place_text",
	         real ? arena_printf(c->cx.a, "%s/receipt", host_of(&c->cx, base)) : NULL);
	put_url(c, root, "check_url", true, "/receipt");
	put_text(c, root, "printed_text", at_text(c, c->cx.now, &l.at.hotel));
	put_url(c, root, "stay_url", true, "%s/stays/%s", hotel_path(c), id_text(c, id));
	return rc;
}
