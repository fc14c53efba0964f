#include "lines.h"

#include <sys/socket.h>

void lines_add(struct lines *s, struct line *l, int fd, int64_t now)
{
	l->fd = fd;
	atomic_store(&l->owes, now);
	pthread_mutex_lock(&s->lock);
	l->next = s->first;
	l->at = &s->first;
	if (l->next)
		l->next->at = &l->next;
	s->first = l;
	pthread_mutex_unlock(&s->lock);
}

void lines_remove(struct lines *s, struct line *l)
{
	pthread_mutex_lock(&s->lock);
	*l->at = l->next;
	if (l->next)
		l->next->at = l->at;
	pthread_mutex_unlock(&s->lock);
}

void lines_sweep(struct lines *s, int64_t before)
{
	pthread_mutex_lock(&s->lock);
	for (const struct line *l = s->first; l; l = l->next) {
		int64_t owes = atomic_load(&l->owes);
		if (owes && owes < before)
			(void)shutdown(l->fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&s->lock);
}
