/* What a command says: lines, warnings, progress, questions. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli_impl.h"
#include "vh/buf.h"
#include "vh/date.h"
#include "vh/limits.h"
#include "vh/utf8.h"

void say_plain(FILE *to, const char *s, bool lines)
{
	for (const char *from = s; utf8_next(&s); from = s) {
		size_t n = (size_t)(s - from);
		const char *p = from;
		bool end = lines && *from == '\n';
		if (!utf8_valid(from, n) || (!end && utf8_steers(utf8_next(&p))))
			fputs("\xef\xbf\xbd", to);
		else
			fwrite(from, 1, n, to);
	}
}

/* Others wrote much of what is said: its lines end where fmt itself ends them. */
void cli_say(struct cli *c, const char *fmt, ...)
{
	struct buf b;
	if (c->json)
		return;
	if (c->priv->drawn)
		cli_progress(c, "", 0, 0);
	buf_init(&b, LIM_RESPONSE);
	va_list ap;
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	say_plain(stdout, buf_ok(&b) ? buf_str(&b) : "(no memory for this line)",
	          strchr(fmt, '\n') != NULL);
	putchar('\n');
	buf_done(&b);
}

void cli_draw(struct cli *c, const char *lines)
{
	if (!c->json)
		puts(lines);
}

void cli_warn(struct cli *c, const char *code, const char *fmt, ...)
{
	char text[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	fprintf(stderr, "vhotel: warning: %s: ", code);
	say_plain(stderr, text, false);
	putc('\n', stderr);
	if (!cJSON_IsObject(c->view.root))
		return;
	if (!c->priv->warnings)
		c->priv->warnings = view_arr(&c->view, c->view.root, "warnings");
	cJSON *w = view_obj(&c->view, c->priv->warnings, NULL);
	view_str(&c->view, w, "code", code);
	view_str(&c->view, w, "detail", text);
}

cJSON *cli_list(struct cli *c)
{
	cJSON_Delete(c->view.root);
	c->priv->warnings = NULL;
	c->view.root = cJSON_CreateArray();
	if (!c->view.root)
		c->view.failed = true;
	return c->view.root;
}

void cli_put_instant(struct cli *c, cJSON *o, const char *key, int64_t at)
{
	char text[INSTANT_TEXT];
	if (at)
		instant_format(at, text);
	view_str(&c->view, o, key, at ? text : NULL);
}

void cli_progress(struct cli *c, const char *what, int64_t done, int64_t total)
{
	if (c->json || !isatty(2))
		return;
	c->priv->drawn = total > 0;
	if (total <= 0) {
		fprintf(stderr, "\r\033[K");
		return;
	}
	if (done > total)
		done = total;
	char bar[25];
	size_t full = (size_t)(24 * done / total);
	memset(bar, '.', 24);
	memset(bar, '#', full);
	bar[24] = '\0';
	fprintf(stderr, "\r%s [%s] %lld/%lld\033[K", what, bar, (long long)done, (long long)total);
	fflush(stderr);
}

/* A line without its end; NULL at the end of the input. */
static char *read_line(char *line, size_t size)
{
	if (!fgets(line, (int)size, stdin))
		return NULL;
	line[strcspn(line, "\r\n")] = '\0';
	return line;
}

enum vh_rc cli_ask(struct cli *c, const char *question, bool secret, const char **ret)
{
	char line[LIM_FIELD];
	struct termios was, silent;
	bool quiet = secret && isatty(0) && !tcgetattr(0, &was);
	if (isatty(0))
		fprintf(stderr, "%s: ", question);
	if (quiet) {
		silent = was;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		quiet = !tcsetattr(0, TCSAFLUSH, &silent);
	}
	char *got = read_line(line, sizeof line);
	if (quiet) {
		tcsetattr(0, TCSAFLUSH, &was);
		fputc('\n', stderr);
	}
	const char *text = NULL;
	if (got && !utf8_valid(got, strlen(got)))
		return ctx_fail(&c->cx, VH_INVALID, "utf8", "", "that is not UTF-8 text");
	if (got && *got) {
		text = secret ? arena_dup(c->cx.a, got) : utf8_clean(c->cx.a, got);
		if (!text)
			return ctx_nomem(&c->cx);
	}
	wipe(line, sizeof line);
	*ret = text && *text ? text : NULL;
	return VH_OK;
}
