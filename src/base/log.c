#include "vh/log.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vh/date.h"

enum { LINE = 2048, TEXT_MAX = 400 };

static atomic_int least = LOG_INFO;
static atomic_int out_fd = 2;

struct line {
	size_t n;
	char p[LINE];
};

void log_level_set(enum log_level level)
{
	atomic_store(&least, level);
}

void log_file_set(int fd)
{
	atomic_store(&out_fd, fd);
}

/* What does not fit is left out; the newline always does. */
static void put(struct line *l, const char *s, size_t n)
{
	if (n > LINE - 1 - l->n)
		n = LINE - 1 - l->n;
	memcpy(l->p + l->n, s, n);
	l->n += n;
}

static bool is_plain(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f)
			return false;
	}
	return true;
}

/* Quoted: a value can neither end its line nor look like another key. */
static void put_text(struct line *l, const char *s)
{
	size_t n = strnlen(s, TEXT_MAX);
	if (is_plain(s)) {
		put(l, s, n);
		return;
	}
	put(l, "\"", 1);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		char esc[8];
		if (c == '"' || c == '\\')
			put(l, (const char[]){ '\\', (char)c }, 2);
		else if (c == '\n')
			put(l, "\\n", 2);
		else if (c < ' ' || c == 0x7f)
			put(l, esc, (size_t)snprintf(esc, sizeof esc, "\\x%02x", c));
		else
			put(l, (const char *)&s[i], 1);
	}
	put(l, "\"", 1);
}

void log_event(enum log_level level, const char *event, const struct log_kv *kv)
{
	static const char *const name[] = { "debug", "info", "warn", "error" };
	if ((int)level < atomic_load(&least))
		return;
	struct line l = { .n = 0 };
	char text[64], at[INSTANT_TEXT];
	instant_format(now_ms(), at);
	put(&l, text, (size_t)snprintf(text, sizeof text, "t=%s level=%s event=", at, name[level]));
	put_text(&l, event);
	for (; kv->key; kv++) {
		put(&l, " ", 1);
		put(&l, kv->key, strlen(kv->key));
		put(&l, "=", 1);
		if (kv->text)
			put_text(&l, kv->text);
		else
			put(&l, text, (size_t)snprintf(text, sizeof text, "%" PRId64, kv->number));
	}
	l.p[l.n++] = '\n';
	/* One write for one line, so that lines of threads and processes do not mix. */
	if (write(atomic_load(&out_fd), l.p, l.n) < 0)
		return; /* nobody is left to tell */
}
