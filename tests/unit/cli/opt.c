/* Options come from tables: what is declared is read, everything else is usage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "../../../src/cli/cli_impl.h"

static const struct opt opts[] = {
	{ "name", "TEXT", "a name" },
	{ "n", "N", "a number" },
	{ "dry", NULL, "a flag" },
	{ 0 },
};
static const struct command cmd = { "thing do", "FILE", "do it", opts, 1, 2, 0, NULL, 0 };
static const struct command of_db = { "thing see",     "",   "see it", NULL, 0, 0,
	                              CLI_DB | CLI_AS, NULL, 0 };

struct fix {
	struct cli c;
	struct cli_priv p;
	bool help;
};

static enum vh_rc parse(struct fix *f, const struct command *of, int n, const char *const *arg)
{
	*f = (struct fix){ .help = false };
	f->c.cmd = of;
	f->c.priv = &f->p;
	return cli_parse(&f->c, n, (char **)(uintptr_t)arg, &f->help);
}
#define PARSE(f, of, ...) \
	parse(f, of, (int)(sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *)), \
	      (const char *[]){ __VA_ARGS__ })

static void options_stand_anywhere_in_both_forms(void **state)
{
	struct fix f;
	int64_t n;
	(void)state;
	assert_int_equal(PARSE(&f, &cmd, "--name", "甲", "a.csv", "--dry", "--n=7", "b"), VH_OK);
	assert_string_equal(cli_opt(&f.c, "name"), "甲");
	assert_string_equal(cli_opt(&f.c, "dry"), "");
	assert_string_equal(cli_arg(&f.c, 0), "a.csv");
	assert_string_equal(cli_arg(&f.c, 1), "b");
	assert_null(cli_arg(&f.c, 2));
	assert_null(cli_opt(&f.c, "json"));
	assert_int_equal(cli_opt_i64(&f.c, "n", 1, 7, 3, &n), VH_OK);
	assert_int_equal(n, 7);
	assert_int_equal(cli_opt_i64(&f.c, "n", 1, 6, 3, &n), VH_INVALID);
	assert_string_equal(err_code(&f.c.cx.err), "usage");
}

static void numbers_are_whole_and_whole_texts(void **state)
{
	static const char *const bad[] = { "", "x", "7x", "7.5", "99999999999999999999", "0", "8" };
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct fix f;
		int64_t n = 42;
		assert_int_equal(PARSE(&f, &cmd, "f", "--n", bad[i]), VH_OK);
		assert_int_equal(cli_opt_i64(&f.c, "n", 1, 7, 3, &n), VH_INVALID);
		assert_int_equal(n, 42);
	}
}

static void what_is_not_declared_is_usage(void **state)
{
	struct fix f;
	(void)state;
	assert_int_equal(PARSE(&f, &cmd, "f", "--nam", "x"), VH_INVALID);
	assert_int_equal(PARSE(&f, &cmd, "f", "--names", "x"), VH_INVALID);
	assert_int_equal(PARSE(&f, &cmd, "f", "--name"), VH_INVALID);
	assert_int_equal(PARSE(&f, &cmd, "f", "--dry=1"), VH_INVALID);
	assert_int_equal(PARSE(&f, &cmd, "f", "-n", "1"), VH_INVALID);
	assert_int_equal(PARSE(&f, &cmd, "f", "--name", "a", "--name", "b"), VH_INVALID);
	assert_int_equal(PARSE(&f, &cmd, "f", "g", "h"), VH_INVALID);
	assert_int_equal(PARSE(&f, &cmd, "--dry"), VH_INVALID);
	assert_int_equal(PARSE(&f, &cmd, "f", "--db", "x"), VH_INVALID);
	assert_int_equal(PARSE(&f, &cmd, "f", "--as", "x"), VH_INVALID);
	assert_int_equal(PARSE(&f, &of_db, "--db", "x", "--as", "wang"), VH_OK);
}

static void two_dashes_end_the_options(void **state)
{
	struct fix f;
	(void)state;
	assert_int_equal(PARSE(&f, &cmd, "--", "--name"), VH_OK);
	assert_string_equal(cli_arg(&f.c, 0), "--name");
	assert_int_equal(PARSE(&f, &cmd, "-"), VH_OK);
	assert_string_equal(cli_arg(&f.c, 0), "-");
}

static void help_needs_no_arguments(void **state)
{
	struct fix f;
	(void)state;
	assert_int_equal(PARSE(&f, &cmd, "--help"), VH_OK);
	assert_true(f.help);
	assert_int_equal(PARSE(&f, &cmd, "-h"), VH_OK);
	assert_true(f.help);
	assert_int_equal(PARSE(&f, &cmd, "f"), VH_OK);
	assert_false(f.help);
}

static const struct command *find(const char *a, const char *b, int *words)
{
	const char *arg[] = { a, b };
	return cli_find(b ? 2 : a ? 1 : 0, (char **)(uintptr_t)arg, words);
}

static void longest_name_wins(void **state)
{
	int words = 0;
	(void)state;
	assert_string_equal(find("backup", NULL, &words)->name, "backup");
	assert_int_equal(words, 1);
	assert_string_equal(find("backup", "list", &words)->name, "backup list");
	assert_int_equal(words, 2);
	assert_null(find("backups", NULL, &words));
	assert_null(find("user", NULL, &words));
	assert_null(find(NULL, NULL, &words));
}

static void every_command_is_sound(void **state)
{
	(void)state;
	for (const struct command *const *g = cli_groups; *g; g++)
		for (const struct command *c = *g; c->name; c++) {
			unsigned n = 0;
			assert_non_null(c->run);
			assert_true(c->help && *c->help);
			assert_true(c->least <= c->most && c->most <= CLI_ARGS);
			assert_true(!*c->args == !c->most);
			for (const struct opt *o = c->opts; o && o->name; o++, n++) {
				assert_true(o->help && *o->help);
				for (const struct opt *p = c->opts; p != o; p++)
					assert_string_not_equal(o->name, p->name);
			}
			assert_true(n + 6 <= CLI_OPTS);
			for (const struct command *const *h = cli_groups; *h; h++)
				for (const struct command *d = *h; d->name; d++)
					assert_true(c == d || strcmp(c->name, d->name) != 0);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_anywhere_in_both_forms),
		cmocka_unit_test(numbers_are_whole_and_whole_texts),
		cmocka_unit_test(what_is_not_declared_is_usage),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(help_needs_no_arguments),
		cmocka_unit_test(longest_name_wins),
		cmocka_unit_test(every_command_is_sound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
