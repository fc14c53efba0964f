#include "chart.h"

#include <inttypes.h>
#include <string.h>

#include "csv.h"
#include "view.h"

enum { LEFT = 480, RIGHT = 60, TOP = 100, FOOT = 300 };
enum { NAMES = 1300, VALUES = 520, ROW = 320, BAR = 220 }; /* of CHART_ROWS */

static bool over_time(const struct chart *ch)
{
	return ch->kind == CHART_LINES || ch->kind == CHART_BARS;
}

struct chart_axis chart_axis(int64_t most)
{
	int64_t ten = 1;
	if (most < 1)
		most = 1;
	for (;; ten *= 10) {
		static const int64_t by[] = { 1, 2, 5 };
		for (int i = 0; i < 3; i++) {
			int64_t step = by[i] * ten;
			int64_t n = (most + step - 1) / step;
			if (n <= 5)
				return (struct chart_axis){ step, (unsigned)n };
		}
	}
}

int64_t chart_most(const struct chart *ch)
{
	int64_t most = 0;
	for (unsigned i = 0; i < ch->rows; i++)
		for (unsigned k = 0; k < ch->drawn; k++)
			most = ch->row[i].n[k] > most ? ch->row[i].n[k] : most;
	return most;
}

int chart_height(const struct chart *ch)
{
	return over_time(ch) ? CHART_H : (int)ch->rows * ROW;
}

static int scaled(int64_t n, int64_t of, int length)
{
	return n <= 0 || of <= 0 ? 0 : (int)(n * length / of);
}

static int64_t axis_top(const struct chart *ch)
{
	struct chart_axis a = chart_axis(chart_most(ch));
	return a.step * a.steps;
}

static struct chart_box place_row(const struct chart *ch, unsigned row, unsigned series)
{
	int w = scaled(ch->row[row].n[series], chart_most(ch), CHART_W - NAMES - VALUES);
	return (struct chart_box){ NAMES, (int)row * ROW + (ROW - BAR) / 2, w, BAR };
}

struct chart_box chart_place(const struct chart *ch, unsigned row, unsigned series)
{
	if (!over_time(ch))
		return place_row(ch, row, series);
	int wide = CHART_W - LEFT - RIGHT, high = CHART_H - TOP - FOOT;
	int h = scaled(ch->row[row].n[series], axis_top(ch), high);
	int slot = wide / (int)(ch->rows ? ch->rows : 1);
	struct chart_box b = { LEFT + (int)row * wide / (int)ch->rows, TOP + high - h, slot, h };
	if (ch->kind == CHART_LINES) {
		b.x += slot / 2;
		return b;
	}
	/* A fifth of each day stays free, so that days can be told apart. */
	b.w = slot * 4 / 5 / (int)ch->drawn;
	b.x += slot / 10 + (int)series * b.w;
	return b;
}

/* ---- into the view ---- */

static const char *label_of(const struct chart_row *r)
{
	return r->label ? r->label : r->key;
}

static void put_grid(struct call *c, cJSON *o, const struct chart *ch)
{
	cJSON *list = put_arr(c, o, "grid");
	struct chart_axis a = chart_axis(chart_most(ch));
	for (unsigned i = 0; over_time(ch) && i <= a.steps; i++) {
		int high = CHART_H - TOP - FOOT;
		int y = TOP + high - (int)i * high / (int)a.steps;
		cJSON *line = put_obj(c, list, NULL);
		put_num(c, line, "x1", LEFT);
		put_num(c, line, "x2", CHART_W - RIGHT);
		put_num(c, line, "y", y);
		put_num(c, line, "text_x", LEFT - CHART_LETTER / 2);
		put_num(c, line, "text_y", y + CHART_LETTER / 3);
		put_num(c, line, "n", (int64_t)i * a.step);
	}
}

/* Days without their year, a week apart, the last one always. */
static void put_ticks(struct call *c, cJSON *o, const struct chart *ch)
{
	cJSON *list = put_arr(c, o, "ticks");
	for (unsigned i = 0; over_time(ch) && i < ch->rows; i++) {
		struct chart_box b = chart_place(ch, i, 0);
		const char *day = label_of(&ch->row[i]);
		if ((ch->rows - 1 - i) % 7)
			continue;
		cJSON *tick = put_obj(c, list, NULL);
		put_num(c, tick, "x", b.x);
		put_num(c, tick, "y", CHART_H - FOOT / 3);
		put(c, tick, "label", strlen(day) == 10 ? day + 5 : day);
	}
}

static void put_bars(struct call *c, cJSON *o, const struct chart *ch)
{
	cJSON *list = put_arr(c, o, "bars");
	for (unsigned i = 0; ch->kind != CHART_LINES && i < ch->rows; i++)
		for (unsigned k = 0; k < ch->drawn; k++) {
			struct chart_box b = chart_place(ch, i, k);
			cJSON *bar = put_obj(c, list, NULL);
			put_num(c, bar, "series", k + 1);
			put_num(c, bar, "x", b.x);
			put_num(c, bar, "y", b.y);
			put_num(c, bar, "w", b.w);
			put_num(c, bar, "h", b.h);
			put(c, bar, "label", label_of(&ch->row[i]));
			put_num(c, bar, "n", ch->row[i].n[k]);
		}
}

static void put_lines(struct call *c, cJSON *o, const struct chart *ch)
{
	cJSON *list = put_arr(c, o, "lines");
	for (unsigned k = 0; ch->kind == CHART_LINES && k < ch->drawn; k++) {
		const char *points = "";
		for (unsigned i = 0; points && i < ch->rows; i++) {
			struct chart_box b = chart_place(ch, i, k);
			points = arena_printf(c->cx.a, "%s%s%d,%d", points, i ? " " : "", b.x, b.y);
		}
		cJSON *line = put_obj(c, list, NULL);
		put_num(c, line, "series", k + 1);
		put(c, line, "points", points);
	}
}

/* Name and number of each bar that lies. */
static void put_names(struct call *c, cJSON *o, const struct chart *ch)
{
	cJSON *list = put_arr(c, o, "names");
	for (unsigned i = 0; ch->kind == CHART_ROWS && i < ch->rows; i++) {
		struct chart_box b = chart_place(ch, i, 0);
		cJSON *name = put_obj(c, list, NULL);
		put_num(c, name, "x", b.x - CHART_LETTER / 2);
		put_num(c, name, "y", b.y + BAR / 2 + CHART_LETTER / 3);
		put(c, name, "label", label_of(&ch->row[i]));
		put_num(c, name, "n_x", b.x + b.w + CHART_LETTER / 2);
		put_num(c, name, "n", ch->row[i].n[0]);
	}
}

static void put_legend(struct call *c, cJSON *o, const struct chart *ch)
{
	cJSON *list = put_arr(c, o, "legend");
	for (unsigned k = 0; ch->drawn > 1 && k < ch->drawn; k++) {
		cJSON *one = put_obj(c, list, NULL);
		put_num(c, one, "series", k + 1);
		put(c, one, "label", word(c, "fig_c_", ch->series[k]));
	}
}

/* The picture in a sentence, for whoever cannot see it. */
static const char *described(struct call *c, const struct chart *ch)
{
	const struct chart_row *top = NULL;
	int64_t most = chart_most(ch);
	const char *about =
		word(c, "", arena_printf(c->cx.a, "fig_%s_about", ch->name));
	for (unsigned i = 0; most && !top && i < ch->rows; i++)
		for (unsigned k = 0; k < ch->drawn; k++)
			top = ch->row[i].n[k] == most ? &ch->row[i] : top;
	return top ? arena_printf(c->cx.a, "%s %s %s, %" PRId64, about, word(c, "", "fig_top"),
	                          label_of(top), most)
	           : about;
}

static void put_drawing(struct call *c, cJSON *in, const struct chart *ch)
{
	if (ch->kind == CHART_NONE || !ch->rows) {
		view_null(&c->view, in, "drawing");
		return;
	}
	cJSON *o = put_obj(c, in, "drawing");
	put(c, o, "box", arena_printf(c->cx.a, "0 0 %d %d", CHART_W, chart_height(ch)));
	put(c, o, "desc", described(c, ch));
	put_flag(c, o, "over_time", over_time(ch));
	put_grid(c, o, ch);
	put_ticks(c, o, ch);
	put_bars(c, o, ch);
	put_lines(c, o, ch);
	put_names(c, o, ch);
	put_legend(c, o, ch);
}

static void put_table(struct call *c, cJSON *o, const struct chart *ch)
{
	cJSON *heads = put_arr(c, o, "columns"), *rows;
	for (unsigned k = 0; k < ch->series_n; k++) {
		cJSON *head = put_obj(c, heads, NULL);
		put(c, head, "name", ch->series[k]);
		put_word(c, head, "name_text", "fig_c_", ch->series[k]);
	}
	rows = put_arr(c, o, "rows");
	for (unsigned i = 0; i < ch->rows; i++) {
		cJSON *row = put_obj(c, rows, NULL), *cells;
		put(c, row, "key", ch->row[i].key);
		put_text(c, row, "label_text", label_of(&ch->row[i]));
		put_url(c, row, "row_url", ch->row[i].url != NULL, "%s",
		        ch->row[i].url ? ch->row[i].url : "");
		cells = put_arr(c, row, "cells");
		for (unsigned k = 0; k < ch->series_n; k++)
			view_num(&c->view, cells, NULL, (double)ch->row[i].n[k]);
	}
}

void put_chart(struct call *c, cJSON *list, const struct chart *ch, const char *csv)
{
	cJSON *o = put_obj(c, list, NULL);
	put(c, o, "name", ch->name);
	put_word(c, o, "title_text", "fig_", ch->name);
	put_text(c, o, "about_text",
	         word(c, "", arena_printf(c->cx.a, "fig_%s_about", ch->name)));
	put_word(c, o, "first_text", "fig_c_", ch->first);
	put_url(c, o, "csv_url", csv != NULL, "%s", csv ? csv : "");
	put_table(c, o, ch);
	if (c->html)
		put_drawing(c, o, ch);
}

/* ---- CSV ---- */

void csv_answer(struct call *c, const struct chart *ch)
{
	struct buf *b = &c->r->body;
	csv_begin(c, ch->name);
	csv_cell(b, word(c, "fig_c_", ch->first));
	for (unsigned k = 0; k < ch->series_n; k++) {
		csv_next(b);
		csv_cell(b, word(c, "fig_c_", ch->series[k]));
	}
	csv_end(b);
	for (unsigned i = 0; i < ch->rows; i++) {
		csv_cell(b, label_of(&ch->row[i]));
		for (unsigned k = 0; k < ch->series_n; k++)
			buf_printf(b, ",%" PRId64, ch->row[i].n[k]);
		csv_end(b);
	}
}
