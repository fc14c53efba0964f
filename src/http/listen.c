#include "listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 512 };

static enum vh_rc split_address(const char *s, char host[LISTEN_TEXT], const char **ret_port)
{
	const char *colon = strrchr(s, ':');
	size_t n = colon ? (size_t)(colon - s) : 0;
	/* A port over 65535 would be taken modulo, and no address for every one there is. */
	size_t digits = colon ? strspn(colon + 1, "0123456789") : 0;
	if (!n || !digits || digits > 5 || colon[1 + digits] || strtol(colon + 1, NULL, 10) > 65535)
		return VH_INVALID;
	if (n >= 2 && s[0] == '[' && s[n - 1] == ']') {
		s++;
		n -= 2;
	} else if (memchr(s, ':', n)) {
		return VH_INVALID;
	}
	if (!n || n >= LISTEN_TEXT)
		return VH_INVALID;
	memcpy(host, s, n);
	host[n] = '\0';
	*ret_port = colon + 1;
	return VH_OK;
}

static int bind_first(const struct addrinfo *list)
{
	for (const struct addrinfo *ai = list; ai; ai = ai->ai_next) {
		int on = 1,
		    fd = socket(ai->ai_family, ai->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (fd < 0)
			continue;
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
		if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
			return fd;
		int why = errno;
		close(fd);
		errno = why;
	}
	return -1;
}

static void name_address(int fd, char out[LISTEN_TEXT])
{
	struct sockaddr_storage sa = { 0 };
	socklen_t n = sizeof sa;
	char host[INET6_ADDRSTRLEN] = "", port[8] = "";
	(void)getsockname(fd, (struct sockaddr *)&sa, &n);
	(void)getnameinfo((struct sockaddr *)&sa, n, host, sizeof host, port, sizeof port,
	                  NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(out, LISTEN_TEXT, sa.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

enum vh_rc listen_open(const char *address, int *ret_fd, char ret_text[LISTEN_TEXT], struct err *e)
{
	char host[LISTEN_TEXT];
	const char *port;
	struct addrinfo *list = NULL;
	const struct addrinfo hint = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
	if (split_address(address, host, &port) != VH_OK)
		return err_set(e, VH_INVALID, "listen", "listen",
		               "write the address as ADDR:PORT or [ADDR]:PORT");
	bool any = strcmp(host, "*") == 0;
	if (getaddrinfo(any ? NULL : host, port, &hint, &list) != 0)
		return err_set(e, VH_INVALID, "listen", "listen", "no such address: %s", address);
	int fd = bind_first(list), why = errno;
	freeaddrinfo(list);
	if (fd < 0)
		return err_set(e, VH_IO, "listen", "listen", "cannot listen on %s: %s", address,
		               strerror(why));
	name_address(fd, ret_text);
	*ret_fd = fd;
	return VH_OK;
}
