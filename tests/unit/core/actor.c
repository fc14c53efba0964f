/* Who may do what where: the whole table of roles and acts, and how far each reaches. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "vh/accounts.h"
#include "village.h"

struct asking {
	enum act act;
	const struct hotel *h;
	int64_t house, person;
};

static enum vh_rc ask_step(struct ctx *cx, void *arg)
{
	const struct asking *a = arg;
	return actor_may(cx, a->act, a->h, a->house, a->person);
}

static enum vh_rc ask(struct village *v, const char *who, enum act act, const struct hotel *h, int64_t house,
                      int64_t person)
{
	struct asking a = { act, h, house, person };
	village_as(v, who);
	err_clear(&v->cx->err);
	return db_read(v->cx, ask_step, &a);
}

/* One letter an act, in the order of enum act: S in his scope, o on his own, - not. */
static const struct { enum role role; const char *name, *reach; } table[] = {
	{ ROLE_ADMIN, "admin", "S-SS----S--S-----S--S-" },     { ROLE_CLERK, "clerk", "SSSSSSS-SS-S-SSSSSSSSS" },
	{ ROLE_HEAD, "head", "S----------------S--S-" },       { ROLE_POLICE, "police", "SS--SSSS-----SSS--S-SS" },
	{ ROLE_GRID, "grid", "SS--SSS------SSS--S-S-" },       { ROLE_LANDLORD, "landlord", "oo-oo---------ooo-----" },
	{ ROLE_TENANT, "tenant", "-o--o-------o------o--" },   { ROLE_EMPLOYER, "employer", "----------------------" },
	{ ROLE_AUDITOR, "auditor", "----------S-----------" }, { ROLE_OPERATOR, "operator", "SSSSSSS-SSSS--SS-S-SS-" },
	{ ROLE_DOOR, "door", "----S-----------------" },
};

static void table_of_roles_and_acts_is_as_agreed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		assert_int_equal(strlen(table[i].reach), ACT__MAX);
		assert_string_equal(role_name(table[i].role), table[i].name);
		for (int a = 0; a < ACT__MAX; a++) {
			char got = "-oS"[role_reach(table[i].role, (enum act)a)];
			if (got != table[i].reach[a])
				fail_msg("%s %s: %c", table[i].name, act_name((enum act)a), got);
		}
	}
	for (int a = 0; a < ACT__MAX; a++)
		assert_int_equal(role_reach(ROLE_NONE, (enum act)a), REACH_NO);
}

static void nobody_is_made_an_operator_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; table[i].role < ROLE_OPERATOR; i++)
		assert_int_equal(role_of(table[i].name), table[i].role);
	assert_int_equal(role_of("operator"), ROLE_NONE);
	assert_int_equal(role_of("door"), ROLE_NONE);
	assert_int_equal(role_of("none"), ROLE_NONE);
	assert_int_equal(role_of("Police"), ROLE_NONE);
	assert_int_equal(role_of(""), ROLE_NONE);
	assert_int_equal(role_of(NULL), ROLE_NONE);
}

static void every_role_is_let_in_and_kept_out_by_the_table(void **state)
{
	static const struct { const char *who; enum role role; } people[] = {
		{ "admin", ROLE_ADMIN }, { "clerk", ROLE_CLERK }, { "head", ROLE_HEAD }, { "police", ROLE_POLICE },
		{ "grid", ROLE_GRID },   { "wang", ROLE_LANDLORD }, { "employer", ROLE_EMPLOYER },
		{ "auditor", ROLE_AUDITOR },
	};
	struct village *v = *state;
	for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
		for (int a = 0; a < ACT__MAX; a++) {
			bool may = role_reach(people[i].role, (enum act)a) != REACH_NO;
			enum vh_rc rc = ask(v, people[i].who, (enum act)a, &v->h, v->house[0], 0);
			assert_int_equal(rc, may ? VH_OK : VH_DENIED);
			assert_string_equal(err_code(&v->cx->err), may ? "" : "role");
		}
	}
	for (int a = 0; a < ACT__MAX; a++)
		assert_int_equal(ask(v, NULL, (enum act)a, &v->h, 0, 0), VH_DENIED);
	assert_string_equal(err_code(&v->cx->err), "login");
}

static void out_of_scope_does_not_exist(void **state)
{
	struct village *v = *state;
	static const char *const here[] = { "clerk", "grid", "head" };
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask(v, here[i], ACT_RACK, &v->h, 0, 0), VH_OK);
		assert_int_equal(ask(v, here[i], ACT_RACK, &v->h_far, 0, 0), VH_NOTFOUND);
	}
	assert_int_equal(ask(v, "police", ACT_RACK, &v->h_far, 0, 0), VH_OK); /* of the town */
	assert_int_equal(ask(v, "outsider", ACT_RACK, &v->h, 0, 0), VH_NOTFOUND);
	assert_int_equal(ask(v, "outsider", ACT_RACK, &v->h_far, 0, 0), VH_OK);
	assert_int_equal(ask(v, "admin", ACT_RACK, &v->h_far, 0, 0), VH_OK);
	assert_int_equal(ask(v, "operator", ACT_RACK, &v->h_far, 0, 0), VH_OK);
}

static void landlord_reaches_his_own_houses_alone(void **state)
{
	struct village *v = *state;
	assert_int_equal(ask(v, "wang", ACT_ROOM, &v->h, v->house[0], 0), VH_OK);
	assert_int_equal(ask(v, "wang", ACT_ROOM, &v->h, v->house[1], 0), VH_NOTFOUND);
	assert_int_equal(ask(v, "zhao", ACT_ROOM, &v->h, v->house[1], 0), VH_OK);
	assert_int_equal(ask(v, "zhao", ACT_ROOM, &v->h, v->house[0], 0), VH_NOTFOUND);
	assert_int_equal(ask(v, "wang", ACT_RACK, &v->h, 0, 0), VH_OK);
	assert_int_equal(ask(v, "wang", ACT_RACK, &v->h_far, 0, 0), VH_NOTFOUND);
	/* A telephone links him to his houses; without one he has none. */
	struct account_new n = { .login = "nobody", .role = ROLE_LANDLORD, .scope = DONGXIN };
	int64_t id;
	village_as(v, "operator");
	assert_int_equal(account_add(v->cx, &n, &id), VH_OK);
	struct actor who = *village_actor(v, "wang");
	who.phone = NULL;
	v->cx->who = &who;
	struct asking a = { ACT_ROOM, &v->h, v->house[0], 0 };
	assert_int_equal(db_read(v->cx, ask_step, &a), VH_NOTFOUND);
}

static void tenant_reaches_himself_alone(void **state)
{
	struct village *v = *state;
	int64_t a = village_stay(v, village_in(v, V_101, 1)).person,
		b = village_stay(v, village_in(v, V_101, 2)).person;
	assert_int_equal(ask(v, "tenant", ACT_ME, &v->h, 0, a), VH_NOTFOUND);
	village_as(v, "operator");
	assert_int_equal(account_bind_person(v->cx, "tenant", v->hotel, a), VH_OK);
	village_reload(v, "tenant");
	assert_int_equal(ask(v, "tenant", ACT_ME, &v->h, 0, a), VH_OK);
	assert_int_equal(ask(v, "tenant", ACT_FILE, &v->h, v->house[0], a), VH_OK);
	assert_int_equal(ask(v, "tenant", ACT_FILE, &v->h, v->house[0], b), VH_NOTFOUND);
	assert_int_equal(ask(v, "tenant", ACT_FILE, &v->h, v->house[0], 0), VH_NOTFOUND);
	assert_int_equal(ask(v, "tenant", ACT_ME, &v->h_far, 0, a), VH_NOTFOUND);
	assert_int_equal(ask(v, "tenant", ACT_RACK, &v->h, 0, a), VH_DENIED);
	/* He may be bound to two: a mother and her child. */
	village_as(v, "operator");
	assert_int_equal(account_bind_person(v->cx, "tenant", v->hotel, b), VH_OK);
	village_reload(v, "tenant");
	assert_int_equal(ask(v, "tenant", ACT_ME, &v->h, 0, a), VH_OK);
	assert_int_equal(ask(v, "tenant", ACT_ME, &v->h, 0, b), VH_OK);
}

static bool covers(const char *scope, const char *grant_role, enum role role, const char *path)
{
	struct grant g = { .role = grant_role, .scope = scope };
	struct actor who = { .account = 1, .role = role, .grants = &g };
	struct hotel h = { .path = path };
	return actor_covers(&who, &h);
}

static void scope_is_a_whole_code_on_the_path(void **state)
{
	static const char path[] = ",310000000000,310116000000," TOWN "," DONGXIN ",";
	(void)state;
	assert_true(covers(DONGXIN, "police", ROLE_POLICE, path));
	assert_true(covers(TOWN, "police", ROLE_POLICE, path));
	assert_true(covers("310000000000", "police", ROLE_POLICE, path));
	assert_false(covers(XIXIN, "police", ROLE_POLICE, path));
	assert_false(covers("3100", "police", ROLE_POLICE, path));
	assert_false(covers("10000000000", "police", ROLE_POLICE, path));
	assert_false(covers("310116104205,", "police", ROLE_POLICE, path));
	assert_true(covers("", "police", ROLE_POLICE, path));
	assert_false(covers(TOWN, "clerk", ROLE_POLICE, path)); /* a grant of another role counts nothing */
	struct actor none = { .account = 1, .role = ROLE_ADMIN };
	assert_false(actor_covers(&none, &(struct hotel){ .path = path }));
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_of_roles_and_acts_is_as_agreed),
		cmocka_unit_test(nobody_is_made_an_operator_by_name),
		T(every_role_is_let_in_and_kept_out_by_the_table),
		T(out_of_scope_does_not_exist),
		T(landlord_reaches_his_own_houses_alone),
		T(tenant_reaches_himself_alone),
		cmocka_unit_test(scope_is_a_whole_code_on_the_path),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
