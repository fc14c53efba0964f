/* Noticing, while events are taken, who is current in several received hotels; inside a write. */
#ifndef CORE_DOWN_H
#define CORE_DOWN_H

#include "vh/down.h"
#include "vh/store_people.h"
#include "vh/store_stay.h"

/* p open. */
MUST enum vh_rc known_note(struct ctx *cx, const struct person *p);
/* A stay as it is now: a task in both hotels, once, or the end of those that there were. */
MUST enum vh_rc elsewhere_note(struct ctx *cx, const struct stay *s);

#endif
