#include "vh/outbox.h"

struct planning {
	const struct upstream *u;
	struct overdue *list;
};

static enum vh_rc plan_step(struct ctx *cx, void *arg)
{
	struct planning *p = arg;
	return delivery_overdue(cx, p->u->id, &p->list);
}

enum vh_rc outbox_overdue(struct ctx *cx, const struct upstream *u, struct overdue **ret)
{
	struct planning p = { u, NULL };
	enum vh_rc rc = db_read_long(cx, plan_step, &p);
	if (rc == VH_OK)
		*ret = p.list;
	return rc;
}
