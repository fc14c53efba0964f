#include "vh/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger_impl.h"
#include "place_data.h"
#include "vh/utf8.h"

enum { HEAD_WITHIN = 30 }; /* rows in which the header must stand */

#define LEN(a) (sizeof(a) / sizeof *(a))

/* What clerks call their columns, folded. The first of a kind is its name in an export. */
static const struct {
	const char *name;
	enum ledger_col col;
} synonyms[] = {
	{ "序号", LC_SEQ }, { "编号", LC_SEQ }, { "NO", LC_SEQ },
	{ "房东姓名", LC_LORD }, { "房东", LC_LORD }, { "出租人", LC_LORD }, { "出租人姓名", LC_LORD },
	{ "户主", LC_LORD }, { "户主姓名", LC_LORD }, { "房主", LC_LORD }, { "房主姓名", LC_LORD },
	{ "业主", LC_LORD }, { "业主姓名", LC_LORD }, { "产权人", LC_LORD }, { "房屋所有人", LC_LORD },
	{ "房东电话", LC_LORD_PHONE }, { "房东手机", LC_LORD_PHONE }, { "房东手机号", LC_LORD_PHONE },
	{ "房东手机号码", LC_LORD_PHONE }, { "房东联系电话", LC_LORD_PHONE },
	{ "房东联系方式", LC_LORD_PHONE }, { "出租人电话", LC_LORD_PHONE },
	{ "出租人联系电话", LC_LORD_PHONE }, { "户主电话", LC_LORD_PHONE }, { "房主电话", LC_LORD_PHONE },
	{ "业主电话", LC_LORD_PHONE },
	{ "房东身份证", LC_LORD_DOC }, { "房东身份证号", LC_LORD_DOC }, { "房东身份证号码", LC_LORD_DOC },
	{ "房东证件号码", LC_LORD_DOC }, { "出租人身份证号", LC_LORD_DOC },
	{ "出租人身份证号码", LC_LORD_DOC }, { "户主身份证号", LC_LORD_DOC },
	{ "门牌地址", LC_ADDRESS }, { "门牌", LC_ADDRESS }, { "门牌号", LC_ADDRESS },
	{ "门牌号码", LC_ADDRESS }, { "地址", LC_ADDRESS }, { "房屋地址", LC_ADDRESS },
	{ "出租屋地址", LC_ADDRESS }, { "出租房地址", LC_ADDRESS }, { "出租房屋地址", LC_ADDRESS },
	{ "房屋坐落", LC_ADDRESS }, { "房屋座落", LC_ADDRESS }, { "详细地址", LC_ADDRESS },
	{ "现住址", LC_ADDRESS }, { "现居住地址", LC_ADDRESS }, { "居住地址", LC_ADDRESS },
	{ "暂住地址", LC_ADDRESS }, { "租住地址", LC_ADDRESS }, { "栋号", LC_ADDRESS },
	{ "楼栋", LC_ADDRESS },
	{ "房间号", LC_ROOM }, { "房号", LC_ROOM }, { "室号", LC_ROOM }, { "房间", LC_ROOM },
	{ "房间编号", LC_ROOM }, { "房间号码", LC_ROOM }, { "房室号", LC_ROOM }, { "室", LC_ROOM },
	{ "使用面积", LC_AREA }, { "面积", LC_AREA }, { "房间面积", LC_AREA }, { "居住面积", LC_AREA },
	{ "建筑面积", LC_AREA }, { "出租面积", LC_AREA }, { "租住面积", LC_AREA },
	{ "核定人数", LC_CAPACITY }, { "可住人数", LC_CAPACITY }, { "限住人数", LC_CAPACITY },
	{ "核定居住人数", LC_CAPACITY }, { "床位数", LC_CAPACITY },
	{ "租客姓名", LC_NAME }, { "租客", LC_NAME }, { "承租人", LC_NAME }, { "承租人姓名", LC_NAME },
	{ "租户", LC_NAME }, { "租户姓名", LC_NAME }, { "租赁人", LC_NAME }, { "房客", LC_NAME },
	{ "房客姓名", LC_NAME }, { "租住人员姓名", LC_NAME }, { "租住人姓名", LC_NAME },
	{ "流动人口姓名", LC_NAME }, { "人员姓名", LC_NAME }, { "居住人", LC_NAME },
	{ "居住人姓名", LC_NAME }, { "入住人姓名", LC_NAME }, { "入住人", LC_NAME },
	{ "性别", LC_SEX },
	{ "证件类型", LC_DOC_TYPE }, { "证件种类", LC_DOC_TYPE }, { "证件名称", LC_DOC_TYPE },
	{ "租客证件号码", LC_DOC }, { "租客身份证号", LC_DOC }, { "租客身份证号码", LC_DOC },
	{ "承租人身份证号", LC_DOC }, { "承租人身份证号码", LC_DOC },
	{ "租客电话", LC_PHONE }, { "租客手机", LC_PHONE }, { "租客手机号", LC_PHONE },
	{ "租客手机号码", LC_PHONE }, { "租客联系电话", LC_PHONE }, { "承租人电话", LC_PHONE },
	{ "承租人联系电话", LC_PHONE }, { "租户电话", LC_PHONE }, { "本人电话", LC_PHONE },
	{ "户籍地址", LC_HOME }, { "户籍", LC_HOME }, { "户籍地", LC_HOME }, { "户籍所在地", LC_HOME },
	{ "户口所在地", LC_HOME }, { "籍贯", LC_HOME }, { "户籍详址", LC_HOME }, { "原籍", LC_HOME },
	{ "工作单位", LC_WORK }, { "服务处所", LC_WORK }, { "就业单位", LC_WORK }, { "单位", LC_WORK },
	{ "用工单位", LC_WORK }, { "务工单位", LC_WORK }, { "从业单位", LC_WORK },
	{ "入住日期", LC_SINCE }, { "入住时间", LC_SINCE }, { "起租日期", LC_SINCE },
	{ "起租时间", LC_SINCE }, { "租住日期", LC_SINCE }, { "居住日期", LC_SINCE },
	{ "来访日期", LC_SINCE }, { "搬入日期", LC_SINCE }, { "租赁起始日期", LC_SINCE },
	{ "承租日期", LC_SINCE }, { "租期起", LC_SINCE }, { "来沪日期", LC_SINCE },
	{ "到期日期", LC_UNTIL }, { "退租日期", LC_UNTIL }, { "到期时间", LC_UNTIL },
	{ "租期止", LC_UNTIL }, { "租赁到期日期", LC_UNTIL }, { "租约到期", LC_UNTIL },
	{ "租赁截止日期", LC_UNTIL }, { "合同到期日期", LC_UNTIL }, { "离开日期", LC_UNTIL },
	{ "备注", LC_NOTE }, { "说明", LC_NOTE },
	{ "姓名", LC_ANY_NAME }, { "名字", LC_ANY_NAME },
	{ "电话", LC_ANY_PHONE }, { "联系电话", LC_ANY_PHONE }, { "电话号码", LC_ANY_PHONE },
	{ "手机", LC_ANY_PHONE }, { "手机号", LC_ANY_PHONE }, { "手机号码", LC_ANY_PHONE },
	{ "联系方式", LC_ANY_PHONE }, { "移动电话", LC_ANY_PHONE },
	{ "证件号码", LC_ANY_DOC }, { "证件号", LC_ANY_DOC }, { "证件编号", LC_ANY_DOC },
	{ "身份证", LC_ANY_DOC }, { "身份证号", LC_ANY_DOC }, { "身份证号码", LC_ANY_DOC },
	{ "身份证件号码", LC_ANY_DOC }, { "公民身份号码", LC_ANY_DOC },
};

/* A ledger without one of these is none. */
static const enum ledger_col needed[] = { LC_ADDRESS, LC_ROOM, LC_NAME, LC_DOC, LC_SINCE };
static const char *const needed_name[] = { "门牌地址", "房间号", "租客姓名", "证件号码",
	                                   "入住日期" };

/* *必填 使用面积(㎡) -> 使用面积: units and remarks in brackets are not part of a name. */
static char *head_name(struct arena *a, const char *cell)
{
	char *s = utf8_clean(a, cell), *bracket = s ? strpbrk(s, "([") : NULL;
	if (bracket && bracket > s)
		*bracket = '\0';
	return s ? utf8_fold(a, s) : NULL;
}

enum ledger_col ledger_col_of(struct arena *a, const char *head)
{
	const char *name = head_name(a, head);
	for (size_t i = 0; name && *name && i < LEN(synonyms); i++)
		if (!strcmp(synonyms[i].name, name))
			return synonyms[i].col;
	return LC_NONE;
}

/* Does a heading over several columns, or the columns so far, say that these are the landlord's? */
static bool is_landlords(const char *group, const int *col)
{
	static const char *const lord[] = { "房东", "出租人", "房主", "户主", "业主", "产权" };
	static const char *const tenant[] = { "租客", "承租", "租户", "人员", "流动", "房客", "入住" };
	for (size_t i = 0; i < LEN(lord); i++)
		if (strstr(group, lord[i]))
			return true;
	for (size_t i = 0; i < LEN(tenant); i++)
		if (strstr(group, tenant[i]))
			return false;
	return col[LC_LORD] >= 0 && col[LC_NAME] < 0;
}

static enum ledger_col whose(enum ledger_col c, const char *group, const int *col)
{
	bool lord = is_landlords(group, col);
	switch (c) {
	case LC_ANY_NAME:
		return lord && *group && col[LC_LORD] < 0 ? LC_LORD : LC_NAME;
	case LC_ANY_PHONE:
		return lord ? LC_LORD_PHONE : LC_PHONE;
	case LC_ANY_DOC:
		return lord ? LC_LORD_DOC : LC_DOC;
	default:
		return c;
	}
}

/* Map a row's cells to columns, with the row above it as headings of groups. */
static void map_heads(struct arena *a, const struct sheet_row *above, const struct sheet_row *r,
                      int *col)
{
	const char *group = "";
	unsigned n = above->n > r->n ? above->n : r->n;
	for (int i = 0; i < LC__MAX; i++)
		col[i] = -1;
	for (unsigned i = 0; i < n; i++) {
		const char *up = i < above->n ? above->cell[i] : "";
		const char *own = i < r->n ? r->cell[i] : "";
		if (*up)
			group = up;
		enum ledger_col c = ledger_col_of(a, *own ? own : up);
		c = whose(c, *own ? group : "", col);
		if (c < LC__MAX && col[c] < 0)
			col[c] = (int)i;
	}
}

static unsigned filled(const struct sheet_row *r)
{
	unsigned n = 0;
	for (unsigned i = 0; i < r->n; i++)
		n += *r->cell[i] != '\0';
	return n;
}

static unsigned count_needed(const int *col)
{
	unsigned n = 0;
	for (size_t i = 0; i < LEN(needed); i++)
		n += col[needed[i]] >= 0;
	return n;
}

static enum vh_rc keep_row(struct ctx *cx, const struct sheet_row *r, struct sheet_row *ret)
{
	const char **cell = arena_array(cx->a, r->n ? r->n : 1, sizeof *cell);
	for (unsigned i = 0; cell && i < r->n; i++)
		cell[i] = arena_dup(cx->a, r->cell[i]);
	*ret = (struct sheet_row){ .line = r->line, .n = r->n, .cell = cell };
	return arena_failed(cx->a) ? ctx_nomem(cx) : VH_OK;
}

/*
 * Go through the whole table once: a quote that never closes or a text that is too long is found
 * before anybody acts on the first row. Then stand below the header again.
 */
static enum vh_rc prove_whole(struct ctx *cx, struct ledger *l, unsigned table)
{
	struct sheet_row r;
	enum vh_rc rc;
	l->last_line = l->head_line;
	while (!(rc = sheet_next(l->sheet, &r, &cx->err)))
		l->last_line = r.line;
	if (rc == VH_NOTFOUND)
		rc = sheet_select(l->sheet, table, &cx->err);
	while (!rc && !(rc = sheet_next(l->sheet, &r, &cx->err)) && r.line < l->head_line)
		;
	return rc;
}

uint32_t ledger_rows(const struct ledger *l)
{
	return l->last_line - l->head_line;
}

/* The heading over several columns that a column stands under. */
static const char *group_of(const struct sheet_row *above, unsigned col)
{
	const char *group = "";
	for (unsigned i = 0; i <= col && i < above->n; i++)
		if (*above->cell[i])
			group = above->cell[i];
	return group;
}

static bool same_head(struct arena *a, const struct sheet_row *above, const struct sheet_row *r,
                      unsigned x, unsigned y)
{
	const char *own = head_name(a, r->cell[x]), *other = head_name(a, r->cell[y]);
	return own && other && *own && !strcmp(own, other) &&
	       !strcmp(group_of(above, x), group_of(above, y));
}

/*
 * 姓名 … 姓名, the landlord's and the tenant's, and nothing tells which is whose: to take the first
 * would register the landlord under the tenant's number. NULL: there is no such pair.
 */
static const char *ambiguous(struct arena *a, const struct sheet_row *above,
                             const struct sheet_row *r, const int *col)
{
	static const enum ledger_col who[] = { LC_NAME, LC_DOC };
	bool taken[LIM_LEDGER_COLS] = { false };
	for (int i = 0; i < LC__MAX; i++)
		if (col[i] >= 0)
			taken[col[i]] = true;
	for (size_t i = 0; i < LEN(who); i++) {
		unsigned first = (unsigned)col[who[i]];
		for (unsigned j = first + 1; first < r->n && j < r->n; j++)
			if (!taken[j] && same_head(a, above, r, first, j))
				return r->cell[j];
	}
	return NULL;
}

static enum vh_rc begin(struct ctx *cx, struct ledger *l, const struct sheet_row *above,
                        const struct sheet_row *head)
{
	const char *twice = ambiguous(cx->a, above, head, l->col);
	if (twice)
		return ctx_fail(cx, VH_INVALID, "sheet_header", "file",
		                "two columns are headed %s: say whose each is", twice);
	l->head_line = head->line;
	return VH_OK;
}

/* Look for the header in one table; `best` keeps the row that came nearest. */
static enum vh_rc find_head(struct ctx *cx, struct ledger *l, int *best, unsigned *best_n)
{
	static const struct sheet_row none = { 0 };
	struct sheet_row r, above = none;
	for (int i = 0; i < HEAD_WITHIN; i++) {
		enum vh_rc rc = sheet_next(l->sheet, &r, &cx->err);
		if (rc)
			return rc;
		for (int grouped = filled(&above) > 1; grouped >= 0; grouped--) {
			int col[LC__MAX];
			map_heads(cx->a, grouped ? &above : &none, &r, col);
			unsigned n = count_needed(col);
			if (n > *best_n || n == LEN(needed)) {
				memcpy(best, col, sizeof col);
				*best_n = n;
			}
			if (n == LEN(needed)) {
				memcpy(l->col, col, sizeof col);
				return begin(cx, l, grouped ? &above : &none, &r);
			}
		}
		rc = keep_row(cx, &r, &above);
		if (rc)
			return rc;
	}
	return VH_NOTFOUND;
}

static enum vh_rc no_header(struct ctx *cx, const int *best, unsigned best_n)
{
	char missing[120] = "";
	size_t at = 0;
	for (size_t i = 0; i < LEN(needed); i++)
		if (!best_n || best[needed[i]] < 0)
			at += (size_t)snprintf(missing + at, sizeof missing - at, "%s%s",
			                       at ? ", " : "", needed_name[i]);
	return ctx_fail(cx, VH_INVALID, "sheet_header", "file",
	                "no header within the first %d rows: missing %s", HEAD_WITHIN, missing);
}

enum vh_rc ledger_open(struct ctx *cx, struct sheet *s, int32_t today, struct ledger **ret)
{
	int best[LC__MAX];
	unsigned best_n = 0;
	struct ledger *l = arena_alloc(cx->a, sizeof *l);
	if (!l)
		return ctx_nomem(cx);
	l->sheet = s;
	l->today = today;
	enum vh_rc rc = keyset_init(cx, &l->houses);
	if (!rc)
		rc = keyset_init(cx, &l->rooms);
	if (!rc)
		rc = keyset_init(cx, &l->people);
	for (unsigned t = 0; !rc && t < sheet_tables(s); t++) {
		rc = sheet_select(s, t, &cx->err);
		if (!rc)
			rc = find_head(cx, l, best, &best_n);
		if (!rc)
			rc = prove_whole(cx, l, t);
		if (!rc) {
			*ret = l;
			return VH_OK;
		}
		if (rc == VH_NOTFOUND)
			rc = VH_OK;
	}
	return rc ? rc : no_header(cx, best, best_n);
}

const char *ledger_cell(const struct ledger *l, struct arena *a, const struct sheet_row *raw,
                        enum ledger_col col)
{
	int i = l->col[col];
	const char *s = i >= 0 && (unsigned)i < raw->n ? raw->cell[i] : "";
	/* An export guards what a spreadsheet would run: '=1+1 was =1+1. */
	if (*s == '\'' && s[1] && strchr("=+-@", s[1]))
		s++;
	s = utf8_clean(a, s);
	return s ? s : "";
}

static bool has(const struct ledger *l, const struct sheet_row *raw, enum ledger_col col)
{
	int i = l->col[col];
	return i >= 0 && (unsigned)i < raw->n && raw->cell[i][strspn(raw->cell[i], " \t\r\n")];
}

/* 合计, 总 计, 本页小计 ... in the first cell that says anything; a person's row has more. */
static bool is_total(const struct ledger *l, struct arena *a, const struct sheet_row *raw)
{
	static const char *const word[] = { "合计", "总计", "小计", "共计", "累计", "本页" };
	const char *first = "";
	if (has(l, raw, LC_DOC) || has(l, raw, LC_NAME))
		return false;
	for (unsigned i = 0; i < raw->n && first && !*first; i++)
		first = utf8_fold(a, raw->cell[i]);
	if (!first)
		return false; /* the arena knows */
	for (size_t i = 0; i < LEN(word); i++)
		if (!strncmp(first, word[i], strlen(word[i])))
			return true;
	return false;
}

/* The header again, as it is printed on every page. */
static bool is_header(const struct ledger *l, struct arena *a, const struct sheet_row *raw)
{
	const char *doc = ledger_cell(l, a, raw, LC_DOC);
	return has(l, raw, LC_ROOM) &&
	       ledger_col_of(a, ledger_cell(l, a, raw, LC_ROOM)) == LC_ROOM &&
	       (!*doc || ledger_col_of(a, doc) != LC_NONE); /* a number is somebody's */
}

/* Nothing of a room or a tenant in it: a blank line, or a house by itself. */
static bool is_idle(const struct ledger *l, const struct sheet_row *raw)
{
	static const enum ledger_col own[] = { LC_ROOM, LC_NAME, LC_DOC, LC_PHONE, LC_SINCE,
		                               LC_NOTE };
	for (size_t i = 0; i < LEN(own); i++)
		if (has(l, raw, own[i]))
			return false;
	return true;
}

static void keep(char to[LIM_LEDGER_CELL + 1], const char *s)
{
	size_t n = strnlen(s, LIM_LEDGER_CELL);
	memcpy(to, s, n);
	to[n] = '\0';
}

static enum vh_rc number_of(struct ctx *cx, struct keyset *set, const char *key, int64_t in,
                            uint32_t *ret)
{
	if (keyset_get(set, key, in, ret) == VH_OK)
		return VH_OK;
	*ret = set->n;
	return keyset_put(cx, set, key, in, set->n);
}

static bool fits(struct ledger_row *r, const char *s, size_t most, const char *code,
                 const char *detail)
{
	if (utf8_count(s) <= most)
		return true;
	ledger_refuse(r, code, detail);
	return false;
}

/* A new address ends what was carried; an empty cell repeats. */
static enum vh_rc carry_house(struct ctx *cx, struct ledger *l, struct arena *a,
                              const struct ledger_row *r)
{
	const char *address = ledger_cell(l, a, &r->raw, LC_ADDRESS);
	const char *lord = ledger_cell(l, a, &r->raw, LC_LORD);
	const char *phone = ledger_cell(l, a, &r->raw, LC_LORD_PHONE);
	const char *key = place_key(a, address);
	if (!key || arena_failed(a))
		return ctx_nomem(cx);
	if (*key) {
		uint32_t before = l->house;
		bool first = !*l->address;
		enum vh_rc rc = number_of(cx, &l->houses, key, 0, &l->house);
		if (rc)
			return rc;
		if (first || l->house != before)
			l->room[0] = l->lord[0] = l->lord_phone[0] = '\0';
		keep(l->address, address);
	}
	if (*lord) {
		if (strcmp(lord, l->lord))
			l->lord_phone[0] = '\0';
		keep(l->lord, lord);
	}
	if (*phone)
		keep(l->lord_phone, phone);
	return VH_OK;
}

/* The number a cell begins with, as in 12.5㎡ or 2人; 0 for an empty one, -1 for anything else. */
static double measured(const struct ledger *l, struct arena *a, const struct sheet_row *raw,
                       enum ledger_col col, double most)
{
	const char *s = ledger_cell(l, a, raw, col);
	char *end;
	if (ledger_is_nothing(s))
		return 0;
	if (!strncmp(s, "约", 3))
		s += 3;
	double v = strtod(s, &end);
	return end > s && v >= 0 && v <= most ? v : -1;
}

static void measure(struct ledger *l, struct arena *a, struct ledger_row *r)
{
	double m2 = measured(l, a, &r->raw, LC_AREA, LIM_ROOM_M2);
	double heads = measured(l, a, &r->raw, LC_CAPACITY, LIM_CAPACITY);
	if (m2 < 0)
		ledger_warn(r, "area", "the area is no number of square metres: left out");
	if (heads < 0)
		ledger_warn(r, "capacity", "the capacity is no number of people: left out");
	l->area_m2 = m2 > 0 ? m2 : 0;
	l->capacity = heads > 0 ? (int64_t)heads : 0;
}

static enum vh_rc carry_room(struct ctx *cx, struct ledger *l, struct arena *a,
                             struct ledger_row *r)
{
	const char *no = ledger_cell(l, a, &r->raw, LC_ROOM);
	const char *key = place_key(a, no);
	if (!key || arena_failed(a))
		return ctx_nomem(cx);
	if (!*key)
		return VH_OK;
	keep(l->room, no);
	measure(l, a, r);
	return number_of(cx, &l->rooms, key, l->house, &l->room_index);
}

static enum vh_rc place(struct ctx *cx, struct ledger *l, struct arena *a, struct ledger_row *r)
{
	enum vh_rc rc = carry_house(cx, l, a, r);
	if (rc)
		return rc;
	if (!*l->address) {
		ledger_refuse(r, "address", "no 门牌地址 here or above");
		return VH_OK;
	}
	if (!fits(r, l->address, LIM_TEXT, "address", "the address is too long"))
		return VH_OK;
	rc = carry_room(cx, l, a, r);
	if (rc)
		return rc;
	r->address = arena_dup(a, l->address);
	r->house = l->house;
	r->landlord = *l->lord ? arena_dup(a, l->lord) : NULL;
	r->landlord_phone = *l->lord_phone ? ledger_phone(a, l->lord_phone) : NULL;
	if (arena_failed(a))
		return ctx_nomem(cx);
	if (has(l, &r->raw, LC_LORD_PHONE) && !r->landlord_phone)
		ledger_warn(r, "landlord_phone", "the landlord's phone is none: left out");
	if (r->landlord && utf8_count(r->landlord) > LIM_NAME) {
		r->landlord = NULL;
		ledger_warn(r, "landlord", "the landlord's name is too long: left out");
	}
	if (!*l->room) {
		ledger_refuse(r, "room", "no 房间号 here or above in this house");
		return VH_OK;
	}
	if (!fits(r, l->room, LIM_NAME, "room", "the room number is too long"))
		return VH_OK;
	r->room_no = arena_dup(a, l->room);
	r->room = l->room_index;
	r->area_m2 = l->area_m2;
	r->capacity = l->capacity;
	return r->room_no ? VH_OK : ctx_nomem(cx);
}

enum vh_rc ledger_next(struct ctx *cx, struct ledger *l, struct arena *a, struct ledger_row *ret)
{
	struct ledger_row r;
	enum vh_rc rc;
	for (;;) {
		r = (struct ledger_row){ 0 };
		rc = sheet_next(l->sheet, &r.raw, &cx->err);
		if (rc)
			return rc;
		r.row = r.raw.line - l->head_line;
		if (is_total(l, a, &r.raw) || is_header(l, a, &r.raw))
			continue;
		if (!is_idle(l, &r.raw))
			break;
		/* A house by itself still is what the rows below repeat. */
		rc = carry_house(cx, l, a, &r);
		if (rc)
			return rc;
	}
	rc = place(cx, l, a, &r);
	if (!rc)
		rc = ledger_tenant(cx, l, a, &r);
	if (!rc && arena_failed(a))
		rc = ctx_nomem(cx);
	if (!rc)
		*ret = r;
	return rc;
}

enum vh_rc ledger_judge(struct ctx *cx, struct ledger *l, struct ledger_row *r)
{
	uint32_t room;
	(void)cx;
	if (r->vacant || r->refused.code)
		return VH_OK;
	if (keyset_get(&l->people, r->doc_no, r->kind, &room) == VH_NOTFOUND)
		return VH_OK;
	if (room == r->room)
		ledger_refuse(r, "duplicate", "an earlier row has this person in this room");
	else
		ledger_refuse(r, "already_in", "an earlier row has this person in another room");
	return VH_OK;
}

enum vh_rc ledger_accept(struct ctx *cx, struct ledger *l, const struct ledger_row *r)
{
	return keyset_put(cx, &l->people, r->doc_no, r->kind, r->room);
}

const char *const ledger_heads[] = { "序号", "房东姓名", "房东电话", "门牌地址", "房间号",
	                             "使用面积(㎡)", "核定人数", "租客姓名", "性别", "证件类型",
	                             "证件号码", "手机号码", "户籍地址", "工作单位", "入住日期",
	                             "到期日期", "备注" };
const unsigned ledger_heads_n = LEN(ledger_heads);
