/*
 * How an upstream of another kind is spoken to, without new C: a profile file (INI) with a payload
 * template beside it. deploy/profiles has three, and says what each key means.
 *
 * A profile is read once, when the upstream is added: file and templates become one JSON text that
 * is kept, so that what is under way is rendered to the same bytes whatever becomes of the files.
 */
#ifndef VH_SYNC_PROFILE_H
#define VH_SYNC_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vh/arena.h"
#include "vh/mustache.h"

enum profile_form { FORM_JSON, FORM_XML };
/* EACH and ARRAY: the template is one event; WHOLE: the body; CLOUD: our own batch, no template */
enum profile_envelope { ENVELOPE_CLOUD, ENVELOPE_EACH, ENVELOPE_ARRAY, ENVELOPE_WHOLE };
enum profile_auth { AUTH_WEBHOOK, AUTH_BEARER, AUTH_BASIC, AUTH_NONE };

/* `[code NAME]`: the upstream's word for a value of ours. What is not in it is not guessed. */
struct profile_pair {
	const char *from, *to;
	struct profile_pair *next;
};
struct profile_code {
	const char *name, *of; /* of: a JSON pointer into the event's view */
	const char *none;      /* where there is no value; NULL: then the event is incomplete */
	struct profile_pair *pair;
	struct profile_code *next;
};
/* `[date NAME]`: a day or instant in the hotel's zone; form has %Y %m %d %H %M %S. */
struct profile_date {
	const char *name, *of, *form, *none;
	struct profile_date *next;
};
struct profile_header {
	const char *name;
	struct template *value;
	struct profile_header *next;
};

/*
 * How an answer is read. Pointers (RFC 6901) go into JSON, or into XML as vh/xml.h makes it a
 * tree; those of an item are relative to its row. Words are separated by blanks, `*` is any.
 */
struct profile_reading {
	const char *word, *ok, *refused; /* of the answer as a whole; word NULL: its status tells */
	const char *list;                /* NULL: the answer as a whole is each item's */
	const char *id, *status, *accepted, *duplicate, *rejected;
	const char *code, *detail, *receipt; /* NULL: not told */
	bool order;                          /* id is the place in the batch, from 1 */
	bool by_status;                      /* accepted = http: a 2xx is all that is told */
};

/* Asynchronous: an answer gives a lot number, the results are asked for later. */
struct profile_lot {
	const char *id;                             /* pointer into the answer; NULL: no lots */
	struct template *url, *ask;                 /* ask NULL: a GET */
	const char *state, *pending, *done, *forgotten; /* of the results; words, 404 too */
	int64_t first_ms, most_ms, give_up_ms;      /* pauses between polls; when to send again */
};

struct profile {
	enum profile_form form;
	enum profile_envelope envelope;
	size_t batch;
	const char *type; /* Content-Type */
	const char *types; /* of events, `stay.checked-in …`; NULL: all */
	const char *need;  /* pointers to what must be there */
	struct template *body;
	struct profile_code *codes;
	struct profile_date *dates;
	struct profile_header *headers;
	enum profile_auth auth;
	const char *cert, *cert_key; /* of mutual TLS; NULL */
	const char *ca;              /* who signs their certificate; NULL: as the system has it */
	const char *out, *in;        /* folders in place of HTTP; NULL */
	struct profile_reading answer, result; /* of a post, of a poll */
	struct profile_lot lot;
};

/* The file and its templates as one JSON text in the arena. VH_NOTFOUND, VH_INVALID, VH_LIMIT. */
MUST enum vh_rc profile_load(struct arena *a, const char *path, const char **ret, struct err *e);
/* That text as a profile. VH_INVALID `profile` names section and key. */
MUST enum vh_rc profile_parse(struct arena *a, const char *text, struct profile **ret,
                              struct err *e);
void profile_done(struct profile *p); /* its templates; takes NULL */

/* Is the word in the list (blanks between, `*` any)? NULL is in none. */
bool profile_word(const char *list, const char *word);

#endif
