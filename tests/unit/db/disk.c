/* The disk: full, or not keeping what was synced. The calls SQLite makes are caught here and made to fail. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "db/internal.h"
#include "testdb_pet.h"

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at);
int fdatasync(int fd);
int fsync(int fd);

static atomic_bool full, sync_for_ever;
static atomic_long syncs_left = -1; /* -1: all go well */
static atomic_long writes, syncs;

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	atomic_fetch_add(&writes, 1);
	if (atomic_load(&full)) {
		errno = ENOSPC;
		return -1;
	}
	return syscall(SYS_pwrite64, fd, p, n, at);
}

/* Files alone: what becomes of the sync of a folder, SQLite does not say. */
static bool sync_fails(int fd)
{
	struct stat st;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	atomic_fetch_add(&syncs, 1);
	long left = atomic_load(&syncs_left);
	if (left < 0)
		return false;
	if (left > 0) {
		atomic_fetch_sub(&syncs_left, 1);
		return false;
	}
	if (!atomic_load(&sync_for_ever))
		atomic_store(&syncs_left, -1);
	errno = EIO;
	return true;
}

int fdatasync(int fd)
{
	return sync_fails(fd) ? -1 : (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
	return sync_fails(fd) ? -1 : (int)syscall(SYS_fsync, fd);
}

static unsigned char big[40000];

static enum vh_rc add_big(struct testdb *t, int64_t id)
{
	char name[20];
	snprintf(name, sizeof name, "%lld", (long long)id);
	struct pet p = { .id = id, .name = name, .pic = { big, sizeof big } };
	err_clear(&t->cx.err);
	return db_write(&t->cx, pet_add, &p);
}

/* ---- full ---- */

static void a_full_disk_refuses_writes_and_nothing_else(void **state)
{
	struct testdb *t = *state;
	long before = atomic_load(&writes);
	assert_int_equal(add_big(t, 1), VH_OK);
	assert_true(atomic_load(&writes) > before); /* the calls are caught */
	for (int i = 0; i < 2; i++) {
		atomic_store(&full, true);
		assert_int_equal(add_big(t, 2 + i), VH_IO);
		assert_string_equal(err_code(&t->cx.err), "disk_full");
		assert_int_equal(pets(&t->cx), 1 + i);
		atomic_store(&full, false);
		assert_int_equal(add_big(t, 2 + i), VH_OK);
		assert_int_equal(pets(&t->cx), 2 + i);
	}
	assert_int_equal(db_check(&t->cx), VH_OK);
}

/* More than the page cache holds, so that pages are written before the commit. */
static enum vh_rc add_very_much(struct ctx *cx, void *arg)
{
	static unsigned char huge[900000];
	enum vh_rc rc = VH_OK;
	for (int i = 0; i < 14 && rc == VH_OK; i++) {
		struct pet p = { .id = 100 + i, .name = arena_printf(cx->a, "huge %d", i),
		                 .pic = { huge, sizeof huge } };
		rc = pet_add(cx, &p);
	}
	(void)arg;
	return rc;
}

static void a_disk_that_fills_in_mid_step_undoes_it(void **state)
{
	struct testdb *t = *state;
	assert_int_equal(add_big(t, 1), VH_OK);
	atomic_store(&full, true);
	assert_int_equal(db_write(&t->cx, add_very_much, NULL), VH_IO);
	assert_string_equal(err_code(&t->cx.err), "disk_full");
	atomic_store(&full, false);
	err_clear(&t->cx.err);
	assert_int_equal(pets(&t->cx), 1);
	assert_int_equal(db_write(&t->cx, add_very_much, NULL), VH_OK);
	assert_int_equal(pets(&t->cx), 15);
	assert_int_equal(db_check(&t->cx), VH_OK);
}

static int write_to_the_limit(void *arg)
{
	struct testdb *t = arg;
	struct rlimit was, tight;
	int64_t acked = 0;
	testdb_reopen(t);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	tight = (struct rlimit){ .rlim_cur = 1 << 20, .rlim_max = was.rlim_max };
	setrlimit(RLIMIT_FSIZE, &tight);
	enum vh_rc rc = VH_OK;
	while (acked < 200 && (rc = add_big(t, acked + 1)) == VH_OK)
		acked++;
	if (rc != VH_IO || strcmp(err_code(&t->cx.err), "disk_full") != 0 || acked < 5)
		return 1;
	if (pets(&t->cx) != acked)
		return 2;
	setrlimit(RLIMIT_FSIZE, &was);
	if (add_big(t, acked + 1) != VH_OK || pets(&t->cx) != acked + 1)
		return 3;
	rc = db_check(&t->cx);
	testdb_shut(t);
	return rc == VH_OK ? 0 : 4;
}

static void a_file_at_its_size_limit_counts_as_a_full_disk(void **state)
{
	char said[400];
	struct testdb t;
	(void)state;
	testdb_open(&t, pet_schema);
	testdb_shut(&t);
	int how = testdb_child(write_to_the_limit, &t, said);
	testdb_close(&t);
	if (how)
		fail_msg("ended with %d: %s", how, said);
}

/* ---- a sync that fails ---- */

/* Shared with the child. */
struct ledger {
	struct testdb t;
	long nth;
	bool forever;
	long acked, after, syncs;
};

static bool stopped(struct testdb *t)
{
	int64_t n;
	struct db *again = NULL;
	struct err e = { .n = 0 };
	atomic_store(&syncs_left, -1); /* the disk has recovered: it must not matter */
	err_clear(&t->cx.err);
	bool read = db_read(&t->cx, pet_count, &n) == VH_IO
	            && !strcmp(err_code(&t->cx.err), "db_fsync");
	bool opened = db_open(t->path, DB_OPEN, &again, &e) == VH_IO
	              && !strcmp(err_code(&e), "db_fsync");
	bool written = add_big(t, 9999) == VH_IO && !strcmp(err_code(&t->cx.err), "db_fsync");
	return read && opened && written;
}

static int write_until_a_sync_fails(void *arg)
{
	struct ledger *l = arg;
	struct testdb t = l->t;
	testdb_reopen(&t);
	atomic_store(&syncs, 0);
	atomic_store(&sync_for_ever, l->forever);
	atomic_store(&syncs_left, l->nth);
	bool failed = false;
	for (int64_t id = 1; id <= 130; id++) {
		enum vh_rc rc = add_big(&t, id);
		if (rc == VH_OK && failed)
			l->after++; /* acknowledged after a failed sync: never */
		else if (rc == VH_OK)
			l->acked = id;
		else
			failed = true;
	}
	l->syncs = atomic_load(&syncs);
	if (failed && !stopped(&t))
		return 1;
	testdb_shut(&t);
	return failed ? 2 : 0;
}

static void check_ledger(struct ledger *l)
{
	struct testdb t = l->t;
	testdb_reopen(&t);
	for (int64_t id = 1; id <= l->acked; id++) {
		struct pet p = { .id = id };
		assert_int_equal(db_read(&t.cx, pet_get, &p), VH_OK);
		arena_reset(t.cx.a);
	}
	assert_int_equal(db_check(&t.cx), VH_OK);
	testdb_close(&t);
}

/* In children: a process whose sync has failed is of no use any more. */
static void after_a_failed_sync_nothing_is_acknowledged(void **state)
{
	struct ledger *l = mmap(NULL, sizeof *l, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
	                        -1, 0);
	char said[400];
	(void)state;
	assert_ptr_not_equal(l, MAP_FAILED);
	/* Commits sync once each; the checkpoint between the hundredth and the next syncs twice. */
	static const long nth[] = { 0, 1, 2, 50, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 500 };
	for (size_t i = 0; i < 2 * sizeof nth / sizeof *nth; i++) {
		*l = (struct ledger){ .nth = nth[i / 2], .forever = i % 2 };
		testdb_open(&l->t, pet_schema);
		testdb_shut(&l->t);
		int how = testdb_child(write_until_a_sync_fails, l, said);
		if (how != (nth[i / 2] == 500 ? 0 : 2) || l->after)
			fail_msg("sync %ld: ended with %d, %ld after: %s", l->nth, how, l->after, said);
		assert_true(l->syncs > 130 || how == 2);
		check_ledger(l);
	}
	munmap(l, sizeof *l);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, pet_setup, pet_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_full_disk_refuses_writes_and_nothing_else),
		CASE(a_disk_that_fills_in_mid_step_undoes_it),
		cmocka_unit_test(a_file_at_its_size_limit_counts_as_a_full_disk),
		cmocka_unit_test(after_a_failed_sync_nothing_is_acknowledged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
