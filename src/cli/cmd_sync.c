/* What goes up, what became of it, and once more. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli_impl.h"
#include "vh/date.h"
#include "vh/id.h"
#include "vh/log.h"
#include "vh/lots.h"
#include "vh/sync.h"
#include "vh/sync_down.h"
#include "vh/sync_reconcile.h"
#include "vh/sync_recover.h"

enum { LIST_MOST = 10000, LIST_USUAL = 100 };

static const char *const states[] = { "due",      "sending",  "unknown", "retry",
	                              "accepted", "rejected", "dead",    "superseded" };

#define OPT_UPSTREAM { "upstream", "NAME", "this one alone; all if not given" }

static const struct opt run_opts[] = {
	{ "wait", "S", "go on retrying for so many seconds after the last success (30)" },
	{ "timeout", "S", "wait so long for one answer (30)" },
	{ "as-is", NULL, "after a restore: go on without what was lost" },
	OPT_UNTIL,
	OPT_UPSTREAM,
	{ 0 },
};
static const struct opt status_opts[] = { OPT_UPSTREAM, { 0 } };
static const struct opt list_opts[] = {
	{ "state", "STATE", "due, unknown, retry, accepted, …; dead and rejected if not given" },
	{ "limit", "N", "at most so many of each state (100)" },
	OPT_UPSTREAM,
	{ 0 },
};
static const struct opt replay_opts[] = {
	{ "all", NULL, "all that are dead or rejected" },
	OPT_UPSTREAM,
	{ 0 },
};

/* --- run --- */

static const struct {
	const char *name;
	size_t at;
} sums_told[] = {
	{ "sent", offsetof(struct sync_sums, sent) },
	{ "accepted", offsetof(struct sync_sums, accepted) },
	{ "duplicate", offsetof(struct sync_sums, duplicate) },
	{ "rejected", offsetof(struct sync_sums, rejected) },
	{ "dead", offsetof(struct sync_sums, dead) },
	{ "unknown", offsetof(struct sync_sums, unknown) },
	{ "left", offsetof(struct sync_sums, left) },
};

void cli_sync_told(void *arg, const struct sync_sums *s)
{
	int64_t done = s->accepted + s->duplicate + s->rejected + s->dead;
	cli_progress(arg, "sync", done, s->left);
}

void cli_sync_log(const struct sync_sums *s, int64_t from)
{
	if (isatty(2))
		return;
	LOG(LOG_INFO, "sync.done", KN("upstreams", s->ways), KN("sent", s->sent),
	    KN("accepted", s->accepted + s->duplicate), KN("again", s->again),
	    KN("rejected", s->rejected), KN("dead", s->dead), KN("unknown", s->unknown),
	    KN("left", s->left), KN("ms", now_ms() - from));
}

static enum vh_rc zone_step(struct ctx *cx, void *arg)
{
	struct hotel *list = NULL;
	enum vh_rc rc = hotel_list(cx, &list);
	*(int *)arg = list ? list->zone_min : 0;
	return rc;
}

enum vh_rc cli_sync_until(struct cli *c, int64_t *ret)
{
	const char *text = cli_opt(c, "until");
	int hour = 0, minute = 0, zone = 0, end = 0;
	*ret = 0;
	if (!text)
		return VH_OK;
	if (sscanf(text, "%2d:%2d%n", &hour, &minute, &end) != 2 || text[end] || hour < 0 ||
	    hour > 23 || minute < 0 || minute > 59)
		return cli_usage(c, "--until: %s is not a time of day like 05:30", text);
	enum vh_rc rc = db_read(&c->cx, zone_step, &zone);
	int64_t now = now_ms(), at = ((int64_t)hour * 60 + minute) * 60000;
	int32_t today = day_of(now, zone);
	*ret = day_start(today, zone) + at;
	if (*ret <= now)
		*ret = day_start(today + 1, zone) + at;
	return rc;
}

static enum vh_rc cmd_run(struct cli *c)
{
	struct sync_opts opts = { .upstream = cli_opt(c, "upstream"), .tell = cli_sync_told,
		                  .arg = c, .as_is = cli_opt(c, "as-is") != NULL };
	struct sync_sums sums;
	int64_t wait = 0, timeout = 0;
	enum vh_rc rc = cli_opt_i64(c, "wait", 0, 86400, SYNC_WAIT_MS / 1000, &wait);
	if (rc == VH_OK)
		rc = cli_opt_i64(c, "timeout", 1, 600, 30, &timeout);
	if (rc == VH_OK)
		rc = cli_sync_until(c, &opts.until);
	if (rc != VH_OK)
		return rc;
	opts.wait_ms = wait * 1000;
	opts.total_ms = (int)timeout * 1000;
	int64_t from = now_ms();
	rc = sync_run(&c->cx, &opts, &sums);
	cli_progress(c, "sync", 0, 0);
	if (rc != VH_OK)
		return rc;
	cli_sync_log(&sums, from);
	for (size_t i = 0; i < sizeof sums_told / sizeof *sums_told; i++) {
		int64_t v = *(const int64_t *)(const void *)((const char *)&sums + sums_told[i].at);
		view_num(&c->view, c->view.root, sums_told[i].name, (double)v);
		cli_say(c, "%-10s %" PRId64, sums_told[i].name, v);
	}
	if (!sums.ways)
		cli_warn(c, "no_upstream", "no upstream is open: nothing can be reported");
	bool moved = sums.accepted + sums.duplicate + sums.rejected + sums.dead > 0;
	c->partly = sums.dead || sums.left;
	c->exit = sums.again && !moved ? rc_exit_code(VH_BUSY) : 0;
	return VH_OK;
}

/* --- which upstreams --- */

struct pick {
	const char *name;
	struct upstream *list, one;
	struct hotel *hotels;
};

static enum vh_rc pick_step(struct ctx *cx, void *arg)
{
	struct pick *p = arg;
	enum vh_rc rc = hotel_list(cx, &p->hotels);
	if (rc != VH_OK || !p->name)
		return rc == VH_OK ? upstream_list(cx, &p->list) : rc;
	rc = upstream_get(cx, p->name, &p->one);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "upstream", "upstream", "there is no upstream %s", p->name);
	p->one.next = NULL;
	p->list = &p->one;
	return rc;
}

static enum vh_rc pick(struct cli *c, struct pick *ret)
{
	*ret = (struct pick){ .name = cli_opt(c, "upstream") };
	return db_read(&c->cx, pick_step, ret);
}

static const char *area_of(const struct pick *p, int64_t hotel)
{
	for (const struct hotel *h = p->hotels; h; h = h->next)
		if (h->id == hotel)
			return h->area;
	return NULL;
}

/* --- status --- */

static void show_status(struct cli *c, cJSON *o, const struct upstream *u,
                        const struct outbox_counts *n)
{
	const int64_t of[] = { n->due,      n->sending,  n->unknown, n->retry,
		               n->accepted, n->rejected, n->dead,    n->superseded };
	view_str(&c->view, o, "name", u->name);
	view_str(&c->view, o, "state", u->state);
	view_num(&c->view, o, "waiting", (double)n->waiting);
	cli_say(c, "%s (%s): %" PRId64 " waiting", u->name, u->state, n->waiting);
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		view_num(&c->view, o, states[i], (double)of[i]);
		if (of[i])
			cli_say(c, "  %-10s %" PRId64, states[i], of[i]);
	}
	cli_put_instant(c, o, "next_at", n->next_at);
}

static enum vh_rc cmd_status(struct cli *c)
{
	struct pick p;
	enum vh_rc rc = pick(c, &p);
	cJSON *all = view_arr(&c->view, c->view.root, "upstreams");
	for (const struct upstream *u = p.list; rc == VH_OK && u; u = u->next) {
		struct outbox_counts n;
		rc = outbox_count(&c->cx, u, &n);
		if (rc == VH_OK)
			show_status(c, view_obj(&c->view, all, NULL), u, &n);
	}
	if (rc == VH_OK && !p.list)
		cli_warn(c, "no_upstream", "no upstream is set: nothing can be reported");
	return rc;
}

/* --- list --- */

static void show_delivery(struct cli *c, const struct pick *p, const struct upstream *u,
                          const struct delivery *d)
{
	const char *area = area_of(p, d->hotel);
	cJSON *o = view_obj(&c->view, c->view.root, NULL);
	view_str(&c->view, o, "upstream", u->name);
	view_str(&c->view, o, "hotel", area);
	view_id(&c->view, o, "event", d->event);
	view_num(&c->view, o, "sequence", (double)d->seq);
	view_str(&c->view, o, "state", d->state);
	view_num(&c->view, o, "attempts", (double)d->attempts);
	cli_put_instant(c, o, "sent_at", d->sent_at);
	cli_put_instant(c, o, "next_at", d->next_at);
	cli_put_instant(c, o, "done_at", d->done_at);
	view_num(&c->view, o, "status", (double)d->status);
	view_str(&c->view, o, "code", d->code);
	view_str(&c->view, o, "detail", d->detail);
	view_str(&c->view, o, "receipt", d->receipt);
	cli_say(c, "%s %s event %" PRId64 " %s after %" PRId64 " attempts%s%s", u->name,
	        area ? area : "-", d->event, d->state, d->attempts, d->code ? ": " : "",
	        d->code ? d->code : "");
}

static enum vh_rc list_state(struct cli *c, const struct pick *p, const char *state, int64_t limit)
{
	enum vh_rc rc = VH_OK;
	for (const struct upstream *u = p->list; rc == VH_OK && u; u = u->next) {
		struct delivery *list = NULL;
		rc = outbox_list(&c->cx, u, state, limit, &list);
		for (const struct delivery *d = list; rc == VH_OK && d; d = d->next)
			show_delivery(c, p, u, d);
	}
	return rc;
}

static enum vh_rc cmd_list(struct cli *c)
{
	const char *state = cli_opt(c, "state");
	int64_t limit = 0;
	struct pick p;
	enum vh_rc rc = cli_opt_i64(c, "limit", 1, LIST_MOST, LIST_USUAL, &limit);
	bool known = state == NULL;
	for (size_t i = 0; state && i < sizeof states / sizeof *states; i++)
		known |= strcmp(states[i], state) == 0;
	if (rc == VH_OK && !known)
		return cli_usage(c, "--state: there is no state %s", state);
	if (rc == VH_OK)
		rc = pick(c, &p);
	if (rc != VH_OK)
		return rc;
	cli_list(c);
	if (state)
		return list_state(c, &p, state, limit);
	rc = list_state(c, &p, "rejected", limit);
	return rc == VH_OK ? list_state(c, &p, "dead", limit) : rc;
}

/* --- replay --- */

static enum vh_rc cmd_replay(struct cli *c)
{
	const char *text = cli_arg(c, 0);
	int64_t event = 0, total = 0;
	struct pick p;
	if ((text == NULL) == (cli_opt(c, "all") == NULL))
		return cli_usage(c, "one event or --all");
	if (text && id_parse(text, &event) != VH_OK)
		return cli_usage(c, "%s is not the id of an event", text);
	enum vh_rc rc = pick(c, &p);
	for (const struct upstream *u = p.list; rc == VH_OK && u; u = u->next) {
		int64_t n = 0;
		rc = outbox_replay(&c->cx, u, event, &n);
		total += n;
	}
	if (rc != VH_OK)
		return rc;
	if (event && !total)
		return ctx_fail(&c->cx, VH_NOTFOUND, "event", "event",
		                "no dead or rejected event has this id");
	view_num(&c->view, c->view.root, "replayed", (double)total);
	cli_say(c, "%" PRId64 " will be sent again", total);
	return VH_OK;
}

/* --- attempts --- */

static const struct opt attempts_opts[] = { OPT_HOTEL, OPT_UPSTREAM, { 0 } };

static void show_attempt(struct cli *c, cJSON *list, const struct upstream *u,
                         const struct attempt *a)
{
	cJSON *o = view_obj(&c->view, list, NULL);
	char at[INSTANT_TEXT];
	instant_format(a->at, at);
	view_str(&c->view, o, "upstream", u->name);
	view_str(&c->view, o, "at", at);
	const struct {
		const char *name;
		int64_t n;
	} all[] = { { "ms", a->ms },         { "events", a->events },     { "bytes", a->bytes },
		    { "epoch", a->epoch },   { "first", a->first_seq },   { "last", a->last_seq },
		    { "status", a->status }, { "accepted", a->accepted },
		    { "rejected", a->rejected } };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		view_num(&c->view, o, all[i].name, (double)all[i].n);
	view_str(&c->view, o, "code", a->code);
	cli_say(c, "%s %s %" PRId64 "-%" PRId64 " %s %" PRId64 " ms", at, u->name, a->first_seq,
	        a->last_seq, a->code, a->ms);
}

static enum vh_rc cmd_attempts(struct cli *c)
{
	enum { PAGE = 500, MOST = 20000 };
	struct hotel h;
	struct pick p;
	enum vh_rc rc = cli_hotel(c, &h);
	if (rc == VH_OK)
		rc = pick(c, &p);
	cJSON *list = rc == VH_OK ? cli_list(c) : NULL;
	for (const struct upstream *u = p.list; rc == VH_OK && u; u = u->next) {
		struct attempt *page = NULL;
		int64_t after = 0, shown = 0;
		do {
			rc = outbox_attempts(&c->cx, u, &h, after, PAGE, &page);
			for (const struct attempt *a = page; rc == VH_OK && a; a = a->next) {
				show_attempt(c, list, u, a);
				after = a->id;
				shown++;
			}
		} while (rc == VH_OK && page && shown < MOST);
	}
	return rc;
}

/* --- lots --- */

static enum vh_rc cmd_lots(struct cli *c)
{
	struct pick p;
	enum vh_rc rc = pick(c, &p);
	cJSON *list = rc == VH_OK ? cli_list(c) : NULL;
	for (const struct upstream *u = p.list; rc == VH_OK && u; u = u->next) {
		struct lot *lots = NULL;
		rc = lots_list(&c->cx, u, LIST_USUAL, &lots);
		for (const struct lot *l = lots; rc == VH_OK && l; l = l->next) {
			cJSON *o = view_obj(&c->view, list, NULL);
			view_str(&c->view, o, "upstream", u->name);
			view_str(&c->view, o, "hotel", area_of(&p, l->hotel));
			view_str(&c->view, o, "lot", l->name);
			view_str(&c->view, o, "state", l->state);
			cli_put_instant(c, o, "at", l->at);
			cli_put_instant(c, o, "next_at", l->next_at);
			cli_put_instant(c, o, "done_at", l->done_at);
			view_num(&c->view, o, "polls", (double)l->polls);
			cli_say(c, "%s lot %s %s after %" PRId64 " polls", u->name, l->name,
			        l->state, l->polls);
		}
	}
	return rc;
}

/* --- reconcile --- */

static const struct opt reconcile_opts[] = {
	{ "repair", NULL, "tell again what is missing above or differs there" },
	OPT_UPSTREAM,
	{ 0 },
};

static void show_diff(struct cli *c, cJSON *list, const struct diff *d)
{
	static const char *const what[] = { "house", "room", "stay" };
	cJSON *o = view_obj(&c->view, list, NULL);
	view_str(&c->view, o, "upstream", d->upstream);
	view_str(&c->view, o, "hotel", d->area);
	view_str(&c->view, o, "kind", diff_name(d->kind));
	view_str(&c->view, o, "what", what[d->what]);
	view_id(&c->view, o, "id", d->id);
	view_bool(&c->view, o, "repaired", d->repaired);
	cli_say(c, "%s %s: %s %" PRId64 " %s%s", d->upstream, d->area, what[d->what], d->id,
	        diff_name(d->kind), d->repaired ? ", told again" : "");
}

static enum vh_rc cmd_reconcile(struct cli *c)
{
	const struct reconcile_opts opts = { .upstream = cli_opt(c, "upstream"),
		                             .repair = cli_opt(c, "repair") != NULL };
	struct reconcile_sums n;
	struct sync_down_sums down;
	struct diff *list = NULL;
	struct pick p;
	enum vh_rc rc = pick(c, &p);
	if (rc == VH_OK)
		rc = sync_reconcile(&c->cx, &opts, &n, &list);
	if (rc == VH_OK)
		rc = sync_down(&c->cx, opts.upstream, &down);
	if (rc != VH_OK)
		return rc;
	const struct {
		const char *name;
		int64_t n;
	} told[] = { { "asked", n.asked },   { "waiting", n.waiting }, { "mute", n.mute },
		     { "resent", n.resent }, { "differ", n.differ },   { "repaired", n.repaired },
		     { "tasks", down.got.tasks }, { "looks", down.got.looks },
		     { "remarks", down.got.remarks } };
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		view_num(&c->view, c->view.root, told[i].name, (double)told[i].n);
		cli_say(c, "%-10s %" PRId64, told[i].name, told[i].n);
	}
	cJSON *to = view_arr(&c->view, c->view.root, "differences");
	for (; list; list = list->next)
		show_diff(c, to, list);
	c->partly = n.differ || n.resent || n.waiting || n.mute;
	return VH_OK;
}

/* --- recover --- */

static const struct opt recover_opts[] = {
	{ "force", NULL, "what was changed since the restore wins over what comes back" },
	OPT_UPSTREAM,
	{ 0 },
};

static enum vh_rc cmd_recover(struct cli *c)
{
	const struct sync_recover_opts opts = { .upstream = cli_opt(c, "upstream"),
		                                .force = cli_opt(c, "force") != NULL };
	struct recover_sums n;
	struct pick p;
	enum vh_rc rc = pick(c, &p);
	if (rc == VH_OK)
		rc = sync_recover(&c->cx, &opts, &n);
	if (rc != VH_OK)
		return rc;
	const struct {
		const char *name;
		int64_t n;
	} told[] = { { "taken", n.taken },     { "known", n.known },   { "erased", n.erased },
		     { "refused", n.refused }, { "plates", n.plates }, { "leases", n.leases },
		     { "no_landlord", n.no_landlord } };
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		view_num(&c->view, c->view.root, told[i].name, (double)told[i].n);
		cli_say(c, "%-12s %" PRId64, told[i].name, told[i].n);
	}
	if (n.plates)
		cli_warn(c, "plates", "%" PRId64 " doors have new plates: print and hang them",
		         n.plates);
	if (n.no_landlord)
		cli_warn(c, "no_landlord", "%" PRId64 " houses have no landlord here",
		         n.no_landlord);
	c->partly = n.refused != 0;
	return VH_OK;
}

const struct command cmd_sync[] = {
	{
		.name = "sync run", .args = "", .opts = run_opts,
		.help = "send what is due to the upstreams", .needs = CLI_DB, .run = cmd_run,
	},
	{
		.name = "sync status", .args = "", .opts = status_opts,
		.help = "how much waits, was accepted, was refused", .needs = CLI_DB,
		.run = cmd_status,
	},
	{
		.name = "sync list", .args = "", .opts = list_opts,
		.help = "events with their state and reason", .needs = CLI_DB, .run = cmd_list,
	},
	{
		.name = "sync reconcile", .args = "", .opts = reconcile_opts,
		.help = "ask the upstreams whether they hold what we hold", .needs = CLI_WRITE,
		.run = cmd_reconcile,
	},
	{
		.name = "sync recover", .args = "", .opts = recover_opts,
		.help = "after a restore: get back what the upstreams were told",
		.needs = CLI_WRITE, .run = cmd_recover,
	},
	{
		.name = "sync attempts", .args = "", .opts = attempts_opts,
		.help = "every try to send of a hotel, as evidence", .needs = CLI_DB,
		.run = cmd_attempts,
	},
	{
		.name = "sync lots", .args = "", .opts = status_opts,
		.help = "what upstreams took and judge later, the latest first", .needs = CLI_DB,
		.run = cmd_lots,
	},
	{
		.name = "sync replay", .args = "[EVENT]", .opts = replay_opts, .most = 1,
		.help = "send dead or rejected events again", .needs = CLI_DB, .run = cmd_replay,
	},
	{ 0 },
};
