#include "plate_print.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vh/plate_paper.h"

#define PNG_SCALE 8     /* 1.08 mm modules at 40 mm make 188 dpi */
#define PICTURE_MM 40
#define PICTURE_MAX (4u << 20)
#define PATH_BYTES 8192

struct printer {
	const struct print_job *job;
	struct print_done *done;
	struct paper *paper;
	struct buf picture;
	struct buf path;
};

static enum vh_rc cannot_write(struct ctx *cx, const char *path)
{
	return ctx_fail(cx, VH_IO, "write", "out", "cannot write %s: %s", path, strerror(errno));
}

/* A picture can be printed again, so it is renamed into its place but not synced one by one. */
static enum vh_rc put_picture(struct ctx *cx, struct printer *p)
{
	const char *path = buf_str(&p->path);
	char *temp = arena_printf(cx->a, "%s.tmp", path);
	bool bad;

	if (!temp)
		return ctx_nomem(cx);
	unlink(temp); /* of a print that was cut off; what a link there leads to is not ours */
	int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	FILE *f = fd >= 0 ? fdopen(fd, "wb") : NULL;
	if (!f) {
		if (fd >= 0)
			close(fd);
		return cannot_write(cx, temp);
	}
	bad = fwrite(p->picture.p, 1, p->picture.n, f) != p->picture.n;
	bad |= fclose(f) != 0;
	if (bad || rename(temp, path) != 0) {
		enum vh_rc rc = cannot_write(cx, path);

		unlink(temp);
		return rc;
	}
	return VH_OK;
}

static enum vh_rc draw_picture(struct ctx *cx, struct printer *p, const struct plate_show *s,
                               const struct qr *q)
{
	bool png = p->job->format == PRINT_PNG;
	enum vh_rc rc = VH_OK;

	buf_reset(&p->path);
	buf_printf(&p->path, "%s/%s.%s", p->done->file, s->serial, png ? "png" : "svg");
	buf_reset(&p->picture);
	if (png)
		rc = qr_png(q, PNG_SCALE, &p->picture);
	else
		qr_svg(q, PICTURE_MM, s->serial, &p->picture);
	if (rc != VH_OK || !buf_ok(&p->picture) || !buf_ok(&p->path))
		return ctx_nomem(cx);
	return put_picture(cx, p);
}

/* {"serial","code","url","room","file"} and what helps to find the door. */
static void list_plate(struct printer *p, const struct plate_show *s)
{
	bool pdf = p->job->format == PRINT_PDF;
	struct view *v = p->done->view;
	cJSON *o = view_obj(v, p->done->list, NULL);

	view_str(v, o, "serial", s->serial);
	view_str(v, o, "code", s->code);
	view_str(v, o, "url", s->url);
	view_id(v, o, "room", s->room.id);
	view_str(v, o, "file", pdf ? p->done->file : buf_str(&p->path));
	view_str(v, o, "no", s->room.id ? s->room.no : NULL);
	view_id(v, o, "house", s->house.id);
	view_str(v, o, "address", s->house.id ? s->house.address : NULL);
}

static enum vh_rc print_one(struct ctx *cx, const struct plate_show *s, void *arg)
{
	struct printer *p = arg;
	struct qr q;
	enum vh_rc rc = qr_encode(s->url, &q);

	if (rc != VH_OK)
		return ctx_fail(cx, rc, "public_url", "public-url", "%s does not fit a code",
		                s->url);
	rc = p->paper ? plate_draw(cx, p->paper, s) : draw_picture(cx, p, s, &q);
	if (rc != VH_OK)
		return rc;
	p->done->plates++;
	p->done->no_phone = !s->hotel.desk_phone;
	if (p->done->view)
		list_plate(p, s);
	return VH_OK;
}

struct codes {
	const struct print_job *job;
	int64_t first;
	char (*code)[PLATE_CODE_TEXT];
};

static enum vh_rc codes_step(struct ctx *cx, void *arg)
{
	struct codes *c = arg;
	enum vh_rc rc = VH_OK;

	for (int64_t i = 0; rc == VH_OK && i < c->job->unbound; i++)
		rc = plate_text(cx, c->job->hotel, c->first + i, c->code[i]);
	return rc;
}

/* New plates for doors not known yet. Their numbers follow each other: one step made them. */
static enum vh_rc print_unbound(struct ctx *cx, struct printer *p)
{
	struct codes c = { .job = p->job };
	enum vh_rc rc = plate_make_unbound(cx, p->job->hotel, p->job->unbound, &c.first);

	if (rc != VH_OK)
		return rc;
	c.code = arena_array(cx->a, (size_t)p->job->unbound, sizeof(*c.code));
	if (!c.code)
		return ctx_nomem(cx);
	rc = db_read(cx, codes_step, &c);
	for (int64_t i = 0; rc == VH_OK && i < p->job->unbound; i++) {
		struct plate_show s;

		rc = plate_find(cx, c.code[i], &s);
		if (rc == VH_OK)
			rc = print_one(cx, &s, p);
	}
	return rc;
}

static enum vh_rc base_step(struct ctx *cx, void *arg)
{
	struct print_done *done = arg;
	char base[PLATE_BASE_TEXT];
	const char *url;
	bool real;
	enum vh_rc rc = plate_url_base(cx, &url, &real);

	if (rc != VH_OK)
		return rc;
	rc = plate_base_parse(url, base, &done->host_long);
	if (rc != VH_OK)
		return ctx_fail(cx, VH_INVALID, "public_url", "public-url",
		                "%s cannot stand on plates", url);
	done->url_unset = !real;
	return VH_OK;
}

/* Judged before plates are made that could then not be printed. */
static enum vh_rc open_folder(struct ctx *cx, const char *path)
{
	struct stat st;

	if (mkdir(path, 0777) == 0)
		return VH_OK;
	if (errno != EEXIST || stat(path, &st) != 0)
		return cannot_write(cx, path);
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return cannot_write(cx, path);
	}
	return access(path, W_OK | X_OK) == 0 ? VH_OK : cannot_write(cx, path);
}

/* Where it goes, said in full, so that a list of files can be used from anywhere. */
static enum vh_rc open_place(struct ctx *cx, struct printer *p)
{
	const struct print_job *job = p->job;
	char cwd[4096] = "";
	bool whole = job->out[0] == '/';
	enum vh_rc rc;

	if (!whole && !getcwd(cwd, sizeof(cwd)))
		return cannot_write(cx, job->out);
	p->done->file = arena_printf(cx->a, "%s%s%s", cwd, whole ? "" : "/", job->out);
	if (!p->done->file)
		return ctx_nomem(cx);
	if (job->format != PRINT_PDF)
		return open_folder(cx, p->done->file);
	rc = paper_begin(p->done->file, job->houses ? PAPER_HOUSE : PAPER_ROOM, &p->paper);
	if (rc == VH_NOTFOUND)
		return ctx_fail(cx, rc, "font", "",
		                "no Chinese font is installed (Debian: fonts-noto-cjk)");
	return rc == VH_IO ? cannot_write(cx, job->out) : rc;
}

static enum vh_rc close_place(struct ctx *cx, struct printer *p)
{
	struct paper_stats stats;
	struct paper *paper = p->paper;
	enum vh_rc rc;

	if (!paper)
		return VH_OK;
	p->paper = NULL;
	rc = paper_end(paper, &stats);
	if (rc != VH_OK)
		return ctx_fail(cx, rc, "write", "out", "cannot write %s", p->job->out);
	p->done->pages = stats.pages;
	p->done->unknown = stats.unknown;
	return VH_OK;
}

enum vh_rc plates_print(struct ctx *cx, const struct print_job *job, struct print_done *done)
{
	struct printer p = { .job = job, .done = done };
	enum vh_rc rc;

	buf_init(&p.picture, PICTURE_MAX);
	buf_init(&p.path, PATH_BYTES);
	rc = db_read(cx, base_step, done);
	if (rc == VH_OK)
		rc = open_place(cx, &p);
	if (rc != VH_OK)
		goto out;
	if (job->only)
		rc = print_one(cx, job->only, &p);
	else
		rc = job->unbound ? print_unbound(cx, &p)
		                  : plate_each(cx, job->hotel, job->houses, print_one, &p);
	if (rc == VH_OK && done->plates == 0)
		rc = ctx_fail(cx, VH_NOTFOUND, "no_plates", "hotel", "there is no plate to print");
	if (rc == VH_OK)
		rc = close_place(cx, &p);
out:
	paper_drop(p.paper);
	buf_done(&p.path);
	buf_done(&p.picture);
	return rc;
}
