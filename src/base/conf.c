#include "vh/conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "vh/utf8.h"

enum { CONF_MEMORY = 1 << 20, LINE_MAX_BYTES = 8192 };

struct entry {
	struct entry *next;
	const char *section, *key, *value;
};

struct conf {
	struct arena *a;
	struct entry *first, **last;
};

/* What the reader and the handler of one load share. */
struct load {
	struct conf *c;
	FILE *f;
	const char *path;
	int line;
	struct err *e;
	enum vh_rc rc; /* the first failure */
};

static void fail_line(struct load *l, enum vh_rc rc, const char *why)
{
	if (l->rc == VH_OK)
		l->rc = err_set(l->e, rc, "conf", "", "%s:%d: %s", l->path, l->line, why);
}

/* inih cuts a long line and reads on in the middle of it, so lines are measured here. */
static char *read_line(char *s, int n, void *arg)
{
	struct load *l = arg;
	size_t len = 0;
	int c = EOF;
	if (l->rc != VH_OK)
		return NULL;
	while (len + 1 < (size_t)n && (c = getc(l->f)) != EOF) {
		s[len++] = (char)c;
		if (c == '\n')
			break;
	}
	if (!len)
		return NULL;
	s[len] = '\0';
	l->line++;
	if (len + 1 == (size_t)n && c != '\n') {
		fail_line(l, VH_LIMIT, "the line is too long");
		return NULL;
	}
	if (!utf8_valid(s, len)) { /* nor NUL, behind which a line would go unread */
		fail_line(l, VH_INVALID, "the line is not UTF-8");
		return NULL;
	}
	return s;
}

static const struct entry *find(const struct conf *c, const char *section, const char *key)
{
	for (const struct entry *x = c->first; x; x = x->next) {
		if (!strcmp(x->section, section) && !strcmp(x->key, key))
			return x;
	}
	return NULL;
}

static int take(void *arg, const char *section, const char *key, const char *value)
{
	struct load *l = arg;
	struct conf *c = l->c;
	if (find(c, section, key)) {
		fail_line(l, VH_INVALID, "the key stands twice in its section");
		return 0;
	}
	struct entry *x = arena_alloc(c->a, sizeof *x);
	if (x) {
		x->section = arena_dup(c->a, section);
		x->key = arena_dup(c->a, key);
		x->value = arena_dup(c->a, value);
	}
	if (arena_failed(c->a)) {
		fail_line(l, VH_NOMEM, "not enough memory");
		return 0;
	}
	*c->last = x;
	c->last = &x->next;
	return 1;
}

static struct conf *conf_new(void)
{
	struct conf *c = alloc_should_fail() ? NULL : calloc(1, sizeof *c);
	if (!c)
		return NULL;
	c->last = &c->first;
	c->a = arena_new(CONF_MEMORY);
	if (c->a)
		return c;
	free(c);
	return NULL;
}

static enum vh_rc load(struct load *l)
{
	l->f = fopen(l->path, "re");
	if (!l->f)
		return err_set(l->e, errno == ENOENT ? VH_NOTFOUND : VH_IO, "conf", "",
		               "cannot open %s: %s", l->path, strerror(errno));
	ini_use_stack = false;
	ini_initial_alloc = ini_max_line = LINE_MAX_BYTES;
	ini_allow_multiline = false; /* an indented key would silently continue the one above */
	int bad = ini_parse_stream(read_line, l, take, l);
	if (l->rc == VH_OK && bad < 0)
		fail_line(l, VH_NOMEM, "not enough memory");
	if (l->rc == VH_OK && bad > 0) {
		l->line = bad;
		fail_line(l, VH_INVALID, "neither [section] nor key = value");
	}
	if (l->rc == VH_OK && ferror(l->f))
		fail_line(l, VH_IO, "cannot be read");
	fclose(l->f);
	return l->rc;
}

enum vh_rc conf_load(const char *path, struct conf **ret, struct err *e)
{
	struct load l = { .c = conf_new(), .path = path, .e = e };
	if (!l.c)
		return err_set(e, VH_NOMEM, "no_memory", "", "not enough memory");
	enum vh_rc rc = path ? load(&l) : VH_OK;
	if (rc == VH_OK)
		*ret = l.c;
	else
		conf_free(l.c);
	return rc;
}

void conf_free(struct conf *c)
{
	if (!c)
		return;
	arena_free(c->a);
	free(c);
}

const char *conf_str(const struct conf *c, const char *section, const char *key,
                     const char *otherwise)
{
	const struct entry *x = find(c, section, key);
	return x ? x->value : otherwise;
}

enum vh_rc conf_i64(const struct conf *c, const char *section, const char *key, int64_t least,
                    int64_t most, int64_t otherwise, int64_t *ret, struct err *e)
{
	const struct entry *x = find(c, section, key);
	if (!x) {
		*ret = otherwise;
		return VH_OK;
	}
	char *end;
	errno = 0;
	long long v = strtoll(x->value, &end, 10);
	if (errno || end == x->value || *end || v < least || v > most)
		return err_set(e, VH_INVALID, "conf", key,
		               "[%s] %s: a whole number from %lld to %lld is expected", section,
		               key, (long long)least, (long long)most);
	*ret = v;
	return VH_OK;
}

void conf_each(const struct conf *c, conf_fn *fn, void *arg)
{
	for (const struct entry *x = c->first; x; x = x->next)
		fn(arg, x->section, x->key, x->value);
}

static bool is_known(const struct entry *x, const char *const *known)
{
	size_t n = strlen(x->section);
	for (; *known; known++) {
		const char *k = *known;
		if (!strncmp(k, x->section, n) && k[n] == '.' &&
		    (!strcmp(k + n + 1, "*") || !strcmp(k + n + 1, x->key)))
			return true;
	}
	return false;
}

enum vh_rc conf_check(const struct conf *c, const char *const *known, struct err *e)
{
	for (const struct entry *x = c->first; x; x = x->next) {
		if (!is_known(x, known))
			return err_set(e, VH_INVALID, "conf", x->key, "unknown key [%s] %s",
			               x->section, x->key);
	}
	return VH_OK;
}
