/*
 * What the head of a village sees: counts of his hotel, today and over 30 days, and of a week or a
 * month beside the one before and the one a year ago. Nobody's data come out. Origin alone could
 * point at somebody, so it is off until the hotel chooses it, and no group under FIGURES_LEAST is
 * told, nor one that could be had by subtracting the others from everybody.
 */
#ifndef VH_FIGURES_H
#define VH_FIGURES_H

#include "vh/core.h"
#include "vh/store_figures.h"

#define FIGURES_DAYS 30
#define FIGURES_LEAST 10 /* people of a group that may be told */
#define SILENT_LEAST 2   /* visits in a row without an answer: a house that does not answer */

/* How long ago a room was visited and answered, in days; the last: never. */
enum visit_age { VISITED_30, VISITED_90, VISITED_180, VISITED_LATER, VISITED_NEVER, VISITED__MAX };

struct figures_day {
	int32_t day;
	int64_t in, out, moved; /* into and out of the hotel; from room to room */
	int64_t people;         /* living there when it ended */
	int64_t filed, late_in, late_out;
	int64_t found, closed;  /* hazards */
};
/*
 * By the first two digits of an identity card (11 .. 65), of Hong Kong, Macao and Taiwan (81 to
 * 83) by card or permit; "papers": any other document; "none": without one; "rest": groups that are
 * too small.
 */
struct origin {
	char code[12];
	int64_t people;
};
enum { ORIGINS = 40 };
struct origins {
	struct origin group[ORIGINS]; /* the largest first, "rest" last */
	unsigned n;                   /* 0: too few to tell any */
};
struct figures {
	struct hotel hotel;
	struct count_places places;
	struct count_people people;
	struct figures_day day[FIGURES_DAYS]; /* the last is today */
	int64_t visited[VISITED__MAX];
	struct count_hazards hazards;
	struct silent_house *silent;
	int64_t silent_n;
	struct upstream_lag *lags;
	bool origin_on;
	struct origins origins;
	int64_t at; /* when it was counted */
};
/* One read transaction. _now: only places, people and hazards as they are, the rest zero. */
MUST enum vh_rc look_figures_now(struct ctx *cx, const struct hotel *h, struct figures *ret);
MUST enum vh_rc look_figures(struct ctx *cx, const struct hotel *h, struct figures *ret);

/*
 * Folds what is too small into "rest". Groups are shown only with FIGURES_LEAST people or more; so
 * is the rest, which takes the smallest group that is shown until it is, and then on until nobody
 * can tell from its size how small its smallest part is. Sorts. group[] may have any order.
 */
void origins_fold(struct origins *o);
/* "52", "81", "papers" or "none" of a document; number NULL: none. */
void origin_of(const char *doc_type, const char *number, char out[12]);

/* 2026-W47 (ISO 8601, Monday to Sunday) or 2026-11. */
struct period {
	char text[9];
	bool month;
	int32_t from, to;
};
/* VH_INVALID `period`. */
MUST enum vh_rc period_parse(struct ctx *cx, const char *text, struct period *ret);
void period_of(int32_t day, bool month, struct period *ret); /* the one with that day */
/* The one before, after, a year before. false: there is none (a week 53, or out of the
 * calendar). */
bool period_before(const struct period *p, struct period *ret);
bool period_after(const struct period *p, struct period *ret);
bool period_year_before(const struct period *p, struct period *ret);

struct period_figures {
	bool known; /* the hotel was open for all of it */
	int32_t from, to;
	int64_t in, out, moved, people, rooms; /* people living, rooms lived in: as it ended */
	int64_t filed, late_in, late_out, verified;
	struct count_visits visits;
	int64_t found, closed;
	struct count_hazards hazards; /* as it ended */
	int64_t tasks_opened, tasks_confirmed;
};
/* The same as a list, in the order of a report. */
struct period_line {
	const char *name;
	int64_t n;
};
enum { PERIOD_LINES = 19 };
void period_lines(const struct period_figures *f, struct period_line out[PERIOD_LINES]);

struct report {
	struct hotel hotel;
	struct period period;
	bool running; /* it is not over: all three are cut to as many days as have begun */
	struct period_figures now, before, year;
	struct period before_period, year_period;
	const char *by; /* login of who made it */
	int64_t at;
};
/* VH_INVALID `period`: it has not begun. */
MUST enum vh_rc look_report(struct ctx *cx, const struct hotel *h, const struct period *p,
                            struct report *ret);

#endif
