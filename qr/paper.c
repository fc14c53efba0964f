#include "vh/paper.h"

#include <assert.h>
#include <cairo-pdf.h>
#include <errno.h>
#include <fcntl.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MM (72.0 / 25.4) /* points */
#define FONT "Noto Sans CJK SC"
#define CUT_GAP 2.0 /* mm between a plate's corner and its mark */
#define CUT_LENGTH 5.0
#define PATH_MAX_BYTES 4096
#define INK_TEXT 0.10 /* grey levels: 0 black */
#define INK_SMALL 0.30
#define INK_LINE 0.55

enum line { HOTEL, SERIAL, ROOM, ADDRESS, PHONE, CODE, HOST, PURPOSE, COMPLAINT, LINES };

/* Where a line of text stands on a plate: mm from its upper left corner, pt, lines of text. */
struct slot {
	double x, y, w, pt;
	int rows; /* below 0: as many as the text takes */
	bool bold, small, centred;
};

struct form {
	const char *title;
	double page_w, page_h, w, h; /* mm */
	unsigned columns, rows;
	double qr_x, qr_y, qr_side; /* with its quiet zone */
	const struct slot *slot;
};

static const struct slot room_slots[LINES] = {
	[HOTEL]     = { .x = 8,   .y = 7,  .w = 94,  .pt = 17,  .rows = 1, .bold = true },
	[SERIAL]    = { .x = 8,   .y = 17, .w = 94,  .pt = 38,  .rows = 1, .bold = true },
	[ROOM]      = { .x = 8,   .y = 37, .w = 94,  .pt = 26,  .rows = 1, .bold = true },
	[ADDRESS]   = { .x = 8,   .y = 52, .w = 94,  .pt = 13,  .rows = 2 },
	[CODE]      = { .x = 101, .y = 48, .w = 48,  .pt = 9,   .rows = 1, .centred = true },
	[HOST]      = { .x = 101, .y = 53, .w = 48,  .pt = 8,   .rows = 1, .centred = true },
	[PHONE]     = { .x = 101, .y = 59, .w = 48,  .pt = 11,  .rows = 1, .centred = true },
	[PURPOSE]   = { .x = 8,   .y = 70, .w = 134, .pt = 8.5, .rows = 1, .small = true },
	[COMPLAINT] = { .x = 8,   .y = 76, .w = 134, .pt = 8.5, .rows = 2, .small = true },
};

static const struct slot house_slots[LINES] = {
	[HOTEL]     = { .x = 14,  .y = 12,  .w = 164, .pt = 30, .rows = 1, .bold = true },
	[SERIAL]    = { .x = 14,  .y = 30,  .w = 164, .pt = 70, .rows = 1, .bold = true },
	[ROOM]      = { .x = 14,  .y = 68,  .w = 164, .pt = 44, .rows = 1, .bold = true },
	[ADDRESS]   = { .x = 14,  .y = 94,  .w = 164, .pt = 26, .rows = 2 },
	[CODE]      = { .x = 178, .y = 89,  .w = 85,  .pt = 16, .rows = 1, .centred = true },
	[HOST]      = { .x = 178, .y = 98,  .w = 85,  .pt = 14, .rows = 1, .centred = true },
	[PHONE]     = { .x = 178, .y = 108, .w = 85,  .pt = 19, .rows = 1, .centred = true },
	[PURPOSE]   = { .x = 14,  .y = 132, .w = 242, .pt = 15, .rows = 1, .small = true },
	[COMPLAINT] = { .x = 14,  .y = 142, .w = 242, .pt = 15, .rows = 2, .small = true },
};

static const struct slot slip_slots[LINES] = {
	[HOTEL]     = { .x = 7,  .y = 6,  .w = 91, .pt = 13, .rows = 1, .bold = true },
	[SERIAL]    = { .x = 7,  .y = 15, .w = 40, .pt = 19, .rows = 2, .bold = true },
	[ROOM]      = { .x = 7,  .y = 35, .w = 40, .pt = 9,  .rows = 3 },
	[PHONE]     = { .x = 7,  .y = 50, .w = 40, .pt = 10, .rows = 2 },
	[CODE]      = { .x = 50, .y = 60, .w = 48, .pt = 9,  .rows = 1, .centred = true },
	[HOST]      = { .x = 50, .y = 65, .w = 48, .pt = 7,  .rows = 1, .centred = true },
	[ADDRESS]   = { .x = 7,  .y = 72, .w = 91, .pt = 11, .rows = -4 },
};

static const struct form forms[PAPER__MAX] = {
	[PAPER_ROOM] = {
		.title = "二维码牌", .page_w = 210, .page_h = 297, .w = 150, .h = 90,
		.columns = 1, .rows = 3,
		.qr_x = 105, .qr_y = 7, .qr_side = 40, .slot = room_slots,
	},
	[PAPER_HOUSE] = {
		.title = "二维码牌", .page_w = 297, .page_h = 210, .w = 270, .h = 170,
		.columns = 1, .rows = 1,
		.qr_x = 183, .qr_y = 12, .qr_side = 75, .slot = house_slots,
	},
	[PAPER_SLIP] = {
		.title = "开通单", .page_w = 210, .page_h = 297, .w = 105, .h = 99,
		.columns = 2, .rows = 3,
		.qr_x = 51, .qr_y = 14, .qr_side = 46, .slot = slip_slots,
	},
};

static const char usual_purpose[] = "用途：核对房间登记、办理入住和搬离、报修。牌上和公开页面没有任何人的信息。";
static const char usual_complaint[] =
	"投诉与更正：牌子有误、破损或被贴盖，请告诉服务台。扫码后不会要求付款、密码或证件。";

struct paper {
	enum vh_rc rc; /* sticky */
	const struct form *form;
	FILE *file; /* NULL: into `memory` */
	struct buf *memory;
	cairo_surface_t *pdf;
	cairo_t *cr;
	PangoFontMap *fonts;
	/*
	 * One layout a line: most lines say the same on every plate, and shaping them again costs
	 * the most.
	 */
	struct {
		PangoLayout *layout;
		char *text;
		double scale; /* below 1 where the text is too wide for its slot */
		double shift; /* points to the right, for centred ones */
		unsigned unknown;
	} line[LINES];
	struct paper_stats stats;
	char path[PATH_MAX_BYTES], temp[PATH_MAX_BYTES + 32];
};

static cairo_status_t to_file(void *arg, const unsigned char *p, unsigned n)
{
	struct paper *s = arg;

	if (s->memory) {
		buf_add(s->memory, p, n);
		return buf_ok(s->memory) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
	}
	return fwrite(p, 1, n, s->file) == n ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static enum vh_rc from_cairo(cairo_status_t status)
{
	switch (status) {
	case CAIRO_STATUS_SUCCESS:
		return VH_OK;
	case CAIRO_STATUS_NO_MEMORY:
		return VH_NOMEM;
	default:
		return VH_IO;
	}
}

/* Memory knows better than cairo why it took no more. */
static enum vh_rc outcome(const struct paper *s, cairo_status_t status)
{
	return s->memory && !buf_ok(s->memory) ? s->memory->rc : from_cairo(status);
}

static enum vh_rc fail(struct paper *s, enum vh_rc rc)
{
	if (s->rc == VH_OK)
		s->rc = rc;
	return s->rc;
}

/* A device, a pipe or a folder must not be renamed over. */
static bool may_replace(const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0 || S_ISREG(st.st_mode))
		return true;
	errno = EINVAL;
	return false;
}

static enum vh_rc open_temp(struct paper *s, const char *path)
{
	int fd, n = snprintf(s->path, sizeof(s->path), "%s", path);

	if (n < 0 || (size_t)n >= sizeof(s->path) || !may_replace(path))
		return VH_IO;
	n = snprintf(s->temp, sizeof(s->temp), "%s.%ld.tmp", path, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(s->temp))
		return VH_IO;
	fd = open(s->temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0) {
		s->temp[0] = '\0';
		return VH_IO;
	}
	s->file = fdopen(fd, "wb");
	if (!s->file) {
		close(fd);
		return VH_NOMEM;
	}
	return VH_OK;
}

/* The fonts are the sheet's own, so that a server that printed once does not keep them for ever. */
static void make_layouts(struct paper *s)
{
	cairo_font_options_t *plain = cairo_font_options_create();
	PangoContext *pc = pango_font_map_create_context(s->fonts);

	pango_cairo_update_context(s->cr, pc);
	/* Paper, not pixels: no hinting, and a point is a point. */
	cairo_font_options_set_hint_style(plain, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(plain, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(pc, plain);
	pango_cairo_context_set_resolution(pc, 72.0);
	for (int i = 0; i < LINES; i++) {
		const struct slot *at = &s->form->slot[i];
		PangoFontDescription *fd = pango_font_description_from_string(FONT);
		PangoLayout *l = pango_layout_new(pc);

		pango_font_description_set_size(fd, (int)(at->pt * PANGO_SCALE));
		if (at->bold)
			pango_font_description_set_weight(fd, PANGO_WEIGHT_BOLD);
		pango_layout_set_font_description(l, fd);
		if (at->rows > 1 || at->rows < 0) {
			pango_layout_set_width(l, (int)(at->w * MM * PANGO_SCALE));
			pango_layout_set_height(l, at->rows > 0 ? -at->rows : -1);
			pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
			if (at->rows > 0) /* else all of it, whatever its paragraphs */
				pango_layout_set_ellipsize(l, PANGO_ELLIPSIZE_END);
		} else {
			pango_layout_set_single_paragraph_mode(l, TRUE);
		}
		pango_font_description_free(fd);
		s->line[i].layout = l;
	}
	g_object_unref(pc);
	cairo_font_options_destroy(plain);
}

/* A missing font shows as boxes on 10,000 plates; better to say so before the first. */
static enum vh_rc need_font(struct paper *s)
{
	PangoLayout *l = pango_layout_copy(s->line[HOTEL].layout);
	int unknown;

	pango_layout_set_text(l, "虚拟旅馆室", -1);
	unknown = pango_layout_get_unknown_glyphs_count(l);
	g_object_unref(l);
	return unknown ? VH_NOTFOUND : VH_OK;
}

static enum vh_rc begin(struct paper *s)
{
	s->pdf = cairo_pdf_surface_create_for_stream(to_file, s, s->form->page_w * MM,
	                                             s->form->page_h * MM);
	cairo_pdf_surface_set_metadata(s->pdf, CAIRO_PDF_METADATA_TITLE, s->form->title);
	s->cr = cairo_create(s->pdf);
	enum vh_rc rc = from_cairo(cairo_status(s->cr));
	if (rc != VH_OK)
		return rc;
	s->fonts = pango_cairo_font_map_new();
	make_layouts(s);
	return need_font(s);
}

static struct paper *paper_new(enum paper_kind kind)
{
	struct paper *s = calloc(1, sizeof(*s));

	assert(kind < PAPER__MAX);
	if (s)
		s->form = &forms[kind];
	return s;
}

enum vh_rc paper_begin(const char *path, enum paper_kind kind, struct paper **ret)
{
	struct paper *s = paper_new(kind);
	enum vh_rc rc = s ? open_temp(s, path) : VH_NOMEM;

	if (rc == VH_OK)
		rc = begin(s);
	if (rc == VH_OK)
		*ret = s;
	else
		paper_drop(s);
	return rc;
}

enum vh_rc paper_begin_buf(struct buf *out, enum paper_kind kind, struct paper **ret)
{
	struct paper *s = paper_new(kind);
	enum vh_rc rc;

	if (!s)
		return VH_NOMEM;
	s->memory = out;
	rc = begin(s);
	if (rc == VH_OK)
		*ret = s;
	else
		paper_drop(s);
	return rc;
}

static void grey(struct paper *s, double level)
{
	cairo_set_source_rgb(s->cr, level, level, level);
}

/*
 * Set the text of a line and fit it into its slot, unless it says this already. False: no memory.
 */
static bool set_line(struct paper *s, enum line which, const char *text)
{
	const struct slot *at = &s->form->slot[which];
	PangoLayout *l = s->line[which].layout;
	double w = at->w * MM, have;
	int px;

	if (s->line[which].text && strcmp(s->line[which].text, text) == 0)
		return true;
	free(s->line[which].text);
	s->line[which].text = strdup(text);
	if (!s->line[which].text)
		return false;
	pango_layout_set_text(l, text, -1);
	s->line[which].unknown = (unsigned)pango_layout_get_unknown_glyphs_count(l);
	pango_layout_get_size(l, &px, NULL);
	have = (double)px / PANGO_SCALE;
	s->line[which].scale = at->rows == 1 && have > w ? w / have : 1.0;
	s->line[which].shift = at->centred ? (w - have * s->line[which].scale) / 2 : 0;
	return true;
}

static void show_line(struct paper *s, enum line which, const char *text)
{
	const struct slot *at = &s->form->slot[which];
	double scale;

	if (!text || !*text)
		return;
	if (!set_line(s, which, text)) {
		(void)fail(s, VH_NOMEM);
		return;
	}
	scale = s->line[which].scale;
	grey(s, at->small ? INK_SMALL : INK_TEXT);
	cairo_save(s->cr);
	cairo_translate(s->cr, at->x * MM + s->line[which].shift, at->y * MM);
	cairo_scale(s->cr, scale, scale);
	pango_cairo_show_layout(s->cr, s->line[which].layout);
	cairo_restore(s->cr);
	s->stats.unknown += s->line[which].unknown;
}

/* Cairo's rows of bits run with the machine: on little-endian ones the lowest bit comes first. */
static void set_bits(const struct qr *q, unsigned char *data, size_t stride)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	const unsigned flip = 0;
#else
	const unsigned flip = 7;
#endif
	for (unsigned y = 0; y < q->n; y++)
		for (unsigned x = 0; x < q->n; x++)
			if (qr_dark(q, x, y))
				data[y * stride + x / 8] |= (unsigned char)(1u << (x % 8 ^ flip));
}

/*
 * The code as one mask of a bit a module: a PDF viewer scales it without seams, and it is a
 * fraction of the bytes and time of some four hundred rectangles. The quiet zone is the paper.
 */
static void show_code(struct paper *s, const struct qr *q)
{
	double module = s->form->qr_side * MM / (q->n + 2 * QR_QUIET);
	cairo_surface_t *bits = cairo_image_surface_create(CAIRO_FORMAT_A1, (int)q->n, (int)q->n);
	cairo_pattern_t *mask;

	if (cairo_surface_status(bits) != CAIRO_STATUS_SUCCESS) {
		cairo_surface_destroy(bits);
		(void)fail(s, VH_NOMEM);
		return;
	}
	set_bits(q, cairo_image_surface_get_data(bits),
	         (size_t)cairo_image_surface_get_stride(bits));
	cairo_surface_mark_dirty(bits);
	mask = cairo_pattern_create_for_surface(bits);
	cairo_pattern_set_filter(mask, CAIRO_FILTER_NEAREST);
	cairo_save(s->cr);
	grey(s, 0);
	cairo_translate(s->cr, s->form->qr_x * MM + QR_QUIET * module,
	                s->form->qr_y * MM + QR_QUIET * module);
	cairo_scale(s->cr, module, module);
	cairo_mask(s->cr, mask);
	cairo_restore(s->cr);
	cairo_pattern_destroy(mask);
	cairo_surface_destroy(bits);
}

/* A mark outside the plate, beginning CUT_GAP from the corner (mm), in the direction dx, dy. */
static void cut_mark(struct paper *s, double x, double y, double dx, double dy)
{
	cairo_move_to(s->cr, (x + dx * CUT_GAP) * MM, (y + dy * CUT_GAP) * MM);
	cairo_line_to(s->cr, (x + dx * (CUT_GAP + CUT_LENGTH)) * MM,
	              (y + dy * (CUT_GAP + CUT_LENGTH)) * MM);
}

/*
 * Plates touch, so that one cut parts two. The sides carry a mark at every cut; the vertical marks
 * stand only above the first place of the page and below the last, so that none falls on a plate.
 */
static void cut_marks(struct paper *s)
{
	const struct form *f = s->form;
	double bottom = f->h * f->rows;

	for (int side = 0; side < 2; side++) {
		double x = side ? f->w : 0;

		for (unsigned i = 0; i <= f->rows; i++)
			cut_mark(s, x, f->h * i, side ? 1 : -1, 0);
		cut_mark(s, x, 0, 0, -1);
		cut_mark(s, x, bottom, 0, 1);
	}
	grey(s, INK_LINE);
	cairo_set_line_width(s->cr, 0.5);
	cairo_stroke(s->cr);
}

static void draw_frame(struct paper *s)
{
	const struct form *f = s->form;
	if (f->columns > 1) { /* slips lie edge to edge, and are cut along the line */
		cairo_rectangle(s->cr, 0, 0, f->w * MM, f->h * MM);
		grey(s, INK_LINE);
		cairo_set_line_width(s->cr, 0.4);
		cairo_stroke(s->cr);
		return;
	}
	double rule = (f->slot[PURPOSE].y - 2) * MM, left = f->slot[PURPOSE].x * MM;
	double inset = f->slot[HOTEL].x / 3 * MM;

	cairo_rectangle(s->cr, inset, inset, f->w * MM - 2 * inset, f->h * MM - 2 * inset);
	cairo_move_to(s->cr, left, rule);
	cairo_rel_line_to(s->cr, f->slot[PURPOSE].w * MM, 0);
	grey(s, INK_LINE);
	cairo_set_line_width(s->cr, 0.8);
	cairo_stroke(s->cr);
}

static const char *or_usual(const char *text, const char *usual)
{
	return text ? text : usual;
}

enum vh_rc paper_add(struct paper *s, const struct plate_face *face)
{
	const struct form *f = s->form;
	unsigned place = s->stats.plates % (f->rows * f->columns);
	unsigned column = place % f->columns, row = place / f->columns;
	double x = (f->page_w - f->w * f->columns) / 2, y = (f->page_h - f->h * f->rows) / 2;

	if (s->rc != VH_OK)
		return s->rc;
	if (place == 0 && s->stats.plates > 0)
		cairo_show_page(s->cr);
	cairo_save(s->cr);
	cairo_translate(s->cr, (x + f->w * column) * MM, (y + f->h * row) * MM);
	if (place == 0 && f->columns == 1)
		cut_marks(s);
	draw_frame(s);
	show_line(s, HOTEL, face->hotel);
	show_line(s, SERIAL, face->serial);
	show_line(s, ROOM, face->room);
	show_line(s, ADDRESS, face->address);
	show_line(s, CODE, face->code);
	show_line(s, HOST, face->host);
	show_line(s, PHONE, face->phone);
	if (f->columns == 1) {
		show_line(s, PURPOSE, or_usual(face->purpose, usual_purpose));
		show_line(s, COMPLAINT, or_usual(face->complaint, usual_complaint));
	}
	show_code(s, face->qr);
	cairo_restore(s->cr);
	s->stats.plates++;
	s->stats.pages += place == 0;
	return fail(s, outcome(s, cairo_status(s->cr)));
}

static enum vh_rc sync_folder(const char *path)
{
	char folder[PATH_MAX_BYTES];
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;
	int fd, failed;

	memcpy(folder, path, n);
	folder[n] = '\0';
	fd = open(n ? folder : slash ? "/" : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return VH_IO;
	failed = fsync(fd);
	close(fd);
	return failed ? VH_IO : VH_OK;
}

/* Write the rest, sync, close and rename: only a whole file gets the name. */
static enum vh_rc publish(struct paper *s)
{
	cairo_status_t status;
	int failed;

	if (s->rc != VH_OK)
		return s->rc;
	if (s->stats.plates == 0)
		return VH_INVALID;
	cairo_surface_finish(s->pdf);
	status = cairo_surface_status(s->pdf);
	if (s->memory || status != CAIRO_STATUS_SUCCESS)
		return outcome(s, status);
	failed = fflush(s->file) || fsync(fileno(s->file));
	failed |= fclose(s->file);
	s->file = NULL;
	if (failed || rename(s->temp, s->path) != 0)
		return VH_IO;
	s->temp[0] = '\0';
	return sync_folder(s->path);
}

enum vh_rc paper_end(struct paper *s, struct paper_stats *ret_stats)
{
	enum vh_rc rc = publish(s);

	if (rc == VH_OK && ret_stats)
		*ret_stats = s->stats;
	paper_drop(s);
	return rc;
}

void paper_drop(struct paper *s)
{
	if (!s)
		return;
	for (int i = 0; i < LINES; i++) {
		if (s->line[i].layout)
			g_object_unref(s->line[i].layout);
		free(s->line[i].text);
	}
	if (s->fonts)
		g_object_unref(s->fonts);
	if (s->cr)
		cairo_destroy(s->cr);
	if (s->pdf)
		cairo_surface_destroy(s->pdf); /* finishes it, so the file must still be open */
	if (s->file)
		fclose(s->file);
	if (s->temp[0])
		unlink(s->temp);
	free(s);
}
