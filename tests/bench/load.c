/*
 * load PATHS TOKEN CONNECTIONS SECONDS ROUNDS NAME ADDR PID NAME ADDR PID: the same GET requests to two servers by
 * turns, ROUNDS of SECONDS each; the next request of a connection goes out when the last answer is in. Paths come
 * from the file PATHS, one a line, as JSON requests with a bearer token. Prints a row for each server and the ratio.
 */
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>

#include "wire.h"

enum { MOST = 256, WARM_UP = 10 };

struct link {
	struct wire wire;
	size_t have;
	int64_t sent;
};

struct server {
	const char *name, *address, *pid;
	double rate[16];
	struct laps laps;
	double answers, seconds, processor;
};

static struct {
	char **request;
	size_t *length;
	unsigned n, next;
	int connections, epoll;
	struct link link[MOST];
} load;

static void read_requests(const char *path, const char *token, const char *host)
{
	char line[256], text[800];
	FILE *f = fopen(path, "r");
	need(f != NULL, "load: %s: %s", path, strerror(errno));
	while (fgets(line, sizeof line, f)) {
		int n = snprintf(text, sizeof text,
		                 "GET %.*s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
		                 "Accept: application/json\r\n\r\n",
		                 (int)strcspn(line, "\n"), line, host, token);
		load.request = realloc(load.request, (load.n + 1) * sizeof *load.request);
		load.length = realloc(load.length, (load.n + 1) * sizeof *load.length);
		need(load.request && load.length, "no memory");
		load.request[load.n] = strdup(text);
		load.length[load.n++] = (size_t)n;
	}
	fclose(f);
	need(load.n > 0, "load: %s is empty", path);
}

static void ask(struct link *l)
{
	unsigned i = load.next++ * 7919u % load.n; /* another page of the database each time */
	l->have = 0;
	l->sent = now_ns();
	need(wire_send(&l->wire, load.request[i], load.length[i]), "load: the server hung up");
}

/* Reads what is there; true when the answer is whole. */
static bool heard(struct link *l, const struct server *s)
{
	const char *body = "";
	int status = 0;
	ssize_t got = recv(l->wire.fd, l->wire.in + l->have, sizeof l->wire.in - l->have, MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	need(got > 0, "load: %s hung up", s->name);
	l->have += (size_t)got;
	size_t whole = wire_whole(l->wire.in, l->have, &status, &body);
	need(!whole || status == 200, "load: %s answered %d: %.*s", s->name, status, 200, body);
	return whole != 0;
}

static void connect_all(const struct server *s)
{
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 0; i < load.connections; i++) {
		struct link *l = &load.link[i];
		struct epoll_event e = { .events = EPOLLIN, .data.ptr = l };
		need(wire_open(&l->wire, s->address), "load: no answer from %s at %s", s->name, s->address);
		need(epoll_ctl(load.epoll, EPOLL_CTL_ADD, l->wire.fd, &e) == 0, "load: epoll");
		ask(l);
	}
}

/* Processor seconds of a process so far. */
static double processor_of(const char *pid)
{
	char path[64], text[1024] = "";
	unsigned long user = 0, kernel = 0;
	snprintf(path, sizeof path, "/proc/%s/stat", pid);
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
	if (f)
		fclose(f);
	const char *p = n ? strrchr(text, ')') : NULL;
	if (!p || sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel) != 2)
		return 0;
	return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

/* A round; its first tenth is not counted. */
static void run(struct server *s, int round, double seconds)
{
	struct epoll_event e[MOST];
	int64_t begin = now_ns(), counted = begin + (int64_t)(seconds * 1e9 / WARM_UP);
	int64_t end = counted + (int64_t)(seconds * 1e9), now = begin;
	unsigned answers = 0, all = 0;
	double spent = processor_of(s->pid);
	connect_all(s);
	while (now < end) {
		int n = epoll_wait(load.epoll, e, MOST, 1000);
		for (int i = 0; i < n; i++) {
			struct link *l = e[i].data.ptr;
			if (!heard(l, s))
				continue;
			all++;
			now = now_ns();
			if (now >= counted && now < end) {
				laps_add(&s->laps, now - l->sent);
				answers++;
			}
			ask(l);
		}
		if (n <= 0)
			now = now_ns();
	}
	for (int i = 0; i < load.connections; i++)
		wire_close(&load.link[i].wire);
	close(load.epoll);
	s->rate[round] = answers / seconds;
	s->answers += answers;
	s->seconds += seconds;
	s->processor += all ? (processor_of(s->pid) - spent) * 1e6 / all : 0;
}

int main(int argc, char **argv)
{
	struct server s[2] = { { .name = NULL } };
	double ratio[16];
	need(argc == 12, "usage: load PATHS TOKEN CONNECTIONS SECONDS ROUNDS NAME ADDR PID NAME ADDR PID");
	for (int i = 0; i < 2; i++) {
		s[i].name = argv[6 + i * 3];
		s[i].address = argv[7 + i * 3];
		s[i].pid = argv[8 + i * 3];
	}
	double seconds = strtod(argv[4], NULL);
	int rounds = (int)strtol(argv[5], NULL, 10);
	load.connections = (int)strtol(argv[3], NULL, 10);
	need(load.connections > 0 && load.connections <= MOST && rounds > 0 && rounds <= 16 && seconds > 0,
	     "load: 1 to %d connections, 1 to 16 rounds", MOST);
	read_requests(argv[1], argv[2], s[0].address);
	for (int r = 0; r < rounds; r++) {
		for (int i = 0; i < 2; i++)
			run(&s[i], r, seconds);
		ratio[r] = s[0].rate[r] / s[1].rate[r];
	}
	for (int i = 0; i < 2; i++)
		figure(s[i].name, "req ", s[i].answers / s[i].seconds, &s[i].laps, memory_mib(s[i].pid, "VmHWM"));
	printf("  ratio %.2f (goal 0.3); processor of the servers %.0f and %.0f us a request\n",
	       median(ratio, (size_t)rounds), s[0].processor / rounds, s[1].processor / rounds);
	return 0;
}
