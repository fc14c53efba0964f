/*
 * The safety list of a visit: twelve items, fixed, in one order; each sheet keeps the version of
 * the list it was filled in with. `yes` means in order, `no` is a hazard.
 */
#ifndef VH_SAFETY_H
#define VH_SAFETY_H

#include <stdbool.h>

#include "vh/ctx.h"

#define SAFETY_VERSION 1

enum safety {
	SAFE_WIRING,       /* 私拉乱接: no wires pulled about */
	SAFE_BREAKER,      /* 一闸一路: a breaker for each circuit, leakage protection */
	SAFE_GAS_STORE,    /* no gas bottle where people sleep */
	SAFE_GAS_HOSE,     /* bottle and hose within their term */
	SAFE_CO_HEATING,   /* heating without carbon monoxide, or an alarm */
	SAFE_EXTINGUISHER, /* 灭火器: enough, and in date */
	SAFE_ESCAPE,       /* 疏散通道: the way out is wide and free */
	SAFE_EXIT_LIGHT,   /* emergency light and signs */
	SAFE_SMOKE_ALARM,  /* 独立烟感 */
	SAFE_EBIKE,        /* no electric bicycle or its battery indoors */
	SAFE_PARTITION,    /* no partition or panel that burns (彩钢板) */
	SAFE_WINDOW_BARS,  /* bars open from inside */
	SAFE__MAX          /* also: something else, `other` */
};
enum answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO, ANSWER_NA, ANSWER_UNSEEN, ANSWER__MAX };

const char *safety_name(enum safety item); /* "wiring"; SAFE__MAX: "other" */
bool safety_of(const char *name, enum safety *ret);
bool safety_grave(enum safety item); /* else minor */
const char *answer_name(enum answer a); /* "yes"; ANSWER_NONE: "" */
bool answer_of(const char *name, enum answer *ret);

/* Who let the officer in: door (nobody went in), occupant, landlord. */
bool consent_known(const char *word);

/* Answers as they rest in a row, {"wiring":"no",...}, those given alone; NULL when none is. */
MUST enum vh_rc safety_write(struct ctx *cx, const enum answer a[SAFE__MAX], const char **ret);
/* And back; items of another version that are not known here are left out. */
MUST enum vh_rc safety_read(struct ctx *cx, const char *json, enum answer ret[SAFE__MAX]);

#endif
