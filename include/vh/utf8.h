/*
 * UTF-8 at the edge: everything stored is valid, NUL-free and normalised once, when it enters.
 */
#ifndef VH_UTF8_H
#define VH_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vh/arena.h"

/* Valid UTF-8 without NUL, surrogates, overlong forms or values over U+10FFFF. */
bool utf8_valid(const char *p, size_t n);
/* Code points of a valid string. */
size_t utf8_count(const char *s);
/* Decode one code point, moving *p; 0 at the end. A malformed byte reads as U+FFFD. */
uint32_t utf8_next(const char **p);
/* What utf8_clean makes of a code point: full-width ASCII folded, any blank ' ', 0 when it is
 * dropped. */
uint32_t utf8_plain(uint32_t c);
/* Has it no ink, or does it steer what shows it: controls, ends of lines, directions? A terminal
 * obeys such a one, and no name that another node gives has it. */
bool utf8_steers(uint32_t c);

/*
 * A free text as people type it: full-width ASCII folded, outer blanks dropped, runs of inner
 * blanks one space, zero-width and bidirectional control characters and C0/C1 controls removed.
 * NULL without memory.
 */
MUST char *utf8_clean(struct arena *a, const char *s);
/* A number or code: as utf8_clean, then every blank and hyphen removed and ASCII letters in upper
 * case. 1-201 and 1201 become equal: not for room numbers. */
MUST char *utf8_compact(struct arena *a, const char *s);
/* A key for comparing names and addresses: utf8_compact plus punctuation such as the middle dot
 * removed. */
MUST char *utf8_fold(struct arena *a, const char *s);
/* 韦娜 -> 韦*, 阿依古丽·买买提 -> 阿*: the first character and one star. "" for "". */
MUST char *utf8_mask_name(struct arena *a, const char *s);
/* All but the last four characters as stars; four or fewer are all stars. */
MUST char *utf8_mask_tail(struct arena *a, const char *s);

#endif
