/*
 * kill_client ADDR:PORT TOKEN HOTEL ROOMS DIR: eight writers, each with a room of its own (a line of ROOMS), move
 * somebody in and out again until SIGTERM. What the server acknowledged is a line `in ID` or `out ID` of DIR/acks.
 * A request whose answer was lost goes again, with its Idempotency-Key, until there is one: so after the last round
 * every request of every writer has a known outcome. Ends with 1 when an answer is none of those that may come.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "tests/bench/people.h"
#include "tests/bench/wire.h"

enum { WRITERS = 8, PAUSE_US = 5000 };

static const char *address, *token, *hotel;
static char room[WRITERS][32];
static FILE *acks;
static atomic_bool stop, wrong;
static atomic_int again;

struct writer {
	pthread_t thread;
	int number;
	struct wire wire;
};

/* Asks until there is an answer; 503 means: not now. */
static int insist(struct writer *w, const char *path, const char *key, const char *body, const char **ret_body)
{
	char request[2048];
	int n = snprintf(request, sizeof request,
	                 "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nIdempotency-Key: %s\r\n"
	                 "Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
	                 path, address, token, key, strlen(body), body);
	for (;;) {
		if (w->wire.fd >= 0 || wire_open(&w->wire, address)) {
			int status = wire_ask(&w->wire, request, (size_t)n, ret_body);
			if (status > 0 && status != 503)
				return status;
			atomic_fetch_add(&again, 1);
		}
		usleep(PAUSE_US);
	}
}

static bool expected(int status, int want, const char *what, const char *body)
{
	if (status == want)
		return true;
	fprintf(stderr, "%s answered %d: %s\n", what, status, body);
	atomic_store(&wrong, true);
	return false;
}

static bool one_stay(struct writer *w, unsigned i)
{
	char path[160], key[64], body[400], id[32];
	const char *said = "";
	snprintf(path, sizeof path, "/h/%s/rooms/%s/stays", hotel, room[w->number]);
	snprintf(key, sizeof key, "in-%d-%u", w->number, i);
	move_in_body((unsigned)w->number * 1000000 + i, body, sizeof body);
	if (!expected(insist(w, path, key, body, &said), 201, "move-in", said))
		return false;
	if (!wire_member(said, "id", id, sizeof id))
		return expected(0, 201, "move-in without id", said);
	fprintf(acks, "in %s\n", id);
	snprintf(path, sizeof path, "/h/%s/stays/%s/out", hotel, id);
	snprintf(key, sizeof key, "out-%d-%u", w->number, i);
	if (!expected(insist(w, path, key, "{\"out\":\"2026-11-20\"}", &said), 200, "move-out", said))
		return false;
	fprintf(acks, "out %s\n", id);
	return true;
}

static void *work(void *arg)
{
	struct writer *w = arg;
	w->wire.fd = -1;
	for (unsigned i = 0; !atomic_load(&stop) && one_stay(w, i); i++)
		;
	wire_close(&w->wire);
	return NULL;
}

static bool read_rooms(const char *path)
{
	FILE *f = fopen(path, "r");
	int n = 0;
	while (f && n < WRITERS && fscanf(f, "%31s", room[n]) == 1)
		n++;
	if (f)
		fclose(f);
	return n == WRITERS;
}

int main(int argc, char **argv)
{
	static struct writer w[WRITERS];
	char path[500];
	sigset_t ends;
	int sig;
	if (argc != 6 || !read_rooms(argv[4])) {
		fputs("usage: kill_client ADDR:PORT TOKEN HOTEL ROOMS DIR, with a line for each of 8 rooms\n", stderr);
		return 2;
	}
	address = argv[1];
	token = argv[2];
	hotel = argv[3];
	snprintf(path, sizeof path, "%s/acks", argv[5]);
	acks = fopen(path, "w");
	if (!acks)
		return 2;
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &ends, NULL);
	for (int i = 0; i < WRITERS; i++) {
		w[i].number = i;
		if (pthread_create(&w[i].thread, NULL, work, &w[i]) != 0)
			return 2;
	}
	sigwait(&ends, &sig);
	atomic_store(&stop, true);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(w[i].thread, NULL);
	bool kept = fclose(acks) == 0;
	printf("%d requests went again\n", atomic_load(&again));
	return atomic_load(&wrong) || !kept;
}
