#include <malloc.h>

#include "vh/cli.h"

int main(int argc, char **argv)
{
	/* A step frees what it took; giving all of that back to the system costs a third more. */
	mallopt(M_TRIM_THRESHOLD, 4 << 20);
	return cli_main(argc, argv);
}
