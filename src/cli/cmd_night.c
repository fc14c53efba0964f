/*
 * The nightly job: steps in order, one line each. A step that fails does not keep the others from
 * their work; the exit code says that one did. When the command ends, closing the database brings
 * the log back into it.
 */
#include "vh/night.h"

#include <stdio.h>
#include <unistd.h>

#include "cli_impl.h"
#include "vh/date.h"
#include "vh/keeping.h"
#include "vh/limits.h"
#include "vh/log.h"
#include "vh/sync.h"
#include "vh/sync_down.h"
#include "vh/sync_reconcile.h"

enum { WORDS = 200, KEEP_LEAST = 3, KEEP_DAYS = 30 };

struct step_said {
	bool skipped,
		failed; /* failed: though nothing went wrong here, as with a silent upstream */
	char words[WORDS];
};
typedef enum vh_rc step_fn(struct cli *c, struct ctx *cx, struct step_said *said);

#define SAY(said, ...) snprintf((said)->words, sizeof(said)->words, __VA_ARGS__)

static enum vh_rc overdue(struct cli *c, struct ctx *cx, struct step_said *said)
{
	int64_t n;
	(void)c;
	enum vh_rc rc = night_overdue(cx, &n);
	if (rc == VH_OK)
		SAY(said, "%lld new tasks for stays past their end", (long long)n);
	return rc;
}

static enum vh_rc close_day(struct cli *c, struct ctx *cx, struct step_said *said)
{
	int64_t n;
	(void)c;
	enum vh_rc rc = night_close(cx, &n);
	if (rc == VH_OK)
		SAY(said, "%lld hotels closed yesterday's books", (long long)n);
	return rc;
}

static enum vh_rc seal(struct cli *c, struct ctx *cx, struct step_said *said)
{
	int64_t n;
	(void)c;
	enum vh_rc rc = night_seal(cx, &n);
	if (rc == VH_OK)
		SAY(said, "access rows of %lld hotels chained", (long long)n);
	return rc;
}

static enum vh_rc sync_up(struct cli *c, struct ctx *cx, struct step_said *said)
{
	struct sync_opts opts = { .tell = cli_sync_told, .arg = c };
	struct sync_sums s;
	int64_t wait, from = now_ms();
	enum vh_rc rc = cli_opt_i64(c, "wait", 0, 86400, SYNC_WAIT_MS / 1000, &wait);
	opts.wait_ms = wait * 1000;
	if (rc == VH_OK)
		rc = cli_sync_until(c, &opts.until);
	if (rc == VH_OK)
		rc = sync_run(cx, &opts, &s);
	cli_progress(c, "sync", 0, 0);
	if (rc != VH_OK)
		return rc;
	said->skipped = !s.ways;
	said->failed = s.again > 0;
	if (s.ways)
		SAY(said, "%lld accepted, %lld refused, %lld left",
		    (long long)(s.accepted + s.duplicate), (long long)(s.rejected + s.dead),
		    (long long)s.left);
	else
		SAY(said, "no upstream is open");
	cli_sync_log(&s, from);
	return VH_OK;
}

/* Do the upstreams hold what we hold? What one has lost goes again; the rest a person decides. */
static enum vh_rc reconcile(struct cli *c, struct ctx *cx, struct step_said *said)
{
	const struct reconcile_opts opts = { .repair = false };
	struct reconcile_sums n;
	struct diff *list = NULL;
	(void)c;
	enum vh_rc rc = sync_reconcile(cx, &opts, &n, &list);
	if (rc != VH_OK)
		return rc;
	said->skipped = !n.asked && !n.waiting;
	said->failed = n.differ > 0;
	SAY(said, "%lld hotels compared, %lld differences; %lld events lost above go again; "
	          "%lld not through yet, %lld not answered",
	    (long long)n.asked, (long long)n.differ, (long long)n.resent, (long long)n.waiting,
	    (long long)n.mute);
	return VH_OK;
}

static enum vh_rc down(struct cli *c, struct ctx *cx, struct step_said *said)
{
	struct sync_down_sums n = { .asked = 0 };
	(void)c;
	enum vh_rc rc = sync_down(cx, NULL, &n);
	said->skipped = !n.asked;
	if (rc == VH_OK)
		SAY(said, "%lld hotels asked about: %lld looks, %lld tasks, %lld remarks came down",
		    (long long)n.asked, (long long)n.got.looks, (long long)n.got.tasks,
		    (long long)n.got.remarks);
	return rc;
}

static enum vh_rc erase(struct cli *c, struct ctx *cx, struct step_said *said)
{
	struct erase_run n;
	(void)c;
	enum vh_rc rc = night_erase(cx, &n);
	if (rc == VH_OK)
		SAY(said,
		    "%lld people erased whose time was over; "
		    "%lld kept, about whom something is open",
		    (long long)n.erased, (long long)n.kept);
	return rc;
}

static enum vh_rc prune(struct cli *c, struct ctx *cx, const char *dir, int64_t *ret_n)
{
	int64_t days;
	enum vh_rc rc =
		conf_i64(c->conf, "backup", "keep_days", 1, 3650, KEEP_DAYS, &days, &cx->err);
	return rc == VH_OK ? backup_prune(cx, dir, cx->now - days * DAY_MS, KEEP_LEAST, ret_n) : rc;
}

static enum vh_rc back_up(struct cli *c, struct ctx *cx, struct step_said *said)
{
	struct check_report r;
	const char *dir = conf_str(c->conf, "backup", "dir", NULL), *to;
	int64_t gone = 0;
	enum vh_rc rc = night_was_done(cx, "backup", &said->skipped);
	if (rc == VH_OK && said->skipped) {
		SAY(said, "today's backup is there");
		return VH_OK;
	}
	if (rc == VH_OK && !dir)
		rc = backup_dir(cx, c->db, &dir);
	if (rc == VH_OK)
		rc = backup_name(cx, dir, &to);
	if (rc == VH_OK)
		rc = backup_make(cx, to, &r);
	if (rc == VH_OK)
		rc = night_done(cx, "backup");
	if (rc == VH_OK)
		rc = prune(c, cx, dir, &gone);
	if (rc == VH_OK)
		SAY(said, "%s, opened and checked; %lld old ones removed", to, (long long)gone);
	return rc;
}

static enum vh_rc sweep(struct cli *c, struct ctx *cx, struct step_said *said)
{
	struct night_swept s;
	(void)c;
	enum vh_rc rc = night_sweep(cx, &s);
	if (rc == VH_OK)
		SAY(said,
		    "%lld ended secrets, %lld keys, %lld old attempts and %lld lots removed; "
		    "%lld people past retention, %lld hotels without one",
		    (long long)s.secrets, (long long)s.keys, (long long)s.attempts,
		    (long long)s.lots, (long long)s.people, (long long)s.unset);
	return rc;
}

static const struct {
	const char *name;
	step_fn *fn;
} steps[] = {
	{ "overdue", overdue }, { "close", close_day }, { "seal", seal },
	{ "sync", sync_up },    { "reconcile", reconcile }, { "down", down },
	{ "erase", erase },     { "backup", back_up },      { "retention", sweep },
};

/* A step has its own memory, clock and error; what it says is printed as it ends. */
static enum vh_rc run_step(struct cli *c, cJSON *list, size_t i)
{
	struct step_said said = { .skipped = false };
	struct ctx cx = c->cx;
	int64_t from = now_ms();
	cx.now = from;
	cx.a = arena_new(LIM_ARENA_IMPORT);
	if (!cx.a)
		return ctx_nomem(&c->cx);
	enum vh_rc rc = night_take(&cx, c->priv->holder);
	if (rc == VH_OK)
		rc = steps[i].fn(c, &cx, &said);
	if (rc != VH_OK)
		SAY(&said, "%s: %s", cx.err.n ? err_code(&cx.err) : rc_name(rc), err_text(&cx.err));
	bool failed = rc != VH_OK || said.failed;
	const char *how = failed ? "failed" : said.skipped ? "skip" : "ok";
	double seconds = (double)(now_ms() - from) / 1000;
	cJSON *o = view_obj(&c->view, list, NULL);
	view_str(&c->view, o, "step", steps[i].name);
	view_str(&c->view, o, "result", how);
	view_num(&c->view, o, "seconds", seconds);
	view_str(&c->view, o, "detail", said.words);
	cli_say(c, "%s %s %.2fs %s", steps[i].name, how, seconds, said.words);
	fflush(stdout);
	c->partly = c->partly || failed;
	arena_free(cx.a);
	return VH_OK;
}

static enum vh_rc run_night(struct cli *c)
{
	int64_t until; /* a slip is told before anything is done */
	enum vh_rc rc = cli_sync_until(c, &until);
	if (rc == VH_OK)
		rc = night_take(&c->cx, c->priv->holder);
	if (rc != VH_OK)
		return rc;
	cJSON *list = view_arr(&c->view, c->view.root, "steps");
	size_t n = sizeof steps / sizeof *steps;
	for (size_t i = 0; rc == VH_OK && i < n; i++) {
		cli_progress(c, steps[i].name, (int64_t)i, (int64_t)n);
		rc = run_step(c, list, i);
	}
	c->cx.now = now_ms();
	enum vh_rc end = night_drop(&c->cx, c->priv->holder);
	view_bool(&c->view, c->view.root, "ok", !c->partly);
	return rc == VH_OK ? end : rc;
}

static const struct opt night_opts[] = {
	{ "wait", "S", "sync goes on retrying so many seconds after the last success (30)" },
	OPT_UNTIL,
	{ 0 },
};

const struct command cmd_night[] = {
	{ "night", "", "the nightly job; a second run does nothing twice", night_opts, 0, 0,
	  CLI_WRITE, run_night, LIM_ARENA_IMPORT },
	{ 0 },
};
