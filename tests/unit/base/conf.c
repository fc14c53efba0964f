#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "vh/conf.h"

static char path[] = "/tmp/vhconfXXXXXX";
static struct conf *c;
static struct err e;

static int set_up(void **state)
{
	(void)state;
	int fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

static enum vh_rc load(const char *text, size_t n)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fwrite(text, 1, n, f);
	fclose(f);
	err_clear(&e);
	c = NULL;
	return conf_load(path, &c, &e);
}
#define LOAD(text) load(text, sizeof(text) - 1)

static void reads_sections_and_keys(void **state)
{
	(void)state;
	assert_int_equal(LOAD("# first\n[serve]\nlisten = 127.0.0.1:8080\nthreads=4 ; few\n"
	                      "[hotel]\nname = 东新村\nthreads=2\n"), VH_OK);
	assert_string_equal(conf_str(c, "serve", "listen", "x"), "127.0.0.1:8080");
	assert_string_equal(conf_str(c, "hotel", "name", "x"), "东新村");
	assert_string_equal(conf_str(c, "hotel", "listen", "x"), "x");
	assert_null(conf_str(c, "none", "listen", NULL));
	int64_t n = 0;
	assert_int_equal(conf_i64(c, "serve", "threads", 1, 64, 16, &n, &e), VH_OK);
	assert_int_equal(n, 4);
	assert_int_equal(conf_i64(c, "serve", "none", 1, 64, 16, &n, &e), VH_OK);
	assert_int_equal(n, 16);
	assert_int_equal(conf_i64(c, "serve", "threads", 5, 64, 16, &n, &e), VH_INVALID);
	assert_int_equal(conf_i64(c, "serve", "listen", 0, 64, 16, &n, &e), VH_INVALID);
	assert_int_equal(n, 16);
	conf_free(c);
}

static void unknown_keys_are_found(void **state)
{
	(void)state;
	static const char *const good[] = { "serve.listen", "hotel.*", NULL };
	static const char *const less[] = { "serve.lists", "hotels.*", "hotel.nam", NULL };
	assert_int_equal(LOAD("[hotel]\nname=a\ndesk=b\n[serve]\nlisten=c\n"), VH_OK);
	assert_int_equal(conf_check(c, good, &e), VH_OK);
	assert_int_equal(conf_check(c, less, &e), VH_INVALID);
	assert_string_equal(err_text(&e), "unknown key [hotel] name");
	conf_free(c);
}

static void errors_name_the_line(void **state)
{
	(void)state;
	char want[80];
	assert_int_equal(LOAD("[a]\nb=1\nnonsense\n"), VH_INVALID);
	snprintf(want, sizeof want, "%s:3: ", path);
	assert_memory_equal(err_text(&e), want, strlen(want));
	assert_int_equal(LOAD("[a]\nb=1\nc=2\nb=3\n"), VH_INVALID);
	snprintf(want, sizeof want, "%s:4: ", path);
	assert_memory_equal(err_text(&e), want, strlen(want));
	assert_int_equal(LOAD("[a\nb=1\n"), VH_INVALID);
	assert_int_equal(LOAD("[a]\nb=\xff\n"), VH_INVALID);
	assert_int_equal(LOAD("[a]\nb=1\n  indented\n"), VH_INVALID);
	assert_int_equal(LOAD("[a]\nb=1\0c=2\n"), VH_INVALID); /* what stands behind would go unread */
	assert_int_equal(LOAD("[a]\nb=1\0"), VH_INVALID);
	assert_null(c);
}

static void long_lines_are_whole_or_refused(void **state)
{
	(void)state;
	static char text[10000];
	memset(text, 'x', sizeof text);
	memcpy(text, "[a]\nb=", 6);
	assert_int_equal(load(text, 6000), VH_OK);
	assert_int_equal(strlen(conf_str(c, "a", "b", "")), 5994);
	conf_free(c);
	assert_int_equal(load(text, 10000), VH_LIMIT);
	memset(text, 0, sizeof text); /* as a device of zeros, which never ends */
	assert_int_equal(load(text, 10000), VH_LIMIT);
	err_clear(&e);
	assert_int_equal(conf_load("/dev/zero", &c, &e), VH_LIMIT);
}

static void no_file_is_empty_and_a_missing_one_is_not(void **state)
{
	(void)state;
	static const char *const none[] = { NULL };
	err_clear(&e);
	assert_int_equal(conf_load(NULL, &c, &e), VH_OK);
	assert_int_equal(conf_check(c, none, &e), VH_OK);
	conf_free(c);
	assert_int_equal(conf_load("/nonexistent/vhotel.conf", &c, &e), VH_NOTFOUND);
	err_clear(&e);
	assert_int_equal(conf_load("/tmp", &c, &e), VH_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_sections_and_keys),
		cmocka_unit_test(unknown_keys_are_found),
		cmocka_unit_test(errors_name_the_line),
		cmocka_unit_test(long_lines_are_whole_or_refused),
		cmocka_unit_test(no_file_is_empty_and_a_missing_one_is_not),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
