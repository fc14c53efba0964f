/* What is not a page: health, figures, the description of the API, files, language and size. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pages.h"
#include "vh/date.h"
#include "vh/db.h"
#include "vh/embed.h"
#include "vh/store_account.h"
#include "view.h"
#include "web_state.h"

static enum vh_rc alive_step(struct ctx *cx, void *arg)
{
	const char *url;
	(void)arg;
	enum vh_rc rc = setting_get(cx, "public_url", &url);
	return rc == VH_NOTFOUND ? VH_OK : rc;
}

enum vh_rc get_health(struct call *c)
{
	enum vh_rc rc = db_read(&c->cx, alive_step, NULL);
	if (rc != VH_OK)
		return rc;
	put(c, c->view.root, "status", "ok");
	if (c->q->local)
		put(c, c->view.root, "database", db_engine(c->w->conf.db));
	resp_json(c->r, 200, c->view.root);
	return VH_OK;
}

/* Figures tell how busy a village is: for this machine, or whoever has the token. */
static bool may_see_figures(const struct call *c)
{
	const char *want = c->w->conf.metrics_token;
	const char *sent = req_query(c->q, "token");
	if (c->q->local)
		return true;
	if (!want || !*want || !sent)
		return false;
	return strlen(want) == strlen(sent) && same_bytes(want, sent, strlen(want));
}

static void figure(struct buf *b, const char *name, const char *type, int64_t v)
{
	buf_printf(b, "# TYPE vhotel_%s %s\nvhotel_%s %" PRId64 "\n", name, type, name, v);
}

static int64_t resident_bytes(void)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	if (!f)
		return 0;
	if (fscanf(f, "%*s %ld", &pages) != 1)
		pages = 0;
	fclose(f);
	return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

enum vh_rc get_metrics(struct call *c)
{
	struct web *w = c->w;
	struct buf *b = &c->r->body;
	struct db_stats s;
	if (!may_see_figures(c))
		return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "", "there is nothing here");
	db_stats(w->conf.db, &s);
	c->r->status = 200;
	c->r->type = "text/plain; version=0.0.4; charset=utf-8";
	buf_puts(b, "# TYPE vhotel_answers_total counter\n");
	for (unsigned i = 1; i < 6; i++)
		buf_printf(b, "vhotel_answers_total{class=\"%uxx\"} %lu\n", i,
		           atomic_load(&w->answers[i]));
	figure(b, "requests_total", "counter", (int64_t)atomic_load(&w->requests));
	figure(b, "requests_active", "gauge", w->active ? w->active(w->active_arg) : 0);
	figure(b, "db_commits_total", "counter", s.commits);
	figure(b, "db_steps_total", "counter", s.steps);
	figure(b, "db_group_max", "gauge", s.group_max);
	figure(b, "db_busy_total", "counter", s.busy);
	figure(b, "db_wal_bytes", "gauge", s.wal_bytes);
	figure(b, "resident_bytes", "gauge", resident_bytes());
	figure(b, "uptime_seconds", "gauge", (now_ms() - w->started) / 1000);
	return VH_OK;
}

static enum vh_rc nothing(struct call *c)
{
	return ctx_fail(&c->cx, VH_NOTFOUND, "not_found", "", "there is nothing here");
}

static enum vh_rc describe(struct call *c, const char *name, const char *type)
{
	const struct embedded *f = embedded_find(name);
	if (!f)
		return nothing(c);
	resp_fixed(c->r, type, f->data, f->n);
	resp_header(c->r, "Cache-Control", "no-cache");
	return VH_OK;
}

enum vh_rc get_openapi(struct call *c)
{
	return describe(c, "web/openapi.json", "application/json");
}

enum vh_rc get_events_schema(struct call *c)
{
	return describe(c, "web/events.schema.json", "application/schema+json");
}

static const char *type_of(const char *name)
{
	static const struct {
		const char *end, *type;
	} map[] = {
		{ ".css", "text/css; charset=utf-8" },
		{ ".js", "text/javascript; charset=utf-8" },
		{ ".svg", "image/svg+xml" },
		{ ".png", "image/png" },
		{ ".ico", "image/x-icon" },
	};
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot && i < sizeof map / sizeof *map; i++)
		if (!strcmp(dot, map[i].end))
			return map[i].type;
	return NULL;
}

enum vh_rc get_static(struct call *c)
{
	const char *name = param(c, "file");
	const char *path = arena_printf(c->cx.a, "web/static/%s", name);
	const struct embedded *f = path ? embedded_find(path) : NULL;
	const char *type = f ? type_of(name) : NULL;
	if (!type)
		return nothing(c);
	resp_fixed(c->r, type, f->data, f->n);
	/* The pages name a file with the hash of its bytes. */
	resp_header(c->r, "Cache-Control",
	            req_query(c->q, "v") ? "public, max-age=31536000, immutable" : "no-cache");
	return VH_OK;
}

/* A choice that a cookie keeps for a year, made by a link that comes back to where one was. */
static enum vh_rc choose(struct call *c, const char *cookie, const char *one, const char *other)
{
	const char *to = param(c, cookie), *next = req_query(c->q, "next");
	if (strcmp(to, one) != 0 && strcmp(to, other) != 0)
		return nothing(c);
	cookie_set(c->r, cookie, to, c->q->secure, 365 * 24 * 3600);
	resp_redirect(c->r, 303, safe_next(next) ? next : "/");
	return VH_OK;
}

enum vh_rc get_lang(struct call *c)
{
	return choose(c, "lang", "zh", "en");
}

enum vh_rc get_look(struct call *c)
{
	return choose(c, "look", "plain", "elder");
}
