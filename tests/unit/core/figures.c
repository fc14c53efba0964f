/*
 * Figures against a village that was counted by hand; origins, of which no group under ten can be told or worked
 * out; weeks and months, and what they are compared with.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/clearance.h"
#include "vh/figures.h"
#include "vh/hazard.h"
#include "vh/inspect.h"
#include "vh/rack.h"
#include "village.h"

static struct figures look(struct village *v)
{
	static struct figures f;
	if (look_figures(v->cx, &v->h, &f) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
	return f;
}

/* The day of November 2026 (or October, below 0). */
static const struct figures_day *nov(const struct figures *f, int day)
{
	int i = FIGURES_DAYS - 1 - (21 - day);
	assert_true(i >= 0 && i < FIGURES_DAYS);
	return &f->day[i];
}

static int64_t in_since(struct village *v, int room, unsigned n, const char *since)
{
	struct stay_new s = village_new(v, room, n);
	struct stay_done done = { .id = 0 };
	s.since = since;
	if (stay_in(v->cx, &s, &done) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
	return done.id;
}

static void change(struct village *v, int64_t stay, struct stay_change c)
{
	struct stay_done d;
	if (stay_change(v->cx, v->hotel, stay, &c, &d) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
}

/*
 * Four people: 1 came on the 1st and moved on the 18th from 101 to 102; 2 came on the 10th; 3 on the 20th; 4 lived
 * here from October 1 and left on the 15th, which was told today, too late. 5 was filed for Wednesday and rejected,
 * 6 comes in a week.
 */
static void people(struct village *v)
{
	int64_t one = in_since(v, V_101, 1, "2026-11-01"), four;
	in_since(v, V_101, 2, "2026-11-10");
	in_since(v, V_201, 3, "2026-11-20");
	four = in_since(v, V_102, 4, "2026-10-01");
	change(v, four, (struct stay_change){ .verb = SV_OUT, .day = "2026-11-15" });
	change(v, one, (struct stay_change){ .verb = SV_MOVE, .day = "2026-11-18", .room = v->room[V_102] });
	int64_t five = in_since(v, V_201, 5, "2026-11-18");
	change(v, five, (struct stay_change){ .verb = SV_REJECT, .reason = "不住这里" });
	in_since(v, V_201, 6, "2026-11-28");
}

static void people_and_rooms_are_those_of_the_rack(void **state)
{
	struct village *v = *state;
	people(v);
	struct room_new r = { .no = "103" };
	int64_t id;
	assert_int_equal(room_add(v->cx, v->hotel, v->house[0], &r, &id), VH_OK);
	assert_int_equal(room_letting(v->cx, v->hotel, id, "suspended", "装修"), VH_OK);
	struct figures f = look(v);
	struct rack rack;
	assert_int_equal(look_rack(v->cx, &v->h, &rack), VH_OK);
	assert_int_equal(f.places.houses, 2);
	assert_int_equal(f.places.placed, 0);
	assert_int_equal(f.places.rooms, 4);
	assert_int_equal(f.places.rooms, rack.totals.rooms);
	assert_int_equal(f.places.occupied, 3);
	assert_int_equal(f.places.occupied, rack.totals.occupied);
	assert_int_equal(f.places.shut, 1);
	assert_int_equal(f.places.capacity, 8);
	assert_int_equal(f.people.people, 4);
	assert_int_equal(f.people.people, rack.totals.people);
	assert_int_equal(f.people.pending, 4);
	assert_int_equal(f.people.expected, 1);
	assert_int_equal(f.people.overdue, 0);
	village_sql(v, "UPDATE stay SET until = '2026-11-20' WHERE state = 'pending' AND since = '2026-11-10'");
	assert_int_equal(look(v).people.overdue, 1);
}

static void days_tell_arrivals_departures_and_moves_apart(void **state)
{
	struct village *v = *state;
	people(v);
	struct figures f = look(v);
	assert_int_equal(nov(&f, 1)->in, 1);
	assert_int_equal(nov(&f, 10)->in, 1);
	assert_int_equal(nov(&f, 20)->in, 1);
	assert_int_equal(nov(&f, 15)->out, 1);
	assert_int_equal(nov(&f, 18)->in, 0);
	assert_int_equal(nov(&f, 18)->out, 0);
	assert_int_equal(nov(&f, 18)->moved, 1);
	int64_t in = 0, out = 0, moved = 0;
	for (int i = 0; i < FIGURES_DAYS; i++) {
		in += f.day[i].in;
		out += f.day[i].out;
		moved += f.day[i].moved;
	}
	assert_int_equal(in, 3);
	assert_int_equal(out, 1);
	assert_int_equal(moved, 1);
}

static void the_line_of_people_is_who_lived_there_each_day(void **state)
{
	static const struct { int day; int64_t people; } want[] = {
		{ -7, 1 }, { 0, 1 }, { 1, 2 }, { 9, 2 }, { 10, 3 }, { 14, 3 }, { 15, 2 }, { 17, 2 }, { 18, 2 },
		{ 19, 2 }, { 20, 3 }, { 21, 3 },
	};
	struct village *v = *state;
	people(v);
	struct figures f = look(v);
	for (size_t i = 0; i < sizeof want / sizeof *want; i++)
		if (nov(&f, want[i].day)->people != want[i].people)
			fail_msg("November %d: %d", want[i].day, (int)nov(&f, want[i].day)->people);
}

static void late_filings_stand_on_the_day_they_were_made(void **state)
{
	struct village *v = *state;
	people(v);
	struct figures f = look(v);
	/* Three working days: of the first day of four, of the move five days ago none; the move-out is late. */
	assert_int_equal(nov(&f, 21)->filed, village_sql(v, "SELECT count(*) FROM stay WHERE state <> 'void'"));
	assert_int_equal(nov(&f, 21)->late_in, village_sql(v, "SELECT sum(late) FROM stay WHERE state <> 'void'"));
	assert_int_equal(nov(&f, 21)->late_in, 3);
	assert_int_equal(nov(&f, 15)->late_out, 1);
	assert_int_equal(nov(&f, 18)->late_out, 0);
	for (int d = 1; d < 21; d++)
		assert_int_equal(nov(&f, d)->filed, 0);
}

static void a_day_begins_at_midnight_in_the_village(void **state)
{
	struct village *v = *state;
	village_in(v, V_101, 1);
	/* 2026-11-20T16:00Z is the first instant of the 21st in China. */
	village_sql(v, "UPDATE stay SET filed_at = 1795190400000");
	assert_int_equal(look(v).day[FIGURES_DAYS - 1].filed, 1);
	village_sql(v, "UPDATE stay SET filed_at = 1795190399999");
	struct figures f = look(v);
	assert_int_equal(nov(&f, 21)->filed, 0);
	assert_int_equal(nov(&f, 20)->filed, 1);
}

static int64_t visit(struct village *v, int room, enum outcome o)
{
	struct inspect_room r = { .room = v->room[room], .outcome = o, .found = o == OUTCOME_FOUND_MORE ? 2 : 0 };
	struct inspect_new n = { .hotel = v->hotel, .rooms = &r, .n = 1 };
	struct inspect_done d;
	village_as(v, "grid");
	if (inspect_visit(v->cx, &n, &d) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
	village_as(v, "clerk");
	return d.visit;
}

/* A visit so many days ago. */
static void visit_ago(struct village *v, int room, enum outcome o, int days)
{
	char sql[120];
	snprintf(sql, sizeof sql, "UPDATE inspection SET at = at - %lld WHERE visit = %lld",
	         (long long)days * DAY_MS, (long long)visit(v, room, o));
	village_sql(v, sql);
}

static void rooms_are_counted_by_their_last_answered_visit(void **state)
{
	struct village *v = *state;
	assert_int_equal(look(v).visited[VISITED_NEVER], 3);
	visit_ago(v, V_101, OUTCOME_AS_REGISTERED, 200);
	visit_ago(v, V_102, OUTCOME_AS_REGISTERED, 31);
	visit_ago(v, V_201, OUTCOME_AS_REGISTERED, 91);
	struct figures f = look(v);
	assert_int_equal(f.visited[VISITED_LATER], 1);
	assert_int_equal(f.visited[VISITED_90], 1);
	assert_int_equal(f.visited[VISITED_180], 1);
	assert_int_equal(f.visited[VISITED_NEVER], 0);
	visit_ago(v, V_101, OUTCOME_AS_REGISTERED, 30);
	/* Standing before a closed door is not having been there. */
	visit_ago(v, V_102, OUTCOME_NOBODY_HOME, 1);
	visit_ago(v, V_201, OUTCOME_REFUSED, 1);
	f = look(v);
	assert_int_equal(f.visited[VISITED_30], 1);
	assert_int_equal(f.visited[VISITED_90], 1);
	assert_int_equal(f.visited[VISITED_180], 1);
	assert_int_equal(f.visited[VISITED_LATER], 0);
}

static void a_house_is_silent_after_two_visits_without_an_answer(void **state)
{
	struct village *v = *state;
	visit_ago(v, V_101, OUTCOME_NOBODY_HOME, 9);
	visit_ago(v, V_201, OUTCOME_NOBODY_HOME, 9);
	assert_int_equal(look(v).silent_n, 0);
	visit_ago(v, V_101, OUTCOME_REFUSED, 5);
	visit_ago(v, V_201, OUTCOME_REFUSED, 5);
	visit_ago(v, V_201, OUTCOME_NOBODY_HOME, 4);
	struct figures f = look(v);
	assert_int_equal(f.silent_n, 2);
	assert_int_equal(f.silent->id, v->house[1]);
	assert_int_equal(f.silent->tries, 3);
	assert_int_equal(f.silent->next->id, v->house[0]);
	assert_int_equal(f.silent->next->tries, 2);
	/* Another room of the house opened its door. */
	visit_ago(v, V_102, OUTCOME_AS_REGISTERED, 2);
	f = look(v);
	assert_int_equal(f.silent_n, 1);
	assert_int_equal(f.silent->id, v->house[1]);
	visit_ago(v, V_102, OUTCOME_NOBODY_HOME, 1);
	assert_int_equal(look(v).silent_n, 1);
}

static void hazards_are_open_until_they_are_closed(void **state)
{
	struct village *v = *state;
	enum answer answers[SAFE__MAX] = { 0 };
	struct inspect_room r = { .room = v->room[V_101], .answers = answers };
	struct inspect_new n = { .hotel = v->hotel, .rooms = &r, .n = 1, .consent = "occupant" };
	struct inspect_done d;
	answers[0] = ANSWER_NO;
	answers[1] = ANSWER_NO;
	village_as(v, "police");
	assert_int_equal(inspect_visit(v->cx, &n, &d), VH_OK);
	assert_int_equal(d.hazards, 2);
	struct figures f = look(v);
	assert_int_equal(f.hazards.open, 2);
	assert_int_equal(f.hazards.overdue, 0);
	assert_int_equal(nov(&f, 21)->found, 2);
	assert_int_equal(nov(&f, 21)->closed, 0);
	village_sql(v, "UPDATE hazard SET found_at = found_at - 5 * 86400000, due = 1795223699999");
	answers[0] = ANSWER_YES;
	answers[1] = ANSWER_NA;
	assert_int_equal(inspect_visit(v->cx, &n, &d), VH_OK);
	f = look(v);
	assert_int_equal(f.hazards.open, 1);
	assert_int_equal(f.hazards.overdue, 1);
	assert_int_equal(nov(&f, 16)->found, 2);
	assert_int_equal(nov(&f, 21)->closed, 1);
}

static void an_upstream_lags_by_its_oldest_event(void **state)
{
	struct village *v = *state;
	village_sql(v, "INSERT INTO upstream VALUES (1, 'town', 'https://up.vh.cn/', x'00', 0, 'open', 0)");
	village_sql(v, "INSERT INTO upstream VALUES (2, 'city', 'https://up.vh.cn/', x'00', 0, 'paused', 0)");
	int64_t all = village_sql(v, "SELECT count(*) FROM event e JOIN hotel h ON h.id = e.hotel"
	                             " WHERE h.area = '" DONGXIN "'");
	char sql[200];
	village_sql(v, "UPDATE event SET at = at - 7200000");
	snprintf(sql, sizeof sql, "INSERT INTO cursor_of VALUES (1, %lld, 1, %lld)", (long long)v->hotel,
	         (long long)all);
	village_sql(v, sql);
	struct figures f = look(v);
	assert_string_equal(f.lags->name, "town");
	assert_int_equal(f.lags->waiting, 0);
	assert_int_equal(f.lags->oldest, 0);
	assert_string_equal(f.lags->next->name, "city");
	assert_true(f.lags->next->paused && !f.lags->paused);
	assert_int_equal(f.lags->next->waiting, all);
	assert_int_equal(f.lags->next->oldest, TESTDB_NOW - 7200000);
	/* Taken and not yet accepted is lag as well; refused is neither sent nor waiting. */
	snprintf(sql, sizeof sql, "INSERT INTO delivery SELECT 1, hotel, epoch, seq, id, part,"
	         " CASE seq WHEN 1 THEN 'retry' WHEN 2 THEN 'rejected' ELSE 'accepted' END, 1, 0, 0, 0, 0, NULL,"
	         " NULL, NULL FROM event WHERE hotel = %lld", (long long)v->hotel);
	village_sql(v, sql);
	f = look(v);
	assert_int_equal(f.lags->waiting, 1);
	assert_int_equal(f.lags->oldest, TESTDB_NOW - 7200000);
	assert_int_equal(f.lags->refused, 1);
}

static void figures_are_for_those_who_answer_for_the_village(void **state)
{
	static const struct { const char *who; enum vh_rc rc; const char *code; } no[] = {
		{ NULL, VH_DENIED, "login" },       { "wang", VH_DENIED, "role" },     { "tenant", VH_DENIED, "role" },
		{ "auditor", VH_DENIED, "role" },   { "employer", VH_DENIED, "role" },
		{ "outsider", VH_NOTFOUND, "not_found" }, { "clerk2", VH_NOTFOUND, "not_found" },
	};
	static const char *const yes[] = { "head", "clerk", "admin", "police", "grid", "operator" };
	struct village *v = *state;
	struct figures f;
	struct report r;
	struct period p;
	period_of(day_of(TESTDB_NOW, 480), false, &p);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		village_as(v, no[i].who);
		village_refused(v, look_figures(v->cx, &v->h, &f), no[i].rc, no[i].code);
		village_refused(v, look_report(v->cx, &v->h, &p, &r), no[i].rc, no[i].code);
	}
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		village_as(v, yes[i]);
		assert_int_equal(look_figures(v->cx, &v->h, &f), VH_OK);
		assert_int_equal(look_report(v->cx, &v->h, &p, &r), VH_OK);
		assert_string_equal(r.by, yes[i]);
	}
}

static void another_hotels_people_are_not_counted(void **state)
{
	struct village *v = *state;
	village_in(v, V_101, 1);
	village_as(v, "clerk2");
	village_in(v, V_FAR, 2);
	village_in(v, V_FAR, 3);
	village_as(v, "clerk");
	struct figures f = look(v);
	assert_int_equal(f.people.people, 1);
	assert_int_equal(f.places.rooms, 3);
	assert_int_equal(nov(&f, 21)->in, 1);
}

/* ---- origins ---- */

/* A list like "52:11 42:3" in, what is shown out. */
static const char *folded(const char *text)
{
	static char out[400];
	struct origins o = { .n = 0 };
	int used;
	long long n;
	for (char code[12]; sscanf(text, " %11[^:]:%lld%n", code, &n, &used) == 2; text += used) {
		o.group[o.n].people = n;
		memcpy(o.group[o.n++].code, code, sizeof code);
	}
	origins_fold(&o);
	*out = 0;
	for (unsigned i = 0; i < o.n; i++) {
		size_t at = strlen(out);
		snprintf(out + at, sizeof out - at, "%s%s:%lld", i ? " " : "", o.group[i].code,
		         (long long)o.group[i].people);
	}
	return out;
}

static void groups_of_ten_are_told_and_smaller_ones_folded(void **state)
{
	(void)state;
	assert_string_equal(folded("52:10 42:30"), "42:30 52:10");
	assert_string_equal(folded("52:9 42:30 51:9"), "42:30 rest:18");
	assert_string_equal(folded("52:5 42:30 51:5 11:40"), "11:40 42:30 rest:10");
	assert_string_equal(folded(""), "");
}

static void a_rest_under_ten_takes_a_large_group_along(void **state)
{
	(void)state;
	/* 9 alone would be everybody less those who are shown. */
	assert_string_equal(folded("52:9 42:30 51:20"), "42:30 rest:29");
	assert_string_equal(folded("52:1 42:30 51:20 11:19"), "42:30 51:20 rest:20");
	/* 10 and 1 make 11, of which ten are known to be one group: so it takes another. */
	assert_string_equal(folded("52:1 42:30 51:10 11:12"), "42:30 rest:23");
	assert_string_equal(folded("52:9 42:30 51:10"), "42:30 rest:19");
	assert_string_equal(folded("52:8 42:30 51:10"), "");
	/* Nothing to hide behind: nothing is told. */
	assert_string_equal(folded("52:9"), "");
	assert_string_equal(folded("52:9 42:11"), "");
	assert_string_equal(folded("52:4 42:4 51:1"), "");
}

/*
 * What can be worked out from what is shown, everybody's number and the rule: for every village of up to three groups
 * the smallest part that a reader can be sure of.
 */
static void no_village_lets_a_small_group_be_worked_out(void **state)
{
	(void)state;
	for (int a = 1; a <= 40; a++) {
		for (int b = 0; b <= a; b++) {
			for (int c = 0; c <= b; c++) {
				struct origins o = { .n = 0 };
				int64_t shown = 0;
				const int n[] = { a, b, c };
				for (int i = 0; i < 3; i++)
					if (n[i])
						o.group[o.n++] = (struct origin){ { (char)('a' + i) }, n[i] };
				origins_fold(&o);
				for (unsigned i = 0; i < o.n; i++) {
					assert_true(o.group[i].people >= FIGURES_LEAST);
					shown += o.group[i].people;
				}
				assert_true(o.n == 0 || shown == a + b + c);
				bool rest = o.n && !strcmp(o.group[o.n - 1].code, "rest");
				int64_t r = rest ? o.group[o.n - 1].people : 0;
				/* A small group beside one large one: every size of it must be possible. */
				if (rest && b >= FIGURES_LEAST && c && c < FIGURES_LEAST)
					assert_true(r - 1 >= FIGURES_LEAST && r - 9 >= FIGURES_LEAST);
			}
		}
	}
}

static void origin_is_read_from_the_document(void **state)
{
	static const struct { const char *type, *no, *want; } all[] = {
		{ "id_card", "522422199001011234", "52" }, { "hmt_resident", "810000199001011234", "81" },
		{ "hm_permit", "H12345678", "81" },        { "hm_permit", "M12345678", "82" },
		{ "tw_permit", "12345678", "83" },         { "passport", "E12345678", "papers" },
		{ "foreign_pr", "911124198108030024", "papers" }, { "none", NULL, "none" },
		{ "id_card", NULL, "none" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char code[12];
		origin_of(all[i].type, all[i].no, code);
		assert_string_equal(code, all[i].want);
	}
}

/* An invented card of a province: areas xx0199 are given to nobody. */
static const char *card(int province, unsigned n)
{
	static const int weight[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	static char out[20];
	int sum = 0;
	snprintf(out, sizeof out, "%02d019919%02u0101%03u", province % 100, 60 + n % 40, 100 + n % 800);
	for (int i = 0; i < 17; i++)
		sum += (out[i] - '0') * weight[i];
	out[17] = "10X98765432"[sum % 11];
	out[18] = 0;
	return out;
}

static void origins_of_a_village_are_told_only_when_it_chose_so(void **state)
{
	struct village *v = *state;
	village_sql(v, "UPDATE room SET capacity = 64");
	for (unsigned i = 0; i < 39; i++) {
		struct stay_new s = village_new(v, V_101, i);
		struct stay_done d;
		s.doc_no = card(i < 16 ? 52 : i < 36 ? 34 : 41, i);
		if (stay_in(v->cx, &s, &d) != VH_OK)
			fail_msg("%s %s", err_code(&v->cx->err), err_text(&v->cx->err));
	}
	struct figures f = look(v);
	assert_false(f.origin_on);
	assert_int_equal(f.origins.n, 0);
	int64_t looks = village_sql(v, "SELECT count(*) FROM access");
	village_as(v, "head");
	village_refused(v, hotel_choose(v->cx, v->hotel, "origin", "on"), VH_DENIED, "role");
	village_as(v, "admin");
	assert_int_equal(hotel_choose(v->cx, v->hotel, "origin", "on"), VH_OK);
	village_as(v, "head");
	f = look(v);
	assert_true(f.origin_on);
	assert_int_equal(f.origins.n, 2);
	assert_string_equal(f.origins.group[0].code, "34");
	assert_int_equal(f.origins.group[0].people, 20);
	assert_string_equal(f.origins.group[1].code, "rest"); /* 3 and the 16 that cover them */
	assert_int_equal(f.origins.group[1].people, 19);
	/* Counts are nobody's data: nobody was looked at. */
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access"), looks);
}

/* ---- periods ---- */

static struct period parsed(struct village *v, const char *text)
{
	struct period p;
	if (period_parse(v->cx, text, &p) != VH_OK)
		fail_msg("%s: %s", text, err_text(&v->cx->err));
	assert_string_equal(p.text, text);
	return p;
}

static void weeks_and_months_are_read_and_anything_else_refused(void **state)
{
	static const struct { const char *text, *from, *to; } yes[] = {
		{ "2026-W47", "2026-11-16", "2026-11-22" }, { "2026-W01", "2025-12-29", "2026-01-04" },
		{ "2026-W53", "2026-12-28", "2027-01-03" }, { "2027-W01", "2027-01-04", "2027-01-10" },
		{ "2026-11", "2026-11-01", "2026-11-30" },  { "2024-02", "2024-02-01", "2024-02-29" },
		{ "2025-12", "2025-12-01", "2025-12-31" },
	};
	static const char *const no[] = { "",        "2026",     "2026-W00", "2026-W54", "2025-W53", "2026-00",
		                          "2026-13", "2026-w47", "2026-1",   "2026-W7",  "26-W47",   "2026-11-01",
		                          "0000-01", "2026/11",  "9999-12",  "2026-W4x", " 2026-11" };
	struct village *v = *state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		char day[DAY_TEXT];
		struct period p = parsed(v, yes[i].text);
		day_format(p.from, day);
		assert_string_equal(day, yes[i].from);
		day_format(p.to, day);
		assert_string_equal(day, yes[i].to);
	}
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		struct period p;
		village_refused(v, period_parse(v->cx, no[i], &p), VH_INVALID, "period");
	}
	struct period p;
	village_refused(v, period_parse(v->cx, NULL, &p), VH_INVALID, "period");
}

static void periods_have_neighbours(void **state)
{
	struct village *v = *state;
	struct period p = parsed(v, "2026-W01"), q;
	assert_true(period_before(&p, &q));
	assert_string_equal(q.text, "2025-W52");
	assert_true(period_year_before(&p, &q));
	assert_string_equal(q.text, "2025-W01");
	p = parsed(v, "2026-W53");
	assert_true(period_after(&p, &q));
	assert_string_equal(q.text, "2027-W01");
	assert_false(period_year_before(&p, &q));
	p = parsed(v, "2026-01");
	assert_true(period_before(&p, &q));
	assert_string_equal(q.text, "2025-12");
	assert_true(period_year_before(&p, &q));
	assert_string_equal(q.text, "2025-01");
	p = parsed(v, "2199-12");
	assert_false(period_after(&p, &q));
	p = parsed(v, "1970-01");
	assert_false(period_before(&p, &q) || period_year_before(&p, &q));
}

static struct report report(struct village *v, const char *text)
{
	struct report r;
	struct period p = parsed(v, text);
	if (look_report(v->cx, &v->h, &p, &r) != VH_OK)
		fail_msg("%s: %s", err_code(&v->cx->err), err_text(&v->cx->err));
	return r;
}

/* The hotel opened on a day, by its row. */
static void opened(struct village *v, const char *day)
{
	char sql[120];
	snprintf(sql, sizeof sql, "UPDATE hotel SET created = (julianday('%s') - 2440587.5) * 86400000 - 28800000",
	         day);
	village_sql(v, sql);
	v->h.created = village_sql(v, "SELECT created FROM hotel WHERE area = '" DONGXIN "'");
}

static void reports_count_what_happened_in_their_time(void **state)
{
	struct village *v = *state;
	people(v);
	opened(v, "2026-10-01");
	struct report r = report(v, "2026-W46");
	assert_false(r.running);
	assert_true(r.now.known && r.before.known && !r.year.known);
	assert_int_equal(r.now.in, 1);
	assert_int_equal(r.now.out, 1);
	assert_int_equal(r.now.people, 2);
	assert_int_equal(r.now.rooms, 1);
	assert_int_equal(r.now.late_out, 1);
	assert_int_equal(r.now.filed, 0);
	assert_int_equal(r.before.in, 0);
	assert_int_equal(r.before.people, 2);
	assert_int_equal(r.before.rooms, 2);
	r = report(v, "2026-10");
	assert_int_equal(r.now.in, 1);
	assert_int_equal(r.now.people, 1);
	assert_false(r.before.known);
}

static void a_period_that_runs_is_compared_with_as_many_days(void **state)
{
	struct village *v = *state;
	char day[DAY_TEXT];
	people(v);
	opened(v, "2024-01-01");
	struct report r = report(v, "2026-W47");
	assert_true(r.running);
	assert_int_equal(r.now.in, 1);
	assert_int_equal(r.now.moved, 1);
	assert_int_equal(r.now.people, 3);
	assert_int_equal(r.now.filed, 7);
	day_format(r.now.to, day);
	assert_string_equal(day, "2026-11-21");
	/* Saturday to Saturday: the Sunday of last week is left out. */
	day_format(r.before.to, day);
	assert_string_equal(day, "2026-11-14");
	assert_int_equal(r.before.out, 0);
	assert_int_equal(r.before.people, 3);
	assert_true(r.year.known);
	day_format(r.year.from, day);
	assert_string_equal(day, "2025-11-17");
	r = report(v, "2026-11");
	day_format(r.before.to, day);
	assert_string_equal(day, "2026-10-21");
	struct period p = parsed(v, "2026-12");
	village_refused(v, look_report(v->cx, &v->h, &p, &r), VH_INVALID, "period_ahead");
	p = parsed(v, "2026-W48");
	village_refused(v, look_report(v->cx, &v->h, &p, &r), VH_INVALID, "period_ahead");
}

static void reports_count_visits_hazards_and_tasks(void **state)
{
	struct village *v = *state;
	opened(v, "2026-01-01");
	visit_ago(v, V_101, OUTCOME_AS_REGISTERED, 7);
	visit_ago(v, V_102, OUTCOME_NOBODY_HOME, 7);
	visit_ago(v, V_201, OUTCOME_REFUSED, 0);
	visit_ago(v, V_201, OUTCOME_FOUND_MORE, 0);
	struct report r = report(v, "2026-W47");
	assert_int_equal(r.now.visits.rooms, 1);
	assert_int_equal(r.now.visits.unanswered, 1);
	assert_int_equal(r.now.visits.more, 1);
	assert_int_equal(r.now.tasks_opened, village_sql(v, "SELECT count(*) FROM task"));
	assert_true(r.now.tasks_opened > 0);
	assert_int_equal(r.before.visits.rooms, 1);
	assert_int_equal(r.before.visits.unanswered, 1);
	assert_int_equal(r.before.visits.more, 0);
	assert_int_equal(r.before.tasks_opened, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(people_and_rooms_are_those_of_the_rack),
		T(days_tell_arrivals_departures_and_moves_apart),
		T(the_line_of_people_is_who_lived_there_each_day),
		T(late_filings_stand_on_the_day_they_were_made),
		T(a_day_begins_at_midnight_in_the_village),
		T(rooms_are_counted_by_their_last_answered_visit),
		T(a_house_is_silent_after_two_visits_without_an_answer),
		T(hazards_are_open_until_they_are_closed),
		T(an_upstream_lags_by_its_oldest_event),
		T(figures_are_for_those_who_answer_for_the_village),
		T(another_hotels_people_are_not_counted),
		cmocka_unit_test(groups_of_ten_are_told_and_smaller_ones_folded),
		cmocka_unit_test(a_rest_under_ten_takes_a_large_group_along),
		cmocka_unit_test(no_village_lets_a_small_group_be_worked_out),
		cmocka_unit_test(origin_is_read_from_the_document),
		T(origins_of_a_village_are_told_only_when_it_chose_so),
		T(weeks_and_months_are_read_and_anything_else_refused),
		T(periods_have_neighbours),
		T(reports_count_what_happened_in_their_time),
		T(a_period_that_runs_is_compared_with_as_many_days),
		T(reports_count_visits_hazards_and_tasks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
