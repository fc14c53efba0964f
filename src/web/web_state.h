/*
 * What the web layer keeps for the life of the process.
 */
#ifndef VH_WEB_STATE_H
#define VH_WEB_STATE_H

#include <stdatomic.h>

#include "job.h"
#include "vh/mustache.h"
#include "web.h"

#define PAGES 256 /* with the partials */
#define ASSETS 24
#define ALARMS 64

struct web {
	struct web_conf conf;
	struct http_app app;
	struct arena *a;
	struct rate *guesses, *writes;
	struct key idem_key, kept_key;
	cJSON *under[2]; /* {"t": {...}} in zh and en: the outermost context of a page */
	const cJSON *texts[2];
	struct {
		const char *name;
		struct template *t;
	} page[PAGES];
	unsigned pages;
	struct {
		const char *name, *url;
	} asset[ASSETS];
	unsigned assets;
	int64_t started;
	unsigned (*active)(void *arg);
	void *active_arg;
	struct jobs *jobs;
	struct tiles *map_tiles; /* NULL: the map has none */
	void (*send)(void *arg);
	void *send_arg;
	/* When the oldest event waits since, by hotel number: a desk's pages ask often. */
	struct {
		_Atomic int64_t hotel, read, oldest;
	} alarm[ALARMS];
	atomic_ulong requests, answers[6];
	atomic_uint large; /* bodies of pictures that are being read: anybody may send them */
};

#endif
