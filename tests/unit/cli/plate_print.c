#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/plate_print.h"
#include "testdb.h"
#include "vh/id.h"
#include "vh/limits.h"
#include "watched.h"

#define ROOMS 4

struct village {
	struct testdb db;
	struct ctx *cx;
	int64_t hotel, house[2], room[ROOMS];
	struct view view;
	struct print_done done;
};

static enum vh_rc url_step(struct ctx *cx, void *arg)
{
	const char *const *url = arg;

	return setting_put(cx, "public_url", *url);
}

static void set_url(struct ctx *cx, const char *url)
{
	assert_int_equal(db_write(cx, url_step, &url), VH_OK);
}

/* Two houses, with two rooms each, the numbers alike. */
static void build(struct village *v)
{
	static const char areas[] = "code,name,parent,kind\n"
	                            "310116104205,东新村村民委员会,,village\n";
	static const char *const address[2] = { "东新3017号", "东新3018号" };
	static const char *const no[2] = { "101", "阁楼" };
	struct hotel_new h = { .area = "310116104205", .desk_phone = "021-50199299" };
	int64_t n;

	assert_int_equal(areas_load(v->cx, areas, sizeof(areas) - 1, &n), VH_OK);
	assert_int_equal(hotel_add(v->cx, &h, &v->hotel), VH_OK);
	for (int i = 0; i < 2; i++) {
		struct house_new house = { .address = address[i] };

		assert_int_equal(house_add(v->cx, v->hotel, &house, &v->house[i]), VH_OK);
		for (int k = 0; k < 2; k++) {
			struct room_new room = { .no = no[k] };

			assert_int_equal(room_add(v->cx, v->hotel, v->house[i], &room,
			                          &v->room[i * 2 + k]), VH_OK);
		}
	}
	set_url(v->cx, "https://plates.example");
}

static int set_up(void **state)
{
	struct village *v = calloc(1, sizeof(*v));
	char key[256];

	if (!v)
		return -1;
	testdb_open(&v->db, NULL);
	v->cx = &v->db.cx;
	v->cx->who = &actor_operator;
	id_slot_set(1);
	snprintf(key, sizeof(key), "%s/key", v->db.dir);
	if (crypto_start() != VH_OK || keys_create(key, &v->cx->err) != VH_OK ||
	    keys_load(key, &v->cx->keys, &v->cx->err) != VH_OK || !view_init(&v->view))
		return -1;
	build(v);
	*state = v;
	return 0;
}

static int tear_down(void **state)
{
	struct village *v = *state;

	view_done(&v->view);
	keys_free(v->cx->keys);
	testdb_close(&v->db);
	free(v);
	return 0;
}

/* Print with a fresh list below the test's folder. */
static enum vh_rc printed(struct village *v, struct print_job job, const char *name)
{
	char out[256];

	snprintf(out, sizeof(out), "%s/%s", v->db.dir, name);
	job.out = out;
	if (!job.hotel)
		job.hotel = v->hotel;
	v->done = (struct print_done){ .view = &v->view };
	v->done.list = view_arr(&v->view, v->view.root, name);
	return plates_print(v->cx, &job, &v->done);
}

static const char *item(const struct village *v, int i, const char *key)
{
	return json_str(cJSON_GetArrayItem(v->done.list, i), key);
}

static void rooms_are_printed_as_one_picture_each(void **state)
{
	static const enum print_format format[2] = { PRINT_PNG, PRINT_SVG };
	static const char *const name[2] = { "png", "svg" };
	struct village *v = *state;

	for (int f = 0; f < 2; f++) {
		struct print_job job = { .format = format[f] };

		assert_int_equal(printed(v, job, name[f]), VH_OK);
		assert_int_equal(v->done.plates, ROOMS);
		assert_int_equal(cJSON_GetArraySize(v->done.list), ROOMS);
		assert_false(v->done.url_unset || v->done.host_long || v->done.no_phone);
		for (int i = 0; i < ROOMS; i++) {
			char want[300], id[ID_TEXT];
			struct plate_show s;

			snprintf(want, sizeof(want), "%s/%s/%s.%s", v->db.dir, name[f],
			         item(v, i, "serial"), name[f]);
			assert_string_equal(item(v, i, "file"), want);
			assert_int_equal(access(want, R_OK), 0);
			assert_int_equal(plate_find(v->cx, item(v, i, "url"), &s), VH_OK);
			assert_string_equal(s.code, item(v, i, "code"));
			id_format(s.room.id, id);
			assert_string_equal(item(v, i, "room"), id);
			assert_int_equal(s.room.id, v->room[i]);
			assert_string_equal(item(v, i, "no"), s.room.no);
			assert_string_equal(item(v, i, "address"), s.house.address);
		}
	}
}

static void sheets_are_printed_for_rooms_and_for_houses(void **state)
{
	struct village *v = *state;
	struct print_job job = { .format = PRINT_PDF };

	assert_int_equal(printed(v, job, "rooms.pdf"), VH_OK);
	assert_int_equal(v->done.plates, ROOMS);
	assert_int_equal(v->done.pages, 2);
	assert_int_equal(v->done.unknown, 0);
	assert_string_equal(item(v, 3, "file"), v->done.file);
	assert_int_equal(access(v->done.file, R_OK), 0);
	job.houses = true;
	assert_int_equal(printed(v, job, "houses.pdf"), VH_OK);
	assert_int_equal(v->done.plates, 2);
	assert_int_equal(v->done.pages, 2);
	assert_null(item(v, 0, "room"));
	assert_string_equal(item(v, 1, "address"), "东新3018号");
}

static void unbound_plates_are_made_and_printed_alone(void **state)
{
	struct village *v = *state;
	struct print_job job = { .format = PRINT_PNG, .unbound = 3 };
	char code[PLATE_CODE_TEXT];
	struct plate_show s;

	assert_int_equal(printed(v, job, "new"), VH_OK);
	assert_int_equal(v->done.plates, 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(plate_find(v->cx, item(v, i, "code"), &s), VH_OK);
		assert_string_equal(s.plate.state, "unbound");
		assert_null(item(v, i, "room"));
	}
	assert_string_not_equal(item(v, 0, "code"), item(v, 1, "code"));
	snprintf(code, sizeof(code), "%s", item(v, 1, "code"));
	assert_int_equal(plate_bind(v->cx, code, v->room[2], 0), VH_OK);
	job.unbound = 0;
	assert_int_equal(printed(v, job, "again"), VH_OK);
	assert_int_equal(v->done.plates, ROOMS); /* the bound one instead of the old one */
	assert_string_equal(item(v, ROOMS - 1, "code"), code);
}

static void revoked_plates_are_not_printed(void **state)
{
	struct village *v = *state;
	struct print_job job = { .format = PRINT_SVG };
	char code[PLATE_CODE_TEXT];

	assert_int_equal(printed(v, job, "before"), VH_OK);
	snprintf(code, sizeof(code), "%s", item(v, 0, "code"));
	assert_int_equal(plate_revoke(v->cx, code, "torn off"), VH_OK);
	assert_int_equal(printed(v, job, "after"), VH_OK);
	assert_int_equal(v->done.plates, ROOMS - 1);
	for (int i = 0; i < ROOMS - 1; i++)
		assert_string_not_equal(item(v, i, "code"), code);
}

static void nothing_to_print_and_nowhere_to_write_are_refused(void **state)
{
	struct village *v = *state;
	struct print_job job = { .format = PRINT_PDF };
	struct stat st;

	assert_int_equal(printed(v, job, "no/such/folder.pdf"), VH_IO);
	assert_string_equal(err_code(&v->cx->err), "write");
	err_clear(&v->cx->err);
	job.format = PRINT_PNG;
	assert_int_equal(printed(v, job, "no/such/folder"), VH_IO);
	err_clear(&v->cx->err);
	job.hotel = v->hotel + 1;
	assert_int_equal(printed(v, job, "other"), VH_NOTFOUND);
	err_clear(&v->cx->err);
	job = (struct print_job){ .format = PRINT_PDF, .houses = true };
	for (int i = 0; i < 2; i++)
		assert_int_equal(house_retire(v->cx, v->hotel, v->house[i], "pulled down"), VH_OK);
	assert_int_equal(printed(v, job, "none.pdf"), VH_NOTFOUND);
	assert_string_equal(err_code(&v->cx->err), "no_plates");
	assert_int_equal(stat(v->done.file, &st), -1);
}

static void a_host_that_is_long_or_missing_is_told(void **state)
{
	struct village *v = *state;
	struct print_job job = { .format = PRINT_SVG };

	set_url(v->cx, "https://plates-of-dongxin.example");
	assert_int_equal(printed(v, job, "long"), VH_OK);
	assert_true(v->done.host_long);
	set_url(v->cx, "https://plates.example/below");
	assert_int_equal(printed(v, job, "below"), VH_INVALID);
	assert_string_equal(err_code(&v->cx->err), "public_url");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(rooms_are_printed_as_one_picture_each),
		CASE(sheets_are_printed_for_rooms_and_for_houses),
		CASE(unbound_plates_are_made_and_printed_alone),
		CASE(revoked_plates_are_not_printed),
		CASE(nothing_to_print_and_nowhere_to_write_are_refused),
		CASE(a_host_that_is_long_or_missing_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
