/* What the pages do with stays, from the command line: the same fields, the same answers. */
#include <stdlib.h>
#include <string.h>

#include "cli_impl.h"
#include "vh/date.h"
#include "vh/find.h"
#include "vh/gzip.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "vh/look.h"
#include "vh/remark.h"
#include "vh/stays.h"

struct at {
	struct hotel hotel;
	int64_t room;
	const char *written;
};

static enum vh_rc find_room(struct ctx *cx, void *arg)
{
	struct at *at = arg;
	struct room r;
	enum vh_rc rc = room_written(cx, at->hotel.id, 0, at->written, &r);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "not_found", "room", "there is no room %s", at->written);
	if (rc == VH_OK)
		at->room = r.id;
	return rc;
}

/* A room by id, by HOUSE/ROOM, or by the plate on its door, which names its hotel as well. */
static enum vh_rc take_room(struct cli *c, const char *opt, struct at *ret)
{
	const char *text = cli_opt(c, opt);
	if (!text)
		return cli_usage(c, "--%s is needed: an id, HOUSE/ROOM, or a plate's code", opt);
	enum vh_rc rc = cli_hotel(c, &ret->hotel);
	if (rc != VH_OK)
		return rc;
	if (id_parse(text, &ret->room) == VH_OK)
		return VH_OK;
	/* A plate's code may be a whole URL. */
	if (strchr(text, '/') && !strstr(text, "//")) {
		ret->written = text;
		return db_read(&c->cx, find_room, ret);
	}
	struct plate_show p;
	rc = plate_find(&c->cx, text, &p);
	if (rc != VH_OK)
		return rc;
	if (strcmp(p.plate.state, "active") || !p.room.id)
		return ctx_fail(&c->cx, VH_CONFLICT, "plate_revoked", opt,
		                "plate %s is not on a room's door (%s)", p.serial, p.plate.state);
	ret->hotel = p.hotel;
	ret->room = p.room.id;
	return VH_OK;
}

/* The option that a member of a body stands for: called the same, but for - and _. */
static const struct opt *option_of(const struct cli *c, const char *member)
{
	static const char *const outside[] = { "hotel", "room", "body" };
	char name[32];
	size_t n = strlen(member);
	if (n >= sizeof name || strchr(member, '-'))
		return NULL;
	for (size_t i = 0; i <= n; i++)
		name[i] = member[i] == '_' ? '-' : member[i];
	for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
		if (!strcmp(name, outside[i]))
			return NULL;
	for (const struct opt *o = c->cmd->opts; o->name; o++)
		if (!strcmp(o->name, name))
			return o;
	return NULL;
}

/* What is not read would be lost without a word: a name that is mistyped, a day as a number. */
static enum vh_rc check_body(struct cli *c, const cJSON *body)
{
	if (!cJSON_IsObject(body))
		return ctx_fail(&c->cx, VH_INVALID, "json", "body", "a JSON object is expected");
	for (const cJSON *m = body->child; m; m = m->next) {
		const struct opt *o = option_of(c, m->string);
		if (!o)
			return ctx_fail(&c->cx, VH_INVALID, "unknown_field", m->string,
			                "this command knows no such field");
		bool fits = o->arg ? cJSON_IsString(m) : cJSON_IsBool(m);
		if (!fits && !cJSON_IsNull(m))
			return ctx_fail(&c->cx, VH_INVALID, "type", m->string, "%s is expected",
			                o->arg ? "a text" : "true or false");
	}
	return VH_OK;
}

/* The fields of a filing: a JSON body as the pages take it, and flags over it. */
struct fields {
	cJSON *body; /* NULL: none */
	struct cli *c;
	bool failed;
};

static enum vh_rc read_body(struct cli *c, struct fields *f)
{
	const char *file = cli_opt(c, "body");
	struct buf b;
	*f = (struct fields){ .c = c };
	if (!file)
		return VH_OK;
	buf_init(&b, LIM_BODY);
	enum vh_rc rc = gunzip_file(strcmp(file, "-") ? file : "/dev/stdin", &b, &c->cx.err);
	if (rc == VH_OK)
		rc = json_parse(buf_str(&b), b.n, &f->body, &c->cx.err);
	if (rc == VH_OK)
		rc = check_body(c, f->body);
	buf_done(&b);
	return rc;
}

/* A field is called the same in the body, but for - and _. */
static const char *field(struct fields *f, const char *opt, const char *name)
{
	const char *s = cli_opt(f->c, opt);
	if (s || !f->body)
		return s;
	s = json_str(f->body, name);
	if (!s)
		return NULL;
	s = arena_dup(f->c->cx.a, s);
	f->failed = f->failed || !s;
	return s;
}

static bool yes(const struct fields *f, const char *opt)
{
	return cli_opt(f->c, opt) || json_is_true(f->body, opt);
}

static void say_done(struct cli *c, const struct stay_done *d)
{
	static const struct {
		enum stay_warn bit;
		const char *words;
	} warn[] = {
		{ WARN_AREA, "the area in the number is not in our tables" },
		{ WARN_SEX, "the sex differs from what the number says" },
		{ WARN_ROOM_FULL, "the room now holds more people than it may" },
		{ WARN_NAME_DIFFERS, "this document was registered with another name" },
		{ WARN_DUE_UNKNOWN, "the working days of that year are not known" },
	};
	char due[INSTANT_TEXT];
	cJSON *o = c->view.root;
	view_id(&c->view, o, "id", d->id);
	view_str(&c->view, o, "state", stay_state_name(d->state));
	if (d->due) {
		instant_format(d->due, due);
		view_str(&c->view, o, "due", due);
	} else {
		view_null(&c->view, o, "due");
	}
	view_bool(&c->view, o, "late", d->late);
	for (size_t i = 0; i < sizeof warn / sizeof *warn; i++)
		if (d->warn & warn[i].bit)
			cli_warn(c, stay_warn_code(warn[i].bit), "%s", warn[i].words);
	cli_say(c, "stay %lld %s%s", (long long)d->id, stay_state_name(d->state),
	        d->late ? ", filed late" : "");
}

static enum vh_rc run_in(struct cli *c)
{
	struct at at = { .room = 0 };
	struct fields f;
	struct stay_done done;
	enum vh_rc rc = read_body(c, &f);
	if (rc == VH_OK)
		rc = take_room(c, "room", &at);
	if (rc == VH_OK) {
		struct stay_new n = {
			.hotel = at.hotel.id,
			.room = at.room,
			.name = field(&f, "name", "name"),
			.doc_type = field(&f, "doc-type", "doc_type"),
			.doc_no = field(&f, "doc-no", "doc_no"),
			.phone = field(&f, "phone", "phone"),
			.since = field(&f, "since", "since"),
			.until = field(&f, "until", "until"),
			.home = field(&f, "home", "home"),
			.employer = field(&f, "employer", "employer"),
			.relation = field(&f, "relation", "relation"),
			.sex = field(&f, "sex", "sex"),
			.lessee = yes(&f, "lessee"),
			.anyway = yes(&f, "anyway"),
		};
		const char *guardian = field(&f, "guardian", "guardian");
		if (f.failed)
			rc = ctx_nomem(&c->cx);
		else if (guardian && id_parse(guardian, &n.guardian) != VH_OK)
			rc = ctx_fail(&c->cx, VH_INVALID, "guardian", "guardian",
			              "the guardian is named by the id of a person");
		else
			rc = stay_in(&c->cx, &n, &done);
	}
	cJSON_Delete(f.body);
	if (rc == VH_OK)
		say_done(c, &done);
	return rc;
}

static enum vh_rc take_stay(struct cli *c, struct hotel *h, int64_t *ret)
{
	enum vh_rc rc = cli_hotel(c, h);
	if (rc == VH_OK && id_parse(cli_arg(c, 0), ret) != VH_OK)
		return cli_usage(c, "%s is not the id of a stay", cli_arg(c, 0));
	return rc;
}

static enum vh_rc change(struct cli *c, struct stay_change *ch)
{
	struct hotel h;
	struct stay_done done;
	int64_t stay;
	ch->verb = stay_verb_of(c->cmd->name + strlen("stay "));
	enum vh_rc rc = take_stay(c, &h, &stay);
	if (rc == VH_OK)
		rc = stay_change(&c->cx, h.id, stay, ch, &done);
	if (rc == VH_OK)
		say_done(c, &done);
	return rc;
}

static enum vh_rc run_out(struct cli *c)
{
	return change(c, &(struct stay_change){ .day = cli_opt(c, "out"),
	                                        .reason = cli_opt(c, "reason") });
}

static enum vh_rc run_until(struct cli *c)
{
	return change(c, &(struct stay_change){ .day = cli_opt(c, "until"),
	                                        .reason = cli_opt(c, "reason") });
}

static enum vh_rc run_reason(struct cli *c)
{
	return change(c, &(struct stay_change){ .reason = cli_opt(c, "reason") });
}

static enum vh_rc run_verify(struct cli *c)
{
	return change(c, &(struct stay_change){ .anyway = cli_opt(c, "anyway") != NULL,
	                                        .reason = cli_opt(c, "reason") });
}

static enum vh_rc run_move(struct cli *c)
{
	struct at to = { .room = 0 };
	enum vh_rc rc = take_room(c, "to", &to);
	if (rc != VH_OK)
		return rc;
	return change(c, &(struct stay_change){ .room = to.room,
	                                        .day = cli_opt(c, "from"),
	                                        .reason = cli_opt(c, "reason"),
	                                        .anyway = cli_opt(c, "anyway") != NULL });
}

static enum vh_rc run_amend(struct cli *c)
{
	struct fields f;
	int64_t remark = 0;
	enum vh_rc rc = read_body(c, &f);
	const char *answers = rc == VH_OK ? field(&f, "remark", "remark") : NULL;
	if (answers && id_parse(answers, &remark) != VH_OK)
		rc = ctx_fail(&c->cx, VH_INVALID, "remark", "remark", "%s is no id", answers);
	if (rc == VH_OK) {
		struct stay_change ch = {
			.remark = remark,
			.name = field(&f, "name", "name"),
			.doc_type = field(&f, "doc-type", "doc_type"),
			.doc_no = field(&f, "doc-no", "doc_no"),
			.phone = field(&f, "phone", "phone"),
			.home = field(&f, "home", "home"),
			.employer = field(&f, "employer", "employer"),
			.since = field(&f, "since", "since"),
			.reason = field(&f, "reason", "reason"),
		};
		rc = f.failed ? ctx_nomem(&c->cx) : change(c, &ch);
	}
	cJSON_Delete(f.body);
	return rc;
}

static void say_field(struct cli *c, const char *label, const char *value)
{
	if (value)
		cli_say(c, "%-12s %s", label, value);
}

static enum vh_rc run_show(struct cli *c)
{
	struct hotel h;
	struct stay_look l;
	int64_t id;
	enum vh_rc rc = take_stay(c, &h, &id);
	if (rc == VH_OK)
		rc = look_stay(&c->cx, &h, id, &l);
	if (rc != VH_OK)
		return rc;
	const struct stay *s = &l.stay.stay;
	const struct {
		const char *key, *value;
	} row[] = {
		{ "state", stay_state_name(s->state) },
		{ "contest", s->contest },
		{ "name", l.stay.person.name },
		{ "doc_type", l.stay.person.doc_type },
		{ "doc_no", l.stay.person.doc_no },
		{ "phone", l.stay.person.phone },
		{ "home", l.stay.person.home },
		{ "employer", l.stay.employer },
		{ "since", s->since },
		{ "until", s->until },
		{ "ended", s->ended },
		{ "away_until", s->away_until },
		{ "filed_by", l.stay.filed_by },
		{ "house", l.at.house.address },
		{ "room", l.at.room.no },
		{ "plate", l.at.serial },
	};
	view_id(&c->view, c->view.root, "id", s->id);
	view_id(&c->view, c->view.root, "person", s->person);
	cli_say(c, "%-12s %lld", "person", (long long)s->person);
	view_bool(&c->view, c->view.root, "lessee", s->lessee);
	view_bool(&c->view, c->view.root, "late", s->late);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		view_str(&c->view, c->view.root, row[i].key, row[i].value);
		say_field(c, row[i].key, row[i].value);
	}
	cJSON *chain = view_arr(&c->view, c->view.root, "events");
	for (const struct event *e = l.events; e; e = e->next) {
		char at[INSTANT_TEXT];
		instant_format(e->at, at);
		cJSON *o = view_obj(&c->view, chain, NULL);
		view_str(&c->view, o, "at", at);
		view_str(&c->view, o, "type", e->type);
		view_str(&c->view, o, "reason", e->reason);
		cli_say(c, "%s %s", at, e->type);
	}
	return VH_OK;
}

/* --- corrections that are asked for from above --- */

static enum vh_rc run_remark(struct cli *c)
{
	struct hotel h;
	struct fields f;
	int64_t id = 0;
	struct remark_new n = { .stay = 0 };
	enum vh_rc rc = read_body(c, &f);
	if (rc == VH_OK)
		rc = take_stay(c, &h, &n.stay);
	if (rc == VH_OK) {
		n.hotel = h.id;
		n.field = field(&f, "field", "field");
		n.believed = field(&f, "believed", "believed");
		n.words = field(&f, "words", "words");
		rc = f.failed ? ctx_nomem(&c->cx) : remark_ask(&c->cx, &n, &id);
	}
	cJSON_Delete(f.body);
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", id);
	cli_say(c, "remark %lld: the registry that keeps the stay is asked", (long long)id);
	return VH_OK;
}

static enum vh_rc run_remarks(struct cli *c)
{
	struct hotel h;
	struct remark_look *l = NULL;
	int64_t after = 0;
	const char *from = cli_opt(c, "after");
	enum vh_rc rc = cli_hotel(c, &h);
	if (rc == VH_OK && from && id_parse(from, &after) != VH_OK)
		return cli_usage(c, "%s is not the id of a remark", from);
	if (rc == VH_OK)
		rc = look_remarks(&c->cx, &h, after, &l);
	cJSON *list = view_arr(&c->view, c->view.root, "remarks");
	for (; rc == VH_OK && l; l = l->next) {
		cJSON *o = view_obj(&c->view, list, NULL);
		view_id(&c->view, o, "id", l->row.id);
		view_id(&c->view, o, "stay", l->row.stay);
		view_str(&c->view, o, "field", l->row.field);
		view_str(&c->view, o, "ours", l->ours);
		view_str(&c->view, o, "believed", l->believed);
		view_str(&c->view, o, "words", l->words);
		view_str(&c->view, o, "upstream", l->upstream);
		cli_say(c, "%lld stay %lld %s: %s", (long long)l->row.id, (long long)l->row.stay,
		        l->row.field, l->believed ? l->believed : l->words ? l->words : "-");
	}
	return rc;
}

static enum vh_rc run_decline(struct cli *c)
{
	struct hotel h;
	int64_t id;
	enum vh_rc rc = cli_hotel(c, &h);
	if (rc == VH_OK && id_parse(cli_arg(c, 0), &id) != VH_OK)
		return cli_usage(c, "%s is not the id of a remark", cli_arg(c, 0));
	if (rc == VH_OK)
		rc = remark_decline(&c->cx, h.id, id, cli_opt(c, "reason"));
	if (rc != VH_OK)
		return rc;
	view_id(&c->view, c->view.root, "id", id);
	cli_say(c, "remark %lld declined", (long long)id);
	return VH_OK;
}

#define OPT_PERSON \
	{ "name", "TEXT", "name" }, \
		{ "doc-type", "KIND", "kind of document, id_card and its kin" }, \
		{ "doc-no", "NO", "its number" }, { "phone", "PHONE", "telephone" }, \
		{ "home", "TEXT", "home address" }, { "employer", "TEXT", "where they work" }, \
		{ "since", "DAY", "first day" }, \
	{ \
		"body", "FILE", \
			"the fields as JSON; - is standard input, which no process " \
			"list shows" \
	}
#define OPT_REASON \
	{ \
		"reason", "TEXT", "why" \
	}

static const struct opt in_opts[] = {
	OPT_HOTEL,
	{ "room", "ROOM", "id, HOUSE/ROOM, or the code on the plate" },
	OPT_PERSON,
	{ "until", "DAY", "last day, if it was said" },
	{ "relation", "TEXT", "to the lessee" },
	{ "sex", "SEX", "only compared with the number" },
	{ "guardian", "ID", "person that an infant without document hangs on" },
	{ "lessee", NULL, "this person rents the room" },
	{ "anyway", NULL, "file as contested what is refused as already_in or room_full" },
	{ 0 },
};
static const struct opt out_opts[] = {
	OPT_HOTEL,
	{ "out", "DAY", "the last day (today)" },
	OPT_REASON,
	{ 0 },
};
static const struct opt until_opts[] = {
	OPT_HOTEL,
	{ "until", "DAY", "until when" },
	OPT_REASON,
	{ 0 },
};
static const struct opt reason_opts[] = { OPT_HOTEL, OPT_REASON, { 0 } };
static const struct opt verify_opts[] = {
	OPT_HOTEL,
	{ "anyway", NULL, "a contested one though the room is still full" },
	OPT_REASON,
	{ 0 },
};
static const struct opt move_opts[] = {
	OPT_HOTEL,
	{ "to", "ROOM", "id, HOUSE/ROOM, or the code on the plate" },
	{ "from", "DAY", "first day there (today)" },
	{ "anyway", NULL, "though the room is full" },
	OPT_REASON,
	{ 0 },
};
static const struct opt amend_opts[] = {
	OPT_HOTEL,
	OPT_PERSON,
	{ "remark", "ID", "which this answers" },
	OPT_REASON,
	{ 0 },
};
static const struct opt remark_opts[] = {
	OPT_HOTEL,
	{ "field", "FIELD", "name, doc_no, phone, home, since, employer, or other" },
	{ "believed", "TEXT", "what is believed to be right" },
	{ "words", "TEXT", "why" },
	{ "body", "FILE", "the same as JSON; - is standard input" },
	{ 0 },
};
static const struct opt remarks_opts[] = {
	OPT_HOTEL,
	{ "after", "ID", "from this remark on" },
	{ 0 },
};
static const struct opt show_opts[] = { OPT_HOTEL, { 0 } };

#define NEEDS (CLI_WRITE | CLI_AS)
const struct command cmd_stay[] = {
	{ "stay in", "", "register who moves in", in_opts, 0, 0, NEEDS, run_in, 0 },
	{ "stay out", "ID", "end a stay", out_opts, 1, 1, NEEDS, run_out, 0 },
	{ "stay move", "ID", "to another room", move_opts, 1, 1, NEEDS, run_move, 0 },
	{ "stay extend", "ID", "another end", until_opts, 1, 1, NEEDS, run_until, 0 },
	{ "stay away", "ID", "away for a while", until_opts, 1, 1, NEEDS, run_until, 0 },
	{ "stay back", "ID", "back again", reason_opts, 1, 1, NEEDS, run_reason, 0 },
	{ "stay verify", "ID", "seen and found right", verify_opts, 1, 1, NEEDS, run_verify, 0 },
	{ "stay reject", "ID", "send a filing back", reason_opts, 1, 1, NEEDS, run_reason, 0 },
	{ "stay void", "ID", "a filing that never was true", reason_opts, 1, 1, NEEDS, run_reason,
	  0 },
	{ "stay amend", "ID", "correct what was filed", amend_opts, 1, 1, NEEDS, run_amend, 0 },
	{ "stay remark", "ID", "ask the registry that keeps this stay to correct it", remark_opts,
	  1, 1, NEEDS, run_remark, 0 },
	{ "stay remarks", "", "corrections that are asked for and wait; writes access rows",
	  remarks_opts, 0, 0, NEEDS, run_remarks, 0 },
	{ "stay decline", "REMARK", "what was asked for is not corrected, and why", reason_opts, 1,
	  1, NEEDS, run_decline, 0 },
	{ "stay show", "ID", "a stay and what happened to it; writes an access row", show_opts, 1,
	  1, NEEDS, run_show, 0 },
	{ 0 },
};
