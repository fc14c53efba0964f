/* Options and arguments, declared in tables, from which help and refusals follow. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli_impl.h"

static const struct opt everywhere[] = {
	{ "json", NULL, "answer as JSON" },
	{ "help", NULL, "what this command takes" },
	{ 0 },
};
static const struct opt of_registry[] = {
	{ "db", "URI", "sqlite:PATH, a path or postgresql://… ($VHOTEL_DB; vhotel.db)" },
	{ "key-file", "FILE", "the master key ($VHOTEL_KEY_FILE; vhotel.key beside the database)" },
	{ "conf", "FILE", "configuration ($VHOTEL_CONF; none); flags and environment go first" },
	{ 0 },
};
static const struct opt of_people[] = {
	{ "as", "LOGIN", "act, and be written down as having looked, as this account" },
	{ 0 },
};

static const struct opt *lookup(const struct opt *o, const char *name, size_t n)
{
	for (; o && o->name; o++)
		if (strlen(o->name) == n && !memcmp(o->name, name, n))
			return o;
	return NULL;
}

static const struct opt *declared(const struct command *cmd, const char *name, size_t n)
{
	const struct opt *o = lookup(cmd->opts, name, n);
	if (!o)
		o = lookup(everywhere, name, n);
	if (!o && cmd->needs)
		o = lookup(of_registry, name, n);
	if (!o && cmd->needs & CLI_AS)
		o = lookup(of_people, name, n);
	return o;
}

/* How many words of argv are this command's name; 0: it is another one. */
static int words_of(const char *name, int argc, char **argv)
{
	int words = 0;
	for (; *name; words++) {
		size_t n = strcspn(name, " ");
		if (words >= argc || strlen(argv[words]) != n || memcmp(argv[words], name, n))
			return 0;
		name += n + (name[n] == ' ');
	}
	return words;
}

const struct command *cli_find(int argc, char **argv, int *ret_words)
{
	const struct command *best = NULL;
	int most = 0;
	for (const struct command *const *g = cli_groups; *g; g++)
		for (const struct command *cmd = *g; cmd->name; cmd++) {
			int words = words_of(cmd->name, argc, argv);
			if (words > most) {
				most = words;
				best = cmd;
			}
		}
	*ret_words = most;
	return best;
}

enum vh_rc cli_usage(struct cli *c, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	err_vset(&c->cx.err, VH_INVALID, "usage", "", fmt, ap);
	va_end(ap);
	return VH_INVALID;
}

/* An empty path is a variable that was not set: what was meant is not the default. */
static bool names_place(const struct opt *o)
{
	return o->arg && (!strcmp(o->arg, "FILE") || !strcmp(o->arg, "PATH") ||
	                  !strcmp(o->arg, "URI"));
}

/* --name, --name=value or --name value; *i moves over a value in the next word. */
static enum vh_rc option(struct cli *c, int argc, char **argv, int *i)
{
	const char *name = argv[*i] + 2, *value = "";
	size_t n = strcspn(name, "=");
	const struct opt *o = declared(c->cmd, name, n);
	if (!o)
		return cli_usage(c, "unknown option --%.*s", (int)n, name);
	if (!o->arg && name[n])
		return cli_usage(c, "--%s takes no value", o->name);
	if (o->arg && name[n]) {
		value = name + n + 1;
	} else if (o->arg) {
		if (++*i >= argc)
			return cli_usage(c, "--%s needs a value: %s", o->name, o->arg);
		value = argv[*i];
	}
	if (cli_opt(c, o->name))
		return cli_usage(c, "--%s is given twice", o->name);
	if (names_place(o) && !*value)
		return cli_usage(c, "--%s is empty: %s", o->name, o->arg);
	assert(c->priv->opts < CLI_OPTS);
	c->priv->opt[c->priv->opts].name = o->name;
	c->priv->opt[c->priv->opts++].value = value;
	return VH_OK;
}

static enum vh_rc argument(struct cli *c, const char *s)
{
	struct cli_priv *p = c->priv;
	if (p->args == c->cmd->most || p->args == CLI_ARGS)
		return cli_usage(c, "unexpected argument %s", s);
	p->arg[p->args++] = s;
	return VH_OK;
}

static enum vh_rc word(struct cli *c, int argc, char **argv, int *i, bool *ret_help)
{
	const char *s = argv[*i];
	if (!strcmp(s, "-h")) {
		*ret_help = true;
		return VH_OK;
	}
	if (!strncmp(s, "--", 2))
		return option(c, argc, argv, i);
	if (*s == '-' && s[1])
		return cli_usage(c, "unknown option %s", s);
	return argument(c, s);
}

enum vh_rc cli_parse(struct cli *c, int argc, char **argv, bool *ret_help)
{
	bool ended = false;
	for (int i = 0; i < argc; i++) {
		bool end = !ended && !strcmp(argv[i], "--");
		enum vh_rc rc = VH_OK;
		if (ended)
			rc = argument(c, argv[i]);
		else if (!end)
			rc = word(c, argc, argv, &i, ret_help);
		if (rc != VH_OK)
			return rc;
		ended = ended || end;
	}
	*ret_help = *ret_help || cli_opt(c, "help");
	if (c->priv->args < c->cmd->least && !*ret_help)
		return cli_usage(c, "missing argument: %s", c->cmd->args);
	return VH_OK;
}

const char *cli_opt(const struct cli *c, const char *name)
{
	assert(declared(c->cmd, name, strlen(name)));
	for (unsigned i = 0; i < c->priv->opts; i++)
		if (!strcmp(c->priv->opt[i].name, name))
			return c->priv->opt[i].value;
	return NULL;
}

const char *cli_opt_conf(const struct cli *c, const char *name, const char *section,
                         const char *key, const char *otherwise)
{
	const char *v = cli_opt(c, name);
	return v ? v : conf_str(c->conf, section, key, otherwise);
}

enum vh_rc cli_opt_i64(struct cli *c, const char *name, int64_t least, int64_t most,
                       int64_t otherwise, int64_t *ret)
{
	const char *s = cli_opt(c, name);
	if (!s) {
		*ret = otherwise;
		return VH_OK;
	}
	char *end;
	errno = 0;
	long long v = strtoll(s, &end, 10);
	bool blank = *s != '-' && (*s < '0' || *s > '9'); /* or a plus */
	if (blank || errno || end == s || *end || v < least || v > most)
		return cli_usage(c, "--%s: a whole number from %lld to %lld is expected", name,
		                 (long long)least, (long long)most);
	*ret = v;
	return VH_OK;
}

enum vh_rc cli_opt_need(struct cli *c, const char *name, const char **ret)
{
	const char *s = cli_opt(c, name);
	if (!s)
		return cli_usage(c, "--%s is needed", name);
	*ret = s;
	return VH_OK;
}

const char *cli_arg(const struct cli *c, unsigned i)
{
	return i < c->priv->args ? c->priv->arg[i] : NULL;
}

static void list_opts(FILE *to, const struct opt *o)
{
	for (; o && o->name; o++) {
		int n = o->arg ? fprintf(to, "  --%s %s", o->name, o->arg) :
		                 fprintf(to, "  --%s", o->name);
		fprintf(to, "%*s%s\n", n < 26 ? 26 - n : 1, "", o->help);
	}
}

void cli_usage_line(FILE *to, const struct command *cmd)
{
	fprintf(to, "usage: vhotel %s%s%s%s\n", cmd->name, *cmd->args ? " " : "", cmd->args,
	        cmd->opts && cmd->opts->name ? " [OPTION…]" : "");
}

void cli_help_of(const struct command *cmd)
{
	cli_usage_line(stdout, cmd);
	printf("%s\n\n", cmd->help);
	list_opts(stdout, cmd->opts);
	if (cmd->needs & CLI_AS)
		list_opts(stdout, of_people);
	if (cmd->needs)
		list_opts(stdout, of_registry);
	list_opts(stdout, everywhere);
}

unsigned cli_list_commands(FILE *to, const char *group)
{
	unsigned n = 0;
	for (const struct command *const *g = cli_groups; *g; g++)
		for (const struct command *cmd = *g; cmd->name; cmd++) {
			size_t len = group ? strlen(group) : 0;
			if (group && (strncmp(cmd->name, group, len) || cmd->name[len] != ' '))
				continue;
			n++;
			if (!to)
				continue;
			int w = fprintf(to, "  %s%s%s", cmd->name, *cmd->args ? " " : "",
			                cmd->args);
			fprintf(to, "%*s%s\n", w < 38 ? 38 - w : 1, "", cmd->help);
		}
	return n;
}

bool cli_help(int argc, char **argv)
{
	int words = 0;
	const struct command *cmd = cli_find(argc, argv, &words);
	if (argc && cmd && words == argc) {
		cli_help_of(cmd);
		return true;
	}
	if (argc)
		return cli_list_commands(stdout, argv[0]) > 0;
	printf("vhotel keeps the rented rooms of a village as one hotel.\n\n");
	cli_list_commands(stdout, NULL);
	printf("\nvhotel help COMMAND says what a command takes. Exit codes: 0 done, 1 refused by\n"
	       "a rule, 2 usage, 3 partly done, 75 try again.\n");
	return true;
}
