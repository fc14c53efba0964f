/* Write steps: what is acknowledged, what fails alone, what joins. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "testdb_pet.h"

static void a_row_comes_back_as_it_was_written(void **state)
{
	struct testdb *t = *state;
	struct pet cat = { 1, "Miau", "likes \"fish\"", { (const unsigned char *)"\0\1", 2 }, 4.5 };
	struct pet dog = { 2, "Wau", NULL, { NULL, 0 }, 12 };
	assert_int_equal(db_write(&t->cx, pet_add, &cat), VH_OK);
	assert_int_equal(db_write(&t->cx, pet_add, &dog), VH_OK);
	struct pet p = { .id = 1 };
	assert_int_equal(db_read(&t->cx, pet_get, &p), VH_OK);
	assert_string_equal(p.name, "Miau");
	assert_string_equal(p.note, "likes \"fish\"");
	assert_int_equal(p.pic.n, 2);
	assert_memory_equal(p.pic.p, "\0\1", 2);
	assert_true(p.kg > 4.4 && p.kg < 4.6);
	p = (struct pet){ .id = 2 };
	assert_int_equal(db_read(&t->cx, pet_get, &p), VH_OK);
	assert_null(p.note);
	assert_null(p.pic.p);
	p = (struct pet){ .id = 3 };
	assert_int_equal(db_read(&t->cx, pet_get, &p), VH_NOTFOUND);
}

static void a_violated_constraint_is_a_conflict_without_words(void **state)
{
	struct testdb *t = *state;
	struct pet cat = { .id = 1, .name = "Miau" };
	struct pet same = { .id = 2, .name = "Miau" };
	struct pet airy = { .id = 3, .name = "Puff", .kg = -1 };
	assert_int_equal(db_write(&t->cx, pet_add, &cat), VH_OK);
	assert_int_equal(db_write(&t->cx, pet_add, &same), VH_CONFLICT);
	assert_int_equal(db_write(&t->cx, pet_add, &airy), VH_CONFLICT);
	assert_int_equal(t->cx.err.n, 0);
	assert_int_equal(pets(&t->cx), 1);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, pet_setup, pet_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_row_comes_back_as_it_was_written),
		CASE(a_violated_constraint_is_a_conflict_without_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
