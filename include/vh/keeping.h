/*
 * Backups that are known to be good, and the way back.
 *
 * A backup is a compact copy of one moment, sealed with a key of the node; it is opened again from
 * its sealed form and checked before it gets its name, so a file that has one can be restored with
 * the key file or the recovery sheet, and with nothing else.
 */
#ifndef VH_KEEPING_H
#define VH_KEEPING_H

#include "vh/check.h"

#define BACKUP_ENDING ".vhb"

struct backup {
	const char *path;
	int64_t at, bytes; /* at: when it was written */
	struct backup *next;
};

/* What a backup made now in this folder is called: DIR/vhotel-20261121-013000.vhb. */
MUST enum vh_rc backup_name(struct ctx *cx, const char *dir, const char **ret);
/* The folder of backups unless the configuration says another: beside the database. */
MUST enum vh_rc backup_dir(struct ctx *cx, const char *db, const char **ret);
/*
 * VH_CONFLICT `exists`: there is a file; `not_whole`: a check failed, nothing is left behind.
 * Outside a transaction. The folder of `to` is made when it is missing.
 */
MUST enum vh_rc backup_make(struct ctx *cx, const char *to, struct check_report *ret);
/* The backups of a folder, newest first; none when there is no folder. */
MUST enum vh_rc backup_list(struct ctx *cx, const char *dir, struct backup **ret);
/* Remove what was written before `before`, but never one of the `least` newest. */
MUST enum vh_rc backup_prune(struct ctx *cx, const char *dir, int64_t before, unsigned least,
                             int64_t *ret_n);

struct restored {
	struct check_report report;
	const char *aside; /* where the database that was there has gone, or NULL */
};
/*
 * Put a backup in place of the database at `to`. Every hotel begins a new epoch, because what it
 * did after the backup may be known above; sessions end. cx->keys must be there, cx->db is not
 * used. VH_CONFLICT `exists`: there is a database and `force` is not set; with it that one is moved
 * aside; `in_use`: a process has it open. VH_INVALID `backup`: damaged, or made with another key.
 */
MUST enum vh_rc backup_restore(struct ctx *cx, const char *from, const char *to, bool force,
                               struct restored *ret);

#endif
