/*
 * One logfmt line per event on standard error: `t=… level=… event=… key=value …`. Never a personal
 * datum: values are ids, codes, counts and durations. Only the three tops log (dispatcher,
 * commands, sync loop). Thread-safe.
 */
#ifndef VH_LOG_H
#define VH_LOG_H

#include <stdint.h>

#include "vh/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_kv {
	const char *key; /* NULL ends the list */
	const char *text; /* quoted and escaped where needed; NULL: use number */
	int64_t number;
};

void log_level_set(enum log_level least);
void log_file_set(int fd); /* tests; default 2 */
void log_event(enum log_level level, const char *event, const struct log_kv *kv);

#define LOG(level, event, ...) \
	log_event(level, event, (const struct log_kv[]){ __VA_ARGS__, { 0 } })
#define KV(k, v) { .key = (k), .text = (v) }
#define KN(k, v) { .key = (k), .number = (int64_t)(v) }

#endif
