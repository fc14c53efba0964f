/*
 * A village to look at: a registry below one folder, a ledger of invented people, plates, a server,
 * and a twin in the place of the upstream, all on this machine alone. What is shown on the terminal
 * (passwords, codes, invitations) is new with every start and lies in no file in clear.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "demo.h"
#include "plate_print.h"
#include "vh/date.h"
#include "vh/ledger_import.h"
#include "vh/limits.h"
#include "vh/outbox.h"
#include "vh/place.h"
#include "vh/qr.h"
#include "vh/sync.h"
#include "vh/sync_wire.h"

#define AREA "310116104205"
#define UPSTREAM "twin"
#define IMPORTED "demo/imported"

enum { SERVER, TWIN, CHILDREN, PORT = 8080 };

struct demo {
	const char *dir, *ledger;
	int64_t port; /* 0: PORT, or any when that is taken */
	struct hotel h;
	struct child child[CHILDREN];
	const char *address, *upstream, *secret, *pdf;
	struct demo_people people;
	struct sync_sums sums;
	int64_t plates;
	int lock;
};

static const char *in_dir(struct cli *c, const struct demo *d, const char *name)
{
	return arena_printf(c->cx.a, "%s/%s", d->dir, name);
}

static enum vh_rc make_dirs(struct cli *c, const char *path)
{
	char *p = arena_dup(c->cx.a, path);
	if (!p)
		return ctx_nomem(&c->cx);
	for (char *at = p + 1;; at++) {
		char was = *at;
		if (was != '/' && was)
			continue;
		*at = '\0';
		if (mkdir(p, 0700) && errno != EEXIST)
			return ctx_fail(&c->cx, VH_IO, "dir", "dir", "%s: %s", p, strerror(errno));
		if (!was)
			return VH_OK;
		*at = was;
	}
}

/* One demo at a time in a folder; the lock goes with the process. */
static enum vh_rc take_dir(struct cli *c, struct demo *d)
{
	enum vh_rc rc = make_dirs(c, d->dir);
	const char *path = rc == VH_OK ? in_dir(c, d, "demo.lock") : NULL;
	if (rc == VH_OK && !path)
		rc = ctx_nomem(&c->cx);
	if (rc != VH_OK)
		return rc;
	d->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (d->lock < 0 || flock(d->lock, LOCK_EX | LOCK_NB))
		return ctx_fail(&c->cx, VH_BUSY, "demo", "dir", "another demo is at work in %s",
		                d->dir);
	return VH_OK;
}

static enum vh_rc open_registry(struct cli *c, struct demo *d)
{
	struct cli_registry in = { .url = NULL };
	c->db = in_dir(c, d, "vhotel.db");
	c->key_file = in_dir(c, d, "vhotel.key");
	if (!c->db || !c->key_file)
		return ctx_nomem(&c->cx);
	enum vh_rc rc;
	if (access(c->db, F_OK)) {
		in.csv = cli_areas_builtin(&in.n);
		rc = cli_make_registry(c, &in);
	} else {
		rc = cli_open_keys(c);
		if (rc == VH_OK)
			rc = cli_open_db(c);
	}
	return rc == VH_OK ? cli_open_slot(c) : rc;
}

static enum vh_rc open_hotel(struct cli *c, struct demo *d)
{
	struct hotel_new n = { .area = AREA,
		               .desk_phone = "021-00000000",
		               .entrusted_by = "演示",
		               .retention_months = 24 };
	int64_t id;
	enum vh_rc rc = hotel_open_by(&c->cx, AREA, &d->h);
	if (rc != VH_NOTFOUND)
		return rc;
	err_clear(&c->cx.err);
	rc = hotel_add(&c->cx, &n, &id);
	return rc == VH_OK ? hotel_open_by(&c->cx, AREA, &d->h) : rc;
}

static enum vh_rc was_imported(struct ctx *cx, void *arg)
{
	(void)arg;
	const char *there;
	return setting_get(cx, IMPORTED, &there);
}

static enum vh_rc is_imported(struct ctx *cx, void *arg)
{
	(void)arg;
	return setting_put(cx, IMPORTED, "yes");
}

static void progress(void *arg, uint32_t done, uint32_t rows)
{
	cli_progress(arg, "ledger", done, rows);
}

static enum vh_rc import(struct cli *c, struct demo *d)
{
	struct ledger_how how = { .progress = progress, .arg = c };
	struct ledger_result r;
	struct sheet *s;
	size_t refused = 0;
	enum vh_rc rc = db_read(&c->cx, was_imported, NULL);
	if (rc != VH_NOTFOUND)
		return rc;
	err_clear(&c->cx.err);
	rc = sheet_open_file(d->ledger, &s, &c->cx.err);
	if (rc != VH_OK)
		return rc;
	rc = ledger_import(&c->cx, d->h.area, s, &how, &r);
	sheet_close(s);
	cli_progress(c, "", 0, 0);
	if (rc == VH_OK)
		rc = db_write(&c->cx, is_imported, NULL);
	if (rc != VH_OK)
		return rc;
	for (const struct ledger_item *i = r.refused; i; i = i->next)
		refused++;
	cli_say(c, "ledger    %lld rows: %lld houses, %lld rooms, %lld people, %zu rows refused",
	        (long long)r.rows, (long long)r.houses, (long long)r.rooms, (long long)r.people,
	        refused);
	return VH_OK;
}

static enum vh_rc set_url(struct ctx *cx, void *arg)
{
	const struct demo *d = arg;
	return setting_put(cx, "public_url", d->address);
}

static enum vh_rc serve_at(struct cli *c, struct demo *d, int64_t port)
{
	const char *listen = arena_printf(c->cx.a, "127.0.0.1:%lld", (long long)port);
	const char *log = in_dir(c, d, "server.log");
	if (!listen || !log)
		return ctx_nomem(&c->cx);
	const char *const args[] = { "serve",     "--db",     c->db,  "--key-file",
		                     c->key_file, "--listen", listen, NULL };
	enum vh_rc rc = child_start(c, "server", args, log, &d->child[SERVER]);
	if (rc == VH_OK)
		rc = child_address(c, &d->child[SERVER], &d->address);
	if (rc != VH_OK)
		children_stop(&d->child[SERVER], 1);
	return rc;
}

/* The usual port, or any other when somebody else has it; what is asked for is not bent. */
static enum vh_rc serve(struct cli *c, struct demo *d)
{
	enum vh_rc rc = serve_at(c, d, d->port ? d->port : PORT);
	if (rc == VH_BUSY && !d->port) {
		err_clear(&c->cx.err);
		rc = serve_at(c, d, 0);
	}
	return rc == VH_OK ? db_write(&c->cx, set_url, d) : rc;
}

struct known {
	const char *secret; /* NULL: no such upstream yet */
};

static enum vh_rc read_secret(struct ctx *cx, void *arg)
{
	struct known *k = arg;
	struct upstream u;
	k->secret = NULL;
	enum vh_rc rc = upstream_get(cx, UPSTREAM, &u);
	if (rc == VH_NOTFOUND)
		return VH_OK;
	return rc == VH_OK ? outbox_secret(cx, &u, &k->secret) : rc;
}

/* The twin gets the secret that the registry has; its port is another each time. */
static enum vh_rc twin(struct cli *c, struct demo *d)
{
	struct known k = { NULL };
	const char *at = NULL, *log = in_dir(c, d, "twin.log"), *book = in_dir(c, d, "twin.json");
	enum vh_rc rc = db_read(&c->cx, read_secret, &k);
	if (rc != VH_OK)
		return rc;
	const char *secret = k.secret ? k.secret : webhook_secret_new(c->cx.a);
	if (!secret || !log || !book)
		return ctx_nomem(&c->cx);
	const char *const args[] = { "twin", "--listen", "127.0.0.1:0", "--secret",
		                     secret, "--report", book,          NULL };
	rc = child_start(c, "twin", args, log, &d->child[TWIN]);
	if (rc == VH_OK)
		rc = child_address(c, &d->child[TWIN], &at);
	if (rc != VH_OK)
		return rc;
	d->upstream = arena_printf(c->cx.a, "%s/upstream/events", at);
	if (!d->upstream)
		return ctx_nomem(&c->cx);
	if (k.secret)
		return outbox_upstream_change(&c->cx, UPSTREAM,
		                              &(struct upstream_change){ .url = d->upstream });
	return outbox_upstream_add(&c->cx, UPSTREAM, d->upstream, secret, false);
}

static enum vh_rc print_plates(struct cli *c, struct demo *d)
{
	struct print_done done = { .plates = 0 };
	d->pdf = in_dir(c, d, "plates.pdf");
	if (!d->pdf)
		return ctx_nomem(&c->cx);
	struct print_job job = { .hotel = d->h.id, .format = PRINT_PDF, .out = d->pdf };
	enum vh_rc rc = plates_print(&c->cx, &job, &done);
	d->plates = done.plates;
	if (rc != VH_NOTFOUND || strcmp(err_code(&c->cx.err), "font"))
		return rc;
	cli_warn(c, "font", "%s: no sheets are printed", err_text(&c->cx.err));
	err_clear(&c->cx.err);
	return VH_OK;
}

static enum vh_rc sync_once(struct cli *c, struct demo *d)
{
	struct sync_opts opts = { .wait_ms = SYNC_WAIT_MS,
		                  .upstream = UPSTREAM,
		                  .tell = cli_sync_told,
		                  .arg = c };
	c->cx.now = now_ms();
	enum vh_rc rc = sync_run(&c->cx, &opts, &d->sums);
	cli_progress(c, "", 0, 0);
	return rc;
}

/* The first plate that hangs on a room. */
static enum vh_rc first_plate(struct ctx *cx, const struct plate_show *p, void *arg)
{
	struct plate_show *ret = arg;
	(void)cx;
	if (!ret->url)
		*ret = *p;
	return VH_OK;
}

static enum vh_rc show_plate(struct cli *c, const struct demo *d)
{
	struct plate_show p = { .url = NULL };
	struct qr q;
	struct buf b;
	enum vh_rc rc = plate_each(&c->cx, d->h.id, false, first_plate, &p);
	if (rc == VH_OK)
		rc = p.url ? qr_encode(p.url, &q) : VH_NOTFOUND;
	if (rc != VH_OK)
		return rc;
	buf_init(&b, LIM_PAYLOAD);
	qr_term(&q, isatty(1), &b);
	cli_say(c, "\n%s %s, plate %s: %s\n%s", p.house.address, p.room.no, p.serial, p.url,
	        buf_str(&b));
	rc = buf_ok(&b) ? VH_OK : ctx_nomem(&c->cx);
	buf_done(&b);
	return rc;
}

static enum vh_rc show(struct cli *c, const struct demo *d)
{
	cli_say(c, "plates    %s (%lld)", d->pdf, (long long)d->plates);
	cli_say(c, "upstream  %s: %lld events accepted, %lld left", d->upstream,
	        (long long)(d->sums.accepted + d->sums.duplicate), (long long)d->sums.left);
	cli_say(c, "logs      %s/server.log, %s/twin.log", d->dir, d->dir);
	enum vh_rc rc = show_plate(c, d);
	if (rc != VH_OK)
		return rc;
	cli_say(c, "%s is open at %s/\n", d->h.name, d->address);
	cli_say(c,
	        "landlord  of %s: open this and choose a PIN of six digits\n          %s/enrol/%s",
	        d->people.landlord_house, d->address, d->people.landlord);
	cli_say(c,
	        "tenant    in %s: open this and choose a PIN of six digits\n          "
	        "%s/enrol/%s\n",
	        d->people.tenant_room, d->address, d->people.tenant);
	view_str(&c->view, c->view.root, "address", d->address);
	view_str(&c->view, c->view.root, "plates", d->pdf);
	return VH_OK;
}

/* Until a signal, or until one of the two has ended by itself. */
static enum vh_rc wait_for_end(struct cli *c, struct demo *d, const sigset_t *ends)
{
	const struct timespec tick = { .tv_sec = 1 };
	int64_t step = now_ms() / 30000, slot_at = now_ms() + 20 * 60 * 1000;
	int lines = c->json ? 0 : demo_codes(&d->people);
	while (sigtimedwait(ends, NULL, &tick) < 0) {
		for (int i = 0; i < CHILDREN; i++)
			if (child_ended(&d->child[i]))
				return ctx_fail(&c->cx, VH_IO, "child", "",
				                "the %s has ended; see its log", d->child[i].name);
		if (now_ms() > slot_at) {
			slot_at = now_ms() + 20 * 60 * 1000;
			if (cli_slot_renew(c) != VH_OK)
				err_clear(&c->cx.err);
		}
		if (now_ms() / 30000 == step || !lines || !isatty(1))
			continue;
		step = now_ms() / 30000;
		printf("\033[%dA", lines);
		demo_codes(&d->people);
	}
	cli_say(c, "\nstopping");
	return VH_OK;
}

static enum vh_rc set_up(struct cli *c, struct demo *d)
{
	typedef enum vh_rc step_fn(struct cli *, struct demo *);
	static step_fn *const steps[] = { take_dir, open_registry, open_hotel,   import,
		                          serve,    twin,          print_plates, sync_once };
	enum vh_rc rc = VH_OK;
	for (size_t i = 0; rc == VH_OK && i < sizeof steps / sizeof *steps; i++) {
		c->cx.now = now_ms();
		rc = steps[i](c, d);
	}
	c->cx.now = now_ms();
	if (rc == VH_OK)
		rc = demo_people(c, &d->h, &d->people);
	return rc == VH_OK ? show(c, d) : rc;
}

static enum vh_rc run_demo(struct cli *c)
{
	struct demo d = { .lock = -1 };
	sigset_t ends;
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	/* Before any thread starts: all of them leave the signals to the loop at the end. */
	sigprocmask(SIG_BLOCK, &ends, NULL);
	d.dir = cli_opt(c, "dir") ? cli_opt(c, "dir") : "var/demo";
	d.ledger = cli_opt(c, "ledger") ? cli_opt(c, "ledger") : "deploy/demo/ledger.csv";
	enum vh_rc rc = cli_opt_i64(c, "port", 1, 65535, 0, &d.port);
	if (rc == VH_OK)
		rc = set_up(c, &d);
	if (rc == VH_OK)
		rc = wait_for_end(c, &d, &ends);
	children_stop(d.child, CHILDREN);
	if (d.lock >= 0)
		close(d.lock);
	return rc;
}

static const struct opt demo_opts[] = {
	{ "dir", "DIR", "where everything lies (var/demo)" },
	{ "port", "N", "of the server (8080, or a free one)" },
	{ "ledger", "FILE", "what is taken in at the first start (deploy/demo/ledger.csv)" },
	{ 0 },
};

const struct command cmd_demo[] = {
	{ "demo", "", "a village to look at, until Ctrl-C", demo_opts, 0, 0, 0, run_demo,
	  LIM_ARENA_IMPORT },
	{ 0 },
};
