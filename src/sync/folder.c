#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vh/date.h"
#include "vh/limits.h"
#include "vh/log.h"

static const char *path_of(struct sender *s, const char *folder, const char *id, const char *more)
{
	return arena_printf(s->cx->a, "%s/%s.%s%s", folder, id,
	                    s->profile->form == FORM_XML ? "xml" : "json", more);
}

static bool write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t did = write(fd, p, n);
		if (did < 0 && errno != EINTR)
			return false;
		p += did > 0 ? did : 0;
		n -= did > 0 ? (size_t)did : 0;
	}
	return fsync(fd) == 0;
}

/* Whole or not at all, also over a loss of power. */
static bool put_file(struct sender *s, const char *path, const char *p, size_t n)
{
	const char *tmp = arena_printf(s->cx->a, "%s.tmp", path);
	int fd = tmp ? open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640) : -1;
	if (fd < 0)
		return false;
	bool ok = write_all(fd, p, n);
	ok = close(fd) == 0 && ok;
	ok = ok && rename(tmp, path) == 0;
	if (!ok)
		unlink(tmp);
	return ok;
}

static bool sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

/* webhook-id, -timestamp and -signature of the bytes beside it. */
static enum vh_rc sign(struct sender *s, const char *id, const struct buf *body, const char **ret)
{
	char *signature = NULL;
	int64_t at = now_ms() / 1000;
	enum vh_rc rc = webhook_sign(s->cx->a, s->keys, id, at, buf_str(body), body->n, &signature);
	if (rc != VH_OK)
		return ctx_fail(s->cx, rc, "signature", "", "the batch cannot be signed");
	*ret = arena_printf(s->cx->a,
	                    "webhook-id: %s\nwebhook-timestamp: %" PRId64
	                    "\nwebhook-signature: %s\nvhotel-source: %s\n",
	                    id, at, signature, s->hotel->area);
	return *ret ? VH_OK : ctx_nomem(s->cx);
}

enum vh_rc folder_put(struct sender *s, const char *id, const struct buf *body,
                      struct wire_answer *ret)
{
	const char *out = s->profile->out, *path = path_of(s, out, id, ""), *signature = NULL;
	const char *beside = path_of(s, out, id, ".sig");
	*ret = (struct wire_answer){ .verdict = WIRE_UNSENT };
	buf_init(&ret->body, LIM_FIELD);
	if (!path || !beside)
		return ctx_nomem(s->cx);
	bool ok = true;
	if (s->profile->auth == AUTH_WEBHOOK) {
		enum vh_rc rc = sign(s, id, body, &signature);
		if (rc != VH_OK)
			return rc;
		ok = put_file(s, beside, signature, strlen(signature));
	}
	ok = ok && put_file(s, path, buf_str(body), body->n) && sync_folder(out);
	if (!ok) {
		snprintf(ret->why, sizeof ret->why, "cannot write into the folder: %s",
		         strerror(errno));
		return VH_OK;
	}
	buf_puts(&ret->body, id);
	ret->verdict = WIRE_ANSWERED;
	ret->status = 202;
	return buf_ok(&ret->body) ? VH_OK : ctx_nomem(s->cx);
}

/* NULL rc VH_NOTFOUND: there is none. */
static enum vh_rc read_file(const char *path, struct buf *to)
{
	char part[8192];
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n = -1;
	if (fd < 0)
		return errno == ENOENT ? VH_NOTFOUND : VH_IO;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		while ((n = read(fd, part, sizeof part)) > 0)
			buf_add(to, part, (size_t)n);
	close(fd);
	return n == 0 && buf_ok(to) ? VH_OK : VH_IO;
}

static const char *line_of(struct arena *a, const char *text, const char *name)
{
	size_t n = strlen(name);
	while (text && *text) {
		size_t len = strcspn(text, "\r\n");
		if (len > n + 2 && !strncmp(text, name, n) && !strncmp(text + n, ": ", 2))
			return arena_dupn(a, text + n + 2, len - n - 2);
		text += len;
		text += strspn(text, "\r\n");
	}
	return NULL;
}

/*
 * Of the shared secret and about this very batch. Its age is no matter: an answer may come nights
 * later, and an old one about the same batch says the same.
 */
static bool is_signed(struct sender *s, const char *name, const char *path, const struct buf *body)
{
	struct buf b;
	int64_t at = 0;
	buf_init(&b, LIM_FIELD);
	bool there = read_file(path, &b) == VH_OK;
	const struct webhook_headers h = {
		.id = there ? line_of(s->cx->a, buf_str(&b), "webhook-id") : NULL,
		.timestamp = there ? line_of(s->cx->a, buf_str(&b), "webhook-timestamp") : NULL,
		.signature = there ? line_of(s->cx->a, buf_str(&b), "webhook-signature") : NULL,
	};
	buf_done(&b);
	const char *want = arena_printf(s->cx->a, "%s-answer", name);
	if (!h.id || !want || strcmp(h.id, want) || !h.timestamp ||
	    sscanf(h.timestamp, "%" SCNd64, &at) != 1)
		return false;
	return webhook_verify(s->cx->a, s->keys, &h, buf_str(body), body->n, at) == VH_OK;
}

enum vh_rc folder_get(struct sender *s, const char *name, struct wire_answer *ret)
{
	const char *in = s->profile->in, *path = path_of(s, in, name, "");
	const char *beside = path_of(s, in, name, ".sig");
	*ret = (struct wire_answer){ .verdict = WIRE_ANSWERED, .status = 202 };
	buf_init(&ret->body, LIM_REPLY);
	if (!path || !beside)
		return ctx_nomem(s->cx);
	enum vh_rc rc = read_file(path, &ret->body);
	bool good = rc == VH_OK && (s->profile->auth != AUTH_WEBHOOK ||
	                            is_signed(s, name, beside, &ret->body));
	if (good)
		ret->status = 200;
	else
		buf_reset(&ret->body);
	if (rc != VH_NOTFOUND && !good)
		LOG(LOG_WARN, "sync.folder", KV("upstream", s->up->name), KV("batch", name),
		    KV("code", rc == VH_OK ? "signature" : "unreadable"));
	return VH_OK;
}
