#include "vh/cli.h"

#include <stdio.h>

int cli_main(int argc, char **argv)
{
	(void)argv;
	fprintf(stderr, "usage: vhotel COMMAND\n");
	return argc > 1 ? 2 : 2;
}
