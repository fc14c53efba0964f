/*
 * What the pages of the desk's lists share.
 */
#ifndef VH_WEB_QUEUE_H
#define VH_WEB_QUEUE_H

#include "vh/declare.h"
#include "vh/queue.h"
#include "web.h"

struct f_decide {
	const char *reason, *next;
};

/* How much the hub of this hotel counts, for who works there; 0 for others. */
MUST enum vh_rc queue_waiting(struct call *c, int64_t *ret);
/* The key of the page that is asked for, NULL: the first. */
const char *list_key(const struct call *c);
/* `next` and `more_url` of a list below the hotel. */
void list_more(struct call *c, const char *list, const char *next);
/* Members room, room_no, room_url, house_no, address. */
void list_place(struct call *c, cJSON *o, const struct house *h, const struct room *r);
/* Where a button leads: back to next if that is a path of ours. */
const char *go_back(struct call *c, const char *next, const char *notice, const char *otherwise);
/* cn.vhotel.stay.checked-in.v1 -> checked-in (page_stay.c) */
const char *event_what(struct call *c, const char *type);
/* What was asked about a stay, for who may decide it: remarks, remark_url (page_remark.c) */
MUST enum vh_rc stay_remarks(struct call *c, const struct stay *s);

/* A task in a list: what, where, until when (page_task.c). */
struct task_look;
void put_task(struct call *c, cJSON *o, const struct task_look *l);

#endif
