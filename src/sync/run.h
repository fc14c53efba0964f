/* A run under way. Shared by run.c (setting out, the lease, the sums) and round.c (the sending). */
#ifndef VH_SYNC_RUN_H
#define VH_SYNC_RUN_H

#include "send.h"
#include "vh/core.h"
#include "vh/limits.h"

#define LEASE_MS 8000 /* beyond the time of one post: its marks, and a slow disk */
#define TOTAL_MS 30000
#define NAP_MS 100

/* An upstream in this run, with one instant per hotel before which it is left alone. */
struct way {
	const struct upstream *up;
	struct webhook_keys keys;
	struct pinned_keys pinned;
	struct profile *profile; /* NULL: one of our kind */
	const char *secret;
	bool stopped;
	bool gzip, plain; /* it takes packed bodies; it refused one all the same */
	size_t flying;
	size_t silent;  /* posts without an answer, one after another */
	int64_t quiet;  /* left alone as a whole until then */
	int64_t *until;
};

/* A claim under way: its own memory, because turns overlap; the next one's beside it. */
struct slot {
	struct arena *a, *next;
	struct ctx cx;
	struct sender s;
	struct outgoing *list;
	struct errand *on; /* NULL: free */
};

struct run {
	struct ctx *cx; /* the caller's: what lives as long as the run */
	const struct sync_opts *opts;
	struct arena *scratch; /* of one short step */
	struct arena *plan;    /* of one round */
	struct wires *wires;
	struct wire *wire; /* of polls */
	struct hotel **hotel; /* ascending by id */
	size_t hotel_n;
	struct way *way;
	size_t way_n;
	struct slot slot[LIM_SYNC_FLIGHTS];
	char holder[32];
	int64_t leased_until;
	int64_t settled_at; /* when an event last found its end */
	int64_t settled;    /* turns in which one did */
	struct sync_sums sums;
};

/* A context for one short step: fresh clock, empty arena. */
struct ctx run_step(struct run *r);
MUST enum vh_rc run_lease(struct run *r);
/* Stopped, or its time is over: begin nothing more. */
bool run_over(const struct run *r);
void run_nap(const struct run *r, int64_t at);
/* Round after round, until nothing is left that this run can bring further. */
MUST enum vh_rc run_rounds(struct run *r);

#endif
