/* What the files of this folder share beside include/vh/cli.h. */
#ifndef VH_CLI_IMPL_H
#define VH_CLI_IMPL_H

#include <stdio.h>

#include "vh/cli.h"

#define CLI_SET_KEY "key_fingerprint" /* the setting that tells a wrong key */

enum { CLI_OPTS = 32, CLI_ARGS = 16, HOLDER_TEXT = 23 };

struct cli_priv {
	struct {
		const char *name, *value;
	} opt[CLI_OPTS];
	unsigned opts;
	const char *arg[CLI_ARGS];
	unsigned args;
	char holder[HOLDER_TEXT]; /* of the id slot; "" while none is held */
	unsigned slot;
	struct actor as;
	cJSON *warnings;
	bool drawn; /* a progress bar stands on the terminal's line */
};

extern const struct command *const cli_groups[]; /* NULL ends it */

/* A text that others may have written, without what steers a terminal; lines: but their ends. */
void say_plain(FILE *to, const char *s, bool lines);
/* As cli_say, but a picture that we made: as it is. */
void cli_draw(struct cli *c, const char *lines);
/* The command that argv names, and how many words that took; NULL: none. */
const struct command *cli_find(int argc, char **argv, int *ret_words);
/* Options and arguments; VH_INVALID `usage`. *ret_help: --help was there. */
MUST enum vh_rc cli_parse(struct cli *c, int argc, char **argv, bool *ret_help);
/* `vhotel help …`: all, a group or one command; false when there is no such one. */
bool cli_help(int argc, char **argv);
void cli_help_of(const struct command *cmd);
void cli_usage_line(FILE *to, const struct command *cmd);
/* The commands of a group, NULL: all. Returns how many; to NULL: only counts. */
unsigned cli_list_commands(FILE *to, const char *group);

MUST enum vh_rc cli_settings(struct cli *c); /* conf, db, key_file */
MUST enum vh_rc cli_open(struct cli *c);     /* what the command needs */
void cli_close(struct cli *c);

/* Key file if there is none, database, divisions, settings; c->db and c->key_file say where. */
struct cli_registry {
	const char *url; /* NULL: not set yet */
	const char *csv; /* divisions */
	size_t n;
	int64_t areas; /* how many they were */
	bool key_made;
};
MUST enum vh_rc cli_make_registry(struct cli *c, struct cli_registry *in);
const char *cli_areas_builtin(size_t *ret_n);

/* A house by id, by its number in the hotel, or by its address. Reads by itself; VH_NOTFOUND. */
MUST enum vh_rc cli_house(struct cli *c, int64_t hotel, const char *text, struct house *ret);
/* An instant in a view, null for 0. */
void cli_put_instant(struct cli *c, cJSON *o, const char *key, int64_t at);

/* Progress of a sync_run, for sync_opts.tell; arg is the struct cli. */
struct sync_sums;
void cli_sync_told(void *arg, const struct sync_sums *s);
/* What a sync_run that began at `from` came to, in one line for the journal; none on a terminal. */
void cli_sync_log(const struct sync_sums *s, int64_t from);
/* --until HH:MM, the next such time by the hotels' clock; 0 when it is not given. */
MUST enum vh_rc cli_sync_until(struct cli *c, int64_t *ret);
#define OPT_UNTIL { "until", "HH:MM", "begin nothing more after that time; the rest waits" }

#endif
