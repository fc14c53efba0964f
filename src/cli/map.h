/*
 * The map's tiles by the configuration ([map] tiles, datum, max_zoom, credit), and the hands that
 * fetch them.
 */
#ifndef VH_CLI_MAP_H
#define VH_CLI_MAP_H

#include "vh/cli.h"
#include "vh/web.h"

struct map_host;

/* *ret NULL: no tiles are configured. VH_INVALID `map`. Lives until cli_map_close. */
MUST enum vh_rc cli_map_open(struct cli *c, unsigned threads, struct map_host **ret,
                             struct web_map *ret_map);
void cli_map_close(struct map_host *m); /* takes NULL; nobody fetches any more */

#endif
