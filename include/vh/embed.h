/*
 * Files built into the binary: schemas, templates, texts, styles. Made by src/tools/embed.c at
 * build time.
 */
#ifndef VH_EMBED_H
#define VH_EMBED_H

#include <stddef.h>

struct embedded {
	const char *path; /* below src/, e.g. "web/templates/rack.html" */
	const unsigned char *data; /* followed by a NUL */
	size_t n;
};

extern const struct embedded embedded_files[]; /* by path, ascending; path NULL ends it */
const struct embedded *embedded_find(const char *path); /* NULL: none */

#endif
