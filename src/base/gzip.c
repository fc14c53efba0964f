#include "vh/gzip.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
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

enum { GZIP = 15 + 16, QUICK = 1 }; /* zlib: the widest window, in gzip's wrapping; the level */

/* Through the coder until it has said its last; the input must end just there. */
static enum vh_rc pump(z_stream *z, int (*code)(z_stream *, int), int flush, struct buf *b)
{
	unsigned char piece[4096];
	int got = Z_OK;
	while (got == Z_OK && buf_ok(b)) {
		z->next_out = piece;
		z->avail_out = sizeof piece;
		got = code(z, flush);
		if (got == Z_OK || got == Z_STREAM_END)
			buf_add(b, piece, sizeof piece - z->avail_out);
		if (got == Z_OK && z->avail_out == sizeof piece)
			break;
	}
	if (!buf_ok(b))
		return b->rc;
	if (got == Z_MEM_ERROR)
		return VH_NOMEM;
	return got == Z_STREAM_END && !z->avail_in ? VH_OK : VH_INVALID;
}

enum vh_rc gzip_bytes(const void *p, size_t n, struct buf *b)
{
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)p, .avail_in = (uInt)n };
	if (n > INT32_MAX)
		return VH_LIMIT;
	if (deflateInit2(&z, QUICK, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return VH_NOMEM;
	enum vh_rc rc = pump(&z, deflate, Z_FINISH, b);
	deflateEnd(&z);
	return rc;
}

enum vh_rc gunzip_bytes(const void *p, size_t n, struct buf *b)
{
	z_stream z = { .next_in = (unsigned char *)(uintptr_t)p, .avail_in = (uInt)n };
	if (n > INT32_MAX)
		return VH_LIMIT;
	if (inflateInit2(&z, GZIP) != Z_OK)
		return VH_NOMEM;
	enum vh_rc rc = pump(&z, inflate, Z_NO_FLUSH, b);
	inflateEnd(&z);
	return rc;
}
