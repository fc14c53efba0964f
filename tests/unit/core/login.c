/* Logging in: two things of the right kind, every wrong one alike, locks, sessions, tokens, invitations. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "vh/accounts.h"
#include "vh/limits.h"
#include "vh/totp.h"
#include "village.h"

#define GOOD "correct horse"

/* What the authenticator app does with the secret. */
static const char *code_at(const char *base32, int64_t now)
{
	static char out[TOTP_TEXT];
	unsigned char secret[TOTP_SECRET];
	unsigned bits = 0, acc = 0;
	size_t n = 0;
	for (const char *p = base32; *p; p++) {
		acc = acc << 5 | (unsigned)(*p >= 'A' ? *p - 'A' : *p - '2' + 26);
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			secret[n++] = (unsigned char)(acc >> bits);
		}
	}
	assert_int_equal(n, TOTP_SECRET);
	assert_int_equal(totp_code(secret, n, now, out), VH_OK);
	return out;
}

static const char *staff(struct village *v, const char *login)
{
	const char *base32;
	village_as(v, "operator");
	OK(v, account_password(v->cx, login, GOOD));
	OK(v, account_totp(v->cx, login, &base32));
	v->cx->who = NULL;
	return base32;
}

static enum vh_rc in(struct village *v, const char *login, const char *password, const char *totp, struct login_ok *ret)
{
	struct login_try t = { .login = login, .password = password, .totp = totp };
	return account_login(v->cx, &t, ret);
}

static void password_and_code_open_a_session(void **state)
{
	struct village *v = *state;
	const char *secret = staff(v, "police");
	struct login_ok ok;
	struct session s;
	OK(v, in(v, "police", GOOD, code_at(secret, v->cx->now), &ok));
	assert_int_equal(ok.account, village_actor(v, "police")->account);
	assert_int_equal(strlen(ok.session), SECRET_TEXT - 1);
	assert_string_not_equal(ok.session, ok.csrf);
	OK(v, actor_of_session(v->cx, ok.session, &s));
	assert_string_equal(s.who.login, "police");
	assert_int_equal(s.who.role, ROLE_POLICE);
	assert_string_equal(s.csrf, ok.csrf);
	assert_true(actor_covers(&s.who, &v->h));
	/* Nothing in the file opens a session. */
	char sql[200];
	snprintf(sql, sizeof sql, "SELECT count(*) FROM secret WHERE instr(hash, '%s')", ok.session);
	assert_int_equal(village_sql(v, sql), 0);
	village_refused(v, actor_of_token(v->cx, ok.session, &s), VH_DENIED, "login"); /* a cookie is no token */
}

/* Every character of a secret counts, before the database is asked. */
static void secret_with_one_character_changed_is_none_of_ours(void **state)
{
	struct village *v = *state;
	char token[SECRET_TEXT], other[SECRET_TEXT];
	village_as(v, "operator");
	OK(v, account_token(v->cx, "police", 1, token));
	assert_true(secret_genuine(v->cx, "token", token));
	assert_false(secret_genuine(v->cx, "session", token));
	for (size_t i = 0; i < SECRET_TEXT - 1; i++) {
		snprintf(other, sizeof other, "%s", token);
		other[i] = other[i] == 'A' ? 'B' : 'A';
		assert_false(secret_genuine(v->cx, "token", other));
	}
	snprintf(other, sizeof other, "%.*s", SECRET_TEXT - 2, token);
	assert_false(secret_genuine(v->cx, "token", other));
	assert_false(secret_genuine(v->cx, "token", ""));
	assert_false(secret_genuine(v->cx, "token", NULL));
}

static void every_wrong_thing_is_answered_alike(void **state)
{
	struct village *v = *state;
	const char *secret = staff(v, "police");
	struct login_ok ok = { .account = -7 };
	const char *now = code_at(secret, v->cx->now);
	char code[TOTP_TEXT], off[TOTP_TEXT], words[200] = "";
	snprintf(code, sizeof code, "%s", now);
	snprintf(off, sizeof off, "%s", code);
	off[5] = off[5] == '0' ? '1' : '0';
	village_as(v, "operator");
	OK(v, account_disable(v->cx, "grid", true));
	const struct { const char *login, *password, *totp;
	} bad[] = {
		{ "police", "wrong horse", code },
		{ "police", GOOD, off },
		{ "police", GOOD, NULL },
		{ "police", NULL, code },
		{ "police", "", "" },
		{ "nobody", GOOD, code },
		{ NULL, NULL, NULL },
		{ "", GOOD, code },
		{ "head", GOOD, code },
		/* has no password yet */ { "grid", GOOD, code },
		{ "wang", GOOD, code }, /* landlords come by another way */
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		enum vh_rc rc = in(v, bad[i].login, bad[i].password, bad[i].totp, &ok);
		if (i)
			assert_string_equal(words, err_text(&v->cx->err));
		snprintf(words, sizeof words, "%s", err_text(&v->cx->err));
		village_refused(v, rc, VH_DENIED, "login");
		assert_int_equal(ok.account, -7);
	}
	assert_int_equal(village_sql(v, "SELECT count(*) FROM secret"), 0);
	OK(v, in(v, "police", GOOD, code, &ok));
	assert_int_equal(village_sql(v, "SELECT fails FROM account WHERE login = 'police'"), 0); /* counted anew */
}

static void disabled_account_does_not_log_in_with_the_right_things(void **state)
{
	struct village *v = *state;
	const char *secret = staff(v, "police");
	struct login_ok ok;
	village_as(v, "operator");
	OK(v, account_disable(v->cx, "police", true));
	village_refused(v, in(v, "police", GOOD, code_at(secret, v->cx->now), &ok), VH_DENIED, "login");
	OK(v, account_disable(v->cx, "police", false));
	OK(v, in(v, "police", GOOD, code_at(secret, v->cx->now), &ok));
}

static void code_works_once_and_for_a_moment(void **state)
{
	struct village *v = *state;
	const char *secret = staff(v, "police");
	struct login_ok ok;
	char code[TOTP_TEXT];
	snprintf(code, sizeof code, "%s", code_at(secret, v->cx->now));
	OK(v, in(v, "police", GOOD, code, &ok));
	village_refused(v, in(v, "police", GOOD, code, &ok), VH_DENIED, "login"); /* looked over his shoulder */
	v->cx->now += TOTP_STEP_MS;
	village_refused(v, in(v, "police", GOOD, code, &ok), VH_DENIED, "login");
	OK(v, in(v, "police", GOOD, code_at(secret, v->cx->now), &ok));
	snprintf(code, sizeof code, "%s", code_at(secret, v->cx->now + TOTP_STEP_MS));
	v->cx->now += 3 * TOTP_STEP_MS;
	village_refused(v, in(v, "police", GOOD, code, &ok), VH_DENIED, "login"); /* too old */
	const char *again = staff(v, "police"); /* a new secret: the old app is out */
	village_refused(v, in(v, "police", GOOD, code_at(secret, v->cx->now), &ok), VH_DENIED, "login");
	OK(v, in(v, "police", GOOD, code_at(again, v->cx->now), &ok));
}

static void ten_wrong_ones_lock_and_the_desk_unlocks(void **state)
{
	struct village *v = *state;
	const char *secret = staff(v, "police");
	struct login_ok ok;
	/* Who has neither the password nor the code locks nobody out. */
	for (int i = 0; i < 3 * LIM_PIN_TRIES; i++)
		village_refused(v, in(v, "police", "wrong", "000000", &ok), VH_DENIED, "login");
	for (int i = 0; i < LIM_PIN_TRIES; i++) {
		bool code = i % 2; /* either is half of it */
		assert_int_equal(village_sql(v, "SELECT locked FROM account WHERE login = 'police'"), 0);
		village_refused(v, in(v, "police", code ? "wrong" : GOOD, code ? code_at(secret, v->cx->now) : "000000",
		                      &ok), VH_DENIED, "login");
	}
	assert_int_equal(village_sql(v, "SELECT locked FROM account WHERE login = 'police'"), 1);
	village_refused(v, in(v, "police", GOOD, code_at(secret, v->cx->now), &ok), VH_DENIED, "locked");
	village_as(v, "admin");
	OK(v, account_unlock(v->cx, "police"));
	v->cx->who = NULL;
	OK(v, in(v, "police", GOOD, code_at(secret, v->cx->now), &ok));
}

static void nine_wrong_ones_and_a_right_one_begin_anew(void **state)
{
	struct village *v = *state;
	const char *secret = staff(v, "police");
	struct login_ok ok;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < LIM_PIN_TRIES - 1; i++)
			village_refused(v, in(v, "police", GOOD, NULL, &ok), VH_DENIED, "login");
		v->cx->now += 2 * TOTP_STEP_MS;
		OK(v, in(v, "police", GOOD, code_at(secret, v->cx->now), &ok));
	}
}

static void session_ends_by_time_by_idling_and_by_logging_out(void **state)
{
	struct village *v = *state;
	const char *secret = staff(v, "clerk");
	struct login_ok ok;
	struct session s;
	OK(v, in(v, "clerk", GOOD, code_at(secret, v->cx->now), &ok));
	int64_t start = v->cx->now;
	for (int i = 0; i < 12; i++) { /* used all day */
		v->cx->now += HOUR_MS - 60000;
		OK(v, actor_of_session(v->cx, ok.session, &s));
		assert_true(s.idle_near);
		OK(v, session_touch(v->cx, ok.session));
		OK(v, actor_of_session(v->cx, ok.session, &s));
		assert_false(s.idle_near);
	}
	v->cx->now = start + 12 * HOUR_MS;
	village_refused(v, actor_of_session(v->cx, ok.session, &s), VH_DENIED, "login");
	OK(v, in(v, "clerk", GOOD, code_at(secret, v->cx->now), &ok));
	v->cx->now += HOUR_MS + 1; /* left alone at a shared desk */
	village_refused(v, actor_of_session(v->cx, ok.session, &s), VH_DENIED, "login");
	OK(v, in(v, "clerk", GOOD, code_at(secret, v->cx->now), &ok));
	OK(v, session_end(v->cx, ok.session));
	village_refused(v, actor_of_session(v->cx, ok.session, &s), VH_DENIED, "login");
	OK(v, session_end(v->cx, ok.session)); /* twice does no harm */
	static const char *const bad[] = { NULL, "", "x", "0123456789012345678901234567890123456789012" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		village_refused(v, actor_of_session(v->cx, bad[i], &s), VH_DENIED, "login");
}

static void disabling_ends_sessions_and_tokens_at_once(void **state)
{
	struct village *v = *state;
	const char *secret = staff(v, "police");
	struct login_ok ok;
	struct session s;
	char token[SECRET_TEXT];
	OK(v, in(v, "police", GOOD, code_at(secret, v->cx->now), &ok));
	village_as(v, "admin");
	OK(v, account_token(v->cx, "police", 30, token));
	OK(v, actor_of_token(v->cx, token, &s));
	assert_null(s.csrf);
	OK(v, account_disable(v->cx, "police", true));
	village_refused(v, actor_of_token(v->cx, token, &s), VH_DENIED, "login");
	village_refused(v, actor_of_session(v->cx, ok.session, &s), VH_DENIED, "login");
	village_refused(v, account_token(v->cx, "police", 30, token), VH_CONFLICT, "disabled");
	OK(v, account_disable(v->cx, "police", false));
	village_refused(v, actor_of_token(v->cx, token, &s), VH_DENIED, "login"); /* they stay ended */
	village_refused(v, actor_of_session(v->cx, ok.session, &s), VH_DENIED, "login");
}

static void token_ends_on_its_day_and_a_new_password_ends_sessions(void **state)
{
	struct village *v = *state;
	const char *secret = staff(v, "police");
	struct login_ok ok;
	struct session s;
	char token[SECRET_TEXT];
	village_as(v, "operator");
	OK(v, account_token(v->cx, "police", 1, token));
	OK(v, in(v, "police", GOOD, code_at(secret, v->cx->now), &ok));
	OK(v, account_password(v->cx, "police", "another horse"));
	village_refused(v, actor_of_session(v->cx, ok.session, &s), VH_DENIED, "login");
	OK(v, actor_of_token(v->cx, token, &s));
	v->cx->now += DAY_MS - 1;
	OK(v, actor_of_token(v->cx, token, &s));
	v->cx->now++;
	village_refused(v, actor_of_token(v->cx, token, &s), VH_DENIED, "login");
}

static enum vh_rc phone_in(struct village *v, const char *login, const char *pin, const char *device,
                           struct login_ok *ret)
{
	struct login_try t = { .login = login, .pin = pin, .device = device };
	return account_login(v->cx, &t, ret);
}

static void invitation_binds_a_device_and_sets_a_pin_once(void **state)
{
	struct village *v = *state;
	struct login_ok ok;
	struct account a;
	struct session s;
	char slip[SECRET_TEXT], device[SECRET_TEXT] = "", other[SECRET_TEXT];
	OK(v, account_invite(v->cx, "wang", 24, slip));
	v->cx->who = NULL;
	OK(v, invite_find(v->cx, slip, &a));
	assert_string_equal(a.login, "wang");
	village_refused(v, invite_use(v->cx, slip, "123456", device, &ok), VH_INVALID, "pin");
	OK(v, invite_use(v->cx, slip, "135790", device, &ok));
	OK(v, actor_of_session(v->cx, ok.session, &s));
	assert_string_equal(s.who.login, "wang");
	assert_string_equal(s.who.phone, "13900000001");
	village_refused(v, invite_use(v->cx, slip, "135791", other, &ok), VH_NOTFOUND, "invite");
	village_refused(v, invite_find(v->cx, slip, &a), VH_NOTFOUND, "invite");
	OK(v, phone_in(v, "wang", "135790", device, &ok));
	v->cx->now += 100 * DAY_MS; /* 60 days idle ends a phone's session, the device stays bound */
	village_refused(v, actor_of_session(v->cx, ok.session, &s), VH_DENIED, "login");
	OK(v, phone_in(v, "wang", "135790", device, &ok));
}

static void pin_needs_the_device_and_the_device_the_pin(void **state)
{
	struct village *v = *state;
	struct login_ok ok;
	char slip[SECRET_TEXT], device[SECRET_TEXT], his[SECRET_TEXT];
	OK(v, account_invite(v->cx, "wang", 24, slip));
	OK(v, invite_use(v->cx, slip, "135790", device, &ok));
	OK(v, account_invite(v->cx, "zhao", 24, slip));
	OK(v, invite_use(v->cx, slip, "246802", his, &ok));
	const struct { const char *pin, *device;
	} bad[] = {
		{ "135790", NULL },   { "135790", his }, { "135790", slip },
		{ "135791", device }, { NULL, device },  { "", device },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		village_refused(v, phone_in(v, "wang", bad[i].pin, bad[i].device, &ok), VH_DENIED, "login");
	OK(v, phone_in(v, "wang", "135790", device, &ok));
	OK(v, phone_in(v, "zhao", "246802", his, &ok));
}

static void new_slip_replaces_the_old_one_and_the_lost_phone(void **state)
{
	struct village *v = *state;
	struct login_ok ok, again;
	struct session s;
	char first[SECRET_TEXT], second[SECRET_TEXT], device[SECRET_TEXT], new[SECRET_TEXT];
	OK(v, account_invite(v->cx, "wang", 24, first));
	OK(v, account_invite(v->cx, "wang", 24, second));
	village_refused(v, invite_use(v->cx, first, "135790", device, &ok), VH_NOTFOUND, "invite");
	OK(v, invite_use(v->cx, second, "135790", device, &ok));
	OK(v, account_invite(v->cx, "wang", 1, first));
	OK(v, invite_use(v->cx, first, "975310", new, &again));
	village_refused(v, actor_of_session(v->cx, ok.session, &s), VH_DENIED, "login");
	village_refused(v, phone_in(v, "wang", "975310", device, &ok), VH_DENIED, "login");
	OK(v, phone_in(v, "wang", "975310", new, &ok));
	OK(v, account_invite(v->cx, "wang", 1, first));
	v->cx->now += HOUR_MS;
	village_refused(v, invite_use(v->cx, first, "135790", device, &ok), VH_NOTFOUND, "invite"); /* too old */
	village_refused(v, invite_use(v->cx, "short", "135790", device, &ok), VH_NOTFOUND, "invite");
	village_refused(v, invite_use(v->cx, NULL, "135790", device, &ok), VH_NOTFOUND, "invite");
}

static void locked_or_disabled_account_uses_no_invitation(void **state)
{
	struct village *v = *state;
	struct login_ok ok;
	char slip[SECRET_TEXT], device[SECRET_TEXT];
	OK(v, account_invite(v->cx, "wang", 24, slip));
	OK(v, invite_use(v->cx, slip, "135790", device, &ok));
	for (int i = 0; i < LIM_PIN_TRIES; i++)
		village_refused(v, phone_in(v, "wang", "111112", device, &ok), VH_DENIED, "login");
	village_refused(v, phone_in(v, "wang", "135790", device, &ok), VH_DENIED, "locked");
	OK(v, account_invite(v->cx, "wang", 24, slip));
	village_refused(v, invite_use(v->cx, slip, "135790", device, &ok), VH_DENIED, "locked");
	OK(v, account_unlock(v->cx, "wang"));
	OK(v, invite_use(v->cx, slip, "135790", device, &ok));
	OK(v, account_invite(v->cx, "wang", 24, slip));
	OK(v, account_disable(v->cx, "wang", true));
	village_refused(v, invite_use(v->cx, slip, "135790", device, &ok), VH_NOTFOUND, "invite");
}

static void invitations_are_for_landlords_and_tenants(void **state)
{
	struct village *v = *state;
	struct login_ok ok;
	char slip[SECRET_TEXT], device[SECRET_TEXT];
	village_as(v, "operator");
	OK(v, account_invite(v->cx, "police", 24, slip));
	village_refused(v, invite_use(v->cx, slip, "135790", device, &ok), VH_CONFLICT, "invite");
	OK(v, account_invite(v->cx, "tenant", 24, slip));
	OK(v, invite_use(v->cx, slip, "135790", device, &ok));
}

enum { RACERS = 6 };
struct racer {
	struct ctx cx;
	struct login_try t;
	struct login_ok ok;
	enum vh_rc rc;
};

static void *race(void *arg)
{
	struct racer *r = arg;
	do {
		err_clear(&r->cx.err);
		arena_reset(r->cx.a); /* a busy machine tries often */
		r->rc = account_login(&r->cx, &r->t, &r->ok);
	} while (r->rc == VH_BUSY); /* both hash slots are taken: try again */
	return NULL;
}

static void one_code_used_by_many_at_once_opens_one_session(void **state)
{
	struct village *v = *state;
	const char *secret = staff(v, "police");
	struct racer r[RACERS];
	pthread_t thread[RACERS];
	char code[TOTP_TEXT];
	int won = 0;
	snprintf(code, sizeof code, "%s", code_at(secret, v->cx->now));
	for (int i = 0; i < RACERS; i++) {
		r[i] = (struct racer){ .cx = village_ctx(v, NULL),
		                       .t = { .login = "police", .password = GOOD, .totp = code } };
		assert_int_equal(pthread_create(&thread[i], NULL, race, &r[i]), 0);
	}
	for (int i = 0; i < RACERS; i++) {
		pthread_join(thread[i], NULL);
		won += r[i].rc == VH_OK;
		assert_true(r[i].rc == VH_OK || r[i].rc == VH_DENIED);
		testdb_drop(&r[i].cx);
	}
	assert_int_equal(won, 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM secret WHERE kind = 'session'"), 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

/* Who was disabled and is let in again begins anew: what was given to him before is over. */
static void codes_from_before_an_account_was_disabled_are_over(void **state)
{
	struct village *v = *state;
	char code[CODE_CHARS + 1], fresh[CODE_CHARS + 1];
	struct account a;
	OK(v, account_code(v->cx, "wang", code));
	OK(v, invite_find(v->cx, code, &a));
	OK(v, account_disable(v->cx, "wang", true));
	OK(v, account_disable(v->cx, "wang", false));
	village_refused(v, invite_find(v->cx, code, &a), VH_NOTFOUND, "invite");
	OK(v, account_code(v->cx, "wang", fresh));
	OK(v, invite_find(v->cx, fresh, &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(password_and_code_open_a_session),
		T(secret_with_one_character_changed_is_none_of_ours),
		T(every_wrong_thing_is_answered_alike),
		T(disabled_account_does_not_log_in_with_the_right_things),
		T(code_works_once_and_for_a_moment),
		T(ten_wrong_ones_lock_and_the_desk_unlocks),
		T(nine_wrong_ones_and_a_right_one_begin_anew),
		T(session_ends_by_time_by_idling_and_by_logging_out),
		T(disabling_ends_sessions_and_tokens_at_once),
		T(token_ends_on_its_day_and_a_new_password_ends_sessions),
		T(invitation_binds_a_device_and_sets_a_pin_once),
		T(pin_needs_the_device_and_the_device_the_pin),
		T(new_slip_replaces_the_old_one_and_the_lost_phone),
		T(locked_or_disabled_account_uses_no_invitation),
		T(invitations_are_for_landlords_and_tenants),
		T(one_code_used_by_many_at_once_opens_one_session),
		T(codes_from_before_an_account_was_disabled_are_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
