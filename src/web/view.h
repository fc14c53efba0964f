/*
 * Shapes that several pages share, and the writers of members.
 */
#ifndef VH_WEB_VIEW_H
#define VH_WEB_VIEW_H

#include "vh/look.h"
#include "vh/rack.h"
#include "vh/stays.h"
#include "web.h"

/* A text in the caller's language: t["PREFIX" "name"], else the name itself. */
const char *word(const struct call *c, const char *prefix, const char *name);
/* "1 person", "2 people": t["one_UNIT"] or t["unit_UNIT"] after the number. */
const char *count_text(struct call *c, int64_t n, const char *unit);
bool has_word(const struct call *c, const char *prefix, const char *name);
/* t["PREFIX" "FORM_NAME"], else t["PREFIX" "NAME"]: a field's own text in this form. */
const char *word_in(const struct call *c, const char *prefix, const char *form, const char *name);
const char *reason_text(const struct call *c, const char *reason); /* ours in words, else as is */
/* What is kept from the reader, and how he may see it; NULL: nothing. */
const char *masked_text(const struct call *c, bool masked);

void put(struct call *c, cJSON *o, const char *key, const char *value); /* NULL: null */
void put_num(struct call *c, cJSON *o, const char *key, int64_t n);
/* For pages only: left out of JSON answers. */
void put_word(struct call *c, cJSON *o, const char *key, const char *prefix, const char *name);
void put_text(struct call *c, cJSON *o, const char *key, const char *value);
void put_count(struct call *c, cJSON *o, const char *key, int64_t n, const char *unit);
void put_flag(struct call *c, cJSON *o, const char *key, bool on);
/*
 * on false: null. The words are paths of ours; %s takes ids, codes and names that need no escape.
 */
void put_url(struct call *c, cJSON *o, const char *key, bool on, const char *fmt, ...)
	PRINTF(5, 6);
cJSON *put_obj(struct call *c, cJSON *o, const char *key);
cJSON *put_arr(struct call *c, cJSON *o, const char *key);
/* One of a list to choose from, selected when it is what stands there now (or NULL). */
void put_option(struct call *c, cJSON *list, const char *value, const char *label,
                const char *now);

/* One of `chips`, a likely answer as a button; the list is there already. hint: or NULL. */
void put_chip(struct call *c, const char *name, const char *value, const char *label,
              const char *hint);

/* `idem`: a fresh idempotency key, for a form that stands in the template. */
void put_idem(struct call *c, cJSON *o);

const char *id_text(struct call *c, int64_t id);
/* YYYY-MM-DD HH:MM in the hotel's zone; NULL for 0. */
const char *at_text(struct call *c, int64_t instant, const struct hotel *h);
const char *hotel_path(struct call *c); /* "/h/310116104205" of this request's hotel */

void put_hotel(struct call *c, const struct hotel *h);
void put_privacy(struct call *c, const struct hotel *h); /* the notice in force, or null */
struct notice;
void put_notices(struct call *c, cJSON *list, const struct notice *n); /* for _notices */
void put_room(struct call *c, cJSON *o, const struct room *r, const struct house *h);
void put_stays(struct call *c, const struct stay_view *list);
/* One stay's members in a list; url of its page unless he may not open it. */
void put_stay(struct call *c, cJSON *o, const struct stay_view *v);
/* By what name a page offers a verb of this stay: a_…, do_… of the catalogue. */
const char *offer_title(enum stay_verb v, const struct stay *s);
const char *fields_words(struct call *c, const char *fields); /* of an access row */
/* What a filing was taken with, as codes and words; what became of a stay. */
void put_warnings(struct call *c, unsigned bits);
void put_stay_done(struct call *c, const struct stay_done *d);
bool is_masked(const struct call *c, const struct stay_view *v);

/* The state of a room's tile on the rack. */
const char *tile_of(const struct rack_room *r);
void put_tile(struct call *c, cJSON *o, const struct rack_room *r, bool codes, bool link);
/* What a page shows of it: `tile`, `tile_text`, `tile_letter`, `marks` (letters, or null). */
void put_tile_face(struct call *c, cJSON *o, const struct rack_room *r);
extern const char *const tiles[]; /* NULL-ended, in the order of the legend */
extern const char *const marks[]; /* NULL-ended: what a tile may bear besides its state */
const char *letter_of(const struct call *c, const char *prefix, const char *name);
bool has_mark(const struct rack_room *r, size_t mark);

/*
 * Forms. `at` is the struct that was typed, or NULL for an empty one; errors come from c->cx.err
 * when c->failed. prefix: of field ids on a page with several forms, else NULL.
 */
/* Why this field of the form was refused, in words; NULL: it was not. */
const char *field_error(const struct call *c, const char *field);
/* Is the page shown again because of this form? c->form is what was typed into it. */
bool is_refused(const struct call *c, const struct form *f);
/* Refused only until it is sent again with `anyway`. */
bool goes_anyway(const char *code);
struct form_how {
	const char *title;  /* texts do_TITLE (button), a_TITLE */
	const char *action; /* URL */
	const void *at;
	const char *prefix;
	const char *hint;   /* a text's key or NULL */
	bool danger, open;
	const char *key;   /* of an action: the letter that unfolds it, at a desk */
	const char *focus; /* the field to begin with */
	bool card;         /* doc_no takes what a card reader types */
	const char *skip;  /* a field that this reader is not asked */
	bool offers;       /* the page has a datalist `employers` */
};
void put_form(struct call *c, cJSON *in, const char *key, const struct form *f,
              const struct form_how *how);

#endif
