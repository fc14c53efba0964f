#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "vh/cli.h"
#include "vh/http_server.h"
#include "vh/limits.h"
#include "vh/sync_conform.h"
#include "vh/sync_twin.h"

#define STOP_MS 5000

static const struct opt twin_opts[] = {
	{ "listen", "ADDR:PORT", "where to take events; port 0 for any free one" },
	{ "secret", "WHSEC", "the secret that senders sign with" },
	{ "faults", "SPEC", "lost=0.1,partial=0.1,429=0.05,503=0.05,… or all=0.1; slow_ms=N" },
	{ "seed", "N", "the same seed plays the same faults (1)" },
	{ "report", "FILE", "keep the book there as JSON, rewritten every second" },
	{ "conform", "URL", "be the sender instead: what does the receiver do wrong?" },
	{ "area", "AREA", "with --conform: the hotel to speak for, best one for trials" },
	{ 0 },
};

struct report {
	const char *path, *beside; /* written beside, renamed: nobody reads half of one */
};

static enum vh_rc write_report(struct cli *c, struct twin *t, const struct report *to)
{
	struct buf b;
	if (!to->path)
		return VH_OK;
	buf_init(&b, LIM_RESPONSE);
	twin_report(t, &b);
	FILE *f = buf_ok(&b) ? fopen(to->beside, "we") : NULL;
	bool done = f && fwrite(buf_str(&b), 1, b.n, f) == b.n;
	done = f && fclose(f) == 0 && done && rename(to->beside, to->path) == 0;
	buf_done(&b);
	return done ? VH_OK :
	              ctx_fail(&c->cx, VH_IO, "report", "report", "%s cannot be written", to->path);
}

/* Until SIGTERM or SIGINT, which every thread has blocked. */
static enum vh_rc keep_book(struct cli *c, struct twin *t, const sigset_t *ends,
                            const struct report *to)
{
	const struct timespec second = { .tv_sec = 1 };
	enum vh_rc rc = VH_OK;
	while (rc == VH_OK && sigtimedwait(ends, NULL, &second) < 0)
		rc = write_report(c, t, to);
	return rc;
}

static enum vh_rc read_secret(struct cli *c, const char *secret, struct webhook_keys *ret)
{
	enum vh_rc rc = webhook_keys_parse(c->cx.a, secret, ret);
	if (rc == VH_INVALID)
		return ctx_fail(&c->cx, rc, "secret", "secret",
		                "whsec_ and the base64 of 24 to 64 bytes is wanted");
	return rc;
}

static enum vh_rc read_opts(struct cli *c, struct webhook_keys *keys, struct twin_faults *faults,
                            int64_t *seed)
{
	const char *secret = NULL, *spec = cli_opt(c, "faults");
	enum vh_rc rc = cli_opt_need(c, "secret", &secret);
	if (rc != VH_OK)
		return rc;
	rc = read_secret(c, secret, keys);
	if (rc == VH_OK)
		rc = twin_faults_parse(spec ? spec : "", faults, &c->cx.err);
	return rc == VH_OK ? cli_opt_i64(c, "seed", 0, INT64_MAX, 1, seed) : rc;
}

static enum vh_rc serve(struct cli *c, struct twin *t, const struct http_conf *conf)
{
	struct http_app app = twin_app(t);
	struct http_server *server = NULL;
	struct report to = { .path = cli_opt(c, "report") };
	sigset_t ends;
	to.beside = to.path ? arena_printf(c->cx.a, "%s.new", to.path) : NULL;
	if (to.path && !to.beside)
		return ctx_nomem(&c->cx);
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	enum vh_rc rc = http_start(conf, &app, &server, &c->cx.err);
	if (rc != VH_OK)
		return rc;
	/* Scripts wait for this line, with --json as well: the port may have been 0. */
	printf(c->json ? "{\"listening\":\"%s\"}\n" : "listening on http://%s\n",
	       http_address(server));
	fflush(stdout);
	rc = keep_book(c, t, &ends, &to);
	http_stop(server, STOP_MS);
	return rc == VH_OK ? write_report(c, t, &to) : rc;
}

/* Exit 1 when a rule is broken. */
static enum vh_rc conform(struct cli *c)
{
	struct conform_line line[CONFORM_RULES];
	struct webhook_keys keys;
	struct conform_opts opts = { .url = cli_opt(c, "conform"), .keys = &keys };
	const char *secret = NULL;
	enum vh_rc rc = cli_opt_need(c, "area", &opts.area);
	if (rc == VH_OK)
		rc = cli_opt_need(c, "secret", &secret);
	if (rc == VH_OK)
		rc = read_secret(c, secret, &keys);
	if (rc == VH_OK)
		rc = conform_run(&c->cx, &opts, line);
	wipe(&keys, sizeof keys);
	if (rc != VH_OK)
		return rc;
	cJSON *list = cli_list(c);
	for (size_t i = 0; i < CONFORM_RULES; i++) {
		const struct conform_line *l = &line[i];
		cJSON *o = view_obj(&c->view, list, NULL);
		view_str(&c->view, o, "rule", l->rule);
		view_str(&c->view, o, "source", l->source);
		view_str(&c->view, o, "wrong", l->wrong);
		view_num(&c->view, o, "status", l->status);
		if (l->wrong)
			c->exit = 1;
		cli_say(c, "%-22s  %s  (%s, answered %d)", l->rule, l->wrong ? l->wrong : "ok",
		        l->source, l->status);
	}
	return VH_OK;
}

static enum vh_rc run_twin(struct cli *c)
{
	struct http_conf conf = { .threads = 4 };
	struct webhook_keys keys;
	struct twin_faults faults;
	struct twin *t = NULL;
	int64_t seed = 1;
	if (cli_opt(c, "conform"))
		return conform(c);
	enum vh_rc rc = cli_opt_need(c, "listen", &conf.listen);
	if (rc == VH_OK)
		rc = read_opts(c, &keys, &faults, &seed);
	if (rc == VH_OK && twin_new(&keys, &faults, (uint64_t)seed, &t) != VH_OK)
		rc = ctx_nomem(&c->cx);
	if (rc == VH_OK)
		rc = serve(c, t, &conf);
	twin_free(t);
	return rc;
}

const struct command cmd_twin[] = {
	{ "twin", "", "a faulty upstream to rehearse against, which keeps a book of the truth",
	  twin_opts, 0, 0, 0, run_twin, 0 },
	{ 0 },
};
