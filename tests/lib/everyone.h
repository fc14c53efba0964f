/*
 * Everybody at every place: one reader of each role, three places with a person and one of each
 * thing that routes speak of, and the path of any route at a place. The tests of access and of the
 * pages' two faces walk the table of routes with it.
 */
#ifndef EVERYONE_H
#define EVERYONE_H

#include "client.h"
#include "vh/look.h"
#include "web/web.h"

/* wang's room 101, zhao's room 201 of the same village, and a room of the other village. */
enum { AT_WANG, AT_ZHAO, AT_FAR, SPOTS };

struct spot {
	const char *area;
	int64_t hotel, house, room, stay;
	char code[PLATE_CODE_TEXT];
	/* Of the person who lives there: what must not be shown to everybody. */
	const char *text[FIELD__MAX];
	char doc_no[20], name[40], phone[12], home[40];
};
struct reader {
	const char *who; /* NULL: a stranger */
	enum role role;
	unsigned own; /* spots that are his, as bits: his scope, his house, himself */
	unsigned in;  /* spots in whose hotel he is somebody at all */
};
extern const struct reader readers[];
extern const unsigned readers_n;

struct everyone {
	struct client c;
	struct spot spot[SPOTS];
};

int everyone_setup(void **state);
int everyone_teardown(void **state);

/* The route's path at a place. Fails the test for a parameter that is not known here. */
void everyone_path(struct everyone *e, const struct route *r, int spot, char ret[300]);
/* A body that the route's form takes, with nobody's data in it. */
const char *everyone_body(const struct route *r, char ret[2000]);
/* What the access table says: 0: he may, else the status of the refusal. */
int everyone_refused(const struct reader *who, const struct route *r, int spot);

#endif
