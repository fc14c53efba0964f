/* An event in the words of an upstream of another kind, and its answer in ours. */
#ifndef VH_SYNC_SHAPE_H
#define VH_SYNC_SHAPE_H

#include "vh/sync_batch.h"
#include "vh/sync_profile.h"

/* What a profile is applied to. */
struct shape_place {
	struct arena *a;
	const char *area;
	int zone_min;
};

enum shape_fit { SHAPE_FITS, SHAPE_SKIPPED, SHAPE_INCOMPLETE };
/*
 * May the event go as it is? SHAPE_SKIPPED: the upstream takes no such events; SHAPE_INCOMPLETE: a
 * code is not mapped, a needed member is missing, or the payload is no JSON or XML. *ret_why: which
 * one, in words without the value. VH_NOMEM, VH_LIMIT.
 */
MUST enum vh_rc shape_fit(const struct profile *p, const struct shape_place *at,
                          const struct cloud_event *ev, enum shape_fit *ret, const char **ret_why,
                          struct err *e);
/*
 * n events as a body, read again before it is given out. The same events give the same bytes.
 * VH_INVALID `payload`.
 */
MUST enum vh_rc shape_body(const struct profile *p, const struct shape_place *at,
                           const struct cloud_event *ev, size_t n, struct buf *out, struct err *e);
/* A template of the profile's own (a header, the address or body of a poll) with these members. */
struct shape_word {
	const char *name, *value; /* a NULL name ends the list */
};
MUST enum vh_rc shape_words(const struct template *t, escape_fn *escape,
                            const struct shape_word *words, struct buf *out, struct err *e);

/* JSON or XML as a tree. VH_INVALID. */
MUST enum vh_rc shape_tree(const struct profile *p, const char *body, size_t n, cJSON **ret,
                           struct err *e);
/* What a pointer points at, as text in the arena; NULL: nothing, or not a word. */
const char *shape_text(struct arena *a, const cJSON *root, const char *pointer);

enum shape_whole { WHOLE_UNREAD, WHOLE_ITEMS, WHOLE_REFUSED };
/*
 * Settle each item by the tree; `item` is in the order of the batch. What cannot be read, is
 * missing or contradicts itself stays REPLY_UNKNOWN. WHOLE_REFUSED: the body as a whole was, for
 * *ret_why in its words (NULL: none).
 */
enum shape_whole shape_read(struct arena *a, const struct profile_reading *how, const cJSON *root,
                            struct reply_item *item, size_t items, const char **ret_why);

#endif
