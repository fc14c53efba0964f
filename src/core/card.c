#include "vh/card.h"

#include <string.h>

#include "vh/utf8.h"

enum { NUMBER = 18, FIELDS = 24, HARD = '\n' };

enum what { W_NONE, W_NAME, W_SEX, W_HOME, W_NO, W_PASS };

/* What stands before a value. Longer ones come before those that they begin with. */
static const struct {
	const char *text;
	enum what what;
} labels[] = {
	{ "姓名", W_NAME },         { "中文姓名", W_NAME },     { "性别", W_SEX },
	{ "民族", W_PASS },         { "出生日期", W_PASS },     { "出生年月", W_PASS },
	{ "出生", W_PASS },         { "生日", W_PASS },         { "住址", W_HOME },
	{ "户籍地址", W_HOME },     { "家庭住址", W_HOME },     { "地址", W_HOME },
	{ "公民身份号码", W_NO },   { "公民身份证号码", W_NO }, { "身份证号码", W_NO },
	{ "身份证号", W_NO },       { "证件号码", W_NO },       { "身份号码", W_NO },
	{ "号码", W_NO },           { "签发机关", W_PASS },     { "发证机关", W_PASS },
	{ "有效期限", W_PASS },     { "有效期起", W_PASS },     { "有效期止", W_PASS },
	{ "有效日期", W_PASS },     { "有效期", W_PASS },       { "起始日期", W_PASS },
	{ "截止日期", W_PASS },     { "通行证号码", W_PASS },   { "签发次数", W_PASS },
	{ "最新住址", W_HOME },     { "国籍", W_PASS },
};
/* The same of programs, in small letters; a colon or equals sign must follow. */
static const struct {
	const char *text;
	enum what what;
} keys[] = {
	{ "name", W_NAME },      { "chinesename", W_NAME }, { "sex", W_SEX },
	{ "gender", W_SEX },     { "address", W_HOME },     { "addr", W_HOME },
	{ "id", W_NO },          { "idno", W_NO },          { "idnum", W_NO },
	{ "idnumber", W_NO },    { "idcard", W_NO },        { "idcode", W_NO },
	{ "cardno", W_NO },      { "certno", W_NO },        { "number", W_NO },
};

/* GB 3304, for passing over. */
static const char ethnic[] =
	" 汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山"
	" 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克"
	" 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺 穿青人"
	" 其他 外国血统中国籍人士 ";

struct field {
	enum what what;
	const char *text;
};
struct reading {
	struct arena *a;
	int32_t today;
	struct card card;
	bool numbered, hard; /* hard: has separators other than blanks */
	struct field field[FIELDS];
	unsigned n;
};

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);
	return n >= m && !strcmp(s + n - m, end);
}

static bool is_ethnic(const char *s)
{
	char word[48] = " ";
	size_t n = strlen(s), zu = strlen("族");
	if (n > zu && ends_with(s, "族"))
		n -= zu;
	if (!n || n > sizeof word - 3)
		return false;
	memcpy(word + 1, s, n);
	memcpy(word + 1 + n, " ", 2);
	return strstr(ethnic, word) || ends_with(s, "族");
}

/* Full-width letters become plain, blanks one space, whatever parts fields a line's end. */
static char *level(struct arena *a, const char *text, bool *ret_hard)
{
	bool hard = strpbrk(text, "\n\r\t|;") != NULL;
	char *out = arena_alloc(a, strlen(text) + 2), *w = out;
	if (!out)
		return NULL;
	for (const char *p = text, *from; *p;) {
		from = p;
		uint32_t c = utf8_next(&p), plain = utf8_plain(c);
		bool comma = plain == ',' || c == 0x3001 || c == 0xff0c;
		if ((c < 128 && strchr("\n\r\t|;{}\"", (int)c)) || (comma && !hard))
			*w++ = HARD;
		else if (plain && plain < 128)
			*w++ = (char)plain;
		else if (plain)
			w = (char *)memcpy(w, from, (size_t)(p - from)) + (p - from);
	}
	*w = '\0';
	*ret_hard = strchr(out, HARD) != NULL;
	return out;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The first number that checks is cut out, wherever it stands. */
static void take_number(struct reading *g, char *s)
{
	for (char *p = s; *p && !g->numbered; p++) {
		char no[NUMBER + 1];
		struct err e = { .n = 0 };
		size_t n = strspn(p, "0123456789");
		if (!n || (p > s && is_digit(p[-1])))
			continue;
		n += n == NUMBER - 1 && (p[n] == 'X' || p[n] == 'x');
		if (n != NUMBER)
			continue;
		memcpy(no, p, NUMBER);
		no[NUMBER] = '\0';
		if (docno_parse(g->a, DOC_ID_CARD, no, g->today, &g->card.doc, &e) != VH_OK)
			continue;
		memset(p, HARD, NUMBER);
		g->numbered = true;
	}
}

/* A label at the start of a word; *ret_value is what follows. */
static enum what label_of(const char *s, const char **ret_value)
{
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
		size_t n = strlen(labels[i].text);
		if (strncmp(s, labels[i].text, n) != 0)
			continue;
		*ret_value = s + n + strspn(s + n, ":= ");
		return labels[i].what;
	}
	size_t n = 0;
	char key[24];
	for (; n < sizeof key - 1 && ((s[n] | 0x20) >= 'a' && (s[n] | 0x20) <= 'z'); n++)
		key[n] = (char)(s[n] | 0x20);
	key[n] = '\0';
	if (!n || !s[n] || !strchr(":=", s[n]))
		return W_NONE;
	*ret_value = s + n + strspn(s + n, ":= ");
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!strcmp(keys[i].text, key))
			return keys[i].what;
	return W_PASS; /* a key that we do not know says nothing that we want */
}

/* JSON has its keys between quotes, so that the colon comes after a separator. */
static enum what key_alone(const char *s, const char *after)
{
	const char *value;
	char both[26];
	size_t n = strlen(s);
	if (n > sizeof both - 2 || after[strspn(after, "\n ")] != ':')
		return W_NONE;
	memcpy(both, s, n);
	memcpy(both + n, ":", 2);
	return label_of(both, &value);
}

static void push(struct reading *g, enum what what, const char *text)
{
	if (g->n < FIELDS)
		g->field[g->n++] = (struct field){ what, text };
}

/* Words of one field stay together where something else than blanks parts the fields. */
static bool joins(const struct reading *g, bool blank)
{
	const struct field *last = g->n ? &g->field[g->n - 1] : NULL;
	if (!last)
		return false;
	if (last->what != W_NONE && !*last->text)
		return true;
	return blank && (last->what != W_NONE || g->hard);
}

static bool add_word(struct reading *g, const char *word, bool blank, const char *after)
{
	const char *value;
	word += strspn(word, ":= ");
	if (!*word)
		return true;
	enum what what = label_of(word, &value);
	if (what == W_NONE && (what = key_alone(word, after)) != W_NONE)
		value = "";
	if (what != W_NONE) {
		push(g, what, value);
	} else if (joins(g, blank)) {
		struct field *last = &g->field[g->n - 1];
		last->text = *last->text ? arena_printf(g->a, "%s %s", last->text, word) : word;
		return last->text != NULL;
	} else {
		push(g, W_NONE, word);
	}
	return true;
}

/* The record of the chip has sex, ethnicity and birth in one with the address. */
static const char *after_digits(const char *word)
{
	size_t n = strspn(word, "0123456789");
	return n >= 8 && (unsigned char)word[n] >= 128 ? word + n : word;
}

static bool split(struct reading *g, const char *s)
{
	bool blank = false;
	while (*s) {
		size_t n = strcspn(s, "\n ");
		if (n) {
			const char *word = arena_dupn(g->a, s, n);
			if (!word || !add_word(g, after_digits(word), blank, s + n))
				return false;
			blank = true;
		}
		s += n;
		for (; *s == ' ' || *s == HARD; s++)
			blank = blank && *s == ' ';
	}
	return true;
}

/* Days, codes, marks: nothing in it but digits and what stands between them. */
static bool is_figures(const char *s)
{
	static const char *const also[] = { "年", "月", "日", "至", "长期" };
	while (*s) {
		size_t n = strspn(s, "0123456789-./: ");
		for (size_t i = 0; !n && i < sizeof also / sizeof *also; i++)
			if (!strncmp(s, also[i], strlen(also[i])))
				n = strlen(also[i]);
		if (!n)
			return false;
		s += n;
	}
	return true;
}

static bool is_issuer(const char *s)
{
	static const char *const end[] = { "公安局", "分局", "派出所", "公安厅", "管理局" };
	for (size_t i = 0; i < sizeof end / sizeof *end; i++)
		if (ends_with(s, end[i]))
			return true;
	return false;
}

static bool is_home(const char *s)
{
	static const char *const part[] = { "省", "市", "县", "区", "乡", "镇", "村",
		                            "路", "街", "号", "旗", "州", "室" };
	bool has = false;
	for (size_t i = 0; i < sizeof part / sizeof *part; i++)
		has = has || strstr(s, part[i]);
	return has && utf8_count(s) >= 5;
}

/* A field without a label, by what it looks like. first: nothing before it could be a name. */
static enum what guess(const char *s, unsigned ethnics, bool first)
{
	if (sex_stated(s) && !is_digit(*s))
		return W_SEX;
	if (is_figures(s) || is_issuer(s))
		return W_PASS;
	if (is_ethnic(s)) /* 高山 is a name as well, when another word is the ethnicity */
		return first && ethnics > 1 && !ends_with(s, "族") && utf8_count(s) > 1 ? W_NAME
		                                                                         : W_PASS;
	if (is_home(s))
		return W_HOME;
	return first ? W_NAME : W_PASS;
}

/* A name in characters has no blank in it; printers space short ones out. */
static const char *close_up(char *s)
{
	for (const char *p = s; *p; p++)
		if ((unsigned char)*p < 128 && *p != ' ')
			return s;
	char *w = s;
	for (const char *p = s; *p; p++)
		if (*p != ' ')
			*w++ = *p;
	*w = '\0';
	return s;
}

static bool keep(struct reading *g, enum what what, const char *text)
{
	char *clean = utf8_clean(g->a, text);
	if (!clean)
		return false;
	size_t n = strlen(clean);
	while (n && strchr(", ", clean[n - 1]))
		clean[--n] = '\0';
	if (what == W_NAME && !*g->card.name && n && utf8_count(clean) <= LIM_NAME &&
	    !strpbrk(clean, "0123456789"))
		g->card.name = close_up(clean);
	if (what == W_HOME && !*g->card.home && n && utf8_count(clean) <= LIM_TEXT)
		g->card.home = clean;
	if (what == W_SEX && !g->card.sex)
		g->card.sex = sex_stated(clean);
	return true;
}

static bool settle(struct reading *g)
{
	unsigned ethnics = 0;
	bool first = true;
	for (unsigned i = 0; i < g->n; i++) {
		ethnics += g->field[i].what == W_NONE && is_ethnic(g->field[i].text);
		first = first && g->field[i].what != W_NAME;
	}
	for (unsigned i = 0; i < g->n; i++) {
		struct field *f = &g->field[i];
		enum what what = f->what ? f->what : guess(f->text, ethnics, first);
		if (!keep(g, what, f->text))
			return false;
		first = first && what != W_NAME;
	}
	return true;
}

enum vh_rc card_parse(struct arena *a, const char *text, int32_t today, struct card *ret)
{
	struct reading *g = arena_alloc(a, sizeof *g);
	if (!g)
		return VH_NOMEM;
	*g = (struct reading){ .a = a, .today = today, .card = { .name = "", .home = "" } };
	if (!text || !utf8_valid(text, strlen(text)) || utf8_count(text) > LIM_CARD)
		return VH_NOTFOUND;
	char *s = level(a, text, &g->hard);
	if (!s)
		return VH_NOMEM;
	take_number(g, s);
	if (!g->numbered)
		return VH_NOTFOUND;
	if (!split(g, s) || !settle(g))
		return VH_NOMEM;
	if (!*g->card.name && !*g->card.home)
		return VH_NOTFOUND;
	*ret = g->card;
	return VH_OK;
}
