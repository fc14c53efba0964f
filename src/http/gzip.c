#include <pthread.h>
#include <zlib.h>

#include "vh/http_util.h"

/*
 * One compressor a thread: 13 bits of window and memLevel 7 take about 100 KiB, so that sixteen
 * threads stay small; the pages are some tens of kilobytes.
 */
enum { WINDOW = 13 + 16, MEMORY = 7, LEVEL = 3, CHUNK = 8 << 10 };

static _Thread_local struct {
	z_stream z;
	bool ready;
} self;

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void at_exit(void *p)
{
	deflateEnd(p);
}

static void make_key(void)
{
	/* Without a key the streams live as long as the process. */
	(void)pthread_key_create(&key, at_exit);
}

static z_stream *stream(void)
{
	if (self.ready)
		return deflateReset(&self.z) == Z_OK ? &self.z : NULL;
	if (deflateInit2(&self.z, LEVEL, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		return NULL;
	self.ready = true;
	pthread_once(&once, make_key);
	(void)pthread_setspecific(key, &self.z);
	return &self.z;
}

bool gzip_text(struct buf *out, const void *p, size_t n)
{
	z_stream *z = stream();
	if (!z || n > UINT32_MAX)
		return false;
	size_t before = out->n;
	unsigned char chunk[CHUNK];
	int rc;
	/* zlib never writes to next_in; the cast is its old interface. */
	z->next_in = (Bytef *)(uintptr_t)p;
	z->avail_in = (uInt)n;
	do {
		z->next_out = chunk;
		z->avail_out = sizeof chunk;
		rc = deflate(z, Z_FINISH);
		buf_add(out, chunk, sizeof chunk - z->avail_out);
	} while (rc == Z_OK && buf_ok(out) && out->n - before < n);
	if (rc == Z_STREAM_END && buf_ok(out) && out->n - before < n)
		return true;
	out->n = before;
	out->rc = VH_OK;
	return false;
}
