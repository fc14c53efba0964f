/* Plates: printed, shown, bound to a door, revoked and replaced. Nobody's data are on them. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cli_impl.h"
#include "plate_print.h"
#include "vh/cli.h"
#include "vh/find.h"
#include "vh/limits.h"
#include "vh/qr.h"

#define UNBOUND_MAX 10000
#define TERM_MAX (256u << 10)
#define LIST_BATCH 500
#define OPT_REASON { "reason", "TEXT", "why; stands in the journal" }

static const struct opt print_opts[] = {
	OPT_HOTEL,
	{ "format", "pdf|svg|png", "sheets to print, or a picture of each code (pdf)" },
	{ "out", "PATH", "a file for pdf, a folder for svg and png" },
	{ "houses", NULL, "the large plates of houses instead of rooms'" },
	{ "unbound", "N", "make N new plates for doors that are not known yet, and print those" },
	{ 0 },
};
static const struct opt bind_opts[] = {
	OPT_HOTEL,
	{ "house", "NO", "the house's number in the hotel, as on the rack, or its id" },
	{ "room", "NO", "the room's number in it; without: the plate is the house's" },
	{ 0 },
};
static const struct opt reason_opts[] = { OPT_HOTEL, OPT_REASON, { 0 } };
static const struct opt list_opts[] = {
	OPT_HOTEL,
	{ "unbound", NULL, "those that hang nowhere yet" },
	{ "houses", NULL, "the plates of houses instead of rooms'" },
	{ 0 },
};
static const struct opt show_opts[] = { OPT_HOTEL, { 0 } };

static enum vh_rc format_of(struct cli *c, enum print_format *ret)
{
	static const char *const name[PRINT__MAX] = {
		[PRINT_PDF] = "pdf", [PRINT_SVG] = "svg", [PRINT_PNG] = "png",
	};
	const char *s = cli_opt(c, "format");

	if (!s)
		s = "pdf";
	for (int i = 0; i < PRINT__MAX; i++)
		if (strcmp(s, name[i]) == 0) {
			*ret = (enum print_format)i;
			return VH_OK;
		}
	return cli_usage(c, "--format: pdf, svg or png is expected");
}

static void warn_print(struct cli *c, const struct print_done *d)
{
	if (d->url_unset)
		cli_warn(c, "public_url",
		         "no public URL is set, these plates lead nowhere: %s",
		         "set public_url in the configuration and start the service");
	if (d->host_long)
		cli_warn(c, "host_long", "the host is over %d characters: modules are under 1 mm",
		         PLATE_HOST_FITS);
	if (d->no_phone)
		cli_warn(c, "desk_phone", "the hotel has no desk phone to print");
	if (d->unknown)
		cli_warn(c, "font", "%" PRId64 " characters are in no installed font", d->unknown);
}

struct serial {
	int64_t hotel, number;
	char code[PLATE_CODE_TEXT];
};

static enum vh_rc serial_step(struct ctx *cx, void *arg)
{
	struct serial *s = arg;

	return plate_text(cx, s->hotel, s->number, s->code);
}

/* The plate of the first argument: a code as typed, a scanned URL, or a serial with --hotel. */
static enum vh_rc plate_arg(struct cli *c, struct plate_show *ret)
{
	const char *text = cli_arg(c, 0);
	struct serial s;
	struct hotel h;
	uint32_t number;
	enum vh_rc rc;

	if (serial_parse(text, &number) != VH_OK)
		return plate_find(&c->cx, text, ret);
	rc = cli_hotel(c, &h);
	if (rc != VH_OK)
		return rc;
	s = (struct serial){ .hotel = h.id, .number = number };
	rc = db_read(&c->cx, serial_step, &s);
	return rc == VH_OK ? plate_find(&c->cx, s.code, ret) : rc;
}

/* One plate again, after a replacement. */
static enum vh_rc pick_one(struct cli *c, struct print_job *job, struct plate_show *s)
{
	enum vh_rc rc = plate_arg(c, s);

	if (rc != VH_OK)
		return rc;
	if (job->unbound || job->houses)
		return cli_usage(c, "--unbound and --houses print others than the one named");
	if (!strcmp(s->plate.state, "revoked"))
		return ctx_fail(&c->cx, VH_CONFLICT, "plate_revoked", "code",
		                "%s is revoked: a new print of it would lead nowhere", s->serial);
	job->hotel = s->hotel.id;
	job->houses = s->house.id && !s->room.id;
	job->only = s;
	return VH_OK;
}

static enum vh_rc cmd_print(struct cli *c)
{
	struct print_job job = { .houses = cli_opt(c, "houses") != NULL };
	struct print_done done = { 0 };
	struct plate_show one;
	struct hotel h;
	enum vh_rc rc = format_of(c, &job.format);

	if (rc == VH_OK)
		rc = cli_opt_need(c, "out", &job.out);
	if (rc == VH_OK)
		rc = cli_opt_i64(c, "unbound", 1, UNBOUND_MAX, 0, &job.unbound);
	if (rc == VH_OK && cli_arg(c, 0)) {
		rc = pick_one(c, &job, &one);
	} else if (rc == VH_OK) {
		rc = cli_hotel(c, &h);
		job.hotel = rc == VH_OK ? h.id : 0;
	}
	if (rc != VH_OK)
		return rc;
	if (c->json) {
		done.list = cli_list(c);
		done.view = &c->view;
	}
	rc = plates_print(&c->cx, &job, &done);
	if (rc != VH_OK)
		return rc;
	warn_print(c, &done);
	if (job.format == PRINT_PDF)
		cli_say(c, "%" PRId64 " plates on %" PRId64 " pages: %s", done.plates, done.pages,
		        done.file);
	else
		cli_say(c, "%" PRId64 " plates in %s", done.plates, done.file);
	return VH_OK;
}

static void view_plate(struct cli *c, const struct plate_show *s)
{
	struct view *v = &c->view;
	cJSON *plate = view_obj(v, v->root, "plate"), *hotel = view_obj(v, v->root, "hotel"), *o;

	view_str(v, plate, "serial", s->serial);
	view_str(v, plate, "state", s->plate.state);
	view_str(v, plate, "code", s->code);
	view_str(v, plate, "url", s->url);
	view_str(v, hotel, "code", s->hotel.area);
	view_str(v, hotel, "name", s->hotel.name);
	if (s->house.id) {
		o = view_obj(v, v->root, "house");
		view_id(v, o, "id", s->house.id);
		view_num(v, o, "no", (double)s->house.no);
		view_str(v, o, "address", s->house.address);
	} else {
		view_null(v, v->root, "house");
	}
	if (s->room.id) {
		o = view_obj(v, v->root, "room");
		view_id(v, o, "id", s->room.id);
		view_str(v, o, "no", s->room.no);
		view_str(v, o, "letting", s->room.letting);
	} else {
		view_null(v, v->root, "room");
	}
}

static void say_plate(struct cli *c, const struct plate_show *s)
{
	cli_say(c, "%s  %s  %s", s->serial, s->plate.state, s->hotel.name);
	if (s->room.id)
		cli_say(c, "%s  %s", s->house.address, s->room.no);
	else if (s->house.id)
		cli_say(c, "%s", s->house.address);
	cli_say(c, "%s", s->url);
}

static enum vh_rc say_code(struct cli *c, const char *url)
{
	struct qr q;
	struct buf b;
	enum vh_rc rc = qr_encode(url, &q);

	if (rc != VH_OK)
		return ctx_fail(&c->cx, rc, "public_url", "", "%s does not fit a code", url);
	buf_init(&b, TERM_MAX);
	qr_term(&q, isatty(STDOUT_FILENO), &b);
	if (buf_ok(&b))
		cli_draw(c, buf_str(&b));
	else
		rc = ctx_nomem(&c->cx);
	buf_done(&b);
	return rc;
}

static enum vh_rc cmd_show(struct cli *c)
{
	struct plate_show s;
	enum vh_rc rc = plate_arg(c, &s);

	if (rc != VH_OK)
		return rc;
	view_plate(c, &s);
	if (!c->json)
		rc = say_code(c, s.url);
	say_plate(c, &s);
	return rc;
}

/* What was done to a plate is told by showing the plate as it is now. */
static enum vh_rc show_now(struct cli *c, const char *code)
{
	struct plate_show s;
	enum vh_rc rc = plate_find(&c->cx, code, &s);

	if (rc == VH_OK) {
		view_plate(c, &s);
		say_plate(c, &s);
	}
	return rc;
}

struct door {
	int64_t hotel, house_no;
	const char *room_no;
	int64_t house, room;
};

/* The number as it is painted on the door: 1-101 is another room than 1101. */
static enum vh_rc room_step(struct ctx *cx, struct door *d)
{
	struct room r;
	enum vh_rc rc = room_written(cx, d->hotel, d->house, d->room_no, &r);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, VH_NOTFOUND, "room", "room",
		                "house %" PRId64 " has no room %s", d->house_no, d->room_no);
	if (rc == VH_OK)
		d->room = r.id;
	return rc;
}

static enum vh_rc door_step(struct ctx *cx, void *arg)
{
	struct door *d = arg;
	struct house *list = NULL;
	enum vh_rc rc = house_list(cx, d->hotel, &list);

	if (rc != VH_OK)
		return rc;
	while (list && list->no != d->house_no && list->id != d->house_no)
		list = list->next;
	if (!list)
		return ctx_fail(cx, VH_NOTFOUND, "house", "house", "there is no house %" PRId64,
		                d->house_no);
	d->house = list->id;
	return d->room_no ? room_step(cx, d) : VH_OK;
}

static enum vh_rc cmd_bind(struct cli *c)
{
	struct door d = { .room_no = cli_opt(c, "room") };
	struct plate_show s;
	const char *needed;
	enum vh_rc rc = cli_opt_need(c, "house", &needed);

	if (rc == VH_OK)
		rc = cli_opt_i64(c, "house", 1, INT64_MAX, 0, &d.house_no);
	if (rc == VH_OK)
		rc = plate_arg(c, &s);
	if (rc != VH_OK)
		return rc;
	d.hotel = s.hotel.id;
	rc = db_read(&c->cx, door_step, &d);
	if (rc == VH_OK)
		rc = plate_bind(&c->cx, s.code, d.room, d.room ? 0 : d.house);
	return rc == VH_OK ? show_now(c, s.code) : rc;
}

static enum vh_rc cmd_revoke(struct cli *c)
{
	struct plate_show s;
	enum vh_rc rc = plate_arg(c, &s);

	if (rc == VH_OK)
		rc = plate_revoke(&c->cx, s.code, cli_opt(c, "reason"));
	return rc == VH_OK ? show_now(c, s.code) : rc;
}

static enum vh_rc cmd_replace(struct cli *c)
{
	struct plate_show s;
	struct serial new;
	enum vh_rc rc = plate_arg(c, &s);

	if (rc != VH_OK)
		return rc;
	new = (struct serial){ .hotel = s.hotel.id };
	rc = plate_replace(&c->cx, s.code, cli_opt(c, "reason"), &new.number);
	if (rc == VH_OK)
		rc = db_read(&c->cx, serial_step, &new);
	return rc == VH_OK ? show_now(c, new.code) : rc;
}

static void list_one(struct cli *c, const struct plate_show *s)
{
	cJSON *o = view_obj(&c->view, c->view.root, NULL);

	view_str(&c->view, o, "serial", s->serial);
	view_str(&c->view, o, "state", s->plate.state);
	view_str(&c->view, o, "code", s->code);
	view_str(&c->view, o, "url", s->url);
	view_id(&c->view, o, "house", s->house.id);
	view_str(&c->view, o, "address", s->house.id ? s->house.address : NULL);
	view_id(&c->view, o, "room", s->room.id);
	view_str(&c->view, o, "no", s->room.id ? s->room.no : NULL);
	cli_say(c, "%s  %s  %s%s%s", s->serial, s->plate.state,
	        s->house.id ? s->house.address : "", s->room.id ? "  " : "",
	        s->room.id ? s->room.no : "");
}

static enum vh_rc cmd_list(struct cli *c)
{
	struct plate_pick pick = { .most = LIST_BATCH };
	struct hotel h;
	enum vh_rc rc;

	if (cli_opt(c, "unbound") && cli_opt(c, "houses"))
		return cli_usage(c, "--unbound and --houses are two lists");
	pick.kind = cli_opt(c, "unbound") ? PLATES_UNBOUND
	            : cli_opt(c, "houses") ? PLATES_HOUSES
	                                   : PLATES_ROOMS;
	rc = cli_hotel(c, &h);
	pick.hotel = rc == VH_OK ? h.id : 0;
	cli_list(c);
	while (rc == VH_OK) {
		struct plate_item *list = NULL;

		rc = plate_batch(&c->cx, &pick, &list, &pick.after);
		for (; rc == VH_OK && list; list = list->next)
			list_one(c, &list->s);
		if (!pick.after)
			break;
	}
	return rc;
}

const struct command cmd_plates[] = {
	{
		.name = "plates print", .args = "[CODE]", .opts = print_opts, .most = 1,
		.needs = CLI_WRITE,
		.help = "print the plates of a hotel, or one: PDF sheets, or an SVG or PNG of each",
		.run = cmd_print, .arena = LIM_ARENA_IMPORT,
	},
	{
		.name = "plates list", .args = "", .opts = list_opts,
		.help = "the active plates of rooms, of houses, or those that hang nowhere",
		.needs = CLI_DB, .run = cmd_list, .arena = LIM_ARENA_IMPORT,
	},
	{
		.name = "plates show", .args = "CODE", .opts = show_opts, .least = 1, .most = 1,
		.help = "a plate by code, URL or serial: its QR as text, and where it hangs",
		.needs = CLI_DB, .run = cmd_show,
	},
	{
		.name = "plates bind", .args = "CODE", .opts = bind_opts, .least = 1, .most = 1,
		.help = "hang an unbound plate at a door; what hung there is revoked",
		.needs = CLI_WRITE, .run = cmd_bind,
	},
	{
		.name = "plates revoke", .args = "CODE", .opts = reason_opts, .least = 1, .most = 1,
		.help = "make a plate worthless: the next scan says so",
		.needs = CLI_WRITE, .run = cmd_revoke,
	},
	{
		.name = "plates replace", .args = "CODE", .opts = reason_opts,
		.least = 1, .most = 1,
		.help = "revoke a plate and make a new one for the same door",
		.needs = CLI_WRITE, .run = cmd_replace,
	},
	{ 0 },
};
