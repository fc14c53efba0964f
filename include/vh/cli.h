/* The command line: one table of commands (vhotel help prints it). Exit codes: 0 done, 1 refused by
 * a rule, 2 usage, 3 partly done, 75 try again. */
#ifndef VH_CLI_H
#define VH_CLI_H

int cli_main(int argc, char **argv);

#endif
