/*
 * plates DIR [N]: plates a second, beside QRcode_encodeString alone on the same URLs: the modules, SVG, PNG, and
 * sheets as one PDF. Rounds of all alternate. Encoding is most of a plate, so a ratio near 1 is as good as it gets.
 */
#include "bench.h"

#include <qrencode.h>
#include <unistd.h>

#include "vh/paper.h"
#include "vh/plate_code.h"

enum { PNG_SCALE = 8, ROUNDS = 5 };

static const struct key key = { { 7 } };

struct bench {
	struct buf out;
	struct paper *paper;
};

static void url_of(unsigned i, char code[PLATE_CODE_TEXT], char url[PLATE_URL_TEXT])
{
	plate_code_make(&key, 1, i, code);
	plate_url_format("HTTPS://PLATES.EXAMPLE", code, url);
}

static void bare(struct bench *b, unsigned i)
{
	char code[PLATE_CODE_TEXT], url[PLATE_URL_TEXT];
	(void)b;
	url_of(i, code, url);
	QRcode *q = QRcode_encodeString(url, 0, QR_ECLEVEL_Q, QR_MODE_8, 1);
	need(q != NULL, "plates: QRcode_encodeString");
	QRcode_free(q);
}

static void encoded(unsigned i, char code[PLATE_CODE_TEXT], struct qr *q)
{
	char url[PLATE_URL_TEXT];
	url_of(i, code, url);
	need(qr_encode(url, q) == VH_OK, "plates: qr_encode");
}

static void encode(struct bench *b, unsigned i)
{
	char code[PLATE_CODE_TEXT];
	struct qr q;
	(void)b;
	encoded(i, code, &q);
}

static void svg(struct bench *b, unsigned i)
{
	char code[PLATE_CODE_TEXT];
	struct qr q;
	encoded(i, code, &q);
	buf_reset(&b->out);
	qr_svg(&q, 40, code, &b->out);
	need(buf_ok(&b->out), "plates: qr_svg");
}

static void png(struct bench *b, unsigned i)
{
	char code[PLATE_CODE_TEXT];
	struct qr q;
	encoded(i, code, &q);
	buf_reset(&b->out);
	need(qr_png(&q, PNG_SCALE, &b->out) == VH_OK, "plates: qr_png");
}

static void sheet(struct bench *b, unsigned i)
{
	char code[PLATE_CODE_TEXT], serial[SERIAL_TEXT], room[16];
	struct qr q;
	struct plate_face face = {
		.hotel = "东新村虚拟旅馆", .serial = serial, .room = room, .qr = &q, .code = code,
		.address = "东新3017号", .phone = "服务台 021-5019 9299", .host = "PLATES.EXAMPLE",
	};
	encoded(i, code, &q);
	serial_format(i, serial);
	snprintf(room, sizeof room, "%u室", 101 + i % 40);
	need(paper_add(b->paper, &face) == VH_OK, "plates: paper_add");
}

static struct job {
	const char *name;
	void (*one)(struct bench *, unsigned);
	double took, ratio[ROUNDS];
	struct laps laps;
} jobs[] = {
	{ .name = "QRcode_encodeString alone", .one = bare }, { .name = "plates, modules", .one = encode },
	{ .name = "plates, SVG", .one = svg },                { .name = "plates, PNG", .one = png },
	{ .name = "plates, PDF sheets", .one = sheet },
};
enum { JOBS = sizeof jobs / sizeof *jobs };

/* Plates [from, to); seconds, with the sheets' end. */
static double run(struct bench *b, struct job *j, const char *pdf, unsigned from, unsigned to)
{
	int64_t begin = now_ns();
	if (j->one == sheet)
		need(paper_begin(pdf, PAPER_ROOM, &b->paper) == VH_OK, "plates: paper_begin");
	for (unsigned i = from; i < to; i++) {
		int64_t lap = now_ns();
		j->one(b, i);
		laps_add(&j->laps, now_ns() - lap);
	}
	if (j->one == sheet)
		need(paper_end(b->paper, NULL) == VH_OK, "plates: paper_end");
	return seconds_since(begin);
}

int main(int argc, char **argv)
{
	struct bench b = { .paper = NULL };
	char pdf[400];
	unsigned n = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 3000, each = n / ROUNDS;
	need(argc > 1 && each > 0 && n < 100000, "usage: plates DIR [N]");
	need(crypto_start() == VH_OK, "plates: crypto");
	snprintf(pdf, sizeof pdf, "%s/plates.pdf", argv[1]);
	buf_init(&b.out, 1u << 20);
	for (unsigned r = 0; r < ROUNDS; r++) {
		double alone = 0;
		for (int k = 0; k < JOBS; k++) {
			double took = run(&b, &jobs[k], pdf, 1 + r * each, 1 + (r + 1) * each);
			alone = k ? alone : took;
			jobs[k].ratio[r] = alone / took;
			jobs[k].took += took;
		}
	}
	for (int k = 0; k < JOBS; k++) {
		figure(jobs[k].name, "plate", each * ROUNDS / jobs[k].took, &jobs[k].laps,
		       k ? memory_mib("self", "VmHWM") : 0);
		if (k)
			printf("  ratio %.2f\n", median(jobs[k].ratio, ROUNDS));
		free(jobs[k].laps.at);
	}
	unlink(pdf);
	buf_done(&b.out);
	return 0;
}
