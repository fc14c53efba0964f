/*
 * A registry that was restored from an older backup takes back what it itself once told and has
 * lost since, as its upstream tells it again (include/vh/sync_recover.h asks).
 *
 * Each event goes into the journal under its own id, after what is there, and its sender's place
 * (epoch, seq) stands in its row of `received`: so it goes further up as the event that it is, is
 * taken once, and is no new filing. Of each thing the newest change shows, as on the receiving
 * side. What events do not carry is made anew (plates, leases) or counted as missing (landlords).
 *
 * The upstream is believed in what it was asked for alone: what comes after a place. An event that
 * stands here already is as old as the backup, and told again it would undo what came after it.
 */
#ifndef VH_RECOVER_H
#define VH_RECOVER_H

#include "vh/buf.h"
#include "vh/receive.h"

/* Restored, with an upstream, and nobody has said yet how to go on: nothing is sent. */
MUST enum vh_rc recover_pending(struct ctx *cx, bool *ret);
enum vh_rc recover_first(struct ctx *cx); /* VH_CONFLICT `restored`, in words */
MUST enum vh_rc recover_expect(struct ctx *cx); /* inside a write: of the restore */
/* It was said. */
MUST enum vh_rc recover_settle(struct ctx *cx);

struct recover_sums {
	int64_t taken;   /* events */
	int64_t known;   /* had been taken before, or never lost */
	int64_t erased;  /* about people who were erased since: nothing is told of them */
	int64_t refused; /* cannot stand beside what is here: a person must look */
	int64_t plates, leases; /* made anew */
	int64_t no_landlord;    /* open houses without one */
};
void recover_add(struct recover_sums *to, const struct recover_sums *more);
struct recover_from {
	bool lost;          /* it was restored, and may have told what it has lost since */
	int64_t epoch, seq; /* after this place; it moves with what is taken */
	struct buf own;     /* ids of the events of before, in order */
};
/*
 * From where on this hotel lost what it had told; recover_end frees it, after a failure too.
 * VH_CONFLICT `newer`: something was changed since; with force those changes win.
 */
MUST enum vh_rc recover_begin(struct ctx *cx, const struct hotel *h, bool force,
                              struct recover_from *ret);
void recover_end(struct recover_from *from);
/*
 * In one durable write, each event on its own: its state says what became of it; one of those that
 * stand here from before is known. VH_IO `answer`: they do not go on from the place; none is taken.
 */
MUST enum vh_rc recover_take(struct ctx *cx, const struct hotel *h, struct recover_from *from,
                             struct received_event *list, size_t n, struct recover_sums *sums);
/* After the last: what events do not carry. */
MUST enum vh_rc recover_finish(struct ctx *cx, const struct hotel *h, struct recover_sums *sums);

#endif
