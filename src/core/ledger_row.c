#include <stdlib.h>
#include <string.h>

#include "ledger_impl.h"
#include "vh/date.h"
#include "vh/core.h"
#include "vh/docno.h"
#include "vh/utf8.h"

#define LEN(a) (sizeof(a) / sizeof *(a))

void ledger_warn(struct ledger_row *r, const char *code, const char *detail)
{
	if (r->warnings < LEDGER_WARNINGS)
		r->warning[r->warnings++] = (struct ledger_note){ code, detail };
}

void ledger_refuse(struct ledger_row *r, const char *code, const char *detail)
{
	if (!r->refused.code) /* the first reason stands */
		r->refused = (struct ledger_note){ code, detail };
}

static bool among(const char *text, const char *const *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(text, word[i]))
			return true;
	return false;
}

bool ledger_is_nothing(const char *text)
{
	static const char *const word[] = { "",     "无",   "空",   "空置", "空房", "空关", "空置房",
		                            "无人", "暂无", "未租", "未出租", "待租", "-", "--",
		                            "—",    "——",   "/",    "\\",   "*", "、" };
	return among(text, word, LEN(word));
}

const char *ledger_phone(struct arena *a, const char *text)
{
	/* Two numbers in one cell: the first. A leading apostrophe keeps a CSV's number a text. */
	char *s = arena_dup(a, text + (*text == '\''));
	if (!s)
		return NULL;
	s[strcspn(s, "/,;|")] = '\0';
	for (char *other; (other = strstr(s, "、"));)
		*other = '\0';
	s = utf8_compact(a, s);
	return s && !phone_wrong(s) ? s : NULL;
}

/* An optional text: NULL when empty, left out with a warning when too long. */
static const char *optional(const struct ledger *l, struct arena *a, struct ledger_row *r,
                            enum ledger_col col, const char *code, const char *detail)
{
	const char *s = ledger_cell(l, a, &r->raw, col);
	if (ledger_is_nothing(s))
		return NULL;
	if (utf8_count(s) <= LIM_TEXT)
		return s;
	ledger_warn(r, code, detail);
	return NULL;
}

static void take_name(const struct ledger *l, struct arena *a, struct ledger_row *r)
{
	const char *s = ledger_cell(l, a, &r->raw, LC_NAME);
	if (ledger_is_nothing(s))
		ledger_refuse(r, "name", "a document or a date without 租客姓名");
	else if (utf8_count(s) > LIM_NAME)
		ledger_refuse(r, "name", "the name is too long");
	else
		r->name = s;
}

static enum vh_rc take_dates(struct ctx *cx, const struct ledger *l, struct arena *a,
                             struct ledger_row *r)
{
	static const char *const open[] = { "长期", "不定", "不定期", "未定", "待定", "至今", "现住" };
	const char *since = ledger_cell(l, a, &r->raw, LC_SINCE);
	const char *until = ledger_cell(l, a, &r->raw, LC_UNTIL);
	char text[DAY_TEXT];
	int32_t from, to;
	enum vh_rc rc = day_parse_loose(a, since, &from);
	if (rc == VH_NOMEM)
		return ctx_nomem(cx);
	if (rc || from > l->today + LIM_AHEAD_DAYS) {
		ledger_refuse(r, "date", rc ? "入住日期 is empty or no day" : "入住日期 is far ahead");
		return VH_OK;
	}
	day_format(from, text);
	r->since = arena_dup(a, text);
	if (ledger_is_nothing(until) || among(until, open, LEN(open)))
		return VH_OK;
	rc = day_parse_loose(a, until, &to);
	if (rc == VH_NOMEM)
		return ctx_nomem(cx);
	if (rc) {
		ledger_warn(r, "until", "到期日期 is no day: left out");
	} else if (to < from) {
		ledger_refuse(r, "date", "到期日期 is before 入住日期");
	} else {
		day_format(to, text);
		r->until = arena_dup(a, text);
	}
	return VH_OK;
}

static bool is_vacant(const struct ledger *l, struct arena *a, const struct ledger_row *r)
{
	static const enum ledger_col own[] = { LC_NAME, LC_DOC, LC_PHONE, LC_SINCE };
	for (size_t i = 0; i < LEN(own); i++) {
		const char *s = ledger_cell(l, a, &r->raw, own[i]);
		if (!ledger_is_nothing(s))
			return false;
	}
	return true;
}

/* An empty cell means the identity card, as it does on paper. */
static bool doc_kind(struct ledger_row *r, const char *cell)
{
	r->kind = DOC_ID_CARD;
	if (*cell && !doc_kind_of(cell, &r->kind) && !ledger_is_nothing(cell)) {
		ledger_refuse(r, "doc_type", "no such 证件类型");
		return false;
	}
	if (r->kind == DOC_NONE)
		ledger_refuse(r, "guardian", "no papers: the desk files him under a guardian");
	return r->kind != DOC_NONE;
}

static enum vh_rc take_document(struct ctx *cx, const struct ledger *l, struct arena *a,
                                struct ledger_row *r)
{
	const char *type = ledger_cell(l, a, &r->raw, LC_DOC_TYPE);
	const char *text = ledger_cell(l, a, &r->raw, LC_DOC);
	const char *sex = ledger_cell(l, a, &r->raw, LC_SEX);
	struct docno d;
	struct err e;
	if (!doc_kind(r, type))
		return VH_OK;
	err_clear(&e);
	enum vh_rc rc = docno_parse(a, r->kind, text + (*text == '\''), l->today, &d, &e);
	if (rc == VH_NOMEM)
		return ctx_nomem(cx);
	if (rc) {
		ledger_refuse(r, arena_dup(a, err_code(&e)), arena_dup(a, err_text(&e)));
		return VH_OK;
	}
	docno_compare_sex(&d, sex_stated(sex));
	if (d.warn & DOC_WARN_SEX)
		ledger_warn(r, "sex", "the number says the other sex, and decides");
	r->sex = d.sex ? d.sex : sex_stated(sex);
	r->kind = d.kind;
	r->doc_no = arena_dup(a, d.no);
	return VH_OK;
}

enum vh_rc ledger_tenant(struct ctx *cx, const struct ledger *l, struct arena *a,
                         struct ledger_row *r)
{
	r->vacant = is_vacant(l, a, r);
	if (r->vacant)
		return VH_OK;
	take_name(l, a, r);
	enum vh_rc rc = take_document(cx, l, a, r);
	if (!rc)
		rc = take_dates(cx, l, a, r);
	if (rc)
		return rc;
	const char *phone = ledger_cell(l, a, &r->raw, LC_PHONE);
	if (!ledger_is_nothing(phone)) {
		r->phone = ledger_phone(a, phone);
		if (!r->phone)
			ledger_warn(r, "phone", "the phone number is none: left out");
	}
	r->home = optional(l, a, r, LC_HOME, "home", "户籍地址 is too long: left out");
	r->employer = optional(l, a, r, LC_WORK, "employer", "工作单位 is too long: left out");
	return arena_failed(a) ? ctx_nomem(cx) : VH_OK;
}
