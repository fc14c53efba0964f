/* The parts of `vhotel demo`: processes of its own, and the people who may come in. */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include <sys/types.h>

#include "cli_impl.h"

/* A process of this very program; its standard error goes to a log. */
struct child {
	const char *name;
	pid_t pid; /* 0: none */
	int out;   /* its standard output */
};
/* args: without the program's name, NULL-ended. It ends when this process does. */
MUST enum vh_rc child_start(struct cli *c, const char *name, const char *const *args,
                            const char *log, struct child *ret);
/* The address in its first line, `listening on URL`. VH_BUSY `child` when it ended instead. */
MUST enum vh_rc child_address(struct cli *c, struct child *k, const char **ret);
bool child_ended(struct child *k);
/* All at once, then wait for each; who does not hear is killed. */
void children_stop(struct child *k, size_t n);

enum { DEMO_STAFF = 7 };
struct demo_login {
	const char *role, *login, *password;
	unsigned char secret[64]; /* of the time-based codes */
	size_t secret_n;
};
struct demo_people {
	struct demo_login staff[DEMO_STAFF];
	char landlord[45], tenant[45]; /* tokens of their invitations */
	const char *landlord_house, *tenant_room;
};
/* One account a role, made when missing; passwords, secrets and invitations are new each time. */
MUST enum vh_rc demo_people(struct cli *c, const struct hotel *h, struct demo_people *ret);
/* The table of staff with the codes of this moment; returns how many lines it took. */
int demo_codes(const struct demo_people *p);

#endif
