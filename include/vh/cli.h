/*
 * The command line: one table of commands, each with its options declared, so that `vhotel help`
 * and the usage lines cannot lie. Exit codes: 0 done, 1 refused by a rule, 2 usage, 3 partly done,
 * 75 try again.
 *
 * Every command takes --json, and those that open the registry --db, --key-file and --conf. A
 * command fills c->view (printed when it ends well, with --json) and says the same to people by
 * cli_say(); a failure is one line on standard error, or with --json
 * {"error":{"code","field","detail"}} on standard output.
 */
#ifndef VH_CLI_H
#define VH_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "vh/actor.h"
#include "vh/conf.h"
#include "vh/json.h"
#include "vh/keys.h"

struct cli;

struct opt {
	const char *name; /* without the dashes; NULL ends the table */
	const char *arg;  /* what its value is called, "FILE"; NULL: a flag */
	const char *help;
};

enum cli_needs {
	CLI_CONF = 1, /* takes --conf, --db and --key-file, but opens nothing itself */
	CLI_DB = 2,   /* the registry is open, its key is the right one */
	CLI_IDS = 4,  /* this process holds an id slot: whatever writes needs it */
	CLI_WRITE = CLI_DB | CLI_IDS,
	CLI_AS = 8,   /* shows people: takes --as LOGIN, in whose name access rows are written */
};

struct command {
	const char *name;       /* "user add"; NULL ends a group */
	const char *args;       /* positional words of the usage line, "LOGIN [FILE]", or "" */
	const char *help;       /* one line */
	const struct opt *opts; /* NULL: none of its own */
	unsigned least, most;   /* positional arguments */
	unsigned needs;         /* of enum cli_needs */
	enum vh_rc (*run)(struct cli *c);
	size_t arena; /* bytes; 0: LIM_ARENA */
};

struct cli {
	struct ctx cx; /* cx.db and cx.keys are NULL unless the command needs them */
	const struct command *cmd;
	struct conf *conf;       /* never NULL */
	const char *db, *key_file; /* as flags, environment, conf and defaults say, in this order */
	struct view view;        /* the answer; an object unless cli_list() made it an array */
	bool json;
	bool ask;    /* standard input and error are a terminal, and no --json */
	bool partly; /* exit 3 though the command returns VH_OK */
	int exit;    /* not 0: exit with this though the command returns VH_OK */
	struct cli_priv *priv;
};

int cli_main(int argc, char **argv);

/* The value of a declared option, "" for a flag that stands; NULL when not given. */
const char *cli_opt(const struct cli *c, const char *name);
/* The flag, else the configuration file's section.key, else `otherwise`. */
const char *cli_opt_conf(const struct cli *c, const char *name, const char *section,
                         const char *key, const char *otherwise);
/* VH_INVALID `usage` (exit 2) unless it is a number in least..most. */
MUST enum vh_rc cli_opt_i64(struct cli *c, const char *name, int64_t least, int64_t most,
                            int64_t otherwise, int64_t *ret);
/* VH_INVALID `usage` when it is not given. */
MUST enum vh_rc cli_opt_need(struct cli *c, const char *name, const char **ret);
const char *cli_arg(const struct cli *c, unsigned i); /* NULL: not given */
MUST enum vh_rc cli_usage(struct cli *c, const char *fmt, ...) PRINTF(2, 3);

/* A line for people on standard output, nothing with --json; what steers a terminal is replaced. */
void cli_say(struct cli *c, const char *fmt, ...) PRINTF(2, 3);
/* `vhotel: warning: …` on standard error, and with --json an item of "warnings" as well. */
void cli_warn(struct cli *c, const char *code, const char *fmt, ...) PRINTF(3, 4);
/* The answer is an array from here on. */
cJSON *cli_list(struct cli *c);
/* Progress on a terminal's standard error, nothing elsewhere; total 0: end of the line. */
void cli_progress(struct cli *c, const char *what, int64_t done, int64_t total);
/* A question on a terminal, a cleaned answer in the arena or NULL for none; secret: not echoed. */
MUST enum vh_rc cli_ask(struct cli *c, const char *question, bool secret, const char **ret);

/* For CLI_CONF commands: open what --db and --key-file name, as CLI_DB and CLI_IDS do. */
MUST enum vh_rc cli_open_keys(struct cli *c);
MUST enum vh_rc cli_open_db(struct cli *c);
MUST enum vh_rc cli_open_slot(struct cli *c);
/* What runs for long renews its id slot at least twice an hour. */
MUST enum vh_rc cli_slot_renew(struct cli *c);

/* --hotel CODE, or the only hotel there is. Reads by itself. */
MUST enum vh_rc cli_hotel(struct cli *c, struct hotel *ret);
#define OPT_HOTEL { "hotel", "CODE", "area code of the hotel; not needed while there is only one" }

/*
 * The groups, a name NULL ends each. A new one is declared here and stands in the table of
 * src/cli/cli.c, which is the order of `vhotel help`.
 */
extern const struct command cmd_init[];
extern const struct command cmd_hotel[];
extern const struct command cmd_report[];
extern const struct command cmd_ledger[];
extern const struct command cmd_stay[], cmd_desk[];
extern const struct command cmd_user[];
extern const struct command cmd_check[];
extern const struct command cmd_backup[];
extern const struct command cmd_night[];
extern const struct command cmd_demo[];
extern const struct command cmd_plates[];
extern const struct command cmd_serve[];
extern const struct command cmd_routes[];
extern const struct command cmd_sync[], cmd_twin[];
extern const struct command cmd_upstream[], cmd_source[], cmd_receipt[];

#endif
