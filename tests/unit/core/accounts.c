/* Accounts: who makes which, where, and what a grant, a binding and a lock are worth. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/accounts.h"
#include "village.h"

#define REFUSE(v, call, want, code) \
	do { \
		char before_[65], after_[65]; \
		village_digest(v, NULL, before_); \
		village_refused(v, (call), want, code); \
		village_digest(v, NULL, after_); \
		assert_string_equal(before_, after_); \
	} while (0)

static void accounts_are_made_by_those_who_look_after_them(void **state)
{
	static const struct {
		const char *who;
		enum role role;
		const char *scope;
		enum vh_rc rc;
		const char *code;
	} all[] = {
		{ "operator", ROLE_ADMIN, NULL, VH_OK, "" },
		{ "admin", ROLE_POLICE, TOWN, VH_OK, "" },
		{ "admin", ROLE_ADMIN, NULL, VH_OK, "" },
		{ "clerk", ROLE_LANDLORD, DONGXIN, VH_OK, "" },
		{ "clerk", ROLE_TENANT, DONGXIN, VH_OK, "" },
		{ "clerk", ROLE_LANDLORD, NULL, VH_OK, "" },
		{ "clerk", ROLE_LANDLORD, XIXIN, VH_DENIED, "scope" },
		{ "clerk", ROLE_LANDLORD, TOWN, VH_DENIED, "scope" },
		{ "clerk", ROLE_CLERK, DONGXIN, VH_DENIED, "role" },
		{ "clerk", ROLE_POLICE, DONGXIN, VH_DENIED, "role" },
		{ "police", ROLE_TENANT, DONGXIN, VH_DENIED, "role" },
		{ "wang", ROLE_TENANT, DONGXIN, VH_DENIED, "role" },
		{ NULL, ROLE_TENANT, DONGXIN, VH_DENIED, "login" },
		{ "admin", ROLE_OPERATOR, NULL, VH_INVALID, "role" },
		{ "admin", ROLE_NONE, NULL, VH_INVALID, "role" },
		{ "admin", ROLE_POLICE, NULL, VH_INVALID, "scope" },
		{ "admin", ROLE_POLICE, "999999999999", VH_INVALID, "scope" },
	};
	struct village *v = *state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char login[20];
		struct account_new n = { .login = login, .role = all[i].role, .scope = all[i].scope };
		int64_t id = -7;
		snprintf(login, sizeof login, "new%zu", i);
		village_as(v, all[i].who);
		if (all[i].rc != VH_OK) {
			REFUSE(v, account_add(v->cx, &n, &id), all[i].rc, all[i].code);
			assert_int_equal(id, -7);
			continue;
		}
		if (account_add(v->cx, &n, &id) != VH_OK)
			fail_msg("%zu: %s", i, err_text(&v->cx->err));
	}
	/* What a desk gives without saying where is its own place. */
	assert_int_equal(village_sql(v, "SELECT count(*) FROM grants g JOIN account a ON a.id = g.account"
	                                " WHERE a.login = 'new5' AND g.scope = '" DONGXIN "'"), 1);
}

static void logins_are_plain_and_taken_once(void **state)
{
	static const char *const bad[] = {
		"", NULL, "Wang", "王", "a b", "a/b", "0123456789012345678901234567890123456789x"
	};
	struct village *v = *state;
	struct account_new n = { .role = ROLE_LANDLORD, .scope = DONGXIN };
	int64_t id;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		n.login = bad[i];
		REFUSE(v, account_add(v->cx, &n, &id), VH_INVALID, "login_form");
	}
	n.login = "wang";
	REFUSE(v, account_add(v->cx, &n, &id), VH_CONFLICT, "login_taken");
	n.login = "wang.2_b-c";
	n.phone = "abc";
	REFUSE(v, account_add(v->cx, &n, &id), VH_INVALID, "phone");
	n.phone = NULL;
	assert_int_equal(account_add(v->cx, &n, &id), VH_OK);
}

static void names_and_phones_of_accounts_rest_sealed(void **state)
{
	struct village *v = *state;
	assert_int_equal(village_sql(v, "SELECT count(*) FROM account WHERE instr(phone, '13900000001')"
	                                " OR instr(name, '房东甲')"), 0);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM account WHERE login = 'wang' AND phone IS NOT NULL"
	                                " AND name IS NOT NULL"), 1);
	assert_string_equal(village_actor(v, "wang")->phone, "13900000001");
}

static int64_t phoned(struct village *v, int room, unsigned n, const char *phone)
{
	struct stay_new s = village_new(v, room, n);
	struct stay_done d;
	s.phone = phone;
	village_as(v, "operator");
	assert_int_equal(stay_in(v->cx, &s, &d), VH_OK);
	return d.person;
}

static int64_t bound(struct village *v, const char *login)
{
	char sql[200];
	snprintf(sql, sizeof sql,
	         "SELECT g.person FROM grants g JOIN account a ON a.id = g.account WHERE a.login = '%s'"
	         " AND g.person IS NOT NULL",
	         login);
	return village_sql(v, sql);
}

/* A landlord types telephones: who has one is not thereby the person it was typed for. */
static void tenant_is_bound_by_word_alone_and_never_by_a_telephone(void **state)
{
	struct village *v = *state;
	struct account_new n = { .login = "t1", .role = ROLE_TENANT, .scope = DONGXIN, .phone = "139 2222 3333" };
	int64_t id, person = phoned(v, V_101, 1, "13922223333");
	assert_int_equal(account_add(v->cx, &n, &id), VH_OK);
	assert_int_equal(bound(v, "t1"), 0);
	assert_int_equal(account_bind_person(v->cx, "t1", v->hotel, person), VH_OK);
	assert_int_equal(bound(v, "t1"), person);
}

static void binding_is_for_tenants_of_people_of_the_place(void **state)
{
	struct village *v = *state;
	int64_t here = phoned(v, V_101, 1, NULL), far = phoned(v, V_FAR, 2, NULL);
	village_as(v, "clerk");
	REFUSE(v, account_bind_person(v->cx, "tenant", v->far, far), VH_NOTFOUND, "not_found");
	REFUSE(v, account_bind_person(v->cx, "tenant", v->hotel, far), VH_NOTFOUND, "not_found");
	REFUSE(v, account_bind_person(v->cx, "tenant", 99, here), VH_NOTFOUND, "not_found");
	REFUSE(v, account_bind_person(v->cx, "wang", v->hotel, here), VH_INVALID, "role");
	village_as(v, "operator"); /* nor may anybody turn an officer's account into everything */
	REFUSE(v, account_bind_person(v->cx, "police", v->hotel, here), VH_INVALID, "role");
	village_as(v, "wang");
	REFUSE(v, account_bind_person(v->cx, "tenant", v->hotel, here), VH_DENIED, "role");
	village_as(v, "clerk");
	assert_int_equal(account_bind_person(v->cx, "tenant", v->hotel, here), VH_OK);
	assert_int_equal(bound(v, "tenant"), here);
	village_reload(v, "tenant");
	assert_false(actor_covers(village_actor(v, "tenant"), &v->h_far));
}

static void somebody_has_one_account_and_no_second(void **state)
{
	struct village *v = *state;
	struct account_new n = { .login = "t1", .role = ROLE_TENANT, .scope = DONGXIN };
	int64_t id, here = phoned(v, V_101, 1, NULL), room_mate = phoned(v, V_101, 2, NULL);
	assert_int_equal(account_add(v->cx, &n, &id), VH_OK);
	assert_int_equal(account_bind_person(v->cx, "tenant", v->hotel, here), VH_OK);
	assert_int_equal(account_bind_person(v->cx, "t1", v->hotel, here), VH_CONFLICT);
	assert_string_equal(err_text(&v->cx->err), "this person has the account tenant already");
	REFUSE(v, account_bind_person(v->cx, "t1", v->hotel, here), VH_CONFLICT, "person_has_account");
	assert_int_equal(bound(v, "t1"), 0);
	assert_int_equal(account_bind_person(v->cx, "tenant", v->hotel, here), VH_OK); /* as it is */
	assert_int_equal(village_sql(v, "SELECT count(*) FROM grants WHERE person IS NOT NULL"), 1);
	assert_int_equal(village_sql(v, "SELECT count(*) FROM access WHERE fields = 'bound'"), 2);
	assert_int_equal(account_bind_person(v->cx, "t1", v->hotel, room_mate), VH_OK);
	assert_int_equal(account_revoke(v->cx, "tenant", ROLE_TENANT, DONGXIN), VH_OK);
	REFUSE(v, account_bind_person(v->cx, "t1", 99, here), VH_NOTFOUND, "not_found");
	n.login = "t2";
	assert_int_equal(account_add(v->cx, &n, &id), VH_OK);
	assert_int_equal(account_bind_person(v->cx, "t2", v->hotel, here), VH_OK); /* what was wrong is mended */
}

static void desk_looks_after_accounts_of_its_own_place_alone(void **state)
{
	struct village *v = *state;
	struct account_new n = { .login = "roamer", .role = ROLE_LANDLORD, .phone = "13900000003" }; /* of 西新村 */
	char token[SECRET_TEXT];
	int64_t id, roamer;
	village_as(v, "operator");
	assert_int_equal(account_add(v->cx, &n, &roamer), VH_OK); /* scope: everything */
	n.login = "homer";
	n.phone = "13900000002";
	assert_int_equal(account_add(v->cx, &n, &id), VH_OK); /* he has house 2, and may have more elsewhere */
	village_as(v, "clerk");
	/* A house in one's own village, of anybody's telephone, is quickly made. */
	const struct house_new house = { .address = "东新77号", .landlord = "王三", .phone = "13900000003" };
	assert_int_equal(house_add(v->cx, v->hotel, &house, &id), VH_OK);
	REFUSE(v, account_unlock(v->cx, "roamer"), VH_NOTFOUND, "not_found");
	REFUSE(v, account_disable(v->cx, "roamer", true), VH_NOTFOUND, "not_found");
	REFUSE(v, account_invite(v->cx, "roamer", 24, token), VH_NOTFOUND, "not_found");
	REFUSE(v, account_pin(v->cx, roamer, "135790", NULL), VH_NOTFOUND, "not_found");
	REFUSE(v, account_unlock(v->cx, "nobody"), VH_NOTFOUND, "not_found");
	REFUSE(v, account_unlock(v->cx, "police"), VH_NOTFOUND, "not_found"); /* of the town */
	REFUSE(v, account_unlock(v->cx, "grid"), VH_DENIED, "role");
	REFUSE(v, account_unlock(v->cx, "homer"), VH_NOTFOUND, "not_found");
	REFUSE(v, account_invite(v->cx, "homer", 24, token), VH_NOTFOUND, "not_found");
	assert_int_equal(account_unlock(v->cx, "wang"), VH_OK);
	assert_int_equal(account_invite(v->cx, "wang", 24, token), VH_OK);
	village_as(v, "admin");
	assert_int_equal(account_unlock(v->cx, "roamer"), VH_OK);
	village_as(v, "clerk2");
	REFUSE(v, account_unlock(v->cx, "roamer"), VH_NOTFOUND, "not_found");
	REFUSE(v, account_unlock(v->cx, "wang"), VH_NOTFOUND, "not_found");
	REFUSE(v, account_password(v->cx, "wang", "correct horse"), VH_NOTFOUND, "not_found");
}

static void grant_of_the_same_role_in_reach_is_added_and_revoked(void **state)
{
	struct village *v = *state;
	village_as(v, "admin");
	REFUSE(v, account_grant(v->cx, "clerk", ROLE_POLICE, DONGXIN), VH_INVALID, "role");
	REFUSE(v, account_grant(v->cx, "clerk", ROLE_CLERK, ""), VH_INVALID, "scope");
	REFUSE(v, account_grant(v->cx, "clerk", ROLE_CLERK, "123"), VH_INVALID, "scope");
	assert_int_equal(account_grant(v->cx, "clerk", ROLE_CLERK, XIXIN), VH_OK);
	village_reload(v, "clerk");
	assert_true(actor_covers(village_actor(v, "clerk"), &v->h_far));
	assert_int_equal(account_revoke(v->cx, "clerk", ROLE_CLERK, XIXIN), VH_OK);
	REFUSE(v, account_revoke(v->cx, "clerk", ROLE_CLERK, XIXIN), VH_NOTFOUND, "not_found");
	village_reload(v, "clerk");
	assert_false(actor_covers(village_actor(v, "clerk"), &v->h_far));
	village_as(v, "clerk");
	REFUSE(v, account_grant(v->cx, "wang", ROLE_LANDLORD, XIXIN), VH_DENIED, "scope");
	int64_t had = village_sql(v, "SELECT count(*) FROM grants");
	assert_int_equal(account_grant(v->cx, "wang", ROLE_LANDLORD, DONGXIN), VH_OK); /* which he has */
	assert_int_equal(village_sql(v, "SELECT count(*) FROM grants"), had);
	assert_int_equal(account_grant(v->cx, "wang", ROLE_LANDLORD, DONGXIN), VH_OK);
}

static void an_account_asked_for_twice_under_one_key_is_made_once(void **state)
{
	struct village *v = *state;
	struct account_new n = { .login = "twice", .role = ROLE_CLERK, .scope = DONGXIN };
	struct idem key = { .key = "once" };
	int64_t a, b;
	village_as(v, "admin");
	v->cx->idem = &key;
	assert_int_equal(account_add(v->cx, &n, &a), VH_OK);
	assert_int_equal(account_add(v->cx, &n, &b), VH_OK);
	v->cx->idem = NULL;
	assert_true(key.replayed);
	assert_int_equal(a, b);
	REFUSE(v, account_add(v->cx, &n, &b), VH_CONFLICT, "login_taken");
}

static void administrator_of_a_town_gives_no_more_than_the_town(void **state)
{
	struct village *v = *state;
	struct account_new n = { .login = "town", .role = ROLE_ADMIN, .scope = TOWN };
	int64_t id;
	village_as(v, "admin");
	assert_int_equal(account_add(v->cx, &n, &id), VH_OK);
	struct grant g = { .account = id, .role = "admin", .scope = TOWN };
	struct actor town = { .account = id, .role = ROLE_ADMIN, .login = "town", .grants = &g };
	v->cx->who = &town;
	n.login = "x1";
	n.scope = NULL;
	REFUSE(v, account_add(v->cx, &n, &id), VH_DENIED, "scope");
	n.scope = "310116000000";
	REFUSE(v, account_add(v->cx, &n, &id), VH_DENIED, "scope");
	REFUSE(v, account_disable(v->cx, "auditor", true), VH_NOTFOUND, "not_found"); /* of everything */
	n.scope = XIXIN;
	assert_int_equal(account_add(v->cx, &n, &id), VH_OK);
}

static void weak_passwords_and_pins_are_refused(void **state)
{
	static const char *const pins[] = { "12345", "1234567", "123456", "000000", "12345a", "", NULL };
	struct village *v = *state;
	char token[SECRET_TEXT], long_one[200];
	village_as(v, "operator");
	memset(long_one, 'x', sizeof long_one);
	long_one[129] = '\0';
	REFUSE(v, account_password(v->cx, "police", "seven77"), VH_INVALID, "password");
	REFUSE(v, account_password(v->cx, "police", NULL), VH_INVALID, "password");
	REFUSE(v, account_password(v->cx, "police", long_one), VH_INVALID, "password");
	for (size_t i = 0; i < sizeof pins / sizeof *pins; i++)
		REFUSE(v, account_pin(v->cx, village_actor(v, "wang")->account, pins[i], NULL), VH_INVALID, "pin");
	REFUSE(v, account_pin(v->cx, 4711, "135790", NULL), VH_NOTFOUND, "not_found");
	REFUSE(v, account_token(v->cx, "police", 0, token), VH_INVALID, "days");
	REFUSE(v, account_token(v->cx, "police", 3661, token), VH_INVALID, "days");
	REFUSE(v, account_invite(v->cx, "wang", 0, token), VH_INVALID, "hours");
	REFUSE(v, account_invite(v->cx, "wang", 24 * 60 + 1, token), VH_INVALID, "hours");
	village_as(v, "clerk");
	REFUSE(v, account_token(v->cx, "wang", 1, token), VH_DENIED, "role");
	REFUSE(v, account_invite(v->cx, "grid", 1, token), VH_DENIED, "role");
	village_as(v, "zhao");
	REFUSE(v, account_pin(v->cx, village_actor(v, "wang")->account, "135790", NULL), VH_DENIED, "role");
	assert_int_equal(account_pin(v->cx, village_actor(v, "zhao")->account, "135790", NULL), VH_OK); /* one's own */
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(accounts_are_made_by_those_who_look_after_them),
		T(logins_are_plain_and_taken_once),
		T(names_and_phones_of_accounts_rest_sealed),
		T(tenant_is_bound_by_word_alone_and_never_by_a_telephone),
		T(binding_is_for_tenants_of_people_of_the_place),
		T(somebody_has_one_account_and_no_second),
		T(desk_looks_after_accounts_of_its_own_place_alone),
		T(grant_of_the_same_role_in_reach_is_added_and_revoked),
		T(an_account_asked_for_twice_under_one_key_is_made_once),
		T(administrator_of_a_town_gives_no_more_than_the_town),
		T(weak_passwords_and_pins_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
