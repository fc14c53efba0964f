/*
 * Work that somebody has to do: found -> assigned -> handled -> confirmed, each step with who and
 * when. Some tasks close themselves when the registry shows that it is done: somebody found
 * unregistered is registered, somebody registered who had gone is moved out, a hazard is
 * re-checked.
 */
#ifndef VH_TASK_H
#define VH_TASK_H

#include "vh/core.h"
#include "vh/store_task.h"

/*
 * Kinds: move_conflict, room_over (contested stays); stay_overdue; skip (registered, has gone);
 * sleep (lives there, unregistered); hazard; mend (a clearance that was refused); still_here,
 * wrong, not_me (disputes); declared_denied; emergency (a break-glass act to be reviewed);
 * emergency_often (many of them by one account, vh/emergency.h);
 * gone, wrong_person (what a landlord told, include/vh/own.h); elsewhere (vh/down.h); remark
 * (a correction that was asked for above, vh/remark.h).
 */
enum task_verb { TV_ASSIGN, TV_HANDLE, TV_BACK, TV_CONFIRM, TV__MAX };
struct task_change {
	enum task_verb verb;
	const char *to;   /* assign: login of whom */
	const char *note; /* required for handle and back */
};
/*
 * VH_CONFLICT `task_state`: not in this state; `task_by_fact`: this kind is confirmed by what
 * happens, not by hand. A landlord may handle what concerns his own houses.
 */
MUST enum vh_rc task_change(struct ctx *cx, int64_t hotel, int64_t task,
                            const struct task_change *c);
/* Its name, and whether this task may have it done by whoever asks: what a page offers;
 * task_change asks the same again. */
const char *task_verb_name(enum task_verb v);
bool task_verb_fits(const struct actor *who, const struct task *t, enum task_verb v);
bool task_by_fact(const char *kind); /* never confirmed by hand */

struct task_look {
	struct task task;
	struct house house; /* id 0: about none */
	struct room room;
	const char *assigned; /* login or NULL */
	bool overdue;
	struct task_step *steps; /* only by look_task */
	struct task_look *next;
};
/* What is open, of a kind (NULL: all), earliest deadline first; a landlord sees his own. */
MUST enum vh_rc look_tasks(struct ctx *cx, const struct hotel *h, const char *kind,
                           struct task_look **ret);
/* The same of one room. */
MUST enum vh_rc look_tasks_room(struct ctx *cx, const struct hotel *h, int64_t room,
                                struct task_look **ret);
struct task_page {
	struct task_look *rows;
	const char *next; /* key of the page after this; NULL: there is none */
};
/* The same in pages, for those who see all of them; after NULL: the first. VH_INVALID `after`. */
MUST enum vh_rc look_task_page(struct ctx *cx, const struct hotel *h, const char *kind,
                               const char *after, struct task_page *ret);
MUST enum vh_rc look_task(struct ctx *cx, const struct hotel *h, int64_t task,
                          struct task_look *ret);

#endif
