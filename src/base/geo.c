#include "vh/geo.h"

#include <math.h>

/*
 * The shift of GCJ-02 is not published by the authority that prescribes it. These constants are the
 * ones that all open implementations agree upon (a Krasovsky 1940 ellipsoid and sums of sines in
 * the distance from 35 N 105 E); the test holds the control points of the project eviltransform
 * (github.com/googollee/eviltransform, go/transform_test.go). Good to a few metres.
 */
#define AXIS 6378245.0
#define ECC2 0.00669342162296594323

static bool in_china(struct spot s)
{
	return s.lng >= 72.004 && s.lng <= 137.8347 && s.lat >= 0.8293 && s.lat <= 55.8271;
}

static double wave(double x, double size1, double every1, double size2, double every2)
{
	return (size1 * sin(x * M_PI / every1) + size2 * sin(x * M_PI / every2)) * 2 / 3;
}

/* The shift in metres, northwards and eastwards, x east and y north of the middle. */
static struct spot shift(double x, double y)
{
	double root = sqrt(fabs(x)), both = wave(x, 20, 1.0 / 6, 20, 0.5);
	return (struct spot){
		-100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both +
			wave(y, 20, 1, 40, 3) + wave(y, 160, 12, 320, 30),
		300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both +
			wave(x, 20, 1, 40, 3) + wave(x, 150, 12, 300, 30),
	};
}

struct spot geo_gcj02(struct spot s)
{
	if (!in_china(s))
		return s;
	struct spot m = shift(s.lng - 105, s.lat - 35);
	double phi = s.lat * M_PI / 180;
	double w2 = 1 - ECC2 * sin(phi) * sin(phi), w = sqrt(w2);
	s.lat += m.lat * 180 / (AXIS * (1 - ECC2) / (w2 * w) * M_PI);
	s.lng += m.lng * 180 / (AXIS / w * cos(phi) * M_PI);
	return s;
}
