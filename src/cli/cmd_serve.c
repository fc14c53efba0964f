/*
 * The server: pages and programs on one address, and what must run beside them: the sealer of the
 * access log, the sender of urgent events, the renewal of this process's id slot.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "map.h"
#include "vh/access.h"
#include "vh/accounts.h"
#include "vh/cli.h"
#include "vh/date.h"
#include "vh/http_server.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "vh/plate_code.h"
#include "vh/store_log.h"
#include "vh/sync.h"
#include "vh/sync_receive.h"
#include "vh/web.h"

enum { STOP_MS = 20000, TICK_MS = 500, SLOT_MS = 20 * 60 * 1000, PEM_MAX = 256 << 10 };
enum { SEAL_ARENA = 64 << 20 };

static const struct opt serve_opts[] = {
	{ "listen", "ADDR:PORT", "where to listen; port 0 takes a free one (127.0.0.1:8080)" },
	{ "public-url", "URL", "where people reach it; stands on the plates from now on" },
	{ "tls-cert", "FILE", "certificate chain, PEM; without it a proxy does TLS" },
	{ "tls-key", "FILE", "its key, PEM" },
	{ "trust-proxy", "ADDR", "the proxy whose X-Forwarded-For and -Proto are believed" },
	{ "threads", "N", "requests at work at the same time (16)" },
	{ 0 },
};

static enum vh_rc read_pem(struct cli *c, const char *name, const char *key, const char **ret)
{
	const char *path = cli_opt_conf(c, name, "serve", key, NULL);
	struct stat st;
	*ret = NULL;
	if (!path)
		return VH_OK;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool sane = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size < PEM_MAX;
	char *text = sane ? arena_alloc(c->cx.a, (size_t)st.st_size + 1) : NULL;
	ssize_t n = text ? read(fd, text, (size_t)st.st_size) : -1;
	if (fd >= 0)
		close(fd);
	if (n < 0 || n != st.st_size)
		return ctx_fail(&c->cx, VH_INVALID, "tls", name, "cannot read %s", path);
	*ret = text;
	return VH_OK;
}

static enum vh_rc read_threads(struct cli *c, unsigned *ret)
{
	int64_t n = LIM_HTTP_THREADS;
	enum vh_rc rc = conf_i64(c->conf, "serve", "threads", 1, 256, n, &n, &c->cx.err);
	if (rc == VH_OK)
		rc = cli_opt_i64(c, "threads", 1, 256, n, &n);
	*ret = (unsigned)n;
	return rc;
}

static enum vh_rc read_lock(struct cli *c, struct web_conf *conf)
{
	int64_t minutes = LOCK_MS / 60000;
	enum vh_rc rc = conf_i64(c->conf, "serve", "lock_minutes", 1, 60, minutes, &minutes,
	                         &c->cx.err);
	conf->lock_ms = minutes * 60000;
	return rc;
}

static enum vh_rc read_conf(struct cli *c, struct http_conf *k)
{
	k->listen = cli_opt_conf(c, "listen", "serve", "listen", "127.0.0.1:8080");
	k->trust_proxy = cli_opt_conf(c, "trust-proxy", "serve", "trusted_proxy", NULL);
	enum vh_rc rc = read_threads(c, &k->threads);
	if (rc == VH_OK)
		rc = read_pem(c, "tls-cert", "tls_cert", &k->tls_cert);
	if (rc == VH_OK)
		rc = read_pem(c, "tls-key", "tls_key", &k->tls_key);
	return rc;
}

static enum vh_rc url_step(struct ctx *cx, void *arg)
{
	return setting_put(cx, "public_url", arg);
}

static enum vh_rc set_url(struct cli *c)
{
	char base[PLATE_BASE_TEXT];
	const char *url = cli_opt_conf(c, "public-url", "serve", "public_url", NULL);
	bool long_host = false;
	if (!url)
		return VH_OK;
	enum vh_rc rc = plate_base_parse(url, base, &long_host);
	if (rc != VH_OK)
		return ctx_fail(&c->cx, VH_INVALID, "public_url", "public-url",
		                "%s cannot stand on a plate", url);
	if (long_host)
		cli_warn(c, "public_url_long", "the host is over %d characters: codes grow finer",
		         PLATE_HOST_FITS);
	return db_write(&c->cx, url_step, (void *)(uintptr_t)url);
}

struct unsealed {
	struct hotel *hotels;
	int64_t id[64];
	unsigned n;
};

/* Hotels whose newest access row no seal holds yet. */
static enum vh_rc unsealed_step(struct ctx *cx, void *arg)
{
	struct unsealed *u = arg;
	enum vh_rc rc = hotel_list(cx, &u->hotels);
	u->n = 0;
	for (struct hotel *h = u->hotels; rc == VH_OK && h && u->n < 64; h = h->next) {
		struct access_row *newest = NULL;
		rc = access_list(cx, h->id, INT64_MAX, 1, &newest);
		if (rc == VH_OK && newest && !newest->seal)
			u->id[u->n++] = h->id;
	}
	return rc;
}

static void seal(const struct cli *c, struct arena *a)
{
	struct ctx cx = c->cx;
	struct unsealed u = { 0 };
	arena_reset(a);
	cx.a = a;
	cx.now = now_ms();
	err_clear(&cx.err);
	enum vh_rc rc = db_read(&cx, unsealed_step, &u);
	for (unsigned i = 0; rc == VH_OK && i < u.n; i++)
		rc = access_seal_now(&cx, u.id[i]);
	if (rc != VH_OK && rc != VH_BUSY)
		LOG(LOG_ERROR, "seal_failed", KV("code", err_code(&cx.err)),
		    KV("detail", err_text(&cx.err)));
}

/* Until a signal ends it. */
static void keep_house(struct cli *c, const sigset_t *ends)
{
	const struct timespec tick = { .tv_nsec = TICK_MS * 1000000L };
	struct arena *a = arena_new(SEAL_ARENA);
	int64_t slot_at = now_ms() + SLOT_MS;
	while (sigtimedwait(ends, NULL, &tick) < 0) {
		if (a)
			seal(c, a);
		if (now_ms() < slot_at)
			continue;
		slot_at = now_ms() + SLOT_MS;
		if (cli_slot_renew(c) != VH_OK)
			LOG(LOG_ERROR, "slot_lost", KV("code", err_code(&c->cx.err)));
		err_clear(&c->cx.err);
	}
	arena_free(a);
}

static unsigned active(void *arg)
{
	return http_active(arg);
}

static void send_now(void *arg)
{
	sync_worker_ask(arg);
}

static void say_where(const struct cli *c, const struct http_server *server, bool tls)
{
	/* Scripts wait for this line, with --json as well: the port may have been 0. */
	if (c->json)
		printf("{\"listening\":\"%s\"}\n", http_address(server));
	else
		printf("listening on %s://%s\n", tls ? "https" : "http", http_address(server));
	fflush(stdout);
}

static enum vh_rc run(struct cli *c, const struct http_conf *k, struct web *w, const sigset_t *ends)
{
	struct http_server *server = NULL;
	enum vh_rc rc = http_start(k, web_app(w), &server, &c->cx.err);
	if (rc != VH_OK)
		return rc;
	web_watch(w, active, server);
	say_where(c, server, k->tls_cert != NULL);
	LOG(LOG_INFO, "listening", KV("address", http_address(server)));
	keep_house(c, ends);
	LOG(LOG_INFO, "stopping", KN("active", http_active(server)));
	web_watch(w, NULL, NULL);
	bool clean = http_stop(server, STOP_MS);
	LOG(clean ? LOG_INFO : LOG_WARN, "stopped", KN("clean", clean));
	return VH_OK;
}

static enum vh_rc cmd_serve_run(struct cli *c)
{
	struct web_conf conf = { .db = c->cx.db, .keys = c->cx.keys,
		                 .upstream_events = sync_receive,
		                 .upstream_query = sync_answer, .upstream_keys = sync_keys };
	struct http_conf k = { 0 };
	struct web *w = NULL;
	struct map_host *map = NULL;
	struct sync_worker *sender = NULL;
	sigset_t ends;
	conf.metrics_token = conf_str(c->conf, "serve", "metrics_token", NULL);
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	/* Before any thread starts, so that they all inherit it. */
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	enum vh_rc rc = read_conf(c, &k);
	if (rc == VH_OK)
		rc = read_lock(c, &conf);
	if (rc == VH_OK)
		rc = set_url(c);
	if (rc == VH_OK)
		rc = cli_map_open(c, k.threads, &map, &conf.map);
	if (rc == VH_OK)
		rc = web_new(&conf, &w, &c->cx.err);
	if (rc == VH_OK)
		rc = sync_worker_start(c->cx.db, c->cx.keys, &sender, &c->cx.err);
	if (rc == VH_OK) {
		web_sender(w, send_now, sender);
		rc = run(c, &k, w, &ends);
	}
	sync_worker_stop(sender);
	web_free(w);
	cli_map_close(map);
	return rc;
}

const struct command cmd_serve[] = {
	{
		.name = "serve",
		.args = "",
		.opts = serve_opts,
		.needs = CLI_WRITE,
		.help = "pages and API on one address, until SIGTERM",
		.run = cmd_serve_run,
	},
	{ 0 },
};
