/*
 * mkplates DIR N: N plates of two hotels under fixed keys, for plates_decode.sh.
 * DIR/png/SERIAL.png, DIR/svg/SERIAL.svg (every 50th), DIR/rooms.pdf, DIR/houses.pdf, and in
 * DIR/want.txt `SERIAL URL` a line in the order of the sheets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "vh/plate_code.h"
#include "vh/paper.h"

#define HOUSES_EVERY 10

struct job {
	const char *dir;
	FILE *want;
	struct paper *rooms, *houses;
	struct buf out;
};

static void die(const char *what)
{
	fprintf(stderr, "mkplates: %s failed\n", what);
	exit(1);
}

static void put_file(const struct job *j, const char *kind, const char *serial)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/%s.%s", j->dir, kind, serial, kind);
	f = fopen(path, "wb");
	if (!f || fwrite(j->out.p, 1, j->out.n, f) != j->out.n || fclose(f) != 0)
		die(path);
}

static void one(struct job *j, const struct key *k, uint32_t hotel, uint32_t number)
{
	char base[PLATE_BASE_TEXT], code[PLATE_CODE_TEXT], url[PLATE_URL_TEXT], serial[SERIAL_TEXT];
	char typed[PLATE_GROUPED_TEXT], room[16];
	struct plate_ref ref;
	struct qr q;
	struct plate_face face = {
		.hotel = "东新村虚拟旅馆", .serial = serial, .room = room, .qr = &q, .code = typed,
		.address = "东新3017号（阁楼）", .phone = "服务台 021-5019 9299", .host = "PLATES.EXAMPLE",
	};

	plate_code_make(k, hotel, number, code);
	serial_format(number, serial);
	if (plate_base_parse("https://plates.example", base, NULL) != VH_OK)
		die("base");
	plate_url_format(base, code, url);
	if (qr_encode(url, &q) != VH_OK || plate_code_parse(code, &ref) != VH_OK)
		die("encode");
	plate_code_group(&ref, typed);
	snprintf(room, sizeof(room), "%u室", 101 + number % 30);
	fprintf(j->want, "%s %s\n", serial, url);
	buf_reset(&j->out);
	if (qr_png(&q, 8, &j->out) != VH_OK)
		die("png");
	put_file(j, "png", serial);
	if (number % 50 == 0) {
		buf_reset(&j->out);
		qr_svg(&q, 40, serial, &j->out);
		put_file(j, "svg", serial);
	}
	if (paper_add(j->rooms, &face) != VH_OK)
		die("rooms.pdf");
	face.room = NULL;
	if (number % HOUSES_EVERY == 0 && paper_add(j->houses, &face) != VH_OK)
		die("houses.pdf");
}

static void prepare(struct job *j)
{
	static const char *const sub[] = { "", "/png", "/svg" };
	char path[512];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", j->dir, sub[i]);
		(void)mkdir(path, 0777);
	}
	snprintf(path, sizeof(path), "%s/want.txt", j->dir);
	j->want = fopen(path, "w");
	snprintf(path, sizeof(path), "%s/rooms.pdf", j->dir);
	if (!j->want || paper_begin(path, PAPER_ROOM, &j->rooms) != VH_OK)
		die("rooms.pdf");
	snprintf(path, sizeof(path), "%s/houses.pdf", j->dir);
	if (paper_begin(path, PAPER_HOUSE, &j->houses) != VH_OK)
		die("houses.pdf");
	buf_init(&j->out, 1u << 20);
}

int main(int argc, char **argv)
{
	struct job j = { 0 };
	struct key key[2] = { { { 1 } }, { { 2 } } };
	uint32_t n;

	if (argc != 3)
		die("usage: mkplates DIR N:");
	j.dir = argv[1];
	n = (uint32_t)strtoul(argv[2], NULL, 10);
	if (crypto_start() != VH_OK)
		die("crypto");
	prepare(&j);
	for (uint32_t i = 1; i <= n; i++)
		one(&j, &key[i % 2], 1 + i % 2 * 4711, i);
	if (paper_end(j.rooms, NULL) != VH_OK || paper_end(j.houses, NULL) != VH_OK)
		die("sheet");
	if (fclose(j.want) != 0)
		die("want.txt");
	buf_done(&j.out);
	return 0;
}
