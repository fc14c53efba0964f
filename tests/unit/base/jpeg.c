/* Photographs lose what they say about place and time, keep the picture, and must be whole. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "vh/jpeg.h"
#include "vh/limits.h"

#define HEAD "\xff\xd8"
#define JFIF "\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0"
#define THUMB "\xff\xe0\x00\x13JFIF\0\1\1\0\0\1\0\1\1\1rgb" /* of one pixel */
#define JFXX "\xff\xe0\x00\x0aJFXX\0\x10\xff\xd8"
#define SHORT "\xff\xe0\x00\x07JFIF\0"
#define HIDES "\xff\xf3\x00\x06home\xff\xc8\x00\x06home\xff\xfd\x00\x06home\xff\xef\x00\x06home"
#define ADOBE "\xff\xee\x00\x07" "Adobe"
#define EXIF "\xff\xe1\x00\x0c" "Exif\0\0GPS!"
#define ICC "\xff\xe2\x00\x06" "MPF\0"
#define NOTE "\xff\xfe\x00\x09" "my home"
#define TABLE "\xff\xdb\x00\x04\x01\x02"
#define FRAME "\xff\xc0\x00\x05\x01\x02\x03"
#define SCAN "\xff\xda\x00\x04\x01\x02\x11\xff\x00\x22\xff\xd3\x33"
#define MORE "\xff\xc4\x00\x03\x09\xff\xda\x00\x04\x01\x02\x44"
#define TAIL "\xff\xd9"

static struct blob strip(struct arena *a, const void *p, size_t n, enum vh_rc want)
{
	struct blob out = { 0 };
	assert_int_equal(jpeg_strip(a, p, n, &out), want);
	return out;
}

#define BYTES(s) s, sizeof s - 1

static void what_is_told_goes_and_the_picture_stays(void **state)
{
	static const char in[] = HEAD JFIF EXIF ICC NOTE ADOBE TABLE "\xff" FRAME SCAN MORE TAIL "a video, and where";
	static const char want[] = HEAD JFIF ADOBE TABLE FRAME SCAN MORE TAIL;
	struct arena *a = arena_new(LIM_ARENA);
	(void)state;
	struct blob out = strip(a, BYTES(in), VH_OK);
	assert_int_equal(out.n, sizeof want - 1);
	assert_memory_equal(out.p, want, out.n);
	struct blob again = strip(a, out.p, out.n, VH_OK);
	assert_int_equal(again.n, out.n);
	assert_memory_equal(again.p, out.p, out.n);
	arena_free(a);
}

static void thumbnails_and_what_hides_in_reserved_segments_go(void **state)
{
	static const char in[] = HEAD THUMB JFXX SHORT HIDES TABLE FRAME HIDES SCAN HIDES MORE TAIL;
	static const char want[] = HEAD JFIF TABLE FRAME SCAN MORE TAIL;
	struct arena *a = arena_new(LIM_ARENA);
	(void)state;
	struct blob out = strip(a, BYTES(in), VH_OK);
	assert_int_equal(out.n, sizeof want - 1);
	assert_memory_equal(out.p, want, out.n);
	arena_free(a);
}

static void what_is_no_whole_picture_is_refused(void **state)
{
	static const struct { const char *p; size_t n; } bad[] = {
		{ BYTES("") }, { BYTES("\xff\xd8\xff") }, { BYTES("\x89PNG\r\n\x1a\n") }, { BYTES("GIF89a") },
		{ BYTES(HEAD TAIL) },                             /* no scan */
		{ BYTES(HEAD JFIF TABLE FRAME SCAN) },            /* no end */
		{ BYTES(HEAD "\xff\xe1\xff\xff" "x") },           /* longer than the file */
		{ BYTES(HEAD "\xff\xe1\x00\x01" SCAN TAIL) },     /* shorter than its own length */
		{ BYTES(HEAD "xx" SCAN TAIL) },                   /* no marker */
		{ BYTES(HEAD "\xff\x01" SCAN TAIL) },             /* no segment */
		{ BYTES(HEAD "\xff\xd0" SCAN TAIL) },             /* a restart outside a scan */
		{ BYTES(HEAD HEAD SCAN TAIL) },
	};
	struct arena *a = arena_new(LIM_ARENA);
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		strip(a, bad[i].p, bad[i].n, VH_INVALID);
	arena_free(a);
}

static void a_picture_cut_anywhere_is_refused(void **state)
{
	static const char in[] = HEAD JFIF EXIF TABLE FRAME SCAN MORE TAIL;
	struct arena *a = arena_new(LIM_ARENA);
	(void)state;
	for (size_t n = 0; n < sizeof in - 1; n++)
		strip(a, in, n, VH_INVALID);
	strip(a, in, sizeof in - 1, VH_OK);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_told_goes_and_the_picture_stays),
		cmocka_unit_test(thumbnails_and_what_hides_in_reserved_segments_go),
		cmocka_unit_test(what_is_no_whole_picture_is_refused),
		cmocka_unit_test(a_picture_cut_anywhere_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
