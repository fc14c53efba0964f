/*
 * empty ADDR:PORT THREADS: libmicrohttpd with a handler that says 200 and nothing more; what every request costs
 * before it means anything. The library's own pool of that many threads, epoll, the ceilings of the server. Prints
 * where it listens; port 0: any free one.
 */
#include "bench.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <signal.h>

#include "vh/limits.h"

static enum MHD_Result answer(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *data, size_t *size, void **req)
{
	static int seen;
	struct MHD_Response *r = cls;
	(void)url;
	(void)method;
	(void)version;
	(void)data;
	if (!*req) { /* the head; the answer is given when the request is whole */
		*req = &seen;
		return MHD_YES;
	}
	*size = 0;
	return MHD_queue_response(c, MHD_HTTP_OK, r);
}

int main(int argc, char **argv)
{
	need(argc == 3, "usage: empty ADDR:PORT THREADS");
	char *colon = strrchr(argv[1], ':');
	struct sockaddr_in at = { .sin_family = AF_INET };
	need(colon != NULL, "empty: %s is not ADDR:PORT", argv[1]);
	*colon = 0;
	at.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	need(inet_pton(AF_INET, argv[1], &at.sin_addr) == 1, "empty: %s is not an address", argv[1]);
	struct MHD_Response *r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	struct MHD_Daemon *d = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, r, MHD_OPTION_SOCK_ADDR, &at,
		MHD_OPTION_THREAD_POOL_SIZE, (unsigned)strtoul(argv[2], NULL, 10), MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)LIM_HTTP_CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)LIM_HTTP_CONNECTION_MEM,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)LIM_HTTP_TIMEOUT_S, MHD_OPTION_END);
	need(d != NULL, "empty: cannot start");
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT);
	printf("%s:%u\n", argv[1], info ? info->port : 0);
	fflush(stdout);
	sigset_t stop;
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	int sig;
	sigwait(&stop, &sig);
	MHD_stop_daemon(d);
	MHD_destroy_response(r);
	return 0;
}
