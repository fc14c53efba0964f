/*
 * Looking at people: the one place where somebody's data come out. The access rows are durable
 * before a sealed field is opened; what each role sees of each field is one table (role x field ->
 * full, masked, hidden).
 */
#ifndef VH_LOOK_H
#define VH_LOOK_H

#include "vh/place.h"
#include "vh/proof.h"
#include "vh/stays.h"

enum field { FIELD_NAME, FIELD_DOC_TYPE, FIELD_DOC_NO, FIELD_PHONE, FIELD_HOME, FIELD__MAX };
enum shown { SHOW_HIDDEN, SHOW_MASKED, SHOW_FULL };
enum shown field_shown(enum role r, enum field f, bool own); /* own: filed by him, or himself */
const char *field_name(enum field f);

/* A person as this reader may see him: hidden fields are NULL. */
struct person_view {
	int64_t id;
	const char *name, *doc_type, *doc_no, *phone, *home;
	int64_t sex;
};
struct stay_view {
	struct stay stay;
	struct person_view person;
	const char *employer; /* name or NULL */
	const char *filed_by; /* login or NULL */
	bool mine;            /* filed by the reader, or about him */
	struct stay_view *next;
};

/* What a scan shows. People only where who says so; a stranger gets plate and hotel alone. */
struct scan {
	struct plate_show at;
	bool known;      /* the reader may see the room */
	bool may_file, may_unmask;
	int64_t registered; /* current stays */
	struct stay_view *stays;
	struct room *rooms; /* of a house plate */
};
MUST enum vh_rc scan_plate(struct ctx *cx, const char *code, struct scan *ret);
struct scanner {
	db_step *who; /* run first, in the same step: sets cx->who; NULL: it is set */
	void *arg;
	bool note; /* known to us, so his scan will leave access rows: one write does it all */
};
MUST enum vh_rc scan_plate_by(struct ctx *cx, const char *code, const struct scanner *by,
                              struct scan *ret);

struct room_look {
	struct hotel hotel;
	struct house house;
	struct room room;
	struct plate plate;
	/* code: only for those who may print plates, else "" */
	char code[PLATE_CODE_TEXT], serial[SERIAL_TEXT];
	int64_t registered;
	struct stay_view *stays;
};
MUST enum vh_rc look_room(struct ctx *cx, const struct hotel *h, int64_t room,
                          struct room_look *ret);

struct stay_look {
	struct room_look at; /* without its stays */
	struct stay_view stay;
	struct event *events; /* the chain: what was done, by whom, when */
	struct proof *proofs; /* what upstreams gave for them */
};
MUST enum vh_rc look_stay(struct ctx *cx, const struct hotel *h, int64_t stay,
                          struct stay_look *ret);

/* Everything about one stay's person, after the access row; reason required; capped per account and
 * day. */
MUST enum vh_rc unmask_stay(struct ctx *cx, const struct hotel *h, int64_t stay, const char *reason,
                            struct stay_view *ret);
/* The same about everybody in a room, at the door: all of them or, past the cap, nobody. */
MUST enum vh_rc unmask_room(struct ctx *cx, const struct hotel *h, int64_t room, const char *reason,
                            struct room_look *ret);

enum search_by { SEARCH_NAME, SEARCH_DOC, SEARCH_TAIL, SEARCH_PHONE };
struct found {
	struct hotel hotel;
	struct house house;
	struct room room;
	struct stay_view stay; /* newest stay */
	struct found *next;
};
/* h NULL: over every hotel in scope. At most LIM_FOUND, each with its access row. */
MUST enum vh_rc search_people(struct ctx *cx, const struct hotel *h, enum search_by by,
                              const char *text, struct found **ret);

/* A tenant's own page: his stays, and who looked (roles and reasons; names of officers are not
 * shown). */
struct me {
	struct hotel hotel;
	struct person_view person;
	struct found *stays;
	struct access_row *looks;
	struct me *next;
};
MUST enum vh_rc look_me(struct ctx *cx, struct me **ret);

#endif
