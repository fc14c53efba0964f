/* Codes and phones: what binds one more, for how long, for whom, and what ends with it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "vh/accounts.h"
#include "vh/limits.h"
#include "vh/phones.h"
#include "vh/staff.h"
#include "village.h"

static void come_by_slip(struct village *v, char device[SECRET_TEXT], struct login_ok *ok)
{
	char slip[SECRET_TEXT];
	village_as(v, "clerk");
	OK(v, account_invite(v->cx, "wang", 24, slip));
	OK(v, invite_use(v->cx, slip, "246813", device, ok));
}

static void code_is_good_once_for_an_hour_and_for_whoever_has_the_pin(void **state)
{
	struct village *v = *state;
	char device[SECRET_TEXT], code[CODE_CHARS + 1];
	struct login_ok ok;
	struct session s;
	int64_t then = v->cx->now;
	come_by_slip(v, device, &ok);
	OK(v, account_code(v->cx, "wang", code));
	village_refused(v, invite_use(v->cx, code, "135790", device, &ok), VH_DENIED, "pin_wrong");
	v->cx->now = then + HOUR_MS;
	village_refused(v, invite_use(v->cx, code, "246813", device, &ok), VH_NOTFOUND, "invite");
	v->cx->now = then;
	OK(v, invite_use_on(v->cx, code, "246813", "wechat.android", device, &ok));
	village_refused(v, invite_use(v->cx, code, "246813", device, &ok), VH_NOTFOUND, "invite");
	OK(v, actor_of_session(v->cx, ok.session, &s));
	village_as(v, "clerk2");
	village_refused(v, account_code(v->cx, "wang", code), VH_NOTFOUND, "not_found");
	village_as(v, "operator");
	village_refused(v, account_code(v->cx, "police", code), VH_CONFLICT, "invite");
}

static void wrong_pins_with_a_code_lock_the_account(void **state)
{
	struct village *v = *state;
	char device[SECRET_TEXT], code[CODE_CHARS + 1];
	struct login_ok ok;
	come_by_slip(v, device, &ok);
	OK(v, account_code(v->cx, "wang", code));
	for (int i = 0; i < LIM_PIN_TRIES; i++)
		village_refused(v, invite_use(v->cx, code, "135790", device, &ok), VH_DENIED, "pin_wrong");
	village_refused(v, invite_use(v->cx, code, "246813", device, &ok), VH_DENIED, "locked");
	OK(v, account_unlock(v->cx, "wang"));
	OK(v, invite_use(v->cx, code, "246813", device, &ok));
}

static int64_t phones(struct village *v, struct phone **ret)
{
	int64_t n = 0;
	struct phone *list = NULL;
	OK(v, phones_of(v->cx, "wang", NULL, &list));
	*ret = list;
	for (; list; list = list->next)
		n++;
	return n;
}

static void an_account_has_so_many_phones_and_no_more(void **state)
{
	struct village *v = *state;
	char device[SECRET_TEXT], code[CODE_CHARS + 1];
	struct login_ok ok;
	struct phone *list;
	come_by_slip(v, device, &ok);
	for (int i = 1; i < LIM_PHONES; i++) {
		OK(v, account_code(v->cx, "wang", code));
		OK(v, invite_use(v->cx, code, "246813", device, &ok));
	}
	assert_int_equal(phones(v, &list), LIM_PHONES);
	OK(v, account_code(v->cx, "wang", code));
	village_refused(v, invite_use(v->cx, code, "246813", device, &ok), VH_LIMIT, "phones");
	OK(v, phone_unbind(v->cx, "wang", list->id));
	OK(v, invite_use(v->cx, code, "246813", device, &ok)); /* it was not used up */
	come_by_slip(v, device, &ok);
	assert_int_equal(phones(v, &list), 1);
}

static void what_came_in_by_a_phone_ends_with_it(void **state)
{
	struct village *v = *state;
	char first[SECRET_TEXT], second[SECRET_TEXT], code[CODE_CHARS + 1];
	struct login_ok one, two, again;
	struct session s;
	struct phone *list;
	come_by_slip(v, first, &one);
	OK(v, account_code(v->cx, "wang", code));
	v->cx->now++;
	OK(v, invite_use_on(v->cx, code, "246813", "chrome.android", second, &two));
	const struct login_try t = { .login = "wang", .pin = "246813", .device = second };
	OK(v, account_login(v->cx, &t, &again));
	assert_int_equal(phones(v, &list), 2);
	assert_null(list->label);
	assert_string_equal(list->next->label, "chrome.android");
	OK(v, phone_unbind(v->cx, "wang", list->next->id));
	village_refused(v, actor_of_session(v->cx, two.session, &s), VH_DENIED, "login");
	village_refused(v, actor_of_session(v->cx, again.session, &s), VH_DENIED, "login");
	village_refused(v, account_login(v->cx, &t, &again), VH_DENIED, "login");
	OK(v, actor_of_session(v->cx, one.session, &s));
	village_refused(v, phone_unbind(v->cx, "wang", "0123456789abcdef"), VH_NOTFOUND, "not_found");
}

/* A village's desk gives nothing of another's: one account for each place where he lets. */
static void a_landlord_of_two_villages_has_an_account_in_each(void **state)
{
	struct village *v = *state;
	struct house_new n = { .address = "西新9号", .landlord = "房东甲", .phone = "13900000001" };
	int64_t house, made;
	struct lord *list;
	village_as(v, "clerk2");
	OK(v, house_add(v->cx, v->far, &n, &house));
	OK(v, lords_enlist(v->cx, &v->h_far, &made));
	assert_int_equal(made, 2); /* he, and the one of 西新1号 */
	OK(v, lords_enlist(v->cx, &v->h_far, &made));
	assert_int_equal(made, 0);
	OK(v, lords_of(v->cx, &v->h_far, &list));
	for (; list && strcmp(list->name, "房东甲") != 0;)
		list = list->next;
	assert_non_null(list);
	assert_string_not_equal(list->login, "wang");
	char slip[SECRET_TEXT];
	village_refused(v, account_invite(v->cx, "wang", 24, slip), VH_NOTFOUND, "not_found");
	OK(v, account_invite(v->cx, list->login, 24, slip));
	village_as(v, "police");
	village_refused(v, lords_of(v->cx, &v->h, &list), VH_DENIED, "role");
}

#define T(f) cmocka_unit_test_setup_teardown(f, village_setup, village_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(code_is_good_once_for_an_hour_and_for_whoever_has_the_pin),
		T(wrong_pins_with_a_code_lock_the_account),
		T(an_account_has_so_many_phones_and_no_more),
		T(what_came_in_by_a_phone_ends_with_it),
		T(a_landlord_of_two_villages_has_an_account_in_each),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
