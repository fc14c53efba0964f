/* A QR code that stands on a page and nowhere else. */
#ifndef VH_WEB_SLIP_H
#define VH_WEB_SLIP_H

#include "vh/json.h"
#include "web.h"

/* As a data: address. VH_INVALID: too long for a code. */
MUST enum vh_rc put_picture(struct call *c, cJSON *o, const char *key, const char *text);

#endif
