/* What the benches share. Each bench is one program, so these are static. */
#ifndef BENCH_H
#define BENCH_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define UNUSED __attribute__((unused))

static inline int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline double seconds_since(int64_t begin)
{
	return (double)(now_ns() - begin) / 1e9;
}

/* Processor seconds of this process so far, all threads. */
UNUSED static double cpu_seconds(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

UNUSED __attribute__((format(printf, 2, 3))) static void need(bool ok, const char *fmt, ...)
{
	va_list ap;
	if (ok)
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

/* Latencies in nanoseconds; add is for one thread at a time. */
struct laps {
	int64_t *at;
	size_t n, size;
};

UNUSED static void laps_add(struct laps *l, int64_t ns)
{
	if (l->n == l->size) {
		l->size = l->size ? l->size * 2 : 4096;
		l->at = realloc(l->at, l->size * sizeof *l->at);
		need(l->at != NULL, "no memory");
	}
	l->at[l->n++] = ns;
}

static inline int laps_order(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

/* In milliseconds; the laps are sorted by it. */
UNUSED static double laps_percentile(struct laps *l, double p)
{
	if (!l->n)
		return 0;
	qsort(l->at, l->n, sizeof *l->at, laps_order);
	return (double)l->at[(size_t)((double)(l->n - 1) * p / 100)] / 1e6;
}

/* A line `NAME:   123 kB` of /proc/PID/status in MiB: VmRSS now, VmHWM at its highest. */
UNUSED static double memory_mib(const char *pid, const char *name)
{
	char path[64], line[128];
	double kib = 0;
	snprintf(path, sizeof path, "/proc/%s/status", pid);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f)) {
		if (!strncmp(line, name, strlen(name)))
			kib = strtod(line + strlen(name) + 1, NULL);
	}
	if (f)
		fclose(f);
	return kib / 1024;
}

/* One row of the table; rss 0: not of interest. */
UNUSED static void figure(const char *what, const char *unit, double per_second, struct laps *l, double rss)
{
	printf("  %-34s %9.0f %s/s  p50 %8.3f ms  p99 %8.3f ms", what, per_second, unit,
	       laps_percentile(l, 50), laps_percentile(l, 99));
	if (rss > 0)
		printf("  %5.0f MiB", rss);
	putchar('\n');
	fflush(stdout);
}

static inline int double_order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

UNUSED static double median(double *v, size_t n)
{
	qsort(v, n, sizeof *v, double_order);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

#endif
