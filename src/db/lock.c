/*
 * The lock file `<realpath of db>.lock`: writers, checkpoints, opens and migrations of all
 * processes in single file.
 *
 * SQLite before 3.51.3 may lose committed rows when a commit races a checkpoint (the WAL-reset
 * bug), so no two of these ever overlap. It is flock, not fcntl: closing any descriptor of a file
 * drops the process's fcntl locks on it, and SQLite itself lives by those on the database file.
 * Each taker has a descriptor of its own, because flock excludes descriptors, not threads. flock
 * has no deadline, so takers try again in small pauses.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAUSE_NS = 200 * 1000 };

static enum vh_rc failed(const struct lock *l, struct err *e)
{
	return err_set(e, VH_IO, "db_lock", "", "%s: %s", l->path, strerror(errno));
}

static enum vh_rc reopen(struct lock *l, struct err *e)
{
	lock_close(l);
	l->fd = open(l->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (l->fd < 0)
		return failed(l, e);
	return VH_OK;
}

enum vh_rc lock_open(struct lock *l, const char *path, struct err *e)
{
	*l = (struct lock){ .fd = -1 };
	int n = snprintf(l->path, sizeof l->path, "%s.lock", path);
	if (n < 0 || (size_t)n >= sizeof l->path)
		return err_set(e, VH_IO, "db_lock", "", "the path of the database is too long");
	return reopen(l, e);
}

/* Somebody who tidied the file away would let a second holder in through a new one. */
static bool removed(const struct lock *l)
{
	struct stat st;
	return fstat(l->fd, &st) == 0 && st.st_nlink == 0;
}

enum vh_rc lock_take(struct lock *l, int64_t deadline, struct err *e)
{
	for (;;) {
		if (flock(l->fd, LOCK_EX | LOCK_NB) == 0) {
			l->held = true;
			if (!removed(l))
				return VH_OK;
			enum vh_rc rc = reopen(l, e);
			if (rc != VH_OK)
				return rc;
			continue;
		}
		if (errno != EWOULDBLOCK && errno != EINTR)
			return failed(l, e);
		if (mono_ns() >= deadline)
			return err_set(e, VH_BUSY, "busy", "",
			               "another process is writing to the registry; try again");
		nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
	}
}

void lock_drop(struct lock *l)
{
	if (l->held)
		flock(l->fd, LOCK_UN);
	l->held = false;
}

void lock_close(struct lock *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	l->held = false;
}
