/* Whoever stands before a plate: what he may do there without an account. */
#include "pages.h"
#include "view.h"

enum vh_rc plate_door(struct call *c, cJSON *o, const struct scan *s,
                      const struct rack_room *rooms)
{
	(void)s;
	(void)rooms;
	put_url(c, o, "declare_url", false, "%s", "");
	put_url(c, o, "report_url", false, "%s", "");
	return VH_OK;
}
