/*
 * Rows of tasks and their steps, and of refused ledger rows that wait for the desk.
 */
#ifndef VH_STORE_TASK_H
#define VH_STORE_TASK_H

#include "vh/ctx.h"
#include "vh/db.h"

struct task {
	int64_t hotel, id;
	const char *kind;  /* move_conflict, room_over, skip, sleep, hazard, ... (core/task.c) */
	const char *state; /* found, assigned, handled, confirmed */
	int64_t stay, room, house; /* 0: not about one */
	const char *note;
	int64_t due, created, changed, by; /* due 0: none or unknown */
	int64_t hazard;                    /* 0: none */
	int64_t want;        /* sleep: closes when so many people are registered; else 0 */
	int64_t assigned_to; /* account; 0: nobody */
	struct task *next;
};
MUST enum vh_rc task_insert(struct ctx *cx, const struct task *t);
MUST enum vh_rc task_get(struct ctx *cx, int64_t hotel, int64_t id, struct task *ret);
/* How many of a kind an account began since an instant, whatever became of them. */
MUST enum vh_rc task_count_by(struct ctx *cx, int64_t hotel, const char *kind, int64_t by,
                              int64_t since, int64_t *ret);
/* Open ones of a kind (NULL: all), the earliest deadline first, those without one last. */
MUST enum vh_rc task_list_kind(struct ctx *cx, int64_t hotel, const char *kind, int64_t n,
                               struct task **ret);
/* The same, what comes after a task's due and id (0, 0: from the first). */
MUST enum vh_rc task_page(struct ctx *cx, int64_t hotel, const char *kind,
                          const struct task *after, int64_t n, struct task **ret);
MUST enum vh_rc task_list_room(struct ctx *cx, int64_t hotel, int64_t room, struct task **ret);
MUST enum vh_rc task_of_hazard(struct ctx *cx, int64_t hotel, int64_t hazard, struct task *ret);
/* Writes state, changed, want, assigned_to, due; VH_CONFLICT when it is not in state `was`. */
MUST enum vh_rc task_update(struct ctx *cx, const struct task *t, const char *was);
/* All that are open about a stay; what was told with them is dropped. */
MUST enum vh_rc task_close_stay(struct ctx *cx, int64_t hotel, int64_t stay, int64_t at);
MUST enum vh_rc task_count_open(struct ctx *cx, int64_t hotel, int64_t room, const char *kind,
                                int64_t *ret_n);
MUST enum vh_rc task_open_of(struct ctx *cx, int64_t hotel, const char *kind, int64_t stay,
                             bool *ret_open);

struct task_step {
	int64_t hotel, id, task;
	const char *state; /* what it became */
	int64_t by, at;
	const char *note;
	struct task_step *next;
};
MUST enum vh_rc task_step_insert(struct ctx *cx, const struct task_step *s);
MUST enum vh_rc task_step_list(struct ctx *cx, int64_t hotel, int64_t task,
                               struct task_step **ret); /* in order */

/* Drop what was written or told about a stay in words: erasure. */
MUST enum vh_rc task_blank(struct ctx *cx, int64_t hotel, int64_t stay);

#endif
