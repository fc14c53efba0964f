#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "vh/log.h"

static int fd[2];
static char line[4096];

static int set_up(void **state)
{
	(void)state;
	if (pipe(fd))
		return -1;
	log_file_set(fd[1]);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	log_file_set(2);
	log_level_set(LOG_INFO);
	return close(fd[0]) | close(fd[1]);
}

/* What was logged behind the time. */
static const char *logged(void)
{
	ssize_t n = read(fd[0], line, sizeof line - 1);
	assert_true(n > 30);
	line[n] = '\0';
	assert_memory_equal(line, "t=20", 4);
	return line + 27;
}

static void a_line_is_logfmt(void **state)
{
	(void)state;
	LOG(LOG_WARN, "sync.failed", KV("upstream", "town"), KN("tries", 3), KN("ms", -1));
	assert_string_equal(logged(), "level=warn event=sync.failed upstream=town tries=3 ms=-1\n");
}

static void values_cannot_break_out(void **state)
{
	(void)state;
	LOG(LOG_INFO, "x", KV("a", "one two"), KV("b", "q\"\\\nlevel=error"), KV("c", ""),
	    KV("d", "\x1b[1m"), KV("e", "东新村"));
	assert_string_equal(logged(), "level=info event=x a=\"one two\" b=\"q\\\"\\\\\\nlevel=error\""
	                              " c=\"\" d=\"\\x1b[1m\" e=东新村\n");
}

static void long_values_leave_one_line(void **state)
{
	(void)state;
	char text[3000];
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	LOG(LOG_ERROR, "x", KV("a", text), KV("b", text), KV("c", text), KV("d", text), KV("e", text),
	    KV("f", text));
	const char *s = logged();
	assert_true(strlen(s) < 2048);
	assert_ptr_equal(strchr(s, '\n'), s + strlen(s) - 1);
}

static void lower_levels_are_dropped(void **state)
{
	(void)state;
	log_level_set(LOG_ERROR);
	LOG(LOG_WARN, "unseen", KN("n", 1));
	LOG(LOG_ERROR, "seen", KN("n", 2));
	assert_string_equal(logged(), "level=error event=seen n=2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_logfmt),
		cmocka_unit_test(values_cannot_break_out),
		cmocka_unit_test(long_values_leave_one_line),
		cmocka_unit_test(lower_levels_are_dropped),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
