/*
 * The first page by role (page_home.c holds the table). A section is filled by the file of pages
 * that its readers use most.
 */
#ifndef VH_WEB_HOME_H
#define VH_WEB_HOME_H

#include "view.h"

/* Fills the section of one role; the partial _home_SECTION shows it. */
typedef enum vh_rc home_fn(struct call *c, cJSON *section);
home_fn home_officer; /* page_round.c */
/* One hotel of the reader's scope, in c->hotel; adds to *n what he has there. */
typedef enum vh_rc home_hotel_fn(struct call *c, cJSON *section, int *n);
home_fn home_landlord; /* page_landlord.c */

/*
 * Calls fn for each hotel in scope; sets `empty` when nothing was added, and `all_url`, the search
 * over all of them, when there are several. Afterwards c->hotel is the only one, or none.
 */
MUST enum vh_rc home_hotels(struct call *c, cJSON *section, home_hotel_fn *fn);

home_fn home_head; /* page_figures.c */

#endif
