/*
 * Whatever a page leads its reader to, he may see: every link of every page that he reaches from
 * the first one, of every role. A page that offers what is refused wastes the time of who has none.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "everyone.h"

enum { PAGES = 600, PATH = 400, QUERIES = 12 };

struct walk {
	char path[PAGES][PATH], from[PAGES][PATH];
	unsigned n, at, refused;
};

/* Of a page with many queries (each week has a report, and the week before it) a few are enough. */
static void meet(struct walk *w, const char *path, const char *from)
{
	size_t alike = strcspn(path, "?");
	unsigned queries = 0;
	for (unsigned i = 0; i < w->n; i++) {
		if (!strcmp(w->path[i], path))
			return;
		queries += strcspn(w->path[i], "?") == alike && !strncmp(w->path[i], path, alike);
	}
	if (queries == QUERIES)
		return;
	if (w->n == PAGES)
		fail_msg("more than %d pages: %s", PAGES, path);
	snprintf(w->path[w->n], PATH, "%s", path);
	snprintf(w->from[w->n], PATH, "%s", from);
	w->n++;
}

/* The links of a page, without what only changes how pages look, and without marks inside of one. */
static void links(struct walk *w, const char *html, const char *from)
{
	static const char *const looks[] = { "/lang", "/look", "/static/" };
	for (const char *p = html; (p = strstr(p, "href=\"/")); ) {
		char path[PATH];
		size_t n = 0;
		for (p += strlen("href=\""); *p && *p != '"' && *p != '#' && n + 1 < sizeof path; p++) {
			path[n++] = *p;
			if (!strncmp(p, "&amp;", 5))
				p += 4;
		}
		path[n] = '\0';
		bool look = false;
		for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
			look = look || !strncmp(path, looks[i], strlen(looks[i]));
		if (!look)
			meet(w, path, from);
	}
}

static unsigned walk(struct client *c, const char *who, struct walk *w)
{
	*w = (struct walk){ .n = 0 };
	meet(w, "/", "");
	for (; w->at < w->n; w->at++) {
		int status = client_get(c, who, w->path[w->at], false);
		if (status != 200 && status != 303) {
			print_error("%s: %s on %s: %d\n", who, w->path[w->at], w->from[w->at], status);
			w->refused++;
		}
		if (status == 303)
			meet(w, resp_header_get(&c->r, "Location"), w->path[w->at]);
		if (status == 200)
			links(w, client_body(c), w->path[w->at]);
	}
	return w->n;
}

static void no_link_of_any_page_leads_to_a_refusal(void **state)
{
	struct everyone *e = *state;
	struct walk *w = calloc(1, sizeof *w);
	unsigned refused = 0;
	assert_non_null(w);
	for (unsigned i = 0; i < readers_n; i++) {
		if (!readers[i].who)
			continue;
		unsigned n = walk(&e->c, readers[i].who, w);
		print_message("# %s: %u pages\n", readers[i].who, n);
		assert_true(n > 1);
		refused += w->refused;
	}
	free(w);
	assert_int_equal(refused, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_link_of_any_page_leads_to_a_refusal, everyone_setup,
		                                everyone_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
