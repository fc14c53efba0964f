#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vh/paper.h"
#include "watched.h"

struct home {
	char dir[64], pdf[96];
	struct qr qr;
	struct plate_face face;
};

static int set_up(void **state)
{
	struct home *h = calloc(1, sizeof(*h));

	if (!h)
		return -1;
	snprintf(h->dir, sizeof(h->dir), "/tmp/vh-paper-XXXXXX");
	if (!mkdtemp(h->dir))
		return -1;
	snprintf(h->pdf, sizeof(h->pdf), "%s/plates.pdf", h->dir);
	if (qr_encode("HTTPS://PLATES.EXAMPLE/R/0001000Z89ABCDEF", &h->qr) != VH_OK)
		return -1;
	h->face = (struct plate_face){
		.hotel = "东新村虚拟旅馆", .serial = "A00031", .room = "101室", .qr = &h->qr,
		.address = "东新3017号", .phone = "服务台 021-5019 9299", .code = "0001-000Z-89AB-CDEF",
		.host = "PLATES.EXAMPLE",
	};
	*state = h;
	return 0;
}

/* Names in a folder but for the two dots. */
static unsigned files_in(const char *dir)
{
	DIR *d = opendir(dir);
	unsigned n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static int tear_down(void **state)
{
	struct home *h = *state;

	unlink(h->pdf);
	rmdir(h->dir);
	free(h);
	return 0;
}

static void sheet_appears_whole_at_the_end(void **state)
{
	static const unsigned pages_of_four[PAPER__MAX] = { [PAPER_ROOM] = 2, [PAPER_HOUSE] = 4, [PAPER_SLIP] = 1 };
	struct home *h = *state;
	struct paper_stats stats;
	struct paper *s;
	char head[5] = "";
	FILE *f;

	for (int kind = 0; kind < PAPER__MAX; kind++) {
		assert_int_equal(paper_begin(h->pdf, kind, &s), VH_OK);
		for (int i = 0; i < 4; i++)
			assert_int_equal(paper_add(s, &h->face), VH_OK);
		if (kind == 0)
			assert_int_equal(access(h->pdf, F_OK), -1);
		assert_int_equal(paper_end(s, &stats), VH_OK);
		assert_int_equal(stats.plates, 4);
		assert_int_equal(stats.pages, pages_of_four[kind]);
		assert_int_equal(stats.unknown, 0);
		assert_int_equal(files_in(h->dir), 1);
	}
	f = fopen(h->pdf, "rb");
	assert_non_null(f);
	assert_int_equal(fread(head, 1, 4, f), 4);
	fclose(f);
	assert_string_equal(head, "%PDF");
}

static void sheet_in_memory_is_the_same_and_keeps_its_ceiling(void **state)
{
	struct home *h = *state;
	struct paper_stats stats;
	struct paper *s;
	struct buf out;
	enum vh_rc rc = VH_OK;

	buf_init(&out, 1 << 20);
	assert_int_equal(paper_begin_buf(&out, PAPER_SLIP, &s), VH_OK);
	for (int i = 0; i < 7; i++)
		assert_int_equal(paper_add(s, &h->face), VH_OK);
	assert_int_equal(paper_end(s, &stats), VH_OK);
	assert_int_equal(stats.plates, 7);
	assert_int_equal(stats.pages, 2); /* six to a page */
	assert_memory_equal(out.p, "%PDF", 4);
	assert_int_equal(files_in(h->dir), 0);
	assert_int_equal(paper_begin_buf(&out, PAPER_SLIP, &s), VH_OK);
	assert_int_equal(paper_end(s, NULL), VH_INVALID);
	buf_done(&out);
	buf_init(&out, 2000);
	assert_int_equal(paper_begin_buf(&out, PAPER_ROOM, &s), VH_OK);
	for (int i = 0; i < 40 && rc == VH_OK; i++)
		rc = paper_add(s, &h->face);
	rc = paper_end(s, NULL);
	assert_int_equal(rc, VH_LIMIT);
	buf_done(&out);
}

static void dropped_or_empty_sheet_leaves_nothing(void **state)
{
	struct home *h = *state;
	struct paper *s;

	assert_int_equal(paper_begin(h->pdf, PAPER_ROOM, &s), VH_OK);
	assert_int_equal(paper_add(s, &h->face), VH_OK);
	paper_drop(s);
	assert_int_equal(files_in(h->dir), 0);
	assert_int_equal(paper_begin(h->pdf, PAPER_ROOM, &s), VH_OK);
	assert_int_equal(paper_end(s, NULL), VH_INVALID);
	assert_int_equal(files_in(h->dir), 0);
	paper_drop(NULL);
}

static void unwritable_place_is_refused(void **state)
{
	struct home *h = *state;
	char path[128], far[5000];
	struct paper *s = NULL;

	snprintf(path, sizeof(path), "%s/no/such/place.pdf", h->dir);
	assert_int_equal(paper_begin(path, PAPER_ROOM, &s), VH_IO);
	memset(far, 'x', sizeof(far) - 1);
	far[sizeof(far) - 1] = '\0';
	assert_int_equal(paper_begin(far, PAPER_ROOM, &s), VH_IO);
	snprintf(path, sizeof(path), "%s/link", h->dir);
	assert_int_equal(symlink("elsewhere", path), 0);
	assert_int_equal(paper_begin(path, PAPER_ROOM, &s), VH_IO);
	unlink(path);
	assert_int_equal(paper_begin(h->dir, PAPER_ROOM, &s), VH_IO);
	assert_null(s);
}

/* A full disk, played by the limit on file size (its signal ignored, so that write() fails). */
static void full_disk_leaves_the_old_file(void **state)
{
	struct home *h = *state;
	struct rlimit was, small;
	struct paper *s;
	struct stat st;
	enum vh_rc rc = VH_OK;
	FILE *old = fopen(h->pdf, "w");

	assert_non_null(old);
	fputs("old", old);
	fclose(old);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small = was;
	small.rlim_cur = 20000;
	assert_int_equal(paper_begin(h->pdf, PAPER_ROOM, &s), VH_OK);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (int i = 0; i < 200 && rc == VH_OK; i++)
		rc = paper_add(s, &h->face);
	rc = paper_end(s, NULL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(rc, VH_IO);
	assert_int_equal(files_in(h->dir), 1);
	assert_int_equal(stat(h->pdf, &st), 0);
	assert_int_equal(st.st_size, 3);
}

static void lines_left_out_and_long_ones_are_drawn(void **state)
{
	struct home *h = *state;
	struct paper_stats stats;
	struct paper *s;
	char far[601] = "";

	for (int i = 0; i < 200; i++)
		memcpy(far + i * 3, "东", 4);
	assert_int_equal(paper_begin(h->pdf, PAPER_ROOM, &s), VH_OK);
	h->face = (struct plate_face){
		.hotel = far, .serial = "A00031", .room = far, .address = far, .qr = &h->qr,
	};
	assert_int_equal(paper_add(s, &h->face), VH_OK);
	h->face = (struct plate_face){
		.hotel = "东", .serial = "A00032", .phone = "", .qr = &h->qr, .complaint = "",
		.purpose = "用途",
	};
	assert_int_equal(paper_add(s, &h->face), VH_OK);
	assert_int_equal(paper_end(s, &stats), VH_OK);
	assert_int_equal(stats.unknown, 0);
}

static void characters_without_a_font_are_counted(void **state)
{
	struct home *h = *state;
	struct paper_stats stats;
	struct paper *s;

	assert_int_equal(paper_begin(h->pdf, PAPER_ROOM, &s), VH_OK);
	h->face.address = "\xf4\x80\x80\x81东"; /* a private-use character */
	assert_int_equal(paper_add(s, &h->face), VH_OK);
	assert_int_equal(paper_add(s, &h->face), VH_OK);
	assert_int_equal(paper_end(s, &stats), VH_OK);
	assert_int_equal(stats.unknown, 2);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(sheet_appears_whole_at_the_end),
		CASE(sheet_in_memory_is_the_same_and_keeps_its_ceiling),
		CASE(dropped_or_empty_sheet_leaves_nothing),
		CASE(unwritable_place_is_refused),
		CASE(full_disk_leaves_the_old_file),
		CASE(lines_left_out_and_long_ones_are_drawn),
		CASE(characters_without_a_font_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
