/*
 * Tiles: numbers in range alone, only pictures, kept within bounds; a host that fails is left alone, and however many
 * readers there are, few ask it at a time.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vh/date.h"
#include "vh/limits.h"
#include "web/tiles.h"

#define PNG "\x89PNG\r\n\x1a\n-and-more"

/* A host that behaves so. */
struct host {
	int status;
	const char *body;
	size_t n;
	enum vh_rc rc;
	atomic_int asked, at_once, most_at_once;
	int wait_ms;
	char url[200];
};

static enum vh_rc fetch(void *arg, const char *url, size_t most, int *ret_status, struct buf *ret)
{
	struct host *h = arg;
	h->asked++;
	int now = ++h->at_once, most_yet = h->most_at_once;
	while (now > most_yet && !atomic_compare_exchange_weak(&h->most_at_once, &most_yet, now))
		;
	if (!h->wait_ms) /* one reader */
		snprintf(h->url, sizeof h->url, "%s", url);
	else
		usleep((useconds_t)h->wait_ms * 1000);
	h->at_once--;
	if (h->rc != VH_OK)
		return h->rc;
	buf_init(ret, most);
	buf_add(ret, h->body, h->n);
	*ret_status = h->status;
	return buf_ok(ret) ? VH_OK : VH_BUSY;
}

struct map {
	struct arena *a;
	struct host host;
	struct tiles *t;
	struct ctx cx;
	struct http_resp r;
};

static int set_up(void **state)
{
	static struct map m;
	struct err e = { .n = 0 };
	m = (struct map){ .a = arena_new(LIM_ARENA), .host = { .status = 200, .body = PNG, .n = sizeof PNG - 1 } };
	const struct web_map conf = { .tiles = "https://tiles.vh.cn/{z}/{x}/{y}.png?k=1", .max_zoom = 18, .at_once = 3,
		                      .fetch = fetch, .arg = &m.host };
	assert_int_equal(tiles_new(&conf, m.a, &m.t, &e), VH_OK);
	m.cx = (struct ctx){ .a = m.a, .now = 1795223700000 };
	resp_init(&m.r, m.a);
	*state = &m;
	return 0;
}

static int tear_down(void **state)
{
	struct map *m = *state;
	resp_done(&m->r);
	tiles_free(m->t);
	arena_free(m->a);
	return 0;
}

static enum vh_rc get(struct map *m, int z, int x, int y)
{
	struct tile_at at = { z, x, y };
	resp_reset(&m->r);
	err_clear(&m->cx.err);
	return tile_get(&m->cx, m->t, &at, &m->r);
}

static void an_address_without_its_three_parts_is_refused(void **state)
{
	static const char *const no[] = { "https://a/{z}/{x}.png", "https://a/{z}/{x}/{y}/{y}",
		                          "https://a/{z}/{x}/{y}{s}", "https://a/z/x/y", "" };
	static const char *const yes[] = { "https://a/{z}/{x}/{y}.png", "https://a/t?x={x}&y={y}&z={z}&lang=zh" };
	struct map *m = *state;
	struct web_map conf = { .max_zoom = 18, .at_once = 1, .fetch = fetch };
	struct tiles *t = NULL;
	struct err e = { .n = 0 };
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		conf.tiles = no[i];
		assert_int_equal(tiles_new(&conf, m->a, &t, &e), VH_INVALID);
		assert_string_equal(err_code(&e), "map");
		err_clear(&e);
	}
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		conf.tiles = yes[i];
		assert_int_equal(tiles_new(&conf, m->a, &t, &e), VH_OK);
		assert_non_null(t);
		tiles_free(t);
	}
	conf.max_zoom = LIM_TILE_ZOOM + 1;
	assert_int_equal(tiles_new(&conf, m->a, &t, &e), VH_INVALID);
	conf = (struct web_map){ .tiles = NULL };
	assert_int_equal(tiles_new(&conf, m->a, &t, &e), VH_OK);
	assert_null(t);
}

static void only_numbers_in_range_are_tiles(void **state)
{
	static const struct numbers { const char *z, *x, *y; } yes[] = {
		{ "0", "0", "0" }, { "1", "1", "0" }, { "18", "262143", "262143" }, { "10", "857", "418" },
	};
	static const struct numbers no[] = {
		{ "0", "1", "0" },       { "1", "2", "0" },  { "19", "0", "0" },           { "-1", "0", "0" },
		{ "1", "-1", "0" },      { "1", "0", "01" }, { "1", "0", "" },             { "1", "0", "0.png" },
		{ "1", "0x0", "0" },     { "1", "0", "%30" }, { "18", "262144", "0" },     { "1", " 0", "0" },
		{ "18", "99999999999", "0" }, { "1", "0", "0/../0" },
	};
	struct map *m = *state;
	struct tile_at at;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		assert_int_equal(tile_parse(&m->cx, m->t, yes[i].z, yes[i].x, yes[i].y, &at), VH_OK);
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_int_equal(tile_parse(&m->cx, m->t, no[i].z, no[i].x, no[i].y, &at), VH_NOTFOUND);
	assert_int_equal(tile_parse(&m->cx, m->t, NULL, "0", "0", &at), VH_NOTFOUND);
	assert_int_equal(tile_parse(&m->cx, NULL, "0", "0", "0", &at), VH_NOTFOUND);
}

static void a_tile_is_fetched_once_and_told_by_its_bytes(void **state)
{
	struct map *m = *state;
	assert_int_equal(get(m, 10, 857, 418), VH_OK);
	assert_string_equal(m->host.url, "https://tiles.vh.cn/10/857/418.png?k=1");
	assert_string_equal(m->r.type, "image/png");
	assert_int_equal(m->r.body.n, sizeof PNG - 1);
	assert_int_equal(get(m, 10, 857, 418), VH_OK);
	assert_int_equal(m->host.asked, 1);
	assert_int_equal(m->r.body.n, sizeof PNG - 1);
	m->host.body = "\xff\xd8\xff\xe0 and more";
	m->host.n = strlen(m->host.body);
	assert_int_equal(get(m, 10, 857, 419), VH_OK);
	assert_string_equal(m->r.type, "image/jpeg");
	assert_int_equal(m->host.asked, 2);
	m->cx.now += 8 * DAY_MS;
	assert_int_equal(get(m, 10, 857, 418), VH_OK);
	assert_int_equal(m->host.asked, 3);
}

static void what_is_no_picture_is_not_passed_on(void **state)
{
	static const struct { int status; const char *body; } no[] = {
		{ 200, "<script>go()</script>" }, { 301, PNG }, { 302, "" }, { 500, PNG }, { 403, PNG }, { 200, "" },
	};
	struct map *m = *state;
	for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
		m->host.status = no[i].status;
		m->host.body = no[i].body;
		m->host.n = strlen(no[i].body);
		assert_int_equal(get(m, 5, 1, (int)i), VH_BUSY);
		assert_string_equal(err_code(&m->cx.err), "tile_busy");
		assert_int_equal(m->r.body.n, 0);
		m->cx.now += 60000;
	}
	/* The sea has no tiles: asked for once an hour. */
	m->host.status = 404;
	int asked = m->host.asked;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(get(m, 6, 1, 1), VH_NOTFOUND);
		assert_string_equal(err_code(&m->cx.err), "tile");
	}
	assert_int_equal(m->host.asked, asked + 1);
	m->cx.now += HOUR_MS;
	assert_int_equal(get(m, 6, 1, 1), VH_NOTFOUND);
	assert_int_equal(m->host.asked, asked + 2);
}

static void a_tile_too_large_is_none(void **state)
{
	static char big[LIM_TILE + 1] = PNG;
	struct map *m = *state;
	m->host.body = big;
	m->host.n = LIM_TILE;
	assert_int_equal(get(m, 5, 0, 0), VH_OK);
	m->host.n = LIM_TILE + 1;
	assert_int_equal(get(m, 5, 0, 1), VH_BUSY);
}

static void a_host_that_fails_is_left_alone_for_a_while(void **state)
{
	struct map *m = *state;
	assert_int_equal(get(m, 5, 9, 9), VH_OK);
	m->host.rc = VH_BUSY;
	for (int i = 0; i < 10; i++)
		assert_int_equal(get(m, 5, 0, i), VH_BUSY);
	assert_int_equal(m->host.asked, 4);
	/* What is here is given all the same. */
	assert_int_equal(get(m, 5, 9, 9), VH_OK);
	m->cx.now += 16000;
	assert_int_equal(get(m, 5, 0, 1), VH_BUSY);
	assert_int_equal(get(m, 5, 0, 2), VH_BUSY);
	assert_int_equal(m->host.asked, 5);
	m->cx.now += 16000;
	m->host.rc = VH_OK;
	for (int i = 0; i < 10; i++)
		assert_int_equal(get(m, 5, 1, i), VH_OK);
	assert_int_equal(m->host.asked, 15);
}

static void memory_is_bounded_and_what_was_used_last_stays(void **state)
{
	static char big[LIM_TILE] = PNG;
	struct map *m = *state;
	m->host.body = big;
	m->host.n = LIM_TILE - 1;
	int fit = LIM_TILES / LIM_TILE;
	for (int i = 0; i < fit + 20; i++) {
		m->cx.now++;
		assert_int_equal(get(m, 18, i, 0), VH_OK);
		assert_int_equal(get(m, 18, 0, 0), VH_OK); /* the first one is used all the time */
	}
	assert_int_equal(m->host.asked, fit + 20);
	assert_int_equal(get(m, 18, 1, 0), VH_OK); /* this one went */
	assert_int_equal(m->host.asked, fit + 21);
	/* Small ones: more than there are places for. */
	m->host.n = 20;
	for (int i = 0; i < 3000; i++)
		assert_int_equal(get(m, 18, i, 7), VH_OK);
}

struct reader {
	struct map *m;
	int x;
	enum vh_rc rc;
};

static void *read_one(void *arg)
{
	struct reader *r = arg;
	struct ctx cx = { .a = arena_new(1 << 16), .now = r->m->cx.now };
	struct http_resp resp;
	struct tile_at at = { 10, r->x, 3 };
	resp_init(&resp, cx.a);
	r->rc = tile_get(&cx, r->m->t, &at, &resp);
	resp_done(&resp);
	arena_free(cx.a);
	return NULL;
}

static void few_ask_at_once_and_the_others_do_not_wait(void **state)
{
	enum { READERS = 12 };
	struct map *m = *state;
	pthread_t thread[READERS];
	struct reader all[READERS];
	int ok = 0, busy = 0;
	m->host.wait_ms = 300;
	for (int i = 0; i < READERS; i++) {
		all[i] = (struct reader){ m, i, VH_OK };
		assert_int_equal(pthread_create(&thread[i], NULL, read_one, &all[i]), 0);
	}
	for (int i = 0; i < READERS; i++) {
		pthread_join(thread[i], NULL);
		ok += all[i].rc == VH_OK;
		busy += all[i].rc == VH_BUSY;
	}
	assert_int_equal(ok + busy, READERS);
	assert_true(ok >= 3 && busy > 0);
	assert_int_equal(m->host.most_at_once, 3);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_address_without_its_three_parts_is_refused),
		T(only_numbers_in_range_are_tiles),
		T(a_tile_is_fetched_once_and_told_by_its_bytes),
		T(what_is_no_picture_is_not_passed_on),
		T(a_tile_too_large_is_none),
		T(a_host_that_fails_is_left_alone_for_a_while),
		T(memory_is_bounded_and_what_was_used_last_stays),
		T(few_ask_at_once_and_the_others_do_not_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
