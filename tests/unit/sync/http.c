#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "vh/limits.h"
#include "vh/sync_http.h"

/* A listener that reads one request (headers and body) and then does what its script says. */
struct upstream {
	int fd;
	unsigned short port;
	const char *say; /* NULL: reset; "": say nothing until the caller gives up */
	size_t flood;    /* and then so many bytes of x */
	char got[4096];
	pthread_t thread;
};

static size_t read_request(int fd, char *got, size_t size)
{
	size_t n = 0;
	const char *end = NULL;
	while (n < size - 1) {
		ssize_t r = read(fd, got + n, size - 1 - n);
		if (r <= 0)
			break;
		n += (size_t)r;
		got[n] = '\0';
		end = strstr(got, "\r\n\r\n");
		const char *len = strstr(got, "Content-Length: ");
		if (end && (!len || n >= (size_t)(end + 4 - got) + strtoul(len + 16, NULL, 10)))
			break;
	}
	return n;
}

static void *serve(void *arg)
{
	struct upstream *u = arg;
	int fd = accept(u->fd, NULL, NULL);
	if (fd < 0)
		return NULL;
	read_request(fd, u->got, sizeof(u->got));
	if (!u->say) {
		struct linger hard = { .l_onoff = 1, .l_linger = 0 };
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	} else if (!*u->say) {
		char c;
		while (read(fd, &c, 1) > 0)
			;
	} else {
		send(fd, u->say, strlen(u->say), MSG_NOSIGNAL);
		char block[4096];
		memset(block, 'x', sizeof(block));
		for (size_t n = 0; n < u->flood; n += sizeof(block))
			if (send(fd, block, sizeof(block), MSG_NOSIGNAL) < 0)
				break;
	}
	close(fd);
	return NULL;
}

static void start(struct upstream *u)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(sa);
	u->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(u->fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	assert_int_equal(listen(u->fd, 4), 0);
	assert_int_equal(getsockname(u->fd, (struct sockaddr *)&sa, &n), 0);
	u->port = ntohs(sa.sin_port);
	assert_int_equal(pthread_create(&u->thread, NULL, serve, u), 0);
}

static void stop(struct upstream *u)
{
	shutdown(u->fd, SHUT_RDWR);
	assert_int_equal(pthread_join(u->thread, NULL), 0);
	close(u->fd);
}

/* Post to an upstream that behaves so; the caller frees the answer. */
static struct wire_answer post_to(struct upstream *u)
{
	struct wire *w = NULL;
	struct wire_answer answer;
	struct err e = { .n = 0 };
	char url[64];
	start(u);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/upstream/events", u->port);
	const struct wire_header header[] = { { "Content-Type", "a/b" }, { "webhook-id", "7" }, { 0 } };
	struct wire_post post = { .url = url, .header = header, .body = "[1,2]", .n = 5,
		                  .connect_ms = 500, .total_ms = 700 };
	assert_int_equal(wire_open(&w, &e), VH_OK);
	assert_int_equal(wire_post(w, &post, &answer, &e), VH_OK);
	wire_close(w);
	stop(u);
	return answer;
}

static void an_answer_comes_back_whole(void **state)
{
	(void)state;
	struct upstream u = { .say = "HTTP/1.1 429 Slow\r\nretry-AFTER:  120 \r\nContent-Length: 2\r\n\r\nhi" };
	struct wire_answer answer = post_to(&u);
	assert_int_equal(answer.verdict, WIRE_ANSWERED);
	assert_int_equal(answer.status, 429);
	assert_string_equal(answer.retry_after, "120");
	assert_string_equal(buf_str(&answer.body), "hi");
	assert_non_null(strstr(u.got, "POST /upstream/events HTTP/1.1\r\n"));
	assert_non_null(strstr(u.got, "\r\nwebhook-id: 7\r\n"));
	assert_non_null(strstr(u.got, "\r\n\r\n[1,2]"));
	assert_null(strstr(u.got, "Expect"));
	wire_answer_done(&answer);
}

static void a_redirect_is_told_and_not_followed(void **state)
{
	(void)state;
	struct upstream u = { .say = "HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:1/x\r\n"
		                     "Content-Length: 0\r\n\r\n" };
	struct wire_answer answer = post_to(&u);
	assert_int_equal(answer.verdict, WIRE_ANSWERED);
	assert_int_equal(answer.status, 307);
	wire_answer_done(&answer);
}

static void no_whole_answer_means_lost(void **state)
{
	(void)state;
	static const struct {
		const char *say;
		size_t flood;
	} row[] = {
		{ NULL, 0 },
		{ "", 0 },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"results\":[", 0 },
		{ "HTTP/1.1 200 OK\r\nContent-", 0 },
		{ "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", LIM_REPLY + 8192 },
		{ "nonsense\r\n\r\n", 0 },
	};
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct upstream u = { .say = row[i].say, .flood = row[i].flood };
		struct wire_answer answer = post_to(&u);
		if (answer.verdict != WIRE_LOST || !answer.why[0] || answer.body.n)
			fail_msg("row %zu: verdict %d, %s", i, answer.verdict, answer.why);
		wire_answer_done(&answer);
	}
}

static void an_answer_at_the_ceiling_is_taken(void **state)
{
	(void)state;
	struct upstream u = { .say = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", .flood = LIM_REPLY };
	struct wire_answer answer = post_to(&u);
	assert_int_equal(answer.verdict, WIRE_ANSWERED);
	assert_int_equal(answer.body.n, LIM_REPLY);
	wire_answer_done(&answer);
}

/* The same from a GET that takes no more than so much. */
static struct wire_answer get_from(struct upstream *u, size_t most)
{
	static const struct wire_header header[] = { { "Accept", "image/png" }, { 0 } };
	struct wire *w = NULL;
	struct wire_answer answer;
	struct err e = { .n = 0 };
	char url[64];
	start(u);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/1/0/0.png", u->port);
	struct wire_post get = { .url = url, .header = header, .most = most, .connect_ms = 500,
		                 .total_ms = 700 };
	assert_int_equal(wire_open(&w, &e), VH_OK);
	assert_int_equal(wire_post(w, &get, &answer, &e), VH_OK);
	wire_close(w);
	stop(u);
	return answer;
}

static void without_a_body_it_is_a_get(void **state)
{
	(void)state;
	struct upstream u = { .say = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi" };
	struct wire_answer answer = get_from(&u, 100);
	assert_int_equal(answer.verdict, WIRE_ANSWERED);
	assert_string_equal(buf_str(&answer.body), "hi");
	assert_ptr_equal(strstr(u.got, "GET /1/0/0.png HTTP/1.1\r\n"), u.got);
	assert_non_null(strstr(u.got, "\r\nAccept: image/png\r\n"));
	assert_null(strstr(u.got, "Content-Length"));
	wire_answer_done(&answer);
}

static void a_get_takes_no_more_than_was_asked_for(void **state)
{
	(void)state;
	static const char say[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
	struct upstream fits = { .say = say, .flood = 8192 }, large = { .say = say, .flood = 12288 };
	struct wire_answer answer = get_from(&fits, 8192);
	assert_int_equal(answer.verdict, WIRE_ANSWERED);
	assert_int_equal(answer.body.n, 8192);
	wire_answer_done(&answer);
	answer = get_from(&large, 8192);
	assert_int_equal(answer.verdict, WIRE_LOST);
	assert_int_equal(answer.body.n, 0);
	wire_answer_done(&answer);
}

static void nobody_there_means_unsent(void **state)
{
	(void)state;
	struct wire *w = NULL;
	struct wire_answer answer;
	struct err e = { .n = 0 };
	struct wire_post post = { .url = "http://127.0.0.1:1/", .body = "x", .n = 1 };
	assert_int_equal(wire_open(&w, &e), VH_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(wire_post(w, &post, &answer, &e), VH_OK);
		assert_int_equal(answer.verdict, WIRE_UNSENT);
		wire_answer_done(&answer);
	}
	post.url = "http://192.0.2.1/";
	assert_int_equal(wire_post(w, &post, &answer, &e), VH_INVALID);
	assert_int_equal(answer.verdict, WIRE_UNSENT);
	wire_answer_done(&answer);
	wire_close(w);
}

static void addresses_are_https_or_loopback(void **state)
{
	(void)state;
	static const char *const good[] = {
		"https://platform.example/upstream/events", "https://10.1.2.3:8443/e?x=1",
		"http://127.0.0.1:8080/", "http://127.8.9.1/", "http://localhost/x", "http://[::1]:80/",
	};
	static const char *const bad[] = {
		"", "x", "platform.example", "http://platform.example/", "http://192.168.1.1/",
		"http://localhost.example/", "http://127.0.0.1.example/", "http://[::2]/", "ftp://127.0.0.1/",
		"file:///etc/passwd", "https://user@platform.example/", "https://u:p@platform.example/",
		"https://platform.example/#x", "http://127.0.0.1:99999/",
	};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct err e = { .n = 0 };
		if (wire_url_check(good[i], &e) != VH_OK)
			fail_msg("refused: %s", good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = { .n = 0 };
		if (wire_url_check(bad[i], &e) != VH_INVALID || strcmp(err_code(&e), "url") != 0)
			fail_msg("taken: %s", bad[i]);
	}
}

static void begin_to(struct wires *w, const struct upstream *u, const char *body, void *tag)
{
	struct err e = { .n = 0 };
	char url[64];
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/upstream/events", u->port);
	const struct wire_header header[] = { { "Content-Type", "a/b" }, { 0 } };
	const struct wire_post post = { .url = url, .header = header, .body = body, .n = strlen(body),
		                        .connect_ms = 500, .total_ms = 700 };
	assert_int_equal(wires_begin(w, &post, tag, &e), VH_OK);
}

static void *one_of(struct wires *w, struct wire_answer *ret)
{
	struct err e = { .n = 0 };
	void *tag = NULL;
	for (int i = 0; !tag && i < 500; i++)
		assert_int_equal(wires_wait(w, 100, ret, &tag, &e), VH_OK);
	return tag;
}

static void a_silent_upstream_does_not_hold_up_the_others(void **state)
{
	(void)state;
	struct upstream silent = { .say = "" };
	struct upstream quick = { .say = "HTTP/1.1 200 OK\r\nAccept-Encoding: br, gzip\r\n"
		                         "Content-Length: 2\r\n\r\nhi" };
	struct wires *w = NULL;
	struct wire_answer answer;
	struct err e = { .n = 0 };
	start(&silent);
	start(&quick);
	assert_int_equal(wires_open(&w, &e), VH_OK);
	begin_to(w, &silent, "[1]", &silent);
	begin_to(w, &quick, "[2,3]", &quick);
	assert_ptr_equal(one_of(w, &answer), &quick);
	assert_int_equal(answer.verdict, WIRE_ANSWERED);
	assert_string_equal(buf_str(&answer.body), "hi");
	assert_true(answer.gzip);
	wire_answer_done(&answer);
	assert_ptr_equal(one_of(w, &answer), &silent);
	assert_int_equal(answer.verdict, WIRE_LOST);
	assert_false(answer.gzip);
	wire_answer_done(&answer);
	assert_null(one_of(w, &answer)); /* nothing is under way */
	wires_close(w);
	stop(&silent);
	stop(&quick);
	assert_non_null(strstr(quick.got, "[2,3]"));
}

static void posts_are_counted_and_given_up_with_their_wires(void **state)
{
	(void)state;
	struct upstream silent = { .say = "" };
	struct wires *w = NULL;
	struct err e = { .n = 0 };
	start(&silent);
	assert_int_equal(wires_open(&w, &e), VH_OK);
	for (int i = 0; i < LIM_SYNC_FLIGHTS; i++)
		begin_to(w, &silent, "[1]", &silent);
	const struct wire_post more = { .url = "http://127.0.0.1:1/", .body = "[]", .n = 2 };
	assert_int_equal(wires_begin(w, &more, &silent, &e), VH_BUSY);
	assert_string_equal(err_code(&e), "wires");
	wires_close(w);
	stop(&silent);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_back_whole),
		cmocka_unit_test(a_silent_upstream_does_not_hold_up_the_others),
		cmocka_unit_test(posts_are_counted_and_given_up_with_their_wires),
		cmocka_unit_test(a_redirect_is_told_and_not_followed),
		cmocka_unit_test(no_whole_answer_means_lost),
		cmocka_unit_test(an_answer_at_the_ceiling_is_taken),
		cmocka_unit_test(without_a_body_it_is_a_get),
		cmocka_unit_test(a_get_takes_no_more_than_was_asked_for),
		cmocka_unit_test(nobody_there_means_unsent),
		cmocka_unit_test(addresses_are_https_or_loopback),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
