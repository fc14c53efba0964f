/*
 * What a village's journals say, as they would go up: for those who judge events.
 */
#ifndef TOLD_H
#define TOLD_H

#include "village.h"

/* Appends a batch of one event a line. */
void village_told(const struct village *v, const char *path);

#endif
