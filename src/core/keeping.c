#include "vh/keeping.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vh/date.h"
#include "vh/json.h"
#include "vh/limits.h"
#include "vh/recover.h"

enum { MARK = 8 };

static const char *const helpers[] = { "", "-wal", "-shm", ".lock" };

static enum vh_rc file_fail(struct ctx *cx, const char *code, const char *path)
{
	const char *why = errno == ENOSPC || errno == EDQUOT ? "disk_full" : code;
	return ctx_fail(cx, errno == ENOENT ? VH_NOTFOUND : VH_IO, why, "file", "%s: %s", path,
	                strerror(errno));
}

/* A database that is only passing through, with everything that opening it left beside it. */
static void drop_db(struct ctx *cx, const char *path)
{
	for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++) {
		const char *file = arena_printf(cx->a, "%s%s", path, helpers[i]);
		if (file)
			unlink(file);
	}
}

static const char *beside(struct ctx *cx, const char *path)
{
	char mark[MARK + 1];
	random_token(mark, MARK);
	return arena_printf(cx->a, "%s.%s.tmp", path, mark);
}

enum vh_rc backup_dir(struct ctx *cx, const char *db, const char **ret)
{
	if (!strncmp(db, "sqlite:", 7))
		db += 7;
	const char *slash = strrchr(db, '/');
	*ret = arena_printf(cx->a, "%.*sbackup", slash ? (int)(slash - db) + 1 : 0, db);
	return *ret ? VH_OK : ctx_nomem(cx);
}

enum vh_rc backup_name(struct ctx *cx, const char *dir, const char **ret)
{
	int y, m, d;
	int32_t day = day_of(cx->now, ZONE_CHINA);
	int s = (int)((cx->now - day_start(day, ZONE_CHINA)) / 1000);
	day_split(day, &y, &m, &d);
	char *stem = arena_printf(cx->a, "%s/vhotel-%04d%02d%02d-%02d%02d%02d", dir, y, m, d,
	                          s / 3600, s / 60 % 60, s % 60);
	const char *name = stem ? arena_printf(cx->a, "%s" BACKUP_ENDING, stem) : NULL;
	/* The night and a hand may want one in the same second. */
	for (int i = 2; name && i < 100 && access(name, F_OK) == 0; i++)
		name = arena_printf(cx->a, "%s-%d" BACKUP_ENDING, stem, i);
	if (!name)
		return ctx_nomem(cx);
	*ret = name;
	return VH_OK;
}

static enum vh_rc make_folder_of(struct ctx *cx, const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash || slash == path)
		return VH_OK;
	char *dir = arena_dupn(cx->a, path, (size_t)(slash - path));
	if (!dir)
		return ctx_nomem(cx);
	if (mkdir(dir, 0700) && errno != EEXIST)
		return file_fail(cx, "backup", dir);
	return VH_OK;
}

/* Another database of the same node: its own context, the same arena, clock and keys. */
static enum vh_rc open_aside(struct ctx *cx, const char *path, struct ctx *ret)
{
	*ret = (struct ctx){ .a = cx->a, .keys = cx->keys, .who = cx->who, .now = cx->now };
	return db_open(path, DB_OPEN, &ret->db, &cx->err);
}

static enum vh_rc check_aside(struct ctx *cx, struct ctx *copy, struct check_report *ret)
{
	enum vh_rc rc = registry_check(copy, false, ret);
	if (rc != VH_OK) {
		cx->err = copy->err;
		return rc;
	}
	if (ret->broken)
		return ctx_fail(cx, VH_CONFLICT, "not_whole", "db", "%s: %s", ret->broken->code,
		                ret->broken->text);
	ret->engine = arena_dup(cx->a, ret->engine); /* it goes with its database */
	return ret->engine ? VH_OK : ctx_nomem(cx);
}

static enum vh_rc unseal(struct ctx *cx, const char *from, const char *to)
{
	struct key k;
	keys_node(cx->keys, "backup", &k);
	enum vh_rc rc = file_open(&k, from, to);
	wipe(&k, sizeof k);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "backup", "file", "there is no %s", from);
	/* Most likely not the disk: trying again will not mend it. */
	if (rc == VH_IO)
		return ctx_fail(cx, VH_INVALID, "backup", "file",
		                "%s does not open: damaged, cut off, made with another key, or the "
		                "disk is full",
		                from);
	return rc;
}

static enum vh_rc seal(struct ctx *cx, const char *from, const char *to)
{
	struct key k;
	keys_node(cx->keys, "backup", &k);
	enum vh_rc rc = file_seal(&k, from, to);
	wipe(&k, sizeof k);
	return rc == VH_OK ? VH_OK : ctx_fail(cx, rc, "backup", "file", "%s cannot be written", to);
}

/* What was sealed is opened again and checked: the file, not what it was made of. */
static enum vh_rc prove(struct ctx *cx, const char *sealed, const char *tmp,
                        struct check_report *ret)
{
	struct ctx copy;
	enum vh_rc rc = unseal(cx, sealed, tmp);
	if (rc == VH_OK)
		rc = open_aside(cx, tmp, &copy);
	if (rc == VH_OK) {
		rc = check_aside(cx, &copy, ret);
		db_close(copy.db);
	}
	drop_db(cx, tmp);
	return rc;
}

enum vh_rc backup_make(struct ctx *cx, const char *to, struct check_report *ret)
{
	const char *plain = beside(cx, to), *sealed = beside(cx, to), *again = beside(cx, to);
	if (!plain || !sealed || !again)
		return ctx_nomem(cx);
	if (!access(to, F_OK))
		return ctx_fail(cx, VH_CONFLICT, "exists", "out", "%s exists", to);
	enum vh_rc rc = make_folder_of(cx, to);
	if (rc == VH_OK)
		rc = db_copy(cx, plain);
	if (rc == VH_OK)
		rc = seal(cx, plain, sealed);
	drop_db(cx, plain);
	if (rc == VH_OK)
		rc = prove(cx, sealed, again, ret);
	if (rc == VH_OK && rename(sealed, to))
		rc = file_fail(cx, "backup", to);
	if (rc == VH_OK && file_sync_dir(to) != VH_OK)
		rc = file_fail(cx, "backup", to);
	if (rc != VH_OK)
		unlink(sealed);
	return rc;
}

static enum vh_rc add_file(struct ctx *cx, const char *dir, const char *name, struct backup **list)
{
	struct stat st;
	size_t n = strlen(name), ending = strlen(BACKUP_ENDING);
	if (n <= ending || strcmp(name + n - ending, BACKUP_ENDING))
		return VH_OK;
	struct backup *b = arena_alloc(cx->a, sizeof *b);
	const char *path = arena_printf(cx->a, "%s/%s", dir, name);
	if (!b || !path)
		return ctx_nomem(cx);
	if (lstat(path, &st) || !S_ISREG(st.st_mode))
		return VH_OK;
	*b = (struct backup){ .path = path, .bytes = st.st_size };
	b->at = st.st_mtim.tv_sec * INT64_C(1000) + st.st_mtim.tv_nsec / 1000000;
	while (*list && ((*list)->at > b->at ||
	                 ((*list)->at == b->at && strcmp((*list)->path, b->path) > 0)))
		list = &(*list)->next;
	b->next = *list;
	*list = b;
	return VH_OK;
}

enum vh_rc backup_list(struct ctx *cx, const char *dir, struct backup **ret)
{
	struct backup *list = NULL;
	enum vh_rc rc = VH_OK;
	DIR *d = opendir(dir);
	if (!d && errno != ENOENT)
		return file_fail(cx, "backup", dir);
	for (struct dirent *e; d && rc == VH_OK && (e = readdir(d));)
		rc = add_file(cx, dir, e->d_name, &list);
	if (d)
		closedir(d);
	if (rc == VH_OK)
		*ret = list;
	return rc;
}

enum vh_rc backup_prune(struct ctx *cx, const char *dir, int64_t before, unsigned least,
                        int64_t *ret_n)
{
	struct backup *b = NULL;
	int64_t n = 0;
	enum vh_rc rc = backup_list(cx, dir, &b);
	for (; rc == VH_OK && b; b = b->next) {
		if (least) {
			least--;
			continue;
		}
		if (b->at >= before)
			continue;
		if (unlink(b->path))
			rc = file_fail(cx, "backup", b->path);
		n += rc == VH_OK;
	}
	if (rc == VH_OK)
		*ret_n = n;
	return rc;
}

/* The clock's second, so that two restores of one backup begin different epochs. */
static int64_t next_epoch(const struct ctx *cx, int64_t had)
{
	int64_t second = cx->now / 1000;
	return second > had ? second : had + 1;
}

static enum vh_rc begin_epoch(struct ctx *cx, const struct hotel *h)
{
	struct hotel_head head;
	struct view v;
	struct buf b;
	enum vh_rc rc = head_get(cx, h->id, &head);
	if (rc == VH_OK)
		rc = head_epoch(cx, h->id, next_epoch(cx, head.epoch));
	if (rc != VH_OK)
		return rc;
	if (!view_init(&v))
		return ctx_nomem(cx);
	cJSON *hotel = view_obj(&v, v.root, "hotel");
	view_str(&v, hotel, "code", h->area);
	view_num(&v, v.root, "epoch_before", (double)head.epoch);
	view_num(&v, v.root, "sequence_before", (double)head.seq);
	buf_init(&b, LIM_PAYLOAD);
	json_print(&b, v.root);
	rc = v.failed || !buf_ok(&b) ? ctx_nomem(cx) : VH_OK;
	if (rc == VH_OK)
		rc = journal_add(cx,
		                 &(struct deed){ .hotel = h->id,
		                                 .type = "hotel.restored",
		                                 .subject = "hotels",
		                                 .id = h->id,
		                                 .part = h->id,
		                                 .data = buf_str(&b) },
		                 NULL);
	buf_done(&b);
	view_done(&v);
	return rc;
}

/* Nothing that was at work then is at work now; whoever was logged in logs in again. */
static enum vh_rc renew_step(struct ctx *cx, void *arg)
{
	(void)arg;
	struct hotel *h = NULL;
	struct account *a = NULL;
	struct upstream *ups = NULL;
	bool own = false;
	enum vh_rc rc = lease_clear(cx);
	if (rc == VH_OK)
		rc = account_list(cx, &a);
	for (; rc == VH_OK && a; a = a->next)
		rc = secret_revoke_all(cx, a->id, "session");
	if (rc == VH_OK)
		rc = hotel_list(cx, &h);
	/* A received hotel is counted by its own registry: what is lost of it comes again. */
	for (; rc == VH_OK && h; h = h->next) {
		if (h->source)
			continue;
		own = true;
		rc = begin_epoch(cx, h);
	}
	if (rc == VH_OK)
		rc = upstream_list(cx, &ups);
	return rc == VH_OK && own && ups ? recover_expect(cx) : rc;
}

static enum vh_rc renew(struct ctx *cx, const char *tmp, struct check_report *ret)
{
	struct ctx copy;
	enum vh_rc rc = open_aside(cx, tmp, &copy);
	if (rc != VH_OK)
		return rc;
	rc = check_aside(cx, &copy, ret);
	if (rc == VH_OK) {
		rc = db_write(&copy, renew_step, NULL);
		if (rc != VH_OK)
			cx->err = copy.err;
	}
	db_close(copy.db);
	return rc;
}

static enum vh_rc move_one(struct ctx *cx, const char *from, const char *to, const char *helper)
{
	const char *f = arena_printf(cx->a, "%s%s", from, helper);
	const char *t = arena_printf(cx->a, "%s%s", to, helper);
	if (!f || !t)
		return ctx_nomem(cx);
	return rename(f, t) && errno != ENOENT ? file_fail(cx, "restore", f) : VH_OK;
}

/*
 * All of it or nothing: what went already comes back. The helpers go first, and the database comes
 * back last: without its log it would lose what lies there.
 */
static enum vh_rc move_db(struct ctx *cx, const char *from, const char *to)
{
	const size_t n = sizeof helpers / sizeof *helpers;
	size_t i = n;
	enum vh_rc rc = VH_OK;
	while (rc == VH_OK && i > 0)
		rc = move_one(cx, from, to, helpers[--i]);
	if (rc == VH_OK)
		return VH_OK;
	const struct err why = cx->err;
	for (size_t back = n; back-- > i + 1;) {
		err_clear(&cx->err);
		if (move_one(cx, to, from, helpers[back]) != VH_OK)
			return ctx_fail(cx, VH_IO, "restore_split", "to",
			                "parts of the old database lie at %s and at %s: bring them "
			                "together by hand",
			                to, from);
	}
	cx->err = why;
	return rc;
}

/* The new one did not get its name: the old one stands there again. */
static enum vh_rc put_back(struct ctx *cx, const char *aside, const char *to)
{
	enum vh_rc rc = file_fail(cx, "restore", to);
	const struct err why = cx->err;
	err_clear(&cx->err);
	if (move_db(cx, aside, to) != VH_OK)
		return cx->err.rc;
	cx->err = why;
	return rc;
}

/* Is there something in the place, and may it be moved aside? */
static enum vh_rc may_replace(struct ctx *cx, const char *to, bool force, bool *ret_there)
{
	*ret_there = !access(to, F_OK);
	if (*ret_there && !force)
		return ctx_fail(cx, VH_CONFLICT, "exists", "to",
		                "%s exists; --force moves it aside", to);
	/* A server would go on writing into the one that is moved aside. */
	if (*ret_there && db_in_use(to))
		return ctx_fail(cx, VH_CONFLICT, "in_use", "to",
		                "a process has %s open: stop the service first", to);
	return VH_OK;
}

enum vh_rc backup_restore(struct ctx *cx, const char *from, const char *to, bool force,
                          struct restored *ret)
{
	struct restored r = { .aside = NULL };
	if (!strncmp(to, "sqlite:", 7))
		to += 7;
	const char *tmp = beside(cx, to);
	bool there;
	if (!tmp)
		return ctx_nomem(cx);
	enum vh_rc rc = may_replace(cx, to, force, &there);
	if (rc != VH_OK)
		return rc;
	rc = unseal(cx, from, tmp);
	if (rc == VH_OK)
		rc = renew(cx, tmp, &r.report);
	/* Also without a database: its log, left behind alone, would be read into the new one. */
	const char *aside = arena_printf(cx->a, "%s.old-%lld", to, (long long)(cx->now / 1000));
	if (rc == VH_OK)
		rc = aside ? move_db(cx, to, aside) : ctx_nomem(cx);
	r.aside = there ? aside : NULL;
	if (rc == VH_OK && rename(tmp, to))
		rc = put_back(cx, aside, to);
	if (rc == VH_OK && file_sync_dir(to) != VH_OK)
		rc = file_fail(cx, "restore", to);
	drop_db(cx, tmp);
	if (rc == VH_OK)
		*ret = r;
	return rc;
}
