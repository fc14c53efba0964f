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
MUST enum vh_rc pin_check(struct ctx *cx, const char *pin);

#endif
