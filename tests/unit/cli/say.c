/* What others wrote never steers the terminal of who reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../../src/cli/cli_impl.h"

#define LOST "\xef\xbf\xbd"

static char said[400];

static void plain_is(const char *text, bool lines, const char *want)
{
	FILE *to = fmemopen(said, sizeof said, "w");
	assert_non_null(to);
	said[0] = '\0';
	say_plain(to, text, lines);
	fclose(to);
	assert_string_equal(said, want);
}

static void what_steers_is_replaced_and_what_is_text_is_not(void **state)
{
	(void)state;
	plain_is("韦大伯  １０１　A-1\xc2\xa0z", false, "韦大伯  １０１　A-1\xc2\xa0z");
	plain_is("", false, "");
	plain_is("lot\033[2J1", false, "lot" LOST "[2J1");
	plain_is("a\rb\tc\x7f" "d\b", false, "a" LOST "b" LOST "c" LOST "d" LOST);
	plain_is("\xc2\x9b" "31m\xc2\x85z", false, LOST "31m" LOST "z"); /* the same without ESC */
	plain_is("\xe2\x80\xaetxt\xe2\x80\xa8.", false, LOST "txt" LOST ".");
	plain_is("\xff\xc3(", false, LOST LOST "(");
	plain_is("one\ntwo", false, "one" LOST "two");
	plain_is("one\ntwo\033", true, "one\ntwo" LOST);
}

/* What cli_say prints, standard output being a file meanwhile. */
#define SAID(c, ...) \
	do { \
		FILE *f = tmpfile(); \
		fflush(stdout); \
		int was = dup(1); \
		assert_true(f && was >= 0 && dup2(fileno(f), 1) == 1); \
		cli_say(c, __VA_ARGS__); \
		fflush(stdout); \
		assert_int_equal(dup2(was, 1), 1); \
		close(was); \
		rewind(f); \
		said[fread(said, 1, sizeof said - 1, f)] = '\0'; \
		fclose(f); \
	} while (0)

static void a_line_of_an_upstream_stays_one_line(void **state)
{
	struct cli_priv p = { .drawn = false };
	struct cli c = { .priv = &p };
	(void)state;
	SAID(&c, "%s lot %s %s", "town", "L-1", "received");
	assert_string_equal(said, "town lot L-1 received\n");
	SAID(&c, "%s lot %s %s", "town", "\033]0;x\a\nvhotel: all is whole", "received");
	assert_string_equal(said, "town lot " LOST "]0;x" LOST LOST "vhotel: all is whole received\n");
	SAID(&c, "%s\n%s", "two", "lines");
	assert_string_equal(said, "two\nlines\n");
	c.json = true;
	SAID(&c, "%s", "nothing");
	assert_string_equal(said, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_steers_is_replaced_and_what_is_text_is_not),
		cmocka_unit_test(a_line_of_an_upstream_stays_one_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
