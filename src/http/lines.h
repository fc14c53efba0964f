/*
 * The open connections of a server and since when each owes us a request. The library ends who is
 * silent; who sends a byte now and then, and never a whole head, is ended here.
 */
#ifndef VH_HTTP_LINES_H
#define VH_HTTP_LINES_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

struct line {
	struct line *next, **at;
	int fd;
	_Atomic int64_t owes; /* ms; 0: a request is under way */
};

struct lines {
	pthread_mutex_t lock;
	struct line *first;
};

void lines_add(struct lines *s, struct line *l, int fd, int64_t now);
/* Before the descriptor is closed, so that nobody else's is shut in its place. */
void lines_remove(struct lines *s, struct line *l);
/* Shuts whoever has owed a request since before `before`; their owner notices and closes. */
void lines_sweep(struct lines *s, int64_t before);

#endif
