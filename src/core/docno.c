#include "vh/docno.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "vh/date.h"
#include "vh/utf8.h"

enum { ID_CHARS = 18, OLD_ID_CHARS = 15, CARD_2017_CHARS = 15 };

#define DIGITS "0123456789"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* One number on its way through its kind's row. */
struct work {
	struct docno d;
	size_t n; /* characters of d.no */
	int32_t today;
	struct err *e;
	const char *field;
};

static enum vh_rc refuse(const struct work *w, const char *code, const char *why)
{
	return err_set(w->e, VH_INVALID, code, w->field, "%s", why);
}

static enum vh_rc refuse_length(const struct work *w)
{
	return refuse(w, "doc_length", "the number has too few or too many characters");
}

static enum vh_rc refuse_alphabet(const struct work *w)
{
	return refuse(w, "doc_alphabet", "a character that this kind of number does not have");
}

static bool all_of(const char *s, size_t n, const char *set)
{
	return strspn(s, set) >= n;
}

/* A spreadsheet's way to show a long number: 3.10116E+17. */
static bool is_scientific(const char *s)
{
	size_t n = strspn(s, DIGITS);
	bool dot = n && s[n] == '.';
	if (dot)
		n += 1 + strspn(s + n + 1, DIGITS);
	if (!n || s[n] != 'E')
		return false;
	bool plus = s[n + 1] == '+';
	n += plus ? 2 : 1;
	return (dot || plus) && s[n] && all_of(s + n, strlen(s + n), DIGITS);
}

/* GB 11643: weight i is 2^(17-i) mod 11. */
static char id_check(const char *no)
{
	unsigned sum = 0;
	for (int i = 0; i < ID_CHARS - 1; i++)
		sum = (sum + (unsigned)(no[i] - '0')) * 2 % 11;
	return "10X98765432"[sum];
}

static bool is_province(const char *no)
{
	static const char known[] = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 "
				    "42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71";
	for (const char *p = known;; p += 3) {
		if (!strncmp(p, no, 2))
			return true;
		if (!p[2])
			return false;
	}
}

static int number(const char *s, int n)
{
	int v = 0;
	for (int i = 0; i < n; i++)
		v = v * 10 + (s[i] - '0');
	return v;
}

/* Birth, sex and check character, which all numbers of 18 characters have at the same places. */
static enum vh_rc read_18(struct work *w)
{
	const char *no = w->d.no;
	bool right = id_check(no) == no[ID_CHARS - 1];
	if (!right && !strcmp(no + OLD_ID_CHARS, "000"))
		return refuse(w, "doc_mangled", "a spreadsheet kept 15 digits and added zeros");
	int y = number(no + 6, 4), m = number(no + 10, 2), d = number(no + 12, 2);
	if (day_make(y, m, d, &w->d.birth) != VH_OK || w->d.birth > w->today)
		return refuse(w, "doc_birth", "the birth date in the number cannot be");
	if (!right)
		return refuse(w, "doc_check", "the last character does not fit the others");
	w->d.sex = (no[16] - '0') % 2 ? 1 : 2;
	return VH_OK;
}

/* The old form has no century and no check; such cards were issued for births before 2000 only. */
static void widen_15(struct work *w)
{
	char old[OLD_ID_CHARS + 1];
	memcpy(old, w->d.no, sizeof old);
	snprintf(w->d.no, sizeof w->d.no, "%.6s19%s", old, old + 6);
	w->d.no[ID_CHARS - 1] = id_check(w->d.no);
	w->n = ID_CHARS;
}

/* 18 digits of which the last may be X. */
static enum vh_rc shape_18(const struct work *w)
{
	if (w->n != ID_CHARS)
		return refuse_length(w);
	if (!all_of(w->d.no, ID_CHARS - 1, DIGITS) || !strchr(DIGITS "X", w->d.no[ID_CHARS - 1]))
		return refuse_alphabet(w);
	return VH_OK;
}

static bool is_hmt_area(const char *no)
{
	return !strncmp(no, "810000", 6) || !strncmp(no, "820000", 6) || !strncmp(no, "830000", 6);
}

/* The number says which of the three cards of 18 digits it is on. */
static enum doc_kind kind_of_18(const char *no)
{
	return no[0] == '9' ? DOC_FOREIGN_PR : is_hmt_area(no) ? DOC_HMT_RESIDENT : DOC_ID_CARD;
}

static void settle_kind(struct work *w, enum doc_kind kind)
{
	if (w->d.kind != kind)
		w->d.warn |= DOC_WARN_KIND;
	w->d.kind = kind;
	w->d.foreigner = kind == DOC_FOREIGN_PR;
}

/* Clerks call all three cards 身份证, so a stated id_card gives way to what the number says. */
static enum vh_rc read_id_card(struct work *w)
{
	if (w->n == OLD_ID_CHARS) {
		if (!all_of(w->d.no, w->n, DIGITS))
			return refuse_alphabet(w);
		widen_15(w);
	}
	enum vh_rc rc = shape_18(w);
	if (rc != VH_OK)
		return rc;
	settle_kind(w, kind_of_18(w->d.no));
	if (w->d.kind == DOC_ID_CARD && !is_province(w->d.no))
		w->d.warn |= DOC_WARN_AREA;
	return read_18(w);
}

static enum vh_rc read_hmt_resident(struct work *w)
{
	enum vh_rc rc = shape_18(w);
	if (rc != VH_OK)
		return rc;
	if (kind_of_18(w->d.no) != DOC_HMT_RESIDENT)
		return refuse(w, "doc_kind", "these numbers begin with 810000, 820000 or 830000");
	return read_18(w);
}

/* Cards of 2017 (three letters of the country, twelve digits) stay valid beside those of 2023. */
static enum vh_rc read_foreign_pr(struct work *w)
{
	w->d.foreigner = true;
	if (w->n == CARD_2017_CHARS)
		return all_of(w->d.no, 3, CAPITALS) && all_of(w->d.no + 3, 12, DIGITS) ?
		               VH_OK :
		               refuse_alphabet(w);
	enum vh_rc rc = shape_18(w);
	if (rc != VH_OK)
		return rc;
	if (kind_of_18(w->d.no) != DOC_FOREIGN_PR)
		return refuse(w, "doc_kind", "these numbers begin with 9");
	return read_18(w);
}

/*
 * Forms of Chinese passports, those of Hong Kong (K) and Macao (MA, MB) among them: letters, then
 * digits up to nine characters. Some foreign ones look the same; what looks different is foreign.
 */
static bool is_chinese_passport(const char *no, size_t n)
{
	static const char *const lead[] = { "E",  "EA", "EB", "EC", "ED", "EE", "EF", "EG",
		                            "EH", "G",  "D",  "DE", "S",  "SE", "P",  "PE",
		                            "K",  "KJ", "MA", "MB" };
	size_t letters = strspn(no, CAPITALS);
	if (n != 9 || !all_of(no + letters, n - letters, DIGITS))
		return false;
	for (size_t i = 0; i < sizeof lead / sizeof *lead; i++) {
		if (strlen(lead[i]) == letters && !strncmp(no, lead[i], letters))
			return true;
	}
	return false;
}

static enum vh_rc read_passport(struct work *w)
{
	if (w->n < 5 || w->n > 17)
		return refuse_length(w);
	if (!all_of(w->d.no, w->n, DIGITS CAPITALS))
		return refuse_alphabet(w);
	w->d.foreigner = !is_chinese_passport(w->d.no, w->n);
	return VH_OK;
}

/* H (Hong Kong) or M (Macao), 8 digits, and on older cards 2 more that count the issues. */
static enum vh_rc read_hm_permit(struct work *w)
{
	if (w->n != 9 && w->n != 11)
		return refuse_length(w);
	return strchr("HM", w->d.no[0]) && all_of(w->d.no + 1, w->n - 1, DIGITS) ?
	               VH_OK :
	               refuse_alphabet(w);
}

/* 8 digits; older ones 10 and up to two characters of issue. */
static enum vh_rc read_tw_permit(struct work *w)
{
	size_t digits = w->n == 8 ? 8 : 10;
	if (w->n != 8 && (w->n < 10 || w->n > 12))
		return refuse_length(w);
	return all_of(w->d.no, digits, DIGITS) && all_of(w->d.no, w->n, DIGITS CAPITALS) ?
	               VH_OK :
	               refuse_alphabet(w);
}

static enum vh_rc read_none(struct work *w)
{
	return w->n ? refuse(w, "doc_kind", "no document is stated, yet there is a number") : VH_OK;
}

/*
 * One row a kind. `also` is what clerks write for it, with the codes of GA/T 517: compared after
 * blanks are dropped and full-width letters folded.
 */
static const struct {
	const char *name, *label;
	const char *also[14];
	enum vh_rc (*read)(struct work *w);
} kinds[DOC__MAX] = {
	[DOC_NONE] = { "none", "无证件",
	               { "无", "没有", "无证", "未办证", "婴儿", "新生儿", "出生医学证明", "出生证" },
	               read_none },
	[DOC_ID_CARD] = { "id_card", "居民身份证",
	                  { "身份证", "二代身份证", "第二代身份证", "二代证", "一代身份证",
	                    "临时身份证", "临时居民身份证", "户口簿", "户口本", "111", "112" },
	                  read_id_card },
	[DOC_HMT_RESIDENT] = { "hmt_resident", "港澳台居民居住证",
	                       { "港澳台居住证", "港澳居民居住证", "台湾居民居住证", "港澳居住证",
	                         "台湾居住证", "居住证(港澳台)", "中华人民共和国港澳居民居住证",
	                         "中华人民共和国台湾居民居住证" },
	                       read_hmt_resident },
	[DOC_FOREIGN_PR] = { "foreign_pr", "外国人永久居留身份证",
	                     { "永居证", "永久居留证", "永久居留身份证", "外国人永久居留证",
	                       "外国人永居证", "外国人居留证", "五星卡", "绿卡" },
	                     read_foreign_pr },
	[DOC_PASSPORT] = { "passport", "护照",
	                   { "普通护照", "因私护照", "公务护照", "外国护照", "外国人护照",
	                     "中国护照", "香港护照", "澳门护照", "414", "420", "421" },
	                   read_passport },
	[DOC_HM_PERMIT] = { "hm_permit", "港澳居民来往内地通行证",
	                    { "港澳通行证", "港澳居民通行证", "回乡证", "港澳回乡证",
	                      "港澳来往内地通行证", "港澳同胞回乡证", "来往内地通行证", "516" },
	                    read_hm_permit },
	[DOC_TW_PERMIT] = { "tw_permit", "台湾居民来往大陆通行证",
	                    { "台胞证", "台湾通行证", "台湾居民通行证", "台胞通行证",
	                      "台湾同胞证", "来往大陆通行证", "511" },
	                    read_tw_permit },
};

/* The compact text into w, without the brackets in which older cards put their issue. */
static enum vh_rc take_text(struct arena *a, const char *text, struct work *w)
{
	const char *s = utf8_compact(a, text);
	if (!s)
		return err_set(w->e, VH_NOMEM, "no_memory", w->field, "not enough memory");
	if (is_scientific(s))
		return refuse(w, "doc_mangled", "a spreadsheet rounded the number");
	for (; *s; s++) {
		if (*s == '(' || *s == ')')
			continue;
		if (w->n == LIM_DOC_NO)
			return refuse_length(w);
		w->d.no[w->n++] = *s;
	}
	return VH_OK;
}

enum vh_rc docno_parse(struct arena *a, enum doc_kind kind, const char *text, int32_t today,
                       struct docno *ret, struct err *e)
{
	assert((unsigned)kind < DOC__MAX);
	struct work w = { .d = { .kind = kind, .birth = DAY_NONE }, .today = today, .e = e,
		          .field = "doc_no" };
	enum vh_rc rc = take_text(a, text ? text : "", &w);
	if (rc == VH_OK)
		rc = kinds[kind].read(&w);
	if (rc == VH_OK)
		*ret = w.d;
	return rc;
}

int sex_stated(const char *s)
{
	static const char *const male[] = { "男", "男性", "M", "m", "1" };
	static const char *const female[] = { "女", "女性", "F", "f", "2" };
	for (size_t i = 0; s && i < sizeof male / sizeof *male; i++) {
		if (!strcmp(s, male[i]))
			return 1;
		if (!strcmp(s, female[i]))
			return 2;
	}
	return 0;
}

void docno_compare_sex(struct docno *d, int sex)
{
	if (d->sex && (sex == 1 || sex == 2) && sex != d->sex)
		d->warn |= DOC_WARN_SEX;
}

const char *docno_warning(unsigned bit)
{
	switch (bit) {
	case DOC_WARN_AREA:
		return "doc_area";
	case DOC_WARN_SEX:
		return "sex";
	case DOC_WARN_KIND:
		return "doc_kind";
	case DOC_WARN_USCC:
		return "uscc_check";
	default:
		assert(!"one bit of warn");
		return "";
	}
}

/* GB 32100: 31 letters, weights 3^i mod 31. */
static bool uscc_sum_fits(const char *no, const char *letters)
{
	unsigned sum = 0, weight = 1;
	for (int i = 0; i < USCC_CHARS - 1; i++) {
		sum += (unsigned)(strchr(letters, no[i]) - letters) * weight;
		weight = weight * 3 % 31;
	}
	return letters[(31 - sum % 31) % 31] == no[USCC_CHARS - 1];
}

/* Characters 9 to 17 are the organisation's code of GB 11714, which has a check of its own. */
static bool org_sum_fits(const char *no)
{
	static const unsigned weight[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
	unsigned sum = 0;
	for (int i = 0; i < 8; i++) {
		char c = no[8 + i];
		sum += weight[i] * (unsigned)(c <= '9' ? c - '0' : c - 'A' + 10);
	}
	return "0X987654321"[sum % 11] == no[16];
}

enum vh_rc uscc_parse(struct arena *a, const char *text, char ret[USCC_CHARS + 1],
                      unsigned *ret_warn, struct err *e)
{
	static const char letters[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	struct work w = { .e = e, .field = "uscc" };
	enum vh_rc rc = take_text(a, text, &w);
	if (rc != VH_OK)
		return rc;
	if (w.n != USCC_CHARS)
		return refuse_length(&w);
	if (!all_of(w.d.no, w.n, letters))
		return refuse_alphabet(&w);
	memcpy(ret, w.d.no, USCC_CHARS + 1);
	*ret_warn = uscc_sum_fits(ret, letters) && org_sum_fits(ret) ? 0 : DOC_WARN_USCC;
	return VH_OK;
}

/* Equal but for blanks, width and case. */
static bool same_words(const char *text, const char *word)
{
	for (;;) {
		uint32_t c;
		const char *from = text;
		do {
			from = text;
			c = utf8_plain(utf8_next(&text));
		} while (*from && (!c || c == ' '));
		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		if (c != utf8_next(&word))
			return false;
		if (!c)
			return true;
	}
}

static bool is_kind(enum doc_kind k, const char *text)
{
	if (same_words(text, kinds[k].name) || same_words(text, kinds[k].label))
		return true;
	size_t most = sizeof kinds[k].also / sizeof *kinds[k].also;
	for (size_t i = 0; i < most && kinds[k].also[i]; i++) {
		if (same_words(text, kinds[k].also[i]))
			return true;
	}
	return false;
}

bool doc_kind_of(const char *text, enum doc_kind *ret)
{
	for (enum doc_kind k = 0; k < DOC__MAX; k++) {
		if (is_kind(k, text)) {
			*ret = k;
			return true;
		}
	}
	return false;
}

const char *doc_kind_name(enum doc_kind kind)
{
	assert((unsigned)kind < DOC__MAX);
	return kinds[kind].name;
}

const char *doc_kind_label(enum doc_kind kind)
{
	assert((unsigned)kind < DOC__MAX);
	return kinds[kind].label;
}

char *docno_mask(struct arena *a, const char *no)
{
	return utf8_mask_tail(a, no);
}
