/* The lock file: processes take turns, and none of them waits for ever. SOAK makes the long run longer. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/internal.h"
#include "testdb_pet.h"

/* A child that holds the lock file from one byte of `to` to the next; says so by a byte in `from`. */
struct holder {
	pid_t pid;
	int to, from;
	struct testdb t;
};

static void hold(const char *path, int in, int out)
{
	char b;
	while (read(in, &b, 1) == 1) {
		int fd = open(path, O_RDWR);
		if (fd < 0 || flock(fd, LOCK_EX) != 0)
			_exit(1);
		if (write(out, "+", 1) != 1 || read(in, &b, 1) != 1)
			_exit(2);
		close(fd);
		if (write(out, "-", 1) != 1)
			_exit(3);
	}
	_exit(0);
}

/* The child is made before the database is open, so that it shares no descriptor with it. */
static int setup(void **state)
{
	int to[2], from[2];
	char path[300];
	struct holder *h = test_calloc(1, sizeof *h);
	*state = h;
	testdb_open(&h->t, pet_schema);
	testdb_shut(&h->t);
	snprintf(path, sizeof path, "%s.lock", h->t.path);
	assert_int_equal(pipe2(to, O_CLOEXEC) | pipe2(from, O_CLOEXEC), 0);
	fflush(NULL);
	h->pid = fork();
	assert_true(h->pid >= 0);
	if (h->pid == 0) {
		close(to[1]);
		close(from[0]);
		hold(path, to[0], from[1]);
	}
	close(to[0]);
	close(from[1]);
	h->to = to[1];
	h->from = from[0];
	testdb_reopen(&h->t);
	return 0;
}

static int teardown(void **state)
{
	struct holder *h = *state;
	int status = 0;
	close(h->to);
	assert_int_equal(waitpid(h->pid, &status, 0), h->pid);
	close(h->from);
	testdb_close(&h->t);
	test_free(h);
	return status;
}

/* The child takes the lock, or gives it back. */
static void turn(struct holder *h)
{
	char b;
	assert_int_equal(write(h->to, "x", 1), 1);
	assert_int_equal(read(h->from, &b, 1), 1);
}

static void a_lock_held_elsewhere_is_busy_and_then_not(void **state)
{
	struct holder *h = *state;
	struct ctx *cx = &h->t.cx;
	struct pet p[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "b" } };
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pets(cx), i);
		turn(h);
		h->t.db->wait_ms = 60;
		assert_int_equal(db_write(cx, pet_add, &p[i]), VH_BUSY);
		assert_string_equal(err_code(&cx->err), "busy");
		err_clear(&cx->err);
		assert_int_equal(pets(cx), i); /* reading goes on */
		h->t.db->wait_ms = 5000;
		turn(h);
		assert_int_equal(pets(cx), i); /* the refused step did not run late */
		assert_int_equal(db_write(cx, pet_add, &p[i]), VH_OK);
	}
}

static void *release_soon(void *arg)
{
	usleep(80 * 1000);
	turn(arg);
	return NULL;
}

static void a_writer_waits_for_the_lock_within_its_deadline(void **state)
{
	struct holder *h = *state;
	struct pet p = { .id = 1, .name = "a" };
	pthread_t thread;
	turn(h);
	assert_int_equal(pthread_create(&thread, NULL, release_soon, h), 0);
	assert_int_equal(db_write(&h->t.cx, pet_add, &p), VH_OK);
	pthread_join(thread, NULL);
	assert_int_equal(pets(&h->t.cx), 1);
}

static void a_reader_is_not_opened_while_the_lock_is_held(void **state)
{
	struct holder *h = *state;
	int64_t n = 0;
	turn(h);
	h->t.db->wait_ms = 60;
	assert_int_equal(db_read(&h->t.cx, pet_count, &n), VH_BUSY);
	err_clear(&h->t.cx.err);
	assert_int_equal(h->t.db->pool.n, 0);
	h->t.db->wait_ms = 5000;
	turn(h);
	assert_int_equal(db_read(&h->t.cx, pet_count, &n), VH_OK);
	assert_int_equal(h->t.db->pool.n, 1);
}

static void a_lock_file_that_was_removed_is_made_anew(void **state)
{
	struct holder *h = *state;
	struct pet p[] = { { .id = 1, .name = "a" }, { .id = 2, .name = "b" } };
	char path[300];
	snprintf(path, sizeof path, "%s.lock", h->t.path);
	assert_int_equal(db_write(&h->t.cx, pet_add, &p[0]), VH_OK);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(db_write(&h->t.cx, pet_add, &p[1]), VH_OK);
	assert_int_equal(access(path, F_OK), 0);
	turn(h); /* the child opens the new file: it and we see the same lock */
	h->t.db->wait_ms = 60;
	p[1].id = 3;
	assert_int_equal(db_write(&h->t.cx, pet_add, &p[1]), VH_BUSY);
	h->t.db->wait_ms = 5000;
	turn(h);
}

/* ---- two processes write as fast as they can ---- */

enum { THREADS = 3 };

struct crowd {
	struct testdb *t;
	int64_t first, each;
	enum vh_rc rc;
};

static void *write_many(void *arg)
{
	struct crowd *c = arg;
	struct ctx cx = testdb_ctx(c->t);
	static const unsigned char pic[6000];
	for (int64_t i = 0; i < c->each && c->rc == VH_OK; i++) {
		char name[32];
		struct pet p = { .id = c->first + i, .name = name, .pic = { pic, sizeof pic } };
		snprintf(name, sizeof name, "%lld", (long long)p.id);
		c->rc = db_write(&cx, pet_add, &p);
		struct pet seen = { .id = p.id };
		if (c->rc == VH_OK)
			c->rc = db_read(&cx, pet_get, &seen);
		arena_reset(cx.a);
	}
	if (c->rc != VH_OK)
		fprintf(stderr, "%s\n", err_text(&cx.err));
	testdb_drop(&cx);
	return NULL;
}

static enum vh_rc crowd(const char *path, int64_t first, int64_t each)
{
	struct testdb t = { .db = NULL };
	struct crowd c[THREADS];
	pthread_t thread[THREADS];
	struct err e = { .n = 0 };
	enum vh_rc rc = db_open(path, DB_OPEN, &t.db, &e);
	if (rc != VH_OK)
		return rc;
	for (int i = 0; i < THREADS; i++) {
		c[i] = (struct crowd){ .t = &t, .first = first + i * each, .each = each };
		if (pthread_create(&thread[i], NULL, write_many, &c[i]) != 0)
			abort();
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(thread[i], NULL);
		rc = c[i].rc != VH_OK ? c[i].rc : rc;
	}
	db_close(t.db);
	return rc;
}

static void two_processes_write_and_checkpoint_and_lose_nothing(void **state)
{
	struct testdb t;
	int status = -1;
	int64_t each = getenv("SOAK") && *getenv("SOAK") ? 100000 : 400;
	(void)state;
	testdb_open(&t, pet_schema);
	testdb_shut(&t);
	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(crowd(t.path, 1, each) == VH_OK ? 0 : 1);
	enum vh_rc rc = crowd(t.path, 1 + THREADS * each, each);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(rc, VH_OK);
	assert_int_equal(status, 0);
	testdb_reopen(&t);
	assert_int_equal(pets(&t.cx), 2 * THREADS * each);
	assert_int_equal(db_check(&t.cx), VH_OK);
	testdb_close(&t);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_lock_held_elsewhere_is_busy_and_then_not),
		CASE(a_writer_waits_for_the_lock_within_its_deadline),
		CASE(a_reader_is_not_opened_while_the_lock_is_held),
		CASE(a_lock_file_that_was_removed_is_made_anew),
		cmocka_unit_test(two_processes_write_and_checkpoint_and_lose_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
