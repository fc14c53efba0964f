/*
 * keeper ADDR:PORT SECRET DIR: the twin, which also keeps each batch as it came: its bytes in DIR/N, and a line
 * `N AREA ID` in DIR/list; a batch that comes again is kept once. Prints where it listens; GET /report is its book.
 *
 * keeper sign SECRET DIR URL: the kept batches as a configuration of curl, signed now as their sender would sign them.
 */
#include "bench.h"

#include <pthread.h>
#include <search.h>
#include <signal.h>

#include "vh/crypto.h"
#include "vh/date.h"
#include "vh/http_server.h"
#include "vh/limits.h"
#include "vh/sync_twin.h"

static struct {
	struct http_app twin;
	const char *dir;
	FILE *list;
	void *ids; /* a tree of the webhook-ids that are kept */
	long n;
	pthread_mutex_t lock;
} keeper = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int by_id(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void keep(struct http_req *q)
{
	char path[4096], *id = strdup(req_header(q, "webhook-id"));
	const char *coding = req_header(q, "content-encoding");
	need(id && !coding, "keeper: only batches as they are can be kept");
	char **found = tsearch(id, &keeper.ids, by_id);
	need(found != NULL, "no memory");
	if (*found != id) {
		free(id);
		return;
	}
	snprintf(path, sizeof path, "%s/%ld", keeper.dir, keeper.n);
	FILE *f = fopen(path, "w");
	need(f && fwrite(q->body, 1, q->body_n, f) == q->body_n && fclose(f) == 0, "keeper: %s", path);
	fprintf(keeper.list, "%ld %s %s\n", keeper.n++, req_header(q, "vhotel-source"), id);
}

static void serve(void *self, struct http_req *q, struct http_resp *r)
{
	keeper.twin.serve(self, q, r);
	if (r->status != 200)
		return;
	pthread_mutex_lock(&keeper.lock);
	keep(q);
	pthread_mutex_unlock(&keeper.lock);
}

static void run(const char *listen, const struct webhook_keys *keys)
{
	const struct twin_faults none = { .slow_ms = 0 };
	const struct http_conf conf = { .listen = listen, .threads = 4 };
	struct http_server *server;
	struct twin *t;
	struct err e = { .n = 0 };
	char path[4096];
	sigset_t stop;
	int sig;
	snprintf(path, sizeof path, "%s/list", keeper.dir);
	keeper.list = fopen(path, "w");
	need(keeper.list && twin_new(keys, &none, 1, &t) == VH_OK, "keeper: %s", path);
	keeper.twin = twin_app(t);
	const struct http_app app = { .self = t, .head = keeper.twin.head, .serve = serve };
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	need(http_start(&conf, &app, &server, &e) == VH_OK, "keeper: %s", err_text(&e));
	printf("%s\n", http_address(server));
	fflush(stdout);
	sigwait(&stop, &sig);
	http_stop(server, 5000);
	need(fclose(keeper.list) == 0, "keeper: %s", path);
	twin_free(t);
}

static void sign_one(const struct webhook_keys *keys, const char *line, const char *url, const char *before)
{
	static char body[LIM_SYNC_BODY + 2 * LIM_PAYLOAD];
	char path[4096], area[16], id[64], digest[DIGEST_TEXT], *signature;
	struct arena *a = arena_new(64 << 10);
	long n;
	need(a && sscanf(line, "%ld %15s %63s", &n, area, id) == 3, "keeper: %s", line);
	snprintf(path, sizeof path, "%s/%ld", keeper.dir, n);
	FILE *f = fopen(path, "r");
	size_t size = f ? fread(body, 1, sizeof body, f) : 0;
	need(f && size && fclose(f) == 0, "keeper: %s", path);
	int64_t at = now_ms() / 1000;
	need(webhook_sign(a, keys, id, at, body, size, &signature) == VH_OK, "keeper: sign");
	content_digest(body, size, digest);
	printf("%srequest=POST\nurl=\"%s\"\nupload-file=\"%s\"\noutput=/dev/null\nfail\n"
	       "header=\"Expect:\"\nheader=\"Accept: application/json\"\n"
	       "header=\"Content-Type: " BATCH_TYPE "\"\nheader=\"Vhotel-Source: %s\"\n"
	       "header=\"webhook-id: %s\"\nheader=\"webhook-timestamp: %lld\"\n"
	       "header=\"webhook-signature: %s\"\nheader=\"Content-Digest: %s\"\n",
	       before, url, path, area, id, (long long)at, signature, digest);
	arena_free(a);
}

static void sign(const struct webhook_keys *keys, const char *url)
{
	char path[4096], line[256];
	const char *before = "";
	snprintf(path, sizeof path, "%s/list", keeper.dir);
	FILE *f = fopen(path, "r");
	need(f != NULL, "keeper: %s", path);
	for (; fgets(line, sizeof line, f); before = "next\n")
		sign_one(keys, line, url, before);
	fclose(f);
}

int main(int argc, char **argv)
{
	struct webhook_keys keys;
	struct arena *a = arena_new(64 << 10);
	bool signing = argc == 5 && !strcmp(argv[1], "sign");
	need(argc == 4 || signing, "usage: keeper ADDR:PORT SECRET DIR | keeper sign SECRET DIR URL");
	need(a && crypto_start() == VH_OK && webhook_keys_parse(a, argv[2], &keys) == VH_OK, "keeper: secret");
	keeper.dir = argv[3];
	if (signing)
		sign(&keys, argv[4]);
	else
		run(argv[1], &keys);
	arena_free(a);
	return 0;
}
