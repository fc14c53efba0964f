#include "vh/gunzip.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#define DAMAGED "the file is damaged or cut off"

enum { PIECE = 64 << 10 };

static enum vh_rc fail(struct err *e, enum vh_rc rc, const char *path, const char *why)
{
	return err_set(e, rc, "file", "file", "%s: %s", path, why);
}

static enum vh_rc read_all(gzFile z, const char *path, struct buf *b, struct err *e)
{
	char piece[4096];
	int n, code;
	while ((n = gzread(z, piece, sizeof piece)) > 0) {
		buf_add(b, piece, (size_t)n);
		if (!buf_ok(b))
			return fail(e, b->rc, path,
			            b->rc == VH_LIMIT ? "the file is too large" :
			                                "not enough memory");
	}
	gzerror(z, &code);
	/* A file that ends in the middle reads as short, and only the code tells. */
	if (code == Z_ERRNO)
		return fail(e, VH_IO, path, "the file cannot be read");
	if (n < 0 || code != Z_OK)
		return fail(e, VH_INVALID, path, DAMAGED);
	return VH_OK;
}

enum vh_rc gunzip_file(const char *path, struct buf *b, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(e, errno == ENOENT ? VH_NOTFOUND : VH_IO, path, strerror(errno));
	gzFile z = gzdopen(fd, "rb");
	if (!z) {
		close(fd);
		return fail(e, VH_NOMEM, path, "not enough memory");
	}
	gzbuffer(z, PIECE);
	enum vh_rc rc = read_all(z, path, b, e);
	/* Z_BUF_ERROR: the packed stream has no end. */
	if (gzclose_r(z) != Z_OK && rc == VH_OK)
		rc = fail(e, VH_INVALID, path, DAMAGED);
	return rc;
}
