/*
 * Printing plates: sheets as one PDF, or a picture of each code. Needs no terminal and no options
 * of its own, so that commands and the demo share it.
 */
#ifndef CLI_PLATE_PRINT_H
#define CLI_PLATE_PRINT_H

#include "vh/json.h"
#include "vh/place.h"

enum print_format { PRINT_PDF, PRINT_SVG, PRINT_PNG, PRINT__MAX };

struct print_job {
	int64_t hotel;
	enum print_format format;
	const char *out; /* a file for PDF, else a folder, made when missing */
	bool houses;     /* plates of houses, else of rooms */
	int64_t unbound; /* not 0: make so many new unbound plates and print those alone */
	const struct plate_show *only; /* not NULL: this plate alone; houses says what it is */
};

struct print_done {
	int64_t plates, pages; /* pages of a PDF */
	int64_t unknown;       /* characters that no installed font has: boxes on paper */
	bool url_unset;        /* the plates carry a placeholder, since no public URL was set */
	bool host_long;        /* modules are under 1 mm */
	bool no_phone;         /* the hotel has no desk phone to print */
	const char *file;      /* absolute: the PDF or the folder */
	struct view *view;     /* NULL, or where to list the plates, in `list` */
	cJSON *list;
};

/*
 * view and list are set by the caller. VH_NOTFOUND `no_plates`: there is none to print; VH_NOTFOUND
 * `font`; VH_IO `write`; and what plate_each says.
 */
MUST enum vh_rc plates_print(struct ctx *cx, const struct print_job *job, struct print_done *done);

#endif
