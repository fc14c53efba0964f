/*
 * A landlord's own houses: who lives there, whom he knows already, who helps him, and what he tells
 * the desk because he may not do it himself.
 */
#ifndef VH_OWN_H
#define VH_OWN_H

#include "vh/look.h"
#include "vh/store_claim.h"
#include "vh/store_told.h"

/* Days until the end (negative: since) of a current stay, or of its absence; or DAY_NONE. */
int32_t stay_days_left(const struct stay *s, int32_t today);

/* His rooms at a glance. */
struct own_stay {
	struct stay_view view;
	bool waits;  /* filed himself with the landlord's digits: is he a tenant? */
	int32_t due; /* stay_days_left */
	struct own_stay *next;
};
struct own_room {
	struct room room;
	int64_t registered;
	int64_t code_until; /* digits for a tenant are open until then; 0: none */
	struct own_stay *stays; /* current and contested */
	struct own_stay *back;  /* sent back to him, LIM_BACK_DAYS long, until filed again */
	struct own_room *next;
};
struct own_house {
	struct house house;
	struct own_room *rooms; /* all but closed ones */
	struct notice *notices; /* in force, of the house and the whole hotel */
	struct own_house *next;
};
/*
 * Of this hotel; none for who is no landlord. Names come with an access row each, so for more than
 * LIM_OWN_PEOPLE people only the rooms are counted, and *ret_counted is true.
 */
MUST enum vh_rc look_own(struct ctx *cx, const struct hotel *h, struct own_house **ret,
                         bool *ret_counted);

/*
 * Whom he has filed before: asked by document, answered only about people whom this account entered
 * itself and whom nobody else's filing concerns. id 0: not known to him, whoever knows him else.
 * Errors as stay_in about the document.
 */
MUST enum vh_rc look_known(struct ctx *cx, const struct hotel *h, const char *doc_type,
                           const char *doc_no, struct person_view *ret);
/* The same number, checked and normalised; nothing is looked up. */
MUST enum vh_rc doc_take(struct ctx *cx, const struct hotel *h, const char *doc_type,
                         const char *doc_no, const char **ret_no);

/* What only the desk can do: a task, and the words sealed beside it until it is done. */
struct tell {
	int64_t hotel;
	int64_t room;      /* gone: somebody who is not on the list left this room */
	int64_t stay;      /* wrong_person: this stay is about somebody else; or 0 */
	const char *words; /* who; required */
	const char *day;   /* gone: the last day, NULL: today */
	bool about;        /* it is not exact */
};
MUST enum vh_rc tell_desk(struct ctx *cx, const struct tell *t, int64_t *ret_task);
/* By who may see the task: kind, day, about and the words; VH_NOTFOUND: nothing was told. */
struct told_look {
	struct told told;
	const char *words; /* NULL: none, or dropped */
};
MUST enum vh_rc look_told(struct ctx *cx, const struct hotel *h, int64_t task,
                          struct told_look *ret);

/*
 * Who runs a house, by the desk. role: owner, lessor, agent, sublessor, or helper: one of the
 * family, with an account of his own under this telephone. VH_CONFLICT `landlord_there`,
 * `landlord_last`: somebody must be left who is no helper.
 */
struct house_person {
	const char *name, *phone, *role;
};
MUST enum vh_rc house_person_add(struct ctx *cx, int64_t hotel, int64_t house,
                                 const struct house_person *p, int64_t *ret_landlord);
MUST enum vh_rc house_person_end(struct ctx *cx, int64_t hotel, int64_t house, int64_t landlord);

#endif
