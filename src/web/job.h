/*
 * Long work that a page asks for: printing, taking a ledger in, writing one out. It runs on one
 * thread beside the HTTP workers, in the order asked; a page watches it and fetches what it made.
 *
 * A job is of one account and one hotel, keeps what it made in memory for JOB_KEEP_MS, and is then
 * forgotten. There are at most JOBS of them, JOBS_EACH of one account: the oldest finished makes
 * room. A job that somebody is reading outlives its place in the table.
 */
#ifndef VH_WEB_JOB_H
#define VH_WEB_JOB_H

#include <stdatomic.h>

#include "vh/buf.h"
#include "vh/core.h"
#include "vh/ledger_import.h"
#include "vh/place.h"

enum { JOBS = 12, JOBS_EACH = 3, JOB_KEEP_MS = 10 * 60 * 1000, JOB_OUT = 48 << 20 };

/* JOB_NEW: its maker alone has it and fills it in; it gives no place up and is found by nobody. */
enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_NEW };

struct job;
/* In the job's own arena; what it makes goes to j->out. */
typedef enum vh_rc job_run(struct ctx *cx, struct job *j);

struct job {
	int64_t id, account;
	struct hotel hotel;
	_Atomic(const char *) kind; /* texts job_KIND; a literal; NULL: not asked for */
	/* JOB_DONE: how many plates, slips, rows; on so many pages, 0: of no paper */
	long long made;
	unsigned pages;
	job_run *run;
	atomic_int state;
	atomic_llong done, total; /* progress; total 0: not known */
	struct buf out;
	const char *type, *file; /* of `out`; file: the name it is saved under */
	struct err err;          /* JOB_FAILED */
	struct actor who;
	struct arena *a;
	union {
		struct plate_pick plates;
		struct {
			const char *login; /* one, or NULL */
			bool again;        /* those who come by themselves already, too */
		} slips;
		struct {
			struct blob sealed;
			struct ledger_result tried, done;
		} ledger;
		struct {
			const char *reason;
			enum sheet_kind kind;
			int64_t rows;
		} export;
	} in;
	int64_t ends; /* in the table's clock */
	unsigned refs;
};

struct jobs;
struct jobs *jobs_new(struct db *db, struct keyring *keys, int64_t fixed_now);
void jobs_free(struct jobs *js); /* waits for the one at work; takes NULL */

/*
 * A new job of the actor in cx, its arena of `size` bytes at most, not yet asked for; or dropped
 * again by job_drop. VH_CONFLICT `jobs`: all places are taken by unfinished ones.
 */
MUST enum vh_rc job_new(struct jobs *js, struct ctx *cx, const struct hotel *h, size_t size,
                        struct job **ret);
void job_drop(struct jobs *js, struct job *j);
/*
 * Ask for it, under this kind; a finished one again, for its second part: was is the kind that it
 * has till now (NULL: it is new), and of two who ask for the same, one is too late. VH_CONFLICT
 * `job_taken`: it is of another kind by now; `jobs`: it is not finished, or there is no thread.
 */
MUST enum vh_rc job_start(struct jobs *js, struct ctx *cx, struct job *j, const char *was,
                          const char *kind);
/* Its kind and state of one moment: each alone may be of before and after a second part's start. */
struct job_now {
	const char *kind;
	enum job_state state;
};
struct job_now job_look(struct jobs *js, const struct job *j);
/* The caller's own, held until job_release. NULL: none. */
struct job *job_hold(struct jobs *js, const struct ctx *cx, int64_t hotel, int64_t id);
void job_release(struct jobs *js, struct job *j);

/* Sealed under a key that this process alone has, for the job's life. */
MUST enum vh_rc job_seal(struct ctx *cx, struct job *j, const void *p, size_t n,
                         struct blob *ret);
MUST enum vh_rc job_open(struct ctx *cx, struct job *j, struct blob sealed, struct blob *ret);

#endif
