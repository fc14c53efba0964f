/*
 * Rows of people and employers. Personal fields are sealed blobs; *_open() decrypts them into the
 * arena.
 */
#ifndef VH_STORE_PEOPLE_H
#define VH_STORE_PEOPLE_H

#include "vh/ctx.h"
#include "vh/db.h"
#include "vh/keys.h"

#define NAME_BITS 10 /* short blind indexes: enough strangers share a value, few enough to sift */
#define TAIL_BITS 10

struct landlord {
	int64_t hotel, id;
	const char *name, *phone; /* clear: set by landlord_open, read by landlord_seal */
	struct blob name_sealed, phone_sealed, phone_idx;
	int64_t name_idx;
	int64_t created, version;
	const char *role; /* in a house, where listed by house */
	struct landlord *next;
};
MUST enum vh_rc landlord_seal(struct ctx *cx, const struct hotel_keys *k, struct landlord *l);
MUST enum vh_rc landlord_open(struct ctx *cx, const struct hotel_keys *k, struct landlord *l);
MUST enum vh_rc landlord_insert(struct ctx *cx, const struct landlord *l);
MUST enum vh_rc landlord_by_phone(struct ctx *cx, int64_t hotel, struct blob phone_idx,
                                  struct landlord **ret);
MUST enum vh_rc landlord_by_name(struct ctx *cx, int64_t hotel, int64_t name_idx,
                                 struct landlord **ret);
MUST enum vh_rc landlord_list(struct ctx *cx, int64_t hotel, struct landlord **ret);
/* Helpers last. */
MUST enum vh_rc landlord_of_house(struct ctx *cx, int64_t hotel, int64_t house,
                                  struct landlord **ret);
MUST enum vh_rc house_landlord_put(struct ctx *cx, int64_t hotel, int64_t house, int64_t landlord,
                                   const char *role);
MUST enum vh_rc house_landlord_drop(struct ctx *cx, int64_t hotel, int64_t house,
                                    int64_t landlord);
/* Is the house run by a landlord with this phone? The link of a landlord's account to his
 * houses. */
MUST enum vh_rc house_has_phone(struct ctx *cx, int64_t hotel, int64_t house, struct blob phone_idx,
                                bool *ret);
/* Hotels and houses of a landlord's phone; pairs in ascending order. */
struct house_ref {
	int64_t hotel, house;
	struct house_ref *next;
};
MUST enum vh_rc houses_of_phone(struct ctx *cx, int64_t hotel, struct blob phone_idx,
                                struct house_ref **ret);

struct person {
	int64_t hotel, id;
	const char *doc_type;
	/* clear: set by person_open, read by person_seal */
	const char *name, *doc_no, *phone, *home;
	struct blob name_sealed, doc_sealed, phone_sealed, home_sealed;
	struct blob doc_idx, phone_idx; /* .p NULL: none */
	int64_t name_idx, tail_idx;     /* tail_idx -1: none */
	int64_t phone_tail;             /* -1: none */
	int64_t sex;                    /* 0 unknown, 1 male, 2 female (GB/T 2261.1) */
	bool foreigner;
	int64_t guardian; /* 0: none */
	int64_t created, version;
	struct person *next;
};
/* Seals the clear fields and makes the indexes; no transaction needed. */
MUST enum vh_rc person_seal(struct ctx *cx, const struct hotel_keys *k, struct person *p);
MUST enum vh_rc person_open(struct ctx *cx, const struct hotel_keys *k, struct person *p);
MUST enum vh_rc person_insert(struct ctx *cx, const struct person *p);
/* by version, as house_update */
MUST enum vh_rc person_update(struct ctx *cx, const struct person *p);
MUST enum vh_rc person_get(struct ctx *cx, int64_t hotel, int64_t id, struct person *ret);
MUST enum vh_rc person_by_doc(struct ctx *cx, int64_t hotel, struct blob doc_idx,
                              struct person *ret);
/* Up to n with an id over `after`, in order. */
MUST enum vh_rc person_after(struct ctx *cx, int64_t hotel, int64_t after, int64_t n,
                             struct person **ret);
/* People not erased, whose last stay ended before this day and who have none now. */
MUST enum vh_rc person_count_past(struct ctx *cx, int64_t hotel, const char *day, int64_t *ret_n);
/* Candidates: the caller opens them and compares in clear. */
MUST enum vh_rc person_by_name(struct ctx *cx, int64_t hotel, int64_t name_idx,
                               struct person **ret);
MUST enum vh_rc person_by_tail(struct ctx *cx, int64_t hotel, int64_t tail_idx,
                               struct person **ret);
MUST enum vh_rc person_by_phone_tail(struct ctx *cx, int64_t hotel, int64_t phone_tail,
                                     struct person **ret);
/* Up to n who have a phone that was never indexed so. */
MUST enum vh_rc person_no_phone_tail(struct ctx *cx, int64_t hotel, int64_t n,
                                     struct person **ret);
MUST enum vh_rc person_by_phone(struct ctx *cx, int64_t hotel, struct blob phone_idx,
                                struct person **ret);

/* Index values of what somebody typed, for the finders above. */
MUST enum vh_rc index_doc(struct ctx *cx, int64_t hotel, const char *type, const char *no,
                          struct blob *ret);
MUST enum vh_rc index_phone(struct ctx *cx, int64_t hotel, const char *phone, struct blob *ret);
MUST enum vh_rc index_name(struct ctx *cx, int64_t hotel, const char *name, int64_t *ret);
int64_t index_tail(struct ctx *cx, int64_t hotel, const char *last_four);
int64_t index_phone_tail(struct ctx *cx, int64_t hotel, const char *last_four);

#endif
