/*
 * What account.c and login.c share.
 */
#ifndef CORE_ACCOUNT_DATA_H
#define CORE_ACCOUNT_DATA_H

#include "vh/accounts.h"
#include "vh/core.h"
#include "vh/store_people.h"

/* VH_NOTFOUND with words. Needs a transaction. */
MUST enum vh_rc account_find(struct ctx *cx, const char *login, struct account *ret);
/* May cx->who look after this account: its role, and a place that both have to do with? */
MUST enum vh_rc account_may(struct ctx *cx, const struct account *a);
MUST enum vh_rc pin_check(struct ctx *cx, const char *pin);

#endif
