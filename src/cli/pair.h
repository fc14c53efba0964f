/* What an upstream and a source have both: a name, and a secret agreed with the other node. */
#ifndef VH_CLI_PAIR_H
#define VH_CLI_PAIR_H

#include "vh/cli.h"

/* VH_INVALID `name`. */
MUST enum vh_rc pair_name(struct cli *c, const char *name);
/* VH_INVALID `secret`: not whsec_ and its kin; several stand apart by a blank. */
MUST enum vh_rc pair_secret(struct cli *c, const char *secret);
/*
 * The first line of a file, so that no token stands in a list of processes. A file that others may
 * read is refused (`secret_mode`); a pipe is not. VH_NOTFOUND, VH_INVALID `secret_file`.
 */
MUST enum vh_rc pair_secret_file(struct cli *c, const char *path, const char **ret);

#endif
