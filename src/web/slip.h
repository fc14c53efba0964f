/* A QR code that stands on a page and nowhere else, and the links that are written into one. */
#ifndef VH_WEB_SLIP_H
#define VH_WEB_SLIP_H

#include "vh/json.h"
#include "web.h"

/* As a data: address. VH_INVALID: too long for a code. */
MUST enum vh_rc put_picture(struct call *c, cJSON *o, const char *key, const char *text);

/* What links on paper begin with: as it was set, without a slash at its end. *ret_real false: it
 * was not, and a placeholder stands for it. */
MUST enum vh_rc link_base(struct ctx *cx, const char **ret, bool *ret_real);
const char *host_of(struct ctx *cx, const char *base); /* to be read aloud; NULL without memory */

#endif
