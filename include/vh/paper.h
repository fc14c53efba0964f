/*
 * Paper: A4 sheets of plates as one PDF, written plate by plate, so that memory does not grow with
 * the number of plates.
 *
 * The file appears whole or not at all: it is written beside its place, synced and renamed by
 * paper_end. A failure sticks to the sheet and comes out of every later call. One thread a sheet.
 * Nothing on a plate names a person, and its colour is neutral. A slip is for one person.
 */
#ifndef VH_PAPER_H
#define VH_PAPER_H

#include "vh/buf.h"
#include "vh/err.h"
#include "vh/qr.h"

enum paper_kind {
	PAPER_ROOM,  /* 150 × 90 mm with a 40 mm code, three on a page, cut marks */
	PAPER_HOUSE, /* 270 × 170 mm with a 75 mm code, one on a page, cut marks */
	PAPER_SLIP,  /* 105 × 99 mm with a 44 mm code, six on a page, frames to cut along */
	PAPER__MAX,
};

/*
 * Everything is borrowed for the call. NULL or "" leaves a line out, but for hotel, serial and qr.
 */
struct plate_face {
	const char *hotel;     /* what stands on top: 东新村虚拟旅馆 */
	const char *serial;    /* A00031; of a slip: whose it is */
	const char *room;      /* room number, on house plates the house's; NULL on unbound ones */
	const char *address;   /* of the house; of a slip: what to do, in lines */
	const char *phone;     /* of the desk */
	const char *code;      /* as people type it, grouped; of a slip: until when it is good */
	const char *host;      /* the domain, to compare with what the phone shows */
	const char *purpose;   /* NULL: the usual words */
	const char *complaint; /* NULL: the usual words */
	const struct qr *qr;
};

struct paper_stats {
	unsigned plates, pages;
	unsigned unknown; /* characters that no installed font has */
};

struct paper;

/*
 * VH_NOTFOUND: no font with Chinese characters is installed; VH_IO: cannot write there; VH_NOMEM.
 */
MUST enum vh_rc paper_begin(const char *path, enum paper_kind kind, struct paper **ret);
/* The same into memory, for a sheet that must not lie on a disk. VH_LIMIT: the buf's ceiling. */
MUST enum vh_rc paper_begin_buf(struct buf *out, enum paper_kind kind, struct paper **ret);
/* VH_IO: disk full or another write error; VH_NOMEM. */
MUST enum vh_rc paper_add(struct paper *s, const struct plate_face *face);
/*
 * Publish the file and free the sheet, whatever comes back. VH_INVALID: no plate was added; VH_IO.
 * ret_stats may be NULL.
 */
MUST enum vh_rc paper_end(struct paper *s, struct paper_stats *ret_stats);
/* Free a sheet without leaving a file. Takes NULL. */
void paper_drop(struct paper *s);

#endif
