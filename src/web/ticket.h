/*
 * Receipts for people without an account: the address of a page that only its holder can know. It
 * names one row of one hotel and says nobody's data; what it shows is decided by its page.
 */
#ifndef VH_WEB_TICKET_H
#define VH_WEB_TICKET_H

#include "web.h"

#define TICKET_TEXT 65 /* hexadecimal digits and a NUL */

/* kind: a literal, so that a receipt of one thing opens no other. */
void ticket_make(const struct call *c, const char *kind, int64_t hotel, int64_t id,
                 char ret[TICKET_TEXT]);
/* VH_NOTFOUND: not made here, or for something else; counted as a guess. */
MUST enum vh_rc ticket_read(struct call *c, const char *kind, const char *text, int64_t *ret_hotel,
                            int64_t *ret_id);

#endif
