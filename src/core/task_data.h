/*
 * Opening and closing tasks from the other files of the core. Inside a write.
 */
#ifndef CORE_TASK_DATA_H
#define CORE_TASK_DATA_H

#include "vh/store_stay.h"
#include "vh/task.h"

/* Sets id, state and times, by too unless `quiet` (who reported a hazard is nobody's business). */
MUST enum vh_rc task_begin(struct ctx *cx, struct task *t, bool quiet);
/* Confirmed; why is one word for the history: left, seen, registered, recheck, ... */
MUST enum vh_rc task_end(struct ctx *cx, struct task *t, const char *why);
/* Handled, but not well: back to whom it was assigned, or found. */
MUST enum vh_rc task_return(struct ctx *cx, struct task *t, const char *note);
#define REPORTER_SHOWN "reporter_shown" /* the line of a hazard's task that no landlord reads */
/* A line in its history, nothing else. */
MUST enum vh_rc task_note(struct ctx *cx, const struct task *t, const char *note);
/* End what a change of this stay has settled. */
MUST enum vh_rc task_settle(struct ctx *cx, const struct stay *s);

#endif
