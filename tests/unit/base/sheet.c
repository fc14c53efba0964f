#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "vh/arena.h"
#include "vh/limits.h"
#include "vh/sheet.h"

#define LEN(a) (sizeof(a) / sizeof *(a))
#define BYTES(s) s, sizeof s - 1

/* All rows as text: cells between `|`, rows ended by `\n`, each begun by its line. */
static const char *dump(const void *p, size_t n, struct err *e)
{
	static char out[8192];
	struct sheet *s;
	struct sheet_row r;
	enum vh_rc rc;
	size_t at = 0;
	err_clear(e);
	out[0] = '\0';
	if (sheet_open(p, n, &s, e))
		return err_code(e);
	while (!(rc = sheet_next(s, &r, e))) {
		at += (size_t)snprintf(out + at, sizeof out - at, "%u:", r.line);
		for (unsigned i = 0; i < r.n; i++)
			at += (size_t)snprintf(out + at, sizeof out - at, "%s%s", i ? "|" : "",
			                       r.cell[i]);
		at += (size_t)snprintf(out + at, sizeof out - at, "\n");
	}
	sheet_close(s);
	return rc == VH_NOTFOUND ? out : err_code(e);
}

static void reads(const void *p, size_t n, const char *want)
{
	struct err e;
	assert_string_equal(dump(p, n, &e), want);
}

/* CSV */

static void csv_reads_quotes_line_ends_and_blank_rows(void **state)
{
	(void)state;
	reads(BYTES("a,b,c\r\n\"x,\"\"y\"\"\",,\"two\nlines\"\n\n,,\nlast"),
	      "1:a|b|c\n2:x,\"y\"||two\nlines\n5:last\n");
	reads(BYTES("a\"b,c\n"), "1:a\"b|c\n");
}

static void csv_refuses_a_quote_that_never_closes(void **state)
{
	(void)state;
	reads(BYTES("a,b\n\"c,d\ne,f\n"), "sheet_truncated");
}

static void csv_finds_each_delimiter(void **state)
{
	(void)state;
	reads(BYTES("a;b;c\nx,y;z;\n"), "1:a|b|c\n2:x,y|z\n");
	reads(BYTES("a\tb\nx;y\tz\n"), "1:a|b\n2:x;y|z\n");
	reads(BYTES("a,b\n\"x;y;z\",w\n"), "1:a|b\n2:x;y;z|w\n");
	reads(BYTES("sep=;\na,b;c\n"), "1:sep=\n2:a,b|c\n");
}

static void csv_keeps_numbers_guarded_by_an_equals_sign(void **state)
{
	(void)state;
	reads(BYTES("=\"0101\",=1\n"), "1:0101|=1\n");
}

static void csv_takes_utf8_gb18030_and_utf16(void **state)
{
	(void)state;
	reads(BYTES("\xEF\xBB\xBF\xE5\xA7\x93,b\n"), "1:姓|b\n");
	reads(BYTES("\xE5\xA7\x93,b\n"), "1:姓|b\n");
	reads(BYTES("\xD0\xD5,b\n"), "1:姓|b\n");
	reads(BYTES("\x99\x33\xA8\x38,b\n"), "1:𬭊|b\n"); /* four bytes, beyond GBK */
	reads(BYTES("\xFF\xFE\xD3\x59\t\0b\0\n\0"), "1:姓|b\n");
}

static void csv_refuses_what_is_no_text(void **state)
{
	(void)state;
	reads(BYTES("a,\xFF\xFF\xFF\n"), "sheet_charset");
	reads(BYTES("a,\xD0"), "sheet_charset"); /* half a character at the end */
	reads(BYTES("a,b\0c\n"), "sheet_format");
	reads(BYTES(""), "sheet_format");
	reads(BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "sheet_format");
}

static void csv_has_ceilings(void **state)
{
	(void)state;
	static char big[4 * LIM_LEDGER_CELL];
	struct err e;
	memset(big, 'x', sizeof big);
	big[LIM_LEDGER_CELL] = '\n';
	assert_string_not_equal(dump(big, LIM_LEDGER_CELL + 1, &e), "sheet_limit");
	big[LIM_LEDGER_CELL] = 'x';
	assert_string_equal(dump(big, LIM_LEDGER_CELL + 1, &e), "sheet_limit");
	memset(big, ',', LIM_LEDGER_COLS - 1);
	big[LIM_LEDGER_COLS - 1] = 'x';
	assert_string_not_equal(dump(big, LIM_LEDGER_COLS, &e), "sheet_limit");
	memset(big, ',', LIM_LEDGER_COLS);
	big[LIM_LEDGER_COLS] = 'x';
	assert_string_equal(dump(big, LIM_LEDGER_COLS + 1, &e), "sheet_limit");
}

/* XLSX */

struct entry {
	const char *name, *text;
	size_t n; /* 0: strlen */
};

#define REL "<Relationship Id=\"%s\" Type=\"http://x/%s\" Target=\"%s\"/>"
static const char top_rels[] =
	"<Relationships><Relationship Id='r1' Type='http://x/officeDocument'"
	" Target='xl/workbook.xml'/></Relationships>";
static const char book_rels[] =
	"<Relationships>"
	"<Relationship Id='r1' Type='http://x/worksheet' Target='worksheets/s1.xml'/>"
	"<Relationship Id='r2' Type='http://x/worksheet' Target='/xl/worksheets/s2.xml'/>"
	"<Relationship Id='r3' Type='http://x/sharedStrings' Target='strings.xml'/>"
	"<Relationship Id='r4' Type='http://x/styles' Target='styles.xml'/></Relationships>";
static const char book[] =
	"<x:workbook xmlns:x='m' xmlns:r='r'><x:workbookPr/><x:sheets>"
	"<x:sheet name='hidden' sheetId='9' state='hidden' r:id='r9'/>"
	"<x:sheet name='one' sheetId='1' r:id='r1'/><x:sheet name='two' sheetId='2' r:id='r2'/>"
	"</x:sheets></x:workbook>";
static const char strings[] =
	"<sst><si><t>韦娜</t></si><si><r><t>东新</t></r><r><t>1号</t></r>"
	"<rPh sb='0' eb='1'><t>dong</t></rPh></si></sst>";
static const char styles[] =
	"<styleSheet><numFmts><numFmt numFmtId='164' formatCode='yyyy&quot;年&quot;m'/>"
	"<numFmt numFmtId='165' formatCode='0.0&quot;day&quot;'/></numFmts>"
	"<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs>"
	"<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/><xf numFmtId='165'/>"
	"</cellXfs>"
	"</styleSheet>";

/* A zip in memory of these parts; *ret_n bytes, freed by the caller. */
static char *zip_of(const struct entry *part, size_t n, size_t *ret_n)
{
	char path[] = "/tmp/vh-sheet-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
	assert_non_null(z);
	for (size_t i = 0; i < n; i++) {
		size_t len = part[i].n ? part[i].n : strlen(part[i].text);
		zip_source_t *src = zip_source_buffer(z, part[i].text, len, 0);
		assert_true(zip_file_add(z, part[i].name, src, 0) >= 0);
	}
	assert_int_equal(zip_close(z), 0);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	char *p = malloc((size_t)st.st_size);
	FILE *f = fopen(path, "rb");
	assert_true(p && f && fread(p, 1, (size_t)st.st_size, f) == (size_t)st.st_size);
	fclose(f);
	unlink(path);
	*ret_n = (size_t)st.st_size;
	return p;
}

static char *book_of(const char *sheet, size_t sheet_n, size_t *ret_n)
{
	const struct entry part[] = {
		{ "_rels/.rels", top_rels, 0 },      { "xl/workbook.xml", book, 0 },
		{ "xl/strings.xml", strings, 0 },    { "xl/_rels/workbook.xml.rels", book_rels, 0 },
		{ "xl/styles.xml", styles, 0 },      { "xl/worksheets/s1.xml", sheet, sheet_n },
		{ "xl/worksheets/s2.xml",
		  "<worksheet><sheetData><row><c><v>2</v></c></row></sheetData></worksheet>", 0 },
	};
	return zip_of(part, LEN(part), ret_n);
}

static void sheet_reads(const char *sheet, const char *want)
{
	size_t n;
	char *p = book_of(sheet, 0, &n);
	reads(p, n, want);
	free(p);
}

#define SHEET(rows, after) "<worksheet><sheetData>" rows "</sheetData>" after "</worksheet>"

static void xlsx_reads_shared_inline_and_formula_texts(void **state)
{
	(void)state;
	sheet_reads(SHEET("<row r='2'><c r='A2' t='s'><v>0</v></c><c r='C2' t='s'><v>1</v></c>"
	                  "<c t='inlineStr'><is><r><t>a</t></r><t>b</t></is></c>"
	                  "<c t='str'><f>A1</f><v>f</v></c><c t='e'><v>#REF!</v></c>"
	                  "<c t='d'><v>2026-01-03T00:00:00</v></c></row><row r='3'/>"
	                  "<row><c><v>101</v></c></row>", ""),
	            "2:韦娜||东新1号|ab|f||2026-01-03\n4:101\n");
}

static void xlsx_shows_numbers_as_they_were_typed(void **state)
{
	(void)state;
	sheet_reads(SHEET("<row><c><v>101.0</v></c><c><v>1.3800000000E10</v></c><c><v>12.5</v></c>"
	                  "<c><v>3.1011619900101101E+17</v></c><c><v>0.1</v></c></row>", ""),
	            "1:101|13800000000|12.5|3.1011619900101101E+17|0.1\n");
}

static void xlsx_keeps_a_text_that_calls_itself_a_number(void **state)
{
	(void)state;
#define TEN "韦娜韦娜韦娜韦娜韦娜"
	sheet_reads(SHEET("<row><c><v>" TEN TEN TEN "</v></c><c><v>nan</v></c><c><v>1e999</v></c>"
	                  "<c s='1'><v>-5</v></c><c s='1'><v>1e14</v></c><c s='1'><v>4六</v></c></row>", ""),
	            "1:" TEN TEN TEN "|nan|1e999|-5|100000000000000|4六\n");
	/* A text that is too long is refused, whatever it says that it is. */
	static const char *const type[] = { "n", "s", "str", "d", "e" };
	static char sheet[LIM_LEDGER_CELL * 2];
	for (size_t i = 0; i < LEN(type); i++) {
		int at = snprintf(sheet, sizeof sheet, "<worksheet><sheetData><row><c t='%s'><v>1<!-- -->",
		                  type[i]);
		memset(sheet + at, '1', LIM_LEDGER_CELL);
		snprintf(sheet + at + LIM_LEDGER_CELL, 99, "</v></c></row></sheetData></worksheet>");
		sheet_reads(sheet, "sheet_limit");
	}
}

static void xlsx_reads_dates_by_their_style(void **state)
{
	(void)state;
	sheet_reads(SHEET("<row><c s='0'><v>46025</v></c><c s='1'><v>46025</v></c>"
	                  "<c s='2'><v>46025.75</v></c><c s='3'><v>46025</v></c></row>", ""),
	            "1:46025|2026-01-03|2026-01-03|46025\n");
}

static void xlsx_repeats_merged_cells_downwards(void **state)
{
	(void)state;
	sheet_reads(SHEET("<row r='1'><c r='A1'><v>1</v></c><c r='B1'><v>7</v></c></row>"
	                  "<row r='2'><c r='B2'><v>8</v></c></row>"
	                  "<row r='4'><c r='B4'><v>9</v></c></row>"
	                  "<row r='5'><c r='B5'><v>10</v></c></row>",
	                  "<mergeCells count='3'><mergeCell ref='A5:B5'/><mergeCell ref='C2:C4'/>"
	                  "<mergeCell ref='A1:A4'/></mergeCells>"),
	            "1:1|7\n2:1|8\n4:1|9\n5:|10\n");
}

static void xlsx_offers_each_visible_table_as_often_as_wanted(void **state)
{
	(void)state;
	size_t n;
	struct err e = { 0 };
	struct sheet *s;
	struct sheet_row r;
	char *p = book_of(SHEET("<row><c><v>1</v></c></row>", ""), 0, &n);
	assert_int_equal(sheet_open(p, n, &s, &e), VH_OK);
	assert_int_equal(sheet_tables(s), 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(sheet_next(s, &r, &e), VH_OK);
		assert_string_equal(r.cell[0], "1");
		assert_int_equal(sheet_next(s, &r, &e), VH_NOTFOUND);
		assert_int_equal(sheet_select(s, 1, &e), VH_OK);
		assert_int_equal(sheet_next(s, &r, &e), VH_OK);
		assert_string_equal(r.cell[0], "2");
		assert_int_equal(sheet_select(s, 0, &e), VH_OK);
	}
	sheet_close(s);
	free(p);
}

static void xlsx_cut_off_anywhere_is_refused(void **state)
{
	(void)state;
	size_t n;
	struct err e;
	char *p = book_of(SHEET("<row><c><v>1</v></c></row>", ""), 0, &n);
	reads(p, n, "1:1\n");
	for (size_t cut = 4; cut < n; cut += 7) {
		char *part = malloc(cut); /* of its own size, so that a read beyond it is seen */
		memcpy(part, p, cut);
		assert_string_equal(dump(part, cut, &e), "sheet_truncated");
		free(part);
	}
	free(p);
}

static void xlsx_with_one_byte_flipped_never_reads_wrong_rows(void **state)
{
	(void)state;
	size_t n;
	struct err e;
	char *p = book_of(SHEET("<row><c><v>1</v></c></row>", ""), 0, &n);
	for (size_t i = 4; i < n; i++) {
		p[i] ^= 0x10;
		const char *got = dump(p, n, &e);
		assert_true(!strcmp(got, "1:1\n") || !strncmp(got, "sheet_", 6) || !*got);
		p[i] ^= 0x10;
	}
	free(p);
}

static void xlsx_bomb_is_refused(void **state)
{
	(void)state;
	size_t n, big = 8u << 20;
	char *sheet = malloc(big + 1);
	memset(sheet, ' ', big);
	sheet[big] = '\0';
	memcpy(sheet, BYTES("<worksheet><sheetData>"));
	memcpy(sheet + big - 24, BYTES("</sheetData></worksheet>"));
	char *p = book_of(sheet, big, &n);
	assert_true(n < big / LIM_XLSX_RATIO);
	reads(p, n, "sheet_bomb");
	free(p);
	/* The same size of honest rows is fine. */
	char *at = sheet + sizeof "<worksheet><sheetData>" - 1;
	for (unsigned i = 1; at < sheet + (1u << 20); i++)
		at += snprintf(at, 32, "<row r='%u'/>", i);
	memset(at, ' ', 1000);
	memcpy(at + 1000, BYTES("</sheetData></worksheet>\0"));
	p = book_of(sheet, strlen(sheet), &n);
	reads(p, n, "");
	free(p);
	free(sheet);
}

/* A book of these parts and one short table. */
static void book_reads(const char *of_book, const char *of_rels, const char *texts, const char *want)
{
	size_t n;
	const struct entry part[] = {
		{ "_rels/.rels", top_rels, 0 }, { "xl/workbook.xml", of_book, 0 },
		{ "xl/_rels/workbook.xml.rels", of_rels, 0 }, { "xl/strings.xml", texts, 0 },
		{ "xl/worksheets/s1.xml",
		  "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>", 0 },
	};
	char *p = zip_of(part, LEN(part), &n);
	reads(p, n, want);
	free(p);
}

/* `times` of a piece between two others, some noise behind, so that it packs badly. */
static const char *many(const char *before, const char *piece, size_t times, const char *after)
{
	static char out[24 << 20];
	size_t at = (size_t)snprintf(out, 99, "%s", before), len = strlen(piece);
	uint32_t x = 1;
	for (size_t i = 0; i < times; i++, at += len)
		memcpy(out + at, piece, len);
	at += (size_t)snprintf(out + at, 99, "%s<!--", after);
	for (int i = 0; i < 300000; i++) {
		x = x * 1103515245 + 12345;
		out[at++] = (char)('a' + (x >> 16) % 26);
	}
	snprintf(out + at, 4, "-->");
	return out;
}

static void xlsx_of_too_many_parts_or_texts_is_refused(void **state)
{
	(void)state;
	static const char tab[] = "<sheet name='a' sheetId='1' r:id='r1'/>";
	static const char rel[] = "<Relationship Id='rx' Type='x' Target='y'/>";
	static const char head[] = "<workbook xmlns:r='r'><sheets>", foot[] = "</sheets></workbook>";
	const char *text;
	book_reads(book, book_rels, strings, "1:1\n");
	book_reads(many(head, tab, LIM_XLSX_NAMES, foot), book_rels, strings, "1:1\n");
	book_reads(many(head, tab, LIM_XLSX_NAMES + 1, foot), book_rels, strings, "sheet_limit");
	text = many("<Relationships>", rel, LIM_XLSX_NAMES, "</Relationships>");
	book_reads(book, text, strings, "sheet_limit"); /* together with the one of the package */
	text = many("<Relationships><Relationship Id='rx' Type='x' Target='", "y", LIM_XLSX_NAME + 1,
	            "'/></Relationships>");
	book_reads(book, text, strings, "sheet_limit");
	book_reads(book, book_rels, many("<sst>", "<si/>", LIM_XLSX_TEXTS, "</sst>"), "1:1\n");
	text = many("<sst>", "<si/>", LIM_XLSX_TEXTS + 1, "</sst>");
	book_reads(book, book_rels, text, "sheet_limit");
}

static void xlsx_of_strange_xml_is_refused(void **state)
{
	(void)state;
	static char deep[3001] = "", longtag[3 << 20] = "<worksheet><a b='";
	sheet_reads("<!DOCTYPE x [<!ENTITY a 'b'>]>" SHEET("<row><c><v>&a;</v></c></row>", ""),
	            "sheet_format");
	sheet_reads("<worksheet><sheetData>", "sheet_format");
	sheet_reads(SHEET("<row r='2'/><row r='1'/>", ""), "sheet_format");
	sheet_reads(SHEET("<row><c r='B1'/><c r='A1'/></row>", ""), "sheet_format");
	sheet_reads(SHEET("<row><c t='s'><v>2</v></c></row>", ""), "sheet_format");
	for (int i = 0; i < 1000; i++)
		memcpy(deep + 3 * i, "<a>", 3);
	sheet_reads(deep, "sheet_limit");
	unsigned x = 1;
	for (size_t i = strlen(longtag); i < sizeof longtag - 1; i++) {
		x = x * 1103515245 + 12345; /* packs badly */
		longtag[i] = (char)('a' + x % 26);
	}
	sheet_reads(longtag, "sheet_limit");
	sheet_reads(SHEET("<row><c r='BL1'><v>1</v></c><c r='BM1'/></row>", "") , /* column 64 */
	            "1:|||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||||1\n");
	sheet_reads(SHEET("<row><c r='BM1'><v>1</v></c></row>", ""), "sheet_limit");
}

static void zip_that_is_no_workbook_is_refused(void **state)
{
	(void)state;
	size_t n;
	struct entry part = { "hello.txt", "hello", 0 };
	char *p = zip_of(&part, 1, &n);
	reads(p, n, "sheet_format");
	free(p);
}

/* Writing */

static void written_tables_read_back(void **state)
{
	(void)state;
	static const char *const row[][4] = {
		{ "姓名", "a,b", "say \"x\"", "two\nlines" },
		{ "1", NULL, "", "0101" },
		{ "-x", "310116199001010123", "@y", "9" },
	};
	for (int kind = SHEET_CSV; kind <= SHEET_XLSX; kind++) {
		char path[64];
		struct sheet_out *w;
		struct sheet *s;
		struct sheet_row r;
		struct stat st;
		struct err e = { 0 };
		snprintf(path, sizeof path, "/tmp/vh-sheet-out-%d-%d", (int)getpid(), kind);
		unlink(path);
		assert_int_equal(sheet_out_open(path, (enum sheet_kind)kind, "台账", &w, &e), VH_OK);
		for (size_t i = 0; i < LEN(row); i++)
			sheet_out_row(w, row[i], 4);
		assert_int_equal(sheet_out_close(w, &e), VH_OK);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		/* Nothing is written over. */
		assert_int_equal(sheet_out_open(path, (enum sheet_kind)kind, "t", &w, &e),
		                 VH_CONFLICT);
		assert_int_equal(sheet_open_file(path, &s, &e), VH_OK);
		for (size_t i = 0; i < LEN(row); i++) {
			assert_int_equal(sheet_next(s, &r, &e), VH_OK);
			for (unsigned j = 0; j < r.n; j++) {
				const char *want = row[i][j] ? row[i][j] : "";
				bool guarded = kind == SHEET_CSV && (*want == '-' || *want == '@');
				assert_string_equal(r.cell[j] + guarded, want);
				assert_true(!guarded || r.cell[j][0] == '\'');
			}
		}
		assert_int_equal(sheet_next(s, &r, &e), VH_NOTFOUND);
		sheet_close(s);
		unlink(path);
	}
}

static void a_file_that_is_not_there_is_said_so(void **state)
{
	(void)state;
	struct sheet *s;
	struct err e = { 0 };
	assert_int_equal(sheet_open_file("/nonexistent/x.csv", &s, &e), VH_NOTFOUND);
	assert_int_equal(sheet_open_file("/tmp", &s, &e), VH_INVALID);
	char path[] = "/tmp/vh-fifo-XXXXXX";
	assert_non_null(mkdtemp(path));
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(sheet_open_file(path, &s, &e), VH_INVALID); /* nobody writes: not awaited */
	unlink(path);
}

/* Every allocation fails in turn: a clean code, no leak, and in the end the true rows. */
static void reading_survives_every_failing_allocation(void **state)
{
	(void)state;
	size_t n;
	struct err e;
	char *p = book_of(SHEET("<row><c r='A1' t='s'><v>1</v></c></row><row r='2'><c r='B2'>"
	                        "<v>1</v></c></row>", "<mergeCell ref='A1:A2'/>"), 0, &n);
	static const char gbk[] = "\xD0\xD5,b\n";
	for (int kind = 0; kind < 2; kind++) {
		const char *want = kind ? "1:姓|b\n" : "1:东新1号\n2:东新1号|1\n", *got;
		long points = 1, refused = 0;
		for (long i = -1; i < points; i++) {
			arena_fail_after(i, false);
			got = kind ? dump(BYTES(gbk), &e) : dump(p, n, &e);
			long seen = arena_fail_after(-1, false);
			points = i < 0 ? seen : points;
			refused += !strcmp(got, "no_memory");
			assert_true(!strcmp(got, want) || (i >= 0 && !strcmp(got, "no_memory")));
		}
		assert_true(points > 3 && refused > 2);
	}
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_reads_quotes_line_ends_and_blank_rows),
		cmocka_unit_test(csv_refuses_a_quote_that_never_closes),
		cmocka_unit_test(csv_finds_each_delimiter),
		cmocka_unit_test(csv_keeps_numbers_guarded_by_an_equals_sign),
		cmocka_unit_test(csv_takes_utf8_gb18030_and_utf16),
		cmocka_unit_test(csv_refuses_what_is_no_text),
		cmocka_unit_test(csv_has_ceilings),
		cmocka_unit_test(xlsx_reads_shared_inline_and_formula_texts),
		cmocka_unit_test(xlsx_shows_numbers_as_they_were_typed),
		cmocka_unit_test(xlsx_keeps_a_text_that_calls_itself_a_number),
		cmocka_unit_test(xlsx_of_too_many_parts_or_texts_is_refused),
		cmocka_unit_test(xlsx_reads_dates_by_their_style),
		cmocka_unit_test(xlsx_repeats_merged_cells_downwards),
		cmocka_unit_test(xlsx_offers_each_visible_table_as_often_as_wanted),
		cmocka_unit_test(xlsx_cut_off_anywhere_is_refused),
		cmocka_unit_test(xlsx_with_one_byte_flipped_never_reads_wrong_rows),
		cmocka_unit_test(xlsx_bomb_is_refused),
		cmocka_unit_test(xlsx_of_strange_xml_is_refused),
		cmocka_unit_test(zip_that_is_no_workbook_is_refused),
		cmocka_unit_test(written_tables_read_back),
		cmocka_unit_test(a_file_that_is_not_there_is_said_so),
		cmocka_unit_test(reading_survives_every_failing_allocation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
