/*
 * Figures with a name: a table of counts, and a picture of it. One struct makes the JSON, the table
 * of the page, its SVG (by the partial _chart.html from numbers that stand in the view) and the
 * CSV, so that they cannot tell different things.
 */
#ifndef VH_WEB_CHART_H
#define VH_WEB_CHART_H

#include "web.h"

enum chart_kind {
	CHART_NONE,  /* the table alone */
	CHART_LINES, /* over time: a line for each drawn series */
	CHART_BARS,  /* over time: bars side by side */
	CHART_ROWS,  /* a bar for each row, with its name beside it */
};
enum { CHART_SERIES = 6 };
struct chart_row {
	const char *key;   /* for programs: a day, a word of ours, a name */
	const char *label; /* for people; NULL: the key */
	const char *url;   /* of what the row is about; NULL: none */
	int64_t n[CHART_SERIES];
};
struct chart {
	const char *name;  /* texts fig_NAME and fig_NAME_about */
	enum chart_kind kind;
	const char *first; /* head of the column of labels: text fig_c_FIRST */
	const char *series[CHART_SERIES]; /* texts fig_c_… */
	unsigned series_n, drawn; /* the first so many are drawn */
	const struct chart_row *row;
	unsigned rows;
};

/* In units of the drawing, of which a letter is CHART_LETTER high. */
enum { CHART_W = 3600, CHART_H = 2000, CHART_LETTER = 160 };
struct chart_box {
	int x, y, w, h;
};
/* The round numbers of an axis from 0: steps of 1, 2 or 5 times a power of ten, at most five. */
struct chart_axis {
	int64_t step;
	unsigned steps;
};
struct chart_axis chart_axis(int64_t most);
int64_t chart_most(const struct chart *ch); /* of what is drawn; 0 without any */
int chart_height(const struct chart *ch);
/* Where the bar of a row and series stands, or (lines) the point at its upper left. */
struct chart_box chart_place(const struct chart *ch, unsigned row, unsigned series);

/* Into a list of the view. csv: address of the table as CSV, or NULL. */
void put_chart(struct call *c, cJSON *list, const struct chart *ch, const char *csv);
/* The answer, by csv.h. */
void csv_answer(struct call *c, const struct chart *ch);

#endif
