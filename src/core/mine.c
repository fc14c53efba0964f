#include "mine.h"

enum vh_rc mine_load(struct ctx *cx, enum act a, const struct hotel *h, struct mine *ret)
{
	struct blob phone;
	*ret = (struct mine){ .all = cx->who && role_reach(cx->who->role, a) == REACH_SCOPE };
	enum vh_rc rc = actor_may(cx, a, h, 0, 0);
	if (rc != VH_OK || ret->all)
		return rc;
	rc = index_phone(cx, h->id, cx->who->phone, &phone);
	return rc == VH_OK ? houses_of_phone(cx, h->id, phone, &ret->own) : rc;
}

bool mine_has(const struct mine *m, int64_t house)
{
	if (m->all)
		return true;
	for (const struct house_ref *r = m->own; r; r = r->next) {
		if (r->house == house)
			return true;
	}
	return false;
}
