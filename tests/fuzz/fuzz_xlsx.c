/*
 * The worksheet of an XLSX: the input is its XML, put into a workbook that is otherwise sound; an input that is a zip
 * itself goes in as it is.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "vh/buf.h"
#include "vh/limits.h"
#include "vh/sheet.h"
#include "vh/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define NS "http://schemas.openxmlformats.org/"
#define REL NS "officeDocument/2006/relationships"

static void put16(struct buf *b, unsigned v)
{
	buf_putc(b, (char)(v & 255));
	buf_putc(b, (char)(v >> 8 & 255));
}

static void put32(struct buf *b, uint32_t v)
{
	put16(b, v & 0xffff);
	put16(b, v >> 16);
}

/* One stored member: its local header and bytes go to `zip`, its directory entry to `dir`. */
static void member(struct buf *zip, struct buf *dir, const char *name, const void *p, size_t n)
{
	uint32_t crc = (uint32_t)crc32(0, p, (unsigned)n), at = (uint32_t)zip->n;
	struct buf h;
	buf_init(&h, 1 << 16);
	put16(&h, 20), put16(&h, 0), put16(&h, 0), put32(&h, 0x21), put32(&h, crc);
	put32(&h, (uint32_t)n), put32(&h, (uint32_t)n), put16(&h, (unsigned)strlen(name)), put16(&h, 0);
	buf_add(zip, "PK\3\4", 4);
	buf_add(zip, h.p, h.n);
	buf_puts(zip, name);
	buf_add(zip, p, n);
	buf_add(dir, "PK\1\2", 4);
	put16(dir, 20);
	buf_add(dir, h.p, h.n);
	put16(dir, 0), put16(dir, 0), put16(dir, 0), put32(dir, 0), put32(dir, at);
	buf_puts(dir, name);
	buf_done(&h);
}

static void workbook(struct buf *zip, const void *sheet, size_t n)
{
	static const char *const parts[][2] = {
		{ "_rels/.rels", "<Relationships xmlns=\"" NS "package/2006/relationships\"><Relationship Id=\"r1\""
		                 " Type=\"" REL "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>" },
		{ "xl/workbook.xml", "<workbook xmlns=\"" NS "spreadsheetml/2006/main\" xmlns:r=\"" REL "\"><sheets>"
		                     "<sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>" },
		{ "xl/_rels/workbook.xml.rels",
		  "<Relationships xmlns=\"" NS "package/2006/relationships\"><Relationship Id=\"r1\" Type=\"" REL
		  "/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>" },
	};
	struct buf dir;
	buf_init(&dir, 1 << 20);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		member(zip, &dir, parts[i][0], parts[i][1], strlen(parts[i][1]));
	member(zip, &dir, "xl/worksheets/sheet1.xml", sheet, n);
	uint32_t at = (uint32_t)zip->n;
	buf_add(zip, dir.p, dir.n);
	buf_add(zip, "PK\5\6", 4);
	put32(zip, 0), put16(zip, 4), put16(zip, 4), put32(zip, (uint32_t)dir.n), put32(zip, at);
	put16(zip, 0);
	buf_done(&dir);
}

static void read_all(const void *p, size_t n)
{
	struct err e = { .n = 0 };
	struct sheet *s = NULL;
	struct sheet_row r;
	enum vh_rc rc = sheet_open(p, n, &s, &e);
	if (rc != VH_OK) {
		assert(*err_code(&e));
		return;
	}
	while ((rc = sheet_next(s, &r, &e)) == VH_OK) {
		assert(r.n <= LIM_LEDGER_COLS);
		for (unsigned i = 0; i < r.n; i++)
			assert(utf8_valid(r.cell[i], strlen(r.cell[i])));
	}
	assert(rc == VH_NOTFOUND || *err_code(&e));
	sheet_close(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf zip;
	if (n >= 2 && data[0] == 'P' && data[1] == 'K') {
		read_all(data, n);
		return 0;
	}
	buf_init(&zip, 8 << 20);
	workbook(&zip, data, n);
	if (buf_ok(&zip))
		read_all(zip.p, zip.n);
	buf_done(&zip);
	return 0;
}
