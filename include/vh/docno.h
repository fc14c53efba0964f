/*
 * Numbers of identity documents: normalised, checked and read, by one table of kinds.
 *
 * Refused is only what cannot be a number of its kind. What merely looks odd (an area code that no
 * table knows, a sex that the number contradicts, an early credit code) is a bit in `warn`: real
 * documents look like that. The text of an error never repeats the number.
 */
#ifndef VH_DOCNO_H
#define VH_DOCNO_H

#include <stdbool.h>
#include <stdint.h>

#include "vh/arena.h"
#include "vh/limits.h"

enum doc_kind {
	DOC_NONE,         /* an infant or somebody without papers: no number at all */
	DOC_ID_CARD,      /* 居民身份证 */
	DOC_HMT_RESIDENT, /* 港澳台居民居住证 */
	DOC_FOREIGN_PR,   /* 外国人永久居留身份证 */
	DOC_PASSPORT,     /* 护照, Chinese and foreign */
	DOC_HM_PERMIT,    /* 港澳居民来往内地通行证 */
	DOC_TW_PERMIT,    /* 台湾居民来往大陆通行证 */
	DOC__MAX
};

enum { /* bits of warn */
	DOC_WARN_AREA = 1, /* `doc_area`: no province has this code */
	DOC_WARN_SEX = 2,  /* `sex`: not the sex that was stated; the number decides */
	DOC_WARN_KIND = 4, /* `doc_kind`: not of the kind that was stated; the number decides */
	DOC_WARN_USCC = 8, /* `uscc_check`: a wrong check character, as lawful early codes have */
};

struct docno {
	enum doc_kind kind; /* the one the number shows: see DOC_WARN_KIND */
	char no[LIM_DOC_NO + 1]; /* normalised: ASCII, upper case, no blanks; 15 digits became 18 */
	int32_t birth;      /* a day, or DAY_NONE where the number does not tell */
	int sex;            /* 0 not told, 1 male, 2 female */
	bool foreigner;     /* by the card, or by the form of the passport: a hint */
	unsigned warn;
};

/*
 * VH_INVALID with the field `doc_no` and one of: doc_length, doc_alphabet, doc_birth (no such day,
 * before 1900, after today), doc_check, doc_mangled (a spreadsheet rounded it), doc_kind (a number
 * of another kind). VH_NOMEM.
 */
MUST enum vh_rc docno_parse(struct arena *a, enum doc_kind kind, const char *text, int32_t today,
                            struct docno *ret, struct err *e);
/* As people and cards state it: 男, 女, M, F, 1, 2, …; 0: not told. NULL is not told. */
int sex_stated(const char *s);
/* Sets DOC_WARN_SEX when `sex` (0 unknown, 1 male, 2 female) is not the number's. */
void docno_compare_sex(struct docno *d, int sex);
/* The stable code of one bit of warn. */
const char *docno_warning(unsigned bit);

/* A credit code of an organisation (统一社会信用代码): codes as above, `uscc` the field. */
#define USCC_CHARS 18
MUST enum vh_rc uscc_parse(struct arena *a, const char *text, char ret[USCC_CHARS + 1],
                           unsigned *ret_warn, struct err *e);

/* From a code name ("id_card") or as clerks write it (身份证, 台胞证); false for anything else. */
bool doc_kind_of(const char *text, enum doc_kind *ret);
const char *doc_kind_name(enum doc_kind kind); /* "id_card" */
const char *doc_kind_label(enum doc_kind kind); /* 居民身份证 */
/* All but the last four characters as stars. */
MUST char *docno_mask(struct arena *a, const char *no);

#endif
