/*
 * Which houses a list is about: all of the hotel for those who may act in their scope, a landlord's
 * own for him.
 */
#ifndef CORE_MINE_H
#define CORE_MINE_H

#include "vh/core.h"
#include "vh/store_people.h"

struct mine {
	bool all;
	struct house_ref *own;
};
/* With authority for act a; inside a read or write. */
MUST enum vh_rc mine_load(struct ctx *cx, enum act a, const struct hotel *h, struct mine *ret);
bool mine_has(const struct mine *m, int64_t house);

#endif
