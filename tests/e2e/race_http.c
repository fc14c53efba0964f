/*
 * race_http ADDR:PORT TOKEN HOTEL ROOMS N: the same person moves in N times at once, each over a connection of its
 * own into another room (a line of ROOMS). Prints how often each answer came: `201 -`, `409 already_in`, ...
 */
#include <pthread.h>

#include "tests/bench/people.h"
#include "tests/bench/wire.h"

enum { MOST = 64 };

struct runner {
	pthread_t thread;
	const char *address, *token, *hotel;
	char room[32], said[80];
	int number;
	struct wire wire;
};
static pthread_barrier_t line;

static void *go(void *arg)
{
	struct runner *r = arg;
	char request[1200], body[400], code[40] = "-";
	const char *said = "";
	move_in_body(7, body, sizeof body);
	int n = snprintf(request, sizeof request,
	                 "POST /h/%s/rooms/%s/stays HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
	                 "Idempotency-Key: race-%d\r\nAccept: application/json\r\n"
	                 "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
	                 r->hotel, r->room, r->address, r->token, r->number, strlen(body), body);
	wire_open(&r->wire, r->address);
	pthread_barrier_wait(&line);
	int status = wire_ask(&r->wire, request, (size_t)n, &said);
	if (status != 201)
		wire_member(status > 0 ? said : "", "code", code, sizeof code);
	snprintf(r->said, sizeof r->said, "%d %s", status, code);
	wire_close(&r->wire);
	return NULL;
}

static int by_words(const void *a, const void *b)
{
	return strcmp(((const struct runner *)a)->said, ((const struct runner *)b)->said);
}

int main(int argc, char **argv)
{
	static struct runner r[MOST];
	int n = argc == 6 ? (int)strtol(argv[5], NULL, 10) : 0;
	FILE *rooms = argc == 6 ? fopen(argv[4], "r") : NULL;
	if (n < 2 || n > MOST || !rooms) {
		fputs("usage: race_http ADDR:PORT TOKEN HOTEL ROOMS N\n", stderr);
		return 2;
	}
	pthread_barrier_init(&line, NULL, (unsigned)n);
	for (int i = 0; i < n; i++) {
		r[i].address = argv[1];
		r[i].token = argv[2];
		r[i].hotel = argv[3];
		r[i].number = i;
		if (fscanf(rooms, "%31s", r[i].room) != 1)
			return 2;
	}
	fclose(rooms);
	for (int i = 0; i < n; i++) {
		if (pthread_create(&r[i].thread, NULL, go, &r[i]) != 0)
			return 2;
	}
	for (int i = 0; i < n; i++)
		pthread_join(r[i].thread, NULL);
	qsort(r, (size_t)n, sizeof *r, by_words);
	for (int i = 0, from = 0; i < n; i++) {
		if (i + 1 < n && !strcmp(r[i].said, r[i + 1].said))
			continue;
		printf("%d %s\n", i + 1 - from, r[i].said);
		from = i + 1;
	}
	return 0;
}
