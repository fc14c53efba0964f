/* A process killed at any moment has lost nothing that it acknowledged. SOAK kills many more. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testdb_pet.h"

enum { THREADS = 4 };

static struct testdb child_db;
static int acks;

/* Writes for ever; each acknowledgement is an id in the pipe, which a kill does not empty. */
static void *write_for_ever(void *arg)
{
	static const unsigned char pic[3000];
	struct ctx cx = testdb_ctx(&child_db);
	for (int64_t id = *(int64_t *)arg;; id += THREADS) {
		char name[32];
		struct pet p = { .id = id, .name = name, .pic = { pic, sizeof pic } };
		snprintf(name, sizeof name, "%lld", (long long)id);
		if (db_write(&cx, pet_add, &p) != VH_OK || write(acks, &id, sizeof id) != sizeof id)
			_exit(1);
		arena_reset(cx.a);
	}
	return NULL;
}

static void run_child(const struct testdb *t, int64_t first)
{
	pthread_t thread;
	int64_t from[THREADS];
	child_db = *t;
	testdb_reopen(&child_db);
	for (int i = 0; i < THREADS; i++) {
		from[i] = first + i;
		if (pthread_create(&thread, NULL, write_for_ever, &from[i]) != 0)
			_exit(2);
	}
	for (;;)
		pause();
}

/* Kills one child after `us` and returns how many of its writes were acknowledged. */
static int64_t kill_one(struct testdb *t, int64_t first, useconds_t us)
{
	int fd[2], status = 0;
	int64_t id, n = 0;
	assert_int_equal(pipe(fd), 0);
	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(fd[0]);
		acks = fd[1];
		run_child(t, first);
	}
	close(fd[1]);
	/* Its work has begun: how long that takes is the machine's business. */
	struct pollfd begun = { .fd = fd[0], .events = POLLIN };
	assert_int_equal(poll(&begun, 1, 60000), 1);
	usleep(us);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	testdb_reopen(t);
	while (read(fd[0], &id, sizeof id) == sizeof id) {
		struct pet p = { .id = id };
		assert_int_equal(db_read(&t->cx, pet_get, &p), VH_OK);
		arena_reset(t->cx.a);
		n++;
	}
	close(fd[0]);
	assert_int_equal(db_check(&t->cx), VH_OK);
	testdb_shut(t);
	return n;
}

static void what_was_acknowledged_outlives_a_kill(void **state)
{
	struct testdb t;
	int64_t acked = 0;
	int kills = getenv("SOAK") && *getenv("SOAK") ? 2000 : 6;
	(void)state;
	for (int i = 0; i < kills; i++) {
		if (i % 20 == 0) { /* checking a grown file takes long */
			if (i)
				testdb_close(&t);
			testdb_open(&t, pet_schema);
			testdb_shut(&t);
		}
		acked += kill_one(&t, 1000000 * (int64_t)(i + 1),
		                  (useconds_t)(10000 + (i * 7919) % 50000));
	}
	assert_true(acked >= kills);
	testdb_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_acknowledged_outlives_a_kill),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
