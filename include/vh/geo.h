/*
 * Places on the earth: what phones and surveys measure (WGS-84), and where maps sold in China draw
 * it (GCJ-02), some hundred metres aside.
 */
#ifndef VH_GEO_H
#define VH_GEO_H

#include <stdbool.h>

struct spot {
	double lat, lng; /* degrees, north and east */
};
/* Where a map in GCJ-02 shows a WGS-84 place; outside China the same. */
struct spot geo_gcj02(struct spot wgs84);

#endif
