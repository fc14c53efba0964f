/*
 * Landlords and how they come in by themselves: accounts for all who have a telephone number, slips
 * to print, one slip, a code for one more phone.
 */
#include <stdlib.h>
#include <string.h>

#include "forms.h"
#include "job_pages.h"
#include "pages.h"
#include "slip.h"
#include "vh/db.h"
#include "vh/limits.h"
#include "vh/plate_paper.h"
#include "vh/qr.h"
#include "vh/staff.h"
#include "vh/utf8.h"
#include "view.h"
#include "web_state.h"

enum { LORDS_PAGE = 60, SLIPS_STEP = 30, QR_SCALE = 5 };
#define SLIPS_ARENA (16u << 20)
#define PICTURE_MAX (256u << 10)
#define HOTEL_WORD "虚拟旅馆"

struct f_slips {
	const char *whom;
};
static const struct input slips_in[] = {
	INPUT_WORD(struct f_slips, whom, INPUT_REQUIRED, "new|all"),
};
const struct form form_slips = FORM(struct f_slips, slips_in);

/* How far a landlord is: what the list is filtered and counted by. */
static const char *const steps[] = { "locked", "no_account", "no_slip",
	                             "slip",   "here",       "no_phone" };
enum step { LOCKED, NO_ACCOUNT, NO_SLIP, SLIP, HERE, NO_PHONE, STEPS };

static enum step step_of(const struct lord *l)
{
	if (l->locked || l->disabled)
		return LOCKED;
	if (!l->phone)
		return NO_PHONE;
	if (!l->login)
		return NO_ACCOUNT;
	if (l->phones)
		return HERE;
	return l->invited ? SLIP : NO_SLIP;
}

static void put_lord(struct call *c, cJSON *list, const struct lord *l)
{
	const char *step = steps[step_of(l)];
	cJSON *o = put_obj(c, list, NULL);
	view_id(&c->view, o, "id", l->id);
	put(c, o, "name", l->name);
	put(c, o, "phone", l->phone ? utf8_mask_tail(c->cx.a, l->phone) : NULL);
	put(c, o, "address", l->address);
	put_num(c, o, "houses", l->houses);
	put_num(c, o, "phones", l->phones);
	put(c, o, "step", step);
	put_word(c, o, "step_text", "step_", step);
	put_url(c, o, "account_url", l->login != NULL, "/staff/%s", l->login ? l->login : "");
}

static void put_steps(struct call *c, const struct lord *list, const char *shown)
{
	int64_t n[STEPS] = { 0 };
	cJSON *a = put_arr(c, c->view.root, "steps");
	for (const struct lord *l = list; l; l = l->next)
		n[step_of(l)]++;
	for (int i = 0; i < STEPS; i++) {
		if (!n[i])
			continue;
		cJSON *o = put_obj(c, a, NULL);
		put(c, o, "step", steps[i]);
		put_word(c, o, "step_text", "step_", steps[i]);
		put_num(c, o, "count", n[i]);
		view_bool(&c->view, o, "current", shown && !strcmp(shown, steps[i]));
		put_url(c, o, "pick_url", true, "%s/slips?show=%s", hotel_path(c), steps[i]);
	}
	put_num(c, c->view.root, "no_account_n", n[NO_ACCOUNT]);
	put_num(c, c->view.root, "printable_n", n[NO_SLIP] + n[SLIP]);
}

static void put_slips_actions(struct call *c)
{
	cJSON *list = put_arr(c, c->view.root, "actions");
	const struct f_slips new = { "new" }, all = { "all" };
	struct form_how how = { .title = "enlist", .prefix = "enlist",
		                .action = arena_printf(c->cx.a, "%s/slips/accounts",
		                                       hotel_path(c)) };
	cJSON *n = cJSON_GetObjectItemCaseSensitive(c->view.root, "no_account_n");
	if (n && n->valuedouble > 0)
		put_form(c, list, NULL, &form_none, &how);
	how = (struct form_how){ .title = "slips_new", .prefix = "slips_new", .at = &new,
		                 .action = arena_printf(c->cx.a, "%s/slips/print",
		                                        hotel_path(c)) };
	n = cJSON_GetObjectItemCaseSensitive(c->view.root, "printable_n");
	if (n && n->valuedouble > 0)
		put_form(c, list, NULL, &form_slips, &how);
	how.title = how.prefix = "slips_all";
	how.hint = "slips_all_hint";
	how.at = &all;
	how.danger = true;
	put_form(c, list, NULL, &form_slips, &how);
}

static int64_t from_asked(const struct call *c)
{
	const char *v = req_query(c->q, "from");
	bool good = v && *v && strlen(v) < 8 && strspn(v, "0123456789") == strlen(v);
	return good ? strtoll(v, NULL, 10) : 0;
}

enum vh_rc get_slips(struct call *c)
{
	struct lord *list = NULL;
	const char *show = req_query(c->q, "show");
	int64_t n = 0, from = from_asked(c);
	enum vh_rc rc = lords_of(&c->cx, &c->hotel, &list);
	if (rc != VH_OK)
		return rc;
	if (show && !has_word(c, "step_", show))
		show = NULL;
	put_hotel(c, &c->hotel);
	put_steps(c, list, show);
	cJSON *a = put_arr(c, c->view.root, "landlords");
	for (const struct lord *l = list; l; l = l->next) {
		if (show && strcmp(show, steps[step_of(l)]) != 0)
			continue;
		if (n >= from && (!c->html || n < from + LORDS_PAGE))
			put_lord(c, a, l);
		n++;
	}
	put_url(c, c->view.root, "all_url", show != NULL, "%s/slips", hotel_path(c));
	put_url(c, c->view.root, "more_url", n > from + LORDS_PAGE, "%s/slips?from=%lld%s%s",
	        hotel_path(c), (long long)(from + LORDS_PAGE), show ? "&show=" : "",
	        show ? show : "");
	put_url(c, c->view.root, "back_url", true, "%s/setup", hotel_path(c));
	if (c->html)
		put_slips_actions(c);
	return VH_OK;
}

enum vh_rc post_enlist(struct call *c)
{
	int64_t made = 0;
	enum vh_rc rc = lords_enlist(&c->cx, &c->hotel, &made);
	if (rc != VH_OK)
		return rc;
	put_num(c, c->view.root, "made", made);
	c->go = arena_printf(c->cx.a, "%s/slips?ok=enlisted", hotel_path(c));
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}

/* ---- all slips as one PDF ---- */

struct base {
	const char *url;
	bool real;
};

static enum vh_rc base_step(struct ctx *cx, void *arg)
{
	struct base *b = arg;
	return plate_url_base(cx, &b->url, &b->real);
}

enum vh_rc link_base(struct ctx *cx, const char **ret, bool *ret_real)
{
	struct base b = { NULL, false };
	enum vh_rc rc = db_read(cx, base_step, &b);
	if (rc != VH_OK)
		return rc;
	size_t n = strlen(b.url);
	while (n && b.url[n - 1] == '/')
		n--;
	*ret = arena_dupn(cx->a, b.url, n);
	*ret_real = b.real;
	return *ret ? VH_OK : ctx_nomem(cx);
}

const char *host_of(struct ctx *cx, const char *base)
{
	const char *at = strstr(base, "//");
	return arena_dup(cx->a, at ? at + 2 : base);
}

static void until_text(const struct ctx *cx, const struct hotel *h, char out[DAY_TEXT])
{
	day_format(day_of(cx->now + SLIP_HOURS * (int64_t)HOUR_MS, h->zone_min), out);
}

/* Paper is in Chinese: it goes to the village's landlords, who then choose on their phones. */
static enum vh_rc draw_slip(struct ctx *cx, const struct job *j, struct paper *paper,
                            const struct slip *s, const char *base)
{
	char day[DAY_TEXT];
	const struct hotel *h = &j->hotel;
	bool named = strstr(h->name, HOTEL_WORD) != NULL;
	struct qr q;
	const char *url = arena_printf(cx->a, "%s/enrol/%s", base, s->token);
	until_text(cx, h, day);
	struct plate_face f = {
		.hotel = arena_printf(cx->a, "%s%s · 开通单", h->name, named ? "" : HOTEL_WORD),
		.serial = s->name && *s->name ? s->name : s->login,
		.room = "这张单子是您一个人的，不要给别人看。",
		.phone = h->desk_phone ? arena_printf(cx->a, "服务台 %s", h->desk_phone) : NULL,
		.code = arena_printf(cx->a, "%s 前有效，只能用一次", day),
		.host = host_of(cx, base),
		.address = "1. 用微信或手机相机扫这个码。\n2. 输入两遍自己定的 6 位数字密码（PIN）。\n"
			   "3. 看到首页就好了。换手机请到服务台。",
		.qr = &q,
	};
	if (!url || arena_failed(cx->a))
		return ctx_nomem(cx);
	if (qr_encode(url, &q) != VH_OK)
		return ctx_fail(cx, VH_INVALID, "public_url", "", "%s does not fit a code", base);
	enum vh_rc rc = paper_add(paper, &f);
	wipe(&q, sizeof q);
	return rc == VH_OK ? rc : paper_failed(cx, rc);
}

/* New tokens for the next few, and their slips; the arena is theirs alone. */
static enum vh_rc slips_some(struct ctx *cx, struct job *j, struct paper *paper,
                             const struct lord **at, const char *base)
{
	struct slip list[SLIPS_STEP];
	size_t n = 0;
	for (; *at && n < SLIPS_STEP; *at = (*at)->next) {
		enum step step = step_of(*at);
		if (step == NO_SLIP || step == SLIP || (step == HERE && j->in.slips.again))
			list[n++] = (struct slip){ .login = (*at)->login, .name = (*at)->name };
	}
	enum vh_rc rc = slips_make(cx, list, n, SLIP_HOURS);
	for (size_t i = 0; rc == VH_OK && i < n; i++)
		rc = draw_slip(cx, j, paper, &list[i], base);
	wipe(list, sizeof list);
	if (rc == VH_OK)
		atomic_fetch_add(&j->done, (long long)n);
	return rc;
}

static enum vh_rc slips_all(struct ctx *cx, struct job *j, struct paper *paper)
{
	struct lord *list = NULL;
	const char *base = NULL;
	bool real;
	struct ctx own = *cx;
	enum vh_rc rc = lords_of(cx, &j->hotel, &list);
	if (rc == VH_OK)
		rc = link_base(cx, &base, &real);
	if (rc != VH_OK)
		return rc;
	own.a = arena_new(LIM_ARENA);
	if (!own.a)
		return ctx_nomem(cx);
	for (const struct lord *at = list; rc == VH_OK && at;) {
		rc = slips_some(&own, j, paper, &at, base);
		arena_reset(own.a);
	}
	arena_free(own.a);
	cx->err = own.err;
	if (rc == VH_OK && !atomic_load(&j->done))
		return ctx_fail(cx, VH_NOTFOUND, "no_slips", "", "nobody needs a slip");
	return rc;
}

static enum vh_rc run_slips(struct ctx *cx, struct job *j)
{
	struct paper *paper = NULL;
	struct paper_stats n;
	enum vh_rc rc = paper_begin_buf(&j->out, PAPER_SLIP, &paper);
	if (rc != VH_OK)
		return paper_failed(cx, rc);
	rc = slips_all(cx, j, paper);
	if (rc != VH_OK) {
		paper_drop(paper);
		buf_reset(&j->out);
		return rc;
	}
	rc = paper_end(paper, &n);
	if (rc != VH_OK)
		return paper_failed(cx, rc);
	j->type = "application/pdf";
	j->file = "slips.pdf";
	j->made = n.plates;
	j->pages = n.pages;
	return VH_OK;
}

enum vh_rc post_slips(struct call *c)
{
	const struct f_slips *f = c->form;
	struct job *j;
	enum vh_rc rc = job_new(c->w->jobs, &c->cx, &c->hotel, SLIPS_ARENA, &j);
	if (rc != VH_OK)
		return rc;
	j->run = run_slips;
	j->in.slips.again = !strcmp(f->whom, "all");
	rc = job_asked(c, j, NULL, "slips");
	if (rc != VH_OK)
		job_drop(c->w->jobs, j);
	return rc;
}

/* ---- one slip, one code ---- */

enum vh_rc put_picture(struct call *c, cJSON *o, const char *key, const char *text)
{
	struct qr q;
	struct buf b;
	char *code = NULL;
	if (qr_encode(text, &q) != VH_OK)
		return ctx_fail(&c->cx, VH_INVALID, "public_url", "", "this does not fit a code");
	buf_init(&b, PICTURE_MAX);
	if (qr_png(&q, QR_SCALE, &b) == VH_OK)
		code = base64_encode(c->cx.a, b.p, b.n);
	if (code) /* the page is all that ever holds it: no address leads to it */
		put_text(c, o, key, arena_printf(c->cx.a, "data:image/png;base64,%s", code));
	buf_done(&b);
	wipe(&q, sizeof q);
	return code ? VH_OK : ctx_nomem(&c->cx);
}

/* His village: of the first place that is his, and open. */
static void village_of(struct call *c, const struct staff *s, struct hotel *ret)
{
	*ret = (struct hotel){ .zone_min = ZONE_CHINA };
	for (const struct grant *g = s->grants; g && !ret->id; g = g->next) {
		if (*g->scope && hotel_open_by(&c->cx, g->scope, ret) != VH_OK) {
			err_clear(&c->cx.err);
			*ret = (struct hotel){ .zone_min = ZONE_CHINA };
		}
	}
}

static void put_whose(struct call *c, const struct staff *s, const struct hotel *h)
{
	cJSON *root = c->view.root;
	put(c, root, "login", s->a.login);
	put(c, root, "name", s->name);
	put(c, root, "role", s->a.role);
	put_word(c, root, "role_text", "role_", s->a.role);
	put(c, root, "village", h->name);
	put(c, root, "desk", h->desk_phone);
	put_url(c, root, "back_url", true, "/staff/%s", s->a.login);
}

enum vh_rc post_slip(struct call *c)
{
	struct slip one = { .login = param(c, "login") };
	struct staff s;
	struct hotel h;
	char day[DAY_TEXT];
	const char *base = NULL;
	bool real;
	enum vh_rc rc = staff_get(&c->cx, one.login, &s);
	if (rc == VH_OK && s.a.role && role_of(s.a.role) != ROLE_LANDLORD &&
	    role_of(s.a.role) != ROLE_TENANT)
		return ctx_fail(&c->cx, VH_CONFLICT, "invite", "",
		                "invitations are for landlords and tenants");
	if (rc == VH_OK)
		rc = slips_make(&c->cx, &one, 1, SLIP_HOURS);
	if (rc == VH_OK)
		rc = link_base(&c->cx, &base, &real);
	if (rc != VH_OK)
		return rc;
	village_of(c, &s, &h);
	until_text(&c->cx, &h, day);
	put_whose(c, &s, &h);
	put(c, c->view.root, "until", arena_dup(c->cx.a, day));
	const char *url = arena_printf(c->cx.a, "%s/enrol/%s", base, one.token);
	wipe(one.token, sizeof one.token);
	put(c, c->view.root, "link", url);
	put(c, c->view.root, "host", host_of(&c->cx, base));
	return url ? put_picture(c, c->view.root, "picture_url", url) : ctx_nomem(&c->cx);
}

enum vh_rc post_phone_code(struct call *c)
{
	struct staff s;
	struct hotel h;
	char code[CODE_CHARS + 1];
	const char *base = NULL;
	bool real;
	enum vh_rc rc = staff_get(&c->cx, param(c, "login"), &s);
	if (rc == VH_OK)
		rc = account_code(&c->cx, s.a.login, code);
	if (rc == VH_OK)
		rc = link_base(&c->cx, &base, &real);
	if (rc != VH_OK)
		return rc;
	village_of(c, &s, &h);
	put_whose(c, &s, &h);
	put(c, c->view.root, "code", arena_printf(c->cx.a, "%.4s-%s", code, code + 4));
	wipe(code, sizeof code);
	put(c, c->view.root, "until",
	    at_text(c, c->cx.now + (int64_t)HOUR_MS, &h));
	put(c, c->view.root, "place", arena_printf(c->cx.a, "%s/enrol", host_of(&c->cx, base)));
	view_bool(&c->view, c->view.root, "asks_pin", s.a.pin != NULL);
	return put_picture(c, c->view.root, "picture_url",
	                   arena_printf(c->cx.a, "%s/enrol", base));
}

/* A tenant's account from his own entry, and on to it. */
enum vh_rc post_tenant(struct call *c)
{
	int64_t stay;
	const char *login = NULL;
	enum vh_rc rc = param_id(c, "stay", &stay);
	if (rc == VH_OK)
		rc = tenant_enlist(&c->cx, c->hotel.id, stay, &login);
	if (rc != VH_OK)
		return rc;
	put(c, c->view.root, "login", login);
	c->go = arena_printf(c->cx.a, "/staff/%s", login);
	return c->go ? VH_OK : ctx_nomem(&c->cx);
}
