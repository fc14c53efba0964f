#include "everyone.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vh/accounts.h"
#include "vh/clearance.h"
#include "vh/declare.h"
#include "vh/dispute.h"
#include "vh/emergency.h"
#include "vh/employer.h"
#include "vh/hazard.h"
#include "vh/inspect.h"
#include "vh/notice.h"

#define BIT(spot) (1u << AT_##spot)
#define VILLAGE (BIT(WANG) | BIT(ZHAO))
#define ALL (VILLAGE | BIT(FAR))

const struct reader readers[] = {
	{ NULL, ROLE_NONE, 0, 0 },
	{ "admin", ROLE_ADMIN, ALL, ALL },
	{ "auditor", ROLE_AUDITOR, ALL, ALL },
	{ "clerk", ROLE_CLERK, VILLAGE, VILLAGE },
	{ "head", ROLE_HEAD, VILLAGE, VILLAGE },
	{ "police", ROLE_POLICE, ALL, ALL },
	{ "outsider", ROLE_POLICE, BIT(FAR), BIT(FAR) },
	{ "grid", ROLE_GRID, VILLAGE, VILLAGE },
	{ "employer", ROLE_EMPLOYER, VILLAGE, VILLAGE },
	{ "wang", ROLE_LANDLORD, BIT(WANG), VILLAGE },
	{ "tenant", ROLE_TENANT, BIT(WANG), VILLAGE },
};
const unsigned readers_n = sizeof readers / sizeof *readers;

static void must(struct village *v, enum vh_rc rc, const char *what)
{
	if (rc != VH_OK)
		fail_msg("%s: %s: %s %s", what, rc_name(rc), err_code(&v->cx->err), err_text(&v->cx->err));
}

/* The person of a place, filed by whoever lets it. */
static void move_in(struct village *v, struct spot *s, int i, int room, const char *by)
{
	struct stay_new n = village_new(v, room, 60 + (unsigned)i);
	struct stay_done done;
	snprintf(s->doc_no, sizeof s->doc_no, "%s", n.doc_no);
	snprintf(s->name, sizeof s->name, "莫容%s", (const char *[]){ "春", "夏", "秋" }[i]);
	snprintf(s->phone, sizeof s->phone, "1390000777%d", i);
	snprintf(s->home, sizeof s->home, "贵州省遵义市%d号", 7000 + i);
	n.name = s->name;
	n.phone = s->phone;
	n.home = s->home;
	n.lessee = true;
	village_as(v, by);
	must(v, stay_in(v->cx, &n, &done), "move in");
	s->stay = done.id;
	s->text[FIELD_NAME] = s->name;
	s->text[FIELD_DOC_NO] = s->doc_no;
	s->text[FIELD_PHONE] = s->phone;
	s->text[FIELD_HOME] = s->home;
}

struct coding {
	int64_t hotel, room;
	struct plate plate;
};

static enum vh_rc plate_step(struct ctx *cx, void *arg)
{
	struct coding *g = arg;
	return plate_of_room(cx, g->hotel, g->room, &g->plate);
}

static void find_code(struct village *v, struct spot *s)
{
	struct coding g = { .hotel = s->hotel, .room = s->room };
	must(v, db_read(v->cx, plate_step, &g), "plate");
	must(v, plate_text(v->cx, s->hotel, g.plate.id, s->code), "plate's code");
}

/* As small as a picture may be. */
#define JPEG "\xff\xd8\xff\xda\x00\x04\x01\x02\x11\x22\xff\xd9"

/* One of each thing that is about a room. */
static void things(struct village *v, struct spot *s, bool far)
{
	int64_t id;
	char found[120];
	struct inspect_done visit;
	struct declare_code code;
	struct emergency burnt;
	enum answer answers[SAFE__MAX] = { ANSWER_NO };
	struct inspect_room room = { .room = s->room, .outcome = OUTCOME_FOUND_MORE, .extra = 1, .answers = answers };
	struct inspect_new n = { .hotel = s->hotel, .rooms = &room, .n = 1, .consent = "occupant" };
	struct hazard_report hazard = {
		.code = s->code, .item = SAFE__MAX, .words = "楼道里堆了东西", .phone = "13900008888",
		.photo = { (const unsigned char *)JPEG, sizeof JPEG - 1 },
	};
	struct notice_new notice = { s->hotel, s->house, "周三停水", NULL, "2026-12-01" };
	struct dispute_new dispute = { s->hotel, s->stay, "wrong", "日期不对" };
	struct clearance_new clear = { .hotel = s->hotel, .room = s->room, .result = "mend", .note = "装烟感" };
	clear.until = "2026-12-01";
	village_as(v, far ? "outsider" : "police");
	must(v, inspect_visit(v->cx, &n, &visit), "visit");
	must(v, clearance_give(v->cx, &clear, &id), "clearance");
	must(v, hazard_report(v->cx, &hazard, &id), "hazard");
	/* The newest picture is of what was found: a landlord is shown that, and no reporter's. */
	snprintf(found, sizeof found, "SELECT max(id) FROM hazard WHERE found_in IS NOT NULL AND house = %lld",
	         (long long)s->house);
	must(v, hazard_photo_add(v->cx, s->hotel, village_sql(v, found), hazard.photo, &id), "photo");
	village_as(v, far ? "clerk2" : "clerk");
	must(v, notice_put(v->cx, &notice, &id), "notice");
	must(v, employer_add(v->cx, s->hotel, s->code, NULL, &id), "employer");
	must(v, emergency_list(v->cx, far ? &v->h_far : &v->h, s->house, "fire", &burnt), "emergency");
	must(v, dispute_file(v->cx, &dispute, &id), "dispute");
	must(v, declare_open(v->cx, s->hotel, s->room, &code), "declare");
}

int everyone_setup(void **state)
{
	static const struct { int room; const char *by; } at[SPOTS] = {
		[AT_WANG] = { V_101, "wang" }, [AT_ZHAO] = { V_201, "zhao" }, [AT_FAR] = { V_FAR, "clerk2" },
	};
	struct everyone *e = calloc(1, sizeof *e);
	assert_non_null(e);
	client_open(&e->c);
	struct village *v = &e->c.v;
	for (int i = 0; i < SPOTS; i++) {
		struct spot *s = &e->spot[i];
		bool far = i == AT_FAR;
		*s = (struct spot){ .area = far ? XIXIN : DONGXIN, .hotel = far ? v->far : v->hotel,
			            .house = v->house[i], .room = v->room[at[i].room] };
		move_in(v, s, i, at[i].room, at[i].by);
		find_code(v, s);
		things(v, s, far);
	}
	village_as(v, "operator");
	char sql[100];
	snprintf(sql, sizeof sql, "SELECT person FROM stay WHERE id = %lld", (long long)e->spot[AT_WANG].stay);
	must(v, account_bind_person(v->cx, "tenant", v->hotel, village_sql(v, sql)), "binding");
	village_reload(v, "tenant");
	*state = e;
	return 0;
}

int everyone_teardown(void **state)
{
	struct everyone *e = *state;
	client_close(&e->c);
	free(e);
	return 0;
}

static bool has_column(struct village *v, const char *table, const char *column)
{
	char sql[160];
	snprintf(sql, sizeof sql, "SELECT count(*) FROM pragma_table_info('%s') WHERE name = '%s'", table, column);
	return village_sql(v, sql) > 0;
}

/* The newest row of the table of that name that belongs to the place. */
static int64_t row_at(struct village *v, const struct spot *s, const char *table)
{
	const struct { const char *column; int64_t id; } by[] = {
		{ "stay", s->stay }, { "room", s->room }, { "house", s->house }, { "hotel", s->hotel },
	};
	char sql[160];
	for (size_t i = 0; i < sizeof by / sizeof *by; i++) {
		if (!has_column(v, table, by[i].column))
			continue;
		snprintf(sql, sizeof sql, "SELECT coalesce(max(id), 0) FROM %s WHERE %s = %lld", table,
		         by[i].column, (long long)by[i].id);
		int64_t id = village_sql(v, sql);
		if (id)
			return id;
	}
	snprintf(sql, sizeof sql, "SELECT coalesce(max(id), 0) FROM %s", table);
	return village_sql(v, sql);
}

/* A parameter that names no row, or another one than its own name says. */
static const char *word_at(const struct spot *s, const char *name, const char **ret_table)
{
	static const struct { const char *name, *value, *table; } of[] = {
		{ "token", "x", NULL },		{ "file", "style.css", NULL },	  { "lang", "zh", NULL },
		{ "look", "plain", NULL },	{ "receipt", "x", NULL },	  { "photo", NULL, "hazard_photo" },
		{ "z", "12", NULL },		{ "x", "3400", NULL },		  { "y", "1700", NULL },
		{ "serial", "A00001", NULL },	{ "login", "wang", NULL },	  { "verb", "handle", NULL },
		{ "area", "310116104000", NULL }, { "job", "1", NULL },
	};
	if (!strcmp(name, "hotel"))
		return s->area;
	if (!strcmp(name, "code"))
		return s->code;
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		if (strcmp(of[i].name, name) != 0)
			continue;
		*ret_table = of[i].table;
		return of[i].value;
	}
	*ret_table = name;
	return NULL;
}

static void put_param(struct everyone *e, const struct spot *s, const char *name, char ret[40])
{
	const char *table = NULL, *word = word_at(s, name, &table);
	char review[100];
	snprintf(review, sizeof review, "SELECT max(id) FROM task WHERE kind = 'emergency' AND house = %lld",
	         (long long)s->house);
	if (!strcmp(name, "review"))
		table = "task";
	char photo[160];
	snprintf(photo, sizeof photo, "SELECT max(id) FROM hazard_photo WHERE hazard IN (SELECT id FROM hazard"
	                              " WHERE house = %lld)", (long long)s->house);
	int64_t id = !strcmp(name, "house")    ? s->house
	             : !strcmp(name, "review") ? village_sql(&e->c.v, review)
	             : !strcmp(name, "photo")  ? village_sql(&e->c.v, photo)
	             : !strcmp(name, "room")   ? s->room
	             : !strcmp(name, "stay")   ? s->stay
	                                       : 0;
	if (word) {
		snprintf(ret, 40, "%s", word);
		return;
	}
	if (!id && !has_column(&e->c.v, table, "id"))
		fail_msg("nobody knows what {%s} of a route is: tell tests/lib/everyone.c", name);
	snprintf(ret, 40, "%lld", (long long)(id ? id : row_at(&e->c.v, s, table)));
}

void everyone_path(struct everyone *e, const struct route *r, int spot, char ret[300])
{
	size_t n = 0;
	for (const char *p = r->path; *p;) {
		char name[40], value[40];
		size_t m = strcspn(p, "}");
		assert_true(n < 240);
		if (*p != '{') {
			ret[n++] = *p++;
			continue;
		}
		snprintf(name, sizeof name, "%.*s", (int)m - 1, p + 1);
		put_param(e, &e->spot[spot], name, value);
		n += (size_t)snprintf(ret + n, 41, "%s", value);
		p += m + 1;
	}
	ret[n] = '\0';
}

static const char *value_of(const struct input *f, char ret[80])
{
	static const struct { input_check *check; const char *value; } by[] = {
		{ input_day, "2026-11-25" }, { input_int, "1" },    { input_id, "1" },   { input_bool, "1" },
		{ input_code, "246813" },    { input_real, "12.5" },
	};
	if (!strcmp(f->name, "doc_no"))
		return village_doc(900);
	if (!strcmp(f->name, "since"))
		return "2026-11-20";
	if (f->words) {
		snprintf(ret, 80, "%.*s", (int)strcspn(f->words, "|"), f->words);
		return ret;
	}
	for (size_t i = 0; i < sizeof by / sizeof *by; i++)
		if (by[i].check == f->check)
			return by[i].value;
	return f->max && f->max < 5 ? "7" : "%E6%9D%8E%E6%98%8E";
}

const char *everyone_body(const struct route *r, char ret[2000])
{
	size_t n = 0;
	char value[80];
	ret[0] = '\0';
	for (unsigned i = 0; r->form && i < r->form->n; i++) {
		const struct input *f = &r->form->field[i];
		if ((f->flags & INPUT_REQUIRED) || !strncmp(f->name, "doc_", 4))
			n += (size_t)snprintf(ret + n, 2000 - n, "%s%s=%s", n ? "&" : "", f->name, value_of(f, value));
		assert_true(n < 1900);
	}
	return ret;
}

/* Is it about something of a hotel, not the hotel as a whole? */
static bool is_deep(const char *path)
{
	const char *p = strstr(path, "{hotel}");
	return p && strchr(p + 1, '{');
}

/* Rules of the core that are narrower than a route's act: who has the act, and is refused. */
static const struct { const char *path; enum role role; int status; } narrower[] = {
	{ "/h/{hotel}/stays/{stay}/dispute", ROLE_LANDLORD, 403 },
	{ "/h/{hotel}/erasures", ROLE_TENANT, 403 },
	/* The task here is an objection, which is for those who verify. */
	{ "/h/{hotel}/tasks/{task}", ROLE_LANDLORD, 403 },
	/* A job is of whoever asked for it: this one nobody did. */
	{ "/h/{hotel}/jobs/{job}", ROLE_ADMIN, 404 },
	{ "/h/{hotel}/jobs/{job}", ROLE_CLERK, 404 },
	/* A tenant files about himself, never into a room. */
	{ "/h/{hotel}/rooms/{room}/", ROLE_TENANT, 404 },
};

static int narrowed(const struct reader *who, const struct route *r)
{
	for (size_t i = 0; i < sizeof narrower / sizeof *narrower; i++)
		if (narrower[i].role == who->role && !strncmp(r->path, narrower[i].path, strlen(narrower[i].path)))
			return narrower[i].status;
	return 0;
}

int everyone_refused(const struct reader *who, const struct route *r, int spot)
{
	unsigned bit = 1u << spot;
	if (r->access == A_PUBLIC || r->access == A_SIGNED)
		return 0;
	if (!who->who)
		return 401;
	if (r->access == A_LOGIN)
		return 0;
	enum reach reach = role_reach(who->role, (enum act)(r->access - A_ACT));
	if (reach == REACH_NO)
		return 403;
	if (strstr(r->path, "{hotel}") && !(who->in & bit))
		return 404;
	int status = narrowed(who, r);
	return status ? status : is_deep(r->path) && !(who->own & bit) ? 404 : 0;
}
