/*
 * The database as a file: found or made, copied, synced.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER = 100 }; /* bytes before the first page's own */

static enum vh_rc failed(const char *path, const char *code, struct err *e)
{
	bool missing = errno == ENOENT || errno == ENOTDIR;
	if (errno == ENOSPC || errno == EDQUOT)
		code = "disk_full";
	return err_set(e, missing ? VH_NOTFOUND : VH_IO, missing ? "db_missing" : code, "",
	               "%s: %s", path, strerror(errno));
}

/* A new file for nobody else's eyes; it is closed at once, before SQLite has locks on it. */
static bool make(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

enum vh_rc file_find(const char *path, enum db_mode mode, char ret_real[PATH_MAX], struct err *e)
{
	struct stat st;
	if (mode == DB_CREATE && !make(path) && errno != EEXIST)
		return failed(path, "db_open", e);
	if (!realpath(path, ret_real) || stat(ret_real, &st) != 0)
		return failed(path, "db_open", e);
	if (!S_ISREG(st.st_mode))
		return err_set(e, VH_INVALID, "db_open", "", "%s is not a file", path);
	return VH_OK;
}

static bool has(const char *path, const char *ending)
{
	struct stat st;
	char file[PATH_MAX + 8];
	snprintf(file, sizeof file, "%s%s", path, ending);
	return stat(file, &st) == 0;
}

/* Does the header say so? One that says nothing yet may have its first page in the log. */
static bool header_is_ours(const char *path, int fd)
{
	unsigned char h[HEADER];
	if (pread(fd, h, sizeof h, 0) != HEADER || memcmp(h, "SQLite format 3", 16) != 0)
		return false;
	uint32_t id = (uint32_t)h[68] << 24 | (uint32_t)h[69] << 16 | (uint32_t)h[70] << 8 | h[71];
	return id == APPLICATION_ID || (!id && has(path, "-wal"));
}

/*
 * Asked only where nobody has opened the file yet, since closing a descriptor of it drops the locks
 * that SQLite holds on it in this process.
 */
enum vh_rc file_is_ours(const char *path, enum db_mode mode, struct err *e)
{
	struct stat st;
	enum vh_rc rc = VH_OK;
	if (has(path, ".lock"))
		return VH_OK;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0)
		rc = failed(path, "db_open", e);
	else if (!st.st_size && mode == DB_OPEN)
		rc = err_set(e, VH_NOTFOUND, "db_missing", "", "%s is empty", path);
	else if (st.st_size && !header_is_ours(path, fd))
		rc = err_set(e, VH_CONFLICT, "db_foreign", "", "%s is no registry: another program "
		             "made it", path);
	if (fd >= 0)
		close(fd);
	return rc;
}

/* SQLite gives its two helper files the mode that the database had when they were made. */
enum vh_rc file_close_to_others(const char *path, struct err *e)
{
	static const char *const ending[] = { "", "-wal", "-shm" };
	for (int i = 0; i < 3; i++) {
		char file[PATH_MAX + 8];
		struct stat st = { .st_mode = 0 };
		snprintf(file, sizeof file, "%s%s", path, ending[i]);
		if (stat(file, &st) != 0 && errno != ENOENT)
			return failed(file, "db_open", e);
		if ((st.st_mode & 077) && chmod(file, 0600) != 0)
			return failed(file, "db_open", e);
	}
	return VH_OK;
}

static enum vh_rc sync_path(const char *path, int flags, struct err *e)
{
	int fd = open(path, flags | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	enum vh_rc rc = ok ? VH_OK : failed(path, "copy", e);
	if (fd >= 0)
		close(fd);
	return rc;
}

static enum vh_rc sync_folder(const char *path, struct err *e)
{
	char dir[PATH_MAX];
	const char *slash = strrchr(path, '/');
	int n = slash ? (int)(slash - path) + 1 : 1;
	snprintf(dir, sizeof dir, "%.*s", n, slash ? path : ".");
	return sync_path(dir, O_RDONLY | O_DIRECTORY, e);
}

/* The engine neither syncs its copy nor looks at it again: nobody relies on it before both are
 * done. */
enum vh_rc file_copy(struct ctx *cx, const char *path)
{
	const struct driver *drv = cx->db->drv;
	if (!make(path)) {
		if (errno == EEXIST)
			return ctx_fail(cx, VH_CONFLICT, "copy", "", "%s exists already", path);
		return failed(path, "copy", &cx->err);
	}
	enum vh_rc rc = drv->copy_to(cx->db, path, &cx->err);
	if (rc == VH_OK)
		rc = sync_path(path, O_RDWR, &cx->err);
	if (rc == VH_OK)
		rc = drv->verify_copy(path, &cx->err);
	if (rc == VH_OK)
		rc = sync_folder(path, &cx->err);
	if (rc != VH_OK)
		unlink(path);
	return rc;
}

/*
 * With a write-ahead log a connection holds a shared lock on these bytes for as long as it is open
 * (SQLite, os_unix.c: PENDING_BYTE, SHARED_FIRST, SHARED_SIZE).
 */
bool db_in_use(const char *path)
{
	enum { SHARED_FIRST = 0x40000000 + 2, SHARED_SIZE = 510 };
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
		           .l_start = SHARED_FIRST, .l_len = SHARED_SIZE };
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool used = fd >= 0 && fcntl(fd, F_GETLK, &l) == 0 && l.l_type != F_UNLCK;
	if (fd >= 0)
		close(fd);
	return used;
}
