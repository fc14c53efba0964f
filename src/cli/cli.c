#include "vh/cli.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli_impl.h"
#include "vh/date.h"
#include "vh/limits.h"

#define VERSION "0.1.0"

enum { LIM_ANSWER = 256 << 20 }; /* a ledger of a million rows that are all refused */

const struct command *const cli_groups[] = {
	cmd_init,
	cmd_hotel,
	cmd_report,
	cmd_ledger,
	cmd_stay,
	cmd_desk,
	cmd_user,
	cmd_check,
	cmd_backup,
	cmd_night,
	cmd_plates,
	cmd_serve,
	cmd_routes,
	cmd_upstream,
	cmd_source,
	cmd_receipt,
	cmd_sync,
	cmd_twin,
	cmd_demo,
	NULL,
};

static void error_json(const struct err *e, const char *code, const char *field, const char *text)
{
	struct view v;
	if (!view_init(&v))
		return;
	cJSON *o = view_obj(&v, v.root, "error");
	view_str(&v, o, "code", code);
	view_str(&v, o, "field", field);
	view_str(&v, o, "detail", text);
	if (e->n > 1) {
		cJSON *more = view_arr(&v, o, "errors");
		for (unsigned i = 0; i < e->n; i++) {
			cJSON *one = view_obj(&v, more, NULL);
			view_str(&v, one, "code", e->item[i].code);
			view_str(&v, one, "field", e->item[i].field);
			view_str(&v, one, "detail", e->item[i].text);
		}
	}
	struct buf b;
	buf_init(&b, LIM_RESPONSE);
	json_print(&b, v.root);
	if (!v.failed && buf_ok(&b))
		printf("%s\n", buf_str(&b));
	buf_done(&b);
	view_done(&v);
}

static void error_lines(const struct err *e, const char *code, const char *field, const char *text)
{
	for (unsigned i = 0; i < (e->n ? e->n : 1); i++) {
		const struct err_item *it = &e->item[i];
		if (i) {
			code = it->code;
			field = it->field;
			text = it->text;
		}
		fprintf(stderr, "vhotel: %s: ", code);
		say_plain(stderr, text, true);
		fprintf(stderr, *field ? " (%s)\n" : "\n", field);
	}
}

/* Say why it failed, once, and what the exit code is. */
static int fail(const struct cli *c, enum vh_rc rc)
{
	const struct err *e = &c->cx.err;
	const char *code = e->n ? err_code(e) : rc_name(rc), *field = e->n ? e->item[0].field : "";
	const char *text =
		rc == VH_BUSY ? "somebody else is at it; try again" : "it cannot be done";
	if (e->n)
		text = err_text(e);
	bool usage = !strcmp(code, "usage");
	if (c->json)
		error_json(e, code, field, text);
	else
		error_lines(e, code, field, text);
	if (usage && c->cmd && !c->json)
		cli_usage_line(stderr, c->cmd);
	return usage ? 2 : rc_exit_code(rc);
}

static enum vh_rc print_view(struct cli *c)
{
	if (c->view.failed)
		return ctx_nomem(&c->cx);
	struct buf b;
	buf_init(&b, LIM_ANSWER);
	json_print(&b, c->view.root);
	enum vh_rc rc = buf_ok(&b) ? VH_OK : ctx_nomem(&c->cx);
	if (rc == VH_OK)
		printf("%s\n", buf_str(&b));
	buf_done(&b);
	return rc;
}

/* Was all that was said taken? A disk is full at the end, a pipe is closed anywhere. */
static bool said(void)
{
	return !fflush(stdout) && !ferror(stdout);
}

/* Runs a command whose options are parsed. */
static int run(struct cli *c)
{
	enum vh_rc rc = cli_open(c);
	if (rc == VH_OK)
		rc = c->cmd->run(c);
	if (rc == VH_OK && c->json)
		rc = print_view(c);
	if (rc == VH_OK && !said())
		rc = ctx_fail(&c->cx, VH_IO, "stdout", "", "the answer could not be written");
	int code = c->exit ? c->exit : c->partly ? 3 : 0;
	if (rc != VH_OK)
		code = fail(c, rc);
	cli_close(c);
	return code;
}

static bool asks_json(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (!strcmp(argv[i], "--json"))
			return true;
	return false;
}

static int command(const struct command *cmd, int argc, char **argv)
{
	struct cli_priv priv = { .holder = "" };
	struct cli c = { .cmd = cmd, .priv = &priv };
	bool help = false;
	c.cx.a = arena_new(cmd->arena ? cmd->arena : LIM_ARENA);
	c.cx.now = now_ms();
	if (!c.cx.a || !view_init(&c.view)) {
		arena_free(c.cx.a);
		return fail(&c, VH_NOMEM);
	}
	enum vh_rc rc = cli_parse(&c, argc, argv, &help);
	/* Who asked for JSON gets it also where the options cannot be read to the end. */
	c.json = cli_opt(&c, "json") || (rc != VH_OK && asks_json(argc, argv));
	c.ask = !c.json && isatty(0) && isatty(2);
	int code = 0;
	if (rc != VH_OK)
		code = fail(&c, rc);
	else if (help)
		cli_help_of(cmd);
	else
		code = run(&c);
	view_done(&c.view);
	conf_free(c.conf);
	arena_free(c.cx.a);
	return code;
}

static int no_command(int argc, char **argv)
{
	struct err e = { .n = 0 };
	bool group = argc && cli_list_commands(NULL, argv[0]);
	if (group)
		err_set(&e, VH_INVALID, "usage", "", "%s does what? See vhotel help %s", argv[0],
		        argv[0]);
	else if (argc)
		err_set(&e, VH_INVALID, "usage", "", "there is no command %.80s; see vhotel help",
		        argv[0]);
	else
		err_set(&e, VH_INVALID, "usage", "", "vhotel COMMAND [OPTION…]; see vhotel help");
	if (asks_json(argc, argv))
		error_json(&e, "usage", "", err_text(&e));
	else
		error_lines(&e, "usage", "", err_text(&e));
	if (group && !asks_json(argc, argv))
		cli_list_commands(stderr, argv[0]);
	return 2;
}

/*
 * A descriptor below 3 that is closed would be given to the next file that is opened, and what is
 * said would be written into the database. From the null device opened for reading, nothing is
 * read, and what is written there is known to be lost.
 */
static bool hold_standard(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
			return false;
	return true;
}

static int dispatch(int argc, char **argv)
{
	int words = 0;
	if (argc && (!strcmp(argv[0], "--version") || !strcmp(argv[0], "version"))) {
		printf("vhotel %s\n", VERSION);
		return 0;
	}
	if (argc &&
	    (!strcmp(argv[0], "help") || !strcmp(argv[0], "--help") || !strcmp(argv[0], "-h")))
		return cli_help(argc - 1, argv + 1) ? 0 : no_command(argc - 1, argv + 1);
	const struct command *cmd = cli_find(argc, argv, &words);
	return cmd ? command(cmd, argc - words, argv + words) : no_command(argc, argv);
}

int cli_main(int argc, char **argv)
{
	if (argc) {
		argc--;
		argv++;
	}
	if (!hold_standard())
		return 75;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a full disk, not our end */
	umask(0077); /* whatever is made here is about people */
	json_hooks();
	if (crypto_start() != VH_OK) {
		fprintf(stderr, "vhotel: crypto: the cryptographic library does not start\n");
		return 75;
	}
	int code = dispatch(argc, argv);
	return code == 0 && !said() ? 75 : code;
}
