/*
 * The member `page` of every page (src/web/templates/README.md), and the files that pages load.
 */
#ifndef VH_WEB_FRAME_H
#define VH_WEB_FRAME_H

#include "web.h"

struct web;

/* Names each static file by the hash of its bytes; VH_NOTFOUND `assets`: one is not built in. */
MUST enum vh_rc frame_load(struct web *w, struct err *e);
/* Where a static file is fetched, or NULL. It may be kept for ever: other bytes, another URL. */
const char *asset_url(const struct web *w, const char *name);
/* c->page for the template of that name. */
bool frame_make(struct call *c, const char *name);
/* An error in the caller's language: by its code, else in its own words. */
const char *error_words(const struct call *c, const char *code, const char *text);

#endif
