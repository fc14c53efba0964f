/* Accounts, slips, codes and phones: who may give what to whom, and what it ends. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "vh/accounts.h"
#include "vh/staff.h"
#include "vh/totp.h"

#define H "/h/" DONGXIN
#define FORM "application/x-www-form-urlencoded"
#define HAN "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0 Chrome/120 Safari/537"

static int post(struct client *c, const char *who, const char *path, const char *body)
{
	return client_post(c, who, path, FORM, body, true);
}

/* A member of the answer, copied. */
static const char *said(struct client *c, const char *key)
{
	static char out[8][120];
	static unsigned turn;
	char *to = out[turn++ % 8];
	cJSON *v = client_json(c);
	const char *s = json_str(v, key);
	snprintf(to, sizeof out[0], "%s", s ? s : "");
	cJSON_Delete(v);
	return to;
}

static void lists_hold_those_whom_one_looks_after(void **state)
{
	struct client *c = *state;
	assert_int_equal(client_get(c, "admin", "/staff", false), 200);
	assert_true(client_has(c, "/staff/police") && client_has(c, "/staff/wang"));
	assert_int_equal(client_get(c, "clerk", "/staff", false), 200);
	assert_true(client_has(c, "/staff/wang"));
	assert_false(client_has(c, "/staff/police"));
	assert_int_equal(client_get(c, "clerk2", "/staff", false), 200);
	assert_false(client_has(c, "/staff/wang"));
	assert_int_equal(client_get(c, "clerk", "/staff?q=13900000002", true), 200);
	assert_true(client_has(c, "\"zhao\""));
	assert_false(client_has(c, "\"wang\""));
	assert_int_equal(client_get(c, "police", "/staff", true), 403);
	assert_int_equal(client_get(c, "clerk", "/staff/grid", true), 403); /* of his own village */
	assert_int_equal(client_get(c, "police", "/staff/nobody", true), 403);
	assert_int_equal(client_get(c, "clerk2", "/staff/wang", true), 404);
	assert_int_equal(client_get(c, "admin", "/staff/nobody", true), 404);
	assert_int_equal(client_get(c, "admin", "/staff/police", false), 200);
	assert_int_equal(client_get(c, "clerk", "/staff/wang", false), 200);
	assert_false(client_has(c, "13900000001")); /* masked */
}

/* Whose place is not all one's own is not there at all: else one could try logins. */
static void who_is_elsewhere_is_answered_like_nobody(void **state)
{
	static const char *const elsewhere[] = { "police", "admin", "auditor", "clerk2", "nobody" };
	static const char *const ways[] = { "slip", "code", "password", "totp", "unlock", "disable", "enable" };
	struct client *c = *state;
	char path[80], want[400], answer[400];
	assert_int_equal(client_get(c, "clerk", "/staff/nobody", true), 404);
	snprintf(want, sizeof want, "%s", said(c, "detail"));
	assert_true(*want);
	for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
		snprintf(path, sizeof path, "/staff/%s", elsewhere[i]);
		assert_int_equal(client_get(c, "clerk", path, true), 404);
		snprintf(answer, sizeof answer, "%s", said(c, "detail"));
		assert_string_equal(answer, want);
		for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
			snprintf(path, sizeof path, "/staff/%s/%s", elsewhere[i], ways[k]);
			assert_int_equal(post(c, "clerk", path, ""), 404);
		}
	}
	assert_int_equal(post(c, "clerk", "/staff/grid/disable", ""), 403);
	assert_int_equal(client_get(c, "admin", "/staff/clerk2", true), 200);
}

static void nobody_gives_what_he_has_not(void **state)
{
	struct client *c = *state;
	assert_int_equal(post(c, "clerk", "/staff", "login=a1&role=admin"), 403);
	assert_int_equal(post(c, "clerk", "/staff", "login=a1&role=police&scope=" DONGXIN), 403);
	assert_int_equal(post(c, "clerk", "/staff", "login=a1&role=landlord&scope=" XIXIN), 403);
	assert_int_equal(post(c, "clerk", "/staff", "login=a1&role=landlord&phone=13900000009"), 201);
	assert_int_equal(post(c, "admin", "/staff", "login=town&role=admin&scope=" TOWN), 201);
	assert_int_equal(post(c, "admin", "/staff", "login=town&role=grid&scope=" TOWN), 409);
	assert_int_equal(post(c, "admin", "/staff", "login=B%20B&role=grid&scope=" TOWN), 422);
	assert_int_equal(post(c, "admin", "/staff", "login=b1&role=king&scope=" TOWN), 422);
	assert_int_equal(post(c, "clerk", "/staff/grid/password", ""), 403);
	assert_int_equal(post(c, "clerk2", "/staff/wang/slip", ""), 404);
	assert_int_equal(post(c, "admin", "/staff/police/grant", "scope=" XIXIN), 200);
	assert_int_equal(post(c, "admin", "/staff/police/grant", "scope=999"), 422);
	assert_int_equal(post(c, "admin", "/staff/police/revoke", "scope=" XIXIN), 200);
	assert_int_equal(post(c, "admin", "/staff/police/revoke", "scope=" XIXIN), 404);
	assert_int_equal(post(c, "admin", "/staff/admin/disable", ""), 409); /* himself */
	assert_int_equal(post(c, "admin", "/staff/admin/revoke", "scope="), 409);
}

/* Who sets another's password may do what he may: every place of his must be one's own. */
static void administrator_of_a_place_takes_over_nobody_of_more(void **state)
{
	struct client *c = *state;
	struct ctx *cx = c->v.cx;
	struct grant g = { .role = "admin", .scope = DONGXIN };
	struct actor village = { .role = ROLE_ADMIN, .login = "village", .grants = &g };
	const char *secret;
	village_as(&c->v, "admin");
	assert_int_equal(account_grant(cx, "clerk", ROLE_CLERK, XIXIN), VH_OK);
	cx->who = &village;
	village_refused(&c->v, account_password(cx, "clerk", "correct horse"), VH_NOTFOUND, "not_found");
	village_refused(&c->v, account_totp(cx, "police", &secret), VH_NOTFOUND, "not_found");
	assert_int_equal(account_password(cx, "grid", "correct horse"), VH_OK);
	assert_int_equal(account_revoke(cx, "grid", ROLE_GRID, DONGXIN), VH_OK);
	village_refused(&c->v, account_unlock(cx, "grid"), VH_NOTFOUND, "not_found");
}

static void new_secrets_are_shown_once_and_let_in(void **state)
{
	struct client *c = *state;
	char body[400], code[TOTP_TEXT], password[40], secret[80];
	unsigned char raw[32];
	size_t n = 0;
	unsigned bits = 0, have = 0;
	assert_int_equal(post(c, "admin", "/staff/police/password", ""), 200);
	snprintf(password, sizeof password, "%s", said(c, "secret"));
	assert_int_equal(strlen(password), 14);
	assert_int_equal(post(c, "admin", "/staff/police/totp", ""), 200);
	snprintf(secret, sizeof secret, "%s", said(c, "secret"));
	for (const char *p = secret; *p; p++) {
		static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
		bits = bits << 5 | (unsigned)(strchr(letters, *p) - letters);
		have += 5;
		if (have >= 8) {
			have -= 8;
			raw[n++] = (unsigned char)(bits >> have);
		}
	}
	assert_int_equal(totp_code(raw, n, TESTDB_NOW, code), VH_OK);
	snprintf(body, sizeof body, "login=police&password=%s&totp=%s", password, code);
	client_header(c, "Sec-Fetch-Site", "same-origin");
	assert_int_equal(post(c, NULL, "/login", body), 200);
	snprintf(body, sizeof body, "login=police&password=wrong-one&totp=%s", code);
	client_header(c, "Sec-Fetch-Site", "same-origin");
	assert_int_equal(post(c, NULL, "/login", body), 401);
	assert_int_equal(client_post(c, "admin", "/staff/police/totp", FORM, "", false), 200);
	assert_true(client_has(c, "data:image/png;base64,"));
	assert_int_equal(post(c, "admin", "/staff/wang/totp", ""), 409);
	assert_int_equal(post(c, "admin", "/staff/police/slip", ""), 409);
}

static int listed(struct client *c, const char *url, const char *list, char next[60])
{
	char key[40];
	assert_int_equal(client_get(c, "admin", url, true), 200);
	cJSON *v = client_json(c);
	int n = cJSON_GetArraySize(cJSON_GetObjectItem(v, list));
	snprintf(key, sizeof key, "%s_next", list);
	const char *to = json_str(v, key);
	snprintf(next, 60, "%s", to ? to : "");
	cJSON_Delete(v);
	return n;
}

static void a_long_list_of_accounts_goes_on_to_its_last(void **state)
{
	struct client *c = *state;
	char next[60], url[100], login[20];
	int had = listed(c, "/staff", "others", next);
	assert_string_equal(next, "");
	village_as(&c->v, "admin");
	for (int i = had; i < 101; i++) {
		int64_t id;
		snprintf(login, sizeof login, "l%03d", i);
		const struct account_new n = { .login = login, .role = ROLE_LANDLORD, .scope = DONGXIN };
		assert_int_equal(account_add(c->v.cx, &n, &id), VH_OK);
	}
	assert_int_equal(listed(c, "/staff", "officers", next), listed(c, "/staff?others_after=zzz", "officers", next));
	assert_int_equal(listed(c, "/staff", "others", next), 100);
	assert_string_not_equal(next, "");
	snprintf(url, sizeof url, "/staff?others_after=%s", next);
	assert_int_equal(client_get(c, "admin", "/staff", false), 200);
	assert_true(client_has(c, url));
	assert_int_equal(listed(c, url, "others", next), 1);
	assert_string_equal(next, "");
	assert_int_equal(client_get(c, "admin", url, false), 200);
	assert_true(client_has(c, "zhao")); /* the last by name */
}

static int64_t resets(struct client *c, const char *where)
{
	char sql[160];
	snprintf(sql, sizeof sql, "SELECT count(*) FROM access WHERE fields IN ('password', 'totp') AND %s", where);
	return village_sql(&c->v, sql);
}

/* Whoever sets an officer's password could come in as he. */
static void a_secret_set_anew_is_told_to_its_owner_and_to_the_auditor(void **state)
{
	struct client *c = *state;
	assert_int_equal(post(c, "admin", "/staff/grid/password", ""), 200); /* his first */
	assert_int_equal(post(c, "admin", "/staff/grid/totp", ""), 200);
	assert_int_equal(post(c, "clerk", "/staff/grid/password", ""), 403);
	assert_int_equal(resets(c, "1"), 0);
	assert_int_equal(client_get(c, "grid", "/account", true), 200);
	assert_true(client_has(c, "\"resets\":[]"));
	assert_int_equal(post(c, "admin", "/staff/grid/password", ""), 200);
	assert_int_equal(post(c, "admin", "/staff/grid/totp", ""), 200);
	assert_int_equal(resets(c, "hotel = 1 AND reason = 'grid'"), 2);
	assert_int_equal(resets(c, "hotel <> 1"), 0);
	assert_int_equal(client_get(c, "grid", "/account", true), 200);
	assert_true(client_has(c, "\"what\":\"totp\",\"role\":\"admin\""));
	assert_true(client_has(c, "\"what\":\"password\",\"role\":\"admin\""));
	assert_int_equal(client_get(c, "grid", "/account", false), 200);
	assert_true(client_has(c, "登录密码被重设了"));
	assert_int_equal(client_get(c, "clerk", "/account", false), 200);
	assert_false(client_has(c, "被重设了"));
	assert_int_equal(client_get(c, "auditor", "/h/" DONGXIN "/access", false), 200);
	assert_true(client_has(c, "登录密码（重设）") && client_has(c, "动态码（重设）"));
	/* Of both villages, since police are of the town. */
	assert_int_equal(post(c, "admin", "/staff/police/password", ""), 200);
	assert_int_equal(post(c, "admin", "/staff/police/password", ""), 200);
	assert_int_equal(resets(c, "reason = 'police'"), 2);
	village_sound(&c->v);
}

static void locked_and_disabled_accounts_come_back(void **state)
{
	struct client *c = *state;
	village_sql(&c->v, "UPDATE account SET locked = 1, fails = 10 WHERE login = 'wang'");
	assert_int_equal(client_get(c, "clerk", "/staff", false), 200);
	assert_true(client_has(c, "已锁"));
	assert_int_equal(post(c, "clerk", "/staff/wang/unlock", ""), 200);
	assert_int_equal(village_sql(&c->v, "SELECT locked + fails FROM account WHERE login = 'wang'"), 0);
	assert_int_equal(post(c, "clerk", "/staff/wang/disable", ""), 200);
	assert_int_equal(client_get(c, "wang", "/", true), 401);
	assert_int_equal(post(c, "clerk", "/staff/wang/slip", ""), 409);
	assert_int_equal(post(c, "clerk", "/staff/wang/enable", ""), 200);
	assert_int_equal(post(c, "clerk", "/staff/wang/slip", ""), 200);
	assert_int_equal(post(c, "clerk", "/staff/grid/unlock", ""), 403);
}

struct phone_in_hand {
	char cookie[128], device[128], csrf[64];
};

/* Comes in by what stands on a slip, or by a code; the answer's status. */
static int come_in(struct client *c, const char *token, const char *body, struct phone_in_hand *ret)
{
	char path[160];
	snprintf(path, sizeof path, "/enrol/%s", token);
	client_header(c, "Sec-Fetch-Site", "same-origin");
	client_header(c, "User-Agent", HAN);
	int status = post(c, NULL, path, body);
	for (unsigned i = 0; status == 200 && i < c->r.header_n; i++) {
		const char *v = c->r.header[i].value;
		char *to = strncmp(v, "__Host-s=", 9) == 0 ? ret->cookie : ret->device;
		if (!strcmp(c->r.header[i].name, "Set-Cookie") &&
		    (to == ret->cookie || !strncmp(v, "__Host-d", 8)))
			snprintf(to, 128, "%.*s", (int)strcspn(v, ";"), v);
	}
	if (status == 200)
		snprintf(ret->csrf, sizeof ret->csrf, "%s", said(c, "csrf"));
	return status;
}

static int as_phone(struct client *c, const struct phone_in_hand *p, const char *path,
                    const char *body)
{
	char both[260], whole[300];
	snprintf(both, sizeof both, "%s; %s", p->cookie, p->device);
	client_header(c, "Cookie", both);
	client_header(c, "Sec-Fetch-Site", "same-origin");
	if (!body)
		return client_get(c, NULL, path, true);
	snprintf(whole, sizeof whole, "_csrf=%s%s%s", p->csrf, *body ? "&" : "", body);
	return post(c, NULL, path, whole);
}

static const char *token_of(const char *link)
{
	const char *slash = strrchr(link, '/');
	return slash ? slash + 1 : link;
}

static void a_slip_replaces_and_a_code_adds_a_phone(void **state)
{
	struct client *c = *state;
	struct phone_in_hand one, two, three;
	char code[20], slip[120];
	assert_int_equal(post(c, "clerk", "/staff/wang/slip", ""), 200);
	snprintf(slip, sizeof slip, "%s", token_of(said(c, "link")));
	assert_int_equal(come_in(c, slip, "pin=246813&again=246813", &one), 200);
	assert_int_equal(come_in(c, slip, "pin=246813&again=246813", &two), 404); /* once */
	assert_int_equal(post(c, "clerk", "/staff/wang/code", ""), 200);
	snprintf(code, sizeof code, "%s", said(c, "code"));
	assert_int_equal(strlen(code), 9);
	assert_int_equal(come_in(c, code, "pin=999999", &two), 403); /* not his PIN */
	assert_int_equal(come_in(c, code, "pin=246813", &two), 200);
	assert_int_equal(come_in(c, code, "pin=246813", &three), 404); /* once */
	assert_int_equal(as_phone(c, &one, "/account", NULL), 200);    /* both are in */
	assert_int_equal(as_phone(c, &two, "/account", NULL), 200);
	assert_true(client_has(c, "wechat.android"));
	assert_int_equal(post(c, "clerk", "/staff/wang/slip", ""), 200);
	snprintf(slip, sizeof slip, "%s", token_of(said(c, "link")));
	assert_int_equal(come_in(c, slip, "pin=135790&again=135790", &three), 200);
	assert_int_equal(as_phone(c, &one, "/account", NULL), 401); /* the slip ended them */
	assert_int_equal(as_phone(c, &two, "/account", NULL), 401);
}

static void codes_are_typed_forgivingly_end_each_other_and_are_guessed_by_nobody(void **state)
{
	struct client *c = *state;
	struct phone_in_hand p;
	char first[20], second[20], body[60];
	assert_int_equal(client_get(c, NULL, "/enrol", false), 200);
	assert_int_equal(post(c, "clerk", "/staff/wang/code", ""), 200);
	snprintf(first, sizeof first, "%s", said(c, "code"));
	assert_int_equal(post(c, "clerk", "/staff/wang/code", ""), 200);
	snprintf(second, sizeof second, "%s", said(c, "code"));
	assert_int_equal(come_in(c, first, "pin=246813&again=246813", &p), 404);
	for (char *s = second; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s + 32);
	snprintf(body, sizeof body, "code=%s", second);
	client_header(c, "Sec-Fetch-Site", "same-origin");
	assert_int_equal(client_post(c, NULL, "/enrol", FORM, body, false), 303);
	assert_true(strstr(resp_header_get(&c->r, "Location"), "/enrol/") != NULL);
	assert_int_equal(come_in(c, second, "pin=246813", &p), 422); /* he has none: twice */
	assert_int_equal(come_in(c, second, "pin=246813&again=246813", &p), 200);
	assert_int_equal(post(c, "clerk", "/staff/grid/code", ""), 403);
	assert_int_equal(post(c, "admin", "/staff/police/code", ""), 409);
	int status = 0;
	for (int i = 0; i < 70 && status != 429; i++) {
		client_header(c, "Sec-Fetch-Site", "same-origin");
		status = client_post(c, NULL, "/enrol", FORM, "code=ABCDEFGH", false);
	}
	assert_int_equal(status, 429);
}

static void phones_are_ended_one_by_one_by_the_desk_and_by_oneself(void **state)
{
	struct client *c = *state;
	struct phone_in_hand one, two;
	char code[20], slip[120], id[24], body[40];
	assert_int_equal(post(c, "clerk", "/staff/wang/slip", ""), 200);
	snprintf(slip, sizeof slip, "%s", token_of(said(c, "link")));
	assert_int_equal(come_in(c, slip, "pin=246813&again=246813", &one), 200);
	assert_int_equal(post(c, "clerk", "/staff/wang/code", ""), 200);
	snprintf(code, sizeof code, "%s", said(c, "code"));
	assert_int_equal(come_in(c, code, "pin=246813", &two), 200);
	assert_int_equal(client_get(c, "clerk", "/staff/wang", true), 200);
	cJSON *v = client_json(c);
	cJSON *phones = cJSON_GetObjectItem(v, "phones");
	assert_int_equal(cJSON_GetArraySize(phones), 2);
	snprintf(id, sizeof id, "%s", json_str(cJSON_GetArrayItem(phones, 0), "id"));
	cJSON_Delete(v);
	snprintf(body, sizeof body, "id=%s", id);
	assert_int_equal(post(c, "clerk2", "/staff/wang/unbind", body), 404);
	assert_int_equal(post(c, "clerk", "/staff/zhao/unbind", body), 404);
	assert_int_equal(post(c, "clerk", "/staff/wang/unbind", body), 200);
	int ended = (as_phone(c, &one, "/account", NULL) == 401) + (as_phone(c, &two, "/account", NULL) == 401);
	assert_int_equal(ended, 1);
	struct phone_in_hand *left = as_phone(c, &one, "/account", NULL) == 200 ? &one : &two;
	assert_int_equal(as_phone(c, left, "/account", NULL), 200);
	assert_true(client_has(c, "\"this_one\":true"));
	assert_int_equal(as_phone(c, left, "/account/others", ""), 200);
	assert_int_equal(as_phone(c, left, "/account", NULL), 200);
	assert_int_equal(as_phone(c, left, "/account/unbind", "id=0123456789abcdef"), 404);
}

static void another_pin_ends_what_is_logged_in_elsewhere(void **state)
{
	struct client *c = *state;
	struct phone_in_hand one, two;
	char code[20], slip[120];
	assert_int_equal(post(c, "clerk", "/staff/wang/slip", ""), 200);
	snprintf(slip, sizeof slip, "%s", token_of(said(c, "link")));
	assert_int_equal(come_in(c, slip, "pin=246813&again=246813", &one), 200);
	assert_int_equal(post(c, "clerk", "/staff/wang/code", ""), 200);
	snprintf(code, sizeof code, "%s", said(c, "code"));
	assert_int_equal(come_in(c, code, "pin=246813", &two), 200);
	assert_int_equal(as_phone(c, &one, "/account/pin", "new_pin=111111&again=111111"), 422);
	assert_int_equal(as_phone(c, &two, "/account", NULL), 200);
	assert_int_equal(as_phone(c, &one, "/account/pin", "new_pin=975310&again=975310"), 200);
	assert_int_equal(as_phone(c, &one, "/account", NULL), 200);
	assert_int_equal(as_phone(c, &two, "/account", NULL), 401);
	client_header(c, "Sec-Fetch-Site", "same-origin");
	client_header(c, "Cookie", two.device); /* the phone stays bound: the new PIN lets it in */
	assert_int_equal(post(c, NULL, "/login", "login=wang&pin=975310"), 200);
}

static void landlords_get_accounts_and_slips_in_one_go(void **state)
{
	struct client *c = *state;
	char path[80], id[32];
	village_as(&c->v, "clerk");
	struct house_new n = { .address = "东新7号", .landlord = "房东丁", .phone = "13900000007" };
	struct house_new m = { .address = "东新8号", .landlord = "房东戊" };
	int64_t house;
	assert_int_equal(house_add(c->v.cx, c->v.hotel, &n, &house), VH_OK);
	assert_int_equal(house_add(c->v.cx, c->v.hotel, &m, &house), VH_OK);
	assert_int_equal(post(c, "head", H "/slips/accounts", ""), 403);
	assert_int_equal(post(c, "clerk2", H "/slips/accounts", ""), 404);
	assert_int_equal(post(c, "clerk", H "/slips/accounts", ""), 200);
	assert_true(client_has(c, "\"made\":1")); /* two have accounts, one no number */
	assert_int_equal(post(c, "clerk", H "/slips/accounts", ""), 200);
	assert_true(client_has(c, "\"made\":0"));
	assert_int_equal(client_get(c, "clerk", H "/slips", false), 200);
	assert_true(client_has(c, "房东丁") && client_has(c, "没有电话号码"));
	assert_int_equal(client_get(c, "clerk", H "/slips?show=no_phone", false), 200);
	assert_false(client_has(c, "房东丁"));
	assert_int_equal(post(c, "clerk", H "/slips/print", "whom=new"), 202);
	snprintf(id, sizeof id, "%s", said(c, "job"));
	snprintf(path, sizeof path, H "/jobs/%s", id);
	for (int i = 0; i < 600; i++) {
		assert_int_equal(client_get(c, "clerk", path, true), 200);
		if (client_has(c, "\"done\",\"done\"") || client_has(c, "\"state\":\"done\"") ||
		    client_has(c, "failed\":true"))
			break;
		nanosleep(&(struct timespec){ 0, 10000000 }, NULL);
	}
	assert_true(client_has(c, "\"done\":3"));
	snprintf(path, sizeof path, H "/jobs/%s/file", id);
	assert_int_equal(client_get(c, "clerk", path, false), 200);
	assert_memory_equal(c->r.fixed, "%PDF-", 5);
	assert_int_equal(client_get(c, "admin", path, false), 404);
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM secret WHERE kind = 'invite' AND revoked = 0"), 3);
	assert_int_equal(post(c, "clerk", "/staff/wang/slip", ""), 200); /* ends that on the sheet */
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM secret WHERE kind = 'invite' AND revoked = 0"), 3);
}

/* Files the third person, and says where the desk makes his account; his stay. */
static int64_t account_path(struct client *c, char path[120])
{
	village_as(&c->v, "clerk");
	int64_t stay = village_in(&c->v, V_101, 3);
	snprintf(path, 120, H "/stays/%lld/account", (long long)stay);
	return stay;
}

static void a_tenant_gets_an_account_from_his_entry(void **state)
{
	struct client *c = *state;
	char path[120], login[64];
	account_path(c, path);
	assert_int_equal(post(c, "grid", path, ""), 403);
	assert_int_equal(post(c, "clerk2", path, ""), 404);
	assert_int_equal(post(c, "clerk", path, ""), 200);
	snprintf(login, sizeof login, "%s", said(c, "login"));
	assert_int_equal(post(c, "clerk", path, ""), 200);
	assert_string_equal(said(c, "login"), login); /* the same again */
	snprintf(path, sizeof path, "/staff/%s", login);
	assert_int_equal(client_get(c, "clerk", path, false), 200);
	snprintf(path, sizeof path, "/staff/%s/slip", login);
	struct phone_in_hand p;
	char slip[120];
	assert_int_equal(post(c, "clerk", path, ""), 200);
	snprintf(slip, sizeof slip, "%s", token_of(said(c, "link")));
	assert_int_equal(come_in(c, slip, "pin=246813&again=246813", &p), 200);
	assert_int_equal(as_phone(c, &p, "/me", NULL), 200);
	assert_true(client_has(c, "东新1号"));
}

static int times(struct client *c, const char *text)
{
	int n = 0;
	for (const char *p = client_body(c); (p = strstr(p, text)) != NULL; p++)
		n++;
	return n;
}

static void a_tenants_account_says_whose_it_is_and_its_village_once(void **state)
{
	struct client *c = *state;
	char path[120], page[120];
	int64_t stay = account_path(c, path);
	assert_int_equal(post(c, "clerk", path, ""), 200);
	snprintf(page, sizeof page, "/staff/%s", said(c, "login"));
	int64_t seen = village_looks(&c->v);
	assert_int_equal(client_get(c, "clerk", page, false), 200);
	assert_int_equal(village_looks(&c->v), seen + 1); /* he is shown as on his entry */
	snprintf(path, sizeof path, H "/stays/%lld\"", (long long)stay);
	assert_true(client_has(c, "这个账号是谁的") && client_has(c, path) && client_has(c, "*"));
	assert_false(client_has(c, village_doc(3)) || client_has(c, "负责范围"));
	assert_int_equal(times(c, DONGXIN "</p>"), 1);
	assert_false(client_has(c, "/revoke"));
	assert_int_equal(client_get(c, "admin", page, false), 200); /* who lives where is not for him */
	assert_false(client_has(c, path));
	assert_true(client_has(c, "姓名这里不显示"));
	assert_int_equal(village_looks(&c->v), seen + 1);
	assert_int_equal(client_get(c, "clerk", "/staff/tenant", false), 200);
	assert_true(client_has(c, "还没有绑定任何人"));
	assert_int_equal(client_get(c, "tenant", "/account", false), 200);
	assert_false(client_has(c, "负责范围"));
	assert_int_equal(client_get(c, "clerk", "/staff/wang", false), 200);
	assert_true(client_has(c, "负责范围"));
}

static void a_stay_that_is_over_gets_no_account(void **state)
{
	static const char *const over[] = { "ended", "rejected", "void", "contested" };
	static const char *const current[] = { "pending", "verified", "away" };
	struct client *c = *state;
	char path[120], sql[200];
	village_as(&c->v, "clerk");
	int64_t stay = village_in(&c->v, V_101, 3);
	snprintf(path, sizeof path, H "/stays/%lld/account", (long long)stay);
	for (size_t i = 0; i < sizeof over / sizeof *over; i++) {
		snprintf(sql, sizeof sql, "UPDATE stay SET state = '%s' WHERE id = %lld", over[i], (long long)stay);
		village_sql(&c->v, sql);
		assert_int_equal(post(c, "clerk", path, ""), 409);
		assert_true(client_has(c, "stay_state"));
		assert_int_equal(client_get(c, "clerk", "/staff?q=", true), 200);
		assert_false(client_has(c, "fd-"));
	}
	for (size_t i = 0; i < sizeof current / sizeof *current; i++) {
		snprintf(sql, sizeof sql, "UPDATE stay SET state = '%s' WHERE id = %lld", current[i], (long long)stay);
		village_sql(&c->v, sql);
		assert_int_equal(post(c, "clerk", path, ""), 200);
	}
	assert_int_equal(village_sql(&c->v, "SELECT count(*) FROM grants WHERE person IS NOT NULL"), 1);
}

static int64_t rows(struct client *c, const char *fields, const char *where)
{
	char sql[240];
	snprintf(sql, sizeof sql, "SELECT count(*) FROM access WHERE fields = '%s' AND %s", fields, where);
	return village_sql(&c->v, sql);
}

/* The desk sees a tenant masked; by his slip it could read what he may. */
static void what_is_given_to_an_account_is_told_to_him_whose_it_is(void **state)
{
	struct client *c = *state;
	struct phone_in_hand p;
	char path[120], login[64], slip[120], sql[160], both[300];
	village_as(&c->v, "clerk");
	int64_t stay = village_in(&c->v, V_101, 3), person = village_stay(&c->v, stay).person;
	snprintf(path, sizeof path, H "/stays/%lld/account", (long long)stay);
	assert_int_equal(post(c, "clerk2", path, ""), 404);
	assert_int_equal(rows(c, "bound", "1"), 0); /* what is refused gave nothing */
	assert_int_equal(post(c, "clerk", path, ""), 200);
	snprintf(login, sizeof login, "%s", said(c, "login"));
	snprintf(sql, sizeof sql, "hotel = 1 AND role = 'clerk' AND reason = '%s' AND subject = %lld", login,
	         (long long)person);
	assert_int_equal(rows(c, "bound", sql), 1);
	assert_int_equal(rows(c, "bound", "1"), 2); /* and about the account */
	snprintf(path, sizeof path, "/staff/%s/slip", login);
	assert_int_equal(post(c, "clerk2", path, ""), 404);
	assert_int_equal(rows(c, "slip", "1"), 0);
	assert_int_equal(post(c, "clerk", path, ""), 200);
	snprintf(slip, sizeof slip, "%s", token_of(said(c, "link")));
	snprintf(path, sizeof path, "/staff/%s/code", login);
	assert_int_equal(post(c, "clerk", path, ""), 200);
	assert_int_equal(rows(c, "slip", sql), 1);
	assert_int_equal(rows(c, "code", sql), 1);
	assert_int_equal(rows(c, "slip", "1") + rows(c, "code", "1"), 4);
	assert_int_equal(come_in(c, slip, "pin=246813&again=246813", &p), 200);
	snprintf(both, sizeof both, "%s; %s", p.cookie, p.device);
	client_header(c, "Cookie", both);
	assert_int_equal(client_get(c, NULL, "/me/looks", false), 200);
	assert_true(client_has(c, "开通单（给出）") && client_has(c, "绑定码（给出）"));
	assert_true(client_has(c, "账号（绑定到本人）"));
	assert_int_equal(as_phone(c, &p, "/me", NULL), 200);
	assert_true(client_has(c, "\"fields\":\"slip\""));
	assert_int_equal(as_phone(c, &p, "/account", NULL), 200);
	assert_true(client_has(c, "\"what\":\"slip\"") && client_has(c, "\"what\":\"code\""));
	assert_true(client_has(c, "\"what\":\"bound\""));
	assert_int_equal(client_get(c, "auditor", H "/access", false), 200);
	assert_true(client_has(c, "开通单（给出）") && client_has(c, login));
	village_sound(&c->v);
}

static void slips_of_landlords_are_told_and_what_one_gives_oneself_is_not(void **state)
{
	struct client *c = *state;
	struct slip two[] = { { .login = "wang" }, { .login = "zhao" } };
	struct slip none[] = { { .login = "wang" }, { .login = "nobody" } };
	char token[SECRET_TEXT];
	assert_int_equal(client_get(c, "wang", "/account", true), 200);
	assert_true(client_has(c, "\"resets\":[]"));
	village_as(&c->v, "clerk");
	assert_int_equal(slips_make(c->v.cx, two, 2, 24), VH_OK);
	assert_int_equal(rows(c, "slip", "hotel = 1 AND reason IN ('wang', 'zhao')"), 2);
	village_refused(&c->v, slips_make(c->v.cx, none, 2, 24), VH_NOTFOUND, "not_found");
	assert_int_equal(rows(c, "slip", "1"), 2); /* all or none */
	assert_int_equal(client_get(c, "wang", "/account", false), 200);
	assert_true(client_has(c, "给您的账号出过一张开通单"));
	assert_int_equal(client_get(c, "wang", "/account", true), 200);
	assert_true(client_has(c, "\"what\":\"slip\"") && client_has(c, "\"role\":\"clerk\""));
	village_as(&c->v, "operator");
	assert_int_equal(account_invite(c->v.cx, "wang", 24, token), VH_OK);
	assert_int_equal(rows(c, "slip", "role = 'operator'"), 1);
	village_as(&c->v, "admin");
	assert_int_equal(account_invite(c->v.cx, "admin", 24, token), VH_OK);
	assert_int_equal(rows(c, "slip", "reason = 'admin'"), 0);
	assert_int_equal(account_invite(c->v.cx, "wang", 24, token), VH_OK);
	assert_int_equal(rows(c, "slip", "role = 'admin'"), 1);
}

static void slips_codes_and_accounts_are_pages_for_people(void **state)
{
	struct client *c = *state;
	struct phone_in_hand p;
	char slip[120], path[200], both[300];
	assert_int_equal(client_post(c, "clerk", "/staff/wang/slip", FORM, "", false), 200);
	assert_true(client_has(c, "data:image/png;base64,") && client_has(c, "房东甲"));
	assert_true(client_has(c, "2026-12-05")); /* two weeks */
	assert_int_equal(post(c, "clerk", "/staff/wang/slip", ""), 200);
	snprintf(slip, sizeof slip, "%s", token_of(said(c, "link")));
	snprintf(path, sizeof path, "/enrol/%s", slip);
	assert_int_equal(client_get(c, NULL, path, false), 200);
	assert_true(client_has(c, "f-again"));
	assert_int_equal(come_in(c, slip, "pin=246813&again=246813", &p), 200);
	assert_int_equal(client_post(c, "clerk", "/staff/wang/code", FORM, "", false), 200);
	assert_true(client_has(c, "输入自己原来的"));
	assert_int_equal(post(c, "clerk", "/staff/wang/code", ""), 200);
	snprintf(path, sizeof path, "/enrol/%s", said(c, "code"));
	assert_int_equal(client_get(c, NULL, path, false), 200);
	assert_false(client_has(c, "f-again")); /* the PIN that he has */
	snprintf(both, sizeof both, "%s; %s", p.cookie, p.device);
	client_header(c, "Cookie", both);
	assert_int_equal(client_get(c, NULL, "/account", false), 200);
	assert_true(client_has(c, "微信 · 安卓手机") && client_has(c, "这一部"));
	assert_int_equal(client_get(c, "police", "/account", false), 200);
	assert_false(client_has(c, "绑定的手机"));
	assert_int_equal(client_post(c, "admin", "/staff/grid/password", FORM, "", false), 200);
	assert_true(client_has(c, "只显示这一次"));
}

static void ones_own_password_is_changed_by_whoever_knows_it(void **state)
{
	struct client *c = *state;
	village_as(&c->v, "admin");
	assert_int_equal(account_password(c->v.cx, "grid", "correct horse"), VH_OK);
	assert_int_equal(post(c, "grid", "/account/password",
	                      "password=wrong&new_password=battery-staple&repeat=battery-staple"), 403);
	assert_int_equal(post(c, "grid", "/account/password",
	                      "password=correct%20horse&new_password=short&repeat=short"), 422);
	assert_int_equal(post(c, "grid", "/account/password",
	                      "password=correct%20horse&new_password=battery-staple&repeat=other-one"), 422);
	assert_int_equal(post(c, "grid", "/account/password",
	                      "password=correct%20horse&new_password=battery-staple&repeat=battery-staple"), 200);
	assert_int_equal(post(c, "wang", "/account/password",
	                      "password=a&new_password=battery-staple&repeat=battery-staple"), 409);
}

#define T(f) cmocka_unit_test_setup_teardown(f, client_setup, client_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(lists_hold_those_whom_one_looks_after),
		T(who_is_elsewhere_is_answered_like_nobody),
		T(nobody_gives_what_he_has_not),
		T(administrator_of_a_place_takes_over_nobody_of_more),
		T(new_secrets_are_shown_once_and_let_in),
		T(a_long_list_of_accounts_goes_on_to_its_last),
		T(a_secret_set_anew_is_told_to_its_owner_and_to_the_auditor),
		T(locked_and_disabled_accounts_come_back),
		T(a_slip_replaces_and_a_code_adds_a_phone),
		T(codes_are_typed_forgivingly_end_each_other_and_are_guessed_by_nobody),
		T(phones_are_ended_one_by_one_by_the_desk_and_by_oneself),
		T(another_pin_ends_what_is_logged_in_elsewhere),
		T(landlords_get_accounts_and_slips_in_one_go),
		T(a_tenant_gets_an_account_from_his_entry),
		T(a_stay_that_is_over_gets_no_account),
		T(a_tenants_account_says_whose_it_is_and_its_village_once),
		T(what_is_given_to_an_account_is_told_to_him_whose_it_is),
		T(slips_of_landlords_are_told_and_what_one_gives_oneself_is_not),
		T(slips_codes_and_accounts_are_pages_for_people),
		T(ones_own_password_is_changed_by_whoever_knows_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
