/* A blocking HTTP/1.1 client for one connection: asks, waits, hands out status and body. */
#ifndef WIRE_H
#define WIRE_H

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WIRE_UNUSED __attribute__((unused))

struct wire {
	int fd; /* -1: closed */
	char in[64 << 10];
};

WIRE_UNUSED static bool wire_address(const char *text, struct sockaddr_in *ret)
{
	char host[64];
	const char *colon = strrchr(text, ':');
	if (!colon || (size_t)(colon - text) >= sizeof host)
		return false;
	snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
	*ret = (struct sockaddr_in){ .sin_family = AF_INET };
	ret->sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	return inet_pton(AF_INET, host, &ret->sin_addr) == 1;
}

WIRE_UNUSED static void wire_close(struct wire *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

WIRE_UNUSED static bool wire_open(struct wire *w, const char *address)
{
	struct sockaddr_in at;
	int one = 1;
	w->fd = wire_address(address, &at) ? socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) : -1;
	if (w->fd < 0)
		return false;
	setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (connect(w->fd, (struct sockaddr *)&at, sizeof at) == 0)
		return true;
	wire_close(w);
	return false;
}

/* Where the whole answer in `in` ends, 0 while it is not all there; its status and body. */
WIRE_UNUSED static size_t wire_whole(const char *in, size_t n, int *ret_status, const char **ret_body)
{
	const char *end = memmem(in, n, "\r\n\r\n", 4);
	if (!end)
		return 0;
	const char *length = memmem(in, (size_t)(end - in), "Content-Length: ", 16);
	size_t head = (size_t)(end - in) + 4, body = length ? strtoul(length + 16, NULL, 10) : 0;
	*ret_status = (int)strtol(in + sizeof "HTTP/1.1", NULL, 10);
	*ret_body = in + head;
	return n >= head + body ? head + body : 0;
}

WIRE_UNUSED static bool wire_send(const struct wire *w, const char *p, size_t n)
{
	while (n) {
		ssize_t sent = send(w->fd, p, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return false;
		p += sent;
		n -= (size_t)sent;
	}
	return true;
}

/* The status of the answer, its body in *ret_body until the next; -1: no answer, the connection is closed. */
WIRE_UNUSED static int wire_ask(struct wire *w, const char *request, size_t n, const char **ret_body)
{
	size_t have = 0;
	int status = -1;
	if (w->fd < 0 || !wire_send(w, request, n))
		goto lost;
	do {
		ssize_t got = recv(w->fd, w->in + have, sizeof w->in - 1 - have, 0);
		if (got <= 0)
			goto lost;
		have += (size_t)got;
		w->in[have] = 0;
	} while (!wire_whole(w->in, have, &status, ret_body));
	if (!memmem(w->in, (size_t)(*ret_body - w->in), "Connection: close", 17))
		return status;
	wire_close(w);
	return status;
lost:
	wire_close(w);
	return -1;
}

/* The text of a member `"name":"..."` in a JSON answer; false when there is none. */
WIRE_UNUSED static bool wire_member(const char *body, const char *name, char *ret, size_t size)
{
	char key[64];
	snprintf(key, sizeof key, "\"%s\":\"", name);
	const char *p = strstr(body, key);
	if (!p)
		return false;
	p += strlen(key);
	snprintf(ret, size, "%.*s", (int)strcspn(p, "\""), p);
	return true;
}

#endif
