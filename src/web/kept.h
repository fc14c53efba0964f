/*
 * A form whose sender's session had ended: kept in the login page, filed after the login.
 */
#ifndef VH_WEB_KEPT_H
#define VH_WEB_KEPT_H

#include "web.h"

/* Asked when the access was refused: may this form wait for a login? */
bool kept_may(struct call *c);
/* Reads the body; makes the call one for the login page, which carries it as c->kept. */
MUST enum vh_rc kept_show(struct call *c);
/* After a login: file what its page carried. For another account nothing is filed or shown. */
MUST enum vh_rc kept_file(struct call *c, const char *text, const struct login_ok *ok);

#endif
