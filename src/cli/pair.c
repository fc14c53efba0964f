#include "pair.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vh/limits.h"
#include "vh/sync_wire.h"

enum vh_rc pair_name(struct cli *c, const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t n = strlen(name);
	if (!n || n > LIM_NAME || name[strspn(name, allowed)])
		return ctx_fail(&c->cx, VH_INVALID, "name", "name",
		                "a name is made of a-z, 0-9, dot, hyphen and underscore");
	return VH_OK;
}

enum vh_rc pair_secret(struct cli *c, const char *secret)
{
	struct webhook_keys keys;
	enum vh_rc rc = webhook_keys_parse(c->cx.a, secret, &keys);
	wipe(&keys, sizeof keys);
	if (rc == VH_INVALID)
		return ctx_fail(&c->cx, rc, "secret", "secret",
		                "whsec_ and the base64 of 24 to 64 bytes is wanted");
	return rc == VH_OK ? rc : ctx_nomem(&c->cx);
}

static enum vh_rc bad_file(struct cli *c, const char *path, const char *why)
{
	return ctx_fail(&c->cx, VH_INVALID, "secret_file", "secret-file", "%s %s", path, why);
}

static enum vh_rc check_mode(struct cli *c, int fd, const char *path)
{
	struct stat st;
	if (fstat(fd, &st) != 0 || S_ISDIR(st.st_mode))
		return bad_file(c, path, "is no file");
	if (S_ISREG(st.st_mode) && st.st_mode & (S_IRWXG | S_IRWXO))
		return ctx_fail(&c->cx, VH_INVALID, "secret_mode", "secret-file",
		                "%s can be read by others (mode %03o); run: chmod 600 %s", path,
		                (unsigned)st.st_mode & 0777, path);
	return VH_OK;
}

/* It will stand in a header: no control characters, and nothing is cut off unseen. */
static enum vh_rc first_line(struct cli *c, const char *path, const char *p, size_t n,
                             const char **ret)
{
	const char *end = memchr(p, '\n', n);
	size_t line = end ? (size_t)(end - p) : n;
	if (!end && n == LIM_FIELD)
		return bad_file(c, path, "has too long a first line");
	if (line && p[line - 1] == '\r')
		line--;
	if (!line)
		return bad_file(c, path, "begins with an empty line, or is empty");
	for (size_t i = 0; i < line; i++)
		if ((unsigned char)p[i] < ' ' || p[i] == 0x7f)
			return bad_file(c, path, "has control characters in its first line");
	*ret = arena_dupn(c->cx.a, p, line);
	return *ret ? VH_OK : ctx_nomem(&c->cx);
}

enum vh_rc pair_secret_file(struct cli *c, const char *path, const char **ret)
{
	char text[LIM_FIELD];
	size_t n = 0;
	ssize_t got = 1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ctx_fail(&c->cx, VH_NOTFOUND, "secret_file", "secret-file",
		                "cannot open %s: %s", path, strerror(errno));
	enum vh_rc rc = check_mode(c, fd, path);
	while (rc == VH_OK && got > 0 && n < sizeof text) {
		got = read(fd, text + n, sizeof text - n);
		n += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	if (rc == VH_OK && got < 0)
		rc = bad_file(c, path, "cannot be read");
	if (rc == VH_OK)
		rc = first_line(c, path, text, n, ret);
	wipe(text, sizeof text);
	return rc;
}
