/*
 * What the look_*.c files share: rows read with their people still sealed, and the one way to open
 * them.
 */
#ifndef CORE_LOOK_DATA_H
#define CORE_LOOK_DATA_H

#include "vh/access.h"
#include "vh/look.h"

struct sealed {
	struct stay stay;
	struct person person;
	const char *employer, *filed_by;
	bool mine;
	struct sealed *next;
};
/* Inside a read. names: with employer and filer. */
MUST enum vh_rc sealed_take(struct ctx *cx, const struct stay *s, bool names, struct sealed *ret);
MUST enum vh_rc sealed_list(struct ctx *cx, const struct stay *list, bool names,
                            struct sealed **ret);

/* Outside the read: commits one access row per person, then opens. all: unmasked, within the
 * cap. */
MUST enum vh_rc sealed_show(struct ctx *cx, int64_t hotel, struct sealed *list, bool all,
                            const char *reason, struct stay_view **ret);
/* Its two halves; the first may stand inside a write, the second follows its commit. */
MUST enum vh_rc sealed_note(struct ctx *cx, int64_t hotel, const struct sealed *list, bool all,
                            const char *reason);
MUST enum vh_rc sealed_open(struct ctx *cx, int64_t hotel, struct sealed *list, bool all,
                            struct stay_view **ret);
MUST enum vh_rc person_show(struct ctx *cx, const struct hotel_keys *k, struct person *p, bool own,
                            bool all, struct person_view *ret);
/* "name*,doc_type,doc_no*": what the reader's role is shown of others or of his own people, masked
 * ones with a star. NULL without memory. */
const char *fields_shown(struct ctx *cx, bool own, bool all);

#endif
