/*
 * plates [N]: plates per second, beside QRcode_encodeString alone on the same URLs. One line a
 * figure: `plates WHAT PER_SECOND RATIO`, where RATIO is against the bare encoder; then
 * `plates rss_kib N`. Encoding is most of a plate, so a ratio near 1 is as good as it gets.
 */
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "vh/paper.h"
#include "vh/plate_code.h"

#define PNG_SCALE 8

static const struct key key = { { 7 } };

struct bench {
	unsigned n;
	struct buf out;
	struct paper *paper;
	double bare; /* seconds */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void need(bool ok, const char *what)
{
	if (!ok) {
		fprintf(stderr, "plates: %s failed\n", what);
		exit(1);
	}
}

static void url_of(unsigned i, char code[PLATE_CODE_TEXT], char url[PLATE_URL_TEXT])
{
	plate_code_make(&key, 1, i, code);
	plate_url_format("HTTPS://PLATES.EXAMPLE", code, url);
}

static void bare(struct bench *b, unsigned i)
{
	char code[PLATE_CODE_TEXT], url[PLATE_URL_TEXT];
	QRcode *q;

	(void)b;
	url_of(i, code, url);
	q = QRcode_encodeString(url, 0, QR_ECLEVEL_Q, QR_MODE_8, 1);
	need(q != NULL, "QRcode_encodeString");
	QRcode_free(q);
}

static void encoded(struct bench *b, unsigned i, char code[PLATE_CODE_TEXT], struct qr *q)
{
	char url[PLATE_URL_TEXT];

	(void)b;
	url_of(i, code, url);
	need(qr_encode(url, q) == VH_OK, "qr_encode");
}

static void encode(struct bench *b, unsigned i)
{
	char code[PLATE_CODE_TEXT];
	struct qr q;

	encoded(b, i, code, &q);
}

static void svg(struct bench *b, unsigned i)
{
	char code[PLATE_CODE_TEXT];
	struct qr q;

	encoded(b, i, code, &q);
	buf_reset(&b->out);
	qr_svg(&q, 40, code, &b->out);
	need(buf_ok(&b->out), "qr_svg");
}

static void png(struct bench *b, unsigned i)
{
	char code[PLATE_CODE_TEXT];
	struct qr q;

	encoded(b, i, code, &q);
	buf_reset(&b->out);
	need(qr_png(&q, PNG_SCALE, &b->out) == VH_OK, "qr_png");
}

static void sheet(struct bench *b, unsigned i)
{
	char code[PLATE_CODE_TEXT], serial[SERIAL_TEXT], room[16];
	struct qr q;
	struct plate_face face = {
		.hotel = "东新村虚拟旅馆", .serial = serial, .room = room, .qr = &q, .code = code,
		.address = "东新3017号", .phone = "服务台 021-5019 9299", .host = "PLATES.EXAMPLE",
	};

	encoded(b, i, code, &q);
	serial_format(i, serial);
	snprintf(room, sizeof(room), "%u室", 101 + i % 40);
	need(paper_add(b->paper, &face) == VH_OK, "paper_add");
}

static void measure(struct bench *b, const char *what, void (*one)(struct bench *, unsigned))
{
	double begin = now(), took;

	for (unsigned i = 1; i <= b->n; i++)
		one(b, i);
	took = now() - begin;
	if (one == bare)
		b->bare = took;
	printf("plates %s %.0f %.2f\n", what, b->n / took, b->bare / took);
}

static void measure_sheets(struct bench *b)
{
	char path[] = "/tmp/vh-plates-XXXXXX";
	int fd = mkstemp(path);

	need(fd >= 0, "mkstemp");
	close(fd);
	need(paper_begin(path, PAPER_ROOM, &b->paper) == VH_OK, "paper_begin");
	measure(b, "pdf", sheet);
	need(paper_end(b->paper, NULL) == VH_OK, "paper_end");
	unlink(path);
}

int main(int argc, char **argv)
{
	struct bench b = { .n = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 3000 };
	struct rusage use;

	need(b.n >= 1 && b.n < 100000, "usage: plates [N]:");
	need(crypto_start() == VH_OK, "crypto");
	buf_init(&b.out, 1u << 20);
	measure(&b, "bare", bare);
	measure(&b, "encode", encode);
	measure(&b, "svg", svg);
	measure(&b, "png", png);
	measure_sheets(&b);
	buf_done(&b.out);
	getrusage(RUSAGE_SELF, &use);
	printf("plates rss_kib %ld\n", use.ru_maxrss);
	return 0;
}
