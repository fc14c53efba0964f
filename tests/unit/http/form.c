/* Bodies: forms, parts, JSON, and the declared fields that they end in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "vh/http_form.h"
#include "vh/limits.h"

static struct arena *a;

static int setup(void **state)
{
	(void)state;
	a = arena_new(LIM_ARENA);
	return a ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static enum vh_rc parse(const char *s, struct http_pairs *ret)
{
	struct err e = { 0 };
	*ret = (struct http_pairs){ 0 };
	return form_parse(a, s, strlen(s), ret, &e);
}

static void form_reads_pairs_in_order(void **state)
{
	struct http_pairs f;
	(void)state;
	assert_int_equal(parse("name=%E9%9F%A6+%2B&empty=&bare&&x=1=2", &f), VH_OK);
	assert_int_equal(f.n, 4);
	assert_string_equal(f.at[0].value, "\xe9\x9f\xa6 +");
	assert_string_equal(f.at[1].value, "");
	assert_string_equal(f.at[2].name, "bare");
	assert_string_equal(f.at[3].value, "1=2");
	assert_int_equal(parse("", &f), VH_OK);
	assert_int_equal(f.n, 0);
}

static void form_refuses_what_is_not_text(void **state)
{
	static const char *const bad[] = { "a=%", "a=%4", "a=%zz", "a=%00", "a=%ff", "%ff=1", "a=%c0%80",
		                           "a=%ed%a0%80", "a=1&b=%g0" };
	struct http_pairs f;
	struct err e = { 0 };
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(parse(bad[i], &f), VH_INVALID);
	assert_int_equal(form_parse(a, "a=1&b=%g0", 9, &f, &e), VH_INVALID);
	assert_string_equal(e.item[0].field, "b");
	/* A NUL byte that was not escaped. */
	assert_int_equal(form_parse(a, "a=b\0c", 5, &f, &e), VH_INVALID);
}

static void form_counts_its_fields(void **state)
{
	char s[2 * LIM_FIELDS + 3];
	struct http_pairs f;
	size_t n = 0;
	(void)state;
	for (int i = 0; i < LIM_FIELDS; i++) {
		s[n++] = 'a';
		s[n++] = '&';
	}
	s[n - 1] = '\0';
	assert_int_equal(parse(s, &f), VH_OK);
	assert_int_equal(f.n, LIM_FIELDS);
	memcpy(s + n - 1, "&a", 3);
	assert_int_equal(parse(s, &f), VH_LIMIT);
}

static enum vh_rc parts(const char *type, const char *body, size_t n, struct http_parts *ret)
{
	struct err e = { 0 };
	*ret = (struct http_parts){ 0 };
	return multipart_parse(a, type, body, n, ret, &e);
}

#define TYPE "multipart/form-data; boundary=XyZ"
#define CD "Content-Disposition: form-data; name="

static void multipart_reads_fields_and_a_file(void **state)
{
	static const char body[] = "--XyZ\r\n" CD "\"a\"\r\n\r\none\r\n"
	                           "--XyZ\r\n" CD "\"file\"; filename=\"\xe5\x8f\xb0 \\\"1\\\".csv\"\r\n"
	                           "Content-Type: text/csv\r\n\r\nx,\0y\r\n--XyZ!\r\n\r\n"
	                           "--XyZ\r\n" CD "e\r\n\r\n\r\n--XyZ--\r\n";
	struct http_parts p;
	(void)state;
	assert_int_equal(parts(TYPE, body, sizeof body - 1, &p), VH_INVALID); /* "--XyZ!" */
	static const char good[] = "--XyZ\r\n" CD "\"a\"\r\n\r\none\r\n"
	                           "--XyZ\r\n" CD "\"file\"; filename=\"\xe5\x8f\xb0 \\\"1\\\".csv\"\r\n"
	                           "Content-Type: text/csv\r\n\r\nx,\0y\r\n--Xy\r\n\r\n"
	                           "--XyZ\r\n" CD "e\r\n\r\n\r\n--XyZ--\r\n";
	assert_int_equal(parts("multipart/form-data; charset=x; boundary=\"XyZ\"", good, sizeof good - 1, &p),
	                 VH_OK);
	assert_int_equal(p.n, 3);
	assert_string_equal(p.at[0].name, "a");
	assert_int_equal(p.at[0].n, 3);
	assert_null(p.at[0].filename);
	assert_string_equal(p.at[1].filename, "\xe5\x8f\xb0 \"1\".csv");
	assert_string_equal(p.at[1].type, "text/csv");
	assert_int_equal(p.at[1].n, 12);
	assert_memory_equal(p.at[1].p, "x,\0y\r\n--Xy\r\n", 12);
	assert_int_equal(p.at[2].n, 0);
}

static void multipart_refuses_what_is_not_whole(void **state)
{
	static const char *const bad[] = {
		"", "--XyZ", "--XyZ\r\n", "--XyZ\r\n" CD "a\r\n\r\nx", "--XyZ\r\n" CD "a\r\n\r\nx\r\n--XyZ",
		"--XyZ\r\n\r\nx\r\n--XyZ--", "--XyZ\r\n" CD "\"a\r\n\r\nx\r\n--XyZ--",
		"--XyZ\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--XyZ--",
		"--XyZ\r\n" CD "a\r\n" CD "b\r\n\r\nx\r\n--XyZ--",
		"--XyZ\r\n" CD "a\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--XyZ--",
		"--XyZ\r\n" CD "a\r\n\r\nx\r\n--XyZ-- more", "preamble\r\n--XyZ\r\n" CD "a\r\n\r\nx\r\n--XyZ--",
		"--Other\r\n" CD "a\r\n\r\nx\r\n--Other--",
	};
	static const char good[] = "--XyZ\r\n" CD "a\r\n\r\nx\r\n--XyZ--";
	struct http_parts p;
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(parts(TYPE, bad[i], strlen(bad[i]), &p), VH_INVALID);
	assert_int_equal(parts(TYPE, good, sizeof good - 1, &p), VH_OK);
	assert_int_equal(parts("multipart/form-data", good, sizeof good - 1, &p), VH_INVALID);
	assert_int_equal(parts("multipart/form-data; boundary=", good, sizeof good - 1, &p), VH_INVALID);
	assert_int_equal(parts("multipart/form-data; boundary=\"X", good, sizeof good - 1, &p), VH_INVALID);
}

static void multipart_counts_its_parts(void **state)
{
	static char body[HTTP_PARTS * 64 + 200];
	struct http_parts p;
	size_t n = 0;
	(void)state;
	for (int i = 0; i <= HTTP_PARTS; i++) {
		char last[64];
		int k = snprintf(last, sizeof last, "--XyZ--");
		if (i == HTTP_PARTS) {
			memcpy(body + n, last, (size_t)k);
			assert_int_equal(parts(TYPE, body, n + (size_t)k, &p), VH_OK);
			assert_int_equal(p.n, HTTP_PARTS);
		}
		n += (size_t)snprintf(body + n, sizeof body - n, "--XyZ\r\n" CD "a%d\r\n\r\nx\r\n", i);
	}
	n += (size_t)snprintf(body + n, sizeof body - n, "--XyZ--");
	assert_int_equal(parts(TYPE, body, n, &p), VH_LIMIT);
}

struct sample {
	const char *name, *day, *count, *kind, *agree, *tag, *secret, *area, *items;
};
static const struct input sample_fields[] = {
	INPUT(struct sample, name, input_name, INPUT_REQUIRED, 8),
	INPUT(struct sample, day, input_day, 0, 0),
	INPUT(struct sample, count, input_int, 0, 64),
	INPUT_WORD(struct sample, kind, 0, "open|suspended|barred"),
	INPUT(struct sample, agree, input_bool, 0, 0),
	INPUT(struct sample, tag, input_text, INPUT_MANY, 10),
	INPUT(struct sample, secret, input_raw, INPUT_SECRET, 64),
	INPUT(struct sample, area, input_real, 0, 1000),
	INPUT_WORD(struct sample, items, INPUT_MAP, "yes|no|na"),
};
static const struct form sample_form = FORM(struct sample, sample_fields);

static struct err err;

static enum vh_rc read_as(const char *type, const char *body, struct sample *ret)
{
	struct http_req *q = req_make(a, HTTP_POST, "/");
	struct http_body b = { 0 };
	err_clear(&err);
	assert_non_null(q);
	if (type)
		assert_int_equal(req_header_add(q, "Content-Type", type), VH_OK);
	q->body = body;
	q->body_n = strlen(body);
	enum vh_rc rc = body_read(q, &b, &err);
	return rc == VH_OK ? form_check(a, &sample_form, &b, ret, &err) : rc;
}

#define URLENC "application/x-www-form-urlencoded"
#define JSON "application/json; charset=utf-8"

static void three_types_end_in_the_same_struct(void **state)
{
	static const struct {
		const char *type, *body;
	} same[] = {
		{ URLENC, "name=+%E9%9F%A6%E5%A8%9C&day=2026-11-21&count=007&kind=open&agree=on&tag=a&tag=b"
		          "&secret=+x+&area=12.5&_csrf=abc" },
		{ JSON, "{\"name\":\"\xe9\x9f\xa6\xe5\xa8\x9c\",\"day\":\"2026-11-21\",\"count\":7,"
		        "\"kind\":\"open\",\"agree\":true,\"tag\":[\"a\",\"b\"],\"secret\":\" x \",\"area\":12.5,"
		        "\"_csrf\":\"abc\"}" },
		{ TYPE, "--XyZ\r\n" CD "name\r\n\r\n\xe9\x9f\xa6\xe5\xa8\x9c \r\n--XyZ\r\n" CD "day\r\n\r\n2026-11-21"
		        "\r\n--XyZ\r\n" CD "count\r\n\r\n7\r\n--XyZ\r\n" CD "kind\r\n\r\nopen\r\n--XyZ\r\n" CD
		        "agree\r\n\r\n1\r\n--XyZ\r\n" CD "tag\r\n\r\na\r\n--XyZ\r\n" CD "tag\r\n\r\nb\r\n--XyZ\r\n"
		        CD "secret\r\n\r\n x \r\n--XyZ\r\n" CD "area\r\n\r\n12.5\r\n--XyZ--" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		struct sample s;
		assert_int_equal(read_as(same[i].type, same[i].body, &s), VH_OK);
		assert_string_equal(s.name, "\xe9\x9f\xa6\xe5\xa8\x9c");
		assert_string_equal(s.day, "2026-11-21");
		assert_string_equal(s.count, "7");
		assert_string_equal(s.kind, "open");
		assert_string_equal(s.agree, "1");
		assert_string_equal(s.tag, "a\nb");
		assert_string_equal(s.secret, " x ");
		assert_string_equal(s.area, "12.5");
	}
}

static void absent_empty_and_null_are_the_same(void **state)
{
	struct sample s;
	(void)state;
	assert_int_equal(read_as(URLENC, "name=x&day=&kind=&count=+&agree=off", &s), VH_OK);
	assert_null(s.day);
	assert_null(s.kind);
	assert_null(s.count);
	assert_null(s.agree);
	assert_int_equal(read_as(JSON, "{\"name\":\"x\",\"day\":null,\"agree\":false,\"tag\":[]}", &s), VH_OK);
	assert_null(s.day);
	assert_null(s.agree);
	assert_null(s.tag);
}

static void a_map_takes_members_of_a_form_and_an_object_of_json(void **state)
{
	static const struct {
		const char *type, *body;
	} same[] = {
		{ URLENC, "name=x&items.wiring=no&items.gas=&items.7301=yes" },
		{ JSON, "{\"name\":\"x\",\"items\":{\"wiring\":\"no\",\"gas\":null,\"7301\":\"yes\"}}" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		struct sample s;
		const char *map, *key, *value;
		assert_int_equal(read_as(same[i].type, same[i].body, &s), VH_OK);
		assert_string_equal(s.items, "wiring=no\n7301=yes");
		assert_string_equal(map_get(a, s.items, "7301"), "yes");
		assert_null(map_get(a, s.items, "gas"));
		map = s.items;
		assert_true(map_next(a, &map, &key, &value));
		assert_string_equal(key, "wiring");
		assert_string_equal(value, "no");
		assert_true(map_next(a, &map, &key, &value));
		assert_false(map_next(a, &map, &key, &value));
	}
	struct sample s;
	assert_int_equal(read_as(JSON, "{\"name\":\"x\",\"items\":{}}", &s), VH_OK);
	assert_null(s.items);
	assert_null(map_get(a, NULL, "wiring"));
}

static void wrong_fields_are_named(void **state)
{
	static const struct {
		const char *type, *body, *field, *code;
	} bad[] = {
		{ URLENC, "", "name", "required" },
		{ URLENC, "name=+", "name", "required" },
		{ URLENC, "name=x&other=1", "other", "unknown_field" },
		{ URLENC, "name=x&name=y", "name", "repeated" },
		{ URLENC, "name=123456789", "name", "too_long" },
		{ URLENC, "name=x&day=2026-02-30", "day", "day" },
		{ URLENC, "name=x&count=65", "count", "number" },
		{ URLENC, "name=x&count=-1", "count", "number" },
		{ URLENC, "name=x&count=1e3", "count", "number" },
		{ URLENC, "name=x&count=99999999999999999999", "count", "number" },
		{ URLENC, "name=x&kind=ope", "kind", "choice" },
		{ URLENC, "name=x&kind=open|suspended", "kind", "choice" },
		{ URLENC, "name=x&agree=maybe", "agree", "choice" },
		{ URLENC, "name=x&tag=12345678901", "tag", "too_long" },
		{ URLENC, "name=x&area=1.234", "area", "number" },
		{ URLENC, "name=x&area=.5", "area", "number" },
		{ URLENC, "name=%ff", "name", "escape" },
		{ JSON, "{\"name\":1}", "name", "type" },
		{ JSON, "{\"name\":true}", "name", "type" },
		{ JSON, "{\"name\":[\"x\"]}", "name", "type" },
		{ JSON, "{\"name\":{}}", "name", "type" },
		{ JSON, "{\"name\":\"x\",\"items\":\"no\"}", "items", "unknown_field" },
		{ JSON, "{\"name\":\"x\",\"items\":{\"a\":{\"b\":\"no\"}}}", "items.a", "type" },
		{ JSON, "{\"name\":\"x\",\"items\":{\"a\":1}}", "items", "type" },
		{ JSON, "{\"name\":\"x\",\"nope\":{\"a\":\"no\"}}", "nope", "unknown_field" },
		{ URLENC, "name=x&items.a=maybe", "items", "choice" },
		{ URLENC, "name=x&items.a=no&items.a=yes", "items", "repeated" },
		{ URLENC, "name=x&items=no", "items", "unknown_field" },
		{ URLENC, "name=x&items.=no", "items.", "unknown_field" },
		{ URLENC, "name=x&items.a%0Ab=no", "items.a\nb", "unknown_field" },
		{ URLENC, "name=x&items.A=no", "items.A", "unknown_field" },
		{ URLENC, "name=x&itemsa=no", "itemsa", "unknown_field" },
		{ JSON, "{\"name\":\"x\",\"agree\":1}", "agree", "type" },
		{ JSON, "{\"name\":\"x\",\"tag\":[[\"a\"]]}", "tag", "type" },
		{ JSON, "{\"name\":\"x\",\"nope\":1}", "nope", "unknown_field" },
		{ JSON, "[]", "", "type" },
		{ "text/plain", "name=x", "", "media_type" },
		{ NULL, "name=x", "", "media_type" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct sample s;
		enum vh_rc rc = read_as(bad[i].type, bad[i].body, &s);
		if (rc != VH_INVALID || strcmp(err.item[0].code, bad[i].code) != 0)
			print_error("%s: %s %s\n", bad[i].body, err_code(&err), err.item[0].field);
		assert_int_equal(rc, VH_INVALID);
		assert_string_equal(err.item[0].field, bad[i].field);
		assert_string_equal(err.item[0].code, bad[i].code);
	}
}

static void all_errors_come_together_with_what_was_typed(void **state)
{
	struct sample s;
	(void)state;
	assert_int_equal(read_as(URLENC, "day=x&count=65&kind=open&zzz=1", &s), VH_INVALID);
	assert_int_equal(err.n, 4);
	assert_string_equal(err.item[0].field, "day");
	assert_string_equal(err.item[3].field, "name");
	assert_string_equal(form_get(&sample_form, &s, "day"), "x");
	assert_string_equal(form_get(&sample_form, &s, "kind"), "open");
	assert_null(form_get(&sample_form, &s, "name"));
	assert_null(form_get(&sample_form, &s, "zzz"));
}

static void a_field_has_a_byte_ceiling(void **state)
{
	static char body[LIM_FIELD + 40];
	struct sample s;
	(void)state;
	int n = snprintf(body, sizeof body, "name=x&tag=");
	memset(body + n, 'a', LIM_FIELD + 1);
	assert_int_equal(read_as(URLENC, body, &s), VH_INVALID);
	assert_string_equal(err.item[0].code, "too_long");
	assert_string_equal(err.item[0].field, "tag");
}

struct upload {
	const char *note, *file;
};
static const struct input upload_fields[] = {
	INPUT(struct upload, note, input_text, 0, 20),
	INPUT(struct upload, file, input_raw, INPUT_FILE | INPUT_REQUIRED, 0),
};
static const struct form upload_form = FORM(struct upload, upload_fields);

static enum vh_rc upload(const char *body, struct http_body *b)
{
	struct http_req *q = req_make(a, HTTP_POST, "/");
	struct upload u;
	err_clear(&err);
	assert_int_equal(req_header_add(q, "Content-Type", TYPE), VH_OK);
	q->body = body;
	q->body_n = strlen(body);
	enum vh_rc rc = body_read(q, b, &err);
	return rc == VH_OK ? form_check(a, &upload_form, b, &u, &err) : rc;
}

static void a_file_comes_where_one_is_declared(void **state)
{
	struct http_body b = { 0 };
	(void)state;
	assert_int_equal(upload("--XyZ\r\n" CD "file; filename=a.csv\r\n\r\nx,y\r\n--XyZ--", &b), VH_OK);
	assert_string_equal(b.file.filename, "a.csv");
	assert_int_equal(b.file.n, 3);
	assert_int_equal(upload("--XyZ\r\n" CD "note; filename=a.csv\r\n\r\nx\r\n--XyZ--", &b), VH_INVALID);
	assert_int_equal(upload("--XyZ\r\n" CD "file\r\n\r\nx\r\n--XyZ--", &b), VH_INVALID);
	assert_int_equal(upload("--XyZ\r\n" CD "note\r\n\r\nx\r\n--XyZ--", &b), VH_INVALID);
	assert_string_equal(err.item[0].code, "required");
	assert_int_equal(upload("--XyZ\r\n" CD "file; filename=a\r\n\r\nx\r\n--XyZ\r\n" CD
	                        "file; filename=b\r\n\r\nx\r\n--XyZ--", &b), VH_INVALID);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(form_reads_pairs_in_order),
		T(form_refuses_what_is_not_text),
		T(form_counts_its_fields),
		T(multipart_reads_fields_and_a_file),
		T(multipart_refuses_what_is_not_whole),
		T(multipart_counts_its_parts),
		T(three_types_end_in_the_same_struct),
		T(absent_empty_and_null_are_the_same),
		T(a_map_takes_members_of_a_form_and_an_object_of_json),
		T(wrong_fields_are_named),
		T(all_errors_come_together_with_what_was_typed),
		T(a_field_has_a_byte_ceiling),
		T(a_file_comes_where_one_is_declared),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
