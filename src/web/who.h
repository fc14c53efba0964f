/* Words for places and phones, and the forms about them: the pages of accounts. */
#ifndef VH_WEB_WHO_H
#define VH_WEB_WHO_H

#include "forms.h"
#include "vh/phones.h"
#include "web.h"

struct f_phone {
	const char *id;
};

/* A scope as people say it: the area's name and code; of "" that it is everything. */
const char *place_text(struct call *c, const char *code);
/* Does an earlier grant of the list say this place already? */
bool scope_said(const struct grant *list, const struct grant *g);
/* What a phone is; label NULL: not known. */
const char *device_words(struct call *c, const char *label);
/* Its label, from what the browser of this request says of itself: a literal. */
const char *device_label(const struct call *c);
/* Bound phones, each with the address of the form that ends it. */
void put_phones(struct call *c, const struct phone *list, const char *action);

#endif
